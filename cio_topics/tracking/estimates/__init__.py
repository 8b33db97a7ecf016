"""Counts by meeting → shares: how far each may be off, and what thin periods borrow."""

from cio_topics.tracking.estimates.pooling import pooled_shares
from cio_topics.tracking.estimates.resampling import resampled_intervals
from cio_topics.tracking.estimates.score import clustered_interval, jeffreys_interval
from cio_topics.tracking.estimates.splitting import split_counts

__all__ = [
    "clustered_interval",
    "jeffreys_interval",
    "pooled_shares",
    "resampled_intervals",
    "split_counts",
]
