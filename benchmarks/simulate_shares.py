"""Count in how many of 100 cases 95 % intervals of shares hold the true share.

Run ``python benchmarks/simulate_shares.py``. Invented counts: ten periods with 3, 5, 10 or 40
meetings each; items a meeting as in the embedded corpus (mean 1.9, skewed) or 1 + Poisson(4); items
of one meeting alike (intraclass correlation) by 0, 0.1 or 0.4; themes with shares around 0.05, 0.2
or 0.5, which differ between periods (standard deviation 0.5 of their logit). Of every kind of
interval the coverage and the mean width are counted; ``own period`` is what survey statistics has,
an effective sample size from the period's meetings alone (Korn and Graubard 1998), for comparison.

More tables: fewer periods to learn the likeness of items from; shares that differ less and more,
and one period apart from the others, for pooled intervals; whole tables of ten periods and 15
themes, and in how many of 100 all intervals hold. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.intervals import wilson_interval
from cio_topics.tracking import ThemeCounts, shares_of, simulate_counts
from cio_topics.tracking.estimates.score import joint_level

KINDS = ("wilson", "jeffreys", "clustered", "bootstrap", "bca", "pooled")
SIZES = np.repeat([1, 2, 3, 4, 5, 6], [86, 40, 18, 11, 5, 3])  # of the embedded corpus's meetings
TABLE_SHARES = (0.01, 0.03, 0.05, 0.05, 0.1, 0.1, 0.15, 0.2, 0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.6)

Figures = dict[str, tuple[float, float]]


def drawn_sizes(rng: np.random.Generator, large: bool, n_meetings: int, n: int) -> list[np.ndarray]:
    """Return items of each meeting, for `n` periods."""
    shape = (n, n_meetings)
    return list(1 + rng.poisson(4, shape) if large else rng.choice(SIZES, shape))


def around(
    rng: np.random.Generator, share: float, spread: float, shape: tuple[int, int]
) -> np.ndarray:
    """Return shares around one, by period and theme."""
    return 1 / (1 + np.exp(-(np.log(share / (1 - share)) + spread * rng.standard_normal(shape))))


def own_period(counts: ThemeCounts) -> tuple[np.ndarray, np.ndarray]:
    """Return Korn and Graubard's intervals: exact, effective sizes of each period alone."""
    from scipy.stats import beta, norm, t

    sums, totals = counts.sums()
    share = sums / totals[:, None]
    n = counts.n_meetings()
    squares = np.zeros(sums.shape)
    residuals = counts.counts - counts.totals[:, None] * share[counts.places]
    np.add.at(squares, counts.places, residuals**2)
    variance = squares / totals[:, None] ** 2 * (n / (n - 1))[:, None]
    safe = np.where(variance > 0, variance, 1.0)
    size = np.where(variance > 0, share * (1 - share) / safe, n[:, None])
    size = np.minimum(size, totals[:, None]) * (norm.isf(0.025) / t.isf(0.025, n - 1))[:, None] ** 2
    low = np.where(
        share > 0, beta.ppf(0.025, np.maximum(share * size, 1e-9), size - share * size + 1), 0
    )
    rest = np.maximum(size - share * size, 1e-9)
    return low, np.where(share < 1, beta.isf(0.025, share * size + 1, rest), 1)


def held(bounds: tuple[np.ndarray, np.ndarray], true: np.ndarray) -> np.ndarray:
    """Return which intervals hold the true share; none holds nothing."""
    return (bounds[0] <= true + 1e-12) & (bounds[1] >= true - 1e-12)


def bounds_of(counts: ThemeCounts, kind: str, n_draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return intervals of one kind, shape (n_periods, n_themes)."""
    if kind == "own period":
        return own_period(counts)
    shares = shares_of(counts, interval=kind, n_draws=n_draws)
    shape = (len(counts.periods), len(counts.themes))
    return tuple(shares[side].to_numpy().reshape(shape) for side in ("share_low", "share_high"))


def coverage(
    n_meetings: int,
    large: bool,
    icc: float,
    share: float,
    *,
    kinds: tuple[str, ...],
    rounds: int,
    n_themes: int,
    n_periods: int = 10,
    spread: float = 0.5,
    apart: float = 0.0,
    n_draws: int = 1000,
) -> Figures:
    """Return the coverage and the mean width of each kind; of the last period, if it is apart."""
    rng = np.random.default_rng([n_meetings, large, int(100 * icc), int(100 * share), n_periods])
    found: dict[str, list[np.ndarray]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        true = around(rng, share, spread, (n_periods, n_themes))
        if apart:
            true[-1] = share * np.exp(apart) / (1 - share + share * np.exp(apart))
        sizes = drawn_sizes(rng, large, n_meetings, n_periods)
        counts = simulate_counts(true, sizes, icc=icc, random_state=rng)
        rows = slice(-1, None) if apart else slice(None)
        for kind in kinds:
            bounds = bounds_of(counts, kind, n_draws)
            width = np.nan_to_num(bounds[1] - bounds[0])
            found[kind].append(np.stack([held(bounds, true), width])[:, rows].reshape(2, -1))
    return {k: tuple(np.concatenate(v, axis=1).mean(axis=1).tolist()) for k, v in found.items()}


def joint(n_meetings: int, large: bool, icc: float, rounds: int) -> dict[str, float]:
    """Return in which part of whole tables all intervals hold."""
    rng = np.random.default_rng([n_meetings, large, int(100 * icc)])
    true = np.tile(TABLE_SHARES, (10, 1))
    each = joint_level(0.95, true.size)
    good = dict.fromkeys(("wilson", "jeffreys", "clustered"), 0)
    for _ in range(rounds):
        counts = simulate_counts(
            true, drawn_sizes(rng, large, n_meetings, 10), icc=icc, random_state=rng
        )
        sums, totals = counts.sums()
        wide = wilson_interval(sums, np.broadcast_to(totals[:, None], sums.shape), level=each)
        good["wilson"] += bool(held(wide, true).all())
        for kind in ("jeffreys", "clustered"):
            shares = shares_of(counts, interval=kind, simultaneous=True)
            bounds = (shares["share_low"].to_numpy(), shares["share_high"].to_numpy())
            good[kind] += bool(held(bounds, true.ravel()).all())
    return {kind: n / rounds for kind, n in good.items()}


def show(head: list[str], rows: list[list[str]]) -> None:
    """Print a table in Markdown."""
    print("\n| " + " | ".join(head) + " |\n|" + "---:|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def span(values: list[float]) -> str:
    """Return mean, least and greatest of some parts, in percent."""
    least, mean, greatest = (100 * f(values) for f in (min, np.mean, max))
    return f"{mean:.1f} ({least:.1f}–{greatest:.1f})"


def main() -> None:
    """Simulate, print tables and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4, help="Rounds of 50 themes a setting.")
    rounds = parser.parse_args().rounds
    kinds = (*KINDS, "own period")
    result: dict[str, object] = {"rounds": rounds, "themes": 50, "periods": 10}
    cells, rows, grid = [], [], []
    for n_meetings, icc in itertools.product((3, 5, 10, 40), (0, 0.1, 0.4)):
        cells = []
        for large, share in itertools.product((False, True), (0.05, 0.2, 0.5)):
            one = coverage(n_meetings, large, icc, share, kinds=kinds, rounds=rounds, n_themes=50)
            cells.append(one)
            setting = {"meetings": n_meetings, "large": large, "icc": icc, "share": share}
            figures = {k: [round(100 * x, 1) for x in v] for k, v in one.items()}
            grid.append({**setting, **figures})
        spans = [span([cell[kind][0] for cell in cells]) for kind in kinds]
        rows.append([str(n_meetings), str(icc), *spans])
    print("Coverage of 95 % intervals: mean (least–greatest) over sizes of meetings and shares")
    show(["meetings", "icc", *kinds], rows)
    print("\nMean width in percentage points")
    by = [(m, i) for m, i in itertools.product((3, 5, 10, 40), (0, 0.1, 0.4))]
    of = {key: [g for g in grid if (g["meetings"], g["icc"]) == key] for key in by}
    means = [[f"{np.mean([g[k][1] for g in of[key]]):.0f}" for k in kinds] for key in by]
    show(
        ["meetings", "icc", *kinds],
        [[str(m), str(i), *w] for (m, i), w in zip(by, means, strict=True)],
    )
    result["coverage_width"] = grid
    few = []
    for n_periods, n_meetings in itertools.product((1, 2, 4), (3, 5, 10)):
        cells = [
            coverage(
                n_meetings,
                large,
                icc,
                share,
                kinds=("clustered",),
                rounds=6 * rounds,
                n_themes=50,
                n_periods=n_periods,
            )["clustered"][0]
            for large, icc, share in itertools.product((False, True), (0.1, 0.4), (0.05, 0.2, 0.5))
        ]
        few.append([str(n_periods), str(n_meetings), span(cells)])
    print("\nClustered intervals with fewer periods")
    show(["periods", "meetings", "clustered"], few)
    result["clustered_few_periods"] = few
    spreads = []
    for spread, apart in ((0, 0), (0.5, 0), (1, 0), (0.5, 1.5)):
        ones = [
            coverage(
                n_meetings,
                False,
                0.1,
                share,
                kinds=("clustered", "pooled"),
                rounds=rounds,
                n_themes=50,
                spread=spread,
                apart=apart,
            )
            for n_meetings, share in itertools.product((3, 5, 10), (0.05, 0.2, 0.5))
        ]
        label = "of the period apart" if apart else "of all"
        spreads.append(
            [
                str(spread),
                label,
                *(span([o[k][0] for o in ones]) for k in ("clustered", "pooled")),
                *(f"{100 * np.mean([o[k][1] for o in ones]):.0f}" for k in ("clustered", "pooled")),
            ]
        )
    print("\nPooled intervals: how much shares differ between periods (3, 5, 10 meetings; icc 0.1)")
    show(["sd of logit", "coverage", "clustered", "pooled", "width", "width, pooled"], spreads)
    result["pooled_spread"] = spreads
    whole, tables = [], []
    for n_meetings, large, icc in itertools.product((3, 10, 40), (False, True), (0, 0.1, 0.4)):
        good = joint(n_meetings, large, icc, 60 * rounds)
        whole.append({"meetings": n_meetings, "large": large, "icc": icc, **good})
    for n_meetings, icc in itertools.product((3, 10, 40), (0, 0.1, 0.4)):
        some = [w for w in whole if (w["meetings"], w["icc"]) == (n_meetings, icc)]
        least = [
            " and ".join(f"{100 * w[k]:.0f}" for w in some)
            for k in ("wilson", "jeffreys", "clustered")
        ]
        tables.append([str(n_meetings), str(icc), *least])
    print("\nOf 100 tables, in how many all 150 intervals hold (small and large meetings)")
    show(["meetings", "icc", "wilson", "jeffreys", "clustered"], tables)
    result["joint"] = whole
    print(json.dumps(result))


if __name__ == "__main__":
    main()
