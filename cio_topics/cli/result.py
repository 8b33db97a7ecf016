"""Write a result: as data, or as the table of a paper with its title and notes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cio_topics.cli.options import format_option
from cio_topics.cli.output import table_text, write_output, write_table

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tables import Printed

__all__ = ["RESULT_FORMATS", "check_result_format", "result_format_option", "write_result"]

ResultFormat = Literal["table", "csv", "json", "jsonl", "markdown", "latex", "html", "word", "xlsx"]
#: ``csv``, ``json`` and ``jsonl`` are the result itself; the others the table of a paper.
RESULT_FORMATS = ("table", "csv", "json", "jsonl", "markdown", "latex", "html", "word", "xlsx")

result_format_option = format_option(RESULT_FORMATS)


def check_result_format(output_format: str, output: Path) -> None:
    """Refuse a workbook on standard output, before any work is done.

    Raises
    ------
    SettingsError
    """
    from cio_topics.errors import SettingsError

    if output_format == "xlsx" and str(output) == "-":
        raise SettingsError(
            "xlsx cannot be printed.",
            "Name a file with -o FILE.xlsx.",
            "-o ファイル名.xlsx を指定してください。",
        )


def write_result(
    result: pd.DataFrame,
    printed: Printed,
    output_format: ResultFormat,
    output: Path,
    manifest: dict[str, Any],
) -> None:
    """Write a result in one of :data:`RESULT_FORMATS`, its manifest beside a file."""
    from cio_topics.tables import printed_bytes

    if output_format == "csv" or output_format == "json" or output_format == "jsonl":
        write_table(result, output_format, output, manifest)
    elif output_format == "table":
        head = f"{printed.title}\n\n" if printed.title else ""
        text = head + table_text(printed.table) + "".join(f"\n{note}" for note in printed.notes)
        write_output(f"{text}\n", output, manifest)
    else:
        content = printed_bytes(printed, output_format, result=result)
        write_output(content, output, manifest)
