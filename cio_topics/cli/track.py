"""``cio-topics track``."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import (
    INTERVALS,
    choice_option,
    lang_option,
    load_crosswalk,
    output_option,
    seed_option,
)
from cio_topics.cli.result import (
    ResultFormat,
    check_result_format,
    result_format_option,
    write_result,
)
from cio_topics.cli.theming import (
    Themed,
    load_themes,
    period_options,
    periods_asked,
    theme_choice,
    theme_options,
    unit_option,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Crosswalk
    from cio_topics.tables import Printed

Cells = Literal["interval", "share", "count"]


@click.command(short_help="Print shares of themes by period, with intervals.")
@theme_options
@period_options("year")
@unit_option
@choice_option(
    "--counting",
    ("whole", "fractional"),
    "whole",
    "An item counts once for each of its themes, or is split evenly among them.",
)
@theme_choice
@click.option(
    "--interval",
    type=click.Choice(list(INTERVALS)),
    help="wilson and jeffreys take items as independent; clustered knows that items of one meeting "
    "are alike; bootstrap and bca draw whole meetings; pooled draws thin periods towards the "
    "theme's mean.  [default: wilson; clustered with --simultaneous]",
)
@click.option(
    "--simultaneous",
    is_flag=True,
    help="All intervals of the table hold together at the level. Only clustered and jeffreys.",
)
@click.option(
    "--level",
    type=float,
    default=0.95,
    show_default=True,
    help="Level of the intervals, between 0 and 1.",
)
@choice_option(
    "--cells",
    ("interval", "share", "count"),
    "interval",
    "What stands in the cells of a printed table.",
)
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
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def track(
    by: str,
    own_periods: tuple[str, ...],
    unit: Literal["items", "meetings", "handouts"],
    counting: Literal["whole", "fractional"],
    themes: tuple[str, ...],
    interval: Any,
    simultaneous: bool,
    level: float,
    cells: Cells,
    crosswalk: str | None,
    secondary: bool,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Print the shares of themes by period, with intervals, ready for a paper.

    期間ごとのテーマの割合を、区間つきの表にします。

    csv, json and jsonl give one row a period and theme (n, n_items, n_meetings, share, share_low,
    share_high, …); the other formats give the table of a paper: themes as rows, periods as columns,
    percent.

    Example: cio-topics track --by government --interval clustered
    """
    check_result_format(output_format, output)
    _check_secondary(secondary and crosswalk is None)
    periods = periods_asked(by, own_periods)
    themed = load_themes(**asked)
    crossing = None if crosswalk is None else load_crosswalk(crosswalk, themed.codebook)
    interval = interval or ("clustered" if simultaneous else "wilson")

    from cio_topics.tracking import handouts_per_item, theme_shares

    table, known = themed.table, themed.codebook.ids
    if crossing is not None:
        table, known = _crossed(table, crossing, secondary)
        _check_reached(themes, known)
    shares = theme_shares(
        table,
        periods,
        themes=themes or known,
        administrations=themed.corpus.administrations,
        interval=interval,
        level=level,
        random_state=seed,
        unit=unit,
        handouts=handouts_per_item(themed.corpus) if unit == "handouts" else None,
        counting=counting,
        simultaneous=simultaneous,
    )
    manifest = themed.manifest(
        by=by if not own_periods else list(own_periods),
        unit=unit,
        counting=counting,
        interval=interval,
        simultaneous=simultaneous,
        level=level,
        seed=seed,
    )
    if crossing is not None:
        manifest["crosswalk"] = _crosswalk_account(crossing, secondary)
    crosswalk_notes = () if crossing is None else _crosswalk_notes(crossing, lang, secondary)
    if output_format in ("csv", "json", "jsonl") and crosswalk_notes:
        click.echo("\n".join(crosswalk_notes), err=True)
    names = _names(themed, crossing, periods, shares, lang)
    notes = (*crosswalk_notes, themed.source_note(manifest, lang))
    printed = _printed(shares, names, cells, lang, notes)
    write_result(shares, printed, output_format, output, manifest)


def _check_secondary(alone: bool) -> None:
    from cio_topics.errors import SettingsError

    if alone:
        raise SettingsError(
            "--secondary without --crosswalk; expected both.",
            "Add --crosswalk cap.",
            "--crosswalk cap を付けてください。",
        )


def _check_reached(themes: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Refuse codes that no theme leads to: nothing is known of them, which is not a share of 0."""
    from cio_topics.errors import SettingsError, choices, shorten

    for theme in themes:
        if theme not in known:
            raise SettingsError(
                f"no theme leads to the code {shorten(theme)}; expected some of: {choices(known)}.",
                "Nothing is known of other codes. --secondary follows more links.",
                "どのテーマも対応しない符号の割合は分かりません。--secondary で対応が増えます。",
            )


def _crossed(
    table: pd.DataFrame, crosswalk: Crosswalk, secondary: bool
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the table in the other codebook, and the themes that some theme leads to."""
    from cio_topics.themes import cross_themes

    crossed = cross_themes(table, crosswalk, secondary=secondary)
    return crossed, tuple(crosswalk.reached(secondary=secondary))


def _names(
    themed: Themed, crosswalk: Crosswalk | None, periods: Any, shares: pd.DataFrame, lang: str
) -> dict[str, dict[str, str]]:
    names = themed.names(periods, list(shares["period"].unique()), lang)
    if crosswalk is not None:
        names["theme"] = {
            theme.id: f"{theme.id} {theme.name_ja if lang == 'ja' else theme.name_en}"
            for theme in crosswalk.target.themes
        }
    return names


def _printed(
    shares: pd.DataFrame,
    names: dict[str, dict[str, str]],
    cells: Cells,
    lang: Literal["ja", "en"],
    notes: tuple[str, ...],
) -> Printed:
    """Return themes as rows and periods as columns, with the title and notes of shares."""
    from cio_topics.tables import printed_result
    from cio_topics.tables.kinds.shares import share_facts
    from cio_topics.tracking import printed_table

    kind = "pooled_shares" if "pooled_share" in shares else "shares"
    facts = share_facts(shares, lang, names["period"])
    long = printed_result(shares, kind, lang=lang, facts=facts, notes=notes)
    wide = printed_table(
        shares,
        theme_names=names["theme"],
        period_names=names["period"],
        cells=cells,
        theme_header="テーマ" if lang == "ja" else "Theme",
    )
    numeric = (False, *[True] * (wide.shape[1] - 1))
    return dataclasses.replace(long, table=wide, numeric=numeric)


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
