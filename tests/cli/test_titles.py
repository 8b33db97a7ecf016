"""Titles are read a chunk at a time."""

from __future__ import annotations

import pytest

from cio_topics.cli import titles
from cio_topics.errors import CorpusError


def test_chunks_keep_order_and_bound_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(titles, "CHUNK", 3)
    (tmp_path / "t.txt").write_text("".join(f"題{n}\n" for n in range(8)), "utf-8")
    tables = list(titles.read_titles((), tmp_path / "t.txt", None))
    assert [len(table) for table in tables] == [3, 3, 2]
    assert [t for table in tables for t in table["title"]] == [f"題{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"title":"甲","body":"試験会議","extra":1}', {"title": "甲", "body": "試験会議"}),
        ('{"title":"甲","date":2015}', {"title": "甲", "date": "2015"}),  # a number, not a text
    ],
)
def test_context_columns_of_jsonl(tmp_path, row, expected):
    (tmp_path / "t.jsonl").write_text(row + "\n", "utf-8")
    (table,) = titles.read_titles((), tmp_path / "t.jsonl", None)
    assert table.to_dict("records") == [expected]


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"title":"甲","item_id":"a"}\nno JSON\n', "utf-8")
    rows = titles.iterate_titles((), tmp_path / "t.jsonl", None)
    assert next(rows) == {"item_id": "a", "title": "甲"}
    with pytest.raises(CorpusError, match="line 2"):
        next(rows)
