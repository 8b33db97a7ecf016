"""The page of an experiment: question, table, figure, settings, and how to repeat it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cio_topics.experiments.design import Design
from cio_topics.experiments.figures import MAX_SERIES, series_shown
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.replicates import MIN_GROUPS

__all__ = ["number_text", "readme_text", "wide_table"]

_ROWS = 40
_ERRORS = 10
_READ = (
    "平均 [95%区間]。n はセル(あてはめ)の数です。太字は各列で最もよい平均です。"
    "差が確かかどうかは `cio-topics experiment compare` で調べられます。",
    "Mean [95 % interval]. n is the number of cells (fits). Bold: the best mean of the column; "
    "`cio-topics experiment compare` tells whether a difference is sure.",
)
_SEEDS = (
    "区間は乱数の種によるちがいだけを表します(t 区間)。種が結果を変えなければ幅は0です。",
    "Intervals tell what chance in fitting does (Student's t over {n} seeds), and nothing about "
    "other items. Their width is 0 where seeds change nothing.",
)
_NO_INTERVALS = (
    "乱数の種が一つなので、区間はありません。",
    "There are no intervals: one seed does not tell what chance in fitting does.",
)
_DRAWS = (
    "区間は、同じ種類の別の{by}ならどうだったかを表します"
    "({n_groups}のうち{n_drawn}の抽出{n}回、ジャックナイフ法)。",
    "Intervals tell what other {by} of the kind might have told: {n} draws of {n_drawn} of "
    "{n_groups}, delete-d jackknife.",
)
_ONE_SEED = (
    "乱数の種が一つなので、結果が種で変わるモデルでは広すぎます。",
    " With one seed they are too wide for models that chance changes.",
)
_MORE_SEEDS = (
    "抽出ごとに{n_seeds}個の種で学習し、学習のゆらぎの分は差し引いています。",
    " {n_seeds} seeds a draw; what chance in fitting adds is taken away.",
)
_FEW = (
    "{by}が{n_groups}しかないため、区間はありません({least}以上で示します)。",
    "There are {n_groups} {by} only: too few for intervals, which need {least}.",
)
_GROUPS = {"meeting": ("会議", "meetings"), "item": ("項目", "items"), "body": ("会議体", "bodies")}
_FILES = "\n".join(
    [
        "- `results.csv`, `results.parquet`: セルごとの値 / a row a cell",
        "- `summary.csv`: 上の表 / the table above",
        "- `topics.csv`: トピックの語 / terms of the topics of each cell",
        "- `made_from.json`: コーパス・コード・版 / corpus, code and versions of these results",
        "- `timings.csv`: 所要時間(再現しません) / seconds; not reproducible",
    ]
)


def number_text(value: float) -> str:
    """Return a number with three digits behind the point, or one if it is 10 or more.

    >>> number_text(0.5914), number_text(107.23), number_text(float("nan"))
    ('0.591', '107.2', '–')
    """
    if value != value:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def wide_table(design: Design, summary: pd.DataFrame, *, bold: bool = False) -> pd.DataFrame:
    """Return one row a group, one column a metric: ``0.591 [0.550, 0.632]``.

    Parameters
    ----------
    design : Design
    summary : DataFrame
        From :func:`cio_topics.experiments.results.summarize`.
    bold : bool, default False
        Mark the best mean of each metric as Markdown does.

    Returns
    -------
    DataFrame of str
        The groupings, ``n`` (cells of the group, failed ones included), the metrics. Undefined
        values are counted behind the mean.
    """
    groupings = list(design.groupings)
    parts = {name: summary[summary["metric"] == name] for name in design.metrics}
    first = parts[design.metrics[0]]
    table = pd.DataFrame({name: _shown(first[name]) for name in groupings}).reset_index(drop=True)
    table["n"] = (first["n"] + first["n_undefined"] + first["n_failed"]).astype(str).to_numpy()
    for name, part in parts.items():
        better = METRICS[name].better
        best = part["mean"].max() if better == "high" else part["mean"].min()
        marked = bold and better != "" and part["mean"].nunique() > 1
        table[name] = [
            _cell_text(row, marked and row["mean"] == best) for _, row in part.iterrows()
        ]
    return table


def _shown(values: pd.Series) -> pd.Series[str]:
    if values.dtype == "Float64":
        return values.map(lambda value: f"{value:.4g}", na_action="ignore").astype("str").fillna("")
    return values.astype("str").fillna("")


def _cell_text(row: pd.Series, is_best: bool) -> str:
    text = number_text(row["mean"])
    text = f"**{text}**" if is_best else text
    if row["low"] == row["low"]:
        text += f" [{number_text(row['low'])}, {number_text(row['high'])}]"
    if row["n_undefined"]:
        text += f" ({row['n_undefined']} undefined)"
    if row["n_failed"]:
        text += f" ({row['n_failed']} failed)"
    return text


def readme_text(
    design: Design,
    results: pd.DataFrame,
    summary: pd.DataFrame,
    topics: pd.DataFrame,
    about: Mapping[str, Any],
    *,
    figure: bool = True,
) -> str:
    """Return the page in Markdown, the same for the same results.

    Parameters
    ----------
    design : Design
    results, summary, topics : DataFrame
        As :mod:`cio_topics.experiments.results` makes them.
    about : mapping
        What the cells were made from.
    figure : bool, default True
        There is a figure.
    """
    sections = [
        f"# {design.name}",
        "## 質問 / Question",
        design.question,
        design.question_en,
        "## 表 / Table",
        _markdown(_best_first(design, wide_table(design, summary, bold=True), summary)),
        *_table_notes(design, results, summary),
        "## 図 / Figure" if figure else "",
        f"![{_escape(design.name)}](figure.png)" if figure else "",
        _figure_note(design, summary) if figure and design.search is None else "",
        "## 指標 / Metrics",
        "\n".join(
            f"- `{name}`: {METRICS[name].ja} / {METRICS[name].en}" for name in design.metrics
        ),
        _failures(results),
        _best_topics(design, results, topics),
        "## 設定 / Settings",
        _fenced(design.source.strip(), "toml"),
        _fenced("\n".join(f"{key}: {value}" for key, value in about.items()), "text"),
        "## もう一度 / Repeat",
        _fenced(f"cio-topics experiment run {design.path.name}", "text"),
        _FILES,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _best_first(design: Design, wide: pd.DataFrame, summary: pd.DataFrame) -> pd.DataFrame:
    """Return all rows in their order; of a search, or of many rows, the best first."""
    if len(wide) <= _ROWS and design.search is None:
        return wide
    name = design.main_metric
    means = summary[summary["metric"] == name]["mean"].reset_index(drop=True)
    order = means.sort_values(ascending=METRICS[name].better == "low", kind="stable").index
    return wide.loc[order[:_ROWS]]


def _table_notes(design: Design, results: pd.DataFrame, summary: pd.DataFrame) -> list[str]:
    notes = [*_READ, *_interval_notes(design, results)]
    name = design.main_metric
    n_groups = len(summary) // max(1, len(design.metrics))
    if n_groups > _ROWS:
        notes.insert(
            0,
            f"{n_groups}行のうち {name} のよい{_ROWS}行。すべては `summary.csv` / "
            f"The best {_ROWS} of {n_groups} rows by {name}; `summary.csv` has all.",
        )
    counts = results[["n_items", "n_coded"]].max()
    if counts.notna().all():
        notes.append(
            f"項目 {counts['n_items']} 件、うちテーマが付いたもの {counts['n_coded']} 件 / "
            f"{counts['n_items']} items, {counts['n_coded']} of them coded."
        )
    return notes


def _interval_notes(design: Design, results: pd.DataFrame) -> list[str]:
    resample, n_seeds = design.resample, len(design.seeds)
    if resample is None:
        return [text.format(n=n_seeds) for text in (_NO_INTERVALS if n_seeds == 1 else _SEEDS)]
    known = results[["n_drawn", "n_groups"]].dropna()
    if known.empty:
        return []
    n_drawn, n_groups = map(int, known.iloc[0])
    chance = _ONE_SEED if n_seeds == 1 else _MORE_SEEDS
    notes = [f"{draws}{more}" for draws, more in zip(_DRAWS, chance, strict=True)]
    if n_groups < MIN_GROUPS:
        notes = list(_FEW)
    return [
        text.format(
            by=name,
            n=resample.draws,
            n_drawn=n_drawn,
            n_groups=n_groups,
            n_seeds=n_seeds,
            least=MIN_GROUPS,
        )
        for text, name in zip(notes, _GROUPS[resample.by], strict=True)
    ]


def _figure_note(design: Design, summary: pd.DataFrame) -> str:
    shown, axis = series_shown(design, summary)
    n_shown = shown["series"].nunique()
    rest = [name for name in design.groupings if name != axis]
    n_series = len(summary[rest].drop_duplicates()) if rest else 1
    if n_series <= n_shown:
        return ""
    return (
        f"図は {design.metrics[0]} のよい{MAX_SERIES}系列だけです / "
        f"The figure has the best {MAX_SERIES} of {n_series} series by {design.metrics[0]}."
    )


def _best_topics(design: Design, results: pd.DataFrame, topics: pd.DataFrame) -> str:
    """Return the topics of the best cell, as evidence of what the numbers stand for."""
    name = design.main_metric
    values = results[name] if METRICS[name].better != "low" else -results[name]
    if values.isna().all():
        return ""
    best = results.iloc[int(np.nanargmax(values.to_numpy(dtype=float)))]
    given = [(column, best[column]) for column in (*design.groupings, "seed")]
    settings = ", ".join(f"{column}={value}" for column, value in given if pd.notna(value))
    found = topics[topics["cell"] == best["cell"]]
    names = {
        "topic": "トピック / topic",
        "terms": "確率の高い語 / likeliest terms",
        "associated_terms": "結び付きの強い語 / associated terms",
    }
    table = found[list(names)].rename(columns=names)
    head = f"## {name} が最もよいセルのトピック / Topics of the best cell by {name}"
    return "\n\n".join([head, f"{settings} ({number_text(best[name])})", _markdown(table)])


def _failures(results: pd.DataFrame) -> str:
    failed = results[results["status"] == "failed"]
    if failed.empty:
        return ""
    counts = failed["error"].value_counts(sort=False)
    lines = [f"- {n} × {_escape(error)}" for error, n in counts.head(_ERRORS).items()]
    more = [f"- … ({len(counts)} errors in all)"] if len(counts) > _ERRORS else []
    head = f"## 失敗したセル / Failed cells ({len(failed)} of {len(results)})"
    return "\n".join([head, "", *lines, *more])


def _markdown(table: pd.DataFrame) -> str:
    rows = [list(table.columns), ["---"] * len(table.columns), *table.to_numpy().tolist()]
    return "\n".join(f"| {' | '.join(map(_escape, row))} |" for row in rows)


def _escape(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|").replace("<", "&lt;")


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
