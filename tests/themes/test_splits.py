"""Nothing alike stands on both sides; every item is held out as often as it should. All invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.text import normalize
from cio_topics.themes.held_out import design_splits
from cio_topics.themes.splits import body_splits, fold_splits, forward_splits, item_groups

# Few titles, some the same in normal form, so that they repeat over meetings.
titles = st.sampled_from(["計画", "計　画", "計 画", "ＩＴ", "IT", "報告", "甲", "乙", "丙", ""])
rows = st.tuples(titles, st.integers(0, 5))


@st.composite
def tables(draw: st.DrawFn, min_size: int = 0) -> pd.DataFrame:
    """Return items of six meetings at most; meeting k is of a body and administration by k."""
    found = draw(st.lists(rows, min_size=min_size, max_size=14))
    meetings = [meeting for _, meeting in found]
    return pd.DataFrame(
        {
            "title": [title for title, _ in found],
            "meeting_id": [f"m{meeting}" for meeting in meetings],
            "body": [f"b{meeting % 3}" for meeting in meetings],
            "date": [f"200{meeting}-01-01" for meeting in meetings],
            "administration": [["a", "a", "b", "b", "c", "unknown"][k] for k in meetings],
        },
        dtype="str",
    )


def alike(table: pd.DataFrame, one: int, other: int) -> bool:
    same_title = normalize(table["title"][one]) == normalize(table["title"][other])
    return same_title or table["meeting_id"][one] == table["meeting_id"][other]


@given(tables())
def test_groups_are_the_connected_parts(table):
    """Law: what is alike shares a group; each group is joined by steps between like items."""
    groups = item_groups(table)
    n = len(table)
    near = np.eye(n, dtype=int)
    for one in range(n):
        for other in range(n):
            near[one, other] |= alike(table, one, other)
    reach = np.linalg.matrix_power(near, max(n, 1)) > 0 if n else near
    np.testing.assert_array_equal(groups[:, None] == groups[None, :], reach)
    assert list(dict.fromkeys(groups.tolist())) == list(range(len(set(groups.tolist()))))


@given(tables())
def test_groups_of_titles_alone(table):
    groups = item_groups(table[["title"]])
    assert len(set(groups)) == len({normalize(title) for title in table["title"]})


def test_the_index_of_the_table_does_not_matter():
    table = pd.DataFrame({"title": ["a", "b", "a"], "meeting_id": ["1", "2", "3"]}, index=[7, 7, 1])
    assert item_groups(table).tolist() == [0, 1, 0]


def test_items_of_one_long_chain_are_one_group():
    n = 2000
    titles = [str((place + 1) // 2) for place in range(n)]
    table = pd.DataFrame({"title": titles, "meeting_id": [str(place // 2) for place in range(n)]})
    assert set(item_groups(table)) == {0}


@given(tables(min_size=2), st.integers(2, 6), st.integers(0, 3))
def test_folds_hold_every_item_out_once_and_keep_groups_whole(table, n_splits, seed):
    groups = item_groups(table)
    if len(set(groups)) < 2:
        with pytest.raises(SettingsError, match="expected at least two of both"):
            list(fold_splits(groups, n_splits, seed))
        return
    parts = list(fold_splits(groups, n_splits, seed))
    assert len(parts) == min(n_splits, len(set(groups)))
    held_out = np.concatenate([test for _, test in parts])
    assert sorted(held_out) == list(range(len(table)))
    for train, test in parts:
        assert len(train)
        assert len(test)
        assert sorted([*train, *test]) == list(range(len(table)))
        assert not set(groups[train]) & set(groups[test])


@given(tables(min_size=2), st.integers(1, 3))
def test_no_design_has_a_meeting_or_title_on_both_sides(table, n_repeats):
    for design in ("meetings", "forward", "bodies"):
        if design == "meetings" and len(set(item_groups(table))) < 2:
            continue
        held_out: dict[int, list[int]] = {}
        for repeat, train, test in design_splits(table, design, 3, n_repeats, 0):
            held_out.setdefault(repeat, []).extend(test.tolist())
            assert not any(alike(table, one, other) for one in train for other in test)
        once = [sorted(rows) == sorted(set(rows)) for rows in held_out.values()]
        assert all(once)
        if design == "meetings":
            assert len(held_out) == n_repeats
        if design in ("meetings", "bodies"):
            assert all(len(rows) == len(table) for rows in held_out.values())


@given(tables(min_size=1))
def test_going_forward_learns_only_from_earlier_days(table):
    for name, (train, test) in forward_splits(table, "administration"):
        assert len(train)
        assert set(table["administration"][test]) == {name}
        assert "unknown" not in set(table["administration"][train])
        assert table["date"][train].max() < table["date"][test].min()


@given(tables(min_size=1))
def test_bodies_are_held_out_whole(table):
    parts = list(body_splits(table))
    assert [body for body, _ in parts] == sorted(set(table["body"]))
    for body, (train, test) in parts:
        assert set(table["body"][test]) == {body}
        assert len(test) == (table["body"] == body).sum()
        assert body not in set(table["body"][train])


def test_folds_are_of_about_one_size():
    groups = np.repeat(np.arange(40), np.arange(40) % 7 + 1)
    sizes = [len(test) for _, test in fold_splits(groups, 5, 0)]
    assert max(sizes) - min(sizes) <= 2


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_a_seed_gives_the_same_folds(seed):
    groups = np.arange(30) // 2
    one, other = ([t.tolist() for _, t in fold_splits(groups, 5, seed)] for _ in range(2))
    assert one == other


def test_seeds_give_other_folds():
    groups = np.arange(30) // 2
    folds = {str([t.tolist() for _, t in fold_splits(groups, 5, seed)]) for seed in range(10)}
    assert len(folds) == 10


@pytest.mark.parametrize(
    ("groups", "n_splits"),
    [([], 5), ([1, 1], 5), ([1, 2], 1), ([1, 2], 0), (["a", "a"], 2)],
)
def test_too_few_groups_or_folds(groups, n_splits):
    with pytest.raises(SettingsError, match="expected at least two of both"):
        list(fold_splits(groups, n_splits, 0))


def test_an_unknown_design():
    with pytest.raises(SettingsError, match="unknown design 'chance'; expected some of: meetings"):
        list(design_splits(pd.DataFrame({"title": []}), "chance", 5, 1, 0))


def test_an_item_without_a_meeting_stands_alone():
    table = pd.DataFrame({"title": list("abcda"), "meeting_id": ["x", None, "", "x", ""]})
    assert item_groups(table).tolist() == [0, 1, 2, 0, 0]  # the last repeats a title
