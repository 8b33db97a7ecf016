"""Items → the period and the meeting they belong to."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import (
    GROUPINGS,
    PERIODS,
    UNKNOWN,
    add_periods,
    check_period,
    period_order,
    read_administrations,
)

__all__ = ["as_periods", "item_periods"]


def item_periods(
    items: pd.Index,
    agenda: pd.DataFrame,
    *,
    period: str = "year",
    administrations: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the period and the meeting of each item, in the order of `items`.

    Parameters
    ----------
    items : Index of str
        Item ids, each once.
    agenda : DataFrame
        From :meth:`cio_topics.corpus.Corpus.agenda`: at least ``item_id, meeting_id, date,
        date_precision``.
    period : str, default "year"
        One of :data:`cio_topics.periods.GROUPINGS`.
    administrations : DataFrame, optional
        Of the corpus; the embedded ones if None.

    Returns
    -------
    DataFrame, shape (n_items, 2)
        Columns ``period, meeting_id``, index `items`. `period` is categorical: its categories are
        the periods in order of time from the first to the last, with those that have no item
        (formats and bodies: in that of the agenda's values); ``unknown`` comes last, if there is
        one.

    Raises
    ------
    SettingsError
        An unknown period, or items that the agenda does not have or has twice.

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1"], "meeting_id": ["m1"], "date": ["2004-02"],
    ...                        "date_precision": ["month"]})
    >>> item_periods(pd.Index(["a1"]), agenda, period="fiscal_year").loc["a1"].tolist()
    ['2003', 'm1']
    >>> item_periods(pd.Index(["a2"]), agenda)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the agenda lacks 1 item of the weights, such as 'a2'. ...
    """
    check_period(period, GROUPINGS)
    for ids, name in ((items, "weights"), (pd.Index(agenda["item_id"]), "agenda")):
        if ids.has_duplicates:
            twice = ids[ids.duplicated()][0]
            raise SettingsError(f"item {shorten(twice)} stands twice in the {name}.")
    rows = pd.Index(agenda["item_id"]).get_indexer(items)
    if (rows < 0).any():
        lacking = items[rows < 0]
        raise SettingsError(
            f"the agenda lacks {len(lacking)} item{'s' if len(lacking) > 1 else ''} of the weights,"
            f" such as {shorten(lacking[0])}.",
            "Give the agenda of the corpus that the weights were made from.",
            "重みを計算したコーパスの議事の表を渡してください。",
        )
    given = agenda.iloc[rows]
    administrations = read_administrations() if administrations is None else administrations
    if period in PERIODS:
        given = add_periods(given[["meeting_id", "date", "date_precision"]], administrations)
    elif period not in given:
        raise SettingsError(f"the agenda has no column {period}; found: {choices(agenda.columns)}.")
    labels = given[period].to_numpy(dtype=object)
    order = period_order(period, list(dict.fromkeys(labels)), administrations)
    columns = {
        "period": pd.Categorical(labels, categories=order, ordered=True),
        "meeting_id": given["meeting_id"].to_numpy(),
    }
    return pd.DataFrame(columns, index=items).astype({"meeting_id": "str"})


def as_periods(
    periods: Sequence[str] | pd.Series | pd.Categorical[str], n_items: int
) -> pd.Categorical[str]:
    """Return one period an item, with the periods in order.

    Parameters
    ----------
    periods : sequence of str, Series or Categorical, shape (n_items,)
        A categorical keeps its order and its periods without items; others are sorted by name.
        ``unknown`` comes last.
    n_items : int
        The number of items that is expected.

    Returns
    -------
    Categorical, shape (n_items,)

    Raises
    ------
    SettingsError
        Another number of periods, or an item without one.

    Examples
    --------
    >>> as_periods(["2005", "unknown", "2004"], 3).categories.tolist()
    ['2004', '2005', 'unknown']
    >>> as_periods(["2005"], 3)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 1 period was given for 3 items; expected one an item. ...
    """
    labels = pd.Series(periods)
    if len(labels) != n_items:
        were = "period was" if len(labels) == 1 else "periods were"
        raise SettingsError(
            f"{len(labels)} {were} given for {n_items} items; expected one an item.",
            "Take them from item_periods, and leave out the same items in both.",
        )
    if labels.isna().any():
        raise SettingsError(f"an item has no period; write {UNKNOWN!r} where it is not known.")
    if isinstance(labels.dtype, pd.CategoricalDtype):
        names = [str(name) for name in labels.cat.categories]
    else:
        names = sorted({str(label) for label in labels})
    order = [name for name in names if name != UNKNOWN] + [UNKNOWN] * (UNKNOWN in names)
    return pd.Categorical([str(label) for label in labels], categories=order, ordered=True)
