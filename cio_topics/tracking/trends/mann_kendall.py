"""Values in order of time → does one rise with the other: Mann–Kendall, Sen's slope."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, check_level

__all__ = ["MannKendall", "SenSlope", "mann_kendall", "sen_slope"]

FloatArray = npt.NDArray[np.float64]

# Up to so many values without ties the null distribution is counted out.
_EXACT = 60


class MannKendall(NamedTuple):
    """Result of the Mann–Kendall test; ``p`` is not a number where all values are equal."""

    n: int
    s: int
    variance: float
    tau_b: float
    p: float
    method: str


class SenSlope(NamedTuple):
    """Sen's slope and its interval, which is not a number where too few values were given."""

    slope: float
    low: float
    high: float


def mann_kendall(values: npt.ArrayLike, times: npt.ArrayLike | None = None) -> MannKendall:
    """Test whether values rise or fall with time, without a shape of the rise.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Values that are no number are left out with their time.
    times : array_like of float, shape (n,), optional
        0, 1, 2, … if None.

    Returns
    -------
    MannKendall
        ``s``: pairs that rise minus pairs that fall; ``variance``: of S if there is no trend,
        corrected for ties; ``tau_b``; ``p``: two-sided; ``method``: ``exact`` (no ties, at most 60
        values) or ``normal`` (with a correction for continuity).

    Raises
    ------
    SettingsError
        Values and times of other lengths.

    References
    ----------
    Mann, H. B. (1945). Nonparametric tests against trend. Econometrica 13, 245-259.
    doi:10.2307/1907187
    Kendall, M. G. (1975). Rank correlation methods. 4th ed. Griffin (the variance with ties).

    Examples
    --------
    >>> result = mann_kendall([1, 3, 2, 4, 5])
    >>> result.s, round(result.tau_b, 4), round(result.p, 4), result.method
    (8, 0.8, 0.0833, 'exact')
    """
    from scipy.stats import kendalltau, norm

    y, t = _paired(values, times)
    n = len(y)
    s = int(np.sign(np.subtract.outer(y, y) * np.sign(np.subtract.outer(t, t))).sum() // 2)
    tied = _ties(y), _ties(t)
    variance = _variance(n, *tied)
    if variance <= 0:
        return MannKendall(n, s, variance, float("nan"), float("nan"), "none")
    untied = all((each == 1).all() for each in tied)
    tau = float(kendalltau(t, y, method="asymptotic").statistic)
    if untied and n <= _EXACT:
        p = float(kendalltau(t, y, method="exact").pvalue)
        return MannKendall(n, s, variance, tau, p, "exact")
    z = max(abs(s) - 1, 0) / np.sqrt(variance)
    return MannKendall(n, s, variance, tau, float(2 * norm.sf(z)), "normal")


def sen_slope(
    values: npt.ArrayLike, times: npt.ArrayLike | None = None, *, level: float = 0.95
) -> SenSlope:
    """Return the median of the slopes between all pairs of values, with its interval.

    Parameters
    ----------
    values, times
        As for :func:`mann_kendall`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    SenSlope
        In units of `values` per unit of `times`. The interval inverts the Mann–Kendall test: its
        ends are slopes in order of size, found with the exact distribution of S where there are no
        ties and at most 60 values, else with the normal one. With fewer than five values no such
        interval of 95 % exists.

    References
    ----------
    Sen, P. K. (1968). Estimates of the regression coefficient based on Kendall's tau. Journal of
    the American Statistical Association 63, 1379-1389. doi:10.1080/01621459.1968.10480934
    Hollander, M., Wolfe, D. A. and Chicken, E. (2014). Nonparametric statistical methods. 3rd ed.
    Wiley. doi:10.1002/9781119196037 (section 9.3: the interval).

    Examples
    --------
    >>> sen_slope([1.0, 2.0, 3.0, 4.5, 5.0, 6.0, 7.5])
    SenSlope(slope=1.0, low=1.0, high=1.25)
    >>> sen_slope([1.0, 2.0, 3.0])
    SenSlope(slope=1.0, low=nan, high=nan)
    """
    from scipy.stats import norm

    check_level(level)
    y, t = _paired(values, times)
    later = np.subtract.outer(t, t) > 0
    slopes = np.sort(np.subtract.outer(y, y)[later] / np.subtract.outer(t, t)[later])
    if len(slopes) == 0:
        return SenSlope(float("nan"), float("nan"), float("nan"))
    tied, n = (_ties(y), _ties(t)), len(y)
    if all((each == 1).all() for each in tied) and n <= _EXACT:
        c = _exact_quantile(n, 1 - level) - 2
    else:
        c = norm.isf((1 - level) / 2) * np.sqrt(max(_variance(n, *tied), 0.0))
    outside = int(max((len(slopes) - c) // 2, 0)) if np.isfinite(c) else 0
    if outside < 1:
        return SenSlope(float(np.median(slopes)), float("nan"), float("nan"))
    return SenSlope(
        float(np.median(slopes)), float(slopes[outside - 1]), float(slopes[len(slopes) - outside])
    )


def _paired(values: npt.ArrayLike, times: npt.ArrayLike | None) -> tuple[FloatArray, FloatArray]:
    y = np.asarray(values, dtype=float).ravel()
    t = np.arange(len(y), dtype=float) if times is None else np.asarray(times, dtype=float).ravel()
    if len(t) != len(y):
        raise SettingsError(f"{len(y)} values and {len(t)} times; expected as many of both.")
    known = np.isfinite(y) & np.isfinite(t)
    return y[known], t[known]


def _ties(values: FloatArray) -> FloatArray:
    return np.unique(values, return_counts=True)[1].astype(float)


def _variance(n: int, y: FloatArray, t: FloatArray) -> float:
    """Return the variance of S; y and t are how many values are equal (Kendall 1975, 4.2)."""

    def fifth(k: FloatArray) -> float:
        return float((k * (k - 1) * (2 * k + 5)).sum())

    def product(power: int) -> float:
        falls = [np.prod([k - step for step in range(power)], axis=0).sum() for k in (y, t)]
        return float(falls[0] * falls[1])

    if n < 3:
        return 0.0
    total = (n * (n - 1) * (2 * n + 5) - fifth(y) - fifth(t)) / 18
    total += product(3) / (9 * n * (n - 1) * (n - 2)) + product(2) / (2 * n * (n - 1))
    return total if len(y) > 1 and len(t) > 1 else 0.0


def _exact_quantile(n: int, alpha: float) -> float:
    """Return the smallest k of S's values with P(S >= k) <= alpha / 2; infinite if none."""
    orders = np.ones(1)  # share of the orders with 0, 1, … pairs that fall
    for size in range(2, n + 1):
        orders = np.convolve(orders, np.full(size, 1 / size))
    above = np.cumsum(orders)  # P(at most d pairs fall) = P(S >= pairs - 2 d)
    few = np.flatnonzero(above <= alpha / 2 + 1e-12)
    return n * (n - 1) / 2 - 2 * few[-1] if len(few) else float("inf")
