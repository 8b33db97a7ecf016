"""Models of themes: what an administration, a format or a year goes with, all at once."""

from cio_topics.tracking.regression.formula import FUNCTIONS, Formula, parse_formula
from cio_topics.tracking.regression.margins import ADJUSTMENTS
from cio_topics.tracking.regression.model import METHODS, Regression, theme_model

__all__ = [
    "ADJUSTMENTS",
    "FUNCTIONS",
    "METHODS",
    "Formula",
    "Regression",
    "parse_formula",
    "theme_model",
]
