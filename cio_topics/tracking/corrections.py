"""Sums of labels and predictions → the share that labels would give in items that have none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cio_topics.errors import SettingsError, choices, shorten

__all__ = [
    "CORRECTIONS",
    "Correction",
    "LabelSums",
    "best_power",
    "correction_rule",
    "prediction_powered",
    "rogan_gladen",
    "sensitivity_specificity",
]

FloatArray = npt.NDArray[np.float64]
Rule = Callable[["LabelSums", FloatArray], FloatArray]

Correction = Literal["ppi", "rogan_gladen"]
#: How shares are corrected: prediction-powered inference; sensitivity and specificity.
CORRECTIONS = ("ppi", "rogan_gladen")


class LabelSums(NamedTuple):
    """Sums over items, by whatever their shape says: meetings, themes.

    Of labelled items: how many, with the theme, predicted to have it, the squares of predictions,
    and predictions where the label has it. Of items without label: how many, and predicted.
    """

    n: FloatArray
    labels: FloatArray
    predictions: FloatArray
    squares: FloatArray
    products: FloatArray
    n_others: FloatArray
    others: FloatArray


def prediction_powered(
    sums: LabelSums, mean: npt.ArrayLike, power: float | None = None
) -> FloatArray:
    """Return the mean of labels in items without label: predicted, and what predictions lack.

    ``power * mean + (mean label - power * mean prediction)``, the latter two over labelled items.

    Parameters
    ----------
    sums : LabelSums
        Of the items whose errors are known.
    mean : array_like of float
        Mean prediction of the items without label.
    power : float in [0, 1], optional
        How far predictions are believed; :func:`best_power` if None. With 0 they count for nothing,
        with 1 they are only shifted.

    References
    ----------
    Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I. and Zrnic, T. (2023).
    Prediction-powered inference. Science 382, 669-674. doi:10.1126/science.adi6000. (The mean.)
    Angelopoulos, A. N., Duchi, J. C. and Zrnic, T. (2023). PPI++: efficient prediction-powered
    inference. arXiv:2311.01453. (The power.)

    Examples
    --------
    >>> one = np.ones(1)
    >>> sums = LabelSums(10 * one, 4 * one, 6 * one, 6 * one, 4 * one, 90 * one, 45 * one)
    >>> prediction_powered(sums, 0.5, power=1.0).round(2).tolist()  # two in ten too many
    [0.3]
    """
    believed = best_power(sums) if power is None else np.full(np.shape(sums.n), float(power))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = (
            believed * np.asarray(mean, dtype=float)
            + (sums.labels - believed * sums.predictions) / sums.n
        )
    return found


def best_power(sums: LabelSums) -> FloatArray:
    """Return the power with the least variance: the slope of labels on predictions, in [0, 1].

    With `n` labelled and `m` other items of one period this is PPI++'s power times ``(n + m) / m``:
    here labelled items count as they are labelled, and only the others are predicted. Where all
    predictions are the same it is 1; any is as good.

    Examples
    --------
    >>> one = np.ones(1)
    >>> best_power(LabelSums(10 * one, 4 * one, 6 * one, 6 * one, 4 * one, one, one)).round(3)
    array([0.667])
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        both = sums.products - sums.labels * sums.predictions / sums.n
        spread = sums.squares - sums.predictions**2 / sums.n
        slope = np.clip(both / spread, 0.0, 1.0)
    found: FloatArray = np.where(spread > 1e-9, slope, 1.0)
    return found


def sensitivity_specificity(sums: LabelSums) -> tuple[FloatArray, FloatArray]:
    """Return which share of items with the theme is found, and of those without is left out.

    No number where no labelled item has the theme, or none lacks it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        wrong = (sums.predictions - sums.products) / (sums.n - sums.labels)
        return sums.products / sums.labels, 1 - wrong


def rogan_gladen(
    apparent: npt.ArrayLike, sensitivity: npt.ArrayLike, specificity: npt.ArrayLike
) -> FloatArray:
    """Return the share behind an apparent one: ``(p + sp - 1) / (se + sp - 1)``.

    No number where ``se + sp <= 1``: such predictions say nothing. May lie outside [0, 1].

    References
    ----------
    Rogan, W. J. and Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology 107, 71-76. doi:10.1093/oxfordjournals.aje.a112510.

    Examples
    --------
    >>> rogan_gladen([0.2, 0.2], [0.9, 0.4], [0.95, 0.5]).round(4).tolist()
    [0.1765, nan]
    """
    p, se, sp = (np.asarray(given, dtype=float) for given in (apparent, sensitivity, specificity))
    told = se + sp - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = np.where(told > 1e-9, (p + sp - 1) / told, np.nan)
    return found


def correction_rule(method: str, power: float | None = None) -> Rule:
    """Return a function from sums and the mean prediction of other items to their mean label.

    Raises
    ------
    SettingsError
        An unknown method; a power outside [0, 1], or one for another method than ``ppi``.
    """
    if method not in CORRECTIONS:
        raise SettingsError(
            f"unknown correction {shorten(method)}; expected one of: {choices(CORRECTIONS)}."
        )
    if power is not None and (method != "ppi" or not 0 <= power <= 1):
        raise SettingsError(
            f"power is {power} with the correction {method}; expected a number from 0 to 1, with "
            "ppi.",
            "Leave power out.",
            "power を指定しないでください。",
        )
    return partial(prediction_powered, power=power) if method == "ppi" else _by_confusion


def _by_confusion(sums: LabelSums, mean: FloatArray) -> FloatArray:
    return rogan_gladen(mean, *sensitivity_specificity(sums))
