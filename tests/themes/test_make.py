"""Classifiers by name."""

import numpy as np
import pytest
from sklearn.base import clone

from cio_topics.errors import SettingsError
from cio_topics.themes import CodebookClassifier
from cio_topics.themes.boosting import BoostedThemes
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.make import CLASSIFIERS, make_theme_classifier
from cio_topics.themes.nearest import NearestThemes
from cio_topics.themes.stack import StackedThemes

KINDS = {
    "linear": LinearThemes,
    "stack": StackedThemes,
    "nearest": NearestThemes,
    "boosting": BoostedThemes,
}


def test_all_kinds_are_known_and_the_first_is_the_default():
    assert set(CLASSIFIERS) == {*KINDS, "rules"}
    assert isinstance(make_theme_classifier().estimator, KINDS[CLASSIFIERS[0]])


@pytest.mark.parametrize("kind", KINDS)
def test_learners_are_calibrated_with_the_codebook_and_settings_given(kind, book):
    model = make_theme_classifier(kind, book, n_splits=3, calibration="isotonic")
    assert isinstance(model, CalibratedThemes)
    assert isinstance(model.estimator, KINDS[kind])
    assert model.estimator.codebook is book
    assert (model.n_splits, model.calibration) == (3, "isotonic")
    assert clone(model).get_params()["n_splits"] == 3


@pytest.mark.parametrize("kind", [kind for kind in CLASSIFIERS if kind != "nearest"])
def test_seen_only_reaches_the_learner(kind, book):
    model = make_theme_classifier(kind, book, seen_only=True)
    assert getattr(model, "estimator", model).seen_only


def test_rules_need_no_calibration(book, invented):
    model = make_theme_classifier("rules", book, threshold=0.9)
    assert isinstance(model, CodebookClassifier)
    assert model.threshold == 0.9
    assert model.fit(*invented).predict_proba(["花"]).shape == (1, 4)


@pytest.mark.parametrize("kind", ["forest", "", None, "Linear", "ma" * 100])
def test_an_unknown_kind(kind):
    expected = r"unknown classifier .*; expected one of: linear, stack"
    with pytest.raises(SettingsError, match=expected) as error:
        make_theme_classifier(kind)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize("kind", ["linear", "nearest"])
def test_titles_as_a_list(kind, book, invented):
    table, labels = invented
    model = make_theme_classifier(kind, book).fit(table["title"].tolist(), labels)
    found = model.predict(["花の写真", "猫"])
    assert found.shape == (2, 4)
    np.testing.assert_array_equal(found, model.predict(iter(["花の写真", "猫"])))
