"""``cio-topics regress``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
from cio_topics.cli.output import show_count, timed_progress
from cio_topics.cli.result import check_result_format, result_format_option, write_result
from cio_topics.cli.theming import Themed, load_themes, theme_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tracking.regression import Regression

# The same lists as in cio_topics.tracking.regression (a test holds them together).
METHODS = ("auto", "gee", "glm", "firth", "mixed")
ADJUSTMENTS = ("holm", "sidak", "mvt", "none")

_METHOD_NAMES = {
    "ja": {
        "gee": "GEE(会議内で等しい相関、Kauermann–Carroll の補正、Satterthwaite の自由度)",
        "glm": "ロジスティック回帰(会議によるクラスター頑健標準誤差、同上の補正)",
        "firth": "Firth の罰則付き尤度(会議内相関で重み付け、プロファイル区間)",
        "mixed": "会議を変量効果とするロジスティック回帰(弱い事前分布)",
        "none": "なし",
    },
    "en": {
        "gee": "GEE (exchangeable within meetings, Kauermann-Carroll, Satterthwaite)",
        "glm": "logistic, cluster-robust by meeting (Kauermann-Carroll, Satterthwaite)",
        "firth": "Firth's penalized likelihood (weighted by the correlation within meetings, "
        "profile intervals)",
        "mixed": "logistic with a random intercept a meeting (weak priors)",
        "none": "none",
    },
}
_REASONS = {
    "ja": {
        "separated": "分離",
        "few_events": "該当(または非該当)が係数一つに 10 未満",
        "few_meetings": "会議が 5 未満の値がある",
        "enough": "データが足りる",
        "asked": "指定",
        "no_item": "該当なし",
        "every_item": "すべて該当",
    },
    "en": {
        "separated": "separated",
        "few_events": "fewer than 10 with (or without) the theme a parameter",
        "few_meetings": "a level with fewer than 5 meetings",
        "enough": "enough data",
        "asked": "asked for",
        "no_item": "no item has it",
        "every_item": "every item has it",
    },
}


@click.command(short_help="Explain themes by administration, format, year … at once.")
@click.argument("formula")
@theme_options
@choice_option(
    "--what",
    ("means", "coefficients", "contrasts", "diagnostics"),
    "means",
    "Shares with the other values kept; coefficients; differences of all pairs; or how it went.",
)
@choice_option(
    "--method",
    METHODS,
    "auto",
    "gee or glm: errors by meeting; firth: few or separated items; mixed: a random intercept a "
    "meeting. auto takes firth where data are few, else gee, and says which.",
)
@choice_option("--adjust", ADJUSTMENTS, "holm", "How p values of contrasts are adjusted.")
@click.option(
    "--pool-rare", is_flag=True, help="Join levels with fewer than --min-items items in 'other'."
)
@click.option(
    "--min-items",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="Levels with fewer items are named as rare.",
)
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def regress(
    formula: str,
    what: str,
    method: str,
    adjust: str,
    pool_rare: bool,
    min_items: int,
    output_format: Any,
    output: Path,
    seed: int,
    lang: Any,
    **asked: Any,
) -> None:
    """Explain whether items have a theme by government, format, year … at once.

    テーマの有無を、政権・開催形式・年などで同時に説明するモデルを当てはめます。

    FORMULA: a theme (or the word theme for all), ~, then columns with + (and), : (product), * (both
    and product); C(year) takes years as levels, scale(year) in standard deviations.

    Example: cio-topics regress "open_data ~ government + format"

    Example: cio-topics regress "theme ~ government + year" --what contrasts
    """
    check_result_format(output_format, output)
    themed = load_themes(**asked)

    from cio_topics.tables import printed_result
    from cio_topics.tracking.regression import theme_model

    found = theme_model(
        formula,
        themed.table,
        method=method,
        adjust=adjust,
        min_items=min_items,
        pool_rare=pool_rare,
        administrations=themed.corpus.administrations,
        random_state=seed,
        progress=timed_progress("themes"),
    )
    show_count(0, "")
    manifest = themed.manifest(
        formula=formula,
        method=method,
        adjust=adjust,
        min_items=min_items,
        pool_rare=pool_rare,
        seed=seed,
    )
    what = _shown(found, what)
    result: pd.DataFrame = getattr(found, what)
    printed = printed_result(
        result,
        f"model_{what}",
        lang=lang,
        names=_names(themed, found, lang),
        facts={**_facts(found, lang), "min_items": min_items, "adjust": adjust},
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _shown(found: Regression, what: str) -> str:
    """Return which table to show: coefficients where nobody asked, and numbers alone explain.

    Raises
    ------
    SettingsError
        Means or contrasts were asked for, and no column has levels.
    """
    from cio_topics.errors import SettingsError

    if what not in ("means", "contrasts") or len(found.means) or found.coefficients.empty:
        return what
    source = click.get_current_context().get_parameter_source("what")
    if source is click.core.ParameterSource.DEFAULT:
        return "coefficients"
    raise SettingsError(
        f"no column of {found.formula!r} has levels, so there are no {what}.",
        "Ask for --what coefficients, or take years as levels with C(year).",
        "--what coefficients を指定するか、C(year) のように年を区分として扱ってください。",
    )


def _names(themed: Themed, found: Regression, lang: str) -> dict[str, dict[str, str]]:
    """Return what is printed for themes, levels, methods and reasons."""
    from cio_topics.periods import GROUPINGS

    levels: dict[str, str] = {}
    for variable, rows in found.means.groupby("variable"):
        if variable in GROUPINGS:
            levels |= themed.names(str(variable), list(rows["level"].unique()), lang)["period"]
    themes = themed.names("year", [], lang)["theme"]
    method = {name: name for name in METHODS}
    return {"theme": themes, "level": levels, "method": method, "reason": _REASONS[lang]}


def _facts(found: Regression, lang: str) -> dict[str, Any]:
    """Return what the notes say; what does not apply is left out, and its note with it."""
    told = found.diagnostics
    fitted = told[told["method"] != "none"]
    facts: dict[str, Any] = {
        "formula": found.formula,
        "level": 95,
        "n_unknown": int(told["n_unknown"].max()),
        "n_tests": len(found.contrasts),
    }
    facts["methods"] = "; ".join(
        f"{_METHOD_NAMES[lang][str(method)]}: {len(rows)} ({_why(rows, lang)})"
        for method, rows in fitted.groupby("method")
    )
    if told["rare"].any():
        facts["rare"] = told["rare"].iloc[0]
    if len(fitted) < len(told):
        facts["without"] = ", ".join(told["theme"][told["method"] == "none"])
    return facts


def _why(rows: pd.DataFrame, lang: str) -> str:
    counts = rows["reason"].value_counts()
    return ", ".join(f"{_REASONS[lang][str(reason)]} {n}" for reason, n in counts.items())
