"""Which column probably holds what: a guess by its header, then by its cells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.ingest.dates import read_times, without_spaces
from cio_topics.ingest.tables.cells import body_and_number, formats_named, read_cell
from cio_topics.ingest.tables.mapping import FIELDS, TableMapping
from cio_topics.ingest.wording import BODY_ENDINGS
from cio_topics.text import normalize

__all__ = ["Guess", "guess_mapping", "resolve"]


class Guess(NamedTuple):
    """A guess which column holds a field.

    `confidence` is ``exact`` (the header is a known name), ``similar`` (it contains one),
    ``values`` (its cells look like it) or ``ambiguous`` (several may: `column` is empty).
    """

    field: str
    column: str
    confidence: str
    why: str


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
        free = _free(columns, found)
        claims = {column: [f for f in fields_of(column) if f not in found] for column in free}
        found |= _settled(claims, confidence)
    found |= _running_number(table, found)
    said = " ".join(guess.why for guess in found.values() if not guess.column)
    free = [column for column in _free(columns, found) if repr(column) not in said]
    found |= _by_values(table[free], found)
    return {field: found[field] for field in FIELDS if field in found}


def _free(columns: Iterable[str], found: Mapping[str, Guess]) -> list[str]:
    taken = {guess.column for guess in found.values()}
    return [str(column) for column in columns if column not in taken]


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
    columns = [column for column in _free(table.columns, found) if _plain(column) in _NUMBERS]
    if len(columns) != 1 or "position" in found:
        return {}
    column = columns[0]
    counts = [read_cell("position", cell).values.get("position") for cell in table[column]]
    if counts.count("1") > 1:
        return {"position": Guess("position", column, "values", f"{column!r} begins again at 1")}
    field = "position" if "number" in found else "number"
    why = f"{column!r} may be the meeting's number or the place on its agenda"
    return {field: Guess(field, "", "ambiguous", why)}


_ADDRESS = re.compile(r"https?://\S+", re.I)
_BODY = re.compile(rf".{{1,70}}{BODY_ENDINGS}(?:\([^()]*\))?")
_HELD = re.compile("第[^第回]{1,7}回")
_LONG = 8
_LOOKS: dict[str, tuple[str, Callable[[str], object]]] = {
    "source_url": ("addresses", lambda cell: _ADDRESS.match(cell.strip())),
    "date": ("dates", lambda c: not c.strip().isdigit() and read_cell("date", c).values),
    "number": ("第N回", lambda cell: _HELD.fullmatch(without_spaces(cell))),
    "time": ("times", lambda cell: len(cell) < 30 and read_times(cell).start),
    "format": ("formats", lambda cell: len(cell) < 20 and len(formats_named(cell)) == 1),
    "body": ("names of bodies", lambda c: _BODY.fullmatch(body_and_number(normalize(c))[0])),
    "title": ("long texts", lambda cell: len(cell) >= _LONG and not cell.isascii()),
}


def _by_values(table: pd.DataFrame, found: Mapping[str, Guess]) -> dict[str, Guess]:
    """Guess fields that no header named; each column is given away once."""
    guesses: dict[str, Guess] = {}
    for field, (what, looks) in _LOOKS.items():
        free = _free(table.columns, guesses)
        columns = [column for column in free if _mostly(table[column], looks)]
        if field in found or not columns:
            continue
        why = f"most cells of {columns[0]!r} are {what}"
        one = Guess(field, columns[0], "values", why)
        guesses[field] = one if len(columns) == 1 else _ambiguous(field, columns)
    return guesses


def _mostly(values: pd.Series[str], looks: Callable[[str], object]) -> bool:
    filled = [cell for cell in values.head(200) if cell.strip()]
    return bool(filled) and sum(map(bool, map(looks, filled))) >= 0.8 * len(filled)


def resolve(
    mapping: TableMapping, table: pd.DataFrame, name: str
) -> tuple[TableMapping, dict[str, Guess]]:
    """Name columns as the file does, and add guesses for fields that are not named."""
    headers = list(table.columns)
    columns = {f: _header(c, headers, name) for f, c in mapping.columns.items() if c}
    fill_down = tuple(_header(column, headers, name) for column in mapping.fill_down)
    free = table.drop(columns=list({*columns.values()}))
    named = {*mapping.columns, *mapping.values}
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
