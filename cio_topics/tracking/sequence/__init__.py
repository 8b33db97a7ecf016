"""Themes in their order: from meeting to meeting, from body to body, and beside each other."""

from cio_topics.tracking.sequence.cells import (
    period_cells,
    term_names,
    term_theme_cells,
    theme_names,
)
from cio_topics.tracking.sequence.correspondence import Correspondence, correspondence
from cio_topics.tracking.sequence.first_appearances import (
    STATUSES,
    first_appearances,
    observed_spans,
)
from cio_topics.tracking.sequence.graph_files import GRAPH_FORMATS, graph_bytes
from cio_topics.tracking.sequence.lead_lag import (
    STEPS,
    VERDICTS,
    lag_correlations,
    lead_scores,
    theme_leads,
)
from cio_topics.tracking.sequence.networks import WITHIN, make_graph, name_pairs, theme_network
from cio_topics.tracking.sequence.order import SHUFFLES, dated_meetings
from cio_topics.tracking.sequence.passed import passed_themes, shared_titles, title_table
from cio_topics.tracking.sequence.points import correspondence_points
from cio_topics.tracking.sequence.transitions import theme_transitions

__all__ = [
    "GRAPH_FORMATS",
    "SHUFFLES",
    "STATUSES",
    "STEPS",
    "VERDICTS",
    "WITHIN",
    "Correspondence",
    "correspondence",
    "correspondence_points",
    "dated_meetings",
    "first_appearances",
    "graph_bytes",
    "lag_correlations",
    "lead_scores",
    "make_graph",
    "name_pairs",
    "observed_spans",
    "passed_themes",
    "period_cells",
    "shared_titles",
    "term_names",
    "term_theme_cells",
    "theme_leads",
    "theme_names",
    "theme_network",
    "theme_transitions",
    "title_table",
]
