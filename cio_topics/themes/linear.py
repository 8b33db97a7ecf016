"""Logistic regression on terms, characters, the body and rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix, vstack
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from cio_topics.codebook import Codebook, Hit, read_codebook
from cio_topics.errors import SettingsError, shorten
from cio_topics.labels import theme_indicator
from cio_topics.themes.classifier import check_indicator
from cio_topics.themes.definitions import definition_texts, read_definition_rules
from cio_topics.themes.features import (
    FeatureSettings,
    TitleFeatures,
    learn_features,
    read_hits,
)
from cio_topics.themes.model import as_titles
from cio_topics.themes.scorer import LabelledItems, LinearScorer, Seen
from cio_topics.themes.splits import item_groups
from cio_topics.tokens import Tokenizer

__all__ = ["LearnedColumns", "LinearThemes"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


class LearnedColumns(NamedTuple):
    """Labelled items, then texts of the codebook, as rows of columns with their themes."""

    features: TitleFeatures
    matrix: csr_matrix
    targets: IntArray  # (n_rows, n_themes)
    importance: FloatArray  # (n_rows,): how many items a row weighs
    table: pd.DataFrame  # as LabelledItems.table
    seen: Seen | None


class LinearThemes(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One logistic regression a theme, on terms, runs of characters, the body's name and rules.

    The codebook's names, definitions and examples are learned from as well, as texts of their
    theme. A rule's match is credited while learning only if items of other groups have it too;
    else the rules, written with labelled items in sight, would be trusted more than they deserve.
    Rare themes weigh as much as frequent ones (``class_weight="balanced"``).

    Parameters
    ----------
    codebook : Codebook, optional
        The embedded one if None.
    rules : bool, default True
        Whether rules are columns.
    author_rules : bool, default True
        Whether the codebook's own rules are.
    definition_rules : bool, default True
        Whether the second set of rules, written from the definitions alone, is used as well; there
        is one for the embedded themes only.
    C : float, default 3.0
        Inverse strength of the penalty on squared weights.
    definition_weight : float, default 3.0
        How many items a text of the codebook weighs; 0 for none.
    features : FeatureSettings
    tokenizer : Tokenizer, optional
    seen_only : bool, default False
        Credit a rule's match only if an item of `fit` has it: a lower bound of what rules give, as
        in :class:`CodebookClassifier`. The second set of rules has seen no item and always counts.

    Attributes
    ----------
    classes_ : ndarray of str, shape (n_themes,)
    targets_ : ndarray of int, shape (n_rows, n_themes)
        Labels of all it learned from: items, then texts of the codebook.
    scorer_ : LinearScorer

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> corpus = read_example()
    >>> coded = corpus.agenda().merge(corpus.theme_labels[["item_id", "themes"]], on="item_id")
    >>> model = LinearThemes()
    >>> y = theme_indicator(coded["themes"], read_codebook().ids)
    >>> scores = model.fit(coded, y).decision_function(["オープンデータの推進"])
    >>> str(model.classes_[scores[0].argmax()])
    'open_data'
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        rules: bool = True,
        author_rules: bool = True,
        definition_rules: bool = True,
        C: float = 3.0,
        definition_weight: float = 3.0,
        features: FeatureSettings | None = None,
        tokenizer: Tokenizer | None = None,
        seen_only: bool = False,
    ) -> None:
        self.codebook = codebook
        self.rules = rules
        self.author_rules = author_rules
        self.definition_rules = definition_rules
        self.C = C
        self.definition_weight = definition_weight
        self.features = features
        self.tokenizer = tokenizer
        self.seen_only = seen_only

    def fit(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> LinearThemes:
        """Learn from labelled items.

        Parameters
        ----------
        X : DataFrame or iterable of str, shape (n,)
            Titles, or a table with ``title`` and perhaps ``item_id, meeting_id, body, date,
            date_precision, status``.
        y : array_like of int, shape (n, n_themes)
        groups : array_like, shape (n,), optional
            Items that are alike; those of one meeting or title if None.
        """
        columns = self.learn_columns(X, y, groups)
        self.targets_ = columns.targets
        dual, intercept = _fit_themes(columns, self.C)
        self.scorer_ = LinearScorer(
            features=columns.features,
            weights=np.asarray(columns.matrix.T @ dual),
            intercept=intercept,
            labelled=LabelledItems(columns.table, columns.matrix, dual),
            seen=columns.seen,
        )
        return self

    def learn_columns(
        self,
        X: pd.DataFrame | Iterable[str],
        y: npt.ArrayLike,
        groups: npt.ArrayLike | None = None,
    ) -> LearnedColumns:
        """Return what `fit` weighs, without weighing it; see there."""
        if not (self.C > 0 and self.definition_weight >= 0):
            raise SettingsError(
                f"C is {shorten(self.C)} and definition_weight {shorten(self.definition_weight)}; "
                "expected more than 0, and not less than 0."
            )
        self.codebook_ = read_codebook() if self.codebook is None else self.codebook
        self.classes_ = np.array(self.codebook_.ids, dtype=object)
        items = as_titles(X)
        labels = check_indicator(y, len(items), len(self.classes_))
        groups = item_groups(items) if groups is None else np.asarray(groups)
        texts = self._definitions()
        learned = pd.concat([items[["title"]], texts[["title"]]], ignore_index=True)
        learned["body"] = [*items.get("body", pd.Series("", index=items.index)), *[""] * len(texts)]
        books = self._books()
        features = learn_features(
            learned, self.features or FeatureSettings(), self.tokenizer or Tokenizer(), books
        )
        found = read_hits(items, books)
        both = zip(found, books, strict=True)
        credited = [self._credit(hits, groups, book) for hits, book in both]
        of_items = features.matrix(items, credited)
        of_texts = features.matrix(learned[len(items) :], [[] for _ in books])
        targets = np.vstack([labels, theme_indicator(texts["theme"], self.codebook_.ids)])
        weight = np.full(len(texts), float(self.definition_weight))
        return LearnedColumns(
            features=features,
            matrix=vstack([of_items, of_texts]).tocsr(),
            targets=targets,
            importance=np.concatenate([np.ones(len(items)), weight]),
            table=_described(items, learned, targets, self.classes_),
            seen=self._seen(found, books) if self.seen_only else None,
        )

    def decision_function(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return the log-odds of each theme, shape (n, n_themes); not calibrated."""
        check_is_fitted(self, "scorer_")
        return self.scorer_.scores(self.scorer_.matrix(as_titles(X)))

    def predict(self, X: pd.DataFrame | Iterable[str]) -> IntArray:
        """Return the themes whose odds are even or better, shape (n, n_themes)."""
        return (self.decision_function(X) >= 0).astype(int)

    def _books(self) -> tuple[Codebook, ...]:
        if not self.rules:
            return ()
        first = self.codebook_ if self.author_rules else None
        second = read_definition_rules(self.codebook_) if self.definition_rules else None
        return tuple(book for book in (first, second) if book is not None)

    def _definitions(self) -> pd.DataFrame:
        texts = definition_texts(self.codebook_)
        return texts if self.definition_weight else texts.iloc[:0]

    def _credit(self, hits: list[Hit], groups: npt.NDArray[Any], book: Codebook) -> list[Hit]:
        """Return the hits that items of other groups have too; all of rules that saw no item."""
        if book is not self.codebook_:
            return hits
        having: dict[tuple[str, str], set[Any]] = {}
        for hit in hits:
            for match in hit.matches:
                having.setdefault(match, set()).add(groups[hit.row])
        return [
            hit for hit in hits if any(having[match] - {groups[hit.row]} for match in hit.matches)
        ]

    def _seen(
        self, found: list[list[Hit]], books: tuple[Codebook, ...]
    ) -> tuple[frozenset[tuple[str, str]] | None, ...]:
        return tuple(
            frozenset(match for hit in hits for match in hit.matches)
            if book is self.codebook_
            else None
            for hits, book in zip(found, books, strict=True)
        )


def _fit_themes(columns: LearnedColumns, C: float) -> tuple[FloatArray, FloatArray]:
    """Return what each row adds to the weights of each theme, and the intercepts.

    At the optimum of a penalized logistic regression the weights are the sum over rows of
    ``C * importance * (target - probability)`` times the row.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    matrix, targets, importance = columns.matrix, columns.targets, columns.importance
    n_rows, n_themes = targets.shape
    dual, intercept = np.zeros((n_rows, n_themes)), np.full(n_themes, _NEVER)
    with threadpool_limits(limits=1):  # sums keep their order, and small ones are quicker
        for theme in range(n_themes):
            target = targets[:, theme]
            n_with = target.sum()
            if n_with in (0, n_rows):
                intercept[theme] = -_NEVER if n_with else _NEVER
                continue
            weight = importance * _balance(target, importance)
            model = LogisticRegression(C=C, tol=1e-7, max_iter=2000)
            model.fit(matrix, target, sample_weight=weight)
            dual[:, theme] = C * weight * (target - model.predict_proba(matrix)[:, 1])
            intercept[theme] = model.intercept_[0]
    return dual, intercept


def _balance(target: IntArray, importance: FloatArray) -> FloatArray:
    """Return what makes rows with a theme weigh, together, as much as rows without it."""
    total, share = importance.sum(), importance[target == 1].sum()
    balance: FloatArray = np.where(target == 1, total / (2 * share), total / (2 * (total - share)))
    return balance


#: Log-odds of a theme no item has.
_NEVER = -20.0


def _described(
    items: pd.DataFrame, learned: pd.DataFrame, targets: IntArray, classes: npt.NDArray[Any]
) -> pd.DataFrame:
    n_texts = len(learned) - len(items)
    table = learned.copy()
    for name in ("item_id", "date"):
        given = items.get(name, pd.Series("", index=items.index))
        table[name] = [*given, *[""] * n_texts]
    if "item_id" not in items:
        table["item_id"] = [*(f"row {n + 1}" for n in range(len(items))), *[""] * n_texts]
    table["themes"] = [";".join(classes[row.astype(bool)]) for row in targets]
    return table[["item_id", "title", "themes", "body", "date"]].astype("str")
