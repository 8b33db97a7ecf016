"""Counting in windows, compiled by numba. Import it inside functions only: it is slow to load."""

from __future__ import annotations

from numba import njit

__all__ = ["count_pairs"]


@njit(cache=True)
def _leave(term, step, since, place, present, n_present, pairs) -> int:  # type: ignore[no-untyped-def]
    """End a term's stay: it met each term present since the later of the two came."""
    for k in range(n_present):
        other = present[k]
        pairs[term, other] += step - max(since[term], since[other])
    last = present[n_present - 1]
    present[place[term]] = last
    place[last] = place[term]
    place[term] = -1
    return n_present - 1  # type: ignore[no-any-return]


@njit(cache=True)
def _enter(term, step, since, place, present, n_present) -> int:  # type: ignore[no-untyped-def]
    if place[term] < 0:
        since[term] = step
        place[term] = n_present
        present[n_present] = term
        return n_present + 1  # type: ignore[no-any-return]
    return n_present  # type: ignore[no-any-return]


@njit(cache=True)
def count_pairs(  # type: ignore[no-untyped-def]
    codes, starts, columns, window, as_gensim, since, place, present, n_inside, pairs
) -> int:
    """Add to `pairs` in how many windows two terms are; return the number of windows.

    ``pairs[i, j] + pairs[j, i]`` is the count of two terms, ``pairs[i, i]`` that of one. `place` is
    -1 and `n_inside` 0 everywhere, before and after. A text no longer than the window is one
    window. `as_gensim`: a term is taken out as soon as one of its tokens leaves.
    """
    n_windows = 0
    for text in range(starts.shape[0] - 1):
        start, end = starts[text], starts[text + 1]
        n_steps = max(1, end - start - window + 1)
        n_windows += n_steps
        n_present = 0
        for position in range(start, min(end, start + window)):
            term = columns[codes[position]]
            if term >= 0:
                n_inside[term] += 1
                n_present = _enter(term, 0, since, place, present, n_present)
        for step in range(1, n_steps):
            term = columns[codes[start + step - 1]]
            if term >= 0:
                n_inside[term] -= 1
                if place[term] >= 0 and (as_gensim or n_inside[term] == 0):
                    n_present = _leave(term, step, since, place, present, n_present, pairs)
            term = columns[codes[start + step + window - 1]]
            if term >= 0:
                n_inside[term] += 1
                n_present = _enter(term, step, since, place, present, n_present)
        while n_present > 0:
            term = present[n_present - 1]
            n_present = _leave(term, n_steps, since, place, present, n_present, pairs)
        for position in range(max(start, end - window), end):
            term = columns[codes[position]]
            if term >= 0:
                n_inside[term] = 0
    return n_windows
