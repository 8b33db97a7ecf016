"""What a printed cell says, for the field it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from cio_topics.corpus.schema import FORMATS, STATUSES
from cio_topics.errors import shorten
from cio_topics.ingest.dates import (
    find_dates,
    kanji_number,
    read_number,
    read_times,
    without_spaces,
)
from cio_topics.ingest.tables.days import clock, in_full
from cio_topics.text import normalize

__all__ = ["Cell", "body_and_number", "filled", "formats_named", "one_line", "read_cell"]


class Cell(NamedTuple):
    """What a cell was read as: values of fields, what was expected of it, doubts.

    `note` is what it says beyond any value, as printed.
    """

    values: dict[str, str]
    expected: str = ""
    remarks: tuple[str, ...] = ()
    note: str = ""


_NONE = re.compile(r"[-ー…・×*]+|なし|無し?|不明|未定|調整中|n/?a|none|null|unknown|tbd", re.I)
_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]")
_LONGEST = 1_000  # characters of a cell that is read as more than a text


def read_cell(field: str, cell: str, formats: Mapping[str, str] | None = None) -> Cell:
    """Read a cell that is not blank; `formats` translates cells of the format column.

    Examples
    --------
    >>> read_cell("date", "H21.7.1").values
    {'date': '2009-07-01', 'date_precision': 'day'}
    >>> read_cell("date", "7/1").expected
    'a date as 2009-07-01, 2009/7/1, 平成21年7月1日, H21.7.1, 2009年7月 or 2009'
    """
    if field not in _READERS:
        return Cell({field: one_line(cell)})
    if len(cell) > _LONGEST:
        return Cell({}, f"at most {_LONGEST:,} characters")
    known = {normalize(name): form for name, form in (formats or {}).items()}
    if field == "format" and normalize(cell) in known:
        return Cell({"format": known[normalize(cell)]})
    if field not in ("body", "status") and _NONE.fullmatch(normalize(cell)):
        return Cell({}, "", (f"{field}: {shorten(cell)} was read as none",))
    return _READERS[field](cell)


def one_line(cell: str) -> str:
    """Return a text without line breaks and tabs."""
    return " ".join(part.strip() for part in _BREAKS.split(cell) if part.strip())


def filled(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that say something."""
    return {field: value for field, value in values.items() if value}


def _noted(field: str, cell: str, said: str, **values: str) -> Cell:
    """Keep a text that is no value, as printed."""
    text = one_line(cell)
    return Cell(values, "", (f"{field}: {shorten(text)} {said}",), f"{field}: {text}")


_DATE_EXPECTED = "a date as 2009-07-01, 2009/7/1, 平成21年7月1日, H21.7.1, 2009年7月 or 2009"


def _read_date(cell: str) -> Cell:
    spelled = in_full(cell)
    first = next(iter(find_dates(spelled)), None)
    if first is None or not first.date:
        reason = f" ({first.remark})" if first else ""
        return Cell({}, _DATE_EXPECTED + reason)
    bare = without_spaces(spelled)
    rest = bare[: first.start] + bare[first.end :]
    times = read_times(rest)
    values = {"date": first.date, "date_precision": first.precision} | filled(times._asdict())
    return Cell(values, "", _doubts_about_date(cell, first.date, first.remark, rest, times.start))


def _doubts_about_date(cell: str, date: str, doubt: str, rest: str, time: str) -> tuple[str, ...]:
    said = [doubt] if doubt else []
    if re.search(r"\d", rest) and not time:
        said.append(f"date: {shorten(one_line(cell))} was read as {date}; the rest was not read")
    if re.fullmatch(r"\d{5}(\.\d+)?", normalize(cell)):
        said.append("date: serial numbers of a spreadsheet were read as days")
    if re.fullmatch(r"\d{4}\.1", normalize(cell)):
        said.append("date: a spreadsheet makes 2009.1 of 2009.10; it was read as January")
    return tuple(said)


def _read_times(field: str, cell: str) -> Cell:
    fraction = re.fullmatch(r"0?(\.\d+)", cell.strip())
    start, end = (clock(fraction[1]), "") if fraction else read_times(cell)
    if start:
        return Cell({"end": start} if field == "end" else filled({"start": start, "end": end}))
    if re.search(r"\d", normalize(cell)):
        return Cell({}, "a time as 17:30, 17時30分 or 17:30〜18:30")
    return _noted(field, cell, "was kept as a note")


_COUNT = re.compile(
    r"(?:第|no\.?|#)?([0-9]{1,9}|[〇零一二三四五六七八九十百千]{1,7})(?:回目?)?(?:\.0+)?", re.I
)


def _read_number(cell: str) -> Cell:
    bare = without_spaces(cell)
    match = _COUNT.fullmatch(bare)
    number = kanji_number(match[1]) if match else read_number(bare)
    if number:
        several = len(set(re.findall(r"第[^第回]{1,7}回", bare))) > 1 and "通算" not in bare
        said = f"number: {shorten(bare)} names several; {number} was read"
        return Cell({"number": str(number)}, "", (said,) if several else ())
    if re.search(r"\d", bare):
        return Cell({}, "a number of 1 or more as 12, 第12回 or 第十二回")
    named = formats_named(bare)
    if len(named) == 1:
        return Cell({"format": named[0]}, "", (f"number: {shorten(bare)} was read as the format",))
    return _noted("number", cell, "was kept as a note")


_FORMAT_WORDS = {
    "circulated": r"持ち?回り|書面|メール|電子メール|circulat|in writing",
    "joint": r"合同|joint",
    "online": r"オンライン|web|ウェブ|ウエブ|(?:テレビ|tv)会議|リモート|zoom|teams|online|remote",
    "in_person": r"対面|参集|会合|集合|in.?person|face.to.face",
}


def formats_named(cell: str) -> list[str]:
    """Return the formats whose words a text holds."""
    text = normalize(cell).casefold().replace(" ", "")
    if text in FORMATS:
        return [text]
    return [name for name, pattern in _FORMAT_WORDS.items() if re.search(pattern, text)]


def _read_format(cell: str) -> Cell:
    named = formats_named(cell)
    if len(named) == 1:
        return Cell({"format": named[0]})
    return _noted("format", cell, "was read as unknown; [formats] can translate it")


def _read_count(field: str, pattern: str, least: int, expected: str, cell: str) -> Cell:
    match = re.fullmatch(pattern, without_spaces(cell))
    if match and int(match[1]) >= least:
        return Cell({field: str(int(match[1]))})
    return Cell({}, expected)


_POSITION = r"(?:議題|議事|議案)?第?\(?([0-9]{1,4})(?:\.0+)?\)?号?[.、]?"
_POSITION_EXPECTED = "a place on the agenda as 1, (1) or ①; labels such as 資料1-1 belong in label"
_HANDOUTS = r"([0-9]{1,6})(?:\.0+)?(?:点|件|種類?|枚|個|本)?"
_HANDOUTS_EXPECTED = "a number of handouts as 5 or 5点"
_HELD = r"第(?:[0-9]{1,4}|[〇一二三四五六七八九十百]{1,5})回"
_BEFORE = re.compile(rf"^\(?({_HELD})\)?[\s・:]*(?=\S)")
_AFTER = re.compile(rf"(?<=\S)[\s・:]*\(?({_HELD})\)?$")


def body_and_number(text: str) -> tuple[str, str]:
    """Take 第N回 off the front or the end of a name."""
    for pattern in (_BEFORE, _AFTER):
        match = pattern.search(text)
        if match:
            return (text[: match.start()] + text[match.end() :]).strip(), str(read_number(match[1]))
    return text, ""


def _read_body(cell: str) -> Cell:
    text = one_line(cell)
    body, number = body_and_number(normalize(text))
    if not number:
        return Cell({"body": text})
    said = "body: 第N回 was taken off the name of the body"
    return Cell({"body": body, "number": number}, "", (said,))


def _read_status(cell: str) -> Cell:
    text = one_line(cell)
    if text in STATUSES:
        return Cell({"status": text})
    return _noted("status", cell, "was read as その他 and kept as a note", status="その他")


_READERS: dict[str, Callable[[str], Cell]] = {
    "body": _read_body,
    "number": _read_number,
    "date": _read_date,
    "time": partial(_read_times, "time"),
    "start": partial(_read_times, "start"),
    "end": partial(_read_times, "end"),
    "format": _read_format,
    "position": partial(_read_count, "position", _POSITION, 1, _POSITION_EXPECTED),
    "n_handouts": partial(_read_count, "n_handouts", _HANDOUTS, 0, _HANDOUTS_EXPECTED),
    "status": _read_status,
}
