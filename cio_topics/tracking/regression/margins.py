"""What a model says of levels: shares at the same values of the others, and their differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.regression.design import Design, seen_with
from cio_topics.tracking.regression.mixed import mean_shares

__all__ = ["ADJUSTMENTS", "Fitted", "adjusted_contrasts", "contrasts", "marginal_means"]

FloatArray = npt.NDArray[np.float64]

#: How p values of contrasts are adjusted for their number.
ADJUSTMENTS = ("holm", "sidak", "mvt", "none")

_DRAWS = 20_000


class Fitted(NamedTuple):
    """A fit, whatever its method.

    ``beta``, ``covariance``; ``free``, from a contrast to degrees of freedom (infinite: normal);
    ``deviation`` of meetings (0 but for the mixed model); ``profile``, from a contrast and a level
    to its low, high and p, where the method has one.
    """

    beta: FloatArray
    covariance: FloatArray
    free: Callable[[FloatArray], float]
    deviation: float = 0.0
    profile: Callable[[FloatArray, float], tuple[float, float, float]] | None = None

    def interval(self, contrast: FloatArray, level: float) -> tuple[float, float, float, float]:
        """Return standard error, low, high and p of a contrast of the coefficients."""
        estimate, error, half, p = self.plain(contrast, level)
        if self.profile is not None:
            return (error, *self.profile(contrast, level))
        return error, estimate - half, estimate + half, p

    def plain(self, contrast: FloatArray, level: float) -> tuple[float, float, float, float]:
        """Return estimate, standard error, half the width and p by Student's t."""
        from scipy.stats import t

        estimate = float(contrast @ self.beta)
        error = _error(self.covariance, contrast)
        free = self.free(contrast)
        half = float(t.ppf((1 + level) / 2, free)) * error
        p = float(2 * t.sf(abs(estimate) / error, free)) if error > 0 else np.nan
        return estimate, error, half, p


def _error(covariance: FloatArray, contrast: FloatArray) -> float:
    return float(np.sqrt(max(float(contrast @ covariance @ contrast), 0.0)))


class _Level(NamedTuple):
    share: float
    slope: FloatArray  # of the share by the coefficients
    mean: FloatArray  # columns, averaged over items


def _levels(design: Design, fitted: Fitted, name: str) -> list[_Level]:
    """Return each level of a variable, given to all items in turn."""
    counts = design.frame.value_counts(sort=False)
    rows = counts.index.to_frame(index=False).astype(design.frame.dtypes.to_dict())
    weights = counts.to_numpy() / counts.sum()
    found = []
    for code in range(len(design.levels[name])):
        given = pd.Series(
            pd.Categorical([str(code)] * len(rows), design.frame[name].cat.categories)
        )
        columns = design.columns_of(rows.assign(**{name: given}))
        shares, slopes = mean_shares(columns @ fitted.beta, fitted.deviation)
        slope = (weights * slopes) @ columns
        found.append(_Level(float(weights @ shares), slope, weights @ columns))
    return found


def _counted(design: Design, theme: str, name: str, codes: Sequence[int]) -> dict[str, int]:
    here = design.frame[name].isin([str(code) for code in codes]).to_numpy()
    has = design.has_theme[theme].to_numpy()
    return {
        "n": int(has[here].sum()),
        "n_items": int(here.sum()),
        "n_meetings": len(np.unique(design.meetings[here])),
    }


def marginal_means(design: Design, fitted: Fitted, theme: str, level: float) -> pd.DataFrame:
    """Return the share of a theme at each level, all items keeping their other values.

    Returns
    -------
    DataFrame
        ``theme, variable, level, n, n_items, n_meetings, observed, share, share_low, share_high,
        seen``: `observed` is ``n / n_items``; `seen` the share of all items whose other values
        occur together with the level: below 1 the mean is partly an extrapolation.
    """
    from scipy.special import expit, logit

    rows = []
    for name, variable in design.factors:
        for code, one in enumerate(_levels(design, fitted, name)):
            counted = _counted(design, theme, name, [code])
            scale = one.share * (1 - one.share)
            error = _error(fitted.covariance, one.slope) / scale
            half = _quantile(fitted, one.slope, level) * error
            middle = float(logit(one.share))
            rows.append(
                {
                    "theme": theme,
                    "variable": variable.label,
                    "level": design.levels[name][code],
                    **counted,
                    "observed": counted["n"] / counted["n_items"],
                    "share": one.share,
                    "share_low": float(expit(middle - half)),
                    "share_high": float(expit(middle + half)),
                    "seen": seen_with(design.frame, name, str(code)),
                }
            )
    return pd.DataFrame(rows)


def _quantile(fitted: Fitted, contrast: FloatArray, level: float) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, fitted.free(contrast)))


def contrasts(
    design: Design, fitted: Fitted, theme: str, level: float
) -> tuple[pd.DataFrame, FloatArray]:
    """Return the differences of all pairs of levels, and their contrasts of the coefficients.

    Returns
    -------
    table : DataFrame
        ``theme, variable, level, reference, n, n_items, n_meetings`` (of both levels together),
        ``difference, difference_low, difference_high`` (of marginal means), ``odds_ratio,
        odds_ratio_low, odds_ratio_high, p`` (of the model's odds; with products, the mean over
        items).
    lines : ndarray of float, shape (n_rows, n_parameters)
    """
    rows, lines = [], []
    for name, variable in design.factors:
        found = _levels(design, fitted, name)
        for first, second in combinations(range(len(found)), 2):
            line = found[second].mean - found[first].mean
            _, low, high, p = fitted.interval(line, level)
            difference = found[second].share - found[first].share
            slope = found[second].slope - found[first].slope
            error = _error(fitted.covariance, slope)
            half = _quantile(fitted, slope, level) * error
            rows.append(
                {
                    "theme": theme,
                    "variable": variable.label,
                    "level": design.levels[name][second],
                    "reference": design.levels[name][first],
                    **_counted(design, theme, name, [first, second]),
                    "difference": difference,
                    "difference_low": max(difference - half, -1.0),
                    "difference_high": min(difference + half, 1.0),
                    "odds_ratio": _odds(float(line @ fitted.beta)),
                    "odds_ratio_low": _odds(low),
                    "odds_ratio_high": _odds(high),
                    "p": p,
                }
            )
            lines.append(line)
    return pd.DataFrame(rows), np.array(lines).reshape(len(lines), len(fitted.beta))


def _odds(log: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.exp(log))


def adjusted_contrasts(
    p: FloatArray, how: str, fitted: Sequence[tuple[Fitted, FloatArray]], random_state: int
) -> FloatArray:
    """Return p values adjusted for their number.

    ``mvt`` takes into account how the contrasts of one fit depend on each other: the chance that
    the largest of as many correlated t values is as large, by 20,000 draws; fits of several themes
    are then taken as Šidák does.

    References
    ----------
    Hothorn, T., Bretz, F. and Westfall, P. (2008). Simultaneous inference in general parametric
    models. Biometrical Journal 50, 346-363. doi:10.1002/bimj.200810425: the single-step adjustment.
    """
    known = np.isfinite(p)
    found = np.full(len(p), np.nan)
    if how == "none" or not known.any():
        return p.copy() if how == "none" else found
    if how != "mvt":
        return adjusted(p, how)
    place = 0
    for one, lines in fitted:
        part = p[place : place + len(lines)]
        single = _single_step(part, one, lines, random_state)
        found[place : place + len(lines)] = 1 - (1 - single) ** len(fitted)
        place += len(lines)
    return found


def _single_step(p: FloatArray, fitted: Fitted, lines: FloatArray, random_state: int) -> FloatArray:
    """Return the chance that the smallest of correlated p values is as small."""
    from scipy.stats import t

    rng = np.random.default_rng(random_state)
    values, vectors = np.linalg.eigh(lines @ fitted.covariance @ lines.T)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    errors = np.sqrt(np.maximum((root**2).sum(axis=1), 1e-300))
    drawn = rng.standard_normal((_DRAWS, len(values))) @ root.T / errors
    free = float(np.median([fitted.free(line) for line in lines])) if len(lines) else np.inf
    if np.isfinite(free):
        drawn /= np.sqrt(rng.chisquare(free, size=(_DRAWS, 1)) / free)
    largest = np.sort(np.abs(drawn).max(axis=1))
    asked = t.isf(p / 2, free)
    above = len(largest) - np.searchsorted(largest, asked)
    return np.maximum(above / len(largest), p)
