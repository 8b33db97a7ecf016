"""The summary of an experiment → one figure: a panel a metric, points with intervals."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.experiments.design import Design
from cio_topics.experiments.measures import METRICS
from cio_topics.report.charts import BLUE, GREY, ORANGE, draw
from cio_topics.report.fonts import FONT_STACK, register_font

__all__ = ["MAX_SERIES", "draw_search", "draw_summary", "series_shown"]

#: More colours than this cannot be told apart.
MAX_SERIES = 10
_COLOURS = [
    *(BLUE, ORANGE, "#3b7f4b", "#7b4fa3", "#a8323e"),
    *("#008b8b", "#8a6d1d", "#555f68", "#d0559b", "#5c4b37"),
]
_MAX_STEPS = 12


def draw_summary(design: Design, summary: pd.DataFrame) -> tuple[str, bytes] | None:
    """Return the figure as SVG and PNG; None if no metric has a value.

    Parameters
    ----------
    design : Design
    summary : DataFrame
        From :func:`cio_topics.experiments.results.summarize`.
    """
    if summary["mean"].notna().sum() == 0:
        return None
    japanese = register_font()
    shown, x = series_shown(design, summary)
    panels = [_panel(shown[shown["metric"] == name], name, x, japanese) for name in design.metrics]
    return draw(_joined(panels, _series_title(design, x)), "figure")


def series_shown(design: Design, summary: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return what is drawn, with ``x, series``, and which grouping stands on the axis.

    That is the numeric grouping with most values, or the first one. The others make the series: at
    most :data:`MAX_SERIES`, the best by the first metric.
    """
    axis = _axis(design, summary)
    rest = [name for name in design.groupings if name != axis]
    table = summary.assign(x=summary[axis].astype("str").fillna(""), series="")
    if rest:
        parts = [summary[name].astype("str").fillna("") for name in rest]
        table["series"] = pd.concat(parts, axis=1).agg(" · ".join, axis=1)
    first = design.metrics[0]
    means = table[table["metric"] == first].groupby("series", sort=False)["mean"].mean()
    ascending = METRICS[first].better == "low"
    best = set(means.sort_values(ascending=ascending, kind="stable").index[:MAX_SERIES])
    return table[table["series"].isin(best)], axis


def _axis(design: Design, summary: pd.DataFrame) -> str:
    numeric = [
        name for name in design.groupings if pd.api.types.is_numeric_dtype(summary[name].dtype)
    ]
    counts = {name: summary[name].nunique() for name in numeric}
    return max(numeric, key=lambda name: counts[name]) if numeric else design.groupings[0]


def _series_title(design: Design, axis: str) -> str:
    return " · ".join(name for name in design.groupings if name != axis)


def _panel(data: pd.DataFrame, metric: str, axis: str, japanese: bool) -> Any:
    import altair as alt

    steps = list(dict.fromkeys(data["x"]))
    series = list(dict.fromkeys(data["series"]))
    numeric = pd.api.types.is_numeric_dtype(data[axis].dtype)
    if numeric:
        steps = [str(x) for x in sorted(data[axis].dropna().unique())]
    many = numeric and len(steps) > _MAX_STEPS
    table = data[["x", "series", "mean", "low", "high"]].copy()
    if many:
        table["x"] = data[axis].astype(float)
        x = alt.X("x:Q", title=axis, scale=alt.Scale(zero=False))
    else:
        angle = 0 if max((len(step) for step in steps), default=0) <= 6 else -35
        axis_labels = alt.Axis(labelAngle=angle, labelLimit=160)
        room = alt.Scale(paddingInner=0.35 if len(series) > 1 else 0.1)
        x = alt.X("x:N", title=axis, sort=steps, axis=axis_labels, scale=room)
    scale = alt.Scale(domain=series, range=_COLOURS[: len(series)])
    several = len(series) > 1
    legend = None
    if several:
        legend = alt.Legend(orient="top", columns=3, labelLimit=360, symbolOpacity=1)
    encodings: dict[str, Any] = {"x": x, "color": alt.Color("series:N", scale=scale, legend=legend)}
    if several and not many:
        encodings["xOffset"] = alt.XOffset("series:N", sort=series)
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(zero=False))
    base = alt.Chart(table).encode(**encodings)
    layers = [
        base.mark_rule(strokeWidth=1.6, opacity=0.6).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_circle(size=42, opacity=1).encode(y=y),
    ]
    if numeric:
        layers.insert(0, base.mark_line(strokeWidth=1, opacity=0.45).encode(y=y))
    named = METRICS[metric]
    title = f"{named.ja} {metric}" if japanese else f"{named.en} {metric}"
    if named.better:
        title += " ↑" if named.better == "high" else " ↓"
    return alt.layer(*layers).properties(width=270, height=170, title=title)


def _joined(panels: list[Any], series_title: str) -> dict[str, Any]:
    import altair as alt

    chart = alt.concat(*panels, columns=min(3, len(panels)), spacing=28)
    chart = chart.configure(font=FONT_STACK, background="white", padding=12)
    chart = chart.configure_axis(gridColor="#e6eaed", titleFontWeight="normal", labelFontSize=11)
    chart = chart.configure_title(fontSize=12, anchor="start", fontWeight="bold", frame="group")
    chart = chart.configure_view(stroke="#ccd3d8")
    # The renderer refuses a wrong chart as well; checking it here takes longer than making it.
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return _with_legend_title(spec, series_title)


def _with_legend_title(spec: dict[str, Any], title: str) -> dict[str, Any]:
    for panel in spec["concat"]:
        for layer in panel["layer"]:
            legend = layer["encoding"]["color"].get("legend")
            if legend is not None:
                legend["title"] = title
    return spec


def draw_search(design: Design, trials: pd.DataFrame) -> tuple[str, bytes] | None:
    """Return the figure of a search: the value of each trial, and the best so far.

    Parameters
    ----------
    design : Design
    trials : DataFrame
        ``trial, value, best``, from :func:`cio_topics.experiments.search.trials_table`.
    """
    import altair as alt

    if design.search is None or trials["value"].notna().sum() == 0:
        return None
    japanese = register_font()
    named = METRICS[design.search.metric]
    title = f"{named.ja if japanese else named.en} {design.search.metric}"
    x = alt.X("trial:Q", title="試行 trial" if japanese else "trial", axis=alt.Axis(tickMinStep=1))
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False))
    base = alt.Chart(trials[["trial", "value", "best"]])
    points = base.mark_circle(color=GREY, size=40, opacity=1).encode(x=x, y=y)
    line = base.mark_line(color=BLUE, interpolate="step-after").encode(x=x, y=alt.Y("best:Q"))
    chart = alt.layer(points, line).properties(width=460, height=240)
    chart = chart.configure(font=FONT_STACK, background="white", padding=12)
    return draw(chart.configure_axis(gridColor="#e6eaed").to_dict(validate=False), "figure")
