"""One token, and one type of token."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Token"]


class Token(NamedTuple):
    """One token, copied out of the analyzer: plain strings and its place in the normalized text.

    `surface` is ``normalize(text)[start:end]``. `display` is what the token is shown as: the
    dictionary form as written (進め → 進める), for a variant of the lexicon the preferred form
    (個人番号 → マイナンバー). `lemma` is the dictionary's lemma, which may be a reading or carry a
    foreign word, and equals the surface of unknown words. Parts of speech are UniDic's, whatever
    the dictionary. `source` says what made the token: ``dictionary``, ``unknown`` (to the
    dictionary), ``lexicon``, ``latin`` (an ASCII word) or ``compound``; `parts` holds the tokens
    of a compound.
    """

    surface: str
    lemma: str
    display: str
    pos1: str
    pos2: str
    pos3: str
    start: int
    end: int
    parts: tuple[Token, ...] = ()
    source: str = "dictionary"
