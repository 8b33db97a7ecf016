"""Read a corpus from CSV, JSONL, XLSX or Parquet, and write it back."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from array import array
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.corpus.agenda import agenda_problems, split_agenda
from cio_topics.corpus.model import Corpus
from cio_topics.corpus.schema import (
    REQUIRED_TABLES,
    TABLES,
    Where,
    as_text,
    complete_columns,
    empty_table,
    header_problems,
    table_problems,
)
from cio_topics.data import embedded_folder
from cio_topics.errors import CorpusError, OutputError, Problem, SettingsError, choices, shorten
from cio_topics.files import (
    decode_japanese,
    replace_folder,
    table_csv,
    table_xlsx,
    unguard_formulas,
    write_bytes,
)

__all__ = [
    "CASE_STUDY_SOURCE",
    "FORMATS_READ",
    "MAX_CELLS",
    "MAX_UNPACKED",
    "Sheet",
    "Source",
    "check_workbook",
    "read_case_study",
    "read_corpus",
    "read_csv_table",
    "read_example",
    "read_jsonl_table",
    "read_sheets",
    "read_text",
    "write_corpus",
    "write_tables",
]

#: What items of the embedded corpus name as their source where they were read from the case study.
CASE_STUDY_SOURCE = "000_b85455866440f551.txt"

_ENCODINGS = ("utf-8", "utf-8-sig", "cp932")
_CHUNK = 50_000  # rows held as Python texts at a time
_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2}) 00:00:00$")
_NOT_IN_XLSX = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")

#: File endings that are read and written.
FORMATS_READ = (".csv", ".jsonl", ".xlsx", ".parquet")
#: Most bytes that a workbook may unpack to.
MAX_UNPACKED = 300_000_000
#: Most cells (rows times columns) of one sheet.
MAX_CELLS = 20_000_000
_MAX_ROWS = 1_048_576  # of a sheet, in any program


def read_corpus(path: str | os.PathLike[str]) -> Corpus:
    """Read a corpus and check every value.

    Parameters
    ----------
    path : path
        A folder with a file a table (``meetings.csv``, ``items.csv``, …, any of
        :data:`FORMATS_READ`), one workbook with a sheet a table, or one flat agenda file with at
        least ``item_id, body, date, title`` in each row.

    Returns
    -------
    Corpus

    Raises
    ------
    CorpusError
        Nothing to read, or bad values: one error lists all of them (file, line, column, value,
        what was expected), at most 20 and a count.

    Examples
    --------
    >>> read_corpus(embedded_folder())
    Corpus(307 items, 163 meetings, 28 bodies, 2000-11-21 to 2025-07-01)
    >>> read_corpus("no/such/folder")
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 'no/such/folder' does not exist. ...
    """
    place = Path(path)
    if not _exists(place):
        raise CorpusError(
            f"{shorten(str(place), 200)} does not exist.",
            "Give a folder with meetings and items, or one agenda file.",
            "meetings と items のあるフォルダか、議事の表のファイルを指定してください。",
        )
    sources = _folder_sources(place) if place.is_dir() else _file_sources(place)
    tables = {name: source.table for name, source in sources.items()}
    where = {name: source.where for name, source in sources.items()}
    if "agenda" in tables:
        agenda, line = tables.pop("agenda"), where.pop("agenda")
        if agenda.empty:
            raise _empty(place.name)
        tables["meetings"], tables["items"] = split_agenda(agenda)
        if problems := agenda_problems(agenda, line):
            # The meetings would be checked once a meeting; here it is once a row of the file.
            items = complete_columns("items", tables["items"])
            problems += table_problems("items", items, line)
            raise CorpusError.from_problems(sorted(problems, key=lambda p: p.line))
        first = agenda.groupby(tables["items"]["meeting_id"].to_numpy(), sort=False).head(1).index
        where["items"] = line
        where["meetings"] = lambda row: line(int(first[row]))
    return Corpus(tables, where)


def _exists(place: Path) -> bool:
    try:
        return place.exists()
    except OSError:  # a name that is too long, for example
        return False


class Source(NamedTuple):
    """A table as it was read, and the way from its rows to lines of its file."""

    table: pd.DataFrame
    where: Where


def _folder_sources(folder: Path) -> dict[str, Source]:
    found: dict[str, Path] = {}
    for name in TABLES:
        files = [folder / f"{name}{ending}" for ending in FORMATS_READ]
        present = [file for file in files if file.is_file()]
        if len(present) > 1:
            raise CorpusError(
                f"{folder.name} holds {name} twice: {choices(f.name for f in present)}.",
                "Keep one of them.",
                "どちらか一つにしてください。",
            )
        if present:
            found[name] = present[0]
    if not {"meetings", "items"} <= set(found):
        inside = sorted(p.name for p in folder.iterdir())[:10]
        raise CorpusError(
            f"no corpus in {shorten(str(folder), 200)}: expected meetings and items as "
            f"{choices(FORMATS_READ)}; found: {choices(inside) or 'nothing'}.",
            "Give the folder that holds them, or one agenda file.",
            "meetings と items のあるフォルダか、議事の表のファイルを指定してください。",
        )
    sources = {name: _read_one(file) for name, file in found.items()}
    for name, source in sources.items():
        if len(source.table.columns) == 0:  # JSON lines without a line
            if name in REQUIRED_TABLES:
                raise _empty(found[name].name)
            sources[name] = Source(empty_table(name), source.where)
    return sources


def _file_sources(file: Path) -> dict[str, Source]:
    if file.suffix.lower() == ".xlsx":
        sheets = read_sheets(file)
        if {"meetings", "items"} <= set(sheets):
            return {
                name: Source(sheet.table, _rows_of(f"{file.name}[{name}]", 2))
                for name, sheet in sheets.items()
                if name in TABLES
            }
        source = _first_of(sheets, file.name)
    else:
        source = _read_one(file)
    needed = ("item_id", "body", "date", "title")
    if problems := header_problems(source.table.columns, needed, file.name):
        raise CorpusError.from_problems(problems)
    return {"agenda": source}


def _read_one(file: Path) -> Source:
    ending = file.suffix.lower()
    if ending not in FORMATS_READ:
        raise CorpusError(
            f"{shorten(file.name)} is no {choices(FORMATS_READ)} file.",
            "Give a file of one of these kinds.",
            "いずれかの形式のファイルを指定してください。",
        )
    if ending == ".csv":
        return read_csv_table(read_text(file), file.name)
    if ending == ".jsonl":
        return read_jsonl_table(read_text(file), file.name)
    if ending == ".xlsx":
        return _first_of(read_sheets(file), file.name)
    try:
        table = pd.read_parquet(file)
    except (ValueError, OSError) as error:
        raise _unreadable(file.name, "a Parquet file", error) from error
    return Source(as_text(table), _rows_of(file.name, 1))


def _first_of(sheets: dict[str, Sheet], name: str) -> Source:
    return Source(next(iter(sheets.values())).table, _rows_of(name, 2))


def _unreadable(name: str, expected: str, error: Exception) -> CorpusError:
    return CorpusError(
        f"{name} is not {expected}: {shorten(error, 200)}.",
        "Save it again in that format.",
        "その形式で保存し直してください。",
    )


def read_text(file: Path) -> str:
    """Return the text of a file in UTF-8 (with or without BOM) or cp932.

    Raises
    ------
    CorpusError
        The bytes are neither.
    """
    try:
        return decode_japanese(file.read_bytes())
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{file.name} is neither UTF-8 nor cp932 (byte {error.start}).",
            "Save it as CSV in UTF-8 (with or without BOM) or cp932.",
            "UTF-8(BOM 付きも可)か cp932 で保存し直してください。",
        ) from error


def _empty(name: str) -> CorpusError:
    return CorpusError(
        f"{name} is empty.",
        "Give a file with at least one row.",
        "行のあるファイルを指定してください。",
    )


def read_csv_table(text: str, name: str) -> Source:
    """Read a CSV strictly: every row as many cells as the header. Blank lines are passed over."""
    if not text.strip():
        raise _empty(name)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] = []
    lines = array("l")
    problems: list[Problem] = []
    chunks: list[pd.DataFrame] = []
    rows: list[list[str]] = []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells) and len(cells) < 2:
                continue
            if not header:
                header = cells
            elif len(cells) != len(header):
                said = f"a row of {len(cells)} cells, expected {len(header)} as in the header"
                problems.append(Problem(name, line, "", "", "", said))
            else:
                rows.append(cells)
                lines.append(line)
            if len(rows) == _CHUNK:
                chunks.append(_text_table(rows, header))
                rows = []
    except csv.Error as error:
        raise _unreadable(name, "a CSV file", error) from error
    if problems:
        raise CorpusError.from_problems(problems)
    table = pd.concat([*chunks, _text_table(rows, header)], ignore_index=True)
    return Source(table, _lines_of(name, lines))


def _text_table(rows: list[list[str]], header: list[str]) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    texts = [unguard_formulas(pd.Series(list(column), dtype="str")) for column in columns]
    names = [str(name) for name in unguard_formulas(pd.Series(header, dtype="str"))]
    return pd.concat(texts, axis=1).set_axis(names, axis=1)


def _lines_of(name: str, lines: array[int]) -> Where:
    return lambda row: (name, lines[row] if row < len(lines) else 1)


def _rows_of(name: str, first: int) -> Where:
    return lambda row: (name, row + first)


def read_jsonl_table(text: str, name: str) -> Source:
    """Read JSON lines: one object a line. Values that are no text are kept as JSON."""
    rows: list[dict[str, str]] = []
    lines = array("l")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise ValueError(f"a {type(row).__name__}, not an object")
            rows.append({key: _json_text(value) for key, value in row.items()})
        except (ValueError, RecursionError) as error:
            raise _unreadable(f"{name} line {number}", "one JSON object a line", error) from error
        lines.append(number)
    table = as_text(pd.DataFrame(rows, dtype=object))
    return Source(table, _lines_of(name, lines))


def _json_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


class Sheet(NamedTuple):
    """A sheet of a workbook as text, and how many cells are formulas or hold an error value."""

    table: pd.DataFrame
    n_formulas: int
    n_errors: int


def read_sheets(file: Path) -> dict[str, Sheet]:
    """Read every sheet of a workbook that :func:`check_workbook` lets pass; nothing is computed."""
    counts = check_workbook(file)
    try:
        sheets = pd.read_excel(
            file, sheet_name=None, dtype=str, keep_default_na=False, engine="openpyxl"
        )
    except (ValueError, KeyError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise _unreadable(file.name, "an XLSX workbook", error) from error
    return {
        str(name): Sheet(as_text(table).apply(_plain_days), *counts[str(name)])
        for name, table in sheets.items()
    }


def check_workbook(file: Path) -> dict[str, tuple[int, int]]:
    """Look into a workbook before it is read; count formulas and error values of each sheet.

    Raises
    ------
    CorpusError
        It is no workbook, would unpack to more than :data:`MAX_UNPACKED` bytes, or a sheet spans
        more than :data:`MAX_CELLS` cells (two cells at its far corners are enough).
    """
    import openpyxl

    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            said = f"unpacks to {unpacked:,} bytes; expected at most {MAX_UNPACKED:,}"
            raise _too_large(file, said)
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        try:
            if not book.worksheets:
                raise ValueError("it has no sheet")
            return {sheet.title: _counted(file, sheet) for sheet in book.worksheets}
        finally:
            book.close()
    except CorpusError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise _unreadable(file.name, "an XLSX workbook", error) from error


def _counted(file: Path, sheet: Any) -> tuple[int, int]:
    """Count formulas and error values, and stop where the sheet grows too large."""
    width = height = n_formulas = n_errors = 0
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if filled := [place for place, cell in enumerate(row, start=1) if cell.value is not None]:
            width, height = max(width, filled[-1]), number
            n_formulas += sum(cell.data_type == "f" for cell in row)
            n_errors += sum(cell.data_type == "e" for cell in row)
        if width * height > MAX_CELLS or number > _MAX_ROWS:
            spans = f"spans {max(height, number):,} rows and {width:,} columns"
            raise _too_large(file, f"{spans}; expected at most {MAX_CELLS:,} cells")
    return n_formulas, n_errors


def _too_large(file: Path, said: str) -> CorpusError:
    return CorpusError(
        f"{shorten(file.name)} {said}.",
        "Give a smaller table, or save only the sheet you need as CSV.",
        "必要なシートだけを CSV で保存するなど、小さくしてください。",
    )


def _plain_days(values: pd.Series[str]) -> pd.Series[str]:
    """Undo what a workbook makes of a day: 2009-07-01 00:00:00."""
    return values.str.replace(_MIDNIGHT, r"\1", regex=True)


def read_example() -> Corpus:
    """Return the embedded corpus: the CIO liaison conference and 27 bodies around it.

    Returns
    -------
    Corpus
        307 real agenda items with their sources, 191 of them coded.

    Examples
    --------
    >>> corpus = read_example()
    >>> corpus.items.loc[0, "title"]
    '「電子政府構築計画」の策定'
    """
    return read_corpus(embedded_folder())


def read_case_study(name: str) -> pd.DataFrame:
    """Return reference data of the case study (Honda 2019).

    Parameters
    ----------
    name : {"table1", "claims"}
        Meetings per year with circulated ones, or its countable statements.

    Examples
    --------
    >>> int(read_case_study("table1")["meetings"].sum())
    81
    """
    if name not in ("table1", "claims"):
        raise SettingsError(f"unknown table {shorten(name)}; expected one of: table1, claims.")
    return pd.read_csv(embedded_folder() / f"case_study_{name}.csv", keep_default_na=False)


def write_corpus(
    corpus: Corpus,
    path: str | os.PathLike[str],
    file_format: Literal["csv", "jsonl", "xlsx", "parquet"] = "csv",
    *,
    encoding: Literal["utf-8", "utf-8-sig", "cp932"] = "utf-8",
) -> None:
    """Write a corpus so that :func:`read_corpus` gives it back.

    Parameters
    ----------
    corpus : Corpus
    path : path
        A folder for ``csv``, ``jsonl`` and ``parquet`` (a file a table), a file for ``xlsx``
        (a sheet a table).
    file_format : {"csv", "jsonl", "xlsx", "parquet"}, default "csv"
        In CSV, cells that a spreadsheet would run are guarded; reading undoes it. In XLSX every
        text is a text, never a formula.
    encoding : {"utf-8", "utf-8-sig", "cp932"}, default "utf-8"
        Of CSV; ``utf-8-sig`` (with BOM) opens in Excel as it is.

    Raises
    ------
    OutputError
        The place cannot be written, holds a corpus in another format, or the format cannot hold a
        text as it is; nothing is left half-written.
    SettingsError
        An unknown format or encoding, or a workbook whose name does not end in ``.xlsx``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_corpus(read_example(), f"{folder}/corpus", "parquet")
    ...     read_corpus(f"{folder}/corpus").hash == read_example().hash
    True
    """
    if f".{file_format}" not in FORMATS_READ:
        known = choices(ending[1:] for ending in FORMATS_READ)
        raise SettingsError(f"unknown format {shorten(file_format)}; expected one of: {known}.")
    if encoding not in _ENCODINGS:
        raise SettingsError(
            f"unknown encoding {shorten(encoding)}; expected one of: {choices(_ENCODINGS)}."
        )
    other = [
        file.name
        for name in TABLES
        for ending in FORMATS_READ
        if (file := Path(path) / f"{name}{ending}").exists() and ending != f".{file_format}"
    ]
    if file_format != "xlsx" and other:
        raise OutputError(
            f"{shorten(str(path), 200)} holds a corpus in another format: {choices(other)}.",
            "Choose an empty folder.",
            "空のフォルダを選んでください。",
        )
    if file_format == "xlsx":
        if Path(path).suffix.lower() != ".xlsx":
            raise SettingsError(
                f"a workbook called {shorten(Path(path).name)} could not be read again.",
                "Let its name end in .xlsx.",
                "ファイル名の末尾を .xlsx にしてください。",
            )
        _check_fits_workbook(corpus)
        write_bytes(path, table_xlsx(corpus.tables))
        return
    with replace_folder(path) as folder:
        write_tables(corpus, folder, file_format, encoding)


def write_tables(
    corpus: Corpus, folder: Path, file_format: str = "csv", encoding: str = "utf-8"
) -> None:
    """Write a file a table into a folder that exists, for what writes other files there too."""
    for name, table in corpus.tables.items():
        content = _table_bytes(name, table, file_format, encoding)
        (folder / f"{name}.{file_format}").write_bytes(content)


def _check_fits_workbook(corpus: Corpus) -> None:
    """Refuse texts that a workbook would change without a word."""
    for name, table in corpus.tables.items():
        for column in [c for c in table.columns if isinstance(table[c].dtype, pd.StringDtype)]:
            texts = table[column]
            odd = (texts.str.len() > 32_767) | texts.str.contains(_NOT_IN_XLSX)
            if odd.any():
                raise OutputError(
                    f"{name}.{column} has {int(odd.sum())} texts that a workbook cannot hold, "
                    f"the first in row {int(np.flatnonzero(odd)[0]) + 1}.",
                    "Write csv, jsonl or parquet.",
                    "csv・jsonl・parquet で保存してください。",
                )


def _table_bytes(name: str, table: pd.DataFrame, file_format: str, encoding: str) -> bytes:
    if file_format == "csv":
        try:
            return table_csv(table).encode(encoding)
        except UnicodeEncodeError as error:
            raise OutputError(
                f"{name} has {error.object[error.start]!r}, which {encoding} cannot hold.",
                "Write it in utf-8 or utf-8-sig.",
                "utf-8 か utf-8-sig で保存してください。",
            ) from error
    if file_format == "jsonl":
        lines: str = table.to_json(orient="records", lines=True, force_ascii=False)
        return lines.encode("utf-8")
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
