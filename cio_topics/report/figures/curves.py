"""Curves of shares with their bands → small multiples on an axis of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import framed, worded
from cio_topics.report.figures.multiples import joined
from cio_topics.report.figures.palette import looks
from cio_topics.report.figures.periods import years_of
from cio_topics.report.figures.rows import Names, check_columns, named, said

__all__ = ["curves_figure"]

_NEEDED = ("theme", "date", "share", "band_low", "band_high")


def curves_figure(
    curves: pd.DataFrame,
    *,
    theme_names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
) -> dict[str, Any]:
    """Return small multiples of curves with bands: one panel a theme, one scale.

    Parameters
    ----------
    curves : DataFrame
        ``theme, date, share, band_low, band_high``, from
        :func:`cio_topics.tracking.trends.theme_curves`. A theme without a curve has no panel; the
        caption names it.
    theme_names, lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing, or no theme has a curve.
    """
    check_columns(curves, _NEEDED, "curves of shares (cio-topics trends --curves)")
    shown = named(curves, theme_names or {})
    dates = pd.to_datetime(curves["date"], errors="coerce").dt.strftime("%Y-%m-%d")
    data = curves.assign(place=years_of(dates), day=dates)
    data = data[data["place"].notna() & data["share"].notna()]
    if data.empty:
        raise SettingsError(
            "no theme has a curve; expected at least one.",
            "Choose more items: see the column method of cio-topics trends.",
            "対象の項目を増やしてください。",
        )
    drawn = [theme for theme in shown if (data["theme"] == theme).any()]
    top = min(1.0, float(data["band_high"].fillna(data["share"]).max()) * 1.05)
    panels = [_panel(data, theme, top, lang) for theme in drawn]
    span = f"{data['day'].min()[:4]}–{data['day'].max()[:4]}"
    return framed(
        joined(panels, [shown[theme] for theme in drawn], width),
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"テーマの割合の曲線と帯({span})。{'、'.join(shown[t] for t in drawn)}。",
            f"Curves of shares with bands ({span}): {', '.join(shown[t] for t in drawn)}.",
        ),
        notes=_notes(curves, [shown[theme] for theme in shown if theme not in drawn], lang),
        fit=False,
    )


def _notes(curves: pd.DataFrame, without: list[str], lang: Language) -> list[str]:
    sizes = ""
    if {"n_items", "n_meetings"} <= {*curves.columns} and len(curves):
        n, meetings = int(curves["n_items"].max()), int(curves["n_meetings"].max())
        sizes = worded(
            lang, f"n = {n:,}項目、{meetings:,}会議。", f"n = {n:,} items, {meetings:,} meetings. "
        )
    notes = [
        sizes
        + worded(
            lang,
            "帯は曲線全体についての同時区間。",
            "Bands hold a whole curve at once (simultaneous interval).",
        )
    ]
    if without:
        names = "、".join(without) if lang == "ja" else ", ".join(without)
        notes.append(
            worded(
                lang,
                f"会議が少なく曲線を引けないテーマ: {names}。",
                f"Too few meetings for a curve: {names}.",
            )
        )
    return notes


def _panel(
    data: pd.DataFrame, theme: str, top: float, lang: Language
) -> Callable[[bool, bool], Any]:
    import altair as alt

    rows = data.loc[data["theme"] == theme, ["place", "day", "share", "band_low", "band_high"]]
    bounds = rows[["share", "band_low", "band_high"]].itertuples(index=False)
    base = alt.Chart(rows.assign(said=[said(*row) for row in bounds]))
    colour = looks(1)[0].colour
    shown = [
        alt.Tooltip("day:N", title=worded(lang, "日付", "date")),
        alt.Tooltip("said:N", title=worded(lang, "割合", "share")),
    ]
    domain = [float(data["place"].min()), float(data["place"].max())]

    def make(with_x: bool, with_y: bool) -> Any:
        years = alt.Axis(
            format="d", tickCount=3, tickMinStep=1, grid=False, labels=with_x, ticks=with_x
        )
        x = alt.X("place:Q", title=None, scale=alt.Scale(domain=domain, nice=False), axis=years)
        shares = alt.Axis(format="%", tickCount=3, labels=with_y, ticks=with_y)
        scale = alt.Scale(domain=[0, top], nice=False)
        y = alt.Y("share:Q", title=None, scale=scale, axis=shares)
        drawn = base.encode(x=x)
        return alt.layer(
            drawn.mark_area(color=colour, opacity=0.2).encode(
                y=alt.Y("band_low:Q", title=None), y2="band_high:Q"
            ),
            drawn.mark_line(color=colour, strokeWidth=1.2).encode(y=y),
            drawn.mark_circle(opacity=0, size=40).encode(y=y, tooltip=shown),
        )

    return make
