"""How many meetings a change needs to be seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, check_level
from cio_topics.tracking.counts import FloatArray

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["design_effect", "meetings_needed", "power_of_change"]

# With this many meetings on a side no p is too coarse for any level in use.
_MANY = 30
# With this many degrees of freedom the t distribution is the normal one.
_NORMAL = 1e5


def design_effect(items_per_meeting: npt.ArrayLike, icc: float) -> float:
    """Return by how much likeness within meetings makes the variance of a share larger.

    ``1 + (m - 1) * icc`` with m the mean size of the meeting that an item belongs to. An icc below
    0, or none, counts as 0: 1 is returned.

    Parameters
    ----------
    items_per_meeting : float or array_like of float, shape (n_meetings,)
        One size for all, or the sizes of meetings.
    icc : float

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley. Section 8.2; with unequal sizes as Donner, A., Birkett,
    N. and Buck, C. (1981). American Journal of Epidemiology 114, 906-914.
    doi:10.1093/oxfordjournals.aje.a113261

    Examples
    --------
    >>> design_effect([1, 3], 0.2)
    1.3
    """
    sizes = np.atleast_1d(np.asarray(items_per_meeting, dtype=float))
    size = float((sizes**2).sum() / sizes.sum())
    return 1.0 + max(size - 1, 0.0) * (icc if icc > 0 else 0.0)


def power_of_change(
    share_before: float,
    share_after: float,
    *,
    n_meetings: int | Sequence[int],
    items_per_meeting: npt.ArrayLike,
    icc: float,
    level: float = 0.95,
) -> float:
    """Return the chance that a test finds a change between two groups of meetings.

    The two-sided t test of a difference of shares with the design effect of meetings; 0 where even
    the most extreme split of the meetings has a p above ``1 - level``. How near it comes to the
    permutation test of :func:`~cio_topics.tracking.theme_changes` stands in docs/statistics.md.

    Parameters
    ----------
    share_before, share_after : float in [0, 1]
    n_meetings : int, or two ints
        Meetings of each group, or before and after.
    items_per_meeting : float or array_like of float
        One size for all meetings, or sizes that are typical of them.
    icc : float
        From :func:`estimated_icc`; below 0, or not a number, counts as 0.
    level : float in (0, 1), default 0.95

    Returns
    -------
    float
        ``1 - level`` if the shares are equal.

    Raises
    ------
    SettingsError
        A share outside [0, 1], a meeting without an item, no meeting, an icc above 1.

    Examples
    --------
    >>> round(power_of_change(0.1, 0.3, n_meetings=40, items_per_meeting=2, icc=0.1), 2)
    0.87
    >>> power_of_change(0.1, 0.9, n_meetings=3, items_per_meeting=2, icc=0.1)
    0.0
    """
    from scipy.special import nctdtr, ndtr, stdtrit

    _check(share_before, share_after, items_per_meeting, icc, level)
    k = np.broadcast_to(np.asarray(n_meetings, dtype=float), (2,))
    if (k < 1).any():
        raise SettingsError(f"n_meetings is {n_meetings}; expected at least 1 meeting on a side.")
    if (k < 2).any() or _smallest_p(int(k[0]), int(k[1])) > 1 - level:
        return 0.0
    variances = _variances(share_before, share_after, items_per_meeting, icc) / k
    if variances.sum() == 0:
        return 1.0 if share_before != share_after else 1 - level
    df = float(variances.sum() ** 2 / (variances**2 / (k - 1)).sum())
    found = abs(share_after - share_before) / math.sqrt(variances.sum())
    bound = float(stdtrit(df, (1 + level) / 2))
    if df > _NORMAL or found > bound + 10:
        return float(ndtr(found - bound) + ndtr(-found - bound))
    return float(1 - nctdtr(df, found, bound) + nctdtr(df, found, -bound))


def meetings_needed(
    share_before: float,
    share_after: float,
    *,
    items_per_meeting: npt.ArrayLike,
    icc: float,
    power: float = 0.8,
    level: float = 0.95,
) -> int:
    """Return how many meetings each of two groups needs for a change to be found.

    The fewest for which :func:`power_of_change` reaches `power`. Items: times the mean of
    `items_per_meeting`.

    Parameters
    ----------
    share_before, share_after : float in [0, 1]
        Not equal.
    items_per_meeting : float or array_like of float
        One size for all meetings, or sizes that are typical of them.
    icc : float
        From :func:`estimated_icc`; below 0, or not a number, counts as 0.
    power : float in (0, 1), default 0.8
    level : float in (0, 1), default 0.95

    Returns
    -------
    int
        Of each group; at least as many as a permutation test needs to reach ``1 - level``.

    Raises
    ------
    SettingsError
        Equal shares, which no number of meetings sets apart; and as for :func:`power_of_change`.

    References
    ----------
    Donner, A. and Klar, N. (2000). Design and Analysis of Cluster Randomization Trials in Health
    Research. Arnold. Chapter 5 (the variance with the design effect, the t distribution).

    Examples
    --------
    >>> meetings_needed(0.1, 0.3, items_per_meeting=2, icc=0.1)
    34
    >>> meetings_needed(0.3, 0.3, items_per_meeting=2, icc=0.1)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: both shares are 0.3; expected shares that differ. ...
    """
    from scipy.special import ndtri

    _check(share_before, share_after, items_per_meeting, icc, level)
    check_level(power)
    if share_before == share_after:
        raise SettingsError(
            f"both shares are {share_before:g}; expected shares that differ.",
            "Give the smallest difference that would matter to you.",
            "意味があると考える最小の差になるよう、二つの割合を指定してください。",
        )
    variance = float(_variances(share_before, share_after, items_per_meeting, icc).sum())
    bound = float(ndtri((1 + level) / 2) + ndtri(power))
    # The normal distribution needs fewer meetings than the t distribution: begin there.
    least = math.ceil(bound**2 * variance / (share_after - share_before) ** 2)
    n = max(least, 2)
    while _power(share_before, share_after, n, items_per_meeting, icc, level) < power:
        n += 1
    return n


def _power(
    before: float, after: float, n: int, items_per_meeting: npt.ArrayLike, icc: float, level: float
) -> float:
    return power_of_change(
        before, after, n_meetings=n, items_per_meeting=items_per_meeting, icc=icc, level=level
    )


def _variances(
    before: float, after: float, items_per_meeting: npt.ArrayLike, icc: float
) -> FloatArray:
    """Return the variance of each share if it came from one meeting."""
    shares = np.array([before, after])
    size = float(np.mean(np.asarray(items_per_meeting, dtype=float)))
    variances: FloatArray = shares * (1 - shares) * design_effect(items_per_meeting, icc) / size
    return variances


def _smallest_p(n_before: int, n_after: int) -> float:
    """Return the p of the most extreme split of so many meetings, two-sided."""
    if min(n_before, n_after) > _MANY:
        return 0.0
    return (2 if n_before == n_after else 1) / math.comb(n_before + n_after, n_before)


def _check(
    before: float, after: float, items_per_meeting: npt.ArrayLike, icc: float, level: float
) -> None:
    check_level(level)
    for share in (before, after):
        if not 0 <= share <= 1:
            raise SettingsError(f"share {share} is no share; expected a number in [0, 1].")
    sizes = np.atleast_1d(np.asarray(items_per_meeting, dtype=float))
    if sizes.size == 0 or not (sizes > 0).all():
        raise SettingsError(
            "items_per_meeting has no size or one that is not above 0; expected items in each."
        )
    if icc > 1:
        raise SettingsError(f"icc is {icc}; expected a correlation, at most 1.")
