"""What a classifier must know of itself is learned from groups held out. Small items are invented."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from cio_topics.errors import SettingsError
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.calibration import logistic
from cio_topics.themes.conformal import misses
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.nearest import NearestThemes
from cio_topics.themes.splits import fold_splits, item_groups


@pytest.fixture(scope="module")
def calibrated(book, invented):
    return CalibratedThemes(LinearThemes(book), n_splits=3).fit(*invented)


def test_held_out_probabilities_are_of_models_that_did_not_see_the_group(
    calibrated, book, invented
):
    table, labels = invented
    groups = item_groups(table)
    expected = np.zeros(labels.shape)
    for train, test in fold_splits(groups, 3, 0):
        model = LinearThemes(book).fit(table.iloc[train], labels[train], groups[train])
        expected[test] = model.decision_function(table.iloc[test])
    held_out = calibrated.held_out_
    found = calibrated.calibration_.probabilities(expected)
    np.testing.assert_allclose(held_out.probabilities, found, atol=1e-12)
    np.testing.assert_array_equal(held_out.groups, groups)
    np.testing.assert_array_equal(held_out.labels, labels)
    np.testing.assert_array_equal(held_out.misses, misses(held_out.probabilities, labels))
    assert held_out.item_ids == tuple(table["item_id"])


def test_the_model_itself_learned_from_all_items(calibrated, book, invented):
    whole = LinearThemes(book).fit(*invented).decision_function(["花", "鯨"])
    np.testing.assert_array_equal(calibrated.estimator_.decision_function(["花", "鯨"]), whole)


def test_log_odds_and_probabilities_agree(calibrated):
    odds = calibrated.decision_function(["花", "鯨", ""])
    np.testing.assert_allclose(calibrated.predict_proba(["花", "鯨", ""]), logistic(odds))


def test_predictions_are_decided_from_probabilities(calibrated, invented):
    probabilities = calibrated.predict_proba(invented[0])
    found = calibrated.predict(invented[0])
    np.testing.assert_array_equal(found, calibrated.decide(probabilities))
    assert (found == invented[1]).mean() > 0.9


def test_seeds_and_groups_decide_what_is_held_out(book, invented):
    def held_out(groups=None, **settings):
        model = CalibratedThemes(NearestThemes(book), n_splits=3, **settings)
        return model.fit(*invented, groups).held_out_.probabilities

    expected = held_out()
    np.testing.assert_array_equal(held_out(), expected)
    np.testing.assert_array_equal(held_out(item_groups(invented[0])), expected)
    assert (held_out(random_state=1) != expected).any()
    assert (held_out(list("abcdefghijkl")) != expected).any()  # every item a group of its own


class Recorder(NearestThemes):
    """Remembers the titles and groups that each `fit` was given."""

    seen: list[tuple[list[str], list[int]]] = []  # noqa: RUF012

    def fit(self, X, y, groups=None):
        self.seen.append((X["title"].tolist(), groups.tolist()))
        return super().fit(X, y, groups)


def test_every_fit_is_given_the_groups_of_its_items(book, invented):
    table, labels = invented
    CalibratedThemes(Recorder(book), n_splits=3).fit(table, labels)
    group_of = dict(zip(table["title"], item_groups(table), strict=True))
    assert len(Recorder.seen) == 4
    for titles, groups in Recorder.seen:
        assert groups == [group_of[title] for title in titles]


def test_names_of_groups_may_be_anything(book, invented):
    names = np.array([f"会議{k // 2}" for k in range(12)])
    model = CalibratedThemes(NearestThemes(book), n_splits=2).fit(*invented, names)
    assert model.held_out_.groups.tolist() == [k // 2 for k in range(12)]


@pytest.mark.parametrize("kind", ["platt", "isotonic"])
def test_both_calibrations(kind, book, invented):
    model = CalibratedThemes(NearestThemes(book), calibration=kind, n_splits=2).fit(*invented)
    assert model.calibration_.kind == kind
    found = model.predict_proba(["花", ""])
    assert ((found >= 0) & (found <= 1)).all()


def test_titles_alone_have_no_ids(book, invented):
    model = CalibratedThemes(NearestThemes(book), n_splits=2)
    model.fit(invented[0]["title"].tolist(), invented[1])
    assert model.held_out_.item_ids == ("",) * 12


def test_a_score_that_is_not_linear_is_not_saved(book, invented):
    model = CalibratedThemes(NearestThemes(book), n_splits=2).fit(*invented)
    assert model.model_ is None
    with pytest.raises(SettingsError, match=r"NearestThemes cannot be saved.* linear か stack"):
        model.trained_model()


def test_what_is_not_fitted_says_so(book):
    for ask in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(ValueError, match="not fitted"):
            getattr(CalibratedThemes(LinearThemes(book)), ask)(["花"])


@pytest.mark.parametrize("groups", [[0] * 12, ["x"] * 12])
def test_one_group_is_too_few(book, invented, groups):
    with pytest.raises(SettingsError, match="expected at least two of both"):
        CalibratedThemes(NearestThemes(book)).fit(*invented, groups)


@pytest.mark.parametrize("shape", [(12,), (12, 3), (11, 4), (0, 4)])
def test_labels_of_another_shape(book, invented, shape):
    with pytest.raises(SettingsError, match=r"y has shape .*; expected \(12, 4\)"):
        CalibratedThemes(NearestThemes(book)).fit(invented[0], np.zeros(shape))


def test_labels_may_be_booleans(calibrated, book, invented):
    model = clone(calibrated).fit(invented[0], invented[1].astype(bool))
    np.testing.assert_array_equal(model.predict_proba(["花"]), calibrated.predict_proba(["花"]))


def test_two_groups_are_enough(book):
    """Each group is scored by a model of the other."""
    table = pd.DataFrame({"title": ["花", "犬", "木の葉", "猫"], "meeting_id": list("aabb")})
    labels = np.array([[1, 0, 0, 0], [0, 1, 0, 0]] * 2)
    model = CalibratedThemes(LinearThemes(book)).fit(table, labels)
    np.testing.assert_array_equal(model.predict(table), labels)
    assert model.model_.least_probability(0.9) == 0.0  # and too few for any promise
