"""``cio-topics tokens``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import choice_option, format_option, lang_option, output_option
from cio_topics.cli.output import command_line, show_count, write_output
from cio_topics.cli.rows import NO_ROWS, Row, aligned, row_texts, write_texts
from cio_topics.cli.titles import iterate_titles, titles_arguments
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer
    from cio_topics.tokens.explain import Explained

_CHUNK = 4096  # titles
_PAGE = 500  # titles on a page
_DETAIL = ("surface", "display", "lemma", "pos1", "pos2", "start", "end")
_HEADERS = {
    "ja": ("位置", "表記", "表示形", "語彙素", "品詞", "由来", "語", "語でない理由"),
    "en": ("place", "surface", "display", "lemma", "part of speech", "source", "term", "why none"),
}
_NOTE = {
    "ja": "対象の品詞: {pos}。辞書: {dictionary}。用語集: {lexicon}。compounds: {compounds}。\n",
    "en": "Wanted: {pos}. Dictionary: {dictionary}. Lexicon: {lexicon}. compounds: {compounds}.\n",
}

Given = dict[str, str]


@click.command(short_help="Show the terms of titles, and why.")
@titles_arguments
@compounds_option
@choice_option(
    "--form",
    ("display", "surface", "lemma"),
    "display",
    "Dictionary form as written, as printed, or the dictionary's lemma.",
)
@tokenizer_options
@click.option("--detail", is_flag=True, help="One row a token: place, part of speech, lemma.")
@click.option(
    "--explain",
    "explained",
    is_flag=True,
    help="One row a unit and compound of the whole title, and why it is a term or none.",
)
@format_option(("table", "csv", "json", "jsonl", "html"))
@output_option
@lang_option("ja")
def tokens(
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    tokenizer: Tokenizer,
    compounds: Literal["both", "long", "short"],
    form: Literal["display", "surface", "lemma"],
    detail: bool,
    explained: bool,
    output_format: str,
    output: Path,
    lang: Literal["ja", "en"],
) -> None:
    """Show the terms of titles; with --explain, why a word is a term or none.

    題名を語に分けます。--explain は、どの語が採られ、どの語がなぜ外されたかを示します。

    Example: cio-topics tokens --explain 「電子政府構築計画」の改定について

    --format html writes the explanation as a page. --lang is the language of explanations in a
    table or page; csv, json and jsonl have both.
    """
    _check_options(detail, explained, output_format)

    from cio_topics.tokens import dictionary_version

    tokenizer.set_params(compounds=compounds, form=form)
    given = iterate_titles(titles, source, from_format)
    first = list(islice(given, 1))
    ids = ["item_id"] if first and "item_id" in first[0] else []
    given = _counted(chain(first, given))
    manifest = {
        "command": command_line(),
        "dictionary": dictionary_version(tokenizer.dictionary),
        "tokenizer": tokenizer.settings(),
    }
    if output_format == "html":
        write_output(_page(given, tokenizer, lang, manifest), output, manifest)
        return
    if explained and output_format == "table":
        texts = _explained_texts(given, tokenizer, lang, manifest)
    elif explained:
        columns = [*ids, "number", "title", *_explained_fields()]
        texts = row_texts(_explained(given, ids, tokenizer), columns, output_format, manifest)
    elif detail:
        columns = [*ids, "number", *_DETAIL]
        texts = row_texts(_detailed(given, ids, tokenizer), columns, output_format, manifest)
    else:
        columns = [*ids, "title", "terms"]
        texts = row_texts(_terms(given, ids, tokenizer), columns, output_format, manifest)
    write_texts(texts, output, manifest)


def _check_options(detail: bool, explained: bool, output_format: str) -> None:
    from cio_topics.errors import SettingsError

    if detail and explained:
        raise SettingsError(
            "--detail and --explain together; expected one of them.",
            "Choose --explain for the reasons, --detail for the tokens alone.",
            "理由を見るには --explain、トークンだけなら --detail を選んでください。",
        )
    if output_format == "html" and not explained:
        raise SettingsError(
            "--format html without --explain; a page shows explanations only.",
            "Add --explain.",
            "--explain を付けてください。",
        )


def _counted(given: Iterable[Given]) -> Iterator[Given]:
    """Show on a terminal how many titles were read."""
    n = 0
    for n, row in enumerate(given, start=1):
        if n % _CHUNK == 0:
            show_count(n, "titles")
        yield row
    if n >= _CHUNK:
        show_count(0, "")


def _id(row: Given, ids: Sequence[str]) -> dict[str, str]:
    """Return the identifier of a row, without what a terminal could obey."""
    return {name: "".join(filter(str.isprintable, row.get(name, ""))) for name in ids}


def _terms(given: Iterator[Given], ids: Sequence[str], tokenizer: Tokenizer) -> Iterator[Row]:
    from cio_topics.text import normalize

    while chunk := list(islice(given, _CHUNK)):
        rows = iter(chunk)
        for terms, counts in tokenizer.term_batches(row["title"] for row in chunk):
            at = 0
            for row, count in zip(islice(rows, len(counts)), counts.tolist(), strict=True):
                found = terms[at : at + count]
                at += count
                yield {**_id(row, ids), "title": normalize(row["title"]), "terms": found}


def _detailed(given: Iterator[Given], ids: Sequence[str], tokenizer: Tokenizer) -> Iterator[Row]:
    number = 0
    while chunk := list(islice(given, _CHUNK)):
        for row, found in zip(chunk, tokenizer.stream(r["title"] for r in chunk), strict=True):
            number += 1
            for token in found:
                values = {name: getattr(token, name) for name in _DETAIL}
                yield {**_id(row, ids), "number": number, **values}


def _explained_fields() -> tuple[str, ...]:
    from cio_topics.tokens.explain import Explained

    return Explained._fields


def _explained(given: Iterator[Given], ids: Sequence[str], tokenizer: Tokenizer) -> Iterator[Row]:
    from cio_topics.text import normalize
    from cio_topics.tokens.explain import explain

    for number, row in enumerate(given, start=1):
        known: dict[str, Any] = {
            **_id(row, ids),
            "number": number,
            "title": normalize(row["title"]),
        }
        for found in explain(row["title"], tokenizer):
            yield {**known, **found._asdict()}


def _explained_texts(
    given: Iterator[Given], tokenizer: Tokenizer, lang: str, manifest: dict[str, Any]
) -> Iterator[str]:
    """Yield a table a title, and at the end what was asked of words."""
    from cio_topics.text import normalize
    from cio_topics.tokens.explain import explain

    row = None
    for row in given:
        lines = [_line(found, lang) for found in explain(row["title"], tokenizer)]
        told = [place for place, column in enumerate(zip(*lines, strict=True)) if any(column)]
        table = [[line[place] for place in told] for line in [_HEADERS[lang], *lines]]
        yield f"{normalize(row['title'])}\n\n{aligned(table) if lines else NO_ROWS}\n"
    if row is None:
        yield NO_ROWS
        return
    settings = manifest["tokenizer"] | {"pos": " ".join(tokenizer.pos)}
    yield _NOTE[lang].format(**settings | {"dictionary": manifest["dictionary"]})


def _line(found: Explained, lang: str) -> tuple[str, ...]:
    from cio_topics.tokens.explain import SOURCES

    japanese = lang == "ja"
    return (
        f"{found.start}-{found.end}",
        ("  " if found.compound else "") + found.surface,
        found.display if found.display != found.surface else "",
        found.lemma if found.lemma != found.surface else "",
        found.pos1 if japanese else found.pos1_en,
        SOURCES[found.source] if japanese else found.source,
        found.term,
        found.reason_ja if japanese else found.reason,
    )


def _page(
    given: Iterator[Given],
    tokenizer: Tokenizer,
    lang: Literal["ja", "en"],
    manifest: dict[str, Any],
) -> str:
    from cio_topics.report.explained import render_explained
    from cio_topics.text import normalize
    from cio_topics.tokens.explain import explain

    shown = [
        (normalize(row["title"]), explain(row["title"], tokenizer)) for row in islice(given, _PAGE)
    ]
    return render_explained(shown, manifest, lang=lang, is_cut=any(given))
