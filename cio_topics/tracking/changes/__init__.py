"""Two groups of meetings compared: differences with intervals, tests, and what a test can see."""

from cio_topics.tracking.changes.power import (
    ICC_METHODS,
    design_effect,
    estimated_icc,
    meetings_needed,
    power_of_change,
)

__all__ = [
    "ICC_METHODS",
    "design_effect",
    "estimated_icc",
    "meetings_needed",
    "power_of_change",
]
