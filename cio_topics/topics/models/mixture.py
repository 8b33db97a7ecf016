"""A mixture for short texts: one topic a text, by Gibbs sampling."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from cio_topics.topics.models.bags import rows_with_terms
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import check_prior, check_whole, make_seed

__all__ = ["DirichletMixture"]

_KEPT = 20  # last sweeps whose counts are averaged


class DirichletMixture(CountTopicModel):
    """Dirichlet multinomial mixture by collapsed Gibbs sampling (GSDMM): one topic a text.

    Made for titles: a text of five terms tells one topic better than the shares of several.
    Weights are the posterior of that one topic. Topics may stay empty.

    Parameters
    ----------
    n_components : int, default 10
        At most so many topics.
    n_sweeps : int, default 100
    doc_topic_prior : float, default 1.0
        The smaller, the more topics stay empty.
    topic_word_prior : float, default 0.1
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray, shape (n_components, n_terms)
        Expected counts of terms, plus `topic_word_prior`.
    topic_prior_ : ndarray, shape (n_components,)
        Expected number of texts, plus `doc_topic_prior`.
    doc_topic_prior_, topic_word_prior_ : float
        The priors that were learned with.
    n_features_in_ : int

    References
    ----------
    Yin, J. and Wang, J. (2014). A Dirichlet multinomial mixture model-based approach for short text
    clustering. KDD, 233-242. doi:10.1145/2623330.2623715.

    Examples
    --------
    >>> counts = csr_matrix(np.kron(np.eye(2), np.ones((10, 3))))
    >>> DirichletMixture(2).fit(counts).transform(counts[[0, -1]]).round(3).tolist() in (
    ...     [[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]])
    True
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        n_sweeps: int = 100,
        doc_topic_prior: float = 1.0,
        topic_word_prior: float = 0.1,
        random_state: Any = 0,
    ) -> None:
        self.n_components = n_components
        self.n_sweeps = n_sweeps
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> DirichletMixture:
        """Learn topics.

        Parameters
        ----------
        X : array or csr_matrix, shape (n_texts, n_terms)
            Not negative.
        y : ignored
        sample_weight : array, shape (n_texts,), optional
            Each text counts that much for the topics.
        """
        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        rows_with_terms(counts)
        shape = (counts.shape[1], self.n_components)
        return self._learn(counts, sample_weight, np.zeros(shape), np.zeros(shape[1]))

    def partial_fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> DirichletMixture:
        """Learn from further texts; those seen before keep the topics they had.

        The terms must be the same. See `fit` for the parameters.

        Raises
        ------
        SettingsError
            Other settings than those that were learned with.
        """
        if not hasattr(self, "components_"):
            return self.fit(X, y, sample_weight)
        self.check_parameters()
        self._check_goes_on(
            doc_topic_prior=(self.doc_topic_prior, self.doc_topic_prior_),
            topic_word_prior=(self.topic_word_prior, self.topic_word_prior_),
        )
        counts = self._check_counts(X, reset=False)
        by_term = np.ascontiguousarray(self.components_.T) - self.topic_word_prior
        return self._learn(counts, sample_weight, by_term, self.topic_prior_ - self.doc_topic_prior)

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        check_whole(1, {"n_components": self.n_components, "n_sweeps": self.n_sweeps})
        check_prior("doc_topic_prior", self.doc_topic_prior)
        check_prior("topic_word_prior", self.topic_word_prior)

    def _learn(
        self, counts: csr_matrix, sample_weight: Any, by_term: np.ndarray, n_texts: np.ndarray
    ) -> DirichletMixture:
        from cio_topics.topics.models.kernels import mixture_sweep

        random = np.random.default_rng(make_seed(self.random_state))
        sizes = self._check_weights(sample_weight, counts)
        # A text without terms tells nothing: it is not drawn.
        known = np.flatnonzero(np.diff(counts.indptr))
        counts, sizes = counts[known], sizes[known]
        topics = np.full(len(known), -1, dtype=np.int64)
        by_topic = by_term.sum(axis=0)
        kept, kept_texts = np.zeros_like(by_term), np.zeros_like(n_texts)
        n_kept = min(_KEPT, self.n_sweeps)
        for sweep in range(1, self.n_sweeps + 1):
            mixture_sweep(
                *(counts.indptr, counts.indices, counts.data, sizes, topics),
                *(by_term, by_topic, n_texts),
                *(float(self.doc_topic_prior), float(self.topic_word_prior)),
                random.random(len(known)),
            )
            # Sums of fractions leave rests around zero.
            for rests in (by_term, by_topic, n_texts):
                np.maximum(rests, 0.0, out=rests)
            if sweep > self.n_sweeps - n_kept:
                kept += by_term
                kept_texts += n_texts
        self.components_ = kept.T / n_kept + self.topic_word_prior
        self.topic_prior_ = kept_texts / n_kept + self.doc_topic_prior
        self.doc_topic_prior_ = float(self.doc_topic_prior)
        self.topic_word_prior_ = float(self.topic_word_prior)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the posterior of each text's topic, shape (n_texts, n_topics); rows sum to one.

        A text without terms has the shares of the topics.
        """
        from cio_topics.topics.models.kernels import mixture_rows

        counts = self._check_fitted(X)
        weights = np.empty((counts.shape[0], len(self.topic_prior_)))
        by_term = np.ascontiguousarray(self.components_.T)
        mixture_rows(
            *(counts.indptr, counts.indices, counts.data, by_term, by_term.sum(axis=0)),
            *(self.topic_prior_, 0.0, 0.0, weights),
        )
        return weights
