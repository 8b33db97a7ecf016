"""A condition such as ``year=2002-2006`` → the items that meet it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cio_topics.cli.options import GROUPINGS

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus

__all__ = ["read_group"]

_YEARS = ("year", "fiscal_year")
_RANGE = re.compile(r"([0-9]{4})-([0-9]{4})")


def read_group(corpus: Corpus, condition: str) -> pd.DataFrame:
    """Return the agenda's items of one group.

    Parameters
    ----------
    corpus : Corpus
    condition : str
        ``COLUMN=VALUE`` with a column of GROUPINGS; years may be a range, ``year=2002-2006``.

    Raises
    ------
    SettingsError
        No such column, a range that ends before it begins, or no item; lists the values that exist.
    """
    from cio_topics.errors import SettingsError, choices, shorten

    column, equals, value = condition.partition("=")
    if not equals or column not in GROUPINGS:
        raise SettingsError(
            f"--compare got {shorten(condition)}; expected COLUMN=VALUE with a column of: "
            f"{choices(GROUPINGS)}.",
            "Write it as year=2002-2006 or body=IT戦略本部.",
            "year=2002-2006 や body=IT戦略本部 のように書いてください。",
        )
    agenda = corpus.agenda()
    chosen = agenda[_met(agenda[column], column, value)]
    if chosen.empty:
        raise SettingsError(
            f"no item has {column} {shorten(value)}; the corpus has: "
            f"{choices(_present(corpus, column)) or 'no item'}.",
            "Write it as it stands there.",
            "コーパスにある表記で指定してください。",
        )
    return chosen


def _met(values: pd.Series[str], column: str, value: str) -> pd.Series[bool]:
    from cio_topics.errors import SettingsError, shorten

    span = _RANGE.fullmatch(value) if column in _YEARS else None
    if span is None:
        return values == value
    if span[1] > span[2]:
        raise SettingsError(
            f"{column} {shorten(value)} ends before it begins.",
            "Write the earlier year first.",
            "早い年を先に書いてください。",
        )
    years = values.where(values.str.fullmatch("[0-9]{4}"), "")
    return (years >= span[1]) & (years <= span[2])


def _present(corpus: Corpus, column: str) -> list[str]:
    from cio_topics.periods import period_order

    present = set(corpus.agenda()[column])
    order = period_order(column, list(present), corpus.administrations)
    return [value for value in order if value in present]
