"""When does pooling help? Topics fitted on titles, on meetings and on body-years, compared.

Run ``python experiments/pooling.py``; it writes ``experiments/results/pooling.csv``.

Agreement with the coded themes is normalized mutual information (NMI) between an item's
weightiest topic and its first coded theme, on coded items with known terms. Coherence is NPMI over
whole titles, so that the three ways are measured on the same texts.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sklearn.metrics import normalized_mutual_info_score

from cio_topics.corpus import read_example
from cio_topics.topics import (
    KINDS,
    POOLS,
    coherence,
    diversity,
    fit_topics,
    make_topic_model,
    pool_titles,
    seed_stability,
    topic_weights,
)


def measure(kind: str, pool: str, n_topics: int) -> dict[str, object]:
    """Fit one model and measure it."""
    corpus = read_example()
    agenda = corpus.agenda()
    titles = agenda.set_index("item_id")["title"]
    texts = pool_titles(agenda, pool)
    model = fit_topics(make_topic_model(kind, n_topics=n_topics), texts)
    vectorizer = model.named_steps["vectorizer"]
    by_item, by_text = vectorizer.transform(list(titles)), vectorizer.transform(list(texts))
    weights = topic_weights(model, titles, by_item)
    labels = corpus.theme_labels.set_index("item_id")["themes"].str.split(";").str[0]
    known = weights.loc[labels.index].sum(axis=1) > 0
    coded = labels[known]
    found = weights.loc[coded.index].idxmax(axis=1)
    return {
        "kind": kind,
        "pool": pool,
        "n_topics": n_topics,
        "n_texts": len(texts),
        "n_coded_items": len(coded),
        "nmi": normalized_mutual_info_score(coded, found),
        "coherence": coherence(model, by_item).mean(),
        "diversity": diversity(model),
        "stability": seed_stability(model, by_text)["stability"].mean(),
    }


def main() -> None:
    """Measure every combination and write the table."""
    rows = [
        measure(kind, pool, n_topics)
        for kind in KINDS
        for n_topics in (8, 12, 16)
        for pool in POOLS
    ]
    table = pd.DataFrame(rows).round(3)
    target = Path(__file__).parent / "results" / "pooling.csv"
    table.to_csv(target, index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
