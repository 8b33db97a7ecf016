"""Corpora of the same bodies from different sources → one corpus that loses nothing.

Each cell takes the value of its most reliable source; what another source says instead is kept in
``sources``. The rules and their reasons stand in ``docs/merge.md``.
"""

from cio_topics.merge.conflicts import CONFLICT_COLUMNS, WHY
from cio_topics.merge.join import Merged, merge, merge_many

__all__ = ["CONFLICT_COLUMNS", "WHY", "Merged", "merge", "merge_many"]
