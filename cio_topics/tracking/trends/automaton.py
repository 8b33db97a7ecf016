"""Batches → the cheapest way through an automaton of states (Kleinberg's bursts)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError

__all__ = ["Burst", "burst_levels", "burst_runs", "level_bursts", "state_costs"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Burst(NamedTuple):
    """A stretch of batches from `start` to `end` (both inside) at `level` or above."""

    column: int
    level: int
    start: int
    end: int
    weight: float


def state_costs(
    relevant: npt.ArrayLike, totals: npt.ArrayLike, *, n_states: int = 2, scaling: float = 2.0
) -> FloatArray:
    """Return what each batch costs in each state: minus the log of its binomial chance.

    Parameters
    ----------
    relevant : array_like of float, shape (n_batches, n_columns)
        Relevant items of each batch, for each term.
    totals : array_like of float, shape (n_batches,)
        All items of each batch; a batch of none costs nothing.
    n_states : int, default 2
    scaling : float, default 2
        The share of a state over that of the state below; never above 0.9999.

    Returns
    -------
    ndarray of float, shape (n_batches, n_columns, n_states)
        Without the binomial coefficient, which is the same in all states.

    Raises
    ------
    SettingsError
        Fewer than two states, or a scaling that is no number above 1.

    Examples
    --------
    >>> state_costs([[1], [0]], [1, 1]).round(3).tolist()
    [[[0.693, 0.0]], [[0.693, 9.21]]]
    """
    from scipy.special import xlog1py, xlogy

    if n_states < 2 or not 1 < scaling < np.inf:
        raise SettingsError(
            f"{n_states} states, scaling {scaling}; expected at least 2, and more than 1.",
            "Leave them out for Kleinberg's own: 2 and 2.",
            "指定しなければ Kleinberg の値(どちらも2)です。",
        )
    r, d = np.asarray(relevant, dtype=float), np.asarray(totals, dtype=float)
    share = r.sum(axis=0) / max(d.sum(), 1.0)
    shares = np.minimum(share[:, None] * float(scaling) ** np.arange(n_states), 0.9999)
    shares = np.maximum(shares, np.minimum(share[:, None], 1.0))
    with np.errstate(divide="ignore"):
        costs = -xlogy(r[..., None], shares) - xlog1py((d[:, None] - r)[..., None], -shares)
    return np.asarray(costs, dtype=float)


def burst_levels(costs: FloatArray, *, gamma: float = 1.0) -> IntArray:
    """Return the cheapest state of every batch, by dynamic programming; the first starts from 0.

    Going up a state costs ``gamma * log(n_batches)``, going down nothing. Of ways that cost the
    same, the one with the lower states is taken.

    Parameters
    ----------
    costs : ndarray of float, shape (n_batches, n_columns, n_states)
    gamma : float, default 1

    Returns
    -------
    ndarray of int, shape (n_batches, n_columns)

    Raises
    ------
    SettingsError
        A gamma that is no number of 0 or more.

    References
    ----------
    Kleinberg, J. (2002). Bursty and hierarchical structure in streams. Proceedings of KDD 2002,
    91-101. doi:10.1145/775047.775061 (section 4: batched arrivals)

    Examples
    --------
    >>> relevant = np.array([[0], [0], [5], [6], [0], [0]])
    >>> burst_levels(state_costs(relevant, np.full(6, 10.0))).ravel().tolist()
    [0, 0, 1, 1, 0, 0]
    """
    if not 0 <= gamma < np.inf:
        raise SettingsError(
            f"gamma is {gamma}; expected a number of 0 or more.",
            "Leave it out for Kleinberg's own: 1.",
            "指定しなければ Kleinberg の値(1)です。",
        )
    n, n_columns, n_states = costs.shape
    states = np.arange(n_states)
    step = gamma * np.log(max(n, 1)) * np.maximum(states[None, :] - states[:, None], 0)  # from, to
    best = np.broadcast_to(np.where(states == 0, 0.0, np.inf), (n_columns, n_states))
    came = np.empty((n, n_columns, n_states), dtype=np.int64)
    for t in range(n):
        reach = best[:, :, None] + step
        came[t] = (reach - 1e-12 * (n_states - states)[:, None]).argmin(axis=1)
        best = np.take_along_axis(reach, came[t][:, None, :], axis=1)[:, 0] + costs[t]
    levels = np.empty((n, n_columns), dtype=np.int64)
    at = (best + 1e-12 * states).argmin(axis=1)
    for t in range(n - 1, -1, -1):
        levels[t] = at
        at = np.take_along_axis(came[t], at[:, None], axis=1)[:, 0]
    return levels


def level_bursts(costs: FloatArray, levels: IntArray) -> list[Burst]:
    """Return the bursts: longest stretches at each level or above, and how much they save.

    The weight of a burst of level k is the sum over its batches of the cost in state k − 1 less
    that in state k.

    Parameters
    ----------
    costs : ndarray of float, shape (n_batches, n_columns, n_states)
    levels : ndarray of int, shape (n_batches, n_columns)

    Returns
    -------
    list of Burst
        By level, column and start.

    Examples
    --------
    >>> costs = state_costs(np.array([[0], [0], [5], [6], [0], [0]]), np.full(6, 10.0))
    >>> [(each.start, each.end, each.level) for each in level_bursts(costs, burst_levels(costs))]
    [(2, 3, 1)]
    """
    found = []
    for level in range(1, costs.shape[2]):
        runs = burst_runs(costs, levels, level)
        rows = zip(*(each.tolist() for each in runs), strict=True)
        found += [Burst(column, level, start, end, weight) for column, start, end, weight in rows]
    return found


def burst_runs(
    costs: FloatArray, levels: IntArray, level: int
) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Return column, first batch, last batch and weight of the bursts of a level, as arrays.

    By column and start; parameters as for :func:`level_bursts`.
    """
    saved = np.cumsum(costs[:, :, level - 1] - costs[:, :, level], axis=0)
    saved = np.vstack([np.zeros((1, saved.shape[1])), saved])
    inside = np.pad((levels >= level).astype(np.int8), ((1, 1), (0, 0)))
    turns = np.diff(inside, axis=0).T
    columns, starts = np.nonzero(turns == 1)
    ends = np.nonzero(turns == -1)[1]
    return columns, starts, ends - 1, saved[ends, columns] - saved[starts, columns]
