"""Write files whole or not at all, tables that a spreadsheet cannot be tricked by; read TOML."""

from __future__ import annotations

import contextlib
import csv
import io
import math
import os
import re
import shutil
import stat
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cio_topics.errors import CioTopicsError, OutputError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "decode_japanese",
    "final_place",
    "guard_formula",
    "guard_formulas",
    "is_device",
    "read_toml",
    "replace_folder",
    "table_csv",
    "table_xlsx",
    "unguard_formulas",
    "write_bytes",
]

# A spreadsheet reads a cell that begins with one of these as a formula (OWASP, CSV injection).
# The full-width signs too: Japanese spreadsheets take them for the others.
_FORMULA = re.compile(r"^'*[=+\-@\t\r＝＋－＠]")
_NO_TEXT = re.compile("[\x80-\x9f\uf8f0-\uf8f3]")
_CELL = 32_767  # characters a cell of a workbook can hold
_CUT = " … (cut)"
_GUARDED = re.compile(r"^'+[=+\-@\t\r＝＋－＠]")


def guard_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("電子政府")
    ("'=1+1", '電子政府')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def guard_formulas(values: pd.Series[str]) -> pd.Series[str]:
    """Do what :func:`guard_formula` does to many texts.

    Inverse of :func:`unguard_formulas`.

    Examples
    --------
    >>> import pandas as pd
    >>> guard_formulas(pd.Series(["=1+1", "電子政府"])).tolist()
    ["'=1+1", '電子政府']
    """
    risky = values.str.match(_FORMULA)
    return values.where(~risky, "'" + values)


def unguard_formulas(values: pd.Series[str]) -> pd.Series[str]:
    """Take away the apostrophe that :func:`guard_formulas` put there.

    Examples
    --------
    >>> import pandas as pd
    >>> unguard_formulas(pd.Series(["'=1+1", "'引用'"])).tolist()
    ['=1+1', "'引用'"]
    """
    guarded = values.str.match(_GUARDED)
    return values.where(~guarded, values.str.slice(1))


def decode_japanese(content: bytes) -> str:
    """Decode UTF-8 (with or without BOM) or, if it is none, cp932.

    Raises
    ------
    UnicodeDecodeError
        The bytes are neither. Bytes that cp932 maps to control or private-use characters are no
        text either.

    Examples
    --------
    >>> decode_japanese("議事次第".encode("cp932"))
    '議事次第'
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932")
        odd = _NO_TEXT.search(text)
        if odd:
            start = len(text[: odd.start()].encode("cp932"))
            raise UnicodeDecodeError("cp932", content, start, start + 1, "no text") from None
        return text


def read_toml(path: Path, what: str, error: type[CioTopicsError]) -> tuple[dict[str, Any], str]:
    """Return what a TOML file holds, and its text.

    Parameters
    ----------
    path : Path
    what : str
        What the file is, for the message.
    error : type of CioTopicsError
        What is raised if it cannot be read, or is no TOML in UTF-8.

    Examples
    --------
    >>> read_toml(Path("nowhere.toml"), "lexicon", CioTopicsError)
    Traceback (most recent call last):
    ...
    cio_topics.errors.CioTopicsError: cannot read the lexicon 'nowhere.toml': No such file ...
    """
    try:
        source = path.read_bytes().decode("utf-8-sig")
        return tomllib.loads(source + "\n"), source  # an error in the last line has its number
    except OSError as reason:
        raise error(
            f"cannot read the {what} {str(path)!r}: {reason.strerror or reason}.",
            "Give the path of a TOML file.",
            "TOML ファイルのパスを指定してください。",
        ) from reason
    except (ValueError, RecursionError) as reason:  # no TOML, no UTF-8, a number of 5,000 digits
        raise error(
            f"{path.name} is no TOML in UTF-8: {reason}.",
            "Correct the file at that place.",
            "その場所を直してください。",
        ) from reason


def _is_text(values: pd.Series) -> bool:
    import pandas as pd

    return not pd.api.types.is_numeric_dtype(values.dtype)


def _guarded(values: pd.Series) -> pd.Series:
    if not _is_text(values):
        return values
    return guard_formulas(values.astype("str").fillna(""))


def table_csv(table: pd.DataFrame) -> str:
    r"""Return `table` as CSV text with guarded cells and headers, ``\n`` line ends and no index.

    Examples
    --------
    >>> import pandas as pd
    >>> table_csv(pd.DataFrame({"title": ["=cmd"], "n": [-1]}))
    "title,n\n'=cmd,-1\n"
    """
    import pandas as pd

    columns = [_guarded(table.iloc[:, place]) for place in range(table.shape[1])]
    guarded = pd.concat(columns, axis=1) if columns else table
    header = guard_formulas(pd.Series([str(c) for c in table.columns], dtype="str")).tolist()
    # The csv writer leaves a lone carriage return without quotes, and readers end the row there.
    returns = any(c.str.contains("\r", regex=False).any() for c in columns if _is_text(c))
    text: str = guarded.to_csv(
        index=False,
        header=header,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL,
    )
    return text


def table_xlsx(sheets: dict[str, pd.DataFrame], notes: dict[str, str] | None = None) -> bytes:
    """Return a workbook with one sheet a table: frozen header, texts never run as formulas.

    Parameters
    ----------
    sheets : dict of str to DataFrame
        Sheet names (at most 31 characters) and tables.
    notes : dict of str to str, optional
        Lines written on a last sheet called ``notes``.

    Returns
    -------
    bytes
        The same bytes for the same tables: the creation date is fixed.
    """
    import datetime as dt

    import pandas as pd
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": dt.datetime(1980, 1, 1)})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    if notes:
        lines = pd.DataFrame({"key": list(notes), "value": list(notes.values())})
        sheets = {**sheets, "notes": lines}
    for name, table in sheets.items():
        fill_sheet(book.add_worksheet(name[:31]), table, bold)
    book.close()
    return buffer.getvalue()


def fill_sheet(sheet: Any, table: pd.DataFrame, head: Any, *, row: int = 0) -> None:
    """Write a table into a worksheet of xlsxwriter: frozen header, columns as wide as their texts.

    Parameters
    ----------
    sheet : xlsxwriter.worksheet.Worksheet
    table : DataFrame
    head : xlsxwriter.format.Format
        Of the header.
    row : int, default 0
        Where the header stands.
    """
    sheet.freeze_panes(row + 1, 1)
    for column, header in enumerate(table.columns):
        values = table.iloc[:, column]
        sheet.write_string(row, column, str(header), head)
        shown = [str(v) for v in values.head(200)]
        width = max([_display_width(str(header)), *map(_display_width, shown)], default=8)
        sheet.set_column(column, column, min(60, width + 2))
        _write_column(sheet, column, values, row + 1)


def _write_column(sheet: Any, column: int, values: pd.Series, first: int) -> None:
    """Write texts as texts and numbers as numbers; leave cells empty where a value is missing."""
    if _is_text(values):
        for row, text in enumerate(values.astype("str").fillna(""), start=first):
            if text != "":
                cut = text if len(text) <= _CELL else text[: _CELL - len(_CUT)] + _CUT
                sheet.write_string(row, column, cut)
        return
    for row, (number, known) in enumerate(zip(values, values.notna(), strict=True), start=first):
        if known and math.isfinite(number):
            sheet.write_number(row, column, float(number))
        elif known:
            sheet.write_string(row, column, str(number))


def _display_width(text: str) -> int:
    """Width in columns of a fixed-width font: a kanji counts two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write {str(path)!r}: {error.strerror or error}.",
        "Choose a folder you may write to with -o.",
        "書き込めるフォルダを -o で指定してください。",
    )


def is_device(path: Path) -> bool:
    """Tell whether a path is a device or a pipe: it is written to, and never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def final_place(path: Path) -> Path:
    """Return where a link leads, which is what is replaced; any other path as it is."""
    return path.resolve() if path.is_symlink() else path


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to a temporary file beside `path`, then rename it.

    A link stays one: the file it leads to is replaced. A device or a pipe is written to. A file
    that is replaced keeps its permissions.

    Raises
    ------
    OutputError
        The folder cannot be made or written to; nothing is left behind.
    """
    target = final_place(Path(path))
    if is_device(target):
        try:
            target.write_bytes(content)
        except OSError as error:
            raise _cannot_write(target, error) from error
        return
    mode = stat.S_IMODE(target.stat().st_mode) if target.is_file() else 0o666 & ~_umask()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _cannot_write(target, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(mode)
        temporary.replace(target)
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def replace_folder(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary folder; move its files into `folder` when the block ends well.

    An error or an interrupt, in the block or while files are moved, leaves `folder` as it was.

    Raises
    ------
    OutputError
        The folder cannot be made or written to.
    """
    target = Path(folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_dir():
            raise NotADirectoryError(20, "a file of this name exists")
        beside = target if target.is_dir() else target.parent
        made = tempfile.mkdtemp(dir=beside, prefix=".cio-topics-")
    except OSError as error:
        raise _cannot_write(target, error) from error
    temporary = Path(made)
    try:
        temporary.chmod(0o755)
        yield temporary
        _move_files(temporary, target)
    except CioTopicsError:
        raise
    except OSError as error:
        raise _cannot_write(target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move_files(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
        return
    files = sorted(p for p in temporary.rglob("*") if p.is_file())
    moved: list[tuple[Path, Path | None]] = []
    try:
        for file in files:
            place = target / file.relative_to(temporary)
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                raise IsADirectoryError(21, f"{place.name!r} is a folder there")
            old = file.with_name(file.name + ".old") if place.exists() else None
            if old:
                place.replace(old)
            moved.append((place, old))
            file.replace(place)
    except BaseException:
        for place, old in reversed(moved):
            place.unlink(missing_ok=True)
            if old:
                old.replace(place)
        raise
