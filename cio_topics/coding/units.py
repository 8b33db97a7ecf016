"""A text → its items, headings, paragraphs and sentences, as KH Coder counts them.

A line is a paragraph, or a heading: ``<H1>…</H1>`` to ``<H5>…</H5>``. A sentence ends at 。 and at
the end of its line. A heading is a unit of its own among the paragraphs and among the sentences. A
section begins at a heading and ends before the next one of the same or of a higher level; what
stands before the first heading of a level belongs to no section of that level.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.coding.words import Integers, Words, read_words
from cio_topics.errors import CorpusError, SettingsError, choices, shorten

__all__ = ["LEVELS", "UNITS", "Bounds", "CodingText"]

#: Levels of headings.
LEVELS = ("h1", "h2", "h3", "h4", "h5")
#: Units that can be coded, the largest first.
UNITS = ("item", *LEVELS, "paragraph", "sentence")

_TAG = re.compile("<(/?)h([1-5])>", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_SENTENCE = re.compile("[^。]*。|[^。]+")


class Bounds(NamedTuple):
    """Where units begin and end in the text; they follow each other and do not overlap."""

    starts: Integers
    ends: Integers

    def of(self, places: Integers) -> Integers:
        """Return the unit each place is in, from 0; -1 where it is in none."""
        found = np.searchsorted(self.starts, places, side="right") - 1
        if not len(self.starts):
            return found
        inside = (found >= 0) & (places < np.maximum(self.ends, self.starts + 1)[found])
        return np.where(inside, found, -1)

    def tally(self, places: Integers) -> Integers:
        """Return how many of the places, which only grow, are in each unit."""
        return np.searchsorted(places, self.ends) - np.searchsorted(places, self.starts)


class _Line(NamedTuple):
    text: str
    level: int  # 0: a paragraph
    number: int  # of the line in its file, or in its item
    item: int


class CodingText:
    r"""A text with its lines, units and words.

    Invariant: lines are not blank unless they are headings; their places in `text` only grow.

    Parameters
    ----------
    texts : sequence of str
        One for a file of text; one an item for a table.
    items : DataFrame, optional
        What is known of the items, a row each. Without it every line is an item.
    dictionary : str, default "unidic-lite"
        KH Coder's own is ``ipadic``.
    name : str, default "text"
        Of the file, for messages.

    Raises
    ------
    CorpusError
        A tag of a heading without its other half on the same line, or nothing but blanks.

    Examples
    --------
    >>> text = CodingText(["<H1>上</H1>\n私は海へ行った。暑かった。\n\n<H1>中</H1>\n父は待った。"])
    >>> [len(text.bounds(unit).starts) for unit in ("h1", "paragraph", "sentence")]
    [2, 4, 5]
    >>> CodingText(["<H1>上"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: text line 1: the tag <H1> stands alone; expected ...
    """

    def __init__(
        self,
        texts: Sequence[str],
        items: pd.DataFrame | None = None,
        dictionary: str = "unidic-lite",
        name: str = "text",
    ) -> None:
        found = [line for number, text in enumerate(texts) for line in _lines(text, number, name)]
        if not found:
            raise CorpusError(
                f"{name} has no text; expected at least one line that is not blank.",
                "Give a text.",
                "空でないテキストを指定してください。",
            )
        self.items = items
        self.dictionary = dictionary
        self.name = name
        self.text = "\n".join(line.text for line in found)
        self.lines = pd.DataFrame(found, columns=list(_Line._fields)).astype({"text": "str"})
        lengths = self.lines["text"].str.len().to_numpy(np.int64)
        self._ends: Integers = np.cumsum(lengths + 1, dtype=np.int64) - np.int64(1)
        self._starts: Integers = self._ends - lengths

    @cached_property
    def words(self) -> Words:
        """Words of the text by the dictionary."""
        return read_words(self.lines["text"].tolist(), self._starts.tolist(), self.dictionary)

    @property
    def units(self) -> tuple[str, ...]:
        """Units that the text has; an item of a file of text is a paragraph."""
        kinds = UNITS if self.items is not None else UNITS[1:]
        return tuple(unit for unit in kinds if len(self.bounds(unit).starts))

    def bounds(self, unit: str) -> Bounds:
        """Return where the units of a kind begin and end.

        Parameters
        ----------
        unit : str
            One of :data:`UNITS`.

        Raises
        ------
        SettingsError
            Another unit.
        """
        check_unit(unit)
        if unit == "sentence":
            return self._sentences
        if unit in LEVELS:
            return self._sections(int(unit[1]))
        if unit == "item" and self.items is not None:
            return self._whole_items()
        return Bounds(self._starts, self._ends)

    def _whole_items(self) -> Bounds:
        """Return the items; one without text is empty, and stands after the one before it."""
        assert self.items is not None
        n = len(self.items)
        given = self.lines["item"].to_numpy()
        firsts = np.searchsorted(given, np.arange(n))
        lasts = np.searchsorted(given, np.arange(n), side="right")
        starts = np.append(self._starts, len(self.text) + 1)[firsts]
        ends = np.where(lasts > firsts, self._ends[lasts - 1], starts)
        return Bounds(np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64))

    def _sections(self, level: int) -> Bounds:
        levels = self.lines["level"].to_numpy()
        firsts = np.flatnonzero(levels == level)
        stops = np.append(np.flatnonzero((levels > 0) & (levels <= level)), len(levels))
        lasts = stops[np.searchsorted(stops, firsts, side="right")] - 1
        return Bounds(self._starts[firsts], self._ends[lasts])

    @cached_property
    def _sentences(self) -> Bounds:
        starts, ends = [], []
        lines = zip(self.lines["text"], self.lines["level"], self._starts.tolist(), strict=True)
        for text, level, start in lines:
            spans = [(0, len(text))] if level else _sentence_spans(text)
            starts += [start + first for first, _ in spans]
            ends += [start + last for _, last in spans]
        return Bounds(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))

    def headings(self, level: int) -> pd.Series[str]:
        """Return the texts of the headings of a level, in their order."""
        return self.lines.loc[self.lines["level"] == level, "text"].reset_index(drop=True)

    def table(self, unit: str, width: int = 40) -> pd.DataFrame:
        """Return the units of a kind, a row each.

        Parameters
        ----------
        unit : str
        width : int, default 40
            Characters of the text shown.

        Returns
        -------
        DataFrame, columns ``unit, line, text``
            Number from 1, line of the file, the beginning of the text; before it ``h1`` …, the
            headings above the unit, as far as the text has such levels. Of a table: ``item_id``,
            if it has any, and the line of the item.
        """
        bounds = self.bounds(unit)
        rows = np.searchsorted(self._starts, bounds.starts, side="right") - 1
        table = pd.DataFrame({"unit": np.arange(1, len(rows) + 1)})
        if self.items is not None and "item_id" in self.items:
            given = self.lines["item"].to_numpy()[rows]
            if unit == "item":
                given = np.arange(len(rows))
            table["item_id"] = self.items["item_id"].to_numpy()[given]
        if unit != "item" or self.items is None:
            table["line"] = self.lines["number"].to_numpy()[rows]
        for level in range(1, 6):
            headings = self.headings(level)
            if len(headings):
                above = self._sections(level).of(bounds.starts)
                table[f"h{level}"] = np.append(headings.to_numpy(object), "")[above]
        pairs = zip(bounds.starts.tolist(), bounds.ends.tolist(), strict=True)
        table["text"] = [_excerpt(self.text[start:end], width) for start, end in pairs]
        return table


def _excerpt(text: str, width: int) -> str:
    """Return the beginning of a text on one line, without what a terminal could obey."""
    flat = "".join(c if c.isprintable() or c == "　" else " " for c in text[: width + 1])
    return flat if len(text) <= width else flat[: width - 1] + "…"


def check_unit(unit: str) -> None:
    """Refuse a unit that does not exist."""
    if unit not in UNITS:
        raise SettingsError(
            f"unknown unit {shorten(unit)}; expected one of: {choices(UNITS)}.",
            remedy_ja="集計単位は上のいずれかで指定してください。",
        )


def _lines(text: str, item: int, name: str) -> Iterator[_Line]:
    for number, line in enumerate(_LINE_END.split(text), start=1):
        place = 0
        tags = list(_TAG.finditer(line))
        for opened, closed in zip_longest(tags[::2], tags[1::2]):
            if opened[1] or closed is None or not closed[1] or opened[2] != closed[2]:
                raise _lone_tag(opened, number, name)
            yield from _paragraph(line[place : opened.start()], number, item)
            heading = line[opened.end() : closed.start()].strip()
            yield _Line(heading, int(opened[2]), number, item)
            place = closed.end()
        yield from _paragraph(line[place:], number, item)


def _lone_tag(tag: re.Match[str], number: int, name: str) -> CorpusError:
    return CorpusError(
        f"{name} line {number}: the tag {tag[0]} stands alone; expected "
        f"<H{tag[2]}>…</H{tag[2]}> on one line.",
        "Write the heading and both of its tags on one line.",
        "見出しは、開始タグと終了タグを含めて1行に書いてください。",
    )


def _paragraph(text: str, number: int, item: int) -> Iterator[_Line]:
    if text.strip():
        yield _Line(text, 0, number, item)


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    return [found.span() for found in _SENTENCE.finditer(text) if found[0].strip()]
