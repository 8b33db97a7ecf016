"""Workbooks: the table as it is printed, and the result with numbers as numbers."""

import io

import openpyxl
import pandas as pd

from cio_topics.tables import Printed, printed_bytes

TABLE = pd.DataFrame(
    {"テーマ": ["=1+1", "電子政府の計画"], "2004 (n=7)": ["42.9", "−1.0"]}, dtype="str"
)
RESULT = pd.DataFrame({"theme": ["=1+1", "b"], "share": [0.429, float("inf")], "n": [3, 4]})
PRINTED = Printed("表1 割合", TABLE, ("n: 項目。", "=cmd"), (False, True))


def book(result=RESULT):
    return openpyxl.load_workbook(io.BytesIO(printed_bytes(PRINTED, "xlsx", result=result)))


def test_title_table_and_notes_with_a_frozen_header():
    sheet = book()["table"]
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert texts == [
        ["表1 割合", None],
        [None, None],
        ["テーマ", "2004 (n=7)"],
        ["=1+1", "42.9"],
        ["電子政府の計画", "−1.0"],
        [None, None],
        ["n: 項目。", None],
        ["=cmd", None],
    ]
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.column_dimensions["A"].width >= 15  # seven kanji take fourteen columns
    assert [sheet["A3"].alignment.horizontal, sheet["B3"].alignment.horizontal] == [None, "right"]
    assert sheet["B3"].font.b


def test_no_text_is_a_formula():
    for sheet in book().worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_result_has_numbers():
    sheet = book()["data"]
    assert [cell.value for cell in sheet[2]] == ["=1+1", 0.429, 3]
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n"]
    assert sheet["B3"].value == "inf"  # a workbook has no such number
    assert sheet.freeze_panes == "B2"


def test_the_table_alone():
    assert book(None).sheetnames == ["table"]
    alone = Printed("", TABLE[:0])
    sheet = openpyxl.load_workbook(io.BytesIO(printed_bytes(alone, "xlsx")))["table"]
    assert [cell.value for cell in sheet[1]] == ["テーマ", "2004 (n=7)"]


def test_the_same_table_gives_the_same_bytes():
    assert printed_bytes(PRINTED, "xlsx", result=RESULT) == printed_bytes(
        PRINTED, "xlsx", result=RESULT
    )
