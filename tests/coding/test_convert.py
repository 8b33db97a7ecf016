"""Rules become codebooks and back; what changes or is left out is listed."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Near, Rule, Theme, match_items, read_codebook
from cio_topics.coding import (
    CodingText,
    attach_variables,
    code_units,
    codebook_from_rules,
    parse_rules,
    rules_from_codebook,
)
from cio_topics.coding.rules import CodingRule, CodingRules
from cio_topics.coding.tree import Every, Not, Some, String
from cio_topics.corpus import read_example
from cio_topics.errors import CodebookError
from cio_topics.text import normalize

TITLES = pd.DataFrame({"title": ["甲乙", "乙丙", "甲丙", "丁", "甲乙丙丁", "甲 乙"]})


def themes_of(book: Codebook, titles: pd.DataFrame = TITLES) -> dict[str, list[int]]:
    hits = match_items(titles, book)
    return {t.name_ja: sorted({h.row for h in hits if h.theme == t.id}) for t in book.themes}


def codes_of(text: str, titles: pd.DataFrame = TITLES) -> dict[str, list[int]]:
    coding = CodingText(titles["title"].tolist(), titles)
    variables = [attach_variables(coding, titles, "item")]
    codes = code_units(parse_rules(text), coding, "item", variables).codes
    return {name: codes[name].to_numpy().nonzero()[0].tolist() for name in codes}


SAME = [  # strings of Japanese letters mean the same on both sides
    "'甲' or '乙'",
    "'甲' and '乙'",
    "'甲' and not '乙'",
    "('甲' or '乙') and ('丙' or '丁')",
    "('甲' or '乙') and ('丙' or '丁') and ('甲' or '丙')",
    "not ('丙' or '丁') and '甲'",
    "not (not '甲' and not '乙')",
    "'甲' and not ('乙' and '丙')",
    "'甲' or '丁' and not '甲'",
    "('甲' and '乙' or '丙') and not '丁'",
]


@pytest.mark.parametrize("condition", SAME)
def test_strings_mean_the_same(condition):
    text = f"＊x\n{condition}"
    book, problems = codebook_from_rules(parse_rules(text))
    assert problems.empty
    assert themes_of(book) == codes_of(text)


def test_codes_become_what_they_stand_for():
    text = "＊a\n'甲' and '乙'\n＊b\n'丙' and <＊a>\n＊c\n'甲' and not <＊a>\n＊d\n'丁' or <＊c>"
    book, problems = codebook_from_rules(parse_rules(text))
    assert problems.empty
    assert book.theme("code_3").rules[0].unless == ("code_1",)
    assert themes_of(book) == codes_of(text)


LEFT_OUT = [
    "甲 >= 2",
    "near(甲-乙)",
    "甲-->名詞",
    "甲->連用形",
    "<>部-->上",
    "<>見出し1-->上",
    "lw > 3",
    "No. == 1",
    "not 甲",  # nothing to show
    "甲+乙-->名詞",
    "甲 and near(乙-丙)",
    " and ".join(f"('{a}' and '甲' or '{a}' and '乙')" for a in "丙丁戊己庚辛壬癸"),  # 256 rules
]


@pytest.mark.parametrize("condition", LEFT_OUT)
def test_what_a_codebook_cannot_say_is_left_out_as_a_whole(condition):
    book, problems = codebook_from_rules(parse_rules(f"＊x\n'丁' or {condition}\n＊y\n<＊x>"))
    assert [rule.any for rule in book.themes[0].rules] == [("丁",)]
    left = problems[problems["outcome"] == "left out"]
    assert left["where"].tolist() == ["x", "y"]  # y stands on what is not whole
    assert (left["reason"] != "").all()
    assert (left["reason_ja"] != "").all()
    assert book.themes[1].rules == ()


def test_words_are_listed_as_changed():
    book, problems = codebook_from_rules(parse_rules("＊x\n死ぬ or 社会+的 and not 'IT' or '海'"))
    assert problems["what"].tolist() == ["死ぬ", "社会+的", "'IT'"]
    assert set(problems["outcome"]) == {"changed"}
    assert [(rule.any, rule.not_) for rule in book.themes[0].rules] == [
        (("死ぬ",), ()),
        (("社会的",), ("IT",)),
        (("海",), ()),
    ]


def book_of(*rules: Rule, other: tuple[Rule, ...] = ()) -> Codebook:
    """An invented codebook of one theme, or two."""
    themes = [Theme("other", "ほか", "Other", rules=other)] if other else []
    return Codebook("1", "1", "試験", "invented", (*themes, Theme("x", "x", "x", rules=rules)))


WRITTEN = [
    (Rule("r", any=("甲", "乙")), "'甲' or '乙'"),
    (Rule("r", all=("甲", "乙"), not_=("丙",)), "'甲' and '乙' and not '丙'"),
    (Rule("r", any=("甲",), not_=("丙", "丁")), "'甲' and not ( '丙' or '丁' )"),
    (Rule("r", regex="甲|乙"), "'甲' or '乙'"),
    (
        Rule("r", any=("甲",), status=("決定", "改定")),
        "'甲' and ( <>status-->決定 or <>status-->改定 )",
    ),
    (Rule("r", any=("甲'",)), '"甲\'"'),
]


@pytest.mark.parametrize(("rule", "condition"), WRITTEN)
def test_rules_are_written(rule, condition):
    text, problems = rules_from_codebook(book_of(rule))
    assert problems.empty
    assert text == f"＊x\n{condition}\n"


NOT_WRITTEN = [
    (Rule("r", near=Near(("甲", "乙"), 3)), "near = 甲-乙 [3]"),
    (Rule("r", regex="甲.乙"), 'regex = "甲.乙"'),
    (Rule("r", any=("甲",), since="2009-09-16"), 'since = "2009-09-16"'),
    (Rule("r", any=("甲",), body="本部"), 'body = "本部"'),
    (Rule("r", any=("甲'\"",)), "甲'\""),
]


@pytest.mark.parametrize(("rule", "what"), NOT_WRITTEN)
def test_a_rule_that_cannot_be_written_is_left_out_as_a_whole(rule, what):
    text, problems = rules_from_codebook(book_of(Rule("own", any=("丁",)), rule))
    assert text == "＊x\n'丁'\n"
    assert problems[["where", "what", "outcome"]].values.tolist() == [["r", what, "left out"]]
    with pytest.raises(CodebookError, match="no rule of the codebook can be written"):
        rules_from_codebook(book_of(rule))


def test_unless_becomes_a_code_that_must_not_hold():
    rule = Rule("r", any=("甲",), unless=("other",))
    text, problems = rules_from_codebook(book_of(rule, other=(Rule("o", any=("乙",)),)))
    assert text == "＊ほか\n'乙'\n\n＊x\n'甲' and not <＊ほか>\n"
    assert problems.empty
    cut = (Rule("o", any=("乙",)), Rule("p", regex="丙.丁"))
    _, problems = rules_from_codebook(book_of(rule, other=cut))
    assert problems[["what", "outcome"]].values.tolist() == [
        ['regex = "丙.丁"', "left out"],
        ["unless = other", "changed"],
    ]


def test_names_of_codes_differ_and_can_be_read():
    themes = tuple(
        Theme(name, ja, name, rules=(Rule(name, any=("甲",)),))
        for name, ja in (("a", "同じ"), ("b", "同じ"), ("c", "＊>"))
    )
    text, _ = rules_from_codebook(Codebook("1", "1", "試験", "invented", themes))
    assert parse_rules(text).names == ("同じ", "同じ b", "c")


def test_rules_of_the_embedded_codebook_give_the_same_items():
    book = read_codebook()
    listed = set(rules_from_codebook(book)[1]["where"])
    # Only rules that go over unchanged, and titles in their normal form: that is the codebook's.
    themes = [
        Theme(t.id, t.name_ja, t.name_en, rules=tuple(r for r in t.rules if r.id not in listed))
        for t in book.themes
    ]
    kept = Codebook("1", "1", "試験", "test", tuple(t for t in themes if t.rules))
    text, problems = rules_from_codebook(kept)
    assert problems.empty
    agenda = read_example().agenda()
    agenda = agenda[agenda["title"].map(normalize) == agenda["title"]].reset_index(drop=True)
    assert len(agenda) > 200
    found = themes_of(kept, agenda)
    assert codes_of(text, agenda) == found
    assert sum(map(len, found.values())) > 50


terms = st.sampled_from("甲乙丙丁").map(String)
conditions = st.recursive(
    terms,
    lambda parts: (
        st.builds(Not, parts)
        | st.builds(Every, st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Some, st.lists(parts, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


@given(conditions)
@settings(max_examples=150, deadline=None)
def test_a_codebook_never_says_more_and_says_the_same_if_nothing_is_listed(condition):
    rules = CodingRules((CodingRule("x", condition),))
    book, problems = codebook_from_rules(rules)
    titles = TITLES[TITLES["title"] != ""]
    coding = CodingText(titles["title"].tolist(), titles)
    codes = code_units(rules, coding, "item").codes["x"].to_numpy().nonzero()[0].tolist()
    found = themes_of(book)["x"]
    assert set(found) <= set(codes)
    if problems.empty:
        assert found == codes
