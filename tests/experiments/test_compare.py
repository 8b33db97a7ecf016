"""Differences of two sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.experiments.compare import Side, compare_sides, make_side, unlike_columns
from cio_topics.experiments.replicates import Replicates, welch_interval
from tests.experiments.conftest import HEAD

COLUMNS = ("model.kind", "model.n_topics")


def results(kind="nmf", n_topics=(4, 8), seeds=(0, 1, 2), shift=0.0, metric="nmi"):
    rng = np.random.default_rng(0)
    rows = [
        (kind, n, seed, 0, shift + 0.1 * n + 0.01 * rng.random())
        for n in n_topics
        for seed in seeds
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "seed", "draw", metric])


def side(table, metrics=("nmi",), columns=COLUMNS, **more):
    return Side(table, columns, metrics, **more)


def drawn(table):
    """As of an experiment that draws 80 of 100 meetings: the variance is multiplied by 4."""
    return table.assign(n_drawn=80, n_groups=100)


def both_kinds():
    table = pd.concat([results("nmf"), results("lda", shift=0.3)], ignore_index=True)
    return table.assign(**{"pool.by": "meeting"})


@pytest.fixture
def design(write_design):
    return write_design(HEAD + '[model]\nkind = ["nmf", "lda"]\nn_topics = [4, 8]\n')


class TestPairs:
    def test_settings_of_one_experiment(self, design):
        table = both_kinds()
        a, b = (
            make_side(design, table, {"model.kind": kind})._replace(metrics=("nmi",))
            for kind in ("nmf", "lda")
        )
        assert "model.kind" not in a.columns
        found = compare_sides(a, b).iloc[0]
        assert (found["n_pairs"], found["n_a"], found["n_replicates"]) == (6, 6, 3)
        assert found["difference"] == pytest.approx(0.3)
        assert found["low"] <= 0.3 + 1e-12
        assert found["better"] == "B"

    def test_the_interval_is_that_of_paired_seeds(self):
        a, b = results(), results(shift=0.1).assign(nmi=lambda t: t["nmi"] + [0, 0.2, 0, 0.1, 0, 0])
        found = compare_sides(side(a), side(b)).iloc[0]
        means = [t.groupby("seed")["nmi"].mean() for t in (a, b)]
        expected = stats.ttest_rel(means[1], means[0]).confidence_interval()
        assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))

    def test_draws_are_the_replicates_where_there_are_draws(self):
        """Seeds inside a draw are averaged, and change all draws alike here."""
        a = pd.concat([results(seeds=(0, 1)).assign(draw=d, nmi=0.5) for d in (1, 2, 3)])
        b = a.assign(nmi=a["nmi"] + 0.1 * a["draw"] + 0.05 * a["seed"])
        found = compare_sides(
            side(drawn(a), replicate="draw"), side(drawn(b), replicate="draw")
        ).iloc[0]
        assert (found["n_pairs"], found["n_replicates"]) == (12, 3)
        assert found["difference"] == pytest.approx(0.225)
        by_seed = np.var([0.2, 0.25], ddof=1) / 2
        half = stats.t.ppf(0.975, 2) * np.sqrt(4.0 * 0.1**2 + by_seed)
        assert found["high"] - found["difference"] == pytest.approx(half)

    def test_two_experiments_whose_kinds_differ(self):
        """A column that is constant on both sides, and differs, is what is compared."""
        found = compare_sides(side(results("nmf")), side(results("lda", shift=-1))).iloc[0]
        assert (found["n_pairs"], found["better"]) == (6, "A")

    def test_only_what_both_have_is_paired(self):
        a, b = results(n_topics=(4, 8)), results(n_topics=(8, 16), shift=0.05)
        found = compare_sides(side(a), side(b)).iloc[0]
        assert (found["n_pairs"], found["n_a"]) == (3, 6)
        assert found["a"] == pytest.approx(a.loc[a["model.n_topics"] == 8, "nmi"].mean())

    def test_undefined_values_have_no_pair(self):
        a, b = results(), results(shift=0.1)
        a.loc[0, "nmi"] = np.nan
        found = compare_sides(side(a), side(b)).iloc[0]
        assert (found["n_pairs"], found["n_a"], found["n_b"]) == (5, 5, 6)

    def test_low_is_better_for_a_perplexity(self):
        a, b = results(metric="perplexity"), results(metric="perplexity", shift=5)
        found = compare_sides(side(a, metrics=("perplexity",)), side(b, metrics=("perplexity",)))
        assert found["better"].tolist() == ["A"]


class TestDrawsOfTheSameItems:
    def sides(self, noise=0.0, **more):
        """A has one setting, B two values of a column that A lacks; draws share their luck."""
        luck = np.random.default_rng(2).normal(0, 0.1, 20)
        a = pd.concat(
            [
                results(n_topics=(4,), seeds=(0,)).assign(draw=d, nmi=luck[d - 1])
                for d in range(1, 21)
            ]
        )
        b = pd.concat(
            [a.assign(x=x, nmi=a["nmi"] + 0.1 + noise * a["draw"] % 3) for x in ("1", "2")]
        )
        return (
            side(drawn(a), replicate="draw"),
            side(drawn(b), replicate="draw", columns=(*COLUMNS, "x"), **more),
        )  # fmt: skip

    def test_means_of_draws_are_paired(self):
        """What the draws have in common is no doubt about the difference."""
        found = compare_sides(*self.sides()).iloc[0]
        assert (found["n_pairs"], found["n_replicates"]) == (20, 20)
        assert (found["low"], found["high"]) == pytest.approx((0.1, 0.1), abs=1e-6)
        assert found["better"] == ""  # the sides differ in a column that was not asked about

    def test_draws_of_other_items_are_not(self):
        found = compare_sides(*self.sides(sample="another corpus")).iloc[0]
        assert found["n_pairs"] == 0
        assert found["high"] - found["low"] > 0.2


class TestUnlike:
    def test_values_and_columns_that_differ(self):
        a, b = results(n_topics=(4, 8)), results("lda", n_topics=(8,)).assign(x="1")
        found = unlike_columns(side(a), side(b, columns=(*COLUMNS, "x")))
        assert found == ["model.kind", "model.n_topics", "x"]
        assert unlike_columns(side(a), side(results(shift=1))) == []


class TestNoPairs:
    def test_other_seeds_and_settings_are_welch_s(self):
        a, b = results(seeds=(0, 1, 2)), results(seeds=(5, 6), shift=0.2)
        found = compare_sides(side(a), side(b)).iloc[0]
        assert found["n_pairs"] == 0
        means = [t.groupby("seed")["nmi"].mean() for t in (a, b)]
        expected = stats.ttest_ind(means[1], means[0], equal_var=False).confidence_interval()
        assert (found["low"], found["high"]) == pytest.approx((expected.low, expected.high))
        assert found["low"] > 0
        assert found["better"] == ""  # settings may differ in more than what is asked about

    def test_draws_and_seeds_are_not_paired(self):
        found = compare_sides(side(results()), side(drawn(results()), replicate="draw"))
        assert found["n_pairs"].tolist() == [0]

    def test_several_partners_are_none(self):
        """One side has a column of its own: a seed stands there for several cells."""
        a = results()
        b = pd.concat([results().assign(x="1"), results(shift=1).assign(x="2")])
        other = side(b, columns=(*COLUMNS, "x"))
        assert compare_sides(side(a), other)["n_pairs"].tolist() == [0]

    def test_no_value_at_all(self):
        found = compare_sides(side(results().assign(nmi=np.nan)), side(results())).iloc[0]
        assert found[["a", "difference", "low"]].isna().all()
        assert (found["n_a"], found["better"]) == (0, "")

    def test_one_cell_has_no_interval(self):
        found = compare_sides(
            side(results(n_topics=(4,), seeds=(0,))), side(results(n_topics=(8,), seeds=(1,)))
        ).iloc[0]
        assert found["difference"] == pytest.approx(0.4, abs=0.02)
        assert found[["low", "high"]].isna().all()

    def test_values_that_do_not_vary(self):
        one, two = (Replicates(pd.Series([value, value])) for value in (1.0, 2.0))
        assert welch_interval(one, two) == (1.0, 1.0, 1.0)


class TestRefusals:
    def test_no_common_metric(self):
        with pytest.raises(TooSmallError, match="no metric is common to nmi and c_npmi"):
            compare_sides(side(results()), side(results(metric="c_npmi"), metrics=("c_npmi",)))

    def test_a_missing_setting_is_an_empty_text(self, design):
        """As tables show it."""
        table = both_kinds().assign(
            **{"model.max_iter": pd.array([None] * 6 + [5] * 6, dtype="Int64")}
        )
        design = replace(design, grids=(*design.grids, (("model.max_iter", (5,)),)))
        assert len(make_side(design, table, {"model.max_iter": ""}).rows) == 6
        with pytest.raises(
            SettingsError, match=r"no cell has model.max_iter 'nan'; there are: , 5"
        ):
            make_side(design, table, {"model.max_iter": "nan"})

    @pytest.mark.parametrize(
        ("where", "said"),
        [
            ({"kind": "nmf"}, "unknown column 'kind'; expected one of: pool.by, model.kind"),
            ({"model.kind": "lsa"}, "no cell has model.kind 'lsa'; there are: nmf"),
            ({"model.kind": "nmf", "model.n_topics": "5"}, "there are: 4, 8"),
        ],
    )
    def test_settings_that_are_not_there(self, design, where, said):
        with pytest.raises(SettingsError, match=said):
            make_side(design, both_kinds(), where)
