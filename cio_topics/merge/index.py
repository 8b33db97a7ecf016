"""The rows that were joined so far, and where each is found by what identifies it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from cio_topics.corpus import TABLES
from cio_topics.merge.rows import Row, TitleKey, handout_key, plain, title_key
from cio_topics.merge.sources import BASE, Statements

_Keys = dict[str, None]


class Index:
    """Rows by table and key; whatever an entry leads to is what its row says now."""

    def __init__(self, columns_of_sources: Sequence[str]) -> None:
        self.rows: dict[str, dict[str, Row]] = {name: {} for name in TABLES}
        self.said = Statements(len(columns_of_sources) - len(BASE))
        self._numbered: dict[tuple[str, str], _Keys] = {}
        self._restarts: dict[str, set[str]] = {}
        self._dated: dict[tuple[str, str], _Keys] = {}
        self._titled: dict[str, dict[TitleKey, list[str]]] = {}
        self._at: dict[str, _Keys] = {}
        self._handed: dict[tuple[str, ...], _Keys] = {}
        self._decided: dict[TitleKey, list[str]] = {}

    def put(self, table: str, key: str, row: Row) -> None:
        """Add a row."""
        self.rows[table][key] = row
        if table == "items":
            titles = self._titled.setdefault(row["meeting_id"], {})
            titles.setdefault(title_key(row["title"]), []).append(key)
        elif table == "decisions":
            self._decided.setdefault(title_key(row["title"]), []).append(key)
        self.note(table, key)

    def note(self, table: str, key: str) -> None:
        """Make a row found by what it says after a change."""
        row = self.rows[table][key]
        if table == "meetings":
            body = plain(row["body"])
            if row["number"]:
                self._numbered.setdefault((body, row["number"]), {})[key] = None
                self._note_restart(body, row["number"])
            self._dated.setdefault((body, row["date"]), {})[key] = None
        elif table == "documents":
            self._at.setdefault(row["document_url"], {})[key] = None
            self._handed.setdefault(handout_key(row), {})[key] = None

    def _note_restart(self, body: str, number: str) -> None:
        """Remember the numbers that a body gives in several years."""
        same = (self.rows["meetings"][m] for m in self._numbered[body, number])
        years = {row["date"][:4] for row in same if row["number"] == number}
        numbers = self._restarts.setdefault(body, set())
        (numbers.add if len(years - {""}) > 1 else numbers.discard)(number)

    def restarts(self, row: Row) -> bool:
        """Tell whether the body of a meeting gives one number in several years."""
        return bool(self._restarts.get(plain(row["body"])))

    def numbered(self, row: Row) -> list[str]:
        """Return the meetings of this body and number."""
        same = self._numbered.get((plain(row["body"]), row["number"]), ()) if row["number"] else ()
        return self._still("meetings", same, row, "number")

    def dated(self, row: Row) -> list[str]:
        """Return the meetings of this body and date."""
        same = self._dated.get((plain(row["body"]), row["date"]), ())
        return self._still("meetings", same, row, "date")

    def titled(self, meeting: str, title: TitleKey) -> list[str]:
        """Return the items of a meeting that have this title."""
        return self._titled.get(meeting, {}).get(title, [])

    def titles(self, meeting: str) -> Counter[TitleKey]:
        """Return how often each title stands in a meeting."""
        items = (item for same in self._titled.get(meeting, {}).values() for item in same)
        return titles(self.rows["items"][item] for item in items)

    def addressed(self, row: Row) -> list[str]:
        """Return the documents of this address."""
        same = self._at.get(row["document_url"], ()) if row["document_url"] else ()
        return self._still("documents", same, row, "document_url")

    def handed_out(self, row: Row) -> list[str]:
        """Return the documents of this meeting, label and title."""
        key = handout_key(row)
        same = self._handed.get(key, ()) if row["meeting_id"] and row["title"] else ()
        return [d for d in same if handout_key(self.rows["documents"][d]) == key]

    def decided(self, title: TitleKey) -> list[str]:
        """Return the decisions of this title."""
        return self._decided.get(title, [])

    def called(self, table: str, name: str) -> list[str]:
        """Return the rows that have this id, or had it in their own source."""
        return [one for one in (name, *self.said.called(table, name)) if one in self.rows[table]]

    def _still(self, table: str, keys: Iterable[str], row: Row, field: str) -> list[str]:
        held = self.rows[table]
        return [key for key in keys if held[key][field] == row[field]]


def titles(items: Iterable[Row]) -> Counter[TitleKey]:
    """Return how often each title stands among items; ceremonies stand in every agenda."""
    return Counter(title_key(item["title"]) for item in items if item["kind"] != "ceremony")
