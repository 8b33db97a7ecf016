"""A result and its kind → a table of texts with its title and notes."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.files import write_bytes
from cio_topics.tables.columns import Kind, cells
from cio_topics.tables.kinds import KINDS

__all__ = ["Printed", "print_result", "printed_result"]

Language = Literal["ja", "en"]


@dataclass(frozen=True, eq=False)
class Printed:
    """A table as it is printed; guards that all its cells are texts.

    Attributes
    ----------
    title : str
    table : DataFrame of str
        Headers and cells as they are printed; the first column heads the rows.
    notes : tuple of str
        Lines below the table: n, method, interval, sources.
    numeric : tuple of bool
        Which columns are set to the right.
    """

    title: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        """Check that all cells are texts."""
        for place in range(self.table.shape[1]):
            if not all(isinstance(cell, str) for cell in self.table.iloc[:, place]):
                raise SettingsError(
                    f"column {shorten(self.table.columns[place])} of a printed table holds values "
                    "that are no texts."
                )

    @property
    def numeric_columns(self) -> tuple[bool, ...]:
        """Which columns are set to the right: all but the first, unless `numeric` says it."""
        n = self.table.shape[1]
        return self.numeric if len(self.numeric) == n else (False, *[True] * (n - 1))

    def _repr_html_(self) -> str:
        """Show the table in a notebook, with the rules and sides of print."""
        from cio_topics.tables.write import styled_html

        return styled_html(self)


def printed_result(
    result: pd.DataFrame,
    kind: str | Kind,
    *,
    lang: Language = "ja",
    names: dict[str, dict[str, str]] | None = None,
    facts: dict[str, Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Printed:
    """Return a result as it is printed.

    Parameters
    ----------
    result : DataFrame
        Of a function of :mod:`cio_topics.tracking` or :mod:`cio_topics.case_study`.
    kind : str or Kind
        One of :data:`KINDS`. Columns of the kind that the result lacks are left out, but the first.
    lang : {"ja", "en"}, default "ja"
    names : dict of str to dict, optional
        Names for the values of columns: ``{"theme": {"open_data": "Open data"}}``. A value without
        a name stays as it is.
    facts : dict, optional
        What the patterns of the kind's title and notes are filled with.
    notes : tuple of str, optional
        More notes, below the others: sources.

    Raises
    ------
    SettingsError
        An unknown kind, or a result without the kind's first column.

    Examples
    --------
    >>> result = pd.DataFrame({"term": ["電子政府"], "start": ["2003"], "end": ["2004"],
    ...     "weight": [3.25]})
    >>> from cio_topics.tables.columns import Column
    >>> kind = Kind("語", "Terms", (Column("term", "語", "Term"),
    ...     Column("weight", "重み", "Weight", "number")), (), ("n = {n}.",))
    >>> printed = printed_result(result, kind, lang="en", facts={"n": 1})
    >>> printed.table.to_dict("list"), printed.notes
    ({'Term': ['電子政府'], 'Weight': ['3.25']}, ('n = 1.',))
    """
    if isinstance(kind, str):
        if kind not in KINDS:
            raise SettingsError(
                f"unknown kind of result {shorten(kind)}; expected one of: {choices(KINDS)}."
            )
        kind = KINDS[kind]
    names, facts = names or {}, facts or {}
    first, *others = kind.columns
    columns = [first, *(column for column in others if column.name in result)]
    headers = [column.ja if lang == "ja" else column.en for column in columns]
    texts = [cells(result, column, names.get(column.names, {})) for column in columns]
    table = pd.DataFrame(dict(enumerate(texts)), dtype="str")
    table.columns = pd.Index(headers)
    patterns = kind.notes_ja if lang == "ja" else kind.notes_en
    filled = tuple(pattern.format(**facts) for pattern in patterns if _fields(pattern) <= {*facts})
    title = kind.title_ja if lang == "ja" else kind.title_en
    return Printed(
        title.format(**facts) if _fields(title) <= {*facts} else title,
        table,
        (*filled, *notes),
        tuple(column.style not in ("text", "date") for column in columns),
    )


def _fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def print_result(printed: Printed, path: str | Path, *, result: pd.DataFrame | None = None) -> None:
    """Write a printed table in the format that the name's ending says, whole or not at all.

    Parameters
    ----------
    printed : Printed
    path : path
        ``.csv``, ``.md``, ``.tex``, ``.html``, ``.doc.html`` (to be opened in, or pasted into, a
        word processor) or ``.xlsx``.
    result : DataFrame, optional
        The result itself, as a second sheet of an ``.xlsx``.

    Raises
    ------
    SettingsError
        Another ending.
    OutputError
        It cannot be written there.
    """
    from cio_topics.tables.write import format_of, printed_bytes

    write_bytes(path, printed_bytes(printed, format_of(Path(path)), result=result))
