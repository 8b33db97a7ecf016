"""The grammar of terms: which tokens make one word, and which words one compound.

A text falls into *phrases*: runs of nouns and affixes, and numbers with their counters. They are
found by a regular expression over classes of tokens (Justeson and Katz 1995). What a phrase means
depends on its tokens alone, so equal phrases need to be read only once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cio_topics.tokens.columns import Batch
from cio_topics.tokens.schemes import TokenType
from cio_topics.tokens.token import Token

__all__ = [
    "Phrases",
    "attach_suffixes",
    "drop_counters",
    "join_compound",
    "joins",
    "mark_adjectives",
    "read_phrase",
]

_HEADS = ("名詞", "接頭辞", "形状詞", "接尾辞")
# 第 announces a number, 等 closes a list: neither belongs to a compound.
_BREAKING = frozenset({"第", "等", "など"})
_TRIMMED_END = frozenset({"的", "内", "中", "間", "別", "毎", "ら", "下"})
_TRIMMED_START = frozenset({"各", "同", "当該", "本", "両"})
_KATAKANA = re.compile(r"[ァ-ヺー]+")


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
        after_number = bool(marked) and marked[-1].pos1 == "数" and marked[-1].end == token.start
        is_number = _is_number(token) or (after_number and _is_counter(token))
        marked.append(token._replace(pos1="数") if is_number else token)
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
            and joins(before)
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


def join_compound(run: Sequence[Token], stop_words: frozenset[str]) -> list[Token]:
    """Join a run of nouns and affixes to one compound.

    Prefixes such as 各, suffixes such as 別 and stop words at its ends are left out of it.

    Parameters
    ----------
    run : sequence of Token
        In the order of the text.
    stop_words : frozenset of str

    Returns
    -------
    list of Token
        What was left out, and the compound with its `parts` if two or more tokens are left.
    """
    first, last = 0, len(run)
    while first < last and _is_any(run[first], _TRIMMED_START | stop_words):
        first += 1
    while last > first and _is_any(run[last - 1], _TRIMMED_END | stop_words):
        last -= 1
    inner = tuple(run[first:last])
    if len(inner) < 2:
        return list(run)
    gaps = [" " * (b.start - a.end) for a, b in pairwise(inner)]
    surface = "".join(t.surface + gap for t, gap in zip(inner, [*gaps, ""], strict=True))
    written = "".join(t.surface for t in inner)
    display = "".join(t.display if t.source == "lexicon" else t.surface for t in inner)
    start, end = inner[0].start, inner[-1].end
    whole = Token(surface, written, display, "名詞", "複合", "", start, end, inner, "compound")
    return [*run[:first], whole, *run[last:]]


def _is_any(token: Token, words: frozenset[str]) -> bool:
    return token.surface in words or token.display in words


def read_phrase(tokens: Sequence[Token], stop_words: frozenset[str] | None) -> list[Token]:
    """Return the words of one phrase; as compounds unless `stop_words` is None."""
    units = attach_suffixes(drop_counters(mark_adjectives(tokens)))
    if stop_words is None or not units or not joins(units[0]):
        return units
    last = len(units) - (units[-1].surface == "な" and not joins(units[-1]))
    return [*join_compound(units[:last], stop_words), *units[last:]]


def _is_number(token: Token | TokenType) -> bool:
    return token.pos2 == "数詞"


def _is_counter(token: Token | TokenType) -> bool:
    counts = token.pos1 == "接尾辞" or token.pos3 in ("助数詞", "助数詞可能")
    return counts and token.surface not in _BREAKING


def joins(token: Token | TokenType) -> bool:
    """Tell whether a token can be part of a compound."""
    return token.pos1 in _HEADS and token.pos2 != "助動詞語幹" and token.surface not in _BREAKING


# Properties of a token, one bit each.
_PROPERTIES: dict[str, Callable[[TokenType], bool]] = {
    "number": _is_number,
    "counter": _is_counter,
    "head": lambda t: joins(t) and not _is_number(t),
    "na": lambda t: t.surface == "な",
    "spaced": lambda t: bool(t.space),
    "one_space": lambda t: t.space == " ",
    "dot": lambda t: t.surface == "・",
    "long_vowel": lambda t: t.surface == "ー",
    "katakana": lambda t: bool(_KATAKANA.fullmatch(t.surface)),
    "latin": lambda t: t.surface[-1:].isascii() and t.surface[-1:].isalpha(),
    "proper": lambda t: t.pos2 == "固有名詞",
}
_BIT = {name: 1 << place for place, name in enumerate((*_PROPERTIES, "alone", "first"))}
_BASE = 0x4E00  # classes as letters without a meaning of their own in regular expressions


def _letters(*has: str, no: tuple[str, ...] = ()) -> str:
    """Return the classes with and without some properties, as a set of letters."""
    wanted, unwanted = (sum(_BIT[name] for name in names) for names in (has, no))
    classes = np.arange(1 << len(_BIT))
    chosen = classes[(classes & wanted == wanted) & (classes & unwanted == 0)]
    return "[" + "".join(map(chr, (chosen + _BASE).tolist())) + "]"


@lru_cache(maxsize=1)
def _phrase() -> re.Pattern[str]:
    away = ("spaced", "first")
    katakana = f"(?<={_letters('head', 'katakana')})"
    run = "|".join(
        [
            _letters("head", no=away),
            # ・ joins the parts of a name in katakana: アクション・プラン.
            katakana + _letters("dot", no=away) + f"(?={_letters('head', 'katakana', no=away)})",
            katakana + _letters("long_vowel", no=("head", *away)),
            # The space in e-Japan 重点計画 is the printer's; before a name it is not (CIO 山田).
            f"(?<={_letters('head', 'latin')})"
            + _letters("head", "one_space", no=("first", "proper")),
        ]
    )
    number = f"{_letters('number')}{_letters('counter', no=('number', *away))}*"
    return re.compile(
        f"{number}|{_letters('head')}(?:{run})*{_letters('na', no=away)}?|{_letters('alone')}"
    )


class Phrases:
    """Finds the phrases of a batch and reads each kind of phrase once.

    Parameters
    ----------
    types : list of TokenType
        Grows as the vocabulary grows.
    pos : tuple of str
        Parts of speech that are terms outside phrases as well.
    read : callable
        Tokens of a phrase → what is wanted of it.
    """

    def __init__(
        self,
        types: list[TokenType],
        pos: tuple[str, ...],
        read: Callable[[list[Token]], tuple[str, ...]],
    ) -> None:
        self._types = types
        self._pos = pos
        self._read = read
        self._classes = np.zeros(0, dtype=np.uint32)
        self._known: dict[bytes, tuple[str, ...]] = {}

    def places(self, batch: Batch) -> Iterator[tuple[int, int]]:
        """Yield where phrases start and end in the columns of a batch."""
        new = [self._class(row) for row in self._types[len(self._classes) :]]
        self._classes = np.concatenate([self._classes, np.array(new, dtype=np.uint32)])
        classes = self._classes[batch.codes]
        firsts = batch.indptr[:-1][np.diff(batch.indptr) > 0]
        classes[firsts] |= _BIT["first"]
        letters = (classes + _BASE).astype("<u4").tobytes().decode("utf-32-le")
        return (match.span() for match in _phrase().finditer(letters))

    def _class(self, row: TokenType) -> int:
        bits = sum(_BIT[name] for name, test in _PROPERTIES.items() if test(row))
        alone = row.pos1 in self._pos and not bits & _BIT["head"]
        return bits | (_BIT["alone"] if alone else 0)

    def read(self, batch: Batch) -> tuple[list[str], NDArray[np.int64]]:
        """Return what is wanted of all phrases, and how much of it every text has."""
        if len(self._known) > KNOWN:
            self._known.clear()
        known = self._known
        raw, width = batch.codes.tobytes(), batch.codes.itemsize
        found: list[str] = []
        starts: list[int] = []
        counts: list[int] = []
        for start, end in self.places(batch):
            key = raw[start * width : end * width]
            words = known.get(key)
            if words is None:
                origin = int(batch.starts[start])
                tokens = [batch.token(place, origin) for place in range(start, end)]
                words = known[key] = self._read(tokens)
            if words:
                found += words
                starts.append(start)
                counts.append(len(words))
        rows = np.searchsorted(batch.indptr, np.array(starts, dtype=np.int64), "right") - 1
        n_texts = len(batch.indptr) - 1
        return found, np.bincount(rows, weights=counts, minlength=n_texts).astype(np.int64)


#: Phrases that are remembered.
KNOWN = 1 << 18
