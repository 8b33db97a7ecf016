"""Estimates with intervals → a forest plot, with its numbers beside it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import FONT_SIZE, broken, framed, points, text_points, worded
from cio_topics.report.figures.palette import INK, PALETTE
from cio_topics.report.figures.rows import Names, check_columns, named, whole
from cio_topics.tables.columns import Column, cells

__all__ = ["ESTIMATES", "forest_figure"]

#: What is drawn: its words, how it is written, and where no difference lies.
ESTIMATES: dict[str, tuple[str, str, str, float]] = {
    "difference": ("割合の差(ポイント)", "difference of shares (points)", "points", 0.0),
    "ratio": ("割合の比", "ratio of shares", "number", 1.0),
    "odds_ratio": ("オッズ比", "odds ratio", "number", 1.0),
    "slope": ("傾き(年あたりポイント)", "slope (points a year)", "points", 0.0),
    "estimate": ("推定値", "estimate", "number", 0.0),
}
_ROW = 15.0


def forest_figure(
    table: pd.DataFrame,
    *,
    value: str = "difference",
    label: str = "theme",
    names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return estimates as points with their intervals, one a row, and the same in figures.

    Ratios stand on a logarithmic axis. An interval without an end, or one that leaves the axis,
    ends in an arrow; a row without an estimate keeps its place.

    Parameters
    ----------
    table : DataFrame
        Of :func:`cio_topics.tracking.theme_changes`, of the coefficients of a regression, or any
        other with `label`, `value` and ``{value}_low, {value}_high`` (or ``low, high``).
    value : {"difference", "ratio", "odds_ratio", "slope", "estimate"}, default "difference"
    label : str, default "theme"
        The column that names the rows.
    names : mapping of str to str, optional
        What is shown for its values.
    lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        An unknown value, a column is missing, or no row has an estimate.

    Examples
    --------
    >>> rows = pd.DataFrame({"theme": ["a"], "difference": [0.2], "difference_low": [-0.1],
    ...     "difference_high": [0.5]})
    >>> forest_figure(rows, lang="en")["description"]
    'Forest plot: difference of shares (points), 1 rows.'
    """
    import altair as alt

    if value not in ESTIMATES:
        raise SettingsError(
            f"unknown value {shorten(value)}; expected one of: {choices(ESTIMATES)}."
        )
    ja, en, style, reference = ESTIMATES[value]
    data = _rows(table, value, label, names or {}, style)
    log = reference == 1.0
    domain = _domain(data, reference, log)
    data = _cut(data, domain)
    room = max(text_points(line) for text in data["label"] for line in text.split("|"))
    numbers = max(map(text_points, data["said"])) + 6
    plot = max(80.0, points(width) - room - numbers - 24)
    chart = _drawn(data, domain, reference, log, plot, worded(lang, ja, en), style == "points")
    height = _ROW * len(data) * (1.3 if data["label"].str.contains("|", regex=False).any() else 1)
    return framed(
        alt.layer(*chart).properties(width=plot, height=height),
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"フォレストプロット: {ja}、{len(data)}行。",
            f"Forest plot: {en}, {len(data)} rows.",
        ),
        notes=[_sizes(table, lang) + _note(data, log, lang)],
        fit=False,
    )


def _sizes(table: pd.DataFrame, lang: Language) -> str:
    """Say how many items stand behind the estimates, if the table does."""
    if {"n_items_before", "n_items_after"} <= {*table.columns}:
        before, after = (whole(table[f"n_items_{side}"].max()) for side in ("before", "after"))
        return worded(lang, f"n = {before} → {after}項目。", f"n = {before} → {after} items. ")
    if "n_items" in table and table["n_items"].notna().any():
        n = whole(table["n_items"].max())
        return worded(lang, f"n = {n}項目。", f"n = {n} items. ")
    return ""


def _note(data: pd.DataFrame, log: bool, lang: Language) -> str:
    without = int((~data["known"]).sum())
    ja = "横線は区間、縦の破線は差のないところ。"
    en = "Rules: intervals; the dashed rule: no difference."
    if log:
        ja, en = f"{ja}対数目盛。", f"{en} Logarithmic axis."
    if without:
        ja, en = f"{ja}推定できない行: {without}。", f"{en} Rows without an estimate: {without}."
    return worded(lang, ja, en)


def _rows(table: pd.DataFrame, value: str, label: str, names: Names, style: Any) -> pd.DataFrame:
    plain = f"{value}_low" not in table and "low" in table
    low, high = ("low", "high") if plain else (f"{value}_low", f"{value}_high")
    check_columns(table, (label, value, low, high), "estimates with intervals")
    shown = {
        key: "|".join(broken(name.replace("|", "｜"), 150))
        for key, name in named(table, names, label).items()
    }
    labels = [shown[key] for key in table[label].astype("str").fillna("")]
    twice = pd.Series(labels).groupby(labels).cumcount()
    labels = [name + "\u200b" * int(n) for name, n in zip(labels, twice, strict=True)]
    data = pd.DataFrame(
        {
            "label": labels,
            "value": table[value].astype(float).to_numpy(),
            "low": table[low].astype(float).to_numpy(),
            "high": table[high].astype(float).to_numpy(),
            "said": cells(table, Column(value, "", "", style, low, high), {}),
        }
    )
    known = data["value"].notna()
    if not known.any():
        raise SettingsError(
            "no row has an estimate; expected at least one.",
            "Choose more items.",
            "対象の項目を増やしてください。",
        )
    return data.assign(known=known, said=data["said"].where(data["said"] != "", "–"))


def _domain(data: pd.DataFrame, reference: float, log: bool) -> tuple[float, float]:
    """Return where the axis begins and ends; one long interval does not press the others."""
    values = pd.concat([data["value"], data["low"], data["high"]])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if not log:
        low, high = min([reference, *values]), max([reference, *values])
        edge = 0.04 * ((high - low) or 1.0)
        return float(low - edge), float(high + edge)
    middle = data["value"][np.isfinite(data["value"]) & (data["value"] > 0)]
    low = max(min([1.0, *values]), min([1.0, *middle]) / 30)
    high = min(max([1.0, *values]), max([1.0, *middle]) * 30)
    return float(min(low, 0.8) / 1.15), float(max(high, 1.25) * 1.15)


def _cut(data: pd.DataFrame, domain: tuple[float, float]) -> pd.DataFrame:
    """Add what is drawn of each interval, and where it goes on."""
    low = data["low"].clip(lower=domain[0], upper=domain[1])
    high = data["high"].clip(lower=domain[0], upper=domain[1])
    inside = data["value"].between(*domain)
    return data.assign(
        from_=low,
        to=high,
        on_left=data["low"] < domain[0],
        on_right=data["high"] > domain[1],
        point=data["value"].where(inside),
    )


def _drawn(
    data: pd.DataFrame,
    domain: tuple[float, float],
    reference: float,
    log: bool,
    plot: float,
    title: str,
    in_points: bool,
) -> list[Any]:
    import altair as alt

    order = data["label"].tolist()
    names = alt.Axis(
        labelExpr="split(datum.label, '|')",
        labelLimit=240,
        ticks=False,
        domain=False,
        labelOverlap=False,
    )
    y = alt.Y("label:N", sort=order, title=None, axis=names)
    scale = alt.Scale(type="log" if log else "linear", domain=list(domain), nice=False)
    ticks = _ticks(domain) if log else []
    how: dict[str, Any] = {"values": ticks, "tickCount": len(ticks)} if log else {"tickCount": 6}
    if in_points:
        digits = 0 if domain[1] - domain[0] > 0.08 else 1
        how["labelExpr"] = f"datum.value ? format(datum.value * 100, '+.{digits}f') : '0'"
    x = alt.X("point:Q", title=title, scale=scale, axis=alt.Axis(**how))
    shown = [alt.Tooltip("label:N", title=" "), alt.Tooltip("said:N", title=title)]
    base = alt.Chart(data.drop(columns=["value", "low", "high", "known"])).encode(y=y)
    colour = PALETTE[0].colour
    bounded = base.transform_filter("isValid(datum.from_) && isValid(datum.to)")
    head: dict[str, Any] = {"color": colour, "filled": True, "size": 30, "opacity": 1}
    return [
        alt.Chart(pd.DataFrame({"point": [reference]}))
        .mark_rule(strokeDash=[3, 2], color="#7d8890")
        .encode(x=x),
        bounded.mark_rule(color=colour, strokeWidth=1.3).encode(
            x=alt.X("from_:Q", title=title), x2="to:Q"
        ),
        bounded.transform_filter("datum.on_left")
        .mark_point(shape="triangle-left", **head)
        .encode(x=alt.X("from_:Q")),
        bounded.transform_filter("datum.on_right")
        .mark_point(shape="triangle-right", **head)
        .encode(x=alt.X("to:Q")),
        base.transform_filter("isValid(datum.point)")
        .mark_square(color=colour, size=34, opacity=1)
        .encode(x=x, tooltip=shown),
        base.mark_text(align="left", color=INK, fontSize=FONT_SIZE).encode(
            x=alt.value(plot + 6), text="said:N"
        ),
    ]


def _ticks(domain: tuple[float, float]) -> list[float]:
    """Return ticks of a logarithmic axis: 1, 2, 5 of each power of ten; fewer on a long one."""
    powers = range(math.floor(math.log10(domain[0])), math.ceil(math.log10(domain[1])) + 1)
    steps = (1, 2, 5) if len(powers) <= 4 else (1,)
    ticks = [round(step * 10.0**power, 12) for power in powers for step in steps]
    return [tick for tick in ticks if domain[0] <= tick <= domain[1]]
