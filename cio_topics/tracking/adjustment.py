"""p values of many tests at once → adjusted ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["adjusted"]

FloatArray = npt.NDArray[np.float64]


def adjusted(p: npt.ArrayLike, method: str = "fdr_bh") -> FloatArray:
    """Return p values adjusted for many tests at once; those missing stay so.

    Parameters
    ----------
    p : array_like of float, shape (n,)
    method : str, default "fdr_bh"
        As in statsmodels: ``fdr_bh``, ``holm``, ``holm-sidak``, ``bonferroni`` …

    Returns
    -------
    ndarray of float, shape (n,)

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> adjusted(np.array([0.01, np.nan, 0.04])).tolist()
    [0.02, nan, 0.04]
    """
    from statsmodels.stats.multitest import multipletests

    given = np.asarray(p, dtype=float)
    known = np.isfinite(given)
    result = np.full(len(given), np.nan)
    if known.any():
        result[known] = multipletests(given[known], method=method)[1]
    return result
