"""``cio-topics train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from cio_topics.cli.labelled import labels_options, load_labelled
from cio_topics.cli.options import choice_option, codebook_option, seed_option
from cio_topics.cli.output import (
    command_line,
    json_text,
    note_inputs,
    show_line,
    table_text,
    write_output,
    write_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook
    from cio_topics.themes import ThemeModel
    from cio_topics.themes.make import ClassifierKind


# Meetings below which what is learned from held-out ones is said to rest on little.
_FEW = 30


@click.command(short_help="Learn a classifier from labels, and say what changed.")
@labels_options
@codebook_option
@choice_option(
    "--kind", ("linear", "stack"), "linear", "What learns; see the documentation for their scores."
)
@choice_option("--calibration", ("platt", "isotonic"), "platt", "How scores become probabilities.")
@click.option(
    "--previous",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The classifier to compare with; the embedded one if left out.",
)
@click.option(
    "--changes",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the items whose themes changed, all of them, as CSV.",
)
@seed_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write the classifier (.npz). A manifest is written beside it.",
)
def train(
    path: Path | None,
    label_files: tuple[Path, ...],
    settle: str,
    own_labels: bool,
    codebook_path: Path | None,
    kind: str,
    calibration: str,
    previous: Path | None,
    changes: Path | None,
    seed: int,
    output: Path,
) -> None:
    """Learn a classifier from all labelled items, and say what changed.

    ラベルから分類器を学習し、前の分類器との違い(変わった項目、動いた指標)を示します。

    Labels are those of the corpus PATH (the embedded one if left out) and, before them, those of
    --labels files, as cio-topics label writes them. Compared with the classifier before: how it
    does on items labelled since, which scores of held-out items moved, and which items flipped.

    Example: cio-topics train --labels labels.csv -o themes.npz
    """
    corpus, codebook, labelled = load_labelled(path, label_files, settle, own_labels, codebook_path)
    before = _previous(previous, codebook)

    from cio_topics.cli.output import check_output
    from cio_topics.manifest import make_manifest
    from cio_topics.themes.store import write_classifier
    from cio_topics.themes.train import train_classifier

    check_output(output)
    show_line(f"learning from {len(labelled):,} labelled items …")
    model = train_classifier(
        corpus,
        codebook,
        labelled,
        kind=cast("ClassifierKind", kind),
        calibration=calibration,
        random_state=seed,
    )
    settings = {"kind": kind, "calibration": calibration, "settle": settle, "seed": seed}
    settings |= {"n_labelled": len(labelled)}
    manifest = make_manifest(corpus, codebook, command=command_line(), settings=settings)
    write_classifier(model, output, manifest)
    write_output(json_text(manifest), output.with_name(f"{output.name}.manifest.json"))
    click.echo(f"{output}: {kind}, {len(labelled):,} labelled items.")
    n_meetings = len(set(model.held_out.groups.tolist()))
    if n_meetings < _FEW:
        click.echo(
            f"cio-topics: labels of {n_meetings} meetings are few: probabilities, thresholds and "
            "sets rest on little.",
            err=True,
        )
    if before is not None:
        _tell_changes(before, model, corpus.agenda(), labelled, changes, manifest)


def _previous(path: Path | None, codebook: Codebook) -> ThemeModel | None:
    """Return the classifier to compare with; none where the embedded one has another codebook."""
    from cio_topics.codebook import read_codebook
    from cio_topics.themes.store import read_classifier

    note_inputs(path)
    if path is not None:
        return read_classifier(path, codebook)
    return read_classifier() if codebook == read_codebook() else None


def _tell_changes(
    before: ThemeModel,
    after: ThemeModel,
    agenda: pd.DataFrame,
    labelled: pd.DataFrame,
    changes: Path | None,
    manifest: dict[str, Any],
) -> None:
    from cio_topics.themes.changes import flipped_items, moved_metrics, scores_on_new

    known = agenda.merge(labelled, on="item_id", how="left")
    own = agenda.merge(labelled, on="item_id")
    new = scores_on_new(before, own)
    if len(new):
        click.echo("\nThe classifier before, on items labelled since:")
        click.echo(table_text(new), nl=False)
    click.echo("\nScores of held-out items, same folds (low and high bound the difference):")
    moved = moved_metrics(before, after, agenda)
    click.echo(table_text(moved) if len(moved) else "(no item has labels in both)\n", nl=False)
    flipped = flipped_items(before, after, known)
    click.echo(f"\nItems whose themes changed: {len(flipped):,} of {len(agenda):,}")
    shown = flipped.head(20)[["item_id", "before", "after", "labelled", "title"]]
    if len(flipped):
        click.echo(table_text(shown), nl=False)
    if len(flipped) > len(shown):
        click.echo(f"… and {len(flipped) - len(shown):,} more; --changes FILE writes all.")
    if changes is not None:
        write_table(flipped, "csv", changes, manifest)
