"""Two groups of meetings compared: differences with intervals, tests, and what a test can see."""

from cio_topics.tracking.changes.power import (
    design_effect,
    estimated_icc,
    meetings_needed,
    power_of_change,
)

__all__ = ["design_effect", "estimated_icc", "meetings_needed", "power_of_change"]
