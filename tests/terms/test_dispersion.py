"""Entropy of words over bodies, against the mean over all ways to draw their items."""

from __future__ import annotations

from itertools import combinations
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.terms.dispersion import body_entropy


def entropy(counts) -> float:
    total = sum(counts)
    return -sum(c / total * log(c / total) for c in counts if c)


def mean_by_hand(n: int, sizes: list[int]) -> float:
    """Mean entropy over every way to choose n items."""
    bodies = [body for body, size in enumerate(sizes) for _ in range(size)]
    drawn = [np.bincount(c, minlength=len(sizes)).tolist() for c in combinations(bodies, n)]
    return float(np.mean([entropy(counts) for counts in drawn]))


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [
        ([2, 1, 0], [5, 3, 2]),
        ([1, 1, 3], [6, 3, 3]),
        ([3, 0, 0], [4, 4, 4]),
        ([4, 1], [5, 7]),
        ([2, 0, 0, 0], [2, 1, 1, 8]),
    ],
)
def test_entropy_is_divided_by_its_mean_over_all_draws(counts, sizes):
    expected = min(entropy(counts) / mean_by_hand(sum(counts), sizes), 1)
    assert body_entropy([counts], sizes)[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("counts", "sizes", "expected"),
    [
        ([5, 0, 0], [9, 9, 9], 0.0),  # one body
        ([9, 9, 9], [9, 9, 9], 1.0),  # every item: as chance must do it
        ([84, 62, 1], [84, 62, 1], 1.0),  # sizes do not matter then
        ([3, 3, 3], [30, 60, 90], 1.0),  # more even than chance is 1
    ],
)
def test_ends_of_the_scale(counts, sizes, expected):
    (found,) = body_entropy([counts], sizes)
    assert found == pytest.approx(expected)
    assert np.copysign(1, found) == 1  # no minus zero


@pytest.mark.parametrize(
    ("counts", "sizes"),
    [([0, 0], [3, 3]), ([1, 0], [3, 3]), ([3], [9])],  # no item, one item, one body
)
def test_no_entropy_where_chance_gives_none(counts, sizes):
    assert np.isnan(body_entropy([counts], sizes)).all()


def test_small_samples_are_not_called_uneven():
    """Words drawn by chance have a mean of about 1 whatever their number; plain entropy has not."""
    sizes = np.array([84, 62, 17, 16, 16, 15, 14, 14, 12, 9, 9, 7, 6, 4, 3, 3, 2, 2])
    rng = np.random.default_rng(0)
    means = []
    for n in (10, 40, 150):
        drawn = rng.multivariate_hypergeometric(sizes, n, size=4000)
        plain = np.array([entropy(counts.tolist()) for counts in drawn])
        # One word as even as plain entropy is on the mean stands at 1.
        means.append(plain.mean())
        share_even = (body_entropy(drawn, sizes) == 1).mean()
        assert 0.4 < share_even < 0.6
    assert means[0] < 0.9 * means[-1]


sizes_lists = st.lists(st.integers(1, 12), min_size=2, max_size=6)


@given(st.data(), sizes_lists)
def test_order_of_bodies_and_empty_bodies_do_not_matter(data, sizes):
    counts = [data.draw(st.integers(0, size)) for size in sizes]
    (plain,) = body_entropy([counts], sizes)
    (turned,) = body_entropy([counts[::-1]], sizes[::-1])
    (padded,) = body_entropy([[*counts, 0]], [*sizes, 0])
    np.testing.assert_allclose([turned, padded], plain, rtol=1e-9)
    assert np.isnan(plain) or 0 <= plain <= 1


def test_words_do_not_matter_to_each_other():
    sizes = [5, 6, 7]
    counts = [[1, 1, 0], [4, 0, 0], [0, 1, 0], [2, 2, 2]]
    alone = [body_entropy([row], sizes)[0] for row in counts]
    np.testing.assert_array_equal(body_entropy(counts, sizes), alone)
    assert body_entropy(np.zeros((0, 3), dtype=int), sizes).shape == (0,)


@pytest.mark.parametrize(("counts", "sizes"), [([4, 0], [3, 3]), ([-1, 2], [3, 3])])
def test_counts_that_cannot_be_are_refused(counts, sizes):
    with pytest.raises(SettingsError, match="expected 0 <= counts <= sizes"):
        body_entropy([counts], sizes)
