"""``cio-topics intrusion``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.options import (
    conditions_text,
    corpus_options,
    format_option,
    lang_option,
    load_codebook,
    load_items,
    model_options,
    output_option,
    seed_option,
)
from cio_topics.cli.output import (
    command_line,
    json_text,
    note_inputs,
    records,
    table_text,
    write_output,
    write_table,
)
from cio_topics.cli.tokenizing import compounds_option, tokenizer_options

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer
    from cio_topics.topics.quality.intrusion import IntrusionSheet
    from cio_topics.topics.quality.intrusion_score import IntrusionScore

_COLUMNS = {
    "topic": ("トピック", "topic"),
    "intruder": ("混ぜた語", "intruder"),
    "n_right": ("正答", "right"),
    "n_answers": ("回答", "answers"),
    "n_missing": ("無回答", "missing"),
    "precision": ("正答率% [95%区間]", "precision % [95 % interval]"),
}
_TEXTS = {
    "ja": {
        "overall": "正答率%のトピック平均 {precision}(偶然なら{chance:.0f})。回答者{n_coders}人、"
        "トピック{n_topics}件、回答{n_answers}件、無回答{n_missing}件。",
        "agreement": "一致: 同じ題の回答{n_pairs}組のうち{agreement:.0f}%が同じ。Krippendorff の α "
        "{alpha}。",
        "alone": "一致: 同じ題に二人以上の回答がなく、計算できません。",
    },
    "en": {
        "overall": "Mean precision % over topics {precision} (by chance {chance:.0f}). "
        "Coders: {n_coders}, topics: {n_topics}, answers: {n_answers}, missing: {n_missing}.",
        "agreement": "Agreement: {agreement:.0f} % of {n_pairs} pairs of answers to one task are "
        "the same. Krippendorff's alpha {alpha}.",
        "alone": "Agreement: no task has answers of two coders, so there is none to compute.",
    },
}


@click.group(short_help="Ask people which word does not belong to a topic.")
def intrusion() -> None:
    """Ask people which word does not belong to a topic (word intrusion).

    トピックの上位語に別の語を一つ混ぜ、人が見分けられるかを調べます。
    """


@intrusion.command(short_help="Write a sheet for people, and its key.")
@corpus_options
@model_options
@compounds_option
@tokenizer_options
@click.option(
    "--words",
    "n_words",
    type=click.IntRange(2),
    default=5,
    show_default=True,
    help="Top terms shown of each topic, beside the intruder.",
)
@click.option("--nested", is_flag=True, help="Let one word be a part of another.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the sheet is written.",
)
@click.option(
    "--key",
    "key_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the key is written, with its manifest; sheet.csv has sheet.key.csv otherwise.",
)
@seed_option
def sheet(
    path: Path | None,
    bodies: tuple[str, ...],
    since: str | None,
    until: str | None,
    model: str,
    n_topics: int,
    pool: Literal["item", "meeting", "body_year"],
    compounds: Literal["both", "long", "short"],
    tokenizer: Tokenizer,
    n_words: int,
    nested: bool,
    output: Path,
    key_path: Path | None,
    seed: int,
) -> None:
    """Find topics and write a sheet for people: the top terms of each, and one of another topic.

    トピックごとに、上位語に別のトピックの語を一つ混ぜた表を書き出します。

    Each person gets a copy of the sheet, writes the word that does not belong into the column
    answer, and a name into coder. The key names the intruders; keep it to yourself.

    Example: cio-topics intrusion sheet -o sheet.csv
    """
    from cio_topics.errors import SettingsError

    if str(output) == "-" and key_path is None:
        raise SettingsError(
            "the sheet is printed, and the key would have no place.",
            "Give the key a file: --key key.csv.",
            "--key key.csv のように正解のファイルを指定してください。",
        )
    key_file = output.with_name(f"{output.stem}.key.csv") if key_path is None else key_path
    if key_file.resolve() == output.resolve():
        raise SettingsError(
            f"--key and -o are both {str(output)!r}.",
            "Give the key a file of its own: --key key.csv.",
            "--key key.csv のように別の名前を指定してください。",
        )
    corpus = load_items(path, bodies, since, until)

    from cio_topics.manifest import make_manifest
    from cio_topics.topics import choose_kind, fit_topics, make_topic_model, pool_titles
    from cio_topics.topics.quality.intrusion import make_intrusion_sheet
    from cio_topics.topics.quality.intrusion_files import intrusion_files

    texts = pool_titles(corpus.agenda(), pool)
    tokenizer.set_params(compounds=compounds)
    if model == "auto":
        model = choose_kind(texts, tokenizer)
    pipeline = make_topic_model(model, n_topics=n_topics, tokenizer=tokenizer, random_state=seed)
    fitted = fit_topics(pipeline, texts)
    made = make_intrusion_sheet(
        fitted.named_steps["topics"].components_,
        fitted.named_steps["vectorizer"].get_feature_names_out(),
        n_words=n_words,
        nested=nested,
        random_state=seed,
    )
    chosen = {
        **{"model": model, "n_topics": n_topics, "pool": pool, "seed": seed},
        **{"n_words": n_words, "nested": nested},
        "conditions": conditions_text(bodies, since, until),
    }
    manifest = make_manifest(
        corpus,
        load_codebook(None),
        command=command_line(),
        settings=chosen,
        tokenizer=tokenizer,
    )
    for file, content, made_from in zip(
        (key_file, output), intrusion_files(made)[::-1], (manifest, None), strict=True
    ):
        write_output(content, file, made_from)
    click.echo(_written(made, output, key_file))


def _written(made: IntrusionSheet, output: Path, key_file: Path) -> str:
    n = len(made.sheet)
    lines = [
        f"{n} tasks / {n}題: {output}",
        f"The key, not for those who answer / 正解(回答者には見せない): {key_file}",
    ]
    if made.left_out:
        names = ", ".join(made.left_out)
        lines.append(f"Left out, too few terms or no intruder / 語が足りず除外: {names}")
    return "\n".join(lines)


@intrusion.command(short_help="Score the sheets that people filled in.")
@click.argument("sheets", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("key", type=click.Path(path_type=Path))
@format_option(("table", "csv", "json", "jsonl"))
@output_option
@seed_option
@lang_option("ja")
def score(
    sheets: tuple[Path, ...],
    key: Path,
    output_format: str,
    output: Path,
    seed: int,
    lang: str,
) -> None:
    """Score SHEETS that people filled in by the KEY: who found the intruders, and who agrees.

    記入された表を正解と照らし、トピックごとの正答率と、回答者の一致を示します。

    One sheet a person, or one with the rows of several. A sheet that names no coder is of the
    person it is named after. An answer that is none of the words of its row is an error. csv and
    jsonl have a row a topic; json has the coders and the overall measures, too.

    Example: cio-topics intrusion score sato.csv suzuki.csv sheet.key.csv
    """
    from cio_topics.topics.quality.intrusion_files import (
        read_intrusion_answers,
        read_intrusion_key,
    )
    from cio_topics.topics.quality.intrusion_score import score_intrusion

    note_inputs(*sheets, key)
    known = read_intrusion_key(key)
    found = score_intrusion(read_intrusion_answers(sheets, known), known, random_state=seed)
    manifest = _manifest((*sheets, key), seed)
    if output_format == "table":
        write_output(
            f"{table_text(_printed(found, lang))}\n{_notes(found, lang)}", output, manifest
        )
    elif output_format == "json":
        content = {
            "manifest": manifest,
            "overall": found.overall,
            "coders": records(found.coders),
            "rows": records(found.topics),
        }
        write_output(json_text(content), output, manifest)
    else:
        write_table(found.topics, output_format, output, manifest)


def _manifest(files: tuple[Path, ...], seed: int) -> dict[str, Any]:
    import hashlib

    from cio_topics import __version__

    hashes = {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    return {
        "cio_topics": __version__,
        "command": command_line(),
        "settings": {"seed": seed},
        "files": hashes,
    }


def _printed(found: IntrusionScore, lang: str) -> Any:
    shown = found.topics.copy()
    shown["precision"] = [
        _share(row.precision, row.precision_low, row.precision_high)
        for row in shown.itertuples(index=False)
    ]
    headers = {name: pair[lang == "en"] for name, pair in _COLUMNS.items()}
    return shown[list(headers)].rename(columns=headers)


def _share(value: Any, low: Any, high: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return ""
    bounds = "" if pd.isna(low) else f" [{100 * low:.0f}–{100 * high:.0f}]"
    return f"{100 * value:.0f}{bounds}"


def _notes(found: IntrusionScore, lang: str) -> str:
    overall, texts = found.overall, _TEXTS[lang]
    names = ("precision", "precision_low", "precision_high")
    shares = {"precision": _share(*(overall[name] for name in names))}
    lines = [texts["overall"].format(**overall | shares | {"chance": 100 * overall["chance"]})]
    if overall["n_pairs"]:
        alpha = "–" if overall["alpha"] is None else f"{overall['alpha']:.2f}"
        given = {"alpha": alpha, "agreement": 100 * overall["agreement"]}
        lines.append(texts["agreement"].format(**overall | given))
    else:
        lines.append(texts["alone"])
    return "".join(f"{line}\n" for line in lines)
