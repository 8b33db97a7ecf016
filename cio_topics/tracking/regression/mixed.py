"""A meeting's own tendency as a random intercept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.tracking.regression.logistic import Cells

__all__ = ["Mixed", "mean_shares", "mixed_fit"]

FloatArray = npt.NDArray[np.float64]

_NODES = 30


class Mixed(NamedTuple):
    """``beta`` and ``covariance`` of the fixed effects (posterior mode), the standard deviation of
    meetings, and whether the search ended well.
    """

    beta: FloatArray
    covariance: FloatArray
    deviation: float
    converged: bool


def mixed_fit(cells: Cells) -> Mixed:
    """Fit a logistic model with a random intercept a meeting, by statsmodels.

    The posterior mode (Laplace) of ``BinomialBayesMixedGLM``, with normal priors: standard
    deviation 2 on fixed effects, and 1 on the logarithm of the meetings' standard deviation. The
    priors keep estimates finite where the theme is separated.

    References
    ----------
    Breslow, N. E. and Clayton, D. G. (1993). Approximate inference in generalized linear mixed
    models. Journal of the American Statistical Association 88, 9-25.
    doi:10.1080/01621459.1993.10594284
    """
    from scipy.sparse import csr_matrix
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    whole = cells.counts.astype(int)
    none = (cells.totals - cells.counts).astype(int)
    rows = np.repeat(np.arange(len(whole)), whole + none)
    has = np.concatenate([np.repeat([1.0, 0.0], pair) for pair in zip(whole, none, strict=True)])
    places = cells.meetings[rows]
    groups = csr_matrix(
        (np.ones(len(rows)), (np.arange(len(rows)), places)), shape=(len(rows), cells.n_meetings)
    )
    model = BinomialBayesMixedGLM(
        has, cells.columns[rows], groups, np.zeros(cells.n_meetings, dtype=int), vcp_p=1, fe_p=2
    )
    found = model.fit_map()
    width = cells.columns.shape[1]
    covariance = np.asarray(found.cov_params())[:width, :width]
    reached = bool(found.optim_retvals.success) if found.optim_retvals is not None else False
    return Mixed(
        np.asarray(found.fe_mean, dtype=float),
        covariance,
        float(np.exp(found.vcp_mean[0])),
        reached and bool(np.isfinite(covariance).all()),
    )


def mean_shares(eta: FloatArray, deviation: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return shares averaged over meetings, and their derivatives by the linear predictor.

    Parameters
    ----------
    eta : ndarray of float, shape (n,)
    deviation : float, default 0
        Standard deviation of meetings on the logit scale; integrated by Gauss and Hermite.

    Examples
    --------
    >>> mean_shares(np.array([2.0]))[0].round(3).tolist()
    [0.881]
    >>> mean_shares(np.array([2.0]), 1.5)[0].round(3).tolist()  # nearer to a half
    [0.799]
    """
    from scipy.special import expit

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    weights = weights / weights.sum()
    if deviation == 0:
        nodes, weights = np.zeros(1), np.ones(1)
    shares = expit(eta[:, None] + deviation * nodes)
    return shares @ weights, (shares * (1 - shares)) @ weights
