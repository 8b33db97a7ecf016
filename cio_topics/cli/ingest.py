"""``cio-topics ingest``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cio_topics.cli.output import command_line, show_count, table_text
from cio_topics.errors import PROBLEMS_SHOWN

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.ingest import Ingested, TableMapping

__all__ = ["ingest", "ingest_options", "ingest_to"]

Command = TypeVar("Command", bound=Callable[..., Any])

# As in cio_topics.corpus.SOURCE_KINDS, without the empty one.
_KINDS = ("official", "archive_copy", "news", "blog", "paper")


def ingest_options(command: Command) -> Command:
    """Add what ``ingest`` and ``build`` have in common."""
    for option in (
        click.option(
            "--timeout-file",
            "seconds",
            type=click.FloatRange(1),
            default=60.0,
            show_default=True,
            metavar="SECONDS",
            help="A file that takes longer is stopped and reported.",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(1, 64),
            default=2,
            show_default=True,
            help="How many files are read at once.",
        ),
        click.option(
            "--format",
            "file_format",
            type=click.Choice(["csv", "jsonl", "parquet"]),
            default="csv",
            show_default=True,
            help="Format of the tables.",
        ),
        click.option(
            "--source-kind",
            type=click.Choice(_KINDS),
            help="How reliable the sources are, where their addresses do not tell "
            "(go.jp and lg.jp are official).",
        ),
    ):
        command = option(command)
    return command


@click.command(short_help="Read saved pages, PDFs and tables into a corpus.")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the corpus is written (required without --dry-run).",
)
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column of a table holds what: --map title=議題. Repeatable.",
)
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="FIELD=TEXT",
    help="What all rows of a table have in common and no column holds: "
    "--value body=試験会議. Repeatable.",
)
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The same in TOML; --dry-run prints one to begin with.",
)
@click.option("--split-items", is_flag=True, help="Part cells of tables that hold several items.")
@click.option("--dry-run", is_flag=True, help="Say how each file would be read; write nothing.")
@ingest_options
def ingest(
    sources: tuple[str, ...],
    folder: Path | None,
    pairs: tuple[str, ...],
    values: tuple[str, ...],
    mapping_path: Path | None,
    split_items: bool,
    dry_run: bool,
    source_kind: str | None,
    file_format: str,
    jobs: int,
    seconds: float,
) -> None:
    """Read saved pages (HTML, PDF, text), zip archives and tables into a checked corpus.

    保存したページ・PDF・表から、会議と議題のコーパスを作ります。

    SOURCE is a file, a folder (also one made by cio-topics collect), a pattern or a zip. The
    folder gets the tables, ingest_report.html (what was read from each file, what was left
    unread and why) and ingest_report.json. Then:

        cio-topics report FOLDER
    """
    mapping = _mapping(mapping_path, pairs, values, split_items)
    if dry_run:
        _dry_run(sources, mapping)
        return
    if folder is None:
        raise click.UsageError("Missing option '-o': the folder of the corpus.")
    ingest_to(sources, folder, mapping, source_kind, file_format, jobs, seconds)


def _mapping(
    path: Path | None, pairs: tuple[str, ...], values: tuple[str, ...], split_items: bool
) -> TableMapping:
    from cio_topics.ingest.tables import TableMapping, add_columns, read_mapping

    mapping = TableMapping() if path is None else read_mapping(path)
    given = add_columns(mapping, pairs, values)
    return given._replace(split_items=mapping.split_items or split_items)


def ingest_to(
    sources: tuple[str, ...],
    folder: Path,
    mapping: TableMapping | None,
    source_kind: str | None,
    file_format: str,
    jobs: int,
    seconds: float,
) -> None:
    """Ingest, write the corpus with its account, and say what came of it."""
    from cio_topics.ingest import Limits
    from cio_topics.ingest import ingest as read
    from cio_topics.ingest.run import NothingReadError
    from cio_topics.report.ingested import (
        account_of_nothing,
        check_place,
        write_account,
        write_ingested,
    )

    check_place(folder)
    settings: dict[str, Any] = {"source_kind": source_kind or "", "seconds a file": seconds}
    if mapping is not None and mapping != type(mapping)():
        settings["mapping"] = mapping._asdict()
    command = command_line()
    try:
        ingested = read(
            sources,
            mapping=mapping,
            source_kind=source_kind or "",
            limits=Limits(seconds=seconds),
            n_jobs=jobs,
            progress=lambda done, name: show_count(done, "files"),
        )
    except NothingReadError as error:
        show_count(0, "files")
        account = account_of_nothing(error.files, command=command, settings=settings)
        page = write_account(account, folder)
        if page is not None:
            click.echo(f"What each file is: {page} / 各ファイルの記録", err=True)
        raise
    show_count(0, "files")
    write_ingested(ingested, folder, file_format=file_format, command=command, settings=settings)
    click.echo(_summary(ingested, folder))


def _summary(ingested: Ingested, folder: Path) -> str:
    corpus, totals = ingested.corpus, ingested.totals
    doubts = sum(bool(account.get("remarks")) for account in ingested.files)
    meetings = corpus.meetings
    lines = [
        f"{len(meetings):,} meetings, {len(corpus):,} items, {len(corpus.documents):,} handouts "
        f"and documents from {totals.get('read', 0):,} of {len(ingested.files):,} files. / "
        f"会議 {len(meetings):,}、議題 {len(corpus):,}、資料 {len(corpus.documents):,}"
    ]
    if totals.get("not understood"):
        lines.append(
            f"Not understood: {totals['not understood']:,} files. / 読み取れなかったページ "
            f"{totals['not understood']:,}"
        )
    if totals.get("left out"):
        lines.append(f"Left out: {totals['left out']:,} files. / 対象外 {totals['left out']:,}")
    if doubts or ingested.remarks:
        lines.append(
            f"Worth a look: {doubts + len(ingested.remarks):,} remarks. / 要確認 "
            f"{doubts + len(ingested.remarks):,}"
        )
    lines.append(f"See {folder / 'ingest_report.html'}; then: cio-topics report {folder}")
    return "\n".join(lines)


def _dry_run(sources: tuple[str, ...], mapping: TableMapping) -> None:
    from cio_topics.ingest.run import MAX_FILE
    from cio_topics.ingest.sources import find_sources, is_table
    from cio_topics.ingest.tables import mapping_toml, preview_table

    pages = 0
    for file in find_sources(sources, max_file=MAX_FILE):
        if file.reason:
            click.echo(f"{file.name}: left out: {file.reason}")
        elif not is_table(file):
            pages += 1
        else:
            reading = preview_table(file.path, mapping)
            click.echo(f"{file.name}\n\n{table_text(_guesses(reading.guesses, reading.mapping))}")
            click.echo(f"As it would be read / 読み取り結果の先頭\n{table_text(reading.sample)}")
            for remark in reading.remarks:
                click.echo(f"  {remark}")
            for problem in reading.problems[:PROBLEMS_SHOWN]:
                click.echo(f"  {problem}")
            if (more := len(reading.problems) - PROBLEMS_SHOWN) > 0:
                click.echo(f"  and {more:,} more problems / ほか {more:,} 件")
            click.echo(
                f"\n# To keep or change this: --mapping FILE\n{mapping_toml(reading.mapping)}"
            )
    if pages:
        click.echo(f"{pages:,} pages, PDFs or texts would be read. / ページ・PDF {pages:,} 件")
    click.echo("Nothing was written. / 何も書き込んでいません")


def _guesses(guesses: Any, mapping: TableMapping) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (
            f,
            c,
            "given" if f not in guesses else guesses[f].confidence,
            "" if f not in guesses else guesses[f].why,
        )
        for f, c in mapping.columns.items()
    ]
    return pd.DataFrame(rows, columns=["field", "column", "how", "why"])
