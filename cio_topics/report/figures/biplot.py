"""Coordinates of a correspondence analysis → a biplot with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import framed, legend_columns, points, worded
from cio_topics.report.figures.labels import place_labels
from cio_topics.report.figures.palette import INK, PALETTE
from cio_topics.report.figures.rows import Names, check_columns, whole

__all__ = ["biplot_figure"]

_NEEDED = ("kind", "name", "x", "y", "n")
_BOUNDS = ("x_low", "x_high", "y_low", "y_high")
_KINDS = {
    "theme": ("テーマ", "theme", PALETTE[0]),
    "period": ("期間", "period", PALETTE[4]._replace(shape="triangle-up")),
    "term": ("語", "term", PALETTE[2]._replace(shape="square")),
}
_OTHER = PALETTE[5]
_AREA = (14.0, 190.0)  # of a mark with the smallest and the largest n, in square points


def biplot_figure(
    coordinates: pd.DataFrame,
    *,
    names: dict[str, Names] | None = None,
    inertia: Sequence[float] = (),
    intervals: bool = True,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return a biplot: rows and columns of a table as points, both axes of one scale.

    Parameters
    ----------
    coordinates : DataFrame
        ``kind, name, x, y, n`` and, for rules of intervals, ``x_low, x_high, y_low, y_high``, from
        :func:`cio_topics.tracking.sequence.correspondence_points`. The area of a mark grows with n.
    names : dict of str to mapping, optional
        What is shown for the names of a kind: ``{"theme": {"open_data": "Open data"}}``.
    inertia : sequence of float, optional
        The shares of the two axes in all inertia, for their titles.
    intervals : bool, default True
    lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing.
    """
    import altair as alt

    check_columns(coordinates, _NEEDED, "coordinates (cio-topics correspondence)")
    data = _named_points(coordinates, names or {}, lang)
    ranges = intervals and {*_BOUNDS} <= {*data.columns}
    plot = points(width) - 46
    frame = _panel(data, plot)
    x, y = (_axis(place, "xy"[place], frame, inertia, lang) for place in (0, 1))
    layers = [*_zero(x, y)]
    if ranges:
        layers += _ranges(_clipped(data, frame), x, y)
    layers += [_marks(data, x, y, width, lang), _texts(data, frame, x, y)]
    chart = alt.layer(*layers).properties(width=plot, height=frame[4])
    return framed(
        chart,
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"対応分析のバイプロット: {len(data)}点。{'、'.join(data['label'].head(40))}。",
            f"Biplot of a correspondence analysis, {len(data)} points: "
            f"{', '.join(data['label'].head(40))}.",
        ),
        notes=[_note(data, lang, ranges)],
        fit=False,
    )


def _note(data: pd.DataFrame, lang: Language, ranges: bool) -> str:
    # Rows and columns are counts of one table, and sum to the same.
    n = whole(data.loc[data["kind"] == data["kind"].iloc[0], "n"].sum()) if len(data) else "0"
    ja = f"n = のべ{n}。近い点は出方が似ている。印の面積は度数。"
    en = (
        f"n = {n} in all cells. Points that lie near are alike in their profiles. Area of a mark: "
        "its count."
    )
    if ranges:
        ja += "細い線は区間。"
        en += " Thin rules: intervals."
    return worded(lang, ja, en)


def _named_points(table: pd.DataFrame, names: dict[str, Names], lang: Language) -> pd.DataFrame:
    known = table[table["x"].notna() & table["y"].notna()].reset_index(drop=True)
    pairs = zip(known["kind"].astype("str"), known["name"].astype("str"), strict=True)
    labels = [names.get(kind, {}).get(name, name) for kind, name in pairs]
    kinds = [worded(lang, *_KINDS[k][:2]) if k in _KINDS else str(k) for k in known["kind"]]
    largest = max(float(known["n"].max()), 1e-9) if len(known) else 1.0
    area = _AREA[0] + (_AREA[1] - _AREA[0]) * known["n"].astype(float) / largest
    return known.assign(label=labels, shown_kind=kinds, area=area)


def _panel(data: pd.DataFrame, plot: float) -> tuple[float, float, float, float, float]:
    """Return both domains and the height that give both axes one scale, in points."""
    low_x, high_x = _span(data["x"])
    low_y, high_y = _span(data["y"])
    height = plot * (high_y - low_y) / (high_x - low_x)
    if height < 0.5 * plot:
        more = (0.5 * plot / height - 1) * (high_y - low_y) / 2
        low_y, high_y, height = low_y - more, high_y + more, 0.5 * plot
    elif height > plot:
        more = (height / plot - 1) * (high_x - low_x) / 2
        low_x, high_x, height = low_x - more, high_x + more, plot
    return low_x, high_x, low_y, high_y, height


def _span(values: pd.Series[float]) -> tuple[float, float]:
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    edge = 0.09 * ((high - low) or 1.0)
    return low - edge, high + edge


def _axis(
    place: int,
    field: str,
    frame: tuple[float, float, float, float, float],
    inertia: Sequence[float],
    lang: Language,
) -> Any:
    import altair as alt

    title = worded(lang, f"第{place + 1}軸", f"dimension {place + 1}")
    if len(inertia) > place:
        title += f" ({inertia[place]:.1%})"
    scale = alt.Scale(domain=list(frame[2 * place : 2 * place + 2]), nice=False, zero=False)
    axis = alt.Axis(grid=False, tickCount=6)
    channel = alt.Y if field == "y" else alt.X
    return channel(f"{field}:Q", title=title, scale=scale, axis=axis)


def _zero(x: Any, y: Any) -> list[Any]:
    import altair as alt

    origin = alt.Chart(pd.DataFrame({"x": [0.0], "y": [0.0]}))
    rule: dict[str, Any] = {"color": "#b9c1c7", "strokeWidth": 0.8}
    return [origin.mark_rule(**rule).encode(x=x), origin.mark_rule(**rule).encode(y=y)]


def _clipped(data: pd.DataFrame, frame: tuple[float, float, float, float, float]) -> pd.DataFrame:
    """Cut intervals where the panel ends."""
    sides = {name: frame[:2] if name[0] == "x" else frame[2:4] for name in _BOUNDS}
    return data.assign(**{name: data[name].clip(*edges) for name, edges in sides.items()})


def _ranges(data: pd.DataFrame, x: Any, y: Any) -> list[Any]:
    import altair as alt

    base = alt.Chart(data[["x", "y", *_BOUNDS]])
    rule: dict[str, Any] = {"color": "#8d99a3", "strokeWidth": 0.5, "opacity": 0.5}
    across = x.copy()
    across.shorthand = "x_low:Q"
    upright = y.copy()
    upright.shorthand = "y_low:Q"
    return [
        base.mark_rule(**rule).encode(x=across, x2="x_high:Q", y=y),
        base.mark_rule(**rule).encode(x=x, y=upright, y2="y_high:Q"),
    ]


def _marks(data: pd.DataFrame, x: Any, y: Any, width: float, lang: Language) -> Any:
    import altair as alt

    kinds = list(dict.fromkeys(data["shown_kind"]))
    of = dict(zip(data["shown_kind"], data["kind"], strict=True))
    look = [_KINDS[of[kind]][2] if of[kind] in _KINDS else _OTHER for kind in kinds]
    legend = alt.Legend(title=None, orient="top", columns=legend_columns(kinds, width))
    shown = [
        alt.Tooltip("label:N", title=worded(lang, "名前", "name")),
        alt.Tooltip("n:Q", title="n"),
    ]
    base = alt.Chart(data[["label", "shown_kind", "x", "y", "n", "area"]])
    return base.mark_point(filled=True, opacity=0.85).encode(
        x=x,
        y=y,
        size=alt.Size("area:Q", scale=None),
        color=alt.Color(
            "shown_kind:N",
            scale=alt.Scale(domain=kinds, range=[k.colour for k in look]),
            legend=legend,
        ),
        shape=alt.Shape(
            "shown_kind:N",
            scale=alt.Scale(domain=kinds, range=[k.shape for k in look]),
            legend=legend,
        ),
        tooltip=shown,
    )


def _texts(
    data: pd.DataFrame, frame: tuple[float, float, float, float, float], x: Any, y: Any
) -> Any:
    import altair as alt

    low_x, high_x, low_y, high_y, height = frame
    scale = height / (high_y - low_y)
    places = place_labels(
        ((data["x"] - low_x) * scale).tolist(),
        ((high_y - data["y"]) * scale).tolist(),
        np.sqrt(data["area"] / np.pi).tolist(),
        data["label"].tolist(),
        ((high_x - low_x) * scale, height),
    )
    table = pd.DataFrame(
        {
            "label": data["label"],
            "x": [low_x + at[0] / scale for at in places],
            "y": [high_y - at[1] / scale for at in places],
        }
    )
    base = alt.Chart(table).encode(x=x, y=y, text="label:N")
    return alt.layer(
        base.mark_text(stroke="white", strokeWidth=2.4, opacity=0.85, baseline="middle"),
        base.mark_text(color=INK, baseline="middle"),
    )
