"""p values of many tests at once → adjusted ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["adjusted"]

FloatArray = npt.NDArray[np.float64]


def adjusted(p: FloatArray) -> FloatArray:
    """Return p values adjusted for many tests at once; those missing stay so.

    Parameters
    ----------
    p : ndarray of float, shape (n,)

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

    known = np.isfinite(p)
    result = np.full(len(p), np.nan)
    if known.any():
        result[known] = multipletests(p[known], method="fdr_bh")[1]
    return result
