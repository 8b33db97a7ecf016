"""Read a codebook from TOML."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cio_topics.codebook.model import Codebook, Near, Rule, Theme
from cio_topics.data import embedded_folder
from cio_topics.errors import CodebookError, choices, shorten
from cio_topics.files import read_toml

__all__ = ["parse_codebook", "read_codebook"]

_RULE_LISTS = ("any", "all", "not", "status", "unless")
_RULE_TEXTS = ("id", "regex", "since", "until", "body", "note")
_THEME_TEXTS = ("name_ja", "name_en", "definition_ja", "definition_en", "include", "exclude")
_HEAD = ("version", "rules_version", "name_ja", "name_en", "fallback", "unit")


def read_codebook(path: str | os.PathLike[str] | None = None) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : path, optional
        A TOML file as described in ``docs/codebook.md``; the embedded codebook if left out.

    Returns
    -------
    Codebook

    Raises
    ------
    CodebookError
        No TOML, unknown keys, unknown themes, a cycle, an expression that does not compile.

    Examples
    --------
    >>> codebook = read_codebook()
    >>> codebook.version, len(codebook.themes), codebook.theme("open_data").name_ja
    ('1', 15, 'オープンデータ・行政情報の提供')
    >>> codebook.theme("opendata")
    Traceback (most recent call last):
    ...
    cio_topics.errors.CodebookError: the request names the unknown theme 'opendata'; expected ...
    """
    file = embedded_folder() / "codebook.toml" if path is None else Path(path)
    return _codebook(read_toml(file, "codebook", CodebookError)[0])


def parse_codebook(text: str) -> Codebook:
    """Return a codebook from the text of a TOML file, as :func:`codebook_toml` makes it.

    Raises
    ------
    CodebookError
    """
    try:
        return _codebook(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CodebookError(f"the codebook is no TOML: {error}.") from error


def _codebook(content: Mapping[str, Any]) -> Codebook:
    check_keys(content, (*_HEAD, "themes"), "the codebook")
    themes = tuple(_theme(entry) for entry in table_list(content.get("themes", []), "themes"))
    return Codebook(
        themes=themes, **{key: text_value(content, key, "the codebook") for key in _HEAD}
    )


def check_keys(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in entry:
        if key not in known:
            raise CodebookError(
                f"{where} has the unknown key {shorten(key)}; expected some of: {choices(known)}.",
                "Correct the key.",
                "キーの名前を直してください。",
            )


def table_list(value: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise CodebookError(f"{where} is no list of tables; expected [[{where}]].")
    return value


def text_value(entry: Mapping[str, Any], key: str, where: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise CodebookError(f"{where}: {key} is {shorten(value)}; expected a text.")
    return value


def text_list(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise CodebookError(f"{where}: {key} is {shorten(value)}; expected a list of texts.")
    return tuple(value)


def _theme(entry: Mapping[str, Any]) -> Theme:
    theme = text_value(entry, "id", "a theme")
    if not theme:
        raise CodebookError("a theme has no id; expected one such as 'open_data'.")
    where = f"theme {theme!r}"
    check_keys(entry, ("id", "rules", *_THEME_TEXTS), where)
    rules = table_list(entry.get("rules", []), "themes.rules")
    return Theme(
        id=theme,
        rules=tuple(_rule(rule, f"{theme}.{place}") for place, rule in enumerate(rules, start=1)),
        **{key: text_value(entry, key, where) for key in _THEME_TEXTS},
    )


def _rule(entry: Mapping[str, Any], default_id: str) -> Rule:
    where = f"rule {entry.get('id', default_id)!r}"
    check_keys(entry, (*_RULE_LISTS, *_RULE_TEXTS, "near"), where)
    lists = {key: text_list(entry, key, where) for key in _RULE_LISTS}
    texts = {key: text_value(entry, key, where) for key in _RULE_TEXTS}
    texts["id"] = texts["id"] or default_id
    lists["not_"] = lists.pop("not")
    return Rule(near=_near(entry.get("near"), where), **lists, **texts)  # type: ignore[arg-type]


def _near(value: object, where: str) -> Near | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise CodebookError(f"{where}: near is {shorten(value)}; expected terms and a distance.")
    check_keys(value, ("terms", "distance", "ordered"), f"{where}: near")
    distance, ordered = value.get("distance", 0), value.get("ordered", False)
    if type(distance) is not int or type(ordered) is not bool:
        raise CodebookError(
            f"{where}: near expects a whole distance, and true or false as ordered."
        )
    return Near(text_list(value, "terms", where), distance, ordered)
