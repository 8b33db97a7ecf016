"""Terms: which spans are never split, and which tokens make one compound.

The room knows words and parts of speech, not MeCab.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from cio_topics.data import embedded_text
from cio_topics.text import normalize

__all__ = [
    "Token",
    "attach_suffixes",
    "default_kept_terms",
    "default_stop_words",
    "drop_counters",
    "join_compounds",
    "kept_spans",
    "mark_adjectives",
]


class Token(NamedTuple):
    """One token, copied out of MeCab: plain strings and its place in the normalized text.

    `display` is the dictionary form as it is written (進め → 進める); `lemma` is UniDic's lemma,
    which may be a reading or carry a foreign word, and equals the surface of unknown words.
    `parts` holds the tokens of a compound.
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


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, list[str]]:
    return tomllib.loads(embedded_text("lexicon.toml"))


def default_kept_terms() -> tuple[str, ...]:
    """Return the terms of the embedded lexicon that are never split.

    Examples
    --------
    >>> "マイナンバー" in default_kept_terms()
    True
    """
    return tuple(_lexicon()["kept_terms"])


def default_stop_words() -> tuple[str, ...]:
    """Return the words of the embedded lexicon that are no terms by themselves."""
    return tuple(_lexicon()["stop_words"])


# An ASCII word, with inner hyphens (e-Japan), is one term. One digit belongs to it (5G, IPv6,
# Web3); more are a year or a number (e-Japan2002).
_LATIN = r"(?:(?<![0-9])[0-9])?[A-Za-z]+(?:-[A-Za-z]+)*(?:[0-9](?![0-9]))?"


@lru_cache(maxsize=16)
def _kept_pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted({normalize(term) for term in terms} - {""}, key=lambda t: (-len(t), t))
    alternatives = []
    for term in longest_first:
        before = r"(?<![A-Za-z0-9])" if term[0].isascii() and term[0].isalnum() else ""
        after = r"(?![A-Za-z0-9])" if term[-1].isascii() and term[-1].isalnum() else ""
        alternatives.append(before + re.escape(term) + after)
    return re.compile("|".join([*alternatives, _LATIN]))


def kept_spans(text: str, terms: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text` that must stay whole: listed terms and ASCII words.

    The longest term at each place wins; spans do not overlap.

    Examples
    --------
    >>> list(kept_spans("e-Japan戦略とマイナンバー", ("マイナンバー",)))
    [(0, 7), (10, 16)]
    """
    return (match.span() for match in _kept_pattern(terms).finditer(text))


_HEADS = ("名詞", "接頭辞", "形状詞", "接尾辞")
# 第 announces a number, 等 closes a list: neither belongs to a compound.
_BREAKING = frozenset({"第", "等", "など"})
_TRIMMED_END = frozenset({"的", "内", "中", "間", "別", "毎", "ら", "下"})
_TRIMMED_START = frozenset({"各", "同", "当該", "本", "両"})


def mark_adjectives(tokens: Sequence[Token]) -> list[Token]:
    """Mark nouns that are adjectives before な (オープンな環境, 必要な知識) as such: no terms."""
    following = [*tokens[1:], None][: len(tokens)]
    return [
        token._replace(pos1="形状詞")
        if after is not None
        and after.surface == "な"
        and after.start == token.end
        and "形状詞可能" in token.pos3
        else token
        for token, after in zip(tokens, following, strict=True)
    ]


def drop_counters(tokens: Sequence[Token]) -> list[Token]:
    """Mark numbers and the counters after them (第2回, 72分野 keeps 分野) as no part of a term.

    They stay in the list with part of speech ``数``, so that offsets stay whole.
    """
    marked: list[Token] = []
    for token in tokens:
        number = token.pos2 == "数詞"
        after_number = bool(marked) and marked[-1].pos1 == "数" and marked[-1].end == token.start
        counter = token.pos1 == "接尾辞" or token.pos3 in ("助数詞", "助数詞可能")
        is_counter = after_number and counter and token.surface not in _BREAKING
        marked.append(token._replace(pos1="数") if number or is_counter else token)
    return marked


def attach_suffixes(tokens: Sequence[Token]) -> list[Token]:
    """Join a noun and the suffixes that follow it: 責任者, 情報化, 委員会.

    With 的 the word is no noun any more (形状詞).
    """
    joined: list[Token] = []
    for token in tokens:
        before = joined[-1] if joined else None
        if (
            before is not None
            and token.pos1 == "接尾辞"
            and token.surface not in _BREAKING | _TRIMMED_END - {"的"}
            and before.pos1 in ("名詞", "形状詞")
            and before.end == token.start
        ):
            joined[-1] = before._replace(
                surface=before.surface + token.surface,
                lemma=before.lemma + token.surface,
                display=before.display + token.surface,
                pos1="形状詞" if token.pos2 == "形状詞的" else "名詞",
                pos2="普通名詞",
                end=token.end,
            )
        else:
            joined.append(token)
    return joined


def _joins(token: Token) -> bool:
    return token.pos1 in _HEADS and token.pos2 != "助動詞語幹" and token.surface not in _BREAKING


def join_compounds(tokens: Sequence[Token], stop_words: frozenset[str]) -> list[Token]:
    """Join maximal runs of adjacent nouns, prefixes and suffixes to compounds.

    A run ends at a number, a space, a mark, a particle or 等. Prefixes such as 各, suffixes such as
    別 and stop words at its ends are left out of the compound.

    Parameters
    ----------
    tokens : sequence of Token
        In the order of the text.
    stop_words : frozenset of str

    Returns
    -------
    list of Token
        Compounds with their `parts`, and all other tokens, in the order of the text.
    """
    joined: list[Token] = []
    run: list[Token] = []
    for token in tokens:
        if run and (not _joins(token) or token.start != run[-1].end):
            joined += _close(run, stop_words)
            run = []
        if _joins(token):
            run.append(token)
        else:
            joined.append(token)
    return joined + _close(run, stop_words)


def _close(run: list[Token], stop_words: frozenset[str]) -> list[Token]:
    first, last = 0, len(run)
    while first < last and run[first].surface in _TRIMMED_START | stop_words:
        first += 1
    while last > first and run[last - 1].surface in _TRIMMED_END | stop_words:
        last -= 1
    inner = run[first:last]
    if len(inner) < 2:
        return run
    surface = "".join(token.surface for token in inner)
    whole = Token(
        surface, surface, surface, "名詞", "複合", "", inner[0].start, inner[-1].end, tuple(inner)
    )
    return [*run[:first], whole, *run[last:]]
