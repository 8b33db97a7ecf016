"""Estimates for items that come in meetings: working correlation, robust errors, few meetings."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.tracking.regression.logistic import Cells, Solved, penalized_fit

__all__ = ["Estimate", "clustered_fit", "design_weights", "intraclass", "robust_covariance"]

FloatArray = npt.NDArray[np.float64]

_HIGHEST = 0.95  # of the correlation within meetings
_ROUNDS = 50


class Estimate(NamedTuple):
    """Coefficients of one theme with what says how sure they are.

    ``solved``; ``weights`` (n_cells,), what one item counts; ``covariance`` (n_parameters,
    n_parameters); ``free``, from a contrast (n_parameters,) to its degrees of freedom; ``icc``.
    """

    solved: Solved
    weights: FloatArray
    covariance: FloatArray
    free: Callable[[FloatArray], float]
    icc: float


def intraclass(cells: Cells, shares: FloatArray) -> float:
    """Return the correlation of two items of one meeting, from products of Pearson residuals.

    Never below 0: items of one meeting are not taken to differ more than others.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
    models. Biometrika 73, 13-22. doi:10.1093/biomet/73.1.13: the moment estimate, with degrees of
    freedom of the parameters taken off, as statsmodels has it.
    """
    spread = np.maximum(shares * (1 - shares), 1e-12)
    sums = (cells.counts - cells.totals * shares) / np.sqrt(spread)
    squares = (
        cells.counts * (1 - shares) ** 2 + (cells.totals - cells.counts) * shares**2
    ) / spread
    by_meeting = cells.sums(np.column_stack([sums, squares]))
    sizes, width = cells.sizes(), cells.columns.shape[1]
    pairs = float((sizes * (sizes - 1) / 2).sum()) - width
    scale = float(squares.sum()) / max(float(sizes.sum()) - width, 1.0)
    if pairs <= 0 or scale <= 0:
        return 0.0
    products = float((by_meeting[:, 0] ** 2 - by_meeting[:, 1]).sum() / 2)
    return float(np.clip(products / pairs / scale, 0.0, _HIGHEST))


def design_weights(cells: Cells, icc: float) -> FloatArray:
    """Return what one item of each cell counts, ``1 / (1 + (n - 1) icc)``, shape (n_cells,).

    Where all values of a meeting are the same, these weights give the estimating equations of an
    exchangeable working correlation.
    """
    return (1 / (1 + (cells.sizes() - 1) * icc))[cells.meetings]


def clustered_fit(
    cells: Cells, *, penalty: float = 0.0, exchangeable: bool = True, robust: float | None = 0.5
) -> Estimate:
    """Fit a logistic model to items in meetings.

    Parameters
    ----------
    cells : Cells
    penalty : float, default 0
        As in :func:`penalized_fit`.
    exchangeable : bool, default True
        Items count by the correlation within meetings; else each counts as one.
    robust : float, optional
        The power of the correction of the sandwich, see :func:`robust_covariance`; the covariance
        of the model, widened by the design weights, if None.

    References
    ----------
    Mondol, M. H. and Rahman, M. S. (2019). Bias-reduced and separation-proof GEE with small or
    sparse longitudinal binary data. Statistics in Medicine 38, 2544-2560. doi:10.1002/sim.8126:
    Firth's penalty with a working correlation.
    """
    icc, weights, start = 0.0, np.ones(len(cells.counts)), None
    for _ in range(_ROUNDS):
        solved = penalized_fit(cells, weights, penalty=penalty, start=start)
        found = intraclass(cells, solved.shares)
        if not exchangeable or abs(found - icc) < 1e-7:
            icc = found
            break
        icc, weights, start = found, design_weights(cells, found), solved.beta
    if robust is None:
        covariance: FloatArray = np.linalg.pinv(solved.information).astype(np.float64)
        left = float(max(cells.n_meetings - cells.columns.shape[1], 1))
        return Estimate(solved, weights, covariance, lambda _: left, icc)
    covariance, free = robust_covariance(cells, weights, solved, power=robust)
    return Estimate(solved, weights, covariance, free, icc)


def robust_covariance(
    cells: Cells, weights: FloatArray, solved: Solved, *, power: float = 0.5
) -> tuple[FloatArray, Callable[[FloatArray], float]]:
    """Return the covariance by meetings, corrected for few of them, and degrees of freedom.

    Parameters
    ----------
    cells : Cells
    weights : ndarray of float, shape (n_cells,)
    solved : Solved
    power : float, default 0.5
        Residuals of a meeting are divided by ``(1 - leverage) ** power``: 0 no correction, 0.5
        Kauermann and Carroll's (CR2), 1 Mancl and DeRouen's (CR3).

    Returns
    -------
    covariance : ndarray of float, shape (n_parameters, n_parameters)
    free : callable
        From a contrast, shape (n_parameters,), to its degrees of freedom by Satterthwaite's
        approximation, if the working model holds.

    References
    ----------
    Mancl, L. A. and DeRouen, T. A. (2001). A covariance estimator for GEE with improved
    small-sample properties. Biometrics 57, 126-134. doi:10.1111/j.0006-341X.2001.00126.x

    Kauermann, G. and Carroll, R. J. (2001). A note on the efficiency of sandwich covariance matrix
    estimation. Journal of the American Statistical Association 96, 1387-1396.
    doi:10.1198/016214501753382309

    Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance
    estimation and hypothesis testing in fixed effects models. Journal of Business & Economic
    Statistics 36, 672-683. doi:10.1080/07350015.2016.1247004: the degrees of freedom.
    """
    x, shares = cells.columns, solved.shares
    residuals = weights * (cells.counts - cells.totals * shares)
    spread = weights * cells.totals * shares * (1 - shares)
    scores = cells.sums(x * residuals[:, None])
    width = x.shape[1]
    blocks = cells.sums(((x * spread[:, None])[:, :, None] * x[:, None, :]).reshape(len(x), -1))
    blocks = blocks.reshape(-1, width, width)
    bread = np.linalg.inv(blocks.sum(axis=0))
    root = np.linalg.cholesky(bread)  # bread = root root'
    inner = root.T @ blocks @ root
    values, vectors = np.linalg.eigh(inner)
    shrunk = np.maximum(1 - values, 1e-6) ** -power
    turned = vectors * shrunk[:, None, :] @ vectors.transpose(0, 2, 1)
    # bread A_m for each meeting m, where A_m = root^-T turned root'
    forms = root @ turned @ root.T
    pushed = np.einsum("mij,mj->mi", forms, scores)
    covariance = pushed.T @ pushed

    def free(contrast: FloatArray) -> float:
        lines = np.einsum("i,mij->mj", contrast, forms)
        heads = np.einsum("mi,mij->mj", lines, blocks)
        own = (heads * lines).sum(axis=1)
        shared = (heads @ bread * heads).sum(axis=1)
        cross = bread @ (heads.T @ heads)
        trace = float((own - shared).sum())
        square = float((own**2 - 2 * own * shared).sum() + np.trace(cross @ cross))
        return max(trace**2 / square, 1.0) if square > 0 else 1.0

    return covariance, free
