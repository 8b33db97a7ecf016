"""The command ``cio-topics replicate``."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from cio_topics.corpus import write_corpus
from tests.case_study.complete import complete_tables


@pytest.fixture(scope="module")
def complete(tmp_path_factory):
    folder = tmp_path_factory.mktemp("complete") / "corpus"
    write_corpus(complete_tables().corpus(), folder)
    return folder


def test_a_short_list(run):
    shown = run("replicate", "--lang", "en")
    assert (shown.code, shown.err) == (0, "")
    assert "2 confirmed, 0 contradicted, 23 not decidable, of 25." in shown.out
    (row,) = [line for line in shown.out.splitlines() if "meetings from 2002-11" in line]
    assert row.startswith("not decidable")
    assert "at least 77" in row


def test_a_list_as_data_in_a_file(run, complete, tmp_path):
    target = tmp_path / "verdicts.json"
    shown = run("replicate", complete, "--format", "json", "-o", target)
    assert (shown.code, shown.out) == (0, "")
    rows = json.loads(target.read_text("utf-8"))["rows"]
    assert [row["verdict"] for row in rows].count("confirmed") == 24
    assert rows[0]["found_high"] == 81


def test_a_folder_twice_the_same(run, complete, tmp_path):
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        shown = run("replicate", complete, "-o", folder, "--lang", "en")
        assert (shown.code, shown.out.strip()) == (0, str(folder / "replication.html"))
    names = sorted(file.name for file in folders[0].iterdir())
    assert names == sorted(
        [
            *("README.md", "estimates.csv", "evidence.csv", "internal.csv", "manifest.json"),
            *("replication.html", "table1.csv", "verdicts.csv"),
        ]
    )
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    manifest = json.loads((folders[0] / "manifest.json").read_text("utf-8"))
    assert manifest["settings"]["seed"] == 0
    assert manifest["facts"]["bases"]["independent"]["complete"]
    evidence = pd.read_csv(folders[0] / "evidence.csv")
    assert evidence["claim_id"].nunique() >= 20


def test_a_corpus_without_the_body_says_what_to_do(run, tmp_path):
    agenda = tmp_path / "agenda.csv"
    agenda.write_text("item_id,body,date,title\na1,甲会議,2009-07-01,電子政府\n", "utf-8")
    shown = run("replicate", agenda)
    assert shown.code == 2
    assert "found: 甲会議" in shown.err
    assert "--body" in shown.err
    named = run("replicate", agenda, "--body", "甲会議", "--lang", "en")
    assert "0 confirmed, 0 contradicted, 25 not decidable" in named.out


def test_what_it_reads_is_not_written_over(run, complete):
    before = {file.name: file.read_bytes() for file in complete.iterdir()}
    shown = run("replicate", complete, "-o", complete)
    assert shown.code == 2
    assert "is read by this command" in shown.err
    assert {file.name: file.read_bytes() for file in complete.iterdir()} == before
