"""Fit a topic model to an agenda and describe what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.pipeline import Pipeline

from cio_topics.errors import TooSmallError
from cio_topics.topics.alignment import align_topics, closest_themes, match_themes
from cio_topics.topics.dynamic import topic_shares
from cio_topics.topics.models import choose_kind, fit_topics, make_topic_model
from cio_topics.topics.pooling import pool_titles
from cio_topics.topics.quality.diversity import topic_diversity
from cio_topics.topics.quality.stability import model_stability, stability_runs, summarize_runs
from cio_topics.topics.quality.topic_coherence import coherence
from cio_topics.topics.tables import (
    dominant_topics,
    mean_shares,
    top_items,
    top_terms,
    topic_names,
    topic_weights,
)
from cio_topics.topics.uncovered import uncovered_themes, uncovered_topics
from cio_topics.topics.words import name_topics

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer

__all__ = ["describe_topics"]

_STABILITY = ["n_runs", "stability", "stability_low", "stability_high"]


def describe_topics(
    agenda: pd.DataFrame,
    table: pd.DataFrame,
    themes: Sequence[str],
    *,
    kind: str = "auto",
    n_topics: int = 12,
    pool: Literal["item", "meeting", "body_year"] = "meeting",
    tokenizer: Tokenizer | None = None,
    random_state: int = 0,
    fallback: str = "",
    n_runs: int = 10,
) -> dict[str, Any]:
    """Return the topics of an agenda with names, terms, items, measures and closest themes.

    Parameters
    ----------
    agenda : DataFrame
        As :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    table : DataFrame
        Theme table of the same items.
    themes : sequence of str
        Theme ids in their order.
    kind : str, default "auto"
        One of :data:`cio_topics.topics.KINDS`, or ``auto``: that of
        :func:`cio_topics.topics.choose_kind`, by the length of the texts.
    n_topics, tokenizer, random_state
        As in :func:`make_topic_model`.
    pool : {"item", "meeting", "body_year"}, default "meeting"
        What is fitted; weights are given by item in any case.
    fallback : str, optional
        The theme of items that fit no other; it covers no topic.
    n_runs : int, default 10
        Fits on resampled texts, and fits with other seeds, for the stability.

    Returns
    -------
    dict
        Tables:

        ``measures``
            ``topic, name, share, share_low, share_high, n_items`` (items in which it weighs most),
            ``n_runs, stability, stability_low, stability_high, coherence, theme, theme_share,
            theme_share_low, theme_share_high`` (see :func:`closest_themes`), ``matched_theme, f1,
            f1_low, f1_high`` (one to one, see :func:`match_themes`). Stability is not a number if
            the texts are too few to be drawn again.
        ``terms``, ``associated_terms``, ``top_items``
            See :func:`top_terms` (by probability, and by association within titles) and
            :func:`top_items`.
        ``shares``
            Share of each topic by year, see :func:`cio_topics.topics.dynamic.topic_shares`.
        ``alignment``, ``matches``, ``uncovered_themes``, ``uncovered_topics``
            See :mod:`cio_topics.topics.alignment` and :mod:`cio_topics.topics.uncovered`.
        ``items``
            ``item_id, topic``; empty where no term is known.
        ``vocabulary``
            ``term, n_items``: all terms of the model, in its order.

        ``seed_stability`` is a dict: ``value, low, high, n_runs, n_same`` over fits with other
        seeds (see :func:`cio_topics.topics.quality.model_stability`), empty if there is none.

        And ``kind``, ``model`` (the fitted pipeline), ``weights``, ``diversity``, ``n_texts``,
        ``n_terms``, ``tokenizer`` (its settings). Only ``reason``, in Japanese and English, if the
        agenda is too small for so many topics.

    Examples
    --------
    >>> from cio_topics.codebook import read_codebook
    >>> from cio_topics.corpus import read_example
    >>> from cio_topics.themes import theme_table
    >>> corpus = read_example()
    >>> found = describe_topics(corpus.agenda(), theme_table(corpus), read_codebook().ids)
    >>> len(found["measures"]), found["n_texts"]
    (12, 163)
    """
    texts = pool_titles(agenda, pool)
    if kind == "auto":
        kind = choose_kind(texts, tokenizer)
    pipeline = make_topic_model(
        kind, n_topics=n_topics, tokenizer=tokenizer, random_state=random_state
    )
    try:
        model = fit_topics(pipeline, texts)
    except TooSmallError as error:
        pooled_ja = pooled = ""
        if pool != "item":
            pooled_ja = f"{len(agenda)}項目を{len(texts)}件の文書にまとめました。"
            pooled = f"{len(agenda)} items were pooled to {len(texts)} texts: "
        return {
            "reason": (f"{pooled_ja}{error.remedy_ja}", f"{pooled}{error.message} {error.remedy}")
        }
    vectorizer = model.named_steps["vectorizer"]
    by_item = vectorizer.transform(list(agenda["title"]))
    by_text = by_item if pool == "item" else vectorizer.transform(list(texts))
    groups = agenda["meeting_id"] if pool == "item" else None
    stability, seeds = _stability(model, by_text, groups, n_runs, random_state)
    titles = agenda.set_index("item_id")["title"]
    weights = topic_weights(model, titles, by_item)
    with_themes = _beside_themes(weights, agenda, table, list(themes), fallback, random_state)
    measures = _measures(weights, agenda, _names(model), random_state)
    measures = measures.merge(stability, on="topic")
    terms = top_terms(model)
    lists = [list(terms.loc[terms["topic"] == name, "term"]) for name in weights.columns]
    measures["coherence"] = _coherence(lists, vectorizer, by_item)
    return {
        "measures": measures.merge(with_themes.pop("closest"), on="topic"),
        "terms": terms,
        "associated_terms": top_terms(model, by="association", counts=by_item),
        "top_items": top_items(weights, titles),
        "shares": topic_shares(weights, agenda, random_state=random_state),
        **with_themes,
        "items": dominant_topics(weights).reset_index(),
        "vocabulary": _vocabulary(vectorizer, by_item),
        "kind": kind,
        "model": model,
        "weights": weights,
        "seed_stability": seeds,
        "diversity": topic_diversity(lists) if any(lists) else float("nan"),
        "n_texts": len(texts),
        "n_terms": len(vectorizer.vocabulary_),
        "tokenizer": vectorizer.tokenizer.settings(),
    }


def _coherence(lists: list[list[str]], vectorizer: Any, by_item: csr_matrix) -> pd.Series[float]:
    """Return NPMI over whole titles; not a number for a topic without two terms to compare."""
    table = coherence(lists, counts=by_item, terms=vectorizer.get_feature_names_out())
    return table["coherence"].where(table["n_pairs"] > table["n_undefined"])


def _measures(
    weights: pd.DataFrame, agenda: pd.DataFrame, names: dict[str, str], random_state: int
) -> pd.DataFrame:
    meetings = agenda.set_index("item_id")["meeting_id"]
    measures = mean_shares(weights, meetings, random_state=random_state)
    measures.insert(1, "name", measures["topic"].map(names))
    n_items = dominant_topics(weights).value_counts()
    return measures.assign(n_items=n_items.reindex(weights.columns, fill_value=0).to_numpy())


def _beside_themes(
    weights: pd.DataFrame,
    agenda: pd.DataFrame,
    table: pd.DataFrame,
    themes: list[str],
    fallback: str,
    random_state: int,
) -> dict[str, pd.DataFrame]:
    meetings = agenda.set_index("item_id")["meeting_id"]
    topics = dominant_topics(weights).to_frame().assign(meeting_id=meetings.to_numpy())
    names = list(weights.columns)
    matches = match_themes(
        topics.reset_index(), table, names, themes, fallback=fallback, random_state=random_state
    )
    closest = closest_themes(weights, table, meetings, themes, random_state=random_state)
    return {
        "closest": _with_match(closest, matches),
        "alignment": align_topics(weights, table, themes),
        "matches": matches,
        "uncovered_themes": uncovered_themes(matches, fallback=fallback),
        "uncovered_topics": uncovered_topics(matches, fallback=fallback),
    }


def _names(model: Pipeline) -> dict[str, str]:
    """Return a name made of terms for each topic."""
    terms = model.named_steps["vectorizer"].get_feature_names_out()
    names = name_topics(model.named_steps["topics"].components_, [str(term) for term in terms])
    return dict(zip(topic_names(model), names, strict=True))


def _stability(
    model: Pipeline,
    counts: csr_matrix,
    groups: pd.Series[str] | None,
    n_runs: int,
    random_state: int,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the stability of each topic over samples, and that of the model over seeds."""
    try:
        runs = stability_runs(
            model, counts, n_runs=n_runs, resample="both", random_state=random_state, groups=groups
        )
    except TooSmallError:
        nothing = dict.fromkeys(_STABILITY, np.nan) | {"n_runs": 0}
        return pd.DataFrame({"topic": topic_names(model)}).assign(**nothing), {}
    found = summarize_runs(runs[runs["resample"] == "bootstrap"])
    whole = model_stability(runs[runs["resample"] == "seeds"])
    (seeds,) = whole[whole["measure"] == "stability"].to_dict("records")
    names = ("value", "low", "high", "n_runs", "n_same")
    return found[["topic", *_STABILITY]], {name: seeds[name] for name in names}


def _with_match(measures: pd.DataFrame, matches: pd.DataFrame) -> pd.DataFrame:
    """Add the theme matched one to one."""
    matched = matches[matches["is_match"]].set_index("topic")
    matched = matched[["theme", "f1", "f1_low", "f1_high"]].reindex(measures["topic"])
    return measures.assign(
        matched_theme=matched["theme"].fillna("").to_numpy(),
        **{name: matched[name].to_numpy() for name in ("f1", "f1_low", "f1_high")},
    )


def _vocabulary(vectorizer: Any, by_item: csr_matrix) -> pd.DataFrame:
    n_items = np.bincount(by_item.indices, minlength=by_item.shape[1])
    terms = pd.Series(vectorizer.get_feature_names_out(), dtype="str")
    return pd.DataFrame({"term": terms, "n_items": n_items})
