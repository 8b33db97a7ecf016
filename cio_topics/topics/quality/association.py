"""How much more often two terms stand together than by chance: PMI and NPMI."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["association", "normalized_pmi"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
ASSOCIATIONS = ("npmi", "pmi")


def normalized_pmi(
    both: npt.ArrayLike, one: npt.ArrayLike, other: npt.ArrayLike, n: int
) -> tuple[FloatArray, BoolArray]:
    """Return the normalized pointwise mutual information of pairs of terms, and where it exists.

    It is ``log(p(a, b) / (p(a) p(b))) / -log p(a, b)``. Terms that are never together have its
    limit, -1. It does not exist where a term is nowhere, or both are everywhere: there it is 0/0.

    Parameters
    ----------
    both, one, other : array_like of int, same shape
        Windows (or texts) with both terms, with the one, with the other.
    n : int
        All windows.

    Returns
    -------
    values : ndarray of float
        In [-1, 1]; 0 where it does not exist.
    defined : ndarray of bool

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Examples
    --------
    >>> values, defined = normalized_pmi([2, 0, 4, 0], [2, 2, 4, 0], [2, 2, 4, 4], 4)
    >>> values.tolist(), defined.tolist()
    ([1.0, -1.0, 0.0, 0.0], [True, True, False, False])
    """
    together, alone = np.asarray(both, dtype=float), np.asarray(one, dtype=float)
    product = alone * np.asarray(other, dtype=float)
    defined = (product > 0) & (together < n)
    seen = defined & (together > 0)
    values = np.where(defined, -1.0, 0.0)
    pmi = np.log(n * together[seen] / product[seen])
    values[seen] = np.clip(pmi / np.log(n / together[seen]), -1.0, 1.0)
    return values, defined


def association(counts: csr_matrix, measure: str = "npmi") -> csr_matrix:
    """Return how much more often two terms are in the same text than by chance.

    Parameters
    ----------
    counts : csr_matrix, shape (n_texts, n_terms)
        A text has the terms whose entry is positive.
    measure : {"npmi", "pmi"}, default "npmi"
        Pointwise mutual information (natural logarithm), normalized by ``-log p(a, b)`` or not.

    Returns
    -------
    csr_matrix of float, shape (n_terms, n_terms)
        Symmetric, indices sorted. Only pairs of two different terms that co-occur are stored, the
        value 0 included. Not stored: pairs that never do (-1 in NPMI), and in NPMI two terms that
        are both in every text (0/0).

    Raises
    ------
    SettingsError
        `measure` is unknown.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.

    Examples
    --------
    >>> counts = csr_matrix([[1, 2, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1]])
    >>> association(counts).toarray().round(2)
    array([[ 0.  ,  0.42, -0.29],
           [ 0.42,  0.  ,  0.  ],
           [-0.29,  0.  ,  0.  ]])
    >>> association(counts, "chi2")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: measure is 'chi2'; expected one of: npmi, pmi.
    """
    if measure not in ASSOCIATIONS:
        raise SettingsError(
            f"measure is {shorten(measure)}; expected one of: {choices(ASSOCIATIONS)}."
        )
    present = csr_matrix(csr_matrix(counts) > 0, dtype=np.int64)
    n = present.shape[0]
    together = (present.T @ present).tocoo()
    alone = together.diagonal()
    row, column, both = together.row, together.col, together.data
    kept = (row != column) & (both > 0)
    if measure == "npmi":
        kept &= both < n
    row, column, both = row[kept], column[kept], both[kept]
    if measure == "npmi":
        values = normalized_pmi(both, alone[row], alone[column], n)[0]
    else:
        values = np.log(n * both / (alone[row].astype(float) * alone[column]))
    result = csr_matrix((values, (row, column)), shape=together.shape)
    result.sort_indices()
    return result
