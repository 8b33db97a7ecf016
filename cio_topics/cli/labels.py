"""``cio-topics labels``, and the options of commands that read labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from cio_topics.cli.options import (
    choice_option,
    codebook_option,
    format_option,
    load_codebook,
    load_corpus,
    plain_output_option,
)
from cio_topics.cli.output import (
    command_line,
    json_text,
    note_inputs,
    records,
    table_text,
    write_output,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook
    from cio_topics.corpus import Corpus
    from cio_topics.labels import Migrated, ThemeMapping

__all__ = ["file_hashes", "label_options", "labels", "load_labels"]

Command = TypeVar("Command", bound=Callable[..., Any])
_HEADINGS = {
    "coders": "By coder / 符号化者別",
    "themes": "Answers with each theme / テーマ別の回答数",
    "overlap": "Items by how many coded them / 符号化した人数別の項目数",
}
_SHOWN = 20


def label_options(command: Command) -> Command:
    """Add --corpus, --codebook, --coder and --missing."""
    for option in (
        choice_option(
            "--missing",
            ("error", "keep", "drop"),
            "error",
            "What is done with labels of items that the corpus does not have.",
        ),
        click.option(
            "--coder",
            "names",
            multiple=True,
            metavar="FILE=NAME",
            help="Another name for the coder of a file, where two have one name. Repeatable.",
        ),
        codebook_option,
        click.option(
            "--corpus",
            "corpus_path",
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="The corpus that was coded, instead of the embedded one.",
        ),
    ):
        command = option(command)
    return command


def load_labels(
    files: Sequence[Path],
    codebook: Codebook | None,
    corpus: Corpus | None,
    names: Sequence[str] = (),
    missing: Literal["error", "keep", "drop"] = "error",
) -> pd.DataFrame:
    """Read and check the labels that were asked for."""
    from cio_topics.labels import read_labels

    note_inputs(*files)
    paths = [str(file) for file in files]
    return read_labels(paths, codebook, corpus, missing=missing, coders=dict(_names(names)))


def _names(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    from cio_topics.errors import SettingsError, shorten

    for text in names:
        file, equals, name = text.rpartition("=")
        if not (equals and file and name.strip()):
            raise SettingsError(
                f"--coder is {shorten(text)}; expected FILE=NAME.",
                "Write it as --coder second.csv=井上.",
                "--coder second.csv=井上 のように書いてください。",
            )
        yield str(Path(file)), name.strip()


def file_hashes(files: Sequence[Path]) -> list[dict[str, str]]:
    """Return name and SHA-256 of files, for the manifest."""
    import hashlib

    return [{"file": f.name, "sha256": hashlib.sha256(f.read_bytes()).hexdigest()} for f in files]


@click.group(short_help="Check labels; carry them over to a new codebook.")
def labels() -> None:
    """Check files of labels, and carry them over to a new version of the codebook.

    ラベル(符号化の記録)を検査し、コードブックの新しい版へ移します。
    """


@labels.command(short_help="List every problem; count answers.")
@click.argument(
    "files", metavar="LABELS...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@label_options
@format_option(("table", "json"))
@plain_output_option
def check(
    files: tuple[Path, ...],
    corpus_path: Path | None,
    codebook_path: Path | None,
    names: tuple[str, ...],
    missing: Literal["error", "keep", "drop"],
    output_format: str,
    output: Path,
) -> None:
    """Check files of labels, and count answers by coder and theme.

    ラベルの誤りを一覧し、符号化者別・テーマ別に数えます。

    Every problem is listed with its file, line, column and what was expected (exit code 3): unknown
    themes, items that the corpus does not have, another version of the codebook, two coders under
    one name. Only the last answer of a coder on an item counts.
    """
    codebook = load_codebook(codebook_path)
    corpus = load_corpus(corpus_path)
    table = load_labels(files, codebook, corpus, names, missing)

    from cio_topics.labels import label_counts

    counts = label_counts(table, codebook)
    if output_format == "json":
        content = {"n_answers": len(table), **{name: records(t) for name, t in counts.items()}}
        write_output(json_text(content), output)
        return
    n = f"Answers that count / 有効な回答: {len(table):,}"
    head = f"No errors found. / 誤りはありません。\n{n}\n"
    parts = [f"\n{_HEADINGS[name]}\n{table_text(t)}" for name, t in counts.items()]
    write_output(head + "".join(parts), output)


@labels.command(short_help="Carry labels over to a new codebook.")
@click.argument("file", metavar="LABELS", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="What becomes of the old themes, in TOML.",
)
@click.option(
    "--codebook",
    "codebook_path",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The new codebook.",
)
@click.option(
    "--old-codebook",
    "old_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The old codebook: every theme of it is then accounted for, also those nobody gave.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="A new file for the labels. Beside it: NAME.read_again.csv, and a manifest.",
)
def migrate(
    file: Path, mapping_path: Path, codebook_path: Path, old_path: Path | None, output: Path
) -> None:
    """Carry LABELS over to a new codebook; list what must be read again.

    ラベルをコードブックの新しい版へ移し、読み直しが必要な項目を一覧にします。

    Themes that are kept, renamed or merged are certain. Answers with a theme that was split or
    dropped have no themes in the new labels until they are read again. LABELS is not touched.

    \b
    cio-topics labels migrate labels.csv --mapping 1-to-2.toml --codebook codebook2.toml \\
        --old-codebook codebook1.toml -o labels2.csv
    """  # noqa: D301
    from cio_topics.labels import migrate_labels, read_mapping

    again = output.with_name(f"{output.stem}.read_again.csv")
    note_inputs(mapping_path, codebook_path, old_path)
    for place in (output, again):
        _check_new(place)
    new = load_codebook(codebook_path)
    old = None if old_path is None else load_codebook(old_path)
    mapping = read_mapping(mapping_path, new, old)
    found = migrate_labels(load_labels([file], old, None), mapping)
    inputs = [file, mapping_path, codebook_path, *([old_path] if old_path else [])]
    _write_migrated(found, mapping, output, again, file_hashes(inputs))
    click.echo(_migration_text(found, mapping, output, again), nl=False)


def _check_new(place: Path) -> None:
    """Refuse to write over anything: it may be the only copy of somebody's answers."""
    from cio_topics.errors import SettingsError, shorten

    if str(place).startswith("-") or place.exists():
        raise SettingsError(
            f"{shorten(str(place), 200)} exists, or is no file; expected the name of a new file.",
            "Give a file that does not exist yet.",
            "まだないファイルの名前を指定してください。",
        )


def _write_migrated(
    found: Migrated, mapping: ThemeMapping, output: Path, again: Path, inputs: list[dict[str, str]]
) -> None:
    from cio_topics import __version__
    from cio_topics.files import table_csv

    manifest = {
        "cio_topics": __version__,
        "command": command_line(),
        "from_version": mapping.from_version,
        "to_version": mapping.to_version,
        "inputs": inputs,
    }
    write_output(table_csv(found.to_read), again)
    write_output(table_csv(found.labels), output, manifest)


def _migration_text(found: Migrated, mapping: ThemeMapping, output: Path, again: Path) -> str:
    n, n_again = len(found.labels), len(found.to_read)
    lines = [
        f"{n - n_again:,} of {n:,} answers are carried over from version {mapping.from_version} to "
        f"{mapping.to_version}: {output}",
        f"{n_again:,} must be read again / 読み直しが必要: {again}",
    ]
    if mapping.added:
        lines.append(
            "New themes that nobody could give before; items that may have them must be read too / "
            f"以前は付けられなかった新しいテーマ: {', '.join(mapping.added)}"
        )
    shown = found.to_read[["item_id", "coder", "was", "kept", "candidates", "reason"]]
    rest = f"… {n_again - _SHOWN:,} more\n" if n_again > _SHOWN else ""
    table = f"\n{table_text(shown.head(_SHOWN))}{rest}" if n_again else ""
    return "\n".join(lines) + f"\n{table}"
