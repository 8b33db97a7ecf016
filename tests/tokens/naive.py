"""An oracle: the tokenizer once more, plainly.

One text at a time, every node of MeCab copied with its features, nothing remembered, places found
in the text, kept terms cut out, the grammar as loops over tokens.
"""

import csv
import re
import threading
from pathlib import Path

import fugashi
import numpy as np
import unidic_lite

from cio_topics.lexicon import read_lexicon
from cio_topics.text import normalize, split_title
from cio_topics.tokens import Token
from cio_topics.tokens.schemes import read_features

BREAKING = {"第", "等", "など"}
TRIMMED_START = {"各", "同", "当該", "本", "両"}
TRIMMED_END = {"的", "内", "中", "間", "別", "毎", "ら", "下"}
_open = threading.local()


def tagger(folder):
    """Return the tagger of a folder, opened without any output format."""
    if not hasattr(_open, "taggers"):
        _open.taggers = {}
    if folder not in _open.taggers:
        resource = Path(folder) / "mecabrc"
        arguments = f'-r "{resource if resource.is_file() else "/dev/null"}" -d "{folder}"'
        _open.taggers[folder] = fugashi.GenericTagger(arguments)
    return _open.taggers[folder]


def read_unidic(surface, raw):
    """Return lemma, display, parts of speech and source of UniDic's features."""
    (values,) = csv.reader([raw])
    known = len(values) > 10
    lemma, display = (values[7], values[10]) if known else ("*", "*")
    return (
        surface if lemma in ("", "*") else lemma,
        surface if display in ("", "*") else display,
        *values[:3],
        "dictionary" if known else "unknown",
    )


def read_ipadic(surface, raw):
    """Return lemma, display, parts of speech and source of IPADIC's features."""
    return read_features(surface, "", raw, "ipadic")[1:7]


class Naive:
    """Tokens and terms of one text at a time."""

    def __init__(
        self,
        folder=unidic_lite.DICDIR,
        read=read_unidic,
        *,
        lexicon=None,
        compounds="both",
        pos=("名詞",),
        form="display",
        min_length=2,
        core_only=True,
    ):
        self.folder, self.read = folder, read
        self.lexicon = read_lexicon() if lexicon is None else lexicon
        self.stops = frozenset(self.lexicon.stop_words)
        self.compounds, self.pos, self.form = compounds, pos, form
        self.min_length, self.core_only = min_length, core_only

    def __call__(self, text):
        text = split_title(text).core if self.core_only else normalize(text)
        words = self.words(self.units(text), text)
        if self.compounds == "both":
            words = [part for word in words for part in (word, *word.parts)]
        return [getattr(word, self.form) for word in words if self._is_term(word)]

    def tokens(self, text):
        """Return tokens with compounds joined."""
        return self.words(self.units(text), normalize(text))

    def units(self, text):
        """Return tokens in the dictionary's units, terms of the lexicon whole."""
        text = normalize(text)
        tokens = self._nodes(text, 0)
        starts, ends = {t.start for t in tokens}, {t.end for t in tokens}
        crossed, spans = False, []
        for span in self.lexicon.spans(text):
            fits = span.start in starts and span.end in ends
            if fits or not re.fullmatch(r"[\u3400-\u9fff々]+", text[span.start : span.end]):
                spans.append(span)
                crossed = crossed or not fits
        if crossed:  # every span is cut out
            tokens, done = [], 0
            for span in spans:
                tokens += self._nodes(text[done : span.start], done)
                tokens.append(_kept(text, span))
                done = span.end
            return tokens + self._nodes(text[done:], done)
        begins = {span.start: span for span in spans}
        units = []
        for token in tokens:
            if token.start in begins:
                units.append(_kept(text, begins[token.start]))
            elif not units or token.start >= units[-1].end:
                units.append(token)
        return units

    def _nodes(self, text, offset):
        tokens, at = [], 0
        for node in tagger(self.folder).parseToNodeList(text):
            surface = node.surface
            at = text.index(surface, at)
            lemma, display, pos1, pos2, pos3, source = self.read(surface, node.feature_raw)
            place = (offset + at, offset + at + len(surface))
            tokens.append(Token(surface, lemma, display, pos1, pos2, pos3, *place, (), source))
            at += len(surface)
        return tokens

    def words(self, units, text):
        """Return suffixes, numbers and compounds joined."""
        words = []
        for run in _runs(units, text):
            units = _with_suffixes(_marked(run))
            closing = []
            if units[-1].surface == "な" and not _joins(units[-1]):
                closing = [units.pop()]
            if self.compounds != "short" and units and _joins(units[0]):
                units = self._compound(units, text)
            words += [*units, *closing]
        return words

    def _compound(self, run, text):
        inner = list(run)
        while inner and {inner[0].surface, inner[0].display} & (TRIMMED_START | self.stops):
            inner.pop(0)
        first = len(run) - len(inner)
        while inner and {inner[-1].surface, inner[-1].display} & (TRIMMED_END | self.stops):
            inner.pop()
        if len(inner) < 2:
            return run
        start, end = inner[0].start, inner[-1].end
        whole = Token(
            text[start:end],
            "".join(t.surface for t in inner),
            "".join(t.display if t.source == "lexicon" else t.surface for t in inner),
            *("名詞", "複合", "", start, end, tuple(inner), "compound"),
        )
        return [*run[:first], whole, *run[first + len(inner) :]]

    def _is_term(self, word):
        return (
            word.pos1 in self.pos
            and len(word.surface) >= self.min_length
            and not {word.surface, word.display} & self.stops
        )


def _kept(text, span):
    surface = text[span.start : span.end]
    source = "lexicon" if span.name else "latin"
    pos = ("名詞", "普通名詞", "一般")
    return Token(surface, surface, span.name or surface, *pos, span.start, span.end, (), source)


def _joins(token):
    return (
        token.pos1 in ("名詞", "接頭辞", "形状詞", "接尾辞")
        and token.pos2 != "助動詞語幹"
        and token.surface not in BREAKING
    )


def _is_head(token):
    return _joins(token) and token.pos2 != "数詞"


def _is_counter(token):
    counts = token.pos1 == "接尾辞" or token.pos3 in ("助数詞", "助数詞可能")
    return counts and token.pos2 != "数詞" and token.surface not in BREAKING


def _is_katakana(token):
    return _is_head(token) and bool(re.fullmatch("[ァ-ヺー]+", token.surface))


def _runs(tokens, text):
    """Split tokens to runs: what may be one compound, a number with counters, or one token."""
    runs = []
    for token, after in zip(tokens, [*tokens[1:], None], strict=False):
        if runs and _continues(runs[-1], token, after, text):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _continues(run, token, after, text):
    last = run[-1]
    gap = text[last.end : token.start]
    if run[0].pos2 == "数詞":
        return not gap and _is_counter(token)
    if not _is_head(run[0]) or (last.surface == "な" and not _is_head(last)):
        return False
    if _is_head(token):
        printers = last.surface[-1].isascii() and last.surface[-1].isalpha() and _is_head(last)
        return not gap or (gap == " " and printers and token.pos2 != "固有名詞")
    if gap:
        return False
    if token.surface == "・":
        follows = after is not None and after.start == token.end and _is_katakana(after)
        return _is_katakana(last) and follows
    return token.surface == "な" or (token.surface == "ー" and _is_katakana(last))


def _marked(run):
    """Mark adjectives before な, and numbers with their counters."""
    number = run[0].pos2 == "数詞"
    marked = []
    for token, after in zip(run, [*run[1:], None], strict=True):
        pos1 = token.pos1
        if number:
            pos1 = "数"
        elif after and after.surface == "な" and "形状詞可能" in token.pos3:
            pos1 = "形状詞" if after.start == token.end else pos1
        marked.append(token._replace(pos1=pos1))
    return marked


def _with_suffixes(run):
    units = run[:1]
    for token in run[1:]:
        before = units[-1]
        if (
            token.pos1 == "接尾辞"
            and before.pos1 in ("名詞", "形状詞")
            and before.end == token.start
            and token.surface not in BREAKING | TRIMMED_END - {"的"}
        ):
            units[-1] = before._replace(
                surface=before.surface + token.surface,
                lemma=before.lemma + token.surface,
                display=before.display + token.surface,
                pos1="形状詞" if token.pos2 == "形状詞的" else "名詞",
                pos2="普通名詞",
                end=token.end,
            )
        else:
            units.append(token)
    return units


_UNIT = np.dtype([("base", "<i4"), ("check", "<u4")])
_WORD = np.dtype([("ids", "<u4"), ("pos", "<u2"), ("cost", "<i2"), ("rest", "<u4", 2)])


def words_with_equal_numbers(folder):
    """Return the surfaces of a compiled dictionary at which words share identifiers and cost.

    Its file holds a head of 72 bytes, a double array of surfaces, and the words of each surface.
    """
    file = Path(folder) / "sys.dic"
    n_units, n_words = np.fromfile(file, "<u4", 10)[6:8].tolist()
    units = np.fromfile(file, _UNIT, n_units // 8, offset=72).astype(
        [("base", "i8"), ("check", "i8")]
    )
    words = np.fromfile(file, _WORD, n_words // 16, offset=72 + n_units)
    leaves = np.flatnonzero(units["base"] < 0)
    values = -units["base"][leaves] - 1  # place of the first word << 8 | number of words
    leaf_of_word = np.repeat(leaves, values & 255)
    places = np.repeat(values >> 8, values & 255) + np.concatenate(
        [np.arange(count) for count in (values & 255).tolist()]
    )
    keys = np.stack([leaf_of_word, words["ids"][places], words["cost"][places]])
    _, first, counts = np.unique(keys, axis=1, return_index=True, return_counts=True)
    parents = dict(zip(units["base"].tolist(), range(len(units)), strict=True))
    surfaces = set()
    for unit in leaf_of_word[first[counts > 1]].tolist():
        letters, unit = [], parents[units["check"][unit]]
        while unit:
            letters.append(unit - units["check"][unit] - 1)
            unit = parents[units["check"][unit]]
        surfaces.add(bytes(letters[::-1]).decode())
    return sorted(surfaces)
