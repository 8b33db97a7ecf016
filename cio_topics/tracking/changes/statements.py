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
        "higher": "Higher in {name_after}: {sides}; {found}.",
        "lower": "Lower in {name_after}: {sides}; {found}.",
        "sides": "{before} of {units_before} {unit}{meetings_before} in {name_before}, {after} of "
        "{units_after}{meetings_after} in {name_after}",
        "of_meetings": " ({n})",
        "tested": "; among {n} meetings alike {difference} points",
        "size": "{difference} points [{low} to {high}]",
        "found": "{size}{tested}, adjusted p {p}",
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
        "and": ", ",
        "meeting": "1 meeting",
    },
    "ja": {
        "rose": "増加: {sides}。{found}。",
        "fell": "減少: {sides}。{found}。",
        "no change": "±{margin:.0f}ポイントを超える変化なし: {sides}。{size}。",
        "cannot tell": "判断できない: {why}。{needed}",
        "higher": "{name_after}の方が高い: {sides}。{found}。",
        "lower": "{name_after}の方が低い: {sides}。{found}。",
        "sides": "{name_before}は{units_before}{unit}{meetings_before}のうち{before}、"
        "{name_after}は{units_after}{unit}{meetings_after}のうち{after}",
        "of_meetings": "({n})",
        "tested": "、同じ条件の{n}会議の中では{difference}ポイント",
        "size": "差{difference}ポイント [{low}~{high}]",
        "found": "{size}{tested}、調整済み p {p}",
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
        "and": "、",
        "meeting": "1会議",
    },
}


def change_statements(
    changes: pd.DataFrame,
    lang: Literal["ja", "en"],
    *,
    unit: Unit = "items",
    margin: float | None = None,
    ordered: bool = True,
    names: dict[str, str] | None = None,
) -> pd.Series[str]:
    """Say every change in a sentence, without the name of its theme.

    Parameters
    ----------
    changes : DataFrame
        From :func:`~cio_topics.tracking.theme_changes`.
    lang : {"ja", "en"}
    unit, margin
        As they were given there.
    ordered : bool, default True
        Whether the second group comes later: it rose, or else it is higher.
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
    if not ordered:
        texts = {**texts, "rose": texts["higher"], "fell": texts["lower"]}
    if unit == "meetings":
        texts = {**texts, "of_meetings": ""}
    facts = {"unit": _UNITS[lang][unit], "margin": 100 * (margin or 0)}
    said = [_statement(row, texts, facts, known) for row in changes.to_dict("records")]
    return pd.Series(said, index=changes.index, dtype="str")


def _statement(
    row: dict[Any, Any], texts: dict[str, str], given: dict[str, Any], names: dict[str, str]
) -> str:
    facts = _facts(row, texts, given, names)
    if row["verdict"] == "cannot tell":
        facts["why"] = texts[_why(row)].format(**facts)
        facts["needed"] = _needed(row, texts)
    skipped = texts["skipped"].format(n=row["n_skipped"], **given) if row["n_skipped"] else ""
    return texts[row["verdict"]].format(**facts) + skipped


def _facts(
    row: dict[Any, Any], texts: dict[str, str], given: dict[str, Any], names: dict[str, str]
) -> dict[str, Any]:
    """Return what the patterns are filled with; the shorter ones stand in the longer ones."""
    facts = dict(given)
    for side in ("before", "after"):
        facts[f"name_{side}"] = names.get(row[side], row[side])
        facts[side] = row[f"n_{side}"]
        facts[f"units_{side}"] = row[f"n_units_{side}"]
        meetings = _meetings(row[f"n_meetings_{side}"], texts)
        facts[f"meetings_{side}"] = texts["of_meetings"].format(n=meetings)
    few = min(("before", "after"), key=lambda side: row[f"n_meetings_{side}"])
    facts["name"] = facts[f"name_{few}"]
    facts["meetings"] = _meetings(row[f"n_meetings_{few}"], texts)
    facts["n"] = row["n_units_before"] + row["n_units_after"]
    for name, column in (("difference", ""), ("low", "_low"), ("high", "_high")):
        facts[name] = _points(row[f"difference{column}"])
    facts["p"] = _p(row["p_adjusted"], " = ", " < ").strip()
    facts["p_smallest"] = f"{row['p_smallest']:.2f}"
    facts["tested"] = _tested(row, texts)
    for name in ("sides", "size", "found"):
        facts[name] = texts[name].format(**facts)
    return facts


def _tested(row: dict[Any, Any], texts: dict[str, str]) -> str:
    """Say what was tested, if that is not the difference of all meetings."""
    n = row["n_meetings_tested"]
    if n == row["n_meetings_before"] + row["n_meetings_after"]:
        return ""
    return texts["tested"].format(difference=_points(row["difference_tested"]), n=n)


def _why(row: dict[Any, Any]) -> str:
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
    joined = (texts["and"]).join(parts)
    return texts["needed"].format(parts=joined) if parts else ""


def _meetings(n: int, texts: dict[str, str]) -> str:
    return texts["meeting"] if n == 1 else texts["meetings"].format(n=n)


def _points(value: float) -> str:
    text = f"{100 * value:+.1f}"
    return text.lstrip("+-") if not text.strip("+-0.") else text.replace("-", "−")


def _p(p: float, equal: str, less: str) -> str:
    return f"{less}0.001" if p < 0.001 else f"{equal}{p:.3f}"
