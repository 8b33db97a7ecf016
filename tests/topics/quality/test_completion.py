"""Halves of texts, and the likelihood of one half given the other."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.pipeline import Pipeline

from cio_topics.errors import SettingsError
from cio_topics.topics.quality.completion import complete_texts, halve_counts

counts_of = st.lists(
    st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=8
).map(np.array)


class Fixed:
    """A model whose topics are given, and the weights that are the same for all texts."""

    def __init__(self, components, weights):
        self.components_ = np.asarray(components, dtype=float)
        self.weights = np.asarray(weights, dtype=float)

    def transform(self, counts):
        self.seen = csr_matrix(counts).toarray()
        return np.tile(self.weights, (counts.shape[0], 1))


class Linear(Fixed):
    """The weights of a text are sums over its tokens."""

    def transform(self, counts):
        weights = counts @ self.weights
        return weights / weights.sum(axis=1, keepdims=True)


@given(counts_of, st.integers(0, 2**32 - 1))
def test_halves_make_up_the_text_and_the_greater_is_shown(counts, seed):
    observed, scored = halve_counts(csr_matrix(counts), seed)
    assert (observed.toarray() + scored.toarray() == counts).all()
    assert (observed.toarray().sum(axis=1) == (counts.sum(axis=1) + 1) // 2).all()
    assert observed.toarray().min() >= 0
    assert scored.toarray().min() >= 0
    assert (scored.data > 0).all()  # no zeros are stored


def test_every_token_is_as_likely_to_be_shown():
    observed, _ = halve_counts(csr_matrix(np.tile([[3.0, 1.0, 2.0]], (20_000, 1))))
    assert observed.toarray().mean(axis=0) == pytest.approx([1.5, 0.5, 1.0], abs=0.02)
    # Without replacement: of three alike in six, all are shown in 1 of 20 texts.
    assert (observed.toarray()[:, 0] == 3).mean() == pytest.approx(1 / 20, abs=0.005)


def test_halves_depend_on_the_seed_only():
    counts = csr_matrix(np.random.default_rng(0).integers(0, 3, (30, 9)).astype(float))
    first, again, other = (halve_counts(counts, seed)[0].toarray() for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


@settings(deadline=None)
@given(counts_of, st.floats(0.001, 0.9), st.integers(0, 2**32 - 1))
def test_likelihood_is_that_of_the_mixture(counts, smoothing, seed):
    rng = np.random.default_rng(seed)
    components = rng.gamma(0.3, size=(3, 5))
    model = Linear(components, rng.dirichlet([0.5] * 3, size=5))
    found = complete_texts(model, csr_matrix(counts), smoothing=smoothing, random_state=seed)
    observed, scored = halve_counts(csr_matrix(counts), seed)
    weights = [
        model.transform(row[None, :])[0] if any(row) else [0] * 3 for row in observed.toarray()
    ]
    shares = components / components.sum(axis=1, keepdims=True)
    expected = []
    for row, text in zip(weights, scored.toarray(), strict=True):
        total = 0.0
        for term, times in enumerate(text):
            share = sum(row[topic] * shares[topic, term] for topic in range(3))
            total += times * np.log((1 - smoothing) * share + smoothing / 5)
        expected.append(total)
    assert found.log_likelihood == pytest.approx(expected)
    assert (found.n_tokens == counts.sum(axis=1) // 2).all()
    assert found.n_terms == 5


def test_a_term_no_topic_has_costs_its_smoothing():
    model = Fixed([[1, 0, 0], [0, 1, 0]], [1.0, 0.0])
    found = complete_texts(model, csr_matrix([[0, 0, 4]]), smoothing=0.03, random_state=0)
    assert found.log_likelihood[0] == pytest.approx(2 * np.log(0.01))


@pytest.mark.parametrize(
    ("components", "weights"),
    [
        ([[1, 1], [0, 0]], [0.0, 1.0]),  # a topic that died
        ([[1, 1], [1, 1]], [0.0, 0.0]),  # weights of nothing
        ([[1e-300, 1e-300], [1e300, 1e300]], [0.5, 0.5]),
    ],
)
def test_what_says_nothing_is_even(components, weights):
    model = Fixed(components, weights)
    found = complete_texts(model, csr_matrix([[2, 2]]), smoothing=0.01, random_state=0)
    assert found.log_likelihood[0] == pytest.approx(2 * np.log(0.5))


# Invented titles.
TEXTS = ["電子政府 計画 計画 評価", "防災 訓練 地図", "電子政府 評価", "防災 訓練 訓練 計画"] * 5


def test_a_model_of_tf_idf_is_shown_tf_idf_of_the_half():
    vectorizer = TfidfVectorizer(analyzer=str.split, sublinear_tf=True).fit(TEXTS)
    model = Fixed(np.ones((2, 6)), [0.5, 0.5])
    complete_texts(
        Pipeline([("vectorizer", vectorizer), ("topics", model)]),
        TEXTS,
        smoothing=0.01,
        random_state=7,
    )
    counter = CountVectorizer(analyzer=str.split).fit(TEXTS)
    observed, _ = halve_counts(csr_matrix(counter.transform(TEXTS), dtype=float), 7)
    names = counter.get_feature_names_out()
    halves = [" ".join(np.repeat(names, row.astype(int))) for row in observed.toarray()]
    assert model.seen == pytest.approx(vectorizer.transform(halves).toarray())


@pytest.mark.parametrize("settings_", [{"use_idf": False}, {"norm": None}, {"norm": "l1"}])
def test_settings_of_tf_idf_are_kept(settings_):
    vectorizer = TfidfVectorizer(analyzer=str.split, **settings_).fit(TEXTS)
    model = Fixed(np.ones((2, 6)), [0.5, 0.5])
    pipeline = Pipeline([("vectorizer", vectorizer), ("topics", model)])
    complete_texts(pipeline, ["計画 計画"], smoothing=0.01, random_state=0)
    assert model.seen == pytest.approx(vectorizer.transform(["計画"]).toarray())


def test_the_scale_of_the_components_of_nmf_does_not_matter():
    counts = csr_matrix(CountVectorizer(analyzer=str.split).fit_transform(TEXTS), dtype=float)
    model = NMF(2, init="nndsvda", tol=1e-9, max_iter=3000).fit(counts)
    first = complete_texts(model, counts, smoothing=0.01, random_state=0)
    model.components_ = model.components_ * [[50.0], [0.2]]
    again = complete_texts(model, counts, smoothing=0.01, random_state=0)
    assert again.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-3)


def test_a_sequence_of_texts_or_a_series():
    pipeline = Pipeline(
        [
            ("vectorizer", CountVectorizer(analyzer=str.split)),
            ("topics", LatentDirichletAllocation(2, random_state=0)),
        ]
    ).fit(TEXTS)
    found, other = (
        complete_texts(pipeline, texts, smoothing=0.01, random_state=0)
        for texts in (TEXTS, pd.Series(TEXTS, index=range(5, 25)))
    )
    assert (found.log_likelihood == other.log_likelihood).all()


def test_the_given_matrix_stays_as_it_is():
    counts = csr_matrix(([1.0, 2.0, 1.0], [0, 0, 1], [0, 3]), shape=(1, 2))  # one term twice
    found = complete_texts(Fixed(np.ones((2, 2)), [1, 0]), counts, smoothing=0.5, random_state=0)
    assert found.n_tokens[0] == 2
    assert counts.data.tolist() == [1, 2, 1]


FITTED = Fixed(np.ones((2, 2)), [0.5, 0.5])
ONE = csr_matrix([[1.0, 1.0]])


@pytest.mark.parametrize(
    ("model", "texts", "said"),
    [
        (FITTED, csr_matrix([[0.5, 1.0]]), "no whole numbers; expected counts"),
        (FITTED, csr_matrix([[-1.0, 1.0]]), "no whole numbers"),
        (FITTED, csr_matrix([[1.0, 1.0, 1.0]]), "has 3 columns; expected 2"),
        (FITTED, "電子政府", "expected a sequence of texts"),
        (NMF(2), ONE, "'NMF' has no components_; expected a fitted"),
        (TruncatedSVD(1).fit(np.array([[1.0, -2.0], [0, 1]])), ONE, "negative or no number"),
        (
            Pipeline([("vectorizer", CountVectorizer()), ("topics", NMF(2))]),
            ["a"],
            "'NMF' has no components_",
        ),
        (Pipeline([("topics", FITTED)]), ["a"], "has the steps topics; expected vectorizer"),
        (
            Pipeline([("vectorizer", HashingVectorizer()), ("topics", FITTED)]),
            ["a"],
            "the vectorizer is 'HashingVectorizer'",
        ),
        (
            Pipeline([("vectorizer", CountVectorizer()), ("topics", FITTED)]),
            ONE,
            "got a matrix; expected texts",
        ),
    ],
)
def test_refusals(model, texts, said):
    with pytest.raises(SettingsError, match=said):
        complete_texts(model, texts, smoothing=0.01, random_state=0)


@pytest.mark.parametrize("smoothing", [0, 1, -0.1, float("nan")])
def test_smoothing_that_could_give_the_probability_nought(smoothing):
    with pytest.raises(SettingsError, match=r"smoothing is .* between 0 and 1"):
        complete_texts(FITTED, ONE, smoothing=smoothing, random_state=0)
