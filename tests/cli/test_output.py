"""Text tables and the command that repeats a result."""

from __future__ import annotations

import pandas as pd
import pytest

from cio_topics.cli.output import command_line, records, show_count, steps, table_text


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
