"""Sets hold what they promise, on data drawn by chance with meetings whose items are alike."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.errors import SettingsError
from cio_topics.themes.conformal import check_coverage, least_probability, misses

coverages = st.floats(0.01, 0.99)
known = st.integers(1, 20).flatmap(
    lambda n: st.tuples(
        arrays(float, (n,), elements=st.floats(0, 1)),
        arrays(int, (n,), elements=st.integers(0, 6)),
    )
)


@given(known, coverages, coverages)
def test_more_coverage_needs_larger_sets(known, one, other):
    low, high = sorted((one, other))
    assert least_probability(*known, high) <= least_probability(*known, low)


@given(known, coverages)
def test_the_order_of_items_and_the_names_of_meetings_do_not_matter(known, coverage):
    missed, groups = known
    order = np.random.default_rng(0).permutation(len(missed))
    names = np.array([f"m{group}" for group in groups])
    expected = least_probability(missed, groups, coverage)
    assert least_probability(missed[order], names[order], coverage) == expected


@given(known, coverages)
def test_meetings_count_alike(known, coverage):
    """Law: a meeting all of whose items are repeated weighs as before."""
    missed, groups = known
    again = groups == groups[0]
    more = np.concatenate([missed, missed[again]]), np.concatenate([groups, groups[again]])
    # Sums of the same shares may differ in the last digit; a draw of chance never meets it.
    assert least_probability(*more, coverage) == least_probability(missed, groups, coverage)


@settings(max_examples=60)
@given(known, coverages)
def test_sets_hold_the_share_of_known_meetings_that_was_promised(known, coverage):
    """Law: the sets hold a weighed share ``coverage * (n + 1) / n`` of the known, or are whole."""
    missed, groups = known
    least = least_probability(missed, groups, coverage)
    of_meeting = [
        np.mean(1.0 - missed[groups == group] >= least - 1e-12) for group in set(groups.tolist())
    ]
    n = len(of_meeting)
    assert least == 0 or sum(of_meeting) >= coverage * (n + 1) - 1e-9


@pytest.mark.parametrize(
    ("n_meetings", "coverage", "enough"),
    [(1, 0.5, True), (1, 0.51, False), (9, 0.9, True), (8, 0.9, False), (99, 0.99, True)],
)
def test_too_few_meetings_promise_everything(n_meetings, coverage, enough):
    least = least_probability(np.full(n_meetings, 0.25), np.arange(n_meetings), coverage)
    assert least == (0.75 if enough else 0.0)


def test_no_meeting_at_all():
    assert least_probability(np.zeros(0), [], 0.9) == 0.0


def _drawn(rng: np.random.Generator, n_meetings: int) -> tuple[np.ndarray, np.ndarray]:
    """Misses of items whose meetings differ in size and in how hard they are."""
    sizes = rng.integers(1, 8, n_meetings)
    hard = rng.beta(1, 4, n_meetings)
    groups = np.repeat(np.arange(n_meetings), sizes)
    noise = rng.beta(2, 8, len(groups))
    return np.clip(0.7 * hard[groups] + 0.3 * noise, 0, 1), groups


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9])
def test_items_of_a_new_meeting_are_covered_as_often_as_was_asked(coverage):
    """2000 times: 40 meetings to learn from, and one item of a new one, drawn alike."""
    rng, held = np.random.default_rng(0), 0
    n_times = 2000
    for _ in range(n_times):
        missed, groups = _drawn(rng, 41)
        new = rng.choice(missed[groups == 40])
        least = least_probability(missed[groups < 40], groups[groups < 40], coverage)
        held += 1.0 - new >= least
    error = 3 * np.sqrt(coverage * (1 - coverage) / n_times)
    # At least what was asked, and at most 1 / 41 more.
    assert coverage - error <= held / n_times <= coverage + 1 / 41 + error


def test_counting_items_instead_of_meetings_would_promise_too_much():
    """Why meetings count alike: one long meeting of easy items says little of the next."""
    missed = np.concatenate([np.zeros(991), np.full(9, 0.8)])
    groups = np.concatenate([np.zeros(991), np.arange(1, 10)])
    assert least_probability(missed, groups, 0.9) == pytest.approx(0.2)
    assert least_probability(missed, np.arange(1000), 0.9) == 1.0


@pytest.mark.parametrize(
    ("probabilities", "labels", "expected"),
    [
        ([0.9, 0.25, 0.5], [1, 0, 0], 0.1),
        ([0.9, 0.25, 0.5], [1, 1, 0], 0.75),  # down to the least of its themes
        ([0.9, 0.25, 0.5], [0, 0, 0], 0.0),  # nothing to hold
        ([1.0, 1.0, 1.0], [1, 1, 1], 0.0),
        ([0.0, 1.0, 1.0], [1, 0, 0], 1.0),
    ],
)
def test_misses(probabilities, labels, expected):
    assert misses(np.array([probabilities]), np.array([labels]))[0] == pytest.approx(expected)


@pytest.mark.parametrize("coverage", [0, 1, -0.1, 90, float("nan"), float("inf")])
def test_a_coverage_that_cannot_be_promised(coverage):
    with pytest.raises(SettingsError, match="expected more than 0 and less than 1"):
        check_coverage(coverage)
    with pytest.raises(SettingsError, match="coverage is"):
        least_probability(np.array([0.1]), [0], coverage)


def test_a_coverage_that_can_be():
    assert check_coverage(0.9) == 0.9
