"""Thin periods borrow from the others: partial pooling of the shares of a theme."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level
from cio_topics.tracking.counts import ThemeCounts
from cio_topics.tracking.likeness import effective_sizes, n_known

__all__ = ["LEAST_PERIODS", "Pooled", "pooled_shares"]

FloatArray = npt.NDArray[np.float64]

#: With fewer periods, nothing can be said of how much they differ.
LEAST_PERIODS = 3
_MEANS, _STRENGTHS = 48, 32


class Pooled(NamedTuple):
    """Shares after pooling; arrays of shape (n_periods, n_themes), or one row for each theme.

    ``own`` is the weight of the period's own share in the pooled one; the rest is the theme's mean.
    Not a number where a period has no units or is ``unknown``, or where too few periods have units.
    """

    share: FloatArray
    low: FloatArray
    high: FloatArray
    own: FloatArray


def pooled_shares(counts: ThemeCounts, *, level: float = 0.95) -> Pooled:
    r"""Return shares that are drawn towards the theme's mean, the more the thinner the period.

    The shares of a theme in its periods come from a beta distribution, with mean :math:`\mu` and
    strength M; the units of a period are binomial, as many as they are worth
    (:func:`~cio_topics.tracking.effective_sizes`). Mean and strength are not plugged in:
    they are integrated out on a grid, so the intervals know that they are uncertain. They take
    the likeness of units within meetings as known.

    Parameters
    ----------
    counts : ThemeCounts
    level : float in (0, 1), default 0.95

    Returns
    -------
    Pooled
        Posterior means, bounds and weights. Periods that are ``unknown`` take no part.

    Notes
    -----
    The prior of the mean is Jeffreys', that of the strength the uniform shrinkage prior:
    :math:`M / (M + n_0)` is uniform, :math:`n_0` the median size of a period. Bounds are quantiles
    of the beta distribution with the posterior's mean and variance.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. Journal of
    the American Statistical Association 78, 47-55. doi:10.1080/01621459.1983.10477920: that
    intervals must allow for the estimated mean and strength.

    Kass, R. E. and Steffey, D. (1989). Approximate Bayesian inference in conditionally independent
    hierarchical models. Journal of the American Statistical Association 84, 717-726.
    doi:10.1080/01621459.1989.10478825: posterior means and variances given both.

    Christiansen, C. L. and Morris, C. N. (1997). Hierarchical Poisson regression modeling. Journal
    of the American Statistical Association 92, 618-632. doi:10.1080/01621459.1997.10474013: the
    uniform shrinkage prior.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> sizes = [[3] * 20] * 5 + [[1, 1]]  # the last period has two items
    >>> counts = simulate_counts([[0.3]] * 6, sizes, random_state=0)
    >>> raw = counts.sums()[0][-1, 0] / 2
    >>> pooled = pooled_shares(counts)
    >>> float(raw), round(float(pooled.share[-1, 0]), 2), round(float(pooled.own[-1, 0]), 2)
    (0.0, 0.34, 0.03)
    """
    check_level(level)
    sums, totals = counts.sums()
    size = effective_sizes(counts)
    shape = sums.shape
    result = Pooled(*(np.full(shape, np.nan) for _ in Pooled._fields))
    some = totals > 0
    some[n_known(counts) :] = False
    if some.sum() < LEAST_PERIODS or np.isnan(size[some]).any():
        return result
    share = sums[some] / totals[some, None]
    for theme in range(shape[1]):
        one = _one_theme(share[:, theme], size[some, theme], level)
        for place, values in enumerate(one):
            result[place][some, theme] = values
    return result


def _one_theme(share: FloatArray, size: FloatArray, level: float) -> Pooled:
    from scipy.stats import beta

    mean, strength = _grid(share, size)
    weights = _posterior(share * size, size, mean, strength)
    given = (share[:, None] * size[:, None] + mean * strength) / (size[:, None] + strength)
    spread = given * (1 - given) / (size[:, None] + strength + 1)
    pooled = given @ weights
    variance = (spread + given**2) @ weights - pooled**2
    both = pooled * (1 - pooled) / variance - 1
    tail = (1 - level) / 2
    shapes = (pooled * both, (1 - pooled) * both)
    low, high = np.asarray(beta.ppf(tail, *shapes)), np.asarray(beta.isf(tail, *shapes))
    own = (size[:, None] / (size[:, None] + strength)) @ weights
    return Pooled(pooled, low, high, own)


def _grid(share: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return means and strengths, each of shape (n,), where the posterior is not negligible.

    Means are even in the arcsine of their root: there Jeffreys' prior is flat.
    """
    angle = np.arcsin(np.sqrt((share * size + 0.375) / (size + 0.75)))
    spread = np.sqrt(angle.var(ddof=1) / len(share) + (1 / (4 * size)).mean() / len(share))
    low, high = np.clip(angle.mean() + np.array([-8, 8]) * spread, 0, np.pi / 2)
    steps = (np.arange(_MEANS) + 0.5) / _MEANS
    mean = np.sin(low + (high - low) * steps) ** 2
    part = (np.arange(_STRENGTHS) + 0.5) / _STRENGTHS
    strength = np.median(size) * part / (1 - part)
    return np.repeat(mean, _STRENGTHS), np.tile(strength, _MEANS)


def _posterior(
    count: FloatArray, size: FloatArray, mean: FloatArray, strength: FloatArray
) -> FloatArray:
    """Return the weights of the grid's points, which sum to one."""
    from scipy.special import betaln

    first, second = mean * strength, (1 - mean) * strength
    log = -len(count) * betaln(first, second)
    for n, n_all in zip(count, size, strict=True):
        log += betaln(first + n, second + n_all - n)
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum())
