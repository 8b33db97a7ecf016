"""Themes over time: shares with intervals, meetings by year, tables for print."""

from cio_topics.periods import GROUPINGS
from cio_topics.tracking.changes import (
    CHANGE_TESTS,
    DIFFERENCE_ASKED,
    NO_ORDER,
    VERDICTS,
    change_statements,
    cohen_h,
    design_effect,
    meetings_needed,
    model_test,
    odds_ratio,
    power_of_change,
    share_by_meetings,
    split_test,
    theme_changes,
)
from cio_topics.tracking.composed import COMPOSED_INTERVALS, composed_shares, seed_agreement
from cio_topics.tracking.corrected import ERRORS_FROM, corrected_shares
from cio_topics.tracking.corrections import CORRECTIONS, prediction_powered, rogan_gladen
from cio_topics.tracking.counts import UNITS, ThemeCounts, handouts_per_item, theme_counts
from cio_topics.tracking.cross_predictions import (
    CrossPredictions,
    cross_predictions,
    predictor_of,
)
from cio_topics.tracking.custom_periods import make_periods, place_in_periods
from cio_topics.tracking.likeness import (
    ICC_METHODS,
    effective_sizes,
    estimated_icc,
    likeness,
)
from cio_topics.tracking.meeting_rates import (
    MEETING_KINDS,
    activity,
    activity_ratio,
    case_study_activity,
    meeting_minutes,
    observed_span,
    poisson_interval,
    rate_ratio,
)
from cio_topics.tracking.meetings import (
    CASE_STUDY_BODY,
    meetings_by_year,
    meetings_with_case_study,
)
from cio_topics.tracking.printed import printed_table
from cio_topics.tracking.regression import Regression, theme_model
from cio_topics.tracking.share_intervals import effective_interval
from cio_topics.tracking.shares import (
    COUNTINGS,
    INTERVALS,
    SIMULTANEOUS,
    shares_of,
    theme_shares,
    wide_shares,
)
from cio_topics.tracking.simulated_labels import SimulatedLabels, simulate_labels
from cio_topics.tracking.simulation import simulate_counts
from cio_topics.tracking.topic_draws import TopicDraws, draw_weights, posterior_of, topic_draws
from cio_topics.tracking.trends import (
    bursts,
    handovers,
    term_bursts,
    theme_breaks,
    theme_bursts,
    theme_curves,
    theme_trends,
)

__all__ = [
    "CASE_STUDY_BODY",
    "CHANGE_TESTS",
    "COMPOSED_INTERVALS",
    "CORRECTIONS",
    "COUNTINGS",
    "DIFFERENCE_ASKED",
    "ERRORS_FROM",
    "GROUPINGS",
    "ICC_METHODS",
    "INTERVALS",
    "MEETING_KINDS",
    "NO_ORDER",
    "SIMULTANEOUS",
    "UNITS",
    "VERDICTS",
    "CrossPredictions",
    "Regression",
    "SimulatedLabels",
    "ThemeCounts",
    "TopicDraws",
    "activity",
    "activity_ratio",
    "bursts",
    "case_study_activity",
    "change_statements",
    "cohen_h",
    "composed_shares",
    "corrected_shares",
    "cross_predictions",
    "design_effect",
    "draw_weights",
    "effective_interval",
    "effective_sizes",
    "estimated_icc",
    "handouts_per_item",
    "handovers",
    "likeness",
    "make_periods",
    "meeting_minutes",
    "meetings_by_year",
    "meetings_needed",
    "meetings_with_case_study",
    "model_test",
    "observed_span",
    "odds_ratio",
    "place_in_periods",
    "poisson_interval",
    "posterior_of",
    "power_of_change",
    "prediction_powered",
    "predictor_of",
    "printed_table",
    "rate_ratio",
    "rogan_gladen",
    "seed_agreement",
    "share_by_meetings",
    "shares_of",
    "simulate_counts",
    "simulate_labels",
    "split_test",
    "term_bursts",
    "theme_breaks",
    "theme_bursts",
    "theme_changes",
    "theme_counts",
    "theme_curves",
    "theme_model",
    "theme_shares",
    "theme_trends",
    "topic_draws",
    "wide_shares",
]
