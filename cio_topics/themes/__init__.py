"""Themes of items: classifiers, the theme table, evaluation and agreement.

Names are imported when they are first used, so that a saved classifier opens without scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cio_topics.labels.agreement import coder_agreement
    from cio_topics.themes.calibrated import CalibratedThemes
    from cio_topics.themes.classifier import CodebookClassifier, theme_indicator
    from cio_topics.themes.crosswalk import cross_themes
    from cio_topics.themes.evaluate import Evaluation, evaluate_themes
    from cio_topics.themes.evaluation import evaluate_codebook, theme_scores
    from cio_topics.themes.explain import explain_themes
    from cio_topics.themes.linear import LinearThemes
    from cio_topics.themes.make import CLASSIFIERS, make_theme_classifier
    from cio_topics.themes.model import ThemeModel
    from cio_topics.themes.novelty import candidate_themes
    from cio_topics.themes.store import read_classifier, write_classifier
    from cio_topics.themes.table import SOURCES, theme_table
    from cio_topics.themes.train import train_classifier

_HOMES = {
    "calibrated": ("CalibratedThemes",),
    "classifier": ("CodebookClassifier", "theme_indicator"),
    "crosswalk": ("cross_themes",),
    "evaluate": ("Evaluation", "evaluate_themes"),
    "explain": ("explain_themes",),
    "evaluation": ("coder_agreement", "evaluate_codebook", "theme_scores"),
    "linear": ("LinearThemes",),
    "make": ("CLASSIFIERS", "make_theme_classifier"),
    "model": ("ThemeModel",),
    "novelty": ("candidate_themes",),
    "store": ("read_classifier", "write_classifier"),
    "table": ("SOURCES", "theme_table"),
    "train": ("train_classifier",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "CLASSIFIERS",
    "SOURCES",
    "CalibratedThemes",
    "CodebookClassifier",
    "Evaluation",
    "LinearThemes",
    "ThemeModel",
    "candidate_themes",
    "coder_agreement",
    "cross_themes",
    "evaluate_codebook",
    "evaluate_themes",
    "explain_themes",
    "make_theme_classifier",
    "read_classifier",
    "theme_indicator",
    "theme_scores",
    "theme_table",
    "train_classifier",
    "write_classifier",
]


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'cio_topics.themes' has no attribute {name!r}")
    return getattr(import_module(f"cio_topics.themes.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
