"""How alike the items of one meeting are, and how many independent ones they are worth."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.periods import UNKNOWN
from cio_topics.tracking.counts import FloatArray, IntArray, ThemeCounts

__all__ = ["ICC_METHODS", "effective_sizes", "estimated_icc", "icc_within", "likeness", "n_known"]

#: Estimates of the intracluster correlation.
ICC_METHODS = ("anova", "fleiss_cuzick")


def estimated_icc(
    counts: ThemeCounts, *, method: Literal["anova", "fleiss_cuzick"] = "anova"
) -> FloatArray:
    """Return how alike the items of one meeting are, by theme: the intracluster correlation.

    Each period has its own share, so that a change over time is not taken for likeness.

    Parameters
    ----------
    counts : ThemeCounts
        Of items or handouts. The meetings without a period are a period of their own.
    method : {"anova", "fleiss_cuzick"}, default "anova"
        Analysis of variance between and within meetings, or the estimate of Fleiss and Cuzick,
        which is too low where periods have few meetings.

    Returns
    -------
    ndarray of float, shape (n_themes,)
        At most 1; below 0 where items of a meeting differ more than by chance. Not a number where
        the data cannot tell: no meeting with two units, no period with two meetings, or a theme
        that no unit or every unit has.

    Raises
    ------
    SettingsError
        An unknown method.

    References
    ----------
    Fleiss, J. L. and Cuzick, J. (1979). The reliability of dichotomous judgments: unequal numbers
    of judges per subject. Applied Psychological Measurement 3, 537-542.
    doi:10.1177/014662167900300410 (the second method, here with strata).

    Ridout, M. S., Demétrio, C. G. B. and Firth, D. (1999). Estimating intraclass correlation for
    binary data. Biometrics 55, 137-148. doi:10.1111/j.0006-341X.1999.00137.x (both methods, among
    the best of those compared).

    Examples
    --------
    >>> from cio_topics.tracking.simulation import simulate_counts
    >>> counts = simulate_counts([[0.4]], [np.full(2000, 3)], icc=0.3, random_state=1)
    >>> estimated_icc(counts).round(2).tolist()
    [0.3]
    """
    if method not in ICC_METHODS:
        raise SettingsError(
            f"unknown method {shorten(method)}; expected one of: {choices(ICC_METHODS)}."
        )
    return icc_within(counts.counts, counts.totals, counts.places, method)


def icc_within(
    counts: FloatArray, totals: FloatArray, places: IntArray, method: str = "anova"
) -> FloatArray:
    """Return the intracluster correlation of meetings within places, shape (n_themes,)."""
    some = totals > 0
    n, y = totals[some], counts[some]
    place = np.unique(places[some], return_inverse=True)[1]
    k, sums = np.bincount(place), np.bincount(place, n)
    df_between, df_within = float(len(n) - len(k)), float(n.sum() - len(n))
    inside = (y * (n[:, None] - y) / n[:, None]).sum(axis=0)
    of_place = (place == np.arange(len(k))[:, None]).astype(float)
    shares = of_place @ y / sums[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "fleiss_cuzick":
            chance = ((sums - k)[:, None] * shares * (1 - shares)).sum(axis=0)
            return np.asarray(1 - inside / chance)
        between = (n[:, None] * (y / n[:, None] - shares[place]) ** 2).sum(axis=0) / df_between
        within = inside / df_within
        size = (n.sum() - (of_place @ n**2 / sums).sum()) / df_between
        return np.asarray((between - within) / (between + (size - 1) * within))


def n_known(counts: ThemeCounts) -> int:
    """Return how many periods are known: all, but ``unknown``, which is the last."""
    return len(counts.periods) - (UNKNOWN in counts.periods)


def likeness(counts: ThemeCounts) -> tuple[FloatArray, int]:
    """Return how alike the units of one meeting are: their intraclass correlation, by theme.

    It is estimated from all known periods together, each around its own share: a period of three
    meetings cannot tell it alone. Meetings whose period is ``unknown`` take part only where no
    other is there.

    Parameters
    ----------
    counts : ThemeCounts

    Returns
    -------
    correlation : ndarray of float, shape (n_themes,)
        In [0, 1]: the estimate of the analysis of variance, with negative ones set to zero. A theme
        that none or all units have gets the mean of the others; 1, the cautious value, if there are
        none. Not a number where no period has two meetings; zero where no meeting has two units.
    freedom : int
        Degrees of freedom between meetings: meetings with units, less periods with meetings.

    References
    ----------
    Ridout, M. S., Demétrio, C. G. B. and Firth, D. (1999). Estimating intraclass correlation for
    binary data. Biometrics 55, 137-148. doi:10.1111/j.0006-341X.1999.00137.x: the estimator of the
    analysis of variance, here around the share of each period.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> counts = simulate_counts([[0.3]] * 20, [[5] * 40] * 20, icc=0.2, random_state=0)
    >>> correlation, freedom = likeness(counts)
    >>> correlation.round(2).tolist(), freedom
    ([0.2], 780)
    """
    used = (counts.places < n_known(counts)) & (counts.totals > 0)
    if not used.any():
        used = counts.totals > 0
    places, total = counts.places[used], counts.totals[used]
    n_periods = len(np.unique(places))
    freedom = len(total) - n_periods
    if (total <= 1).all():
        return np.zeros(len(counts.themes)), freedom
    if freedom == 0:
        return np.full(len(counts.themes), np.nan), freedom
    found = icc_within(counts.counts[used], total, places)
    told = np.isfinite(found)
    correlation = np.clip(np.where(told, found, 0.0), 0.0, 1.0)
    return np.where(told, correlation, correlation[told].mean() if told.any() else 1.0), freedom


def effective_sizes(counts: ThemeCounts) -> FloatArray:
    """Return how many independent units the units of each period are worth.

    That is the number of units over the design effect, ``1 + (m - 1) r``, where m is the mean size
    of the meeting of a unit and r the :func:`likeness` of the theme.

    Returns
    -------
    ndarray of float, shape (n_periods, n_themes)
        At most the number of units; not a number where there are none, or where no period has two
        meetings.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley: the design effect of clusters.

    Examples
    --------
    >>> from cio_topics.tracking import simulate_counts
    >>> counts = simulate_counts([[0.3]] * 20, [[5] * 40] * 20, icc=0.2, random_state=0)
    >>> effective_sizes(counts)[0].round().tolist()
    [110.0]
    """
    totals = counts.sums()[1]
    squares = np.bincount(counts.places, counts.totals**2, minlength=len(totals))
    some = np.where(totals > 0, totals, np.nan)
    effect = 1 + (squares / some - 1)[:, None] * likeness(counts)[0]
    return np.asarray(some[:, None] / np.maximum(effect, 1.0))
