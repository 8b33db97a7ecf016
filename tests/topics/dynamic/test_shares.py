"""Shares of topics are mean weights, and their intervals hold what they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval
from cio_topics.periods import GROUPINGS
from cio_topics.topics.dynamic import topic_shares
from tests.topics.dynamic.agendas import AGENDA, WEIGHTS, make_agenda, random_case

BY_HAND = {  # period: (n of topic_01, n of topic_02, items, meetings)
    "year": {
        "2009": (1.5, 1.5, 3, 2),
        "2010": (0, 0, 0, 0),  # no item, yet a row
        "2011": (0.25, 0.75, 1, 1),
        "unknown": (0, 0, 1, 1),  # an item without weights counts among the items
    },
    "fiscal_year": {"2009": (1.5, 1.5, 3, 2), "unknown": (0.25, 0.75, 2, 2)},
    "administration": {
        "麻生内閣": (1.4, 0.6, 2, 1),
        "鳩山由紀夫内閣": (0.1, 0.9, 1, 1),
        "unknown": (0.25, 0.75, 2, 2),
    },
}


@pytest.mark.parametrize("by", BY_HAND)
def test_by_hand(by):
    table = topic_shares(WEIGHTS, AGENDA, period=by)
    rows = iter(table.itertuples())
    for period, (first, second, n_items, n_meetings) in BY_HAND[by].items():
        for topic, n in (("topic_01", first), ("topic_02", second)):
            row = next(rows)
            assert (row.period, row.topic) == (period, topic)
            assert (row.n_items, row.n_meetings) == (n_items, n_meetings)
            assert row.n == pytest.approx(n)
            if n_items:
                assert row.share == pytest.approx(n / n_items)
                assert 0 <= row.share_low <= row.share <= row.share_high <= 1
                assert row.share_high > row.share_low
            else:
                assert np.isnan([row.share, row.share_low, row.share_high]).all()
    assert next(rows, None) is None


@pytest.mark.parametrize("weights", [WEIGHTS, WEIGHTS.iloc[:0]])
def test_columns(weights):
    assert topic_shares(weights, AGENDA).dtypes.astype(str).to_dict() == {
        "period": "str",
        "topic": "str",
        "n": "float64",
        "n_items": "int64",
        "n_meetings": "int64",
        "share": "float64",
        "share_low": "float64",
        "share_high": "float64",
    }


@pytest.mark.parametrize("by", GROUPINGS)
def test_every_item_stands_in_one_period(by):
    """Law: items, meetings and weights of all periods are those of the corpus."""
    corpus = read_example()
    agenda = corpus.agenda()
    rng = np.random.default_rng(0)
    weights = pd.DataFrame(rng.dirichlet(np.ones(3), len(agenda)), agenda["item_id"], list("abc"))
    table = topic_shares(
        weights, agenda, period=by, administrations=corpus.administrations, n_resamples=50
    )
    sizes = table.drop_duplicates("period")
    assert sizes["n_items"].sum() == len(corpus)
    assert sizes["n_meetings"].sum() == len(corpus.meetings)
    sums = table.groupby("topic")["n"].sum()
    assert sums.to_numpy() == pytest.approx(weights.sum().to_numpy())
    filled = table[table["n_items"] > 0]
    assert filled[["share", "share_low", "share_high"]].notna().all(axis=None)
    assert (
        (filled["share_low"] <= filled["share"]) & (filled["share"] <= filled["share_high"])
    ).all()
    whole = filled.groupby("period")["share"].sum()
    assert whole.to_numpy() == pytest.approx(np.ones(len(whole)))  # rows of weights sum to one


def test_the_same_numbers_again_and_another_seed():
    agenda, weights = random_case(0)
    first = topic_shares(weights, agenda)
    pd.testing.assert_frame_equal(first, topic_shares(weights, agenda), check_exact=True)
    other = topic_shares(weights, agenda, random_state=1)
    assert (first["share_low"] != other["share_low"]).any()
    pd.testing.assert_series_equal(first["share"], other["share"])
    assert other["share_low"].to_numpy() == pytest.approx(first["share_low"].to_numpy(), abs=0.03)


def test_the_order_of_items_does_not_matter():
    agenda, weights = random_case(1)
    shuffled = topic_shares(weights.sample(frac=1, random_state=0), agenda.iloc[::-1])
    pd.testing.assert_frame_equal(shuffled, topic_shares(weights, agenda), rtol=1e-9)


def by_the_book(agenda, weights, n_resamples=4000):
    """The interval in plain loops, with draws of its own."""
    rng = np.random.default_rng(7)
    meetings = agenda.groupby("meeting_id", sort=False)["item_id"].agg(list)
    sums = np.array([weights.loc[items].sum() for items in meetings])
    sizes = np.array([len(items) for items in meetings])
    drawn = []
    for _ in range(n_resamples):
        rows = rng.integers(0, len(sizes), len(sizes))
        drawn.append(sums[rows].sum(axis=0) / sizes[rows].sum())
    student = {12: 2.200985, 4: 3.182446, 2: 12.706205}[len(sizes)]  # 97.5 % of Student's t
    spread = np.var(drawn, axis=0) * len(sizes) / (len(sizes) - 1) * (student / 1.959964) ** 2
    share = sums.sum(axis=0) / sizes.sum()
    units = np.clip(share * (1 - share) / spread, 1, sizes.sum())
    return wilson_interval(share * units, units)


@pytest.mark.parametrize(("seed", "n_meetings"), [(2, 12), (3, 12), (4, 4), (5, 2)])
def test_the_interval_by_the_book(seed, n_meetings):
    agenda, weights = random_case(seed, n_meetings)
    table = topic_shares(weights, agenda, n_resamples=4000)
    low, high = by_the_book(agenda, weights)
    assert table["share_low"].to_numpy() == pytest.approx(low, abs=0.02)
    assert table["share_high"].to_numpy() == pytest.approx(high, abs=0.02)


@pytest.mark.parametrize("n_meetings", [3, 8])
def test_the_interval_holds_the_truth(n_meetings):
    """Nine times in ten, although meetings are few and all their items speak of one topic."""
    tables = [
        topic_shares(w, a, n_resamples=200)
        for a, w in (random_case(seed, n_meetings) for seed in range(50))
    ]
    found = pd.concat(tables)
    held = (found["share_low"] <= 0.25) & (found["share_high"] >= 0.25)  # of four topics
    assert held.mean() >= 0.88
    assert (found["share_high"] - found["share_low"]).mean() < 0.9  # and says something


def test_items_of_one_meeting_are_not_independent():
    """The same items in fewer meetings, alike within them, tell less."""
    weights = pd.DataFrame({"t": [0.9, 0.1] * 20}, [f"i{n}" for n in range(40)])
    apart = make_agenda([(i, f"m{n}", "2009") for n, i in enumerate(weights.index)])
    alike = make_agenda([(i, f"m{n % 2}", "2009") for n, i in enumerate(weights.index)])
    mixed = make_agenda([(i, f"m{n // 10}", "2009") for n, i in enumerate(weights.index)])
    width = {
        name: np.diff(topic_shares(weights, a)[["share_low", "share_high"]].to_numpy())[0, 0]
        for name, a in {"apart": apart, "alike": alike, "mixed": mixed}.items()
    }
    assert width["apart"] < 0.35 < width["alike"]
    assert width["mixed"] > width["apart"]  # four meetings that are all alike: meetings are units


@pytest.mark.parametrize(
    ("value", "n_meetings"),
    [(0.0, 5), (1.0, 5), (0.3, 5), (0.3, 1), (0.0, 1)],  # nothing varies from draw to draw
)
def test_where_draws_say_nothing_meetings_are_units(value, n_meetings):
    items = [f"i{n}" for n in range(10)]
    agenda = make_agenda([(i, f"m{n % n_meetings}", "2009") for n, i in enumerate(items)])
    table = topic_shares(pd.DataFrame({"t": value}, items), agenda)
    low, high = wilson_interval([value * n_meetings], [n_meetings])
    assert table["share_low"].iloc[0] == pytest.approx(low[0])
    assert table["share_high"].iloc[0] == pytest.approx(high[0])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["2009-07-01", "2009", "2011-01", ""]),
            st.floats(0, 1),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_shares_lie_in_their_interval(rows):
    agenda = make_agenda([(f"i{n}", f"m{m}", date) for n, (date, _, m) in enumerate(rows)])
    weights = pd.DataFrame({"t": [w for _, w, _ in rows]}, agenda["item_id"].tolist())
    table = topic_shares(weights, agenda, n_resamples=20)
    filled = table[table["n_items"] > 0]
    assert filled["n_items"].sum() == len(rows)
    numbers = filled[["share_low", "share", "share_high"]].to_numpy()
    assert (np.diff(numbers, axis=1) >= 0).all()
    assert ((numbers >= 0) & (numbers <= 1)).all()


@pytest.mark.parametrize(
    ("weights", "settings", "match"),
    [
        (WEIGHTS * 2, {}, r"outside \[0, 1\]"),
        (WEIGHTS - 0.2, {}, r"outside \[0, 1\]"),
        (WEIGHTS.replace(0.9, np.nan), {}, "no number"),
        (WEIGHTS, {"n_resamples": 1}, "n_resamples is 1; expected at least 2"),
        (WEIGHTS, {"period": "decade"}, "unknown period 'decade'"),
        (WEIGHTS.rename({"i1": "x1"}), {}, "lacks 1 item of the weights, such as 'x1'"),
    ],
)
def test_refusals(weights, settings, match):
    with pytest.raises(SettingsError, match=match):
        topic_shares(weights, AGENDA, **settings)
