"""``cio-topics terms``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cio_topics.cli.groups import read_group
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
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.corpus import Corpus
    from cio_topics.tokens import Tokenizer

_SHOWN = 30
_LEAST = 5
# Fewer expected than this (the rule of Cochran), and p is rough; Rayson et al. ask for more.
_ENOUGH = 5
# Columns a terminal shows, in their order: Japanese and English header.
_COLUMNS = {
    "term": ("語", "term"),
    "score": ("値", "score"),
    "direction": ("多い方", "more in"),
    "n": ("出現数", "n"),
    "n_items": ("項目数", "items"),
    "share": ("割合% [95%区間]", "share % [95 % interval]"),
    "n_meetings": ("会議数", "meetings"),
    "n_bodies": ("会議体数", "bodies"),
    "first_year": ("最初の年", "first"),
    "last_year": ("最後の年", "last"),
    "variants": ("表記", "written as"),
    "units": ("構成", "units"),
    "n_a": ("出現数A", "n A"),
    "n_b": ("B", "B"),
    "n_meetings_a": ("会議数A", "meetings A"),
    "n_meetings_b": ("B ", "B "),
    "rate_a": ("千語あたりA", "per 1000 A"),
    "rate_b": (" B", " B"),
    "log_ratio": ("対数比", "log ratio"),
    "g2": ("G2", "G2"),
    "q_value": ("q", "q"),
}
_TEXTS = {
    "ja": {
        "shown": "{n}語のうち{shown}語。",
        "counted": "割合の分母は{n}項目。区間は Wilson 法で、項目を独立とみなす。",
        "group": "{}: {}、{}項目、{}会議。",
        "one_meeting": "{}は一つの会議だけなので、期間や会議体の違いとはいえません。",
        "none": "合わせて{}回以上現れる語はありません。--min-count を小さくしてください。",
        "rough": "{1}語のうち{0}語は、どちらかの期待度数が{2}未満で、q は目安です。",
        "compared": "G2 は出現を独立とみなす。少数の会議に偏る語では大きすぎる。",
    },
    "en": {
        "shown": "{shown} of {n} terms.",
        "counted": "Shares are of {n} items; intervals are Wilson's and take items as independent.",
        "group": "{}: {}, {} items, {} meetings.",
        "one_meeting": "{} is one meeting: this tells nothing about a period or a body.",
        "none": "No term occurs {} times in both groups together; choose a lower --min-count.",
        "rough": "{0} of {1} terms: fewer than {2} expected in a group; their q is rough.",
        "compared": "G2 takes occurrences as independent: too large for terms of few meetings.",
    },
}


@click.command(short_help="List the terms of the titles; compare two groups.")
@corpus_options
@choice_option(
    "--method",
    ("frequency", "flr", "c-value", "npmi"),
    "frequency",
    "What terms are ranked by: items that have them, or a score of termhood.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="A B",
    help="Compare two groups of items instead: year=2002-2006 year=2013-2018, or body=, "
    "administration= and the like.",
)
@click.option(
    "--min-count",
    type=click.IntRange(1),
    help="With --compare: least number of occurrences in both groups together; 5 if left out.",
)
@click.option(
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help=f"How many terms; {_SHOWN} in a printed table and a chart, all in csv, json and jsonl, if "
    "left out.",
)
@compounds_option
@click.option(
    "--chart",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the terms too, as FILE.svg or FILE.png.",
)
@tokenizer_options
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@lang_option("ja")
def terms(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    method: str,
    compare: tuple[str, str] | None,
    min_count: int | None,
    top: int | None,
    compounds: Literal["both", "long", "short"],
    chart: Path | None,
    tokenizer: Tokenizer,
    output_format: str,
    output: Path,
    lang: Literal["ja", "en"],
) -> None:
    """List the terms of the titles, or the terms that set two groups of items apart.

    題名の語を、項目数・会議数・使われた年とともに一覧します。--compare は二つの期間や会議体の語を
    比べます(対数尤度比 G2 と対数比)。

    Example: cio-topics terms --compare year=2002-2006 year=2013-2018 --chart terms.svg
    """
    _check_options(method, compare, min_count, compounds, chart)
    corpus = load_corpus(path, bodies, since, until)

    from cio_topics.manifest import make_manifest

    tokenizer.set_params(compounds=compounds)
    if compare:
        groups = read_group(corpus, compare[0]), read_group(corpus, compare[1])
        min_count = min_count or _LEAST
        table, notes = _compared(groups, compare, tokenizer, min_count, lang)
    elif method == "frequency":
        table, notes = _counted(corpus, tokenizer, lang)
    else:
        table, notes = _scored(corpus, tokenizer, method, lang)
    shown = table.head(top or _SHOWN)
    chosen = {
        "method": "keyness" if compare else method,
        "compare": list(compare or ()),
        "min_count": min_count,
        "top": top,
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus,
        load_codebook(None),
        command=command_line(),
        settings=chosen,
        tokenizer=tokenizer,
    )
    if chart is not None:
        write_output(_drawn(shown, chart.suffix, method, compare, lang), chart, manifest)
    if output_format == "table":
        notes = [_TEXTS[lang]["shown"].format(shown=len(shown), n=len(table)), *notes]
        text = table_text(_printed(shown, lang)) + "".join(f"{note}\n" for note in notes)
        write_output(text, output, manifest)
    else:
        write_table(table if top is None else shown, output_format, output, manifest)


def _check_options(
    method: str,
    compare: tuple[str, str] | None,
    min_count: int | None,
    compounds: str,
    chart: Path | None,
) -> None:
    from cio_topics.errors import SettingsError, shorten

    for condition in compare or ():
        if "=" not in condition:
            raise SettingsError(
                f"--compare got {shorten(condition)}; expected two groups, each COLUMN=VALUE.",
                "Write --compare year=2002-2006 year=2013-2018.",
                "--compare year=2002-2006 year=2013-2018 のように書いてください。",
            )
    if method != "frequency" and compounds == "short":
        raise SettingsError(
            f"--compounds {compounds} together with --method {method}, which ranks compounds.",
            "Leave --compounds out.",
            "--compounds を指定しないでください。",
        )
    if min_count is not None and not compare:
        raise SettingsError(
            "--min-count without --compare.",
            "Leave it out, or compare two groups.",
            "--min-count は --compare と一緒に指定してください。",
        )
    if compare and method != "frequency":
        raise SettingsError(
            f"--method {method} together with --compare; expected one of them.",
            "Leave --method out: groups are compared by the frequency of terms.",
            "--compare では --method を指定しないでください(語の頻度で比べます)。",
        )
    if chart is not None and chart.suffix.lower() not in (".svg", ".png"):
        raise SettingsError(
            f"--chart got {shorten(chart.name)}; expected a name that ends in .svg or .png.",
            "Name it terms.svg or terms.png.",
            "terms.svg か terms.png のような名前にしてください。",
        )


def _counted(corpus: Corpus, tokenizer: Tokenizer, lang: str) -> tuple[pd.DataFrame, list[str]]:
    from cio_topics.terms.table import term_table

    table = term_table(corpus.agenda(), tokenizer=tokenizer)
    return table, [_TEXTS[lang]["counted"].format(n=len(corpus))]


def _scored(
    corpus: Corpus, tokenizer: Tokenizer, method: str, lang: str
) -> tuple[pd.DataFrame, list[str]]:
    from cio_topics.terms.scores import score_terms

    agenda = corpus.agenda()
    known: Literal["flr", "c_value", "npmi"]
    known = "flr" if method == "flr" else "npmi" if method == "npmi" else "c_value"
    table = score_terms(agenda["title"], method=known, tokenizer=tokenizer, ids=agenda["item_id"])
    return table, []


def _compared(
    groups: tuple[pd.DataFrame, pd.DataFrame],
    names: tuple[str, str],
    tokenizer: Tokenizer,
    min_count: int,
    lang: str,
) -> tuple[pd.DataFrame, list[str]]:
    from cio_topics.terms.comparison import keyness

    table = keyness(*groups, tokenizer=tokenizer, min_count=min_count)
    texts = _TEXTS[lang]
    notes = []
    for letter, name, items in zip("AB", names, groups, strict=True):
        n_meetings = items["meeting_id"].nunique()
        notes.append(texts["group"].format(letter, name, len(items), n_meetings))
        if n_meetings == 1:
            notes.append(texts["one_meeting"].format(letter))
    if table.empty:
        return table, [*notes, texts["none"].format(min_count)]
    rough = int((table["expected_low"] < _ENOUGH).sum())
    if rough:
        notes.append(texts["rough"].format(rough, len(table), _ENOUGH))
    return table, [*notes, texts["compared"]]


def _printed(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the columns that a terminal shows, with names of the language."""
    headers = {name: pair[lang == "en"] for name, pair in _COLUMNS.items()}
    shown = table.copy()
    if "share" in table:
        shown["share"] = [
            f"{100 * share:.1f} [{100 * low:.1f}–{100 * high:.1f}]"
            for share, low, high in table[["share", "share_low", "share_high"]].to_numpy()
        ]
        shown["variants"] = table["variants"].where(table["variants"].str.contains(";"), "")
        if (shown["variants"] == "").all():
            shown = shown.drop(columns="variants")
    if "g2" in table:
        shown["direction"] = table["direction"].map({"a": "A", "b": "B", "none": "-"})
        for name in ("rate_a", "rate_b", "g2"):
            shown[name] = table[name].round(1).astype("str")
        shown["log_ratio"] = table["log_ratio"].map("{:+.2f}".format)
        shown["q_value"] = table["q_value"].map(lambda q: "<0.001" if q < 0.001 else f"{q:.3f}")
    columns = [name for name in headers if name in shown]
    return shown[columns].rename(columns=headers)


def _drawn(
    table: pd.DataFrame,
    ending: str,
    method: str,
    compare: tuple[str, str] | None,
    lang: Literal["ja", "en"],
) -> str | bytes:
    from cio_topics.errors import MissingPartError, TooSmallError
    from cio_topics.report.charts import draw
    from cio_topics.report.fonts import register_font
    from cio_topics.report.term_charts import keyness_chart, scores_chart, terms_chart

    if table.empty:
        raise TooSmallError(
            "no term to draw.", "Choose more items.", "対象の項目を広げてください。"
        )
    if not register_font():
        raise MissingPartError(
            "no Japanese font to draw terms with.",
            "Run: python -m pip install matplotlib-fontja",
            "次を実行してください: python -m pip install matplotlib-fontja",
        )
    if compare:
        spec = keyness_chart(table, compare, lang)
    elif method == "frequency":
        spec = terms_chart(table, lang)
    else:
        spec = scores_chart(table, method, lang)
    svg, png = draw(spec, "terms")
    return svg if ending.lower() == ".svg" else png
