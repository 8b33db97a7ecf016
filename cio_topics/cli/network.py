"""``cio-topics network``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import choice_option, lang_option, output_option, seed_option
from cio_topics.cli.output import write_output
from cio_topics.cli.result import (
    ResultFormat,
    check_result_format,
    result_format_option,
    write_result,
)
from cio_topics.cli.theming import Themed, load_themes, theme_choice, theme_options
from cio_topics.cli.tokenizing import tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.tokens import Tokenizer

__all__ = ["network", "term_options"]

_SHOWN, _SEEDS, _DRAWS = 30, 20, 1000
_WORDS = {
    "ja": {"themes": "テーマ", "terms": "語", "item": "項目", "meeting": "会議"},
    "en": {"themes": "Themes", "terms": "Terms", "item": "items", "meeting": "meetings"},
}
_MOST = {"ja": "、p(BH) {} 以下", "en": ", p (BH) at most {}"}


def term_options(command: Any) -> Any:
    """Add how many terms there are, and from how many items on."""
    for option in (
        click.option(
            "--max-terms",
            type=click.IntRange(2),
            default=60,
            show_default=True,
            help="With terms: so many, those of most items.",
        ),
        click.option(
            "--min-items",
            type=click.IntRange(1),
            default=3,
            show_default=True,
            help="With terms: only those of at least so many items.",
        ),
    ):
        command = option(command)
    return command


@click.command(short_help="Print which themes or terms stand together; write a network.")
@theme_options
@theme_choice
@choice_option("--of", ("themes", "terms"), "themes", "What stands together.")
@choice_option("--within", ("item", "meeting"), "meeting", "Where: in one item, or one meeting.")
@term_options
@click.option(
    "--min-n",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="An edge needs so many items or meetings with both.",
)
@click.option(
    "--max-p",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="An edge needs at most this adjusted p; 1 keeps all.",
)
@choice_option(
    "--show", ("edges", "nodes"), "edges", "The pairs, or the nodes with their communities."
)
@click.option("--graphml", type=click.Path(path_type=Path), metavar="FILE", help="GraphML too.")
@click.option(
    "--gexf", type=click.Path(path_type=Path), metavar="FILE", help="GEXF too (for Gephi)."
)
@tokenizer_options
@result_format_option
@output_option
@seed_option
@lang_option("ja")
def network(
    themes: tuple[str, ...],
    of: str,
    within: Literal["item", "meeting"],
    max_terms: int,
    min_items: int,
    min_n: int,
    max_p: float,
    show: str,
    graphml: Path | None,
    gexf: Path | None,
    tokenizer: Tokenizer,
    output_format: ResultFormat,
    output: Path,
    seed: int,
    lang: Literal["ja", "en"],
    **asked: Any,
) -> None:
    """Print which themes, or terms of titles, stand together more often than by chance.

    一緒に現れるテーマや語を、偶然の場合と比べて表にし、網(ネットワーク)として書き出します。

    csv, json and jsonl give all edges (or nodes); a printed table the 30 least like chance.

    Example: cio-topics network --of terms --max-p 0.05 --gexf terms.gexf
    """
    check_result_format(output_format, output)
    themed = load_themes(**asked)
    names = _names(themed, of, themes, tokenizer, max_terms, min_items)

    from cio_topics.tables import printed_result
    from cio_topics.tracking.sequence import graph_bytes, name_pairs, theme_network

    n_units = int(themed.table[f"{within}_id"].nunique())
    pairs = name_pairs(names, within, n_units=n_units, n_draws=_DRAWS, random_state=seed)
    nodes, edges = theme_network(
        pairs, names, min_n=min_n, max_p=max_p, n_seeds=_SEEDS, random_state=seed
    )
    settings = {"of": of, "within": within, "min_n": min_n, "max_p": max_p, "seed": seed}
    if of == "terms":
        settings |= {"max_terms": max_terms, "min_items": min_items}
    manifest = themed.manifest(**settings, show=show, themes=list(themes))
    labels = themed.names("year", [], lang)["theme"] if of == "themes" else {}
    if graphml is not None:
        write_output(graph_bytes(nodes, edges, "graphml", names=labels), graphml, manifest)
    if gexf is not None:
        write_output(graph_bytes(nodes, edges, "gexf", names=labels), gexf, manifest)
    result = edges if show == "edges" else nodes
    printed = printed_result(
        _least_like_chance(edges) if show == "edges" else nodes,
        "name_pairs" if show == "edges" else "network_nodes",
        lang=lang,
        names={"theme": labels},
        facts={
            "what": _WORDS[lang][of],
            "within": _WORDS[lang][within],
            "n_units": n_units,
            "level": 95,
            "n_draws": _DRAWS,
            "n_seeds": _SEEDS,
            "n_tested": int(pairs["p"].notna().sum()),
            "n_shown": len(edges),
            "min_n": min_n,
            "most": _MOST[lang].format(max_p) if max_p < 1 else "",
        },
        notes=(themed.source_note(manifest, lang),),
    )
    write_result(result, printed, output_format, output, manifest)


def _names(
    themed: Themed,
    of: str,
    themes: tuple[str, ...],
    tokenizer: Tokenizer,
    max_terms: int,
    min_items: int,
) -> pd.DataFrame:
    from cio_topics.tracking.sequence import term_names, theme_names

    if of == "terms":
        return term_names(
            themed.corpus.agenda(), tokenizer=tokenizer, max_terms=max_terms, min_items=min_items
        )
    return theme_names(themed.table, themes or None)


def _least_like_chance(edges: pd.DataFrame) -> pd.DataFrame:
    return edges.sort_values(["p", "n"], ascending=[True, False], kind="stable").head(_SHOWN)
