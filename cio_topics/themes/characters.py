"""Runs of characters in short texts, counted in whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, shorten

__all__ = ["CharacterGrams", "count_grams", "learn_grams"]

IntArray = npt.NDArray[np.int64]

# Of longer runs, numbers might not fit into 64 bits.
_LONGEST = 4


class CharacterGrams(NamedTuple):
    """The runs of `low` to `high` characters that some texts have; `high` is 4 at most.

    A run is a number: its characters' places in `alphabet`, counted from 1, as digits.
    """

    low: int
    high: int
    alphabet: IntArray  # code points, ascending
    grams: tuple[IntArray, ...]  # ascending, one array a length

    @property
    def n_columns(self) -> int:
        """How many runs are known."""
        return sum(len(known) for known in self.grams)

    def names(self) -> list[str]:
        """Return the runs in the order of the columns."""
        base = len(self.alphabet) + 1
        names = []
        for length, known in zip(range(self.low, self.high + 1), self.grams, strict=True):
            for number in known.tolist():
                places = [number // base**k % base - 1 for k in range(length - 1, -1, -1)]
                names.append("".join(chr(self.alphabet[place]) for place in places))
        return names


def learn_grams(texts: Sequence[str], low: int, high: int) -> CharacterGrams:
    """Return the runs of characters that the texts have.

    Parameters
    ----------
    texts : sequence of str
    low, high : int
        Shortest and longest run, 1 to 4.

    Raises
    ------
    SettingsError
        Other lengths.

    Examples
    --------
    >>> grams = learn_grams(["電子化", "電子"], 1, 2)
    >>> grams.names()
    ['化', '子', '電', '子化', '電子']
    >>> count_grams(["子電電"], grams).toarray().tolist()
    [[0.0, 1.0, 2.0, 0.0, 0.0]]
    """
    if not 1 <= low <= high <= _LONGEST:
        raise SettingsError(
            f"runs of {shorten(low)} to {shorten(high)} characters; expected 1 to {_LONGEST}, the "
            "shorter first."
        )
    points, rows = _code_points(texts)
    alphabet = np.unique(points[rows >= 0])
    digits = np.searchsorted(alphabet, points) + 1
    base = len(alphabet) + 1
    found = [_runs(digits, rows, length, base)[0] for length in range(low, high + 1)]
    return CharacterGrams(low, high, alphabet, tuple(np.unique(runs) for runs in found))


def count_grams(texts: Sequence[str], grams: CharacterGrams) -> csr_matrix:
    """Return how often each known run stands in each text, shape (n_texts, n_columns)."""
    points, rows = _code_points(texts)
    digits = _places(points, grams.alphabet) + 1
    known_rows, columns, before = [], [], 0
    base = len(grams.alphabet) + 1
    for length, known in zip(range(grams.low, grams.high + 1), grams.grams, strict=True):
        runs, of = _runs(digits, rows, length, base)
        places = _places(runs, known)
        known_rows.append(of[places >= 0])
        columns.append(places[places >= 0] + before)
        before += len(known)
    place = np.concatenate(known_rows), np.concatenate(columns)
    shape = (len(texts), grams.n_columns)
    counts = csr_matrix((np.ones(len(place[0])), place), shape=shape)
    counts.sort_indices()
    return counts


def _code_points(texts: Iterable[str]) -> tuple[IntArray, IntArray]:
    """Return all characters, and the text of each: -1 for the line break behind every text."""
    texts = [text.replace("\n", " ") for text in texts]
    joined = "".join(f"{text}\n" for text in texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    rows = np.repeat(np.arange(len(texts)), lengths + 1)
    rows[np.cumsum(lengths + 1) - 1] = -1
    return points.astype(np.int64), rows


def _places(values: IntArray, known: IntArray) -> IntArray:
    """Return where each value stands in `known`; -1 where it does not."""
    if not len(known):
        return np.full(len(values), -1)
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return np.where(known[places] == values, places, -1)


def _runs(digits: IntArray, rows: IntArray, length: int, base: int) -> tuple[IntArray, IntArray]:
    """Return the runs of one length within a text as numbers, and the text of each."""
    n = max(0, len(digits) - length + 1)
    numbers, whole = np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool)
    for k in range(length):
        part = slice(k, k + n)
        numbers = numbers * base + digits[part]
        whole &= (digits[part] > 0) & (rows[part] >= 0)
    return numbers[whole], rows[:n][whole]
