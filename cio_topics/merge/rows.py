"""Tables → rows of text with the columns of the schema, and back; what tells rows apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import pandas as pd

from cio_topics.corpus import TABLES
from cio_topics.corpus.schema import as_text, header_problems, required_columns
from cio_topics.errors import CorpusError, shorten
from cio_topics.text import normalize, split_title

Row = dict[str, str]
Table = pd.DataFrame | Sequence[Mapping[str, str]]
TitleKey = tuple[str, ...]

ID = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}

_DEFAULTS = {name: {c.name: c.default or "" for c in known} for name, known in TABLES.items()}
_REFERENCES = {
    "items": {"meeting_id": "meetings"},
    "documents": {"meeting_id": "meetings", "item_id": "items"},
    "decisions": {"document_id": "documents"},
    "theme_labels": {"item_id": "items"},
}
_ROUND = str.maketrans("[]<>{}", "()()()")


def read_rows(name: str, table: Table) -> list[Row]:
    """Return the rows as dicts of text, with every column of the schema."""
    if isinstance(table, pd.DataFrame):
        if not table.shape[1]:
            return []
        texts = table if _is_text(table) else as_text(table)
        found = [str(column) for column in texts.columns]
        cells = zip(*(texts.iloc[:, place].tolist() for place in range(len(found))), strict=True)
        rows: Iterable[Mapping[str, str]] = (dict(zip(found, c, strict=True)) for c in cells)
    else:
        found, rows = [*dict.fromkeys(key for row in table for key in row)], table
    if found and (problems := header_problems(pd.Index(found), required_columns(name), name)):
        raise CorpusError.from_problems(problems)
    return [{**_DEFAULTS[name], **row} for row in rows]


def _is_text(table: pd.DataFrame) -> bool:
    return all(dtype == "str" for dtype in table.dtypes) and not table.isna().any(axis=None)


def all_columns(parts: Iterable[Mapping[str, list[Row]]]) -> dict[str, list[str]]:
    """Return the columns of each table: those of the schema, then what a part has beside them."""
    columns = {name: dict.fromkeys(defaults) for name, defaults in _DEFAULTS.items()}
    for part in parts:
        for name, rows in part.items():
            for row in rows:
                if row.keys() != columns[name].keys():
                    columns[name] |= dict.fromkeys(row)
    return {name: list(names) for name, names in columns.items()}


def completed(rows: Iterable[Row], columns: Sequence[str]) -> list[Row]:
    """Return the rows with the columns that only other parts have."""
    return [
        row if len(row) == len(columns) else {c: row.get(c, "") for c in columns} for row in rows
    ]


def make_table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pd.DataFrame:
    """Return a table of text."""
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame({n: list(c) for n, c in zip(columns, cells, strict=True)}, dtype="str")


def check_ids(table: str, rows: Iterable[Row]) -> None:
    """Refuse a part that has one id twice."""
    again = [name for name, n in Counter(row[ID[table]] for row in rows).items() if n > 1]
    if again:
        raise CorpusError(
            f"{table} has {ID[table]} {shorten(again[0])} twice in one part; expected it once.",
            "Give every row an id of its own.",
            "行ごとに別の id を付けてください。",
        )


def target(table: str, field: str) -> str:
    """Return the table whose ids stand in this field, "" if none do."""
    return _REFERENCES.get(table, {}).get(field, "")


def resolved(table: str, row: Row, ids: Mapping[str, Mapping[str, str]]) -> Row:
    """Return the row with its keys under the ids of the result."""
    keys = {}
    for field, held in _REFERENCES.get(table, {}).items():
        if row[field] and row[field] not in ids[held]:
            raise CorpusError(
                f"{table} has {field} {shorten(row[field])}, which its part lacks in {held}.",
                "Give the parts of one source together.",
                "同じ出典の表は一緒に渡してください。",
            )
        keys[field] = ids[held].get(row[field], "")
    return {**row, **keys}


def folded(text: str) -> str:
    """Return a text without what differs between spellings: width, white space, brackets."""
    return normalize(text).replace(" ", "").translate(_ROUND)


plain = lru_cache(1 << 16)(folded)  # for names; whole texts would fill the memory


@lru_cache(1 << 17)
def title_key(title: str) -> TitleKey:
    """Return what makes a title: its core and marks such as 案, not its label nor について."""
    parts = split_title(title)
    return (plain(parts.core), *parts.marks, *(["等"] if "等" in parts.tail else []))


def handout_key(row: Row) -> tuple[str, ...]:
    """Return what makes a handout where its address does not: meeting, label and title."""
    return row["meeting_id"], plain(row["label"]), *title_key(row["title"])


def dates_agree(first: str, second: str) -> bool:
    """Tell whether one ISO date lies within the other, or one is not known."""
    return first.startswith(second) or second.startswith(first)


def days(text: str) -> set[str]:
    """Return the parts of a list such as ``2004;2007``."""
    return {day.strip() for day in text.split(";")}


def value(row: Row, field: str) -> str:
    """Return a cell; an unknown format says nothing."""
    return "" if field == "format" and row[field] == "unknown" else row[field]
