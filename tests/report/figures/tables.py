"""Invented results to draw."""

import numpy as np
import pandas as pd


def shares(periods=("2004", "2005", "2007", "unknown"), themes=("a", "b")) -> pd.DataFrame:
    """Return shares by period: 2006 is missing, 2007 has no items unless it is the only one."""
    rows = [
        (p, t, min(i + j, 4), 0 if p == "2007" else 4, 2)
        for i, p in enumerate(periods)
        for j, t in enumerate(themes)
    ]
    table = pd.DataFrame(rows, columns=["period", "theme", "n", "n_items", "n_meetings"])
    table.loc[table["n_items"] == 0, "n"] = 0
    share = table["n"] / table["n_items"].where(table["n_items"] > 0)
    return table.assign(
        share=share, share_low=(share - 0.1).clip(0, 1), share_high=(share + 0.1).clip(0, 1)
    )


def fractional() -> pd.DataFrame:
    table = shares()
    n = table.groupby("period")["n"].transform("sum").replace(0, 1)
    return table.assign(share=(table["n"] / n).where(table["n_items"] > 0))


def curves() -> pd.DataFrame:
    dates = pd.date_range("2004-01-01", "2008-01-01", periods=9)
    rows = [
        (theme, date, 0.2 + 0.05 * place, 0.1, 0.7)
        for theme in ("a", "b")
        for place, date in enumerate(dates)
    ]
    rows.append(("c", pd.NaT, np.nan, np.nan, np.nan))  # too few meetings
    return pd.DataFrame(rows, columns=["theme", "date", "share", "band_low", "band_high"])


def changes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "theme": ["a", "b", "c", "d"],
            "difference": [0.2, -0.1, 0.0, np.nan],
            "difference_low": [0.05, -0.3, np.nan, np.nan],
            "difference_high": [0.35, 0.1, np.nan, np.nan],
            "ratio": [2.0, 0.5, np.inf, np.nan],
            "ratio_low": [1.2, 0.1, 1.5, np.nan],
            "ratio_high": [np.inf, 2.5, np.inf, np.nan],
        }
    )


def meetings(case_study: bool = True) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "year": ["2004", "2005", "unknown"],
            "n_meetings": [5, 2, 1],
            "n_circulated": [2, 0, 0],
            "n_joint": [0, 1, 0],
            "n_format_unknown": [1, 0, 1],
        }
    )
    if case_study:
        table["case_study_meetings"] = pd.array([8, 3, None], dtype="Int64")
        table["case_study_circulated"] = pd.array([6, 2, None], dtype="Int64")
    return table


def life() -> pd.DataFrame:
    rows = [
        ("d1", "電子政府構築計画", "draft", "2003-05-01", "day"),
        ("d1", "電子政府構築計画", "decided", "2003-07", "month"),
        ("d1", "電子政府構築計画", "revised", "2004", "year"),
        ("d2", "オープンデータ憲章", "decided", "2013-06-25", "day"),  # one date: not drawn
        ("d3", "<b>計画|", "draft", "2010-01-01", "day"),
        ("d3", "<b>計画|", "decided", "2010-02-01", "day"),
        ("d3", "<b>計画|", "revised", "", "unknown"),
    ]
    return pd.DataFrame(rows, columns=["document", "name", "state", "date", "date_precision"])


def coordinates() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "kind": ["theme", "theme", "period", "period"],
            "name": ["a", "b", "2004", "2005"],
            "x": [0.5, -0.5, 0.3, -0.2],
            "y": [0.1, -0.1, 0.2, -0.3],
            "n": [3, 9, 4, 8],
        }
    )
    for name in ("x", "y"):
        table[f"{name}_low"], table[f"{name}_high"] = table[name] - 5, table[name] + 0.1
    return table


def nodes() -> pd.DataFrame:
    return pd.DataFrame(
        {"name": ["a", "b", "c", "d"], "n": [9, 4, 2, 1], "community": [1, 1, 2, 3]}
    )


def edges() -> pd.DataFrame:
    rows = [("a", "b", 4, 0.5), ("b", "c", 1, 0.1)]
    return pd.DataFrame(rows, columns=["source", "target", "n", "jaccard"])
