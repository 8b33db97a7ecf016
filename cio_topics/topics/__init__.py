"""Topics: what a model finds in titles (not to be mixed with themes, which people define)."""

from cio_topics.topics.describe import describe_topics
from cio_topics.topics.models import KINDS, fit_topics, make_topic_model
from cio_topics.topics.pooling import POOLS, pool_titles
from cio_topics.topics.quality import coherence, diversity, seed_stability
from cio_topics.topics.tables import (
    align_topics,
    top_items,
    top_terms,
    topic_names,
    topic_weights,
)

__all__ = [
    "KINDS",
    "POOLS",
    "align_topics",
    "coherence",
    "describe_topics",
    "diversity",
    "fit_topics",
    "make_topic_model",
    "pool_titles",
    "seed_stability",
    "top_items",
    "top_terms",
    "topic_names",
    "topic_weights",
]
