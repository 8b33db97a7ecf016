"""The lexicon: terms that stay whole, their variants and abbreviations, and stop words."""

from __future__ import annotations

import os
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cio_topics.data import embedded_folder
from cio_topics.errors import LexiconError, Problem, choices
from cio_topics.files import read_toml
from cio_topics.text import normalize

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

__all__ = ["Lexicon", "Span", "read_lexicon"]

# An ASCII word, with inner hyphens (e-Japan), is one term. One digit belongs to it (5G, IPv6,
# Web3); more are a year or a number (e-Japan2002).
_LATIN = re.compile(
    r"[0-9A-Za-z](?<![0-9][0-9])(?:(?<=[A-Za-z])|(?=[A-Za-z]))[A-Za-z]*"
    r"(?:-[A-Za-z]+)*(?:[0-9](?![0-9]))?"
)
_KEYS = ("version", "never_split", "stop_words", "term")
_TERM_KEYS = ("name", "variants", "abbreviations", "note")


class Span(NamedTuple):
    """A place in a text that stays whole; `name` is the preferred form, empty for an ASCII word."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Lexicon:
    """Terms that are never split, written forms of one term, and words that are no terms.

    Guards that no written form stands for two terms and that every form is in normal form.

    Parameters
    ----------
    never_split : tuple of str
        Terms that stay whole.
    variants : mapping of str to str
        Written form → preferred form (個人番号 → マイナンバー); both stay whole as well.
    stop_words : tuple of str
        Words that are no terms by themselves and are cut off the ends of compounds.
    version : str

    Raises
    ------
    LexiconError
        An empty term, or a form that stands for two terms.

    Examples
    --------
    >>> lexicon = Lexicon(never_split=("電子政府",), variants={"個人番号": "マイナンバー"})
    >>> lexicon.spans("e-Gov と個人番号")
    [Span(start=0, end=5, name=''), Span(start=7, end=11, name='マイナンバー')]
    >>> Lexicon(never_split=("",))
    Traceback (most recent call last):
    ...
    cio_topics.errors.LexiconError: the lexicon has an empty term. Remove it. / 削除してください。
    """

    never_split: tuple[str, ...] = ()
    variants: Mapping[str, str] = field(default_factory=dict)
    stop_words: tuple[str, ...] = ()
    version: str = ""
    names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, forms in (("never_split", self.never_split), ("stop_words", self.stop_words)):
            if isinstance(forms, str):
                raise LexiconError(f"{name} is the text {forms!r}; expected a tuple of texts.")
        stops = tuple(normalize(word) for word in self.stop_words)
        if "" in stops:
            raise LexiconError(
                "the lexicon has an empty stop word.", "Remove it.", "削除してください。"
            )
        object.__setattr__(self, "never_split", tuple(self.never_split))
        object.__setattr__(self, "variants", MappingProxyType(dict(self.variants)))
        object.__setattr__(self, "stop_words", stops)
        object.__setattr__(self, "names", MappingProxyType(self._names()))

    def _names(self) -> dict[str, str]:
        """Return all forms in normal form, with the preferred form of each."""
        preferred = {normalize(name) for name in self.variants.values()}
        names = {normalize(form): normalize(form) for form in self.never_split}
        names |= {name: name for name in preferred}
        chosen: dict[str, str] = {}
        for written, name in self.variants.items():
            form, name = normalize(written), normalize(name)
            before = form if form in preferred else chosen.get(form, name)
            if before != name:
                raise LexiconError(
                    f"{form!r} stands for {before!r} and for {name!r}.",
                    "Let every written form stand for one term.",
                    "一つの表記は一つの語だけに対応させてください。",
                )
            names[form] = chosen[form] = name
        if "" in names:
            raise LexiconError("the lexicon has an empty term.", "Remove it.", "削除してください。")
        return names

    def __hash__(self) -> int:
        return hash((self.never_split, frozenset(self.variants.items()), self.stop_words))

    def __reduce__(self) -> tuple[type[Lexicon], tuple[Any, ...]]:
        return Lexicon, (self.never_split, dict(self.variants), self.stop_words, self.version)

    def spans(self, text: str) -> list[Span]:
        """Return the places of a normalized text that stay whole: terms and ASCII words.

        The first place wins, and at one place the longest term. No term starts or ends inside an
        ASCII word. All terms are looked for in one pass over the text (Aho and Corasick 1975).

        Parameters
        ----------
        text : str
            In normal form; several texts may be joined by newlines.

        Returns
        -------
        list of Span
            In the order of the text; spans do not overlap.

        References
        ----------
        Aho, A. V. and Corasick, M. J. (1975), Communications of the ACM 18(6), 333-340,
        https://doi.org/10.1145/360825.360855.

        Examples
        --------
        >>> lexicon = Lexicon(never_split=("マイナンバー", "マイナンバーカード"))
        >>> lexicon.spans("マイナンバーカードの普及")
        [Span(start=0, end=9, name='マイナンバーカード')]
        """
        return [Span(*place) for place in zip(*self.places(text), strict=True)]

    def places(self, text: str) -> tuple[list[int], list[int], list[str]]:
        """Return starts, ends and names of :meth:`spans`, a list each."""
        search, names, ascii_ends = _automaton(tuple(self.names.items()))
        words = [match.span() for match in _LATIN.finditer(text)]
        found = [
            (start, -end, names[number])
            for number, start, end in search.find_matches_as_indexes(text, overlapping=True)
            if not (ascii_ends[number] and (_cuts(text, start, words) or _cuts(text, end, words)))
        ]
        found += [(start, -end, "") for start, end in words]
        found.sort()
        starts: list[int] = []
        ends: list[int] = []
        chosen: list[str] = []
        done = 0
        for start, negative, name in found:
            if start >= done:
                done = -negative
                starts.append(start)
                ends.append(done)
                chosen.append(name)
            elif name and starts[-1] == start and ends[-1] == -negative:
                chosen[-1] = name  # a listed term that is an ASCII word
        return starts, ends, chosen


def _cuts(text: str, place: int, words: list[tuple[int, int]]) -> bool:
    """Tell whether a place lies inside an ASCII word, or between ASCII letters and digits."""
    pair = text[max(place - 1, 0) : place + 1]
    if len(pair) == 2 and place > 0 and pair.isascii() and pair.isalnum():
        return True
    before = bisect_left(words, (place, 0)) - 1
    return before >= 0 and place < words[before][1]


@lru_cache(maxsize=16)
def _automaton(
    names: tuple[tuple[str, str], ...],
) -> tuple[AhoCorasick, list[str], list[bool]]:
    from ahocorasick_rs import AhoCorasick, MatchKind

    forms = [form for form, _ in names]
    return (
        AhoCorasick(forms, matchkind=MatchKind.Standard),
        [name for _, name in names],
        [form[0].isascii() or form[-1].isascii() for form in forms],
    )


def read_lexicon(path: str | os.PathLike[str] | None = None) -> Lexicon:
    """Read a lexicon.

    Parameters
    ----------
    path : path, optional
        A TOML file as described in ``docs/terms.md``; the embedded lexicon if left out.

    Returns
    -------
    Lexicon

    Raises
    ------
    LexiconError
        No TOML, an unknown key, an empty term, a form that is listed twice; with line numbers.

    Examples
    --------
    >>> read_lexicon().names["情報化統括責任者"]
    'CIO'
    """
    return _read(Path(path)) if path is not None else _embedded()


@lru_cache(maxsize=1)
def _embedded() -> Lexicon:
    return _read(embedded_folder() / "lexicon.toml")


def _read(file: Path) -> Lexicon:
    content, source = read_toml(file, "lexicon", LexiconError)
    problems = _problems(file.name, content, source)
    if problems:
        raise LexiconError.from_problems(problems)
    return Lexicon(
        never_split=tuple(content.get("never_split", ())),
        variants={
            form: term["name"]
            for term in content.get("term", ())
            for form in (term["name"], *term.get("variants", ()), *term.get("abbreviations", ()))
        },
        stop_words=tuple(content.get("stop_words", ())),
        version=str(content.get("version", "")),
    )


def _problems(name: str, content: dict[str, Any], source: str) -> list[Problem]:
    """Return what is wrong with a lexicon, in the order of its lines."""
    lines = _Lines(source)
    found: list[Problem] = []

    def unknown(table: dict[str, Any], keys: tuple[str, ...], place: int) -> None:
        for key in table.keys() - set(keys):
            line = lines.key(place, key)
            found.append(Problem(name, line, key, key, f"one of: {choices(keys)}"))

    unknown(content, _KEYS, 0)
    terms = content.get("term", [])
    if not isinstance(terms, list) or not all(isinstance(term, dict) for term in terms):
        expected = "tables headed [[term]]"
        return [*found, Problem(name, lines.key(0, "term"), "term", str(terms), expected)]
    entries = [(0, "never_split", content.get("never_split", []))]
    for place, term in enumerate(terms, start=1):
        unknown(term, _TERM_KEYS, place)
        given = term.get("name", "")
        if "name" not in term:
            line = lines.key(place, "")
            return [*found, Problem(name, line, "name", "", "the preferred form of the term")]
        if not isinstance(given, str):
            line = lines.key(place, "name")
            return [*found, Problem(name, line, "name", str(given), "a text")]
        entries.append((place, "name", [given]))
        entries += [(place, key, term.get(key, [])) for key in ("variants", "abbreviations")]
    stops = [(0, "stop_words", content.get("stop_words", []))]
    wrong = [
        Problem(name, lines.key(place, key), key, str(forms), "a list of texts")
        for place, key, forms in [*entries, *stops]
        if not isinstance(forms, list) or not all(isinstance(form, str) for form in forms)
    ]
    if not wrong:
        wrong = [*_twice(name, entries, lines), *_twice(name, stops, lines)]
    return sorted([*found, *wrong], key=lambda problem: (problem.line, problem.column))


def _twice(name: str, entries: Iterable[tuple[int, str, Any]], lines: _Lines) -> Iterator[Problem]:
    """Yield empty forms and forms that are listed twice."""
    first: dict[str, int] = {}
    for place, column, forms in entries:
        for nth, form in enumerate(forms):
            line = lines.text(place, column, nth)
            normal = normalize(form)
            if not normal:
                yield Problem(name, line, column, form, "a term, not an empty text")
            elif normal in first:
                where = f"line {first[normal]}" if first[normal] else "the same list"
                yield Problem(name, line, column, form, f"a form listed once; it is at {where} too")
            else:
                first[normal] = line


class _Lines:
    """Line numbers of the texts and keys of a TOML file, which its reader does not tell.

    Table 0 is the file itself, table n the n-th [[term]].
    """

    _PART = re.compile(
        r"""(?P<text>"{3}(?:[^\\]|\\.)*?"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')(?!\s*=)"""
        r"""|\#[^\n]*|^\s*\[+\s*(?P<table>[\w-]+)\s*\]+"""
        r"""|^\s*(?P<key>[\w-]+|"[^"\n]*"|'[^'\n]*')\s*=""",
        re.MULTILINE | re.DOTALL,
    )

    def __init__(self, source: str) -> None:
        self._keys: dict[tuple[int, str], int] = {}
        self._texts: dict[tuple[int, str], list[int]] = {}
        ends = [match.end() for match in re.finditer("\n", source)]
        table, key, n_tables = 0, "", 0
        for part in self._PART.finditer(source):
            line = bisect_right(ends, part.end() - 1) + 1
            if part["table"]:
                n_tables += part["table"] == "term"
                table = n_tables if part["table"] == "term" else -1
                self._keys[table, ""] = line
                self._keys.setdefault((0, part["table"]), line)
            elif part["key"]:
                key = part["key"].strip("\"'")
                self._keys[table, key] = line
            elif part["text"]:
                self._texts.setdefault((table, key), []).append(line)

    def text(self, table: int, key: str, nth: int) -> int:
        """Return the line of the n-th text of a key; 0 if it cannot be told."""
        lines = self._texts.get((table, key), [])
        return lines[nth] if nth < len(lines) else 0

    def key(self, table: int, key: str) -> int:
        """Return the line of a key; 0 if it cannot be told."""
        return self._keys.get((table, key), 0)
