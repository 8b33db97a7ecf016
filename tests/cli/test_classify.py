"""``cio-topics classify``: answers, doubts, reasons, pages. Titles are invented."""

import csv
import io
import json

import pytest

from cio_topics.codebook import codebook_toml, read_codebook
from cio_topics.themes import read_classifier, write_classifier


def rows(run, *words, stdin=None):
    found = run("classify", *words, "--format", "jsonl", stdin=stdin)
    assert found.code == 0, found.err
    return [json.loads(line) for line in found.out.splitlines()]


@pytest.mark.parametrize(
    ("title", "day", "theme"),
    [
        ("サイバーセキュリティ戦略の改定", "2018", "security"),
        ("重点計画について", "2006-04-10", "it_strategy"),
        ("重点計画について", "2022-06-07", "digital_gov"),  # the Digital Agency's
        ("マイナンバーカードの普及", "", "my_number"),
        ("業務・システム最適化計画の見直し", "2008", "optimization"),
        ("その他", "", "other"),
    ],
)
def test_themes(run, title, day, theme):
    [row] = rows(run, "--date", day, title)
    assert [given["theme"] for given in row["themes"]] == [theme]
    assert theme in row["set"]


def test_an_answer_has_its_evidence(run):
    [row] = rows(run, "オープンデータの推進について")
    labelled = read_classifier().labelled.set_index("item_id")["title"]
    assert row["nearest"]
    for item in row["nearest"]:
        assert labelled[item["item_id"]] == item["title"]
        assert 0 < item["similarity"] <= 1
    assert row["doubtful"] == []


@pytest.mark.parametrize(
    ("title", "doubts"),
    [
        ("その他", {"novel", "unlikely"}),
        ("Discussion of fisheries", {"novel", "unlikely"}),  # no Japanese at all
        ("漁獲枠の配分", {"novel"}),
    ],
)
def test_what_is_like_nothing_labelled_is_doubtful(run, title, doubts):
    [row] = rows(run, title)
    assert doubts <= set(row["doubtful"])
    assert row["set"]


def test_an_empty_title_gets_the_fallback_and_is_doubtful(run):
    content = b"item_id,title\nx1,\nx2,   \n"
    found = rows(run, "-", "--from-format", "csv", stdin=content)
    assert [row["item_id"] for row in found] == ["x1", "x2"]
    for row in found:
        assert [theme["theme"] for theme in row["themes"]] == ["other"]
        assert {"novel", "unlikely"} <= set(row["doubtful"])


def test_more_coverage_gives_larger_sets(run):
    titles = ("新たな基本方針と推進体制", "データの取扱いについて", "調達の見直し")
    sizes = [
        [len(row["set"]) for row in rows(run, "--coverage", coverage, *titles)]
        for coverage in ("0.5", "0.9", "0.97")
    ]
    assert all(a <= b <= c for a, b, c in zip(*sizes, strict=True))
    assert sum(sizes[2]) > sum(sizes[0])


def test_reasons_add_up(run):
    for row in rows(run, "--explain", "サイバーセキュリティ戦略とオープンデータ", "調達の見直し"):
        for reason in row["reasons"]:
            parts = reason["base"] + sum(part["weight"] for part in reason["parts"])
            items = sum(item["weight"] for item in reason["items"])
            assert parts == pytest.approx(reason["log_odds"], abs=1e-9)
            taught = reason["base"] + reason["texts"] + reason["rules"] + items
            assert taught == pytest.approx(reason["log_odds"], abs=1e-9)
            assert reason["rules"] == pytest.approx(0, abs=1e-9)  # the default learns them, too


def test_reasons_are_printed(run):
    out = run("classify", "--explain", "オープンデータの推進").out
    assert "オープンデータ" in out
    assert "log-odds of" in out
    assert "labelled a" in out


def test_the_page_escapes_titles_and_makes_no_request(run):
    words = ("--format", "html", "--body", "<i>会", "<script>alert(1)</script>オープンデータ")
    page = run("classify", *words).out
    assert "<script" not in page
    assert "<i>" not in page
    assert "default-src 'none'" in page
    assert "題名からテーマへ" in page
    assert "From titles to themes" in run("classify", *words, "--lang", "en").out


def test_candidates_are_grouped(run, tmp_path):
    """By what nobody labelled: titles on 漁獲枠 share it, whatever else they say."""
    titles = ("漁獲枠の配分", "オープンデータの推進", "漁獲枠と燃油高騰", "茶道の稽古")
    run("classify", *titles, "--candidates", tmp_path / "new.csv")
    groups = list(csv.DictReader(io.StringIO((tmp_path / "new.csv").read_text("utf-8"))))
    assert "漁獲枠" in groups[0]["terms"]
    assert groups[0]["item_ids"] == "row 1;row 3"
    assert all("row 2" not in group["item_ids"] for group in groups)


def test_no_novel_title_gives_an_empty_table(run, tmp_path):
    run("classify", "オープンデータの推進", "--candidates", tmp_path / "new.csv")
    assert (tmp_path / "new.csv").read_text("utf-8") == "cluster,n,terms,item_ids,title\n"


@pytest.mark.parametrize("output_format", ["table", "csv", "json", "jsonl"])
def test_every_format_to_a_file_has_a_manifest(run, tmp_path, output_format):
    place = tmp_path / "found"
    run("classify", "オープンデータ", "--format", output_format, "-o", place)
    assert "open_data" in place.read_text("utf-8") or output_format == "table"
    manifest = json.loads((tmp_path / "found.manifest.json").read_text("utf-8"))
    assert manifest["classifier"]["kind"] == "LinearThemes"
    assert len(manifest["classifier"]["sha256"]) == 64


def test_a_codebook_of_your_own_answers_by_its_rules(run, tmp_path):
    text = codebook_toml(read_codebook()).replace('version = "1"', 'version = "2"')
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    [row] = rows(run, "--codebook", tmp_path / "mine.toml", "オープンデータ")
    assert row["themes"][0]["weight"] == 0.8  # a rule as its author wrote it
    assert "set" not in row


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rules", "--explain", "a"], "need a classifier"),
        (["--rules", "--model", "m.npz", "a"], "expected one of them"),
        (["--model", "no-such.npz", "a"], "no classifier 'no-such.npz'"),
        (["--coverage", "1", "a"], "--coverage"),
        (["--date", "2024-13-01", "a"], "expected a real date"),
    ],
)
def test_bad_options_are_refused_in_one_line(run, words, message):
    shown = run("classify", *words)
    assert shown.code in (2, 3)
    assert message in shown.err
    assert shown.out == ""


def test_a_classifier_of_another_codebook_is_refused(run, tmp_path):
    write_classifier(read_classifier(), tmp_path / "m.npz")
    text = codebook_toml(read_codebook()).replace('version = "1"', 'version = "2"', 1)
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    words = ("--model", tmp_path / "m.npz", "--codebook", tmp_path / "mine.toml", "甲")
    shown = run("classify", *words)
    assert shown.code == 2
    assert "learned with another codebook" in shown.err


def test_rows_come_as_they_are_read_and_memory_does_not_grow(run):
    """The peak of memory for 60,000 lines is hardly above that for 20,000."""
    import subprocess
    import sys

    code = (
        "import resource, sys\n"
        "from cio_topics.cli.main import cli\n"
        "cli.main(['classify', '-', '--format', 'jsonl'], standalone_mode=False)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    if sys.platform == "win32":
        pytest.skip("no resource module")
    peaks = []
    for n in (20_000, 60_000):
        lines = "".join(f"オープンデータの推進 {k}\n" for k in range(n)).encode()
        done = subprocess.run(
            [sys.executable, "-c", code], input=lines, capture_output=True, check=True
        )
        assert done.stdout.count(b"\n") == n
        peaks.append(int(done.stderr.split()[-1]))
    assert peaks[1] < peaks[0] * 1.15


def test_one_endless_line_is_refused(run):
    shown = run("classify", "-", stdin="あ".encode() * 400_000)
    assert shown.code == 3
    assert "line 1 is longer than 200,000 bytes" in shown.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "title,date\n甲,2022-06-01\n乙,2022/6/1\n", "title 2 has the date '2022/6/1'"),
        ("t.csv", "title,date\n甲,令和4年6月1日\n", "expected a real date"),
        ("t.csv", 'title\n甲\n"乙\n丙\n丁\n', "quotation mark that is not closed"),
        ("t.txt", "item_id,title\n1,甲\n", "--from-format csv"),
        ("t.xlsx", "PK", "Save the table as CSV"),
        ("t.tsv", "title\tdate\n", "Save the table as CSV"),
    ],
)
def test_bad_files_are_refused(run, tmp_path, name, content, message):
    (tmp_path / name).write_text(content, "utf-8")
    shown = run("classify", "--from", tmp_path / name, "-o", tmp_path / "out")
    assert shown.code == 3
    assert message in shown.err
    assert not (tmp_path / "out").exists()


def test_the_titles_are_not_written_over(run, tmp_path):
    (tmp_path / "t.csv").write_text("title\n甲\n", "utf-8")
    shown = run("classify", "--from", tmp_path / "t.csv", "-o", tmp_path / "t.csv")
    assert shown.code == 2
    assert (tmp_path / "t.csv").read_text("utf-8") == "title\n甲\n"


def test_a_codebook_without_rules_is_refused(run, tmp_path):
    book = '[[themes]]\nid = "a"\n[[themes]]\nid = "z"\n'
    (tmp_path / "bare.toml").write_text('fallback = "z"\n' + book, "utf-8")
    shown = run("classify", "--codebook", tmp_path / "bare.toml", "甲")
    assert shown.code == 2
    assert "has no rules" in shown.err


def test_what_is_more_probably_wrong_is_doubtful(run):
    for row in rows(run, "迷惑メール対策について", "データの取扱い", "次回会合の日程"):
        if min(theme["weight"] for theme in row["themes"]) < 0.5:
            assert "unlikely" in row["doubtful"]
        assert {theme["theme"] for theme in row["themes"]} <= set(row["set"])


@pytest.mark.parametrize("title", ["Sociology", "precious metals"])
def test_latin_words_are_not_found_within_others(run, title):
    [row] = rows(run, title)
    assert all("CIO" not in hit["text"].upper() for hit in row["evidence"])


def test_two_processes_say_the_same(run, tmp_path):
    """Also that a bad row far down ends them, and nothing is written."""
    lines = "".join(f"オープンデータの推進 {k},2020\n" for k in range(20_050))
    (tmp_path / "many.csv").write_text("title,date\n" + lines, "utf-8")
    words = ("classify", "--from", tmp_path / "many.csv", "--format", "csv")
    assert run(*words, "-j", "1").out == run(*words, "-j", "2").out
    (tmp_path / "bad.csv").write_text("title,date\n" + lines + "甲,2022/6/1\n", "utf-8")
    shown = run("classify", "--from", tmp_path / "bad.csv", "-j", "2", "-o", tmp_path / "out")
    assert shown.code == 3
    assert "title 20051 has the date '2022/6/1'" in shown.err
    assert not (tmp_path / "out").exists()
