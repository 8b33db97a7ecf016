"""Topics → a map: distances in the plane, and terms by relevance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import threadpool_limits

__all__ = ["FIRST_WEIGHT", "N_STEPS", "SIZE", "WEIGHTS", "classical_scaling", "topic_map"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Steps of the slider from 0 to 1, and where it stands first.
N_STEPS, FIRST_WEIGHT = 20, 0.6
#: Weights whose terms are listed for a reader without script.
WEIGHTS = (1.0, FIRST_WEIGHT, 0.0)
#: Side of the map.
SIZE = 440
_N_SHOWN, _N_LISTED = 15, 10
_SMALLEST, _LARGEST, _MARGIN = 6.0, 44.0, 8.0
_LEAST_SHARE = 1e-6


def topic_map(found: dict[str, Any]) -> dict[str, Any]:
    """Return everything a map of topics shows.

    The distance of two topics is the square root of the Jensen-Shannon divergence of their terms,
    which is a metric. The relevance of a term to a topic is
    ``weight * log p(w|t) + (1 - weight) * log(p(w|t) / p(w))``, with the model's own ``p(w)``: what
    its topics, each with its share, say together.

    Parameters
    ----------
    found : dict
        From :func:`cio_topics.topics.describe_topics`, without ``reason``.

    Returns
    -------
    dict
        ``topics``, one dict each: ``id, number, name, share, share_low, share_high, n_items``;
        ``x, y, radius`` in a square of side :data:`SIZE`, area by share; ``terms``, rows of (number
        of the term, ``p(w|t)``, ``p(t|w)``): all terms among the first 15 at any step of the
        slider, by falling ``p(w|t)``; ``relevant``, the first ten terms at weights 1, 0.6 and 0;
        ``items``, the top items. ``terms``, ``n_items``: the terms by number, and how many items
        have each. ``explained``: see :func:`classical_scaling`. ``n_shown``.

    References
    ----------
    Sievert, C. and Shirley, K. (2014). LDAvis: A method for visualizing and interpreting topics.
    Workshop on Interactive Language Learning, Visualization, and Interfaces, 63-70.
    doi:10.3115/v1/W14-3110.
    Endres, D. M. and Schindelin, J. E. (2003). A new metric for probability distributions. IEEE
    Transactions on Information Theory 49, 1858-1860. doi:10.1109/TIT.2003.813506.
    """
    measures, vocabulary = found["measures"], found["vocabulary"]
    share = measures["share"].to_numpy()
    given = np.maximum(share, _LEAST_SHARE) / np.maximum(share, _LEAST_SHARE).sum()
    components = found["model"].named_steps["topics"].components_
    of_topic, of_term = _probabilities(np.asarray(components, dtype=float), given)
    candidates = [_candidates(*rows) for rows in zip(of_topic, of_term, strict=True)]
    used = np.unique(np.concatenate(candidates))
    number = {int(column): place for place, column in enumerate(used)}
    terms = vocabulary["term"].tolist()
    points, explained = classical_scaling(_distances(of_topic))
    topics = _bubbles(measures, points)
    for topic, columns, own, other in zip(topics, candidates, of_topic, of_term, strict=True):
        topic["terms"] = [
            (number[int(c)], _significant(own[c]), _significant(other[c])) for c in columns
        ]
        topic["relevant"] = [
            [terms[c] for c in _by_relevance(own, other, weight, _N_LISTED)] for weight in WEIGHTS
        ]
        rows = found["top_items"]["topic"] == topic["id"]
        topic["items"] = found["top_items"].loc[rows, ["item_id", "title"]].to_dict("records")
    return {
        "topics": topics,
        "terms": [terms[column] for column in used],
        "n_items": [int(n) for n in vocabulary["n_items"].to_numpy()[used]],
        "explained": explained,
        "n_shown": _N_SHOWN,
    }


def classical_scaling(distances: FloatArray) -> tuple[FloatArray, float]:
    """Return points in the plane whose distances are near to those given.

    On each axis the point farthest from zero, the first of several, has a positive coordinate, so
    that the same distances give the same picture.

    Parameters
    ----------
    distances : ndarray of float, shape (n, n)
        Symmetric, zero on the diagonal.

    Returns
    -------
    points : ndarray of float, shape (n, 2)
    explained : float
        Share of the squared distances that the two axes show, in [0, 1]; 1 if all are zero.

    References
    ----------
    Torgerson, W. S. (1952). Multidimensional scaling: I. Theory and method. Psychometrika 17,
    401-419. doi:10.1007/BF02288916.

    Examples
    --------
    >>> points, explained = classical_scaling(np.array([[0, 2, 4], [2, 0, 2], [4, 2, 0]]))
    >>> points.round(6).tolist(), round(explained, 6)
    ([[2.0, 0.0], [0.0, 0.0], [-2.0, 0.0]], 1.0)
    """
    n = len(distances)
    centring = np.eye(n) - 1.0 / n
    with threadpool_limits(limits=1):  # sums of floats keep their order on every machine
        values, vectors = np.linalg.eigh(-0.5 * centring @ np.square(distances) @ centring)
    lengths = np.maximum(values[::-1], 0.0)
    total = float(lengths.sum())
    points = np.zeros((n, max(n, 2)))
    points[:, :n] = vectors[:, ::-1] * np.sqrt(lengths)
    points = points[:, :2]
    points[np.abs(points) < 1e-7] = 0.0
    farthest = np.abs(points).round(7).argmax(axis=0)
    signs = np.where(points[farthest, [0, 1]] < 0, -1.0, 1.0)
    explained = float(lengths[:2].sum()) / total if total > 1e-12 else 1.0
    return points * signs + 0.0, explained  # no negative zero


def _probabilities(components: FloatArray, share: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p(w|t) and p(t|w); a topic without terms says what all say together."""
    total = components.sum(axis=1, keepdims=True)
    everything = np.full(components.shape[1], 1.0 / components.shape[1])
    if components.sum() > 0:
        everything = components.sum(axis=0) / components.sum()
    of_topic = np.where(total > 0, components / np.where(total > 0, total, 1.0), everything)
    overall = share @ of_topic
    of_term = of_topic * share[:, np.newaxis] / np.where(overall > 0, overall, 1.0)
    return of_topic, of_term.round(12)  # equal but for the last bits: a tie


def _distances(of_topic: FloatArray) -> FloatArray:
    from scipy.spatial.distance import pdist, squareform

    return np.asarray(squareform(np.nan_to_num(pdist(of_topic, "jensenshannon"))))


def _by_relevance(
    of_topic: FloatArray, of_term: FloatArray, weight: float, n_terms: int
) -> IntArray:
    """Return the most relevant columns; ties by falling p(w|t), then in the order of the terms."""
    known = np.flatnonzero((of_topic > 0) & (of_term > 0))
    own = np.log(of_topic[known])
    # log(p(w|t) / p(w)) is log p(t|w) and a constant.
    relevance = weight * own + (1.0 - weight) * np.log(of_term[known])
    if len(known) > n_terms:
        least = np.partition(relevance, len(known) - n_terms)[len(known) - n_terms]
        kept = relevance >= least
        known, own, relevance = known[kept], own[kept], relevance[kept]
    order = np.lexsort((-own, -relevance))[:n_terms]
    return np.asarray(known[order], dtype=np.int64)


def _candidates(of_topic: FloatArray, of_term: FloatArray) -> IntArray:
    """Return the columns that any step of the slider shows, by falling p(w|t)."""
    steps = [
        _by_relevance(of_topic, of_term, step / N_STEPS, _N_SHOWN) for step in range(N_STEPS + 1)
    ]
    columns = np.unique(np.concatenate(steps))
    return np.asarray(columns[np.argsort(-of_topic[columns], kind="stable")], dtype=np.int64)


def _bubbles(measures: pd.DataFrame, points: FloatArray) -> list[dict[str, Any]]:
    """Return what a topic is, and its circle: all circles lie within the square."""
    shares = measures["share"].to_numpy()
    radius = np.maximum(_LARGEST * np.sqrt(shares / max(shares.max(), _LEAST_SHARE)), _SMALLEST)
    low, high = points.min(axis=0), points.max(axis=0)
    room = SIZE - 2 * (_LARGEST + _MARGIN)
    scale = room / max(float((high - low).max()), 1e-9)
    centres = SIZE / 2 + (points - (low + high) / 2) * scale * [1.0, -1.0]
    columns = ["name", "share", "share_low", "share_high", "n_items"]
    return [
        {
            "id": topic,
            "number": place + 1,
            **dict(zip(columns, values, strict=True)),
            "x": round(float(centres[place, 0]), 1),
            "y": round(float(centres[place, 1]), 1),
            "radius": round(float(radius[place]), 1),
        }
        for place, (topic, *values) in enumerate(
            measures[["topic", *columns]].itertuples(index=False)
        )
    ]


def _significant(value: float) -> float:
    return float(f"{value:.6g}")
