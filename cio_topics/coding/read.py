"""Files → what rules are applied to: texts as KH Coder reads them, tables, corpora; variables."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from cio_topics.coding.units import CodingText
from cio_topics.coding.variables import Variables
from cio_topics.coding.words import khcoder_text
from cio_topics.corpus import Corpus, read_corpus
from cio_topics.corpus.read import read_csv_table, read_jsonl_table, read_sheets
from cio_topics.errors import CorpusError, choices, shorten
from cio_topics.files import decode_japanese

__all__ = ["TABLES_READ", "corpus_text", "read_coding_text", "read_variables", "text_from_bytes"]

#: File endings that are read as tables; all others as text.
TABLES_READ = (".csv", ".tsv", ".jsonl", ".xlsx")


def read_coding_text(
    path: str | os.PathLike[str], *, dictionary: str = "unidic-lite", column: str = "title"
) -> tuple[CodingText, list[Variables]]:
    """Read a text that rules are applied to.

    Parameters
    ----------
    path : path
        A text file as KH Coder reads it (UTF-8 or Shift_JIS); a table (:data:`TABLES_READ`) with an
        item a row; or the folder of a corpus.
    dictionary : str, default "unidic-lite"
    column : str, default "title"
        The column of a table that holds the texts.

    Returns
    -------
    text : CodingText
    variables : list of Variables
        The other columns of a table or corpus, of its items; of a text file none.

    Raises
    ------
    CorpusError
        It cannot be read, has no such column, or no text.
    """
    file = Path(path)
    if file.is_dir():
        return corpus_text(read_corpus(file), dictionary=dictionary, column=column)
    if file.suffix.lower() not in TABLES_READ:
        return text_from_bytes(_content(file), file.name, dictionary=dictionary), []
    return _table_text(_read_table(file), file.name, dictionary, column)


def text_from_bytes(content: bytes, name: str, *, dictionary: str = "unidic-lite") -> CodingText:
    """Return the text of a file in UTF-8 or Shift_JIS, as :func:`khcoder_text` has it.

    Raises
    ------
    CorpusError
        It is in neither, or has no text.

    Examples
    --------
    >>> text_from_bytes("海へ行った。".encode("cp932"), "novel.txt").text
    '海へ行った。'
    """
    return CodingText([khcoder_text(_text(content, name))], dictionary=dictionary, name=name)


def corpus_text(
    corpus: Corpus, *, dictionary: str = "unidic-lite", column: str = "title"
) -> tuple[CodingText, list[Variables]]:
    """Return the items of a corpus as a text, and what is known of them as variables.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> text, (variables,) = corpus_text(read_example())
    >>> len(text.items), variables.unit, "body" in variables.table
    (307, 'item', True)
    """
    return _table_text(corpus.agenda(), "the corpus", dictionary, column)


def read_variables(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a table of outside variables: a header of names, then a row a unit.

    Parameters
    ----------
    path : path
        CSV, tab-separated text (``.tsv``, ``.txt``), JSON lines, or the first sheet of a workbook.

    Returns
    -------
    DataFrame of str

    Raises
    ------
    CorpusError
        It cannot be read, or a name is given twice.
    """
    return _read_table(Path(path))


def _table_text(
    table: pd.DataFrame, name: str, dictionary: str, column: str
) -> tuple[CodingText, list[Variables]]:
    if column not in table:
        raise CorpusError(
            f"{name} has no column {shorten(column)}; found: "
            f"{choices(str(c)[:30] for c in table.columns) or '-'}.",
            "Name the column that holds the texts with --text-column.",
            "テキストの列を --text-column で指定してください。",
        )
    others = table.drop(columns=column)
    text = CodingText(table[column].tolist(), others, dictionary, name)
    return text, [Variables("item", others)]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"cannot read {shorten(str(file), 200)}: {error.strerror or error}.",
            "Give the path of a text, a table or the folder of a corpus.",
            "テキスト・表のファイルか、コーパスのフォルダを指定してください。",
        ) from error


def _text(content: bytes, name: str) -> str:
    try:
        return decode_japanese(content)
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"{name} is neither UTF-8 nor Shift_JIS (byte {error.start}).",
            "Save it in UTF-8.",
            "UTF-8 で保存し直してください。",
        ) from error


def _read_table(file: Path) -> pd.DataFrame:
    """Read a table of texts; columns have names, each once."""
    ending = file.suffix.lower()
    if ending == ".xlsx" and file.is_file():
        table = next(iter(read_sheets(file).values())).table
    elif ending == ".jsonl":
        table = read_jsonl_table(_text(_content(file), file.name), file.name).table
    else:
        text = _text(_content(file), file.name)
        if ending in (".tsv", ".txt") and "\t" in text.partition("\n")[0]:
            table = _read_tabs(text, file.name)
        else:
            table = read_csv_table(text, file.name).table
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise CorpusError(
            f"{file.name} has two columns {shorten(twice[0])}; expected names that differ.",
            "Rename one of them.",
            "列の名前が重複しています。どちらかの名前を変えてください。",
        )
    return table.fillna("").astype("str").reset_index(drop=True)


def _read_tabs(text: str, name: str) -> pd.DataFrame:
    """Read a table with tabs between its cells, which have no quotation marks."""
    header, *rows = [line.split("\t") for line in text.splitlines() if line]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise CorpusError(
                f"{name} row {number} has {len(row)} cells; expected {len(header)} as in the "
                "header.",
                "Give every row as many cells.",
                "各行の列の数を揃えてください。",
            )
    return pd.DataFrame(rows, columns=header, dtype="str")
