"""Themes of the most similar labelled items."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.errors import SettingsError, shorten
from cio_topics.labels import theme_indicator
from cio_topics.themes.classifier import check_indicator
from cio_topics.themes.definitions import definition_texts
from cio_topics.themes.features import FeatureSettings, learn_features
from cio_topics.themes.model import as_titles
from cio_topics.tokens import Tokenizer

__all__ = ["NearestThemes"]

FloatArray = npt.NDArray[np.float64]


class NearestThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The share of each theme among the most similar labelled items, weighed by similarity.

    Texts of the codebook count as items. Similarity is the mean cosine of terms and of runs of
    characters.

    Parameters
    ----------
    codebook : Codebook, optional
    n_neighbors : int, default 5
    """

    def __init__(self, codebook: Codebook | None = None, *, n_neighbors: int = 5) -> None:
        self.codebook = codebook
        self.n_neighbors = n_neighbors

    def fit(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> NearestThemes:
        """Remember labelled items; `groups` are not needed."""
        if self.n_neighbors < 1:
            raise SettingsError(f"n_neighbors is {shorten(self.n_neighbors)}; expected 1 or more.")
        self.codebook_ = read_codebook() if self.codebook is None else self.codebook
        self.classes_ = np.array(self.codebook_.ids, dtype=object)
        items, texts = as_titles(X), definition_texts(self.codebook_)
        labels = check_indicator(y, len(items), len(self.classes_))
        learned = pd.concat([items[["title"]], texts[["title"]]], ignore_index=True)
        self.features_ = learn_features(learned, FeatureSettings(), Tokenizer(), ())
        self._n = sum(self.features_.sizes[:2])
        self.matrix_ = self.features_.texts(learned)[0][:, : self._n]
        self.labels_ = np.vstack([labels, theme_indicator(texts["theme"], self.codebook_.ids)])
        return self

    def decision_function(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the log-odds of each theme's share, shape (n, n_themes)."""
        check_is_fitted(self, "matrix_")
        new = self.features_.texts(as_titles(X)[["title"]])[0][:, : self._n]
        alike = (new @ self.matrix_.T / 2).toarray()
        k = min(self.n_neighbors, alike.shape[1])
        places = np.argsort(-alike, axis=1, kind="stable")[:, :k]
        weights = np.take_along_axis(alike, places, axis=1)
        votes = (weights[:, :, None] * self.labels_[places]).sum(axis=1)
        share = votes / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        share = np.clip(share, 0.01, 0.99)
        return np.asarray(np.log(share / (1 - share)))
