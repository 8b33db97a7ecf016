"""Topics that change from period to period, learned by gensim's ``LdaSeqModel``: very slow."""

from __future__ import annotations

import time
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError
from cio_topics.topics.dynamic.base import (
    FloatArray,
    Periods,
    PeriodTopicModel,
    Progress,
    Slices,
)
from cio_topics.topics.models.settings import check_prior, check_whole

__all__ = ["LdaSeq", "TooSlowError"]

_TEXTS_TIMED, _TERMS_TIMED = 30, 30
_OBSERVED_VARIANCE = 0.5  # gensim's own
_PASSES_BEFORE = 6  # gensim goes over the texts at least so often


class TooSlowError(SettingsError):
    """A fit would take longer than is allowed."""


class LdaSeq(PeriodTopicModel):
    """Dynamic topic model, learned by variational Kalman filtering (gensim).

    gensim optimizes every term of every topic by itself, in Python. Its time grows with terms,
    topics, passes and more than linearly with periods: hours for a few thousand texts. ``fit``
    measures a small part first and refuses what would take longer than `max_seconds`.
    :class:`~cio_topics.topics.dynamic.DynamicTopics` learns a model of the same kind in minutes.

    Parameters
    ----------
    n_topics : int, default 10
        At least 2.
    topic_prior : float, default 0.01
        Dirichlet prior of the topics of a text (gensim's ``alphas``).
    chain_variance : float, default 0.005
        Variance of a term's log weight from one period to the next.
    max_passes : int, default 20
        Passes over the texts; fewer if the bound stops rising, but not fewer than 6.
    max_seconds : float, optional, default 600
        Longest estimated time that is allowed; no limit, and no estimate, if None.
    random_state : int, default 0

    Attributes
    ----------
    periods_, topics_, priors_, n_texts_
        As in :class:`~cio_topics.topics.dynamic.base.PeriodTopicModel`.

    References
    ----------
    Blei, D. M. and Lafferty, J. D. (2006). Dynamic topic models. ICML, 113-120.
    doi:10.1145/1143844.1143859.

    Examples
    --------
    >>> counts = csr_matrix([[3, 2, 0, 0], [0, 0, 3, 2]] * 10)
    >>> periods = ["2004"] * 10 + ["2005"] * 10
    >>> model = LdaSeq(n_topics=2, max_passes=1, max_seconds=None).fit(counts, periods)
    >>> model.topics_.shape, model.transform(counts, periods).shape
    ((2, 2, 4), (20, 2))
    >>> LdaSeq(n_topics=2, max_seconds=1e-6).fit(counts, periods)
    Traceback (most recent call last):
    ...
    cio_topics.topics.dynamic.ldaseq.TooSlowError: gensim's LdaSeqModel would take about ...
    """

    def __init__(
        self,
        n_topics: int = 10,
        *,
        topic_prior: float = 0.01,
        chain_variance: float = 0.005,
        max_passes: int = 20,
        max_seconds: float | None = 600.0,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.topic_prior = topic_prior
        self.chain_variance = chain_variance
        self.max_passes = max_passes
        self.max_seconds = max_seconds
        self.random_state = random_state

    def estimate_seconds(self, X: Any, periods: Periods) -> float:
        """Return how long ``fit`` would take at most, from a small part that is run and timed.

        Thirty texts and thirty terms of one topic are timed (a few seconds at most); the rest is
        multiplication. Expect it to be right within a factor of two.
        """
        return self._estimate(self._slices(X, periods)[1])

    def _learn(self, slices: Slices, progress: Progress | None) -> tuple[FloatArray, FloatArray]:
        check_whole(1, {"max_passes": self.max_passes})
        check_prior("topic_prior", self.topic_prior)
        check_prior("chain_variance", self.chain_variance)
        if self.max_seconds is not None:
            self._check_time(self._estimate(slices))
        # One thread: sums of floats keep their order on every machine. In its first pass gensim
        # divides by a bound of zero.
        with threadpool_limits(limits=1), np.errstate(divide="ignore"):
            chains = self._chains(slices, progress)
        logs = np.stack([chain.e_log_prob.T for chain in chains], axis=1)
        topics = np.exp(logs - logs.max(axis=2, keepdims=True))
        topics /= topics.sum(axis=2, keepdims=True)
        return topics, np.full(topics.shape[:2], self.topic_prior)

    def _chains(self, slices: Slices, progress: Progress | None) -> list[Any]:
        """Return gensim's state of each topic, learned."""
        from gensim.matutils import Sparse2Corpus
        from gensim.models import LdaSeqModel
        from gensim.models.ldaseqmodel import sslm

        total = self.max_passes * self.n_topics
        done = 0

        class Sequence(LdaSeqModel):  # type: ignore[misc]
            def fit_lda_seq_topics(self, topic_suffstats: list[FloatArray]) -> float:
                """Do what gensim does, and tell of each topic."""
                nonlocal done
                bound = 0.0
                for chain, said in zip(self.topic_chains, topic_suffstats, strict=True):
                    bound += sslm.fit_sslm(chain, said)
                    done += 1
                    if progress is not None:
                        progress(done, total)
                return bound

        sizes = slices.sizes.tolist()
        # gensim counts the first text of a period to the period before; one less puts it right.
        sizes[0] -= 1
        model = Sequence(
            corpus=list(Sparse2Corpus(slices.counts, documents_columns=False)),
            time_slice=sizes,
            id2word={column: str(column) for column in range(slices.counts.shape[1])},
            num_topics=self.n_topics,
            alphas=self.topic_prior,
            chain_variance=self.chain_variance,
            obs_variance=_OBSERVED_VARIANCE,
            em_min_iter=min(_PASSES_BEFORE, self.max_passes),
            em_max_iter=self.max_passes - 1,
            random_state=self.random_state,
        )
        return cast(list[Any], model.topic_chains)

    def _check_time(self, seconds: float) -> None:
        if self.max_seconds is not None and seconds > self.max_seconds:
            raise TooSlowError(
                f"gensim's LdaSeqModel would take about {seconds:,.0f} seconds here; max_seconds is"
                f" {self.max_seconds:g}.",
                "Take DynamicTopics, fewer terms, periods or topics, or max_seconds=None.",
                "DynamicTopics を使うか、語・期間・トピックを減らすか、"
                "max_seconds=None としてください。",
            )

    def _estimate(self, slices: Slices) -> float:
        rng = np.random.default_rng(self.random_state)
        with threadpool_limits(limits=1), np.errstate(divide="ignore"):
            texts = self._seconds_of_texts(slices.counts, rng)
            terms = self._seconds_of_terms(slices, rng)
        return self.max_passes * (texts + terms)

    def _seconds_of_texts(self, counts: csr_matrix, rng: np.random.Generator) -> float:
        """Return the estimated time of all texts in one pass."""
        from gensim.models.ldaseqmodel import LdaPost

        n_texts, n_terms = counts.shape
        rows = rng.choice(n_texts, min(_TEXTS_TIMED, n_texts), replace=False)
        topics = rng.dirichlet(np.ones(n_terms), self.n_topics).T
        alpha = np.full(self.n_topics, self.topic_prior)
        lda = SimpleNamespace(num_topics=self.n_topics, alpha=alpha, topics=np.log(topics + 1e-12))
        start = time.perf_counter()
        for row in rows:
            text = counts[[row]]
            cells = list(zip(text.indices.tolist(), text.data.tolist(), strict=True))
            post = LdaPost(doc=cells, lda=lda, max_doc_len=len(cells), num_topics=self.n_topics)
            post.fit_lda_post(0, 0, None)
        seconds = time.perf_counter() - start
        return float(seconds * counts.nnz / max(1, counts[rows].nnz))

    def _seconds_of_terms(self, slices: Slices, rng: np.random.Generator) -> float:
        """Return the estimated time of all terms of all topics in one pass."""
        from gensim.models.ldaseqmodel import sslm

        n_terms = slices.counts.shape[1]
        columns = np.sort(rng.choice(n_terms, min(_TERMS_TIMED, n_terms), replace=False))
        starts = np.concatenate([[0], np.cumsum(slices.sizes)])
        counts = slices.counts[:, columns]
        said = (
            np.stack([np.asarray(counts[a:b].sum(axis=0)).ravel() for a, b in pairwise(starts)]).T
            / self.n_topics
        )
        chain = sslm(
            num_time_slices=len(slices.sizes),
            vocab_len=len(columns),
            num_topics=self.n_topics,
            chain_variance=self.chain_variance,
            obs_variance=_OBSERVED_VARIANCE,
        )
        chain.sslm_counts_init(_OBSERVED_VARIANCE, self.chain_variance, said.sum(axis=1) + 1e-3)
        start = time.perf_counter()
        chain.fit_sslm(said)
        return (time.perf_counter() - start) * self.n_topics * n_terms / len(columns)
