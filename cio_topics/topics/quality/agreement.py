"""Agreement of topics with labels that people gave: NMI, ARI and purity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, TooSmallError, check_level

__all__ = ["MEASURES", "label_agreement"]

#: Rows of :func:`label_agreement`.
MEASURES = ("nmi", "ari", "purity")

FloatArray = npt.NDArray[np.float64]

_NUMBERS = 4_000_000  # held at a time: 32 MB


def label_agreement(
    topics: npt.ArrayLike | pd.Series[str],
    labels: npt.ArrayLike | pd.Series[str],
    groups: npt.ArrayLike | pd.Series[str] | None = None,
    *,
    n_draws: int = 1000,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare one topic an item with one label an item; names need not be matched.

    Items without a topic or without a label are left out and counted. The interval comes from
    drawing whole groups with replacement. Drawing items twice raises all three measures, so the
    draws are moved until their mean is the value.

    Parameters
    ----------
    topics, labels : array_like or Series, shape (n_items,)
        A missing value or an empty text is none. Two Series need the same index.
    groups : array_like or Series, shape (n_items,), optional
        The meeting of each item; each item alone if None.
    n_draws : int, default 1000
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    DataFrame
        Rows ``nmi`` (normalized mutual information, arithmetic mean), ``ari`` (adjusted Rand index)
        and ``purity`` (share of items whose label is the commonest of their topic); columns
        ``measure, value, low, high, n_items, n_groups, n_topics, n_labels, n_without_topic,
        n_without_label``. `n_items` are those that have both; an item without either counts in
        both of the last columns. 1 is the same grouping; by chance ARI is 0 on average, while NMI
        and purity are above 0 and grow with the number of topics. `low` and `high` are ``<NA>``
        where there is one group only: one meeting cannot tell.

    Raises
    ------
    SettingsError
        Lengths or indexes differ, an item that counts has no group, `n_draws` or `level` is out of
        range.
    TooSmallError
        Fewer than two items have both.

    References
    ----------
    Strehl, A. and Ghosh, J. (2002). Cluster ensembles: a knowledge reuse framework for combining
    multiple partitions. Journal of Machine Learning Research 3, 583-617. (NMI; their mean is the
    geometric, here it is the arithmetic as in scikit-learn.)
    Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal of Classification 2, 193-218.
    doi:10.1007/BF01908075. (ARI.)
    Manning, C. D., Raghavan, P. and Schütze, H. (2008). Introduction to information retrieval,
    section 16.3. Cambridge University Press. doi:10.1017/CBO9780511809071. (Purity.)

    Examples
    --------
    >>> found = label_agreement(["t1", "t1", "t2", "t2", ""], ["a", "a", "b", "a", "a"])
    >>> found[["measure", "value", "n_items", "n_without_topic"]].round(3).values.tolist()
    [['nmi', 0.344, 4, 1], ['ari', 0.0, 4, 1], ['purity', 0.75, 4, 1]]
    >>> label_agreement(["t1", "t2"], ["a", ""])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 1 of 2 items have a topic and a label; expected at least 2. ...
    """
    _check_settings(n_draws, level)
    items = _items(topics, labels, groups)
    both = items[items["topic"].notna() & items["label"].notna()]
    _check_items(items, both)
    kinds, times, shape = _contingency(both)
    value = _measures(np.atleast_2d(times @ kinds), shape)[0]
    n_groups = int(times.sum())
    bounds = pd.array([pd.NA] * len(MEASURES), dtype="Float64")
    table = pd.DataFrame({"measure": MEASURES, "value": value, "low": bounds, "high": bounds})
    if n_groups > 1:
        drawn = _drawn_measures(kinds, times, shape, n_draws, random_state)
        low, high = _bounds(drawn, value, level)
        table["low"], table["high"] = pd.array(low, "Float64"), pd.array(high, "Float64")
    n_without_topic, n_without_label = items[["topic", "label"]].isna().sum().tolist()
    return table.assign(
        n_items=len(both),
        n_groups=n_groups,
        n_topics=shape[0],
        n_labels=shape[1],
        n_without_topic=n_without_topic,
        n_without_label=n_without_label,
    )


def _check_settings(n_draws: int, level: float) -> None:
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")
    check_level(level)


def _items(
    topics: npt.ArrayLike | pd.Series[str],
    labels: npt.ArrayLike | pd.Series[str],
    groups: npt.ArrayLike | pd.Series[str] | None,
) -> pd.DataFrame:
    """Return ``topic, label, group``, one row an item; an empty text is missing."""
    given = {"topic": topics, "label": labels}
    if groups is not None:
        given["group"] = groups
    columns = {name: pd.Series(values, dtype=object) for name, values in given.items()}
    first = columns["topic"]
    for name, values in columns.items():
        if len(values) != len(first):
            raise SettingsError(f"{len(first)} topics and {len(values)} {name}s; expected as many.")
        both_indexed = isinstance(topics, pd.Series) and isinstance(given[name], pd.Series)
        if both_indexed and not values.index.equals(first.index):
            raise SettingsError(
                f"topics and {name}s have different indexes; expected the same items in one order.",
                f"Write {name}s.reindex(topics.index).",
                "同じ項目を同じ順に並べてください。",
            )
    items = pd.DataFrame({name: values.to_numpy() for name, values in columns.items()})
    items = items.mask(items == "")
    return items if groups is not None else items.assign(group=np.arange(len(items)))


def _check_items(items: pd.DataFrame, both: pd.DataFrame) -> None:
    if len(both) < 2:
        raise TooSmallError(
            f"{len(both)} of {len(items)} items have a topic and a label; expected at least 2.",
            "Label more items.",
            "ラベルの付いた項目を増やしてください。",
        )
    n_lost = int(both["group"].isna().sum())
    if n_lost:
        raise SettingsError(
            f"{n_lost} items have a topic and a label but no group; expected one each.",
            "Give the meeting of every item.",
            "すべての項目の会議を指定してください。",
        )


def _contingency(both: pd.DataFrame) -> tuple[csr_matrix, FloatArray, tuple[int, int]]:
    """Return how often topic and label meet, by kind of group, with the number of such groups.

    Groups with equal counts are of one kind, if they are not too many to be compared: kinds
    (n_kinds, n_topics * n_labels), times (n_kinds,) and (n_topics, n_labels).
    """
    topic, names = pd.factorize(both["topic"])
    label, label_names = pd.factorize(both["label"])
    group, group_names = pd.factorize(both["group"])
    shape = (len(names), len(label_names))
    cell = topic * shape[1] + label
    n_groups, n_cells = len(group_names), shape[0] * shape[1]
    if n_groups == len(both):  # items alone: the kinds are the cells
        cells, times = np.unique(cell, return_counts=True)
        rows = np.arange(len(cells))
        kinds = csr_matrix((np.ones(len(cells)), (rows, cells)), shape=(len(cells), n_cells))
        return kinds, times.astype(float), shape
    kinds = csr_matrix((np.ones(len(both)), (group, cell)), shape=(n_groups, n_cells))
    if n_groups * n_cells > _NUMBERS:
        return kinds, np.ones(n_groups), shape
    dense, times = np.unique(kinds.toarray(), axis=0, return_counts=True)
    return csr_matrix(dense), times.astype(float), shape


def _drawn_measures(
    kinds: csr_matrix, times: FloatArray, shape: tuple[int, int], n_draws: int, random_state: int
) -> FloatArray:
    """Return the measures of as many groups, drawn with replacement, shape (n_draws, 3)."""
    n_groups = int(times.sum())
    rng = np.random.default_rng(random_state)
    chunk = max(1, _NUMBERS // max(kinds.shape))
    drawn = []
    for start in range(0, n_draws, chunk):
        size = min(chunk, n_draws - start)
        sums = rng.multinomial(n_groups, times / n_groups, size=size).astype(float) @ kinds
        drawn.append(_measures(np.asarray(sums), shape))
    return np.concatenate(drawn)


def _bounds(drawn: FloatArray, value: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    tail = 50 * (1 - level)
    low, high = np.percentile(drawn, [tail, 100 - tail], axis=0) - (drawn.mean(axis=0) - value)
    least = np.array([0.0, -0.5, 0.0])
    return np.clip(low, least, value), np.clip(high, value, 1.0)


def _measures(sums: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return NMI, ARI and purity of each table, shape (n, n_topics * n_labels) → (n, 3)."""
    tables = sums.reshape(len(sums), *shape)
    total = tables.sum(axis=(1, 2))
    by_topic, by_label = tables.sum(axis=2), tables.sum(axis=1)
    purity = tables.max(axis=2).sum(axis=1) / total
    return np.column_stack(
        [_nmi(sums, by_topic, by_label, total), _ari(sums, by_topic, by_label, total), purity]
    )


def _entropy(counts: FloatArray, total: FloatArray) -> FloatArray:
    shares = counts / total[:, None]
    entropy: FloatArray = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    return entropy


def _nmi(
    cells: FloatArray, by_topic: FloatArray, by_label: FloatArray, total: FloatArray
) -> FloatArray:
    """Return 2 I / (H + H'); 1 if both have one class only, as in scikit-learn."""
    ours, theirs = _entropy(by_topic, total), _entropy(by_label, total)
    shared = np.maximum(ours + theirs - _entropy(cells, total), 0.0)
    mean = (ours + theirs) / 2
    return np.minimum(np.divide(shared, mean, out=np.ones_like(mean), where=mean > 1e-12), 1.0)


def _pairs(counts: FloatArray) -> FloatArray:
    pairs: FloatArray = (counts * (counts - 1) / 2).sum(axis=1)
    return pairs


def _ari(
    cells: FloatArray, by_topic: FloatArray, by_label: FloatArray, total: FloatArray
) -> FloatArray:
    """Return (pairs - expected) / (greatest - expected); 1 where nothing can differ."""
    ours, theirs = _pairs(by_topic), _pairs(by_label)
    expected = ours * theirs / np.maximum(total * (total - 1) / 2, 1.0)
    room = (ours + theirs) / 2 - expected
    gained = _pairs(cells) - expected
    return np.divide(gained, room, out=np.ones_like(room), where=np.abs(room) > 1e-12)
