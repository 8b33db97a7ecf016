"""What is read from one file, before it becomes rows: plain tuples that a process can hand over.

Texts are as printed (white space at both ends taken away); labels are in the normal form of
:func:`cio_topics.text.normalize`; dates are ISO, times ``HH:MM``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "AgendaLine",
    "DecisionHead",
    "FileRecord",
    "Handout",
    "Line",
    "Link",
    "MeetingRecord",
    "Unread",
    "from_json",
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

    `source` is the address or, where none is known, the name of the file; `medium` is ``html``,
    ``text`` or ``pdf``; `parser` is ``page``, ``list``, ``document`` or empty where nothing was
    understood; `text` is the full text of a document; `links` are those to follow; `remarks` are
    doubts a person should look at (a weekday that does not fit its date, a page that ends in the
    middle).
    """

    source: str
    parser: str = ""
    medium: str = ""
    charset: str = ""
    title: str = ""
    meetings: tuple[MeetingRecord, ...] = ()
    decision: DecisionHead | None = None
    text: str = ""
    links: tuple[Link, ...] = ()
    unread: tuple[Unread, ...] = ()
    remarks: tuple[str, ...] = ()


def from_json(data: Any) -> FileRecord:
    """Return the record that ``json.dumps`` wrote as nested lists.

    Examples
    --------
    >>> import json
    >>> record = FileRecord("x", meetings=(MeetingRecord("会議", items=(AgendaLine("題"),)),))
    >>> from_json(json.loads(json.dumps(record))) == record
    True
    """
    record = FileRecord(*data)
    decision = record.decision
    return record._replace(
        meetings=tuple(_meeting(*values) for values in record.meetings),
        decision=None if decision is None else _decision(*decision),
        links=tuple(Link(*values) for values in record.links),
        unread=tuple(Unread(*values) for values in record.unread),
        remarks=tuple(record.remarks),
    )


def _meeting(*values: Any) -> MeetingRecord:
    meeting = MeetingRecord(*values)
    return meeting._replace(
        items=tuple(AgendaLine(*item) for item in meeting.items),
        handouts=tuple(Handout(*handout) for handout in meeting.handouts),
    )


def _decision(*values: Any) -> DecisionHead:
    head = DecisionHead(*values)
    return head._replace(revised_on=tuple(head.revised_on))
