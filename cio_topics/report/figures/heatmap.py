"""Shares → a heat map with counts in its cells."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.periods import UNKNOWN
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import (
    FONT_SIZE,
    broken,
    framed,
    lines_of,
    points,
    text_points,
    worded,
)
from cio_topics.report.figures.palette import INK, SEQUENTIAL
from cio_topics.report.figures.rows import (
    Names,
    axis_title,
    checked,
    counted,
    facts_of,
    in_units,
    named,
    said,
    tooltip,
    whole,
)

__all__ = ["heatmap_figure"]

_EDGE: dict[str, Any] = {"stroke": "#d5dadd", "strokeWidth": 0.5}


def heatmap_figure(
    shares: pd.DataFrame,
    *,
    theme_names: Names | None = None,
    period_names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return a heat map: themes as rows, periods as columns, counts of items in the cells.

    A period without items is struck through: nothing is known of it. ``unknown`` is a column of its
    own. The first row says how many items each period has.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`, of any number of themes.
    theme_names, period_names, lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing, or no period has items.
    """
    import altair as alt

    shares = in_units(shares)
    checked(shares)
    shown = named(shares, theme_names or {})
    known = {UNKNOWN: worded(lang, "不明", "unknown"), **(period_names or {})}
    columns = named(shares, known, "period")
    unit = facts_of(shares, lang)["unit"]
    head = worded(lang, f"{unit}数 n", f"{unit}, n")
    room = min(0.34 * points(width), max(map(text_points, [head, *shown.values()])) + 6)
    most = max(len(broken(name, room)) for name in shown.values())
    step = (points(width) - room - 8) / len(columns)
    size = min(FONT_SIZE, step * 0.62)
    place = _axes(list(columns.values()), [head, *shown.values()], step, room)
    layers = _layers(_cells(shares, shown, columns), place, size, axis_title(shares, lang), lang)
    layers.append(_sizes(shares, columns, head, place, size))
    note = worded(
        lang,
        f"数字はテーマのある{unit}の数。斜線は{unit}のない期間。",
        f"Figures: {unit} with the theme. Struck through: no {unit} in that period.",
    )
    return framed(
        alt.layer(*layers).properties(height=(len(shown) + 1) * max(15, most * FONT_SIZE * 1.25)),
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"ヒートマップ: {len(shown)}テーマ × {len(columns)}期間の割合と項目数。",
            f"Heat map: shares and counts of {len(shown)} themes in {len(columns)} periods.",
        ),
        notes=[counted(shares, lang, all_drawn=True) + note],
    )


def _cells(shares: pd.DataFrame, shown: dict[str, str], columns: dict[str, str]) -> pd.DataFrame:
    empty = shares["n_items"] == 0
    bounds = shares[["share", "share_low", "share_high"]]
    of = zip(shares["n"], shares["n_items"], strict=True)
    return pd.DataFrame(
        {
            "label": shares["theme"].map(shown),
            "period_name": shares["period"].map(columns),
            "share": shares["share"],
            "text": shares["n"].map(whole).where(shares["n"] > 0, ""),
            "dark": shares["share"] > 0.45,
            "empty": empty,
            "n_of": [f"{whole(n)}/{whole(all_items)}" for n, all_items in of],
            "said": [said(*row) for row in bounds.itertuples(index=False)],
        }
    )


def _axes(columns: list[str], rows: list[str], step: float, room: float) -> dict[str, Any]:
    import altair as alt

    plain: dict[str, Any] = {"domain": False, "ticks": False, "labelOverlap": False}
    longest = max(map(text_points, columns))
    angle = -90 if longest > step - 2 else 0
    size = min(FONT_SIZE, 0.95 * step) if angle else FONT_SIZE
    x = alt.Axis(orient="top", labelAngle=angle, labelLimit=240, labelFontSize=size, **plain)
    y = alt.Axis(
        labelLimit=0, labelExpr=lines_of(rows, room), labelLineHeight=FONT_SIZE * 1.15, **plain
    )
    return {
        "x": alt.X("period_name:N", sort=columns, title=None, axis=x),
        "y": alt.Y("label:N", sort=rows, title=None, axis=y),
    }


def _layers(
    cells: pd.DataFrame, place: dict[str, Any], size: float, title: str, lang: Language
) -> list[Any]:
    import altair as alt

    legend = alt.Legend(
        title=title,
        format="%",
        orient="bottom",
        direction="horizontal",
        gradientLength=110,
        gradientThickness=7,
        tickCount=3,
    )
    scale = alt.Scale(range=list(SEQUENTIAL), domain=[0, 1], interpolate="rgb")
    filled = alt.Chart(cells[~cells["empty"]].drop(columns=["empty"])).encode(**place)
    struck = alt.Chart(cells.loc[cells["empty"], ["label", "period_name"]]).encode(**place)
    ink = alt.condition("datum.dark", alt.value("#ffffff"), alt.value(INK))
    return [
        filled.mark_rect(**_EDGE).encode(
            color=alt.Color("share:Q", scale=scale, legend=legend), tooltip=tooltip(lang)
        ),
        struck.mark_rect(color="#f1f2f3", **_EDGE),
        struck.mark_text(text="╱", color="#8d99a3", fontSize=size),
        filled.mark_text(fontSize=size).encode(text="text:N", color=ink),
    ]


def _sizes(
    shares: pd.DataFrame, columns: dict[str, str], head: str, place: dict[str, Any], size: float
) -> Any:
    """Return the first row: how many items each period has."""
    import altair as alt

    of_all = shares.drop_duplicates("period")
    table = pd.DataFrame(
        {
            "period_name": of_all["period"].map(columns),
            "label": head,
            "text": of_all["n_items"].map(whole),
        }
    )
    return alt.Chart(table).mark_text(fontSize=size, color="#55616b").encode(text="text:N", **place)
