"""All tables of topics over time, from one call."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.topics import fit_topics, make_topic_model, topic_weights
from cio_topics.topics.dynamic import (
    DynamicTopics,
    LdaSeq,
    describe_changing,
    describe_periods,
    item_periods,
    period_terms,
    topic_shares,
    words_by_period,
)
from cio_topics.topics.pooling import TitlePooler
from cio_topics.vectors import make_vectorizer
from tests.topics.dynamic.agendas import AGENDA, WEIGHTS
from tests.topics.dynamic.test_base import FITTED

TERMS = ["甲", "乙", "丙"]
FIVE = csr_matrix([[3, 1, 0], [1, 2, 0], [0, 1, 3], [2, 0, 2], [0, 0, 0]])


@pytest.mark.parametrize("by", ["year", "fiscal_year", "administration"])
def test_the_tables_are_those_of_their_functions(by):
    tables = describe_periods(
        WEIGHTS, FIVE, TERMS, AGENDA, period=by, n_terms=2, n_resamples=50, random_state=3
    )
    shares = topic_shares(WEIGHTS, AGENDA, period=by, n_resamples=50, random_state=3)
    periods = item_periods(WEIGHTS.index, AGENDA, period=by)["period"]
    words = words_by_period(WEIGHTS, FIVE, TERMS, periods, n_terms=2)
    assert list(tables) == ["shares", "words"]
    pd.testing.assert_frame_equal(tables["shares"], shares)
    pd.testing.assert_frame_equal(tables["words"], words)
    pairs = [set(zip(t["period"], t["topic"], strict=True)) for t in tables.values()]
    assert pairs[0] == pairs[1]  # both have every period and topic


@pytest.mark.parametrize(
    "model",
    [DynamicTopics(2, n_steps=20), LdaSeq(2, max_passes=1, max_seconds=None)],
    ids=["dtm", "ldaseq"],
)
def test_changing_topics(model):
    items = WEIGHTS.index
    tables = describe_changing(model, FIVE, TERMS, items, AGENDA, n_terms=2, n_resamples=50)
    assert list(tables) == ["weights", "shares", "words", "mean_topics"]
    weights, shares, words, means = tables.values()
    assert means.index.tolist() == ["topic_01", "topic_02"]
    assert means.columns.tolist() == TERMS
    assert means.sum(axis=1).to_numpy() == pytest.approx([1, 1])
    assert weights.index.equals(items)
    assert weights.columns.tolist() == ["topic_01", "topic_02"]
    assert weights.sum(axis=1).to_numpy() == pytest.approx([1, 1, 1, 1, 0])  # i5 has no terms
    pd.testing.assert_frame_equal(shares, topic_shares(weights, AGENDA, n_resamples=50))
    assert words.columns.tolist() == ["period", "topic", "rank", "term", "probability"]
    assert words["period"].unique().tolist() == ["2009", "2010", "2011"]  # unknown has no topics
    assert len(words) == 3 * 2 * 2
    assert not hasattr(model, "topics_")  # the model that was given is left unfitted


class TestPools:
    MODEL = DynamicTopics(2, n_steps=20)

    def test_learned_from_meetings_weighed_by_item(self):
        pools = TitlePooler("meeting").fit(AGENDA.assign(title="")).items_
        tables = describe_changing(
            *(self.MODEL, FIVE, TERMS, WEIGHTS.index, AGENDA), pools=pools, n_resamples=50
        )
        periods = item_periods(WEIGHTS.index, AGENDA)["period"]
        meetings = pd.Categorical(
            ["2009", "2009", "2011", "unknown"], categories=periods.cat.categories, ordered=True
        )
        by_hand = clone(self.MODEL).fit(
            FIVE[[0, 2, 3, 4]] + csr_matrix(np.vstack([FIVE[1].toarray(), np.zeros((3, 3))])),
            meetings,
        )
        expected = by_hand.transform(FIVE, periods)
        assert (tables["weights"].to_numpy()[:4] == expected[:4]).all()

    def test_a_pool_of_several_periods_is_refused(self):
        pools = csr_matrix(np.ones((5, 1)))
        with pytest.raises(SettingsError, match="a pool has items of several periods"):
            describe_changing(self.MODEL, FIVE, TERMS, WEIGHTS.index, AGENDA, pools=pools)


@pytest.mark.parametrize("name", FITTED)
def test_period_terms(name):
    fitted = FITTED[name]
    table = period_terms(fitted, list("abcdef"), n_terms=3)
    for row in table.itertuples():
        place, topic = fitted.periods_.index(row.period), int(row.topic[-2:]) - 1
        values = fitted.topics_[place, topic]
        assert row.probability == values["abcdef".index(row.term)]
        assert (values > row.probability).sum() < row.rank <= (values >= row.probability).sum()
    assert len(table) == 4 * 2 * 3


def test_on_the_corpus():
    """Every period of the agenda stands in both tables, those without items too."""
    corpus = read_example()
    agenda = corpus.agenda()
    titles = agenda.set_index("item_id")["title"]
    model = fit_topics(make_topic_model("lda", n_topics=5), titles)
    vectorizer = make_vectorizer("count").fit(list(titles))
    counts = vectorizer.transform(list(titles))
    terms = vectorizer.get_feature_names_out()
    tables = describe_periods(
        topic_weights(model, titles),
        counts,
        terms,
        agenda,
        period="administration",
        administrations=corpus.administrations,
        n_resamples=50,
    )
    order = tables["shares"]["period"].unique().tolist()
    assert order == tables["words"]["period"].unique().tolist()
    empty = tables["shares"].groupby("period")["n_items"].first()
    silent = tables["words"].groupby("period")["rank"].max()
    assert set(empty.index[empty == 0]) == set(silent.index[silent == 0]) != set()
    assert np.isfinite(tables["words"].loc[tables["words"]["rank"] > 0, "score"]).all()
