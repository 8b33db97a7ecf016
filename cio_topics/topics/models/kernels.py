"""Inner loops, compiled by numba. Import this module inside functions: numba is slow to load."""

from __future__ import annotations

from math import lgamma

import numpy as np
from numba import njit

__all__ = ["fold_in_rows", "mixture_rows", "mixture_sweep", "nonnegative_rows", "token_sweep"]


@njit(cache=True)
def fold_in_rows(  # type: ignore[no-untyped-def]
    indptr, indices, data, by_term, prior, n_steps, tolerance, weights
) -> None:
    """Fill `weights`, a row at a time, so that no row knows of another."""
    n_topics = prior.shape[0]
    total_prior = prior.sum()
    next_row = prior.copy()
    share = prior.copy()
    for row in range(indptr.shape[0] - 1):
        start, end = indptr[row], indptr[row + 1]
        total = total_prior
        for place in range(start, end):
            total += data[place]
        current = weights[row]
        for topic in range(n_topics):
            current[topic] = prior[topic] / total_prior
        for _ in range(n_steps if end > start else 0):
            for topic in range(n_topics):
                next_row[topic] = prior[topic]
            for place in range(start, end):
                term = indices[place]
                norm = 0.0
                for topic in range(n_topics):
                    share[topic] = current[topic] * by_term[term, topic]
                    norm += share[topic]
                if norm <= 0.0:
                    # No topic has the term: it follows the others.
                    for topic in range(n_topics):
                        next_row[topic] += data[place] * current[topic]
                    continue
                for topic in range(n_topics):
                    next_row[topic] += data[place] * share[topic] / norm
            change = 0.0
            for topic in range(n_topics):
                value = next_row[topic] / total
                change += abs(value - current[topic])
                current[topic] = value
            if change < tolerance:
                break


@njit(cache=True)
def token_sweep(  # type: ignore[no-untyped-def]
    texts, terms, sizes, topics, by_text, by_term, by_topic, prior, smoothing, chances
) -> None:
    """Draw the topic of every token anew, given all others (latent Dirichlet allocation)."""
    n_topics = by_topic.shape[0]
    total_smoothing = by_term.shape[0] * smoothing
    inverse = 1.0 / (by_topic + total_smoothing)
    cumulated = np.empty(n_topics)
    for token in range(terms.shape[0]):
        text, term, size, topic = texts[token], terms[token], sizes[token], topics[token]
        by_text[text, topic] -= size
        by_term[term, topic] -= size
        by_topic[topic] -= size
        inverse[topic] = 1.0 / (by_topic[topic] + total_smoothing)
        total = 0.0
        for other in range(n_topics):
            total += (
                (by_text[text, other] + prior[other])
                * (by_term[term, other] + smoothing)
                * inverse[other]
            )
            cumulated[other] = total
        wanted = chances[token] * total
        topic = 0
        while topic < n_topics - 1 and cumulated[topic] < wanted:
            topic += 1
        topics[token] = topic
        by_text[text, topic] += size
        by_term[term, topic] += size
        by_topic[topic] += size
        inverse[topic] = 1.0 / (by_topic[topic] + total_smoothing)


@njit(cache=True)
def _fill_log_posterior(  # type: ignore[no-untyped-def]
    indices, data, start, end, by_term, by_topic, n_texts, prior, smoothing, result
) -> None:
    """Log of how probable each topic is for a text, up to a constant; the greatest is zero.

    A term said twice is drawn twice, the second time with the first in the topic. A fraction of a
    count is a power. Few factors are multiplied, many are a quotient of gamma functions.
    """
    total_smoothing = by_term.shape[0] * smoothing
    for topic in range(result.shape[0]):
        value = np.log(n_texts[topic] + prior)
        product = 1.0
        total = by_topic[topic] + total_smoothing
        for place in range(start, end):
            count = data[place]
            base = by_term[indices[place], topic] + smoothing
            if count > 8.0:
                whole = np.floor(count)
                value += lgamma(base + whole) - lgamma(base)
                value -= lgamma(total + whole) - lgamma(total)
                base += whole
                total += whole
                count -= whole
            while count >= 1.0:
                product *= base / total
                base += 1.0
                total += 1.0
                count -= 1.0
                if product < 1e-150:  # a logarithm takes longer than a division: as few as can be
                    value += np.log(product)
                    product = 1.0
            if count > 0.0:
                value += count * np.log(base / total)
                total += count
        result[topic] = value + np.log(product)
    result -= result.max()


@njit(cache=True)
def mixture_sweep(  # type: ignore[no-untyped-def]
    indptr, indices, data, sizes, topics, by_term, by_topic, n_texts, prior, smoothing, chances
) -> None:
    """Draw the topic of every text anew, given all others; a topic of -1 was not drawn yet."""
    log_posterior = np.empty(by_topic.shape[0])
    for text in range(indptr.shape[0] - 1):
        start, end, size = indptr[text], indptr[text + 1], sizes[text]
        topic = topics[text]
        if topic >= 0:
            n_texts[topic] -= size
            for place in range(start, end):
                by_term[indices[place], topic] -= size * data[place]
                by_topic[topic] -= size * data[place]
        _fill_log_posterior(
            *(indices, data, start, end, by_term, by_topic, n_texts, prior, smoothing),
            log_posterior,
        )
        cumulated = np.exp(log_posterior).cumsum()
        wanted = chances[text] * cumulated[-1]
        topic = 0
        while topic < by_topic.shape[0] - 1 and cumulated[topic] < wanted:
            topic += 1
        topics[text] = topic
        n_texts[topic] += size
        for place in range(start, end):
            by_term[indices[place], topic] += size * data[place]
            by_topic[topic] += size * data[place]


@njit(cache=True)
def mixture_rows(  # type: ignore[no-untyped-def]
    indptr, indices, data, by_term, by_topic, n_texts, prior, smoothing, weights
) -> None:
    """Fill `weights` with the posterior of each text's topic, a row at a time."""
    for text in range(indptr.shape[0] - 1):
        row = weights[text]
        _fill_log_posterior(
            *(indices, data, indptr[text], indptr[text + 1], by_term, by_topic, n_texts),
            *(prior, smoothing, row),
        )
        total = 0.0
        for topic in range(row.shape[0]):
            row[topic] = np.exp(row[topic])
            total += row[topic]
        for topic in range(row.shape[0]):
            row[topic] /= total


@njit(cache=True)
def nonnegative_rows(  # type: ignore[no-untyped-def]
    indptr, indices, data, by_term, gram, n_steps, tolerance, weights
) -> None:
    """Fill `weights` with non-negative least squares, by coordinate descent, a row at a time."""
    n_topics = gram.shape[0]
    target = np.empty(n_topics)
    for row in range(indptr.shape[0] - 1):
        target[:] = 0.0
        for place in range(indptr[row], indptr[row + 1]):
            for topic in range(n_topics):
                target[topic] += data[place] * by_term[indices[place], topic]
        current = weights[row]
        current[:] = 0.0
        for _ in range(n_steps):
            change = 0.0
            largest = 0.0
            for topic in range(n_topics):
                if gram[topic, topic] <= 0.0:
                    continue
                gradient = -target[topic]
                for other in range(n_topics):
                    gradient += gram[topic, other] * current[other]
                value = max(0.0, current[topic] - gradient / gram[topic, topic])
                change = max(change, abs(value - current[topic]))
                largest = max(largest, value)
                current[topic] = value
            if change <= tolerance * largest:
                break
