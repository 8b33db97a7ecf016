"""``cio-topics sweep``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import (
    conditions_text,
    corpus_options,
    format_option,
    load_codebook,
    load_items,
    model_option,
    output_option,
    pool_option,
    seed_option,
)
from cio_topics.cli.output import (
    command_line,
    json_text,
    records,
    show_count,
    table_text,
    timed_progress,
    write_output,
    write_table,
)
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from cio_topics.tokens import Tokenizer
    from cio_topics.topics.sweep import Recommendation

__all__ = ["numbers", "sweep"]

# As in cio_topics.topics.sweep.METRICS and COMBINED (a test holds them together).
METRICS = ("coherence", "stability", "held_out", "diversity")
COMBINED = ("coherence", "stability", "held_out")

_MOST = 1000  # topics
_PART = re.compile(r"(\d{1,6})(?:-(\d{1,6})(?::(\d{1,6}))?)?")


def numbers(text: str) -> list[int]:
    """Return numbers of topics, from 4,8,12 or 4-20:2; both ends of a range are in it.

    Examples
    --------
    >>> numbers("4-10:2,20")
    [4, 6, 8, 10, 20]
    >>> numbers("4 to 8")
    Traceback (most recent call last):
    ...
    click.exceptions.BadParameter: got '4 to 8', expected numbers of topics as 4,8,12 or 4-20:2.
    """
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if not match:
            raise click.BadParameter(
                f"got {text!r}, expected numbers of topics as 4,8,12 or 4-20:2."
            )
        low, high, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
        if not 2 <= low <= high <= _MOST or step < 1:
            raise click.BadParameter(
                f"got {part.strip()!r}, expected numbers from 2 to {_MOST}, the lower one first."
            )
        found.update(range(low, high + 1, step))
    return sorted(found)


@click.command(short_help="Compare numbers of topics.")
@corpus_options
@click.option(
    "--numbers",
    "tried",
    type=numbers,
    default="4-16:2,20",
    show_default=True,
    metavar="LIST",
    help="Numbers of topics: 4,8,12 or 4-20:2.",
)
@click.option(
    "--seeds",
    "n_seeds",
    type=click.IntRange(2, 1000),
    default=5,
    show_default=True,
    help="How many seeds; each holds out other texts.",
)
@click.option(
    "--folds",
    "n_folds",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="One text in so many is held out.",
)
@click.option(
    "--by",
    "metrics",
    type=click.Choice(METRICS),
    multiple=True,
    default=COMBINED,
    show_default=True,
    help="What the recommendation is for. Repeatable.",
)
@model_option
@pool_option
@click.option(
    "-j",
    "--jobs",
    "n_jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes fit models; the result is the same.",
)
@compounds_option
@tokenizer_options
@format_option(("table", "csv", "json"))
@output_option
@seed_option
def sweep(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    tried: list[int],
    n_seeds: int,
    n_folds: int,
    metrics: tuple[str, ...],
    model: str,
    pool: Literal["item", "meeting", "body_year"],
    n_jobs: int,
    compounds: Literal["both", "long", "short"],
    tokenizer: Tokenizer,
    output_format: str,
    output: Path,
    seed: int,
) -> None:
    """Compare numbers of topics by coherence, stability, held-out likelihood and diversity.

    トピック数を変えて学習し、一貫性・安定性・未知文書の対数尤度・多様性を比べ、選び方を提案します。

    Each number has its mean over the seeds and its 95 % interval. The smallest number within one
    standard error of the best is recommended, or none, where the evidence does not separate the
    numbers or contradicts itself. csv has the means and the intervals; json also every value, the
    evidence and the reason.

    Example: cio-topics sweep --numbers 4-20:2 --by coherence --by held_out -j 2
    """
    corpus = load_items(path, bodies, since, until)

    from cio_topics.manifest import make_manifest
    from cio_topics.topics import choose_kind, pool_titles
    from cio_topics.topics.sweep import recommend_topics, summarize_sweep, sweep_topics

    agenda = corpus.agenda()
    texts = pool_titles(agenda, pool)
    tokenizer.set_params(compounds=compounds)
    if model == "auto":
        model = choose_kind(texts, tokenizer)
    try:
        table = sweep_topics(
            _maker(model, tokenizer),
            texts,
            numbers=tried,
            seeds=range(seed, seed + n_seeds),
            groups=agenda["meeting_id"] if pool == "item" else None,
            n_folds=n_folds,
            n_jobs=n_jobs,
            progress=timed_progress("fits"),
        )
    finally:
        show_count(0, "")
    found = recommend_topics(table, metrics=list(dict.fromkeys(metrics)))
    chosen = {
        **{"model": model, "numbers": tried, "seeds": n_seeds, "seed": seed, "folds": n_folds},
        **{"by": list(metrics), "pool": pool, "conditions": conditions_text(bodies, since, until)},
        "recommended": found.n_topics,
    }
    manifest = make_manifest(
        corpus, load_codebook(None), command=command_line(), settings=chosen, tokenizer=tokenizer
    )
    summary = summarize_sweep(table)
    if output_format == "table":
        write_output(_text(summary, found), output, manifest)
    elif output_format == "json":
        write_output(json_text(_content(manifest, table, summary, found)), output, manifest)
    else:
        write_table(summary, "csv", output, manifest)
        click.echo(f"{found.reason}\n{found.reason_ja}", err=True)


def _maker(model: str, tokenizer: Tokenizer) -> Callable[[int, int], Pipeline]:
    from cio_topics.topics import make_topic_model

    def make(n_topics: int, seed: int) -> Pipeline:
        return make_topic_model(model, n_topics=n_topics, tokenizer=tokenizer, random_state=seed)

    return make


def _text(summary: pd.DataFrame, found: Recommendation) -> str:
    """Return a row a number, a column a metric, and the recommendation below."""
    cells = [
        f"{row.mean:.3f} [{row.low:.3f}, {row.high:.3f}]" for row in summary.itertuples(index=False)
    ]
    wide = summary.assign(cell=cells).pivot(index="n_topics", columns="metric", values="cell")
    shown = wide[list(METRICS)].reset_index()
    n = int(summary["n"].iloc[0])
    return (
        f"{table_text(shown)}\nMean over {n} seeds and its 95 % interval; more is better. / "
        f"{n}個のシードの平均と95%区間。大きいほど良い値です。\n\n"
        f"{found.reason}\n{found.reason_ja}\n"
    )


def _content(
    manifest: dict[str, Any], table: pd.DataFrame, summary: pd.DataFrame, found: Recommendation
) -> dict[str, Any]:
    return {
        "manifest": manifest,
        "recommended": found.n_topics,
        "reason": found.reason,
        "reason_ja": found.reason_ja,
        "evidence": records(found.evidence),
        "summary": records(summary),
        "values": records(table),
    }
