"""Counts with known shares and clusters: to see what an estimate or a test is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError
from cio_topics.tracking.counts import ThemeCounts

__all__ = ["simulate_counts"]


def simulate_counts(
    shares: npt.ArrayLike,
    sizes: Sequence[npt.ArrayLike],
    *,
    icc: float = 0.0,
    random_state: int | np.random.Generator = 0,
) -> ThemeCounts:
    """Draw counts of themes in meetings whose items are alike.

    Each meeting has its own share of a theme, drawn from a beta distribution around the share of
    its period; its items have the theme independently with that share (beta-binomial). Themes are
    independent of each other.

    Parameters
    ----------
    shares : array_like of float in (0, 1), shape (n_periods, n_themes)
    sizes : sequence of array_like of int, length n_periods
        Items of each meeting, by period.
    icc : float in [0, 1), default 0
        Correlation of two items of one meeting.
    random_state : int or Generator, default 0

    Returns
    -------
    ThemeCounts
        Periods ``0``, ``1``, …, themes ``t0``, ``t1``, …, items as units.

    Raises
    ------
    SettingsError
        Shares outside [0, 1], as many sizes as there are no periods, or an icc outside [0, 1).

    References
    ----------
    Skellam, J. G. (1948). A probability distribution derived from the binomial distribution by
    regarding the probability of success as variable between the sets of trials. Journal of the
    Royal Statistical Society B 10, 257-261.

    Examples
    --------
    >>> counts = simulate_counts([[0.5]], [[4, 4, 4]], icc=0.3, random_state=1)
    >>> counts.totals.tolist(), counts.counts.shape
    ([4.0, 4.0, 4.0], (3, 1))
    """
    known = np.atleast_2d(np.asarray(shares, dtype=float))
    if ((known < 0) | (known > 1)).any() or len(sizes) != len(known) or not 0 <= icc < 1:
        raise SettingsError(
            f"{len(known)} rows of shares, {len(sizes)} lists of sizes, icc {icc}; expected shares "
            "in [0, 1], a list of sizes for each row, and an icc in [0, 1)."
        )
    rng = np.random.default_rng(random_state)
    given = [np.asarray(each, dtype=np.int64) for each in sizes]
    places = np.repeat(np.arange(len(given)), [len(each) for each in given])
    totals = np.concatenate(given)
    means = known[places]
    if icc > 0:
        strength = (1 - icc) / icc
        inside = np.clip(means, 1e-9, 1 - 1e-9)
        drawn = rng.beta(inside * strength, (1 - inside) * strength)
        means = np.where((means > 0) & (means < 1), drawn, means)
    return ThemeCounts(
        periods=tuple(str(place) for place in range(len(given))),
        themes=tuple(f"t{place}" for place in range(known.shape[1])),
        unit="items",
        meetings=np.array([f"m{place}" for place in range(len(totals))], dtype=object),
        places=places,
        counts=rng.binomial(totals[:, None], means).astype(float),
        totals=totals.astype(float),
        items=totals.astype(float),
    )
