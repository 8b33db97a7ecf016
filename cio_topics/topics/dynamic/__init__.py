"""Topics over time: shares with intervals, words by period, and models whose topics change."""

from cio_topics.topics.dynamic.describe import describe_changing, describe_periods, period_terms
from cio_topics.topics.dynamic.dtm import DynamicTopics
from cio_topics.topics.dynamic.ldaseq import LdaSeq, TooSlowError
from cio_topics.topics.dynamic.periods import as_periods, item_periods
from cio_topics.topics.dynamic.shares import topic_shares
from cio_topics.topics.dynamic.words import words_by_period

__all__ = [
    "DynamicTopics",
    "LdaSeq",
    "TooSlowError",
    "as_periods",
    "describe_changing",
    "describe_periods",
    "item_periods",
    "period_terms",
    "topic_shares",
    "words_by_period",
]
