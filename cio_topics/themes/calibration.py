"""Scores → probabilities, and how far probabilities can be believed."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.intervals import wilson_interval

__all__ = ["CALIBRATIONS", "Calibration", "brier_score", "learn_calibration", "reliability_table"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int_]

#: How scores become probabilities.
CALIBRATIONS = ("platt", "isotonic")


class Calibration(NamedTuple):
    """A rising map from scores to probabilities, the same for all themes.

    ``platt``: the logistic function of ``slope * score + offset``. ``isotonic``: a rising line
    through `knots` (log-odds, probability).
    """

    kind: str
    slope: float
    offset: float
    knots: FloatArray  # (n_knots, 2); empty for platt

    def log_odds(self, scores: FloatArray) -> FloatArray:
        """Return ``slope * score + offset``."""
        return self.slope * scores + self.offset

    def probabilities(self, scores: FloatArray) -> FloatArray:
        """Return probabilities, in the shape of the scores."""
        odds = self.log_odds(scores)
        if self.kind == "isotonic":
            return np.interp(odds, self.knots[:, 0], self.knots[:, 1])
        return logistic(odds)


def logistic(odds: FloatArray) -> FloatArray:
    """Return ``1 / (1 + exp(-odds))``."""
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))


def learn_calibration(
    scores: FloatArray, labels: IntArray, kind: Literal["platt", "isotonic"] = "platt"
) -> Calibration:
    """Learn probabilities from scores of items that were held out.

    One slope and one offset for all themes: a theme has too few items for its own, and which theme
    of an item comes first must not change.

    Parameters
    ----------
    scores : ndarray, shape (n, n_themes)
        Of items the scores were not learned from.
    labels : ndarray of int, shape (n, n_themes)
    kind : {"platt", "isotonic"}, default "platt"

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons to
    regularized likelihood methods. Advances in Large Margin Classifiers, 61-74.
    Zadrozny, B. and Elkan, C. (2002). Transforming classifier scores into accurate multiclass
    probability estimates. KDD 2002, 694-699. doi:10.1145/775047.775151

    Examples
    --------
    >>> scores = np.array([[2.0, -2.0], [-2.0, 2.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> learned = learn_calibration(scores, (scores > 0).astype(int))
    >>> learned.probabilities(np.array([[2.0, -2.0]])).round(3).tolist()
    [[0.996, 0.004]]
    """
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    if kind not in CALIBRATIONS:
        raise SettingsError(
            f"unknown calibration {shorten(kind)}; expected one of: {choices(CALIBRATIONS)}."
        )
    flat, target = scores.reshape(-1, 1), labels.ravel()
    if len(np.unique(target)) < 2:
        return Calibration(kind, 1.0, 0.0, np.array([[-1.0, 0.0], [1.0, 1.0]]))
    model = LogisticRegression(C=10.0, tol=1e-8, max_iter=1000).fit(flat, target)
    slope, offset = max(float(model.coef_[0, 0]), 1e-6), float(model.intercept_[0])
    knots = np.zeros((0, 2))
    if kind == "isotonic":
        rising = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        rising.fit(slope * flat[:, 0] + offset, target)
        knots = np.column_stack([rising.X_thresholds_, rising.y_thresholds_])
    return Calibration(kind, slope, offset, knots)


def brier_score(probabilities: FloatArray, labels: IntArray) -> float:
    """Return the mean squared difference of probabilities and labels, over items and themes.

    References
    ----------
    Brier, G. W. (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3. doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> brier_score(np.array([[1.0, 0.5]]), np.array([[1, 0]]))
    0.125
    """
    return float(((probabilities - labels) ** 2).mean())


def reliability_table(
    probabilities: FloatArray, labels: IntArray, n_bins: int = 10
) -> pd.DataFrame:
    """Return how often themes given a probability were right, by bins of equal width.

    Returns
    -------
    DataFrame
        ``low, high`` (of the bin), ``n`` (pairs of item and theme), ``probability`` (their mean),
        ``share`` (that are right), ``share_low``, ``share_high`` (95 % Wilson). Empty bins are left
        out.

    Examples
    --------
    >>> given = np.array([[0.05, 0.95], [0.95, 0.05]])
    >>> table = reliability_table(given, np.array([[0, 1], [1, 0]]))
    >>> table[["low", "n", "share"]].values.tolist()
    [[0.0, 2.0, 0.0], [0.9, 2.0, 1.0]]
    """
    given, right = probabilities.ravel(), labels.ravel()
    bins = np.minimum((given * n_bins).astype(int), n_bins - 1)
    n = np.bincount(bins, minlength=n_bins)
    n_right = np.bincount(bins, right, minlength=n_bins)
    low, high = wilson_interval(n_right, n)
    table = pd.DataFrame(
        {
            "low": np.arange(n_bins) / n_bins,
            "high": np.arange(1, n_bins + 1) / n_bins,
            "n": n,
            "probability": np.bincount(bins, given, minlength=n_bins) / np.maximum(n, 1),
            "share": n_right / np.maximum(n, 1),
            "share_low": low,
            "share_high": high,
        }
    )
    return table[table["n"] > 0].reset_index(drop=True)
