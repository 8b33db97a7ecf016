"""What the figures of shares have in common: checked rows, names, counts, words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError, choices
from cio_topics.periods import UNKNOWN
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import worded
from cio_topics.report.figures.periods import PeriodAxis
from cio_topics.tables.kinds.shares import share_facts

__all__ = [
    "SHARES",
    "Names",
    "axis_title",
    "check_columns",
    "checked",
    "counted",
    "described",
    "drawn_rows",
    "facts_of",
    "in_units",
    "interval_note",
    "named",
    "runs",
    "said",
    "tooltip",
    "top_of",
    "whole",
]

Names = Mapping[str, str]
#: What a figure of shares needs.
SHARES = ("period", "theme", "n", "n_items", "share", "share_low", "share_high")


def check_columns(table: pd.DataFrame, needed: tuple[str, ...], what: str) -> None:
    """Refuse a table that is not the result to be drawn.

    Raises
    ------
    SettingsError
        A column is missing.
    """
    missing = [name for name in needed if name not in table]
    if missing:
        raise SettingsError(
            f"the table has no column {choices(missing)}; expected {what}: {choices(needed)}.",
            "Give the result of that command as CSV.",
            "その結果の CSV を指定してください。",
        )


def checked(shares: pd.DataFrame, needed: tuple[str, ...] = SHARES) -> pd.DataFrame:
    """Return the rows of shares that have a place on an axis.

    Raises
    ------
    SettingsError
        A column is missing, or no period has items.
    """
    check_columns(shares, needed, "shares by period (cio-topics track)")
    filled = shares[(shares["n_items"] > 0) & (shares["period"] != UNKNOWN)]
    if filled.empty:
        raise SettingsError(
            "no period with items and a known date; expected at least one.",
            "Choose items with dates.",
            "日付のわかる項目を選んでください。",
        )
    return filled


def named(table: pd.DataFrame, names: Names, column: str = "theme") -> dict[str, str]:
    """Return what is shown for each theme; two of one name keep their ids.

    Examples
    --------
    >>> named(pd.DataFrame({"theme": ["a", "b"]}), {"a": "計画", "b": "計画"})
    {'a': '計画 (a)', 'b': '計画 (b)'}
    """
    ids = table[column].astype("str").fillna("")
    shown = {theme: names.get(theme, theme) for theme in dict.fromkeys(ids)}
    counts = pd.Series(list(shown.values()), dtype="str").value_counts()
    return {t: f"{name} ({t})" if counts[name] > 1 else name for t, name in shown.items()}


def in_units(shares: pd.DataFrame) -> pd.DataFrame:
    """Return shares with what they are of as ``n_items``, pooled where they were pooled."""
    if "n_units" in shares:
        shares = shares.assign(n_items=shares["n_units"])
    if "pooled_share" in shares:
        shares = shares.assign(share=shares["pooled_share"].fillna(shares["share"]))
    return shares


_FACTS = ("n_units", "interval", "level", "n_jointly")


def facts_of(shares: pd.DataFrame, lang: Language) -> dict[str, Any]:
    """Return the unit of shares and, if they say it, level and method of their intervals."""
    facts = share_facts(shares, lang) if {*_FACTS} <= {*shares.columns} else {}
    return {"unit": worded(lang, "項目", "items"), **facts}


def axis_title(shares: pd.DataFrame, lang: Language) -> str:
    """Return what an axis of shares is called."""
    unit = facts_of(shares, lang)["unit"]
    return worded(lang, f"{unit}に占める割合", f"share of {unit}")


def counted(shares: pd.DataFrame, lang: Language, *, all_drawn: bool = False) -> str:
    """Say how many items stand behind a figure, and how many have no place on its axis."""
    sizes = shares.drop_duplicates("period").set_index("period")["n_items"]
    known = sizes if all_drawn else sizes.drop(UNKNOWN, errors="ignore")
    n, unknown = int(known.sum()), int(sizes.sum() - known.sum())
    unit = facts_of(shares, lang)["unit"]
    if lang == "ja":
        more = f"(ほかに期間不明の{unknown:,}{unit}は図にない)" if unknown else ""
        return f"n = {n:,}{unit}{more}。"
    more = f" ({unknown:,} more of unknown period are not drawn)" if unknown else ""
    return f"n = {n:,} {unit}{more}. "


def interval_note(shares: pd.DataFrame, lang: Language) -> str:
    """Say what the vertical rules and the breaks are."""
    facts = facts_of(shares, lang)
    ja, en = "縦線は区間", "Vertical rules: intervals"
    if "method" in facts:
        ja = f"縦線は{facts['level']}%区間({facts['method']})"
        en = f"Vertical rules: {facts['level']} % intervals ({facts['method']})"
    if "pooled_share" in shares:
        ja += "、点はテーマの平均に引き寄せた割合"
        en += "; points are drawn towards the theme's mean"
    return worded(
        lang,
        f"{ja}。{facts['unit']}のない期間では線が切れる。",
        f"{en}. Lines break where a period has no {facts['unit']}.",
    )


def runs(data: pd.DataFrame, column: str = "theme") -> pd.Series[int]:
    """Return numbers of the runs of periods without a gap, by theme; rows are in order of time."""
    gap = data.groupby(column, sort=False)["place"].diff().fillna(9) > 1.01
    return gap.astype(int).groupby(data[column], sort=False).cumsum()


def tooltip(lang: Language, first: tuple[str, str] = ("テーマ", "theme")) -> list[Any]:
    """Return what is shown beside the pointer."""
    import altair as alt

    heads = {
        "label": worded(lang, *first),
        "period_name": worded(lang, "期間", "period"),
        "said": worded(lang, "割合", "share"),
        "n_of": worded(lang, "項目", "items"),
    }
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in heads.items()]


def drawn_rows(filled: pd.DataFrame, axis: PeriodAxis, shown: dict[str, str]) -> pd.DataFrame:
    """Return what figures of shares draw: one row a theme and period with items."""
    bounds = filled[["share", "share_low", "share_high"]]
    of = zip(filled["n"], filled["n_items"], strict=True)
    return pd.DataFrame(
        {
            "theme": filled["theme"],
            "label": filled["theme"].map(shown),
            "period_name": filled["period"].map(axis.names),
            "place": filled["period"].map(axis.middles),
            "share": filled["share"],
            "share_low": filled["share_low"],
            "share_high": filled["share_high"],
            "n_of": [f"{whole(n)}/{whole(all_items)}" for n, all_items in of],
            "said": [said(*row) for row in bounds.itertuples(index=False)],
        }
    )


def whole(n: float) -> str:
    """Return a count; one that was made of parts has a decimal.

    Examples
    --------
    >>> whole(1234567), whole(2.5)
    ('1,234,567', '2.5')
    """
    return f"{n:,.0f}" if float(n).is_integer() else f"{n:,.1f}"


def said(share: float, low: float, high: float) -> str:
    """Return a share with its interval, in percent.

    Examples
    --------
    >>> said(0.25, 0.05, 0.7), said(1.0, float("nan"), float("nan"))
    ('25.0 % [5.0–70.0]', '100.0 % [–]')
    """
    bounds = "–" if pd.isna(low) else f"{100 * low:.1f}–{100 * high:.1f}"
    return f"{100 * share:.1f} % [{bounds}]"


def top_of(data: pd.DataFrame) -> float:
    """Return where a scale of shares ends: at the next ten percent above all intervals."""
    highest = float(data["share_high"].fillna(data["share"]).max())
    return min(1.0, max(0.1, -(-round(highest, 9) // 0.1) * 0.1))


def described(lang: Language, labels: list[str], axis: PeriodAxis, ja: str, en: str) -> str:
    """Return what a figure of shares shows, in a sentence."""
    periods = list(axis.names.values())
    span = f"{periods[0]}–{periods[-1]}" if len(periods) > 1 else periods[0]
    return worded(
        lang,
        f"{ja}: 期間ごとのテーマの割合({span})。{'、'.join(labels)}。",
        f"{en}: shares of themes by period ({span}): {', '.join(labels)}.",
    )
