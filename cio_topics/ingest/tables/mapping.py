"""Which column of a table holds what: a mapping, from TOML or from the command line."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from cio_topics.corpus.schema import FORMATS
from cio_topics.errors import SettingsError, choices, shorten

__all__ = [
    "FIELDS",
    "TableMapping",
    "add_columns",
    "check_mapping",
    "mapping_toml",
    "read_mapping",
]

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


_KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "columns": (Mapping, "a table of fields and headers"),
    "values": (Mapping, "a table of fields and texts"),
    "formats": (Mapping, "a table of cells and formats"),
    "fill_down": ((list, tuple), "a list of headers"),
    "header_row": ((int, type(None)), "a whole number"),
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
    if unknown := [key for key in content if key not in _KINDS]:
        raise SettingsError(
            f"the mapping has the unknown key {shorten(unknown[0])}; "
            f"expected some of: {choices(_KINDS)}.",
            "Correct the key; names of fields stand under [columns] or [values].",
            "キーの名前を直してください。項目名は [columns] か [values] の下に書きます。",
        )
    mapping = check_mapping(TableMapping(**content))
    return mapping._replace(fill_down=tuple(mapping.fill_down))


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
    for key, (kind, expected) in _KINDS.items():
        value = getattr(mapping, key)
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise SettingsError(f"{key} of the mapping is {shorten(value)}; expected {expected}.")
    constant = [field for field in FIELDS if field not in _NOT_CONSTANT]
    _check_texts("columns", mapping.columns, FIELDS)
    _check_texts("values", mapping.values, constant)
    _check_texts("formats", mapping.formats, mapping.formats)
    if both := [field for field in mapping.values if mapping.columns.get(field)]:
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


def _check_texts(key: str, entries: Mapping[str, str], known: Iterable[str]) -> None:
    for name, text in entries.items():
        if name not in known:
            raise SettingsError(
                f"unknown field {shorten(name)} under {key}; expected some of: {choices(known)}.",
                "Correct the name.",
                "項目名を直してください。",
            )
        if not isinstance(text, str):
            raise SettingsError(f"{key}.{name} is {shorten(text)}; expected a text.")


def add_columns(
    mapping: TableMapping, columns: Iterable[str], values: Iterable[str] = ()
) -> TableMapping:
    """Return `mapping` with columns and constants as the command line gives them.

    Parameters
    ----------
    mapping : TableMapping
    columns : iterable of str
        ``field=header``; ``field=`` says that no column holds it. Later ones win.
    values : iterable of str
        ``field=text``, for fields that no column holds. Both win over `mapping`.

    Raises
    ------
    SettingsError
        No ``=``, an unknown field, or a field given as a column and as a constant.

    Examples
    --------
    >>> add_columns(TableMapping(), ["title=議題", "date=開催日"]).columns
    {'title': '議題', 'date': '開催日'}
    >>> add_columns(TableMapping(), [], ["body=試験会議"]).values
    {'body': '試験会議'}
    >>> add_columns(TableMapping(), ["議題"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: '議題' is no mapping; expected field=COLUMN, ...
    """
    named = dict(_pair(text, "field=COLUMN, such as title=議題") for text in columns)
    constant = dict(_pair(text, "field=TEXT, such as body=試験会議") for text in values)
    kept = {field: column for field, column in mapping.columns.items() if field not in constant}
    held = {field: text for field, text in mapping.values.items() if not named.get(field)}
    return check_mapping(mapping._replace(columns=kept | named, values=held | constant))


def _pair(text: str, expected: str) -> tuple[str, str]:
    field, sign, said = text.partition("=")
    if not sign:
        raise SettingsError(
            f"{shorten(text)} is no mapping; expected {expected}.",
            f"Fields: {choices(FIELDS)}.",
            "「項目=列の見出し」または「項目=値」の形で指定してください。",
        )
    return field.strip(), said.strip()


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
    keys = ("sheet", "header_row", "fill_down", "split_items", "guess")
    given = {key: getattr(mapping, key) for key in keys}
    defaults = TableMapping._field_defaults
    lines = [f"{key} = {_toml(value)}" for key, value in given.items() if value != defaults[key]]
    for key in ("columns", "values", "formats"):
        entries: Mapping[str, str] = getattr(mapping, key)
        if entries:
            lines += ["", f"[{key}]"]
            lines += [f"{_toml_key(name)} = {_toml(text)}" for name, text in entries.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
