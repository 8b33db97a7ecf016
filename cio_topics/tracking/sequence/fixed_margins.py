"""How often two names stand together by chance, given how many names each unit has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Chance", "chance_of_pairs", "traded"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Rounds of trades before a drawn table is taken to have forgotten the first.
_ROUNDS = 15


class Chance(NamedTuple):
    """Mean joint counts over drawn tables, and one-sided p values.

    Attributes
    ----------
    expected : ndarray of float, shape (n_pairs,)
        Units that have both names by chance.
    p : ndarray of float, shape (n_pairs,)
        Chance of at least as many as observed; no number where no draw differs.
    """

    expected: FloatArray
    p: FloatArray


def chance_of_pairs(
    has: BoolArray, first: IntArray, second: IntArray, *, n_draws: int, random_state: int = 0
) -> Chance:
    """Compare joint counts with those of tables that have the same sums of rows and columns.

    Parameters
    ----------
    has : ndarray of bool, shape (n_units, n_names)
    first, second : ndarray of int, shape (n_pairs,)
        Columns of the two names of each pair.
    n_draws : int
    random_state : int, default 0

    References
    ----------
    Strona, G., Nappo, D., Boccacci, F., Fattorini, S. and San-Miguel-Ayanz, J. (2014). A fast and
    unbiased procedure to randomize ecological binary matrices with fixed row and column totals.
    Nature Communications 5, 4114. doi:10.1038/ncomms5114 (trades between two rows).
    Carstens, C. J., Hamann, M., Meyer, U., Penschuck, M., Tran, H. and Wagner, D. (2018). Parallel
    and I/O-efficient randomisation of massive networks using global curveball trades. ESA 2018,
    LIPIcs 112, 11. doi:10.4230/LIPIcs.ESA.2018.11 (all rows trade at once, in random pairs).

    Examples
    --------
    >>> has = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1]], dtype=bool)
    >>> chance = chance_of_pairs(has, np.array([0]), np.array([1]), n_draws=2000)
    >>> bool(abs(chance.p[0] - 1 / 15) < 0.02)  # of 15 tables with these sums, one has both twice
    True
    """
    rng = np.random.default_rng(random_state)
    trading = has[has.any(axis=1) & ~has.all(axis=1)]  # other rows have nothing to trade
    fixed = _joint(has[has.all(axis=1)][None], first, second)[0]
    observed = _joint(has[None], first, second)[0]
    total, above = np.zeros(len(first)), np.zeros(len(first))
    differs = np.zeros(len(first), dtype=bool)
    chunk = max(1, int(2e6 // max(trading.size, 1)))
    for start in range(0, n_draws, chunk):
        drawn = traded(trading, min(chunk, n_draws - start), rng)
        counts = _joint(drawn, first, second) + fixed
        total += counts.sum(axis=0)
        above += (counts >= observed).sum(axis=0)
        differs |= (counts != observed).any(axis=0)
    return Chance(total / n_draws, np.where(differs, (above + 1) / (n_draws + 1), np.nan))


def traded(has: BoolArray, n_draws: int, rng: np.random.Generator) -> BoolArray:
    """Return tables in which rows have traded names at random, shape (n_draws, n_units, n_names).

    In each round all rows are paired at random; two rows keep what both have, and what one of them
    alone has is dealt again, to each as many as it had.
    """
    tables = np.repeat(has[None], n_draws, axis=0)
    n, half = len(has), len(has) // 2
    if half == 0:
        return tables
    draw = np.arange(n_draws)[:, None]
    for _ in range(_ROUNDS):
        order = np.argsort(rng.random((n_draws, n)), axis=1)
        one, other = order[:, :half], order[:, half : 2 * half]
        here, there = tables[draw, one], tables[draw, other]
        open_names = here ^ there
        n_here = (here & open_names).sum(axis=2, keepdims=True)
        keys = np.where(open_names, rng.random(here.shape, dtype=np.float32), 2.0)
        rank = np.argsort(np.argsort(keys, axis=2), axis=2)
        dealt = open_names & (rank < n_here)
        tables[draw, one] = (here & there) | dealt
        tables[draw, other] = (here & there) | (open_names & ~dealt)
    return tables


def _joint(tables: BoolArray, first: IntArray, second: IntArray) -> FloatArray:
    """Return joint counts by table and pair."""
    values = tables.astype(np.float32)
    both = np.swapaxes(values, 1, 2) @ values
    return both[:, first, second].astype(float)
