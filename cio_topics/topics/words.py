"""Which terms stand for a topic: the words of a topic are chosen, not only counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.topics.components import said_terms
from cio_topics.topics.quality.association import normalized_pmi

__all__ = ["RANKINGS", "Ranking", "name_topics", "rank_terms", "term_scores"]

Ranking = Literal["probability", "relevance", "frex", "ctfidf", "association"]

#: Ways to rank the terms of a topic.
RANKINGS = ("probability", "relevance", "frex", "ctfidf", "association")

_RELEVANCE = 0.6  # weight of the probability in a relevance, as Sievert and Shirley have it
# Of the ranking by association: the same weight, and that of the association beside a relevance;
# chosen by looking at BBC News and M10 of OCTIS.
_ASSOCIATED_RELEVANCE, _ASSOCIATION = 0.5, 6.0
_EXCLUSIVITY = 0.5  # weight of the exclusivity in FREX


def term_scores(
    components: np.ndarray, by: Literal["probability", "relevance", "frex", "ctfidf"]
) -> np.ndarray:
    """Return how much each term stands for each topic.

    Parameters
    ----------
    components : ndarray, shape (n_topics, n_terms)
        Expected counts or weights of terms in topics; not negative.
    by : {"probability", "relevance", "frex", "ctfidf"}
        ``probability`` is that of a term given the topic, in [0, 1]. ``relevance`` is
        ``0.6 log p(term | topic) + 0.4 log (p(term | topic) / p(term))``, in nats. ``frex`` is the
        harmonic mean of the ranks, as shares, of a term's exclusivity and probability within the
        topic, in [0, 1]. ``ctfidf`` is ``p(term | topic) log(1 + A / f)`` with the term's weight
        over all topics f and the mean weight of a topic A.

    Returns
    -------
    ndarray of float, shape (n_topics, n_terms)
        Minus infinity where a topic does not say the term, see
        :func:`cio_topics.topics.components.said_terms`.

    References
    ----------
    Sievert, C. and Shirley, K. (2014). LDAvis: a method for visualizing and interpreting topics.
    Workshop on Interactive Language Learning, Visualization, and Interfaces, 63-70.
    doi:10.3115/v1/W14-3110.
    Bischof, J. and Airoldi, E. (2012). Summarizing topical content with word frequency and
    exclusivity. ICML, 201-208. arXiv:1206.4631.
    Grootendorst, M. (2022). BERTopic: neural topic modeling with a class-based TF-IDF procedure.
    arXiv:2203.05794.

    Examples
    --------
    >>> components = np.array([[6.0, 3.0, 0.0], [6.0, 0.0, 1.0]])
    >>> term_scores(components, "probability").round(2)
    array([[0.67, 0.33, -inf],
           [0.86, -inf, 0.14]])
    >>> term_scores(components, "frex").argmax(axis=1).tolist()
    [0, 0]
    """
    if by not in RANKINGS[:-1]:
        raise SettingsError(
            f"unknown score {shorten(by)}; expected one of: {choices(RANKINGS[:-1])}."
        )
    share, has, by_topic, by_term = _shares(components)
    if by == "probability":
        scores = share
    elif by == "relevance":
        scores = _relevance(share, by_term, _RELEVANCE)
    elif by == "frex":
        scores = _frex(share, has)
    else:
        used = has.any(axis=0, keepdims=True)
        inverse = np.divide(by_topic.mean(), by_term, out=np.zeros_like(by_term), where=used)
        scores = share * np.log1p(inverse)
    return np.where(has, scores, -np.inf)


def _shares(components: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return p(term | topic), where a topic says a term, and the weights of topics and terms."""
    components = np.asarray(components, dtype=float)
    by_topic = components.sum(axis=1, keepdims=True)
    has = said_terms(components)
    share = np.divide(components, by_topic, out=np.zeros_like(components), where=has)
    return share, has, by_topic, components.sum(axis=0, keepdims=True)


def _relevance(share: np.ndarray, by_term: np.ndarray, weight: float) -> np.ndarray:
    log_share = np.log(share, out=np.zeros_like(share), where=share > 0)
    log_term = np.log(np.maximum(by_term, 1e-300) / max(by_term.sum(), 1e-300))
    relevance: np.ndarray = log_share - (1 - weight) * log_term
    return relevance


def _frex(share: np.ndarray, has: np.ndarray) -> np.ndarray:
    total = share.sum(axis=0, keepdims=True)
    exclusivity = np.divide(share, total, out=np.zeros_like(share), where=has)
    scores = np.zeros_like(share)
    for topic, mask in enumerate(has):
        if mask.any():
            n = mask.sum()
            exclusive = rankdata(exclusivity[topic, mask], method="max") / n
            frequent = rankdata(share[topic, mask], method="max") / n
            scores[topic, mask] = 1 / (_EXCLUSIVITY / exclusive + (1 - _EXCLUSIVITY) / frequent)
    return scores


def rank_terms(
    components: np.ndarray,
    *,
    by: Ranking = "probability",
    n_terms: int = 10,
    counts: csr_matrix | None = None,
) -> list[np.ndarray]:
    """Return the columns of each topic's first terms.

    ``association`` takes the ``3 n_terms`` most relevant terms (with 0.5 in place of 0.6 and 0.4)
    and ranks them by ``relevance + 6 a``, where a is the mean NPMI of a term with the other ones,
    weighted by their probability in the topic, over whole texts of `counts`. Two terms that never
    meet have -1. Do not judge the result by NPMI on the same texts: hold some out.

    Parameters
    ----------
    components : ndarray, shape (n_topics, n_terms)
        Expected counts or weights of terms in topics; not negative.
    by : {"probability", "relevance", "frex", "ctfidf", "association"}, default "probability"
        See :func:`term_scores`.
    n_terms : int, default 10
    counts : csr_matrix, shape (n_texts, n_terms), optional
        Texts in which terms meet; needed by ``association``.

    Returns
    -------
    list of ndarray of int
        One per topic, at most `n_terms` columns, the first term first. Ties are in the order of the
        columns; terms the topic does not say are left out.

    Examples
    --------
    >>> components = np.array([[6.0, 3.0, 0.0], [6.0, 0.0, 1.0]])
    >>> [columns.tolist() for columns in rank_terms(components, n_terms=2)]
    [[0, 1], [0, 2]]
    >>> rank_terms(components, by="tfidf")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown ranking 'tfidf'; expected one of: probability, ...
    """
    if by not in RANKINGS:
        raise SettingsError(f"unknown ranking {shorten(by)}; expected one of: {choices(RANKINGS)}.")
    if by != "association":
        return _best(term_scores(components, by), n_terms)
    if counts is None:
        raise SettingsError("association needs texts in which terms meet; give counts.")
    matrix = csr_matrix(counts, copy=True)
    matrix.sum_duplicates()
    share, has, _, by_term = _shares(components)
    scores = np.where(has, _relevance(share, by_term, _ASSOCIATED_RELEVANCE), -np.inf)
    candidates = _best(scores, 3 * n_terms)
    wanted = np.unique(np.concatenate(candidates)) if candidates else np.zeros(0, dtype=int)
    npmi = _npmi(matrix[:, wanted])
    places = {column: place for place, column in enumerate(wanted.tolist())}
    ranked = []
    for topic, columns in enumerate(candidates):
        inside = [places[column] for column in columns.tolist()]
        weights = components[topic, columns] / max(components[topic, columns].sum(), 1e-300)
        met = npmi[np.ix_(inside, inside)] @ weights / np.maximum(1 - weights, 1e-12)
        order = np.argsort(-(scores[topic, columns] + _ASSOCIATION * met), kind="stable")
        ranked.append(columns[order[:n_terms]])
    return ranked


def _best(scores: np.ndarray, n_terms: int) -> list[np.ndarray]:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :n_terms]
    return [columns[np.isfinite(row[columns])] for row, columns in zip(scores, order, strict=True)]


def _npmi(counts: csr_matrix) -> np.ndarray:
    """NPMI of each two columns over whole texts; -1 if they never meet, 0 with itself."""
    has = csr_matrix(
        ((counts.data > 0).astype(float), counts.indices, counts.indptr), shape=counts.shape
    )
    both = (has.T @ has).toarray()
    single = both.diagonal()
    npmi, _ = normalized_pmi(both, single[:, np.newaxis], single, counts.shape[0])
    np.fill_diagonal(npmi, 0.0)
    return npmi


def name_topics(
    components: np.ndarray,
    terms: Sequence[str],
    *,
    n_terms: int = 3,
) -> list[str]:
    """Return a name for each topic: its most typical terms, compounds before their parts.

    Terms are ranked by the mean of their ranks by FREX and by class-based TF-IDF among the topic's
    thirty most probable. A term that is part of another one of these is left out if the longer one
    has at least half its weight, and so is one that is part of, or contains, a term before it.
    Topics of one name get further terms until they differ.

    Parameters
    ----------
    components : ndarray, shape (n_topics, n_terms)
        Expected counts or weights of terms in topics; not negative.
    terms : sequence of str, length n_terms
    n_terms : int, default 3

    Returns
    -------
    list of str
        ``–`` for a topic without terms.

    Examples
    --------
    >>> components = np.array([[5.0, 4.0, 0.0, 1.0], [0.0, 0.0, 3.0, 1.0]])
    >>> name_topics(components, ["公共データ", "データ", "番号制度", "検討"], n_terms=2)
    ['公共データ / 検討', '番号制度 / 検討']
    """
    probable = rank_terms(components, n_terms=30)
    ranks = -term_scores(components, "frex"), -term_scores(components, "ctfidf")
    typical = [
        _typical(
            [str(terms[column]) for column in columns],
            components[topic, columns],
            np.add(*(rankdata(scores[topic, columns], method="min") for scores in ranks)),
        )
        for topic, columns in enumerate(probable)
    ]
    length = dict.fromkeys(range(len(typical)), n_terms)
    while True:
        names = [" / ".join(chosen[: length[topic]]) for topic, chosen in enumerate(typical)]
        again = [
            topic
            for topic, name in enumerate(names)
            if names.count(name) > 1 and length[topic] < len(typical[topic])
        ]
        if not again:
            return [name or "–" for name in names]
        for topic in again:
            length[topic] += 1


def _typical(terms: list[str], weights: np.ndarray, ranks: np.ndarray) -> list[str]:
    chosen: list[str] = []
    for place in np.argsort(ranks, kind="stable").tolist():
        term = terms[place]
        longer = [other for other, name in enumerate(terms) if term in name and name != term]
        if (weights[longer] >= weights[place] / 2).any():
            continue
        if not any(term in other or other in term for other in chosen):
            chosen.append(term)
    return chosen
