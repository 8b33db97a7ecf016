"""Mann–Kendall and Sen's slope agree with R, with permutations, and with each other."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import theilslopes
from statsmodels.datasets import nile

from cio_topics.errors import SettingsError
from cio_topics.tracking.trends import mann_kendall, sen_slope

NILE = nile.load_pandas().data["volume"].to_numpy()

# Hollander and Wolfe (1973), p. 187: Hunter L values and consumers' scores of canned tuna.
TUNA = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
SCORES = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]


def test_exact_as_published():
    # R 4.2.2, stats cor.test(method = "kendall"): T = 26, tau 0.4444444, p 0.1194389.
    result = mann_kendall(SCORES, TUNA)
    assert (result.s, result.method) == (16, "exact")
    assert result.tau_b == pytest.approx(0.4444444)
    assert result.p == pytest.approx(0.1194389, abs=1e-7)


def test_normal_with_ties_as_r():
    # R 4.2.2: S and V by Kendall's formula; p of stats cor.test(1:100, Nile, method = "kendall",
    # exact = FALSE, continuity = TRUE); Sen's slope by the definition, base R.
    result, slope = mann_kendall(NILE), sen_slope(NILE)
    assert (result.s, result.method) == (-1387, "normal")
    assert result.variance == pytest.approx(1.12728333333e05)
    assert result.tau_b == pytest.approx(-0.280741334725)
    assert result.p == pytest.approx(3.65826292166e-05, rel=1e-9)
    assert slope == pytest.approx((-2.6, -3.62857142857, -1.42424242424))


@given(st.permutations(range(6)))
def test_exact_p_is_the_share_of_orders(values):
    orders = [abs(differences(order)) for order in itertools.permutations(range(6))]
    share = np.mean(np.array(orders) >= abs(differences(values)))
    assert mann_kendall(values).p == pytest.approx(share)


def differences(values):
    return sum(np.sign(b - a) for a, b in itertools.combinations(values, 2))


@given(st.lists(st.integers(0, 3), min_size=3, max_size=6).filter(lambda v: len(set(v)) > 1))
def test_variance_with_ties_is_that_of_all_orders(values):
    s = [differences(order) for order in itertools.permutations(values)]
    assert mann_kendall(values).variance == pytest.approx(np.var(s))


@given(st.lists(st.floats(-9, 9), min_size=8, max_size=30))
def test_slope_is_scipys(values):
    assert sen_slope(values).slope == pytest.approx(theilslopes(values).slope)


@given(st.integers(0, 10**6), st.integers(5, 12))
def test_interval_inverts_the_test(seed, n):
    """A slope inside the interval leaves values without a trend at 5 %, one outside does not."""
    y, t = np.random.default_rng(seed).normal(size=n), np.arange(n)
    _, low, high = sen_slope(y)
    for tried in (low - 1e-6, low + 1e-6, (low + high) / 2, high - 1e-6, high + 1e-6):
        assert (mann_kendall(y - tried * t).p > 0.05) == (low <= tried <= high)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [1.0],
        [1.0, 2.0],  # two values are no trend
        [3.0, 3.0, 3.0, 3.0],  # nothing differs
        [np.nan, 1.0, np.nan],
    ],
)
def test_nothing_to_test(values):
    assert np.isnan(mann_kendall(values).p)


def test_too_few_for_an_interval():
    assert np.isnan(sen_slope([1, 2, 3, 4]).low)  # 2/24 > 5 %
    assert sen_slope([1, 2, 4, 7, 11]).low == 1.0  # 2/120


def test_lengths():
    with pytest.raises(SettingsError, match="2 values and 1 times"):
        mann_kendall([1, 2], [1])
