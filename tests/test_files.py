import csv
import io
import os
import stat
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.errors import OutputError
from cio_topics.files import (
    decode_japanese,
    guard_formulas,
    replace_folder,
    table_csv,
    table_xlsx,
    unguard_formulas,
    write_bytes,
)

# What a spreadsheet runs, and what only looks like it.
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1", '=cmd|"/c calc"!A1', "="]
HARMLESS = [
    "電子政府",
    "1-1",
    "a=b",
    "",
    "'引用'",
    "'",
    " =1",
    "ー",
    "",
    "<script>alert(1)</script>",
]

TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]))
LEADS = st.text(alphabet="'=+-@\t\ra", max_size=6)  # dense in what matters


# --- formulas -------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(TEXTS | LEADS, min_size=1))
@example(RISKY + HARMLESS)
def test_unguard_takes_guard_back(texts):
    values = pd.Series(texts, dtype="str")
    assert unguard_formulas(guard_formulas(values)).tolist() == texts


@settings(deadline=None)
@given(st.lists(TEXTS | LEADS, min_size=1))
def test_a_guarded_text_never_begins_like_a_formula(texts):
    assert not guard_formulas(pd.Series(texts, dtype="str")).str.match(r"[=+\-@\t\r]").any()


@pytest.mark.parametrize("text", [text for text in RISKY if text[0] != "'"] + HARMLESS)
def test_unguard_leaves_a_text_that_nobody_guarded(text):
    assert unguard_formulas(pd.Series([text])).tolist() == [text]


def test_guard_adds_one_apostrophe_where_needed_only():
    assert guard_formulas(pd.Series(RISKY)).tolist() == ["'" + text for text in RISKY]
    assert guard_formulas(pd.Series(HARMLESS)).tolist() == HARMLESS


@pytest.mark.parametrize("text", sorted({*RISKY, *HARMLESS} - {"\r=1"}))
def test_csv_cells_are_no_formulas_and_come_back(text):
    content = table_csv(pd.DataFrame({"title": [text], "n": [-1]}))
    header, (cell, number) = csv.reader(io.StringIO(content, newline=""))
    assert header == ["title", "n"]
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert unguard_formulas(pd.Series([cell])).tolist() == [text]
    assert number == "-1"  # a number stays a number


@pytest.mark.parametrize("dtype", ["object", "category"])
def test_csv_cells_of_other_dtypes_are_no_formulas(dtype):
    table = pd.DataFrame({"title": pd.Series(["=cmd"], dtype=dtype)})
    assert table_csv(table) == "title\n'=cmd\n"


def test_csv_headers_are_no_formulas():
    assert not table_csv(pd.DataFrame({"=cmd": ["甲"]})).startswith("=")


def test_csv_lines_floats_and_missing_values():
    table = pd.DataFrame({"a": ["甲", None], "x": [1 / 3, np.nan], "n": pd.array([1, None])})
    assert table_csv(table) == "a,x,n\n甲,0.3333333333333333,1\n,,\n"


@pytest.mark.parametrize("text", ["甲\r乙", "\r=1", "甲\r=cmd"])
def test_csv_with_a_carriage_return_inside_a_cell_has_one_row(text):
    # Without quotes the rest of the text becomes a row of its own, and may be a formula.
    content = table_csv(pd.DataFrame({"text": [text], "n": [1]}))
    assert len(pd.read_csv(io.StringIO(content))) == 1


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("text", ["", "item_id\n", "議事次第\r\n", "ﾏｲﾅﾝﾊﾞｰ①㈱〜"])
def test_decode_japanese(text, encoding):
    # cp932 has no wave dash U+301C; the file holds U+FF5E in its place.
    text = text.replace("〜", "~") if encoding == "cp932" else text
    assert decode_japanese(text.encode(encoding)) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf8_is_always_read_as_utf8(text):
    assert decode_japanese(text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("content", "byte"),
    [
        (b"ab\x81", 2),  # first half of a character
        (b"ab\x80c", 2),  # cp932 gives a control character
        ("議".encode("cp932") + b"\xa0", 2),
        ("議事次第".encode("utf-16"), 0),
        ("議事".encode("euc-jp"), 3),
        (b"\xff\xfe", 0),
    ],
)
def test_neither_encoding(content, byte):
    with pytest.raises(UnicodeDecodeError) as caught:
        decode_japanese(content)
    assert caught.value.start == byte


# --- workbooks ------------------------------------------------------------------------------


def cells(content, sheet):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[(c.value, c.data_type) for c in row] for row in book[sheet].iter_rows()]


def test_xlsx_never_carries_formulas_or_links():
    texts = [
        *RISKY[:4],
        "{=1}",
        "http://example.org",
        "mailto:a@example.org",
        "123",
        "TRUE",
        "#N/A",
    ]
    content = table_xlsx({"=sheet": pd.DataFrame({"=head": texts})}, notes={"=key": "=value"})
    for sheet, expected in (("=sheet", ["=head", *texts]), ("notes", ["key", "=key"])):
        assert [row[0] for row in cells(content, sheet)] == [(text, "s") for text in expected]
    assert cells(content, "notes")[1][1] == ("=value", "s")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row)


def test_xlsx_numbers_stay_numbers_and_missing_values_empty_cells():
    table = pd.DataFrame(
        {"a": ["甲", None, ""], "n": pd.array([1, None, -3]), "x": [0.5, np.nan, 2.0]}
    )
    table = table.assign(o=pd.Series([None, "=1", 3], dtype=object))
    rows = [[value for value, _ in row] for row in cells(table_xlsx({"s": table}), "s")]
    assert rows == [
        ["a", "n", "x", "o"],
        ["甲", 1, 0.5, None],
        [None, None, None, "=1"],
        [None, -3, 2, "3"],
    ]


def test_xlsx_header_is_frozen_and_sheet_names_are_cut():
    content = table_xlsx({"議" * 40: pd.DataFrame({"a": ["甲"]}), "empty": pd.DataFrame({"a": []})})
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["議" * 31, "empty"]
    assert all(sheet.freeze_panes == "B2" for sheet in book)


def test_xlsx_is_the_same_bytes_twice():
    sheets = {"s": pd.DataFrame({"a": ["甲", "=1"], "x": [0.1, np.nan]})}
    assert table_xlsx(sheets, {"k": "v"}) == table_xlsx(sheets, {"k": "v"})
    # The clock is not in it, so that they are the same tomorrow as well.
    book = openpyxl.load_workbook(io.BytesIO(table_xlsx(sheets)))
    assert book.properties.created.year == 1980


def test_xlsx_of_an_infinite_number():
    assert table_xlsx({"s": pd.DataFrame({"x": [np.inf]})})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- one file, whole or not at all ------------------------------------------------------------


def test_write_bytes_makes_folders_and_replaces(tmp_path):
    place = tmp_path / "新しい" / "folder" / "結果.bin"
    write_bytes(place, b"one")
    write_bytes(place, b"two")
    assert place.read_bytes() == b"two"
    assert names(place.parent) == ["結果.bin"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
class TestModesAndLinks:
    @pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
    def test_a_new_file_has_the_mode_of_the_user(self, tmp_path, umask, mode):
        before = os.umask(umask)
        try:
            write_bytes(tmp_path / "a", b"one")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode

    @pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
    def test_a_file_keeps_its_mode(self, tmp_path, mode):
        place = tmp_path / "a"
        place.write_bytes(b"one")
        place.chmod(mode)
        write_bytes(place, b"two")
        assert (place.read_bytes(), stat.S_IMODE(place.stat().st_mode)) == (b"two", mode)

    def test_a_link_leads_where_it_led(self, tmp_path):
        (tmp_path / "far").mkdir()
        place, link = tmp_path / "far" / "a", tmp_path / "link"
        place.write_bytes(b"one")
        link.symlink_to(place)
        write_bytes(link, b"two")
        assert (link.is_symlink(), place.read_bytes()) == (True, b"two")

    def test_a_link_to_nothing_yet(self, tmp_path):
        link = tmp_path / "link"
        link.symlink_to(tmp_path / "a")
        write_bytes(link, b"one")
        assert (link.is_symlink(), (tmp_path / "a").read_bytes()) == (True, b"one")

    def test_a_device_stays_one(self):
        write_bytes("/dev/null", b"one")
        assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_write_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("old")
    with pytest.raises(OutputError, match=r"cannot write .*b.txt.*Choose a folder.*-o"):
        write_bytes(tmp_path / "file" / "b.txt", b"new")
    assert (tmp_path / "file").read_text() == "old"


def test_write_onto_a_folder_is_refused_and_leaves_nothing(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OutputError, match="cannot write"):
        write_bytes(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a"]
    assert names(tmp_path / "a") == []


def test_write_into_a_folder_without_permission(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("cio_topics.files.tempfile.mkstemp", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        write_bytes(tmp_path / "a", b"new")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (OSError(28, "No space left on device"), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["disk full", "interrupted"],
)
def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path, monkeypatch, raised, expected):
    place = tmp_path / "a.txt"
    place.write_text("old")

    def fail(*_):
        raise raised

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(expected):
        write_bytes(place, b"new")
    assert place.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


# --- a folder of files ------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("old a")
    (folder / "mine.txt").write_text("mine")
    return folder


def contents(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_replace_folder_makes_a_new_one(tmp_path):
    target = tmp_path / "deep" / "out"
    with replace_folder(target) as folder:
        (folder / "a.txt").write_text("a")
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("b")
        assert not target.exists()
    assert contents(tmp_path) == {"deep/out/a.txt": "a", "deep/out/sub/b.txt": "b"}
    assert target.stat().st_mode & 0o777 == 0o755


def test_replace_folder_replaces_files_and_leaves_others(old):
    with replace_folder(old) as folder:
        (folder / "a.txt").write_text("new a")
        (folder / "sub").mkdir()
        (folder / "sub" / "b.txt").write_text("b")
        assert contents(old)["a.txt"] == "old a"
    assert contents(old) == {"a.txt": "new a", "mine.txt": "mine", "sub/b.txt": "b"}
    assert names(old) == ["a.txt", "mine.txt", "sub"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_inside_the_block_leaves_the_folder_as_it_was(old, error):
    before = contents(old.parent)
    with pytest.raises(error), replace_folder(old) as folder:  # noqa: PT012
        (folder / "a.txt").write_text("new a")
        raise error
    assert contents(old.parent) == before
    assert names(old.parent) == ["out"]


def test_an_error_inside_the_block_makes_no_folder(tmp_path):
    with pytest.raises(KeyboardInterrupt), replace_folder(tmp_path / "new") as folder:  # noqa: PT012
        (folder / "a.txt").write_text("a")
        raise KeyboardInterrupt
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["file", "file/out"])
def test_replace_folder_refuses_a_file_in_its_place(tmp_path, place):
    (tmp_path / "file").write_text("old")
    with (
        pytest.raises(
            OutputError, match=r"cannot write .*(a file of this name|exists|[Dd]irectory)"
        ),
        replace_folder(tmp_path / place),
    ):
        pytest.fail("the block was entered")
    assert contents(tmp_path) == {"file": "old"}


def test_a_move_that_fails_leaves_whole_files_only(old):
    (old / "b.txt").mkdir()  # a folder stands where a file should go
    with pytest.raises(OutputError), replace_folder(old) as folder:  # noqa: PT012
        (folder / "a.txt").write_text("new a")
        (folder / "b.txt").write_text("new b")
    found = contents(old)
    assert found.pop("a.txt") in {"old a", "new a"}
    assert found == {"mine.txt": "mine"}
    assert names(old) == ["a.txt", "b.txt", "mine.txt"]


def test_a_full_disk_while_files_are_made_is_an_output_error(old):
    with pytest.raises(OutputError), replace_folder(old):
        raise OSError(28, "No space left on device")
