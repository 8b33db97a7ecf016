"""What is read from one file, before it becomes rows: plain tuples that a process can hand over.

Texts are as printed (white space at both ends taken away); labels are in the normal form of
:func:`cio_topics.text.normalize`; dates are ISO, times ``HH:MM``.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "AgendaLine",
    "DecisionHead",
    "FileRecord",
    "Handout",
    "Line",
    "Link",
    "MeetingRecord",
    "Unread",
]


class Link(NamedTuple):
    """A link of a line: its text and its address as written."""

    text: str
    href: str


class Line(NamedTuple):
    """A line of a page as a reader sees it.

    `cells` are the texts of a table row (empty outside tables); `marker` is what a browser would
    print before a list item (``1.``, ``•``) and `depth` how deep the list is nested (0: no list);
    `heading` tells whether it stands in h1 to h6 or is set much larger than the text.
    """

    text: str
    links: tuple[Link, ...] = ()
    cells: tuple[str, ...] = ()
    marker: str = ""
    depth: int = 0
    heading: bool = False


class AgendaLine(NamedTuple):
    """A line of an agenda: `kind` is ``agenda``, ``ceremony`` or ``handout``; `level` from 1."""

    title: str
    kind: str = "agenda"
    label: str = ""
    level: int = 1


class Handout(NamedTuple):
    """A handout named on a page; `item` is the place of its agenda line in `items`, from 0."""

    title: str
    label: str = ""
    url: str = ""
    item: int | None = None


class MeetingRecord(NamedTuple):
    """One meeting as one file tells it; what it does not tell is empty."""

    body: str = ""
    number: int | None = None
    date: str = ""
    date_precision: str = "unknown"
    format: str = "unknown"
    start: str = ""
    end: str = ""
    place: str = ""
    items: tuple[AgendaLine, ...] = ()
    handouts: tuple[Handout, ...] = ()
    note: str = ""


class DecisionHead(NamedTuple):
    """The head of a decided document."""

    title: str
    decided_on: str = ""
    revised_on: tuple[str, ...] = ()
    decided_by: str = ""


class Unread(NamedTuple):
    """A line that became no row, and why (``navigation``, ``attendance``, ``minutes``, …)."""

    text: str
    reason: str


class FileRecord(NamedTuple):
    """Everything that one file told.

    `parser` is ``page``, ``list``, ``document`` or empty where nothing was understood; `text` is
    the full text of a document; `links` are those to follow; `remarks` are doubts a person should
    look at (a weekday that does not fit its date, a page that ends in the middle).
    """

    source: str
    parser: str = ""
    charset: str = ""
    title: str = ""
    meetings: tuple[MeetingRecord, ...] = ()
    decision: DecisionHead | None = None
    text: str = ""
    links: tuple[Link, ...] = ()
    unread: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()
