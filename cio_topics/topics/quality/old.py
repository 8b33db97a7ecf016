"""How good a topic model is, and whether another seed would say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from cio_topics.topics.tables import top_terms, topic_names

__all__ = ["coherence", "diversity", "seed_stability"]


def _term_lists(pipeline: Pipeline, n_terms: int) -> list[list[str]]:
    table = top_terms(pipeline, n_terms)
    by_topic = {topic: list(rows["term"]) for topic, rows in table.groupby("topic", sort=False)}
    return [by_topic.get(topic, []) for topic in topic_names(pipeline)]


def coherence(pipeline: Pipeline, counts: csr_matrix, n_terms: int = 10) -> pd.Series[float]:
    """Return the coherence of each topic: mean normalized PMI of its top terms over whole titles.

    Two terms co-occur if a title has both. As in gensim, 1e-12 is added to the probability of a
    pair, so that one that never co-occurs counts ``log(1e-12 / (p q)) / -log(1e-12)``: −0.78 for
    two terms in 5 % of the titles each, nearer to −1 the more frequent they are.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    counts : csr_matrix, shape (n_texts, n_terms)
        Reference texts through the pipeline's vectorizer; only which terms occur matters.
    n_terms : int, default 10

    Returns
    -------
    Series of float, shape (n_topics,)
        Indexed by topic; not a number for a topic with fewer than two terms.

    References
    ----------
    Bouma, G. (2009). Normalized (pointwise) mutual information in collocation extraction.
    Proceedings of GSCL, 31-40.
    Röder, M., Both, A. and Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM, 399-408. doi:10.1145/2684822.2685324.
    """
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    topics = _term_lists(pipeline, n_terms)
    wanted = {term for topic in topics for term in topic}
    names = pipeline.named_steps["vectorizer"].get_feature_names_out()
    kept = np.flatnonzero(np.isin(names, list(wanted)))
    columns, found = names[kept], counts[:, kept].tocsr()
    texts = [
        columns[np.sort(found.indices[start:end])].tolist()
        for start, end in zip(found.indptr, found.indptr[1:], strict=False)
    ]
    usable = [place for place, topic in enumerate(topics) if len(topic) > 1]
    values = np.full(len(topics), np.nan)
    if usable:
        # Titles reduced to sets of top terms, and a window longer than any: whole-title counts.
        model = CoherenceModel(
            topics=[topics[place] for place in usable],
            texts=texts,
            dictionary=Dictionary(texts),
            coherence="c_npmi",
            window_size=max(map(len, texts)) + 1,
            topn=n_terms,
            processes=1,
        )
        values[usable] = model.get_coherence_per_topic()
    return pd.Series(values, index=pd.Index(topic_names(pipeline), name="topic"), name="coherence")


def diversity(pipeline: Pipeline, n_terms: int = 10) -> float:
    """Return the share of distinct terms among all topics' top terms, in (0, 1].

    References
    ----------
    Dieng, A. B., Ruiz, F. J. R. and Blei, D. M. (2020). Topic modeling in embedding spaces.
    TACL 8, 439-453. doi:10.1162/tacl_a_00325.
    """
    terms = [term for topic in _term_lists(pipeline, n_terms) for term in topic]
    return len(set(terms)) / max(1, len(terms))


def seed_stability(
    pipeline: Pipeline,
    counts: csr_matrix,
    *,
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5),
    n_terms: int = 10,
) -> pd.DataFrame:
    """Fit again with other seeds on bootstrap samples, and match the topics.

    Each run draws the texts with replacement; its topics are assigned to the model's one to one so
    that the cosine similarity of their term weights is greatest (Hungarian method).

    Parameters
    ----------
    pipeline : Pipeline
        Fitted.
    counts : csr_matrix, shape (n_texts, n_terms)
        The texts it was fitted on, through its vectorizer.
    seeds : tuple of int
        One run each.
    n_terms : int, default 10

    Returns
    -------
    DataFrame
        ``topic, n_runs, stability, stability_low, stability_high``: mean, least and greatest share
        of the topic's top terms that the matched topic has as well.

    References
    ----------
    Greene, D., O'Callaghan, D. and Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32.
    """
    from scipy.optimize import linear_sum_assignment

    terms = _top_columns(pipeline.named_steps["topics"].components_, n_terms)
    reference = _unit_rows(pipeline.named_steps["topics"].components_)
    overlaps = np.zeros((len(seeds), len(terms)))
    for run, seed in enumerate(seeds):
        rows = np.random.default_rng(seed).integers(0, counts.shape[0], counts.shape[0])
        model = clone(pipeline.named_steps["topics"]).set_params(random_state=seed)
        with threadpool_limits(limits=1):
            model.fit(counts[rows])
        own, other = linear_sum_assignment(-reference @ _unit_rows(model.components_).T)
        found = _top_columns(model.components_, n_terms)
        for place, match in zip(own, other, strict=True):
            overlaps[run, place] = len(terms[place] & found[match]) / max(1, len(terms[place]))
    return pd.DataFrame(
        {
            "topic": topic_names(pipeline),
            "n_runs": len(seeds),
            "stability": overlaps.mean(axis=0),
            "stability_low": overlaps.min(axis=0),
            "stability_high": overlaps.max(axis=0),
        }
    )


def _unit_rows(components: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(components, axis=1, keepdims=True)
    unit: np.ndarray = np.divide(
        components, length, out=np.zeros_like(components), where=length > 0
    )
    return unit


def _top_columns(components: np.ndarray, n_terms: int) -> list[set[int]]:
    order = np.argsort(-components, axis=1, kind="stable")[:, :n_terms]
    return [
        {int(column) for column in columns if row[column] > 0}
        for row, columns in zip(components, order, strict=True)
    ]
