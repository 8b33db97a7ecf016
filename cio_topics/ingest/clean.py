"""Records as they were read → records that a corpus can hold; what is changed is said."""

from __future__ import annotations

import re

from cio_topics.corpus.schema import MAX_TITLE
from cio_topics.ingest.records import AgendaLine, DecisionHead, FileRecord, Handout, MeetingRecord

__all__ = ["clean_record"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LARGEST = 10**9 - 1


def clean_record(record: FileRecord, remarks: list[str]) -> FileRecord:
    r"""Return a record without characters, numbers and times that no corpus can hold.

    Parameters
    ----------
    record : FileRecord
    remarks : list of str
        What was left out is added to it; control characters go without a word.

    Examples
    --------
    >>> remarks = []
    >>> items = (AgendaLine("計\x07画"),)
    >>> meeting = MeetingRecord("会議", 0, start="13:30", end="11:00", items=items)
    >>> cleaned = clean_record(FileRecord("a.html", meetings=(meeting,)), remarks).meetings[0]
    >>> cleaned.items[0].title, cleaned.number, cleaned.end, len(remarks)
    ('計画', None, '', 2)
    """
    source = _line(record.source)
    meetings = tuple(
        _meeting(meeting, source, remarks) for meeting in record.meetings if _line(meeting.body)
    )
    if len(meetings) < len(record.meetings):
        remarks.append(f"{source}: a meeting without a body was left out")
    return record._replace(
        source=source,
        title=_line(record.title),
        meetings=meetings,
        decision=_decision(record.decision),
        text=_SURROGATE.sub("\ufffd", record.text),
    )


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split()) if _CONTROL.search(text) else text.strip()


def _meeting(meeting: MeetingRecord, source: str, remarks: list[str]) -> MeetingRecord:
    number, end = meeting.number, meeting.end
    if number is not None and not 0 < number <= _LARGEST:
        remarks.append(f"{source}: number {number} is none of a meeting, left out")
        number = None
    if meeting.start and end and end < meeting.start:
        remarks.append(f"{source}: the end {end} lies before the start {meeting.start}, left out")
        end = ""
    items, places = _items(meeting, source, remarks)
    return meeting._replace(
        body=_line(meeting.body),
        number=number,
        end=end,
        place=_line(meeting.place),
        note=_line(meeting.note),
        items=items,
        handouts=tuple(_handout(handout, places) for handout in meeting.handouts),
    )


def _items(
    meeting: MeetingRecord, source: str, remarks: list[str]
) -> tuple[tuple[AgendaLine, ...], dict[int, int]]:
    """Return the items with a title, and where each came to stand."""
    kept: list[AgendaLine] = []
    places: dict[int, int] = {}
    for place, item in enumerate(meeting.items):
        title = _line(item.title)
        if not title or len(title) > MAX_TITLE:
            remarks.append(f"{source}: an item of {len(title):,} characters was left out")
            continue
        places[place] = len(kept)
        kept.append(item._replace(title=title, label=_line(item.label)))
    return tuple(kept), places


def _handout(handout: Handout, places: dict[int, int]) -> Handout:
    return handout._replace(
        title=_line(handout.title),
        label=_line(handout.label),
        url=_line(handout.url),
        item=None if handout.item is None else places.get(handout.item),
    )


def _decision(head: DecisionHead | None) -> DecisionHead | None:
    if head is None or not _line(head.title):
        return None
    return head._replace(title=_line(head.title), decided_by=_line(head.decided_by))
