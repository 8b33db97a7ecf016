"""Texts that stand in every title a rule can hold for, so that other titles need no look."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cio_topics.codebook.model import Rule
from cio_topics.text import normalize

__all__ = ["fold", "rule_anchors"]

# What IGNORECASE takes for an ASCII letter, of what a normal form may hold.
_FOLDED = str.maketrans({chr(c): chr(c + 32) for c in range(65, 91)} | {"İ": "i", "ı": "i"})
_NOTHING: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Return a text with its ASCII letters small, as anchors are."""
    return text.translate(_FOLDED)


def rule_anchors(rule: Rule) -> tuple[str, ...]:
    """Return texts one of which stands, folded, in every title the rule holds for.

    Empty where that is unknown: then every title needs a look.

    Examples
    --------
    >>> rule_anchors(Rule("r", any=("電子政府", "EA")))
    ('電子政府', 'ea')
    >>> rule_anchors(Rule("r", regex="(電子|デジタル)(政府)?(計画|戦略)"))
    ('電子', 'デジタル')
    >>> rule_anchors(Rule("r", regex="^.$"))
    ()
    """
    if rule.any:
        return _sure(normalize(term) for term in rule.any)
    each = rule.all or (rule.near.terms if rule.near else ())
    if each:
        return _sure([max(map(normalize, each), key=len)])
    return _sure(_of_expression(rule.regex))


def _sure(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts folded; nothing if one has letters whose cases are more than ASCII's."""
    folded = tuple(fold(text) for text in texts)
    is_sure = all(c.isascii() or c.lower() == c.upper() for text in folded for c in text)
    return folded if is_sure else _NOTHING


def _of_expression(expression: str) -> tuple[str, ...]:
    """Return texts one of which every match holds, read off the parsed expression."""
    try:
        return _of_sequence(re._parser.parse(expression))  # type: ignore[attr-defined]
    except (AttributeError, RecursionError, TypeError, ValueError):
        return _NOTHING  # another Python may parse otherwise; every title is looked at then


def _of_sequence(parts: Iterable[tuple[Any, Any]]) -> tuple[str, ...]:
    """Return the alternatives of the part that tells most."""
    found: list[tuple[str, ...]] = []
    run = ""
    for op, value in parts:
        name = str(op)
        if name == "LITERAL":
            run += chr(value)
            continue
        found += [(run,)] if run else []
        run = ""
        found.append(_of_part(name, value))
    found += [(run,)] if run else []
    known = [texts for texts in found if texts]
    return max(known, key=lambda texts: (min(map(len, texts)), -len(texts)), default=_NOTHING)


def _of_part(name: str, value: Any) -> tuple[str, ...]:
    if name == "BRANCH":
        branches = [_of_sequence(branch) for branch in value[1]]
        return tuple(text for texts in branches for text in texts) if all(branches) else _NOTHING
    if name == "SUBPATTERN":
        _, added, removed, inside = value
        return _of_sequence(inside) if not added and not removed else _NOTHING
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] >= 1:
        return _of_sequence(value[2])
    if name == "ATOMIC_GROUP":
        return _of_sequence(value)
    return _NOTHING
