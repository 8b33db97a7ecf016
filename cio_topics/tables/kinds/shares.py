"""Shares of themes by period, for print, and what their notes say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from cio_topics.periods import UNKNOWN
from cio_topics.tables.columns import Column, Kind
from cio_topics.tracking.estimates.pooling import LEAST_PERIODS

__all__ = ["KINDS", "share_facts"]

Language = Literal["ja", "en"]

_UNITS = {
    "items": ("項目", "items"),
    "meetings": ("会議", "meetings"),
    "handouts": ("資料", "handouts"),
}
_METHODS = {
    "wilson": ("Wilson 法", "Wilson"),
    "jeffreys": ("Jeffreys 法", "Jeffreys"),
    "clustered": (
        "会議内の似かよいを考えた Wilson 法、t 分布",
        "Wilson with the effective sample size of items in meetings, Student's t",
    ),
    "bootstrap": ("会議を単位とするブートストラップ", "bootstrap of meetings"),
    "bca": ("会議を単位とするブートストラップ、BCa", "bootstrap of meetings, BCa"),
    "pooled": ("期間の間での部分プーリング", "partial pooling across periods"),
}
_JOINTLY = {
    "clustered": (
        "会議内の似かよいを考えた Clopper-Pearson 法",
        "Clopper-Pearson with the effective sample size of items in meetings",
    ),
}
_COUNTINGS = {
    ("items", "whole"): ("一項目に複数のテーマがありうる。", "An item may have several themes."),
    ("meetings", "whole"): (
        "そのテーマの項目が一つでもある会議を数えた。",
        "Counted are meetings with at least one item of the theme.",
    ),
    ("handouts", "whole"): (
        "そのテーマの項目に付いた資料を数えた。一項目に複数のテーマがありうる。",
        "Counted are the handouts of items with the theme. An item may have several themes.",
    ),
    ("items", "fractional"): (
        "項目はそのテーマに分けて数えた。期間の割合の和は100%。",
        "An item is split among its themes: the shares of all themes of a period sum to 100.",
    ),
}
_COUNTINGS["handouts", "fractional"] = _COUNTINGS["items", "fractional"]

_COLUMNS = (
    Column("period", "期間", "Period", names="period"),
    Column("theme", "テーマ", "Theme", names="theme"),
    Column("n", "該当", "n", "count"),
    Column("n_units", "分母", "Of", "count"),
    Column("n_items", "項目", "Items", "count"),
    Column("n_meetings", "会議", "Meetings", "count"),
)
_SHARE = Column(
    "share", "割合 [区間] %", "Share [interval] %", "percent", "share_low", "share_high"
)
_POOLED = (
    Column("share", "割合 %", "Share %", "percent"),
    Column(
        "pooled_share",
        "プーリング後 [区間] %",
        "Pooled [interval] %",
        "percent",
        "share_low",
        "share_high",
    ),
    Column("own_weight", "期間自身の重み %", "Own weight %", "percent"),
)
_NOTES_JA = (
    "割合は%、[ ] は{level}%区間({method})、n は期間の{unit}数。{counting}",
    "全体で{n_items}項目、{n_meetings}会議。",
    "日付の分かる期間の{n_jointly}個の区間は、合わせて{level}%で成り立つ(Šidák)。",
    "a → b: b は a をテーマの平均に引き寄せた割合、区間は b のもの。項目の少ない期間ほど強く引き"
    "寄せる({n_pooled}期間)。平均と散らばりの不確かさは区間に入り、会議内の似かよいのそれは入らない。",
    "プーリングしていない行(日付が不明、または項目のある期間が{least}未満)の区間は{method_apart}。",
    "日付が一つの期間に収まらない{n_unknown}{unit}({n_unknown_meetings}会議)は「不明」の列にあり、"
    "他の期間の推定には使わない。",
    "[–]: 会議が少なすぎて区間が出せない({without})。",
)
_NOTES_EN = (
    "Percent; [ ] {level}% interval ({method}); n: {unit} of the period. {counting}",
    "In all {n_items} items of {n_meetings} meetings.",
    "The {n_jointly} intervals of known periods hold together at {level}% (Šidák).",
    "a → b: b is a drawn towards the theme's mean, the interval is that of b. The fewer items a "
    "period has, the farther ({n_pooled} periods). Intervals include the uncertainty of mean and "
    "spread, not that of the likeness of items within meetings.",
    "Rows that are not pooled (unknown dates, or fewer than {least} periods with items): "
    "{method_apart}.",
    "{n_unknown} {unit} ({n_unknown_meetings} meetings) whose date does not lie in one period "
    "stand under unknown; they take no part in the estimates of other periods.",
    "[–]: too few meetings for an interval ({without}).",
)

KINDS = {
    "shares": Kind(
        "期間ごとのテーマの割合({unit})",
        "Shares of themes by period ({unit})",
        (*_COLUMNS, _SHARE),
        _NOTES_JA,
        _NOTES_EN,
    ),
    "pooled_shares": Kind(
        "期間ごとのテーマの割合({unit}、部分プーリング)",
        "Shares of themes by period ({unit}, partially pooled)",
        (*_COLUMNS, *_POOLED),
        _NOTES_JA,
        _NOTES_EN,
    ),
}


def share_facts(
    shares: pd.DataFrame, lang: Language = "ja", period_names: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what the notes of shares say, read from the shares themselves.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`.
    lang : {"ja", "en"}, default "ja"
    period_names : mapping of str to str, optional
        How the table calls its periods.

    Returns
    -------
    dict
        ``level, method, unit, counting``, numbers of units, items and meetings, and, where there
        are any: intervals that hold together, pooled periods, unknown dates, periods without an
        interval. Empty without rows.

    Examples
    --------
    >>> from cio_topics.tracking import shares_of, simulate_counts
    >>> shares = shares_of(simulate_counts([[0.3]], [[2, 3, 4]], random_state=1))
    >>> facts = share_facts(shares, "en")
    >>> facts["method"], facts["unit"], facts["n_units"]
    ('Wilson', 'items', '9')
    """
    if shares.empty:
        return {}
    place = 0 if lang == "ja" else 1
    first, periods = shares.iloc[0], shares.drop_duplicates("period")
    pooled = (shares["interval"] == "pooled").any()
    kind = "pooled" if pooled else str(first["interval"])
    jointly = int(shares["n_jointly"].max())
    methods = {**_METHODS, **_JOINTLY} if jointly > 1 else _METHODS
    unit, counting = str(first["unit"]), str(shares.get("counting", pd.Series(["whole"])).iloc[0])
    facts: dict[str, Any] = {
        "level": f"{100 * first['level']:g}",
        "method": methods[kind][place],
        "unit": _UNITS[unit][place],
        "counting": _COUNTINGS[unit, counting][place],
        **{name: f"{periods[name].sum():,.0f}" for name in ("n_units", "n_items", "n_meetings")},
    }
    if jointly > 1:
        facts["n_jointly"] = jointly
    if "pooled_share" in shares:
        facts |= _pooled_facts(shares, place)
    return facts | _unknown_facts(periods) | _missing_facts(shares, period_names or {}, place)


def _pooled_facts(shares: pd.DataFrame, place: int) -> dict[str, Any]:
    pooled = shares["pooled_share"].notna()
    n_pooled = shares["period"][pooled].nunique()
    facts: dict[str, Any] = {"n_pooled": n_pooled} if n_pooled else {}
    if not pooled[shares["n_units"] > 0].all():
        facts |= {"least": LEAST_PERIODS, "method_apart": _METHODS["clustered"][place]}
    return facts


def _unknown_facts(periods: pd.DataFrame) -> dict[str, Any]:
    unknown = periods[periods["period"] == UNKNOWN]
    if unknown.empty:
        return {}
    n, n_meetings = unknown[["n_units", "n_meetings"]].iloc[0]
    return {"n_unknown": f"{n:,.0f}", "n_unknown_meetings": f"{n_meetings:,.0f}"}


def _missing_facts(shares: pd.DataFrame, names: Mapping[str, str], place: int) -> dict[str, Any]:
    """Name the periods that have units but no interval, with their meetings."""
    missing = shares[(shares["n_units"] > 0) & shares["share_low"].isna()]
    missing = missing.drop_duplicates("period")
    if missing.empty:
        return {}
    word = ("会議", "meetings")[place]
    named = [
        f"{names.get(period, period)}: "
        + (f"{n}{word}" if place == 0 else f"{n} {word if n != 1 else 'meeting'}")
        for period, n in zip(missing["period"], missing["n_meetings"], strict=True)
    ]
    return {"without": ", ".join(named[:20]) + (" …" if len(named) > 20 else "")}
