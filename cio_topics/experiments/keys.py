"""What the tables of an experiment's file may hold: keys, and what is expected of their values."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple

from cio_topics.errors import choices
from cio_topics.topics import POOLS

__all__ = [
    "CORPUS",
    "RESAMPLE",
    "SEARCH",
    "TABLES",
    "TOKENS",
    "TOP",
    "Key",
    "Range",
    "close_name",
    "is_number",
    "is_scalar",
    "is_whole",
    "make_range",
    "whole_from",
]


class Key(NamedTuple):
    """What is expected of a value; `whole` if a list is one value and not several."""

    check: Callable[[Any], bool]
    expected: str
    whole: bool = False
    is_file: bool = False


_MOST = 10**15  # every table and library can hold it
_RANGE = ("low", "high", "step", "log")


class Range(NamedTuple):
    """Numbers from `low` to `high`, both included, that a search may try."""

    low: int | float
    high: int | float
    step: int | float | None = None
    log: bool = False

    def __str__(self) -> str:
        """Return it as it stands in a file."""
        step = "" if self.step is None else f", step = {self.step}"
        log = ", log = true" if self.log else ""
        return f"{{low = {self.low}, high = {self.high}{step}{log}}}"


def make_range(table: dict[str, Any]) -> Range | None:
    """Return the range of a table, or None if it is none.

    Examples
    --------
    >>> make_range({"low": 4, "high": 40, "step": 2})
    Range(low=4, high=40, step=2, log=False)
    >>> make_range({"low": 0, "high": 1, "log": True}) is None
    True
    """
    low, high, step, log = _range_parts(table)
    if set(table) - set(_RANGE) or not is_number(low) or not is_number(high) or not low < high:
        return None
    good_step = step is None or _reaches(low, high, step)
    good_log = log is False or (log is True and step is None and low > 0)
    return Range(low, high, step, log) if good_step and good_log else None


def _reaches(low: float, high: float, step: Any) -> bool:
    """Tell whether steps lead from one end to the other; whole numbers have whole steps."""
    if not is_number(step) or not step > 0:
        return False
    n_steps = (high - low) / step
    whole = is_whole(low) and is_whole(high)
    return (
        math.isclose(n_steps, round(n_steps), rel_tol=1e-9)
        and round(n_steps) > 0
        and (is_whole(step) or not whole)
    )


def _range_parts(table: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
    return table.get("low"), table.get("high"), table.get("step"), table.get("log", False)


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number of at most 15 digits; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    return is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def is_scalar(value: Any) -> bool:
    """Tell whether a value is a text, a finite number, true or false."""
    return isinstance(value, str | bool) or is_number(value)


def close_name(name: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` if a known name is like this one.

    Examples
    --------
    >>> close_name("n_topic", ["kind", "n_topics"]), close_name("x", ["kind"])
    ("; did you mean 'n_topics'?", '')
    """
    found = get_close_matches(name, list(known), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_text, value))


def _day(value: Any) -> bool:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return True
    try:
        return isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _one_of(*allowed: str) -> Key:
    return Key(lambda value: value in allowed, f"one of: {choices(allowed)}")


def whole_from(least: int, most: int = 1_000_000_000) -> Key:
    """Return what is expected of a whole number."""
    return Key(
        lambda value: is_whole(value) and least <= value <= most,
        f"a whole number from {least} to {most:,}",
    )


def _part_or_count(value: Any) -> bool:
    share = isinstance(value, float) and 0 <= value <= 1
    return share or (is_whole(value) and bool(value >= 1))


def _seed(value: Any) -> bool:
    return is_whole(value) and 0 <= value < 2**31


def _seeds(value: Any) -> bool:
    if is_whole(value):
        return bool(1 <= value <= 10_000)
    if not isinstance(value, list) or not value:
        return False
    return all(map(_seed, value)) and len(set(value)) == len(value)


_SEEDS_EXPECTED = (
    "a number of seeds from 1 to 10,000, or a list of different seeds from 0 to 2147483647"
)
_FILE = Key(_text, "the path of a file, from the folder of this file", is_file=True)
_LINES = Key(_text, "a text")
_LIMIT = Key(_part_or_count, "a whole number of items from 1, or a share such as 0.5")

TOP = {
    "question": _LINES,
    "question_en": _LINES,
    "seeds": Key(_seeds, _SEEDS_EXPECTED, whole=True),
    "metrics": Key(_texts, "a list of names of metrics", whole=True),
    "groupings": Key(_texts, "a list of columns", whole=True),
    "n_terms": whole_from(2),
}
CORPUS = {
    "path": Key(_text, "the path of a corpus, from the folder of this file"),
    "bodies": Key(_texts, "a list of names of bodies", whole=True),
    "since": Key(_day, 'a day as "2009-09-16"'),
    "until": Key(_day, 'a day as "2012-12-25"'),
}
TOKENS = {
    "compounds": _one_of("both", "long", "short"),
    "form": _one_of("display", "surface", "lemma"),
    "pos": Key(_texts, 'a list of parts of speech, such as ["名詞"]', whole=True),
    "min_length": whole_from(0),
    "core_only": Key(lambda value: isinstance(value, bool), "true or false"),
    "dictionary": Key(_text, "a dictionary, such as unidic-lite or ipadic"),
    "lexicon": _FILE,
    "stop_words": _FILE,
    "user_dictionary": _FILE,
}
VECTORS = {
    "kind": _one_of("tfidf", "count"),
    "min_df": _LIMIT,
    "max_df": _LIMIT,
    "max_features": whole_from(1),
}
POOL = {"by": _one_of(*POOLS)}
RESAMPLE = {
    "by": _one_of("meeting", "item", "body"),
    "draws": whole_from(1, 10_000),
    "share": Key(lambda value: is_number(value) and 0 < value < 1, "a share between 0 and 1"),
}
SEARCH = {
    "metric": _LINES,
    "direction": _one_of("maximize", "minimize"),
    "n_trials": whole_from(1, 1_000_000),
    "seed": Key(_seed, "a whole number from 0 to 2147483647"),
}
#: Tables whose lists are axes of the grid; the keys of ``model`` depend on its kind.
TABLES = {"tokens": TOKENS, "vectors": VECTORS, "pool": POOL}
