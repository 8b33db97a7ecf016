import csv
import datetime as dt
import hashlib
import io
import json
import os
import re
import string
import tempfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.corpus import FORMATS, Corpus
from cio_topics.errors import CioTopicsError, CorpusError, SettingsError
from cio_topics.ingest.tables import (
    FIELDS,
    Guess,
    TableMapping,
    add_columns,
    files,
    guess,
    guess_mapping,
    mapping_toml,
    preview_table,
    read_mapping,
    read_table,
)
from cio_topics.ingest.tables.cells import read_cell
from cio_topics.ingest.tables.mapping import check_mapping
from cio_topics.ingest.tables.pieces import _json_list, split_cell
from cio_topics.text import normalize

# Every table in this file is invented.
BODY = TableMapping(values={"body": "試験情報化会議"})


@pytest.fixture
def table(tmp_path):
    """Return a function that writes rows as a CSV and gives its path."""

    def write(*rows, name="table.csv", encoding="utf-8"):
        buffer = io.StringIO(newline="")
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        file = tmp_path / name
        file.write_bytes(buffer.getvalue().encode(encoding))
        return file

    return write


@pytest.fixture
def workbook(tmp_path):
    """Return a function that writes rows as a workbook (row and column of further cells), its path."""

    def write(*rows, name="table.xlsx", cells=(), **sheets):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "一覧"
        for row in rows:
            sheet.append(list(row))
        for row, column, value in cells:
            sheet.cell(row, column, value)
        for other, others in sheets.items():
            added = book.create_sheet(other)
            for row in others:
                added.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def refusal(path, mapping=None):
    with pytest.raises(CorpusError) as caught:
        read_table(path, mapping)
    return str(caught.value)


def one(table, column, cell, field="date"):
    """Read one cell of one column; return the meeting and the remarks."""
    reading = read_table(
        table(["議題", column], ["甲の件", cell]), add_columns(BODY, [f"{field}={column}"])
    )
    return reading.meetings.iloc[0], reading


def many(table, column, cells, field):
    """Read many cells of one column at once; return the meeting of each and the remarks."""
    rows = [[f"件{n}", f"その{n}会議", cell] for n, cell in enumerate(cells)]
    file = table(["議題", "会議名", column], *rows)
    reading = read_table(file, add_columns(TableMapping(), [f"{field}={column}"]))
    return reading.items.merge(reading.meetings, on="meeting_id"), reading.remarks


# --- dates ------------------------------------------------------------------------------------

DATES = [
    ("2009-07-01", "2009-07-01"),
    ("2009/7/1", "2009-07-01"),
    ("2009.7.1", "2009-07-01"),
    ("２００９年７月１日", "2009-07-01"),
    ("平成21年7月1日(水)", "2009-07-01"),
    ("平成 21 年 7 月 1 日（水）", "2009-07-01"),
    ("平成二十一年七月一日", "2009-07-01"),
    ("2009年(平成21年)7月1日", "2009-07-01"),
    ("令和元年5月1日", "2019-05-01"),
    ("H21.7.1", "2009-07-01"),
    ("h21/7/1", "2009-07-01"),
    ("H21-7-1(水)", "2009-07-01"),
    ("Ｈ２１．７．１", "2009-07-01"),
    ("H.21.7.1", "2009-07-01"),
    ("R元.5.1", "2019-05-01"),
    ("R1.5.1", "2019-05-01"),
    ("S63.4.1", "1988-04-01"),
    ("平21.7.1", "2009-07-01"),
    ("平成21.7.1", "2009-07-01"),
    ("㍻21年7月1日", "2009-07-01"),
    ("20090701", "2009-07-01"),
    ("39995", "2009-07-01"),  # a spreadsheet's serial number
    ("July 1, 2009", "2009-07-01"),
    ("1 July 2009", "2009-07-01"),
    ("1st Jul 2009", "2009-07-01"),
    ("2009-07-01T17:30:00+09:00", "2009-07-01"),
    ("2009/7/1 9:30", "2009-07-01"),  # the 9 is no digit of the day
    ("2009/07/01 00:00", "2009-07-01"),
    ("平成21年7月", "2009-07"),
    ("2009-07", "2009-07"),
    ("2009/7", "2009-07"),
    ("H21.7", "2009-07"),
    ("H21年7月", "2009-07"),
    ("July 2009", "2009-07"),
    ("平成21年", "2009"),
    ("H21", "2009"),
    ("2009", "2009"),
    ("2009年", "2009"),
    ("", ""),
    ("未定", ""),
    ("－", ""),
]


def test_dates_in_any_printed_form(table):
    cells = [cell for cell, _ in DATES]
    rows, _ = many(table, "開催日", cells, "date")
    assert dict(zip(cells, rows["date"], strict=True)) == dict(DATES)
    precision = rows["date"].str.len().map({10: "day", 7: "month", 4: "year", 0: "unknown"})
    assert rows["date_precision"].tolist() == precision.tolist()


@pytest.mark.parametrize(
    "cell",
    [
        "2009-13-01",
        "2009-02-30",
        "平成21年13月1日",
        "R2.13.1",
        "H40.1.1",  # Heisei ended in year 31
        "2006年(平成19年)8月31日",  # the calendars disagree
        "平成21年度",  # a fiscal year is no date
        "H21年度",
        "7/1",  # no year
        "09/7/1",  # which part is the year?
        "7/1/2009",  # July or January?
        "200907",  # or 2020-09-07
        "12",
        "99999",  # no day of a spreadsheet that could be meant
        "春",
    ],
)
def test_a_date_that_cannot_be_read_is_refused(table, cell):
    said = refusal(table(["開催日", "議題"], ["2009-07-01", "甲の件"], [cell, "乙の件"]), BODY)
    assert f"table.csv:3: 開催日: got '{normalize(cell)}', expected a date as 2009-07-01" in said


@pytest.mark.parametrize(
    ("cell", "remark"),
    [
        ("平成21年7月1日(木)", "weekday: 2009-07-01 is 水, printed 木"),
        ("平成21年7月1日・8月2日", "was read as 2009-07-01; the rest was not read"),
        ("2009年7", "was read as 2009; the rest was not read"),
        ("39995", "serial numbers of a spreadsheet were read as days"),
        ("2009.1", "a spreadsheet makes 2009.1 of 2009.10"),
        ("未定", "date: '未定' was read as none"),
    ],
)
def test_doubts_about_a_date_are_remarked(table, cell, remark):
    _, reading = one(table, "開催日", cell)
    assert any(r.startswith("table.csv:2: ") and remark in r for r in reading.remarks)


def test_a_date_that_is_clear_gives_no_remark(table):
    cells = [cell for cell, date in DATES if date and cell != "39995"]
    assert many(table, "開催日", cells, "date")[1] == ()


@given(st.dates(dt.date(1941, 2, 1), dt.date(2064, 1, 1)))
def test_a_serial_number_is_the_day_that_openpyxl_makes_of_it(day):
    from openpyxl.utils.datetime import to_excel

    assert read_cell("date", str(int(to_excel(day)))).values["date"] == day.isoformat()


# --- times, numbers, formats ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "cell", "start", "end"),
    [
        ("time", "17:30〜18:30", "17:30", "18:30"),
        ("time", "17時30分～18時30分", "17:30", "18:30"),
        ("time", "17時から18時まで", "17:00", "18:00"),
        ("start", "17:30", "17:30", ""),
        ("start", "17:30:00", "17:30", ""),  # a workbook's time
        ("start", "0.729166666666667", "17:30", ""),  # the same as a fraction of a day
        ("start", "9:30-10:00", "09:30", "10:00"),
        ("end", "18:30", "", "18:30"),
        ("date", "平成21年7月1日(水) 17:30〜18:30", "17:30", "18:30"),
        ("date", "2009-07-01 17:30:00", "17:30", ""),
        ("date", "39995.729166667", "17:30", ""),
        ("time", "未定", "", ""),
        ("time", "閣議終了後", "", ""),
    ],
)
def test_times(table, field, cell, start, end):
    meeting, _ = one(table, "いつ", cell, field)
    assert (meeting["start"], meeting["end"]) == (start, end)


def test_columns_for_start_and_end_win_over_the_date(table):
    file = table(
        ["開催日", "開始", "終了", "議題"], ["2009-07-01 10:00", "11:00", "12:00", "甲の件"]
    )
    meeting = read_table(file, BODY).meetings.iloc[0]
    assert (meeting["start"], meeting["end"]) == ("11:00", "12:00")


NUMBERS = [
    ("第12回", "12"),
    ("12", "12"),
    ("第十二回", "12"),
    ("十二", "12"),
    ("１２回", "12"),
    ("第 1 2 回", "12"),
    ("No.12", "12"),
    ("12.0", "12"),
    ("012", "12"),
    ("平成25年第4回（通算第63回）", "63"),
    ("試験会議（第12回）", "12"),
    ("-", ""),
    ("", ""),
    ("臨時", ""),
]


def test_numbers(table):
    cells = [cell for cell, _ in NUMBERS]
    rows, _ = many(table, "回", cells, "number")
    assert dict(zip(cells, rows["number"], strict=True)) == dict(NUMBERS)


@pytest.mark.parametrize(
    ("field", "cell", "expected"),
    [
        ("number", "0", "a number of 1 or more"),
        ("number", "3a", "a number of 1 or more"),
        ("time", "25:30", "a time as 17:30"),
        ("position", "資料1-1", "labels such as 資料1-1 belong in label"),
        ("position", "0", "a place on the agenda"),
        ("n_handouts", "多数", "a number of handouts"),
        ("kind", "議題", "one of: agenda, ceremony, handout"),
        ("source_kind", "web", "one of: official"),
        ("item_id", "a 1", "without white space"),
    ],
)
def test_cells_that_cannot_be_read(table, field, cell, expected):
    file = table(["列", "議題"], [cell, "甲の件"])
    assert f"table.csv:2: 列: got '{cell}', expected " in refusal(
        file, add_columns(BODY, [f"{field}=列"])
    )
    assert expected in refusal(file, add_columns(BODY, [f"{field}=列"]))


def test_what_is_no_value_is_kept_as_printed(table):
    file = table(["回", "時間", "議題", "備考"], ["臨時", "閣議終了後", "甲の件", "公開"])
    reading = read_table(file, BODY)
    assert reading.items["note"].tolist() == ["公開; number: 臨時; time: 閣議終了後"]


@pytest.mark.parametrize("text", ["「\n", " ", "(", "①", "1. 甲 ", "平成"])
def test_long_cells_take_no_long_time(text):
    cell = text * (60_000 // len(text))
    for field in FIELDS:
        read = read_cell(field, cell)
        assert read.expected in ("", "at most 1,000 characters")
    assert read_cell("date", cell).expected
    split_cell(cell)


def test_two_numbers_in_a_cell_are_remarked(table):
    meeting, reading = one(table, "回", "第3回・第4回合同", "number")
    assert meeting["number"] == "3"
    assert any("names several; 3 was read" in remark for remark in reading.remarks)


FORMS = [
    ("持ち回り", "circulated"),
    ("持回り開催", "circulated"),
    ("書面審議", "circulated"),
    ("メール", "circulated"),
    ("オンライン", "online"),
    ("Ｗｅｂ会議", "online"),
    ("合同", "joint"),
    ("対面", "in_person"),
    ("In Person", "in_person"),
    ("circulated", "circulated"),
    ("unknown", "unknown"),
    ("対面・オンライン併用", "unknown"),  # two are named
    ("通常", "unknown"),
    ("", "unknown"),
]


def test_formats(table):
    cells = [cell for cell, _ in FORMS]
    rows, remarks = many(table, "開催方法", cells, "format")
    assert dict(zip(cells, rows["format"], strict=True)) == dict(FORMS)
    told = [cell for cell in cells if any(f"{cell!r} was read as unknown" in r for r in remarks)]
    assert told == ["対面・オンライン併用", "通常"]


def test_formats_are_translated_as_the_mapping_says(table):
    file = table(["開催方法", "議題"], ["対面・オンライン併用", "甲の件"], ["（通常）", "乙の件"])
    formats = {"対面･ｵﾝﾗｲﾝ併用": "online", "(通常)": "in_person"}  # in any width
    reading = read_table(file, BODY._replace(formats=formats))
    assert reading.meetings["format"].tolist() == ["online", "in_person"]


def test_a_format_in_the_column_of_numbers(table):
    file = table(["回", "開催方法", "議題"], ["持ち回り", "", "甲"], ["持ち回り", "書面", "乙"])
    meetings = read_table(file, BODY).meetings
    assert meetings[["number", "format"]].values.tolist() == [["", "circulated"]]


@pytest.mark.parametrize(
    ("cell", "body", "number"),
    [
        ("第12回試験会議", "試験会議", "12"),
        ("試験会議(第12回)", "試験会議", "12"),
        ("試験会議　第十二回", "試験会議", "12"),
        ("試験会議", "試験会議", ""),
        ("第2次試験会議", "第2次試験会議", ""),  # no 回
        ("第1回", "第1回", ""),  # nothing would be left
    ],
)
def test_the_number_is_taken_off_the_name_of_the_body(table, cell, body, number):
    reading = read_table(table(["会議名", "議題"], [cell, "甲の件"]))
    assert reading.meetings[["body", "number"]].values.tolist() == [[body, number]]
    assert reading.remarks[-1:] != () or not number


def test_a_number_that_differs_from_the_body_s_is_remarked(table):
    reading = read_table(table(["会議名", "回", "議題"], ["第3回試験会議", "4", "甲の件"]))
    assert reading.meetings["number"].tolist() == ["4"]
    assert any("differs from the name of the body" in remark for remark in reading.remarks)


def test_a_status_of_another_kind_is_kept_as_a_note(table):
    file = table(["議題", "status"], ["甲の件", "決定"], ["乙の件", "了承"])
    items = read_table(file, BODY).items
    assert items[["status", "note"]].values.tolist() == [["決定", ""], ["その他", "status: 了承"]]


# --- guesses ----------------------------------------------------------------------------------


def guessed(*headers, **values):
    rows = pd.DataFrame({h: [""] for h in headers} | {h: list(v) for h, v in values.items()})
    return {f: guess.column for f, guess in guess_mapping(rows).items()}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("会議名", "body"),
        ("会議体", "body"),
        ("委員会", "body"),
        ("body", "body"),
        ("回", "number"),
        ("回数", "number"),
        ("第N回", "number"),
        ("第 ｎ 回", "number"),
        ("meeting_no", "number"),
        ("Meeting No.", "number"),
        ("開催日", "date"),
        ("開催日(西暦)", "date"),
        ("日付", "date"),
        ("年月日", "date"),
        ("開催日時", "date"),
        ("date", "date"),
        ("会議の開催年月日", "date"),
        ("議題", "title"),
        ("件名", "title"),
        ("議事", "title"),
        ("案件", "title"),
        ("title", "title"),
        ("Agenda Item", "title"),
        ("主な議題", "title"),
        ("開始", "start"),
        ("開始時刻", "start"),
        ("終了", "end"),
        ("end_time", "end"),
        ("時間", "time"),
        ("開催時刻", "time"),
        ("開催方法", "format"),
        ("形式", "format"),
        ("場所", "place"),
        ("会場", "place"),
        ("URL", "source_url"),
        ("議事次第URL", "source_url"),
        ("リンク", "source_url"),
        ("出典", "source_url"),
        ("順番", "position"),
        ("item_no", "position"),
        ("資料番号", "label"),
        ("備考", "note"),
        ("資料数", "n_handouts"),
        ("item_id", "item_id"),
    ],
)
def test_headers_that_are_known(header, field):
    assert guessed(header) == {field: header}


@pytest.mark.parametrize(
    "header",
    ["更新日", "議事録公開日", "議事録", "議題数", "資料", "担当", "updated", "所要時間", "連番"],
)
def test_headers_that_are_something_else(header):
    assert guessed(header) == {}


def test_every_known_name_stands_for_one_field():
    names = [name for names in guess._EXACT.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert {guess._plain(name) for name in names} == set(names)  # else it could never be found
    assert set(guess._EXACT) <= set(FIELDS)


def test_two_columns_for_one_field_are_said_and_not_taken():
    found = guess_mapping(pd.DataFrame({"議題": ["甲"], "件名": ["乙"]}))
    assert found == {"title": Guess("title", "", "ambiguous", "'議題' or '件名'")}


def test_the_exact_name_wins_over_the_similar_one():
    assert guessed("主な議題", "議題") == {"title": "議題"}


def test_a_running_number_is_taken_only_if_it_begins_again():
    assert guessed(番号=["1", "2", "1", "2"]) == {"position": "番号"}
    found = guess_mapping(pd.DataFrame({"No.": ["1", "2", "3"]}))
    assert found["number"].column == ""
    assert "may be the meeting's number or the place" in found["number"].why


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (["平成21年7月1日", "平成21年8月1日"], "date"),
        (["2009/7/1", "2009/8/1", "", "2009/9/1"], "date"),
        (["第1回", "第2回"], "number"),
        (["https://example.org/1", "https://example.org/2"], "source_url"),
        (["10:00〜11:00", "13時から14時まで"], "time"),
        (["持ち回り", "対面"], "format"),
        (["試験情報化会議", "試験委員会"], "body"),
        (["電子政府構築計画の策定について", "情報セキュリティの強化について"], "title"),
    ],
)
def test_cells_that_tell_what_they_are(cells, field):
    found = guess_mapping(pd.DataFrame({"列": cells}))
    assert [(g.field, g.column, g.confidence) for g in found.values()] == [(field, "列", "values")]


@pytest.mark.parametrize(
    "cells", [["1", "2"], ["2009", "2010"], ["39995", "39996"], ["", ""], ["a", "b"]]
)
def test_cells_that_could_be_anything(cells):
    assert guess_mapping(pd.DataFrame({"列": cells})) == {}


def test_two_columns_that_look_alike_are_said():
    dates = ["2009-07-01", "2009-08-01"]
    found = guess_mapping(pd.DataFrame({"甲": dates, "乙": dates}))
    assert found["date"].column == ""
    assert "'甲' or '乙'" in found["date"].why


HEADERS = st.one_of(
    st.sampled_from([name for names in guess._EXACT.values() for name in names.split()]),
    st.text(
        alphabet="開催日時議題事番号会名第回次数資料開始終了方法場所URLNo._ ()'\"",
        min_size=1,
        max_size=6,
    ),
)
CELLS = st.one_of(
    st.sampled_from([cell for cell, _ in DATES] + ["第3回", "1", "持ち回り", "10:00", "試験会議"]),
    st.text(max_size=12),
)


@given(
    st.lists(HEADERS, min_size=1, max_size=8, unique=True),
    st.data(),
)
def test_no_column_has_two_fields_and_no_field_two_columns(headers, data):
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(headers)), min_size=1, max_size=4))
    frame = pd.DataFrame(rows, columns=headers, dtype="str")
    found = guess_mapping(frame)
    taken = [guess.column for guess in found.values() if guess.column]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(headers)
    assert all(field == guess.field for field, guess in found.items())
    assert all((guess.confidence == "ambiguous") == (not guess.column) for guess in found.values())
    assert found == guess_mapping(frame)


# --- the mapping ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = '議題'", "unknown key 'title'; expected some of: columns, values, formats"),
        ("[columns]\ntitel = '議題'", "unknown field 'titel' under columns; expected .* title"),
        ("[columns]\ntitle = 3", "columns.title is '3'; expected a text"),
        ("[values]\ntitle = '議題'", "unknown field 'title' under values"),
        ("[values]\nitem_id = 'a'", "unknown field 'item_id' under values"),
        ("[columns]\nbody = '会'\n[values]\nbody = '会'", "body stands under columns and under v"),
        (
            "[formats]\n'書面' = '回覧'",
            "formats translates '書面' to '回覧'; expected .*circulated",
        ),
        ("columns = '議題'", "columns of the mapping is '議題'; expected a table"),
        ("fill_down = '回'", "fill_down of the mapping is '回'; expected a list"),
        ("fill_down = [1]", "fill_down is .* expected headers"),
        ("header_row = 0", "header_row is 0; expected 1 or more"),
        ("header_row = true", "header_row of the mapping is 'True'; expected a whole number"),
        ("split_items = 1", "split_items of the mapping is '1'; expected true or false"),
        ("[columns", "is no TOML"),
        ("x = " + "[" * 5000, "is no TOML"),
    ],
)
def test_mappings_that_are_refused(tmp_path, text, said):
    file = tmp_path / "mapping.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_mapping(file)


def test_a_mapping_that_is_no_text_is_refused(tmp_path):
    file = tmp_path / "mapping.toml"
    file.write_bytes(b"\x81\xff")
    with pytest.raises(SettingsError, match="is no TOML in UTF-8"):
        read_mapping(file)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(
    st.builds(
        TableMapping,
        columns=st.dictionaries(st.sampled_from(["title", "date", "label"]), TEXTS),
        values=st.dictionaries(st.sampled_from(["body", "place", "number"]), TEXTS),
        formats=st.dictionaries(TEXTS, st.sampled_from(FORMATS)),
        fill_down=st.lists(TEXTS, max_size=3).map(tuple),
        header_row=st.none() | st.integers(1, 99),
        sheet=TEXTS,
        split_items=st.booleans(),
        guess=st.booleans(),
    )
)
@example(TableMapping(formats={'"\x7f\n\\': "online"}))
def test_a_mapping_written_as_toml_is_read_back(mapping):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mapping.toml"
        file.write_bytes(mapping_toml(mapping).encode())
        assert read_mapping(file) == mapping


def test_columns_of_the_command_line_win():
    mapping = TableMapping({"title": "件名"}, {"body": "試験会議"})
    mapping = add_columns(mapping, ["title = 議題=案", "body=会議名", "place="])
    assert mapping.columns == {"title": "議題=案", "body": "会議名", "place": ""}
    assert mapping.values == {}
    with pytest.raises(SettingsError, match="unknown field '題' under columns"):
        add_columns(mapping, ["題=議題"])


def test_constants_of_the_command_line_win():
    mapping = TableMapping({"body": "会議名", "title": "件名"}, {"place": "甲"})
    mapping = add_columns(mapping, [], ["body = 試験=会議", "place=乙"])
    assert mapping.columns == {"title": "件名"}
    assert mapping.values == {"place": "乙", "body": "試験=会議"}
    for columns, values, said in [
        ([], ["title=甲"], "unknown field 'title' under values"),  # each item has its own
        ([], ["試験会議"], "'試験会議' is no mapping; expected field=TEXT, such as body="),
        (["body=会議名"], ["body=試験会議"], "body stands under columns and under values"),
    ]:
        with pytest.raises(SettingsError, match=said):
            add_columns(TableMapping(), columns, values)


def test_check_mapping_gives_its_argument():
    assert check_mapping(BODY) is BODY


def test_what_the_mapping_names_is_not_guessed(table):
    file = table(["議題", "件名", "場所", "日付"], ["甲の件", "乙の件", "官邸", "2009-07-01"])
    reading = read_table(file, add_columns(BODY, ["title=件名", "place="]))
    assert reading.items["title"].tolist() == ["乙の件"]
    assert reading.meetings[["place", "date"]].values.tolist() == [["", "2009-07-01"]]
    assert set(reading.guesses) == {"date"}  # 議題 was free, but title is named
    assert any("columns that were not read: 議題, 場所" in remark for remark in reading.remarks)


def test_nothing_is_guessed_if_the_mapping_forbids_it(table):
    file = table(["議題", "日付"], ["甲の件", "2009-07-01"])
    reading = read_table(file, add_columns(BODY._replace(guess=False), ["title=議題"]))
    assert reading.meetings["date"].tolist() == [""]
    assert reading.guesses == {}


def test_the_mapping_that_was_used_reads_the_same_again(table, tmp_path):
    file = table(["議 題", "日付", "回"], ["甲の件", "2009-07-01", "3"])
    first = read_table(file, BODY)
    saved = tmp_path / "mapping.toml"
    saved.write_text(mapping_toml(first.mapping), encoding="utf-8")
    second = read_table(file, read_mapping(saved))
    assert second.guesses == {}
    pd.testing.assert_frame_equal(first.items, second.items)
    pd.testing.assert_frame_equal(first.meetings, second.meetings)


def test_a_header_is_found_in_any_width(table):
    file = table(["開催日（西暦）", "議　題"], ["2009-07-01", "甲の件"])
    mapping = add_columns(BODY._replace(guess=False), ["title=議題", "date=開催日(西暦)"])
    assert read_table(file, mapping).mapping.columns["date"] == "開催日（西暦）"


def test_a_column_that_is_not_there(table):
    with pytest.raises(SettingsError, match="no column '件名'; expected one of: 議題, 日付"):
        read_table(table(["議題", "日付"], ["甲", "2009"]), add_columns(BODY, ["title=件名"]))


def test_no_title_and_no_body_say_what_to_do(table):
    said = refusal(table(["甲", "件名", "議題"], ["1", "a", "b"]))
    assert "table.csv:1: body: no column was found for it; give --map body=COLUMN" in said
    assert "table.csv:1: title: no column was found for it ('件名' or '議題'); give --map" in said


# --- files ------------------------------------------------------------------------------------


def test_every_bad_cell_is_told_with_its_line_at_once(table):
    rows = [["試験会議 開催一覧"], [], ["回", "開催日", "議題", "備考"]]
    rows += [["第1回", "2009-07-01", "甲の件", "二行の\n備考"], ["第2回", "7/1", "乙の件", ""]]
    rows += [["x9", "2009-13-01", "丙の件", ""], ["3", "2009-08-01", "丁\x07", ""]]
    file = table(*rows)
    reading = preview_table(file, BODY)
    told = [(problem.line, problem.column) for problem in reading.problems]
    assert told == [(6, "開催日"), (7, "回"), (7, "開催日"), (8, "議題")]
    assert refusal(file, BODY).startswith("4 bad values in the corpus:\n  table.csv:6: 開催日")
    assert reading.sample["line"].tolist() == ["4", "6", "7", "8"]  # as read, although refused


def test_rows_of_a_meeting_that_contradict_each_other(table):
    file = table(["回", "開始", "議題"], ["1", "10:00", "甲の件"], ["1", "11:00", "乙の件"])
    assert "table.csv:3: 開始: got '11:00', expected the same as" in refusal(file, BODY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_charsets(table, encoding):
    file = table(["会議名", "議題"], ["試験会議", "髙度化の件"], encoding=encoding)
    assert read_table(file).items["title"].tolist() == ["髙度化の件"]


def test_the_header_below_a_title_line_is_found_or_given(table, workbook):
    rows = [["試験会議の一覧", "", ""], ["", "", ""], ["回", "開催日", "議題"], ["1", "2009", "甲"]]
    for file in (table(*rows), workbook(*rows)):
        for mapping in (BODY, BODY._replace(header_row=3)):
            reading = read_table(file, mapping)
            assert reading.items["source_url"].tolist() == [f"{file.name}:4"]
            told = any("the header was taken from row 3" in remark for remark in reading.remarks)
            assert told == (mapping == BODY)
        with pytest.raises(SettingsError, match="header_row is 9"):
            read_table(file, BODY._replace(header_row=9))


def test_columns_without_a_name_or_with_the_same(table, workbook):
    rows = [["議題", "", "備考", "備考"], ["甲の件", "a", "b", "c"]]
    for file in (table(*rows), workbook(*rows)):
        reading = read_table(file, add_columns(BODY, ["place=(column 2)", "note=備考.1"]))
        assert reading.meetings["place"].tolist() == ["a"]
        assert reading.items["note"].tolist() == ["c"]


def test_a_workbook_s_own_dates_times_and_numbers(workbook):
    row = [3, dt.date(2009, 7, 1), dt.time(17, 30), "甲の件"]
    other = [4.0, dt.datetime(2009, 8, 1, 10, 0), None, "乙の件"]
    file = workbook(["回", "開催日", "開始", "議題"], row, other)
    meetings = read_table(file, BODY).meetings
    assert meetings[["number", "date", "start"]].values.tolist() == [
        ["3", "2009-07-01", "17:30"],
        ["4", "2009-08-01", "10:00"],
    ]


def test_formulas_are_not_computed_and_said(workbook, table):
    file = workbook(["議題", "備考"], ["甲の件", "=1+1"], ["乙の件", '=HYPERLINK("http://x","y")'])
    reading = read_table(file, BODY)
    assert reading.items["note"].tolist() == ["", ""]  # no result was stored
    assert "formulas: the stored results of 2 were read" in reading.remarks
    text = read_table(table(["議題", "備考"], ["=1+1の件", "'=2"]), BODY).items
    assert text[["title", "note"]].values.tolist() == [["=1+1の件", "=2"]]


def test_the_sheet_that_is_asked_for(workbook):
    file = workbook(["議題"], ["甲の件"], 別=[["議題"], ["乙の件"]])
    reading = read_table(file, BODY)
    assert reading.items["title"].tolist() == ["甲の件"]
    assert "the sheet '一覧' was read; not read: 別" in reading.remarks
    reading = read_table(file, BODY._replace(sheet="別"))
    assert reading.items["title"].tolist() == ["乙の件"]
    assert not any("sheet" in remark for remark in reading.remarks)
    with pytest.raises(SettingsError, match="no sheet '無'; expected: 一覧, 別"):
        read_table(file, BODY._replace(sheet="無"))


def test_json_lines(tmp_path):
    rows = [{"議題": "甲の件", "回": 3}, {"議題": ["乙の件", "丙の件"], "回": 4, "日付": None}]
    file = tmp_path / "table.jsonl"
    file.write_text("\n\n".join(map(json.dumps, rows)), encoding="utf-8")
    reading = read_table(file, BODY)
    assert reading.items["title"].tolist() == ["甲の件", "乙の件 丙の件"]
    assert reading.items["source_url"].tolist() == ["table.jsonl:1", "table.jsonl:3"]
    parted = read_table(file, BODY._replace(split_items=True)).items
    assert parted["title"].tolist() == ["甲の件", "乙の件", "丙の件"]
    with pytest.raises(SettingsError, match="header_row is for CSV and XLSX"):
        read_table(file, BODY._replace(header_row=2))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"", "t.csv is empty"),
        ("t.csv", "議題\n".encode(), "t.csv' has no row under its header"),
        ("t.csv", b"\x81\xff\xfe", "neither UTF-8 nor cp932"),
        ("t.csv", "議題,日付\n甲\n".encode(), "t.csv:2: a row of 1 cells, expected 2"),
        ("t.csv", "一覧\n議題,日付\n甲,2009\n乙\n".encode(), ":4: a row of 1 cells, expected 2"),
        ("t.xlsx", b"PK\x03\x04broken", "is not an XLSX workbook"),
        ("t.xlsx", "議題\n".encode(), "is not an XLSX workbook"),
        ("t.jsonl", b"[1]", "one JSON object a line"),
        ("t.jsonl", b"\n", "has no row under its header"),
        ("t.pdf", b"", "is no .csv, .jsonl, .xlsx file"),
    ],
)
def test_files_that_are_no_tables(tmp_path, name, content, said):
    file = tmp_path / name
    file.write_bytes(content)
    assert said in refusal(file, BODY)


def test_a_file_that_is_not_there(tmp_path):
    assert "cannot read 'none.csv'" in refusal(tmp_path / "none.csv")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([".csv", ".jsonl", ".xlsx"]), st.binary(max_size=200) | TEXTS)
def test_no_bytes_lead_to_another_error(ending, content):
    data = content if isinstance(content, bytes) else ("議題,日付\n" + content).encode()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"t{ending}"
        file.write_bytes(data)
        try:
            preview_table(file)
        except CioTopicsError as error:
            str(error).encode()


ANY = st.one_of(
    CELLS, st.text(alphabet="1２.、(（)）①②\n\r\t・「」第回年月日平成[]\"' ー", max_size=12)
)


GOOD = {
    "body": "試験会議",
    "number": "3",
    "date": "平成21年7月1日",
    "title": "1. 甲の件\n2. 乙の件",
}


@settings(max_examples=int(os.environ.get("TABLES_EXAMPLES", "12")), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(FIELDS)), ANY), max_size=4), st.booleans())
def test_what_is_read_is_always_fit_for_a_corpus(cells, split_items):
    columns = {field: field for field in [*GOOD, *(field for field, _ in cells)]}
    rows = [dict.fromkeys(columns, "") | GOOD | {field: cell} for field, cell in cells]
    mapping = TableMapping(columns=columns, split_items=split_items, guess=False)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "t.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        try:
            reading = read_table(file, mapping)
        except CorpusError:
            return
    Corpus({"meetings": reading.meetings, "items": reading.items})


# --- hostile workbooks ------------------------------------------------------------------------


def test_a_workbook_of_two_cells_at_its_far_corners(workbook):
    file = workbook(["議題"], ["甲"], cells=[(1, 16_384, "x"), (40_000, 1, "y")])
    said = refusal(file, BODY)
    assert "spans 40,000 rows and 16,384 columns; expected at most 20,000,000 cells" in said


def test_a_file_that_is_too_large(table, monkeypatch):
    monkeypatch.setattr(files, "MAX_FILE", 10)
    file = table(["議題"], ["甲の件甲の件"])
    assert "has 26 bytes; expected at most 10" in refusal(file)


# --- several items in a cell ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        ("甲の件", [("", 1, "甲の件")]),
        ("", []),
        ("  \n ", []),
        ("甲の件\n乙の件", [("", 1, "甲の件"), ("", 1, "乙の件")]),
        ("1. 甲の件\n2. 乙の件", [("1.", 1, "甲の件"), ("2.", 1, "乙の件")]),
        ("1. 甲の件 2. 乙の件", [("1.", 1, "甲の件"), ("2.", 1, "乙の件")]),
        ("（１）甲の件　（２）乙の件", [("(1)", 1, "甲の件"), ("(2)", 1, "乙の件")]),
        ("①甲の件②乙の件", [("1", 1, "甲の件"), ("2", 1, "乙の件")]),
        ("・甲の件\n・乙の件", [("・", 1, "甲の件"), ("・", 1, "乙の件")]),
        (
            "1. 甲の件\n(1)その一\n2. 乙の件",
            [("1.", 1, "甲の件"), ("(1)", 2, "その一"), ("2.", 1, "乙の件")],
        ),
        ("「甲\n乙」の件\n丙の件", [("", 1, "「甲乙」の件"), ("", 1, "丙の件")]),  # an open bracket
        ("1.甲（案\n2.乙", [("1.", 1, "甲（案"), ("2.", 1, "乙")]),  # a bracket left open
        ("Web 2.0の活用", [("", 1, "Web 2.0の活用")]),
        ("2. 甲の件 3. 乙の件", [("", 1, "2. 甲の件 3. 乙の件")]),  # numbers run on from 1
        ("甲①と②", [("", 1, "甲①と②")]),  # a list begins with its number
        ("①甲の件のうち③", [("", 1, "①甲の件のうち③")]),
        ("甲（案）\nＩＴ戦略", [("", 1, "甲（案）"), ("", 1, "ＩＴ戦略")]),  # as printed
        ("１．甲（案）\n２．ＩＴ戦略", [("1.", 1, "甲（案）"), ("2.", 1, "ＩＴ戦略")]),
        ('["甲の件", "乙の件"]', [("", 1, "甲の件"), ("", 1, "乙の件")]),
        ("[案]甲の件", [("", 1, "[案]甲の件")]),
        ("[1, 2]", [("", 1, "[1, 2]")]),
    ],
)
def test_items_of_a_cell(cell, pieces):
    assert [tuple(piece) for piece in split_cell(cell)] == [(a, str(n), c) for a, n, c in pieces]


def bare(text):
    # NFKC gives a free-standing mark a space; without it, it composes with the letter before it.
    return normalize(re.sub(r"[\s.、]", "", normalize(text)))


@given(ANY | st.lists(ANY, max_size=4).map("\n".join))
@example("U¨")
@example("１．\n甲")
@example("①\n②")
@example("(1)\n・")
def test_splitting_loses_nothing_but_space_and_stops(cell):
    pieces = split_cell(cell)
    if not _json_list(cell):
        said = "".join(bare(piece.label) + bare(piece.title) for piece in pieces)
        assert bare(said) == bare(cell)
    assert all(piece.title.strip() for piece in pieces)
    assert bool(pieces) == bool(cell.strip())


def test_a_cell_is_parted_only_if_asked(table):
    file = table(["回", "議題"], ["1", "1. 甲の件\n2. 閉会"], ["1", "丙の件"])
    whole = read_table(file, BODY)
    assert whole.items["title"].tolist() == ["1. 甲の件 2. 閉会", "丙の件"]
    assert any(r.startswith("table.csv:2: title: 2 items in one cell") for r in whole.remarks)
    parted = read_table(file, BODY._replace(split_items=True))
    columns = ["position", "kind", "label", "title", "source_url"]
    assert parted.items[columns].values.tolist() == [
        ["1", "agenda", "1.", "甲の件", "table.csv:2"],
        ["2", "ceremony", "2.", "閉会", "table.csv:2"],
        ["3", "agenda", "", "丙の件", "table.csv:4"],
    ]
    assert not any("items in one cell" in remark for remark in parted.remarks)


# --- rows -------------------------------------------------------------------------------------


def test_every_row_says_where_it_comes_from(table):
    file = table(
        ["会議名", "議題", "URL"],
        ["甲会議", "甲の件", "https://example.org/1"],
        ["甲会議", "乙", ""],
    )
    reading = read_table(file, TableMapping(values={"source_kind": "official"}))
    for rows in (reading.meetings, reading.items):
        assert set(rows["parser"]) == {"table"}
        assert set(rows["confidence"]) == {"verbatim"}
        assert set(rows["source_kind"]) == {"official"}
    assert reading.items["source_url"].tolist() == ["https://example.org/1", "table.csv:3"]
    assert reading.meetings["source"].tolist() == ["https://example.org/1 ; table.csv:3"]


def test_identifiers_are_made_of_what_the_row_says(table):
    rows = [["会議名", "回", "開催日", "順番", "議題"]]
    rows += [["試験会議", "3", "H21.7.1", "2", "甲の件"]] * 3
    ids = read_table(table(*rows)).items["item_id"].tolist()
    identity = "\x1f".join(["試験会議", "3", "2009-07-01", "2", "甲の件"])
    made = "i" + hashlib.sha256(identity.encode()).hexdigest()[:10]
    assert ids == [made, f"{made}-2", f"{made}-3"]


def test_identifiers_that_are_given_stay(table):
    file = table(["item_id", "議題"], ["a1", "甲の件"], ["", "乙の件"])
    ids = read_table(file, BODY).items["item_id"].tolist()
    assert ids[0] == "a1"
    assert ids[1].startswith("i")
    file = table(["item_id", "議題"], ["a1", "甲の件"], ["a1", "乙の件"])
    assert "table.csv:3: item_id: got 'a1', expected a value of its own" in refusal(file, BODY)


def test_an_identifier_does_not_depend_on_rows_below(table):
    rows = [["回", "議題"], ["1", "甲の件"], ["1", "乙の件"]]
    few = read_table(table(*rows), BODY).items["item_id"].tolist()
    many = (
        read_table(table(*rows, ["1", "丙の件"], ["2", "丁の件"]), BODY).items["item_id"].tolist()
    )
    assert many[:2] == few


def test_positions_that_a_meeting_lacks_are_counted(table):
    rows = [["1", "7", "甲の件"], ["1", "", "乙の件"], ["2", "(3)", "丙の件"], ["2", "①", "丁の件"]]
    items = read_table(table(["回", "順番", "議題"], *rows), BODY).items
    assert items["position"].tolist() == ["1", "2", "3", "1"]


def test_rows_without_a_title(table):
    rows = [["第1回", "2009-07-01", ""], ["第2回", "2009-08-01", "甲の件"], ["", "", ""]]
    rows += [["※ 第1回は", "中止", ""], ["注", "", ""]]
    reading = read_table(table(["回", "開催日", "議題"], *rows), BODY)
    assert reading.meetings["number"].tolist() == ["1", "2"]  # a meeting without items is one
    assert reading.items["meeting_id"].tolist() == reading.meetings["meeting_id"].tolist()[1:]
    assert "table.csv:2: a meeting without an item" in reading.remarks
    assert [row.text for row in reading.unread] == ["5: ※ 第1回は 中止", "6: 注"]
    Corpus({"meetings": reading.meetings, "items": reading.items})


def test_a_table_of_meetings_alone(table):
    reading = read_table(table(["回", "議題"], ["1", ""], ["2", ""]), BODY)
    assert (len(reading.meetings), len(reading.items)) == (2, 0)
    reading = read_table(table(["回", "議題"], ["", ""], ["x", ""]), BODY)
    assert (len(reading.meetings), len(reading.items)) == (0, 0)
    assert len(reading.unread) == 1


def test_equal_remarks_are_told_once(table):
    rows = [["通常", f"{title}の件"] for title in "甲乙丙"]
    remarks = read_table(table(["開催方法", "議題"], *rows), BODY).remarks
    told = [remark for remark in remarks if "通常" in remark]
    assert len(told) == 1
    assert told[0].startswith("table.csv:2: format: '通常'")
    assert told[0].endswith("(3 rows)")


# --- merged cells -----------------------------------------------------------------------------

MERGED = [
    ["会議名", "回", "開催日", "開催方法", "議題"],
    ["甲会議", "1", "2009-07-01", "対面", "一の件"],
    ["", "", "", "", "二の件"],
    ["", "2", "2009-08-01", "持ち回り", "三の件"],
    ["", "", "", "", "四の件"],
    ["", "3", "", "", "五の件"],  # a new meeting; its date is not that of the one above
    ["乙会議", "", "", "", "六の件"],  # another body
    ["", "", "", "", ""],
    ["※注", "", "", "", ""],
]


def suggested(reading):
    """Return the columns that a reading suggests for fill_down."""
    remarks = "\n".join(reading.remarks)
    found = re.search(
        r"blank below a filled cell: (.*); if cells are merged, use fill_down", remarks
    )
    return found[1].split(", ") if found else []


def test_merged_cells_are_suggested(table):
    reading = preview_table(table(*MERGED))
    assert suggested(reading) == ["会議名", "回", "開催日", "開催方法"]
    full = [MERGED[0], MERGED[1], MERGED[1]]
    assert suggested(preview_table(table(*full))) == []
    # A table of which no row has a date, or only later ones, has no merged cells.
    late = [["開催日", "議題"], ["", "甲の件"], ["2009", "乙の件"]]
    assert suggested(preview_table(table(*late), BODY)) == []


def test_merged_cells_are_filled_down_within_a_meeting(table):
    mapping = TableMapping(fill_down=("会議名", "回", "開催日", "開催方法"))
    reading = read_table(table(*MERGED), mapping)
    rows = reading.items.merge(reading.meetings, on="meeting_id")
    assert rows[["body", "number", "date", "format", "title"]].values.tolist() == [
        ["甲会議", "1", "2009-07-01", "in_person", "一の件"],
        ["甲会議", "1", "2009-07-01", "in_person", "二の件"],
        ["甲会議", "2", "2009-08-01", "circulated", "三の件"],
        ["甲会議", "2", "2009-08-01", "circulated", "四の件"],
        ["甲会議", "3", "", "unknown", "五の件"],
        ["乙会議", "", "", "unknown", "六の件"],
    ]
    assert [row.text for row in reading.unread] == ["9: ※注"]
    assert "fill_down filled 4 rows" in reading.remarks


def test_merged_cells_of_a_workbook(workbook):
    file = workbook(["回", "議題"], ["第1回", "甲の件"], [None, "乙の件"])
    book = openpyxl.load_workbook(file)
    book.active.merge_cells("A2:A3")
    book.save(file)
    assert suggested(preview_table(file, BODY)) == ["回"]
    reading = read_table(file, BODY._replace(fill_down=("回",)))
    assert reading.meetings["number"].tolist() == ["1"]


# --- the law: what is printed is read back ----------------------------------------------------

WEEKDAYS = "月火水木金土日"
TITLES = st.text(
    alphabet="電子政府構築計画案策定情報（）「」ＩＴA1の・", min_size=1, max_size=12
).filter(lambda text: normalize(text).strip(" ") and len(split_cell(text)) == 1)


def print_date(day, form):
    era = f"平成{day.year - 1988}"
    return {
        "iso": day.isoformat(),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "era": f"{era}年{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})",
        "short": f"H{day.year - 1988}.{day.month}.{day.day}",
        "compact": day.strftime("%Y%m%d"),
        "serial": str((day - dt.date(1899, 12, 30)).days),
    }[form]


PRINTED_FORMATS = {"circulated": "持ち回り", "online": "Ｗｅｂ会議", "joint": "合同", "unknown": ""}
HEADS = {
    "body": ["会議名", "会議体", "委員会", "body"],
    "number": ["回", "開催回", "Meeting No."],
    "date": ["開催日", "年月日", "date"],
    "time": ["時間", "開催時刻"],
    "format": ["開催方法", "形式"],
    "title": ["議題", "件名", "Agenda"],
}


@st.composite
def councils(draw):
    """Meetings as the corpus would hold them, one row an item."""
    numbers = draw(st.lists(st.integers(1, 150), min_size=1, max_size=4, unique=True))
    rows = []
    for number in numbers:
        day = draw(st.dates(dt.date(1990, 1, 1), dt.date(2018, 12, 31)))
        start = draw(st.times(dt.time(8), dt.time(12))).strftime("%H:%M")
        form = draw(st.sampled_from(sorted(PRINTED_FORMATS)))
        for title in draw(st.lists(TITLES, min_size=1, max_size=3)):
            rows.append(("試験情報化会議", str(number), day, start, form, title))
    return rows


def write_rows(folder, ending, rows):
    file = Path(folder) / f"t{ending}"
    if ending == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(file)
    elif ending == ".jsonl":
        lines = [json.dumps(dict(zip(rows[0], row, strict=True))) for row in rows[1:]]
        file.write_text("\n".join(lines), encoding="utf-8")
    else:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(rows)
        file.write_bytes(buffer.getvalue().encode("cp932"))
    return file


@settings(max_examples=int(os.environ.get("TABLES_EXAMPLES", "12")), deadline=None)
@given(councils(), st.data())
def test_a_printed_table_is_read_back(rows, data):
    form = data.draw(st.sampled_from(["iso", "slash", "era", "short", "compact", "serial"]))
    order = data.draw(st.permutations(sorted(HEADS)))
    heads = {field: data.draw(st.sampled_from(HEADS[field])) for field in order}
    counted = data.draw(st.sampled_from(["第{}回", "{}", "{}回"]))
    merged = data.draw(st.booleans())
    printed, above = [[heads[field] for field in order]], None
    for body, number, day, start, held, title in rows:
        cells = {
            "body": body,
            "number": counted.format(number),
            "date": print_date(day, form),
            "time": start,
            "format": PRINTED_FORMATS[held],
            "title": title,
        }
        if merged and number == above:
            cells |= dict.fromkeys(("body", "number", "date", "time", "format"), "")
        above = number
        printed.append([cells[field] for field in order])
    with tempfile.TemporaryDirectory() as folder:
        file = write_rows(folder, data.draw(st.sampled_from([".csv", ".jsonl", ".xlsx"])), printed)
        asked = TableMapping()
        if merged:
            asked = TableMapping(fill_down=tuple(heads[f] for f in order if f != "title"))
        reading = read_table(file, asked)
    items = reading.items.merge(reading.meetings, on="meeting_id")
    columns = ["body", "number", "date", "start", "format", "title"]
    assert items[columns].values.tolist() == [
        [body, number, day.isoformat(), start, held, title.strip()]
        for body, number, day, start, held, title in rows
    ]
    assert set(items["date_precision"]) == {"day"}
    assert reading.unread == ()
    assert Corpus({"meetings": reading.meetings, "items": reading.items}).items["item_id"].is_unique


def test_letters_of_the_alphabet_are_no_guess():
    # 26 columns called A to Z hold nothing that is known.
    assert guess_mapping(pd.DataFrame({c: ["x"] for c in string.ascii_uppercase})) == {}
