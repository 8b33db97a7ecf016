"""Short, compact and English dates, and serial numbers → dates as they are printed in full."""

from __future__ import annotations

import datetime as dt
import re

from cio_topics.ingest.dates import without_spaces
from cio_topics.text import normalize

__all__ = ["clock", "in_full"]

_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, as their days after 1900-02 count
_SERIALS = range(15_000, 60_000)  # 1941 to 2064
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?")
_SHORT_ERA = re.compile(
    r"(?<![A-Za-z0-9])(明治|大正|昭和|平成|令和|[MTSHR](?![A-Za-z])|[明大昭平令])\.?(元|\d{1,2})"
    r"(?:[./\-年](\d{1,2})(?:[./\-月](\d{1,2})日?)?|年)?(?![0-9年度])",
    re.I,
)
_ERA_OF = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"} | {
    name[0]: name for name in ("明治", "大正", "昭和", "平成", "令和")
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_ORDINAL_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (?:{_ORDINAL_DAY},? )?(\d{{4}})\b", re.I)
_DAY_FIRST = re.compile(rf"\b{_ORDINAL_DAY}[ -]{_MONTH},?[ -](\d{{4}})\b", re.I)


def _japanese_date(year: str, month: str | None, day: str | None) -> str:
    parts = [f"{year}年", f"{int(month)}月" if month else "", f"{int(day)}日" if day else ""]
    return "".join(parts)


def _month(name: str) -> str:
    return str(_MONTHS.index(name.casefold()) + 1)


def in_full(cell: str) -> str:
    """Write abbreviated and compact dates and serial numbers as dates are printed."""
    text = normalize(cell)
    if match := re.fullmatch(r"(\d{5})(\.\d+)?", text):
        if int(match[1]) in _SERIALS:
            return f"{_EPOCH + dt.timedelta(int(match[1]))}、{clock(match[2])}"
        return text
    if match := _COMPACT.fullmatch(text):
        return "-".join(match.groups())
    if match := _PARTIAL.fullmatch(text):
        return _japanese_date(match[1], match[2], None)
    text = _DAY_FIRST.sub(lambda m: _japanese_date(m[3], _month(m[2]), m[1]), text)
    text = _MONTH_FIRST.sub(lambda m: _japanese_date(m[3], _month(m[1]), m[2]), text)
    return _SHORT_ERA.sub(_era_in_full, without_spaces(text), count=1)


def _era_in_full(match: re.Match[str]) -> str:
    if not match[3] and not match[0].endswith("年") and match[0] != match.string:
        return match[0]  # H21 inside other words
    era = _ERA_OF.get(match[1].casefold(), match[1])
    return _japanese_date(era + match[2], match[3], match[4])


def clock(fraction: str | None) -> str:
    """Return the time that a fraction of a day is, or nothing."""
    if not fraction:
        return ""
    minutes = round(float(fraction) * 24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 24 * 60 else ""
