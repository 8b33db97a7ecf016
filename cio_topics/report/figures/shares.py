"""Shares of a few themes → lines with intervals, with prime ministers behind them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import (
    FONT_SIZE,
    broken,
    captioned,
    framed,
    lines_of,
    points,
    spread,
    text_points,
    worded,
)
from cio_topics.report.figures.palette import MAX_SERIES, looks
from cio_topics.report.figures.periods import (
    PeriodAxis,
    minister_layers,
    period_axis,
    place_periods,
)
from cio_topics.report.figures.rows import (
    Names,
    axis_title,
    checked,
    counted,
    described,
    drawn_rows,
    in_units,
    interval_note,
    named,
    runs,
    tooltip,
    top_of,
)

__all__ = ["shares_figure"]

_BESIDE = 320.0  # points: in a wider figure, names stand beside the lines
_LABELS = 0.27  # of the width: what those names may take


def shares_figure(
    shares: pd.DataFrame,
    *,
    theme_names: Names | None = None,
    period_names: Names | None = None,
    administrations: pd.DataFrame | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return the shares of a few themes as lines with intervals.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`, of at most seven themes.
    theme_names, period_names : mapping of str to str, optional
        What is shown for each id.
    administrations : DataFrame, optional
        Shaded behind an axis of years, with the names of prime ministers; a dashed rule stands
        where another government came in. None are shown if it is left out.
    lang : {"ja", "en"}, default "ja"
    width : float, default 170
        In mm.

    Returns
    -------
    dict
        A Vega-Lite specification, for :func:`~cio_topics.report.figures.write_figure`.

    Raises
    ------
    SettingsError
        More themes than can be told apart, a column is missing, or no period has items.

    Examples
    --------
    >>> shares = pd.DataFrame({"period": ["2004", "2005"], "theme": "open_data", "n": [3, 0],
    ...     "n_items": [7, 5], "share": [3 / 7, 0], "share_low": [.2, 0], "share_high": [.7, .4]})
    >>> shares_figure(shares, lang="en")["usermeta"]["cio_topics"]["notes"][0]
    'n = 12 items. Vertical rules: intervals. Lines break where a period has no items.'
    """
    import altair as alt

    shares = in_units(shares)
    shown = named(shares, theme_names or {})
    _check_few(shown)
    axis = place_periods(list(shares["period"]), period_names)
    data = _set_aside(drawn_rows(checked(shares), axis, shown), list(shown))
    plot, beside = points(width) - 42, points(width) > _BESIDE
    labels = list(shown.values())
    room = _label_room(labels, plot, axis) if beside else 0.0
    title = axis_title(shares, lang)
    layers = _lines(data, labels, period_axis(axis, plot, room), title, not beside, lang)
    height = 230.0 if beside else 170.0
    behind = []
    if beside:
        layers.append(_end_labels(data, labels, axis.last, height / top_of(data), plot * _LABELS))
        behind.append(_blank(axis.last, axis.last + room))
    if administrations is not None and axis.is_time:
        behind += minister_layers(administrations, axis, lang, plot, room)
    spec = framed(
        alt.layer(*behind, *layers).properties(height=height),
        lang=lang,
        width=width,
        alt=described(lang, labels, axis, "線と点", "Lines and points"),
        notes=[counted(shares, lang) + interval_note(shares, lang)],
    )
    named_above = administrations is not None and axis.is_time
    return captioned(spec, notes=[_ministers_note(lang)]) if named_above else spec


def _check_few(shown: dict[str, str]) -> None:
    if len(shown) > MAX_SERIES:
        raise SettingsError(
            f"{len(shown)} themes in one panel; expected at most {MAX_SERIES}.",
            "Choose some (--theme), or draw small multiples.",
            "--theme でテーマを選ぶか、小さな図の並び(multiples)にしてください。",
        )


def _set_aside(data: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    """Add the runs of each theme, and places a little aside: no interval covers another."""
    middle, step = (len(themes) - 1) / 2, min(0.16, 0.7 / len(themes))
    aside = {theme: (place - middle) * step for place, theme in enumerate(themes)}
    return data.assign(run=runs(data), middle=data["place"] + data["theme"].map(aside))


def _scales(labels: list[str], legend: Any) -> tuple[Any, Any, Any]:
    """Return the colour, dash and shape of each theme."""
    import altair as alt

    look = looks(len(labels))
    kinds = (
        (alt.Color, [k.colour for k in look]),
        (alt.StrokeDash, [list(k.dash) for k in look]),
        (alt.Shape, [k.shape for k in look]),
    )
    colour, dash, shape = (
        channel("label:N", scale=alt.Scale(domain=labels, range=values), legend=legend)
        for channel, values in kinds
    )
    return colour, dash, shape


def _lines(
    data: pd.DataFrame, labels: list[str], x: Any, title: str, with_legend: bool, lang: Language
) -> list[Any]:
    import altair as alt

    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=1,
        labelExpr=lines_of(labels, 180),
        labelLimit=0,
        symbolSize=30,
        symbolStrokeWidth=1.3,
    )
    colour, dash, shape = _scales(labels, legend if with_legend else None)
    x.shorthand = "middle:Q"
    y = alt.Y(
        "share:Q",
        title=title,
        scale=alt.Scale(domain=[0, top_of(data)], nice=False),
        axis=alt.Axis(format="%", tickCount=5),
    )
    base = alt.Chart(data.drop(columns=["theme", "place"])).encode(x=x, color=colour)
    bounds = base.mark_rule(strokeWidth=0.8, opacity=0.55)
    return [
        bounds.encode(y=alt.Y("share_low:Q"), y2="share_high:Q"),
        base.mark_line(strokeWidth=1.3).encode(y=y, strokeDash=dash, detail="run:N"),
        base.mark_point(size=16, filled=True, opacity=1).encode(
            y=y, shape=shape, tooltip=tooltip(lang)
        ),
    ]


def _label_room(labels: list[str], plot: float, axis: PeriodAxis) -> float:
    """Return the room that names take to the right of the lines, in steps of the axis."""
    wide = max(text_points(line) for label in labels for line in broken(label, plot * _LABELS))
    share = min(0.4, (wide + 16) / plot)
    return (axis.last - axis.first) * share / (1 - share)


def _blank(start: float, end: float) -> Any:
    """Return what hides the grid behind the names."""
    import altair as alt

    table = pd.DataFrame({"place": [start], "end": [end]})
    rect = alt.Chart(table).mark_rect(color="white")
    return rect.encode(x=alt.X("place:Q"), x2="end:Q")


def _end_labels(
    data: pd.DataFrame, labels: list[str], end: float, points_of_one: float, width: float
) -> Any:
    """Return the names of the themes to the right of their last points, none on another."""
    import altair as alt

    last = data.drop_duplicates("label", keep="last")
    lines = [broken(label, width) for label in last["label"]]
    gap = FONT_SIZE * 1.2 * max(map(len, lines)) / points_of_one
    table = pd.DataFrame(
        {
            "label": last["label"].tolist(),
            "text": ["\n".join(parts) for parts in lines],
            "place": end,
            "share": spread(last["share"].tolist(), gap, gap / 2, top_of(data)),
        }
    )
    base = alt.Chart(table).encode(x=alt.X("place:Q"), y=alt.Y("share:Q"))
    colour, _, shape = _scales(labels, None)
    return alt.layer(
        base.mark_point(filled=True, size=18, opacity=1, xOffset=4).encode(
            color=colour, shape=shape
        ),
        base.mark_text(
            align="left", baseline="middle", dx=10, lineBreak="\n", lineHeight=FONT_SIZE * 1.15
        ).encode(text="text:N"),
    )


def _ministers_note(lang: Language) -> str:
    return worded(
        lang,
        "帯と上の名前は首相、縦の破線は政権の交代。",
        "Bands and names: prime ministers; dashed rules: another government came in.",
    )
