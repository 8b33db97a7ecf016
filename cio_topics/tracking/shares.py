"""Theme table → shares by period, each with its denominator and interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.intervals import wilson_interval
from cio_topics.tracking.counts import ThemeCounts, Unit, theme_counts
from cio_topics.tracking.estimates import (
    clustered_interval,
    jeffreys_interval,
    pooled_shares,
    resampled_intervals,
    split_counts,
)
from cio_topics.tracking.estimates.score import joint_level
from cio_topics.tracking.likeness import n_known

__all__ = [
    "COUNTINGS",
    "INTERVALS",
    "SIMULTANEOUS",
    "Counting",
    "Interval",
    "shares_of",
    "theme_shares",
    "wide_shares",
]

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[FloatArray, FloatArray]

Interval = Literal["wilson", "bootstrap", "jeffreys", "clustered", "bca", "pooled"]
#: Kinds of interval.
INTERVALS = ("wilson", "bootstrap", "jeffreys", "clustered", "bca", "pooled")
#: Kinds whose tails are good enough for all cells of a table at once.
SIMULTANEOUS = ("clustered", "jeffreys")

Counting = Literal["whole", "fractional"]
#: An item counts once for each of its themes, or is split among them.
COUNTINGS = ("whole", "fractional")


def theme_shares(
    table: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    themes: Sequence[str] | None = None,
    administrations: pd.DataFrame | None = None,
    interval: Interval = "wilson",
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
    unit: Unit = "items",
    handouts: pd.Series[int] | None = None,
    counting: Counting = "whole",
    weights: pd.Series[float] | None = None,
    simultaneous: bool = False,
) -> pd.DataFrame:
    """Return the share of items with each theme, by period.

    An item counts once for each of its themes, so the shares of one period may sum to more than
    one. Items whose period is ``unknown`` are counted in a row of their own.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : str or DataFrame, default "year"
        One of :data:`GROUPINGS`, or periods from :func:`~cio_topics.tracking.make_periods`.
    themes : sequence of str, optional
        Themes in the order wanted; those that never occur keep their rows. All themes of the
        codebook if None.
    administrations : DataFrame, optional
        Of the corpus, for the order of periods; the embedded ones if None.
    interval, level, n_draws, random_state, simultaneous
        As in :func:`shares_of`.
    unit : {"items", "meetings", "handouts"}, default "items"
        What is counted: items with the theme; meetings with at least one such item; handouts of
        such items.
    handouts : Series of int, optional
        From :func:`~cio_topics.tracking.handouts_per_item`; needed for that unit.
    counting : {"whole", "fractional"}, default "whole"
        ``fractional`` splits an item evenly among its themes: the shares of a period sum to one.
    weights : Series of float, optional
        Other parts of the items, with the index of `table`; those of an item sum to one. Needs
        ``fractional``.

    Returns
    -------
    DataFrame
        As of :func:`shares_of`, with ``counting`` after ``n_units``.

    Raises
    ------
    SettingsError
        An unknown grouping, interval, unit, counting or theme; a level outside (0, 1); weights that
        do not sum to one for every item; simultaneous intervals of a kind that cannot give them.

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
    _check(counting, COUNTINGS, "counting")
    counts = theme_counts(
        table,
        by,
        themes=themes,
        unit=unit,
        handouts=handouts,
        administrations=administrations,
    )
    if counting == "fractional":
        counts = split_counts(counts, table, weights=weights, handouts=handouts)
    elif weights is not None:
        raise SettingsError(
            "weights were given, but items are counted whole; expected counting='fractional'."
        )
    shares = shares_of(
        counts,
        interval=interval,
        level=level,
        n_draws=n_draws,
        random_state=random_state,
        simultaneous=simultaneous,
    )
    shares.insert(list(shares).index("n_units") + 1, "counting", counting)
    return shares.astype({"counting": "str"})


def shares_of(
    counts: ThemeCounts,
    *,
    interval: Interval = "wilson",
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
    simultaneous: bool = False,
) -> pd.DataFrame:
    """Return the share of units with each theme, by period, from counts by meeting.

    Parameters
    ----------
    counts : ThemeCounts
        From :func:`~cio_topics.tracking.theme_counts`.
    interval : str, default "wilson"
        ``wilson`` and ``jeffreys`` take units as independent. ``clustered`` is Wilson's with the
        number of independent units that the units of the meetings are worth, and Student's t.
        ``bootstrap`` (percentiles) and ``bca`` draw whole meetings within each period; one meeting
        alone has no such interval. ``pooled`` draws thin periods towards the theme's mean.
    level : float in (0, 1), default 0.95
    n_draws : int, default 2000
    random_state : int, default 0
        Of ``bootstrap`` and ``bca``.
    simultaneous : bool, default False
        At `level`, all intervals of known periods with units hold together. Only ``clustered`` and
        ``jeffreys``.

    Returns
    -------
    DataFrame
        ``period, theme, n, n_items, n_meetings, share, share_low, share_high``, then ``unit,
        n_units, interval, level, n_jointly``, by period in order of time and theme in the order of
        the counts. Shares are fractions of ``n_units``; they are no number in a period without
        units. ``n_jointly`` is the number of intervals that hold together at ``level``: 1 where
        each stands alone. With ``pooled``, then ``pooled_share, own_weight``, and the interval
        is around the pooled share; rows that cannot be pooled (``unknown``; fewer than three
        periods with units) have the interval ``clustered``.

    Raises
    ------
    SettingsError
        An unknown interval, a level outside (0, 1), no draws, or simultaneous intervals of a kind
        that cannot give them.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> counts = simulate_counts([[0.3]] * 4, [[2, 3, 4]] * 4, icc=0.2, random_state=1)
    >>> shares = shares_of(counts, interval="clustered", simultaneous=True)
    >>> shares[["period", "n", "n_units", "n_jointly"]].values.tolist()[0]
    ['0', 1, 9, 4]
    """
    _check(interval, INTERVALS, "interval")
    check_level(level)
    if simultaneous:
        _check_simultaneous(interval)
    shares = _cells(counts)
    jointly = _n_jointly(counts) if simultaneous else np.ones(len(shares), dtype=np.int64)
    low, high = _bounds(counts, interval, level, n_draws, random_state)
    if simultaneous:
        each = joint_level(level, int(jointly.max(initial=1)))
        wide = _bounds(counts, interval, each, n_draws, random_state, simultaneous=True)
        low, high = (np.where(jointly > 1, b, a) for a, b in zip((low, high), wide, strict=True))
    shares = shares.assign(
        share_low=low,
        share_high=high,
        unit=pd.Series(counts.unit, index=shares.index, dtype="str"),
        n_units=_whole(np.repeat(counts.sums()[1], len(counts.themes))),
        interval=pd.Series(interval, index=shares.index, dtype="str"),
        level=level,
        n_jointly=jointly,
    )
    return _with_pooled(counts, shares, level) if interval == "pooled" else shares


def _cells(counts: ThemeCounts) -> pd.DataFrame:
    """Return periods, themes, counts and shares, a row a period and theme."""
    sums, totals = counts.sums()
    n_themes = len(counts.themes)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(totals[:, None] > 0, sums / totals[:, None], np.nan)
    return pd.DataFrame(
        {
            "period": pd.Series(np.repeat(counts.periods, n_themes), dtype="str"),
            "theme": pd.Series(list(counts.themes) * len(totals), dtype="str"),
            "n": _whole(sums.ravel()),
            "n_items": _whole(np.repeat(counts.n_items(), n_themes)),
            "n_meetings": np.repeat(counts.n_meetings(), n_themes),
            "share": share.ravel(),
        }
    )


def _n_jointly(counts: ThemeCounts) -> npt.NDArray[np.int64]:
    """Return with how many intervals each holds together: those of known periods with units."""
    within = (counts.sums()[1] > 0) & (np.arange(len(counts.periods)) < n_known(counts))
    n = int(within.sum()) * len(counts.themes)
    return np.repeat(np.where(within, n, 1), len(counts.themes))


def _check(given: str, known: Sequence[str], what: str) -> None:
    if given not in known:
        raise SettingsError(f"unknown {what} {shorten(given)}; expected one of: {choices(known)}.")


def _check_simultaneous(interval: str) -> None:
    if interval not in SIMULTANEOUS:
        raise SettingsError(
            f"simultaneous intervals of the kind {shorten(interval)}; expected one of: "
            f"{choices(SIMULTANEOUS)}. The tails of the others are too short for a whole table.",
            "Choose the interval clustered.",
            "区間の種類に clustered を選んでください。",
        )


def _bounds(
    counts: ThemeCounts,
    interval: Interval,
    level: float,
    n_draws: int,
    random_state: int,
    simultaneous: bool = False,
) -> Bounds:
    """Return the bounds of every period and theme, in the order of the rows."""
    if interval in ("clustered", "pooled"):
        low, high = clustered_interval(counts, level=level, simultaneous=simultaneous)
    elif interval in ("bootstrap", "bca"):
        low, high = resampled_intervals(
            counts, kind=interval, level=level, n_draws=n_draws, random_state=random_state
        )
    else:
        sums, totals = counts.sums()
        every = np.broadcast_to(totals[:, None], sums.shape)
        closed = wilson_interval if interval == "wilson" else jeffreys_interval
        low, high = closed(sums, every, level=level)
    return low.ravel(), high.ravel()


def _with_pooled(counts: ThemeCounts, shares: pd.DataFrame, level: float) -> pd.DataFrame:
    """Add pooled shares, with their intervals; rows that cannot be pooled say so."""
    pooled = pooled_shares(counts, level=level)
    told = ~np.isnan(pooled.share.ravel())
    return shares.assign(
        share_low=np.where(told, pooled.low.ravel(), shares["share_low"]),
        share_high=np.where(told, pooled.high.ravel(), shares["share_high"]),
        interval=pd.Series(np.where(told, "pooled", "clustered"), dtype="str"),
        pooled_share=pooled.share.ravel(),
        own_weight=pooled.own.ravel(),
    )


def _whole(values: FloatArray) -> npt.NDArray[np.int64] | FloatArray:
    """Return whole numbers as integers; parts of items stay as they are."""
    whole = np.rint(values)
    return whole.astype(np.int64) if (whole == values).all() else values


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
