"""What intervals and tests of themes in their order are worth, on invented data.

    python benchmarks/simulate_sequence.py [--small]

Prints a table for people and, as its last line, one JSON object. All rows are invented.
"""

from __future__ import annotations

import argparse
import json
import warnings

import numpy as np
import pandas as pd

from cio_topics.tracking.sequence import (
    correspondence,
    correspondence_points,
    lag_correlations,
    lead_scores,
    name_pairs,
    passed_themes,
    theme_transitions,
)

COLUMNS = ("what", "setting", "measure", "value", "n")


def meetings_table(bodies: dict[str, tuple[pd.DatetimeIndex, list[np.ndarray]]]) -> pd.DataFrame:
    """Return a theme table: for each body its days and, by meeting, items × themes (0 or 1)."""
    rows = []
    themes = [f"t{k}" for k in range(next(iter(bodies.values()))[1][0].shape[1])]
    for body, (days, meetings) in bodies.items():
        for m, (day, items) in enumerate(zip(days, meetings, strict=True)):
            text = f"{day:%Y-%m-%d}"
            for i, item in enumerate(items):
                own = [themes[k] for k in np.flatnonzero(item)] or ["rest"]
                rows += [(f"{body}{m:04d}-{i}", f"{body}{m:04d}", body, text, k) for k in own]
    table = pd.DataFrame(rows, columns=["item_id", "meeting_id", "body", "date", "theme"])
    table = table.assign(date_precision="day").astype("str")
    table.attrs["themes"] = [*themes, "rest"]
    return table


def days_of(rng: np.random.Generator, n: int, years: float) -> pd.DatetimeIndex:
    """Return n days of meetings, in order, no two the same."""
    days = np.sort(rng.choice(int(years * 365), size=n, replace=False))
    return pd.Timestamp("2004-01-05") + pd.to_timedelta(days, unit="D")


def states(rng: np.random.Generator, shares: np.ndarray, stay: float, n_themes: int) -> np.ndarray:
    """Return whether each meeting has each theme: shares by meeting, and a wish to stay."""
    has = np.zeros((len(shares), n_themes), dtype=bool)
    has[0] = rng.random(n_themes) < shares[0]
    for m in range(1, len(shares)):
        fresh = rng.random(n_themes) < shares[m]
        has[m] = np.where(rng.random(n_themes) < stay, has[m - 1], fresh)
    return has


def one_item_each(has: np.ndarray) -> list[np.ndarray]:
    """Return a meeting's themes as one item a theme, so that its items say the same."""
    return [np.eye(has.shape[1], dtype=int)[row] if row.any() else row[None] * 1 for row in has]


DRIFTS = {
    "no drift": lambda n: np.full(n, 0.3),
    "steady rise": lambda n: np.linspace(0.05, 0.6, n),
    "rise and fall": lambda n: 0.05 + 0.5 * np.exp(-(((np.arange(n) / n - 0.5) / 0.2) ** 2)),
}


def transitions(reps: int, draws: int, seed: int) -> list[tuple]:
    """Type-I error of p by drift and window; coverage of Wilson's interval after a theme."""
    rows = []
    for name, drift in DRIFTS.items():
        for years in (0, 4, 2):
            rng = np.random.default_rng(seed)
            below = []
            for rep in range(reps):
                table = meetings_table(
                    {"A": (days_of(rng, 48, 12), one_item_each(states(rng, drift(48), 0, 3)))}
                )
                found = theme_transitions(
                    table,
                    themes=["t0", "t1", "t2"],
                    window_years=years,
                    n_draws=draws,
                    random_state=rep,
                )
                below += (found["p"].dropna() <= 0.05).tolist()
            rows.append(("transitions", f"{name}, window {years}", "type I", below))
    for n in (12, 30, 60):
        rng = np.random.default_rng(seed)
        inside = []
        for rep in range(reps * 2):
            has = states(rng, np.full(n, 0.4), 0.3, 3)
            table = meetings_table({"A": (days_of(rng, n, 12), one_item_each(has))})
            found = theme_transitions(table, themes=["t0", "t1", "t2"], n_draws=1, random_state=rep)
            own = found[(found["theme"] == found["next_theme"]) & (found["n_from"] > 0)]
            inside += own["share_low"].le(0.58).mul(own["share_high"].ge(0.58)).tolist()
        rows.append(("transitions", f"{n} meetings", "coverage of share", inside))
    return rows


def leads(reps: int, draws: int, seed: int) -> list[tuple]:
    """Type-I error of the net score where one body meets more often; coverage of its interval."""
    rows = []
    for n_themes in (6, 15):
        rng = np.random.default_rng(seed)
        below, low_high, wins = [], [], []
        for rep in range(reps):
            bodies = {
                name: (days_of(rng, n, 10), one_item_each(rng.random((n, n_themes)) < 0.04))
                for name, n in (("A", 40), ("B", 20), ("C", 20))
            }
            found = lead_scores(meetings_table(bodies), n_draws=draws, random_state=rep)
            one = found.iloc[0]
            wins.append((one["n_led"], one["n_followed"]))
            low_high.append((one["score_low"], one["score_high"]))
            below += [found["p"].iloc[0] <= 0.05] if found["p"].notna().iloc[0] else []
        led, followed = np.array(wins, dtype=float).sum(axis=0)
        truth = (led - followed) / (led + followed)
        inside = [low <= truth <= high for low, high in low_high if np.isfinite(low)]
        rows.append(("leads", f"{n_themes} themes", "type I", below))
        rows.append(("leads", f"{n_themes} themes", "coverage of score", inside))
    return rows


def lags(reps: int, draws: int, seed: int) -> list[tuple]:
    """Family-wise type-I error of lag correlations; coverage of Fisher's interval at lag 1."""
    rows = []
    kinds = {
        "independent": ("no drift", 0.0),
        "stays (0.5)": ("no drift", 0.5),
        "common rise": ("steady rise", 0.0),
        "common rise and fall": ("rise and fall", 0.0),
    }
    for name, (drift, stay) in kinds.items():
        for shuffle, years in (("windows", 2), ("windows", 4), ("shift", 0)):
            rng = np.random.default_rng(seed)
            below = []
            for rep in range(reps):
                bodies = {
                    body: (
                        days_of(rng, 40, 10),
                        one_item_each(states(rng, DRIFTS[drift](40), stay, 2)),
                    )
                    for body in "AB"
                }
                found = lag_correlations(
                    meetings_table(bodies),
                    "A",
                    "B",
                    themes=["t0"],
                    unit="meetings",
                    shuffle=shuffle,
                    window_years=years,
                    n_draws=draws,
                    random_state=rep,
                )
                if found["p"].notna().any():
                    below.append(found["p"].min() <= 0.05)
            rows.append(
                ("lags", f"{name}, {shuffle} {years or ''}".rstrip(), "type I, all lags", below)
            )
    for n in (16, 40):
        rng = np.random.default_rng(seed)
        inside = []
        for rep in range(reps * 2):
            first = pd.date_range("2004-01-10", periods=n, freq="QS") + pd.Timedelta(days=9)
            one = rng.random((n, 3)) < 0.4
            other = np.where(
                rng.random((n, 3)) < 0.4, np.roll(one, 1, axis=0), rng.random((n, 3)) < 0.4
            )
            bodies = {"A": (first, one_item_each(one)), "B": (first, one_item_each(other))}
            found = lag_correlations(
                meetings_table(bodies),
                "A",
                "B",
                unit="meetings",
                max_lag=1,
                n_draws=1,
                themes=["t0", "t1", "t2"],
                random_state=rep,
            )
            at = found[(found["lag"] == 1) & found["r"].notna()]
            inside += (at["r_low"].le(0.4) & at["r_high"].ge(0.4)).tolist()
        rows.append(("lags", f"{n} quarters, r = 0.4", "coverage of r", inside))
    return rows


def passed(reps: int, draws: int, seed: int) -> list[tuple]:
    """Type-I error of what is taken up, and coverage of its share."""
    rows = []
    for name, drift in DRIFTS.items():
        rng = np.random.default_rng(seed)
        below, bounds, sums = [], [], np.zeros(2)
        for rep in range(reps):
            bodies = {
                body: (days_of(rng, 40, 10), one_item_each(states(rng, drift(40), 0, 3)))
                for body in "AB"
            }
            found = passed_themes(
                meetings_table(bodies),
                "A",
                "B",
                themes=["t0", "t1", "t2"],
                months=3,
                n_draws=draws,
                random_state=rep,
            ).head(3)
            below += (found["p"].dropna() <= 0.05).tolist()
            sums += found[["n", "n_from"]].sum().to_numpy()
            bounds += found[["share_low", "share_high"]].dropna().to_numpy().tolist()
        truth = sums[0] / sums[1]
        rows.append(("passed on", name, "type I", below))
        rows.append(("passed on", name, "coverage of share", [a <= truth <= b for a, b in bounds]))
    return rows


def networks(reps: int, draws: int, seed: int) -> list[tuple]:
    """Type-I error of pairs, in meetings and in items of meetings that are alike; coverage."""
    rows = []
    shares = np.array([0.5, 0.3, 0.2, 0.1, 0.1, 0.05])
    for within, icc in (("meeting", 0.0), ("item", 0.0), ("item", 0.2)):
        for n in (20, 60):
            rng = np.random.default_rng(seed)
            below, inside = [], []
            for rep in range(reps):
                busy = rng.gamma(2.0, 0.5, size=n)[:, None]
                mean = np.clip(shares * busy, 0.01, 0.95)
                if icc:
                    mean = rng.beta(mean * (1 - icc) / icc, (1 - mean) * (1 - icc) / icc)
                size = 1 if within == "meeting" else 4
                has = rng.random((n, size, len(shares))) < mean[:, None]
                meeting, item, name = has.nonzero()
                names = pd.DataFrame(
                    {
                        "item_id": [f"{m}-{i}" for m, i in zip(meeting, item, strict=True)],
                        "meeting_id": meeting.astype(str),
                        "name": [f"t{k}" for k in name],
                    }
                )
                found = name_pairs(names, within, n_units=n * size, n_draws=draws, random_state=rep)
                below += (found["p"].dropna() <= 0.05).tolist()
                if not icc:
                    inside += _jaccard_inside(found)
            what = f"{n} meetings, within {within}" + (f", icc {icc}" if icc else "")
            rows.append(("networks", what, "type I", below))
            if inside:
                rows.append(("networks", what, "coverage of Jaccard", inside))
    return rows


def _jaccard_inside(found: pd.DataFrame) -> list[bool]:
    """Whether the interval holds the true index of the pair of the two most frequent names."""
    rng = np.random.default_rng(99)
    mean = np.clip(np.array([0.5, 0.3]) * rng.gamma(2.0, 0.5, size=200_000)[:, None], 0.01, 0.95)
    both = mean.prod(axis=1).mean()
    truth = both / (mean.sum(axis=1).mean() - both)
    own = found[(found["source"] == "t0") & (found["target"] == "t1")]
    return (own["jaccard_low"].le(truth) & own["jaccard_high"].ge(truth)).tolist()


def maps(reps: int, draws: int, seed: int) -> list[tuple]:
    """Coverage of the intervals of points, by meetings a period and how alike items are."""
    rows = []
    for n, icc in ((4, 0.1), (10, 0.0), (10, 0.2), (30, 0.1), (60, 0.1)):
        rng = np.random.default_rng(seed)
        inside: dict[str, list[bool]] = {"x": [], "y": []}
        for rep in range(reps):
            shares = _true_shares(rng, 5, 8)
            cells, truth = _drawn_cells(rng, shares, n, icc)
            points, _ = correspondence_points(cells, n_draws=draws, random_state=rep)
            found = points.assign(key=points["kind"] + points["name"]).set_index("key")
            turned = _turned(truth.loc[found.index], found)
            for axis in ("x", "y"):
                known = found[f"{axis}_low"].notna()
                ok = found[f"{axis}_low"].le(turned[axis]) & found[f"{axis}_high"].ge(turned[axis])
                inside[axis] += ok[known].tolist()
        for axis, held in inside.items():
            rows.append(("maps", f"{n} meetings a period, icc {icc}", f"coverage of {axis}", held))
    return rows


def _true_shares(rng: np.random.Generator, n_periods: int, n_themes: int) -> np.ndarray:
    time = np.linspace(-1, 1, n_periods)
    one, other = rng.normal(size=(2, n_themes)) * 0.8
    base = rng.dirichlet(np.full(n_themes, 5.0))
    shares = base * np.exp(np.outer(time, one) + np.outer(time**2 - 0.4, other))
    return shares / shares.sum(axis=1, keepdims=True)


def _drawn_cells(
    rng: np.random.Generator, shares: np.ndarray, n: int, icc: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = []
    for period, share in enumerate(shares):
        for meeting in range(n):
            own = rng.dirichlet(share * (1 - icc) / icc) if icc else share
            drawn = rng.multinomial(1 + rng.poisson(4), own)
            rows += [
                (f"{period}-{meeting}", f"t{k}", str(period), count)
                for k, count in enumerate(drawn)
                if count
            ]
    cells = pd.DataFrame(rows, columns=["meeting_id", "row", "column", "n"])
    names = [f"t{k}" for k in range(shares.shape[1])]
    periods = [str(k) for k in range(len(shares))]
    known = correspondence(pd.DataFrame(shares.T, index=names, columns=periods))
    truth = pd.concat([known.rows.assign(kind="theme"), known.columns.assign(kind="period")])
    truth = truth.rename(columns={"principal_1": "x", "principal_2": "y"})
    truth["key"] = truth["kind"] + truth["name"]
    return cells, truth.set_index("key")[["x", "y", "mass"]]


def _turned(truth: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    weighted = truth[["x", "y"]].mul(truth["mass"], axis=0).to_numpy()
    one, _, other = np.linalg.svd(weighted.T @ found[["x", "y"]].to_numpy())
    turned = truth[["x", "y"]].to_numpy() @ (one @ other)
    return pd.DataFrame(turned, index=truth.index, columns=["x", "y"])


PARTS = {
    "transitions": transitions,
    "leads": leads,
    "lags": lags,
    "passed": passed,
    "networks": networks,
    "maps": maps,
}

#: Replicates of the large run; parts with many cells a replicate need fewer.
REPS = {"transitions": 60, "leads": 300, "lags": 200, "passed": 150, "networks": 100, "maps": 80}


def run(part: str, reps: int, draws: int, seed: int = 0) -> pd.DataFrame:
    """Return the rows of one part: what, setting, measure, value, n."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found = PARTS[part](reps, draws, seed)
    rows = [(*head, float(np.mean(held)), len(held)) for *head, held in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def main() -> None:
    """Run all parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="few replicates, for a look")
    parser.add_argument("--part", choices=sorted(PARTS), action="append")
    asked = parser.parse_args()
    chosen = asked.part or list(PARTS)
    reps = {part: 20 if asked.small else REPS[part] for part in chosen}
    draws = 99 if asked.small else 199
    table = pd.concat([run(part, reps[part], draws) for part in chosen], ignore_index=True)
    print(table.round({"value": 3}).to_string(index=False))
    print(json.dumps({"benchmark": "sequence", "reps": reps, "rows": table.to_dict("records")}))


if __name__ == "__main__":
    main()
