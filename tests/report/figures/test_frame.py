"""Lines, labels and places: nothing is cut, nothing covers another."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.report.figures.frame import broken, spread, text_points
from cio_topics.report.figures.labels import place_labels
from cio_topics.report.figures.write import figure_format

words = st.text(st.sampled_from("電子政府、。ーッ「」ab -"), max_size=40)


@given(words, st.floats(20, 200))
def test_lines_lose_nothing(text, width):
    lines = broken(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(not line.startswith(("、", "。", "ー", "ッ", "」")) for line in lines[1:])


@pytest.mark.parametrize("width", [30, 60, 200])
def test_lines_are_as_short_as_asked(width):
    for line in broken("電子政府の推進に関する計画の策定", width):
        assert text_points(line) <= width


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9))
def test_spread_places_keep_their_order_and_their_distance(places):
    moved = spread(places, 5, 0, 100)
    order = sorted(range(len(places)), key=lambda at: (places[at], moved[at]))
    inside = [moved[at] for at in order]
    assert all(b - a >= 5 - 1e-6 for a, b in pairwise(inside))
    assert min(moved) >= -1e-6
    assert max(moved) <= 100 + 1e-6


def test_what_is_apart_does_not_move():
    assert spread([10, 20, 40], 5, 0, 100) == [10, 20, 40]


def test_names_beside_marks_do_not_cover_each_other():
    x, y = [50, 60, 70, 200], [50, 52, 50, 100]
    names = ["計画", "最適化", "憲章", "方針"]
    found = place_labels(x, y, [3] * 4, names, (300, 200))
    boxes = [
        (a - text_points(n) / 2, b - 4, a + text_points(n) / 2, b + 4)
        for (a, b), n in zip(found, names, strict=True)
    ]
    for place, one in enumerate(boxes):
        assert one[0] >= 0
        assert one[2] <= 300
        for other in boxes[place + 1 :]:
            apart = (
                one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            )
            assert apart


def test_formats():
    from pathlib import Path

    assert figure_format(Path("a.b.SVG")) == "svg"
