"""Figures are drawn, link to their items, and show Japanese."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from PIL import Image

from cio_topics.report.charts import draw, items_link, meetings_chart, shares_chart, shares_heatmap
from cio_topics.report.fonts import FONT_NAME, font_folder, register_font


@pytest.fixture(scope="module")
def shares() -> pd.DataFrame:
    # Invented shares.
    return pd.DataFrame(
        {
            "period": ["2004", "2004", "2005", "2005", "unknown", "unknown"],
            "theme": ["a", "b"] * 3,
            "n": [1, 3, 0, 2, 1, 0],
            "n_items": [4, 4, 2, 2, 1, 1],
            "n_meetings": [2, 2, 1, 1, 1, 1],
            "share": [0.25, 0.75, 0.0, 1.0, 1.0, 0.0],
            "share_low": [0.05, 0.3, 0.0, 0.3, 0.2, 0.0],
            "share_high": [0.7, 0.95, 0.66, 1.0, 1.0, 0.8],
        }
    )


NAMES = {"a": "計画", "b": "<b>&手続"}


def test_links_are_quoted():
    assert items_link(body="A&B #1") == "#items?body=A%26B%20%231"


def test_small_multiples_have_a_linked_point_a_known_year_and_theme(shares):
    register_font()
    svg, _ = draw(shares_chart(shares, NAMES, "ja"), "x")
    for year in ("2004", "2005"):
        for theme in ("a", "b"):
            assert f'"#items?year={year}&amp;theme={theme}"' in svg
    assert "year=unknown" not in svg  # no place on a time axis; it is in the table
    assert "<b>" not in svg  # names are escaped
    assert "計画" in svg


def test_heat_map_keeps_unknown_and_writes_counts(shares):
    periods = {"2004": "2004", "2005": "2005", "unknown": "不明"}
    svg, _ = draw(shares_heatmap(shares, "year", NAMES, periods, "ja"), "x")
    assert "不明 (n=1)" in svg
    assert svg.count("#items?year=unknown&amp;theme=a") >= 1


def test_meetings_chart_has_both_counts():
    table = pd.DataFrame(
        {
            "year": ["2004", "unknown"],
            "case_study_meetings": pd.array([8, None], dtype="Int64"),
            "case_study_circulated": pd.array([6, None], dtype="Int64"),
            "n_meetings": [5, 1],
        }
    )
    values = meetings_chart(table, "en")["datasets"]
    rows = [row for rows in values.values() for row in rows]
    assert {(row["kind"], row["n"]) for row in rows} == {
        ("case study, table 1: other", 2),
        ("case study, table 1: circulated", 6),
        ("this corpus", 5),
    }


def test_identifiers_differ_between_figures_of_one_page(shares):
    spec = shares_chart(shares, NAMES, "en")
    first, second = draw(spec, "one")[0], draw(spec, "two")[0]
    assert "one-clip" in first or "clip" not in first
    assert "one-" not in second


def test_same_figure_same_bytes(shares):
    spec = shares_chart(shares, NAMES, "ja")
    assert draw(spec, "x") == draw(spec, "x")


def test_japanese_glyphs_are_drawn_by_the_bundled_font():
    """Two kanji must look different; glyphs that are missing would all be the same box."""
    assert font_folder() is not None
    register_font()

    def pixels(text: str) -> bytes:
        spec = {
            "mark": {"type": "text", "fontSize": 40},
            "data": {"values": [{"t": text}]},
            "encoding": {"text": {"field": "t"}},
            "config": {"font": FONT_NAME},
        }
        return Image.open(io.BytesIO(draw(spec, "x")[1])).convert("L").tobytes()

    assert pixels("政") != pixels("府")
    assert pixels("\ue000") != pixels("政")
