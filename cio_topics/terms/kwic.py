"""Keyword in context: every place of a keyword with the text on both sides of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.terms.occurrences import check_items
from cio_topics.text import normalize
from cio_topics.tokens import Token, Tokenizer

__all__ = ["MATCHES", "SORTS", "keyword_in_context", "near_keywords"]

#: Where a keyword counts.
MATCHES = ("text", "term")


class _Line(NamedTuple):
    item_id: str
    date: str
    body: str
    left: str
    keyword: str
    right: str
    start: int
    end: int
    title: str


# What is not known comes last.
_KEYS: dict[str, Callable[[_Line], Any]] = {
    "date": lambda line: (line.date == "", line.date),
    "body": lambda line: (line.body == "", line.body),
    "left": lambda line: line.left[::-1],
    "right": lambda line: line.right,
}
#: What lines can be sorted by.
SORTS = tuple(_KEYS)


def keyword_in_context(
    items: pd.DataFrame,
    keyword: str,
    *,
    match: Literal["text", "term"] = "text",
    sort: Literal["date", "body", "left", "right"] = "date",
    window: int | None = None,
    tokenizer: Tokenizer | None = None,
) -> pd.DataFrame:
    """Return every place of a keyword in the titles, with its context.

    Parameters
    ----------
    items : DataFrame
        With ``item_id, title`` and, where known, ``date, body``, as
        :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    keyword : str
        Normalized here, as titles are. Letter case counts.
    match : {"text", "term"}, default "text"
        ``text``: wherever the keyword stands, inside longer words and overlapping itself too.
        ``term``: where it is a whole token or compound, stop words included. One term in other
        written forms is found as well, whichever form is asked for (マイナンバー: 個人番号).
    sort : {"date", "body", "left", "right"}, default "date"
        ``left`` and ``right`` compare contexts by their characters from the keyword outward, in
        the order of Unicode, which for kanji is not that of their reading.
    window : int, optional
        Characters of context on each side; the whole title if None.
    tokenizer : Tokenizer, optional
        For ``match="term"``; the default one if None.

    Returns
    -------
    DataFrame
        ``item_id, date, body, left, keyword, right, start, end, title``, one row a place, in the
        order of `sort`, then of ``item_id`` and ``start``; unknown dates and bodies last.
        `keyword` is as written there. `title` is normalized; ``title[start:end]`` is the keyword.

    Raises
    ------
    SettingsError
        An empty keyword, an unknown match or sort, a negative window, a missing column, an
        ``item_id`` that stands twice.

    References
    ----------
    Luhn, H. P. (1960). Key word-in-context index for technical literature (KWIC index). American
    Documentation 11(4), 288-295. doi:10.1002/asi.5090110403 (keywords in one column, their
    contexts on both sides)

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a1", "a2"], "title": ["業務最適化計画", "最適化の効果"]})
    >>> lines = keyword_in_context(items, "最適化")
    >>> lines[["left", "keyword", "right", "start"]].values.tolist()
    [['業務', '最適化', '計画', 2], ['', '最適化', 'の効果', 0]]
    >>> keyword_in_context(items, " ")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the keyword is empty; expected at least one character. ...
    """
    wanted = _checked(items, keyword)
    for name, value, allowed in (("match", match, MATCHES), ("sort", sort, SORTS)):
        if value not in allowed:
            raise SettingsError(
                f"unknown {name} {shorten(value)}; expected one of: {choices(allowed)}."
            )
    if window is not None and window < 0:
        raise SettingsError(f"window is {window}; expected 0 or more, or None for whole titles.")
    titles = [normalize(title) for title in items["title"]]
    spans = (
        (_places(title, wanted) for title in titles)
        if match == "text"
        else _term_spans(titles, wanted, Tokenizer() if tokenizer is None else tokenizer)
    )
    known = zip(
        *(_texts(items, "item_id"), _texts(items, "date"), _texts(items, "body")), strict=True
    )
    lines = [
        _line(context, title, start, end, window)
        for context, title, found in zip(known, titles, spans, strict=True)
        for start, end in found
    ]
    lines.sort(key=lambda line: (_KEYS[sort](line), line.item_id, line.start))
    kinds = {name: "int64" if name in ("start", "end") else "str" for name in _Line._fields}
    return pd.DataFrame(lines, columns=list(kinds)).astype(kinds)


def _checked(items: pd.DataFrame, keyword: str) -> str:
    """Return the normalized keyword."""
    check_items(items, ("item_id", "title"))
    wanted = normalize(keyword)
    if not wanted:
        raise SettingsError(
            "the keyword is empty; expected at least one character.",
            "Give the word to look for.",
            "探す語を指定してください。",
        )
    return wanted


def _texts(items: pd.DataFrame, name: str) -> list[str]:
    if name not in items:
        return [""] * len(items)
    return items[name].astype("str").fillna("").tolist()


def _line(
    context: tuple[str, str, str], title: str, start: int, end: int, window: int | None
) -> _Line:
    first = 0 if window is None else max(0, start - window)
    last = len(title) if window is None else end + window
    left, keyword, right = title[first:start], title[start:end], title[end:last]
    return _Line(*context, left, keyword, right, start, end, title)


def _places(title: str, wanted: str) -> Iterator[tuple[int, int]]:
    start = title.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = title.find(wanted, start + 1)


def _term_spans(
    titles: Iterable[str], wanted: str, tokenizer: Tokenizer
) -> Iterator[list[tuple[int, int]]]:
    """Yield for each title the spans of tokens that are the keyword in one of its forms."""
    forms = {wanted}
    forms |= {t.display for t in _with_parts(tokenizer.tokens(wanted)) if t.surface == wanted}
    for tokens in tokenizer.stream(titles):
        yield sorted(
            {
                (token.start, token.end)
                for token in _with_parts(tokens)
                if token.surface in forms or token.display in forms
            }
        )


def _with_parts(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _with_parts(token.parts)


def near_keywords(items: pd.DataFrame, keyword: str) -> pd.DataFrame:
    """Return the longest pieces of a keyword that stand in titles, whatever their letter case.

    Tells what to look for where :func:`keyword_in_context` finds nothing. Pieces have two
    characters at least, or as many as the keyword.

    Parameters
    ----------
    items : DataFrame
        With ``item_id, title``.
    keyword : str

    Returns
    -------
    DataFrame
        ``keyword`` (as written in the titles), ``n_items``, by number of items, most first, then
        by keyword. No rows if no piece stands anywhere.

    Raises
    ------
    SettingsError
        An empty keyword, a missing column, an ``item_id`` that stands twice.

    Examples
    --------
    >>> items = pd.DataFrame({"item_id": ["a1", "a2"], "title": ["IT新改革戦略", "IT新戦略"]})
    >>> near_keywords(items, "it新政策").values.tolist()
    [['IT新', 2]]
    """
    wanted = _checked(items, keyword)
    titles = [normalize(title) for title in items["title"]]
    pieces = _longest_pieces(wanted.lower(), "\n".join(titles).lower())
    patterns = [re.compile(re.escape(piece), re.IGNORECASE) for piece in pieces]
    found = Counter(
        written
        for title in titles
        for written in {m[0] for pattern in patterns for m in pattern.finditer(title)}
    )
    rows = sorted(found.items(), key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(rows, columns=["keyword", "n_items"]).astype(
        {"keyword": "str", "n_items": "int64"}
    )


def _longest_pieces(keyword: str, text: str) -> list[str]:
    length = min(2, len(keyword))
    longest: list[str] = []
    for start in range(len(keyword)):
        for end in range(start + length, len(keyword) + 1):
            piece = keyword[start:end]
            if piece not in text:
                break
            longest = [piece] if len(piece) > length else [*longest, piece]
            length = len(piece)
    return list(dict.fromkeys(longest))
