"""A meeting's own tendency as a random intercept.

The ``BinomialBayesMixedGLM`` of statsmodels begins its search (Laplace) at random values and takes
minutes for some hundred meetings, and its variational intervals are too narrow. So the likelihood
is integrated here by quadrature; tests hold it against R's lme4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.tracking.regression.logistic import Cells

__all__ = ["Mixed", "mean_shares", "mixed_fit"]

FloatArray = npt.NDArray[np.float64]

_NODES = 40
_STEP = 1e-5


class Mixed(NamedTuple):
    """Fixed effects ``beta`` with ``covariance``; ``deviation`` of meetings; ``converged``."""

    beta: FloatArray
    covariance: FloatArray
    deviation: float
    converged: bool


def mixed_fit(cells: Cells, *, prior: float = 3.0) -> Mixed:
    """Fit a logistic model with a normal random intercept a meeting.

    The mode of the posterior, its curvature as covariance. The likelihood is integrated by Gauss
    and Hermite (40 nodes).

    Parameters
    ----------
    cells : Cells
    prior : float, default 3
        Standard deviation of the normal prior of coefficients, and of the logarithm of the
        meetings' standard deviation; it keeps estimates finite where the theme is separated.

    References
    ----------
    Hedeker, D. and Gibbons, R. D. (1994). A random-effects ordinal regression model for multilevel
    analysis. Biometrics 50, 933-944. doi:10.2307/2533433: the quadrature.

    Gelman, A., Jakulin, A., Pittau, M. G. and Su, Y.-S. (2008). A weakly informative default prior
    distribution for logistic and other regression models. Annals of Applied Statistics 2,
    1360-1383. doi:10.1214/08-AOAS191: why a weak prior; theirs is Cauchy's.
    """
    from scipy.optimize import minimize

    def target(values: FloatArray) -> tuple[float, FloatArray]:
        value, slope = _marginal(cells, values)
        return -value + float((values**2).sum()) / (2 * prior**2), -slope + values / prior**2

    found = minimize(target, np.zeros(cells.columns.shape[1] + 1), jac=True, method="BFGS")
    best = np.asarray(found.x, dtype=float)
    steps = np.eye(len(best)) * _STEP
    curved = [(target(best + step)[1] - target(best - step)[1]) / (2 * _STEP) for step in steps]
    curvature = (np.array(curved) + np.array(curved).T) / 2
    covariance: FloatArray = np.linalg.pinv(curvature).astype(np.float64)
    settled = bool(np.abs(target(best)[1]).max() < 1e-3)
    return Mixed(best[:-1], covariance[:-1, :-1], float(np.exp(best[-1])), settled)


def _quadrature() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()


def _marginal(cells: Cells, values: FloatArray) -> tuple[float, FloatArray]:
    """Return the integrated log-likelihood and its slope by coefficients and log deviation."""
    from scipy.special import expit, logsumexp

    nodes, weights = _quadrature()
    deviation = np.exp(values[-1])
    eta = (cells.columns @ values[:-1])[:, None] + deviation * nodes
    counts, totals = cells.counts[:, None], cells.totals[:, None]
    logs = cells.sums(counts * eta - totals * np.logaddexp(0, eta)) + np.log(weights)
    by_meeting = logsumexp(logs, axis=1)
    chances = np.exp(logs - by_meeting[:, None])[cells.meetings]
    pull = chances * (counts - totals * expit(eta))
    slope = cells.columns.T @ pull.sum(axis=1)
    return float(by_meeting.sum()), np.append(slope, deviation * (pull @ nodes).sum())


def mean_shares(eta: FloatArray, deviation: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return shares averaged over meetings, and their derivatives by the linear predictor.

    Parameters
    ----------
    eta : ndarray of float, shape (n,)
    deviation : float, default 0
        Standard deviation of meetings on the logit scale.

    Examples
    --------
    >>> mean_shares(np.array([2.0]))[0].round(3).tolist()
    [0.881]
    >>> mean_shares(np.array([2.0]), 1.5)[0].round(3).tolist()  # nearer to a half
    [0.81]
    """
    from scipy.special import expit

    nodes, weights = _quadrature() if deviation else (np.zeros(1), np.ones(1))
    shares = expit(eta[:, None] + deviation * nodes)
    return shares @ weights, (shares * (1 - shares)) @ weights
