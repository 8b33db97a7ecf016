"""Every item gets a theme, at most three, and the fallback alone. Probabilities are drawn by chance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from cio_topics.themes.decisions import _GRID, _SHARED, MOST_THEMES, Decision, learn_decision

K = 6
shares = st.floats(0, 1)
matrices = arrays(float, st.tuples(st.integers(1, 8), st.just(K)), elements=shares)
decisions = st.builds(
    Decision,
    arrays(float, (K,), elements=shares),
    shares,
    st.integers(-1, K - 1),
)


def learned_decisions() -> st.SearchStrategy[Decision]:
    """Decisions whose fallback was labelled often enough to be given by its own probability."""
    fallbacks = st.integers(0, K - 1)
    return st.builds(
        Decision, arrays(float, (K,), elements=shares), shares, fallbacks, st.just(True)
    )


@given(matrices, decisions | learned_decisions())
def test_every_item_has_one_to_three_themes_and_the_fallback_alone(probabilities, decision):
    before = probabilities.copy()
    chosen = decision.decide(probabilities)
    np.testing.assert_array_equal(probabilities, before)  # what is given is not changed
    assert set(np.unique(chosen)) <= {0, 1}
    n = chosen.sum(axis=1)
    assert (n >= 1).all()
    assert (n <= MOST_THEMES).all()
    if decision.fallback >= 0:
        assert (n[chosen[:, decision.fallback] == 1] == 1).all()


@given(matrices, decisions)
def test_what_is_given_is_more_probable_than_what_is_not_if_thresholds_are_one(
    probabilities, decision
):
    """Law: with one threshold for all, no theme is passed over for a less probable one."""
    decision = decision._replace(thresholds=np.full(K, 0.5))
    known = (
        np.delete(probabilities, decision.fallback, axis=1)
        if decision.fallback >= 0
        else probabilities
    )
    chosen = decision.decide(probabilities)
    chosen = np.delete(chosen, decision.fallback, axis=1) if decision.fallback >= 0 else chosen
    for given_, row in zip(chosen, known, strict=True):
        if given_.any() and not given_.all():
            assert row[given_ == 1].min() >= row[given_ == 0].max() or given_.sum() < 3
            assert (row[given_ == 0] < 0.5).all() or given_.sum() == 3


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.9, 0.8, 0.1, 0.0], [1, 1, 0, 0]),
        ([0.9, 0.8, 0.7, 0.0], [1, 1, 1, 0]),
        ([0.4, 0.3, 0.1, 0.0], [1, 0, 0, 0]),  # none reaches a half: the best
        ([0.4, 0.4, 0.1, 0.0], [1, 0, 0, 0]),  # of equals, the first
        ([0.1, 0.0, 0.0, 0.0], [1, 0, 0, 0]),  # the floor is reached
        ([0.09, 0.0, 0.0, 0.0], [0, 0, 0, 1]),
        ([0.0, 0.0, 0.0, 0.0], [0, 0, 0, 1]),
        ([0.09, 0.0, 0.0, 0.99], [0, 0, 0, 1]),
        ([0.2, 0.1, 0.1, 0.99], [1, 0, 0, 0]),  # nobody learned what the fallback's means
        ([0.5, 0.5, 0.5, 0.5], [1, 1, 1, 0]),
    ],
)
def test_by_hand(probabilities, expected):
    decision = Decision(np.full(4, 0.5), 0.1, 3)
    assert decision.decide(np.array([probabilities])).tolist() == [expected]


def test_four_themes_are_one_too_many():
    decision = Decision(np.full(5, 0.5), 0.0, -1)
    assert decision.decide(np.array([[0.6, 0.9, 0.5, 0.8, 0.7]])).tolist() == [[0, 1, 0, 1, 1]]
    assert decision.decide(np.full((1, 5), 0.6)).tolist() == [
        [1, 1, 1, 0, 0]
    ]  # of equals, the first


def test_a_fallback_that_was_labelled_often_is_given_where_it_is_most_probable():
    decision = Decision(np.full(3, 0.5), 0.1, 2, True)
    given_ = np.array([[0.6, 0.1, 0.9], [0.9, 0.1, 0.6], [0.2, 0.1, 0.4], [0.6, 0.1, 0.6]])
    assert decision.decide(given_).tolist() == [[0, 0, 1], [1, 0, 0], [1, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize(("n_labelled", "is_learned"), [(0, False), (4, False), (5, True)])
def test_how_often_is_often(n_labelled, is_learned):
    labels = np.zeros((8, 3), dtype=int)
    labels[:n_labelled, 2] = 1
    labels[n_labelled:, 0] = 1
    assert learn_decision(np.full((8, 3), 0.5), labels, 2).is_learned is is_learned
    assert learn_decision(np.full((8, 3), 0.5), labels, -1).is_learned is False


@settings(max_examples=15)
@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            arrays(float, (n, 3), elements=shares),
            arrays(int, (n, 3), elements=st.integers(0, 1)),
        )
    )
)
def test_no_threshold_would_have_been_better(known):
    """Law: each theme's threshold has the highest blend of its F1 and that of all themes."""
    probabilities, labels = known
    learned = learn_decision(probabilities, labels, -1)
    blends = []
    for threshold in _GRID:
        found = (probabilities >= threshold).astype(int)
        own = f1_score(labels, found, average=None, zero_division=0)
        overall = f1_score(labels, found, average="micro", zero_division=0)
        n = labels.sum(axis=0)
        blends.append((own * n + overall * _SHARED) / (n + _SHARED))
    for theme in range(3):
        place = np.flatnonzero(learned.thresholds[theme] == _GRID)[0]
        assert blends[place][theme] >= max(blend[theme] for blend in blends) - 1e-8


def test_equally_good_thresholds_are_a_half():
    labels = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
    learned = learn_decision(np.where(labels, 0.95, 0.05), labels, -1)
    np.testing.assert_allclose(learned.thresholds, 0.5)
    nothing = learn_decision(np.zeros((4, 2)), np.zeros((4, 2), dtype=int), -1)
    np.testing.assert_allclose(nothing.thresholds, 0.5)
    np.testing.assert_allclose(learn_decision(np.zeros((0, 2)), np.zeros((0, 2), int), 1)[0], 0.5)


def test_thresholds_follow_the_probabilities():
    rng = np.random.default_rng(0)
    labels = (rng.random((200, 2)) < 0.3).astype(int)
    probabilities = np.where(labels, 0.4, 0.25) + rng.normal(0, 0.02, labels.shape)
    learned = learn_decision(probabilities, labels, -1)
    assert ((learned.thresholds > 0.28) & (learned.thresholds < 0.4)).all()


def test_the_floor_is_that_of_the_fallback():
    known = np.full((2, 2), 0.5), np.eye(2, dtype=int)
    assert learn_decision(*known, 1, floor=0.3).floor == 0.3
    assert learn_decision(*known, -1, floor=0.3).floor == 0.0
