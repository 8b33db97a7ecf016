"""gensim's model behind our tables, its estimate of time, and what gensim gets wrong."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.dynamic import LdaSeq
from tests.topics.dynamic.test_base import COUNTS, FITTED, PERIODS


def model(**settings):
    return LdaSeq(**{"n_topics": 2, "max_passes": 1, "max_seconds": None, **settings})


def test_what_would_take_too_long_is_refused():
    with pytest.raises(
        SettingsError, match=r"would take about .* seconds here; max_seconds is 1e-"
    ):
        model(max_seconds=1e-9).fit(COUNTS, PERIODS)


def test_within_the_limit_it_runs():
    assert model(max_seconds=3600.0).fit(COUNTS, PERIODS).topics_.shape == (4, 2, 6)


def test_the_limit_is_compared_with_the_estimate(monkeypatch):
    monkeypatch.setattr(LdaSeq, "_seconds_of_texts", lambda *_: 2.0)
    monkeypatch.setattr(LdaSeq, "_seconds_of_terms", lambda *_: 3.0)
    assert model(max_passes=7).estimate_seconds(COUNTS, PERIODS) == 35
    model(max_passes=2, max_seconds=10).fit(COUNTS, PERIODS)
    with pytest.raises(SettingsError, match="would take about 15 seconds here; max_seconds is 10"):
        model(max_passes=3, max_seconds=10).fit(COUNTS, PERIODS)


def test_the_estimate_grows_with_the_work(monkeypatch):
    """With a clock that ticks once a look, texts and terms are counted, not timed."""
    ticks = iter(range(10_000))
    monkeypatch.setattr("cio_topics.topics.dynamic.ldaseq.time.perf_counter", lambda: next(ticks))
    # 40 texts of which 30 are run; all of the 6 terms of one of 2 topics.
    estimate = model().estimate_seconds(COUNTS, PERIODS)
    learned = COUNTS[:40]
    rows = np.random.default_rng(0).choice(40, 30, replace=False)
    assert estimate == pytest.approx(learned.nnz / learned[rows].nnz + 2)


def test_an_estimate_leaves_the_model_as_it_was():
    unfitted = model()
    before = dict(vars(unfitted))
    assert unfitted.estimate_seconds(COUNTS, PERIODS) > 0
    assert vars(unfitted) == before


@pytest.mark.parametrize("name", ["topic_prior", "chain_variance", "max_passes"])
def test_refuses_settings(name):
    with pytest.raises(SettingsError, match=f"{name} is 0; expected a "):
        model(**{name: 0}).fit(COUNTS, PERIODS)


@pytest.mark.parametrize("max_passes", [1, 3, 8])
def test_not_more_passes_than_allowed(max_passes):
    told = []
    model(max_passes=max_passes).fit(COUNTS, PERIODS, progress=lambda *at: told.append(at))
    assert len(told) <= 2 * max_passes
    assert len(told) >= 2 * min(6, max_passes)
    assert told[-1] == (len(told), 2 * max_passes)


def test_the_first_text_of_a_period_belongs_to_it(monkeypatch):
    """gensim looks the text up with > instead of >=, and counts it to the period before."""
    from gensim.models.ldaseqmodel import LdaPost

    seen = []
    original = LdaPost.update_lda_seq_ss

    def note(self, time, doc, topic_suffstats):
        seen.append(time)
        return original(self, time, doc, topic_suffstats)

    monkeypatch.setattr(LdaPost, "update_lda_seq_ss", note)
    model().fit(COUNTS, PERIODS)
    assert seen == [0] * 10 + [1] * 10 + [2] * 20


def test_periods_need_not_be_in_order():
    rows = np.random.default_rng(0).permutation(40)
    shuffled = model(chain_variance=0.5).fit(COUNTS[rows], PERIODS[rows])
    assert shuffled.n_texts_.tolist() == [10, 10, 0, 20]
    assert shuffled.topics_.sum(axis=2) == pytest.approx(np.ones((4, 2)))


def test_one_text_in_the_first_period():
    counts = csr_matrix([[3, 1, 0], [0, 2, 3], [2, 2, 0], [0, 1, 4]])
    fitted = model().fit(counts, ["2004", "2005", "2005", "2006"])
    assert np.isfinite(fitted.topics_).all()


def test_a_small_chain_variance_keeps_topics_as_they_are():
    still = model(chain_variance=1e-5, max_passes=3).fit(COUNTS, PERIODS).topics_
    moved = FITTED["ldaseq"].topics_
    assert np.abs(still[-1] - still[0]).sum() < 0.5 * np.abs(moved[-1] - moved[0]).sum()
