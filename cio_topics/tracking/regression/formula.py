"""A formula as a text → what it names, checked against what is allowed; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["ALL_THEMES", "FUNCTIONS", "Formula", "Variable", "parse_formula"]

#: The left side that stands for every theme in turn.
ALL_THEMES = "theme"
#: What may be written around a name: levels instead of a number; centred; centred and in standard
#: deviations.
FUNCTIONS = ("C", "center", "scale")

_MOST_CHARACTERS = 300
_MOST_PRODUCTS = 4
_TOKEN = re.compile(r"\s*([^\W\d]\w*|\d+|[-+:*()])")


@dataclass(frozen=True)
class Variable:
    """A column as a formula uses it; guards that its function is one of :data:`FUNCTIONS`."""

    column: str
    function: str = ""

    def __post_init__(self) -> None:
        """Check the function."""
        if self.function and self.function not in FUNCTIONS:
            raise SettingsError(
                f"unknown function {shorten(self.function)}; expected one of: {choices(FUNCTIONS)}."
            )

    @property
    def label(self) -> str:
        """What it is called in results."""
        return f"{self.function}({self.column})" if self.function else self.column


@dataclass(frozen=True)
class Formula:
    """A formula that was read; guards that its right side holds only ``v0``, ``v1``, … and signs.

    Attributes
    ----------
    theme : str
        A theme, or :data:`ALL_THEMES`.
    right : str
        The right side, with ``v0`` for the first of `variables`.
    variables : tuple of Variable
    text : str
        As it was given.
    """

    theme: str
    right: str
    variables: tuple[Variable, ...]
    text: str

    def __post_init__(self) -> None:
        """Check the right side."""
        if not re.fullmatch(r"(v\d+|[01]|[-+:*() ])*", self.right):
            raise SettingsError(f"{shorten(self.right)} holds more than names and signs.")


def parse_formula(text: str, columns: Sequence[str], themes: Sequence[str]) -> Formula:
    """Read a formula such as ``open_data ~ government + format + scale(year)``.

    Parameters
    ----------
    text : str
        Left: a theme, or ``theme`` for all. Right: names of columns, ``+``, ``:`` (the product of
        two), ``*`` (both and their product), ``-``, ``0`` or ``1`` (with or without a constant),
        brackets, and :data:`FUNCTIONS` around one name. Nothing else: a formula is no program.
    columns : sequence of str
        Columns that may be named.
    themes : sequence of str

    Raises
    ------
    SettingsError
        What the formula lacks, or what in it is not allowed, with the names there are.

    Examples
    --------
    >>> found = parse_formula("open_data ~ government * scale(year)", ["government", "year"],
    ...                       ["open_data"])
    >>> found.right, [variable.label for variable in found.variables]
    ('v0 * v1', ['government', 'scale(year)'])
    >>> parse_formula("open_data ~ __import__('os')", ["year"], ["open_data"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: "'" at place 24 of the formula is not allowed; ...
    """
    left, sign, right = text.partition("~")
    if not sign or "~" in right or not right.strip() or len(text) > _MOST_CHARACTERS:
        raise _bad(
            f"{shorten(text)} is no formula; expected a theme, ~ and names of columns, in at most "
            f"{_MOST_CHARACTERS} characters, as in: open_data ~ government + format."
        )
    theme = left.strip()
    if theme != ALL_THEMES and theme not in themes:
        raise _bad(
            f"unknown theme {shorten(theme)} left of ~; expected {ALL_THEMES!r} for all, or one "
            f"of: {choices(themes)}."
        )
    tokens = _tokens(right, len(left) + 1)
    _check_order(tokens)
    if tokens.count("*") > _MOST_PRODUCTS:
        raise _bad(f"{tokens.count('*')} products (*); expected at most {_MOST_PRODUCTS}.")
    variables: list[Variable] = []
    parts = []
    place = 0
    while place < len(tokens):
        found, used = _variable(tokens[place:], columns)
        if found is None:
            parts.append(tokens[place])
        else:
            if found not in variables:
                variables.append(found)
            parts.append(f"v{variables.index(found)}")
        place += used
    if not variables:
        raise _bad(
            f"no column right of ~ in {shorten(text)}; expected some of: {choices(columns)}."
        )
    return Formula(theme, " ".join(parts), tuple(variables), text.strip())


def _bad(message: str) -> SettingsError:
    return SettingsError(
        message,
        "Allowed are names, + : * - ( ) 0 1, C(name), center(name) and scale(name).",
        "使えるのは列の名前、+ : * - ( ) 0 1 と、C(名前)・center(名前)・scale(名前) だけです。",
    )


def _tokens(right: str, offset: int) -> list[str]:
    tokens, place, rest = [], 0, right.rstrip()
    while place < len(rest):
        found = _TOKEN.match(rest, place)
        if found is None:
            at = place + len(rest[place:]) - len(rest[place:].lstrip())
            raise _bad(
                f"{rest[at]!r} at place {offset + at + 1} of the formula is not allowed; expected "
                "names of columns and signs."
            )
        if found[1].isdigit() and found[1] not in ("0", "1"):
            raise _bad(f"the number {shorten(found[1])} is not allowed; expected 0 or 1.")
        tokens.append(found[1])
        place = found.end()
    return tokens


def _check_order(tokens: Sequence[str]) -> None:
    """Refuse two names, numbers or brackets that no sign parts."""
    for before, after in pairwise(tokens):
        ends = before == ")" or before[0].isalnum() or before[0] == "_"
        begins = after == "(" or after[0].isalnum() or after[0] == "_"
        if ends and begins and not (after == "(" and (before[0].isalpha() or before[0] == "_")):
            raise _bad(
                f"no sign between {shorten(before)} and {shorten(after)}; expected + : or *."
            )


def _variable(tokens: Sequence[str], columns: Sequence[str]) -> tuple[Variable | None, int]:
    """Return the variable that begins here, if any, and how many tokens it takes."""
    name = tokens[0]
    if not (name[0].isalpha() or name[0] == "_"):
        return None, 1
    if len(tokens) > 1 and tokens[1] == "(":
        if name not in FUNCTIONS:
            raise _bad(f"unknown function {shorten(name)}; expected one of: {choices(FUNCTIONS)}.")
        if len(tokens) < 4 or tokens[3] != ")":
            raise _bad(f"{name}( takes the name of one column, then ).")
        return Variable(_column(tokens[2], columns), name), 4
    return Variable(_column(name, columns)), 1


def _column(name: str, columns: Sequence[str]) -> str:
    if name not in columns:
        raise _bad(f"unknown column {shorten(name)}; expected one of: {choices(columns)}.")
    return name
