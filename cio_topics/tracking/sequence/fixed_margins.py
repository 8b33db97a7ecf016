"""How often two names stand together by chance, given how many names each unit has."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Chance", "chance_of_pairs", "unit_chances"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class Chance(NamedTuple):
    """Expected joint counts of pairs and p values.

    Attributes
    ----------
    expected : ndarray of float, shape (n_pairs,)
        Units that have both names by chance.
    p : ndarray of float, shape (n_pairs,)
        Chance of at least as many as observed.
    """

    expected: FloatArray
    p: FloatArray


def unit_chances(sizes: IntArray, totals: IntArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the chance that a unit of some size has a name, where names and units are independent.

    Of all ways to give names to units, the one with the largest entropy that keeps, on average, the
    number of names of each unit and of units of each name.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_units,)
        Names of each unit.
    totals : ndarray of int, shape (n_names,)
        Units of each name; the same sum.

    Returns
    -------
    chances : ndarray of float, shape (n_classes, n_names)
        Units of one size have the same chances.
    n_units : ndarray of int, shape (n_classes,)
    classes : ndarray of int, shape (n_classes,)
        The sizes, rising.

    References
    ----------
    Saracco, F., Di Clemente, R., Gabrielli, A. and Squartini, T. (2015). Randomizing bipartite
    networks: the case of the World Trade Web. Scientific Reports 5, 10595. doi:10.1038/srep10595
    (the model).

    Examples
    --------
    >>> chances, n_units, classes = unit_chances(np.array([1, 1, 1, 1]), np.array([3, 1]))
    >>> chances.round(4).tolist(), n_units.tolist()
    ([[0.75, 0.25]], [4])
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    classes, n_units = np.unique(sizes, return_counts=True)
    chances = np.zeros((len(classes), len(totals)))
    everywhere = totals == sizes.size
    chances[:, everywhere] = 1.0
    open_names = (totals > 0) & ~everywhere
    left = classes - everywhere.sum()
    open_units = (left > 0) & (left < open_names.sum())
    chances[np.ix_(left >= open_names.sum(), open_names)] = 1.0
    full = int(n_units[left >= open_names.sum()].sum())
    wanted = totals[open_names] - full
    if not open_units.any():
        return chances, n_units, classes
    weight, degree, n = n_units[open_units], left[open_units], len(wanted)

    def cost(values: FloatArray) -> tuple[float, FloatArray]:
        score = values[: len(degree), None] + values[len(degree) :]
        chance = expit(score)
        loss = (weight[:, None] * np.logaddexp(0, score)).sum()
        loss -= (weight * degree * values[: len(degree)]).sum()
        loss -= (wanted * values[len(degree) :]).sum()
        by_class = weight * (chance.sum(axis=1) - degree)
        by_name = (weight[:, None] * chance).sum(axis=0) - wanted
        return float(loss), np.concatenate([by_class, by_name])

    share = np.clip(wanted / weight.sum(), 1e-6, 1 - 1e-6)
    start = np.concatenate([np.zeros(len(degree)), np.log(share / (1 - share))])
    found = minimize(
        cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 20000, "gtol": 1e-8}
    )
    score = found.x[: len(degree), None] + found.x[len(degree) :]
    chances[np.ix_(open_units, open_names)] = expit(score).reshape(len(degree), n)
    return chances, n_units, classes


def chance_of_pairs(
    observed: IntArray, first: IntArray, second: IntArray, sizes: IntArray, totals: IntArray
) -> Chance:
    """Return expected joint counts and the chance of at least as many as observed.

    A joint count is a sum of independent events with the chances of :func:`unit_chances`; its
    distribution (Poisson binomial) is computed from its characteristic function.

    Parameters
    ----------
    observed : ndarray of int, shape (n_pairs,)
    first, second : ndarray of int, shape (n_pairs,)
        Places of the two names in `totals`.
    sizes, totals : ndarray of int
        As in :func:`unit_chances`.

    References
    ----------
    Saracco, F., Straka, M. J., Di Clemente, R., Gabrielli, A., Caldarelli, G. and Squartini, T.
    (2017). Inferring monopartite projections of bipartite networks: an entropy-based approach.
    New Journal of Physics 19, 053022. doi:10.1088/1367-2630/aa6b38 (the test).
    Hong, Y. (2013). On computing the distribution function for the Poisson binomial distribution.
    Computational Statistics and Data Analysis 59, 41-51. doi:10.1016/j.csda.2012.10.006
    (by the characteristic function).

    Examples
    --------
    >>> sizes, totals = np.array([2, 2, 0, 0]), np.array([2, 2])
    >>> chance_of_pairs(np.array([2]), np.array([0]), np.array([1]), sizes, totals).p.tolist()
    [1.0]
    """
    chances, n_units, _ = unit_chances(sizes, totals)
    expected, p = np.zeros(len(observed)), np.ones(len(observed))
    for start in range(0, len(observed), 256):
        rows = slice(start, start + 256)
        joint = chances[:, first[rows]] * chances[:, second[rows]]
        expected[rows] = n_units @ joint
        p[rows] = _upper_tails(observed[rows], joint, n_units)
    return Chance(expected, p)


def _upper_tails(observed: IntArray, joint: FloatArray, n_units: IntArray) -> FloatArray:
    """Return P(count >= observed) of sums of independent events, one column a pair."""
    mean = n_units @ joint
    spread = np.sqrt(n_units @ (joint * (1 - joint)))
    # Beyond this no chance is left that a double could hold beside 1.
    reach = max(float((mean + 12 * spread).max()) + 30, float(observed.max()) + 1)
    n = int(min(n_units.sum(), np.ceil(reach))) + 1
    wave = np.exp(2j * np.pi * np.arange(n) / n) - 1
    logs = np.zeros((joint.shape[1], n), dtype=complex)
    for chance, weight in zip(joint, n_units, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            logs += weight * np.log(1 + chance[:, None] * wave)
    mass = np.clip(np.fft.fft(np.exp(logs), axis=1).real / n, 0.0, 1.0)
    tails = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
    return np.clip(tails[np.arange(len(observed)), np.minimum(observed, n - 1)], 0.0, 1.0)
