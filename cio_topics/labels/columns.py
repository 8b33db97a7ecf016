"""What a row of labels holds: one answer of one coder on one item."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten

__all__ = [
    "CHOSEN_BY",
    "COLUMNS",
    "MODES",
    "REQUIRED",
    "last_answers",
    "row_faults",
    "split_themes",
    "theme_indicator",
]

#: Columns of a table of labels, in their order.
COLUMNS = (
    "item_id",
    "themes",
    "coder",
    "date",
    "codebook_version",
    "note",
    "chosen_by",
    "mode",
)
#: Columns that a file of labels must have; the others are empty where they are missing.
REQUIRED = COLUMNS[:5]
#: How an item came before its coder; empty where it is not known.
CHOSEN_BY = ("uncertain", "diverse", "random", "")
#: Whether suggestions were hidden from the coder (``blind``) or shown; empty where unknown.
MODES = ("blind", "assist", "")

_WHEN = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?")
_ALLOWED = {"chosen_by": CHOSEN_BY, "mode": MODES}


def split_themes(text: str) -> tuple[str, ...]:
    """Return the themes of one answer, the most fitting first.

    Examples
    --------
    >>> split_themes("egov_plan; online"), split_themes("")
    (('egov_plan', 'online'), ())
    """
    return tuple(part for part in (part.strip() for part in text.split(";")) if part)


def theme_indicator(themes: Iterable[str], ids: tuple[str, ...]) -> npt.NDArray[np.int_]:
    """Return theme sets as a 0/1 matrix.

    Parameters
    ----------
    themes : iterable of str, length n
        Theme ids joined by ``;``, as in the labels.
    ids : tuple of str
        The codebook's themes, one a column.

    Returns
    -------
    ndarray of int, shape (n, len(ids))

    Raises
    ------
    SettingsError
        A theme that the codebook does not have.

    Examples
    --------
    >>> theme_indicator(["b;a", "b"], ("a", "b")).tolist()
    [[1, 1], [0, 1]]
    """
    column = {theme: place for place, theme in enumerate(ids)}
    sets = [split_themes(text) for text in themes]
    matrix = np.zeros((len(sets), len(ids)), dtype=int)
    for row, names in enumerate(sets):
        for name in names:
            if name not in column:
                raise SettingsError(
                    f"label {row + 1} has the unknown theme {shorten(name)}; expected some of: "
                    f"{choices(ids)}.",
                    "Use the codebook the labels were made with.",
                    "ラベルを付けたときのコードブックを使ってください。",
                )
            matrix[row, column[name]] = 1
    return matrix


def row_faults(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the column of every bad value of one answer, and what was expected there.

    Themes are held to no codebook here; only one that stands twice is a fault.

    Examples
    --------
    >>> row = {"item_id": "a1", "themes": "x", "coder": "青木", "date": "2024/6/21",
    ...        "codebook_version": "1"}
    >>> [column for column, _ in row_faults(row)]
    ['date']
    """
    for column, what in (
        ("item_id", "the identifier of an item"),
        ("coder", "the coder's name"),
        ("codebook_version", "the version of the codebook"),
    ):
        if not row[column].strip():
            yield column, what
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in row["coder"]):
        yield "coder", "a name without control characters"
    if not _is_time(row["date"]):
        yield "date", "a day as 2024-06-21, or a time with its zone as 2024-06-21T10:00:00+09:00"
    themes = split_themes(row["themes"])
    if len(set(themes)) < len(themes):
        yield "themes", "every theme once"
    for column, allowed in _ALLOWED.items():
        if row.get(column, "") not in allowed:
            yield column, f"one of: {choices(filter(None, allowed))}, or nothing"


def _is_time(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return _WHEN.fullmatch(text) is not None


def last_answers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count: the last of every coder and item, without those withdrawn.

    Parameters
    ----------
    rows : DataFrame
        ``item_id, coder, themes`` in the order in which they were given; an answer without themes
        withdraws what the coder said before.

    Returns
    -------
    DataFrame
        Rows of `rows` with their index.

    Examples
    --------
    >>> rows = pd.DataFrame({"item_id": ["a", "a", "b", "b"], "coder": "青木",
    ...                      "themes": ["x", "y", "x", ""]})
    >>> last_answers(rows)["themes"].tolist()
    ['y']
    """
    last = rows[~rows.duplicated(["item_id", "coder"], keep="last")]
    return last[last["themes"].map(split_themes).map(len) > 0]
