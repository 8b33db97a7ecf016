"""Write the files of the present format that later versions must read.

Run it once for a new format, as ``python tests/topics/saved/make_saved.py``, and never for an old
one: what was written then is what must stay readable.
"""

import json
from pathlib import Path

import pandas as pd
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.pipeline import Pipeline

from cio_topics.lexicon import Lexicon
from cio_topics.tokens import Tokenizer
from cio_topics.topics import fit_topics
from cio_topics.topics.models.nmf import TopicNMF
from cio_topics.topics.store import FORMAT, write_model
from cio_topics.vectors import make_vectorizer

HERE = Path(__file__).parent
# Invented titles.
TITLES = [
    "電子政府の計画",
    "電子政府の評価",
    "調達の計画",
    "個人番号の制度",
    "マイナンバーの評価",
] * 2
TEXTS = ["電子政府", "マイナンバー制度の評価", "宇宙人", ""]


def main():
    lexicon = Lexicon(variants={"個人番号": "マイナンバー"}, stop_words=("等",), version="3")
    tokenizer = Tokenizer(compounds="short", lexicon=lexicon)
    models = {
        "nmf": ("tfidf", TopicNMF(2)),
        "lda": ("count", LatentDirichletAllocation(2, random_state=0)),
    }
    expected = {}
    for name, (kind, model) in models.items():
        vectorizer = make_vectorizer(kind, tokenizer=tokenizer)
        fitted = fit_topics(
            Pipeline([("vectorizer", vectorizer), ("topics", model)]), pd.Series(TITLES)
        )
        manifest = {"corpus": {"sha256": "0123456789abcdef" * 4, "n_items": 10}}
        write_model(fitted, HERE / f"format_{FORMAT}_{name}.ciotopics", manifest)
        weights = fitted.transform(TEXTS).tolist()
        expected[name] = {"texts": TEXTS, "weights": weights, **manifest["corpus"]}
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (HERE / f"format_{FORMAT}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
