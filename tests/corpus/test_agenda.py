import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example, split_agenda
from cio_topics.corpus.agenda import AGENDA_COLUMNS


def flat(*rows, **columns):
    # Invented rows.
    table = pd.DataFrame(
        [{"body": "試験会議", "date": "2009-07-01", "title": "題"} | row for row in rows]
    )
    ids = [f"a{i}" for i in range(1, len(rows) + 1)]
    return table.assign(item_id=ids, **columns).fillna("").astype("str")


@pytest.mark.parametrize(
    ("other", "n_meetings"),
    [
        ({}, 1),
        ({"title": "別の題"}, 1),
        ({"source_url": "https://example.org/2"}, 1),
        ({"handouts": "3"}, 1),
        ({"start_time": "10:00"}, 1),
        ({"body": "別の試験会議"}, 2),
        ({"date": "2009-07-02"}, 2),
        ({"date": "2009-07"}, 2),  # the same month, but the day is not inferred
        ({"meeting_no": "3"}, 2),  # only one of them has a number: not inferred either
        ({"format": "circulated"}, 2),
        ({"format": "unknown"}, 1),  # which is what a missing format is
    ],
)
def test_what_makes_a_meeting(other, n_meetings):
    meetings, items = split_agenda(flat({}, other))
    assert len(meetings) == n_meetings
    assert items["meeting_id"].nunique() == n_meetings
    assert items["item_id"].tolist() == ["a1", "a2"]


@pytest.mark.parametrize(
    ("date", "given_precision", "precision"),
    [
        ("2009-07-01", "", "day"),
        ("2009-07", "", "month"),
        ("2009", "", "year"),
        ("", "", "unknown"),
        ("7/1", "", "day"),  # so that the checks refuse it as no day
        ("2009-07", "year", "year"),  # what the file says stays, and the checks see it
    ],
)
def test_precision_is_read_off_the_date(date, given_precision, precision):
    meetings, _ = split_agenda(flat({"date": date, "date_precision": given_precision}))
    assert meetings["date_precision"].tolist() == [precision]


def test_columns_take_the_names_of_the_corpus():
    row = {
        "meeting_no": "3",
        "item_no": "2",
        "start_time": "10:00",
        "end_time": "11:00",
        "handouts": "5",
    }
    meetings, items = split_agenda(flat(row))
    found = meetings.iloc[0].to_dict() | items.iloc[0].to_dict()
    assert {new: found[new] for new in AGENDA_COLUMNS.values()} == {
        AGENDA_COLUMNS[old]: value for old, value in row.items()
    }
    assert not set(AGENDA_COLUMNS) & {*meetings, *items}


def test_what_some_rows_lack_is_taken_from_those_that_have_it():
    meetings, _ = split_agenda(
        flat({}, {"handouts": "4"}, {"start_time": "10:00", "handouts": "4"})
    )
    assert meetings[["start", "end", "n_handouts"]].values.tolist() == [["10:00", "", "4"]]


def test_sources_are_joined_once_each_in_order():
    urls = ["https://example.org/b", "https://example.org/a", "https://example.org/b"]
    meetings, items = split_agenda(flat(*({"source_url": url} for url in urls)))
    assert meetings["source"].tolist() == ["https://example.org/b ; https://example.org/a"]
    assert items["source_url"].tolist() == urls


def test_an_item_without_source_adds_none():
    meetings, _ = split_agenda(flat(*({"source_url": url} for url in ("b", "", "a"))))
    assert meetings["source"].tolist() == ["b ; a"]


def test_extra_columns_stay_with_the_items():
    meetings, items = split_agenda(flat({}, {}, extra=["x", "y"]))
    assert items["extra"].tolist() == ["x", "y"]
    assert "extra" not in meetings
    assert list(items)[:2] == ["item_id", "meeting_id"]


def test_meetings_come_in_the_order_of_first_appearance_and_the_table_is_left_alone():
    table = flat({"date": "2010"}, {"date": "2009"}, {"date": "2010"})
    before = table.copy()
    meetings, items = split_agenda(table)
    assert meetings["date"].tolist() == ["2010", "2009"]
    ids = meetings["meeting_id"].tolist()
    assert items["meeting_id"].tolist() == [ids[0], ids[1], ids[0]]
    pd.testing.assert_frame_equal(table, before)


def test_identifiers_of_meetings_do_not_change_with_the_rest_of_the_file():
    alone, _ = split_agenda(flat({"date": "2010"}))
    among, _ = split_agenda(flat({"date": "2009"}, {"date": "2010", "title": "別"}))
    assert alone["meeting_id"].item() == among["meeting_id"].tolist()[1]


def test_identifiers_of_the_embedded_meetings_are_still_made_this_way():
    items, meetings = read_example().items, read_example().meetings
    again, split = split_agenda(
        items.drop(columns=["meeting_id"])
        .merge(items[["item_id", "meeting_id"]].merge(meetings, on="meeting_id"), on="item_id")
        .drop(columns=["meeting_id", "source"])
        .astype("str")
        .fillna("")
    )
    assert split["meeting_id"].tolist() == items["meeting_id"].tolist()
    assert again["meeting_id"].tolist() == meetings["meeting_id"].tolist()


WORDS = st.sampled_from(["", "1", "2009", "2009-07", "甲", "online"])


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(("body", "date", "meeting_no", "format"), WORDS)),
        min_size=1,
    )
)
def test_no_item_is_lost_and_every_key_resolves(rows):
    meetings, items = split_agenda(flat(*rows))
    assert items["item_id"].tolist() == [f"a{i}" for i in range(1, len(rows) + 1)]
    assert meetings["meeting_id"].is_unique
    assert set(items["meeting_id"]) == set(meetings["meeting_id"])
    back = items.merge(meetings, on="meeting_id")
    assert back["body"].tolist() == [row["body"] for row in rows]
    assert back["date"].tolist() == [row["date"] for row in rows]


def test_rows_that_contradict_each_other_are_not_one_meeting_without_a_word():
    rows = [{"date": "2009", "date_precision": "year"}, {"date": "2009", "date_precision": "month"}]
    meetings, _ = split_agenda(flat(*rows))
    assert set(meetings["date_precision"]) == {"year", "month"}


def test_a_file_that_has_the_corpus_name_as_well():
    meetings, _ = split_agenda(flat({"meeting_no": "3", "number": "3"}))
    assert meetings["number"].tolist() == ["3"]
