"""Which meetings were surely held, and what their numbers say of how many there were."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.case_study.bases import inside
from cio_topics.case_study.claims import STUDY, Span
from cio_topics.periods import UNKNOWN
from cio_topics.tracking.meeting_rates import meeting_minutes

__all__ = ["Coverage", "Sittings", "coverage_of", "sittings_of"]


class Coverage(NamedTuple):
    """How many meetings a span had, as far as numbers and dates tell.

    ``low`` and ``high`` bound it (``high`` may be infinite); ``n_known`` are those that the corpus
    holds.
    """

    low: int
    high: float
    n_known: int

    @property
    def complete(self) -> bool:
        """Whether every meeting of the span is known."""
        return self.low == self.high == self.n_known


class Sittings(NamedTuple):
    """The sittings of a body.

    Attributes
    ----------
    table : DataFrame
        A row a sitting: ``meeting_id, number, date, first, last, format, circulated, joint, timed``
        (boolean, missing where not known), ``minutes, n_handouts``.
    n_unsure : int
        Rows of meetings that are no proof of a sitting of their own.
    closed : int
        The claimed number of meetings, if the numbers of the whole study run from 1 to it without a
        gap and no further: then no meeting of the study is missing. Else 0.
    """

    table: pd.DataFrame
    n_unsure: int
    closed: int


def sittings_of(meetings: pd.DataFrame, handouts: pd.Series[int], claimed: int) -> Sittings:
    """Return the rows that prove a sitting of their own.

    A row proves one if it has a number, or if it is dated to a day on which no numbered row stands
    and its format or its beginning is known. A decision date alone proves a decision, not a
    sitting. Rows with one number are one sitting.

    Parameters
    ----------
    meetings : DataFrame
        Of one body, with ``first, last``.
    handouts : Series of int
        Handouts by meeting id, for meetings whose own count is missing.
    claimed : int
        How many meetings the case study has.
    """
    numbered = meetings[meetings["number"].notna()].drop_duplicates("number")
    others = meetings[meetings["number"].isna()]
    stated = (others["format"] != UNKNOWN) | (others["start"] != "")
    sure = stated & (others["date_precision"] == "day") & ~others["date"].isin(numbered["date"])
    held = pd.concat([numbered, others[sure].drop_duplicates("date")]).sort_values(
        ["first", "number"], kind="stable", ignore_index=True
    )
    minutes = meeting_minutes(held)
    known = held["format"] != UNKNOWN
    circulated = (held["format"] == "circulated").astype("boolean").where(known)
    joint = (held["format"] == "joint").astype("boolean").where(known)
    numbers = held.loc[inside(held, STUDY), "number"].dropna().astype(int)
    closed = claimed if set(numbers) == set(range(1, claimed + 1)) else 0
    timed = minutes.notna().astype("boolean").where(minutes.notna())
    if closed and minutes.notna().any():  # pages were read for times: a blank is none printed
        timed = timed.fillna(False)
    table = held.assign(
        circulated=circulated,
        joint=joint,
        timed=timed.mask(circulated.fillna(False).astype(bool), False),
        minutes=minutes,
        n_handouts=held["n_handouts"].astype(float).fillna(held["meeting_id"].map(handouts)),
    )
    return Sittings(table, len(meetings) - len(held), closed)


def coverage_of(sittings: Sittings, span: Span) -> Coverage:
    """Bound how many meetings a span had, by numbers that run from 1 without a gap.

    The number of the last meeting is at least the highest number dated in the span, and below the
    lowest number dated after it; the same holds for the first. The first meeting of the study is
    number 1.

    Examples
    --------
    >>> from cio_topics.periods import date_spans
    >>> held = pd.DataFrame({"meeting_id": ["a", "b", "c"], "number": [3, 5, 9],
    ...     "format": "unknown", "date": ["2008-01-10", "2009-04-01", "2010-02-01"],
    ...     "date_precision": "day",
    ...     "start": "", "end": "", "n_handouts": None})
    >>> held = held.join(date_spans(held["date"], held["date_precision"]))
    >>> some = sittings_of(held, pd.Series(dtype=int), 81)
    >>> coverage_of(some, Span("2009-01-01", "2009-12-31"))
    Coverage(low=1, high=5.0, n_known=1)
    """
    table = sittings.table
    within = inside(table, span)
    known, number = int(within.sum()), table["number"].astype(float)
    before = number[table["last"] < pd.Timestamp(span.first)].max()
    after = number[table["first"] > pd.Timestamp(span.last)].min()
    own = number[within].dropna()
    floor = 0.0 if np.isnan(before) or span.first <= STUDY.first else before
    if np.isnan(after):
        after = sittings.closed + 1 if sittings.closed else np.inf
    first = floor + 1 if span.first <= STUDY.first else own.min()
    low = known if own.empty else max(known, int(own.max() - first) + 1)
    high = float(after - 1 - floor)
    return Coverage(low, high if high >= low else np.inf, known)
