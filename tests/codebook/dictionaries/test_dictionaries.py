"""What a dictionary can say comes back; what it cannot is listed. Dictionaries are invented."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings

from cio_topics.codebook import (
    Codebook,
    Rule,
    Theme,
    match_items,
    read_codebook,
    read_quanteda,
    read_yoshikoder,
    write_quanteda,
    write_yoshikoder,
)
from cio_topics.errors import CodebookError
from tests.codebook.books import codebooks

FORMATS = {
    "quanteda": (read_quanteda, write_quanteda),
    "yoshikoder": (read_yoshikoder, write_yoshikoder),
}
both = pytest.mark.parametrize("name", FORMATS)


def read_back(name: str, content: str | bytes) -> tuple[Codebook, pd.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "辞書.txt"
        file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return FORMATS[name][0](file)


def given_themes(book: Codebook, titles: list[str]) -> set[tuple[int, str]]:
    return {(hit.row, hit.theme) for hit in match_items(pd.DataFrame({"title": titles}), book)}


@both
@given(book=codebooks(simple=True))
@settings(max_examples=60)
def test_terms_that_are_written_find_what_they_found(name, book):
    try:
        text, problems = FORMATS[name][1](book)
    except CodebookError:  # nothing is left to write: a test of its own
        return
    again, odd = read_back(name, text)
    assert len(odd) == 0
    left = problems[problems["where"].str.contains(".", regex=False)]  # ids of rules
    titles = [term for theme in book.themes for rule in theme.rules for term in rule.any]
    before, after = given_themes(book, titles), given_themes(again, titles)
    assert after <= before
    if left.empty:
        assert after == before


@both
@given(book=codebooks())
@settings(max_examples=60)
def test_a_dictionary_that_was_read_is_written_whole(name, book):
    try:
        text, _ = FORMATS[name][1](book)
    except CodebookError:
        return
    first, _ = read_back(name, text)
    second_text, problems = FORMATS[name][1](first)
    second, _ = read_back(name, second_text)
    assert second == first
    assert problems.values.tolist() == []
    assert second_text == text


@both
def test_the_embedded_codebook_and_what_it_loses(name):
    book = read_codebook()
    text, problems = FORMATS[name][1](book)
    assert list(problems.columns) == ["where", "what", "outcome", "reason", "reason_ja"]
    assert not (problems == "").any(axis=None)
    again, odd = read_back(name, text)
    assert len(odd) == 0
    # every rule is written whole or named in the list
    named = set(problems["where"])
    for theme in book.themes:
        for rule in theme.rules:
            if rule.id not in named:
                assert set(rule.any) <= {t for r in again.theme(theme.id).rules for t in r.any}
                assert (rule.not_, rule.since, rule.body, rule.near) == ((), "", "", None)
    assert set(book.ids) - set(again.ids) == {"other"}


YAML = """\
経済:
  税: [消費 税, tax*]
  no: [no, 2001, 1.50, ~]   # YAML would make these false, numbers and nothing
"貿易 政策": 輸出
空: []
"""


def test_a_dictionary_of_quanteda():
    book, problems = read_back("quanteda", YAML)
    assert [theme.name_ja for theme in book.themes] == ["経済 / 税", "経済 / no", "貿易 政策", "空"]
    assert [theme.name_en for theme in book.themes] == [theme.name_ja for theme in book.themes]
    tax, no, trade, empty = book.themes
    assert [rule.id for rule in tax.rules] == [f"{tax.id}.1", f"{tax.id}.2"]
    assert no.rules[0].any == ("no", "2001", "1.50")
    assert trade.rules[0].any == ("輸出",)
    assert empty.rules == ()
    assert (book.name_ja, book.fallback) == ("辞書", "")
    assert problems[["where", "what"]].values.tolist() == [["経済 / no", "line 3"]]


def test_a_key_with_patterns_and_keys():
    book, _ = read_back("quanteda", "a:\n- one\n- b: [two]\n")
    assert [(t.name_en, t.rules[0].any) for t in book.themes] == [
        ("a", ("one",)),
        ("a / b", ("two",)),
    ]
    text, problems = write_quanteda(book)
    assert text == "a:\n- one\na_b:\n- two\n"  # flat, as quanteda reads it for certain
    assert problems["where"].tolist() == ["a_b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [x", r"辞書\.txt is no YAML: .*line"),
        ("a: &x [b]\nc: *x", "line 2: a reference \\*x; expected patterns as texts"),
        ("a: *税", "is no YAML: .*needs quotes"),  # a name of a reference is ASCII
        ("a: " + "[" * 30 + "]" * 30, "more than 20 levels"),
        ("- a\n- b", "expected keys with lists"),
        ("text", "got 'text'; expected keys with lists"),
        ("", "expected keys with lists"),
        ("{}", "has no key"),
        ("a: [x]\nb: [y]\na: [z]", "line 3: the key 'a' stands here twice"),
        ("? [a]\n: b", "a key that is no text"),
        ("a: x\n---\nb: y", "is no YAML"),
        (b"a: \xff\xff", "neither UTF-8 nor Shift_JIS"),
    ],
)
def test_no_dictionary_of_quanteda(content, message):
    with pytest.raises(CodebookError, match=message):
        read_back("quanteda", content)


def test_many_references_are_refused_before_they_are_followed():
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    with pytest.raises(CodebookError, match="a reference"):
        read_back("quanteda", "\n".join(lines))


YKD = """\
<?xml version="1.0" encoding="UTF-8"?>
<dictionary style="050805">
  <cnode name="政策">
    <cnode name="経済" desc="物価と税">
      <pnode name="tax*" score="0.5"/>
      <pnode name="何?"/>
      <cnode name="貿易"><pnode name="輸出" desc="注"/></cnode>
    </cnode>
    <cnode name="空"/>
    <other/>
  </cnode>
</dictionary>
"""


def test_a_dictionary_of_yoshikoder():
    book, problems = read_back("yoshikoder", YKD)
    assert book.name_ja == "政策"
    assert [theme.name_ja for theme in book.themes] == ["経済", "経済 / 貿易", "空"]
    economy, trade, empty = book.themes
    assert economy.definition_ja == "物価と税"
    assert [rule.any for rule in economy.rules] == [("何?",), ()]
    assert trade.rules[0].any == ("輸出",)
    assert empty.rules == ()
    assert problems["what"].tolist() == ["<other>", "tax*: score = 0.5", "輸出: desc = 注"]
    text, lost = write_yoshikoder(book)
    assert lost["where"].tolist() == [empty.id]  # it has no pattern
    again, _ = read_back("yoshikoder", text)
    assert again.themes == book.themes[:2]


def test_several_outermost_categories():
    content = '<dictionary><cnode name="a"><pnode name="x"/></cnode><cnode name="b"/></dictionary>'
    book, _ = read_back("yoshikoder", content)
    assert (book.name_en, book.ids) == ("辞書", ("a", "b"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings(encoding):
    declared = YKD.replace("UTF-8", {"cp932": "Shift_JIS"}.get(encoding, encoding))
    assert read_back("yoshikoder", declared.encode(encoding))[0].name_ja == "政策"
    assert len(read_back("quanteda", YAML.encode(encoding))[0].themes) == 4


LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><dictionary>&b;</dictionary>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<dictionary>", r"辞書\.txt is no XML"),
        ("<html/>", "begins with <html>; expected <dictionary>"),
        (LAUGHS, "has a document type"),
        ("<dictionary/>", "has no key"),
        ("<dictionary>" + '<cnode name="a">' * 30 + "</cnode>" * 30 + "</dictionary>", "20 levels"),
    ],
)
def test_no_dictionary_of_yoshikoder(content, message):
    with pytest.raises(CodebookError, match=message):
        read_back("yoshikoder", content)


@both
def test_no_file(name, tmp_path):
    with pytest.raises(CodebookError, match=r"cannot read the dictionary .*none.*: No such file"):
        FORMATS[name][0](tmp_path / "none")
    (tmp_path / "big").write_bytes(b" " * 20_000_001)
    with pytest.raises(CodebookError, match="20,000,001 bytes; expected a dictionary of at most"):
        FORMATS[name][0](tmp_path / "big")


@both
def test_nothing_to_write(name):
    theme = Theme("a", "甲", "a", rules=(Rule("a.1", regex="計画$"),))
    with pytest.raises(CodebookError, match="no rule of the codebook can be written"):
        FORMATS[name][1](Codebook("1", "1", "試験", "invented", (theme,)))
