"""Shares → the table of a paper: themes as rows, periods as columns, n in the header."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["printed_table"]

_CELLS = ("share", "interval", "count")


def printed_table(
    shares: pd.DataFrame,
    *,
    theme_names: dict[str, str] | None = None,
    period_names: dict[str, str] | None = None,
    cells: Literal["share", "interval", "count"] = "share",
    theme_header: str = "Theme",
) -> pd.DataFrame:
    """Return a table of texts, ready to be printed.

    Parameters
    ----------
    shares : DataFrame
        From :func:`cio_topics.tracking.theme_shares`.
    theme_names, period_names : dict of str to str, optional
        What is printed for each id; the id itself if it is missing.
    cells : {"share", "interval", "count"}, default "share"
        ``42.9``, ``42.9 [15.8–75.0]`` or ``3``; shares in percent. Empty where a period has no
        items. With pooled shares, an interval is ``42.9 → 31.0 [14.2–50.1]``: the share itself,
        the pooled one and its interval.
    theme_header : str, default "Theme"

    Returns
    -------
    DataFrame of str
        First column the themes, then one column a period, headed ``2004 (n=7)``; n is the number
        of items, or of the other units that were counted.

    Examples
    --------
    >>> shares = pd.DataFrame({"period": ["2004"], "theme": ["open_data"], "n": [3],
    ...     "n_items": [7], "share": [3 / 7], "share_low": [0.158], "share_high": [0.75]})
    >>> printed_table(shares, cells="interval").values.tolist()
    [['open_data', '42.9 [15.8–75.0]']]
    """
    if cells not in _CELLS:
        raise SettingsError(f"unknown cells {shorten(cells)}; expected one of: {choices(_CELLS)}.")
    theme_names, period_names = theme_names or {}, period_names or {}
    units = shares["n_units" if "n_units" in shares else "n_items"]
    filled = units > 0
    text = _counted(shares["n"]) if cells == "count" else _percent(shares["share"])
    if cells == "interval":
        if "pooled_share" in shares:
            pooled = " → " + _percent(shares["pooled_share"])
            text = text + pooled.where(shares["pooled_share"].notna(), "")
        bounds = _percent(shares["share_low"]) + "–" + _percent(shares["share_high"])
        known = shares["share_low"].notna()
        text = text + (" [" + bounds + "]").where(known, " [–]")
    wide = shares.assign(text=text.where(filled, "")).pivot(
        index="theme", columns="period", values="text"
    )
    periods, themes = list(shares["period"].unique()), list(shares["theme"].unique())
    wide = wide.reindex(index=themes, columns=periods)
    sizes = _counted(units.groupby(shares["period"], sort=False).first())
    wide.columns = pd.Index([f"{period_names.get(p, p)} (n={sizes[p]})" for p in periods])
    names = pd.Series([theme_names.get(t, t) for t in themes], index=wide.index, dtype="str")
    wide.insert(0, theme_header, names)
    return wide.reset_index(drop=True).astype("str")


def _counted(values: pd.Series[float]) -> pd.Series[str]:
    return values.map(lambda v: f"{v:.0f}" if v == round(v) else f"{v:.1f}").astype("str")


def _percent(values: pd.Series[float]) -> pd.Series[str]:
    return (values * 100).map(lambda v: "" if pd.isna(v) else f"{v:.1f}").astype("str")
