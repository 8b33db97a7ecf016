"""No item is predicted by what learned from its meeting."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import Corpus, read_example
from cio_topics.errors import SettingsError
from cio_topics.themes.held_out import PREDICTORS
from cio_topics.tracking import cross_predictions, predictor_of

CORPUS = read_example()


def with_labels(labels):
    return Corpus(
        {**{name: getattr(CORPUS, name) for name in ("meetings", "items")}, "theme_labels": labels}
    )


def test_labels_and_predictions_are_of_the_codebooks_themes_and_the_corpus_items():
    found = cross_predictions(CORPUS, predictor="rules-seen")
    assert found.predictions.index.tolist() == CORPUS.items["item_id"].tolist()
    assert set(found.labels.index) == set(CORPUS.theme_labels["item_id"])
    assert list(found.labels.columns) == list(found.predictions.columns)
    assert found.predictions.to_numpy().min() == 0
    assert found.predictions.to_numpy().max() == 1
    held_out = found.predictions.loc[found.labels.index].to_numpy()
    assert set(np.unique(held_out)) == {0.0, 1.0}  # one fold each; the others are means of five
    others = found.predictions.drop(found.labels.index).to_numpy()
    assert set(np.unique((5 * others).round(9))) <= set(range(6))
    # Rules with the matches of other meetings alone find less than the rules as they are.
    assert (held_out == found.labels.to_numpy()).all(axis=1).mean() < 0.9


def test_labels_of_a_meeting_do_not_reach_its_own_predictions():
    labels = CORPUS.theme_labels
    meeting = CORPUS.items.set_index("item_id")["meeting_id"]
    own = labels["item_id"].map(meeting)
    chosen = own.value_counts().index[0]
    changed = labels.assign(themes=labels["themes"].where(own != chosen, "my_number"))
    one, other = (
        cross_predictions(CORPUS, labels=given, predictor="nearest", n_splits=3).predictions
        for given in (labels, changed)
    )
    inside = one.index[one.index.map(meeting) == chosen]
    pd.testing.assert_frame_equal(one.loc[inside], other.loc[inside])
    assert not one.equals(other)  # they do reach others


def test_predictors_that_are_named_exist():
    for source in ("coded+rules", "rules", "coded", "coded+model", "model"):
        assert predictor_of(source) in PREDICTORS


@pytest.mark.parametrize(
    ("labels", "settings", "message"),
    [
        (CORPUS.theme_labels.iloc[:0], {}, "no item of this corpus is labelled"),
        (CORPUS.theme_labels, {"predictor": "oracle"}, "unknown predictor 'oracle'"),
        (CORPUS.theme_labels, {"n_jobs": 0}, "n_jobs is 0"),
        (CORPUS.theme_labels.iloc[:1], {}, "items of 1 meetings are labelled"),
    ],
)
def test_what_cannot_be_predicted_is_refused(labels, settings, message):
    with pytest.raises(SettingsError, match=message):
        cross_predictions(CORPUS, labels=labels, **settings)
