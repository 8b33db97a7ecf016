"""Rules hold where they should, show where, and nowhere else. All titles here are invented."""

from itertools import permutations, product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.codebook import Codebook, Near, Rule, Theme, match_items
from cio_topics.codebook.match import near_spans
from cio_topics.errors import SettingsError
from cio_topics.text import normalize


def codebook(**rules: Rule) -> Codebook:
    """One theme a rule, in the order given."""
    themes = tuple(Theme(name, name, name, rules=(rule,)) for name, rule in rules.items())
    return Codebook("1", "1", "試験", "invented", themes)


def hits(rule: Rule, title: str, **columns: str):
    table = pd.DataFrame({"title": [title]} | {name: [text] for name, text in columns.items()})
    return match_items(table, codebook(a=rule))


def texts(rule: Rule, title: str, **columns: str) -> list[str] | None:
    """What the rule matched, or None if it does not hold."""
    found = hits(rule, title, **columns)
    return list(found[0].texts) if found else None


ANY = Rule("r", any=("電子政府", "電子行政"))
ALL = Rule("r", all=("電子", "計画"))
BUT = Rule("r", any=("電子",), not_=("決裁", "申請"))


@pytest.mark.parametrize(
    ("rule", "title", "expected"),
    [
        (ANY, "電子行政の方針", ["電子行政"]),
        (
            ANY,
            "電子政府と電子行政と電子政府",
            ["電子政府", "電子行政", "電子政府"],
        ),  # all are shown
        (ANY, "電子商取引", None),
        (ALL, "計画の電子化", ["計画", "電子"]),  # in the order of the title
        (ALL, "電子政府", None),
        (BUT, "電子署名", ["電子"]),
        (BUT, "電子申請", None),
        (BUT, "決裁の電子化", None),
        (Rule("r", any=("電子",), all=("計画",)), "電子化", None),  # every condition must hold
        (Rule("r", any=("電子",), all=("計画",)), "電子計画", ["電子", "計画"]),
        (Rule("r", any=("電子",), regex="案$"), "電子政府案", ["電子", "案"]),
        (Rule("r", any=("電子",), regex="案$"), "電子案内", None),
        (Rule("r", any=("電子",), near=Near(("甲", "乙"), 0)), "電子 甲と乙", None),
        (Rule("r", regex="第(二|2)次"), "第2次計画", ["第2次"]),
        (Rule("r", regex="e-japan"), "E-JAPAN戦略", ["E-JAPAN"]),  # case does not matter
        # the longest term is shown, not a part of it
        (Rule("r", any=("電子", "電子政府")), "電子政府", ["電子政府"]),
        # a term stands for itself, not for a pattern
        (Rule("r", any=("C.O",)), "CIO", None),
        (Rule("r", any=("(案)",)), "計画(案)", ["(案)"]),
        (ANY, "", None),
    ],
)
def test_conditions(rule, title, expected):
    assert texts(rule, title) == expected


@pytest.mark.parametrize(
    ("term", "title", "holds"),
    [
        ("EA", "EAの採用", True),
        ("EA", "次期EA", True),
        ("EA", "ea(エンタープライズ)", True),
        ("EA", "IDEAの募集", False),
        ("EA", "EAs", False),  # whole words only, plurals are other words
        ("EA", "IDEAとEA", True),
        ("EA", "EA2", True),  # a digit ends a word
        ("e-Japan", "e-Japan2002プログラム", True),
        ("IT", "ICTとITS", False),
        ("IT", "i-IT", True),
        ("IT人材", "ICT人材とBIT人材", False),  # only the ASCII end is bound
        ("IT人材", "IT人材像", True),
        ("Society 5.0", "society 5.0の実現", True),
        # a number is no letter: the left side of 5G is open
        pytest.param(
            "5G",
            "15Gバイト",
            False,
        ),
    ],
)
def test_ascii_terms_are_whole_words(term, title, holds):
    assert (texts(Rule("r", any=(term,)), title) is not None) is holds
    assert (texts(Rule("r", all=(term,)), title) is not None) is holds


@pytest.mark.parametrize(
    ("term", "title", "expected"),
    [
        ("e-Japan", "「ｅ−Ｊａｐａｎ」", "e-Japan"),
        ("ｅ−Ｊａｐａｎ", "「e-Japan」", "e-Japan"),  # the term is normalized too
        ("マイナンバー", "ﾏｲﾅﾝﾊﾞｰ制度", "マイナンバー"),
        ("電子政府", "　電子\u200b政府", "電子政府"),
        ("第2次", "第２次", "第2次"),
    ],
)
def test_titles_and_terms_meet_in_normal_form(term, title, expected):
    (hit,) = hits(Rule("r", any=(term,)), title)
    ((start, end),) = hit.spans
    assert hit.texts == (expected,)
    assert normalize(title)[start:end] == expected


@given(st.text("電子ｅe−-ＪJａ（(）)案 　\u200b", max_size=20))
def test_spans_refer_to_the_normalized_title(title):
    rule = Rule("r", regex="[電子eja(案]+")
    for hit in hits(rule, title):
        assert hit.texts == tuple(normalize(title)[start:end] for start, end in hit.spans)
        assert hit.matches == [("r", text) for text in hit.texts]
        assert list(hit.spans) == sorted(set(hit.spans))


CLOSE = Near(("システム", "調達"), 3)
ORDERED = Near(("システム", "調達"), 3, ordered=True)
THREE = Near(("甲", "乙", "丙"), 2)


@pytest.mark.parametrize(
    ("near", "title", "expected"),
    [
        (CLOSE, "システム調達", ["システム", "調達"]),
        (CLOSE, "システムの共同調達", ["システム", "調達"]),  # three between: the limit
        (CLOSE, "システムの共同の調達", None),  # four
        (CLOSE, "調達するシステム", ["調達", "システム"]),
        (ORDERED, "調達するシステム", None),
        (ORDERED, "調達とシステムの調達", ["システム", "調達"]),
        (CLOSE, "システム", None),
        # a later place is close although the first is not
        (CLOSE, "システムの整備、更新及び共同調達システム", ["調達", "システム"]),
        (ORDERED, "システム、システムの調達", ["システム", "調達"]),
        (THREE, "甲x乙y丙", ["甲", "乙", "丙"]),  # the distance is that of all gaps together
        (THREE, "甲xx乙y丙", None),
        (THREE, "丙乙x甲", ["丙", "乙", "甲"]),
        (Near(("甲", "乙", "丙"), 2, ordered=True), "甲丙乙丙", ["甲", "乙", "丙"]),
        (Near(("甲", "乙", "丙"), 2, ordered=True), "丙乙甲", None),
        (Near(("情報システム", "システム"), 0), "情報システム", ["情報システム", "システム"]),
        # in order: one after the other, not one inside the other
        (Near(("情報システム", "システム"), 0, ordered=True), "情報システム", None),
        # what two terms cover twice stands between no terms
        pytest.param(
            Near(("情報システム", "システム", "調達"), 0),
            "情報システムの新しい調達",
            None,
        ),
        (Near(("ＩＴ", "調達"), 1), "ITの調達", ["IT", "調達"]),
        (Near(("IT", "調達"), 3), "ITSの調達", None),  # whole words here too
    ],
)
def test_near(near, title, expected):
    assert texts(Rule("r", near=near), title) == expected


def _places(title: str, term: str) -> list[tuple[int, int]]:
    starts = [at for at in range(len(title)) if title.startswith(term, at)]
    return [(at, at + len(term)) for at in starts]


def _between(spans) -> int:
    """Characters from the first to the last term that no term covers."""
    covered = {at for start, end in spans for at in range(start, end)}
    return max(end for _, end in spans) - min(start for start, _ in spans) - len(covered)


@given(
    st.text("甲乙丙丁ア", max_size=14),
    st.sampled_from([*permutations(("甲", "乙丙", "丁"), 2), ("甲", "乙丙", "丁")]),
    st.integers(0, 5),
    st.booleans(),
)
def test_near_finds_what_a_search_of_all_combinations_finds(title, terms, distance, ordered):
    """Law: for terms that cannot overlap, near holds if and only if some combination is close."""
    close = [
        combination
        for combination in product(*(_places(title, term) for term in terms))
        if _between(combination) <= distance
        and (not ordered or list(combination) == sorted(combination))
    ]
    found = texts(Rule("r", near=Near(terms, distance, ordered)), title)
    assert (found is not None) == bool(close)
    if found:
        (hit,) = hits(Rule("r", near=Near(terms, distance, ordered)), title)
        assert sorted(hit.texts) == sorted(terms)
        assert _between(hit.spans) <= distance


def test_near_shows_the_first_places():
    import re

    near = Near(("甲", "乙"), 1)
    patterns = [re.compile("甲"), re.compile("乙")]
    assert near_spans("甲乙ア乙甲", near, patterns) == ((0, 1), (1, 2))
    assert near_spans("甲", near, patterns) == ()


WINDOW = Rule("r", any=("試験",), since="2012-04-01", until="2012-12-31")


@pytest.mark.parametrize(
    ("date", "precision", "holds"),
    [
        ("2012-04-01", "day", True),  # both ends belong to the window
        ("2012-12-31", "day", True),
        ("2012-03-31", "day", False),
        ("2013-01-01", "day", False),
        ("2012-04", "month", True),
        ("2012-12", "month", True),
        ("2012-03", "month", False),
        ("2012", "year", False),  # the year began before the window
        ("", "unknown", False),
        ("2012-06-31", "day", False),  # no such day
        ("2012-05-01", "month", False),  # date and precision do not fit
    ],
)
def test_a_date_meets_a_window_only_with_its_whole_span(date, precision, holds):
    assert bool(hits(WINDOW, "試験", date=date, date_precision=precision)) is holds


@pytest.mark.parametrize(
    ("since", "until", "date", "holds"),
    [
        ("2012-01-01", "2012-12-31", "2012", True),
        ("2012-01-02", "", "2012", False),
        ("", "2012-12-30", "2012", False),
        ("2012-02-01", "2012-02-29", "2012-02", True),  # a leap year
        ("2012-02-01", "2012-02-28", "2012-02", False),
        ("2012-01-01", "", "2030-01-01", True),
        ("", "2012-12-31", "1999-01-01", True),
        ("", "2012-12-31", "", False),  # an unknown day is not before any day
        ("2012-01-01", "", "", False),
        ("2012-01-01", "", "平成25年", False),
        ("", "2030-01-01", "2011-02-30", False),
        ("", "2030-01-01", "2011-2-3", False),
    ],
)
def test_without_a_precision_the_length_of_the_date_tells_it(since, until, date, holds):
    rule = Rule("r", any=("試験",), since=since, until=until)
    assert bool(hits(rule, "試験", date=date)) is holds


@pytest.mark.parametrize(
    ("conditions", "columns", "holds"),
    [
        ({"status": ("決定", "案")}, {"status": "案"}, True),
        ({"status": ("決定", "案")}, {"status": "報告"}, False),
        ({"status": ("決定",)}, {}, False),  # not given, so it does not hold
        ({"status": ("",)}, {"status": ""}, True),  # where the source prints none
        ({"body": "試験会議$"}, {"body": "第一試験会議"}, True),
        ({"body": "^試験会議"}, {"body": "第一試験会議"}, False),
        ({"body": "試験"}, {}, False),
        ({"since": "2000-01-01"}, {}, False),
        ({"until": "2100-01-01"}, {}, False),
        ({"body": "試験", "status": ("案",)}, {"body": "試験会議", "status": "決定"}, False),
        ({}, {"body": "試験会議", "status": "決定", "date": "2012"}, True),  # nothing is asked
    ],
)
def test_context(conditions, columns, holds):
    assert bool(hits(Rule("r", any=("試験",), **conditions), "試験", **columns)) is holds


GIVING = {
    "a": Rule("a1", any=("電子",), unless=("b",)),
    "b": Rule("b1", any=("政府",), unless=("c",)),
    "c": Rule("c1", any=("計画",)),
}


@pytest.mark.parametrize("order", list(permutations("abc")))
@pytest.mark.parametrize(
    ("title", "themes"),
    [
        ("電子", {"a"}),
        ("電子政府", {"b"}),
        ("電子計画", {"a", "c"}),
        ("政府計画", {"c"}),
        ("電子政府計画", {"a", "c"}),  # b gave way to c, so a need not give way to b
    ],
)
def test_unless_does_not_depend_on_the_order_of_themes(order, title, themes):
    book = codebook(**{name: GIVING[name] for name in order})
    found = match_items(pd.DataFrame({"title": [title]}), book)
    assert {hit.theme for hit in found} == themes


def test_unless_looks_at_themes_not_at_single_rules():
    rules = (Rule("b1", any=("政府",)), Rule("b2", any=("行政",)))
    book = Codebook(
        "1",
        "1",
        "試験",
        "invented",
        (Theme("a", "a", "a", rules=(GIVING["a"],)), Theme("b", "b", "b", rules=rules)),
    )
    table = pd.DataFrame({"title": ["電子行政", "電子政府と行政", "電子"]})
    found = [(hit.row, hit.rule) for hit in match_items(table, book)]
    assert found == [(0, "b2"), (1, "b1"), (1, "b2"), (2, "a1")]


def test_rows_are_places_whatever_the_index():
    table = pd.DataFrame({"title": ["電子", "ほか", "電子"], "date": "2012"}, index=[7, 7, 3])
    rule = Rule("r", any=("電子",), since="2012-01-01")
    assert [hit.row for hit in match_items(table, codebook(a=rule))] == [0, 2]


def test_no_rows_and_no_titles():
    book = codebook(a=ANY)
    assert match_items(pd.DataFrame({"title": pd.Series([], dtype="str")}), book) == []
    with pytest.raises(SettingsError, match="no column 'title'"):
        match_items(pd.DataFrame({"name": ["電子"]}), book)


def test_the_table_is_left_as_it_was():
    table = pd.DataFrame({"title": ["ｅ−Ｊａｐａｎ"], "date": ["2012"]})
    before = table.copy(deep=True)
    match_items(table, codebook(a=Rule("r", any=("e-Japan",), since="2011-01-01")))
    pd.testing.assert_frame_equal(table, before)
