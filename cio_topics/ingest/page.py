"""A page (HTML or plain text) → everything it tells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cio_topics.ingest.charset import decode_page
from cio_topics.ingest.documents import read_document
from cio_topics.ingest.heads import read_head
from cio_topics.ingest.html import looks_like_html, read_html_lines, resolve
from cio_topics.ingest.lists import read_list
from cio_topics.ingest.meeting import MeetingPage, read_meeting
from cio_topics.ingest.records import FileRecord, Line, Unread
from cio_topics.ingest.sentences import read_blog, read_sentences

__all__ = ["read_lines", "read_page"]


def read_page(content: bytes, *, source: str = "", charset: str = "") -> FileRecord:
    """Read a page of a council.

    Parameters
    ----------
    content : bytes
        HTML or plain text.
    source : str, default ""
        Its address or file name.
    charset : str, default ""
        What an HTTP header declared.

    Returns
    -------
    FileRecord
        Its `parser` is empty where nothing was understood; then every line is in `unread`.

    Examples
    --------
    >>> page = "<h1>第1回試験会議</h1><p>日時：令和3年9月6日（月）<p>議事<ol><li>体制について</ol>"
    >>> record = read_page(page.encode("euc_jp"), source="https://council.example.jp/dai1/")
    >>> record.parser, record.charset, record.meetings[0].date
    ('page', 'euc_jp', '2021-09-06')
    """
    decoded = decode_page(content, charset)
    remarks = [decoded.remark] if decoded.remark else []
    medium, base, title = "text", source, ""
    if looks_like_html(decoded.text):
        page = read_html_lines(decoded.text)
        if not source.startswith("http"):
            source = page.address or source
        medium, lines, title = "html", page.lines, page.title
        base = resolve(page.base, source) if page.base else source
        if not page.whole:
            remarks.append("the page ends in the middle; it may be cut")
    else:
        lines = plain_lines(decoded.text)
    record = read_lines(title, lines, base, wrapped=medium == "text")
    return record._replace(
        source=source,
        medium=medium,
        charset=decoded.charset,
        title=title,
        remarks=(*remarks, *record.remarks),
    )


def plain_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of a plain text that are not blank."""
    words = (" ".join(line.split()) for line in text.splitlines())
    return tuple(Line(line) for line in words if line)


def read_lines(
    title: str, lines: Sequence[Line], source: str = "", *, wrapped: bool = False
) -> FileRecord:
    """Read lines as what fits first: a list, a meeting, a document, sentences.

    Examples
    --------
    >>> read_lines("", [Line("本日は晴れ")]).unread
    (Unread(text='本日は晴れ', reason='not understood'),)
    """
    several = _several_meetings(lines, source)
    if several is not None:
        return several
    listed = read_list(title, lines, source)
    meeting = read_meeting(title, lines, source, wrapped=wrapped)
    if wrapped and meeting is not None and not meeting.explicit:
        meeting = None  # chapters of a document, numbered as an agenda is
    if listed is not None and not (_is_one_meeting(meeting) and meeting and meeting.dated):
        return FileRecord(
            source,
            "list",
            meetings=listed.meetings,
            links=listed.links,
            unread=listed.unread,
            remarks=listed.remarks,
        )
    document = read_document(title, lines, source)
    if document is not None and (document.head.decided_by or not _is_one_meeting(meeting)):
        left = tuple(
            Unread(line.text, "text of the document")
            for place, line in enumerate(lines)
            if place not in document.used
        )
        return FileRecord(
            source,
            "document",
            decision=document.head,
            text="\n".join(line.text for line in lines),
            unread=left,
            remarks=document.remarks,
        )
    told = read_blog(lines, source)
    if told is None and not _is_one_meeting(meeting):
        told = read_sentences(lines, source)
    if told is not None:
        return FileRecord(
            source, "page", meetings=(told.meeting,), unread=told.unread, remarks=told.remarks
        )
    if meeting is None:
        text = "\n".join(line.text for line in lines)
        return FileRecord(
            source, text=text, unread=tuple(Unread(x.text, "not understood") for x in lines)
        )
    return FileRecord(
        source,
        "page",
        meetings=(meeting.meeting,),
        unread=meeting.unread,
        remarks=meeting.remarks,
    )


def _several_meetings(lines: Sequence[Line], source: str) -> FileRecord | None:
    """Read a page on which headings with different numbers each have a meeting below them."""
    heads = [(n, read_head(line.text).number) for n, line in enumerate(lines) if line.heading]
    starts = [n for n, number in heads if number is not None]
    if len({number for _, number in heads if number is not None}) < 2:
        return None
    parts = [[*lines[: starts[0]], *lines[a:b]] for a, b in pairwise([*starts, len(lines)])]
    pages = [read_meeting("", part, source) for part in parts]
    found = [page for page in pages if page is not None and page.dated]
    if len(found) < len(parts):
        return None
    return FileRecord(
        source,
        "page",
        meetings=tuple(page.meeting for page in found),
        unread=tuple(line for page in found for line in page.unread),
        remarks=tuple(remark for page in found for remark in page.remarks),
    )


def _is_one_meeting(page: MeetingPage | None) -> bool:
    """Tell whether a page has an agenda of its own, and not only dates of many meetings."""
    if page is None:
        return False
    meeting = page.meeting
    return (
        page.explicit
        and any(item.kind != "handout" for item in meeting.items)
        and bool(meeting.date)
    )
