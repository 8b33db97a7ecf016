"""Labels: who gave which themes to an item, when, by which codebook."""

from cio_topics.labels.agreement import (
    REASONS,
    chosen_coders,
    coder_agreement,
    label_agreement,
)
from cio_topics.labels.columns import (
    CHOSEN_BY,
    COLUMNS,
    MODES,
    REQUIRED,
    split_themes,
    theme_indicator,
)
from cio_topics.labels.counts import label_counts
from cio_topics.labels.differences import label_disagreements, theme_confusion
from cio_topics.labels.distance import masi_distance
from cio_topics.labels.log import LabelLog
from cio_topics.labels.migrate import (
    CHANGES,
    Change,
    Migrated,
    ThemeMapping,
    migrate_labels,
    read_mapping,
)
from cio_topics.labels.read import MISSING, corpus_labels, read_labels
from cio_topics.labels.settle import RULES, Settled, settle_labels

__all__ = [
    "CHANGES",
    "CHOSEN_BY",
    "COLUMNS",
    "MISSING",
    "MODES",
    "REASONS",
    "REQUIRED",
    "RULES",
    "Change",
    "LabelLog",
    "Migrated",
    "Settled",
    "ThemeMapping",
    "chosen_coders",
    "coder_agreement",
    "corpus_labels",
    "label_agreement",
    "label_counts",
    "label_disagreements",
    "masi_distance",
    "migrate_labels",
    "read_labels",
    "read_mapping",
    "settle_labels",
    "split_themes",
    "theme_confusion",
    "theme_indicator",
]
