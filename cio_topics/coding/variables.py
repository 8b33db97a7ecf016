"""Outside variables: values of units, and of the units inside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.coding.scan import heading_level
from cio_topics.coding.units import LEVELS, UNITS, CodingText
from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["Variables", "attach_variables", "unit_values", "variable_names"]


class Variables(NamedTuple):
    """A table with a row for each unit of a kind."""

    unit: str
    table: pd.DataFrame


def attach_variables(text: CodingText, table: pd.DataFrame, unit: str | None = None) -> Variables:
    r"""Say which units the rows of a table belong to.

    Parameters
    ----------
    text : CodingText
    table : DataFrame
        Row k belongs to unit k.
    unit : str, optional
        One of :data:`~cio_topics.coding.units.UNITS`; the largest with as many units as the table
        has rows if left out.

    Raises
    ------
    SettingsError
        No kind of unit, or not this one, has as many units as the table has rows.

    Examples
    --------
    >>> text = CodingText(["<H1>上</H1>\n海へ行った。\n<H1>中</H1>\n父は待った。"])
    >>> attach_variables(text, pd.DataFrame({"所": ["鎌倉", "東京"]})).unit
    'h1'
    >>> attach_variables(text, pd.DataFrame({"所": ["鎌倉"]}))
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the variables have 1 rows; expected as many as there are ...
    """
    counts = {kind: len(text.bounds(kind).starts) for kind in text.units}
    if unit is not None:
        counts[unit] = len(text.bounds(unit).starts)
    fitting = [k for k, n in counts.items() if n == len(table) and unit in (None, k)]
    if not fitting:
        wanted = choices(f"{kind} {n}" for kind, n in counts.items())
        raise SettingsError(
            f"the variables have {len(table)} rows"
            + (f", for the unit {unit}" if unit else "")
            + f"; expected as many as there are units: {wanted}.",
            "Give a row for each unit, and name the unit with --variable-unit.",
            "集計単位の数だけ行を用意し、--variable-unit で単位を指定してください。",
        )
    return Variables(fitting[0], table)


def variable_names(given: Sequence[Variables]) -> list[str]:
    """Return the names of all variables."""
    return [str(name) for variables in given for name in variables.table.columns]


def unit_values(
    text: CodingText, unit: str, given: Sequence[Variables], name: str
) -> pd.Series[str] | None:
    """Return the value of a variable for every unit of a kind.

    Parameters
    ----------
    text : CodingText
    unit : str
        A unit has the value of the larger one it is in.
    given : sequence of Variables
    name : str
        A variable; or ``h1`` … ``h5``, ``見出し1`` …, for the headings of a level.

    Returns
    -------
    Series of str, shape (n_units,), or None
        Empty where a unit is in none that has a value. None if the variable belongs to smaller
        units.

    Raises
    ------
    SettingsError
        No such variable.
    """
    for variables in given:
        if name in variables.table:
            return _inherited(text, unit, variables.unit, variables.table[name])
    level = heading_level(name)
    if level:
        return _inherited(text, unit, f"h{level}", text.headings(level))
    levels = [kind for kind in text.units if kind in LEVELS]
    known = choices([*variable_names(given), *levels]) or "(none were given)"
    raise SettingsError(
        f"there is no variable {shorten(name)}; expected one of: {known}.",
        "Give a table of variables with --variables, or correct the name.",
        "--variables で外部変数の表を指定するか、変数名を直してください。",
    )


def _rank(text: CodingText, unit: str) -> int:
    """Return a number that is larger for smaller units; a line of a text file is a paragraph."""
    is_line = unit == "item" and text.items is None
    return UNITS.index("paragraph" if is_line else unit)


def _inherited(
    text: CodingText, unit: str, owner: str, values: pd.Series[str]
) -> pd.Series[str] | None:
    if unit == owner:
        return values.astype("str").reset_index(drop=True)
    if _rank(text, unit) < _rank(text, owner):
        return None
    above = text.bounds(owner).of(text.bounds(unit).starts)
    return pd.Series(np.append(values.to_numpy(object), "")[above], dtype="str")
