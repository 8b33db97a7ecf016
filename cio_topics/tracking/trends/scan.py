"""Counts of meetings in order → is any stretch of them unlike the rest (a test by permutation)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError
from cio_topics.tracking.trends.smooth import meeting_correlation

__all__ = ["scan_test"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_N_CELLS = 120
_MOST_UNITS = 1200


def scan_test(
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    *,
    fewest: int = 5,
    n_draws: int = 999,
    random_state: int = 0,
) -> FloatArray:
    """Return p of the stretch of meetings whose share differs most from that of the others.

    Parameters
    ----------
    counts : array_like of float, shape (n_meetings, n_themes)
        In order of time.
    totals : array_like of float, shape (n_meetings,)
    fewest : int, default 5
        Meetings that a stretch, and the rest, must have.
    n_draws : int, default 999
        Permutations of whole meetings; the same for all themes.
    random_state : int, default 0

    Returns
    -------
    ndarray of float, shape (n_themes,)
        Not a number where all items or none have the theme, or there are fewer than twice `fewest`
        meetings. Items of a meeting count less the more they are alike (Williams 1982, see
        :func:`~cio_topics.tracking.trends.smooth_share`). With more than 120 meetings stretches
        begin and end at 120 places, evenly; with more than 1,200, runs of them are moved as wholes.

    Raises
    ------
    SettingsError
        Fewer than one permutation.

    References
    ----------
    Olshen, A. B., Venkatraman, E. S., Lucito, R. and Wigler, M. (2004). Circular binary
    segmentation for the analysis of array-based DNA copy number data. Biostatistics 5, 557-572.
    doi:10.1093/biostatistics/kxh008 (the stretch unlike the rest, and its permutation)

    Examples
    --------
    >>> step = np.repeat([0.0, 1.0], 10)[:, None]
    >>> scan_test(step, np.ones(20)).tolist()
    [0.002]
    """
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    y, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    mixed = (y.sum(axis=0) > 0) & (y.sum(axis=0) < n.sum())
    if len(n) < 2 * fewest or not mixed.any():
        return np.full(y.shape[1], np.nan)
    weights = _effective(y, n)
    size = weights * n[:, None]
    with np.errstate(invalid="ignore"):
        rest = weights * y - size * ((weights * y).sum(axis=0) / size.sum(axis=0))
    rest, size = _in_runs(rest), _in_runs(size)
    starts, ends, ticks = _stretches(len(rest), fewest)
    rng = np.random.default_rng(random_state)
    observed = _largest(np.arange(len(rest)), rest, size, ticks, starts, ends)
    more = np.zeros(y.shape[1])
    for _ in range(n_draws):
        drawn = rng.permutation(len(rest))
        more += _largest(drawn, rest, size, ticks, starts, ends) >= observed - 1e-9
    return np.where(mixed, (1 + more) / (1 + n_draws), np.nan)


def _effective(y: FloatArray, n: FloatArray) -> FloatArray:
    """Return what an item of each meeting counts for each theme, shape (n_meetings, n_themes)."""
    from scipy.special import logit

    shares = np.clip(y.sum(axis=0) / n.sum(), 1e-6, 1 - 1e-6)
    icc = [
        meeting_correlation(column, n, np.full(len(n), logit(share)), 1.0)
        for column, share in zip(y.T, shares, strict=True)
    ]
    return np.asarray(1 / (1 + (n - 1)[:, None] * np.array(icc)))


def _in_runs(values: FloatArray) -> FloatArray:
    """Return sums over runs of meetings, if there are many."""
    if len(values) <= _MOST_UNITS:
        return values
    starts = np.arange(_MOST_UNITS) * len(values) // _MOST_UNITS
    sums: FloatArray = np.add.reduceat(values, starts, axis=0)
    return sums


def _stretches(n_meetings: int, fewest: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return where stretches start and end, as numbers of ticks, and the meetings before a tick."""
    ticks = np.unique(np.linspace(0, n_meetings, min(n_meetings, _N_CELLS) + 1).round().astype(int))
    starts, ends = np.triu_indices(len(ticks), 1)
    length = ticks[ends] - ticks[starts]
    long = (length >= fewest) & (n_meetings - length >= fewest)
    return starts[long], ends[long], ticks


def _largest(
    order: IntArray,
    rest: FloatArray,
    size: FloatArray,
    ticks: IntArray,
    starts: IntArray,
    ends: IntArray,
) -> FloatArray:
    """Return the largest standardized difference of a stretch from the other meetings, squared."""
    sums = np.vstack([np.zeros(rest.shape[1]), np.cumsum(rest[order], axis=0)])[ticks]
    sizes = np.vstack([np.zeros(size.shape[1]), np.cumsum(size[order], axis=0)])[ticks]
    part = (sizes[ends] - sizes[starts]) / sizes[-1]
    unlike = (sums[ends] - sums[starts]) ** 2
    largest: FloatArray = (unlike / (part * (1 - part))).max(axis=0)
    return largest
