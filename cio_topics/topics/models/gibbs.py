"""Latent Dirichlet allocation by collapsed Gibbs sampling, with learned priors of the topics."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import digamma

from cio_topics.errors import SettingsError
from cio_topics.topics.models.bags import rows_with_terms
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import check_prior, check_whole, make_seed

__all__ = ["GibbsLDA"]

_KEPT = 50  # last sweeps whose counts are averaged
_MOST = 5e8  # tokens that are drawn: some 16 GiB


class GibbsLDA(CountTopicModel):
    """Latent Dirichlet allocation by collapsed Gibbs sampling.

    A topic is drawn for every token, given those of all others. The prior of each topic is learned
    from the draws, so topics may be common or rare. Counts of the last 50 sweeps are averaged. A
    fraction of a count, as TF-IDF gives it, is a token of less weight.

    Parameters
    ----------
    n_components : int, default 10
    n_sweeps : int, default 300
    doc_topic_prior : float, default 0.05
        Start of each topic's prior.
    topic_word_prior : float, default 0.05
    learn_prior : bool, default True
        Every tenth sweep, by Minka's fixed point.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray, shape (n_components, n_terms)
        Expected counts of terms, plus `topic_word_prior`.
    topic_prior_ : ndarray, shape (n_components,)
    n_features_in_ : int

    References
    ----------
    Griffiths, T. L. and Steyvers, M. (2004). Finding scientific topics. PNAS 101, 5228-5235.
    doi:10.1073/pnas.0307752101.
    Wallach, H., Mimno, D. and McCallum, A. (2009). Rethinking LDA: why priors matter. NIPS 22,
    1973-1981.
    Minka, T. (2000). Estimating a Dirichlet distribution. Technical report, MIT.

    Examples
    --------
    >>> counts = csr_matrix(np.kron(np.eye(2), np.ones((10, 3))))
    >>> GibbsLDA(2, n_sweeps=60).fit(counts).transform(counts[[0, -1]]).argmax(axis=1).tolist() in (
    ...     [0, 1], [1, 0])
    True
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        n_sweeps: int = 300,
        doc_topic_prior: float = 0.05,
        topic_word_prior: float = 0.05,
        learn_prior: bool = True,
        random_state: Any = 0,
    ) -> None:
        self.n_components = n_components
        self.n_sweeps = n_sweeps
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.learn_prior = learn_prior
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> GibbsLDA:
        """Learn topics.

        Parameters
        ----------
        X : array or csr_matrix, shape (n_texts, n_terms)
            Not negative.
        y : ignored
        sample_weight : array, shape (n_texts,), optional
            Each token counts that much.
        """
        from cio_topics.topics.models.kernels import token_sweep

        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        rows_with_terms(counts)
        if counts.sum() > _MOST:
            raise SettingsError(
                f"the counts sum to {counts.sum():.3g}; expected at most {_MOST:.0e}, for a topic "
                "is drawn for every token.",
                "Take nmf or lda_online, or fewer texts.",
                "nmf や lda_online を使うか、文書を減らしてください。",
            )
        random = np.random.default_rng(make_seed(self.random_state))
        texts, terms, sizes = _tokens(counts, self._check_weights(sample_weight, counts))
        topics = random.integers(0, self.n_components, len(terms))
        by_text = _sums(texts, topics, sizes, (counts.shape[0], self.n_components))
        by_term = _sums(terms, topics, sizes, (counts.shape[1], self.n_components))
        by_topic = by_term.sum(axis=0)
        lengths = by_text.sum(axis=1)
        prior = np.full(self.n_components, float(self.doc_topic_prior))
        kept = np.zeros_like(by_term)
        n_kept = min(_KEPT, self.n_sweeps)
        for sweep in range(1, self.n_sweeps + 1):
            token_sweep(
                *(texts, terms, sizes, topics, by_text, by_term, by_topic, prior),
                *(float(self.topic_word_prior), random.random(len(terms))),
            )
            if self.learn_prior and sweep % 10 == 0:
                prior = _learned_prior(by_text, lengths, prior)
            if sweep > self.n_sweeps - n_kept:
                kept += by_term
        # Sums of fractions leave rests around zero.
        self.components_ = np.maximum(kept.T / n_kept, 0.0) + self.topic_word_prior
        self.topic_prior_ = prior
        return self

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        check_whole(1, {"n_components": self.n_components, "n_sweeps": self.n_sweeps})
        check_prior("doc_topic_prior", self.doc_topic_prior)
        check_prior("topic_word_prior", self.topic_word_prior)


def _tokens(counts: csr_matrix, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Text, term and size of every token; a count of 2.5 is three tokens of 2.5 / 3."""
    n_tokens = np.ceil(counts.data).astype(np.int64)
    texts = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    sizes = np.divide(counts.data * weights[texts], np.maximum(n_tokens, 1))
    return (
        np.repeat(texts, n_tokens),
        np.repeat(counts.indices.astype(np.int64), n_tokens),
        np.repeat(sizes, n_tokens),
    )


def _sums(
    rows: np.ndarray, columns: np.ndarray, values: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    flat = np.bincount(rows * shape[1] + columns, weights=values, minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def _learned_prior(by_text: np.ndarray, lengths: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Five steps of Minka's fixed point for the prior of the topics of a text."""
    # Topics hardly occur in most texts: only cells that are not zero need a digamma.
    rows, columns = np.nonzero(by_text > 1e-9)
    values = by_text[rows, columns]
    for _ in range(5):
        found = np.bincount(
            columns, digamma(values + prior[columns]) - digamma(prior[columns]), len(prior)
        )
        total = prior.sum()
        expected = (digamma(lengths + total) - digamma(total)).sum()
        if expected <= 0:
            break
        prior = np.maximum(prior * found / expected, 1e-4)
    return prior
