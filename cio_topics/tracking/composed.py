"""Shares of topics whose intervals hold what is not known: seeds, posterior, meetings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.tracking.custom_periods import place_in_periods
from cio_topics.tracking.share_intervals import effective_interval

__all__ = ["COMPOSED_INTERVALS", "composed_shares", "seed_agreement"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

ComposedInterval = Literal["t", "bootstrap"]
#: Student's t with the variances of seeds, posterior and meetings added up; percentiles over all
#: draws, each with meetings drawn anew.
COMPOSED_INTERVALS = ("t", "bootstrap")

#: Cosine of the terms from which on a topic of another seed is the same topic.
SAME_TOPIC = 0.8


class _Places(NamedTuple):
    """Where items belong: meeting of each item, period of each meeting, periods in their order."""

    items: pd.Index
    meetings: IntArray
    periods: IntArray
    order: list[str]


class _Parts(NamedTuple):
    """Variances of the shares of one period, shape (n_topics,) each, and degrees of freedom."""

    meetings: FloatArray
    posterior: FloatArray
    seeds: FloatArray
    total: FloatArray
    df: FloatArray


def composed_shares(
    draws: Iterable[pd.DataFrame],
    agenda: pd.DataFrame,
    by: str | pd.DataFrame = "year",
    *,
    seeds: Sequence[int] | None = None,
    weights: pd.DataFrame | None = None,
    interval: ComposedInterval = "t",
    administrations: pd.DataFrame | None = None,
    level: float = 0.95,
    n_resamples: int = 2000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return shares of topics with and without the uncertainty of the model (composition).

    The share of a topic is that of all weights in a period. Every draw of the weights gives a
    share, and a variance by meetings (jackknife). Over draws these are put together as in nested
    multiple imputation: the mean variance by meetings, the variance between draws of one seed, and
    that between seeds with one more share of it for their small number.

    Parameters
    ----------
    draws : iterable of DataFrame, shape (n_items, n_topics) each
        Weights, index ``item_id``; the same items and topics in each, from :func:`topic_draws`.
        Rows sum to one, or are zero for an item none of whose terms the model knows; such items are
        counted and left out. One table is held at a time.
    agenda : DataFrame
        ``item_id, meeting_id, date, date_precision`` and the periods, one row an item; from
        :meth:`cio_topics.corpus.Corpus.agenda`.
    by, administrations
        As in :func:`theme_counts`.
    seeds : sequence of int, optional
        The seed of each draw; each its own if None. The first is the model's.
    weights : DataFrame, optional
        Those of the model itself, for shares without its uncertainty; the first draw if None.
    interval : {"t", "bootstrap"}, default "t"
        ``t``: :func:`effective_interval` with the sum of the variances. ``bootstrap``: percentiles
        over draws times draws of meetings; too narrow with few seeds or meetings.
    level : float in (0, 1), default 0.95
    n_resamples : int, default 2000
        Of the bootstrap, over all draws.
    random_state : int, default 0
        Of the bootstrap.

    Returns
    -------
    DataFrame
        By period in order of time and topic: ``period, topic``; ``n`` (sum of weights of the
        model), ``n_items`` (with weights), ``n_meetings`` (with such items), ``n_without`` (items
        none of whose terms the model knows); ``share, share_low, share_high`` of the model, with
        the uncertainty of meetings alone; ``composed, composed_low, composed_high``: mean over
        draws, with all; ``variance_meetings, variance_posterior, variance_seeds``;
        ``seeds_low, seeds_high``: least and greatest mean of a seed; ``n_seeds, n_draws``;
        ``n_agree``: how many of the other seeds have their mean between ``share_low`` and
        ``share_high``. Where a topic has less than one item in all, a period tells no more than its
        number of items does. Intervals are no number with fewer than two meetings; a variance is
        none where there is but one seed, or one draw a seed.

    Raises
    ------
    SettingsError
        No draw; other items or topics in one; a row that does not sum to one; an item that is not
        in the agenda; as many seeds as there are no draws.

    References
    ----------
    Treier, S. and Jackman, S. (2008). Democracy as a latent variable. American Journal of Political
    Science 52, 201-217. doi:10.1111/j.1540-5907.2007.00308.x.
    Roberts, M. E., Stewart, B. M. and Tingley, D. (2019). stm: an R package for structural topic
    models. Journal of Statistical Software 91(2), 1-40. doi:10.18637/jss.v091.i02.
    (``estimateEffect``: the method of composition.)
    Rubin, D. B. (2003). Nested multiple imputation of NMES via partially incompatible MCMC.
    Statistica Neerlandica 57, 3-18. doi:10.1111/1467-9574.00217. (Variances and degrees of
    freedom.)

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["i1", "i2", "i3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "year": "2004"})  # invented
    >>> one = pd.DataFrame({"topic_01": [1.0, 0.5, 0.0], "topic_02": [0.0, 0.5, 1.0]},
    ...                    index=["i1", "i2", "i3"])
    >>> other = one.assign(topic_01=[1.0, 0.8, 0.0], topic_02=[0.0, 0.2, 1.0])
    >>> found = composed_shares([one, other], agenda)
    >>> found[["topic", "share", "composed", "n_seeds", "n_agree"]].round(2).values.tolist()
    [['topic_01', 0.5, 0.55, 2, 1], ['topic_02', 0.5, 0.45, 2, 1]]
    >>> composed_shares([one * 2], agenda)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: weights of item 'i1' sum to 2 in draw 1; expected 1, or 0 ...
    """
    check_level(level)
    if interval not in COMPOSED_INTERVALS:
        raise SettingsError(
            f"unknown interval {shorten(interval)}; expected one of: {choices(COMPOSED_INTERVALS)}."
        )
    tables = iter(draws)
    first = next(tables, None)
    if first is None:
        raise SettingsError("no draw of weights was given; expected at least one.")
    columns = list(first.columns)
    places = _places(first.index, agenda, by, administrations)
    sums = [_sums(first, places, columns, "draw 1")]
    sums += [
        _sums(table, places, columns, f"draw {number}")
        for number, table in enumerate(tables, start=2)
    ]
    own = sums[0] if weights is None else _sums(weights, places, columns, "the model")
    groups = _seed_groups(seeds, len(sums))
    stack = np.stack(sums)
    rng = np.random.default_rng(random_state)
    parts = []
    for place, period in enumerate(places.order):
        rows = places.periods == place
        part = _composed(own[rows], stack[:, rows], groups, level)
        if interval == "bootstrap":
            bounds = _percentiles(stack[:, rows], n_resamples, level, rng)
            part["composed_low"], part["composed_high"] = bounds
        part.insert(0, "period", period)
        part.insert(1, "topic", columns)
        in_period = rows[places.meetings]
        part.insert(5, "n_without", int(in_period.sum()) - part["n_items"])
        parts.append(part)
    return pd.concat(parts, ignore_index=True).astype({"period": "str", "topic": "str"})


def _places(
    items: pd.Index,
    agenda: pd.DataFrame,
    by: str | pd.DataFrame,
    administrations: pd.DataFrame | None,
) -> _Places:
    known = agenda.set_index("item_id", drop=False)
    lost = items[~items.isin(known.index)]
    if len(lost):
        raise SettingsError(f"item {shorten(lost[0])} is not in the agenda; expected every item.")
    rows = known.loc[items]
    labels, order = place_in_periods(rows, by, administrations)
    meetings, names = pd.factorize(rows["meeting_id"], sort=True)
    of_item = pd.Index(order).get_indexer(pd.Index(labels))
    periods = np.zeros(len(names), dtype=np.int64)
    periods[meetings] = of_item
    if (periods[meetings] != of_item).any():
        wrong = names[meetings[periods[meetings] != of_item][0]]
        raise SettingsError(f"meeting {shorten(wrong)} has two periods; expected one.")
    return _Places(items, meetings, periods, order)


def _sums(table: pd.DataFrame, places: _Places, columns: list[str], name: str) -> FloatArray:
    """Return weights and items with weight by meeting, shape (n_meetings, n_topics + 1)."""
    if list(table.columns) != columns or len(table) != len(places.items):
        raise SettingsError(
            f"{name} has {table.shape[0]} items and {table.shape[1]} topics; expected the "
            f"{len(places.items)} items and {len(columns)} topics of the first draw, in its order."
        )
    other = np.flatnonzero(table.index != places.items)
    if len(other):
        raise SettingsError(
            f"{name} has item {shorten(table.index[other[0]])} where the first draw has "
            f"{shorten(places.items[other[0]])}; expected the same items in the same order."
        )
    values = table.to_numpy(float)
    total = values.sum(axis=1)
    wrong = ~(np.isclose(total, 1, atol=1e-6) | (total == 0)) | (values < 0).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SettingsError(
            f"weights of item {shorten(table.index[row])} sum to {total[row]:.6g} in {name}; "
            "expected 1, or 0 for an item without known terms, and none below 0.",
            "Divide the weights of every item by their sum.",
            "項目ごとに、重みをその和で割ってください。",
        )
    sums = np.zeros((len(places.periods), len(columns) + 1))
    np.add.at(sums, places.meetings, np.column_stack([values, total > 0]))
    return sums


def _seed_groups(seeds: Sequence[int] | None, n_draws: int) -> IntArray:
    """Return the number of each draw's seed; the first draw's is 0."""
    given = list(range(n_draws)) if seeds is None else list(seeds)
    if len(given) != n_draws:
        raise SettingsError(f"{len(given)} seeds for {n_draws} draws; expected one each.")
    return pd.factorize(np.asarray(given))[0].astype(np.int64)


def _composed(own: FloatArray, draws: FloatArray, groups: IntArray, level: float) -> pd.DataFrame:
    """Return the rows of one period, from its sums by meeting."""
    own, draws = own[own[:, -1] > 0], draws[:, own[:, -1] > 0]
    n_meetings, n_items = len(own), own[:, -1].sum()
    share, variance = _share_and_variance(own)
    of_draws = [_share_and_variance(draw) for draw in draws]
    shares, variances = (np.array([each[place] for each in of_draws]) for place in (0, 1))
    parts = _variances(shares, variances, groups, n_meetings)
    composed = shares.mean(axis=0)
    df = np.full(len(share), max(n_meetings - 1.0, 1.0))
    bounds = partial(
        effective_interval, largest=_largest(share, n_items), largest_df=df, level=level
    )
    low, high = bounds(share, variance, df)
    both = bounds(composed, parts.total, parts.df)
    means = _means(shares, groups)
    return pd.DataFrame(
        {
            "n": own[:, :-1].sum(axis=0),
            "n_items": int(n_items),
            "n_meetings": n_meetings,
            "share": share,
            "share_low": low,
            "share_high": high,
            "composed": composed,
            "composed_low": both[0],
            "composed_high": both[1],
            "variance_meetings": parts.meetings,
            "variance_posterior": parts.posterior,
            "variance_seeds": parts.seeds,
            "seeds_low": means.min(axis=0),
            "seeds_high": means.max(axis=0),
            "n_seeds": len(means),
            "n_draws": len(draws),
            "n_agree": ((means[1:] >= low) & (means[1:] <= high)).sum(axis=0),
        }
    )


def _largest(share: FloatArray, n_items: float) -> FloatArray:
    """Return all items as the bound where a topic has less than one of them, or lacks less."""
    n = share * n_items
    return np.where((n < 1) | (n > n_items - 1), n_items, np.inf)


def _share_and_variance(sums: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return shares of topics, and their jackknife variances over meetings."""
    weights, items = sums[:, :-1], sums[:, -1:]
    n = len(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = weights.sum(axis=0) / items.sum()
        if n < 2:
            return share, np.full_like(share, np.nan)
        without = (weights.sum(axis=0) - weights) / (items.sum() - items)
    return share, (n - 1) / n * ((without - share) ** 2).sum(axis=0)


def _means(shares: FloatArray, groups: IntArray) -> FloatArray:
    """Return the mean share of each seed, shape (n_seeds, n_topics)."""
    return np.array([shares[groups == group].mean(axis=0) for group in range(groups.max() + 1)])


def _variances(
    shares: FloatArray, variances: FloatArray, groups: IntArray, n_meetings: int
) -> _Parts:
    """Take the variance of shares apart: meetings, draws of one seed, seeds."""
    means = _means(shares, groups)
    n_seeds, n_draws, none = len(means), len(shares), np.full(shares.shape[1], np.nan)
    meetings = variances.mean(axis=0)
    apart = ((shares - means[groups]) ** 2).sum(axis=0)
    more = n_draws - n_seeds  # degrees of freedom of draws within seeds
    posterior = apart / more if more else none
    within, a_seed = np.nan_to_num(posterior), n_draws / n_seeds
    between = means.var(axis=0, ddof=1) if n_seeds > 1 else np.zeros(shares.shape[1])
    added = [
        (meetings, max(n_meetings - 1, 1)),
        ((1 - 1 / a_seed) * within if n_seeds > 1 else (1 + 1 / n_draws) * within, max(more, 1)),
        ((1 + 1 / n_seeds) * between, max(n_seeds - 1, 1)),
    ]
    total = np.sum([part for part, _ in added], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = total**2 / np.sum([part**2 / n for part, n in added], axis=0)
    seeds = np.maximum(between - within / a_seed, 0.0) if n_seeds > 1 else none
    return _Parts(meetings, posterior, seeds, total, df)


def _percentiles(
    draws: FloatArray, n_resamples: int, level: float, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return percentiles over draws, each with meetings drawn anew."""
    draws = draws[:, draws[0, :, -1] > 0]
    n = draws.shape[1]
    if n < 2:
        return np.full(draws.shape[2] - 1, np.nan), np.full(draws.shape[2] - 1, np.nan)
    each = -(-n_resamples // len(draws))
    found = []
    for draw in draws:
        drawn = rng.multinomial(n, np.full(n, 1 / n), size=each).astype(float) @ draw
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append(drawn[:, :-1] / drawn[:, -1:])
    tail = 50 * (1 - level)
    low, high = np.nanpercentile(np.concatenate(found), [tail, 100 - tail], axis=0)
    return low, high


def seed_agreement(shares: pd.DataFrame, cosines: pd.DataFrame) -> pd.DataFrame:
    """Return by topic whether another seed would say the same.

    Parameters
    ----------
    shares : DataFrame
        From :func:`composed_shares`.
    cosines : DataFrame, shape (n_seeds - 1, n_topics)
        From :func:`topic_draws`: how like the topics of each other seed are.

    Returns
    -------
    DataFrame
        ``topic, n_seeds`` (others); ``n_found``: seeds with a cosine of 0.8 or more, which by
        convention have the topic again; ``cosine, cosine_low``: median and least; ``n_shares``
        (periods with an interval, times other seeds) and ``n_agree``: shares of other seeds within
        the model's interval of meetings. The most stable topic first; ties as given.

    Examples
    --------
    >>> shares = pd.DataFrame({"topic": ["topic_01"], "n_seeds": 3, "n_agree": 1, "share_low": 0.1})
    >>> cosines = pd.DataFrame({"topic_01": [0.9, 0.6]})
    >>> seed_agreement(shares, cosines)[["n_seeds", "n_found", "n_shares", "n_agree"]].values
    array([[2, 1, 2, 1]])
    """
    known = shares[shares["share_low"].notna()]
    by_topic = known.assign(n_shares=known["n_seeds"] - 1).groupby("topic")
    sums = by_topic[["n_shares", "n_agree"]].sum().reindex(cosines.columns, fill_value=0)
    found = pd.DataFrame(
        {
            "topic": pd.Series(cosines.columns, dtype="str"),
            "n_seeds": len(cosines),
            "n_found": (cosines >= SAME_TOPIC).sum().to_numpy(),
            "cosine": cosines.median().to_numpy(),
            "cosine_low": cosines.min().to_numpy(),
            "n_shares": sums["n_shares"].to_numpy(),
            "n_agree": sums["n_agree"].to_numpy(),
        }
    )
    order = ["n_found", "cosine"]
    return found.sort_values(order, ascending=False, kind="stable", ignore_index=True)
