"""Titles that look like nothing that was labelled, and what they may have in common."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

__all__ = ["Novelty", "candidate_themes", "learn_novelty"]

FloatArray = npt.NDArray[np.float64]


class Novelty(NamedTuple):
    """When a title counts as new: too unlike all labelled ones, or too many unknown terms."""

    least_similarity: float
    most_unknown: float

    def flag(self, similarity: FloatArray, unknown: FloatArray) -> npt.NDArray[np.bool_]:
        """Return which titles are new."""
        return (similarity < self.least_similarity) | (unknown > self.most_unknown)


def learn_novelty(similarity: FloatArray, unknown: FloatArray, *, share: float = 0.05) -> Novelty:
    """Learn from labelled items that were held out, so that about `share` of their like is flagged.

    Parameters
    ----------
    similarity : ndarray, shape (n,)
        To the most similar labelled item of other meetings.
    unknown : ndarray, shape (n,)
        Share of terms that no labelled item of other meetings has.
    share : float, default 0.05
        Flagged by each of the two, half of it.
    """
    if not len(similarity):
        return Novelty(0.0, 1.0)
    low = float(np.quantile(similarity, share / 2, method="lower"))
    high = float(np.quantile(unknown, 1 - share / 2, method="higher"))
    return Novelty(low, high)


def candidate_themes(
    titles: pd.DataFrame,
    known: Container[str] = (),
    *,
    distance: float = 0.8,
    n_terms: int = 5,
) -> pd.DataFrame:
    """Group titles that are new, as candidates for themes the codebook does not have.

    Average-linkage clusters of vectors of terms and, weighing half, of runs of characters, joined
    while titles are nearer to each other than `distance`. Terms are not weighed by how rare they
    are among these titles: what many of them share is what is looked for.

    Parameters
    ----------
    titles : DataFrame, shape (n, k)
        ``item_id`` and ``title``; some thousands at most, for every pair is compared.
    known : container of str, optional
        Terms of labelled titles; they weigh a quarter of those that nobody labelled.
    distance : float in (0, 1], default 0.8
        Cosine distance at which clusters are no longer joined.
    n_terms : int, default 5

    Returns
    -------
    DataFrame
        ``cluster`` (1 is the largest), ``n``, ``terms`` (those that mark it off, joined by ``;``),
        ``item_ids`` (joined by ``;``), ``title`` (the one in its middle).

    Examples
    --------
    >>> titles = pd.DataFrame(
    ...     {"item_id": list("abc"), "title": ["宇宙基本計画", "宇宙計画の改定", "茶道の振興"]}
    ... )
    >>> candidate_themes(titles)[["cluster", "n", "item_ids"]].values.tolist()
    [[1, 2, 'a;b'], [2, 1, 'c']]
    """
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize as normalize_rows

    from cio_topics.text import normalize
    from cio_topics.themes.characters import count_grams, learn_grams
    from cio_topics.themes.features import inverse_frequencies, weigh
    from cio_topics.vectors import make_vectorizer

    names = ["cluster", "n", "terms", "item_ids", "title"]
    if titles.empty:
        return pd.DataFrame(columns=names)
    texts = [normalize(title) for title in titles["title"]]
    folded = [text.casefold() for text in texts]
    grams = count_grams(folded, learn_grams(folded, 1, 3))
    parts = [weigh(grams, inverse_frequencies(grams)) / 2]
    vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
    try:
        counts = vectorizer.fit_transform(texts)
        vocabulary = vectorizer.get_feature_names_out()
        weights = np.array([0.25 if term in known else 1.0 for term in vocabulary])
        terms = csr_matrix(normalize_rows(counts.sign().multiply(weights)))
        parts.append(terms)
    except ValueError:  # no title has a term
        terms, vocabulary = None, np.zeros(0, dtype=object)
    vectors = csr_matrix(hstack(parts))
    clusters = _clusters(vectors, distance)
    rows = []
    for cluster in pd.Series(clusters).value_counts(sort=True).index:
        members = np.flatnonzero(clusters == cluster)
        nearness = csr_matrix(vectors[members] @ vectors[members].T).toarray().sum(axis=1)
        marks = _marks(terms, members, vocabulary, n_terms) if terms is not None else []
        ids = ";".join(titles["item_id"].iloc[members])
        middle = titles["title"].iloc[members[int(nearness.argmax())]]
        rows.append((0, len(members), ";".join(marks), ids, middle, int(members[0])))
    table = pd.DataFrame(rows, columns=[*names, "first"])
    table = table.sort_values(["n", "first"], ascending=[False, True], ignore_index=True)
    return table.assign(cluster=np.arange(1, len(table) + 1))[names]


def _clusters(vectors: csr_matrix, distance: float) -> npt.NDArray[np.int_]:
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics.pairwise import cosine_distances

    if vectors.shape[0] < 2 or not vectors.shape[1]:
        return np.arange(vectors.shape[0])
    apart = cosine_distances(vectors)
    model = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=distance
    )
    return np.asarray(model.fit_predict(apart))


def _marks(terms: object, members: npt.NDArray[np.int_], names: object, n: int) -> list[str]:
    """Return the terms whose mean weight within is highest above that without."""
    inside = terms[members].mean(axis=0).A1  # type: ignore[index]
    overall = terms.mean(axis=0).A1  # type: ignore[attr-defined]
    lift = inside - overall * (len(members) < terms.shape[0])  # type: ignore[attr-defined]
    order = np.lexsort((np.arange(len(lift)), -lift))[:n]
    return [str(names[place]) for place in order if inside[place] > 0]  # type: ignore[index]
