"""Titles → a sparse matrix, one row an item, one column a term."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Literal

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.tokens import Tokenizer

__all__ = ["TermCounts", "TermWeights", "make_vectorizer"]

_KINDS = ("tfidf", "count")


class _Numbers(dict[str, int]):
    """Terms, numbered in the order they are seen."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


def _known(numbers: dict[str, int], term: str) -> int:
    return numbers.get(term, -1)


class _Bulk:
    """Lets scikit-learn's vectorizers count terms of thousands of titles at a time.

    It takes the place of the method that counts a title at a time, where nothing but the tokenizer
    has a say; everything else is scikit-learn's, and so are the results.
    """

    def _count_vocab(
        self: Any, raw_documents: Iterable[str], fixed_vocab: bool
    ) -> tuple[dict[str, int], csr_matrix]:
        if not self._is_bulk():
            counted: tuple[dict[str, int], csr_matrix] = super()._count_vocab(  # type: ignore[misc]
                raw_documents, fixed_vocab
            )
            return counted
        numbers: dict[str, int] = self.vocabulary_ if fixed_vocab else _Numbers()
        number = partial(_known, numbers) if fixed_vocab else numbers.__getitem__
        columns, values = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=self.dtype)]
        n_terms = [np.zeros(1, dtype=np.int64)]
        for terms, counts in self.tokenizer.term_batches(raw_documents):
            found = np.fromiter(map(number, terms), dtype=np.int32, count=len(terms))
            rows = np.repeat(np.arange(len(counts)), counts)[found >= 0]
            found = found[found >= 0]
            shape = (len(counts), len(numbers))
            ones = np.ones(len(found), dtype=self.dtype)
            batch = csr_matrix((ones, (rows, found)), shape=shape)  # duplicates are summed
            columns.append(batch.indices)
            values.append(batch.data)
            n_terms.append(np.diff(batch.indptr))
        if not numbers:
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        starts = np.concatenate(n_terms).cumsum()
        matrix = csr_matrix(
            (np.concatenate(values), np.concatenate(columns), starts),
            shape=(len(starts) - 1, len(numbers)),
        )
        matrix.sort_indices()
        return dict(numbers), matrix

    def _is_bulk(self: Any) -> bool:
        return (
            isinstance(self.tokenizer, Tokenizer)
            and self.analyzer == "word"
            and self.input == "content"
            and tuple(self.ngram_range) == (1, 1)
            and not self.lowercase
            and self.preprocessor is self.strip_accents is self.stop_words is None
        )


class TermCounts(_Bulk, CountVectorizer):  # type: ignore[misc]
    """scikit-learn's ``CountVectorizer``, faster with a :class:`~cio_topics.tokens.Tokenizer`."""


class TermWeights(_Bulk, TfidfVectorizer):  # type: ignore[misc]
    """scikit-learn's ``TfidfVectorizer``, faster with a :class:`~cio_topics.tokens.Tokenizer`."""


def make_vectorizer(
    kind: Literal["tfidf", "count"] = "tfidf",
    *,
    tokenizer: Tokenizer | None = None,
    min_df: int | float = 2,
    max_df: int | float = 0.5,
    max_features: int | None = None,
) -> CountVectorizer:
    """Return an unfitted scikit-learn vectorizer for Japanese titles.

    Parameters
    ----------
    kind : {"tfidf", "count"}, default "tfidf"
        TF-IDF with ``1 + log(tf)`` and rows of length one, or plain counts.
    tokenizer : Tokenizer, optional
        ``Tokenizer()`` if None.
    min_df, max_df : int or float
        Terms in fewer or more items are left out: numbers of items, or shares if float.
    max_features : int, optional
        Keep only that many most frequent terms.

    Returns
    -------
    TermCounts or TermWeights
        ``fit_transform(titles)`` gives a CSR matrix, shape (n_items, n_terms), float64.

    Examples
    --------
    >>> vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
    >>> vectorizer.fit_transform(["電子政府構築計画", "電子政府推進計画"]).shape
    (2, 6)
    >>> vectorizer.get_feature_names_out().tolist()
    ['推進', '構築', '計画', '電子政府', '電子政府推進計画', '電子政府構築計画']
    """
    settings = {
        "tokenizer": Tokenizer() if tokenizer is None else tokenizer,
        "token_pattern": None,
        "lowercase": False,
        "min_df": min_df,
        "max_df": max_df,
        "max_features": max_features,
    }
    if kind == "tfidf":
        return TermWeights(sublinear_tf=True, **settings)
    if kind == "count":
        return TermCounts(dtype=float, **settings)
    raise SettingsError(f"unknown vectorizer {shorten(kind)}; expected one of: {choices(_KINDS)}.")
