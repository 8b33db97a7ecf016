"""Periods of a date: year, fiscal year, era year, administration, prime minister, government.

A date may be known to the day, the month or the year. It stands for the whole span of days it
may mean, and it belongs to a period only if the whole span does; otherwise the period is
``unknown``. On a handover day the new administration owns the day.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.data import embedded_text
from cio_topics.errors import CorpusError, SettingsError, choices, shorten

__all__ = [
    "ERAS",
    "GROUPINGS",
    "PERIODS",
    "UNKNOWN",
    "add_periods",
    "check_period",
    "date_spans",
    "era_year",
    "period_labels",
    "period_order",
    "read_administrations",
    "western_year",
]

UNKNOWN = "unknown"

#: Period columns that :func:`add_periods` makes.
PERIODS = ("year", "fiscal_year", "era_year", "administration", "prime_minister", "government")
#: What shares of themes and topics can be broken down by.
GROUPINGS = (*PERIODS, "format", "body")

#: First day of each era in the Gregorian calendar (改元の日), newest first. Meiji counts its years
#: from 1868-01-25, the day the era name was made retroactive to (明治改元の詔, 1868).
ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
    ("大正", dt.date(1912, 7, 30)),
    ("明治", dt.date(1868, 1, 25)),
)

_ERA_YEAR = re.compile(r"(明治|大正|昭和|平成|令和)\s*(元|[0-9]{1,3})年?")

_SHAPES = {
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "month": re.compile(r"[0-9]{4}-[0-9]{2}"),
    "year": re.compile(r"[0-9]{4}"),
    "unknown": re.compile(r""),
}


def era_year(date: dt.date) -> str:
    """Return the year of `date` in the Japanese calendar, the first year as 元年.

    Raises
    ------
    SettingsError
        `date` lies before 1868-01-25.

    Examples
    --------
    >>> era_year(dt.date(2009, 7, 1)), era_year(dt.date(2019, 5, 1))
    ('平成21年', '令和元年')
    >>> era_year(dt.date(1600, 1, 1))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 1600-01-01 lies before Meiji: ...
    """
    for name, first in ERAS:
        if date >= first:
            number = date.year - first.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    raise SettingsError(f"{date} lies before Meiji: expected 1868-01-25 or later.")


def western_year(text: str) -> int:
    """Return the year that an era year names: 平成21年 is 2009.

    Parameters
    ----------
    text : str
        Era, then 元 or one or two digits, then 年 (may be left out). Half-width digits.

    Raises
    ------
    SettingsError
        The text is no era year, or the era had no such year (昭和65年).

    Examples
    --------
    >>> western_year("平成21年"), western_year("令和元年")
    (2009, 2019)
    >>> western_year("昭和65年")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: '昭和65年' does not exist: 昭和 ended in year 64. ...
    """
    match = _ERA_YEAR.fullmatch(text.strip())
    if match is None:
        raise SettingsError(
            f"{shorten(text)} is no era year.",
            "Write it as 平成21年 or 令和元年.",
            "「平成21年」「令和元年」の形で書いてください。",
        )
    name, number = match[1], 1 if match[2] == "元" else int(match[2])
    position = [era for era, _ in ERAS].index(name)
    year = ERAS[position][1].year + number - 1
    last = ERAS[position - 1][1].year if position else 9999
    if number < 1 or year > last:
        ended = f"{name} ended in year {last - ERAS[position][1].year + 1}"
        reason = ended if position and number > 0 else "an era begins with 元年"
        raise SettingsError(
            f"{shorten(text)} does not exist: {reason}.",
            "Check the era and its year.",
            "元号と年を確かめてください。",
        )
    return year


def date_spans(dates: pd.Series[str], precisions: pd.Series[str]) -> pd.DataFrame:
    """Return the first and the last day that each date may mean.

    Parameters
    ----------
    dates : Series of str, shape (n,)
        ISO dates of the length that their precision has: ``2009-07-01``, ``2009-07``, ``2009``, or
        empty where it is ``unknown``.
    precisions : Series of str, shape (n,)
        ``day``, ``month``, ``year`` or ``unknown``.

    Returns
    -------
    DataFrame, shape (n, 2)
        Columns ``first`` and ``last`` (datetime64), index of `dates`. Not a time: no real date
        of that precision.

    Examples
    --------
    >>> date_spans(pd.Series(["2004-02", "2011-02-30"]), pd.Series(["month", "day"]))
           first       last
    0 2004-02-01 2004-02-29
    1        NaT        NaT
    """
    shape_fits = np.zeros(len(dates), dtype=bool)
    for precision, shape in _SHAPES.items():
        rows = (precisions == precision).to_numpy()
        shape_fits |= rows & dates.str.fullmatch(shape).to_numpy(dtype=bool)
    whole = dates + precisions.map({"month": "-01", "year": "-01-01"}).fillna("")
    first = pd.to_datetime(whole.where(shape_fits, ""), format="%Y-%m-%d", errors="coerce")
    month, year = precisions == "month", precisions == "year"
    last = first.mask(month, first + pd.offsets.MonthEnd(0))
    last = last.mask(year, first + pd.offsets.YearEnd(0))
    return pd.DataFrame({"first": first, "last": last}, index=dates.index)


def read_administrations(path: str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Read the table of administrations (内閣), one row a cabinet in order of time.

    Parameters
    ----------
    path : path, optional
        A CSV with at least ``administration, prime_minister, government, start, end``; the
        embedded one if left out.

    Returns
    -------
    DataFrame
        All columns as text. ``end`` is the handover day, the first day of the next cabinet.

    Raises
    ------
    CorpusError
        The file cannot be read, or lacks one of these columns.

    Examples
    --------
    >>> read_administrations().loc[0, "administration"]
    '第1次小泉内閣'
    """
    needed = ("administration", "prime_minister", "government", "start", "end")
    try:
        text = embedded_text("administrations.csv") if path is None else _text_of(Path(path))
        table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise CorpusError(f"cannot read administrations from {shorten(path)}: {error}.") from error
    missing = [column for column in needed if column not in table]
    if missing:
        raise CorpusError(
            f"{shorten(path)} has no column {choices(missing)}; found: {choices(table.columns)}."
        )
    return table


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def _one_label(first: pd.Series[str], last: pd.Series[str]) -> npt.NDArray[np.object_]:
    same = (first == last).to_numpy(dtype=bool)
    return np.where(same, first.to_numpy(dtype=object), UNKNOWN)


def _era_labels(days: pd.Series) -> pd.Series[str]:
    starts = np.array([np.datetime64(first) for _, first in reversed(ERAS)])
    names = np.array([name for name, _ in reversed(ERAS)])
    era = np.searchsorted(starts, days.to_numpy(), side="right") - 1
    number = days.dt.year.to_numpy() - pd.DatetimeIndex(starts).year.to_numpy()[era] + 1
    labels = [
        f"{names[e]}{'元' if n == 1 else int(n)}年" if e >= 0 and not np.isnan(n) else UNKNOWN
        for e, n in zip(era, number, strict=True)
    ]
    return pd.Series(labels, index=days.index, dtype="str")


def _administration_labels(
    spans: pd.DataFrame, administrations: pd.DataFrame, column: str
) -> npt.NDArray[np.object_]:
    """Label spans by runs of rows that share `column` and follow without a gap."""
    administrations = administrations.sort_values("start", kind="stable")
    starts = pd.to_datetime(administrations["start"]).to_numpy()
    ends = pd.to_datetime(administrations["end"]).to_numpy()
    values = administrations[column].to_numpy(dtype=object)
    if len(values) == 0:
        return np.full(len(spans), UNKNOWN, dtype=object)
    breaks = (values[1:] != values[:-1]) | (starts[1:] != ends[:-1])
    run = np.concatenate([[0], np.cumsum(breaks)])

    def row(days: pd.Series) -> npt.NDArray[np.int64]:
        at = np.searchsorted(starts, days.to_numpy(), side="right") - 1
        inside = (at >= 0) & (days.to_numpy() < ends[at]) & days.notna().to_numpy()
        return np.where(inside, at, -1)

    first, last = row(spans["first"]), row(spans["last"])
    same = (first >= 0) & (last >= 0) & (run[first] == run[last])
    return np.where(same, values[first], UNKNOWN)


def add_periods(table: pd.DataFrame, administrations: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with the period columns of :data:`PERIODS`.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        With ``date`` and ``date_precision``.
    administrations : DataFrame
        As :func:`read_administrations` gives it.

    Returns
    -------
    DataFrame, shape (n, k + 6)
        The six columns are text; ``unknown`` where the span of the date does not lie wholly in
        one period.

    Examples
    --------
    >>> dates = pd.DataFrame({"date": ["2009-09-16", "2009", "2006"],
    ...                       "date_precision": ["day", "year", "year"]})
    >>> columns = ["year", "era_year", "prime_minister", "government"]
    >>> add_periods(dates, read_administrations())[columns]
       year era_year prime_minister      government
    0  2009   平成21年          鳩山由紀夫  democratic_led
    1  2009   平成21年        unknown         unknown
    2  2006   平成18年        unknown         ldp_led
    """
    spans = date_spans(table["date"], table["date_precision"])
    known = spans["first"].notna()
    fiscal = spans - pd.DateOffset(months=3)

    def years(days: pd.Series) -> pd.Series[str]:
        labels: pd.Series[str] = days.dt.strftime("%Y").where(known, UNKNOWN).astype("str")
        return labels

    labels = {
        "year": _one_label(years(spans["first"]), years(spans["last"])),
        "fiscal_year": _one_label(years(fiscal["first"]), years(fiscal["last"])),
        "era_year": _one_label(_era_labels(spans["first"]), _era_labels(spans["last"])),
        "administration": _administration_labels(spans, administrations, "administration"),
        "prime_minister": _administration_labels(spans, administrations, "prime_minister"),
        "government": _administration_labels(spans, administrations, "government"),
    }
    columns = {k: pd.Series(v, index=table.index, dtype="str") for k, v in labels.items()}
    return table.assign(**columns)


def check_period(by: str, known: Sequence[str] = PERIODS) -> str:
    """Return `by` if it names a period or another grouping of `known`, else raise."""
    if by not in known:
        raise SettingsError(
            f"unknown period {shorten(by)}; expected one of: {choices(known)}.",
            "Choose one of them.",
            "このうちの一つを選んでください。",
        )
    return by


def _filled_years(present: set[str]) -> list[str]:
    years = sorted(int(year) for year in present)
    return [str(year) for year in range(years[0], years[-1] + 1)] if years else []


def _filled_eras(present: set[str]) -> list[str]:
    """Return the era years from the first to the last one present; 1989 and 2019 have two."""
    oldest_first = [name for name, _ in reversed(ERAS)]
    key = {p: (western_year(p), oldest_first.index(p[:2])) for p in present}
    if not key:
        return []
    first, last = min(key.values()), max(key.values())
    years = range(first[0], last[0] + 1)
    days = [day for year in years for day in (dt.date(year, 1, 1), dt.date(year, 12, 31))]
    every = {**{era_year(day): None for day in days if day >= ERAS[-1][1]}, **key}
    places = {p: (western_year(p), oldest_first.index(p[:2])) for p in every}
    return sorted((p for p in places if first <= places[p] <= last), key=places.__getitem__)


def period_order(by: str, present: Sequence[str], administrations: pd.DataFrame) -> list[str]:
    """Return the periods from the first to the last one present, in order of time.

    Years and administrations between the first and the last are listed although no item falls into
    them; ``unknown`` comes last, if present. Groupings without an order of their own (body, format)
    are sorted by name. A prime minister who came back stands at the last term.

    Parameters
    ----------
    by : str
        A period or another grouping.
    present : sequence of str
        Periods that occur.
    administrations : DataFrame

    Returns
    -------
    list of str

    Examples
    --------
    >>> period_order("year", ["2006", "2004", "unknown"], read_administrations())
    ['2004', '2005', '2006', 'unknown']
    """
    known = set(present) - {UNKNOWN}
    if by in ("year", "fiscal_year"):
        order = _filled_years(known)
    elif by == "era_year":
        order = _filled_eras(known)
    elif by in ("administration", "prime_minister", "government"):
        names = list(administrations.sort_values("start", kind="stable")[by])
        if by == "prime_minister":  # who came back stands at the last term
            rows = list(dict.fromkeys(reversed(names)))[::-1]
        else:
            rows = list(dict.fromkeys(names))
        places = [i for i, name in enumerate(rows) if name in known]
        order = rows[min(places) : max(places) + 1] if places else []
    else:
        order = sorted(known)
    return order + ([UNKNOWN] if UNKNOWN in present else [])


_GOVERNMENTS = {
    "ldp_led": ("自民党中心の政権", "LDP-led"),
    "democratic_led": ("民主党中心の政権", "Democratic-led"),
}
_FORMATS = {
    "in_person": ("会合", "in person"),
    "circulated": ("持ち回り", "circulated"),
    "joint": ("合同", "joint"),
    "online": ("オンライン", "online"),
}


def period_labels(by: str, periods: Sequence[str], administrations: pd.DataFrame) -> pd.DataFrame:
    """Return what a person reads for each period.

    Parameters
    ----------
    by : str
        A period or another grouping.
    periods : sequence of str
    administrations : DataFrame

    Returns
    -------
    DataFrame
        Columns ``period, ja, en``, in the order of `periods`.

    Examples
    --------
    >>> period_labels("fiscal_year", ["2009"], read_administrations())
      period     ja      en
    0   2009  2009年度  FY2009
    """
    names: dict[str, tuple[str, str]] = {UNKNOWN: ("不明", "unknown")}
    if by == "fiscal_year":
        names |= {p: (f"{p}年度", f"FY{p}") for p in periods if p != UNKNOWN}
    elif by == "administration":
        pairs = administrations[["administration", "romanised_name"]].itertuples(index=False)
        names |= {ja: (ja, en.removesuffix(" Cabinet")) for ja, en in pairs}
    elif by == "prime_minister":
        pairs = administrations[["prime_minister", "prime_minister_en"]].itertuples(index=False)
        names |= {ja: (ja, en) for ja, en in pairs}
    elif by == "government":
        names |= _GOVERNMENTS
    elif by == "format":
        names |= _FORMATS
    rows = [(p, *names.get(p, (p, p))) for p in periods]
    return pd.DataFrame(rows, columns=["period", "ja", "en"], dtype="str")
