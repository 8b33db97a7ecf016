"""``cio-topics stop-words``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cio_topics.cli.options import (
    conditions_text,
    corpus_options,
    format_option,
    lang_option,
    load_codebook,
    load_corpus,
    output_option,
)
from cio_topics.cli.output import command_line, table_text, write_output, write_table
from cio_topics.cli.tokenizing import tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.terms.stop_word_effects import Effect
    from cio_topics.tokens import Tokenizer

# Columns a terminal shows, in their order: Japanese and English header.
_COLUMNS = {
    "word": ("語", "word"),
    "keep": ("採否", "keep"),
    "reason": ("理由", "reason"),
    "n_items": ("項目数", "items"),
    "share": ("割合% [95%区間]", "share % [95 % interval]"),
    "n_bodies": ("会議体数", "bodies"),
    "entropy": ("広がり", "entropy"),
    "n_terms_lost": ("失う語(延べ)", "terms lost"),
    "n_compounds_changed": ("変わる複合語", "compounds"),
    "items_without_terms": ("語のない項目", "items without"),
    "n_terms": ("語彙の増減", "vocabulary"),
    "example": ("例(前 → 後)", "example (before → after)"),
}
_TEXTS = {
    "ja": {
        "rule": "規則: {min_items}項目以上、割合{share:.3g}%以上、広がり{entropy:.3g}以上。"
        "{n_items}項目、{n_bodies}会議体のうちで、{n}語が当たる。",
        "none": "新しく加わる語はありません。",
        "joint": "新しい{n}語({words})をまとめて加えると: 失う語(延べ){e.n_terms_lost}、"
        "変わる複合語{e.n_compounds_changed}、語のなくなる項目{e.items_without_terms}、"
        "語彙の増減{e.n_terms:+d}。",
        "absent": "題名に現れない登録済みの{n}語は省略(csv にはある)。",
        "use": "-o stop_words.csv で書き出し、keep を yes か no に直して、"
        "--stop-words stop_words.csv で使います。",
    },
    "en": {
        "rule": "Rule: {min_items} items or more, share {share:.3g} % or more, entropy "
        "{entropy:.3g} or more. {n} words of {n_items} items and {n_bodies} bodies meet it.",
        "none": "No word is new.",
        "joint": "All {n} new words together ({words}): {e.n_terms_lost} occurrences of terms "
        "lost, {e.n_compounds_changed} compounds changed, {e.items_without_terms} items left "
        "without terms, vocabulary {e.n_terms:+d}.",
        "absent": "{n} listed words that no title has are left out here (csv has them).",
        "use": "Write the list with -o stop_words.csv, edit keep (yes or no), and use it with "
        "--stop-words stop_words.csv.",
    },
}


@click.command("stop-words", short_help="Find words that name no subject; make a list of them.")
@corpus_options
@click.option(
    "--min-share",
    type=click.FloatRange(0, 1),
    default=0.04,
    show_default=True,
    help="Least share of items that have the word.",
)
@click.option(
    "--min-entropy",
    type=click.FloatRange(0, 1),
    default=0.9,
    show_default=True,
    help="Least evenness over bodies; 1 is as even as chance, 0 one body.",
)
@tokenizer_options
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@lang_option("ja")
def stop_words(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    min_share: float,
    min_entropy: float,
    tokenizer: Tokenizer,
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Find frequent words that are spread evenly over bodies and so name no subject.

    多くの項目に現れ、会議体に偏りなく広がる語(不要語の候補)を、加えたときの影響とともに一覧します。

    Example: cio-topics stop-words -o stop_words.csv

    The list holds the current stop words (reason hand) and all frequent words (reason rule); the
    rule keeps some of them. It knows no meaning, so edit the column keep, then use the list in
    commands that have --stop-words. A FILE that ends in .csv is written as csv.
    """
    corpus = load_corpus(path, bodies, since, until)

    from cio_topics.manifest import make_manifest
    from cio_topics.terms.stop_words import joint_effect, stop_word_candidates, stop_word_list

    items = corpus.agenda()
    candidates = stop_word_candidates(
        items, tokenizer=tokenizer, min_share=min_share, min_entropy=min_entropy
    )
    table = stop_word_list(candidates)
    chosen = {
        "min_share": min_share,
        "min_entropy": min_entropy,
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus,
        load_codebook(None),
        command=command_line(),
        settings=chosen,
        tokenizer=tokenizer,
    )
    if _format(output_format, output) != "table":
        write_table(table, _format(output_format, output), output, manifest)
        return
    new = table.loc[(table["keep"] == "yes") & (table["reason"] == "rule"), "word"].tolist()
    together = joint_effect(items, new, tokenizer=tokenizer)
    notes = _notes(table, items, new, together, min_share, min_entropy, lang)
    write_output(table_text(_printed(table, lang)) + "\n" + notes, output, manifest)


def _format(output_format: str, output: Path) -> str:
    """Return the format that was asked for, or that of the file's name."""
    source = click.get_current_context().get_parameter_source("output_format")
    named = output.suffix.lower() == ".csv" and source is ParameterSource.DEFAULT
    return "csv" if named else output_format


def _printed(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the rows and columns that a terminal shows, with names of the language."""
    shown = table[table["n_items"] > 0].copy()
    shown["share"] = [
        f"{100 * share:.1f} [{100 * low:.1f}–{100 * high:.1f}]"
        for share, low, high in shown[["share", "share_low", "share_high"]].to_numpy()
    ]
    shown["entropy"] = [f"{value:.2f}".replace("nan", "") for value in shown["entropy"]]
    headers = {name: pair[lang == "en"] for name, pair in _COLUMNS.items()}
    return shown[list(headers)].rename(columns=headers)


def _notes(
    table: pd.DataFrame,
    items: pd.DataFrame,
    new: list[str],
    together: Effect,
    min_share: float,
    min_entropy: float,
    lang: str,
) -> str:
    from cio_topics.terms.stop_words import MIN_ITEMS

    texts = _TEXTS[lang]
    lines = [
        texts["rule"].format(
            min_items=MIN_ITEMS,
            share=100 * min_share,
            entropy=min_entropy,
            n_items=len(items),
            n_bodies=items["body"].nunique(),
            n=int(table["chosen"].sum()),
        ),
        texts["joint"].format(n=len(new), words=" ".join(new), e=together)
        if new
        else texts["none"],
    ]
    n_absent = int((table["n_items"] == 0).sum())
    if n_absent:
        lines.append(texts["absent"].format(n=n_absent))
    return "".join(f"{line}\n" for line in [*lines, texts["use"]])
