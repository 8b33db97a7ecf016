"""``cio-topics life``."""

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
from cio_topics.cli.output import command_line, table_text, write_output, write_table

if TYPE_CHECKING:
    import pandas as pd

_HEADERS = {
    "ja": {
        "name": "文書",
        "state": "状態",
        "edition": "版",
        "date": "日付",
        "body": "会議体",
        "rule": "規則",
        "title": "題名",
        "draft_date": "案",
        "decided_date": "決定・改定",
        "days": "日数",
        "circulated": "持ち回り",
    },
    "en": {
        "name": "document",
        "draft_date": "draft",
        "decided_date": "decided",
    },
}
_YES_NO = {"ja": {True: "はい", False: "いいえ"}, "en": {True: "yes", False: "no"}}
_NONE = {
    "ja": "二つ以上の状態で現れる文書はありません。",
    "en": "No document is seen in two states.",
}
_NO_DECISION = {
    "ja": "二つ以上の状態で現れる文書は{n}件ありますが、決定・改定がわかるものはありません。"
    "--what states で一覧できます。",
    "en": "{n} documents are seen in several states, but no decision or revision of them is known; "
    "--what states lists them.",
}


@click.command(short_help="Follow documents from draft to decision.")
@corpus_options
@choice_option(
    "--what",
    ("spans", "states"),
    "spans",
    "One row a decision or revision, or one row a state of a document.",
)
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@lang_option("ja")
def life(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    what: Literal["spans", "states"],
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Follow documents from draft to decision: days between, and whether it was circulated.

    文書ごとに、案から決定・改定までの日数と、持ち回りで決定されたかを示します。

    Titles that are one document in several states (案, 決定, 改定) are linked by named rules;
    --what states shows every link with its rule. Days are given as a range (24-54) where a date is
    known to the month or year only. csv, json and jsonl have all columns.
    """
    corpus = load_corpus(path, bodies, since, until)

    from cio_topics.life import documents_life, life_spans
    from cio_topics.manifest import make_manifest

    states = documents_life(corpus, since=since, until=until)
    table = life_spans(states) if what == "spans" else states
    chosen = {"what": what, "conditions": conditions_text(bodies, since, until)}
    manifest = make_manifest(corpus, load_codebook(None), command=command_line(), settings=chosen)
    if output_format != "table":
        write_table(table, output_format, output, manifest)
        return
    if states.empty:
        text = _NONE[lang] + "\n"
    elif table.empty:
        text = _NO_DECISION[lang].format(n=states["document"].nunique()) + "\n"
    else:
        text = table_text(_printed(table, lang)) + f"\n{_note(states, table, lang)}\n"
    write_output(text, output, manifest)


def _printed(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the columns that a terminal shows, with names of the language."""
    from cio_topics.life import state_names

    shown = table.assign(state=table["state"].map(state_names(lang)))
    if "days" in table:
        shown["days"] = [
            _days(*row) for row in zip(table["days_low"], table["days_high"], strict=True)
        ]
        shown["circulated"] = table["circulated"].map(_YES_NO[lang]).astype("str").fillna("?")
        columns = ["draft_date", "decided_date", "days", "circulated", "state", "edition", "name"]
    else:
        columns = ["date", "state", "edition", "rule", "body", "name", "title"]
    return shown[columns].rename(columns=_HEADERS[lang])


def _days(low: object, high: object) -> str:
    if str(low) == "<NA>":
        return ""
    return str(low) if low == high else f"{low}-{high}"


def _note(states: pd.DataFrame, table: pd.DataFrame, lang: str) -> str:
    """Say how much the table rests on."""
    n, links = states["document"].nunique(), int((states["rule"] != "first_seen").sum())
    if "days" not in table:
        if lang == "ja":
            return f"文書{n}件、リンク{links}件。規則の説明は docs/life.md。"
        return f"{n} documents, {links} links. The rules are explained in docs/life.md."
    drafts, known = int((table["draft_date"] != "").sum()), int(table["circulated"].notna().sum())
    others = n - table["document"].nunique()
    if lang == "ja":
        return (
            f"決定・改定{len(table)}件のうち、案が見えるもの{drafts}件、開催形式がわかるもの{known}件"
            f"(? は不明)。決定・改定のわからない文書がほかに{others}件(--what states)。"
        )
    return (
        f"{len(table)} decisions and revisions: a draft is seen for {drafts}, the format of the "
        f"meeting is known for {known} (?: unknown). No decision is known of {others} more "
        "documents (--what states)."
    )
