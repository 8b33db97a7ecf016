"""tomotopy's model behind our tables."""

import sys

import numpy as np
import pytest

from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.topics.dynamic import DynamicTopics
from tests.topics.dynamic.test_base import COUNTS, PERIODS


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "tomotopy", None)
    with pytest.raises(MissingPartError, match=r"pip install 'cio-topics\[tomotopy\]'"):
        DynamicTopics(n_topics=2).fit(COUNTS, PERIODS)


@pytest.mark.parametrize("name", ["n_steps", "step_size", "topic_variance"])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_refuses_settings(name, value):
    with pytest.raises(SettingsError, match=f"{name} is {value}; expected more than 0"):
        DynamicTopics(n_topics=2, **{name: value}).fit(COUNTS, PERIODS)


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
