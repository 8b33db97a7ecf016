"""What all topic models share: rows of weights that sum to one, and topics with names."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.models.fold_in import fold_in

__all__ = ["CountTopicModel"]


class CountTopicModel(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A topic model; a subclass learns ``components_`` in ``fit``, and of counts ``topic_prior_``.

    Attributes
    ----------
    components_ : ndarray of float, shape (n_topics, n_terms)
        Of models of counts: expected number of times a term is said in a topic, with smoothing;
        positive. Of a factorization: weights, many of them zero. Divide by the sum of the row for
        the probability of a term given the topic.
    topic_prior_ : ndarray of float, shape (n_topics,)
        Dirichlet prior of the topics of a text; a factorization has none.
    """

    n_components: int
    random_state: Any
    components_: np.ndarray
    topic_prior_: np.ndarray

    def transform(self, X: Any) -> np.ndarray:
        """Return weights, shape (n_texts, n_topics); rows sum to one, no row knows of another."""
        counts = self._check_fitted(X)
        topics = self.components_ / self.components_.sum(axis=1, keepdims=True)
        return fold_in(counts, topics, self.topic_prior_)

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> np.ndarray:
        """Return ``fit(X).transform(X)``: stored weights and those of the same text are equal."""
        return self.fit(X, y, **fit_params).transform(X)  # type: ignore[no-any-return]

    def check_parameters(self) -> None:
        """Raise a SettingsError for a setting that is not allowed; ``fit`` does so first."""
        raise NotImplementedError

    def _check_goes_on(self, **settings: tuple[Any, Any]) -> None:
        """Refuse to go on learning with other settings than those that were learned with."""
        n_topics = len(self.components_)
        for name, (now, before) in {
            "n_components": (self.n_components, n_topics),
            **settings,
        }.items():
            if now != before:
                raise SettingsError(
                    f"{name} is {now}, but the model was learned with {before}.",
                    "Go on with the same settings, or fit anew.",
                    "同じ設定で続けるか、学習し直してください。",
                )

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[0])

    def _check_fitted(self, X: Any) -> csr_matrix:
        check_is_fitted(self, "components_")
        return self._check_counts(X, reset=False)

    def _check_weights(self, sample_weight: Any, counts: csr_matrix) -> np.ndarray:
        n_texts = counts.shape[0]
        if sample_weight is None:
            return np.ones(n_texts)
        weights = np.asarray(sample_weight, dtype=np.float64)
        if weights.shape != (n_texts,) or not np.isfinite(weights).all() or (weights < 0).any():
            raise SettingsError(
                f"sample_weight has the shape {weights.shape}; expected {n_texts} finite numbers, "
                "none below zero."
            )
        if not weights[np.diff(counts.indptr) > 0].any():
            raise TooSmallError(
                "sample_weight is zero for every text that has a term.",
                "Give a weight above zero to the texts that should count.",
                "数える文書の重みを0より大きくしてください。",
            )
        return weights

    def _check_counts(self, X: Any, *, reset: bool) -> csr_matrix:
        counts = validate_data(
            self,
            X,
            reset=reset,
            accept_sparse="csr",
            dtype=np.float64,
            ensure_non_negative=True,
        )
        matrix = csr_matrix(counts)
        if not matrix.has_canonical_format or not matrix.data.all():
            matrix = matrix.copy()  # what was given stays as it is
            matrix.sum_duplicates()
            matrix.eliminate_zeros()
        return matrix

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags
