"""Nodes and edges of a network → places that a seed fixes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten

__all__ = ["network_layout"]

FloatArray = npt.NDArray[np.float64]


def network_layout(
    nodes: pd.DataFrame, edges: pd.DataFrame, *, random_state: int = 0
) -> pd.DataFrame:
    """Return a place for every node: what is linked more strongly lies nearer.

    Linked nodes are placed by springs (Fruchterman and Reingold 1991), weighted by `jaccard`; nodes
    without an edge stand in a row below them. Places mean nothing but that.

    Parameters
    ----------
    nodes : DataFrame
        With ``name``, none twice.
    edges : DataFrame
        With ``source, target`` and, as weights, ``jaccard``; of one weight if it is missing.
    random_state : int, default 0
        Of the places that springs begin at.

    Returns
    -------
    DataFrame
        ``name, x, y``, both in [0, 1], in the order of `nodes`; y grows downwards.

    Raises
    ------
    SettingsError
        A name twice, or an edge with a node that is not listed.

    References
    ----------
    Fruchterman, T. M. J. and Reingold, E. M. (1991). Graph drawing by force-directed placement.
    Software: Practice and Experience 21, 1129-1164. doi:10.1002/spe.4380211102

    Examples
    --------
    >>> nodes = pd.DataFrame({"name": ["a", "b", "c"]})
    >>> edges = pd.DataFrame({"source": ["a"], "target": ["b"], "jaccard": [0.5]})
    >>> network_layout(nodes, edges)["y"].tolist()[2]  # alone, so below
    1.0
    >>> network_layout(nodes[:1], edges)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: an edge has the node 'b', which is not listed; ...
    """
    names = nodes["name"].astype("str").tolist()
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise SettingsError(f"node {shorten(twice)} is listed twice; expected it once.")
    ends = pd.concat([edges["source"], edges["target"]]).astype("str")
    strange = [name for name in ends if name not in {*names}]
    if strange:
        raise SettingsError(
            f"an edge has the node {shorten(strange[0])}, which is not listed; expected one of: "
            f"{choices(names)}."
        )
    linked = [name for name in names if name in {*ends}]
    alone = [name for name in names if name not in {*ends}]
    places = _springs(linked, edges, random_state)
    bottom = 0.86 if alone and linked else 1.0
    table = {name: (x, y * bottom) for name, (x, y) in zip(linked, places, strict=True)}
    table |= {name: ((at + 0.5) / len(alone), 1.0) for at, name in enumerate(alone)}
    return pd.DataFrame(
        {"name": names, "x": [table[n][0] for n in names], "y": [table[n][1] for n in names]}
    )


def _springs(names: list[str], edges: pd.DataFrame, random_state: int) -> FloatArray:
    """Return places in the unit square, shape (n, 2)."""
    import networkx as nx

    if not names:
        return np.zeros((0, 2))
    weights = edges["jaccard"].fillna(0) if "jaccard" in edges else pd.Series(1.0, edges.index)
    graph = nx.Graph()
    graph.add_nodes_from(names)
    for source, target, weight in zip(edges["source"], edges["target"], weights, strict=True):
        # Nothing linked is without a spring.
        graph.add_edge(str(source), str(target), weight=max(float(weight), 0.02))
    found = nx.spring_layout(
        graph,
        weight="weight",
        seed=random_state,
        iterations=300,
        k=1.6 / np.sqrt(len(names)),
        method="force",
    )
    places = np.array([found[name] for name in names])
    low, high = places.min(axis=0), places.max(axis=0)
    scaled: FloatArray = (places - low) / np.where(high > low, high - low, 1.0)
    return scaled.round(4)
