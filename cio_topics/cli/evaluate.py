"""``cio-topics evaluate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.labelled import labels_options, load_labelled
from cio_topics.cli.options import codebook_option, format_option, seed_option
from cio_topics.cli.output import (
    command_line,
    json_text,
    records,
    show_count,
    table_text,
    write_output,
    write_tables,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.themes import Evaluation

# The same lists as in the rooms that own them; a test holds them together.
PREDICTORS = (
    *("linear", "linear-seen", "stack", "stack-seen", "text", "definitions", "nearest"),
    *("boosting", "boosting-seen", "rules", "rules-seen", "majority", "plain"),
)
DEFAULT_PREDICTORS = ("linear", "linear-seen", "rules", "rules-seen", "majority", "plain")
DESIGNS = ("meetings", "forward", "bodies")

_NOTES = {
    "linear": "the classifier as classify uses it; its rules were written with labelled items in "
    "sight, so this is partly a fit",
    "linear-seen": "the same, but a rule's match counts only if an item learned from has it: a "
    "lower bound",
    "rules": "the codebook's rules alone: a fit",
    "rules-seen": "the same, matches counted only if items learned from have them: a lower bound",
    "majority": "a floor: always the most frequent theme",
    "plain": "a floor: scikit-learn's TF-IDF and logistic regression as they come",
    "text": "no rules at all",
    "definitions": "only the rules that were written without sight of items",
}


@click.command(short_help="Score classifiers on labelled items they did not learn from.")
@labels_options
@codebook_option
@click.option(
    "--predictor",
    "predictors",
    type=click.Choice(PREDICTORS),
    multiple=True,
    help="What is scored; the first is described in detail. Repeatable. "
    f"Without it: {', '.join(DEFAULT_PREDICTORS)}.",
)
@click.option(
    "--design",
    "designs",
    type=click.Choice(DESIGNS),
    multiple=True,
    help="How items are held out: whole meetings by chance, each administration learned from those "
    "before it, each body from all others. Repeatable; all if left out.",
)
@click.option(
    "--coverage",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.9,
    show_default=True,
    help="Asked of the sets of possible themes.",
)
@click.option(
    "--repeats", type=click.IntRange(1), default=5, show_default=True, help="Of folds by chance."
)
@click.option("--folds", type=click.IntRange(2), default=5, show_default=True, help="Of a repeat.")
@click.option("-j", "--jobs", type=int, default=1, show_default=True, help="Processes.")
@seed_option
@format_option(("table", "json"))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    metavar="FILE|FOLDER",
    help="A .json file, or a folder for one CSV a table and the manifest; - is standard output.",
)
def evaluate(
    path: Path | None,
    label_files: tuple[Path, ...],
    settle: str,
    own_labels: bool,
    codebook_path: Path | None,
    predictors: tuple[str, ...],
    designs: tuple[str, ...],
    coverage: float,
    repeats: int,
    folds: int,
    jobs: int,
    seed: int,
    output_format: str,
    output: Path,
) -> None:
    """Score classifiers on labelled items that they did not learn from.

    学習に使わなかった項目で分類器を評価します。会議・題名の重複は学習側と評価側に分かれません。

    No meeting and no repeated title stands on both sides. Intervals are 95 % over draws of
    meetings. Printed beside the floors and the agreement of the two codings, which is the ceiling.

    \b
    Predictors:
      linear       the classifier that classify uses
      stack        rules and text weighed against each other
      text         no rules
      definitions  only the rules written without sight of items
      nearest      the most similar labelled items
      boosting     gradient-boosted trees
      rules        the codebook's rules alone
      …-seen       a rule's match counts only if an item learned from has it:
                   a lower bound, for rules written with labelled items in sight
      majority     a floor: always the most frequent theme
      plain        a floor: scikit-learn's TF-IDF and logistic regression

    A few minutes with two processes; --repeats 1 is quicker.

    Example: cio-topics evaluate -j 2 -o evaluation
    """  # noqa: D301 - click reads the backspace
    from cio_topics.errors import check_jobs

    check_jobs(jobs)
    corpus, codebook, labelled = load_labelled(path, label_files, settle, own_labels, codebook_path)
    from cio_topics.manifest import make_manifest
    from cio_topics.themes import evaluate_themes

    chosen, wanted = predictors or DEFAULT_PREDICTORS, designs or DESIGNS
    found = evaluate_themes(
        corpus,
        codebook,
        labelled,
        predictors=chosen,
        designs=wanted,
        coverage=coverage,
        n_splits=folds,
        n_repeats=repeats,
        random_state=seed,
        n_jobs=jobs,
        progress=_progress(),
    )
    show_count(0, "")
    settings = {"predictors": list(chosen), "designs": list(wanted), "coverage": coverage}
    settings |= {"repeats": repeats, "folds": folds, "seed": seed, "settle": settle}
    manifest = make_manifest(corpus, codebook, command=command_line(), settings=settings)
    _write(found, chosen, output_format, output, manifest)


def _progress() -> Callable[[str, int, int], None]:
    def progress(what: str, done: int, total: int) -> None:
        show_count(done, f"of {total} parts of {what}")

    return progress


def _write(
    found: Evaluation,
    predictors: tuple[str, ...],
    output_format: str,
    output: Path,
    manifest: dict[str, Any],
) -> None:
    tables = found._asdict()
    if output_format == "json" or output.suffix == ".json":
        content = {name: records(table) for name, table in tables.items()}
        write_output(json_text({"manifest": manifest, **content}), output)
        return
    text = _report(found, predictors)
    if str(output) != "-":
        write_tables(tables, output, manifest, {"evaluation.txt": text})
    click.echo(text, nl=False)


def _report(found: Evaluation, predictors: tuple[str, ...]) -> str:
    parts = ["Overall (95 % intervals over draws of meetings)", _overall(found.overall)]
    parts += [f"  {name}: {_NOTES[name]}\n" for name in predictors if name in _NOTES]
    if len(found.ceiling):
        parts += [
            "\nCeiling: agreement of the two codings on the same items",
            table_text(found.ceiling),
        ]
    first = found.themes["predictor"] == predictors[0]
    for design in found.themes.loc[first, "design"].unique():
        of = found.themes[first & (found.themes["design"] == design)]
        parts += [f"\nThemes, {predictors[0]}, {design}", _themes(of)]
    parts += [f"\nBy body and administration, {predictors[0]}", table_text(found.parts)]
    parts += ["\nReliability of probabilities", table_text(found.reliability)]
    if len(found.coverage):
        parts += ["\nSets of possible themes", table_text(found.coverage)]
    errors = found.errors[["item_id", "themes", "found", "wrong", "title"]]
    parts += [f"\nWrong in most repeats: {len(errors)} items", table_text(errors)]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _bounded(row: pd.Series[Any], name: str) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value != value:
        return "-"
    return f"{value:.3f} [-]" if low != low else f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _overall(table: pd.DataFrame) -> str:
    shown = table[["design", "predictor", "n"]].copy()
    for name in ("micro_f1", "macro_f1", "exact", "average_precision"):
        shown[name] = [_bounded(row, name) for _, row in table.iterrows()]
    shown["brier"] = table["brier"]
    return table_text(shown)


def _themes(table: pd.DataFrame) -> str:
    shown = table[["theme", "n", "n_found"]].copy()
    for name in ("precision", "recall", "f1", "average_precision"):
        shown[name] = [_bounded(row, name) for _, row in table.iterrows()]
    return table_text(shown.reset_index(drop=True))
