"""Theme tables and titles → counts by meeting of pairs of names, for maps and networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tracking.counts import theme_counts
from cio_topics.tracking.custom_periods import place_in_periods

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer

__all__ = ["period_cells", "term_names", "term_theme_cells", "theme_names"]


def theme_names(table: pd.DataFrame, themes: Sequence[str] | None = None) -> pd.DataFrame:
    """Return which item has which theme, for maps and networks.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional
        Only these.

    Returns
    -------
    DataFrame
        ``item_id, meeting_id, name``, each item and name once.

    Raises
    ------
    SettingsError
        An unknown theme.
    """
    wanted = table[table["theme"].isin(theme_counts(table, "body", themes=themes).themes)]
    named = wanted[["item_id", "meeting_id", "theme"]].rename(columns={"theme": "name"})
    return named.drop_duplicates(ignore_index=True)


def term_names(
    items: pd.DataFrame,
    *,
    tokenizer: Tokenizer | None = None,
    min_items: int = 3,
    max_terms: int = 60,
) -> pd.DataFrame:
    """Return which item has which of its most frequent terms.

    Parameters
    ----------
    items : DataFrame, shape (n_items, k)
        ``item_id, meeting_id, title``, as of :meth:`cio_topics.corpus.Corpus.agenda`.
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.
    min_items : int, default 3
        Terms of fewer items are left out.
    max_terms : int, default 60
        The terms of most items; ties by term.

    Returns
    -------
    DataFrame
        ``item_id, meeting_id, name``, each item and name once.

    Raises
    ------
    TooSmallError
        No term is in so many items.
    """
    from cio_topics.terms import term_occurrences

    if min_items < 1 or max_terms < 2:
        raise SettingsError(
            f"min_items is {min_items}, max_terms {max_terms}; expected at least 1 and 2."
        )
    found = term_occurrences(items, tokenizer=tokenizer)[["row", "term"]].drop_duplicates()
    found = found.assign(term=found["term"].astype("str"))
    n = found["term"].value_counts().rename_axis("term").reset_index(name="n")
    n = n[n["n"] >= min_items].sort_values(["n", "term"], ascending=[False, True])
    if n.empty:
        raise TooSmallError(
            f"no term stands in {min_items} items; expected at least one.",
            "Choose more items or a smaller number.",
            "項目を増やすか、最小の項目数を小さくしてください。",
        )
    found = found[found["term"].isin(n["term"].head(max_terms))]
    rows = items[["item_id", "meeting_id"]].take(found["row"].to_numpy()).reset_index(drop=True)
    return rows.assign(name=found["term"].to_numpy())


def period_cells(
    names: pd.DataFrame,
    table: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    administrations: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count items with each name in each period, by meeting.

    Parameters
    ----------
    names : DataFrame
        From :func:`theme_names` or :func:`term_names`.
    table : DataFrame
        The theme table the periods are taken from.
    by : str or DataFrame, default "year"
        As in :func:`~cio_topics.tracking.theme_counts`.
    administrations : DataFrame, optional

    Returns
    -------
    DataFrame
        ``meeting_id, row, column, n``: row is the name, column the period. Items of no known period
        are left out.
    """
    labels, order = place_in_periods(table, by, administrations)
    period_of = pd.Series(labels.to_numpy(), index=table["item_id"])
    period_of = period_of[~period_of.index.duplicated()]
    placed = names.assign(column=names["item_id"].map(period_of))
    placed = placed[placed["column"].isin(order) & (placed["column"] != "unknown")]
    placed = placed.rename(columns={"name": "row"})
    cells = placed.groupby(["meeting_id", "row", "column"], sort=True).size()
    result = cells.rename("n").reset_index()
    result.attrs["columns"] = [period for period in order if period != "unknown"]
    return result


def term_theme_cells(terms: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Count items with each term and each theme, by meeting.

    Parameters
    ----------
    terms, themes : DataFrame
        From :func:`term_names` and :func:`theme_names`.

    Returns
    -------
    DataFrame
        ``meeting_id, row, column, n``: row is the term, column the theme.
    """
    both = terms.rename(columns={"name": "row"}).merge(
        themes[["item_id", "name"]].rename(columns={"name": "column"}), on="item_id"
    )
    return both.groupby(["meeting_id", "row", "column"], sort=True).size().rename("n").reset_index()
