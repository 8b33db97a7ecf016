"""How large a change is: difference, ratio, odds ratio, Cohen's h; intervals that know meetings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level
from cio_topics.tracking.counts import FloatArray
from cio_topics.tracking.likeness import icc_within
from cio_topics.tracking.share_intervals import wilson_bounds

__all__ = ["Bounded", "cohen_h", "difference_of", "odds_ratio", "ratio_of", "share_by_meetings"]


class Bounded(NamedTuple):
    """An estimate and its interval, each of shape (n_themes,)."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def cohen_h(before: npt.ArrayLike, after: npt.ArrayLike) -> FloatArray:
    """Return Cohen's h, the difference of two shares on the arcsine scale.

    References
    ----------
    Cohen, J. (1988). Statistical Power Analysis for the Behavioral Sciences, 2nd ed. Erlbaum.
    Section 6.2; his words for it: 0.2 small, 0.5 medium, 0.8 large.

    Examples
    --------
    >>> cohen_h(0.4, 0.5).round(3).item()
    0.201
    """
    arcs = [2 * np.arcsin(np.sqrt(np.asarray(share, dtype=float))) for share in (before, after)]
    return np.asarray(arcs[1] - arcs[0])


def odds_ratio(before: npt.ArrayLike, after: npt.ArrayLike) -> FloatArray:
    """Return the odds of `after` over those of `before`; no number where both are 0 or both 1."""
    one, other = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((other * (1 - one)) / (one * (1 - other)))


def share_by_meetings(
    counts: FloatArray,
    totals: FloatArray,
    *,
    icc: FloatArray | None = None,
    level: float = 0.95,
) -> Bounded:
    """Return shares with Wilson's interval for as many items as they are worth.

    The number of items is divided by the design effect of their meetings, and the quantile is that
    of the t distribution with one degree of freedom less than there are meetings.

    Parameters
    ----------
    counts : ndarray of float, shape (n_meetings, n_themes)
    totals : ndarray of float, shape (n_meetings,)
    icc : ndarray of float, shape (n_themes,), optional
        The intracluster correlation that a larger group has; that of these meetings counts if it is
        larger. No number counts as 0.
    level : float in (0, 1), default 0.95

    Returns
    -------
    Bounded
        No numbers without items; no interval with fewer than two meetings that have items.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201 (the
    effective number of items and the t quantile).

    Wilson, E. B. (1927). Journal of the American Statistical Association 22, 209-212.
    doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> share = share_by_meetings(np.array([[0.0], [1.0], [0.0], [2.0]]), np.full(4, 2.0))
    >>> [round(float(bound[0]), 2) for bound in share]
    [0.38, 0.05, 0.86]
    """
    from scipy.special import stdtrit

    check_level(level)
    n_meetings = int((totals > 0).sum())
    if n_meetings == 0:
        return Bounded(*np.full((3, counts.shape[1]), np.nan))
    share = counts.sum(axis=0) / totals.sum()
    if n_meetings == 1:
        return Bounded(share, np.full(len(share), np.nan), np.full(len(share), np.nan))
    own = icc_within(counts, totals, np.zeros(len(totals), dtype=np.int64))
    icc = np.fmax(np.fmax(own, 0.0), 0.0 if icc is None else icc)
    n = totals.sum() / (1 + ((totals**2).sum() / totals.sum() - 1) * icc)
    quantile = float(stdtrit(n_meetings - 1, (1 + level) / 2))
    return Bounded(share, *wilson_bounds(share, n, quantile))


def difference_of(before: Bounded, after: Bounded) -> Bounded:
    """Return the difference of two shares; its interval comes from those of the shares.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions:
    comparison of eleven methods. Statistics in Medicine 17, 873-890 (method 10).

    Examples
    --------
    >>> from cio_topics.intervals import wilson_interval
    >>> shares = [Bounded(np.array([n / of]), *wilson_interval([n], [of])) for n, of in
    ...     ((48, 80), (56, 70))]
    >>> [round(float(bound[0]), 4) for bound in difference_of(*shares)]
    [0.2, 0.0524, 0.3339]
    """
    value = after.value - before.value
    below = np.hypot(after.value - after.low, before.high - before.value)
    above = np.hypot(after.high - after.value, before.value - before.low)
    return Bounded(value, value - below, value + above)


def ratio_of(before: Bounded, after: Bounded) -> Bounded:
    """Return the ratio of two shares; its interval comes from those of the shares.

    Infinite where no unit before has the theme; no number where no unit of either side has it.

    References
    ----------
    Donner, A. and Zou, G. Y. (2012). Closed-form confidence intervals for functions of the normal
    mean and standard deviation. Statistical Methods in Medical Research 21, 347-359.
    doi:10.1177/0962280210383082 (the interval of a ratio from two intervals).

    Examples
    --------
    >>> before, after = Bounded(*np.array([[0.2], [0.1], [0.3]])), Bounded(*np.array([[0.4], [0.3],
    ...     [0.5]]))
    >>> [round(float(bound[0]), 2) for bound in ratio_of(before, after)]
    [2.0, 1.21, 4.12]
    """
    one, low_one, high_one = before
    other, low, high = after
    product = other * one
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(product + other + one > 0, other / one, np.nan)
        least = _root(product**2 - low * high_one * (2 * other - low) * (2 * one - high_one))
        most = _root(product**2 - high * low_one * (2 * other - high) * (2 * one - low_one))
        # (product - least) / (high_one (2 one - high_one)), also where the latter is 0
        below = np.where(low == 0, 0.0, low * (2 * other - low) / (product + least))
        above = (product + most) / (low_one * (2 * one - low_one))
    above = np.where(low_one == 0, np.inf, above)
    known = np.isfinite(low_one) & np.isfinite(low) & np.isfinite(one + other) & (one + other > 0)
    return Bounded(value, np.where(known, below, np.nan), np.where(known, above, np.nan))


def _root(value: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.maximum(value, 0.0)))
