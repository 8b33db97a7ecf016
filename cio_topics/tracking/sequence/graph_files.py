"""A network → GraphML or GEXF, the same bytes for the same network, labels escaped."""

from __future__ import annotations

import io
import math
import re
from typing import Literal

import networkx as nx
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.tracking.sequence.networks import make_graph

__all__ = ["GRAPH_FORMATS", "graph_bytes"]

GraphFormat = Literal["graphml", "gexf"]
#: GraphML for most programs; GEXF for Gephi.
GRAPH_FORMATS = ("graphml", "gexf")

# Characters that XML cannot hold.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graph_bytes(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    file_format: GraphFormat,
    *,
    names: dict[str, str] | None = None,
) -> bytes:
    """Return a network as the bytes of a file that Gephi, Cytoscape, igraph or networkx read.

    Parameters
    ----------
    nodes, edges : DataFrame
        From :func:`theme_network`. Numbers that are missing are left out of the file.
    file_format : {"graphml", "gexf"}
    names : dict of str to str, optional
        What stands as ``label`` of a node; its name if it is not there.

    Raises
    ------
    SettingsError
        An unknown format.

    Examples
    --------
    >>> nodes = pd.DataFrame({"name": ["<a>", "b"], "n": [2, 1]})
    >>> edges = pd.DataFrame({"source": ["<a>"], "target": ["b"], "n": [1]})
    >>> content = graph_bytes(nodes, edges, "graphml")
    >>> b"&lt;a&gt;" in content, b"<a>" in content
    (True, False)
    """
    if file_format not in GRAPH_FORMATS:
        raise SettingsError(
            f"unknown format {shorten(file_format)}; expected one of: {choices(GRAPH_FORMATS)}."
        )
    graph = _labelled(make_graph(nodes, edges), names or {})
    if file_format == "graphml":
        return _graphml(graph)
    return _gexf(graph)


def _labelled(graph: nx.Graph, names: dict[str, str]) -> nx.Graph:
    """Return the graph with numbered nodes, whose labels are safe in XML."""
    place = {name: f"n{number}" for number, name in enumerate(graph)}
    safe = nx.Graph()
    for name, known in graph.nodes(data=True):
        safe.add_node(
            place[name], label=_text(names.get(name, name)), name=_text(name), **_plain(known)
        )
    for source, target, known in graph.edges(data=True):
        weight = {"weight": float(known["jaccard"])} if "jaccard" in known else {}
        safe.add_edge(place[source], place[target], **weight, **_plain(known))
    return safe


def _text(name: str) -> str:
    return _NOT_XML.sub("\ufffd", str(name))


def _plain(known: dict[str, object]) -> dict[str, object]:
    kept = {}
    for key, value in known.items():
        plain = value.item() if hasattr(value, "item") else value
        if not (isinstance(plain, float) and not math.isfinite(plain)):
            kept[key] = _text(plain) if isinstance(plain, str) else plain
    return kept


def _graphml(graph: nx.Graph) -> bytes:
    content = io.BytesIO()
    nx.write_graphml_xml(graph, content, named_key_ids=True)
    return content.getvalue()


def _gexf(graph: nx.Graph) -> bytes:
    text = "\n".join(nx.generate_gexf(graph))
    # The day of writing would make other bytes of the same network.
    return re.sub(r' lastmodifieddate="[^"]*"', "", text).encode("utf-8")
