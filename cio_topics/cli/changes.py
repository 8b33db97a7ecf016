"""``cio-topics changes``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    GROUPINGS,
    choice_option,
    lang_option,
    output_option,
    seed_option,
)
from cio_topics.cli.result import check_result_format, result_format_option, write_result
from cio_topics.cli.theming import (
    load_themes,
    period_options,
    periods_asked,
    theme_choice,
    theme_options,
    unit_option,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.cli.theming import Themed

# The same list as tracking.CHANGE_TESTS (a test holds them together), which imports numpy.
CHANGE_TESTS = ("auto", "model", "permutation", "fisher", "boschloo")
_VERDICTS = {
    "ja": {
        "rose": "増加",
        "fell": "減少",
        "no change": "変化なし",
        "cannot tell": "判断できない",
    },
    "en": {},
}
_HIGHER = {
    "ja": {"rose": "後者が高い", "fell": "後者が低い"},
    "en": {"rose": "higher after", "fell": "lower after"},
}
_UNITS_JA = {"items": "項目", "meetings": "会議", "handouts": "資料"}


@click.command(short_help="Test changes of themes between two groups or from period to period.")
@theme_options
@period_options("year")
@click.option(
    "--between",
    nargs=2,
    metavar="BEFORE AFTER",
    help="Two values of --by, or names of --period. Left out: each period and the one before it.",
)
@theme_choice
@unit_option
@choice_option(
    "--test",
    CHANGE_TESTS,
    "auto",
    "model: meetings of any size; permutation: among meetings of one size; fisher, boschloo: for "
    "--unit meetings; auto chooses by the sizes.",
)
@click.option(
    "--within",
    type=click.Choice(list(GROUPINGS)),
    help="Test among meetings of the same body (or year …) only, so that a body that sat in one "
    "period alone is no change.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 100, min_open=True, max_open=True),
    metavar="POINTS",
    help="A difference that would not matter, in percentage points: say where changes are smaller.",
)
@choice_option(
    "--show",
    ("numbers", "statements"),
    "numbers",
    "A printed table: numbers, or a sentence for each theme with what would be needed.",
)
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def changes(
    by: str,
    own_periods: tuple[str, ...],
    between: tuple[str, str] | None,
    themes: tuple[str, ...],
    unit: Any,
    test: Any,
    within: str | None,
    margin: float | None,
    show: str,
    output_format: Any,
    output: Path,
    seed: int,
    lang: Any,
    **asked: Any,
) -> None:
    """Test whether themes rose or fell, with intervals, and say what the data cannot tell.

    テーマが増えたか減ったかを、会議を単位に検定します。差と比に区間をつけ、判断できないときは、
    どれだけの会議が必要かを示します。

    Example: cio-topics changes --by government --between democratic_led ldp_led

    Example: cio-topics changes --period before=2002-11..2009-09-15 --period after=2009-09-16..2012
    """
    check_result_format(output_format, output)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result
    from cio_topics.tracking import handouts_per_item, theme_changes

    periods = periods_asked(by, own_periods)
    result = theme_changes(
        themed.table,
        periods,
        groups=between or None,
        themes=themes or None,
        unit=unit,
        handouts=handouts_per_item(themed.corpus) if unit == "handouts" else None,
        administrations=themed.corpus.administrations,
        test=test,
        within=within,
        margin=None if margin is None else margin / 100,
        random_state=seed,
    )
    manifest = themed.manifest(
        by=list(own_periods) or by,
        between=list(between or ()),
        themes=list(themes),
        unit=unit,
        test=test,
        within=within,
        margin=margin,
        seed=seed,
    )
    names = _names(themed, periods, result, lang)
    printed = printed_result(
        _shown(result, show, names["period"], unit, margin, periods, lang),
        "changes" if show == "numbers" else "change_statements",
        lang=lang,
        names=names,
        facts=_facts(result, periods, unit, margin, lang),
        notes=(*_more_notes(result, show, lang), themed.source_note(manifest, lang)),
    )
    write_result(result, printed, output_format, output, manifest)


def _names(
    themed: Themed, periods: Any, result: pd.DataFrame, lang: str
) -> dict[str, dict[str, str]]:
    known = list(dict.fromkeys([*result["before"], *result["after"]]))
    verdicts = _VERDICTS[lang] if _ordered(periods) else {**_VERDICTS[lang], **_HIGHER[lang]}
    return {**themed.names(periods, known, lang), "verdict": verdicts}


def _ordered(periods: Any) -> bool:
    from cio_topics.tracking import NO_ORDER

    return not (isinstance(periods, str) and periods in NO_ORDER)


def _shown(
    result: pd.DataFrame,
    show: str,
    names: dict[str, str],
    unit: Any,
    margin: float | None,
    periods: Any,
    lang: Any,
) -> pd.DataFrame:
    """Return the columns that are printed; sentences with the names of groups."""
    if show == "numbers":
        return result
    from cio_topics.tracking import change_statements

    said = change_statements(
        result,
        lang,
        unit=unit,
        margin=None if margin is None else margin / 100,
        ordered=_ordered(periods),
        names=names,
    )
    return result[["theme", "before", "after"]].assign(**{f"statement_{lang}": said})


def _facts(
    result: pd.DataFrame, periods: Any, unit: str, margin: float | None, lang: str
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "by": periods if isinstance(periods, str) else "期間" if lang == "ja" else "period",
        "unit": _UNITS_JA[unit] if lang == "ja" else unit,
        "level": 95,
        "alpha": 0.05,
        "test": ", ".join(sorted(set(result["test"]))) or "none",
        "n_rows": len(result),
    }
    for name in ("n_tests", "n_items_unknown", "n_meetings_unknown"):
        facts[name] = result.attrs[name]
    return facts if margin is None else {**facts, "margin": f"{margin:g}"}


def _more_notes(result: pd.DataFrame, show: str, lang: str) -> tuple[str, ...]:
    """Say where to look if the table is empty, or says little in many rows."""
    if result.empty:
        none = "No two periods with items: nothing to compare."
        return ("項目のある期間が二つないので、比べられません。" if lang == "ja" else none,)
    if show == "numbers" and (result["verdict"] == "cannot tell").any():
        more = "Cannot tell: why, and how many meetings would be needed, says --show statements."
        return (
            "判断できない理由と必要な会議数は --show statements で表示します。"
            if lang == "ja"
            else more,
        )
    return ()
