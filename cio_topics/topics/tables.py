"""What a topic model found, as tables that keep the item ids."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.intervals import cluster_bootstrap_shares
from cio_topics.topics.components import position_names
from cio_topics.topics.groups import meetings_of
from cio_topics.topics.words import Ranking, rank_terms

__all__ = [
    "dominant_topics",
    "mean_shares",
    "top_items",
    "top_terms",
    "topic_names",
    "topic_weights",
]


def topic_names(pipeline: Pipeline) -> list[str]:
    """Return what the topics of a fitted pipeline are called: ``topic_01``, ``topic_02``, …."""
    return position_names(len(pipeline.named_steps["topics"].components_))


def topic_weights(
    pipeline: Pipeline, titles: pd.Series[str], counts: csr_matrix | None = None
) -> pd.DataFrame:
    """Return the weight of each topic in each item.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    titles : Series of str
        Indexed by ``item_id``.
    counts : csr_matrix, shape (n_items, n_terms), optional
        The titles through the pipeline's vectorizer, if that was done before.

    Returns
    -------
    DataFrame of float, shape (n_items, n_topics)
        Index ``item_id``; rows sum to one. An item none of whose terms the model knows has zero
        everywhere and keeps its row.

    Examples
    --------
    >>> from cio_topics.topics import fit_topics, make_topic_model
    >>> from cio_topics.vectors import make_vectorizer
    >>> titles = pd.Series(["電子政府計画", "電子政府評価", "マイナンバー", "マイナンバー制度"],
    ...                    index=["a1", "a2", "a3", "a4"])
    >>> vectorizer = make_vectorizer(min_df=2, max_df=1.0)
    >>> model = fit_topics(make_topic_model(n_topics=2, vectorizer=vectorizer), titles)
    >>> topic_weights(model, titles).round(2).loc["a1"].tolist() in ([1.0, 0.0], [0.0, 1.0])
    True
    """
    if counts is None:
        counts = pipeline.named_steps["vectorizer"].transform(list(titles))
    with threadpool_limits(limits=1):  # as in fitting: the same weights on every machine
        raw = np.asarray(pipeline.named_steps["topics"].transform(counts), dtype=float)
    raw[np.diff(counts.indptr) == 0] = 0.0
    total = raw.sum(axis=1, keepdims=True)
    weights = np.divide(raw, total, out=np.zeros_like(raw), where=total > 0)
    index = pd.Index(titles.index, name="item_id")
    return pd.DataFrame(weights, index=index, columns=topic_names(pipeline))


def top_terms(
    pipeline: Pipeline,
    n_terms: int = 10,
    *,
    by: Ranking = "probability",
    counts: csr_matrix | None = None,
) -> pd.DataFrame:
    """Return the first terms of each topic.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    n_terms : int, default 10
    by : {"probability", "relevance", "frex", "ctfidf", "association"}, default "probability"
        How terms are ranked, see :func:`cio_topics.topics.rank_terms`.
    counts : csr_matrix, shape (n_texts, n_terms), optional
        Texts through the pipeline's vectorizer; needed by ``association``.

    Returns
    -------
    DataFrame
        ``topic, rank, term, weight``, by topic and rank from 1; `weight` is the term's share of the
        topic, whatever ranks. Ties are in the order of the terms. Terms the topic does not have are
        left out.
    """
    components = np.asarray(pipeline.named_steps["topics"].components_, dtype=float)
    terms = pipeline.named_steps["vectorizer"].get_feature_names_out()
    shares = components / np.maximum(components.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    ranked = rank_terms(components, by=by, n_terms=n_terms, counts=counts)
    rows = [
        (name, rank, str(terms[column]), float(share[column]))
        for name, share, columns in zip(topic_names(pipeline), shares, ranked, strict=True)
        for rank, column in enumerate(columns, start=1)
    ]
    return pd.DataFrame(rows, columns=["topic", "rank", "term", "weight"])


def top_items(weights: pd.DataFrame, titles: pd.Series[str], n_items: int = 5) -> pd.DataFrame:
    """Return the items in which each topic weighs most.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`topic_weights`.
    titles : Series of str
        Indexed by ``item_id``.
    n_items : int, default 5

    Returns
    -------
    DataFrame
        ``topic, rank, item_id, title, weight``, by topic and rank from 1. Of items with the same
        title the first stands for all. Ties are in the order of the items; items of weight zero
        are left out.
    """
    first = ~titles.reindex(weights.index).duplicated()
    rows = []
    for topic in weights.columns:
        best = weights.loc[first.to_numpy(), topic].sort_values(ascending=False, kind="stable")
        rows += [
            (topic, rank, str(item), titles[str(item)], weight)
            for rank, (item, weight) in enumerate(best.head(n_items).items(), start=1)
            if weight > 0
        ]
    return pd.DataFrame(rows, columns=["topic", "rank", "item_id", "title", "weight"])


def dominant_topics(weights: pd.DataFrame) -> pd.Series[str]:
    """Return the topic that weighs most in each item; ties go to the first topic.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`topic_weights`.

    Returns
    -------
    Series of str, shape (n_items,)
        Named ``topic``, index as given; an empty text where no topic has weight.

    Examples
    --------
    >>> weights = pd.DataFrame({"topic_01": [0.5, 0.0], "topic_02": [0.5, 0.0]}, index=["i1", "i2"])
    >>> dominant_topics(weights).to_dict()
    {'i1': 'topic_01', 'i2': ''}
    """
    values = weights.to_numpy()
    names = np.array([*weights.columns, ""], dtype=object)
    best = values.argmax(axis=1) if values.size else np.zeros(len(weights), dtype=int)
    best[~(values > 0).any(axis=1)] = len(weights.columns)
    return pd.Series(names[best], index=weights.index, name="topic", dtype="str")


def mean_shares(
    weights: pd.DataFrame,
    meetings: pd.Series[str],
    *,
    n_resamples: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return the share of each topic in all weights, with its 95 % interval.

    Items without weight are left out. The interval is a percentile bootstrap that draws whole
    meetings; not a number if there are fewer than two.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`topic_weights`.
    meetings : Series of str
        Meeting of each item, indexed by ``item_id``.
    n_resamples : int, default 1000
    random_state : int, default 0

    Returns
    -------
    DataFrame
        ``topic, share, share_low, share_high``, in the order of the topics; shares sum to one, or
        are zero if no item has weight.

    Examples
    --------
    >>> weights = pd.DataFrame({"topic_01": [1.0, 0.5], "topic_02": [0.0, 0.5]}, index=["i1", "i2"])
    >>> mean_shares(weights, pd.Series({"i1": "m1", "i2": "m2"})).values.tolist()
    [['topic_01', 0.75, 0.5, 1.0], ['topic_02', 0.25, 0.0, 0.5]]
    """
    sums = weights.groupby(meetings_of(weights.index, meetings), sort=True).sum().to_numpy()
    totals = sums.sum(axis=1)
    with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
        low, high = cluster_bootstrap_shares(
            sums, totals, n_draws=n_resamples, random_state=random_state
        )
    share = sums.sum(axis=0) / max(float(totals.sum()), np.finfo(float).tiny)
    return pd.DataFrame(
        {"topic": list(weights.columns), "share": share, "share_low": low, "share_high": high}
    )
