"""Claims that a theme belongs to a time, decided by estimates: one rule a kind of statement."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.case_study.bases import Known, inside, named_in
from cio_topics.case_study.claims import STUDY, Claim, Reading, Span
from cio_topics.case_study.judgement import Judgement, Verdict
from cio_topics.case_study.largest import compare_with_others
from cio_topics.tracking.changes import design_effect, estimated_icc, meetings_needed
from cio_topics.tracking.counts import theme_counts
from cio_topics.tracking.custom_periods import make_periods
from cio_topics.tracking.estimates import clustered_interval

__all__ = ["SMALLEST", "Estimate", "estimate_of", "placed_items", "theme_judgement"]

#: The smallest difference of shares that a corpus should be able to show: 20 points.
SMALLEST = 0.2
_LEVEL = 0.95
# Standard errors between two shares that a test at 95 % finds with a power of 80 %.
_QUANTILES = 1.959964 + 0.841621

_INSIDE, _OUTSIDE = "inside", "outside"
# Two groups of meetings are written as two periods, for functions that compare periods.
_DAYS = {_OUTSIDE: "2001-01-01", _INSIDE: "2002-01-01"}
_GROUPS = [f"{_OUTSIDE}=2001..2001", f"{_INSIDE}=2002..2002"]


class Estimate(NamedTuple):
    """Shares of what is claimed, in the time of the claim and in the time it is compared with.

    Intervals know that items of one meeting are alike. ``p`` is that of a permutation of whole
    meetings; ``needed_meetings`` is how many each side needs for a difference of the observed size,
    at least :data:`SMALLEST`, to be found with a power of 80 %. A value is missing where the data
    cannot tell.
    """

    n_inside: int
    n_items_inside: int
    n_meetings_inside: int
    share_inside: float
    share_inside_low: float
    share_inside_high: float
    n_outside: int
    n_items_outside: int
    n_meetings_outside: int
    share_outside: float
    share_outside_low: float
    share_outside_high: float
    difference: float
    difference_low: float
    difference_high: float
    p: float
    icc: float
    needed_meetings: int | None
    needed_items: int | None


def placed_items(claim: Claim, known: Known) -> pd.DataFrame:
    """Return the items of the study with their place in a claim.

    Parameters
    ----------
    claim : Claim
    known : Known

    Returns
    -------
    DataFrame
        The columns of ``known.items``, ``place`` (``inside`` or ``outside`` the time of the claim,
        ``apart`` for what is compared with neither) and ``claimed`` (whether the item is what the
        claim speaks of). Items whose date may lie on both sides are ``apart``; so are those after
        the time where the claim speaks of a beginning.
    """
    reading = claim.reading
    items = known.items[inside(known.items, STUDY)].copy()
    claimed = (
        named_in(items["title"], reading.words)
        if reading.words
        else items["themes"].str.split(";").map(lambda themes: reading.theme in themes)
    )
    within = inside(items, reading.span)
    outside = items["last"] < pd.Timestamp(reading.span.first)
    if reading.statement not in ("rises", "appears"):
        outside |= items["first"] > pd.Timestamp(reading.span.last)
    if reading.formats:
        outside |= within & ~items["format"].isin([*reading.formats, "unknown"])
        within &= items["format"].isin(reading.formats)
    for span in reading.apart:
        apart = inside(items, span)
        within, outside = within & ~apart, outside & ~apart
    place = np.select([within, outside], [_INSIDE, _OUTSIDE], "apart")
    return items.assign(place=place, claimed=claimed.to_numpy(dtype=bool))


def estimate_of(items: pd.DataFrame, *, random_state: int = 0) -> Estimate:
    """Compare the share of what is claimed inside and outside the time of a claim.

    Parameters
    ----------
    items : DataFrame
        From :func:`placed_items`.
    random_state : int, default 0
    """
    table = _theme_table(items)
    periods = _groups()
    counts = theme_counts(table, periods, themes=["claimed"])
    (sums, totals), meetings = counts.sums(), counts.n_meetings()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = sums[:, 0] / totals
    low, high = (bound[:, 0] for bound in clustered_interval(counts, level=_LEVEL))
    icc = float(estimated_icc(counts)[0])
    change: dict[str, Any] = {**_change(table, periods, random_state)}
    needed, needed_items = _needed(share, meetings, totals, counts.totals, icc)
    side: dict[str, Any] = {}
    for place, name in enumerate((_OUTSIDE, _INSIDE)):
        side |= {f"n_{name}": int(sums[place, 0]), f"n_items_{name}": int(totals[place])}
        side |= {f"n_meetings_{name}": int(meetings[place]), f"share_{name}": float(share[place])}
        side |= {f"share_{name}_low": float(low[place]), f"share_{name}_high": float(high[place])}
    return Estimate(**side, **change, icc=icc, needed_meetings=needed, needed_items=needed_items)


@cache
def _groups() -> pd.DataFrame:
    return make_periods(_GROUPS)


def _theme_table(items: pd.DataFrame) -> pd.DataFrame:
    """Return a theme table of two themes, its meetings in two periods."""
    placed = items[items["place"].isin(_DAYS)]
    table = pd.DataFrame(
        {
            "item_id": placed["item_id"],
            "meeting_id": placed["meeting_id"],
            "theme": np.where(placed["claimed"], "claimed", "other"),
            "weight": 1.0,
            "body": placed["body"],
            "format": placed["format"],
            "date": placed["place"].map(_DAYS).astype("str"),
            "date_precision": "day",
        }
    ).reset_index(drop=True)
    table.attrs["themes"] = ["claimed", "other"]
    return table


def _change(table: pd.DataFrame, periods: pd.DataFrame, random_state: int) -> dict[str, float]:
    names = ("difference", "difference_low", "difference_high", "p")
    if set(table["date"]) != set(_DAYS.values()):
        return dict.fromkeys(names, np.nan)
    from cio_topics.tracking.changes import theme_changes

    changes = theme_changes(
        table,
        periods,
        groups=(_OUTSIDE, _INSIDE),
        themes=["claimed"],
        level=_LEVEL,
        random_state=random_state,
    )
    row = changes.iloc[0]
    return {name: float(row[name]) for name in names}


def _needed(
    share: np.ndarray, meetings: np.ndarray, totals: np.ndarray, sizes: np.ndarray, icc: float
) -> tuple[int | None, int | None]:
    """Return how many meetings, and items, each side needs."""
    if not len(sizes):
        return None, None
    outside, inside_ = (float(value) if value == value else np.nan for value in share)
    base = outside if outside == outside else 0.0
    seen = inside_ - base if inside_ == inside_ else SMALLEST
    size = max(abs(seen), SMALLEST)
    after = base + size if seen >= 0 and base + size <= 1 else base - size
    if not 0 <= after <= 1:
        base, after = (0.0, size) if seen >= 0 else (size, 0.0)
    n = meetings_needed(base, after, items_per_meeting=sizes, icc=icc, level=_LEVEL)
    return n, int(np.ceil(n * sizes.mean()))


class _Case(NamedTuple):
    """What a rule sees."""

    claim: Claim
    known: Known
    items: pd.DataFrame
    estimate: Estimate
    complete: Callable[[Span], bool]
    seed: int

    @property
    def reading(self) -> Reading:
        return self.claim.reading

    def of(self, place: str) -> pd.DataFrame:
        return self.items[(self.items["place"] == place) & self.items["claimed"]]


class _Answer(NamedTuple):
    verdict: Verdict
    ja: str
    en: str
    found_ja: str = ""
    found_en: str = ""
    p: float | None = None
    needed: tuple[int | None, int | None] | None = None  # more meetings, more items


def theme_judgement(
    claim: Claim, known: Known, complete: Callable[[Span], bool], *, random_state: int = 0
) -> tuple[Judgement, Estimate]:
    """Judge a claim about a theme and a time by the rule of its statement.

    Parameters
    ----------
    claim : Claim
    known : Known
    complete : callable
        Whether every meeting of a span is known.
    random_state : int, default 0
    """
    items = placed_items(claim, known)
    estimate = estimate_of(items, random_state=random_state)
    case = _Case(claim, known, items, estimate, complete, random_state)
    answer = _RULES[claim.reading.statement](case)
    shares_ja, shares_en = _shares_text(estimate)
    decided = answer.verdict != "not_decidable"
    e = estimate
    needed = answer.needed or (
        _more(e.needed_meetings, e.n_meetings_inside),
        _more(e.needed_items, e.n_items_inside),
    )
    judgement = Judgement(
        answer.verdict,
        answer.ja + shares_ja,
        f"{answer.en} {shares_en}",
        claim.reading.statement,
        answer.found_ja or f"{e.n_items_inside}項目中{e.n_inside}",
        answer.found_en or f"{e.n_inside} of {e.n_items_inside} items",
        _number(e.share_inside),
        _number(e.share_inside_low),
        _number(e.share_inside_high),
        "95%" if e.share_inside_low == e.share_inside_low else "",
        n=e.n_inside,
        n_items=e.n_items_inside,
        n_meetings=e.n_meetings_inside,
        p=_number(e.p) if answer.p is None else answer.p,
        needed_meetings=0 if decided else needed[0],
        needed_items=0 if decided else needed[1],
        item_ids=tuple(items["item_id"][items["claimed"]]),
    )
    return judgement, estimate


def _number(value: float) -> float | None:
    return None if value != value else float(value)


def _more(needed: int | None, known: int) -> int | None:
    return None if needed is None else max(0, needed - known)


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.0f}"


def _shares_text(e: Estimate) -> tuple[str, str]:
    ja = (
        f"期間内{e.n_inside}/{e.n_items_inside}項目({e.n_meetings_inside}会議)、"
        f"比べる期間{e.n_outside}/{e.n_items_outside}項目({e.n_meetings_outside}会議)"
    )
    en = (
        f"{e.n_inside} of {e.n_items_inside} items ({e.n_meetings_inside} meetings) in the time, "
        f"{e.n_outside} of {e.n_items_outside} ({e.n_meetings_outside}) in the time compared with"
    )
    if e.difference == e.difference:
        bounds = f"{100 * e.difference_low:+.0f}", f"{100 * e.difference_high:+.0f}"
        p = "" if e.p != e.p else f", p = {e.p:.3f}"
        ja += f"、差{100 * e.difference:+.0f}ポイント(95%区間 {bounds[0]}〜{bounds[1]}{p})"
        en += f"; difference {100 * e.difference:+.0f} points ({bounds[0]} to {bounds[1]}{p})"
    return f"{ja}。", f"{en}."


def _is_agenda(case: _Case) -> _Answer:
    """Decide whether more than half of the items are what is claimed."""
    e = case.estimate
    low, high = e.share_inside_low, e.share_inside_high
    if case.complete(case.reading.span):  # all is known: the share is no estimate
        low = high = e.share_inside
    verdict: Verdict = "not_decidable"
    if low > 0.5:
        verdict = "confirmed"
    elif high < 0.5:
        verdict = "contradicted"
    others = e.n_items_inside - e.n_inside
    bounds = f"{_percent(low)}〜{_percent(high)}%"
    ja = f"期間の割合{_percent(e.share_inside)}%(95%区間 {bounds})。ほかの議題が{others}項目。"
    en = (
        f"Share in the time {_percent(e.share_inside)} % (95 % interval {_percent(low)} to "
        f"{_percent(high)} %); {others} items are about something else."
    )
    return _Answer(verdict, ja, en, needed=_needed_for_half(case))


def _needed_for_half(case: _Case) -> tuple[int | None, int | None]:
    """Return how many more meetings and items set the observed share apart from one half."""
    rows = case.items[case.items["place"] == _INSIDE]
    if rows.empty:
        return None, None
    share, sizes = case.estimate.share_inside, rows["meeting_id"].value_counts().to_numpy()
    apart = abs(share - 0.5) or SMALLEST
    variance = max(share * (1 - share), 0.25 - apart**2) * design_effect(sizes, case.estimate.icc)
    return _beyond(variance * (_QUANTILES / apart) ** 2, len(rows), sizes.mean())


def _beyond(items: float, known: int, size: float) -> tuple[int, int]:
    """Return how many more meetings and items than are known make so many items."""
    more = max(0, int(np.ceil(items)) - known)
    return int(np.ceil(more / size)), more


def _dominates(case: _Case) -> _Answer:
    """Decide whether the theme has a larger share than each other theme."""
    rows = case.items[case.items["place"] == _INSIDE]
    themes = case.known.themes.attrs["themes"]
    named = [theme for theme in themes if theme != case.known.fallback]
    if rows.empty or case.reading.theme not in named:
        return _Answer("not_decidable", "期間内の項目がない。", "No item of the time is known.")
    given = np.array(
        [[theme in row for theme in named] for row in rows["themes"].str.split(";")], dtype=float
    )
    place, names = pd.factorize(rows["meeting_id"])
    counts = np.zeros((len(names), len(named)))
    np.add.at(counts, place, given)
    totals = np.bincount(place).astype(float)
    others = compare_with_others(
        counts, totals, named.index(case.reading.theme), level=_LEVEL, random_state=case.seed
    )
    larger = others[others["difference"] < 0]
    verdict: Verdict = "not_decidable"
    complete = case.complete(case.reading.span)  # all is known: the shares are no estimates
    if (others["difference"] > 0).all() and (complete or (others["p"] <= 1 - _LEVEL).all()):
        verdict = "confirmed"
    elif (larger["p_adjusted"] <= 1 - _LEVEL).any() or (complete and len(larger)):
        verdict = "contradicted"
    nearest = others.iloc[0]
    rival, p = named[int(nearest["place"])], float(others["p"].max())
    points = f"{100 * nearest['difference']:+.0f}"
    low, high = (
        f"{100 * nearest['difference_low']:+.0f}",
        f"{100 * nearest['difference_high']:+.0f}",
    )
    ja = (
        f"最も近いテーマ {rival} との差{points}ポイント(同時95%区間 {low}〜{high})、"
        f"最大の p = {p:.4f}。"
    )
    en = (
        f"Nearest theme {rival}: difference {points} points (simultaneous 95 % interval {low} to "
        f"{high}); largest p of all comparisons {p:.4f}."
    )
    error = float(nearest["standard_error"])
    ahead = abs(float(nearest["difference"])) / error if error > 0 else 0.0
    needed: tuple[int | None, int | None] = (None, None)
    if ahead > 0:
        size = len(rows) / len(totals)
        needed = _beyond(len(rows) * (_QUANTILES / ahead) ** 2, len(rows), size)
    return _Answer(verdict, ja, en, p=p, needed=needed)


def _on_agenda(case: _Case) -> _Answer:
    """Decide whether every year of the time has an item: one item proves a year."""
    first, last = (int(day[:4]) for day in case.reading.span)
    years = range(first, last + 1)
    found = set(case.of(_INSIDE)["year"])
    missing = [str(year) for year in years if str(year) not in found]
    empty = [year for year in missing if case.complete(Span(f"{year}-01-01", f"{year}-12-31"))]
    verdict: Verdict = "confirmed" if not missing else "not_decidable"
    if empty:
        verdict = "contradicted"
    seen = len(years) - len(missing)
    ja = f"{len(years)}年のうち{seen}年に項目がある"
    en = f"Items are found in {seen} of {len(years)} years"
    if missing:
        ja += f"(ない年: {'、'.join(missing)})"
        en += f" (none in {', '.join(missing)})"
    needed = len(missing), len(missing)
    shown = f"{len(years)}年中{seen}年", f"{seen} of {len(years)} years"
    return _Answer(verdict, f"{ja}。", f"{en}.", shown[0], shown[1], needed=needed)


def _rises(case: _Case) -> _Answer:
    """Decide whether the share is higher than before, and begins when the claim says."""
    e, begin = case.estimate, case.reading.span.first[:4]
    own = case.of(_INSIDE)
    dated = (own["year"] == begin).any()
    known = (case.items["place"] == _INSIDE) & (case.items["year"] == begin)
    verdict: Verdict = "not_decidable"
    if e.p <= 1 - _LEVEL and e.difference > 0 and dated:
        verdict = "confirmed"
    elif e.p <= 1 - _LEVEL and e.difference < 0:
        verdict = "contradicted"
    first = str(own["date"].min()) if len(own) else ""
    ja = f"{begin}年の項目は{int(known.sum())}件、該当する最初の項目は{first or 'なし'}。"
    en = f"{int(known.sum())} items of {begin} are known; the first that counts: {first or 'none'}."
    if e.p <= 1 - _LEVEL and e.difference > 0 and not dated:
        ja += f"増えたことはわかるが、{begin}年に始まったかはわからない。"
        en += f" The share rose, but whether it began in {begin} is not known."
        return _Answer(verdict, ja, en, *_first_text(first), needed=(1, 1))
    return _Answer(verdict, ja, en, *_first_text(first))


def _first_text(first: str) -> tuple[str, str]:
    return (f"最初は{first}", f"first {first}") if first else ("", "")


def _appears(case: _Case) -> _Answer:
    """Decide whether what is claimed is there from a month on, and not before."""
    e, begin = case.estimate, case.reading.span.first
    before, own = case.of(_OUTSIDE), case.of(_INSIDE)
    earlier = Span(STUDY.first, str((pd.Timestamp(begin) - pd.Timedelta(days=1)).date()))
    absent = case.complete(earlier) or e.p <= 1 - _LEVEL
    at_start = own["date"].str.startswith(begin[:7]).any()
    verdict: Verdict = "not_decidable"
    if len(before):
        verdict = "contradicted"
    elif at_start and absent:
        verdict = "confirmed"
    first = (
        str(case.items.loc[case.items["claimed"], "date"].min()) if len(before) + len(own) else ""
    )
    ja = f"それより前は{e.n_items_outside}項目中{len(before)}項目、最初の項目は{first or 'なし'}。"
    en = (
        f"{len(before)} of {e.n_items_outside} items before; the first that counts: "
        f"{first or 'none'}."
    )
    return _Answer(verdict, ja, en, *_first_text(first))


_RULES: dict[str, Callable[[_Case], _Answer]] = {
    "is_agenda": _is_agenda,
    "dominates": _dominates,
    "on_agenda": _on_agenda,
    "rises": _rises,
    "appears": _appears,
}
