"""``codebook``: what converts, what is listed, what is refused. Files are invented."""

from __future__ import annotations

import csv
import json

import pytest

from cio_topics.cli.codebook import FORMATS
from cio_topics.codebook import read_codebook, read_quanteda

BOOK = """\
version = "1"
rules_version = "1"
name_ja = "図書館"
name_en = "図書館"
[[themes]]
id = "opening"
name_ja = "opening"
name_en = "opening"
[[themes.rules]]
any = ["開館", "休館"]
[[themes]]
id = "loans"
name_ja = "loans"
name_en = "loans"
[[themes.rules]]
any = ["貸出"]
"""


@pytest.fixture
def book(tmp_path):
    file = tmp_path / "library.toml"
    file.write_text(BOOK, encoding="utf-8")
    return file


def test_help_says_what_each_does(run):
    shown = run("codebook")
    assert shown.code == 0
    for name in ("check", "convert", "crosswalk", "show"):
        assert name in shown.out
        assert run("codebook", name, "--help").code == 0


@pytest.mark.parametrize("ending", [".yml", ".yaml", ".ykd", ".toml"])
def test_there_and_back_without_loss(run, book, tmp_path, ending):
    there, back = tmp_path / f"there{ending}", tmp_path / "back.toml"
    assert run("codebook", "convert", book, there, "--strict").code == 0
    shown = run("codebook", "convert", there, back, "--strict")
    assert (shown.code, shown.out) == (0, "")
    assert "2 themes and 2 rules read, 0 remarks" in shown.err
    assert read_codebook(back).themes == read_codebook(book).themes


def test_to_coding_rules_and_back(run, book, tmp_path):
    assert run("codebook", "convert", book, tmp_path / "a.cod").code == 0
    assert "'開館' or '休館'" in (tmp_path / "a.cod").read_text("utf-8")
    assert run("codebook", "convert", tmp_path / "a.cod", tmp_path / "b.toml").code == 0
    again = read_codebook(tmp_path / "b.toml")
    assert [t.name_ja for t in again.themes] == ["opening", "loans"]
    assert [t.rules[0].any for t in again.themes] == [("開館", "休館"), ("貸出",)]


def test_what_is_lost_is_said_and_can_be_kept(run, tmp_path):
    dictionary = tmp_path / "a.yml"
    dictionary.write_text('a: ["*", 税]\nb: ["*"]\n', encoding="utf-8")
    out, problems = tmp_path / "a.toml", tmp_path / "lost.csv"
    shown = run("codebook", "convert", dictionary, out, "--problems", problems)
    assert shown.code == 0
    assert "it is found in every title / どの題名にも" in shown.err
    assert "add --fallback other" in shown.err
    with problems.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["where"], row["what"]) for row in rows] == [("a", "*"), ("b", "*")]
    assert rows[0]["outcome"] == "left out"


def test_strict_writes_nothing_but_the_list(run, tmp_path):
    dictionary = tmp_path / "a.yml"
    dictionary.write_text('a: ["*", 税]\n', encoding="utf-8")
    out = tmp_path / "a.toml"
    words = ("convert", dictionary, out, "--strict", "--problems", tmp_path / "lost.csv")
    shown = run("codebook", *words)
    assert shown.code == 3
    assert "1 thing of a.yml cannot go over unchanged" in shown.err
    assert not out.exists()
    assert (tmp_path / "lost.csv").exists()


def test_many_problems_are_counted(run, tmp_path):
    dictionary = tmp_path / "a.yml"
    lines = [f'k{n}: ["*", 税]' for n in range(25)]
    dictionary.write_text("\n".join(lines), encoding="utf-8")
    shown = run("codebook", "convert", dictionary, tmp_path / "a.toml")
    assert "… and 15 more; --problems FILE.csv has all" in shown.err


def test_a_fallback_is_named_or_added_so_that_track_can_use_it(run, book, tmp_path):
    out = tmp_path / "out.toml"
    shown = run("codebook", "convert", book, out, "--fallback", "rest")
    assert "--fallback" not in shown.err
    made = read_codebook(out)
    assert (made.fallback, made.ids) == ("rest", ("opening", "loans", "rest"))
    tracked = run("track", "--codebook", out, "--themes-from", "rules", "--by", "government")
    assert tracked.code == 0
    refused = run("codebook", "convert", book, out, "--fallback", "loans")
    assert refused.code == 3  # it has rules
    assert "the fallback 'loans' has rules" in refused.err


def test_formats_can_be_said_and_the_result_printed(run, book, tmp_path):
    plain = tmp_path / "library.txt"
    plain.write_bytes(book.read_bytes())
    shown = run("codebook", "convert", plain, "-", "--from", "toml", "--to", "quanteda")
    assert shown.out == "opening:\n- 開館\n- 休館\nloans:\n- 貸出\n"
    (tmp_path / "b.txt").write_text(shown.out, encoding="utf-8")
    assert read_quanteda(tmp_path / "b.txt")[0].themes == read_codebook(book).themes


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("convert", "{book}", "out.txt"), 2, "'out.txt' does not say what it is; expected one of"),
        (("convert", "{book}", "-"), 2, "Say it with --to"),
        (("convert", "in.doc", "out.toml"), 2, "Say it with --from"),
        (("convert", "none.ykd", "out.toml"), 3, "cannot read the dictionary 'none.ykd'"),
        (("convert", "{book}", "{book}"), 2, "is read by this command"),
        (("convert", "{book}", "out.ykd", "--from", "yoshikoder"), 3, "is no XML"),
        (("convert", "{book}", "out.ykd", "--fallback", "その他"), 3, "theme id 'その他'"),
        (("check", "none.toml"), 3, "cannot read the codebook"),
        (("show", "none.cod"), 3, "cannot read"),
        (("crosswalk", "none.toml"), 3, "cannot read the crosswalk"),
    ],
)
def test_refusals(run, book, tmp_path, monkeypatch, words, code, message):
    monkeypatch.chdir(tmp_path)
    before = book.read_bytes()
    shown = run("codebook", *(word.format(book=book) for word in words))
    assert (shown.code, shown.out) == (code, "")
    assert message in shown.err
    assert [p.name for p in tmp_path.iterdir()] == ["library.toml"]
    assert book.read_bytes() == before


def test_show(run, book):
    assert "open_data" in run("codebook", "show").out
    shown = json.loads(run("codebook", "show", book, "--format", "json").out)
    assert (shown["name_ja"], shown["version"]) == ("図書館", "1")
    assert shown["rows"][0] == {
        "id": "opening",
        "rules": 1,
        "name_ja": "opening",
        "name_en": "opening",
    }
    rows = run("codebook", "show", book, "--format", "csv").out.splitlines()
    assert rows == ["id,rules,name_ja,name_en", "opening,1,opening,opening", "loans,1,loans,loans"]


def test_names_cannot_steer_the_terminal(run, tmp_path):
    file = tmp_path / "a.toml"
    file.write_text('name_ja = "\\u001b[2J"\n[[themes]]\nid = "a"\nname_ja = "\\u001b[2J"\n')
    for words in (("show", file), ("check", file)):
        shown = run("codebook", *words)
        assert shown.code == 0
        assert "\x1b" not in shown.out


def test_check(run, book):
    shown = run("codebook", "check", book)
    assert shown.out.startswith("No errors found: 2 themes, 2 rules. / 誤りはありません")
    assert "no fallback" in shown.out
    book.write_text(BOOK.replace('version = "1"\n', "", 1) + '[[themes]]\nid = "x"\n', "utf-8")
    again = run("codebook", "check", book).out
    assert "themes without rules / 規則のないテーマ: x" in again
    assert "name in both languages / 日英の名前がそろわないテーマ: x" in again
    assert "no version" in again
    book.write_text(BOOK.replace("any", "anny"), "utf-8")
    refused = run("codebook", "check", book)
    assert refused.code == 3
    assert "unknown key 'anny'" in refused.err


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_crosswalk(run, lang):
    shown = run("codebook", "crosswalk", "--lang", lang).out
    assert {"en": "The crosswalk is coarse", "ja": "対応は粗い"}[lang] in shown
    rows = json.loads(run("codebook", "crosswalk", "--format", "json", "--lang", lang).out)["rows"]
    primary = [row["theme"] for row in rows if row["primary"]]
    assert primary == list(read_codebook().ids)
    assert all(row["note"] for row in rows)


def test_endings_are_of_one_format_each():
    endings = [ending for ends in FORMATS.values() for ending in ends]
    assert len(endings) == len(set(endings))
