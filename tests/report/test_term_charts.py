"""Figures of terms are drawn, are the same twice, and show Japanese. Terms are invented."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from PIL import Image, ImageFont

from cio_topics.report.charts import BLUE, ORANGE, draw
from cio_topics.report.fonts import font_folder, register_font
from cio_topics.report.term_charts import _TEXTS, keyness_chart, scores_chart, terms_chart

NAMES = ("year=2002-2006", "year=2013-2018")


def counted(*terms: str) -> pd.DataFrame:
    counts = range(len(terms), 0, -1)
    return pd.DataFrame(
        {
            "term": terms,
            "n_items": counts,
            "n_items_all": 40,
            "share": [n / 40 for n in counts],
            "share_low": [n / 80 for n in counts],
            "share_high": [n / 20 for n in counts],
        }
    )


KEYNESS = pd.DataFrame(
    {
        "term": ["棚卸し", "甲", "乙", "暗号化"],
        "direction": ["b", "a", "a", "none"],
        "log_ratio": [-2.0, 1.5, 1.5, 0.0],
        "q_value": [0.04, 0.01, 0.05, 1.0],
        "n_a": [1, 6, 3, 2],
        "n_b": [8, 1, 0, 2],
    }
)
SCORED = pd.DataFrame({"term": ["行政計画", "計画"], "score": [9.5, 2.0], "n_items": [4, 7]})


def specs(lang):
    return {
        "terms": terms_chart(counted("棚卸し", "計画"), lang),
        "scores": scores_chart(SCORED, "flr", lang),
        "keyness": keyness_chart(KEYNESS, NAMES, lang),
    }


@pytest.fixture(autouse=True)
def font():
    assert register_font()


def data_of(spec: dict) -> list[dict]:
    return max(spec["datasets"].values(), key=len)


def order_of(spec: dict) -> list[str]:
    return spec["layer"][0]["encoding"]["y"]["sort"]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", ["terms", "scores", "keyness"])
def test_figures_are_drawn_and_are_the_same_twice(name, lang):
    svg, png = draw(specs(lang)[name], "x")
    assert svg.startswith("<svg")
    width, height = Image.open(io.BytesIO(png)).size
    assert width > height > 50
    assert draw(specs(lang)[name], "x") == (svg, png)


def test_terms_and_what_is_counted_can_be_read():
    svg, _ = draw(specs("ja")["terms"], "x")
    assert "棚卸し" in svg
    assert "全40項目" in svg
    assert "of 40 items" in draw(specs("en")["terms"], "x")[0]
    assert "flr" in draw(specs("en")["scores"], "x")[0]
    shown = draw(specs("ja")["keyness"], "x")[0]
    for text in ("棚卸し", "1:8", "A: year=2002-2006", "B: year=2013-2018"):
        assert text in shown


def ink(term: str) -> bytes:
    """Pixels of a figure whose only term this is."""
    return Image.open(io.BytesIO(draw(terms_chart(counted(term), "ja"), "x")[1])).tobytes()


def test_japanese_letters_are_drawn():
    # Letters that a font lacks are all drawn as the same box.
    assert len({ink(term) for term in ("計", "務", "ア", "は")}) == 4


def test_the_font_has_every_letter_of_the_labels():  # IPAex Gothic has no ≥
    font = ImageFont.truetype(next(font_folder().glob("ipaexg.*")))
    missing = bytes(font.getmask("\U000f0000"))
    letters = set("".join(text for pair in _TEXTS.values() for text in pair)) - {" "}
    assert not {letter for letter in letters if bytes(font.getmask(letter)) == missing}


def test_bars_stand_in_the_order_of_the_table():
    assert order_of(terms_chart(counted("乙", "甲", "丙"), "ja")) == ["乙", "甲", "丙"]
    assert order_of(scores_chart(SCORED, "flr", "ja")) == ["行政計画", "計画"]


def test_keyness_goes_from_a_to_b_with_ties_by_term():
    assert order_of(specs("ja")["keyness"]) == ["乙", "甲", "暗号化", "棚卸し"]


def test_doubtful_terms_are_pale_and_groups_have_their_colour():
    told = {row["term"]: row for row in data_of(specs("en")["keyness"]) if "term" in row}
    assert {row["sure"] for row in (told["甲"], told["棚卸し"])} == {"q < 0.05"}
    # 0.05 itself is not below it.
    assert told["乙"]["sure"] == told["暗号化"]["sure"] != "q < 0.05"
    assert told["甲"]["group"] == f"A: {NAMES[0]}"
    assert told["棚卸し"]["group"] == f"B: {NAMES[1]}"
    svg, _ = draw(specs("en")["keyness"], "x")
    assert BLUE in svg
    assert ORANGE in svg


def test_all_terms_of_one_group_can_be_drawn():
    for direction, sign in (("a", 1), ("b", -1)):
        ratio = sign * KEYNESS["log_ratio"].abs().clip(lower=1)
        one = KEYNESS.assign(direction=direction, log_ratio=ratio)
        assert draw(keyness_chart(one, NAMES, "ja"), "x")[0].startswith("<svg")


def test_terms_are_escaped():
    hostile = "<script>alert(1)</script>&"
    for spec in (
        terms_chart(counted(hostile), "ja"),
        keyness_chart(KEYNESS.assign(term=[hostile, "b", "c", "d"]), ("<b>", "'\""), "ja"),
    ):
        svg, _ = draw(spec, "x")
        assert "<script" not in svg
        assert "<b>" not in svg


def test_nothing_in_a_figure_needs_another_place():
    for spec in specs("ja").values():
        svg, _ = draw(spec, "x")
        assert "http" not in svg.replace("http://www.w3.org/", "")


def test_the_tables_are_not_changed():
    before = KEYNESS.copy(deep=True)
    keyness_chart(KEYNESS, NAMES, "ja")
    pd.testing.assert_frame_equal(KEYNESS, before)
