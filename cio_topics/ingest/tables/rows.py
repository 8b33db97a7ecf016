"""A row of a table → what it says, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from cio_topics.ingest.tables.cells import read_cell
from cio_topics.ingest.tables.mapping import TableMapping
from cio_topics.ingest.tables.pieces import Piece, split_cell, whole

__all__ = ["OF_MEETING", "Row", "read_rows"]

#: Fields of a meeting, and of an item, in the order in which they are read.
OF_MEETING = ("body", "number", "date", "time", "start", "end", "format", "place", "n_handouts")
_OF_ITEM = ("label", "kind", "status", "item_id", "source_url", "source_kind", "note", "position")


class Row(NamedTuple):
    """A row of the table as it was read."""

    place: int
    values: dict[str, str]
    pieces: list[Piece]
    problems: list[tuple[str, str, str]]
    remarks: list[str]


def read_rows(table: pd.DataFrame, mapping: TableMapping) -> Iterator[Row]:
    """Read every row of a table."""
    for place, cells in enumerate(_cells_of(table, mapping)):
        yield _read_row(place, cells, mapping)


def _read_row(place: int, cells: Mapping[str, str], mapping: TableMapping) -> Row:
    values: dict[str, str] = {}
    problems: list[tuple[str, str, str]] = []
    remarks: list[str] = []
    notes: list[str] = []
    for field in (*OF_MEETING, *_OF_ITEM):
        if not cells.get(field, "").strip():
            continue
        read = read_cell(field, cells[field], mapping.formats)
        if read.expected:
            problems.append((field, cells[field], read.expected))
        remarks += read.remarks
        if "number" in values and read.values.get("number", values["number"]) != values["number"]:
            remarks.append("number: the column differs from the name of the body and was read")
        values |= read.values
        notes.append(read.note)
    notes = [values.get("note", ""), *notes]
    values["note"] = "; ".join(filter(None, notes))
    title = cells.get("title", "")
    pieces = split_cell(title)
    if len(pieces) > 1 and not mapping.split_items:
        remarks.append(f"title: {len(pieces)} items in one cell; split_items would part them")
    if not mapping.split_items:
        pieces = [Piece("", "", whole(title))] if pieces else []
    return Row(place, values, pieces, problems, remarks)


def _cells_of(table: pd.DataFrame, mapping: TableMapping) -> Iterator[dict[str, str]]:
    """Yield for each row the cells by field, constants among them."""
    fields = list(mapping.columns)
    columns = [table[mapping.columns[field]].tolist() for field in fields]
    for row in zip(*columns, strict=True):
        yield dict(mapping.values) | dict(zip(fields, row, strict=True))
