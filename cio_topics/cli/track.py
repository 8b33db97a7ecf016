"""``cio-topics track``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.options import (
    GROUPINGS,
    choice_option,
    codebook_option,
    conditions_text,
    corpus_options,
    format_option,
    interval_option,
    lang_option,
    load_codebook,
    load_corpus,
    output_option,
    seed_option,
    themes_from_option,
)
from cio_topics.cli.output import command_line, table_text, write_output, write_table

if TYPE_CHECKING:
    from cio_topics.themes.table import ThemeSource

_FORMATS = ("table", "csv", "json", "jsonl", "markdown", "latex", "html", "xlsx")


@click.command(short_help="Print shares of themes by period, with intervals.")
@corpus_options
@choice_option("--by", GROUPINGS, "year", "What the columns of the table are.")
@interval_option
@themes_from_option
@choice_option(
    "--cells",
    ("interval", "share", "count"),
    "interval",
    "What stands in the cells of a printed table (table, markdown, latex, html, xlsx).",
)
@codebook_option
@format_option(_FORMATS)
@output_option
@seed_option
@lang_option("ja")
def track(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: str,
    interval: Literal["wilson", "bootstrap"],
    themes_from: ThemeSource,
    cells: Literal["interval", "share", "count"],
    codebook_path: Path | None,
    output_format: Literal["table", "csv", "json", "jsonl", "markdown", "latex", "html", "xlsx"],
    output: Path,
    seed: int,
    lang: str,
) -> None:
    """Print the shares of themes by period, with intervals, ready for a paper.

    期間ごとのテーマの割合を、区間つきの表にします。

    csv, json and jsonl give one row a period and theme (n, n_items, share, share_low, share_high);
    the other formats give the table of a paper: themes as rows, periods as columns, percent.
    """
    corpus = load_corpus(path, bodies, since, until)
    codebook = load_codebook(codebook_path)

    from cio_topics.errors import SettingsError
    from cio_topics.files import table_xlsx
    from cio_topics.manifest import make_manifest
    from cio_topics.periods import period_labels
    from cio_topics.themes import theme_table
    from cio_topics.tracking import print_table, printed_table, theme_shares

    if output_format == "xlsx" and str(output) == "-":
        raise SettingsError(
            "xlsx cannot be printed.",
            "Name a file with -o FILE.xlsx.",
            "-o ファイル名.xlsx を指定してください。",
        )
    shares = theme_shares(
        theme_table(corpus, codebook, source=themes_from),
        by,
        themes=codebook.ids,
        administrations=corpus.administrations,
        interval=interval,
        random_state=seed,
    )
    chosen = {
        "by": by,
        "interval": interval,
        "themes_from": themes_from,
        "seed": seed,
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(corpus, codebook, command=command_line(), settings=chosen)
    if output_format == "csv" or output_format == "json" or output_format == "jsonl":
        write_table(shares, output_format, output, manifest)
        return
    labels = period_labels(by, list(shares["period"].unique()), corpus.administrations)
    printed = printed_table(
        shares,
        theme_names={t.id: t.name_ja if lang == "ja" else t.name_en for t in codebook.themes},
        period_names=dict(zip(labels["period"], labels[lang], strict=True)),
        cells=cells,
        theme_header="テーマ" if lang == "ja" else "Theme",
    )
    notes = _notes(lang, interval, themes_from, manifest["corpus"]["sha256"], codebook.version)
    if output_format == "xlsx":
        numbered = {str(place): note for place, note in enumerate(notes, start=1)}
        content: str | bytes = table_xlsx({"table": printed, "shares": shares}, numbered)
    elif output_format == "table":
        content = table_text(printed) + "\n" + "\n".join(notes) + "\n"
    else:
        content = print_table(printed, output_format, notes=notes)
    write_output(content, output, manifest)


def _notes(
    lang: str, interval: str, themes_from: str, corpus_hash: str, version: str
) -> tuple[str, ...]:
    made = f"cio-topics, corpus {corpus_hash[:12]}, codebook {version}, themes {themes_from}."
    if lang == "ja":
        method = "Wilson 法" if interval == "wilson" else "会議を単位とするブートストラップ"
        return (
            f"割合は%、[ ] は95%区間({method})、n は期間の項目数。一項目に複数のテーマがありうる。",
            made,
        )
    method = "Wilson" if interval == "wilson" else "bootstrap of meetings"
    return (
        f"Percent; [ ] 95% interval ({method}); n: items of the period. An item may have several "
        "themes.",
        made,
    )
