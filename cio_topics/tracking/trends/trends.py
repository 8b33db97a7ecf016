"""Theme table → does the share of a theme rise or fall, and by how much a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import UNKNOWN
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.counts import ThemeCounts, theme_counts
from cio_topics.tracking.trends.item_slope import item_slope
from cio_topics.tracking.trends.item_tau import item_tau
from cio_topics.tracking.trends.mann_kendall import mann_kendall, sen_slope
from cio_topics.tracking.trends.timeline import Precision, timeline

__all__ = ["YEARS", "theme_trends"]

FloatArray = npt.NDArray[np.float64]

#: What years may be.
YEARS = ("year", "fiscal_year")

_YEAR = 365.25  # days


def theme_trends(
    table: pd.DataFrame,
    by: Literal["year", "fiscal_year"] = "year",
    *,
    themes: Sequence[str] | None = None,
    unit: Literal["items", "meetings"] = "items",
    within_body: bool = False,
    precision: Precision = "year",
    n_draws: int = 1999,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Test whether the share of each theme rises or falls with time.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    by : {"year", "fiscal_year"}, default "year"
        Whose shares the slope and the Mann–Kendall test are of.
    themes : sequence of str, optional
        In the order wanted; all of the codebook if None.
    unit : {"items", "meetings"}, default "items"
        Shares of items, or of meetings that have at least one item of the theme.
    within_body : bool, default False
        Compare meetings, for `tau`, `p` and `rise`, only with meetings of their own body.
    precision : {"day", "month", "year"}, default "year"
        The coarsest dates that have a place in time, see
        :func:`~cio_topics.tracking.trends.timeline`. Coarser and unknown dates are left out of
        `tau` and `p`, and counted.
    n_draws, level, random_state
        As for :func:`~cio_topics.tracking.trends.item_tau`.

    Returns
    -------
    DataFrame
        One row a theme, in the order of the themes:

        - ``theme``; ``n, n_items, n_meetings``: dated; ``n_undated, n_items_undated,
          n_meetings_undated``: left out
        - ``tau, tau_low, tau_high, p, p_adjusted``: Kendall's tau-b of items and dates, p by moving
          whole meetings, and Holm's p over the themes that were tested; ``method``
        - ``rise, rise_low, rise_high``: slope of the line through the items, as a fraction a year
        - ``n_years``: years with items; ``slope, slope_low, slope_high``: Sen's slope of the
          yearly shares, as a fraction a year; ``s, tau_years, p_years, method_years``: Mann–Kendall
          test of the yearly shares, which takes years as independent and equally exact

        Not a number where the data cannot tell: a theme that no item or every item has; fewer than
        three years; an interval of fewer than five years.

    Raises
    ------
    SettingsError
        Years, a theme, unit or precision that do not exist.
    TooSmallError
        No meeting has a date.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70. Others: see :func:`~cio_topics.tracking.trends.item_tau`,
    :func:`~cio_topics.tracking.trends.item_slope`,
    :func:`~cio_topics.tracking.trends.mann_kendall` and
    :func:`~cio_topics.tracking.trends.sen_slope`.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> trends = theme_trends(theme_table(read_example()), themes=["open_data", "e_records"])
    >>> trends[["theme", "n", "n_items", "n_years"]].values.tolist()
    [['open_data', 15, 307, 26], ['e_records', 8, 307, 26]]
    """
    if by not in YEARS:
        raise SettingsError(
            f"unknown years {shorten(by)}; expected one of: {choices(YEARS)}.",
            "A trend needs periods of equal length.",
            "傾向には、長さの等しい期間(年・年度)を指定してください。",
        )
    dated = timeline(table, themes=themes, unit=unit, precision=precision)
    strata = dated.bodies if within_body else None
    counts = dated.counts, dated.totals, strata
    tau = item_tau(dated.days, *counts, n_draws=n_draws, level=level, random_state=random_state)
    rise = item_slope(dated.days / _YEAR, *counts, level=level)
    tested = {"tau": tau.tau, "tau_low": tau.low, "tau_high": tau.high, "p": tau.p}
    tested |= {"p_adjusted": adjusted(tau.p, "holm")}
    risen = {"rise": rise.slope, "rise_low": rise.low, "rise_high": rise.high}
    yearly = _yearly(theme_counts(table, by, themes=themes, unit=unit), level)
    result = pd.concat([dated.columns(), pd.DataFrame(tested)], axis=1)
    result["method"] = pd.Series([tau.method] * len(result), dtype="str")
    result = pd.concat([result, pd.DataFrame(risen), yearly], axis=1)
    result.attrs.update(by=by, unit=unit, level=level, within_body=within_body)
    return result


def _yearly(counts: ThemeCounts, level: float) -> pd.DataFrame:
    n, totals = counts.sums()
    known = (np.array(counts.periods) != UNKNOWN) & (totals > 0)
    years = np.array([int(p) for p, use in zip(counts.periods, known, strict=True) if use])
    rows = []
    for column in n[known].T:
        shares = column / totals[known]
        test = mann_kendall(shares, years)
        rows.append((len(years), *sen_slope(shares, years, level=level), *test[1:2], *test[3:]))
    names = ["n_years", "slope", "slope_low", "slope_high"]
    return pd.DataFrame(rows, columns=[*names, "s", "tau_years", "p_years", "method_years"])
