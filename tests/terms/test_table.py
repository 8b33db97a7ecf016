"""Counts of terms by item, meeting, body and year. Titles of small tables are invented."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.terms.occurrences import term_occurrences
from cio_topics.terms.table import term_table
from cio_topics.text import split_title
from cio_topics.tokens import Token, Tokenizer

AGENDA = read_example().agenda()
COLUMNS = [
    *("term", "variants", "n", "n_items", "n_items_all", "share", "share_low", "share_high"),
    *("n_meetings", "n_bodies", "first_year", "last_year", "examples"),
]


class Words(Tokenizer):
    """Words between spaces; what follows an underscore is how the word is written."""

    def stream(self, texts):
        for text in texts:
            words = (word.partition("_") for word in text.split())
            yield [
                Token(surface or term, term, term, "名詞", "普通名詞", "", 0, 1)
                for term, _, surface in words
            ]


WORDS = Words(core_only=False, min_length=1, stop_words=())


def items_of(*rows: tuple[str, ...]) -> pd.DataFrame:
    """Return items of (title, meeting, body, year)."""
    table = pd.DataFrame(rows, columns=["title", "meeting_id", "body", "year"], dtype="str")
    table.insert(0, "item_id", [f"i{n}" for n in range(len(rows))])
    return table


ITEMS = items_of(
    ("b a a", "m1", "x", "2003"),
    ("a_A c", "m1", "x", "2003"),
    ("a c", "m2", "y", "unknown"),  # counted, but without a year
    ("a d", "m3", "y", "2010"),
    ("", "m3", "y", "2012"),  # no term, but in the denominator
    ("e", "m4", "y", "unknown"),
)


# --- hand-counted ---------------------------------------------------------------------------


def test_every_column_of_a_small_table():
    table = term_table(ITEMS, tokenizer=WORDS)
    assert list(table.columns) == COLUMNS
    first = table.iloc[0].drop(["share_low", "share_high"]).to_dict()
    assert first == {
        "term": "a",
        "variants": "a (4);A (1)",
        "n": 5,
        "n_items": 4,
        "n_items_all": 6,
        "share": 4 / 6,
        "n_meetings": 3,
        "n_bodies": 2,
        "first_year": 2003,
        "last_year": 2010,
        "examples": "i0;i1;i2",
    }
    low, high = wilson_interval([4], [6])
    assert (table["share_low"][0], table["share_high"][0]) == (low[0], high[0])


def test_the_order_is_by_items_then_occurrences_then_term():
    items = items_of(
        ("z z y x", "m", "b", "2003"), ("w", "m", "b", "2003"), ("w", "m", "b", "2003")
    )
    assert term_table(items, tokenizer=WORDS)["term"].tolist() == ["w", "z", "x", "y"]


def test_equally_frequent_variants_are_ordered_by_form():
    items = items_of(("a_Q a_P a_R a_R", "m", "b", "2003"))
    assert term_table(items, tokenizer=WORDS)["variants"][0] == "R (2);P (1);Q (1)"


def test_a_term_without_a_dated_item_has_no_years():
    table = term_table(ITEMS, tokenizer=WORDS).set_index("term")
    assert table.loc["e", ["first_year", "last_year"]].isna().all()
    assert table.loc["c", ["first_year", "last_year"]].tolist() == [2003, 2003]
    assert str(table["first_year"].dtype) == "Int64"


def test_items_keep_their_place_whatever_their_index():
    odd = ITEMS.set_index(pd.Index([7, 7, 3, 0, 1, 2]))
    expected = term_table(ITEMS, tokenizer=WORDS)
    pd.testing.assert_frame_equal(term_table(odd, tokenizer=WORDS), expected)


@pytest.mark.parametrize("items", [ITEMS[:0], ITEMS[4:5]], ids=["no item", "no term"])
def test_nothing_to_count_keeps_columns_and_dtypes(items):
    empty, full = term_table(items, tokenizer=WORDS), term_table(ITEMS, tokenizer=WORDS)
    assert empty.empty
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_the_items_are_not_changed():
    before = ITEMS.copy(deep=True)
    term_table(ITEMS, tokenizer=WORDS)
    pd.testing.assert_frame_equal(ITEMS, before)


@pytest.mark.parametrize("name", ["item_id", "meeting_id", "title", "body", "year"])
def test_a_missing_column_is_named(name):
    with pytest.raises(SettingsError, match=f"lack {name}; expected the columns: item_id"):
        term_table(ITEMS.drop(columns=name))


def test_an_item_twice_is_refused():
    with pytest.raises(SettingsError, match="2 item_id stand twice, first 'i0'"):
        term_table(pd.concat([ITEMS, ITEMS[:2]]))


# --- brute force and laws -------------------------------------------------------------------

TITLES = st.lists(st.lists(st.sampled_from(["a", "b", "b_B", "c"]), max_size=5).map(" ".join))
YEARS = st.sampled_from(["2001", "2002", "2010", "unknown"])


@settings(max_examples=40)
@given(st.lists(st.tuples(TITLES.map(" ".join), st.sampled_from("mno"), st.just("x"), YEARS)))
def test_counts_are_those_of_brute_force(rows):
    items = items_of(*rows)
    table = term_table(items, tokenizer=WORDS).set_index("term")
    read = [[word.split("_")[0] for word in title.split()] for title in items["title"]]
    assert table["n"].to_dict() == Counter(term for terms in read for term in terms)
    for term, row in table.iterrows():
        having = items[[term in terms for terms in read]]
        years = [int(year) for year in having["year"] if year != "unknown"]
        assert row["n_items"] == len(having) == round(row["share"] * len(items))
        assert row["n_meetings"] == having["meeting_id"].nunique()
        assert row["examples"] == ";".join(having["item_id"][:3])
        assert row["share_low"] <= row["share"] <= row["share_high"]
        spans = [] if pd.isna(row["first_year"]) else [row["first_year"], row["last_year"]]
        assert spans == ([min(years), max(years)] if years else [])


@pytest.mark.parametrize("compounds", ["both", "long", "short"])
@pytest.mark.parametrize("form", ["display", "surface"])
def test_occurrences_are_the_tokenizers_terms(compounds, form):
    tokenizer = Tokenizer(compounds=compounds, form=form)
    found = term_occurrences(AGENDA, tokenizer=tokenizer)
    terms = found.groupby("row")["term"].agg(list)
    for row, title in enumerate(AGENDA["title"]):
        assert terms.get(row, []) == tokenizer(title), title


def test_terms_outside_the_core_are_counted_on_demand():
    items = items_of(("資料1 電子政府の構築(案)", "m", "b", "2003"))
    core = term_table(items)["term"].tolist()
    whole = term_table(items, tokenizer=Tokenizer(core_only=False))["term"].tolist()
    assert "資料" not in core
    assert "資料" in whole


def test_variants_of_the_corpus_stand_in_the_titles():
    table = term_table(AGENDA)
    cores = AGENDA.set_index("item_id")["title"].map(lambda title: split_title(title).core)
    several = table[table["variants"].str.contains(";")]
    assert {"IT", "取組"} <= set(several["term"])
    for variants, examples, n in several[["variants", "examples", "n"]].to_numpy():
        forms = dict(part.removesuffix(")").rsplit(" (", 1) for part in variants.split(";"))
        assert sum(map(int, forms.values())) == n
        for item in examples.split(";"):
            assert any(form in cores[item] for form in forms)
