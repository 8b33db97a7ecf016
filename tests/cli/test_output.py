"""Text tables and the command that repeats a result."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest

from cio_topics.cli.output import command_line, json_text, records, show_count, steps, table_text
from cio_topics.data import embedded_folder


def test_table_text_aligns_japanese_by_its_width():
    table = pd.DataFrame({"t": ["甲乙", "abc"], "n": [1, 20], "x": ["a", "b"]})
    assert table_text(table) == "t      n  x\n甲乙   1  a\nabc   20  b\n"


def test_table_text_of_nothing_says_so():
    assert table_text(pd.DataFrame({"t": []})) == "(no rows)\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["track", "-o", "x.csv", "--by", "year"], "cio-topics track --by year"),
        (["track", "--output=x.csv"], "cio-topics track"),
        (["track", "-ox.csv"], "cio-topics track"),
        (
            ["topics", "--save", "m", "--save-map=x.html", "--topics", "4"],
            "cio-topics topics --topics 4",
        ),
        (["ingest", "x.csv", "--map", "title=議題"], "cio-topics ingest x.csv --map 'title=議題'"),
        (["--debug", "report", "--body", "IT 本部"], "cio-topics report --body 'IT 本部'"),
    ],
)
def test_command_line_leaves_out_where_it_writes(monkeypatch, words, expected):
    monkeypatch.setattr("sys.argv", ["cio-topics", *words])
    assert command_line() == expected


def test_records_are_plain_values():
    table = pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [0.5, float("nan")]})
    assert records(table) == [{"a": 1, "b": 0.5}, {"a": None, "b": None}]


def test_what_is_infinite_is_no_number_of_json():
    given = records(pd.DataFrame({"a": [float("inf"), float("-inf"), 1.5]}))
    assert json.loads(json_text(given)) == [{"a": "inf"}, {"a": "-inf"}, {"a": 1.5}]


def test_steps_are_shown_on_a_terminal_only(capsys, monkeypatch):
    steps(["a"])("a")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    progress = steps(["a", "b"])
    progress("b")
    assert "[2/2] b" in capsys.readouterr().err


def test_counts_are_shown_on_a_terminal_only(capsys, monkeypatch):
    show_count(10_000, "titles")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    show_count(10_000, "titles")
    assert "10,000 titles" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mred", "a\\x1b[31mred"),  # would colour the terminal
        ("one\rtwo\n", "one\\rtwo\\n"),
        ("\u202eabc", "\\u202eabc"),  # would turn the line
        ("電子政府", "電子政府"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(text, shown):
    assert table_text(pd.DataFrame({"t": [text]})).splitlines()[1] == shown


class TestCheckOutput:
    """What a command reads, or has written, is not written over."""

    TITLES = "題名は試験用です\n電子政府の推進\n"  # invented

    def test_a_file_that_is_read(self, run, tmp_path):
        titles = tmp_path / "titles.txt"
        titles.write_text(self.TITLES, "utf-8")
        (tmp_path / "x").mkdir()
        place = tmp_path / "x" / ".." / "titles.txt"
        refused = run("tokens", "--from", titles, "-o", place)
        assert refused.code == 2
        assert "is read by this command; it would be written over" in refused.err
        assert "別のファイル名" in refused.err
        assert titles.read_text("utf-8") == self.TITLES

    @pytest.mark.parametrize(
        ("option", "content"), [("--stop-words", "状況\n"), ("--lexicon", 'version = "1"\n')]
    )
    def test_a_file_of_an_option(self, run, tmp_path, option, content):
        words = tmp_path / "words"
        words.write_text(content, "utf-8")
        refused = run("tokens", option, words, "-o", words, "電子政府")
        assert "is read by this command" in refused.err
        assert words.read_text("utf-8") == content

    def test_a_link_to_what_is_read(self, run, tmp_path):
        titles, link = tmp_path / "titles.txt", tmp_path / "link.txt"
        titles.write_text(self.TITLES, "utf-8")
        link.symlink_to(titles)
        assert run("tokens", "--from", titles, "-o", link).code == 2
        assert titles.read_text("utf-8") == self.TITLES

    def test_a_table_of_the_corpus(self, run, tmp_path):
        folder = tmp_path / "corpus"
        shutil.copytree(embedded_folder(), folder)
        place = folder / "items.csv"
        before = place.read_bytes()
        refused = run("track", folder, "--format", "csv", "-o", place)
        assert (refused.code, place.read_bytes()) == (2, before)
        shown = run("track", folder, "--format", "csv", "-o", folder / "shares.csv")
        assert (shown.code, place.read_bytes()) == (0, before)

    def test_two_results_in_one_file(self, run, tmp_path):
        place = tmp_path / "both.html"
        refused = run(
            *("topics", "--topics", "4", "--pool", "item", "--save-map", place), "-o", place
        )
        assert refused.code == 2
        assert "is given for two results. Give each a name of its own." in refused.err

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such file")
    def test_a_device_takes_any_number(self, run):
        for words in (["track"], ["tokens", "電子政府"]):  # a table, and lines as they come
            shown = run(*words, "--format", "csv", "-o", "/dev/null")
            assert (shown.code, shown.out) == (0, "")
            assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
            assert not Path("/dev/null.manifest.json").exists()
