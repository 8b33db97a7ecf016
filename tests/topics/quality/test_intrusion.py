"""Sheets of word intrusion."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics import fit_topics, make_topic_model, pool_titles
from cio_topics.topics.quality.intrusion import N_HIGH, make_intrusion_sheet

# Invented terms: none is a part of another.
TERMS = [chr(ord("あ") + place) for place in range(40)]


def components_of(seed, n_topics=4, n_terms=40):
    return np.random.default_rng(seed).gamma(0.2, size=(n_topics, n_terms)) + 1e-9


def shown(table):
    return [c for c in table.columns if c.startswith("word_")]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_an_intruder_is_low_here_and_high_elsewhere(seed, n_words):
    components = components_of(seed)
    made = make_intrusion_sheet(components, TERMS, n_words=n_words, random_state=seed)
    ranks = np.argsort(-components, axis=1)
    for row in made.key.itertuples(index=False):
        topic = int(row.topic.removeprefix("topic_")) - 1
        words = [getattr(row, name) for name in shown(made.key)]
        column = TERMS.index(row.intruder)
        assert words[row.position - 1] == row.intruder
        top = [TERMS[c] for c in ranks[topic, :n_words]]
        assert sorted(words) == sorted([*top, row.intruder])
        assert components[topic, column] <= np.median(components[topic])
        others = [
            c for other, ranked in enumerate(ranks) if other != topic for c in ranked[:N_HIGH]
        ]
        assert column in others
        shares = components[:, column] / components.sum(axis=1)
        assert int(row.source.removeprefix("topic_")) - 1 == shares.argmax()


def test_the_sheet_shows_the_words_and_not_the_key():
    made = make_intrusion_sheet(components_of(0), TERMS)
    words = shown(made.sheet)
    assert words == [f"word_{number}" for number in range(1, 7)]
    assert made.sheet.columns.tolist() == ["task", *words, "answer", "coder"]
    assert (made.sheet[["answer", "coder"]] == "").all(axis=None)
    assert (made.sheet[words] == made.key[words]).all(axis=None)
    assert made.sheet["task"].tolist() == made.key["task"].tolist() == [1, 2, 3, 4]
    assert made.left_out == ()


def test_words_and_tasks_stand_in_an_order_by_chance():
    made = [make_intrusion_sheet(components_of(0), TERMS, random_state=s) for s in range(60)]
    positions = np.concatenate([m.key["position"] for m in made])
    assert set(positions) == set(range(1, 7))
    assert np.bincount(positions)[1:].min() > 20  # 40 expected
    assert len({tuple(m.key["topic"]) for m in made}) > 10
    assert len({tuple(m.key.sort_values("topic")["intruder"]) for m in made}) > 10


def test_the_same_seed_makes_the_same_sheet():
    first, again = (make_intrusion_sheet(components_of(0), TERMS, random_state=5) for _ in "ab")
    assert first.key.equals(again.key)


NESTED = ["計画", "推進計画", "電子政府", "窓口", "防災計画", "防災", "訓練", "地図"]
NESTED_WEIGHTS = [[9, 8, 7, 6, 0, 0, 0, 0], [0, 0, 0, 0, 9, 8, 7, 6]]


def test_words_of_which_one_is_a_part_of_another_do_not_meet():
    keys = [
        make_intrusion_sheet(NESTED_WEIGHTS, NESTED, n_words=2, random_state=seed).key
        for seed in range(30)
    ]
    first = [key[key["topic"] == "topic_01"].iloc[0] for key in keys]
    for row in first:
        # 推進計画 is passed over, and 防災計画 is no intruder beside 計画.
        assert {row["word_1"], row["word_2"], row["word_3"]} - {row["intruder"]} == {
            *("計画", "電子政府")
        }
    assert {row["intruder"] for row in first} == {"防災", "訓練", "地図"}


def test_unless_they_are_let_in():
    keys = [
        make_intrusion_sheet(
            NESTED_WEIGHTS, NESTED, n_words=2, nested=True, random_state=seed
        ).key.set_index("topic")
        for seed in range(30)
    ]
    first = [key.loc["topic_01"] for key in keys]
    assert all({"計画", "推進計画"} < set(row) for row in first)
    assert "防災計画" in {row["intruder"] for row in first}


def test_topics_without_a_task_are_named():
    weights = [
        [9, 8, 7, 0, 0, 0],
        [0, 0, 0, 9, 8, 7],
        [9, 0, 0, 0, 0, 0],  # one term only
        [0, 0, 0, 0, 0, 0],
    ]
    made = make_intrusion_sheet(weights, list("abcdef"), n_words=3, topics=list("WXYZ"))
    assert made.left_out == ("Y", "Z")
    assert sorted(made.key["topic"]) == ["W", "X"]


def test_topics_that_are_all_alike_have_no_intruder():
    with pytest.raises(TooSmallError, match="none of 2 topics has 3 terms and an intruder"):
        make_intrusion_sheet([[9, 8, 7], [9, 8, 7]], list("abc"), n_words=3)


def test_another_ranking():
    weights = [[9, 8, 7, 6, 5, 0, 0, 0], [0, 0, 0, 0, 0, 9, 8, 7]]
    columns = [[4, 3, 2], [5, 6, 7]]  # the rarer ones first, as relevance may have it
    made = make_intrusion_sheet(weights, TERMS[:8], columns=columns, n_words=3)
    row = made.key.set_index("topic").loc["topic_01"]
    words = {row[name] for name in shown(made.key)} - {row["intruder"]}
    assert words == {TERMS[4], TERMS[3], TERMS[2]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"terms": TERMS[:3]}, "3 terms; expected 40, as components have"),
        ({"topics": ["a"]}, "1 topics; expected 4"),
        ({"n_words": 1}, "n_words is 1; expected at least 2"),
        ({"columns": [[0]]}, "each of 4 topics"),
    ],
)
def test_refusals(arguments, said):
    with pytest.raises(SettingsError, match=said):
        make_intrusion_sheet(components_of(0), **{"terms": TERMS} | arguments)


@pytest.mark.parametrize("kind", ["nmf", "lda"])
def test_every_topic_of_the_embedded_corpus_has_a_task(kind):
    texts = pool_titles(read_example().agenda(), "meeting")
    model = fit_topics(make_topic_model(kind), texts)
    made = make_intrusion_sheet(
        model.named_steps["topics"].components_,
        model.named_steps["vectorizer"].get_feature_names_out(),
    )
    assert len(made.sheet) == 12
    assert (made.key["topic"] != made.key["source"]).all()
