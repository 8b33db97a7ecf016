"""Likelihoods of places in order → the posterior of how many changes there are, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError

__all__ = ["Segments", "segment_evidence", "segment_posterior"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_CHUNK = 400_000  # numbers held at a time


@dataclass(frozen=True, eq=False)
class Segments:
    """Posterior of changes in a series of places; guards that its rows are distributions.

    Attributes
    ----------
    n_changes : ndarray of float, shape (most + 1,)
        Probability of 0, 1, … changes.
    places : ndarray of float, shape (most + 1, most, n_places)
        ``places[k, j, i]``: probability that change j of k lies before place i.
    models : ndarray of float, shape (most + 1, n_models)
        Probability of each model, given the number of changes.
    """

    n_changes: FloatArray
    places: FloatArray
    models: FloatArray

    def __post_init__(self) -> None:
        """Check that probabilities sum to one."""
        sums = [self.places[k, j].sum() for k in range(len(self.n_changes)) for j in range(k)]
        possible = [self.n_changes[k] > 0 for k in range(len(self.n_changes)) for _ in range(k)]
        if not np.allclose(np.array(sums)[possible], 1) or not np.isclose(self.n_changes.sum(), 1):
            raise SettingsError("probabilities of changes do not sum to one.")

    def probability(self) -> float:
        """Return the probability that there is a change at all."""
        return float(1 - self.n_changes[0])

    def likeliest(self) -> int:
        """Return the number of changes that is likeliest, given that there is one; 0 if none is."""
        return int(self.n_changes[1:].argmax()) + 1 if self.n_changes[1:].sum() > 0 else 0


def segment_evidence(log_likelihood: FloatArray, log_prior: FloatArray) -> FloatArray:
    """Return the log evidence of every segment: its likelihood averaged over the prior.

    Parameters
    ----------
    log_likelihood : ndarray of float, shape (n_places, n_values)
        Of each place, given each value of the parameter.
    log_prior : ndarray of float, shape (n_values,)
        Log weights of the values; their exponentials sum to one.

    Returns
    -------
    ndarray of float, shape (n_places + 1, n_places + 1)
        ``[i, j]``: of places i to j − 1; minus infinity unless i < j.

    Examples
    --------
    >>> same = segment_evidence(np.log([[0.5, 0.5], [0.5, 0.5]]), np.log([0.5, 0.5]))
    >>> np.exp(same).round(2).tolist()
    [[0.0, 0.5, 0.25], [0.0, 0.0, 0.5], [0.0, 0.0, 0.0]]
    """
    n, n_values = log_likelihood.shape
    sums = np.vstack([np.zeros(n_values), np.cumsum(log_likelihood, axis=0)])
    evidence = np.full((n + 1, n + 1), -np.inf)
    starts, ends = np.triu_indices(n + 1, 1)
    step = max(1, _CHUNK // n_values)
    for first in range(0, len(starts), step):
        i, j = starts[first : first + step], ends[first : first + step]
        values = sums[j] - sums[i] + log_prior
        largest = values.max(axis=1)
        np.exp(values - largest[:, None], out=values)
        evidence[i, j] = largest + np.log(values.sum(axis=1))
    return evidence


def segment_posterior(
    evidence: FloatArray,
    weights: npt.ArrayLike,
    allowed: BoolArray,
    n_changes_prior: npt.ArrayLike,
) -> Segments:
    """Return the posterior of changes, exactly, by summing forwards and backwards.

    Parameters
    ----------
    evidence : ndarray of float, shape (n_models, n_places + 1, n_places + 1)
        From :func:`segment_evidence`, for models that are equally likely before the data; they are
        averaged over.
    weights : array_like of float, shape (n_places,)
        How likely a change lies before each place, before the data; the first is 0. Changes have
        the product of their weights, over those that are allowed.
    allowed : ndarray of bool, shape (n_places + 1, n_places + 1)
        Segments that are long enough.
    n_changes_prior : array_like of float, shape (most + 1,)
        Probability of 0, 1, … changes, before the data. A number of changes for which there is no
        room has no probability.

    Returns
    -------
    Segments

    References
    ----------
    Fearnhead, P. (2006). Exact and efficient Bayesian inference for multiple changepoint problems.
    Statistics and Computing 16, 203-213. doi:10.1007/s11222-006-8450-8
    Barry, D. and Hartigan, J. A. (1993). A Bayesian analysis for change point problems. Journal of
    the American Statistical Association 88, 309-319. doi:10.1080/01621459.1993.10594323

    Examples
    --------
    >>> evidence = np.zeros((1, 4, 4))  # the data tell nothing
    >>> found = segment_posterior(evidence, [0, 1, 3], np.ones((4, 4), bool), [0.5, 0.5])
    >>> found.n_changes.round(3).tolist(), found.places[1, 0].round(3).tolist()
    ([0.5, 0.5], [0.0, 0.25, 0.75])
    """
    with np.errstate(divide="ignore"):
        prior = np.log(np.asarray(n_changes_prior, dtype=float))
        log_weights = np.log(np.asarray(weights, dtype=float))
    closed = np.where(allowed & _upper(len(allowed)), 0.0, -np.inf)
    most = len(prior) - 1
    empty = _sums(closed, log_weights, most)[0][:, -1]  # how much room there is, without data
    joint, places = [], []
    for each in evidence:
        forwards, backwards = _sums(each + closed, log_weights, most)
        with np.errstate(invalid="ignore"):
            joint.append(np.where(np.isfinite(empty), prior + forwards[:, -1] - empty, -np.inf))
        places.append(_places(forwards, backwards, log_weights))
    table = np.array(joint)
    chance = np.exp(table - table.max())
    n_changes = chance.sum(axis=0) / chance.sum()
    with np.errstate(invalid="ignore"):
        of_model = np.nan_to_num(chance / chance.sum(axis=0))  # of the models, given the number
    mixed = np.einsum("mk,mkji->kji", of_model, np.array(places))
    return Segments(n_changes, mixed, of_model.T)


def _upper(size: int) -> BoolArray:
    return np.triu(np.ones((size, size), dtype=bool), 1)


def _sums(
    evidence: FloatArray, log_weights: FloatArray, most: int
) -> tuple[FloatArray, FloatArray]:
    """Return log sums of places up to, and from, each place on, with 0, 1, … changes inside."""
    from scipy.special import logsumexp

    size = len(evidence)
    # A change before place i costs its weight; the end of the series costs nothing.
    forwards, backwards = np.full((most + 1, size), -np.inf), np.full((most + 1, size), -np.inf)
    forwards[0], backwards[0] = evidence[0], evidence[:, -1]
    cost = np.append(log_weights, -np.inf)
    for k in range(1, most + 1):
        forwards[k] = logsumexp((forwards[k - 1] + cost)[:, None] + evidence, axis=0)
        backwards[k] = logsumexp(evidence + (cost + backwards[k - 1])[None, :], axis=1)
    return forwards, backwards


def _places(forwards: FloatArray, backwards: FloatArray, log_weights: FloatArray) -> FloatArray:
    most, n = len(forwards) - 1, len(log_weights)
    found = np.zeros((most + 1, most, n))
    for k in range(1, most + 1):
        for j in range(k):
            value = forwards[j, :n] + log_weights + backwards[k - 1 - j, :n]
            if np.isfinite(value).any():
                found[k, j] = np.exp(value - value.max())
                found[k, j] /= found[k, j].sum()
    return found
