"""Match the topics of two models one to one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from cio_topics.topics.components import said_terms

__all__ = ["pair_topics", "top_columns"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def pair_topics(components: FloatArray, others: FloatArray) -> tuple[IntArray, FloatArray]:
    """Match topics one to one so that the sum of their cosine similarities is greatest.

    Parameters
    ----------
    components : ndarray, shape (n_topics, n_terms)
    others : ndarray, shape (n_others, n_terms)

    Returns
    -------
    partners : ndarray of int, shape (n_topics,)
        Row of `others`; -1 for a topic that is left over.
    cosines : ndarray of float, shape (n_topics,)
        0 where a topic is left over.

    Examples
    --------
    >>> pair_topics(np.eye(3), np.array([[0.0, 0.0, 2.0], [3.0, 0.0, 0.0]]))
    (array([ 1, -1,  0]), array([1., 0., 1.]))
    """
    from scipy.optimize import linear_sum_assignment

    with threadpool_limits(limits=1):
        similarity = _unit_rows(components) @ _unit_rows(others).T
    own, other = linear_sum_assignment(-similarity)
    partners = np.full(len(components), -1)
    cosines = np.zeros(len(components))
    partners[own], cosines[own] = other, np.clip(similarity[own, other], 0.0, 1.0)
    return partners, cosines


def top_columns(components: FloatArray, n_terms: int) -> list[set[int]]:
    """Return the columns of the weightiest terms of each topic; ties in the order of the columns.

    Terms that a topic has by smoothing alone are left out.

    Examples
    --------
    >>> top_columns(np.array([[5.1, 0.1, 0.1, 3.1], [0.1, 0.1, 0.1, 0.1]]), 3)
    [{0, 3}, set()]
    """
    order = np.argsort(-components, axis=1, kind="stable")[:, :n_terms]
    return [
        {int(column) for column in columns if said[column]}
        for said, columns in zip(said_terms(components), order, strict=True)
    ]


def _unit_rows(components: FloatArray) -> FloatArray:
    """Return rows of length one; a row of zeros stays."""
    length = np.linalg.norm(components, axis=1, keepdims=True)
    unit: FloatArray = np.divide(
        components, length, out=np.zeros(components.shape), where=length > 0
    )
    return unit
