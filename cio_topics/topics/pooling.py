"""Pool short titles to longer texts for fitting, and map what was found back to the items."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.text import split_title

__all__ = ["POOLINGS", "POOLS", "TitlePooler", "pool_counts", "pool_titles"]

Pool = Literal["item", "meeting", "body_year", "theme"]

#: What titles may be pooled by with nothing but an agenda.
POOLS = ("item", "meeting", "body_year")

#: What titles may be pooled by; ``theme`` wants a theme table.
POOLINGS = (*POOLS, "theme")

_KEYS = {"item": "item_id", "meeting": "meeting_id"}
_COLUMNS = {
    "item": ["item_id", "title"],
    "meeting": ["item_id", "meeting_id", "title"],
    "body_year": ["item_id", "body", "year", "title"],
    "theme": ["item_id", "title"],
}


class TitlePooler(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Join the titles of a meeting, of a body in a year, or of a theme to one text.

    Guards that every item is in a pool, and that what is found by pool comes back to its items.
    Pools are in the order in which their first item stands in the agenda.

    Parameters
    ----------
    by : {"meeting", "item", "body_year", "theme"}, default "meeting"
        ``item`` leaves the titles alone. ``body_year`` pools the undated meetings of a body as
        ``unknown``. By ``theme``, an item with several themes is in several pools, and an item
        that the theme table does not have stays a text of its own, named by its ``item_id``:
        titles that have nothing in common would be no text.

    Attributes
    ----------
    pools_ : Index of str, length n_pools
        Names of the pools: items, meetings, ``body year``, or themes.
    item_ids_ : Index of str, length n_items
        In the order of the agenda.
    items_ : csr_matrix of float, shape (n_items, n_pools)
        1 where the item is in the pool.

    References
    ----------
    Mehrotra, R., Sanner, S., Buntine, W. and Xie, L. (2013). Improving LDA topic models for
    microblogs via tweet pooling and automatic labeling. SIGIR, 889-892.
    doi:10.1145/2484028.2484166. (Pooling before fitting, no change of the model.)

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2", "a3"], "meeting_id": ["m1", "m2", "m1"],
    ...                        "title": ["甲", "乙", "丙(案)"]})
    >>> pooler = TitlePooler("meeting")
    >>> pooler.fit_transform(agenda).to_dict()
    {'m1': '甲。丙', 'm2': '乙'}
    >>> pooler.to_items([[1.0, 0.0], [0.5, 0.5]]).to_numpy().tolist()
    [[1.0, 0.0], [0.5, 0.5], [1.0, 0.0]]
    >>> TitlePooler("month").fit(agenda)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown pool 'month'; expected one of: item, meeting, ...
    """

    def __init__(self, by: Pool = "meeting") -> None:
        self.by = by

    def fit(self, X: pd.DataFrame, y: pd.DataFrame | None = None) -> Self:
        """Learn which items are in which pools.

        Parameters
        ----------
        X : DataFrame
            As :meth:`cio_topics.corpus.Corpus.agenda` gives it.
        y : DataFrame, optional
            Theme table (columns ``item_id, theme``), used by ``theme`` only. Weights are left
            aside. Rows of items that the agenda does not have are, too.

        Raises
        ------
        SettingsError
            An unknown pool, a missing column, an item twice, or no theme table.
        """
        self.table_ = _check_table(self.by, y)
        self.item_ids_, self.pools_, self.items_ = _membership(X, self.by, self.table_)
        return self

    def transform(self, X: pd.DataFrame) -> pd.Series[str]:
        """Return the text of each pool of this agenda, the fitted one or another.

        The cores of the titles are joined with ``。``, so that no compound spans two of them. An
        empty title adds nothing to its pool.

        Returns
        -------
        Series of str
            Indexed by pool, in order of first appearance.
        """
        check_is_fitted(self, "items_")
        _, pools, items = _membership(X, self.by, self.table_)
        titles = X["title"].tolist()
        texts = titles if self.by == "item" else _joined(titles, items)
        return pd.Series(texts, index=pools, dtype="str", name="title")

    def to_items(self, weights: pd.DataFrame | npt.ArrayLike) -> pd.DataFrame:
        """Return rows of the fitted items, given rows of their pools.

        Parameters
        ----------
        weights : DataFrame or array, shape (n_pools, n_columns)
            A table is read by its index, an array in the order of ``pools_``.

        Returns
        -------
        DataFrame of float, shape (n_items, n_columns)
            Index ``item_id``. The row of an item is that of its pool, or the mean of its pools.

        Raises
        ------
        SettingsError
            Rows of other pools than the fitted ones.
        """
        check_is_fitted(self, "items_")
        rows, columns = self._rows(weights)
        n_pools = np.diff(self.items_.indptr)[:, None]
        values = np.asarray(self.items_ @ rows, dtype=float) / n_pools
        return pd.DataFrame(values, index=self.item_ids_, columns=columns)

    def _rows(self, weights: pd.DataFrame | npt.ArrayLike) -> tuple[np.ndarray, pd.Index]:
        """Return the rows in the order of the pools, and the names of the columns."""
        rows = np.asarray(weights, dtype=float)
        if rows.ndim != 2 or len(rows) != len(self.pools_):
            shape = " x ".join(map(str, rows.shape))
            raise SettingsError(
                f"weights have shape {shape}; expected a row for each of {len(self.pools_)} pools."
            )
        if not isinstance(weights, pd.DataFrame):
            return rows, pd.RangeIndex(rows.shape[1])
        names = weights.index
        places = names.get_indexer(self.pools_) if names.is_unique else np.array([-1])
        if (places < 0).any():
            raise SettingsError(
                f"weights have the rows {choices(names[:3])}, …; expected one of each pool: "
                f"{choices(self.pools_[:3])}, …."
            )
        return rows[places], weights.columns


def pool_titles(
    agenda: pd.DataFrame, by: Pool = "item", table: pd.DataFrame | None = None
) -> pd.Series[str]:
    """Return the texts of :class:`TitlePooler` in one call.

    Where titles are joined, labels (資料1-1), marks such as (案) and について are left out, as in a
    title's terms; ``item`` leaves titles as they are.

    Parameters
    ----------
    agenda : DataFrame
        As :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    by : {"item", "meeting", "body_year", "theme"}, default "item"
    table : DataFrame, optional
        Theme table, for ``theme``.

    Returns
    -------
    Series of str
        Indexed by item, meeting, ``body year`` or theme, in order of first appearance.

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2"], "meeting_id": "m1", "title": ["甲", "乙"]})
    >>> pool_titles(agenda, "meeting").to_dict()
    {'m1': '甲。乙'}
    """
    return TitlePooler(by).fit(agenda, table).transform(agenda)


def pool_counts(counts: csr_matrix, items: csr_matrix) -> csr_matrix:
    """Return the sums of the rows of each pool, by one sparse product and no joined texts.

    The counts of a pool are the counts of its titles, with any tokenizer. The terms of a joined
    text may be others in two cases: a title that is nothing but a mark, such as (報告), loses it at
    the end of a pool, and a second label (資料1 資料2 計画) at its beginning; with
    ``core_only=False`` the labels and marks of titles are in the counts and not in the texts.

    Limits on terms (``min_df``, ``max_df``) then count items. To have them count pools, count with
    ``min_df=1, max_df=1.0``, pool, and keep the columns that the pools say.

    Parameters
    ----------
    counts : csr_matrix, shape (n_items, n_terms)
        Plain counts; TF-IDF weights do not add up (weigh after pooling).
    items : csr_matrix, shape (n_items, n_pools)
        ``TitlePooler.items_``.

    Returns
    -------
    csr_matrix, shape (n_pools, n_terms)
        Of the dtype of `counts`; columns of a row in order.

    Raises
    ------
    SettingsError
        The two have not the same number of rows.

    Examples
    --------
    >>> counts, items = csr_matrix([[1, 0], [0, 2], [3, 0]]), csr_matrix([[1, 0], [0, 1], [1, 0]])
    >>> pool_counts(counts, items).toarray().tolist()
    [[4, 0], [0, 2]]
    >>> pool_counts(csr_matrix([[1, 0]]), csr_matrix([[1], [1]]))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: counts have 1 rows and items 2; expected a row an item in both.
    """
    if counts.shape[0] != items.shape[0]:
        raise SettingsError(
            f"counts have {counts.shape[0]} rows and items {items.shape[0]}; expected a row an "
            "item in both."
        )
    pooled = csr_matrix(items.T.astype(counts.dtype) @ counts)
    pooled.sort_indices()
    return pooled


def _check_table(by: str, table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the columns of a theme table that pooling by theme wants."""
    if by not in POOLINGS:
        raise SettingsError(f"unknown pool {shorten(by)}; expected one of: {choices(POOLINGS)}.")
    if by != "theme":
        return None
    if not isinstance(table, pd.DataFrame) or not {"item_id", "theme"} <= set(table.columns):
        raise SettingsError(
            "pooling by theme got no theme table; expected one with the columns item_id and theme.",
            "Give that of cio_topics.themes.theme_table.",
            "cio_topics.themes.theme_table の表を渡してください。",
        )
    given = table.loc[table["theme"].notna() & (table["theme"] != ""), ["item_id", "theme"]]
    return given.drop_duplicates(ignore_index=True)


def _membership(
    agenda: pd.DataFrame, by: str, table: pd.DataFrame | None
) -> tuple[pd.Index, pd.Index, csr_matrix]:
    """Return item ids, names of pools, and which item is in which pool."""
    missing = [column for column in _COLUMNS[by] if column not in agenda]
    if missing:
        raise SettingsError(
            f"the agenda has no column {choices(missing)}; expected {choices(_COLUMNS[by])}."
        )
    ids = pd.Index(agenda["item_id"], name="item_id")
    if not ids.is_unique:
        raise SettingsError(f"item {shorten(ids[ids.duplicated()][0])} is twice in the agenda.")
    rows = np.arange(len(ids))
    if table is not None:
        rows, keys = _themes(ids, table)
    elif by == "body_year":
        keys = agenda["body"] + " " + agenda["year"]
    else:
        keys = agenda[_KEYS[by]]
    codes, names = pd.factorize(keys)
    if (codes < 0).any():
        lost = ids[rows[codes < 0]]
        raise SettingsError(
            f"{len(lost)} items have no {by.replace('_', ' and ')}, such as {shorten(lost[0])}; "
            "expected one each.",
            "Write unknown where it is not known.",
            "分からない値は unknown としてください。",
        )
    items = csr_matrix((np.ones(len(rows)), (rows, codes)), shape=(len(ids), len(names)))
    items.sort_indices()
    return ids, pd.Index(names, name=_KEYS.get(by, by)), items


def _themes(ids: pd.Index, table: pd.DataFrame) -> tuple[np.ndarray, pd.Series[str]]:
    """Return rows and themes, an item at a time; an item without theme has its own id."""
    rows = pd.DataFrame({"item_id": ids.astype("str"), "row": np.arange(len(ids))})
    given = rows.merge(table.astype("str"), on="item_id", how="left")
    alone = given["theme"].isna()
    same = set(given["item_id"][alone]) & set(given["theme"])
    if same:
        raise SettingsError(f"{shorten(min(same))} is both a theme and an item without theme.")
    return given["row"].to_numpy(), given["theme"].mask(alone, given["item_id"])


def _joined(titles: list[str], items: csr_matrix) -> list[str]:
    """Return the cores of the titles of each pool in one text, in the order of the items."""
    cores = [split_title(title).core for title in titles]
    pools = items.tocsc()
    pools.sort_indices()
    members = np.split(pools.indices, pools.indptr[1:-1]) if items.shape[1] else []
    return ["。".join(cores[row] for row in rows if cores[row]) for rows in members]
