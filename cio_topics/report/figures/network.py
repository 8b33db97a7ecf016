"""Nodes and edges → a network with names, in a layout that a seed fixes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from cio_topics.errors import SettingsError
from cio_topics.report.charts import Language
from cio_topics.report.figures.frame import framed, points, worded
from cio_topics.report.figures.labels import place_labels
from cio_topics.report.figures.palette import INK, MAX_SERIES, PALE, looks
from cio_topics.report.figures.rows import Names, check_columns
from cio_topics.tracking.sequence.layout import network_layout

__all__ = ["network_figure"]

_NODES, _EDGES = ("name", "n", "community"), ("source", "target", "n")
_AREA, _STROKE = (24.0, 260.0), (0.4, 4.0)
_EDGE = 26.0  # points between the panel's edge and the outermost node


def network_figure(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    *,
    names: Names | None = None,
    lang: Language = "ja",
    width: float = 170.0,
    random_state: int = 0,
) -> dict[str, Any]:
    """Return a network: nodes by n, coloured and shaped by community, edges by their own n.

    Parameters
    ----------
    nodes : DataFrame
        ``name, n, community``.
    edges : DataFrame
        ``source, target, n`` and, for the layout, ``jaccard``: only edges that are to be drawn.
    names : mapping of str to str, optional
        What is shown for the names.
    lang, width
        As for :func:`~cio_topics.report.figures.shares_figure`.
    random_state : int, default 0
        Of the layout. Only what is linked means anything; places do not.

    Raises
    ------
    SettingsError
        A column is missing, there is no node, or an edge has a node that is not listed.
    """
    import altair as alt

    check_columns(nodes, _NODES, "nodes of a network")
    check_columns(edges, _EDGES, "edges of a network")
    if nodes.empty:
        raise SettingsError(
            "the network has no node; expected some.",
            "Lower the threshold, or choose more items.",
            "しきい値を下げるか、対象の項目を広げてください。",
        )
    plot = points(width) - 8
    height = 0.72 * plot
    data = _placed(nodes, edges, names or {}, (plot, height), random_state)
    chart = alt.layer(
        _lines(data, edges, plot, height, lang), _marks(data, lang), _texts(data, plot, height)
    )
    n, m = len(nodes), len(edges)
    return framed(
        chart.properties(width=plot, height=height).configure_axis(disable=True),
        lang=lang,
        width=width,
        alt=worded(
            lang,
            f"共起ネットワーク: 節点{n}、辺{m}。{'、'.join(data['label'].head(40))}。",
            f"Network: {n} nodes, {m} edges. {', '.join(data['label'].head(40))}.",
        ),
        notes=[_note(nodes, edges, lang)],
        fit=False,
    )


def _note(nodes: pd.DataFrame, edges: pd.DataFrame, lang: Language) -> str:
    low, high = (int(edges["n"].min()), int(edges["n"].max())) if len(edges) else (0, 0)
    return worded(
        lang,
        f"節点{len(nodes)}(面積は出現数)、辺{len(edges)}(太さは共起数、{low}〜{high})。"
        "色と形はまとまり。位置に意味はない。",
        f"{len(nodes)} nodes (area: how often they occur), {len(edges)} edges (width: together, "
        f"{low} to {high} times). Colour and shape: communities. Places mean nothing.",
    )


def _placed(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    names: Names,
    size: tuple[float, float],
    random_state: int,
) -> pd.DataFrame:
    layout = network_layout(nodes, edges, random_state=random_state)
    community = pd.factorize(nodes["community"])[0]
    look = looks(int(community.max()) + 1)
    # What has no community, or is past the colours that are there, is pale.
    own = (community >= 0) & (community < MAX_SERIES)
    largest = max(float(nodes["n"].max()), 1e-9)
    return pd.DataFrame(
        {
            "name": nodes["name"].astype("str").to_numpy(),
            "label": [names.get(str(name), str(name)) for name in nodes["name"]],
            "n": nodes["n"].to_numpy(),
            "x": (_EDGE + layout["x"] * (size[0] - 2 * _EDGE)).to_numpy(),
            "y": (_EDGE + layout["y"] * (size[1] - 2 * _EDGE)).to_numpy(),
            "area": (_AREA[0] + (_AREA[1] - _AREA[0]) * nodes["n"] / largest).to_numpy(),
            "colour": [look[c].colour if k else PALE for c, k in zip(community, own, strict=True)],
            "shape": [
                look[c].shape if k else "circle" for c, k in zip(community, own, strict=True)
            ],
        }
    )


def _across(size: float, field: str = "x") -> Any:
    import altair as alt

    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, size], nice=False), axis=None)


def _down(size: float, field: str = "y") -> Any:
    import altair as alt

    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[size, 0], nice=False), axis=None)


def _lines(
    data: pd.DataFrame, edges: pd.DataFrame, plot: float, height: float, lang: Language
) -> Any:
    import altair as alt

    of = data.set_index("name")
    largest = max(float(edges["n"].max()), 1e-9) if len(edges) else 1.0
    ends = {side: of.reindex(edges[side].astype("str")) for side in ("source", "target")}
    table = pd.DataFrame(
        {
            "x": ends["source"]["x"].to_numpy(),
            "y": ends["source"]["y"].to_numpy(),
            "x2": ends["target"]["x"].to_numpy(),
            "y2": ends["target"]["y"].to_numpy(),
            "n": edges["n"].to_numpy(),
            "pair": (
                ends["source"]["label"].to_numpy() + " – " + ends["target"]["label"].to_numpy()
            ),
            "wide": (_STROKE[0] + (_STROKE[1] - _STROKE[0]) * edges["n"] / largest).to_numpy(),
        }
    )
    shown = [
        alt.Tooltip("pair:N", title=worded(lang, "組", "pair")),
        alt.Tooltip("n:Q", title=worded(lang, "共起", "together")),
    ]
    return (
        alt.Chart(table)
        .mark_rule(color="#9aa5ae", opacity=0.75)
        .encode(
            x=_across(plot),
            y=_down(height),
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth("wide:Q", scale=None),
            tooltip=shown,
        )
    )


def _marks(data: pd.DataFrame, lang: Language) -> Any:
    import altair as alt

    shown = [
        alt.Tooltip("label:N", title=worded(lang, "名前", "name")),
        alt.Tooltip("n:Q", title="n"),
    ]
    columns = ["label", "n", "x", "y", "area", "colour", "shape"]
    return (
        alt.Chart(data[columns])
        .mark_point(filled=True, opacity=1, stroke="white", strokeWidth=0.8)
        .encode(
            x=alt.X("x:Q"),
            y=alt.Y("y:Q"),
            size=alt.Size("area:Q", scale=None),
            fill=alt.Fill("colour:N", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            tooltip=shown,
        )
    )


def _texts(data: pd.DataFrame, plot: float, height: float) -> Any:
    import altair as alt

    radii = np.sqrt(data["area"] / np.pi).tolist()
    places = place_labels(
        data["x"].tolist(), data["y"].tolist(), radii, data["label"].tolist(), (plot, height)
    )
    table = pd.DataFrame(
        {
            "label": data["label"],
            "x": [place[0] for place in places],
            "y": [place[1] for place in places],
        }
    )
    base = alt.Chart(table).encode(x=alt.X("x:Q"), y=alt.Y("y:Q"), text="label:N")
    return alt.layer(
        base.mark_text(stroke="white", strokeWidth=2.4, opacity=0.85, baseline="middle"),
        base.mark_text(color=INK, baseline="middle"),
    )
