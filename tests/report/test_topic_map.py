"""The map of topics: distances, relevance and circles, against what can be computed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.report.topic_map import N_STEPS, SIZE, classical_scaling, topic_map


class Stub:
    """Stands for a fitted pipeline whose topics are written down."""

    def __init__(self, components) -> None:
        self.named_steps = {"topics": self}
        self.components_ = np.array(components, dtype=float)


def found(components, share=None, terms=None) -> dict:
    components = np.array(components, dtype=float)
    n_topics, n_terms = components.shape
    share = [1 / n_topics] * n_topics if share is None else share
    ids = [f"topic_{n:02d}" for n in range(1, n_topics + 1)]
    return {
        "model": Stub(components),
        "measures": pd.DataFrame(
            {
                "topic": ids,
                "name": [f"名前{n}" for n in range(n_topics)],
                "share": share,
                "share_low": np.nan,
                "share_high": np.nan,
                "n_items": range(n_topics),
            }
        ),
        "vocabulary": pd.DataFrame(
            {
                "term": terms or [f"語{n:03d}" for n in range(n_terms)],
                "n_items": np.arange(n_terms) + 1,
            }
        ),
        "top_items": pd.DataFrame({"topic": ids[:1], "item_id": ["a1"], "title": ["題名"]}),
    }


def drawn_by(seed: int, n_topics: int = 4, n_terms: int = 60) -> dict:
    rng = np.random.default_rng(seed)
    components = rng.gamma(0.2, 1.0, (n_topics, n_terms)) * rng.integers(0, 2, (n_topics, n_terms))
    components[:, 0] += 0.1
    return found(components, rng.dirichlet(np.ones(n_topics)))


def between(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points[:, None] - points[None], axis=2)


class TestClassicalScaling:
    @given(seed=st.integers(0, 2**16), n=st.integers(2, 9))
    def test_distances_of_the_plane_come_back(self, seed, n):
        points = np.random.default_rng(seed).normal(size=(n, 2))
        again, explained = classical_scaling(between(points))
        assert between(again) == pytest.approx(between(points), abs=1e-6)
        assert explained == pytest.approx(1)

    @given(seed=st.integers(0, 2**16))
    def test_mirrored_and_turned_points_give_the_same_picture(self, seed):
        points = np.random.default_rng(seed).normal(size=(6, 2)) * [3.0, 1.0]
        turned = points @ np.array([[0.6, 0.8], [0.8, -0.6]])
        first, second = (classical_scaling(between(p))[0] for p in (points, turned))
        # Two points equally far from zero could change places in the last bit.
        far = np.sort(np.abs(first), axis=0)
        if (far[-1] - far[-2] > 1e-6).all():
            assert first == pytest.approx(second, abs=1e-6)
            places = np.abs(first).argmax(axis=0)
            assert (first[places, [0, 1]] > 0).all()

    def test_more_dimensions_than_two_are_told(self):
        _, explained = classical_scaling(1.0 - np.eye(5))  # a regular simplex: four equal axes
        assert explained == pytest.approx(0.5)

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_points_in_one_place(self, n):
        points, explained = classical_scaling(np.zeros((n, n)))
        assert points.tolist() == [[0.0, 0.0]] * n
        assert explained == 1.0


class TestTopicMap:
    def test_by_hand(self):
        # p(w|t): [3/4, 1/4, 0] and [0, 1/2, 1/2]; p(t) = 1/4, 3/4.
        made = topic_map(found([[3, 1, 0], [0, 2, 2]], [0.25, 0.75]))
        first, second = made["topics"]
        assert first["terms"] == [(0, 0.75, 1.0), (1, 0.25, round(1 / 7, 6))]
        assert second["terms"] == [(1, 0.5, round(6 / 7, 6)), (2, 0.5, 1.0)]
        assert made["terms"] == ["語000", "語001", "語002"]
        assert made["n_items"] == [1, 2, 3]
        assert second["relevant"] == [["語001", "語002"], ["語002", "語001"], ["語002", "語001"]]
        assert first["items"] == [{"item_id": "a1", "title": "題名"}]
        assert second["items"] == []
        assert [t["number"] for t in made["topics"]] == [1, 2]

    @given(seed=st.integers(0, 2**16))
    def test_the_slider_finds_its_terms_at_every_step(self, seed):
        """All terms scored by the formula of the paper; no candidate may be missing."""
        given_ = drawn_by(seed)
        made = topic_map(given_)
        components = given_["model"].components_
        p = components / components.sum(axis=1, keepdims=True)
        overall = given_["measures"]["share"].to_numpy() @ p
        for place, topic in enumerate(made["topics"]):
            rows = np.array(topic["terms"])
            for step in range(N_STEPS + 1):
                weight = step / N_STEPS
                with np.errstate(divide="ignore", invalid="ignore"):
                    scores = weight * np.log(p[place]) + (1 - weight) * np.log(p[place] / overall)
                scores = np.sort(scores[p[place] > 0])[::-1][: made["n_shown"]]
                mine = weight * np.log(rows[:, 1]) + (1 - weight) * np.log(
                    rows[:, 2] / given_["measures"]["share"][place]
                )
                mine = np.sort(mine)[::-1][: made["n_shown"]]
                assert mine == pytest.approx(scores, abs=1e-4)

    @given(seed=st.integers(0, 2**16), n_topics=st.integers(1, 7))
    def test_circles_lie_within_the_square_and_show_shares_by_area(self, seed, n_topics):
        made = topic_map(drawn_by(seed, n_topics))
        largest = max(made["topics"], key=lambda topic: topic["share"])
        for topic in made["topics"]:
            for side in (topic["x"], topic["y"]):
                assert topic["radius"] <= side + 0.1 <= SIZE - topic["radius"] + 0.2
            ratio = topic["share"] / largest["share"]
            area = (topic["radius"] / largest["radius"]) ** 2
            assert area == pytest.approx(ratio, abs=0.02) or topic["radius"] == 6.0

    def test_near_topics_lie_near(self):
        made = topic_map(found([[9, 1, 0, 0], [8, 2, 0, 0], [0, 0, 1, 9]]))
        first, second, third = (np.array([t["x"], t["y"]]) for t in made["topics"])
        assert np.linalg.norm(first - second) < np.linalg.norm(first - third) / 3

    def test_terms_that_are_a_topics_own_come_by_probability(self):
        made = topic_map(found([[1, 5, 2, 0], [0, 0, 0, 1]]))
        assert made["topics"][0]["relevant"][2] == ["語001", "語002", "語000"]

    @pytest.mark.parametrize(
        ("components", "share"),
        [
            ([[1, 1], [0, 0]], [1.0, 0.0]),  # a topic without terms
            ([[1, 1], [1, 1]], [0.0, 0.0]),  # no weight anywhere
            ([[0, 0], [0, 0]], [0.0, 0.0]),
            ([[1.0, 2.0]], [1.0]),  # one topic
            ([[1e-300, 1], [1, 1e-300]], [0.5, 0.5]),
        ],
    )
    def test_odd_models_give_numbers(self, components, share):
        made = topic_map(found(components, share))
        for topic in made["topics"]:
            numbers = [topic["x"], topic["y"], topic["radius"], *np.ravel(topic["terms"])]
            assert np.isfinite(numbers).all()
            assert topic["radius"] >= 6.0

    def test_the_same_every_time(self):
        assert str(topic_map(drawn_by(5))) == str(topic_map(drawn_by(5)))
