"""The command ``cio-topics sweep``."""

from __future__ import annotations

import csv
import io
import json
import sys
import time

import pytest

from cio_topics.cli import sweep as command
from cio_topics.cli.output import timed_progress
from cio_topics.cli.sweep import numbers
from cio_topics.corpus import read_example
from cio_topics.topics import pool_titles
from cio_topics.topics import sweep as room
from cio_topics.topics.sweep import recommend_topics, summarize_sweep, sweep_topics

AGENDA = read_example().agenda()
SMALL = ("--numbers", "3,5", "--seeds", "2", "--folds", "4")


@pytest.fixture(scope="module")
def table():
    return sweep_topics(
        "nmf", pool_titles(AGENDA, "meeting"), numbers=[3, 5], seeds=[0, 1], n_folds=4
    )


def test_the_lists_are_those_of_the_room():
    assert (command.METRICS, command.COMBINED) == (room.METRICS, room.COMBINED)
    default = next(option for option in command.sweep.params if option.name == "tried").default
    assert tuple(numbers(default)) == room.NUMBERS


def test_a_terminal_shows_a_row_a_number_and_the_reason(run, table):
    shown = run("sweep", *SMALL)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].split() == ["n_topics", "coherence", "stability", "held_out", "diversity"]
    assert [line.split()[0] for line in lines[1:3]] == ["3", "5"]
    first = summarize_sweep(table).iloc[0]
    assert f"{first['mean']:.3f} [{first['low']:.3f}, {first['high']:.3f}]" in lines[1]
    found = recommend_topics(table)
    assert lines[-2:] == [found.reason, found.reason_ja]
    assert "Mean over 2 seeds" in shown.out


def test_csv_has_the_means_and_says_the_reason_aside(run, table):
    shown = run("sweep", *SMALL, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    expected = summarize_sweep(table)
    assert list(rows[0]) == list(expected.columns)
    assert [float(row["mean"]) for row in rows] == pytest.approx(expected["mean"].tolist())
    assert shown.err.splitlines()[0] == recommend_topics(table).reason


def test_json_has_all_of_it_and_a_file_its_manifest(run, tmp_path, table):
    target = tmp_path / "sweep.json"
    words = (*SMALL, "--by", "stability", "-j", "2", "--format", "json", "-o", target)
    shown = run("sweep", *words)
    assert (shown.code, shown.out, shown.err) == (0, "", "")
    content = json.loads(target.read_text("utf-8"))
    found = recommend_topics(table, metrics=["stability"])
    assert (content["recommended"], content["reason"]) == (found.n_topics, found.reason)
    assert [row["value"] for row in content["values"]] == pytest.approx(table["value"].tolist())
    assert [row["metric"] for row in content["evidence"]] == list(room.METRICS)
    assert content["evidence"][0]["within"] == list(found.evidence["within"][0])
    manifest = json.loads((tmp_path / "sweep.json.manifest.json").read_text("utf-8"))
    assert manifest == content["manifest"]
    assert manifest["settings"] == {
        **{"model": "nmf", "numbers": [3, 5], "seeds": 2, "seed": 0, "folds": 4},
        **{"by": ["stability"], "pool": "meeting", "conditions": "", "recommended": found.n_topics},
    }


def test_titles_alone_are_held_out_by_meeting(run):
    shown = run("sweep", *SMALL, "--pool", "item", "--format", "csv", "--seed", "4")
    expected = summarize_sweep(
        sweep_topics(
            "mixture",  # what titles alone are for
            AGENDA["title"],
            numbers=[3, 5],
            seeds=[4, 5],
            n_folds=4,
            groups=AGENDA["meeting_id"],
        )
    )
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    assert [float(row["mean"]) for row in rows] == pytest.approx(expected["mean"].tolist())


def test_a_terminal_is_told_how_long_it_may_take(monkeypatch, capsys):
    moments = iter([100.0, 104.0, 120.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = timed_progress("fits")
    progress(1, 6)
    progress(5, 6)
    shown = capsys.readouterr().err.split("\r\x1b[K")
    assert shown[1:] == ["1 of 6 fits, about 20 s left …", "5 of 6 fits, about 4 s left …"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4,8", [4, 8]),
        ("8, 4,8", [4, 8]),
        ("4-10:2", [4, 6, 8, 10]),
        ("4-9:2", [4, 6, 8]),  # an end that no step meets is left out
        ("2-4", [2, 3, 4]),
        ("5-5", [5]),
        ("4-8:2,20", [4, 6, 8, 20]),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--numbers", "4-"], 2, "got '4-', expected numbers of topics as 4,8,12 or 4-20:2"),
        (["--numbers", ""], 2, "got '', expected numbers of topics"),
        (["--numbers", "1-4"], 2, "got '1-4', expected numbers from 2 to 1000"),
        (
            ["--numbers", "8-4"],
            2,
            "got '8-4', expected numbers from 2 to 1000, the lower one first",
        ),
        (["--numbers", "4-8:0"], 2, "got '4-8:0'"),
        (["--numbers", "4,1001"], 2, "got '1001'"),
        (["--numbers", "4"], 2, "numbers of topics are [4]; expected at least two"),
        (
            ["--numbers", "4,200"],
            2,
            "163 texts, of which 130 are fitted at a time, with 257 terms are too few for 200",
        ),
        (["--numbers", "4,140"], 2, "Sweep up to 130 topics"),
        (["--seeds", "1"], 2, "1 is not in the range"),
        (["--folds", "200"], 2, "n_folds is 200; expected 2 to 163"),
        (["--by", "perplexity"], 2, "'perplexity' is not one of"),
        (["-j", "0"], 2, "0 is not in the range"),
        (["--since", "2030-01-01"], 2, "no item that meets the conditions"),
        (["no-such-folder"], 3, "no-such-folder"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    shown = run("sweep", *words, "-o", "x.txt")
    assert (shown.code, shown.out) == (code, ""), shown.err
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_leaves_nothing(run, tmp_path, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "timed_progress", lambda what: stop)
    shown = run("sweep", *SMALL, "-o", tmp_path / "x.txt")
    assert (shown.code, shown.out) == (130, "")
    assert shown.err.splitlines()[-1] == "cio-topics: interrupted; nothing is left half-written."
    assert list(tmp_path.iterdir()) == []
