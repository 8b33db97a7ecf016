"""Penalized fits agree with mgcv; bands hold what they say. Rows but birth weights are invented."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.tracking.trends.smooth import (
    _bases,
    _few_meetings,
    fit_penalized,
    meeting_correlation,
    simultaneous_band,
    smooth_share,
)

# Hosmer and Lemeshow (1989), data birthwt of R's MASS: weight of the mother in pounds, children of
# low weight of all children.
BIRTHS = """
80:1/1 85:1/2 89:1/1 90:0/3 91:1/1 92:1/1 94:1/1 95:1/6 96:1/1 97:1/1 98:0/1 100:2/5 101:1/1
102:2/2 103:1/3 105:5/7 107:0/2 108:0/1 109:1/2 110:4/11 112:1/4 113:0/3 115:2/7 116:0/1 117:1/2
118:0/2 119:0/3 120:5/17 121:1/4 122:1/2 123:0/3 124:0/2 125:1/3 127:0/1 128:1/2 129:0/1 130:7/13
131:0/1 132:1/3 133:0/2 134:0/3 135:0/4 137:0/1 138:1/2 140:0/3 141:0/1 142:2/2 147:0/2 148:1/1
150:2/5 153:0/1 154:1/2 155:1/3 158:0/2 160:0/2 165:1/1 167:0/1 168:0/1 169:0/2 170:0/4 175:0/1
182:0/1 184:0/1 185:0/1 186:0/1 187:2/2 189:0/1 190:1/2 200:1/1 202:0/1 215:0/1 229:0/1 235:0/1
241:0/1 250:0/1
"""
WEIGHT, LOW, ALL = np.array(
    [[float(part) for part in row.replace("/", ":").split(":")] for row in BIRTHS.split()]
).T


def test_spline_as_mgcv():
    # R 4.2.2, mgcv 1.8.41: gam(low ~ s(lwt, bs = "ps", k = 12, m = c(2, 2)), binomial, sp = 2.5)
    # with knots evenly over the weights; its penalty is divided by 16 (S.scale).
    basis, at, penalty = _bases(WEIGHT, np.array([100.0, 130.0, 180.0]), False)
    fit = fit_penalized(basis, LOW, ALL, penalty, 2.5 / 16, prior=1e-9)
    assert at @ fit.coefficients == pytest.approx([-0.1962474, -0.9814566, -1.2037355], abs=1e-6)
    errors = np.sqrt(np.diag(at @ fit.covariance @ at.T))
    assert errors == pytest.approx([0.3023307, 0.2725870, 0.5453083], abs=1e-6)
    assert fit.df == pytest.approx(5.82039818, abs=1e-5)


def test_line_as_glm():
    # R 4.2.2, stats glm(low ~ lwt, binomial): 0.99831432351, -0.01405826116.
    basis, at, penalty = _bases(WEIGHT, np.array([80.0, 250.0]), True)
    fit = fit_penalized(basis, LOW, ALL, penalty, 1.0, prior=1e-12)
    first, last = at @ fit.coefficients
    assert (last - first) / 170 == pytest.approx(-0.01405826116, abs=1e-8)
    assert first == pytest.approx(0.99831432351 - 80 * 0.01405826116, abs=1e-6)


def test_penalty_straightens():
    basis, _, penalty = _bases(WEIGHT, np.linspace(80, 250, 50), False)
    dfs = [fit_penalized(basis, LOW, ALL, penalty, s, prior=1e-9).df for s in (0.1, 10, 1e7)]
    assert dfs[0] > dfs[1] > dfs[2]
    assert dfs[2] == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("icc", [0.0, 0.3])
def test_correlation_of_items_is_found(icc):
    rng = np.random.default_rng(1)
    n = rng.integers(1, 7, 4000)
    p = rng.beta(0.3 * (1 - icc) / icc, 0.7 * (1 - icc) / icc, 4000) if icc else 0.3
    eta = np.full(4000, np.log(0.3 / 0.7))
    found = meeting_correlation(rng.binomial(n, p).astype(float), n.astype(float), eta, 1.0)
    assert found == pytest.approx(icc, abs=0.03)


def test_correlation_needs_two_items():
    assert meeting_correlation(np.ones(5), np.ones(5), np.zeros(5), 1.0) == 0.0


@given(st.integers(0, 99), st.sampled_from([0.5, 0.8, 0.95]))
def test_band_holds_its_part_of_the_draws(seed, level):
    draws = np.random.default_rng(seed).normal(size=(200, 5)).cumsum(axis=1)
    low, high = simultaneous_band(draws, level)
    inside = ((draws >= low) & (draws <= high)).all(axis=1).mean()
    assert inside >= level
    assert inside < level + 0.2


def test_few_meetings_widen_a_band_by_the_quantiles_of_its_level():
    """Student's quantiles with four degrees of freedom, and normal ones, from tables."""
    assert _few_meetings(5, 0.95) == pytest.approx(2.776 / 1.960, abs=1e-3)
    assert _few_meetings(5, 0.99) == pytest.approx(4.604 / 2.576, abs=1e-3)


def test_absent_for_years_is_a_narrow_band():
    """No item of a hundred has the theme: the band must not reach one."""
    times = np.arange(100.0)
    n = np.full(100, 2.0)
    y = np.where(times < 60, 0.0, (times % 2))
    curve = smooth_share(times, y, n, [30.0, 80.0])
    assert curve.high[0] < 0.12
    assert curve.low[1] > 0.05


def test_same_seed_same_curve_and_many_meetings():
    rng = np.random.default_rng(0)
    times = np.sort(rng.uniform(0, 9, 3000))
    y = rng.binomial(3, 0.2 + 0.05 * times).astype(float)
    one, other = (smooth_share(times, y, np.full(3000, 3.0), [1, 8]) for _ in range(2))
    assert one.share.tolist() == other.share.tolist()
    assert one.low[0] < 0.25 < one.high[0]
    assert one.low[1] < 0.6 < one.high[1]
