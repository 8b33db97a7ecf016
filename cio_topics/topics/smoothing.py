"""Which terms a topic says, and which it has by smoothing alone."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["said_terms"]

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
