"""Replicates of a metric (draws or seeds) → their mean and its interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = [
    "MIN_GROUPS",
    "Replicates",
    "difference_of",
    "mean_interval",
    "replicates_of",
    "spread_of",
    "welch_interval",
]

#: Of fewer groups, samples tell too little: intervals would be too narrow.
MIN_GROUPS = 10


class Replicates(NamedTuple):
    """The mean of each draw or seed that has a value, and how much of it is chance in fitting.

    `spread` is by what the variance of draws is multiplied, None where seeds are the replicates;
    `noise` the variance of the mean of a draw that other seeds would make, with `n_noise` degrees
    of freedom; `seeds` the variance of the mean of all draws that other seeds would make.
    """

    means: pd.Series
    spread: float | None = None
    noise: float = 0.0
    n_noise: float = np.inf
    seeds: float = 0.0


def spread_of(n_drawn: int, n_groups: int) -> float:
    """Return by what the variance of draws is multiplied, to be that of the whole corpus.

    Samples without replacement have most items in common, so they differ less than corpora would.
    The variance among samples of `n_drawn` of `n_groups` groups, times ``n_drawn / (n_groups -
    n_drawn)``, is that of the whole corpus.

    Returns
    -------
    float
        Not a number with fewer than 10 groups, or with none that is left out.

    References
    ----------
    Shao, J. and Wu, C. F. J. (1989). A general theory for jackknife variance estimation. Annals of
    Statistics 17, 1176-1197. doi:10.1214/aos/1176347263.

    Examples
    --------
    >>> spread_of(80, 100), spread_of(4, 5)
    (4.0, nan)
    """
    if n_groups < MIN_GROUPS or not 0 < n_drawn < n_groups:
        return np.nan
    return n_drawn / (n_groups - n_drawn)


def replicates_of(values: pd.DataFrame, spread: float | None = None) -> Replicates:
    """Return the replicates of a table of values.

    Parameters
    ----------
    values : DataFrame, shape (n_draws, n_seeds)
        Means of the cells of a draw and seed; may lack values. Without draws a row a seed, and one
        column.
    spread : float, optional
        From :func:`spread_of`.

    Notes
    -----
    Two-way layout: what is neither the draw's nor the seed's is noise of the fit. It is taken from
    the draws that have a value for every seed.
    """
    means = values.mean(axis=1).dropna()
    whole = values.dropna().to_numpy(float)
    n_draws, n_seeds = whole.shape
    if spread is None or n_draws < 2 or n_seeds < 2:
        return Replicates(means, spread)
    by_seed = whole.mean(axis=0)
    rest = whole - whole.mean(axis=1, keepdims=True) - by_seed + whole.mean()
    n_noise = (n_draws - 1) * (n_seeds - 1)
    noise = float((rest**2).sum()) / n_noise / n_seeds
    return Replicates(means, spread, noise, n_noise, float(by_seed.var(ddof=1)) / n_seeds)


def difference_of(a: Replicates, b: Replicates) -> Replicates:
    """Return the differences, B less A, of draws of the same items."""
    return Replicates(
        (b.means - a.means).dropna(),
        a.spread,
        a.noise + b.noise,
        min(a.n_noise, b.n_noise),
        a.seeds + b.seeds,
    )


def mean_interval(found: Replicates, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of replicates and its interval, by Student's t.

    Seeds are independent: the more there are, the narrower it is. Draws have most of their items in
    common; more of them tell the interval better, and make it no narrower. What chance in fitting
    adds to the variance of draws is taken away where there are several seeds, less half a standard
    error of that difference; else it stays in, and the interval is too wide.

    Parameters
    ----------
    found : Replicates
    level : float in (0, 1), default 0.95

    Returns
    -------
    mean, low, high : float
        Not a number without values; the bounds also with one value only, or if the spread is none.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika 6, 1-25. doi:10.1093/biomet/6.1.1.
    See also :func:`spread_of`.

    Examples
    --------
    >>> def seeds(values, spread=None):
    ...     return Replicates(pd.Series(values), spread)
    >>> [round(x, 3) for x in mean_interval(seeds([0.4, 0.5, 0.6]))]
    [0.5, 0.252, 0.748]
    >>> [round(x, 3) for x in mean_interval(seeds([0.4, 0.5, 0.6], spread=4.0))]
    [0.5, -0.361, 1.361]
    >>> mean_interval(seeds([0.4]))
    (0.4, nan, nan)
    """
    from scipy.stats import t

    values = found.means.to_numpy(float)
    mean, error = standard_error(found)
    half = float(t.ppf((1 + level) / 2, len(values) - 1)) * error if len(values) > 1 else np.nan
    return mean, mean - half, mean + half


def standard_error(found: Replicates) -> tuple[float, float]:
    """Return the mean of replicates and its standard error; not a number where there is none."""
    values = found.means.to_numpy(float)
    n = len(values)
    if n < 2:
        return (float(values[0]) if n else np.nan), np.nan
    if (values == values[0]).all():  # sums of floats would leave a last bit
        known = found.spread is None or np.isfinite(found.spread)
        return float(values[0]), 0.0 if known else np.nan
    variance = float(values.var(ddof=1))
    if found.spread is None:
        return float(values.mean()), (variance / n) ** 0.5
    own = variance
    if found.noise:
        unsure = (2 * variance**2 / (n - 1) + 2 * found.noise**2 / found.n_noise) ** 0.5
        own = min(variance, max(0.0, variance - found.noise) + unsure / 2)
    return float(values.mean()), (found.spread * own + found.seeds) ** 0.5


def welch_interval(
    a: Replicates, b: Replicates, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference of two independent means, B less A, with Welch's interval.

    The bounds are not a number where a side has fewer than two replicates.

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different population
    variances are involved. Biometrika 34, 28-35. doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> a, b = (Replicates(pd.Series(x)) for x in ([1.0, 2.0, 3.0], [3.0, 4.0, 6.0]))
    >>> [round(x, 3) for x in welch_interval(a, b)]
    [2.333, -0.788, 5.454]
    """
    from scipy.stats import t

    (mean_a, error_a), (mean_b, error_b) = standard_error(a), standard_error(b)
    difference = mean_b - mean_a
    variance = error_a**2 + error_b**2
    if not variance > 0:  # nothing varies, or it is not known whether
        return difference, difference - variance, difference + variance
    parts = error_a**4 / (len(a.means) - 1) + error_b**4 / (len(b.means) - 1)
    half = float(t.ppf((1 + level) / 2, variance**2 / parts)) * variance**0.5
    return difference, difference - half, difference + half
