"""Gradient-boosted trees on compressed text and rules."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.model import as_titles

__all__ = ["BoostedThemes"]

FloatArray = npt.NDArray[np.float64]


class BoostedThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One gradient-boosting classifier a theme, on the columns of :class:`LinearThemes`.

    Columns of text are compressed to `n_components` directions, for trees cannot use thousands of
    rare columns; rules stay as they are. Kept for comparison.

    Parameters
    ----------
    codebook : Codebook, optional
    n_components : int, default 50
    random_state : int, default 0
    seen_only : bool, default False
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        n_components: int = 50,
        random_state: int = 0,
        seen_only: bool = False,
    ) -> None:
        self.codebook = codebook
        self.n_components = n_components
        self.random_state = random_state
        self.seen_only = seen_only

    def fit(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> BoostedThemes:
        """Learn from labelled items, as :meth:`LinearThemes.fit`."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.ensemble import HistGradientBoostingClassifier

        linear = LinearThemes(self.codebook, seen_only=self.seen_only).fit(X, y, groups)
        self.codebook_, self.classes_ = linear.codebook_, linear.classes_
        self._scorer = linear.scorer_
        labels = linear.targets_
        matrix = self._scorer.labelled.matrix
        self._n_text = sum(self._scorer.features.sizes[:3])
        n = min(self.n_components, *(size - 1 for size in matrix.shape))
        self.svd_ = TruncatedSVD(n, random_state=self.random_state).fit(matrix[:, : self._n_text])
        columns = self._columns(matrix)
        self.trees_ = [
            HistGradientBoostingClassifier(
                max_iter=60,
                min_samples_leaf=5,
                class_weight="balanced",
                random_state=self.random_state,
            ).fit(columns, target)
            if 0 < target.sum() < len(target)
            else None
            for target in labels.T
        ]
        return self

    def _columns(self, matrix: object) -> FloatArray:
        text = self.svd_.transform(matrix[:, : self._n_text])  # type: ignore[index]
        return np.hstack([text, matrix[:, self._n_text :].toarray()])  # type: ignore[index]

    def decision_function(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the log-odds of each theme, shape (n, n_themes)."""
        check_is_fitted(self, "trees_")
        columns = self._columns(self._scorer.matrix(as_titles(X)))
        return np.column_stack(
            [
                np.full(len(columns), -20.0) if tree is None else tree.decision_function(columns)
                for tree in self.trees_
            ]
        )
