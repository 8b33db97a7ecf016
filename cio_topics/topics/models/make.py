"""Topic models as scikit-learn pipelines: titles in, topics out."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Literal, NamedTuple

import pandas as pd
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError, TooSmallError, choices, shorten
from cio_topics.tokens import Tokenizer
from cio_topics.vectors import make_vectorizer

__all__ = ["KINDS", "choose_kind", "fit_topics", "make_topic_model"]


class _Kind(NamedTuple):
    """Where an estimator is, what it is given, and settings that make it this kind."""

    vectors: Literal["count", "tfidf"]
    module: str
    name: str
    settings: dict[str, Any]


_HERE = "cio_topics.topics.models"
_PRIORS = {"doc_topic_prior": 0.1, "topic_word_prior": 0.05}
_KINDS = {
    "nmf": _Kind("tfidf", f"{_HERE}.nmf", "TopicNMF", {}),
    "mixture": _Kind("count", f"{_HERE}.mixture", "DirichletMixture", {}),
    "gibbs": _Kind("count", f"{_HERE}.gibbs", "GibbsLDA", {}),
    "nmf_kl": _Kind("count", f"{_HERE}.nmf", "TopicNMF", {"loss": "kullback-leibler"}),
    "lda": _Kind("count", f"{_HERE}.variational", "VariationalLDA", _PRIORS),
    "lda_online": _Kind(
        *("count", f"{_HERE}.variational", "VariationalLDA"),
        {**_PRIORS, "learning_method": "online"},
    ),
    "gensim_lda": _Kind("count", f"{_HERE}.gensim_lda", "GensimLDA", {}),
    "gensim_hdp": _Kind("count", f"{_HERE}.gensim_hdp", "GensimHDP", {}),
    "tomotopy_lda": _Kind("count", f"{_HERE}.tomotopy_lda", "TomotopyLDA", {}),
    "tomotopy_ptm": _Kind("count", f"{_HERE}.pseudo_documents", "PseudoDocumentTopics", {}),
    "tomotopy_ctm": _Kind("count", f"{_HERE}.correlated", "CorrelatedTopics", {}),
}

#: Kinds of topic model.
KINDS = tuple(_KINDS)

#: Mean number of terms up to which a text is a title: one topic a text.
SHORT = 8.0


def choose_kind(
    texts: Sequence[str] | pd.Series[str], tokenizer: Tokenizer | None = None
) -> Literal["mixture", "nmf"]:
    """Return the kind of model for texts of this length.

    ``mixture`` for titles, of eight terms or fewer in the mean; ``nmf`` for longer texts and for
    titles pooled by meeting. See `docs/topics.md` for what this was chosen on. Of 4,000 texts or
    more, 2,000 to 3,000 at even distances are looked at.

    Examples
    --------
    >>> choose_kind(["電子政府構築計画", "オープンデータの推進"])
    'mixture'
    """
    sample = list(texts)[:: max(1, len(texts) // 2000)]
    counts = make_vectorizer("count", tokenizer=tokenizer, min_df=1, max_df=1.0)
    try:
        mean = counts.fit_transform(sample).sum() / max(1, len(sample))
    except SettingsError:
        raise
    except ValueError:  # no terms at all: fitting says so
        mean = 0.0
    return "mixture" if mean <= SHORT else "nmf"


def make_topic_model(
    kind: str = "nmf",
    *,
    n_topics: int = 12,
    vectorizer: CountVectorizer | None = None,
    tokenizer: Tokenizer | None = None,
    random_state: int = 0,
    **settings: Any,
) -> Pipeline:
    """Return an unfitted pipeline of vectorizer and topic model.

    Parameters
    ----------
    kind : str, default "nmf"
        One of :data:`KINDS`:

        - ``nmf``, ``nmf_kl``: :class:`~cio_topics.topics.models.nmf.TopicNMF` of TF-IDF weights by
          least squares, or of counts by Kullback-Leibler divergence;
        - ``mixture``: one topic a text,
          :class:`~cio_topics.topics.models.mixture.DirichletMixture`;
        - ``gibbs``: latent Dirichlet allocation by sampling,
          :class:`~cio_topics.topics.models.gibbs.GibbsLDA`;
        - ``lda``, ``lda_online``: scikit-learn's by variational Bayes, batch or online,
          :class:`~cio_topics.topics.models.variational.VariationalLDA`;
        - ``gensim_lda``, ``gensim_hdp``: gensim's; the second finds the number of topics, at most
          `n_topics`;
        - ``tomotopy_lda``, ``tomotopy_ptm``, ``tomotopy_ctm``: tomotopy's by sampling, with pseudo
          documents, with correlated topics; the extra ``cio-topics[tomotopy]``.
    n_topics : int, default 12
        At least 2.
    vectorizer : CountVectorizer, optional
        From :func:`cio_topics.vectors.make_vectorizer`; the kind's own if None.
    tokenizer : Tokenizer, optional
        Of the kind's own vectorizer; ``Tokenizer()`` if None.
    random_state : int, default 0
    **settings
        Parameters of the estimator.

    Returns
    -------
    Pipeline
        Steps ``vectorizer`` and ``topics``. ``fit(titles)``; ``transform(titles)`` gives weights of
        shape (n_items, n_topics).

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> make_topic_model("nmf", n_topics=5).named_steps["topics"].n_components
    5
    >>> make_topic_model("gibbs", n_sweeps=100).named_steps["topics"].n_sweeps
    100
    >>> make_topic_model("lsa")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown topic model 'lsa'; expected one of: nmf, mixture, ...
    """
    if kind not in _KINDS:
        raise SettingsError(
            f"unknown topic model {shorten(kind)}; expected one of: {choices(KINDS)}."
        )
    if n_topics < 2:
        raise SettingsError(f"n_topics is {n_topics}; expected at least 2.")
    found = _KINDS[kind]
    estimator = getattr(import_module(found.module), found.name)
    names = sorted(set(estimator._get_param_names()) - {"n_components", "random_state"})
    unknown = sorted(set(settings) - set(names))
    if unknown:
        raise SettingsError(
            f"unknown setting {shorten(unknown[0])} of the topic model {kind}; expected one of: "
            f"{choices(names)}."
        )
    chosen = {"n_components": n_topics, "random_state": random_state}
    model = estimator(**{**found.settings, **settings, **chosen})
    if vectorizer is None:
        vectorizer = make_vectorizer(found.vectors, tokenizer=tokenizer)
    return Pipeline([("vectorizer", vectorizer), ("topics", model)])


def _limit(value: float) -> str:
    return f"{value:.0%}" if isinstance(value, float) else f"{value}"


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
        vectorizer = fitted.named_steps["vectorizer"]
        limits = f"{_limit(vectorizer.min_df)} of them or more, and in at most "
        limits += f"{_limit(vectorizer.max_df)}"
        raise TooSmallError(
            f"no term is left of {len(texts)} texts; a term must stand in {limits}.",
            "Add items that differ, or pool their titles in another way.",
            f"{len(texts)}件の文書に、使える語が残りません。項目を増やすか、まとめ方を変えてください。",
        ) from error
    n_topics = getattr(model, "n_components", 2)
    n_texts, n_terms = counts.shape
    if min(n_texts, n_terms) < n_topics:
        raise TooSmallError(
            f"{n_texts} texts with {n_terms} terms are too few for {n_topics} topics.",
            "Lower the number of topics, or add items.",
            f"{n_texts}件の文書・{n_terms}語は{n_topics}トピックには少なすぎます。"
            "トピック数を減らすか、項目を増やしてください。",
        )
    with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
        model.fit(counts)
    return fitted
