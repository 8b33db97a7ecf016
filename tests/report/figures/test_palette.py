"""Colours stay apart for readers with a colour vision deficiency, and in grey."""

from itertools import combinations

import numpy as np
import pytest

from cio_topics.report.figures.palette import PALETTE, SEQUENTIAL, looks, on_colour

# Machado, G. M., Oliveira, M. M. and Fernandes, L. A. F. (2009). A physiologically-based model for
# simulation of color vision deficiency. IEEE Transactions on Visualization and Computer Graphics
# 15, 1291-1298. doi:10.1109/TVCG.2009.113, table 1, severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip


def linear(colour):
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="normal"):
    """CIE 1976 L*a*b*, D65."""
    seen = np.clip(VISION[vision] @ linear(colour), 0, 1)
    ratio = _TO_XYZ @ seen / np.array([0.95047, 1.0, 1.08883])
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_conversion():
    # White has L* 100; sRGB red is (53.24, 80.09, 67.20) (CIE 1976, D65; Lindbloom's calculator).
    assert lab("#ffffff").round(1).tolist() == pytest.approx([100, 0, 0], abs=0.1)
    assert lab("#ff0000").tolist() == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


@pytest.mark.parametrize("vision", VISION)
def test_any_two_colours_are_apart(vision):
    """A difference of about 2.3 can just be noticed (Mahy et al. 1994); these are seven of that."""
    seen = {look.colour: lab(look.colour, vision) for look in PALETTE}
    least = min(np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(seen, 2))
    assert least > 16


def test_neighbours_differ_in_grey():
    lightness = [lab(look.colour)[0] for look in (*PALETTE, PALETTE[0])]
    assert np.abs(np.diff(lightness)).min() > 11


def test_no_two_share_a_dash_or_a_shape():
    assert len({look.dash for look in PALETTE}) == len(PALETTE)
    assert len({look.shape for look in PALETTE}) == len(PALETTE)
    assert looks(9)[7:] == looks(2)


def test_all_can_be_seen_on_white():
    # WCAG 2.2, 1.4.11 wants 3:1 of graphics; orange, sky blue and purple have less, which is why no
    # figure says anything by colour alone.
    assert all(lab(look.colour)[0] < 72 for look in PALETTE)


def test_the_sequential_scale_only_darkens():
    low, high = (linear(colour) for colour in SEQUENTIAL)
    lightness = [(_TO_XYZ @ (low + (high - low) * at))[1] for at in np.linspace(0, 1, 11)]
    assert (np.diff(lightness) < 0).all()


@pytest.mark.parametrize("colour", [look.colour for look in PALETTE])
def test_what_is_written_on_a_colour_can_be_read(colour):
    def luminance(value):
        return float(_TO_XYZ[1] @ linear(value)) + 0.05

    one, other = luminance(colour), luminance(on_colour(colour))
    assert max(one, other) / min(one, other) >= 4.5  # WCAG 2.2, 1.4.3
