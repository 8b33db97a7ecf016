"""``cio-topics transitions``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import lang_option, output_option, seed_option
from cio_topics.cli.result import (
    ResultFormat,
    check_result_format,
    result_format_option,
    write_result,
)
from cio_topics.cli.theming import load_themes, theme_choice, theme_options

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WINDOW_WORDS", "transitions", "window_option", "window_words"]

_SHOWN = 30
#: Where themes are moved by chance, in words.
WINDOW_WORDS = {
    "ja": ("期間全体", "{}年ごとの区切りの中"),
    "en": ("over its whole span", "within windows of {} years"),
}

window_option = click.option(
    "--window",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    metavar="YEARS",
    help="Chance moves themes between the meetings of a body within windows of so many years; 0 "
    "for its whole span.",
)


def window_words(years: int, lang: str) -> str:
    """Return in words within which time themes are moved."""
    whole, within = WINDOW_WORDS[lang]
    return within.format(years) if years else whole


@click.command(short_help="Print which theme follows which, from meeting to meeting.")
@theme_options
@theme_choice
@click.option("--from-body", metavar="BODY", help="From each meeting of this body …")
@click.option("--to-body", metavar="BODY", help="… to the next meeting of this one.")
@click.option(
    "--only-sure",
    is_flag=True,
    help="Only pairs between which no other meeting may lie, as far as dates tell.",
)
@window_option
@click.option(
    "--all-cells",
    is_flag=True,
    help=f"Print all cells in a table; the {_SHOWN} least like chance if left out.",
)
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def transitions(
    themes: tuple[str, ...],
    from_body: str | None,
    to_body: str | None,
    only_sure: bool,
    window: int,
    all_cells: bool,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Print which theme follows which from a meeting to the next, beside what chance gives.

    ある会議のテーマの次に、次の会議でどのテーマが来るかを、偶然の場合と比べて表にします。

    Within each body, or from one body to another. csv, json and jsonl give all cells.

    Example: cio-topics transitions --body IT戦略本部 --theme security --theme it_strategy
    """
    check_result_format(output_format, output)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result
    from cio_topics.tracking.sequence import theme_transitions

    result = theme_transitions(
        themed.table,
        themes=themes or None,
        from_body=from_body,
        to_body=to_body,
        numbers=themed.corpus.meetings.set_index("meeting_id")["number"],
        window_years=window,
        only_sure=only_sure,
        random_state=seed,
    )
    manifest = themed.manifest(
        themes=list(themes),
        from_body=from_body or "",
        to_body=to_body or "",
        window_years=window,
        only_sure=only_sure,
        seed=seed,
    )
    printed = printed_result(
        result if all_cells else _least_like_chance(result),
        "transitions",
        lang=lang,
        names=themed.names("year", [], lang),
        facts=_facts(result, window, lang),
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _least_like_chance(result: pd.DataFrame) -> pd.DataFrame:
    return result.sort_values(["p", "n"], ascending=[True, False], kind="stable").head(_SHOWN)


def _facts(result: pd.DataFrame, window: int, lang: str) -> dict[str, Any]:
    counts = ("n_pairs", "n_sure", "n_items", "n_meetings", "n_left_out")
    return {
        **{name: int(result[name].iloc[0]) for name in counts},
        "window": window_words(window, lang),
        "level": 95,
        "n_draws": 2000,
        "n_tested": int(result["p"].notna().sum()),
    }
