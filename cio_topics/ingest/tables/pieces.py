"""A cell that holds several items → its items."""

from __future__ import annotations

import json
from typing import NamedTuple

from cio_topics.ingest.tables.cells import one_line
from cio_topics.ingest.wording import as_printed, line_mark, split_run

__all__ = ["Piece", "split_cell", "whole"]

_WIDE = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_OPENING = "「『（(〈《【［["
_CLOSING = "」』）)〉》】］]"


class Piece(NamedTuple):
    """One item of a cell: its number as printed, in normal form, how deep it is, and its title."""

    label: str
    level: str
    title: str


def split_cell(cell: str) -> list[Piece]:
    """Part a cell that holds several items: line breaks, or numbers that run on from 1.

    A line that ends inside a bracket goes on in the next one, unless that has a number. Lines with
    another style of number than the first lie deeper. A list of texts in JSON is parted too.

    Returns
    -------
    list of Piece
        One piece with the whole text if it holds one item, none if it is empty.

    Examples
    --------
    >>> [piece.title for piece in split_cell("①工程表について ②その他")]
    ['工程表について', 'その他']
    >>> split_cell("Web 2.0の活用")
    [Piece(label='', level='1', title='Web 2.0の活用')]
    """
    lines = [part for line in _lines(cell) for part in _run(line)]
    if len(lines) < 2:
        return [Piece("", "1", one_line(line)) for line in lines]
    styles: list[str] = []
    pieces = []
    for line in lines:
        mark = line_mark(line)
        label, title = mark.label, one_line(as_printed(line, mark.rest))
        if not title:
            label, title = "", one_line(line)
        if label and mark.style not in styles:
            styles.append(mark.style)
        level = styles.index(mark.style) + 1 if label else 1
        pieces.append(Piece(label, str(level), title))
    return pieces


def _lines(cell: str) -> list[str]:
    """Return the lines that are not empty; one inside an open bracket belongs to the line above."""
    lines: list[list[str]] = []
    depth = 0
    for line in filter(str.strip, _json_list(cell) or cell.splitlines()):
        if depth and not line_mark(line).label:
            lines[-1].append(line.strip())
        else:
            lines.append([line.strip()])
            depth = 0
        depth = _depth(line, depth)
    return ["".join(parts) for parts in lines]


def _json_list(cell: str) -> list[str]:
    """Return the texts of a JSON list, which JSON lines may hold as a value."""
    if not cell.startswith("["):
        return []
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    return values if all(isinstance(value, str) for value in values) else []


def _depth(text: str, depth: int) -> int:
    """Return how many brackets are open after `text`; a lone closing one, as in 1), is none."""
    for character in text:
        depth += character in _OPENING
        depth -= character in _CLOSING and depth > 0
    return depth


def _run(line: str) -> list[str]:
    """Part a line that holds a numbered list."""
    cuts = _circled_places(line)
    if len(cuts) > 1:
        ends = [*cuts[1:], len(line)]
        return [line[a:b].strip() for a, b in zip(cuts, ends, strict=True)]
    parts: list[str] = []
    place = 0
    narrow = line.translate(_WIDE)
    for part in split_run(narrow):
        start = narrow.index(part, place)
        place = start + len(part)
        parts.append(line[start:place])
    return parts


def _circled_places(line: str) -> list[int]:
    """Return where ①②③ stand, if the line begins with ①."""
    places: list[int] = []
    for place, character in enumerate(line):
        if character == chr(0x2460 + len(places)) and (places or place == 0):
            places.append(place)
    return places


def whole(cell: str) -> str:
    """Return a cell as one item."""
    return " ".join(_json_list(cell)) or one_line(cell)
