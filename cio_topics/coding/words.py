"""Lines of a text → their words, as columns of integers."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cio_topics.coding.pos import fold_name, read_word
from cio_topics.coding.tree import Word
from cio_topics.tokens.analyzers import Analyzer, open_analyzer

__all__ = ["Integers", "Words", "khcoder_text", "read_words"]

Integers = NDArray[np.int64]


# An analyzer writes tabs between its fields, and its input ends at NUL: they are blanks to it.
_CONTROL = dict.fromkeys([*range(32), 127], " ")
_TAG = re.compile("(<[^<>]*>)")
_HALF_KANA = re.compile("[｡-ﾟ]+")
_WIDE = str.maketrans({" ": "　", "\\": "￥", "'": "’", '"': "”"})
_VOICED = str.maketrans({"\u3099": "゛", "\u309a": "゜"})  # marks that no kana took up


def khcoder_text(text: str) -> str:
    r"""Return a text as KH Coder keeps it.

    Half-width katakana with its punctuation, blanks, quotation marks and backslashes become
    full-width; other letters, digits and signs stay as they are.

    Examples
    --------
    >>> khcoder_text("ﾒﾓ｡ it's K")
    'メモ。　it’s　K'
    """
    kana = _HALF_KANA.sub(
        lambda found: unicodedata.normalize("NFKC", found[0]).translate(_VOICED), text
    )
    return kana.translate(_WIDE)


class Words:
    """The words of a text in their order.

    Invariant: every word has a type and a place; places only grow.

    Parameters
    ----------
    types : DataFrame, columns ``surface, base, pos, form``
        What equal words share.
    codes : ndarray of int, shape (n,)
        The type of each word.
    starts : ndarray of int, shape (n,)
        Where each word begins in the text.
    """

    def __init__(self, types: pd.DataFrame, codes: NDArray[np.int32], starts: Integers) -> None:
        self.types = types
        self.codes = codes
        self.starts = starts
        self.lengths = _surface_lengths(types)[codes]

    @cached_property
    def _order(self) -> tuple[Integers, Integers]:
        """Return places of words sorted by type, and where each type begins among them."""
        order = np.argsort(self.codes, kind="stable").astype(np.int64)
        begins = np.searchsorted(self.codes[order], np.arange(len(self.types) + 1))
        return order, begins.astype(np.int64)

    @cached_property
    def _by_base(self) -> dict[str, Integers]:
        return {str(k): np.asarray(v) for k, v in self.types.groupby("base").indices.items()}

    def find(self, word: Word) -> Integers:
        """Return which words of the text are this one, in their order."""
        if word.base:
            none = np.array([], dtype=np.int64)
            other = self._by_base.get(khcoder_text(word.base), none)
            types = self._by_base.get(word.base, other)
        else:
            types = np.arange(len(self.types))
        for column, wanted in (("pos", word.pos), ("form", word.form), ("surface", word.surface)):
            if wanted and len(types):
                types = types[_agree(self.types[column].iloc[types], column, wanted)]
        order, begins = self._order
        found = [order[begins[code] : begins[code + 1]] for code in types]
        return np.sort(np.concatenate(found)) if found else np.array([], dtype=np.int64)


def _agree(values: pd.Series[str], column: str, wanted: str) -> NDArray[np.bool_]:
    """Tell which values are the wanted one; 命令 stands for all of IPADIC's imperatives."""
    if column == "surface":
        return (values == wanted).to_numpy()
    name = fold_name(wanted)
    if column == "form" and name.startswith("命令"):
        known = values.str.startswith("命令")
        return (known & ((values == name) | (values == "命令") | (name == "命令"))).to_numpy()
    return (values == name).to_numpy()


def read_words(lines: Sequence[str], starts: Iterable[int], dictionary: str) -> Words:
    """Cut lines into words, each line by itself; ``<…>`` is one word, a タグ.

    Parameters
    ----------
    lines : sequence of str
    starts : iterable of int
        Where each line begins in the text.
    dictionary : str
        As of :class:`~cio_topics.tokens.Tokenizer`.

    Raises
    ------
    MissingPartError, SettingsError
        The dictionary is missing or unknown.

    Examples
    --------
    >>> words = read_words(["父は死んだ。"], [0], "ipadic")
    >>> words.find(Word("死ぬ", form="連用タ接続")).tolist(), words.starts.tolist()
    ([2], [0, 1, 2, 4, 5])
    """
    analyzer = open_analyzer(dictionary, None)
    known: dict[str, int] = {}
    rows: list[tuple[str, str, str, str]] = []
    spaces = array("q")
    codes = array("i")
    counts = array("q")
    firsts = array("q")
    for line, first in _pieces(lines, starts):
        is_tag = line.startswith("<") and line.endswith(">")
        written = [line] if is_tag else analyzer.analyze(line).split("\n")
        if written == [""]:
            continue
        if is_tag and line not in known:
            known[line] = len(rows)
            rows.append((line, line, "タグ", ""))
            spaces.append(0)
        elif not known.keys() >= set(written):
            _learn(analyzer, line, written, known, rows, spaces)
        codes.extend([known[one] for one in written])
        counts.append(len(written))
        firsts.append(first)
    types = pd.DataFrame(rows, columns=["surface", "base", "pos", "form"], dtype="str")
    numbers = np.array(codes, dtype=np.int32)
    places = _places(types, numbers, np.array(spaces), np.array(counts), np.array(firsts))
    return Words(types, numbers, places)


def _pieces(lines: Sequence[str], starts: Iterable[int]) -> Iterator[tuple[str, int]]:
    """Yield tags, and what stands between them, with the places where they begin."""
    for raw, start in zip(lines, starts, strict=True):
        for piece in _TAG.split(raw.translate(_CONTROL)):
            if piece:
                yield piece, start
            start += len(piece)


def _learn(
    analyzer: Analyzer,
    line: str,
    written: list[str],
    known: dict[str, int],
    rows: list[tuple[str, str, str, str]],
    spaces: array[int],
) -> None:
    """Give numbers to types that were not seen before."""
    for one, features in zip(written, analyzer.features(line), strict=True):
        if one not in known:
            known[one] = len(rows)
            surface, space, _ = one.split("\t", 2)
            rows.append((surface, *read_word(surface, features, analyzer.scheme)))
            spaces.append(len(space))


def _places(
    types: pd.DataFrame,
    codes: NDArray[np.int32],
    spaces: Integers,
    counts: Integers,
    starts: Integers,
) -> Integers:
    """Return where words begin: after the words before them in their line, and blanks."""
    lengths = _surface_lengths(types)[codes]
    ends = np.cumsum(lengths + (spaces[codes] if len(codes) else lengths))
    firsts = np.cumsum(counts) - counts
    before = np.concatenate([[0], ends])[firsts]  # what the lines before take
    places: Integers = ends - lengths + np.repeat(starts - before, counts)
    return places


def _surface_lengths(types: pd.DataFrame) -> Integers:
    return np.asarray(types["surface"].str.len(), dtype=np.int64)
