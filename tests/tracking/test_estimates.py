"""Intervals of shares against R, published values, plain loops and simulated truths.

Counts are invented, but for the two data sets that are named.
"""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.tracking import ThemeCounts, shares_of, simulate_counts
from cio_topics.tracking.estimates import (
    clustered_interval,
    jeffreys_interval,
    pooled_shares,
    resampled_intervals,
)
from cio_topics.tracking.estimates.score import joint_level
from cio_topics.tracking.likeness import effective_sizes, likeness


def counted(counts, totals, places=None, periods=None):
    """Return counts of one or more themes in meetings that stand by period."""
    counts = np.asarray(counts, dtype=float)
    counts = counts[:, None] if counts.ndim == 1 else counts
    totals = np.asarray(totals, dtype=float)
    places = np.zeros(len(totals), dtype=int) if places is None else np.asarray(places)
    periods = periods or tuple(f"p{place}" for place in range(places.max(initial=-1) + 1))
    themes = tuple(f"t{place}" for place in range(counts.shape[1]))
    names = np.array([f"m{place:04}" for place in range(len(totals))], dtype=object)
    return ThemeCounts(periods, themes, "items", names, places, counts, totals, totals)


# Wheezing of 537 children in four years (geepack::ohio; Fitzmaurice and Laird 1993): children with
# 0, 1, …, 4 years of wheezing; those whose mothers do not smoke, those whose mothers do.
NO_SMOKE = np.repeat(np.arange(5), [237, 65, 25, 12, 11])
SMOKE = np.repeat(np.arange(5), [118, 32, 19, 11, 7])
# Invented: meetings of unequal sizes.
UNEQUAL = ([0, 1, 0, 4, 1, 2, 2, 0, 0, 1, 1, 5], [1, 2, 3, 4, 5, 6, 2, 1, 3, 4, 2, 6])
# Rats with tumors in 71 groups (Tarone 1982; Gelman et al., Bayesian Data Analysis, table 5.1).
TUMORS = np.array(
    [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10] + [4] * 7
    + [10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4]
)  # fmt: skip
RATS = np.array(
    [20] * 7 + [19] * 4 + [18, 18, 17] + [20] * 4 + [19, 19, 18, 18, 25, 24, 23] + [20] * 6
    + [10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50] + [20] * 7
    + [48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14]
)  # fmt: skip


class TestJeffreys:
    @pytest.mark.parametrize(
        ("n", "n_units", "low", "high"),
        [  # Brown, Cai and DasGupta (2001), table 5
            (0, 10, 0.0, 0.217),
            (1, 10, 0.011, 0.381),
            (5, 10, 0.224, 0.776),
            (10, 10, 0.783, 1.0),
        ],
    )
    def test_published_values(self, n, n_units, low, high):
        found = jeffreys_interval([n], [n_units])
        assert [float(side[0]) for side in found] == pytest.approx([low, high], abs=5e-4)

    def test_no_units_no_interval(self):
        assert np.isnan(jeffreys_interval([0, 1], [0, 2])[0]).tolist() == [True, False]


class TestLikeness:
    @pytest.mark.parametrize(
        ("counts", "places", "expected", "freedom"),
        [
            # R 4.2.2, geepack 1.3.9: mean squares of anova(lm(resp ~ factor(id))) on ohio, and of
            # anova(lm(resp ~ factor(smoke) + factor(id))).
            (np.r_[NO_SMOKE, SMOKE], np.zeros(537, dtype=int), 0.3545027, 536),
            (np.r_[NO_SMOKE, SMOKE], np.repeat([0, 1], [350, 187]), 0.3536575, 535),
        ],
    )
    def test_it_is_that_of_the_analysis_of_variance(self, counts, places, expected, freedom):
        found = likeness(counted(counts, np.full(537, 4), places))
        assert found[0][0] == pytest.approx(expected, abs=5e-8)
        assert found[1] == freedom

    def test_meetings_of_equal_shares_are_not_alike(self):
        assert likeness(counted([1, 1, 1], [2, 2, 2]))[0].tolist() == [0.0]  # negative, cut

    def test_meetings_about_one_subject_are_alike(self):
        counts = counted([3, 0, 3, 0], [3, 3, 3, 3])
        assert likeness(counts)[0].tolist() == [1.0]
        assert effective_sizes(counts).tolist() == [[4.0]]  # as many as meetings

    def test_single_items_have_nothing_to_be_like(self):
        counts = counted([1, 0, 1], [1, 1, 1])
        assert effective_sizes(counts).tolist() == [[3.0]]

    def test_one_meeting_a_period_cannot_tell(self):
        counts = counted([1, 0], [2, 2], [0, 1])
        assert np.isnan(likeness(counts)[0]).all()
        assert np.isnan(np.stack(clustered_interval(counts))).all()

    def test_a_theme_never_seen_gets_the_mean_of_the_others(self):
        of_two = counted([[3, 0], [0, 0], [3, 0], [1, 0]], [3, 3, 3, 3])
        assert 0 < likeness(of_two)[0][0] < 1
        assert likeness(of_two)[0][1] == likeness(of_two)[0][0]
        assert likeness(counted([0, 0], [3, 3]))[0].tolist() == [1.0]  # the cautious value

    def test_unknown_dates_take_no_part(self):
        known = counted([2, 0, 1], [2, 2, 2])
        counts = counted([2, 0, 1, 9, 0], [2, 2, 2, 9, 9], [0, 0, 0, 1, 1], ("p0", "unknown"))
        assert likeness(counts)[0] == pytest.approx(likeness(known)[0])
        assert likeness(counts)[1] == likeness(known)[1] == 2
        assert clustered_interval(counts)[1][0] == pytest.approx(clustered_interval(known)[1][0])
        alone = counted([9, 0], [9, 9], [0, 0], ("unknown",))  # no other is there
        assert likeness(alone)[0].tolist() == [1.0]


class TestClustered:
    def test_single_items_give_wilsons_interval(self):
        """Law: where every meeting has one item, no likeness was estimated."""
        counts = counted([1, 0, 1, 0, 0], np.ones(5), [0, 0, 0, 1, 1])
        low, high = clustered_interval(counts)
        wilson = wilson_interval([2, 0], [3, 2])
        assert low.ravel() == pytest.approx(wilson[0])
        assert high.ravel() == pytest.approx(wilson[1])

    def test_by_hand(self):
        """Student's t with 2 meetings more than periods, the formula of Wilson (1927)."""
        counts = counted([3, 0, 3, 0], [3, 3, 3, 3], [0, 0, 1, 1])
        low, high = clustered_interval(counts)
        t, n, share = 4.302652729911275, 2.0, 0.5  # R 4.2.2, stats: qt(0.975, 2)
        half = t / (1 + t**2 / n) * np.sqrt(share * (1 - share) / n + t**2 / (4 * n**2))
        middle = (share + t**2 / (2 * n)) / (1 + t**2 / n)
        assert (low[0, 0], high[0, 0]) == pytest.approx((middle - half, middle + half))

    def test_simultaneous_ones_are_clopper_and_pearsons(self):
        """R 4.2.2, stats: binom.test(c(2, 8))$conf.int is [0.02521073, 0.5560955]."""
        counts = counted([1, 1] + [0] * 8, np.ones(10))
        low, high = clustered_interval(counts, simultaneous=True)
        assert (low[0, 0], high[0, 0]) == pytest.approx((0.02521073, 0.5560955), abs=1e-7)

    @settings(deadline=None, max_examples=60)
    @given(st.data())
    def test_laws(self, data):
        """Bounds hold the share, stay in [0, 1], and mirror when the theme's absence is counted."""
        totals = data.draw(st.lists(st.integers(0, 6), min_size=2, max_size=12))
        counts = [data.draw(st.integers(0, total)) for total in totals]
        places = sorted(data.draw(st.integers(0, 2)) for _ in totals)
        made = counted(counts, totals, places, ("p0", "p1", "p2"))
        other = dataclasses.replace(made, counts=made.totals[:, None] - made.counts)
        low, high = clustered_interval(made)
        known = ~np.isnan(low)
        sums, sizes = made.sums()
        share = (sums / np.maximum(sizes, 1)[:, None])[known]
        assert (low[known] <= share + 1e-9).all()
        assert (high[known] >= share - 1e-9).all()
        assert ((low[known] >= 0) & (high[known] <= 1)).all()
        assert clustered_interval(other)[0] == pytest.approx(1 - high, nan_ok=True)
        assert (effective_sizes(made)[known] <= sizes[:, None][known] + 1e-9).all()


class TestResampled:
    @pytest.mark.parametrize(
        ("counts", "totals", "kind", "low", "high", "near"),
        [
            # R 4.2.2, boot 1.3.28.1: boot.ci(type = c("perc", "bca"), L = empinf(type = "jack")), on
            # ohio's children of smoking mothers (99,999 draws) and on unequal meetings (199,999).
            (SMOKE, np.full(187, 4), "bootstrap", 0.1363636, 0.2152406, 0.005),
            (SMOKE, np.full(187, 4), "bca", 0.1377005, 0.2165775, 0.005),
            (*UNEQUAL, "bootstrap", 0.2222222, 0.65, 0.005),
            (*UNEQUAL, "bca", 0.2439024, 0.6818182, 0.007),  # few shares are possible
        ],
    )
    def test_boot_of_r(self, counts, totals, kind, low, high, near):
        found = resampled_intervals(counted(counts, totals), kind=kind, n_draws=40_000)
        assert (found[0][0, 0], found[1][0, 0]) == pytest.approx((low, high), abs=near)

    def test_chunks_change_nothing(self, monkeypatch):
        counts = counted(*UNEQUAL)
        whole = resampled_intervals(counts, n_draws=50)
        monkeypatch.setattr("cio_topics.tracking.estimates.resampling._CELLS", 24)
        assert np.array_equal(resampled_intervals(counts, n_draws=50), whole)

    def test_meetings_without_units_are_not_drawn(self):
        some = counted([1, 0, 2], [2, 2, 2])
        more = counted([1, 0, 0, 2], [2, 2, 0, 2])
        assert np.array_equal(resampled_intervals(more), resampled_intervals(some))
        assert np.isnan(resampled_intervals(counted([1, 0], [2, 0]))[0]).all()

    @pytest.mark.parametrize("kind", ["bootstrap", "bca"])
    def test_none_and_all(self, kind):
        low, high = resampled_intervals(counted([[0, 2], [0, 2]], [2, 2]), kind=kind)
        wilson = wilson_interval([0, 2], [2, 2])  # meetings as units
        assert low[0] == pytest.approx(wilson[0])
        assert high[0] == pytest.approx(wilson[1])

    def test_no_draws(self):
        with pytest.raises(SettingsError, match="n_draws is 0; expected at least 1"):
            resampled_intervals(counted([1], [2]), n_draws=0)


class TestPooled:
    @pytest.mark.parametrize(
        ("group", "mean", "low", "high"),
        [
            # The posterior on a grid of 3,000 × 400 points in R 4.2.2, whose means of alpha and beta
            # with the prior of the book are its 2.4 and 14.3; here with this package's priors.
            (0, 0.06559707, 0.00791524, 0.165352),  # 0 of 20
            (42, 0.1757034, 0.0940003, 0.277051),  # 9 of 48
            (66, 0.2664942, 0.16885, 0.379379),  # 16 of 52
            (70, 0.2080076, 0.0863378, 0.371931),  # 4 of 14, the experiment of the book
        ],
    )
    def test_rats(self, group, mean, low, high):
        units = [np.repeat([1, 0], [n, of - n]) for n, of in zip(TUMORS, RATS, strict=True)]
        counts = counted(np.concatenate(units), np.ones(RATS.sum()), np.repeat(np.arange(71), RATS))
        pooled = pooled_shares(counts)
        assert pooled.share[group, 0] == pytest.approx(mean, abs=1e-6)
        bounds = (pooled.low[group, 0], pooled.high[group, 0])
        assert bounds == pytest.approx((low, high), abs=0.004)  # beta of the same moments

    def test_thin_periods_are_drawn_farther(self):
        places = np.repeat([0, 1, 2, 3], [60, 40, 50, 2])
        counts = counted(np.r_[np.arange(150) % 5 == 0, True, True], np.ones(152), places)
        pooled = pooled_shares(counts)
        assert pooled.own[3, 0] < pooled.own[1, 0] < pooled.own[0, 0] < 1
        assert 0.2 < pooled.share[3, 0] < 0.6  # 2 of 2 by themselves are 100 percent

    def test_unknown_dates_take_no_part(self):
        known = counted([3, 1, 2, 2], [9, 9, 9, 9], [0, 1, 2, 2], ("a", "b", "c"))
        more = counted([3, 1, 2, 2, 9], [9] * 5, [0, 1, 2, 2, 3], ("a", "b", "c", "unknown"))
        assert np.array_equal(pooled_shares(more).share[:3], pooled_shares(known).share)
        assert np.isnan(pooled_shares(more).share[3]).all()
        rows = shares_of(more, interval="pooled")
        assert rows["interval"].tolist() == ["pooled"] * 3 + ["clustered"]
        assert rows["share_high"].notna().all()

    @pytest.mark.parametrize("n_periods", [1, 2])
    def test_too_few_periods_are_left_as_they_are(self, n_periods):
        counts = counted([1, 0] * n_periods, [3, 2] * n_periods, np.repeat(range(n_periods), 2))
        rows = shares_of(counts, interval="pooled")
        assert rows["pooled_share"].isna().all()
        assert rows["interval"].tolist() == ["clustered"] * n_periods
        assert rows["share_low"].tolist() == clustered_interval(counts)[0].ravel().tolist()

    def test_a_theme_that_never_occurs_may_yet(self):
        pooled = pooled_shares(counted(np.zeros(6), np.full(6, 5.0), [0, 0, 1, 1, 2, 2]))
        assert (pooled.share > 0).all()
        assert ((pooled.low >= 0) & (pooled.high < 0.5)).all()


class TestSimultaneous:
    def test_they_are_wider_and_unknown_stands_alone(self):
        places = np.repeat([0, 1, 2], 4)
        counts = counted([1, 0, 2, 0] * 3, [2] * 12, places, ("a", "b", "unknown"))
        alone = shares_of(counts, interval="clustered")
        jointly = shares_of(counts, interval="clustered", simultaneous=True)
        assert jointly["n_jointly"].tolist() == [2, 2, 1]
        assert (jointly["share_low"][:2] < alone["share_low"][:2]).all()
        assert (jointly["share_high"][:2] > alone["share_high"][:2]).all()
        assert jointly["share_high"][2] == alone["share_high"][2]

    def test_periods_without_units_are_not_counted(self):
        counts = counted([1, 0, 0, 1], [2, 1, 0, 2], [0, 0, 1, 2], ("a", "gap", "c"))
        jointly = shares_of(counts, interval="jeffreys", simultaneous=True)
        assert jointly["n_jointly"].tolist() == [2, 1, 2]
        low, _ = jeffreys_interval([1, 1], [3, 2], level=joint_level(0.95, 2))
        assert jointly["share_low"].tolist() == pytest.approx([low[0], np.nan, low[1]], nan_ok=True)

    @pytest.mark.parametrize("interval", ["wilson", "bootstrap", "bca", "pooled"])
    def test_kinds_with_short_tails_are_refused(self, interval):
        with pytest.raises(
            SettingsError, match=r"expected one of: clustered, jeffreys\. The tails"
        ):
            shares_of(counted([1], [2]), interval=interval, simultaneous=True)


class TestSimulated:
    """Of intervals at 95 percent, few miss; benchmarks/simulate_shares.py has the large tables."""

    @pytest.mark.parametrize("n_meetings", [3, 10])
    @pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
    def test_coverage_with_items_alike(self, n_meetings, share):
        rng = np.random.default_rng(n_meetings)
        held = {"wilson": [], "clustered": []}
        for _ in range(3):
            sizes = list(1 + rng.poisson(4, (10, n_meetings)))
            counts = simulate_counts(np.full((10, 100), share), sizes, icc=0.4, random_state=rng)
            for kind, found in held.items():
                rows = shares_of(counts, interval=kind)
                found.append(rows["share_low"].le(share) & rows["share_high"].ge(share))
        assert 0.93 <= np.mean(held["clustered"]) <= 0.985
        assert np.mean(held["wilson"]) < 0.90  # what items taken as independent cost

    def test_whole_tables(self):
        true = np.tile([0.02, 0.05, 0.1, 0.2, 0.5], (8, 1))
        rng = np.random.default_rng(0)
        good = 0
        for _ in range(100):
            sizes = list(1 + rng.poisson(2, (8, 5)))
            counts = simulate_counts(true, sizes, icc=0.2, random_state=rng)
            rows = shares_of(counts, interval="clustered", simultaneous=True)
            low, high = rows["share_low"].to_numpy(), rows["share_high"].to_numpy()
            good += ((low <= true.ravel()) & (true.ravel() <= high)).all()
        assert good >= 92

    def test_pooled_ones_are_narrower_and_hold(self):
        rng = np.random.default_rng(1)
        true = 1 / (1 + np.exp(1.4 - 0.5 * rng.standard_normal((10, 60))))
        counts = simulate_counts(true, [[2] * 5] * 10, random_state=rng)
        widths = {}
        for kind in ("wilson", "pooled"):
            rows = shares_of(counts, interval=kind)
            low, high = rows["share_low"].to_numpy(), rows["share_high"].to_numpy()
            widths[kind] = (high - low).mean()
            assert 0.93 <= ((low <= true.ravel()) & (true.ravel() <= high)).mean() <= 0.99
        assert widths["pooled"] < 0.8 * widths["wilson"]
