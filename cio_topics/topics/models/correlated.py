"""Correlated topics, by tomotopy: which topics come together in a text."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from cio_topics.topics.models.settings import check_prior
from cio_topics.topics.models.tomotopy_models import TomotopyModel

__all__ = ["CorrelatedTopics", "match_dirichlet"]

_DRAWS = 10_000
_LARGEST = 1e6


class CorrelatedTopics(TomotopyModel):
    """Correlated topic model (CTM) by tomotopy's ``CTModel``: topics with a covariance.

    The topics of a text come from a logistic normal distribution with learned mean and covariance,
    where LDA's Dirichlet distribution has no place for topics that come together.

    Needs the extra ``cio-topics[tomotopy]``. Counts that are not whole are rounded up, with a
    warning. Weights of a text are found with a Dirichlet prior of the same mean and total variance
    as the learned one (see :func:`match_dirichlet`): correlations shape the topics, not the weights
    of a new text.

    Parameters
    ----------
    n_components : int, default 10
        Number of topics.
    smoothing : float, default 0.1
        Added to the number of words of a topic in a text while drawing.
    topic_word_prior : float, default 0.01
        Dirichlet prior of each term of a topic.
    iterations : int, default 200
        Times that a topic is drawn for every word. One takes as long as over a hundred of
        :class:`~cio_topics.topics.models.tomotopy_lda.TomotopyLDA`.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_components, n_terms)
        Words drawn for the topic, and the prior.
    topic_prior_ : ndarray of float, shape (n_components,)
        Dirichlet prior that stands for the learned one.
    topic_mean_ : ndarray of float, shape (n_components,)
        Mean of the logistic normal distribution.
    topic_covariance_ : ndarray of float, shape (n_components, n_components)
        Its covariance.
    topic_correlations_ : ndarray of float, shape (n_components, n_components)
        Correlations, from `topic_covariance_`.

    References
    ----------
    Blei, D. M. and Lafferty, J. D. (2007). A correlated topic model of Science. Annals of Applied
    Statistics 1, 17-35. doi:10.1214/07-AOAS114. (The model.)
    Mimno, D., Wallach, H. and McCallum, A. (2008). Gibbs sampling for logistic normal topic models
    with graph-based priors. NIPS Workshop on Analyzing Graphs. (The sampler.)

    Examples
    --------
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 3], [0, 0, 0, 0]])
    >>> model = CorrelatedTopics(2, iterations=50).fit(counts)
    >>> model.topic_correlations_.diagonal()
    array([1., 1.])
    >>> CorrelatedTopics(2, smoothing=-1).fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: smoothing is -1; expected a number from 1e-06 to 1e+06.
    """

    _block = 1  # one may take a second

    def __init__(
        self,
        n_components: int = 10,
        *,
        smoothing: float = 0.1,
        topic_word_prior: float = 0.01,
        iterations: int = 200,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.smoothing = smoothing
        self.topic_word_prior = topic_word_prior
        self.iterations = iterations
        self.random_state = random_state

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        super().check_parameters()
        check_prior("smoothing", self.smoothing)

    def _make_model(self, tomotopy: ModuleType, seed: int) -> Any:
        return tomotopy.CTModel(
            k=self.n_components,
            smoothing_alpha=float(self.smoothing),
            eta=float(self.topic_word_prior),
            seed=seed,
        )

    def _read_priors(self, model: Any) -> None:
        self.topic_mean_ = np.asarray(model.prior_mean, dtype=np.float64)
        self.topic_covariance_ = np.asarray(model.prior_cov, dtype=np.float64)
        spread = np.sqrt(self.topic_covariance_.diagonal())
        self.topic_correlations_ = self.topic_covariance_ / np.outer(spread, spread)
        self.topic_prior_ = match_dirichlet(self.topic_mean_, self.topic_covariance_)


def match_dirichlet(mean: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Return the Dirichlet prior with the mean and total variance of a logistic normal one.

    Both have no formula; they are taken from 10,000 draws, always the same.

    Parameters
    ----------
    mean : ndarray of float, shape (n_topics,)
    covariance : ndarray of float, shape (n_topics, n_topics)

    Returns
    -------
    ndarray of float, shape (n_topics,)
        Positive.

    Examples
    --------
    >>> match_dirichlet(np.zeros(2), np.eye(2)).round(1)
    array([1.3, 1.3])
    >>> match_dirichlet(np.zeros(2), 9 * np.eye(2)).round(1)  # texts are mostly of one topic
    array([0.3, 0.3])
    """
    # Eigenvectors of a symmetric matrix: a covariance with an eigenvalue of zero has no Cholesky.
    with threadpool_limits(limits=1):
        values, vectors = np.linalg.eigh(covariance)
        normal = np.random.default_rng(0).standard_normal((_DRAWS, len(mean)))
        logits = mean + normal * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    middle, variance = shares.mean(axis=0), float(shares.var(axis=0).sum())
    # The variances of a Dirichlet prior sum to this over its total, plus one.
    most = float((middle * (1.0 - middle)).sum())
    total = most / variance - 1.0 if variance > 1e-9 else _LARGEST
    return np.asarray(middle * np.clip(total, 1e-3, _LARGEST))
