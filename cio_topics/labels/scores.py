"""F1 of themes from counts, for whole tables of draws at a time."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

__all__ = ["f1_score", "overall_scores", "score_counts"]

FloatArray = npt.NDArray[np.float64]


def f1_score(tp: FloatArray, errors: FloatArray) -> FloatArray:
    """Return F1 from what both gave and what only one gave; no number where nobody gave anything.

    Examples
    --------
    >>> f1_score(np.array([2.0, 0.0]), np.array([1.0, 0.0])).tolist()
    [0.8, nan]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 2 * tp / (2 * tp + errors)


def score_counts(one: npt.NDArray[np.int_], other: npt.NDArray[np.int_]) -> FloatArray:
    """Return by item what :func:`overall_scores` takes the sums of, shape (n, 2 * n_themes + 2).

    Examples
    --------
    >>> score_counts(np.array([[1, 0]]), np.array([[1, 1]])).tolist()
    [[1.0, 0.0, 0.0, 1.0, 0.0, 1.0]]
    """
    exact = (one == other).all(axis=1)
    return np.column_stack([one * other, one != other, exact, np.ones(len(one))]).astype(float)


def overall_scores(sums: FloatArray, occurs: npt.NDArray[np.bool_]) -> FloatArray:
    """Return F1 by theme, micro and macro F1, and the share of exact items, from summed counts.

    A theme that never occurs has no F1 and no part in the macro mean.

    Parameters
    ----------
    sums : ndarray of float, shape (n, 2 * n_themes + 2)
        By theme what both gave, then what only one gave; items that are exact; all items.
    occurs : ndarray of bool, shape (n_themes,)

    Returns
    -------
    ndarray of float, shape (n, n_themes + 3)

    Examples
    --------
    >>> overall_scores(np.array([[2.0, 0.0, 1.0, 0.0, 3.0, 4.0]]), np.array([True, False])).tolist()
    [[0.8, nan, 0.8, 0.8, 0.75]]
    """
    n_themes = len(occurs)
    tp, errors = sums[:, :n_themes], sums[:, n_themes : 2 * n_themes]
    by_theme = np.where(occurs, f1_score(tp, errors), np.nan)
    micro = f1_score(tp.sum(axis=1, keepdims=True), errors.sum(axis=1, keepdims=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a draw without any theme has no mean
        macro = np.nanmean(by_theme, axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = sums[:, -2:-1] / sums[:, -1:]
    return np.hstack([by_theme, micro, macro, exact])
