"""How well models of themes, and ratios of rates, hold what they promise; all data are drawn.

    python benchmarks/simulate_regression.py [--draws 300] [--seed 0]

Models: two periods, items in meetings of 1 to 8 items, shares of meetings from a beta distribution
(so items of one meeting are alike), the same share in both periods (error of the first kind) or
odds three times as high in the second (coverage). Draws in which no item, or every item, has the
theme are left out: there is no model. Rates: counts of years, Poisson or with twice its variance.

Prints a table for people; the last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t

from cio_topics.tracking import rate_ratio, simulate_counts
from cio_topics.tracking.regression.clustered import clustered_fit
from cio_topics.tracking.regression.logistic import (
    Cells,
    penalized_fit,
    profile_interval,
    separated_columns,
)
from cio_topics.tracking.regression.mixed import mixed_fit

LINE = np.array([0.0, 1.0])
MEETINGS = ((3, 3), (5, 5), (10, 10), (20, 20), (5, 40))
METHODS = ("items", "mancl_derouen_z", "gee", "firth", "auto", "mixed", "auto_share")


def cells_of(shares: list[float], meetings: tuple[int, int], icc: float, rng) -> Cells:
    """Draw items in meetings of two periods."""
    sizes = [rng.integers(1, 9, n) for n in meetings]
    drawn = simulate_counts([[share] for share in shares], sizes, icc=icc, random_state=rng)
    columns = np.column_stack([np.ones(len(drawn.places)), drawn.places]).astype(float)
    return Cells(columns, drawn.counts[:, 0], drawn.totals, np.arange(len(drawn.places)))


def plain(estimate: float, variance: float, free: float, truth: float) -> bool:
    """Whether an interval of Student's t holds the truth."""
    return abs(estimate - truth) <= t.ppf(0.975, free) * np.sqrt(variance)


def held(cells: Cells, truth: float, share: float, few: bool, mixed: bool) -> dict[str, bool]:
    """Whether each method's interval of the log odds ratio holds the truth."""
    found = {}
    firth = clustered_fit(cells, penalty=0.5, robust=None)
    drop = t.ppf(0.975, firth.free(LINE)) ** 2
    low, high, _ = profile_interval(cells, firth.weights, LINE, firth.solved, drop=drop)
    found["firth"] = found["auto"] = low <= truth <= high
    chosen = firth
    if not separated_columns(cells).any():
        solved = penalized_fit(cells, penalty=0)
        inverse = np.linalg.inv(solved.information)
        found["items"] = plain(solved.beta[1], inverse[1, 1], np.inf, truth)
        third = clustered_fit(cells, robust=1)
        variance = third.covariance[1, 1]
        found["mancl_derouen_z"] = plain(third.solved.beta[1], variance, np.inf, truth)
        gee = clustered_fit(cells)
        found["gee"] = plain(gee.solved.beta[1], gee.covariance[1, 1], gee.free(LINE), truth)
        events = min(cells.counts.sum(), cells.totals.sum() - cells.counts.sum())
        if not few and events >= 20:
            found["auto"], chosen = found["gee"], gee
    both = np.ones(2)
    eta, variance = both @ chosen.solved.beta, both @ chosen.covariance @ both
    found["auto_share"] = plain(eta, variance, chosen.free(both), float(logit(share)))
    if mixed:
        fitted = mixed_fit(cells)
        found["mixed"] = plain(fitted.beta[1], fitted.covariance[1, 1], np.inf, truth)
    return found


def models(n: int, seed: int) -> list[dict]:
    """Return how often intervals of models hold the truth, a row a setting."""
    rows = []
    for meetings in MEETINGS:
        for share in (0.05, 0.2):
            for icc in (0.0, 0.2):
                for effect in (0.0, float(np.log(3))):
                    rows.append(one_cell(n, seed, meetings, share, icc, effect))
    return rows


def one_cell(n: int, seed: int, meetings, share: float, icc: float, effect: float) -> dict:
    """Return how often each method's interval holds the truth."""
    rng = np.random.default_rng([seed, *meetings, int(100 * share), int(10 * icc), int(effect)])
    counts: dict[str, list[bool]] = defaultdict(list)
    second = float(expit(logit(share) + effect))
    for draw in range(n):
        cells = cells_of([share, second], meetings, icc, rng)
        if 0 < cells.counts.sum() < cells.totals.sum():
            mixed = effect == 0 and draw < n // 5  # slow; its odds are not those of the truth else
            found = held(cells, effect, second, min(meetings) < 5, mixed)
            for method, inside in found.items():
                counts[method].append(inside)
    row = {"meetings": meetings, "share": share, "icc": icc, "odds_ratio": round(np.exp(effect))}
    row |= {
        method: round(float(np.mean(counts[method])), 3) for method in METHODS if counts[method]
    }
    return row | {"n": len(counts["firth"]), "n_gee": len(counts["gee"])}


def rates(n: int, seed: int) -> list[dict]:
    """Return how often intervals of ratios of rates hold the truth, a row a setting."""
    rows = []
    for per_year in (2.0, 5.0):
        for years in ((4, 2), (10, 3), (10, 10)):
            for scatter in (1.0, 2.0):
                rng = np.random.default_rng([seed, int(per_year), *years, int(scatter)])
                later = np.repeat([False, True], years)
                inside = {"exact": [], "quasi": []}
                for _ in range(n):
                    means = np.full(len(later), per_year)
                    if scatter > 1:
                        shape = per_year / (scatter - 1)
                        means = rng.gamma(shape, per_year / shape, len(later))
                    found = rate_ratio(rng.poisson(means), np.ones(len(later)), later).iloc[0]
                    inside["exact"].append(found["ratio_low"] <= 1 <= found["ratio_high"])
                    if np.isfinite(found["quasi_low"]):
                        inside["quasi"].append(found["quasi_low"] <= 1 <= found["quasi_high"])
                row = {"a_year": per_year, "years": years, "variance": scatter}
                rows.append(row | {name: round(np.mean(x), 3) for name, x in inside.items()})
    return rows


def main() -> None:
    """Print the tables and the JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    begun = time.process_time()
    fitted, compared = models(given.draws, given.seed), rates(given.draws, given.seed)
    print("Coverage of 95 % intervals of the log odds ratio (auto_share: of the share itself)")
    heads = ("meetings", "share", "icc", "odds_ratio", *METHODS, "n", "n_gee")
    for rows, names in (
        (fitted, heads),
        (compared, ("a_year", "years", "variance", "exact", "quasi")),
    ):
        print("  ".join(f"{name:>15}" for name in names))
        for row in rows:
            print("  ".join(f"{row.get(name, '')!s:>15}" for name in names))
        print()
    seconds = round(time.process_time() - begun, 1)
    print(
        json.dumps({"draws": given.draws, "seconds": seconds, "models": fitted, "rates": compared})
    )


if __name__ == "__main__":
    main()
