"""Weights of topics in texts a model has not seen, given the terms of its topics."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError

__all__ = ["fold_in"]


def fold_in(
    counts: csr_matrix,
    term_probabilities: np.ndarray,
    prior: np.ndarray,
    *,
    n_steps: int = 200,
    tolerance: float = 1e-6,
) -> np.ndarray:
    """Return the mean of each text's topics, by expectation maximization with fixed topics.

    A row depends on its own counts only, bit for bit: batch, order and other texts change nothing.
    A text without terms has the prior's mean.

    Parameters
    ----------
    counts : csr_matrix, shape (n_texts, n_terms)
        Not negative.
    term_probabilities : ndarray, shape (n_topics, n_terms)
        Rows sum to one.
    prior : ndarray, shape (n_topics,)
        Dirichlet prior of a text's topics; positive.
    n_steps : int, default 200
    tolerance : float, default 1e-6
        A text is done when its weights change by less in a step.

    Returns
    -------
    ndarray of float, shape (n_texts, n_topics)
        Rows sum to one.

    References
    ----------
    Asuncion, A., Welling, M., Smyth, P. and Teh, Y. W. (2009). On smoothing and inference for topic
    models. UAI, 27-34. arXiv:1205.2662. (Its MAP update, with the prior added once.)

    Examples
    --------
    >>> topics = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> fold_in(csr_matrix([[3.0, 0.0], [0.0, 0.0]]), topics, np.array([0.5, 0.5])).round(2)
    array([[0.86, 0.14],
           [0.5 , 0.5 ]])
    """
    from cio_topics.topics.models.kernels import fold_in_rows

    shape = (len(prior), counts.shape[1])
    if term_probabilities.shape != shape:  # the compiled loop does not look where an array ends
        raise SettingsError(f"topics have the shape {term_probabilities.shape}; expected {shape}.")
    weights = np.empty((counts.shape[0], len(prior)))
    fold_in_rows(
        counts.indptr,
        counts.indices,
        np.ascontiguousarray(counts.data, dtype=np.float64),
        np.ascontiguousarray(term_probabilities.T, dtype=np.float64),
        np.ascontiguousarray(prior, dtype=np.float64),
        n_steps,
        tolerance,
        weights,
    )
    return weights
