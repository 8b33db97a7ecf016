"""A codebook → TOML that reads back as the same codebook."""

from __future__ import annotations

import json

from cio_topics.codebook.model import Codebook, Rule, Theme

__all__ = ["codebook_toml"]


def codebook_toml(codebook: Codebook) -> str:
    """Return a codebook as the text of a TOML file.

    Parameters
    ----------
    codebook : Codebook

    Returns
    -------
    str
        :func:`cio_topics.codebook.read_codebook` makes an equal codebook of it. What is empty is
        left out.

    Examples
    --------
    >>> from cio_topics.codebook import Theme
    >>> book = Codebook("1", "1", "図書館", "library", (Theme("opening", "開館", "opening"),))
    >>> print(codebook_toml(book))
    version = "1"
    rules_version = "1"
    name_ja = "図書館"
    name_en = "library"
    <BLANKLINE>
    [[themes]]
    id = "opening"
    name_ja = "開館"
    name_en = "opening"
    """
    head = ("version", "rules_version", "name_ja", "name_en", "unit", "fallback")
    parts = [_lines({key: getattr(codebook, key) for key in head})]
    for theme in codebook.themes:
        parts.append("\n[[themes]]\n" + _theme(theme))
        parts += ["\n[[themes.rules]]\n" + _rule(rule) for rule in theme.rules]
    return "".join(parts)


def _theme(theme: Theme) -> str:
    keys = ("id", "name_ja", "name_en", "definition_ja", "definition_en", "include", "exclude")
    return _lines({key: getattr(theme, key) for key in keys})


def _rule(rule: Rule) -> str:
    near = rule.near and {
        "terms": rule.near.terms,
        "distance": rule.near.distance,
        "ordered": rule.near.ordered,
    }
    found = {"id": rule.id, "any": rule.any, "all": rule.all, "not": rule.not_, "near": near}
    keys = ("regex", "status", "since", "until", "body", "unless", "note")
    return _lines({**found, **{key: getattr(rule, key) for key in keys}})


def _lines(values: dict[str, object]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items() if value)


def _value(value: object) -> str:
    """Return a TOML value; JSON's texts, numbers, lists and booleans are TOML's, but for DEL."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(v)}" for key, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
