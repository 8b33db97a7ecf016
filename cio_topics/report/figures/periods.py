"""Periods on an axis of numbers, and the prime ministers behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.periods import UNKNOWN
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import FONT_SIZE, text_points

__all__ = ["PeriodAxis", "minister_layers", "ministers", "period_axis", "place_periods", "years_of"]


class PeriodAxis(NamedTuple):
    """Where periods lie on an axis: year 2004 from 2004 to 2005, other periods one step each."""

    middles: dict[str, float]
    first: float
    last: float
    is_time: bool
    names: dict[str, str]


def place_periods(periods: Sequence[str], names: Mapping[str, str] | None = None) -> PeriodAxis:
    """Return the places of periods; ``unknown`` has none.

    Parameters
    ----------
    periods : sequence of str
        In their order. Years lie on an axis of time, with what is missing between them.
    names : mapping of str to str, optional

    Raises
    ------
    SettingsError
        No period but ``unknown``.

    Examples
    --------
    >>> place_periods(["2004", "2006", "unknown"]).middles
    {'2004': 2004.5, '2006': 2006.5}
    >>> place_periods(["before", "after"]).middles
    {'before': 0.5, 'after': 1.5}
    """
    known = [period for period in dict.fromkeys(periods) if period != UNKNOWN]
    if not known:
        raise SettingsError(
            "no period to draw: the dates of all items are unknown.",
            "Choose items with dates.",
            "日付のわかる項目を選んでください。",
        )
    is_time = all(len(period) == 4 and period.isdecimal() for period in known)
    starts = {p: float(p) if is_time else float(place) for place, p in enumerate(known)}
    shown = {period: (names or {}).get(period, period) for period in known}
    middles = {period: start + 0.5 for period, start in starts.items()}
    return PeriodAxis(middles, min(starts.values()), max(starts.values()) + 1, is_time, shown)


def period_axis(axis: PeriodAxis, width: float, room: float = 0.0, *, labels: bool = True) -> Any:
    """Return the x axis of periods on so many points, with room to the right (in steps)."""
    import altair as alt

    spans = axis.last + room - axis.first
    step_points = width / spans
    if axis.is_time:
        wide = max(map(text_points, axis.names.values())) + 6
        step = next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * step_points >= wide or n == 100)
        years = range(math.ceil(axis.first / step) * step, int(axis.last), step)
        values = [year + 0.5 for year in years]
        names = [axis.names.get(str(year), str(year)) for year in years]
        how: dict[str, Any] = {"labelExpr": f"{_strings(names)}[indexof({values}, datum.value)]"}
    else:
        values = list(axis.middles.values())
        names = [axis.names[period] for period in axis.middles]
        longest = max(map(text_points, names))
        how = {"labelExpr": f"{_strings(names)}[floor(datum.value)]", "labelLimit": 160}
        if longest > step_points - 4:
            how |= {"labelAngle": -40, "labelAlign": "right"}
    scale = alt.Scale(domain=[axis.first, axis.last + room], nice=False, zero=False)
    # Vega thins out values that are more than it would have chosen.
    how |= {"labels": labels, "ticks": labels, "labelOverlap": False, "tickCount": len(values)}
    ticks = alt.Axis(values=values, grid=False, **how)
    return alt.X("place:Q", title=None, scale=scale, axis=ticks)


def _strings(texts: Sequence[str]) -> str:
    """Return texts as an array of Vega's expression language."""
    import json

    return json.dumps(list(texts), ensure_ascii=False)


def ministers(administrations: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Return the prime ministers in their order: administrations of one after another are one row.

    Returns
    -------
    DataFrame
        ``name, government, start, end`` (years with fractions), in order of time.

    Examples
    --------
    >>> from cio_topics.periods import read_administrations
    >>> ministers(read_administrations(), "en")["name"].tolist()[:3]
    ['Koizumi', 'Abe', 'Yasuo Fukuda']
    """
    rows = administrations.sort_values("start", kind="stable")
    run = (rows["prime_minister"] != rows["prime_minister"].shift()).cumsum()
    names = rows["prime_minister"] if lang == "ja" else rows["prime_minister_en"]
    table = pd.DataFrame(
        {
            "name": names.fillna(rows["prime_minister"]),
            "government": rows["government"],
            "start": years_of(rows["start"]),
            "end": years_of(rows["end"]),
        }
    )
    return table.groupby(run.to_numpy()).agg(
        name=("name", "first"),
        government=("government", "first"),
        start=("start", "min"),
        end=("end", "max"),
    )


def years_of(dates: pd.Series[Any]) -> pd.Series[float]:
    """Return dates as years with fractions; no number where there is none.

    Examples
    --------
    >>> years_of(pd.Series(["2004-01-01", "2004-07-02", ""])).tolist()
    [2004.0, 2004.5, nan]
    """
    days = pd.to_datetime(dates, errors="coerce", format="%Y-%m-%d")
    length = 365 + days.dt.is_leap_year.astype(int)
    return days.dt.year + (days.dt.day_of_year - 1) / length


def minister_layers(
    administrations: pd.DataFrame, axis: PeriodAxis, lang: Language, width: float, room: float
) -> list[Any]:
    """Return the prime ministers behind an axis of time: bands, names above, rules at changes.

    Names that have no room are left out.
    """
    import altair as alt

    if not axis.is_time:
        return []
    table = ministers(administrations, lang).reset_index(drop=True)
    turned = (table["government"] != table["government"].shift()) & (table.index > 0)
    table = table.assign(shade=table.index % 2, turned=turned)
    table["end"] = table["end"].fillna(axis.last)
    table = table[(table["end"] > axis.first) & (table["start"] < axis.last)]
    changes = table.loc[table["turned"] & (table["start"] >= axis.first), ["start"]]
    table = table.assign(
        start=table["start"].clip(lower=axis.first), end=table["end"].clip(upper=axis.last)
    )
    table["place"] = (table["start"] + table["end"]) / 2
    steps = (table["end"] - table["start"]) * width / (axis.last + room - axis.first)
    columns = ["name", "start", "end", "place"]
    bands = alt.Chart(table.loc[table["shade"] == 1, columns])
    names = alt.Chart(table.loc[steps >= FONT_SIZE, columns])
    rules = alt.Chart(changes.rename(columns={"start": "place"}))
    place = alt.X("place:Q")
    return [
        bands.mark_rect(color="#eef1f3").encode(x=alt.X("start:Q"), x2="end:Q"),
        rules.mark_rule(color="#7d8890", strokeDash=[3, 2]).encode(x=place),
        names.mark_text(
            angle=270, align="left", baseline="middle", fontSize=FONT_SIZE - 0.5, dy=0, dx=3
        ).encode(x=place, y=alt.value(0), text="name:N"),
    ]
