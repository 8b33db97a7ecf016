"""``cio-topics bursts``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
from cio_topics.cli.result import (
    ResultFormat,
    check_result_format,
    result_format_option,
    write_result,
)
from cio_topics.cli.theming import Themed, load_themes, theme_choice, theme_options
from cio_topics.cli.tokenizing import tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tokens import Tokenizer

__all__ = ["bursts"]

_SHOWN = 20
_WHAT = {"ja": {"terms": "語", "themes": "テーマ"}, "en": {"terms": "terms", "themes": "themes"}}
_BY = {
    "ja": {"year": "年", "fiscal_year": "年度", "quarter": "四半期", "month": "月"},
    "en": {
        "year": "years",
        "fiscal_year": "fiscal years",
        "quarter": "quarters",
        "month": "months",
    },
}


@click.command(short_help="Find bursts of terms or themes.")
@theme_options
@choice_option("--of", ("terms", "themes"), "terms", "Terms of the titles, or themes.")
@theme_choice
@choice_option(
    "--by", ("year", "fiscal_year", "quarter", "month"), "year", "What one batch of items is."
)
@click.option(
    "--states",
    type=click.IntRange(2, 10),
    default=2,
    show_default=True,
    help="States of the automaton: with more, a burst may hold stronger ones.",
)
@click.option(
    "--scaling",
    type=click.FloatRange(1, min_open=True),
    default=2.0,
    show_default=True,
    help="How many times as frequent each state is as the one below.",
)
@click.option(
    "--gamma",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    help="What it costs to go up a state; more gives fewer and longer bursts.",
)
@click.option(
    "--fewest",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="ITEMS",
    help="Dated items that must have a term.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help=f"How many bursts; {_SHOWN} in a printed table, all in csv, json and jsonl, if left out.",
)
@tokenizer_options
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def bursts(
    of: Literal["terms", "themes"],
    themes: tuple[str, ...],
    by: Literal["year", "fiscal_year", "quarter", "month"],
    states: int,
    scaling: float,
    gamma: float,
    fewest: int,
    top: int | None,
    tokenizer: Tokenizer,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Find terms or themes that were far more frequent for a while, with p of moved meetings.

    ある期間に急に増えた語やテーマ(Kleinberg のバースト)を、期間、重み、会議を並べ替えた p とともに
    表にします。

    Example: cio-topics bursts --of terms --by year --top 30
    """
    check_result_format(output_format, output)
    _check_themes(of, themes)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result

    automaton = {"n_states": states, "scaling": scaling, "gamma": gamma}
    result = _found(
        themed, of, by, themes, tokenizer, fewest=fewest, random_state=seed, **automaton
    )
    manifest = themed.manifest(
        of=of, themes=list(themes), by=by, fewest=fewest, top=top, seed=seed, **automaton
    )
    shown = result.head(top or _SHOWN)
    facts: dict[Any, Any] = {
        **automaton,
        **result.attrs,
        "level": 95,
        "by": _BY[lang][by],
        "what": _WHAT[lang][of],
        "shown": len(shown),
        "n_bursts": len(result),
    }
    printed = printed_result(
        _for_print(shown),
        "term_bursts" if of == "terms" else "theme_bursts",
        lang=lang,
        names=themed.names("year", [], lang),
        facts=facts,
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result if top is None else shown, printed, output_format, output, manifest)


def _check_themes(of: str, themes: tuple[str, ...]) -> None:
    from cio_topics.errors import SettingsError

    if themes and of != "themes":
        raise SettingsError(
            "--theme together with --of terms; expected --of themes.",
            "Add --of themes, or leave --theme out.",
            "--of themes を付けるか、--theme を外してください。",
        )


def _found(
    themed: Themed,
    of: str,
    by: Literal["year", "fiscal_year", "quarter", "month"],
    themes: tuple[str, ...],
    tokenizer: Tokenizer,
    **settings: Any,
) -> pd.DataFrame:
    from cio_topics.tracking.trends import term_bursts, theme_bursts

    if of == "themes":
        return theme_bursts(themed.table, by, themes=themes or None, **settings)
    return term_bursts(themed.corpus.agenda(), by, tokenizer=tokenizer, **settings)


def _for_print(result: pd.DataFrame) -> pd.DataFrame:
    """Return the result with its first and last batch in one cell."""
    end = result["end"].where(result["start"] != result["end"], "")
    span = result["start"] + ("–" + end).where(end != "", "")
    return result.assign(span=span + result["lasting"].map({True: " →", False: ""}).astype("str"))
