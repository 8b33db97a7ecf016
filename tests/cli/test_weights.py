"""The command ``cio-topics weights``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.corpus import read_example
from cio_topics.topics import fit_topics, make_topic_model, pool_titles, topic_weights
from cio_topics.topics.store import read_model, write_model

TITLES = read_example().items.set_index("item_id")["title"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    corpus = read_example()
    texts = pool_titles(corpus.agenda(), "meeting")
    file = tmp_path_factory.mktemp("model") / "few.ciotopics"
    fitted = fit_topics(make_topic_model("nmf", n_topics=4), texts)
    write_model(fitted, file, {"corpus": {"n_items": len(corpus)}})
    return file


def test_a_title_has_the_weights_it_was_trained_with(run, model, tmp_path):
    source = tmp_path / "titles.csv"
    TITLES.reset_index().to_csv(source, index=False)
    shown = run("weights", model, "--from", source, "--format", "csv")
    assert (shown.code, shown.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    expected = topic_weights(read_model(model), TITLES)
    assert [row["item_id"] for row in rows] == TITLES.index.tolist()
    for topic in expected:
        found = [float(row[topic] or 0) for row in rows]
        assert found == pytest.approx(expected[topic].tolist(), abs=5e-5)


def test_the_same_title_always_has_the_same_weights(run, model):
    titles = list(TITLES.iloc[[0, 40, 0]])
    many = [
        json.loads(x) for x in run("weights", model, *titles, "--format", "jsonl").out.splitlines()
    ]
    alone = json.loads(run("weights", model, titles[1], "--format", "jsonl").out)
    assert many[0] == many[2]
    assert many[1] == alone
    assert sum(alone["weights"].values()) == pytest.approx(1, abs=1e-3)


def test_a_table_names_the_topic_that_weighs_most(run, model):
    shown = run("weights", model, TITLES.iloc[3], "ぬるぽ")
    lines = shown.out.splitlines()
    assert lines[0].split() == ["topic", "name", "weight", "title"]
    assert lines[1].startswith("topic_0")
    assert lines[2].split() == ["ぬるぽ"]  # no term is known: no topic, no weight


def test_json_says_what_the_model_was_made_from(run, model):
    content = json.loads(run("weights", model, "電子政府", "--format", "json").out)
    made = content["manifest"]["model"]
    assert made["topics"] == "TopicNMF"
    assert made["manifest"]["corpus"]["n_items"] == 307
    assert set(content["manifest"]["topics"]) == {f"topic_0{n}" for n in range(1, 5)}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nothing.ciotopics", "電子政府"), 3, "cannot read the model 'nothing.ciotopics'"),
        (("{model}",), 2, "no titles"),
        (("{model}", "--dictionary", "nowhere", "電子政府"), 2, "unknown dictionary 'nowhere'"),
    ],
)
def test_refusals(run, model, words, code, said):
    refused = run("weights", *(str(model) if word == "{model}" else word for word in words))
    assert refused.code == code, refused.err
    assert said in refused.err
