import pandas as pd
import pytest

from cio_topics.corpus.schema import (
    FORMATS,
    MAX_TITLE,
    PRECISIONS,
    SOURCE_KINDS,
    STATUSES,
    TABLES,
    complete_columns,
    header_problems,
    relation_problems,
    required_columns,
    table_problems,
    typed,
)
from cio_topics.data import embedded_folder

# Invented rows, one for each table, that fit.
GOOD = {
    "meetings": {
        "meeting_id": "m1",
        "body": "試験会議",
        "date": "2009-07-01",
        "date_precision": "day",
    },
    "items": {"item_id": "a1", "meeting_id": "m1", "title": "試験の題"},
    "documents": {"document_id": "d1", "item_id": "a1", "text": "全文\nの二行目\t表"},
    "decisions": {"title": "試験の決定"},
    "sources": {"table": "items", "id": "a1", "field": "title", "value": "別の題"},
    "theme_labels": {"item_id": "a1", "themes": "egov_plan"},
    "administrations": {
        "administration": "試験内閣",
        "prime_minister": "試験",
        "government": "test_led",
        "start": "2009-09-16",
        "end": "2010-06-08",
    },
}


def table_of(name, *rows):
    table = pd.DataFrame([GOOD[name] | row for row in rows or ({},)], dtype="str")
    return complete_columns(name, table)


def problems_of(name, *rows):
    return table_problems(name, table_of(name, *rows), lambda row: (f"{name}.csv", row + 2))


@pytest.mark.parametrize("name", TABLES)
def test_a_good_row_has_no_problem(name):
    assert problems_of(name) == []


@pytest.mark.parametrize("name", TABLES)
def test_no_rows_have_no_problem(name):
    assert table_problems(name, table_of(name).head(0), lambda row: (name, row + 2)) == []


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        *(("meetings", "format", value) for value in FORMATS),
        *(("items", "status", value) for value in STATUSES),
        *(("items", "source_kind", value) for value in SOURCE_KINDS),
        ("meetings", "number", "1"),
        ("meetings", "number", "999999999"),
        ("meetings", "n_handouts", "0"),
        ("meetings", "n_handouts", ""),
        ("meetings", "start", "00:00"),
        ("meetings", "end", "23:59"),
        ("items", "item_id", "項目/1-1#a"),  # any text without white space
        ("items", "item_id", "x" * 200),
        ("items", "title", "ﾏｲﾅﾝﾊﾞｰ制度"),
        ("items", "title", "議題😀👨‍👩‍👧"),
        ("items", "title", "<script>alert(1)</script>"),
        ("items", "title", "=HYPERLINK(1)"),
        ("items", "title", "あ" * MAX_TITLE),
        ("items", "title", "NA"),
    ],
)
def test_values_that_fit(name, column, value):
    assert problems_of(name, {column: value}) == []


DATES = "a real date written as"
BAD = [
    ("meetings", "meeting_id", "", "1 to 200 characters without white space"),
    ("meetings", "meeting_id", "m 1", "1 to 200 characters without white space"),
    ("meetings", "meeting_id", "m\u30001", "1 to 200 characters without white space"),
    ("items", "item_id", "x" * 201, "1 to 200 characters without white space"),
    ("meetings", "body", "", "a text that is not empty"),
    ("meetings", "body", "\u3000 ", "a text that is not empty"),
    ("meetings", "number", "0", "a whole number of 1 or more, or empty"),
    ("meetings", "number", "-1", "a whole number of 1 or more, or empty"),
    ("meetings", "number", "1.5", "a whole number of 1 or more, or empty"),
    ("meetings", "number", "第3回", "a whole number of 1 or more, or empty"),
    ("meetings", "number", "1" * 10, "a whole number of 1 or more, or empty"),
    ("meetings", "n_handouts", "-1", "a whole number of 0 or more, or empty"),
    ("meetings", "n_handouts", "NaN", "a whole number of 0 or more, or empty"),
    ("meetings", "start", "9:30", "a time as 09:30, or empty"),
    ("meetings", "end", "24:00", "a time as 09:30, or empty"),
    ("meetings", "format", "持ち回り", "one of: in_person, circulated, joint, online, unknown"),
    ("meetings", "format", "", "one of: in_person, circulated"),
    ("meetings", "date_precision", "week", "one of: day, month, year, unknown"),
    ("meetings", "date", "2011-02-30", f"{DATES} 2009-07-01, because date_precision is day"),
    ("meetings", "date", "平成21年7月1日", f"{DATES} 2009-07-01"),
    ("meetings", "date", "", f"{DATES} 2009-07-01"),
    ("items", "position", "0", "a whole number of 1 or more, or empty"),
    ("items", "title", "", "a text that is not empty"),
    ("items", "title", "甲\n乙", "text without control characters"),
    ("items", "title", "甲\x00乙", "text without control characters"),
    ("items", "title", "甲\x85乙", "text without control characters"),  # C1
    ("items", "title", "甲\x7f", "text without control characters"),
    ("items", "title", "あ" * (MAX_TITLE + 1), "at most 100,000 characters"),
    ("items", "status", "決定事項", "one of: 決定, 報告, 案, 改定, その他, (empty)"),
    ("items", "source_kind", "wiki", "one of: official, archive_copy, news, blog, paper, (empty)"),
    ("items", "note", "甲\t乙", "text without control characters"),
    ("documents", "document_id", "", "1 to 200 characters"),
    ("decisions", "title", " ", "a text that is not empty"),
    ("theme_labels", "themes", "", "a text that is not empty"),
    ("administrations", "government", "", "a text that is not empty"),
    ("administrations", "start", "2009-09-31", "a real day as 2009-09-16"),
    ("administrations", "end", "令和7年", "a real day"),
]


@pytest.mark.parametrize(("name", "column", "value", "expected"), BAD)
def test_values_that_do_not_fit(name, column, value, expected):
    problems = problems_of(name, {}, {column: value, **_other_id(name, column)})
    found = [p for p in problems if p.column == column and p.expected.startswith(expected)]
    assert len(found) == 1, problems
    assert found[0][:4] == (f"{name}.csv", 3, column, value)


def _other_id(name, column):
    """Keep the second row from repeating the identifier of the first."""
    key = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}.get(
        name, "item_id"
    )
    later = {"start": "2010-06-08", "end": "2011-09-02"} if name == "administrations" else {}
    rest = {key: "other"} | later if name != "decisions" else {}
    return {k: v for k, v in rest.items() if k != column and k in GOOD[name]}


@pytest.mark.parametrize(
    ("date", "precision", "expected"),
    [
        ("2009-07-01", "month", "2009-07, because date_precision is month"),
        ("2009-13", "month", "2009-07, because date_precision is month"),
        ("2009-07", "year", "2009, because date_precision is year"),
        ("2009", "unknown", "an empty date, because date_precision is unknown"),
    ],
)
def test_date_and_precision_fit_each_other(date, precision, expected):
    (problem,) = problems_of("meetings", {"date": date, "date_precision": precision})
    assert problem.column == "date"
    assert problem.expected.endswith(expected)


def test_an_unknown_date_is_empty():
    assert problems_of("meetings", {"date": "", "date_precision": "unknown"}) == []


def test_a_bad_precision_is_one_problem_not_two():
    assert len(problems_of("meetings", {"date_precision": "week"})) == 1


@pytest.mark.parametrize(
    ("start", "end", "n"),
    [("10:00", "09:59", 1), ("10:00", "10:00", 0), ("10:00", "", 0), ("", "09:00", 0)],
)
def test_a_meeting_does_not_end_before_it_starts(start, end, n):
    problems = problems_of("meetings", {"start": start, "end": end})
    assert [p.expected for p in problems] == [f"a time not before the start, {start}"] * n


@pytest.mark.parametrize(
    ("second", "column", "expected"),
    [
        ({"start": "2010-06-08", "end": "2010-06-08"}, "end", "a day after the start, 2010-06-08"),
        ({"start": "2010-06-08", "end": "2009-01-01"}, "end", "a day after the start, 2010-06-08"),
        (
            {"start": "2010-06-07", "end": "2011-09-02"},
            "start",
            "a day not before the row above, 2010-06-08",
        ),
    ],
)
def test_administrations_follow_each_other(second, column, expected):
    (problem,) = problems_of("administrations", {}, second)
    assert (problem.line, problem.column, problem.expected) == (3, column, expected)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("meetings", "meeting_id"),
        ("items", "item_id"),
        ("documents", "document_id"),
        ("theme_labels", "item_id"),
    ],
)
def test_identifiers_are_unique(name, key):
    problems = problems_of(name, {key: "x"}, {key: "y"}, {key: "x"}, {key: "x"})
    assert [(p.line, p.column, p.value) for p in problems] == [(4, key, "x"), (5, key, "x")]
    assert problems[0].expected == "a value of its own (it stands first in line 2)"


@pytest.mark.parametrize(
    ("name", "column"),
    [(name, c.name) for name in TABLES for c in TABLES[name] if c.default is None],
)
def test_a_missing_column_is_named_with_those_found(name, column):
    table = table_of(name).drop(columns=column)
    (problem,) = header_problems(table.columns, required_columns(name), "f.csv")
    assert str(problem).startswith(f"f.csv:1: {column}: the column is missing; found: ")


def test_a_missing_column_among_thousands_gives_a_short_message():
    wide = pd.DataFrame({f"c{i}": ["x"] for i in range(3000)}, dtype="str")
    problems = header_problems(wide.columns, required_columns("items"), "f.csv")
    assert max(len(str(p)) for p in problems) < 2000


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("meetings", {"start": "z" * 10_000, "end": "09:00"}),
        ("administrations", {"start": "9" * 10_000}),
    ],
)
def test_what_was_expected_is_short_as_well(name, row):
    assert max(len(p.expected) for p in problems_of(name, row)) < 500


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("meetings", "n_handouts", "１２"),
        ("meetings", "number", "1２"),
        ("meetings", "start", "0９:30"),
    ],
)
def test_full_width_digits_do_not_fit(name, column, value):
    assert problems_of(name, {column: value})


@pytest.mark.parametrize("column", ["start", "end"])
def test_days_of_administrations_have_two_digits(column):
    assert problems_of(
        "administrations", {column: {"start": "2009-9-6", "end": "2010-6-8"}[column]}
    )


def test_a_decision_has_a_real_date():
    assert problems_of("decisions", {"decided_on": "2011-02-30"})


@pytest.mark.parametrize(
    ("name", "key", "other"),
    [
        ("items", "meeting_id", "meetings"),
        ("documents", "item_id", "items"),
        ("theme_labels", "item_id", "items"),
    ],
)
def test_keys_resolve(name, key, other):
    tables = {name: table_of(name, {}, {key: "lost"}), other: table_of(other)}
    where = {table: lambda row: ("f.csv", row + 2) for table in tables}
    (problem,) = relation_problems(tables, where)
    assert problem[:5] == ("f.csv", 3, key, "lost", f"a {key} that stands in {other}")
    assert relation_problems({name: tables[name]}, where) == []  # nothing to point to


@pytest.mark.parametrize("name", TABLES)
def test_complete_columns_orders_fills_and_keeps_extra_ones(name):
    table = pd.DataFrame([{"extra": "x"} | GOOD[name]], dtype="str")
    found = complete_columns(name, table)
    assert list(found) == [*(c.name for c in TABLES[name]), "extra"]
    defaults = {c.name: c.default for c in TABLES[name] if c.name not in GOOD[name]}
    assert found.loc[0].to_dict() == {"extra": "x"} | GOOD[name] | defaults
    assert list(table) == ["extra", *GOOD[name]]


def test_complete_columns_does_not_invent_required_ones():
    assert "title" not in complete_columns("items", table_of("items").drop(columns="title"))


def test_typed_gives_text_and_whole_numbers():
    meetings = typed("meetings", table_of("meetings", {"number": "3", "n_handouts": ""}))
    kinds = {c.name: "Int64" if c.kind == "integer" else "str" for c in TABLES["meetings"]}
    assert {k: str(v) for k, v in meetings.dtypes.items()} == kinds
    assert meetings.loc[0, "number"] == 3
    assert meetings["n_handouts"].isna().all()


def test_columns_and_choices_are_well_formed():
    for name, columns in TABLES.items():
        names = [c.name for c in columns]
        assert len(set(names)) == len(names), name
        assert all(c.kind in ("text", "integer") and c.meaning for c in columns)
    assert set(PRECISIONS) == {"day", "month", "year", "unknown"}


@pytest.mark.parametrize("name", [n for n in TABLES if n not in ("documents", "sources")])
def test_embedded_files_have_the_columns_in_this_order(name):
    header = (embedded_folder() / f"{name}.csv").read_text("utf-8").partition("\n")[0]
    assert header == ",".join(c.name for c in TABLES[name])
