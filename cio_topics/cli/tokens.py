"""``cio-topics tokens``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from cio_topics.cli.options import choice_option, format_option, output_option
from cio_topics.cli.output import command_line, write_table
from cio_topics.cli.titles import read_titles, titles_arguments


@click.command(short_help="Show the terms of titles.")
@titles_arguments
@choice_option(
    "--compounds",
    ("both", "long", "short"),
    "both",
    "Compounds whole (long), in parts (short), or both.",
)
@choice_option(
    "--form",
    ("display", "surface", "lemma"),
    "display",
    "Dictionary form as written, as printed, or UniDic's lemma.",
)
@click.option("--detail", is_flag=True, help="One row a token: place, part of speech, lemma.")
@format_option(("table", "csv", "json", "jsonl"))
@output_option
def tokens(
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    compounds: Literal["both", "long", "short"],
    form: Literal["display", "surface", "lemma"],
    detail: bool,
    output_format: str,
    output: Path,
) -> None:
    """Show the terms of titles.

    題名を語に分けます。

    Example: cio-topics tokens 「電子政府構築計画」の改定について
    """
    import pandas as pd

    from cio_topics.text import normalize
    from cio_topics.tokens import Tokenizer, dictionary_version

    tokenizer = Tokenizer(compounds=compounds, form=form)
    chunks = read_titles(titles, source, from_format)
    table = pd.concat([pd.DataFrame({"title": []}, dtype="str"), *chunks], ignore_index=True)
    if detail:
        rows = [
            (number, t.surface, t.display, t.lemma, t.pos1, t.pos2, t.start, t.end)
            for number, title in enumerate(table["title"], start=1)
            for t in tokenizer.tokens(title)
        ]
        names = ["title", "surface", "display", "lemma", "pos1", "pos2", "start", "end"]
        result = pd.DataFrame(rows, columns=names)
    else:
        terms = [tokenizer(title) for title in table["title"]]
        shown = terms if output_format in ("json", "jsonl") else [" ".join(t) for t in terms]
        result = pd.DataFrame({"title": [normalize(t) for t in table["title"]], "terms": shown})
    manifest = {
        "command": command_line(),
        "dictionary": dictionary_version(),
        "tokenizer": tokenizer.settings(),
    }
    write_table(result, output_format, output, manifest)
