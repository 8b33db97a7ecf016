"""Posteriors of changes agree with closed formulas, with brute force and with known series."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betaln, logsumexp
from scipy.stats import betabinom, gamma

from cio_topics.errors import SettingsError
from cio_topics.tracking.trends import (
    Segments,
    beta_binomial_grid,
    change_points,
    poisson_grid,
    scan_test,
    segment_evidence,
    segment_posterior,
)

# Disasters in British coal mines by year, 1851 to 1962: Jarrett (1979), data coal of R's boot.
DISASTERS = [
    *(4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4),
    *(2, 5, 2, 2, 3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2),
    *(0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2),
    *(3, 3, 0, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1),
]
YEARS = np.arange(1851, 1963)


def test_coal_mines_as_published():
    """Raftery and Akman (1986): change in 1890; Carlin, Gelfand and Smith (1992): after 1891."""
    found = change_points(YEARS, *poisson_grid(DISASTERS), fewest=1, n_changes_prior=[0.5, 0.5])
    chance = dict(zip(YEARS, found.segments.places[1, 0], strict=True))
    # R 4.2.2, the gamma-Poisson posterior in closed form (prior gamma(1/2, 1)) on data coal.
    exact = {1892: 0.248171, 1891: 0.184801, 1890: 0.141435, 1893: 0.100952, 1888: 0.089808}
    for year, probability in exact.items():
        assert chance[year] == pytest.approx(probability, abs=0.004)
    assert found.segments.probability() > 0.9999
    median, low, high = found.dates()[0]
    assert (median, low, high) == (1891, 1887, 1897)  # R: quantiles of the same posterior
    before, after = found.share(0, 41), found.share(41, 112)
    assert before[0] == pytest.approx(3.04, abs=0.03)  # published: about 3.1
    assert after[0] == pytest.approx(0.91, abs=0.03)  # published: about 0.92
    expected = gamma.ppf(0.025, 0.5 + sum(DISASTERS[:41]), scale=1 / 42)
    assert before[1] == pytest.approx(expected, abs=0.05)


def test_years_with_a_disaster_as_r():
    """R 4.2.2, strucchange 1.5.3 breakpoints(z ~ 1, h = 5, breaks = 1): 1896 is the last year.

    Probabilities: the beta-binomial posterior in closed form, base R, segments of five years.
    """
    z = (np.array(DISASTERS) > 0).astype(int)
    grid = beta_binomial_grid(z, np.ones(112, dtype=int), correlations=[0.0])
    found = change_points(YEARS, *grid, n_changes_prior=[0.5, 0.5])
    chance = dict(zip(YEARS, found.segments.places[1, 0], strict=True))
    assert YEARS[found.likeliest_places()[0]] == 1897
    exact = {1897: 0.309994, 1896: 0.182785, 1895: 0.109302, 1894: 0.066258, 1898: 0.051647}
    for year, probability in exact.items():
        assert chance[year] == pytest.approx(probability, abs=1e-6)
    assert found.segments.probability() == pytest.approx(0.997475, abs=1e-6)


def test_quadrature_is_exact():
    y, n = np.array([0, 2, 3, 7]), np.array([4, 2, 5, 30])
    pairs, likelihood, _, prior = beta_binomial_grid(y, n, correlations=[0.0])
    evidence = segment_evidence(likelihood[0][pairs], prior)[0, 4]
    ways = sum(
        betaln(1, 1) - betaln(a + 1, b - a + 1) - np.log(b + 1) for a, b in zip(y, n, strict=True)
    )
    exact = betaln(0.5 + y.sum(), 0.5 + (n - y).sum()) - betaln(0.5, 0.5) + ways
    assert evidence == pytest.approx(exact)


def test_items_that_are_alike():
    pairs, likelihood, values, _ = beta_binomial_grid([1, 2], [4, 4], correlations=[0.2])
    place, share = 50, values[50]
    expected = betabinom.logpmf(1, 4, share * 4, (1 - share) * 4)  # a + b = (1 − 0.2) / 0.2
    assert likelihood[0, pairs[0], place] == pytest.approx(expected)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(3, 5)), min_size=4, max_size=7),
    st.integers(1, 2),
)
def test_sums_are_those_over_all_places(given_counts, fewest):
    y, n = np.array(given_counts).T
    days = np.cumsum(np.arange(1, len(y) + 1))  # gaps of unequal length
    pairs, likelihood, values, prior = beta_binomial_grid(y, n, correlations=[0.0, 0.3])
    found = change_points(
        days, pairs, likelihood, values, prior, fewest=fewest, n_changes_prior=[0.5, 0.3, 0.2]
    )
    m, gaps = len(y), np.r_[0, np.diff(days)]
    joint, places = np.zeros(3), np.zeros((3, 2, m))
    for each in likelihood:
        sums = np.cumsum(np.vstack([np.zeros(len(values)), each[pairs]]), axis=0)
        for k in range(3):
            room, seen = 0.0, []
            for cut in itertools.combinations(range(1, m), k):
                ends = [0, *cut, m]
                if min(np.diff(ends)) < fewest:
                    continue
                weight = np.prod(gaps[list(cut)])
                room += weight
                parts = [logsumexp(sums[b] - sums[a] + prior) for a, b in itertools.pairwise(ends)]
                seen.append((cut, weight * np.exp(sum(parts))))
            for cut, value in seen:
                value *= [0.5, 0.3, 0.2][k] / room
                joint[k] += value
                for j, place in enumerate(cut):
                    places[k, j, place] += value
    assert found.segments.n_changes == pytest.approx(joint / joint.sum())
    for k in (1, 2):
        if joint[k] > 0:
            assert found.segments.places[k, :k] == pytest.approx(places[k, :k] / joint[k])


def test_dates_lie_in_the_gap():
    """The change lies between the meetings of day 29 and day 1000, and all days are as likely."""
    days = np.r_[np.arange(30), np.arange(1000, 1030)]
    y = np.repeat([0, 4], 30)
    found = change_points(days, *beta_binomial_grid(y, np.full(60, 4)))
    assert found.segments.likeliest() == 1
    middle, low, high = found.dates()[0]
    assert abs(middle - 515) < 3
    assert abs(low - (29 + 0.025 * 971)) < 3
    assert abs(high - (29 + 0.975 * 971)) < 3


def test_meetings_of_a_day_never_part():
    days = np.repeat([1, 2, 3, 4], 5)
    found = change_points(days, *beta_binomial_grid(np.repeat([0, 0, 3, 3], 5), np.full(20, 3)))
    assert len(found.first) == 4
    assert found.likeliest_places() == [2]


def test_many_days_become_cells():
    rng = np.random.default_rng(0)
    days = np.sort(rng.choice(20000, 2000, replace=False))
    y = rng.binomial(2, np.where(days < 12000, 0.1, 0.3))
    found = change_points(days, *beta_binomial_grid(y, np.full(2000, 2)))
    assert len(found.first) <= 150
    assert found.dates()[0][1] <= 12000 <= found.dates()[0][2]


def test_no_room_for_a_change():
    found = change_points([1, 2, 3], *beta_binomial_grid([0, 1, 1], [1, 1, 1]))
    assert found.segments.n_changes.tolist() == [1, 0, 0, 0, 0]
    assert found.segments.likeliest() == 0
    assert len(found.dates()) == 0


def test_distributions_are_guarded():
    with pytest.raises(SettingsError, match="do not sum"):
        Segments(np.array([0.5, 0.4]), np.ones((2, 1, 1)), np.ones((2, 1)))


def test_evidence_without_data_is_the_prior():
    evidence = np.zeros((1, 6, 6))
    found = segment_posterior(evidence, [0, 1, 1, 1, 1], np.ones((6, 6), bool), [0.4, 0.3, 0.3])
    assert found.n_changes == pytest.approx([0.4, 0.3, 0.3])


def test_scan_finds_a_stretch_in_the_middle():
    y = np.r_[np.zeros(20), np.full(12, 2), np.zeros(20)][:, None]
    n = np.full(52, 2.0)
    assert scan_test(y, n, n_draws=199)[0] == 1 / 200
    assert scan_test(np.tile([[0], [1]], (26, 1)), n, n_draws=199)[0] > 0.2  # no stretch at all


def test_scan_of_a_theme_alone_is_the_same_as_with_others():
    rng = np.random.default_rng(5)
    y = rng.binomial(3, 0.3, (40, 3)).astype(float)
    together = scan_test(y, np.full(40, 3.0), n_draws=99)
    alone = [scan_test(y[:, [k]], np.full(40, 3.0), n_draws=99)[0] for k in range(3)]
    assert together.tolist() == alone


def test_scan_of_many_meetings():
    rng = np.random.default_rng(2)
    n = rng.integers(1, 4, 30000)
    share = np.where((np.arange(30000) > 9000) & (np.arange(30000) < 15000), 0.14, 0.1)
    y = np.column_stack([rng.binomial(n, share), rng.binomial(n, 0.1)]).astype(float)
    p = scan_test(y, n, n_draws=99)
    assert p[0] == 0.01
    assert p[1] > 0.05


@pytest.mark.parametrize(
    ("y", "n"),
    [
        (np.zeros((20, 1)), np.ones(20)),  # never
        (np.ones((20, 1)), np.ones(20)),  # always
        (np.eye(9)[:, :1], np.ones(9)),  # too few meetings for two stretches of five
    ],
)
def test_scan_cannot_tell(y, n):
    assert np.isnan(scan_test(y, n)[0])


def test_scan_draws():
    with pytest.raises(SettingsError, match="n_draws is 0"):
        scan_test(np.ones((20, 1)), np.ones(20), n_draws=0)
