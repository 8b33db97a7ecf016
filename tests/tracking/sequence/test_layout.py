"""Places of nodes: fixed by a seed, near where links are strong, none outside."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tracking.sequence.layout import network_layout


def nodes(n: int) -> pd.DataFrame:
    return pd.DataFrame({"name": [f"n{place}" for place in range(n)]})


def edges(*pairs: tuple[int, int, float]) -> pd.DataFrame:
    rows = [(f"n{one}", f"n{other}", weight) for one, other, weight in pairs]
    return pd.DataFrame(rows, columns=["source", "target", "jaccard"])


def distance(layout: pd.DataFrame, one: int, other: int) -> float:
    a, b = layout.loc[one], layout.loc[other]
    return float(((a["x"] - b["x"]) ** 2 + (a["y"] - b["y"]) ** 2) ** 0.5)


def test_two_groups_lie_apart():
    inside = [
        (a, b, 0.8) for group in ((0, 1, 2), (3, 4, 5)) for a in group for b in group if a < b
    ]
    layout = network_layout(nodes(6), edges(*inside, (2, 3, 0.05)))
    within = [distance(layout, a, b) for a, b, _ in inside]
    between = [distance(layout, a, b) for a in (0, 1, 2) for b in (3, 4, 5)]
    assert max(within) < min(between)


def test_a_seed_fixes_the_places():
    chain = edges((0, 1, 0.5), (1, 2, 0.4), (2, 3, 0.3))
    one = network_layout(nodes(4), chain, random_state=1)
    assert one.equals(network_layout(nodes(4), chain, random_state=1))
    assert not one.equals(network_layout(nodes(4), chain, random_state=2))


@given(st.integers(1, 7), st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=8))
def test_every_node_has_a_place_inside(n, pairs):
    given_pairs = [(a % n, b % n, 0.5) for a, b in pairs if a % n != b % n]
    layout = network_layout(nodes(n), edges(*given_pairs))
    assert layout["name"].tolist() == nodes(n)["name"].tolist()
    assert layout[["x", "y"]].stack().between(0, 1).all()
    linked = {f"n{place}" for pair in given_pairs for place in pair[:2]}
    alone = layout[~layout["name"].isin(linked)]
    assert (alone["y"] == 1.0).all()
    assert alone["x"].is_unique


def test_wrong_nodes():
    with pytest.raises(SettingsError, match="node 'n0' is listed twice"):
        network_layout(pd.concat([nodes(1), nodes(1)]), edges())
    with pytest.raises(
        SettingsError, match=r"an edge has the node 'n1', which is not listed; .*: n0"
    ):
        network_layout(nodes(1), edges((0, 1, 0.5)))
