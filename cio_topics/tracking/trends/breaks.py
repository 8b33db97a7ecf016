"""Theme table → days on which the share of a theme changed, and the handovers around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.trends.change_points import (
    ChangePoints,
    beta_binomial_grid,
    change_points,
)
from cio_topics.tracking.trends.handovers import handovers_by_chance
from cio_topics.tracking.trends.scan import scan_test
from cio_topics.tracking.trends.smooth import fit_penalized, meeting_correlation
from cio_topics.tracking.trends.timeline import Precision, Timeline, timeline

__all__ = ["theme_breaks"]

FloatArray = npt.NDArray[np.float64]

_EPOCH = pd.Timestamp("1970-01-01")
_NONE: dict[str, Any] = {
    "change": 0,
    "date": pd.NaT,
    "date_low": pd.NaT,
    "date_high": pd.NaT,
    **{
        f"share_{side}{end}": float("nan")
        for side in ("before", "after")
        for end in ("", "_low", "_high")
    },
    **{f"{name}_{side}": 0 for side in ("before", "after") for name in ("n_items", "n_meetings")},
    "handovers": "",
    "n_handovers": 0,
    "handovers_expected": float("nan"),
    "handovers_any": float("nan"),
}


def theme_breaks(
    table: pd.DataFrame,
    changed: pd.DataFrame | None = None,
    *,
    themes: Sequence[str] | None = None,
    unit: Literal["items", "meetings"] = "items",
    precision: Precision = "month",
    fewest: int = 5,
    level: float = 0.95,
    n_draws: int = 999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find days on which the share of a theme changed, if the evidence allows it.

    A change is claimed only if both hold: moving whole meetings in time makes a stretch as unlike
    the rest in at most a part 1 − level of the cases (Holm's p over the themes), and changes are
    more probable than none after the data.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    changed : DataFrame, optional
        From :func:`~cio_topics.tracking.trends.handovers`, to stand beside the changes.
    themes, unit
        As for :func:`~cio_topics.tracking.trends.timeline`.
    precision : {"day", "month", "year"}, default "month"
        The coarsest dates that have a place in time; a date of a year alone would blur a change.
    fewest : int, default 5
        Meetings that a stretch of time with its own share must have.
    level : float in (0, 1), default 0.95
        Of the intervals; 1 − level is the bound for p.
    n_draws : int, default 999
        Permutations.
    random_state : int, default 0

    Returns
    -------
    DataFrame
        One row a change, or one a theme without a change, by theme in their order, then by date:

        - ``theme``; ``n, n_items, n_meetings, n_undated, n_items_undated, n_meetings_undated`` as
          in :func:`~cio_topics.tracking.trends.theme_trends`
        - ``result``: ``change``; ``none``; ``too_few``, where nothing could be tested
        - ``p, p_adjusted``: that the share never changed; ``probability``: of at least one change;
          ``n_changes``: likeliest number, 0 if none is claimed
        - ``change``: 1, 2, …, 0 if none; ``date, date_low, date_high`` (datetime64): first day of
          the new share, median and interval, given the number of changes
        - ``share_before, share_after`` with ``_low, _high``: posterior means and intervals between
          the likeliest changes; ``n_items_before, n_meetings_before, n_items_after,
          n_meetings_after``: what they are of
        - ``step_over_line``: AIC of a straight logit line less that of the steps, in which every
          date counts as three parameters: below zero, a gradual trend fits better than the steps do
        - ``handovers``: those inside the interval, joined by ``;``; ``n_handovers``;
          ``handovers_expected``: how many an interval of that length holds on average wherever it
          lies; ``handovers_any``: how often such an interval holds one or more

    Raises
    ------
    SettingsError
        As :func:`~cio_topics.tracking.trends.timeline`; a stretch of no meeting.
    TooSmallError
        No meeting has such a date.

    References
    ----------
    See :func:`~cio_topics.tracking.trends.scan_test` (p) and
    :func:`~cio_topics.tracking.trends.segment_posterior` (probabilities and dates).
    Ninomiya, Y. (2015). Change-point model selection via AIC. Annals of the Institute of
    Statistical Mathematics 67, 943-961. doi:10.1007/s10463-014-0481-x (three parameters a date)

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> found = theme_breaks(theme_table(read_example()), themes=["digital_gov", "other"])
    >>> found[["theme", "n", "n_items", "result", "change"]].values.tolist()
    [['digital_gov', 43, 289, 'change', 1], ['other', 2, 289, 'none', 0]]
    """
    check_level(level)
    if fewest < 1:
        raise SettingsError(f"fewest is {fewest}; expected at least 1 meeting.")
    dated = timeline(table, themes=themes, unit=unit, precision=precision)
    p = scan_test(
        dated.counts, dated.totals, fewest=fewest, n_draws=n_draws, random_state=random_state
    )
    adjusted_p = adjusted(p, "holm")
    rows = []
    for place in range(len(dated.themes)):
        found = _found(dated, place, fewest) if np.isfinite(p[place]) else None
        claimed = found is not None and adjusted_p[place] <= 1 - level + 1e-12
        head = _head(dated, place, found, claimed)
        head.update(p=p[place], p_adjusted=adjusted_p[place])
        if found is None or head["result"] != "change":
            rows.append({**head, "n_changes": 0, **_NONE, "step_over_line": float("nan")})
        else:
            rows += [{**head, **each} for each in _changes(dated, place, found, changed, level)]
    result = pd.DataFrame(rows)
    for name in ("theme", "result", "handovers"):
        result[name] = result[name].astype("str")
    for name in ("date", "date_low", "date_high"):
        result[name] = pd.to_datetime(result[name])
    result.attrs.update(unit=unit, level=level)
    return result


def _head(
    dated: Timeline, place: int, found: ChangePoints | None, significant: bool
) -> dict[str, Any]:
    """Return what a theme's rows have in common."""
    row: dict[str, Any] = dated.columns().iloc[place].to_dict()  # type: ignore[assignment]
    probability = float("nan") if found is None else found.segments.probability()
    result = "change" if significant and probability >= 0.5 else "none"
    return {
        **row,
        "result": "too_few" if found is None else result,
        "p": float("nan"),
        "p_adjusted": float("nan"),
        "probability": probability,
    }


def _found(dated: Timeline, place: int, fewest: int) -> ChangePoints:
    grid = beta_binomial_grid(dated.counts[:, place], dated.totals)
    return change_points(dated.days, *grid, fewest=fewest)


def _changes(
    dated: Timeline, place: int, found: ChangePoints, changed: pd.DataFrame | None, level: float
) -> list[dict[str, Any]]:
    """Return a row for each change of a theme."""
    places = found.likeliest_places()
    dates = found.dates(level)
    bounds = [0, *places, len(found.first)]
    cells = found.first[places]
    meetings = np.searchsorted(dated.days, [dated.days[0], *cells])
    meetings = np.append(meetings, len(dated.days))
    over = _step_over_line(dated, place, meetings)
    rows = []
    for k, (day, low, high) in enumerate(dates):
        row: dict[str, Any] = {"n_changes": len(places), "change": k + 1}
        row.update(date=_date(day), date_low=_date(low), date_high=_date(high))
        for side, j in (("before", k), ("after", k + 1)):
            share = found.share(bounds[j], bounds[j + 1], level)
            row.update(zip((f"share_{side}{e}" for e in ("", "_low", "_high")), share, strict=True))
            inside = slice(meetings[j], meetings[j + 1])
            row[f"n_items_{side}"] = int(dated.items[inside].sum())
            row[f"n_meetings_{side}"] = int(meetings[j + 1] - meetings[j])
        span = int(low), int(high), int(dated.days[0]), int(dated.days[-1])
        rows.append({**_NONE, **row, **_handovers(changed, *span), "step_over_line": over})
    return rows


def _date(day: float) -> pd.Timestamp:
    return _EPOCH + pd.Timedelta(days=int(day))


def _handovers(
    changed: pd.DataFrame | None, low: int, high: int, first: int, last: int
) -> dict[str, Any]:
    if changed is None:
        return {}
    days = (changed["date"] - _EPOCH).dt.days.to_numpy()
    inside = changed[(days >= low) & (days <= high)]
    names = [f"{row.date:%Y-%m-%d} {row.administration}" for row in inside.itertuples()]
    chance = handovers_by_chance(days, high - low + 1, first, last)
    return {
        "handovers": ";".join(names),
        "n_handovers": len(inside),
        "handovers_expected": chance.expected,
        "handovers_any": chance.any,
    }


def _step_over_line(dated: Timeline, place: int, bounds: npt.NDArray[np.int64]) -> float:
    """Return AIC of a straight logit line less that of the steps, with effective items."""
    from scipy.special import expit, logit, xlogy

    y, n = dated.counts[:, place], dated.totals
    segment = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    steps = (np.bincount(segment, y) / np.bincount(segment, n))[segment]
    span = dated.days[-1] - dated.days[0]
    basis = np.column_stack([np.ones(len(n)), (dated.days - dated.days.mean()) / span])
    safe = np.clip(steps, 1e-6, 1 - 1e-6)
    weight = 1 / (1 + (n - 1) * meeting_correlation(y, n, logit(safe), len(bounds) - 1))
    line = fit_penalized(basis, weight * y, weight * n, np.zeros((2, 2)), 1.0, prior=1e-6)

    def likelihood(share: FloatArray) -> float:
        return float((weight * (xlogy(y, share) + xlogy(n - y, 1 - share))).sum())

    k = len(bounds) - 2
    aic_line = 2 * 2 - 2 * likelihood(expit(basis @ line.coefficients))
    # A date that was searched for counts as three parameters (Ninomiya 2015).
    return aic_line - (2 * (k + 1 + 3 * k) - 2 * likelihood(steps))
