"""Shares → the table of a paper: themes as rows, periods as columns, n in the header."""

from __future__ import annotations

import re
from typing import Literal

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["PRINT_FORMATS", "print_table", "printed_table"]

#: Formats a printed table can be written in as text.
PRINT_FORMATS = ("csv", "markdown", "latex", "html")

_CELLS = ("share", "interval", "count")


def printed_table(
    shares: pd.DataFrame,
    *,
    theme_names: dict[str, str] | None = None,
    period_names: dict[str, str] | None = None,
    cells: Literal["share", "interval", "count"] = "share",
    theme_header: str = "Theme",
) -> pd.DataFrame:
    """Return a table of texts, ready to be printed.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`.
    theme_names, period_names : dict of str to str, optional
        What is printed for each id; the id itself if it is missing.
    cells : {"share", "interval", "count"}, default "share"
        ``42.9``, ``42.9 [15.8–75.0]`` or ``3``; shares in percent. Empty where a period has no
        items.
    theme_header : str, default "Theme"

    Returns
    -------
    DataFrame of str
        First column the themes, then one column a period, headed ``2004 (n=7)``; n is the number
        of items.

    Examples
    --------
    >>> shares = pd.DataFrame({"period": ["2004"], "theme": ["open_data"], "n": [3],
    ...     "n_items": [7], "share": [3 / 7], "share_low": [0.158], "share_high": [0.75]})
    >>> printed_table(shares, cells="interval").values.tolist()
    [['open_data', '42.9 [15.8–75.0]']]
    """
    if cells not in _CELLS:
        raise SettingsError(f"unknown cells {shorten(cells)}; expected one of: {choices(_CELLS)}.")
    theme_names, period_names = theme_names or {}, period_names or {}
    filled = shares["n_items"] > 0
    text = shares["n"].astype("str") if cells == "count" else _percent(shares["share"])
    if cells == "interval":
        bounds = _percent(shares["share_low"]) + "–" + _percent(shares["share_high"])
        known = shares["share_low"].notna()
        text = text + (" [" + bounds + "]").where(known, " [–]")
    wide = shares.assign(text=text.where(filled, "")).pivot(
        index="theme", columns="period", values="text"
    )
    periods, themes = list(shares["period"].unique()), list(shares["theme"].unique())
    wide = wide.reindex(index=themes, columns=periods)
    sizes = shares.drop_duplicates("period").set_index("period")["n_items"]
    wide.columns = pd.Index([f"{period_names.get(p, p)} (n={sizes[p]})" for p in periods])
    names = pd.Series([theme_names.get(t, t) for t in themes], index=wide.index, dtype="str")
    wide.insert(0, theme_header, names)
    return wide.reset_index(drop=True).astype("str")


def _percent(values: pd.Series[float]) -> pd.Series[str]:
    return (values * 100).map(lambda v: "" if pd.isna(v) else f"{v:.1f}").astype("str")


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
}


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _escape_markdown(text: str) -> str:
    return re.sub(r"([\\|`*_<>\[\]])", r"\\\1", text).replace("\n", " ")


def print_table(
    table: pd.DataFrame,
    file_format: Literal["csv", "markdown", "latex", "html"],
    *,
    caption: str = "",
    notes: tuple[str, ...] = (),
) -> str:
    r"""Return a table of texts in a format for print, every cell escaped.

    Parameters
    ----------
    table : DataFrame of str
        From :func:`printed_table`.
    file_format : {"csv", "markdown", "latex", "html"}
        LaTeX needs the package ``booktabs``.
    caption : str, optional
    notes : tuple of str, optional
        Lines below the table: n, method, interval, sources. Not written to CSV.

    Examples
    --------
    >>> print(print_table(pd.DataFrame({"Theme": ["a|b"], "2004 (n=7)": ["3"]}), "markdown"))
    | Theme | 2004 (n=7) |
    |---|---:|
    | a\|b | 3 |
    """
    from cio_topics.files import table_csv

    if file_format == "csv":
        return table_csv(table)
    rows = [list(map(str, table.columns)), *table.to_numpy().tolist()]
    if file_format == "markdown":
        return _markdown(rows, caption, notes)
    if file_format == "latex":
        return _latex(rows, caption, notes)
    if file_format == "html":
        return _html(rows, caption, notes)
    raise SettingsError(
        f"unknown format {shorten(file_format)}; expected one of: {choices(PRINT_FORMATS)}."
    )


def _markdown(rows: list[list[str]], caption: str, notes: tuple[str, ...]) -> str:
    lines = [f"| {' | '.join(map(_escape_markdown, row))} |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(rows[0]) - 1) + "|")
    head = [f"**{_escape_markdown(caption)}**", ""] if caption else []
    foot = ["", *map(_escape_markdown, notes)] if notes else []
    return "\n".join([*head, *lines, *foot]) + "\n"


def _latex(rows: list[list[str]], caption: str, notes: tuple[str, ...]) -> str:
    lines = [" & ".join(map(_escape_latex, row)) + r" \\" for row in rows]
    # A line that begins with [ or * would be an argument of the line break before it.
    lines = ["{}" + line if line.startswith(("[", "*")) else line for line in lines]
    body = [r"\toprule", lines[0], r"\midrule", *lines[1:], r"\bottomrule"]
    columns = "l" + "r" * (len(rows[0]) - 1)
    table = [rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]
    title = [rf"\caption{{{_escape_latex(caption)}}}"] if caption else []
    foot = [rf"\par\footnotesize {_escape_latex(note)}" for note in notes]
    return (
        "\n".join([r"\begin{table}", r"\centering", *title, *table, *foot, r"\end{table}"]) + "\n"
    )


def _html(rows: list[list[str]], caption: str, notes: tuple[str, ...]) -> str:
    from html import escape

    def cells(row: list[str], tag: str) -> str:
        first = f'<th scope="row">{escape(row[0])}</th>' if tag == "td" else ""
        rest = row[1:] if first else row
        return first + "".join(f"<{tag}>{escape(text)}</{tag}>" for text in rest)

    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    foot = "".join(f'<tr><td colspan="{len(rows[0])}">{escape(note)}</td></tr>' for note in notes)
    tail = f"<tfoot>{foot}</tfoot>" if notes else ""
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows[1:])
    head = f"<thead><tr>{cells(rows[0], 'th')}</tr></thead>"
    return f"<table>{title}{head}<tbody>{body}</tbody>{tail}</table>\n"
