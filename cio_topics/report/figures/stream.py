"""Shares that sum to one → areas on each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError, shorten
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import (
    FONT_SIZE,
    framed,
    legend_columns,
    lines_of,
    points,
    worded,
)
from cio_topics.report.figures.palette import MAX_SERIES, PALE, looks, on_colour
from cio_topics.report.figures.periods import PeriodAxis, period_axis, place_periods
from cio_topics.report.figures.rows import (
    Names,
    axis_title,
    checked,
    counted,
    described,
    in_units,
    named,
    runs,
)

__all__ = ["stream_figure"]

_HALF = 0.35  # of a step: an area is flat so far to both sides of the middle of its period


def stream_figure(
    shares: pd.DataFrame,
    *,
    theme_names: Names | None = None,
    period_names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return shares that sum to one as areas on each other, one a theme.

    The seven themes with most items have areas of their own, the others one together. A period
    without items leaves a gap.

    Parameters
    ----------
    shares : DataFrame
        ``period, theme, n_items, share``, where an item counts in parts for each of its themes;
        what is left to one is “no theme”.
    theme_names, period_names, lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing, no period has items, or the shares of a period sum to more than one.
    """
    import altair as alt

    shares = in_units(shares)
    filled = checked(shares, ("period", "theme", "n_items", "share"))
    _check_sums(filled)
    shown = named(shares, theme_names or {})
    axis = place_periods(list(shares["period"]), period_names)
    data = _stacked(filled, shown, axis, lang)
    plot = points(width) - 42
    colours = _colours(list(dict.fromkeys(data["label"])), lang)
    chart = alt.layer(
        _areas(data, colours, period_axis(axis, plot), axis_title(shares, lang), width, lang),
        _numbers(data, colours, 230.0),
    )
    return framed(
        chart.properties(height=230),
        lang=lang,
        width=width,
        alt=described(lang, list(colours), axis, "積み上げた面", "Stacked areas"),
        notes=[counted(shares, lang) + _note(lang)],
    )


def _note(lang: Language) -> str:
    return worded(
        lang,
        "複数のテーマをもつ項目は等分して数え、合計は100%。項目のない期間は空白。",
        "An item with several themes counts in equal parts, so that all sum to 100 %. "
        "Gaps: no items.",
    )


def _check_sums(filled: pd.DataFrame) -> None:
    sums = filled.groupby("period", sort=False)["share"].sum()
    if (sums > 1 + 1e-6).any():
        raise SettingsError(
            f"the shares of {shorten(sums.idxmax())} sum to {sums.max():.2f}; expected at most 1.",
            "Count items in parts: cio-topics track --counting fractional.",
            "項目を分けて数えてください: cio-topics track --counting fractional",
        )


def _rest(lang: Language) -> str:
    return worded(lang, "その他のテーマ(計)", "all other themes")


def _no_theme(lang: Language) -> str:
    return worded(lang, "テーマなし", "no theme")


def _stacked(
    filled: pd.DataFrame, shown: dict[str, str], axis: PeriodAxis, lang: Language
) -> pd.DataFrame:
    """Return ``label, period_name, place, share, low, high, said``, by period, stacked."""
    wide = filled.pivot(index="period", columns="theme", values="share").fillna(0)
    wide = wide.reindex(filled["period"].unique())
    sizes = filled.drop_duplicates("period").set_index("period")["n_items"]
    order = (wide.mul(sizes, axis=0)).sum().sort_values(ascending=False, kind="stable").index
    own, others = order[:MAX_SERIES], order[MAX_SERIES:]
    table = wide[own].set_axis([shown[theme] for theme in own], axis=1)
    if len(others):
        table[_rest(lang)] = wide[others].sum(axis=1)
    left = 1 - wide.sum(axis=1)
    if (left > 1e-6).any():
        table[_no_theme(lang)] = left.clip(lower=0)
    long = table.cumsum(axis=1).reset_index()
    long = long.melt(id_vars="period", var_name="label", value_name="high")
    long["share"] = table.melt()["value"]
    long["low"] = long["high"] - long["share"]
    long["period_name"] = long["period"].map(axis.names)
    long["place"] = long["period"].map(axis.middles)
    long["said"] = long["share"].map("{:.1%}".format)
    numbers = {name: f"{place} {name}" for place, name in enumerate(table.columns, start=1)}
    long["label"] = long["label"].map(numbers)
    return long.assign(run=runs(long, "label")).drop(columns=["period"])


def _colours(labels: list[str], lang: Language) -> dict[str, str]:
    """Return the colour of each area; its label begins with its number."""
    greys = {_rest(lang): PALE, _no_theme(lang): "#ffffff"}
    own = looks(len(labels))
    return {
        label: greys.get(label.split(" ", 1)[1], own[place].colour)
        for place, label in enumerate(labels)
    }


def _areas(
    data: pd.DataFrame,
    colours: dict[str, str],
    x: Any,
    title: str,
    width: float,
    lang: Language,
) -> Any:
    import altair as alt

    flat = pd.concat([data.assign(place=data["place"] + aside) for aside in (-_HALF, _HALF)])
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=legend_columns(list(colours), width),
        labelExpr=lines_of(list(colours), points(width) - 60),
        labelLimit=0,
        symbolType="square",
        symbolStrokeColor="#7d8890",
        symbolStrokeWidth=0.6,
        rowPadding=1,
    )
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    y = alt.Y(
        "low:Q",
        title=title,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", tickCount=5),
    )
    shown = [
        alt.Tooltip("label:N", title=worded(lang, "テーマ", "theme")),
        alt.Tooltip("period_name:N", title=worded(lang, "期間", "period")),
        alt.Tooltip("said:N", title=worded(lang, "割合", "share")),
    ]
    columns = ["label", "place", "low", "high", "run", "period_name", "said"]
    base = alt.Chart(flat.sort_values("place", kind="stable")[columns])
    return base.mark_area(stroke="white", strokeWidth=0.5).encode(
        x=x,
        y=y,
        y2="high:Q",
        color=alt.Color("label:N", scale=scale, legend=legend),
        detail="run:N",
        tooltip=shown,
    )


def _numbers(data: pd.DataFrame, colours: dict[str, str], height: float) -> Any:
    """Return the number of each area where it is thicker than around, if there is room for it."""
    import altair as alt

    by_label = data.groupby("label", sort=False)["share"]
    around = by_label.transform(lambda v: v.rolling(5, center=True, min_periods=1).max())
    thick = (data["share"] == around) & (data["share"] * height > FONT_SIZE * 1.3)
    table = data[thick].assign(
        middle=(data["low"] + data["high"]) / 2,
        number=data["label"].str.split(" ").str[0],
        ink=data["label"].map({label: on_colour(colour) for label, colour in colours.items()}),
    )
    base = alt.Chart(table[["number", "place", "middle", "ink"]])
    return base.mark_text(baseline="middle").encode(
        x=alt.X("place:Q"),
        y=alt.Y("middle:Q"),
        text="number:N",
        color=alt.Color("ink:N", scale=None),
    )
