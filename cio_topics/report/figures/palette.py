"""Colours, dashes and shapes that stay apart for every reader, also in grey."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["INK", "MAX_SERIES", "PALE", "PALETTE", "SEQUENTIAL", "Look", "looks", "on_colour"]

INK, PALE = "#1c2b36", "#d5dadd"
#: White to blue, its lightness falling all the way: it can be read in grey.
SEQUENTIAL = ("#ffffff", "#0b5a94")


class Look(NamedTuple):
    """How one series is drawn: no two have a colour, a dash or a shape in common."""

    colour: str
    dash: tuple[int, ...]
    shape: str


#: The colours of Okabe and Ito (2008), without their yellow, which vanishes on white, and with a
#: grey in its place; dark and light by turns, so that neighbours differ in grey too.
PALETTE = (
    Look("#0072B2", (1, 0), "circle"),
    Look("#E69F00", (5, 2), "square"),
    Look("#009E73", (2, 2), "triangle-up"),
    Look("#56B4E9", (7, 2, 2, 2), "diamond"),
    Look("#D55E00", (4, 1, 1, 1), "triangle-right"),
    Look("#000000", (1, 2), "cross"),
    Look("#CC79A7", (9, 3), "triangle-down"),
)
#: More series than this cannot be told apart.
MAX_SERIES = len(PALETTE)


def looks(n: int) -> list[Look]:
    """Return how each of `n` series is drawn; the palette again from its start if it is short.

    References
    ----------
    Okabe, M. and Ito, K. (2008). Color universal design: how to make figures and presentations that
    are friendly to colorblind people. https://jfly.uni-koeln.de/color/ (the colours).

    Examples
    --------
    >>> looks(2)[1].colour
    '#E69F00'
    """
    return [PALETTE[place % MAX_SERIES] for place in range(n)]


def on_colour(colour: str) -> str:
    """Return black or white: what can be read on a colour.

    That is the one with the greater contrast (WCAG 2, relative luminance).

    Examples
    --------
    >>> on_colour("#000000"), on_colour("#56B4E9")
    ('#ffffff', '#000000')
    """
    light = _luminance(colour) + 0.05
    return "#000000" if light / 0.05 >= 1.05 / light else "#ffffff"


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
