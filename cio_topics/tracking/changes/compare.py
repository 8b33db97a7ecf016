"""Theme table → changes between two groups or from period to period, each with its test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.periods import GROUPINGS, UNKNOWN, check_period
from cio_topics.tracking.changes.effects import (
    Bounded,
    cohen_h,
    difference_of,
    odds_ratio,
    ratio_of,
    share_by_meetings,
)
from cio_topics.tracking.changes.model import model_test
from cio_topics.tracking.changes.power import meetings_needed
from cio_topics.tracking.changes.splits import split_test
from cio_topics.tracking.changes.statements import change_statements
from cio_topics.tracking.counts import FloatArray, IntArray, ThemeCounts, Unit, theme_counts
from cio_topics.tracking.likeness import estimated_icc, icc_within

__all__ = ["CHANGE_TESTS", "DIFFERENCE_ASKED", "NO_ORDER", "VERDICTS", "theme_changes"]

ChangeTest = Literal["auto", "model", "permutation", "fisher", "boschloo"]
#: ``model``: beta-binomial counts of meetings; ``permutation``: whole meetings dealt out anew;
#: ``fisher`` and ``boschloo``: exact, of units that are independent; ``auto``: see
#: :func:`theme_changes`.
CHANGE_TESTS = ("auto", "model", "permutation", "fisher", "boschloo")
#: What can be said of a change. ``no change``: none larger than the margin that was given.
VERDICTS = ("rose", "fell", "no change", "cannot tell")
#: The difference of shares for which ``meetings_needed_20`` says what it needs.
DIFFERENCE_ASKED = 0.2

#: Groupings whose order is no order of time: a government comes back, bodies sit side by side.
NO_ORDER = ("government", "format", "body")
# Meetings of both sides up to which Boschloo's test takes a moment only.
_MOST_BOSCHLOO = 200


class _Pair(NamedTuple):
    """Two groups, and how many periods without units lie between them."""

    before: str
    after: str
    n_skipped: int


class _Sides(NamedTuple):
    """The meetings of two groups that have units."""

    counts: FloatArray
    totals: FloatArray
    after: npt.NDArray[np.bool_]
    strata: IntArray


def theme_changes(
    table: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    groups: tuple[str, str] | None = None,
    themes: Sequence[str] | None = None,
    unit: Unit = "items",
    handouts: pd.Series[int] | None = None,
    administrations: pd.DataFrame | None = None,
    test: ChangeTest = "auto",
    within: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
    n_draws: int = 9999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the shares of themes in two groups, or in every period and the one before it.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : str or DataFrame, default "year"
        One of :data:`~cio_topics.periods.GROUPINGS`, or periods from
        :func:`~cio_topics.tracking.make_periods`.
    groups : (str, str), optional
        Two values of `by`: the second is compared with the first. If None, each period is compared
        with the last one before it that has units. Governments, formats and bodies have no such
        order: there must be just two of them then.
    themes : sequence of str, optional
        All of the codebook if None.
    unit : {"items", "meetings", "handouts"}, default "items"
    handouts, administrations
        As in :func:`~cio_topics.tracking.theme_counts`.
    test : {"auto", "model", "permutation", "fisher", "boschloo"}, default "auto"
        ``auto`` depends on the numbers and sizes of meetings alone: Boschloo's where every meeting
        has one unit (up to 200 meetings, for it takes long), the permutation of whole meetings
        where all have as many and with `within`, else the beta-binomial model. A permutation lets
        meetings change sides only with meetings that have as many units: then it is exact, but
        meetings without a partner tell it nothing. Fisher's and Boschloo's test are for meetings of
        one unit.
    within : str, optional
        A column of GROUPINGS, as ``"body"``: meetings change sides only within a body, so that a
        body that sat in one period alone is no change.
    margin : float in (0, 1), optional
        A difference that would not matter. Where the ``2 * level - 1`` interval lies within it on
        both sides (two one-sided tests), the verdict is ``no change``.
    level : float in (0, 1), default 0.95
        Of intervals; a p_adjusted of at most ``1 - level`` is a change.
    n_draws : int, default 9999
        Splits that a permutation test draws where there are too many to look at all.
    random_state : int, default 0

    Returns
    -------
    DataFrame
        One row a pair and theme, pairs in order of time, themes in the given order:

        - ``theme, before, after``; ``n_skipped``: periods without units between the two;
        - ``n_before`` (units with the theme), ``n_units_before``, ``n_items_before``,
          ``n_meetings_before`` (that have units), ``share_before, share_before_low,
          share_before_high``, and the same ``after``;
        - ``difference, ratio`` with ``_low, _high``; ``odds_ratio, cohen_h``;
        - ``difference_tested, n_meetings_tested``: what the test is about, where a permutation does
          not look at all meetings alike;
        - ``test, p, p_smallest`` (of the most extreme data with as many units that have the theme),
          ``n_tests`` (the family) and ``p_adjusted`` (Benjamini-Hochberg);
        - ``icc``: of the theme, over all meetings of `table` within periods; ``meetings_needed``
          and ``meetings_needed_20``: on each side, to find the observed difference and one of 20
          points with a power of 80 %;
        - ``verdict`` (of :data:`VERDICTS`), ``statement_ja``, ``statement_en``;
        - ``n_items_unknown, n_meetings_unknown``: without a period, in no comparison. These two and
          ``n_tests`` are among the ``attrs``, too, for a table without rows.

        The family is every test of this call whose ``p_smallest`` is at most ``1 - level``: no
        other could have found anything. Numbers that the data cannot give are no numbers.

    Raises
    ------
    SettingsError
        An unknown grouping, group, theme, unit or test; groups that are the same, or ``unknown``; a
        test that does not fit the unit.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x

    Gilbert, P. B. (2005). A modified false discovery rate multiple-comparisons procedure for
    discrete data. Journal of the Royal Statistical Society C 54, 143-158.
    doi:10.1111/j.1467-9876.2005.00475.x (which tests are in the family).

    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure. Journal of
    Pharmacokinetics and Biopharmaceutics 15, 657-680. doi:10.1007/BF01068419

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> table = theme_table(read_example())
    >>> changes = theme_changes(table, "government", groups=("democratic_led", "ldp_led"),
    ...     themes=["open_data"])
    >>> changes[["n_before", "n_items_before", "n_after", "n_items_after"]].values.tolist()
    [[2, 22, 13, 269]]
    >>> changes["verdict"].tolist(), changes["test"].tolist()
    (['cannot tell'], ['model'])
    >>> theme_changes(table, "government", groups=("ldp", "democratic_led"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown period 'ldp'; expected one of: ldp_led, ...
    """
    _check(test, within, margin, level)
    counts = theme_counts(
        table, by, themes=themes, unit=unit, handouts=handouts, administrations=administrations
    )
    strata = _strata(table, within, counts)
    likeness = estimated_icc(counts)
    rows = []
    for pair in _pairs(counts, by, groups):
        sides = _sides(counts, pair, strata)
        chosen = likeness, test, within, level, n_draws, random_state
        rows.append(_compared(counts, pair, sides, *chosen))
    changes = pd.concat(rows, ignore_index=True) if rows else _nothing(counts)
    changes = _adjusted(changes, level)
    changes["verdict"] = _verdicts(changes, level, margin)
    for lang in ("ja", "en"):
        changes[f"statement_{lang}"] = change_statements(
            changes,
            lang,
            unit=unit,
            margin=margin,
            ordered=not (isinstance(by, str) and by in NO_ORDER),
        )
    changes = changes.drop(columns=["inner_low", "inner_high"])
    unknown = counts.places == _place(counts, UNKNOWN)
    whole = {"n_items_unknown": int(counts.items[unknown].sum())}
    whole["n_meetings_unknown"] = int(unknown.sum())
    changes = changes.assign(**whole)
    changes.attrs.update(whole, n_tests=int(changes["p_adjusted"].notna().sum()))
    return changes


def _check(test: str, within: str | None, margin: float | None, level: float) -> None:
    check_level(level)
    if test not in CHANGE_TESTS:
        raise SettingsError(
            f"unknown test {shorten(test)}; expected one of: {choices(CHANGE_TESTS)}."
        )
    if within is not None:
        check_period(within, GROUPINGS)
        if test not in ("auto", "permutation"):
            raise SettingsError(
                f"test {shorten(test)} within {shorten(within)}; expected permutation, the only "
                "test that looks within groups.",
                "Leave out the test, or within.",
                "検定か within のどちらかを指定しないでください。",
            )
    if margin is not None and not 0 < margin < 1:
        raise SettingsError(
            f"margin is {margin}; expected a difference of shares between 0 and 1, such as 0.1.",
            "Write 10 points as 0.1.",
            "10ポイントは 0.1 と書いてください。",
        )


def _pairs(
    counts: ThemeCounts, by: str | pd.DataFrame, groups: tuple[str, str] | None
) -> list[_Pair]:
    totals = counts.sums()[1]
    if groups is not None:
        for group in groups:
            counts.rows_of(group)
        if UNKNOWN in groups:
            named = [name for name in counts.periods if name != UNKNOWN]
            raise SettingsError(
                f"groups are {choices(groups)}; expected two of: {choices(named)}. Meetings whose "
                "group is not known are in no comparison.",
                "Name two groups that are known.",
                "分かっている二つのグループを指定してください。",
            )
        if len(groups) != 2 or groups[0] == groups[1]:
            raise SettingsError(
                f"groups are {choices(groups)}; expected two that differ.",
                "Name two periods, such as the one before and the one after.",
                "異なる二つの期間を指定してください。",
            )
        return [_Pair(groups[0], groups[1], 0)]
    known = [place for place, name in enumerate(counts.periods) if name != UNKNOWN]
    some = [place for place in known if totals[place] > 0]
    if isinstance(by, str) and by in NO_ORDER and len(some) != 2:
        raise SettingsError(
            f"{by} has no order of time and {len(some)} values with items; expected the two that "
            f"are to be compared, of: {choices(counts.periods)}.",
            "Name them as groups (--between BEFORE AFTER).",
            "比べる二つを groups(--between 前 後)で指定してください。",
        )
    names = counts.periods
    return [
        _Pair(names[before], names[after], after - before - 1) for before, after in pairwise(some)
    ]


def _place(counts: ThemeCounts, period: str) -> int:
    return counts.periods.index(period) if period in counts.periods else -1


def _strata(table: pd.DataFrame, within: str | None, counts: ThemeCounts) -> IntArray:
    """Return of which kind each meeting is: it has as many units, and is of the same body."""
    keys = pd.DataFrame({"size": counts.totals}, index=list(counts.meetings))
    if within is not None:
        of_meeting = table.drop_duplicates("meeting_id").set_index("meeting_id")[within]
        keys["within"] = of_meeting.reindex(keys.index)
    return np.asarray(keys.groupby(list(keys), sort=True).ngroup(), dtype=np.int64)


def _sides(counts: ThemeCounts, pair: _Pair, strata: IntArray) -> _Sides:
    places = [_place(counts, pair.before), _place(counts, pair.after)]
    rows = np.flatnonzero(np.isin(counts.places, places) & (counts.totals > 0))
    return _Sides(
        counts.counts[rows],
        counts.totals[rows],
        counts.places[rows] == places[1],
        strata[rows],
    )


def _compared(
    counts: ThemeCounts,
    pair: _Pair,
    sides: _Sides,
    likeness: FloatArray,
    test: ChangeTest,
    within: str | None,
    level: float,
    n_draws: int,
    random_state: int,
) -> pd.DataFrame:
    """Return the rows of one pair, without what depends on other pairs."""
    alike = np.full(len(counts.themes), np.nan)
    if len(sides.totals):
        alike = icc_within(sides.counts, sides.totals, sides.after.astype(np.int64))
    before, after = _shares(sides, alike, level)
    inner = difference_of(*_shares(sides, alike, max(2 * level - 1, level / 2)))
    row: dict[str, Any] = {"theme": list(counts.themes), "before": pair.before}
    row |= {"after": pair.after, "n_skipped": pair.n_skipped}
    for side, share, here in (("before", before, ~sides.after), ("after", after, sides.after)):
        rows = counts.rows_of(getattr(pair, side))
        row[f"n_{side}"] = sides.counts[here].sum(axis=0).astype(int)
        row[f"n_units_{side}"] = int(sides.totals[here].sum())
        row[f"n_items_{side}"] = int(counts.items[rows].sum())
        row[f"n_meetings_{side}"] = int(here.sum())
        row |= _columns(f"share_{side}", share)
    row |= _columns("difference", difference_of(before, after))
    row |= _columns("ratio", ratio_of(before, after))
    row["odds_ratio"] = odds_ratio(before.value, after.value)
    row["cohen_h"] = cohen_h(before.value, after.value)
    tested = {"difference_tested": row["difference"], "n_meetings_tested": len(sides.totals)}
    row |= tested | _tested(sides, _test_for(sides, test, within), n_draws, random_state)
    row["icc"] = likeness
    row |= _needed(before.value, after.value, sides.totals, likeness, level)
    row |= {"inner_low": inner.low, "inner_high": inner.high}
    return pd.DataFrame(row)


def _shares(sides: _Sides, alike: FloatArray, level: float) -> tuple[Bounded, Bounded]:
    return (
        share_by_meetings(
            sides.counts[~sides.after], sides.totals[~sides.after], icc=alike, level=level
        ),
        share_by_meetings(
            sides.counts[sides.after], sides.totals[sides.after], icc=alike, level=level
        ),
    )


def _columns(name: str, bounded: Bounded) -> dict[str, FloatArray]:
    return {name: bounded.value, f"{name}_low": bounded.low, f"{name}_high": bounded.high}


def _tested(sides: _Sides, test: str, n_draws: int, random_state: int) -> dict[str, Any]:
    """Return test, p and p_smallest; no p where a side has fewer than two meetings."""
    if min(int(sides.after.sum()), int((~sides.after).sum())) < 2:
        nothing = np.full(sides.counts.shape[1], np.nan)
        return {"test": "none", "p": nothing, "p_smallest": nothing}
    if test == "permutation":
        split = split_test(
            sides.counts,
            sides.totals,
            sides.after,
            strata=sides.strata,
            n_draws=n_draws,
            random_state=random_state,
        )
        found = {"difference_tested": split.difference, "n_meetings_tested": split.n_meetings}
        return {"test": test, "p": split.p, "p_smallest": split.p_smallest, **found}
    if test == "model":
        model = model_test(sides.counts, sides.totals, sides.after)
        return {"test": test, "p": model.p, "p_smallest": model.p_smallest}
    return {"test": test, **_of_tables(sides, test)}


def _test_for(sides: _Sides, test: ChangeTest, within: str | None) -> str:
    ones = bool((sides.totals == 1).all())
    if test in ("fisher", "boschloo") and not ones:
        raise SettingsError(
            f"test {shorten(test)} with meetings of several units; expected meetings of one unit, "
            "for it takes units as independent.",
            "Count meetings (--unit meetings), or leave the test out.",
            "会議を単位にする(--unit meetings)か、検定を指定しないでください。",
        )
    if test != "auto":
        return test
    if within is not None:
        return "permutation"
    if ones:
        return "boschloo" if len(sides.totals) <= _MOST_BOSCHLOO else "model"
    return "permutation" if np.unique(sides.totals).size == 1 else "model"


def _of_tables(sides: _Sides, test: str) -> dict[str, FloatArray]:
    """Return p of two-by-two tables of meetings with and without each theme."""
    from scipy.stats import boschloo_exact, fisher_exact

    n = int((~sides.after).sum()), int(sides.after.sum())
    before = sides.counts[~sides.after].sum(axis=0).astype(int)
    after = sides.counts[sides.after].sum(axis=0).astype(int)
    known: dict[tuple[int, int], float] = {}

    def p_of(one: int, other: int) -> float:
        if not 0 < one + other < sum(n):
            return np.nan
        if (one, other) not in known:
            cells = np.array([[one, other], [n[0] - one, n[1] - other]])
            found = fisher_exact(cells) if test == "fisher" else boschloo_exact(cells)
            known[one, other] = min(float(found.pvalue), 1.0)
        return known[one, other]

    p = [p_of(int(one), int(other)) for one, other in zip(before, after, strict=True)]
    smallest = []
    for k, own in zip((before + after).tolist(), p, strict=True):
        ends = p_of(min(k, n[0]), k - min(k, n[0])), p_of(k - min(k, n[1]), min(k, n[1]))
        smallest.append(min(own, *ends))
    return {"p": np.array(p), "p_smallest": np.array(smallest)}


def _needed(
    before: FloatArray, after: FloatArray, totals: FloatArray, icc: FloatArray, level: float
) -> dict[str, list[float]]:
    asked = np.where(before + DIFFERENCE_ASKED <= 1, DIFFERENCE_ASKED, -DIFFERENCE_ASKED)
    known: dict[tuple[float, float, float], float] = {}

    def needed(one: float, other: float, alike: float) -> float:
        if np.isnan(one) or np.isnan(other) or one == other:
            return np.nan
        key = one, other, alike if alike > 0 else 0.0
        if key not in known:
            known[key] = meetings_needed(
                one, other, items_per_meeting=totals, icc=key[2], level=level
            )
        return known[key]

    each = list(zip(before.tolist(), after.tolist(), asked.tolist(), icc.tolist(), strict=True))
    return {
        "meetings_needed": [needed(one, other, alike) for one, other, _, alike in each],
        "meetings_needed_20": [needed(one, one + more, alike) for one, _, more, alike in each],
    }


def _adjusted(changes: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add the family of tests and p adjusted within it."""
    from scipy.stats import false_discovery_control

    # Rounding must not put a p that is just 1 - level out of the family.
    family = changes["p_smallest"].notna() & (changes["p_smallest"] <= 1 - level + 1e-12)
    changes["n_tests"] = int(family.sum())
    changes["p_adjusted"] = np.nan
    if family.any():
        changes.loc[family, "p_adjusted"] = false_discovery_control(changes.loc[family, "p"])
    return changes


def _verdicts(changes: pd.DataFrame, level: float, margin: float | None) -> pd.Series[str]:
    found = changes["p_adjusted"] <= 1 - level + 1e-12
    size = changes["difference_tested"]
    inside = pd.Series(False, index=changes.index)
    if margin is not None:
        inside = (changes["inner_low"] >= -margin) & (changes["inner_high"] <= margin)
    verdicts = np.select(
        [found & (size > 0), found & (size < 0), inside], VERDICTS[:3], VERDICTS[3]
    )
    return pd.Series(verdicts, index=changes.index, dtype="str")


def _nothing(counts: ThemeCounts) -> pd.DataFrame:
    """Return no rows, for data of one period or none."""
    place = counts.periods[0] if counts.periods else ""
    empty = np.zeros((0, len(counts.themes)))
    sides = _Sides(empty, np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64))
    nothing = np.full(len(counts.themes), np.nan)
    pair = _Pair(place, place, 0)
    return _compared(counts, pair, sides, nothing, "model", None, 0.95, 1, 0).iloc[:0]
