"""How evenly a word is spread over bodies, whatever their sizes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError

__all__ = ["body_entropy"]

FloatArray = npt.NDArray[np.float64]


def body_entropy(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> FloatArray:
    """Return the entropy of words over bodies, relative to what chance would give.

    The entropy of a word's items over bodies depends on the sizes of the bodies, and it is too
    small where the word has few items (Miller 1955). Both are taken out by dividing it by its
    expectation if the word's items were drawn by chance from all items, without replacement: the
    count of each body is then hypergeometric, and the expectation is exact.

    Parameters
    ----------
    counts : array_like of int, shape (n_words, n_bodies)
        Items of each body that have the word.
    sizes : array_like of int, shape (n_bodies,)
        All items of each body.

    Returns
    -------
    ndarray of float, shape (n_words,)
        0: all in one body. 1: as even as items drawn by chance, or more. Not a number where chance
        gives no entropy: fewer than two items, or all items in one body.

    Raises
    ------
    SettingsError
        A body has more items with the word than items.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal 27,
    379-423. doi:10.1002/j.1538-7305.1948.tb01338.x (entropy)

    Miller, G. A. (1955). Note on the bias of information estimates. In H. Quastler (ed.),
    Information theory in psychology, 95-100. Free Press. (the bias of small samples; his
    correction, which takes counts as multinomial and many, is not used)

    Examples
    --------
    >>> body_entropy([[2, 0, 0], [1, 1, 0], [6, 3, 1]], [60, 30, 10]).round(2).tolist()
    [0.0, 1.0, 1.0]
    >>> body_entropy([[9, 1, 0], [1, 0, 0]], [60, 30, 10]).round(2).tolist()
    [0.41, nan]
    >>> body_entropy([[2, 0]], [1, 1])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: a body has more items with a word than items; expected ...
    """
    found, all_items = np.asarray(counts, dtype=np.int64), np.asarray(sizes, dtype=np.int64)
    if (found < 0).any() or (found > all_items).any():
        raise SettingsError(
            "a body has more items with a word than items; expected 0 <= counts <= sizes."
        )
    totals = found.sum(axis=1)
    by_total = {n: _expected_entropy(n, all_items) for n in set(totals.tolist())}
    expected = np.array([by_total[n] for n in totals.tolist()])
    shares = found / np.maximum(totals, 1)[:, None]
    measured = _terms(shares).sum(axis=1)
    known = expected > 0
    ratio = np.divide(measured, expected, out=np.full(len(found), np.nan), where=known)
    even: FloatArray = np.minimum(ratio, 1.0)
    return even


def _terms(shares: FloatArray) -> FloatArray:
    """Return -p ln p, 0 where p is 0."""
    return shares * np.log(1 / np.where(shares > 0, shares, 1.0))


def _expected_entropy(n: int, sizes: npt.NDArray[np.int64]) -> float:
    """Return the mean entropy of `n` items drawn by chance from bodies of these sizes."""
    from scipy.stats import hypergeom

    if n < 2:
        return 0.0
    total, mean = int(sizes.sum()), 0.0
    alike, n_bodies = np.unique(sizes, return_counts=True)
    for size, n_alike in zip(alike.tolist(), n_bodies.tolist(), strict=True):
        k = np.arange(1, min(n, size) + 1)
        mean += n_alike * float((hypergeom.pmf(k, total, size, n) * _terms(k / n)).sum())
    return mean
