"""Intervals of means of draws and seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cio_topics.experiments.design import Resample
from cio_topics.experiments.material import draw_items, number_drawn
from cio_topics.experiments.replicates import (
    MIN_GROUPS,
    Replicates,
    difference_of,
    mean_interval,
    replicates_of,
    spread_of,
    standard_error,
)


def seeds(values):
    return Replicates(pd.Series(values, dtype=float))


class TestSpread:
    @pytest.mark.parametrize(
        ("n_drawn", "n_groups", "spread"), [(50, 100, 1.0), (80, 100, 4.0), (130, 163, 130 / 33)]
    )
    def test_is_that_of_what_was_drawn(self, n_drawn, n_groups, spread):
        assert spread_of(n_drawn, n_groups) == pytest.approx(spread)

    @pytest.mark.parametrize(("n_drawn", "n_groups"), [(8, 8), (5, 6), (0, 40), (20, 20)])
    def test_none(self, n_drawn, n_groups):
        assert np.isnan(spread_of(n_drawn, n_groups))

    @pytest.mark.parametrize("share", [0.5, 0.8])
    def test_the_variance_of_draws_gives_that_of_the_whole(self, share):
        """A mean of independent values, whose standard error is known."""
        resample = Resample("item", 400, share)
        agenda = pd.DataFrame({"item_id": [f"i{n}" for n in range(200)]})
        values = pd.Series(np.random.default_rng(1).normal(size=200), index=agenda["item_id"])
        means = [
            values[draw_items(agenda, resample, draw)["item_id"]].mean() for draw in range(1, 401)
        ]
        spread = spread_of(number_drawn(resample, 200), 200)
        mean, error = standard_error(Replicates(pd.Series(means), spread))
        assert error == pytest.approx(values.std() / 200**0.5, rel=0.1)
        assert mean == pytest.approx(values.mean(), abs=error)


class TestNoise:
    def table(self, draws, seeds, noise=0.0, n_seeds=3):
        """Values of 20 draws and some seeds, whose parts have these standard deviations."""
        rng = np.random.default_rng(5)
        own = rng.normal(0, draws, (20, 1)) + rng.normal(0, seeds, (1, n_seeds))
        return pd.DataFrame(own + rng.normal(0, noise, (20, n_seeds)))

    def test_seeds_that_change_nothing_make_none(self):
        found = replicates_of(self.table(1.0, 0.0), 4.0)
        assert (found.noise, found.seeds) == pytest.approx((0.0, 0.0), abs=1e-24)
        one = replicates_of(self.table(1.0, 0.0, n_seeds=1), 4.0)
        assert mean_interval(found) == pytest.approx(mean_interval(one))

    def test_what_all_draws_have_of_a_seed_is_no_noise(self):
        found = replicates_of(self.table(1.0, 0.5), 4.0)
        assert found.noise == pytest.approx(0.0, abs=1e-24)
        assert found.seeds > 0

    def test_noise_is_taken_away(self):
        table = self.table(0.1, 0.0, noise=0.5)
        found = replicates_of(table, 4.0)
        assert found.noise == pytest.approx(0.25 / 3, rel=0.5)
        as_it_is = mean_interval(found._replace(noise=0.0))
        taken = mean_interval(found)
        assert taken[0] == as_it_is[0]
        assert taken[2] - taken[1] < 0.8 * (as_it_is[2] - as_it_is[1])

    def test_draws_without_a_value_of_each_seed_tell_no_noise(self):
        table = self.table(1.0, 0.2, noise=0.3)
        table.iloc[:5, 1] = np.nan
        found, whole = replicates_of(table, 4.0), replicates_of(table.dropna(), 4.0)
        assert len(found.means) == 20
        assert (found.noise, found.seeds) == (whole.noise, whole.seeds)

    @pytest.mark.parametrize("n_seeds", [1, 2, 3])
    @pytest.mark.parametrize("noise", [0.0, 0.5, 1.0])
    @pytest.mark.parametrize("n_groups", [20, 160])
    def test_intervals_cover_the_truth(self, n_groups, noise, n_seeds):
        """The mean of groups, known to be 0, seen through fits with noise."""
        rng = np.random.default_rng(3)
        n_drawn, covered = round(0.8 * n_groups), 0
        for _ in range(300):
            groups = rng.normal(size=n_groups)
            drawn = [rng.permutation(n_groups)[:n_drawn] for _ in range(20)]
            means = np.array([[groups[d].mean()] for d in drawn])
            scale = noise / n_groups**0.5
            values = pd.DataFrame(means + rng.normal(0, scale, (20, n_seeds)))
            found = replicates_of(values, spread_of(n_drawn, n_groups))
            _, low, high = mean_interval(found)
            covered += low <= 0 <= high
        # 0.95 with a standard error of 0.013; one seed leaves the noise in
        assert covered / 300 >= 0.9
        if n_seeds > 1:
            assert covered / 300 <= 0.99

    def test_few_groups_have_no_interval(self):
        found = replicates_of(self.table(1.0, 0.1), spread_of(8, MIN_GROUPS - 1))
        mean, low, high = mean_interval(found)
        assert np.isfinite(mean)
        assert np.isnan([low, high]).all()
        same = Replicates(pd.Series([0.5, 0.5]), np.nan)
        assert np.isnan(mean_interval(same)[1])  # draws that are alike are no certainty


class TestDifference:
    def test_of_the_same_draws(self):
        one = Replicates(pd.Series([1.0, 2.0], index=["1", "2"]), 4.0, 0.1, 4, 0.2)
        other = Replicates(pd.Series([5.0, 2.0], index=["2", "3"]), 4.0, 0.3, 2, 0.1)
        found = difference_of(one, other)
        assert found.means.to_dict() == {"2": 3.0}
        assert found[2:] == pytest.approx((0.4, 2, 0.3))


class TestInterval:
    @given(st.lists(st.floats(-5, 5), min_size=2, max_size=30))
    def test_is_scipy_s(self, values):
        array = np.array(values)
        mean, low, high = mean_interval(seeds(array))
        assert low <= mean <= high
        assert mean == pytest.approx(array.mean())
        if array.std() > 1e-9:
            expected = stats.ttest_1samp(array, 0).confidence_interval()
            assert (low, high) == pytest.approx((expected.low, expected.high))

    def test_equal_values_have_no_width(self):
        assert mean_interval(seeds([0.1] * 3)) == (0.1, 0.1, 0.1)

    def test_level(self):
        wide, narrow = (mean_interval(seeds([0.0, 1.0, 2.0]), level=x)[2] for x in (0.99, 0.5))
        assert wide > narrow

    def test_none(self):
        assert np.isnan(mean_interval(seeds([]))).all()
