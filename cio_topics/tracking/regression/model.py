"""Formula and theme table → coefficients, marginal means, contrasts, diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, check_level, choices, shorten
from cio_topics.tracking.regression.clustered import (
    Estimate,
    clustered_fit,
    intraclass,
)
from cio_topics.tracking.regression.design import Design, make_design, usable_columns
from cio_topics.tracking.regression.formula import ALL_THEMES, parse_formula
from cio_topics.tracking.regression.logistic import Cells, profile_interval, separated_columns
from cio_topics.tracking.regression.margins import (
    ADJUSTMENTS,
    Fitted,
    adjusted_contrasts,
    contrasts,
    marginal_means,
)
from cio_topics.tracking.regression.mixed import mean_shares, mixed_fit

__all__ = ["METHODS", "Regression", "theme_model"]

FloatArray = npt.NDArray[np.float64]

#: How a model is fitted; ``auto`` chooses ``gee`` or ``firth``.
METHODS = ("auto", "gee", "glm", "firth", "mixed")

_FEWEST_MEETINGS = 5  # fewest meetings of a level for robust errors
_EVENTS_A_PARAMETER = 10
_COLUMNS = {
    "coefficients": (
        *("theme", "term", "n", "n_items", "n_meetings", "estimate", "standard_error"),
        *("estimate_low", "estimate_high", "odds_ratio", "odds_ratio_low", "odds_ratio_high"),
        *("p", "p_adjusted"),
    ),
    "means": (
        *("theme", "variable", "level", "n", "n_items", "n_meetings", "observed"),
        *("share", "share_low", "share_high", "seen"),
    ),
    "contrasts": (
        *("theme", "variable", "level", "reference", "n", "n_items", "n_meetings"),
        *("difference", "difference_low", "difference_high"),
        *("odds_ratio", "odds_ratio_low", "odds_ratio_high", "p", "p_adjusted"),
    ),
    "diagnostics": (
        *("theme", "n", "n_items", "n_meetings", "n_unknown", "n_parameters", "method", "reason"),
        *("separated", "rare", "converged", "icc"),
    ),
}


@dataclass(frozen=True, eq=False)
class Regression:
    """Tables of one model; guards that they belong to one fit.

    Attributes
    ----------
    formula : str
    coefficients : DataFrame
        ``theme, term, n, n_items, n_meetings, estimate, standard_error, estimate_low,
        estimate_high, odds_ratio, odds_ratio_low, odds_ratio_high, p, p_adjusted``.
    means : DataFrame
        See :func:`~cio_topics.tracking.regression.margins.marginal_means`.
    contrasts : DataFrame
        See :func:`~cio_topics.tracking.regression.margins.contrasts`; with ``p_adjusted``.
    diagnostics : DataFrame
        A row a theme: ``theme, n, n_items, n_meetings, n_unknown, n_parameters, method, reason,
        separated, rare, converged, icc``.
    """

    formula: str
    coefficients: pd.DataFrame
    means: pd.DataFrame
    contrasts: pd.DataFrame
    diagnostics: pd.DataFrame

    def __post_init__(self) -> None:
        """Check columns and themes."""
        fitted = set(self.diagnostics["theme"][self.diagnostics["method"] != "none"])
        for name, columns in _COLUMNS.items():
            table = getattr(self, name)
            if tuple(table.columns) != columns or not set(table["theme"]) <= fitted | (
                set(self.diagnostics["theme"]) if name == "diagnostics" else set()
            ):
                raise SettingsError(f"the table of {name} belongs to another fit.")


def theme_model(
    formula: str,
    table: pd.DataFrame,
    *,
    method: str = "auto",
    adjust: str = "holm",
    level: float = 0.95,
    min_items: int = 5,
    pool_rare: bool = False,
    administrations: pd.DataFrame | None = None,
    random_state: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Regression:
    """Explain whether items have a theme by what else is known of them.

    A logistic model of items, with meetings as clusters. Numbers (``year``, ``fiscal_year``, other
    numeric columns) are centred on their mean over items. Items for which a variable is unknown are
    left out and counted.

    Parameters
    ----------
    formula : str
        As ``open_data ~ government + format + scale(year)``, or ``theme ~ …`` for all themes in
        turn; see :func:`~cio_topics.tracking.regression.formula.parse_formula`.
    table : DataFrame
        From :func:`cio_topics.themes.theme_table`, with any further columns of items.
    method : {"auto", "gee", "glm", "firth", "mixed"}, default "auto"
        - ``gee``: exchangeable correlation within meetings; sandwich by meetings with Kauermann and
          Carroll's correction, Student's t with Satterthwaite's degrees of freedom;
        - ``glm``: the same without a working correlation;
        - ``firth``: Firth's penalty, items weighted by the correlation within meetings, intervals
          from the profile of the penalized likelihood; finite also where a theme is separated;
        - ``mixed``: a random intercept a meeting, with weak priors; odds ratios are those within
          a meeting;
        - ``auto``: ``firth`` where a theme is separated (all or none of the items of some
          combination have it), where items with or without the theme are fewer than ten a
          parameter, or where a level has fewer than five meetings; else ``gee``.
    adjust : {"holm", "sidak", "mvt", "none"}, default "holm"
        How p values of contrasts are adjusted for their number, over all themes and variables;
        those of coefficients always by Holm's method.
    level : float in (0, 1), default 0.95
        Of single intervals; they are not adjusted.
    min_items : int, default 5
        Levels with fewer items are named as rare.
    pool_rare : bool, default False
        Join the rare levels of a variable in one, ``other``.
    administrations : DataFrame, optional
        For the order of levels; the embedded ones if None.
    random_state : int, default 0
        Of ``adjust="mvt"``.
    progress : callable, optional
        Called with the number of themes that are done and of all.

    Returns
    -------
    Regression
        A theme that no item has, or every item, has no model: its method is ``none``.

    Raises
    ------
    SettingsError
        A formula, method or adjustment that is not allowed; terms that cannot be told apart;
        ``gee`` or ``glm`` where the estimate is infinite or a level has one meeting.

    References
    ----------
    Liang, K.-Y. and Zeger, S. L. (1986). doi:10.1093/biomet/73.1.13; Firth, D. (1993).
    doi:10.1093/biomet/80.1.27; Heinze, G. and Schemper, M. (2002). doi:10.1002/sim.1047; Graubard,
    B. I. and Korn, E. L. (1999). Predictive margins with survey data. Biometrics 55, 652-659.
    doi:10.1111/j.0006-341X.1999.00652.x: marginal means.

    Examples
    --------
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> found = theme_model("open_data ~ government", theme_table(read_example()))
    >>> found.diagnostics[["n", "n_items", "n_unknown", "method", "reason"]].values.tolist()
    [[15, 291, 16, 'firth', 'few_events']]
    >>> found.means[["level", "n", "n_items", "share"]].round(3).values.tolist()
    [['ldp_led', 13, 269, 0.054], ['democratic_led', 2, 22, 0.099]]
    """
    check_level(level)
    for value, allowed, what in ((method, METHODS, "method"), (adjust, ADJUSTMENTS, "adjustment")):
        if value not in allowed:
            raise SettingsError(
                f"unknown {what} {shorten(value)}; expected one of: {choices(allowed)}."
            )
    themes = list(table.attrs.get("themes", dict.fromkeys(table["theme"])))
    parsed = parse_formula(formula, usable_columns(table), themes)
    design = make_design(
        table,
        parsed,
        administrations=administrations,
        min_items=min_items,
        pool_rare=pool_rare,
    )
    asked = themes if parsed.theme == ALL_THEMES else [parsed.theme]
    parts = []
    for theme in asked:
        parts.append(_one_theme(design, theme, method, level))
        if progress is not None:
            progress(len(parts), len(asked))
    tables = {name: _joined([part.tables[name] for part in parts], name) for name in _COLUMNS}
    terms = tables["coefficients"]
    tested = (terms["term"] != "Intercept").to_numpy()
    p = np.full(len(terms), np.nan)
    p[tested] = adjusted_contrasts(
        terms["p"].to_numpy(dtype=float)[tested], "holm", [], random_state
    )
    tables["coefficients"]["p_adjusted"] = p
    compared = tables["contrasts"]
    fits = [part.compared for part in parts if part.compared is not None]
    p_pairs = compared["p"].to_numpy(dtype=float)
    compared["p_adjusted"] = adjusted_contrasts(p_pairs, adjust, fits, random_state)
    return Regression(parsed.text, **tables)


class _Part(NamedTuple):
    tables: dict[str, pd.DataFrame]
    compared: tuple[Fitted, FloatArray] | None


def _joined(tables: list[pd.DataFrame], name: str) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    joined = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return joined.reindex(columns=list(_COLUMNS[name]))


def _one_theme(design: Design, theme: str, method: str, level: float) -> _Part:
    cells = design.cells(theme)
    n = int(cells.counts.sum())
    told = {
        "theme": theme,
        "n": n,
        "n_items": int(cells.totals.sum()),
        "n_meetings": cells.n_meetings,
        "n_unknown": design.n_unknown,
        "n_parameters": cells.columns.shape[1],
        "rare": "; ".join(design.rare),
    }
    if n in (0, told["n_items"]):
        reason = "no_item" if n == 0 else "every_item"
        none = {**told, "method": "none", "reason": reason, "separated": "", "converged": False}
        return _Part({"diagnostics": pd.DataFrame([none])} | _NOTHING, None)
    separated = separated_columns(cells)
    names = [label for label, apart in zip(design.labels, separated, strict=True) if apart]
    chosen, reason = _choose(design, cells, method, names)
    fitted, icc, converged = _fit(cells, chosen)
    told |= {"method": chosen, "reason": reason, "separated": "; ".join(names)}
    told |= {"converged": converged, "icc": icc}
    pairs, lines = contrasts(design, fitted, theme, level)
    tables = {
        "coefficients": _coefficients(design, fitted, told, level),
        "means": marginal_means(design, fitted, theme, level),
        "contrasts": pairs,
        "diagnostics": pd.DataFrame([told]),
    }
    return _Part(tables, (fitted, lines) if len(lines) else None)


_NOTHING = {name: pd.DataFrame() for name in ("coefficients", "means", "contrasts")}


def _choose(design: Design, cells: Cells, method: str, separated: list[str]) -> tuple[str, str]:
    """Return the method and why: what was asked for, or what the data allow."""
    fewest = min(_meetings_by_level(design), default=cells.n_meetings)
    if method in ("gee", "glm") and (separated or fewest < 2):
        why = (
            f"the theme is separated by {choices(separated)}"
            if separated
            else ("a level has one meeting, from which no error can be told")
        )
        raise SettingsError(
            f"method {method!r} has no answer: {why}.",
            "Choose the method firth, or pool rare levels.",
            "方法に firth を選ぶか、まれな値をまとめてください(--pool-rare)。",
        )
    if method != "auto":
        return method, "asked"
    n = float(cells.counts.sum())
    events = min(n, float(cells.totals.sum()) - n)
    if separated:
        return "firth", "separated"
    if events < _EVENTS_A_PARAMETER * cells.columns.shape[1]:
        return "firth", "few_events"
    if fewest < _FEWEST_MEETINGS:
        return "firth", "few_meetings"
    return "gee", "enough"


def _meetings_by_level(design: Design) -> list[int]:
    counts: list[int] = []
    for name, _ in design.factors:
        codes = design.frame[name].to_numpy()
        meetings = pd.Series(design.meetings).groupby(codes).nunique()
        counts += [int(count) for count in meetings]
    return counts


def _fit(cells: Cells, method: str) -> tuple[Fitted, float, bool]:
    """Return a fit, the correlation within meetings, and whether it converged."""
    if method == "mixed":
        found = mixed_fit(cells)
        shares = mean_shares(cells.columns @ found.beta, found.deviation)[0]
        fitted = Fitted(found.beta, found.covariance, lambda _: np.inf, found.deviation)
        return fitted, intraclass(cells, shares), found.converged
    if method == "firth":
        estimate = clustered_fit(cells, penalty=0.5, robust=None)
        return _profiled(cells, estimate), estimate.icc, estimate.solved.converged
    estimate = clustered_fit(cells, exchangeable=method == "gee")
    fitted = Fitted(estimate.solved.beta, estimate.covariance, estimate.free)
    return fitted, estimate.icc, estimate.solved.converged


def _profiled(cells: Cells, estimate: Estimate) -> Fitted:
    """Return a penalized fit whose intervals come from its profile."""
    from scipy.stats import t

    def profile(contrast: FloatArray, level: float) -> tuple[float, float, float]:
        free = estimate.free(contrast)
        drop = float(t.ppf((1 + level) / 2, free)) ** 2
        low, high, statistic = profile_interval(
            cells, estimate.weights, contrast, estimate.solved, drop=drop
        )
        return low, high, float(2 * t.sf(np.sqrt(statistic), free))

    return Fitted(estimate.solved.beta, estimate.covariance, estimate.free, profile=profile)


def _coefficients(
    design: Design, fitted: Fitted, told: dict[str, object], level: float
) -> pd.DataFrame:
    rows = []
    for place, label in enumerate(design.labels):
        line = np.eye(len(design.labels))[place]
        error, low, high, p = fitted.interval(line, level)
        with np.errstate(over="ignore"):
            odds = np.exp([float(fitted.beta[place]), low, high])
        rows.append(
            {
                **{name: told[name] for name in ("theme", "n", "n_items", "n_meetings")},
                "term": label,
                "estimate": float(fitted.beta[place]),
                "standard_error": error,
                "estimate_low": low,
                "estimate_high": high,
                "odds_ratio": odds[0],
                "odds_ratio_low": odds[1],
                "odds_ratio_high": odds[2],
                "p": p,
            }
        )
    return pd.DataFrame(rows)
