"""The command ``code`` on texts, tables and the embedded corpus, and on bad input."""

import csv
import io
import json

import pytest

from cio_topics.cli.code import UNITS
from cio_topics.coding.units import UNITS as OWNED

NOVEL = """\
<H1>上</H1>
<H2>一</H2>
父は海へ行った。母は泣いた。
父の友人は死ななかった。
<H1>中</H1>
<H2>一</H2>
父は海で死んだ。
"""
RULES = "＊父\n父\n# 注\n＊死\n死ぬ and not 海\n＊所\n<>所-->鎌倉 and lw > 1\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.txt").write_text(NOVEL, encoding="cp932")
    (tmp_path / "r.cod").write_text(RULES, encoding="cp932")
    (tmp_path / "v.csv").write_text("所,年\n鎌倉,1\n東京,2\n", encoding="utf-8")
    return tmp_path


BASE = ("code", "r.cod", "n.txt", "--variables", "v.csv", "--dictionary", "ipadic")


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_units_are_those_of_the_room():
    assert UNITS == OWNED


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("paragraph", {"父": 3, "死": 1, "所": 2, "＃コード無し": 4, "文書数": 7}),
        ("sentence", {"父": 3, "死": 1, "所": 3, "＃コード無し": 4, "文書数": 8}),
        ("h2", {"父": 2, "死": 0, "所": 1, "＃コード無し": 0, "文書数": 2}),
        ("h1", {"父": 2, "死": 0, "所": 1, "＃コード無し": 0, "文書数": 2}),
        ("item", {"父": 3, "死": 1, "所": 2, "＃コード無し": 4, "文書数": 7}),
    ],
)
def test_simple_tabulation(run, folder, unit, expected):
    shown = run(*BASE, "--unit", unit, "--format", "csv")
    assert shown.code == 0
    assert {row["code"]: int(row["frequency"]) for row in rows(shown.out)} == expected
    percent = {row["code"]: row["percent"] for row in rows(shown.out)}
    n = expected["文書数"]
    assert percent["父"] == str(round(100 * expected["父"] / n, 2))
    assert "外部変数 所, 年: H1(2件)の値。" in shown.err


def test_the_table_is_that_of_kh_coder(run, folder):
    shown = run(*BASE)
    lines = shown.out.splitlines()
    assert lines[0].split() == ["コード名", "頻度", "パーセント", "95%区間"]
    assert lines[1].split()[:3] == ["父", "3", "42.86%"]
    assert lines[4].split()[:3] == ["＃コード無し", "4", "57.14%"]
    assert lines[5].split() == ["文書数", "7"]
    english = run(*BASE, "--lang", "en")
    assert "#no code" in english.out
    assert "Unit: paragraph. Dictionary: ipadic" in english.out


def test_formats_agree(run, folder):
    table = json.loads(run(*BASE, "--format", "json").out)
    assert [row["frequency"] for row in table["rows"]] == [3, 1, 2, 4]
    assert {row["n_units"] for row in table["rows"]} == {table["n_units"]} == {7}
    assert table["manifest"]["unit"] == {"kind": "paragraph", "n": 7}
    assert table["manifest"]["variables"][0]["unit"] == "h1"


def test_cross_tabulation(run, folder):
    shown = run(*BASE, "--crosstab", "所", "--format", "csv")
    table = {row["<>所"]: row for row in rows(shown.out)}
    # A code has the variable's name.
    assert list(table) == ["鎌倉", "東京", "合計", "カイ2乗値", "p値"]
    assert [table[name]["父"] for name in ("鎌倉", "東京", "合計")] == ["2", "1", "3"]
    assert [table[name]["ケース数"] for name in ("鎌倉", "東京", "合計")] == ["4", "3", "7"]
    assert table["鎌倉"]["父 (%)"] == "50.0"
    made = json.loads(run(*BASE, "--crosstab", "見出し1", "--format", "json").out)
    assert [row["value"] for row in made["rows"]] == ["上"] * 3 + ["中"] * 3 + ["合計"] * 3
    assert float(table["カイ2乗値"]["父"]) == pytest.approx(
        made["tests"][0]["chi_squared"], abs=1e-4
    )
    text = run(*BASE, "--crosstab", "h1").out
    assert "2 (50.00%)" in text
    assert "** p<.01、* p<.05" in text


def test_variables_of_several_units(run, folder):
    (folder / "w.txt").write_text("章\t曜\n1_1\t月\n2_1\t火\n", encoding="utf-8")
    (folder / "r.cod").write_text("＊x\n<>所-->鎌倉 or <>曜-->火", encoding="utf-8")
    words = (*BASE, "--variables", "w.txt", "--format", "json")
    shown = json.loads(run(*words, "--variable-unit", "h1", "--variable-unit", "h2").out)
    assert shown["rows"][0]["frequency"] == 4 + 2  # the heading 中 is in no h2
    assert [one["unit"] for one in shown["manifest"]["variables"]] == ["h1", "h2"]
    assert json.loads(run(*words).out)["rows"][0]["frequency"] == 4 + 3  # both of h1


def test_which_unit_has_which_codes(run, folder):
    shown = run(*BASE, "--units", "u.csv", "-o", "t.csv", "--format", "csv")
    assert shown.code == 0
    units = rows((folder / "u.csv").read_text("utf-8"))
    assert [row["codes"] for row in units] == ["", "", "父;所", "父;死;所", "", "", "父"]
    assert [row["line"] for row in units] == list("1234567")
    assert units[3]["h2"] == "一"
    for code, total in (("父", 3), ("死", 1), ("所", 2)):  # every count can be traced
        assert sum(int(row[f"＊{code}"]) for row in units) == total
    assert (folder / "t.csv.manifest.json").exists()
    assert (folder / "u.csv.manifest.json").exists()


def test_a_text_from_standard_input(run, folder):
    shown = run("code", "r2.cod", "-", "--format", "csv", stdin=NOVEL.encode())
    assert shown.code == 3  # no such rules
    (folder / "r2.cod").write_text("＊海\n'海'", encoding="utf-8")
    shown = run("code", "r2.cod", "-", "--format", "csv", stdin=NOVEL.encode())
    assert rows(shown.out)[0]["frequency"] == "2"


def test_the_embedded_corpus_and_its_columns(run, folder):
    (folder / "r.cod").write_text("＊x\n'電子' and <>government-->democratic_led", encoding="utf-8")
    shown = run("code", "r.cod", "--format", "json", "--crosstab", "government")
    table = json.loads(shown.out)
    assert table["n_units"] == 307
    held = {row["value"]: row["frequency"] for row in table["rows"]}
    assert held["ldp_led"] == held["unknown"] == 0 < held["democratic_led"] == held["合計"]


BAD = [
    (("code", "nowhere.cod", "n.txt"), 3, "cannot read the coding rules"),
    (("code", "r.cod", "nowhere.txt"), 3, "cannot read 'nowhere.txt'"),
    (("code", "r.cod", "n.txt"), 3, "r.cod:7:1: there is no outside variable '所'"),
    ((*BASE, "--unit", "h3"), 2, "has no unit h3; it has: h1, h2, paragraph, sentence"),
    ((*BASE, "--unit", "h6"), 2, "is not one of 'item', 'h1'"),
    ((*BASE, "--variable-unit", "sentence"), 2, "have 2 rows, for the unit sentence"),
    (
        ("code", "r.cod", "n.txt", "--variable-unit", "h1"),
        2,
        "is given 1 times, --variables 0 times",
    ),
    ((*BASE, "--variables", "v.csv"), 2, "two tables have a variable '所'"),
    ((*BASE, "--crosstab", "部"), 2, "no variable '部'; expected one of: 所, 年, h1, h2"),
    ((*BASE, "--crosstab", "h2", "--unit", "h1"), 2, "belongs to units smaller than h1"),
    ((*BASE, "--dictionary", "ipa"), 2, "unknown dictionary 'ipa'"),
    (("code", "r.cod", "v.csv"), 3, "v.csv has no column 'title'; found: 所, 年"),
    ((*BASE, "-o", "n.txt"), 2, "it would be written over"),
    ((*BASE, "-o", "u.csv", "--units", "u.csv"), 2, "is given for two results"),
]


@pytest.mark.parametrize(("words", "code", "message"), BAD)
def test_bad_input(run, folder, words, code, message):
    shown = run(*words)
    assert shown.code == code
    assert message in shown.err
    assert "Traceback" not in shown.err


def test_an_unbalanced_parenthesis_is_shown_where_it_is(run, folder):
    (folder / "r.cod").write_text("＊父\n( 父 or 母", encoding="utf-8")
    shown = run(*BASE)
    assert shown.code == 3
    assert "r.cod:2:1: the parenthesis ( is never closed." in shown.err
    assert "対応する ) を書いてください。" in shown.err
    assert "\n  ( 父 or 母\n  ^\n" in shown.err


def test_what_a_terminal_could_obey_is_not_printed(run, folder):
    (folder / "r.cod").write_text("＊\x1b[31m父\n父", encoding="utf-8")
    (folder / "n.txt").write_text("<H1>\x1b[2J上</H1>\n父", encoding="utf-8")
    for words in ((), ("--crosstab", "h1")):
        shown = run("code", "r.cod", "n.txt", *words)
        assert shown.code == 0
        assert "\x1b" not in shown.out


def test_notes_of_units_that_cannot_hold(run, folder):
    (folder / "r.cod").write_text("＊x\n<>見出し2-->一", encoding="utf-8")
    shown = run("code", "r.cod", "n.txt", "--unit", "h1")
    assert "より小さい単位" in shown.out
    shown = run("code", "r.cod", "n.txt", "--unit", "h1", "--format", "csv")
    assert "より小さい単位" in shown.err
