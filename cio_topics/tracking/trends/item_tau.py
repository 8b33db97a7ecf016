"""Items of dated meetings → Kendall's tau of theme and date, tested by moving whole meetings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, check_level

__all__ = ["ItemTau", "item_tau"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# With more meetings the normal distribution is as good as permutations, and quick.
_MOST_PERMUTED = 2000
_CHUNK = 4e6  # numbers held at a time


class ItemTau(NamedTuple):
    """One value a theme, shape (n_themes,); not a number where all items or none have the theme."""

    tau: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    method: str


class _Order(NamedTuple):
    """Places in order of stratum and day: where the day and the stratum of each begin and end."""

    rows: IntArray
    day_start: IntArray
    day_end: IntArray
    start: IntArray
    end: IntArray

    def before_less_after(self, sizes: FloatArray) -> FloatArray:
        """Return for each place the sizes of earlier less those of later days of its stratum."""
        sums = np.cumsum(sizes, axis=-1)
        sums = np.concatenate([np.zeros((*sums.shape[:-1], 1)), sums], axis=-1)
        before = sums[..., self.day_start] - sums[..., self.start]
        result: FloatArray = before - (sums[..., self.end] - sums[..., self.day_end])
        return result


def item_tau(
    days: npt.ArrayLike,
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    strata: npt.ArrayLike | None = None,
    *,
    n_draws: int = 1999,
    level: float = 0.95,
    random_state: int = 0,
) -> ItemTau:
    """Return Kendall's tau-b of items' theme (yes or no) and date, with p of whole meetings.

    A pair of items of different days counts +1 if only the later one has the theme, −1 if only the
    earlier one has it. Unlike tau of the shares of meetings, its mean is zero whenever the share
    does not change, also if agendas grow longer with time: the share of a short agenda is often 0
    or 1, that of a long one seldom, so shares of meetings change their ranks without a trend.

    Parameters
    ----------
    days : array_like of int, shape (n_meetings,)
    counts : array_like of float, shape (n_meetings, n_themes)
        Items with each theme.
    totals : array_like of float, shape (n_meetings,)
        All items.
    strata : array_like of int, shape (n_meetings,), optional
        Meetings are compared, and moved, only within a stratum: with bodies as strata, bodies that
        come and go are no trend. One stratum if None.
    n_draws : int, default 1999
        Permutations.
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    ItemTau
        The interval is the jackknife's over meetings, on Fisher's scale, with quantiles of t; its
        degrees of freedom are the meetings with the theme, or those without if they are fewer,
        less one. ``p`` is two-sided: whole meetings, with all their items, change places in time,
        and the statistic is divided by its robust standard error each time, so that meetings of
        unequal size do no harm. Above 2,000 meetings p is the normal distribution's (``method``).

    Raises
    ------
    SettingsError
        Fewer than one permutation, or a level outside (0, 1).

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33, 239-251.
    doi:10.1093/biomet/33.3.239 (tau-b)
    Hirsch, R. M., Slack, J. R. and Smith, R. A. (1982). Techniques of trend analysis for monthly
    water quality data. Water Resources Research 18, 107-121. doi:10.1029/WR018i001p00107
    (sums over strata)
    Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals
    of Statistics 41, 484-507. doi:10.1214/13-AOS1090 (dividing by the standard error)

    Examples
    --------
    >>> result = item_tau([1, 2, 3, 4, 5, 6, 7], [[0], [0], [1], [1], [2], [2], [2]], [2] * 7)
    >>> result.tau.round(3).tolist(), result.p.round(3).tolist()
    ([0.693], [0.018])
    """
    check_level(level)
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    y, n = np.asarray(counts, dtype=float), np.asarray(totals, dtype=float)
    groups = np.zeros(len(n), np.int64) if strata is None else np.asarray(strata, dtype=np.int64)
    order = _ordered(np.asarray(days), groups)
    y, n, groups = y[order.rows], n[order.rows], groups[order.rows]
    rest = y - n[:, None] * _stratum_shares(y, n, order)
    scores = order.before_less_after(n)
    tau, low, high = _with_jackknife(y, n, scores, order, level)
    observed = _studentized(scores[None], rest)[0]
    if len(n) > _MOST_PERMUTED:
        from scipy.stats import norm

        p, method = 2 * norm.sf(np.abs(observed)), "normal"
    else:
        p, method = _permuted_p(observed, rest, n, order, n_draws, random_state), "permutation"
    nothing = ~np.isfinite(tau)
    return ItemTau(tau, low, high, np.where(nothing, np.nan, p), method)


def _ordered(days: IntArray, strata: IntArray) -> _Order:
    rows = np.lexsort((days, strata))
    days, strata = days[rows], strata[rows]
    new = np.r_[True, strata[1:] != strata[:-1]][: len(rows)]
    new_day = new | np.r_[True, days[1:] != days[:-1]][: len(rows)]
    return _Order(rows, *_bounds(new_day), *_bounds(new))


def _bounds(new: npt.NDArray[np.bool_]) -> tuple[IntArray, IntArray]:
    """Return where the run of each place starts, and where it has ended."""
    starts = np.flatnonzero(new)
    run = np.cumsum(new) - 1
    return starts[run], np.append(starts[1:], len(new))[run]


def _stratum_shares(y: FloatArray, n: FloatArray, order: _Order) -> FloatArray:
    sums = np.vstack([np.zeros(y.shape[1]), np.cumsum(y, axis=0)])
    sizes = np.r_[0.0, np.cumsum(n)]
    within = sums[order.end] - sums[order.start]
    shares: FloatArray = within / (sizes[order.end] - sizes[order.start])[:, None]
    return shares


def _studentized(scores: FloatArray, rest: FloatArray) -> FloatArray:
    """Return S over its robust standard error, shape (n_draws, n_themes)."""
    variance = scores**2 @ rest**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, scores @ rest / np.sqrt(variance), 0.0)


def _permuted_p(
    observed: FloatArray,
    rest: FloatArray,
    n: FloatArray,
    order: _Order,
    n_draws: int,
    random_state: int,
) -> FloatArray:
    rng = np.random.default_rng(random_state)
    strata = np.unique(order.start)
    more = np.zeros(len(observed))
    step = max(1, int(_CHUNK // len(n)))
    for first in range(0, n_draws, step):
        drawn = np.tile(np.arange(len(n)), (min(step, n_draws - first), 1))
        for start in strata:
            end = order.end[start]
            drawn[:, start:end] = rng.permuted(drawn[:, start:end], axis=1)
        scores = np.empty(drawn.shape)
        np.put_along_axis(scores, drawn, order.before_less_after(n[drawn]), axis=1)
        values = np.abs(_studentized(scores, rest))
        more += (values >= np.abs(observed) - 1e-9).sum(axis=0)
    return (1 + more) / (1 + n_draws)


def _with_jackknife(
    y: FloatArray, n: FloatArray, scores: FloatArray, order: _Order, level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return tau-b and its interval, from tau-b without each meeting in turn."""
    from scipy.stats import t as student

    s = scores @ y
    with_theme = order.before_less_after(y.T).T
    part = y * scores[:, None] - n[:, None] * with_theme  # what pairs with this meeting add to S
    pairs_y, less_y = _unequal_pairs(y, n, order)
    pairs_t, less_t = _dated_pairs(n, order)
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = s / np.sqrt(pairs_y * pairs_t)
        without = (s - part) / np.sqrt((pairs_y - less_y) * (pairs_t - less_t)[:, None])
        m = len(n)
        fisher = np.arctanh(np.clip(without, -1 + 1e-9, 1 - 1e-9))
        # A meeting whose leaving leaves nothing to compare tells nothing of the spread.
        fisher = np.where(np.isfinite(fisher), fisher, np.arctanh(np.clip(tau, -0.999, 0.999)))
        error = np.sqrt((m - 1) / m * ((fisher - fisher.mean(axis=0)) ** 2).sum(axis=0))
        error = np.where((error > 0) & (m > 2), error, np.nan)
        middle = np.arctanh(np.clip(tau, -1 + 1e-9, 1 - 1e-9))
        fewer = np.minimum((y > 0).sum(axis=0), (y < n[:, None]).sum(axis=0))
        reach = student.isf((1 - level) / 2, np.maximum(fewer - 1, 1)) * error
    return tau, np.tanh(middle - reach), np.tanh(middle + reach)


def _unequal_pairs(y: FloatArray, n: FloatArray, order: _Order) -> tuple[FloatArray, FloatArray]:
    """Return pairs of items of which one has the theme, and those with each meeting's items."""
    with_theme = _stratum_shares(y, n, order)
    sizes = np.r_[0.0, np.cumsum(n)]
    all_n = (sizes[order.end] - sizes[order.start])[:, None]
    all_y = with_theme * all_n
    whole = all_y * (all_n - all_y)
    left = (all_y - y) * (all_n - n[:, None] - all_y + y)
    first = np.unique(order.start)
    return whole[first].sum(axis=0), whole - left


def _dated_pairs(n: FloatArray, order: _Order) -> tuple[float, FloatArray]:
    """Return pairs of items of different days, and those with each meeting's items."""
    sizes = np.r_[0.0, np.cumsum(n)]
    whole = sizes[order.end] - sizes[order.start]
    day = sizes[order.day_end] - sizes[order.day_start]
    pairs = float((n * (whole - day)).sum() / 2)
    return pairs, n * (whole - day)
