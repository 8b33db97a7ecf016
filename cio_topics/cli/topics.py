"""``cio-topics topics``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.options import (
    codebook_option,
    corpus_options,
    format_option,
    load_codebook,
    load_corpus,
    model_options,
    output_option,
    seed_option,
)
from cio_topics.cli.output import command_line, json_text, records, write_output, write_table
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer


@click.command(short_help="Find topics in the titles.")
@corpus_options
@model_options
@compounds_option
@tokenizer_options
@codebook_option
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@seed_option
def topics(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    model: Literal["nmf", "lda"],
    n_topics: int,
    pool: Literal["item", "meeting", "body_year"],
    compounds: Literal["both", "long", "short"],
    tokenizer: Tokenizer,
    codebook_path: Path | None,
    output_format: str,
    output: Path,
    seed: int,
) -> None:
    """Find topics in the titles: terms, items, coherence and stability.

    題名からトピックを見つけます(テーマは人が定義したもの、トピックはモデルが見つけたもの)。

    json has all tables: measures, terms, items and the alignment of topics with themes.
    """
    corpus = load_corpus(path, bodies, since, until)
    codebook = load_codebook(codebook_path)

    from cio_topics.errors import SettingsError
    from cio_topics.manifest import make_manifest
    from cio_topics.themes import theme_table
    from cio_topics.topics import describe_topics

    found = describe_topics(
        corpus.agenda(),
        theme_table(corpus, codebook),
        codebook.ids,
        kind=model,
        n_topics=n_topics,
        pool=pool,
        tokenizer=tokenizer.set_params(compounds=compounds),
        random_state=seed,
    )
    if "reason" in found:
        reason_ja, reason = found["reason"]
        raise SettingsError(reason, remedy_ja=reason_ja)
    chosen = {"model": model, "n_topics": n_topics, "pool": pool, "seed": seed}
    manifest = make_manifest(
        corpus, codebook, command=command_line(), settings=chosen, tokenizer=tokenizer
    )
    if output_format == "json":
        tables = ("measures", "terms", "top_items")
        content = {"manifest": manifest, **{name: records(found[name]) for name in tables}}
        content["alignment"] = records(found["alignment"].reset_index())
        write_output(json_text(content), output, manifest)
        return
    terms = found["terms"].groupby("topic", sort=False)["term"].agg("、".join)
    table = found["measures"].assign(terms=found["measures"]["topic"].map(terms))
    shown = ["topic", "n_items", "stability", "coherence", "theme", "terms"]
    write_table(
        table[shown] if output_format == "table" else table, output_format, output, manifest
    )
