"""What is new is flagged, and grouped. All titles are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.themes.novelty import Novelty, candidate_themes, learn_novelty

COLUMNS = ["cluster", "n", "terms", "item_ids", "title"]
shares = arrays(float, st.integers(1, 60), elements=st.floats(0, 1))


@given(shares, st.floats(0.01, 0.5))
def test_no_more_than_the_share_of_what_was_learned_from_is_flagged(values, share):
    """Law: of known titles each bound flags half the share at most."""
    similarity, unknown = values, values[::-1]
    learned = learn_novelty(similarity, unknown, share=share)
    n = len(values)
    assert (similarity < learned.least_similarity).sum() <= share / 2 * n
    assert (unknown > learned.most_unknown).sum() <= share / 2 * n
    assert learned.flag(similarity, unknown).sum() <= share * n


@given(shares)
def test_what_is_more_alike_and_better_known_is_no_newer(values):
    learned = Novelty(0.3, 0.6)
    flagged = learned.flag(values, values[::-1])
    nearer = learned.flag(np.minimum(values + 0.1, 1), values[::-1] * 0.5)
    assert not (nearer & ~flagged).any()


@pytest.mark.parametrize(
    ("similarity", "unknown", "expected"),
    [(0.3, 0.6, False), (0.29, 0.0, True), (1.0, 0.61, True), (0.0, 1.0, True), (1.0, 0.0, False)],
)
def test_bounds_belong_to_the_known(similarity, unknown, expected):
    flagged = Novelty(0.3, 0.6).flag(np.array([similarity]), np.array([unknown]))
    assert flagged.tolist() == [expected]


def test_nothing_to_learn_from_flags_nothing():
    learned = learn_novelty(np.zeros(0), np.zeros(0))
    assert not learned.flag(np.array([0.0, 1.0]), np.array([1.0, 0.0])).any()


def rows(titles: list[str]) -> pd.DataFrame:
    ids = [f"i{place:03}" for place in range(len(titles))]
    return pd.DataFrame({"item_id": ids, "title": titles}, dtype="str")


SPACE = ["宇宙基本計画", "宇宙基本計画の改定", "宇宙基本計画の工程表"]
TEA = ["茶道の振興", "茶道の振興について"]
SNOW = ["豪雪地帯対策"]


def test_groups_by_hand():
    found = candidate_themes(rows([*TEA, *SPACE, *SNOW]))
    assert found.columns.tolist() == COLUMNS
    assert found["cluster"].tolist() == [1, 2, 3]
    assert found["n"].tolist() == [3, 2, 1]
    assert found["item_ids"].tolist() == ["i002;i003;i004", "i000;i001", "i005"]
    assert found.loc[0, "title"] in SPACE
    assert "宇宙基本計画" in found.loc[0, "terms"].split(";")
    assert "茶道" in found.loc[1, "terms"].split(";")


def test_terms_that_all_groups_have_mark_none_off():
    """The frequent term weighs more in every title, but not more than elsewhere."""
    often = "会議と会議と会議と会議"
    found = candidate_themes(
        rows([f"{name}の{often}" for name in ("宇宙", "宇宙", "茶道", "茶道")]),
        distance=0.2,
        n_terms=1,
    )
    assert found["terms"].tolist() == ["宇宙", "茶道"]


@pytest.mark.parametrize(
    "titles",
    [
        [],
        ["宇宙基本計画"],
        [""],
        ["", ""],
        ["\u200b", "　"],  # nothing is left of them
        ["の", "について"],  # no terms, but characters
        ["、", "宇宙基本計画"],
        ["Open Data", "open data policy"],
        ["宇宙" * 5000],
        ["同じ"] * 4,
    ],
)
def test_every_title_is_in_one_group(titles):
    found = candidate_themes(rows(titles))
    assert found.columns.tolist() == COLUMNS
    ids = [item for cell in found["item_ids"] for item in cell.split(";")]
    assert sorted(ids) == rows(titles)["item_id"].tolist()
    assert found["n"].tolist() == [len(cell.split(";")) for cell in found["item_ids"]]
    assert found["n"].is_monotonic_decreasing
    assert found["cluster"].tolist() == list(range(1, len(found) + 1))


def test_titles_without_anything_have_nothing_in_common():
    assert candidate_themes(rows(["", ""]))["n"].tolist() == [1, 1]


def test_equal_titles_are_one_group():
    assert candidate_themes(rows(["同じ題"] * 4))["n"].tolist() == [4]


@settings(max_examples=15)
@given(st.permutations(range(6)))
def test_the_order_of_titles_does_not_change_the_groups(order):
    """Invariant: the groups, their sizes and terms. Not so: ties of size and the order of ids."""
    table = rows([*SPACE, *TEA, *SNOW])
    expected = candidate_themes(table)
    found = candidate_themes(table.iloc[list(order)])
    assert [set(cell.split(";")) for cell in found["item_ids"]] == [
        set(cell.split(";")) for cell in expected["item_ids"]
    ]
    assert found[["cluster", "n", "terms"]].equals(expected[["cluster", "n", "terms"]])


def test_groups_of_one_size_come_in_the_order_of_the_titles():
    assert candidate_themes(rows([*SNOW, "茶道の振興"]))["item_ids"].tolist() == ["i000", "i001"]


def test_a_larger_distance_joins_more():
    table = rows([*SPACE, *TEA, *SNOW])
    counts = [len(candidate_themes(table, distance=d)) for d in (0.05, 0.5, 0.8, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_many_titles():
    kinds = ["宇宙開発", "茶道振興", "豪雪対策", "離島航路", "文化財"]
    titles = [f"{kinds[n % 5]}計画の第{n}回報告" for n in range(300)]
    found = candidate_themes(rows(titles))
    assert found["n"].sum() == 300
    assert found.equals(candidate_themes(rows(titles)))
