import sys
import warnings

import numpy as np
import pytest
import tomotopy
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.topics.models.bags import term_lists
from cio_topics.topics.models.correlated import CorrelatedTopics, match_dirichlet
from cio_topics.topics.models.pseudo_documents import PseudoDocumentTopics
from cio_topics.topics.models.tomotopy_lda import TomotopyLDA

COUNTS = np.random.default_rng(0).poisson(0.4, (80, 30))  # invented
COUNTS[:40, :15] *= 3
COUNTS[:, 4] = 0  # never said
TEXTS = COUNTS[COUNTS.sum(axis=1) > 0]

MODELS = {
    "lda": TomotopyLDA(4, iterations=25),
    "pseudo": PseudoDocumentTopics(4, n_pseudo_documents=10, iterations=25),
    "correlated": CorrelatedTopics(4, iterations=25),
}
each_model = pytest.mark.parametrize("name", MODELS)


def by_hand(name):
    model = {
        "lda": lambda: tomotopy.LDAModel(k=4, alpha=0.1, eta=0.01, seed=0),
        "pseudo": lambda: tomotopy.PTModel(k=4, p=10, alpha=0.1, eta=0.01, seed=0),
        "correlated": lambda: tomotopy.CTModel(k=4, smoothing_alpha=0.1, eta=0.01, seed=0),
    }[name]()
    if name == "pseudo":
        model.optim_interval = 0
    for text in term_lists(csr_matrix(TEXTS)):
        model.add_doc(text)
    model.train(25, workers=1)
    return model


class TestTheLibraryByHand:
    @each_model
    def test_same_topics(self, name):
        found, model = by_hand(name), clone(MODELS[name]).fit(COUNTS)
        for topic in range(4):
            said = dict(found.get_topic_words(topic, top_n=30))
            shares = model.components_[topic] / model.components_[topic].sum()
            assert np.allclose([shares[int(term)] for term in said], list(said.values()), atol=1e-4)
        assert len(found.used_vocabs) == 29
        assert np.allclose(model.components_[:, 4], 0.01)

    @each_model
    def test_every_word_has_a_topic(self, name):
        model = clone(MODELS[name]).fit(COUNTS)
        assert np.allclose((model.components_ - 0.01).sum(axis=0), COUNTS.sum(axis=0), atol=1e-3)

    def test_same_priors(self):
        assert np.allclose(
            TomotopyLDA(4, iterations=25).fit(COUNTS).topic_prior_, by_hand("lda").alpha
        )
        given = TomotopyLDA(4, iterations=25, doc_topic_prior=0.3, learn_prior=False).fit(COUNTS)
        assert np.allclose(given.topic_prior_, 0.3)
        pseudo = PseudoDocumentTopics(4, iterations=25, doc_topic_prior=0.3).fit(COUNTS)
        assert np.allclose(pseudo.topic_prior_, 0.3)

    def test_same_correlations(self):
        found, model = by_hand("correlated"), clone(MODELS["correlated"]).fit(COUNTS)
        rows = [found.get_correlations(topic) for topic in range(4)]
        assert np.allclose(model.topic_correlations_, rows, atol=1e-5)
        assert np.allclose(model.topic_correlations_, model.topic_correlations_.T)
        assert np.allclose(model.topic_mean_, found.prior_mean)
        assert np.allclose(model.topic_covariance_, found.prior_cov)

    def test_topics_that_come_together_are_correlated(self):
        # Terms 0-4 and 5-9 come together, 10-14 alone.
        chance = np.random.default_rng(0)
        both = np.hstack([chance.poisson(2, (150, 10)), np.zeros((150, 5))])
        alone = np.hstack([np.zeros((150, 10)), chance.poisson(4, (150, 5))])
        # A text has more of the one or the other, so that they are two topics.
        both[:, :5] *= chance.integers(1, 4, (150, 1))
        both[:, 5:10] *= chance.integers(1, 4, (150, 1))
        model = CorrelatedTopics(3, iterations=200).fit(np.vstack([both, alone]))
        places = [slice(0, 5), slice(5, 10), slice(10, 15)]
        first, second, third = (
            int(model.components_[:, place].sum(axis=1).argmax()) for place in places
        )
        assert len({first, second, third}) == 3
        found = model.topic_correlations_
        assert found[first, second] > max(found[first, third], found[second, third])


class TestBlocks:
    class Recorded:
        def __init__(self, stop_at=None):
            self.calls, self.stop_at = [], stop_at

        def add_doc(self, words):
            pass

        def train(self, iterations, workers):
            if len(self.calls) == self.stop_at:
                raise KeyboardInterrupt
            self.calls.append((iterations, workers))

    def test_drawn_in_blocks_by_one_worker(self):
        model = self.Recorded()
        TomotopyLDA(iterations=25)._train(model)
        assert model.calls == [(10, 1), (10, 1), (5, 1)]

    def test_correlated_topics_are_drawn_one_by_one(self):
        model = self.Recorded()
        CorrelatedTopics(iterations=3)._train(model)
        assert model.calls == [(1, 1)] * 3

    def test_an_interrupt_leaves_nothing_half_learned(self, monkeypatch):
        recorded = self.Recorded(stop_at=2)
        monkeypatch.setattr(TomotopyLDA, "_make_model", lambda *_: recorded)
        model = TomotopyLDA(iterations=100)
        with pytest.raises(KeyboardInterrupt):
            model.fit(COUNTS)
        assert len(recorded.calls) == 2
        with pytest.raises(NotFittedError):
            check_is_fitted(model, "components_")


class TestCounts:
    @each_model
    def test_fractions_are_rounded_up(self, name):
        with pytest.warns(UserWarning, match="rounded up"):
            model = clone(MODELS[name]).fit(COUNTS - 0.5 * (COUNTS > 0))
        assert (model.components_ == clone(MODELS[name]).fit(COUNTS).components_).all()

    @each_model
    def test_whole_counts_do_not_warn(self, name):
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            clone(MODELS[name]).fit(COUNTS.astype(float))


class TestMatchDirichlet:
    @pytest.mark.parametrize(
        ("mean", "spread"), [([0.0, 0.0, 0.0], 1.0), ([1.0, 0.0, -1.0], 2.0), ([2.0, 0.0], 0.1)]
    )
    def test_has_the_mean_and_the_total_variance(self, mean, spread):
        covariance = spread * np.eye(len(mean))
        prior = match_dirichlet(np.array(mean), covariance)
        draws = np.random.default_rng(1).multivariate_normal(mean, covariance, 100_000)
        shares = np.exp(draws) / np.exp(draws).sum(axis=1, keepdims=True)
        total = prior.sum()
        variance = (prior / total * (1 - prior / total) / (total + 1)).sum()
        assert np.allclose(prior / total, shares.mean(axis=0), atol=0.01)
        assert variance == pytest.approx(shares.var(axis=0).sum(), rel=0.05)

    @pytest.mark.parametrize("covariance", [np.zeros((2, 2)), np.ones((2, 2)), 1e4 * np.eye(2)])
    def test_limits_are_finite_and_positive(self, covariance):
        prior = match_dirichlet(np.zeros(2), covariance)
        assert (prior > 0).all()
        assert np.isfinite(prior).all()


@each_model
def test_without_the_library(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "tomotopy", None)
    with pytest.raises(MissingPartError, match=r'pip install "cio-topics\[tomotopy\]"'):
        clone(MODELS[name]).fit(COUNTS)


# tomotopy would end the process for most of these.
@pytest.mark.parametrize(
    ("model", "message"),
    [
        (TomotopyLDA(0), "n_components is 0"),
        (TomotopyLDA(40_000), "n_components is 40000; expected at most 32767"),
        (TomotopyLDA(2, doc_topic_prior=0), "doc_topic_prior is 0"),
        (TomotopyLDA(2, doc_topic_prior="auto"), "doc_topic_prior is 'auto'"),
        (TomotopyLDA(2, topic_word_prior=1e-300), "topic_word_prior is 1e-300"),
        (TomotopyLDA(2, iterations=0), "iterations is 0"),
        (PseudoDocumentTopics(2, n_pseudo_documents=0), "n_pseudo_documents is 0"),
        (PseudoDocumentTopics(2, doc_topic_prior=-1), "doc_topic_prior is -1"),
        (CorrelatedTopics(2, smoothing=0.0), "smoothing is 0.0"),
    ],
)
def test_settings(model, message):
    with pytest.raises(SettingsError, match=message):
        model.fit(COUNTS)
