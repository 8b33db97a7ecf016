import numpy as np
import pytest
from scipy.sparse import issparse
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.tokens import Tokenizer
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
