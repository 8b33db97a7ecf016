"""How alike items of a meeting are, and what a test can see. Simulated counts are invented."""

from __future__ import annotations

import numpy as np
import pytest

from cio_topics.errors import SettingsError
from cio_topics.tracking import (
    ThemeCounts,
    design_effect,
    estimated_icc,
    meetings_needed,
    model_test,
    power_of_change,
    simulate_counts,
)

# The example of Fleiss and Cuzick (1979), also in Fleiss (1981), Statistical Methods for Rates and
# Proportions, chapter 13: 25 subjects, number of judges, and how many said yes.
JUDGES = [2, 2, 3, 4, 3, 4, 3, 5, 2, 4, 5, 3, 4, 4, 2, 2, 3, 2, 4, 5, 3, 4, 3, 3, 2]
YES = [2, 0, 2, 3, 3, 1, 0, 0, 0, 4, 5, 3, 4, 3, 0, 2, 1, 1, 1, 4, 2, 0, 0, 3, 2]


def counts_of(totals, counts, places=None):
    n = len(totals)
    places = np.zeros(n, dtype=np.int64) if places is None else np.asarray(places)
    return ThemeCounts(
        periods=tuple(str(place) for place in range(int(places.max()) + 1)),
        themes=("a",),
        unit="items",
        meetings=np.array([f"m{i}" for i in range(n)], dtype=object),
        places=places,
        counts=np.asarray(counts, dtype=float)[:, None],
        totals=np.asarray(totals, dtype=float),
        items=np.asarray(totals, dtype=float),
    )


def test_likeness_is_the_published_one():
    # Fleiss and Cuzick 1979: 0.54
    found = estimated_icc(counts_of(JUDGES, YES), method="fleiss_cuzick")
    assert found[0] == pytest.approx(0.54, abs=0.005)


def test_likeness_is_that_of_an_analysis_of_variance():
    # R 4.2.2, mean squares of stats::anova(lm(y ~ subject)) on Fleiss's judges:
    # (b - w) / (b + (n0 - 1) * w) with n0 = (81 - sum(n^2) / 81) / 24
    assert estimated_icc(counts_of(JUDGES, YES))[0] == pytest.approx(0.5551967, abs=1e-7)


def test_a_change_between_periods_is_no_likeness_within_meetings():
    totals, counts = [2] * 200, [0, 0, 0, 1] * 25 + [2, 2, 2, 1] * 25
    together = estimated_icc(counts_of(totals, counts))[0]
    by_period = estimated_icc(counts_of(totals, counts, [0] * 100 + [1] * 100))[0]
    assert together > 0.5
    assert by_period < 0.0  # by hand: within a period pairs 01 are more often than by chance


@pytest.mark.parametrize("method", ["anova", "fleiss_cuzick"])
@pytest.mark.parametrize("icc", [0.0, 0.2, 0.6])
def test_known_likeness_comes_back(icc, method):
    sizes = np.tile([1, 2, 3, 5], 250)
    counts = simulate_counts([[0.3] * 40, [0.6] * 40], [sizes, sizes], icc=icc, random_state=1)
    assert estimated_icc(counts, method=method).mean() == pytest.approx(icc, abs=0.01)


def test_few_meetings_bias_one_estimate_and_not_the_other():
    sizes = [np.array([2, 2, 3])] * 40  # forty periods of three meetings
    counts = simulate_counts([[0.3] * 100] * 40, sizes, icc=0.3, random_state=2)
    assert estimated_icc(counts).mean() == pytest.approx(0.3, abs=0.03)
    assert estimated_icc(counts, method="fleiss_cuzick").mean() < 0.2


@pytest.mark.parametrize(
    ("totals", "counts"),
    [
        ([1, 1, 1], [0, 1, 0]),  # no meeting with two items
        ([3], [1]),  # one meeting
        ([3, 2], [0, 0]),  # a theme that never occurs
        ([3, 2], [3, 2]),  # a theme that always occurs
    ],
)
def test_likeness_that_data_cannot_tell_is_no_number(totals, counts):
    assert np.isnan(estimated_icc(counts_of(totals, counts))[0])


def test_an_unknown_estimate_is_refused():
    with pytest.raises(SettingsError, match="unknown method 'kappa'; expected one of: anova"):
        estimated_icc(counts_of([1], [1]), method="kappa")


@pytest.mark.parametrize(
    ("sizes", "icc", "expected"),
    [
        (1, 0.9, 1.0),  # meetings of one item
        (5, 0.25, 2.0),
        ([1, 3], 0.2, 1.3),  # an item belongs to a meeting of (1 + 9) / 4 = 2.5 items on average
        (5, -0.5, 1.0),  # never better than independent
        (5, np.nan, 1.0),
    ],
)
def test_design_effect_by_hand(sizes, icc, expected):
    assert design_effect(sizes, icc) == pytest.approx(expected)


def test_power_is_that_of_the_t_test():
    # R 4.2.2, stats::power.t.test(n = 20, delta = 0.5, sd = 0.5, strict = TRUE): 0.8689530.
    # Meetings of one item with shares 0 and 0.5 would have unequal variances; here both are 0.25.
    found = power_of_change(0.5 - 0.25, 0.5 + 0.25, n_meetings=20, items_per_meeting=0.75, icc=0.0)
    assert found == pytest.approx(0.8689530, abs=1e-7)


@pytest.mark.parametrize(("n", "expected"), [((3, 3), 0.0), ((1, 50), 0.0), ((2, 4), 0.0)])
def test_what_no_split_can_show_has_no_power(n, expected):
    # the smallest p of 3 against 3 is 2/20, of 2 against 4 it is 1/15
    assert power_of_change(0.0, 0.9, n_meetings=n, items_per_meeting=2, icc=0.0) == expected


def test_equal_shares_are_found_as_often_as_the_level_says():
    found = power_of_change(0.3, 0.3, n_meetings=50, items_per_meeting=2, icc=0.2)
    assert found == pytest.approx(0.05, abs=1e-9)


def test_meetings_needed_are_the_fewest_that_reach_the_power():
    for before, after, icc in [(0.1, 0.3, 0.0), (0.3, 0.2, 0.4), (0.0, 0.4, 0.1), (0.1, 0.9, 0.5)]:
        settings = {"items_per_meeting": [1, 2, 4], "icc": icc}
        n = meetings_needed(before, after, **settings)
        assert power_of_change(before, after, n_meetings=n, **settings) >= 0.8
        assert power_of_change(before, after, n_meetings=n - 1, **settings) < 0.8


def test_the_smallest_difference_has_an_end():
    assert meetings_needed(0.1, 0.1001, items_per_meeting=2, icc=0.1) > 10**7


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"share_after": 0.1}, "both shares are 0.1"),
        ({"share_after": 1.5}, "share 1.5 is no share"),
        ({"items_per_meeting": [2, 0]}, "items_per_meeting has no size"),
        ({"items_per_meeting": []}, "items_per_meeting has no size"),
        ({"icc": 1.5}, "icc is 1.5"),
        ({"power": 80}, "level is 80"),
    ],
)
def test_bad_settings_are_refused(settings, said):
    good = {"share_before": 0.1, "share_after": 0.3, "items_per_meeting": 2, "icc": 0.1}
    with pytest.raises(SettingsError, match=said):
        meetings_needed(**(good | settings))


@pytest.mark.parametrize(("before", "after", "icc"), [(0.3, 0.6, 0.3), (0.2, 0.5, 0.0)])
def test_power_is_near_that_of_the_test_itself(before, after, icc):
    sizes = np.tile([1, 1, 2, 3], 6)
    n = len(sizes)
    drawn = simulate_counts([[before] * 800, [after] * 800], [sizes, sizes], icc=icc)
    found = (model_test(drawn.counts, drawn.totals, drawn.places == 1).p <= 0.05).mean()
    said = power_of_change(before, after, n_meetings=n, items_per_meeting=sizes, icc=icc)
    assert found == pytest.approx(said, abs=0.08)
