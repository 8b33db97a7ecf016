"""Topics: what a model finds in titles (not to be mixed with themes, which people define)."""

from cio_topics.topics.alignment import align_topics, closest_themes, match_themes
from cio_topics.topics.describe import describe_topics
from cio_topics.topics.models import KINDS, choose_kind, fit_topics, make_topic_model
from cio_topics.topics.pooling import POOLS, TitlePooler, pool_counts, pool_titles
from cio_topics.topics.tables import (
    dominant_topics,
    top_items,
    top_terms,
    topic_names,
    topic_weights,
)
from cio_topics.topics.uncovered import uncovered_themes, uncovered_topics
from cio_topics.topics.words import RANKINGS, name_topics, rank_terms, term_scores

__all__ = [
    "KINDS",
    "POOLS",
    "RANKINGS",
    "TitlePooler",
    "align_topics",
    "choose_kind",
    "closest_themes",
    "describe_topics",
    "dominant_topics",
    "fit_topics",
    "make_topic_model",
    "match_themes",
    "name_topics",
    "pool_counts",
    "pool_titles",
    "rank_terms",
    "term_scores",
    "top_items",
    "top_terms",
    "topic_names",
    "topic_weights",
    "uncovered_themes",
    "uncovered_topics",
]
