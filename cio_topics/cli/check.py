"""``cio-topics check``."""

from __future__ import annotations

from pathlib import Path

import click

from cio_topics.cli.options import corpus_options, format_option, load_corpus, plain_output_option
from cio_topics.cli.output import json_text, records, table_text, write_output

_HEADINGS = {
    "totals": "What the corpus holds / 内容",
    "years": "By year / 年別",
    "bodies": "By body / 会議体別",
    "precision": "Precision of dates / 日付の精度",
    "missing": "Missing values / 欠けている値",
    "remarks": "Worth a look / 気づいた点",
}


@click.command(short_help="Check a corpus; say what it covers and lacks.")
@corpus_options
@format_option(("table", "json"))
@plain_output_option
def check(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    output_format: str,
    output: Path,
) -> None:
    """Check a corpus and say what it covers and what it lacks.

    コーパスの誤りを一覧し、範囲と欠けている値を示します。

    Every bad value is listed with its file, line, column and what was expected (exit code 3).
    """
    corpus = load_corpus(path, bodies, since, until)

    from cio_topics.corpus import coverage

    tables = coverage(corpus)
    if output_format == "json":
        content = {"sha256": corpus.hash, **{name: records(t) for name, t in tables.items()}}
        write_output(json_text(content), output)
        return
    parts = [
        f"{_HEADINGS[name]}\n{table_text(table)}"
        for name, table in tables.items()
        if len(table) or name == "totals"
    ]
    text = f"No errors found. / 誤りはありません。 SHA-256 {corpus.hash}\n\n" + "\n".join(parts)
    write_output(text, output)
