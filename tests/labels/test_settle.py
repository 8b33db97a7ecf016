"""One set of themes an item, by a stated rule; what a rule leaves open is listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.labels import RULES, settle_labels, split_themes
from tests.labels.invented import BOOK, IDS, answers

SETS = st.lists(st.sampled_from(IDS[:3]), min_size=1, unique=True).map(";".join) | st.just("other")


@pytest.mark.parametrize(
    ("rule", "row", "expected"),
    [
        ("agreed", ["a;b", "b;a"], "a;b"),  # the order is no disagreement; both places tie
        ("agreed", ["b;a", "b;a"], "b;a"),  # the most fitting first
        ("agreed", ["a", "a;b"], None),
        ("agreed", ["a", "", "a"], "a"),  # who did not answer is not asked
        ("union", ["a", "b"], "a;b"),
        ("union", ["other", "b"], "b"),  # the fallback says that nothing else fits
        ("union", ["other", "other"], "other"),
        ("majority", ["a;b", "a", "c;a"], "a"),
        ("majority", ["b;a", "b;a", "c"], "b;a"),
        ("majority", ["a", "b", "c"], None),  # no theme has more than half
        ("majority", ["a;b", "a"], None),  # b has exactly half
        ("majority", ["other", "other", "a"], "other"),
        ("y", ["a", "b"], "b"),
        ("z", ["a", "b"], None),  # neither settled nor disputed: z did not answer this item
    ],
)
def test_rules(rule, row, expected):
    labels = answers(row, ["c", "c", "c"])
    found = settle_labels(labels, BOOK, rule=rule)
    settled = dict(found.labels.values.tolist())
    assert settled.get("i0") == expected
    assert settled["i1"] == "c"
    assert found.disputed["item_id"].tolist() == (
        ["i0"] if expected is None and rule in RULES else []
    )


def test_disputed_items_show_every_answer():
    found = settle_labels(answers(["a", "b;c", "a"]), BOOK)
    assert found.disputed.values.tolist() == [["i0", 3, "x: a | y: b;c | z: a"]]
    assert found.labels.empty


def test_refusals():
    with pytest.raises(SettingsError, match=r"rule is 'best'; expected one of: agreed, .*: x, y"):
        settle_labels(answers(["a", "b"]), BOOK, rule="best")
    with pytest.raises(SettingsError, match="unknown theme 'd'"):
        settle_labels(answers(["d", "b"]), BOOK)


@given(st.lists(st.tuples(SETS, SETS, SETS), min_size=1, max_size=6), st.sampled_from(RULES))
def test_every_item_is_settled_or_disputed_whoever_comes_first(rows, rule):
    """Law: items are split in two; coders have no rank; what all say is what is settled."""
    found = settle_labels(answers(*rows), BOOK, rule=rule)
    items = [*found.labels["item_id"], *found.disputed["item_id"]]
    assert sorted(items) == sorted(f"i{place}" for place in range(len(rows)))
    turned = settle_labels(answers(*(row[::-1] for row in rows)), BOOK, rule=rule)
    assert turned.labels.values.tolist() == found.labels.values.tolist()
    for item, themes in found.labels.values.tolist():
        given_sets = [set(split_themes(one)) for one in rows[int(item[1:])]]
        settled = set(split_themes(themes))
        assert settled <= set.union(*given_sets)
        assert set.intersection(*given_sets) <= settled
        assert settled == {"other"} or "other" not in settled
