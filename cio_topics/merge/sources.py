"""Who says what: the source of a row or value, and what is kept of those that did not win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cio_topics.corpus import SOURCE_KINDS
from cio_topics.merge.rows import ID, Row, target

#: Columns of ``sources`` that every corpus has.
BASE = ("table", "id", "field", "value", "source_url", "source_kind", "confidence")
#: Where a row names its source.
URL = {
    "meetings": "source",
    "items": "source_url",
    "documents": "source_url",
    "decisions": "source_url",
}
#: Tables whose rows name several addresses, and what stands between these.
BETWEEN = {"meetings": " ; ", "decisions": ";"}

_KIND_RANK = {kind: rank for rank, kind in enumerate(SOURCE_KINDS)}
_CONFIDENCE_RANK = {"verbatim": 0, "paraphrase_of_source": 1}


class Origin(NamedTuple):
    """The source of a row or of a value."""

    url: str = ""
    kind: str = ""
    confidence: str = ""


Said = tuple[str, Origin]


@lru_cache(1 << 16)
def rank(origin: Origin) -> tuple[int, int]:
    """Return how reliable a source is: the smaller, the more."""
    return _KIND_RANK.get(origin.kind, 9), _CONFIDENCE_RANK.get(origin.confidence, 9)


def origin_of(table: str, row: Row) -> Origin:
    """Return the source that a row names."""
    return Origin(row[URL[table]], row["source_kind"], row["confidence"])


def addresses(table: str, text: str) -> list[str]:
    """Return the addresses in a cell."""
    parts = text.split(BETWEEN[table].strip()) if table in BETWEEN else [text]
    return [part.strip() for part in parts if part.strip()]


def names(table: str, row: Row, origin: Origin) -> bool:
    """Tell whether the row names this source, or there is nothing to name."""
    return (
        set(addresses(table, origin.url)) <= set(addresses(table, row[URL[table]]))
        and origin.kind in ("", row["source_kind"])
        and origin.confidence in ("", row["confidence"])
    )


class Statements:
    """Rows of ``sources``: none stands twice, and those of a cell are found at once."""

    def __init__(self, n_extra: int = 0) -> None:
        self.rows: dict[tuple[str, ...], None] = {}
        self._extra = ("",) * n_extra
        self._cells: dict[tuple[str, str, str], list[Said]] = {}
        self._called: dict[tuple[str, str], list[str]] = {}

    def add(self, table: str, name: str, field: str, value: str, origin: Origin) -> None:
        """List a value of a cell, and who says it."""
        self.repeat((table, name, field, value, *origin, *self._extra))

    def repeat(self, row: tuple[str, ...]) -> None:
        """List a row as it stands in a table."""
        if row in self.rows:
            return
        self.rows[row] = None
        table, name, field, value = row[:4]
        self._cells.setdefault((table, name, field), []).append((value, Origin(*row[4:7])))
        if field == ID.get(table):
            self._called.setdefault((table, value), []).append(name)

    def of(self, table: str, name: str, field: str) -> Sequence[Said]:
        """Return what is listed for a cell."""
        return self._cells.get((table, name, field), ())

    def called(self, table: str, name: str) -> list[str]:
        """Return the rows that another source calls by this id."""
        return self._called.get((table, name), [])


def translated(
    sources: Iterable[Row], extra: Sequence[str], ids: Mapping[str, Mapping[str, str]]
) -> Statements:
    """Return a part's statements under the ids of the result."""
    said = Statements()
    for row in sources:
        table = row["table"]
        name = ids.get(table, {}).get(row["id"], row["id"])
        value = ids.get(target(table, row["field"]), {}).get(row["value"], row["value"])
        rest = (row[column] for column in (*BASE[4:], *extra))
        said.repeat((table, name, row["field"], value, *rest))
    return said


class Side(NamedTuple):
    """What one side says of a cell: its value, what is listed for the cell, the row's source."""

    value: str
    listed: Sequence[Said]
    own: Origin


def sayers(side: Side) -> list[Origin]:
    """Return the sources of a value: those that are listed with it, else the row's own."""
    return [origin for value, origin in side.listed if value == side.value] or [side.own]


def best_sayer(field: str, side: Side) -> Origin:
    """Return the best source of a value, or of a less exact date that holds it."""
    origins = sayers(side)
    if field == "date":
        origins += [o for value, o in side.listed if value and side.value.startswith(value)]
    return min(origins, key=rank)
