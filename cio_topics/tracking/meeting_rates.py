"""How often, how long and with how much a body meets, by period; rates compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.corpus import Corpus, read_case_study
from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.intervals import wilson_interval
from cio_topics.periods import UNKNOWN, add_periods, check_period, date_spans
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.counts import handouts_per_item
from cio_topics.tracking.custom_periods import place_in_periods

__all__ = [
    "MEETING_KINDS",
    "activity",
    "activity_ratio",
    "case_study_activity",
    "meeting_minutes",
    "observed_span",
    "poisson_interval",
    "rate_ratio",
]

FloatArray = npt.NDArray[np.float64]

#: Which meetings are compared: all; those that are known to be circulated, or known not to be.
MEETING_KINDS = ("all", "circulated", "not_circulated")

_YEAR = 365.25
_DAY_OF_MINUTES = 24 * 60


def activity(
    corpus: Corpus,
    by: str | pd.DataFrame = "year",
    *,
    since: str | None = None,
    until: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Count meetings by period, with rates a year and means a meeting.

    A rate is meetings over the years in which they could have been seen: the days of the period
    that lie in the span of the corpus, over 365.25. The span goes from the first to the last day on
    which a meeting of the corpus may have been held, unless `since` and `until` say otherwise. With
    ``by="body"`` each body has its own span. A rate knows only the meetings that the corpus holds.

    Parameters
    ----------
    corpus : Corpus
    by : str or DataFrame, default "year"
        One of :data:`~cio_topics.periods.GROUPINGS`, or periods from
        :func:`~cio_topics.tracking.make_periods`.
    since, until : str, optional
        First and last day of the span (ISO); meetings outside are left out.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        A row a period in order of time, ``unknown`` last:

        - ``period, n_bodies, since, until, days, years``: bodies that met; the first and last day
          of the period in the span, and how many days were there (with breaks, fewer than between
          the two);
        - ``n_meetings, n_meetings_low, n_meetings_high`` and ``rate, rate_low, rate_high``: with
          Garwood's exact Poisson interval; no number where no day was seen, and in ``unknown``;
        - ``n_circulated, n_joint, n_format_known`` and ``circulated, circulated_low,
          circulated_high``: the share of circulated meetings among those of known format, with
          Wilson's interval;
        - ``n_items, n_with_items, items, items_low, items_high``: items, meetings whose agenda is
          known, and items a meeting of these; in the same way ``n_handouts, n_with_handouts,
          handouts, …`` and ``n_minutes, n_with_minutes, minutes, …``. The interval is Student's t
          with meetings as units; none with fewer than two meetings, or where all are equal.

    Raises
    ------
    SettingsError
        An unknown grouping, `since` after `until`, or a level outside (0, 1).

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    doi:10.1093/biomet/28.3-4.437: the interval of counts and rates.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.tracking import CASE_STUDY_BODY
    >>> table = activity(read_example().filter(bodies=[CASE_STUDY_BODY]), "government")
    >>> table[["period", "n_meetings", "years", "rate"]].round(2)
               period  n_meetings  years  rate
    0         ldp_led          53  14.14  3.75
    1  democratic_led           6   3.28  1.83
    2         unknown           2   0.00   NaN
    """
    check_level(level)
    corpus = _inside(corpus, since, until)
    meetings = _measured(corpus)
    labels, order = place_in_periods(meetings, by, corpus.administrations)
    grouped = meetings.groupby(labels.to_numpy())
    table = _exposure(meetings, by, order, corpus.administrations, since, until)
    sums = grouped.agg(
        n_bodies=("body", "nunique"),
        n_meetings=("body", "size"),
        n_circulated=("circulated", "sum"),
        n_joint=("joint", "sum"),
        n_format_known=("format_known", "sum"),
    )
    table = table.join(sums.reindex(order, fill_value=0))
    seen = (table["days"] > 0) & (table.index != UNKNOWN)
    table = _with_rates(table, seen.to_numpy(), level)
    known = table["n_format_known"]
    table["circulated"] = table["n_circulated"] / known.where(known > 0)
    bounds = wilson_interval(table["n_circulated"], known, level=level)
    table["circulated_low"], table["circulated_high"] = bounds
    for name in ("items", "handouts", "minutes"):
        table = table.join(_means(grouped[name], name, level).reindex(order))
        for column in (f"n_{name}", f"n_with_{name}"):
            table[column] = table[column].fillna(0).astype(int)
    return table.rename_axis("period").reset_index()


def _inside(corpus: Corpus, since: str | None, until: str | None) -> Corpus:
    return corpus if since is None and until is None else corpus.filter(since=since, until=until)


def _measured(corpus: Corpus) -> pd.DataFrame:
    """Return the meetings with what is counted and averaged."""
    meetings = add_periods(corpus.meetings, corpus.administrations)
    ids = meetings["meeting_id"]
    agenda = corpus.agenda()
    items = ids.map(agenda["meeting_id"].value_counts())
    tied = agenda["item_id"].map(handouts_per_item(corpus)).groupby(agenda["meeting_id"]).sum()
    counted = meetings["n_handouts"].astype(float)
    return meetings.assign(
        circulated=meetings["format"] == "circulated",
        joint=meetings["format"] == "joint",
        format_known=meetings["format"] != UNKNOWN,
        items=items.astype(float),
        handouts=counted.fillna(ids.map(tied[tied > 0])),
        minutes=meeting_minutes(meetings),
    )


def meeting_minutes(meetings: pd.DataFrame) -> pd.Series[float]:
    """Return how many minutes each meeting took.

    Parameters
    ----------
    meetings : DataFrame, shape (n, k)
        With ``start, end`` as ``HH:MM``, empty where not known.

    Returns
    -------
    Series of float, shape (n,)
        An end before the start lies on the next day. Not a number where a time is missing.

    Examples
    --------
    >>> times = pd.DataFrame({"start": ["09:30", "23:30", ""], "end": ["10:00", "00:15", "12:00"]})
    >>> meeting_minutes(times).tolist()
    [30.0, 45.0, nan]
    """
    start, end = (_minute_of_day(meetings[column]) for column in ("start", "end"))
    return (end - start) % _DAY_OF_MINUTES


def _minute_of_day(times: pd.Series[str]) -> pd.Series[float]:
    parts = times.str.extract(r"^(\d{1,2}):(\d{2})").astype(float)
    return parts[0] * 60 + parts[1]


def _exposure(
    meetings: pd.DataFrame,
    by: str | pd.DataFrame,
    order: list[str],
    administrations: pd.DataFrame,
    since: str | None,
    until: str | None,
) -> pd.DataFrame:
    """Return the days of each period in the span of the corpus: ``since, until, days, years``."""
    if isinstance(by, str) and by in ("body", "format"):
        names = order or [UNKNOWN]  # without any meeting there is no body either
        parts = [meetings[meetings["body"] == name] if by == "body" else meetings for name in names]
        spans = [_observed_days(part, since, until) for part in parts]
        days = pd.concat(
            [each.assign(period=name) for each, name in zip(spans, names, strict=True)]
        )
    else:
        days = _observed_days(meetings, since, until)
        days = add_periods(days, administrations)
        days = days.assign(period=place_in_periods(days, by, administrations)[0])
    grouped = days.groupby("period")["date"]
    counted = pd.DataFrame({"since": grouped.min(), "until": grouped.max(), "days": grouped.size()})
    counted = counted.reindex([name for name in order if name != UNKNOWN]).reindex(order)
    counted[["since", "until"]] = counted[["since", "until"]].fillna("").astype("str")
    counted["days"] = counted["days"].fillna(0).astype(int)
    return counted.assign(years=counted["days"] / _YEAR)


def _observed_days(meetings: pd.DataFrame, since: str | None, until: str | None) -> pd.DataFrame:
    """Return every day of the span: ``date, date_precision``."""
    first, last = _span(meetings, since, until)
    days = pd.DatetimeIndex([]) if pd.isna(first) or pd.isna(last) else pd.date_range(first, last)
    return pd.DataFrame({"date": pd.Series(days.strftime("%Y-%m-%d"), dtype="str")}).assign(
        date_precision="day"
    )


def _span(
    meetings: pd.DataFrame, since: str | None, until: str | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    spans = date_spans(meetings["date"], meetings["date_precision"])
    first = spans["first"].min() if since is None else pd.Timestamp(since)
    last = spans["last"].max() if until is None else pd.Timestamp(until)
    return first, last


def observed_span(
    corpus: Corpus, *, since: str | None = None, until: str | None = None
) -> tuple[str, str]:
    """Return the first and the last day on which meetings of a corpus could have been seen.

    Parameters
    ----------
    corpus : Corpus
    since, until : str, optional
        As in :func:`activity`.

    Returns
    -------
    tuple of str
        ISO days; empty where no date is known.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> observed_span(read_example(), since="2002-11-01")
    ('2002-11-01', '2025-07-01')
    """
    days = _span(_inside(corpus, since, until).meetings, since, until)
    first, last = ("" if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days)
    return first, last


def _with_rates(table: pd.DataFrame, seen: npt.NDArray[np.bool_], level: float) -> pd.DataFrame:
    low, high = poisson_interval(table["n_meetings"], level=level)
    years = table["years"].where(seen)
    return table.assign(
        n_meetings_low=np.where(seen, low, np.nan),
        n_meetings_high=np.where(seen, high, np.nan),
        rate=table["n_meetings"] / years,
        rate_low=low / years,
        rate_high=high / years,
    )


def _means(values: Any, name: str, level: float) -> pd.DataFrame:
    """Return the sum, number, mean and t interval of values by period."""
    from scipy.stats import t

    table: pd.DataFrame = values.agg(["sum", "count", "mean"])
    n, deviation = table["count"], values.std()
    enough = (n > 1) & (deviation > 0)
    half = t.ppf((1 + level) / 2, np.maximum(n - 1, 1)) * deviation / np.sqrt(n)
    half = half.where(enough)
    table["low"] = np.maximum(table["mean"] - half, 0.0)
    table["high"] = table["mean"] + half
    table.columns = pd.Index([f"n_{name}", f"n_with_{name}", name, f"{name}_low", f"{name}_high"])
    return table


def poisson_interval(n: npt.ArrayLike, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Return Garwood's exact interval of Poisson counts.

    Parameters
    ----------
    n : array_like of int, shape (k,)
    level : float in (0, 1), default 0.95

    Returns
    -------
    low, high : ndarray of float, shape (k,)
        It covers at least as often as `level` says, mostly more often.

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. Biometrika 28, 437-442.
    doi:10.1093/biomet/28.3-4.437

    Examples
    --------
    >>> low, high = poisson_interval([0, 10])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 4.7954], [3.6889, 18.3904])
    """
    from statsmodels.stats.rates import confint_poisson

    check_level(level)
    counts = np.asarray(n, dtype=float)
    if (counts < 0).any():
        raise SettingsError(f"a count is {counts.min():g}; expected 0 or more.")
    low, high = confint_poisson(counts, 1.0, method="exact-c", alpha=1 - level)
    return np.where(counts == 0, 0.0, low), np.asarray(high, dtype=float)


def rate_ratio(
    events: npt.ArrayLike,
    exposure: npt.ArrayLike,
    later: npt.ArrayLike = (False, True),
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare two rates: exactly as Poisson rates, and with what the counts themselves scatter.

    The exact interval takes events as independent. Where events come in several cells (years), the
    scatter of the cells around the two rates says whether they are: ``dispersion`` is Pearson's
    chi-squared over its degrees of freedom, 1 for Poisson counts. The quasi-Poisson interval widens
    with it (never narrows) and uses Student's t with these degrees of freedom.

    Parameters
    ----------
    events : array_like of int, shape (n_cells,)
    exposure : array_like of float, shape (n_cells,)
        Years, more than 0.
    later : array_like of bool, shape (n_cells,), default (False, True)
        Which cells belong to the period that is compared; the others are the reference.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame, one row
        ``n_reference, years_reference, rate_reference, n, years, rate`` (events, exposure, events
        per exposure); ``ratio, ratio_low, ratio_high, p`` (exact); ``n_cells, dispersion,
        dispersion_p, quasi_low, quasi_high, quasi_p``. The dispersion needs more than two cells,
        and the quasi-Poisson interval events on both sides; else they are no number.

    Raises
    ------
    SettingsError
        Cells of different number, negative events, no exposure, or all cells on one side.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson
    series. Biometrika 31, 313-323. doi:10.1093/biomet/31.3-4.313: given their sum, the events of
    one side are binomial.

    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated
    in the case of the binomial. Biometrika 26, 404-413. doi:10.1093/biomet/26.4.404

    McCullagh, P. and Nelder, J. A. (1989). Generalized linear models, 2nd edition, section 6.2.3:
    the dispersion from Pearson's chi-squared. doi:10.1007/978-1-4899-3242-6

    Examples
    --------
    >>> table = rate_ratio([4, 10], [4.0, 2.0])
    >>> table[["ratio", "ratio_low", "ratio_high", "p"]].round(3).values.tolist()
    [[5.0, 1.442, 21.841, 0.004]]
    """
    check_level(level)
    counts, years = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    second = np.asarray(later, dtype=bool)
    if not counts.shape == years.shape == second.shape or counts.ndim != 1:
        raise SettingsError(
            f"{counts.size} events, {years.size} exposures, {second.size} sides; expected as many."
        )
    if (counts < 0).any() or not (years > 0).all() or second.all() or not second.any():
        raise SettingsError(
            "rates cannot be compared; expected events of 0 or more, exposures above 0, and at "
            "least one cell on either side."
        )
    n = np.array([counts[~second].sum(), counts[second].sum()])
    exposed = np.array([years[~second].sum(), years[second].sum()])
    rates = n / exposed
    found = {
        **{"n_reference": int(n[0]), "years_reference": exposed[0], "rate_reference": rates[0]},
        **{"n": int(n[1]), "years": exposed[1], "rate": rates[1]},
        **_exact_ratio(n, exposed, level),
        **_quasi_ratio(counts, years, second, rates, level),
    }
    return pd.DataFrame([found])


def _exact_ratio(n: FloatArray, exposed: FloatArray, level: float) -> dict[str, float]:
    from scipy.stats import binomtest

    if n.sum() == 0:
        return {"ratio": np.nan, "ratio_low": 0.0, "ratio_high": np.inf, "p": 1.0}
    test = binomtest(int(n[1]), int(n.sum()), exposed[1] / exposed.sum())
    bounds = test.proportion_ci(level, method="exact")
    scale = exposed[0] / exposed[1]
    low, high = (
        side / (1 - side) * scale if side < 1 else np.inf for side in (bounds.low, bounds.high)
    )
    ratio = n[1] / n[0] * scale if n[0] else np.inf
    return {"ratio": ratio, "ratio_low": low, "ratio_high": high, "p": float(test.pvalue)}


def _quasi_ratio(
    counts: FloatArray,
    years: FloatArray,
    second: npt.NDArray[np.bool_],
    rates: FloatArray,
    level: float,
) -> dict[str, float]:
    from scipy.stats import chi2, t

    expected = years * np.where(second, rates[1], rates[0])
    n_free = len(counts) - 2
    seen = expected > 0
    squares = float(((counts - expected)[seen] ** 2 / expected[seen]).sum())
    nothing = dict.fromkeys(("quasi_low", "quasi_high", "quasi_p"), np.nan)
    if n_free < 1 or not seen.any():
        return {"n_cells": len(counts), "dispersion": np.nan, "dispersion_p": np.nan, **nothing}
    dispersion = squares / n_free
    scatter = {"n_cells": len(counts), "dispersion": dispersion}
    scatter["dispersion_p"] = float(chi2.sf(squares, n_free))
    n = np.array([counts[~second].sum(), counts[second].sum()])
    if (n == 0).any():
        return {**scatter, **nothing}
    log_ratio = float(np.log(rates[1] / rates[0]))
    error = float(np.sqrt(max(dispersion, 1.0) * (1 / n).sum()))
    half = t.ppf((1 + level) / 2, n_free) * error
    return {
        **scatter,
        "quasi_low": float(np.exp(log_ratio - half)),
        "quasi_high": float(np.exp(log_ratio + half)),
        "quasi_p": float(2 * t.sf(abs(log_ratio) / error, n_free)),
    }


def activity_ratio(
    corpus: Corpus,
    by: str | pd.DataFrame,
    reference: str,
    period: str,
    *,
    since: str | None = None,
    until: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare how often was met in two periods, as ratios of rates.

    Parameters
    ----------
    corpus, by, since, until, level
        As in :func:`activity`; `by` is a period of time, no body or format.
    reference, period : str
        The ratio is the rate of `period` over that of `reference`.

    Returns
    -------
    DataFrame
        A row a kind of :data:`MEETING_KINDS`: ``kind, reference, period``, the columns of
        :func:`rate_ratio` with calendar years as cells, then ``p_adjusted`` (Holm, over the
        kinds) and ``n_format_unknown``: meetings of the two periods that count in ``all`` only.

    Raises
    ------
    SettingsError
        An unknown period, twice the same, or one of which the corpus has seen no day.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics 6, 65-70.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> table = activity_ratio(read_example(), "government", "ldp_led", "democratic_led")
    >>> table[["kind", "n_reference", "n", "ratio"]].round(2).values.tolist()[0]
    ['all', 143, 15, 0.67]
    """
    if isinstance(by, str):
        check_period(by)
    corpus = _inside(corpus, since, until)
    meetings = _measured(corpus)
    labels, order = place_in_periods(meetings, by, corpus.administrations)
    known = [name for name in order if name != UNKNOWN]
    for name in (reference, period):
        if name not in known:
            raise SettingsError(
                f"unknown period {shorten(name)}; expected one of: {choices(known)}.",
                "Choose one of them, or name periods of your own.",
                "このうちの一つを選ぶか、期間を自分で定めてください。",
            )
    if reference == period:
        raise SettingsError(f"{shorten(period)} is compared with itself; expected two periods.")
    days = add_periods(_observed_days(meetings, since, until), corpus.administrations)
    placed = place_in_periods(days, by, corpus.administrations)[0]
    cells = _cells(days.assign(period=placed), meetings.assign(period=labels), reference, period)
    return _ratios(cells, reference, period, level)


def _cells(days: pd.DataFrame, meetings: pd.DataFrame, reference: str, period: str) -> pd.DataFrame:
    """Return a row a period and calendar year: ``later, years`` and meetings of each kind."""
    cell = ["period", "year"]
    years = days[days["period"].isin([reference, period])].groupby(cell).size() / _YEAR
    kinds = _kinds(meetings["circulated"], meetings["format_known"])
    counts = pd.concat([meetings[cell], kinds], axis=1).groupby(cell).sum()
    missing = {reference, period} - set(years.index.get_level_values("period"))
    if missing:
        raise SettingsError(
            f"no day of {shorten(min(missing))} lies in the span of the corpus; expected some.",
            "Choose another period, or widen --since and --until.",
            "別の期間を選ぶか、--since・--until を広げてください。",
        )
    table = counts.reindex(years.index, fill_value=0).assign(years=years).reset_index()
    return table.assign(later=table["period"] == period)


def _kinds(circulated: pd.Series[bool], known: pd.Series[bool]) -> pd.DataFrame:
    table = pd.DataFrame({"all": 1, "circulated": circulated.astype(int)}, index=circulated.index)
    return table.assign(not_circulated=(known & ~circulated).astype(int))


def _ratios(cells: pd.DataFrame, reference: str, period: str, level: float) -> pd.DataFrame:
    rows = [
        rate_ratio(cells[kind], cells["years"], cells["later"], level=level)
        for kind in MEETING_KINDS
    ]
    table = pd.concat(rows, ignore_index=True)
    table.insert(0, "kind", pd.Series(MEETING_KINDS, dtype="str"))
    table.insert(1, "reference", reference)
    table.insert(2, "period", period)
    known = cells["circulated"].sum() + cells["not_circulated"].sum()
    table["p_adjusted"] = adjusted(table["p"], "holm")
    return table.assign(n_format_unknown=int(cells["all"].sum() - known))


def case_study_activity(
    reference: tuple[int, int] = (2009, 2012),
    period: tuple[int, int] = (2013, 2014),
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare two spans of years in the case study's own count of meetings.

    The case study says in words that the liaison conference was little active from 2009 to 2012 and
    very active in 2013 and 2014. Its table 1 gives meetings and circulated ones by calendar year;
    every other meeting is not circulated. 2002 counts as two months: the table begins in November.

    Parameters
    ----------
    reference, period : tuple of int, default (2009, 2012) and (2013, 2014)
        First and last year, both inside; not overlapping.
    level : float in (0, 1), default 0.95

    Returns
    -------
    DataFrame
        As :func:`activity_ratio` gives it.

    Raises
    ------
    SettingsError
        Years that table 1 does not have, spans that overlap or end before they begin.

    References
    ----------
    本田正美 (2019). 各府省情報化統括責任者(CIO)連絡会議の事例研究, table 1.

    Examples
    --------
    >>> table = case_study_activity()
    >>> table[["kind", "n_reference", "n", "ratio"]].round(2).values.tolist()
    [['all', 14, 10, 1.43], ['circulated', 10, 0, 0.0], ['not_circulated', 4, 10, 5.0]]
    """
    printed = read_case_study("table1").set_index("year")
    first, last = int(printed.index.min()), int(printed.index.max())
    for begin, end in (reference, period):
        if not first <= begin <= end <= last:
            raise SettingsError(
                f"years {begin} to {end}; expected a first and a last year from {first} to {last}."
            )
    if max(reference[0], period[0]) <= min(reference[1], period[1]):
        raise SettingsError(f"the spans {reference} and {period} overlap; expected two apart.")
    chosen = [range(begin, end + 1) for begin, end in (reference, period)]
    years = [*chosen[0], *chosen[1]]
    table = printed.loc[years]
    cells = pd.DataFrame({"all": table["meetings"], "circulated": table["circulated"]})
    cells = cells.assign(
        not_circulated=table["meetings"] - table["circulated"],
        years=np.where(table.index == first, 2 / 12, 1.0),
        later=np.repeat([False, True], [len(span) for span in chosen]),
    )
    names = [f"{begin}–{end}" for begin, end in (reference, period)]
    return _ratios(cells, names[0], names[1], level)
