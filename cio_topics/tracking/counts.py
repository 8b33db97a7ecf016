"""Theme table → counts by meeting: what every estimate of this room stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.corpus import Corpus
from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.tracking.custom_periods import place_in_periods

__all__ = ["UNITS", "ThemeCounts", "Unit", "handouts_per_item", "theme_counts"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Unit = Literal["items", "meetings", "handouts"]
#: What is counted: items with the theme; meetings with at least one such item; handouts of such
#: items.
UNITS = ("items", "meetings", "handouts")


@dataclass(frozen=True, eq=False)
class ThemeCounts:
    """Counts of themes by meeting.

    Guards that every meeting has one period, and no theme more units than the meeting has.

    Attributes
    ----------
    periods : tuple of str
        In order of time; ``unknown`` last, if some meeting has no period.
    themes : tuple of str
    unit : {"items", "meetings", "handouts"}
    meetings : ndarray of str, shape (n_meetings,)
        Meeting ids, by period in order of time, then by id.
    places : ndarray of int, shape (n_meetings,)
        The place of each meeting's period in `periods`; never falling.
    counts : ndarray of float, shape (n_meetings, n_themes)
        Units with each theme.
    totals : ndarray of float, shape (n_meetings,)
        All units.
    items : ndarray of float, shape (n_meetings,)
        All items.
    """

    periods: tuple[str, ...]
    themes: tuple[str, ...]
    unit: Unit
    meetings: npt.NDArray[np.object_]
    places: IntArray
    counts: FloatArray
    totals: FloatArray
    items: FloatArray

    def __post_init__(self) -> None:
        """Check the shapes and the bounds."""
        n = len(self.meetings)
        shapes = (self.places.shape, self.totals.shape, self.items.shape, self.counts.shape)
        if shapes != ((n,), (n,), (n,), (n, len(self.themes))):
            raise SettingsError(f"counts of {n} meetings have other shapes: {shapes}.")
        if (self.counts < 0).any() or (self.counts > self.totals[:, None] + 1e-9).any():
            raise SettingsError(
                "a theme has more units than its meeting; expected at most as many."
            )
        if (np.diff(self.places) < 0).any():
            raise SettingsError("meetings are not in order of time; expected them by period.")

    def sums(self) -> tuple[FloatArray, FloatArray]:
        """Return units with each theme and all units, by period.

        Returns
        -------
        counts : ndarray of float, shape (n_periods, n_themes)
        totals : ndarray of float, shape (n_periods,)
        """
        counts = np.zeros((len(self.periods), len(self.themes)))
        np.add.at(counts, self.places, self.counts)
        return counts, _sums(self.places, self.totals, len(self.periods))

    def n_meetings(self) -> IntArray:
        """Return how many meetings each period has, shape (n_periods,)."""
        return np.bincount(self.places, minlength=len(self.periods))

    def n_items(self) -> FloatArray:
        """Return how many items each period has, shape (n_periods,)."""
        return _sums(self.places, self.items, len(self.periods))

    def rows_of(self, period: str) -> slice:
        """Return which rows are the meetings of a period.

        Raises
        ------
        SettingsError
            No such period.
        """
        if period not in self.periods:
            raise SettingsError(
                f"unknown period {shorten(period)}; expected one of: {choices(self.periods)}.",
                "Choose one of them, or name periods of your own.",
                "このうちの一つを選ぶか、期間を自分で定めてください。",
            )
        place = self.periods.index(period)
        first, last = np.searchsorted(self.places, [place, place + 1])
        return slice(int(first), int(last))


def handouts_per_item(corpus: Corpus) -> pd.Series[int]:
    """Return how many handouts each item has, index ``item_id``.

    Handouts are the corpus's documents that are tied to an item, and items that are handouts
    themselves and have no document.
    """
    items = corpus.items
    tied = corpus.documents["item_id"].value_counts()
    n = items["item_id"].map(tied).fillna(0).astype(int)
    n = n.where(~((items["kind"] == "handout") & (n == 0)), 1)
    return pd.Series(n.to_numpy(), index=items["item_id"])


def theme_counts(
    table: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    themes: Sequence[str] | None = None,
    unit: Unit = "items",
    handouts: pd.Series[int] | None = None,
    administrations: pd.DataFrame | None = None,
) -> ThemeCounts:
    """Count the themes of every meeting, without a loop over items.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : str or DataFrame, default "year"
        One of :data:`~cio_topics.periods.GROUPINGS`, or periods from
        :func:`~cio_topics.tracking.make_periods`.
    themes : sequence of str, optional
        In the order wanted; all of the codebook if None.
    unit : {"items", "meetings", "handouts"}, default "items"
    handouts : Series of int, optional
        Handouts of each item, from :func:`handouts_per_item`; needed for that unit.
    administrations : DataFrame, optional
        For the order of periods; the embedded ones if None.

    Raises
    ------
    SettingsError
        An unknown grouping, theme or unit; a meeting in two periods; no handouts where they are the
        unit.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> counts = theme_counts(theme_table(read_example()), "government", themes=["open_data"])
    >>> counts.periods, counts.sums()[0].ravel().tolist()
    (('ldp_led', 'democratic_led', 'unknown'), [13.0, 2.0, 0.0])
    """
    if unit not in UNITS:
        raise SettingsError(f"unknown unit {shorten(unit)}; expected one of: {choices(UNITS)}.")
    themes = _checked_themes(table, themes)
    labels, order = place_in_periods(table, by, administrations)
    places = pd.Index(order).get_indexer(pd.Index(labels))
    meeting, names = pd.factorize(table["meeting_id"], sort=True)
    of_meeting = np.zeros(len(names), dtype=np.int64)
    of_meeting[meeting] = places
    if (of_meeting[meeting] != places).any():
        wrong = names[meeting[of_meeting[meeting] != places][0]]
        raise SettingsError(f"meeting {shorten(wrong)} has two periods; expected one.")
    item = pd.factorize(table["item_id"])[0]
    first = np.unique(item, return_index=True)[1]
    size = np.ones(len(table))
    if unit == "handouts":
        size = _sizes(table["item_id"], handouts)
    column = pd.Index(list(themes)).get_indexer(pd.Index(table["theme"]))
    wanted = column >= 0
    cell = meeting[wanted] * len(themes) + column[wanted]
    counts = _sums(cell, size[wanted], len(names) * len(themes))
    counts = counts.reshape(len(names), len(themes))
    items = _sums(meeting[first], np.ones(len(first)), len(names))
    totals = _sums(meeting[first], size[first], len(names))
    if unit == "meetings":
        counts, totals = (counts > 0).astype(float), np.ones(len(names))
    rows = np.argsort(of_meeting, kind="stable")
    return ThemeCounts(
        periods=tuple(order),
        themes=tuple(themes),
        unit=unit,
        meetings=np.asarray(names, dtype=object)[rows],
        places=of_meeting[rows],
        counts=counts[rows],
        totals=totals[rows],
        items=items[rows],
    )


def _sums(places: IntArray, values: FloatArray, n: int) -> FloatArray:
    return np.bincount(places, values, minlength=n).astype(float)


def _sizes(items: pd.Series[str], handouts: pd.Series[int] | None) -> FloatArray:
    sizes = None if handouts is None else np.asarray(items.map(handouts).fillna(0), dtype=float)
    if sizes is None or not sizes.any():
        raise SettingsError(
            "no handout is tied to an item of this corpus; expected some, for that unit.",
            "Count items or meetings, or build the corpus from pages with handouts "
            "(cio-topics ingest).",
            "項目か会議を単位にするか、資料のあるページからコーパスを作ってください。",
        )
    return sizes


def _checked_themes(table: pd.DataFrame, themes: Sequence[str] | None) -> Sequence[str]:
    known = list(table.attrs["themes"] if "themes" in table.attrs else table["theme"].unique())
    unknown = [theme for theme in themes or () if theme not in known]
    if unknown and "themes" in table.attrs:
        raise SettingsError(
            f"unknown theme {shorten(unknown[0])}; expected some of: {choices(known)}.",
            "Use the ids of the codebook the table was made with.",
            "表を作ったコードブックのテーマ ID を使ってください。",
        )
    return known if themes is None else list(themes)
