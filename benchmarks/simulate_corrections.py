"""How often intervals of corrected and composed shares hold the true share, on invented data.

    python benchmarks/simulate_corrections.py            # the tables of docs/corrections.md
    python benchmarks/simulate_corrections.py --runs 20  # quick

The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from cio_topics.tracking import (
    COMPOSED_INTERVALS,
    SimulatedLabels,
    composed_shares,
    corrected_shares,
    simulate_labels,
)

# Share, sensitivity, specificity; four themes of each kind in every data set.
THEMES = {
    "common (0.30)": (0.30, 0.7, 0.8),
    "medium (0.10)": (0.10, 0.9, 0.9),
    "rare (0.03)": (0.03, 0.7, 0.99),
}
COPIES = 4
METHODS = {
    "ppi": {},
    "ppi, power 1": {"power": 1.0},
    "rogan_gladen": {"method": "rogan_gladen"},
}
# Periods, meetings of each, share of them that is labelled, correlation within meetings.
DESIGNS = [
    *((1, n, 0.5, 0.2) for n in (80, 40, 20, 10)),
    (1, 40, 0.5, 0.4),
    *((8, 8, part, 0.2) for part in (0.5, 0.25)),
    (12, 4, 0.5, 0.2),
]


def corrections(runs: int) -> Iterator[dict[str, object]]:
    """Yield coverage and mean width of the first period, by design, kind of theme and method."""
    for n_periods, n_meetings, labelled, icc in DESIGNS:
        found = []
        rng = np.random.default_rng([n_periods, n_meetings, int(100 * labelled), int(10 * icc)])
        columns = [np.repeat(values, COPIES) for values in zip(*THEMES.values(), strict=True)]
        for _ in range(runs):
            drawn = simulate_labels(
                *columns,
                n_periods=n_periods,
                n_meetings=n_meetings,
                labelled=labelled,
                icc=icc,
                random_state=rng,
            )
            for method, settings in METHODS.items():
                shares = corrected_shares(*drawn, **settings)
                found.append(_first_period(shares, "corrected", columns[0], method))
            found.append(_first_period(shares, "share", columns[0], "raw"))
        design = {"periods": n_periods, "meetings": n_meetings, "labelled": labelled, "icc": icc}
        yield from _summary(found, design)


def _first_period(shares: pd.DataFrame, name: str, truth: np.ndarray, method: str) -> pd.DataFrame:
    first = shares.iloc[: len(truth)]
    low, high = first[f"{name}_low"], first[f"{name}_high"]
    return pd.DataFrame(
        {
            "method": method,
            "theme": [kind for kind in THEMES for _ in range(COPIES)],
            "has": ((low <= truth) & (truth <= high)).where(low.notna()),
            "width": high - low,
            "none": low.isna(),
        }
    )


def _summary(found: list[pd.DataFrame], design: dict[str, object]) -> Iterator[dict[str, object]]:
    rows = pd.concat(found)
    for (theme, method), part in rows.groupby(["theme", "method"], sort=False):
        yield {
            **design,
            "theme": theme,
            "method": method,
            "coverage": float(part["has"].astype(float).mean()),
            "width": float(part["width"].mean()),
            "no_interval": float(part["none"].mean()),
        }


def learners(runs: int) -> Iterator[dict[str, object]]:
    """Yield coverage where the classifier learned from the labelled items: with and without folds.

    The classifier knows by heart: it gives the theme to what lies near a labelled item with it. It
    makes no error on what it learned from, and misses much of all else.
    """
    rng = np.random.default_rng(7)
    found = []
    for _ in range(runs):
        meeting = np.repeat(np.arange(60), 4)
        x = rng.normal(size=(60, 2))[meeting] + rng.normal(size=(240, 2))
        y = (rng.random(240) < 1 / (1 + np.exp(1.0 - 1.5 * x[:, 0]))).astype(float)
        known = meeting < 20  # meetings are alike
        folds = rng.permutation(60) % 5
        parts = [known & (folds[meeting] != fold) for fold in range(5)]
        every = np.array([_by_heart(x, x[part], y[part]) for part in parts])
        held_out = np.where(known, every[folds[meeting], np.arange(240)], every.mean(axis=0))
        in_sample = _by_heart(x, x[known], y[known])
        for name, f in (("learned from", in_sample), ("folds", held_out)):
            found.append({"predictions": name, **_one_theme(meeting, known, y, f)})
    rows = pd.DataFrame(found)
    truth = rows["truth"].mean()  # of all items ever drawn
    rows["has"] = (rows["corrected_low"] <= truth) & (truth <= rows["corrected_high"])
    rows["width"] = rows["corrected_high"] - rows["corrected_low"]
    for name, part in rows.groupby("predictions", sort=False):
        yield {
            "predictions": name,
            "coverage": float(part["has"].mean()),
            "bias": float(part["corrected"].mean() - truth),
            "width": float(part["width"].mean()),
        }


def _by_heart(x: np.ndarray, learned: np.ndarray, labels: np.ndarray) -> np.ndarray:
    apart = ((x[:, None] - learned[None]) ** 2).sum(axis=2)
    return labels[apart.argmin(axis=1)] * (apart.min(axis=1) < 0.02)


def _one_theme(
    meeting: np.ndarray, known: np.ndarray, y: np.ndarray, f: np.ndarray
) -> dict[str, float]:
    items = pd.Index([f"i{number}" for number in range(len(y))])
    names = [f"m{number:03d}" for number in meeting]
    table = pd.DataFrame({"item_id": items, "theme": "a", "meeting_id": names, "year": "2004"})
    labels = pd.DataFrame({"a": y[known]}, index=items[known])
    shares = corrected_shares(table, labels, pd.DataFrame({"a": f}, index=items))
    row = shares.loc[0, ["corrected", "corrected_low", "corrected_high"]].astype(float)
    return {"truth": float(y.mean()), **row.to_dict()}


def departures(runs: int) -> Iterator[dict[str, object]]:
    """Yield coverage where what the method asks for does not hold; shares are 0.2 throughout."""
    many, rng = 6, np.random.default_rng(11)
    easy = ([0.2] * many, [0.95] * many, [0.95] * many)
    hard = ([0.2] * many, [0.3] * many, [0.95] * many)
    size = {"n_meetings": 40, "random_state": rng}
    cases: dict[str, list[pd.DataFrame]] = {}
    for _ in range(runs):
        known = simulate_labels(*easy, labelled=1.0, **size)
        partly = simulate_labels(*hard, labelled=0.3, **size)
        unlabelled = partly._replace(labels=partly.labels.iloc[:0])
        for errors_from in ("all", "period"):
            found = corrected_shares(*_joined(known, partly, "1"), errors_from=errors_from)
            name = f"more errors in one period; errors_from={errors_from}"
            cases.setdefault(name, []).append(found[found["period"] == "1"])
        found = corrected_shares(*_joined(known, unlabelled, "0"))
        cases.setdefault("labelled meetings are the easy ones", []).append(found)
    for name, parts in cases.items():
        rows = pd.concat(parts)
        has = (rows["corrected_low"] <= 0.2) & (rows["corrected_high"] >= 0.2)
        bias = float(rows["corrected"].mean() - 0.2)
        yield {"departure": name, "coverage": float(has.mean()), "bias": bias}


def _joined(
    one: SimulatedLabels, other: SimulatedLabels, period: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return two drawn data sets as one, the second in this period."""
    renamed = {name: "b" + other.table[name] for name in ("item_id", "meeting_id")}
    table = pd.concat([one.table, other.table.assign(**renamed, year=period)], ignore_index=True)
    table.attrs["themes"] = one.table.attrs["themes"]
    return (
        table,
        pd.concat([one.labels, other.labels.rename(index="b{}".format)]),
        pd.concat([one.predictions, other.predictions.rename(index="b{}".format)]),
    )


def composition(runs: int) -> Iterator[dict[str, object]]:
    """Yield coverage of shares of three topics in titles of four words.

    The terms of the topics are learned from 70 words each; every seed draws them from what is known
    then, and every draw the one topic of each title.
    """
    rng = np.random.default_rng(5)
    share = np.array([0.5, 0.3, 0.2])
    words = np.array([[4, 2, 1, 1, 1, 1], [1, 1, 4, 2, 1, 1], [1, 1, 1, 1, 4, 2]]) / 10
    for n_meetings, n_seeds in ((40, 10), (40, 3), (10, 10), (5, 10)):
        meeting = np.repeat(np.arange(n_meetings), 4)
        items = pd.Index([f"i{number}" for number in range(len(meeting))])
        agenda = pd.DataFrame({"item_id": items, "year": "2004"})
        agenda["meeting_id"] = [f"m{number:03d}" for number in meeting]
        cases: dict[str, list[np.ndarray]] = {}
        for _ in range(runs):
            topic = _one_of(rng.dirichlet(share * 4, n_meetings)[meeting], rng)  # icc 0.2
            counts = np.array([rng.multinomial(4, words[each]) for each in topic])
            learned = np.array([rng.multinomial(70, row) for row in words])
            every = [_posterior(counts, learned, share, rng) for _ in range(n_seeds)]
            draws = [
                pd.DataFrame(np.eye(3)[_one_of(weights, rng)], index=items)
                for weights in every
                for _ in range(3)
            ]
            seeds = [seed for seed in range(n_seeds) for _ in range(3)]
            model = pd.DataFrame(every[0], index=items)
            for kind in COMPOSED_INTERVALS:
                shares = composed_shares(
                    draws, agenda, seeds=seeds, weights=model, interval=kind, n_resamples=1000
                )
                cases.setdefault(f"composed, {kind}", []).append(_held(shares, "composed", share))
            cases.setdefault("model alone", []).append(_held(shares, "share", share))
        for name, parts in cases.items():
            coverage, width = np.concatenate(parts).mean(axis=0)
            design = {"meetings": n_meetings, "seeds": n_seeds, "interval": name}
            yield {**design, "coverage": float(coverage), "width": float(width)}


def _posterior(
    counts: np.ndarray, learned: np.ndarray, share: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return probabilities of each title's topic, the terms drawn from what was learned."""
    terms = np.array([rng.dirichlet(row + 1) for row in learned])
    weights = np.exp(counts @ np.log(terms).T) * share
    return weights / weights.sum(axis=1, keepdims=True)


def _one_of(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return (rng.random((len(weights), 1)) > weights.cumsum(axis=1)[:, :-1]).sum(axis=1)


def _held(shares: pd.DataFrame, name: str, truth: np.ndarray) -> np.ndarray:
    low, high = shares[f"{name}_low"].to_numpy(), shares[f"{name}_high"].to_numpy()
    return np.column_stack([(low <= truth) & (truth <= high), high - low])


def main() -> None:
    """Print the tables, and all of it as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100)
    runs = parser.parse_args().runs
    warnings.simplefilter("ignore", RuntimeWarning)
    started = time.process_time()
    tables = {
        "corrections": pd.DataFrame(corrections(runs)),
        "learners": pd.DataFrame(learners(2 * runs)),
        "departures": pd.DataFrame(departures(runs)),
        "composition": pd.DataFrame(composition(runs)),
    }
    for name, table in tables.items():
        print(f"\n{name}, {runs} runs\n{table.round(3).to_string(index=False)}")
    seconds = round(time.process_time() - started)
    rows = {name: table.round(4).to_dict("records") for name, table in tables.items()}
    print(json.dumps({"runs": runs, "cpu_seconds": seconds, **rows}))


if __name__ == "__main__":
    main()
