"""Names of items → which stand together more often than by chance; communities of them."""

from __future__ import annotations

from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, check_level, choices, shorten
from cio_topics.tracking.adjustment import adjusted
from cio_topics.tracking.sequence.clustered import clustered_interval
from cio_topics.tracking.sequence.fixed_margins import chance_of_pairs

__all__ = ["WITHIN", "Within", "make_graph", "name_pairs", "theme_network"]

FloatArray = npt.NDArray[np.float64]

Within = Literal["item", "meeting"]
#: Where names stand together: in one item, or in one meeting.
WITHIN = ("item", "meeting")


def name_pairs(
    names: pd.DataFrame,
    within: Within = "meeting",
    *,
    n_units: int | None = None,
    level: float = 0.95,
    n_draws: int = 1000,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return how often two names stand together, and whether more often than by chance.

    Chance keeps the number of names of each unit and of units of each name: a meeting with many
    themes has more pairs, and an item with one theme has none. It is what tables give in which the
    units have traded their names at random.

    Parameters
    ----------
    names : DataFrame
        ``item_id, meeting_id, name``, from :func:`theme_names` or :func:`term_names`.
    within : {"item", "meeting"}, default "meeting"
        The unit. Meetings are taken as independent. Items of one meeting are alike, so that p
        within items is too small where one meeting has several items with the same two names.
    n_units : int, optional
        All units, those without any of these names too; those with a name if None.
    level : float in (0, 1), default 0.95
        Of the interval of Jaccard's index, with meetings as clusters.
    n_draws, random_state
        Of the trades.

    Returns
    -------
    DataFrame
        ``source, target, n`` (units with both), ``n_source, n_target, n_units, n_items,
        n_meetings`` (with both), ``jaccard, jaccard_low, jaccard_high, npmi, phi, expected, p,
        p_adjusted``: all pairs, by name. `npmi` is −1 where the names never stand together; p is
        the chance of at least `n`, adjusted by Benjamini and Hochberg over all pairs that trades
        can change.

    Raises
    ------
    SettingsError
        An unknown unit or level.
    TooSmallError
        Fewer than two names.

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytologist 11, 37-50.
    doi:10.1111/j.1469-8137.1912.tb05611.x (units with both over units with any).
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40 (npmi).
    Strona, G. et al. (2014). A fast and unbiased procedure to randomize ecological binary matrices
    with fixed row and column totals. Nature Communications 5, 4114. doi:10.1038/ncomms5114 (p).

    Examples
    --------
    >>> names = pd.DataFrame({"item_id": ["i1", "i1", "i2", "i2", "i3"],
    ...     "meeting_id": ["m1", "m1", "m2", "m2", "m3"], "name": ["a", "b", "a", "b", "c"]})
    >>> name_pairs(names, "item", n_draws=10)[["source", "target", "n", "jaccard"]].values.tolist()
    [['a', 'b', 2, 1.0], ['a', 'c', 0, 0.0], ['b', 'c', 0, 0.0]]
    """
    check_level(level)
    if within not in WITHIN:
        raise SettingsError(f"unknown unit {shorten(within)}; expected one of: {choices(WITHIN)}.")
    known = sorted(set(names["name"]))
    if len(known) < 2:
        raise TooSmallError(
            f"{len(known)} name; expected at least two.",
            "Choose more items, or fewer conditions.",
            "項目を増やすか、条件を減らしてください。",
        )
    unit, labels = pd.factorize(names[f"{within}_id"], sort=True)
    has = np.zeros((len(labels), len(known)))
    has[unit, pd.Index(known).get_indexer(pd.Index(names["name"]))] = 1
    meeting_of = names["meeting_id"].groupby(unit).first().sort_index()
    first, second = np.triu_indices(len(known), 1)
    both = (has.T @ has)[first, second]
    totals = has.sum(axis=0)
    n_all = len(labels) if n_units is None else max(n_units, len(labels))
    chance = chance_of_pairs(has > 0, first, second, n_draws=n_draws, random_state=random_state)
    with_both = _held(names, known, first, second)
    low, high = _jaccard_interval(has, meeting_of, first, second, level)
    return pd.DataFrame(
        {
            "source": np.array(known, dtype=object)[first],
            "target": np.array(known, dtype=object)[second],
            "n": both.astype(int),
            "n_source": totals[first].astype(int),
            "n_target": totals[second].astype(int),
            "n_units": n_all,
            **with_both,
            "jaccard": both / np.maximum(totals[first] + totals[second] - both, 1),
            "jaccard_low": low,
            "jaccard_high": high,
            "npmi": _npmi(both, totals[first], totals[second], n_all),
            "phi": _phi(both, totals[first], totals[second], n_all),
            "expected": chance.expected,
            "p": chance.p,
            "p_adjusted": adjusted(chance.p),
        }
    ).astype({"source": "str", "target": "str"})


def _held(
    names: pd.DataFrame, known: list[str], first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]
) -> dict[str, npt.NDArray[np.int64]]:
    """Return items, and meetings, that have both names of each pair."""
    column = pd.Index(known).get_indexer(pd.Index(names["name"]))
    counts = {}
    for kind in WITHIN:
        unit, labels = pd.factorize(names[f"{kind}_id"])
        has = np.zeros((len(labels), len(known)))
        has[unit, column] = 1
        counts[f"n_{kind}s"] = (has.T @ has)[first, second].astype(int)
    return counts


def _npmi(both: FloatArray, one: FloatArray, other: FloatArray, n: int) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both * n / (one * other)) / -np.log(both / n)
    value = np.where(both == n, 0.0, value)
    return np.where(both == 0, -1.0, value)


def _phi(both: FloatArray, one: FloatArray, other: FloatArray, n: int) -> FloatArray:
    spread = np.sqrt(one * (n - one) * other * (n - other))
    with np.errstate(divide="ignore", invalid="ignore"):
        return (n * both - one * other) / np.where(spread > 0, spread, np.nan)


def _jaccard_interval(
    has: FloatArray,
    meeting_of: pd.Series[str],
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    level: float,
) -> tuple[FloatArray, FloatArray]:
    both = has[:, first] * has[:, second]
    either = np.maximum(has[:, first], has[:, second])
    meeting, labels = pd.factorize(meeting_of.to_numpy())
    sums = np.zeros((2, len(labels), both.shape[1]))
    np.add.at(sums[0], meeting, both)
    np.add.at(sums[1], meeting, either)
    return clustered_interval(*sums, level=level)


def theme_network(
    pairs: pd.DataFrame,
    names: pd.DataFrame,
    *,
    min_n: int = 1,
    max_p: float = 1.0,
    n_seeds: int = 20,
    random_state: int = 0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Choose edges, and find communities: names that stand together more than with others.

    Louvain's method is run with several seeds on the edges, weighted by Jaccard's index; the
    partition of largest modularity is kept (the first of equal ones).

    Parameters
    ----------
    pairs : DataFrame
        From :func:`name_pairs`.
    names : DataFrame
        What the pairs were made from.
    min_n : int, default 1
        Least number of units with both names.
    max_p : float in (0, 1], default 1
        Largest adjusted p of an edge; 1 keeps pairs that were not tested, too.
    n_seeds : int, default 20
    random_state : int, default 0
        The first seed.

    Returns
    -------
    nodes : DataFrame
        ``name, n`` (items with the name), ``n_meetings, community`` (from 1, the largest
        first; names without an edge stand alone), ``degree, strength, stability``: over all seeds,
        how much of its community stays (mean Jaccard index of its members; 1 is always the same).
    edges : DataFrame
        The chosen rows of `pairs`.

    References
    ----------
    Blondel, V. D., Guillaume, J.-L., Lambiotte, R. and Lefebvre, E. (2008). Fast unfolding of
    communities in large networks. Journal of Statistical Mechanics, P10008.
    doi:10.1088/1742-5468/2008/10/P10008

    Examples
    --------
    >>> names = pd.DataFrame({"item_id": ["i1", "i1", "i2", "i2", "i3"],
    ...     "meeting_id": ["m1", "m1", "m2", "m2", "m3"], "name": ["a", "b", "a", "b", "c"]})
    >>> pairs = name_pairs(names, "item", n_draws=10)
    >>> nodes, edges = theme_network(pairs, names)
    >>> nodes[["name", "n", "community", "degree", "stability"]].values.tolist()
    [['a', 2, 1, 1, 1.0], ['b', 2, 1, 1, 1.0], ['c', 1, 2, 0, 1.0]]
    """
    if min_n < 1 or not 0 < max_p <= 1 or n_seeds < 1:
        raise SettingsError(
            f"min_n is {min_n}, max_p {max_p}, n_seeds {n_seeds}; expected at least 1, a number in "
            "(0, 1] and at least 1."
        )
    chosen = pairs["n"] >= min_n
    if max_p < 1:
        chosen &= pairs["p_adjusted"] <= max_p
    edges = pairs[chosen].reset_index(drop=True)
    counted = names.groupby("name", sort=True).agg(
        n=("item_id", "nunique"), n_meetings=("meeting_id", "nunique")
    )
    nodes = counted.reset_index()
    graph = make_graph(nodes, edges)
    partitions = [
        nx.community.louvain_communities(graph, weight="jaccard", seed=random_state + place)
        for place in range(n_seeds)
    ]
    worth = [_modularity(graph, each) for each in partitions]
    best = partitions[int(np.argmax(np.round(worth, 12)))]
    ordered = sorted((sorted(each) for each in best), key=lambda each: (-len(each), each))
    place_of = {name: place for place, each in enumerate(ordered, 1) for name in each}
    nodes = nodes.assign(
        community=nodes["name"].map(place_of),
        degree=[graph.degree(name) for name in nodes["name"]],
        strength=[float(graph.degree(name, weight="jaccard")) for name in nodes["name"]],
        stability=_stability(nodes["name"], best, partitions),
    )
    columns = ["name", "n", "n_meetings", "community", "degree", "strength"]
    return nodes[[*columns, "stability"]], edges


def _modularity(graph: nx.Graph, partition: list[set[str]]) -> float:
    if graph.size(weight="jaccard") == 0:
        return 0.0
    return float(nx.community.modularity(graph, partition, weight="jaccard"))


def _stability(
    names: pd.Series[str], best: list[set[str]], partitions: list[list[set[str]]]
) -> list[float]:
    def home(name: str, partition: list[set[str]]) -> set[str]:
        return next(each for each in partition if name in each)

    kept = []
    for name in names:
        own = home(name, best)
        others = [home(name, partition) for partition in partitions]
        kept.append(float(np.mean([len(own & o) / len(own | o) for o in others])))
    return kept


def make_graph(nodes: pd.DataFrame, edges: pd.DataFrame) -> nx.Graph:
    """Return nodes and edges as a networkx graph, in their order, with what is known of each.

    Parameters
    ----------
    nodes, edges : DataFrame
        From :func:`theme_network`.
    """
    graph = nx.Graph()
    graph.add_nodes_from((row.pop("name"), row) for row in nodes.to_dict("records"))
    graph.add_edges_from(
        (row.pop("source"), row.pop("target"), row) for row in edges.to_dict("records")
    )
    return graph
