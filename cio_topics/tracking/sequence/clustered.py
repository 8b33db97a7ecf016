"""An interval for a share whose cases come in clusters, also at 0 and 1 and with few clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level

__all__ = ["clustered_interval"]

FloatArray = npt.NDArray[np.float64]


def clustered_interval(
    counts: npt.ArrayLike, totals: npt.ArrayLike, *, level: float = 0.95
) -> tuple[float, float]:
    """Return Wilson's interval with as many cases as independent ones would be worth.

    The variance of the share is estimated between clusters; the number of cases is what gives
    Wilson's formula that variance, at most the real number; t takes the place of the normal
    quantile, with as many degrees of freedom as there are clusters with cases, less one.

    Parameters
    ----------
    counts, totals : array_like of float, shape (n_clusters,)
        Cases that count, and all cases, by cluster.
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : float
        No number with fewer than two clusters that have cases.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201 (the
    number of cases and the t quantile).

    Examples
    --------
    >>> low, high = clustered_interval([1, 1, 0, 0], [1, 1, 1, 1])
    >>> round(low, 3), round(high, 3)
    (0.061, 0.939)
    >>> clustered_interval([3], [5])
    (nan, nan)
    """
    from scipy.stats import t

    check_level(level)
    size = np.asarray(totals, dtype=float)
    count = np.asarray(counts, dtype=float)[size > 0]
    size = size[size > 0]
    n, total = len(size), float(size.sum())
    if n < 2:
        return float("nan"), float("nan")
    share = float(count.sum()) / total
    residuals = (count - share * size) / total
    variance = float((residuals**2).sum()) * n / (n - 1)
    # At 0 and 1 nothing is seen to vary: each cluster is worth one case.
    worth = min(share * (1 - share) / variance, total) if variance > 1e-15 else float(n)
    quantile = float(t.ppf((1 + level) / 2, n - 1))
    square = quantile**2 / worth
    centre = (share + square / 2) / (1 + square)
    half = quantile * np.sqrt(share * (1 - share) / worth + square / (4 * worth)) / (1 + square)
    return max(float(centre - half), 0.0), min(float(centre + half), 1.0)
