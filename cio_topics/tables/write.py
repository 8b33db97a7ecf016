"""Printed tables in the formats of papers and office programs, every cell escaped."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Literal, cast

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.files import fill_sheet, table_csv
from cio_topics.tables.printed import Printed

__all__ = ["PRINT_FORMATS", "PrintFormat", "format_of", "printed_bytes", "printed_text"]

PrintFormat = Literal["csv", "markdown", "latex", "html", "word", "xlsx"]
#: ``word`` is HTML with its style in every cell, to be pasted into a word processor.
PRINT_FORMATS = ("csv", "markdown", "latex", "html", "word", "xlsx")

_ENDINGS = {".csv": "csv", ".md": "markdown", ".tex": "latex", ".html": "html", ".xlsx": "xlsx"}


def format_of(path: Path) -> PrintFormat:
    """Return the format that the ending of a file's name says.

    Raises
    ------
    SettingsError
        An unknown ending.

    Examples
    --------
    >>> format_of(Path("shares.doc.html"))
    'word'
    """
    if path.name.endswith(".doc.html"):
        return "word"
    if path.suffix not in _ENDINGS:
        raise SettingsError(
            f"{shorten(path.name)} has no known ending; expected one of: "
            f"{choices([*_ENDINGS, '.doc.html'])}."
        )
    return cast(PrintFormat, _ENDINGS[path.suffix])


def printed_bytes(
    printed: Printed, file_format: PrintFormat, *, result: pd.DataFrame | None = None
) -> bytes:
    """Return a printed table as the bytes of a file; ``xlsx`` with the result as a second sheet."""
    if file_format == "xlsx":
        return _xlsx(printed, result)
    return printed_text(printed, file_format).encode("utf-8")


def printed_text(printed: Printed, file_format: PrintFormat) -> str:
    r"""Return a printed table in one of the formats that are texts.

    LaTeX needs the package ``booktabs``. CSV holds the table alone.

    Raises
    ------
    SettingsError
        An unknown format, or ``xlsx``, which is no text.

    Examples
    --------
    >>> table = pd.DataFrame({"Theme": ["a|b"], "2004 (n=7)": ["3"]}, dtype="str")
    >>> print(printed_text(Printed("", table, (), (False, True)), "markdown"))
    | Theme | 2004 (n=7) |
    |---|---:|
    | a\|b | 3 |
    """
    if file_format not in _TEXTS:
        raise SettingsError(
            f"unknown format {shorten(file_format)}; expected one of: {choices(_TEXTS)}."
        )
    return _TEXTS[file_format](printed)


def _rows(printed: Printed) -> list[list[str]]:
    return [list(map(str, printed.table.columns)), *printed.table.to_numpy().tolist()]


def _numeric(printed: Printed) -> tuple[bool, ...]:
    n = printed.table.shape[1]
    return printed.numeric if len(printed.numeric) == n else (False, *[True] * (n - 1))


def _escape_markdown(text: str) -> str:
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", text).replace("\n", " ")


def _markdown(printed: Printed) -> str:
    lines = [f"| {' | '.join(map(_escape_markdown, row))} |" for row in _rows(printed)]
    rule = "".join("|---:" if numeric else "|---" for numeric in _numeric(printed))
    lines.insert(1, f"{rule}|")
    head = [f"**{_escape_markdown(printed.title)}**", ""] if printed.title else []
    foot = ["", *(f"{_escape_markdown(note)}  " for note in printed.notes)] if printed.notes else []
    return "\n".join([*head, *lines, *foot]) + "\n"


_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "∞": r"$\infty$",
    "×": r"$\times$",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
}


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text).replace("\n", " ")


def _latex(printed: Printed) -> str:
    lines = [" & ".join(map(_escape_latex, row)) + r" \\" for row in _rows(printed)]
    # A line that begins with [ or * would be an argument of the line break before it.
    lines = ["{}" + line if line.startswith(("[", "*")) else line for line in lines]
    columns = "".join("r" if numeric else "l" for numeric in _numeric(printed))
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    table = [rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]
    title = [rf"\caption{{{_escape_latex(printed.title)}}}"] if printed.title else []
    foot = [rf"\par\footnotesize {_escape_latex(note)}" for note in printed.notes]
    lines = [r"\begin{table}", r"\centering", *title, *table, *foot, r"\end{table}"]
    return "\n".join(lines) + "\n"


# Rules above, below the head and at the end, as booktabs has them.
_TABLE = "border-collapse:collapse;border-top:1.5pt solid #000;border-bottom:1.5pt solid #000"
_HEAD = "border-bottom:0.75pt solid #000;"


def _html_table(printed: Printed, styled: bool) -> str:
    numeric = _numeric(printed)

    def cell(tag: str, place: int, text: str, more: str = "") -> str:
        side = "right" if numeric[place] else "left"
        style = f' style="padding:2pt 6pt;text-align:{side};{more}"' if styled else ""
        plain = "" if styled or not numeric[place] else ' class="number"'
        scope = ' scope="col"' if tag == "th" and more else ' scope="row"' if tag == "th" else ""
        return f"<{tag}{scope}{style or plain}>{escape(text)}</{tag}>"

    head, *body = _rows(printed)
    n = len(head)
    title = f"<caption>{escape(printed.title)}</caption>" if printed.title else ""
    columns = "".join(cell("th", place, text, _HEAD) for place, text in enumerate(head))
    lines = [
        "".join(cell("td" if place else "th", place, text) for place, text in enumerate(row))
        for row in body
    ]
    rows = "".join(f"<tr>{line}</tr>" for line in lines)
    notes = "".join(f'<tr><td colspan="{n}">{escape(note)}</td></tr>' for note in printed.notes)
    foot = f"<tfoot>{notes}</tfoot>" if notes else ""
    style = f' style="{_TABLE}"' if styled else ""
    return (
        f"<table{style}>{title}<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody>{foot}</table>"
    )


def _html(printed: Printed) -> str:
    return _html_table(printed, styled=False) + "\n"


def _word(printed: Printed) -> str:
    fonts = (
        "font-family:'Yu Mincho','Hiragino Mincho ProN','Times New Roman',serif;font-size:10.5pt"
    )
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{escape(printed.title)}</title></head>"
        f'<body style="{fonts}">{_html_table(printed, styled=True)}</body></html>\n'
    )


def _csv(printed: Printed) -> str:
    return table_csv(printed.table)


_TEXTS: dict[str, Callable[[Printed], str]] = {
    "csv": _csv,
    "markdown": _markdown,
    "latex": _latex,
    "html": _html,
    "word": _word,
}


def _xlsx(printed: Printed, result: pd.DataFrame | None) -> bytes:
    """Return a workbook: title, table and notes on one sheet with a frozen head; the result."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": dt.datetime(1980, 1, 1)})
    head = book.add_format({"bold": True, "top": 2, "bottom": 1, "text_wrap": True})
    sheet, row = book.add_worksheet("table"), 2 if printed.title else 0
    if printed.title:
        sheet.write_string(0, 0, printed.title, book.add_format({"bold": True, "font_size": 13}))
    fill_sheet(sheet, printed.table, head, row=row)
    for place, numeric in enumerate(_numeric(printed)):
        widths = [
            _width(text) for text in [printed.table.columns[place], *printed.table.iloc[:, place]]
        ]
        side = book.add_format({"align": "right" if numeric else "left"})
        sheet.set_column(place, place, min(60, max(widths) + 2), side)
    for place, note in enumerate(printed.notes, start=row + len(printed.table) + 2):
        sheet.write_string(place, 0, note)
    if result is not None:
        fill_sheet(book.add_worksheet("data"), result, head)
    book.close()
    return buffer.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
