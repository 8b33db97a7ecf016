"""``cio-topics kwic``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.options import (
    choice_option,
    conditions_text,
    corpus_options,
    format_option,
    lang_option,
    load_codebook,
    load_corpus,
    output_option,
)
from cio_topics.cli.output import command_line, display_width, table_text, write_output, write_table
from cio_topics.cli.tokenizing import tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tokens import Tokenizer

_HEADERS = {
    "ja": {"date": "日付", "left": "左", "keyword": "キーワード", "right": "右", "body": "会議体"},
    "en": {},
}
_FOUND = {
    "ja": "{n}か所、全{n_items}項目のうち{n_found}項目。",
    "en": "{n} places in {n_found} of {n_items} items.",
}
_NONE = {
    "ja": "{keyword}は{n_items}項目のどの題名にもありません。",
    "en": "Nothing found: {keyword} stands in none of {n_items} titles.",
}
_NO_TERM = {
    "ja": "{keyword}という語は{n_items}項目のどの題名にもありません。",
    "en": "Nothing found: {keyword} is a term of none of {n_items} titles.",
}
_INSIDE = {
    "ja": "ほかの語の中などでは{n}項目に現れます(--match text)。",
    "en": " It stands in {n} titles as a part of others (--match text).",
}
_NEAR = {"ja": "近い語(項目数): {near}。", "en": " Near it (items): {near}."}
_SHOWN = 5
_CUT = ".."  # … is one or two columns wide, as the terminal likes


@click.command(short_help="Show a word in its context in titles.")
@click.argument("keyword")
@corpus_options
@choice_option(
    "--match",
    ("text", "term"),
    "text",
    "Wherever the keyword stands, or where it is a whole token or compound, in all its written "
    "forms.",
)
@choice_option(
    "--sort",
    ("date", "body", "left", "right"),
    "date",
    "Order of lines; left and right compare the characters beside the keyword.",
)
@click.option(
    "--window",
    type=click.IntRange(0),
    metavar="N",
    help="Characters of context on each side; the whole title if left out.",
)
@tokenizer_options
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@lang_option("ja")
def kwic(
    keyword: str,
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    match: Literal["text", "term"],
    sort: Literal["date", "body", "left", "right"],
    window: int | None,
    tokenizer: Tokenizer,
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Show every place of KEYWORD in the titles, with the text on both sides.

    題名に現れる語を、前後の文脈とともに一覧します(KWIC)。

    Example: cio-topics kwic 最適化 --sort left --window 20

    KEYWORD is normalized as titles are (full-width letters and so on); letter case counts. csv,
    json and jsonl have all columns: the item, offsets in the normalized title, the title.
    """
    corpus = load_corpus(path, bodies, since, until)

    from cio_topics.manifest import make_manifest
    from cio_topics.terms.kwic import keyword_in_context

    items = corpus.agenda()
    lines = keyword_in_context(
        items, keyword, match=match, sort=sort, window=window, tokenizer=tokenizer
    )
    chosen = {
        "keyword": keyword,
        "match": match,
        "sort": sort,
        "window": window,
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus,
        load_codebook(None),
        command=command_line(),
        settings=chosen,
        tokenizer=tokenizer if match == "term" else None,
    )
    nothing = _nothing(items, keyword, match, lang) if lines.empty else ""
    if output_format != "table":
        write_table(lines, output_format, output, manifest)
        if nothing:
            click.echo(nothing, err=True)
        return
    write_output((nothing or _page(lines, len(items), lang)) + "\n", output, manifest)


def _page(lines: pd.DataFrame, n_items: int, lang: str) -> str:
    """Return the lines with their keywords under each other, and how many there are."""
    left = [
        _CUT * (len(text) < start) + text
        for text, start in zip(lines["left"], lines["start"], strict=True)
    ]
    right = [
        text + _CUT * (end + len(text) < len(title))
        for text, end, title in zip(lines["right"], lines["end"], lines["title"], strict=True)
    ]
    header = _HEADERS[lang].get("left", "left")
    widest = max(map(display_width, [header, *left]))
    shown = lines.assign(
        left=[" " * (widest - display_width(text)) + text for text in left], right=right
    )
    names = ["date", "left", "keyword", "right", "body"]
    table = table_text(shown[names].rename(columns=_HEADERS[lang]))
    found = _FOUND[lang].format(n=len(lines), n_found=lines["item_id"].nunique(), n_items=n_items)
    return f"{table}\n{found}"


def _nothing(items: pd.DataFrame, keyword: str, match: str, lang: str) -> str:
    """Say that nothing was found, and what could be looked for."""
    from cio_topics.errors import shorten
    from cio_topics.terms.kwic import near_keywords
    from cio_topics.text import normalize

    wanted = normalize(keyword)
    said = (_NONE if match == "text" else _NO_TERM)[lang].format(
        keyword=shorten(wanted), n_items=len(items)
    )
    near = near_keywords(items, wanted)
    if near.empty:
        return said
    if wanted in set(near["keyword"]):
        n = near.set_index("keyword")["n_items"][wanted]
        return said + _INSIDE[lang].format(n=n)
    listed = ", ".join(f"{row.keyword} ({row.n_items})" for row in near.head(_SHOWN).itertuples())
    return said + _NEAR[lang].format(near=listed)
