"""Fit a topic model to an agenda and describe what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from cio_topics.errors import TooSmallError
from cio_topics.topics.models import fit_topics, make_topic_model
from cio_topics.topics.pooling import pool_titles
from cio_topics.topics.quality import coherence, diversity, seed_stability
from cio_topics.topics.tables import align_topics, top_items, top_terms, topic_weights

if TYPE_CHECKING:
    from cio_topics.tokens import Tokenizer

__all__ = ["describe_topics"]


def describe_topics(
    agenda: pd.DataFrame,
    table: pd.DataFrame,
    themes: Sequence[str],
    *,
    kind: Literal["nmf", "lda"] = "nmf",
    n_topics: int = 12,
    pool: Literal["item", "meeting", "body_year"] = "meeting",
    tokenizer: Tokenizer | None = None,
    random_state: int = 0,
) -> dict[str, Any]:
    """Return the topics of an agenda with terms, items, measures and closest themes.

    Parameters
    ----------
    agenda : DataFrame
        As :meth:`cio_topics.corpus.Corpus.agenda` gives it.
    table : DataFrame
        Theme table of the same items.
    themes : sequence of str
        Theme ids in their order.
    kind, n_topics, tokenizer, random_state
        As in :func:`make_topic_model`.
    pool : {"item", "meeting", "body_year"}, default "meeting"
        What is fitted; weights are given by item in any case.

    Returns
    -------
    dict
        ``measures`` (``topic, n_runs, stability, stability_low, stability_high, coherence, share,
        n_items, theme, theme_share``; n_items are those in which the topic weighs most), ``terms``,
        ``top_items``, ``alignment``, ``items`` (``item_id, topic``; empty where no term is known),
        ``diversity``, ``n_texts``, ``n_terms``, ``tokenizer``. Only ``reason``, in Japanese
        and English, if the agenda is too small for so many topics.

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
    titles = agenda.set_index("item_id")["title"]
    texts = pool_titles(agenda, pool)
    pipeline = make_topic_model(
        kind, n_topics=n_topics, tokenizer=tokenizer, random_state=random_state
    )
    try:
        model = fit_topics(pipeline, texts)
    except TooSmallError as error:
        return {"reason": (error.remedy_ja, f"{error.message} {error.remedy}")}
    vectorizer = model.named_steps["vectorizer"]
    by_item = vectorizer.transform(list(titles))
    by_text = by_item if pool == "item" else vectorizer.transform(list(texts))
    weights = topic_weights(model, titles, by_item)
    values = weights.to_numpy()
    aligned = align_topics(weights, table, list(themes))
    shares = aligned.fillna(0.0).to_numpy()
    closest = shares.max(axis=1)
    dominant = pd.Series(weights.columns.to_numpy()[values.argmax(axis=1)], dtype="str")
    dominant = dominant.where(values.max(axis=1) > 0, "")
    measures = seed_stability(model, by_text).assign(
        coherence=coherence(model, by_item).to_numpy(),
        share=values.sum(axis=0) / max(1.0, float(values.sum())),
        n_items=dominant.value_counts().reindex(weights.columns, fill_value=0).to_numpy(),
        theme=np.where(closest > 0, np.array(themes)[shares.argmax(axis=1)], ""),
        theme_share=closest,
    )
    return {
        "measures": measures,
        "terms": top_terms(model),
        "top_items": top_items(weights, titles),
        "alignment": aligned,
        "items": pd.DataFrame({"item_id": weights.index, "topic": dominant}),
        "diversity": diversity(model),
        "n_texts": len(texts),
        "n_terms": len(vectorizer.vocabulary_),
        "tokenizer": vectorizer.tokenizer.settings(),
    }
