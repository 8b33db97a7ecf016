"""Themes of items: classifiers, the theme table, evaluation and agreement."""

from cio_topics.themes.classifier import CodebookClassifier, theme_indicator
from cio_topics.themes.crosswalk import cross_themes
from cio_topics.themes.evaluation import coder_agreement, evaluate_codebook, theme_scores
from cio_topics.themes.table import SOURCES, theme_table

__all__ = [
    "SOURCES",
    "CodebookClassifier",
    "coder_agreement",
    "cross_themes",
    "evaluate_codebook",
    "theme_indicator",
    "theme_scores",
    "theme_table",
]
