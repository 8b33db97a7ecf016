"""``cio-topics classify``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import (
    codebook_option,
    format_option,
    lang_option,
    load_codebook,
    output_option,
)
from cio_topics.cli.output import command_line, json_text, table_text, write_output
from cio_topics.cli.titles import read_titles, titles_arguments

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.themes import CodebookClassifier


@click.command(short_help="Give themes to titles, with the evidence.")
@titles_arguments
@click.option(
    "--date",
    "day",
    default="",
    metavar="DATE",
    help="Date of titles that come without one: 2024-06-21, 2024-06 or 2024.",
)
@click.option("--body", default="", help="Body of titles that come without one.")
@codebook_option
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@lang_option("ja")
def classify(
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    day: str,
    body: str,
    codebook_path: Path | None,
    output_format: str,
    output: Path,
    lang: str,
) -> None:
    """Give themes to titles, with weights and what matched.

    新しい議事項目にテーマを付け、根拠となった語を示します。

    Columns date, body and status of a CSV or JSONL file are used where rules ask for them. A
    weight is the reliability of the rule that matched (0.80: as its author wrote it, untested);
    the fallback's weight says only that no rule held. Offsets count characters of the normalized
    title.

    Example: cio-topics classify --date 2024-06-21 オープンデータの推進について
    """
    codebook = load_codebook(codebook_path)

    from cio_topics.manifest import codebook_hash
    from cio_topics.themes import CodebookClassifier

    model = CodebookClassifier(codebook).fit([])
    names = {t.id: t.name_ja if lang == "ja" else t.name_en for t in codebook.themes}
    context = {"date": _check_day(day), "body": body}
    rows = (
        row
        for table in read_titles(titles, source, from_format)
        for row in _classified(model, _with_context(table, context), names)
    )
    manifest = {
        "command": command_line(),
        "codebook": {"version": codebook.version, "sha256": codebook_hash(codebook)},
    }
    if output_format == "jsonl" and str(output) == "-":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    found = list(rows)
    write_output(_content(found, output_format, manifest), output, manifest)


def _check_day(day: str) -> str:
    import pandas as pd

    from cio_topics.errors import SettingsError
    from cio_topics.periods import date_spans

    precision = {10: "day", 7: "month", 4: "year"}.get(len(day), "unknown")
    if day and date_spans(pd.Series([day]), pd.Series([precision]))["first"].isna().any():
        raise SettingsError(
            f"--date is {day[:40]!r}; expected a real date as 2024-06-21, 2024-06 or 2024.",
            remedy_ja="2024-06-21・2024-06・2024 の形で指定してください。",
        )
    return day


def _with_context(table: pd.DataFrame, context: dict[str, str]) -> pd.DataFrame:
    import pandas as pd

    for key, value in context.items():
        if value:
            given = table.get(key, pd.Series("", index=table.index, dtype="str"))
            table = table.assign(**{key: given.where(given != "", value)})
    return table


def _classified(
    model: CodebookClassifier, table: pd.DataFrame, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    from cio_topics.text import normalize

    hits = model.find_hits(table)
    weights = model.weigh_hits(len(table), hits)
    chosen = model.decide(weights)
    evidence: dict[int, list[dict[str, Any]]] = {}
    for hit in hits:
        known = {"theme": hit.theme, "rule": hit.rule}
        weight = round(model.reliability_[hit.rule], 4)
        evidence.setdefault(hit.row, []).extend(
            {**known, "text": text, "start": start, "end": end, "weight": weight}
            for (start, end), text in zip(hit.spans, hit.texts, strict=True)
        )
    for row, given in enumerate(table.to_dict("records")):
        order = sorted(chosen[row].nonzero()[0], key=lambda c: (-weights[row, c], c))
        themes = [str(model.classes_[c]) for c in order]
        yield {
            **{str(key): value for key, value in given.items() if value != ""},
            "normalized": normalize(given["title"]),
            "themes": [
                {"theme": t, "name": names[t], "weight": round(float(weights[row, c]), 4)}
                for t, c in zip(themes, order, strict=True)
            ],
            "evidence": [hit for hit in evidence.get(row, []) if hit["theme"] in themes],
        }


def _content(rows: list[dict[str, Any]], output_format: str, manifest: dict[str, Any]) -> str:
    import pandas as pd

    from cio_topics.files import table_csv

    if output_format == "json":
        return json_text({"manifest": manifest, "rows": rows})
    if output_format == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    flat = pd.DataFrame(
        [
            {
                "item_id": row.get("item_id", ""),
                "title": row["title"],
                "themes": ";".join(t["theme"] for t in row["themes"]),
                "names": "、".join(t["name"] for t in row["themes"]),
                "weights": ";".join(f"{t['weight']:.2f}" for t in row["themes"]),
                "evidence": "; ".join(
                    f"{e['rule']}: {e['text']} [{e['start']}:{e['end']}]" for e in row["evidence"]
                ),
            }
            for row in rows
        ],
        columns=["item_id", "title", "themes", "names", "weights", "evidence"],
        dtype="str",
    )
    if output_format == "csv":
        return table_csv(flat)
    shown = flat.assign(title=[row["normalized"] for row in rows]).drop(columns="themes")
    return table_text(shown if shown["item_id"].any() else shown.drop(columns="item_id"))
