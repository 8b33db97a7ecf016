"""Kinds of results, one module a family; each module has a dict ``KINDS``."""

from cio_topics.tables.columns import Kind
from cio_topics.tables.kinds import (
    activity,
    case_study,
    changes,
    corrected,
    regression,
    sequence,
    shares,
    trends,
)

__all__ = ["KINDS"]

#: All kinds of results by name.
KINDS: dict[str, Kind] = {
    **activity.KINDS,
    **case_study.KINDS,
    **changes.KINDS,
    **corrected.KINDS,
    **regression.KINDS,
    **sequence.KINDS,
    **shares.KINDS,
    **trends.KINDS,
}
