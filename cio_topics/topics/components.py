"""Weights of terms in topics: checked, in order, and which of them only smoothing gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError

__all__ = ["check_components", "position_names", "ranked_columns", "said_terms"]

_REST = 1e-9  # of the greatest weight: less is a rest of the arithmetic


def said_terms(components: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Return where a topic says a term.

    A prior gives every term some weight in every topic. So the least weight of a topic, if several
    terms share it, is what terms have that were never said in it. A topic of which all terms weigh
    the same says nothing.

    Parameters
    ----------
    components : array_like of float, shape (n_topics, n_terms)
        Expected counts or weights; not negative.

    Returns
    -------
    ndarray of bool, shape (n_topics, n_terms)

    Examples
    --------
    >>> said_terms([[5.1, 0.1, 0.1, 3.1], [0.1, 0.1, 0.1, 0.1], [0.5, 0.3, 0.2, 0.0]])
    array([[ True, False, False,  True],
           [False, False, False, False],
           [ True,  True,  True, False]])
    """
    weights = np.asarray(components, dtype=float)
    least = weights.min(axis=1, keepdims=True)
    floor = least + _REST * weights.max(axis=1, keepdims=True)
    shared = (weights <= floor).sum(axis=1, keepdims=True) > 1
    said: npt.NDArray[np.bool_] = weights > np.where(shared, floor, floor - least)
    return said


def position_names(n_topics: int) -> list[str]:
    """Return what topics are called: ``topic_01``, ``topic_02``, ….

    >>> position_names(2), position_names(100)[0]
    (['topic_01', 'topic_02'], 'topic_001')
    """
    width = max(2, len(str(n_topics)))
    return [f"topic_{number:0{width}d}" for number in range(1, n_topics + 1)]


def check_components(components: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return `components` as a matrix of floats, or raise."""
    weights = np.asarray(components, dtype=float)
    if weights.ndim != 2 or 0 in weights.shape:
        raise SettingsError(
            f"components have the shape {weights.shape}; expected (n_topics, n_terms)."
        )
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise SettingsError(
            "components have a weight that is negative or no number; expected 0 or more.",
            "Use a model whose topics are weights of terms, such as nmf or lda.",
            "nmf や lda など、語の重みが負にならないモデルを使ってください。",
        )
    return weights


def ranked_columns(
    weights: npt.NDArray[np.float64], columns: npt.ArrayLike | None
) -> npt.NDArray[np.intp]:
    """Return `columns`, or those of each row by weight, greatest first; ties in their order."""
    if columns is None:
        return np.argsort(-weights, axis=1, kind="stable")
    order = np.asarray(columns)
    n_topics, n_all = weights.shape
    fits = order.ndim == 2 and len(order) == n_topics and order.dtype.kind in "iu"
    if not fits or (order < 0).any() or (order >= n_all).any():
        raise SettingsError(
            f"columns have the shape {order.shape}; expected a row of column numbers, 0 to "
            f"{n_all - 1}, for each of {n_topics} topics."
        )
    return order.astype(np.intp)
