"""``cio-topics label``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    LABEL_ONLY,
    LABEL_ORDERS,
    LABEL_SHOWN,
    choice_option,
    codebook_option,
    corpus_options,
    lang_option,
    load_codebook,
    load_items,
    seed_option,
)
from cio_topics.cli.output import check_output, note_inputs

if TYPE_CHECKING:
    from cio_topics.codebook import Codebook
    from cio_topics.corpus import Corpus
    from cio_topics.label_page import Session
    from cio_topics.label_page.suggestions import Classifier


@click.command(short_help="Give themes to items yourself, on a page in the browser.")
@corpus_options
@click.option("--coder", required=True, metavar="NAME", help="Who labels. Stands in every row.")
@click.option(
    "--labels",
    "labels_path",
    type=click.Path(path_type=Path),
    default="labels.csv",
    show_default=True,
    metavar="FILE",
    help="The CSV file that answers are appended to; begun if it is not there. One file may hold "
    "several coders.",
)
@codebook_option
@click.option(
    "--model",
    "model_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A classifier saved by cio-topics train, for suggestions and doubts. Without it the "
    "embedded classifier suggests, or the rules of a codebook of your own.",
)
@choice_option(
    "--mode",
    LABEL_SHOWN,
    "blind",
    "blind hides suggestions until the answer is on disk; assist shows them at once.",
)
@choice_option(
    "--order",
    LABEL_ORDERS,
    "uncertain",
    "What comes first: items the model is in doubt about, items unlike those before, or any.",
)
@click.option(
    "--random-share",
    type=click.FloatRange(0, 1),
    default=0.2,
    show_default=True,
    help="Share of all items that is drawn by chance and mixed in; evaluate on these.",
)
@choice_option(
    "--only",
    LABEL_ONLY,
    "unlabelled",
    "Items you have not answered, all items, or those to which coders gave different themes.",
)
@click.option(
    "--theme",
    default="",
    metavar="ID",
    help="Only items for which this theme is suggested, or that are labelled with it.",
)
@seed_option
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port of the page on this computer; 0 is a free one.",
)
@click.option("--no-browser", is_flag=True, help="Print the address only; open no browser.")
@lang_option("ja")
def label(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    coder: str,
    labels_path: Path,
    codebook_path: Path | None,
    model_path: Path | None,
    mode: str,
    order: str,
    random_share: float,
    only: str,
    theme: str,
    seed: int,
    port: int,
    no_browser: bool,
    lang: str,
) -> None:
    """Give themes to items, one after the other, on a page in the browser.

    手元のブラウザーで議事項目にテーマを付けます。キーボードだけで使えます。

    The page is served on this computer alone, under an address with a random token; no network is
    needed. Every answer is on disk before the next item appears. End with Ctrl+C at any time; the
    same command goes on where you were. Two coders who give the same seed get the same items.

    Example: cio-topics label --coder aoki --labels labels.csv
    """
    _check_labels(labels_path)
    note_inputs(model_path)

    from cio_topics.label_page import listen, serve

    with listen(port) as listening:
        corpus = load_items(path, bodies, since, until)
        check_output(labels_path)
        session = _session(
            corpus,
            load_codebook(codebook_path),
            model_path,
            labels_path,
            {"coder": coder, "shown": mode, "only": only, "theme": theme},
            {"order": order, "random_share": random_share, "random_state": seed},
        )
        serve(
            session,
            listening,
            lang=lang,
            next_commands=lambda: _next_commands(
                labels_path, path, codebook_path, len(session.coders())
            ),
            open_browser=not no_browser,
            announce=lambda address: _announce(session, labels_path, address, lang),
        )
    _say_goodbye(session, lang)


def _session(
    corpus: Corpus,
    codebook: Codebook,
    model_path: Path | None,
    labels_path: Path,
    asked: dict[str, Any],
    queueing: dict[str, Any],
) -> Session:
    from cio_topics.label_page import make_queue, make_session, make_suggestions
    from cio_topics.labels import LabelLog

    agenda = corpus.agenda()
    suggestions = make_suggestions(_classifier(model_path, codebook), agenda, codebook)
    queue = make_queue(agenda, margins=suggestions.margins(codebook.fallback), **queueing)
    return make_session(
        agenda,
        codebook,
        LabelLog(labels_path),
        suggestions=suggestions,
        queue=queue,
        coded=corpus.theme_labels,
        **asked,
    )


def _check_labels(labels: Path) -> None:
    """Refuse a file that answers cannot be appended to before anyone has answered."""
    from cio_topics.errors import OutputError

    folder = labels.resolve().parent
    existing = next(part for part in (folder, *folder.parents) if part.exists())
    wanted = labels if labels.exists() else existing
    if labels.is_dir() or not existing.is_dir() or not os.access(wanted, os.W_OK):
        raise OutputError(
            f"cannot append labels to {str(labels)!r}: it is a folder, or may not be written to.",
            "Give a CSV file in a folder you may write to with --labels.",
            "書き込めるフォルダの CSV ファイルを --labels で指定してください。",
        )


def _classifier(model_path: Path | None, codebook: Codebook) -> Classifier:
    from cio_topics import themes
    from cio_topics.codebook import read_codebook

    if model_path is None and codebook != read_codebook():
        return themes.CodebookClassifier(codebook).fit([])
    model: Classifier = themes.read_classifier(model_path, codebook)
    return model


def _next_commands(
    labels: Path, corpus: Path | None, codebook: Path | None, n_coders: int
) -> list[str]:
    """Return what to go on with; there is an agreement only between two coders or more."""
    import shlex

    book = ("--codebook", str(codebook)) if codebook else ()
    whose = ("--corpus", str(corpus)) if corpus else ()
    learned = (str(corpus),) if corpus else ()
    agreement = ("agreement", str(labels), *whose, *book)
    train = ("train", *learned, "--labels", str(labels), *book, "-o", "themes.npz")
    advised = (agreement, train) if n_coders > 1 else (train,)
    return [shlex.join(["cio-topics", *words]) for words in advised]


def _announce(session: Session, labels: Path, address: str, lang: str) -> None:
    progress = session.progress()
    done, total = progress["n_done"], progress["n_items"]
    if lang == "ja":
        click.echo(f"{session.coder} さんの回答 {done} / {total} 件。保存先: {labels}")
        click.echo(f"ブラウザーで開いてください(Ctrl+C で終了): {address}")
    else:
        click.echo(f"{done} of {total} items answered by {session.coder}, in {labels}")
        click.echo(f"Open this in your browser (Ctrl+C ends): {address}")


def _say_goodbye(session: Session, lang: str) -> None:
    progress = session.progress()
    done, total = progress["n_done"], progress["n_items"]
    if lang == "ja":
        click.echo(f"終了しました。回答 {done} / {total} 件。同じコマンドで続けられます。")
    else:
        click.echo(f"Ended: {done} of {total} items answered. The same command goes on.")
