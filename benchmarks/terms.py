"""Terms against the gold table, and what the choice of terms does to topics and themes.

Run ``python benchmarks/terms.py`` (``pip install ".[test]"`` brings all dictionaries; one that is
not installed is left out and said so; ``--dictionary FOLDER`` adds more). Precision, recall and F1
compare multisets of terms as written, without spaces inside; intervals draw whole meetings anew
(where nothing is wrong, Wilson's interval over meetings).
Who coded the gold table, and what its two parts are, is in ``docs/gold_terms.md``.

The second table follows the terms down the road: themes by a plain linear classifier on TF-IDF
(cross-validated by meeting; it serves as a yardstick, not as the product), and topics of the
report's default model (NMF, pooled by meeting, 12 topics).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.errors import CioTopicsError
from cio_topics.intervals import cluster_bootstrap, wilson_interval
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.themes.classifier import theme_indicator
from cio_topics.themes.evaluation import theme_scores
from cio_topics.tokens import Tokenizer, dictionary_version
from cio_topics.topics import (
    fit_topics,
    make_topic_model,
    pool_titles,
    top_terms,
    topic_weights,
)
from cio_topics.topics.quality import coherence, topic_diversity, topic_stability
from cio_topics.vectors import make_vectorizer

ROOT = Path(__file__).parents[1]
DICTIONARIES = ("unidic-lite", "ipadic", "sudachi-a", "sudachi-b", "sudachi-c")
MODES = ("long", "short", "both")


def gold() -> pd.DataFrame:
    """Return the gold table with the meeting of every title."""
    with (ROOT / "tests/tokens/gold_terms.csv").open(encoding="utf-8", newline="") as file:
        table = pd.DataFrame(list(csv.DictReader(file)))
    return table.merge(read_example().items[["item_id", "meeting_id"]], on="item_id")


def score(table: pd.DataFrame, tokenizer: Tokenizer) -> dict[str, float]:
    """Return precision, recall and F1 of a tokenizer, with the interval of F1."""
    rows = []
    for title, terms in zip(table["title"], table["terms"], strict=True):
        expected = Counter(terms.split())
        found = Counter(term.replace(" ", "") for term in tokenizer(title))
        rows.append([(expected & found).total(), found.total(), expected.total()])
    counts = np.array(rows, dtype=float)
    by_meeting = pd.DataFrame(counts).groupby(table["meeting_id"].to_numpy()).sum().to_numpy()
    low, high = cluster_bootstrap(by_meeting, lambda s: 2 * s[:, :1] / s[:, 1:].sum(1)[:, None])
    right, n_found, n_expected = counts.sum(axis=0)
    if low[0] == high[0]:  # every draw is alike; Wilson's interval over meetings stands in
        n_meetings = np.array([len(by_meeting)])
        low, high = wilson_interval(n_meetings, n_meetings)
    return {
        "precision": right / n_found,
        "recall": right / n_expected,
        "f1": 2 * right / (n_found + n_expected),
        "f1_low": low[0],
        "f1_high": high[0],
    }


def against_gold(dictionaries: list[str]) -> pd.DataFrame:
    """Score every dictionary, with and without the lexicon, in every mode."""
    table = gold()
    bare = Lexicon(stop_words=read_lexicon().stop_words)
    rows = []
    for dictionary in dictionaries:
        try:
            version = dictionary_version(dictionary)
        except CioTopicsError as error:
            print(f"left out: {error}", file=sys.stderr)
            continue
        for name, lexicon in (("lexicon", None), ("none", bare)):
            for mode in MODES:
                tokenizer = Tokenizer(
                    compounds=mode, form="surface", dictionary=dictionary, lexicon=lexicon
                )
                for split, part in table.groupby("split", sort=False):
                    about = {"dictionary": version, "kept": name, "mode": mode, "split": split}
                    rows.append(about | {"titles": len(part)} | score(part, tokenizer))
    return pd.DataFrame(rows)


def down_the_road() -> pd.DataFrame:
    """Measure themes and topics in every mode."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import normalized_mutual_info_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    corpus, codebook = read_example(), read_codebook()
    agenda = corpus.agenda()
    coded = agenda.merge(corpus.theme_labels[["item_id", "themes"]], on="item_id")
    truth = theme_indicator(coded["themes"], codebook.ids)
    seen = truth.any(axis=0)
    titles = agenda.set_index("item_id")["title"]
    texts = pool_titles(agenda, "meeting")
    first = corpus.theme_labels.set_index("item_id")["themes"].str.split(";").str[0]
    rows = []
    for mode in MODES:
        tokenizer = Tokenizer(compounds=mode)
        linear = make_pipeline(
            make_vectorizer(tokenizer=tokenizer, min_df=1, max_df=1.0),
            OneVsRestClassifier(LogisticRegression(C=10, class_weight="balanced")),
        )
        found = np.zeros_like(truth)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a theme may be missing from a fold
            found[:, seen] = cross_val_predict(
                linear, coded["title"], truth[:, seen], groups=coded["meeting_id"], cv=GroupKFold(5)
            )
        themes = theme_scores(truth, found, codebook.ids, coded["meeting_id"]).set_index("theme")
        own = make_vectorizer(tokenizer=tokenizer)
        model = fit_topics(make_topic_model("nmf", n_topics=12, vectorizer=own), texts)
        vectorizer = model.named_steps["vectorizer"]
        by_item = vectorizer.transform(list(titles))
        weights = topic_weights(model, titles, by_item)
        known = first[weights.loc[first.index].sum(axis=1) > 0]
        names = vectorizer.get_feature_names_out()
        found = top_terms(model).groupby("topic", sort=False)["term"].agg(list)
        lists = [found.get(topic, []) for topic in weights.columns]
        rows.append(
            {
                "mode": mode,
                "theme_f1": themes.loc["micro", "f1"],
                "f1_low": themes.loc["micro", "f1_low"],
                "f1_high": themes.loc["micro", "f1_high"],
                "theme_macro_f1": themes.loc["macro", "f1"],
                "terms": len(names),
                "coherence": coherence(lists, counts=by_item, terms=names)["coherence"].mean(),
                "diversity": topic_diversity(lists),
                "stability": topic_stability(
                    model, vectorizer.transform(list(texts)), resample="bootstrap"
                )["stability"].mean(),
                "nmi_with_codes": normalized_mutual_info_score(
                    known, weights.loc[known.index].idxmax(axis=1)
                ),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Print both tables and one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dictionary", action="append", default=[], help="one more; repeatable")
    arguments = parser.parse_args()
    terms = against_gold([*DICTIONARIES, *arguments.dictionary])
    print(terms.round(3).to_string(index=False), end="\n\n")
    road = down_the_road()
    print(road.round(3).to_string(index=False))
    default = terms[(terms["kept"] == "lexicon") & (terms["mode"] == "long")]
    result = {
        f"f1_long_{row['split']}_{row['dictionary'].split()[0]}": round(row["f1"], 4)
        for _, row in default.iterrows()
    }
    result |= {f"theme_f1_{row['mode']}": round(row["theme_f1"], 3) for _, row in road.iterrows()}
    result |= {"titles": len(gold()), "held_out": int((gold()["split"] == "held-out").sum())}
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
