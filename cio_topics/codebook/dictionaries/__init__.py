"""Dictionaries of other programs ↔ codebooks, with a list of what could not go over."""

from cio_topics.codebook.dictionaries.quanteda import read_quanteda, write_quanteda
from cio_topics.codebook.dictionaries.yoshikoder import read_yoshikoder, write_yoshikoder

__all__ = ["read_quanteda", "read_yoshikoder", "write_quanteda", "write_yoshikoder"]
