"""Meetings by year → bars by format, with the case study's own count."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.periods import UNKNOWN
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import framed, legend_columns, points, worded
from cio_topics.report.figures.palette import INK
from cio_topics.report.figures.periods import period_axis, place_periods
from cio_topics.report.figures.rows import check_columns

__all__ = ["activity_figure"]

_NEEDED = ("year", "n_meetings", "n_circulated", "n_joint", "n_format_unknown")
# From dark to light, so that they are apart in grey too.
_PARTS = (
    ("n_held", "開催", "held", "#0072B2"),
    ("n_circulated", "持ち回り", "circulated", "#E69F00"),
    ("n_joint", "合同", "joint", "#009E73"),
    ("n_format_unknown", "形式不明", "format unknown", "#d5dadd"),
)
_PAPER = (
    ("case_study_meetings", "事例研究 表1", "case study, table 1", "diamond"),
    ("case_study_circulated", "同 持ち回り", "of these, circulated", "cross"),
)


def activity_figure(
    table: pd.DataFrame, *, lang: Language = "ja", width: float = 170.0
) -> dict[str, Any]:
    """Return the meetings of each year as bars by format, the case study's count as points.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.tracking.meetings_by_year` or
        :func:`cio_topics.tracking.meetings_with_case_study`. Points are drawn where it has the
        columns of the latter; meetings of an unknown year are said in the caption.
    lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.

    Raises
    ------
    SettingsError
        A column is missing, or no meeting has a date.
    """
    import altair as alt

    check_columns(table, _NEEDED, "meetings by year")
    dated = table[table["year"] != UNKNOWN]
    if dated.empty:
        raise SettingsError(
            "no meeting has a date; expected some.",
            "Choose meetings with dates.",
            "日付のわかる会議を選んでください。",
        )
    axis = place_periods(list(dated["year"]))
    x = period_axis(axis, points(width) - 42)
    step = (points(width) - 42) / (axis.last - axis.first)
    layers = [_bars(_parts(dated, axis.middles, lang), x, step, width, lang)]
    paper = [part for part in _PAPER if part[0] in table]
    if paper:
        layers.append(_points(dated, paper, axis.middles, lang))
    chart = alt.layer(*layers).resolve_scale(color="independent").properties(height=170)
    years = worded(lang, "年ごとの会議の数", "Meetings by year")
    return framed(
        chart,
        lang=lang,
        width=width,
        alt=f"{years} ({int(axis.first)}–{int(axis.last) - 1}).",
        notes=[_note(table, lang)],
    )


def _note(table: pd.DataFrame, lang: Language) -> str:
    counts = table.set_index("year")["n_meetings"].fillna(0).astype(int)
    n, unknown = int(counts.drop(UNKNOWN, errors="ignore").sum()), int(counts.get(UNKNOWN, 0))
    ja = f"棒: このコーパスの会議(n = {n:,}"
    en = f"Bars: meetings of this corpus (n = {n:,}"
    if unknown:
        ja += f"、ほかに年不明{unknown:,}"
        en += f"; {unknown:,} more of unknown year"
    if _PAPER[0][0] in table:
        total = int(table[_PAPER[0][0]].fillna(0).sum())
        ja += f")。点: 事例研究(本田 2019)の表1(計{total:,})。"
        en += f"). Points: table 1 of the case study (Honda 2019; {total:,} in all)."
        return worded(lang, ja, en)
    return worded(lang, f"{ja})。", f"{en}).")


def _parts(dated: pd.DataFrame, places: dict[str, float], lang: Language) -> pd.DataFrame:
    """Return ``kind, place, low, high, n, year``: the formats of each year on each other."""
    counts = dated[list(_NEEDED[1:])].fillna(0).astype(int)
    counts["n_held"] = 2 * counts["n_meetings"] - counts.sum(axis=1)
    rows, low = [], counts["n_held"] * 0
    for column, ja, en, _ in _PARTS:
        high = low + counts[column]
        rows.append(
            pd.DataFrame(
                {
                    "kind": worded(lang, ja, en),
                    "year": dated["year"],
                    "place": dated["year"].map(places),
                    "low": low,
                    "high": high,
                    "n": counts[column],
                }
            )
        )
        low = high
    return pd.concat(rows).query("n > 0")


def _tooltip(lang: Language) -> list[Any]:
    import altair as alt

    heads = (("year", "年", "year"), ("kind", "種類", "kind"), ("n", "会議", "meetings"))
    return [alt.Tooltip(f"{field}:N", title=worded(lang, ja, en)) for field, ja, en in heads]


def _bars(data: pd.DataFrame, x: Any, step: float, width: float, lang: Language) -> Any:
    import altair as alt

    kinds = [worded(lang, ja, en) for _, ja, en, _ in _PARTS]
    legend = alt.Legend(
        title=None, orient="top", columns=legend_columns(kinds, width), labelLimit=240
    )
    scale = alt.Scale(domain=kinds, range=[colour for *_, colour in _PARTS])
    title = worded(lang, "会議の数", "meetings")
    y = alt.Y("low:Q", title=title, axis=alt.Axis(tickMinStep=1, tickCount=6))
    bars = alt.Chart(data).mark_bar(size=0.72 * step, stroke="#55616b", strokeWidth=0.4)
    colour = alt.Color("kind:N", scale=scale, legend=legend)
    return bars.encode(x=x, y=y, y2="high:Q", color=colour, tooltip=_tooltip(lang))


def _points(
    dated: pd.DataFrame,
    paper: list[tuple[str, str, str, str]],
    places: dict[str, float],
    lang: Language,
) -> Any:
    import altair as alt

    rows = pd.concat(
        pd.DataFrame(
            {
                "kind": worded(lang, ja, en),
                "year": dated["year"],
                "place": dated["year"].map(places),
                "n": dated[column],
            }
        )
        for column, ja, en, _ in paper
    )
    rows = rows[rows["n"].notna()].astype({"n": int})
    kinds = [worded(lang, ja, en) for _, ja, en, _ in paper]
    scale = alt.Scale(domain=kinds, range=[shape for *_, shape in paper])
    legend = alt.Legend(title=None, orient="bottom", labelLimit=240, symbolStrokeColor=INK)
    marks = alt.Chart(rows).mark_point(
        filled=True, fill=INK, size=34, opacity=1, stroke="white", strokeWidth=0.7
    )
    return marks.encode(
        x=alt.X("place:Q"),
        y=alt.Y("n:Q"),
        shape=alt.Shape("kind:N", scale=scale, legend=legend),
        tooltip=_tooltip(lang),
    )
