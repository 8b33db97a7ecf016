"""Names that stand together. Rows are invented; chance is compared with all tables there are."""

from itertools import product

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tracking.sequence import (
    graph_bytes,
    make_graph,
    name_pairs,
    theme_network,
)
from cio_topics.tracking.sequence.fixed_margins import chance_of_pairs, traded


def names_of(*items):
    """Return names of items; each item is its meeting and its names."""
    rows = [
        (f"i{place}", meeting, name)
        for place, (meeting, names) in enumerate(items)
        for name in names.split()
    ]
    return pd.DataFrame(rows, columns=["item_id", "meeting_id", "name"], dtype="str")


NAMES = names_of(("m1", "a b"), ("m1", "c"), ("m2", "a b"), ("m3", "a"), ("m4", "b c"), ("m5", "d"))


def pair(found, one, other):
    return found[(found["source"] == one) & (found["target"] == other)].iloc[0]


def test_counts_by_hand():
    found = name_pairs(NAMES, "item", n_draws=50)
    assert len(found) == 6  # all pairs of four names
    own = pair(found, "a", "b")
    assert own[["n", "n_source", "n_target", "n_units"]].tolist() == [2, 3, 3, 6]
    assert own["jaccard"] == 2 / 4
    assert own["npmi"] == pytest.approx(np.log((2 / 6) / (9 / 36)) / -np.log(2 / 6))
    assert own["phi"] == pytest.approx((6 * 2 - 9) / np.sqrt(3 * 3 * 3 * 3))
    assert pair(found, "a", "c")["npmi"] == -1


def test_meetings_join_their_items():
    found = name_pairs(NAMES, "meeting", n_draws=50)
    own = pair(found, "a", "c")
    assert own[["n", "n_items", "n_meetings"]].tolist() == [1, 0, 1]
    assert own["n_units"] == 5


def test_phi_is_what_correlation_gives():
    rng = np.random.default_rng(0)
    has = rng.random((40, 3)) < [0.5, 0.3, 0.4]
    names = names_of(
        *((f"m{k}", " ".join(np.array(list("abc"))[row])) for k, row in enumerate(has))
    )
    found = name_pairs(names, "item", n_units=40, n_draws=10)
    assert pair(found, "a", "b")["phi"] == pytest.approx(np.corrcoef(has.T)[0, 1])


def all_tables(has):
    """Return every table with the same sums of rows and columns."""
    rows = [
        [row for row in product([0, 1], repeat=has.shape[1]) if sum(row) == total]
        for total in has.sum(axis=1)
    ]
    tables = (np.array(table) for table in product(*rows))
    return [table for table in tables if (table.sum(axis=0) == has.sum(axis=0)).all()]


@pytest.mark.parametrize("seed", range(3))
def test_chance_is_that_of_all_tables(seed):
    has = np.random.default_rng(seed).random((6, 4)) < 0.5
    tables = all_tables(has)
    first, second = np.triu_indices(4, 1)
    joint = np.array(
        [[(t[:, i] * t[:, j]).sum() for i, j in zip(first, second, strict=True)] for t in tables]
    )
    found = chance_of_pairs(has, first, second, n_draws=4000)
    np.testing.assert_allclose(found.expected, joint.mean(axis=0), atol=0.06)
    observed = [(has[:, i] & has[:, j]).sum() for i, j in zip(first, second, strict=True)]
    p = (joint >= observed).mean(axis=0)
    varies = (joint != observed).any(axis=0)
    np.testing.assert_allclose(found.p[varies], p[varies], atol=0.04)


@settings(max_examples=40, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 5))))
def test_trades_keep_the_sums(has):
    for table in traded(has, 3, np.random.default_rng(0)):
        assert (table.sum(axis=0) == has.sum(axis=0)).all()
        assert (table.sum(axis=1) == has.sum(axis=1)).all()


def test_names_that_go_together_are_found():
    rng = np.random.default_rng(2)
    items = []
    for k in range(60):
        together = rng.random() < 0.4
        rest = [c for c in "cdef" if rng.random() < 0.3] or ["c"]
        items.append((f"m{k}", " ".join((["a", "b"] if together else []) + rest)))
    found = name_pairs(names_of(*items), "item", n_draws=500)
    assert pair(found, "a", "b")["p_adjusted"] < 0.05
    assert pair(found, "a", "b")["n"] > 15
    others = found[~((found["source"] == "a") & (found["target"] == "b"))]
    assert (others["p_adjusted"] > 0.05).all()


def test_communities():
    items = [(f"m{k}", "a b c") for k in range(5)] + [(f"n{k}", "d e f") for k in range(4)]
    names = names_of(*items, ("o", "c d"), ("p", "g"))
    nodes, edges = theme_network(name_pairs(names, "item", n_draws=20), names)
    groups = nodes.groupby("community")["name"].agg("".join).tolist()
    assert groups == ["abc", "def", "g"]
    assert (nodes["stability"] == 1).all()
    assert list(nodes)[:5] == ["name", "n", "n_meetings", "community", "degree"]
    assert nodes.set_index("name").loc["g", "degree"] == 0
    assert len(edges) == 7
    again = theme_network(name_pairs(names, "item", n_draws=20), names)[0]
    pd.testing.assert_frame_equal(nodes, again)


def test_thresholds():
    pairs = name_pairs(NAMES, "item", n_draws=200)
    assert len(theme_network(pairs, NAMES, min_n=2)[1]) == 1
    nodes, edges = theme_network(pairs, NAMES, max_p=0.0001)
    assert edges.empty
    assert nodes["community"].tolist() == [1, 2, 3, 4]


HOSTILE = 'a"<&>]]>\x00\x0b\ud800 lastmodifieddate="2020-01-01"'


@pytest.mark.parametrize("file_format", ["graphml", "gexf"])
def test_files_are_read_back(file_format, tmp_path):
    names = names_of(("m1", "a b"), ("m2", "a b"), ("m3", "c"))
    nodes, edges = theme_network(name_pairs(names, "item", n_draws=20), names)
    content = graph_bytes(nodes, edges, file_format, names={"a": HOSTILE})
    assert content == graph_bytes(nodes, edges, file_format, names={"a": HOSTILE})
    file = tmp_path / f"graph.{file_format}"
    file.write_bytes(content)
    read = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[file_format](file)
    assert read.number_of_nodes() == 3
    labels = {known["label"] for _, known in read.nodes(data=True)}
    assert labels == {HOSTILE.translate({0: "\ufffd", 11: "\ufffd", 0xD800: "\ufffd"}), "b", "c"}
    weights = [known["weight"] for _, _, known in read.edges(data=True)]
    assert weights == [1.0]
    assert b"20" + b"26-" not in content  # no day of writing


def test_graph_keeps_the_order():
    nodes = pd.DataFrame({"name": ["b", "a"], "n": [1, 2]})
    edges = pd.DataFrame({"source": ["b"], "target": ["a"], "n": [1]})
    assert list(make_graph(nodes, edges)) == ["b", "a"]


def test_refusals():
    with pytest.raises(SettingsError, match="unknown unit 'title'"):
        name_pairs(NAMES, "title")
    with pytest.raises(TooSmallError, match="1 name; expected at least two"):
        name_pairs(NAMES[NAMES["name"] == "a"])
    with pytest.raises(SettingsError, match="max_p 0"):
        theme_network(name_pairs(NAMES, n_draws=5), NAMES, max_p=0)
    with pytest.raises(SettingsError, match="unknown format 'dot'"):
        graph_bytes(NAMES, NAMES, "dot")
