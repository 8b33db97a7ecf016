import numpy as np
import pytest
from gensim.models import LdaModel, LdaMulticore
from gensim.utils import FakeDict
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.models.bags import term_bags
from cio_topics.topics.models.gensim_lda import GensimLDA

COUNTS = np.random.default_rng(0).poisson(0.3, (150, 40))  # invented
COUNTS[:75, :20] *= 3
TEXTS = COUNTS[COUNTS.sum(axis=1) > 0]


def by_hand(counts, model=LdaModel, **settings):
    return model(
        term_bags(csr_matrix(counts)),
        id2word=FakeDict(counts.shape[1]),
        random_state=0,
        eval_every=None,
        dtype=np.float64,
        **settings,
    )


class TestTheLibraryByHand:
    @pytest.mark.parametrize("n_jobs", [1, 2])
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            ({}, {"alpha": "auto", "passes": 10}),
            (
                {"doc_topic_prior": "asymmetric", "topic_word_prior": 0.2, "passes": 3},
                {"alpha": "asymmetric", "eta": 0.2, "passes": 3},
            ),
            (
                {"doc_topic_prior": "symmetric", "topic_word_prior": "auto", "iterations": 7},
                {"alpha": "symmetric", "eta": "auto", "iterations": 7, "passes": 10},
            ),
            (
                {"chunk_size": 32, "chunks_per_update": 2, "decay": 0.8, "offset": 4, "passes": 2},
                {
                    **{"chunksize": 32, "update_every": 2, "decay": 0.8, "offset": 4},
                    **{"alpha": "auto", "passes": 2},
                },
            ),
        ],
    )
    def test_same_bytes(self, ours, theirs, n_jobs):
        model = GensimLDA(4, n_jobs=n_jobs, **ours).fit(COUNTS)
        found = by_hand(TEXTS, num_topics=4, **theirs)
        assert model.components_.tobytes() == found.state.get_lambda().tobytes()
        assert model.topic_prior_.tobytes() == found.alpha.tobytes()
        assert model.term_prior_.tobytes() == found.eta.tobytes()

    def test_same_as_multicore_where_that_does_not_depend_on_time(self):
        # One worker with one chunk a pass: nothing can overtake.
        found = by_hand(
            TEXTS,
            LdaMulticore,
            **{"num_topics": 3, "workers": 1, "chunksize": len(TEXTS), "passes": 3},
        )
        model = GensimLDA(3, doc_topic_prior="symmetric", chunk_size=len(TEXTS), n_jobs=2)
        model._start(40)
        model.model_.sync_state()  # there, the prior is added before the first pass
        model._update(csr_matrix(TEXTS), np.ones(len(TEXTS)), passes=3)
        # gensim adds up in single precision there.
        assert np.allclose(model.components_, found.state.get_lambda(), rtol=1e-4)

    def test_updates_go_on(self):
        found = by_hand(TEXTS[:80], num_topics=3, alpha="auto")
        found.update(term_bags(csr_matrix(TEXTS[80:])))
        model = GensimLDA(3).partial_fit(TEXTS[:80]).partial_fit(TEXTS[80:])
        assert model.components_.tobytes() == found.state.get_lambda().tobytes()
        before = model.components_.copy()
        assert (model.partial_fit(np.zeros((2, 40))).components_ == before).all()

    @pytest.mark.parametrize(
        ("name", "value"),
        [("doc_topic_prior", 5.0), ("topic_word_prior", "auto"), ("decay", 0.9), ("chunk_size", 7)],
    )
    def test_goes_on_with_the_same_settings_only(self, name, value):
        """gensim's object has its own: others would be taken and not used."""
        model = GensimLDA(3).partial_fit(TEXTS)
        with pytest.raises(SettingsError, match=f"{name} is {value}, but the model was learned"):
            model.set_params(**{name: value}).partial_fit(TEXTS)


class TestPriors:
    def test_asymmetric_falls(self):
        prior = GensimLDA(5, doc_topic_prior="asymmetric", passes=1).fit(COUNTS).topic_prior_
        expected = 1 / (np.arange(5) + np.sqrt(5))
        assert np.allclose(prior, expected / expected.sum())

    def test_learned_ones_differ_and_given_ones_stay(self):
        assert len(set(GensimLDA(4).fit(COUNTS).topic_prior_.round(6))) == 4
        given = GensimLDA(4, doc_topic_prior=0.3, topic_word_prior=0.2).fit(COUNTS)
        assert set(given.topic_prior_) == {0.3}
        assert set(given.term_prior_) == {0.2}

    def test_one_topic_has_nothing_to_learn(self):
        assert GensimLDA(1).fit(COUNTS).topic_prior_.tolist() == [1.0]


class TestSampleWeight:
    SUBJECTS = np.kron([[1, 0], [0, 1]], [[4, 3, 2]] * 20)
    WEIGHTS = np.random.default_rng(0).integers(0, 4, 40)

    def model(self):
        return GensimLDA(2, passes=60, iterations=500, decay=1.0)

    def test_a_text_of_weight_two_is_two_texts(self):
        weighted = self.model().fit(self.SUBJECTS, sample_weight=self.WEIGHTS)
        said = self.model().fit(np.repeat(self.SUBJECTS, self.WEIGHTS, axis=0))
        assert np.allclose(weighted.components_, said.components_, rtol=0.01, atol=0.3)
        # The first updates see other starts, and the prior keeps a trace of them.
        assert np.allclose(weighted.topic_prior_, said.topic_prior_, atol=0.05)
        assert not np.allclose(
            weighted.components_, self.model().fit(self.SUBJECTS).components_, atol=10
        )

    def test_ones_change_nothing(self):
        ones = GensimLDA(3).fit(COUNTS, sample_weight=np.ones(150))
        assert ones.components_.tobytes() == GensimLDA(3).fit(COUNTS).components_.tobytes()

    @pytest.mark.parametrize(
        ("weights", "error", "message"),
        [
            (np.zeros(150), TooSmallError, "zero for every text that has a term"),
            (-np.ones(150), SettingsError, "sample_weight"),
            (np.ones(3), ValueError, "sample_weight"),
        ],
    )
    def test_refusals(self, weights, error, message):
        with pytest.raises(error, match=message):
            GensimLDA(2).fit(COUNTS, sample_weight=weights)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"doc_topic_prior": "learned"}, "doc_topic_prior is 'learned'.*auto, symmetric, asymm"),
        ({"topic_word_prior": "asymmetric"}, "topic_word_prior is 'asymmetric'.*auto, symmetric"),
        ({"passes": 0}, "passes is 0; expected a whole number of at least 1"),
        ({"iterations": 2.5}, "iterations is 2.5"),
        ({"chunk_size": 0}, "chunk_size is 0"),
        ({"chunks_per_update": 0}, "chunks_per_update is 0"),
        ({"decay": 0}, "decay is 0"),
        ({"offset": 0.5}, "offset is 0.5"),
        ({"n_jobs": 0}, "n_jobs is 0"),
        ({"n_jobs": -2}, "n_jobs is -2"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_settings(settings, message, method):
    with pytest.raises(SettingsError, match=message):
        getattr(GensimLDA(**settings), method)(COUNTS)
