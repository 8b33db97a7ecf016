"""Split items among their themes, so that the shares of a period sum to one."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, shorten
from cio_topics.tracking.counts import ThemeCounts

__all__ = ["GRAIN", "split_counts"]

#: Parts of items are counted in whole grains, so that sums do not depend on their order. Even
#: parts of up to 16 themes are exact (720,720 = lcm(1, …, 16)).
GRAIN = 720_720 * 1024


def split_counts(
    counts: ThemeCounts,
    table: pd.DataFrame,
    *,
    weights: pd.Series[float] | None = None,
    handouts: pd.Series[int] | None = None,
) -> ThemeCounts:
    """Return the counts with every item split among its themes.

    Parameters
    ----------
    counts : ThemeCounts
        Of that table; units are items or handouts.
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    weights : Series of float, optional
        How much of an item each row of the table takes, with the table's index; those of an item
        sum to one. Even parts if None. The table's own column ``weight`` says how reliable a theme
        is; it is no such part.
    handouts : Series of int, optional
        As for :func:`~cio_topics.tracking.theme_counts`, if they are the unit.

    Raises
    ------
    SettingsError
        Meetings as units; weights with another index, outside [0, 1], or that do not sum to one.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> from cio_topics.tracking import theme_counts
    >>> table = theme_table(read_example())
    >>> counts = split_counts(theme_counts(table, "government"), table)
    >>> sums, totals = counts.sums()
    >>> sums.sum(axis=1).round(6).tolist(), totals.tolist()
    ([269.0, 22.0, 16.0], [269.0, 22.0, 16.0])
    """
    if counts.unit == "meetings":
        raise SettingsError(
            "meetings cannot be split among themes; expected items or handouts as units.",
            "Count fractions of items, or whole meetings.",
            "単位を項目か資料にするか、会議をそのまま数えてください(whole)。",
        )
    item = pd.factorize(table["item_id"])[0]
    parts = _even(item) if weights is None else _given(table, item, weights)
    if counts.unit == "handouts" and handouts is not None:
        parts = parts * np.asarray(table["item_id"].map(handouts).fillna(0), dtype=float)
    meeting = pd.Index(counts.meetings).get_indexer(pd.Index(table["meeting_id"]))
    theme = pd.Index(list(counts.themes)).get_indexer(pd.Index(table["theme"]))
    wanted = theme >= 0
    cell = meeting[wanted] * len(counts.themes) + theme[wanted]
    grains = np.bincount(cell, np.rint(parts[wanted] * GRAIN), minlength=counts.counts.size)
    return dataclasses.replace(counts, counts=(grains / GRAIN).reshape(counts.counts.shape))


def _even(item: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    return np.asarray(1.0 / np.bincount(item)[item])


def _given(
    table: pd.DataFrame, item: npt.NDArray[np.intp], weights: pd.Series[float]
) -> npt.NDArray[np.float64]:
    if not weights.index.equals(table.index):
        raise SettingsError(
            f"{len(weights)} weights for {len(table)} rows; expected one for each row of the theme "
            "table, with its index."
        )
    parts = np.asarray(weights, dtype=np.float64)
    if not ((parts >= 0) & (parts <= 1)).all():
        wrong = table["item_id"].iloc[int(np.argmin((parts >= 0) & (parts <= 1)))]
        raise SettingsError(
            f"a weight of item {shorten(wrong)} is outside [0, 1]; expected the part of the item "
            "that each theme takes."
        )
    sums = np.bincount(item, parts)
    off = np.abs(sums[item] - 1) > 1e-6
    if off.any():
        first = int(np.argmax(off))
        raise SettingsError(
            f"the weights of item {shorten(table['item_id'].iloc[first])} sum to "
            f"{sums[item[first]]:.6g}; expected 1 for every item "
            f"({len(np.unique(item[off]))} of {len(sums)} items are off).",
            "Divide the weights of each item by their sum.",
            "項目ごとに重みをその合計で割ってください。",
        )
    return parts
