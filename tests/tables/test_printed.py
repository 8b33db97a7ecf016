"""A result and its kind → title, headers, cells and notes, in both languages."""

import pandas as pd
import pytest

from cio_topics.errors import OutputError, SettingsError
from cio_topics.tables import KINDS, Printed, print_result, printed_result
from cio_topics.tables.columns import STYLES, Column, Kind

KIND = Kind(
    "表({unit})",
    "Table ({unit})",
    (
        Column("theme", "テーマ", "Theme", names="theme"),
        Column("n", "数", "n", "count"),
        Column("share", "割合", "Share", "percent", "low", "high"),
    ),
    ("n = {n_items}。", "水準{level}%。"),
    ("n = {n_items}.", "Level {level}%."),
)
RESULT = pd.DataFrame({"theme": ["a"], "n": [3], "share": [0.5], "low": [0.2], "high": [0.8]})


def test_both_languages():
    ja = printed_result(RESULT, KIND, facts={"n_items": 7, "unit": "項目", "level": 95})
    assert (ja.title, list(ja.table)) == ("表(項目)", ["テーマ", "数", "割合"])
    assert ja.notes == ("n = 7。", "水準95%。")
    en = printed_result(RESULT, KIND, lang="en", facts={"n_items": 7, "unit": "items", "level": 95})
    assert (en.title, en.notes) == ("Table (items)", ("n = 7.", "Level 95%."))
    assert en.table.values.tolist() == [["a", "3", "50.0 [20.0–80.0]"]]
    assert en.numeric == (False, True, True)


def test_a_note_without_its_facts_is_left_out_and_sources_come_last():
    printed = printed_result(RESULT, KIND, lang="en", facts={"level": 90}, notes=("Source.",))
    assert printed.notes == ("Level 90%.", "Source.")


def test_columns_that_the_result_lacks_are_left_out_but_the_first():
    assert list(printed_result(RESULT[["theme"]], KIND, lang="en").table) == ["Theme"]
    with pytest.raises(SettingsError, match="the result has no column 'theme'"):
        printed_result(RESULT[["n"]], KIND)


def test_no_rows():
    printed = printed_result(RESULT[:0], KIND, lang="en")
    assert printed.table.shape == (0, 3)
    assert list(printed.table) == ["Theme", "n", "Share"]


def test_an_unknown_kind():
    with pytest.raises(SettingsError, match="unknown kind of result 'shars'; expected one of: "):
        printed_result(RESULT, "shars")


def test_cells_must_be_texts():
    with pytest.raises(SettingsError, match="column 'n' of a printed table holds values"):
        Printed("", pd.DataFrame({"n": [1]}))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_speaks_both_languages(name):
    kind = KINDS[name]
    assert kind.title_ja
    assert kind.title_en
    assert len(kind.notes_ja) == len(kind.notes_en)
    for column in kind.columns:
        assert column.ja
        assert column.en
        assert column.style in STYLES
        assert bool(column.low) == bool(column.high)


def test_a_notebook_shows_the_table_with_its_notes():
    shown = Printed("<T>", pd.DataFrame({"A": ["<b>"]}, dtype="str"), ("n.",))._repr_html_()
    assert "&lt;T&gt;" in shown
    assert "&lt;b&gt;" in shown
    assert shown.endswith("n.</p>")


def test_files_by_their_ending(tmp_path):
    printed = printed_result(RESULT, KIND, lang="en")
    for name, begins in (
        ("a.csv", b"Theme,"),
        ("a.md", b"**Table"),
        ("a.tex", b"\\begin{table}"),
        ("a.html", b"<table>"),
        ("a.doc.html", b"<!DOCTYPE html>"),
        ("a.xlsx", b"PK"),
    ):
        print_result(printed, tmp_path / name, result=RESULT)
        assert (tmp_path / name).read_bytes().startswith(begins), name
    with pytest.raises(SettingsError, match=r"'a\.docx' has no known ending; .* \.doc\.html"):
        print_result(printed, tmp_path / "a.docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        print_result(printed, tmp_path / "file" / "a.csv")
