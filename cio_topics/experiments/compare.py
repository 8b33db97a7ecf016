"""Two experiments, or two settings of one → differences of their metrics with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.experiments.design import Design
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.replicates import difference_of, mean_interval, welch_interval
from cio_topics.experiments.results import metric_replicates, replicate_column

__all__ = ["Side", "compare_sides", "make_side", "unlike_columns"]


class Side(NamedTuple):
    """One side: rows of results, the columns of its settings, its metrics, what is a replicate.

    `sample` names what draws are taken from: those of two sides are the same items if it is equal.
    """

    rows: pd.DataFrame
    columns: tuple[str, ...]
    metrics: tuple[str, ...]
    replicate: str = "seed"
    sample: str = ""


def make_side(
    design: Design,
    results: pd.DataFrame,
    where: Mapping[str, str] | None = None,
    *,
    corpus_hash: str = "",
) -> Side:
    """Return the rows of results that have these settings.

    Parameters
    ----------
    design : Design
    results : DataFrame
        From :func:`cio_topics.experiments.results.results_table`.
    where : mapping of str to str, optional
        Columns and the values they must have, as the table shows them; an empty text where a
        setting is missing.
    corpus_hash : str, default ""
        Of the items that the experiment asks about.

    Raises
    ------
    SettingsError
        No such column, or no row with the value; lists what there is.
    """
    rows, left, columns = results, design.columns, design.columns
    for name, value in (where or {}).items():
        if name not in (*columns, "seed", "draw"):
            raise SettingsError(
                f"unknown column {shorten(name)}; expected one of: "
                f"{choices((*columns, 'seed', 'draw'))}."
            )
        shown = _shown(rows[name])
        if value not in set(shown):
            known = choices(dict.fromkeys(shown))
            raise SettingsError(f"no cell has {name} {shorten(value)}; there are: {known}.")
        rows = rows[shown == value]
        left = tuple(column for column in left if column != name)
    resample = design.resample
    sample = f"{corpus_hash} {resample.by} {resample.share}" if resample else ""
    return Side(rows, left, design.metrics, replicate_column(design), sample)


def _shown(values: pd.Series) -> pd.Series[str]:
    return values.astype("str").mask(values.isna(), "")


def compare_sides(a: Side, b: Side, *, level: float = 0.95) -> pd.DataFrame:
    """Return how much higher B is than A, by metric.

    Cells are paired where settings, seeds and draws agree, columns left aside that one side does
    not have or that do not vary. Where cells cannot be paired, but draws are the same items, the
    means of draws are. The interval is that of
    :func:`cio_topics.experiments.results.summarize` for the differences. Where nothing can be
    paired it is Welch's, of the two means.

    Parameters
    ----------
    a, b : Side
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        ``metric, a, b, difference, low, high, n_a, n_b, n_pairs, n_replicates, better``, one row a
        common metric in the order of A. `n_pairs` counts pairs of cells, or of draws, and is 0
        where nothing was paired; else means are over the pairs only. `n_replicates` are the draws
        or seeds that have pairs, without pairs those of the side that has fewer. `better` is ``A``
        or ``B`` if cells were paired and the interval is on one side of zero, else empty: where
        cells are not paired, more may differ than what is asked about.

    Raises
    ------
    TooSmallError
        No metric is common.

    See Also
    --------
    cio_topics.experiments.replicates.mean_interval
    cio_topics.experiments.replicates.welch_interval

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


def unlike_columns(a: Side, b: Side) -> list[str]:
    """Return the columns whose values are not the same on both sides, but for what was chosen.

    Examples
    --------
    >>> a = Side(pd.DataFrame({"model.n_topics": [4, 8]}), ("model.n_topics",), ())
    >>> b = Side(pd.DataFrame({"model.n_topics": [8, 12]}), ("model.n_topics",), ())
    >>> unlike_columns(a, b)
    ['model.n_topics']
    """
    names = dict.fromkeys([*a.columns, *b.columns])
    return [
        name
        for name in names
        if name not in a.columns
        or name not in b.columns
        or set(a.rows[name].astype("str")) != set(b.rows[name].astype("str"))
    ]


def _row(a: Side, b: Side, metric: str, keys: list[str], level: float) -> dict[str, object]:
    pairs = _pairs(a, b, metric, keys)
    rows = (
        [pairs.rename(columns={name: metric}) for name in "ab"] if len(pairs) else [a.rows, b.rows]
    )
    left = metric_replicates(rows[0], metric, a.replicate)
    right = metric_replicates(rows[1], metric, b.replicate)
    n_pairs = len(pairs)
    if n_pairs or (_same_sample(a, b) and a.replicate == "draw"):
        both = left.means.index.intersection(right.means.index)
        left, right = (side._replace(means=side.means.loc[both]) for side in (left, right))
        n_pairs = n_pairs or len(both)
    if n_pairs:
        bounds = mean_interval(difference_of(left, right), level=level)
    else:
        bounds = welch_interval(left, right, level=level)
    difference, low, high = bounds
    sign = {"high": 1, "low": -1, "": 0}[METRICS[metric].better] if metric in METRICS else 0
    is_clear = len(pairs) > 0 and (low > 0 or high < 0)
    direction = int(np.sign(difference)) * sign if is_clear else 0
    return {
        "metric": metric,
        "a": left.means.mean(),
        "b": right.means.mean(),
        "difference": difference,
        "low": low,
        "high": high,
        "n_a": int(a.rows[metric].notna().sum()),
        "n_b": int(b.rows[metric].notna().sum()),
        "n_pairs": n_pairs,
        "n_replicates": min(len(left.means), len(right.means)),
        "better": {1: "B", -1: "A", 0: ""}[direction],
    }


def _same_sample(a: Side, b: Side) -> bool:
    return (a.replicate, a.sample) == (b.replicate, b.sample)


def _pairs(a: Side, b: Side, metric: str, keys: list[str]) -> pd.DataFrame:
    """Return cells that have a partner with their values ``a`` and ``b``."""
    if not keys or not _same_sample(a, b):
        return pd.DataFrame(columns=["a", "b"])
    facts = ["n_drawn", "n_groups"] if a.replicate == "draw" else []
    sides = [
        side.rows[[*keys, *more, metric]]
        .astype(dict.fromkeys(keys, "str"))
        .rename(columns={metric: name})
        for name, side, more in (("a", a, facts), ("b", b, []))
    ]
    return sides[0].merge(sides[1], on=keys).dropna(subset=["a", "b"])
