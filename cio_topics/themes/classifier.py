"""The codebook's rules as a multi-label classifier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook, Hit, match_items, read_codebook
from cio_topics.errors import SettingsError
from cio_topics.labels.columns import theme_indicator
from cio_topics.themes.model import as_titles

__all__ = ["CodebookClassifier", "check_indicator", "theme_indicator"]


def check_indicator(y: npt.ArrayLike, n_rows: int, n_themes: int) -> npt.NDArray[np.int_]:
    """Return labels as a 0/1 matrix of that shape.

    Raises
    ------
    SettingsError
    """
    labels = np.asarray(y)
    if labels.shape != (n_rows, n_themes):
        raise SettingsError(f"y has shape {labels.shape}; expected {(n_rows, n_themes)}.")
    if not np.isin(labels, (0, 1)).all():
        raise SettingsError(
            "y holds other values than 0 and 1; expected a 0/1 matrix, as of theme_indicator."
        )
    return labels.astype(int)


class CodebookClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Give themes by the codebook's rules.

    Without labels every rule counts as the codebook's author wrote it. With labels, `fit` learns
    how often each rule is right and drops those that are more often wrong: the reliability of a
    rule is ``(right + prior * strength) / (hits + strength)``. A theme's probability is that of
    its most reliable rule that holds; an item without any theme gets the codebook's fallback.

    Parameters
    ----------
    codebook : Codebook, optional
        The embedded one if None.
    threshold : float, default 0.5
        Least reliability at which a rule gives its theme.
    prior : float in (0, 1), default 0.8
        Reliability of a rule nobody has tested.
    strength : float, default 4.0
        How many tests that prior is worth.
    seen_only : bool, default False
        Count a match only if a labelled item given to `fit` had the same match of the same rule.
        Cross-validated with it, rules that were written with the labels in sight are credited only
        with what other meetings support: a lower bound of their recall.

    Attributes
    ----------
    classes_ : ndarray of str, shape (n_themes,)
        Theme ids in the codebook's order, the columns of every result.
    reliability_ : dict of str to float
        By rule id.
    seen_ : set of tuple of str
        Rule ids and the normalized texts they matched in the labelled items.

    Examples
    --------
    >>> model = CodebookClassifier().fit(["オープンデータの推進"])
    >>> model.themes(["マイナンバー制度", "その他"])
    ['my_number', 'other']
    >>> model.explain(["マイナンバー制度"])[["theme", "text", "start", "end"]].values.tolist()
    [['my_number', 'マイナンバー', 0, 6]]
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        threshold: float = 0.5,
        prior: float = 0.8,
        strength: float = 4.0,
        seen_only: bool = False,
    ) -> None:
        self.codebook = codebook
        self.threshold = threshold
        self.prior = prior
        self.strength = strength
        self.seen_only = seen_only

    def fit(
        self, X: pd.DataFrame | Iterable[str], y: npt.ArrayLike | None = None
    ) -> CodebookClassifier:
        """Learn the reliability of each rule.

        Parameters
        ----------
        X : DataFrame or iterable of str, shape (n,)
            Titles, or a table with ``title`` and what rules may ask for (``status``, ``date``,
            ``date_precision``, ``body``).
        y : array_like of int, shape (n, n_themes), optional
            Columns in the codebook's order, see :func:`theme_indicator`.

        Returns
        -------
        CodebookClassifier
        """
        if not (0 < self.prior < 1 and self.strength > 0 and 0 <= self.threshold <= 1):
            raise SettingsError(
                f"threshold, prior, strength are {self.threshold}, {self.prior}, {self.strength}; "
                "expected 0 to 1, between 0 and 1, more than 0."
            )
        self._open()
        if y is None:
            return self._learn([], np.zeros((0, len(self.classes_)), dtype=int))
        table = as_titles(X)
        labels = check_indicator(y, len(table), len(self.classes_))
        return self._learn(match_items(table, self.codebook_), labels)

    def fit_hits(self, hits: list[Hit], y: npt.ArrayLike) -> CodebookClassifier:
        """Learn as :meth:`fit`, from hits that were found before; `y` has one row a `Hit.row`."""
        self._open()
        return self._learn(hits, np.asarray(y))

    def _open(self) -> None:
        self.codebook_ = read_codebook() if self.codebook is None else self.codebook
        self.classes_ = np.array(self.codebook_.ids, dtype=object)

    def _learn(self, hits: list[Hit], labels: npt.NDArray[np.int_]) -> CodebookClassifier:
        column = self._columns()
        n_hits, n_right = Counter[str](), Counter[str]()
        self.seen_: set[tuple[str, str]] = set()
        for hit in hits:
            n_hits[hit.rule] += 1
            n_right[hit.rule] += int(labels[hit.row, column[hit.theme]])
            self.seen_.update(hit.matches)
        worth = self.prior * self.strength
        self.reliability_ = {
            rule.id: (n_right[rule.id] + worth) / (n_hits[rule.id] + self.strength)
            for theme in self.codebook_.themes
            for rule in theme.rules
        }
        return self

    def _columns(self) -> dict[str, int]:
        return {theme: place for place, theme in enumerate(self.codebook_.ids)}

    def find_hits(self, X: pd.DataFrame | Iterable[str]) -> list[Hit]:
        """Return the rules that hold for each item, by row."""
        check_is_fitted(self, "reliability_")
        return self._credited(match_items(as_titles(X), self.codebook_))

    def _credited(self, hits: list[Hit]) -> list[Hit]:
        if self.seen_only:
            return [hit for hit in hits if not self.seen_.isdisjoint(hit.matches)]
        return hits

    @property
    def _least(self) -> float:
        """The threshold; a weight of nought never gives a theme."""
        return max(self.threshold, float(np.finfo(float).tiny))

    def weigh_hits(self, n_rows: int, hits: list[Hit]) -> npt.NDArray[np.float64]:
        """Return the weights of :meth:`predict_proba` from hits that were found before."""
        column = self._columns()
        weights = np.zeros((n_rows, len(self.classes_)))
        for hit in hits:
            place = hit.row, column[hit.theme]
            weights[place] = max(weights[place], self.reliability_[hit.rule])
        if self.codebook_.fallback:
            alone = column[self.codebook_.fallback]
            weights[:, alone] = 0.0
            nothing = weights.max(axis=1) < self._least
            weights[nothing, alone] = 1.0 - weights[nothing].max(axis=1)
        return weights

    def predict_proba(self, X: pd.DataFrame | Iterable[str]) -> npt.NDArray[np.float64]:
        """Return the weight of each theme.

        Returns
        -------
        ndarray of float, shape (n, n_themes)
            In [0, 1]; rows do not sum to one, for an item has one to several themes.
        """
        table = as_titles(X)
        return self.weigh_hits(len(table), self.find_hits(table))

    def predict_hits(self, n_rows: int, hits: list[Hit]) -> npt.NDArray[np.int_]:
        """Return the themes as a 0/1 matrix from hits that were found before."""
        return self.decide(self.weigh_hits(n_rows, self._credited(hits)))

    def predict(self, X: pd.DataFrame | Iterable[str]) -> npt.NDArray[np.int_]:
        """Return the themes as a 0/1 matrix, shape (n, n_themes)."""
        return self.decide(self.predict_proba(X))

    def decide(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int_]:
        """Return which weights give their theme; the fallback where none does."""
        chosen = weights >= self._least
        if self.codebook_.fallback:
            alone = self._columns()[self.codebook_.fallback]
            chosen[:, alone] |= ~chosen.any(axis=1)
        return chosen.astype(int)

    def themes(self, X: pd.DataFrame | Iterable[str]) -> list[str]:
        """Return the themes of each item joined by ``;``, the weightiest first."""
        weights = self.predict_proba(X)
        chosen = self.decide(weights)
        order = np.argsort(-weights, axis=1, kind="stable")
        return [
            ";".join(str(self.classes_[c]) for c in order[row] if chosen[row, c])
            for row in range(len(weights))
        ]

    def explain(self, X: pd.DataFrame | Iterable[str]) -> pd.DataFrame:
        """Return what matched and where, one row a span.

        Returns
        -------
        DataFrame
            ``row`` (place in X), ``theme``, ``rule``, ``weight`` (reliability of the rule),
            ``start``, ``end`` (of the normalized title), ``text``.
        """
        rows: list[tuple[Any, ...]] = []
        for hit in self.find_hits(X):
            known = hit.row, hit.theme, hit.rule, self.reliability_[hit.rule]
            rows += [(*known, *span, text) for span, text in zip(hit.spans, hit.texts, strict=True)]
        names = ["row", "theme", "rule", "weight", "start", "end", "text"]
        return pd.DataFrame(rows, columns=names)
