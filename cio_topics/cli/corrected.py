"""``cio-topics corrected``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
from cio_topics.cli.output import show_count
from cio_topics.cli.result import check_result_format, result_format_option, write_result
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

__all__ = ["PREDICTORS", "corrected"]

#: Predictors that did not see the labelled items (some of those of ``cio-topics evaluate``).
PREDICTORS = ("auto", "linear-seen", "stack-seen", "definitions", "text", "nearest", "rules-seen")
_LEAST_MEETINGS = 10
_METHOD_NAMES = {
    "ppi": {"ja": "予測を補う推定 PPI++", "en": "prediction-powered inference, PPI++"},
    "rogan_gladen": {"ja": "感度と特異度、Rogan–Gladen", "en": "Rogan-Gladen"},
}


@click.command(short_help="Print shares of themes as counted, and corrected for errors.")
@theme_options
@period_options("government")
@theme_choice
@choice_option(
    "--method",
    ("ppi", "rogan_gladen"),
    "ppi",
    "ppi takes the mean error away, rogan_gladen uses sensitivity and specificity.",
)
@choice_option(
    "--errors-from",
    ("auto", "period", "all"),
    "auto",
    "Labelled items that tell the errors: of the period, of all periods; auto: of the period if "
    f"it has {_LEAST_MEETINGS} labelled meetings that suffice.",
)
@choice_option(
    "--predictor",
    PREDICTORS,
    "auto",
    "What predicts items without label; auto is rules-seen or linear-seen, as themes come from "
    "rules or the classifier.",
)
@click.option("-j", "--jobs", type=int, default=1, show_default=True, help="Processes.")
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def corrected(
    by: str,
    own_periods: tuple[str, ...],
    themes: tuple[str, ...],
    method: Any,
    errors_from: Any,
    predictor: str,
    jobs: int,
    output_format: Any,
    output: Path,
    seed: int,
    lang: Any,
    **asked: Any,
) -> None:
    """Print shares of themes as counted, and corrected for the errors of rules or classifiers.

    規則や分類器の誤りを、符号化済みの項目で測って補正した割合を、数えたままの割合と並べます。

    Labelled items (theme_labels of the corpus) count as they are labelled; the others as predicted,
    less the errors seen on labelled items that were not learned from. Read the notes below the
    table: meetings that were not labelled at random may bias it.

    Example: cio-topics corrected --by government --themes-from coded+model
    """
    check_result_format(output_format, output)
    themed, periods = load_themes(**asked), periods_asked(by, own_periods)
    if predictor == "auto":
        from cio_topics.tracking import predictor_of

        predictor = predictor_of(asked["themes_from"])

    from cio_topics.tables import printed_result
    from cio_topics.tracking import corrected_shares, cross_predictions

    found = cross_predictions(
        themed.corpus,
        themed.codebook,
        predictor=predictor,
        random_state=seed,
        n_jobs=jobs,
        progress=lambda done, total: show_count(done, f"of {total} folds"),
    )
    show_count(0, "")
    shares = corrected_shares(
        themed.table,
        *found,
        periods,
        themes=themes or None,
        method=method,
        errors_from=errors_from,
        least_meetings=_LEAST_MEETINGS,
        administrations=themed.corpus.administrations,
    )
    chosen = {"method": method, "errors_from": errors_from, "predictor": predictor, "seed": seed}
    manifest = themed.manifest(by=list(own_periods) or by, **chosen)
    facts = _facts(themed, found.labels, predictor) | {"method": _METHOD_NAMES[method][lang]}
    printed = printed_result(
        shares,
        "corrected",
        lang=lang,
        names=_names(themed, periods, list(shares["period"].unique()), lang),
        facts=facts,
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(shares, printed, output_format, output, manifest)


def _facts(themed: Themed, labels: pd.DataFrame, predictor: str) -> dict[str, Any]:
    items = themed.corpus.items
    known = items[items["item_id"].isin(labels.index)]
    return {
        "level": 95,
        "predictor": predictor,
        "least_meetings": _LEAST_MEETINGS,
        "n_items": len(items),
        "n_meetings": items["meeting_id"].nunique(),
        "n_labelled": len(known),
        "n_labelled_meetings": known["meeting_id"].nunique(),
    }


def _names(themed: Themed, by: Any, periods: Sequence[str], lang: str) -> dict[str, dict[str, str]]:
    from cio_topics.tables.kinds.corrected import ERRORS_FROM_NAMES, STATE_NAMES

    place = 0 if lang == "ja" else 1
    return {
        **themed.names(by, periods, lang),
        "state": {state: names[place] for state, names in STATE_NAMES.items()},
        "errors_from": {given: names[place] for given, names in ERRORS_FROM_NAMES.items()},
    }
