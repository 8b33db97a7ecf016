"""Sheets for people and the key to them, as files: written, and read when they are filled in."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cio_topics.errors import Problem, ProblemsError, choices
from cio_topics.files import decode_japanese, table_csv, unguard_formulas
from cio_topics.text import normalize
from cio_topics.topics.quality.intrusion import IntrusionSheet

__all__ = ["intrusion_files", "read_intrusion_answers", "read_intrusion_key"]

_NUMBER = re.compile("[0-9]{1,6}")
_KEY = ("task", "topic", "intruder", "position", "source")
_REMEDY = (
    "Give the sheet or the key as it was written; only answer and coder are filled in.",
    "書き出されたままの表を指定してください(記入は answer と coder だけ)。",
)


class _Row(NamedTuple):
    file: str
    line: int
    values: dict[str, str]


def intrusion_files(made: IntrusionSheet) -> tuple[bytes, bytes]:
    """Return the sheet and its key as CSV: UTF-8 with BOM, which opens in Excel as it is.

    Cells that a spreadsheet would run are guarded; the functions that read take that away again.

    Parameters
    ----------
    made : IntrusionSheet
        From :func:`cio_topics.topics.quality.make_intrusion_sheet`.

    Returns
    -------
    sheet, key : bytes
    """
    return table_csv(made.sheet).encode("utf-8-sig"), table_csv(made.key).encode("utf-8-sig")


def read_intrusion_key(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the key that was written with a sheet.

    Parameters
    ----------
    path : path
        CSV in UTF-8 (with or without BOM) or cp932.

    Returns
    -------
    DataFrame
        As in :class:`cio_topics.topics.quality.intrusion.IntrusionSheet`.

    Raises
    ------
    ProblemsError
        The file cannot be read, a column is missing, a task stands twice, or the intruder is not
        the word at its position; with line numbers.
    """
    file = Path(path)
    rows = list(_rows(file, _KEY))
    if not rows:
        raise ProblemsError(f"{file.name} has no row; expected one a task.", *_REMEDY)
    problems = list(_key_problems(rows))
    if problems:
        raise ProblemsError.from_problems(problems)
    key = pd.DataFrame([row.values for row in rows])
    columns = [*_KEY, *_word_columns(key.columns)]
    return key[columns].astype({"task": int, "position": int})


def read_intrusion_answers(
    paths: Sequence[str | os.PathLike[str]], key: pd.DataFrame
) -> pd.DataFrame:
    r"""Read sheets that people filled in.

    Parameters
    ----------
    paths : sequence of path
        CSV files with ``task``, the words, ``answer`` and ``coder``: one file a person, or one file
        with the rows of several. If no row of a file names a coder, the name of the file without
        its ending stands for one. An answer is one of the words of its row, or its number (1 is
        the first) where no word of the row is a number; an empty one is none. UTF-8 or cp932.
    key : DataFrame
        From :func:`read_intrusion_key`.

    Returns
    -------
    DataFrame
        ``task, coder, answer, position``, in the order of files and lines. `position` is the number
        of the chosen word, 0 for none. A row without answer and coder is left out.

    Raises
    ------
    ProblemsError
        A file cannot be read, a column is missing, a task or its words are not those of the key, an
        answer is none of the words, its coder is missing, or a coder answered a task twice; with
        line numbers.

    Examples
    --------
    >>> import tempfile
    >>> key = pd.DataFrame({"task": [1], "topic": ["topic_01"], "intruder": ["防災"],
    ...                     "position": [2], "source": ["topic_02"], "word_1": ["申請"],
    ...                     "word_2": ["防災"], "word_3": ["窓口"]})
    >>> file = Path(tempfile.mkdtemp(), "佐藤.csv")
    >>> _ = file.write_text("task,word_1,word_2,word_3,answer,coder\n1,申請,防災,窓口,防災,\n",
    ...                     encoding="utf-8")
    >>> read_intrusion_answers([file], key).values.tolist()
    [[1, '佐藤', '防災', 2]]
    >>> _ = file.write_text("task,word_1,word_2,word_3,answer,coder\n1,申請,防災,窓口,電話,\n",
    ...                     encoding="utf-8")
    >>> read_intrusion_answers([file], key)
    Traceback (most recent call last):
    ...
    cio_topics.errors.ProblemsError: 1 bad value in the file:
      佐藤.csv:2: answer: got '電話', expected one of its words: 申請, 防災, 窓口
    ...
    """
    columns = _word_columns(key.columns)
    words = {
        str(task): [str(word) for word in row]
        for task, *row in key[["task", *columns]].itertuples(index=False)
    }
    problems: list[Problem] = []
    answers: list[tuple[int, str, str, int]] = []
    first: dict[tuple[str, str], _Row] = {}
    for row in _with_coders(paths, ("task", *columns, "answer", "coder")):
        task, answer, coder = (row.values[name] for name in ("task", "answer", "coder"))
        if not answer and not coder:
            continue
        found = list(_answer_problems(row, words, columns, first))
        problems += found
        if not found:
            place = _position(answer, words[task])
            answers.append((int(task), coder, words[task][place - 1] if place else "", place))
    if problems:
        raise ProblemsError.from_problems(problems)
    return pd.DataFrame(answers, columns=["task", "coder", "answer", "position"])


def _with_coders(paths: Iterable[str | os.PathLike[str]], needed: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows of all files; one that names no coder is of the person it is named after."""
    for path in paths:
        rows = list(_rows(Path(path), needed))
        nobody = not any(row.values["coder"] for row in rows)
        for row in rows:
            name = {"coder": normalize(Path(path).stem)} if nobody else {}
            yield row._replace(values=row.values | name)


def _answer_problems(
    row: _Row,
    words: Mapping[str, list[str]],
    columns: Sequence[str],
    first: dict[tuple[str, str], _Row],
) -> Iterator[Problem]:
    """Yield what is wrong with a row; remember it as the first of its coder and task."""
    file, line, values = row
    task, answer, coder = (values[name] for name in ("task", "answer", "coder"))
    if task not in words:
        known = choices(words)
        yield Problem(file, line, "task", task, f"a task of the key: {known}")
        return
    for column, word in zip(columns, words[task], strict=True):
        if normalize(values[column]) != normalize(word):
            yield Problem(file, line, column, values[column], f"{word}, as in the key")
    if answer and _position(answer, words[task]) < 1:
        yield Problem(file, line, "answer", answer, f"one of its words: {choices(words[task])}")
    if not coder:
        yield Problem(file, line, "coder", coder, "the name of who gave the answer")
        return
    before = first.setdefault((task, coder), row)
    if before is not row:
        where = f"{before.file}:{before.line}"
        yield Problem(
            file, line, "coder", coder, f"one answer a task; task {task} is at {where} too"
        )


def _position(answer: str, words: Sequence[str]) -> int:
    """Return the number of the chosen word: 0 if there is no answer, -1 if it is none of them."""
    if not answer:
        return 0
    normal = [normalize(word) for word in words]
    for known, wanted in ((list(words), answer), (normal, normalize(answer))):
        if wanted in known:
            return known.index(wanted) + 1
    number = normalize(answer)
    if any(_NUMBER.fullmatch(word) for word in normal) or not _NUMBER.fullmatch(number):
        return -1
    return int(number) if 1 <= int(number) <= len(words) else -1


def _key_problems(rows: Sequence[_Row]) -> Iterator[Problem]:
    tasks: dict[str, int] = {}
    for file, line, values in rows:
        shown = [values[name] for name in _word_columns(values)]
        task, position, intruder = (values[name] for name in ("task", "position", "intruder"))
        if not _NUMBER.fullmatch(task):
            yield Problem(file, line, "task", task, "a number")
        elif task in tasks:
            yield Problem(file, line, "task", task, f"a task once; it is at line {tasks[task]} too")
        tasks.setdefault(task, line)
        if not _NUMBER.fullmatch(position) or not 1 <= int(position) <= len(shown):
            yield Problem(file, line, "position", position, f"a number from 1 to {len(shown)}")
        elif shown[int(position) - 1] != intruder:
            expected = f"{shown[int(position) - 1]}, the word at position {position}"
            yield Problem(file, line, "intruder", intruder, expected)


def _word_columns(columns: Iterable[str]) -> list[str]:
    found = set(columns)
    numbers = range(1, len(found) + 1)
    return [f"word_{number}" for number in numbers if f"word_{number}" in found]


def _rows(file: Path, needed: Sequence[str]) -> Iterator[_Row]:
    try:
        text = decode_japanese(file.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "neither UTF-8 nor cp932"
        raise ProblemsError(
            f"cannot read {str(file)!r}: {reason}.",
            "Give the path of a CSV file that cio-topics intrusion sheet wrote.",
            "cio-topics intrusion sheet が書いた CSV ファイルを指定してください。",
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        missing = [name for name in needed if name not in header]
        if missing or not _word_columns(header):
            raise ProblemsError(
                f"{file.name} has no column {choices(missing or ['word_1'])}; found: "
                f"{choices(header or ['-'])}.",
                *_REMEDY,
            )
        for record in reader:
            cells = pd.Series([*record, *[""] * len(header)][: len(header)], dtype="str")
            values = unguard_formulas(cells).str.strip()
            if values.any():
                yield _Row(file.name, reader.line_num, dict(zip(header, values, strict=True)))
    except csv.Error as error:
        raise ProblemsError(
            f"{file.name}:{reader.line_num}: the line is no CSV: {error}.", *_REMEDY
        ) from error
