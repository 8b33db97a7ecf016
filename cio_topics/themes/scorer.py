"""A linear score of each theme, and everything it is the sum of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from cio_topics.codebook import Hit
from cio_topics.themes.features import TitleFeatures, read_hits

__all__ = ["LabelledItems", "LinearScorer", "Seen"]

FloatArray = npt.NDArray[np.float64]
Seen = tuple[frozenset[tuple[str, str]] | None, ...]


class LabelledItems(NamedTuple):
    """What was learned from: items, then texts of the codebook, which have no `item_id`.

    The weight of a column is the sum over these rows of `dual` times the row's value, so that a
    score is a sum over columns and, as well, over labelled items (Yeh et al. 2018).
    """

    table: pd.DataFrame  # item_id, title, themes, body, date
    matrix: csr_matrix
    dual: FloatArray  # (n_rows, n_themes)


class LinearScorer(NamedTuple):
    """Columns, their weights, and what they were learned from.

    References
    ----------
    Yeh, C.-K., Kim, J. S., Yen, I. E. H. and Ravikumar, P. (2018). Representer point selection for
    explaining deep neural networks. NeurIPS 31, 9291-9301. (What is exact for linear models.)
    """

    features: TitleFeatures
    weights: FloatArray  # (n_columns, n_themes)
    intercept: FloatArray  # (n_themes,)
    labelled: LabelledItems
    seen: Seen | None  # matches of rules that count; None for all

    def hits(self, table: pd.DataFrame) -> list[list[Hit]]:
        """Return the rules that hold and count, one list a book."""
        found = read_hits(table, self.features.rule_books)
        if self.seen is None:
            return found
        both = zip(found, self.seen, strict=True)
        return [
            hits if seen is None else [hit for hit in hits if not seen.isdisjoint(hit.matches)]
            for hits, seen in both
        ]

    def matrix(self, table: pd.DataFrame) -> csr_matrix:
        """Return the columns of items."""
        return self.features.matrix(table, self.hits(table))

    def scores(self, matrix: csr_matrix) -> FloatArray:
        """Return the log-odds of each theme, shape (n, n_themes)."""
        return np.asarray(matrix @ self.weights) + self.intercept

    def similarity(self, matrix: csr_matrix) -> csr_matrix:
        """Return how alike titles and labelled items are, in [0, 1]: the mean of two cosines.

        Shape (n, n_labelled), sparse; texts of the codebook take no part.
        """
        n_text = sum(self.features.sizes[:2])
        is_item = self.labelled.table["item_id"] != ""
        others = self.labelled.matrix[is_item.to_numpy().nonzero()[0]][:, :n_text]
        return csr_matrix(matrix[:, :n_text] @ others.T / 2)
