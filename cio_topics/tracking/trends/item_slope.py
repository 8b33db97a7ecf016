"""Items of dated meetings → by how much the share rises in a unit of time, on average."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import check_level

__all__ = ["ItemSlope", "item_slope"]

FloatArray = npt.NDArray[np.float64]


class ItemSlope(NamedTuple):
    """One value a theme, shape (n_themes,)."""

    slope: FloatArray
    low: FloatArray
    high: FloatArray


def item_slope(
    times: npt.ArrayLike,
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    strata: npt.ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> ItemSlope:
    """Return the slope of the least-squares line through items (theme: 1 or 0) by their date.

    Parameters
    ----------
    times : array_like of float, shape (n_meetings,)
    counts : array_like of float, shape (n_meetings, n_themes)
        Items with each theme.
    totals : array_like of float, shape (n_meetings,)
        All items.
    strata : array_like of int, shape (n_meetings,), optional
        Each has a level of its own, all have one slope.
    level : float in (0, 1), default 0.95

    Returns
    -------
    ItemSlope
        The interval is the jackknife's over meetings (CR3) with quantiles of t. Not a number where
        all meetings are of one day, or all items or none have the theme.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
    regression with multi-stage samples. Survey Methodology 28, 169-181 (the jackknife over
    clusters errs to the safe side).

    Examples
    --------
    >>> result = item_slope([0, 1, 2, 3, 4], [[0], [1], [1], [1], [2]], [2, 2, 2, 2, 2])
    >>> result.slope.round(3).tolist(), result.low.round(3).tolist()
    ([0.2], [-0.025])
    """
    from scipy.stats import t as student

    check_level(level)
    y, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    t = np.asarray(times, dtype=float)
    t = t - np.average(t, weights=n)
    groups = np.zeros(len(n), np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    # What each meeting adds: n, n t, n t², then y and y t of each theme.
    added = np.column_stack([n, n * t, n * t * t, y, y * t[:, None]])
    whole = np.zeros((groups.max() + 1, added.shape[1]))
    np.add.at(whole, groups, added)
    own = _products(whole)
    sums = own.sum(axis=0)
    without = sums - own[groups] + _products(whole[groups] - added)
    mixed = (y.sum(axis=0) > 0) & (y.sum(axis=0) < n.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(mixed & (sums[0] > 1e-9), sums[1:] / sums[0], np.nan)
        each = np.where(without[:, :1] > 1e-9, without[:, 1:] / without[:, :1], np.nan)
    m = len(n)
    error = np.sqrt((m - 1) / m * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
    reach = student.isf((1 - level) / 2, max(m - 2, 1)) * np.where(error > 0, error, np.nan)
    return ItemSlope(slope, slope - reach, slope + reach)


def _products(sums: FloatArray) -> FloatArray:
    """Return the centred squares of time, then its products with each theme, by row."""
    k = (sums.shape[1] - 3) // 2
    n, nt, ntt, y, yt = np.split(sums, [1, 2, 3, 3 + k], axis=1)
    safe = np.where(n > 1e-9, n, 1.0)
    return np.column_stack([ntt - nt**2 / safe, yt - y * nt / safe])
