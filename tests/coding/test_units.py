"""Items, headings, paragraphs and sentences; words know where they stand."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.coding import CodingText, attach_variables, unit_values
from cio_topics.coding.units import UNITS
from cio_topics.errors import CorpusError, SettingsError

NOVEL = """\
はしがき。
<H1>上</H1>
上の前書き。
<h2>一</h2>
海へ行った。暑かった。
\u3000
父は待った
<H2>二</H2>
<H1>中</H1>
<H2>一</H2>
「はい。」と言った。
"""


def shown(text: CodingText, unit: str) -> list[str]:
    bounds = text.bounds(unit)
    return [
        text.text[start:end].replace("\n", "/")
        for start, end in zip(bounds.starts, bounds.ends, strict=True)
    ]


UNITS_OF_NOVEL = {
    # What stands before the first heading of a level is in no section of it.
    "h1": ["上/上の前書き。/一/海へ行った。暑かった。/父は待った/二", "中/一/「はい。」と言った。"],
    "h2": ["一/海へ行った。暑かった。/父は待った", "二", "一/「はい。」と言った。"],
    "h3": [],
    # Headings count, blank lines do not.
    "paragraph": [
        *("はしがき。", "上", "上の前書き。", "一", "海へ行った。暑かった。", "父は待った"),
        *("二", "中", "一", "「はい。」と言った。"),
    ],
    # Every 。 ends a sentence, also before a bracket.
    "sentence": [
        *("はしがき。", "上", "上の前書き。", "一", "海へ行った。", "暑かった。", "父は待った"),
        *("二", "中", "一", "「はい。", "」と言った。"),
    ],
}


@pytest.mark.parametrize("unit", UNITS_OF_NOVEL)
def test_units_of_a_text(unit):
    assert shown(CodingText([NOVEL]), unit) == UNITS_OF_NOVEL[unit]
    assert shown(CodingText([NOVEL.replace("\n", "\r\n")]), unit) == UNITS_OF_NOVEL[unit]


def test_a_line_is_an_item_of_a_text_and_a_row_one_of_a_table():
    assert shown(CodingText([NOVEL]), "item") == UNITS_OF_NOVEL["paragraph"]
    rows = pd.DataFrame({"item_id": ["a", "b", "c", "d"]})
    table = CodingText(["海。\n父", "", "<H1>母</H1>", " "], rows)
    assert shown(table, "item") == ["海。/父", "", "母", ""]  # an empty one is still a unit
    assert table.table("item")["item_id"].tolist() == ["a", "b", "c", "d"]
    assert table.table("sentence")["item_id"].tolist() == ["a", "a", "c"]
    assert table.table("sentence")["line"].tolist() == [1, 2, 1]


def test_units_can_be_found_in_the_file():
    table = CodingText([NOVEL]).table("sentence", width=4)
    row = table.iloc[6]
    assert row[["unit", "line", "h1", "h2", "text"]].tolist() == [7, 7, "上", "一", "父は待…"]
    assert table.loc[0, ["h1", "h2"]].tolist() == ["", ""]
    assert "h3" not in table


@pytest.mark.parametrize(
    ("line", "tag"),
    [
        ("<H1>上", "<H1>"),
        ("上</h2>", "</h2>"),
        ("<H1>上</H2>", "<H1>"),
        ("<H1>上<H2>一</H2></H1>", "<H1>"),  # no heading inside another
        ("<H1></H1>" + "<h1>" * 100_001, "<h1>"),
    ],
)
def test_lone_tags_are_refused(line, tag):
    with pytest.raises(CorpusError, match=rf"n\.txt line 2: the tag {tag} stands alone"):
        CodingText([f"海\n{line}"], name="n.txt")


def test_text_beside_a_heading_is_a_paragraph():
    text = CodingText(["前<H1>上</H1>後<H2></H2>"])
    assert shown(text, "paragraph") == ["前", "上", "後", ""]
    assert shown(text, "h2") == [""]


@pytest.mark.parametrize("content", ["", "\n \u3000\n"])
def test_a_text_of_blanks_is_refused(content):
    with pytest.raises(CorpusError, match="has no text"):
        CodingText([content])


def test_an_unknown_unit():
    with pytest.raises(SettingsError, match="unknown unit 'h6'; expected one of: item, h1"):
        CodingText(["海"]).bounds("h6")


pieces = st.lists(
    st.sampled_from(
        ["海へ行った", "。", "\n", "<H1>上</H1>", "<h2>一</h2>", "\t", " a", "　", "死"]
    ),
    max_size=20,
).map("".join)


@given(pieces.filter(lambda text: text.strip()))
@settings(max_examples=100, deadline=None)
def test_laws_of_units(content):
    text = CodingText([content], dictionary="ipadic")
    words = text.words
    ends = words.starts + words.lengths
    surfaces = words.types["surface"].to_numpy()[words.codes]
    places = zip(words.starts, ends, strict=True)
    assert [text.text[start:end] for start, end in places] == surfaces.tolist()
    for unit in UNITS:
        bounds = text.bounds(unit)
        assert (bounds.starts[1:] > bounds.ends[:-1] - (unit == "sentence")).all()  # no overlap
        inside = bounds.of(words.starts)
        assert (
            bounds.tally(words.starts) == [(inside == k).sum() for k in range(len(bounds[0]))]
        ).all()
    whole = text.bounds("paragraph")
    assert (whole.of(words.starts) >= 0).all()
    assert (whole.of(words.starts) == whole.of(ends - 1)).all()  # no word crosses a line


def counted_by_hand(content: str) -> dict[str, int]:
    """Count units line by line, without the package."""
    n = {"h1": 0, "h2": 0, "paragraph": 0, "sentence": 0}
    for line in filter(None, content.split("\n")):
        n["paragraph"] += 1
        if line[:2].lower() == "<h":
            n[line[1:3].lower()] += 1
            n["sentence"] += 1
        else:
            n["sentence"] += line.count("。") + (not line.endswith("。"))
    return n


def test_units_of_a_long_text_are_those_counted_by_hand():
    # Invented: three parts of 36, 18 and 56 chapters, each of 1 to 4 paragraphs.
    lines = ["はしがき。二つ目。", ""]
    for part, n_chapters in (("上　一", 36), ("中　二", 18), ("下　三", 56)):
        lines.append(f"<H1>{part}</H1>")
        for chapter in range(n_chapters):
            lines.append(f"<h2>{chapter + 1}</h2>")
            for k in range(chapter % 4 + 1):
                lines.append("　父は海へ行った。" * (k + 1) + ("「はい。」", "待った", "", "。")[k])
            lines.append("")
    content = "\n".join(lines)
    text = CodingText([content])
    counts = {unit: len(text.bounds(unit).starts) for unit in text.units}
    assert counts == counted_by_hand(content)
    assert (counts["h1"], counts["h2"]) == (3, 110)
    values = attach_variables(text, pd.DataFrame({"章": map(str, range(110))}))
    assert values.unit == "h2"
    assert unit_values(text, "h2", [], "見出し1").value_counts(sort=False).tolist() == [36, 18, 56]


VARIABLES = pd.DataFrame({"所": ["鎌倉", "東京"]})


def test_units_inherit_the_values_of_larger_ones():
    text = CodingText([NOVEL])
    given = attach_variables(text, VARIABLES)
    assert given.unit == "h1"
    assert unit_values(text, "h1", [given], "所").tolist() == ["鎌倉", "東京"]
    assert unit_values(text, "h2", [given], "所").tolist() == ["鎌倉", "鎌倉", "東京"]
    assert unit_values(text, "paragraph", [given], "所").tolist()[:2] == ["", "鎌倉"]
    assert unit_values(text, "h2", [], "見出し2").tolist() == ["一", "二", "一"]
    assert unit_values(text, "h1", [], "h2") is None  # of smaller units
    with pytest.raises(SettingsError, match="no variable '年'; expected one of: 所, h1, h2"):
        unit_values(text, "h1", [given], "年")


def test_the_unit_of_variables():
    text = CodingText([NOVEL])
    assert attach_variables(text, pd.concat([VARIABLES] * 5)).unit == "paragraph"
    assert attach_variables(text, pd.concat([VARIABLES] * 5), "item").unit == "item"
    with pytest.raises(SettingsError, match=r"2 rows, for the unit h2; .*h2 3"):
        attach_variables(text, VARIABLES, "h2")
    with pytest.raises(SettingsError, match="unknown unit"):
        attach_variables(text, VARIABLES, "chapter")


def test_a_line_is_no_larger_than_a_paragraph_but_a_row_is():
    rows = pd.DataFrame({"部": ["上", "中"]})
    text = CodingText(["海。\n父", "母"], rows)
    given = attach_variables(text, rows)
    assert given.unit == "item"
    assert unit_values(text, "paragraph", [given], "部").tolist() == ["上", "上", "中"]
    lines = CodingText(["海。\n父"])
    assert unit_values(lines, "item", [attach_variables(lines, rows)], "部").tolist() == [
        "上",
        "中",
    ]
