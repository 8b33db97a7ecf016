"""``cio-topics weights``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cio_topics.cli.options import format_option, output_option
from cio_topics.cli.output import (
    command_line,
    json_text,
    note_inputs,
    table_text,
    write_output,
)
from cio_topics.cli.titles import read_titles, titles_arguments

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline

__all__ = ["weights"]

_COLUMNS = ("item_id", "topic", "name", "title")


@click.command(short_help="Weigh titles by the topics of a saved model.")
@click.argument("model", type=click.Path(path_type=Path))
@titles_arguments
@click.option(
    "--dictionary",
    metavar="NAME",
    help="The dictionary, if the model was made with a folder: a file does not name folders.",
)
@click.option(
    "--user-dictionary",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The user dictionary, if the model was made with one.",
)
@click.option("--strict", is_flag=True, help="Refuse a model of other versions or dictionaries.")
@format_option(("table", "csv", "json", "jsonl"))
@output_option
def weights(
    model: Path,
    titles: tuple[str, ...],
    source: Path | None,
    from_format: str | None,
    dictionary: str | None,
    user_dictionary: Path | None,
    strict: bool,
    output_format: str,
    output: Path,
) -> None:
    """Weigh TITLES by the topics of MODEL, a file that topics --save wrote.

    保存したモデルで、新しい題名のトピックの重みを求めます。

    The same title has the same weights in any order and number. A title none of whose terms the
    model knows has no weights. table shows the topic that weighs most; csv, json and jsonl have all
    weights. jsonl streams.

    Example: cio-topics weights topics.ciotopics オープンデータの推進について
    """
    from cio_topics.topics.store import read_model, read_model_info

    note_inputs(model, user_dictionary)
    own = None if user_dictionary is None else str(user_dictionary)
    fitted = read_model(model, strict=strict, dictionary=dictionary, user_dictionary=own)
    names = _names(fitted)
    rows = (
        row
        for table in read_titles(titles, source, from_format)
        for row in _weighed(fitted, table, names)
    )
    if output_format == "jsonl" and str(output) == "-":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    manifest = {
        "command": command_line(),
        "model": {"sha256": _sha256(model), **read_model_info(model)},
        "topics": names,
    }
    write_output(_content(list(rows), output_format, manifest), output, manifest)


def _names(fitted: Pipeline) -> dict[str, str]:
    from cio_topics.topics import name_topics, topic_names

    terms = fitted.named_steps["vectorizer"].get_feature_names_out()
    names = name_topics(fitted.named_steps["topics"].components_, list(map(str, terms)))
    return dict(zip(topic_names(fitted), names, strict=True))


def _weighed(
    fitted: Pipeline, table: pd.DataFrame, names: dict[str, str]
) -> Iterator[dict[str, Any]]:
    from cio_topics.topics import dominant_topics, topic_weights

    found = topic_weights(fitted, table["title"])
    most = dominant_topics(found)
    for given, row, topic in zip(
        table.to_dict("records"), found.to_numpy().round(4).tolist(), most, strict=True
    ):
        yield {
            **{str(key): value for key, value in given.items() if value != ""},
            "topic": topic,
            "name": names.get(topic, ""),
            "weights": dict(zip(found.columns, row, strict=True)) if topic else {},
        }


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def _content(rows: list[dict[str, Any]], output_format: str, manifest: dict[str, Any]) -> str:
    import pandas as pd

    from cio_topics.files import table_csv

    if output_format == "json":
        return json_text({"manifest": manifest, "rows": rows})
    if output_format == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    table = pd.DataFrame(
        [{name: row.get(name, "") for name in _COLUMNS} for row in rows], columns=list(_COLUMNS)
    )
    if not table["item_id"].any():
        table = table.drop(columns="item_id")
    if output_format == "csv":
        every = pd.DataFrame([row["weights"] for row in rows], columns=list(manifest["topics"]))
        return table_csv(table.join(every))
    table.insert(2, "weight", [max(row["weights"].values(), default=float("nan")) for row in rows])
    return table_text(table)
