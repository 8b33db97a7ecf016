"""Two bodies → which takes up a theme first, and by how long: pairs, net scores, correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, check_level, choices, shorten
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.counts import Unit, theme_counts
from cio_topics.tracking.sequence.clustered import clustered_interval
from cio_topics.tracking.sequence.first_appearances import observed_spans
from cio_topics.tracking.sequence.order import (
    Shuffle,
    check_bodies,
    check_draws,
    dated_meetings,
    shuffled,
    theme_matrix,
    windows,
)

__all__ = ["STEPS", "VERDICTS", "lag_correlations", "lead_scores", "theme_leads"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: What can be said of two bodies and a theme within the time in which both are observed: the body
#: or the other is first; dates overlap; only one of them has it; one had it before that time.
VERDICTS = ("body_first", "other_first", "tied", "only_body", "only_other", "before", "neither")

Step = Literal["month", "quarter", "year"]
#: Steps of a series.
STEPS = ("month", "quarter", "year")

_NEVER = 1e18


class _Bodies(NamedTuple):
    """Days of the meetings of each body, as numbers, and the days between which it is observed."""

    names: list[str]
    rows: list[IntArray]
    first: FloatArray
    last: FloatArray
    start: FloatArray
    end: FloatArray


def _bodies(meetings: pd.DataFrame) -> _Bodies:
    spans = observed_spans(meetings).dropna(subset=["observed_from"])
    dated = meetings["first"].notna()
    indices = meetings[dated].groupby("body", sort=False).indices
    places = np.flatnonzero(dated.to_numpy())
    return _Bodies(
        list(spans.index),
        [places[indices[name]] for name in spans.index],
        _days(meetings["first"]),
        _days(meetings["last"]),
        _days(spans["observed_from"]),
        _days(spans["observed_until"]),
    )


def _days(values: pd.Series) -> FloatArray:
    days = (values - pd.Timestamp("1970-01-01")) / pd.Timedelta(days=1)
    return np.asarray(days, dtype=np.float64)


class _Appearance(NamedTuple):
    """Of one body within a time, by draw and theme: seen before it, and days of the first."""

    before: npt.NDArray[np.bool_]
    low: FloatArray
    high: FloatArray


def _appearance(
    has: npt.NDArray[np.bool_], first: FloatArray, last: FloatArray, start: float, end: float
) -> _Appearance:
    """Return when themes appear first between two days, shapes (n_draws, n_themes)."""
    inside: npt.NDArray[np.bool_] = ((first >= start) & (last <= end))[None, :, None] & has
    before = (has & (first < start)[None, :, None]).any(axis=1)
    low = np.where(inside, first[None, :, None], _NEVER).min(axis=1, initial=_NEVER)
    high = np.where(inside, last[None, :, None], _NEVER).min(axis=1, initial=_NEVER)
    return _Appearance(np.asarray(before), low, high)


def _verdicts(one: _Appearance, other: _Appearance) -> npt.NDArray[np.int64]:
    """Return the place in VERDICTS, shape (n_draws, n_themes)."""
    here, there = one.low < _NEVER, other.low < _NEVER
    return np.select(
        [
            one.before | other.before,
            ~here & ~there,
            here & ~there,
            ~here & there,
            one.high < other.low,
            other.high < one.low,
        ],
        [5, 6, 3, 4, 0, 1],
        2,
    )


def theme_leads(table: pd.DataFrame, *, themes: Sequence[str] | None = None) -> pd.DataFrame:
    """Return for every two bodies and theme which body has it first, where that can be told.

    Two bodies are compared only within the time in which the corpus has meetings of both. A theme
    that one of them had before that time is not compared (``before``): the other could not be seen
    to be first.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional

    Returns
    -------
    DataFrame
        ``body, other_body, theme, verdict`` (of :data:`VERDICTS`), ``days_low, days_high`` (from
        the first appearance in `body` to that in `other_body`; negative if the other is first),
        ``overlap_from, overlap_until, n_meetings_body, n_meetings_other`` (within that time), by
        body in the order of the table. Each two bodies once; none whose times do not overlap.

    Raises
    ------
    SettingsError
        An unknown theme.
    """
    meetings = dated_meetings(table)
    names, counts = theme_matrix(table, meetings, themes)
    bodies = _bodies(meetings)
    has = (counts > 0)[None]
    rows = [
        _pair_rows(bodies, one, other, has, names)
        for one in range(len(bodies.names))
        for other in range(one + 1, len(bodies.names))
        if _overlap(bodies, one, other) is not None
    ]
    if not rows:
        return pd.DataFrame({column: [] for column in _LEAD_COLUMNS})
    return pd.concat(rows, ignore_index=True)


_LEAD_COLUMNS = [
    *("body", "other_body", "theme", "verdict", "days_low", "days_high", "overlap_from"),
    *("overlap_until", "n_meetings_body", "n_meetings_other"),
]


def _overlap(bodies: _Bodies, one: int, other: int) -> tuple[float, float] | None:
    start = max(bodies.start[one], bodies.start[other])
    end = min(bodies.end[one], bodies.end[other])
    return (start, end) if start <= end else None


def _compared(
    bodies: _Bodies, one: int, other: int, has: npt.NDArray[np.bool_]
) -> tuple[_Appearance, _Appearance]:
    span = _overlap(bodies, one, other)
    if span is None:
        raise ValueError("the bodies are not observed at one time")
    seen = []
    for body in (one, other):
        rows = bodies.rows[body]
        seen.append(_appearance(has[:, rows], bodies.first[rows], bodies.last[rows], *span))
    return seen[0], seen[1]


def _pair_rows(
    bodies: _Bodies, one: int, other: int, has: npt.NDArray[np.bool_], names: list[str]
) -> pd.DataFrame:
    here, there = _compared(bodies, one, other, has)
    verdict = _verdicts(here, there)[0]
    start, end = _overlap(bodies, one, other) or (np.nan, np.nan)
    compared = verdict <= 2
    inside = [
        int(((bodies.first[rows] >= start) & (bodies.last[rows] <= end)).sum())
        for rows in (bodies.rows[one], bodies.rows[other])
    ]
    return pd.DataFrame(
        {
            "body": bodies.names[one],
            "other_body": bodies.names[other],
            "theme": pd.Series(names, dtype="str"),
            "verdict": pd.Series([VERDICTS[place] for place in verdict], dtype="str"),
            "days_low": np.where(compared, there.low[0] - here.high[0], np.nan),
            "days_high": np.where(compared, there.high[0] - here.low[0], np.nan),
            "overlap_from": pd.Timestamp("1970-01-01") + pd.Timedelta(days=start),
            "overlap_until": pd.Timestamp("1970-01-01") + pd.Timedelta(days=end),
            "n_meetings_body": inside[0],
            "n_meetings_other": inside[1],
        }
    )


def lead_scores(
    table: pd.DataFrame,
    *,
    themes: Sequence[str] | None = None,
    window_years: int = 2,
    level: float = 0.95,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how much more often each body leads than follows, beside what chance gives.

    The score is ``(n_led - n_followed) / (n_led + n_followed)`` over all themes and other bodies
    that can be compared (:func:`theme_leads`): 1 always leads, −1 always follows. A body that meets
    more often has each theme sooner by chance alone; `expected` is the mean score when themes are
    moved between the meetings of each body within windows of years.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    themes : sequence of str, optional
    window_years : int, default 2
        As in :func:`theme_transitions`.
    level : float in (0, 1), default 0.95
        Themes are drawn as clusters: one theme in several bodies is one story.
    n_draws : int, default 1000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``body, n_led, n_followed, n_tied, n_only`` (only one of the two has the theme),
        ``n_themes, n_bodies`` (behind led and followed), ``n_items, n_meetings`` (of the body),
        ``score, score_low, score_high, expected, p, p_adjusted`` (two-sided; Benjamini and
        Hochberg over bodies), in the order of the table. No score where nothing can be compared.

    Raises
    ------
    SettingsError
        An unknown theme, a level outside (0, 1), no draw.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201.
    Phipson, B. and Smyth, G. K. (2010). doi:10.2202/1544-6115.1585 (p).
    """
    check_level(level)
    check_draws(n_draws)
    meetings = dated_meetings(table)
    counts = theme_matrix(table, meetings, themes)[1]
    bodies = _bodies(meetings)
    has = counts > 0
    seen = _tally(bodies, has[None])
    drawn = [
        _scores(_tally(bodies, has[taken]).sum(axis=2))
        for taken in shuffled(
            windows(meetings, window_years), "windows", n_draws, random_state=random_state
        )
    ]
    scores = _scores(seen.sum(axis=2))[0]
    p, expected = _score_p(scores, np.concatenate(drawn))
    n_items = meetings.groupby("body")["n_items"].sum()
    n_meetings = meetings.groupby("body").size()
    led, followed = (np.moveaxis(seen[0, ..., place], 0, 1) for place in (0, 1))
    low, high = clustered_interval(led, led + followed, level=level)
    return pd.DataFrame(
        {
            "body": pd.Series(bodies.names, dtype="str"),
            **{
                column: seen[0, :, :, place].sum(axis=1).astype(int)
                for place, column in enumerate(("n_led", "n_followed", "n_tied", "n_only"))
            },
            "n_themes": (seen[0, :, :, :2].sum(axis=2) > 0).sum(axis=1),
            "n_bodies": _n_partners(bodies, has[None]),
            "n_items": n_items.reindex(bodies.names).to_numpy(),
            "n_meetings": n_meetings.reindex(bodies.names).to_numpy(),
            "score": scores,
            "score_low": 2 * low - 1,
            "score_high": 2 * high - 1,
            "expected": np.where(np.isfinite(scores), expected, np.nan),
            "p": p,
            "p_adjusted": adjusted(p),
        }
    )


def _tally(bodies: _Bodies, has: npt.NDArray[np.bool_]) -> FloatArray:
    """Return led, followed, tied, only one: shape (n_draws, n_bodies, n_themes, 4)."""
    tally = np.zeros((len(has), len(bodies.names), has.shape[2], 4))
    for one in range(len(bodies.names)):
        for other in range(one + 1, len(bodies.names)):
            if _overlap(bodies, one, other) is None:
                continue
            verdict = _verdicts(*_compared(bodies, one, other, has))
            led, followed = verdict == 0, verdict == 1
            rest = [verdict == 2, (verdict == 3) | (verdict == 4)]
            tally[:, one] += np.stack([led, followed, *rest], axis=-1)
            tally[:, other] += np.stack([followed, led, *rest], axis=-1)
    return tally


def _n_partners(bodies: _Bodies, has: npt.NDArray[np.bool_]) -> IntArray:
    n = np.zeros(len(bodies.names), dtype=np.int64)
    for one in range(len(bodies.names)):
        for other in range(one + 1, len(bodies.names)):
            if _overlap(bodies, one, other) is None:
                continue
            decided = (_verdicts(*_compared(bodies, one, other, has)) <= 1).any()
            n[[one, other]] += int(decided)
    return n


def _scores(sums: FloatArray) -> FloatArray:
    led, followed = sums[..., 0], sums[..., 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return (led - followed) / (led + followed)


def _score_p(scores: FloatArray, drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return two-sided p of each score and the mean of the drawn ones."""
    known = np.isfinite(drawn)
    n = known.sum(axis=0)
    expected = np.where(known, drawn, 0.0).sum(axis=0) / np.maximum(n, 1)
    expected = np.where(n > 0, expected, np.nan)
    far = np.abs(drawn - expected) >= np.abs(scores - expected) - 1e-9
    p = ((known & far).sum(axis=0) + 1) / (n + 1)
    varies = np.where(known, np.abs(drawn - expected), 0.0).max(axis=0, initial=0.0) > 1e-12
    return np.where(np.isfinite(scores) & varies, p, np.nan), expected


def lag_correlations(
    table: pd.DataFrame,
    body: str,
    other_body: str,
    *,
    themes: Sequence[str] | None = None,
    step: Step = "quarter",
    max_lag: int = 4,
    unit: Unit = "items",
    shuffle: Shuffle = "windows",
    window_years: int = 2,
    min_pairs: int = 8,
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how the share of a theme in one body goes with its share in another some steps later.

    A step without a meeting has no share. The band says how far correlations go by chance over all
    lags together (family-wise): themes are moved between the meetings of each body, and the band
    is the largest standardized distance over the lags that no more than ``1 - level`` of the draws
    exceed.

    Parameters
    ----------
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`.
    body, other_body : str
    themes : sequence of str, optional
    step : {"month", "quarter", "year"}, default "quarter"
        Meetings whose date is less exact than a step are left out and counted.
    max_lag : int, default 4
        Lags from ``-max_lag`` to ``max_lag``.
    unit : {"items", "meetings"}, default "items"
        What the share is of.
    shuffle : {"windows", "shift"}, default "windows"
        ``windows`` keeps what changes slowly, such as a theme that rises in both bodies; ``shift``
        keeps the order of meetings, so that a theme that stays for several meetings is not taken
        for more than one event.
    window_years : int, default 2
        With ``windows``.
    min_pairs : int, default 8
        Least number of steps in which both have meetings; fewer have no correlation.
    level : float in (0, 1), default 0.95
    n_draws : int, default 2000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``theme, lag`` (positive: the other body is later), ``n`` (pairs of steps), ``n_items,
        n_meetings`` (of both bodies in the series), ``n_left_out, r, r_low, r_high`` (on Fisher's
        scale, with a variance that does not ask for normal shares, and t), ``band_low, band_high,
        p`` (of this lag over all lags of the theme), ``p_adjusted`` (the smallest p of each theme
        by Benjamini and Hochberg over themes; the same in all its rows). No r where one of the
        series does not vary.

    Raises
    ------
    SettingsError
        Unknown bodies, themes or settings.
    TooSmallError
        The bodies are never observed at one time.

    References
    ----------
    Fisher, R. A. (1915). Frequency distribution of the values of the correlation coefficient in
    samples from an indefinitely large population. Biometrika 10, 507-521. doi:10.2307/2331838.
    Devlin, S. J., Gnanadesikan, R. and Kettenring, J. R. (1975). Robust estimation and outlier
    detection with correlation coefficients. Biometrika 62, 531-545. doi:10.1093/biomet/62.3.531
    (the influence function of r, whose mean square is the variance).
    Westfall, P. H. and Young, S. S. (1993). Resampling-Based Multiple Testing. Wiley (the largest
    standardized statistic over a family).
    """
    check_level(level)
    check_draws(n_draws)
    _check_lags(step, unit, max_lag, min_pairs)
    meetings = dated_meetings(table)
    check_bodies(meetings, [body, other_body])
    meetings = meetings[meetings["body"].isin([body, other_body])].reset_index(drop=True)
    counted = theme_counts(
        table[table["body"].isin([body, other_body])], "body", themes=themes, unit=unit
    )
    rows = pd.Index(counted.meetings).get_indexer(pd.Index(meetings["meeting_id"]))
    series = _Series.placed(meetings, step, body, other_body)
    counts, totals = counted.counts[rows], counted.totals[rows]
    seen = _correlations(series, counts[None], totals[None], max_lag, min_pairs)[0]
    groups = windows(meetings, window_years if shuffle == "windows" else 0)
    drawn = np.concatenate(
        [
            _correlations(series, counts[part], totals[part], max_lag, min_pairs)
            for taken in shuffled(groups, shuffle, n_draws, random_state=random_state)
            for part in np.array_split(taken, max(1, taken.size * counts.shape[1] // 4_000_000))
        ]
    )
    n_pairs = _n_pairs(series, max_lag)
    bounds = _bounds(series, counts, totals, max_lag, seen, level)
    return _lag_result(counted.themes, seen, drawn, n_pairs, bounds, level).assign(
        n_items=int(counted.items[rows][series.used].sum()),
        n_meetings=int(series.used.sum()),
        n_left_out=int((~series.used).sum()),
    )[_LAG_COLUMNS]


_LAG_COLUMNS = [
    *("theme", "lag", "n", "n_items", "n_meetings", "n_left_out", "r", "r_low", "r_high"),
    *("band_low", "band_high", "p", "p_adjusted"),
]


def _check_lags(step: str, unit: str, max_lag: int, min_pairs: int) -> None:
    if step not in STEPS:
        raise SettingsError(f"unknown step {shorten(step)}; expected one of: {choices(STEPS)}.")
    if unit not in ("items", "meetings"):
        raise SettingsError(f"unknown unit {shorten(unit)}; expected one of: items, meetings.")
    if max_lag < 0 or min_pairs < 4:
        raise SettingsError(
            f"max_lag is {max_lag}, min_pairs {min_pairs}; expected at least 0 and 4."
        )


class _Series(NamedTuple):
    """Which meeting stands in which step of which body's series, within the common time."""

    step: IntArray
    is_body: npt.NDArray[np.bool_]
    used: npt.NDArray[np.bool_]
    n_steps: int

    @classmethod
    def placed(cls, meetings: pd.DataFrame, step: Step, body: str, other_body: str) -> _Series:
        letter = {"month": "M", "quarter": "Q", "year": "Y"}[step]
        starts, ends = (meetings[c].dt.to_period(letter) for c in ("first", "last"))
        placed = (meetings["first"].notna() & (starts == ends)).to_numpy()
        ordinal = starts.map(lambda p: -1 if p is pd.NaT else p.ordinal).to_numpy(dtype=np.int64)
        is_body = (meetings["body"] == body).to_numpy()
        spans = [ordinal[placed & rows] for rows in (is_body, ~is_body)]
        if not all(len(each) for each in spans):
            raise TooSmallError(
                f"{shorten(body)} or {shorten(other_body)} has no meeting dated to a {step}; "
                "expected some of both."
            )
        start = max(each.min() for each in spans)
        end = min(each.max() for each in spans)
        if end < start:
            raise TooSmallError(
                f"the corpus has no {step} in which both {shorten(body)} and "
                f"{shorten(other_body)} are observed; expected at least one.",
                "Choose two bodies that were at work at one time.",
                "同じ時期に開かれていた二つの会議体を選んでください。",
            )
        used = placed & (ordinal >= start) & (ordinal <= end)
        return cls(np.where(used, ordinal - start, 0), is_body, used, int(end - start + 1))


def _shares(
    series: _Series, counts: FloatArray, totals: FloatArray, rows: npt.NDArray[np.bool_]
) -> FloatArray:
    """Return shares by draw, step and theme; no number in steps without items."""
    chosen = np.flatnonzero(rows & series.used)
    place = np.zeros((series.n_steps, len(chosen)))
    place[series.step[chosen], np.arange(len(chosen))] = 1
    sums = place @ counts[:, chosen]
    sizes = totals[:, chosen] @ place.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums / sizes[..., None]


def _n_pairs(series: _Series, max_lag: int) -> IntArray:
    ones = np.ones((1, len(series.used)))
    one, other = (
        np.isfinite(_shares(series, ones[..., None], ones, rows))[0, :, 0].astype(float)
        for rows in (series.is_body, ~series.is_body)
    )
    both = [_lagged(one, other, lag) for lag in range(-max_lag, max_lag + 1)]
    return np.array([int((here * there).sum()) for here, there in both])


def _lagged(one: FloatArray, other: FloatArray, lag: int) -> tuple[FloatArray, FloatArray]:
    """Return the part of both series in which the other is `lag` steps later."""
    n = one.shape[0]
    here, there = slice(max(0, -lag), max(0, n - max(0, lag))), slice(max(0, lag), n + min(0, lag))
    if abs(lag) >= n:
        return one[:0], other[:0]
    return one[here], other[there]


def _correlations(
    series: _Series, counts: FloatArray, totals: FloatArray, max_lag: int, min_pairs: int
) -> FloatArray:
    """Return r by draw, lag and theme; no number where it cannot be told."""
    one = np.moveaxis(_shares(series, counts, totals, series.is_body), 1, 0)
    other = np.moveaxis(_shares(series, counts, totals, ~series.is_body), 1, 0)
    return np.stack(
        [_r(*_lagged(one, other, lag), min_pairs) for lag in range(-max_lag, max_lag + 1)], axis=1
    )


def _r(one: FloatArray, other: FloatArray, min_pairs: int) -> FloatArray:
    """Return r along the first axis over steps where both are known, shape (n_draws, n_themes)."""
    both = np.isfinite(one) & np.isfinite(other)
    n = both.sum(axis=0)
    size = np.maximum(n, 1)
    one, other = np.where(both, one, 0.0), np.where(both, other, 0.0)
    one = np.where(both, one - one.sum(axis=0) / size, 0.0)
    other = np.where(both, other - other.sum(axis=0) / size, 0.0)
    spread = np.sqrt((one**2).sum(axis=0) * (other**2).sum(axis=0))
    known = (spread > 1e-12) & (n >= min_pairs)
    return np.where(known, (one * other).sum(axis=0) / np.where(known, spread, 1.0), np.nan)


def _lag_result(
    themes: Sequence[str],
    seen: FloatArray,
    drawn: FloatArray,
    n_pairs: IntArray,
    bounds: tuple[FloatArray, FloatArray],
    level: float,
) -> pd.DataFrame:
    known = np.isfinite(drawn)
    n = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, drawn, 0.0).sum(axis=0) / n
    spread = np.sqrt(np.where(known, (drawn - mean) ** 2, 0.0).sum(axis=0) / n)
    usable = np.isfinite(seen) & (spread > 1e-9)
    safe = np.where(spread > 1e-9, spread, 1.0)
    far = np.where(known & usable, np.abs(drawn - mean) / safe, 0.0).max(axis=1)
    own = np.where(usable, np.abs(seen - mean) / safe, np.nan)
    p = ((far[:, None] >= own - 1e-12).sum(axis=0) + 1) / (len(drawn) + 1)
    p = np.where(usable, p, np.nan)
    reach = _reach(far, level)
    low, high = bounds
    smallest = np.where(usable, p, np.inf).min(axis=0)
    by_theme = adjusted(np.where(np.isfinite(smallest), smallest, np.nan))
    n_lags = len(n_pairs)
    lags = np.arange(n_lags) - n_lags // 2
    return pd.DataFrame(
        {
            "theme": pd.Series(np.repeat(themes, n_lags), dtype="str"),
            "lag": np.tile(lags, len(themes)),
            "n": np.tile(n_pairs, len(themes)),
            "r": seen.T.ravel(),
            "r_low": low.T.ravel(),
            "r_high": high.T.ravel(),
            "band_low": np.where(usable, np.maximum(mean - reach * safe, -1), np.nan).T.ravel(),
            "band_high": np.where(usable, np.minimum(mean + reach * safe, 1), np.nan).T.ravel(),
            "p": p.T.ravel(),
            "p_adjusted": np.repeat(by_theme, n_lags),
        }
    )


def _reach(far: FloatArray, level: float) -> FloatArray:
    """Return the distance beyond which p, with the data among the draws, is at most 1 - level.

    Infinite where there are too few draws for such a p.
    """
    place = int(np.ceil(level * (len(far) + 1) - 1e-9)) - 1
    return np.sort(far, axis=0)[place] if place < len(far) else np.full(far.shape[1], np.inf)


def _bounds(
    series: _Series,
    counts: FloatArray,
    totals: FloatArray,
    max_lag: int,
    seen: FloatArray,
    level: float,
) -> tuple[FloatArray, FloatArray]:
    """Return the interval of each r on Fisher's scale, shapes (n_lags, n_themes)."""
    from scipy.stats import t

    one, other = (
        _shares(series, counts[None], totals[None], rows)[0]
        for rows in (series.is_body, ~series.is_body)
    )
    lags = range(-max_lag, max_lag + 1)
    spread, n = np.stack([_r_spread(*_lagged(one, other, lag)) for lag in lags], axis=1)
    inside = np.clip(seen, -1 + 1e-9, 1 - 1e-9)
    half = t.ppf((1 + level) / 2, np.maximum(n - 2, 1)) * spread / (1 - inside**2)
    return np.tanh(np.arctanh(inside) - half), np.tanh(np.arctanh(inside) + half)


def _r_spread(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the standard error of r of each theme, and the pairs behind it, shape (2, n)."""
    both = np.isfinite(one) & np.isfinite(other)
    n = both.sum(axis=0)
    scores = [_standardized(each, both) for each in (one, other)]
    r = (scores[0] * scores[1]).sum(axis=0) / np.maximum(n, 1)
    influence = scores[0] * scores[1] - r * (scores[0] ** 2 + scores[1] ** 2) / 2
    square = np.where(both, influence**2, 0.0).sum(axis=0)
    return np.stack([np.sqrt(square / (np.maximum(n, 1) * np.maximum(n - 3, 1))), n])


def _standardized(values: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    n = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / n
    centred = np.where(known, values - mean, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / n)
    return centred / np.where(spread > 1e-12, spread, 1.0)
