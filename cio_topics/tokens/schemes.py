"""Features of a dictionary → lemma, display form and UniDic's parts of speech."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["TokenType", "read_features"]


class TokenType(NamedTuple):
    """What tokens of one type share; `space` is the white space before them."""

    surface: str
    lemma: str
    display: str
    pos1: str
    pos2: str
    pos3: str
    source: str
    space: str


_Read = Callable[[str, str], tuple[str, str, str, str, str, str]]

# UniDic's feature columns: pos1, pos2, pos3, …, lemma, orth, pron, orthBase.
_LEMMA, _ORTH_BASE = 7, 10


def _split(features: str) -> list[str]:
    return next(csv.reader([features])) if '"' in features else features.split(",")


def _unidic(surface: str, features: str) -> tuple[str, str, str, str, str, str]:
    values = _split(features)
    pos1, pos2, pos3 = values[:3]
    if len(values) <= _ORTH_BASE:
        return surface, surface, pos1, pos2, pos3, "unknown"
    lemma, display = (
        values[place] if values[place] not in ("", "*") else surface
        for place in (_LEMMA, _ORTH_BASE)
    )
    return lemma, display, pos1, pos2, pos3, "dictionary"


# IPADIC's (pos1, pos2, pos3) → UniDic's; the most specific entry counts.
_FROM_IPADIC = {
    ("名詞",): ("名詞", "普通名詞", "一般"),
    ("名詞", "サ変接続"): ("名詞", "普通名詞", "サ変可能"),
    ("名詞", "形容動詞語幹"): ("名詞", "普通名詞", "形状詞可能"),
    ("名詞", "副詞可能"): ("名詞", "普通名詞", "副詞可能"),
    ("名詞", "数"): ("名詞", "数詞", "*"),
    ("名詞", "代名詞"): ("代名詞", "*", "*"),
    ("名詞", "非自立", "助動詞語幹"): ("形状詞", "助動詞語幹", "*"),
    ("名詞", "特殊", "助動詞語幹"): ("形状詞", "助動詞語幹", "*"),
    ("名詞", "接尾"): ("接尾辞", "名詞的", "一般"),
    ("名詞", "接尾", "助数詞"): ("接尾辞", "名詞的", "助数詞"),
    ("名詞", "接尾", "サ変接続"): ("接尾辞", "名詞的", "サ変可能"),
    ("名詞", "接尾", "形容動詞語幹"): ("接尾辞", "形状詞的", "*"),
    ("名詞", "接尾", "助動詞語幹"): ("形状詞", "助動詞語幹", "*"),
    ("接頭詞",): ("接頭辞", "*", "*"),
    ("記号",): ("補助記号", "一般", "*"),
    ("フィラー",): ("感動詞", "フィラー", "*"),
}
_LETTER = re.compile(r"\w")
_DIGITS = re.compile(r"[0-9]+")


def _ipadic(surface: str, features: str) -> tuple[str, str, str, str, str, str]:
    values = _split(features)
    known = len(values) >= 9
    display = values[6] if known and values[6] not in ("", "*") else surface
    source = "dictionary" if known else "unknown"
    # Unknown marks are nouns to IPADIC (名詞,サ変接続).
    if not _LETTER.search(surface):
        return display, display, "補助記号", "一般", "*", source
    # Unknown words of digits alone are numbers, as 一 or 二 are.
    if _DIGITS.fullmatch(surface):
        return display, display, "名詞", "数詞", "*", source
    pos = tuple(values[:3])
    if pos[:2] == ("名詞", "固有名詞"):
        return display, display, "名詞", "固有名詞", pos[2], source
    for length in (3, 2, 1):
        if pos[:length] in _FROM_IPADIC:
            return display, display, *_FROM_IPADIC[pos[:length]], source
    return display, display, pos[0], pos[1], pos[2], source


def _sudachi(surface: str, features: str) -> tuple[str, str, str, str, str, str]:
    values, lemma, display = features.split("\t")
    pos1, pos2, pos3, unknown = values.split(",")
    return lemma, display, pos1, pos2, pos3, "unknown" if unknown == "True" else "dictionary"


_READ: dict[str, _Read] = {"unidic": _unidic, "ipadic": _ipadic, "sudachi": _sudachi}


def read_features(surface: str, space: str, features: str, scheme: str) -> TokenType:
    """Return the type that an analyzer's features stand for."""
    lemma, display, pos1, pos2, pos3, source = _READ[scheme](surface, features)
    return TokenType(surface, lemma, display, pos1, pos2, pos3, source, space)
