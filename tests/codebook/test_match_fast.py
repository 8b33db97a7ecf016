"""The search for rules that a title may meet leaves none out. All titles here are invented."""

import re
import sys

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Hit, Near, Rule, Theme, match_items, read_codebook
from cio_topics.codebook.anchors import fold, rule_anchors
from cio_topics.codebook.match import _context_test, _items, _Rules, _title_test
from cio_topics.corpus import read_example
from cio_topics.text import normalize
from tests.codebook.books import codebooks, texts

# Letters that a search in either case takes for each other: ASCII, Turkish, Kelvin, long s, Greek
# with its final sigma and the micro sign, Cyrillic, sharp s, a digraph; and some without case.
LETTERS = "aAiIİıkK\u212asSſσςΣµμМмßẞǅéÉ電子1- "
words = st.text(LETTERS, min_size=1, max_size=3).filter(normalize)
several = st.lists(words, max_size=3).map(tuple)
nears = st.builds(
    lambda terms, distance, ordered: Near(tuple(terms), distance, ordered),
    st.lists(words, min_size=2, max_size=3),
    st.integers(0, 2),
    st.booleans(),
)
expressions = st.sampled_from(["", "a", "[σд]", r"i\b", "電.?1", "(?<!k)s", "ß"])


@st.composite
def cased_codebooks(draw: st.DrawFn) -> Codebook:
    """Return a codebook of cased letters; the rules of a theme may refer to themes before it."""
    names = ["a", "b", "c", "d"][: draw(st.integers(1, 4))]
    themes = []
    for place, name in enumerate(names):
        made = []
        for number in range(draw(st.integers(0, 3))):
            conditions = {
                "any": draw(several),
                "all": draw(several),
                "not_": draw(several),
                "near": draw(st.none() | nears),
                "regex": draw(expressions),
                "unless": tuple(draw(st.sets(st.sampled_from(names[:place])))) if place else (),
            }
            if not any(conditions[key] for key in ("any", "all", "near", "regex")):
                conditions["regex"] = "a"
            made.append(Rule(f"{name}.{number}", **conditions))
        themes.append(Theme(name, name, name, rules=tuple(made)))
    return Codebook("1", "1", "試験", "invented", tuple(themes))


def naive(table: pd.DataFrame, codebook: Codebook) -> list[Hit]:
    """Every rule asked of every item, in the order in which themes can be decided."""
    hits = []
    for row, item in enumerate(_items(table)):
        given_themes: set[str] = set()
        for theme in map(codebook.theme, codebook.order):
            for rule in theme.rules:
                spans = _title_test(rule)(item.title)
                if spans is None or not _context_test(rule)(item):
                    continue
                if given_themes.isdisjoint(rule.unless):
                    given_themes.add(theme.id)
                    found = tuple(item.title[start:end] for start, end in spans)
                    hits.append(Hit(row, theme.id, rule.id, spans, found))
    return hits


titles = st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=4)


@settings(max_examples=120)
@given(cased_codebooks(), titles)
def test_finds_what_a_loop_over_all_rules_finds_in_any_case(codebook, titles):
    table = pd.DataFrame({"title": titles})
    assert match_items(table, codebook) == naive(table, codebook)


@settings(max_examples=50)
@given(
    codebooks(),
    st.lists(
        st.tuples(texts, st.sampled_from(["案", "決定", ""]), st.sampled_from(["2010", "2008"])),
        max_size=4,
    ),
)
def test_finds_what_a_loop_over_all_rules_finds_with_context(codebook, rows):
    table = pd.DataFrame(rows, columns=["title", "status", "date"], dtype="str")
    table["body"] = "試験会議"
    assert match_items(table, codebook) == naive(table, codebook)


def test_finds_what_a_loop_over_all_rules_finds_in_the_embedded_corpus():
    items, codebook = read_example().agenda().iloc[::6].reset_index(drop=True), read_codebook()
    found = match_items(items, codebook)
    assert found == naive(items, codebook)
    assert {hit.theme for hit in found} == set(codebook.ids) - {codebook.fallback}


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        (Rule("r", any=("ICT",)), "ict戦略"),
        (Rule("r", any=("ict",)), "ＩＣＴ戦略"),
        (Rule("r", any=("ict",)), "İCT"),  # the dotted capital is an i in either case
        (Rule("r", any=("ICT",)), "ıct"),  # so is the small one without a dot
        (Rule("r", any=("İct",)), "ict"),
        (Rule("r", any=("kpi",)), "\u212aPI"),  # the Kelvin sign
        (Rule("r", any=("sns",)), "ſNS"),
        (Rule("r", any=("σ計画",)), "Σ計画"),
        (Rule("r", any=("ς計画",)), "Σ計画"),
        (Rule("r", any=("µ計画",)), "Μ計画"),  # the micro sign is a small mu
        (Rule("r", all=("Москва",)), "МОСКВА"),
        (Rule("r", near=Near(("é", "計画"), 0)), "É計画"),
        (Rule("r", near=Near(("計", "長い計画"), 9, ordered=True)), "計と長い計画"),
        (Rule("r", all=("ICT", "計")), "計 ict"),
        (Rule("r", regex="ict"), "ICT"),
        (Rule("r", regex="(電子|Σ)計"), "σ計"),
        (Rule("r", regex="^.画"), "計画"),  # nothing to search for but one sign
        (Rule("r", any=("C.O (案)",)), "c.o （案）"),
        (Rule("r", any=("未知", "Σ")), "σ"),  # one term of several has no sure anchor
        (Rule("r", any=("😀",)), "電子😀"),
    ],
)
def test_a_rule_that_holds_is_not_filtered_out(rule, title):
    codebook = Codebook("1", "1", "試験", "invented", (Theme("a", "a", "a", rules=(rule,)),))
    table = pd.DataFrame({"title": [title]})
    assert [hit.rule for hit in match_items(table, codebook)] == ["r"]
    assert match_items(table, codebook) == naive(table, codebook)


def test_no_other_letter_is_an_ascii_letter_in_either_case():
    """Law on all of Unicode: what matches an ASCII letter, and can stand in a normal form, folds."""
    characters = [chr(c) for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
    everything = "".join(c for c in characters if not c.isalnum() or normalize(c) == c)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        found = re.findall(letter, everything, re.IGNORECASE)
        assert {fold(c) for c in found} == {letter}
        assert {letter, letter.upper()} <= set(found)


def test_what_has_no_case_is_matched_by_itself_alone():
    """Law on all of Unicode: an anchor without case can be searched for as it stands."""
    caseless = [
        chr(c)
        for c in range(128, sys.maxunicode + 1)
        if not 0xD800 <= c < 0xE000 and chr(c).lower() == chr(c).upper()
    ]
    assert len(caseless) > 1_000_000
    cased = "".join(chr(c) for c in range(sys.maxunicode + 1) if chr(c).lower() != chr(c).upper())
    any_cased = re.compile(f"[{re.escape(cased)}]", re.IGNORECASE)
    assert any_cased.findall("".join(caseless)) == []
    assert any_cased.fullmatch("İ")


@pytest.mark.parametrize(
    "rules",
    [(), (Rule("r", regex="[計画]"),), (Rule("r", any=("Σ",)),)],
    ids=["no rule", "an expression alone", "cased letters alone"],
)
def test_codebooks_without_anything_to_search_for(rules):
    codebook = Codebook("1", "1", "試験", "invented", (Theme("a", "a", "a", rules=rules),))
    table = pd.DataFrame({"title": ["σ計画", "", "電子"]})
    assert match_items(table, codebook) == naive(table, codebook)
    assert len(match_items(table, codebook)) == len(rules)


def test_unless_counts_only_rules_that_hold():
    """A rule whose anchor stands in the title, but which does not hold, excludes nothing."""
    first = Theme("first", "a", "a", rules=(Rule("f", any=("IT",)),))
    second = Theme("second", "b", "b", rules=(Rule("s", any=("計画",), unless=("first",)),))
    codebook = Codebook("1", "1", "試験", "invented", (second, first))  # decided in another order
    table = pd.DataFrame({"title": ["ITの計画", "ICTとITSの計画", "計画"]})
    assert [(hit.row, hit.theme) for hit in match_items(table, codebook)] == [
        (0, "first"),
        (1, "second"),  # IT is no whole word there
        (2, "second"),
    ]


def test_a_title_meets_few_rules():
    rules = _Rules(read_codebook())
    assert len(rules.tests) > 40
    asked = [len(rules.candidates(title)) for title in ("", "茶道の振興", "電子政府の推進")]
    assert asked[0] == asked[1] < asked[2] < len(rules.tests) / 4


@pytest.mark.parametrize(
    ("rule", "anchors"),
    [
        (Rule("r", any=("ＩＴ", "電子"), all=("長い計画",)), ("it", "電子")),
        (Rule("r", all=("短い", "長い計画")), ("長い計画",)),  # the longest is the rarest
        (Rule("r", near=Near(("甲", "乙乙"), 1)), ("乙乙",)),
        (Rule("r", any=("電子", "Σ")), ()),  # other cases than those of ASCII
        (Rule("r", regex="電子"), ("電子",)),
        (Rule("r", regex="電子IT(案)?$"), ("電子it",)),
        (Rule("r", regex="電子*計画"), ("計画",)),  # 電 alone, and what may be missing
        (Rule("r", regex="(電子|ICT)+の?計"), ("電子", "ict")),
        (Rule("r", regex="電子|電気|ガス"), ("電子", "電気", "ガス")),
        (Rule("r", regex="(電子|.)計画"), ("計画",)),  # one branch may be anything
        (Rule("r", regex="(?<!行政)電子(?!計画)"), ("電子",)),  # not what must not stand there
        (Rule("r", regex="(?=電子計画)電子"), ("電子",)),
        (Rule("r", regex="(?x) 電 子  # 計画"), ("電子",)),
        (Rule("r", regex="[電気]子"), ("子",)),
        (Rule("r", regex="[^電]"), ()),
        (Rule("r", regex="Σ計画"), ()),
        (Rule("r", regex=r"\d+年"), ("年",)),
        (Rule("r", regex=r"(電子)\1"), ("電子",)),
        (Rule("r", regex="(電子)?(?(1)計画|年)"), ()),
        (Rule("r", regex="(?>電子)計画"), ("電子",)),
    ],
)
def test_anchors(rule, anchors):
    found = rule_anchors(rule)
    assert set(found) == set(anchors) or (
        # How alternatives are split is up to Python; each anchor then is a part of one of ours.
        found and all(any(anchor in ours for ours in anchors) for anchor in found)
    )


pieces = st.text("aIı電Σ", min_size=1, max_size=2).map(re.escape)
parts_of_expressions = st.recursive(
    pieces | st.sampled_from([".", "[a電]", "[^電]", r"\d", r"\b", "^", "$"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda of: f"({'|'.join(of)})"),
        st.lists(inner, min_size=1, max_size=2).map(lambda of: f"(?:{'|'.join(of)}|)"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,1}", "+?", "{1,2}+"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.tuples(st.sampled_from(["(?=", "(?!", "(?>", "(?i:", "(?-i:"]), inner).map(
            lambda pair: f"{pair[0]}{pair[1]})"
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(parts_of_expressions, pieces, st.text("aAIiİı電電σ", max_size=14))
def test_no_expression_is_found_without_an_anchor(expression, piece, title):
    """Law: where an expression is found, one of its anchors stands, if it has any."""
    title, expression = normalize(title), expression + piece
    anchors = rule_anchors(Rule("r", regex=expression))
    if anchors and re.search(expression, title, re.IGNORECASE):
        assert any(anchor in fold(title) for anchor in anchors)
