from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.topics.quality.matching import pair_topics, top_columns

WEIGHTS = st.integers(0, 5).map(float)


def cosine(one, other):
    length = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / length) if length > 0 else 0.0


def greatest_sum(components, others):
    """The greatest sum of cosines over all one-to-one assignments, by trying them."""
    small, large = sorted((components, others), key=len)
    return max(
        sum(cosine(row, large[place]) for row, place in zip(small, places, strict=True))
        for places in permutations(range(len(large)), len(small))
    )


class TestPairTopics:
    @settings(max_examples=60, deadline=None)
    @given(
        components=arrays(float, st.tuples(st.integers(1, 4), st.just(3)), elements=WEIGHTS),
        others=arrays(float, st.tuples(st.integers(1, 4), st.just(3)), elements=WEIGHTS),
    )
    def test_no_assignment_has_a_greater_sum(self, components, others):
        partners, cosines = pair_topics(components, others)
        matched = partners[partners >= 0]
        assert len(set(matched)) == len(matched) == min(len(components), len(others))
        assert cosines.sum() == pytest.approx(greatest_sum(components, others))
        for row, partner, value in zip(components, partners, cosines, strict=True):
            assert value == pytest.approx(cosine(row, others[partner]) if partner >= 0 else 0.0)

    def test_the_length_of_a_topic_does_not_matter(self):
        components = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 5.0]])
        partners, cosines = pair_topics(components, components[::-1] * np.array([[9.0], [0.1]]))
        assert partners.tolist() == [1, 0]
        assert cosines == pytest.approx([1.0, 1.0])


class TestTopColumns:
    def test_rests_of_the_arithmetic_are_no_terms(self):
        row = np.array([[5.05, 3.05, 0.05, 0.05 + 1e-15, 0.05 - 1e-15]])
        assert top_columns(row, 5) == [{0, 1}]

    @pytest.mark.parametrize(
        ("row", "n_terms", "expected"),
        [
            ([5, 4, 3, 0], 2, {0, 1}),
            ([5, 4, 3, 0], 9, {0, 1, 2}),  # a weight of zero is no term of the topic
            ([2, 3, 3, 3], 2, {1, 2}),  # ties in the order of the columns
            ([5.1, 0.1, 0.1, 3.1], 4, {0, 3}),  # 0.1 is what smoothing adds
            ([5.1, 0.1, 2.1, 3.1], 4, {0, 1, 2, 3}),  # one least weight may be a term's own
            ([0.1, 0.1, 0.1, 0.1], 2, set()),  # a topic in which nothing was said
            ([0, 0, 0, 0], 2, set()),
        ],
    )
    def test_by_hand(self, row, n_terms, expected):
        assert top_columns(np.array([row], dtype=float), n_terms) == [expected]
