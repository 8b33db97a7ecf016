"""The codebook: themes people defined, and rules that give them to titles."""

from cio_topics.codebook.crosswalk import FITS, Crosswalk, Link, read_crosswalk
from cio_topics.codebook.dictionaries import (
    read_quanteda,
    read_yoshikoder,
    write_quanteda,
    write_yoshikoder,
)
from cio_topics.codebook.match import Hit, match_items
from cio_topics.codebook.model import Codebook, Near, Rule, Theme
from cio_topics.codebook.read import parse_codebook, read_codebook
from cio_topics.codebook.write import codebook_toml

__all__ = [
    "FITS",
    "Codebook",
    "Crosswalk",
    "Hit",
    "Link",
    "Near",
    "Rule",
    "Theme",
    "codebook_toml",
    "match_items",
    "parse_codebook",
    "read_codebook",
    "read_crosswalk",
    "read_quanteda",
    "read_yoshikoder",
    "write_quanteda",
    "write_yoshikoder",
]
