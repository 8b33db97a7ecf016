"""Coherence beside gensim's ``CoherenceModel``, the same topics and texts, in one run.

Run ``python benchmarks/coherence.py --data FOLDER``; the folder has ``BBC_News/corpus.tsv`` of
OCTIS (2,225 documents: text, split, label; tokens are separated by spaces). Topics are the top
terms of a quick NMF on TF-IDF. gensim runs in one process. Its dictionary, and for u_mass its
bags of words, are built outside the measured time. Ours is measured with the encoding of the texts,
which is done anew each time; as gensim counts, encoding included; and with a reference made once,
as a sweep over many models does. ``documents`` is c_npmi over whole documents: for gensim a window
longer than any of them. Processor time is measured. Ways are run in turn, round after round, and
the best round of each counts; ratios above one are faster than gensim. The first call of ours,
which loads compiled code (and compiles it where the cache is cold), is measured apart.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from cio_topics.topics.quality.topic_coherence import coherence
from cio_topics.topics.quality.windows import make_reference

MEASURES = ("u_mass", "c_uci", "c_npmi", "c_v", "documents")
EVERYTHING = 10**9  # a window longer than any document


def read_texts(folder: Path) -> list[list[str]]:
    """Return the tokens of each document."""
    source = folder / "BBC_News" / "corpus.tsv"
    if not source.exists():
        raise SystemExit(f"{source} is missing; give the folder of the OCTIS data by --data")
    with source.open(encoding="utf-8", newline="") as file:
        return [row[0].split() for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def find_topics(texts: list[list[str]], n_topics: int, n_terms: int) -> list[list[str]]:
    """Return the top terms of a quick NMF."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list)
    matrix = vectorizer.fit_transform(texts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # quick: 50 steps will do
        model = NMF(n_topics, init="nndsvd", max_iter=50, random_state=0).fit(matrix)
    names = vectorizer.get_feature_names_out()
    order = np.argsort(-model.components_, axis=1, kind="stable")[:, :n_terms]
    return [[str(name) for name in names[row]] for row in order]


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of processor time a call takes, and what it returns."""
    start = time.process_time()
    value = call()
    return time.process_time() - start, value


def gensim_call(
    measure: str, topics: list[list[str]], texts: list[list[str]], dictionary: Any
) -> Callable[[], Any]:
    """Return a call that scores the topics by gensim."""
    from gensim.models import CoherenceModel

    whole = measure == "documents"
    corpus = [dictionary.doc2bow(text) for text in texts] if measure == "u_mass" else None
    return lambda: CoherenceModel(
        topics=topics,
        texts=texts,
        corpus=corpus,
        dictionary=dictionary,
        coherence="c_npmi" if whole else measure,
        window_size=EVERYTHING if whole else None,
        topn=max(map(len, topics)),
        processes=1,
    ).get_coherence_per_topic()


def own_call(
    measure: str, topics: list[list[str]], texts: Any, *, as_gensim: bool = False
) -> Callable[[], Any]:
    """Return a call that scores the topics by this package."""
    if measure != "documents":
        counting = "gensim" if as_gensim else None
        return lambda: coherence(topics, texts, measure=measure, counting=counting)
    if as_gensim:
        return lambda: coherence(topics, texts, window=EVERYTHING, counting="gensim")
    return lambda: coherence(topics, texts, counting="documents")


def measure_all(
    topics: list[list[str]], texts: list[list[str]], rounds: int
) -> dict[str, dict[str, float]]:
    """Return for each measure the best seconds of each way, and how far the values differ."""
    from gensim.corpora import Dictionary

    dictionary, reference = Dictionary(texts), make_reference(texts)
    found = {}
    for measure in MEASURES:
        ways = {
            "gensim": gensim_call(measure, topics, texts, dictionary),
            "own": own_call(measure, topics, texts),
            "own as gensim": own_call(measure, topics, texts, as_gensim=True),
            "own, reference": own_call(measure, topics, reference),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        values = {}
        for _ in range(rounds):
            for name, call in ways.items():
                taken, values[name] = timed(call)
                seconds[name].append(taken)
        best = {name: min(times) for name, times in seconds.items()}
        theirs = np.array(values["gensim"])
        same = np.abs(values["own as gensim"]["coherence"] - theirs).max()
        found[measure] = {
            **best,
            "difference": float(same),
            "mean": float(values["own"]["coherence"].mean()),
            "mean of gensim": float(theirs.mean()),
        }
    return found


def main() -> None:
    """Measure, print a table and, as the last line, one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with BBC_News/corpus.tsv")
    parser.add_argument("--topics", type=int, default=50)
    parser.add_argument("--terms", type=int, default=10, help="of each topic")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    texts = read_texts(arguments.data)
    topics = find_topics(texts, arguments.topics, arguments.terms)
    first, _ = timed(own_call("c_npmi", topics[:1], texts[:10]))
    encoding, reference = timed(lambda: make_reference(texts))
    found = measure_all(topics, texts, arguments.rounds)
    print(
        f"{len(texts):,} documents, {len(reference.codes):,} tokens, {len(reference.columns):,} "
        f"terms; {len(topics)} topics of {arguments.terms} terms"
    )
    print(f"encoding the texts: {1000 * encoding:.0f} ms; first call of all: {first:.1f} s")
    print("times faster than gensim: from texts, as gensim counts, from a reference made once")
    print(
        f"{'measure':10} {'gensim s':>9} {'own ms':>7} {'texts':>7} {'gensim':>7} {'once':>7} "
        f"{'differ by':>10} {'true mean':>10} {'of gensim':>10}"
    )
    for measure, row in found.items():
        theirs = row["gensim"]
        print(
            f"{measure:10} {theirs:9.3f} {1000 * row['own']:7.1f} {theirs / row['own']:7.1f} "
            f"{theirs / row['own as gensim']:7.1f} {theirs / row['own, reference']:7.1f} "
            f"{row['difference']:10.0e} {row['mean']:10.4f} {row['mean of gensim']:10.4f}"
        )
    result: dict[str, float] = {
        "documents": len(texts),
        "tokens": len(reference.codes),
        "topics": len(topics),
        "terms_a_topic": arguments.terms,
        "rounds": arguments.rounds,
        "first_call_seconds": round(first, 3),
    }
    for measure, row in found.items():
        result[f"ratio_{measure}"] = round(row["gensim"] / row["own"], 1)
        result[f"ratio_{measure}_as_gensim"] = round(row["gensim"] / row["own as gensim"], 1)
        result[f"ratio_{measure}_reference"] = round(row["gensim"] / row["own, reference"], 1)
        result[f"difference_{measure}"] = row["difference"]
        result[f"mean_{measure}"] = round(row["mean"], 4)
        result[f"mean_{measure}_gensim"] = round(row["mean of gensim"], 4)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
