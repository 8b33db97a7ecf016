"""Themes over time: shares with intervals, meetings by year, tables for print."""

from cio_topics.periods import GROUPINGS
from cio_topics.tracking.activity import (
    MEETING_KINDS,
    activity,
    activity_ratio,
    case_study_activity,
    meeting_minutes,
    observed_span,
    poisson_interval,
    rate_ratio,
)
from cio_topics.tracking.changes import (
    ICC_METHODS,
    design_effect,
    estimated_icc,
    meetings_needed,
    power_of_change,
)
from cio_topics.tracking.corrected import ERRORS_FROM, corrected_shares
from cio_topics.tracking.corrections import CORRECTIONS, prediction_powered, rogan_gladen
from cio_topics.tracking.counts import UNITS, ThemeCounts, handouts_per_item, theme_counts
from cio_topics.tracking.cross_predictions import (
    CrossPredictions,
    cross_predictions,
    predictor_of,
)
from cio_topics.tracking.custom_periods import make_periods, place_in_periods
from cio_topics.tracking.meetings import (
    CASE_STUDY_BODY,
    meetings_by_year,
    meetings_with_case_study,
)
from cio_topics.tracking.printed import PRINT_FORMATS, print_table, printed_table
from cio_topics.tracking.share_intervals import effective_interval
from cio_topics.tracking.shares import INTERVALS, theme_shares, wide_shares
from cio_topics.tracking.simulation import simulate_counts

__all__ = [
    "CASE_STUDY_BODY",
    "CORRECTIONS",
    "ERRORS_FROM",
    "GROUPINGS",
    "ICC_METHODS",
    "INTERVALS",
    "MEETING_KINDS",
    "PRINT_FORMATS",
    "UNITS",
    "CrossPredictions",
    "ThemeCounts",
    "activity",
    "activity_ratio",
    "case_study_activity",
    "corrected_shares",
    "cross_predictions",
    "design_effect",
    "effective_interval",
    "estimated_icc",
    "handouts_per_item",
    "make_periods",
    "meeting_minutes",
    "meetings_by_year",
    "meetings_needed",
    "meetings_with_case_study",
    "observed_span",
    "place_in_periods",
    "poisson_interval",
    "power_of_change",
    "prediction_powered",
    "predictor_of",
    "print_table",
    "printed_table",
    "rate_ratio",
    "rogan_gladen",
    "simulate_counts",
    "theme_counts",
    "theme_shares",
    "wide_shares",
]
