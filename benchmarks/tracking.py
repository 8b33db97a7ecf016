"""Shares by period of 10,000 to a million items: how time and memory grow.

Run ``python benchmarks/tracking.py``. Invented items: 15 themes, 20 years, meetings of the embedded
corpus's sizes, one or two themes an item; a theme table with its texts, as a corpus gives it. Each
size is a process of its own, imports done before the clock starts. ``table`` is theme table to
shares with Wilson's intervals, ``clustered`` and ``pooled`` the same with those; ``bootstrap`` is
2,000 draws of whole meetings in every year, 300 intervals. Seconds are of the processor, all
threads together, the best of three (of one for ``bootstrap``). The growth exponent is the slope of
log time over log items, by least squares over all sizes. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.tracking import theme_counts, theme_shares
from cio_topics.tracking.estimates import resampled_intervals

STEPS = ("table", "clustered", "pooled", "bootstrap")
SIZES = np.repeat([1, 2, 3, 4, 5, 6], [86, 40, 18, 11, 5, 3])  # of the embedded corpus's meetings
N_THEMES, N_YEARS = 15, 20


def invented_table(n_items: int) -> pd.DataFrame:
    """Return the theme table of so many invented items."""
    rng = np.random.default_rng(0)
    sizes = rng.choice(SIZES, n_items)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), n_items) + 1]
    meeting = np.repeat(np.arange(len(sizes)), sizes)[:n_items]
    year = rng.integers(0, N_YEARS, len(sizes))[meeting]
    first = rng.integers(0, N_THEMES, n_items)
    both = rng.random(n_items) < 0.14
    second = (first + rng.integers(1, N_THEMES, n_items)) % N_THEMES
    item = np.concatenate([np.arange(n_items), np.flatnonzero(both)])
    theme = np.concatenate([first, second[both]])
    order = np.argsort(item, kind="stable")
    item, theme = item[order], theme[order]
    names = pd.Series([f"theme_{place:02}" for place in range(N_THEMES)], dtype="str")
    table = pd.DataFrame(
        {
            "item_id": pd.Series(item, dtype="str").radd("a"),
            "theme": names.take(theme).reset_index(drop=True),
            "meeting_id": pd.Series(meeting[item], dtype="str").radd("m"),
            "year": pd.Series(2000 + year[item], dtype="str"),
        }
    )
    table.attrs["themes"] = names.tolist()
    return table


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the least time of some runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def measure(n_items: int, n_draws: int) -> dict[str, float]:
    """Return seconds of each step and the peak of memory in this process."""
    table = invented_table(n_items)
    theme_shares(table[:1000], interval="pooled")
    counts = theme_counts(table)
    found = {
        "items": n_items,
        "meetings": len(counts.meetings),
        "table": seconds(lambda: theme_shares(table), 3),
        "clustered": seconds(lambda: theme_shares(table, interval="clustered"), 3),
        "pooled": seconds(lambda: theme_shares(table, interval="pooled"), 3),
        "bootstrap": seconds(lambda: resampled_intervals(counts, n_draws=n_draws), 1),
    }
    scale = 1024 if sys.platform != "darwin" else 1024**2
    return {**found, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale}


def exponent(rows: list[dict[str, float]], step: str) -> float:
    """Return the slope of log time over log items."""
    items = np.log([row["items"] for row in rows])
    return float(np.polyfit(items, np.log([row[step] for row in rows]), 1)[0])


def main() -> None:
    """Measure every size, print a table and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--draws", type=int, default=2000)
    arguments = parser.parse_args()
    rows: list[dict[str, float]] = []
    print(f"{'items':>10}{'meetings':>10}" + "".join(f"{s:>11}" for s in STEPS) + "     MiB")
    for size in arguments.sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(measure, size, arguments.draws).result()
        rows.append(row)
        steps = "".join(f"{row[step]:>11.3f}" for step in STEPS)
        print(f"{row['items']:>10,}{row['meetings']:>10,}{steps}{row['mib']:>8.0f}", flush=True)
    result = {
        "items": [row["items"] for row in rows],
        "draws": arguments.draws,
        "peak_mib": round(rows[-1]["mib"]),
        **{f"{step}_seconds": [round(row[step], 3) for row in rows] for step in STEPS},
        **{f"{step}_exponent": round(exponent(rows, step), 3) for step in STEPS},
    }
    for step in STEPS:
        print(f"growth exponent of {step}: {result[f'{step}_exponent']}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
