"""Theme table → the share of each theme as a curve over time, with a band for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level
from cio_topics.tracking.trends.smooth import Curve, smooth_share
from cio_topics.tracking.trends.timeline import Precision, Timeline, timeline

__all__ = ["FEWEST_FOR_CURVE", "FEWEST_FOR_LINE", "theme_curves"]

#: Meetings that must have the theme, and that must be without it: for a curve, for a line.
FEWEST_FOR_CURVE = 6
FEWEST_FOR_LINE = 3

_EPOCH = pd.Timestamp("1970-01-01")
_NAN = float("nan")


def theme_curves(
    table: pd.DataFrame,
    *,
    themes: Sequence[str] | None = None,
    unit: Literal["items", "meetings"] = "items",
    precision: Precision = "year",
    n_points: int = 100,
    n_draws: int = 2000,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the share of each theme as a smooth curve over time, with a simultaneous band.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes, unit, precision
        As for :func:`~cio_topics.tracking.trends.timeline`.
    n_points : int, default 100
        Points of the curve, evenly from the first to the last meeting; at least 2.
    n_draws : int, default 2000
        Curves drawn for the band.
    level : float in (0, 1), default 0.95
        The chance that the band of a theme holds its curve at all times at once.
    random_state : int, default 0

    Returns
    -------
    DataFrame
        One row a theme and point of time, in this order:

        - ``theme``; ``date`` (datetime64); ``share, band_low, band_high``
        - ``method``: ``spline``; ``line`` (straight on the logit scale) with three to five meetings
          that have the theme, or that are without it; ``none`` with fewer, or all on one day: then
          the theme has one row, without a date and a share
        - ``df``: effective degrees of freedom; ``icc``: correlation of items of one meeting
        - ``n, n_items, n_meetings, n_undated, n_items_undated, n_meetings_undated`` as in
          :func:`~cio_topics.tracking.trends.theme_trends`; ``n_meetings_with``: dated meetings that
          have the theme

    Raises
    ------
    SettingsError
        As :func:`~cio_topics.tracking.trends.timeline`; fewer than two points or one draw.
    TooSmallError
        No meeting has a date.

    References
    ----------
    See :func:`~cio_topics.tracking.trends.smooth_share`.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> table = theme_table(read_example())
    >>> curves = theme_curves(table, themes=["digital_gov", "other"], n_points=3)
    >>> curves[["theme", "date", "method", "n", "n_items"]].astype(str).values.tolist()
    [['digital_gov', '2000-11-21', 'spline', '45', '307'], ...
    """
    check_level(level)
    if n_points < 2 or n_draws < 1:
        raise SettingsError(
            f"n_points is {n_points}, n_draws {n_draws}; expected at least 2 points and 1 draw."
        )
    dated = timeline(table, themes=themes, unit=unit, precision=precision)
    points = np.linspace(float(dated.days[0]), float(dated.days[-1]), n_points)
    grid = np.asarray(np.unique(np.round(points)), dtype=np.float64)
    rows = []
    for place in range(len(dated.themes)):
        method, curve = _curve(dated, place, grid, level, n_draws, random_state)
        rows.append(_rows(method, curve, grid))
    lengths = [len(each) for each in rows]
    counts = dated.columns()
    counts["n_meetings_with"] = (dated.counts > 0).sum(axis=0)
    repeated = counts.take(np.repeat(np.arange(len(counts)), lengths)).reset_index(drop=True)
    result = pd.concat([repeated[["theme"]], pd.concat(rows, ignore_index=True)], axis=1)
    result = pd.concat([result, repeated.drop(columns="theme")], axis=1)
    result.attrs.update(unit=unit, level=level)
    return result


def _curve(
    dated: Timeline,
    place: int,
    grid: npt.NDArray[np.float64],
    level: float,
    n_draws: int,
    random_state: int,
) -> tuple[str, Curve | None]:
    counts = dated.counts[:, place]
    fewer = min((counts > 0).sum(), (counts < dated.totals).sum())
    if fewer < FEWEST_FOR_LINE or len(grid) < 2:
        return "none", None
    straight = bool(fewer < FEWEST_FOR_CURVE)
    curve = smooth_share(
        dated.days,
        counts,
        dated.totals,
        grid,
        straight=straight,
        level=level,
        n_draws=n_draws,
        random_state=random_state,
    )
    return "line" if straight else "spline", curve


def _rows(method: str, curve: Curve | None, grid: npt.NDArray[np.float64]) -> pd.DataFrame:
    if curve is None:
        grid = nothing = np.array([_NAN])
        curve = Curve(nothing, nothing, nothing, _NAN, _NAN)
    return pd.DataFrame(
        {
            "date": _EPOCH + pd.to_timedelta(grid, unit="D"),
            "share": curve.share,
            "band_low": curve.low,
            "band_high": curve.high,
            "method": pd.Series([method] * len(grid), dtype="str"),
            "df": curve.df,
            "icc": curve.icc,
        }
    )
