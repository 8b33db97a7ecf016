"""The order of the items: laws that hold for every order, and small cases by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.label_page import ORDERS, farthest_first, make_queue, theme_margins
from cio_topics.label_page.queue import narrow_queue

shares = st.floats(0, 1)
sizes = st.integers(0, 40)
seeds = st.integers(0, 2**31 - 1)


def agenda(n: int) -> pd.DataFrame:
    """Invented items; every third has the same title."""
    return pd.DataFrame(
        {"item_id": [f"i{k}" for k in range(n)], "title": [f"議題{k % 3}" for k in range(n)]}
    )


def drawn(queue: pd.DataFrame) -> list[str]:
    return queue.loc[queue["chosen_by"] == "random", "item_id"].tolist()


@settings(max_examples=60)
@given(n=sizes, order=st.sampled_from(ORDERS), share=shares, seed=seeds)
def test_every_item_comes_once_and_random_ones_are_spread_evenly(n, order, share, seed):
    table = agenda(n)
    made = make_queue(
        table, order, margins=np.arange(n) / 50, random_share=share, random_state=seed
    )
    assert sorted(made["item_id"]) == sorted(table["item_id"])
    if order == "random":
        assert set(made["chosen_by"]) <= {"random"}
        return
    random = (made["chosen_by"] == "random").to_numpy()
    assert random.sum() == round(share * n)
    so_far, places = random.cumsum(), np.arange(1, n + 1)
    assert (np.abs(so_far - places * random.sum() / max(n, 1)) < 1).all()


@settings(max_examples=40)
@given(n=sizes, share=shares, seed=seeds, data=st.data())
def test_the_draw_depends_on_items_and_seed_alone(n, share, seed, data):
    table = agenda(n)
    margins = data.draw(st.lists(st.floats(0, 1), min_size=n, max_size=n))
    shuffled = table.iloc[data.draw(st.permutations(range(n)))]
    settings_ = {"random_share": share, "random_state": seed}
    first = make_queue(table, margins=margins, **settings_)
    assert drawn(make_queue(table, "diverse", **settings_)) == drawn(first)
    assert drawn(make_queue(shuffled, margins=margins, **settings_)) == drawn(first)
    pd.testing.assert_frame_equal(make_queue(table, margins=margins, **settings_), first)


@settings(max_examples=40)
@given(n=sizes, share=shares, seed=seeds, margin=st.floats(0, 1))
def test_the_doubtful_come_first_and_equals_by_chance(n, share, seed, margin):
    margins = np.linspace(0, 1, n)
    made = make_queue(agenda(n), margins=margins, random_share=share, random_state=seed)
    places = made.loc[made["chosen_by"] == "uncertain", "item_id"].str[1:].astype(int)
    assert places.is_monotonic_increasing
    equal = make_queue(agenda(n), margins=[margin] * n, random_share=0, random_state=seed)
    random = make_queue(agenda(n), "random", random_share=0, random_state=seed)
    assert equal["item_id"].tolist() == random["item_id"].tolist()


def test_another_seed_draws_others():
    draws = {tuple(drawn(make_queue(agenda(40), "diverse", random_state=s))) for s in range(5)}
    assert len(draws) == 5


def test_items_drawn_first_are_any_items():
    """Over many seeds each item is the first of the draw about equally often."""
    first = [
        drawn(make_queue(agenda(5), margins=[0.1] * 5, random_state=s))[0] for s in range(1000)
    ]
    counts = pd.Series(first).value_counts()
    assert len(counts) == 5
    assert counts.between(150, 250).all()  # 200 are expected, ± 13


@pytest.mark.parametrize(
    ("weights", "expected", "why"),
    [
        ([0.9, 0.1], 0.4, "0.9 and 0.1 are as far from 0.5"),
        ([0.9, 0.55], 0.05, "the second theme could go either way"),
        ([0.0, 0.0], 0.0, "nothing explains the item"),
        ([0.02, 0.01], 0.02, "next to nothing explains the item"),
        ([0.3, 0.0], 0.2, "the first theme could be given"),
        ([0.5], 0.0, "on the threshold"),
        ([], 0.0, "no theme but the fallback"),
    ],
)
def test_margins(weights, expected, why):
    assert theme_margins([weights]).tolist() == pytest.approx([expected]), why


@settings(max_examples=40)
@given(titles=st.lists(st.text(alphabet="電子政府番号 \n", max_size=6), max_size=12))
def test_farthest_first_names_every_place_once(titles):
    for limit in (3, 100):
        places = farthest_first(titles, limit)
        assert sorted(places.tolist()) == list(range(len(titles)))
        assert not titles or places[0] == 0


def test_margins_by_threshold():
    margins = theme_margins([[0.9, 0.25], [0.6, 0.0]], [0.5, 0.3])
    assert margins.tolist() == pytest.approx([0.05, 0.1])


def test_farthest_first_leaves_twins_for_last():
    titles = ["電子政府", "電子政府", "番号制度", "電子政府", "予算"]
    assert set(farthest_first(titles)[:3].tolist()) == {0, 2, 4}
    assert farthest_first(titles, 2).tolist()[2:] == sorted(farthest_first(titles, 2)[2:])


def test_picked_items_are_no_random_sample():
    made = make_queue(agenda(10), "diverse", random_share=0.5)
    narrowed = narrow_queue(made, set(made["item_id"][:6]))
    assert narrowed["item_id"].tolist() == made["item_id"][:6].tolist()
    assert set(narrowed["chosen_by"]) == {"", "diverse"}


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"order": "doubtful"}, "unknown order 'doubtful'; expected one of: uncertain, diverse"),
        ({"order": "uncertain"}, "needs margins"),
        (
            {"order": "random", "random_share": 20},
            "is 20; expected a number from 0 to 1.*五つに一つ",
        ),
        ({"order": "random", "random_share": float("nan")}, "is nan"),
    ],
)
def test_refusals(settings_, message):
    with pytest.raises(SettingsError, match=message):
        make_queue(agenda(3), **settings_)
