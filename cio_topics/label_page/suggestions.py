"""What a classifier suggests for every item, and on what evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.codebook import Codebook
from cio_topics.errors import SettingsError, choices
from cio_topics.label_page.queue import theme_margins

__all__ = ["Classifier", "Suggestions", "make_suggestions"]


class Classifier(Protocol):
    """What can suggest themes.

    Where they exist, ``decide(weights)`` says which are given, of the model or of its ``decision``;
    ``thresholds`` of its decision, or its ``threshold``, from which weight on; ``explain(table)``
    why.
    """

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """Return the themes, one a column."""
        ...

    def predict_proba(self, X: pd.DataFrame) -> npt.NDArray[np.float64]:
        """Return the weights of themes, shape (n, n_themes)."""
        ...


@dataclass(frozen=True)
class Suggestions:
    """Weights of themes for all items, and which of them are suggested.

    Invariant: one row an item of the agenda, one column a theme of the codebook, in their orders.
    Made by :func:`make_suggestions`.
    """

    model: Classifier
    agenda: pd.DataFrame
    themes: tuple[str, ...]
    weights: npt.NDArray[np.float64]
    chosen: npt.NDArray[np.bool_]

    def themes_of(self, row: int) -> list[str]:
        """Return the themes suggested for an item, the weightiest first."""
        columns = np.argsort(-self.weights[row], kind="stable")
        return [self.themes[column] for column in columns if self.chosen[row, column]]

    def explained(self, row: int) -> list[dict[str, Any]]:
        """Return ``theme``, ``weight`` and ``evidence`` (texts of the title) of the suggestions."""
        found = self._evidence(row)
        weight = dict(zip(self.themes, self.weights[row].tolist(), strict=True))
        return [
            {"theme": theme, "weight": round(weight[theme], 4), "evidence": found.get(theme, [])}
            for theme in self.themes_of(row)
        ]

    def _evidence(self, row: int) -> dict[str, list[str]]:
        explain = getattr(self.model, "explain", None)
        if explain is None:
            return {}
        told = explain(self.agenda.iloc[[row]])
        texts: dict[str, list[str]] = {}
        for theme, text in zip(told["theme"], told["text"], strict=True):
            texts.setdefault(str(theme), []).append(str(text))
        return {theme: _longest(found) for theme, found in texts.items()}

    def sets(self) -> list[set[str]]:
        """Return the themes suggested for each item."""
        return [{self.themes[place] for place in row.nonzero()[0]} for row in self.chosen]

    def row_with(self, theme: str) -> npt.NDArray[np.bool_]:
        """Return for which items a theme is suggested."""
        return self.chosen[:, self.themes.index(theme)]

    def margins(self, fallback: str) -> npt.NDArray[np.float64]:
        """Return :func:`theme_margins` without the column of the fallback."""
        known = [theme != fallback for theme in self.themes]
        thresholds = np.broadcast_to(_thresholds(self.model), len(self.themes))
        return theme_margins(self.weights[:, known], thresholds[known])


def _longest(texts: list[str]) -> list[str]:
    """Return each text once, without those that are part of another."""
    once = list(dict.fromkeys(texts))
    return [text for text in once if not any(text != other and text in other for other in once)]


def _thresholds(model: Classifier) -> npt.ArrayLike:
    decision = getattr(model, "decision", None)
    found = getattr(model, "threshold", 0.5) if decision is None else decision.thresholds
    return cast("npt.ArrayLike", found)


def _decided(
    model: Classifier, weights: npt.NDArray[np.float64], codebook: Codebook
) -> npt.NDArray[np.bool_]:
    decide = getattr(getattr(model, "decision", model), "decide", None)
    if decide is not None:
        return cast("npt.NDArray[np.bool_]", np.asarray(decide(weights)).astype(bool))
    chosen = weights >= 0.5
    if codebook.fallback:
        chosen[:, codebook.ids.index(codebook.fallback)] = False
        chosen[:, codebook.ids.index(codebook.fallback)] = ~chosen.any(axis=1)
    return chosen


def make_suggestions(model: Classifier, agenda: pd.DataFrame, codebook: Codebook) -> Suggestions:
    """Return what a fitted classifier suggests for every item.

    Parameters
    ----------
    model : Classifier
        With ``predict_proba(table)``, shape (n, n_themes), and ``classes_`` in the codebook's
        order. A theme is suggested as ``decide(weights)`` of the model or of its ``decision``
        says; of other models from a weight of 0.5 on, the fallback where there is no other.
    agenda : DataFrame, shape (n, k)
        As of ``Corpus.agenda()``.
    codebook : Codebook

    Returns
    -------
    Suggestions

    Raises
    ------
    SettingsError
        The model has other themes than the codebook.

    Examples
    --------
    >>> from cio_topics import CodebookClassifier, read_codebook, read_example
    >>> model = CodebookClassifier().fit([])
    >>> suggestions = make_suggestions(model, read_example().agenda(), read_codebook())
    >>> suggestions.explained(0)
    [{'theme': 'egov_plan', 'weight': 0.8, 'evidence': ['電子政府']}]
    """
    known = tuple(str(theme) for theme in model.classes_)
    if known != codebook.ids:
        raise SettingsError(
            f"the model has the themes {choices(known)}; the codebook has {choices(codebook.ids)}.",
            "Give the codebook the model was trained with by --codebook, or train it again.",
            "モデルの学習に使ったコードブックを --codebook で指定するか、学習し直してください。",
        )
    weights = np.asarray(model.predict_proba(agenda), dtype=float)
    return Suggestions(model, agenda, known, weights, _decided(model, weights, codebook))
