"""``track --crosswalk``: codes of another codebook, never without what they lose."""

from __future__ import annotations

import csv
import io
import json

import pytest

from cio_topics.cli import options
from cio_topics.codebook.crosswalk import CROSSWALKS


def test_words_are_those_of_the_room_that_owns_them():
    assert tuple(options.CROSSWALKS) == tuple(CROSSWALKS)


@pytest.mark.parametrize(
    ("lang", "note", "row"),
    [
        ("en", "The crosswalk is coarse", "cap_20 Government Operations"),
        ("ja", "対応は粗い", "cap_20 政府の運営"),
    ],
)
def test_the_table_says_how_coarse_it_is(run, lang, note, row):
    shown = run("track", "--crosswalk", "cap", "--by", "government", "--lang", lang)
    assert shown.code == 0
    assert note in shown.out
    assert row in shown.out
    assert "cap_3 " not in shown.out  # no theme leads there first: nothing is known about it


def test_all_links(run):
    shown = run("track", "--crosswalk", "cap", "--secondary", "--by", "government", "--lang", "en")
    assert "cap_3 Health" in shown.out
    assert "rather too high" in shown.out


def test_csv_has_the_note_in_its_manifest_and_on_the_terminal(run, tmp_path):
    file = tmp_path / "cap.csv"
    shown = run("track", "--crosswalk", "cap", "--format", "csv", "-o", file, "--lang", "en")
    assert shown.code == 0
    assert "The crosswalk is coarse" in shown.err
    manifest = json.loads((tmp_path / "cap.csv.manifest.json").read_text("utf-8"))
    told = manifest["crosswalk"]
    assert "粗い" in told["note_ja"]
    assert told["links"] == "primary"
    assert sum(told["themes_by_fit"].values()) == 15
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert {row["theme"] for row in rows} == {"cap_17", "cap_20", "cap_none"}


def test_json_carries_the_note(run):
    shown = json.loads(run("track", "--crosswalk", "cap", "--format", "json").out)
    assert "coarse" in shown["manifest"]["crosswalk"]["note_en"]


def test_a_crosswalk_of_ones_own(run, tmp_path):
    (tmp_path / "book.toml").write_text(
        'version = "1"\nfallback = "rest"\n[[themes]]\nid = "one"\n'
        '[[themes.rules]]\nany = ["計画"]\n[[themes]]\nid = "rest"\n',
        encoding="utf-8",
    )
    (tmp_path / "two.toml").write_text(
        'version = "1"\n[[themes]]\nid = "p"\n[[themes]]\nid = "q"\n', encoding="utf-8"
    )
    walk = tmp_path / "walk.toml"
    walk.write_text(
        'version = "9"\nsource_version = "1"\ntarget_version = "1"\ntarget = "two.toml"\n'
        '[[links]]\ntheme = "one"\nto = "p"\nfit = "exact"\n'
        '[[links]]\ntheme = "rest"\nto = "q"\nfit = "exact"\n',
        encoding="utf-8",
    )
    words = ("track", "--codebook", tmp_path / "book.toml", "--crosswalk", walk)
    shown = run(*words, "--themes-from", "rules", "--format", "json", "--by", "government")
    assert shown.code == 0
    rows = json.loads(shown.out)["rows"]
    assert {row["theme"] for row in rows} == {"p", "q"}
    refused = run(*words, "--themes-from", "rules", "--format", "csv", "-o", walk)
    assert (refused.code, walk.read_text("utf-8")[:13]) == (2, 'version = "9"')


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--secondary",), 2, "--secondary without --crosswalk"),
        (("--crosswalk", "nowhere.toml"), 3, "cannot read the crosswalk 'nowhere.toml'"),
    ],
)
def test_refusals(run, words, code, message):
    shown = run("track", *words)
    assert (shown.code, shown.out) == (code, "")
    assert message in shown.err
