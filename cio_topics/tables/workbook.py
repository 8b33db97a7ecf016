"""A printed table → a workbook: title, table and notes on one sheet, the result on another."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pandas as pd

from cio_topics.files import fill_sheet
from cio_topics.tables.printed import Printed
from cio_topics.tables.wide import columns_of

__all__ = ["printed_xlsx"]

_WIDEST, _A4 = 60, 9


def printed_xlsx(printed: Printed, result: pd.DataFrame | None = None) -> bytes:
    """Return a workbook whose first sheet is the table as it is printed.

    The header is frozen and repeated on every printed page. A second sheet, ``data``, holds the
    result with numbers as numbers, if it is given. No text is run as a formula.

    Parameters
    ----------
    printed : Printed
    result : DataFrame, optional

    Returns
    -------
    bytes
        The same for the same tables: the creation date is fixed.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": dt.datetime(1980, 1, 1), "title": printed.title})
    head = book.add_format({"bold": True, "top": 2, "bottom": 1, "text_wrap": True})
    _fill_table(book, head, printed)
    if result is not None:
        fill_sheet(book.add_worksheet("data"), result, head)
    book.close()
    return buffer.getvalue()


def _fill_table(book: Any, head: Any, printed: Printed) -> None:
    sheet, row = book.add_worksheet("table"), 2 if printed.title else 0
    if printed.title:
        sheet.write_string(0, 0, printed.title, book.add_format({"bold": True, "font_size": 13}))
    fill_sheet(sheet, printed.table, head, row=row)
    _set_sides(book, sheet, head, printed, row)
    last, end = row + len(printed.table), max(0, printed.table.shape[1] - 1)
    if last > row:
        rule = {"type": "no_errors", "format": book.add_format({"bottom": 1})}
        sheet.conditional_format(last, 0, last, end, rule)
        sheet.ignore_errors({"number_stored_as_text": _cells(row + 1, last, end)})
    for place, note in enumerate(printed.notes, start=last + 2):
        sheet.write_string(place, 0, note, book.add_format({"align": "left"}))
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(row)


def _cells(first: int, last: int, end: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(first, 0, last, end))


def _set_sides(book: Any, sheet: Any, head: Any, printed: Printed, row: int) -> None:
    """Set numbers, and their headers, to the right."""
    right = book.add_format({"align": "right"})
    head_right = book.add_format(
        {"bold": True, "top": 2, "bottom": 1, "text_wrap": True, "align": "right"}
    )
    rows = zip(columns_of(printed), printed.numeric_columns, printed.table.columns, strict=True)
    for place, (width, numeric, header) in enumerate(rows):
        sheet.set_column(place, place, min(_WIDEST, width), right if numeric else None)
        sheet.write_string(row, place, str(header), head_right if numeric else head)
