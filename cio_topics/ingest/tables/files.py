"""A file (CSV, XLSX, JSON lines) → a table of text, its header found, with the way to its lines."""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus.read import read_csv_table, read_jsonl_table, read_sheets, read_text
from cio_topics.corpus.schema import Where
from cio_topics.errors import CorpusError, SettingsError, choices, shorten
from cio_topics.ingest.tables.mapping import TableMapping

__all__ = ["MAX_FILE", "Sheet", "load_table"]

#: Largest file that is opened, in bytes.
MAX_FILE = 200_000_000
_HEADER_SOUGHT = 10


class Sheet(NamedTuple):
    """A table as text, with unique headers, the way to its lines, and what was noticed."""

    name: str
    table: pd.DataFrame
    where: Where
    header_row: int = 1
    remarks: tuple[str, ...] = ()


def load_table(file: Path, mapping: TableMapping) -> Sheet:
    """Open a table; raise if it is none, too large or without rows."""
    loaders = {".csv": _load_csv, ".jsonl": _load_jsonl, ".xlsx": _load_workbook}
    load = loaders.get(file.suffix.lower())
    if load is None:
        raise CorpusError(
            f"{shorten(file.name)} is no {choices(loaders)} file.",
            "Save the table in one of these formats.",
            "いずれかの形式で保存し直してください。",
        )
    _check_size(file)
    sheet = load(file, mapping)
    if sheet.table.empty:
        raise CorpusError(
            f"{shorten(file.name)} has no row under its header.",
            "Give a table with at least one row.",
            "行のある表を指定してください。",
        )
    return sheet._replace(table=sheet.table.set_axis(_unique(sheet.table.columns), axis=1))


def _check_size(file: Path) -> None:
    try:
        size = file.stat().st_size
    except OSError as error:
        raise CorpusError(
            f"cannot read {shorten(file.name)}: {error.strerror or error}.",
            "Give the path of a table.",
            "表のファイルのパスを指定してください。",
        ) from error
    if size > MAX_FILE:
        raise CorpusError(
            f"{shorten(file.name)} has {size:,} bytes; expected at most {MAX_FILE:,}.",
            "Give a smaller table.",
            "小さく分けてください。",
        )


def _unique(columns: Iterable[object]) -> list[str]:
    """Name columns without a header by their place, and number those of one name."""
    headers: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = " ".join(str(column).split())
        name = f"(column {place})" if re.fullmatch(r"(Unnamed: \d+)?", name) else name
        names = itertools.chain([name], (f"{name}.{k}" for k in itertools.count(1)))
        headers.append(next(unique for unique in names if unique not in headers))
    return headers


def _find_header(
    rows: Sequence[Sequence[str]], n_rows: int, given: int | None, name: str
) -> tuple[int, tuple[str, ...]]:
    """Return the header's row, from 1, and a remark if lines stand above it.

    It is the first row with two filled cells, or the first that is filled.
    """
    if given is not None:
        if given > max(n_rows, 1):
            raise SettingsError(f"header_row is {given}, but {shorten(name)} has {n_rows} rows.")
        return given, ()
    counts = [sum(bool(cell.strip()) for cell in row) for row in rows]
    wide = [place for place, count in enumerate(counts, start=1) if count > 1]
    filled = [place for place, count in enumerate(counts, start=1) if count]
    header = next(iter([*wide, *filled]), 1)
    above = " / ".join(c.strip() for row in rows[: header - 1] for c in row if c.strip())
    said = f"the header was taken from row {header}; above it: {shorten(above)}"
    return header, (said,) if header > 1 else ()


def _load_csv(file: Path, mapping: TableMapping) -> Sheet:
    text, name = read_text(file), _name_of(file)
    rows = _first_rows(text, max(_HEADER_SOUGHT, mapping.header_row or 0))
    header, remarks = _find_header(rows, len(rows), mapping.header_row, name)
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream)
    for _ in range(header - 1):
        next(reader)
    kept = "\n" * reader.line_num + stream.read()  # lines keep their numbers
    return Sheet(name, *read_csv_table(kept, name), header, remarks)


def _first_rows(text: str, n: int) -> list[list[str]]:
    """Return the first rows of a CSV; fewer where it is broken, which reading will tell."""
    rows: list[list[str]] = []
    try:
        rows.extend(itertools.islice(csv.reader(io.StringIO(text, newline="")), n))
    except csv.Error:
        return rows
    return rows


def _load_jsonl(file: Path, mapping: TableMapping) -> Sheet:
    if mapping.header_row is not None:
        raise SettingsError("header_row is for CSV and XLSX; JSON lines name their columns.")
    return Sheet(_name_of(file), *read_jsonl_table(read_text(file), _name_of(file)))


def _load_workbook(file: Path, mapping: TableMapping) -> Sheet:
    sheets, name = read_sheets(file), _name_of(file)
    chosen = mapping.sheet or next(iter(sheets))
    if chosen not in sheets:
        raise SettingsError(
            f"{shorten(name)} has no sheet {shorten(chosen)}; expected: {choices(sheets)}."
        )
    table, n_formulas, n_errors = sheets[chosen]
    names = ["" if str(c).startswith("Unnamed: ") else str(c) for c in table.columns]
    rows = [names, *table.head(_HEADER_SOUGHT - 1).to_numpy().tolist()]
    header, remarks = _find_header(rows, len(table) + 1, mapping.header_row, name)
    if header > 1:
        names = [str(cell) for cell in table.iloc[header - 2]]
        table = table.iloc[header - 1 :].reset_index(drop=True)
    others = [other for other in sheets if other != chosen]
    if others and not mapping.sheet:
        remarks += (f"the sheet {chosen!r} was read; not read: {choices(others)}",)
    if n_formulas:
        remarks += (f"formulas: the stored results of {n_formulas} were read",)
    if n_errors:
        remarks += (f"cells with an error value, read as empty: {n_errors}",)
    table = table.set_axis(names, axis=1)
    return Sheet(name, table, lambda row: (name, row + header + 1), header, remarks)


def _name_of(file: Path) -> str:
    """Return the file's name in one form on every system, without control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", unicodedata.normalize("NFC", file.name))
