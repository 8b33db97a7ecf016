"""Tokens of many texts as columns of integers.

An analyzer writes one line a token. Equal lines are one *type*: they are read once and are a
number from then on, so that no text keeps Python strings of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cio_topics.lexicon import Lexicon, Span
from cio_topics.tokens.analyzers import Analyzer, open_analyzer
from cio_topics.tokens.schemes import TokenType, read_features
from cio_topics.tokens.token import Token

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BATCH", "Batch", "TokenColumns", "Types", "read_batches"]

#: Texts that are read together.
BATCH = 4096

#: Types that are remembered.
TYPES = 1 << 18

#: The type of the end of a text.
END = TokenType("", "", "", "", "", "", "end", "")

_KANJI = re.compile(r"[\u3400-\u9fff々]+")

Codes = NDArray[np.int32]
Places = NDArray[np.int64]


class Types(dict[str, int]):
    """Types of tokens, numbered in the order they were seen: line of an analyzer → number.

    Number 0 is the end of a text. A line that is new gets a number at once and its row from
    :meth:`learn`.
    """

    def __init__(self, scheme: str) -> None:
        super().__init__({"": 0})
        self.rows: list[TokenType] = [END]
        self._scheme = scheme
        self._new: dict[int, str] = {}
        self._widths = np.zeros((1, 2), dtype=np.int64)

    def __missing__(self, line: str) -> int:
        number = self[line] = len(self)
        self.rows.append(END)
        self._new[number] = line
        return number

    def learn(self, number: int, features: str) -> None:
        """Give a new type its row."""
        line = self._new.pop(number, None)
        if line is not None:
            surface, space, _ = line.split("\t", 2)
            self.rows[number] = read_features(surface, space, features, self._scheme)

    def kept(self, surface: str, space: str, name: str) -> int:
        """Return the number of a word that the lexicon keeps whole; no name: an ASCII word."""
        number = self[f"{surface}\t{space}\0{name}"]
        if self._new.pop(number, None) is not None:
            source = "lexicon" if name else "latin"
            noun = ("名詞", "普通名詞", "一般")
            self.rows[number] = TokenType(surface, surface, name or surface, *noun, source, space)
        return number

    def widths(self) -> NDArray[np.int64]:
        """Return the numbers of characters of every type: white space before it, surface."""
        known = len(self._widths)
        if known < len(self.rows):
            new = [(len(row.space), len(row.surface)) for row in self.rows[known:]]
            self._widths = np.concatenate([self._widths, np.array(new, dtype=np.int64)])
        return self._widths


@dataclass
class Batch:
    """Tokens of some texts.

    `codes` (n_tokens,) are places in `rows`. `starts` and `ends` (n_tokens,) count the characters
    of all texts, each followed by one character that belongs to none. The tokens of text ``i``
    are ``indptr[i]:indptr[i + 1]``; it starts at ``text_starts[i]``.
    """

    codes: Codes
    starts: Places
    ends: Places
    indptr: Places
    text_starts: Places
    rows: list[TokenType]

    def token(self, place: int, origin: int) -> Token:
        """Return one token; its offsets count from `origin`."""
        row = self.rows[self.codes[place]]
        start, end = int(self.starts[place]) - origin, int(self.ends[place]) - origin
        return _token(row, start, end)


def _token(row: TokenType, start: int, end: int) -> Token:
    surface, lemma, display, pos1, pos2, pos3, source, _ = row
    return Token(surface, lemma, display, pos1, pos2, pos3, start, end, (), source)


def read_batches(
    texts: Iterable[str],
    dictionary: str,
    user_dictionary: str | None,
    lexicon: Lexicon,
    size: int | None = None,
) -> Iterator[Batch]:
    """Yield the tokens of normalized texts, some thousand texts at a time.

    Batches share the types that this thread knows already, until they are too many.
    """
    source = iter(texts)
    while chunk := list(islice(source, size or BATCH)):
        analyzer = open_analyzer(dictionary, user_dictionary)  # that of the thread that asks
        types = analyzer.types
        if types is None or len(types) > TYPES:
            types = Types(analyzer.scheme)
        analyzer.types = None  # an interrupted reading leaves types without rows
        batch = _read(chunk, analyzer, types, lexicon)
        analyzer.types = types
        yield batch


def _read(texts: Sequence[str], analyzer: Analyzer, types: Types, lexicon: Lexicon) -> Batch:
    """Return the tokens of some texts.

    Spans of the lexicon become one token each. The analyzer sees the whole text where its own
    boundaries allow that; otherwise the text is cut at the spans and read in pieces. A span of
    kanji alone that the analyzer's boundaries cross is no word (法案 in 方法案) and is left to it.
    """
    codes = _codes(texts, analyzer, types)
    batch = _place(texts, codes, types)
    joined = "\n".join([*texts, ""])
    spans = _Spans(*lexicon.places(joined))
    if not len(spans):
        return batch
    spans, crossed = _sort_out(batch, spans, joined)
    if len(crossed):
        codes = _cut(batch, codes, texts, spans, crossed, analyzer, types)
        batch = _place(texts, codes, types)
    return _keep(batch, spans, joined, types)


def _codes(texts: Sequence[str], analyzer: Analyzer, types: Types) -> Codes:
    """Return the types of all tokens of some texts, and a 0 at the end of each text."""
    analyze = analyzer.analyze
    outputs: list[str] = []
    for text in texts:
        output = analyze(text)
        if output:
            outputs.append(output)
        outputs.append("")
    lines = "\n".join(outputs).split("\n")
    known = len(types)
    codes = np.fromiter(map(types.__getitem__, lines), dtype=np.int32, count=len(lines))
    if len(types) > known:
        stops = np.flatnonzero(codes == 0)
        for row in np.unique(np.searchsorted(stops, np.flatnonzero(codes >= known))).tolist():
            begin = stops[row - 1] + 1 if row else 0
            features = analyzer.features(texts[row])
            for code, values in zip(codes[begin : stops[row]].tolist(), features, strict=True):
                types.learn(code, values)
    return codes


class _Spans:
    """Places of the lexicon in the joined texts of a batch."""

    def __init__(self, starts: Sequence[int], ends: Sequence[int], names: list[str]) -> None:
        self.starts: Places = np.array(starts, dtype=np.int64)
        self.ends: Places = np.array(ends, dtype=np.int64)
        self.names = names

    def __len__(self) -> int:
        return len(self.names)

    def only(self, places: Places) -> _Spans:
        return _Spans(
            self.starts[places].tolist(),
            self.ends[places].tolist(),
            [self.names[place] for place in places.tolist()],
        )


def _place(texts: Sequence[str], codes: Codes, types: Types) -> Batch:
    """Find the places of tokens; `codes` hold a 0 at the end of every text."""
    widths = types.widths()[codes]
    reached = widths.sum(axis=1).cumsum()
    stops = np.flatnonzero(codes == 0)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    text_starts = np.concatenate([[0], (lengths + 1).cumsum()])
    counts = np.diff(stops, prepend=-1)
    # What the analyzer skipped at the end of a text is nobody's: each text counts for itself.
    before = np.concatenate([[0], reached[stops[:-1]]])
    ends = reached + np.repeat(text_starts[:-1] - before, counts)
    is_token = codes != 0
    return Batch(
        codes=codes[is_token],
        starts=(ends - widths[:, 1])[is_token],
        ends=ends[is_token],
        indptr=np.concatenate([[0], (counts - 1).cumsum()]),
        text_starts=text_starts,
        rows=types.rows,
    )


def _sort_out(batch: Batch, spans: _Spans, joined: str) -> tuple[_Spans, Places]:
    """Return the spans that are kept, and the texts in which the analyzer crossed one."""
    fits = _holds(batch.starts, spans.starts) & _holds(batch.ends, spans.ends)
    if fits.all():
        return spans, np.zeros(0, dtype=np.int64)
    crossed = np.flatnonzero(~fits)
    no_words = [
        place
        for place, start, end in zip(
            crossed.tolist(),
            spans.starts[crossed].tolist(),
            spans.ends[crossed].tolist(),
            strict=True,
        )
        if _KANJI.fullmatch(joined, start, end)
    ]
    kept = np.ones(len(spans), dtype=bool)
    kept[no_words] = False
    cut = spans.starts[~fits & kept]
    return (
        spans.only(np.flatnonzero(kept)),
        np.unique(np.searchsorted(batch.text_starts, cut, "right") - 1),
    )


def _holds(places: Places, wanted: Places) -> NDArray[np.bool_]:
    if not len(places):
        return np.zeros(len(wanted), dtype=bool)
    found = np.minimum(np.searchsorted(places, wanted), len(places) - 1)
    held: NDArray[np.bool_] = places[found] == wanted
    return held


def _cut(
    batch: Batch,
    codes: Codes,
    texts: Sequence[str],
    spans: _Spans,
    rows: Places,
    analyzer: Analyzer,
    types: Types,
) -> Codes:
    """Read some texts anew, in the pieces between their spans."""
    stops = np.flatnonzero(codes == 0)
    done = 0
    parts: list[Codes] = []
    for row in rows.tolist():
        origin, limit = int(batch.text_starts[row]), int(batch.text_starts[row + 1])
        first, last = np.searchsorted(spans.starts, [origin, limit]).tolist()
        inside = [
            Span(start - origin, end - origin, name)
            for start, end, name in zip(
                spans.starts[first:last].tolist(),
                spans.ends[first:last].tolist(),
                spans.names[first:last],
                strict=True,
            )
        ]
        pieces = np.fromiter(_pieces(texts[row], inside, analyzer, types), dtype=np.int32)
        parts += [codes[done : stops[row - 1] + 1 if row else 0], pieces]
        done = stops[row]
    return np.concatenate([*parts, codes[done:]])


def _pieces(text: str, spans: list[Span], analyzer: Analyzer, types: Types) -> Iterator[int]:
    """Yield the types of a text whose spans are tokens whatever the analyzer thinks."""
    done = 0
    gap = ""
    for span in [*spans, None]:
        piece = text[done : span.start if span else len(text)]
        used = 0
        output = analyzer.analyze(piece)
        for line, features in zip(
            output.split("\n") if output else (), analyzer.features(piece), strict=True
        ):
            surface, space, key = line.split("\t", 2)
            used += len(space) + len(surface)
            number = types[f"{surface}\t{gap + space}\t{key}"]
            types.learn(number, features)
            yield number
            gap = ""
        gap += piece[used:]
        if span is not None:
            yield types.kept(text[span.start : span.end], gap, span.name)
            gap = ""
            done = span.end


def _keep(batch: Batch, spans: _Spans, joined: str, types: Types) -> Batch:
    """Make one token of the tokens of every span."""
    firsts = np.searchsorted(batch.starts, spans.starts)
    lasts = np.searchsorted(batch.ends, spans.ends)
    rows = types.rows
    codes, ends = batch.codes.copy(), batch.ends.copy()
    codes[firsts] = [
        types.kept(joined[start:end], rows[code].space, name)
        for start, end, code, name in zip(
            spans.starts.tolist(),
            spans.ends.tolist(),
            codes[firsts].tolist(),
            spans.names,
            strict=True,
        )
    ]
    ends[firsts] = spans.ends
    # Tokens first + 1 … last of a span go.
    edges = np.zeros(len(codes) + 1, dtype=np.int64)
    edges[firsts + 1] += 1
    edges[lasts + 1] -= 1
    stays = edges[:-1].cumsum() == 0
    left = np.concatenate([[0], stays.cumsum()])
    return Batch(
        codes=codes[stays],
        starts=batch.starts[stays],
        ends=ends[stays],
        indptr=left[batch.indptr],
        text_starts=batch.text_starts,
        rows=types.rows,
    )


@dataclass(frozen=True)
class TokenColumns:
    """Tokens of many texts, in the dictionary's units, as columns.

    Parameters
    ----------
    types : list of TokenType
        What tokens of one type share: surface, lemma, display, parts of speech, source.
    codes : ndarray of int32, shape (n_tokens,)
        Places in `types`.
    starts : ndarray of int32, shape (n_tokens,)
        Where tokens start in their normalized text, in characters.
    indptr : ndarray of int64, shape (n_texts + 1,)
        The tokens of text ``i`` are ``indptr[i]:indptr[i + 1]``.
    """

    types: list[TokenType]
    codes: Codes
    starts: Codes
    indptr: Places

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def tokens(self, text: int) -> list[Token]:
        """Return the tokens of one text."""
        part = slice(self.indptr[text], self.indptr[text + 1])
        return [
            _token(row, start, start + len(row.surface))
            for row, start in zip(
                map(self.types.__getitem__, self.codes[part].tolist()),
                self.starts[part].tolist(),
                strict=True,
            )
        ]

    def table(self) -> pd.DataFrame:
        """Return one row a token.

        Returns
        -------
        DataFrame
            ``text`` (position of the text), ``surface, lemma, display, pos1, pos2, pos3, source``
            (categories), ``start``, ``end``; in the order of the texts.
        """
        import pandas as pd

        names = ("surface", "lemma", "display", "pos1", "pos2", "pos3", "source")
        columns = {}
        for place, name in enumerate(names):
            codes, values = pd.factorize(pd.Index([row[place] for row in self.types], dtype="str"))
            columns[name] = pd.Categorical.from_codes(codes[self.codes], values)
        lengths = np.array([len(row.surface) for row in self.types], dtype=np.int32)
        texts = np.repeat(np.arange(len(self)), np.diff(self.indptr))
        ends = self.starts + lengths[self.codes]
        return pd.DataFrame({"text": texts, **columns, "start": self.starts, "end": ends})


def to_columns(batches: Iterable[Batch]) -> TokenColumns:
    """Return the columns of all batches, types in the order of their first token."""
    return join_columns(_columns(batch) for batch in batches)


def _columns(batch: Batch) -> TokenColumns:
    n_tokens = np.diff(batch.indptr)
    origins = np.repeat(batch.text_starts[:-1], n_tokens)
    return TokenColumns(
        types=batch.rows,
        codes=batch.codes,
        starts=(batch.starts - origins).astype(np.int32),
        indptr=batch.indptr,
    )


def split_columns(columns: TokenColumns) -> Iterator[Batch]:
    """Yield columns a batch at a time; inverse of :func:`to_columns`."""
    widths = np.array([len(row.surface) for row in columns.types], dtype=np.int64)
    for first in range(0, len(columns), BATCH):
        indptr = columns.indptr[first : first + BATCH + 1]
        part = slice(indptr[0], indptr[-1])
        codes = columns.codes[part]
        ends = columns.starts[part] + widths[codes]
        n_tokens = np.diff(indptr)
        # Any place after the last token will do: what follows it is white space.
        lasts = np.zeros(len(n_tokens), dtype=np.int64)
        lasts[n_tokens > 0] = ends[indptr[1:][n_tokens > 0] - indptr[0] - 1]
        text_starts = np.concatenate([[0], (lasts + 1).cumsum()])
        origins = np.repeat(text_starts[:-1], n_tokens)
        yield Batch(
            codes=codes,
            starts=columns.starts[part] + origins,
            ends=ends + origins,
            indptr=indptr - indptr[0],
            text_starts=text_starts,
            rows=columns.types,
        )


def join_columns(parts: Iterable[TokenColumns]) -> TokenColumns:
    """Return one table of several, types in the order of their first token."""
    numbers: dict[TokenType, int] = {}
    codes, starts = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)]
    counts = [np.zeros(1, dtype=np.int64)]
    owner: list[TokenType] | None = None
    for part in parts:
        if part.types is not owner:
            owner, local = part.types, np.zeros(0, dtype=np.int32)
        missing = np.full(len(owner) - len(local), -1, dtype=np.int32)
        local = np.concatenate([local, missing])
        for code in dict.fromkeys(part.codes[local[part.codes] < 0].tolist()):
            local[code] = numbers.setdefault(owner[code], len(numbers))
        codes.append(local[part.codes])
        starts.append(part.starts)
        counts.append(np.diff(part.indptr))
    return TokenColumns(
        types=list(numbers),
        codes=np.concatenate(codes),
        starts=np.concatenate(starts),
        indptr=np.concatenate(counts).cumsum(),
    )
