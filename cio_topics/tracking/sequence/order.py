"""Meetings in order of time, as far as their dates tell, and meetings drawn in another order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import date_spans
from cio_topics.tracking.counts import theme_counts

__all__ = [
    "SHUFFLES",
    "Shuffle",
    "check_bodies",
    "check_draws",
    "dated_meetings",
    "next_pairs",
    "shuffled",
    "theme_matrix",
    "windows",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Shuffle = Literal["windows", "shift"]
#: How themes are moved between the meetings of a body: at random within windows of years, or all by
#: the same number of meetings, the last following the first.
SHUFFLES = ("windows", "shift")


def dated_meetings(table: pd.DataFrame, numbers: pd.Series[int] | None = None) -> pd.DataFrame:
    """Return the meetings of a theme table in order of time within each body.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    numbers : Series of int, optional
        The number of each meeting, index ``meeting_id``; it orders meetings whose dates do not.

    Returns
    -------
    DataFrame
        ``meeting_id, body, date, date_precision, number, first, last, n_items``: the first and last
        day the date may mean. Meetings of no known date come last in their body, with no days.
    """
    columns = ["meeting_id", "body", "date", "date_precision"]
    meetings = table[columns].drop_duplicates("meeting_id").reset_index(drop=True)
    n_items = table.groupby("meeting_id")["item_id"].nunique()
    spans = date_spans(meetings["date"], meetings["date_precision"])
    known = pd.Series(np.nan, index=meetings.index)
    if numbers is not None:
        known = pd.to_numeric(meetings["meeting_id"].map(numbers), errors="coerce").astype(float)
    meetings = meetings.assign(
        number=known,
        first=spans["first"],
        last=spans["last"],
        n_items=meetings["meeting_id"].map(n_items).astype(int),
    )
    order = ["body", "first", "last", "number", "meeting_id"]
    return meetings.sort_values(order, kind="stable", ignore_index=True)


def theme_matrix(
    table: pd.DataFrame, meetings: pd.DataFrame, themes: Sequence[str] | None = None
) -> tuple[list[str], FloatArray]:
    """Return the themes, and how many items of each meeting have them.

    Returns
    -------
    themes : list of str
    counts : ndarray of float, shape (n_meetings, n_themes)
        Rows in the order of `meetings`.
    """
    counted = theme_counts(table, "body", themes=themes)
    rows = pd.Index(counted.meetings).get_indexer(pd.Index(meetings["meeting_id"]))
    return list(counted.themes), counted.counts[rows]


def next_pairs(
    meetings: pd.DataFrame, from_body: str | None = None, to_body: str | None = None
) -> pd.DataFrame:
    """Return each meeting with the next one that is surely later.

    Meetings whose date is a year, or unknown, have no place between others; they stand in no pair.
    Of two meetings of one body whose dates overlap, one is surely later if their numbers say so.

    Parameters
    ----------
    meetings : DataFrame
        From :func:`dated_meetings`.
    from_body, to_body : str, optional
        From the meetings of one body to those of another; within every body if both are None.

    Returns
    -------
    DataFrame
        ``meeting, next`` (places in `meetings`), ``is_sure``: no other meeting of the next one's
        body, not even one that is known to its year alone, may lie between the two.

    Raises
    ------
    SettingsError
        One body alone, or one that has no meeting.
    """
    if (from_body is None) != (to_body is None):
        raise SettingsError("one body is given; expected two, or none.")
    body = meetings["body"].to_numpy()
    if from_body is None:
        groups = [(rows, rows) for rows in (np.flatnonzero(body == b) for b in dict.fromkeys(body))]
    else:
        check_bodies(meetings, [from_body, str(to_body)])
        groups = [(np.flatnonzero(body == from_body), np.flatnonzero(body == to_body))]
    pairs = [_pairs_of(meetings, one, other) for one, other in groups]
    return pd.concat(pairs, ignore_index=True)


def _pairs_of(meetings: pd.DataFrame, one: IntArray, other: IntArray) -> pd.DataFrame:
    placed = meetings["date_precision"].isin(["day", "month"]).to_numpy()
    later = _is_before(meetings, one, other)
    known = later & placed[one][:, None] & placed[other]
    rows = np.flatnonzero(known.any(axis=1))
    at = known[rows].argmax(axis=1)  # the others are in order of time
    not_before = ~_is_before(meetings, other, one).T[rows]
    not_after = ~_is_before(meetings, other, other)[at]
    itself = 1 + np.isin(one[rows], other)
    between = (not_before & not_after).sum(axis=1) - itself
    return pd.DataFrame({"meeting": one[rows], "next": other[at], "is_sure": between == 0})


def _is_before(meetings: pd.DataFrame, one: IntArray, other: IntArray) -> npt.NDArray[np.bool_]:
    """Return where a meeting of one surely lies before one of other, shape (n_one, n_other)."""
    first, last = meetings["first"].to_numpy(), meetings["last"].to_numpy()
    number, body = meetings["number"].to_numpy(float), meetings["body"].to_numpy()
    before = last[one][:, None] < first[other]
    after = first[one][:, None] > last[other]
    same = body[one][:, None] == body[other]
    before |= ~after & same & (number[one][:, None] < number[other])
    return np.asarray(before, dtype=bool)


def check_bodies(meetings: pd.DataFrame, bodies: Sequence[str]) -> None:
    """Refuse bodies that have no meeting, and two that are one.

    Raises
    ------
    SettingsError
    """
    known = list(dict.fromkeys(meetings["body"]))
    for body in bodies:
        if body not in known:
            raise SettingsError(
                f"no meeting of the body {shorten(body)}; expected one of: {choices(known)}.",
                "Write the name as the corpus has it.",
                "コーパスにある会議体名を書いてください。",
            )
    if len(set(bodies)) < len(bodies):
        raise SettingsError(f"the body {shorten(bodies[0])} is given twice; expected two bodies.")


def check_draws(n_draws: int) -> None:
    """Refuse to draw less than once.

    Raises
    ------
    SettingsError
    """
    if n_draws < 1:
        raise SettingsError(f"n_draws is {n_draws}; expected at least 1.")


def windows(meetings: pd.DataFrame, years: int) -> IntArray:
    """Return in which window of years of its body each meeting lies, shape (n_meetings,).

    Windows are counted from the body's first year; 0 years are one window for all. Meetings whose
    date does not lie in one window, or is unknown, have one of their own.

    Raises
    ------
    SettingsError
        A negative number of years.
    """
    if years < 0:
        raise SettingsError(
            f"a window has {years} years; expected at least 1, or 0 for the whole span."
        )
    first, last = meetings["first"].dt.year, meetings["last"].dt.year
    start = first.groupby(meetings["body"]).transform("min")
    one, other = [((year - start) // max(years, 1)) * (years > 0) for year in (first, last)]
    alone = (one != other).to_numpy() | first.isna().to_numpy()
    own = -1.0 - np.arange(len(meetings))
    keys = pd.DataFrame({"body": meetings["body"], "window": np.where(alone, own, one)})
    return np.asarray(keys.groupby(["body", "window"], sort=True).ngroup(), dtype=np.int64)


def shuffled(
    groups: IntArray, shuffle: Shuffle, n_draws: int, *, random_state: int = 0
) -> Iterator[IntArray]:
    """Draw, a chunk at a time, from which meeting each meeting takes its themes.

    Parameters
    ----------
    groups : ndarray of int, shape (n_meetings,)
        Themes move within a group only.
    shuffle : {"windows", "shift"}
    n_draws : int
    random_state : int, default 0

    Yields
    ------
    ndarray of int, shape (n, n_meetings)

    Examples
    --------
    >>> groups = np.array([0, 0, 0, 1])
    >>> next(shuffled(groups, "shift", 2, random_state=1)).tolist()
    [[1, 2, 0, 3], [1, 2, 0, 3]]
    """
    check_draws(n_draws)
    if shuffle not in SHUFFLES:
        raise SettingsError(
            f"unknown shuffle {shorten(shuffle)}; expected one of: {choices(SHUFFLES)}."
        )
    rng = np.random.default_rng(random_state)
    n = len(groups)
    home = np.argsort(groups, kind="stable")
    _, starts, inverse, sizes = np.unique(
        groups[home], return_index=True, return_inverse=True, return_counts=True
    )
    chunk = max(1, int(2e6 // max(n, 1)))
    for begin in range(0, n_draws, chunk):
        k = min(chunk, n_draws - begin)
        if shuffle == "windows":
            drawn = np.argsort(groups + rng.random((k, n)), axis=1)
        else:
            offset = rng.integers(0, sizes, size=(k, len(sizes)))[:, inverse]
            place = (np.arange(n) - starts[inverse] + offset) % sizes[inverse]
            drawn = home[starts[inverse] + place]
        taken = np.empty_like(drawn)
        taken[:, home] = drawn
        yield taken
