"""Two experiments, or two settings of one → differences of their metrics with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.experiments.design import Design
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.results import (
    mean_interval,
    replicate_column,
    spread_of,
    standard_error,
)

__all__ = ["Side", "compare_sides", "make_side"]


class Side(NamedTuple):
    """One side: rows of results, the columns of its settings, its metrics, what is a replicate."""

    rows: pd.DataFrame
    columns: tuple[str, ...]
    metrics: tuple[str, ...]
    replicate: str = "seed"
    spread: float | None = None


def make_side(
    design: Design, results: pd.DataFrame, where: Mapping[str, str] | None = None
) -> Side:
    """Return the rows of results that have these settings.

    Parameters
    ----------
    design : Design
    results : DataFrame
        From :func:`cio_topics.experiments.results.results_table`.
    where : mapping of str to str, optional
        Columns and the values they must have, as the table shows them.

    Raises
    ------
    SettingsError
        No such column, or no row with the value; lists what there is.
    """
    rows, left, columns = results, design.columns, design.columns
    for name, value in (where or {}).items():
        if name not in (*columns, "seed", "draw"):
            raise SettingsError(
                f"unknown column {shorten(name)}; expected one of: {choices((*columns, 'seed'))}."
            )
        shown = rows[name].astype("str")
        if value not in set(shown):
            known = choices(dict.fromkeys(shown))
            raise SettingsError(f"no cell has {name} {shorten(value)}; there are: {known}.")
        rows = rows[shown == value]
        left = tuple(column for column in left if column != name)
    return Side(rows, left, design.metrics, replicate_column(design), spread_of(design))


def compare_sides(a: Side, b: Side, *, level: float = 0.95) -> pd.DataFrame:
    """Return how much higher B is than A, by metric.

    Cells are paired where settings, seeds and draws agree, columns left aside that one side does
    not have or that do not vary. Differences of one draw (or of one seed, without draws) are
    averaged, and the interval is that of :func:`cio_topics.experiments.results.summarize` for
    these. Where nothing can be paired it is Welch's, of the two means.

    Parameters
    ----------
    a, b : Side
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        ``metric, a, b, difference, low, high, n_a, n_b, n_pairs, n_replicates, better``, one row a
        common metric in the order of A. `n_pairs` is 0 where nothing was paired; else means are
        over the pairs only. `n_replicates` are the draws or seeds that have pairs, without pairs
        those of the side that has fewer. `better` is ``A`` or ``B`` if the interval is on one side
        of zero, else empty.

    Raises
    ------
    TooSmallError
        No metric is common.

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different population
    variances are involved. Biometrika 34, 28-35. doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> def side(values):
    ...     rows = pd.DataFrame({"seed": [0, 1, 2], "draw": 0, "nmi": values})
    ...     return Side(rows, (), ("nmi",))
    >>> found = compare_sides(side([0.1, 0.2, 0.3]), side([0.2, 0.31, 0.4]))
    >>> found[["metric", "difference", "low", "high", "n_pairs", "better"]].round(3).values.tolist()
    [['nmi', 0.103, 0.089, 0.118, 3, 'B']]
    """
    common = [name for name in a.metrics if name in b.metrics]
    if not common:
        raise TooSmallError(
            f"no metric is common to {choices(a.metrics)} and {choices(b.metrics)}.",
            "Run both experiments with the same metrics.",
            "同じ指標で両方の実験を実行してください。",
        )
    keys = _keys(a, b)
    return pd.DataFrame([_row(a, b, name, keys, level) for name in common])


def _keys(a: Side, b: Side) -> list[str]:
    """Return the columns by which cells are paired; none if a cell has several partners."""
    shared = [name for name in a.columns if name in b.columns]
    varied = [
        name for name in shared if any(side.rows[name].nunique(dropna=False) > 1 for side in (a, b))
    ]
    keys = [*varied, "seed", "draw"]
    alone = not any(side.rows.duplicated(keys).any() for side in (a, b))
    return keys if alone else []


def _row(a: Side, b: Side, metric: str, keys: list[str], level: float) -> dict[str, object]:
    pairs = _pairs(a, b, metric, keys)
    if len(pairs):
        left, right = (pairs.groupby("replicate")[name].mean().to_numpy(float) for name in "ab")
        bounds = mean_interval(right - left, spread=a.spread, level=level)
    else:
        left, right = _replicates(a, metric), _replicates(b, metric)
        bounds = welch_interval((left, a.spread), (right, b.spread), level=level)
    difference, low, high = bounds
    sign = {"high": 1, "low": -1, "": 0}[METRICS[metric].better] if metric in METRICS else 0
    direction = int(np.sign(difference)) * sign if low > 0 or high < 0 else 0
    return {
        "metric": metric,
        "a": left.mean() if len(left) else np.nan,
        "b": right.mean() if len(right) else np.nan,
        "difference": difference,
        "low": low,
        "high": high,
        "n_a": int(a.rows[metric].notna().sum()),
        "n_b": int(b.rows[metric].notna().sum()),
        "n_pairs": len(pairs),
        "n_replicates": min(len(left), len(right)),
        "better": {1: "B", -1: "A", 0: ""}[direction],
    }


def _replicates(side: Side, metric: str) -> npt.NDArray[np.float64]:
    """Return the mean of each seed or draw that has a value."""
    return side.rows.groupby(side.replicate)[metric].mean().dropna().to_numpy(float)


def _pairs(a: Side, b: Side, metric: str, keys: list[str]) -> pd.DataFrame:
    if not keys or (a.replicate, a.spread) != (b.replicate, b.spread):
        return pd.DataFrame(columns=["a", "b"])
    sides = [
        side.rows[[*keys, metric]].astype(dict.fromkeys(keys, "str")).rename(columns={metric: name})
        for name, side in (("a", a), ("b", b))
    ]
    pairs = sides[0].merge(sides[1], on=keys).dropna(subset=["a", "b"])
    return pairs.assign(replicate=pairs[a.replicate])


Replicates = tuple[npt.NDArray[np.float64], float | None]


def welch_interval(
    a: Replicates, b: Replicates, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return the difference of two means, B less A, with Welch's interval.

    Each side has its replicates and, if they are draws, their spread. The bounds are not a number
    where a side has fewer than two replicates.

    >>> a, b = np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, 6.0])
    >>> [round(x, 3) for x in welch_interval((a, None), (b, None))]
    [2.333, -0.788, 5.454]
    """
    from scipy.stats import t

    (mean_a, error_a), (mean_b, error_b) = (standard_error(*side) for side in (a, b))
    difference = mean_b - mean_a
    variance = error_a**2 + error_b**2
    if not variance > 0:  # nothing varies, or it is not known whether
        return difference, difference - variance, difference + variance
    parts = error_a**4 / (len(a[0]) - 1) + error_b**4 / (len(b[0]) - 1)
    half = float(t.ppf((1 + level) / 2, variance**2 / parts)) * variance**0.5
    return difference, difference - half, difference + half
