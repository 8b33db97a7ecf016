"""Every command on real and on bad input: what it prints, and its exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cio_topics.cli import options
from cio_topics.cli.main import EXIT_CODES, cli
from cio_topics.report.fonts import font_folder
from cio_topics.themes import SOURCES
from cio_topics.topics import KINDS, POOLS
from cio_topics.tracking import GROUPINGS, INTERVALS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("listed", "owned"),
    [
        (options.GROUPINGS, GROUPINGS),
        (options.INTERVALS, INTERVALS),
        (options.MODELS, ("auto", *KINDS)),
        (options.POOLS, POOLS),
        (options.SOURCES, SOURCES),
    ],
)
def test_choices_are_those_of_the_rooms_that_own_them(listed, owned):
    assert tuple(listed) == tuple(owned)


def test_version_is_that_of_the_package(run):
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert run("--version").out.strip().endswith(declared)


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_help_names_every_command_and_option(run, command):
    shown = run(*([command] if command else []), "--help")
    assert shown.code == 0
    wanted = cli.commands if not command else [p.opts[0] for p in cli.commands[command].params]
    for name in wanted:
        assert name.strip("-").upper() in shown.out.upper()


def test_help_imports_nothing_heavy():
    script = (
        "import sys; sys.argv = ['cio-topics', '--help']\n"
        "from cio_topics.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'numpy', 'sklearn', 'gensim', 'altair', 'fugashi'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_python_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "cio_topics", "--version"], capture_output=True, text=True
    )
    assert done.stdout.startswith("cio-topics, version")


def test_track_prints_the_table_of_a_paper(run):
    shown = run("track", "--by", "government", "--lang", "en")
    assert shown.code == 0
    assert "Democratic-led (n=22)" in shown.out
    assert "95% interval (Wilson)" in shown.out


@pytest.mark.parametrize("output_format", ["csv", "json", "jsonl"])
def test_track_formats_agree(run, output_format):
    text = run("track", "--by", "format", "--format", output_format).out
    if output_format == "csv":
        rows = list(csv.DictReader(io.StringIO(text)))
    elif output_format == "json":
        rows = json.loads(text)["rows"]
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == 4 * 15
    first = {key: str(rows[1][key]) for key in ("period", "theme", "n", "n_items")}
    assert first == {"period": "circulated", "theme": "optimization", "n": "5", "n_items": "12"}


@pytest.mark.parametrize(
    ("output_format", "piece"),
    [("markdown", "|---|---:|"), ("latex", r"\toprule"), ("html", "<tfoot>")],
)
def test_track_for_print(run, output_format, piece):
    assert piece in run("track", "--by", "government", "--format", output_format).out


def test_track_writes_a_workbook_with_its_manifest(run, tmp_path):
    assert run("track", "--format", "xlsx", "-o", tmp_path / "a.xlsx").code == 0
    manifest = json.loads((tmp_path / "a.xlsx.manifest.json").read_text("utf-8"))
    assert manifest["command"] == "cio-topics track --format xlsx"  # not where it was written
    assert manifest["codebook"]["version"] == "1"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "a.xlsx.manifest.json"]


def test_track_refuses_a_workbook_on_the_terminal(run):
    shown = run("track", "--format", "xlsx")
    assert (shown.code, shown.out) == (2, "")
    assert "-o FILE.xlsx" in shown.err


def test_filters(run):
    shown = run("check", "--body", "IT戦略本部", "--until", "2003-12-31", "--format", "json")
    totals = {row["what"]: row["n"] for row in json.loads(shown.out)["totals"]}
    assert totals["items"] == 15
    refused = run("check", "--body", "IT戦略本舗")
    assert refused.code == 2
    assert "IT戦略本部" in refused.err  # the bodies that exist are listed


def test_topics_json_has_measures_and_alignment(run):
    found = json.loads(run("topics", "--topics", "5", "--format", "json").out)
    assert len(found["measures"]) == 5
    assert {"terms", "top_items", "alignment", "manifest"} <= set(found)


def test_classify_shows_themes_and_evidence(run):
    line = run("classify", "--format", "jsonl", "「オープンデータ」(案)について").out
    row = json.loads(line)
    assert [theme["theme"] for theme in row["themes"]] == ["open_data"]
    assert {hit["rule"] for hit in row["evidence"]} == {"open_data.1", "open_data.d1"}
    for hit in row["evidence"]:
        assert row["normalized"][hit["start"] : hit["end"]] == hit["text"] == "オープンデータ"


@pytest.mark.parametrize(
    ("day", "theme"),
    [("2006-04-10", "it_strategy"), ("2022-06-07", "digital_gov"), ("2020", "other")],
    ids=["priority plan of the IT headquarters", "of the Digital Agency", "year spans both"],
)
def test_rules_use_the_date(run, day, theme):
    words = ("classify", "--rules", "--date", day, "--format", "jsonl", "重点計画について")
    row = json.loads(run(*words).out)
    assert [t["theme"] for t in row["themes"]] == [theme]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("titles.txt", "オープンデータの推進\nマイナンバー制度\n".encode()),
        ("cp932.txt", "オープンデータの推進\r\nマイナンバー制度\r\n".encode("cp932")),
        ("bom.csv", "\ufefftitle,date\nオープンデータの推進,\nマイナンバー制度,2015\n".encode()),
        (
            "rows.jsonl",
            '{"title":"オープンデータの推進"}\n\n{"title":"マイナンバー制度","date":null}\n'.encode(),
        ),
    ],
)
def test_classify_reads_files_and_standard_input(run, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    from_file = run("classify", "--from", tmp_path / name, "--format", "jsonl").out
    kind = {"csv": "csv", "jsonl": "jsonl"}.get(name.split(".")[1], "lines")
    from_stdin = run("classify", "-", "--from-format", kind, "--format", "jsonl", stdin=content).out
    themes = [json.loads(line)["themes"][0]["theme"] for line in from_file.splitlines()]
    assert themes == ["open_data", "my_number"]
    assert from_stdin == from_file


def test_date_and_body_fill_what_the_file_lacks(run, tmp_path):
    (tmp_path / "t.csv").write_text("title,date\n重点計画,2006\n", "utf-8")
    source = ("--from", tmp_path / "t.csv", "--format", "jsonl")
    row = json.loads(run("classify", *source, "--date", "2022-01-01", "--body", "試験会議").out)
    assert (row["date"], row["body"]) == ("2006", "試験会議")


@pytest.mark.parametrize(
    ("words", "stdin", "message"),
    [
        (["classify"], None, "no titles"),
        (["classify", "a", "--from", "b.txt"], None, "expected one of them"),
        (["classify", "--from", "no-such-file.txt"], None, "cannot read no-such-file.txt"),
        (["classify", "-", "--from-format", "csv"], b"a,b\n1,2\n", "no column 'title'"),
        (["classify", "-", "--from-format", "jsonl"], b"[1]\n", "line 1"),
        (["classify", "-"], b"\xff\xff\xff\n", "neither UTF-8 nor cp932"),
        (["tokens"], None, "no titles"),
    ],
)
def test_bad_titles_are_refused_in_one_line(run, words, stdin, message):
    shown = run(*words, stdin=stdin)
    assert shown.code in (2, 3)
    assert message in shown.err
    assert shown.err.count("\n") == 1
    assert "Traceback" not in shown.err


def test_classify_table_guards_nothing_and_csv_guards_formulas(run):
    shown = run("classify", "--format", "csv", "=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in shown.out


@pytest.mark.parametrize("command", ["classify", "tokens"])
def test_no_lines_give_no_rows(run, command):
    shown = run(command, "-", stdin=b"\n \n")
    assert (shown.code, shown.out) == (0, "(no rows)\n")


def test_tokens(run):
    shown = run("tokens", "--compounds", "long", "--format", "jsonl", "電子政府構築計画の改定").out
    assert json.loads(shown)["terms"] == ["電子政府構築計画", "改定"]
    detail = run("tokens", "--detail", "--format", "csv", "電子政府の改定").out
    assert detail.splitlines()[1].startswith("1,電子政府,")


def test_check_lists_every_bad_value(run, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(
        # Invented rows.
        "item_id,body,date,title\na1,試験会議,2011-02-30,甲\na1,試験会議,2011-03-01,乙\n",
        "utf-8",
    )
    shown = run("check", path)
    assert shown.code == 3
    assert "bad.csv:2: date: got '2011-02-30'" in shown.err
    assert "bad.csv:3: item_id: got 'a1'" in shown.err
    assert "2 bad values" in shown.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('version = "1"\n[[themes]]\nid = "a"\n[[themes.rules]]\nany=["x"]\nunless=["b"]\n', "'b'"),
        (
            '[[themes]]\nid = "a"\n[[themes.rules]]\nany=["x"]\nunless=["b"]\n'
            '[[themes]]\nid = "b"\n[[themes.rules]]\nany=["y"]\nunless=["a"]\n',
            "cycle",
        ),
        ("not toml", "TOML"),
    ],
    ids=["unknown theme", "cycle", "no TOML"],
)
def test_bad_codebooks_are_refused(run, tmp_path, content, message):
    (tmp_path / "c.toml").write_text(content, "utf-8")
    shown = run("track", "--codebook", tmp_path / "c.toml")
    assert shown.code == 3
    assert message in shown.err


def test_labels_of_another_codebook_are_refused(run, tmp_path):
    (tmp_path / "c.toml").write_text(
        'fallback = "z"\n[[themes]]\nid = "a"\n[[themes.rules]]\nany=["計画"]\n'
        '[[themes]]\nid = "z"\n',
        "utf-8",
    )
    shown = run("track", "--codebook", tmp_path / "c.toml")
    assert shown.code == 2
    assert "unknown theme" in shown.err
    assert run("track", "--codebook", tmp_path / "c.toml", "--themes-from", "rules").code == 0


def test_doctor_finds_everything(run):
    shown = run("doctor")
    assert shown.code == 0
    assert "電子政府構築計画 → 電子政府 構築 計画" in shown.out


def test_doctor_names_the_remedy(run, monkeypatch):
    monkeypatch.setattr("cio_topics.report.fonts.font_folder", lambda: None)
    shown = run("doctor")
    assert shown.code == 5
    assert "matplotlib-fontja" in shown.out
    assert "1 missing" in shown.out
    assert font_folder() is not None


def test_unknown_command_and_option(run):
    assert run("trakc").code == 2
    assert run("track", "--by", "decade").code == 2


def test_debug_shows_the_traceback(run):
    assert "Traceback" in run("--debug", "check", "no/such/place").err
    assert "Traceback" not in run("check", "no/such/place").err


def test_internal_errors_say_what_to_do(run, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("cio_topics.corpus.coverage", broken)
    shown = run("check")
    assert shown.code == 70
    assert "--debug" in shown.err


def test_interrupt_leaves_130(run, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("cio_topics.corpus.coverage", interrupted)
    shown = run("check")
    assert shown.code == 130


def test_exit_codes_are_in_the_help(run):
    text = run("--help").out
    assert all(f"{code}  {meaning}" in text for code, meaning in EXIT_CODES.items())
