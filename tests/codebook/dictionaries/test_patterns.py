"""Patterns find in titles what they find in words, as far as titles tell. Titles are invented."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Near, Rule, Theme, match_items
from cio_topics.codebook.dictionaries.patterns import Conditions, read_pattern, rule_patterns
from tests.codebook.books import CHARACTERS


def as_rule(found: Conditions) -> Rule:
    terms = (found.term,) if found.term else ()
    return Rule("r", any=terms, near=found.near, regex=found.regex)


def holds(rule: Rule, title: str) -> bool:
    book = Codebook("1", "1", "試験", "invented", (Theme("a", "甲", "a", rules=(rule,)),))
    return bool(match_items(pd.DataFrame({"title": [title]}), book))


@pytest.mark.parametrize(
    ("pattern", "title", "found"),
    [
        ("電子政府", "電子政府の推進", True),
        ("open data", "Open Data の推進", True),
        ("open data", "opendata", False),
        ("電子 政府", "電子政府の推進", True),  # words of Japanese stand without blanks
        ("電子 政府", "電子の政府", False),
        ("IT 戦略", "IT戦略について", True),
        ("tax*", "taxation policy", True),
        ("tax*", "syntax", False),  # a word begins with it
        ("*tax", "syntax", True),
        ("*tax", "taxes", False),
        ("電子*計画", "電子政府構築計画", True),
        ("電子*計画", "電子政府、その計画", False),  # * stays within a word
        ("tax* reform", "taxation reform", True),
        ("電子* 計画", "電子政府計画", True),
        ("第?次", "第3次計画", True),
        ("第?次", "第10次計画", False),
        ("ＩＴ*", "IT戦略", True),  # full width as titles are compared
        ("C++*", "C++17", True),  # no sign of an expression
    ],
)
def test_what_a_pattern_finds(pattern, title, found):
    assert holds(as_rule(read_pattern(pattern, "*?")), title) is found


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "empty"),
        (" \u200b", "empty"),
        ("*", "every title"),
        ("?* *", "every title"),
        ("a*b*c*d*e", "more than 3"),
    ],
)
def test_patterns_that_cannot_go_over(pattern, reason):
    assert reason in read_pattern(pattern, "*?").reason.en


def test_a_question_mark_is_a_letter_where_it_is_no_wildcard():
    assert read_pattern("何?", "*").term == "何?"
    assert read_pattern("何?", "*?").regex == r"何\w"


@given(st.text(CHARACTERS, max_size=10), st.sampled_from(["*?", "*"]))
def test_a_pattern_that_was_read_is_written_and_read_the_same(pattern, wildcards):
    found = read_pattern(pattern, wildcards)
    if found.reason:
        return
    written, lost = rule_patterns(as_rule(found), wildcards)
    if lost:  # such as \u200b in a word; never without a word about it
        assert written == []
        return
    again = read_pattern(written[0], wildcards)
    assert read_pattern(rule_patterns(as_rule(again), wildcards)[0][0], wildcards) == again
    clean = pattern.isprintable() and not set(pattern) & set("Ａ＊")
    if clean:
        assert again == found


@pytest.mark.parametrize(
    ("rule", "patterns", "lost"),
    [
        (Rule("r", any=("甲", "乙")), ["甲", "乙"], []),
        (Rule("r", near=Near(("甲", "乙"), 0, ordered=True)), ["甲 乙"], []),
        (Rule("r", regex=r"電子\w*計画"), ["電子*計画"], []),
        (Rule("r", any=("甲*", "乙")), ["乙"], ["any = 甲*"]),
        (Rule("r", any=("甲 乙",)), [], ["any = 甲 乙"]),  # would stand for 甲乙
        (Rule("r", near=Near(("甲", "乙"), 3, ordered=True)), [], ["near = 甲, 乙; distance 3"]),
        (Rule("r", near=Near(("甲", "乙"), 0)), [], ["near = 甲, 乙; distance 0"]),
        (Rule("r", near=Near(("a", "b"), 0, ordered=True)), [], ["near = a, b; distance 0"]),
        (Rule("r", regex="計画$"), [], ["regex = 計画$"]),
        (Rule("r", any=("甲",), not_=("乙",)), ["甲"], ["not = 乙"]),
        (Rule("r", any=("甲",), unless=("b",)), ["甲"], ["unless = b"]),
        (Rule("r", all=("甲", "乙")), [], ["all"]),
        (Rule("r", any=("甲",), all=("乙",)), [], ["any, all"]),
        (Rule("r", any=("甲",), since="2009-01-01"), [], ["any, since"]),
        (Rule("r", any=("甲",), until="2009-01-01"), [], ["any, until"]),
        (Rule("r", any=("甲",), body="本部", status=("決定",)), [], ["any, status, body"]),
        (Rule("r", any=("甲",), note="注"), ["甲"], ["note = 注"]),
    ],
)
def test_what_a_rule_gives_and_what_it_loses(rule, patterns, lost):
    written, told = rule_patterns(rule, "*?")
    assert written == patterns
    assert [problem.what for problem in told] == lost
    assert all(problem.reason and problem.reason_ja for problem in told)
    widened = [p.outcome for p in told if p.what.startswith(("not =", "unless"))]
    assert set(widened) <= {"changed"}
