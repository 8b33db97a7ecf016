"""User dictionaries of MeCab, made from a lexicon."""

from __future__ import annotations

from cio_topics.tokens.dictionaries import Dictionary

__all__ = ["check_user_dictionary"]


def check_user_dictionary(path: str, dictionary: Dictionary) -> None:
    """Raise an error if a user dictionary is missing or was built for another dictionary."""
