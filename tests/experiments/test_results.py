"""Tables of an experiment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cio_topics.experiments.replicates import mean_interval
from cio_topics.experiments.results import (
    metric_replicates,
    results_table,
    summarize,
    topics_table,
)
from tests.experiments.conftest import HEAD


def record(settings, seed, measures, **more):
    return {
        "cell": f"{seed}{sorted(settings.items())}",
        "settings": settings,
        "seed": seed,
        "draw": 0,
        "status": "done",
        "error": "",
        "facts": {"n_texts": 9, "n_terms": 8, "n_items": 7, "n_coded": 6},
        "measures": measures,
        "undefined": {},
        "topics": [["政策", "=1"]],
        "associated": [["計画"]],
        **more,
    }


def failed(settings, seed):
    gone = {
        "facts": {},
        "topics": [],
        "associated": [],
        "status": "failed",
        "error": "ValueError: x",
    }
    return record(settings, seed, {}, **gone)


@pytest.fixture
def design(write_design):
    return write_design(
        HEAD + '[[model]]\nkind = "nmf"\nn_topics = [4, 8]\n[[model]]\nkind = "lda"\nmax_iter = 5\n'
    )


NMF = {"pool.by": "meeting", "model.kind": "nmf", "model.n_topics": 4}
LDA = {"pool.by": "meeting", "model.kind": "lda", "model.n_topics": 12, "model.max_iter": 5}


class TestResults:
    def test_a_row_a_cell(self, design):
        records = [
            record(NMF, 0, {"diversity": 0.12345678, "nmi": None}),
            failed(LDA, 1),
        ]
        table = results_table(design, records)
        assert list(table.columns) == [
            *("cell", "pool.by", "model.kind", "model.n_topics", "model.max_iter", "seed", "draw"),
            *("status", "error", "n_texts", "n_terms", "n_items", "n_coded", "n_drawn"),
            *("n_groups", "diversity", "nmi"),
        ]
        assert table["diversity"].tolist()[0] == 0.123457
        assert table["nmi"].isna().all()
        assert table["model.max_iter"].tolist() == [pd.NA, 5]
        assert table["model.max_iter"].dtype == table["n_texts"].dtype == "Int64"
        assert table["error"].tolist() == ["", "ValueError: x"]

    @pytest.mark.parametrize(
        ("values", "dtype", "shown"),
        [
            ([1, 2], "Int64", [1, 2]),
            ([0.5, 0.25], "Float64", [0.5, 0.25]),
            ([2, 0.5], "str", ["2", "0.5"]),  # a number of items and a share are not one scale
            ([True, False], "str", ["true", "false"]),
            ([["名詞"], ["名詞", "動詞"]], "str", ["名詞", "名詞 動詞"]),
        ],
    )
    def test_types_of_settings(self, design, values, dtype, shown):
        records = [record({**NMF, "model.max_iter": value}, 0, {}) for value in values]
        column = results_table(design, records)["model.max_iter"]
        assert column.dtype == dtype
        assert column.tolist() == shown

    def test_trials_of_a_search(self, design):
        table = results_table(design, [record(NMF, 0, {})] * 2, trials=[0, 3])
        assert table["trial"].tolist() == [0, 3]

    def test_topics_once_a_cell(self):
        table = topics_table([record(NMF, 0, {}), record(NMF, 0, {}), failed(LDA, 0)])
        assert table.drop(columns="cell").to_numpy().tolist() == [[1, "政策 =1", "計画"]]

    def test_nothing(self, design):
        assert results_table(design, []).empty
        assert topics_table([]).empty


class TestSummary:
    def test_groups_in_order_and_everything_is_counted(self, design):
        values = [0.1, 0.2, None]
        records = [record(NMF, seed, {"diversity": v, "nmi": 0.5}) for seed, v in enumerate(values)]
        records = [record(LDA, 9, {"diversity": 1.0, "nmi": 0.0}), *records, failed(NMF, 3)]
        summary = summarize(design, results_table(design, records))
        assert summary["model.kind"].tolist() == ["lda", "lda", "nmf", "nmf"]
        assert summary["metric"].tolist() == ["diversity", "nmi"] * 2
        row = summary.iloc[2]
        counts = row[["n", "n_replicates", "n_undefined", "n_failed"]].tolist()
        assert (row["mean"], counts) == (0.15, [2, 2, 1, 1])
        # 12.7 standard errors of 0.05 around 0.15, within what diversity can be
        assert (row["low"], row["high"]) == (0.0, 0.785310)
        alone = summary.iloc[0]
        assert alone["n"] == 1
        assert np.isnan([alone["low"], alone["high"]]).all()

    def test_a_group_that_failed_is_there(self, design):
        summary = summarize(design, results_table(design, [failed(NMF, 0), failed(NMF, 1)]))
        assert summary["mean"].isna().all()
        assert summary[["n", "n_undefined", "n_failed"]].to_numpy().tolist() == [[0, 0, 2]] * 2

    def test_a_setting_one_model_lacks_makes_a_group(self, write_design):
        design = write_design(
            HEAD + 'groupings = ["model.max_iter"]\n[[model]]\nkind = "nmf"\nn_topics = 4\n'
            '[[model]]\nkind = "lda"\nmax_iter = 5\n'
        )
        records = [record(NMF, 0, {"nmi": 0.1}), record(LDA, 0, {"nmi": 0.2})]
        summary = summarize(design, results_table(design, records))
        assert summary["model.max_iter"].tolist() == [pd.NA, pd.NA, 5, 5]


class TestReplicates:
    def rows(self, design, values, draws=1):
        """One cell a setting, draw and seed, with the values in this order."""
        settings = [{**NMF, "model.n_topics": n} for n in (4, 8)]
        keys = [(s, d, seed) for s in settings for d in range(1, draws + 1) for seed in (0, 1)]
        records = [
            record(s, seed, {"diversity": v}, draw=d, cell=f"{n}")
            for n, ((s, d, seed), v) in enumerate(zip(keys, values, strict=True))
        ]
        return results_table(design, records)

    def test_settings_inside_a_group_are_no_replicates(self, write_design):
        """Two seeds and two settings: the interval is over two seeds."""
        design = write_design(
            HEAD + 'seeds = 2\ngroupings = ["model.kind"]\n[model]\nn_topics = [4, 8]\n'
        )
        row = summarize(design, self.rows(design, [0.1, 0.2, 0.5, 0.6])).iloc[0]
        assert (row["n"], row["n_replicates"]) == (4, 2)
        expected = stats.ttest_1samp([0.3, 0.4], 0).confidence_interval()
        assert row["mean"] == pytest.approx(0.35)
        assert row["high"] == pytest.approx(expected.high, abs=1e-6)

    def test_seeds_inside_a_draw_are_no_replicates(self, write_design):
        design = write_design(
            HEAD + 'seeds = 2\ngroupings = ["model.kind"]\n[model]\nn_topics = [4, 8]\n'
            "[resample]\ndraws = 2\nshare = 0.5\n"
        )
        values = [0.30, 0.34, 0.36, 0.38] * 2
        rows = self.rows(design, values, draws=2).assign(n_drawn=50, n_groups=100)
        row = summarize(design, rows).iloc[0]
        assert (row["n"], row["n_replicates"]) == (8, 2)
        # without the seeds, which cost no draw: 0.32 and 0.37, of which noise is little
        assert row["mean"] == pytest.approx(0.345)
        found = metric_replicates(rows, "diversity", "draw")
        assert found.means.tolist() == pytest.approx([0.32, 0.37])
        assert found.noise == pytest.approx(4 * 0.005**2 / 2)  # one degree of freedom, two seeds
        low, high = np.clip(mean_interval(found)[1:], 0, 1)
        assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-6)

    def test_a_cell_two_trials_asked_for_counts_once(self, design):
        same = record(NMF, 0, {"diversity": 0.5, "nmi": 0.5})
        row = summarize(design, results_table(design, [same, same], trials=[0, 3])).iloc[0]
        assert row["n"] == 1

    def test_few_groups_have_no_interval(self, write_design):
        design = write_design(
            HEAD + "seeds = 2\n[resample]\ndraws = 2\n[model]\nn_topics = [4, 8]\n"
        )
        rows = self.rows(design, [0.1, 0.2] * 4, draws=2).assign(n_drawn=7, n_groups=9)
        summary = summarize(design, rows)
        assert summary["mean"].notna().any()
        assert summary[["low", "high"]].isna().all(axis=None)
