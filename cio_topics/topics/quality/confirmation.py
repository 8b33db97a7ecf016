"""From counts of terms and pairs to one number a topic: the measures of Röder et al."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.topics.quality.association import BoolArray, FloatArray, normalized_pmi
from cio_topics.topics.quality.windows import PairCounts, Reference, pair_counts

__all__ = ["topic_scores"]

IntArray = npt.NDArray[np.int64]
EPSILON = 1e-12  # added to the probability of a pair whose logarithm is taken
ZERO = 1e-9  # a context vector shorter than this is zero but for rounding


class _Topics(NamedTuple):
    """Topics as a table: places of their terms in the pair counts, rows filled up with 0."""

    places: npt.NDArray[np.intp]
    given: BoolArray  # where a row has a term
    known: BoolArray  # where the reference has it as well


def topic_scores(
    topics: list[list[str]],
    reference: Reference,
    measure: str,
    window: int | None,
    as_gensim: bool,
) -> FloatArray:
    """Return coherence, number of pairs and number of undefined pairs, shape (3, n_topics)."""
    distinct = list(dict.fromkeys(term for topic in topics for term in topic))
    counted = pair_counts(reference, distinct, window=window, as_gensim=as_gensim)
    occurs = counted.pairs.diagonal() > 0
    if as_gensim:  # its dictionary may have terms that are in no text
        occurs = np.array([term in reference.columns for term in distinct], dtype=np.bool_)
    table = _table(topics, distinct, occurs)
    later, earlier = np.tril_indices(table.given.shape[1], -1)
    n_pairs = (table.given[:, later] & table.given[:, earlier]).sum(axis=1)
    values, defined = _confirm(
        counted, table.places[:, later], table.places[:, earlier], measure, as_gensim
    )
    defined &= table.known[:, later] & table.known[:, earlier]
    n_defined = defined.sum(axis=1)
    scored = n_defined > 0
    if measure == "c_v":
        means = _indirect(counted, table, as_gensim)
        scored |= table.known.any(axis=1) & as_gensim  # a single term confirms itself
    else:
        means = np.where(defined, values, 0.0).sum(axis=1) / np.maximum(n_defined, 1)
    nothing = np.log(EPSILON) if measure == "u_mass" else 0.0
    return np.stack([np.where(scored, means, nothing), n_pairs, n_pairs - n_defined])


def _table(topics: list[list[str]], distinct: list[str], occurs: BoolArray) -> _Topics:
    place = {term: number for number, term in enumerate(distinct)}
    lengths = np.array([len(topic) for topic in topics])
    given = np.arange(lengths.max()) < lengths[:, None]
    places = np.zeros(given.shape, dtype=np.intp)
    places[given] = [place[term] for topic in topics for term in topic]
    return _Topics(places, given, given & occurs[places])


def _confirm(
    counted: PairCounts,
    later: npt.NDArray[np.intp],
    earlier: npt.NDArray[np.intp],
    measure: str,
    as_gensim: bool,
) -> tuple[FloatArray, BoolArray]:
    """Return how far the terms of a pair confirm each other, and where that exists.

    Where a term does not occur the value may be anything; such pairs are left out elsewhere.
    """
    alone = counted.pairs.diagonal()
    both, one, other = counted.pairs[later, earlier], alone[later], alone[earlier]
    if measure in ("c_npmi", "c_v") and not as_gensim:
        return normalized_pmi(both, one, other, counted.n)
    with np.errstate(divide="ignore", invalid="ignore"):
        together = both / counted.n + EPSILON
        if measure == "u_mass":
            values = np.log(together / (other / counted.n))
        else:
            values = np.log(together / ((one / counted.n) * (other / counted.n)))
        if measure in ("c_npmi", "c_v"):
            values = values / -np.log(together)
    # gensim gives 0 to a pair whose conditioning term is in no text.
    values = np.where(other > 0, values, 0.0)
    return values, np.ones(values.shape, dtype=np.bool_)


def _indirect(counted: PairCounts, table: _Topics, as_gensim: bool) -> FloatArray:
    """Return the mean cosine of each term's associations with the sum of those of all terms."""
    later, earlier = table.places[:, :, None], table.places[:, None, :]
    values, _ = _confirm(counted, later, earlier, "c_v", as_gensim)
    if not as_gensim:  # a term confirms itself, also one that is everywhere (0/0)
        own = np.arange(values.shape[1])
        values[:, own, own] = 1.0
    values = np.where(table.known[:, :, None] & table.known[:, None, :], values, 0.0)
    # gensim adds up the entries of a term that a topic repeats; otherwise all weights are one.
    weights = ((later == earlier) & table.known[:, None, :]).sum(axis=2)[:, None, :]
    total = values.sum(axis=1, keepdims=True)
    dot = (weights * values * total).sum(axis=2)
    length = np.sqrt((weights * values**2).sum(axis=2) * (weights * total**2).sum(axis=2))
    cosine = np.divide(dot, length, out=np.zeros_like(dot), where=length > ZERO)
    means: FloatArray = cosine.sum(axis=1) / np.maximum(table.known.sum(axis=1), 1)
    return means
