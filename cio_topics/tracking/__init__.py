"""Themes over time: shares with intervals, meetings by year, tables for print."""

from cio_topics.periods import GROUPINGS
from cio_topics.tracking.counts import UNITS, ThemeCounts, handouts_per_item, theme_counts
from cio_topics.tracking.custom_periods import make_periods, place_in_periods
from cio_topics.tracking.meetings import (
    CASE_STUDY_BODY,
    meetings_by_year,
    meetings_with_case_study,
)
from cio_topics.tracking.printed import PRINT_FORMATS, print_table, printed_table
from cio_topics.tracking.shares import INTERVALS, theme_shares, wide_shares
from cio_topics.tracking.simulation import simulate_counts

__all__ = [
    "CASE_STUDY_BODY",
    "GROUPINGS",
    "INTERVALS",
    "PRINT_FORMATS",
    "UNITS",
    "ThemeCounts",
    "handouts_per_item",
    "make_periods",
    "meetings_by_year",
    "meetings_with_case_study",
    "place_in_periods",
    "print_table",
    "printed_table",
    "simulate_counts",
    "theme_counts",
    "theme_shares",
    "wide_shares",
]
