"""Shares of topics by year are drawn, link to their items, and have readable names."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.cli.output import display_width
from cio_topics.report.charts import draw
from cio_topics.report.topic_charts import topics_chart, wrapped_name

# Invented shares.
SHARES = pd.DataFrame(
    {
        "period": ["2004", "2004", "2005", "2005", "2006", "2006", "unknown", "unknown"],
        "topic": ["topic_01", "topic_02"] * 4,
        "n": [1.0, 3.0, 0.5, 1.5, 0.0, 0.0, 1.0, 0.0],
        "n_items": [4, 4, 2, 2, 0, 0, 1, 1],
        "n_meetings": [2, 2, 1, 1, 0, 0, 1, 1],
        "share": [0.25, 0.75, 0.25, 0.75, None, None, 1.0, 0.0],
        "share_low": [0.05, 0.3, 0.0, 0.3, None, None, 0.2, 0.0],
        "share_high": [0.5, 0.8, 0.66, 0.9, None, None, 1.0, 0.8],
    }
)
NAMES = {"topic_01": "1 計画 / <b>&手続", "topic_02": "2 番号制度"}


def test_a_panel_a_topic_and_a_link_where_there_are_items():
    svg, png = draw(topics_chart(SHARES, NAMES, {("2004", "topic_01"): 1}), "x")
    assert "#items?year=2004&amp;topic=topic_01" in svg
    assert "topic=topic_02" not in svg  # it weighs most in no item
    assert "unknown" not in svg  # no place on a time axis; it is in the table
    assert "<b>" not in svg
    assert "番号制度" in svg
    assert png[:4] == b"\x89PNG"


def test_a_point_says_what_it_is():
    (row,) = (
        r
        for r in rows(topics_chart(SHARES, NAMES, {}))
        if r["link"] is None and r["year"] == 2004 and "番号" in r["said"]
    )
    assert row["said"] == "2004, 2 番号制度, 75% [30–80], n=4"


def rows(spec: dict) -> list[dict]:
    return [row for values in spec["datasets"].values() for row in values]


def test_years_without_items_are_left_out():
    assert {row["year"] for row in rows(topics_chart(SHARES, NAMES, {}))} == {2004, 2005}


def test_one_scale_up_to_the_greatest_bound():
    spec = topics_chart(SHARES, NAMES, {})
    domains = {
        tuple(layer["encoding"]["y"]["scale"]["domain"])
        for layer in spec["spec"]["layer"]
        if "scale" in layer["encoding"]["y"]
    }
    assert domains == {(0, 0.9)}


def test_same_figure_same_bytes():
    one, other = (draw(topics_chart(SHARES, NAMES, {}), "x") for _ in range(2))
    assert one == other


def test_no_dated_item():
    svg, _ = draw(topics_chart(SHARES[SHARES["period"] == "unknown"], NAMES, {}), "x")
    assert svg.startswith("<svg")


@pytest.mark.parametrize(
    ("name", "wrapped"),
    [
        ("1 a|b / c", "1 a｜b / c"),  # a bar of the name is not one of ours, which end lines
        ("1 計画", "1 計画"),
        ("1 計画 / 手続", "1 計画 / 手続"),
        ("1 情報セキュリティ政策 / 情報通信技術", "1 情報セキュリティ政策 /|情報通信技術"),
        ("1 " + "長" * 20, "1 " + "長" * 14 + "|" + "長" * 6),
    ],
)
def test_names_break_in_lines(name, wrapped):
    assert wrapped_name(name) == wrapped


@given(st.lists(st.text("漢字aB・", min_size=1, max_size=40), min_size=1, max_size=5))
def test_lines_fit(parts):
    lines = wrapped_name(" / ".join(parts)).split("|")
    assert 1 <= len(lines) <= 3
    assert all(display_width(line) <= 32 for line in lines)
    assert "".join(lines).replace(" /", "").replace(" ", "").rstrip("…") in "".join(parts)
