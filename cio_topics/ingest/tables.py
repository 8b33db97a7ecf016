"""Tables of any shape (CSV, XLSX, JSON lines; any column names) → meetings and items.

Which column holds what is said by a :class:`TableMapping`; what it does not say is guessed from
headers, then from values, and every guess is told. Cells are read as they are printed; what cannot
be read is refused with its line, all at once.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import itertools
import json
import os
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cio_topics.corpus.agenda import agenda_problems, split_agenda
from cio_topics.corpus.read import FORMATS_READ, _read_csv, _read_jsonl, _read_sheets, read_text
from cio_topics.corpus.schema import (
    FORMATS,
    STATUSES,
    Where,
    complete_columns,
    table_problems,
)
from cio_topics.errors import CorpusError, Problem, SettingsError, choices, shorten
from cio_topics.ingest.dates import (
    find_dates,
    kanji_number,
    read_number,
    read_times,
    without_spaces,
)
from cio_topics.ingest.records import Unread
from cio_topics.ingest.wording import BODY_ENDINGS, handout_mark, is_ceremony, line_mark, split_run
from cio_topics.text import normalize

__all__ = [
    "FIELDS",
    "MAX_CELLS",
    "MAX_FILE",
    "MAX_UNPACKED",
    "TABLE_ENDINGS",
    "Guess",
    "TableMapping",
    "TableReading",
    "add_columns",
    "check_mapping",
    "check_workbook",
    "guess_mapping",
    "is_corpus_source",
    "is_flat_agenda",
    "mapping_toml",
    "preview_table",
    "read_mapping",
    "read_table",
    "split_cell",
]

#: File endings of tables.
TABLE_ENDINGS = (".csv", ".jsonl", ".xlsx")
#: Largest file that is opened, in bytes.
MAX_FILE = 200_000_000
#: Most bytes that a workbook may unpack to.
MAX_UNPACKED = 300_000_000
#: Most cells (rows times columns) of one sheet.
MAX_CELLS = 20_000_000

#: What a column can be read as.
FIELDS = {
    "body": "name of the body (会議体); 第N回 before or after it is the number",
    "number": "第N回",
    "date": "day, month or year, in any printed form; a time beside it is read too",
    "time": "start, or start and end: 17:30〜18:30",
    "start": "time it began",
    "end": "time it ended",
    "format": "how it was held (持ち回り, 合同, オンライン, 対面)",
    "place": "where it was held",
    "n_handouts": "number of handouts",
    "title": "title of the item (議題)",
    "position": "place on the agenda, from 1",
    "label": "number or label as printed: 資料1-1",
    "kind": "agenda, ceremony or handout",
    "status": "status as printed (決定, 報告, 案, 改定)",
    "item_id": "identifier of the item, unique",
    "source_url": "address or name of the source (出典)",
    "source_kind": "official, archive_copy, news, blog or paper",
    "note": "remarks (備考)",
}
_NOT_CONSTANT = ("title", "item_id", "position", "label", "time")
_OF_MEETING = ("body", "number", "date", "time", "start", "end", "format", "place", "n_handouts")
_OF_ITEM = ("label", "kind", "status", "item_id", "source_url", "source_kind", "note", "position")
_SAMPLE = 5
_HEADER_SOUGHT = 10


class TableMapping(NamedTuple):
    """Which column holds what, and how cells are read.

    `columns` maps fields to headers (an empty header: no column), `values` gives constants for
    fields that no column holds, `formats` translates cells of the format column. `fill_down` names
    columns of merged cells, `header_row` counts from 1 (None: found), `sheet` is the first if
    empty, `guess` tells whether fields that are not named are guessed.
    """

    columns: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    formats: Mapping[str, str] = {}
    fill_down: tuple[str, ...] = ()
    header_row: int | None = None
    sheet: str = ""
    split_items: bool = False
    guess: bool = True


class Guess(NamedTuple):
    """A guess which column holds a field.

    `confidence` is ``exact`` (the header is a known name), ``similar`` (it contains one),
    ``values`` (its cells look like it) or ``ambiguous`` (several may: `column` is empty).
    """

    field: str
    column: str
    confidence: str
    why: str


class TableReading(NamedTuple):
    """What a table was read as.

    `meetings` and `items` are text tables of the corpus, `where` maps their rows to file and line.
    `mapping` is what was used, with the guesses in it; `sample` shows the first rows as they were
    read; `problems` are cells that could not be read, `remarks` are doubts to look at, `unread` are
    rows that became nothing. `fill_down` are columns that look like merged cells.
    """

    meetings: pd.DataFrame
    items: pd.DataFrame
    where: dict[str, Where]
    mapping: TableMapping
    guesses: dict[str, Guess]
    sample: pd.DataFrame
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]
    unread: tuple[Unread, ...]
    fill_down: tuple[str, ...]


# --- the mapping ------------------------------------------------------------------------------

_KEYS: dict[str, tuple[type, str]] = {
    "columns": (dict, "a table of fields and headers"),
    "values": (dict, "a table of fields and texts"),
    "formats": (dict, "a table of cells and formats"),
    "fill_down": (list, "a list of headers"),
    "header_row": (int, "a whole number"),
    "sheet": (str, "the name of a sheet"),
    "split_items": (bool, "true or false"),
    "guess": (bool, "true or false"),
}


def read_mapping(path: str | os.PathLike[str]) -> TableMapping:
    r"""Read a mapping from TOML.

    Parameters
    ----------
    path : path
        Keys: those of :class:`TableMapping`, all optional; ``columns``, ``values`` and ``formats``
        are tables.

    Raises
    ------
    SettingsError
        No TOML, unknown keys or fields, values of another type.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "mapping.toml"
    ...     _ = file.write_text('[columns]\ntitle = "議題"\n', encoding="utf-8")
    ...     read_mapping(file).columns
    {'title': '議題'}
    >>> read_mapping("no/such/file.toml")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: cannot read the mapping 'no/such/file.toml': ...
    """
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"cannot read the mapping {shorten(file.as_posix(), 200)}: {error.strerror or error}.",
            "Give the path of a TOML file.",
            "TOML ファイルのパスを指定してください。",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(
            f"{shorten(file.name)} is no TOML in UTF-8: {shorten(error, 200)}.",
            "Correct the file at that place.",
            "その箇所を直してください。",
        ) from error
    for key, value in content.items():
        _check_key(key, value)
    content["fill_down"] = tuple(content.get("fill_down", ()))
    return check_mapping(TableMapping(**content))


def _check_key(key: str, value: object) -> None:
    if key not in _KEYS:
        raise SettingsError(
            f"the mapping has the unknown key {shorten(key)}; expected some of: {choices(_KEYS)}.",
            "Correct the key; names of fields stand under [columns] or [values].",
            "キーの名前を直してください。項目名は [columns] か [values] の下に書きます。",
        )
    kind, expected = _KEYS[key]
    if type(value) is not kind:
        raise SettingsError(f"{key} of the mapping is {shorten(value)}; expected {expected}.")


def check_mapping(mapping: TableMapping) -> TableMapping:
    """Return `mapping` if its fields, texts and formats are known, else raise.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> check_mapping(TableMapping(values={"body": "試験会議"})).values["body"]
    '試験会議'
    >>> check_mapping(TableMapping(columns={"titel": "議題"}))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown field 'titel' under columns; expected some of: ...
    """
    constant = [field for field in FIELDS if field not in _NOT_CONSTANT]
    _check_names("columns", mapping.columns, FIELDS)
    _check_names("values", mapping.values, constant)
    _check_texts("formats", mapping.formats)
    both = [field for field in mapping.values if mapping.columns.get(field)]
    if both:
        raise SettingsError(
            f"{choices(both)} stands under columns and under values.",
            "Keep one of them.",
            "どちらか一方にしてください。",
        )
    for cell, form in mapping.formats.items():
        if form not in FORMATS:
            raise SettingsError(
                f"formats translates {shorten(cell)} to {shorten(form)}; expected one of: "
                f"{choices(FORMATS)}."
            )
    if not all(isinstance(name, str) for name in mapping.fill_down):
        raise SettingsError(f"fill_down is {shorten(mapping.fill_down)}; expected headers.")
    if mapping.header_row is not None and mapping.header_row < 1:
        raise SettingsError(f"header_row is {mapping.header_row}; expected 1 or more.")
    return mapping


def _check_names(key: str, entries: Mapping[str, str], known: Iterable[str]) -> None:
    known = list(known)
    for field in entries:
        if field not in known:
            raise SettingsError(
                f"unknown field {shorten(field)} under {key}; expected some of: {choices(known)}.",
                "Correct the name.",
                "項目名を直してください。",
            )
    _check_texts(key, entries)


def _check_texts(key: str, entries: Mapping[str, str]) -> None:
    for name, text in entries.items():
        if not isinstance(text, str):
            raise SettingsError(f"{key}.{name} is {shorten(text)}; expected a text.")


def add_columns(mapping: TableMapping, pairs: Iterable[str]) -> TableMapping:
    """Return `mapping` with columns as the command line gives them.

    Parameters
    ----------
    mapping : TableMapping
    pairs : iterable of str
        ``field=header``; ``field=`` says that no column holds it. Later ones win.

    Raises
    ------
    SettingsError
        No ``=``, or an unknown field.

    Examples
    --------
    >>> add_columns(TableMapping(), ["title=議題", "date=開催日"]).columns
    {'title': '議題', 'date': '開催日'}
    >>> add_columns(TableMapping(), ["議題"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: '議題' is no mapping; expected field=COLUMN, ...
    """
    columns = dict(mapping.columns)
    for pair in pairs:
        field, sign, column = pair.partition("=")
        if not sign:
            raise SettingsError(
                f"{shorten(pair)} is no mapping; expected field=COLUMN, such as title=議題.",
                f"Fields: {choices(FIELDS)}.",
                "「項目=列の見出し」の形で指定してください。",
            )
        columns[field.strip()] = column.strip()
    values = {field: text for field, text in mapping.values.items() if not columns.get(field)}
    return check_mapping(mapping._replace(columns=columns, values=values))


def mapping_toml(mapping: TableMapping) -> str:
    """Return a mapping as TOML that :func:`read_mapping` gives back.

    Examples
    --------
    >>> print(mapping_toml(TableMapping({"title": "議題"}, {"body": "試験会議"}, guess=False)))
    guess = false
    <BLANKLINE>
    [columns]
    title = "議題"
    <BLANKLINE>
    [values]
    body = "試験会議"
    <BLANKLINE>
    """
    lines = []
    if mapping.sheet:
        lines.append(f"sheet = {_quoted(mapping.sheet)}")
    if mapping.header_row is not None:
        lines.append(f"header_row = {mapping.header_row}")
    if mapping.fill_down:
        lines.append(f"fill_down = [{', '.join(map(_quoted, mapping.fill_down))}]")
    if mapping.split_items:
        lines.append("split_items = true")
    if not mapping.guess:
        lines.append("guess = false")
    for key in ("columns", "values", "formats"):
        entries: Mapping[str, str] = getattr(mapping, key)
        if entries:
            lines += ["", f"[{key}]"]
            lines += [f"{_toml_key(name)} = {_quoted(text)}" for name, text in entries.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


# --- guesses ----------------------------------------------------------------------------------

_EXACT = {
    "body": "会議名 会議体 会議体名 会議名称 会議 委員会 委員会名 部会 部会名"
    " 本部 本部名 審議会 審議会名 協議会 組織 組織名 body bodyname committee council",
    "number": "回 回数 回次 開催回 開催回数 会議回数 会議番号 第n回 第回 第○回"
    " 通算回数 meetingno meetingnumber number",
    "date": "開催日 日付 年月日 開催年月日 開催日時 日時 実施日 会議日 開催日付 期日"
    " 日 date meetingdate datetime",
    "time": "時間 時刻 開催時間 開催時刻 time",
    "start": "開始 開始時刻 開始時間 開会時刻 start starttime",
    "end": "終了 終了時刻 終了時間 閉会時刻 end endtime",
    "format": "開催方法 開催形式 開催形態 開催方式 会議形式 形式 方式 形態 format",
    "place": "場所 開催場所 会場 place venue location",
    "n_handouts": "資料数 配布資料数 配付資料数 nhandouts handouts",
    "title": "議題 議題名 議題等 件名 議事 議事内容 案件 案件名 議案 議案名 審議事項 事項"
    " 項目名 題名 タイトル 表題 title agenda agendaitem subject",
    "position": "順番 順序 順 議題番号 議事番号 itemno itemnumber position",
    "label": "資料番号 議案番号 label",
    "kind": "kind",
    "status": "status ステータス 議事区分 決定区分",
    "item_id": "itemid",
    "source_url": "url リンク リンク先 出典 典拠 source sourceurl link 掲載先 アドレス",
    "source_kind": "sourcekind",
    "note": "備考 注 注記 note notes remarks",
}
_EXACT_NAMES = {name: field for field, names in _EXACT.items() for name in names.split()}
_SIMILAR = {
    "body": r"会議体|会議名|委員会名|部会名|審議会名|組織名|committee|council",
    "number": r"回数|回次|開催回|会議番号|meetingn[ou]",
    "date": r"開催.*日|年月日|日付|日時|date",
    "time": r"時間|時刻",
    "start": r"開始|^start",
    "end": r"終了|^end",
    "format": r"開催(?:方法|形式|形態|方式)|format",
    "place": r"場所|会場|venue",
    "title": r"議題|件名|案件|議事|議案|審議事項|title|agenda",
    "position": r"順番|順序|itemn[ou]",
    "label": r"(?:資料|議案)(?:番号|no)",
    "n_handouts": r"資料(?:の)?数",
    "source_url": r"url|リンク|出典|link",
    "note": r"備考|remark",
}
_NOT_SIMILAR = {
    "date": r"更新|公表|公開|掲載|作成|登録|updat|publi|post",
    "time": r"所要|更新|公表|公開",
    "title": r"議事録|概要|要旨|番号|数|no$|url|リンク|link|id$",
    "start": r"日",
    "end": r"日",
    "body": r"資料|番号|数",
}
#: Names that say a running number, of the meeting or on its agenda.
_NUMBERS = ("番号", "no", "#", "項番")


def _plain(header: str) -> str:
    """Return a header without white space, signs and what stands in brackets."""
    kept = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", normalize(header).casefold())
    return re.sub(r"[\s_.:、。・\-]", "", kept) or re.sub(r"\s", "", normalize(header).casefold())


def guess_mapping(table: pd.DataFrame) -> dict[str, Guess]:
    """Guess which column holds which field, by header and then by values.

    Parameters
    ----------
    table : DataFrame of str
        Headers are unique.

    Returns
    -------
    dict of str to Guess
        In the order of :data:`FIELDS`; fields that no column looks like are missing. No column is
        given to two fields. Where several columns fit equally, the guess has no column and says
        which they are.

    Examples
    --------
    >>> table = pd.DataFrame({"開催日": ["平成21年7月1日"], "議題": ["電子政府"], "件名": ["甲"]})
    >>> for guess in guess_mapping(table).values():
    ...     print(guess)
    Guess(field='date', column='開催日', confidence='exact', why="the header '開催日'")
    Guess(field='title', column='', confidence='ambiguous', why="'議題' or '件名'")
    """
    columns = [str(column) for column in table.columns]
    found: dict[str, Guess] = {}
    for confidence, fields_of in (("exact", _exact_fields), ("similar", _similar_fields)):
        free = [c for c in columns if c not in {guess.column for guess in found.values()}]
        claims = {column: [f for f in fields_of(column) if f not in found] for column in free}
        found |= _settled(claims, confidence)
    found |= _running_number(table, found)
    said = " ".join(guess.why for guess in found.values() if not guess.column)
    taken = {guess.column for guess in found.values()}
    free = [c for c in columns if c not in taken and repr(c) not in said]
    found |= _by_values(table[free], found)
    return {field: found[field] for field in FIELDS if field in found}


def _exact_fields(column: str) -> list[str]:
    field = _EXACT_NAMES.get(_plain(column))
    return [field] if field else []


def _similar_fields(column: str) -> list[str]:
    name = _plain(column)
    return [
        field
        for field, pattern in _SIMILAR.items()
        if re.search(pattern, name) and not re.search(_NOT_SIMILAR.get(field, "$^"), name)
    ]


def _settled(claims: Mapping[str, Sequence[str]], confidence: str) -> dict[str, Guess]:
    """Take claims of one column and one field; say the others."""
    found = {}
    for field in dict.fromkeys(itertools.chain.from_iterable(claims.values())):
        columns = [column for column, fields in claims.items() if field in fields]
        if len(columns) > 1:
            found[field] = _ambiguous(field, columns)
        elif len(claims[columns[0]]) > 1:
            fields = choices(claims[columns[0]])
            found[field] = Guess(field, "", "ambiguous", f"{columns[0]!r} may be {fields}")
        else:
            said = "the header" if confidence == "exact" else "a similar header,"
            found[field] = Guess(field, columns[0], confidence, f"{said} {columns[0]!r}")
    return found


def _ambiguous(field: str, columns: Iterable[str]) -> Guess:
    return Guess(field, "", "ambiguous", " or ".join(repr(column) for column in columns))


def _running_number(table: pd.DataFrame, found: Mapping[str, Guess]) -> dict[str, Guess]:
    """Tell what a column called only 番号 or No. is: it counts items if it begins again at 1."""
    taken = {guess.column for guess in found.values()}
    columns = [c for c in table.columns if _plain(c) in _NUMBERS and c not in taken]
    if len(columns) != 1 or "position" in found:
        return {}
    column = columns[0]
    counts = [_read_position(cell).values.get("position") for cell in table[column]]
    if counts.count("1") > 1:
        return {"position": Guess("position", column, "values", f"{column!r} begins again at 1")}
    field = "position" if "number" in found else "number"
    why = f"{column!r} may be the meeting's number or the place on its agenda"
    return {field: Guess(field, "", "ambiguous", why)}


_ADDRESS = re.compile(r"https?://\S+", re.I)
_BODY = re.compile(rf".{{1,70}}{BODY_ENDINGS}(?:\([^()]*\))?")
_LONG = 8


def _by_values(table: pd.DataFrame, found: Mapping[str, Guess]) -> dict[str, Guess]:
    """Guess fields that no header named; each column is given away once."""
    guesses: dict[str, Guess] = {}
    for field, looks, what in _LOOKS:
        taken = {guess.column for guess in guesses.values()}
        columns = [
            str(column)
            for column in table.columns
            if column not in taken and _mostly(table[column], looks)
        ]
        if field in found or not columns:
            continue
        why = f"most cells of {columns[0]!r} are {what}"
        one = Guess(field, columns[0], "values", why)
        guesses[field] = one if len(columns) == 1 else _ambiguous(field, columns)
    return guesses


def _mostly(values: pd.Series[str], looks: Callable[[str], bool]) -> bool:
    filled = [cell for cell in values.head(200) if cell.strip()]
    return bool(filled) and sum(map(looks, filled)) >= 0.8 * len(filled)


def _looks_like_date(cell: str) -> bool:
    return not cell.strip().isdigit() and bool(_read_date(cell).values.get("date"))


def _looks_like_body(cell: str) -> bool:
    return _BODY.fullmatch(_body_and_number(normalize(cell))[0]) is not None


_LOOKS: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    ("source_url", lambda cell: _ADDRESS.match(cell.strip()) is not None, "addresses"),
    ("date", _looks_like_date, "dates"),
    ("number", lambda c: re.fullmatch(r"第[^第回]{1,7}回", without_spaces(c)) is not None, "第N回"),
    ("time", lambda cell: len(cell) < 30 and bool(read_times(cell).start), "times"),
    ("format", lambda cell: len(_formats_named(cell)) == 1 and len(cell) < 20, "formats"),
    ("body", _looks_like_body, "names of bodies"),
    ("title", lambda cell: len(cell) >= _LONG and not cell.isascii(), "long texts"),
)


# --- the file ---------------------------------------------------------------------------------


class _Sheet(NamedTuple):
    """A table as text, with unique headers, the way to its lines, and what was noticed."""

    name: str
    table: pd.DataFrame
    where: Where
    header_row: int
    remarks: tuple[str, ...] = ()


def is_flat_agenda(columns: Iterable[str]) -> bool:
    """Tell whether a table has the columns that :func:`cio_topics.corpus.read_corpus` needs.

    Examples
    --------
    >>> is_flat_agenda(["item_id", "body", "date", "title"]), is_flat_agenda(["議題"])
    (True, False)
    """
    return {"item_id", "body", "date", "title"} <= set(columns)


def is_corpus_source(path: str | os.PathLike[str]) -> bool:
    """Tell whether `path` is what :func:`cio_topics.corpus.read_corpus` reads, not a foreign table.

    A folder with meetings and items, a workbook with these two sheets, or a flat agenda.

    Raises
    ------
    CorpusError
        The file cannot be opened as the table that its ending says.

    Examples
    --------
    >>> from cio_topics.data import embedded_folder
    >>> is_corpus_source(embedded_folder())
    True
    """
    place = Path(path)
    if place.is_dir():
        stems = {file.stem for file in place.iterdir() if file.suffix in FORMATS_READ}
        return {"meetings", "items"} <= stems
    ending = place.suffix.lower()
    if ending == ".xlsx":
        _check_size(place)
        sheets = check_workbook(place)
        return {"meetings", "items"} <= set(sheets) or is_flat_agenda(next(iter(sheets.values())))
    if ending not in TABLE_ENDINGS:
        return ending == ".parquet"
    text = _text_of(place)
    if ending == ".csv":
        rows = (row for row in _records(text, _HEADER_SOUGHT) if any(row))
        return is_flat_agenda(next(rows, []))
    first = next((line for line in io.StringIO(text) if line.strip()), "{}")
    return is_flat_agenda(_read_jsonl(first, place.name).table.columns)


def _text_of(file: Path) -> str:
    _check_size(file)
    return read_text(file)


def _check_size(file: Path) -> None:
    try:
        size = file.stat().st_size
    except OSError as error:
        raise CorpusError(
            f"cannot read {shorten(file.name)}: {error.strerror or error}.",
            "Give the path of a table.",
            "表のファイルのパスを指定してください。",
        ) from error
    if size > MAX_FILE:
        raise _too_large(file, f"has {size:,} bytes; expected at most {MAX_FILE:,}")


def _too_large(file: Path, said: str) -> CorpusError:
    return CorpusError(
        f"{shorten(file.name)} {said}.",
        "Give a smaller table, or save only the sheet you need as CSV.",
        "必要なシートだけを CSV で保存するなど、小さくしてください。",
    )


def check_workbook(file: Path) -> dict[str, list[str]]:
    """Look into a workbook before it is read, and return the first row of each sheet.

    Raises
    ------
    CorpusError
        It is no workbook, would unpack to more than :data:`MAX_UNPACKED` bytes, or a sheet spans
        more than :data:`MAX_CELLS` cells (two cells at its far corners are enough).
    """
    return {name: sheet.first for name, sheet in _looked_into(file).items()}


class _Look(NamedTuple):
    first: list[str]
    n_formulas: int
    n_errors: int


def _looked_into(file: Path) -> dict[str, _Look]:
    import openpyxl

    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise _too_large(
                file, f"unpacks to {unpacked:,} bytes; expected at most {MAX_UNPACKED:,}"
            )
        book = openpyxl.load_workbook(file, read_only=True, data_only=False)
        try:
            return {sheet.title: _look(file, sheet) for sheet in book.worksheets}
        finally:
            book.close()
    except CorpusError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads to
        raise CorpusError(
            f"{shorten(file.name)} is not an XLSX workbook: {shorten(error, 200)}.",
            "Save it again as XLSX or CSV.",
            "XLSX か CSV で保存し直してください。",
        ) from error


def _look(file: Path, sheet: object) -> _Look:
    first: list[str] = []
    width = height = n_formulas = n_errors = 0
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    for number, row in enumerate(sheet.iter_rows(), start=1):  # type: ignore[attr-defined]
        filled = [place for place, cell in enumerate(row, start=1) if cell.value is not None]
        if not filled:
            continue
        if number == 1:
            first = ["" if cell.value is None else str(cell.value) for cell in row]
        width, height = max(width, filled[-1]), number
        n_formulas += sum(cell.data_type == "f" for cell in row)
        n_errors += sum(cell.data_type == "e" for cell in row)
        if width * height > MAX_CELLS:
            spans = f"spans {height:,} rows and {width:,} columns"
            raise _too_large(file, f"{spans}; expected at most {MAX_CELLS:,} cells")
    return _Look(first, n_formulas, n_errors)


def _load(file: Path, mapping: TableMapping) -> _Sheet:
    ending = file.suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise CorpusError(
            f"{shorten(file.name)} is no {choices(TABLE_ENDINGS)} file.",
            "Save the table in one of these formats.",
            "いずれかの形式で保存し直してください。",
        )
    _check_size(file)
    load = {".csv": _load_csv, ".jsonl": _load_jsonl, ".xlsx": _load_sheet}[ending]
    sheet = load(file, mapping)
    headers = _unique_headers(sheet.table.columns)
    if sheet.table.empty:
        raise CorpusError(
            f"{shorten(file.name)} has no row under its header.",
            "Give a table with at least one row.",
            "行のある表を指定してください。",
        )
    return sheet._replace(table=sheet.table.set_axis(headers, axis=1))


def _unique_headers(columns: Iterable[object]) -> list[str]:
    """Name columns without a header by their place, and number those of one name."""
    headers: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = " ".join(str(column).split())
        if not name or re.fullmatch(r"Unnamed: \d+", name):
            name = f"(column {place})"
        count = itertools.count(1)
        unique = name
        while unique in headers:
            unique = f"{name}.{next(count)}"
        headers.append(unique)
    return headers


def _header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the first row with two filled cells, or the first that is filled, from 1."""
    counts = [sum(bool(cell.strip()) for cell in row) for row in rows]
    wide = [place for place, count in enumerate(counts, start=1) if count > 1]
    filled = [place for place, count in enumerate(counts, start=1) if count]
    return next(iter([*wide, *filled]), 1)


def _title_lines(row: int, given: int | None, rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Say that the header was not in the first row, and what stood above."""
    above = " / ".join(cell.strip() for cells in rows[: row - 1] for cell in cells if cell.strip())
    if given is not None or row == 1:
        return ()
    return (f"the header was taken from row {row}; above it: {shorten(above)}",)


def _records(text: str, n: int) -> list[list[str]]:
    """Return the first rows of a CSV; fewer where it is broken, which reading will tell."""
    rows: list[list[str]] = []
    try:
        for row in itertools.islice(csv.reader(io.StringIO(text, newline="")), n):
            rows.append(row)
    except csv.Error:
        return rows
    return rows


def _load_csv(file: Path, mapping: TableMapping) -> _Sheet:
    text = read_text(file)
    rows = _records(text, max(_HEADER_SOUGHT, mapping.header_row or 0))
    header = mapping.header_row or _header_row(rows)
    _check_header_row(file, header, len(rows))
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream)
    for _ in range(header - 1):
        next(reader)
    name = _name_of(file)
    kept = "\n" * reader.line_num + stream.read()  # lines keep their numbers
    source = _read_csv(kept, name)
    said = _title_lines(header, mapping.header_row, rows)
    return _Sheet(name, source.table, source.where, header, said)


def _check_header_row(file: Path, header: int, n_rows: int) -> None:
    if header > max(n_rows, 1):
        raise SettingsError(f"header_row is {header}, but {shorten(file.name)} has {n_rows} rows.")


def _load_jsonl(file: Path, mapping: TableMapping) -> _Sheet:
    if mapping.header_row is not None:
        raise SettingsError("header_row is for CSV and XLSX; JSON lines name their columns.")
    name = _name_of(file)
    source = _read_jsonl(read_text(file), name)
    return _Sheet(name, source.table, source.where, 1)


def _load_sheet(file: Path, mapping: TableMapping) -> _Sheet:
    looks = _looked_into(file)
    sheet = mapping.sheet or next(iter(looks))
    if sheet not in looks:
        raise SettingsError(
            f"{shorten(file.name)} has no sheet {shorten(sheet)}; expected: {choices(looks)}."
        )
    table = _read_sheets(file)[sheet]
    names = ["" if str(c).startswith("Unnamed: ") else str(c) for c in table.columns]
    rows = [names, *table.head(_HEADER_SOUGHT - 1).to_numpy().tolist()]
    header = mapping.header_row or _header_row(rows)
    _check_header_row(file, header, len(table) + 1)
    if header > 1:
        names = [str(cell) for cell in table.iloc[header - 2]]
        table = table.iloc[header - 1 :].reset_index(drop=True).set_axis(names, axis=1)
    remarks = _title_lines(header, mapping.header_row, rows) + _about(looks, sheet, mapping)
    name = _name_of(file)
    return _Sheet(name, table, lambda row: (name, row + header + 1), header, remarks)


def _about(looks: Mapping[str, _Look], sheet: str, mapping: TableMapping) -> tuple[str, ...]:
    """Say which sheets were left, and that nothing is computed."""
    others = [name for name in looks if name != sheet]
    said = []
    if others and not mapping.sheet:
        said.append(f"the sheet {sheet!r} was read; not read: {choices(others)}")
    if looks[sheet].n_formulas:
        said.append(f"formulas: the stored results of {looks[sheet].n_formulas} were read")
    if looks[sheet].n_errors:
        said.append(f"cells with an error value, read as empty: {looks[sheet].n_errors}")
    return tuple(said)


def _name_of(file: Path) -> str:
    """Return the file's name in one form on every system, without control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", unicodedata.normalize("NFC", file.name))


# --- cells ------------------------------------------------------------------------------------


class _Cell(NamedTuple):
    """What a cell was read as: values of fields, what was expected of it, and doubts."""

    values: dict[str, str]
    expected: str = ""
    remarks: tuple[str, ...] = ()


_NONE = re.compile(r"[-ー…・×*]+|なし|無し?|不明|未定|調整中|n/?a|none|null|unknown|tbd", re.I)
_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]")
_LONGEST = 1_000  # characters of a cell that is read as more than a text


def _one_line(cell: str) -> str:
    return " ".join(part.strip() for part in _BREAKS.split(cell) if part.strip())


def _says_none(cell: str) -> bool:
    return _NONE.fullmatch(normalize(cell)) is not None


def _nothing(field: str, cell: str) -> _Cell:
    return _Cell({}, "", (f"{field}: {shorten(cell)} was read as none",))


_EPOCH = dt.date(1899, 12, 30)  # day 0 of spreadsheets, as their days after 1900-02 count
_SERIALS = range(15_000, 60_000)  # 1941 to 2064
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_PARTIAL = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?")
_SHORT_ERA = re.compile(
    r"(?<![A-Za-z0-9])(明治|大正|昭和|平成|令和|[MTSHR](?![A-Za-z])|[明大昭平令])\.?(元|\d{1,2})"
    r"(?:[./\-年](\d{1,2})(?:[./\-月](\d{1,2})日?)?|年)?(?![0-9年度])",
    re.I,
)
_ERA_OF = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"} | {
    name[0]: name for name in ("明治", "大正", "昭和", "平成", "令和")
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_ORDINAL_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (?:{_ORDINAL_DAY},? )?(\d{{4}})\b", re.I)
_DAY_FIRST = re.compile(rf"\b{_ORDINAL_DAY}[ -]{_MONTH},?[ -](\d{{4}})\b", re.I)
_DATE_EXPECTED = "a date as 2009-07-01, 2009/7/1, 平成21年7月1日, H21.7.1, 2009年7月 or 2009"


def _japanese_date(year: str, month: str | None, day: str | None) -> str:
    parts = [f"{year}年", f"{int(month)}月" if month else "", f"{int(day)}日" if day else ""]
    return "".join(parts)


def _month(name: str) -> str:
    return str(_MONTHS.index(name.casefold()) + 1)


def _spelled_out(cell: str) -> str:
    """Write abbreviated and compact dates and serial numbers as dates are printed."""
    text = normalize(cell)
    if match := re.fullmatch(r"(\d{5})(\.\d+)?", text):
        if int(match[1]) in _SERIALS:
            return f"{_EPOCH + dt.timedelta(int(match[1]))}、{_clock(match[2])}"
        return text
    if match := _COMPACT.fullmatch(text):
        return "-".join(match.groups())
    if match := _PARTIAL.fullmatch(text):
        return _japanese_date(match[1], match[2], None)
    text = _DAY_FIRST.sub(lambda m: _japanese_date(m[3], _month(m[2]), m[1]), text)
    text = _MONTH_FIRST.sub(lambda m: _japanese_date(m[3], _month(m[1]), m[2]), text)
    return _SHORT_ERA.sub(_era_spelled_out, without_spaces(text), count=1)


def _era_spelled_out(match: re.Match[str]) -> str:
    if not match[3] and not match[0].endswith("年") and match[0] != match.string:
        return match[0]  # H21 inside other words
    era = _ERA_OF.get(match[1].casefold(), match[1])
    return _japanese_date(era + match[2], match[3], match[4])


def _clock(fraction: str | None) -> str:
    """Return the time that a fraction of a day is, or nothing."""
    if not fraction:
        return ""
    minutes = round(float(fraction) * 24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" if minutes < 24 * 60 else ""


def _read_date(cell: str) -> _Cell:
    if _says_none(cell):
        return _nothing("date", cell)
    spelled = _spelled_out(cell)
    dates = list(find_dates(spelled))
    if not dates or not dates[0].date:
        reason = f" ({dates[0].remark})" if dates else ""
        return _Cell({}, _DATE_EXPECTED + reason)
    first = dates[0]
    bare = without_spaces(spelled)
    rest = bare[: first.start] + bare[first.end :]
    times = read_times(rest)
    values = {"date": first.date, "date_precision": first.precision} | _filled(times._asdict())
    return _Cell(values, "", _doubts_about_date(cell, first.date, first.remark, rest, times.start))


def _doubts_about_date(cell: str, date: str, doubt: str, rest: str, time: str) -> tuple[str, ...]:
    said = [doubt] if doubt else []
    if re.search(r"\d", rest) and not time:
        said.append(f"date: {shorten(_one_line(cell))} was read as {date}; the rest was not read")
    if re.fullmatch(r"\d{5}(\.\d+)?", normalize(cell)):
        said.append("date: serial numbers of a spreadsheet were read as days")
    if re.fullmatch(r"\d{4}\.1", normalize(cell)):
        said.append("date: a spreadsheet makes 2009.1 of 2009.10; it was read as January")
    return tuple(said)


def _filled(values: Mapping[str, str]) -> dict[str, str]:
    return {field: value for field, value in values.items() if value}


def _read_times(field: str, cell: str) -> _Cell:
    if _says_none(cell):
        return _nothing(field, cell)
    fraction = re.fullmatch(r"0?(\.\d+)", cell.strip())
    start, end = (_clock(fraction[1]), "") if fraction else read_times(cell)
    if not start:
        if re.search(r"\d", normalize(cell)):
            return _Cell({}, "a time as 17:30, 17時30分 or 17:30〜18:30")
        return _kept_in_note(field, cell)
    return _Cell({"end": start}) if field == "end" else _Cell(_filled({"start": start, "end": end}))


def _kept_in_note(field: str, cell: str) -> _Cell:
    """Keep a text that says no value, as printed."""
    text = _one_line(cell)
    remark = f"{field}: {shorten(text)} was kept as a note"
    return _Cell({"as_printed": f"{field}: {text}"}, "", (remark,))


_COUNT = re.compile(
    r"(?:第|no\.?|#)?([0-9]{1,9}|[〇零一二三四五六七八九十百千]{1,7})(?:回目?)?(?:\.0+)?", re.I
)


def _read_number(cell: str) -> _Cell:
    if _says_none(cell):
        return _nothing("number", cell)
    bare = without_spaces(cell)
    match = _COUNT.fullmatch(bare)
    number = kanji_number(match[1]) if match else read_number(bare)
    if number:
        several = len(set(re.findall(r"第[^第回]{1,7}回", bare))) > 1 and "通算" not in bare
        said = f"number: {shorten(bare)} names several; {number} was read"
        return _Cell({"number": str(number)}, "", (said,) if several else ())
    if re.search(r"\d", bare):
        return _Cell({}, "a number of 1 or more as 12, 第12回 or 第十二回")
    named = _formats_named(bare)
    if len(named) == 1:
        return _Cell({"format": named[0]}, "", (f"number: {shorten(bare)} was read as the format",))
    return _kept_in_note("number", cell)


_FORMAT_WORDS = {
    "circulated": r"持ち?回り|書面|メール|電子メール|circulat|in writing",
    "joint": r"合同|joint",
    "online": r"オンライン|web|ウェブ|ウエブ|(?:テレビ|tv)会議|リモート|zoom|teams|online|remote",
    "in_person": r"対面|参集|会合|集合|in.?person|face.to.face",
}


def _formats_named(cell: str) -> list[str]:
    text = normalize(cell).casefold().replace(" ", "")
    if text in FORMATS:
        return [text]
    return [name for name, pattern in _FORMAT_WORDS.items() if re.search(pattern, text)]


def _read_format(cell: str, formats: Mapping[str, str]) -> _Cell:
    translated = {normalize(name): form for name, form in formats.items()}
    if normalize(cell) in translated:
        return _Cell({"format": translated[normalize(cell)]})
    if _says_none(cell):
        return _nothing("format", cell)
    named = _formats_named(cell)
    if len(named) == 1:
        return _Cell({"format": named[0]})
    said = f"format: {shorten(_one_line(cell))} was read as unknown; [formats] can translate it"
    return _Cell({"as_printed": f"format: {_one_line(cell)}"}, "", (said,))


_POSITION = re.compile(r"(?:議題|議事|議案)?第?\(?([0-9]{1,4})(?:\.0+)?\)?号?[.、]?")


def _read_position(cell: str) -> _Cell:
    if _says_none(cell):
        return _nothing("position", cell)
    match = _POSITION.fullmatch(without_spaces(cell))
    if match and int(match[1]):
        return _Cell({"position": str(int(match[1]))})
    return _Cell({}, "a place on the agenda as 1, (1) or ①; labels such as 資料1-1 belong in label")


def _read_handouts(cell: str) -> _Cell:
    if _says_none(cell):
        return _nothing("n_handouts", cell)
    match = re.fullmatch(r"([0-9]{1,6})(?:\.0+)?(?:点|件|種類?|枚|個|本)?", without_spaces(cell))
    if match:
        return _Cell({"n_handouts": str(int(match[1]))})
    return _Cell({}, "a number of handouts as 5 or 5点")


_HELD = r"第(?:[0-9]{1,4}|[〇一二三四五六七八九十百]{1,5})回"
_BEFORE = re.compile(rf"^\(?({_HELD})\)?[\s・:]*(?=\S)")
_AFTER = re.compile(rf"(?<=\S)[\s・:]*\(?({_HELD})\)?$")


def _body_and_number(text: str) -> tuple[str, str]:
    """Take 第N回 off the front or the end of a name."""
    for pattern in (_BEFORE, _AFTER):
        match = pattern.search(text)
        if match:
            return (text[: match.start()] + text[match.end() :]).strip(), str(read_number(match[1]))
    return text, ""


def _read_body(cell: str) -> _Cell:
    text = _one_line(cell)
    body, number = _body_and_number(normalize(text))
    if not number:
        return _Cell({"body": text})
    said = "body: 第N回 was taken off the name of the body"
    return _Cell({"body": body, "number": number}, "", (said,))


def _read_status(cell: str) -> _Cell:
    text = _one_line(cell)
    if text in STATUSES:
        return _Cell({"status": text})
    remark = f"status: {shorten(text)} was read as その他 and kept as a note"
    return _Cell({"status": "その他", "as_printed": f"status: {text}"}, "", (remark,))


def _read_cell(field: str, cell: str, mapping: TableMapping) -> _Cell:
    readers: dict[str, Callable[[str], _Cell]] = {
        "body": _read_body,
        "number": _read_number,
        "date": _read_date,
        "time": lambda text: _read_times("time", text),
        "start": lambda text: _read_times("start", text),
        "end": lambda text: _read_times("end", text),
        "format": lambda text: _read_format(text, mapping.formats),
        "position": _read_position,
        "n_handouts": _read_handouts,
        "status": _read_status,
    }
    if field in readers and len(cell) > _LONGEST:
        return _Cell({}, f"at most {_LONGEST:,} characters")
    if field in readers:
        return readers[field](cell)
    return _Cell({field: _one_line(cell)})


# --- several items in one cell ----------------------------------------------------------------

_WIDE = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_OPENING = "「『（(〈《【［["
_CLOSING = "」』）)〉》】］]"


class Piece(NamedTuple):
    """One item of a cell: its number as printed, in normal form, how deep it is, and its title."""

    label: str
    level: str
    title: str


def split_cell(cell: str) -> list[Piece]:
    """Part a cell that holds several items: line breaks, or numbers that run on from 1.

    A line that ends inside a bracket goes on in the next one, unless that has a number. Lines with
    another style of number than the first lie deeper. A list of texts in JSON is parted too.

    Returns
    -------
    list of Piece
        One piece with the whole text if it holds one item, none if it is empty.

    Examples
    --------
    >>> [piece.title for piece in split_cell("①工程表について ②その他")]
    ['工程表について', 'その他']
    >>> split_cell("Web 2.0の活用")
    [Piece(label='', level='1', title='Web 2.0の活用')]
    """
    lines = [part for line in _lines(cell) for part in _run(line)]
    if len(lines) < 2:
        return [Piece("", "1", _one_line(line)) for line in lines]
    styles: list[str] = []
    pieces = []
    for line in lines:
        mark = line_mark(line)
        label, title = mark.label, _as_printed(line, mark.rest)
        if not title:
            label, title = "", _one_line(line)
        if label and mark.style not in styles:
            styles.append(mark.style)
        level = styles.index(mark.style) + 1 if label else 1
        pieces.append(Piece(label, str(level), title))
    return pieces


def _lines(cell: str) -> list[str]:
    """Return the lines that are not empty; one inside an open bracket belongs to the line above."""
    lines: list[list[str]] = []
    depth = 0
    for line in filter(str.strip, _json_list(cell) or cell.splitlines()):
        if depth and not line_mark(line).label:
            lines[-1].append(line.strip())
        else:
            lines.append([line.strip()])
            depth = 0
        depth = _depth(line, depth)
    return ["".join(parts) for parts in lines]


def _json_list(cell: str) -> list[str]:
    """Return the texts of a JSON list, which JSON lines may hold as a value."""
    if not cell.startswith("["):
        return []
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    return values if all(isinstance(value, str) for value in values) else []


def _depth(text: str, depth: int) -> int:
    """Return how many brackets are open after `text`; a lone closing one, as in 1), is none."""
    for character in text:
        depth += character in _OPENING
        depth -= character in _CLOSING and depth > 0
    return depth


def _run(line: str) -> list[str]:
    """Part a line that holds a numbered list."""
    cuts = _circled_places(line)
    if len(cuts) > 1:
        ends = [*cuts[1:], len(line)]
        return [line[a:b].strip() for a, b in zip(cuts, ends, strict=True)]
    parts: list[str] = []
    place = 0
    narrow = line.translate(_WIDE)
    for part in split_run(narrow):
        start = narrow.index(part, place)
        place = start + len(part)
        parts.append(line[start:place])
    return parts


def _circled_places(line: str) -> list[int]:
    """Return where ①②③ stand, if the line begins with ①."""
    places: list[int] = []
    for place, character in enumerate(line):
        if character == chr(0x2460 + len(places)) and (places or place == 0):
            places.append(place)
    return places


def _as_printed(line: str, rest: str) -> str:
    """Return the end of `line` whose normal form is `rest`."""
    starts = range(len(line))
    return next((_one_line(line[s:]) for s in starts if normalize(line[s:]) == rest), rest)


def _whole(cell: str) -> str:
    return " ".join(_json_list(cell)) or _one_line(cell)


# --- rows -------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A row of the table as it was read."""

    place: int
    values: dict[str, str]
    pieces: list[Piece]
    problems: list[tuple[str, str, str]]
    remarks: list[str]


_ORDER = [*_OF_MEETING, *_OF_ITEM]


def _read_row(place: int, cells: Mapping[str, str], mapping: TableMapping) -> _Row:
    values: dict[str, str] = {}
    problems: list[tuple[str, str, str]] = []
    remarks: list[str] = []
    printed: list[str] = []
    for field in _ORDER:
        if not cells.get(field, "").strip():
            continue
        read = _read_cell(field, cells[field], mapping)
        if read.expected:
            problems.append((field, cells[field], read.expected))
        remarks += read.remarks
        if "number" in values and read.values.get("number", values["number"]) != values["number"]:
            remarks.append("number: the column differs from the name of the body and was read")
        printed.append(read.values.pop("as_printed", ""))
        values |= read.values
    notes = [values.get("note", ""), *printed]
    values["note"] = "; ".join(note for note in notes if note)
    title = cells.get("title", "")
    pieces = split_cell(title)
    if len(pieces) > 1 and not mapping.split_items:
        remarks.append(f"title: {len(pieces)} items in one cell; split_items would part them")
    if not mapping.split_items:
        pieces = [Piece("", "", _whole(title))] if pieces else []
    return _Row(place, values, pieces, problems, remarks)


def _cells_of(table: pd.DataFrame, mapping: TableMapping) -> Iterator[dict[str, str]]:
    """Yield for each row the cells by field, constants among them."""
    fields = list(mapping.columns)
    columns = [table[mapping.columns[field]].tolist() for field in fields]
    for row in zip(*columns, strict=True):
        yield dict(mapping.values) | dict(zip(fields, row, strict=True))


def _resolved(mapping: TableMapping, sheet: _Sheet) -> tuple[TableMapping, dict[str, Guess]]:
    """Name columns as the file does, and add guesses for fields that are not named."""
    headers = list(sheet.table.columns)
    columns = {f: _header(c, headers, sheet.name) for f, c in mapping.columns.items() if c}
    fill_down = tuple(_header(column, headers, sheet.name) for column in mapping.fill_down)
    named = {*mapping.columns, *mapping.values}
    free = sheet.table.drop(columns=list({*columns.values()}))
    guesses = guess_mapping(free) if mapping.guess else {}
    guesses = {field: guess for field, guess in guesses.items() if field not in named}
    columns |= {field: guess.column for field, guess in guesses.items() if guess.column}
    columns = {field: columns[field] for field in FIELDS if field in columns}
    return mapping._replace(columns=columns, fill_down=fill_down), guesses


def _header(column: str, headers: Sequence[str], name: str) -> str:
    """Return the header that is meant: itself, or the only one of the same plain form."""
    same = [header for header in headers if _plain(header) == _plain(column)]
    if column in headers:
        return column
    if len(same) == 1:
        return same[0]
    raise SettingsError(
        f"{shorten(name)} has no column {shorten(column)}; expected one of: {choices(headers)}.",
        "Correct the header, or see the table with --dry-run.",
        "列の見出しを直してください。--dry-run で確かめられます。",
    )


def _absent(mapping: TableMapping, guesses: Mapping[str, Guess], sheet: _Sheet) -> list[Problem]:
    """Say which of the fields that a corpus needs nothing holds."""
    problems = []
    for field in ("body", "title"):
        if field in mapping.columns or field in mapping.values:
            continue
        doubt = f" ({guesses[field].why})" if field in guesses else ""
        how = "--map title=COLUMN" if field == "title" else "--map body=COLUMN or [values] body"
        have = choices(sheet.table.columns)
        said = f"no column was found for it{doubt}; give {how}; columns: {have}"
        problems.append(Problem(sheet.name, sheet.header_row, field, "", "", said))
    return problems


# --- merged cells -----------------------------------------------------------------------------


def _fill_down(table: pd.DataFrame, mapping: TableMapping) -> tuple[pd.DataFrame, int]:
    """Carry cells down into rows with a title that lack all of them; return how many rows.

    The body is carried by itself; the others only where no column of `fill_down` is filled and the
    body is the same, so that a new meeting without a date keeps none.
    """
    if not mapping.fill_down or "title" not in mapping.columns:
        return table, 0
    titled = table[mapping.columns["title"]].str.strip() != ""
    body = mapping.columns.get("body", "")
    filled = table.copy()
    if body in mapping.fill_down:
        filled[body] = _carried(table[body], titled & (table[body].str.strip() == ""))
    others = [column for column in mapping.fill_down if column != body]
    gaps = titled & (table[others].apply(lambda c: c.str.strip()) == "").all(axis=1)
    if others and body in table:
        bodies = filled[body].where(~gaps).ffill()
        gaps &= (bodies == filled[body]) | (filled[body] == "")
    for column in others:
        filled[column] = _carried(table[column], gaps)
    changed = (filled != table).any(axis=1)
    return filled, int(changed.sum())


def _carried(values: pd.Series[str], gaps: pd.Series[bool]) -> pd.Series[str]:
    """Give each gap the value of the last row above that is none."""
    above = values.where(~gaps).ffill().fillna("").astype("str")
    return values.where(~gaps, above)


def _merged_columns(table: pd.DataFrame, mapping: TableMapping) -> tuple[str, ...]:
    """Return columns of the meeting that are blank in rows with a title, below a filled row."""
    if "title" not in mapping.columns:
        return ()
    titled = table[table[mapping.columns["title"]].str.strip() != ""]
    columns = {mapping.columns[f]: f for f in _OF_MEETING if f in mapping.columns}
    blank = {column: titled[column].str.strip() == "" for column in columns}
    gaps = {c: gap & (~gap).cummax() for c, gap in blank.items() if c not in mapping.fill_down}
    keys = [c for c in gaps if columns[c] in ("body", "number", "date") and gaps[c].any()]
    if not keys:
        return ()
    below = pd.concat([gaps[column] for column in keys], axis=1).all(axis=1)
    return tuple(c for c in gaps if c in keys or (below.any() and blank[c][below].all()))


# --- the reading ------------------------------------------------------------------------------


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
    sheet = _load(Path(path), asked)
    used, guesses = _resolved(asked, sheet)
    table, n_filled = _fill_down(sheet.table, used)
    rows = [_read_row(place, cells, used) for place, cells in enumerate(_cells_of(table, used))]
    kept, unread = _parted(rows, table, sheet)
    absent = _absent(used, guesses, sheet)
    flat, places = _flat(kept, sheet)
    meetings, items, where = _split(flat, places, sheet)
    problems = absent + _unreadable(kept, used, sheet)
    if not absent:
        told = {problem.line for problem in problems}
        broken = _schema_problems(flat, items, places, where, used, sheet)
        problems += [problem for problem in broken if problem.line not in told]
    merged = _merged_columns(sheet.table, used)
    remarks = [*sheet.remarks, *_about_columns(used, guesses, sheet)]
    if merged:
        columns = choices(merged)
        remarks.append(f"blank below a filled cell: {columns}; if cells are merged, use fill_down")
    if n_filled:
        remarks.append(f"fill_down filled {n_filled} rows")
    remarks += _counted((said, *sheet.where(row.place)) for row in kept for said in row.remarks)
    return TableReading(
        meetings=meetings,
        items=items,
        where=where,
        mapping=used._replace(guess=False),
        guesses=guesses,
        sample=_sample(flat, places, sheet),
        problems=tuple(sorted(problems, key=lambda problem: problem.line)),
        remarks=tuple(remarks),
        unread=unread,
        fill_down=merged,
    )


def _about_columns(
    mapping: TableMapping, guesses: Mapping[str, Guess], sheet: _Sheet
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
    rows: Iterable[_Row], table: pd.DataFrame, sheet: _Sheet
) -> tuple[list[_Row], tuple[Unread, ...]]:
    """Part rows that tell an item or a meeting from those that tell neither."""
    kept, unread = [], []
    for row in rows:
        if row.pieces:
            kept.append(row)
            continue
        text = " ".join(cell for cell in map(_one_line, table.iloc[row.place]) if cell)
        if not row.problems and (row.values.get("date") or row.values.get("number")):
            kept.append(row._replace(remarks=[*row.remarks, "a meeting without an item"]))
        elif text:
            unread.append(Unread(f"{sheet.where(row.place)[1]}: {text}", "no title"))
    return kept, tuple(unread)


def _unreadable(rows: Iterable[_Row], mapping: TableMapping, sheet: _Sheet) -> list[Problem]:
    return [
        Problem(*sheet.where(row.place), mapping.columns.get(field, field), cell, expected)
        for row in rows
        for field, cell, expected in row.problems
    ]


_FLAT = [*(field for field in FIELDS if field != "time"), "date_precision", "level"]


def _flat(rows: Iterable[_Row], sheet: _Sheet) -> tuple[pd.DataFrame, list[int]]:
    """Return a flat agenda, a row an item, and the row of the file of each."""
    flat, places = [], []
    for row in rows:
        name, line = sheet.where(row.place)
        own = {"date_precision": "unknown", "source_url": f"{name}:{line}"} | _filled(row.values)
        for piece in row.pieces or [Piece("", "", "")]:
            item = piece._asdict() | _filled({"label": piece.label or own.get("label", "")})
            position = "" if len(row.pieces) > 1 else own.get("position", "")
            kind = own.get("kind") or _kind_of(piece.title)
            flat.append(own | item | {"position": position, "kind": kind})
            places.append(row.place)
    table = pd.DataFrame(flat, columns=_FLAT, dtype=object).fillna("").astype("str")
    return table.assign(parser="table", confidence="verbatim"), places


def _kind_of(title: str) -> str:
    if is_ceremony(title):
        return "ceremony"
    return "handout" if handout_mark(title) else "agenda"


def _split(
    flat: pd.DataFrame, places: Sequence[int], sheet: _Sheet
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Where]]:
    """Part the flat agenda into meetings and items, and give items positions and identifiers."""
    meetings, items = split_agenda(flat)
    first = ~items["meeting_id"].duplicated()
    kinds = items["source_kind"][first].to_numpy()
    meetings = meetings.assign(source_kind=kinds, parser="table", confidence="verbatim")
    line_of_meeting = [places[place] for place in items.index[first]]
    items = items[items["title"] != ""]
    line_of_item = [places[place] for place in items.index]
    items = items.reset_index(drop=True)
    items["position"] = _positions(items)
    keys = ["meeting_id", "body", "number", "date"]
    items["item_id"] = _item_ids(items.merge(meetings[keys], on="meeting_id"))
    where: dict[str, Where] = {
        "meetings": lambda row: sheet.where(line_of_meeting[row] if line_of_meeting else 0),
        "items": lambda row: sheet.where(line_of_item[row] if line_of_item else 0),
    }
    return complete_columns("meetings", meetings), complete_columns("items", items), where


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
        ids.append(given or _free_id("\x1f".join(parts), seen))
        seen.add(ids[-1])
    return ids


def _free_id(identity: str, seen: set[str]) -> str:
    made = "i" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    names = itertools.chain([made], (f"{made}-{k}" for k in itertools.count(2)))
    return next(name for name in names if name not in seen)


def _schema_problems(
    flat: pd.DataFrame,
    items: pd.DataFrame,
    places: Sequence[int],
    where: Mapping[str, Where],
    mapping: TableMapping,
    sheet: _Sheet,
) -> list[Problem]:
    """Check the values as the corpus will, under the file's own headers."""
    problems = agenda_problems(flat, lambda row: sheet.where(places[row] if places else 0))
    problems += table_problems("items", items, where["items"])
    own = mapping.columns
    return [
        problem._replace(column=own.get(problem.column, problem.column)) for problem in problems
    ]


def _sample(flat: pd.DataFrame, places: Sequence[int], sheet: _Sheet) -> pd.DataFrame:
    """Return the first rows, with the columns in which they say something."""
    first = flat.head(_SAMPLE).drop(columns=["parser", "confidence"])
    lines = [str(sheet.where(place)[1]) for place in places[:_SAMPLE]]
    said = [column for column in first.columns if (first[column] != "").any()]
    sample: pd.DataFrame = first[said]
    sample.insert(0, "line", pd.Series(lines, index=sample.index, dtype="str"))
    return sample
