"""The corpus: meetings, items and what belongs to them, checked once and never altered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from cio_topics.corpus.schema import (
    REQUIRED_TABLES,
    TABLES,
    Where,
    as_text,
    complete_columns,
    empty_table,
    header_problems,
    relation_problems,
    required_columns,
    table_problems,
    typed,
)
from cio_topics.errors import CorpusError, SettingsError, choices, shorten
from cio_topics.periods import add_periods, date_spans, read_administrations

__all__ = ["Corpus"]

# Columns that items have too.
_OF_MEETING_ALONE = ["source_kind", "parser", "confidence", "note"]


class Corpus:
    """Tables of one or more bodies' agendas.

    Invariants: identifiers are unique, keys resolve, every value fits its column's definition in
    :data:`cio_topics.corpus.TABLES`, and nothing is altered after construction (each attribute
    gives a table of its own; changing it leaves the corpus as it was).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``meetings`` and ``items``; optionally ``documents``, ``decisions``, ``theme_labels`` and
        ``administrations`` (the embedded ones if left out).
    where : mapping of str to callable, optional
        Maps a row of a table to ``(file, line)`` for messages.

    Raises
    ------
    CorpusError
        Lists every bad value with file, line, column, value and what was expected.

    Examples
    --------
    >>> meetings = pd.DataFrame({"meeting_id": ["m1"], "body": ["試験会議"], "date": ["2009-07-01"],
    ...                          "date_precision": ["day"]})
    >>> items = pd.DataFrame({"item_id": ["a1"], "meeting_id": ["m1"], "title": ["電子政府"]})
    >>> Corpus({"meetings": meetings, "items": items})
    Corpus(1 items, 1 meetings, 1 bodies, 2009-07-01 to 2009-07-01)
    >>> Corpus({"meetings": meetings.assign(date="2011-02-30"), "items": items})
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 1 bad value in the corpus:
      meetings:1: date: got '2011-02-30', expected a real date written as 2009-07-01, ...
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], where: Mapping[str, Where] | None = None
    ) -> None:
        unknown = set(tables) - set(TABLES)
        if unknown:
            raise SettingsError(
                f"unknown table {shorten(sorted(unknown)[0])}; expected: {choices(TABLES)}."
            )
        texts = {name: as_text(table) for name, table in tables.items()}
        places = {name: _row_number(name) for name in texts} | dict(where or {})
        problems = [
            problem
            for name, table in texts.items()
            for problem in header_problems(
                table.columns, required_columns(name), places[name](0)[0]
            )
        ]
        if not problems:
            texts = {name: complete_columns(name, table) for name, table in texts.items()}
            for name, table in texts.items():
                problems += table_problems(name, table, places[name])
            problems += relation_problems(texts, places)
        if problems:
            raise CorpusError.from_problems(problems)
        absent = [name for name in REQUIRED_TABLES if name not in texts]
        if absent:
            raise CorpusError(
                f"a corpus needs the tables {choices(REQUIRED_TABLES)}; missing: {choices(absent)}."
            )
        if "administrations" not in texts:
            texts["administrations"] = read_administrations()
        for name in TABLES:
            texts.setdefault(name, empty_table(name))
        self._tables = {name: typed(name, texts[name]) for name in TABLES}
        if self._tables["items"]["position"].isna().any():
            self._tables["items"] = _with_positions(self._tables["items"])

    @classmethod
    def _of_checked(cls, tables: dict[str, pd.DataFrame]) -> Corpus:
        """Wrap tables whose rows come from a checked corpus."""
        corpus = object.__new__(cls)
        corpus._tables = tables
        return corpus

    def __setattr__(self, name: str, value: object) -> None:
        if name != "_tables" or name in self.__dict__:
            raise AttributeError(f"a corpus is never altered: cannot set {name!r}; use filter().")
        super().__setattr__(name, value)

    def _table(self, name: str) -> pd.DataFrame:
        # Texts are immutable in Arrow and are not copied; numbers are.
        return self._tables[name].copy()

    @property
    def meetings(self) -> pd.DataFrame:
        """One row a meeting."""
        return self._table("meetings")

    @property
    def items(self) -> pd.DataFrame:
        """One row an agenda item or handout, in the order of the file."""
        return self._table("items")

    @property
    def documents(self) -> pd.DataFrame:
        """One row a full text."""
        return self._table("documents")

    @property
    def decisions(self) -> pd.DataFrame:
        """One row a decided document."""
        return self._table("decisions")

    @property
    def sources(self) -> pd.DataFrame:
        """One row a value that another source gives for a row of the other tables."""
        return self._table("sources")

    @property
    def theme_labels(self) -> pd.DataFrame:
        """One row a coded item."""
        return self._table("theme_labels")

    @property
    def administrations(self) -> pd.DataFrame:
        """One row a cabinet, in order of time."""
        return self._table("administrations")

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, in the order of :data:`TABLES`."""
        return {name: self._table(name) for name in TABLES}

    @cached_property
    def _agenda(self) -> pd.DataFrame:
        meetings = self._tables["meetings"].rename(columns={"source": "meeting_source"})
        meetings = add_periods(meetings, self._tables["administrations"])
        meetings = meetings.drop(columns=_OF_MEETING_ALONE)
        return self._counted.merge(meetings, on="meeting_id", how="left", validate="m:1")

    @cached_property
    def _counted(self) -> pd.DataFrame:
        items = self._tables["items"]
        return items[items["kind"] != "ceremony"].reset_index(drop=True)

    def agenda(self) -> pd.DataFrame:
        """Return the items with their meeting's columns and periods, one row an item.

        Ceremonial lines (開会, 挨拶, 閉会) stand in :attr:`items` but are never counted: they have
        no row here.

        Returns
        -------
        DataFrame, shape (n_items, k)
            Columns of ``items``, of ``meetings`` and of :data:`cio_topics.periods.PERIODS`, in the
            order of the items.
        """
        return self._agenda.copy()

    @cached_property
    def _hash(self) -> str:
        digest = hashlib.sha256()
        for name, table in self._tables.items():
            ordered = table[sorted(table.columns)]
            ordered = ordered.sort_values(list(ordered.columns), kind="stable")
            digest.update(name.encode())
            for column in ordered.columns:
                digest.update(b"\x1d" + str(column).encode())
                values = ordered[column].astype("str").fillna("")
                digest.update("\x1f".join(values).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @property
    def hash(self) -> str:
        """SHA-256 of the contents: the same for CSV, JSONL, XLSX and Parquet, and any row order."""
        return self._hash

    def filter(
        self,
        *,
        bodies: Sequence[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        formats: Sequence[str] | None = None,
        source_kinds: Sequence[str] | None = None,
        where: Callable[[pd.DataFrame], pd.Series[bool]] | None = None,
    ) -> Corpus:
        """Return a new corpus of the items that meet every condition, and their meetings.

        Meetings whose agenda is not known (no items at all) are kept if body, date and format fit.

        Parameters
        ----------
        bodies, formats, source_kinds : sequence of str, optional
            Values to keep. A body that does not occur is an error.
        since, until : str, optional
            ISO days. An item is kept if its whole span lies from `since` to `until`, both included.
        where : callable, optional
            From the agenda (see :meth:`agenda`) to a boolean Series.

        Raises
        ------
        SettingsError
            A body that does not occur, a day that is none, or `since` after `until`.

        Examples
        --------
        >>> from cio_topics.corpus import read_example
        >>> read_example().filter(bodies=["IT戦略本部"], until="2003-12-31")
        Corpus(15 items, 8 meetings, 1 bodies, 2001-01-22 to 2003-07-02)
        """
        held = self._tables["meetings"]
        chosen = np.ones(len(held), dtype=bool)
        for column, allowed in (("body", bodies), ("format", formats)):
            chosen &= _allowed(column, allowed, held[column])
        spans = date_spans(held["date"], held["date_precision"])
        if since is not None:
            chosen &= (spans["first"] >= _day("since", since)).to_numpy()
        if since is not None and until is not None and _day("since", since) > _day("until", until):
            raise SettingsError(
                f"since is {since}, after until, which is {until}.",
                "Exchange them.",
                "since と until を入れ替えてください。",
            )
        if until is not None:
            chosen &= (spans["last"] <= _day("until", until)).to_numpy()
        agenda = self._agenda
        keep = agenda["meeting_id"].isin(held["meeting_id"][chosen]).to_numpy(dtype=bool)
        keep = keep & _allowed("source_kind", source_kinds, agenda["source_kind"])
        if where is not None:
            keep = keep & np.asarray(where(agenda.copy()), dtype=bool)
        with_items = held["meeting_id"].isin(agenda["meeting_id"]).to_numpy()
        left = held["meeting_id"].isin(agenda["meeting_id"][keep]).to_numpy()
        return self._subset(agenda["item_id"][keep], chosen & (left | ~with_items))

    def _subset(self, counted: pd.Series[str], meetings: np.ndarray) -> Corpus:
        """Keep these items and meetings, and what belongs to them."""
        tables = dict(self._tables)
        tables["meetings"] = tables["meetings"][meetings].reset_index(drop=True)
        held = tables["meetings"]["meeting_id"]
        ceremony = (tables["items"]["kind"] == "ceremony") & tables["items"]["meeting_id"].isin(
            held
        )
        kept = tables["items"]["item_id"].isin(counted) | ceremony
        tables["items"] = tables["items"][kept].reset_index(drop=True)
        items = tables["items"]["item_id"]
        documents = tables["documents"]
        rows = {
            "documents": documents["item_id"].isin(items)
            | ((documents["item_id"] == "") & documents["meeting_id"].isin(held)),
            "theme_labels": tables["theme_labels"]["item_id"].isin(items),
        }
        for name, wanted in rows.items():
            tables[name] = tables[name][wanted].reset_index(drop=True)
        decisions = tables["decisions"]
        of_kept = (decisions["document_id"] == "") | decisions["document_id"].isin(
            tables["documents"]["document_id"]
        )
        tables["decisions"] = decisions[of_kept].reset_index(drop=True)
        return Corpus._of_checked(tables)

    def __len__(self) -> int:
        return len(self._counted)

    def __repr__(self) -> str:
        meetings = self._tables["meetings"]
        dates = meetings["date"][meetings["date"] != ""]
        span = f", {dates.min()} to {dates.max()}" if len(dates) else ""
        bodies = meetings["body"].nunique()
        return f"Corpus({len(self)} items, {len(meetings)} meetings, {bodies} bodies{span})"


def _row_number(name: str) -> Where:
    return lambda row: (name, row + 1)


def _with_positions(items: pd.DataFrame) -> pd.DataFrame:
    """Give items without a position the places after those of their meeting that have one."""
    missing = items["position"].isna()
    by_meeting = items["meeting_id"]
    highest = items["position"].fillna(0).groupby(by_meeting, sort=False).transform("max")
    order = missing.astype(int).groupby(by_meeting, sort=False).cumsum()
    return items.assign(position=items["position"].fillna((highest + order).astype("Int64")))


def _allowed(column: str, wanted: Sequence[str] | None, present: pd.Series[str]) -> np.ndarray:
    """Tell which rows have a wanted value; a value that no row has is an error."""
    if isinstance(wanted, str):
        raise SettingsError(f"{column} is one text, {shorten(wanted)}; expected a list of texts.")
    if wanted is None:
        return np.ones(len(present), dtype=bool)
    known = sorted(set(present))
    for value in wanted:
        if value not in known:
            raise SettingsError(
                f"no item has {column} {shorten(value)}; the corpus has: {choices(known)}.",
                "Write it as it stands there.",
                "コーパスにある表記で指定してください。",
            )
    return present.isin(wanted).to_numpy(dtype=bool)


def _day(name: str, value: str) -> pd.Timestamp:
    day = pd.to_datetime(value, format="%Y-%m-%d", errors="coerce")
    if pd.isna(day):
        raise SettingsError(
            f"{name} is {shorten(value)}; expected a real day as 2009-09-16.",
            remedy_ja="2009-09-16 の形の実在する日付を指定してください。",
        )
    return pd.Timestamp(day)
