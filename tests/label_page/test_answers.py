"""What rows say: laws of taking back, disputes, names, and the time that is left."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.label_page.answers import (
    check_name,
    disputed_items,
    seconds_left,
    standing_answers,
    undo_row,
)
from cio_topics.labels.columns import last_answers

#: What one coder does: answer an item with themes, or take the last answer back.
steps = st.lists(
    st.one_of(st.tuples(st.sampled_from("ABC"), st.sampled_from(["x", "y", "x;y"])), st.none()),
    max_size=14,
)


def rows_of(done: list) -> list[dict[str, str]]:
    """The rows these steps write; times never repeat, as on a clock."""
    rows: list[dict[str, str]] = []
    for number, step in enumerate(done):
        row = undo_row(rows) if step is None else _row(*step, number)
        if row is not None:
            rows.append(row if row["themes"] else {**row, "date": str(number)})
    return rows


def _row(item: str, themes: str, number: int) -> dict[str, str]:
    return {"item_id": item, "coder": "青木", "themes": themes, "date": str(number), "note": ""}


def counting(rows: list[dict[str, str]]) -> dict[str, str]:
    """What counts, by the rule of the labels themselves."""
    table = pd.DataFrame(rows, columns=["item_id", "coder", "themes"], dtype="str")
    answers = last_answers(table)
    return dict(zip(answers["item_id"], answers["themes"], strict=True))


@settings(max_examples=200)
@given(steps=steps, item=st.sampled_from("ABC"), themes=st.sampled_from(["x", "z"]))
def test_taking_back_undoes_an_answer(steps, item, themes):
    before = rows_of(steps)
    after = [*before, _row(item, themes, len(steps))]
    undone = [*after, undo_row(after)]
    assert counting(undone) == counting(before)
    assert standing_answers(undone) == standing_answers(before)


@settings(max_examples=100)
@given(steps=steps)
def test_everything_can_be_taken_back_step_by_step(steps):
    rows = rows_of(steps)
    for left in range(len(standing_answers(rows)), 0, -1):
        assert len(standing_answers(rows)) == left
        rows.append(undo_row(rows))
    assert undo_row(rows) is None
    assert counting(rows) == {}


@settings(max_examples=100)
@given(steps=steps)
def test_standing_answers_end_with_those_that_count(steps):
    rows = rows_of(steps)
    last = {row["item_id"]: row["themes"] for row in standing_answers(rows)}
    assert last == counting(rows)


@pytest.mark.parametrize(
    ("name", "known", "message"),
    [
        ("  ", [], "the coder's name is '  '"),
        ("a\nb", [], r"the coder's name is 'a\\nb'.*名前かイニシャル"),
        ("ａｏｋｉ", ["aoki"], "is 'ａｏｋｉ'; the labels have a coder 'aoki'"),
        ("AOKI", ["aoki"], "width, case or spaces only"),
        ("青木 一", ["青木　一"], "同じ綴りで"),
    ],
)
def test_names_that_are_refused(name, known, message):
    with pytest.raises(SettingsError, match=message):
        check_name(name, known)


def test_a_known_name_is_taken_as_it_is():
    assert check_name(" 青木 ", ["青木", "鈴木"]) == "青木"


def test_disputes_are_of_sets_and_of_what_counts():
    rows = [("A", "青木", "x"), ("A", "鈴木", "y"), ("A", "鈴木", "x"), ("B", "青木", "x")]
    rows += [("B", "鈴木", "y"), ("C", "青木", "x"), ("C", "鈴木", "y"), ("C", "鈴木", "")]
    table = pd.DataFrame(rows, columns=["item_id", "coder", "themes"], dtype="str")
    assert disputed_items(table) == {"B"}
    assert disputed_items(table.iloc[:0]) == set()


@pytest.mark.parametrize(
    ("times", "expected", "why"),
    [
        (["10:00:00", "10:00:10", "10:00:30"], None, "two times are too few"),
        (["10:00:00", "10:00:10", "10:00:30", "10:00:40"], 50.0, "the median of 10, 20, 10"),
        (["10:00:00", "10:00:10", "12:00:00", "12:00:10", "12:00:20"], 50.0, "a pause is none"),
        (["10:00:00", "09:00:00", "09:00:09", "09:00:18", "09:00:27"], 45.0, "a clock set back"),
    ],
)
def test_time_left(times, expected, why):
    dates = ["2026-01-05", *(f"2026-01-05T{time}+09:00" for time in times)]
    assert seconds_left(dates, 5) == expected, why
