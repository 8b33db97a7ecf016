"""Variance of a share → its interval: Wilson's with the effective number of items."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level

__all__ = ["effective_interval", "wilson_bounds"]

FloatArray = npt.NDArray[np.float64]


def effective_interval(
    share: npt.ArrayLike,
    variance: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    largest: npt.ArrayLike = np.inf,
    largest_df: npt.ArrayLike = np.inf,
    level: float = 0.95,
) -> tuple[FloatArray, FloatArray]:
    """Return intervals of estimated shares with known variances, near 0 and 1 too.

    A share with variance V is worth as much as that of ``share * (1 - share) / V`` independent
    items: the effective number. Wilson's interval is taken with that number and Student's quantile.
    Near the ends the variance says little: the number is computed with the share kept one standard
    error away from 0 and 1, and is never above `largest`.

    Parameters
    ----------
    share : array_like of float
        Below 0 or above 1 it counts as 0 or 1.
    variance, df : array_like of float
        Of the estimate, and its degrees of freedom.
    largest, largest_df : array_like of float, optional
        The largest effective number that can be, and the degrees of freedom where it holds.
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : ndarray of float
        In [0, 1]; no number where the share, or the variance, is none.

    References
    ----------
    Kott, P. S. and Carr, D. A. (1997). Developing an estimation strategy for a pesticide data
    program. Journal of Official Statistics 13, 367-383. (Wilson with an effective number.)
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201. (Student's
    quantile; the effective number.)
    Dean, N. and Pagano, M. (2015). Evaluating confidence interval methods for binomial proportions
    in clustered surveys. Journal of Survey Statistics and Methodology 3, 484-503.
    doi:10.1093/jssam/smv024. (That this one does well.)

    Examples
    --------
    >>> low, high = effective_interval([0.5], [0.5 * 0.5 / 10], [np.inf])  # as ten items
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2366], [0.7634])
    """
    from scipy.stats import t

    check_level(level)
    known, spread = np.asarray(share, dtype=float), np.asarray(variance, dtype=float)
    error = np.minimum(np.sqrt(spread), 0.5)
    inside = np.clip(known, error, 1 - error)
    with np.errstate(invalid="ignore", divide="ignore"):
        n = np.where(spread > 0, inside * (1 - inside) / spread, np.inf)
        n = np.where(np.isnan(spread), np.nan, n)
        quantile = np.asarray(t.ppf(0.5 + level / 2, np.where(n > largest, largest_df, df)))
        n = np.minimum(n, largest)
        return wilson_bounds(np.clip(known, 0.0, 1.0), n, quantile)


def wilson_bounds(
    share: npt.ArrayLike, n: npt.ArrayLike, quantile: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's bounds of shares of any number of units, also one that is not whole.

    Parameters
    ----------
    share : array_like of float in [0, 1]
    n : array_like of float
        Units that the share is worth; where infinite, the interval is the share.
    quantile : array_like of float
        Of the normal or of Student's distribution.

    Returns
    -------
    low, high : ndarray of float
        In [0, 1], and exact for shares of 0 and 1; no number where the share or `n` is none.

    References
    ----------
    Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212.
    doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> low, high = wilson_bounds([0.5, 0.0], [10, 2.5], 1.959964)
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2366, 0.0], [0.7634, 0.6058])
    """
    p, square = np.asarray(share, dtype=float), np.asarray(quantile, dtype=float) ** 2
    weight = square / np.asarray(n, dtype=float)
    middle = (p + weight / 2) / (1 + weight)
    half = np.sqrt(weight * p * (1 - p) + weight**2 / 4) / (1 + weight)
    low, high = np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)
    return np.where(p == 0, np.minimum(low, 0.0), low), np.where(
        p == 1, np.maximum(high, 1.0), high
    )
