"""Weights of topics → shares of topics by period, each with its denominator and interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.topics.dynamic.periods import item_periods

__all__ = ["topic_shares"]

_COLUMNS = ("n", "n_items", "n_meetings", "share", "share_low", "share_high")

_LEVEL = 0.95
_CELLS = 4_000_000  # of a table of draws: 32 MB

FloatArray = npt.NDArray[np.float64]


def topic_shares(
    weights: pd.DataFrame,
    agenda: pd.DataFrame,
    *,
    period: str = "year",
    administrations: pd.DataFrame | None = None,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the share of each topic among the items of a period, with 95 % intervals.

    An item gives each topic its weight, so the share is the mean weight of the period's items. An
    item without weights (none of its terms is known) counts among the items and for no topic. A
    date that may lie in two periods belongs to ``unknown``, a row of its own.

    Parameters
    ----------
    weights : DataFrame of float, shape (n_items, n_topics)
        From :func:`cio_topics.topics.topic_weights`: index ``item_id``, values in [0, 1].
    agenda : DataFrame
        From :meth:`cio_topics.corpus.Corpus.agenda`: at least ``item_id, meeting_id, date,
        date_precision``. Items that have no weights are left out.
    period : str, default "year"
        One of :data:`~cio_topics.periods.GROUPINGS`.
    administrations : DataFrame, optional
        Of the corpus; the embedded ones if None.
    n_resamples : int, default 1000
        Draws of the bootstrap.
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``period, topic, n, n_items, n_meetings, share, share_low, share_high``, by period in order
        of time and topic in the order of the columns. `n` is the sum of weights, the expected
        number of items. Periods without items between the first and the last keep their rows; their
        shares are no number; every other share has its interval.

    Raises
    ------
    SettingsError
        An unknown period, weights outside [0, 1], items that the agenda does not have, or fewer
        than two draws.

    Notes
    -----
    Items of one meeting are alike, so whole meetings are drawn with replacement. The variance of
    the drawn shares says how many independent items would vary as much; the interval is Wilson's
    with that number, which lies between 1 and the number of items. Where all meetings are alike, or
    there is one only, meetings are the units. A percentile interval of the same draws is too narrow
    for a few meetings a period (see "Topics over time" in the documentation).

    References
    ----------
    Field, C. A. and Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
    Statistical Society B 69, 369-390. doi:10.1111/j.1467-9868.2007.00593.x. (Drawing clusters.)
    Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201. (The
    effective number of items, with Student's quantile for few clusters.)

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2", "a3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "date": ["2004-02-06", "2004-07", "2006"],
    ...                        "date_precision": ["day", "month", "year"]})
    >>> weights = pd.DataFrame({"topic_01": [0.9, 0.3, 0.5], "topic_02": [0.1, 0.7, 0.5]},
    ...                        index=pd.Index(["a1", "a2", "a3"], name="item_id"))
    >>> shares = topic_shares(weights, agenda)
    >>> shares[shares["topic"] == "topic_01"].drop(columns="topic").round(2)
      period    n  n_items  n_meetings  share  share_low  share_high
    0   2004  1.2        2           2    0.6       0.08        0.96
    2   2005  0.0        0           0    NaN        NaN         NaN
    4   2006  0.5        1           1    0.5       0.05        0.95
    >>> topic_shares(weights, agenda, period="fiscal_year")["period"].unique().tolist()
    ['2003', '2004', 'unknown']
    >>> topic_shares(weights, agenda, period="decade")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown period 'decade'; expected one of: year, ...
    """
    values = _checked_weights(weights)
    if n_resamples < 2:
        raise SettingsError(f"n_resamples is {n_resamples}; expected at least 2.")
    items = item_periods(weights.index, agenda, period=period, administrations=administrations)
    periods = list(items["period"].cat.categories)
    sums, owner = _meeting_sums(values, items)
    with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
        by_period = [_bounded(sums[owner == name], n_resamples, random_state) for name in periods]
    columns = [np.stack(rows).ravel() for rows in zip(*by_period, strict=True)]
    names = list(map(str, weights.columns))
    empty = [np.zeros(0)] * len(_COLUMNS)
    table = pd.DataFrame(dict(zip(_COLUMNS, columns or empty, strict=True)))
    table.insert(0, "period", pd.Series(np.repeat(periods, len(names)), dtype="str"))
    table.insert(1, "topic", pd.Series(names * len(periods), dtype="str"))
    return table.astype({"n_items": "int64", "n_meetings": "int64"})


def _checked_weights(weights: pd.DataFrame) -> FloatArray:
    values = weights.to_numpy(dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise SettingsError(
            "a weight lies outside [0, 1] or is no number; expected shares of an item.",
            "Take the weights from topic_weights.",
            "重みは topic_weights の結果を使ってください。",
        )
    return values


def _meeting_sums(values: FloatArray, items: pd.DataFrame) -> tuple[FloatArray, np.ndarray]:
    """Return sums of weights and numbers of items by meeting, and the period of each meeting."""
    groups = items.groupby(["period", "meeting_id"], sort=True, observed=True)
    meeting = groups.ngroup().to_numpy()
    n_meetings = groups.ngroups
    with_ones = np.column_stack([values, np.ones(len(values))])
    sums = [np.bincount(meeting, column, n_meetings) for column in with_ones.T]
    owner = np.empty(n_meetings, dtype=object)
    owner[meeting] = items["period"].to_numpy(dtype=object)
    return np.column_stack(sums), owner


def _bounded(sums: FloatArray, n_resamples: int, random_state: int) -> tuple[FloatArray, ...]:
    """Return the numbers of one period, each of shape (n_topics,); a row of `sums` is a meeting."""
    n_meetings, n_topics = len(sums), sums.shape[1] - 1
    n, n_items = sums[:, :n_topics].sum(axis=0), sums[:, n_topics].sum()
    sizes = np.full(n_topics, n_items), np.full(n_topics, n_meetings)
    if not n_meetings:
        return n, *sizes, *np.full((3, n_topics), np.nan)
    share = np.minimum(n / n_items, 1.0)
    units = _effective_items(sums, share, n_resamples, random_state)
    low, high = wilson_interval(share * units, units, level=_LEVEL)
    return n, *sizes, share, low, high


def _effective_items(
    sums: FloatArray, share: FloatArray, n_resamples: int, random_state: int
) -> FloatArray:
    """Return the number of independent items that would make each share vary as its meetings do."""
    n_meetings, n_items = len(sums), sums[:, -1].sum()
    if n_meetings == 1:
        return np.ones(len(share))
    few = stats.t.ppf((1 + _LEVEL) / 2, n_meetings - 1) / stats.norm.ppf((1 + _LEVEL) / 2)
    spread = _drawn_shares(sums, n_resamples, random_state).var(axis=0) * few**2
    spread *= n_meetings / (n_meetings - 1)
    fixed = spread <= np.finfo(float).eps * share  # all meetings alike, but for the last bits
    units = share * (1 - share) / np.where(fixed, 1.0, spread)
    bounded: FloatArray = np.where(fixed, n_meetings, np.clip(units, 1.0, n_items))
    return bounded


def _drawn_shares(sums: FloatArray, n_resamples: int, random_state: int) -> FloatArray:
    """Return shares when meetings are drawn with replacement, shape (n_resamples, n_topics)."""
    rng = np.random.default_rng(random_state)
    even = np.full(len(sums), 1.0 / len(sums))
    chunk = max(1, _CELLS // len(sums))
    drawn = []
    for start in range(0, n_resamples, chunk):
        times = rng.multinomial(len(sums), even, size=min(chunk, n_resamples - start))
        drawn_sums = times.astype(float) @ sums
        drawn.append(drawn_sums[:, :-1] / drawn_sums[:, -1:])
    return np.concatenate(drawn)
