"""A classifier that was learned: scores, probabilities, decisions, sets, novelty.

Imports no scikit-learn, so that a saved one is quick to open and to ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix, hstack

from cio_topics.codebook import Codebook, Hit
from cio_topics.errors import SettingsError
from cio_topics.themes.calibration import Calibration
from cio_topics.themes.conformal import least_probability
from cio_topics.themes.decisions import Decision
from cio_topics.themes.novelty import Novelty
from cio_topics.themes.scorer import LinearScorer

__all__ = ["N_NEAREST", "Answers", "HeldOut", "ThemeModel"]

# What rules and columns read as text.
_TEXTS = ("title", "date", "date_precision", "body", "status")
#: How many labelled items are shown beside an answer.
N_NEAREST = 3

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]


class HeldOut(NamedTuple):
    """What the model said of labelled items when their meetings were held out."""

    item_ids: tuple[str, ...]
    groups: IntArray
    probabilities: FloatArray
    labels: IntArray
    misses: FloatArray


class Answers(NamedTuple):
    """What a model says of some titles: one row each, one column a theme."""

    matrix: csr_matrix
    hits: list[list[Hit]]
    scores: FloatArray
    probabilities: FloatArray
    chosen: IntArray
    similarity: FloatArray  # to the most similar labelled item
    nearest: IntArray  # rows of the most similar, shape (n, N_NEAREST); -1 for none
    nearest_similarity: FloatArray
    unknown: FloatArray  # share of terms nobody labelled
    novel: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ThemeModel:
    """A linear scorer with its calibration, thresholds and what makes a title new.

    Invariant: all parts have the themes of `codebook`, in its order.
    """

    kind: str
    codebook: Codebook
    scorer: LinearScorer
    calibration: Calibration
    decision: Decision
    novelty: Novelty
    held_out: HeldOut
    settings: dict[str, Any]

    def __repr__(self) -> str:
        n = len(self.labelled)
        return f"ThemeModel({self.kind}, {len(self.codebook.ids)} themes, {n:,} labelled items)"

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """Theme ids in the codebook's order."""
        return np.array(self.codebook.ids, dtype=object)

    @cached_property
    def column_names(self) -> list[tuple[str, str]]:
        """Kind and text of each column of the scorer."""
        return self.scorer.features.names()

    @cached_property
    def labelled(self) -> pd.DataFrame:
        """The labelled items it learned from, without texts of the codebook."""
        table = self.scorer.labelled.table
        return table[table["item_id"] != ""].reset_index(drop=True)

    def answer(self, table: pd.DataFrame) -> Answers:
        """Say everything about some titles, shape (n, k), with ``title`` and its context."""
        table = as_titles(table)
        hits = self.scorer.hits(table)
        texts, unknown = self.scorer.features.texts(table)
        matrix = hstack([texts, self.scorer.features.rules(len(table), hits)]).tocsr()
        scores = self.scorer.scores(matrix)
        probabilities = self.calibration.probabilities(scores)
        alike = self.scorer.similarity(matrix)
        nearest, near = nearest_rows(alike, N_NEAREST)
        similarity = near[:, 0]
        return Answers(
            matrix,
            hits,
            scores,
            probabilities,
            self.decision.decide(probabilities),
            similarity,
            nearest,
            near,
            unknown,
            self.novelty.flag(similarity, unknown),
        )

    def weights(self, answers: Answers) -> FloatArray:
        """Return the probability of each theme; of the fallback, that no theme is right.

        Where nobody labelled items with the fallback, that is one less the most probable theme.
        """
        weights, fallback = answers.probabilities.copy(), self.decision.fallback
        if fallback >= 0 and not self.decision.is_learned:
            weights[:, fallback] = 0.0
            weights[:, fallback] = 1.0 - weights.max(axis=1)
        return weights

    def predict_proba(self, X: pd.DataFrame | Iterable[str]) -> FloatArray:
        """Return probabilities, shape (n, n_themes); rows do not sum to one."""
        table = as_titles(X)
        return self.calibration.probabilities(self.scorer.scores(self.scorer.matrix(table)))

    def predict(self, X: pd.DataFrame | Iterable[str]) -> IntArray:
        """Return the themes as a 0/1 matrix, shape (n, n_themes)."""
        return self.decision.decide(self.predict_proba(X))

    def explain(self, X: pd.DataFrame | Iterable[str], *, n_parts: int = 6) -> pd.DataFrame:
        """Return what speaks most for each theme given, one row a place in the title.

        Returns
        -------
        DataFrame
            ``row`` (place in X), ``theme``, ``kind``, ``weight`` (added to the log-odds),
            ``start``, ``end`` (of the normalized title), ``text``. See
            :func:`cio_topics.themes.explain.explain_themes` for everything.
        """
        from cio_topics.text import normalize
        from cio_topics.themes.explain import explain_themes

        table, rows = as_titles(X), []
        for row, reasons in enumerate(explain_themes(self, table)):
            title = normalize(table["title"].iloc[row])
            for reason in reasons:
                placed = [part for part in reason.parts if part.spans and part.weight > 0]
                rows += [
                    (row, reason.theme, part.kind, part.weight, *span, title[slice(*span)])
                    for part in placed[:n_parts]
                    for span in part.spans
                ]
        names = ["row", "theme", "kind", "weight", "start", "end", "text"]
        return pd.DataFrame(rows, columns=names)

    def least_probability(self, coverage: float) -> float:
        """Return the least probability of a theme in a set with that coverage."""
        return least_probability(self.held_out.misses, self.held_out.groups, coverage)

    def sets(self, probabilities: FloatArray, coverage: float) -> IntArray:
        """Return sets of themes that hold all themes of an item with that probability.

        See :func:`cio_topics.themes.conformal.least_probability`. The themes that are given, and
        the most probable one, always belong to it; the fallback, where it is not given, only if
        items were labelled with it.
        """
        known, fallback = probabilities.copy(), self.decision.fallback
        if fallback >= 0 and not self.held_out.labels[:, fallback].any():
            known[:, fallback] = -1.0
        # As misses, which are rounded alike: what ties with the bound belongs to the set.
        inside = 1.0 - known <= 1.0 - self.least_probability(coverage)
        inside[np.arange(len(known)), known.argmax(axis=1)] = True
        inside |= self.decision.decide(probabilities) == 1
        return inside.astype(int)


def as_titles(X: pd.DataFrame | Iterable[str]) -> pd.DataFrame:
    """Return titles as a table; a table as it is.

    Raises
    ------
    SettingsError
        One text instead of a list of them, or a table without ``title``.
    """
    if isinstance(X, pd.DataFrame):
        if "title" not in X:
            raise SettingsError("the table has no column 'title'; expected one with the titles.")
        return _as_texts(X)
    if isinstance(X, str):
        raise SettingsError("X is one text; expected a list of titles or a table.")
    return pd.DataFrame({"title": pd.Series(list(X), dtype="str")})


def _as_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose titles and context are texts; days of pandas as 2024-06-21."""
    texts: dict[str, pd.Series[str]] = {}
    for name in _TEXTS:
        if name not in table or isinstance(table[name].dtype, pd.StringDtype):
            continue
        column = table[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.dt.strftime("%Y-%m-%d")
        texts[name] = column.astype("str").where(column.notna(), "").astype("str")
    return table.assign(**texts) if texts else table


def nearest_rows(similarity: csr_matrix, n: int) -> tuple[IntArray, FloatArray]:
    """Return the columns of the `n` highest values of each row, and the values.

    The first of equals comes first; where a row has fewer, -1 and 0.
    """
    left = similarity.copy()
    rows = np.repeat(np.arange(left.shape[0]), np.diff(left.indptr))
    nearest, values = np.full((left.shape[0], n), -1), np.zeros((left.shape[0], n))
    for k in range(n):
        best, place = most_similar(left)
        nearest[:, k], values[:, k] = np.where(best > 0, place, -1), best
        left.data[left.indices == nearest[rows, k]] = 0.0
    return nearest, values


def most_similar(similarity: csr_matrix) -> tuple[FloatArray, IntArray]:
    """Return the highest value of each row and its column; 0 and -1 where a row has none."""
    n_rows = similarity.shape[0]
    best, place = np.zeros(n_rows), np.full(n_rows, -1)
    filled = np.diff(similarity.indptr) > 0
    if filled.any():
        top = np.maximum.reduceat(similarity.data, similarity.indptr[:-1][filled])
        best[filled] = np.clip(top, 0.0, 1.0)
        at = similarity.data >= np.repeat(top, np.diff(similarity.indptr)[filled])
        rows = np.repeat(np.arange(n_rows), np.diff(similarity.indptr))[at]
        # The first of equals: later writes are earlier columns.
        columns = similarity.indices[at]
        order = np.lexsort((-columns, rows))
        place[rows[order]] = columns[order]
    return best, place
