import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from cio_topics.errors import SettingsError
from cio_topics.intervals import cluster_bootstrap, cluster_bootstrap_shares, wilson_interval

Z = norm.ppf(0.975)


@st.composite
def counts_of(draw):
    n_items = draw(st.integers(1, 2000))
    return draw(st.integers(0, n_items)), n_items


# Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("n", "n_items", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_values(n, n_items, low, high):
    found = wilson_interval(n, n_items)
    assert np.round(found, 4).tolist() == [low, high]


@settings(deadline=None)
@given(st.integers(1, 10_000))
def test_wilson_at_the_ends_is_analytic(n_items):
    low, high = wilson_interval([0, n_items], [n_items, n_items])
    assert low[0] == 0.0
    assert high[1] == 1.0
    assert high[0] == pytest.approx(Z**2 / (n_items + Z**2))
    assert low[1] == pytest.approx(n_items / (n_items + Z**2))


@settings(deadline=None)
@given(counts_of())
def test_wilson_bounds_contain_the_share(counts):
    n, n_items = counts
    low, high = wilson_interval(n, n_items)
    assert 0 <= low <= n / n_items <= high <= 1
    assert low < high


@settings(deadline=None)
@given(counts_of())
def test_wilson_is_symmetric(counts):
    n, n_items = counts
    low, high = wilson_interval([n, n_items - n], [n_items, n_items])
    assert low[0] == pytest.approx(1 - high[1], abs=1e-12)


@settings(deadline=None)
@given(st.integers(1, 300))
def test_wilson_is_monotone_in_n(n_items):
    low, high = wilson_interval(np.arange(n_items + 1), np.full(n_items + 1, n_items))
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) > 0).all()


@settings(deadline=None)
@given(counts_of(), st.floats(0.5, 0.98))
def test_wilson_narrows_with_more_items_and_widens_with_the_level(counts, level):
    n, n_items = counts
    low, high = wilson_interval(n, n_items, level=level)
    more_low, more_high = wilson_interval(4 * n, 4 * n_items, level=level)
    sure_low, sure_high = wilson_interval(n, n_items, level=level + 0.01)
    assert more_high - more_low < high - low < sure_high - sure_low


def test_no_items_no_interval():
    low, high = wilson_interval([0, 1], [0, 2])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False]


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_wilson_refuses_a_level_outside_0_1(level):
    with pytest.raises(SettingsError, match=r"level is .* expected a number between 0 and 1"):
        wilson_interval(1, 2, level=level)


@pytest.mark.parametrize("p", [0.05, 0.2, 0.5])
def test_wilson_covers_at_its_level(p):
    # Exact, no simulation: mean over sample sizes of the probability that the interval holds p.
    covered = []
    for n_items in range(20, 60):
        n = np.arange(n_items + 1)
        low, high = wilson_interval(n, np.full(n_items + 1, n_items))
        covered.append(binom.pmf(n, n_items, p)[(low <= p) & (p <= high)].sum())
    assert 0.93 < np.mean(covered) < 0.975


def shares_of(n, size, seed):
    # Invented meetings: `size` items each, all with the theme or all without it.
    rng = np.random.default_rng(seed)
    return (rng.random((n, 1)) < 0.4) * float(size), np.full(n, float(size))


def test_bootstrap_is_the_same_for_the_same_seed_only():
    counts, totals = shares_of(37, 3, 0)
    counts += np.random.default_rng(1).random(counts.shape)  # so that percentiles move
    first = cluster_bootstrap_shares(counts, totals, random_state=7)
    again = cluster_bootstrap_shares(counts, totals, random_state=7)
    other = cluster_bootstrap_shares(counts, totals, random_state=8)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("n_meetings", [0, 1])
def test_fewer_than_two_meetings_cannot_tell(n_meetings):
    low, high = cluster_bootstrap_shares(np.ones((n_meetings, 3)), np.full(n_meetings, 2.0))
    assert low.shape == high.shape == (3,)
    assert np.isnan([low, high]).all()


def test_identical_meetings_have_no_width():
    low, high = cluster_bootstrap_shares(np.tile([1.0, 2.0], (9, 1)), np.full(9, 4.0))
    assert low.tolist() == high.tolist() == [0.25, 0.5]


def test_identical_items_inside_meetings_widen_the_interval():
    counts, totals = shares_of(40, 10, 0)
    low, high = cluster_bootstrap_shares(counts, totals)
    naive_low, naive_high = wilson_interval(counts.sum(), totals.sum())
    assert high[0] - low[0] > 2 * (naive_high - naive_low)


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 30), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_bootstrap_bounds_lie_within_those_of_the_meetings(n_meetings, n_themes, seed):
    rng = np.random.default_rng(seed)
    totals = rng.integers(1, 9, n_meetings).astype(float)
    counts = np.floor(rng.random((n_meetings, n_themes)) * (totals[:, None] + 1))
    low, high = cluster_bootstrap_shares(counts, totals, n_draws=50)
    shares = counts / totals[:, None]
    assert (low <= high).all()
    drawn = ~np.isin(counts.sum(axis=0), [0, totals.sum()])  # elsewhere Wilson's bounds are wider
    assert (low >= shares.min(axis=0) - 1e-12)[drawn].all()
    assert (high <= shares.max(axis=0) + 1e-12)[drawn].all()


def test_drawing_in_chunks_changes_nothing():
    # 20,000 clusters: 200 draws a chunk, so 450 draws take three.
    counts = np.random.default_rng(0).random((20_000, 2))
    weights = np.random.default_rng(0).multinomial(20_000, np.full(20_000, 1 / 20_000), size=450)
    expected = np.percentile(weights @ counts, [2.5, 97.5], axis=0)
    found = cluster_bootstrap(counts, lambda sums: sums, n_draws=450)
    assert found == pytest.approx(expected)


def test_draws_without_items_are_left_out_and_not_warned_of(recwarn):
    # One of two meetings has no item: a quarter of the draws has nothing to share out.
    low, high = cluster_bootstrap_shares(np.array([[1.0], [0.0]]), np.array([2.0, 0.0]))
    assert (low.tolist(), high.tolist()) == ([0.5], [0.5])
    assert not recwarn.list


def test_meetings_that_all_have_no_item_cannot_tell():
    low, high = cluster_bootstrap_shares(np.zeros((2, 1)), np.zeros(2))
    assert np.isnan([low, high]).all()


def test_bootstrap_covers_alike_meetings_where_wilson_does_not():
    covered = {"bootstrap": 0, "wilson": 0}
    for seed in range(200):
        counts, totals = shares_of(40, 5, seed)
        low, high = cluster_bootstrap_shares(counts, totals, n_draws=300)
        covered["bootstrap"] += int(low[0] <= 0.4 <= high[0])
        low, high = wilson_interval(counts.sum(), totals.sum())
        covered["wilson"] += int(low <= 0.4 <= high)
    assert covered["bootstrap"] >= 180
    assert covered["wilson"] <= 150


@pytest.mark.parametrize("setting", [{"level": 1.5}, {"level": 0}, {"n_draws": 0}])
def test_bootstrap_refuses_settings_that_make_no_interval(setting):
    with pytest.raises(SettingsError):
        cluster_bootstrap_shares(np.ones((3, 1)), np.ones(3), **setting)


@pytest.mark.parametrize(("n", "n_items"), [(5, 3), (-1, 3), (0, -3)])
def test_wilson_refuses_counts_that_cannot_be(n, n_items):
    with pytest.raises(SettingsError):
        wilson_interval(n, n_items)
