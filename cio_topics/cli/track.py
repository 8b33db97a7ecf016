"""``cio-topics track``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

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
    load_crosswalk,
    output_option,
    seed_option,
    themes_from_option,
)
from cio_topics.cli.output import command_line, table_text, write_output, write_table

if TYPE_CHECKING:
    from cio_topics.codebook import Crosswalk
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
@click.option(
    "--crosswalk",
    metavar="cap|FILE",
    help="Shares in another codebook: cap for the major topics of the Comparative Agendas Project, "
    "or a crosswalk in TOML.",
)
@click.option(
    "--secondary",
    is_flag=True,
    help="With --crosswalk: count all codes a theme may belong to, not only its primary one.",
)
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
    crosswalk: str | None,
    secondary: bool,
    output_format: Literal["table", "csv", "json", "jsonl", "markdown", "latex", "html", "xlsx"],
    output: Path,
    seed: int,
    lang: str,
) -> None:
    """Print the shares of themes by period, with intervals, ready for a paper.

    期間ごとのテーマの割合を、区間つきの表にします。

    csv, json and jsonl give one row a period and theme (n, n_items, share, share_low, share_high);
    the other formats give the table of a paper: themes as rows, periods as columns, percent.

    Example: cio-topics track --crosswalk cap --by government
    """
    _check_options(output_format, output, secondary and crosswalk is None)
    corpus = load_corpus(path, bodies, since, until)
    codebook = load_codebook(codebook_path)
    crossing = None if crosswalk is None else load_crosswalk(crosswalk, codebook)

    from cio_topics.files import table_xlsx
    from cio_topics.manifest import make_manifest
    from cio_topics.periods import period_labels
    from cio_topics.themes import cross_themes, theme_table
    from cio_topics.tracking import print_table, printed_table, theme_shares

    table = theme_table(corpus, codebook, source=themes_from)
    shown, themes = codebook, codebook.ids
    if crossing is not None:
        table = cross_themes(table, crossing, secondary=secondary)
        shown = crossing.target
        themes = crossing.reached(secondary=secondary)
    shares = theme_shares(
        table,
        by,
        themes=themes,
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
    if crossing is not None:
        manifest["crosswalk"] = _crosswalk_account(crossing, secondary)
    if output_format == "csv" or output_format == "json" or output_format == "jsonl":
        if crossing is not None:
            click.echo("\n".join(_crosswalk_notes(crossing, lang, secondary)), err=True)
        write_table(shares, output_format, output, manifest)
        return
    labels = period_labels(by, list(shares["period"].unique()), corpus.administrations)
    names = {t.id: t.name_ja if lang == "ja" else t.name_en for t in shown.themes}
    if crossing is not None:
        names = {theme: f"{theme} {name}" for theme, name in names.items()}
    printed = printed_table(
        shares,
        theme_names=names,
        period_names=dict(zip(labels["period"], labels[lang], strict=True)),
        cells=cells,
        theme_header="テーマ" if lang == "ja" else "Theme",
    )
    notes = _notes(lang, interval, themes_from, manifest["corpus"]["sha256"], codebook.version)
    if crossing is not None:
        notes = (*notes, *_crosswalk_notes(crossing, lang, secondary))
    if output_format == "xlsx":
        numbered = {str(place): note for place, note in enumerate(notes, start=1)}
        content: str | bytes = table_xlsx({"table": printed, "shares": shares}, numbered)
    elif output_format == "table":
        content = table_text(printed) + "\n" + "\n".join(notes) + "\n"
    else:
        content = print_table(printed, output_format, notes=notes)
    write_output(content, output, manifest)


def _check_options(output_format: str, output: Path, secondary_alone: bool) -> None:
    from cio_topics.errors import SettingsError

    if output_format == "xlsx" and str(output) == "-":
        raise SettingsError(
            "xlsx cannot be printed.",
            "Name a file with -o FILE.xlsx.",
            "-o ファイル名.xlsx を指定してください。",
        )
    if secondary_alone:
        raise SettingsError(
            "--secondary without --crosswalk; expected both.",
            "Add --crosswalk cap.",
            "--crosswalk cap を付けてください。",
        )


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


def _crosswalk_account(crosswalk: Crosswalk, secondary: bool) -> dict[str, Any]:
    """Return what the manifest says of a crosswalk."""
    from hashlib import sha256

    from cio_topics.codebook import FITS
    from cio_topics.manifest import codebook_hash

    primary = [crosswalk.primary(theme).fit for theme in crosswalk.source.ids]
    return {
        "version": crosswalk.version,
        "name": crosswalk.name_en,
        "sha256": sha256(repr(crosswalk).encode()).hexdigest(),
        "target": {
            "name": crosswalk.target.name_en,
            "version": crosswalk.target.version,
            "sha256": codebook_hash(crosswalk.target),
        },
        "links": "all" if secondary else "primary",
        "themes_by_fit": {fit: primary.count(fit) for fit in FITS},
        "note_ja": crosswalk.note_ja,
        "note_en": crosswalk.note_en,
    }


def _crosswalk_notes(crosswalk: Crosswalk, lang: str, secondary: bool) -> tuple[str, ...]:
    """Return what must be said beside shares that went through a crosswalk."""
    fits = [crosswalk.primary(theme).fit for theme in crosswalk.source.ids]
    exact, n, version = fits.count("exact"), len(fits), crosswalk.version
    left = len(crosswalk.target.ids) - len(crosswalk.reached(secondary=secondary))
    if lang == "ja":
        counted = "属しうる符号をすべて数えた(高めに出る)" if secondary else "主な対応だけを数えた"
        made = (
            f"対応表 版{version}: {n}テーマのうち意味が同じ対応は{exact}。{counted}。"
            f"どのテーマも対応しない{left}符号は、分からないので表にない。"
        )
        return made, crosswalk.note_ja
    counted = (
        "all links are counted (rather too high)" if secondary else "primary links are counted"
    )
    made = (
        f"Crosswalk version {version}: exact for {exact} of {n} themes; {counted}. {left} codes "
        "that no theme leads to are left out: nothing is known about them."
    )
    return made, crosswalk.note_en
