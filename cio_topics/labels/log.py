"""The file that labels are appended to: an answer is on disk before ``append`` returns."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cio_topics.corpus.read import Source, read_csv_table
from cio_topics.corpus.schema import header_problems
from cio_topics.errors import CorpusError, LabelsError, OutputError, SettingsError, choices, shorten
from cio_topics.files import decode_japanese, final_place, guard_formula, write_bytes
from cio_topics.labels.columns import CHOSEN_BY, COLUMNS, MODES, REQUIRED, row_faults

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["LabelLog", "read_rows", "torn_end"]

_ENDS = (b"\n", b"\r")
# Last columns of a row that can be whole without a line end: cut short, they are no other answer.
_LAST_VALUES = {"note": None, "mode": MODES, "chosen_by": CHOSEN_BY}


class LabelLog:
    """A file of labels that only grows.

    Invariants: a row is in the file whole or not at all; it is on disk when :meth:`append`
    returns; rows of several threads and processes never mix. What a crash left of a row is put
    aside in a file of its own, ``labels.csv.torn-1``, and never thrown away.

    Parameters
    ----------
    path : path
        A CSV file with the columns :data:`~cio_topics.labels.COLUMNS`; it is begun with the first
        answer. Beside it lies ``.labels.csv.lock``, an empty file that processes wait for.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = LabelLog(Path(folder) / "labels.csv")
    ...     log.append({"item_id": "a1", "themes": "open_data", "coder": "青木",
    ...                 "date": "2024-06-21", "codebook_version": "1", "note": "=要確認"})
    ...     log.read()[["item_id", "themes", "note"]].values.tolist()
    [['a1', 'open_data', '=要確認']]
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file = final_place(self.path)
        self._lock = self._file.with_name(f".{self._file.name}.lock")
        self._size = -1  # of the file after our last row: as long as it holds, nobody else wrote
        self._header: tuple[str, ...] = COLUMNS

    def append(self, row: Mapping[str, str]) -> None:
        """Write one answer; return when it is on disk.

        Parameters
        ----------
        row : mapping of str to str
            Values by column; ``note``, ``chosen_by`` and ``mode`` may be left out. Empty
            ``themes`` withdraw the coder's earlier answer on the item.

        Raises
        ------
        SettingsError
            A value that is not allowed, or a column that the file does not have.
        LabelsError
            The file is no CSV of labels in UTF-8.
        OutputError
            The file cannot be written; it is as it was.
        """
        cells = _checked(row)
        try:
            with self._locked():
                self._append(cells)
        except OSError as error:
            if isinstance(error, OutputError):
                raise
            raise _cannot_write(self.path, error) from error

    def read(self) -> pd.DataFrame:
        """Return every row, also those that a later one replaces; none if there is no file.

        Returns
        -------
        DataFrame
            :data:`~cio_topics.labels.COLUMNS`, texts, in the order in which they were given.

        Raises
        ------
        LabelsError
            The file is no CSV with the columns of labels.
        """
        if not self._file.is_file() or not self._file.stat().st_size:
            return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
        with self._locked():
            return read_rows(self._file).table

    def _append(self, cells: Mapping[str, str]) -> None:
        if not self._file.exists() or not self._file.stat().st_size:
            write_bytes(self._file, _line(COLUMNS))
            _sync_folder(self._file.parent)
        handle = os.open(self._file, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
        try:
            before = os.fstat(handle).st_size
            if before != self._size:
                before = self._look_again(handle)
            line = _line(self._in_order(cells))
            if not _ends_a_line(handle, before):
                line = b"\n" + line
            self._size = -1
            _write_whole(handle, line, before)
            self._size = before + len(line)
        finally:
            os.close(handle)

    def _look_again(self, handle: int) -> int:
        """Read the header, put a row that was torn aside; return how long the file is then."""
        content = self._file.read_bytes()
        end = torn_end(content, self._file.name)
        _utf8(content[:end], self._file.name)
        if end < len(content):
            _put_aside(content[end:], self._file)
            os.ftruncate(handle, end)
        table = _table(content[:end], self._file.name).table
        self._header = tuple(str(name) for name in table.columns)
        return end

    def _in_order(self, cells: Mapping[str, str]) -> list[str]:
        lost = [name for name, value in cells.items() if value and name not in self._header]
        if lost:
            raise SettingsError(
                f"{self._file.name} has no column {choices(lost)}; found: {choices(self._header)}.",
                "Add the column to its first line.",
                "ファイルの一行目にその列を足してください。",
            )
        return [guard_formula(cells.get(name, "")) for name in self._header]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock; other threads and processes wait for it."""
        try:
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise _cannot_write(self._lock, error) from error
        try:
            _take(handle)
            try:
                yield
            finally:
                _give_back(handle)
        finally:
            os.close(handle)


def _take(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # waits for ten seconds
    else:
        fcntl.flock(handle, fcntl.LOCK_EX)


def _give_back(handle: int) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write {shorten(str(path), 200)}: {error.strerror or error}; the answer is not "
        "kept.",
        "Choose a file you may write to, and see that the disk is not full.",
        "書き込めるファイルを指定し、ディスクの空きを確かめてください。",
    )


def _checked(row: Mapping[str, str]) -> dict[str, str]:
    unknown = [name for name in row if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in row]
    if unknown or missing:
        raise SettingsError(
            f"an answer with {choices(row) or 'nothing'}; expected {choices(REQUIRED)}, and "
            f"maybe {choices(COLUMNS[len(REQUIRED) :])}."
        )
    for column, expected in row_faults(row):
        raise SettingsError(f"{column} is {shorten(row[column])}; expected {expected}.")
    for column, value in row.items():
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise SettingsError(f"{column} is {shorten(ascii(value))}; expected Unicode text.")
    return dict(row)


def _line(cells: tuple[str, ...] | list[str]) -> bytes:
    text = io.StringIO()
    # A lone carriage return would end the row where the writer puts no quotes around it.
    returns = any("\r" in cell for cell in cells)
    quote_all = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    (quote_all if returns else csv.writer(text, lineterminator="\n")).writerow(cells)
    return text.getvalue().encode("utf-8")


def _ends_a_line(handle: int, size: int) -> bool:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) in _ENDS


def _write_whole(handle: int, line: bytes, before: int) -> None:
    """Write all bytes and wait for the disk, or leave the file as long as it was."""
    try:
        written = os.write(handle, line)
        if written < len(line):
            raise OSError(28, "No space left on device")
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, before)
        raise


def _sync_folder(folder: Path) -> None:
    """See that the file's name is on disk too; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_aside(torn: bytes, file: Path) -> None:
    """Keep what a crash left of a row in a file of its own."""
    number = 1
    while (aside := file.with_name(f"{file.name}.torn-{number}")).exists():
        number += 1
    with aside.open("xb") as kept:
        kept.write(torn)
        kept.flush()
        os.fsync(kept.fileno())
    warnings.warn(
        f"{file.name} ended with {len(torn)} bytes of a row that was not finished. They are kept "
        f"in {aside.name}; the item must be answered again. / 書きかけの行を {aside.name} "
        "に移しました。その項目にはもう一度答えてください。",
        stacklevel=5,
    )


class _Row(NamedTuple):
    line: int  # from 0
    cells: list[str]


def torn_end(content: bytes, name: str = "labels.csv") -> int:
    r"""Return where the whole rows of a file end; after it stands what a crash left of a row.

    A last row without a line end is whole if it has all its cells and the last of them cannot be
    an answer cut short, as in a file whose editor writes no last line end.

    Parameters
    ----------
    content : bytes
        A CSV in UTF-8 or cp932.
    name : str
        The file's name, for messages.

    Returns
    -------
    int
        ``len(content)`` if nothing is torn.

    Raises
    ------
    LabelsError
        A quote opens and never closes, and rows follow it: that was no crash.

    Examples
    --------
    >>> torn_end(b"item_id,themes,note\na1,x,\na2,y")
    26
    """
    lines = content.splitlines(keepends=True)
    header, last = _first_and_last(lines)
    if header is None or last is None or header is last:
        return len(content)
    tail = lines[last.line :]
    # Within an open quote a comma begins no cell.
    more = b"".join(tail).rstrip(b"\r\n") + b",."
    is_open = len(_cells(more.splitlines(keepends=True))) == len(last.cells)
    if is_open and any(len(_cells([line])) == len(header.cells) for line in tail[1:]):
        raise LabelsError(
            f"{name}: the quote that opens in the row of line {last.line + 1} never closes, and "
            "rows follow it.",
            "Close it, or take it away.",
            "その引用符を閉じるか、消してください。",
        )
    finished = content.endswith(_ENDS) or _needs_no_end(content, header.cells, last.cells)
    return len(content) if finished and not is_open else len(content) - sum(map(len, tail))


def _first_and_last(lines: list[bytes]) -> tuple[_Row | None, _Row | None]:
    first = last = None
    begins = 0
    with contextlib.suppress(csv.Error):  # said by what reads the rows
        reader = _reader(lines)
        for cells in reader:
            if cells:
                last = _Row(begins, cells)
                first = first or last
            begins = reader.line_num
    return first, last


def _reader(lines: list[bytes]) -> Any:
    # Quotes, commas and line ends are the same bytes in UTF-8, cp932 and Latin-1.
    return csv.reader(line.decode("latin-1") for line in lines)


def _cells(lines: list[bytes]) -> list[str]:
    return next(_reader(lines), [])


def _needs_no_end(content: bytes, header: list[str], cells: list[str]) -> bool:
    """Tell whether the last row is whole though no line end follows it."""
    if len(cells) != len(header) or header[-1] not in _LAST_VALUES:
        return False
    allowed = _LAST_VALUES[header[-1]]
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # within a character
            return False
    return allowed is None or cells[-1] in allowed


def _utf8(content: bytes, name: str) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LabelsError(
            f"{name} is not in UTF-8 (byte {error.start}); answers are appended in UTF-8.",
            "Save it as CSV in UTF-8.",
            "UTF-8 の CSV で保存し直してください。",
        ) from error


def read_rows(path: str | os.PathLike[str]) -> Source:
    """Read every row of a file of labels, and where each stands.

    What a crash left of the last row is left out, with a warning; the file is not touched.

    Parameters
    ----------
    path : path
        CSV in UTF-8 (with or without BOM) or cp932.

    Returns
    -------
    Source
        ``table`` with :data:`~cio_topics.labels.COLUMNS`, and ``where`` from its rows to file and
        line. Other columns are left out.

    Raises
    ------
    LabelsError
        The file cannot be read, lacks a column, or has a row of other length.

    Examples
    --------
    >>> read_rows("nowhere.csv")
    Traceback (most recent call last):
    ...
    cio_topics.errors.LabelsError: cannot read the labels 'nowhere.csv': No such file ...
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise LabelsError(
            f"cannot read the labels {shorten(str(file), 200)}: {error.strerror or error}.",
            "Give the path of a CSV file of labels.",
            "ラベルの CSV ファイルのパスを指定してください。",
        ) from error
    end = torn_end(content, file.name)
    if end < len(content):
        warnings.warn(
            f"{file.name} ends with a row that was not finished; it is left out. / "
            "最後の書きかけの行は読みませんでした。",
            stacklevel=2,
        )
    source = _table(content[:end], file.name)
    missing = {name: "" for name in COLUMNS if name not in source.table}
    return Source(source.table.assign(**missing)[list(COLUMNS)].astype("str"), source.where)


def _table(content: bytes, name: str) -> Source:
    try:
        source = read_csv_table(decode_japanese(content), name)
    except UnicodeDecodeError as error:
        raise LabelsError(
            f"{name} is neither UTF-8 nor cp932 (byte {error.start}).",
            "Save it as CSV in UTF-8.",
            "UTF-8 の CSV で保存し直してください。",
        ) from error
    except CorpusError as error:
        if error.problems:
            raise LabelsError.from_problems(error.problems) from error
        raise LabelsError(error.message, error.remedy, error.remedy_ja) from error
    if problems := header_problems(source.table.columns, REQUIRED, name):
        raise LabelsError.from_problems(problems)
    return source
