"""Where the sources contradict each other, and how it was settled."""

from __future__ import annotations

from typing import NamedTuple

from cio_topics.merge.rows import ID, Row, folded
from cio_topics.merge.sources import URL, Origin, Side, Statements, best_sayer, origin_of, rank

#: Columns of the table of conflicts.
CONFLICT_COLUMNS = (
    "table",
    "id",
    "field",
    "kept",
    "kept_source",
    "other",
    "other_source",
    "why",
)
#: Why a conflict was settled as it was.
WHY = {
    "more_reliable": "the value of the more reliable source was kept",
    "first": "the sources are equally reliable; the first was kept",
    "together": "the time goes with the other time of its meeting",
    "coding": "the item is coded in both; the first coding was kept",
    "ambiguous": "more than one row fits; none was joined",
    "inexact": "the same month or year without the same items is no proof; none was joined",
    "id_taken": "another row has this id; the row got a new one",
}

_SHOWN = 200


class Contradiction(NamedTuple):
    """What is not kept, and who says it; `why` where that is known already."""

    table: str
    key: str
    field: str
    other: str
    source: str
    rank: tuple[int, int] = (0, 0)
    why: str = ""


def conflict(found: Contradiction, row: Row, said: Statements) -> tuple[str, ...] | None:
    """Return the row of a contradiction, None if its value was kept after all."""
    table, key, field, other, source, lost, why = found
    name, kept = (row["title"] if table == "decisions" else key), row[field]
    if table not in URL:
        return (table, name, field, _cut(kept), "", _cut(other), source, why)
    if not why and (not kept or folded(kept) == folded(other)):
        return None
    listed = said.of(table, name, field) if table in ID else ()
    best = best_sayer(field, Side(kept, listed, origin_of(table, row)))
    kept_source = _first_other(best.url, source) if table == "meetings" else best.url
    return (
        table,
        name,
        field,
        _cut(kept),
        kept_source,
        _cut(other),
        source,
        why or _why(best, lost),
    )


def _first_other(addresses: str, other: str) -> str:
    """Return the first of a meeting's sources that is not the one which says otherwise."""
    each = addresses.split(" ; ")
    return next((address for address in each if address != other), each[0])


def _why(best: Origin, lost: tuple[int, int]) -> str:
    won = rank(best)
    return "more_reliable" if won < lost else "first" if won == lost else "together"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
