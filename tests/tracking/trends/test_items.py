"""Tau and slope of items agree with scipy and statsmodels; their intervals with brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau
from scipy.stats import t as student

from cio_topics.errors import SettingsError
from cio_topics.tracking.trends import item_slope, item_tau


@st.composite
def meetings(draw):
    n = draw(st.lists(st.integers(1, 4), min_size=3, max_size=9))
    y = [draw(st.integers(0, size)) for size in n]
    days = [draw(st.integers(0, 6)) for _ in n]
    return np.array(days), np.array(y), np.array(n)


def items_of(days, y, n):
    """Return theme (1 or 0) and day of every item."""
    marks = [[1] * a + [0] * (b - a) for a, b in zip(y, n, strict=True)]
    return np.concatenate(marks), np.repeat(days, n)


@given(meetings())
def test_tau_is_that_of_the_items(given_meetings):
    days, y, n = given_meetings
    tau = item_tau(days, y[:, None], n, n_draws=1).tau[0]
    expected = kendalltau(*items_of(days, y, n)).statistic
    assert tau == pytest.approx(expected, nan_ok=True)


def test_strata_compare_only_within():
    """Two bodies with a constant share each: a trend only where they are mixed."""
    days = np.r_[np.arange(20), np.arange(20) + 15]
    body = np.repeat([0, 1], 20)
    y, n = np.where(body == 0, np.tile([0, 1], 20), 2), np.full(40, 2)
    mixed, within = (item_tau(days, y[:, None], n, strata) for strata in (None, body))
    assert mixed.p[0] < 0.01
    assert abs(within.tau[0]) < 0.1
    assert within.p[0] > 0.3
    assert abs(item_slope(days, y[:, None], n, body).slope[0]) < 0.002
    # Within strata, pairs are those of the strata: brute force.
    pairs = [
        (items[0][i] - items[0][j]) * np.sign(items[1][i] - items[1][j])
        for b in (0, 1)
        for items in [items_of(days[body == b], y[body == b], n[body == b])]
        for i in range(40)
        for j in range(i)
    ]
    unequal = sum(pair != 0 for pair in pairs)
    assert np.sign(within.tau[0]) == np.sign(sum(pairs))
    assert unequal > 0


def test_intervals_are_the_jackknifes():
    rng = np.random.default_rng(3)
    days, n = np.arange(12) // 2, rng.integers(1, 4, 12)
    y = rng.binomial(n, np.linspace(0.2, 0.8, 12))
    kept = [np.delete(np.arange(12), left) for left in range(12)]
    taus = [kendalltau(*items_of(days[k], y[k], n[k])).statistic for k in kept]
    fisher = np.arctanh(taus)
    error = np.sqrt(11 / 12 * ((fisher - fisher.mean()) ** 2).sum())
    fewer = min((y > 0).sum(), (y < n).sum())
    found = item_tau(days, y[:, None], n, n_draws=1)
    reach = student.isf(0.025, fewer - 1) * error
    assert found.low[0] == pytest.approx(np.tanh(np.arctanh(found.tau[0]) - reach))

    slopes = [np.polyfit(*items_of(days[k], y[k], n[k])[::-1], 1)[0] for k in kept]
    error = np.sqrt(11 / 12 * ((slopes - np.mean(slopes)) ** 2).sum())
    line = item_slope(days, y[:, None], n)
    assert line.slope[0] == pytest.approx(np.polyfit(*items_of(days, y, n)[::-1], 1)[0])
    assert line.high[0] == pytest.approx(line.slope[0] + student.isf(0.025, 10) * error)


@settings(max_examples=20)
@given(meetings())
def test_time_reversed_is_the_same_with_another_sign(given_meetings):
    days, y, n = given_meetings
    there, back = (item_tau(d, y[:, None], n, n_draws=1) for d in (days, -days))
    assert there.tau[0] == pytest.approx(-back.tau[0], nan_ok=True)
    assert there.low[0] == pytest.approx(-back.high[0], nan_ok=True)


def test_p_of_all_orders():
    """With so many draws p is the share of all 120 orders, counted out."""
    import itertools

    y, n = np.array([0, 0, 1, 2, 2]), np.array([2, 1, 2, 2, 3])
    found = item_tau(np.arange(5), y[:, None], n, n_draws=20000, random_state=1)
    rest = y - n * y.sum() / n.sum()

    def z(order):
        sizes = n[list(order)]
        score = np.cumsum(sizes) - sizes - (sizes.sum() - np.cumsum(sizes))
        moved = rest[list(order)]
        return abs(score @ moved) / np.sqrt(score**2 @ moved**2)

    values = np.array([z(order) for order in itertools.permutations(range(5))])
    assert found.p[0] == pytest.approx(np.mean(values >= z(range(5)) - 1e-9), abs=0.012)


def test_many_meetings_take_the_normal_distribution():
    rng = np.random.default_rng(0)
    y = rng.binomial(2, 0.3, (2001, 2))
    found = item_tau(np.arange(2001), y, np.full(2001, 2))
    fewer = item_tau(np.arange(2000), y[:2000], np.full(2000, 2), n_draws=999)
    assert (found.method, fewer.method) == ("normal", "permutation")
    assert found.p == pytest.approx(fewer.p, abs=0.05)


@pytest.mark.parametrize("y", [[0, 0, 0], [2, 2, 2]])
def test_nothing_to_compare(y):
    found = item_tau([1, 2, 3], np.array(y)[:, None], [2, 2, 2])
    assert np.isnan([found.tau[0], found.low[0], found.p[0]]).all()
    assert np.isnan(item_slope([1, 2, 3], np.array(y)[:, None], [2, 2, 2]).slope[0])


def test_one_day_has_no_order():
    found = item_tau([5, 5], [[1], [0]], [1, 1])
    assert np.isnan(found.p[0])
    assert np.isnan(item_slope([5, 5], [[1], [0]], [1, 1]).slope[0])


def test_draws():
    with pytest.raises(SettingsError, match="n_draws is 0"):
        item_tau([1, 2], [[0], [1]], [1, 1], n_draws=0)
