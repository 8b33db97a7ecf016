"""Texts → the log likelihood of one half of their tokens, given the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.errors import SettingsError, shorten
from cio_topics.topics.components import check_components

__all__ = ["Scored", "complete_texts", "halve_counts"]

_CHUNK = 4_000_000  # numbers held at a time


class Scored(NamedTuple):
    """What was scored, by text; a text that cannot be halved has no scored tokens."""

    log_likelihood: npt.NDArray[np.float64]  # sum over the scored tokens
    n_tokens: npt.NDArray[np.int64]  # scored
    n_observed: npt.NDArray[np.int64]
    n_terms: int  # of the vocabulary


def complete_texts(
    model: Any,
    texts: Sequence[str] | pd.Series[str] | csr_matrix,
    *,
    smoothing: float,
    random_state: int,
) -> Scored:
    """Score half of each text's tokens by the weights inferred from the other half.

    Parameters and errors are those of :func:`cio_topics.topics.quality.held_out_perplexity`.
    """
    if not 0 < smoothing < 1:
        raise SettingsError(
            f"smoothing is {smoothing}; expected a number between 0 and 1, such as 0.01."
        )
    estimator, vectorizer = _parts(model)
    if not hasattr(estimator, "components_"):
        raise SettingsError(
            f"{shorten(type(estimator).__name__)} has no components_; expected a fitted topic "
            "model.",
            "Fit it with fit_topics first.",
            "先に fit_topics で学習してください。",
        )
    counts = _counts(vectorizer, texts)
    shares = _term_shares(estimator, counts.shape[1])
    observed, scored = halve_counts(counts, random_state)
    n_tokens, n_observed = (
        np.asarray(half.sum(axis=1)).ravel().astype(np.int64) for half in (scored, observed)
    )
    rows = np.flatnonzero(n_tokens)
    total = np.zeros(len(n_tokens))
    if len(rows):
        seen = observed[rows] if vectorizer is None else _weighted(vectorizer, observed[rows])
        with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
            weights = _mixture(estimator, np.asarray(estimator.transform(seen), dtype=float))
            total[rows] = _score(scored[rows], weights, shares, smoothing)
    return Scored(total, n_tokens, n_observed, counts.shape[1])


def halve_counts(counts: csr_matrix, random_state: int = 0) -> tuple[csr_matrix, csr_matrix]:
    """Halve the tokens of each text at random.

    Parameters
    ----------
    counts : csr_matrix, shape (n_texts, n_terms)
        Whole numbers.
    random_state : int, default 0

    Returns
    -------
    observed, scored : csr_matrix, same shape
        They sum to `counts`. Of an odd number of tokens the greater half is observed, so a text of
        one token has none to score.

    Examples
    --------
    >>> observed, scored = halve_counts(csr_matrix([[2, 1, 0], [0, 0, 1]]))
    >>> observed.sum(axis=1).ravel().tolist(), scored.sum(axis=1).ravel().tolist()
    ([[2.0, 1.0]], [[1.0, 0.0]])
    """
    times = counts.data.astype(np.int64)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    entry = np.repeat(np.arange(len(times)), times)
    text = row[entry]
    keys = np.random.default_rng(random_state).random(len(entry))
    order = np.lexsort((keys, text))  # the tokens of each text in an order by chance
    n_tokens = np.bincount(text, minlength=counts.shape[0])
    rank = np.arange(len(entry)) - np.repeat(np.cumsum(n_tokens) - n_tokens, n_tokens)
    shown = rank < (n_tokens - n_tokens // 2)[text[order]]
    halves = []
    for chosen in (shown, ~shown):
        found = np.bincount(entry[order[chosen]], minlength=len(times)).astype(float)
        half = csr_matrix((found, counts.indices.copy(), counts.indptr.copy()), shape=counts.shape)
        half.eliminate_zeros()
        halves.append(half)
    return halves[0], halves[1]


def _parts(model: Any) -> tuple[Any, CountVectorizer | None]:
    """Return the topic model and its vectorizer, if it has one."""
    if not isinstance(model, Pipeline):
        return model, None
    steps = model.named_steps
    if list(steps) != ["vectorizer", "topics"]:
        raise SettingsError(
            f"the pipeline has the steps {', '.join(steps)}; expected vectorizer, topics.",
            "Make it with make_topic_model.",
        )
    if not isinstance(steps["vectorizer"], CountVectorizer):
        raise SettingsError(
            f"the vectorizer is {shorten(type(steps['vectorizer']).__name__)}; expected one that "
            "counts terms.",
            "Make it with make_vectorizer.",
        )
    return steps["topics"], steps["vectorizer"]


def _counts(
    vectorizer: CountVectorizer | None, texts: Sequence[str] | pd.Series[str] | csr_matrix
) -> csr_matrix:
    if isinstance(texts, str):
        raise SettingsError(f"texts is {shorten(texts)}; expected a sequence of texts.")
    if vectorizer is None:
        counts = csr_matrix(texts, dtype=float, copy=True)  # type: ignore[arg-type]
    elif hasattr(texts, "indptr"):
        raise SettingsError("got a matrix; expected texts, for the pipeline counts their terms.")
    elif isinstance(vectorizer, TfidfVectorizer):
        counts = csr_matrix(super(TfidfVectorizer, vectorizer).transform(list(texts)))
    else:
        counts = csr_matrix(vectorizer.transform(list(texts)))
    counts.sum_duplicates()
    if (counts.data < 0).any() or (counts.data != np.floor(counts.data)).any():
        raise SettingsError(
            "the matrix has weights that are no whole numbers; expected counts of terms.",
            "Give the pipeline and texts, or count with make_vectorizer('count').",
            "パイプラインと文書を渡すか、make_vectorizer('count') で数えてください。",
        )
    return counts


def _weighted(vectorizer: CountVectorizer, counts: csr_matrix) -> csr_matrix:
    """Return the counts as the model was fitted on them: TF-IDF for a vectorizer of that."""
    if not isinstance(vectorizer, TfidfVectorizer):
        return counts
    weigh = TfidfTransformer(
        norm=vectorizer.norm,
        use_idf=vectorizer.use_idf,
        smooth_idf=vectorizer.smooth_idf,
        sublinear_tf=vectorizer.sublinear_tf,
    ).fit(counts)
    if vectorizer.use_idf:
        weigh.idf_ = vectorizer.idf_
    return csr_matrix(weigh.transform(counts, copy=True))


def _term_shares(estimator: Any, n_terms: int) -> npt.NDArray[np.float64]:
    """Return p(term | topic); a topic without terms has them all alike."""
    components = check_components(estimator.components_)
    if components.shape[1] != n_terms:
        raise SettingsError(
            f"the matrix has {n_terms} columns; expected {components.shape[1]}, the model's terms."
        )
    total = components.sum(axis=1, keepdims=True)
    shares = np.full_like(components, 1.0 / n_terms)
    np.divide(components, total, out=shares, where=total > 0)
    return shares


def _mixture(estimator: Any, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return p(topic | text), even where nothing is known.

    NMF's rows of components have sums of their own, which its weights must take back.
    """
    if isinstance(estimator, NMF):
        weights = weights * np.asarray(estimator.components_).sum(axis=1)
    total = weights.sum(axis=1, keepdims=True)
    mixture = np.full_like(weights, 1.0 / weights.shape[1])
    np.divide(weights, total, out=mixture, where=total > 0)
    return mixture


def _score(
    scored: csr_matrix,
    weights: npt.NDArray[np.float64],
    shares: npt.NDArray[np.float64],
    smoothing: float,
) -> npt.NDArray[np.float64]:
    """Return the log likelihood of each text's scored tokens."""
    row = np.repeat(np.arange(scored.shape[0]), np.diff(scored.indptr))
    by_term = shares.T
    total = np.zeros(scored.shape[0])
    step = max(1, _CHUNK // len(shares))
    for start in range(0, len(row), step):
        part = slice(start, start + step)
        found = np.einsum("ij,ij->i", weights[row[part]], by_term[scored.indices[part]])
        probability = (1 - smoothing) * np.minimum(found, 1.0) + smoothing / shares.shape[1]
        total += np.bincount(
            row[part], scored.data[part] * np.log(probability), minlength=len(total)
        )
    return total
