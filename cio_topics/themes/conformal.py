"""Sets of themes that hold all of an item's themes as often as was asked for.

MAPIE's multi-label control wraps one fitted classifier and counts single items; here scores are
held out by cross-validation and items of one meeting are alike, so the few lines stand here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, shorten

__all__ = ["check_coverage", "least_probability", "misses"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


def misses(probabilities: FloatArray, labels: IntArray) -> FloatArray:
    """Return how far down a set must reach to hold all themes of each item: 1 - the least of them.

    Examples
    --------
    >>> misses(np.array([[0.9, 0.25], [0.9, 0.25]]), np.array([[1, 0], [1, 1]])).round(2).tolist()
    [0.1, 0.75]
    """
    least: FloatArray = np.where(labels == 1, probabilities, 1.0).min(axis=1)
    return 1.0 - least


def least_probability(known: FloatArray, groups: npt.ArrayLike, coverage: float) -> float:
    """Return the least probability at which a theme belongs to the set.

    For a new meeting, exchangeable with those seen, the set of all themes at least so probable
    holds all themes of one of its items with the asked-for probability. Meetings count alike,
    whatever the number of their items, and the new one counts as one that misses everything
    (pooled distribution of a two-layer hierarchy: Dunn, Wasserman and Ramdas 2023).

    Parameters
    ----------
    known : ndarray, shape (n,)
        Misses of held-out items, see :func:`misses`.
    groups : array_like, shape (n,)
        The meeting of each.
    coverage : float in (0, 1)

    Returns
    -------
    float
        0 where the meetings are too few to promise so much: then the set holds every theme.

    References
    ----------
    Vovk, V., Gammerman, A. and Shafer, G. (2005). Algorithmic Learning in a Random World. Springer.
    doi:10.1007/b106715
    Dunn, R., Wasserman, L. and Ramdas, A. (2023). Distribution-free prediction sets for two-layer
    hierarchical models. Journal of the American Statistical Association 118, 2491-2502.
    doi:10.1080/01621459.2022.2060112

    Examples
    --------
    >>> least_probability(np.array([0.1, 0.2, 0.3, 0.4]), [1, 2, 3, 4], 0.6)
    0.7
    >>> least_probability(np.array([0.1, 0.2]), [1, 2], 0.9)
    0.0
    """
    check_coverage(coverage)
    _, codes, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    order = np.argsort(known, kind="stable")
    mass = np.cumsum(1.0 / sizes[codes][order]) / (len(sizes) + 1)
    enough = np.searchsorted(mass, coverage - 1e-12)
    return 0.0 if enough >= len(known) else float(1.0 - known[order][enough])


def check_coverage(coverage: float) -> float:
    """Return a coverage that can be asked for.

    Raises
    ------
    SettingsError
    """
    if not 0 < coverage < 1:
        raise SettingsError(
            f"coverage is {shorten(coverage)}; expected more than 0 and less than 1, such as 0.9.",
            remedy_ja="0.9 のように、0 より大きく 1 より小さい値を指定してください。",
        )
    return coverage
