import pandas as pd
import pytest

from cio_topics.corpus import Corpus, coverage, read_example

# Invented rows.
MEETINGS = pd.DataFrame(
    {
        "meeting_id": ["m1", "m2", "m3", "m4"],
        "body": ["試験会議乙", "試験会議甲", "試験会議甲", "試験会議甲"],
        "date": ["2009-07-01", "2012-08", "2012", ""],
        "date_precision": ["day", "month", "year", "unknown"],
        "number": ["1", "", "", ""],
        "format": ["in_person", "unknown", "unknown", "unknown"],
    }
)
ITEMS = pd.DataFrame(
    {
        "item_id": ["a1", "a2", "a3", "a4"],
        "meeting_id": ["m1", "m1", "m2", "m3"],
        "title": ["甲", "乙", "丙", "丁"],
        "status": ["決定", "", "報告", "報告"],
    }
)


def coverage_of(meetings=MEETINGS, items=ITEMS):
    return coverage(Corpus({"meetings": meetings, "items": items}))


def test_totals():
    totals = coverage_of()["totals"].set_index("what")["n"].to_dict()
    assert totals == {
        "items": 4,
        "ceremonial lines, not counted": 0,
        "meetings": 4,
        "bodies": 2,
        "numbered meetings": 1,
        "documents": 0,
        "decisions": 0,
        "coded items": 0,
    }


def test_years_without_items_are_listed_with_zero():
    assert coverage_of()["years"].values.tolist() == [
        ["2009", 2, 1],
        ["2010", 0, 0],
        ["2011", 0, 0],
        ["2012", 2, 2],
    ]


def test_items_of_unknown_date_are_counted():
    tables = coverage_of(items=ITEMS.assign(meeting_id=["m1", "m1", "m2", "m4"]))
    assert tables["years"].values.tolist()[-1] == ["unknown", 1, 1]
    assert tables["years"]["n_items"].sum() == 4
    assert tables["precision"]["date_precision"].tolist() == ["day", "month", "unknown"]


def test_bodies_come_by_items_and_then_by_name():
    bodies = coverage_of()["bodies"]
    assert bodies.values.tolist() == [
        ["試験会議乙", 2, 1, "2009-07-01", "2009-07-01"],
        ["試験会議甲", 2, 2, "2012", "2012-08"],
    ]
    more = coverage_of(items=pd.concat([ITEMS, ITEMS[2:3].assign(item_id="a5")]))["bodies"]
    assert more[["body", "n_items"]].values.tolist() == [["試験会議甲", 3], ["試験会議乙", 2]]


def test_a_body_with_an_unknown_date_begins_with_its_first_known_one():
    bodies = coverage_of(items=ITEMS.assign(meeting_id=["m1", "m2", "m3", "m4"]))["bodies"]
    assert bodies.set_index("body").loc["試験会議甲", "first"] == "2012"


def test_precision_is_counted_in_items_and_shares_make_one():
    precision = coverage_of()["precision"]
    assert precision.values.tolist() == [["day", 2, 0.5], ["month", 1, 0.25], ["year", 1, 0.25]]


def test_missing_counts_empty_and_unknown_values():
    missing = coverage_of()["missing"].set_index(["table", "column"])
    assert missing.loc[("meetings", "number")].tolist() == [3, 4, 0.75]
    assert missing.loc[("meetings", "date")].tolist() == [1, 4, 0.25]
    assert missing.loc[("meetings", "format"), "n_missing"] == 3
    assert missing.loc[("items", "status"), "n_missing"] == 1
    assert ("items", "title") not in missing.index
    assert (missing["n_missing"] > 0).all()


@pytest.mark.parametrize(
    ("titles", "remark", "n"),
    [
        (["議" * 301, "乙", "丙", "丁"], "title longer than 300 characters", 1),
        (["議" * 300, "乙", "丙", "丁"], None, 0),
        (["文字\ufffd化け", "乙", "丙", "丁"], "title with the replacement character U+FFFD", 1),
        (["ﾏｲﾅﾝﾊﾞｰ", "ｶﾅ", "丙", "丁"], "title with half-width kana", 2),
        (["マイナンバー", "ー", "丙", "丁"], None, 0),  # full width
        (["甲", "甲", "丙", "丁"], "same title twice on one agenda", 2),
        (["甲", "乙", "甲", "甲"], None, 0),  # on agendas of different meetings
    ],
)
def test_remarks(titles, remark, n):
    remarks = coverage_of(items=ITEMS.assign(title=titles))["remarks"]
    ids = ";".join(f"a{i}" for i in range(1, n + 1))
    assert remarks.values.tolist() == ([[remark, n, ids]] if remark else [])


def test_remarks_name_at_most_five_items():
    items = pd.DataFrame(
        {"item_id": [f"a{i}" for i in range(9)], "meeting_id": "m1", "title": "甲"}
    )
    (remark,) = coverage_of(items=items)["remarks"].itertuples(index=False)
    assert (remark.n, remark.item_ids) == (9, "a0;a1;a2;a3;a4")


def test_an_empty_corpus_has_coverage():
    tables = coverage_of(MEETINGS.head(0), ITEMS.head(0))
    assert tables["totals"]["n"].sum() == 0
    assert all(len(table) == 0 for name, table in tables.items() if name != "totals")


def test_the_embedded_corpus_is_counted_in_full():
    corpus, tables = read_example(), coverage(read_example())
    for name in ("years", "bodies", "precision"):
        assert tables[name]["n_items"].sum() == len(corpus), name
    assert tables["bodies"]["n_meetings"].sum() == len(corpus.meetings)
    assert tables["precision"]["share"].sum() == pytest.approx(1)
    years = tables["years"]["year"].tolist()
    known = [int(year) for year in years if year != "unknown"]
    assert known == list(range(known[0], known[-1] + 1))
    assert len(corpus.theme_labels) == dict(tables["totals"].values)["coded items"]
