"""Rows are written as they come, as other commands write their tables."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.cli import rows
from cio_topics.cli.output import table_text
from cio_topics.errors import OutputError
from cio_topics.files import guard_formula, guard_formulas

RISKY = st.text(st.sampled_from("'=+-@＝＠\t\r計a"), max_size=4)


@given(st.one_of(RISKY, st.text()))
def test_formulas_are_guarded_as_in_tables(text):
    assert guard_formula(text) == guard_formulas(pd.Series([text], dtype="str")).iloc[0]


def written(output_format: str, n: int) -> str:
    made = ({"n": k, "title": f"計画{k}", "terms": ["計画", str(k)]} for k in range(n))
    return "".join(rows.row_texts(made, ["n", "title", "terms"], output_format, {"command": "x"}))


@pytest.mark.parametrize("n", [0, 1, 3, 4, 8])  # around the size of a chunk
def test_every_format_has_all_rows(monkeypatch, n):
    monkeypatch.setattr(rows, "CHUNK", 4)
    expected = [{"n": k, "title": f"計画{k}", "terms": ["計画", str(k)]} for k in range(n)]
    assert json.loads(written("json", n)) == {"manifest": {"command": "x"}, "rows": expected}
    assert [json.loads(line) for line in written("jsonl", n).splitlines()] == expected
    flat = [[str(row["n"]), row["title"], " ".join(row["terms"])] for row in expected]
    assert list(csv.reader(io.StringIO(written("csv", n)))) == [["n", "title", "terms"], *flat]
    header = [["n", "title", "terms"]] if n else []
    lines = written("table", n).splitlines() if n else []
    assert [line.split(maxsplit=2) for line in lines] == header + flat


def test_a_table_looks_like_those_of_other_commands():
    table = pd.DataFrame({"t": ["甲乙", "abc"], "n": [1, 20], "x": ["a", "b"]})
    made = "".join(rows.row_texts(table.to_dict("records"), ["t", "n", "x"], "table", {}))
    assert made == table_text(table)
    assert "".join(rows.row_texts([], ["t"], "table", {})) == table_text(pd.DataFrame({"t": []}))


def test_a_fault_leaves_the_file_as_it_was(tmp_path):
    def texts():
        yield "new"
        raise OutputError("a fault")

    target = tmp_path / "t.csv"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(OutputError, match="a fault"):
        rows.write_texts(texts(), target, {})
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert target.read_text("utf-8") == "old"


def test_a_folder_is_made_and_the_manifest_stands_beside(tmp_path):
    rows.write_texts(["a\n", "b\n"], tmp_path / "new" / "t.csv", {"command": "x"})
    assert (tmp_path / "new" / "t.csv").read_bytes() == b"a\nb\n"
    manifest = (tmp_path / "new" / "t.csv.manifest.json").read_text("utf-8")
    assert json.loads(manifest) == {"command": "x"}


def test_a_place_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match="is a folder there"):
        rows.write_texts(["a"], tmp_path / "out", {})
