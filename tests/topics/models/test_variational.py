import numpy as np
import pytest
from sklearn.decomposition import LatentDirichletAllocation

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.models.variational import VariationalLDA

COUNTS = np.random.default_rng(0).poisson(0.4, (90, 30))  # invented
COUNTS[:45, :15] *= 3
TEXTS = COUNTS[COUNTS.sum(axis=1) > 0]


class TestTheLibraryByHand:
    @pytest.mark.parametrize("method", ["batch", "online"])
    def test_same_bytes(self, method):
        settings = {"learning_method": method, "max_iter": 5, "batch_size": 20}
        priors = {"doc_topic_prior": 0.2, "topic_word_prior": 0.03}
        found = LatentDirichletAllocation(4, **settings, **priors, random_state=0).fit(TEXTS)
        model = VariationalLDA(4, **settings, **priors).fit(COUNTS)
        assert model.components_.tobytes() == found.components_.tobytes()
        assert model.topic_prior_.tolist() == [0.2] * 4
        assert model.n_iter_ == found.n_iter_ == 5

    def test_updates_go_on(self):
        found = LatentDirichletAllocation(3, total_samples=90, random_state=0)
        found.partial_fit(TEXTS[:40]).partial_fit(TEXTS[40:])
        model = VariationalLDA(3, total_samples=90).partial_fit(TEXTS[:40])
        model.partial_fit(TEXTS[40:])
        assert model.components_.tobytes() == found.components_.tobytes()
        assert model.topic_prior_.tolist() == [1 / 3] * 3
        before = model.components_.copy()
        assert (model.partial_fit(np.zeros((2, 30))).components_ == before).all()

    def test_goes_on_with_the_same_settings_only(self):
        model = VariationalLDA(4).partial_fit(TEXTS)
        with pytest.raises(SettingsError, match=r"n_components is 9, but .* learned with 4"):
            model.set_params(n_components=9).partial_fit(TEXTS)
        with pytest.raises(SettingsError, match=r"doc_topic_prior is 5\.0, but .* with None"):
            model.set_params(n_components=4, doc_topic_prior=5.0).partial_fit(TEXTS)

    def test_nothing_to_begin_with(self):
        with pytest.raises(TooSmallError, match="none of 2 texts"):
            VariationalLDA(3).partial_fit(np.zeros((2, 30)))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_method": "stream"}, "unknown learning_method 'stream'; expected one of: batch"),
        ({"doc_topic_prior": 0.0}, r"doc_topic_prior is 0\.0"),
        ({"max_iter": 0}, "max_iter is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"total_samples": 0}, "total_samples is 0"),
        ({"learning_decay": 0}, "learning_decay is 0"),
        ({"learning_offset": 0}, "learning_offset is 0"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_settings(settings, message, method):
    with pytest.raises(SettingsError, match=message):
        getattr(VariationalLDA(**settings), method)(COUNTS)
