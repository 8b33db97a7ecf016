"""tomotopy's model behind our tables."""

import sys

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.topics.dynamic import DynamicTopics
from tests.topics.dynamic.test_base import COUNTS, PERIODS


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tomotopy", None)
    with pytest.raises(MissingPartError, match=r'pip install "cio-topics\[tomotopy\]"'):
        DynamicTopics(n_topics=2).fit(COUNTS, PERIODS)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"n_steps": 0}, "n_steps is 0; expected a whole number of at least 1"),
        ({"n_steps": 0.5}, "n_steps is 0.5; expected a whole number"),
        ({"n_topics": 2.5}, "n_topics is 2.5; expected a whole number of at least 2"),
        ({"step_size": 0}, "step_size is 0; expected a number above 0, at most 10"),
        ({"step_size": float("nan")}, "step_size is nan"),
        ({"step_size": 1e300}, "step_size is 1e\\+300"),  # tomotopy would end the process
        ({"topic_variance": -1}, "topic_variance is -1"),
    ],
)
def test_refuses_settings(settings, said):
    with pytest.raises(SettingsError, match=said):
        DynamicTopics(**{"n_topics": 2, **settings}).fit(COUNTS, PERIODS)


def test_learning_that_goes_astray_is_said():
    counts = csr_matrix(np.random.default_rng(0).poisson(300, (20, 10)))  # texts of 3,000 tokens
    with pytest.raises(SettingsError, match=r"no numbers\. Lower step_size"):
        DynamicTopics(n_topics=2, n_steps=100).fit(counts, ["2004"] * 10 + ["2005"] * 10)


def test_the_number_of_steps_need_not_be_a_multiple_of_ten():
    told = []
    DynamicTopics(n_topics=2, n_steps=25).fit(
        COUNTS, PERIODS, progress=lambda *steps: told.append(steps)
    )
    assert told == [(10, 25), (20, 25), (25, 25)]


def test_terms_that_no_text_says_have_no_share():
    counts = COUNTS.copy().tolil()
    counts[:, 4] = 0
    model = DynamicTopics(n_topics=2, n_steps=10).fit(counts.tocsr(), PERIODS)
    assert (model.topics_[:, :, 4] == 0).all()
    assert (model.topics_[:, :, [0, 1, 2, 3, 5]] > 0).all()


def test_topics_change_more_if_they_may():
    def change(variance):
        model = DynamicTopics(n_topics=2, n_steps=400, topic_variance=variance)
        topics = model.fit(COUNTS, PERIODS).topics_
        return np.abs(topics[-1] - topics[0]).sum()

    assert change(1.0) > change(0.03)
