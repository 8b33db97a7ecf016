import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.components import said_terms
from cio_topics.topics.words import RANKINGS, name_topics, rank_terms, term_scores

# Invented: two topics, the last term of both.
COMPONENTS = np.array([[8.0, 4.0, 2.0, 0.0, 0.0, 6.0], [0.0, 0.0, 1.0, 5.0, 3.0, 6.0]])
WEIGHTS = arrays(float, (3, 7), elements=st.floats(1e-6, 9) | st.just(0.0))


class TestTermScores:
    def test_relevance_by_hand(self):
        """Sievert and Shirley 2014, eq. 3, with 0.6."""
        share = 8 / 20
        expected = 0.6 * np.log(share) + 0.4 * np.log(share / (8 / 35))
        assert term_scores(COMPONENTS, "relevance")[0, 0] == pytest.approx(expected)

    def test_ctfidf_by_hand(self):
        """Grootendorst 2022, eq. 2: log(1 + A / f)."""
        expected = (6 / 20) * np.log(1 + 17.5 / 12)
        assert term_scores(COMPONENTS, "ctfidf")[0, 5] == pytest.approx(expected)

    def test_frex_by_hand(self):
        """Of the terms of the first topic, the fourth column of four by share is the first by both."""
        scores = term_scores(COMPONENTS, "frex")
        assert scores[0, 0] == 1.0  # most probable, and as exclusive as any
        # third by probability of four (0.25), least exclusive but one: 2/3 against 1/2
        assert scores[0, 2] == pytest.approx(2 / (1 / 0.25 + 1 / 0.5))

    @pytest.mark.parametrize("by", RANKINGS[:-1])
    @settings(max_examples=30, deadline=None)
    @given(WEIGHTS)
    def test_finite_where_the_topic_has_the_term(self, by, components):
        scores = term_scores(components, by)
        assert (np.isfinite(scores) == said_terms(components)).all()

    @pytest.mark.parametrize("by", RANKINGS[:-1])
    def test_rests_of_the_arithmetic_are_no_terms(self, by):
        scores = term_scores(np.array([[1.0, 5e-324, 0.0, 1e-13]]), by)
        assert np.isfinite(scores).tolist() == [[True, False, False, False]]

    @pytest.mark.parametrize("by", RANKINGS[:-1])
    def test_scale_of_all_changes_no_order(self, by):
        one, other = (rank_terms(COMPONENTS * scale, by=by) for scale in (1, 50))
        assert [a.tolist() for a in one] == [b.tolist() for b in other]

    @pytest.mark.parametrize("by", ["association", "tfidf"])
    def test_refusals(self, by):
        with pytest.raises(SettingsError, match=f"unknown score '{by}'; expected one of: prob"):
            term_scores(COMPONENTS, by)


class TestRankTerms:
    def test_what_is_everywhere_comes_later_by_relevance(self):
        first = {by: rank_terms(COMPONENTS, by=by)[1][0] for by in ("probability", "relevance")}
        assert first == {"probability": 5, "relevance": 3}

    def test_terms_a_topic_does_not_have_are_left_out(self):
        assert [columns.tolist() for columns in rank_terms(COMPONENTS, n_terms=9)] == [
            [0, 5, 1, 2],
            [5, 3, 4, 2],
        ]

    def test_terms_that_meet_come_before_one_that_never_does(self):
        # Three terms of one weight; the second never stands with the others.
        counts = csr_matrix([[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 0], [1, 0, 1]])
        counts.resize((5, 5))
        topic = np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
        found = rank_terms(topic, by="association", counts=counts, n_terms=3)
        assert found[0].tolist() == [0, 2, 1]

    @settings(max_examples=40, deadline=None)
    @given(WEIGHTS, arrays(float, (5, 7), elements=st.sampled_from([0.0, 0.0, 1.0, 2.0])))
    def test_associated_terms_are_the_topic_s(self, components, counts):
        found = rank_terms(components, by="association", counts=csr_matrix(counts), n_terms=3)
        for columns, said in zip(found, said_terms(components), strict=True):
            assert said[columns].all()
            assert len(set(columns.tolist())) == len(columns) == min(3, said.sum())

    @pytest.mark.parametrize("form", [csc_matrix, lambda rows: rows, coo_matrix])
    def test_association_takes_any_matrix(self, form):
        counts = np.random.default_rng(0).poisson(0.5, (30, 6))
        found = rank_terms(COMPONENTS, by="association", counts=form(counts))
        expected = rank_terms(COMPONENTS, by="association", counts=csr_matrix(counts))
        assert [a.tolist() for a in found] == [b.tolist() for b in expected]

    def test_what_smoothing_gives_is_no_term(self):
        """A mixture gives each topic its prior for every term, also a topic without texts."""
        smoothed = np.vstack([COMPONENTS + 0.1, np.full((1, 6), 0.1)])
        for by in RANKINGS:
            found = rank_terms(smoothed, by=by, n_terms=9, counts=csr_matrix(np.eye(6)))
            assert [len(columns) for columns in found] == [4, 4, 0]
        assert name_topics(smoothed, list("abcdef"))[2] == "–"

    def test_association_needs_texts(self):
        with pytest.raises(SettingsError, match="association needs texts"):
            rank_terms(COMPONENTS, by="association")

    def test_no_topics(self):
        assert rank_terms(np.zeros((0, 3)), by="association", counts=csr_matrix((2, 3))) == []


class TestNameTopics:
    # Invented terms: a compound, its part, one term of both topics.
    TERMS = ("公共データ", "データ", "公開", "番号制度", "番号", "検討")

    def test_a_compound_before_its_part(self):
        components = np.array([[5.0, 6.0, 2.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0, 9.0, 1.0]])
        names = name_topics(components, self.TERMS, n_terms=2)
        assert names[0] == "公共データ / 公開"
        # The compound has less than half the weight of its part: the part stays.
        assert names[1] == "番号 / 検討"

    def test_names_differ_if_the_terms_do(self):
        components = np.array([[9.0, 0, 5.0, 0, 0, 1.0], [9.0, 0, 5.0, 2.0, 0, 0]])
        names = name_topics(components, self.TERMS, n_terms=1)
        assert len(set(names)) == 2

    def test_equal_topics_may_have_equal_names(self):
        assert len(set(name_topics(np.ones((2, 6)), self.TERMS))) == 1

    def test_a_topic_without_terms(self):
        assert name_topics(np.zeros((1, 6)), self.TERMS) == ["–"]

    @settings(max_examples=30, deadline=None)
    @given(WEIGHTS, st.integers(1, 4))
    def test_always_ends_with_a_name_each(self, components, n_terms):
        names = name_topics(components, [*self.TERMS, "その他"], n_terms=n_terms)
        assert len(names) == 3
        assert all(names)
