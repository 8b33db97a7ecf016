"""Tables given to ``cio-topics ingest``: columns, constants, a look before writing."""

from __future__ import annotations

import pytest

from cio_topics.corpus import read_corpus

# Invented.
TABLE = "回,開催日,件名,議題\n9,平成21年9月1日,調達の改善,甲\n"


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file


def test_constants_stand_beside_columns(run, table, tmp_path):
    words = ("--map", "title=件名", "--value", "body=試験会議", "--value", "place=合同=庁舎")
    made = run("ingest", table, "-o", tmp_path / "corpus", *words)
    assert (made.code, made.err) == (0, "")
    corpus = read_corpus(tmp_path / "corpus")
    assert corpus.meetings[["body", "number", "place"]].values.tolist() == [
        ["試験会議", 9, "合同=庁舎"]
    ]
    assert corpus.items["title"].tolist() == ["調達の改善"]


def test_the_look_prints_constants_in_the_mapping_to_keep(run, table):
    seen = run("ingest", table, "--dry-run", "--map", "title=件名", "--value", "body=試験会議")
    assert (seen.code, seen.err) == (0, "")
    assert '[values]\nbody = "試験会議"\n' in seen.out


def test_without_a_body_the_look_says_how_to_give_it(run, table):
    seen = run("ingest", table, "--dry-run")
    assert "give --map body=COLUMN or --value body=TEXT" in seen.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--value", "試験会議"], "'試験会議' is no mapping; expected field=TEXT"),
        (["--value", "title=甲"], "unknown field 'title' under values"),
        (["--value", "body=甲", "--map", "body=回"], "body stands under columns and under values"),
    ],
)
def test_constants_that_are_refused(run, table, words, said):
    refused = run("ingest", table, "--dry-run", *words)
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.parametrize(("n_bad", "more"), [(20, ""), (21, "and 1 more"), (1_025, "and 1,005")])
def test_the_look_counts_problems_beyond_twenty(run, tmp_path, n_bad, more):
    rows = "".join(f"7/1,件{k}\n" for k in range(n_bad))
    file = tmp_path / "bad.csv"
    file.write_text("開催日,議題\n2009-07-01,甲\n" + rows, encoding="utf-8")
    seen = run("ingest", file, "--dry-run", "--value", "body=試験会議")
    assert seen.code == 0
    assert seen.out.count("expected a date as") == 20
    assert ("more problems" in seen.out) == bool(more)
    assert more in seen.out


def test_the_help_explains_constants(run):
    text = " ".join(run("ingest", "--help").out.split())
    assert "--value FIELD=TEXT" in text
    assert "no column holds" in text


def test_rows_of_one_number_are_one_meeting(run, tmp_path):
    """A date that a merged cell left blank is that of the rows with the same body and number."""
    rows = "会議名,回,開催日,議題\n試験会議,第1回,2009-07-01,計画\n試験会議,第1回,,調達\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    assert run("ingest", tmp_path / "t.csv", "-o", tmp_path / "c").code == 0
    corpus = read_corpus(tmp_path / "c")
    assert corpus.meetings["date"].tolist() == ["2009-07-01"]
    assert len(corpus) == 2
