import numpy as np
import pytest
from gensim.models import HdpModel
from gensim.utils import FakeDict
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.models.bags import term_bags
from cio_topics.topics.models.gensim_hdp import GensimHDP

COUNTS = np.random.default_rng(0).poisson(0.4, (100, 30))  # invented
COUNTS[:50, :15] *= 3
TEXTS = COUNTS[COUNTS.sum(axis=1) > 0]
SETTINGS = {"topics_per_text": 3, "passes": 2, "chunk_size": 40}


def test_the_library_by_hand():
    found = HdpModel(
        term_bags(csr_matrix(TEXTS)),
        FakeDict(30),
        # Two passes of three chunks.
        **{"max_chunks": 6, "chunksize": 40, "K": 3, "T": 8, "kappa": 0.6, "tau": 1.0},
        random_state=0,
    )
    model = GensimHDP(8, min_share=0, **SETTINGS).fit(COUNTS)
    alpha, beta = found.hdp_to_lda()
    probabilities = model.components_ / model.components_.sum(axis=1, keepdims=True)
    assert np.allclose(probabilities, beta, rtol=1e-9)
    assert np.allclose(model.topic_prior_, alpha)


class TestShares:
    def test_topics_come_by_share_and_small_ones_go(self):
        whole = GensimHDP(8, min_share=0, **SETTINGS).fit(COUNTS)
        shares = whole.topic_shares_
        assert shares.sum() == pytest.approx(1)
        assert (np.diff(shares) <= 0).all()
        least = (shares[2] + shares[3]) / 2
        some = GensimHDP(8, min_share=least, **SETTINGS).fit(COUNTS)
        assert (some.topic_shares_ == shares).all()
        assert (some.components_ == whole.components_[:3]).all()
        assert some.topic_prior_.sum() == pytest.approx(1)
        assert some.transform(COUNTS).shape == (100, 3)

    def test_the_largest_is_always_kept(self):
        assert GensimHDP(8, min_share=0.99, **SETTINGS).fit(COUNTS).components_.shape == (1, 30)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_share": 1}, "min_share is 1; expected from 0 to below 1"),
        ({"min_share": -0.1}, "min_share is -0.1"),
        ({"min_share": "small"}, "min_share is 'small'"),
        ({"topics_per_text": 0}, "topics_per_text is 0"),
        ({"chunk_size": 0}, "chunk_size is 0"),
        ({"passes": 0}, "passes is 0"),
        ({"concentration": 0}, "concentration is 0"),
        ({"text_concentration": -1}, "text_concentration is -1"),
        ({"decay": 2}, "decay is 2"),
        ({"offset": 0}, "offset is 0"),  # gensim would take the logarithm of zero
    ],
)
def test_settings(settings, message):
    with pytest.raises(SettingsError, match=message):
        GensimHDP(**settings).fit(COUNTS)
