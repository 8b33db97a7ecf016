"""Probabilities → themes: a threshold a theme, at most three themes, the fallback alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["MOST_THEMES", "Decision", "learn_decision"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]

#: The codebook gives an item so many themes at most.
MOST_THEMES = 3

_GRID = np.arange(0.2, 0.81, 0.02)
# As many items as the threshold of all themes weighs beside those of one.
_SHARED = 30.0
# So many items must be labelled with the fallback before its own probability counts.
_ENOUGH = 5


class Decision(NamedTuple):
    """Least probabilities at which a theme is given.

    `floor` is the least probability of the best theme at which it is given although it does not
    reach its threshold; below it an item gets the fallback. `fallback` is its column, or -1; where
    enough items were labelled with it (`is_learned`), it is also given where it is more probable
    than any theme, and its threshold is reached.
    """

    thresholds: FloatArray  # (n_themes,)
    floor: float
    fallback: int
    is_learned: bool = False

    def without_fallback(self, probabilities: FloatArray) -> FloatArray:
        """Return probabilities with -1 for the fallback, so that it never comes first."""
        known = probabilities.copy()
        if self.fallback >= 0:
            known[:, self.fallback] = -1.0
        return known

    def decide(self, probabilities: FloatArray) -> IntArray:
        """Return the themes as a 0/1 matrix; every item has at least one."""
        known = self.without_fallback(probabilities)
        ranks = (-known).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
        chosen = (known >= self.thresholds) & (ranks < MOST_THEMES)
        nothing = ~chosen.any(axis=1)
        best = known.argmax(axis=1)
        likely = nothing & ((known.max(axis=1) >= self.floor) | (self.fallback < 0))
        chosen[likely, best[likely]] = True
        if self.is_learned:
            own = probabilities[:, self.fallback]
            chosen[(own >= self.thresholds[self.fallback]) & (own > known.max(axis=1))] = False
        if self.fallback >= 0:
            chosen[:, self.fallback] = ~chosen.any(axis=1)
        return chosen.astype(int)


def learn_decision(
    probabilities: FloatArray, labels: IntArray, fallback: int, *, floor: float = 0.1
) -> Decision:
    """Learn thresholds from probabilities of items that were held out.

    A theme's threshold is the one with the highest F1 of the theme; as themes have few items, F1 of
    all themes together counts beside it like thirty items.

    Parameters
    ----------
    probabilities : ndarray, shape (n, n_themes)
    labels : ndarray of int, shape (n, n_themes)
    fallback : int
        Column of the fallback; -1 for none.
    floor : float, default 0.1
        Not learned: where no item is labelled with the fallback, nothing can be.

    Examples
    --------
    >>> probabilities = np.array([[0.9, 0.1, 0.0], [0.45, 0.4, 0.0], [0.02, 0.03, 0.0]])
    >>> decision = Decision(np.full(3, 0.5), 0.1, 2)
    >>> decision.decide(probabilities).tolist()
    [[1, 0, 0], [1, 0, 0], [0, 0, 1]]
    """
    hits, errors = _counts(probabilities, labels)
    overall = _f1(hits.sum(axis=1), errors.sum(axis=1))
    n = labels.sum(axis=0)
    blended = (_f1(hits, errors) * n + overall[:, None] * _SHARED) / (n + _SHARED)
    # Of equally good thresholds, the one nearest to a half.
    near_half = np.abs(_GRID - 0.5)[:, None] * 1e-9
    thresholds = _GRID[(blended - near_half).argmax(axis=0)]
    learned = fallback >= 0 and int(n[fallback]) >= _ENOUGH
    return Decision(thresholds, floor if fallback >= 0 else 0.0, fallback, learned)


def _counts(probabilities: FloatArray, labels: IntArray) -> tuple[FloatArray, FloatArray]:
    given = probabilities[None] >= _GRID[:, None, None]
    hits = (given & (labels == 1)).sum(axis=1).astype(float)
    return hits, (given != (labels == 1)).sum(axis=1).astype(float)


def _f1(hits: FloatArray, errors: FloatArray) -> FloatArray:
    return 2 * hits / np.maximum(2 * hits + errors, 1)
