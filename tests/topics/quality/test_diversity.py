"""Diversity, inverted rank-biased overlap and exclusivity."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.quality.diversity import (
    exclusivity,
    inverted_rbo,
    rank_biased_overlap,
    topic_diversity,
)

rankings = st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=9, unique=True)
weights_of = st.floats(0.05, 0.95)


def brute_rbo(one, other, p, n_ranks=3000):
    """(1 - p) Σ p^(d-1) A_d, rank by rank, where the agreement seen last goes on for ever."""
    short, long = sorted([one, other], key=len)
    at_end = len(set(short) & set(long[: len(short)])) / len(short)
    total = agreement = 0.0
    for d in range(1, n_ranks + 1):
        if d <= len(long):
            shared = len(set(short[:d]) & set(long[:d]))
            # Each rank the shorter one lacks is in the longer one as often as those it has.
            shared += max(0, d - len(short)) * at_end
            agreement = shared / d
        total += (1 - p) * p ** (d - 1) * agreement
    return total


@settings(deadline=None, max_examples=200)
@given(rankings, rankings, weights_of)
def test_overlap_is_the_infinite_sum_of_agreements(one, other, p):
    assert rank_biased_overlap(one, other, p) == pytest.approx(brute_rbo(one, other, p), abs=1e-9)


@settings(deadline=None)
@given(rankings, rankings, weights_of)
def test_overlap_is_symmetric_and_lies_between_nought_and_one(one, other, p):
    found = rank_biased_overlap(one, other, p)
    assert found == pytest.approx(rank_biased_overlap(other, one, p), abs=1e-12)
    assert 0 <= found <= 1


@given(rankings, weights_of)
def test_a_ranking_overlaps_wholly_with_itself(one, p):
    assert rank_biased_overlap(one, one, p) == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "p", "expected"),
    [
        ("abc", "acbe", 0.5, 0.875),  # (1 + ½ 1/2 + ¼ 1 + ⅛ 1) / 2 + 1/16
        ("a", "b", 0.9, 0.0),
        ("ab", "ba", 0.5, 0.5),  # ½ (0 + ½ 1) + ¼
        ("a", "ab", 0.9, 1.0),  # what has been seen of the shorter one agrees
    ],
)
def test_overlap_by_hand(one, other, p, expected):
    assert rank_biased_overlap(list(one), list(other), p) == pytest.approx(expected)


def test_a_term_shared_at_the_top_weighs_more():
    base = list("abcde")
    top, bottom = ["a", *"vwxy"], [*"vwxy", "a"]
    assert inverted_rbo([base, top]) < inverted_rbo([base, bottom])
    assert topic_diversity([base, top]) == topic_diversity([base, bottom]) == 0.9


@settings(deadline=None)
@given(st.lists(rankings, min_size=2, max_size=5), weights_of)
def test_inverted_is_one_minus_the_mean_of_all_pairs(topics, p):
    expected = 1 - np.mean([brute_rbo(a[:5], b[:5], p) for a, b in combinations(topics, 2)])
    assert inverted_rbo(topics, p, n_terms=5) == pytest.approx(expected, abs=1e-9)


def test_a_topic_without_terms_is_left_out():
    assert inverted_rbo([["a", "b"], [], ["a", "b"]]) == pytest.approx(0)
    assert topic_diversity([["a", "b"], [], ["a", "c"]]) == 0.75


@pytest.mark.parametrize(
    ("topics", "n_terms", "expected"),
    [
        ([["a", "b"], ["c", "d"]], 2, 1.0),
        ([["a", "b"], ["b", "a"]], 2, 0.5),
        ([["a", "b"], ["c", "a"]], 1, 1.0),  # what is shared is below
        ([["a", "b", "c"], ["a"]], 3, 3 / 4),  # a topic may have fewer
    ],
)
def test_diversity_by_hand(topics, n_terms, expected):
    assert topic_diversity(topics, n_terms) == expected


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: topic_diversity([["a"]], 0), SettingsError, "n_terms is 0; expected at least 1"),
        (lambda: topic_diversity([["a", "a"]]), SettingsError, "topic 1 has 'a' twice"),
        (lambda: topic_diversity(["電子政府"]), SettingsError, "expected a list of terms"),
        (lambda: topic_diversity([]), TooSmallError, "0 of 0 topics have a term"),
        (lambda: inverted_rbo([["a"]]), TooSmallError, "1 of 1 topics have a term; .* at least 2"),
        (lambda: inverted_rbo([["a"], ["b"]], p=1), SettingsError, "p is 1; expected a number"),
        (lambda: rank_biased_overlap([], ["a"]), TooSmallError, "1 of 2 topics have a term"),
        (lambda: exclusivity([1, 2]), SettingsError, r"the shape \(2,\); expected \(n_topics"),
        (lambda: exclusivity([[1, np.nan]]), SettingsError, "negative or no number"),
        (lambda: exclusivity([[1, 2]], 0), SettingsError, "n_terms is 0"),
        (lambda: exclusivity([[1, 2]], columns=[[2]]), SettingsError, "column numbers, 0 to 1"),
        (lambda: exclusivity([[1, 2]], columns=[[0.0]]), SettingsError, "column numbers"),
        (lambda: exclusivity([[1, 2]], columns=[[0], [1]]), SettingsError, "each of 1 topics"),
    ],
)
def test_refusals(call, error, said):
    with pytest.raises(error, match=said):
        call()


def brute_exclusivity(components, n_terms):
    shares = components / components.sum(axis=1, keepdims=True)
    means = []
    for topic, row in enumerate(shares):
        top = sorted(range(len(row)), key=lambda c: (-row[c], c))[:n_terms]
        means.append(np.mean([shares[topic, c] / shares[:, c].sum() for c in top]))
    return means


class TestExclusivity:
    @settings(deadline=None)
    @given(st.integers(1, 5), st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
    def test_is_the_mean_share_of_the_top_terms(self, n_topics, n_columns, n_terms, seed):
        components = np.random.default_rng(seed).gamma(0.5, size=(n_topics, n_columns)) + 1e-9
        found = exclusivity(components, n_terms)
        expected = brute_exclusivity(components, n_terms)
        assert found["exclusivity"].to_numpy() == pytest.approx(expected)
        assert (found["n_terms"] == min(n_terms, n_columns)).all()

    def test_the_size_of_a_topic_does_not_matter(self):
        components = np.array([[4.0, 2, 1, 0], [0, 1, 2, 4]])
        scaled = components * [[100.0], [0.1]]
        assert exclusivity(scaled)["exclusivity"].to_numpy() == pytest.approx(
            exclusivity(components)["exclusivity"].to_numpy()
        )

    def test_apart_and_alike(self):
        apart = exclusivity([[1, 1, 0, 0], [0, 0, 1, 1]])
        assert apart["exclusivity"].tolist() == [1, 1]
        assert apart["n_terms"].tolist() == [2, 2]  # terms of weight zero are none
        alike = exclusivity(np.tile([3.0, 2.0, 1.0], (4, 1)))
        assert alike["exclusivity"].to_numpy() == pytest.approx(0.25)

    def test_terms_that_smoothing_gives_are_none(self):
        found = exclusivity([[5.1, 3.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1]])
        assert found["n_terms"].tolist() == [2, 0]
        assert found["exclusivity"][1] == 0

    def test_a_topic_without_terms_is_nought_and_spoils_nothing(self):
        found = exclusivity([[0, 0], [1, 0]])
        assert found.values.tolist() == [["topic_01", 0, 0.0], ["topic_02", 1, 1.0]]

    def test_another_ranking(self):
        components = [[3.0, 1, 0], [0.0, 1, 3]]
        found = exclusivity(components, 1, columns=[[1, 0, 2], [2, 1, 0]])
        assert found["exclusivity"].tolist() == [0.5, 1.0]

    def test_many_topics_are_numbered_with_as_many_digits(self):
        assert exclusivity(np.ones((100, 1)))["topic"].iloc[[0, 99]].tolist() == [
            *("topic_001", "topic_100")
        ]
