"""Two groups of meetings compared: differences with intervals, tests, and what a test can see."""

from cio_topics.tracking.changes.compare import (
    CHANGE_TESTS,
    DIFFERENCE_ASKED,
    NO_ORDER,
    VERDICTS,
    theme_changes,
)
from cio_topics.tracking.changes.effects import cohen_h, odds_ratio, share_by_meetings
from cio_topics.tracking.changes.model import model_test
from cio_topics.tracking.changes.power import design_effect, meetings_needed, power_of_change
from cio_topics.tracking.changes.splits import split_test
from cio_topics.tracking.changes.statements import change_statements
from cio_topics.tracking.likeness import estimated_icc

__all__ = [
    "CHANGE_TESTS",
    "DIFFERENCE_ASKED",
    "NO_ORDER",
    "VERDICTS",
    "change_statements",
    "cohen_h",
    "design_effect",
    "estimated_icc",
    "meetings_needed",
    "model_test",
    "odds_ratio",
    "power_of_change",
    "share_by_meetings",
    "split_test",
    "theme_changes",
]
