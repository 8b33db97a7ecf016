"""``cio-topics correspondence``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.network import term_options
from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
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
)
from cio_topics.cli.tokenizing import tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tokens import Tokenizer

__all__ = ["correspondence"]

_DRAWS = 1000
_WORDS = {
    "ja": {"theme": "テーマ", "period": "期間", "term": "語"},
    "en": {"theme": "themes", "period": "periods", "term": "terms"},
}
_KIND_WORDS = {
    "ja": {"theme": "テーマ", "period": "期間", "term": "語"},
    "en": {"theme": "theme", "period": "period", "term": "term"},
}


@click.command(short_help="Place themes, terms and periods on a map.")
@theme_options
@theme_choice
@choice_option(
    "--of",
    ("theme-period", "term-period", "term-theme"),
    "theme-period",
    "What the rows and the columns are.",
)
@period_options("administration")
@term_options
@choice_option("--show", ("points", "axes"), "points", "The points, or what each axis explains.")
@tokenizer_options
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def correspondence(
    themes: tuple[str, ...],
    of: str,
    by: str,
    own_periods: tuple[str, ...],
    max_terms: int,
    min_items: int,
    show: str,
    tokenizer: Tokenizer,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Place themes and periods, or terms, on a map: correspondence analysis, with intervals.

    テーマ・語・期間を、対応分析で二つの軸の上に、区間つきで置きます。

    Example: cio-topics correspondence --by government

    Example: cio-topics correspondence --of term-theme --max-terms 40 --format csv -o points.csv
    """
    check_result_format(output_format, output)
    periods = periods_asked(by, own_periods)
    themed = load_themes(**asked)
    kinds = _kinds(of)
    cells = _cells(themed, of, periods, themes, tokenizer, max_terms, min_items)

    from cio_topics.tables import printed_result
    from cio_topics.tracking.sequence import correspondence_points

    points, inertia = correspondence_points(cells, kinds, n_draws=_DRAWS, random_state=seed)
    settings = {
        "of": of,
        "by": by if isinstance(periods, str) else list(own_periods),
        "show": show,
        "seed": seed,
        "themes": list(themes),
    }
    if "term" in kinds:
        settings |= {"max_terms": max_terms, "min_items": min_items}
    manifest = themed.manifest(**settings)
    shares = [*(100 * inertia["share"]).round(1), 0.0]
    result = points if show == "points" else inertia
    printed = printed_result(
        result,
        "correspondence" if show == "points" else "correspondence_inertia",
        lang=lang,
        names={"point": _point_names(themed, periods, points, lang), "kind": _KIND_WORDS[lang]},
        facts={
            "rows": _WORDS[lang][kinds[0]],
            "columns": _WORDS[lang][kinds[1]],
            "share_1": shares[0],
            "share_2": shares[1],
            "n_meetings": int(inertia["n_meetings"].iloc[0]),
            "level": 95,
            "n_draws": _DRAWS,
        },
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _kinds(of: str) -> tuple[str, str]:
    row, column = of.split("-")
    return row, column


def _cells(
    themed: Themed,
    of: str,
    periods: Any,
    themes: tuple[str, ...],
    tokenizer: Tokenizer,
    max_terms: int,
    min_items: int,
) -> pd.DataFrame:
    from cio_topics.tracking.sequence import (
        period_cells,
        term_names,
        term_theme_cells,
        theme_names,
    )

    own = theme_names(themed.table, themes or None)
    if of == "theme-period":
        return period_cells(
            own, themed.table, periods, administrations=themed.corpus.administrations
        )
    terms = term_names(
        themed.corpus.agenda(), tokenizer=tokenizer, max_terms=max_terms, min_items=min_items
    )
    if of == "term-theme":
        return term_theme_cells(terms, own)
    return period_cells(terms, themed.table, periods, administrations=themed.corpus.administrations)


def _point_names(themed: Themed, periods: Any, points: pd.DataFrame, lang: str) -> dict[str, str]:
    of_periods = list(points["name"][points["kind"] == "period"])
    named = themed.names(periods, of_periods, lang)
    # A term may be written as the id of a theme; it has no other name.
    terms = dict.fromkeys(points["name"][points["kind"] == "term"])
    return {**named["theme"], **named["period"], **{term: term for term in terms}}
