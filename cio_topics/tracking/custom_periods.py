"""Periods of one's own: a name, a first and a last day; and the period of every row."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, shorten
from cio_topics.periods import (
    GROUPINGS,
    UNKNOWN,
    check_period,
    date_spans,
    period_order,
    read_administrations,
)

__all__ = ["make_periods", "place_in_periods"]

_PERIOD = re.compile(r"\s*([^=]+?)\s*=\s*([0-9-]*)\s*\.\.\s*([0-9-]*)\s*")
# Open ends of a period, within what pandas can count in nanoseconds.
_FIRST, _LAST = pd.Timestamp("1700-01-01"), pd.Timestamp("2261-12-31")
_PRECISIONS = {10: "day", 7: "month", 4: "year"}


def make_periods(given: Sequence[str]) -> pd.DataFrame:
    """Return periods of one's own from texts such as ``before=2002-11..2009-09-15``.

    Parameters
    ----------
    given : sequence of str
        ``NAME=FIRST..LAST``; both days belong to the period. A date of a month or a year stands for
        its first day before the dots and for its last behind them; an empty one leaves that side
        open.

    Returns
    -------
    DataFrame
        ``period, start, end`` (datetime64, both inside), in order of time.

    Raises
    ------
    SettingsError
        A text of another shape, a date that does not exist, a period that ends before it begins, a
        name given twice, or periods that overlap.

    Examples
    --------
    >>> make_periods(["after=2013..", "before=2009..2012"])["period"].tolist()
    ['before', 'after']
    >>> make_periods(["a=2009..2012", "b=2012-12..2014"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: periods 'a' and 'b' overlap: 'a' ends on 2012-12-31, ...
    """
    if not given:
        raise SettingsError("no period was given; expected at least one, as NAME=FIRST..LAST.")
    table = pd.DataFrame([_one_period(text) for text in given], columns=["period", "start", "end"])
    table = table.sort_values("start", kind="stable", ignore_index=True)
    twice = table["period"][table["period"].duplicated()]
    if len(twice):
        raise SettingsError(f"period {shorten(twice.iloc[0])} is given twice; expected it once.")
    for before, after in zip(table.index[:-1], table.index[1:], strict=True):
        _check_apart(table.loc[before], table.loc[after])
    return table


def _one_period(text: str) -> tuple[str, pd.Timestamp, pd.Timestamp]:
    found = _PERIOD.fullmatch(text)
    if found is None or found[1] == UNKNOWN:
        raise SettingsError(
            f"{shorten(text)} is no period; expected NAME=FIRST..LAST, as before=2002-11..2009.",
            "Write a name, =, the first day, .. and the last day.",
            "「名前=始め..終わり」の形で書いてください(例: 前期=2002-11..2009-09-15)。",
        )
    start = _day(text, found[2], "first", _FIRST)
    end = _day(text, found[3], "last", _LAST)
    if end < start:
        raise SettingsError(f"period {shorten(text)} ends before it begins.")
    return found[1], start, end


def _day(text: str, date: str, side: str, otherwise: pd.Timestamp) -> pd.Timestamp:
    if not date:
        return otherwise
    precision = pd.Series([_PRECISIONS.get(len(date), UNKNOWN)], dtype="str")
    day: pd.Timestamp = date_spans(pd.Series([date], dtype="str"), precision)[side].iloc[0]
    if pd.isna(day):
        raise SettingsError(
            f"{shorten(date)} in {shorten(text)} is no real date; expected 2009-09-16, 2009-09 or "
            "2009."
        )
    return day


def _check_apart(before: pd.Series, after: pd.Series) -> None:
    if after["start"] <= before["end"]:
        one, other = before["period"], after["period"]
        raise SettingsError(
            f"periods {shorten(one)} and {shorten(other)} overlap: {shorten(one)} ends on "
            f"{before['end']:%Y-%m-%d}, {shorten(other)} begins on {after['start']:%Y-%m-%d}.",
            "Let each period end on the day before the next begins.",
            "前の期間の最終日を、次の期間の初日の前日にしてください。",
        )


def place_in_periods(
    table: pd.DataFrame, by: str | pd.DataFrame, administrations: pd.DataFrame | None = None
) -> tuple[pd.Series[str], list[str]]:
    """Return the period of every row, and all periods in order of time.

    Parameters
    ----------
    table : DataFrame, shape (n, k)
        A theme table: with ``date, date_precision`` and the columns of
        :data:`~cio_topics.periods.GROUPINGS`.
    by : str or DataFrame
        One of :data:`~cio_topics.periods.GROUPINGS`, or periods from :func:`make_periods`. A row
        belongs to a period only if the whole span of its date does; else it is ``unknown``.
    administrations : DataFrame, optional
        For the order; the embedded ones if None.

    Returns
    -------
    labels : Series of str, shape (n,)
    order : list of str
        Periods of one's own all, others from the first to the last present; ``unknown`` last, if
        it is present.

    Raises
    ------
    SettingsError
        An unknown grouping, or periods that overlap.
    """
    if isinstance(by, str):
        check_period(by, GROUPINGS)
        administrations = read_administrations() if administrations is None else administrations
        return table[by], period_order(by, list(table[by].unique()), administrations)
    for before, after in zip(by.index[:-1], by.index[1:], strict=True):
        _check_apart(by.loc[before], by.loc[after])
    spans = date_spans(table["date"], table["date_precision"])
    starts, ends = by["start"].to_numpy(), by["end"].to_numpy()
    at = np.searchsorted(starts, spans["first"].to_numpy(), side="right") - 1
    inside = (at >= 0) & spans["first"].notna().to_numpy()
    inside &= spans["last"].to_numpy() <= ends[np.maximum(at, 0)]
    names = by["period"].to_numpy(dtype=object)[np.maximum(at, 0)]
    labels = pd.Series(np.where(inside, names, UNKNOWN), index=table.index, dtype="str")
    return labels, [*by["period"], *([UNKNOWN] if not inside.all() else [])]
