"""The most similar labelled items give their themes. All items are invented."""

import numpy as np
import pytest

from cio_topics.errors import SettingsError
from cio_topics.themes.nearest import NearestThemes

LOW, HIGH = np.log(0.01 / 0.99), np.log(0.99 / 0.01)


def test_the_same_title_has_its_own_themes(book, invented):
    table, labels = invented
    model = NearestThemes(book, n_neighbors=1).fit(table, labels)
    np.testing.assert_array_equal(model.decision_function(table) > 0, labels == 1)
    assert set(model.decision_function(table).ravel().round(9)) == {LOW.round(9), HIGH.round(9)}


def test_votes_are_weighed_by_similarity(book, invented):
    table, labels = invented
    model = NearestThemes(book, n_neighbors=2).fit(table, labels)
    titles = ["犬の散歩"]  # itself, and a less similar one
    matrix = model.features_.texts(table.assign(title=titles * 12).iloc[:1])[0]
    alike = (matrix[:, : model._n] @ model.matrix_.T / 2).toarray()[0]
    first, second = np.argsort(-alike, kind="stable")[:2]
    votes = alike[first] * model.labels_[first] + alike[second] * model.labels_[second]
    share = np.clip(votes / (alike[first] + alike[second]), 0.01, 0.99)
    np.testing.assert_allclose(model.decision_function(titles)[0], np.log(share / (1 - share)))


def test_texts_of_the_codebook_are_neighbours_and_bodies_are_not(book, invented):
    table, labels = invented
    model = NearestThemes(book, n_neighbors=1).fit(table, labels)
    assert (model.decision_function(["動物"])[0] > 0).tolist() == [False, True, False, False]
    other = NearestThemes(book, n_neighbors=1).fit(table.assign(body="鯨の会"), labels)
    np.testing.assert_array_equal(
        model.decision_function(table), other.decision_function(table["title"].tolist())
    )


def test_more_neighbours_than_rows_and_a_title_like_nothing(book, invented):
    scores = (
        NearestThemes(book, n_neighbors=1000).fit(*invented).decision_function(["花", "ѯѱ", ""])
    )
    assert np.isfinite(scores).all()
    assert (scores[0] > LOW).any()
    np.testing.assert_allclose(scores[1:], LOW)


def test_no_neighbour_is_too_few(book, invented):
    with pytest.raises(SettingsError, match="n_neighbors is '0'; expected 1 or more"):
        NearestThemes(book, n_neighbors=0).fit(*invented)
