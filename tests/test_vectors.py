import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import issparse
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.tokens import Tokenizer
from cio_topics.tokens.columns import BATCH
from cio_topics.vectors import make_vectorizer

TITLES = read_example().items["title"].tolist()
# Invented titles.
SHORT = Tokenizer(compounds="short")
THREE = ["調達の評価", "調達の計画", "計画の計画"]


class TestMakeVectorizer:
    @pytest.mark.parametrize(
        ("kind", "cls"), [("tfidf", TfidfVectorizer), ("count", CountVectorizer)]
    )
    def test_kinds(self, kind, cls):
        vectorizer = make_vectorizer(kind)
        assert isinstance(vectorizer, cls)
        assert isinstance(vectorizer.tokenizer, Tokenizer)
        with pytest.raises(NotFittedError):
            vectorizer.transform(["電子政府"])

    def test_unknown_kind_refused(self):
        with pytest.raises(SettingsError, match=r"unknown vectorizer 'bm25'; .* tfidf, count"):
            make_vectorizer("bm25")

    @pytest.mark.parametrize("kind", ["tfidf", "count"])
    def test_matrix(self, kind):
        matrix = make_vectorizer(kind).fit_transform(TITLES)
        assert issparse(matrix)
        assert matrix.format == "csr"
        assert matrix.dtype == np.float64
        assert matrix.shape[0] == len(TITLES)
        assert (matrix.data > 0).all()

    @pytest.mark.parametrize("kind", ["tfidf", "count"])
    def test_the_same_every_time(self, kind):
        first, second = make_vectorizer(kind), make_vectorizer(kind)
        one, other = first.fit_transform(TITLES), second.fit_transform(TITLES)
        assert (one != other).nnz == 0
        assert first.get_feature_names_out().tolist() == second.get_feature_names_out().tolist()

    def test_counts(self):
        vectorizer = make_vectorizer("count", tokenizer=SHORT, min_df=1, max_df=1.0)
        matrix = vectorizer.fit_transform(THREE)
        assert vectorizer.get_feature_names_out().tolist() == ["計画", "評価", "調達"]
        assert matrix.toarray().tolist() == [[0, 1, 1], [1, 0, 1], [2, 0, 0]]

    def test_tfidf_by_hand(self):
        vectorizer = make_vectorizer("tfidf", tokenizer=SHORT, min_df=1, max_df=1.0)
        row = vectorizer.fit_transform([*THREE[:2], "計画の計画の評価"]).toarray()[2]
        idf = np.log(4 / 3) + 1  # each of two terms in two of three titles
        expected = np.array([(1 + np.log(2)) * idf, idf, 0])
        assert row == pytest.approx(expected / np.linalg.norm(expected))

    def test_rows_have_length_one_or_none(self):
        matrix = make_vectorizer("tfidf").fit(TITLES).transform([*TITLES, "その他"])
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1))
        assert np.isclose(lengths, 0).sum() < len(TITLES) / 10
        assert lengths[~np.isclose(lengths, 0)] == pytest.approx(1)
        assert lengths[-1] == 0

    @pytest.mark.parametrize(
        ("limits", "terms"),
        [
            ({"min_df": 1, "max_df": 1.0}, ["計画", "評価", "調達"]),
            ({"min_df": 2, "max_df": 1.0}, ["計画", "調達"]),
            ({"min_df": 1, "max_df": 0.5}, ["評価"]),
            ({"min_df": 1, "max_df": 1.0, "max_features": 1}, ["計画"]),  # the most frequent
        ],
    )
    def test_limits(self, limits, terms):
        vectorizer = make_vectorizer("count", tokenizer=SHORT, **limits).fit(THREE)
        assert vectorizer.get_feature_names_out().tolist() == terms

    def test_terms_keep_their_letter_case(self):
        vectorizer = make_vectorizer("count", min_df=1, max_df=1.0).fit(["CIO", "e-Japan"])
        assert vectorizer.get_feature_names_out().tolist() == ["CIO", "e-Japan"]


def plain(vectorizer):
    """scikit-learn's own vectorizer with the same settings, a title at a time."""
    cls = TfidfVectorizer if isinstance(vectorizer, TfidfVectorizer) else CountVectorizer
    settings = vectorizer.get_params(deep=False)
    return cls(**settings | {"tokenizer": lambda title: SHORT(title)})


def assert_alike(vectorizer, titles, new):
    own = plain(vectorizer)
    matrix, expected = vectorizer.fit_transform(titles), own.fit_transform(titles)
    assert vectorizer.vocabulary_ == own.vocabulary_
    assert (matrix.dtype, matrix.shape) == (expected.dtype, expected.shape)
    for part in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(matrix, part), getattr(expected, part))
    np.testing.assert_array_equal(vectorizer.transform(new).toarray(), own.transform(new).toarray())


class TestBulk:
    @pytest.mark.parametrize("kind", ["tfidf", "count"])
    @pytest.mark.parametrize(
        "settings",
        [
            {"min_df": 1, "max_df": 1.0},
            {},
            {"min_df": 0.02, "max_features": 10},
        ],
        ids=str,
    )
    def test_is_what_scikit_learn_counts(self, kind, settings):
        vectorizer = make_vectorizer(kind, tokenizer=SHORT, **settings)
        assert_alike(vectorizer, TITLES, [*THREE, "", "見たことのない語彙"])

    @given(st.lists(st.text("電子政府の計画と評価 第2回、", max_size=12), min_size=1, max_size=9))
    def test_of_any_titles(self, titles):
        vectorizer = make_vectorizer("count", tokenizer=SHORT, min_df=1, max_df=1.0)
        try:
            plain(vectorizer).fit(titles)
        except ValueError as error:
            with pytest.raises(ValueError, match=re.escape(str(error))):
                vectorizer.fit(titles)
        else:
            assert_alike(vectorizer, titles, titles[::-1])

    def test_no_title_is_counted_alone(self, monkeypatch):
        vectorizer = make_vectorizer("count")

        def fail(*_):
            raise AssertionError("counted a title at a time")

        monkeypatch.setattr(Tokenizer, "__call__", fail)
        assert vectorizer.fit_transform(TITLES).sum() > len(TITLES)
        vectorizer.set_params(ngram_range=(1, 2))
        with pytest.raises(AssertionError, match="a title at a time"):
            vectorizer.fit_transform(TITLES)

    @pytest.mark.parametrize(
        "settings",
        [
            {"ngram_range": (1, 2)},
            {"lowercase": True},
            {"preprocessor": str.upper},
            {"analyzer": "char"},
            {"stop_words": ["計画"]},
        ],
        ids=str,
    )
    def test_other_settings_of_scikit_learn_still_count(self, settings):
        vectorizer = make_vectorizer("count", tokenizer=SHORT, min_df=1, max_df=1.0)
        assert_alike(vectorizer.set_params(**settings), THREE, THREE)

    def test_a_given_vocabulary(self):
        vectorizer = make_vectorizer("count", tokenizer=SHORT)
        vectorizer.set_params(vocabulary=["計画", "調達"])
        assert vectorizer.transform(THREE).toarray().tolist() == [[0, 1], [1, 1], [2, 0]]

    @pytest.mark.parametrize("bad", [None, 3, np.nan, b"\x96\xbc"])
    def test_what_is_no_text_is_refused(self, bad):
        with pytest.raises(SettingsError, match="expected a text"):
            make_vectorizer("count").fit(["電子政府", bad])

    def test_more_titles_than_a_batch(self):
        titles = (TITLES * 20)[:5000]
        assert len(titles) > BATCH
        whole = make_vectorizer("count").fit_transform(titles)
        part = make_vectorizer("count").fit(titles).transform(titles[BATCH - 2 : BATCH + 2])
        assert (whole[BATCH - 2 : BATCH + 2] != part).nnz == 0
