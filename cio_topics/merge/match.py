"""Which rows are one: rules tried one after the other, the surest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from cio_topics.merge.index import Index, titles
from cio_topics.merge.rows import ID, Row, TitleKey, dates_agree, plain, title_key, value
from cio_topics.merge.sources import URL, Origin, names, origin_of


class Doubt(NamedTuple):
    """Why a row was not joined with any of those that fit."""

    why: str
    fits: list[str]


Rule = Callable[[Row], list[str]]
Pairs = dict[str, str]
Doubts = dict[str, Doubt]
_Agenda = Counter[TitleKey]


def match_meetings(held: Index, rows: Sequence[Row], items: Iterable[Row]) -> tuple[Pairs, Doubts]:
    """Return the counterparts of meetings; `items` are those of the new meetings."""
    meetings, restarting, agendas = held.rows["meetings"], _restarting(rows), _agendas(rows, items)
    titles_of = cache(held.titles)

    def known(row: Row) -> list[str]:
        body, name = plain(row["body"]), row["meeting_id"]
        same = [m for m in held.called("meetings", name) if plain(meetings[m]["body"]) == body]
        enough = bool(row["number"]) or row["date_precision"] == "day"
        sure = [m for m in same if enough or _holds(held, m, agendas.get(name))]
        return _known(held, "meetings", row, ("number", "date", "format"), same, sure)

    def number_and_date(row: Row) -> list[str]:
        return [m for m in held.numbered(row) if dates_agree(meetings[m]["date"], row["date"])]

    def number(row: Row) -> list[str]:
        if plain(row["body"]) in restarting or held.restarts(row):
            return []
        return [m for m in held.numbered(row) if _near(meetings[m]["date"], row["date"])]

    def day(row: Row) -> list[str]:
        return _same_date(held, row) if row["date_precision"] == "day" else []

    def agenda(row: Row) -> list[str]:
        mine = agendas.get(row["meeting_id"])
        return [m for m in _same_date(held, row) if _alike(mine, titles_of(m))] if mine else []

    pairs, doubts = _staged("meetings", rows, (known, number_and_date, number, day, agenda))
    return pairs, _inexact(held, rows, pairs) | doubts


def match_items(held: Index, rows: Iterable[Row]) -> Pairs:
    """Pair the items of one meeting and title, the first with the first."""
    turn: Counter[tuple[str, TitleKey]] = Counter()
    pairs = {}
    for row in rows:
        key = (row["meeting_id"], title_key(row["title"]))
        same = held.titled(*key)
        if turn[key] < len(same):
            pairs[row["item_id"]] = same[turn[key]]
        turn[key] += 1
    return pairs


def match_documents(held: Index, rows: Sequence[Row]) -> tuple[Pairs, Doubts]:
    """Return the counterparts of documents."""
    documents = held.rows["documents"]
    fields = ("meeting_id", "document_url", "label", "title", "text")

    def known(row: Row) -> list[str]:
        same = held.called("documents", row["document_id"])
        enough = row["document_url"] or (row["meeting_id"] and row["title"])
        return _known(held, "documents", row, fields, same, same if enough else [])

    def address(row: Row) -> list[str]:
        meeting = row["meeting_id"]
        return [
            d
            for d in held.addressed(row)
            if not meeting or documents[d]["meeting_id"] in ("", meeting)
        ]

    return _staged("documents", rows, (known, address, held.handed_out))


def match_decisions(held: Index, rows: Sequence[Row]) -> Pairs:
    """Pair decisions, named by their place: title and date the same, then a date that fits."""
    keys = [title_key(row["title"]) for row in rows]
    free = {title: list(held.decided(title)) for title in keys}
    decisions = held.rows["decisions"]
    pairs: Pairs = {}
    for place, (row, title) in enumerate(zip(rows, keys, strict=True)):
        exact = [d for d in free[title] if decisions[d]["decided_on"] == row["decided_on"]]
        if exact:
            pairs[str(place)] = exact[0]
            free[title].remove(exact[0])
    fits = {
        str(place): [d for d in free[title] if _decided_alike(decisions[d], row)]
        for place, (row, title) in enumerate(zip(rows, keys, strict=True))
        if str(place) not in pairs
    }
    return pairs | _one_to_one(fits)


# ------------------------------------------------------------------------------ rules, one by one


def _staged(table: str, rows: Iterable[Row], rules: Iterable[Rule]) -> tuple[Pairs, Doubts]:
    """Pair rows by one rule after the other; each row once."""
    left = {row[ID[table]]: row for row in rows}
    pairs: Pairs = {}
    doubts: Doubts = {}
    for rule in rules:
        taken = set(pairs.values())
        fits = {name: [one for one in rule(row) if one not in taken] for name, row in left.items()}
        pairs |= _one_to_one(fits)
        for name, candidates in fits.items():
            if candidates:
                doubts.setdefault(name, Doubt("ambiguous", candidates))
        left = {name: row for name, row in left.items() if name not in pairs}
    return pairs, {name: doubt for name, doubt in doubts.items() if name in left}


def _one_to_one(fits: Mapping[str, Sequence[str]]) -> Pairs:
    """Keep the pairs in which neither side fits another."""
    claims = Counter(one for candidates in fits.values() for one in candidates)
    return {
        row: candidates[0]
        for row, candidates in fits.items()
        if len(candidates) == 1 and claims[candidates[0]] == 1
    }


def _inexact(held: Index, rows: Iterable[Row], pairs: Pairs) -> Doubts:
    """Return the meetings of the same month or year that were not joined."""
    taken = set(pairs.values())
    doubts = {}
    for row in rows:
        if row["meeting_id"] not in pairs and row["date_precision"] in ("month", "year"):
            fits = [m for m in _same_date(held, row) if m not in taken]
            if fits:
                doubts[row["meeting_id"]] = Doubt("inexact", fits)
    return doubts


def _same_date(held: Index, row: Row) -> list[str]:
    """Return the meetings of this body and date that may have this number and format."""
    meetings = held.rows["meetings"]
    return [
        m
        for m in held.dated(row)
        if not (meetings[m]["number"] and row["number"])
        and _formats_agree(meetings[m]["format"], row["format"])
    ]


def _known(
    held: Index,
    table: str,
    row: Row,
    fields: Sequence[str],
    same: Iterable[str],
    sure: Iterable[str],
) -> list[str]:
    """Return the one of `same` that says no more and no less, else of `sure` one that says all."""
    rows, origin = held.rows[table], origin_of(table, row)
    exact = [one for one in same if all(rows[one][field] == row[field] for field in fields)]
    return (
        exact
        or [
            one
            for one in sure
            if all(_says(held, table, one, field, value(row, field)) for field in fields)
            and _knows(held, table, one, origin)
        ]
    )[:1]


def _says(held: Index, table: str, key: str, field: str, text: str) -> bool:
    stated = held.rows[table][key][field], *(v for v, _ in held.said.of(table, key, field))
    return not text or text in stated


def _knows(held: Index, table: str, key: str, origin: Origin) -> bool:
    listed = (origin.url, origin) in held.said.of(table, key, URL[table])
    return listed or names(table, held.rows[table][key], origin)


# ---------------------------------------------------------------------------- what rules look at


def _restarting(rows: Iterable[Row]) -> set[str]:
    """Return the bodies that give one number in several years."""
    years: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row["number"] and row["date"]:
            key = (plain(row["body"]), row["number"])
            years.setdefault(key, set()).add(row["date"][:4])
    return {body for (body, _), found in years.items() if len(found) > 1}


def _agendas(rows: Iterable[Row], items: Iterable[Row]) -> dict[str, _Agenda]:
    """Return the titles of meetings of which only a month or year is known."""
    inexact = (row["meeting_id"] for row in rows if row["date_precision"] in ("month", "year"))
    told: dict[str, list[Row]] = {meeting: [] for meeting in inexact}
    for item in items:
        if item["meeting_id"] in told:
            told[item["meeting_id"]].append(item)
    return {meeting: titles(agenda) for meeting, agenda in told.items()}


def _alike(first: _Agenda, second: _Agenda) -> bool:
    """Tell whether at least one title, and half of the shorter agenda, stands in both."""
    n = (first & second).total()
    return n > 0 and 2 * n >= min(first.total(), second.total())


def _holds(held: Index, meeting: str, agenda: _Agenda | None) -> bool:
    """Tell whether a meeting has all these titles, and there are any."""
    return bool(agenda) and all(
        len(held.titled(meeting, title)) >= n for title, n in (agenda or {}).items()
    )


def _near(first: str, second: str) -> bool:
    """Tell whether two dates are of the same or of neighbouring years."""
    return bool(first and second) and abs(int(first[:4]) - int(second[:4])) <= 1


def _decided_alike(first: Row, second: Row) -> bool:
    days = first["decided_on"], second["decided_on"]
    return ";" not in "".join(days) and dates_agree(*days)


def _formats_agree(first: str, second: str) -> bool:
    """Tell whether one meeting may be called both: circulated is no sitting."""
    return "unknown" in (first, second) or (first == "circulated") == (second == "circulated")
