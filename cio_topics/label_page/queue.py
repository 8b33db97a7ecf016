"""The order in which items are labelled: doubtful, diverse or random ones first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, choices, shorten
from cio_topics.text import normalize

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["ORDERS", "farthest_first", "make_queue", "narrow_queue", "theme_margins"]

#: What may come first: the model's doubts, items unlike those before, or any item.
ORDERS = ("uncertain", "diverse", "random")

FARTHEST = 2_000  # items picked by distance; the others follow by chance

FloatArray = npt.NDArray[np.float64]


def theme_margins(weights: npt.ArrayLike, thresholds: npt.ArrayLike = 0.5) -> FloatArray:
    """Return how far each item is from another decision: the smaller, the more doubtful.

    An item is doubtful if some theme's weight is near its threshold, or if no theme explains it.

    Parameters
    ----------
    weights : array_like of float, shape (n, n_themes)
        In [0, 1]; without the column of the fallback, which only says that nothing else fits.
    thresholds : float or array_like of float, shape (n_themes,), default 0.5
        Weight at which each theme is given.

    Returns
    -------
    ndarray of float, shape (n,)
        The smaller of two numbers: the distance of the weight that is nearest to its threshold,
        and the largest weight.

    References
    ----------
    Lewis, D. D. and Gale, W. A. (1994). A sequential algorithm for training text classifiers.
    SIGIR '94, 3-12. https://doi.org/10.1007/978-1-4471-2099-5_1 (the example nearest to the
    decision is asked for first).
    Settles, B. (2009). Active learning literature survey. University of Wisconsin-Madison,
    Computer Sciences Technical Report 1648, section 3.1 (least confident, margin).

    Examples
    --------
    >>> theme_margins([[0.9, 0.1], [0.9, 0.55], [0.02, 0.01]]).round(2).tolist()
    [0.4, 0.05, 0.02]
    """
    known = np.asarray(weights, dtype=float)
    if known.shape[1] == 0:
        return np.zeros(len(known))
    nearest = np.abs(known - np.asarray(thresholds, dtype=float)).min(axis=1)
    margins: FloatArray = np.minimum(nearest, known.max(axis=1))
    return margins


def _title_vectors(titles: Sequence[str]) -> csr_matrix:
    from sklearn.feature_extraction.text import TfidfVectorizer

    # With single characters no title is without a column, however short.
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    vectors: csr_matrix = vectorizer.fit_transform([normalize(title) or " " for title in titles])
    return vectors


def farthest_first(titles: Sequence[str], limit: int = FARTHEST) -> npt.NDArray[np.int_]:
    """Return places of titles so that each is as unlike as can be to those before it.

    This is the greedy way to k centres. Titles are compared by the cosine of their TF-IDF weights
    of one to three characters; of equal ones the earlier comes first.

    Parameters
    ----------
    titles : sequence of str, length n
        The first is taken first.
    limit : int, default 2000
        How many are picked so; the others follow in the order given.

    Returns
    -------
    ndarray of int, shape (n,)
        Every place once.

    References
    ----------
    Gonzalez, T. F. (1985). Clustering to minimize the maximum intercluster distance. Theoretical
    Computer Science 38, 293-306. https://doi.org/10.1016/0304-3975(85)90224-5
    Sener, O. and Savarese, S. (2018). Active learning for convolutional neural networks: a
    core-set approach. ICLR 2018. https://arxiv.org/abs/1708.00489 (the same, to choose what is
    labelled).

    Examples
    --------
    >>> farthest_first(["電子政府の構築", "電子政府の構築計画", "番号制度"]).tolist()
    [0, 2, 1]
    """
    if not titles:
        return np.array([], dtype=int)
    vectors = _title_vectors(titles)
    likest = np.full(len(titles), -np.inf)  # to the most similar title that is taken
    taken: list[int] = []
    place = 0
    for _ in range(min(limit, len(titles))):
        taken.append(place)
        likest = np.maximum(likest, (vectors @ vectors[place].T).toarray().ravel())
        likest[taken] = np.inf
        place = int(likest.argmin())
    rest = np.setdiff1d(np.arange(len(titles)), taken)
    return np.concatenate([np.array(taken, dtype=int), rest])


def _check(order: str, random_share: float) -> None:
    if order not in ORDERS:
        raise SettingsError(f"unknown order {shorten(order)}; expected one of: {choices(ORDERS)}.")
    if not 0 <= random_share <= 1:
        raise SettingsError(
            f"the share of random items is {random_share}; expected a number from 0 to 1.",
            "0.2 is one in five.",
            "0〜1 の数を指定してください(0.2 は五つに一つ)。",
        )


def _ranked(table: pd.DataFrame, order: str, margins: FloatArray | None) -> npt.NDArray[np.int_]:
    """Return the places of rows in this order; ties stay as they are."""
    if order == "random":
        return np.arange(len(table))
    if order == "diverse":
        return farthest_first(table["title"].tolist())
    if margins is None:
        raise SettingsError("the order 'uncertain' needs margins; expected one number an item.")
    return np.argsort(margins, kind="stable")


def _mixed(n: int, n_random: int) -> npt.NDArray[np.bool_]:
    """Return which of n places are for random items: spread evenly, the last of each stretch."""
    random = np.zeros(n, dtype=bool)
    random[[(k * n + n_random - 1) // n_random - 1 for k in range(1, n_random + 1)]] = True
    return random


def make_queue(
    agenda: pd.DataFrame,
    order: str = "uncertain",
    *,
    margins: npt.ArrayLike | None = None,
    random_share: float = 0.2,
    random_state: int = 0,
) -> pd.DataFrame:
    """Return all items in the order in which they are to be labelled.

    Before anything else a share of all items is drawn by chance. The draw depends on the item ids
    and the seed alone, not on the model, the coder or what is labelled. These items are spread
    evenly among the others, in the order of the draw: as many of them as have been labelled at any
    time are a simple random sample of all items, on which a model can be evaluated without bias.

    Parameters
    ----------
    agenda : DataFrame, shape (n, k)
        ``item_id`` and ``title``.
    order : {"uncertain", "diverse", "random"}, default "uncertain"
        Order of the items that are not drawn: by margin, by :func:`farthest_first`, or by chance.
    margins : array_like of float, shape (n,), optional
        Of :func:`theme_margins`; for "uncertain".
    random_share : float, default 0.2
        Share of items that are drawn, from 0 to 1.
    random_state : int, default 0
        Seed of the draw, and of the order among equals.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``item_id`` and ``chosen_by``: "random" for those that are drawn (all, if the order is
        random), else the order.

    Raises
    ------
    SettingsError

    Examples
    --------
    >>> table = pd.DataFrame({"item_id": list("abcde"), "title": list("甲乙丙丁戊")})
    >>> make_queue(table, margins=[0.3, 0.1, 0.5, 0.2, 0.4])["chosen_by"].tolist()
    ['uncertain', 'uncertain', 'uncertain', 'uncertain', 'random']
    >>> make_queue(table, "doubtful")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: unknown order 'doubtful'; expected one of: uncertain, ...
    """
    _check(order, random_share)
    by_id = np.argsort(agenda["item_id"].to_numpy(dtype=object), kind="stable")
    drawn = by_id[np.random.default_rng(random_state).permutation(len(agenda))]
    n_random = round(random_share * len(agenda))
    others = drawn[n_random:]
    margin = None if margins is None else np.asarray(margins, dtype=float)[others]
    ranked = others[_ranked(agenda.iloc[others], order, margin)]
    random = _mixed(len(agenda), n_random)
    places = np.empty(len(agenda), dtype=int)
    places[random], places[~random] = drawn[:n_random], ranked
    ids = agenda["item_id"].to_numpy(dtype=object)[places]
    chosen_by = np.where(random, "random", order)
    return pd.DataFrame({"item_id": ids, "chosen_by": chosen_by}, dtype="str")


def narrow_queue(queue: pd.DataFrame, items: Collection[str]) -> pd.DataFrame:
    """Return the rows of these items; none of them counts as drawn by chance any more.

    A sample of picked items says nothing about all items.

    Examples
    --------
    >>> queue = pd.DataFrame({"item_id": ["a", "b"], "chosen_by": ["uncertain", "random"]})
    >>> narrow_queue(queue, {"b"}).values.tolist()
    [['b', '']]
    """
    kept = queue[queue["item_id"].isin(list(items))].reset_index(drop=True)
    return kept.assign(chosen_by=kept["chosen_by"].where(kept["chosen_by"] != "random", ""))
