"""Labels: who gave which themes to an item, when, by which codebook."""

from cio_topics.labels.columns import CHOSEN_BY, COLUMNS, MODES, REQUIRED, theme_indicator
from cio_topics.labels.log import LabelLog

__all__ = ["CHOSEN_BY", "COLUMNS", "MODES", "REQUIRED", "LabelLog", "theme_indicator"]
