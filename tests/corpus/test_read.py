import re
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import (
    TABLES,
    Corpus,
    coverage,
    read_case_study,
    read_corpus,
    read_example,
    write_corpus,
)
from cio_topics.corpus.read import read_sheets
from cio_topics.data import embedded_folder
from cio_topics.errors import CorpusError, OutputError, SettingsError

FORMATS = ("csv", "jsonl", "xlsx", "parquet")
SOURCES = Path(__file__).resolve().parents[2] / "corpus" / "sources"

# Invented rows.
MEETINGS = "meeting_id,body,date,date_precision\nm1,試験会議,2009-07-01,day\n"
ITEMS = "item_id,meeting_id,title\na1,m1,電子政府\n"
FLAT = "item_id,body,date,title\n"


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes files beside good meetings and items, and gives the folder."""

    def write(**files):
        contents = {"meetings.csv": MEETINGS, "items.csv": ITEMS}
        contents |= {name.replace("__", "."): content for name, content in files.items()}
        for name, content in contents.items():
            if content is not None:
                data = content if isinstance(content, bytes) else content.encode()
                (tmp_path / name).write_bytes(data)
        return tmp_path

    return write


def refusal(path):
    with pytest.raises(CorpusError) as caught:
        read_corpus(path)
    return str(caught.value)


# --- bad values: one error with file, line, column, value, expected ---------------------------

BAD = [
    (
        "meetings.csv",
        "m1,試験会議,2011-02-30,day",
        r"date: got '2011-02-30', expected a real date wri",
    ),
    (
        "meetings.csv",
        "m1,試験会議,2009-07-01,month",
        "date: got '2009-07-01', expected .* 2009-07, ",
    ),
    ("meetings.csv", "m1,試験会議,2009-07-01,日", "date_precision: got '日', expected one of: day"),
    ("meetings.csv", "m1,,2009-07-01,day", "body: got '', expected a text that is not empty"),
    ("items.csv", "a 1,m1,甲", "item_id: got 'a 1', expected 1 to 200 characters without white sp"),
    (
        "items.csv",
        "a1,m9,甲",
        "meeting_id: got 'm9', expected a meeting_id that stands in meetings",
    ),
    ("items.csv", "a1,m1,", "title: got '', expected a text that is not empty"),
    ("items.csv", "a1,m1,\u3000", r"title: got '\\u3000', expected a text that is not empty"),
    (
        "items.csv",
        "a1,m1,甲\x07",
        r"title: got '甲\\x07', expected text without control characters",
    ),
    (
        "items.csv",
        'a1,m1,"甲\n乙"',
        r"title: got '甲\\n乙', expected text without control characters",
    ),
]


@pytest.mark.parametrize(("file", "row", "expected"), BAD)
def test_a_bad_value_in_a_folder(folder, file, row, expected):
    good = {"meetings.csv": MEETINGS, "items.csv": ITEMS}[file]
    header = good.partition("\n")[0]
    message = refusal(folder(**{file.replace(".", "__"): f"{header}\n{row}\n"}))
    assert message.startswith("1 bad value in the corpus:\n")
    assert re.search(rf"^  {file}:2: {expected}", message, flags=re.MULTILINE)
    assert "Correct these values" in message
    assert "直してから" in message


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("n_handouts", "-1", "a whole number of 0 or more, or empty"),
        ("number", "第3回", "a whole number of 1 or more, or empty"),
        ("format", "zoom", "one of: in_person, circulated, joint, online, unknown"),
        ("start", "25:00", "a time as 09:30, or empty"),
    ],
)
def test_a_bad_value_in_an_optional_column(folder, column, value, expected):
    table = MEETINGS.replace("date_precision", f"date_precision,{column}").replace(
        "day", f"day,{value}"
    )
    assert f"meetings.csv:2: {column}: got '{value}', expected {expected}" in refusal(
        folder(meetings__csv=table)
    )


def test_a_bad_status(folder):
    message = refusal(folder(items__csv="item_id,meeting_id,title,status\na1,m1,甲,可決\n"))
    assert (
        "items.csv:2: status: got '可決', expected one of: 決定, 報告, 案, 改定, その他, (empty)"
        in message
    )


def test_end_before_start(folder):
    table = MEETINGS.replace("precision", "precision,start,end").replace("day", "day,10:00,09:00")
    message = refusal(folder(meetings__csv=table))
    assert (
        "meetings.csv:2: end: got '09:00', expected a time not before the start, 10:00" in message
    )


def test_repeated_identifiers(folder):
    message = refusal(folder(items__csv=ITEMS + "a2,m1,乙\na1,m1,丙\n"))
    assert (
        "items.csv:4: item_id: got 'a1', expected a value of its own (it stands first in line 2)"
        in message
    )


def test_a_missing_column(folder):
    message = refusal(folder(items__csv="item_id,meeting_id,name\na1,m1,甲\n"))
    assert "items.csv:1: title: the column is missing; found: item_id" in message
    assert "name" in message


def test_more_than_twenty_problems_are_counted(folder):
    rows = "".join(f"x{i},m1,\n" for i in range(25))
    message = refusal(folder(items__csv="item_id,meeting_id,title\n" + rows))
    assert message.startswith("25 bad values in the corpus:")
    assert message.count("items.csv:") == 20
    assert "… and 5 more" in message
    assert "items.csv:21: " in message
    assert "items.csv:22: " not in message


# --- lines ----------------------------------------------------------------------------------

LINES = "item_id,meeting_id,title,extra\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (LINES + "a1,m1,甲,x\na2,m1,,x\n", 3),
        (LINES + 'a1,m1,甲,"two\nlines"\na2,m1,,x\n', 4),
        (LINES + 'a1,m1,甲,"a\n\n\nb ""q"", c"\na2,m1,,x\n', 6),
        (LINES + '"a1",m1,甲,x\na2,m1,,"two\nlines"\n', 3),  # the line it begins in
        (LINES + "a1,m1,甲,x\n\n\na2,m1,,x\n", 5),  # empty lines are no rows
        ("\n" + LINES + "a1,m1,甲,x\na2,m1,,x\n", 4),
        ((LINES + "a1,m1,甲,x\na2,m1,,x\n").replace("\n", "\r\n"), 3),
        (LINES + 'a1,m1,甲,"two\r\nlines"\r\na2,m1,,x\r\n', 4),
        (LINES + "a1,m1,甲,x\na2,m1,,x", 3),  # no line end at the end
    ],
)
def test_lines_are_those_an_editor_shows(folder, text, line):
    assert f"items.csv:{line}: title: got ''" in refusal(folder(items__csv=text))


def test_a_line_of_blanks_does_not_shift_lines(folder):
    text = LINES + "a1,m1,甲,x\n  \na2,m1,,x\n"
    assert "items.csv:4: title: got ''" in refusal(folder(items__csv=text))


def test_line_ends_of_old_macs(folder):
    assert "items.csv:2: title: got ''" in refusal(
        folder(items__csv="item_id,meeting_id,title\ra1,m1,\r")
    )


@pytest.mark.parametrize(
    ("file", "content", "place"),
    [
        (
            "items.jsonl",
            '\n{"item_id":"a1","meeting_id":"m1","title":""}\n',
            "items.jsonl:2: title",
        ),
        ("items.jsonl", '{"item_id":"a1"}\n', "items.jsonl:1: meeting_id: the column is missing"),
    ],
)
def test_lines_of_jsonl(folder, file, content, place):
    assert place in refusal(folder(items__csv=None, items__jsonl=content))


def test_rows_of_a_workbook_and_of_parquet(folder, tmp_path):
    bad = pd.DataFrame({"item_id": ["a1", "a2"], "meeting_id": "m1", "title": ["甲", ""]})
    bad.to_parquet(folder(items__csv=None) / "items.parquet")
    assert "items.parquet:2: title: got ''" in refusal(tmp_path)  # Parquet has rows, no lines
    with pd.ExcelWriter(tmp_path / "all.xlsx") as book:
        bad.to_excel(book, sheet_name="items", index=False)
        pd.read_csv(tmp_path / "meetings.csv").to_excel(book, sheet_name="meetings", index=False)
    assert "all.xlsx[items]:3: title: got ''" in refusal(tmp_path / "all.xlsx")


# --- cells ----------------------------------------------------------------------------------


def test_a_row_with_too_many_cells(folder):
    message = refusal(folder(items__csv=ITEMS + "a2,m1,乙,more\n"))
    assert "items.csv:3: a row of 4 cells, expected 3 as in the header" in message


def test_a_row_with_too_few_cells_misses_a_required_one(folder):
    assert "items.csv:3: " in refusal(folder(items__csv=ITEMS + "a2,m1\n"))


def test_a_row_with_too_few_cells(folder):
    # Without its second comma it loses the place of its cells: 甲 may be no title at all.
    items = "item_id,meeting_id,title,status,note\na1,m1,甲,,\na2,m1,乙\n"
    assert "items.csv:3: a row of 3 cells, expected 5 as" in refusal(folder(items__csv=items))


def test_rows_that_all_have_too_many_cells(folder):
    message = refusal(folder(items__csv="item_id,meeting_id,title\nlost,a1,m1,甲\n"))
    assert "items.csv:2: " in message


def test_two_columns_of_one_name(folder):
    assert "title" in refusal(folder(items__csv="item_id,meeting_id,title,title\na1,m1,甲,乙\n"))


# --- files and folders ------------------------------------------------------------------------


def test_nothing_there(tmp_path):
    assert "no-such' does not exist. Give a folder with meetings and items" in refusal(
        tmp_path / "no-such"
    )


def test_an_empty_folder(tmp_path):
    message = refusal(tmp_path)
    assert "expected meetings and items as .csv, .jsonl, .xlsx, .parquet; found: nothing" in message


def test_a_folder_without_items(folder):
    message = refusal(folder(items__csv=None, readme__txt="x"))
    assert "found: meetings.csv, readme.txt" in message


def test_a_folder_with_two_files_for_one_table(folder):
    assert "holds items twice: items.csv, items.jsonl. Keep one of them." in refusal(
        folder(items__jsonl="{}")
    )


@pytest.mark.parametrize("content", ["", "\n \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_empty_file(folder, content, ending):
    files = {"items__csv": None, f"items__{ending}": content}
    assert f"items.{ending} is empty. Give a file with" in refusal(folder(**files))


def test_a_file_of_another_kind(tmp_path):
    (tmp_path / "items.pdf").write_bytes(b"%PDF")
    assert "'items.pdf' is no .csv, .jsonl, .xlsx, .parquet file" in refusal(tmp_path / "items.pdf")


@pytest.mark.parametrize(
    ("ending", "kind"), [("xlsx", "an XLSX workbook"), ("parquet", "a Parquet file")]
)
@pytest.mark.parametrize("content", [b"", b"no such thing", b"PK\x05\x06" + bytes(18)])
def test_a_file_that_is_not_what_its_name_says(tmp_path, ending, kind, content):
    (tmp_path / f"agenda.{ending}").write_bytes(content)
    message = refusal(tmp_path / f"agenda.{ending}")
    assert f"agenda.{ending} is not {kind}" in message
    assert len(message) < 500


def test_a_workbook_with_a_broken_sheet(tmp_path):
    write_corpus(read_example(), tmp_path / "good.xlsx", "xlsx")
    with (
        zipfile.ZipFile(tmp_path / "good.xlsx") as good,
        zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as bad,
    ):
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content[:200] if "sheet1" in name else content)
    assert "bad.xlsx is not an XLSX workbook" in refusal(tmp_path / "bad.xlsx")


# --- hostile workbooks: a flat agenda, and a table in a folder --------------------------------


@pytest.fixture(params=["agenda.xlsx", "corpus/items.xlsx"])
def workbook(request, tmp_path):
    """Return where a workbook is put, and the path that is read."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "meetings.csv").write_text(MEETINGS, encoding="utf-8")
    file = tmp_path / request.param
    return file, file if file.parent == tmp_path else file.parent


def with_cells(file, *cells):
    book = openpyxl.Workbook()
    book.active.append(["item_id", "body", "date", "title"])
    for row, column, value in cells:
        book.active.cell(row, column, value)
    book.save(file)


def test_a_workbook_that_unpacks_to_too_much(workbook):
    file, path = workbook
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a", "w") as part,
    ):
        for _ in range(31):
            part.write(bytes(10_000_000))
    assert file.stat().st_size < 1_000_000
    assert "unpacks to 310,000,000 bytes; expected at most 300,000,000" in refusal(path)


def test_a_workbook_of_two_cells_at_its_far_corners(workbook):
    file, path = workbook
    with_cells(file, (1, 16_384, "x"), (40_000, 1, "y"))
    said = refusal(path)
    assert "spans 40,000 rows and 16,384 columns; expected at most 20,000,000 cells" in said


def test_a_workbook_that_numbers_a_row_beyond_all(workbook):
    file, path = workbook
    with_cells(file, (2, 1, "y"))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="2"', b'r="9999999999"')
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "spans 1,048,577 rows" in refusal(path)


def test_a_workbook_without_a_sheet(workbook):
    file, path = workbook
    with_cells(file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = re.sub(rb"<sheet [^>]*/>", b"", parts["xl/workbook.xml"])
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "is not an XLSX workbook: 'it has no sheet'" in refusal(path)


def test_formulas_and_error_values_are_counted(tmp_path):
    with_cells(tmp_path / "t.xlsx", (2, 1, "=1+1"), (2, 2, "#N/A"), (3, 1, "=2"), (3, 2, "甲"))
    (sheet,) = read_sheets(tmp_path / "t.xlsx").values()
    assert (len(sheet.table), sheet.n_formulas, sheet.n_errors) == (2, 2, 1)


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("{", "items.jsonl line 2 is not one JSON object a line"),
        ("[1]", "items.jsonl line 2 is not one JSON object a line: 'a list, not an object'"),
        ("3", "'a int, not an object'"),
    ],
)
def test_lines_that_are_no_json_object(folder, line, match):
    good = '{"item_id": "a1", "meeting_id": "m1", "title": "甲"}'
    assert match in refusal(folder(items__csv=None, items__jsonl=f"{good}\n{line}\n"))


@pytest.mark.parametrize(
    "value",
    ["1" * 5000, "[" * 100_000, r'"\ud800"'],
    ids=["ValueError of a long number", "RecursionError", "lone surrogate"],
)
def test_json_that_python_cannot_take(folder, value):
    row = f'{{"item_id": "a1", "meeting_id": "m1", "title": {value}}}\n'
    assert "items.jsonl" in refusal(folder(items__csv=None, items__jsonl=row))


def test_jsonl_values_of_other_types(folder):
    rows = (
        '{"item_id": "a1", "meeting_id": "m1", "title": 2009, "position": 2, "note": null}\n'
        '{"item_id": "a2", "meeting_id": "m1", "title": "甲", "position": 1, "extra": true}\n'
    )
    items = read_corpus(folder(items__csv=None, items__jsonl=rows)).items
    assert items["title"].tolist() == ["2009", "甲"]
    assert items["position"].tolist() == [2, 1]
    assert items["note"].tolist() == ["", ""]
    assert items["extra"].tolist() == ["", "true"]


def test_a_path_that_is_too_long():
    refusal("x" * 5000)


# --- encodings ------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_encodings(folder, encoding):
    files = {"items__csv": ITEMS.encode(encoding), "meetings__csv": MEETINGS.encode(encoding)}
    corpus = read_corpus(folder(**files))
    assert corpus.items["title"].tolist() == ["電子政府"]
    assert corpus.meetings["body"].tolist() == ["試験会議"]
    assert corpus.items.columns[0] == "item_id"


@pytest.mark.parametrize(
    "content", [ITEMS.encode("utf-16"), ITEMS.encode() + b"\x81", b"\xff\xfe\xfa"]
)
def test_neither_encoding(folder, content):
    message = refusal(folder(items__csv=content))
    assert re.match(r"items.csv is neither UTF-8 nor cp932 \(byte \d+\)\. Save it as CSV", message)


# --- huge and hostile ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["items.csv", "agenda.csv"])
def test_ten_megabytes_in_one_line(folder, name):
    line = "議" * 3_500_000
    path = folder(**{name.replace(".", "__"): line})
    message = refusal(path if name == "items.csv" else path / name)
    assert f"{name}:1: " in message
    assert len(message) < 2000


def test_ten_megabytes_of_json(folder):
    message = refusal(folder(items__csv=None, items__jsonl="{" + "議" * 3_500_000))
    assert "items.jsonl line 1 is not one JSON object" in message
    assert len(message) < 1000


def test_a_title_of_ten_megabytes(tmp_path):
    (tmp_path / "agenda.csv").write_text(FLAT + f"a1,試験会議,2009-07,{'議' * 3_500_000}\n")
    message = refusal(tmp_path / "agenda.csv")
    assert "agenda.csv:2: title: got '議議" in message
    assert "expected at most 100,000 characters (a whole text belongs in documents)" in message
    assert len(message) < 1000


@pytest.mark.parametrize(
    ("title", "remark"),
    [
        ("議" * 20_000, "title longer than 300 characters"),
        ("ﾏｲﾅﾝﾊﾞｰ", "title with half-width kana"),
        ("議題😀👨‍👩‍👧", None),
        ("<script>alert(1)</script>", None),
        ("=HYPERLINK(1)", None),
        ("'=1", None),  # an apostrophe as printed, before what looks guarded
    ],
    ids=lambda value: (value or "")[:12],
)
def test_odd_titles_are_kept_as_they_are(tmp_path, title, remark):
    table = pd.DataFrame({"item_id": ["a1"], "body": "試験会議", "date": "2009-07", "title": title})
    table.to_json(tmp_path / "agenda.jsonl", orient="records", lines=True, force_ascii=False)
    corpus = read_corpus(tmp_path / "agenda.jsonl")
    assert corpus.items["title"].tolist() == [title]
    assert coverage(corpus)["remarks"]["remark"].tolist() == ([remark] if remark else [])


def test_a_title_that_excel_guarded_is_read_as_it_was(tmp_path):
    (tmp_path / "agenda.csv").write_text(
        FLAT + "a1,試験会議,2009,'=SUM(A1)\na2,試験会議,2009,=SUM(A1)\n"
    )
    assert read_corpus(tmp_path / "agenda.csv").items["title"].tolist() == ["=SUM(A1)"] * 2


# --- flat agenda files and workbooks ----------------------------------------------------------


def test_a_flat_agenda_file_is_read():
    corpus = read_corpus(SOURCES / "cio_agenda.csv")
    whole = read_example()
    assert len(corpus) == 84
    same = whole.items[whole.items["item_id"].isin(corpus.items["item_id"])]
    pd.testing.assert_frame_equal(corpus.items, same.reset_index(drop=True))


def test_a_flat_file_lacks_a_column(tmp_path):
    (tmp_path / "agenda.csv").write_text("item_id,body,title\na1,試験会議,甲\n")
    message = refusal(tmp_path / "agenda.csv")
    assert "agenda.csv:1: date: the column is missing; found: item_id, body, t" in message


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("a1,試験会議,2009-02-30,甲\n", "agenda.csv:2: date: got '2009-02-30'"),
        ("a1,試験会議,2009-07,甲\na2,試験会議,2009-13,乙\n", "agenda.csv:3: date: got '2009-13'"),
        ("a1,試験会議,2009-07,甲\na2,試験会議,2009-07,\n", "agenda.csv:3: title: got ''"),
        ("a1,試験会議,2009-07,甲\na1,試験会議,2009-07,乙\n", "agenda.csv:3: item_id: got 'a1'"),
    ],
)
def test_lines_of_a_flat_file(tmp_path, rows, place):
    (tmp_path / "agenda.csv").write_text(FLAT + rows)
    assert place in refusal(tmp_path / "agenda.csv")


@pytest.mark.parametrize(
    "rows",
    [
        "a1,試験会議,2009-07,甲,\na2,試験会議,2009-07,乙,-1\n",  # said to stand in line 2
        "a1,試験会議,2009-07,甲,3\na2,試験会議,2009-07,乙,-1\n",  # not seen at all
    ],
)
def test_a_bad_value_in_a_later_row_of_a_meeting(tmp_path, rows):
    (tmp_path / "agenda.csv").write_text("item_id,body,date,title,handouts\n" + rows)
    assert "agenda.csv:3: " in refusal(tmp_path / "agenda.csv")


def test_a_flat_file_is_told_its_own_column_names(tmp_path):
    (tmp_path / "agenda.csv").write_text(
        "item_id,body,date,title,handouts\na1,試験会議,2009,甲,-1\n"
    )
    assert "agenda.csv:2: handouts: got '-1'" in refusal(tmp_path / "agenda.csv")


def test_a_flat_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["item_id", "body", "meeting_no", "date", "title"],
        ["a1", "試験会議", 3, "2009-07-01", "=甲"],
        ["a2", "試験会議", None, 2009, "NA"],
    ):
        book.active.append(row)
    book.active["E2"].data_type = "s"  # a text, no formula
    book.save(tmp_path / "agenda.xlsx")
    corpus = read_corpus(tmp_path / "agenda.xlsx")
    assert corpus.items["title"].tolist() == ["=甲", "NA"]
    assert corpus.meetings["number"].tolist() == [3, pd.NA]
    assert corpus.meetings["date_precision"].tolist() == ["day", "year"]


def test_a_workbook_with_a_date_as_excel_stores_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["item_id", "body", "date", "title"])
    book.active.append(["a1", "試験会議", pd.Timestamp("2009-07-01"), "甲"])
    book.save(tmp_path / "agenda.xlsx")
    assert read_corpus(tmp_path / "agenda.xlsx").meetings["date"].tolist() == ["2009-07-01"]


@pytest.mark.parametrize("number", [[3, 4], ["3", None]], ids=["numbers", "missing"])
def test_a_flat_parquet_file_with_types(tmp_path, number):
    flat = {
        "item_id": ["a1", "a2"],
        "body": "試験会議",
        "date": "2009",
        "title": "甲",
        "meeting_no": number,
    }
    pd.DataFrame(flat).to_parquet(tmp_path / "agenda.parquet")
    assert len(read_corpus(tmp_path / "agenda.parquet").meetings) == 2


# --- round trips ------------------------------------------------------------------------------


def assert_same(one, other):
    assert one.hash == other.hash
    for name in TABLES:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])


def place_for(folder, file_format):
    return Path(folder) / ("corpus.xlsx" if file_format == "xlsx" else file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_embedded_corpus_comes_back(tmp_path, file_format):
    place = place_for(tmp_path, file_format)
    write_corpus(read_example(), place, file_format)
    assert_same(read_corpus(place), read_example())
    assert [p.name for p in tmp_path.iterdir()] == [place.name]


def test_formats_may_be_mixed_in_a_folder(tmp_path):
    example, mixed = read_example(), tmp_path / "mixed"
    for file_format in ("csv", "jsonl", "parquet"):
        write_corpus(example, tmp_path / file_format, file_format)
    (tmp_path / "csv").rename(mixed)
    for name, file_format in (("items", "jsonl"), ("theme_labels", "parquet")):
        (mixed / f"{name}.csv").unlink()
        (tmp_path / file_format / f"{name}.{file_format}").rename(mixed / f"{name}.{file_format}")
    (mixed / "decisions.csv").unlink()
    example.decisions.to_excel(mixed / "decisions.xlsx", index=False)
    assert_same(read_corpus(mixed), example)


# All but control characters, lone surrogates and the two that are no characters.
NASTY = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
TITLES = st.one_of(
    st.text(NASTY, min_size=1, max_size=30),
    st.text("'=+-@\",;#_x0041_ 甲", min_size=1, max_size=12),
    st.sampled_from(
        ["NA", "nan", "null", "None", "<NA>", "TRUE", "1.0", "2009-07-01", "#N/A", "\ufeff甲"]
    ),
).filter(lambda text: text.strip() != "")


@st.composite
def corpora(draw):
    # Invented rows.
    titles = draw(st.lists(TITLES, min_size=1, max_size=20))
    notes = draw(st.lists(st.text(NASTY, max_size=10), min_size=len(titles), max_size=len(titles)))
    items = {"item_id": [f"a{i}" for i in range(len(titles))], "meeting_id": "m1", "title": titles}
    meeting = {
        "meeting_id": ["m1"],
        "body": [draw(TITLES)],
        "date": "2009",
        "date_precision": "year",
    }
    number = draw(st.none() | st.integers(1, 999_999_999))
    meetings = pd.DataFrame(meeting).assign(number=pd.array([number], dtype="Int64"))
    return Corpus({"meetings": meetings, "items": pd.DataFrame(items).assign(note=notes)})


@pytest.mark.parametrize("file_format", FORMATS)
@settings(deadline=None, max_examples=8)
@given(corpus=corpora())
def test_any_corpus_comes_back(file_format, corpus):
    with tempfile.TemporaryDirectory() as folder:
        place = place_for(folder, file_format)
        write_corpus(corpus, place, file_format)
        assert_same(read_corpus(place), corpus)


def with_text(folder, text):
    (folder / "in").mkdir()
    (folder / "in" / "meetings.csv").write_text(MEETINGS)
    (folder / "in" / "items.csv").write_text(ITEMS)
    documents = pd.DataFrame({"document_id": ["d1"], "item_id": ["a1"], "text": [text]})
    documents.to_parquet(folder / "in" / "documents.parquet")
    return read_corpus(folder / "in")


@pytest.mark.parametrize(
    "text",
    ["行\n二行目\tタブ", "a\r\nb", "a\rb", "a\x00b\x0c", "議" * 40_000],
    ids=lambda text: ascii(text)[:12],
)
def test_full_texts_come_back(tmp_path, text):
    corpus = with_text(tmp_path, text)
    assert corpus.documents["text"].tolist() == [text]
    for file_format in ("jsonl", "parquet", "csv"):
        write_corpus(corpus, tmp_path / file_format, file_format)
        assert_same(read_corpus(tmp_path / file_format), corpus)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("行\n二行目\tタブ", False),
        ("a\r\nb", True),
        ("a\x0cb", True),  # form feed, as in texts out of PDFs
        ("\ufffe", True),
        ("a_x000D_b", True),  # a workbook would read it as a carriage return
        ("議" * 40_000, True),
    ],
    ids=["plain", "carriage return", "form feed", "no character", "escape", "long"],
)
def test_a_workbook_never_changes_a_text_without_a_word(tmp_path, text, refused):
    corpus = with_text(tmp_path, text)
    if refused:
        with pytest.raises(OutputError, match=r"documents\.text has 1 texts that a workbook"):
            write_corpus(corpus, tmp_path / "out.xlsx", "xlsx")
        return
    write_corpus(corpus, tmp_path / "out.xlsx", "xlsx")
    assert_same(read_corpus(tmp_path / "out.xlsx"), corpus)


def test_an_empty_corpus_comes_back_from_csv(tmp_path):
    empty = read_example().filter(bodies=[])
    write_corpus(empty, tmp_path / "out")
    assert_same(read_corpus(tmp_path / "out"), empty)


def test_an_empty_corpus_in_jsonl_is_an_empty_file(tmp_path):
    write_corpus(read_example().filter(bodies=[]), tmp_path / "out", "jsonl")
    with pytest.raises(CorpusError, match="is empty"):
        read_corpus(tmp_path / "out")


# --- writing ----------------------------------------------------------------------------------


def test_an_unknown_format(tmp_path):
    with pytest.raises(
        SettingsError, match="unknown format 'json'; expected one of: csv, jsonl, xlsx"
    ):
        write_corpus(read_example(), tmp_path / "x", "json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_place_that_cannot_be_written(tmp_path, file_format):
    (tmp_path / "file").write_text("old")
    with pytest.raises(OutputError, match="cannot write"):
        write_corpus(read_example(), tmp_path / "file" / f"out.{file_format}", file_format)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_workbook_is_called_one(tmp_path):
    with pytest.raises(SettingsError, match=r"'out' could not be read again\. Let its name end"):
        write_corpus(read_example(), tmp_path / "out", "xlsx")


def test_a_flat_file_of_a_header_alone(tmp_path):
    (tmp_path / "agenda.csv").write_text("item_id,body,date,title\n")
    with pytest.raises(CorpusError, match=r"agenda\.csv is empty"):
        read_corpus(tmp_path / "agenda.csv")


def test_bad_values_and_lost_keys_are_listed_together(folder):
    message = refusal(folder(items__csv="item_id,meeting_id,title,position\na1,m9,甲,-3\n"))
    assert "2 bad values" in message
    assert "items.csv:2: position: got '-3'" in message
    assert "items.csv:2: meeting_id: got 'm9'" in message


def test_csv_and_xlsx_carry_no_formulas(tmp_path):
    (tmp_path / "agenda.csv").write_text(FLAT + "a1,試験会議,2009,=1+1\n")
    corpus = read_corpus(tmp_path / "agenda.csv")
    write_corpus(corpus, tmp_path / "out")
    write_corpus(corpus, tmp_path / "out.xlsx", "xlsx")
    assert ",'=1+1," in (tmp_path / "out" / "items.csv").read_text()
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["items"]["G2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_written_twice_is_the_same_bytes(tmp_path):
    for file_format in FORMATS:
        one, two = tmp_path / f"1.{file_format}", tmp_path / f"2.{file_format}"
        write_corpus(read_example(), one, file_format)
        write_corpus(read_example(), two, file_format)
        pairs = zip(sorted(one.rglob("*")) or [one], sorted(two.rglob("*")) or [two], strict=True)
        assert all(a.read_bytes() == b.read_bytes() for a, b in pairs)


def test_a_corpus_written_over_another_comes_back(tmp_path):
    whole = read_example()
    coded = set(whole.theme_labels["item_id"])
    part = whole.filter(where=lambda agenda: ~agenda["item_id"].isin(coded))
    write_corpus(whole, tmp_path / "out")
    write_corpus(part, tmp_path / "out")
    assert_same(read_corpus(tmp_path / "out"), part)


@pytest.mark.parametrize(("first", "second"), [("csv", "jsonl"), ("parquet", "csv")])
def test_two_formats_in_one_folder_are_refused(tmp_path, first, second):
    write_corpus(read_example(), tmp_path / "out", first)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(OutputError, match=f"another format: meetings.{first}, items.{first}"):
        write_corpus(read_example(), tmp_path / "out", second)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


# --- what is embedded -------------------------------------------------------------------------


def test_the_example_is_the_embedded_corpus():
    corpus = read_example()
    assert_same(corpus, read_corpus(embedded_folder()))
    assert len(corpus) == 307
    assert len(corpus.theme_labels) == 191


def test_case_study():
    table = read_case_study("table1")
    assert list(table) == ["year", "meetings", "circulated"]
    assert table[["meetings", "circulated"]].sum().tolist() == [81, 41]
    assert read_case_study("claims")["claim_id"].is_unique
    with pytest.raises(SettingsError, match="unknown table 'x'; expected one of: table1, claims"):
        read_case_study("x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_comes_back_in_each_encoding(tmp_path, encoding):
    corpus = read_example().filter(bodies=["デジタル社会推進会議"])
    write_corpus(corpus, tmp_path / "out", encoding=encoding)
    assert_same(read_corpus(tmp_path / "out"), corpus)
    begins = (tmp_path / "out" / "items.csv").read_bytes()[:3]
    assert (begins == b"\xef\xbb\xbf") == (encoding == "utf-8-sig")


def test_what_an_encoding_cannot_hold_is_refused(tmp_path):
    corpus = with_text(tmp_path, "絵文字😀")
    with pytest.raises(OutputError, match="documents has '😀', which cp932 cannot hold"):
        write_corpus(corpus, tmp_path / "out", encoding="cp932")
    assert not (tmp_path / "out").exists()
    with pytest.raises(SettingsError, match="expected one of: utf-8"):
        write_corpus(corpus, tmp_path / "out", encoding="latin-1")
