"""Administrations → their handovers, and how many lie in a span of days by chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import read_administrations

__all__ = ["CHANGES", "ByChance", "handovers", "handovers_by_chance"]

#: What changes at a handover, the least first: a change of government is one of prime minister too.
CHANGES = ("administration", "prime_minister", "government")


class ByChance(NamedTuple):
    """Handovers that a span of some length holds on average, and how often it holds one."""

    expected: float
    any: float


def handovers(
    administrations: pd.DataFrame | None = None, *, of: str = "administration"
) -> pd.DataFrame:
    """Return the days on which one administration gave way to the next.

    Parameters
    ----------
    administrations : DataFrame, optional
        As :func:`~cio_topics.periods.read_administrations` gives it; the embedded ones if None.
    of : {"administration", "prime_minister", "government"}, default "administration"
        Only handovers at which this changed.

    Returns
    -------
    DataFrame
        ``date`` (datetime64), first day of the next; ``administration_before, administration``,
        ``prime_minister_before, prime_minister``, ``government_before, government``; ``change``:
        the most that changed, in the order of :data:`CHANGES`. In order of time.

    Raises
    ------
    SettingsError
        Another change.

    Examples
    --------
    >>> handovers(of="government")[["date", "administration", "change"]].astype(str).values.tolist()
    [['2009-09-16', '鳩山由紀夫内閣', 'government'], ['2012-12-26', '第2次安倍内閣', 'government']]
    """
    if of not in CHANGES:
        raise SettingsError(
            f"unknown change {shorten(of)}; expected one of: {choices(CHANGES)}.",
            "Choose one of them.",
            "このうちの一つを選んでください。",
        )
    table = read_administrations() if administrations is None else administrations
    table = table.sort_values("start", kind="stable", ignore_index=True)
    after, before = table.iloc[1:].reset_index(drop=True), table.iloc[:-1]
    result = pd.DataFrame({"date": pd.to_datetime(after["start"])})
    change = pd.Series(CHANGES[0], index=result.index, dtype="str")
    for name in CHANGES:
        result[f"{name}_before"], result[name] = before[name], after[name]
        change = change.mask(before[name] != after[name], name)
    result["change"] = change
    wanted = change.isin(CHANGES[CHANGES.index(of) :])
    return result[wanted].reset_index(drop=True)


def handovers_by_chance(days: npt.ArrayLike, length: int, first: int, last: int) -> ByChance:
    """Return how many handovers a span of days holds if it lies anywhere between two days.

    Parameters
    ----------
    days : array_like of int, shape (n,)
        Handovers, in days since 1970-01-01.
    length : int
        Days of the span, both ends counted.
    first, last : int
        Between which the span lies, every place equally likely.

    Returns
    -------
    ByChance
        ``expected``: handovers in it; ``any``: chance of at least one.

    Examples
    --------
    >>> handovers_by_chance([5, 50], length=10, first=1, last=100)
    ByChance(expected=0.164..., any=0.164...)
    """
    at = np.sort(np.asarray(days, dtype=np.int64))
    starts = np.arange(first, max(last - length + 1, first) + 1)
    found = np.searchsorted(at, starts + length) - np.searchsorted(at, starts)
    return ByChance(float(found.mean()), float((found > 0).mean()))
