"""An interval for a share whose cases come in clusters, also at 0 and 1 and with few clusters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level
from cio_topics.tracking.share_intervals import wilson_bounds

__all__ = ["clustered_interval"]

FloatArray = npt.NDArray[np.float64]


def clustered_interval(
    counts: npt.ArrayLike, totals: npt.ArrayLike, *, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's interval with as many cases as independent ones would be worth.

    The variance of the share is estimated between clusters; the number of cases is what gives
    Wilson's formula that variance, at most the real number; t takes the place of the normal
    quantile, with as many degrees of freedom as there are clusters with cases, less one.

    Parameters
    ----------
    counts, totals : array_like of float, shape (n_clusters, ...)
        Cases that count, and all cases, by cluster.
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : ndarray of float, shape (...)
        No number with fewer than two clusters that have cases.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201 (the
    number of cases and the t quantile).

    Examples
    --------
    >>> low, high = clustered_interval([1, 1, 0, 0], [1, 1, 1, 1])
    >>> round(float(low), 3), round(float(high), 3)
    (0.061, 0.939)
    >>> clustered_interval([3], [5])[0].tolist()
    nan
    """
    from scipy.stats import t

    check_level(level)
    count, size = (np.asarray(each, dtype=float) for each in (counts, totals))
    n = (size > 0).sum(axis=0)
    total = np.where(n > 0, size.sum(axis=0), 1.0)
    share = count.sum(axis=0) / total
    variance = (((count - share * size) / total) ** 2).sum(axis=0) * n / np.maximum(n - 1, 1)
    # At 0 and 1 nothing is seen to vary: each cluster is worth one case.
    varies = variance > 1e-15
    worth = np.where(varies, share * (1 - share) / np.where(varies, variance, 1.0), n)
    worth = np.where(n > 0, np.minimum(worth, total), 1.0)
    quantile = t.ppf((1 + level) / 2, np.maximum(n - 1, 1))
    low, high = wilson_bounds(share, worth, quantile)
    return np.where(n > 1, low, np.nan), np.where(n > 1, high, np.nan)
