"""Whether a theme has the largest share: compared with each other theme, meeting by meeting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.tracking.adjustment import adjusted

__all__ = ["compare_with_others", "sign_flip_p"]

FloatArray = npt.NDArray[np.float64]

_EXACT = 14  # meetings for which all signs are tried
_DRAWS = 9_999


def compare_with_others(
    counts: FloatArray,
    totals: FloatArray,
    place: int,
    *,
    level: float = 0.95,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare the share of one theme with that of each other theme.

    Parameters
    ----------
    counts : ndarray of float, shape (n_meetings, n_themes)
        Items with each theme.
    totals : ndarray of float, shape (n_meetings,)
        All items; at least one in each meeting.
    place : int
        The column of the theme.
    level : float in (0, 1), default 0.95
    random_state : int, default 0

    Returns
    -------
    DataFrame
        A row an other theme, the nearest first: ``place, difference`` of shares and its
        ``standard_error``, ``difference_low, difference_high`` (all rows together at `level`:
        Student's t with meetings as units, Bonferroni), ``p`` (:func:`sign_flip_p`) and
        ``p_adjusted`` (Holm). That the theme is larger than *all* others needs no adjustment: each
        of the comparisons must show it (Berger 1982). That some other theme is larger does.

    References
    ----------
    Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling. Technometrics
    24, 295-300. doi:10.1080/00401706.1982.10487790: intersection-union tests.

    Cochran, W. G. (1977). Sampling Techniques, 3rd edition. Wiley. Section 6.3: the variance of a
    ratio of sums over meetings.

    Examples
    --------
    >>> counts = np.array([[2.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]])
    >>> compare_with_others(counts, np.full(4, 2.0), 0)[["difference", "p"]].values.tolist()
    [[0.5, 0.25]]
    """
    from scipy.stats import t

    n, others = len(totals), [k for k in range(counts.shape[1]) if k != place]
    ahead = counts[:, [place]] - counts[:, others]
    difference = ahead.sum(axis=0) / totals.sum()
    error = half = np.full(len(others), np.nan)
    if n > 1:
        spread = ((ahead - difference * totals[:, None]) ** 2).sum(axis=0) * n / (n - 1)
        error = np.sqrt(spread) / totals.sum()
        half = t.isf((1 - level) / 2 / max(len(others), 1), n - 1) * error
    p = sign_flip_p(ahead, random_state=random_state)
    table = pd.DataFrame(
        {
            "place": others,
            "difference": difference,
            "standard_error": error,
            "difference_low": np.maximum(difference - half, -1.0),
            "difference_high": np.minimum(difference + half, 1.0),
            "p": p,
            "p_adjusted": adjusted(p, "holm"),
        }
    )
    return table.sort_values("difference", kind="stable", ignore_index=True)


def sign_flip_p(ahead: FloatArray, *, random_state: int = 0) -> FloatArray:
    """Return the two-sided p of each column's sum, when the sign of every meeting may be flipped.

    If two themes were alike, a meeting could as well have had as many items more of the other one.
    Flipping leaves the sum of squares as it is, so the test is the same for the sum and for
    Student's t of it. All signs are tried for up to 14 meetings, else 9,999 are drawn.

    Parameters
    ----------
    ahead : ndarray of float, shape (n_meetings, k)
    random_state : int, default 0

    Returns
    -------
    ndarray of float, shape (k,)
        At least ``2 / 2**n_meetings``, or 1/10,000 where signs are drawn.

    References
    ----------
    Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd. Section 21.

    Janssen, A. (1999). Testing nonparametric statistical functionals with applications to rank
    tests. Journal of Statistical Planning and Inference 81, 71-93.
    doi:10.1016/S0378-3758(99)00009-9

    Examples
    --------
    >>> sign_flip_p(np.array([[1.0], [2.0], [1.0]])).tolist()
    [0.25]
    """
    n = len(ahead)
    found = np.abs(ahead.sum(axis=0))
    if n <= _EXACT:
        signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
        return np.asarray((np.abs(signs @ ahead) >= found - 1e-9).mean(axis=0))
    rng = np.random.default_rng(random_state)
    signs = rng.choice([-1.0, 1.0], size=(_DRAWS, n))
    hits = (np.abs(signs @ ahead) >= found - 1e-9).sum(axis=0)
    return np.asarray((hits + 1) / (_DRAWS + 1))
