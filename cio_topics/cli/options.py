"""Options that several commands share. Imports nothing heavy, so that --help is quick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from cio_topics.codebook import Codebook, Crosswalk
    from cio_topics.corpus import Corpus
    from cio_topics.themes import ThemeModel

__all__ = [
    "CROSSWALKS",
    "GROUPINGS",
    "INTERVALS",
    "LABEL_ONLY",
    "LABEL_ORDERS",
    "LABEL_SHOWN",
    "MODELS",
    "POOLS",
    "SOURCES",
    "choice_option",
    "classifier_option",
    "codebook_option",
    "conditions_text",
    "corpus_options",
    "format_option",
    "interval_option",
    "lang_option",
    "load_classifier",
    "load_codebook",
    "load_corpus",
    "load_crosswalk",
    "load_items",
    "model_option",
    "model_options",
    "output_option",
    "plain_output_option",
    "pool_option",
    "seed_option",
    "themes_from_option",
    "topics_option",
]

# The same lists as in the rooms that own them (a test holds them together); those rooms import
# pandas and scikit-learn, which --help must not wait for.
CROSSWALKS = ("cap",)
GROUPINGS = (
    "year",
    "fiscal_year",
    "era_year",
    "administration",
    "prime_minister",
    "government",
    "format",
    "body",
)
INTERVALS = ("wilson", "bootstrap", "jeffreys", "clustered", "bca", "pooled")
LABEL_ONLY = ("unlabelled", "all", "disputed")
LABEL_ORDERS = ("uncertain", "diverse", "random")
LABEL_SHOWN = ("blind", "assist")
MODELS = (
    "auto",
    "nmf",
    "mixture",
    "gibbs",
    "nmf_kl",
    "lda",
    "lda_online",
    "gensim_lda",
    "gensim_hdp",
    "tomotopy_lda",
    "tomotopy_ptm",
    "tomotopy_ctm",
)
POOLS = ("item", "meeting", "body_year")
SOURCES = ("coded+rules", "coded", "rules", "coded+model", "model")

Command = TypeVar("Command", bound=Callable[..., Any])


def corpus_options(command: Command) -> Command:
    """Add PATH and the filters of a corpus."""
    for option in (
        click.option("--until", metavar="DAY", help="Keep items up to this day (2012-12-25)."),
        click.option("--since", metavar="DAY", help="Keep items from this day on (2009-09-16)."),
        click.option(
            "--body", "bodies", multiple=True, help="Keep items of this body. Repeatable."
        ),
        click.argument("path", required=False, type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


def codebook_option(command: Command) -> Command:
    """Add --codebook."""
    return click.option(
        "--codebook",
        "codebook_path",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A codebook in TOML instead of the embedded one.",
    )(command)


def classifier_option(command: Command) -> Command:
    """Add --model for a classifier of themes."""
    return click.option(
        "--model",
        "model_path",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="A classifier that cio-topics train wrote, instead of the embedded one.",
    )(command)


def format_option(formats: Sequence[str]) -> Callable[[Command], Command]:
    """Add --format with these choices, the first as default."""
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(list(formats)),
        default=formats[0],
        show_default=True,
        help="How the result is written.",
    )


def output_option(command: Command) -> Command:
    """Add -o FILE to a command whose results have a manifest."""
    return _output(command, " A manifest is written beside a file.")


def plain_output_option(command: Command) -> Command:
    """Add -o FILE to a command that writes no manifest."""
    return _output(command, "")


def _output(command: Command, more: str) -> Command:
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, allow_dash=True),
        default="-",
        metavar="FILE",
        help=f"Where to write; - is standard output.{more}",
    )(command)


def seed_option(command: Command) -> Command:
    """Add --seed."""
    return click.option(
        "--seed",
        type=click.IntRange(0, 2**31 - 1),
        default=0,
        show_default=True,
        help="Seed of everything that is drawn by chance.",
    )(command)


def choice_option(
    name: str, values: Sequence[str], default: str, meaning: str
) -> Callable[[Command], Command]:
    """Return an option with these values."""
    return click.option(
        name, type=click.Choice(list(values)), default=default, show_default=True, help=meaning
    )


interval_option = choice_option(
    "--interval",
    ("wilson", "clustered", "bootstrap"),
    "wilson",
    "Wilson takes items as independent; clustered knows that items of one meeting are alike; "
    "bootstrap draws whole meetings.",
)
themes_from_option = choice_option(
    "--themes-from",
    SOURCES,
    "coded+rules",
    "Coded themes; the codebook's rules or the embedded classifier, for all items or where no "
    "theme is coded.",
)
pool_option = choice_option(
    "--pool",
    POOLS,
    "meeting",
    "Join short titles for fitting; weights are given by item all the same.",
)
model_option = choice_option(
    "--model",
    MODELS,
    "auto",
    "auto is mixture for titles and nmf for longer texts, such as pooled titles. nmf and nmf_kl "
    "factorize a matrix, mixture gives each text one topic, the others are latent Dirichlet "
    "allocation and its kin. tomotopy_… need cio-topics[tomotopy].",
)
topics_option = click.option(
    "--topics",
    "n_topics",
    type=click.IntRange(2),
    default=12,
    show_default=True,
    help="How many topics.",
)


def model_options(command: Command) -> Command:
    """Add what chooses a topic model."""
    return model_option(topics_option(pool_option(command)))


def lang_option(default: str) -> Callable[[Command], Command]:
    """Add --lang."""
    return choice_option("--lang", ("ja", "en"), default, "Language of names and labels.")


def load_corpus(
    path: Path | None,
    bodies: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Corpus:
    """Read the corpus that was asked for, or the embedded one."""
    from cio_topics.cli.output import note_inputs
    from cio_topics.corpus import read_corpus, read_example

    note_inputs(path)
    corpus = read_example() if path is None else read_corpus(path)
    if not (bodies or since or until):
        return corpus
    return corpus.filter(bodies=list(bodies) or None, since=since, until=until)


def load_items(
    path: Path | None,
    bodies: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
) -> Corpus:
    """Read the corpus that was asked for, and refuse one without items."""
    from cio_topics.errors import SettingsError

    corpus = load_corpus(path, bodies, since, until)
    if len(corpus) == 0:
        raise SettingsError(
            "the corpus has no item that meets the conditions.",
            "Widen --since, --until or --body, or add items.",
            "--since・--until・--body の条件を広げるか、項目を追加してください。",
        )
    return corpus


def conditions_text(bodies: Sequence[str], since: str | None, until: str | None) -> str:
    """Return the filters as one text, for the manifest."""
    parts = [f"body={body}" for body in bodies]
    parts += [f"{name}={day}" for name, day in (("since", since), ("until", until)) if day]
    return "; ".join(parts)


def load_codebook(path: Path | None) -> Codebook:
    """Read the codebook that was asked for, or the embedded one."""
    from cio_topics.cli.output import note_inputs
    from cio_topics.codebook import read_codebook

    note_inputs(path)
    return read_codebook(path)


def load_crosswalk(named: str, codebook: Codebook) -> Crosswalk:
    """Read the crosswalk in a file, or the embedded one that a word names."""
    from cio_topics.cli.output import note_inputs
    from cio_topics.codebook import read_crosswalk

    if named in CROSSWALKS:
        return read_crosswalk(codebook=codebook)
    note_inputs(Path(named))
    return read_crosswalk(named, codebook)


def load_classifier(
    model_path: Path | None, codebook_path: Path | None, rules_only: bool = False
) -> tuple[ThemeModel | None, Codebook]:
    """Read the classifier that was asked for, and its codebook.

    None where rules alone are to answer: if that was asked for, and for a codebook that is not the
    embedded one, unless a classifier was trained with it.
    """
    from cio_topics.cli.output import note_inputs, show_line
    from cio_topics.codebook import read_codebook
    from cio_topics.errors import SettingsError

    if rules_only and model_path is not None:
        raise SettingsError("--rules and --model together; expected one of them.")
    codebook = None if codebook_path is None else load_codebook(codebook_path)
    if rules_only:
        return None, codebook or read_codebook()
    if model_path is None and codebook is not None and codebook != read_codebook():
        show_line("The codebook's rules answer; train a classifier with: cio-topics train.")
        return None, codebook
    from cio_topics.themes.store import read_classifier

    note_inputs(model_path)
    model = read_classifier(model_path, codebook)
    return model, model.codebook
