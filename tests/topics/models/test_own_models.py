"""Laws of our own models; those every estimator obeys are in ``test_estimators.py``."""

import pickle
import subprocess
import sys
from math import exp, lgamma, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import nnls
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.decomposition import NMF

from cio_topics.errors import SettingsError
from cio_topics.topics.models.fold_in import fold_in
from cio_topics.topics.models.gibbs import GibbsLDA, _learned_prior, _tokens
from cio_topics.topics.models.kernels import mixture_sweep, token_sweep
from cio_topics.topics.models.mixture import DirichletMixture
from cio_topics.topics.models.nmf import TopicNMF

# Invented counts: three subjects with terms of their own, and one text without terms.
SUBJECTS = np.kron(np.eye(3), np.ones((8, 4)))
COUNTS = np.vstack(
    [SUBJECTS * np.random.default_rng(0).integers(0, 3, SUBJECTS.shape), np.zeros(12)]
)
MODELS = [
    TopicNMF(3),
    TopicNMF(3, loss="kullback-leibler"),
    GibbsLDA(3, n_sweeps=100),
    DirichletMixture(3),
]
each_model = pytest.mark.parametrize(
    "model", MODELS, ids=["frobenius", "kullback-leibler", "gibbs", "mixture"]
)


@each_model
class TestEachModel:
    @pytest.mark.parametrize("seed", range(4))
    def test_finds_what_is_apart(self, model, seed):
        found = clone(model).set_params(random_state=seed).fit(COUNTS)
        known = COUNTS[:24].sum(axis=1) > 0
        weights = found.transform(COUNTS)[:24][known]
        subject = (np.arange(24) // 8)[known]
        for topic in np.unique(weights.argmax(axis=1)):
            assert len(set(subject[weights.argmax(axis=1) == topic])) == 1

    def test_stored_weights_are_those_of_the_same_texts(self, model):
        fitted = clone(model)
        assert (fitted.fit_transform(COUNTS) == fitted.transform(COUNTS)).all()

    def test_a_row_knows_of_no_other(self, model):
        fitted = clone(model).fit(COUNTS)
        whole = fitted.transform(csr_matrix(COUNTS))
        order = np.random.default_rng(1).permutation(len(COUNTS))
        assert (fitted.transform(csr_matrix(COUNTS[order])) == whole[order]).all()
        for row in (0, 11, 24):
            assert (fitted.transform(COUNTS[[row]]) == whole[[row]]).all()

    def test_a_text_without_terms_keeps_its_row(self, model):
        weights = clone(model).fit(COUNTS).transform(COUNTS)
        assert weights.shape == (25, 3)
        if isinstance(model, TopicNMF):
            assert not weights[24].any()  # nothing to explain
        else:
            prior = clone(model).fit(COUNTS).topic_prior_
            np.testing.assert_allclose(weights[24], prior / prior.sum())

    def test_same_seed_same_bytes_in_another_process(self, model):
        fitted = clone(model).fit(COUNTS)
        program = (
            "import sys, numpy as np; from tests.topics.models.test_own_models import MODELS, COUNTS;"
            f"model = MODELS[{MODELS.index(model)}].fit(COUNTS);"
            "sys.stdout.buffer.write(model.components_.tobytes() + model.transform(COUNTS).tobytes())"
        )
        other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
        assert other.stdout == fitted.components_.tobytes() + fitted.transform(COUNTS).tobytes()

    def test_what_was_given_stays_as_it_is(self, model):
        given = csr_matrix(COUNTS)
        given.data[0] = 0.0  # a stored zero
        before = (given.data.copy(), given.indices.copy(), given.indptr.copy())
        clone(model).fit(given).transform(given)
        assert all(
            (a == b).all()
            for a, b in zip(before, (given.data, given.indices, given.indptr), strict=True)
        )

    @pytest.mark.parametrize(
        ("settings_", "message"),
        [
            ({"n_components": 0}, "n_components is 0; expected a whole number of at least 1"),
            ({"n_components": 2.5}, "n_components is 2.5"),
            ({"n_components": "many"}, "n_components is 'many'"),
        ],
    )
    def test_refusals(self, model, settings_, message):
        with pytest.raises(SettingsError, match=message):
            clone(model).set_params(**settings_).fit(COUNTS)

    @pytest.mark.parametrize(
        "weights", [np.ones(3), -np.ones(25), np.full(25, np.nan)], ids=["short", "negative", "nan"]
    )
    def test_weights_that_are_none(self, model, weights):
        with pytest.raises(SettingsError, match=r"sample_weight has the shape.*expected 25 finite"):
            clone(model).fit(COUNTS, sample_weight=weights)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (GibbsLDA(n_sweeps=0), "n_sweeps is 0; expected a whole number of at least 1"),
        (GibbsLDA(doc_topic_prior=0), "doc_topic_prior is 0; expected a number from 1e-06"),
        (GibbsLDA(topic_word_prior="auto"), "topic_word_prior is 'auto'; expected a number"),
        (DirichletMixture(n_sweeps=-1), "n_sweeps is -1"),
        (DirichletMixture(doc_topic_prior=float("nan")), "doc_topic_prior is nan"),
        (TopicNMF(loss="hinge"), "unknown loss 'hinge'; expected one of: frobenius"),
        (TopicNMF(max_iter=0), "max_iter is 0; expected a whole"),
    ],
)
def test_settings_that_are_none(model, message):
    with pytest.raises(SettingsError, match=message):
        model.fit(COUNTS)


def clone_fitted(model):
    return pickle.loads(pickle.dumps(model))


class TestTopicNMF:
    @pytest.mark.parametrize(
        ("matrix", "sample_weight"),
        [
            ([[1, 0], [1, 0], [1, 0]], [0, 1, 0]),
            (np.diag([0, 0, 3.0, 0, 0, 0]), None),
            (np.ones((5, 4)), None),
        ],
    )
    @pytest.mark.parametrize("loss", ["frobenius", "kullback-leibler"])
    def test_more_topics_than_directions(self, matrix, sample_weight, loss):
        """scikit-learn's start would divide 0 by 0."""
        model = TopicNMF(2, loss=loss).fit(matrix, sample_weight=sample_weight)
        assert np.isfinite(model.components_).all()
        assert model.components_.any()
        assert np.isfinite(model.transform(matrix)).all()

    def test_the_scale_of_a_text_does_not_matter(self):
        model = TopicNMF(3).fit(COUNTS)
        text = COUNTS[[0]] + COUNTS[[9]]
        expected = model.transform(text)
        np.testing.assert_allclose(model.transform(text * 1e-10), expected, atol=1e-6)

    def test_topics_are_those_of_scikit_learn(self):
        own = TopicNMF(3).fit(COUNTS).components_
        known = COUNTS[COUNTS.any(axis=1)]  # a text without terms changes nothing
        theirs = NMF(3, init="nndsvda", max_iter=400, random_state=0).fit(known).components_
        np.testing.assert_allclose(
            own / own.sum(axis=1, keepdims=True), theirs / theirs.sum(axis=1, keepdims=True)
        )

    @settings(max_examples=30, deadline=None)
    @given(arrays(float, (6, 12), elements=st.floats(0, 5)))
    def test_weights_are_the_least_squares(self, texts):
        model = TopicNMF(3).fit(COUNTS)
        topics = model.components_ / model.components_.sum(axis=1, keepdims=True)
        for text, weights in zip(texts, model.transform(texts), strict=True):
            best = nnls(topics.T, text)[0]
            total = best.sum()
            np.testing.assert_allclose(weights, best / total if total > 0 else 0.0, atol=1e-5)

    def test_a_weight_of_two_is_the_text_twice(self):
        weights = np.ones(25)
        weights[:5] = 2.0
        twice = np.vstack([COUNTS, COUNTS[:5]])
        one, other = TopicNMF(3).fit(COUNTS, sample_weight=weights), TopicNMF(3).fit(twice)
        shares = [m.components_ / m.components_.sum(axis=1, keepdims=True) for m in (one, other)]
        np.testing.assert_allclose(*shares, atol=1e-3)

    def test_the_rows_of_topics_sum_to_what_they_explain(self):
        model = TopicNMF(3).fit(COUNTS)
        np.testing.assert_allclose(model.components_.sum(), COUNTS.sum(), rtol=0.01)

    def test_more_topics_than_terms(self):
        assert TopicNMF(5).fit(COUNTS[:, :4]).transform(COUNTS[:, :4]).shape == (25, 5)


class TestFoldIn:
    TOPICS = np.array([[0.7, 0.2, 0.1, 0.0], [0.1, 0.1, 0.1, 0.7]])

    def likelihood(self, weights, text, prior):
        return float(text @ np.log(weights @ self.TOPICS + 1e-300) + prior @ np.log(weights))

    @settings(max_examples=30, deadline=None)
    @given(arrays(float, 4, elements=st.integers(0, 5).map(float)), st.floats(0.05, 2))
    def test_no_other_weights_are_more_probable(self, text, prior):
        priors = np.array([prior, 2 * prior])
        best = fold_in(csr_matrix(text), self.TOPICS, priors, n_steps=5000, tolerance=1e-12)[0]
        grid = np.linspace(1e-6, 1 - 1e-6, 401)
        others = [self.likelihood(np.array([x, 1 - x]), text, priors) for x in grid]
        assert self.likelihood(best, text, priors) >= max(others) - 1e-6

    def test_a_term_no_topic_has_changes_nothing_but_the_prior_s_say(self):
        topics = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
        found = fold_in(csr_matrix([[3.0, 0.0, 5.0]]), topics, np.array([0.1, 0.1]))
        assert np.isfinite(found).all()
        assert found[0, 0] > 0.9


class TestGibbsLDA:
    def test_counts_are_kept(self):
        model = GibbsLDA(3, n_sweeps=20).fit(COUNTS)
        np.testing.assert_allclose(
            (model.components_ - model.topic_word_prior).sum(axis=0), COUNTS.sum(axis=0)
        )

    def test_a_fraction_is_a_token_of_less_weight(self):
        texts, terms, sizes = _tokens(csr_matrix([[2.5, 0, 1]]), np.array([2.0]))
        assert (texts.tolist(), terms.tolist()) == ([0] * 4, [0, 0, 0, 2])
        np.testing.assert_allclose(sizes, [5 / 3, 5 / 3, 5 / 3, 2])

    def test_a_sweep_draws_from_the_posterior(self):
        """By hand: dictionaries, a token at a time, the formula of Griffiths and Steyvers."""
        random = np.random.default_rng(3)
        texts, terms = random.integers(0, 4, 40), random.integers(0, 5, 40)
        topics, chances = random.integers(0, 3, 40), random.random(40)
        prior, smoothing = np.array([0.3, 0.1, 0.5]), 0.2
        by_hand = topics.tolist()
        for token in range(40):
            others = [other for other in range(40) if other != token]
            odds = []
            for topic in range(3):
                same = [other for other in others if by_hand[other] == topic]
                in_text = sum(texts[other] == texts[token] for other in same)
                of_term = sum(terms[other] == terms[token] for other in same)
                odds.append(
                    (in_text + prior[topic]) * (of_term + smoothing) / (len(same) + 5 * smoothing)
                )
            total, by_hand[token] = 0.0, 2
            for topic in range(3):
                total += odds[topic]
                if total >= chances[token] * sum(odds):
                    by_hand[token] = topic
                    break
        by_text, by_term = np.zeros((4, 3)), np.zeros((5, 3))
        np.add.at(by_text, (texts, topics), 1.0)
        np.add.at(by_term, (terms, topics), 1.0)
        token_sweep(
            texts, terms, np.ones(40), topics, by_text, by_term, by_term.sum(axis=0), prior,
            smoothing, chances,
        )  # fmt: skip
        assert topics.tolist() == by_hand
        assert by_term.sum() == 40

    def test_a_rare_topic_gets_a_small_prior(self):
        rare = np.vstack(
            [np.tile([1.0, 1, 1, 0, 0, 0], (60, 1)), np.tile([0.0, 0, 0, 1, 1, 1], (3, 1))]
        )
        model = GibbsLDA(2, n_sweeps=200).fit(rare)
        prior = sorted(model.topic_prior_)
        assert prior[1] > 2 * prior[0]

    def test_the_prior_without_texts_stays(self):
        prior = np.array([0.1, 0.2])
        assert (_learned_prior(np.zeros((3, 2)), np.zeros(3), prior) == prior).all()

    def test_the_learned_prior_is_that_of_the_texts(self):
        random = np.random.default_rng(0)
        true = np.array([0.2, 1.0, 3.0])
        by_text = np.array([random.multinomial(50, random.dirichlet(true)) for _ in range(3000)])
        prior = np.full(3, 0.5)
        for _ in range(60):
            prior = _learned_prior(by_text.astype(float), by_text.sum(axis=1).astype(float), prior)
        np.testing.assert_allclose(prior, true, rtol=0.1)


class TestDirichletMixture:
    def test_counts_are_kept(self):
        model = DirichletMixture(3).fit(COUNTS)
        np.testing.assert_allclose(
            (model.components_ - model.topic_word_prior).sum(axis=0), COUNTS.sum(axis=0)
        )
        known = (COUNTS.sum(axis=1) > 0).sum()
        assert (model.topic_prior_ - model.doc_topic_prior).sum() == pytest.approx(known)

    @settings(max_examples=25, deadline=None)
    @given(arrays(float, 12, elements=st.integers(0, 4).map(float)))
    def test_weights_are_the_posterior(self, text):
        """The Dirichlet-multinomial by gamma functions (Yin and Wang 2014, eq. 4)."""
        model = DirichletMixture(3).fit(COUNTS)
        logs = []
        for counts, texts in zip(model.components_, model.topic_prior_, strict=True):
            value = log(texts) + lgamma(counts.sum()) - lgamma(counts.sum() + text.sum())
            value += sum(lgamma(c + x) - lgamma(c) for c, x in zip(counts, text, strict=True))
            logs.append(value)
        odds = [exp(value - max(logs)) for value in logs]
        expected = [value / sum(odds) for value in odds]
        np.testing.assert_allclose(model.transform(text[np.newaxis])[0], expected, atol=1e-9)

    @pytest.mark.parametrize("count", [8, 9, 100, 150, 3_000, 10.5])
    def test_terms_said_often_neither_vanish_nor_take_long(self, count):
        model = DirichletMixture(3).fit(COUNTS)
        text = np.zeros(12)
        text[[0, 5]] = count, 2.0
        logs = []
        for counts, texts in zip(model.components_, model.topic_prior_, strict=True):
            # A fraction of a count is a power of the last factor.
            whole, rest = divmod(count, 1)
            value = log(texts) + lgamma(counts[0] + whole) - lgamma(counts[0])
            value -= lgamma(counts.sum() + whole) - lgamma(counts.sum())
            base, total = counts[0] + whole, counts.sum() + whole
            value += rest * log(base / total)
            total += rest
            value += log(counts[5] * (counts[5] + 1) / total / (total + 1))
            logs.append(value)
        odds = [exp(value - max(logs)) for value in logs]
        expected = [value / sum(odds) for value in odds]
        np.testing.assert_allclose(model.transform(text[np.newaxis])[0], expected, atol=1e-6)

    def test_a_count_beyond_all_bounds_ends(self):
        text = np.zeros((1, 12))
        text[0, 0] = 2e16
        assert DirichletMixture(3).fit(COUNTS).transform(text).sum() == pytest.approx(1)

    def test_long_texts_keep_their_topics(self):
        chance = np.random.default_rng(0)
        texts = np.zeros((60, 200))
        for row in range(60):
            texts[row, row % 2 * 100 : row % 2 * 100 + 100] = chance.poisson(200, 100)
        weights = DirichletMixture(4, n_sweeps=30).fit_transform(texts)
        assert np.isfinite(weights).all()
        assert not set(weights[::2].argmax(axis=1)) & set(weights[1::2].argmax(axis=1))

    def test_goes_on_with_the_same_settings_only(self):
        model = DirichletMixture(3).fit(COUNTS)
        with pytest.raises(SettingsError, match=r"n_components is 5, but .* learned with 3"):
            clone_fitted(model).set_params(n_components=5).partial_fit(COUNTS)
        with pytest.raises(SettingsError, match=r"topic_word_prior is 0\.2, but .* with 0\.1"):
            clone_fitted(model).set_params(topic_word_prior=0.2).partial_fit(COUNTS)

    def test_a_sweep_draws_from_the_posterior(self):
        """By hand: counts without the text, gamma functions, one text at a time."""
        random = np.random.default_rng(5)
        counts = csr_matrix(random.integers(0, 3, (12, 5)).astype(float))
        counts.eliminate_zeros()
        topics, chances = random.integers(0, 3, 12), random.random(12)
        prior, smoothing = 0.4, 0.2
        dense, by_hand = counts.toarray(), topics.tolist()
        for text in range(12):
            logs = []
            for topic in range(3):
                others = [o for o in range(12) if o != text and by_hand[o] == topic]
                base = dense[others].sum(axis=0) + smoothing
                value = log(len(others) + prior)
                value += lgamma(base.sum()) - lgamma(base.sum() + dense[text].sum())
                value += sum(
                    lgamma(b + x) - lgamma(b) for b, x in zip(base, dense[text], strict=True)
                )
                logs.append(value)
            odds = np.exp(np.array(logs) - max(logs)).cumsum()
            by_hand[text] = int(np.searchsorted(odds, chances[text] * odds[-1]))
        by_term = np.zeros((5, 3))
        for text, topic in enumerate(topics):
            by_term[:, topic] += dense[text]
        n_texts = np.bincount(topics, minlength=3).astype(float)
        mixture_sweep(
            counts.indptr, counts.indices, counts.data, np.ones(12), topics, by_term,
            by_term.sum(axis=0), n_texts, prior, smoothing, chances,
        )  # fmt: skip
        assert topics.tolist() == by_hand
        assert n_texts.sum() == 12

    def test_topics_nobody_needs_stay_empty(self):
        model = DirichletMixture(12, doc_topic_prior=0.01).fit(COUNTS)
        assert (model.topic_prior_ > 1).sum() < 8

    def test_partial_fit_keeps_what_it_knew(self):
        halves = COUNTS[::2], COUNTS[1::2]
        model = DirichletMixture(3).partial_fit(halves[0])
        topic = model.transform(COUNTS[[0, 8, 16]]).argmax(axis=1)
        model.partial_fit(halves[1])
        assert (model.transform(COUNTS[[0, 8, 16]]).argmax(axis=1) == topic).all()
        np.testing.assert_allclose(
            (model.components_ - model.topic_word_prior).sum(axis=0), COUNTS.sum(axis=0)
        )


@pytest.mark.parametrize("count", [1e9, 1e20])
def test_more_tokens_than_can_be_drawn(count):
    with pytest.raises(SettingsError, match=r"the counts sum to .*; expected at most 5e\+08"):
        GibbsLDA(2).fit(np.array([[count, 1.0], [1.0, 1.0]]))


def test_topics_that_do_not_fit_are_refused_before_the_compiled_loop():
    counts, topics = csr_matrix(np.ones((2, 3))), np.full((2, 3), 1 / 3)
    with pytest.raises(SettingsError, match=r"topics have the shape \(2, 3\); expected \(4, 3\)"):
        fold_in(counts, topics, np.ones(4))
    with pytest.raises(SettingsError, match=r"expected \(2, 5\)"):
        fold_in(csr_matrix(np.ones((2, 5))), topics, np.ones(2))
