"""Dates, times and numbers as they are printed → ISO dates, ``HH:MM``, integers.

Everything works on the normal form of :func:`cio_topics.text.normalize` without stray spaces, so
that ``平成 30 年１月 17 日`` and ``平成30年1月17日`` are the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from cio_topics.errors import SettingsError
from cio_topics.periods import western_year
from cio_topics.text import normalize

__all__ = [
    "PrintedDate",
    "PrintedTimes",
    "find_dates",
    "kanji_number",
    "normal_form",
    "read_date",
    "read_number",
    "read_times",
    "without_spaces",
]


class PrintedDate(NamedTuple):
    """A date in a text: ISO, how exact, weekday as printed, a doubt, and where it stands."""

    date: str
    precision: str
    weekday: str = ""
    remark: str = ""
    start: int = 0
    end: int = 0


class PrintedTimes(NamedTuple):
    """When a meeting began and ended, ``HH:MM`` or empty."""

    start: str = ""
    end: str = ""


_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_KANJI = "〇零一二三四五六七八九十百千"
_WEEKDAYS = "月火水木金土日"

_ERA = r"(?:明治|大正|昭和|平成|令和)"
_N = rf"(?:[0-9]{{1,4}}|[{_KANJI}]{{1,7}})"
_WESTERN = rf"(?:[0-9]{{4}}|[一二][〇零一二三四五六七八九]{{3}}|二千[{_KANJI}]{{0,5}})"
_ERA_YEAR = rf"{_ERA}(?:元|{_N})"
_WEEKDAY = rf"(?:\(?[(・]?(?P<weekday>[{_WEEKDAYS}])(?:曜日?)?(?:[・,、](?:祝|休))?\))?"
_PRINTED = re.compile(
    rf"(?:"
    rf"(?P<western>{_WESTERN})年\((?P<era_in>{_ERA_YEAR})年?\)"
    rf"|(?P<era>{_ERA_YEAR})年?\((?:西暦)?(?P<western_in>{_WESTERN})年?\)年?"
    rf"|(?P<era_only>{_ERA_YEAR})年"
    rf"|(?P<western_only>{_WESTERN})年"
    rf")(?!度)"
    rf"(?:(?P<month>{_N})月(?:(?P<day>{_N})日{_WEEKDAY})?)?"
    rf"|(?<![0-9.\-/])(?P<y>[12][0-9]{{3}})(?P<sep>[./\-])(?P<m>1[0-2]|0?[1-9])(?P=sep)"
    rf"(?P<d>3[01]|[12][0-9]|0?[1-9])(?![0-9])"
    rf"(?:\((?P<weekday_of_numbers>[{_WEEKDAYS}])(?:曜日?)?\))?"
)
_MAYBE = re.compile(r"年|[0-9][./\-][0-9]")  # most lines hold no date, and this is quick to see


_SINGLE_DIGITS = re.compile(r"(?<![0-9/.:\-])[0-9](?: [0-9])+(?![0-9])")
_SPACE = re.compile(r"(?<![0-9A-Za-z]) | (?![0-9A-Za-z])")


@lru_cache(maxsize=1024)
def normal_form(text: str) -> str:
    """Return :func:`cio_topics.text.normalize`, remembered: a page is read in several ways."""
    return normalize(text)


@lru_cache(maxsize=1024)
def without_spaces(text: str) -> str:
    """Return the normal form of `text` with spaces only between letters or numbers.

    Examples
    --------
    >>> without_spaces("日　時：平成 30 年１月 17 日")
    '日時:平成30年1月17日'
    """
    normal = normal_form(text)
    if " " not in normal:
        return normal
    return _SPACE.sub("", _SINGLE_DIGITS.sub(lambda run: run[0].replace(" ", ""), normal))


def kanji_number(text: str) -> int | None:
    """Return the whole number that digits or kanji numerals write; None if they write none.

    Examples
    --------
    >>> kanji_number("二十三"), kanji_number("二〇〇六"), kanji_number("77"), kanji_number("回")
    (23, 2006, 77, None)
    """
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 10 else None
    if not 0 < len(text) < 10 or any(c not in _KANJI for c in text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def read_date(text: str) -> PrintedDate:
    """Return the first date printed in `text`, with empty fields if there is none.

    Both calendars printed at odds (2006年(平成19年)) are not guessed: the date stays unknown and
    the remark says so. A printed weekday that does not fit leaves the date and gives a remark.

    Examples
    --------
    >>> read_date("平成17年5月30日（月）17時30分〜").date
    '2005-05-30'
    >>> read_date("令和４年（２０２２年）９月６日（水）").remark
    'weekday: 2022-09-06 is 火, printed 水'
    >>> read_date("2006年(平成19年)8月31日").precision
    'unknown'
    """
    return next(find_dates(text), PrintedDate("", "unknown"))


def find_dates(text: str) -> Iterator[PrintedDate]:
    """Yield every date printed in `text`; places count in the text without spaces."""
    bare = without_spaces(text)
    if _MAYBE.search(bare) is None:
        return
    for match in _PRINTED.finditer(bare):
        yield _date_of(match)._replace(start=match.start(), end=match.end())


def _date_of(match: re.Match[str]) -> PrintedDate:
    year, remark = _year_of(match)
    if remark:
        return PrintedDate("", "unknown", "", remark)
    month, day = _number(match["month"] or match["m"]), _number(match["day"] or match["d"])
    weekday = match["weekday"] or match["weekday_of_numbers"] or ""
    if month is None:
        return PrintedDate(f"{year:04}", "year")
    try:
        date = dt.date(year, month, day or 1)
    except ValueError:
        return PrintedDate("", "unknown", weekday, f"date: {match[0]} does not exist")
    if day is None:
        return PrintedDate(date.isoformat()[:7], "month")
    right = _WEEKDAYS[date.weekday()]
    wrong = f"weekday: {date} is {right}, printed {weekday}" if weekday not in ("", right) else ""
    return PrintedDate(date.isoformat(), "day", weekday, wrong)


def _number(text: str | None) -> int | None:
    return kanji_number(text) if text else None


def _year_of(match: re.Match[str]) -> tuple[int, str]:
    """Return the year, and a doubt if the calendars disagree or the year never was."""
    era = match["era"] or match["era_in"] or match["era_only"]
    western = _number(
        match["western"] or match["western_in"] or match["western_only"] or match["y"]
    )
    if era is None:
        return western or 0, "" if western else f"date: {match[0]} does not exist"
    count = 1 if era[2:] == "元" else kanji_number(era[2:])
    try:
        year = western_year(f"{era[:2]}{count}年")
    except SettingsError as error:
        return 0, f"date: {error.message}"
    if western is not None and western != year:
        return 0, f"calendar: {era}年 is {year}, printed {western}"
    return year, ""


def _time(k: int) -> str:
    return (
        rf"(?:(?P<noon{k}>午前|午後)?(?P<hour{k}>{_N})"
        rf"(?:時(?!間)(?:(?P<minute{k}>{_N})分|(?P<half{k}>半))?|:(?P<colon{k}>[0-5][0-9])(?![0-9]))"
        rf"|(?P<at{k}>正午))(?:頃|ごろ)?"
    )


_TIMES = re.compile(_time(1) + rf"(?:(?:から|より|〜|-|―|ー|→|至)+{_time(2)})?")


def read_times(text: str) -> PrintedTimes:
    """Return the first time or span of times printed in `text`.

    Hours after 午後 count from noon, for the end too if nothing is printed before it and it would
    otherwise lie before the start.

    Examples
    --------
    >>> read_times("１７時３０分〜１８時３０分")
    PrintedTimes(start='17:30', end='18:30')
    >>> read_times("午後2時～3時半"), read_times("閣議終了後")
    (PrintedTimes(start='14:00', end='15:30'), PrintedTimes(start='', end=''))
    """
    bare = without_spaces(text)
    if "時" not in bare and ":" not in bare and "正午" not in bare:
        return PrintedTimes()
    for match in _TIMES.finditer(bare):
        start = _clock(match, 1, match["noon1"])
        if start is None:
            continue
        end = _clock(match, 2, match["noon2"])
        if end is not None and end < start and match["noon1"] and not match["noon2"]:
            end = _clock(match, 2, match["noon1"])
        return PrintedTimes(_hhmm(start), _hhmm(end))
    return PrintedTimes()


def _clock(match: re.Match[str], k: int, noon: str | None) -> int | None:
    """Return minutes since midnight; None where no time of day is printed."""
    if match[f"at{k}"]:
        return 12 * 60
    hour = _number(match[f"hour{k}"])
    minute = 30 if match[f"half{k}"] else _number(match[f"minute{k}"] or match[f"colon{k}"]) or 0
    if hour is None:
        return None
    hour += 12 if noon == "午後" and hour < 12 else 0
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _hhmm(minutes: int | None) -> str:
    return "" if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


_TIMES_HELD = re.compile(rf"通算(?:で)?第?(?P<through>{_N})回")
_TIME_HELD = re.compile(rf"第(?P<number>{_N})回")


def read_number(text: str) -> int | None:
    """Return N of the first 第N回; of 通算第N回, the number counted through, if one is printed.

    Examples
    --------
    >>> read_number("IT戦略本部（第49回）"), read_number("平成25年第４回（通算第６３回）")
    (49, 63)
    >>> read_number("第三十回"), read_number("今回")
    (30, None)
    """
    bare = without_spaces(text)
    match = _TIMES_HELD.search(bare) or _TIME_HELD.search(bare)
    number = kanji_number(match[1]) if match else None
    return number or None
