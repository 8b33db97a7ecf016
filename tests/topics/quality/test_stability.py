import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.intervals import wilson_interval
from cio_topics.topics import fit_topics, make_topic_model, pool_titles
from cio_topics.topics.quality.stability import (
    model_stability,
    stability_runs,
    summarize_runs,
    topic_stability,
)
from cio_topics.vectors import make_vectorizer

KINDS = ("nmf", "lda")  # one whose start is computed from the texts, and one whose start is drawn
AGENDA = read_example().agenda()
# Invented titles: two subjects without a common term, all terms of the subject in each title.
CLEAR = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 20)
COLUMNS = [
    *("topic", "resample", "n_runs", "stability", "stability_low", "stability_high"),
    *("items", "items_low", "items_high", "cosine", "n_terms", "n_items", "n_matched", "n_same"),
]


def fit(texts, kind="nmf", n_topics=2, **limits):
    vectorizer = make_vectorizer("count", **limits) if limits else None
    model = fit_topics(make_topic_model(kind, n_topics=n_topics, vectorizer=vectorizer), texts)
    return model, model.named_steps["vectorizer"].transform(list(texts))


def invented(shared, n_terms=10, difference=0.5):
    """Runs of one topic that share these numbers of terms."""
    n_runs = len(shared)
    return pd.DataFrame(
        {
            "resample": "seeds",
            "run": range(1, n_runs + 1),
            "topic": "topic_01",
            "is_matched": [n > 0 for n in shared],
            "n_terms": n_terms,
            "n_shared": shared,
            "cosine": 0.5,
            "difference": difference,
            "n_items": 4,
            "n_items_shared": 3,
            "n_items_either": 6,
            "adjusted_rand": 0.25,
        }
    )


class TestTopicStability:
    @pytest.mark.parametrize("resample", ["seeds", "bootstrap"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_subjects_apart_are_found_again(self, kind, resample):
        model, counts = fit(CLEAR, kind, min_df=1, max_df=1.0)
        found = topic_stability(model, counts, resample=resample, n_runs=4, n_terms=3)
        assert found.columns.tolist() == COLUMNS
        assert found["topic"].tolist() == ["topic_01", "topic_02"]
        assert (found[["stability", "items"]] == 1.0).all(axis=None)
        assert (found["n_matched"] == 4).all()
        assert (found["n_items"] == 20).all()

    def test_nmf_starts_from_the_texts_and_says_so(self):
        model, counts = fit(pool_titles(AGENDA, "meeting"), n_topics=6)
        found = topic_stability(model, counts, resample="both")
        seeds, bootstrap = (found[found["resample"] == name] for name in ("seeds", "bootstrap"))
        assert (seeds["stability"] == 1.0).all()
        assert (seeds["n_same"] == 10).all()  # no evidence: the seed does nothing
        assert bootstrap["stability"].mean() < 0.8
        assert (bootstrap["n_same"] == 0).all()

    def test_topics_that_the_texts_do_not_have_are_not_found_again(self):
        model, counts = fit(CLEAR, min_df=1, max_df=1.0)
        columns = model.named_steps["vectorizer"].vocabulary_
        mixed = np.zeros((2, len(columns)))
        for row, terms in enumerate([("計画", "訓練"), ("評価", "地図")]):
            mixed[row, [columns[term] for term in terms]] = 1
        model.named_steps["topics"].components_ = mixed
        found = topic_stability(model, counts, n_terms=2, n_runs=3)
        assert found["stability"].mean() <= 0.5

    @pytest.mark.parametrize("kind", KINDS)
    def test_real_titles_are_not_that_clear(self, kind):
        model, counts = fit(pool_titles(AGENDA, "meeting"), kind, n_topics=5)
        runs = stability_runs(model, counts, n_runs=4, resample="bootstrap")
        for table in (summarize_runs(runs), model_stability(runs)):
            assert np.isfinite(table.select_dtypes("number")).all(axis=None)
        found = summarize_runs(runs)
        assert 0 < found["stability"].mean() < 1
        assert (found["stability_low"] < found["stability"]).all()
        by_run = runs.assign(share=runs["n_shared"] / runs["n_terms"]).groupby("run")["share"]
        whole = model_stability(runs).set_index("measure")["value"]
        assert whole["stability"] == pytest.approx(by_run.mean().mean())
        assert whole["stability"] == pytest.approx(found["stability"].mean())


class TestIntervals:
    @settings(max_examples=100, deadline=None)
    @given(shared=st.lists(st.integers(0, 10), min_size=2, max_size=12), level=st.floats(0.5, 0.99))
    def test_hold_the_mean_within_nought_and_one(self, shared, level):
        row = summarize_runs(invented(shared), level=level).iloc[0]
        assert row["stability"] == pytest.approx(np.mean(shared) / 10)
        assert 0 <= row["stability_low"] <= row["stability"] <= row["stability_high"] <= 1
        assert row["stability_low"] < row["stability_high"]
        assert row["items"] == 0.5

    @pytest.mark.parametrize(("shared", "n"), [([10] * 5, 50), ([0] * 5, 0), ([7] * 5, 35)])
    def test_where_runs_agree_their_terms_count(self, shared, n):
        row = summarize_runs(invented(shared)).iloc[0]
        low, high = wilson_interval(n, 50)
        assert row["stability_low"] == pytest.approx(float(low))
        assert row["stability_high"] == pytest.approx(float(high))

    def test_runs_that_differ_as_whole_are_worth_a_run_each(self):
        # Found whole in 5 runs of 10 and not at all in 5: ten observations, less for the t.
        row = summarize_runs(invented([10, 0] * 5)).iloc[0]
        low, high = wilson_interval(5, 10)
        assert row["stability_low"] < float(low) < float(high) < row["stability_high"]

    def test_nothing_left_to_chance_has_no_interval(self):
        runs = invented([10] * 4, difference=0.0)
        row, whole = summarize_runs(runs).iloc[0], model_stability(runs).iloc[0]
        assert (row["stability"], row["stability_low"], row["stability_high"]) == (1, 1, 1)
        assert (row["n_same"], whole["n_same"]) == (4, 4)
        assert (whole["value"], whole["low"], whole["high"]) == (1, 1, 1)

    @pytest.mark.parametrize(
        ("difference", "n_same", "width"), [(1e-12, 3, 0), (0.01, 3, 1), (0.02, 0, 1)]
    )
    def test_the_same_but_for_rounding_and_the_same_to_a_hundredth(self, difference, n_same, width):
        row = summarize_runs(invented([10] * 3, difference=difference)).iloc[0]
        assert row["n_same"] == n_same
        assert (row["stability_high"] > row["stability_low"]) == bool(width)

    def test_a_topic_without_terms_has_nought(self):
        row = summarize_runs(invented([0, 0, 0], n_terms=0)).iloc[0]
        assert (row["stability"], row["stability_low"]) == (0.0, 0.0)
        assert 0 < row["stability_high"] < 1

    def test_cover_the_true_mean_about_as_often_as_they_say(self):
        # Runs whose chance of a term is drawn anew each time: terms of one run go together.
        rng = np.random.default_rng(0)
        chances = rng.beta(3, 1, size=(400, 10))  # the mean is 3/4
        hits = 0
        for row in rng.binomial(10, chances):
            found = summarize_runs(invented(row.tolist())).iloc[0]
            hits += found["stability_low"] <= 0.75 <= found["stability_high"]
        assert 0.91 <= hits / 400 <= 0.99

    def test_adjusted_rand_has_students_interval(self):
        runs = invented([5, 5, 5]).assign(adjusted_rand=[0.1, 0.2, 0.3])
        row = model_stability(runs).set_index("measure").loc["adjusted_rand"]
        half = 4.302653 * 0.1 / 3**0.5  # t of two degrees of freedom
        assert row[["value", "low", "high"]].tolist() == pytest.approx(
            [0.2, 0.2 - half, 0.2 + half]
        )
