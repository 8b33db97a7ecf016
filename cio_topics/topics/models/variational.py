"""Latent Dirichlet allocation by scikit-learn, behind the contract of topic models."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import LatentDirichletAllocation
from threadpoolctl import threadpool_limits

from cio_topics.topics.models.bags import rows_with_terms
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.settings import (
    check_choice,
    check_decay,
    check_offset,
    check_prior,
    check_whole,
    make_seed,
)

__all__ = ["VariationalLDA"]

# What a model that goes on learning holds.
_LEARNED_WITH = (
    *("doc_topic_prior", "topic_word_prior", "batch_size"),
    *("learning_decay", "learning_offset", "total_samples"),
)


class VariationalLDA(CountTopicModel):
    """Latent Dirichlet allocation by scikit-learn (variational Bayes), of all texts or in batches.

    The topics are those of scikit-learn's ``LatentDirichletAllocation``. Two things differ. It has
    no `n_jobs`: each of scikit-learn's jobs draws the same start, so topics depend on their number.
    And weights of texts come from :func:`~cio_topics.topics.models.fold_in.fold_in` with
    `topic_prior_`, as for all topic models here, so that models can be compared.

    Texts without terms are left out of training; counts need not be whole.

    Parameters
    ----------
    n_components : int, default 10
        Number of topics.
    learning_method : {"batch", "online"}, default "batch"
        Update topics after all texts, or after each batch; online is faster with many texts.
    doc_topic_prior, topic_word_prior : float, optional
        Dirichlet priors of each topic of a text and of each term of a topic; ``1 / n_components``
        if None.
    max_iter : int, default 30
        Times that ``fit`` reads all texts.
    batch_size : int, default 128
        Texts of a batch; online only.
    learning_decay : float, default 0.7
        How fast updates become smaller: (0, 1]; online only.
    learning_offset : float, default 10.0
        Makes the first updates smaller; at least 1; online only.
    total_samples : int, default 1_000_000
        Number of texts expected by ``partial_fit`` in all; expected counts are for so many.
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray of float, shape (n_components, n_terms)
        Prior and expected counts.
    topic_prior_ : ndarray of float, shape (n_components,)
    n_iter_ : int
        Times that the texts were read.

    References
    ----------
    Blei, D. M., Ng, A. Y. and Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of
    Machine Learning Research 3, 993-1022. doi:10.1162/jmlr.2003.3.4-5.993.
    Hoffman, M. D., Blei, D. M. and Bach, F. (2010). Online learning for latent Dirichlet
    allocation. NIPS 23, 856-864. (``learning_method="online"``, ``partial_fit``.)

    Examples
    --------
    >>> counts = np.array([[3, 2, 0, 0], [2, 3, 0, 0], [0, 0, 4, 1], [0, 0, 1, 3], [0, 0, 0, 0]])
    >>> model = VariationalLDA(2).fit(counts)
    >>> weights = model.transform(counts)
    >>> weights.argmax(axis=1)[[0, 1]] == weights.argmax(axis=1)[[2, 3]]
    array([False, False])
    >>> weights[4]  # no term
    array([0.5, 0.5])
    >>> VariationalLDA(2, learning_method="stream").fit(counts)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown learning_method 'stream'; expected one of: batch,
    online.
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        learning_method: Literal["batch", "online"] = "batch",
        doc_topic_prior: float | None = None,
        topic_word_prior: float | None = None,
        max_iter: int = 30,
        batch_size: int = 128,
        learning_decay: float = 0.7,
        learning_offset: float = 10.0,
        total_samples: int = 1_000_000,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.n_components = n_components
        self.learning_method = learning_method
        self.doc_topic_prior = doc_topic_prior
        self.topic_word_prior = topic_word_prior
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_decay = learning_decay
        self.learning_offset = learning_offset
        self.total_samples = total_samples
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from counts, shape (n_texts, n_terms).

        Raises
        ------
        SettingsError, TooSmallError
        """
        self.check_parameters()
        counts = self._check_counts(X, reset=True)
        texts = counts[rows_with_terms(counts)]
        self.model_ = self._make_model()
        # One thread: sums of floats keep their order on every machine.
        with threadpool_limits(limits=1):
            self.model_.fit(texts)
        return self._read()

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Go on learning from more texts, read once; the first call begins anew.

        Raises
        ------
        SettingsError, TooSmallError
            Also for other settings than those that were learned with.
        """
        self.check_parameters()
        is_new = not hasattr(self, "model_")
        if not is_new:
            self._check_goes_on(
                **{
                    name: (getattr(self, name), getattr(self.model_, name))
                    for name in _LEARNED_WITH
                }
            )
        counts: csr_matrix = self._check_counts(X, reset=is_new)
        texts = counts[np.diff(counts.indptr) > 0]
        if is_new:
            rows_with_terms(counts)
            self.model_ = self._make_model()
        if texts.shape[0]:
            with threadpool_limits(limits=1):
                self.model_.partial_fit(texts)
        return self._read()

    def _make_model(self) -> LatentDirichletAllocation:
        return LatentDirichletAllocation(
            n_components=self.n_components,
            learning_method=self.learning_method,
            doc_topic_prior=self.doc_topic_prior,
            topic_word_prior=self.topic_word_prior,
            max_iter=self.max_iter,
            batch_size=self.batch_size,
            learning_decay=self.learning_decay,
            learning_offset=self.learning_offset,
            total_samples=self.total_samples,
            random_state=make_seed(self.random_state),
        )

    def _read(self) -> Self:
        self.components_ = self.model_.components_
        self.topic_prior_ = np.full(self.n_components, float(self.model_.doc_topic_prior_))
        self.n_iter_ = self.model_.n_iter_
        return self

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        names = ("n_components", "max_iter", "batch_size", "total_samples")
        check_whole(1, {name: getattr(self, name) for name in names})
        check_choice("learning_method", self.learning_method, ("batch", "online"))
        for name in ("doc_topic_prior", "topic_word_prior"):
            if getattr(self, name) is not None:
                check_prior(name, getattr(self, name))
        check_decay("learning_decay", self.learning_decay)
        check_offset("learning_offset", self.learning_offset)
