"""The command ``cio-topics life``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.cli.life import life
from cio_topics.cli.main import cli


@pytest.fixture
def run_life(run, monkeypatch):
    monkeypatch.setitem(cli.commands, "life", life)
    return lambda *words: run("life", *words)


def test_spans_on_the_terminal(run_life):
    shown = run_life("--lang", "en")
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].split() == [
        *("draft", "decided", "days", "circulated", "state", "edition", "document")
    ]
    (drafted,) = [line for line in lines if line.startswith("2013-06-25")]
    assert drafted.split()[:5] == ["2013-06-25", "2013-06-25", "0", "no", "decided"]
    assert "22 decisions and revisions: a draft is seen for 1" in lines[-1]
    assert "No decision is known of 5 more documents" in lines[-1]


def test_states_in_japanese(run_life):
    shown = run_life("--what", "states")
    assert shown.out.startswith("日付")
    assert "改定の付議" in shown.out
    assert "文書13件、リンク29件" in shown.out


@pytest.mark.parametrize("what", ["spans", "states"])
def test_formats_agree(run_life, what):
    rows = list(csv.DictReader(io.StringIO(run_life("--what", what, "--format", "csv").out)))
    found = json.loads(run_life("--what", what, "--format", "json").out)
    lines = run_life("--what", what, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == found["rows"]
    assert [row["document"] for row in rows] == [row["document"] for row in found["rows"]]
    assert found["manifest"]["settings"]["what"] == what


def test_a_file_has_its_manifest_and_is_the_same_twice(run_life, tmp_path):
    for name in ("a.csv", "b.csv"):
        assert run_life("--format", "csv", "-o", tmp_path / name).code == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    manifest = json.loads((tmp_path / "a.csv.manifest.json").read_text("utf-8"))
    assert manifest["command"] == "cio-topics life --format csv"


def test_the_days_bound_the_decisions_too(run_life):
    text = run_life("--until", "2014-01-01", "--what", "states", "--format", "jsonl").out
    rows = [json.loads(line) for line in text.splitlines()]
    assert max(row["date"] for row in rows) <= "2014"
    assert [r["state"] for r in rows if r["name"].startswith("二次利用")] == ["draft", "decided"]


@pytest.mark.parametrize(
    ("lang", "words", "said"),
    [
        ("ja", ("--until", "2003-01-01"), "二つ以上の状態で現れる文書はありません。\n"),
        ("en", ("--until", "2003-01-01"), "No document is seen in two states.\n"),
        ("en", ("--body", "IT戦略本部"), "1 documents are seen in several states, but no decision"),
        ("ja", ("--body", "IT戦略本部"), "--what states で一覧できます。"),
    ],
)
def test_nothing_to_show_is_said(run_life, lang, words, said):
    shown = run_life(*words, "--lang", lang)
    assert shown.code == 0
    assert said in shown.out


def test_nothing_to_show_as_csv_is_a_header(run_life):
    assert run_life("--until", "2003-01-01", "--format", "csv").out.count("\n") == 1


def test_a_range_of_days(run_life, tmp_path):
    # invented
    (tmp_path / "meetings.csv").write_text(
        "meeting_id,body,date,date_precision\nm1,甲会議,2006-07,month\nm2,甲会議,2006-08-31,day\n",
        encoding="utf-8",
    )
    (tmp_path / "items.csv").write_text(
        "item_id,meeting_id,title,status\na1,m1,情報推進計画(案),案\na2,m2,情報推進計画,決定\n",
        encoding="utf-8",
    )
    assert "2006-07  2006-08-31  31-61  ?" in run_life(tmp_path, "--lang", "en").out


def test_a_day_that_is_none(run_life):
    shown = run_life("--since", "2006")
    assert shown.code == 2
    assert "since is '2006'" in shown.err
