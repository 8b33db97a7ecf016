"""What could not go over from one program to another, as a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

__all__ = ["CHANGED", "LEFT_OUT", "Problem", "Reason", "problem_table"]

#: What became of it.
CHANGED, LEFT_OUT = "changed", "left out"


class Reason(NamedTuple):
    """Why, in English and Japanese; not true if there is none."""

    en: str = ""
    ja: str = ""

    def __bool__(self) -> bool:
        return self.en != ""


class Problem(NamedTuple):
    """What could not go over: where it stands, what it is, what became of it, and why."""

    where: str
    what: str
    outcome: str
    reason: str
    reason_ja: str


def problem_table(problems: Iterable[Problem]) -> pd.DataFrame:
    """Return problems as a table ``where, what, outcome, reason, reason_ja``."""
    return pd.DataFrame(list(problems), columns=list(Problem._fields), dtype="str")
