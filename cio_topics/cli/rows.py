"""Write rows as they come, without pandas: a quick start, and memory that does not grow."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from cio_topics.cli.output import check_output, display_width, json_text

__all__ = ["NO_ROWS", "aligned", "row_texts", "write_texts"]

Row = Mapping[str, str | int | list[str]]

#: Rows that are aligned and written together.
CHUNK = 1000

NO_ROWS = "(no rows)\n"

# One encoder for all rows: to make one takes as long as to write a short row.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def row_texts(
    rows: Iterable[Row], columns: Sequence[str], output_format: str, manifest: dict[str, Any]
) -> Iterator[str]:
    """Yield rows as text table, CSV, JSON (with the manifest) or JSON lines, piece by piece.

    A list is one cell of words in a text table and in CSV. The columns of a text table are aligned
    over :data:`CHUNK` rows.
    """
    source = iter(rows)
    chunks = iter(lambda: list(islice(source, CHUNK)), [])
    if output_format == "json":
        return _json(chunks, manifest)
    return _LINES[output_format](chunks, columns)


def _table(chunks: Iterable[list[Row]], columns: Sequence[str]) -> Iterator[str]:
    header: list[Sequence[str | int]] = [columns]
    for chunk in chunks:
        yield aligned([*header, *([_cell(row[name]) for name in columns] for row in chunk)])
        header = []
    if header:
        yield NO_ROWS


def aligned(rows: Sequence[Sequence[str | int]]) -> str:
    """Return rows under each other: texts to the left, numbers to the right, the last as it is."""
    columns = list(zip(*rows, strict=True))
    widths = [max(display_width(str(cell)) for cell in column) for column in columns]
    numbers = [isinstance(column[-1], int) for column in columns]
    lines = []
    for row in rows:
        cells = []
        for cell, width, is_number in zip(row, widths, numbers, strict=True):
            blank = " " * (width - display_width(str(cell)))
            cells.append(blank + str(cell) if is_number else str(cell) + blank)
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _csv(chunks: Iterable[list[Row]], columns: Sequence[str]) -> Iterator[str]:
    yield _csv_lines([columns])
    for chunk in chunks:
        yield _csv_lines([[_cell(row[name]) for name in columns] for row in chunk])


def _csv_lines(rows: Iterable[Sequence[str | int]]) -> str:
    from cio_topics.files import guard_formula

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    for row in rows:
        writer.writerow(guard_formula(cell) if isinstance(cell, str) else cell for cell in row)
    return buffer.getvalue()


def _cell(value: str | int | list[str]) -> str | int:
    return " ".join(value) if isinstance(value, list) else value


def _jsonl(chunks: Iterable[list[Row]], _columns: Sequence[str]) -> Iterator[str]:
    for chunk in chunks:
        yield "".join(_encode(row) + "\n" for row in chunk)


def _json(chunks: Iterable[list[Row]], manifest: dict[str, Any]) -> Iterator[str]:
    """Yield one document, a row a line."""
    head, tail = json_text({"manifest": manifest, "rows": []}).rsplit("]", 1)
    yield head
    comma = ""
    for chunk in chunks:
        for row in chunk:
            yield f"{comma}\n    {_encode(row)}"
            comma = ","
    yield ("\n  ]" if comma else "]") + tail


_Lines = Callable[[Iterable[list[Row]], Sequence[str]], Iterator[str]]
_LINES: dict[str, _Lines] = {"table": _table, "csv": _csv, "jsonl": _jsonl}


def write_texts(texts: Iterable[str], output: Path, manifest: dict[str, Any]) -> None:
    """Write to standard output or, whole or not at all, to a file with its manifest beside it."""
    if str(output) == "-":
        for text in texts:
            click.echo(text, nl=False)
        return
    from cio_topics.files import final_place, is_device, replace_folder

    check_output(output)
    if is_device(output):
        with output.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(texts)
        return
    place = final_place(output)
    with replace_folder(place.parent) as folder:
        with (folder / place.name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(texts)
        beside = folder / f"{place.name}.manifest.json"
        beside.write_text(json_text(manifest), encoding="utf-8", newline="\n")
