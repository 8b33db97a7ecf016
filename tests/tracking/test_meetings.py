"""Meetings by year add up, and stand beside the case study's own count."""

import pandas as pd
import pytest

from cio_topics.corpus import Corpus, read_case_study, read_example
from cio_topics.tracking import CASE_STUDY_BODY, meetings_by_year, meetings_with_case_study

EXAMPLE = read_example()


def corpus(*meetings: tuple, n_items: tuple[int, ...]) -> Corpus:
    """An invented corpus: (body, number, date, precision, format) with so many items each."""
    columns = ["body", "number", "date", "date_precision", "format"]
    table = pd.DataFrame(meetings, columns=columns, dtype="str")
    table.insert(0, "meeting_id", [f"m{row}" for row in range(len(table))])
    owners = [f"m{row}" for row, count in enumerate(n_items) for _ in range(count)]
    ids = [f"i{row}" for row in range(len(owners))]
    items = pd.DataFrame({"item_id": ids, "meeting_id": owners, "title": "試験"}, dtype="str")
    return Corpus({"meetings": table, "items": items})


INVENTED = corpus(
    ("試験会議", "1", "2009-07-01", "day", "in_person"),
    ("試験会議", "", "2009-12", "month", "circulated"),
    ("試験会議", "2", "2009", "year", "joint"),
    ("試験会議", "", "2012-04-01", "day", "unknown"),
    ("試験会議", "", "", "unknown", "unknown"),
    n_items=(2, 1, 0, 3, 1),
)


def test_by_hand():
    assert meetings_by_year(INVENTED).values.tolist() == [
        # year, meetings, numbered, circulated, joint, format unknown, items
        ["2009", 3, 2, 1, 1, 0, 3],
        ["2010", 0, 0, 0, 0, 0, 0],
        ["2011", 0, 0, 0, 0, 0, 0],
        ["2012", 1, 0, 0, 0, 1, 3],
        ["unknown", 1, 0, 0, 0, 1, 1],
    ]


@pytest.mark.parametrize("whole", [INVENTED, EXAMPLE], ids=["invented", "embedded"])
def test_no_meeting_and_no_item_is_lost(whole):
    table = meetings_by_year(whole)
    meetings = whole.meetings
    assert table["n_meetings"].sum() == len(meetings)
    assert table["n_items"].sum() == len(whole)
    assert table["n_numbered"].sum() == meetings["number"].notna().sum()
    for format_, column in (
        ("circulated", "n_circulated"),
        ("joint", "n_joint"),
        ("unknown", "n_format_unknown"),
    ):
        assert table[column].sum() == (meetings["format"] == format_).sum()
    assert (
        table.filter(like="n_").le(table["n_meetings"], axis=0) | (table.columns[1:] == "n_items")
    ).all(axis=None)


def test_the_case_study_counts_81_meetings_41_of_them_circulated():
    table = meetings_with_case_study(EXAMPLE)
    assert table["case_study_meetings"].sum() == 81
    assert table["case_study_circulated"].sum() == 41
    claims = read_case_study("claims").set_index("claim_id")["value"]
    assert (claims["meetings_total"], claims["circulated_total"]) == ("81", "41")


def test_the_corpus_stands_beside_it():
    table = meetings_with_case_study(EXAMPLE)
    own = EXAMPLE.meetings[EXAMPLE.meetings["body"] == CASE_STUDY_BODY]
    assert table["n_meetings"].sum() == len(own)
    assert list(table["year"]) == sorted(table["year"])
    later = table.set_index("year").loc["2019":, "case_study_meetings"]
    assert later.isna().all()  # the case study ends in 2018: nothing is known, not none
    assert len(later) > 0
    assert table.set_index("year").loc["2002":"2018", "case_study_meetings"].notna().all()


def test_years_only_the_case_study_has_count_no_meeting_of_ours():
    small = corpus((CASE_STUDY_BODY, "", "2004-02-10", "day", "unknown"), n_items=(1,))
    table = meetings_with_case_study(small).set_index("year")
    assert table.loc["2004", ["case_study_meetings", "n_meetings"]].tolist() == [8, 1]
    # 2009 lies after the corpus's last meeting: what is not covered is no nought.
    assert table.loc["2009", "case_study_meetings"] == 5
    assert table.loc["2009", ["n_meetings", "n_items"]].isna().all()


def test_other_bodies_are_not_beside_it():
    mixed = corpus(
        (CASE_STUDY_BODY, "", "2004-02-10", "day", "unknown"),
        ("試験会議", "", "2004-03-10", "day", "unknown"),
        n_items=(1, 5),
    )
    row = meetings_with_case_study(mixed).set_index("year").loc["2004"]
    assert row[["n_meetings", "n_items"]].tolist() == [1, 1]
    assert meetings_with_case_study(INVENTED).empty


def test_the_empty_table_has_the_same_columns():
    assert list(meetings_with_case_study(INVENTED)) == list(meetings_with_case_study(EXAMPLE))


@pytest.mark.parametrize("n_items", [(1, 0), (0, 0)])
def test_a_meeting_whose_agenda_is_not_known_is_a_meeting(n_items):
    days = ("2009-07-01", "2009-08-28")
    meetings = [(CASE_STUDY_BODY, "", day, "day", "unknown") for day in days]
    small = corpus(*meetings, n_items=n_items)
    assert meetings_by_year(small)["n_meetings"].tolist() == [2]
    table = meetings_with_case_study(small).set_index("year")
    assert table.loc["2009", "n_meetings"] == 2
