"""The command ``cio-topics ingest``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cio_topics.cli.output import command_line
from cio_topics.corpus import read_corpus

# Invented.
PAGE = """<html><title>第{n}回試験会議 議事次第</title><h1>第{n}回試験会議</h1>
<p>日時：2009年{n}月1日 10:00から11:00まで<p>場所：会議室<p>議事次第
<ol><li>開会<li>{title}<li>閉会</ol></html>"""
TABLE = "会議名,回,開催日,議題\n試験会議,9,平成21年9月1日,調達の改善\n"


def page(n: int, title: str = "電子政府の計画について") -> str:
    return PAGE.format(n=n, title=title)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    files = {f"dai{n}.html": page(n, f"第{n}期の電子政府構築計画（案）について") for n in (1, 2)}
    files |= {"contact.html": "<p>電話でお問い合わせください。", "logo.png": "x"}
    return write(tmp_path_factory.mktemp("pages"), files)


def test_a_newcomer_reads_the_help(run):
    shown = run("ingest", "--help")
    assert shown.code == 0
    text = " ".join(shown.out.split())
    assert "SOURCE..." in text
    assert "保存したページ・PDF・表から" in text
    for words in ("a folder", "zip", "ingest_report.html"):
        assert words in text
    assert "(required without --dry-run)" in text
    for option in ("--map", "--mapping", "--split-items", "--dry-run", "--timeout-file", "--jobs"):
        assert option in text
    assert "ingest" in run("--help").out


def test_the_next_command_can_be_copied_from_the_help(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert "cio-topics report FOLDER" in run("ingest", "--help").out


def test_from_pages_to_a_report(run, pages, tmp_path):
    made = run("ingest", pages, "-o", tmp_path / "corpus")
    assert (made.code, made.err) == (0, "")
    lines = made.out.splitlines()
    assert lines[0].startswith("2 meetings, 2 items, 0 handouts and documents from 2 of 4 files. /")
    assert "会議 2、議題 2" in lines[0]
    assert "Not understood: 1 files. / 読み取れなかったページ 1" in lines
    assert "Left out: 1 files. / 対象外 1" in lines
    assert lines[-1].startswith(
        f"See {tmp_path / 'corpus' / 'ingest_report.html'}; then: cio-topics report"
    )
    names = {path.name for path in (tmp_path / "corpus").iterdir()}
    assert {"meetings.csv", "items.csv", "ingest_report.json", "ingest_report.html"} <= names

    checked = run("check", tmp_path / "corpus", "--format", "json")
    totals = {row["what"]: row["n"] for row in json.loads(checked.out)["totals"]}
    assert (checked.code, totals["items"], totals["meetings"]) == (0, 2, 2)
    reported = run("report", tmp_path / "corpus", "-o", tmp_path / "report")
    assert reported.code == 0, reported.err
    assert list((tmp_path / "report").glob("*.html"))


def test_ceremonies_are_kept_and_never_counted(run, pages, tmp_path):
    folder = tmp_path / "corpus"
    assert run("ingest", pages, "-o", folder).code == 0
    corpus = read_corpus(folder)
    assert corpus.items["kind"].tolist() == ["ceremony", "agenda", "ceremony"] * 2
    assert "開会" not in set(corpus.agenda()["title"])
    tracked = json.loads(run("track", folder, "--by", "year", "--format", "json").out)
    assert {row["n_items"] for row in tracked["rows"]} == {2}
    refused = run("topics", folder, "--topics", "5")
    assert refused.code == 2  # 6 lines, but only 2 items
    assert "2 " in refused.err


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_number_of_jobs_changes_nothing_but_the_command(run, pages, tmp_path, jobs):
    run("ingest", pages, "-o", tmp_path / "a")
    run("ingest", pages, "-o", tmp_path / "b", "--jobs", jobs)
    first, second = held(tmp_path / "a"), held(tmp_path / "b")
    said = [json.loads(files.pop("ingest_report.json")) for files in (first, second)]
    for files in (first, second):
        files.pop("ingest_report.html")  # holds the command too
    assert first == second
    assert said[1].pop("command").endswith(f"--jobs {jobs}")
    assert said[0].pop("command").startswith("cio-topics ingest")
    assert said[0] == said[1]


def test_dry_run_writes_nothing(run, pages, tmp_path, monkeypatch):
    work = write(tmp_path, {"table.csv": TABLE})
    monkeypatch.chdir(work)
    shown = run("ingest", pages, "table.csv", "--dry-run", "-o", "corpus")
    assert shown.code == 0
    assert "logo.png: left out: no page, PDF, text or table" in shown.out
    assert "3 pages, PDFs or texts would be read. / ページ・PDF 3 件" in shown.out
    assert "Nothing was written. / 何も書き込んでいません" in shown.out
    for words in ("title", "議題", "調達の改善", "--mapping FILE", "2009-09-01"):
        assert words in shown.out
    assert sorted(held(work)) == ["table.csv"]


def test_a_column_can_be_named(run, tmp_path):
    write(tmp_path, {"t.csv": "会議名,開催日,甲,乙\n試験会議,2009-07-01,調達の改善,電子政府\n"})
    made = run("ingest", tmp_path / "t.csv", "--map", "title=乙", "-o", tmp_path / "corpus")
    assert made.code == 0, made.err
    assert read_corpus(tmp_path / "corpus").items["title"].tolist() == ["電子政府"]


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "parquet"])
def test_formats_hold_one_corpus(run, tmp_path, file_format):
    write(tmp_path, {"t.csv": TABLE})
    assert (
        run("ingest", tmp_path / "t.csv", "--format", file_format, "-o", tmp_path / "c").code == 0
    )
    said = json.loads((tmp_path / "c" / "ingest_report.json").read_text("utf-8"))
    assert read_corpus(tmp_path / "c").hash == said["corpus"]["sha256"]


def test_the_kind_of_the_sources_can_be_said(run, tmp_path):
    write(tmp_path, {"a.html": page(1)})
    assert (
        run("ingest", tmp_path / "a.html", "--source-kind", "blog", "-o", tmp_path / "c").code == 0
    )
    assert set(read_corpus(tmp_path / "c").items["source_kind"]) == {"blog"}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "Missing argument 'SOURCE...'"),
        (["PAGES"], 2, "Missing option '-o'"),
        (["PAGES", "-o", "c", "--format", "xlsx"], 2, "xlsx"),
        (["PAGES", "-o", "c", "--jobs", "0"], 2, "--jobs"),
        (["PAGES", "-o", "c", "--timeout-file", "0"], 2, "--timeout-file"),
        (["PAGES", "-o", "c", "--source-kind", "rumour"], 2, "rumour"),
        (["PAGES", "-o", "c", "--map", "title"], 2, "title"),
        (["PAGES", "-o", "c", "--map", "titel=議題"], 2, "titel"),
        (["no/such", "-o", "c"], 3, "'no/such' does not exist."),
        (["*.pdf", "-o", "c"], 3, "'*.pdf' does not exist."),
        (["https://council.example.jp/", "-o", "c"], 3, "cio-topics build"),
        (["PAGES", "-o", "file"], 4, "a file of this name exists"),
        (["PAGES", "-o", "file/c"], 4, "cannot write"),
    ],
)
def test_refusals_leave_nothing(run, pages, tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(write(tmp_path, {"file": "mine"}))
    shown = run("ingest", *(word.replace("PAGES", str(pages)) for word in words))
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert held(tmp_path) == {"file": b"mine"}
    if code > 2:
        assert "してください" in shown.err  # what to do, in Japanese too


def test_what_is_there_stays_when_ingestion_fails(run, pages, tmp_path):
    folder = tmp_path / "corpus"
    assert run("ingest", pages, "-o", folder).code == 0
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    before = held(folder)
    assert run("ingest", pages / "contact.html", "-o", folder).code == 3
    assert held(folder) == before
    assert run("ingest", pages / "dai1.html", "-o", folder).code == 0  # a corpus there is replaced
    assert len(read_corpus(folder)) == 1
    assert (folder / "notes.txt").read_text("utf-8") == "mine"


def test_an_interrupt_leaves_what_is_there(run, pages, tmp_path, monkeypatch):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("cio_topics.report.ingested.render_account", interrupted)
    shown = run("ingest", pages, "-o", tmp_path / "corpus")
    assert shown.code == 130
    assert shown.err.strip() == "cio-topics: interrupted; nothing is left half-written."
    assert held(tmp_path) == {}


def test_a_corpus_below_the_pages_can_be_made_again(run, tmp_path, monkeypatch):
    monkeypatch.chdir(write(tmp_path, {"a.html": page(1)}))
    hashes = []
    for _ in range(2):
        assert run("ingest", ".", "-o", "corpus").code == 0
        said = json.loads(Path("corpus/ingest_report.json").read_text("utf-8"))
        hashes.append((said["corpus"]["sha256"], said["totals"]["read"]))
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("name", ["contact.html", "logo.png"])
def test_where_nothing_was_found_the_account_says_why(run, pages, tmp_path, name):
    shown = run("ingest", pages / name, "-o", tmp_path / "c")
    assert shown.code == 3
    assert "no meeting was found in 1 files" in shown.err
    assert "ingest_report.html" in shown.err
    assert sorted(p.name for p in (tmp_path / "c").iterdir()) == [
        "ingest_report.html",
        "ingest_report.json",
    ]
    [file] = json.loads((tmp_path / "c" / "ingest_report.json").read_text("utf-8"))["files"]
    assert file["outcome"] != "read"
    assert file["reason"]


def test_a_corpus_is_left_alone_where_nothing_was_found(run, pages, tmp_path):
    write(tmp_path, {"a.html": page(1)})
    assert run("ingest", tmp_path / "a.html", "-o", tmp_path / "c").code == 0
    before = held(tmp_path / "c")
    assert run("ingest", pages / "contact.html", "-o", tmp_path / "c").code == 3
    assert held(tmp_path / "c") == before


@pytest.mark.parametrize("own", ["items.csv", "items.jsonl", "meetings.xlsx"])
def test_tables_that_no_ingestion_made_are_not_replaced(run, tmp_path, own):
    write(tmp_path, {"a.html": page(1), f"c/{own}": "mine"})
    shown = run("ingest", tmp_path / "a.html", "-o", tmp_path / "c")
    assert shown.code == 4
    assert own in shown.err
    assert held(tmp_path / "c") == {own: b"mine"}


def test_a_report_names_no_contact(monkeypatch):
    words = ["cio-topics", "build", "URL", "--contact", "me@example.jp", "--contact=me", "-o", "c"]
    monkeypatch.setattr("sys.argv", words)
    assert command_line() == "cio-topics build URL"
