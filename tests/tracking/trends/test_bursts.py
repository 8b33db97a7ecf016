"""Kleinberg's automaton against all sequences; bursts of terms and themes, and of nothing."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.themes import theme_table
from cio_topics.tracking.trends import (
    burst_levels,
    bursts,
    level_bursts,
    state_costs,
    term_bursts,
    theme_bursts,
)
from tests.tracking.trends.invented import COARSE, step_table, table_of

AGENDA = read_example().agenda()
STEP = step_table()
ITEMS = STEP.drop_duplicates("item_id", ignore_index=True)


def total_cost(costs, states, gamma):
    climbs = sum(max(b - a, 0) for a, b in itertools.pairwise([0, *states]))
    return costs[np.arange(len(states)), list(states)].sum() + gamma * np.log(len(costs)) * climbs


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=7),
    st.integers(2, 3),
    st.sampled_from([0.0, 0.3, 1.0]),
)
def test_cheapest_of_all_sequences(batches, n_states, gamma):
    d = np.array([max(pair) for pair in batches], dtype=float)
    r = np.array([min(pair) for pair in batches], dtype=float)
    costs = state_costs(r[:, None], d, n_states=n_states)
    found = burst_levels(costs, gamma=gamma)[:, 0]
    every = itertools.product(range(n_states), repeat=len(d))
    cheapest = min(total_cost(costs[:, 0], states, gamma) for states in every)
    assert total_cost(costs[:, 0], found, gamma) == pytest.approx(cheapest)


def test_costs_are_the_binomials():
    """But for the number of ways, which all states have in common."""
    r, d = np.array([[3.0], [1.0]]), np.array([9.0, 11.0])
    costs = state_costs(r, d)[:, 0]
    share = 4 / 20
    for state, p in enumerate((share, 2 * share)):
        full = -binom.logpmf(r[:, 0], d, p)
        ways = -binom.logpmf(r[:, 0], d, share) - costs[:, 0]
        assert full == pytest.approx(costs[:, state] + ways)


def test_by_hand():
    """R = 11 of D = 60: p0 = 11/60, p1 = 22/60; the two full batches save 4.02 less 1.79."""
    r, d = np.array([[0], [0], [5], [6], [0], [0]]), np.full(6, 10.0)
    costs = state_costs(r, d)
    found = level_bursts(costs, burst_levels(costs))
    assert [(each.start, each.end) for each in found] == [(2, 3)]
    weight = 11 * np.log(2) + 9 * np.log((1 - 22 / 60) / (1 - 11 / 60))
    assert found[0].weight == pytest.approx(weight)
    assert weight > np.log(6)
    assert level_bursts(costs, burst_levels(costs, gamma=5.0)) == []  # too dear


def test_bursts_lie_within_those_below():
    r = np.array([0, 1, 4, 9, 9, 4, 1, 0, 0, 0])[:, None]
    costs = state_costs(r, np.full(10, 10.0), n_states=3, scaling=1.7)
    found = level_bursts(costs, burst_levels(costs, gamma=0.2))
    low, high = (next(each for each in found if each.level == level) for level in (1, 2))
    assert low.start <= high.start <= high.end <= low.end


@pytest.mark.parametrize(
    ("r", "d"),
    [
        ([0, 0, 0], [5, 5, 5]),  # never
        ([5, 5, 5], [5, 5, 5]),  # always
        ([0, 0, 0], [0, 0, 0]),  # no items at all
        ([2], [5]),  # one batch
    ],
)
def test_nothing_bursts(r, d):
    costs = state_costs(np.array(r)[:, None], d)
    assert np.isfinite(costs[:, :, 0]).all()
    assert burst_levels(costs).max() == 0


@pytest.mark.parametrize(
    "settings", [{"n_states": 1}, {"scaling": 1.0}, {"scaling": np.nan}, {"scaling": np.inf}]
)
def test_automaton_refused(settings):
    with pytest.raises(SettingsError, match="expected at least 2, and more than 1"):
        state_costs(np.ones((2, 1)), np.ones(2), **settings)


@pytest.mark.parametrize("gamma", [-1.0, np.nan, np.inf])
def test_a_cost_of_going_up_refused(gamma):
    with pytest.raises(SettingsError, match="expected a number of 0 or more"):
        burst_levels(np.ones((2, 1, 2)), gamma=gamma)


def test_burst_of_a_step():
    found = theme_bursts(STEP, "quarter", themes=["a"], n_draws=99, scaling=1.5)
    row = found.iloc[0]
    assert (row["start"], row["end"], row["lasting"]) == ("2007-Q3", "2010-Q1", True)
    assert row["p"] == row["p_adjusted"] == 1 / 100
    inside = STEP[(STEP["date"] >= "2007-07") & (STEP["theme"] == "a")]
    assert row["n"] == len(inside)
    assert row["item_ids"].split(";") == inside["item_id"].tolist()
    assert row["n_items"] == (ITEMS["date"] >= "2007-07").sum()
    assert row["share"] == row["n"] / row["n_items"]
    assert row["share_low"] < row["share"] < row["share_high"]
    assert row["n_all"] == (STEP["theme"] == "a").sum()


@pytest.mark.parametrize(
    ("by", "start"),
    [("year", "2008"), ("fiscal_year", "2007"), ("quarter", "2008-Q1"), ("month", "2008-01")],
)
def test_names_of_batches(by, start):
    days = [("2008-01-05", "day", "x", 9, 0), ("2009-04-05", "day", "x", 0, 30)] * 4
    found = theme_bursts(table_of(days), by, themes=["a"], n_draws=9, fewest=1, gamma=0.1)
    assert found["start"].tolist() == [start]


def test_coarse_dates_are_counted():
    meetings = [*COARSE, *[(f"200{k}-01-01", "day", "x", k == 5, 3) for k in range(1, 9)]]
    monthly, yearly = (
        theme_bursts(table_of(meetings), by, themes=["a"], n_draws=9, fewest=1, gamma=0.1)
        for by in ("month", "year")
    )
    assert monthly["n_items_undated"].iloc[0] == 2  # unknown, and 2006
    assert monthly["n_undated"].iloc[0] == 1
    assert yearly["n_items_undated"].iloc[0] == 1


def test_terms_of_the_example():
    found = term_bursts(AGENDA, n_draws=99, fewest=8)
    row = found.set_index("term").loc["デジタル・ガバメント"]
    assert (row["start"], row["end"]) == ("2017", "2020")
    titles = AGENDA.set_index("item_id")["title"]
    assert all("デジタル・ガバメント" in titles[item] for item in row["item_ids"].split(";"))
    assert found["weight"].is_monotonic_decreasing
    assert (found["p_adjusted"] >= found["p"]).all()
    assert found.attrs["n_tested"] < 85
    again = term_bursts(AGENDA, n_draws=99, fewest=8)
    pd.testing.assert_frame_equal(found, again)


def test_seldom_terms_are_not_asked():
    assert theme_bursts(STEP, fewest=10**6).empty


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: theme_bursts(STEP, "week"), "unknown batch 'week'"),
        (lambda: theme_bursts(STEP, themes=["c"]), "unknown theme 'c'"),
        (lambda: bursts(ITEMS[["item_id"]], ITEMS[["item_id", "theme"]]), "the items lack"),
        (lambda: bursts(ITEMS, ITEMS[["item_id", "theme", "body"]]), "expected item_id and one"),
        (lambda: theme_bursts(STEP, n_draws=0), "n_draws is 0"),
    ],
)
def test_refused(call, message):
    with pytest.raises(SettingsError, match=message):
        call()


def test_nothing_dated():
    with pytest.raises(TooSmallError, match="none of 1 items has a date"):
        theme_bursts(table_of(COARSE[:1]))


def test_order_of_rows_tells_nothing():
    table = theme_table(read_example())
    shuffled = table.sample(frac=1, random_state=0).reset_index(drop=True)
    shuffled.attrs = table.attrs
    one, other = (theme_bursts(each, n_draws=9) for each in (table, shuffled))
    assert one["weight"].tolist() == pytest.approx(other["weight"].tolist())
    assert one[["theme", "start", "end", "n"]].equals(other[["theme", "start", "end", "n"]])
