"""Theme table → shares by period, each with its denominator and interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.intervals import cluster_bootstrap_shares, wilson_interval
from cio_topics.periods import GROUPINGS, check_period, period_order, read_administrations

__all__ = ["INTERVALS", "theme_shares", "wide_shares"]

#: Kinds of interval.
INTERVALS = ("wilson", "bootstrap")


def theme_shares(
    table: pd.DataFrame,
    by: str = "year",
    *,
    themes: Sequence[str] | None = None,
    administrations: pd.DataFrame | None = None,
    interval: Literal["wilson", "bootstrap"] = "wilson",
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the share of items with each theme, by period.

    An item counts once for each of its themes, so the shares of one period may sum to more than
    one. Items whose period is ``unknown`` are counted in a row of their own.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : str, default "year"
        One of :data:`GROUPINGS`.
    themes : sequence of str, optional
        Themes in the order wanted; those that never occur keep their rows. All themes of the
        codebook if None.
    administrations : DataFrame, optional
        Of the corpus, for the order of periods; the embedded ones if None.
    interval : {"wilson", "bootstrap"}, default "wilson"
        Wilson's score interval, which takes items as independent, or a percentile bootstrap that
        draws whole meetings within each period. One meeting alone has no bootstrap interval.
    level : float in (0, 1), default 0.95
    n_draws : int, default 2000
    random_state : int, default 0
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``period, theme, n, n_items, n_meetings, share, share_low, share_high``, by period in order
        of time and theme in the given order. Shares are fractions; they are no number in a period
        without items.

    Raises
    ------
    SettingsError
        An unknown grouping, interval or theme, or a level outside (0, 1).

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> corpus = read_example()
    >>> table = theme_table(corpus)
    >>> shares = theme_shares(table, "government", themes=["open_data"])
    >>> shares[["period", "n", "n_items"]].values.tolist()
    [['ldp_led', 13, 269], ['democratic_led', 2, 22], ['unknown', 0, 16]]
    >>> theme_shares(table, themes=["opendata"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown theme 'opendata'; expected some of: egov_plan, ...
    """
    check_period(by, GROUPINGS)
    if interval not in INTERVALS:
        raise SettingsError(
            f"unknown interval {shorten(interval)}; expected one of: {choices(INTERVALS)}."
        )
    themes = _checked_themes(table, themes)
    administrations = read_administrations() if administrations is None else administrations
    items = table.drop_duplicates("item_id")
    periods = period_order(by, list(items[by].unique()), administrations)
    n = _counts(table, by, periods, themes)
    sizes = items.groupby(by).agg(n_items=("item_id", "size"), n_meetings=("meeting_id", "nunique"))
    sizes = sizes.reindex(periods, fill_value=0)
    n_items = np.repeat(sizes["n_items"].to_numpy(), len(themes)).reshape(n.shape)
    if interval == "wilson":
        low, high = wilson_interval(n, n_items, level=level)
    else:
        low, high = _bootstrap(table, items, by, periods, themes, level, n_draws, random_state)
    with np.errstate(invalid="ignore"):
        share = np.where(n_items > 0, n / np.maximum(n_items, 1), np.nan)
    return pd.DataFrame(
        {
            "period": pd.Series(np.repeat(periods, len(themes)), dtype="str"),
            "theme": pd.Series(list(themes) * len(periods), dtype="str"),
            "n": n.ravel().astype(int),
            "n_items": n_items.ravel(),
            "n_meetings": np.repeat(sizes["n_meetings"].to_numpy(), len(themes)),
            "share": share.ravel(),
            "share_low": low.ravel(),
            "share_high": high.ravel(),
        }
    )


def _checked_themes(table: pd.DataFrame, themes: Sequence[str] | None) -> Sequence[str]:
    known = list(table.attrs.get("themes", dict.fromkeys(table["theme"])))
    unknown = [theme for theme in themes or () if theme not in known]
    if unknown and "themes" in table.attrs:
        raise SettingsError(
            f"unknown theme {shorten(unknown[0])}; expected some of: {choices(known)}.",
            "Use the ids of the codebook the table was made with.",
            "表を作ったコードブックのテーマ ID を使ってください。",
        )
    return known if themes is None else themes


def _counts(table: pd.DataFrame, by: str, periods: list[str], themes: Sequence[str]) -> np.ndarray:
    counts = pd.crosstab(table[by], table["theme"])
    return counts.reindex(index=periods, columns=list(themes), fill_value=0).to_numpy(float)


def _bootstrap(
    table: pd.DataFrame,
    items: pd.DataFrame,
    by: str,
    periods: list[str],
    themes: Sequence[str],
    level: float,
    n_draws: int,
    random_state: int,
) -> tuple[np.ndarray, np.ndarray]:
    totals = items.groupby("meeting_id", sort=True).agg(n=("item_id", "size"), period=(by, "first"))
    counts = pd.crosstab(table["meeting_id"], table["theme"])
    counts = counts.reindex(index=totals.index, columns=list(themes), fill_value=0)
    low = np.full((len(periods), len(themes)), np.nan)
    high = low.copy()
    for place, period in enumerate(periods):
        rows = (totals["period"] == period).to_numpy()
        low[place], high[place] = cluster_bootstrap_shares(
            counts.to_numpy(float)[rows],
            totals["n"].to_numpy(float)[rows],
            n_draws=n_draws,
            level=level,
            random_state=random_state,
        )
    return low, high


def wide_shares(shares: pd.DataFrame, value: str = "share") -> pd.DataFrame:
    """Return shares with themes as rows and periods as columns, in their order.

    Parameters
    ----------
    shares : DataFrame
        From :func:`theme_shares`.
    value : str, default "share"
        The column that fills the cells.

    Returns
    -------
    DataFrame, shape (n_themes, n_periods)

    Examples
    --------
    >>> shares = pd.DataFrame({"period": ["2004", "2005"], "theme": "open_data", "share": [0.5, 0]})
    >>> wide_shares(shares).loc["open_data"].tolist()
    [0.5, 0.0]
    """
    wide = shares.pivot(index="theme", columns="period", values=value)
    return wide.reindex(index=shares["theme"].unique(), columns=shares["period"].unique())
