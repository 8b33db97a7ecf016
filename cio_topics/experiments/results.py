"""Records of cells → tables: a row a cell, and a summary with intervals over seeds or draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cio_topics.experiments.design import Design
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.replicates import (
    Replicates,
    mean_interval,
    replicates_of,
    spread_of,
)

__all__ = [
    "FACTS",
    "metric_replicates",
    "replicate_column",
    "results_table",
    "summarize",
    "topics_table",
]

Record = dict[str, Any]
#: What every cell tells beside its metrics.
FACTS = ("n_texts", "n_terms", "n_items", "n_coded", "n_drawn", "n_groups")
# More digits than machines with other processors agree on.
_DIGITS = 6


def results_table(
    design: Design, records: Iterable[Record], trials: Sequence[int] | None = None
) -> pd.DataFrame:
    """Return one row a cell, in the order of the records.

    Parameters
    ----------
    design : Design
    records : iterable of dict
        From :func:`cio_topics.experiments.fit.fit_cell`.
    trials : sequence of int, optional
        Of a search: which trial asked for each record.

    Returns
    -------
    DataFrame
        ``cell``; ``trial`` of a search; the columns of the settings; ``seed, draw, status, error``;
        :data:`FACTS`; the metrics, rounded to 6 digits. A failed cell and an undefined metric have
        no value.
    """
    found = list(records)
    columns: dict[str, Any] = {"cell": pd.Series([r["cell"] for r in found], dtype="str")}
    if trials is not None:
        columns["trial"] = pd.Series(trials, dtype="Int64")
    for name in design.columns:
        columns[name] = _settings_column([record["settings"].get(name) for record in found])
    for name in ("seed", "draw"):
        columns[name] = pd.Series([record[name] for record in found], dtype="Int64")
    for name in ("status", "error"):
        columns[name] = pd.Series([record[name] for record in found], dtype="str")
    for name in FACTS:
        columns[name] = pd.Series([record["facts"].get(name) for record in found], dtype="Int64")
    for name in design.metrics:
        values = pd.Series([record["measures"].get(name) for record in found], dtype="float64")
        columns[name] = values.round(_DIGITS)
    return pd.DataFrame(columns)


def _settings_column(values: list[Any]) -> pd.Series:
    """Return numbers as numbers if all are, else texts; a setting that a model lacks is missing."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, int) and not isinstance(value, bool) for value in given):
        return pd.Series(values, dtype="Int64")
    if given and all(isinstance(value, float) for value in given):
        return pd.Series(values, dtype="Float64")
    return pd.Series([_shown(value) for value in values], dtype="str")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def topics_table(records: Iterable[Record]) -> pd.DataFrame:
    """Return the terms of every topic of every cell: ``cell, topic, terms, associated_terms``."""
    rows = [
        (record["cell"], place, " ".join(terms), " ".join(associated))
        for record in records
        for place, (terms, associated) in enumerate(
            zip(record["topics"], record["associated"], strict=True), start=1
        )
    ]
    table = pd.DataFrame(rows, columns=["cell", "topic", "terms", "associated_terms"])
    return table.drop_duplicates(ignore_index=True)  # trials of a search may share a cell


def replicate_column(design: Design) -> str:
    """Return what an interval is over: draws if there are any, else seeds."""
    return "draw" if design.resample else "seed"


def metric_replicates(rows: pd.DataFrame, metric: str, replicate: str) -> Replicates:
    """Return the replicates of a metric: cells of one draw and seed are averaged first.

    Parameters
    ----------
    rows : DataFrame
        From :func:`results_table`.
    metric : str
    replicate : str
        From :func:`replicate_column`.
    """
    if replicate == "seed":
        return replicates_of(rows.groupby("seed")[metric].mean().to_frame())
    by_seed = rows.groupby([replicate, "seed"])[metric].mean()
    known = rows[["n_drawn", "n_groups"]].dropna()
    spread = spread_of(*map(int, known.iloc[0])) if len(known) else np.nan
    return replicates_of(by_seed.unstack("seed"), spread)


def summarize(design: Design, results: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Return the mean of each metric in each group, with its interval.

    Cells of one draw (or of one seed, without draws) are averaged first: seeds and settings inside
    a group are no replicates. Over seeds the interval tells what chance in fitting does; over draws
    what other meetings of the kind would have told, by the delete-d jackknife.

    Parameters
    ----------
    design : Design
        Its groupings are the groups, its metrics what is summarized.
    results : DataFrame
        From :func:`results_table`.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        The groupings, then ``metric, mean, low, high, n, n_replicates, n_undefined, n_failed``: one
        row a group and metric, ordered by the groupings, their values in order of first appearance.
        `n` is the number of cells with a value, `n_replicates` of draws or seeds with one; `low`
        and `high` are missing where that is below 2, and where fewer than 10 groups are drawn from.

    See Also
    --------
    cio_topics.experiments.replicates.mean_interval
    """
    groupings = list(design.groupings)
    rows = []
    # Trials of a search may share a cell: it is one fit.
    for key, part in _grouped(results.drop_duplicates("cell"), groupings):
        failed = int((part["status"] == "failed").sum())
        for name in design.metrics:
            n = int(part[name].notna().sum())
            found = metric_replicates(part, name, replicate_column(design))
            mean, low, high = mean_interval(found, level=level)
            low, high = np.clip([low, high], METRICS[name].low, METRICS[name].high)
            counts = (n, len(found.means), len(part) - failed - n, failed)
            rows.append((*key, name, mean, low, high, *counts))
    names = ["metric", "mean", "low", "high", "n", "n_replicates", "n_undefined", "n_failed"]
    table = pd.DataFrame(rows, columns=[*groupings, *names])
    for name in groupings:
        table[name] = table[name].astype(results[name].dtype)
    return table.round({"mean": _DIGITS, "low": _DIGITS, "high": _DIGITS})


def _grouped(
    results: pd.DataFrame, groupings: list[str]
) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    """Return groups, ordered by each grouping in turn, values in order of first appearance."""
    places = {name: pd.factorize(results[name], use_na_sentinel=False)[0] for name in groupings}
    codes = pd.DataFrame(places, index=results.index)
    return [
        (tuple(results.loc[rows.index[0], groupings]), results.loc[rows.index])
        for _, rows in codes.groupby(groupings, sort=True)
    ]
