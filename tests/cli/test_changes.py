"""The command ``cio-topics changes``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.cli.changes import CHANGE_TESTS
from cio_topics.tracking import CHANGE_TESTS as OWNED

GOVERNMENTS = ["--by", "government", "--between", "democratic_led", "ldp_led"]
BODIES = ["--by", "body", "--between", "IT戦略本部", "各府省情報化統括責任者(CIO)連絡会議"]


def test_choices_are_those_of_the_room_that_owns_them():
    assert CHANGE_TESTS == OWNED


def test_numbers_on_the_terminal(run):
    shown = run("changes", *GOVERNMENTS, "--theme", "open_data", "--lang", "en")
    assert (shown.code, shown.err) == (0, "")
    assert "Changes of themes by government" in shown.out
    (row,) = [line for line in shown.out.splitlines() if line.startswith("open data")]
    assert "Democratic-led" in row
    assert "cannot tell" in row
    assert "16 items of 5 meetings are in no group" in shown.out
    assert "over the 1 tests (of 1 rows)" in shown.out


def test_statements_have_the_names_of_groups(run):
    shown = run("changes", *GOVERNMENTS, "--theme", "open_data", "--show", "statements")
    assert "判断できない: 民主党中心の政権は22項目(15会議)のうち2" in shown.out
    assert "検出力80%に必要な会議数" in shown.out


def test_bodies_are_higher_or_lower(run):
    numbers = run("changes", *BODIES)
    sentences = run("changes", *BODIES, "--show", "statements", "--lang", "en")
    assert "後者が高い" in numbers.out
    assert "Higher in 各府省情報化統括責任者(CIO)連絡会議: 0 of 62 items" in sentences.out


def test_data_hold_every_column_and_a_manifest_says_how(run, tmp_path):
    target = tmp_path / "changes.csv"
    words = ["--period", "a=2003..2008", "--period", "b=2013..2018", "--margin", "20"]
    assert run("changes", *words, "--format", "csv", "-o", target).code == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert len(rows) == 15
    assert rows[0]["before"] == "a"
    assert rows[0]["statement_en"]
    (manifest,) = [p for p in tmp_path.iterdir() if p != target]
    made = json.loads(manifest.read_text("utf-8"))["settings"]
    assert made["margin"] == 20
    assert made["by"] == ["a=2003..2008", "b=2013..2018"]


@pytest.mark.parametrize(
    ("output_format", "show"),
    [("markdown", "numbers"), ("latex", "statements"), ("word", "statements"), ("html", "numbers")],
)
def test_every_format_of_print(run, output_format, show):
    shown = run("changes", *GOVERNMENTS, "--format", output_format, "--show", show)
    assert shown.code == 0
    assert "Benjamini–Hochberg" in shown.out


def test_one_period_is_no_comparison(run):
    shown = run("changes", "--period", "a=1900..1901", "--lang", "en")
    assert shown.code == 0
    assert "No two periods with items: nothing to compare." in shown.out
    assert "307 items of 163 meetings are in no group of period" in shown.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "format"], "format has no order of time"),
        (["--by", "government", "--between", "ldp", "x"], "unknown period 'ldp'"),
        (["--by", "government", "--between", "ldp", "x"], "このうちの一つを選ぶか"),
        (["--test", "fisher"], "--unit meetings"),
        (["--margin", "0"], "--margin"),
        (["--within", "body", "--test", "model"], "expected permutation"),
        (["--period", "a=2003..2005", "--period", "b=2004..2008"], "overlap"),
    ],
)
def test_bad_words_are_refused(run, words, said):
    shown = run("changes", *words)
    assert shown.code == 2
    assert said in shown.err
