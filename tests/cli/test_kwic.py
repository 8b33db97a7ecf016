"""The command ``cio-topics kwic``."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

from cio_topics.cli.kwic import kwic
from cio_topics.cli.main import cli


@pytest.fixture
def run_kwic(run, monkeypatch):
    monkeypatch.setitem(cli.commands, "kwic", kwic)
    return lambda *words: run("kwic", *words)


def column_of(line: str, keyword: str) -> set[int]:
    """Columns of a terminal where the keyword stands."""
    places = [at for at in range(len(line)) if line.startswith(keyword, at)]
    return {
        sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:at]) for at in places
    }


@pytest.mark.parametrize("words", [(), ("--window", "5"), ("--lang", "en", "--sort", "right")])
def test_keywords_stand_in_one_column(run_kwic, words):
    shown = run_kwic("最適化", *words)
    assert (shown.code, shown.err) == (0, "")
    lines = shown.out.splitlines()[1:-2]
    assert len(lines) == 23
    assert set.intersection(*(column_of(line, "最適化") for line in lines))


def test_the_table_says_of_how_many_items(run_kwic):
    assert run_kwic("最適化", "--lang", "en").out.endswith("\n\n23 places in 23 of 307 items.\n")
    shown = run_kwic(
        "最適化", "--body", "各府省情報化統括責任者(CIO)連絡会議", "--until", "2003-12-31"
    )
    assert "ありません" in shown.out


def test_headers_follow_the_language(run_kwic):
    heads = [
        run_kwic("棚卸し", "--lang", lang).out.splitlines()[0].split() for lang in ("ja", "en")
    ]
    assert heads == [
        ["日付", "左", "キーワード", "右", "会議体"],
        ["date", "left", "keyword", "right", "body"],
    ]


def test_a_cut_context_is_marked(run_kwic):
    shown = run_kwic("棚卸し", "--window", "2", "--since", "2012-07-13", "--lang", "en").out
    assert "2012-07-13  ..ける  棚卸し   の実.." in shown
    assert ".." not in run_kwic("棚卸し").out


def test_formats_agree_and_have_all_columns(run_kwic):
    options = ("方針", "--sort", "left")
    rows = list(csv.DictReader(io.StringIO(run_kwic(*options, "--format", "csv").out)))
    found = json.loads(run_kwic(*options, "--format", "json").out)
    lines = run_kwic(*options, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == found["rows"]
    assert [{k: str(v) for k, v in row.items()} for row in found["rows"]] == rows
    assert list(rows[0]) == [
        *("item_id", "date", "body", "left", "keyword", "right", "start", "end", "title")
    ]
    chosen = found["manifest"]["settings"]
    assert (chosen["keyword"], chosen["sort"], chosen["window"]) == ("方針", "left", None)


def test_a_file_has_its_manifest(run_kwic, tmp_path):
    assert run_kwic("方針", "--format", "csv", "-o", tmp_path / "a.csv").code == 0
    manifest = json.loads((tmp_path / "a.csv.manifest.json").read_text("utf-8"))
    assert manifest["command"] == "cio-topics kwic '方針' --format csv"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("宇宙人",), "'宇宙人'は307項目のどの題名にもありません。\n"),
        (("宇宙人", "--lang", "en"), "Nothing found: '宇宙人' stands in none of 307 titles.\n"),
        (("it戦略", "--lang", "en"), "titles. Near it (items): IT戦略 (12).\n"),
        (("最適計画",), "近い語(項目数): 計画 (58), 最適 (23)。\n"),
        (("最適", "--match", "term"), "ほかの語の中などでは23項目に現れます(--match text)。\n"),
        (
            ("最適", "--match", "term", "--lang", "en"),
            "is a term of none of 307 titles. It stands in 23 titles as a part of others (--match "
            "text).\n",
        ),
    ],
)
def test_nothing_found_is_said_with_what_is_near(run_kwic, words, said):
    shown = run_kwic(*words)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.endswith(said)


def test_nothing_found_leaves_other_formats_clean(run_kwic):
    shown = run_kwic("宇宙人", "--format", "csv")
    assert shown.code == 0
    assert shown.out == "item_id,date,body,left,keyword,right,start,end,title\n"
    assert "どの題名にもありません" in shown.err


def test_titles_are_not_trusted(run_kwic, tmp_path):
    # invented
    (tmp_path / "meetings.csv").write_text(
        "meeting_id,body,date,date_precision\nm1,甲会議,2006-07,month\n", encoding="utf-8"
    )
    (tmp_path / "items.csv").write_text(
        "item_id,meeting_id,title\na1,m1,'=1+1と計画\n", encoding="utf-8"
    )
    (row,) = csv.DictReader(io.StringIO(run_kwic("計画", tmp_path, "--format", "csv").out))
    assert (row["left"], row["title"]) == ("'=1+1と", "'=1+1と計画")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "the keyword is empty; expected at least one character."),
        (("　",), "探す語を指定してください。"),
        ((), "Missing argument 'KEYWORD'"),
        (("計画", "--window", "-1"), "-1 is not in the range x>=0"),
        (("計画", "--sort", "title"), "'title' is not one of 'date', 'body', 'left', 'right'"),
        (("計画", "--body", "甲会議"), "甲会議"),
    ],
)
def test_refusals(run_kwic, words, said):
    shown = run_kwic(*words)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_choices_are_those_of_the_room():
    from cio_topics.terms.kwic import MATCHES, SORTS

    listed = {p.name: tuple(p.type.choices) for p in kwic.params if p.name in ("match", "sort")}
    assert listed == {"match": MATCHES, "sort": SORTS}
