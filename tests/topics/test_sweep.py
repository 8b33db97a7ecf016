import hashlib
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.stats import friedmanchisquare
from sklearn.pipeline import Pipeline

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics import fit_topics, make_topic_model
from cio_topics.topics.components import said_terms
from cio_topics.topics.quality.diversity import topic_diversity
from cio_topics.topics.quality.held_out import held_out_perplexity
from cio_topics.topics.quality.topic_coherence import coherence, mean_coherence
from cio_topics.topics.sweep import (
    COMBINED,
    METRICS,
    NUMBERS,
    recommend_topics,
    summarize_sweep,
    sweep_topics,
)
from cio_topics.topics.sweep import recommend as recommend_module
from cio_topics.topics.sweep.recommend import _friedman
from cio_topics.topics.sweep.run import _folds
from cio_topics.vectors import make_vectorizer

# Invented titles: four subjects with no common term, two of each subject's terms in a title.
SUBJECTS = ("電子政府 計画 評価", "防災 訓練 地図", "統計 調査 公表", "教育 学校 教員")
TEXTS = [
    " ".join(terms[place] for place in range(4) if place != left)
    for subject in SUBJECTS
    for terms in [[*subject.split(), "会議"]]
    for left in (0, 1, 2, 0, 1, 2, 0, 1)
]


def make(n_topics, seed, kind="nmf"):
    vectorizer = make_vectorizer("count" if kind == "lda" else "tfidf", min_df=1, max_df=1.0)
    settings = {"max_iter": 5} if kind == "lda" else {}
    return make_topic_model(
        kind, n_topics=n_topics, vectorizer=vectorizer, random_state=seed, **settings
    )


def make_lda(n_topics, seed):
    return make(n_topics, seed, "lda")


def digest(n_jobs=1):
    table = sweep_topics(make_lda, TEXTS, numbers=[2, 3], seeds=[3, 5], n_jobs=n_jobs)
    return hashlib.sha256(table.to_csv().encode()).hexdigest()


def invented(values, metric="coherence"):
    """A table of values by number of topics, one a seed."""
    return pd.DataFrame(
        [(n, s, metric, float(v)) for n, row in values.items() for s, v in enumerate(row)],
        columns=["n_topics", "seed", "metric", "value"],
    )


def around(mean, spread=0.01, n_seeds=6, shift=0):
    """Values around a mean; `shift` gives them another order, so that seeds do not agree."""
    return mean + spread * np.roll(np.linspace(-1, 1, n_seeds), shift)


class TestSweepTopics:
    def test_a_row_a_number_seed_and_metric_in_order(self):
        steps = []
        table = sweep_topics(
            make,
            pd.Series(TEXTS),
            numbers=[4, 2, 4],
            seeds=[7, 1],
            n_folds=4,
            progress=lambda *done: steps.append(done),
        )
        expected = [(n, s, m) for n in (2, 4) for s in (7, 1) for m in METRICS]
        assert list(table.columns) == ["n_topics", "seed", "metric", "value"]
        assert list(table[["n_topics", "seed", "metric"]].itertuples(index=False)) == expected
        assert np.isfinite(table["value"]).all()
        assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]

    @pytest.mark.parametrize("kind", ["nmf", "lda"])
    def test_values_are_those_of_the_measures(self, kind):
        seed, n_folds = 11, 4
        table = sweep_topics(
            lambda n, s: make(n, s, kind), TEXTS, numbers=[2, 4], seeds=[seed, 12], n_folds=n_folds
        )
        found = table[(table["n_topics"] == 4) & (table["seed"] == seed)].set_index("metric")[
            "value"
        ]
        train, test = _folds(np.arange(len(TEXTS)), [seed, 12], n_folds)[seed]
        whole = fit_topics(make(4, seed, kind), pd.Series(TEXTS))
        vectorizer = whole.named_steps["vectorizer"]
        counts = vectorizer.transform(TEXTS)
        part = make(4, seed, kind).named_steps["topics"].fit(counts[train])
        terms = vectorizer.get_feature_names_out()
        tops = [
            [terms[column] for column in np.argsort(-row, kind="stable")[:10] if said[column]]
            for row, said in zip(part.components_, said_terms(part.components_), strict=True)
        ]
        assert found["coherence"] == pytest.approx(
            mean_coherence(coherence(tops, counts=counts, terms=terms))["coherence"]
        )
        assert found["diversity"] == topic_diversity(tops)
        pipeline = Pipeline([("vectorizer", vectorizer), ("topics", part)])
        scored = held_out_perplexity(pipeline, [TEXTS[row] for row in test], random_state=seed)
        assert found["held_out"] == pytest.approx(scored.log_likelihood)
        assert 0 < found["stability"] <= 1

    def test_stability_is_that_of_topics_matched(self):
        # All folds have every text twice: topics of a part are those of the whole.
        texts = [text for text in TEXTS for _ in range(2)]
        groups = [number % 2 for number in range(len(texts))]
        table = sweep_topics(make, texts, numbers=[3, 4], seeds=[0, 1], groups=groups, n_folds=2)
        found = table[(table["metric"] == "stability") & (table["n_topics"] == 4)]
        assert found["value"].tolist() == [1.0, 1.0]

    def test_finds_as_many_topics_as_subjects(self):
        table = sweep_topics(make, TEXTS, numbers=[2, 3, 4, 6, 8], seeds=range(8), n_terms=4)
        means = summarize_sweep(table).pivot(index="n_topics", columns="metric", values="mean")
        assert means["coherence"].idxmax() == 4
        assert means["stability"].idxmax() == 4
        found = recommend_topics(table, metrics=["coherence", "stability"])
        assert found.n_topics == 4, found.reason

    def test_the_fold_makes_seeds_differ_where_the_model_leaves_nothing_to_chance(self):
        table = sweep_topics(make, TEXTS, numbers=[2, 3], seeds=[0, 1, 2])
        values = table[table["metric"] == "held_out"].groupby("n_topics")["value"]
        assert (values.nunique() == 3).all()

    def test_two_processes_and_a_fresh_one_find_the_same(self):
        expected = digest()
        assert digest(n_jobs=2) == expected
        code = "from tests.topics.test_sweep import digest; print(digest())"
        fresh = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert fresh.stdout.strip() == expected

    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            (
                {"numbers": [4]},
                SettingsError,
                r"numbers of topics are \[4\]; expected at least two",
            ),
            ({"numbers": [4, 4]}, SettingsError, r"are \[4\]"),
            ({"numbers": [1, 4]}, SettingsError, r"are \[1, 4\]; expected at least two, each 2"),
            ({"numbers": []}, SettingsError, r"are \[\]"),
            ({"seeds": [3]}, SettingsError, "1 seed; expected at least 2"),
            ({"seeds": [3, 3]}, SettingsError, "1 seed"),
            ({"seeds": [-1, 3]}, SettingsError, r"seeds are \[-1, 3\]; expected whole numbers"),
            ({"n_folds": 1}, SettingsError, "n_folds is 1; expected 2 to 32"),
            ({"n_folds": 33}, SettingsError, "n_folds is 33; expected 2 to 32"),
            ({"groups": ["a", "b"]}, SettingsError, "groups has 2 values for 32 texts"),
            ({"n_terms": 1}, SettingsError, "n_terms is 1; expected at least 2"),
            ({"n_jobs": 0}, SettingsError, "n_jobs is 0"),
            (
                {"numbers": [2, 40]},
                TooSmallError,
                "32 texts, of which 24 are .*, with 13 terms are too few for 40 topics. Sweep up to 13",
            ),
        ],
    )
    def test_refusals(self, given, error, message):
        with pytest.raises(error, match=message):
            sweep_topics(make, TEXTS, **{"numbers": [2, 3], "n_folds": 4, **given})

    def test_fewer_texts_to_fit_on_than_topics(self):
        texts = TEXTS[::3]  # 11 texts, of which 5 are fitted in the fold of 6
        with pytest.raises(TooSmallError, match=r"11 texts, of which 5 are fitted .* for 6 topics"):
            sweep_topics(make, texts, numbers=[2, 6], seeds=[0, 1], n_folds=2)

    def test_fewer_texts_than_the_smallest_number(self):
        with pytest.raises(TooSmallError, match=r"32 texts with 13 terms are too few for 14 top"):
            sweep_topics(make, TEXTS, numbers=[14, 16])

    def test_texts_that_cannot_be_halved(self):
        texts = ["計画", "訓練", "調査"] * 4
        with pytest.raises(TooSmallError, match=r"none of \d texts that were held out has two"):
            sweep_topics(
                lambda n, s: make(n, s, "lda"), [*texts, "計画 訓練"], numbers=[2, 3], n_folds=3,
                seeds=[0, 1, 2],
            )  # fmt: skip

    def test_an_unknown_kind(self):
        with pytest.raises(SettingsError, match="unknown topic model 'lsa'"):
            sweep_topics("lsa", TEXTS)


class TestFolds:
    def test_as_many_seeds_as_folds_hold_out_every_text_once(self):
        folds = _folds(np.arange(11), [5, 6, 7], 3)
        tested = np.concatenate([folds[seed][1] for seed in (5, 6, 7)])
        assert sorted(tested) == list(range(11))
        for train, test in folds.values():
            assert sorted([*train, *test]) == list(range(11))

    def test_more_seeds_than_folds_are_dealt_anew(self):
        folds = _folds(np.arange(40), list(range(6)), 3)
        first, second = (
            {tuple(folds[seed][1]) for seed in turn} for turn in ((0, 1, 2), (3, 4, 5))
        )
        assert not first & second

    def test_groups_stay_whole(self):
        codes = np.repeat(np.arange(6), 3)
        for train, test in _folds(codes, [0, 1], 2).values():
            assert not set(codes[train]) & set(codes[test])


class TestSummarizeSweep:
    def test_by_hand(self):
        found = summarize_sweep(invented({4: [0.1, 0.2, 0.3], 8: [0.4, 0.4, 0.4]}))
        assert list(found.columns) == ["n_topics", "metric", "n", "mean", "se", "low", "high"]
        se = 0.1 / 3**0.5
        half = 4.302653 * se  # t of two degrees of freedom
        assert found.iloc[0].tolist()[2:] == pytest.approx([3, 0.2, se, 0.2 - half, 0.2 + half])
        assert found.iloc[1].tolist()[2:] == pytest.approx([3, 0.4, 0, 0.4, 0.4])

    @pytest.mark.parametrize(
        ("metric", "low", "high"),
        [("coherence", -1, 1), ("stability", 0, 1), ("diversity", 0, 1), ("held_out", None, 0)],
    )
    def test_stays_within_what_the_metric_can_be(self, metric, low, high):
        values = [0.0, -4.0] if metric == "held_out" else [0.0, 1.0]
        row = summarize_sweep(invented({4: values, 8: values}, metric)).iloc[0]
        assert row["high"] == high
        assert low is None or row["low"] >= low
        assert np.isfinite(row["low"])

    def test_refusals(self):
        with pytest.raises(SettingsError, match="one seed; expected at least 2"):
            summarize_sweep(invented({4: [0.1], 8: [0.2]}))
        with pytest.raises(SettingsError, match=r"level is 95"):
            summarize_sweep(invented({4: [0.1, 0.2], 8: [0.2, 0.3]}), level=95)


FLAT = {n: around(0.5, shift=shift) for shift, n in enumerate((4, 8, 12, 16))}
PEAK = {4: around(0.1), 8: around(0.5), 12: around(0.502), 16: around(0.3)}
RISING = {4: around(0.1), 8: around(0.2), 12: around(0.3), 16: around(0.4)}
FALLING = {4: around(0.4), 8: around(0.3), 12: around(0.2), 16: around(0.1)}
# The seeds agree on the order, but are so far from each other that the standard error holds all.
ALMOST = {n: around(0.5 + 0.001 * n, spread=0.3) for n in (4, 8, 12, 16)}
EQUAL = dict.fromkeys((4, 8, 12, 16), np.full(6, 0.25))
UP_TO_16 = {4: around(0.1), 8: around(0.4), 12: around(0.5), 16: around(0.502)}


def tables(**values):
    return pd.concat([invented(rows, metric) for metric, rows in values.items()])


class TestRecommendTopics:
    @pytest.mark.parametrize(
        ("values", "expected", "reason", "reason_ja"),
        [
            # 8 is within one standard error of 12 and smaller.
            ({"coherence": PEAK}, 8, "8 topics: the smallest .* coherence \\(best: 12\\)\\.$", "8トピック"),
            # A metric that does not separate has no say.
            (
                {"coherence": PEAK, "stability": FLAT},
                8,
                "by coherence .* Set aside, for they do not separate the numbers: stability\\.$",
                "除いた指標: 安定性",
            ),
            # Both have a say: 12 is as good as the best by both, 8 by one only.
            (
                {"coherence": PEAK, "stability": {**UP_TO_16, 12: around(0.5019)}},
                12,
                "12 topics: .* coherence \\(best: 12\\), stability \\(best: 16\\)\\. The best by "
                "stability is the greatest number tried",
                "安定性は試した最大の数",
            ),
            ({"coherence": FLAT}, None, "the evidence does not separate them \\(coherence", "一貫性では"),
            ({"coherence": EQUAL}, None, "does not separate them", "推奨できる"),
            ({"coherence": ALMOST}, None, "does not separate them", "推奨できる"),
            ({"coherence": FLAT, "held_out": EQUAL}, None, "\\(coherence, held_out\\)", "一貫性・未知"),
            (
                {"coherence": PEAK, "stability": FALLING},
                None,
                "contradict one another \\(coherence is for 8, 12; stability is for 4\\)",
                "矛盾しています\\(一貫性は8, 12、安定性は4\\)",
            ),
            # No one knows what 20 topics would have been.
            ({"held_out": RISING}, None, "held_out is best at 16, the greatest number tried", "最大の数16"),
            # With few topics there is nothing smaller to try.
            ({"stability": FALLING}, 4, "4 topics", "4トピック"),
        ],
    )  # fmt: skip
    def test_cases(self, values, expected, reason, reason_ja):
        found = recommend_topics(tables(**values), metrics=list(values))
        assert found.n_topics == expected
        assert pd.Series([found.reason]).str.contains(reason).all(), found.reason
        assert pd.Series([found.reason_ja]).str.contains(reason_ja).all(), found.reason_ja

    def test_evidence_has_a_row_a_metric_used_or_not(self):
        table = tables(coherence=PEAK, stability=FLAT, diversity=FALLING)
        found = recommend_topics(table, metrics=["coherence", "stability"])
        rows = found.evidence.set_index("metric")
        assert rows["best"].to_dict() == {"coherence": 12, "stability": 4, "diversity": 4}
        assert rows["within"].to_dict()["coherence"] == (8, 12)
        assert rows["separates"].tolist() == [True, False, True]
        assert rows["is_used"].tolist() == [True, True, False]
        assert rows.loc["coherence", "mean"] == pytest.approx(0.502)
        assert rows.loc["coherence", "se"] == pytest.approx(np.std(PEAK[12], ddof=1) / 6**0.5)
        assert found.n_topics == 8  # diversity would have said 4

    def test_the_default_leaves_diversity_out(self):
        table = tables(coherence=PEAK, stability=FLAT, held_out=FLAT, diversity=FALLING)
        assert recommend_topics(table).n_topics == 8
        assert recommend_topics(table, metrics=METRICS).n_topics is None

    def test_one_standard_error_is_one(self):
        se = float(np.std(around(0.5), ddof=1) / 6**0.5)
        for below, expected in ((0.99 * se, 8), (1.01 * se, 12)):
            values = {4: around(0), 8: around(0.5 - below), 12: around(0.5), 16: around(0)}
            found = recommend_topics(tables(coherence=values), metrics=["coherence"])
            assert found.n_topics == expected

    def test_order_of_rows_and_a_shift_of_the_metric_change_nothing(self):
        table = tables(coherence=PEAK, stability=FLAT)
        found = recommend_topics(table, metrics=["coherence", "stability"])
        mixed = table.sample(frac=1, random_state=0)
        mixed["value"] -= 0.2
        again = recommend_topics(mixed, metrics=["coherence", "stability"])
        assert again[:3] == found[:3]

    def test_chance_alone_seldom_recommends(self, monkeypatch):
        monkeypatch.setattr(recommend_module, "_DRAWS", 499)
        rng = np.random.default_rng(0)
        n_recommended = 0
        for _ in range(200):
            values = {metric: {n: rng.normal(-1, 0.1, 5) for n in NUMBERS} for metric in COMBINED}
            n_recommended += recommend_topics(tables(**values)).n_topics is not None
        assert n_recommended / 200 <= 0.08  # 5 % in the long run

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            (
                {"metrics": ["perplexity"]},
                "unknown metric 'perplexity'; expected one of: coherence",
            ),
            ({"metrics": []}, r"metrics are \[\]; expected at least one"),
            ({"metrics": ["coherence"] * 2}, "each once"),
            ({"metrics": ["coherence"], "alpha": 0}, "alpha is 0"),
        ],
    )
    def test_refusals(self, given, message):
        with pytest.raises(SettingsError, match=message):
            recommend_topics(tables(coherence=PEAK), **given)

    def test_a_table_with_a_hole(self):
        table = tables(coherence=PEAK).iloc[:-1]
        with pytest.raises(SettingsError, match="the table lacks a value of coherence"):
            recommend_topics(table, metrics=["coherence"])


class TestFriedman:
    def test_two_numbers_are_a_sign_test(self):
        values = np.column_stack([np.zeros(5), np.ones(5)])
        assert _friedman(values, 1e-9) == pytest.approx(2 / 2**5, abs=0.01)

    def test_with_many_seeds_it_is_the_chi_squared_test(self):
        rng = np.random.default_rng(1)
        for effect in (0.0, 0.3, 0.5):
            values = rng.normal(0, 1, (40, 4)) + effect * np.arange(4) / 2
            expected = friedmanchisquare(*values.T).pvalue
            assert _friedman(values, 1e-9) == pytest.approx(expected, abs=0.02)

    def test_values_that_differ_by_rounding_are_equal(self):
        values = 0.1 + np.arange(12).reshape(3, 4) * 1e-16
        assert _friedman(values, 1e-9) == 1.0
