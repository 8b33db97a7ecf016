"""What commands on themes over time share: options, the theme table, names, the note on sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from cio_topics.cli.options import (
    GROUPINGS,
    choice_option,
    codebook_option,
    conditions_text,
    corpus_options,
    load_codebook,
    load_items,
    themes_from_option,
)
from cio_topics.cli.output import command_line

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook
    from cio_topics.corpus import Corpus

__all__ = [
    "Themed",
    "load_themes",
    "period_options",
    "periods_asked",
    "theme_choice",
    "theme_options",
    "unit_option",
]

Command = Callable[..., Any]


class Themed(NamedTuple):
    """A corpus with the themes of its items, and from where they come."""

    corpus: Corpus
    codebook: Codebook
    table: pd.DataFrame
    settings: dict[str, Any]

    def manifest(self, **settings: Any) -> dict[str, Any]:
        """Return the manifest of a result with these settings."""
        from cio_topics.manifest import make_manifest

        return make_manifest(
            self.corpus,
            self.codebook,
            command=command_line(),
            settings={**self.settings, **settings},
        )

    def names(self, by: Any, periods: Sequence[str], lang: str) -> dict[str, dict[str, str]]:
        """Return what is printed for the ids of themes and periods."""
        from cio_topics.periods import period_labels

        themes = {t.id: t.name_ja if lang == "ja" else t.name_en for t in self.codebook.themes}
        kind = by if isinstance(by, str) else "custom"
        labels = period_labels(kind, list(periods), self.corpus.administrations)
        named = dict(zip(labels["period"], labels[lang], strict=True))
        return {"theme": themes, "period": named}

    def source_note(self, manifest: dict[str, Any], lang: str) -> str:
        """Return the last note of a printed table: from which data and codebook it comes."""
        digest, source = manifest["corpus"]["sha256"][:12], self.settings["themes_from"]
        version = self.codebook.version
        if lang == "ja":
            return (
                f"出典: cio-topics、コーパス {digest}、コードブック {version}、テーマは {source}。"
            )
        return f"Source: cio-topics, corpus {digest}, codebook {version}, themes from {source}."


def theme_options(command: Command) -> Command:
    """Add what chooses items and their themes; :func:`load_themes` takes it."""
    return corpus_options(themes_from_option(codebook_option(command)))


def load_themes(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    themes_from: Any,
    codebook_path: Path | None,
) -> Themed:
    """Read the corpus that was asked for and give its items their themes."""
    corpus = load_items(path, bodies, since, until)
    codebook = load_codebook(codebook_path)

    from cio_topics.themes import theme_table

    table = theme_table(corpus, codebook, source=themes_from)
    settings = {"themes_from": themes_from, "conditions": conditions_text(bodies, since, until)}
    return Themed(corpus, codebook, table, settings)


def period_options(default: str) -> Callable[[Command], Command]:
    """Add --by and --period; :func:`periods_asked` takes them."""

    def add(command: Command) -> Command:
        by = choice_option("--by", GROUPINGS, default, "What the periods are.")
        own = click.option(
            "--period",
            "own_periods",
            multiple=True,
            metavar="NAME=FIRST..LAST",
            help="A period of your own instead of --by: before=2009-09-16..2012-12-25. Repeatable.",
        )
        return by(own(command))

    return add


def periods_asked(by: str, own_periods: Sequence[str]) -> Any:
    """Return the periods that were asked for: a grouping, or a table of own periods."""
    if not own_periods:
        return by
    from cio_topics.tracking import make_periods

    return make_periods(own_periods)


unit_option = choice_option(
    "--unit",
    ("items", "meetings", "handouts"),
    "items",
    "What is counted: items; meetings with at least one such item; handouts of such items.",
)

theme_choice = click.option(
    "--theme",
    "themes",
    multiple=True,
    metavar="ID",
    help="Only this theme (id of the codebook). Repeatable; all themes if left out.",
)
