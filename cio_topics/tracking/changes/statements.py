"""Changes in words, in Japanese and English: what was seen, and what the data cannot tell."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from cio_topics.tracking.counts import Unit

__all__ = ["change_statements"]

_UNITS: dict[str, dict[str, str]] = {
    "en": {"items": "items", "meetings": "meetings", "handouts": "handouts"},
    "ja": {"items": "項目", "meetings": "会議", "handouts": "資料"},
}
_TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "rose": "Rose: {sides}; {found}.",
        "fell": "Fell: {sides}; {found}.",
        "no change": "No change of more than {margin:.0f} points: {sides}; {size}.",
        "cannot tell": "Cannot tell: {why}.{needed}",
        "sides": "{before} of {units_before} {unit} ({meetings_before}) in {name_before}, {after} "
        "of {units_after} ({meetings_after}) in {name_after}",
        "size": "{difference} points [{low} to {high}]",
        "found": "{size}, adjusted p {p}",
        "none": "{name} has no {unit}",
        "few": "of {meetings} in {name} nothing can be told about others; two on each side are the "
        "least",
        "never": "none of the {n} {unit} of both has the theme",
        "always": "all {n} {unit} of both have the theme",
        "alike": "no meeting could change sides: {sides}",
        "coarse": "{sides}; even the most uneven distribution of these has p = {p_smallest}",
        "unsure": "{sides}; {found}",
        "needed": " Needed on each side for 80 % power: {parts}.",
        "own": "{n} meetings for the difference seen",
        "asked": "{n} for 20 points",
        "skipped": " No {unit} in {n} period(s) between.",
        "meetings": "{n} meetings",
        "meeting": "1 meeting",
    },
    "ja": {
        "rose": "増加: {sides}。{found}。",
        "fell": "減少: {sides}。{found}。",
        "no change": "±{margin:.0f}ポイントを超える変化なし: {sides}。{size}。",
        "cannot tell": "判断できない: {why}。{needed}",
        "sides": "{name_before}は{units_before}{unit}({meetings_before})のうち{before}、"
        "{name_after}は{units_after}{unit}({meetings_after})のうち{after}",
        "size": "差{difference}ポイント [{low}~{high}]",
        "found": "{size}、調整済み p {p}",
        "none": "{name}には{unit}がない",
        "few": "{name}は{meetings}だけで、ほかの会議については何も言えない(両側に2会議以上が必要)",
        "never": "両方の{n}{unit}のどれにもこのテーマがない",
        "always": "両方の{n}{unit}のすべてにこのテーマがある",
        "alike": "入れ替えられる会議がない: {sides}",
        "coarse": "{sides}。最も偏った分かれ方でも p = {p_smallest}",
        "unsure": "{sides}。{found}",
        "needed": "検出力80%に必要な会議数(片側): {parts}。",
        "own": "見られた差には{n}会議",
        "asked": "20ポイントの差には{n}会議",
        "skipped": "間の{n}期間には{unit}がない。",
        "meetings": "{n}会議",
        "meeting": "1会議",
    },
}


def change_statements(
    changes: pd.DataFrame,
    lang: Literal["ja", "en"],
    *,
    unit: Unit = "items",
    level: float = 0.95,
    margin: float | None = None,
    names: dict[str, str] | None = None,
) -> pd.Series[str]:
    """Say every change in a sentence, without the name of its theme.

    Parameters
    ----------
    changes : DataFrame
        From :func:`~cio_topics.tracking.theme_changes`.
    lang : {"ja", "en"}
    unit, level, margin
        As they were given there.
    names : dict of str to str, optional
        What groups are called; one without a name keeps its id.

    Returns
    -------
    Series of str
        Index of `changes`.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> from cio_topics.tracking import theme_changes
    >>> changes = theme_changes(theme_table(read_example()), themes=["open_data"])
    >>> change_statements(changes, "en").iloc[0]
    'Cannot tell: of 1 meeting in 2000 nothing can be told about others; ...'
    """
    texts = _TEXTS[lang]
    known = names or {}
    said = [
        _statement(row, texts, _UNITS[lang][unit], level, margin, known)
        for row in changes.to_dict("records")
    ]
    return pd.Series(said, index=changes.index, dtype="str")


def _statement(
    row: dict[Any, Any],
    texts: dict[str, str],
    unit: str,
    level: float,
    margin: float | None,
    names: dict[str, str],
) -> str:
    facts = _facts(row, texts, unit, margin, names)
    if row["verdict"] == "cannot tell":
        facts["why"] = texts[_why(row, level)].format(**facts)
        facts["needed"] = _needed(row, texts)
    skipped = texts["skipped"].format(unit=unit, n=row["n_skipped"]) if row["n_skipped"] else ""
    return texts[row["verdict"]].format(**facts) + skipped


def _facts(
    row: dict[Any, Any],
    texts: dict[str, str],
    unit: str,
    margin: float | None,
    names: dict[str, str],
) -> dict[str, Any]:
    """Return what the patterns are filled with; the shorter ones stand in the longer ones."""
    facts: dict[str, Any] = {"unit": unit, "margin": 100 * (margin or 0)}
    for side in ("before", "after"):
        facts[f"name_{side}"] = names.get(row[side], row[side])
        facts[side] = row[f"n_{side}"]
        facts[f"units_{side}"] = row[f"n_units_{side}"]
        facts[f"meetings_{side}"] = _meetings(row[f"n_meetings_{side}"], texts)
    few = min(("before", "after"), key=lambda side: row[f"n_meetings_{side}"])
    facts |= {"name": facts[f"name_{few}"], "meetings": facts[f"meetings_{few}"]}
    facts["n"] = row["n_units_before"] + row["n_units_after"]
    for name, column in (("difference", ""), ("low", "_low"), ("high", "_high")):
        facts[name] = _points(row[f"difference{column}"])
    facts["p"] = _p(row["p_adjusted"], " = ", " < ").strip()
    facts["p_smallest"] = f"{row['p_smallest']:.2f}"
    for name in ("sides", "size", "found"):
        facts[name] = texts[name].format(**facts)
    return facts


def _why(row: dict[Any, Any], level: float) -> str:
    """Return why the data cannot tell."""
    if min(row["n_meetings_before"], row["n_meetings_after"]) < 2:
        return "few" if min(row["n_meetings_before"], row["n_meetings_after"]) else "none"
    n = row["n_before"] + row["n_after"]
    if n in (0, row["n_units_before"] + row["n_units_after"]):
        return "always" if n else "never"
    if pd.isna(row["p"]):
        return "alike"
    return "coarse" if pd.isna(row["p_adjusted"]) else "unsure"


def _needed(row: dict[Any, Any], texts: dict[str, str]) -> str:
    """Return how many meetings would be needed, for what can be said about it."""
    parts = [
        texts[name].format(n=f"{row[column]:,.0f}")
        for name, column in (("own", "meetings_needed"), ("asked", "meetings_needed_20"))
        if not pd.isna(row[column])
    ]
    joined = ("、" if texts is _TEXTS["ja"] else ", ").join(parts)
    return texts["needed"].format(parts=joined) if parts else ""


def _meetings(n: int, texts: dict[str, str]) -> str:
    return texts["meeting"] if n == 1 else texts["meetings"].format(n=n)


def _points(value: float) -> str:
    text = f"{100 * value:+.1f}"
    return text.lstrip("+-") if not text.strip("+-0.") else text.replace("-", "−")


def _p(p: float, equal: str, less: str) -> str:
    return f"{less}0.001" if p < 0.001 else f"{equal}{p:.3f}"
