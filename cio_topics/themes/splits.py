"""Which items are learned from and which are held out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.text import normalize

__all__ = ["Split", "body_splits", "fold_splits", "forward_splits", "item_groups"]

IntArray = npt.NDArray[np.int64]
Split = tuple[IntArray, IntArray]


def item_groups(table: pd.DataFrame) -> IntArray:
    """Return a number for each item: items of one meeting, and of one title, share it.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        ``title``, and ``meeting_id`` if known; an item without one stands alone.

    Examples
    --------
    >>> table = pd.DataFrame({"title": ["a", "b", "ｂ", "c"], "meeting_id": ["1", "1", "2", "3"]})
    >>> item_groups(table).tolist()
    [0, 0, 0, 1]
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    titles = pd.factorize(np.array([normalize(title) for title in table["title"]], dtype=object))[0]
    if not len(titles):
        return titles.astype(np.int64)
    rows = np.arange(len(titles))
    kinds = [titles]
    if "meeting_id" in table:
        meetings = pd.factorize(table["meeting_id"].replace("", None))[0]
        kinds.append(np.where(meetings >= 0, meetings, len(rows) + rows))
    # Items and what they share, as a graph: its connected parts are the groups.
    columns = np.concatenate([codes + k * len(rows) for k, codes in enumerate(kinds)])
    edges = csr_matrix((np.ones(len(columns)), (np.tile(rows, len(kinds)), columns)))
    parts = connected_components(edges @ edges.T, directed=False)[1]
    return pd.factorize(parts)[0].astype(np.int64)


def fold_splits(groups: npt.ArrayLike, n_splits: int, random_state: int) -> Iterator[Split]:
    """Yield folds of whole groups, drawn by chance and of about one size.

    Raises
    ------
    SettingsError
        Fewer than two groups.
    """
    codes, names = pd.factorize(np.asarray(groups))
    if n_splits < 2 or len(names) < 2:
        raise SettingsError(
            f"{len(names)} groups of items in {n_splits} folds; expected at least two of both.",
            "Label items of more meetings.",
            "より多くの会議の項目にラベルを付けてください。",
        )
    rng = np.random.default_rng(random_state)
    sizes = np.bincount(codes)
    fold_of, filled = np.zeros(len(names), dtype=int), np.zeros(min(n_splits, len(names)))
    order = rng.permutation(len(names))
    for group in order[np.argsort(-sizes[order], kind="stable")]:  # the largest first
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    for fold in range(len(filled)):
        held_out = fold_of[codes] == fold
        yield np.flatnonzero(~held_out), np.flatnonzero(held_out)


def body_splits(table: pd.DataFrame) -> Iterator[tuple[str, Split]]:
    """Yield each body with the items of all others, without titles that it repeats, and its own."""
    for body in sorted(set(table["body"])):
        yield body, _apart(table, (table["body"] == body).to_numpy())


def forward_splits(table: pd.DataFrame, period: str) -> Iterator[tuple[str, Split]]:
    """Yield each period with the items of earlier ones, without titles it repeats, and its own.

    Periods follow the dates of their items; items whose period is unknown take no part.
    """
    known = table[table[period] != "unknown"]
    first = known.groupby(period)["date"].min().sort_values(kind="stable")
    order = {name: place for place, name in enumerate(first.index)}
    place = table[period].map(order).to_numpy(dtype=float, na_value=np.nan)
    for name, number in order.items():
        train, test = _apart(table, place == number, place < number)
        if len(train):
            yield str(name), (train, test)


def _apart(
    table: pd.DataFrame,
    held_out: npt.NDArray[np.bool_],
    allowed: npt.NDArray[np.bool_] | None = None,
) -> Split:
    titles = table["title"].map(normalize)
    train = ~held_out & ~titles.isin(titles[held_out]).to_numpy()
    if "meeting_id" in table:
        train &= ~table["meeting_id"].isin(table["meeting_id"][held_out]).to_numpy()
    if allowed is not None:
        train &= allowed
    return np.flatnonzero(train), np.flatnonzero(held_out)
