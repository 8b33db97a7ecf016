"""What a topic model found, as tables that keep the item ids."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

__all__ = ["align_topics", "top_items", "top_terms", "topic_names", "topic_weights"]


def topic_names(pipeline: Pipeline) -> list[str]:
    """Return the names of the topics: ``topic_01``, ``topic_02``, …."""
    n_topics = pipeline.named_steps["topics"].n_components
    width = max(2, len(str(n_topics)))
    return [f"topic_{number:0{width}d}" for number in range(1, n_topics + 1)]


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


def top_terms(pipeline: Pipeline, n_terms: int = 10) -> pd.DataFrame:
    """Return the weightiest terms of each topic.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    n_terms : int, default 10

    Returns
    -------
    DataFrame
        ``topic, rank, term, weight``, by topic and rank from 1; `weight` is the term's share of the
        topic. Ties are in the order of the terms. Terms of weight zero are left out.
    """
    components = pipeline.named_steps["topics"].components_
    terms = pipeline.named_steps["vectorizer"].get_feature_names_out()
    shares = components / np.maximum(components.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    rows = []
    for name, share in zip(topic_names(pipeline), shares, strict=True):
        order = np.argsort(-share, kind="stable")[:n_terms]
        rows += [
            (name, rank, str(terms[column]), float(share[column]))
            for rank, column in enumerate(order, start=1)
            if share[column] > 0
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


def align_topics(weights: pd.DataFrame, table: pd.DataFrame, themes: list[str]) -> pd.DataFrame:
    """Return how much of each topic falls on items of each theme.

    Parameters
    ----------
    weights : DataFrame, shape (n_items, n_topics)
        From :func:`topic_weights`.
    table : DataFrame
        Theme table, from :func:`cio_topics.themes.theme_table`.
    themes : list of str
        The columns of the result.

    Returns
    -------
    DataFrame of float, shape (n_topics, n_themes)
        Share of the topic's weight that falls on items with the theme. A row may sum to more than
        one, for an item can have several themes.
    """
    given = pd.crosstab(table["item_id"], table["theme"]).clip(upper=1)
    given = given.reindex(index=weights.index, columns=themes, fill_value=0)
    total = weights.sum(axis=0)
    shares = (weights.T @ given).div(total.where(total > 0), axis=0)
    return shares.rename_axis(index="topic", columns="theme")
