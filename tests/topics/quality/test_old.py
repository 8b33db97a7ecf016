from itertools import combinations
from math import log

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.topics import (
    KINDS,
    coherence,
    diversity,
    fit_topics,
    make_topic_model,
    seed_stability,
    top_terms,
)
from cio_topics.vectors import make_vectorizer

CORPUS = read_example().items.set_index("item_id")["title"]
# Invented titles: two subjects without a common term.
APART = pd.Series(["電子政府 計画", "電子政府 評価", "防災 訓練", "防災 地図"] * 10)
# The same with all terms of the subject in each title, so that LDA cannot halve a subject.
CLEAR = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 20)
# Every two terms of a subject co-occur, and both subjects once.
JOINED = pd.Series(
    ["電子政府 計画"] * 3 + ["防災 訓練"] * 4 + ["計画 訓練 電子政府 防災", "その他"]
)
EPSILON = 1e-12  # what gensim adds to probabilities


def fit(titles, kind="nmf", n_topics=2):
    vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
    model = fit_topics(make_topic_model(kind, n_topics=n_topics, vectorizer=vectorizer), titles)
    return model, model.named_steps["vectorizer"].transform(titles)


def brute_npmi(model, titles, n_terms, never):
    """Mean normalized PMI of each topic's term pairs over whole titles, from its definition."""
    tokenize = model.named_steps["vectorizer"].build_analyzer()
    texts = [set(tokenize(title)) for title in titles]

    def share(*terms):
        return sum(text >= set(terms) for text in texts) / len(texts)

    means = []
    for _, rows in top_terms(model, n_terms).groupby("topic", sort=False):
        values = []
        for one, other in combinations(rows["term"], 2):
            both = share(one, other)
            alone = share(one) * share(other)
            values.append(log(both / alone) / -log(both) if both else never(alone))
        means.append(np.mean(values))
    return means


class TestCoherence:
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_npmi_over_whole_titles(self, kind):
        model, counts = fit(JOINED, kind)
        expected = brute_npmi(model, JOINED, 4, never=None)  # every pair co-occurs
        assert coherence(model, counts, 4).to_numpy() == pytest.approx(expected, abs=1e-6)

    @pytest.mark.parametrize("titles", [APART, CORPUS.head(60)])
    def test_a_pair_that_never_co_occurs_is_near_minus_one_as_gensim_counts_it(self, titles):
        model, counts = fit(titles)
        expected = brute_npmi(
            model, titles, 10, never=lambda alone: log(EPSILON / alone) / -log(EPSILON)
        )
        found = coherence(model, counts)
        assert found.to_numpy() == pytest.approx(expected, abs=1e-6)
        assert found.between(-1, 1).all()

    def test_only_which_terms_occur_matters(self):
        model, counts = fit(JOINED)
        pd.testing.assert_series_equal(coherence(model, counts * 3), coherence(model, counts))

    def test_a_topic_of_one_term_has_none(self):
        model, counts = fit(pd.Series(["電子政府", "防災"] * 3))
        found = coherence(model, counts)
        assert found.isna().all()
        assert (found.index.tolist(), found.index.name) == (["topic_01", "topic_02"], "topic")


class TestDiversity:
    def test_by_hand(self):
        model, _ = fit(APART)
        assert diversity(model) == 1.0
        model.named_steps["topics"].components_ = np.array([[5, 4, 3, 2, 1, 0], [0, 0, 5, 4, 3, 2]])
        assert diversity(model, 3) == 5 / 6  # tops 0 1 2 and 2 3 4
        assert diversity(model, 1) == 1.0
        assert diversity(model) == 6 / 9  # 0 to 4 and 2 to 5

    def test_the_same_topic_twice(self):
        model, _ = fit(APART)
        model.named_steps["topics"].components_ = np.ones((2, 6))
        assert diversity(model, 4) == 0.5


class TestSeedStability:
    @pytest.mark.parametrize("kind", KINDS)
    def test_subjects_apart_are_found_again(self, kind):
        model, counts = fit(CLEAR, kind)
        found = seed_stability(model, counts, n_terms=3)
        assert found.columns.tolist() == [
            *("topic", "n_runs", "stability", "stability_low", "stability_high")
        ]
        assert found["topic"].tolist() == ["topic_01", "topic_02"]
        assert (found["n_runs"] == 5).all()
        assert (found.filter(like="stability") == 1.0).all(axis=None)

    @pytest.mark.parametrize("kind", KINDS)
    def test_lies_between_nought_and_one_in_order(self, kind):
        model, counts = fit(CORPUS, kind, n_topics=5)
        found = seed_stability(model, counts, seeds=(1, 2))
        assert (found["stability_low"] >= 0).all()
        assert (found["stability_low"] <= found["stability"]).all()
        assert (found["stability"] <= found["stability_high"]).all()
        assert (found["stability_high"] <= 1).all()
        assert found["stability"].mean() < 1  # real titles are not that clear
        pd.testing.assert_frame_equal(seed_stability(model, counts, seeds=(1, 2)), found)

    def test_one_seed_has_no_spread_and_the_model_stays(self):
        model, counts = fit(CORPUS)
        before = model.named_steps["topics"].components_.copy()
        found = seed_stability(model, counts, seeds=(3,))
        assert (found["stability_low"] == found["stability_high"]).all()
        assert (model.named_steps["topics"].components_ == before).all()

    def test_topics_that_the_texts_do_not_have_are_not_found_again(self):
        model, counts = fit(APART)
        columns = model.named_steps["vectorizer"].vocabulary_
        mixed = np.zeros((2, len(columns)))
        for row, terms in enumerate([("計画", "訓練"), ("評価", "地図")]):
            mixed[row, [columns[term] for term in terms]] = 1
        model.named_steps["topics"].components_ = mixed
        assert seed_stability(model, counts, n_terms=2)["stability"].mean() <= 0.5
