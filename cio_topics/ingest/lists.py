"""Lists of meetings (開催状況) → one record a meeting, and the links to follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cio_topics.errors import SettingsError
from cio_topics.ingest.dates import (
    PrintedDate,
    find_dates,
    kanji_number,
    normal_form,
    read_date,
    read_number,
    read_times,
    without_spaces,
)
from cio_topics.ingest.heads import best_head, number_in_address, read_head
from cio_topics.ingest.html import resolve
from cio_topics.ingest.records import AgendaLine, Line, Link, MeetingRecord, Unread
from cio_topics.ingest.wording import format_of, kind_of, line_mark, split_run
from cio_topics.periods import western_year

__all__ = ["MeetingList", "read_list"]


class _Year(NamedTuple):
    """The year that a heading gives to the rows below it."""

    number: int
    fiscal: bool


class MeetingList(NamedTuple):
    """The meetings of a list, its links, what was left unread, and doubts."""

    meetings: tuple[MeetingRecord, ...]
    links: tuple[Link, ...]
    unread: tuple[Unread, ...]
    remarks: tuple[str, ...]


_YEAR = re.compile(
    r"^[【\[(<■●○◆]*((?:(?:昭和|平成|令和)(?:元|\d{1,2})年|(\d{4})年)(?:\(.{3,8}\))?)(?:度|開催分?)?[】\])>]*$"
)
_MONTH_DAY = re.compile(r"(?<![\d年])(\d{1,2})月(\d{1,2})日")
_AGENDA_CELL = re.compile(r"(?:主な)?(?:議題|議事|議事次第|案件|内容|審議事項)等?")
_COLUMN = re.compile(
    rf"{_AGENDA_CELL.pattern}|会議名?|会議体|審議会等?(?:名|の名称)?|開催日|開催年月日|回"
)
_LINKED_WORDS = re.compile(
    r"議事次第|議事録|議事要旨|議事概要|配[布付]資料|資料|次第|開催案内|PDF", re.I
)


def read_list(title: str, lines: Sequence[Line], source: str = "") -> MeetingList | None:
    """Read a list of meetings; None if fewer than two lines name a meeting and its date.

    A row is a table row or a line with a date and a number (第N回) or a word such as 持ち回り.
    Dates without a year take the year of the heading above them, and never one that no heading
    prints. What stands in a column headed 議題 or 議事 becomes items.

    Examples
    --------
    >>> rows = [Line("試験会議 開催状況"), Line("第2回 平成20年12月19日 議事次第"),
    ...         Line("第1回（持ち回り） 平成20年5月30日")]
    >>> [(m.body, m.number, m.date, m.format) for m in read_list("", rows).meetings]
    [('試験会議', 2, '2008-12-19', 'unknown'), ('試験会議', 1, '2008-05-30', 'circulated')]
    """
    if sum(_HELD_OR_LINKED.search(line.text) is not None for line in lines) < 2:
        return None
    body = _body(title, lines)
    found: list[MeetingRecord] = []
    links: list[Link] = []
    unread: list[Unread] = []
    remarks: list[str] = []
    year = _Year(0, False)
    columns: tuple[str, ...] = ()
    for line in _with_days(lines):
        bare = without_spaces(line.text)
        heading = _YEAR.match(bare)
        if heading:
            year = _Year(_year(heading[1]) or year.number, "度" in bare)
            unread.append(Unread(line.text, "heading"))
            continue
        if line.cells and any(_COLUMN.fullmatch(without_spaces(c)) for c in line.cells):
            columns = line.cells
        in_column = _number_in_column(line, columns) is not None
        if not (_names_a_meeting(bare, in_column) or _links_to_a_meeting(line, bare)):
            below = _items_below(bare) if found and not found[-1].items else ()
            if below:
                found[-1] = found[-1]._replace(items=below)
                continue
            follows = found and line.links and _LINKED_WORDS.search(bare)
            links.extend(_resolved(line, source) if follows else ())
            unread.append(Unread(line.text, "links of a meeting" if follows else "not a meeting"))
            continue
        record, remark = _row(line, bare, body, year, columns)
        if record is None or "中止" in bare:
            unread.append(Unread(line.text, "cancelled" if record else "not a meeting"))
            continue
        found.append(record)
        remarks.extend([remark] if remark else [])
        links.extend(_resolved(line, source))
    numbered = _bare_numbers(lines, body) if not found else ()
    if len(numbered) > 1:
        rows = [line for line in lines if _NUMBER_ONLY.fullmatch(without_spaces(line.text))]
        links = [link for line in rows for link in _resolved(line, source)]
        left = tuple(Unread(x.text, "not a meeting") for x in lines if x not in rows)
        return MeetingList(numbered, tuple(dict.fromkeys(links)), left, ())
    dated = [record for record in found if record.date]
    if len(dated) < 2 or not any(record.body for record in found):
        return None
    return MeetingList(tuple(found), tuple(dict.fromkeys(links)), tuple(unread), tuple(remarks))


# What a row of a list has at least; most pages are told apart by this alone.
_HELD_OR_LINKED = re.compile(r"[0-9０-９〇一二三四五六七八九十百元]\s*[月年回]|持ち?回り|書面|合同")


_NUMBER_ONLY = re.compile(r"[\[(]?第(?:\d{1,4}|[〇一二三四五六七八九十百]{1,5})回[\])]?")


def _bare_numbers(lines: Sequence[Line], body: str) -> tuple[MeetingRecord, ...]:
    """Return the meetings of a list of nothing but linked numbers."""
    if not body:
        return ()
    bares = [without_spaces(line.text) for line in lines if line.links]
    numbers = [read_number(bare) for bare in bares if _NUMBER_ONLY.fullmatch(bare)]
    return tuple(MeetingRecord(body, number) for number in numbers if number is not None)


def _exact(bare: str) -> PrintedDate:
    """Return the first date that names a day or a month; 平成20年 alone may be a heading's."""
    dates = list(find_dates(bare))
    named = [date for date in dates if date.precision in ("day", "month") or date.remark]
    return (named or dates or [PrintedDate("", "unknown")])[0]


def _with_days(lines: Sequence[Line]) -> list[Line]:
    """Join a line that is only a day to the line of its meeting below it (``<dt>``, ``<dd>``)."""
    joined: list[Line] = []
    for line in lines:
        bare = without_spaces(line.text)
        above = without_spaces(joined[-1].text) if joined else ""
        if _is_day(above) and _HELD.search(bare) and not read_date(bare).date:
            day = joined.pop()
            joined.append(line._replace(text=f"{day.text} {line.text}", heading=False))
        else:
            joined.append(line)
    return joined


def _is_day(bare: str) -> bool:
    date = _exact(bare)
    return date.precision == "day" and date.start == 0 and len(bare) - date.end < 8


def _body(title: str, lines: Sequence[Line]) -> str:
    above = []
    for line in lines:
        if _names_a_meeting(without_spaces(line.text)):
            break
        above.append(line)
    headings = [line.text for line in above if line.heading]
    named = (best_head(texts).body for texts in (headings, [x.text for x in above], [title]))
    return next((name for name in named if name), "")


_PRECISIONS = {10: "day", 7: "month", 0: "unknown"}
_HELD = re.compile(r"第(?:\d{1,4}|[〇一二三四五六七八九十百]{1,5})回|持ち?回り|書面開催|合同")


def _names_a_meeting(bare: str, in_column: bool = False) -> bool:
    if len(bare) > 600 or not (in_column or _HELD.search(bare)):
        return False
    return _exact(bare).precision in ("day", "month") or _MONTH_DAY.search(bare) is not None


def _links_to_a_meeting(line: Line, bare: str) -> bool:
    """Tell whether a row has a day and links to the papers of that day."""
    linked = any(_LINKED_WORDS.search(link.text) for link in line.links)
    return linked and len(bare) < 300 and _exact(bare).precision == "day"


def _row(
    line: Line, bare: str, body: str, year: _Year, columns: Sequence[str]
) -> tuple[MeetingRecord | None, str]:
    date, remark = _date(bare, year)
    number = read_number(bare)
    if number is None:
        number = _number_in_column(line, columns)
    if number is None:
        numbers = (number_in_address(link.href) for link in line.links)
        number = next((n for n in numbers if n is not None), None)
    own = _own_body(line, bare, columns)
    times = read_times(bare)
    items = _items(line, columns)
    if not (own or body) or not (date or number):
        return None, ""
    said = _without_links(line)
    return (
        MeetingRecord(
            own or body,
            number,
            date,
            _PRECISIONS[len(date)],
            format_of(said, "", times.start),
            times.start,
            times.end,
            items=items,
        ),
        remark,
    )


def _without_links(line: Line) -> str:
    text = line.text
    for link in line.links:
        if _LINKED_WORDS.search(link.text):
            text = text.replace(link.text, " ", 1)
    return text


_NUMBERS = re.compile(r"(?:開催)?回(?:数|次)?|No\.?|番号")
_BODY_CELL = re.compile(r"会議名?|会議体|審議会等?(?:名|の名称)?|名称|委員会名?|会合名")


def _number_in_column(line: Line, columns: Sequence[str]) -> int | None:
    """Return the bare number below the header 回."""
    named = zip(columns[-len(line.cells) :], line.cells, strict=False) if line.cells else ()
    cells = (cell for name, cell in named if _NUMBERS.fullmatch(without_spaces(name)))
    return next((kanji_number(without_spaces(cell)) for cell in cells), None)


def _own_body(line: Line, bare: str, columns: Sequence[str]) -> str:
    """Return the body a row names itself, as lists of several bodies do."""
    if len(columns) == len(line.cells):
        named = zip(columns, line.cells, strict=True)
        cells = [c for name, c in named if _BODY_CELL.fullmatch(without_spaces(name))]
        if cells and (found := read_head(cells[0]).body):
            return found
    texts = [*line.cells, *(link.text for link in line.links)] or [_before_date(bare)]
    return next((head.body for head in map(read_head, texts) if head.body and head.number), "")


def _before_date(bare: str) -> str:
    date = next(find_dates(bare), None)
    return bare[: date.start] if date and date.start else ""


def _date(bare: str, year: _Year) -> tuple[str, str]:
    printed = _exact(bare)
    if printed.precision in ("day", "month") or printed.remark:
        return printed.date, printed.remark
    match = _MONTH_DAY.search(bare)
    if match and year.number:
        of_day = year.number + (year.fiscal and int(match[1]) < 4)  # a fiscal year ends in March
        again = read_date(f"{of_day}年{bare[match.start() :]}")
        return again.date, again.remark
    return "", f"date: no year is printed for {match[0]}" if match else ""


def _year(text: str) -> int:
    era = re.match(r"(?:昭和|平成|令和)(?:元|\d{1,2})年", text)
    try:
        return western_year(era[0]) if era else int(text[:4])
    except (SettingsError, ValueError):
        return 0


_BELOW = re.compile(r"^(?:主な)?(?:議題|議事|案件|内容)[::]")


_APART = re.compile(r"(?<!\s)(\(\d{1,2}\)(?=\S))")  # 議題:(1)…(2)…


def _items_below(bare: str) -> tuple[AgendaLine, ...]:
    """Return the agenda of a line 議題:… below the row of its meeting."""
    label = _BELOW.match(bare)
    return _agenda_lines([bare[label.end() :]]) if label else ()


def _items(line: Line, columns: Sequence[str]) -> tuple[AgendaLine, ...]:
    columns = columns[-len(line.cells) :] if line.cells else ()
    if len(columns) != len(line.cells):
        return ()
    texts = [
        cell
        for name, cell in zip(columns, line.cells, strict=True)
        if _AGENDA_CELL.fullmatch(without_spaces(name))
    ]
    return _agenda_lines([row for text in texts for row in text.split("\n")])


def _agenda_lines(rows: Sequence[str]) -> tuple[AgendaLine, ...]:
    parts = [
        part for row in rows for part in split_run(_APART.sub(r" \1", normal_form(row)).strip())
    ]
    marks = [line_mark(part) for part in parts]
    return tuple(
        AgendaLine(m.rest, kind_of(m.rest), m.label)
        for m in marks
        if m.rest and not _LINKED_WORDS.fullmatch(m.rest)
    )


def _resolved(line: Line, source: str) -> list[Link]:
    found = (Link(link.text, resolve(link.href, source)) for link in line.links)
    return [link for link in found if link.href]
