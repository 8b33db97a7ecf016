"""``cio-topics agreement``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from cio_topics.cli.labels import file_hashes, label_options, load_labels
from cio_topics.cli.options import (
    format_option,
    lang_option,
    load_codebook,
    load_corpus,
    output_option,
    seed_option,
)
from cio_topics.cli.output import (
    command_line,
    json_text,
    records,
    table_text,
    write_output,
    write_table,
    write_tables,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.codebook import Codebook

_SHOWN = 20
_TABLES = ("measures", "confusion", "disagreements")
_WORDS = {
    "ja": {
        "title": "符号化者の一致",
        "sets": "テーマの組の一致",
        "themes": "テーマ別",
        "confusion": "取り違え:一方だけが付けたテーマ(項目一件を1として分けた重み)",
        "disagreements": "答えが異なる項目(MASI距離の大きい順)",
        "nothing": "(なし)",
        "more": "ほか{}件",
        "intervals": "[ ] は会議を引き直した{}回の標本による95%区間。"
        "[-] は、どの標本でもほぼ同じ値になり区間を出せないもの。\n"
        "n は二人以上が答えた項目、n_given は誰かがそのテーマを付けた項目。",
        "machines": "coder_a と coder_b は人ではなく、二つの言語モデルです。"
        "誤りを共有しうるので、人どうしの一致は示しません。",
        "alpha_masi": "α(MASI距離)",
        "alpha_sets": "α(組が同じか否か)",
        "exact": "組が同じ項目の割合",
        "micro": "F1(ミクロ)",
        "macro": "F1(マクロ)",
    },
    "en": {
        "title": "Agreement of coders",
        "sets": "Sets of themes",
        "themes": "By theme",
        "confusion": "Confusion: themes that only one of two gave (an item counts one, in parts)",
        "disagreements": "Items on which they differ (MASI distance, the largest first)",
        "nothing": "(nothing)",
        "more": "{} more",
        "intervals": "[ ]: 95 % intervals over {} draws of meetings. [-]: none, for nearly every "
        "draw gives the same value.\nn: items with two or more answers. n_given: items to which "
        "anybody gave the theme.",
        "machines": "coder_a and coder_b are no people but two language models. They may share "
        "mistakes; their agreement does not show what people would say.",
        "alpha_masi": "alpha (MASI distance)",
        "alpha_sets": "alpha (same set or not)",
        "exact": "share of items with identical sets",
        "micro": "F1 (micro)",
        "macro": "F1 (macro)",
    },
}


def _split(context: click.Context, option: click.Parameter, text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",")]


@click.command(short_help="Say how far coders agree.")
@click.argument("files", metavar="[LABELS]...", nargs=-1, type=click.Path(path_type=Path))
@label_options
@click.option(
    "--coders",
    callback=_split,
    metavar="LIST",
    help="Compare these coders only: 青木,井上.",
)
@click.option(
    "--draws",
    "n_draws",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="How many draws of meetings the intervals rest on.",
)
@format_option(("table", "csv", "json"))
@output_option
@lang_option("ja")
@seed_option
def agreement(
    files: tuple[Path, ...],
    corpus_path: Path | None,
    codebook_path: Path | None,
    names: tuple[str, ...],
    missing: Literal["error", "keep", "drop"],
    coders: list[str] | None,
    n_draws: int,
    output_format: str,
    output: Path,
    lang: str,
    seed: int,
) -> None:
    """Say how far coders agree on themes, where they differ, and on which items.

    符号化者の一致(α・κ・F1)と、取り違えたテーマ、答えが異なる項目を示します。

    LABELS are CSV files with item_id, themes, coder, date, codebook_version; without them the two
    codings of the corpus are compared. Krippendorff's alpha takes any number of coders and missing
    answers; kappa, F1 and the share of identical sets are of pairs. csv has the measures; with a
    folder after -o also the confusion and the items. json has all.

    Example: cio-topics agreement aoki.csv inoue.csv --format csv -o agreement
    """
    corpus, codebook = load_corpus(corpus_path), load_codebook(codebook_path)

    from cio_topics import labels as room
    from cio_topics.manifest import make_manifest

    if files:
        table = load_labels(files, codebook, corpus, names, missing)
    else:
        table = room.corpus_labels(corpus)
    chosen = room.chosen_coders(table, coders)
    found = {
        "measures": room.label_agreement(
            table, codebook, corpus, coders=chosen, n_draws=n_draws, random_state=seed
        ),
        "confusion": room.theme_confusion(table, codebook, coders=chosen),
        "disagreements": room.label_disagreements(table, corpus, coders=chosen),
    }
    settings = {
        **{"labels": file_hashes(files), "coders": chosen, "draws": n_draws, "seed": seed},
        "missing": missing,
    }
    manifest = make_manifest(corpus, codebook, command=command_line(), settings=settings)
    if output_format == "json":
        content = {"manifest": manifest, "coders": chosen}
        write_output(
            json_text({**content, **{name: records(found[name]) for name in _TABLES}}), output
        )
    elif output_format == "csv":
        _write_csv(found, output, manifest)
    else:
        text = _text(found, chosen, codebook, lang, n_draws)
        embedded = not files and corpus_path is None
        note = f"{_WORDS[lang]['machines']}\n" if embedded else ""
        write_output(text + note, output, manifest)


def _write_csv(found: dict[str, pd.DataFrame], output: Path, manifest: dict[str, Any]) -> None:
    """Write the measures to a file, or every table into a folder."""
    if str(output) == "-" or output.suffix:
        write_table(found["measures"], "csv", output, manifest)
    else:
        write_tables({name: found[name] for name in _TABLES}, output, manifest)


def _text(
    found: dict[str, pd.DataFrame], coders: Sequence[str], codebook: Codebook, lang: str, n: int
) -> str:
    words = _WORDS[lang]
    measures = found["measures"]
    of_all = measures[measures["measure"] == "alpha_masi"]["n"].iloc[0]
    head = f"{words['title']}: {', '.join(coders)} (n = {of_all})"
    confusion = found["confusion"].replace({"theme": "", "other_theme": ""}, words["nothing"])
    differ = found["disagreements"]
    answers = [name for name in differ if str(name).startswith("themes_")]
    differ = differ[["distance", "item_id", "date", *answers, "title"]]
    return "\n".join(
        [
            f"{head}\n",
            f"{words['sets']}\n{table_text(_sets(measures, lang))}",
            f"{words['themes']}\n{table_text(_themes(measures, codebook, lang))}",
            f"{words['confusion']}\n{_cut(confusion, words)}",
            f"{words['disagreements']}\n{_cut(differ, words)}",
            f"{words['intervals'].format(f'{n:,}')}\n",
        ]
    )


def _cut(table: pd.DataFrame, words: dict[str, str]) -> str:
    n_more = len(table) - _SHOWN
    more = f"… {words['more'].format(f'{n_more:,}')}\n" if n_more > 0 else ""
    return table_text(table.head(_SHOWN)) + more


def _sets(measures: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return what is said of whole sets of themes, a row a measure and pair."""
    rows = measures[(measures["theme"] == "") | measures["theme"].isin(["micro", "macro"])]
    key = rows["theme"].where(rows["theme"] != "", rows["measure"])
    import pandas as pd

    return pd.DataFrame(
        {
            "measure": key.map(_WORDS[lang]),
            "coders": [_pair(row) for row in rows.to_dict("records")],
            "n": rows["n"],
            "value": [_value(row, lang) for row in rows.to_dict("records")],
        }
    )


def _pair(row: dict[Any, Any]) -> str:
    return f"{row['coder']} – {row['other']}" if row["coder"] else ""


def _themes(measures: pd.DataFrame, codebook: Codebook, lang: str) -> pd.DataFrame:
    """Return a row a theme: alpha, and kappa and F1 of the pair, or the span of all pairs."""
    import pandas as pd

    rows = []
    for theme in codebook.themes:
        of_theme = measures[measures["theme"] == theme.id]
        (alpha,) = of_theme[of_theme["measure"] == "alpha"].to_dict("records")
        name = theme.name_ja if lang == "ja" else theme.name_en
        row = {"theme": theme.id, "n_given": alpha["n_given"], "alpha": _value(alpha, lang)}
        for measure in ("kappa", "f1"):
            pairs = of_theme[of_theme["measure"] == measure]
            row[measure] = _span(pairs, lang)
        rows.append({**row, "name": name})
    return pd.DataFrame(rows)


def _span(pairs: pd.DataFrame, lang: str) -> str:
    if len(pairs) == 1:
        return _value(pairs.to_dict("records")[0], lang)
    known = pairs["value"].dropna()
    return f"{known.min():.3f} – {known.max():.3f}" if len(known) else "-"


def _value(row: dict[Any, Any], lang: str) -> str:
    """Return a number with its interval, or why there is none."""
    from cio_topics.labels import REASONS

    reason = REASONS[row["reason"]][lang == "en"] if row["reason"] else ""
    if row["value"] != row["value"]:
        return f"- ({reason})"
    if reason:
        return f"{row['value']:.3f} [-]"
    return f"{row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
