"""Topic models on public corpora, beside scikit-learn's, gensim's and tomotopy's own, in one run.

Run ``python benchmarks/topics.py --data FOLDER``. FOLDER holds folders in the format of OCTIS
(Terragni et al. 2021): ``corpus.tsv`` with text (tokens separated by spaces), part and, if there
are any, label; ``vocabulary.txt``, if it is there, with the terms that count. ``BBC_News`` and
``M10`` were used, any other will do. Nothing is downloaded.

Every fit is a process of its own, with imports and compiling done before the clock starts, and one
thread. Columns:

- ``npmi``: gensim's c_npmi (windows of 10) of the first 10 words, over the texts that were fitted,
  as published figures have it; ``document_npmi``: over whole texts, with gensim's constant for
  words that never meet; ``diversity`` of the words; ``nmi`` of each text's weightiest topic with
  its label, if there are labels;
- ``words``: how the words of a topic were chosen, of every model in both ways. ``association``
  ranks by meeting in the same texts, which is what the first two columns measure. So
  ``held_out_npmi`` chooses words with one half of the texts and measures them, as
  ``document_npmi`` does, on the other; the model itself is fitted on all texts;
- ``seconds`` of fitting, weighing all texts and choosing words, ``mib`` the peak of the process
  with libraries and texts;
- ``front``: for which of npmi, document_npmi, diversity and nmi no row is as good and faster.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.metrics import normalized_mutual_info_score
from threadpoolctl import threadpool_limits

from cio_topics.topics.models import KINDS, choose_kind, make_topic_model
from cio_topics.topics.quality.diversity import topic_diversity
from cio_topics.topics.quality.topic_coherence import coherence
from cio_topics.topics.quality.windows import Reference, make_reference
from cio_topics.topics.words import rank_terms

OWN = ("nmf", "mixture", "gibbs", "nmf_kl")
THEIRS = ("scikit-learn NMF", "scikit-learn LDA", "gensim LdaModel", "tomotopy LDA")
MEASURES = ("npmi", "document_npmi", "diversity", "nmi")
WHOLE = 10**6  # tokens: no text is longer


class Texts(NamedTuple):
    """A corpus: tokens, counts, their terms and the labels."""

    name: str
    tokens: list[list[str]]
    counts: csr_matrix
    terms: np.ndarray
    labels: list[str]


class Fitted(NamedTuple):
    """What one process found."""

    components: np.ndarray
    topic_of: np.ndarray
    seconds: float
    mib: float


def read_texts(folder: Path) -> Texts:
    """Read ``corpus.tsv``, and no other terms than those of ``vocabulary.txt``, if it is there."""
    table = pd.read_csv(
        folder / "corpus.tsv",
        sep="\t",
        names=["text", "part", "label"],
        dtype=str,
        keep_default_na=False,
        quoting=3,
    )
    tokens = [text.split() for text in table["text"]]
    listed = folder / "vocabulary.txt"
    if listed.exists():
        known = set(listed.read_text(encoding="utf-8").split())
        tokens = [[token for token in text if token in known] for text in tokens]
    vectorizer = CountVectorizer(analyzer=lambda text: text)
    counts = vectorizer.fit_transform(tokens).astype(float)
    terms = vectorizer.get_feature_names_out()
    return Texts(folder.name, tokens, counts, terms, table["label"].fillna("").tolist())


def tfidf(counts: csr_matrix) -> csr_matrix:
    """Return TF-IDF weights with ``1 + log(tf)``."""
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def fit_own(kind: str, counts: csr_matrix, n_topics: int, seed: int) -> tuple[Any, Any]:
    """Fit a model of this package."""
    model = make_topic_model(kind, n_topics=n_topics, random_state=seed).named_steps["topics"]
    matrix = tfidf(counts) if kind == "nmf" else counts
    weights = model.fit(matrix).transform(matrix)
    return model.components_, weights.argmax(axis=1)


def fit_theirs(name: str, texts: Texts, n_topics: int, seed: int) -> tuple[Any, Any]:
    """Fit a model of another library as its own documentation has it."""
    counts = texts.counts
    if name == "scikit-learn NMF":
        from sklearn.decomposition import NMF

        model = NMF(n_topics, init="nndsvda", max_iter=400, random_state=seed)
        weights = model.fit_transform(tfidf(counts))
        return model.components_, weights.argmax(axis=1)
    if name == "scikit-learn LDA":
        from sklearn.decomposition import LatentDirichletAllocation

        model = LatentDirichletAllocation(n_topics, random_state=seed)
        weights = model.fit_transform(counts)
        return model.components_, weights.argmax(axis=1)
    if name == "gensim LdaModel":
        from gensim.corpora import Dictionary
        from gensim.models import LdaModel

        words = Dictionary([texts.terms.tolist()])
        bags = [words.doc2bow(tokens) for tokens in texts.tokens]
        model = LdaModel(bags, n_topics, id2word=words, passes=10, random_state=seed)
        order = [words.token2id[term] for term in texts.terms]
        weights, _ = model.inference(bags)
        return model.get_topics()[:, order], weights.argmax(axis=1)
    import tomotopy

    model = tomotopy.LDAModel(k=n_topics, seed=seed)
    known = [row for row, tokens in enumerate(texts.tokens) if tokens]
    for row in known:
        model.add_doc(texts.tokens[row])
    model.train(1000, workers=1)
    places = {term: place for place, term in enumerate(texts.terms)}
    components = np.zeros((n_topics, len(places)))
    columns = [places[term] for term in model.used_vocabs]
    for topic in range(n_topics):
        components[topic, columns] = model.get_topic_word_dist(topic)
    topic_of = np.zeros(len(texts.tokens), dtype=int)
    topic_of[known] = [np.argmax(text.get_topic_dist()) for text in model.docs]
    return components, topic_of


def fit(folder: Path, name: str, n_topics: int, seed: int) -> Fitted:
    """Fit one model in this process and say what it took."""
    texts = read_texts(folder)

    def call(texts: Texts, n_topics: int) -> tuple[Any, Any]:
        if name not in THEIRS:
            return fit_own(name, texts.counts, n_topics, seed)
        return fit_theirs(name, texts, n_topics, seed)

    part = texts.counts[:200]
    call(Texts("", texts.tokens[:200], part, texts.terms, texts.labels[:200]), 2)
    start = time.perf_counter()
    with threadpool_limits(limits=1):
        components, topic_of = call(texts, n_topics)
    seconds = time.perf_counter() - start
    scale = 1024 if sys.platform != "darwin" else 1024**2
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    return Fitted(np.asarray(components), topic_of, seconds, peak)


def words(texts: Texts, components: np.ndarray, by: str, counts: csr_matrix) -> list[list[str]]:
    """Return the first ten words of each topic."""
    ranked = rank_terms(components, by=by, counts=counts)  # type: ignore[arg-type]
    return [texts.terms[columns].tolist() for columns in ranked]


def npmi(topics: list[list[str]], reference: Reference, window: int = WHOLE) -> float:
    """Return the mean NPMI as gensim counts it."""
    table = coherence(topics, reference, counting="gensim", window=window)
    return float(table["coherence"].mean())


def measure(
    texts: Texts, found: Fitted, references: dict[str, Reference], half: np.ndarray
) -> list[dict[str, Any]]:
    """Return one row for the words as they are, and one for those chosen by association."""
    nmi = math.nan
    if any(texts.labels):
        nmi = normalized_mutual_info_score(texts.labels, found.topic_of)
    rows = []
    for by in ("probability", "association"):
        start = time.perf_counter()
        with threadpool_limits(limits=1):
            topics = words(texts, found.components, by, texts.counts)
        seconds = found.seconds + time.perf_counter() - start
        apart = words(texts, found.components, by, texts.counts[half])
        rows.append(
            {
                "words": by,
                "npmi": npmi(topics, references["texts"], 10),
                "document_npmi": npmi(topics, references["sets"]),
                "diversity": topic_diversity(topics),
                "nmi": nmi,
                "held_out_npmi": npmi(apart, references["other half"]),
                "seconds": seconds,
                "mib": found.mib,
            }
        )
    return rows


def on_front(table: pd.DataFrame) -> list[str]:
    """Return, for each row, the measures by which no other row is as good and faster."""
    found = []
    for _, row in table.iterrows():
        faster = table[table["seconds"] < row["seconds"]]
        best = [m for m in MEASURES if not (math.isnan(row[m]) or (faster[m] >= row[m]).any())]
        found.append(" ".join(best))
    return found


def run(folder: Path, names: list[str], numbers: list[int], seeds: int) -> pd.DataFrame:
    """Fit and measure every model, number of topics and seed on one corpus."""
    texts = read_texts(folder)
    half = np.random.default_rng(0).random(len(texts.tokens)) < 0.5
    sets = [sorted(set(tokens)) for tokens in texts.tokens]
    references = {
        "texts": make_reference(texts.tokens),
        "sets": make_reference(sets),
        "other half": make_reference(
            [tokens for tokens, first in zip(sets, half, strict=True) if not first]
        ),
    }
    rows = []
    for name in names:
        for n_topics in numbers:
            for seed in range(seeds):
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    found = pool.submit(fit, folder, name, n_topics, seed).result()
                for row in measure(texts, found, references, half):
                    rows.append({"model": name, "n_topics": n_topics, **row})
                print(f"{texts.name} {name} {n_topics} {found.seconds:.1f} s", file=sys.stderr)
    return pd.DataFrame(rows)


def means(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the mean of each number by these columns, in order of first appearance."""
    numbers = [column for column in table if column not in ("model", "n_topics", "words")]
    return table.groupby(by, sort=False)[numbers].mean().reset_index()


def rounded(row: Any, names: list[str]) -> dict[str, float | None]:
    """Return measures for JSON, which knows no NaN."""
    return {n: None if math.isnan(row[n]) else round(float(row[n]), 3) for n in names}


def summary(texts: Texts, default: str, by_number: pd.DataFrame, mean: pd.DataFrame) -> Any:
    """Return what the last line says of one corpus: the default kind, and its time over others."""
    chosen = ["model", "words"]
    own = by_number[(by_number[chosen] == [default, "association"]).all(axis=1)]
    best = mean[(mean[chosen] == [default, "association"]).all(axis=1)].iloc[0]
    raw = mean[(mean[chosen] == [default, "probability"]).all(axis=1)].iloc[0]
    theirs = mean[mean["model"].isin(THEIRS) & (mean["words"] == "probability")]
    names = [*MEASURES, "held_out_npmi"]
    return {
        "texts": texts.counts.shape[0],
        "terms": texts.counts.shape[1],
        "default": default,
        **rounded(best, names),
        "by_n_topics": {
            str(row["n_topics"]): rounded(row, names) for row in own.to_dict("records")
        },
        "with_words_as_they_are": rounded(raw, names),
        "seconds_of_default_over": {
            row.model: round(float(best["seconds"] / row.seconds), 2) for row in theirs.itertuples()
        },
        "front": best["front"].split(),
    }


def main() -> None:
    """Fit, measure, print two tables a corpus, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a corpus, or folder of corpora")
    parser.add_argument("--topics", type=int, nargs="*", default=[10, 20, 30, 40, 50])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", nargs="*", default=[*OWN, *THEIRS], choices=[*KINDS, *THEIRS])
    arguments = parser.parse_args()
    own = arguments.data / "corpus.tsv"  # a folder of one corpus will do as well
    files = [own] if own.exists() else sorted(arguments.data.glob("*/corpus.tsv"))
    if not files:
        raise SystemExit(f"{arguments.data} has no corpus.tsv, and no folder with one.")
    result = {}
    for folder in (file.parent for file in files):
        texts = read_texts(folder)
        kind = choose_kind([" ".join(t) for t in texts.tokens], tokenizer=str.split)
        table = run(folder, arguments.models, arguments.topics, arguments.seeds)
        by_number = means(table, ["model", "n_topics", "words"])
        mean = means(table, ["model", "words"])
        mean["front"] = on_front(mean)
        counts = texts.counts
        print(
            f"\n{texts.name}: {counts.shape[0]} texts, {counts.shape[1]} terms, "
            f"{counts.sum() / counts.shape[0]:.1f} tokens a text; means of {arguments.seeds} "
            f"seeds; the default is {kind}"
        )
        print(by_number.round(3).to_string(index=False))
        print(f"\n{texts.name}: means over {arguments.topics} topics")
        print(mean.round(3).to_string(index=False))
        if kind in arguments.models:
            result[texts.name] = summary(texts, kind, by_number, mean)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
