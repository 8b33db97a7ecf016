"""Topic models as scikit-learn pipelines: titles in, topics out."""

from __future__ import annotations

import warnings
from typing import Literal

import pandas as pd
from sklearn.base import clone
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.tokens import Tokenizer
from cio_topics.vectors import make_vectorizer

__all__ = ["KINDS", "fit_topics", "make_topic_model"]

#: Kinds of topic model.
KINDS = ("nmf", "lda")


def make_topic_model(
    kind: Literal["nmf", "lda"] = "nmf",
    *,
    n_topics: int = 12,
    vectorizer: CountVectorizer | None = None,
    tokenizer: Tokenizer | None = None,
    random_state: int = 0,
) -> Pipeline:
    """Return an unfitted pipeline of vectorizer and topic model.

    Parameters
    ----------
    kind : {"nmf", "lda"}, default "nmf"
        Non-negative matrix factorization of TF-IDF weights, or latent Dirichlet allocation of
        counts (batch variational Bayes).
    n_topics : int, default 12
        At least 2.
    vectorizer : CountVectorizer, optional
        From :func:`cio_topics.vectors.make_vectorizer`; the kind's own if None.
    tokenizer : Tokenizer, optional
        Of the kind's own vectorizer; ``Tokenizer()`` if None.
    random_state : int, default 0

    Returns
    -------
    Pipeline
        Steps ``vectorizer`` and ``topics``. ``fit(titles)``; ``transform(titles)`` gives weights of
        shape (n_items, n_topics).

    Raises
    ------
    SettingsError

    References
    ----------
    Lee, D. D. and Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. Nature 401, 788-791. doi:10.1038/44565.
    Blei, D. M., Ng, A. Y. and Jordan, M. I. (2003). Latent Dirichlet allocation. Journal of
    Machine Learning Research 3, 993-1022. doi:10.1162/jmlr.2003.3.4-5.993.

    Examples
    --------
    >>> make_topic_model("nmf", n_topics=5).named_steps["topics"].n_components
    5
    >>> make_topic_model("lsa")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown topic model 'lsa'; expected one of: nmf, lda.
    """
    if kind not in KINDS:
        raise SettingsError(
            f"unknown topic model {shorten(kind)}; expected one of: {choices(KINDS)}."
        )
    if n_topics < 2:
        raise SettingsError(f"n_topics is {n_topics}; expected at least 2.")
    if kind == "nmf":
        own = make_vectorizer("tfidf", tokenizer=tokenizer)
        model = NMF(n_components=n_topics, init="nndsvda", max_iter=400, random_state=random_state)
    else:
        own = make_vectorizer("count", tokenizer=tokenizer)
        model = LatentDirichletAllocation(
            n_components=n_topics,
            doc_topic_prior=0.1,
            topic_word_prior=0.05,
            max_iter=30,
            random_state=random_state,
        )
    return Pipeline([("vectorizer", own if vectorizer is None else vectorizer), ("topics", model)])


def fit_topics(pipeline: Pipeline, texts: pd.Series[str]) -> Pipeline:
    """Return a fitted copy of `pipeline`.

    Parameters
    ----------
    pipeline : Pipeline
        From :func:`make_topic_model`; left unfitted.
    texts : Series of str
        Titles, or pooled titles from :func:`cio_topics.topics.pool_titles`.

    Raises
    ------
    TooSmallError
        Fewer texts or terms than topics, or no term left after the vectorizer's limits.
    """
    fitted = clone(pipeline)
    model = fitted.named_steps["topics"]
    try:
        counts = fitted.named_steps["vectorizer"].fit_transform(list(texts))
    except SettingsError:
        raise
    except ValueError as error:
        raise TooSmallError(
            f"{len(texts)} texts have too few terms in common for topics.",
            "Add items, or lower min_df of the vectorizer.",
            f"{len(texts)}件の文書に共通する語が少なく、トピックは計算できません。項目を増やしてください。",
        ) from error
    if min(counts.shape) < model.n_components:
        n_texts, n_terms = counts.shape
        raise TooSmallError(
            f"{n_texts} texts with {n_terms} terms are too few for {model.n_components} topics.",
            "Lower the number of topics, or add items.",
            f"{n_texts}件の文書・{n_terms}語は{model.n_components}トピックには少なすぎます。"
            "トピック数を減らすか、項目を増やしてください。",
        )
    # One thread: the matrices are small, and sums of floats keep their order on every machine.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        # The iteration limit is part of the settings, and the same for every run.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(counts)
    return fitted
