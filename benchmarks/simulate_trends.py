"""Count how often tests of trends, breaks and bursts err, and how often their intervals hold.

Run ``python benchmarks/simulate_trends.py``, or with some of ``trends curves breaks bursts``.
Invented counts: meetings at random days of twenty years, one to four items each unless said
otherwise, items of one meeting alike (icc). In every round the days are drawn anew. The last line
is one JSON object. Standard errors: 0.007 for a rate of 0.05 from 1,000 rounds, 0.018 from 150.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import kendalltau

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.tracking import simulate_counts
from cio_topics.tracking.trends import (
    beta_binomial_grid,
    bursts,
    change_points,
    item_slope,
    item_tau,
    mann_kendall,
    scan_test,
    sen_slope,
    smooth_share,
)

YEARS = 20


def show(head: list[str], rows: list[list[object]]) -> None:
    """Print a table."""
    texts = [head, *[[f"{c:.3f}" if isinstance(c, float) else str(c) for c in row] for row in rows]]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def drawn(
    rng: np.random.Generator, m: int, sizes: tuple[int, int], n_themes: int, shape, icc: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return days, counts, totals and true shares of one round; sizes grow from one to the other.

    `shape` gives the share at times from 0 to 1.
    """
    days = np.sort(rng.integers(0, YEARS * 365, m))
    if sizes[0] == sizes[1]:
        totals = rng.integers(1, sizes[0] + 1, m)
    else:
        totals = 1 + rng.poisson(np.linspace(sizes[0], sizes[1], m) - 1)
    share = shape(days / (YEARS * 365))
    counts = simulate_counts(
        np.repeat(share[:, None], n_themes, axis=1),
        list(totals[:, None]),
        icc=icc,
        random_state=rng,
    )
    return days, counts.counts, totals.astype(float), share


def trends(rounds: int) -> list[dict[str, object]]:
    """Return how often trends are found, and how often intervals hold the slope."""
    cases = [  # meetings, sizes, first and last share, icc
        *((10, (4, 4), 0.3, 0.3, 0.2), (20, (4, 4), 0.2, 0.2, 0.2), (40, (1, 8), 0.1, 0.1, 0.2)),
        *((40, (4, 4), 0.3, 0.3, 0.4), (160, (1, 4), 0.05, 0.05, 0.3), (160, (4, 4), 0.2, 0.2, 0)),
        *((160, (1, 8), 0.2, 0.2, 0.4), (40, (4, 4), 0.1, 0.5, 0.2), (160, (1, 4), 0.1, 0.3, 0.2)),
    ]
    rows = []
    for m, sizes, first, last, icc in cases:
        rng = np.random.default_rng(1)
        slope, found = (last - first) / YEARS, []
        for _ in range(rounds // 10):  # ten themes share their days

            def line(x: np.ndarray, first: float = first, last: float = last) -> np.ndarray:
                return first + (last - first) * x

            days, y, n, _ = drawn(rng, m, sizes, 10, line, icc)
            seed = int(rng.integers(2**31))
            tau = item_tau(days, y, n, n_draws=499, random_state=seed)
            rise = item_slope(days / 365, y, n)
            year = days // 365
            known = np.unique(year)
            sums = np.array([[*y[year == k].sum(axis=0), n[year == k].sum()] for k in known])
            for k in range(10):
                if not np.isfinite(tau.p[k]):
                    continue
                yearly = sums[:, k] / sums[:, -1]
                sen = sen_slope(yearly, known)
                found.append(
                    (
                        tau.p[k] <= 0.05,
                        kendalltau(days, y[:, k] / n).pvalue <= 0.05,
                        mann_kendall(yearly, known).p <= 0.05,
                        tau.low[k] <= 0 <= tau.high[k] if first == last else np.nan,
                        rise.low[k] <= slope <= rise.high[k],
                        sen.low <= slope <= sen.high if np.isfinite(sen.low) else np.nan,
                    )
                )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # tau has no known true value where there is a trend
            means = [float(v) for v in np.nanmean(np.array(found, dtype=float), axis=0)]
        names = ("p", "tau_of_meetings", "mann_kendall", "tau", "rise", "sen")
        case = {"meetings": m, "sizes": sizes, "first": first, "last": last, "icc": icc}
        rows.append({**case, **dict(zip(names, means, strict=True))})
    print("\nTrends: found at 5 % (an error where the shares are equal); 95 % intervals that hold")
    head = ["meetings", "sizes", "from", "to", "icc", "p", "tau of meetings", "Mann-Kendall"]
    show([*head, "tau", "rise", "Sen"], [list(row.values()) for row in rows])
    return rows


SHAPES = {
    "flat": lambda b: lambda x: b + 0 * x,
    "line": lambda b: lambda x: b * (0.4 + 1.2 * x),
    "bump": lambda b: lambda x: b * (0.4 + 2 * np.exp(-((x - 0.5) ** 2) / 0.02)),
    "wave": lambda b: lambda x: b * (1 + 0.8 * np.sin(2 * np.pi * x)),
    "step": lambda b: lambda x: b * np.where(x < 0.4, 0.5, 1.5),
}


def curves(rounds: int) -> list[dict[str, object]]:
    """Return how often the band holds the whole curve, and which part of it on average."""
    cases = [  # shape, meetings, share, icc
        *(("flat", 160, 0.1, 0.2), ("line", 160, 0.1, 0.2), ("line", 160, 0.05, 0.3)),
        *(("bump", 160, 0.3, 0.2), ("bump", 160, 0.1, 0.2), ("wave", 160, 0.3, 0.2)),
        *(("wave", 160, 0.1, 0.2), ("wave", 40, 0.3, 0.2), ("step", 160, 0.2, 0.2)),
    ]
    rows = []
    for shape, m, share, icc in cases:
        rng = np.random.default_rng(2)
        curve_of, found = SHAPES[shape](share), []
        for _ in range(rounds):
            days, y, n, _ = drawn(rng, m, (4, 4), 1, curve_of, icc)
            if min((y > 0).sum(), (y[:, 0] < n).sum()) < 6:
                continue
            grid = np.linspace(days[0], days[-1], 60)
            curve = smooth_share(
                days, y[:, 0], n, grid, n_draws=1000, random_state=int(rng.integers(2**31))
            )
            truth = curve_of(grid / (YEARS * 365))
            inside = (curve.low <= truth) & (truth <= curve.high)
            width = float((curve.high - curve.low).mean())
            found.append((inside.all(), inside.mean(), width, curve.df))
        means = [float(value) for value in np.mean(found, axis=0)]
        case = {"shape": shape, "meetings": m, "share": share, "icc": icc}
        rows.append({**case, **dict(zip(("whole", "part", "width", "df"), means, strict=True))})
    print("\nCurves: bands of 95 % that hold the whole curve; part of the curve that they hold")
    show(
        ["shape", "meetings", "share", "icc", "whole", "part", "width", "df"],
        [list(row.values()) for row in rows],
    )
    return rows


def breaks(rounds: int) -> list[dict[str, object]]:
    """Return how often a change is claimed, and how often the interval holds its day."""
    cases = [  # meetings, sizes, share before and after, icc
        *((20, (4, 4), 0.3, 0.3, 0.2), (40, (1, 8), 0.1, 0.1, 0.2), (160, (1, 4), 0.05, 0.05, 0.3)),
        *((160, (4, 4), 0.2, 0.2, 0), (160, (1, 8), 0.2, 0.2, 0.4), (40, (4, 4), 0.1, 0.6, 0.2)),
        *((160, (4, 4), 0.1, 0.4, 0.2), (160, (4, 4), 0.05, 0.25, 0.2), (160, (4, 4), 0.4, 0.1, 0)),
    ]
    rows = []
    for m, sizes, before, after, icc in cases:
        rng = np.random.default_rng(3)
        tested, claimed, one, holds, years = [], [], [], [], []
        n_themes = 8 if before == after else 1  # that share their days
        for _ in range(rounds):
            at = rng.uniform(0.25, 0.75)

            def step(
                x: np.ndarray, at: float = at, before: float = before, after: float = after
            ) -> np.ndarray:
                return np.where(x < at, before, after)

            days, y, n, _ = drawn(rng, m, sizes, n_themes, step, icc)
            p = scan_test(y, n, n_draws=199, random_state=int(rng.integers(2**31)))
            tested += (p <= 0.05).tolist()
            grids = [beta_binomial_grid(y[:, k], n) for k in np.flatnonzero(p <= 0.05)]
            fits = [change_points(days, *grid) for grid in grids]
            sure = [fit for fit in fits if fit.segments.probability() >= 0.5]
            claimed += [place < len(sure) for place in range(n_themes)]
            for found in sure if before != after else []:
                dates, day = found.dates(), int(np.ceil(at * YEARS * 365))
                near = dates[np.abs(dates[:, 0] - day).argmin()]
                one.append(len(dates) == 1)
                holds.append(near[1] <= day <= near[2])
                years.append((near[2] - near[1]) / 365)
        case = {"meetings": m, "sizes": sizes, "before": before, "after": after, "icc": icc}
        means = [float(np.mean(v)) if v else float("nan") for v in (one, holds, years)]
        rows.append(
            {
                **case,
                "p": float(np.mean(tested)),
                "claimed": float(np.mean(claimed)),
                **dict(zip(("one", "holds", "years"), means, strict=True)),
            }
        )
    print(
        "\nBreaks: p at most 0.05; changes claimed; of them one alone; intervals that hold the day"
    )
    head = ["meetings", "sizes", "before", "after", "icc", "p", "claimed", "one", "holds", "years"]
    show(head, [list(row.values()) for row in rows])
    return rows


def burst_tables(
    rng: np.random.Generator, m: int, n_terms: int, icc: float, more: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return items and terms; the first term is `more` times as frequent in three years."""
    days = np.sort(rng.integers(0, YEARS * 365, m))
    totals = rng.integers(1, 5, m)
    shares = np.repeat(np.geomspace(0.03, 0.3, n_terms)[None], m, axis=0)
    year = days // 365
    shares[(year >= 8) & (year < 11), 0] *= more
    counts = simulate_counts(shares, list(totals[:, None]), icc=icc, random_state=rng).counts
    date = (pd.Timestamp("2001-01-01") + pd.to_timedelta(days, unit="D")).strftime("%Y-%m-%d")
    meeting = np.repeat(np.arange(m), totals)
    place = np.arange(len(meeting)) - np.repeat(np.cumsum(totals) - totals, totals)
    items = pd.DataFrame({"item_id": np.arange(len(meeting)).astype(str)})
    items["meeting_id"], items["date"] = meeting.astype(str), np.asarray(date)[meeting]
    items["date_precision"] = "day"
    item, term = np.nonzero(place[:, None] < counts[meeting])
    marks = pd.DataFrame({"item_id": items["item_id"].to_numpy()[item], "term": term.astype(str)})
    return items.astype("str"), marks


def burst_errors(rounds: int) -> list[dict[str, object]]:
    """Return how often any burst of any term is significant, and how often a real one is."""
    cases = [  # meetings, terms, icc, times as frequent
        *((40, 30, 0.2, 1.0), (160, 30, 0.0, 1.0), (160, 30, 0.4, 1.0)),
        *((160, 30, 0.2, 6.0), (160, 30, 0.2, 12.0)),
    ]
    rows = []
    for m, n_terms, icc, more in cases:
        rng = np.random.default_rng(4)
        any_, listed, first = [], [], []
        for _ in range(4 * rounds if more == 1 else rounds):
            items, marks = burst_tables(rng, m, n_terms, icc, more)
            found = bursts(items, marks, n_draws=99, random_state=int(rng.integers(2**31)))
            sure = found[found["p_adjusted"] <= 0.05]
            any_.append((sure["term"] != "0").any())
            listed.append(len(found))
            first.append((sure["term"] == "0").any())
        case = {"meetings": m, "terms": n_terms, "icc": icc, "times": more}
        means = [float(np.mean(v)) for v in (listed, any_, first)]
        rows.append({**case, **dict(zip(("listed", "false", "true"), means, strict=True))})
    print(
        "\nBursts: listed without a test; a false one with p (all) at most 0.05; the true one found"
    )
    show(
        ["meetings", "terms", "icc", "times", "listed", "false", "true"],
        [list(row.values()) for row in rows],
    )
    return rows


PARTS = {"trends": (trends, 1000), "curves": (curves, 150), "breaks": (breaks, 300)}
PARTS["bursts"] = (burst_errors, 100)


def main() -> None:
    """Run the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="all if left out")
    parser.add_argument("--rounds", type=float, default=1.0, help="times as many rounds")
    asked = parser.parse_args()
    result: dict[str, object] = {}
    for name in asked.parts or PARTS:
        start = time.process_time()
        run, rounds = PARTS[name]
        result[name] = run(int(rounds * asked.rounds))
        result[f"{name}_seconds"] = round(time.process_time() - start)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
