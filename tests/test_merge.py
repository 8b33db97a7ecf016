"""Merging: its laws on small invented corpora, its rules case by case, and the embedded corpus."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import TABLES, Corpus, read_example
from cio_topics.errors import CorpusError
from cio_topics.merge import CONFLICT_COLUMNS, WHY, merge, merge_many

# ------------------------------------------------------------------ invented corpora, and their laws

KINDS = ("official", "archive_copy", "news", "blog", "paper", "")
KEYS = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}
# Two spellings of each of two bodies; five titles of which three are one title.
BODIES = ("甲連絡会議(CIO)", "甲 連絡会議〔CIO〕", "乙部会")
TITLES = ("新戦略(案)について", "資料1: 新戦略（案）", "新 戦略(案)", "新戦略", "開会")
DATES = ("", "2009", "2009-07", "2009-07-01", "2009-07-02", "2010-01-05", "2013-12-20", "2014-12-20")
PRECISION = {0: "unknown", 4: "year", 7: "month", 10: "day"}


def few(*values):
    return st.sampled_from(values)


@st.composite
def corpora(draw, name="", tables=("meetings", "items", "documents", "decisions", "theme_labels")):
    """Return the tables of an invented corpus whose rows repeat, agree and contradict a lot."""

    def origin(url="source_url"):
        return {
            url: draw(few("", "http://a", "http://b")),
            "source_kind": draw(few(*KINDS)),
            "confidence": draw(few("verbatim", "paraphrase_of_source", "")),
            "parser": draw(few("", "page", "list")),
        }

    def maybe(*values):
        return draw(few("", *values))

    meetings, items, documents, decisions, labels, sources = [], [], [], [], [], []
    for m in range(draw(st.integers(0, 3))):
        date = draw(few(*DATES))
        meetings.append(
            {
                "meeting_id": f"{name}m{m}",
                "body": draw(few(*BODIES)),
                "number": maybe("1", "2"),
                "date": date,
                "date_precision": PRECISION[len(date)],
                "format": draw(few("unknown", "in_person", "circulated", "online", "joint")),
                "start": maybe("09:00", "10:00"),
                "end": maybe("10:00", "11:00"),
                "place": maybe("官邸", "官 邸", "庁舎"),
                **origin("source"),
            }
        )
        for i in range(draw(st.integers(0, 3))):
            items.append(
                {
                    "item_id": f"{name}i{m}{i}",
                    "meeting_id": f"{name}m{m}",
                    "position": str(i + 1),
                    "kind": maybe("agenda", "handout", "ceremony"),
                    "label": maybe("(1)", "資料1"),
                    "title": draw(few(*TITLES)),
                    "status": maybe("決定", "報告"),
                    **origin(),
                }
            )
    for d in range(draw(st.integers(0, 2)) if "documents" in tables else 0):
        documents.append(
            {
                "document_id": f"{name}d{d}",
                "meeting_id": maybe(*(m["meeting_id"] for m in meetings)),
                "item_id": maybe(*(i["item_id"] for i in items)),
                "label": maybe("資料1"),
                "title": maybe("新戦略(案)", "新戦略"),
                "text": maybe("一\n二", "三"),
                "document_url": maybe("http://a/1.pdf", "http://b/1.pdf"),
                **origin(),
            }
        )
    for _ in range(draw(st.integers(0, 2)) if "decisions" in tables else 0):
        decisions.append(
            {
                "title": draw(few(*TITLES)),
                "decided_on": maybe("2009", "2009-07-01", "2010;2011"),
                "revised_on": maybe("2011", "2011;2012", "2013"),
                "decided_by": maybe("甲連絡会議", "乙部会"),
                "document_id": maybe(*(d["document_id"] for d in documents)),
                **origin(),
            }
        )
    for item in items if "theme_labels" in tables else ():
        if draw(st.booleans()):
            themes = {"themes": draw(few("x", "x;y", "z")), "coder_a": maybe("x"), "coder_b": ""}
            labels.append({"item_id": item["item_id"], **themes, "adjudicated": "0"})
    for row in meetings:
        if draw(st.booleans()):
            said = {"table": "meetings", "id": row["meeting_id"], "field": "place"}
            url = origin()
            del url["parser"]
            sources.append({**said, "value": draw(few("官邸", "庁舎", "会館")), **url})
    return {
        "meetings": meetings,
        "items": items,
        "documents": documents,
        "decisions": decisions,
        "theme_labels": labels,
        "sources": list({tuple(row.items()): row for row in sources}.values()),
    }


def same(first, second):
    """Tell whether two results have the same tables, cell by cell and in the same order."""
    assert first.keys() == second.keys()
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name])


def records(table):
    return table.to_dict("records")


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
        if field in KEYS.values():  # a key, under its new id
            values = ids[field][value]
        else:
            values = {value}
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
            row[KEYS[name]]: {r[KEYS[name]] for r in owners(tables, name, row)} for row in part[name]
        }
        for name in KEYS
    }


FAST = settings(max_examples=150)


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
                assert (listed["value"][listed["id"].isin(ids["meeting_id"][row["id"]])] == row["value"]).any()

    @FAST
    @given(corpora(), few("", "b").flatmap(lambda name: corpora(name)))
    def test_again_changes_nothing(self, first, second):
        once, _ = merge_many([first, second])
        again, _ = merge_many([once, second])
        same(once, again)
        again, _ = merge_many([once, first])
        assert len(again["items"]) == len(once["items"])

    @FAST
    @given(corpora(), corpora("b"), few("", "c").flatmap(lambda name: corpora(name)))
    def test_left_to_right_is_all_at_once(self, first, second, third):
        at_once, _ = merge_many([first, second, third])
        pair, _ = merge_many([first, second])
        same(at_once, merge_many([pair, third])[0])

    @FAST
    @given(corpora(), corpora("b"))
    def test_other_bodies_are_put_behind(self, first, second):
        for table in ("documents", "decisions", "sources"):  # these may be shared by bodies
            first[table], second[table] = [], []
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

    @settings(max_examples=25)
    @given(corpora(), few("", "b").flatmap(lambda name: corpora(name)))
    def test_a_corpus_comes_out(self, first, second):
        corpora_ = [Corpus({n: table(n, rows) for n, rows in p.items()}) for p in (first, second)]
        corpus, conflicts = merge(*corpora_)
        assert corpus.hash == merge(*corpora_).corpus.hash
        assert merge(corpus, corpora_[1]).corpus.hash == corpus.hash
        tables, listed = merge_many([first, second])
        assert Corpus(tables).tables["items"].equals(corpus.items)
        pd.testing.assert_frame_equal(conflicts, listed)


def table(name, rows):
    columns = [column.name for column in TABLES[name]]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else columns, dtype="str")
