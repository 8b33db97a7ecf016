"""``cio-topics merge``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.output import table_text

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus

_SHOWN = 20
_WIDTH = 40


@click.command(short_help="Join corpora of the same bodies from different sources.")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("others", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Where to write the corpus (xlsx: a file) and, beside its tables, conflicts.csv.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("csv", "jsonl", "xlsx", "parquet")),
    default="csv",
    show_default=True,
    help="How the tables are written.",
)
@click.option(
    "--encoding",
    type=click.Choice(("utf-8", "utf-8-sig", "cp932")),
    default="utf-8",
    show_default=True,
    help="Of CSV; utf-8-sig opens in Excel as it is.",
)
def merge(
    first: Path,
    others: tuple[Path, ...],
    output: Path,
    output_format: Literal["csv", "jsonl", "xlsx", "parquet"],
    encoding: Literal["utf-8", "utf-8-sig", "cp932"],
) -> None:
    """Join corpora of the same bodies from different sources, the first before the others.

    同じ会議体のコーパスを一つにまとめます。

    Each cell takes the value of its most reliable source (official, archive copy, news, blog); what
    others say is kept in the table sources, and contradictions are listed in conflicts.csv. Ids of
    FIRST survive. docs/merge.md has the rules.
    """
    from cio_topics.corpus import read_corpus, write_corpus
    from cio_topics.files import write_bytes
    from cio_topics.merge import merge as join

    corpora = [read_corpus(path) for path in (first, *others)]
    corpus, conflicts = join(corpora[0], corpora[1], *corpora[2:])
    listed = _csv_bytes(conflicts, encoding)
    write_corpus(corpus, output, output_format, encoding=encoding)
    workbook = output_format == "xlsx"
    place = output.with_suffix(".conflicts.csv") if workbook else output / "conflicts.csv"
    write_bytes(place, listed)
    click.echo(_summary(corpora, corpus) + _shown(conflicts, place), nl=False)


def _csv_bytes(conflicts: pd.DataFrame, encoding: str) -> bytes:
    from cio_topics.errors import OutputError
    from cio_topics.files import table_csv

    try:
        return table_csv(conflicts).encode(encoding)
    except UnicodeEncodeError as error:
        raise OutputError(
            f"conflicts has {error.object[error.start]!r}, which {encoding} cannot hold.",
            "Write it in utf-8 or utf-8-sig.",
            "utf-8 か utf-8-sig で保存してください。",
        ) from error


def _summary(corpora: list[Corpus], merged: Corpus) -> str:
    """Return how many rows were joined and added."""
    import pandas as pd

    rows = []
    for what, name in (("meetings / 会議", "meetings"), ("items / 項目", "items")):
        first, *more = (len(corpus.tables[name]) for corpus in corpora)
        total = len(merged.tables[name])
        rows.append((what, first, sum(more), sum(more) - (total - first), total - first, total))
    names = ["", "first / 先", "others / 後", "joined / 統合", "added / 追加", "total / 計"]
    return table_text(pd.DataFrame(rows, columns=names))


def _shown(conflicts: pd.DataFrame, place: Path) -> str:
    """Return at most 20 conflicts, and how many there are."""
    head = f"\n{len(conflicts)} conflicts / 食い違い {len(conflicts)} 件: {place}\n"
    if conflicts.empty:
        return f"\nNo conflicts. / 食い違いはありません。 {place}\n"
    columns = ["table", "id", "field", "kept", "other", "why"]
    rows = conflicts.head(_SHOWN)[columns].map(_cut)
    left = len(conflicts) - len(rows)
    more = f"… and {left} more / ほか {left} 件\n" if left else ""
    return head + table_text(rows) + more


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
