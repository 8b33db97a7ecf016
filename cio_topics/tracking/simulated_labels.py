"""Labels and predictions with known shares and errors: to see what a correction is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError

__all__ = ["SimulatedLabels", "simulate_labels"]


class SimulatedLabels(NamedTuple):
    """What :func:`~cio_topics.tracking.corrected_shares` takes: table, labels, predictions."""

    table: pd.DataFrame
    labels: pd.DataFrame
    predictions: pd.DataFrame


def simulate_labels(
    shares: Sequence[float],
    sensitivity: Sequence[float],
    specificity: Sequence[float],
    *,
    n_periods: int = 1,
    n_meetings: int = 40,
    n_items: float = 4.0,
    labelled: float = 0.5,
    icc: float = 0.2,
    random_state: int | np.random.Generator = 0,
) -> SimulatedLabels:
    """Draw themes of items in meetings, predictions that err, and labels of some meetings.

    Every meeting has its own share of a theme, its own sensitivity and its own specificity, each
    drawn from a beta distribution around the given one.

    Parameters
    ----------
    shares, sensitivity, specificity : sequence of float in [0, 1], length n_themes
    n_periods : int, default 1
        Periods ``0``, ``1``, …, all alike.
    n_meetings : int, default 40
        Meetings of each period.
    n_items : float, default 4
        Mean number of items of a meeting: one, and a Poisson number.
    labelled : float in (0, 1], default 0.5
        Share of the meetings of each period that are labelled.
    icc : float in [0, 1), default 0.2
        Correlation of two items of one meeting.
    random_state : int or Generator, default 0

    Returns
    -------
    SimulatedLabels
        Themes ``t0``, ``t1``, …; the period stands in the column ``year``. The table counts items
        as they are predicted; one without theme has the theme ``none``.

    Raises
    ------
    SettingsError
        Shares outside [0, 1], or lists of different lengths.

    Examples
    --------
    >>> drawn = simulate_labels([0.3], [0.7], [0.8], n_meetings=10, random_state=1)
    >>> drawn.labels.shape[1], sorted(drawn.table["theme"].unique())
    (1, ['none', 't0'])
    """
    given = np.array([shares, sensitivity, specificity], dtype=float)
    if ((given < 0) | (given > 1)).any() or not 0 <= icc < 1 or not 0 < labelled <= 1:
        raise SettingsError("a share, icc or part is outside [0, 1]; expected shares of 1.")
    rng = np.random.default_rng(random_state)
    sizes = 1 + rng.poisson(n_items - 1, n_periods * n_meetings)
    meeting = np.repeat(np.arange(len(sizes)), sizes)
    share, found, left = (_by_meeting(mean, len(sizes), icc, rng)[meeting] for mean in given)
    y = rng.random(share.shape) < share
    f = rng.random(share.shape) < np.where(y, found, 1 - left)
    n_known = max(1, round(labelled * n_meetings))
    known = np.concatenate(
        [place * n_meetings + rng.permutation(n_meetings)[:n_known] for place in range(n_periods)]
    )
    items = pd.Index([f"i{number}" for number in range(len(meeting))], name="item_id")
    themes = [f"t{number}" for number in range(given.shape[1])]
    is_known = np.isin(meeting, known)
    labels = pd.DataFrame(y[is_known].astype(int), index=items[is_known], columns=themes)
    predictions = pd.DataFrame(f.astype(float), index=items, columns=themes)
    return SimulatedLabels(_table(f, items, meeting, n_meetings), labels, predictions)


def _by_meeting(
    means: npt.NDArray[np.float64], n: int, icc: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return a share of each meeting, shape (n, n_themes), beta around the mean."""
    if icc == 0:
        return np.tile(means, (n, 1))
    strength, inside = (1 - icc) / icc, np.clip(means, 1e-9, 1 - 1e-9)
    drawn = rng.beta(inside * strength, (1 - inside) * strength, (n, len(means)))
    return np.where((means > 0) & (means < 1), drawn, means)


def _table(
    f: npt.NDArray[np.bool_], items: pd.Index, meeting: npt.NDArray[np.int64], n_meetings: int
) -> pd.DataFrame:
    """Return a theme table of what was predicted."""
    given = np.column_stack([f, ~f.any(axis=1)])
    names = np.array([*(f"t{number}" for number in range(f.shape[1])), "none"], dtype=object)
    rows, columns = given.nonzero()
    table = pd.DataFrame(
        {
            "item_id": items.to_numpy()[rows],
            "theme": pd.Series(names[columns], dtype="str"),
            "meeting_id": [f"m{number:05d}" for number in meeting[rows]],
            "year": [str(number) for number in meeting[rows] // n_meetings],
        }
    )
    table.attrs["themes"] = list(names[:-1])
    return table
