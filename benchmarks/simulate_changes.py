"""How often tests of changes find what is not there, and how often intervals hold the truth.

Run ``python benchmarks/simulate_changes.py`` (about a minute). Meetings are drawn with known shares
and known likeness of their items (beta-binomial); designs are years and governments with the sizes
of the embedded corpus, and others that are hard on purpose. Listed are, over all shares and
likenesses of a design, the worst and the mean share of false findings at 0.05 (the model, which is
the default; permutations among meetings of one size; the usual z test, which takes items as
independent), the model's power for 30 points more, and the least and most coverage of the 95 %
intervals. "Unlike" has another likeness on either side.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control, norm

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.corpus import read_example
from cio_topics.themes import theme_table
from cio_topics.tracking import (
    ThemeCounts,
    model_test,
    share_by_meetings,
    simulate_counts,
    split_test,
    theme_counts,
)
from cio_topics.tracking.changes.effects import difference_of, ratio_of
from cio_topics.tracking.likeness import icc_within

SHARES = (0.05, 0.15, 0.3)
ALIKE = ((0.0, 0.0), (0.2, 0.2), (0.5, 0.5))
UNLIKE = ((0.6, 0.0), (0.0, 0.6))
MORE = 0.3
N, N_SPLIT = 2000, 1000


def designs() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return meetings' sizes on both sides, by the name of the design."""
    table = theme_table(read_example())
    years, governments = theme_counts(table, "year"), theme_counts(table, "government")

    def sizes(counts: ThemeCounts, period: str) -> np.ndarray:
        return counts.totals[counts.rows_of(period)].astype(int)

    return {
        "2011 and 2012 (2, 10)": (sizes(years, "2011"), sizes(years, "2012")),
        "2016 and 2017 (3, 6)": (sizes(years, "2016"), sizes(years, "2017")),
        "2004 and 2005 (8, 9)": (sizes(years, "2004"), sizes(years, "2005")),
        "2021 and 2022 (11, 15)": (sizes(years, "2021"), sizes(years, "2022")),
        "governments (15, 143)": tuple(sizes(governments, g) for g in governments.periods[1::-1]),
        "8 of one item, 8 of four": (np.full(8, 1), np.full(8, 4)),
        "5 of four, 15 of one": (np.full(5, 4), np.full(15, 1)),
        "5 of six, 20 of one to four": (np.full(5, 6), np.tile([1, 1, 2, 4], 5)),
        "15 of three, 60 of one": (np.full(15, 3), np.full(60, 1)),
    }


def drawn(
    sizes: tuple[np.ndarray, ...], shares: tuple[float, float], icc: tuple[float, float], n: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return counts, totals and which meetings come after, for n themes."""
    sides = [
        simulate_counts([[share] * n], [size], icc=alike, random_state=17 + place)
        for place, (share, size, alike) in enumerate(zip(shares, sizes, icc, strict=True))
    ]
    totals = np.concatenate([side.totals for side in sides])
    return (
        np.vstack([side.counts for side in sides]),
        totals,
        np.arange(len(totals)) >= len(sizes[0]),
    )


def z_test(counts: np.ndarray, totals: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return p of the test of two proportions that takes items as independent."""
    n = totals[~after].sum(), totals[after].sum()
    shares = [counts[side].sum(axis=0) / k for side, k in zip((~after, after), n, strict=True)]
    common = counts.sum(axis=0) / totals.sum()
    error = np.sqrt(common * (1 - common) * (1 / n[0] + 1 / n[1]))
    with np.errstate(invalid="ignore"):
        return 2 * norm.sf(np.abs(shares[1] - shares[0]) / error)


def found(p: np.ndarray) -> float:
    """Return the share of p at most 0.05; a theme that never occurs is not found."""
    return float((np.nan_to_num(p, nan=1.0) <= 0.05).mean())


def coverage(
    counts: np.ndarray, totals: np.ndarray, after: np.ndarray, shares: tuple[float, float]
) -> tuple[float, float]:
    """Return how often the intervals of difference and ratio hold the truth."""
    alike = icc_within(counts, totals, after.astype(np.int64))
    sides = [share_by_meetings(counts[s], totals[s], icc=alike) for s in (~after, after)]
    difference, ratio = difference_of(*sides), ratio_of(*sides)
    truth = shares[1] - shares[0], shares[1] / shares[0]
    known = np.isfinite(ratio.low)
    inside = (difference.low <= truth[0]) & (truth[0] <= difference.high)
    of_ratio = (ratio.low <= truth[1]) & (truth[1] <= ratio.high)
    return float(inside.mean()), float(of_ratio[known].mean())


def measured(
    sizes: tuple[np.ndarray, ...], likeness: tuple[tuple[float, float], ...]
) -> dict[str, Any]:
    """Return what was found in a design over all shares and likenesses."""
    error: dict[str, list[float]] = {"model": [], "permutation": [], "z": []}
    power, of_difference, of_ratio = [], [], []
    for share in SHARES:
        for icc in likeness:
            data = drawn(sizes, (share, share), icc, N)
            error["model"].append(found(model_test(*data).p))
            error["z"].append(found(z_test(*data)))
            few = drawn(sizes, (share, share), icc, N_SPLIT)
            split = split_test(*few, strata=few[1].astype(int), n_draws=399)
            error["permutation"].append(found(split.p))
            for shares in ((share, share), (share, share + MORE), (share + MORE, share)):
                data = drawn(sizes, shares, icc, N)
                held = coverage(*data, shares)
                of_difference.append(held[0])
                of_ratio.append(held[1])
                if shares[0] != shares[1]:
                    power.append(found(model_test(*data).p))
    worst = {f"worst_{name}": max(values) for name, values in error.items()}
    return {
        **worst,
        "mean_model": float(np.mean(error["model"])),
        "power": float(np.mean(power)),
        "difference": [min(of_difference), float(np.mean(of_difference)), max(of_difference)],
        "ratio": [min(of_ratio), float(np.mean(of_ratio)), max(of_ratio)],
    }


def false_discoveries() -> dict[str, float]:
    """Return the rate of false discoveries in families of 15 themes, 5 of which change."""
    sizes = np.tile([1, 1, 2, 3], 6), np.tile([1, 2, 2, 4], 8)
    n, rates, powers = 400, [], []
    still = [model_test(*drawn(sizes, (0.2, 0.2), (0.3, 0.3), 10 * n)).p.reshape(n, 10)]
    moved = [model_test(*drawn(sizes, (0.1, 0.5), (0.3, 0.3), 5 * n)).p.reshape(n, 5)]
    for p in np.hstack(still + moved):
        found_here = false_discovery_control(np.nan_to_num(p, nan=1.0)) <= 0.05
        rates.append(found_here[:10].sum() / max(found_here.sum(), 1))
        powers.append(found_here[10:].mean())
    return {"false_discovery_rate": float(np.mean(rates)), "power": float(np.mean(powers))}


def main() -> None:
    """Print a table of designs and one JSON object."""
    head = ("design", "model", "mean", "permut.", "z test", "power", "difference", "ratio")
    print("{:<28} {:>6} {:>6} {:>7} {:>6} {:>6}  {:<16} {:<16}".format(*head))
    results: dict[str, Any] = {}
    for name, sizes in designs().items():
        for kind, likeness in (("", ALIKE), (", unlike", UNLIKE)):
            row = results[name + kind] = measured(sizes, likeness)
            print(
                f"{name + kind:<28} {row['worst_model']:6.3f} {row['mean_model']:6.3f} "
                f"{row['worst_permutation']:7.3f} {row['worst_z']:6.3f} {row['power']:6.2f}  "
                f"{row['difference'][0]:.3f}-{row['difference'][2]:.3f}      "
                f"{row['ratio'][0]:.3f}-{row['ratio'][2]:.3f}",
                flush=True,
            )
    results["family"] = false_discoveries()
    print(f"families of 15 themes, 5 changed: {results['family']}")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
