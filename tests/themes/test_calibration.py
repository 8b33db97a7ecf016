"""Probabilities rise with scores and are believed as far as they were right. All data are drawn."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss

from cio_topics.errors import SettingsError
from cio_topics.themes.calibration import (
    CALIBRATIONS,
    Calibration,
    brier_score,
    learn_calibration,
    logistic,
    reliability_table,
)

numbers = st.floats(-30, 30, allow_subnormal=False)
scored = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        arrays(float, (n, 3), elements=numbers), arrays(int, (n, 3), elements=st.integers(0, 1))
    )
)
kinds = st.sampled_from(CALIBRATIONS)


@settings(max_examples=60)
@given(scored, kinds, st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_probabilities_rise_and_lie_between_0_and_1(known, kind, new):
    found = learn_calibration(*known, kind).probabilities(np.sort(new))
    assert (found >= 0).all()
    assert (found <= 1).all()
    assert (np.diff(found) >= -1e-15).all()


@settings(max_examples=40)
@given(scored)
def test_the_order_of_themes_never_changes(known):
    """Law: however bad the scores, the slope of platt is positive."""
    learned = learn_calibration(*known)
    assert learned.slope > 0
    odds = learned.log_odds(known[0])
    higher = known[0][:, :1] > known[0]
    assert (odds[:, :1] >= odds)[higher].all()


@pytest.mark.parametrize("kind", CALIBRATIONS)
@pytest.mark.parametrize("labels", [0, 1])
def test_one_class_alone_teaches_nothing(kind, labels):
    scores = np.array([[1.0, -1.0], [0.5, 3.0]])
    learned = learn_calibration(scores, np.full((2, 2), labels), kind)
    assert (learned.slope, learned.offset) == (1.0, 0.0)
    found = learned.probabilities(np.array([-9.0, 0.0, 9.0]))
    assert found[1] == 0.5
    assert found[0] < 0.01
    assert found[2] > 0.99


@pytest.mark.parametrize("kind", CALIBRATIONS)
def test_no_item_at_all(kind):
    learned = learn_calibration(np.zeros((0, 3)), np.zeros((0, 3), dtype=int), kind)
    assert learned.probabilities(np.zeros((2, 3))).tolist() == [[0.5] * 3] * 2


@pytest.mark.parametrize("kind", CALIBRATIONS)
def test_the_true_odds_are_found_again(kind):
    """Labels drawn with log-odds 0.5 * score - 1: what is learned comes near."""
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, (4000, 3))
    truth = logistic(0.5 * scores - 1)
    labels = (rng.random(scores.shape) < truth).astype(int)
    learned = learn_calibration(scores, labels, kind)
    assert learned.slope == pytest.approx(0.5, abs=0.03)
    assert learned.offset == pytest.approx(-1, abs=0.06)
    assert np.abs(learned.probabilities(scores) - truth).mean() < 0.02


def test_probabilities_are_right_on_average():
    """Law: the mean probability of what it was learned from is the share that is right."""
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 2, (300, 3))
    labels = (rng.random(scores.shape) < logistic(scores)).astype(int)
    for kind in CALIBRATIONS:
        found = learn_calibration(scores, labels, kind).probabilities(scores)
        assert found.mean() == pytest.approx(labels.mean(), abs=1e-3)


@given(arrays(float, (4,), elements=st.floats(-1e300, 1e300)))
def test_logistic(odds):
    found = logistic(odds)
    assert ((found >= 0) & (found <= 1)).all()
    np.testing.assert_allclose(found + logistic(-odds), 1.0)
    assert logistic(np.zeros(1))[0] == 0.5


def test_an_isotonic_map_goes_through_its_knots():
    learned = Calibration("isotonic", 2.0, 1.0, np.array([[-1.0, 0.1], [3.0, 0.9]]))
    found = learned.probabilities(np.array([-9.0, -1.0, 0.0, 1.0, 9.0]))
    np.testing.assert_allclose(found, [0.1, 0.1, 0.5, 0.9, 0.9])


def test_an_unknown_kind():
    with pytest.raises(
        SettingsError, match="unknown calibration 'beta'; expected one of: platt, iso"
    ):
        learn_calibration(np.zeros((1, 1)), np.zeros((1, 1), dtype=int), "beta")


pairs = st.integers(1, 10).flatmap(
    lambda n: st.tuples(
        arrays(float, (n, 2), elements=st.floats(0, 1)),
        arrays(int, (n, 2), elements=st.integers(0, 1)),
    )
)


@given(pairs)
def test_the_brier_score_is_that_of_scikit_learn(pair):
    given_, right = pair
    assume(len(np.unique(right)) == 2)
    expected = brier_score_loss(right.ravel(), given_.ravel())
    assert brier_score(given_, right) == pytest.approx(expected)


@given(pairs, st.integers(1, 20))
def test_a_reliability_table_counts_every_pair_once(pair, n_bins):
    given_, right = pair
    table = reliability_table(given_, right, n_bins)
    assert table["n"].sum() == given_.size
    assert (table["n"] > 0).all()
    assert (table["share"] * table["n"]).sum() == pytest.approx(right.sum())
    assert (table["probability"] * table["n"]).sum() == pytest.approx(given_.sum())
    assert (table["probability"] >= table["low"] - 1e-12).all()
    assert (table["probability"] <= table["high"] + 1e-12).all()
    assert (table["share_low"] <= table["share"] + 1e-12).all()
    assert (table["share"] <= table["share_high"] + 1e-12).all()
    assert table["low"].is_monotonic_increasing


def test_a_probability_of_one_falls_into_the_last_bin():
    table = reliability_table(np.array([[0.0, 1.0]]), np.array([[0, 1]]))
    assert table[["low", "high", "n", "share"]].values.tolist() == [[0, 0.1, 1, 0], [0.9, 1, 1, 1]]


def test_nothing_given():
    assert reliability_table(np.zeros((0, 2)), np.zeros((0, 2), dtype=int)).empty
