"""Draw whole meetings with replacement: percentile and BCa intervals of shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, check_level
from cio_topics.intervals import wilson_interval
from cio_topics.tracking.counts import ThemeCounts
from cio_topics.tracking.estimates.splitting import GRAIN

__all__ = ["resampled_intervals"]

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[FloatArray, FloatArray]

_CELLS = 2_000_000  # weights drawn at a time: 16 MB


def resampled_intervals(
    counts: ThemeCounts,
    *,
    kind: Literal["bootstrap", "bca"] = "bootstrap",
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> Bounds:
    """Return intervals of shares when whole meetings of each period are drawn with replacement.

    Where none or all units of a period have the theme, every draw gives the same share; there the
    interval is Wilson's with meetings as units.

    Parameters
    ----------
    counts : ThemeCounts
    kind : {"bootstrap", "bca"}, default "bootstrap"
        Percentiles of the draws, or percentiles corrected for bias and skewness.
    level : float in (0, 1), default 0.95
    n_draws : int, default 2000
    random_state : int, default 0

    Returns
    -------
    low, high : ndarray of float, shape (n_periods, n_themes)
        Not a number where a period has fewer than two meetings with units.

    Raises
    ------
    SettingsError
        No draws, or a level outside (0, 1).

    Notes
    -----
    Sums are of whole numbers below 2**53, so they are exact, and results do not depend on the
    number of threads.

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society B 69, 369-390. doi:10.1111/j.1467-9868.2007.00593.x

    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American Statistical
    Association 82, 171-185. doi:10.1080/01621459.1987.10478410: BCa, here with the acceleration of
    the jackknife over meetings, and half of the draws that equal the share counted as below it.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> counts = simulate_counts([[0.3]], [[2, 3, 4] * 8], icc=0.2, random_state=1)
    >>> low, high = resampled_intervals(counts, kind="bca")
    >>> low[0].round(2).tolist(), high[0].round(2).tolist()
    ([0.14], [0.35])
    """
    check_level(level)
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    low = np.full((len(counts.periods), len(counts.themes)), np.nan)
    high = low.copy()
    grain = 1 if (counts.counts == np.rint(counts.counts)).all() else GRAIN
    for place, period in enumerate(counts.periods):
        rows = counts.rows_of(period)
        some = counts.totals[rows] > 0
        if some.sum() > 1:
            units = np.column_stack([counts.counts[rows], counts.totals[rows]])[some]
            rng = np.random.default_rng([random_state, place])
            bounds = _one_period(np.rint(units * grain), kind, level, n_draws, rng)
            low[place], high[place] = bounds
    return low, high


def _one_period(
    units: FloatArray, kind: str, level: float, n_draws: int, rng: np.random.Generator
) -> Bounds:
    drawn = np.concatenate([_shares(sums) for sums in _draws(units, n_draws, rng)])
    n, n_units, n_meetings = units[:, :-1].sum(axis=0), units[:, -1].sum(), len(units)
    tails = np.tile([[(1 - level) / 2], [(1 + level) / 2]], len(n))
    if kind == "bca":
        tails = _corrected(tails, drawn, n / n_units, _acceleration(units))
    low, high = _percentiles(drawn, tails)
    fixed = (n == 0) | (n == n_units)
    as_units = np.where(n == 0, 0, n_meetings), np.full(len(n), n_meetings)
    wilson = wilson_interval(*as_units, level=level)
    return np.where(fixed, wilson[0], low), np.where(fixed, wilson[1], high)


def _draws(units: FloatArray, n_draws: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield sums over meetings drawn with replacement, a chunk of draws at a time."""
    n = len(units)
    chunk = max(1, _CELLS // n)
    for start in range(0, n_draws, chunk):
        size = min(chunk, n_draws - start)
        drawn = rng.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
        yield np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n).astype(float) @ units


def _shares(sums: FloatArray) -> FloatArray:
    return sums[:, :-1] / sums[:, -1:]


def _acceleration(units: FloatArray) -> FloatArray:
    """Return the skewness of the shares with one meeting left out, over six."""
    left = _shares(units.sum(axis=0) - units)
    away = left.mean(axis=0) - left
    squares = (away**2).sum(axis=0) ** 1.5
    return np.asarray((away**3).sum(axis=0) / (6 * np.where(squares > 0, squares, 1.0)))


def _corrected(
    tails: FloatArray, drawn: FloatArray, share: FloatArray, acceleration: FloatArray
) -> FloatArray:
    from scipy.stats import norm

    below = (drawn < share - 1e-12).mean(axis=0)
    below = below + (np.abs(drawn - share) <= 1e-12).mean(axis=0) / 2
    bias = norm.ppf(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn)))
    shifted = bias + norm.ppf(tails)
    return np.asarray(norm.cdf(bias + shifted / (1 - acceleration * shifted)))


def _percentiles(drawn: FloatArray, tails: FloatArray) -> FloatArray:
    """Return the quantiles of each column, linear between draws, shape (2, n_themes)."""
    ordered = np.sort(drawn, axis=0)
    place = np.clip(tails, 0.0, 1.0) * (len(ordered) - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    lower, upper = ordered[below, columns], ordered[above, columns]
    return np.asarray(lower + (place - below) * (upper - lower))
