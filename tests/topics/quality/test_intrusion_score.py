"""Scores of word intrusion."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from cio_topics.errors import TooSmallError
from cio_topics.topics.quality.intrusion_score import score_intrusion

places = st.lists(
    st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=1, max_size=12
).filter(lambda rows: any(any(row) for row in rows))


def key_of(positions, n_words=6):
    key = pd.DataFrame({"task": range(1, len(positions) + 1), "position": positions})
    key["topic"] = [f"topic_{task:02d}" for task in key["task"][::-1]]
    for number in range(1, n_words + 1):
        key[f"word_{number}"] = [f"語{task}-{number}" for task in key["task"]]
    words = key.filter(like="word_").to_numpy()
    key["intruder"] = words[np.arange(len(key)), key["position"] - 1]
    return key


def answers_of(rows):
    """Rows are tasks, columns coders; 0 is no answer."""
    return pd.DataFrame(
        [
            (task, coder, position)
            for task, row in enumerate(rows, start=1)
            for coder, position in zip("甲乙丙", row, strict=False)
        ],
        columns=["task", "coder", "position"],
    )


@settings(deadline=None, max_examples=60)
@given(places)
def test_alpha_is_that_of_the_package(rows):
    found = score_intrusion(answers_of(rows), key_of([1] * len(rows)), n_draws=3).overall
    ratings = np.array(rows, dtype=float).T
    ratings[ratings == 0] = np.nan
    paired = ratings[:, (~np.isnan(ratings)).sum(axis=0) > 1]
    if found["alpha"] is None:
        assert len(np.unique(paired[~np.isnan(paired)])) < 2
    else:
        expected = krippendorff.alpha(ratings, level_of_measurement="nominal")
        assert found["alpha"] == pytest.approx(expected)


@settings(deadline=None, max_examples=40)
@given(places, st.integers(0, 2**32 - 1))
def test_counts_and_precision_by_brute_force(rows, seed):
    positions = np.random.default_rng(seed).integers(1, 7, len(rows)).tolist()
    found = score_intrusion(answers_of(rows), key_of(positions), n_draws=3)
    table = found.topics.set_index("task")
    shares, same, n_pairs = [], 0, 0
    for task, (row, right) in enumerate(zip(rows, positions, strict=True), start=1):
        given_ = [place for place in row if place]
        n_right = sum(place == right for place in given_)
        assert table.loc[task, "n_answers"] == len(given_)
        assert table.loc[task, "n_missing"] == 3 - len(given_)
        assert table.loc[task, "n_right"] == n_right
        assert pd.isna(table.loc[task, "precision"]) == (not given_)
        shares += [n_right / len(given_)] if given_ else []
        pairs = [(a, b) for i, a in enumerate(given_) for b in given_[i + 1 :]]
        n_pairs += len(pairs)
        same += sum(a == b for a, b in pairs)
    overall = found.overall
    assert overall["precision"] == pytest.approx(np.mean(shares))
    assert overall["n_topics"] == len(shares)
    assert overall["n_pairs"] == n_pairs
    assert overall["agreement"] == (pytest.approx(same / n_pairs) if n_pairs else None)
    assert not any(value != value for value in overall.values())  # never not a number


def test_precision_has_wilsons_interval():
    found = score_intrusion(answers_of([[1, 1, 2]]), key_of([1]))
    row = found.topics.iloc[0]
    expected = binomtest(2, 3).proportion_ci(method="wilson")
    assert (row["precision_low"], row["precision_high"]) == pytest.approx(
        (expected.low, expected.high)
    )


def test_topics_are_in_the_order_of_their_names_and_keep_their_own():
    found = score_intrusion(answers_of([[1], [2], [3]]), key_of([1, 1, 3]))
    assert found.topics["topic"].tolist() == ["topic_01", "topic_02", "topic_03"]
    assert found.topics["task"].tolist() == [3, 2, 1]
    assert found.topics["n_right"].tolist() == [1, 0, 1]


def test_a_topic_nobody_answered_is_there_and_has_no_part_in_the_mean():
    found = score_intrusion(answers_of([[1, 1], [0, 0]]), key_of([1, 1, 1]))
    assert found.topics["n_answers"].tolist() == [0, 0, 2]
    assert found.topics["n_missing"].tolist() == [0, 2, 0]
    assert found.topics["precision"].isna().tolist() == [True, True, False]
    assert (found.overall["precision"], found.overall["n_topics"]) == (1.0, 1)
    assert found.overall["precision_low"] is None  # one topic cannot tell


def test_coders_one_by_one():
    found = score_intrusion(answers_of([[1, 2, 0], [1, 1, 0]]), key_of([1, 1]))
    table = found.coders.set_index("coder")
    assert table.loc["甲", ["n_answers", "n_missing", "n_right"]].tolist() == [2, 0, 2]
    assert table.loc["乙", "precision"] == 0.5
    assert table.loc["丙", ["n_answers", "n_missing"]].tolist() == [0, 2]
    assert pd.isna(table.loc["丙", "precision"])


def test_all_right_is_not_as_certain_as_it_looks():
    found = score_intrusion(answers_of([[2, 2]] * 5), key_of([2] * 5))
    assert found.overall["precision"] == found.overall["precision_high"] == 1
    assert 0.5 < found.overall["precision_low"] < 0.6  # Wilson's, five topics
    assert found.overall["alpha"] is None  # one place only: no variation


def test_people_who_guess_agree_as_chance_does():
    rng = np.random.default_rng(0)
    rows = rng.integers(1, 7, (3000, 3))
    found = score_intrusion(answers_of(rows), key_of(rng.integers(1, 7, 3000)), n_draws=3).overall
    assert found["alpha"] == pytest.approx(0, abs=0.02)
    assert found["precision"] == pytest.approx(found["chance"], abs=0.02)
    assert found["agreement"] == pytest.approx(1 / 6, abs=0.02)


@pytest.mark.parametrize("rows", [[], [[0, 0]]])
def test_without_an_answer_there_is_no_score(rows):
    with pytest.raises(TooSmallError, match="have no answer; expected at least one"):
        score_intrusion(answers_of(rows), key_of([1]))
