"""Titles → a sparse matrix, one row an item, one column a term."""

from __future__ import annotations

from typing import Literal

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.tokens import Tokenizer

__all__ = ["make_vectorizer"]

_KINDS = ("tfidf", "count")


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
    CountVectorizer or TfidfVectorizer
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
        return TfidfVectorizer(sublinear_tf=True, **settings)
    if kind == "count":
        return CountVectorizer(dtype=float, **settings)
    raise SettingsError(f"unknown vectorizer {shorten(kind)}; expected one of: {choices(_KINDS)}.")
