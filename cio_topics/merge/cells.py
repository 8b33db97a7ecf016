"""Which value wins: two rows that are one, settled cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cio_topics.merge.conflicts import Contradiction
from cio_topics.merge.rows import ID, Row, dates_agree, days, value
from cio_topics.merge.sources import (
    BETWEEN,
    URL,
    Origin,
    Side,
    Statements,
    addresses,
    best_sayer,
    names,
    rank,
    sayers,
)

# The name and the order of things are the first corpus's.
_FIRST_STAYS = {("meetings", "body"), ("items", "position"), ("decisions", "title")}
# Two pages may differ here and both be right.
_NO_CONTRADICTION = {"body", "title", "note", "label", "level", "position", "document_url"}
_PRECISION = {10: "day", 7: "month", 4: "year", 0: "unknown"}


class Pair(NamedTuple):
    """A row, its counterpart and their sources; `name` is what ``sources`` calls the row."""

    table: str
    key: str
    name: str
    row: Row
    other: Row
    mine: Origin
    theirs: Origin
    said: Statements
    heard: Statements  # what the other's part says under the ids of the result

    @property
    def best(self) -> Origin:
        """The more reliable source, the first of equals."""
        return min(self.mine, self.theirs, key=rank)


def groups(table: str, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the fields that are settled one by one, or together."""
    apart = {ID.get(table), URL[table], "source_kind", "confidence", "parser", "date_precision"}
    apart |= {"start", "end"} if table == "meetings" else set()
    apart |= {"meeting_id"} if table == "items" else set()
    together = [("start", "end")] if table == "meetings" else []
    return [*((column,) for column in columns if column not in apart), *together]


def join_cells(pair: Pair, together: Sequence[tuple[str, ...]]) -> list[Contradiction]:
    """Change the row to what both say, list the rest, and return what contradicts."""
    best = pair.best
    found = []
    for fields in together:
        if any(_is_open(pair, field, best) for field in fields):
            found += _settle(pair, fields, best)
    if "date" in pair.row:
        pair.row["date_precision"] = _PRECISION[len(pair.row["date"])]
    _settle_origin(pair, best)
    return found


def _is_open(pair: Pair, field: str, best: Origin) -> bool:
    """Tell whether something is to be chosen or listed; with most cells nothing is."""
    other = pair.other[field]
    if pair.row[field] != other and (other or best != pair.mine):
        return True
    cell = (pair.table, pair.name, field)
    return bool(pair.said.of(*cell) or pair.heard.of(*cell))


def _settle(pair: Pair, fields: tuple[str, ...], best: Origin) -> list[Contradiction]:
    """Choose the values of fields that go together."""
    sides = [_sides(pair, field) for field in fields]
    ours, theirs = ([side[which].value for side in sides] for which in (0, 1))
    chosen, found = _agreed(pair.table, fields, ours, theirs), []
    if chosen is None:
        won = _more_reliable(fields, sides)
        chosen = (ours, theirs)[won]
        lost = [side[1 - won] for side in sides]
        found = [_contradiction(pair, *one) for one in zip(fields, chosen, lost, strict=True)]
    for field, side, kept in zip(fields, sides, chosen, strict=True):
        _keep(pair, field, kept, side, best)
        pair.row[field] = kept or pair.row[field]
    return [one for one in found if one]


def _sides(pair: Pair, field: str) -> tuple[Side, Side]:
    # What is listed under a title may belong to another decision of that title.
    cell = (pair.table, pair.name, field) if pair.table in ID else ("", "", "")
    return (
        Side(value(pair.row, field), tuple(pair.said.of(*cell)), pair.mine),
        Side(value(pair.other, field), pair.heard.of(*cell), pair.theirs),
    )


def _agreed(
    table: str, fields: tuple[str, ...], ours: list[str], theirs: list[str]
) -> list[str] | None:
    """Return what both may mean, the fuller and more exact; None if they contradict each other."""
    filled = [a or b for a, b in zip(ours, theirs, strict=True)]
    if all(a == b or not a or not b for a, b in zip(ours, theirs, strict=True)):
        return None if filled not in (ours, theirs) and _ends_early(filled) else filled
    field, a, b = fields[0], ours[0], theirs[0]
    if (table, field) in _FIRST_STAYS:
        return ours
    if field in ("date", "decided_on") and ";" not in a + b and dates_agree(a, b):
        return [max(a, b, key=len)]
    if field == "revised_on" and (days(a) <= days(b) or days(b) <= days(a)):
        return [max(a, b, key=lambda text: len(days(text)))]
    if field == "kind" and {a, b} == {"agenda", "handout"}:
        return ["agenda"]
    return None


def _ends_early(times: list[str]) -> bool:
    return len(times) == 2 and "" < times[1] < times[0]


def _more_reliable(fields: Sequence[str], sides: Sequence[tuple[Side, Side]]) -> int:
    """Return which side has the better source, the first of equals."""
    ranks = [
        min(
            rank(best_sayer(field, side[which]))
            for field, side in zip(fields, sides, strict=True)
            if side[which].value
        )
        for which in (0, 1)
    ]
    return int(ranks[1] < ranks[0])


def _contradiction(pair: Pair, field: str, kept: str, lost: Side) -> Contradiction | None:
    if field in _NO_CONTRADICTION or not kept or not lost.value:
        return None
    origin = best_sayer(field, lost)
    return Contradiction(pair.table, pair.key, field, lost.value, origin.url, rank(origin))


def _keep(pair: Pair, field: str, kept: str, sides: tuple[Side, Side], best: Origin) -> None:
    """List what is not kept, and who says what is kept where the row's source does not."""
    stating = [o for side in sides if side.value and side.value == kept for o in sayers(side)]
    listed = any(value == kept for side in sides for value, _ in side.listed)
    for side in sides:
        if side.value not in ("", kept):
            for origin in sayers(side):
                pair.said.add(pair.table, pair.name, field, side.value, origin)
    if listed or best not in stating:
        for origin in stating:
            pair.said.add(pair.table, pair.name, field, kept, origin)


def _settle_origin(pair: Pair, best: Origin) -> None:
    """Name the more reliable source in the row and list the other."""
    table, row, url = pair.table, pair.row, URL[pair.table]
    won = best == pair.mine
    lost = pair.theirs if won else pair.mine
    parsers = [row["parser"], pair.other["parser"]]
    kept, other = parsers if won else reversed(parsers)
    row["parser"], row["source_kind"], row["confidence"] = kept, best.kind, best.confidence
    row[url] = best.url
    if table in BETWEEN:
        every = [*addresses(table, best.url), *addresses(table, lost.url)]
        row[url] = BETWEEN[table].join(dict.fromkeys(every))
    if not names(table, row, lost):
        pair.said.add(table, pair.name, url, lost.url, lost)
    if other not in ("", kept):
        pair.said.add(table, pair.name, "parser", other, lost)
