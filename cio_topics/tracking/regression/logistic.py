"""Logistic regression of counts in meetings: likelihood, Firth's penalty, profiles, separation.

The core works on cells (items of one meeting with the same values), not items, and takes weights:
that is what statsmodels does not offer for Firth's penalty. Tests hold it against statsmodels, R's
brglm2 and geepack.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError

__all__ = ["Cells", "Solved", "penalized_fit", "profile_interval", "separated_columns"]

FloatArray = npt.NDArray[np.float64]

_MOST_STEPS = 100
_LONGEST = 5.0  # step of a coefficient, as in brglm2 and logistf
_SMALLEST = 1e-8


@dataclass(frozen=True, eq=False)
class Cells:
    """Items of one meeting with the same values, as counts.

    Guards that the columns are independent, and the counts within their totals.

    Attributes
    ----------
    columns : ndarray of float, shape (n_cells, n_parameters)
    counts : ndarray of float, shape (n_cells,)
        Items with the theme.
    totals : ndarray of float, shape (n_cells,)
        All items, more than 0.
    meetings : ndarray of int, shape (n_cells,)
        0, 1, …, n_meetings - 1.
    """

    columns: FloatArray
    counts: FloatArray
    totals: FloatArray
    meetings: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check shapes, bounds and rank."""
        n, width = self.columns.shape
        if not len(self.counts) == len(self.totals) == len(self.meetings) == n:
            raise SettingsError("columns, counts, totals and meetings differ in length.")
        if (self.totals <= 0).any() or (self.counts < 0).any() or (self.counts > self.totals).any():
            raise SettingsError("counts lie outside 0 and their totals.")
        if np.linalg.matrix_rank(self.columns) < width:
            raise SettingsError(f"the {width} columns of the model depend on each other.")

    @property
    def n_meetings(self) -> int:
        """How many meetings there are."""
        return int(self.meetings.max()) + 1

    def sizes(self) -> FloatArray:
        """Return the items of each meeting, shape (n_meetings,)."""
        return np.bincount(self.meetings, self.totals).astype(float)

    def merged(self, weights: FloatArray) -> Cells:
        """Return cells of weighted items, one for each different row: they have one likelihood."""
        rows, place = np.unique(self.columns, axis=0, return_inverse=True)
        place = place.ravel()
        counts, totals = (
            np.bincount(place, weights * values) for values in (self.counts, self.totals)
        )
        return Cells(
            rows, np.minimum(counts, totals).astype(float), totals.astype(float), _first(len(rows))
        )

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sums by meeting of a row a cell, shape (n_meetings, k)."""
        found = np.zeros((self.n_meetings, values.shape[1]))
        np.add.at(found, self.meetings, values)
        return found


def _first(n: int) -> npt.NDArray[np.int64]:
    return np.arange(n, dtype=np.int64)


class Solved(NamedTuple):
    """What Newton's method found.

    ``beta`` (n_parameters,), ``shares`` (n_cells,), ``information`` (n_parameters, n_parameters),
    the (penalized) log-likelihood, whether it converged.
    """

    beta: FloatArray
    shares: FloatArray
    information: FloatArray
    value: float
    converged: bool


def _share(eta: FloatArray) -> FloatArray:
    from scipy.special import expit

    return np.asarray(expit(eta), dtype=float)


class _Point(NamedTuple):
    value: float
    score: FloatArray
    information: FloatArray
    curvature: FloatArray
    shares: FloatArray


def _point(beta: FloatArray, cells: Cells, weights: FloatArray, penalty: float) -> _Point:
    """Return value, score, information and curvature at one place.

    The penalty acts as items added to each cell, half of them with the theme; the curvature counts
    them as if their number were fixed.
    """
    eta = cells.columns @ beta
    shares = _share(eta)
    spread = weights * cells.totals * shares * (1 - shares)
    information = (cells.columns * spread[:, None]).T @ cells.columns
    # log(1 + exp(eta)) without overflow
    value = float((weights * (cells.counts * eta - cells.totals * np.logaddexp(0, eta))).sum())
    pull = weights * (cells.counts - cells.totals * shares)
    curvature = information
    if penalty:
        sign, determinant = np.linalg.slogdet(information)
        value = value + penalty * float(determinant) if sign > 0 else -np.inf
        solved = np.linalg.lstsq(information, cells.columns.T, rcond=None)[0]
        added = 2 * penalty * spread * (cells.columns * solved.T).sum(axis=1)
        pull = pull + added * (0.5 - shares)
        spread = spread + added * shares * (1 - shares)
        curvature = (cells.columns * spread[:, None]).T @ cells.columns
    return _Point(value, cells.columns.T @ pull, information, curvature, shares)


def penalized_fit(
    cells: Cells,
    weights: FloatArray | None = None,
    *,
    penalty: float = 0.5,
    start: FloatArray | None = None,
    fixed: int | None = None,
) -> Solved:
    """Return the coefficients of largest (penalized) likelihood.

    Parameters
    ----------
    cells : Cells
    weights : ndarray of float, shape (n_cells,), optional
        What one item counts; 1 if None.
    penalty : float, default 0.5
        How often the log determinant of the information is added: 0.5 is Firth's penalty (Jeffreys'
        prior), under which the estimate is finite also where the theme is separated; 0 none.
    start : ndarray of float, shape (n_parameters,), optional
    fixed : int, optional
        The place of a coefficient that stays as it starts.

    References
    ----------
    Firth, D. (1993). Bias reduction of maximum likelihood estimates. Biometrika 80, 27-38.
    doi:10.1093/biomet/80.1.27: the penalty.

    Heinze, G. and Schemper, M. (2002). A solution to the problem of separation in logistic
    regression. Statistics in Medicine 21, 2409-2419. doi:10.1002/sim.1047: its use where a
    theme is separated; the profile of the penalized likelihood.

    Examples
    --------
    >>> one = Cells(np.ones((1, 1)), np.array([0.0]), np.array([9.0]), np.array([0]))
    >>> round(float(penalized_fit(one).shares[0]), 4)  # 0 of 9: half an item is added either side
    0.05
    """
    weights = np.ones(len(cells.counts)) if weights is None else weights
    beta = np.zeros(cells.columns.shape[1]) if start is None else start.astype(float).copy()
    free = np.arange(len(beta)) != (-1 if fixed is None else fixed)
    here = _point(beta, cells, weights, penalty)
    converged = False
    for _ in range(_MOST_STEPS):
        step = np.zeros(len(beta))
        inner = here.curvature[np.ix_(free, free)]
        step[free] = np.linalg.lstsq(inner, here.score[free], rcond=None)[0]
        step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
        there = _point(beta + step, cells, weights, penalty)
        for _half in range(20):
            if there.value >= here.value - 1e-12 * abs(here.value) - 1e-12:
                break
            step /= 2
            there = _point(beta + step, cells, weights, penalty)
        beta, here = beta + step, there
        if float(np.abs(step).max()) < _SMALLEST:
            converged = True
            break
    return Solved(beta, here.shares, here.information, here.value, converged)


def profile_interval(
    cells: Cells,
    weights: FloatArray,
    contrast: FloatArray,
    best: Solved,
    *,
    drop: float,
    penalty: float = 0.5,
) -> tuple[float, float, float]:
    """Return where the profile of a contrast has fallen, and how far it has fallen at 0.

    Parameters
    ----------
    cells : Cells
    weights : ndarray of float, shape (n_cells,)
    contrast : ndarray of float, shape (n_parameters,)
        The profiled number is ``contrast @ beta``.
    best : Solved
        The fit without a constraint.
    drop : float
        Twice the fall of the (penalized) log-likelihood at the ends of the interval.
    penalty : float, default 0.5

    Returns
    -------
    low, high : float
        Infinite where it never falls so far.
    statistic : float
        Twice the fall at 0.

    References
    ----------
    Heinze, G. and Schemper, M. (2002). doi:10.1002/sim.1047
    """
    turned, back = _turned(cells.merged(weights), contrast)
    estimate = float(contrast @ best.beta)
    error = float(np.sqrt(contrast @ np.linalg.solve(best.information, contrast)))
    begin: FloatArray = np.linalg.solve(back, best.beta).astype(np.float64)
    # the penalty of the turned columns differs by a constant
    top = best.value + 2 * penalty * float(np.linalg.slogdet(back)[1])

    def fallen(value: float) -> float:
        start = begin.copy()
        start[0] = value
        return 2 * (top - penalized_fit(turned, penalty=penalty, start=start, fixed=0).value)

    low, high = (_end(fallen, estimate, sign * error, drop) for sign in (-1.0, 1.0))
    return low, high, max(fallen(0.0), 0.0)


def _turned(cells: Cells, contrast: FloatArray) -> tuple[Cells, FloatArray]:
    """Return cells whose first coefficient is the contrast, and the way back to the old ones."""
    place = int(np.abs(contrast).argmax())
    forth = np.eye(len(contrast))
    forth[place] = contrast
    order = [place, *(other for other in range(len(contrast)) if other != place)]
    back: FloatArray = np.linalg.inv(forth[order]).astype(np.float64)
    return Cells(cells.columns @ back, cells.counts, cells.totals, cells.meetings), back


def _end(fallen: Callable[[float], float], estimate: float, step: float, drop: float) -> float:
    """Return where the profile has fallen by `drop` on one side.

    The root of the fall is nearly straight, so it is found in few steps.
    """
    from scipy.optimize import brentq

    def above(value: float) -> float:
        return float(np.sqrt(max(fallen(value), 0.0)) - np.sqrt(drop))

    inner, outer = estimate, estimate + 2 * step
    for _ in range(12):
        if above(outer) > 0:
            return float(brentq(above, inner, outer, xtol=1e-6 * abs(step), rtol=1e-10))
        inner, outer = outer, outer + (outer - estimate)
    return float(np.sign(step) * np.inf)


def separated_columns(cells: Cells) -> npt.NDArray[np.bool_]:
    """Return which coefficients have no finite estimate of largest likelihood.

    Parameters
    ----------
    cells : Cells

    Returns
    -------
    ndarray of bool, shape (n_parameters,)
        All False where the likelihood has its maximum at finite values.

    References
    ----------
    Konis, K. (2007). Linear programming algorithms for detecting separated data in binary logistic
    regression models. DPhil thesis, University of Oxford: the linear program.

    Examples
    --------
    >>> columns = np.array([[1.0, 0.0], [1.0, 1.0]])
    >>> cells = Cells(columns, np.array([3.0, 0.0]), np.array([9.0, 7.0]), np.array([0, 1]))
    >>> separated_columns(cells).tolist()  # none of 7 items in the second group
    [False, True]
    """
    from scipy.optimize import linprog

    whole = cells.counts == cells.totals
    none = cells.counts == 0
    signed = np.unique(np.vstack([cells.columns[whole], -cells.columns[none]]), axis=0)
    mixed = np.unique(cells.columns[~whole & ~none], axis=0)
    width = cells.columns.shape[1]
    if not len(signed):
        return np.zeros(width, dtype=bool)
    found = linprog(
        -signed.sum(axis=0),
        A_ub=-signed,
        b_ub=np.zeros(len(signed)),
        A_eq=mixed if len(mixed) else None,
        b_eq=np.zeros(len(mixed)) if len(mixed) else None,
        bounds=[(-1, 1)] * width,
    )
    if found.x is None or found.status != 0 or float(np.abs(signed @ found.x).sum()) < 1e-7:
        return np.zeros(width, dtype=bool)
    return np.asarray(np.abs(found.x) > 1e-7)
