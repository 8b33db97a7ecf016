"""Points and their names → places for the names where none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cio_topics.report.figures.frame import FONT_SIZE, text_points

__all__ = ["place_labels"]

_NEAR = 2.5  # points between a mark and its name
# Right, left, above, below, and between them: the order in which places are tried.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def place_labels(
    x: Sequence[float],
    y: Sequence[float],
    radii: Sequence[float],
    texts: Sequence[str],
    size: tuple[float, float],
    weights: Sequence[float] | None = None,
) -> list[tuple[float, float]]:
    """Return the middle of each name, beside its mark, where it covers least.

    Parameters
    ----------
    x, y, radii : sequence of float
        Marks, in points.
    texts : sequence of str
    size : (float, float)
        Of the panel, in points; names stay inside.
    weights : sequence of float, optional
        The heaviest is placed first; by radius if None.

    Examples
    --------
    >>> place_labels([10, 12], [50, 50], [2, 2], ["a", "b"], (100, 100))
    [(16.4875, 50.0), (5.5125, 50.0)]
    """
    marks = [_Box(a - r, b - r, a + r, b + r) for a, b, r in zip(x, y, radii, strict=True)]
    heavy = radii if weights is None else weights
    taken: list[_Box] = []
    found: dict[int, tuple[float, float]] = {}
    for at in sorted(range(len(texts)), key=lambda place: (-heavy[place], place)):
        others = [*taken, *marks[:at], *marks[at + 1 :]]
        tried = [_beside(x[at], y[at], radii[at], texts[at], side) for side in _SIDES]
        best = min(tried, key=lambda box: _cost(box, others, size))
        taken.append(best)
        found[at] = ((best.left + best.right) / 2, (best.top + best.bottom) / 2)
    return [found[at] for at in range(len(texts))]


def _beside(x: float, y: float, radius: float, text: str, side: tuple[int, int]) -> _Box:
    wide, tall, away = text_points(text) / 2, FONT_SIZE * 0.6, radius + _NEAR
    # On a diagonal the name touches the circle, not the square around it.
    near = 0.7 if side[0] and side[1] else 1.0
    middle = x + side[0] * (away * near + wide), y + side[1] * (away * near + tall)
    return _Box(middle[0] - wide, middle[1] - tall, middle[0] + wide, middle[1] + tall)


def _cost(box: _Box, others: list[_Box], size: tuple[float, float]) -> float:
    """Return the area that is covered; what leaves the panel counts ten times."""
    inside = _common(box, _Box(0, 0, *size))
    outside = (box.right - box.left) * (box.bottom - box.top) - inside
    return round(sum(_common(box, other) for other in others) + 10 * outside, 6)


def _common(one: _Box, other: _Box) -> float:
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, wide) * max(0.0, tall)
