"""Figures: what stands in them, in what they are written, and what they refuse."""

import hashlib
import io
import json
import re
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image

from cio_topics.errors import SettingsError
from cio_topics.periods import read_administrations
from cio_topics.report import figures
from cio_topics.report.figures.forest import ESTIMATES
from cio_topics.report.figures.frame import frame_of, points
from cio_topics.report.figures.write import figure_pdf, figure_png, figure_svg
from tests.report.figures import tables

NAMES = {"a": "電子政府<計画>&\"'", "b": "b"}
MAKE = {
    "shares": lambda **look: figures.shares_figure(
        tables.shares(), theme_names=NAMES, administrations=read_administrations(), **look
    ),
    "heatmap": lambda **look: figures.heatmap_figure(tables.shares(), theme_names=NAMES, **look),
    "multiples": lambda **look: figures.multiples_figure(
        tables.shares(), theme_names=NAMES, **look
    ),
    "stream": lambda **look: figures.stream_figure(tables.fractional(), theme_names=NAMES, **look),
    "curves": lambda **look: figures.curves_figure(tables.curves(), theme_names=NAMES, **look),
    "forest": lambda **look: figures.forest_figure(tables.changes(), names=NAMES, **look),
    "ratios": lambda **look: figures.forest_figure(
        tables.changes(), value="ratio", names=NAMES, **look
    ),
    "activity": lambda **look: figures.activity_figure(tables.meetings(), **look),
    "timeline": lambda **look: figures.timeline_figure(tables.life(), **look),
    "biplot": lambda **look: figures.biplot_figure(
        tables.coordinates(), names={"theme": NAMES}, inertia=(0.6, 0.25), **look
    ),
    "network": lambda **look: figures.network_figure(
        tables.nodes(), tables.edges(), names=NAMES, **look
    ),
}
NAMED = [kind for kind in MAKE if kind not in ("activity", "timeline")]


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]


def rows(spec: dict) -> list[dict]:
    return [row for values in spec["datasets"].values() for row in values]


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize(("lang", "width"), [("ja", 170.0), ("en", 85.0)])
def test_every_figure_is_drawn_with_its_frame(kind, lang, width):
    spec = figures.captioned(
        MAKE[kind](lang=lang, width=width), title="<i>題", notes=["出典: <script>x"]
    )
    svg = figure_svg(spec)
    root = ElementTree.fromstring(svg)  # well-formed, whatever the names
    assert root.attrib["width"] == f"{width:.3f}mm"
    assert root.attrib["lang"] == lang
    title, desc = root[0], root[1]
    assert (title.text, root.attrib["role"]) == ("<i>題", "img")
    assert desc.text.startswith(frame_of(spec).alt)
    assert root.attrib["aria-labelledby"] == f"{title.attrib['id']} {desc.attrib['id']}"
    shown = texts(svg)
    assert "<i>題" in shown
    assert "出典: <script>x" in shown
    assert "<script" not in svg
    assert "undefined" not in svg
    assert "NaN" not in svg
    if kind in NAMED:
        joined = "".join(shown).replace("|", "")
        assert NAMES["a"] in joined


@pytest.mark.parametrize("kind", MAKE)
def test_the_same_table_gives_the_same_bytes(kind):
    def digest(file_format):
        # The first figure counts on what the renderer drew before; the second must not.
        content = figures.figure_bytes(MAKE[kind](), file_format)
        return hashlib.sha256(content).hexdigest()

    assert digest("svg") == digest("svg")
    if kind in ("shares", "network"):
        assert digest("png") == digest("png")
        assert digest("html") == digest("html")


@pytest.mark.parametrize("width", figures.WIDTHS)
def test_a_png_is_as_wide_as_was_asked_at_300_dpi_and_says_so(width):
    image = Image.open(io.BytesIO(figure_png(MAKE["heatmap"](width=width))))
    assert image.size[0] == pytest.approx(width / 25.4 * 300, abs=1)
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_pdf_has_its_size_and_its_font():
    content = figure_pdf(MAKE["heatmap"](width=85.0))
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert float(box[1]) == pytest.approx(points(85.0), abs=0.01)
    assert b"IPAexGothic" in content


def test_japanese_glyphs_are_drawn_and_no_boxes_in_their_place():
    """Two kanji differ in the picture; two characters that no font has look alike (tofu)."""

    def picture(name):
        spec = figures.heatmap_figure(tables.shares(), theme_names={"a": name, "b": "b"})
        return Image.open(io.BytesIO(figure_png(spec, caption=False))).convert("L").tobytes()

    assert picture("漢字") != picture("\u0378\u0379")
    assert picture("漢") != picture("字")
    assert picture("\u0378") == picture("\u0379")


def test_without_a_caption_the_description_keeps_the_notes():
    spec = MAKE["shares"]()
    svg = figure_svg(spec, caption=False)
    assert not any("n = 8" in text for text in texts(svg))
    assert "n = 8項目(ほかに期間不明の4項目は図にない)" in ElementTree.fromstring(svg)[1].text


def test_shares_leave_out_unknown_periods_and_say_so():
    spec = figures.shares_figure(tables.shares(), lang="en")
    assert (
        frame_of(spec)
        .notes[0]
        .startswith(
            "n = 8 items (4 more of unknown period are not drawn). Vertical rules: intervals."
        )
    )
    assert {row["period_name"] for row in rows(spec) if "period_name" in row} == {"2004", "2005"}


def test_the_caption_says_level_and_method_where_the_shares_do():
    from cio_topics.tracking import shares_of, simulate_counts

    shares = shares_of(simulate_counts([[0.3], [0.6]], [[2, 3, 4], [5, 5]], random_state=1))
    spec = figures.shares_figure(shares, lang="en")
    assert "95 % intervals (Wilson)" in frame_of(spec).notes[0]


def test_lines_break_where_years_are_missing():
    shares = tables.shares(("2004", "2005", "2008", "2009"), ("a",))
    runs = {
        row["period_name"]: row["run"]
        for row in rows(figures.shares_figure(shares))
        if "run" in row
    }
    assert runs["2004"] == runs["2005"] != runs["2008"] == runs["2009"]


def test_prime_ministers_stand_behind_years_only():
    spec = MAKE["shares"](lang="ja")
    names = [row["name"] for row in rows(spec) if {"name", "start", "end"} <= {*row}]
    assert set(names) == {"小泉純一郎", "安倍晋三", "福田康夫"}
    by_name = figures.shares_figure(
        tables.shares(("x", "y")), administrations=read_administrations()
    )
    assert not any("end" in row and "name" in row for row in rows(by_name))


def test_direct_labels_do_not_cover_each_other():
    themes = tuple("abcdefg")
    shares = tables.shares(("2004", "2005"), themes).assign(share=0.5)  # all end at one point
    spec = figures.shares_figure(shares)
    places = sorted(row["share"] for row in rows(spec) if "text" in row)
    top = max(row["share_high"] for row in rows(spec) if "share_high" in row)
    gaps = [b - a for a, b in pairwise(places)]
    assert len(places) == 7
    assert min(gaps) >= 9.0 / 230 * top - 1e-9


def test_a_heat_map_strikes_out_periods_without_items_and_keeps_unknown():
    spec = MAKE["heatmap"](lang="en")
    struck = [row for row in rows(spec) if set(row) == {"label", "period_name"}]
    assert {row["period_name"] for row in struck} == {"2007"}
    counts = {
        row["period_name"]: row["text"] for row in rows(spec) if row.get("label") == "items, n"
    }
    assert counts == {"2004": "4", "2005": "4", "2007": "0", "unknown": "4"}


def test_a_stream_sums_to_one_and_lumps_what_has_no_colour():
    themes = tuple("abcdefghij")
    shares = tables.shares(("2004", "2005"), themes).assign(share=0.08)
    spec = figures.stream_figure(shares, lang="en")
    areas = pd.DataFrame([row for row in rows(spec) if "run" in row])
    assert areas["label"].nunique() == 9
    assert {"8 all other themes", "9 no theme"} <= set(areas["label"])
    assert areas.groupby("place")["high"].max().round(9).tolist() == [1.0] * 4


def test_curves_name_the_themes_that_have_none():
    assert frame_of(MAKE["curves"](lang="en")).notes[-1] == "Too few meetings for a curve: c."


def test_a_forest_keeps_rows_without_estimate_and_ends_without_bound():
    spec = MAKE["ratios"](lang="en")
    drawn = {row["label"]: row for row in rows(spec) if "said" in row}
    assert drawn["d"]["said"] == "–"
    assert drawn["d"]["point"] is None
    assert drawn["c"]["said"] == "∞ [1.50, ∞]"
    assert drawn["c"]["point"] is None
    assert drawn["c"]["on_right"]
    assert "Rows without an estimate: 1." in frame_of(spec).notes[0]
    assert [row["point"] for row in rows(spec) if set(row) == {"point"}] == [1.0]


def test_meetings_are_stacked_and_add_up():
    spec = MAKE["activity"](lang="en")
    bars = pd.DataFrame([row for row in rows(spec) if "low" in row])
    assert bars.groupby("year")["n"].sum().to_dict() == {"2004": 5, "2005": 2}
    held = bars[(bars["kind"] == "held")].set_index("year")["n"].to_dict()
    assert held == {"2004": 2, "2005": 1}
    assert frame_of(spec).notes[0] == (
        "Bars: meetings of this corpus (n = 7; 1 more of unknown year). "
        "Points: table 1 of the case study (Honda 2019; 11 in all)."
    )
    alone = figures.activity_figure(tables.meetings(case_study=False), lang="en")
    assert "case study" not in json.dumps(alone)


def test_a_life_is_drawn_with_the_span_of_its_dates():
    spec = MAKE["timeline"](lang="en")
    marks = [row for row in rows(spec) if "state" in row]
    assert [row["name"] for row in marks] == ["電子政府構築計画"] * 3 + ["<b>計画|"] * 2
    spans = [row for row in rows(spec) if set(row) == {"label", "start", "end"}]
    assert [(round(r["start"], 2), round(r["end"], 2)) for r in spans] == [
        (2003.5, 2003.58),
        (2004.0, 2005.0),
    ]
    assert "1 states have no date" in frame_of(spec).notes[0]


def test_a_biplot_has_one_scale_on_both_axes():
    spec = MAKE["biplot"]()
    scales = {}
    for layer in json.loads(json.dumps(spec))["layer"]:
        for unit in layer.get("layer", [layer]):
            for field in "xy":
                channel = unit["encoding"].get(field, {})
                if "scale" in channel:
                    scales[field] = channel["scale"]["domain"]
    x, y = (scales[field][1] - scales[field][0] for field in "xy")
    assert spec["width"] / x == pytest.approx(spec["height"] / y, rel=1e-9)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: figures.shares_figure(tables.shares(themes=tuple("abcdefgh"))), "8 themes in one panel; expected at most 7"),
        (lambda: figures.shares_figure(tables.shares().drop(columns=["share"])), "no column share; expected shares by period"),
        (lambda: figures.multiples_figure(tables.shares(("unknown",))), "no period with items and a known date|no period to draw"),
        (lambda: figures.heatmap_figure(tables.shares(("2007",))), "no period with items"),
        (lambda: figures.stream_figure(tables.shares().assign(share=0.7)), r"the shares of '2004' sum to 1\.40; expected at most 1"),
        (lambda: figures.curves_figure(tables.curves()[-1:]), "no theme has a curve"),
        (lambda: figures.forest_figure(tables.changes(), value="effect"), "unknown value 'effect'; expected one of: difference"),
        (lambda: figures.forest_figure(tables.changes()[3:]), "no row has an estimate"),
        (lambda: figures.activity_figure(tables.meetings()[2:]), "no meeting has a date"),
        (lambda: figures.timeline_figure(tables.life()[3:4]), "no document is seen on two dates"),
        (lambda: figures.network_figure(tables.nodes()[:0], tables.edges()[:0]), "the network has no node"),
        (lambda: figures.network_figure(tables.nodes()[:1], tables.edges()), "an edge has the node 'b'"),
        (lambda: figures.shares_figure(tables.shares(), width=20), "width is 20 mm; expected 60 to 400"),
        (lambda: figures.captioned({"mark": "bar"}), "the specification has no frame"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said(make, message):
    with pytest.raises(SettingsError, match=message):
        make()


def test_files_by_their_ending(tmp_path):
    for ending, begins in (
        (".svg", b"<svg"),
        (".PNG", b"\x89PNG"),
        (".pdf", b"%PDF"),
        (".html", b"<!DOCTYPE html>"),
    ):
        figures.write_figure(MAKE["activity"](), tmp_path / f"a{ending}")
        assert (tmp_path / f"a{ending}").read_bytes().startswith(begins)
    with pytest.raises(SettingsError, match=r"'a\.jpg' has no ending of a figure"):
        figures.write_figure(MAKE["activity"](), tmp_path / "a.jpg")


def test_the_command_knows_the_same_values():
    from cio_topics.cli import figure as command

    assert tuple(ESTIMATES) == command._VALUES
    assert [f".{name}" for name in figures.FIGURE_FORMATS] == list(command._ENDINGS)
    assert set(command._DRAW) == set(command._KINDS)
