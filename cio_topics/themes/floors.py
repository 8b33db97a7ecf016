"""What any classifier must beat: always the most frequent theme; plain TF-IDF and regression."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.themes.classifier import check_indicator
from cio_topics.themes.model import as_titles

__all__ = ["MajorityThemes", "PlainThemes"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


class MajorityThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The most frequent theme for every item.

    Parameters
    ----------
    codebook : Codebook, optional
    """

    def __init__(self, codebook: Codebook | None = None) -> None:
        self.codebook = codebook

    def fit(
        self, X: pd.DataFrame | Iterable[str], y: npt.ArrayLike, groups: object = None
    ) -> MajorityThemes:
        """Count the themes of labelled items."""
        self.codebook_ = read_codebook() if self.codebook is None else self.codebook
        self.classes_ = np.array(self.codebook_.ids, dtype=object)
        self.share_ = check_indicator(y, len(as_titles(X)), len(self.classes_)).mean(axis=0)
        return self

    def predict_proba(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return each theme's share of the labelled items, the same for all."""
        check_is_fitted(self, "share_")
        return np.tile(self.share_, (len(as_titles(X)), 1))

    def decide(self, probabilities: FloatArray) -> IntArray:
        """Return the most frequent theme."""
        return _best(probabilities)


class PlainThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """scikit-learn's ``TfidfVectorizer`` and ``LogisticRegression``, one a theme, as they come.

    Only the tokenizer is ours; no characters, no rules, no codebook, no thresholds. An item that
    reaches no theme gets the most probable one.

    Parameters
    ----------
    codebook : Codebook, optional
    """

    def __init__(self, codebook: Codebook | None = None) -> None:
        self.codebook = codebook

    def fit(
        self, X: pd.DataFrame | Iterable[str], y: npt.ArrayLike, groups: object = None
    ) -> PlainThemes:
        """Learn from labelled items."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.pipeline import make_pipeline

        from cio_topics.tokens import Tokenizer

        self.codebook_ = read_codebook() if self.codebook is None else self.codebook
        self.classes_ = np.array(self.codebook_.ids, dtype=object)
        titles = as_titles(X)["title"]
        labels = check_indicator(y, len(titles), len(self.classes_))
        self.known_ = np.flatnonzero(labels.any(axis=0))
        vectorizer = TfidfVectorizer(tokenizer=Tokenizer(), token_pattern=None, lowercase=False)
        self.pipeline_ = make_pipeline(vectorizer, OneVsRestClassifier(LogisticRegression()))
        self.pipeline_.fit(titles, labels[:, self.known_])
        return self

    def predict_proba(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the probability of each theme."""
        check_is_fitted(self, "pipeline_")
        titles = as_titles(X)["title"]
        probabilities = np.zeros((len(titles), len(self.classes_)))
        probabilities[:, self.known_] = self.pipeline_.predict_proba(titles)
        return probabilities

    def decide(self, probabilities: FloatArray) -> IntArray:
        """Return the themes of even odds or better, else the most probable."""
        chosen = (probabilities >= 0.5).astype(int)
        return np.where(chosen.any(axis=1, keepdims=True), chosen, _best(probabilities))


def _best(probabilities: FloatArray) -> IntArray:
    chosen = np.zeros(probabilities.shape, dtype=int)
    chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = 1
    return chosen
