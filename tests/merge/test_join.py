"""Joining: its laws, the tables it takes and gives, and the embedded corpus."""

import pandas as pd
import pytest
from hypothesis import given, settings

from cio_topics.corpus import Corpus, read_example
from cio_topics.corpus.schema import as_text
from cio_topics.errors import CorpusError
from cio_topics.merge import CONFLICT_COLUMNS, WHY, merge, merge_many
from tests.merge.corpora import KEYS, corpora, few, item, meeting, records, same, table


def owners(tables, name, row):
    """Return the rows of the result that this row may have become."""
    key = KEYS[name]
    said = tables["sources"]
    alias = said[(said["table"] == name) & (said["field"] == key) & (said["value"] == row[key])]
    ids = {row[key], *alias["id"]}
    return [r for r in records(tables[name]) if r[key] in ids]


def states(tables, name, found, row, ids):
    """Tell whether all that `row` says stands in `found` or in the sources listed for it."""
    said = tables["sources"]
    said = said[(said["table"] == name) & (said["id"] == found[KEYS[name]])]
    listed = set(zip(said["field"], said["value"], strict=True))
    kinds, confidences = set(said["source_kind"]), set(said["confidence"])
    for field, value in row.items():
        if value in ("", "unknown") or field in (KEYS[name], "date_precision"):
            continue
        values = ids[field][value] if field in KEYS.values() else {value}
        stated = values & {found[field]} or any((field, v) in listed for v in values)
        stated = stated or (field == "source" and value in found[field].split(" ; "))
        stated = stated or (field == "source_kind" and value in kinds)
        stated = stated or (field == "confidence" and value in confidences)
        if not stated:
            return False
    return True


def all_ids(tables, part):
    """Return, for each key of a part, the ids that its rows may have become."""
    return {
        KEYS[name]: {
            row[KEYS[name]]: {r[KEYS[name]] for r in owners(tables, name, row)}
            for row in part[name]
        }
        for name in KEYS
    }


FAST = settings(max_examples=40)
VAGUE = ("2009", "2009-07")


class TestLaws:
    @FAST
    @given(corpora())
    def test_with_itself_nothing_changes(self, part):
        once, _ = merge_many([part])
        twice, conflicts = merge_many([part, part])
        same(once, twice)
        assert conflicts.empty
        for name, rows in part.items():
            assert records(once[name][list(rows[0])] if rows else once[name]) == rows

    @FAST
    @given(corpora(), corpora())
    def test_rows_and_ids_of_the_first_survive_in_their_order(self, first, second):
        tables, _ = merge_many([first, second])
        for name, key in KEYS.items():
            ids = [row[key] for row in first[name]]
            assert tables[name][key].tolist()[: len(ids)] == ids
            assert tables[name][key].is_unique
        kept = ["meeting_id", "position"]
        for row, old in zip(records(tables["items"]), first["items"], strict=False):
            assert [row[c] for c in kept] == [old[c] for c in kept]

    @FAST
    @given(corpora(), few("", "b").flatmap(lambda name: corpora(name)))
    def test_no_row_and_no_value_is_lost(self, first, second):
        tables, _ = merge_many([first, second])
        for part in (first, second):
            ids = all_ids(tables, part)
            for name in KEYS:
                for row in part[name]:
                    found = owners(tables, name, row)
                    assert any(states(tables, name, one, row, ids) for one in found), row
            for row in part["theme_labels"]:
                at = ids["item_id"][row["item_id"]]
                held = [r["themes"] for r in records(tables["theme_labels"]) if r["item_id"] in at]
                said = tables["sources"][tables["sources"]["id"].isin(at)]
                assert row["themes"] in {*held, *said["value"][said["field"] == "themes"]}
            stated = {field: set(tables["decisions"][field]) for field in tables["decisions"]}
            said = tables["sources"][tables["sources"]["table"] == "decisions"]
            for row in part["decisions"]:
                for field in ("title", "decided_on", "revised_on", "decided_by", "parser"):
                    listed = said["value"][said["field"] == field]
                    assert row[field] in {"", *stated[field], *listed}
            for row in part["sources"]:
                listed = tables["sources"]
                assert (
                    listed["value"][listed["id"].isin(ids["meeting_id"][row["id"]])] == row["value"]
                ).any()

    @FAST
    @given(corpora(), few("", "b").flatmap(lambda name: corpora(name)))
    def test_again_changes_nothing(self, first, second):
        once, _ = merge_many([first, second])
        again, _ = merge_many([once, second])
        same(once, again)
        again, _ = merge_many([once, first])
        assert len(again["items"]) == len(once["items"])

    @FAST
    @given(corpora(dates=VAGUE), few("", "b").flatmap(lambda name: corpora(name, VAGUE)))
    def test_again_changes_nothing_where_items_tell_meetings_apart(self, first, second):
        once, _ = merge_many([first, second])
        same(once, merge_many([once, second])[0])
        same(merge_many([first, second, first])[0], merge_many([once, first])[0])

    @FAST
    @given(corpora(), corpora("b"), few("", "c").flatmap(lambda name: corpora(name)))
    def test_left_to_right_is_all_at_once(self, first, second, third):
        at_once, _ = merge_many([first, second, third])
        pair, _ = merge_many([first, second])
        same(at_once, merge_many([pair, third])[0])

    @FAST
    @given(corpora(), corpora("b"))
    def test_other_bodies_are_put_behind(self, first, second):
        for name in ("documents", "decisions", "sources"):  # these may be shared by bodies
            first[name], second[name] = [], []
        for row in second["meetings"]:
            row["body"] = "丙" + row["body"]
        tables, conflicts = merge_many([first, second])
        for name in ("meetings", "items", "theme_labels"):
            both = [*first[name], *second[name]]
            assert records(tables[name][list(both[0])] if both else tables[name]) == both
        assert conflicts.empty
        assert tables["sources"].empty

    @FAST
    @given(corpora(), corpora("b"))
    def test_what_is_kept_is_never_less_reliable(self, first, second):
        conflicts = merge_many([first, second])[1]
        assert set(conflicts["why"]) <= set(WHY)
        assert list(conflicts.columns) == list(CONFLICT_COLUMNS)
        assert not conflicts.duplicated().any()
        held = conflicts[conflicts["why"].isin(["more_reliable", "first"])]
        assert (held["kept"] != held["other"]).all()
        assert (held["kept"] != "").all()

    @settings(max_examples=5)
    @given(corpora(), few("", "b").flatmap(lambda name: corpora(name)))
    def test_a_corpus_comes_out(self, first, second):
        corpora_ = [Corpus({n: table(n, rows) for n, rows in p.items()}) for p in (first, second)]
        corpus, conflicts = merge(*corpora_)
        assert merge(corpus, corpora_[1]).corpus.hash == corpus.hash
        tables, listed = merge_many([first, second])
        pd.testing.assert_frame_equal(conflicts, listed)
        for name, held in corpus.tables.items():
            if name != "administrations":
                assert as_text(held).equals(tables[name]), name


class TestTables:
    def test_frames_and_lists_of_dicts_are_the_same(self):
        part = {"meetings": [meeting(number="1")], "items": [item("i", "甲", position="2")]}
        frames = {name: pd.DataFrame(rows) for name, rows in part.items()}
        frames["meetings"]["number"] = 1
        frames["items"]["position"] = pd.Series([2], dtype="Int64")
        same(merge_many([part])[0], merge_many([frames])[0])

    def test_columns_of_either_are_kept(self):
        rows = [meeting("a", number="1", own="甲"), meeting("b", number="2", other="乙")]
        tables, _ = merge_many([{"meetings": [row]} for row in rows])
        assert tables["meetings"][["own", "other", "format"]].values.tolist() == [
            ["甲", "", "unknown"],
            ["", "乙", "unknown"],
        ]

    def test_nothing_joined_is_nothing(self):
        tables, conflicts = merge_many([])
        assert all(t.empty for t in tables.values())
        assert conflicts.empty
        assert list(conflicts.columns) == list(CONFLICT_COLUMNS)

    @pytest.mark.parametrize(
        ("part", "said"),
        [
            ({"meetings": [{"meeting_id": "m"}]}, "meetings.*the column is missing"),
            ({"meetings": [meeting(), meeting()]}, "meeting_id 'm' twice"),
            ({"items": [item("i", "甲")]}, "items has meeting_id 'm', which its part lacks"),
            ({"theme_labels": [{"item_id": "i", "themes": "x"}]}, "which its part lacks in items"),
        ],
    )
    def test_refused(self, part, said):
        with pytest.raises(CorpusError, match=said):
            merge_many([part])

    def test_the_input_is_left_alone(self):
        part = {"meetings": [meeting(number="1", place="甲")], "items": [item("i", "甲")]}
        other = {"meetings": [meeting("x", number="1", place="乙", source_kind="official")]}
        before = repr([part, other])
        merge_many([part, other, part])
        assert repr([part, other]) == before


# --------------------------------------------------------------------------------- the embedded corpus


def renamed(tables, mark):
    """Return the tables with other ids throughout."""
    changed = {}
    for name, held in tables.items():
        keys = [c for c in ("meeting_id", "item_id", "document_id") if c in held]
        changed[name] = held.assign(**{c: (mark + held[c]).where(held[c] != "", "") for c in keys})
    return changed


def by_kind(corpus, kinds):
    """Return the part of a corpus that sources of these kinds tell, and its meetings."""
    tables = corpus.tables
    tables["items"] = tables["items"][tables["items"]["source_kind"].isin(kinds)]
    tables["meetings"] = tables["meetings"][
        tables["meetings"]["meeting_id"].isin(tables["items"]["meeting_id"])
    ]
    coded = tables["theme_labels"]["item_id"].isin(tables["items"]["item_id"])
    return {**tables, "theme_labels": tables["theme_labels"][coded]}


@pytest.fixture(scope="module")
def example():
    return read_example()


class TestEmbeddedCorpus:
    def test_with_itself(self, example):
        corpus, conflicts = merge(example, example)
        assert corpus.hash == example.hash
        assert conflicts.empty

    def test_split_by_source_and_joined_again(self, example):
        official = Corpus(by_kind(example, ["official"]))
        others = Corpus(renamed(by_kind(example, ["archive_copy", "blog", "paper", "news"]), "x"))
        corpus, conflicts = merge(official, others)
        what = ["body", "date", "format", "title", "source_url", "source_kind"]
        before, after = (c.agenda()[what].sort_values(what).to_numpy() for c in (example, corpus))
        assert (before == after).all()
        assert (
            corpus.items["item_id"].tolist()[: len(official.items)]
            == official.items["item_id"].tolist()
        )
        assert len(corpus.theme_labels) == len(example.theme_labels)
        # Four meetings are told by both; three have a number or a day, the fourth only a month, and
        # each source tells other items of it.
        assert len(corpus.meetings) == len(official.meetings) + len(others.meetings) - 3
        # The fourth is listed, and another pair of which only the month is known.
        assert conflicts["why"].tolist() == ["inexact"] * 2

    def test_a_copy_under_other_ids_is_joined_whole(self, example):
        """Meetings of which only a month is known are found by their items."""
        corpus, conflicts = merge(example, Corpus(renamed(example.tables, "x")))
        assert conflicts.empty
        for name in ("meetings", "items", "documents", "theme_labels"):
            assert len(corpus.tables[name]) == len(example.tables[name])
