"""How often the rules of ``cio-topics replicate`` give a wrong verdict, on invented meetings.

    python benchmarks/simulate_case_study.py

About two minutes. The last line is one JSON object.
"""

from __future__ import annotations

import json
import time

import numpy as np

from cio_topics.case_study.counts import mean_interval
from cio_topics.case_study.largest import sign_flip_p
from cio_topics.case_study.process import exact_interval
from cio_topics.tracking import ThemeCounts
from cio_topics.tracking.estimates import clustered_interval

N = 500
SIZES = np.array([1, 1, 1, 1, 2, 1, 1, 2, 1, 5, 1, 1, 2])  # as the corpus has them, about


def draw(shares: list[float], n_meetings: int, icc: float, seed: int) -> np.ndarray:
    """Draw N corpora of items with one theme each, alike within a meeting: Dirichlet-multinomial.

    Returns an array of shape (N, n_meetings, n_themes).
    """
    rng, sizes = np.random.default_rng(seed), np.resize(SIZES, n_meetings)
    own = np.broadcast_to(np.array(shares), (N, n_meetings, len(shares)))
    if icc > 0:
        own = rng.dirichlet(np.array(shares) * (1 - icc) / icc, size=(N, n_meetings))
    return rng.multinomial(np.broadcast_to(sizes, (N, n_meetings)), own).astype(float)


def dominance(shares: list[float], n_meetings: int, icc: float, seed: int) -> tuple[float, float]:
    """Return how often the first theme is called the largest, and how often not the largest."""
    counts = draw(shares, n_meetings, icc, seed)
    ahead = counts[:, :, :1] - counts[:, :, 1:]
    n_others = ahead.shape[2]
    columns = ahead.transpose(1, 0, 2).reshape(n_meetings, -1)
    parts = np.array_split(columns, columns.shape[1] // 400 + 1, axis=1)
    p = np.concatenate([sign_flip_p(part) for part in parts]).reshape(N, n_others)
    larger = ahead.sum(axis=1)
    confirmed = (larger > 0).all(axis=1) & (p <= 0.05).all(axis=1)
    order = np.argsort(p, axis=1)  # Holm, a row a corpus
    steps = np.take_along_axis(p, order, axis=1) * np.arange(n_others, 0, -1)
    holm = np.empty_like(p)
    np.put_along_axis(holm, order, np.maximum.accumulate(steps, axis=1), axis=1)
    contradicted = ((larger < 0) & (holm <= 0.05)).any(axis=1)
    return float(confirmed.mean()), float(contradicted.mean())


def majority(share: float, n_meetings: int, icc: float, seed: int) -> tuple[float, float]:
    """Return how often a share is called above, and below, one half; outside has 32 meetings."""
    outside = draw([0.1, 0.9], 32, icc, seed)[:, :, 0].T
    inside = draw([share, 1 - share], n_meetings, icc, seed + 1)[:, :, 0].T
    totals = np.concatenate([np.resize(SIZES, 32), np.resize(SIZES, n_meetings)]).astype(float)
    counts = ThemeCounts(
        ("outside", "inside"),
        tuple(f"t{place}" for place in range(N)),  # a theme a corpus
        "items",
        np.array([f"m{place}" for place in range(len(totals))], dtype=object),
        np.repeat([0, 1], [32, n_meetings]),
        np.concatenate([outside, inside]),
        totals,
        totals,
    )
    low, high = (bound[1] for bound in clustered_interval(counts))
    return float((low > 0.5).mean()), float((high < 0.5).mean())


def mean_coverage(n: int, total: int, seed: int) -> float:
    """Return how often the interval of a mean holds that of all meetings; handouts are skewed."""
    rng, hits = np.random.default_rng(seed), 0
    for _ in range(N):
        everything = rng.negative_binomial(4, 4 / 9.3, size=total)
        _, low, high = mean_interval(rng.choice(everything, n, replace=False).astype(float), total)
        hits += low <= everything.mean() <= high
    return hits / (N)


def process_errors(n_pairs: int) -> float:
    """Return the exact chance of a verdict where one half of the documents follow."""
    from scipy.stats import binom

    bounds = [exact_interval(n, n_pairs) for n in range(n_pairs + 1)]
    wrong = [low > 0.5 or high < 0.5 for low, high in bounds]
    return float(binom.pmf(np.arange(n_pairs + 1), n_pairs, 0.5)[wrong].sum())


def main() -> None:
    """Print how often the rule for the largest theme is wrong, and right."""
    begun, found = time.perf_counter(), {}
    tied = [0.35, 0.35, 0.1, 0.1, 0.05, 0.05]
    alike = [1 / 6] * 6
    clear = [0.6, 0.15, 0.1, 0.05, 0.05, 0.05]
    behind = [0.15, 0.6, 0.1, 0.05, 0.05, 0.05]
    print("dominates: share of 500 corpora called confirmed / contradicted")
    print(
        f"{'meetings':>9}{'icc':>6}{'tied':>16}{'all alike':>16}{'0.60-0.15':>16}{'0.15-0.60':>16}"
    )
    for n_meetings in (6, 12, 19, 40):
        for icc in (0.0, 0.3):
            row = [
                dominance(shares, n_meetings, icc, place)
                for place, shares in enumerate((tied, alike, clear, behind))
            ]
            cells = "".join(f"{a:8.3f} /{b:6.3f}" for a, b in row)
            print(f"{n_meetings:>9}{icc:>6}{cells}")
            found[f"dominates_{n_meetings}_{icc}"] = [round(x, 3) for pair in row for x in pair]
    print("\nis the agenda: share of 500 corpora called above / below one half")
    print(f"{'meetings':>9}{'icc':>6}{'share 0.5':>16}{'share 0.8':>16}")
    for n_meetings in (2, 4, 8, 19):
        for icc in (0.0, 0.3):
            row = [majority(share, n_meetings, icc, 7) for share in (0.5, 0.8)]
            print(f"{n_meetings:>9}{icc:>6}" + "".join(f"{a:8.3f} /{b:6.3f}" for a, b in row))
            found[f"half_{n_meetings}_{icc}"] = [round(x, 3) for pair in row for x in pair]
    print("\nmean of 81 meetings: coverage of the 95 % interval, 500 corpora")
    for n in (5, 10, 20, 40):
        found[f"mean_{n}"] = round(mean_coverage(n, 81, n), 3)
        print(f"{n:>9} known: {found[f'mean_{n}']:.3f}")
    print("\nprocess: exact chance of a verdict where one half follow")
    for n in (6, 10, 20, 40):
        found[f"process_{n}"] = round(process_errors(n), 3)
        print(f"{n:>9} documents: {found[f'process_{n}']:.3f}")
    found["seconds"] = round(time.perf_counter() - begun)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
