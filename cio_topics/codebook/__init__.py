"""The codebook: themes people defined, and rules that give them to titles."""

from cio_topics.codebook.crosswalk import FITS, Crosswalk, Link, read_crosswalk
from cio_topics.codebook.match import Hit, match_items
from cio_topics.codebook.model import Codebook, Near, Rule, Theme
from cio_topics.codebook.read import read_codebook

__all__ = [
    "FITS",
    "Codebook",
    "Crosswalk",
    "Hit",
    "Link",
    "Near",
    "Rule",
    "Theme",
    "match_items",
    "read_codebook",
    "read_crosswalk",
]
