"""``cio-topics replicate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import (
    codebook_option,
    lang_option,
    load_codebook,
    load_corpus,
    seed_option,
    themes_from_option,
)
from cio_topics.cli.output import check_output, command_line, write_tables
from cio_topics.cli.result import (
    check_result_format,
    result_format_option,
    write_result,
)

if TYPE_CHECKING:
    from cio_topics.case_study import Replication
    from cio_topics.cli.result import ResultFormat
    from cio_topics.themes.table import ThemeSource


@click.command(short_help="Hold the claims of the case study to a corpus.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--body", metavar="NAME", help="Name that the case study's body has in your corpus.")
@themes_from_option
@codebook_option
@result_format_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    metavar="FOLDER",
    help="Write the page, the tables and a manifest into this folder, instead of a short list. "
    "With a --format other than table: the file to write the list to.",
)
@seed_option
@lang_option("ja")
def replicate(
    path: Path | None,
    body: str | None,
    themes_from: ThemeSource,
    codebook_path: Path | None,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
) -> None:
    """Hold every claim of the case study (Honda 2019) to a corpus: confirmed, contradicted, or not.

    事例研究(本田 2019)の主張を一つずつコーパスと照らし、確認・矛盾・判定不能を数とともに示します。

    A verdict rests only on rows that do not come from the case study. Where the corpus is too thin,
    it says how many more meetings or items are needed. PATH is any corpus with that body; a
    complete one gives the complete replication.

    Without -o a short list is printed. With -o FOLDER: replication.html, verdicts.csv,
    estimates.csv, evidence.csv, table1.csv, internal.csv, README.md and manifest.json.

    Example: cio-topics replicate -o replication
    """
    check_result_format(output_format, output)
    corpus = load_corpus(path)
    as_folder = str(output) != "-" and output_format == "table"
    if as_folder:
        check_output(output / "items.csv")  # a folder with a corpus keeps its own README
    codebook = load_codebook(codebook_path)

    from cio_topics import case_study
    from cio_topics.manifest import make_manifest
    from cio_topics.tracking import CASE_STUDY_BODY

    named = CASE_STUDY_BODY if body is None else body
    found = case_study.replicate(
        corpus, codebook, source=themes_from, body=named, random_state=seed
    )
    settings = {"themes_from": themes_from, "body": named, "seed": seed, "lang": lang}
    manifest = make_manifest(corpus, codebook, command=command_line(), settings=settings)
    if as_folder:
        _write_folder(found, output, manifest, lang)
    else:
        printed = case_study.printed_verdicts(found, lang)
        write_result(found.verdicts, printed, output_format, output, manifest)


def _write_folder(
    found: Replication, folder: Path, manifest: dict[str, Any], lang: Literal["ja", "en"]
) -> None:
    """Write the page, the tables and the manifest, and say where the page is."""
    from cio_topics.case_study import replication_readme
    from cio_topics.report.replicated import render_replication

    tables = {
        "verdicts": found.verdicts,
        "estimates": found.estimates,
        "evidence": found.evidence,
        "table1": found.table1,
        "internal": found.internal,
    }
    texts = {
        "replication.html": render_replication(found, manifest, lang=lang),
        "README.md": replication_readme(found, manifest, lang),
    }
    write_tables(tables, folder, manifest | {"facts": found.facts}, texts)
    click.echo(str(folder / "replication.html"))
