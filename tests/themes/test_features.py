"""Columns of titles: what is counted, weighed and compared. All titles are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from cio_topics.codebook import Codebook, Rule, Theme, match_items
from cio_topics.errors import SettingsError
from cio_topics.text import normalize
from cio_topics.themes.features import (
    KINDS,
    FeatureSettings,
    learn_features,
    read_hits,
)
from cio_topics.tokens import Tokenizer

KNOWN = pd.DataFrame(
    {
        "title": ["電子政府の推進", "ＩＴ人材の育成", "電子行政とIT", "統計", "e-Japan戦略", ""],
        "body": ["ＩＴ本部", "IT本部", "統計委員会", "統計委員会", "", "本部"],
    }
)
RULES = (
    Rule("a.1", any=("電子",)),
    Rule("a.2", any=("電子政府",)),
)
BOOK = Codebook(
    *("1", "1", "試験", "invented"),
    (Theme("a", "a", "a", rules=RULES), Theme("b", "b", "b", rules=(Rule("b", any=("統計",)),))),
)
OTHER = Codebook(
    *("1", "1", "試験", "invented"),
    (Theme("a", "a", "a"), Theme("b", "b", "b", rules=(Rule("b", all=("人材",)),))),
)
FEATURES = learn_features(KNOWN, FeatureSettings(), Tokenizer(), (BOOK, OTHER))
TITLES = st.lists(
    st.lists(
        st.sampled_from(["電子", "政府", "の", "推進", "IT", "人材", "鯨", " ", "Ω", "統計"]),
        max_size=6,
    ).map("".join),
    max_size=5,
)


def rows(titles: list[str], bodies: list[str] | None = None) -> pd.DataFrame:
    table = pd.DataFrame({"title": pd.Series(titles, dtype="str")})
    return table if bodies is None else table.assign(body=bodies)


def block(matrix, kind: str) -> np.ndarray:
    starts = np.cumsum([0, *FEATURES.sizes])
    place = KINDS.index(kind)
    return matrix[:, starts[place] : starts[place + 1]].toarray()


def test_columns_are_named_by_kind():
    names = FEATURES.names()
    assert len(names) == sum(FEATURES.sizes)
    assert list(dict.fromkeys(kind for kind, _ in names)) == list(KINDS)
    assert ("term", "電子政府") in names
    assert ("characters", "it") in names  # runs are in small letters
    assert ("body", "本部") in names
    assert [text for kind, text in names if kind == "rule"] == ["a", "b", "a", "b"]
    terms = [text for kind, text in names if kind == "term"]
    assert terms == sorted(terms)


@settings(max_examples=40)
@given(TITLES)
def test_terms_are_weighed_as_by_scikit_learn(titles):
    known = [normalize(title) for title in KNOWN["title"]]
    reference = TfidfVectorizer(
        tokenizer=Tokenizer(), token_pattern=None, lowercase=False, sublinear_tf=True
    ).fit(known)
    assert reference.get_feature_names_out().tolist() == list(FEATURES.terms)
    if titles:
        found = block(FEATURES.texts(rows(titles))[0], "term")
        expected = reference.transform([normalize(title) for title in titles]).toarray()
        np.testing.assert_allclose(found, expected, atol=1e-12)


@settings(max_examples=40)
@given(TITLES)
def test_rows_have_length_one_or_nought(titles):
    """So that the product of two rows of a kind is their cosine."""
    bodies = ["IT本部" if place % 2 else "鯨" for place in range(len(titles))]
    matrix = FEATURES.texts(rows(titles, bodies))[0]
    assert matrix.shape == (len(titles), sum(FEATURES.sizes[:3]))
    for kind, length in (("term", 1), ("characters", 1), ("body", 0.5)):
        found = np.linalg.norm(block(matrix, kind), axis=1)
        assert np.all((found == 0) | (np.abs(found - length) < 1e-12))


@settings(max_examples=40)
@given(TITLES)
def test_a_row_does_not_depend_on_the_others(titles):
    together, unknown = FEATURES.texts(rows(titles))
    for place, title in enumerate(titles):
        alone, unknown_alone = FEATURES.texts(rows([title]))
        np.testing.assert_allclose(together[place].toarray(), alone.toarray(), atol=1e-15)
        assert unknown[place] == unknown_alone[0]
        assert 0 <= unknown[place] <= 1


@pytest.mark.parametrize(
    ("title", "unknown"),
    [
        ("統計", 0.0),
        ("統計と茶道", 0.5),
        ("統計と統計と茶道", 1 / 3),  # occurrences, not terms
        ("鯨", 1.0),
        ("", 1.0),  # without any term, wholly unknown
        ("の", 1.0),
    ],
)
def test_unknown_terms(title, unknown):
    assert FEATURES.texts(rows([title]))[1][0] == pytest.approx(unknown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＩＴ人材の育成", "IT人材の育成"),  # width
        ("電子\u200b政府", "電子政府"),  # what cannot be seen
        ("  統計 ", "統計"),
    ],
)
def test_titles_are_read_in_normal_form(one, other):
    found = [FEATURES.matrix(rows([t]), read_hits(rows([t]), (BOOK, OTHER))) for t in (one, other)]
    np.testing.assert_array_equal(found[0].toarray(), found[1].toarray())


def test_runs_of_characters_do_not_know_the_case():
    one, other = FEATURES.texts(rows(["e-Japan戦略", "E-JAPAN戦略"]))[0]
    np.testing.assert_array_equal(block(one, "characters"), block(other, "characters"))
    names = [text for kind, text in FEATURES.names() if kind == "characters"]
    found = block(other, "characters")[0]
    assert "ja" in [names[place] for place in np.flatnonzero(found)]


def test_a_table_without_bodies_has_none():
    with_body = FEATURES.texts(rows(["統計"], ["IT本部"]))[0]
    assert block(with_body, "body").any()
    for without in (rows(["統計"]), rows(["統計"], ["鯨"]), rows(["統計"], [""])):
        assert not block(FEATURES.texts(without)[0], "body").any()
        other = FEATURES.texts(without)[0]
        np.testing.assert_array_equal(block(other, "term"), block(with_body, "term"))


def test_a_rule_is_one_column_a_theme_and_book_however_many_hold():
    table = rows(["電子政府と電子行政", "人材の統計", "鯨"])
    found = FEATURES.rules(3, read_hits(table, (BOOK, OTHER))).toarray()
    assert found.tolist() == [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]]
    assert len([hit for hit in match_items(table, BOOK) if hit.row == 0]) == 2


def test_rules_and_bodies_weigh_what_was_asked_for():
    chosen = FeatureSettings(body_weight=0.25, rule_weight=3.0)
    features = learn_features(KNOWN, chosen, Tokenizer(), (BOOK,))
    table = rows(["統計"], ["統計委員会"])
    row = features.matrix(table, read_hits(table, (BOOK,))).toarray()[0]
    starts = np.cumsum([0, *features.sizes])
    assert row[starts[3] :].tolist() == [0.0, 3.0]
    assert np.linalg.norm(row[starts[2] : starts[3]]) == pytest.approx(0.25)


def test_without_books_there_are_no_rules():
    features = learn_features(KNOWN, FeatureSettings(), Tokenizer(), ())
    assert features.sizes[3] == 0
    assert features.rules(2, []).shape == (2, 0)
    assert features.matrix(rows(["統計", ""]), []).shape == (2, sum(features.sizes))


def test_nothing_to_learn_from_and_nothing_to_ask():
    none = learn_features(rows([]), FeatureSettings(), Tokenizer(), ())
    assert none.sizes == (0, 0, 0, 0)
    matrix, unknown = none.texts(rows(["統計"]))
    assert matrix.shape == (1, 0)
    assert unknown.tolist() == [1.0]
    assert FEATURES.matrix(rows([]), [[], []]).shape == (0, sum(FEATURES.sizes))


def test_runs_that_cannot_be_are_refused():
    with pytest.raises(SettingsError, match="expected 1 to 4"):
        learn_features(KNOWN, FeatureSettings(characters=(3, 2)), Tokenizer(), ())
