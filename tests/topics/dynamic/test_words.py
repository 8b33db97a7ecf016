"""Class-based TF-IDF by topic and period, against plain loops."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.dynamic import words_by_period

TERMS = ["計画", "評価", "番号", "予算"]
PERIODS = pd.Categorical(
    ["2004", "2006", "2006", "unknown", "2004"], ["2004", "2005", "2006", "unknown"]
)


def case(seed):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(0.7, (5, 4))
    weights = pd.DataFrame(rng.dirichlet(np.ones(3) * 0.3, 5), columns=["a", "b", "c"])
    weights.iloc[4] = 0.0  # an item none of whose terms the model knows
    return weights, counts


def in_loops(weights, counts, periods, global_share=0.0):
    """Scores of every period, topic and term, straight from the definition."""
    n_items, n_terms = counts.shape
    topics = range(weights.shape[1])

    def said(topic, term, rows):
        return sum(weights.iloc[i, topic] * counts[i, term] for i in rows)

    def share(topic, term, rows):
        total = sum(said(topic, other, rows) for other in range(n_terms))
        return said(topic, term, rows) / total if total > 0 else 0.0

    every = range(n_items)
    in_all = [sum(said(k, w, every) for k in topics) for w in range(n_terms)]
    mean = sum(in_all) / len(topics)
    scores = {}
    for period in periods.categories:
        rows = [i for i in every if periods[i] == period]
        for k in topics:
            silent = sum(said(k, w, rows) for w in range(n_terms)) == 0
            for w in range(n_terms):
                local, whole = share(k, w, rows), 0.0 if silent else share(k, w, every)
                mixed = (1 - global_share) * local + global_share * whole
                rarity = math.log(1 + mean / in_all[w]) if in_all[w] else 0.0
                scores[period, weights.columns[k], TERMS[w]] = mixed * rarity
    return scores


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 1.0]))
def test_against_loops(seed, global_share):
    weights, counts = case(seed)
    table = words_by_period(weights, csr_matrix(counts), TERMS, PERIODS, global_share=global_share)
    expected = in_loops(weights, counts, PERIODS, global_share)
    found = {(row.period, row.topic, row.term): row.score for row in table.itertuples() if row.rank}
    assert found == pytest.approx({key: s for key, s in expected.items() if s > 0})
    assert set(table["period"]) == set(PERIODS.categories)  # 2005 has no item, yet rows
    assert (table.loc[table["period"] == "2005", "rank"] == 0).all()
    for _, group in table.groupby(["period", "topic"]):
        assert (group["score"].diff().dropna() <= 0).all()
        assert group["rank"].tolist() in ([0], list(range(1, len(group) + 1)))


def test_n_terms_and_ties_in_the_order_of_terms():
    weights = pd.DataFrame({"a": [1.0, 1.0]})
    counts = csr_matrix([[1, 1, 1, 1], [0, 0, 0, 2]])
    table = words_by_period(weights, counts, TERMS, ["2004", "2005"], n_terms=3)
    assert table["term"].tolist() == ["計画", "評価", "番号", "予算"]
    assert table["rank"].tolist() == [1, 2, 3, 1]


def test_a_period_without_items_changes_no_score():
    weights, counts = case(0)
    with_gap = words_by_period(weights, csr_matrix(counts), TERMS, PERIODS)
    without = words_by_period(
        weights, csr_matrix(counts), TERMS, PERIODS.remove_unused_categories()
    )
    kept = with_gap[with_gap["period"] != "2005"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, without, check_exact=True)


def test_no_items():
    table = words_by_period(pd.DataFrame(columns=["a"]), csr_matrix((0, 4)), TERMS, [])
    assert table.empty
    assert table.columns.tolist() == ["period", "topic", "rank", "term", "score"]


ONE = pd.DataFrame({"a": [1.0]})


@pytest.mark.parametrize(
    ("counts", "settings", "match"),
    [
        (np.ones((2, 4)), {}, "weights have 1 items and counts have 2"),
        (np.ones((1, 3)), {}, "4 terms were given for 3 columns"),
        (np.ones((1, 4)), {"n_terms": 0}, "n_terms is 0; expected at least 1"),
        (np.ones((1, 4)), {"global_share": 1.5}, "global_share is 1.5; expected a number from 0"),
        (-np.ones((1, 4)), {}, "negative number"),
        (np.ones((1, 4)), {"periods": ["2004", "2005"]}, "2 periods were given for 1 items"),
    ],
)
def test_refusals(counts, settings, match):
    given_periods = settings.pop("periods", ["2004"])
    with pytest.raises(SettingsError, match=match):
        words_by_period(ONE, csr_matrix(counts), TERMS, given_periods, **settings)
