"""Scores of any classifier → calibrated probabilities, thresholds, sets; all inside folds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from cio_topics.errors import SettingsError
from cio_topics.themes.calibration import learn_calibration
from cio_topics.themes.conformal import misses
from cio_topics.themes.decisions import learn_decision
from cio_topics.themes.model import HeldOut, ThemeModel, as_titles, most_similar
from cio_topics.themes.novelty import learn_novelty
from cio_topics.themes.splits import fold_splits, item_groups

__all__ = ["CalibratedThemes"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


class CalibratedThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of themes with what it must know of itself.

    `fit` holds groups of items out in turn and learns from their scores: probabilities, the
    threshold of each theme, sets with a stated coverage, and when a title is new. Rules that were
    written with the items in sight are credited there only with matches that items learned from
    have (``seen_only``), as they will not do better on titles that nobody has seen.

    Parameters
    ----------
    estimator : estimator
        With ``fit(X, y, groups)`` and ``decision_function(X)``; its ``codebook`` names the themes.
    calibration : {"platt", "isotonic"}, default "platt"
    n_splits : int, default 5
    random_state : int, default 0
        Of the folds.

    Attributes
    ----------
    classes_ : ndarray of str, shape (n_themes,)
    estimator_ : estimator
        Fitted on all items.
    calibration_, decision_, held_out_
        What was learned from held-out items.
    model_ : ThemeModel or None
        All of it, to be saved and explained; None where the score is not linear.
    """

    def __init__(
        self,
        estimator: Any,
        *,
        calibration: Literal["platt", "isotonic"] = "platt",
        n_splits: int = 5,
        random_state: int = 0,
    ) -> None:
        self.estimator = estimator
        self.calibration = calibration
        self.n_splits = n_splits
        self.random_state = random_state

    def fit(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> CalibratedThemes:
        """Learn from labelled items.

        Parameters
        ----------
        X : DataFrame or iterable of str, shape (n,)
        y : array_like of int, shape (n, n_themes)
        groups : array_like, shape (n,), optional
            Items that are alike; those of one meeting or title if None.

        Raises
        ------
        SettingsError
            Fewer than two groups.
        """
        items = as_titles(X)
        labels = np.asarray(y).astype(int)  # `fit` of the estimator checks its shape
        of = item_groups(items) if groups is None else pd.factorize(np.asarray(groups))[0]
        self.estimator_ = clone(self.estimator).fit(items, labels, of)
        self.classes_ = self.estimator_.classes_
        codebook = self.estimator_.codebook_
        fallback = codebook.ids.index(codebook.fallback) if codebook.fallback else -1
        scores, similarity, unknown = self._held_out(items, labels, of)
        self.calibration_ = learn_calibration(scores, labels, self.calibration)
        probabilities = self.calibration_.probabilities(scores)
        self.decision_ = learn_decision(probabilities, labels, fallback)
        ids = items.get("item_id", pd.Series("", index=items.index)).astype("str")
        missed = misses(probabilities, labels)
        self.held_out_ = HeldOut(tuple(ids), of, probabilities, labels, missed)
        self.model_ = self._model(learn_novelty(similarity, unknown))
        return self

    def _held_out(
        self, items: pd.DataFrame, labels: IntArray, groups: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return scores, similarity and unknown terms of each item, learned without its group."""
        estimator = clone(self.estimator)
        if "seen_only" in estimator.get_params():
            estimator.set_params(seen_only=True)
        scores = np.zeros(labels.shape)
        similarity, unknown = np.zeros(len(items)), np.zeros(len(items))
        for train, test in fold_splits(groups, self.n_splits, self.random_state):
            model = clone(estimator).fit(items.iloc[train], labels[train], groups[train])
            held_out = items.iloc[test]
            scores[test] = model.decision_function(held_out)
            scorer = getattr(model, "scorer_", None)
            if scorer is not None:
                texts, unknown[test] = scorer.features.texts(held_out)
                similarity[test] = most_similar(scorer.similarity(texts))[0]
        return scores, similarity, unknown

    def _model(self, novelty: Any) -> ThemeModel | None:
        scorer = getattr(self.estimator_, "scorer_", None)
        if scorer is None:
            return None
        settings = {"calibration": self.calibration, "n_splits": self.n_splits}
        return ThemeModel(
            kind=type(self.estimator_).__name__,
            codebook=self.estimator_.codebook_,
            scorer=scorer,
            calibration=self.calibration_,
            decision=self.decision_,
            novelty=novelty,
            held_out=self.held_out_,
            settings=settings | {"random_state": self.random_state},
        )

    def decision_function(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the calibrated log-odds of each theme, shape (n, n_themes)."""
        check_is_fitted(self, "calibration_")
        scores: FloatArray = self.estimator_.decision_function(as_titles(X))
        return self.calibration_.log_odds(scores)

    def predict_proba(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the probability of each theme, shape (n, n_themes); rows do not sum to one."""
        check_is_fitted(self, "calibration_")
        return self.calibration_.probabilities(self.estimator_.decision_function(as_titles(X)))

    def predict(self, X: pd.DataFrame | Iterable[str]) -> IntArray:
        """Return the themes as a 0/1 matrix, shape (n, n_themes)."""
        return self.decide(self.predict_proba(X))

    def decide(self, probabilities: FloatArray) -> IntArray:
        """Return which probabilities give their theme; the fallback where none does."""
        return self.decision_.decide(probabilities)

    def trained_model(self) -> ThemeModel:
        """Return what can be saved and explained.

        Raises
        ------
        SettingsError
            The score is not linear.
        """
        check_is_fitted(self, "calibration_")
        if self.model_ is None:
            raise SettingsError(
                f"{type(self.estimator_).__name__} cannot be saved or explained as a sum.",
                "Choose the kind linear or stack.",
                "種類に linear か stack を選んでください。",
            )
        return self.model_
