"""Inner loops, compiled by numba. Import this module inside functions only: numba is slow to load."""

from __future__ import annotations

from numba import njit

__all__ = ["fold_in_rows"]


@njit(cache=True)  # type: ignore[untyped-decorator]
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
