"""The command ``cio-topics terms``."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.corpus import read_example
from cio_topics.terms.scores import score_terms
from cio_topics.terms.table import term_table

CORPUS = read_example()
AGENDA = CORPUS.agenda()
EARLY, LATE = "year=2002-2006", "year=2013-2018"
COMPARE = ("--compare", EARLY, LATE)


def rows(output_format: str, text: str) -> list[dict]:
    if output_format == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    if output_format == "json":
        return json.loads(text)["rows"]
    return [json.loads(line) for line in text.splitlines()]


# --- the table of terms ---------------------------------------------------------------------


@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl"])
def test_every_term_is_written_as_the_room_counts_it(run, output_format):
    shown = rows(output_format, run("terms", "--format", output_format).out)
    expected = term_table(AGENDA)
    assert [row["term"] for row in shown] == expected["term"].tolist()
    assert list(shown[0]) == list(expected.columns)
    assert [int(row["n_items"]) for row in shown] == expected["n_items"].tolist()
    assert [row["examples"] for row in shown] == expected["examples"].tolist()


@pytest.mark.parametrize(
    ("lang", "header", "count", "base"),
    [
        ("ja", "語", "605語のうち30語。", "割合の分母は307項目。"),
        ("en", "term", "30 of 605 terms.", "Shares are of 307 items;"),
    ],
)
def test_a_terminal_shows_thirty_and_says_of_how_many(run, lang, header, count, base):
    shown = run("terms", "--lang", lang)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].startswith(header)
    assert lines[31] == count
    assert lines[32].startswith(base)
    assert "18.9 [14.9–23.6]" in lines[1]  # 58 of 307 items


@pytest.mark.parametrize("output_format", ["table", "csv", "jsonl"])
def test_top_cuts_every_format(run, output_format):
    lines = run("terms", "--top", "2", "--format", output_format).out.splitlines()
    shown = [line for line in lines if "計画" in line or "戦略" in line]
    assert len(shown) == 2
    assert not [line for line in lines if "デジタル" in line]


def test_the_filters_and_compounds_are_those_asked_for(run):
    chosen = ("--body", "IT戦略本部", "--until", "2005-12-31")
    words = ("terms", *chosen, "--compounds", "long", "--format", "jsonl")
    shown = {row["term"]: row for row in rows("jsonl", run(*words).out)}
    assert {row["n_items_all"] for row in shown.values()} == {
        len(CORPUS.filter(bodies=["IT戦略本部"], until="2005-12-31").agenda())
    }
    assert "e-Japan重点計画" in shown
    short = run("terms", *chosen, "--compounds", "short", "--format", "jsonl").out
    assert "e-Japan重点計画" not in {row["term"] for row in rows("jsonl", short)}


def test_no_item_is_said_and_is_no_error(run):
    shown = run("terms", "--since", "2030-01-01", "--lang", "en")
    assert shown.code == 0
    assert shown.out.startswith("(no rows)\n0 of 0 terms.\nShares are of 0 items;")
    assert rows("csv", run("terms", "--since", "2030-01-01", "--format", "csv").out) == []


# --- scores ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["flr", "c-value", "npmi"])
def test_methods_are_those_of_the_room(run, method):
    shown = rows("jsonl", run("terms", "--method", method, "--format", "jsonl").out)
    known = method.replace("-", "_")
    expected = score_terms(AGENDA["title"], method=known, ids=AGENDA["item_id"])
    assert [row["term"] for row in shown] == expected["term"].tolist()
    assert [row["score"] for row in shown] == pytest.approx(expected["score"].tolist())
    printed = run("terms", "--method", method, "--top", "1", "--lang", "en").out.splitlines()
    assert printed[0].split() == ["term", "score", "n", "items", "units"]
    assert printed[1].split()[0] == expected["term"][0]


# --- options of the tokenizer ---------------------------------------------------------------


def test_the_tokenizer_is_the_one_asked_for(run, tmp_path):
    (tmp_path / "own.toml").write_text('version = "9"\nnever_split = ["重点計画"]\n', "utf-8")
    (tmp_path / "stop.txt").write_text("計画\n", "utf-8")

    def terms(*words: object) -> set[str]:
        return {row["term"] for row in rows("jsonl", run("terms", *words, "--format", "jsonl").out)}

    usual, stopped = terms(), terms("--stop-words", tmp_path / "stop.txt")
    assert {"計画", "重点計画", "IT"} <= usual
    assert terms("--dictionary", "ipadic") - usual
    # Cut off the ends of compounds too, and the lexicon's own list is gone.
    assert not {"計画", "重点計画"} & stopped
    assert stopped - usual
    assert "情報通信技術" in terms("--lexicon", tmp_path / "own.toml")  # no variant of IT there


# --- files ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "method", "compare"),
    [((), "frequency", []), (COMPARE, "keyness", [EARLY, LATE]), (("--method", "flr"), "flr", [])],
)
def test_a_file_has_its_manifest_beside_it(run, tmp_path, words, method, compare):
    target, own = tmp_path / "t.csv", ("--dictionary", "ipadic", "--compounds", "long")
    shown = run("terms", *words, *own, "--format", "csv", "--since", "2001-01-01", "-o", target)
    assert (shown.code, shown.out) == (0, "")
    manifest = json.loads((tmp_path / "t.csv.manifest.json").read_text("utf-8"))
    assert manifest["settings"]["method"] == method
    assert manifest["settings"]["compare"] == compare
    assert manifest["settings"]["conditions"] == "since=2001-01-01"
    assert manifest["dictionary"].startswith("ipadic ")
    assert manifest["tokenizer"]["compounds"] == "long"


@pytest.mark.parametrize(
    ("words", "name", "begins"),
    [
        ((), "t.svg", b"<svg"),
        (COMPARE, "t.PNG", b"\x89PNG"),
        (("--method", "npmi"), "t.svg", b"<svg"),
    ],
)
def test_a_chart_is_drawn_beside_the_table(run, tmp_path, words, name, begins):
    shown = run("terms", *words, "--top", "5", "--chart", tmp_path / name)
    assert (shown.code, shown.err) == (0, "")
    assert "5 of" in shown.out or "うち5語" in shown.out
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert (tmp_path / f"{name}.manifest.json").exists()


# --- refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--compare", "yeer=2003", LATE], 2, "expected COLUMN=VALUE with a column of: year,"),
        (["--compare", "year=1999", LATE], 2, "no item has year '1999'; the corpus has: 2000,"),
        (["--compare", EARLY, "year=2006"], 2, "10 items stand in both groups"),
        (["--compare", EARLY], 2, "requires 2 arguments"),
        ([*COMPARE, "--method", "flr"], 2, "--method flr together with --compare"),
        ([*COMPARE, "--min-count", "0"], 2, "0 is not in the range"),
        (["--method", "flr", "--compounds", "short"], 2, "which ranks compounds"),
        (["--min-count", "3"], 2, "--min-count without --compare"),
        (["--compare", EARLY, "--top"], 2, "--compare got '--top'; expected two groups"),
        (["--method", "tfidf"], 2, "'tfidf' is not one of"),
        (["--chart", "x.pdf"], 2, "ends in .svg or .png"),
        (["--dictionary", "unidick"], 2, "expected a folder or one of: unidic-lite"),
        (["--lexicon", "no-such-file.toml"], 3, "cannot read the lexicon"),
        (["--since", "2030-01-01", "--chart", "x.svg"], 2, "no term to draw"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    shown = run("terms", *words)
    assert (shown.code, shown.out) == (code, "")
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
