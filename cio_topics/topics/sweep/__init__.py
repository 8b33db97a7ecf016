"""How many topics: measures of several numbers, and which of them the evidence is for."""

from cio_topics.topics.sweep.measures import METRICS
from cio_topics.topics.sweep.recommend import COMBINED, Recommendation, recommend_topics
from cio_topics.topics.sweep.run import NUMBERS, summarize_sweep, sweep_topics

__all__ = [
    "COMBINED",
    "METRICS",
    "NUMBERS",
    "Recommendation",
    "recommend_topics",
    "summarize_sweep",
    "sweep_topics",
]
