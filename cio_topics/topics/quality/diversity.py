"""How far topics differ from one another: shared terms, shared rankings, exclusive terms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, shorten
from cio_topics.topics.components import (
    check_components,
    position_names,
    ranked_columns,
    said_terms,
)

__all__ = ["exclusivity", "inverted_rbo", "rank_biased_overlap", "topic_diversity"]


def topic_diversity(topics: Sequence[Sequence[str]], n_terms: int = 10) -> float:
    """Return the share of distinct terms among the top terms of all topics.

    Parameters
    ----------
    topics : sequence of sequence of str
        Terms of each topic, best first; a topic may have none.
    n_terms : int, default 10
        Of each topic; all if it has fewer. Dieng et al. take 25.

    Returns
    -------
    float
        In (0, 1]; 1 if no term is shared.

    Raises
    ------
    SettingsError
        `n_terms` is below 1, or a topic has a term twice.
    TooSmallError
        No topic has a term.

    References
    ----------
    Dieng, A. B., Ruiz, F. J. R. and Blei, D. M. (2020). Topic modeling in embedding spaces.
    TACL 8, 439-453. doi:10.1162/tacl_a_00325.

    Examples
    --------
    >>> topic_diversity([["電子政府", "申請"], ["電子政府", "防災"]])
    0.75
    >>> topic_diversity([[], []])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 0 of 2 topics have a term; expected at least 1. ...
    """
    terms = [term for topic in _check_topics(topics, n_terms, 1) for term in topic]
    return len(set(terms)) / len(terms)


def inverted_rbo(topics: Sequence[Sequence[str]], p: float = 0.9, n_terms: int = 10) -> float:
    """Return one minus the mean rank-biased overlap of all pairs of topics.

    Unlike :func:`topic_diversity` it weighs ranks: a term shared at the top counts more.

    Parameters
    ----------
    topics : sequence of sequence of str
        Terms of each topic, best first. A topic without terms has no pair and is left out.
    p : float in (0, 1), default 0.9
        The smaller, the more the first ranks count.
    n_terms : int, default 10
        Of each topic; all if it has fewer.

    Returns
    -------
    float
        In [0, 1]; 1 if no term is shared, 0 if all rankings are the same.

    Raises
    ------
    SettingsError
        `p` or `n_terms` is out of range, or a topic has a term twice.
    TooSmallError
        Fewer than two topics have a term.

    References
    ----------
    Bianchi, F., Terragni, S. and Hovy, D. (2021). Pre-training is a hot topic: contextualized
    document embeddings improve topic coherence. ACL-IJCNLP (short papers), 759-766.
    doi:10.18653/v1/2021.acl-short.96.

    Examples
    --------
    >>> inverted_rbo([["電子政府", "申請"], ["防災", "訓練"]])
    1.0
    >>> round(inverted_rbo([["電子政府", "申請"], ["電子政府", "防災"]]), 3)
    0.45
    >>> inverted_rbo([["電子政府", "申請"], []])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 1 of 2 topics have a term; expected at least 2. ...
    """
    ranked = _check_topics(topics, n_terms, 2)
    overlaps = [rank_biased_overlap(one, other, p) for one, other in combinations(ranked, 2)]
    return min(1.0, max(0.0, 1.0 - float(np.mean(overlaps))))


def rank_biased_overlap(one: Sequence[str], other: Sequence[str], p: float = 0.9) -> float:
    """Return the extrapolated rank-biased overlap of two rankings (equation 32 of the source).

    The overlap seen so far is taken to go on at greater depths, so equal rankings have 1 whatever
    their length.

    Parameters
    ----------
    one, other : sequence of str
        Without repetitions; not empty; their lengths may differ.
    p : float in (0, 1), default 0.9
        How likely a reader goes on to the next rank.

    Returns
    -------
    float
        In [0, 1]; the same in either order.

    References
    ----------
    Webber, W., Moffat, A. and Zobel, J. (2010). A similarity measure for indefinite rankings. ACM
    Transactions on Information Systems 28, 20:1-20:38. doi:10.1145/1852102.1852106.

    Examples
    --------
    >>> round(rank_biased_overlap(["a", "b", "c"], ["a", "c", "b", "e"], p=0.5), 4)
    0.875
    """
    if not 0 < p < 1:
        raise SettingsError(f"p is {p}; expected a number between 0 and 1, such as 0.9.")
    short, long = sorted(_check_topics([one, other], max(len(one), len(other), 1), 2), key=len)
    n_short, n_long = len(short), len(long)
    depths = np.arange(1, n_long + 1)
    overlap = np.array([len(set(short[:d]) & set(long[:d])) for d in depths], dtype=float)
    at_short, at_long = overlap[n_short - 1], overlap[-1]
    # Beyond its end the shorter ranking goes on with the agreement it had there.
    beyond = np.maximum(depths - n_short, 0) * at_short / n_short
    seen = ((overlap + beyond) / depths * p**depths).sum() * (1 - p) / p
    unseen = ((at_long - at_short) / n_long + at_short / n_short) * p**n_long
    return float(min(1.0, seen + unseen))


def exclusivity(
    components: npt.ArrayLike, n_terms: int = 10, *, columns: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return how far the top terms of each topic are its own.

    A term's exclusivity to a topic is its probability there over the sum of its probabilities in
    all topics; a topic's is the mean over its top terms.

    Parameters
    ----------
    components : array_like of float, shape (n_topics, n_terms)
        ``components_`` of a model; not negative. Rows are divided by their sums.
    n_terms : int, default 10
        Top terms; terms the topic has by smoothing alone are left out.
    columns : array_like of int, shape (n_topics, k), optional
        Columns of the top terms, best first, where they are ranked otherwise than by probability.

    Returns
    -------
    DataFrame
        ``topic, n_terms, exclusivity``, one row a topic; `exclusivity` in [0, 1], 1 if no other
        topic has the terms, about 1 / n_topics if all topics have them alike. A topic without
        terms has `n_terms` 0 and exclusivity 0.

    Raises
    ------
    SettingsError
        A weight is negative or no number, `columns` does not fit, `n_terms` is below 1.

    References
    ----------
    Bischof, J. M. and Airoldi, E. M. (2012). Summarizing topical content with word frequency and
    exclusivity. ICML, 201-208. arXiv:1206.4631. (Exclusivity of a term.)
    Roberts, M. E. et al. (2014). Structural topic models for open-ended survey responses. American
    Journal of Political Science 58, 1064-1082. doi:10.1111/ajps.12103. (Of a topic.)

    Examples
    --------
    >>> exclusivity([[3, 1, 0], [0, 1, 3]], n_terms=2).values.tolist()
    [['topic_01', 2, 0.75], ['topic_02', 2, 0.75]]
    >>> exclusivity([[1, -1]])
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: components have a weight that is negative or no number; ...
    """
    weights = check_components(components)
    _check_n_terms(n_terms)
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    everywhere = shares.sum(axis=0)
    own = np.divide(shares, everywhere, out=np.zeros_like(shares), where=everywhere > 0)
    order = ranked_columns(shares, columns)[:, :n_terms]
    has = np.take_along_axis(said_terms(weights), order, axis=1)
    found = has.sum(axis=1)
    sums = np.where(has, np.take_along_axis(own, order, axis=1), 0.0).sum(axis=1)
    return pd.DataFrame(
        {
            "topic": position_names(len(weights)),
            "n_terms": found,
            "exclusivity": sums / np.maximum(found, 1),
        }
    )


def _check_n_terms(n_terms: int) -> None:
    if n_terms < 1:
        raise SettingsError(f"n_terms is {n_terms}; expected at least 1.")


def _check_topics(topics: Sequence[Sequence[str]], n_terms: int, least: int) -> list[list[str]]:
    """Return the first terms of the topics that have any."""
    _check_n_terms(n_terms)
    for number, topic in enumerate(topics, start=1):
        if isinstance(topic, str):
            raise SettingsError(f"topic {number} is {shorten(topic)}; expected a list of terms.")
        if len(set(topic)) < len(topic):
            twice = next(term for term in topic if list(topic).count(term) > 1)
            raise SettingsError(f"topic {number} has {shorten(twice)} twice; expected terms once.")
    ranked = [list(topic[:n_terms]) for topic in topics if len(topic)]
    if len(ranked) < least:
        raise TooSmallError(
            f"{len(ranked)} of {len(topics)} topics have a term; expected at least {least}.",
            "Fit fewer topics, or add items.",
            "トピック数を減らすか、項目を増やしてください。",
        )
    return ranked
