"""Keyword in context. All titles here are invented unless they come from the embedded corpus."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.terms.kwic import MATCHES, SORTS, keyword_in_context, near_keywords
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer

COLUMNS = ["item_id", "date", "body", "left", "keyword", "right", "start", "end", "title"]
ITEMS = pd.DataFrame(
    [
        ("a1", "2004-02", "乙会議", "業務最適化計画の改定"),
        ("a2", "2003-07-17", "甲会議", "最適化の効果、最適化の評価"),
        ("a3", "", "", "人事業務の最適化計画"),
        ("a4", "2003-07-17", "甲会議", "個人情報の保護"),
    ],
    columns=["item_id", "date", "body", "title"],
)


def titles(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"item_id": [f"a{n}" for n in range(len(texts))], "title": list(texts)})


def spans(table: pd.DataFrame) -> list[tuple[int, int]]:
    return list(zip(table["start"], table["end"], strict=True))


def test_every_place_with_its_context():
    lines = keyword_in_context(ITEMS, "最適化")
    assert list(lines.columns) == COLUMNS
    assert lines.values.tolist() == [
        [
            "a2",
            "2003-07-17",
            "甲会議",
            "",
            "最適化",
            "の効果、最適化の評価",
            0,
            3,
            ITEMS["title"][1],
        ],
        [
            "a2",
            "2003-07-17",
            "甲会議",
            "最適化の効果、",
            "最適化",
            "の評価",
            7,
            10,
            ITEMS["title"][1],
        ],
        ["a1", "2004-02", "乙会議", "業務", "最適化", "計画の改定", 2, 5, ITEMS["title"][0]],
        ["a3", "", "", "人事業務の", "最適化", "計画", 5, 8, ITEMS["title"][2]],
    ]


@pytest.mark.parametrize(
    ("text", "keyword", "expected"),
    [
        ("e−Ｊａｐａｎ戦略", "ｅ-Japan", [(0, 7)]),  # both are normalized
        ("電子 政府", " 電子　政府 ", [(0, 5)]),
        ("IT戦略とit戦略", "IT", [(0, 2)]),  # letter case counts
        ("ああああ", "ああ", [(0, 2), (1, 3), (2, 4)]),  # places overlap
        ("計画(案)", "(案", [(2, 4)]),  # no pattern, a text
        ("計画", "計画案", []),
    ],
)
def test_places_in_the_text(text, keyword, expected):
    lines = keyword_in_context(titles(text), keyword)
    assert spans(lines) == expected
    assert set(lines["title"]) <= {normalize(text)}


@pytest.mark.parametrize(
    ("text", "keyword", "expected"),
    [
        ("電子政府構築計画", "計画", [(6, 8)]),  # a part of a compound is a token
        ("電子政府構築計画", "電子政府構築計画", [(0, 8)]),
        ("電子政府構築計画", "政府", []),  # inside the kept term 電子政府
        ("電子政府構築計画", "電子政府構築", []),  # not the whole compound
        ("政府の電子政府", "政府", [(0, 2)]),
        ("計画の改定について", "について", []),  # two tokens: no term
        ("今後の計画", "今後", [(0, 2)]),  # a stop word is a token
        ("資料1 計画(案)", "資料", [(0, 2)]),  # the whole title, not only its core
    ],
)
def test_terms_are_whole_tokens(text, keyword, expected):
    assert spans(keyword_in_context(titles(text), keyword, match="term")) == expected


@pytest.mark.parametrize("keyword", ["マイナンバー", "個人番号"])
def test_a_term_is_found_in_all_its_written_forms(keyword):
    lines = keyword_in_context(
        titles("個人番号の利用", "マイナンバーの利用"), keyword, match="term"
    )
    assert lines["keyword"].tolist() == ["個人番号", "マイナンバー"]
    assert lines["start"].tolist() == [0, 0]


def test_the_tokenizer_decides_what_a_term_is():
    items = titles("電子政府構築計画")
    whole = {"keyword": "電子政府構築計画", "match": "term"}
    assert len(keyword_in_context(items, **whole)) == 1
    assert keyword_in_context(items, **whole, tokenizer=Tokenizer(compounds="short")).empty


@pytest.mark.parametrize(
    ("window", "left", "right"),
    [
        (None, "業務", "計画の改定"),
        (0, "", ""),
        (1, "務", "計"),
        (2, "業務", "計画"),
        (99, "業務", "計画の改定"),
    ],
)
def test_window(window, left, right):
    (line,) = keyword_in_context(ITEMS[:1], "最適化", window=window).to_dict("records")
    assert (line["left"], line["right"]) == (left, right)
    assert line["title"][line["start"] : line["end"]] == "最適化"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("date", [("a2", 0), ("a2", 7), ("a1", 2), ("a3", 5)]),  # no date: last
        ("body", [("a1", 2), ("a2", 0), ("a2", 7), ("a3", 5)]),  # 乙 is before 甲 in Unicode
        ("left", [("a2", 0), ("a2", 7), ("a3", 5), ("a1", 2)]),  # "", 、, の, 務
        ("right", [("a2", 0), ("a2", 7), ("a3", 5), ("a1", 2)]),  # の効, の評, 計画, 計画の
    ],
)
def test_sorts(sort, expected):
    lines = keyword_in_context(ITEMS, "最適化", sort=sort)
    assert list(zip(lines["item_id"], lines["start"], strict=True)) == expected


def test_left_is_read_from_the_keyword_outward():
    lines = keyword_in_context(titles("ab計画", "ca計画", "bb計画"), "計画", sort="left")
    assert lines["left"].tolist() == ["ca", "ab", "bb"]


@pytest.mark.parametrize("sort", SORTS)
def test_ties_are_broken_by_item_and_place_not_by_the_order_given(sort):
    items = pd.DataFrame(
        {"item_id": ["a2", "a1"], "date": "2004", "body": "甲会議", "title": "計画の計画"}
    )
    lines = keyword_in_context(items, "計画", sort=sort, window=0)
    assert list(zip(lines["item_id"], lines["start"], strict=True)) == [
        *(("a1", 0), ("a1", 3), ("a2", 0), ("a2", 3))
    ]


@pytest.mark.parametrize("match", MATCHES)
def test_nothing_found_is_an_empty_table_of_the_same_kind(match):
    found, nothing = (keyword_in_context(ITEMS, k, match=match) for k in ("最適化", "宇宙"))
    assert nothing.empty
    assert nothing.dtypes.to_dict() == found.dtypes.to_dict()
    assert keyword_in_context(ITEMS[:0], "最適化", match=match).dtypes.to_dict() == (
        found.dtypes.to_dict()
    )


def test_items_without_date_and_body():
    lines = keyword_in_context(titles("計画"), "計画")
    assert lines[["date", "body"]].values.tolist() == [["", ""]]
    missing = titles("計画").assign(date=pd.Series([None], dtype="str"))
    assert keyword_in_context(missing, "計画")["date"].tolist() == [""]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keyword": ""}, "the keyword is empty"),
        ({"keyword": "　\u200b"}, "the keyword is empty"),  # nothing is left of it
        ({"keyword": 7}, "expected a text"),
        ({"match": "regex"}, "unknown match 'regex'; expected one of: text, term"),
        ({"sort": "title"}, "unknown sort 'title'; expected one of: date, body, left, right"),
        ({"window": -1}, "window is -1; expected 0 or more"),
        ({"items": ITEMS.drop(columns="title")}, "the items lack title"),
        ({"items": ITEMS.drop(columns="item_id")}, "the items lack item_id"),
        ({"items": pd.concat([ITEMS, ITEMS])}, "4 item_id stand twice"),
    ],
)
def test_refusals(change, message):
    given_values = {"items": ITEMS, "keyword": "計画", **change}
    items, keyword = given_values.pop("items"), given_values.pop("keyword")
    with pytest.raises(SettingsError, match=message):
        keyword_in_context(items, keyword, **given_values)


texts = st.text(alphabet="計画のIＴ ア", min_size=1, max_size=12)


@given(st.lists(texts, max_size=5), texts.filter(lambda text: normalize(text)))
def test_lines_put_the_title_together_again_and_none_is_missed(words, keyword):
    wanted = normalize(keyword)
    lines = keyword_in_context(titles(*words), keyword)
    for line in lines.itertuples():
        assert line.left + line.keyword + line.right == line.title
        assert line.keyword == wanted == line.title[line.start : line.end]
    expected = sum(
        title.startswith(wanted, at) for title in map(normalize, words) for at in range(len(title))
    )
    assert len(lines) == expected


def test_terms_of_the_corpus_stand_in_its_text_too():
    items = read_example().agenda()
    inside = keyword_in_context(items, "情報")
    whole = keyword_in_context(items, "情報", match="term")
    places = [set(zip(t["item_id"], t["start"], strict=True)) for t in (inside, whole)]
    assert places[1] < places[0]
    assert len(inside) == items["title"].map(normalize).str.count("情報").sum()


@pytest.mark.parametrize(
    ("keyword", "texts", "expected"),
    [
        ("it新政策", ["IT新改革", "IT新戦略"], [("IT新", 2)]),  # letter case does not count
        (
            "最適計画",
            ["最適化計画", "計画"],
            [("計画", 2), ("最適", 1)],
        ),  # both have two characters
        ("計画案", ["計画と計画"], [("計画", 1)]),  # items, not places
        ("甲乙", ["乙甲"], []),  # one character is too little
        ("甲", ["甲会議"], [("甲", 1)]),  # unless there is no more
        ("甲乙丙丁", ["甲乙", "乙丙丁", "丙丁"], [("乙丙丁", 1)]),  # the longest only
        ("a.c", ["abc a.", "A."], [("A.", 1), ("a.", 1)]),  # a text, no pattern
        ("宇宙", ["計画"], []),
    ],
)
def test_near_keywords(keyword, texts, expected):
    near = near_keywords(titles(*texts), keyword)
    assert list(near.itertuples(index=False, name=None)) == expected
    assert list(near.columns) == ["keyword", "n_items"]


@given(st.lists(texts, max_size=4), texts.filter(lambda text: normalize(text)))
def test_near_keywords_are_the_longest_pieces(words, keyword):
    wanted = normalize(keyword).lower()
    normal = [normalize(word).lower() for word in words]
    least = min(2, len(wanted))
    pieces = {
        wanted[a:b]
        for a in range(len(wanted))
        for b in range(a + least, len(wanted) + 1)
        if any(wanted[a:b] in text for text in normal)
    }
    longest = {p for p in pieces if len(p) == max(map(len, pieces))}
    near = near_keywords(titles(*words), keyword)
    assert set(near["keyword"].str.lower()) == longest


def test_near_keywords_refuse_an_empty_keyword():
    with pytest.raises(SettingsError, match="the keyword is empty"):
        near_keywords(ITEMS, " ")
