"""Intervals for shares: Wilson for independent items, cluster bootstrap for items in meetings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, check_level

__all__ = ["cluster_bootstrap", "cluster_bootstrap_shares", "wilson_interval"]

FloatArray = npt.NDArray[np.float64]


def wilson_interval(
    n: npt.ArrayLike, n_items: npt.ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return the Wilson score interval of shares ``n / n_items``.

    Parameters
    ----------
    n, n_items : array_like of int, same shape
        Items with the theme, and all items.
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : ndarray of float, same shape
        In [0, 1]; not a number where ``n_items`` is 0.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson_interval([0, 5], [10, 10])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.2366], [0.2775, 0.7634])
    """
    from statsmodels.stats.proportion import proportion_confint

    check_level(level)
    count = np.asarray(n, dtype=float)
    total = np.asarray(n_items, dtype=float)
    if (count < 0).any() or (count > total).any():
        raise SettingsError("n is negative or larger than n_items; expected 0 <= n <= n_items.")
    safe = np.where(total > 0, total, 1.0)
    low, high = proportion_confint(count, safe, 1 - level, method="wilson")
    empty = total == 0
    low = np.where(empty, np.nan, np.clip(low, 0.0, 1.0))
    high = np.where(empty, np.nan, np.clip(high, 0.0, 1.0))
    # Wilson's bounds are exact at the ends; take away the last bit of rounding error.
    return np.where(count == 0, np.minimum(low, 0.0), low), np.where(
        (count == total) & ~empty, 1.0, high
    )


def cluster_bootstrap_shares(
    counts: FloatArray,
    totals: FloatArray,
    *,
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Return percentile intervals of shares when whole meetings are drawn with replacement.

    Items of one meeting are alike; drawing meetings instead of items keeps that in the interval.
    Where none or all of the items have the theme, every draw gives the same share; there the
    interval is Wilson's with meetings as units.

    Parameters
    ----------
    counts : ndarray of float, shape (n_meetings, n_themes)
        Items with each theme, by meeting.
    totals : ndarray of float, shape (n_meetings,)
        All items, by meeting.
    n_draws : int, default 2000
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    low, high : ndarray of float, shape (n_themes,)
        Not a number where fewer than two meetings were given: one meeting cannot tell.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society B 69, 369-390. doi:10.1111/j.1467-9868.2007.00593.x

    Examples
    --------
    >>> counts = np.array([[1.0], [0.0], [1.0], [1.0]])
    >>> low, high = cluster_bootstrap_shares(counts, np.ones(4), random_state=0)
    >>> low.tolist(), high.tolist()
    ([0.25], [1.0])
    """
    n_themes = counts.shape[1]

    def shares(sums: FloatArray) -> FloatArray:
        return sums[:, :n_themes] / sums[:, n_themes:]

    low, high = cluster_bootstrap(
        np.column_stack([counts, totals]),
        shares,
        n_draws=n_draws,
        level=level,
        random_state=random_state,
    )
    with_items = int((totals > 0).sum())
    n, n_items = counts.sum(axis=0), totals.sum()
    fixed = ((n == 0) | (n == n_items)) & (with_items > 1)
    units = np.full(n_themes, with_items)
    wilson = wilson_interval(np.where(n == 0, 0, units), units, level=level)
    return np.where(fixed, wilson[0], low), np.where(fixed, wilson[1], high)


def cluster_bootstrap(
    counts: FloatArray,
    statistic: Callable[[FloatArray], FloatArray],
    *,
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> tuple[FloatArray, FloatArray]:
    """Return percentile intervals of a statistic of sums over clusters drawn with replacement.

    Parameters
    ----------
    counts : ndarray of float, shape (n_clusters, k)
        What is summed, by cluster.
    statistic : callable
        From sums, shape (n, k), to the statistic, shape (n, m). Values that are no number are left
        out of the percentiles.
    n_draws, level, random_state
        As in :func:`cluster_bootstrap_shares`.

    Returns
    -------
    low, high : ndarray of float, shape (m,)
        Not a number where fewer than two clusters were given.
    """
    check_level(level)
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    n_clusters = len(counts)
    if n_clusters < 2:
        n_statistics = statistic(np.ones((1, counts.shape[1]))).shape[1]
        return np.full(n_statistics, np.nan), np.full(n_statistics, np.nan)
    rng = np.random.default_rng(random_state)
    even = np.full(n_clusters, 1.0 / n_clusters)
    chunk = max(1, int(4e6 // n_clusters))  # at most 32 MB of weights at a time
    drawn = []
    for start in range(0, n_draws, chunk):
        weights = rng.multinomial(n_clusters, even, size=min(chunk, n_draws - start))
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn.append(statistic(weights.astype(float) @ counts))
    tail = 50 * (1 - level)
    values = np.concatenate(drawn)
    known = np.isfinite(values).any(axis=0)
    low, high = np.full(values.shape[1], np.nan), np.full(values.shape[1], np.nan)
    if known.any():
        low[known], high[known] = np.nanpercentile(values[:, known], [tail, 100 - tail], axis=0)
    return low, high
