"""How far two sets of themes are apart."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
import numpy.typing as npt

__all__ = ["distance_matrix", "masi_distance"]


def masi_distance(first: Set[str], second: Set[str]) -> float:
    """Return the MASI distance of two sets: one minus Jaccard's index times how they overlap.

    The second factor is 1 for equal sets, 2/3 where one holds the other, 1/3 where each has
    something of its own, 0 where they share nothing. Programs that write 0.67 and 0.33 instead
    differ in the third decimal.

    Parameters
    ----------
    first, second : set of str

    Returns
    -------
    float
        From 0 (equal) to 1 (nothing in common).

    References
    ----------
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and
    pragmatic annotation. Proceedings of LREC 2006, 831-836.
    https://aclanthology.org/L06-1392/

    Examples
    --------
    >>> masi_distance({"a", "b"}, {"a"}) == 1 - 1 / 2 * 2 / 3
    True
    >>> masi_distance({"a"}, {"b"}), masi_distance({"a"}, {"a"})
    (1.0, 0.0)
    """
    if first == second:
        return 0.0
    shared, union = len(first & second), len(first | second)
    if not shared:
        return 1.0
    overlap = 2 if first <= second or second <= first else 1
    return 1 - shared * overlap / (3 * union)


def distance_matrix(sets: Sequence[Set[str]]) -> npt.NDArray[np.float64]:
    """Return the MASI distances between all sets, shape (n, n)."""
    return np.array([[masi_distance(one, other) for other in sets] for one in sets]).reshape(
        len(sets), len(sets)
    )
