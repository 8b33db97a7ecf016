"""Held-out perplexity by document completion."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from cio_topics.corpus import read_example
from cio_topics.errors import MissingPartError, SettingsError, TooSmallError
from cio_topics.topics import KINDS, fit_topics, make_topic_model
from cio_topics.topics.quality.held_out import (
    METHOD,
    HeldOut,
    held_out_likelihood,
    held_out_perplexity,
)
from cio_topics.vectors import make_vectorizer

AGENDA = read_example().agenda().set_index("item_id")
# Invented titles: two subjects without a common term.
APART = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 20)


class Even:
    """A model that knows nothing of 7 terms."""

    components_ = np.ones((2, 7))

    def transform(self, counts):
        return np.full((counts.shape[0], 2), 0.5)


def counts(*rows):
    return csr_matrix(np.array(rows, dtype=float))


def fit(kind, texts, n_topics=2):
    vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
    return fit_topics(make_topic_model(kind, n_topics=n_topics, vectorizer=vectorizer), texts)


@pytest.mark.parametrize("smoothing", [0.001, 0.5])
def test_a_model_that_knows_nothing_has_the_size_of_the_vocabulary(smoothing):
    matrix = np.random.default_rng(0).integers(0, 4, (30, 7))
    found = held_out_perplexity(Even(), counts(*matrix), smoothing=smoothing)
    assert found.perplexity == pytest.approx(7)
    assert found.log_likelihood == pytest.approx(-math.log(7))
    assert (found.perplexity_low, found.perplexity_high) == pytest.approx((7, 7))
    assert found.method == METHOD == "document completion"


def test_texts_that_cannot_be_halved_are_counted():
    texts = counts([0] * 7, [1] + [0] * 6, [2] + [0] * 6, [1] * 7)
    found = held_out_perplexity(Even(), texts)
    assert (found.n_texts, found.n_scored, found.n_too_short) == (4, 2, 2)
    assert (found.n_tokens, found.n_observed, found.n_terms) == (1 + 3, 1 + 4, 7)


def test_a_model_of_two_subjects_knows_which_it_is():
    found = held_out_perplexity(fit("lda", APART), APART)
    assert 3 <= found.perplexity < 3.5  # three terms a subject, six in all


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_is_finite_for_texts_of_another_kind(kind):
    try:
        model = fit(kind, APART)
    except MissingPartError as error:
        pytest.skip(str(error))
    found = held_out_perplexity(model, ["電子政府 訓練", "地図 評価 評価", "防災 計画", "未知"])
    assert found.n_too_short == 1  # no known term
    assert all(math.isfinite(value) for value in found if isinstance(value, float))
    assert found.perplexity > 6


def test_bounds_hold_the_value_and_turn_round():
    model = fit("lda", AGENDA["title"].iloc[:200])
    rest = AGENDA.iloc[200:]
    found = held_out_perplexity(model, rest["title"], rest["meeting_id"])
    assert found.perplexity_low < found.perplexity < found.perplexity_high
    assert found.log_likelihood_low < found.log_likelihood < found.log_likelihood_high
    assert found.perplexity_low == pytest.approx(math.exp(-found.log_likelihood_high))
    assert found.perplexity == pytest.approx(math.exp(-found.log_likelihood))


def test_alike_texts_of_a_meeting_widen_the_interval():
    model = fit("lda", APART)
    texts = ["電子政府 計画", "防災 計画", "地図 訓練", "評価 訓練 地図"]
    many = [text for text in texts for _ in range(10)]
    meetings = np.repeat(np.arange(4), 10)
    alone, by_meeting = (held_out_perplexity(model, many, groups) for groups in (None, meetings))
    assert alone.perplexity == by_meeting.perplexity
    assert by_meeting.perplexity_high - by_meeting.perplexity_low > 1.5 * (
        alone.perplexity_high - alone.perplexity_low
    )


def test_one_meeting_cannot_tell():
    found = held_out_perplexity(Even(), counts([1] * 7, [2] * 7), ["m", "m"])
    assert (found.perplexity_low, found.log_likelihood_high) == (None, None)
    assert found.perplexity == pytest.approx(7)


def test_the_same_seed_gives_the_same_numbers():
    model = fit("lda", AGENDA["title"])
    first, again, other = (
        held_out_perplexity(model, AGENDA["title"], random_state=seed) for seed in (0, 0, 1)
    )
    assert first == again
    assert first.perplexity != other.perplexity


@pytest.mark.parametrize(
    ("texts", "groups", "error", "said"),
    [
        (counts([1] + [0] * 6), None, TooSmallError, "0 of 1 texts have two known tokens"),
        (csr_matrix((0, 7)), None, TooSmallError, "0 of 0 texts"),
        (counts([1] * 7), ["m", "n"], SettingsError, "groups has 2 values for 1 texts"),
        (counts([1] * 7), [None], SettingsError, "1 texts have no group"),
    ],
)
def test_refusals(texts, groups, error, said):
    with pytest.raises(error, match=said):
        held_out_perplexity(Even(), texts, groups)


class TestFolds:
    def test_no_meeting_is_on_both_sides_and_each_text_is_scored_once(self):
        trained = []

        def even(texts):
            trained.append(texts.index)
            return fit("lda", texts)

        meetings = AGENDA["meeting_id"]
        table = held_out_likelihood(even, AGENDA["title"], meetings, n_folds=3)
        left = [AGENDA.index.difference(index) for index in trained]
        for index, test in zip(trained, left, strict=True):
            assert set(meetings[index]).isdisjoint(meetings[test])
        assert sorted(item for test in left for item in test) == sorted(AGENDA.index)
        assert table["fold"].tolist() == ["1", "2", "3", "all"]
        assert table["n_texts"].tolist() == [*map(len, left), 307]
        assert table["n_train"].tolist()[:3] == [len(index) for index in trained]

    def test_all_is_made_of_the_folds(self):
        pipeline = make_topic_model("lda", n_topics=5)
        table = held_out_likelihood(pipeline, AGENDA["title"], AGENDA["meeting_id"])
        folds, together = table.iloc[:-1], table.iloc[-1]
        assert table.columns.tolist() == ["fold", "n_train", *HeldOut._fields]
        for name in ("n_texts", "n_scored", "n_too_short", "n_tokens", "n_observed"):
            assert folds[name].sum() == together[name]
        mean = (folds["log_likelihood"] * folds["n_tokens"]).sum() / together["n_tokens"]
        assert together["log_likelihood"] == pytest.approx(mean)
        assert together["perplexity_low"] < together["perplexity"] < together["perplexity_high"]
        # Far better than a model that knows nothing, and the pipeline is left unfitted.
        assert together["perplexity_high"] < together["n_terms"] / 2
        assert not hasattr(pipeline.named_steps["topics"], "components_")

    def test_without_groups_an_alternating_corpus_is_mixed(self):
        # Folds in the order of the texts would train on one subject and score the other.
        pipeline = make_topic_model(
            "lda", n_topics=2, vectorizer=make_vectorizer("count", min_df=1, max_df=1.0)
        )
        table = held_out_likelihood(pipeline, APART, n_folds=2)
        assert table["perplexity"].lt(4).all()
        pd.testing.assert_frame_equal(held_out_likelihood(pipeline, APART, n_folds=2), table)

    def test_a_fold_of_one_meeting_has_no_bounds(self):
        model = fit("lda", APART)
        table = held_out_likelihood(lambda _: model, APART, [1] * 20 + [2] * 20, n_folds=2)
        assert table["perplexity_low"].isna().tolist() == [True, True, False]
        assert table["perplexity"].notna().all()

    @pytest.mark.parametrize("n_folds", [0, 1, 3])
    def test_as_many_folds_as_groups_at_most(self, n_folds):
        with pytest.raises(SettingsError, match=f"n_folds is {n_folds}; expected 2 to 2"):
            held_out_likelihood(make_topic_model(), APART, ["m", "n"] * 20, n_folds=n_folds)
