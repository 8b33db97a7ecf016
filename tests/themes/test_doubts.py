"""Why a person should look at an answer. Titles are invented."""

import pytest

from cio_topics.themes import read_classifier
from cio_topics.themes.doubts import DOUBTS, doubts_of
from cio_topics.themes.model import as_titles


@pytest.fixture(scope="module")
def model():
    return read_classifier()


def doubts(model, title, coverage=0.9):
    answers = model.answer(as_titles([title]))
    return doubts_of(model, answers, model.sets(answers.probabilities, coverage))[0]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("オープンデータの推進", []),
        ("漁獲枠", ["novel", "unlikely", "set"]),
        ("", ["novel", "unlikely", "set"]),
    ],
)
def test_doubts(model, title, expected):
    assert doubts(model, title) == expected
    assert set(expected) <= set(DOUBTS)


def test_asking_for_more_coverage_makes_more_doubtful(model):
    title = "調達の見直しと推進体制について"
    assert doubts(model, title, 0.5) == []
    assert doubts(model, title, 0.97) == ["set"]
