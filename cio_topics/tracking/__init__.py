"""Themes over time: shares with intervals, meetings by year, tables for print."""

from cio_topics.periods import GROUPINGS
from cio_topics.tracking.meetings import (
    CASE_STUDY_BODY,
    meetings_by_year,
    meetings_with_case_study,
)
from cio_topics.tracking.printed import PRINT_FORMATS, print_table, printed_table
from cio_topics.tracking.shares import INTERVALS, theme_shares, wide_shares

__all__ = [
    "CASE_STUDY_BODY",
    "GROUPINGS",
    "INTERVALS",
    "PRINT_FORMATS",
    "meetings_by_year",
    "meetings_with_case_study",
    "print_table",
    "printed_table",
    "theme_shares",
    "wide_shares",
]
