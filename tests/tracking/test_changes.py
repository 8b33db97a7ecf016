"""Changes: their sizes, their tests, and what is said of them. Rows of the tables are invented."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom
from statsmodels.stats.proportion import confint_proportions_2indep

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.themes import theme_table
from cio_topics.tracking import (
    NO_ORDER,
    VERDICTS,
    change_statements,
    cohen_h,
    make_periods,
    model_test,
    odds_ratio,
    share_by_meetings,
    simulate_counts,
    split_test,
    theme_changes,
)
from cio_topics.tracking.changes.compare import _adjusted
from cio_topics.tracking.changes.effects import Bounded, difference_of, ratio_of
from cio_topics.tracking.changes.model import sum_distribution

EXAMPLE = theme_table(read_example())
CIO = "各府省情報化統括責任者(CIO)連絡会議"


def table_of(meetings):
    """Return a theme table of meetings: (year or "", body, themes of each item)."""
    rows = [
        (f"i{m}-{i}", theme, f"m{m:03}", year, "year" if year else "unknown", body)
        for m, (year, body, items) in enumerate(meetings)
        for i, themes in enumerate(items)
        for theme in themes.split("+")
    ]
    columns = ["item_id", "theme", "meeting_id", "date", "date_precision", "body"]
    table = pd.DataFrame(rows, columns=columns, dtype="str")
    table["year"] = table["date"].where(table["date"] != "", "unknown")
    table["format"] = "unknown"
    table.attrs["themes"] = ["a", "b", "never"]
    return table


def bounded(n, n_items):
    return Bounded(np.array([n / n_items]), *wilson_interval([n], [n_items]))


# ---------------------------------------------------------------------- sizes of changes


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_intervals_of_differences_are_newcombes(after, before, low, high):
    found = difference_of(bounded(*before), bounded(*after))
    assert [float(found.low[0]), float(found.high[0])] == pytest.approx([low, high], abs=5e-5)


def test_intervals_of_ratios_are_near_those_on_the_log_scale():
    found = ratio_of(bounded(200, 1000), bounded(300, 1000))
    low, high = confint_proportions_2indep(300, 1000, 200, 1000, compare="ratio", method="log")
    assert [float(found.low[0]), float(found.high[0])] == pytest.approx([low, high], abs=0.01)


def test_a_ratio_has_a_lower_bound_where_the_first_bound_is_twice_the_share():
    """Donner and Zou's quotient is 0 / 0 there; its neighbours say what it is."""
    after = Bounded(*np.array([[0.4], [0.3], [0.5]]))
    low = [
        float(ratio_of(Bounded(*np.array([[0.2], [0.1], [high]])), after).low[0])
        for high in (0.4 - 1e-6, 0.4, 0.4 + 1e-6)
    ]
    assert low[1] == pytest.approx((low[0] + low[2]) / 2, abs=1e-9)
    assert low[1] == pytest.approx(0.9375, abs=1e-9)  # 0.3 (0.8 - 0.3) / (2 * 0.08)


def test_one_item_a_meeting_gives_wilsons_interval_but_for_the_quantile():
    many = share_by_meetings(np.r_[np.ones(3000), np.zeros(7000)][:, None], np.ones(10000))
    assert [float(bound[0]) for bound in many[1:]] == pytest.approx(
        [float(bound[0]) for bound in wilson_interval([3000], [10000])], abs=1e-5
    )


@pytest.mark.parametrize(
    ("before", "after", "h"),
    # Cohen 1988, table 6.2.2: h of 0.5 and 0.4 is 1.571 - 1.369; of 0.65 and 0.45 1.875 - 1.471
    [(0.4, 0.5, 1.571 - 1.369), (0.45, 0.65, 1.875 - 1.471), (0.0, 1.0, np.pi)],
)
def test_h_is_cohens(before, after, h):
    assert cohen_h(before, after) == pytest.approx(h, abs=1e-3)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(0.5, 0.75, 3.0), (0.0, 0.5, np.inf), (0.5, 0.0, 0.0), (0.0, 0.0, np.nan), (1.0, 1.0, np.nan)],
)
def test_odds_ratio_by_hand(before, after, expected):
    assert odds_ratio(before, after) == pytest.approx(expected, nan_ok=True)


MEETINGS = st.lists(
    st.integers(1, 5).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    min_size=2,
    max_size=7,
)


def arrays(meetings):
    totals, counts = np.array(meetings, dtype=float).T
    return counts[:, None], totals


@settings(max_examples=60, deadline=None)
@given(MEETINGS, MEETINGS)
def test_laws_of_every_comparison(one, other):
    sides = [share_by_meetings(*arrays(each)) for each in (one, other)]
    difference, back = difference_of(*sides), difference_of(*sides[::-1])
    ratio, inverse = ratio_of(*sides), ratio_of(*sides[::-1])
    assert -1 <= difference.low[0] <= difference.value[0] <= difference.high[0] <= 1
    assert difference.low[0] == pytest.approx(-back.high[0])
    if sides[0].value[0] + sides[1].value[0] > 0:
        assert 0 <= ratio.low[0] <= ratio.value[0] * (1 + 1e-9)
        assert ratio.value[0] <= ratio.high[0] * (1 + 1e-9)
        if ratio.low[0] > 0:
            assert 1 / ratio.low[0] == pytest.approx(inverse.high[0], rel=1e-6)
    counts, totals = arrays(one + other)
    after = np.arange(len(totals)) >= len(one)
    found, turned = model_test(counts, totals, after), model_test(counts, totals, ~after)
    if 0 < counts.sum() < totals.sum():
        assert 0 < found.p_smallest[0] <= found.p[0] + 1e-12 <= 1 + 1e-9
        assert found.p[0] == pytest.approx(turned.p[0], abs=1e-9)
    else:
        assert np.isnan(found.p[0])


# ---------------------------------------------------------------------- permutations

WARP = [26, 30, 54, 25, 70, 52, 51, 26, 27, 14, 29, 19, 29, 31, 41, 20]
# wool A, wool B by tension L, M, H: first four of each
BLOCKS = [26, 30, 54, 25, 27, 14, 29, 19, 18, 21, 29, 17, 42, 26, 19, 16, 36, 21, 24, 18, 20, 21]
BLOCKS += [24, 17]


def test_all_splits_give_the_p_of_coin():
    # R 4.2.2, coin 1.4.2 independence_test(breaks ~ wool, distribution = exact()) on warpbreaks,
    # tension L, first eight of each wool: 0.03543123543. Sides and sizes are equal: there a
    # standard error changes nothing.
    counts = np.array(WARP, dtype=float)[:, None]
    found = split_test(counts, np.full(16, 100.0), np.arange(16) >= 8)
    assert found.exact
    assert found.n_splits == 12870
    assert found.p[0] == pytest.approx(0.03543123543, abs=1e-10)


def test_splits_within_strata_give_the_p_of_coin():
    # R 4.2.2, coin 1.4.2 independence_test(breaks ~ wool | tension), 10^6 draws: 0.354
    counts = np.array(BLOCKS, dtype=float)[:, None]
    after = np.tile(np.repeat([False, True], 4), 3)
    found = split_test(counts, np.full(24, 100.0), after, strata=np.repeat([0, 1, 2], 8))
    assert not found.exact
    assert found.p[0] == pytest.approx(0.354, abs=0.015)


def test_the_lady_tasting_tea():
    # Fisher 1935; R 4.2.2, stats::fisher.test(matrix(c(3, 1, 1, 3), 2)): 0.4857142857
    counts = np.array([1, 1, 1, 0, 1, 0, 0, 0], dtype=float)[:, None]
    found = split_test(counts, np.ones(8), np.arange(8) >= 4)
    assert found.p[0] == pytest.approx(0.4857142857, abs=1e-9)
    assert found.p_smallest[0] == pytest.approx(2 / 70)


@pytest.mark.parametrize("seed", range(4))
def test_splits_as_a_loop_over_them(seed):
    rng = np.random.default_rng(seed)
    totals = rng.integers(1, 5, 9).astype(float)
    counts = rng.binomial(totals.astype(int), 0.4).astype(float)
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1])
    after = np.array([True, False, False, True, False, True, True, False, False])

    def statistic(chosen):
        top = variance = 0.0
        for stratum in (0, 1):
            here = strata == stratum
            share = counts[here].sum() / totals[here].sum()
            residual = counts - totals * share
            n = [totals[here & ~chosen].sum(), totals[here & chosen].sum()]
            weight = n[0] * n[1] / sum(n)
            shares = [
                counts[here & side].sum() / k for side, k in ((~chosen, n[0]), (chosen, n[1]))
            ]
            top += weight * (shares[1] - shares[0])
            variance += weight**2 * (residual[here & ~chosen] ** 2).sum() / n[0] ** 2
            variance += weight**2 * (residual[here & chosen] ** 2).sum() / n[1] ** 2
        return abs(top) / np.sqrt(variance)

    every = []
    for one in itertools.combinations(range(4), 2):
        for other in itertools.combinations(range(4, 9), 2):
            chosen = np.zeros(9, dtype=bool)
            chosen[[*one, *other]] = True
            every.append(statistic(chosen))
    observed = statistic(after)
    found = split_test(counts[:, None], totals, after, strata=strata)
    assert found.n_splits == len(every) == 60
    assert found.p[0] == pytest.approx(np.mean(np.array(every) >= observed - 1e-9))
    assert found.p_smallest[0] == pytest.approx(np.mean(np.array(every) >= max(every) - 1e-9))


def test_drawn_splits_are_near_all_of_them_and_repeat():
    rng = np.random.default_rng(0)
    counts = rng.binomial(3, 0.4, (15, 3)).astype(float)
    after = np.arange(15) >= 8
    exact = split_test(counts, np.full(15, 3.0), after)  # 6,435 splits
    wide = np.vstack([counts, counts])  # too many to look at all
    drawn = [split_test(wide, np.full(30, 3.0), np.tile(after, 2), random_state=1) for _ in "ab"]
    assert exact.exact
    assert not drawn[0].exact
    assert (drawn[0].p == drawn[1].p).all()
    assert (drawn[0].p >= 1 / 10000).all()


def test_a_stratum_of_one_side_tells_nothing():
    found = split_test(np.ones((4, 1)), np.full(4, 2.0), np.arange(4) >= 2, strata=[0, 0, 1, 1])
    assert found.n_meetings == 0
    assert np.isnan(found.p[0])


# ---------------------------------------------------------------------- the model


def test_sums_of_meetings_are_convolved():
    totals, share, icc = np.array([1.0, 3.0, 3.0, 2.0]), 0.3, 0.25
    expected = np.ones(1)
    for n in totals.astype(int):
        pmf = betabinom.pmf(np.arange(n + 1), n, 3 * share, 3 * (1 - share))  # (1 - icc) / icc = 3
        expected = np.convolve(expected, pmf)
    found = sum_distribution(totals, np.array([share]), np.array([icc]))
    assert found[0] == pytest.approx(expected, abs=1e-12)


def test_the_model_as_a_loop_over_all_outcomes():
    counts = np.array([[2.0], [1.0], [0.0], [0.0], [1.0], [0.0]])
    totals = np.array([2.0, 3.0, 1.0, 2.0, 4.0, 1.0])
    after = np.arange(6) >= 3
    share = np.array([4 / 13])
    # each side's own likeness or that of both, by hand from the definition in estimated_icc
    both, sides = _icc(counts, totals), [_icc(counts[~after], totals[~after])]
    sides.append(_icc(counts[after], totals[after]))
    one, other = (
        sum_distribution(totals[side], share, np.array([max(own, both, 0.0)]))[0]
        for side, own in zip((~after, after), sides, strict=True)
    )
    observed = abs(1 / 7 - 3 / 6)
    expected = sum(
        one[i] * other[j]
        for i in range(7)
        for j in range(8)
        if abs(j / 7 - i / 6) >= observed - 1e-12
    )
    assert model_test(counts, totals, after).p[0] == pytest.approx(expected, abs=1e-12)


def _icc(counts, totals):
    y, n = counts[:, 0], totals
    share, k = y.sum() / n.sum(), len(n)
    between = (n * (y / n - share) ** 2).sum() / (k - 1)
    within = (y * (n - y) / n).sum() / (n.sum() - k)
    size = (n.sum() - (n**2).sum() / n.sum()) / (k - 1)
    return (between - within) / (between + (size - 1) * within)


FOURS, ONES, SIXES = np.full(5, 4), np.ones(15, dtype=int), np.full(5, 6)


@pytest.mark.parametrize("sizes", [(FOURS, ONES), (SIXES, np.tile([1, 2, 3, 1], 5))])
@pytest.mark.parametrize("share", [0.05, 0.3])
def test_the_model_finds_little_where_there_is_nothing(sizes, share):
    drawn = simulate_counts([[share] * 1000] * 2, sizes, icc=0.4, random_state=5)
    found = model_test(drawn.counts, drawn.totals, drawn.places == 1).p <= 0.05
    assert found.mean() <= 0.06


def test_why_permutations_look_at_one_size_only():
    """With unlike sizes, rare themes and no strata a permutation finds far too much."""
    sizes = SIXES, np.tile([1, 2, 3, 1], 5)
    drawn = simulate_counts([[0.05] * 300] * 2, sizes, icc=0.4, random_state=5)
    after = drawn.places == 1
    free = split_test(drawn.counts, drawn.totals, after, n_draws=499)
    assert (free.p <= 0.05).mean() > 0.12
    mixed = np.tile([1, 1, 2, 2, 6], 4), np.tile([1, 2, 6, 6], 3)
    drawn = simulate_counts([[0.1] * 300] * 2, mixed, icc=0.4, random_state=5)
    after, strata = drawn.places == 1, drawn.totals.astype(int)
    strict = split_test(drawn.counts, drawn.totals, after, strata=strata, n_draws=499)
    assert (strict.p <= 0.05).mean() <= 0.06 + 0.02


@pytest.mark.parametrize("shares", [(0.1, 0.4), (0.3, 0.3)])
def test_intervals_hold_what_they_say(shares):
    sizes = np.tile([1, 1, 2, 4], 3)
    drawn = simulate_counts([[share] * 1000 for share in shares], [sizes, sizes], icc=0.3)
    sides = [
        share_by_meetings(drawn.counts[drawn.places == side], drawn.totals[drawn.places == side])
        for side in (0, 1)
    ]
    for found, truth in (
        (difference_of(*sides), shares[1] - shares[0]),
        (ratio_of(*sides), shares[1] / shares[0]),
    ):
        assert 0.93 <= ((found.low <= truth) & (truth <= found.high)).mean() <= 0.995


# ---------------------------------------------------------------------- tables


def test_the_family_is_adjusted_as_benjamini_and_hochberg_did():
    # Benjamini and Hochberg 1995, section 4.1: 15 hypotheses, the first four are rejected at 0.05;
    # R 4.2.2, stats::p.adjust(p, "BH"): 0.0015 0.0030 0.0095 0.035625 0.0603
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262]
    p += [0.5719, 0.6528, 0.7590, 1.0]
    coarse = [0.2]  # a test that could not have found anything is no member
    given = pd.DataFrame({"p": p + coarse, "p_smallest": [0.0] * 15 + [0.1]})
    found = _adjusted(given, 0.95)
    assert found["n_tests"].eq(15).all()
    assert found["p_adjusted"].head(5).tolist() == pytest.approx(
        [0.0015, 0.0030, 0.0095, 0.035625, 0.0603]
    )
    assert np.isnan(found["p_adjusted"].iloc[15])


BIG = [("2003", "x", ["a", "a"])] * 8 + [("2005", "x", ["b", "b"])] * 8
UNKNOWN = [("", "x", ["a", "a", "b"])]
#: Columns of the row of theme a, and what they must be.
ROWS = [
    # everything changes, over a year without items; the meeting without a date is counted aside
    (
        BIG + UNKNOWN,
        {},
        {
            "before": "2003",
            "after": "2005",
            "n_skipped": 1,
            "n_before": 16,
            "n_items_before": 16,
            "n_meetings_after": 8,
            "difference": -1.0,
            "ratio": 0.0,
            "test": "permutation",
            "p": 2 / 12870,
            "verdict": "fell",
            "n_items_unknown": 3,
            "n_meetings_unknown": 1,
        },
    ),
    # meetings as units: Boschloo's p is at most Fisher's
    (BIG, {"unit": "meetings", "test": "fisher"}, {"p": 2 / 12870, "n_units_before": 8}),
    (BIG, {"unit": "meetings"}, {"test": "boschloo", "verdict": "fell"}),
    # one meeting on a side: no test, no interval on that side
    (
        [("2003", "x", ["a"]), ("2004", "x", ["b"]), ("2004", "x", ["a", "b"])],
        {},
        {"test": "none", "p": np.nan, "share_before_low": np.nan, "verdict": "cannot tell"},
    ),
    # all items of both sides have the theme
    (
        [("2003", "x", ["a"])] * 3 + [("2004", "x", ["a"])] * 3,
        {},
        {"p": np.nan, "p_adjusted": np.nan, "difference": 0.0, "ratio": 1.0, "n_tests": 0},
    ),
    # three against three: no split reaches 0.05
    (
        [("2003", "x", ["a"])] * 3 + [("2004", "x", ["b"])] * 3,
        {"test": "permutation"},
        {"p": 0.1, "p_smallest": 0.1, "p_adjusted": np.nan, "n_tests": 0},
    ),
    # a body that sat in one period alone is no change within bodies
    (
        [("2003", "x", ["a"])] * 9 + [("2004", "y", ["b"])] * 9,
        {"within": "body"},
        {"n_meetings_tested": 0, "p": np.nan, "verdict": "cannot tell", "difference": -1.0},
    ),
    # one half of the sides with as many items; the larger meetings have no partner
    (
        [("2003", "x", ["a"])] * 6 + [("2004", "x", ["b"])] * 6 + [("2004", "x", ["a+b"] * 9)],
        {"test": "permutation"},
        {"n_meetings_tested": 12, "difference_tested": -1.0, "p": 2 / 924, "verdict": "fell"},
    ),
]


@pytest.mark.parametrize(("meetings", "settings", "expected"), ROWS)
def test_rows_by_hand(meetings, settings, expected):
    row = theme_changes(table_of(meetings), **settings).iloc[0]
    assert row["theme"] == "a"
    found = {name: row[name] for name in expected}
    texts = {name: value for name, value in expected.items() if isinstance(value, str)}
    numbers = {name: value for name, value in expected.items() if name not in texts}
    assert {name: found[name] for name in texts} == texts
    assert {name: float(found[name]) for name in numbers} == pytest.approx(numbers, nan_ok=True)


def test_a_theme_that_never_occurs_is_no_test():
    changes = theme_changes(table_of(BIG)).set_index("theme")
    assert np.isnan(
        changes.loc["never", ["p", "ratio", "ratio_low", "odds_ratio"]].astype(float)
    ).all()
    assert changes.loc["never", "difference_high"] < 0.4
    assert changes["n_tests"].tolist() == [2, 2, 2]
    assert "none of the 32 items" in changes.loc["never", "statement_en"]


def test_consecutive_periods_are_pairs_of_those_with_items():
    changes = theme_changes(EXAMPLE, themes=["open_data"])
    assert changes["before"].tolist()[1:] == changes["after"].tolist()[:-1]
    assert list(changes["verdict"].unique()) == ["cannot tell"]
    assert changes["n_items_before"].iloc[0] == 6


def test_one_period_alone_gives_no_rows_but_counts_the_rest():
    changes = theme_changes(EXAMPLE, make_periods(["a=2005..2006"]))
    assert changes.empty
    assert changes.attrs["n_items_unknown"] == 307 - 22
    assert "statement_en" in changes


def test_a_period_of_ones_own_without_items_is_said():
    own = make_periods(["old=1980..1981", "new=2005..2006"])
    row = theme_changes(EXAMPLE, own, groups=("old", "new")).iloc[0]
    assert row["statement_en"].startswith("Cannot tell: old has no items.")
    assert np.isnan(row["share_before"])
    assert row["n_items_before"] == 0


def test_same_input_same_rows():
    settings = {"groups": ("IT戦略本部", CIO), "test": "permutation", "random_state": 3}
    first, again = (theme_changes(EXAMPLE, "body", **settings) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)


def test_a_margin_says_where_nothing_changed():
    meetings = [("2003", "x", ["a"])] * 100 + [("2003", "x", ["b"])] * 100
    meetings += [("2004", "x", ["a"])] * 101 + [("2004", "x", ["b"])] * 99
    rows = [theme_changes(table_of(meetings), margin=m).iloc[0] for m in (0.05, 0.2)]
    assert [row["verdict"] for row in rows] == ["cannot tell", "no change"]
    assert rows[0]["test"] == "model"  # too many meetings for Boschloo's test


def test_handouts_of_a_meeting_without_any_are_no_units():
    table = table_of(BIG)
    handouts = pd.Series(1, index=table["item_id"].unique())
    handouts.loc[["i0-0", "i0-1"]] = 0
    row = theme_changes(table, unit="handouts", handouts=handouts).iloc[0]
    assert (row["n_meetings_before"], row["n_units_before"], row["n_items_before"]) == (7, 14, 16)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"by": "body"}, "body has no order of time and 28 values"),
        ({"by": "government", "groups": ("ldp", "x")}, "unknown period 'ldp'"),
        ({"by": "government", "groups": ("unknown", "ldp_led")}, "two of: ldp_led, democratic_led"),
        ({"groups": ("2005", "2005")}, "groups are 2005, 2005; expected two that differ"),
        ({"test": "t"}, "unknown test 't'; expected one of: auto, model"),
        ({"test": "fisher"}, "meetings of several units"),
        ({"within": "weather"}, "weather"),
        ({"within": "body", "test": "model"}, "expected permutation"),
        ({"margin": 10}, "margin is 10; expected a difference of shares"),
        ({"level": 95}, "level is 95"),
        ({"themes": ["opendata"]}, "unknown theme 'opendata'"),
        ({"unit": "pages"}, "unknown unit 'pages'"),
    ],
)
def test_bad_settings_are_refused(settings, said):
    with pytest.raises(SettingsError, match=said):
        theme_changes(EXAMPLE, **settings)


def test_overlapping_periods_are_refused():
    own = make_periods(["a=2003..2005", "b=2006..2007"])
    own.loc[0, "end"] = pd.Timestamp("2006-06-01")
    with pytest.raises(SettingsError, match="overlap"):
        theme_changes(EXAMPLE, own)


# ---------------------------------------------------------------------- words

SAID = [
    (BIG, {}, "en", "Fell: 16 of 16 items (8 meetings) in 2003, 0 of 16 (8 meetings) in 2005; "),
    (BIG, {}, "en", "No items in 1 period(s) between."),
    (
        BIG,
        {},
        "ja",
        "減少: 2003は16項目(8会議)のうち16、2005は16項目(8会議)のうち0。差−100.0ポイント",
    ),
    (BIG, {"unit": "meetings"}, "en", "8 of 8 meetings in 2003, 0 of 8 in 2005;"),
    (
        [("2015", "x", ["a"])] * 5 + [("2016", "x", ["b"])],
        {},
        "en",
        "Cannot tell: of 1 meeting in 2016 nothing can be told about others",
    ),
    (
        [("2015", "x", ["a", "b"])] * 5 + [("2016", "x", ["b", "b"])] * 2,
        {},
        "en",
        "5 of 10 items (5 meetings) in 2015, 0 of 4 (2 meetings) in 2016",
    ),
    (
        [("2015", "x", ["a"])] * 3 + [("2016", "x", ["b"])] * 3,
        {"test": "permutation"},
        "ja",
        "判断できない: 2015は3項目(3会議)のうち3、2016は3項目(3会議)のうち0。最も偏った分かれ方でも p = 0.10",
    ),
    (
        [("2003", "x", ["a"])] * 9 + [("2004", "y", ["b"])] * 9,
        {"within": "body"},
        "en",
        "Cannot tell: no meeting could change sides",
    ),
    (
        [("2003", "x", ["a"])] * 6 + [("2004", "x", ["b"])] * 6 + [("2004", "x", ["a+b"] * 9)],
        {"test": "permutation"},
        "en",
        "; among 12 meetings alike −100.0 points, adjusted p = 0.00",
    ),
]


@pytest.mark.parametrize(("meetings", "settings", "lang", "said"), SAID)
def test_what_is_said(meetings, settings, lang, said):
    row = theme_changes(table_of(meetings), **settings).iloc[0]
    assert said in row[f"statement_{lang}"]


def test_what_would_be_needed_is_said_where_data_cannot_tell():
    changes = theme_changes(EXAMPLE, "government", groups=("democratic_led", "ldp_led"))
    row = changes[changes["theme"] == "open_data"].iloc[0]
    said = f"{row['meetings_needed']:,.0f} meetings for the difference seen, "
    assert said + f"{row['meetings_needed_20']:,.0f} for 20 points" in row["statement_en"]
    assert "検出力80%に必要な会議数" in row["statement_ja"]


def test_groups_side_by_side_are_higher_or_lower_and_have_their_names():
    changes = theme_changes(EXAMPLE, "body", groups=("IT戦略本部", CIO))
    found = changes[changes["verdict"] == "rose"]
    assert len(found) > 0
    assert found["statement_en"].str.startswith(f"Higher in {CIO}").all()
    named = change_statements(found, "en", ordered=False, names={CIO: "the CIO conference"})
    assert named.str.startswith("Higher in the CIO conference").all()
    assert set(changes["verdict"]) <= set(VERDICTS)
    assert "body" in NO_ORDER
