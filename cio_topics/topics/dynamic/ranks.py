"""Scores of terms by period and topic → a long table of the best terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

__all__ = ["highest_columns", "ranked_terms"]


def highest_columns(scores: np.ndarray, n_columns: int) -> np.ndarray:
    """Return the columns of the highest scores of each row, best first; ties by column.

    Parameters
    ----------
    scores : ndarray of float, shape (n_rows, n_all)
    n_columns : int
        At most `n_all` are returned.

    Returns
    -------
    ndarray of int, shape (n_rows, n_columns)

    Examples
    --------
    >>> highest_columns(np.array([[1.0, 3.0, 1.0, 2.0]]), 3).tolist()
    [[1, 3, 0]]
    """
    n_columns = min(n_columns, scores.shape[1])
    if n_columns == 0:
        return np.zeros((len(scores), 0), dtype=int)
    least = np.partition(scores, -n_columns, axis=1)[:, -n_columns]
    best = np.empty((len(scores), n_columns), dtype=int)
    for row, (values, floor) in enumerate(zip(scores, least, strict=True)):
        columns = np.flatnonzero(values >= floor)
        best[row] = columns[np.argsort(-values[columns], kind="stable")[:n_columns]]
    return best


def ranked_terms(
    scores: Iterable[np.ndarray],
    periods: Sequence[str],
    topics: Sequence[str],
    terms: Sequence[str],
    *,
    n_terms: int,
    value: str,
) -> pd.DataFrame:
    """Return the best terms of each topic in each period.

    Parameters
    ----------
    scores : iterable of ndarray, each of shape (n_topics, n_all_terms)
        One array a period. Terms whose score is not positive are left out.
    periods, topics, terms : sequence of str
        Names, in the order of the scores.
    n_terms : int
    value : str
        Name of the last column.

    Returns
    -------
    DataFrame
        ``period, topic, rank, term`` and `value`, in the order of periods and topics, by rank from
        1. A topic without terms in a period keeps one row: rank 0, an empty term, no number.

    Examples
    --------
    >>> ranked_terms([np.array([[0.5, 2.0]]), np.zeros((1, 2))], ["2004", "2005"], ["topic_01"],
    ...              ["計画", "評価"], n_terms=1, value="score")
      period     topic  rank term  score
    0   2004  topic_01     1   評価    2.0
    1   2005  topic_01     0         NaN
    """
    parts: list[tuple[np.ndarray, ...]] = []
    for block in scores:
        columns = highest_columns(block, n_terms)
        values = np.take_along_axis(block, columns, axis=1)
        rank = np.where(values > 0, np.arange(1, columns.shape[1] + 1), -1)
        without = (rank < 0).all(axis=1)
        # One column more, before the others, for the topics without terms.
        rank = np.column_stack([np.where(without, 0, -1), rank])
        values = np.column_stack([np.full(len(block), np.nan), values])
        columns = np.column_stack([np.full(len(block), len(terms)), columns])
        topic, place = np.nonzero(rank >= 0)
        period = np.full(len(topic), len(parts))
        parts.append(
            (period, topic, rank[topic, place], columns[topic, place], values[topic, place])
        )
    none = [np.zeros(0, dtype=int)] * 4 + [np.zeros(0)]
    joined = [np.concatenate(part) for part in zip(*parts, strict=True)] or none
    period, topic, rank, columns, values = joined
    names = np.array([*map(str, terms), ""], dtype=object)
    return pd.DataFrame(
        {
            "period": pd.Series(np.array(list(periods), dtype=object)[period], dtype="str"),
            "topic": pd.Series(np.array(list(topics), dtype=object)[topic], dtype="str"),
            "rank": rank.astype("int64"),
            "term": pd.Series(names[columns], dtype="str"),
            value: values,
        }
    )
