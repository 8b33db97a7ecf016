"""Small simulations with a seed: errors and coverage; the large one is in benchmarks/."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.tracking import simulate_counts
from cio_topics.tracking.trends import (
    beta_binomial_grid,
    bursts,
    change_points,
    item_slope,
    item_tau,
    scan_test,
    smooth_share,
)

DAYS = np.sort(np.random.default_rng(0).integers(0, 7300, 60))
TIMES = DAYS / 7300


def counts_of(share, sizes, n_themes, icc=0.3, seed=1):
    share = np.broadcast_to(share, len(sizes))
    return simulate_counts(
        np.repeat(share[:, None], n_themes, axis=1),
        list(np.asarray(sizes)[:, None]),
        icc=icc,
        random_state=seed,
    )


def test_longer_agendas_are_no_trend():
    sizes = 1 + np.random.default_rng(1).poisson(np.linspace(0, 7, 60))
    counts = counts_of(0.15, sizes, 400)
    found = item_tau(DAYS, counts.counts, counts.totals, n_draws=299)
    assert np.mean(found.p <= 0.05) <= 0.07  # 0.05, twice its standard error above
    assert np.mean((found.low <= 0) & (found.high >= 0)) >= 0.93


def test_slopes_are_held():
    counts = counts_of(0.1 + 0.4 * TIMES, np.full(60, 3), 400, icc=0.2)
    found = item_slope(DAYS / 365, counts.counts, counts.totals)
    assert 0.92 <= np.mean((found.low <= 0.02) & (found.high >= 0.02)) <= 0.98
    p = item_tau(DAYS, counts.counts, counts.totals, n_draws=299).p
    assert np.mean(p <= 0.05) > 0.8  # it does find them


def test_equal_shares_do_not_break():
    counts = counts_of(0.2, np.tile([1, 2, 4], 20), 150, icc=0.3)
    p = scan_test(counts.counts, counts.totals, n_draws=99)
    assert np.mean(p <= 0.05) <= 0.08
    claimed = [
        change_points(DAYS, *beta_binomial_grid(counts.counts[:, k], counts.totals))
        for k in np.flatnonzero(p <= 0.05)
    ]
    assert sum(each.segments.probability() >= 0.5 for each in claimed) / 150 <= 0.06


def test_days_of_steps_are_held():
    counts = counts_of(np.where(DAYS < 4000, 0.1, 0.6), np.full(60, 3), 60, icc=0.2)
    held = []
    for column in counts.counts.T:
        found = change_points(DAYS, *beta_binomial_grid(column, counts.totals))
        held.append(any(low <= 4000 <= high for _, low, high in found.dates()))
    assert np.mean(held) >= 0.9


@pytest.mark.parametrize("bend", [0.0, 0.8])
def test_bands_hold_whole_curves(bend):
    def share(x):
        return 0.3 * (1 + bend * np.sin(2 * np.pi * x))

    counts = counts_of(share(TIMES), np.tile([1, 3], 30), 30, icc=0.2)
    grid = np.linspace(DAYS[0], DAYS[-1], 40)
    held = []
    for place, column in enumerate(counts.counts.T):
        curve = smooth_share(DAYS, column, counts.totals, grid, n_draws=300, random_state=place)
        truth = share(grid / 7300)
        held.append(((curve.low <= truth) & (truth <= curve.high)).all())
    assert np.mean(held) >= 0.85


def test_terms_without_bursts():
    """Of 25 corpora with 10 terms, in at most 3 any term bursts; 1.25 are expected."""
    wrong = 0
    for seed in range(25):
        counts = counts_of(0.15, np.full(60, 3), 10, icc=0.3, seed=seed)
        items = pd.DataFrame({"item_id": [f"i{k}" for k in range(180)]})
        meeting = np.repeat(np.arange(60), 3)
        items["meeting_id"] = [f"m{k}" for k in meeting]
        day = pd.Timestamp("2001-01-01") + pd.to_timedelta(DAYS[meeting], unit="D")
        items["date"], items["date_precision"] = day.strftime("%Y-%m-%d"), "day"
        item, term = np.nonzero(np.tile(np.arange(3), 60)[:, None] < counts.counts[meeting])
        marks = pd.DataFrame({"item_id": items["item_id"].to_numpy()[item], "term": term})
        found = bursts(items, marks.astype("str"), n_draws=39, random_state=seed)
        wrong += bool((found["p_adjusted"] <= 0.05).any())
    assert wrong <= 3
