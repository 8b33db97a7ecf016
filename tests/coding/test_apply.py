"""Every operator of coding rules, on a text small enough to count by hand (invented)."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.coding import CodingText, attach_variables, code_units, parse_rules
from cio_topics.coding.apply import _Evaluation
from cio_topics.coding.tree import Near, Word
from cio_topics.errors import CodebookError, SettingsError

NOVEL = """\
<H1>上</H1>
<H2>一</H2>
父は海へ行った。母は泣いた。
父の友人は死ななかった。友人は友人と泣いた。
<H2>二</H2>
社会的な問題だ。
<H1>中</H1>
<H2>一</H2>
父は静かな海で死んだ。
"""
TEXT = CodingText([NOVEL], dictionary="ipadic")
VARIABLES = [attach_variables(TEXT, pd.DataFrame({"所": ["鎌倉", "東 京"], "年": ["1912", "x"]}))]

# Units of paragraphs: 1 上, 2 一, 3 父は海…, 4 父の友人…, 5 二, 6 社会…, 7 中, 8 一, 9 父は静か….
PARAGRAPHS = [
    # Words: by base form, in all conjugated forms.
    ("父", [3, 4, 9]),
    ("死ぬ", [4, 9]),
    ("死ん", []),  # no base form
    ("の", [4]),  # particles are words too
    # Parts of speech, conjugated forms, surfaces.
    ("海-->名詞C", [3, 9]),
    ("海-->名詞", []),
    ("-->形容動詞", [9]),
    ("-->サ変名詞 or -->否定助動詞", [4]),
    ("死ぬ->未然形", [4]),
    ("死ぬ->連用タ接続", [9]),
    ("死ぬ-->動詞->未然形", [4]),
    ("死ぬ=>死ん", [9]),
    # Logic.
    ("父 and 海", [3, 9]),
    ("父 & 海 && 泣く", [3]),
    ("社会 or 静か", [6, 9]),
    ("社会 | 静か || 泣く", [3, 4, 6, 9]),
    ("父 and not 海", [4]),
    ("父 and !海", [4]),
    ("父 and not (泣く or 静か)", []),
    ("静か or 社会 and 父", [9]),  # and binds more tightly
    ("(静か or 社会) and 父", [9]),
    ("not 父 and No. <= 5", [1, 2, 5]),
    # Counts, calculation, comparison.
    ("友人 >= 2", [4]),
    ("友人 == 3", [4]),
    ("友人 = 3", [4]),
    ("友人 > 3", []),
    ("父 <= 0", [1, 2, 5, 6, 7, 8]),
    ("父 < 1 and lw > 2", [6]),
    ("父 != 0", [3, 4, 9]),
    ("父 + 海 + 泣く >= 3", [3]),
    ("友人 - 父 >= 2", [4]),
    ("父 * 3 - 友人 == 0", [1, 2, 4, 5, 6, 7, 8]),
    ("泣く / 父 == 1", [3, 4]),
    ("not 泣く / 父", [9]),  # 0/0 is unknown, and so is its negation
    ("泣く / 父 != 1", [9]),
    ("泣く / 父 == 1 or 社会", [3, 4, 6]),
    ("父 - 1", [1, 2, 5, 6, 7, 8]),  # any number but 0 is true
    ("(父 or 友人) + 海 == 2", [3, 9]),  # true is 1
    ("友人 and 友人 == 3", [4]),
    # Strings: characters, whatever words they belong to.
    ("'人は'", [4]),
    ('"死ん"', [9]),
    ("'た。母'", [3]),  # across sentences of one paragraph
    ("'。\t'", []),
    ("'友人' == 3", [4]),
    # Phrases.
    ("社会+的", [6]),
    ("社会+問題", []),
    ("友人+と+泣く", [4]),
    ("父+の-->その他+友人", [4]),
    ("友人+は == 2", [4]),
    # Distances: 父0 は1 海2 へ3 行っ4 た5 。6 母7 は8 泣い9 た10.
    ("near(父-泣く)", [3]),  # 9 words; in paragraph 4 there are 13
    ("near(父-泣く)[9]", [3]),
    ("near(父-泣く)[8]", []),
    ("near(泣く-父)[9]", [3]),  # in any order
    ("near(父-泣く)[10b]", []),  # one sentence
    ("near(父-泣く)[b9]", []),
    ("near(父-泣く)[d]", [3, 4]),  # one paragraph, any distance
    ("near(父-海-行く)[4]", [3]),  # all near the first
    ("near(海-父-母)[4]", []),
    ("near(友人-友人)[2]", [4]),  # another one, not itself
    ("near(父-父)", []),
    ("near(社会+的-'問題')[3]", [6]),
    ("near(父-死ぬ->未然形)[5]", [4]),
    ("near(父-友人) == 1", [4]),  # counts places of the first
    ("seq(父-海)[2]", [3]),
    ("seq(海-父)[2]", []),  # in this order
    ("seq(父-海-泣く)[7]", [3]),  # each after the one before
    ("seq(父-海-泣く)[6]", []),
    ("seq(父-死ぬ)[10b]", [4, 9]),
    ("seq(友人-友人)[2]", [4]),
    # Variables and headings.
    ("<>所-->鎌倉", [1, 2, 3, 4, 5, 6]),
    ("<>所-->'東 京' and 父", [9]),
    ("<>所-->京都", []),
    ("<>年 > 1900", [1, 2, 3, 4, 5, 6]),  # x is no number
    ("<>見出し1-->中", [7, 8, 9]),
    ("<>見出し2-->一 and 父", [3, 4, 9]),
    ("<h2>二", [5, 6]),
    # Number and length of the unit.
    ("No. == 4", [4]),
    ("No.>=8", [8, 9]),
    ("No. / 2 == 3", [6]),
    ("lw == 12", [3]),
    ("lc == 14", [3]),
    ("lc > lw + 5", [4]),
]


def held(condition: str, unit: str = "paragraph", text: CodingText = TEXT) -> list[int]:
    coded = code_units(parse_rules(f"＊x\n{condition}"), text, unit, VARIABLES)
    return [int(number) for number in coded.units["unit"][coded.codes["x"]]]


@pytest.mark.parametrize(("condition", "expected"), PARAGRAPHS)
def test_operators(condition, expected):
    assert held(condition) == expected


UNITS = [
    # Sentences: 1 上, 2 一, 3 父は海へ…, 4 母は…, 5 父の友人…, 6 友人は…, 7 二, 8 社会…, 9 中, 10 一, 11.
    ("父", "sentence", [3, 5, 11]),
    ("父 and 泣く", "sentence", []),
    ("'た。母'", "sentence", []),
    ("No. == 11", "sentence", [11]),
    ("near(父-泣く)", "sentence", []),
    ("父 and 泣く", "h2", [1]),  # 一 二 一
    ("父 == 2", "h2", [1]),
    ("near(行く-友人)[10d]", "h2", []),
    ("near(行く-友人)[12]", "h2", [1]),  # across paragraphs
    ("友人+。", "h2", []),
    ("た+父", "h2", []),  # a phrase stays in its line
    ("'一'", "h2", [1, 3]),  # the heading belongs to its section
    ("<>見出し1-->中", "h2", [3]),
    ("<>見出し1-->中", "h1", [2]),
    ("<>所-->鎌倉", "h1", [1]),
    ("No. == 2", "h1", [2]),
    ("lc == 13", "h1", [2]),  # 中, 一, 父は静かな海で死んだ。
]


@pytest.mark.parametrize(("condition", "unit", "expected"), UNITS)
def test_units(condition, unit, expected):
    assert held(condition, unit) == expected


def test_lengths_add_up():
    values = {}
    for unit in ("h1", "paragraph", "sentence"):
        rules = parse_rules("＊x\nlw")
        evaluation = _Evaluation(rules, TEXT, unit, TEXT.bounds(unit), [])
        values[unit] = evaluation.value(rules.rules[0].condition).sum()
    assert values["h1"] == values["paragraph"] == values["sentence"] == len(TEXT.words.codes)


def test_codes_stand_for_their_conditions():
    rules = parse_rules(
        "＊家族\n父 or 母\n＊死\n死ぬ and <＊家族>\n＊両方\n<＊家族> + <*死> == 2\n＊他\nnot <＊家族>"
    )
    coded = code_units(rules, TEXT).codes
    assert coded["家族"].to_numpy().nonzero()[0].tolist() == [2, 3, 8]
    assert coded["死"].tolist() == coded["両方"].tolist()
    assert coded["他"].tolist() == (~coded["家族"]).tolist()


def test_what_no_unit_can_meet_is_said():
    coded = code_units(parse_rules("＊x\n<>見出し2-->一 or 父-->めいし or 父->過去"), TEXT, "h1")
    assert [note.en.split(":")[0] for note in coded.notes] == [
        "<>見出し2-->一 holds for no unit h1",
        "父-->めいし",
        "父->過去",
    ]
    assert not coded.codes["x"].any()
    coded = code_units(parse_rules("＊x\n<>見出し1-->下 or <>所-->京都"), TEXT, "h1", VARIABLES)
    assert [note.en for note in coded.notes] == [
        "<>見出し1-->下: no unit has this value; found: 上, 中.",
        "<>所-->京都: no unit has this value; found: 鎌倉, 東 京.",
    ]


@pytest.mark.parametrize(
    ("condition", "n_notes"), [("！父", 1), ("父｜母 or 父", 1), ("！ or 父", 0)]
)
def test_full_width_signs_in_words_are_said(condition, n_notes):
    notes = code_units(parse_rules(f"＊x\n{condition}"), TEXT).notes
    assert [note.en.partition(": ")[2][:12] for note in notes] == ["no such word"] * n_notes


def test_kinds_of_blanks_count_as_the_same_where_no_value_is_equal():
    text = CodingText(["<H1>上　海</H1>\n父\n<H1>中_海</H1>\n母\n<H1>中 海</H1>"])
    for wanted, expected in (("上_海", [1]), ("'上 海'", [1]), ("中_海", [2]), ("中　海", [3, 2])):
        assert held(f"<>見出し1-->{wanted}", "h1", text) == sorted(expected)


def test_a_tag_is_one_word():
    text = CodingText(["父<表 1>母 <図> a < b"], dictionary="ipadic")
    assert held("-->タグ == 2 and near(父-母)[2] and '<表'", text=text) == [1]
    assert held("父+母 or 表", text=text) == []
    ends = text.words.starts + text.words.lengths
    assert [text.text[s:e] for s, e in zip(text.words.starts, ends, strict=True)] == [
        *("父", "<表 1>", "母", "<図>", "a", "<", "b")
    ]


def test_a_variable_that_was_not_given():
    with pytest.raises(
        CodebookError, match=r"rules:2:6: there is no outside variable '部'; .*given"
    ):
        code_units(parse_rules("＊x\n父 or <>部-->一"), TEXT)
    with pytest.raises(CodebookError, match="expected one of: 所, 年"):
        code_units(parse_rules("＊x\n<>部-->一"), TEXT, "h1", VARIABLES)


def test_a_unit_that_the_text_has_not():
    with pytest.raises(SettingsError, match="has no unit h3; it has: h1, h2, paragraph, sentence"):
        code_units(parse_rules("＊x\n父"), TEXT, "h3")


def test_unidic_finds_the_same_base_forms():
    text = CodingText([NOVEL], dictionary="unidic-lite")
    for condition in (
        "父",
        "死ぬ",
        "死ぬ->未然形",
        "死ぬ->連用タ接続",
        "near(父-泣く)[9]",
        "-->形容動詞",
    ):
        assert held(condition, text=text) == held(condition)


def plain_near(tokens: list[str], node: Near) -> int:
    """Count places by trying all: near the first (near), or each after the last (seq)."""
    found = 0
    for start, token in enumerate(tokens):
        if token != node.parts[0].base:
            continue
        ends = [start]
        for part in node.parts[1:]:
            own = [k for k, other in enumerate(tokens) if other == part.base]
            if node.ordered:
                ends = [k for k in own if any(0 < k - end <= node.distance for end in ends)]
            elif not any(0 < abs(k - start) <= node.distance for k in own):
                ends = []
        found += bool(ends)
    return found


@given(
    st.lists(st.sampled_from(["父", "海", "母", "。"]), min_size=1, max_size=25),
    st.lists(st.sampled_from(["父", "海", "母"]), min_size=2, max_size=3),
    st.integers(0, 6),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_distances_are_those_of_trying_all(tokens, parts, distance, ordered):
    text = CodingText(["へ".join(tokens)], dictionary="ipadic")
    node = Near(tuple(Word(part) for part in parts), distance, "", ordered)
    rules = parse_rules("＊x\n父")
    evaluation = _Evaluation(rules, text, "paragraph", text.bounds("paragraph"), [])
    words = text.words.types["base"].to_numpy()[text.words.codes].tolist()
    assert evaluation.value(node).tolist() == [plain_near(words, node)]


@given(st.lists(st.sampled_from(["父", "海", "死ぬ", "\n", "。"]), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_counts_of_parts_add_up_to_those_of_the_whole(pieces):
    content = "".join(pieces)
    if not content.strip():
        return
    text = CodingText([content], pd.DataFrame({"n": ["1"]}), dictionary="ipadic")
    rules = parse_rules("＊x\n海")
    sums = [
        _Evaluation(rules, text, unit, text.bounds(unit), []).value(Word("海")).sum()
        for unit in ("item", "paragraph", "sentence")
    ]
    assert np.ptp(sums) == 0
