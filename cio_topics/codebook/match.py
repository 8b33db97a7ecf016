"""Apply the rules of a codebook to titles, and say what matched where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from cio_topics.codebook.anchors import fold, rule_anchors
from cio_topics.codebook.model import Codebook, Near, Rule
from cio_topics.errors import SettingsError
from cio_topics.periods import date_spans
from cio_topics.text import normalize

__all__ = ["Hit", "date_precisions", "match_items"]

Span = tuple[int, int]
_TitleTest = Callable[[str], "tuple[Span, ...] | None"]
_ContextTest = Callable[["_Item"], bool]


class Hit(NamedTuple):
    """A rule that held for an item: spans of the normalized title, and the texts there."""

    row: int
    theme: str
    rule: str
    spans: tuple[Span, ...]
    texts: tuple[str, ...]

    @property
    def matches(self) -> list[tuple[str, str]]:
        """The rule and each text it matched."""
        return [(self.rule, text) for text in self.texts]


def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of the terms, longest first; ASCII words only as whole words."""
    parts = []
    for term in sorted({normalize(term) for term in terms}, key=lambda t: (-len(t), t)):
        left, right = word_bound(term[0], "(?<!{})"), word_bound(term[-1], "(?!{})")
        parts.append(left + re.escape(term) + right)
    return re.compile("|".join(parts), re.IGNORECASE)


def word_bound(edge: str, look: str) -> str:
    """Return what must not stand beside a term: a letter by a letter, a digit by a digit."""
    if not edge.isascii() or not edge.isalnum():
        return ""
    return look.format("[A-Za-z]" if edge.isalpha() else "[0-9]")


def near_spans(title: str, near: Near, patterns: list[re.Pattern[str]]) -> tuple[Span, ...]:
    """Return the first places where all terms stand close together, or nothing.

    The characters between the first and the last term, those of the terms left out, must not
    exceed the distance.
    """
    found = [[match.span() for match in pattern.finditer(title)] for pattern in patterns]
    if not all(found):
        return ()
    if near.ordered:
        return _ordered(found, near.distance)
    places = sorted((span, kind) for kind, spans in enumerate(found) for span in spans)
    latest: dict[int, Span] = {}
    for span, kind in places:
        latest[kind] = span
        if len(latest) == len(found) and _gap(list(latest.values())) <= near.distance:
            return tuple(sorted(latest.values()))
    return ()


def _ordered(found: list[list[Span]], distance: int) -> tuple[Span, ...]:
    for first in found[0]:
        chain = [first]
        for spans in found[1:]:
            after = next((span for span in spans if span[0] >= chain[-1][1]), None)
            if after is None:
                break
            chain.append(after)
        if len(chain) == len(found) and _gap(chain) <= distance:
            return tuple(chain)
    return ()


def _gap(spans: list[Span]) -> int:
    """Count the characters between the first and the last span that no span covers."""
    gap, reached = 0, min(start for start, _ in spans)
    for start, end in sorted(spans):
        gap += max(0, start - reached)
        reached = max(reached, end)
    return gap


class _Item(NamedTuple):
    title: str
    status: str
    first: str
    last: str
    body: str


def _title_test(rule: Rule) -> _TitleTest:
    """Return a function from a title to the spans that matched, or None."""
    any_of = _pattern(rule.any) if rule.any else None
    none_of = _pattern(rule.not_) if rule.not_ else None
    each_of = [_pattern((term,)) for term in rule.all]
    regex = re.compile(rule.regex, re.IGNORECASE) if rule.regex else None
    near = rule.near
    near_patterns = [_pattern((term,)) for term in near.terms] if near else []

    def test(title: str) -> tuple[Span, ...] | None:
        spans: list[Span] = []
        if any_of:
            spans = [match.span() for match in any_of.finditer(title)]
            if not spans:
                return None
        for pattern in (*each_of, *((regex,) if regex else ())):
            match = pattern.search(title)
            if match is None:
                return None
            spans.append(match.span())
        if none_of and none_of.search(title):
            return None
        if near:
            close = near_spans(title, near, near_patterns)
            if not close:
                return None
            spans += close
        return tuple(sorted(set(spans)))

    return test


def _context_test(rule: Rule) -> _ContextTest:
    body = re.compile(rule.body) if rule.body else None

    def test(item: _Item) -> bool:
        return (
            (not rule.status or item.status in rule.status)
            and (not rule.since or item.first >= rule.since)
            and (not rule.until or (item.last != "" and item.last <= rule.until))
            and (body is None or body.search(item.body) is not None)
        )

    return test


class _Test(NamedTuple):
    """A rule in the order in which themes can be decided; `compiled` holds its tests once used."""

    theme: str
    rule: Rule
    compiled: list[tuple[_TitleTest, _ContextTest]]

    def spans(self, item: _Item) -> tuple[Span, ...] | None:
        if not self.compiled:
            self.compiled.append((_title_test(self.rule), _context_test(self.rule)))
        title_test, context_test = self.compiled[0]
        found = title_test(item.title)
        return found if found is not None and context_test(item) else None


class _Rules:
    """The rules of a codebook, and a search for those that a title may meet.

    One pass over a title finds the terms of all rules, so that the time a title takes does not
    grow with the number of rules.
    """

    def __init__(self, codebook: Codebook) -> None:
        from ahocorasick_rs import AhoCorasick

        themes = [codebook.theme(theme) for theme in codebook.order]
        self.tests = [_Test(theme.id, rule, []) for theme in themes for rule in theme.rules]
        places: dict[str, list[int]] = {}
        self._always: list[int] = []
        for place, test in enumerate(self.tests):
            anchors = rule_anchors(test.rule)
            for anchor in anchors:
                places.setdefault(anchor, []).append(place)
            if not anchors:
                self._always.append(place)
        self._places = list(places.values())
        self._search = AhoCorasick(list(places))

    def candidates(self, title: str) -> list[_Test]:
        """Return the rules that may hold, in order."""
        found = self._search.find_matches_as_indexes(fold(title), overlapping=True)
        places = set(self._always)
        for anchor, _, _ in found:
            places.update(self._places[anchor])
        return [self.tests[place] for place in sorted(places)]


@lru_cache(maxsize=8)
def _rules_of(codebook: Codebook) -> _Rules:
    return _Rules(codebook)


def date_precisions(dates: pd.Series[str]) -> pd.Series[str]:
    """Return how exact dates are by their length: ``day``, ``month``, ``year``, ``unknown``."""
    known = dates.str.len().map({10: "day", 7: "month", 4: "year"})
    return known.fillna("unknown").astype("str")


def _days(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the first and last day of each row's date; each kind of date is read once."""
    if "date" not in table:
        empty = [""] * len(table)
        return empty, empty
    precision = table.get("date_precision")
    if precision is None:
        precision = date_precisions(table["date"])
    given = list(zip(table["date"], precision.astype("str"), strict=True))
    kinds = pd.DataFrame(list(dict.fromkeys(given)), columns=["date", "precision"], dtype="str")
    spans = date_spans(kinds["date"], kinds["precision"])
    shown = spans.apply(lambda column: column.dt.strftime("%Y-%m-%d").fillna("").astype("str"))
    keys = zip(kinds["date"], kinds["precision"], strict=True)
    known = dict(zip(keys, zip(shown["first"], shown["last"], strict=True), strict=True))
    return [known[key][0] for key in given], [known[key][1] for key in given]


def _items(table: pd.DataFrame) -> Iterator[_Item]:
    empty = pd.Series("", index=table.index, dtype="str")
    given = [table["title"], table.get("status", empty), table.get("body", empty)]
    titles, statuses, bodies = (column.tolist() for column in given)
    for title, status, first, last, body in zip(
        titles, statuses, *_days(table), bodies, strict=True
    ):
        yield _Item(normalize(title), status, first, last, body)


def match_items(table: pd.DataFrame, codebook: Codebook) -> list[Hit]:
    """Return every rule that holds for every item.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        ``title``; optionally ``status``, ``date`` (with ``date_precision``) and ``body``, which
        rules may ask for. A rule that asks for what is not given does not hold.
    codebook : Codebook

    Returns
    -------
    list of Hit
        By row, then in the order in which the codebook's themes can be decided.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> hits = match_items(pd.DataFrame({"title": ["オープンデータの推進"]}), read_codebook())
    >>> [(hit.theme, hit.spans) for hit in hits]
    [('open_data', ((0, 7),))]
    """
    if "title" not in table:
        raise SettingsError("the table has no column 'title'; expected one with the titles.")
    rules = _rules_of(codebook)
    hits: list[Hit] = []
    for row, item in enumerate(_items(table)):
        given: set[str] = set()
        for test in rules.candidates(item.title):
            spans = test.spans(item)
            if spans is None or not given.isdisjoint(test.rule.unless):
                continue
            given.add(test.theme)
            texts = tuple(item.title[start:end] for start, end in spans)
            hits.append(Hit(row, test.theme, test.rule.id, spans, texts))
    return hits
