"""``cio-topics trends``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
from cio_topics.cli.output import write_table
from cio_topics.cli.result import (
    ResultFormat,
    check_result_format,
    result_format_option,
    write_result,
)
from cio_topics.cli.theming import load_themes, theme_choice, theme_options

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["UNIT_WORDS", "precision_option", "trends", "trends_unit_option"]

Command = Callable[..., Any]

#: What is counted, in words.
UNIT_WORDS = {
    "ja": {"items": "項目", "meetings": "会議"},
    "en": {"items": "items", "meetings": "meetings"},
}
_WITHIN = {"ja": "(同じ会議体の中で)", "en": " within their body"}

trends_unit_option = choice_option(
    "--unit",
    ("items", "meetings"),
    "items",
    "What is counted: items; meetings with at least one such item.",
)


def precision_option(default: str) -> Callable[[Command], Command]:
    """Add --dates: the coarsest dates that are used."""
    return choice_option(
        "--dates",
        ("day", "month", "year"),
        default,
        "The coarsest dates that are used, in the middle of their span; others are left out.",
    )


@click.command(short_help="Test whether the shares of themes rise or fall.")
@theme_options
@theme_choice
@choice_option("--by", ("year", "fiscal_year"), "year", "Years of the slope and its test.")
@trends_unit_option
@click.option(
    "--within-body",
    is_flag=True,
    help="Compare meetings only with those of their own body: bodies that come and go are no "
    "trend.",
)
@precision_option("year")
@click.option(
    "--curves",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write curves of the shares with their bands to FILE.csv, too.",
)
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def trends(
    themes: tuple[str, ...],
    by: Literal["year", "fiscal_year"],
    unit: Literal["items", "meetings"],
    within_body: bool,
    dates: Literal["day", "month", "year"],
    curves: Path | None,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Test whether the shares of themes rise or fall with time, by moving whole meetings.

    テーマの割合が時とともに増減するかを、会議を丸ごと並べ替えて検定し、年あたりの変化を区間つきで
    表にします。

    Example: cio-topics trends --within-body --curves curves.csv
    """
    check_result_format(output_format, output)
    _check_curves(curves)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result
    from cio_topics.tracking.trends import theme_curves, theme_trends

    chosen: dict[str, Any] = {"themes": themes or None, "unit": unit, "precision": dates}
    result = theme_trends(themed.table, by, within_body=within_body, random_state=seed, **chosen)
    manifest = themed.manifest(
        themes=list(themes), by=by, unit=unit, within_body=within_body, dates=dates, seed=seed
    )
    printed = printed_result(
        _in_points(result),
        "trends",
        lang=lang,
        names=themed.names("year", [], lang),
        facts=_facts(result, unit, within_body, lang),
        notes=(themed.source_note(manifest, lang),),
    )
    if curves is not None:
        write_table(
            theme_curves(themed.table, random_state=seed, **chosen), "csv", curves, manifest
        )
    write_result(result, printed, output_format, output, manifest)


def _check_curves(curves: Path | None) -> None:
    from cio_topics.errors import SettingsError, shorten

    if curves is not None and curves.suffix.lower() != ".csv":
        raise SettingsError(
            f"--curves got {shorten(curves.name)}; expected a name that ends in .csv.",
            "Name it curves.csv.",
            "curves.csv のような名前にしてください。",
        )


def _in_points(result: pd.DataFrame) -> pd.DataFrame:
    """Return the result with slopes in percentage points a year, for print."""
    slopes = [f"{name}{end}" for name in ("rise", "slope") for end in ("", "_low", "_high")]
    return result.assign(**{name: 100 * result[name] for name in slopes})


def _facts(result: pd.DataFrame, unit: str, within_body: bool, lang: str) -> dict[str, Any]:
    counts = ("n_items", "n_meetings", "n_years", "n_items_undated", "n_meetings_undated")
    facts = {} if result.empty else {name: int(result[name].iloc[0]) for name in counts}
    return {
        **facts,
        "unit": UNIT_WORDS[lang][unit],
        "within": _WITHIN[lang] if within_body else "",
        "level": 95,
        "n_tested": int(result["p"].notna().sum()),
    }
