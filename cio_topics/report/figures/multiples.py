"""Shares of many themes → small multiples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import FONT_SIZE, broken, framed, points
from cio_topics.report.figures.palette import looks
from cio_topics.report.figures.periods import period_axis, place_periods
from cio_topics.report.figures.rows import (
    Names,
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

__all__ = ["joined", "multiples_figure", "panels_of"]


def panels_of(width: float) -> tuple[int, float]:
    """Return how many panels stand beside each other in so many mm, and their width in points."""
    columns = 4 if points(width) > 320 else 2
    return columns, (points(width) - 36) / columns - 9


def joined(panels: Sequence[Any], titles: Sequence[str], width: float) -> Any:
    """Return panels beside and below each other, with titles; axes where nothing lies below.

    Parameters
    ----------
    panels : sequence of callable
        From ``(with_x, with_y)``, whether the axes have labels, to a chart.
    titles : sequence of str
    width : float
        Of the figure, in mm.
    """
    import altair as alt

    columns, panel = panels_of(width)
    lines = [broken(title, panel) for title in titles]
    charts = []
    for place, (make, title) in enumerate(zip(panels, lines, strict=True)):
        with_x, with_y = place + columns >= len(panels), place % columns == 0
        head = alt.Title(title, anchor="start", fontSize=FONT_SIZE, frame="group", offset=3)
        charts.append(make(with_x, with_y).properties(width=panel, height=58, title=head))
    rows = {"row": 12 + FONT_SIZE * 1.35 * max(map(len, lines)), "column": 9}
    return alt.concat(*charts, columns=columns, align="all", bounds="flush", spacing=rows)


def multiples_figure(
    shares: pd.DataFrame,
    *,
    theme_names: Names | None = None,
    period_names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return small multiples: one panel a theme, its share by period with intervals, one scale.

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
    shares = in_units(shares)
    shown = named(shares, theme_names or {})
    axis = place_periods(list(shares["period"]), period_names)
    panel = panels_of(width)[1]

    def x(labels: bool) -> Any:
        return period_axis(axis, panel, labels=labels)

    data = drawn_rows(checked(shares), axis, shown)
    data = data.assign(run=runs(data))
    panels = [_panel(data, theme, x, top_of(data), lang) for theme in shown]
    return framed(
        joined(panels, list(shown.values()), width),
        lang=lang,
        width=width,
        alt=described(lang, list(shown.values()), axis, "小さな図の並び", "Small multiples"),
        notes=[counted(shares, lang) + interval_note(shares, lang)],
        fit=False,
    )


def _panel(
    data: pd.DataFrame, theme: str, x: Callable[[bool], Any], top: float, lang: Language
) -> Callable[[bool, bool], Any]:
    import altair as alt

    base = alt.Chart(data[data["theme"] == theme].drop(columns=["theme"]))
    colour = looks(1)[0].colour

    def make(with_x: bool, with_y: bool) -> Any:
        ticks = alt.Axis(format="%", tickCount=3, labels=with_y, ticks=with_y)
        y = alt.Y("share:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=ticks)
        drawn = base.encode(x=x(with_x))
        bounds = drawn.mark_rule(color="#8d99a3", strokeWidth=1.2)
        dots = drawn.mark_circle(color=colour, size=11, opacity=1)
        return alt.layer(
            bounds.encode(y=alt.Y("share_low:Q", title=None), y2="share_high:Q"),
            drawn.mark_line(color=colour, strokeWidth=1.0).encode(y=y, detail="run:N"),
            dots.encode(y=y, tooltip=tooltip(lang)),
        )

    return make
