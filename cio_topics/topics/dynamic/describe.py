"""Topics over time as tables, for a command and the report."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import clone

from cio_topics.errors import SettingsError
from cio_topics.topics.components import position_names
from cio_topics.topics.dynamic.base import PeriodTopicModel, Progress
from cio_topics.topics.dynamic.periods import item_periods
from cio_topics.topics.dynamic.ranks import ranked_terms
from cio_topics.topics.dynamic.shares import topic_shares
from cio_topics.topics.dynamic.words import words_by_period
from cio_topics.topics.pooling import pool_counts

__all__ = ["describe_changing", "describe_periods", "period_terms"]


def describe_periods(
    weights: pd.DataFrame,
    counts: csr_matrix,
    terms: Sequence[str],
    agenda: pd.DataFrame,
    *,
    period: str = "year",
    administrations: pd.DataFrame | None = None,
    n_terms: int = 10,
    global_share: float = 0.0,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> dict[str, pd.DataFrame]:
    """Return how much topics weigh in each period, and by which terms, for a static model.

    Parameters
    ----------
    weights : DataFrame of float, shape (n_items, n_topics)
        From :func:`cio_topics.topics.topic_weights`.
    counts : csr_matrix, shape (n_items, n_all_terms)
        Of the same items in the same order.
    terms : sequence of str, shape (n_all_terms,)
    agenda : DataFrame
        From :meth:`cio_topics.corpus.Corpus.agenda`.
    period, administrations, n_resamples, random_state
        As in :func:`topic_shares`.
    n_terms, global_share
        As in :func:`words_by_period`.

    Returns
    -------
    dict of DataFrame
        ``shares`` from :func:`topic_shares` and ``words`` from :func:`words_by_period`.

    Examples
    --------
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2"], "meeting_id": ["m1", "m2"],
    ...                        "date": ["2004", "2005"], "date_precision": "year"})
    >>> weights = pd.DataFrame({"topic_01": [1.0, 0.5], "topic_02": [0.0, 0.5]}, ["a1", "a2"])
    >>> tables = describe_periods(weights, csr_matrix([[1, 0], [1, 1]]), ["計画", "評価"], agenda)
    >>> {name: table.columns[-1] for name, table in tables.items()}
    {'shares': 'share_high', 'words': 'score'}
    """
    shares = topic_shares(
        weights,
        agenda,
        period=period,
        administrations=administrations,
        n_resamples=n_resamples,
        random_state=random_state,
    )
    rows = item_periods(weights.index, agenda, period=period, administrations=administrations)
    words = words_by_period(
        weights, counts, terms, rows["period"], n_terms=n_terms, global_share=global_share
    )
    return {"shares": shares, "words": words}


def describe_changing(
    model: PeriodTopicModel,
    counts: csr_matrix,
    terms: Sequence[str],
    items: pd.Index,
    agenda: pd.DataFrame,
    *,
    pools: csr_matrix | None = None,
    period: str = "year",
    administrations: pd.DataFrame | None = None,
    n_terms: int = 10,
    n_resamples: int = 1000,
    random_state: int = 0,
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """Learn topics that change, and return how much they weigh in each period and by which terms.

    Parameters
    ----------
    model : DynamicTopics or LdaSeq
        Left unfitted.
    counts : csr_matrix of whole numbers, shape (n_items, n_all_terms)
    terms : sequence of str, shape (n_all_terms,)
    items : Index of str, shape (n_items,)
        Ids of the items.
    agenda, period, administrations, n_resamples, random_state
        As in :func:`topic_shares`.
    pools : csr_matrix, shape (n_items, n_pools), optional
        ``TitlePooler.items_`` of the same items: topics are learned from pooled titles. A pool must
        lie in one period; those of meetings do.
    n_terms : int, default 10
    progress : callable, optional
        Called with the number of steps done and of all.

    Returns
    -------
    dict of DataFrame
        ``weights``: index ``item_id``, one column a topic; an item without terms has zero
        everywhere. ``shares``: from :func:`topic_shares`. ``words``: from :func:`period_terms`.
        ``mean_topics``: probability of each term (column) in each topic (row), mean over the texts
        that were learned from.

    Raises
    ------
    SettingsError
        A pool with items of several periods, or as in :func:`topic_shares`.

    Examples
    --------
    >>> from cio_topics.topics.dynamic import DynamicTopics
    >>> agenda = pd.DataFrame({"item_id": ["a1", "a2", "a3"], "meeting_id": ["m1", "m2", "m3"],
    ...                        "date": ["2004", "2005", "2005"], "date_precision": "year"})
    >>> counts = csr_matrix([[2, 1], [1, 2], [0, 0]])
    >>> tables = describe_changing(DynamicTopics(n_topics=2, n_steps=10), counts, ["計画", "評価"],
    ...                            pd.Index(agenda["item_id"]), agenda)
    >>> tables["weights"].sum(axis=1).round(9).tolist()
    [1.0, 1.0, 0.0]
    """
    rows = item_periods(items, agenda, period=period, administrations=administrations)
    texts = (counts, rows["period"]) if pools is None else _pooled(counts, rows["period"], pools)
    fitted = clone(model).fit(*texts, progress=progress)
    values = fitted.transform(counts, rows["period"])
    values[np.asarray(counts.sum(axis=1)).ravel() == 0] = 0.0
    weights = pd.DataFrame(values, pd.Index(items, name="item_id"), position_names(values.shape[1]))
    shares = topic_shares(
        weights,
        agenda,
        period=period,
        administrations=administrations,
        n_resamples=n_resamples,
        random_state=random_state,
    )
    return {
        "weights": weights,
        "shares": shares,
        "words": period_terms(fitted, terms, n_terms),
        "mean_topics": pd.DataFrame(fitted.mean_topics(), weights.columns, list(terms)),
    }


def _pooled(
    counts: csr_matrix, periods: pd.Series, pools: csr_matrix
) -> tuple[csr_matrix, pd.Categorical[str]]:
    """Return the counts of each pool and its period."""
    pooled = pool_counts(counts, pools)
    item, pool = pools.nonzero()
    codes = periods.cat.codes.to_numpy()
    own = np.zeros(pools.shape[1], dtype=codes.dtype)
    own[pool] = codes[item]
    if (own[pool] != codes[item]).any():
        raise SettingsError(
            "a pool has items of several periods; expected pools within one period.",
            "Pool by meeting, or take titles alone.",
            "会議ごとにまとめるか、題名をそのまま使ってください。",
        )
    names = periods.cat.categories
    return pooled, pd.Categorical(names[own], categories=names, ordered=True)


def period_terms(model: PeriodTopicModel, terms: Sequence[str], n_terms: int = 10) -> pd.DataFrame:
    """Return the likeliest terms of each topic in each period.

    Parameters
    ----------
    model : DynamicTopics or LdaSeq
        Fitted.
    terms : sequence of str, shape (n_all_terms,)
    n_terms : int, default 10

    Returns
    -------
    DataFrame
        ``period, topic, rank, term, probability``, by period, topic and rank from 1. Ties are in
        the order of the terms. ``unknown`` is no period of a model.
    """
    topics = position_names(model.topics_.shape[1])
    periods = model.periods_
    return ranked_terms(model.topics_, periods, topics, terms, n_terms=n_terms, value="probability")
