"""``cio-topics report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.options import (
    codebook_option,
    conditions_text,
    corpus_options,
    interval_option,
    lang_option,
    load_codebook,
    load_corpus,
    model_options,
    seed_option,
    themes_from_option,
)
from cio_topics.cli.output import command_line, steps

if TYPE_CHECKING:
    from cio_topics.themes.table import ThemeSource

_STEPS = ("corpus", "themes", "topics", "quality", "figures", "tables", "page")


@click.command(short_help="Write one page with themes over time (begin here).")
@corpus_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default="cio-topics-report",
    show_default=True,
    metavar="DIR",
    help="Folder to write.",
)
@codebook_option
@themes_from_option
@interval_option
@model_options
@seed_option
@lang_option("ja")
def report(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    output: Path,
    codebook_path: Path | None,
    themes_from: ThemeSource,
    interval: Literal["wilson", "clustered", "bootstrap"],
    model: str,
    n_topics: int,
    pool: Literal["item", "meeting", "body_year"],
    seed: int,
    lang: Literal["ja", "en"],
) -> None:
    """Write one page with themes over time, tables, figures and a manifest.

    議事テーマの推移を一枚のページ・表・図にまとめます。

    PATH is a folder with meetings and items, or one agenda file; the embedded corpus if left out.
    Open report.html in any browser: no network is needed. Underlined numbers open their items.
    """
    progress = steps(_STEPS)
    progress("corpus")
    corpus = load_corpus(path, bodies, since, until)
    codebook = load_codebook(codebook_path)

    from cio_topics.report import ReportSettings, write_report

    settings = ReportSettings(
        source=themes_from,
        interval=interval,
        topic_model=model,
        n_topics=n_topics,
        pool=pool,
        random_state=seed,
        conditions=conditions_text(bodies, since, until),
    )
    try:
        page = write_report(
            corpus,
            codebook,
            output,
            settings=settings,
            command=command_line(),
            lang=lang,
            progress=progress,
        )
    finally:
        progress.done()
    click.echo(f"{page}")
