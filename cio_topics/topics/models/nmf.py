"""Non-negative matrix factorization whose weights of a text do not depend on other texts."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from cio_topics.topics.models.bags import rows_with_terms
from cio_topics.topics.models.base import CountTopicModel
from cio_topics.topics.models.fold_in import fold_in
from cio_topics.topics.models.settings import check_choice, check_whole

__all__ = ["LOSSES", "TopicNMF"]

#: What a factorization makes small.
LOSSES = ("frobenius", "kullback-leibler")


class TopicNMF(CountTopicModel):
    """scikit-learn's non-negative matrix factorization as a topic model.

    scikit-learn stops fitting new texts when all of a batch are done, so a text's weights depend on
    the batch. Here each text is fitted alone, to its end. Weights are shares of what the topics
    explain of the text, so rows sum to one; a text without known terms has zeros.

    Parameters
    ----------
    n_components : int, default 10
    loss : {"frobenius", "kullback-leibler"}, default "frobenius"
        Squared error, for TF-IDF weights, or Kullback-Leibler divergence, for counts.
    max_iter : int, default 400
    random_state : int, RandomState or None, default 0

    Attributes
    ----------
    components_ : ndarray, shape (n_components, n_terms)
        Weight of the terms, scaled by how much of the texts the topic explains; not negative.
    n_iter_ : int
        Steps that were made.
    n_features_in_ : int

    References
    ----------
    Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. Nature 401, 788-791. doi:10.1038/44565.
    Boutsidis, C. and Gallopoulos, E. (2008). SVD based initialization. Pattern Recognition 41,
    1350-1362. doi:10.1016/j.patcog.2007.09.010. (The start of both losses.)

    Examples
    --------
    >>> counts = np.kron(np.eye(2), np.ones((10, 3)))
    >>> TopicNMF(2).fit(counts).transform(counts[[0, -1]]).round(3).tolist() in (
    ...     [[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]])
    True
    """

    def __init__(
        self,
        n_components: int = 10,
        *,
        loss: Literal["frobenius", "kullback-leibler"] = "frobenius",
        max_iter: int = 400,
        random_state: Any = 0,
    ) -> None:
        self.n_components = n_components
        self.loss = loss
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> TopicNMF:
        """Learn topics.

        Parameters
        ----------
        X : array or csr_matrix, shape (n_texts, n_terms)
            Not negative.
        y : ignored
        sample_weight : array, shape (n_texts,), optional
            The loss of each text counts that much.
        """
        self.check_parameters()
        matrix = self._check_counts(X, reset=True)
        squared = self.loss == "frobenius"
        if sample_weight is not None:
            weights = self._check_weights(sample_weight, matrix)
            matrix = csr_matrix(diags(np.sqrt(weights) if squared else weights) @ matrix)
        # Texts and terms without weight change nothing, and scikit-learn's start divides by them.
        rows, columns = rows_with_terms(matrix), _columns_with_weight(matrix)
        model, weights = self._factorize(matrix[rows][:, columns], squared)
        # Terms of a topic keep their shares; its row sums to what it explains of all texts.
        self.components_ = np.zeros((self.n_components, matrix.shape[1]))
        self.components_[:, columns] = model.components_ * weights.sum(axis=0)[:, np.newaxis]
        self.n_iter_ = model.n_iter_
        return self

    def _factorize(self, matrix: csr_matrix, squared: bool) -> tuple[NMF, np.ndarray]:
        """Return scikit-learn's model and the weights of the texts."""
        starts = ("nndsvda", "random") if self.n_components <= min(matrix.shape) else ("random",)
        for start in starts:
            model = NMF(
                n_components=self.n_components,
                init=start,
                solver="cd" if squared else "mu",
                beta_loss=self.loss,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
            # One thread: sums of floats keep their order on every machine. The error of an exact
            # factorization, which is not used, may be the root of a number a hair below zero.
            with (
                warnings.catch_warnings(),
                np.errstate(invalid="ignore"),
                threadpool_limits(limits=1),
            ):
                # The limit of steps is a setting, and the same for every run.
                warnings.simplefilter("ignore", ConvergenceWarning)
                weights = model.fit_transform(matrix)
            # The start divides 0 by 0 where there are more topics than directions in the matrix.
            if np.isfinite(model.components_).all() and np.isfinite(weights).all():
                break
        return model, weights

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed."""
        check_choice("loss", self.loss, LOSSES)
        check_whole(1, {"n_components": self.n_components, "max_iter": self.max_iter})

    def transform(self, X: Any) -> np.ndarray:
        """Return weights, shape (n_texts, n_topics); rows sum to one, or are zero without terms."""
        counts = self._check_fitted(X)
        length = self.components_.sum(axis=1, keepdims=True)
        topics = np.divide(
            self.components_, length, out=np.zeros_like(self.components_), where=length > 0
        )
        if self.loss == "frobenius":
            weights = _least_squares(counts, topics)
        else:
            # Its weights maximize the likelihood of a mixture of the topics: no prior.
            weights = fold_in(counts, topics, np.full(len(topics), 1e-12))
        weights[np.asarray((counts @ topics.T).sum(axis=1)).ravel() <= 0] = 0.0
        total = weights.sum(axis=1, keepdims=True)
        shares: np.ndarray = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
        return shares


def _columns_with_weight(matrix: csr_matrix) -> np.ndarray:
    return np.flatnonzero(np.asarray(matrix.sum(axis=0)).ravel() > 0)


def _least_squares(matrix: Any, topics: np.ndarray) -> np.ndarray:
    from cio_topics.topics.models.kernels import nonnegative_rows

    weights = np.empty((matrix.shape[0], len(topics)))
    with threadpool_limits(limits=1):
        gram = topics @ topics.T
    nonnegative_rows(
        *(matrix.indptr, matrix.indices, matrix.data, np.ascontiguousarray(topics.T), gram),
        *(1000, 1e-9, weights),
    )
    return weights
