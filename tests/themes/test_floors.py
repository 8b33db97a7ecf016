"""What any classifier must beat. All items are invented."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from cio_topics.text import normalize
from cio_topics.themes.floors import MajorityThemes, PlainThemes
from cio_topics.tokens import Tokenizer


def test_the_majority_is_given_to_every_item(book, invented):
    table, labels = invented
    model = MajorityThemes(book).fit(table, labels)
    probabilities = model.predict_proba(["花", "鯨", ""])
    np.testing.assert_allclose(probabilities, np.tile(labels.mean(axis=0), (3, 1)))
    chosen = model.decide(probabilities)
    assert chosen.sum(axis=1).tolist() == [1, 1, 1]
    assert (chosen.argmax(axis=1) == labels.sum(axis=0).argmax()).all()


def test_of_equally_frequent_themes_the_first(book):
    model = MajorityThemes(book).fit(["花", "犬"], np.array([[0, 1, 0, 0], [0, 0, 1, 0]]))
    assert model.decide(model.predict_proba(["星"])).tolist() == [[0, 1, 0, 0]]


def test_plain_is_scikit_learn_as_it_comes(book, invented):
    table, labels = invented
    model = PlainThemes(book).fit(table, labels)
    titles = table["title"].map(normalize).tolist()
    vectorizer = TfidfVectorizer(tokenizer=Tokenizer(), token_pattern=None, lowercase=False)
    matrix = vectorizer.fit_transform(titles)
    new = ["花と犬", "星座の観察", ""]
    found = model.predict_proba(new)
    for theme in range(3):
        alone = LogisticRegression().fit(matrix, labels[:, theme])
        expected = alone.predict_proba(vectorizer.transform(new))[:, 1]
        np.testing.assert_allclose(found[:, theme], expected, atol=1e-6)
    assert (found[:, 3] == 0).all()  # no item has the fallback


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0.6, 0.5, 0.1], [1, 1, 0]),
        ([0.4, 0.3, 0.1], [1, 0, 0]),  # none of even odds: the most probable
        ([0.4, 0.4, 0.4], [1, 0, 0]),
        ([0.0, 0.0, 0.0], [1, 0, 0]),
    ],
)
def test_plain_gives_themes_of_even_odds_or_the_best(book, probabilities, expected):
    assert PlainThemes(book).decide(np.array([probabilities])).tolist() == [expected]
