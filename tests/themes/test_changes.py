"""What two classifiers say otherwise. Labels that differ from the embedded ones are invented."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from cio_topics.themes import read_classifier
from cio_topics.themes.changes import flipped_items, moved_metrics, scores_on_new
from cio_topics.themes.decisions import Decision
from cio_topics.themes.train import labelled_items


@pytest.fixture(scope="module")
def model():
    return read_classifier()


@pytest.fixture(scope="module")
def stricter(model):
    """The same classifier with a threshold no theme reaches: always the most probable one."""
    decision = Decision(np.full(len(model.classes_), 1.1), 0.0, model.decision.fallback)
    return dataclasses.replace(model, decision=decision)


def test_nothing_changes_between_a_classifier_and_itself(model, example):
    assert flipped_items(model, model, example.agenda()).empty
    moved = moved_metrics(model, model, labelled_items(example))
    assert (moved["difference"] == 0).all()
    assert moved["n"].tolist() == [191] * 3


def test_items_that_lost_a_theme_are_listed(model, stricter, example):
    agenda = example.agenda()
    flipped = flipped_items(model, stricter, agenda)
    several = int((model.predict(agenda).sum(axis=1) > 1).sum())
    assert len(flipped) >= several > 0  # some got the fallback before
    assert all(";" in before or before == "other" for before in flipped["before"])
    assert not any(";" in after for after in flipped["after"])


def test_a_worse_decision_moves_the_scores_down(model, stricter, example):
    moved = moved_metrics(model, stricter, example.agenda()).set_index("measure")
    exact = moved.loc["exact"]
    assert exact["difference"] == pytest.approx(exact["after"] - exact["before"])
    assert exact["low"] <= exact["difference"] <= exact["high"] < 0
    assert exact["n"] == 191  # of 307 items, those that both have labels of


def test_other_folds_alone_change_nothing(model, example):
    """Labels that are the same give the same scores, whatever folds each was trained with."""
    moved = moved_metrics(model, model, example.agenda(), random_state=7)
    assert (moved["difference"] == 0).all()


def test_no_item_in_common(model, example):
    none = labelled_items(example).iloc[:0]
    assert moved_metrics(model, model, none).empty
    assert scores_on_new(model, none).empty


def test_new_labels_score_the_classifier_before(model, example):
    agenda = example.agenda()
    coded = agenda["item_id"].isin(example.theme_labels["item_id"])
    new = agenda[~coded].head(8).reset_index(drop=True)
    found = model.predict(new)
    given = [";".join(model.classes_[row == 1]) for row in found]
    chosen = ["random", "uncertain"] * 4
    right = new.assign(themes=given, chosen_by=chosen)
    scores = scores_on_new(model, right).set_index(["items", "measure"])
    assert scores.loc[("all", "exact"), ["value", "n"]].tolist() == [1.0, 8]
    assert scores.loc[("random", "micro_f1"), ["value", "n"]].tolist() == [1.0, 4]
    # One of the items drawn at random is labelled otherwise.
    other = "e_records" if given[0] != "e_records" else "security"
    wrong = right.assign(themes=[other, *given[1:]])
    scores = scores_on_new(model, wrong).set_index(["items", "measure"])
    assert scores.loc[("all", "exact"), "value"] == pytest.approx(7 / 8)
    assert scores.loc[("random", "exact"), "value"] == pytest.approx(3 / 4)


def test_items_labelled_before_are_not_new(model, example):
    assert scores_on_new(model, labelled_items(example)).empty


def test_changes_are_sorted_by_size(model, stricter, example):
    flipped = flipped_items(model, stricter, example.agenda())
    assert flipped["change"].is_monotonic_decreasing
    assert isinstance(flipped, pd.DataFrame)
