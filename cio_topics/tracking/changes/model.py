"""A test that knows how large meetings are: both sides from one beta-binomial distribution."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.tracking.counts import FloatArray
from cio_topics.tracking.likeness import icc_within

__all__ = ["ModelTest", "model_test", "sum_distribution"]

# A difference this near to the observed one is equal to it.
_EQUAL = 1e-9
# Likeness below this is none, above that it is complete: where the beta distribution is a number.
_LEAST, _MOST = 1e-6, 0.999


class ModelTest(NamedTuple):
    """Two-sided p, and p if all with the theme stood on one side; shape (n_themes,)."""

    p: FloatArray
    p_smallest: FloatArray


def model_test(counts: FloatArray, totals: FloatArray, after: npt.NDArray[np.bool_]) -> ModelTest:
    """Test whether two groups of meetings have the same share, with meetings of any size.

    Under the hypothesis every meeting draws its share from one beta distribution, and its items
    have the theme with that share. The share is that of both sides together, the likeness within
    meetings that of both sides or of one's own, if it is larger. Then the distribution of the
    difference of the two shares is known without simulation: the sums of both sides are convolved.
    p is the probability of a difference at least as large as the observed one, in either direction.

    Parameters
    ----------
    counts : ndarray of float, shape (n_meetings, n_themes)
    totals : ndarray of float, shape (n_meetings,)
        Above 0.
    after : ndarray of bool, shape (n_meetings,)

    Returns
    -------
    ModelTest
        Not a number where no unit or every unit has a theme.

    References
    ----------
    Storer, B. E. and Kim, C. (1990). Exact properties of some exact test statistics for comparing
    two binomial proportions. Journal of the American Statistical Association 85, 146-155.
    doi:10.1080/01621459.1990.10475318 (the estimated share in an unconditional test).

    Skellam, J. G. (1948). Journal of the Royal Statistical Society B 10, 257-261 (the
    beta-binomial distribution).

    Examples
    --------
    >>> counts = np.array([[2.0], [1.0], [3.0], [0.0], [0.0], [1.0], [0.0], [0.0]])
    >>> totals = np.array([2.0, 1.0, 4.0, 1.0, 2.0, 3.0, 2.0, 2.0])
    >>> round(float(model_test(counts, totals, np.arange(8) >= 3).p[0]), 3)
    0.014
    """
    sides = [~after, after]
    both = icc_within(counts, totals, np.zeros(len(totals), dtype=np.int64))
    share = counts.sum(axis=0) / totals.sum()
    distributions = [
        sum_distribution(totals[side], share, _likeness(counts[side], totals[side], both))
        for side in sides
    ]
    n = [float(totals[side].sum()) for side in sides]
    k = [counts[side].sum(axis=0) for side in sides]
    observed = np.abs(k[1] / n[1] - k[0] / n[0])
    most = _largest_difference(k[0] + k[1], n)
    some = (share > 0) & (share < 1)
    return ModelTest(
        np.where(some, _tail(distributions, n, observed), np.nan),
        np.where(some, _tail(distributions, n, most), np.nan),
    )


def sum_distribution(totals: FloatArray, share: FloatArray, icc: FloatArray) -> FloatArray:
    """Return the distribution of the sum of beta-binomial counts of meetings.

    Parameters
    ----------
    totals : ndarray of float, shape (n_meetings,)
        Whole numbers.
    share, icc : ndarray of float, shape (n_themes,)

    Returns
    -------
    ndarray of float, shape (n_themes, sum of totals + 1)

    Examples
    --------
    >>> sum_distribution(np.ones(2), np.array([0.5]), np.array([0.0])).round(4).tolist()
    [[0.25, 0.5, 0.25]]
    """
    from scipy.stats import betabinom

    length = int(totals.sum()) + 1
    icc = np.clip(icc, _LEAST, _MOST)[:, None]
    inside = np.clip(share, 1e-12, 1 - 1e-12)[:, None] * (1 - icc) / icc
    outside = (1 - icc) / icc - inside
    product = np.ones((len(share), length // 2 + 1), dtype=complex)
    for size, n_meetings in zip(*np.unique(totals.astype(int), return_counts=True), strict=True):
        of_one = betabinom.pmf(np.arange(size + 1), size, inside, outside)
        product *= np.fft.rfft(of_one, length, axis=1) ** n_meetings
    return np.asarray(np.clip(np.fft.irfft(product, length, axis=1), 0.0, 1.0))


def _likeness(counts: FloatArray, totals: FloatArray, both: FloatArray) -> FloatArray:
    own = icc_within(counts, totals, np.zeros(len(totals), dtype=np.int64))
    return np.fmax(np.fmax(own, both), 0.0)


def _largest_difference(k: FloatArray, n: list[float]) -> FloatArray:
    """Return the difference if as many as can be stand on one side: the larger of both ways."""
    ways = []
    for one, other in (n, n[::-1]):
        here = np.minimum(k, one)
        ways.append(here / one - (k - here) / other)
    return np.maximum(*ways)


def _tail(distributions: list[FloatArray], n: list[float], bound: FloatArray) -> FloatArray:
    """Return the probability that the shares of both sides differ by at least `bound`."""
    before, after = distributions
    upto = np.concatenate([np.zeros((len(bound), 1)), after.cumsum(axis=1)], axis=1)
    shares = np.arange(before.shape[1]) / n[0]
    near = bound[:, None] - _EQUAL
    below = np.floor(np.clip((shares - near) * n[1], -1, n[1])).astype(int) + 1
    above = np.ceil(np.clip((shares + near) * n[1], 0, n[1] + 1)).astype(int)
    outside = np.take_along_axis(upto, below, axis=1) + upto[:, -1:]
    outside = outside - np.take_along_axis(upto, above, axis=1)
    return np.asarray(np.clip((before * outside).sum(axis=1), 0.0, 1.0))
