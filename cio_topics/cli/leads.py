"""``cio-topics leads``."""

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
from cio_topics.cli.transitions import window_option, window_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEADS_SHOWN", "leads"]

#: What the command can print, and of how many bodies it asks.
LEADS_SHOWN = ("first", "scores", "pairs", "lags", "passed", "titles")
_OF_TWO = ("lags", "passed", "titles")
_MIN_PAIRS, _MIN_LENGTH = 8, 5
_STEP_WORDS = {
    "ja": {"month": "月", "quarter": "四半期", "year": "年"},
    "en": {"month": "months", "quarter": "quarters", "year": "years"},
}
_SHUFFLE_WORDS = {
    "ja": {"windows": "テーマを{}で動かした", "shift": "テーマを会議の順にずらした"},
    "en": {"windows": "themes moved {}", "shift": "themes shifted along the meetings"},
}


@click.command(short_help="Print which body has a theme first, and what is passed on.")
@theme_options
@theme_choice
@choice_option(
    "--show",
    LEADS_SHOWN,
    "first",
    "first: the first appearance of each theme by body; scores: how much more often a body leads "
    "than follows; pairs: every two bodies; with --between: lags (correlations of shares), passed "
    "(themes taken up within --months), titles (that both have).",
)
@click.option(
    "--between",
    nargs=2,
    metavar="BODY BODY",
    help="The two bodies, for lags, passed and titles; for pairs, these two alone.",
)
@click.option(
    "--months",
    type=click.IntRange(1),
    default=12,
    show_default=True,
    help="With passed and titles: within so many months.",
)
@choice_option("--step", ("month", "quarter", "year"), "quarter", "With lags: the step of series.")
@click.option(
    "--max-lag", type=click.IntRange(0), default=4, show_default=True, help="With lags: steps."
)
@choice_option(
    "--chance",
    ("windows", "shift"),
    "windows",
    "With lags and passed: themes moved at random within windows, or all by the same number of "
    "meetings.",
)
@window_option
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def leads(
    themes: tuple[str, ...],
    show: str,
    between: tuple[str, str] | None,
    months: int,
    step: Any,
    max_lag: int,
    chance: Any,
    window: int,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Print which body has a theme first, how often it leads, and what is passed on.

    どの会議体がテーマを先に取り上げ、ほかの会議体に受け継がれたかを、偶然の場合と比べて表にします。

    Bodies are compared only within the time in which the corpus has meetings of both.

    Example: cio-topics leads --theme open_data

    Example: cio-topics leads --show passed --between IT戦略本部 IT総合戦略本部
    """
    check_result_format(output_format, output)
    _check_between(show, between)
    themed = load_themes(**asked)
    options = {
        "themes": themes or None,
        "months": months,
        "step": step,
        "max_lag": max_lag,
        "shuffle": chance,
        "window_years": window,
        "random_state": seed,
    }
    result, facts = _RESULTS[show](themed, between, options, lang)
    result = _with_written_days(result)

    from cio_topics.tables import printed_result
    from cio_topics.tables.kinds.sequence import STATUS_NAMES, VERDICT_NAMES

    kept = {name: value for name, value in options.items() if name in _USED[show]}
    manifest = themed.manifest(
        show=show, between=list(between or ()), themes=list(themes), seed=seed, **kept
    )
    names = {
        **themed.names("year", [], lang),
        "status": STATUS_NAMES[lang],
        "verdict": VERDICT_NAMES[lang],
    }
    printed = printed_result(
        _shown(result, show),
        _KINDS[show],
        lang=lang,
        names=names,
        facts=facts,
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


_KINDS = {
    "first": "first_appearances",
    "scores": "lead_scores",
    "pairs": "theme_leads",
    "lags": "lag_correlations",
    "passed": "passed_themes",
    "titles": "shared_titles",
}
_USED = {
    "first": (),
    "scores": ("window_years",),
    "pairs": (),
    "lags": ("step", "max_lag", "shuffle", "window_years"),
    "passed": ("months", "shuffle", "window_years"),
    "titles": ("months", "shuffle", "window_years"),
}


def _with_written_days(result: pd.DataFrame) -> pd.DataFrame:
    """Return the result with its days as texts, as JSON has them."""
    days = result.select_dtypes("datetime").columns
    written = {day: result[day].dt.strftime("%Y-%m-%d").astype("str") for day in days}
    return result.assign(**written)


def _check_between(show: str, between: tuple[str, str] | None) -> None:
    from cio_topics.errors import SettingsError

    if between is None and show in _OF_TWO:
        raise SettingsError(
            f"--show {show} without --between; expected two bodies.",
            "Add --between BODY BODY.",
            "--between 会議体 会議体 を付けてください。",
        )
    if between is not None and show in ("first", "scores"):
        raise SettingsError(
            f"--between together with --show {show}, which is of all bodies.",
            "Leave it out, or choose the bodies with --body.",
            "--between を外すか、--body で会議体を選んでください。",
        )


def _first(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import first_appearances

    return first_appearances(themed.table, themes=options["themes"]), {}


def _pairs(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import dated_meetings, theme_leads
    from cio_topics.tracking.sequence.order import check_bodies

    table = themed.table
    if between:
        check_bodies(dated_meetings(table), between)
    result = theme_leads(table, themes=options["themes"])
    if between:
        both = result["body"].isin(between) & result["other_body"].isin(between)
        result = result[both].reset_index(drop=True)
    return result, {}


def _scores(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import lead_scores

    result = lead_scores(themed.table, **_taken(options, "themes", "window_years", "random_state"))
    return result, {
        "level": 95,
        "n_draws": 1000,
        "window": window_words(options["window_years"], lang),
        "n_tested": int(result["p"].notna().sum()),
        "n_compared": int(result["n_led"].sum()),
    }


def _lags(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import lag_correlations

    used = _taken(options, "themes", "step", "max_lag", "shuffle", "window_years", "random_state")
    result = lag_correlations(themed.table, *between, min_pairs=_MIN_PAIRS, **used)
    shuffle = _SHUFFLE_WORDS[lang][options["shuffle"]]
    counts = ("n_meetings", "n_items", "n_left_out")
    return result, {
        **{name: int(result[name].iloc[0]) if len(result) else 0 for name in counts},
        "body": between[0],
        "other_body": between[1],
        "step": _STEP_WORDS[lang][options["step"]],
        "min_pairs": _MIN_PAIRS,
        "level": 95,
        "n_draws": 2000,
        "shuffle": shuffle.format(window_words(options["window_years"], lang)),
    }


def _passed(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import passed_themes

    used = _taken(options, "themes", "months", "shuffle", "window_years", "random_state")
    result = passed_themes(themed.table, *between, **used)
    return result, {
        "months": options["months"],
        "level": 95,
        "n_draws": 2000,
        "window": window_words(options["window_years"], lang),
        "n_tested": int(result["p"].notna().sum()),
    }


def _titles(
    themed: Themed, between: Any, options: dict[str, Any], lang: str
) -> tuple[pd.DataFrame, dict[str, Any]]:
    from cio_topics.tracking.sequence import passed_themes, shared_titles, title_table

    titles = title_table(themed.corpus)
    titles = titles[titles["theme"].str.len() >= _MIN_LENGTH]
    months = options["months"]
    result = shared_titles(titles, *between, months=months, min_length=_MIN_LENGTH)
    used = _taken(options, "months", "shuffle", "window_years", "random_state")
    together = passed_themes(titles, *between, together=True, **used)
    total = "; ".join(_total_words(row, lang) for row in together.itertuples())
    return result, {"months": months, "min_length": _MIN_LENGTH, "total": total}


def _total_words(row: Any, lang: str) -> str:
    words = (
        "{0} → {1}: {3}件中{2}件(偶然なら{4:.1f}件、p = {5})"
        if lang == "ja"
        else "{0} → {1}: {2} of {3} ({4:.1f} by chance, p = {5})"
    )
    p = "–" if row.p != row.p else f"{row.p:.3f}"
    return words.format(row.from_body, row.to_body, row.n, row.n_from, row.expected, p)


def _taken(options: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: options[name] for name in names}


_RESULTS = {
    "first": _first,
    "scores": _scores,
    "pairs": _pairs,
    "lags": _lags,
    "passed": _passed,
    "titles": _titles,
}


def _shown(result: pd.DataFrame, show: str) -> pd.DataFrame:
    """Leave out of a printed table the rows that say nothing; files keep them."""
    if show == "scores":
        return result[result["n_led"] + result["n_followed"] + result["n_tied"] > 0]
    if show == "pairs":
        return result[~result["verdict"].isin(["neither", "before"])]
    if show == "lags":
        return result[result["r"].notna()]
    if show == "passed":
        return result[result["n_from"] > 0]
    return result
