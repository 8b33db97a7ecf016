"""How alike the items of one meeting are, and how many independent ones they are worth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cio_topics.periods import UNKNOWN
from cio_topics.tracking.counts import ThemeCounts

__all__ = ["effective_sizes", "likeness", "n_known"]

FloatArray = npt.NDArray[np.float64]


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
    between, within, size = _mean_squares(places, counts.counts[used], total)
    spread = between + (size - 1) * within
    told = spread > 0
    correlation = np.clip((between - within) / np.where(told, spread, 1.0), 0.0, 1.0)
    return np.where(told, correlation, correlation[told].mean() if told.any() else 1.0), freedom


def _mean_squares(
    places: npt.NDArray[np.int64], counts: FloatArray, totals: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Return mean squares between and within meetings, around periods, and the mean size."""
    sums = np.zeros((places.max() + 1, counts.shape[1]))
    np.add.at(sums, places, counts)
    sizes = np.bincount(places, totals)
    of_meeting = counts / totals[:, None]
    of_period = (sums / np.maximum(sizes, 1)[:, None])[places]
    freedom = len(totals) - len(np.unique(places))
    between = (totals[:, None] * (of_meeting - of_period) ** 2).sum(axis=0) / freedom
    within = (totals[:, None] * of_meeting * (1 - of_meeting)).sum(axis=0)
    squares = np.bincount(places, totals**2) / np.maximum(sizes, 1)
    size = (totals.sum() - squares.sum()) / freedom
    return between, within / (totals.sum() - len(totals)), float(size)


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
