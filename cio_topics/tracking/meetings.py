"""Meetings by year, beside the case study's own count."""

from __future__ import annotations

import pandas as pd

from cio_topics.corpus import Corpus, read_case_study
from cio_topics.periods import UNKNOWN, add_periods, period_order

__all__ = ["CASE_STUDY_BODY", "meetings_by_year", "meetings_with_case_study"]

#: The body whose meetings the case study counts.
CASE_STUDY_BODY = "各府省情報化統括責任者(CIO)連絡会議"

_COUNTS = [
    "n_meetings",
    "n_numbered",
    "n_circulated",
    "n_joint",
    "n_format_unknown",
    "n_items",
]


def meetings_by_year(corpus: Corpus) -> pd.DataFrame:
    """Count the meetings of a corpus by year.

    A row of ``meetings`` is a sitting as far as the sources tell: a decision date proves a
    decision, not a sitting, and two rows may be one sitting that no source ties together.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    DataFrame
        ``year, n_meetings, n_numbered, n_circulated, n_joint, n_format_unknown, n_items``, years
        from the first to the last, then ``unknown``.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> meetings_by_year(read_example())[["year", "n_meetings"]].head(2)
       year  n_meetings
    0  2000           1
    1  2001           4
    """
    meetings = add_periods(corpus.meetings, corpus.administrations)
    n_items = corpus.agenda()["meeting_id"].value_counts()
    meetings = meetings.assign(
        numbered=meetings["number"].notna(),
        circulated=meetings["format"] == "circulated",
        joint=meetings["format"] == "joint",
        format_unknown=meetings["format"] == UNKNOWN,
        items=meetings["meeting_id"].map(n_items).fillna(0).astype(int),
    )
    counted = meetings.groupby("year").agg(
        n_meetings=("meeting_id", "size"),
        n_numbered=("numbered", "sum"),
        n_circulated=("circulated", "sum"),
        n_joint=("joint", "sum"),
        n_format_unknown=("format_unknown", "sum"),
        n_items=("items", "sum"),
    )
    order = period_order("year", list(counted.index), corpus.administrations)
    return counted.reindex(order, fill_value=0).rename_axis("year").reset_index()


def meetings_with_case_study(corpus: Corpus) -> pd.DataFrame:
    """Put the corpus's meetings of the CIO liaison conference beside the case study's table 1.

    Parameters
    ----------
    corpus : Corpus

    Returns
    -------
    DataFrame
        ``year, case_study_meetings, case_study_circulated`` and the columns of
        :func:`meetings_by_year` for that body; empty if the corpus does not have it. Years the
        case study does not cover have no value in its columns, and years before the corpus's first
        or after its last meeting none in the others.

    References
    ----------
    本田正美 (2019). 各府省情報化統括責任者(CIO)連絡会議の事例研究, table 1.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> table = meetings_with_case_study(read_example()).set_index("year")
    >>> table.loc["2004", ["case_study_meetings", "case_study_circulated"]].tolist()
    [8, 6]
    """
    if CASE_STUDY_BODY not in set(corpus.meetings["body"]):
        columns = ["year", "case_study_meetings", "case_study_circulated", *_COUNTS]
        return pd.DataFrame({column: [] for column in columns})
    own = meetings_by_year(corpus.filter(bodies=[CASE_STUDY_BODY]))
    printed = read_case_study("table1").astype({"year": "str"})
    printed = printed.rename(
        columns={"meetings": "case_study_meetings", "circulated": "case_study_circulated"}
    )
    both = own.merge(printed.astype(dict.fromkeys(printed.columns[1:], "Int64")), how="outer")
    known = own["year"][own["year"] != UNKNOWN]
    inside = both["year"].between(known.min(), known.max()) if len(known) else both["year"] == ""
    counts = both[_COUNTS].astype("Int64")
    both[_COUNTS] = counts.mask(inside & counts["n_meetings"].isna(), 0)
    ordered = both.sort_values("year", kind="stable", ignore_index=True)
    return ordered[["year", "case_study_meetings", "case_study_circulated", *_COUNTS]]
