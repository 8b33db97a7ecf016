"""``cio-topics topics``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from cio_topics.cli.options import (
    codebook_option,
    conditions_text,
    corpus_options,
    format_option,
    load_codebook,
    load_items,
    model_options,
    output_option,
    seed_option,
)
from cio_topics.cli.output import (
    check_output,
    command_line,
    fitting,
    json_text,
    records,
    write_output,
    write_table,
)
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tokens import Tokenizer

Command = TypeVar("Command", bound=Callable[..., Any])

_WIDTH, _INDENT = 100, 10
_TABLES = (
    "measures",
    "terms",
    "associated_terms",
    "top_items",
    "shares",
    "matches",
    "uncovered_themes",
    "uncovered_topics",
)


def _file_option(name: str, variable: str, meaning: str) -> Callable[[Command], Command]:
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option(name, variable, type=path, metavar="FILE", help=meaning)


@click.command(short_help="Find topics in the titles.")
@corpus_options
@model_options
@compounds_option
@tokenizer_options
@codebook_option
@_file_option(
    "--save-map", "map_file", "Also write a map of the topics, one HTML page for any browser."
)
@_file_option("--save", "model_file", "Also write the fitted model.")
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@seed_option
def topics(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    model: str,
    n_topics: int,
    pool: Literal["item", "meeting", "body_year"],
    compounds: Literal["both", "long", "short"],
    tokenizer: Tokenizer,
    codebook_path: Path | None,
    map_file: Path | None,
    model_file: Path | None,
    output_format: str,
    output: Path,
    seed: int,
) -> None:
    """Find topics in the titles: names, terms, shares, stability and closest themes.

    題名からトピックを見つけます(テーマは人が定義したもの、トピックはモデルが見つけたもの)。

    The share is that of all weights; items are those in which the topic weighs most; NPMI is the
    coherence; the closest theme is that on whose items most of the topic's weight falls. [ ] are
    95 % intervals. Terms are the likeliest of the topic (often), and those that stand in the same
    titles as its others (together). json has all tables: also top items, shares by year and every
    theme.
    """
    for option, file in (("--save", model_file), ("--save-map", map_file)):
        if str(file) == "-":
            raise click.UsageError(f"{option} cannot be printed; name a file.")
    corpus = load_items(path, bodies, since, until)
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
        fallback=codebook.fallback,
    )
    if "reason" in found:
        reason_ja, reason = found["reason"]
        raise SettingsError(reason, remedy_ja=reason_ja)
    chosen = {
        "model": found["kind"],
        "n_topics": n_topics,
        "pool": pool,
        "seed": seed,
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus, codebook, command=command_line(), settings=chosen, tokenizer=tokenizer
    )
    if map_file is not None:
        from cio_topics.report.topic_page import render_topic_map

        write_output(render_topic_map(found, manifest), map_file, manifest)
    if model_file is not None:
        from cio_topics.topics.store import write_model

        check_output(model_file)
        write_model(found["model"], model_file, manifest)
    if output_format == "json":
        write_output(json_text(_content(found, manifest)), output, manifest)
    elif output_format == "table":
        write_output(_text(found), output, manifest)
    else:
        write_table(_flat(found), output_format, output, manifest)


def _content(found: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "manifest": manifest,
        **{name: found[name] for name in ("n_texts", "n_terms", "diversity", "seed_stability")},
        **{name: records(found[name]) for name in _TABLES},
        "alignment": records(found["alignment"].reset_index()),
    }


def _flat(found: dict[str, Any]) -> pd.DataFrame:
    """Return one row a topic: measures, terms, and why no theme covers it."""
    measures: pd.DataFrame = found["measures"]
    reasons = found["uncovered_topics"].set_index("topic")["reason"]
    return measures.assign(
        terms=measures["topic"].map(_terms(found["terms"], "、".join)).fillna(""),
        associated_terms=measures["topic"]
        .map(_terms(found["associated_terms"], "、".join))
        .fillna(""),
        uncovered=measures["topic"].map(reasons).fillna(""),
    )


def _terms(table: pd.DataFrame, join: Any) -> dict[str, Any]:
    terms: dict[str, Any] = table.groupby("topic", sort=False)["term"].agg(join).to_dict()
    return terms


def _text(found: dict[str, Any]) -> str:
    """Return the topics for a terminal of 100 columns, a few lines each."""
    head = _line("topic", "share", "items", "stability", "NPMI", "closest theme (by weight)")
    often, together = (_terms(found[name], list) for name in ("terms", "associated_terms"))
    lines = [head]
    for row in found["measures"].itertuples():
        numbers = (row.theme_share, row.theme_share_low, row.theme_share_high)
        theme = f"{row.theme} {_percent(*numbers)}" if row.theme else "-"
        stability = _decimal(row.stability, row.stability_low, row.stability_high)
        share = _percent(row.share, row.share_low, row.share_high)
        lines += [
            "",
            _line(row.topic, share, str(row.n_items), stability, _decimal(row.coherence), theme),
            " " * _INDENT + fitting(row.name, "", _WIDTH - _INDENT),
            _term_line("often", often.get(row.topic, [])),
            _term_line("together", together.get(row.topic, [])),
        ]
    lines += ["", *_seeds(found), *_uncovered_themes(found), "", *_uncovered_topics(found)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _line(topic: str, share: str, n_items: str, stability: str, npmi: str, theme: str) -> str:
    return f"{topic:<{_INDENT}}{share:<13}{n_items:>6}  {stability:<18}{npmi:>5}  {theme}"


def _term_line(label: str, terms: list[str]) -> str:
    return f"{'':{_INDENT}}{label:<{_INDENT}}{fitting(terms, '、', _WIDTH - 2 * _INDENT)}"


def _percent(value: float, low: float, high: float) -> str:
    bounds = "" if low != low else f" [{100 * low:.0f}-{100 * high:.0f}]"
    return "-" if value != value else f"{100 * value:.0f}%{bounds}"


def _decimal(value: float, low: float = float("nan"), high: float = float("nan")) -> str:
    bounds = "" if low != low else f" [{low:.2f}-{high:.2f}]"
    return "-" if value != value else f"{value:.2f}{bounds}"


def _seeds(found: dict[str, Any]) -> list[str]:
    """Say what other seeds do to the topics."""
    seeds = found["seed_stability"]
    if not seeds:
        return []
    stability = _decimal(seeds["value"], seeds["low"], seeds["high"])
    return [
        f"Fits with other seeds: stability {stability}; "
        f"{seeds['n_same']} of {seeds['n_runs']} have the same topics.",
        "",
    ]


def _uncovered_themes(found: dict[str, Any]) -> list[str]:
    from cio_topics.topics.uncovered import LEAST_F1

    rows, absent = [], []
    for row in found["uncovered_themes"].itertuples():
        f1 = _decimal(row.f1, row.f1_low, row.f1_high)
        topic = f"; {row.topic}, F1 {f1}" if row.topic else ""
        if row.n_items:
            rows.append(f"  {row.theme}: {_items(row.n_items)}, {row.reason}{topic}")
        else:
            absent.append(row.theme)
    head = f"Themes that no topic found (F1 of their items below {LEAST_F1} with every topic):"
    if not rows:
        head = f"Every theme has a topic with an F1 of {LEAST_F1} or more."
    lines = [head, *rows]
    if absent:
        start = f"Themes without items ({len(absent)}): "
        lines.append(start + fitting(absent, ", ", _WIDTH - len(start)))
    return lines


def _uncovered_topics(found: dict[str, Any]) -> list[str]:
    from cio_topics.topics.uncovered import LEAST_SHARE

    rows = []
    for row in found["uncovered_topics"].itertuples():
        numbers = (row.share_of_topic, row.share_of_topic_low, row.share_of_topic_high)
        reason = f", {row.reason}" if row.n_items else ""
        most = f"; of its items most {row.theme} {_percent(*numbers)}" if row.theme else ""
        rows.append(f"  {row.topic}: {_items(row.n_items)}{reason}{most}")
    least = f"{100 * LEAST_SHARE:.0f}%"
    if not rows:
        return [f"Of every topic's items {least} or more have one theme in common."]
    return [
        f"Topics that no theme covers, candidates for new themes (no theme has {least} of their "
        "items):",
        *rows,
    ]


def _items(n_items: int) -> str:
    return "1 item" if n_items == 1 else f"{n_items} items"
