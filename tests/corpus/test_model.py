import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import TABLES, Corpus, read_example
from cio_topics.errors import CorpusError, SettingsError
from cio_topics.periods import PERIODS

# Invented rows.
MEETINGS = pd.DataFrame(
    {
        "meeting_id": ["m1", "m2", "m3", "m4"],
        "body": ["試験会議甲", "試験会議甲", "試験会議乙", "試験会議乙"],
        "date": ["2009-07-01", "2009-08", "2010", ""],
        "date_precision": ["day", "month", "year", "unknown"],
        "format": ["in_person", "circulated", "in_person", "unknown"],
        "number": [1, None, 3, None],
    }
)
ITEMS = pd.DataFrame(
    {
        "item_id": ["a1", "a2", "a3", "a4", "a5"],
        "meeting_id": ["m1", "m1", "m2", "m3", "m4"],
        "title": ["電子政府", "業務の最適化", "計画", "調達", "不明の日"],
        "source_kind": ["official", "official", "news", "", "official"],
    }
)
DOCUMENTS = pd.DataFrame(
    {"document_id": ["d1", "d2"], "item_id": ["a1", "a4"], "text": ["甲", "乙"]}
)
LABELS = pd.DataFrame({"item_id": ["a1", "a4"], "themes": ["egov_plan", "procurement"]})


def corpus_of(**tables):
    given = {"meetings": MEETINGS, "items": ITEMS, "documents": DOCUMENTS, "theme_labels": LABELS}
    return Corpus(given | tables)


@pytest.fixture
def corpus():
    return corpus_of()


@pytest.fixture(scope="module")
def example():
    return read_example()


# --- construction ---------------------------------------------------------------------------


def test_tables_are_complete_typed_and_in_order(corpus):
    assert list(corpus.tables) == list(TABLES)
    for name, table in corpus.tables.items():
        assert list(table) == [c.name for c in TABLES[name]]
        kinds = {c.name: "Int64" if c.kind == "integer" else "str" for c in TABLES[name]}
        assert {k: str(v) for k, v in table.dtypes.items()} == kinds
        pd.testing.assert_frame_equal(table, getattr(corpus, name))


def test_missing_values_of_any_kind(corpus):
    assert corpus.meetings["number"].tolist() == [1, pd.NA, 3, pd.NA]
    items = ITEMS.assign(note=[None, np.nan, pd.NA, "", "x"], position=[1.0, 2.0, 1.0, 1.0, None])
    found = corpus_of(items=items).items
    assert found["note"].tolist() == ["", "", "", "", "x"]
    assert found["position"].tolist() == [1, 2, 1, 1, 1]


def test_positions_are_filled_in_the_order_of_the_rows(corpus):
    assert corpus.items["position"].tolist() == [1, 2, 1, 1, 1]


def test_filled_positions_do_not_repeat_given_ones():
    items = ITEMS.head(2).assign(position=["", "1"])
    found = corpus_of(items=items, documents=DOCUMENTS[:1], theme_labels=LABELS[:1]).items
    assert found["position"].is_unique


def test_labels_of_rows_do_not_matter(corpus):
    shuffled = ITEMS.set_axis([9, 9, 0, 1, 2])
    assert corpus_of(items=shuffled).hash == corpus.hash


def test_administrations_are_the_embedded_ones_if_left_out(corpus, example):
    pd.testing.assert_frame_equal(corpus.administrations, example.administrations)


def test_extra_columns_are_kept():
    assert corpus_of(items=ITEMS.assign(extra=1)).items["extra"].tolist() == ["1"] * 5


def test_a_corpus_may_be_empty():
    empty = Corpus({"meetings": MEETINGS.head(0), "items": ITEMS.head(0)})
    assert len(empty) == 0
    assert repr(empty) == "Corpus(0 items, 0 meetings, 0 bodies)"
    assert set(PERIODS) <= set(empty.agenda())


@pytest.mark.parametrize("missing", ["meetings", "items"])
def test_meetings_and_items_are_needed(missing):
    tables = {"meetings": MEETINGS, "items": ITEMS}
    del tables[missing]
    with pytest.raises(CorpusError, match=f"needs the tables meetings, items; missing: {missing}"):
        Corpus(tables)


def test_an_unknown_table_is_refused():
    with pytest.raises(SettingsError, match="unknown table 'people'; expected: meetings, items"):
        corpus_of(people=ITEMS)


def test_all_bad_values_come_in_one_error():
    with pytest.raises(CorpusError) as caught:
        corpus_of(
            meetings=MEETINGS.assign(date=["2011-02-30", "2009-08", "2010", ""]),
            items=ITEMS.assign(
                title=["", "甲", "乙", "丙", "丁"], item_id=["a1", "a1", "a3", "a4", "a5"]
            ),
        )
    assert [p[:4] for p in caught.value.problems] == [
        ("meetings", 1, "date", "2011-02-30"),
        ("items", 1, "title", ""),
        ("items", 2, "item_id", "a1"),
    ]


def test_keys_are_checked_once_values_fit():
    with pytest.raises(
        CorpusError, match=r"items:5: meeting_id: got 'm9', expected .* in meetings"
    ):
        corpus_of(items=ITEMS.assign(meeting_id=["m1", "m1", "m2", "m3", "m9"]))
    with pytest.raises(CorpusError, match=r"documents:1: item_id: got 'a9', expected .* in items"):
        corpus_of(documents=DOCUMENTS.assign(item_id=["a9", "a1"]))


def test_where_says_file_and_line():
    with pytest.raises(CorpusError, match=r"own\.csv:11: title: got ''"):
        Corpus(
            {"meetings": MEETINGS, "items": ITEMS.assign(title=["x", "", "x", "x", "x"])},
            {"items": lambda row: ("own.csv", row + 10)},
        )


def test_a_lone_surrogate_is_a_bad_value():
    title = pd.Series(["\ud800", "x", "x", "x", "x"], dtype=object)
    with pytest.raises(CorpusError):
        corpus_of(items=ITEMS.assign(title=title))


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(CorpusError):
        corpus_of(items=pd.concat([ITEMS, ITEMS[["title"]]], axis=1))


# --- never altered --------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_altering_a_returned_table_leaves_the_corpus_as_it_was(example, name):
    before = copy.deepcopy(example.tables[name])
    for table in (getattr(example, name), example.tables[name]):
        column = table.columns[0]
        if len(table):
            table.loc[0, column] = "changed"
            table[column] = "changed"
        table["more"] = "x"
        del table[column]
        table.index.name = "changed"
    pd.testing.assert_frame_equal(getattr(example, name), before)


def test_altering_the_agenda_leaves_the_corpus_as_it_was(corpus):
    before, digest = corpus.agenda(), corpus.hash
    agenda = corpus.agenda()
    agenda.loc[0, "title"] = "changed"
    agenda["year"] = "1900"
    pd.testing.assert_frame_equal(corpus.agenda(), before)
    assert corpus.hash == digest == corpus_of().hash


@pytest.mark.parametrize(
    "alter",
    [
        lambda table: table["position"].array.__setitem__(0, 99),
        lambda table: table["position"].to_numpy().__setitem__(0, 99),
    ],
    ids=["array", "to_numpy"],
)
@pytest.mark.parametrize("table", ["items", "agenda"])
def test_altering_an_array_of_a_column_leaves_the_corpus_as_it_was(table, alter):
    items = ITEMS.assign(position=[1, 2, 1, 1, 1])
    corpus = corpus_of(items=items)
    got = corpus.agenda() if table == "agenda" else corpus.items
    alter(got)
    again = corpus.agenda() if table == "agenda" else corpus.items
    assert again["position"].tolist() == [1, 2, 1, 1, 1]


def test_altering_what_it_was_made_of_leaves_the_corpus_as_it_was():
    items, tables = ITEMS.copy(), {"meetings": MEETINGS.copy()}
    tables["items"] = items
    corpus = Corpus(tables)
    items.loc[0, "title"] = "changed"
    tables.clear()
    assert corpus.items.loc[0, "title"] == "電子政府"


@pytest.mark.parametrize("name", ["items", "meetings", "hash", "tables", "_tables", "anything"])
def test_attributes_cannot_be_set(corpus, name):
    with pytest.raises(AttributeError, match=f"never altered: cannot set '{name}'; use filter"):
        setattr(corpus, name, None)


def test_pickles_and_copies(corpus):
    for twin in (pickle.loads(pickle.dumps(corpus)), copy.copy(corpus), copy.deepcopy(corpus)):
        assert twin.hash == corpus.hash
        with pytest.raises(AttributeError, match="never altered"):
            twin.items = None


# --- the agenda -----------------------------------------------------------------------------


def test_agenda_is_one_row_an_item_with_its_meeting_and_periods(corpus):
    agenda = corpus.agenda()
    assert agenda["item_id"].tolist() == corpus.items["item_id"].tolist()
    assert agenda["body"].tolist() == ["試験会議甲"] * 3 + ["試験会議乙"] * 2
    assert agenda["year"].tolist() == ["2009", "2009", "2009", "2010", "unknown"]
    assert agenda["administration"].tolist() == ["麻生内閣"] * 3 + ["unknown"] * 2
    assert "meeting_source" in agenda
    assert "source" not in agenda


def test_agenda_of_the_embedded_corpus(example):
    agenda = example.agenda()
    assert len(agenda) == len(example) == 307
    assert agenda["item_id"].equals(example.items["item_id"])
    assert agenda["body"].notna().all()


def test_repr(corpus):
    assert repr(corpus) == "Corpus(5 items, 4 meetings, 2 bodies, 2009-07-01 to 2010)"


# --- the hash -------------------------------------------------------------------------------


def test_hash_is_independent_of_row_order(example):
    tables = {
        name: table if name == "administrations" else table.sample(frac=1, random_state=1)
        for name, table in example.tables.items()
    }
    assert Corpus(tables).hash == example.hash


def test_hash_is_independent_of_column_order(corpus):
    tables = {name: table[table.columns[::-1]] for name, table in corpus.tables.items()}
    assert Corpus(tables).hash == corpus.hash


@pytest.mark.parametrize(
    "tables",
    [
        {"items": ITEMS.assign(title=["電子政府", "業務の最適化", "計画", "調達", "不明の日。"])},
        {"items": ITEMS.assign(item_id=["a1", "a2", "a3", "a4", "a6"])},
        {"items": ITEMS.assign(meeting_id=["m1", "m1", "m2", "m3", "m3"])},
        {"items": ITEMS.assign(source_url=["u", "", "", "", ""])},
        {"items": ITEMS.assign(note=["u", "", "", "", ""])},  # the same text in another column
        {"items": ITEMS.assign(extra="")},
        {"meetings": MEETINGS.assign(number=[1, None, 3, 4])},
        {"theme_labels": LABELS.assign(themes=["egov_plan", "egov_plan"])},
        {"documents": DOCUMENTS.head(1)},
    ],
)
def test_hash_changes_with_every_value(corpus, tables):
    assert corpus_of(**tables).hash != corpus.hash


def test_hash_is_the_same_each_time_and_a_sha256(example):
    assert len(bytes.fromhex(example.hash)) == 32
    assert example.hash == read_example().hash == example.filter().hash


# --- filter ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "items"),
    [
        ({}, ["a1", "a2", "a3", "a4", "a5"]),
        ({"bodies": ["試験会議乙"]}, ["a4", "a5"]),
        ({"bodies": []}, []),
        ({"formats": ["circulated", "unknown"]}, ["a3", "a5"]),
        ({"source_kinds": [""]}, ["a4"]),
        ({"since": "2009-07-01"}, ["a1", "a2", "a3", "a4"]),  # the unknown day is not kept
        ({"since": "2009-07-02"}, ["a3", "a4"]),
        ({"since": "2009-08-02"}, ["a4"]),  # August 2009 may be the 1st
        ({"until": "2009-08-31"}, ["a1", "a2", "a3"]),
        ({"until": "2009-08-30"}, ["a1", "a2"]),
        ({"until": "2010-12-30"}, ["a1", "a2", "a3"]),
        ({"since": "2009-08-15", "until": "2009-08-20"}, []),
        ({"where": lambda agenda: agenda["title"].str.contains("計画")}, ["a3"]),
        ({"bodies": ["試験会議甲"], "formats": ["in_person"], "until": "2009-12-31"}, ["a1", "a2"]),
    ],
)
def test_filter_keeps_items_that_meet_every_condition(corpus, conditions, items):
    digest = corpus.hash
    found = corpus.filter(**conditions)
    assert found.items["item_id"].tolist() == items
    assert found is not corpus
    assert corpus_of().hash == digest


def test_keys_of_a_filtered_corpus_resolve(corpus):
    found = corpus.filter(bodies=["試験会議甲"])
    assert found.meetings["meeting_id"].tolist() == ["m1", "m2"]
    assert found.documents["document_id"].tolist() == ["d1"]
    assert found.theme_labels["item_id"].tolist() == ["a1"]
    assert Corpus(found.tables).hash == found.hash  # it would pass the checks again
    for table in found.tables.values():
        assert table.index.equals(pd.RangeIndex(len(table)))


@pytest.mark.parametrize("body", sorted(set(read_example().meetings["body"])))
def test_every_body_of_the_embedded_corpus_can_be_kept(example, body):
    found = example.filter(bodies=[body])
    assert set(found.meetings["body"]) == {body}
    assert len(found) == (example.agenda()["body"] == body).sum()
    assert Corpus(found.tables).hash == found.hash


def test_where_sees_a_table_of_its_own(corpus):
    def spoil(agenda):
        agenda["title"] = "changed"
        return agenda["item_id"] == "a1"

    assert corpus.filter(where=spoil).items["title"].tolist() == ["電子政府"]
    assert "changed" not in set(corpus.agenda()["title"])


@pytest.mark.parametrize(
    ("conditions", "match"),
    [
        (
            {"bodies": ["CIO連絡会議"]},
            "no item has body 'CIO連絡会議'; the corpus has: 試験会議乙, 試験会議甲",
        ),
        ({"formats": ["online"]}, "no item has format 'online'; the corpus has: circulated, in_p"),
        ({"source_kinds": ["blog"]}, "no item has source_kind 'blog'"),
        ({"since": "2011-02-30"}, "since is '2011-02-30'; expected a real day as 2009-09-16"),
        ({"until": "2009"}, "until is '2009'; expected a real day"),
        (
            {"since": "2010-01-01", "until": "2009-01-01"},
            "since is 2010-01-01, after until, which is 2009-01-01. Exchange them",
        ),
        ({"until": "平成21年"}, "until is '平成21年'; expected a real day"),
    ],
)
def test_filter_refuses(corpus, conditions, match):
    with pytest.raises(SettingsError, match=match):
        corpus.filter(**conditions)


# --- ceremonial lines -----------------------------------------------------------------------


def ceremonial() -> Corpus:
    """Two subjects among ceremonies; the items have positions as on the page."""
    kinds = pd.DataFrame(
        {
            "item_id": ["c1", "a1", "a2", "c2", "c3"],
            "meeting_id": ["m1", "m1", "m1", "m1", "m2"],
            "position": [1, 2, 3, 4, 1],
            "kind": ["ceremony", "agenda", "", "ceremony", "ceremony"],
            "title": [
                "開会",
                "電子政府の推進",
                "業務の最適化",
                "電子政府の閉会",
                "オープンデータの挨拶",
            ],
        }
    )
    return Corpus({"meetings": MEETINGS.iloc[:2], "items": kinds})


def test_ceremonies_are_items_but_not_on_the_agenda():
    corpus = ceremonial()
    assert corpus.items["title"].tolist()[0] == "開会"
    assert corpus.agenda()["item_id"].tolist() == ["a1", "a2"]
    assert corpus.agenda()["position"].tolist() == [2, 3]
    assert len(corpus) == 2
    assert repr(corpus).startswith("Corpus(2 items, 2 meetings")


def test_a_filter_keeps_ceremonies_with_their_meeting():
    found = ceremonial().filter(where=lambda agenda: agenda["item_id"] == "a1")
    assert found.items["item_id"].tolist() == ["c1", "a1", "c2", "c3"]
    assert Corpus(found.tables).hash == found.hash
    assert ceremonial().filter(since="2009-08-01").items["item_id"].tolist() == ["c3"]


def test_ceremonies_are_in_no_theme_table_share_or_topic():
    from cio_topics.codebook import read_codebook
    from cio_topics.themes import theme_table
    from cio_topics.tracking import theme_shares

    themes = theme_table(ceremonial(), read_codebook())
    assert set(themes["item_id"]) <= {"a1", "a2"}
    assert "open_data" not in set(themes["theme"])  # only a greeting names it
    assert set(theme_shares(themes, by="year")["n_items"]) == {2}
