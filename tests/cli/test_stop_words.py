"""The command ``cio-topics stop-words``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.cli.main import cli
from cio_topics.cli.stop_words import stop_words


@pytest.fixture
def run_list(run, monkeypatch):
    monkeypatch.setitem(cli.commands, "stop-words", stop_words)
    return lambda *words: run("stop-words", *words)


def test_the_table_says_rule_effects_and_what_to_do(run_list):
    shown = run_list("--lang", "en")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    (line,) = [line for line in lines if line.startswith("状況")]
    assert line.split() == [
        *("状況", "yes", "rule", "17", "5.5", "[3.5–8.7]", "11", "1.00"),
        *("32", "14", "0", "-5", "検討状況", "→", "検討"),
    ]
    assert (
        "Rule: 10 items or more, share 4 % or more, entropy 0.9 or more. 8 words of 307 items and "
        "28 bodies meet it." in lines
    )
    assert any(
        line.startswith("All 7 new words together (デジタル 推進 方針 取組 検討 状況 実現): 231 ")
        for line in lines
    )
    assert "上記" not in shown.out  # no title has it
    assert "listed words that no title has" in shown.out
    assert "--stop-words stop_words.csv" in lines[-1]


def test_in_japanese(run_list):
    shown = run_list()
    assert shown.out.split()[:4] == ["語", "採否", "理由", "項目数"]
    assert "新しい7語(デジタル 推進 方針 取組 検討 状況 実現)" in shown.out


def test_a_file_is_written_edited_and_used(run, run_list, tmp_path):
    file = tmp_path / "stop_words.csv"
    assert run_list("-o", file).code == 0  # csv by its name
    text = file.read_text("utf-8")
    assert text.startswith("word,keep,reason,n_items,share,")
    assert "上記,yes,hand,0," in text  # the whole list is there
    file.write_text(text.replace("デジタル,yes", "デジタル,no"), "utf-8")
    rows = list(csv.DictReader(io.StringIO(run_list("--stop-words", file, "--format", "csv").out)))
    reasons = {row["word"]: row["reason"] for row in rows}
    assert (reasons["状況"], reasons["デジタル"]) == ("hand", "rule")
    manifest = json.loads((tmp_path / "stop_words.csv.manifest.json").read_text("utf-8"))
    assert manifest["command"] == "cio-topics stop-words"
    assert manifest["settings"]["min_entropy"] == 0.9
    assert manifest["tokenizer"]["stop_words"] == "lexicon"


@pytest.mark.parametrize(("name", "begins"), [("a.txt", "語"), ("a.csv", "語")])
def test_a_format_that_is_asked_for_is_given(run_list, tmp_path, name, begins):
    assert run_list("--format", "table", "-o", tmp_path / name).code == 0
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_formats_agree(run_list):
    options = ("--min-share", "0.1")
    rows = list(csv.DictReader(io.StringIO(run_list(*options, "--format", "csv").out)))
    found = json.loads(run_list(*options, "--format", "json").out)
    lines = run_list(*options, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == found["rows"]
    assert [row["word"] for row in found["rows"]] == [row["word"] for row in rows]
    missing = [row["entropy"] for row in found["rows"] if row["n_items"] == 0]
    assert set(missing) == {None}


def test_no_new_word_is_said(run_list):
    assert "No word is new." in run_list("--min-share", "1", "--lang", "en").out
    assert "新しく加わる語はありません。" in run_list("--min-share", "1").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--body", "IT戦略本部"), "the items are of 1 body; expected 5 or more."),
        (("--min-share", "4"), "4.0 is not in the range 0<=x<=1"),
        (("--min-entropy", "high"), "'high' is not a valid float range"),
    ],
)
def test_refusals(run_list, words, said):
    shown = run_list(*words)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_a_bad_list_is_refused_with_its_line(run_list, tmp_path):
    (tmp_path / "s.csv").write_text("word,keep\n状況,maybe\n", "utf-8")
    shown = run_list("--stop-words", tmp_path / "s.csv")
    assert (shown.code, shown.out) == (3, "")
    assert "s.csv:2: keep: got 'maybe', expected yes or no" in shown.err


def test_defaults_are_those_of_the_room():
    import inspect

    from cio_topics.terms.stop_words import stop_word_candidates

    owned = inspect.signature(stop_word_candidates).parameters
    for option in stop_words.params:
        if option.name in ("min_share", "min_entropy"):
            assert option.default == owned[option.name].default
