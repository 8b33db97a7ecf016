"""Intervals in closed form: Jeffreys', and Wilson's with an effective sample size."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level
from cio_topics.tracking.counts import ThemeCounts
from cio_topics.tracking.likeness import effective_sizes, likeness
from cio_topics.tracking.share_intervals import wilson_bounds

__all__ = ["clustered_interval", "jeffreys_interval", "joint_level"]

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[FloatArray, FloatArray]


def joint_level(level: float, n: int) -> float:
    """Return the level that each of `n` intervals needs, for all to hold together at `level`.

    References
    ----------
    Šidák, Z. (1967). Rectangular confidence regions for the means of multivariate normal
    distributions. Journal of the American Statistical Association 62, 626-633.
    doi:10.1080/01621459.1967.10482935: whatever the correlations.

    Examples
    --------
    >>> round(joint_level(0.95, 10), 5)
    0.99488
    """
    check_level(level)
    return float(level ** (1 / max(n, 1)))


def jeffreys_interval(n: npt.ArrayLike, n_units: npt.ArrayLike, *, level: float = 0.95) -> Bounds:
    """Return Jeffreys' interval of shares ``n / n_units``: no prior opinion, independent units.

    Parameters
    ----------
    n, n_units : array_like of float, same shape
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : ndarray of float, same shape
        Not a number where ``n_units`` is 0.

    References
    ----------
    Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Interval estimation for a binomial proportion.
    Statistical Science 16, 101-133. doi:10.1214/ss/1009213286: with 0 below none and 1 above all.

    Examples
    --------
    >>> low, high = jeffreys_interval([0, 1], [10, 10])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.011], [0.217, 0.381])
    """
    check_level(level)
    count, total = np.asarray(n, dtype=float), np.asarray(n_units, dtype=float)
    return _beta_bounds(count, total, (1 - level) / 2, 0.5, 0.5)


def _beta_bounds(
    count: FloatArray, total: FloatArray, tail: float, below: float, above: float
) -> Bounds:
    """Return quantiles of beta distributions, with none at 0 and all at 1."""
    from scipy.stats import beta

    known = np.nan_to_num(total) > 0
    count, total = np.where(known, count, 0.0), np.where(known, total, 1.0)
    some, not_all = count > 0, count < total
    first = (np.where(some, count, 1.0) + below, np.maximum(total - count, 0.0) + 1 - below)
    last = (count + above, np.where(not_all, total - count, 1.0) + 1 - above)
    low = np.where(some, beta.ppf(tail, *first), 0.0)
    high = np.where(not_all, beta.isf(tail, *last), 1.0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def clustered_interval(
    counts: ThemeCounts, *, level: float = 0.95, simultaneous: bool = False
) -> Bounds:
    """Return intervals that know that items of one meeting are alike.

    Wilson's score interval, with the effective number of units instead of all, and with a quantile
    of Student's t, since the likeness of units is estimated. The likeness is that of the theme in
    all periods: with three meetings in a period, an interval from that period's meetings alone is
    nearly as wide as [0, 1].

    Parameters
    ----------
    counts : ThemeCounts
    level : float in (0, 1), default 0.95
    simultaneous : bool, default False
        The bounds are for a table at a level close to one. There Wilson's are too near in the
        longer tail of a rare theme; these are Clopper and Pearson's, with the same effective
        numbers.

    Returns
    -------
    low, high : ndarray of float, shape (n_periods, n_themes)
        Not a number where a period has no units, or where no period has two meetings.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201: the
    effective sample size, within Clopper and Pearson's interval.

    Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial proportions
    in clustered surveys. Journal of Survey Statistics and Methodology 3, 484-503.
    doi:10.1093/jssam/smv024: the same within Wilson's.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> counts = simulate_counts([[0.3]] * 4, [[2, 3, 4]] * 4, icc=0.2, random_state=1)
    >>> low, high = clustered_interval(counts)
    >>> low[0].round(2).tolist(), high[0].round(2).tolist()
    ([0.02], [0.5])
    """
    from scipy.stats import norm, t

    check_level(level)
    sums, totals = counts.sums()
    size = effective_sizes(counts)
    share = sums / np.where(totals > 0, totals, np.nan)[:, None]
    tail = (1 - level) / 2
    if simultaneous:
        return _beta_bounds(share * size, size, tail, 0.0, 1.0)
    alone = (counts.totals <= 1).all()  # no likeness had to be estimated
    freedom = np.inf if alone else max(likeness(counts)[1], 1)
    quantile = norm.isf(tail) if np.isinf(freedom) else t.isf(tail, freedom)
    return wilson_bounds(share, size, quantile)
