"""Corpora of the same bodies → one, part after part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus import TABLES, Corpus
from cio_topics.merge.cells import Pair, groups, join_cells
from cio_topics.merge.conflicts import CONFLICT_COLUMNS, Contradiction, conflict
from cio_topics.merge.index import Index
from cio_topics.merge.match import (
    Doubts,
    Pairs,
    match_decisions,
    match_documents,
    match_items,
    match_meetings,
)
from cio_topics.merge.rows import (
    ID,
    Row,
    Table,
    all_columns,
    check_ids,
    completed,
    days,
    make_table,
    plain,
    read_rows,
    resolved,
)
from cio_topics.merge.sources import BASE, URL, Origin, Statements, origin_of, translated

_LONGEST_ID = 190


class Merged(NamedTuple):
    """A joined corpus, and where its sources contradict each other."""

    corpus: Corpus
    conflicts: pd.DataFrame


def merge(first: Corpus, second: Corpus, *more: Corpus) -> Merged:
    """Join corpora of the same bodies from different sources.

    Meetings are the same by body and number, by body and day, or by body, month or year and agenda;
    items by meeting and title. Each cell takes the value of its most reliable source, the
    first corpus's where they are equally reliable; the other is kept in ``sources``. See
    :func:`merge_many`.

    Parameters
    ----------
    first, second, *more : Corpus
        In order of precedence. Ids of `first` survive, and rows of one corpus are never joined
        with each other.

    Returns
    -------
    Merged
        ``corpus``, and ``conflicts`` with the columns of :data:`CONFLICT_COLUMNS`, sorted.

    Examples
    --------
    >>> def small(source_kind, place, title):
    ...     meeting = {"meeting_id": source_kind, "body": "試験会議", "number": "1",
    ...                "date": "2009-07-01", "date_precision": "day", "place": place,
    ...                "source_kind": source_kind}
    ...     item = {"item_id": "i" + source_kind, "meeting_id": source_kind, "title": title,
    ...             "source_kind": source_kind}
    ...     return Corpus({"meetings": pd.DataFrame([meeting]), "items": pd.DataFrame([item])})
    >>> blog = small("blog", "庁舎", "新戦略（案）について")
    >>> corpus, conflicts = merge(blog, small("official", "官邸", "新戦略(案)"))
    >>> corpus.items[["item_id", "title"]].values.tolist()
    [['iblog', '新戦略(案)']]
    >>> conflicts[["id", "field", "kept", "other", "why"]].values.tolist()
    [['blog', 'place', '官邸', '庁舎', 'more_reliable']]
    >>> merge(blog, blog).conflicts.empty
    True
    """
    tables, conflicts = merge_many([corpus.tables for corpus in (first, second, *more)])
    return Merged(Corpus(tables), conflicts)


def merge_many(
    parts: Sequence[Mapping[str, Table]],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Join tables of the same bodies from different sources, one part after the other.

    Time grows with the number of rows, except where many meetings of one body share a number or a
    date.

    Parameters
    ----------
    parts : sequence of mappings of str to DataFrame or to a list of dicts of str
        Tables as of a corpus; keys of a part resolve within it. Lists of dicts are quicker for many
        small parts. The first part has precedence in ids and among equally reliable sources. Ids
        should be those of their source: where two parts give one id to rows that say the same, it
        is the same row.

    Returns
    -------
    tables : dict of str to DataFrame
        Text tables, all of :data:`cio_topics.corpus.TABLES`; without ``administrations`` if no part
        has any. Rows of the first part come first, in their order. Text, not yet checked:
        ``Corpus(tables)`` does that.
    conflicts : DataFrame
        Columns of :data:`CONFLICT_COLUMNS`; sorted by table, id and field. `why` is one of
        :data:`WHY`.

    Raises
    ------
    CorpusError
        A part lacks a column, has an id twice, or a key that resolves to no row.

    Examples
    --------
    >>> meetings = pd.DataFrame({"meeting_id": ["m1"], "body": ["試験会議"], "number": ["3"],
    ...                          "date": ["2009-07"], "date_precision": ["month"]})
    >>> other = meetings.assign(meeting_id="x", date="2009-07-01", date_precision="day")
    >>> tables, conflicts = merge_many([{"meetings": meetings}, {"meetings": other}])
    >>> tables["meetings"][["meeting_id", "date"]].values.tolist(), len(conflicts)
    ([['m1', '2009-07-01']], 0)
    >>> merge_many([{"meetings": meetings.drop(columns="date")}])
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 1 bad value in the corpus: ...
    """
    read = [{name: read_rows(name, table) for name, table in part.items()} for part in parts]
    joined = _Joined(all_columns(read))
    for part in read:
        joined.add(part)
    return joined.tables(), joined.conflicts()


class _Part(NamedTuple):
    """A part whose keys are those of the result: `ids` of its rows, and which of them stand."""

    rows: dict[str, list[Row]]
    ids: dict[str, dict[str, str]]
    pairs: dict[str, Pairs]
    said: Statements


class _Joined:
    """What was joined so far: one row for what is one, under an id that no other row has."""

    def __init__(self, columns: dict[str, list[str]]) -> None:
        self._columns = columns
        self._extra = [column for column in columns["sources"] if column not in BASE]
        self._held = Index(columns["sources"])
        self._found: set[Contradiction] = set()
        self._groups = {name: groups(name, columns[name]) for name in URL}
        self._spelling: dict[str, str] = {}
        self._suffix: dict[tuple[str, str], int] = {}
        self._last: dict[str, int | None] = {}
        self._new: set[str] = set()  # meetings of the part that is being joined

    # what goes in and out

    def add(self, tables: Mapping[str, list[Row]]) -> None:
        """Join one part: first find what is the same, then join it cell by cell."""
        part = self._identified(
            {name: completed(tables.get(name, ()), self._columns[name]) for name in TABLES}
        )
        self._new = set()
        for table in ID:
            for row in part.rows[table]:
                self._put(table, row, part)
        for place, row in enumerate(part.rows["decisions"]):
            self._put_decision(row, part.pairs["decisions"].get(str(place)), part.said)
        for statement in part.said.rows:
            self._held.said.repeat(statement)
        for row in part.rows["theme_labels"]:
            self._put_label(row)
        if not self._held.rows["administrations"]:
            cabinets = enumerate(part.rows["administrations"])
            self._held.rows["administrations"] = {str(place): row for place, row in cabinets}
        for row in part.rows["meetings"]:
            self._spelling.setdefault(plain(row["body"]), row["body"])

    def _identified(self, rows: dict[str, list[Row]]) -> _Part:
        """Find the counterpart of every row, and put its id in place of the part's own."""
        ids: dict[str, dict[str, str]] = {}
        pairs: dict[str, Pairs] = {}
        for table in ID:
            check_ids(table, rows[table])
            rows[table] = [resolved(table, row, ids) for row in rows[table]]
            pairs[table], doubts = self._matched(table, rows)
            ids[table] = self._ids(table, rows[table], pairs[table])
            self._list_doubts(table, doubts, ids[table])
        for table in ("decisions", "theme_labels"):
            rows[table] = [resolved(table, row, ids) for row in rows[table]]
        pairs["decisions"] = match_decisions(self._held, rows["decisions"])
        ids["decisions"] = self._titles(rows["decisions"], pairs["decisions"])
        return _Part(rows, ids, pairs, translated(rows["sources"], self._extra, ids))

    def _matched(self, table: str, rows: Mapping[str, list[Row]]) -> tuple[Pairs, Doubts]:
        if table == "meetings":
            return match_meetings(self._held, rows[table], rows["items"])
        if table == "items":
            return match_items(self._held, rows[table]), {}
        return match_documents(self._held, rows[table])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the joined tables as text."""
        joined = {
            name: make_table([[row[c] for c in columns] for row in rows.values()], columns)
            for name, columns in self._columns.items()
            if (rows := self._held.rows[name]) or name != "administrations"
        }
        sources = make_table(list(self._held.said.rows), [*BASE, *self._extra])
        joined["sources"] = sources[self._columns["sources"]]
        return joined

    def conflicts(self) -> pd.DataFrame:
        """Return what contradicts the values that were kept in the end."""
        order = list(TABLES)
        rows = {
            row
            for found in self._found
            if (row := conflict(found, self._held.rows[found.table][found.key], self._held.said))
        }
        return make_table(
            sorted(rows, key=lambda row: (order.index(row[0]), *row[1:])), CONFLICT_COLUMNS
        )

    # ids

    def _ids(self, table: str, rows: list[Row], pairs: Pairs) -> dict[str, str]:
        held, own = self._held.rows[table], dict.fromkeys(row[ID[table]] for row in rows)
        free = {name: name for name in own if name not in held}
        return {
            name: pairs.get(name) or free.get(name) or self._new_id(table, name, own)
            for name in own
        }

    def _new_id(self, table: str, name: str, own: Mapping[str, None]) -> str:
        stem = name[:_LONGEST_ID]
        number = self._suffix.get((table, stem), 1)
        while True:
            number += 1
            made = f"{stem}-{number}"
            if made not in self._held.rows[table] and made not in own:
                self._suffix[table, stem] = number
                return made

    def _titles(self, rows: list[Row], pairs: Pairs) -> dict[str, str]:
        """Return the title under which each decision stands; the first of one title decides."""
        titles: dict[str, str] = {}
        for place, row in enumerate(rows):
            held = self._held.rows["decisions"].get(pairs.get(str(place), ""), row)
            titles.setdefault(row["title"], held["title"])
        return titles

    def _list_doubts(self, table: str, doubts: Doubts, ids: dict[str, str]) -> None:
        for name, doubt in doubts.items():
            said = " ; ".join(doubt.fits)
            self._found.add(Contradiction(table, ids[name], ID[table], said, "", why=doubt.why))

    # rows

    def _put(self, table: str, row: Row, part: _Part) -> None:
        """Join a row with its counterpart, or add it."""
        old = row[ID[table]]
        key, origin = part.ids[table][old], origin_of(table, row)
        if key != old:
            self._held.said.add(table, key, ID[table], old, origin)
        if old in part.pairs[table]:
            self._join(table, key, key, row, part.said)
            self._held.note(table, key)
            return
        if key != old:
            self._found.add(Contradiction(table, key, ID[table], old, origin.url, why="id_taken"))
        row = {**row, ID[table]: key}
        if table == "meetings":
            self._new.add(key)
            self._unify_body(row, origin)
        elif table == "items":
            self._place(row, origin)
        self._held.put(table, key, row)

    def _join(self, table: str, key: str, name: str, other: Row, heard: Statements) -> None:
        row = self._held.rows[table][key]
        origins = origin_of(table, row), origin_of(table, other)
        pair = Pair(table, key, name, row, other, *origins, self._held.said, heard)
        self._found.update(join_cells(pair, self._groups[table]))

    def _unify_body(self, row: Row, origin: Origin) -> None:
        """Spell a body as the parts before did."""
        spelling = self._spelling.get(plain(row["body"]), row["body"])
        if spelling != row["body"]:
            self._held.said.add("meetings", row["meeting_id"], "body", row["body"], origin)
            row["body"] = spelling

    def _place(self, row: Row, origin: Origin) -> None:
        """Put an item after those its meeting has; where these have no place, it has none."""
        meeting = row["meeting_id"]
        last = self._last.get(meeting, 0)
        if meeting in self._last and meeting not in self._new:
            place = "" if last is None else str(last + 1)
            if row["position"] not in ("", place):
                self._held.said.add("items", row["item_id"], "position", row["position"], origin)
            row["position"] = place
        placed = last is not None and row["position"]
        self._last[meeting] = max(last or 0, int(row["position"])) if placed else None

    def _put_decision(self, row: Row, key: str | None, heard: Statements) -> None:
        decisions = self._held.rows["decisions"]
        if key is None:
            self._held.put("decisions", str(len(decisions)), dict(row))
        else:
            self._join("decisions", key, decisions[key]["title"], row, heard)

    def _put_label(self, row: Row) -> None:
        """Add a coding, or keep that of the parts before: it was made as a whole."""
        item = row["item_id"]
        held = self._held.rows["theme_labels"].setdefault(item, row)
        for field, value in row.items():
            if value not in ("", held[field]):
                self._held.said.add("items", item, field, value, Origin())
                if field == "themes" and days(value) != days(held[field]):
                    found = Contradiction("theme_labels", item, field, value, "", why="coding")
                    self._found.add(found)
