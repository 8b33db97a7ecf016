"""``cio-topics topics``: a table to read, tables to compute with, a map and a model to keep."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from cio_topics.cli.output import display_width
from cio_topics.cli.topics import _text
from cio_topics.corpus import read_example
from cio_topics.topics import topic_weights
from cio_topics.topics.store import read_model

FEW = ("topics", "--topics", "4")


@pytest.fixture(scope="module")
def content() -> dict:
    """What the command computes, without a process."""
    from cio_topics.codebook import read_codebook
    from cio_topics.themes import theme_table
    from cio_topics.topics import describe_topics

    corpus, codebook = read_example(), read_codebook()
    return describe_topics(
        *(corpus.agenda(), theme_table(corpus), codebook.ids),
        n_topics=4,
        fallback=codebook.fallback,
    )


CLOSEST = ("closest", "theme", "(by", "weight)")


def test_the_table_fits_a_hundred_columns_and_names_everything(run, content):
    shown = run(*FEW)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == _text(content)
    lines = shown.out.splitlines()
    assert max(map(display_width, lines)) <= 100
    assert lines[0].split() == ["topic", "share", "items", "stability", "NPMI", *CLOSEST]
    for row in content["measures"].itertuples():
        (start,) = [n for n, line in enumerate(lines) if line.startswith(f"{row.topic} ")]
        numbers, name, *both = lines[start : start + 4]
        assert f" {100 * row.share:.0f}% [" in numbers
        assert f" {row.n_items}  {row.stability:.2f} [" in numbers
        assert f"{row.coherence:.2f}  {row.theme} {100 * row.theme_share:.0f}% [" in numbers
        assert name == " " * 10 + row.name
        kinds = {"often": "terms", "together": "associated_terms"}
        for line, (label, key) in zip(both, kinds.items(), strict=True):
            own = content[key].loc[content[key]["topic"] == row.topic, "term"]
            assert line == f"{'':10}{label:<10}" + "、".join(own.head(line.count("、") + 1))
    assert "Fits with other seeds: stability 1.00 [0.99-1.00]; 10 of 10 have" in shown.out
    for row in content["uncovered_themes"].itertuples():
        assert any(line.startswith(f"  {row.theme}: {row.n_items} item") for line in lines)
    for row in content["uncovered_topics"].itertuples():
        assert any(line.startswith(f"  {row.topic}: {row.n_items} item") for line in lines)


def test_columns_stand_below_their_heads(content):
    lines = _text(content).splitlines()
    for line in lines:
        if line.startswith("topic_"):
            assert line[lines[0].index("items") + 5] == " "
            assert line[lines[0].index("items") + 4].isdigit()
            assert line[lines[0].index("NPMI") + 3].isdigit()
            assert line[lines[0].index("closest") - 1] == " "


def test_what_is_missing_is_a_dash_and_what_covers_all_is_said(content):
    bare = dict(content)
    bare["measures"] = content["measures"].assign(
        **{name: float("nan") for name in ("stability", "stability_low", "coherence", "share_low")},
        theme="",
        name="長い名前" * 40,
    )
    bare["uncovered_themes"] = content["uncovered_themes"].head(0)
    bare["uncovered_topics"] = content["uncovered_topics"].head(0)
    text = _text(bare)
    assert "nan" not in text
    assert max(map(display_width, text.splitlines())) <= 100
    assert "Every theme has a topic with an F1 of 0.3 or more." in text
    assert "Of every topic's items 50% or more have one theme in common." in text


def test_a_theme_without_items_and_a_topic_without_theme(content):
    bare = dict(content)
    bare["uncovered_themes"] = (
        content["uncovered_themes"]
        .head(1)
        .assign(theme="x", n_items=0, topic="", reason="no_items")
    )
    bare["uncovered_topics"] = (
        content["uncovered_topics"]
        .head(1)
        .assign(topic="topic_02", n_items=1, theme="", reason="no_theme")
    )
    lines = _text(bare).splitlines()
    assert "Themes without items (1): x" in lines
    assert "  topic_02: 1 item, no_theme" in lines


def test_json_has_all_tables(run, content):
    found = json.loads(run(*FEW, "--format", "json").out)
    tables = {name for name, value in content.items() if isinstance(value, pd.DataFrame)}
    for name in tables - {"items", "vocabulary", "weights"}:
        assert len(found[name]) == len(content[name]), name
    assert found["measures"][0]["name"] == content["measures"]["name"][0]
    assert found["manifest"]["settings"]["n_topics"] == 4
    assert found["n_texts"] == content["n_texts"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_rows_have_names_terms_and_reasons(run, content, form):
    out = run(*FEW, "--format", form).out
    read = csv.DictReader(io.StringIO(out.removeprefix("\ufeff")))
    rows = list(read) if form == "csv" else [json.loads(line) for line in out.splitlines()]
    assert [row["name"] for row in rows] == content["measures"]["name"].tolist()
    assert all(row["terms"].count("、") == 9 for row in rows)
    reasons = content["uncovered_topics"].set_index("topic")["reason"].to_dict()
    assert {row["topic"]: row["uncovered"] for row in rows if row["uncovered"]} == reasons


def test_map_and_model_are_written_beside(run, content, tmp_path):
    page, model = tmp_path / "map.html", tmp_path / "model.ciotopics"
    shown = run(*FEW, "--save-map", page, "--save", model, "--format", "csv")
    assert shown.code == 0
    assert shown.out.startswith("topic,")
    text = page.read_text("utf-8")
    assert text.count("<circle") == 4
    assert (tmp_path / "map.html.manifest.json").exists()
    titles = read_example().items.set_index("item_id")["title"]
    again = topic_weights(read_model(model), titles)
    pd.testing.assert_frame_equal(again, content["weights"].loc[again.index], check_exact=True)


def test_same_input_same_bytes_wherever_they_are_written(run, tmp_path):
    files = {}
    for folder in ("one", "two"):
        place = tmp_path / folder
        place.mkdir()
        written = ("--save-map", place / "map.html", "--save", place / "model")
        run(*FEW, *written, "-o", place / "topics.json", "--format", "json")
        files[folder] = {f.name: f.read_bytes() for f in (tmp_path / folder).iterdir()}
    assert files["one"] == files["two"]
    assert set(files["one"]) >= {"map.html", "model", "topics.json"}


@pytest.mark.parametrize("option", ["--save-map", "--save"])
def test_a_place_that_cannot_be_written(run, tmp_path, option):
    (tmp_path / "file").write_text("a file, not a folder", "utf-8")
    shown = run(*FEW, option, tmp_path / "file" / "below")
    assert shown.code != 0
    assert shown.out == ""  # nothing half-said
    assert "cannot write" in shown.err


def test_too_few_items(run):
    shown = run("topics", "--since", "2002-01-01", "--until", "2002-12-31", "--topics", "200")
    assert shown.code == 2
    assert "5 items were pooled to 3 texts: no term is left" in shown.err
    assert "まとめ方を変えて" in shown.err
    assert shown.out == ""


def test_an_unknown_model(run):
    shown = run("topics", "--model", "lsa")
    assert shown.code == 2
    assert "gibbs" in shown.err  # the models that exist are listed
