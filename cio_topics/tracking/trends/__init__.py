"""Does a theme rise or fall, when did its share change, when did a term burst.

Every function takes counts of whole meetings in order of time; what has no place in time is left
out and counted.
"""

from cio_topics.tracking.trends.automaton import (
    Burst,
    burst_levels,
    level_bursts,
    state_costs,
)
from cio_topics.tracking.trends.breaks import theme_breaks
from cio_topics.tracking.trends.bursts import BATCHES, bursts, term_bursts, theme_bursts
from cio_topics.tracking.trends.change_points import (
    ChangePoints,
    beta_binomial_grid,
    change_points,
    poisson_grid,
)
from cio_topics.tracking.trends.curves import theme_curves
from cio_topics.tracking.trends.handovers import handovers, handovers_by_chance
from cio_topics.tracking.trends.item_slope import item_slope
from cio_topics.tracking.trends.item_tau import item_tau
from cio_topics.tracking.trends.mann_kendall import mann_kendall, sen_slope
from cio_topics.tracking.trends.scan import scan_test
from cio_topics.tracking.trends.segments import Segments, segment_evidence, segment_posterior
from cio_topics.tracking.trends.smooth import simultaneous_band, smooth_share
from cio_topics.tracking.trends.timeline import PRECISIONS, Timeline, mid_days, timeline
from cio_topics.tracking.trends.trends import YEARS, theme_trends

__all__ = [
    "BATCHES",
    "PRECISIONS",
    "YEARS",
    "Burst",
    "ChangePoints",
    "Segments",
    "Timeline",
    "beta_binomial_grid",
    "burst_levels",
    "bursts",
    "change_points",
    "handovers",
    "handovers_by_chance",
    "item_slope",
    "item_tau",
    "level_bursts",
    "mann_kendall",
    "mid_days",
    "poisson_grid",
    "scan_test",
    "segment_evidence",
    "segment_posterior",
    "sen_slope",
    "simultaneous_band",
    "smooth_share",
    "state_costs",
    "term_bursts",
    "theme_breaks",
    "theme_bursts",
    "theme_curves",
    "theme_trends",
    "timeline",
]
