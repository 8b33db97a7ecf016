import hashlib
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, clone
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.exceptions import NotFittedError
from sklearn.metrics import adjusted_rand_score

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics import fit_topics, make_topic_model, pool_titles
from cio_topics.topics.quality.refits import stability_runs

AGENDA = read_example().agenda()
COLUMNS = [
    *("resample", "run", "topic", "is_matched", "n_terms", "n_shared", "cosine", "difference"),
    *("n_items", "n_items_shared", "n_items_either", "adjusted_rand"),
]


class Scripted(BaseEstimator):
    """Has the topics it is told, by how often it was fitted; knows no ``random_state``."""

    def __init__(self, script):
        self.script = script  # a list of components: the first for the model, then one a run

    def __sklearn_clone__(self):
        return self

    def fit(self, X):
        self.calls_ = getattr(self, "calls_", -1) + 1
        self.components_ = np.array(self.script[min(self.calls_, len(self.script) - 1)], float)
        return self

    def transform(self, X):
        return X @ self.components_.T


class Sums(BaseEstimator):
    """One topic, the sum of all texts; refuses texts that do not hold whole groups of two."""

    def fit(self, X):
        self.components_ = np.asarray(X.sum(axis=0)).reshape(1, -1)
        if not (self.components_[0, ::2] == self.components_[0, 1::2]).all():
            raise AssertionError("a group was torn apart")
        return self

    def transform(self, X):
        return np.asarray(X.sum(axis=1))


class Seeds(BaseEstimator):
    """Puts its seed into its topic."""

    def __init__(self, random_state=0):
        self.random_state = random_state

    def fit(self, X):
        self.components_ = np.array([[float(self.random_state), 1.0, float(X.shape[0])]])
        return self

    def transform(self, X):
        return np.ones((X.shape[0], 1))


def fitted(kind="lda", n_topics=5):
    texts = pool_titles(AGENDA, "meeting")
    few_steps = {"max_iter": 5} if kind == "lda" else {}
    model = fit_topics(make_topic_model(kind, n_topics=n_topics, **few_steps), texts)
    return model, model.named_steps["vectorizer"].transform(list(texts))


def digest(n_jobs=1):
    model, counts = fitted()
    runs = stability_runs(model, counts, n_runs=2, resample="both", n_jobs=n_jobs)
    return hashlib.sha256(runs.to_csv().encode()).hexdigest()


class TestMeasures:
    texts = csr_matrix(np.array([[3, 1, 0, 0], [1, 2, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]], float))
    own = ((4, 2, 0, 0), (0, 0, 3, 2))

    def runs(self, *others, n_terms=2):
        model = Scripted([self.own, *others])
        model.fit(self.texts)
        # A clone that is the model itself would change it: keep a copy of what it found.
        fixed = Scripted(model.script)
        fixed.components_, fixed.calls_ = model.components_, 0
        return stability_runs(fixed, self.texts, n_runs=2, n_terms=n_terms)

    def test_the_same_topics_in_another_order(self):
        runs = self.runs(self.own[::-1], self.own)
        assert runs.columns.tolist() == COLUMNS
        assert runs["topic"].tolist() == ["topic_01", "topic_02"] * 2
        assert runs["run"].tolist() == [1, 1, 2, 2]
        assert (runs["n_shared"] == 2).all()
        assert (runs["difference"] == 0).all()
        assert (runs["adjusted_rand"] == 1).all()
        assert runs["n_items"].tolist() == [2, 1, 2, 1]  # the text without terms is no one's
        assert (runs["n_items_shared"] == runs["n_items"]).all()

    def test_fewer_topics_than_the_model(self):
        runs = self.runs([self.own[1]], [self.own[1]])
        lost, kept = runs.iloc[0], runs.iloc[1]
        assert (lost["is_matched"], lost["n_shared"], lost["cosine"]) == (False, 0, 0.0)
        assert (lost["difference"], lost["n_items_shared"], lost["n_items_either"]) == (1.0, 0, 2)
        assert (kept["is_matched"], kept["n_shared"], kept["difference"]) == (True, 2, 0.0)
        # Only the third text still has a leading topic: the others have no term of it.
        assert (kept["n_items_shared"], kept["n_items_either"]) == (1, 1)

    def test_other_terms_and_other_items(self):
        # The topics part the first two texts from each other.
        runs = self.runs(((4, 0, 1, 0), (0, 2, 0, 2)), self.own)
        one = runs[runs["run"] == 1]
        assert one["n_shared"].tolist() == [1, 1]  # columns 0 of 0, 2 and 3 of 1, 3
        leading = (self.texts @ np.array([[4, 0, 1, 0], [0, 2, 0, 2]]).T).argmax(axis=1)[:3]
        assert one["adjusted_rand"].iloc[0] == adjusted_rand_score([0, 0, 1], leading)
        assert one["difference"].tolist() == [2 / 4, 3 / 3]

    def test_a_topic_without_terms(self):
        runs = self.runs(((4, 2, 0, 0), (0, 0, 0, 0)), ((4, 2, 0, 0), (1, 1, 1, 1)))
        assert runs.loc[runs["topic"] == "topic_02", "n_shared"].tolist() == [0, 0]
        assert np.isfinite(runs.select_dtypes("number")).all(axis=None)


class TestDraws:
    def test_seeds_differ_from_one_another_and_from_the_models(self):
        counts = csr_matrix(np.ones((4, 3)))
        drawn = np.random.SeedSequence(7).generate_state(6) >> 1
        own = int(drawn[2])  # a model that happens to have one of the seeds
        runs = stability_runs(Seeds(own).fit(counts), counts, n_runs=5, random_state=7)
        assert runs["run"].tolist() == [1, 2, 3, 4, 5]
        assert (runs["difference"] > 0).all()
        assert runs["difference"].nunique() > 1

    def test_bootstrap_keeps_the_seed_and_draws_texts(self):
        counts = csr_matrix(np.ones((4, 3)))
        runs = stability_runs(Seeds(99).fit(counts), counts, resample="bootstrap")
        assert (runs["difference"] == 0).all()  # 4 texts each time, and seed 99

    def test_no_seed_of_its_own_is_given_one(self):
        model, counts = fitted()
        free = clone(model.named_steps["topics"]).set_params(random_state=None).fit(counts)
        one, other = (
            stability_runs(free, counts, n_runs=2, resample="bootstrap") for _ in range(2)
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)

    def test_groups_are_drawn_whole(self):
        counts = csr_matrix(np.eye(12))
        groups = np.repeat(list("abcdef"), 2)
        runs = stability_runs(Sums().fit(counts), counts, resample="bootstrap", groups=groups)
        assert (runs["difference"] > 0).all()
        with pytest.raises(AssertionError, match="torn apart"):
            stability_runs(Sums().fit(counts), counts, resample="bootstrap")

    def test_both_is_one_after_the_other(self):
        model, counts = fitted()
        runs = {
            resample: stability_runs(model, counts, n_runs=2, resample=resample)
            for resample in ("seeds", "bootstrap", "both")
        }
        stacked = pd.concat([runs["seeds"], runs["bootstrap"]], ignore_index=True)
        pd.testing.assert_frame_equal(runs["both"], stacked, check_exact=True)

    def test_more_runs_begin_with_the_same(self):
        model, counts = fitted("nmf")
        few = stability_runs(model, counts, n_runs=2, resample="bootstrap")
        many = stability_runs(model, counts, n_runs=4, resample="bootstrap")
        pd.testing.assert_frame_equal(many.head(len(few)), few, check_exact=True)

    def test_the_model_stays_and_an_estimator_alone_will_do(self):
        model, counts = fitted("nmf")
        before = model.named_steps["topics"].components_.copy()
        of_pipeline = stability_runs(model, counts, n_runs=2)
        of_model = stability_runs(model.named_steps["topics"], counts, n_runs=2)
        pd.testing.assert_frame_equal(of_pipeline, of_model, check_exact=True)
        assert (model.named_steps["topics"].components_ == before).all()
        assert model.named_steps["topics"].random_state == 0


class TestProcesses:
    def test_two_processes_find_the_same(self):
        assert digest(n_jobs=2) == digest()

    def test_a_fresh_process_finds_the_same(self):
        code = "from tests.topics.quality.test_refits import digest; print(digest())"
        fresh = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert fresh.stdout.strip() == digest()


class TestRefusals:
    @pytest.mark.parametrize(
        ("given", "error", "message"),
        [
            ({"n_runs": 1}, SettingsError, "n_runs is 1; expected at least 2"),
            ({"resample": "jackknife"}, SettingsError, "unknown resample 'jackknife'; expected"),
            ({"n_terms": 0}, SettingsError, "n_terms is 0; expected at least 1"),
            ({"n_jobs": 0}, SettingsError, "n_jobs is 0"),
            ({"groups": ["a"] * 3, "resample": "both"}, SettingsError, "3 values for 163 texts"),
            ({"groups": ["a"] * 163, "resample": "both"}, TooSmallError, "163 texts in 1 group"),
            (
                {"groups": ["a"] * 161 + ["b", "c"], "resample": "bootstrap"},
                TooSmallError,
                "a bootstrap sample of 3 groups has 3 texts, too few for 5 topics",
            ),
        ],
    )
    def test_settings(self, given, error, message):
        model, counts = fitted("nmf")
        with pytest.raises(error, match=message):
            stability_runs(model, counts, **given)

    def test_counts_of_another_vectorizer(self):
        model, counts = fitted("nmf")
        with pytest.raises(SettingsError, match=r"counts have 5 terms, but the model has \d+"):
            stability_runs(model, counts[:, :5])

    def test_a_model_that_is_not_fitted(self):
        with pytest.raises(NotFittedError):
            stability_runs(LatentDirichletAllocation(3), csr_matrix(np.ones((4, 3))))
