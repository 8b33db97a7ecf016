"""What rows of labels say: what can be taken back, what is disputed, how long the rest takes."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from cio_topics.errors import SettingsError, shorten
from cio_topics.labels.columns import last_answers, split_themes
from cio_topics.labels.read import coder_key

__all__ = ["check_name", "disputed_items", "seconds_left", "standing_answers", "undo_row"]

Row = Mapping[str, str]

PAUSE = 300.0  # seconds after which a coder is thought to have been away
RECENT = 50  # answers from which the pace is taken


def check_name(coder: str, known: Iterable[str]) -> str:
    """Return the coder's name, or refuse one that is nearly another's.

    Parameters
    ----------
    coder : str
    known : iterable of str
        Names in the log.

    Raises
    ------
    SettingsError
        The name is empty, has control characters, or differs from a known one in width, case or
        spaces only.

    Examples
    --------
    >>> check_name("山田", ["鈴木"])
    '山田'
    >>> check_name("yamada", ["Yamada"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: the coder is 'yamada'; the labels have a coder 'Yamada', ...
    """
    name = coder.strip()
    if not name or not name.isprintable():
        raise SettingsError(
            f"the coder's name is {shorten(coder)}; expected a name such as yamada.",
            "Give your name or initials.",
            "名前かイニシャルを指定してください。",
        )
    for other in known:
        if other != name and coder_key(other) == coder_key(name):
            raise SettingsError(
                f"the coder is {shorten(name)}; the labels have a coder {shorten(other)}, which "
                "differs in width, case or spaces only. They would count as two.",
                f"If that is you, write {shorten(other)}; if not, take another name.",
                "本人なら同じ綴りで、別人なら別の名前を指定してください。",
            )
    return name


def disputed_items(rows: pd.DataFrame) -> set[str]:
    """Return the items to which coders gave different sets of themes.

    Parameters
    ----------
    rows : DataFrame
        ``item_id, coder, themes`` in the order in which they were given.

    Examples
    --------
    >>> disputed_items(pd.DataFrame({"item_id": ["i1", "i1", "i2", "i2"], "coder": list("abab"),
    ...                              "themes": ["x;y", "y;x", "x", "y"]}))
    {'i2'}
    """
    answers = last_answers(rows)
    sets = answers["themes"].map(split_themes).map(frozenset)
    kinds = sets.groupby(answers["item_id"]).nunique()
    return set(kinds.index[kinds > 1])


def standing_answers(rows: Iterable[Row]) -> list[Row]:
    """Return the answers of one coder that were not taken back, oldest first.

    A row without themes takes back all answers to its item. A row that repeats the answer before
    the last one in every field, its time included, takes back the last one.
    """
    by_item: dict[str, list[tuple[int, Row]]] = {}
    for place, row in enumerate(rows):
        standing = by_item.setdefault(row["item_id"], [])
        if not split_themes(row["themes"]):
            standing.clear()
        elif len(standing) > 1 and dict(standing[-2][1]) == dict(row):
            standing.pop()
        else:
            standing.append((place, row))
    return [row for _, row in sorted((p for s in by_item.values() for p in s), key=lambda p: p[0])]


def undo_row(rows: Sequence[Row]) -> dict[str, str] | None:
    """Return the row that takes back the last standing answer of one coder, or None.

    Written after `rows`, it makes the answers that count what they were before that answer: it
    repeats the answer before to the same item or, where there is none, has no themes.

    Examples
    --------
    >>> first = {"item_id": "i1", "themes": "x", "date": "2024-06-21", "note": "?"}
    >>> undo_row([first])
    {'item_id': 'i1', 'themes': '', 'date': '2024-06-21', 'note': ''}
    >>> undo_row([first, {**first, "themes": "y", "date": "2024-06-22"}])["themes"]
    'x'
    """
    standing = standing_answers(rows)
    if not standing:
        return None
    last = standing[-1]
    before = [row for row in standing[:-1] if row["item_id"] == last["item_id"]]
    return dict(before[-1]) if before else {**last, "themes": "", "note": ""}


def seconds_left(dates: Sequence[str], n_left: int) -> float | None:
    """Return how long the items that are left may take, by the pace of the last 50 answers.

    Parameters
    ----------
    dates : sequence of str
        Times of one coder's answers, oldest first; days without a time tell nothing.
    n_left : int

    Returns
    -------
    float or None
        Seconds: the median time between two answers, without pauses of more than five minutes,
        times `n_left`. None where fewer than three such times are known.

    Examples
    --------
    >>> seconds_left([f"2024-06-21T10:00:{s:02}+09:00" for s in (0, 10, 22, 30)], 6)
    60.0
    """
    gaps = list(_gaps(dates[-4 * RECENT :]))[-RECENT:]
    return statistics.median(gaps) * n_left if len(gaps) >= 3 else None


def _gaps(dates: Sequence[str]) -> Iterator[float]:
    times = [dt.datetime.fromisoformat(date) for date in dates if "T" in date]
    for earlier, later in pairwise(times):
        gap = (later - earlier).total_seconds()
        if 0 < gap <= PAUSE:
            yield gap
