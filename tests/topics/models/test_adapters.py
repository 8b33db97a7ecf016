"""Laws that the models of other libraries obey behind the contract; each model's own are beside."""

import hashlib
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.base import clone

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.models.correlated import CorrelatedTopics
from cio_topics.topics.models.gensim_hdp import GensimHDP
from cio_topics.topics.models.gensim_lda import GensimLDA
from cio_topics.topics.models.pseudo_documents import PseudoDocumentTopics
from cio_topics.topics.models.tomotopy_lda import TomotopyLDA
from cio_topics.topics.models.variational import VariationalLDA

MODELS = {
    "batch": VariationalLDA(3, max_iter=20),
    "online": VariationalLDA(3, learning_method="online", max_iter=20, batch_size=16),
    "gensim": GensimLDA(3, passes=20),
    "hdp": GensimHDP(6, topics_per_text=2, chunk_size=16, passes=10),
    "tomotopy": TomotopyLDA(3, iterations=100),
    "pseudo": PseudoDocumentTopics(3, n_pseudo_documents=12, iterations=100),
    "correlated": CorrelatedTopics(3, iterations=100),
}
each_model = pytest.mark.parametrize("name", MODELS)


def invented_counts():
    """Three subjects with five terms each; the last term is never said."""
    chance = np.random.default_rng(0)
    subjects = np.kron(np.eye(3), np.ones(5)) * 0.9 / 5 + 0.1 / 15
    rows = [chance.multinomial(8, subjects[place % 3]) for place in range(60)]
    return np.column_stack([np.vstack(rows), np.zeros(60, dtype=int)])


COUNTS = invented_counts()
EMPTY = np.array([0, 7, 8, 62])  # where texts without terms stand


def with_empty_texts():
    counts = np.zeros((len(COUNTS) + len(EMPTY), COUNTS.shape[1]), dtype=int)
    counts[np.setdiff1d(np.arange(len(counts)), EMPTY)] = COUNTS
    return counts


def digest(model):
    content = model.components_.tobytes() + model.topic_prior_.tobytes()
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(scope="module")
def fitted():
    return {name: clone(model).fit(csr_matrix(COUNTS)) for name, model in MODELS.items()}


class TestTopics:
    @each_model
    def test_find_the_subjects(self, fitted, name):
        weights = fitted[name].transform(COUNTS)
        subject = np.arange(60) % 3
        own = [np.bincount(weights.argmax(axis=1)[subject == place]) for place in range(3)]
        if name == "hdp":  # may have several topics for one subject, but none for two
            topics = [set(np.flatnonzero(counts > 2)) for counts in own]
            assert sum(map(len, topics)) == len(set.union(*topics))
        else:
            assert min(counts.max() for counts in own) >= 18  # of 20 texts
            assert len({int(counts.argmax()) for counts in own}) == 3

    @each_model
    def test_are_positive_also_for_a_term_never_said(self, fitted, name):
        model = fitted[name]
        assert model.components_.shape == (len(model.topic_prior_), 16)
        assert model.components_.dtype == model.topic_prior_.dtype == np.float64
        assert (model.components_ > 0).all()
        assert (model.topic_prior_ > 0).all()
        assert (model.components_[:, 15] <= model.components_[:, :15].max(axis=1) / 10).all()

    @each_model
    def test_have_names(self, fitted, name):
        names = fitted[name].get_feature_names_out()
        assert len(names) == fitted[name].components_.shape[0]
        assert names[1] == f"{type(fitted[name]).__name__.lower()}1"

    @each_model
    def test_another_seed_finds_others(self, fitted, name):
        other = clone(MODELS[name]).set_params(random_state=1).fit(COUNTS)
        assert digest(other) != digest(fitted[name])

    @each_model
    @pytest.mark.parametrize("make", [np.asarray, csc_matrix, lambda rows: csr_matrix(rows * 1.0)])
    def test_the_form_of_the_matrix_changes_nothing(self, fitted, name, make):
        assert digest(clone(MODELS[name]).fit(make(COUNTS))) == digest(fitted[name])

    @each_model
    def test_fitting_again_begins_anew(self, fitted, name):
        assert digest(clone(MODELS[name]).fit(COUNTS[:30]).fit(COUNTS)) == digest(fitted[name])


class TestWeights:
    @each_model
    def test_of_training_texts_are_those_that_are_stored(self, name):
        model = clone(MODELS[name])
        assert (model.fit_transform(COUNTS) == model.transform(COUNTS)).all()

    @each_model
    def test_do_not_depend_on_the_batch(self, fitted, name):
        model = fitted[name]
        weights = model.transform(COUNTS)
        order = np.random.default_rng(1).permutation(len(COUNTS))
        assert np.allclose(weights.sum(axis=1), 1.0)
        assert (model.transform(COUNTS[order]) == weights[order]).all()
        assert all((model.transform(COUNTS[[row]]) == weights[row]).all() for row in range(9))

    @each_model
    def test_of_a_text_without_terms_are_the_mean_of_the_prior(self, fitted, name):
        model = fitted[name]
        [row] = model.transform(np.zeros((1, 16)))
        assert np.allclose(row, model.topic_prior_ / model.topic_prior_.sum())

    @each_model
    def test_texts_without_terms_shift_nothing(self, fitted, name):
        model = clone(MODELS[name]).fit(with_empty_texts())
        assert digest(model) == digest(fitted[name])
        weights = np.delete(model.transform(with_empty_texts()), EMPTY, axis=0)
        assert (weights == fitted[name].transform(COUNTS)).all()

    @each_model
    def test_survive_pickling(self, fitted, name):
        again = pickle.loads(pickle.dumps(fitted[name]))
        assert (again.transform(COUNTS) == fitted[name].transform(COUNTS)).all()


class TestSmallAndBadInput:
    @each_model
    def test_no_term_at_all(self, name):
        with pytest.raises(TooSmallError, match="none of 4 texts has a term"):
            clone(MODELS[name]).fit(np.zeros((4, 3)))

    @each_model
    def test_no_columns(self, name):
        with pytest.raises(ValueError, match=r"0 feature\(s\)"):
            clone(MODELS[name]).fit(csr_matrix((4, 0)))

    @each_model
    @pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
    def test_bad_counts(self, name, bad):
        with pytest.raises(ValueError, match=r"Negative|NaN|infinity"):
            clone(MODELS[name]).fit(np.array([[1.0, bad], [2.0, 1.0]]))

    @each_model
    def test_fewer_texts_and_terms_than_topics(self, name):
        model = clone(MODELS[name]).fit(np.array([[1, 2]]))
        assert np.isfinite(model.transform(np.array([[1, 2], [0, 0]]))).all()

    @each_model
    @pytest.mark.parametrize("settings", [{"n_components": 0}, {"topic_word_prior": 0.0}])
    def test_settings(self, name, settings):
        with pytest.raises(SettingsError, match=f"{next(iter(settings))} is 0"):
            clone(MODELS[name]).set_params(**settings).fit(COUNTS)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.topics.models.test_adapters import COUNTS, MODELS, digest
for name, model in MODELS.items():
    print(name, digest(model.fit(COUNTS)))
"""


def test_another_process_finds_the_same(fitted):
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, root], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert dict(line.split() for line in done.stdout.splitlines()) == {
        name: digest(model) for name, model in fitted.items()
    }
