"""What changes of a theme's share can be found at all in a corpus of this size.

Run ``python benchmarks/power.py`` (about a minute). Sizes of meetings are those of the embedded
corpus; items of a meeting are as alike as its themes are in the median. Listed are the power of the
test (simulated, at 0.05 without adjustment) for differences of 10 to 40 points above shares of 10 %
and 30 %, for consecutive years, governments, two halves of the time and two bodies; then the
smallest difference found with a power of 80 %, the meetings a side needs for it, and how near the
formula of ``power_of_change`` comes to the test.
"""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.corpus import read_example
from cio_topics.themes import theme_table
from cio_topics.tracking import (
    ThemeCounts,
    estimated_icc,
    make_periods,
    meetings_needed,
    model_test,
    power_of_change,
    simulate_counts,
    theme_counts,
)

BASES, DIFFERENCES = (0.1, 0.3), (0.1, 0.2, 0.3, 0.4)
BODIES = ("IT戦略本部", "各府省情報化統括責任者(CIO)連絡会議")
Sizes = tuple[np.ndarray, np.ndarray]


def power(sizes: Sizes, before: float, after: float, icc: float, n: int = 1000) -> float:
    """Return how often the model's test finds the change."""
    drawn = simulate_counts([[before] * n, [after] * n], sizes, icc=icc, random_state=11)
    p = model_test(drawn.counts, drawn.totals, drawn.places == 1).p
    return float((np.nan_to_num(p, nan=1.0) <= 0.05).mean())


def pair(counts: ThemeCounts, before: str, after: str) -> Sizes:
    """Return the sizes of the meetings of two groups."""
    one, other = (counts.totals[counts.rows_of(group)].astype(int) for group in (before, after))
    return one, other


def pairs() -> tuple[dict[str, list[Sizes]], float, np.ndarray]:
    """Return the pairs of groups, the likeness of items, and the sizes of all meetings."""
    table = theme_table(read_example())
    years = theme_counts(table, "year")
    likeness = estimated_icc(years)
    known = [period for period in years.periods if period != "unknown"]
    halves = theme_counts(table, make_periods(["one=..2012", "two=2013.."]))
    government, bodies = theme_counts(table, "government"), theme_counts(table, "body")
    groups = {
        "consecutive years (mean of all)": [pair(years, *p) for p in itertools.pairwise(known)],
        "governments": [pair(government, "ldp_led", "democratic_led")],
        "2000-2012 and 2013-2025": [pair(halves, "one", "two")],
        "two bodies": [pair(bodies, *BODIES)],
    }
    return groups, float(np.nanmedian(likeness)), years.totals


def smallest(sizes: list[Sizes], base: float, icc: float) -> float:
    """Return the smallest difference, in steps of 5 points, found with a power of 80 %."""
    for difference in np.arange(0.05, 1 - base + 1e-9, 0.05):
        found = [power(each, base, base + difference, icc, 300) for each in sizes]
        if np.mean(found) >= 0.8:
            return float(difference)
    return float("nan")


def rows(icc: float, groups: dict[str, list[Sizes]]) -> dict[str, dict[str, float]]:
    """Print the power of each pair of groups, and return it."""
    results: dict[str, dict[str, float]] = {}
    print(
        f"{'groups':<34} {'base':>5} " + " ".join(f"{100 * d:>+5.0f}" for d in DIFFERENCES), end=""
    )
    print("   80 % power at")
    for name, sizes in groups.items():
        meetings = ", ".join(str(len(side)) for side in sizes[0]) if len(sizes) == 1 else ""
        label = f"{name} ({meetings})" if meetings else name
        for base in BASES:
            n = 300 if len(sizes) > 1 else 1000
            found = [
                float(np.mean([power(each, base, base + d, icc, n) for each in sizes]))
                for d in DIFFERENCES
            ]
            least = smallest(sizes, base, icc)
            results[f"{label}, base {base}"] = {
                **{f"+{d}": value for d, value in zip(DIFFERENCES, found, strict=True)},
                "smallest": least,
            }
            shown = "none" if np.isnan(least) else f"{100 * least:+.0f} points"
            cells = " ".join(f"{value:5.2f}" for value in found)
            print(f"{label:<34} {base:5.0%} {cells}   {shown}", flush=True)
    return results


def needed(icc: float, sizes: np.ndarray) -> dict[str, dict[str, float]]:
    """Print the meetings that are needed, the formula's power there and the test's."""
    results: dict[str, dict[str, float]] = {}
    print(f"\n{'base':>5} {'diff.':>6} {'meetings a side':>16} {'formula':>8} {'test':>6}")
    rng = np.random.default_rng(3)
    for base, difference in itertools.product(BASES, DIFFERENCES):
        n = meetings_needed(base, base + difference, items_per_meeting=sizes, icc=icc)
        each = tuple(rng.choice(sizes, n).astype(int) for _ in "ab")
        formula = power_of_change(
            base, base + difference, n_meetings=n, items_per_meeting=sizes, icc=icc
        )
        test = power((each[0], each[1]), base, base + difference, icc)
        row: dict[str, Any] = {"meetings": n, "formula": formula, "test": test}
        results[f"{base} +{difference}"] = row
        print(
            f"{base:5.0%} {100 * difference:>+6.0f} {n:16d} {formula:8.2f} {test:6.2f}", flush=True
        )
    return results


def main() -> None:
    """Print two tables and one JSON object."""
    groups, icc, sizes = pairs()
    print(f"{len(sizes)} meetings, {sizes.mean():.2f} items each, median likeness {icc:.2f}\n")
    result = {"icc": icc, "power": rows(icc, groups), "needed": needed(icc, sizes)}
    result["independent"] = needed(0.0, sizes)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
