"""Shares of topics by year → figure."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from cio_topics.report.charts import BLUE, GREY, HEADER, finish_chart, items_link
from cio_topics.report.page import bounds, percent

__all__ = ["topics_chart", "wrapped_name"]

_WIDTH, _LINES = 30, 3


def topics_chart(
    shares: pd.DataFrame, names: Mapping[str, str], n_items: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """Return small multiples: one panel a topic, share by year with its interval.

    All panels have one scale, up to the greatest share.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.topics.dynamic.topic_shares` by year; rows of ``unknown`` and years
        without items are left out.
    names : mapping of str to str
        Topics to what is shown.
    n_items : mapping of (str, str) to int
        Items of a period in which a topic weighs most; a point is a link where there are some.

    Returns
    -------
    dict
        A Vega-Lite specification.
    """
    import altair as alt

    wrapped = {topic: wrapped_name(name) for topic, name in names.items()}
    known = shares[(shares["period"] != "unknown") & (shares["n_items"] > 0)]
    data = pd.DataFrame(
        {
            "label": known["topic"].map(wrapped),
            "year": known["period"].astype(int),
            "share": known["share"],
            "share_low": known["share_low"],
            "share_high": known["share_high"],
            "said": [_said(row, names) for row in known.to_dict("records")],
            "link": [
                items_link(year=period, topic=topic) if n_items.get((period, topic), 0) else None
                for period, topic in zip(known["period"], known["topic"], strict=True)
            ],
        }
    )
    alt.data_transformers.disable_max_rows()
    x = alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=8),
        axis=alt.Axis(format="d", tickCount=6, tickMinStep=1),
    )
    top = max(0.05, float(data["share_high"].fillna(data["share"]).max()) if len(data) else 1.0)
    y = alt.Y(
        "share:Q",
        title=None,
        scale=alt.Scale(domain=[0, min(1.0, top)], nice=False),
        axis=alt.Axis(format="%", tickCount=4),
    )
    base = alt.Chart(data)
    interval = base.mark_rule(color=GREY, strokeWidth=2, opacity=0.55).encode(
        x=x, y=alt.Y("share_low:Q", title=None), y2="share_high:Q"
    )
    line = base.mark_line(color=BLUE, strokeWidth=1.2).encode(x=x, y=y)
    point = base.mark_circle(color=BLUE, size=34, opacity=1).encode(x=x, y=y, description="said:N")
    linked = point.transform_filter("isValid(datum.link)").encode(href="link:N")
    alone = point.transform_filter("!isValid(datum.link)")
    panels = alt.layer(interval, line, alone, linked).properties(width=250, height=96)
    facet = alt.Facet("label:N", sort=list(wrapped.values()), header=HEADER)
    return finish_chart(panels.facet(facet=facet, columns=4))


def _said(row: dict[Hashable, Any], names: Mapping[str, str]) -> str:
    """Return what a point says: period, topic, share, interval, items."""
    share, interval = percent(row["share"]), bounds(row["share_low"], row["share_high"])
    return f"{row['period']}, {names[row['topic']]}, {share}% {interval}, n={row['n_items']}"


def wrapped_name(name: str) -> str:
    """Break a name in lines of at most 30 columns, three at most, with a bar between them.

    A Japanese character takes two columns. Lines break after a slash where one is near.

    Examples
    --------
    >>> wrapped_name("2 業務・システム最適化計画 / 文書管理業務 / 最適化")
    '2 業務・システム最適化計画 /|文書管理業務 / 最適化'
    """
    lines = [""]
    for place, part in enumerate(name.replace("|", "｜").split(" / ")):
        joined = f" / {part}" if place else part
        if _columns(lines[-1] + joined) <= _WIDTH:
            lines[-1] += joined
            continue
        if place:
            lines[-1] += " /"
            lines.append("")
        lines[-1:] = _cut_lines(lines[-1] + part)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], f"{lines[_LINES - 1].removesuffix(' /')}…"]
    return "|".join(lines)


def _cut_lines(text: str) -> list[str]:
    lines = [""]
    for character in text:
        if _columns(lines[-1] + character) > _WIDTH:
            lines.append("")
        lines[-1] += character
    return lines


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
