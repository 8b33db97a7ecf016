"""Counts of meetings → a smooth logit curve of the share over time, as draws of its uncertainty."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = [
    "Curve",
    "PenalizedFit",
    "fit_penalized",
    "meeting_correlation",
    "simultaneous_band",
    "smooth_share",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_N_CELLS = 400
_N_COLUMNS = 12
_DEGREE = 3
# From next to no penalty to nearly a straight line.
_PENALTIES = np.logspace(-2, 5, 15)
# Straighter curves get no weight: few meetings cannot exclude a bend, and a band must allow for it.
_LEAST_DF = 3.5
# Precision of a coefficient's prior: its standard deviation is 4 on the logit scale.
_PRIOR = 1 / 16
# Draws for each that is kept, and the degrees of freedom of their tails.
_PROPOSED, _TAILS = 4, 8


class PenalizedFit(NamedTuple):
    """A penalized logit fit; ``score`` is minus the log of its restricted likelihood.

    ``centre`` and ``ridge`` are mean and precision of the prior that the penalty stands for.
    """

    coefficients: FloatArray
    covariance: FloatArray
    df: float
    score: float
    centre: FloatArray
    ridge: FloatArray


class Curve(NamedTuple):
    """A curve on a grid, its simultaneous band and its effective degrees of freedom."""

    share: FloatArray
    low: FloatArray
    high: FloatArray
    df: float
    icc: float


def smooth_share(
    times: npt.ArrayLike,
    counts: npt.ArrayLike,
    totals: npt.ArrayLike,
    grid: npt.ArrayLike,
    *,
    straight: bool = False,
    level: float = 0.95,
    n_draws: int = 2000,
    random_state: int = 0,
) -> Curve:
    """Fit the share as a smooth curve (cubic P-spline on the logit scale), with a band for it all.

    Parameters
    ----------
    times : array_like of float, shape (n_meetings,)
    counts, totals : array_like of float, shape (n_meetings,)
        Items with the theme, and all items.
    grid : array_like of float, shape (n_grid,)
        Where the curve is wanted, within the times.
    straight : bool, default False
        A straight line on the logit scale.
    level : float in (0, 1), default 0.95
        The chance that the band holds the curve at all times at once.
    n_draws : int, default 2000
    random_state : int, default 0

    Returns
    -------
    Curve
        ``df``: effective degrees of freedom, averaged over the penalties; a straight line has 2.
        ``icc``: correlation of two items of one meeting, by which the items of a meeting count
        less.

    Notes
    -----
    How smooth the curve is, is not known. Each of 15 penalties has a weight: its restricted
    likelihood (Laplace) times a prior by which all degrees of freedom from 3.5 on are alike; curves
    are drawn from all of them. Draws from the normal approximation (with heavy tails) are weighed
    by the posterior over the approximation: where a theme is absent for years, the approximation
    alone is far too wide. The band is made of the draws' order statistics
    (:func:`simultaneous_band`), and wider by Student's t over the normal quantile, with the
    meetings that have the theme (or are without it, if fewer) less one.

    References
    ----------
    Eilers, P. H. C. and Marx, B. D. (1996). Flexible smoothing with B-splines and penalties.
    Statistical Science 11, 89-121. doi:10.1214/ss/1038425655
    Ruppert, D., Wand, M. P. and Carroll, R. J. (2003). Semiparametric regression. Cambridge
    University Press. doi:10.1017/CBO9780511755453 (section 6.5: the simultaneous band)
    Marra, G. and Wood, S. N. (2012). Coverage properties of confidence intervals for generalized
    additive model components. Scandinavian Journal of Statistics 39, 53-74.
    doi:10.1111/j.1467-9469.2011.00760.x (the covariance with the penalty in it)
    Wood, S. N. (2011). Fast stable restricted maximum likelihood and marginal likelihood estimation
    of semiparametric generalized linear models. Journal of the Royal Statistical Society B 73,
    3-36. doi:10.1111/j.1467-9868.2010.00749.x (the likelihood of a penalty)
    Williams, D. A. (1982). Extra-binomial variation in logistic linear models. Applied Statistics
    31, 144-148. doi:10.2307/2347977 (items of one meeting count less)

    Examples
    --------
    >>> times = np.arange(60.0)
    >>> curve = smooth_share(times, times >= 30, np.ones(60), [5, 55])
    >>> bool(curve.high[0] < curve.low[1]), round(curve.df, 1)
    (True, 4.2)
    """
    from scipy.special import expit

    t, y, n = (np.asarray(each, dtype=float) for each in (times, counts, totals))
    places, cells = _cells(t)
    basis, at, penalty = _bases(places, np.asarray(grid, dtype=float), straight)
    fits, weights, icc, data = _fits(basis, cells, y, n, penalty, straight)
    rng = np.random.default_rng(random_state)
    drawn = _draws(fits, weights, basis, data, n_draws, rng) @ at.T
    middle = np.median(drawn, axis=0)
    low, high = simultaneous_band(drawn, level)
    wider = _few_meetings(int(min((y > 0).sum(), (y < n).sum())), level)
    low, high = middle + wider * (low - middle), middle + wider * (high - middle)
    df = float(weights @ [fit.df for fit in fits])
    return Curve(expit(middle), expit(low), expit(high), df, icc)


def _few_meetings(fewer: int, level: float) -> float:
    """Return by how much a band is wider because the correlation is guessed from few meetings."""
    from scipy.stats import norm, t

    tail = (1 - level) / 2
    return float(t.isf(tail, max(fewer - 1, 1)) / norm.isf(tail))


def simultaneous_band(draws: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """Return bounds between which the given part of the draws lies at all points at once.

    Parameters
    ----------
    draws : ndarray of float, shape (n_draws, n_points)
    level : float in (0, 1)

    Returns
    -------
    low, high : ndarray of float, shape (n_points,)
        Order statistics of the draws, equally far from both ends at every point.

    References
    ----------
    Besag, J., Green, P., Higdon, D. and Mengersen, K. (1995). Bayesian computation and stochastic
    systems. Statistical Science 10, 3-41. doi:10.1214/ss/1177010123 (section 6.3)

    Examples
    --------
    >>> draws = np.array([[0.0, 4], [1, 1], [2, 2], [3, 3], [4, 0]])
    >>> simultaneous_band(draws, 0.6)
    (array([1., 1.]), array([3., 3.]))
    """
    n = len(draws)
    ordered = np.sort(draws, axis=0)
    ranks = draws.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    depth = np.minimum(ranks, n - 1 - ranks).min(axis=1)  # of the draw, where it is outermost
    k = int(np.sort(depth)[n - int(np.ceil(level * n))])
    return ordered[k], ordered[n - 1 - k]


def _draws(
    fits: list[PenalizedFit],
    weights: FloatArray,
    basis: FloatArray,
    data: tuple[FloatArray, FloatArray],
    n_draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return coefficients drawn from the posterior: from its approximation, weighed by the error.

    Where no item of many years has the theme, the normal approximation on the logit scale is far
    too wide upwards; the weights, posterior over approximation, take that back.
    """
    chosen = rng.multinomial(_PROPOSED * n_draws, weights)
    proposed, errors = [], []
    for fit, k in zip(fits, chosen, strict=True):
        if k:
            beta, log_density = _student_draws(fit, int(k), rng)
            proposed.append(beta)
            errors.append(_log_posterior(beta, fit, basis, data) - log_density)
    error = np.concatenate(errors)
    chance = np.exp(error - error.max())
    rows = rng.choice(len(error), size=n_draws, p=chance / chance.sum())
    return np.vstack(proposed)[rows]


def _student_draws(
    fit: PenalizedFit, k: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return draws around a fit with heavy tails, and their log density, 0 at the fit."""
    width = len(fit.coefficients)
    root = np.linalg.cholesky(fit.covariance)
    normal = rng.standard_normal((k, width))
    normal /= np.sqrt(rng.chisquare(_TAILS, k) / _TAILS)[:, None]
    density = -(_TAILS + width) / 2 * np.log1p((normal**2).sum(axis=1) / _TAILS)
    return fit.coefficients + normal @ root.T, density


def _log_posterior(
    beta: FloatArray, fit: PenalizedFit, basis: FloatArray, data: tuple[FloatArray, FloatArray]
) -> FloatArray:
    """Return the log posterior at rows of coefficients, 0 at the fit."""
    y, n = data

    def value(rows: FloatArray) -> FloatArray:
        eta = rows @ basis.T
        away = rows - fit.centre
        prior: FloatArray = ((away @ fit.ridge) * away).sum(axis=1) / 2
        likelihood: FloatArray = eta @ y - np.logaddexp(0, eta) @ n
        return likelihood - prior

    return value(beta) - value(fit.coefficients[None])


def _cells(t: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the times of cells and the cell of each meeting: at most 401, evenly over time."""
    if len(t) > _N_CELLS:
        first, width = t.min(), (t.max() - t.min()) / _N_CELLS
        t = first + np.round((t - first) / width) * width
    places, cells = np.unique(t, return_inverse=True)
    return places, cells


def _fits(
    basis: FloatArray,
    cells: IntArray,
    y: FloatArray,
    n: FloatArray,
    penalty: FloatArray,
    straight: bool,
) -> tuple[list[PenalizedFit], FloatArray, float, tuple[FloatArray, FloatArray]]:
    """Return a fit for each penalty, their weights, the correlation within meetings, the data."""
    icc, penalties = 0.0, (np.ones(1) if straight else _PENALTIES)
    for _ in range(3):  # the curve and the correlation depend on each other
        effective = 1 / (1 + (n - 1) * icc)
        of_cells = _sums(cells, y * effective), _sums(cells, n * effective)
        fits: list[PenalizedFit] = []
        for value in penalties[::-1]:
            start = fits[-1].coefficients if fits else None
            fits.append(fit_penalized(basis, *of_cells, penalty, value, start))
        weights = _weights(fits)
        best = fits[int((weights > 0).argmax())]
        icc = meeting_correlation(y, n, (basis @ best.coefficients)[cells], best.df)
    return fits, weights, icc, of_cells


def _sums(cells: IntArray, values: FloatArray) -> FloatArray:
    return np.bincount(cells, values).astype(float)


def _weights(fits: list[PenalizedFit]) -> FloatArray:
    """Return the weight of each fit: before the data, all degrees of freedom are alike."""
    if len(fits) == 1:
        return np.ones(1)
    df, scores = np.array([fit.df for fit in fits]), np.array([fit.score for fit in fits])
    weights = np.abs(np.gradient(df)) * np.exp(scores.min() - scores)
    allowed = df >= min(_LEAST_DF, df.max())
    weights = np.where(allowed, weights, 0.0)
    weights = np.where(allowed, 1.0, 0.0) if weights.sum() <= 0 else weights
    total: float = weights.sum()
    return np.asarray(weights / total)


def _bases(
    t: FloatArray, grid: FloatArray, straight: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the columns of the times and of the grid, and what is penalized."""
    from scipy.interpolate import BSpline

    first, last = t.min(), t.max()
    scaled, at = (np.clip((each - first) / (last - first), 0, 1) for each in (t, grid))
    if straight:
        columns = [np.column_stack([np.ones_like(each), each - 0.5]) for each in (scaled, at)]
        return columns[0], columns[1], np.zeros((2, 2))
    step = 1 / (_N_COLUMNS - _DEGREE)
    knots = np.linspace(-_DEGREE * step, 1 + _DEGREE * step, _N_COLUMNS + _DEGREE + 1)
    difference = np.diff(np.eye(_N_COLUMNS), n=2, axis=0)
    design = [BSpline.design_matrix(each, knots, _DEGREE).toarray() for each in (scaled, at)]
    return design[0], design[1], difference.T @ difference


def fit_penalized(
    basis: FloatArray,
    y: FloatArray,
    n: FloatArray,
    penalty: FloatArray,
    strength: float,
    start: FloatArray | None = None,
    *,
    prior: float = _PRIOR,
) -> PenalizedFit:
    """Fit a binomial logit by penalized least squares, again and again (P-IRLS).

    Own code, because statsmodels (0.15.0) states more degrees of freedom for such a fit than it has
    columns, and chooses its penalty by them; compared with R's mgcv in the tests.

    Parameters
    ----------
    basis : ndarray of float, shape (n_meetings, n_columns)
        Rows sum to one, or the first column is one.
    y, n : ndarray of float, shape (n_meetings,)
        Successes and trials; need not be whole.
    penalty : ndarray of float, shape (n_columns, n_columns)
    strength : float
    start : ndarray of float, shape (n_columns,), optional
    prior : float, default 1/16
        Precision of a normal prior of each coefficient around the logit of the overall share.
    """
    from scipy.special import expit, xlogy

    k = basis.shape[1]
    share = (y.sum() + 0.5) / (n.sum() + 1)
    level = np.log(share / (1 - share))
    # Rows of a B-spline sum to one: equal coefficients are a constant.
    centre = np.full(k, level) if penalty.any() else np.r_[level, np.zeros(k - 1)]
    ridge = strength * penalty + prior * np.eye(k)
    beta = centre if start is None else start
    for _ in range(100):
        eta = np.clip(basis @ beta, -30, 30)
        mu = expit(eta)
        weight = n * mu * (1 - mu)
        information = basis.T @ (weight[:, None] * basis)
        slope = basis.T @ (y - n * mu) - ridge @ (beta - centre)
        step = np.linalg.solve(information + ridge, slope)
        beta = beta + step / max(1.0, np.abs(step).max() / 2)  # never more than 2 at a time
        if np.abs(step).max() < 1e-8:
            break
    covariance = np.linalg.inv(information + ridge)
    covariance = (covariance + covariance.T) / 2
    likelihood = float((xlogy(y, mu) + xlogy(n - y, 1 - mu)).sum())
    away = beta - centre
    score = away @ ridge @ away / 2 - likelihood
    score -= np.linalg.slogdet(ridge)[1] / 2
    score += np.linalg.slogdet(information + ridge)[1] / 2
    df = float(np.trace(covariance @ information))
    return PenalizedFit(beta, covariance, df, float(score), centre, ridge)


def meeting_correlation(y: FloatArray, n: FloatArray, eta: FloatArray, df: float) -> float:
    """Return the correlation of items of one meeting around a curve, by Pearson's residuals.

    Parameters
    ----------
    y, n, eta : ndarray of float, shape (n_meetings,)
        Items with the theme, all items, and the curve on the logit scale.
    df : float
        Degrees of freedom of the curve.

    Returns
    -------
    float
        In [0, 0.9]; 0 if no meeting has two items.

    Examples
    --------
    >>> y = np.array([0.0, 4.0, 0.0, 4.0])
    >>> meeting_correlation(y, np.full(4, 4.0), np.zeros(4), 0.0)
    0.9
    """
    from scipy.special import expit

    mu = expit(np.clip(eta, -15, 15))
    pearson = float(((y - n * mu) ** 2 / (n * mu * (1 - mu))).sum())
    left = 1 - df / len(n)
    more = float((n - 1).sum()) * left
    if more <= 0:
        return 0.0
    return float(np.clip((pearson - len(n) * left) / more, 0.0, 0.9))
