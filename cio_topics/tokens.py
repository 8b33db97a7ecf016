"""Japanese text → tokens and terms. The only room that knows MeCab."""

from __future__ import annotations

import csv
import os
import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from sklearn.base import BaseEstimator

from cio_topics.errors import MissingPartError, SettingsError, choices, shorten
from cio_topics.terms import (
    Token,
    attach_suffixes,
    default_kept_terms,
    default_stop_words,
    drop_counters,
    join_compounds,
    kept_spans,
    mark_adjectives,
)
from cio_topics.text import normalize, split_title

if TYPE_CHECKING:
    from fugashi import GenericTagger

__all__ = ["Tokenizer", "dictionary_version"]

_FORMS = ("surface", "lemma", "display")
_COMPOUNDS = ("long", "short", "both")
_POS = (
    "名詞",
    "動詞",
    "形容詞",
    "形状詞",
    "副詞",
    "接頭辞",
    "接尾辞",
    "連体詞",
    "感動詞",
    "代名詞",
)
# UniDic feature columns: pos1, pos2, pos3, …, lemma, orth, pron, orthBase.
_POS1, _POS2, _POS3, _LEMMA, _ORTH_BASE = 0, 1, 2, 7, 10

_KANJI = re.compile(r"[\u3400-\u9fff々]+")
_local = threading.local()


def _tagger() -> GenericTagger:
    """Return the tagger of this process and thread, opened once."""
    owner = os.getpid()
    if getattr(_local, "owner", None) != owner:
        _local.tagger = _open_tagger()
        _local.owner = owner
    return _local.tagger


def _open_tagger() -> GenericTagger:
    try:
        import fugashi
        import unidic_lite
    except ImportError as error:
        raise MissingPartError(
            f"the tokenizer's dictionary is not installed: {error}.",
            'Run: python -m pip install "fugashi" "unidic-lite".',
            '次を実行してください: python -m pip install "fugashi" "unidic-lite"',
        ) from error
    folder = unidic_lite.DICDIR
    resource = os.path.join(folder, "mecabrc")  # noqa: PTH118 - goes into a command line
    return fugashi.GenericTagger(f'-r "{resource}" -d "{folder}"')


def dictionary_version() -> str:
    """Return the name and version of the dictionary in use.

    Examples
    --------
    >>> dictionary_version()
    'unidic-lite 1.0.8'
    """
    from importlib.metadata import version

    return f"unidic-lite {version('unidic-lite')}"


def _features(raw: str) -> Sequence[str]:
    return next(csv.reader([raw])) if '"' in raw else raw.split(",")


def _token(surface: str, raw: str, start: int) -> Token:
    """Copy one MeCab node; its features are gone once the tagger parses another text."""
    features = _features(raw)
    known = len(features) > _ORTH_BASE
    lemma = features[_LEMMA] if known and features[_LEMMA] not in ("", "*") else surface
    display = features[_ORTH_BASE] if known and features[_ORTH_BASE] not in ("", "*") else surface
    pos1, pos2, pos3 = features[_POS1], features[_POS2], features[_POS3]
    return Token(surface, lemma, display, pos1, pos2, pos3, start, start + len(surface))


def _parse(text: str, offset: int) -> list[Token]:
    """Tokenize one piece; MeCab drops white space, so places are found again in the text."""
    tokens = []
    at = 0
    for node in _tagger().parseToNodeList(text):
        surface = node.surface
        at = text.index(surface, at)
        tokens.append(_token(surface, node.feature_raw, offset + at))
        at += len(surface)
    return tokens


def _whole(text: str, start: int, end: int) -> Token:
    surface = text[start:end]
    return Token(surface, surface, surface, "名詞", "普通名詞", "一般", start, end)


def _parse_keeping(text: str, spans: Sequence[tuple[int, int]]) -> list[Token]:
    """Tokenize `text` so that every span is one token.

    MeCab sees the whole text where its own boundaries allow it; otherwise the text is cut at the
    spans. A span of kanji alone that MeCab's boundaries cross is no word (法案 in 方法案) and is
    left to MeCab.
    """
    tokens = _parse(text, 0)
    starts = {token.start: place for place, token in enumerate(tokens)}
    ends = {token.end: place for place, token in enumerate(tokens)}
    spans = [
        (start, end)
        for start, end in spans
        if (start in starts and end in ends) or not _KANJI.fullmatch(text, start, end)
    ]
    if all(start in starts and end in ends for start, end in spans):
        for start, end in reversed(spans):
            tokens[starts[start] : ends[end] + 1] = [_whole(text, start, end)]
        return tokens
    tokens, done = [], 0
    for start, end in spans:
        tokens += [*_parse(text[done:start], done), _whole(text, start, end)]
        done = end
    return tokens + _parse(text[done:], done)


class Tokenizer(BaseEstimator):  # type: ignore[misc]
    """Japanese titles → terms, as a callable for scikit-learn's text vectorizers.

    Carries its settings only: it can be cloned, pickled and shared between threads and processes;
    each opens its own MeCab once.

    Parameters
    ----------
    compounds : {"both", "long", "short"}, default "both"
        Consecutive nouns and affixes as one term (``long``: 電子政府構築計画), in the dictionary's
        units (``short``: 電子政府, 構築, 計画), or both.
    pos : tuple of str, default ("名詞",)
        Parts of speech (UniDic, first level) that are terms.
    form : {"display", "surface", "lemma"}, default "display"
        What a term looks like: dictionary form as written, as printed, or UniDic's lemma.
    stop_words : tuple of str, optional
        Terms left out; the embedded list if None.
    kept_terms : tuple of str, optional
        Terms that are never split; the embedded list if None. ASCII words stay whole as well.
    min_length : int, default 2
        Least number of characters of a term, compounds' parts included.
    core_only : bool, default True
        Tokenize the core of a title only (see :func:`cio_topics.text.split_title`), so that
        資料1-1, (案) and について give no terms.

    Examples
    --------
    >>> Tokenizer(compounds="long")("「マイナンバー制度及び電子政府構築計画」(案)について")
    ['マイナンバー制度', '電子政府構築計画']
    >>> Tokenizer(compounds="short")("電子政府構築計画")
    ['電子政府', '構築', '計画']
    >>> Tokenizer(compounds="none")("電子政府")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: compounds is 'none'; expected one of: long, short, both.
    """

    def __init__(
        self,
        *,
        compounds: Literal["both", "long", "short"] = "both",
        pos: tuple[str, ...] = ("名詞",),
        form: Literal["display", "surface", "lemma"] = "display",
        stop_words: tuple[str, ...] | None = None,
        kept_terms: tuple[str, ...] | None = None,
        min_length: int = 2,
        core_only: bool = True,
    ) -> None:
        self.compounds = compounds
        self.pos = pos
        self.form = form
        self.stop_words = stop_words
        self.kept_terms = kept_terms
        self.min_length = min_length
        self.core_only = core_only

    def tokens(self, text: str) -> list[Token]:
        """Return every token of `text` in order; compounds are joined unless ``short``.

        Offsets count characters of ``normalize(text)``.

        Examples
        --------
        >>> [(t.surface, t.start) for t in Tokenizer().tokens("第1回 電子政府")]
        [('第', 0), ('1', 1), ('回', 2), ('電子政府', 4)]
        """
        self._check()
        normal = normalize(text)
        kept_terms = default_kept_terms() if self.kept_terms is None else self.kept_terms
        tokens = _parse_keeping(normal, list(kept_spans(normal, tuple(kept_terms))))
        units = attach_suffixes(drop_counters(mark_adjectives(tokens)))
        return units if self.compounds == "short" else join_compounds(units, self._stops())

    def __call__(self, text: str) -> list[str]:
        """Return the terms of `text` in order, repeated as often as they occur."""
        self._check()
        subject = split_title(text).core if self.core_only else text
        stops = self._stops()
        terms: list[str] = []
        for token in self.tokens(subject):
            units = [token, *token.parts] if self.compounds == "both" else [token]
            terms += [getattr(u, self.form) for u in units if self._is_term(u, stops)]
        return terms

    def _is_term(self, token: Token, stops: frozenset[str]) -> bool:
        return (
            token.pos1 in self.pos
            and len(token.surface) >= self.min_length
            and token.surface not in stops
            and token.display not in stops
        )

    def _stops(self) -> frozenset[str]:
        return frozenset(default_stop_words() if self.stop_words is None else self.stop_words)

    def _check(self) -> None:
        for name, value, allowed in (
            ("compounds", self.compounds, _COMPOUNDS),
            ("form", self.form, _FORMS),
        ):
            if value not in allowed:
                raise SettingsError(
                    f"{name} is {shorten(value)}; expected one of: {choices(allowed)}."
                )
        unknown = [name for name in self.pos if name not in _POS]
        if unknown:
            raise SettingsError(
                f"unknown part of speech {shorten(unknown[0])}; expected some of: {choices(_POS)}."
            )

    def settings(self) -> dict[str, Any]:
        """Return the settings, for a manifest; embedded lists by name."""
        settings: dict[str, Any] = self.get_params()
        return {k: "embedded" if v is None else v for k, v in settings.items()}
