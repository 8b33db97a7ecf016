"""A permutation test that deals whole meetings out to the two sides anew, within strata or not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError
from cio_topics.tracking.counts import FloatArray, IntArray

__all__ = ["MOST_SPLITS", "SplitTest", "split_test"]

BoolArray = npt.NDArray[np.bool_]

#: With at most this many distinct splits all of them are looked at.
MOST_SPLITS = 20_000
# A statistic this near to the observed one is equal to it.
_EQUAL = 1e-9
# Splits looked at in one go: small enough to stay in a processor's cache.
_CHUNK = 250


class SplitTest(NamedTuple):
    """What a permutation test found.

    ``p`` and ``p_smallest``, shape (n_themes,): two-sided p, and the p of the most extreme of all
    splits. ``difference``, shape (n_themes,): of shares, within strata. ``n_meetings``: in strata
    with meetings on both sides. ``n_splits``: looked at; ``exact``: these were all there are.
    """

    p: FloatArray
    p_smallest: FloatArray
    difference: FloatArray
    n_meetings: int
    n_splits: int
    exact: bool


def split_test(
    counts: FloatArray,
    totals: FloatArray,
    after: BoolArray,
    *,
    strata: IntArray | None = None,
    n_draws: int = 9999,
    random_state: int = 0,
) -> SplitTest:
    """Test whether two groups of meetings have the same share, by dealing whole meetings out anew.

    The statistic is the difference of shares over its standard error, both from residuals to the
    common share; with strata, the differences within strata with the weights of Mantel and
    Haenszel. All splits are looked at if there are at most :data:`MOST_SPLITS`; else `n_draws` of
    them by chance, and p is ``(b + 1) / (n_draws + 1)``. All themes are dealt out together.

    The test is exact if meetings of both sides are of the same kind, their sizes included. Where
    one side's meetings are larger it rejects too often for rare themes.

    Parameters
    ----------
    counts : ndarray of float, shape (n_meetings, n_themes)
    totals : ndarray of float, shape (n_meetings,)
        Above 0.
    after : ndarray of bool, shape (n_meetings,)
    strata : ndarray of int, shape (n_meetings,), optional
        Meetings change sides only within a stratum.
    n_draws : int, default 9999
    random_state : int, default 0

    Returns
    -------
    SplitTest
        p is not a number where every split gives the same: no stratum with both sides, or all
        meetings with the same share of a theme.

    References
    ----------
    Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of
    Statistics 41, 484-507. doi:10.1214/13-AOS1090 (why the statistic has a standard error).

    Phipson, B. and Smyth, G. K. (2010). Permutation p-values should never be zero. Statistical
    Applications in Genetics and Molecular Biology 9, 39. doi:10.2202/1544-6115.1585

    Examples
    --------
    >>> counts = np.array([[3.0], [3.0], [3.0], [0.0], [0.0], [0.0], [0.0]])
    >>> found = split_test(counts, np.full(7, 3.0), np.arange(7) >= 3)
    >>> found.n_splits, round(float(found.p[0]), 4)  # 1 of 35
    (35, 0.0286)
    """
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    strata = np.zeros(len(totals), dtype=np.int64) if strata is None else strata
    rows = [np.flatnonzero(strata == each) for each in np.unique(strata)]
    rows = [each for each in rows if 0 < after[each].sum() < len(each)]
    n_meetings = sum(map(len, rows))
    if not rows:
        nothing = np.full(counts.shape[1], np.nan)
        return SplitTest(nothing, nothing, nothing, 0, 0, True)
    sums = [_Sums.of(counts[each], totals[each]) for each in rows]
    top, variance, weight = _parts(sums, [after[each][None] for each in rows])
    observed = np.abs(_studentized(top, variance))[0]
    n_splits = math.prod(math.comb(len(each), int(after[each].sum())) for each in rows)
    exact = n_splits <= MOST_SPLITS
    sides = [after[each] for each in rows]
    chunks = _all_splits(sides) if exact else _drawn_splits(sides, n_draws, random_state)
    extreme, most = np.zeros(len(observed)), observed.copy()
    at_most = np.zeros(len(observed))
    for chunk in chunks:
        statistic = np.abs(_studentized(*_parts(sums, chunk)[:2]))
        extreme += (statistic >= observed * (1 - _EQUAL)).sum(axis=0)
        largest = statistic.max(axis=0)
        at_most = np.where(largest > most * (1 + _EQUAL), 0, at_most)
        most = np.maximum(most, largest)
        at_most += (statistic >= most * (1 - _EQUAL)).sum(axis=0)
    one, n = (0, n_splits) if exact else (1, n_draws)
    # Among draws, the observed split counts as one that is as extreme as any.
    p, p_smallest = (extreme + one) / (n + one), (np.maximum(at_most, 1 - one) + one) / (n + one)
    same = np.all([(each.squares.sum(axis=0) < 1e-12) for each in sums], axis=0)
    return SplitTest(
        np.where(same, np.nan, p),
        np.where(same, np.nan, np.minimum(p, p_smallest)),
        top[0] / weight[0],
        n_meetings,
        n if not exact else n_splits,
        exact,
    )


class _Sums(NamedTuple):
    """What is summed over meetings: items, residuals to the common share, their squares."""

    items: FloatArray
    residuals: FloatArray
    squares: FloatArray

    @classmethod
    def of(cls, counts: FloatArray, totals: FloatArray) -> _Sums:
        residuals = counts - totals[:, None] * (counts.sum(axis=0) / totals.sum())
        return cls(totals, residuals, residuals**2)


def _parts(sums: list[_Sums], sides: list[BoolArray]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weighted difference, its variance, and the weight, by split (and theme)."""
    top, variance, weight = (np.zeros(()) for _ in range(3))
    for each, side in zip(sums, sides, strict=True):
        chosen = side.astype(float)
        n = each.items.sum()
        n_after = (chosen @ each.items)[:, None]
        squares = chosen @ each.squares
        rest = each.squares.sum(axis=0) - squares
        top = top + chosen @ each.residuals
        variance = variance + ((n - n_after) ** 2 * squares + n_after**2 * rest) / n**2
        weight = weight + n_after * (n - n_after) / n
    return top, variance, weight


def _studentized(top: FloatArray, variance: FloatArray) -> FloatArray:
    safe = np.where(variance > 0, variance, 1.0)
    return np.asarray(np.where(np.abs(top) < 1e-12, 0.0, top) / np.sqrt(safe))


def _all_splits(sides: list[BoolArray]) -> Iterator[list[BoolArray]]:
    every = [_splits_of(len(side), int(side.sum())) for side in sides]
    places = np.array(list(product(*(range(len(each)) for each in every))))
    for start in range(0, len(places), _CHUNK):
        chunk = places[start : start + _CHUNK]
        yield [each[chunk[:, column]] for column, each in enumerate(every)]


def _splits_of(n: int, n_after: int) -> BoolArray:
    chosen = np.array(list(combinations(range(n), n_after)))
    splits = np.zeros((len(chosen), n), dtype=bool)
    np.put_along_axis(splits, chosen, True, axis=1)
    return splits


def _drawn_splits(
    sides: list[BoolArray], n_draws: int, random_state: int
) -> Iterator[list[BoolArray]]:
    rng = np.random.default_rng(random_state)
    for start in range(0, n_draws, _CHUNK):
        n = min(_CHUNK, n_draws - start)
        yield [rng.permuted(np.tile(side, (n, 1)), axis=1) for side in sides]
