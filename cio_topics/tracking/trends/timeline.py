"""Theme table → counts of dated meetings in order of time, and what has no place in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.periods import date_spans
from cio_topics.tracking.counts import theme_counts

__all__ = ["PRECISIONS", "Precision", "Timeline", "mid_days", "timeline"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Precision = Literal["day", "month", "year"]
#: How coarse a date may be to have a place in time, from the finest to the coarsest.
PRECISIONS = ("day", "month", "year")


@dataclass(frozen=True, eq=False)
class Timeline:
    """Counts of dated meetings; guards that they stand in order of time, each with items.

    Attributes
    ----------
    themes : tuple of str
    meetings : ndarray of str, shape (n_meetings,)
        By day, then by id.
    bodies : ndarray of int, shape (n_meetings,)
        A number for each body.
    days : ndarray of int, shape (n_meetings,)
        Days since 1970-01-01; the middle of the span of a coarser date.
    counts : ndarray of float, shape (n_meetings, n_themes)
        Items with each theme; or 1 where a meeting has one.
    totals : ndarray of float, shape (n_meetings,)
        All items; or 1. Above zero.
    items : ndarray of float, shape (n_meetings,)
        All items, whatever is counted.
    undated : ndarray of float, shape (n_themes,)
        The same as `counts`, summed over meetings that are left out because their date is unknown
        or too coarse.
    n_items_undated, n_meetings_undated : int
    """

    themes: tuple[str, ...]
    meetings: npt.NDArray[np.object_]
    bodies: IntArray
    days: IntArray
    counts: FloatArray
    totals: FloatArray
    items: FloatArray
    undated: FloatArray
    n_items_undated: int
    n_meetings_undated: int

    def __post_init__(self) -> None:
        """Check the order and the totals."""
        if (np.diff(self.days) < 0).any() or (self.totals <= 0).any():
            raise SettingsError(
                "meetings are not in order of time, or have no items; expected both."
            )

    def columns(self) -> pd.DataFrame:
        """Return what every table on themes over time begins with.

        Returns
        -------
        DataFrame, shape (n_themes, 7)
            ``theme``; ``n, n_items, n_meetings``: dated; ``n_undated, n_items_undated,
            n_meetings_undated``: left out.
        """
        return pd.DataFrame(
            {
                "theme": pd.Series(self.themes, dtype="str"),
                "n": self.counts.sum(axis=0).astype(np.int64),
                "n_items": int(self.items.sum()),
                "n_meetings": len(self.meetings),
                "n_undated": self.undated.astype(np.int64),
                "n_items_undated": self.n_items_undated,
                "n_meetings_undated": self.n_meetings_undated,
            }
        )


def mid_days(
    dates: pd.Series[str], precisions: pd.Series[str], coarsest: Precision
) -> pd.Series[float]:
    """Return the day in the middle of the span of each date, in days since 1970-01-01.

    Parameters
    ----------
    dates, precisions : Series of str, shape (n,)
        As for :func:`cio_topics.periods.date_spans`.
    coarsest : {"day", "month", "year"}
        Coarser dates have no place; nor have unknown ones.

    Returns
    -------
    Series of float, shape (n,)
        Not a number where a date has no place.

    Raises
    ------
    SettingsError
        Another precision.

    Examples
    --------
    >>> dates = pd.Series(["1970-01-02", "1970-01", "1970"])
    >>> mid_days(dates, pd.Series(["day", "month", "year"]), "month").tolist()
    [1.0, 15.0, nan]
    """
    if coarsest not in PRECISIONS:
        raise SettingsError(
            f"unknown precision {shorten(coarsest)}; expected one of: {choices(PRECISIONS)}.",
            "Name the coarsest dates that are used.",
            "使う日付のうち最も粗い精度を指定してください。",
        )
    spans = date_spans(dates, precisions)
    epoch = pd.Timestamp("1970-01-01")
    first, last = ((spans[side] - epoch).dt.days for side in ("first", "last"))
    fine = precisions.isin(PRECISIONS[: PRECISIONS.index(coarsest) + 1])
    return ((first + last) // 2).astype(float).where(fine)


def timeline(
    table: pd.DataFrame,
    *,
    themes: Sequence[str] | None = None,
    unit: Literal["items", "meetings"] = "items",
    precision: Precision = "year",
) -> Timeline:
    """Return the dated meetings of a theme table in order of time.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional
        In the order wanted; all of the codebook if None.
    unit : {"items", "meetings"}, default "items"
        What is counted: items; meetings with at least one item of the theme.
    precision : {"day", "month", "year"}, default "year"
        The coarsest dates that have a place. A date of a month or a year stands in the middle of
        its span; coarser and unknown ones are left out and counted.

    Raises
    ------
    SettingsError
        As :func:`~cio_topics.tracking.theme_counts`; an unknown unit or precision; no theme.
    TooSmallError
        No meeting has such a date.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> dated = timeline(theme_table(read_example()), themes=["open_data"], precision="month")
    >>> len(dated.meetings), dated.n_meetings_undated, dated.counts.sum()
    (149, 14, np.float64(15.0))
    """
    if unit not in ("items", "meetings"):
        raise SettingsError(f"unknown unit {shorten(unit)}; expected items or meetings.")
    counts = theme_counts(table, "body", themes=themes, unit=unit)
    if not counts.themes:
        raise SettingsError("no theme was asked for; expected at least one.")
    rows = table.drop_duplicates("meeting_id").set_index("meeting_id").loc[list(counts.meetings)]
    days = mid_days(rows["date"], rows["date_precision"], precision).to_numpy(dtype=float)
    out = ~np.isfinite(days)
    used = ~out & (counts.totals > 0)
    if not used.any():
        raise TooSmallError(
            f"none of {len(days)} meetings has a date as fine as a {precision}; expected some.",
            "Give the meetings their dates, or take coarser dates (precision).",
            "会議に日付を入れるか、より粗い日付まで使ってください(precision)。",
        )
    order = np.flatnonzero(used)[np.lexsort((counts.meetings[used], days[used]))]
    return Timeline(
        themes=counts.themes,
        meetings=counts.meetings[order],
        bodies=counts.places[order],
        days=days[order].astype(np.int64),
        counts=counts.counts[order],
        totals=counts.totals[order],
        items=counts.items[order],
        undated=counts.counts[out].sum(axis=0),
        n_items_undated=int(counts.items[out].sum()),
        n_meetings_undated=int(out.sum()),
    )
