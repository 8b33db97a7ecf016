"""The command ``cio-topics activity``."""

from __future__ import annotations

import json

import pytest


def test_rates_on_the_terminal(run):
    shown = run(
        "activity",
        "--body",
        "各府省情報化統括責任者(CIO)連絡会議",
        "--by",
        "government",
        "--lang",
        "en",
    )
    assert (shown.code, shown.err) == (0, "")
    assert "Activity of meetings by government" in shown.out
    assert "53 [39.7–69.3]" in shown.out
    assert (
        "Of 61 meetings, 2 of unknown period are in no rate, and 41 of unknown format" in shown.out
    )
    assert "(2002-11-01 to 2020-03-31)" in shown.out


def test_the_case_study_in_japanese(run):
    shown = run("activity", "--case-study")
    assert shown.code == 0
    (row,) = [line for line in shown.out.splitlines() if line.startswith("持ち回り以外")]
    assert "5.00 [1.44, 21.84]" in row
    assert "出典: 本田 (2019) 表1" in shown.out


def test_a_comparison_as_data(run, tmp_path):
    target = tmp_path / "ratio.json"
    words = ["--period", "a=2005..2008", "--period", "b=2009..", "--compare", "a", "b"]
    shown = run("activity", *words, "--format", "json", "-o", target)
    assert (shown.code, shown.out) == (0, "")
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["manifest"]["settings"]["by"] == ["a=2005..2008", "b=2009.."]
    assert [row["kind"] for row in found["rows"]] == ["all", "circulated", "not_circulated"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--case-study", "--since", "2009-01-01"], 2, "--case-study reads table 1 alone"),
        (["--compare", "2009", "1850"], 2, "unknown period '1850'; expected one of: 2000, 2001"),
        (["--compare", "2009"], 2, "requires 2 arguments"),
        (["--by", "format", "--compare", "joint", "circulated"], 2, "unknown period 'format'"),
        (["--format", "xlsx"], 2, "xlsx cannot be printed"),
    ],
)
def test_refused(run, words, code, message):
    shown = run("activity", *words)
    assert shown.code == code
    assert message in shown.err
