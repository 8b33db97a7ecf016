"""transitions, leads, network, correspondence and bodies, as a newcomer runs them."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from cio_topics.corpus import read_example, write_corpus
from cio_topics.tables import KINDS
from cio_topics.tables.kinds.sequence import KINDS as OWN
from cio_topics.tables.kinds.sequence import STATUS_NAMES, VERDICT_NAMES
from cio_topics.tracking.sequence import STATUSES, VERDICTS

HEADQUARTERS = "IT戦略本部"
CONFERENCE = "各府省情報化統括責任者(CIO)連絡会議"
BETWEEN = ("--between", HEADQUARTERS, CONFERENCE)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("transitions", "--body", HEADQUARTERS), ("次の会議のテーマ", "Wilson 法", "出典")),
        (
            ("transitions", "--from-body", HEADQUARTERS, "--to-body", CONFERENCE, "--lang", "en"),
            ("Pairs after the theme", "within windows of 2 years", "Source"),
        ),
        (
            ("leads", "--theme", "open_data"),
            ("a287110b19c", "分からない(開始が後)", "比べる会議体"),
        ),
        (("leads", "--show", "scores", "--lang", "en"), ("Led", "By chance", "could be compared")),
        (("leads", "--show", "pairs", "--lang", "en"), ("body 1 first", "not compared")),
        (("leads", "--show", "lags", *BETWEEN), ("四半期", "偶然の範囲(下)")),
        (("leads", "--show", "passed", *BETWEEN, "--lang", "en"), ("Taken up", "Order is no")),
        (("leads", "--show", "titles", *BETWEEN), ("(no rows)", "題名を合わせて")),
        (("network", "--lang", "en"), ("Jaccard [interval]", "meetings (163)")),
        (("network", "--show", "nodes", "--max-p", "0.05"), ("共同体", "Louvain")),
        (("correspondence", "--by", "government"), ("第1軸 [区間]", "100.0%")),
        (("correspondence", "--show", "axes", "--lang", "en"), ("Cumulative",)),
    ],
)
def test_tables(run, arguments, words):
    shown = run(*arguments)
    assert shown.code == 0, shown.err
    for word in words:
        assert word in shown.out
    assert "{" not in shown.out  # every pattern of a note is filled
    assert " nan" not in shown.out


def test_all_notes_are_filled(run):
    """A note whose facts are not given would be left out in silence."""
    for arguments, kind in (
        (("transitions",), "transitions"),
        (("leads", "--show", "passed", *BETWEEN), "passed_themes"),
        (("leads", "--show", "lags", *BETWEEN), "lag_correlations"),
        (("leads", "--show", "scores"), "lead_scores"),
        (("correspondence",), "correspondence"),
    ):
        shown = run(*arguments, "--lang", "en").out
        for note in KINDS[kind].notes_en:
            assert note.split("{")[0][:25] in shown


@pytest.mark.parametrize("kind", OWN)
def test_headers_differ(kind):
    for language in ("ja", "en"):
        headers = [getattr(column, language) for column in OWN[kind].columns]
        assert len(set(headers)) == len(headers)
    assert len(OWN[kind].notes_ja) == len(OWN[kind].notes_en)


def test_every_status_and_verdict_has_a_name():
    for lang in ("ja", "en"):
        assert set(STATUS_NAMES[lang]) == set(STATUSES)
        assert set(VERDICT_NAMES[lang]) == set(VERDICTS)


@pytest.mark.parametrize("output_format", ["csv", "json", "markdown", "latex", "html", "word"])
def test_formats(run, output_format):
    shown = run("leads", "--theme", "security", "--format", output_format)
    assert shown.code == 0
    assert "IT戦略本部" in shown.out
    if output_format == "csv":
        table = pd.read_csv(io.StringIO(shown.out))
        assert {"theme", "body", "status", "item_id", "n", "n_items", "n_meetings"} <= set(table)


def test_network_files(run, tmp_path):
    graph, table = tmp_path / "terms.gexf", tmp_path / "edges.csv"
    arguments = ("network", "--of", "terms", "--max-terms", "15", "--within", "item")
    shown = run(*arguments, "--gexf", str(graph), "--format", "csv", "-o", str(table))
    assert shown.code == 0, shown.err
    first = graph.read_bytes()
    assert b"<gexf" in first
    manifest = json.loads((tmp_path / "edges.csv.manifest.json").read_text("utf-8"))
    assert manifest["settings"]["max_terms"] == 15
    assert {"source", "target", "n", "jaccard", "npmi", "p"} <= set(pd.read_csv(table))
    graph.unlink()
    run(*arguments, "--gexf", str(graph), "--format", "csv", "-o", str(tmp_path / "again.csv"))
    assert graph.read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("leads", "--show", "passed"), 2, "--show passed without --between"),
        (("leads", *BETWEEN), 2, "--between together with --show first"),
        (("leads", "--show", "pairs", "--between", HEADQUARTERS, "x"), 2, "no meeting of the body"),
        (("transitions", "--from-body", HEADQUARTERS), 2, "one body is given; expected two"),
        (("transitions", "--body", "電子政府評価・助言会議"), 2, "no two are in a known order"),
        (("transitions", "--theme", "x"), 2, "unknown theme 'x'"),
        (("leads", "--theme", "x"), 2, "unknown theme 'x'"),
        (("network", "--theme", "open_data"), 2, "1 name; expected at least two"),
        (("network", "--theme", "x", "--theme", "y"), 2, "unknown theme 'x'"),
        (("network", "--of", "terms", "--min-items", "999"), 2, "no term stands in 999 items"),
        (
            ("correspondence", "--by", "year", "--body", "電子政府評価・助言会議"),
            2,
            "and 1 column have counts",
        ),
        (("correspondence", "--format", "xlsx"), 2, "xlsx cannot be printed"),
        (("bodies", "--centre", "x", "-o", "never"), 2, "no meeting of the body 'x'"),
        (("bodies", "--body", CONFERENCE, "-o", "never"), 2, "the corpus has one body"),
    ],
)
def test_refusals(run, arguments, code, words):
    shown = run(*arguments)
    assert shown.code == code, shown.err
    assert words in shown.err
    assert shown.out == ""


def test_bodies_writes_a_folder(run, tmp_path):
    later = ("--since", "2018-06-01", "--centre", "デジタル・ガバメント閣僚会議")
    pages = []
    for name in ("one", "two"):
        out = tmp_path / name
        shown = run("bodies", *later, "-o", str(out), "--lang", "en", "--months", "6")
        assert shown.code == 0, shown.err
        pages.append({path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert pages[0] == pages[1]
    assert {"README.md", "manifest.json", "findings.csv", "first.en.svg"} <= set(pages[0])
    page = pages[0]["bodies.html"].decode()
    assert "The bodies around the central body" in page
    assert "within 6 months" in page


def test_bodies_does_not_write_over_the_corpus_it_reads(run, tmp_path):
    folder = tmp_path / "corpus"
    write_corpus(read_example(), folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shown = run("bodies", "-o", folder, folder)
    assert (shown.code, shown.out) == (2, "")
    assert "it would be written over" in shown.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
