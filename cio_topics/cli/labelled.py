"""Labels that a command learns from: the corpus's own, and files of coders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cio_topics.cli.labels import load_labels
from cio_topics.cli.options import load_codebook, load_items

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook
    from cio_topics.corpus import Corpus

Command = TypeVar("Command", bound=Callable[..., Any])

__all__ = ["labels_options", "load_labelled"]


def labels_options(command: Command) -> Command:
    """Add PATH, --labels, --settle and --own-labels."""
    for option in (
        click.option(
            "--own-labels/--no-own-labels",
            "own_labels",
            default=True,
            show_default=True,
            help="Learn from the labels of the corpus, too.",
        ),
        click.option(
            "--settle",
            default="agreed",
            show_default=True,
            metavar="RULE",
            help="What counts where coders differ: agreed (such items are left out), majority, "
            "union, or the name of a coder.",
        ),
        click.option(
            "--labels",
            "label_files",
            multiple=True,
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="A labels.csv of cio-topics label. Repeatable.",
        ),
        click.argument("path", required=False, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def load_labelled(
    path: Path | None,
    label_files: tuple[Path, ...],
    settle: str,
    own_labels: bool,
    codebook_path: Path | None,
) -> tuple[Corpus, Codebook, pd.DataFrame]:
    """Return the corpus, the codebook, and ``item_id, themes, chosen_by``, one row an item.

    Labels of files stand before those of the corpus. How many items coders dispute is said.
    """
    import pandas as pd

    from cio_topics.labels import settle_labels

    corpus, codebook = load_items(path), load_codebook(codebook_path)
    own = corpus.theme_labels.loc[corpus.theme_labels["themes"] != "", ["item_id", "themes"]]
    parts = [own.assign(chosen_by="") if own_labels else own.iloc[:0].assign(chosen_by="")]
    if label_files:
        labels = load_labels(label_files, codebook, corpus)
        settled = settle_labels(labels, codebook, rule=settle)
        if len(settled.disputed):
            click.echo(
                f"cio-topics: {len(settled.disputed):,} items on which coders differ are left "
                "out; see cio-topics agreement.",
                err=True,
            )
        chosen = labels.groupby("item_id")["chosen_by"].agg(_common)
        found = settled.labels[["item_id", "themes"]]
        parts.insert(0, found.assign(chosen_by=found["item_id"].map(chosen).fillna("")))
    labelled = pd.concat(parts, ignore_index=True).drop_duplicates("item_id")
    return corpus, codebook, labelled.reset_index(drop=True)


def _common(values: pd.Series[str]) -> str:
    """Return how an item came before its coders, if it was the same way for all."""
    given = set(values)
    return given.pop() if len(given) == 1 else ""
