"""Words of topics by period, for a model whose topics do not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.dynamic.periods import as_periods
from cio_topics.topics.dynamic.ranks import ranked_terms

__all__ = ["words_by_period"]

FloatArray = npt.NDArray[np.float64]


def words_by_period(
    weights: pd.DataFrame,
    counts: csr_matrix,
    terms: Sequence[str],
    periods: Sequence[str] | pd.Series | pd.Categorical[str],
    *,
    n_terms: int = 10,
    global_share: float = 0.0,
) -> pd.DataFrame:
    """Return the terms by which each topic was spoken of in each period.

    An item gives its terms to its topics by their weights. A term's score is its share of what the
    topic says in the period, times ``log(1 + A / f)``: `f` is how often the term is said in all,
    and `A` how many terms a topic says on average. One matrix product a period; linear in items.

    Parameters
    ----------
    weights : DataFrame of float, shape (n_items, n_topics)
        From :func:`cio_topics.topics.topic_weights`.
    counts : csr_matrix, shape (n_items, n_all_terms)
        Counts of terms in the same items, in the same order; not negative.
    terms : sequence of str, shape (n_all_terms,)
    periods : sequence of str, Series or Categorical, shape (n_items,)
        The column ``period`` of :func:`item_periods`, or one name an item.
    n_terms : int, default 10
    global_share : float in [0, 1], default 0
        Mixes in this share of the topic's scores over all periods, against chance in small periods:
        0.5 is the mean of both. A period without items of the topic stays without terms.

    Returns
    -------
    DataFrame
        ``period, topic, rank, term, score``, by period, topic and rank from 1. Ties are in the
        order of the terms. A topic that says nothing in a period keeps one row: rank 0, an empty
        term, no number.

    Raises
    ------
    SettingsError
        Numbers of items or terms differ, or a parameter is out of its range.

    References
    ----------
    Grootendorst, M. (2022). BERTopic: Neural topic modeling with a class-based TF-IDF procedure.
    arXiv:2203.05794. (Class-based TF-IDF, and its use by period with weights of the whole; here
    items may belong to several topics, and frequencies are shares of their class.)

    Examples
    --------
    >>> weights = pd.DataFrame({"topic_01": [1.0, 0.9, 0.0], "topic_02": [0.0, 0.1, 1.0]})
    >>> counts = csr_matrix([[2, 1, 0], [0, 1, 1], [0, 0, 3]])
    >>> words_by_period(weights, counts, ["電子政府", "計画", "番号"], ["2004", "2006", "2006"],
    ...                 n_terms=1).round(2)
      period     topic  rank  term  score
    0   2004  topic_01     1  電子政府   0.73
    1   2004  topic_02     0          NaN
    2   2006  topic_01     1    計画   0.55
    3   2006  topic_02     1    番号   0.67
    >>> words_by_period(weights, counts, ["電子政府"], ["2004", "2006", "2006"])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 1 term was given for 3 columns of counts; expected one a ...
    """
    _check(weights, counts, terms, n_terms, global_share)
    labels = as_periods(periods, len(weights))
    values = weights.to_numpy(dtype=float)
    scores = _scores(values, csr_matrix(counts, dtype=float), labels, global_share)
    topics, names = list(map(str, weights.columns)), list(labels.categories)
    return ranked_terms(scores, names, topics, terms, n_terms=n_terms, value="score")


def _scores(
    weights: FloatArray, counts: csr_matrix, labels: pd.Categorical[str], global_share: float
) -> Iterator[FloatArray]:
    """Give class-based TF-IDF of one period after another, shape (n_topics, n_terms)."""
    whole = _said(weights, counts)
    in_all = whole.sum(axis=0)
    mean = in_all.sum() / max(1, len(whole))
    rarity = np.log1p(np.divide(mean, in_all, out=np.zeros_like(in_all), where=in_all > 0))
    codes = np.asarray(labels.codes)
    for code in range(len(labels.categories)):
        rows = np.flatnonzero(codes == code)
        said = _said(weights[rows], counts[rows])
        scores = (1 - global_share) * _shares(said)
        if global_share:
            scores += global_share * _shares(whole) * (said.sum(axis=1, keepdims=True) > 0)
        yield scores * rarity


def _said(weights: FloatArray, counts: csr_matrix) -> FloatArray:
    """Return how often each topic says each term."""
    return np.ascontiguousarray((counts.T @ weights).T)


def _shares(said: FloatArray) -> FloatArray:
    total = said.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(said, total, out=np.zeros_like(said), where=total > 0)
    return shares


def _check(
    weights: pd.DataFrame,
    counts: csr_matrix,
    terms: Sequence[str],
    n_terms: int,
    global_share: float,
) -> None:
    n_items, n_columns = counts.shape
    if n_items != len(weights):
        raise SettingsError(
            f"weights have {len(weights)} items and counts have {n_items}; expected the same items."
        )
    if n_columns != len(terms):
        were = "term was" if len(terms) == 1 else "terms were"
        raise SettingsError(
            f"{len(terms)} {were} given for {n_columns} columns of counts; expected one a column."
        )
    if n_terms < 1:
        raise SettingsError(f"n_terms is {n_terms}; expected at least 1.")
    if not 0 <= global_share <= 1:
        raise SettingsError(f"global_share is {global_share}; expected a number from 0 to 1.")
    if counts.nnz and counts.data.min() < 0:
        raise SettingsError("counts has a negative number; expected counts of terms.")
