"""What both models of changing topics promise, and periods without texts."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.dynamic import DynamicTopics, LdaSeq
from cio_topics.topics.dynamic.base import fill_gaps

N_TERMS = 6
# Two topics: terms 0-2, and terms 3-5. In the second half term 2 takes the place of term 0.
EARLY, LATE, OTHER = [6, 4, 0, 0, 0, 0], [0, 4, 6, 0, 0, 0], [0, 0, 0, 5, 5, 4]
COUNTS = csr_matrix([EARLY, OTHER] * 10 + [LATE, OTHER] * 10 + [[0] * 6, [1, 1, 0, 0, 0, 0]])
YEARS = ["2004", "2005", "2006", "2007", "unknown"]  # 2006 has no text
PERIODS = pd.Categorical(
    ["2004"] * 10 + ["2005"] * 10 + ["2007"] * 20 + ["2005", "unknown"], YEARS, ordered=True
)
MODELS = {
    "dtm": DynamicTopics(n_topics=2, n_steps=400),
    "ldaseq": LdaSeq(n_topics=2, max_passes=3, chain_variance=0.5, max_seconds=None),
}
FITTED = {name: clone(model).fit(COUNTS, PERIODS) for name, model in MODELS.items()}

models = pytest.mark.parametrize("name", MODELS)


@models
def test_shapes_and_sums(name):
    model = FITTED[name]
    assert model.periods_ == ["2004", "2005", "2006", "2007"]
    assert model.n_texts_.tolist() == [10, 10, 0, 20]  # neither the empty text nor the unknown one
    assert model.topics_.shape == (4, 2, N_TERMS)
    assert model.topics_.sum(axis=2) == pytest.approx(np.ones((4, 2)))
    assert model.priors_.shape == (4, 2)
    assert (model.priors_ > 0).all()
    assert model.n_features_in_ == N_TERMS


@models
def test_finds_the_topics_and_their_change(name):
    model = FITTED[name]
    weights = model.transform(COUNTS, PERIODS)
    main = weights.argmax(axis=1)
    assert len(set(main[0:40:2])) == len(set(main[1:40:2])) == 1
    assert main[0] != main[1]
    first = model.topics_[:, main[0]]
    assert first[0].argmax() == 0
    assert first[3].argmax() == 2
    assert first[0][0] > first[2][0] > first[3][0]  # 2006, without texts, lies between


@models
def test_every_text_keeps_its_row(name):
    weights = FITTED[name].transform(COUNTS, PERIODS)
    assert weights.shape == (42, 2)
    assert weights.sum(axis=1) == pytest.approx(np.ones(42))
    model = FITTED[name]
    assert weights[40] == pytest.approx(model.priors_[1] / model.priors_[1].sum())  # empty: prior
    assert weights[41].argmax() == weights[0].argmax()  # unknown period, known words


@models
def test_a_row_does_not_know_of_the_others(name):
    model = FITTED[name]
    weights = model.transform(COUNTS, PERIODS)
    rows = [41, 3, 20, 40]
    assert model.transform(COUNTS[rows], PERIODS[rows]).tolist() == weights[rows].tolist()
    assert model.transform(COUNTS[[7]], ["2006"]).shape == (1, 2)  # a period without texts


@models
def test_the_same_bytes_again(name):
    again = pickle.loads(pickle.dumps(clone(MODELS[name]).fit(COUNTS, PERIODS)))
    assert again.topics_.tobytes() == FITTED[name].topics_.tobytes()
    assert again.priors_.tobytes() == FITTED[name].priors_.tobytes()
    both = [model.transform(COUNTS, PERIODS).tobytes() for model in (again, FITTED[name])]
    assert both[0] == both[1]


@models
def test_the_seed_matters(name):
    other = clone(MODELS[name]).set_params(random_state=1).fit(COUNTS, PERIODS)
    assert other.topics_.tobytes() != FITTED[name].topics_.tobytes()


@models
def test_progress_counts_up(name):
    told = []
    clone(MODELS[name]).fit(
        COUNTS, PERIODS, progress=lambda done, total: told.append((done, total))
    )
    done, totals = zip(*told, strict=True)
    assert len(set(totals)) == 1
    assert list(done) == sorted(set(done))
    assert done[-1] == totals[0]


@models
def test_an_interrupt_leaves_the_model_as_it_was(name):
    def interrupt(done, total):
        raise KeyboardInterrupt

    model = clone(MODELS[name])
    with pytest.raises(KeyboardInterrupt):
        model.fit(COUNTS, PERIODS, progress=interrupt)
    assert vars(model) == vars(clone(MODELS[name]))


@models
@pytest.mark.parametrize(
    ("counts", "periods", "params", "error", "match"),
    [
        (COUNTS * 0.5, PERIODS, {}, SettingsError, "a count is no whole number"),
        (COUNTS, PERIODS[:3], {}, SettingsError, "3 periods were given for 42 items"),
        (
            COUNTS,
            PERIODS,
            {"n_topics": 1},
            SettingsError,
            "n_topics is 1; expected a whole number of at least 2",
        ),
        (COUNTS, PERIODS, {"n_topics": 41}, TooSmallError, "40 texts with terms in 3 periods are"),
        (COUNTS, ["2004"] * 42, {}, TooSmallError, "41 texts with terms in 1 periods"),
        (COUNTS * 0, PERIODS, {}, TooSmallError, "0 texts with terms in 0 periods"),
        (-COUNTS, PERIODS, {}, ValueError, "Negative values"),
    ],
)
def test_refuses_to_learn(name, counts, periods, params, error, match):
    with pytest.raises(error, match=match):
        clone(MODELS[name]).set_params(**params).fit(counts, periods)


@models
def test_refuses_a_period_it_does_not_know(name):
    with pytest.raises(SettingsError, match="no period '2008'; it has: 2004, 2005, 2006, 2007"):
        FITTED[name].transform(COUNTS[:2], ["2004", "2008"])


@models
def test_refuses_other_terms(name):
    with pytest.raises(ValueError, match="expecting 6 features"):
        FITTED[name].transform(COUNTS[:, :5], PERIODS)


def test_fill_gaps():
    known = np.array([[0.5, 0.5], [0.0, 1.0], [0.2, 0.8]])
    filled = fill_gaps(known, np.array([1, 2, 5]), 7)
    assert filled[[1, 2, 5]].tolist() == known.tolist()
    assert filled[0].tolist() == known[0].tolist()  # before the first: the first
    assert filled[6].tolist() == known[2].tolist()
    assert filled.sum(axis=1) == pytest.approx(np.ones(7))
    assert filled[3, 0] < filled[4, 0] < 0.2
    bare = fill_gaps(np.array([[1.0], [4.0]]), np.array([0, 2]), 3, total=None)
    assert bare.ravel() == pytest.approx([1, 2, 4])  # a straight line of logarithms
