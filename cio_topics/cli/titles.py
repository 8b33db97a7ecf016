"""Titles from arguments, standard input or a file, a chunk at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from cio_topics.cli.output import note_inputs, show_count

if TYPE_CHECKING:
    import pandas as pd

Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = ["CHUNK", "iterate_titles", "read_titles", "titles_arguments"]

CHUNK = 10_000
# Files that look like lines to a reader of lines.
_OTHERS = (".tsv", ".xlsx", ".xls", ".parquet", ".json", ".pdf", ".html", ".htm", ".docx", ".zip")
#: Bytes a line may have; a file that is one line must not fill the memory.
_LONGEST = 200_000
_CONTEXT = ("item_id", "title", "date", "date_precision", "body", "status")


def titles_arguments(command: Command) -> Command:
    """Add TITLES and --from."""
    for option in (
        click.option(
            "--from",
            "source",
            type=click.Path(path_type=Path, allow_dash=True),
            metavar="FILE",
            help="Read titles from a .csv or .jsonl file with a title column, or a text file with "
            "one title a line; - is standard input.",
        ),
        click.option(
            "--from-format",
            type=click.Choice(["lines", "csv", "jsonl"]),
            help="What the file is, if its ending does not say so.",
        ),
        click.argument("titles", nargs=-1),
    ):
        command = option(command)
    return command


def read_titles(
    titles: tuple[str, ...], source: Path | None, from_format: str | None
) -> Iterator[pd.DataFrame]:
    """Yield the rows of :func:`iterate_titles` as tables, empty where a value is missing."""
    yield from _chunks(iterate_titles(titles, source, from_format))


def iterate_titles(
    titles: tuple[str, ...], source: Path | None, from_format: str | None
) -> Iterator[dict[str, str]]:
    """Yield rows with ``title`` and, where given, ``item_id, date, body, status``.

    Raises
    ------
    SettingsError
        No titles at all, or titles and a file.
    CorpusError
        A file without a title column, or a line that is no JSON object.
    """
    from cio_topics.errors import SettingsError

    if titles == ("-",):
        titles, source = (), Path("-")
    if titles and source is not None:
        raise SettingsError("titles as arguments and --from together; expected one of them.")
    if titles:
        yield from ({"title": title} for title in titles)
        return
    if source is None:
        raise SettingsError(
            "no titles.",
            "Give titles as arguments, - for standard input, or --from FILE.",
            "題名を引数で渡すか、- で標準入力、--from でファイルを指定してください。",
        )
    yield from _read_source(source, from_format)


def _read_source(source: Path, from_format: str | None) -> Iterator[dict[str, str]]:
    from cio_topics.errors import CorpusError

    endings = {".csv": "csv", ".jsonl": "jsonl"}
    if from_format is None and source.suffix.lower() in _OTHERS:
        raise CorpusError(
            f"{source.name} is no .csv, .jsonl or text file.",
            "Save the table as CSV, or read it with cio-topics ingest.",
            "CSV で保存するか、cio-topics ingest で読み込んでください。",
        )
    kind = from_format or endings.get(source.suffix.lower(), "lines")
    name = "standard input" if str(source) == "-" else source.name
    if str(source) != "-":
        note_inputs(source)
    try:
        with click.open_file(str(source), "rb") as file:
            yield from {"lines": _lines, "csv": _csv, "jsonl": _jsonl}[kind](file, name)
    except OSError as error:
        raise CorpusError(
            f"cannot read {name}: {error.strerror or error}.",
            "Give the path of a file, or - for standard input.",
            "ファイルのパスか - を指定してください。",
        ) from error


def _decoded(file: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    from cio_topics.errors import CorpusError
    from cio_topics.files import decode_japanese

    number = 0
    while line := file.readline(_LONGEST + 1):
        number += 1
        if len(line) > _LONGEST:
            raise CorpusError(
                f"{name} line {number} is longer than {_LONGEST:,} bytes; expected one title a "
                "line.",
                "Break the text into lines.",
                "一行に一つの題名を書いてください。",
            )
        try:
            yield number, decode_japanese(line).rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise CorpusError(
                f"{name} line {number} is neither UTF-8 nor cp932.",
                "Save it in UTF-8.",
                "UTF-8 で保存し直してください。",
            ) from error


def _lines(file: IO[bytes], name: str) -> Iterator[dict[str, str]]:
    from cio_topics.errors import CorpusError, shorten

    for number, line in _decoded(file, name):
        cells = [cell.strip().strip('"\ufeff') for cell in line.replace("\t", ",").split(",")]
        if number == 1 and "title" in cells and len(cells) > 1:
            raise CorpusError(
                f"{name} begins with {shorten(line)}: a table, not one title a line.",
                "Add --from-format csv.",
                "--from-format csv を付けてください。",
            )
        if line.strip():
            yield {"title": line}


def _csv(file: IO[bytes], name: str) -> Iterator[dict[str, str]]:
    from cio_topics.errors import CorpusError

    csv.field_size_limit(_LONGEST)
    reader = csv.DictReader((line + "\n" for _, line in _decoded(file, name)), strict=True)
    try:
        yield from _csv_rows(reader, name)
    except csv.Error as error:
        raise CorpusError(
            f"{name} is no whole CSV: {error}, before line {reader.line_num + 1}.",
            "Look for a quotation mark that is not closed.",
            "閉じていない引用符がないか確かめてください。",
        ) from error


def _csv_rows(reader: csv.DictReader[str], name: str) -> Iterator[dict[str, str]]:
    from cio_topics.errors import CorpusError, choices

    columns = reader.fieldnames or []
    if "title" not in columns:
        raise CorpusError(
            f"{name} has no column 'title'; found: {choices(c[:30] for c in columns) or '-'}.",
            "Name the column of the titles 'title'.",
            "題名の列を title という名前にしてください。",
        )
    for row in reader:
        yield {key: row[key] or "" for key in _CONTEXT if key in row}


def _jsonl(file: IO[bytes], name: str) -> Iterator[dict[str, str]]:
    from cio_topics.errors import CorpusError, shorten

    for number, line in _decoded(file, name):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("title"), str):
            raise CorpusError(
                f"{name} line {number}: got {shorten(line)}, expected a JSON object with a title.",
                'Write one object a line: {"title": "…", "date": "2024-06-21", "body": "…"}.',
                "一行に一つの JSON オブジェクトを書いてください。",
            )
        yield {key: str(row[key]) for key in _CONTEXT if row.get(key) is not None}


def _chunks(rows: Iterator[dict[str, str]]) -> Iterator[pd.DataFrame]:
    from itertools import islice

    import pandas as pd

    done = 0
    while chunk := list(islice(rows, CHUNK)):
        yield pd.DataFrame(chunk, dtype="str").fillna("")
        done += len(chunk)
        if done >= CHUNK:
            show_count(done, "titles")
    if done >= CHUNK:
        show_count(0, "")
