"""Confusion counts what is not shared, an item once; disagreements show every answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.labels import label_disagreements, masi_distance, split_themes, theme_confusion
from tests.labels.invented import BOOK, IDS, answers, corpus

SETS = st.lists(st.sampled_from(IDS[:3]), min_size=1, unique=True).map(";".join)
ROWS = st.lists(st.tuples(SETS, SETS), min_size=1, max_size=8)


def test_confusion_by_hand():
    table = answers(["a", "b"], ["a", "b"], ["a;b", "b;c"], ["a;b", "c"], ["a", "a;b"], ["c", "c"])
    found = theme_confusion(table, BOOK)
    assert found.values.tolist() == [
        ["x", "y", "a", "b", 2, 2.0],
        ["x", "y", "a", "c", 2, 1.5],  # alone against c, and as one of two
        ["x", "y", "", "b", 1, 1.0],  # y alone gave b in addition
        ["x", "y", "b", "c", 1, 0.5],
    ]


def test_confusion_of_nobody():
    found = theme_confusion(answers(["a", "a"]), BOOK)
    assert found.empty
    assert found.columns.tolist() == ["coder", "other", "theme", "other_theme", "n_items", "weight"]


def test_disagreements_by_hand():
    table = answers(
        ["a", "a", "a"], ["a;b", "a", ""], ["a", "b", "a"], ["a", "", ""], ["c", "b", "a"]
    )
    found = label_disagreements(table, corpus({f"i{place}": "m" for place in range(4)}))
    assert found["item_id"].tolist() == ["i4", "i1", "i2"]
    assert found["distance"].tolist() == pytest.approx([1, 2 / 3, 2 / 3])
    assert found["differs"].tolist() == ["c;b;a", "b", "a;b"]
    names = ["title", "body", "date", "themes_x", "themes_y", "themes_z"]
    assert found[names].values.tolist() == [
        ["", "", "", "c", "b", "a"],  # the corpus does not have it
        ["題i1", "試験会議", "2009-07-01", "a;b", "a", ""],
        ["題i2", "試験会議", "2009-07-01", "a", "b", "a"],
    ]


def test_disagreements_of_nobody():
    found = label_disagreements(answers(["a", "a"]), corpus({"i0": "m"}))
    assert found.empty
    assert "themes_y" in found


def test_refusals():
    for differences in (
        lambda table: theme_confusion(table, BOOK, coders=["x", "w"]),
        lambda table: label_disagreements(table, coders=["x", "w"]),
    ):
        with pytest.raises(SettingsError, match="no label is by the coder 'w'"):
            differences(answers(["a", "a"]))


@settings(max_examples=40)
@given(ROWS)
def test_weights_sum_to_the_items_that_differ(rows):
    """Law: every item that differs weighs one; the other coder first turns the table over."""
    table = answers(*rows)
    found = theme_confusion(table, BOOK)
    differ = label_disagreements(table)
    assert found["weight"].sum() == pytest.approx(len(differ))
    turned = theme_confusion(table, BOOK, coders=["y", "x"])
    key = ["theme", "other_theme", "n_items"]
    assert sorted(map(tuple, found[key].values)) == sorted(
        (other, theme, n) for theme, other, n in turned[key].values
    )
    for row in differ.to_dict("records"):
        one, other = (set(split_themes(row[f"themes_{name}"])) for name in "xy")
        assert row["distance"] == masi_distance(one, other)
        assert set(split_themes(row["differs"])) == one ^ other
