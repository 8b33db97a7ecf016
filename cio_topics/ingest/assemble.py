"""Records of many files → corpus tables: files that tell of one meeting become one meeting."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pandas as pd

from cio_topics.corpus.agenda import make_id, make_meeting_id
from cio_topics.corpus.schema import TABLES
from cio_topics.ingest.clean import clean_record
from cio_topics.ingest.dates import without_spaces
from cio_topics.ingest.records import AgendaLine, DecisionHead, FileRecord, Handout, MeetingRecord
from cio_topics.ingest.tie import tie_handouts
from cio_topics.text import split_title

__all__ = ["Assembled", "assemble", "source_kind_of"]

Row = dict[str, object]
_Key = tuple[str, str]  # a body, and a number or a day


class Assembled(NamedTuple):
    """Tables of a corpus as text, and doubts that only show once files are laid side by side."""

    tables: dict[str, pd.DataFrame]
    remarks: tuple[str, ...]


class _Told(NamedTuple):
    """What one file tells of a meeting."""

    meeting: MeetingRecord
    source: str
    source_kind: str
    parser: str
    rank: int


_MINUTES = re.compile(r"議事(?:録|要旨|概要|要録)|gijiroku|gaiyou|youshi", re.I)
_ARCHIVES = (
    "warp.ndl.go.jp",
    "warp.da.ndl.go.jp",
    "archive.org",
    "archive.today",
)


def source_kind_of(address: str) -> str:
    """Return how reliable an address is by its host; empty where the host does not tell.

    Examples
    --------
    >>> source_kind_of("https://www.kantei.go.jp/x"), source_kind_of("https://warp.ndl.go.jp/x")
    ('official', 'archive_copy')
    >>> source_kind_of("saved/x.html")
    ''
    """
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""
    if any(host == archive or host.endswith(f".{archive}") for archive in _ARCHIVES):
        return "archive_copy"
    return "official" if host.endswith((".go.jp", ".lg.jp")) else ""


def assemble(
    records: Iterable[FileRecord],
    *,
    source_kind: str = "",
    redirects: Mapping[str, str] | None = None,
) -> Assembled:
    """Join records to the tables of a corpus.

    Files tell of one meeting if they name the same body and the same number (within a year of each
    other) or, where one has no number, the same day and a format that fits. Of such files the
    agenda page goes before minutes, minutes before pages of handouts, these before lists; each
    field is taken from the first that has it, and what another says differently is kept in
    ``sources``. Items come from the best file alone: lines that only minutes have would count a
    subject twice.

    Parameters
    ----------
    records : iterable of FileRecord
        In a fixed order; the result depends on it only where files of one rank disagree.
    source_kind : str, default ""
        Kind of all sources, where their addresses do not tell.
    redirects : mapping of str to str, optional
        Where addresses of handouts lead in the end.

    Returns
    -------
    Assembled
        ``meetings, items, documents, decisions, sources``, all columns text.

    Examples
    --------
    >>> meeting = MeetingRecord("試験会議", 1, "2009-07-01", "day", items=(AgendaLine("計画"),))
    >>> tables = assemble([FileRecord("a.html", "page", meetings=(meeting,)),
    ...                    FileRecord("b.html", "list", meetings=(meeting,))]).tables
    >>> len(tables["meetings"]), tables["items"]["title"].tolist()
    (1, ['計画'])
    """
    told: list[_Told] = []
    papers: list[FileRecord] = []
    remarks: list[str] = []
    for record in (clean_record(record, remarks) for record in records):
        kind = source_kind_of(record.source) or source_kind
        parser = f"{record.medium}-{record.parser}".strip("-")
        told += [_Told(m, record.source, kind, parser, _rank(record, m)) for m in record.meetings]
        if record.text:
            papers.append(record._replace(unread=(), links=()))
    ends = redirects or {}
    told = _without_handouts(told, ends)
    rows: dict[str, list[Row]] = {
        name: [] for name in ("meetings", "items", "documents", "sources")
    }
    taken: set[str] = set()
    for group in _groups(told):
        _add_meeting(group, rows, remarks, taken)
    decisions = _add_papers(papers, rows, source_kind, taken, ends)
    tables = {name: _table(name, found) for name, found in rows.items()}
    tables["decisions"] = _table("decisions", decisions)
    return Assembled(tables, tuple(remarks))


def _without_handouts(told: Sequence[_Told], ends: Mapping[str, str]) -> list[_Told]:
    """Leave out papers that look like meetings but are handouts of another page.

    One with an agenda of its own stays: it may be the minutes of the meeting before.
    """
    handed = {
        (_same_place(ends.get(handout.url, handout.url)), one.source)
        for one in told
        for handout in one.meeting.handouts
        if handout.label and handout.url
    }
    papers = {url for url, source in handed if url != _same_place(source)}
    return [one for one in told if one.rank < 2 or _same_place(one.source) not in papers]


def _same_place(address: str) -> str:
    """Return an address in the form in which two of them are compared."""
    bare = unicodedata.normalize("NFC", unquote(address))
    return bare.partition("://")[2] if bare.startswith(("http://", "https://")) else bare


def _table(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    columns = [column.name for column in TABLES[name]]
    values = {c: [_text(row.get(c)) for row in rows] for c in columns}
    return pd.DataFrame({c: pd.Series(v, dtype="str") for c, v in values.items()})


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _rank(record: FileRecord, meeting: MeetingRecord) -> int:
    if record.parser == "list":
        return 3
    if not any(item.kind != "handout" for item in meeting.items):
        return 2
    last = record.source.rstrip("/").rpartition("/")[2]
    return 1 if _MINUTES.search(record.title) or _MINUTES.search(last) else 0


# -- files of one meeting ----------------------------------------------------------------------


def _groups(told: Sequence[_Told]) -> list[list[_Told]]:
    """Part what was told by meeting, in order of first appearance."""
    groups: list[list[_Told]] = []
    by_number: dict[_Key, list[int]] = {}
    by_day: dict[_Key, list[int]] = {}
    for one in sorted(told, key=lambda one: (one.meeting.number is None, one.rank)):
        body = without_spaces(one.meeting.body)
        number, day = one.meeting.number, _day(one.meeting)
        candidates = by_number.get((body, str(number)), []) if number is not None else []
        candidates = candidates + (by_day.get((body, day), []) if day else [])
        place = next((p for p in candidates if _same(one, groups[p])), None)
        if place is None:
            place = len(groups)
            groups.append([])
        groups[place].append(one)
        if number is not None:
            _note(by_number, (body, str(number)), place)
        if day:
            _note(by_day, (body, day), place)
    order = {id(one.meeting): place for place, one in enumerate(told)}
    for group in groups:
        group.sort(key=lambda one: (one.rank, order[id(one.meeting)]))
    return sorted(groups, key=lambda group: min(order[id(one.meeting)] for one in group))


def _note(index: dict[_Key, list[int]], key: _Key, place: int) -> None:
    places = index.setdefault(key, [])
    if place not in places:
        places.append(place)


def _day(meeting: MeetingRecord) -> str:
    return meeting.date if meeting.date_precision == "day" else ""


_COMPARED = 20  # files of one meeting that another is compared with


def _same(one: _Told, group: Sequence[_Told]) -> bool:
    told = [group[0].meeting]
    told += [m for m in (other.meeting for other in group[:_COMPARED]) if m.date or m.number]
    return all(_fits(one.meeting, meeting) for meeting in told)


_APART = 60  # days by which dates of one numbered meeting may differ; numbers restart by the year


def _near(one: str, other: str) -> bool:
    """Tell whether two dates may be one, or one that is printed with a wrong year."""
    if len(one) == len(other) == 10:
        days = abs((dt.date.fromisoformat(one) - dt.date.fromisoformat(other)).days)
        wrong_year = one[4:] == other[4:] and abs(int(one[:4]) - int(other[:4])) <= 1
        return days <= _APART or wrong_year
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _fits(one: MeetingRecord, other: MeetingRecord) -> bool:
    """Tell whether two records of one body, with a number or day in common, are one meeting."""
    if one.number is not None and other.number is not None:
        if one.number != other.number:
            return False
        return not one.date or not other.date or _near(one.date, other.date)
    circulated = [m.format == "circulated" for m in (one, other) if m.format != "unknown"]
    return _day(one) == _day(other) and len(set(circulated)) < 2


def _most_exact(meetings: Sequence[MeetingRecord]) -> MeetingRecord:
    """Return the first record with a date, or one whose day lies within that month or year."""
    dated = [meeting for meeting in meetings if meeting.date]
    if not dated:
        return meetings[0]
    within = [m for m in dated if m.date.startswith(dated[0].date)]
    return max(within, key=lambda meeting: len(meeting.date))


def _add_meeting(
    group: Sequence[_Told], rows: dict[str, list[Row]], remarks: list[str], taken: set[str]
) -> None:
    best = group[0]
    meetings = [one.meeting for one in group]
    dated = _most_exact(meetings)
    timed = next((m for m in meetings if m.start), best.meeting)
    formats = [m.format for m in meetings if m.format != "unknown"]
    form = next((f for f in formats if f != "in_person"), formats[0] if formats else "unknown")
    number = next((m.number for m in meetings if m.number is not None), None)
    itemed = next((one for one in group if any(_is_agenda(i) for i in one.meeting.items)), None)
    itemed = itemed or next((one for one in group if one.meeting.items), best)
    identity = (best.meeting.body, _text(number), dated.date, dated.date_precision, form)
    meeting_id = _own(make_meeting_id(*identity), best.source, taken)
    handouts = _handouts(group, itemed)
    row: Row = {
        "meeting_id": meeting_id,
        "body": best.meeting.body,
        "number": number,
        "date": dated.date,
        "date_precision": dated.date_precision,
        "format": form,
        "start": timed.start,
        "end": timed.end or next((m.end for m in meetings if m.start == timed.start and m.end), ""),
        "n_handouts": len(handouts) or None,
        "place": next((m.place for m in meetings if m.place), ""),
        "source": " ; ".join(dict.fromkeys(one.source for one in group)),
        "source_kind": best.source_kind,
        "parser": best.parser,
        "confidence": "verbatim",
        "note": next((m.note for m in meetings if m.note), ""),
    }
    rows["meetings"].append(row)
    rows["sources"] += _differences(meeting_id, row, group, remarks)
    ids = _add_items(itemed, identity, meeting_id, rows, taken)
    remarks += _items_elsewhere(itemed, group)
    rows["sources"] += _titles_elsewhere(itemed, group, ids)
    for handout, one, tied in handouts:
        rows["documents"].append(
            {
                "document_id": _own(
                    make_id("d", meeting_id, handout.label, handout.title, handout.url), "", taken
                ),
                "meeting_id": meeting_id,
                "item_id": ids.get(tied, "") if tied is not None else "",
                "label": handout.label,
                "title": handout.title,
                "document_url": handout.url,
                "source_url": one.source,
                "source_kind": one.source_kind,
                "parser": one.parser,
                "confidence": "verbatim",
            }
        )


def _own(identifier: str, source: str, taken: set[str]) -> str:
    """Return an identifier that nothing else has."""
    first, count = identifier, 1
    while identifier in taken:
        identifier = make_id(first[0], first, source, str(count))
        count += 1
    taken.add(identifier)
    return identifier


def _is_agenda(item: AgendaLine) -> bool:
    return item.kind == "agenda"


def _add_items(
    one: _Told,
    identity: tuple[str, ...],
    meeting_id: str,
    rows: dict[str, list[Row]],
    taken: set[str],
) -> dict[int, str]:
    ids: dict[int, str] = {}
    for place, item in enumerate(one.meeting.items):
        made = make_id("i", *identity, str(place + 1), item.title)
        ids[place] = _own(made, one.source, taken)
        rows["items"].append(
            {
                "item_id": ids[place],
                "meeting_id": meeting_id,
                "position": place + 1,
                "kind": item.kind,
                "label": item.label,
                "level": item.level,
                "title": item.title,
                "status": _status(item.title),
                "source_url": one.source,
                "source_kind": one.source_kind,
                "parser": one.parser,
                "confidence": "verbatim",
            }
        )
    return ids


_STATUSES = {"案": "案", "決定": "決定", "報告": "報告", "改定": "改定", "改訂": "改定"}


def _status(title: str) -> str:
    """Return the status that a title prints in brackets at its end."""
    marks = split_title(title[-100:]).marks
    return next(
        (status for mark in marks[-1:] for end, status in _STATUSES.items() if mark.endswith(end)),
        "",
    )


def _handouts(group: Sequence[_Told], itemed: _Told) -> list[tuple[Handout, _Told, int | None]]:
    """Return the handouts of all files, each once, tied to the items that are kept."""
    found: dict[tuple[str, ...], tuple[Handout, _Told, int | None]] = {}
    for one in group:
        for handout in one.meeting.handouts:
            key = _handout_key(handout)
            tied = handout.item if one is itemed else _tied(handout, itemed)
            if key not in found:
                found[key] = (handout, one, tied)
            elif handout.url and not found[key][0].url:
                known, first, place = found[key]
                found[key] = (known._replace(url=handout.url), first, place)
    return list(found.values())


def _handout_key(handout: Handout) -> tuple[str, ...]:
    if handout.label and handout.label[-1:].isdigit():
        return ("label", handout.label, _core(handout.title)[:8])
    return ("title", handout.label, _core(handout.title) or handout.url)


def _tied(handout: Handout, itemed: _Told) -> int | None:
    return tie_handouts(itemed.meeting.items, [handout._replace(label="")])[0].item


def _core(title: str) -> str:
    return split_title(title[:500]).core.replace(" ", "")


def _items_elsewhere(itemed: _Told, group: Sequence[_Told]) -> list[str]:
    """Say which subjects stand on another file's agenda only."""
    known = {_core(item.title) for item in itemed.meeting.items}
    return [
        f"{one.source}: not on the agenda of {itemed.source}, left out: {item.title}"
        for one in group
        for item in one.meeting.items
        if one is not itemed and _is_agenda(item) and _core(item.title) not in known
    ]


def _titles_elsewhere(itemed: _Told, group: Sequence[_Told], ids: dict[int, str]) -> list[Row]:
    """Keep the titles that other files print differently for the same subject."""
    places = {_core(item.title): place for place, item in enumerate(itemed.meeting.items)}
    printed = {without_spaces(item.title) for item in itemed.meeting.items}
    return [
        _source_row("items", ids[places[_core(item.title)]], "title", item.title, one)
        for one in group
        for item in one.meeting.items
        if one is not itemed
        and _core(item.title) in places
        and without_spaces(item.title) not in printed
    ]


def _source_row(table: str, identifier: str, field: str, value: str, one: _Told) -> Row:
    return {
        "table": table,
        "id": identifier,
        "field": field,
        "value": value,
        "source_url": one.source,
        "source_kind": one.source_kind,
        "confidence": "verbatim",
    }


def _differences(
    meeting_id: str, row: Row, group: Sequence[_Told], remarks: list[str]
) -> list[Row]:
    """Keep what other files say differently; contradictions are doubts too."""
    rows: list[Row] = []
    for one in group:
        for field in ("body", "number", "date", "format", "start", "end", "place"):
            said, kept = getattr(one.meeting, field), row[field]
            if said in (None, "", "unknown") or without_spaces(_text(said)) == without_spaces(
                _text(kept)
            ):
                continue
            rows.append(_source_row("meetings", meeting_id, field, _text(said), one))
            if field in ("date", "start", "end") and not _text(kept).startswith(_text(said)):
                remarks.append(f"{one.source}: {field} {said}, kept {kept} of {group[0].source}")
    return rows


# -- documents read as files of their own ------------------------------------------------------


def _add_papers(
    papers: Sequence[FileRecord],
    rows: dict[str, list[Row]],
    source_kind: str,
    taken: set[str],
    ends: Mapping[str, str],
) -> list[Row]:
    """Put the texts of papers beside the handouts that link to them; return the decisions."""
    linked: dict[str, list[Row]] = {}
    for row in rows["documents"]:
        address = str(row["document_url"])
        if address:
            linked.setdefault(_same_place(ends.get(address, address)), []).append(row)
    alone = ("pdf", "html-document", "text-document", "pdf-document")
    decisions: list[Row] = []
    for paper in papers:
        kind = source_kind_of(paper.source) or source_kind
        parser = f"{paper.medium}-{paper.parser}".strip("-")
        found = linked.get(_same_place(paper.source), [])
        if not found and (paper.meetings or parser not in alone):
            continue  # an agenda printed as PDF, or a page that is no handout of any other
        if not found:
            row = {
                "document_id": _own(make_id("d", paper.source), paper.source, taken),
                "title": paper.decision.title if paper.decision else paper.title,
                "document_url": paper.source,
                "source_url": paper.source,
                "source_kind": kind,
                "parser": parser,
                "confidence": "verbatim",
            }
            rows["documents"].append(row)
            found = [row]
        for row in found:
            row["text"] = paper.text
        if paper.decision is not None:
            first = str(found[0]["document_id"])
            decisions.append(_decision(paper.decision, first, paper, kind, parser))
    return decisions


def _decision(
    head: DecisionHead, document_id: str, paper: FileRecord, kind: str, parser: str
) -> Row:
    return {
        "title": head.title,
        "decided_on": head.decided_on,
        "revised_on": ";".join(head.revised_on),
        "decided_by": head.decided_by,
        "document_id": document_id,
        "source_url": paper.source,
        "source_kind": kind,
        "parser": parser,
        "confidence": "verbatim",
    }
