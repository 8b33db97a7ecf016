"""Printed tables in the formats of papers and office programs, every cell escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Literal, cast

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.files import table_csv
from cio_topics.tables.printed import Printed
from cio_topics.tables.wide import columns_of, page_parts
from cio_topics.tables.workbook import printed_xlsx

__all__ = [
    "PRINT_FORMATS",
    "PrintFormat",
    "format_of",
    "printed_bytes",
    "printed_text",
    "styled_html",
]

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
        return printed_xlsx(printed, result)
    return printed_text(printed, file_format).encode("utf-8")


def printed_text(printed: Printed, file_format: PrintFormat) -> str:
    r"""Return a printed table in one of the formats that are texts.

    LaTeX needs the package ``booktabs``, and ``graphicx`` for a wide table, which is made as narrow
    as the page. What no page holds is cut in several tables in LaTeX and for word processors; see
    :func:`~cio_topics.tables.wide.page_parts`. CSV holds the table alone.

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


def _escape_markdown(text: str) -> str:
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", text).replace("\n", " ")


def _markdown(printed: Printed) -> str:
    lines = [f"| {' | '.join(map(_escape_markdown, row))} |" for row in _rows(printed)]
    rule = "".join("|---:" if numeric else "|---" for numeric in printed.numeric_columns)
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


# Columns of text: what a page holds as it is, and what it holds made smaller. Rows of a page.
_PAGE, _SMALLER, _ROWS = 80, 125, 40
_NO_WIDER = r"\resizebox{\ifdim\width>\textwidth\textwidth\else\width\fi}{!}{%"


def _latex(printed: Printed) -> str:
    return "\n".join(_latex_table(part) for part in page_parts(printed, _SMALLER, _ROWS))


def _latex_table(printed: Printed) -> str:
    lines = [" & ".join(map(_escape_latex, row)) + r" \\" for row in _rows(printed)]
    # A line that begins with [ or * would be an argument of the line break before it.
    lines = ["{}" + line if line.startswith(("[", "*")) else line for line in lines]
    columns = "".join("r" if numeric else "l" for numeric in printed.numeric_columns)
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    table = [rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]
    if sum(columns_of(printed)) > _PAGE:
        table = [_NO_WIDER, *table[:-1], f"{table[-1]}}}"]
    title = [rf"\caption{{{_escape_latex(printed.title)}}}"] if printed.title else []
    foot = [rf"\par\raggedright\footnotesize {_escape_latex(note)}" for note in printed.notes]
    lines = [r"\begin{table}", r"\centering", *title, *table, *foot, r"\end{table}"]
    return "\n".join(lines) + "\n"


def _html(printed: Printed) -> str:
    head, *body = _rows(printed)
    sides = [' class="number"' if numeric else "" for numeric in printed.numeric_columns]
    title = f"<caption>{escape(printed.title)}</caption>" if printed.title else ""
    columns = _html_cells(head, ['th scope="col"'] * len(head), sides)
    tags = ['th scope="row"', *["td"] * (len(head) - 1)]
    rows = "".join(f"<tr>{_html_cells(row, tags, sides)}</tr>" for row in body)
    across = f'<tr><td colspan="{len(head)}">'
    notes = "".join(f"{across}{escape(note)}</td></tr>" for note in printed.notes)
    foot = f"<tfoot>{notes}</tfoot>" if notes else ""
    return f"<table>{title}<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody>{foot}</table>\n"


def _html_cells(texts: Iterable[str], tags: Sequence[str], attributes: Sequence[str]) -> str:
    return "".join(
        f"<{tag}{more}>{escape(text)}</{tag.split()[0]}>"
        for text, tag, more in zip(texts, tags, attributes, strict=True)
    )


# Rules above, below the head and at the end, as booktabs has them; in every cell, because word
# processors drop what a style sheet says.
_TOP = "border-top:1.5pt solid #000;border-bottom:0.75pt solid #000;"
_END = "border-bottom:1.5pt solid #000;"


def styled_html(printed: Printed) -> str:
    """Return a table as HTML with its style in every cell: for notebooks and word processors.

    Title and notes are paragraphs, not parts of the table.

    Examples
    --------
    >>> text = styled_html(Printed("Shares", pd.DataFrame({"Theme": ["a"]}, dtype="str"), ("n.",)))
    >>> text.startswith("<p"), "Shares</b></p><table" in text, text.endswith("n.</p>")
    (True, True, True)
    """
    head, *body = _rows(printed)
    tags = ["th"] * len(head)
    lines = [_html_cells(head, tags, _styles(printed, f"font-weight:bold;{_TOP}"))]
    for place, row in enumerate(body, start=1):
        end = _END if place == len(body) else ""
        styles = _styles(printed, f"font-weight:normal;{end}")
        lines.append(_html_cells(row, ["th", *["td"] * (len(head) - 1)], styles))
    rows = "".join(f"<tr>{line}</tr>" for line in lines[1:])
    title = f'<p style="margin:6pt 0"><b>{escape(printed.title)}</b></p>' if printed.title else ""
    notes = "".join(
        f'<p style="margin:3pt 0;font-size:9pt">{escape(note)}</p>' for note in printed.notes
    )
    return (
        f'{title}<table style="border-collapse:collapse" cellspacing="0" border="0">'
        f"<thead><tr>{lines[0]}</tr></thead><tbody>{rows}</tbody></table>{notes}"
    )


def _styles(printed: Printed, more: str) -> list[str]:
    sides = [
        "right;white-space:nowrap" if numeric else "left" for numeric in printed.numeric_columns
    ]
    return [
        f' style="padding:2pt 5pt;vertical-align:top;text-align:{side};{more}"' for side in sides
    ]


# Columns of text at 9 pt on a page of A4, upright and across.
_UPRIGHT, _ACROSS = 105, 150
_FONTS = "font-family:'Yu Mincho','Hiragino Mincho ProN','Times New Roman',serif;font-size:9pt"


def _word(printed: Printed) -> str:
    parts = page_parts(printed, _ACROSS)
    across = max(sum(columns_of(part)) for part in parts) > _UPRIGHT
    size = "841.9pt 595.3pt" if across else "595.3pt 841.9pt"
    turn = ";mso-page-orientation:landscape" if across else ""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8">'
        f"<title>{escape(printed.title)}</title>"
        f"<style>@page {{size:{size};margin:56pt{turn}}}</style></head>"
        f'<body style="{_FONTS}">{"<br>".join(map(styled_html, parts))}</body></html>\n'
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
