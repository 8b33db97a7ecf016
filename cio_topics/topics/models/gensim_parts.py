"""gensim's LDA, in processes and with weights. Import this module inside functions only."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np
from gensim.matutils import dirichlet_expectation
from gensim.models.ldamodel import LdaModel, update_dir_prior

__all__ = ["OrderedLda"]

Bag = list[tuple[int, float]]


class OrderedLda(LdaModel):  # type: ignore[misc]
    """``LdaModel`` whose texts may be read by several processes and have weights.

    The topics of a text are found alone; what they add to the terms of the topics is summed here,
    in the order of the texts. So the result has the bytes of ``LdaModel`` with any number of
    processes.
    """

    alpha: np.ndarray
    n_jobs = 1

    def update_weighted(self, bags: list[Bag], weights: np.ndarray, passes: int) -> None:
        """Read `bags` `passes` times; a text counts as many as its weight says."""
        self._weights, self._start = weights, 0
        # `update` adds the number of texts.
        self.state.numdocs += float(weights.sum()) - len(bags)
        self.update(bags, passes=passes)
        del self._weights, self._read_weights

    def do_estep(self, chunk: list[Bag], state: Any = None) -> np.ndarray:
        """Find the topics of the texts, and add what they say of the terms to `state`."""
        weights = self._next_weights(len(chunk))
        gamma = self._find_topics(chunk)
        state.sstats += self._sum_terms(chunk, gamma, weights)
        state.numdocs += float(weights.sum())
        return gamma

    def update_alpha(self, gammat: np.ndarray, rho: float) -> np.ndarray:
        """Learn the prior of topics; a text counts as many as its weight says."""
        weights = self._read_weights
        total = float(weights.sum())
        rows = (
            weight * dirichlet_expectation(row) for weight, row in zip(weights, gammat, strict=True)
        )
        self.alpha = update_dir_prior(self.alpha, total, sum(rows) / total, rho)
        return self.alpha

    def _next_weights(self, n_texts: int) -> np.ndarray:
        end = self._start + n_texts
        self._read_weights = self._weights[self._start : end]
        self._start = end % len(self._weights)
        return self._read_weights

    def _sum_terms(self, chunk: list[Bag], gamma: np.ndarray, weights: np.ndarray) -> Any:
        """Return what `LdaModel.inference` collects, each text times its weight."""
        sums = np.zeros_like(self.expElogbeta)
        epsilon = np.finfo(self.dtype).eps
        for bag, row, weight in zip(chunk, gamma, weights, strict=True):
            columns = [column for column, _ in bag]
            counts = np.array([count for _, count in bag], dtype=self.dtype)
            topics = np.exp(dirichlet_expectation(row))
            norm = np.dot(topics, self.expElogbeta[:, columns]) + epsilon
            sums[:, columns] += weight * np.outer(topics, counts / norm)
        sums *= self.expElogbeta
        return sums

    def _find_topics(self, chunk: list[Bag]) -> np.ndarray:
        from joblib import Parallel, delayed, effective_n_jobs

        n_parts = min(effective_n_jobs(self.n_jobs), len(chunk))
        if n_parts == 1:
            return self.inference(chunk)[0]  # type: ignore[no-any-return]
        parts = list(self._parts(chunk, n_parts))
        run = Parallel(n_jobs=n_parts, max_nbytes=None)
        return np.vstack(run(delayed(_infer)(*part) for part in parts))

    def _parts(self, chunk: list[Bag], n_parts: int) -> Iterator[tuple[OrderedLda, list[Bag]]]:
        """Yield parts of the texts, each with a light copy of the model at its place of chance."""
        borders = np.linspace(0, len(chunk), n_parts + 1).astype(int)
        for start, end in pairwise(borders):
            light = copy(self)
            light.__dict__.update(state=None, _weights=None, _read_weights=None)
            light.random_state = np.random.RandomState()
            light.random_state.set_state(self.random_state.get_state())
            # What this part will draw is drawn here too, so that the next part goes on from there.
            self.random_state.gamma(100.0, 1.0 / 100.0, (end - start, self.num_topics))
            yield light, chunk[start:end]


def _infer(model: OrderedLda, bags: list[Bag]) -> np.ndarray:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return model.inference(bags)[0]  # type: ignore[no-any-return]
