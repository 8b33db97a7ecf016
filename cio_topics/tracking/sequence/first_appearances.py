"""Themes → where and when each appears first, as far as dates and the corpus can tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.tracking.counts import theme_counts
from cio_topics.tracking.sequence.order import dated_meetings

__all__ = ["STATUSES", "first_appearances", "observed_spans"]

#: Who is first with a theme: this body, of those observed at that time; this body, but no other is
#: observed at that time; this or another (dates overlap); another; nobody can tell, because the
#: corpus has no meeting of this body from before the theme was elsewhere; nobody can tell, because
#: the dates of its items are unknown.
STATUSES = ("first", "alone", "tied", "later", "began_later", "undated")


def observed_spans(meetings: pd.DataFrame) -> pd.DataFrame:
    """Return from when to when the corpus has meetings of each body.

    Parameters
    ----------
    meetings : DataFrame
        From :func:`dated_meetings`.

    Returns
    -------
    DataFrame
        Index ``body``; ``observed_from`` (first day of the first meeting), ``observed_until`` (last
        day of the last), ``n_meetings, n_undated``. Missing days where no date is known.
    """
    by_body = meetings.groupby("body", sort=False)
    return pd.DataFrame(
        {
            "observed_from": by_body["first"].min(),
            "observed_until": by_body["last"].max(),
            "n_meetings": by_body.size(),
            "n_undated": by_body["first"].agg(lambda days: int(days.isna().sum())),
        }
    )


def first_appearances(table: pd.DataFrame, *, themes: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the first item of every theme in every body, and what can be said of who was first.

    A date of a month or a year is a span of days. The first appearance lies between the earliest
    first day and the earliest last day of the body's items with the theme. A body is ``first`` only
    if its span ends before those of all others begin; where spans overlap those bodies are
    ``tied``. A first body that no other can be compared with, because the corpus has meetings of no
    other at that time, is ``alone``. A body whose first meeting in the corpus is later than the
    theme elsewhere could not be seen to be first: ``began_later``.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional
        In the order wanted; all of the codebook if None.

    Returns
    -------
    DataFrame
        ``theme, body, status`` (of :data:`STATUSES`), ``item_id, meeting_id, date,
        date_precision`` of the item that is surely there earliest, ``first_low, first_high`` (days
        between which the first appearance lies), ``is_at_start`` (at the body's first meeting: it
        may have been earlier), ``observed_from, observed_until, n_observed`` (other bodies that the
        corpus has meetings of before and after it), ``n`` (items with the theme), ``n_items,
        n_meetings`` (of the body). By theme, then in order of time. A theme that no body
        has, has no row.

    Raises
    ------
    SettingsError
        An unknown theme.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> found = first_appearances(theme_table(read_example()), themes=["open_data"])
    >>> found[["status", "date", "n"]].head(2).values.tolist()
    [['first', '2004-03', 12], ['later', '2012-07', 1]]
    """
    meetings = dated_meetings(table)
    spans = observed_spans(meetings)
    wanted = list(theme_counts(table, "body", themes=themes).themes)
    dated = table[["item_id", "theme", "meeting_id", "body", "date", "date_precision"]]
    dated = dated[dated["theme"].isin(wanted)].merge(
        meetings[["meeting_id", "first", "last"]], on="meeting_id", how="left"
    )
    dated = dated.sort_values(["last", "first", "item_id"], kind="stable")
    by_cell = dated.groupby(["theme", "body"], sort=False)
    found = by_cell.agg(
        item_id=("item_id", "first"),
        meeting_id=("meeting_id", "first"),
        date=("date", "first"),
        date_precision=("date_precision", "first"),
        first_low=("first", "min"),
        first_high=("last", "min"),
        n=("item_id", "nunique"),
    ).reset_index()
    n_items = meetings.groupby("body")["n_items"].sum()
    found = found.join(spans.drop(columns="n_undated"), on="body")
    found = found.assign(
        n_items=found["body"].map(n_items),
        is_at_start=(found["first_low"] <= found["observed_from"]).to_numpy(),
        n_observed=_n_observed(found, spans),
        place=found["theme"].map({theme: place for place, theme in enumerate(wanted)}),
    )
    found["status"] = _statuses(found)
    order = ["place", "first_low", "first_high", "body"]
    return found.sort_values(order, kind="stable", ignore_index=True)[_COLUMNS]


_COLUMNS = [
    *("theme", "body", "status", "item_id", "meeting_id", "date", "date_precision"),
    *("first_low", "first_high", "is_at_start", "observed_from", "observed_until"),
    *("n_observed", "n", "n_items", "n_meetings"),
]


def _n_observed(found: pd.DataFrame, spans: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return how many other bodies are observed when a theme appears in a body."""
    start, end = spans["observed_from"].to_numpy(), spans["observed_until"].to_numpy()
    low, high = found["first_low"].to_numpy()[:, None], found["first_high"].to_numpy()[:, None]
    others = found["body"].to_numpy()[:, None] != spans.index.to_numpy()
    return np.asarray(((start <= low) & (end >= high) & others).sum(axis=1), dtype=np.int64)


def _statuses(found: pd.DataFrame) -> pd.Series[str]:
    by_theme = found.groupby("theme")
    soonest = by_theme["first_high"].transform("min")
    others_low = _smallest_other(found, "first_low")
    tied = (found["first_low"] <= soonest).to_numpy()
    first = (found["first_high"] < others_low).to_numpy() | (
        others_low.isna() & found["first_low"].notna()
    ).to_numpy()
    began = (found["observed_from"] > soonest).to_numpy()
    undated = found["first_low"].isna().to_numpy()
    alone = first & (found["n_observed"] == 0).to_numpy()
    status = np.select(
        [undated, alone, first, began, tied],
        ["undated", "alone", "first", "began_later", "tied"],
        "later",
    )
    return pd.Series(status, index=found.index, dtype="str")


def _smallest_other(found: pd.DataFrame, column: str) -> pd.Series:
    """Return for each row the smallest value of the other rows of its theme; missing if none."""
    ranked = found.sort_values(column, kind="stable").groupby("theme")[column]
    smallest, second = ranked.transform("first"), ranked.transform(lambda days: _second(days))
    rank = ranked.cumcount()
    others = second.where(rank == 0, smallest).reindex(found.index)
    return others.astype(found[column].dtype)  # without rows it would be of no kind


def _second(days: pd.Series) -> object:
    known = days.dropna()
    return known.iloc[1] if len(known) > 1 else pd.NaT
