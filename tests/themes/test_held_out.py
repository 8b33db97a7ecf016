"""Every item is asked of a model that did not learn from its like. All items are invented."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.errors import SettingsError
from cio_topics.themes import CodebookClassifier
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.floors import MajorityThemes
from cio_topics.themes.held_out import (
    DESIGNS,
    FLOORS,
    PREDICTORS,
    design_splits,
    held_out_answers,
    make_predictor,
)
from cio_topics.themes.make import CLASSIFIERS


@pytest.fixture(scope="module")
def coded(invented):
    """The invented items with administrations, three in order and one unknown."""
    table, labels = invented
    names = ["a"] * 4 + ["b"] * 4 + ["c"] * 3 + ["unknown"]
    return table.assign(administration=names), labels


def test_names_of_predictors():
    assert set(CLASSIFIERS) < set(PREDICTORS)
    assert set(FLOORS) < set(PREDICTORS)
    assert len(set(PREDICTORS)) == len(PREDICTORS)


@pytest.mark.parametrize("name", PREDICTORS)
def test_predictors_by_name(name, book):
    model = make_predictor(name, book, random_state=3)
    learner = getattr(model, "estimator", model)
    assert learner.codebook is book
    assert getattr(learner, "seen_only", False) is name.endswith("-seen")
    assert isinstance(model, CalibratedThemes) is not name.startswith(("rules", *FLOORS))
    if isinstance(model, CalibratedThemes):
        assert model.random_state == 3


def test_predictors_with_a_part_of_the_rules():
    text = make_predictor("text", read_codebook()).estimator
    definitions = make_predictor("definitions", read_codebook()).estimator
    assert (text.rules, definitions.rules, definitions.author_rules) == (False, True, False)


@pytest.mark.parametrize("name", ["", "forest", "nearest-seen", "linear-", "majority-seen"])
def test_an_unknown_predictor(name, book):
    with pytest.raises(SettingsError, match=r"unknown predictor .*; expected some of: linear, "):
        make_predictor(name, book)


def test_answers_are_of_a_model_learned_from_the_rest(coded, book):
    table, labels = coded
    found = held_out_answers(table, labels, book, "majority", "meetings", n_splits=3, n_repeats=2)
    assert found.rows.tolist() != sorted(found.rows.tolist())
    for repeat, train, test in design_splits(table, "meetings", 3, 2, 0):
        model = MajorityThemes(book).fit(table.iloc[train], labels[train])
        of = (found.repeats == repeat) & np.isin(found.rows, test)
        expected = model.predict_proba(table.iloc[test])
        np.testing.assert_array_equal(found.probabilities[of], expected)
        np.testing.assert_array_equal(found.chosen[of], model.decide(expected))
    assert found.sets is None
    assert found.novel is None


@pytest.mark.parametrize("design", DESIGNS)
def test_rows_of_a_design(design, coded, book):
    table, labels = coded
    found = held_out_answers(table, labels, book, "rules", design, n_splits=3, n_repeats=2)
    n_repeats = 2 if design == "meetings" else 1
    assert sorted(set(found.repeats)) == list(range(n_repeats))
    # Going forward, the first administration and the unknown one cannot be held out.
    rows = range(4, 11) if design == "forward" else range(12)
    for repeat in range(n_repeats):
        assert sorted(found.rows[found.repeats == repeat]) == list(rows)
    rules = CodebookClassifier(book).fit(table, labels)
    assert (found.chosen == rules.predict(table)[found.rows]).mean() > 0.9


def test_sets_and_novelty_of_a_linear_model(coded, book):
    found = held_out_answers(*coded, book, "linear", "bodies", coverage=0.5)
    n = len(found.rows)
    assert found.sets.shape == found.chosen.shape == (n, 4)
    assert found.novel.shape == (n,)
    assert found.sets.any(axis=1).all()
    larger = held_out_answers(*coded, book, "linear", "bodies", coverage=0.95)
    assert (larger.sets >= found.sets).all()
    assert larger.sets[:, :3].all()  # so few meetings promise everything


@pytest.mark.parametrize("name", ["linear", "rules"])
def test_any_number_of_processes_gives_the_same(name, coded, book):
    one, two = (
        held_out_answers(*coded, book, name, "meetings", n_splits=2, n_repeats=1, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    )
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_index_of_the_table_does_not_matter(coded, book):
    table, labels = coded
    one = held_out_answers(table, labels, book, "linear", "bodies")
    other = held_out_answers(table.set_axis([0] * 12), labels, book, "linear", "bodies")
    np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_progress_counts_parts(coded, book):
    seen = []
    held_out_answers(
        *coded,
        book,
        "rules",
        "meetings",
        n_splits=3,
        n_repeats=2,
        progress=lambda *count: seen.append(count),
    )
    assert seen == [(done, 6) for done in range(1, 7)]


def test_parts_with_one_meeting_to_learn_from_are_left_out(coded, book):
    """Body 甲 can be learned from; 乙, which has one meeting, cannot."""
    table, labels = coded
    table = table.assign(body=["甲"] * 10 + ["乙"] * 2)
    found = held_out_answers(table, labels, book, "majority", "bodies")
    assert sorted(found.rows) == [10, 11]


@pytest.mark.parametrize(
    ("change", "design"),
    [
        ({"body": "甲"}, "bodies"),  # one body, learned from none
        ({"administration": "a"}, "forward"),
        ({"administration": "unknown"}, "forward"),
        ({"title": "同じ題"}, "bodies"),  # a title that repeats is on one side alone
    ],
)
def test_a_design_that_leaves_nothing_to_learn_from(change, design, coded, book):
    table, labels = coded
    message = f"the design '{design}' leaves no part to learn from"
    with pytest.raises(SettingsError, match=message) as error:
        held_out_answers(table.assign(**change), labels, book, "rules", design)
    assert "ラベル" in error.value.remedy_ja


def test_one_theme_alone_cannot_be_learned(coded, book):
    with pytest.raises(SettingsError, match="leaves no part to learn from"):
        held_out_answers(coded[0], np.eye(4, dtype=int)[[0] * 12], book, "rules", "meetings")


def test_an_unknown_design(coded, book):
    with pytest.raises(SettingsError, match="unknown design 'chance'; expected some of: meetings"):
        held_out_answers(*coded, book, "rules", "chance")


def test_one_meeting_is_too_few(coded, book):
    table, labels = coded
    one: pd.DataFrame = table.assign(meeting_id="m")
    with pytest.raises(SettingsError, match="expected at least two of both"):
        held_out_answers(one, labels, book, "rules", "meetings")
