"""A table that is wider or longer than a page → several that are not."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from cio_topics.tables.printed import Printed

__all__ = ["columns_of", "page_parts", "text_width"]

_BETWEEN = 2  # blanks between two columns


def text_width(text: str) -> int:
    """Return how many columns a text takes in print: a Japanese character takes two.

    Examples
    --------
    >>> text_width("電子政府 (n=7)")
    14
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def columns_of(printed: Printed) -> list[int]:
    """Return the width of every column: of its widest cell, and what lies between two."""
    table = printed.table
    return [
        max(map(text_width, [str(header), *table.iloc[:, place]])) + _BETWEEN
        for place, header in enumerate(table.columns)
    ]


def page_parts(printed: Printed, width: int, rows: int | None = None) -> list[Printed]:
    """Return a table as tables of at most so many columns of text and so many rows.

    The first column stands in each of them, their titles count them (``(1/3)``), and the notes
    stand below the last. A single column that is too wide stays whole.

    Parameters
    ----------
    printed : Printed
    width : int
        In columns of text, as :func:`text_width` counts them.
    rows : int, optional
        No table is cut below its columns if None.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"Theme": ["a"], "2004": ["42.9"], "2005": ["7.1"]}, dtype="str")
    >>> for part in page_parts(Printed("Shares", table, ("n: items.",)), 14):
    ...     print(part.title, list(part.table), part.notes)
    Shares (1/2) ['Theme', '2004'] ()
    Shares (2/2) ['Theme', '2005'] ('n: items.',)
    """
    widths, n_rows = columns_of(printed), len(printed.table)
    if sum(widths) <= width and (rows is None or n_rows <= rows):
        return [printed]
    step = rows or max(1, n_rows)
    starts = range(0, max(1, n_rows), step)
    parts = [
        _part(printed, slice(start, start + step), columns)
        for columns in _fitting(widths, width)
        for start in starts
    ]
    n = len(parts)
    numbered = [
        replace(part, title=f"{part.title} ({place}/{n})".lstrip(), notes=())
        for place, part in enumerate(parts, start=1)
    ]
    return [*numbered[:-1], replace(numbered[-1], notes=printed.notes)] if n > 1 else [printed]


def _fitting(widths: list[int], width: int) -> list[list[int]]:
    """Return groups of places that fit beside the first column."""
    groups: list[list[int]] = [[0]]
    room = width - widths[0]
    for place, needed in enumerate(widths[1:], start=1):
        if needed > room and len(groups[-1]) > 1:
            groups.append([0])
            room = width - widths[0]
        groups[-1].append(place)
        room -= needed
    return groups


def _part(printed: Printed, rows: slice, columns: list[int]) -> Printed:
    numeric = tuple(printed.numeric[place] for place in columns) if printed.numeric else ()
    return replace(printed, table=printed.table.iloc[rows, columns], numeric=numeric)
