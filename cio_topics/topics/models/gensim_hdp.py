"""Hierarchical Dirichlet process by gensim: the number of topics is found, up to a limit."""

from __future__ import annotations

from numbers import Real
from typing import Any, Self

import numpy as np
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError
from cio_topics.topics.models.bags import rows_with_terms, term_bags
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import check_decay, check_offset, check_prior, check_whole

__all__ = ["GensimHDP"]


class GensimHDP(CountTopicModel):
    """Hierarchical Dirichlet process by gensim's ``HdpModel`` (online variational Bayes).

    Topics are kept that have at least `min_share` of all words; ``components_.shape[0]`` tells how
    many. They come in the order of their share, largest first.

    Look at the topics before you trust their number. On invented texts of four topics, gensim's
    HDP kept 17 to 20 of 20 with 12 words a text, most of them alike: short texts give it little
    reason to give up a topic. Few `topics_per_text` leave fewer.

    Texts without terms are left out of training; counts need not be whole. There is no
    ``partial_fit``: gensim must know the number of texts before it begins.

    Parameters
    ----------
    n_components : int, default 50
        At most so many topics.
    topics_per_text : int, default 5
        At most so many topics in one text.
    min_share : float, default 0.01
        Least share of all words that a topic needs; from 0 to below 1. The largest topic is always
        kept.
    concentration : float, default 1.0
        Larger ones give more topics in all; gamma of Wang, Paisley and Blei.
    text_concentration : float, default 1.0
        Larger ones give more topics a text; alpha of Wang, Paisley and Blei.
    topic_word_prior : float, default 0.01
        Dirichlet prior of each term of a topic.
    passes : int, default 10
        Times that all texts are read.
    chunk_size : int, default 256
        Texts read between two updates.
    decay : float, default 0.6
        How fast updates become smaller: (0, 1]. gensim has 1.0, made for millions of texts: after
        a few passes through a thousand titles, topics are still mostly noise.
    offset : float, default 1.0
        Makes the first updates smaller; at least 1. gensim has 64.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_topics, n_terms)
        Prior and expected counts of the topics that were kept.
    topic_prior_ : ndarray of float, shape (n_topics,)
        Share of each kept topic in the base distribution, times `text_concentration`.
    topic_shares_ : ndarray of float, shape (n_components,)
        Share of all words for every topic, also of those that were left out.

    References
    ----------
    Wang, C., Paisley, J. and Blei, D. M. (2011). Online variational inference for the hierarchical
    Dirichlet process. AISTATS, PMLR 15, 752-760.

    Examples
    --------
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 3], [0, 0, 0, 0]])
    >>> model = GensimHDP(8, min_share=0.05).fit(counts)
    >>> 1 <= model.components_.shape[0] <= 8
    True
    >>> model.transform(counts).sum(axis=1).round(6)
    array([1., 1., 1., 1., 1.])
    >>> GensimHDP(min_share=5).fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: min_share is 5; expected from 0 to below 1.
    """

    def __init__(
        self,
        n_components: int = 50,
        *,
        topics_per_text: int = 5,
        min_share: float = 0.01,
        concentration: float = 1.0,
        text_concentration: float = 1.0,
        topic_word_prior: float = 0.01,
        passes: int = 10,
        chunk_size: int = 256,
        decay: float = 0.6,
        offset: float = 1.0,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.topics_per_text = topics_per_text
        self.min_share = min_share
        self.concentration = concentration
        self.text_concentration = text_concentration
        self.topic_word_prior = topic_word_prior
        self.passes = passes
        self.chunk_size = chunk_size
        self.decay = decay
        self.offset = offset
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics and their number from counts, shape (n_texts, n_terms).

        Raises
        ------
        SettingsError, TooSmallError
        """
        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        bags = term_bags(counts[rows_with_terms(counts)])
        with threadpool_limits(limits=1):
            model = self._train(bags, counts.shape[1])
            shares = model.m_lambda_sum / model.m_lambda_sum.sum()
            prior, _ = model.hdp_to_lda()
        kept = np.flatnonzero((shares >= self.min_share) | (shares == shares.max()))
        self.topic_shares_ = shares
        self.components_ = model.m_lambda[kept] + model.m_eta
        self.topic_prior_ = prior[kept] * (self.text_concentration / prior[kept].sum())
        return self

    def _train(self, bags: list[list[tuple[int, float]]], n_terms: int) -> Any:
        from gensim.models import HdpModel
        from gensim.utils import FakeDict

        chunks_per_pass = -(-len(bags) // self.chunk_size)
        return HdpModel(
            bags,
            FakeDict(n_terms),
            max_chunks=self.passes * chunks_per_pass,
            chunksize=self.chunk_size,
            kappa=self.decay,
            tau=self.offset,
            K=min(self.topics_per_text, self.n_components),
            T=self.n_components,
            alpha=self.text_concentration,
            gamma=self.concentration,
            eta=self.topic_word_prior,
            random_state=self.random_state,
        )

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        names = ("n_components", "topics_per_text", "passes", "chunk_size")
        check_whole(1, {name: getattr(self, name) for name in names})
        for name in ("concentration", "text_concentration", "topic_word_prior"):
            check_prior(name, getattr(self, name))
        if not isinstance(self.min_share, Real) or not 0 <= self.min_share < 1:
            raise SettingsError(f"min_share is {self.min_share!r}; expected from 0 to below 1.")
        check_decay("decay", self.decay)
        check_offset("offset", self.offset)
