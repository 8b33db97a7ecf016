"""Rows of counts → texts as gensim and tomotopy want them; texts without terms are left out."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_matrix

from cio_topics.errors import TooSmallError

__all__ = ["rows_with_terms", "term_bags", "term_lists"]


def rows_with_terms(counts: csr_matrix) -> np.ndarray:
    """Return the positions of the rows that have a term.

    A text without terms says nothing about topics: adding one changes no model.

    Raises
    ------
    TooSmallError
        If no row has a term.

    Examples
    --------
    >>> rows_with_terms(csr_matrix([[0, 2], [0, 0], [1, 1]]))
    array([0, 2])
    >>> rows_with_terms(csr_matrix((3, 2)))
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: none of 3 texts has a term. Add texts, or ...
    """
    rows = np.flatnonzero(np.asarray(counts.sum(axis=1)).ravel() > 0)
    if not len(rows):
        n_texts = counts.shape[0]
        raise TooSmallError(
            f"none of {n_texts} texts has a term.",
            "Add texts, or lower min_df of the vectorizer.",
            f"{n_texts}件の文書に語がありません。文書を増やすか、min_df を下げてください。",
        )
    return rows


def term_bags(counts: csr_matrix) -> list[list[tuple[int, float]]]:
    """Return each row as pairs of column and count, in the order of columns.

    Examples
    --------
    >>> term_bags(csr_matrix([[0.5, 2.0], [0.0, 1.0]]))
    [[(0, 0.5), (1, 2.0)], [(1, 1.0)]]
    """
    columns, values = counts.indices.tolist(), counts.data.tolist()
    return [
        [*zip(columns[start:end], values[start:end], strict=True)]
        for start, end in pairwise(counts.indptr)
    ]


def term_lists(counts: csr_matrix) -> list[list[str]]:
    """Return each row as its columns, written as text and said as often as they are counted.

    Counts that are not whole are rounded up, with a warning: half a word cannot be drawn.

    Examples
    --------
    >>> term_lists(csr_matrix([[1, 2], [0, 1]]))
    [['0', '1', '1'], ['1']]
    """
    whole = np.ceil(counts.data).astype(np.int64)
    if not np.array_equal(whole, counts.data):
        warnings.warn(
            "Counts are not whole numbers and are rounded up; this model draws a topic for every "
            'word. Count terms instead: make_vectorizer("count").',
            UserWarning,
            stacklevel=3,
        )
    words = np.repeat(counts.indices, whole).astype(str).tolist()
    ends = np.concatenate(([0], np.cumsum(whole)))[counts.indptr]
    return [words[start:end] for start, end in pairwise(ends)]
