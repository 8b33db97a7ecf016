"""Read lists of stop words that were edited by hand."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cio_topics.errors import Problem, StopWordsError, choices
from cio_topics.files import decode_japanese, unguard_formulas
from cio_topics.text import normalize

__all__ = ["read_stop_words"]


def read_stop_words(path: str | os.PathLike[str]) -> tuple[str, ...]:
    r"""Read a list of stop words.

    Parameters
    ----------
    path : path
        A ``.csv`` file with the column ``word`` and, where wanted, ``keep`` (``yes`` or ``no``;
        words with ``no`` are left out), as of
        :func:`cio_topics.terms.stop_words.stop_word_list`; all other columns are
        ignored. Any other file is text with one word a line; empty lines are skipped. UTF-8 or
        cp932.

    Returns
    -------
    tuple of str
        Normalized, in the order of the file. It takes the place of the lexicon's list:
        ``Tokenizer(stop_words=read_stop_words("stop_words.csv"))``.

    Raises
    ------
    StopWordsError
        The file cannot be read, a word is empty or listed twice, `keep` is neither yes nor no;
        with line numbers.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "stop_words.csv")
    >>> _ = file.write_text("word,keep\n状況,yes\nデジタル,no\n", encoding="utf-8")
    >>> read_stop_words(file)
    ('状況',)
    >>> _ = file.write_text("word\n状況\n状況\n", encoding="utf-8")
    >>> read_stop_words(file)
    Traceback (most recent call last):
    ...
    cio_topics.errors.StopWordsError: 1 bad value in the stop words:
      stop_words.csv:3: word: got '状況', expected a word listed once; it is at line 2 too
    ...
    """
    file = Path(path)
    rows = list(_rows(file))
    problems = list(_problems(file.name, rows))
    if problems:
        raise StopWordsError.from_problems(problems)
    return tuple(row.word for row in rows if row.keep == "yes")


class _Row(NamedTuple):
    line: int
    word: str
    keep: str


def _rows(file: Path) -> Iterator[_Row]:
    try:
        text = decode_japanese(file.read_bytes())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "neither UTF-8 nor cp932"
        raise StopWordsError(
            f"cannot read the stop words {str(file)!r}: {reason}.",
            "Give the path of a .csv file, or of a text file with one word a line, in UTF-8.",
            "CSV か、一行に一語のテキスト(UTF-8)を指定してください。",
        ) from error
    if file.suffix.lower() != ".csv":
        for line, word in enumerate(text.splitlines(), start=1):
            if normalize(word):
                yield _Row(line, normalize(word), "yes")
        return
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "word" not in (reader.fieldnames or ()):
        raise StopWordsError(
            f"{file.name} has no column 'word'; found: {choices(reader.fieldnames or ['-'])}.",
            "Name the column of the words 'word'.",
            "語の列を word という名前にしてください。",
        )
    for row in reader:
        words = unguard_formulas(pd.Series([row["word"] or ""], dtype="str"))
        keep = row.get("keep", "yes") or ""
        yield _Row(reader.line_num, normalize(words[0]), keep.strip().lower())


def _problems(name: str, rows: Sequence[_Row]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for line, word, keep in rows:
        if not word:
            yield Problem(name, line, "word", word, "a word, not an empty text")
        elif word in first:
            where = f"a word listed once; it is at line {first[word]} too"
            yield Problem(name, line, "word", word, where)
        else:
            first[word] = line
        if keep not in ("yes", "no"):
            yield Problem(name, line, "keep", keep, "yes or no")
