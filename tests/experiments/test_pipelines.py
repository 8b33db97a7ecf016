"""Settings → pipelines."""

from __future__ import annotations

import pytest

from cio_topics.experiments.pipelines import (
    estimator_problem,
    make_pipeline,
    make_tokenizer,
    model_keys,
)

MODEL = {"model.kind": "nmf", "model.n_topics": 4}


def test_every_setting_arrives(tmp_path):
    (tmp_path / "words.txt").write_text("状況\n検討\n", "utf-8")
    (tmp_path / "own.toml").write_text('never_split = ["電子行政"]', "utf-8")
    made = make_pipeline(
        {
            "tokens.compounds": "long",
            "tokens.pos": ("名詞", "動詞"),
            "tokens.stop_words": str(tmp_path / "words.txt"),
            "tokens.lexicon": str(tmp_path / "own.toml"),
            "vectors.kind": "count",
            "vectors.min_df": 3,
            "vectors.max_df": 0.4,
            "pool.by": "item",
            **MODEL,
            "model.max_iter": 7,
        },
        seed=9,
        cache="x",
    )
    vectorizer, model = made.named_steps["vectorizer"], made.named_steps["topics"]
    tokenizer = vectorizer.tokenizer
    assert (tokenizer.compounds, tokenizer.pos, tokenizer.cache) == ("long", ("名詞", "動詞"), "x")
    assert tokenizer.stop_words == ("状況", "検討")
    assert tokenizer.lexicon.never_split == ("電子行政",)
    assert type(vectorizer).__name__ == "TermCounts"  # asked for, though nmf has its own
    assert (vectorizer.min_df, vectorizer.max_df) == (3, 0.4)
    assert (model.n_components, model.max_iter, model.random_state) == (4, 7, 9)


@pytest.mark.parametrize(("kind", "vectors"), [("nmf", "TermWeights"), ("lda", "TermCounts")])
def test_a_kind_has_vectors_of_its_own(kind, vectors):
    made = make_pipeline({"model.kind": kind, "model.n_topics": 4}, 0)
    assert type(made.named_steps["vectorizer"]).__name__ == vectors


def test_the_package_s_tokenizer_if_nothing_is_said():
    from cio_topics.tokens import Tokenizer

    assert make_tokenizer({}).get_params() == Tokenizer().get_params()


def test_keys_that_the_design_sets_are_no_keys():
    assert not {"random_state", "n_components", "verbose"} & set(model_keys("lda"))


def test_own_estimators_say_what_is_wrong_themselves():
    assert estimator_problem("nmf", "no_such_setting", 1) == ""
