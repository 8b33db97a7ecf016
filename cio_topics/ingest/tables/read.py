"""Rows of a table → meetings and items, with everything that was doubted on the way."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus.agenda import agenda_problems, make_id, split_agenda
from cio_topics.corpus.schema import Where, complete_columns, table_problems
from cio_topics.errors import CorpusError, Problem, choices
from cio_topics.ingest.records import Unread
from cio_topics.ingest.tables.cells import filled, one_line
from cio_topics.ingest.tables.files import Sheet, load_table
from cio_topics.ingest.tables.guess import Guess, resolve
from cio_topics.ingest.tables.mapping import FIELDS, TableMapping, check_mapping
from cio_topics.ingest.tables.merged import fill_down, merged_columns
from cio_topics.ingest.tables.pieces import Piece
from cio_topics.ingest.tables.rows import Row, read_rows
from cio_topics.ingest.wording import handout_mark, kind_of

__all__ = ["TableReading", "preview_table", "read_table"]

_SAMPLE = 5


class TableReading(NamedTuple):
    """What a table was read as.

    `meetings` and `items` are text tables of the corpus. `mapping` is what was used, with the
    guesses in it; `sample` shows the first rows as they were read; `problems` are cells that could
    not be read, `remarks` are doubts to look at, `unread` are rows that became nothing.
    """

    meetings: pd.DataFrame
    items: pd.DataFrame
    mapping: TableMapping
    guesses: dict[str, Guess]
    sample: pd.DataFrame
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    unread: tuple[Unread, ...]


def read_table(path: str | os.PathLike[str], mapping: TableMapping | None = None) -> TableReading:
    r"""Read a foreign table into meetings and items.

    Parameters
    ----------
    path : path
        CSV (UTF-8 or cp932), XLSX (stored results of formulas; nothing is computed) or JSON lines.
    mapping : TableMapping, optional
        Fields that it does not name are guessed, unless it says ``guess = false``.

    Returns
    -------
    TableReading
        Without problems. Rows of one body, number, date, precision and format are one meeting.
        Items without an identifier get one made from body, number, date, position and title.
        A position that some rows of a meeting lack is counted for all of them.

    Raises
    ------
    CorpusError
        No table, or cells that cannot be read: one error lists them with their lines.
    SettingsError
        The mapping names a column or sheet that is not there.

    Examples
    --------
    >>> import tempfile
    >>> rows = "会議名,回,開催日,議題\n試験会議,第3回,平成21年7月1日(水),電子政府について\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "table.csv"
    ...     _ = file.write_text(rows, encoding="utf-8")
    ...     reading = read_table(file)
    ...     _ = file.write_text(rows.replace("7月", "13月"), encoding="utf-8")
    ...     read_table(file)
    Traceback (most recent call last):
    ...
    cio_topics.errors.CorpusError: 1 bad value in the corpus:
      table.csv:2: 開催日: got '平成21年13月1日(水)', expected a date as 2009-07-01, ...
    >>> reading.meetings[["body", "number", "date"]].values.tolist()
    [['試験会議', '3', '2009-07-01']]
    >>> reading.items[["position", "title", "source_url"]].values.tolist()
    [['1', '電子政府について', 'table.csv:2']]
    """
    reading = preview_table(path, mapping)
    if reading.problems:
        raise CorpusError.from_problems(reading.problems)
    return reading


def preview_table(
    path: str | os.PathLike[str], mapping: TableMapping | None = None
) -> TableReading:
    """Read a table as :func:`read_table` does, but return its problems instead of raising them.

    Returns
    -------
    TableReading
        `meetings` and `items` are not fit for a corpus where there are problems.

    Raises
    ------
    CorpusError
        The file cannot be opened as a table.
    SettingsError
        The mapping names a column or sheet that is not there.
    """
    asked = check_mapping(mapping or TableMapping())
    sheet = load_table(Path(path), asked)
    used, guesses = resolve(asked, sheet.table, sheet.name)
    table, n_filled = fill_down(sheet.table, used)
    rows, unread = _parted(read_rows(table, used), table, sheet)
    flat = _flat(rows, sheet)
    meetings, items = _split(flat)
    absent = _absent(used, guesses, sheet)
    problems = absent + _unreadable(rows, used, sheet)
    if not absent:
        told = {problem.line for problem in problems}
        broken = _schema_problems(flat, items, used, sheet)
        problems += [problem for problem in broken if problem.line not in told]
    remarks = [*sheet.remarks, *_about_columns(used, guesses, sheet)]
    if merged := merged_columns(sheet.table, used):
        columns = choices(merged)
        remarks.append(f"blank below a filled cell: {columns}; if cells are merged, use fill_down")
    if n_filled:
        remarks.append(f"fill_down filled {n_filled} rows")
    remarks += _counted((said, *sheet.where(row.place)) for row in rows for said in row.remarks)
    return TableReading(
        meetings=meetings,
        items=items.drop(columns="line"),
        mapping=used._replace(guess=False),
        guesses=guesses,
        sample=_sample(flat),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        remarks=tuple(remarks),
        unread=unread,
    )


def _absent(mapping: TableMapping, guesses: Mapping[str, Guess], sheet: Sheet) -> list[Problem]:
    """Say which of the fields that a corpus needs nothing holds."""
    problems = []
    for field in ("body", "title"):
        if field in mapping.columns or field in mapping.values:
            continue
        doubt = f" ({guesses[field].why})" if field in guesses else ""
        how = "--map title=COLUMN" if field == "title" else "--map body=COLUMN or --value body=TEXT"
        have = choices(sheet.table.columns)
        said = f"no column was found for it{doubt}; give {how}; columns: {have}"
        problems.append(Problem(sheet.name, sheet.header_row, field, "", "", said))
    return problems


def _about_columns(
    mapping: TableMapping, guesses: Mapping[str, Guess], sheet: Sheet
) -> Iterator[str]:
    for guess in guesses.values():
        if not guess.column:
            yield f"{guess.field}: not taken, {guess.why}"
    used = {*mapping.columns.values()}
    left = [column for column in sheet.table.columns if column not in used]
    if left:
        yield f"columns that were not read: {choices(left)}"
    if "date" not in mapping.columns and "date" not in mapping.values:
        yield "no column was found for date: dates are unknown"


def _counted(said: Iterable[tuple[str, str, int]]) -> list[str]:
    """Put equal remarks together, with the first line and how many there are."""
    lines: dict[str, list[str]] = {}
    for text, name, line in said:
        lines.setdefault(text, []).append(f"{name}:{line}")
    return [
        f"{places[0]}: {text}" + (f" ({len(places)} rows)" if len(places) > 1 else "")
        for text, places in lines.items()
    ]


def _parted(
    rows: Iterable[Row], table: pd.DataFrame, sheet: Sheet
) -> tuple[list[Row], tuple[Unread, ...]]:
    """Part rows that tell an item or a meeting from those that tell neither."""
    kept, unread = [], []
    for row in rows:
        if row.pieces:
            kept.append(row)
            continue
        text = " ".join(cell for cell in map(one_line, table.iloc[row.place]) if cell)
        if not row.problems and (row.values.get("date") or row.values.get("number")):
            kept.append(row._replace(remarks=[*row.remarks, "a meeting without an item"]))
        elif text:
            unread.append(Unread(f"{sheet.where(row.place)[1]}: {text}", "no title"))
    return kept, tuple(unread)


def _unreadable(rows: Iterable[Row], mapping: TableMapping, sheet: Sheet) -> list[Problem]:
    return [
        Problem(*sheet.where(row.place), mapping.columns.get(field, field), cell, expected)
        for row in rows
        for field, cell, expected in row.problems
    ]


_FLAT = [*(field for field in FIELDS if field != "time"), "date_precision", "level"]


def _flat(rows: Iterable[Row], sheet: Sheet) -> pd.DataFrame:
    """Return a flat agenda, a row an item, with the line of each."""
    flat, lines = [], []
    for row in rows:
        name, line = sheet.where(row.place)
        own = {"date_precision": "unknown", "source_url": f"{name}:{line}"} | filled(row.values)
        for piece in row.pieces or [Piece("", "", "")]:
            item = piece._asdict() | filled({"label": piece.label or own.get("label", "")})
            position = "" if len(row.pieces) > 1 else own.get("position", "")
            kind = own.get("kind") or _kind_of(piece.title)
            flat.append(own | item | {"position": position, "kind": kind})
            lines.append(line)
    table = pd.DataFrame(flat, columns=_FLAT, dtype=object).fillna("").astype("str")
    table = table.assign(parser="table", confidence="verbatim", line=lines)
    return _dated_by_number(table)


def _dated_by_number(table: pd.DataFrame) -> pd.DataFrame:
    """Give rows without a date the one date that the table has for their body and number."""
    asks = (table["date"] == "") & (table["number"] != "")
    if not asks.any():
        return table
    dated = table[(table["date"] != "") & (table["number"] != "")]
    dates = dated.groupby(["body", "number"])[["date", "date_precision"]].agg(["first", "nunique"])
    known = dates[dates["date", "nunique"] == 1]
    keys = pd.MultiIndex.from_frame(table[["body", "number"]])
    asks &= keys.isin(known.index)
    found = known.reindex(keys[asks])
    filled_in = table.copy()
    for column in ("date", "date_precision"):
        filled_in.loc[asks, column] = found[column, "first"].to_numpy()
    return filled_in


def _kind_of(title: str) -> str:
    kind = kind_of(title)
    return "handout" if kind == "agenda" and handout_mark(title) else kind


def _split(flat: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part the flat agenda into meetings and items, and give items positions and identifiers."""
    meetings, items = split_agenda(flat)
    kinds = items.drop_duplicates("meeting_id")["source_kind"].to_numpy()
    meetings = meetings.assign(source_kind=kinds, parser="table", confidence="verbatim")
    items = items[items["title"] != ""].reset_index(drop=True)
    items["position"] = _positions(items)
    keys = ["meeting_id", "body", "number", "date"]
    items["item_id"] = _item_ids(items.merge(meetings[keys], on="meeting_id"))
    return complete_columns("meetings", meetings), complete_columns("items", items)


def _positions(items: pd.DataFrame) -> pd.Series[str]:
    """Keep positions of meetings that have all of them; count the others' items."""
    lacking = (items["position"] == "").groupby(items["meeting_id"]).transform("any")
    counted = (items.groupby("meeting_id").cumcount() + 1).astype("str")
    return items["position"].where(~lacking.astype(bool), counted).astype("str")


def _item_ids(items: pd.DataFrame) -> list[str]:
    """Return given identifiers, and for the others one made of what the row says."""
    seen = {given for given in items["item_id"] if given}
    ids = []
    rows = items[["item_id", "body", "number", "date", "position", "title"]]
    for given, *parts in rows.itertuples(index=False, name=None):
        made = make_id("i", *parts)
        names = itertools.chain([made], (f"{made}-{k}" for k in itertools.count(2)))
        ids.append(given or next(name for name in names if name not in seen))
        seen.add(ids[-1])
    return ids


def _schema_problems(
    flat: pd.DataFrame, items: pd.DataFrame, mapping: TableMapping, sheet: Sheet
) -> list[Problem]:
    """Check the values as the corpus will, under the file's own headers."""
    problems = agenda_problems(flat, _lines_of(flat, sheet))
    problems += table_problems("items", items, _lines_of(items, sheet))
    return [p._replace(column=mapping.columns.get(p.column, p.column)) for p in problems]


def _lines_of(table: pd.DataFrame, sheet: Sheet) -> Where:
    lines = table["line"].tolist() or [sheet.header_row]
    return lambda row: (sheet.name, lines[row])


def _sample(flat: pd.DataFrame) -> pd.DataFrame:
    """Return the first rows, with the columns in which they say something."""
    first = flat.head(_SAMPLE).drop(columns=["parser", "confidence"]).astype("str")
    said = [column for column in first.columns if (first[column] != "").any()]
    return first[["line", *(column for column in said if column != "line")]]
