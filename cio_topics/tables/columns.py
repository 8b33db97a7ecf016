"""What a column of a result is called, and how its values are written."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["STYLES", "Column", "Kind", "cells"]

Style = Literal["text", "count", "number", "percent", "points", "p", "date"]
#: How values are written: as they are; whole numbers; two decimals; shares in percent; differences
#: of shares in percentage points with their sign; p values; dates.
STYLES = ("text", "count", "number", "percent", "points", "p", "date")

MINUS = "−"


class Column(NamedTuple):
    """A column of a printed table, made from one or, with an interval, three of a result.

    ``low`` and ``high`` name the columns of the interval that stands in the same cell; ``names``
    says which names the values have: ``theme``, ``period``, ``body`` … (see
    :func:`~cio_topics.tables.printed_result`).
    """

    name: str
    ja: str
    en: str
    style: Style = "text"
    low: str = ""
    high: str = ""
    names: str = ""


class Kind(NamedTuple):
    """A kind of result: its title, columns and notes in both languages.

    Notes are patterns: ``{level}`` and the like are filled with the facts of a result; a note whose
    facts are not given is left out.
    """

    title_ja: str
    title_en: str
    columns: tuple[Column, ...]
    notes_ja: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = ()


def cells(result: pd.DataFrame, column: Column, names: dict[str, str]) -> list[str]:
    """Return what stands in the cells of one column; empty where a value is missing.

    Raises
    ------
    SettingsError
        The result lacks the column.
    """
    for needed in filter(None, (column.name, column.low, column.high)):
        if needed not in result:
            raise SettingsError(
                f"the result has no column {shorten(needed)}; found: {choices(result.columns)}."
            )
    texts = [_written(value, column.style) for value in result[column.name]]
    if column.names:
        texts = [names.get(text, text) for text in texts]
    if not column.low:
        return texts
    bounds = zip(texts, result[column.low], result[column.high], strict=True)
    return [_with_interval(text, low, high, column.style) for text, low, high in bounds]


def _with_interval(text: str, low: object, high: object, style: Style) -> str:
    if not text:
        return ""
    if pd.isna(low) and pd.isna(high):  # type: ignore[call-overload]
        return f"{text} [–]"
    # A dash beside a minus sign cannot be read.
    separator = ", " if style in ("points", "number") else "–"
    return f"{text} [{_written(low, style)}{separator}{_written(high, style)}]"


def _written(value: object, style: Style) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    if style == "text":
        return str(value)
    if style == "date":
        return value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else str(value)
    number = float(value)  # type: ignore[arg-type]
    if math.isinf(number):
        return "∞" if number > 0 else f"{MINUS}∞"
    if style == "count":
        return _signed(f"{number:,.0f}") if number == round(number) else _signed(f"{number:,.1f}")
    if style == "percent":
        return _signed(f"{100 * number:.1f}")
    if style == "points":
        return _signed(f"{100 * number:+.1f}")
    if style == "p":
        return "<0.001" if number < 0.001 else f"{number:.3f}"
    return _signed(f"{number:.2f}")


def _signed(text: str) -> str:
    """Write a minus sign as print has it, and no minus before a zero."""
    if not text.strip("+-0.,"):
        return text.lstrip("+-")
    return text.replace("-", MINUS)
