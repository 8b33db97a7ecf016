"""``cio-topics breaks``."""

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
from cio_topics.cli.theming import load_themes, theme_choice, theme_options
from cio_topics.cli.trends import UNIT_WORDS, precision_option, trends_unit_option

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["breaks"]

_OF = {
    "ja": {"administration": "内閣", "prime_minister": "首相", "government": "政権"},
    "en": {
        "administration": "administrations",
        "prime_minister": "prime ministers",
        "government": "governments",
    },
}


@click.command(short_help="Find days on which shares of themes changed.")
@theme_options
@theme_choice
@trends_unit_option
@precision_option("month")
@choice_option(
    "--handovers",
    ("administration", "prime_minister", "government"),
    "prime_minister",
    "Which handovers stand beside the changes.",
)
@click.option(
    "--fewest",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="MEETINGS",
    help="Meetings that a stretch of time with its own share must have.",
)
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def breaks(
    themes: tuple[str, ...],
    unit: Literal["items", "meetings"],
    dates: Literal["day", "month", "year"],
    handovers: str,
    fewest: int,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Find days on which the shares of themes changed, with intervals and handovers beside them.

    テーマの割合がいつ変わったかを、日付の区間と、その間の内閣・首相・政権の交代とともに表にします。

    A change is claimed only where moving whole meetings in time shows that it is no chance.

    Example: cio-topics breaks --theme digital_gov --handovers administration
    """
    check_result_format(output_format, output)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result
    from cio_topics.tables.kinds.trends import RESULT_NAMES
    from cio_topics.tracking.trends import handovers as handovers_of
    from cio_topics.tracking.trends import theme_breaks

    result = theme_breaks(
        themed.table,
        handovers_of(themed.corpus.administrations, of=handovers),
        themes=themes or None,
        unit=unit,
        precision=dates,
        fewest=fewest,
        random_state=seed,
    )
    manifest = themed.manifest(
        themes=list(themes), unit=unit, dates=dates, handovers=handovers, fewest=fewest, seed=seed
    )
    printed = printed_result(
        _for_print(result),
        "breaks",
        lang=lang,
        names={**themed.names("year", [], lang), "result": RESULT_NAMES[lang]},
        facts={**_facts(result, lang), "unit": UNIT_WORDS[lang][unit], "of": _OF[lang][handovers]},
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _for_print(result: pd.DataFrame) -> pd.DataFrame:
    """Return the result with the interval of the date, and with handovers, as one text each."""
    low, high = (result[name].dt.strftime("%Y-%m-%d") for name in ("date_low", "date_high"))
    found = result["change"] > 0
    expected = result["handovers_expected"].map("{:.1f}".format)
    inside = result["n_handovers"].astype("str") + " (" + expected + ")"
    return result.assign(dates=(low + "–" + high).where(found, ""), within=inside.where(found, ""))


def _facts(result: pd.DataFrame, lang: str) -> dict[str, Any]:
    counts = ("n_items", "n_meetings", "n_items_undated", "n_meetings_undated")
    facts = {} if result.empty else {name: int(result[name].iloc[0]) for name in counts}
    tested = result.drop_duplicates("theme")["p"].notna().sum() if len(result) else 0
    return {**facts, "level": 95, "alpha": 0.05, "n_tested": int(tested)}
