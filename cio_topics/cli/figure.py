"""``cio-topics figure``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from cio_topics.cli.options import INTERVALS, choice_option, lang_option, seed_option
from cio_topics.cli.output import command_line, note_inputs, write_output
from cio_topics.cli.theming import (
    Themed,
    load_themes,
    period_options,
    periods_asked,
    theme_choice,
    theme_options,
)

if TYPE_CHECKING:
    import pandas as pd

_KINDS = (
    *("shares", "heatmap", "multiples", "stream", "curves", "forest"),
    *("activity", "timeline", "biplot", "network"),
)
# The same as in report/figures, which imports pandas (a test holds them together).
_ENDINGS = (".svg", ".png", ".pdf", ".html")
_VALUES = ("difference", "ratio", "odds_ratio", "slope", "estimate")
_SHOWN = 4  # themes, if none is named
_TERMS = 30  # of a biplot: more cover each other

Spec = dict[str, Any]


class _Asked(NamedTuple):
    """What a figure is drawn from, and how."""

    themed: Themed | None
    table: pd.DataFrame | None
    by: Any
    themes: tuple[str, ...]
    interval: Any
    compare: tuple[str, str] | None
    value: str
    label: str
    of: str
    min_n: int
    seed: int
    lang: Literal["ja", "en"]
    width: float

    def names(self) -> dict[str, str]:
        """Return what is shown for the ids of themes."""
        return {} if self.themed is None else self.themed.names(self.by, [], self.lang)["theme"]

    @property
    def look(self) -> dict[str, Any]:
        """How wide the figure is, and in which language."""
        return {"lang": self.lang, "width": self.width}


@click.command(short_help="Draw a figure: SVG, PNG, PDF or an interactive page.")
@click.argument("kind", metavar="KIND", type=click.Choice(_KINDS))
@theme_options
@period_options("year")
@theme_choice
@choice_option("--interval", INTERVALS, "wilson", "Of shares; see cio-topics track.")
@click.option(
    "--table",
    "table_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv",
    help="Draw this result of another command (--format csv) instead of computing one.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="BEFORE AFTER",
    help="forest: the change from BEFORE to AFTER, two periods of --by or --period.",
)
@choice_option("--value", _VALUES, "difference", "forest: the column that is drawn.")
@click.option("--label", default="theme", show_default=True, help="forest: what names the rows.")
@choice_option(
    "--of",
    ("themes", "terms"),
    "themes",
    "network: what stands together in meetings (themes) or titles (terms). biplot: themes by "
    "period, or terms by theme.",
)
@click.option(
    "--min-n",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="network: an edge needs so many meetings or items with both.",
)
@click.option(
    "--width",
    type=float,
    default=170.0,
    show_default=True,
    metavar="MM",
    help="Width in print, in mm: 85 is a column of a journal, 170 its page.",
)
@click.option("--title", default="", help="A title above the figure; none if left out.")
@click.option(
    "--caption/--no-caption",
    default=True,
    show_default=True,
    help="Whether n, method, interval and source stand below. A page (.html) always has them.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="FILE.svg, FILE.png (300 dpi), FILE.pdf, or FILE.html (interactive, needs no network).",
)
@seed_option
@lang_option("ja")
def figure(
    kind: str,
    by: str,
    own_periods: tuple[str, ...],
    themes: tuple[str, ...],
    interval: Any,
    table_path: Path | None,
    compare: tuple[str, str] | None,
    value: str,
    label: str,
    of: str,
    min_n: int,
    width: float,
    title: str,
    caption: bool,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Draw a figure for print or the screen, with its n, method, interval and source below.

    論文や記事に使う図を描きます(SVG、300dpi の PNG、PDF、対話的な HTML)。

    \b
    shares     lines of a few themes with intervals, prime ministers behind them
    heatmap    themes by period, counts in the cells
    multiples  a small panel a theme
    stream     shares that sum to 100 %, stacked
    curves     smooth curves of shares with bands
    forest     changes of shares (--compare) or other estimates (--table), with intervals
    activity   meetings by year and format, beside the case study's table 1
    timeline   documents from draft to decision and revision
    biplot     correspondence analysis
    network    what stands together

    Example: cio-topics figure shares --theme open_data -o shares.svg
    """  # noqa: D301
    _check_output(kind, output, table_path, compare)
    by = periods_asked(by, own_periods)

    from cio_topics.report.figures import captioned, figure_bytes, figure_format
    from cio_topics.report.figures.frame import check_width

    check_width(width)
    table = None if table_path is None else _read(table_path)
    themed = load_themes(**asked) if table is None or kind in _NAMED else None
    drawn = _Asked(
        themed, table, by, themes, interval, compare, value, label, of, min_n, seed, lang, width
    )
    spec = _DRAW[kind](drawn)
    manifest = _manifest(drawn, kind, table_path)
    spec = captioned(spec, title=title, notes=[_source(drawn, manifest, table_path)])
    content = figure_bytes(spec, figure_format(output), caption=caption)
    write_output(content, output, manifest)


def _check_output(
    kind: str, output: Path, table_path: Path | None, compare: tuple[str, str] | None
) -> None:
    """Refuse what cannot be drawn, before any work is done."""
    from cio_topics.errors import SettingsError, choices, shorten

    if output.suffix.lower() not in _ENDINGS:
        raise SettingsError(
            f"{shorten(output.name)} has no ending of a figure; expected one of: "
            f"{choices(_ENDINGS)}.",
            "Give the file such a name with -o.",
            "-o に .svg・.png・.pdf・.html のいずれかで終わる名前を指定してください。",
        )
    if kind == "forest" and table_path is None and compare is None:
        raise SettingsError(
            "forest without --compare and --table; expected one of them.",
            "Name two periods: --by government --compare ldp_led democratic_led",
            "比べる二つの期間を指定してください: --by government --compare ldp_led democratic_led",
        )
    if kind in ("timeline", "network") and table_path is not None:
        raise SettingsError(
            f"{kind} with --table; expected the corpus itself.",
            "Leave --table out.",
            "--table を外してください。",
        )


# Kinds whose tables have ids of themes: their names come from the codebook.
_NAMED = ("shares", "heatmap", "multiples", "stream", "curves", "forest", "biplot")


def _read(path: Path) -> pd.DataFrame:
    """Read a result that another command wrote."""
    import pandas as pd

    from cio_topics.errors import SettingsError, shorten
    from cio_topics.files import unguard_formulas

    note_inputs(path)
    try:
        table = pd.read_csv(path, dtype=dict.fromkeys(_TEXTS, "str"))
    except (ValueError, OSError) as error:  # no CSV, no UTF-8, empty
        raise SettingsError(
            f"{shorten(path.name)} cannot be read as CSV: {error}.",
            "Write it with --format csv.",
            "--format csv で書き出した表を指定してください。",
        ) from error
    for name in table.columns.intersection(list(_TEXTS)):
        table[name] = unguard_formulas(table[name].fillna(""))
    return table


_TEXTS = ("period", "theme", "year", "kind", "name", "term", "contrast", "date")


def _manifest(drawn: _Asked, kind: str, table_path: Path | None) -> dict[str, Any]:
    settings = {
        "figure": kind,
        "by": drawn.by if isinstance(drawn.by, str) else drawn.by.astype("str").to_dict("list"),
        "themes": list(drawn.themes),
        "interval": drawn.interval,
        "seed": drawn.seed,
        "width_mm": drawn.width,
    }
    made: dict[str, Any] = {"command": command_line(), "settings": settings}
    if drawn.themed is not None:
        made = drawn.themed.manifest(**settings)
    if table_path is not None:
        from hashlib import sha256

        digest = sha256(table_path.read_bytes()).hexdigest()
        made["table"] = {"name": table_path.name, "sha256": digest}
    return made


def _source(drawn: _Asked, manifest: dict[str, Any], table_path: Path | None) -> str:
    if table_path is not None:
        digest = manifest["table"]["sha256"][:12]
        if drawn.lang == "ja":
            return f"出典: cio-topics、表 {table_path.name}({digest})。"
        return f"Source: cio-topics, table {table_path.name} ({digest})."
    assert drawn.themed is not None
    return drawn.themed.source_note(manifest, drawn.lang)


def _shares_of(drawn: _Asked, counting: Literal["whole", "fractional"] = "whole") -> pd.DataFrame:
    from cio_topics.report.figures.rows import SHARES, check_columns
    from cio_topics.tracking import theme_shares

    if drawn.table is not None:
        chosen = drawn.table
        check_columns(chosen, SHARES, "shares by period (cio-topics track)")
        return chosen[chosen["theme"].isin(drawn.themes)] if drawn.themes else chosen
    assert drawn.themed is not None
    return theme_shares(
        drawn.themed.table,
        drawn.by,
        themes=drawn.themes or None,
        administrations=drawn.themed.corpus.administrations,
        interval=drawn.interval,
        counting=counting,
        random_state=drawn.seed,
    )


def _shown(drawn: _Asked, shares: pd.DataFrame) -> dict[str, Any]:
    """Return what is shown for themes and periods, and the look."""
    assert drawn.themed is not None
    names = drawn.themed.names(drawn.by, list(shares["period"].unique()), drawn.lang)
    return {"theme_names": names["theme"], "period_names": names["period"], **drawn.look}


def _shares(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import captioned, shares_figure

    shares, notes = _shares_of(drawn), []
    if not drawn.themes and shares["theme"].nunique() > _SHOWN:
        most = shares.groupby("theme", sort=False)["n"].sum().nlargest(_SHOWN).index
        shares = shares[shares["theme"].isin(most)]
        notes.append(
            f"項目の最も多い{_SHOWN}テーマ。"
            if drawn.lang == "ja"
            else f"The {_SHOWN} themes with most items."
        )
    assert drawn.themed is not None
    administrations = drawn.themed.corpus.administrations
    # A band would lie half a year off: a fiscal year begins in April.
    of_years = isinstance(drawn.by, str) and drawn.by == "year"
    behind = administrations if of_years else None
    spec = shares_figure(shares, administrations=behind, **_shown(drawn, shares))
    return captioned(spec, notes=notes)


def _heatmap(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import heatmap_figure

    shares = _shares_of(drawn)
    return heatmap_figure(shares, **_shown(drawn, shares))


def _multiples(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import multiples_figure

    shares = _shares_of(drawn)
    return multiples_figure(shares, **_shown(drawn, shares))


def _stream(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import stream_figure

    shares = _shares_of(drawn._replace(interval="clustered"), "fractional")
    return stream_figure(shares, **_shown(drawn, shares))


def _curves(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import curves_figure

    curves = drawn.table
    if curves is None:
        from cio_topics.tracking.trends.curves import theme_curves

        assert drawn.themed is not None
        curves = theme_curves(
            drawn.themed.table, themes=drawn.themes or None, random_state=drawn.seed
        )
    return curves_figure(curves, theme_names=drawn.names(), **drawn.look)


def _forest(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import forest_figure

    rows = drawn.table
    if rows is None:
        from cio_topics.tracking.changes import theme_changes

        assert drawn.themed is not None
        rows = theme_changes(
            drawn.themed.table,
            drawn.by,
            groups=drawn.compare,
            administrations=drawn.themed.corpus.administrations,
            random_state=drawn.seed,
        )
    if drawn.themes and "theme" in rows:
        rows = rows[rows["theme"].isin(drawn.themes)]
    return forest_figure(
        rows, value=drawn.value, label=drawn.label, names=drawn.names(), **drawn.look
    )


def _activity(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import activity_figure
    from cio_topics.tracking import CASE_STUDY_BODY, meetings_by_year, meetings_with_case_study

    if drawn.table is not None:
        return activity_figure(drawn.table, **drawn.look)
    assert drawn.themed is not None
    corpus = drawn.themed.corpus
    alone = set(corpus.meetings["body"]) == {CASE_STUDY_BODY}
    meetings = meetings_with_case_study(corpus) if alone else meetings_by_year(corpus)
    return activity_figure(meetings, **drawn.look)


def _timeline(drawn: _Asked) -> Spec:
    from cio_topics.life import documents_life
    from cio_topics.report.figures import timeline_figure

    assert drawn.themed is not None
    return timeline_figure(documents_life(drawn.themed.corpus), **drawn.look)


def _biplot(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import biplot_figure

    if drawn.table is not None:
        return biplot_figure(drawn.table, names={"theme": drawn.names()}, **drawn.look)

    from cio_topics.tracking.sequence import (
        correspondence_points,
        period_cells,
        term_names,
        term_theme_cells,
        theme_names,
    )

    assert drawn.themed is not None
    corpus, table = drawn.themed.corpus, drawn.themed.table
    names = theme_names(table, drawn.themes or None)
    if drawn.of == "terms":
        cells = term_theme_cells(term_names(corpus.items, max_terms=_TERMS), names)
        kinds = ("term", "theme")
    else:
        cells = period_cells(names, table, drawn.by, administrations=corpus.administrations)
        kinds = ("theme", "period")
    found, inertia = correspondence_points(cells, kinds, random_state=drawn.seed)
    periods = found.loc[found["kind"] == "period", "name"].tolist()
    shown: dict[str, Any] = dict(drawn.themed.names(drawn.by, periods, drawn.lang))
    return biplot_figure(found, names=shown, inertia=inertia["share"].tolist()[:2], **drawn.look)


def _network(drawn: _Asked) -> Spec:
    from cio_topics.report.figures import network_figure
    from cio_topics.tracking.sequence import name_pairs, term_names, theme_names, theme_network

    assert drawn.themed is not None
    terms = drawn.of == "terms"
    names = (
        term_names(drawn.themed.corpus.items)
        if terms
        else theme_names(drawn.themed.table, drawn.themes or None)
    )
    pairs = name_pairs(names, "item" if terms else "meeting", random_state=drawn.seed)
    nodes, edges = theme_network(pairs, names, min_n=drawn.min_n, random_state=drawn.seed)
    shown = {} if terms else drawn.names()
    return network_figure(nodes, edges, names=shown, random_state=drawn.seed, **drawn.look)


_DRAW: dict[str, Callable[[_Asked], Spec]] = {
    "shares": _shares,
    "heatmap": _heatmap,
    "multiples": _multiples,
    "stream": _stream,
    "curves": _curves,
    "forest": _forest,
    "activity": _activity,
    "timeline": _timeline,
    "biplot": _biplot,
    "network": _network,
}
