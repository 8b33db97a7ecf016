"""``cio-topics activity``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    conditions_text,
    corpus_options,
    lang_option,
    load_codebook,
    load_corpus,
    output_option,
)
from cio_topics.cli.output import command_line
from cio_topics.cli.result import check_result_format, result_format_option, write_result
from cio_topics.cli.theming import period_options, periods_asked

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus

_KIND_NAMES = {
    "ja": {"all": "すべて", "circulated": "持ち回り", "not_circulated": "持ち回り以外"},
    "en": {"all": "all", "circulated": "circulated", "not_circulated": "not circulated"},
}


@click.command(short_help="Count meetings by period, with rates a year.")
@corpus_options
@period_options("year")
@click.option(
    "--compare",
    nargs=2,
    metavar="REFERENCE PERIOD",
    help="The ratio of how often was met in PERIOD to REFERENCE, two periods of --by or --period.",
)
@click.option(
    "--case-study",
    is_flag=True,
    help="The ratio of 2013-2014 to 2009-2012 in the case study's own table 1; no corpus is read.",
)
@result_format_option
@output_option
@lang_option("ja")
def activity(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: str,
    own_periods: tuple[str, ...],
    compare: tuple[str, str] | None,
    case_study: bool,
    output_format: Any,
    output: Path,
    lang: Any,
) -> None:
    """Count meetings by period: how often a year, how long, with how many items and handouts.

    期間ごとに、会議の回数・年あたりの頻度・時間・項目数・資料数を、区間つきで数えます。

    --since and --until say which days were seen; without them the span goes from the first to the
    last meeting of the corpus. Choose one --body: the rates of several are added up.

    Example: cio-topics activity --body "各府省情報化統括責任者(CIO)連絡会議" --by government

    Example: cio-topics activity --by government --compare ldp_led democratic_led
    """
    _check_options(case_study, compare, path, (*bodies, *own_periods, since, until))
    check_result_format(output_format, output)

    from cio_topics.manifest import make_manifest
    from cio_topics.tables import printed_result

    corpus = load_corpus(path, bodies, since, until)
    by = periods_asked(by, own_periods)
    kind, result, facts = _result(corpus, by, since, until, compare, case_study)
    settings = {"by": by if isinstance(by, str) else list(own_periods), "compare": compare}
    settings["conditions"] = conditions_text(bodies, since, until)
    manifest = make_manifest(corpus, load_codebook(None), command=command_line(), settings=settings)
    printed = printed_result(
        result,
        kind,
        lang=lang,
        names={"period": _period_names(corpus, by, result, lang), "kind": _KIND_NAMES[lang]},
        facts=facts,
        notes=() if case_study else (_source(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _check_options(
    case_study: bool, compare: object, path: object, conditions: tuple[object, ...]
) -> None:
    from cio_topics.errors import SettingsError

    if case_study and (compare or path or any(conditions)):
        raise SettingsError(
            "--case-study reads table 1 alone; expected no corpus, condition, period or --compare.",
            "Leave the other options out.",
            "--case-study はほかの条件と一緒には使えません。",
        )


def _result(
    corpus: Corpus,
    by: Any,
    since: str | None,
    until: str | None,
    compare: tuple[str, str] | None,
    case_study: bool,
) -> tuple[str, pd.DataFrame, dict[str, Any]]:
    """Return the kind of result that was asked for, the result, and its facts."""
    from cio_topics import tracking

    if case_study:
        return "case_study_activity", tracking.case_study_activity(), {"level": 95, "n_kinds": 3}
    if compare:
        ratios = tracking.activity_ratio(corpus, by, *compare, since=since, until=until)
        unknown = int(ratios["n_format_unknown"].iloc[0])
        return "activity_ratio", ratios, {"level": 95, "n_kinds": 3, "n_format_unknown": unknown}
    result = tracking.activity(corpus, by, since=since, until=until)
    first, last = tracking.observed_span(corpus, since=since, until=until)
    span = {"since": first or "–", "until": last or "–"}
    return "activity", result, {**span, **_facts(corpus, by, result)}


def _facts(corpus: Corpus, by: Any, result: pd.DataFrame) -> dict[str, Any]:
    return {
        "by": by if isinstance(by, str) else "period",
        "level": 95,
        "n_bodies": corpus.meetings["body"].nunique(),
        "n_meetings": int(result["n_meetings"].sum()),
        "n_unknown": int(result.loc[result["period"] == "unknown", "n_meetings"].sum()),
        "n_format_unknown": int((result["n_meetings"] - result["n_format_known"]).sum()),
    }


def _period_names(corpus: Corpus, by: Any, result: pd.DataFrame, lang: str) -> dict[str, str]:
    from cio_topics.periods import period_labels

    columns = [column for column in ("period", "reference") if column in result]
    periods = list(dict.fromkeys(result[columns].to_numpy().ravel()))
    labels = period_labels(by if isinstance(by, str) else "custom", periods, corpus.administrations)
    return dict(zip(labels["period"], labels[lang], strict=True))


def _source(manifest: dict[str, Any], lang: str) -> str:
    digest = manifest["corpus"]["sha256"][:12]
    if lang == "ja":
        return f"出典: cio-topics、コーパス {digest}。"
    return f"Source: cio-topics, corpus {digest}."
