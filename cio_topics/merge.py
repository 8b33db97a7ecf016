"""Corpora of the same bodies from different sources → one corpus that loses nothing.

Each cell takes the value of its most reliable source; what another source says instead is kept in
``sources``. The rules and their reasons stand in ``docs/merge.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus import SOURCE_KINDS, TABLES, Corpus
from cio_topics.corpus.schema import (
    as_text,
    header_problems,
    required_columns,
)
from cio_topics.errors import CorpusError, shorten
from cio_topics.text import normalize, split_title

__all__ = ["CONFLICT_COLUMNS", "WHY", "Merged", "merge", "merge_many"]

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
    "inexact": "a meeting of the same month or year is no proof; none was joined",
    "id_taken": "another row has this id; the row got a new one",
}

Row = dict[str, str]
Table = pd.DataFrame | Sequence[Mapping[str, str]]

_DEFAULTS = {name: {c.name: c.default or "" for c in known} for name, known in TABLES.items()}

_BASE = ("table", "id", "field", "value", "source_url", "source_kind", "confidence")
_ID = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}
_URL = {
    "meetings": "source",
    "items": "source_url",
    "documents": "source_url",
    "decisions": "source_url",
}
# Columns that hold several addresses, and what stands between them.
_BETWEEN = {"meetings": " ; ", "decisions": ";"}
_REFERENCES = {
    "items": {"meeting_id": "meetings"},
    "documents": {"meeting_id": "meetings", "item_id": "items"},
    "decisions": {"document_id": "documents"},
    "theme_labels": {"item_id": "items"},
}
# The name and the order of things are the first corpus's.
_FIRST_STAYS = {("meetings", "body"), ("items", "position"), ("decisions", "title")}
# Two pages may differ here and both be right.
_NO_CONTRADICTION = {"body", "title", "note", "label", "level", "position", "document_url"}
_PRECISION = {10: "day", 7: "month", 4: "year", 0: "unknown"}
_KIND_RANK = {kind: rank for rank, kind in enumerate(SOURCE_KINDS)}
_CONFIDENCE_RANK = {"verbatim": 0, "paraphrase_of_source": 1}
_ROUND = str.maketrans("[]<>{}", "()()()")
_SHOWN = 200
_LONGEST_ID = 190


class Merged(NamedTuple):
    """A joined corpus, and where its sources contradict each other."""

    corpus: Corpus
    conflicts: pd.DataFrame


def merge(first: Corpus, second: Corpus, *more: Corpus) -> Merged:
    """Join corpora of the same bodies from different sources.

    Meetings are the same by body and number, or by body and day; items by meeting and title. Each
    cell takes the value of its most reliable source, the first corpus's where they are equally
    reliable; the other is kept in ``sources``. See :func:`merge_many`.

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
    day.

    Parameters
    ----------
    parts : sequence of mappings of str to DataFrame or to a list of dicts of str
        Tables as of a corpus; keys of a part resolve within it. Lists of dicts are quicker for many
        small parts. The first part has precedence in
        ids and among equally reliable sources. Ids should be those of their source: where two
        parts give one id to rows that say the same, it is the same row.

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
    read = [{name: _rows(name, table) for name, table in part.items()} for part in parts]
    joined = _Joined(_all_columns(read))
    for part in read:
        joined.add(part)
    return joined.tables(), joined.conflicts()


# ---------------------------------------------------------------------------- tables and rows


def _rows(name: str, table: Table) -> list[Row]:
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


def _all_columns(parts: Iterable[Mapping[str, list[Row]]]) -> dict[str, list[str]]:
    columns = {name: dict.fromkeys(defaults) for name, defaults in _DEFAULTS.items()}
    for part in parts:
        for name, rows in part.items():
            for row in rows:
                if row.keys() != columns[name].keys():
                    columns[name] |= dict.fromkeys(row)
    return {name: list(names) for name, names in columns.items()}


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> pd.DataFrame:
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame({n: list(c) for n, c in zip(columns, cells, strict=True)}, dtype="str")


# --------------------------------------------------------------------------- who says something


class _Origin(NamedTuple):
    """The source of a row or of a value."""

    url: str = ""
    kind: str = ""
    confidence: str = ""


@lru_cache(1 << 16)
def _rank(origin: _Origin) -> tuple[int, int]:
    """Return how reliable a source is: the smaller, the more."""
    return _KIND_RANK.get(origin.kind, 9), _CONFIDENCE_RANK.get(origin.confidence, 9)


def _origin(table: str, row: Row) -> _Origin:
    return _Origin(row[_URL[table]], row["source_kind"], row["confidence"])


def _addresses(table: str, text: str) -> list[str]:
    parts = text.split(_BETWEEN[table].strip()) if table in _BETWEEN else [text]
    return [part.strip() for part in parts if part.strip()]


def _names(table: str, row: Row, origin: _Origin) -> bool:
    """Tell whether the row names this source, or there is nothing to name."""
    return (
        set(_addresses(table, origin.url)) <= set(_addresses(table, row[_URL[table]]))
        and origin.kind in ("", row["source_kind"])
        and origin.confidence in ("", row["confidence"])
    )


class _Statements:
    """Rows of ``sources``: none stands twice, and those of a cell are found at once."""

    def __init__(self, n_extra: int = 0) -> None:
        self.rows: dict[tuple[str, ...], None] = {}
        self._extra = ("",) * n_extra
        self._cells: dict[tuple[str, str, str], list[tuple[str, _Origin]]] = {}
        self._called: dict[tuple[str, str], list[str]] = {}

    def add(
        self,
        table: str,
        name: str,
        field: str,
        value: str,
        origin: _Origin,
        extra: tuple[str, ...] | None = None,
    ) -> None:
        row = (table, name, field, value, *origin, *(self._extra if extra is None else extra))
        if row in self.rows:
            return
        self.rows[row] = None
        self._cells.setdefault((table, name, field), []).append((value, origin))
        if field == _ID.get(table):
            self._called.setdefault((table, value), []).append(name)

    def repeat(self, row: tuple[str, ...]) -> None:
        """Add a row of other statements."""
        table, name, field, value = row[:4]
        self.add(table, name, field, value, _Origin(*row[4:7]), row[7:])

    def of(self, table: str, name: str, field: str) -> Sequence[tuple[str, _Origin]]:
        return self._cells.get((table, name, field), ())

    def called(self, table: str, name: str) -> list[str]:
        """Return the rows that another source calls by this id."""
        return self._called.get((table, name), [])


class _Side(NamedTuple):
    """What one side says of a cell: its value, what is listed for the cell, the row's source."""

    value: str
    listed: Sequence[tuple[str, _Origin]]
    own: _Origin


def _sayers(side: _Side) -> list[_Origin]:
    """Return the sources of a value: those that are listed with it, else the row's own."""
    return [origin for value, origin in side.listed if value == side.value] or [side.own]


def _best(field: str, side: _Side) -> _Origin:
    """Return the best source of a value, or of a less exact date that holds it."""
    origins = _sayers(side)
    if field == "date":
        origins += [o for value, o in side.listed if value and side.value.startswith(value)]
    return min(origins, key=_rank)


# ------------------------------------------------------------------------------ what is the same


def _folded(text: str) -> str:
    """Return a text without what differs between spellings: width, white space, brackets."""
    return normalize(text).replace(" ", "").translate(_ROUND)


_plain = lru_cache(1 << 16)(_folded)  # for names; whole texts would fill the memory


@lru_cache(1 << 17)
def _title_key(title: str) -> tuple[str, ...]:
    """Return what makes a title: its core and marks such as 案, not its label nor について."""
    parts = split_title(title)
    return (_plain(parts.core), *parts.marks, *(["等"] if "等" in parts.tail else []))


def _dates_agree(first: str, second: str) -> bool:
    """Tell whether one ISO date lies within the other, or one is not known."""
    return first.startswith(second) or second.startswith(first)


def _near(first: str, second: str) -> bool:
    """Tell whether two dates are of the same or of neighbouring years."""
    return bool(first and second) and abs(int(first[:4]) - int(second[:4])) <= 1


def _decided_alike(first: Row, second: Row) -> bool:
    days = first["decided_on"], second["decided_on"]
    return ";" not in "".join(days) and _dates_agree(*days)


def _formats_agree(first: str, second: str) -> bool:
    """Tell whether one meeting may be called both: circulated is no sitting."""
    return "unknown" in (first, second) or (first == "circulated") == (second == "circulated")


def _one_to_one(fits: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Keep the pairs in which neither side fits another."""
    claims = Counter(one for candidates in fits.values() for one in candidates)
    return {
        row: candidates[0]
        for row, candidates in fits.items()
        if len(candidates) == 1 and claims[candidates[0]] == 1
    }


def _restarting(rows: Iterable[Row]) -> set[str]:
    """Return the bodies that give one number in several years."""
    years: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row["number"] and row["date"]:
            key = (_plain(row["body"]), row["number"])
            years.setdefault(key, set()).add(row["date"][:4])
    return {body for (body, _), found in years.items() if len(found) > 1}


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
    if field in ("date", "decided_on") and ";" not in a + b and _dates_agree(a, b):
        return [max(a, b, key=len)]
    if field == "revised_on" and (_days(a) <= _days(b) or _days(b) <= _days(a)):
        return [max(a, b, key=lambda text: len(_days(text)))]
    if field == "kind" and {a, b} == {"agenda", "handout"}:
        return ["agenda"]
    return None


def _ends_early(times: list[str]) -> bool:
    return len(times) == 2 and "" < times[1] < times[0]


def _days(text: str) -> set[str]:
    return {day.strip() for day in text.split(";")}


def _value(row: Row, field: str) -> str:
    """Return a cell; an unknown format says nothing."""
    return "" if field == "format" and row[field] == "unknown" else row[field]


# ------------------------------------------------------------------------------------- joining


class _Pair(NamedTuple):
    """A row and its counterpart; `name` is what ``sources`` calls the row."""

    table: str
    key: str
    name: str
    row: Row
    other: Row
    mine: _Origin
    theirs: _Origin


class _Found(NamedTuple):
    """A contradiction: what is not kept, and who says it; `why` where that is known already."""

    table: str
    key: str
    field: str
    other: str
    source: str
    rank: tuple[int, int] = (0, 0)
    why: str = ""


class _Doubt(NamedTuple):
    """Why a row was not joined with any of those that fit."""

    why: str
    fits: list[str]


class _Part(NamedTuple):
    """A part whose keys are those of the result: `ids` of its rows, and which of them stand."""

    rows: dict[str, list[Row]]
    ids: dict[str, dict[str, str]]
    pairs: dict[str, dict[str, str]]
    said: _Statements


class _Joined:
    """What was joined so far; each row is found by what identifies it."""

    def __init__(self, columns: dict[str, list[str]]) -> None:
        self._columns = columns
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
        self._said = _Statements(len(columns["sources"]) - len(_BASE))
        self._found: dict[_Found, None] = {}
        self._groups = {name: _groups(name, columns[name]) for name in _URL}
        self._spelling: dict[str, str] = {}
        self._suffix: dict[tuple[str, str], int] = {}
        self._last: dict[str, int | None] = {}
        self._new: set[str] = set()  # meetings of the part that is being joined
        self._restarts: dict[str, set[str]] = {}
        self._numbered: dict[tuple[str, str], dict[str, None]] = {}
        self._on_date: dict[tuple[str, str], dict[str, None]] = {}
        self._titled: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._at: dict[str, dict[str, None]] = {}
        self._handout: dict[tuple[str, ...], dict[str, None]] = {}
        self._decided: dict[tuple[str, ...], list[str]] = {}

    # what goes in and out

    def add(self, tables: Mapping[str, list[Row]]) -> None:
        """Join one part: first find what is the same, then join it cell by cell."""
        part = self._identified(
            {name: _completed(tables.get(name, ()), self._columns[name]) for name in TABLES}
        )
        self._new = set()
        for table in _ID:
            for row in part.rows[table]:
                self._put(table, row, part)
        for place, row in enumerate(part.rows["decisions"]):
            self._put_decision(row, part.pairs["decisions"].get(str(place)), part.said)
        for statement in part.said.rows:
            self._said.repeat(statement)
        for row in part.rows["theme_labels"]:
            self._put_label(row)
        if not self._rows["administrations"]:
            cabinets = enumerate(part.rows["administrations"])
            self._rows["administrations"] = {str(place): row for place, row in cabinets}
        for row in part.rows["meetings"]:
            self._spelling.setdefault(_plain(row["body"]), row["body"])

    def _identified(self, rows: dict[str, list[Row]]) -> _Part:
        """Find the counterpart of every row, and put its id in place of the part's own."""
        ids: dict[str, dict[str, str]] = {}
        pairs: dict[str, dict[str, str]] = {}
        for table, pair in (
            ("meetings", self._pair_meetings),
            ("items", self._pair_items),
            ("documents", self._pair_documents),
        ):
            _check_ids(table, rows[table])
            rows[table] = [_resolved(table, row, ids) for row in rows[table]]
            pairs[table], doubtful = pair(rows[table])
            ids[table] = self._ids(table, rows[table], pairs[table])
            self._list_doubtful(table, doubtful, ids[table])
        for table in ("decisions", "theme_labels"):
            rows[table] = [_resolved(table, row, ids) for row in rows[table]]
        pairs["decisions"] = self._pair_decisions(rows["decisions"])
        ids["decisions"] = self._titles(rows["decisions"], pairs["decisions"])
        return _Part(rows, ids, pairs, self._translated(rows["sources"], ids))

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the joined tables as text."""
        joined = {
            name: _table([[row[c] for c in columns] for row in self._rows[name].values()], columns)
            for name, columns in self._columns.items()
            if name != "sources"
        }
        extra = [column for column in self._columns["sources"] if column not in _BASE]
        sources = _table(list(self._said.rows), [*_BASE, *extra])
        joined["sources"] = sources[self._columns["sources"]]
        return {n: joined[n] for n in TABLES if n != "administrations" or len(joined[n])}

    def conflicts(self) -> pd.DataFrame:
        """Return what contradicts the values that were kept in the end."""
        order = list(TABLES)
        rows = [row for found in self._found if (row := self._conflict(found))]
        rows = sorted(set(rows), key=lambda row: (order.index(row[0]), *row[1:]))
        return _table(rows, CONFLICT_COLUMNS)

    def _conflict(self, found: _Found) -> tuple[str, ...] | None:
        """Return the row of a contradiction, None if its value was kept after all."""
        table, key, field, other, source, rank, why = found
        row = self._rows[table][key]
        name, kept = (row["title"] if table == "decisions" else key), row[field]
        if table not in _URL:
            return (table, name, field, _cut(kept), "", _cut(other), source, why)
        said = self._said.of(table, name, field) if table in _ID else ()
        best = _best(field, _Side(kept, said, _origin(table, row)))
        if not why and (not kept or _folded(kept) == _folded(other)):
            return None
        settled = "more_reliable" if _rank(best) < rank else "first"
        why = why or (settled if _rank(best) <= rank else "together")
        return (table, name, field, _cut(kept), best.url, _cut(other), source, why)

    # what is the same

    def _pair_meetings(self, rows: list[Row]) -> tuple[dict[str, str], dict[str, _Doubt]]:
        restarting = _restarting(rows)
        fields = ("number", "date", "format")

        def known(row: Row) -> list[str]:
            enough = bool(row["number"]) or row["date_precision"] == "day"
            called = self._called("meetings", row)
            same = [m for m in called if self._body(m) == _plain(row["body"])]
            return self._known("meetings", row, same, fields, enough)

        def number_and_date(row: Row) -> list[str]:
            return [m for m in self._same_number(row) if _dates_agree(self._date(m), row["date"])]

        def number(row: Row) -> list[str]:
            body = _plain(row["body"])
            if not row["date"] or body in restarting or self._restarts.get(body):
                return []
            return [m for m in self._same_number(row) if _near(self._date(m), row["date"])]

        pairs, doubtful = self._stages(
            "meetings", rows, (known, number_and_date, number, self._same_day)
        )
        taken = set(pairs.values())
        for row in rows:
            key, inexact = row["meeting_id"], row["date_precision"] in ("month", "year")
            fits = [m for m in self._same_date(row) if m not in taken]
            if inexact and fits and key not in pairs and key not in doubtful:
                doubtful[key] = _Doubt("inexact", fits)
        return pairs, doubtful

    def _body(self, meeting: str) -> str:
        return _plain(self._rows["meetings"][meeting]["body"])

    def _date(self, meeting: str) -> str:
        return self._rows["meetings"][meeting]["date"]

    def _same_number(self, row: Row) -> list[str]:
        if not row["number"]:
            return []
        same = self._numbered.get((_plain(row["body"]), row["number"]), ())
        return [m for m in same if self._rows["meetings"][m]["number"] == row["number"]]

    def _same_day(self, row: Row) -> list[str]:
        return self._same_date(row) if row["date_precision"] == "day" else []

    def _same_date(self, row: Row) -> list[str]:
        """Return the meetings of this body and date that may have this number and format."""
        held = self._rows["meetings"]
        return [
            m
            for m in self._on_date.get((_plain(row["body"]), row["date"]), ())
            if held[m]["date"] == row["date"]
            and not (held[m]["number"] and row["number"])
            and _formats_agree(held[m]["format"], row["format"])
        ]

    def _pair_items(self, rows: list[Row]) -> tuple[dict[str, str], dict[str, _Doubt]]:
        turn: Counter[tuple[str, tuple[str, ...]]] = Counter()
        pairs = {}
        for row in rows:
            key = (row["meeting_id"], _title_key(row["title"]))
            same = self._titled.get(key, [])
            if turn[key] < len(same):
                pairs[row["item_id"]] = same[turn[key]]
            turn[key] += 1
        return pairs, {}

    def _pair_documents(self, rows: list[Row]) -> tuple[dict[str, str], dict[str, _Doubt]]:
        held = self._rows["documents"]
        fields = ("meeting_id", "document_url", "label", "title", "text")

        def known(row: Row) -> list[str]:
            enough = bool(row["document_url"] or (row["meeting_id"] and row["title"]))
            return self._known("documents", row, self._called("documents", row), fields, enough)

        def address(row: Row) -> list[str]:
            same = self._at.get(row["document_url"], ()) if row["document_url"] else ()
            return [
                d
                for d in same
                if held[d]["document_url"] == row["document_url"]
                and (held[d]["meeting_id"] in ("", row["meeting_id"]) or not row["meeting_id"])
            ]

        def place(row: Row) -> list[str]:
            key = _handout_key(row)
            same = self._handout.get(key, ()) if row["meeting_id"] and row["title"] else ()
            return [d for d in same if _handout_key(held[d]) == key]

        return self._stages("documents", rows, (known, address, place))

    def _pair_decisions(self, rows: list[Row]) -> dict[str, str]:
        """Pair decisions, named by their place: title and date the same, then a date that fits."""
        titles = [_title_key(row["title"]) for row in rows]
        free = {title: list(self._decided.get(title, ())) for title in titles}
        held = self._rows["decisions"]
        pairs: dict[str, str] = {}
        for place, (row, title) in enumerate(zip(rows, titles, strict=True)):
            exact = [d for d in free[title] if held[d]["decided_on"] == row["decided_on"]]
            if exact:
                pairs[str(place)] = exact[0]
                free[title].remove(exact[0])
        fits = {
            str(place): [d for d in free[title] if _decided_alike(held[d], row)]
            for place, (row, title) in enumerate(zip(rows, titles, strict=True))
            if str(place) not in pairs
        }
        return pairs | _one_to_one(fits)

    def _titles(self, rows: list[Row], pairs: dict[str, str]) -> dict[str, str]:
        """Return the title under which each decision stands; the first of one title decides."""
        titles: dict[str, str] = {}
        for place, row in enumerate(rows):
            held = self._rows["decisions"].get(pairs.get(str(place), ""), row)
            titles.setdefault(row["title"], held["title"])
        return titles

    def _stages(
        self, table: str, rows: list[Row], stages: Sequence[Callable[[Row], list[str]]]
    ) -> tuple[dict[str, str], dict[str, _Doubt]]:
        """Pair rows by one rule after the other, the surest first; each row once."""
        key = _ID[table]
        pairs: dict[str, str] = {}
        doubtful: dict[str, _Doubt] = {}
        for stage in stages:
            taken = set(pairs.values())
            fits = {
                row[key]: [one for one in stage(row) if one not in taken]
                for row in rows
                if row[key] not in pairs
            }
            pairs |= _one_to_one(fits)
            for name, candidates in fits.items():
                if candidates:
                    doubtful.setdefault(name, _Doubt("ambiguous", candidates))
        return pairs, {name: found for name, found in doubtful.items() if name not in pairs}

    def _called(self, table: str, row: Row) -> list[str]:
        """Return the rows that have this row's id, or had it in their own source."""
        name = row[_ID[table]]
        return [one for one in (name, *self._said.called(table, name)) if one in self._rows[table]]

    def _known(
        self, table: str, row: Row, same: list[str], fields: Sequence[str], enough: bool
    ) -> list[str]:
        """Return the row that says all this already, the one that says nothing else first."""
        held, origin = self._rows[table], _origin(table, row)
        exact = [one for one in same if all(held[one][field] == row[field] for field in fields)]
        if exact or not enough:
            return exact[:1]
        return [
            one
            for one in same
            if all(self._says(table, one, field, _value(row, field)) for field in fields)
            and self._knows(table, one, origin)
        ][:1]

    def _says(self, table: str, key: str, field: str, value: str) -> bool:
        stated = self._rows[table][key][field], *(v for v, _ in self._said.of(table, key, field))
        return not value or value in stated

    def _knows(self, table: str, key: str, origin: _Origin) -> bool:
        listed = (origin.url, origin) in self._said.of(table, key, _URL[table])
        return listed or _names(table, self._rows[table][key], origin)

    # new ids, and the part's statements under them

    def _ids(self, table: str, rows: list[Row], pairs: dict[str, str]) -> dict[str, str]:
        held, own = self._rows[table], dict.fromkeys(row[_ID[table]] for row in rows)
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
            if made not in self._rows[table] and made not in own:
                self._suffix[table, stem] = number
                return made

    def _list_doubtful(self, table: str, doubtful: dict[str, _Doubt], ids: dict[str, str]) -> None:
        for name, doubt in doubtful.items():
            said = " ; ".join(doubt.fits)
            self._found[_Found(table, ids[name], _ID[table], said, "", why=doubt.why)] = None

    def _translated(self, sources: list[Row], ids: dict[str, dict[str, str]]) -> _Statements:
        """Return the part's statements under the ids of the result."""
        extra = [column for column in self._columns["sources"] if column not in _BASE]
        said = _Statements(len(extra))
        for row in sources:
            table, field, value = row["table"], row["field"], row["value"]
            target = _REFERENCES.get(table, {}).get(field)
            said.add(
                table,
                ids.get(table, {}).get(row["id"], row["id"]),
                field,
                ids[target].get(value, value) if target else value,
                _Origin(row["source_url"], row["source_kind"], row["confidence"]),
                tuple(row[column] for column in extra),
            )
        return said

    # rows

    def _put(self, table: str, row: Row, part: _Part) -> None:
        """Join a row with its counterpart, or add it."""
        old = row[_ID[table]]
        key, origin = part.ids[table][old], _origin(table, row)
        if key != old:
            self._said.add(table, key, _ID[table], old, origin)
        if old in part.pairs[table]:
            held = self._rows[table][key]
            pair = _Pair(table, key, key, held, row, _origin(table, held), origin)
            self._join(pair, part.said)
        else:
            if key != old:
                self._found[_Found(table, key, _ID[table], old, origin.url, why="id_taken")] = None
            self._rows[table][key] = row = {**row, _ID[table]: key}
            if table == "meetings":
                self._new.add(key)
                self._unify_body(row, origin)
            elif table == "items":
                self._place(row, origin)
        self._index(table, key)

    def _unify_body(self, row: Row, origin: _Origin) -> None:
        """Spell a body as the parts before did."""
        spelling = self._spelling.get(_plain(row["body"]), row["body"])
        if spelling != row["body"]:
            self._said.add("meetings", row["meeting_id"], "body", row["body"], origin)
            row["body"] = spelling

    def _place(self, row: Row, origin: _Origin) -> None:
        """Put an item after those its meeting has; where these have no place, it has none."""
        meeting = row["meeting_id"]
        last = self._last.get(meeting, 0)
        if meeting in self._last and meeting not in self._new:
            place = "" if last is None else str(last + 1)
            if row["position"] not in ("", place):
                self._said.add("items", row["item_id"], "position", row["position"], origin)
            row["position"] = place
        placed = last is not None and row["position"]
        self._last[meeting] = max(last or 0, int(row["position"])) if placed else None
        self._titled.setdefault((meeting, _title_key(row["title"])), []).append(row["item_id"])

    def _index(self, table: str, key: str) -> None:
        row = self._rows[table][key]
        if table == "meetings":
            body = _plain(row["body"])
            if row["number"]:
                self._numbered.setdefault((body, row["number"]), {})[key] = None
                self._note_restart(body, row["number"])
            self._on_date.setdefault((body, row["date"]), {})[key] = None
        elif table == "documents":
            self._at.setdefault(row["document_url"], {})[key] = None
            self._handout.setdefault(_handout_key(row), {})[key] = None

    def _note_restart(self, body: str, number: str) -> None:
        """Remember the numbers that a body gives in several years."""
        same = self._numbered[body, number]
        years = {self._date(m)[:4] for m in same if self._rows["meetings"][m]["number"] == number}
        numbers = self._restarts.setdefault(body, set())
        (numbers.add if len(years - {""}) > 1 else numbers.discard)(number)

    def _put_decision(self, row: Row, key: str | None, said: _Statements) -> None:
        if key is None:
            key = str(len(self._rows["decisions"]))
            self._rows["decisions"][key] = dict(row)
            self._decided.setdefault(_title_key(row["title"]), []).append(key)
            return
        held = self._rows["decisions"][key]
        mine, theirs = _origin("decisions", held), _origin("decisions", row)
        self._join(_Pair("decisions", key, held["title"], held, row, mine, theirs), said)

    def _put_label(self, row: Row) -> None:
        """Add a coding, or keep that of the parts before: it was made as a whole."""
        item = row["item_id"]
        held = self._rows["theme_labels"].setdefault(item, row)
        for field, value in row.items():
            if value not in ("", held[field]):
                self._said.add("items", item, field, value, _Origin())
                if field == "themes" and _days(value) != _days(held[field]):
                    found = _Found("theme_labels", item, field, value, "", why="coding")
                    self._found[found] = None

    # cells

    def _join(self, pair: _Pair, said: _Statements) -> None:
        best = min(pair.mine, pair.theirs, key=_rank)  # the first of equals
        for fields in self._groups[pair.table]:
            if any(self._is_open(pair, field, said, best) for field in fields):
                self._settle(pair, fields, said, best)
        if "date" in pair.row:
            pair.row["date_precision"] = _PRECISION[len(pair.row["date"])]
        self._settle_origin(pair, best)

    def _is_open(self, pair: _Pair, field: str, said: _Statements, best: _Origin) -> bool:
        """Tell whether something is to be chosen or listed; with most cells nothing is."""
        other = pair.other[field]
        if pair.row[field] != other and (other or best != pair.mine):
            return True
        cell = (pair.table, pair.name, field)
        return bool(self._said.of(*cell) or said.of(*cell))

    def _settle(
        self, pair: _Pair, fields: tuple[str, ...], said: _Statements, best: _Origin
    ) -> None:
        """Choose the values of fields that go together."""
        sides = [self._sides(pair, field, said) for field in fields]
        ours, theirs = ([side[which].value for side in sides] for which in (0, 1))
        chosen = _agreed(pair.table, fields, ours, theirs)
        if chosen is None:
            won = _more_reliable(fields, sides)
            chosen = (ours, theirs)[won]
            for field, side, kept in zip(fields, sides, chosen, strict=True):
                self._list_contradiction(pair, field, kept, side[1 - won])
        for field, side, kept in zip(fields, sides, chosen, strict=True):
            self._keep(pair, field, kept, side, best)
            pair.row[field] = kept or pair.row[field]

    def _sides(self, pair: _Pair, field: str, said: _Statements) -> tuple[_Side, _Side]:
        here: Sequence[tuple[str, _Origin]] = ()
        there: Sequence[tuple[str, _Origin]] = ()
        if pair.table in _ID:  # what is listed under a title may belong to another of that title
            here = tuple(self._said.of(pair.table, pair.name, field))
            there = said.of(pair.table, pair.name, field)
        return (
            _Side(_value(pair.row, field), here, pair.mine),
            _Side(_value(pair.other, field), there, pair.theirs),
        )

    def _list_contradiction(self, pair: _Pair, field: str, kept: str, lost: _Side) -> None:
        if field in _NO_CONTRADICTION or not kept or not lost.value:
            return
        origin = _best(field, lost)
        found = _Found(pair.table, pair.key, field, lost.value, origin.url, _rank(origin))
        self._found[found] = None

    def _keep(
        self, pair: _Pair, field: str, kept: str, sides: tuple[_Side, _Side], best: _Origin
    ) -> None:
        """List what is not kept, and who says what is kept where the row's source does not."""
        stating = [o for side in sides if side.value and side.value == kept for o in _sayers(side)]
        listed = any(value == kept for side in sides for value, _ in side.listed)
        for side in sides:
            if side.value not in ("", kept):
                for origin in _sayers(side):
                    self._said.add(pair.table, pair.name, field, side.value, origin)
        if listed or best not in stating:
            for origin in stating:
                self._said.add(pair.table, pair.name, field, kept, origin)

    def _settle_origin(self, pair: _Pair, best: _Origin) -> None:
        """Name the more reliable source in the row and list the other."""
        table, row, url = pair.table, pair.row, _URL[pair.table]
        won = best == pair.mine
        lost = pair.theirs if won else pair.mine
        parsers = [row["parser"], pair.other["parser"]]
        kept, other = parsers if won else reversed(parsers)
        row["parser"], row["source_kind"], row["confidence"] = kept, best.kind, best.confidence
        row[url] = best.url
        if table in _BETWEEN:
            every = [*_addresses(table, best.url), *_addresses(table, lost.url)]
            row[url] = _BETWEEN[table].join(dict.fromkeys(every))
        if not _names(table, row, lost):
            self._said.add(table, pair.name, url, lost.url, lost)
        if other not in ("", kept):
            self._said.add(table, pair.name, "parser", other, lost)


def _more_reliable(fields: Sequence[str], sides: Sequence[tuple[_Side, _Side]]) -> int:
    """Return which side has the better source, the first of equals."""
    ranks = [
        min(
            _rank(_best(field, side[which]))
            for field, side in zip(fields, sides, strict=True)
            if side[which].value
        )
        for which in (0, 1)
    ]
    return int(ranks[1] < ranks[0])


def _groups(table: str, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the fields that are settled one by one, or together."""
    apart = {_ID.get(table), _URL[table], "source_kind", "confidence", "parser", "date_precision"}
    apart |= {"start", "end"} if table == "meetings" else set()
    apart |= {"meeting_id"} if table == "items" else set()
    together = [("start", "end")] if table == "meetings" else []
    return [*((column,) for column in columns if column not in apart), *together]


def _completed(rows: Iterable[Row], columns: Sequence[str]) -> list[Row]:
    """Return the rows with the columns that only other parts have."""
    return [
        row if len(row) == len(columns) else {c: row.get(c, "") for c in columns} for row in rows
    ]


def _handout_key(row: Row) -> tuple[str, ...]:
    return row["meeting_id"], _plain(row["label"]), *_title_key(row["title"])


def _check_ids(table: str, rows: Iterable[Row]) -> None:
    again = [name for name, n in Counter(row[_ID[table]] for row in rows).items() if n > 1]
    if again:
        raise CorpusError(
            f"{table} has {_ID[table]} {shorten(again[0])} twice in one part; expected it once.",
            "Give every row an id of its own.",
            "行ごとに別の id を付けてください。",
        )


def _resolved(table: str, row: Row, ids: Mapping[str, Mapping[str, str]]) -> Row:
    """Return the row with its keys under the ids of the result."""
    keys = {}
    for field, target in _REFERENCES.get(table, {}).items():
        if row[field] and row[field] not in ids[target]:
            raise CorpusError(
                f"{table} has {field} {shorten(row[field])}, which its part lacks in {target}.",
                "Give the parts of one source together.",
                "同じ出典の表は一緒に渡してください。",
            )
        keys[field] = ids[target].get(row[field], "")
    return {**row, **keys}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
