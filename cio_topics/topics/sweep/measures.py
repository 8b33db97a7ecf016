"""One fit of a sweep, and what is measured on it."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.errors import TooSmallError
from cio_topics.topics.quality.completion import complete_texts
from cio_topics.topics.quality.diversity import topic_diversity
from cio_topics.topics.quality.matching import pair_topics, top_columns
from cio_topics.topics.quality.topic_coherence import coherence, mean_coherence
from cio_topics.topics.words import rank_terms

__all__ = ["METRICS", "Fit", "Shared", "measure_fit"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: What a sweep measures; more is better for each.
METRICS = ("coherence", "stability", "held_out", "diversity")

_SMOOTHING = 0.01  # of the likelihood, as in cio_topics.topics.quality.held_out_perplexity


class Shared(NamedTuple):
    """What all fits of a sweep have in common."""

    texts: list[str]
    vectorizer: CountVectorizer
    counts: csr_matrix
    terms: list[str]
    n_top: int


class Fit(NamedTuple):
    """One number of topics with one seed: an unfitted model, the rows to fit on and to score."""

    n_topics: int
    seed: int
    model: Any
    train: IntArray
    test: IntArray


def measure_fit(shared: Shared, fit: Fit) -> dict[str, float]:
    """Fit on the texts of `train`, and return the value of each metric.

    ``coherence``: mean normalized PMI of the topics' top terms over all texts, whole.
    ``diversity``: share of distinct terms among them. ``held_out``: log likelihood a token of the
    texts of `test`, by document completion. ``stability``: mean share of the top terms of the
    topics of all texts that the topics of `train` have as well, matched one to one; both fits have
    the fit's seed.
    """
    model = _fit(fit.model, shared.counts[fit.train])
    whole = _fit(fit.model, shared.counts)
    ranked = rank_terms(model.components_, n_terms=shared.n_top)
    topics = [[shared.terms[column] for column in columns] for columns in ranked]
    found = {
        "coherence": _coherence(topics, shared, fit),
        "stability": _shared_terms(whole.components_, model.components_, shared.n_top),
        "held_out": _held_out(model, shared, fit),
        "diversity": topic_diversity(topics, shared.n_top),
    }
    return {metric: float(found[metric]) for metric in METRICS}


def _fit(model: Any, counts: csr_matrix) -> Any:
    # As in fit_topics: one thread keeps the order of sums; the iteration limit is a setting.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return clone(model).fit(counts)


def _coherence(topics: list[list[str]], shared: Shared, fit: Fit) -> float:
    found = mean_coherence(coherence(topics, counts=shared.counts, terms=shared.terms))
    if not found["n_topics"]:
        raise TooSmallError(
            f"none of {fit.n_topics} topics has two terms, so that none has a coherence.",
            "Ask for fewer topics, add texts, or lower min_df of the vectorizer.",
            "トピック数を減らすか、文書を増やしてください。",
        )
    return found["coherence"]


def _held_out(model: Any, shared: Shared, fit: Fit) -> float:
    scored = complete_texts(
        Pipeline([("vectorizer", shared.vectorizer), ("topics", model)]),
        [shared.texts[row] for row in fit.test],
        smoothing=_SMOOTHING,
        random_state=fit.seed,
    )
    n_tokens = int(scored.n_tokens.sum())
    if n_tokens == 0:
        raise TooSmallError(
            f"none of {len(fit.test)} texts that were held out has two known terms.",
            "Ask for fewer folds, add texts, or pool them.",
            "分割数を減らすか、文書を増やすか、まとめてください。",
        )
    return float(scored.log_likelihood.sum()) / n_tokens


def _shared_terms(whole: FloatArray, part: FloatArray, n_top: int) -> float:
    partners, _ = pair_topics(whole, part)
    own, others = top_columns(whole, n_top), top_columns(part, n_top)
    shares = [
        len(columns & others[partner]) / len(columns) if columns and partner >= 0 else 0.0
        for columns, partner in zip(own, partners, strict=True)
    ]
    return float(np.mean(shares))
