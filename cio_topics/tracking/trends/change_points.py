"""Counts of one theme by meeting → changes of its share: whether, how many, when, how large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cio_topics.tracking.trends.segments import Segments, segment_evidence, segment_posterior

__all__ = ["ChangePoints", "beta_binomial_grid", "change_points", "poisson_grid"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Correlations of two items of one meeting that are averaged over.
CORRELATIONS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.6)
#: Probability of 0, 1, 2, … changes before the data.
N_CHANGES_PRIOR = (0.5, 0.25, 0.125, 0.0625, 0.0625)

_MOST_CELLS = 150


@dataclass(frozen=True, eq=False)
class ChangePoints:
    """What is known of changes after the data; guards that a change lies between two cells.

    Attributes
    ----------
    segments : Segments
        Posterior over cells: days on which somebody met, or runs of such days.
    first, last : ndarray of int, shape (n_cells,)
        First and last day of each cell.
    values : ndarray of float, shape (n_values,)
        Values of the share (or rate).
    log_likelihood : ndarray of float, shape (n_models, n_cells, n_values)
    log_prior : ndarray of float, shape (n_values,)
    """

    segments: Segments
    first: IntArray
    last: IntArray
    values: FloatArray
    log_likelihood: FloatArray
    log_prior: FloatArray

    def __post_init__(self) -> None:
        """Check that cells follow each other."""
        if (self.first[1:] <= self.last[:-1]).any():
            raise ValueError("cells overlap.")

    def likeliest_places(self) -> list[int]:
        """Return the likeliest cell before which each change lies, given how many there are."""
        k = self.segments.likeliest()
        return [int(self.segments.places[k, j].argmax()) for j in range(k)]

    def dates(self, level: float = 0.95) -> FloatArray:
        """Return the median and the interval of the day of each change, shape (n_changes, 3).

        The day is the first of the new share; between two cells every day is as likely.
        """
        k = self.segments.likeliest()
        tails = [0.5, (1 - level) / 2, (1 + level) / 2]
        edges = np.empty(2 * len(self.first))  # before and after the days a change may lie on
        edges[::2], edges[1::2] = np.r_[self.first[0], self.last[:-1]], self.first
        rows = []
        for j in range(k):
            chance = np.zeros(len(edges))
            chance[1::2] = self.segments.places[k, j]
            rows.append(np.interp(tails, *_rising(np.cumsum(chance), edges)))
        return np.ceil(np.array(rows).reshape(k, 3))

    def share(self, start: int, end: int, level: float = 0.95) -> FloatArray:
        """Return mean and interval of the share of cells start to end − 1, shape (3,)."""
        from scipy.special import softmax

        k = self.segments.likeliest()
        log_posterior = self.log_likelihood[:, start:end].sum(axis=1) + self.log_prior
        chance = self.segments.models[k] @ softmax(log_posterior, axis=1)
        sums = np.cumsum(chance) - chance / 2
        low, high = np.interp([(1 - level) / 2, (1 + level) / 2], sums, self.values)
        return np.array([chance @ self.values, low, high])


def _rising(chance: FloatArray, edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Keep the edges between which the chance grows."""
    grows = np.diff(chance) > 0
    keep = np.r_[grows, False] | np.r_[False, grows]
    return chance[keep], edges[keep]


def change_points(
    days: npt.ArrayLike,
    pairs: IntArray,
    log_likelihood: FloatArray,
    values: FloatArray,
    log_prior: FloatArray,
    *,
    fewest: int = 5,
    n_changes_prior: npt.ArrayLike = N_CHANGES_PRIOR,
) -> ChangePoints:
    """Return the posterior of changes in a series of dated counts.

    Parameters
    ----------
    days : array_like of int, shape (n_meetings,)
        Never falling. Days of one cell never part; a change lies between two cells, every day as
        likely before the data. With more than 150 days cells are runs of days.
    pairs : ndarray of int, shape (n_meetings,)
        The row of `log_likelihood` that each meeting has.
    log_likelihood : ndarray of float, shape (n_models, n_pairs, n_values)
        Of each different meeting given each value, from :func:`beta_binomial_grid`.
    values : ndarray of float, shape (n_values,)
        Rising.
    log_prior : ndarray of float, shape (n_values,)
    fewest : int, default 5
        Meetings that a segment must have.
    n_changes_prior : array_like of float, default (0.5, 0.25, 0.125, 0.0625, 0.0625)
        Probability of 0, 1, … changes before the data.

    Returns
    -------
    ChangePoints

    References
    ----------
    See :func:`~cio_topics.tracking.trends.segment_posterior`.
    """
    when = np.asarray(days, dtype=np.int64)
    cells = np.unique(when, return_inverse=True)[1]
    if cells[-1] >= _MOST_CELLS:
        cells = np.unique(cells * _MOST_CELLS // (cells[-1] + 1), return_inverse=True)[1]
    starts = np.flatnonzero(np.r_[True, np.diff(cells) > 0])
    ends = np.append(starts[1:], len(when))
    first, last = when[starts], when[ends - 1]
    of_cells = np.zeros((len(starts), log_likelihood.shape[1]))
    np.add.at(of_cells, (cells, pairs), 1.0)
    likelihood = np.einsum("cp,mpv->mcv", of_cells, log_likelihood, optimize=True)
    evidence = np.stack([segment_evidence(each, log_prior) for each in likelihood])
    before = np.append(starts, len(when))
    allowed = fewest <= np.subtract.outer(before, before).T
    allowed[0, -1] = True  # no change at all
    weights = np.r_[0.0, first[1:] - last[:-1]]
    segments = segment_posterior(evidence, weights, allowed, n_changes_prior)
    return ChangePoints(segments, first, last, values, likelihood, log_prior)


def beta_binomial_grid(
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    *,
    correlations: npt.ArrayLike = CORRELATIONS,
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Return likelihoods of meetings whose items are alike, on a grid of shares.

    Parameters
    ----------
    counts, totals : array_like of int, shape (n_meetings,)
        Items with the theme, and all items.
    correlations : array_like of float in [0, 1)
        Correlations of two items of one meeting: the models, averaged over.

    Returns
    -------
    pairs : ndarray of int, shape (n_meetings,)
    log_likelihood : ndarray of float, shape (n_models, n_pairs, n_values)
    values, log_prior : ndarray of float, shape (n_values,)
        Chebyshev's points, with equal weights: Jeffreys' prior Beta(1/2, 1/2), by Gauss's
        quadrature.

    Examples
    --------
    >>> pairs, likelihood, values, _ = beta_binomial_grid([1, 1], [2, 2], correlations=[0.0])
    >>> pairs.tolist(), bool(np.isclose(np.exp(likelihood[0, 0]).mean(), 2 / 8))
    ([0, 0], True)
    """
    from scipy.special import betaln, gammaln, xlog1py, xlogy

    both = np.column_stack([counts, totals]).astype(float)
    different, pairs = np.unique(both, axis=0, return_inverse=True)
    n_values = int(np.clip(4 * np.sqrt(both[:, 1].sum()), 96, 400))
    values = np.sin((np.arange(n_values) + 0.5) * np.pi / (2 * n_values)) ** 2
    y, n = different[:, :1], different[:, 1:]
    ways = gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)
    models = []
    for rho in np.asarray(correlations, dtype=float):
        if rho == 0:
            models.append(ways + xlogy(y, values) + xlog1py(n - y, -values))
        else:
            a, b = values * (1 - rho) / rho, (1 - values) * (1 - rho) / rho
            models.append(ways + betaln(a + y, b + n - y) - betaln(a, b))
    log_prior = np.full(n_values, -np.log(n_values))
    return pairs.ravel(), np.stack(models), values, log_prior


def poisson_grid(
    counts: npt.ArrayLike, *, shape: float = 0.5, rate: float = 1.0, n_values: int = 300
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Return likelihoods of numbers of events on a grid of rates, as :func:`beta_binomial_grid`.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        Events in stretches of equal length.
    shape, rate : float
        Of the gamma prior.
    n_values : int, default 300
        Quantiles of the prior, from the middle of each part.

    Examples
    --------
    >>> pairs, likelihood, values, _ = poisson_grid([4, 0], n_values=5)
    >>> pairs.tolist(), likelihood.shape
    ([1, 0], (1, 2, 5))
    """
    from scipy.stats import gamma, poisson

    different, pairs = np.unique(np.asarray(counts), return_inverse=True)
    middle = (np.arange(n_values) + 0.5) / n_values
    values = np.asarray(gamma.ppf(middle, shape, scale=1 / rate))
    likelihood = np.asarray(poisson.logpmf(different[:, None], values))
    return pairs.ravel(), likelihood[None], values, np.full(n_values, -np.log(n_values))
