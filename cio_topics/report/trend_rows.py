"""Tests of trends → the rows of the report's section on themes that rose or fell."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cio_topics.errors import TooSmallError
from cio_topics.report.charts import items_link
from cio_topics.tracking import theme_trends

__all__ = ["report_trends", "trend_rows"]

_LEVEL = 0.05
_MINUS = "\u2212"


def report_trends(
    table: pd.DataFrame, themes: tuple[str, ...], random_state: int
) -> pd.DataFrame | None:
    """Return the trends of a report, or None if no meeting has a date.

    To the columns of :func:`cio_topics.tracking.theme_trends` comes ``p_within``: p when meetings
    are compared with those of their own body only, adjusted for all themes; and ``trend``:
    ``rose``, ``fell`` or ``unclear``.
    """
    try:
        trends = theme_trends(table, themes=themes, random_state=random_state)
    except TooSmallError:
        return None
    within = theme_trends(table, themes=themes, within_body=True, random_state=random_state)
    told = trends["p_adjusted"] <= _LEVEL
    trends["p_within"] = within["p_adjusted"]
    trends["trend"] = "unclear"
    trends.loc[told & (trends["tau"] > 0), "trend"] = "rose"
    trends.loc[told & (trends["tau"] < 0), "trend"] = "fell"
    return trends


def trend_rows(trends: pd.DataFrame | None) -> dict[str, Any] | None:
    """Return what the template shows of trends; themes that occur, as they come."""
    if trends is None:
        return None
    rows = [
        {
            "theme": row["theme"],
            "n": int(row["n"]),
            "link": items_link(theme=row["theme"]),
            "rise": _points(row["rise"], row["rise_low"], row["rise_high"]),
            "p": _p(row["p_adjusted"]),
            "p_within": _p(row["p_within"]),
            "trend": f"trend_{row['trend']}",
        }
        for row in trends[trends["n"] > 0].to_dict("records")
    ]
    first = trends.iloc[0]
    facts = {"n_items": int(first["n_items"]), "n_meetings": int(first["n_meetings"])}
    return {"rows": rows, "facts": facts | {"n_undated": int(first["n_items_undated"])}}


def _points(value: float, low: float, high: float) -> dict[str, str]:
    if pd.isna(value):
        return {"text": "–", "interval": ""}
    bounds = "" if pd.isna(low) else f"[{_signed(low)}, {_signed(high)}]"
    return {"text": _signed(value), "interval": bounds}


def _signed(fraction: float) -> str:
    return f"{100 * fraction:+.2f}".replace("-", _MINUS)


def _p(value: float) -> str:
    if pd.isna(value):
        return "–"
    return "<0.001" if value < 0.001 else f"{value:.3f}"
