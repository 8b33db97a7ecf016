"""A stack: the codebook's rules and a linear model of the text, weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import hstack
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook, read_codebook
from cio_topics.themes.classifier import check_indicator
from cio_topics.themes.linear import LearnedColumns, LinearThemes
from cio_topics.themes.model import as_titles
from cio_topics.themes.scorer import LinearScorer
from cio_topics.themes.splits import fold_splits, item_groups

__all__ = ["StackedThemes"]

FloatArray = npt.NDArray[np.float64]


class StackedThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The log-odds of a text-only :class:`LinearThemes` plus a weight for every set of rules.

    The weights, the same for all themes, are learned from scores of held-out items; a rule's match
    is credited only if items of other groups have it too, as there.

    Parameters
    ----------
    codebook : Codebook, optional
    n_splits : int, default 5
    random_state : int, default 0
    seen_only : bool, default False

    References
    ----------
    Wolpert, D. H. (1992). Stacked generalization. Neural Networks 5, 241-259.
    doi:10.1016/S0893-6080(05)80023-1
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        n_splits: int = 5,
        random_state: int = 0,
        seen_only: bool = False,
    ) -> None:
        self.codebook = codebook
        self.n_splits = n_splits
        self.random_state = random_state
        self.seen_only = seen_only

    def fit(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> StackedThemes:
        """Learn from labelled items, as :meth:`LinearThemes.fit`."""
        from sklearn.linear_model import LogisticRegression

        items, codebook = as_titles(X), self.codebook or read_codebook()
        labels = check_indicator(y, len(items), len(codebook.ids))
        of = item_groups(items) if groups is None else np.asarray(groups)
        text = LinearThemes(self.codebook, rules=False)
        scores = np.zeros(labels.shape)
        for train, test in fold_splits(of, self.n_splits, self.random_state):
            model = clone(text).fit(items.iloc[train], labels[train], of[train])
            scores[test] = model.decision_function(items.iloc[test])
        linear = LinearThemes(self.codebook, seen_only=self.seen_only)
        whole = linear.learn_columns(items, labels, of)
        self.codebook_, self.classes_ = linear.codebook_, linear.classes_
        n_text = sum(whole.features.sizes[:3])
        rules = whole.matrix[: len(items), n_text:].toarray()
        n_themes = len(self.classes_)
        blocks = [rules[:, k : k + n_themes] for k in range(0, rules.shape[1], n_themes)]
        columns = np.column_stack([scores.ravel(), *(block.ravel() for block in blocks)])
        stacker = LogisticRegression(C=1.0, tol=1e-8, max_iter=1000).fit(columns, labels.ravel())
        slope, *of_rules = stacker.coef_[0]
        alone = clone(text).fit(items, labels, of).scorer_
        self.scorer_ = _joined(alone, whole, slope, of_rules, stacker.intercept_[0])
        return self

    def decision_function(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the log-odds of each theme, shape (n, n_themes); not calibrated."""
        check_is_fitted(self, "scorer_")
        return self.scorer_.scores(self.scorer_.matrix(as_titles(X)))


def _joined(
    text: LinearScorer, whole: LearnedColumns, slope: float, of_rules: list[Any], intercept: float
) -> LinearScorer:
    """Return one linear scorer: weights of the text times the slope, then the rules'."""
    n_themes = len(text.intercept)
    weights = np.vstack([slope * text.weights, *(np.eye(n_themes) * w for w in of_rules)])
    n_text, n_all = text.labelled.matrix.shape[1], weights.shape[0]
    empty = whole.matrix[:, n_text:] * 0
    labelled = text.labelled._replace(
        matrix=hstack([text.labelled.matrix, empty]).tocsr(), dual=slope * text.labelled.dual
    )
    assert labelled.matrix.shape[1] == n_all
    return LinearScorer(
        whole.features, weights, slope * text.intercept + intercept, labelled, whole.seen
    )
