"""Agreement of topics with labels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.quality.agreement import MEASURES, label_agreement

pairs = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")), min_size=2, max_size=40
)


def brute_purity(topics, labels):
    table = pd.crosstab(pd.Series(topics), pd.Series(labels))
    return table.max(axis=1).sum() / table.to_numpy().sum()


@settings(deadline=None, max_examples=80)
@given(pairs)
def test_values_are_those_of_their_definitions(given_pairs):
    topics, labels = zip(*given_pairs, strict=True)
    found = label_agreement(topics, labels, n_draws=5).set_index("measure")["value"]
    assert found["nmi"] == pytest.approx(normalized_mutual_info_score(labels, topics), abs=1e-9)
    assert found["ari"] == pytest.approx(adjusted_rand_score(labels, topics), abs=1e-9)
    assert found["purity"] == pytest.approx(brute_purity(topics, labels))


@settings(deadline=None, max_examples=40)
@given(pairs, st.integers(0, 5))
def test_bounds_hold_the_value_and_are_numbers(given_pairs, n_meetings):
    topics, labels = zip(*given_pairs, strict=True)
    groups = [place % (n_meetings + 2) for place in range(len(topics))]
    table = label_agreement(topics, labels, groups, n_draws=20)
    assert table["measure"].tolist() == list(MEASURES)
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    assert table["low"].ge(-0.5).all()
    assert table["high"].le(1).all()


@settings(deadline=None, max_examples=50)
@given(pairs, st.permutations("abcd"))
def test_names_of_topics_do_not_matter(given_pairs, names):
    topics, labels = zip(*given_pairs, strict=True)
    renamed = [names["abcd".index(topic)] for topic in topics]
    found, expected = (
        label_agreement(t, labels, n_draws=3)["value"].to_numpy() for t in (renamed, topics)
    )
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("topics", "labels", "expected"),
    [
        ("aabb", "xxyy", [1, 1, 1]),
        ("aaaa", "xxxx", [1, 1, 1]),  # one class each: nothing differs
        ("aaaa", "xxyy", [0, 0, 0.5]),
        ("abcd", "xxyy", [2 / 3, 0, 1]),  # a topic an item is pure, and says little
        ("aabb", "xyxy", [0, -0.5, 0.5]),  # as far apart as can be
    ],
)
def test_by_hand(topics, labels, expected):
    found = label_agreement(list(topics), list(labels), n_draws=10)
    assert found["value"].to_numpy() == pytest.approx(expected, abs=1e-12)


def test_items_without_topic_or_label_are_counted():
    topics = pd.Series(["a", "", None, "b", float("nan"), "b"])
    labels = pd.Series(["x", "x", "y", pd.NA, None, "y"])
    found = label_agreement(topics, labels)
    counts = ["n_items", "n_groups", "n_topics", "n_labels", "n_without_topic", "n_without_label"]
    assert (found[counts] == [2, 2, 2, 2, 3, 2]).all(axis=None)
    assert found["value"].tolist() == [1, 1, 1]


def test_numbers_are_names_too_and_nought_is_one():
    found = label_agreement(np.array([0, 0, 1, 1]), np.array([5, 5, 0, 0]))
    assert found["n_items"].iloc[0] == 4
    assert found["value"].tolist() == [1, 1, 1]


def test_one_meeting_cannot_tell():
    found = label_agreement(["a", "b", "a"], ["x", "y", "y"], ["m"] * 3)
    assert found["low"].isna().all()
    assert found["high"].isna().all()
    assert found["value"].notna().all()


def sample(n_meetings, size, seed):
    """Invented meetings of items with one label, found by half of the topics."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(rng.integers(0, 6, n_meetings), size)
    blind = rng.random(n_meetings * size) < 0.5
    topics = np.where(blind, rng.integers(0, 6, len(labels)), labels)
    return topics, labels, np.repeat(np.arange(n_meetings), size)


def test_alike_items_of_a_meeting_widen_the_interval():
    topics, labels, groups = sample(30, 1, 0)
    many = [np.repeat(values, 10) for values in (topics, labels, groups)]
    by_meeting = label_agreement(*many).set_index("measure")
    alone = label_agreement(*many[:2]).set_index("measure")
    width = by_meeting["high"] - by_meeting["low"]
    assert (width > 2 * (alone["high"] - alone["low"])).all()


def test_intervals_cover_the_mean_of_the_measure_although_draws_repeat_items():
    runs = [label_agreement(*sample(60, 3, seed), n_draws=200) for seed in range(60)]
    value, low, high = (
        np.array([run[name].to_numpy(float) for run in runs]) for name in ("value", "low", "high")
    )
    mean = value.mean(axis=0)
    assert (((low <= mean) & (mean <= high)).mean(axis=0) > 0.8).all()


def test_the_same_seed_gives_the_same_interval_and_another_does_not():
    given_items = sample(40, 2, 1)
    first, again, other = (label_agreement(*given_items, random_state=s) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] != other["low"]).any()


def test_many_topics_and_labels_take_little_memory():
    """A table of topics times labels has 80,000 cells here; its square would be 51 GB."""
    chance = np.random.default_rng(0)
    topics, labels = chance.integers(0, 200, 3_000), chance.integers(0, 400, 3_000)
    found = label_agreement(topics, labels, n_draws=5).set_index("measure")
    assert found["value"]["nmi"] == pytest.approx(normalized_mutual_info_score(labels, topics))
    meetings = chance.integers(0, 1_000, 3_000)
    grouped = label_agreement(topics, labels, meetings, n_draws=5).set_index("measure")
    assert (grouped["low"] <= grouped["value"]).all()


def test_each_item_alone_is_as_without_groups():
    topics, labels, _ = sample(50, 1, 2)
    pd.testing.assert_frame_equal(
        label_agreement(topics, labels, np.arange(50)), label_agreement(topics, labels)
    )


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        ((["a"], ["x"]), TooSmallError, "1 of 1 items have a topic and a label"),
        (([], []), TooSmallError, "0 of 0 items"),
        ((["a", "b"], ["x"]), SettingsError, "2 topics and 1 labels; expected as many"),
        ((["a", "b"], ["x", "y"], ["m"]), SettingsError, "2 topics and 1 groups"),
        ((["a", "b"], ["x", "y"], ["m", ""]), SettingsError, "1 items have .* but no group"),
        (
            (pd.Series(["a", "b"], index=[1, 2]), pd.Series(["x", "y"], index=[2, 1])),
            SettingsError,
            r"different indexes; .* labels.reindex\(topics.index\)",
        ),
    ],
)
def test_refusals(arguments, error, said):
    with pytest.raises(error, match=said):
        label_agreement(*arguments)


@pytest.mark.parametrize("setting", [{"level": 95}, {"level": float("nan")}, {"n_draws": 0}])
def test_settings_that_make_no_interval(setting):
    with pytest.raises(SettingsError, match="expected"):
        label_agreement(["a", "b"], ["x", "y"], **setting)


def test_an_item_that_does_not_count_needs_no_group():
    found = label_agreement(["a", "b", ""], ["x", "y", "z"], ["m", "n", None])
    assert found["n_items"].iloc[0] == 2
