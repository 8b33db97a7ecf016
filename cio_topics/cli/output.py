"""Write results to the terminal, a pipe or a file."""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "check_output",
    "command_line",
    "display_width",
    "duration",
    "fitting",
    "json_text",
    "note_inputs",
    "printable",
    "records",
    "show_count",
    "show_line",
    "steps",
    "table_text",
    "timed_progress",
    "write_output",
    "write_table",
    "write_tables",
]


_INPUTS, _OUTPUTS = "cio_topics.inputs", "cio_topics.outputs"
# Files of a corpus that is a folder.
_TABLES = (
    *("meetings", "items", "documents", "decisions", "administrations"),
    *("theme_labels", "sources"),
)

# What changes no result: where it is written, and who collects.
_LEFT_OUT = ("-o", "--output", "--save", "--save-map", "--contact")


def command_line() -> str:
    """Return the command that is running, without what changes no result.

    That is where it writes, and who collects: a report is shared, a mail address need not be.
    """
    words = ["cio-topics"]
    skip = False
    for word in sys.argv[1:]:
        if skip or word == "--debug":
            skip = False
        elif word in _LEFT_OUT:
            skip = True
        elif not word.startswith(("-o", *(f"{name}=" for name in _LEFT_OUT[1:]))):
            words.append(word)
    return shlex.join(words)


def display_width(text: str) -> int:
    """Columns a text takes on a terminal: a Japanese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fitting(parts: Iterable[str], separator: str, width: int) -> str:
    """Join as many parts as fit in so many columns.

    Examples
    --------
    >>> fitting(["電子政府", "計画", "評価"], "、", 16)
    '電子政府、計画'
    """
    text = ""
    for part in parts:
        longer = f"{text}{separator}{part}" if text else part
        if display_width(longer) > width:
            break
        text = longer
    return text


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.3f}"
    return "" if value is None or str(value) == "<NA>" else printable(str(value))


# They move the cursor of a terminal, or turn the direction of a line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return a text whose control characters are written out, safe on a terminal."""
    return _CONTROL.sub(_escaped, text)


def _escaped(character: re.Match[str]) -> str:
    return character[0].encode("unicode_escape").decode()


def table_text(table: pd.DataFrame) -> str:
    """Return a table for a terminal: texts to the left, numbers to the right.

    The last column is not padded.
    """
    from pandas.api.types import is_numeric_dtype

    if table.empty:
        return "(no rows)\n"
    columns = []
    for place, name in enumerate(table.columns):
        cells = [str(name), *map(_shown, table[name])]
        width = max(map(display_width, cells))
        blanks = [" " * (width - display_width(cell)) for cell in cells]
        if is_numeric_dtype(table[name]):
            padded = [blank + cell for cell, blank in zip(cells, blanks, strict=True)]
        elif place + 1 == len(table.columns):
            padded = cells
        else:
            padded = [cell + blank for cell, blank in zip(cells, blanks, strict=True)]
        columns.append(padded)
    return "".join("  ".join(row).rstrip() + "\n" for row in zip(*columns, strict=True))


def _plain(value: Any) -> Any:
    """Return a value JSON knows; what is missing is null, what is infinite "inf" as in CSV."""
    import numpy as np
    import pandas as pd

    if isinstance(value, list | tuple | dict | str):
        return value
    if pd.isna(value):
        return None
    plain = value.item() if isinstance(value, np.generic) else value
    return str(plain) if isinstance(plain, float) and np.isinf(plain) else plain


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dicts that JSON knows."""
    return [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def json_text(content: Any) -> str:
    """Return readable JSON with a newline at its end."""
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def note_inputs(*paths: Path | None) -> None:
    """Remember files and folders that this command reads, so that they are not written over."""
    context = click.get_current_context(silent=True)
    if context is not None:
        given = [path for path in paths if path is not None]
        context.meta.setdefault(_INPUTS, []).extend(given)


def check_output(output: Path) -> None:
    """Refuse to write over what this command reads, or has written already.

    Raises
    ------
    SettingsError
    """
    from cio_topics.errors import SettingsError

    context = click.get_current_context(silent=True)
    if context is None or (output.exists() and not output.is_file()):  # a device, a pipe
        return
    target = output.resolve()
    for path in context.meta.get(_INPUTS, []):
        known = path.resolve()
        if target == known or (target.parent == known and target.stem in _TABLES):
            raise SettingsError(
                f"{str(output)!r} is read by this command; it would be written over.",
                "Give another name.",
                "別のファイル名を指定してください。",
            )
    written = context.meta.setdefault(_OUTPUTS, [])
    if target in written:
        raise SettingsError(
            f"{str(output)!r} is given for two results.",
            "Give each a name of its own.",
            "それぞれ別のファイル名を指定してください。",
        )
    written.append(target)


def write_output(
    content: str | bytes, output: Path, manifest: dict[str, Any] | None = None
) -> None:
    """Write to standard output or, whole or not at all, to a file with its manifest beside it."""
    from cio_topics.files import write_bytes

    data = content.encode("utf-8") if isinstance(content, str) else content
    if str(output) == "-":
        click.echo(data, nl=False)
        return
    check_output(output)
    write_bytes(output, data)
    if manifest is not None and output.is_file():
        beside = output.with_name(f"{output.name}.manifest.json")
        write_bytes(beside, json_text(manifest).encode("utf-8"))


def write_table(
    table: pd.DataFrame, output_format: str, output: Path, manifest: dict[str, Any] | None = None
) -> None:
    """Write one table as text table, CSV, JSON (with its manifest, if any) or JSON lines."""
    from cio_topics.files import table_csv

    if output_format == "csv":
        text = table_csv(table)
    elif output_format == "json":
        head = {} if manifest is None else {"manifest": manifest}
        text = json_text({**head, "rows": records(table)})
    elif output_format == "jsonl":
        lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in records(table))
        text = "".join(f"{line}\n" for line in lines)
    else:
        text = table_text(table)
    write_output(text, output, manifest)


def write_tables(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    manifest: dict[str, Any],
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write a CSV a table, texts by their names, and the manifest into a folder, all or nothing."""
    from cio_topics.files import replace_folder, table_csv, write_bytes

    contents = {f"{name}.csv": table_csv(table) for name, table in tables.items()}
    contents |= {**(texts or {}), "manifest.json": json_text(manifest)}
    for name in contents:
        check_output(folder / name)
    with replace_folder(folder) as place:
        for name, content in contents.items():
            write_bytes(place / name, content.encode("utf-8"))


def show_count(n: int, what: str) -> None:
    """Show on a terminal's standard error how far a long command has come."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{n:,} {what} …" if n else "\r\x1b[K", err=True, nl=False)


def timed_progress(what: str) -> Callable[[int, int], None]:
    """Return what shows how many steps are done, of all, and how long the others may take."""
    begun = time.monotonic()

    def progress(done: int, total: int) -> None:
        left = (time.monotonic() - begun) / done * (total - done)
        show_count(done, f"of {total:,} {what}, about {duration(left)} left")

    return progress


def duration(seconds: float) -> str:
    """Return a time in words: 12 s, 3 min, 1 h 20 min."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def show_line(line: str) -> None:
    """Show on a terminal's standard error what a long command does."""
    if sys.stderr.isatty():
        click.echo(line, err=True)


class steps:  # noqa: N801 - used as a function
    """Show the steps of a long command on a terminal's standard error."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(names)
        self._shown = sys.stderr.isatty()

    def __call__(self, name: str) -> None:
        """Show that a step begins."""
        if self._shown:
            place = self._names.index(name) + 1 if name in self._names else 0
            click.echo(f"\r\x1b[K[{place}/{len(self._names)}] {name} …", err=True, nl=False)

    def done(self) -> None:
        """Clear the line."""
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
