"""Why a word of a title is a term, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cio_topics.text import TitleParts, normalize, split_title
from cio_topics.tokens.grammar import joins
from cio_topics.tokens.token import Token
from cio_topics.tokens.tokenizer import Rules, Tokenizer

__all__ = ["PARTS_OF_SPEECH", "SOURCES", "Explained", "explain"]

#: UniDic's parts of speech, first level, in English; 数 are numbers with their counters.
PARTS_OF_SPEECH = {
    "名詞": "noun",
    "数": "number",
    "代名詞": "pronoun",
    "形状詞": "adjectival noun",
    "連体詞": "adnominal",
    "副詞": "adverb",
    "接続詞": "conjunction",
    "感動詞": "interjection",
    "動詞": "verb",
    "形容詞": "adjective",
    "助動詞": "auxiliary verb",
    "助詞": "particle",
    "接頭辞": "prefix",
    "接尾辞": "suffix",
    "記号": "symbol",
    "補助記号": "punctuation",
    "空白": "white space",
}

#: What made a token, in Japanese.
SOURCES = {
    "dictionary": "辞書",
    "unknown": "未知語",
    "lexicon": "用語集",
    "latin": "英字",
    "compound": "複合語",
}
_PUNCTUATION = ("記号", "補助記号", "空白")
_QUOTES = "「」『』"
_MARK = re.compile(r"[(\[][^)\]]*[)\]]")


class Explained(NamedTuple):
    """A unit or a compound of a title, and what the tokenizer makes of it.

    `surface` is ``normalize(title)[start:end]``. `display`, `lemma`, `pos1` and `source` are those
    of :class:`~cio_topics.tokens.Token`; `pos1_en` is the part of speech in English. `compound` is
    the surface of the compound that a unit is part of, empty elsewhere. `term` is the term as the
    tokenizer gives it; where it is empty, `reason` and `reason_ja` say why.
    """

    start: int
    end: int
    surface: str
    display: str
    lemma: str
    pos1: str
    pos1_en: str
    source: str
    compound: str
    term: str
    reason: str
    reason_ja: str


class _Reason(NamedTuple):
    en: str
    ja: str


_ENDING = _Reason("ending such as について", "「について」などの文末")
_QUOTE = _Reason("quotation mark around the title", "題名全体を囲む括弧")
_COMPOUND = _Reason("compound (compounds: short)", "複合語(compounds: short)")
_PART = _Reason("part of a compound (compounds: long)", "複合語の一部(compounds: long)")
_NUMBER = _Reason("number", "数")
_COUNTER = _Reason("counter after a number", "数の後の助数詞")
_ADJECTIVE = _Reason("adjective before な", "「な」の前の形容動詞")
_SYMBOL = _Reason("punctuation or symbol", "記号")
_OTHER_POS = _Reason("part of speech not wanted", "対象外の品詞")
_STOP_WORD = _Reason("stop word", "不要語")


def explain(text: str, tokenizer: Tokenizer) -> list[Explained]:
    """Return every unit and compound of a title with the reason why it is a term or none.

    Parameters
    ----------
    text : str
        Normalized here if it is not yet.
    tokenizer : Tokenizer

    Returns
    -------
    list of Explained
        The whole title in order, label, marks and endings included; white space is no unit. Numbers
        and what is cut off come in units; elsewhere a compound stands before its units, also where
        ``compounds="short"`` does not count it. The terms that are not empty are
        ``tokenizer(text)``, in its order. ``pandas.DataFrame`` makes a table of it.

    Raises
    ------
    SettingsError
        A setting of the tokenizer is not allowed.

    Examples
    --------
    >>> for row in explain("資料1 各業務の最適化(案)", Tokenizer(compounds="long")):
    ...     print(row.surface, row.term or row.reason)
    資料 label 資料1
    1 label 資料1
    各 part of speech not wanted
    業務 業務
    の part of speech not wanted
    最適化 最適化
    ( mark 案
    案 mark 案
    ) mark 案
    >>> [row.surface for row in explain("電子政府計画", Tokenizer()) if row.compound]
    ['電子政府', '計画']
    >>> explain("電子政府", Tokenizer(form="reading"))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: form is 'reading'; expected one of: surface, lemma, display.
    """
    rules = tokenizer.rules()
    joined = Tokenizer(**(tokenizer.get_params() | {"compounds": "both"}))
    whole = TitleParts("", normalize(text), "", "", ())
    title = split_title(text) if tokenizer.core_only else whole
    pieces = (title.head, title.core, title.tail)
    origins = (0, len(title.head), len(title.head) + len(title.core))
    head, core, tail = (
        [_moved(token, origin + len(piece) - len(piece.lstrip())) for token in tokens]
        for piece, origin, tokens in zip(pieces, origins, joined.stream(pieces), strict=True)
    )
    return [
        *(_row(unit, "", rules, _head_reason(unit, title)) for unit in _units(head)),
        *_core_rows(core, rules),
        *(_row(unit, "", rules, _tail_reason(unit, title, origins[2])) for unit in _units(tail)),
    ]


def _moved(token: Token, step: int) -> Token:
    parts = tuple(_moved(part, step) for part in token.parts)
    return token._replace(start=token.start + step, end=token.end + step, parts=parts)


def _units(words: Sequence[Token]) -> list[Token]:
    return [unit for word in words for unit in word.parts or (word,)]


def _row(word: Token, compound: str, rules: Rules, reason: _Reason | None) -> Explained:
    return Explained(
        *(word.start, word.end, word.surface, word.display, word.lemma),
        *(word.pos1, PARTS_OF_SPEECH.get(word.pos1, ""), word.source, compound),
        "" if reason else getattr(word, rules.form),
        *(reason or _Reason("", "")),
    )


def _head_reason(unit: Token, title: TitleParts) -> _Reason:
    if not unit.surface.strip(_QUOTES):
        return _QUOTE
    return _Reason(f"label {title.label}", f"資料番号「{title.label}」")


def _tail_reason(unit: Token, title: TitleParts, origin: int) -> _Reason:
    if not unit.surface.strip(_QUOTES):
        return _QUOTE
    for mark, place in zip(title.marks, _MARK.finditer(title.tail), strict=True):
        if place.start() <= unit.start - origin < place.end():
            return _Reason(f"mark {mark}", f"表記「{mark}」")
    return _ENDING


def _core_rows(words: Sequence[Token], rules: Rules) -> Iterator[Explained]:
    """Yield the rows of the part of a title that gives terms."""
    trimmed = {} if rules.compounds == "short" else _trimmed(words)
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else None
        reason = _why_none(word, after, rules)
        if word.parts:
            yield _row(word, "", rules, _COMPOUND if rules.compounds == "short" else reason)
            for part, following in zip(word.parts, [*word.parts[1:], after], strict=True):
                long = rules.compounds == "long"
                why = _PART if long else _why_none(part, following, rules)
                yield _row(part, word.surface, rules, why)
        else:
            if reason and place in trimmed:
                reason = _Reason(
                    f"{reason.en}; cut off the compound {trimmed[place]}",
                    f"{reason.ja}、複合語「{trimmed[place]}」の端から除外",
                )
            yield _row(word, "", rules, reason)


def _trimmed(words: Sequence[Token]) -> dict[int, str]:
    """Return the places of words that were left out at an end of a compound, and its surface."""
    found: dict[int, str] = {}
    for place, word in enumerate(words):
        for step in (-1, 1) if word.parts else ():
            at = place + step
            while 0 <= at < len(words) and joins(words[at]) and _touch(words[at], words[at - step]):
                found[at] = word.surface
                at += step
    return found


def _touch(one: Token, other: Token) -> bool:
    return one.end == other.start or other.end == one.start


def _why_none(word: Token, after: Token | None, rules: Rules) -> _Reason | None:
    """Return why a word is no term by itself; None if it is one."""
    if rules.is_term(word):
        return None
    if word.pos1 not in rules.pos:
        return _why_not_pos(word, after)
    reasons = []
    if {word.surface, word.display} & rules.stop_words:
        reasons.append(_STOP_WORD)
    if len(word.surface) < rules.min_length:
        n = rules.min_length
        reasons.append(_Reason(f"shorter than {n} characters", f"{n}文字未満"))
    return _Reason("; ".join(r.en for r in reasons), "、".join(r.ja for r in reasons))


def _why_not_pos(word: Token, after: Token | None) -> _Reason:
    if word.pos1 == "数":
        return _NUMBER if word.pos2 == "数詞" else _COUNTER
    if word.pos1 == "形状詞" and after and after.surface == "な" and _touch(word, after):
        return _ADJECTIVE
    return _SYMBOL if word.pos1 in _PUNCTUATION else _OTHER_POS
