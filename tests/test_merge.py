"""Merging: its laws on small invented corpora, its rules case by case, and the embedded corpus."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import TABLES, Corpus, read_example
from cio_topics.corpus.schema import as_text
from cio_topics.errors import CorpusError
from cio_topics.merge import CONFLICT_COLUMNS, WHY, merge, merge_many

# ------------------------------------------------------------------ invented corpora, and their laws

KINDS = ("official", "archive_copy", "news", "blog", "paper", "")
KEYS = {"meetings": "meeting_id", "items": "item_id", "documents": "document_id"}
# Two spellings of each of two bodies; five titles of which three are one title.
BODIES = ("甲連絡会議(CIO)", "甲 連絡会議〔CIO〕", "乙部会")
TITLES = ("新戦略(案)について", "資料1: 新戦略（案）", "新 戦略(案)", "新戦略", "開会")
DATES = (
    "",
    "2009",
    "2009-07",
    "2009-07-01",
    "2009-07-02",
    "2010-01-05",
    "2013-12-20",
    "2014-12-20",
)
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


def table(name, rows):
    columns = [column.name for column in TABLES[name]]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else columns, dtype="str")


# ------------------------------------------------------------------------------- the rules, by case

URL = {"meetings": "source", "items": "source_url", "documents": "source_url"}


def meeting(name="m", body="試験会議", number="", date="", **more):
    row = {"meeting_id": name, "body": body, "number": number, "date": date}
    return {**row, "date_precision": PRECISION[len(date)], **more}


def item(name, title, meeting_id="m", **more):
    return {"item_id": name, "meeting_id": meeting_id, "title": title, **more}


def document(name, **more):
    return {"document_id": name, **more}


def ids(tables, name="meetings"):
    return tables[name][KEYS[name]].tolist()


class TestSameMeeting:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (meeting(number="3", date="2009-07-01"), meeting(number="3", date="2009-07-01")),
            (meeting(number="3", date="2009-07-01"), meeting(number="3", date="2009-07")),
            (meeting(number="3"), meeting(number="3", date="2009")),
            (meeting(number="3"), meeting(number="3")),
            # One of the two sources is wrong by a year, or counts the fiscal year.
            (meeting(number="3", date="2009-01-05"), meeting(number="3", date="2010-01-05")),
            # The number says enough, whatever the format.
            (meeting(number="3", format="circulated"), meeting(number="3", format="in_person")),
            (meeting(number="3", date="2009-07-01"), meeting(date="2009-07-01")),
            (meeting(date="2009-07-01"), meeting(date="2009-07-01")),
            (
                meeting(date="2009-07-01", format="online"),
                meeting(date="2009-07-01", format="in_person"),
            ),
            (
                meeting(date="2009-07-01", format="joint"),
                meeting(date="2009-07-01", format="in_person"),
            ),
            (meeting(date="2009-07-01", format="circulated"), meeting(date="2009-07-01")),
            (
                meeting(body="府省（CIO）会議", number="3"),
                meeting(body="府省 [CIO] 会議", number="3"),
            ),
        ],
    )
    def test_joined(self, first, second):
        for left, right in ((first, second), (second, first)):
            tables, _ = merge_many(
                [{"meetings": [left]}, {"meetings": [{**right, "meeting_id": "x"}]}]
            )
            assert ids(tables) == ["m"]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (meeting(number="3"), meeting(number="4")),
            (meeting(number="3", date="2009-07-01"), meeting(number="4", date="2009-07-01")),
            (meeting(number="3"), meeting(body="試験部会", number="3")),
            # Numbers that begin anew each year.
            (meeting(number="4", date="2013-12-20"), meeting(number="4", date="2015-12-20")),
            (meeting(number="4", date="2013"), meeting(number="4", date="2015")),
            (
                meeting(date="2009-07-01", format="circulated"),
                meeting(date="2009-07-01", format="in_person"),
            ),
            (meeting(date="2009-07-01"), meeting(date="2009-07-02")),
            # A month or a year has many meetings.
            (meeting(date="2009-07"), meeting(date="2009-07")),
            (meeting(date="2009-07"), meeting(date="2009-07-01")),
            (meeting(date="2009"), meeting(date="2009")),
            (meeting(number="3", date="2009-07"), meeting(date="2009-07")),
            (meeting(), meeting()),
        ],
    )
    def test_not_joined(self, first, second):
        for left, right in ((first, second), (second, first)):
            tables, _ = merge_many(
                [{"meetings": [left]}, {"meetings": [{**right, "meeting_id": "x"}]}]
            )
            assert ids(tables) == ["m", "x"]

    def test_numbers_that_begin_anew_need_a_date_that_agrees(self):
        first = [
            meeting("a", number="4", date="2013-12-20"),
            meeting("b", number="4", date="2014-12-19"),
        ]
        late = meeting("x", number="4", date="2015-12-18")  # a neighbouring year, as if by mistake
        tables, conflicts = merge_many([{"meetings": first}, {"meetings": [late]}])
        assert ids(tables) == ["a", "b", "x"]
        assert conflicts.empty
        near = meeting("x", number="4", date="2014-12")
        assert ids(merge_many([{"meetings": first}, {"meetings": [near]}])[0]) == ["a", "b"]
        # The second corpus may be the one that shows it.
        assert ids(merge_many([{"meetings": [late]}, {"meetings": first}])[0]) == ["x", "a", "b"]

    def test_a_number_goes_before_a_day(self):
        held = [meeting("a", number="5", date="2009-07-01"), meeting("b", date="2009-07-01")]
        new = [
            meeting("y", date="2009-07-01", place="庁舎"),
            meeting("x", number="5", place="官邸"),
        ]
        tables, conflicts = merge_many([{"meetings": held}, {"meetings": new}])
        assert tables["meetings"][["meeting_id", "place"]].values.tolist() == [
            ["a", "官邸"],
            ["b", "庁舎"],
        ]
        assert conflicts.empty

    @pytest.mark.parametrize(
        ("held", "new", "fits"),
        [
            # Two sittings on one day, and nothing that tells which is meant.
            ([meeting("a", date="2009-07-01"), meeting("b", date="2009-07-01")], [meeting("x", date="2009-07-01")], "a ; b"),
            ([meeting("a", number="4", date="2013-12-20"), meeting("b", number="4", date="2014-12-19")], [meeting("x", number="4")], "a ; b"),
            ([meeting("a", date="2009-07-01")], [meeting("x", date="2009-07-01"), meeting("y", date="2009-07-01")], "a"),
        ],
    )  # fmt: skip
    def test_more_than_one_fits(self, held, new, fits):
        tables, conflicts = merge_many([{"meetings": held}, {"meetings": new}])
        assert ids(tables) == [row["meeting_id"] for row in held + new]
        assert set(conflicts["why"]) == {"ambiguous"}
        assert conflicts["kept"].tolist() == [row["meeting_id"] for row in new]
        assert set(conflicts["other"]) == {fits}

    def test_the_same_month_is_listed_and_not_joined(self):
        rows = [meeting("a", date="2009-07"), meeting("x", date="2009-07")]
        tables, conflicts = merge_many([{"meetings": [row]} for row in rows])
        assert ids(tables) == ["a", "x"]
        assert conflicts[["id", "other", "why"]].values.tolist() == [["x", "a", "inexact"]]

    def test_what_was_joined_is_found_again_by_what_it_took_in(self):
        held = [
            meeting("a", number="3", date="2009-12-20"),
            meeting("b", number="4", date="2009-12-21"),
        ]
        new = [
            meeting("x", number="3", date="2010-01-05"),
            meeting("y", number="4", date="2012-01-05"),
        ]
        once, _ = merge_many([{"meetings": held}, {"meetings": new}])
        assert ids(once) == ["a", "b", "y"]
        # The result has number 4 in two years, so that number 3 alone would join x no more.
        same(once, merge_many([once, {"meetings": new}])[0])

    def test_rows_of_one_part_stay_apart(self):
        rows = [meeting("a", number="3"), meeting("b", number="3")]
        assert ids(merge_many([{"meetings": rows}])[0]) == ["a", "b"]

    def test_a_body_is_spelled_as_in_the_first(self):
        new = [
            meeting("x", "試験 会議", "1"),
            meeting("y", "試験 会議", "2"),
            meeting("z", "他 会議"),
        ]
        tables, conflicts = merge_many([{"meetings": [meeting(number="1")]}, {"meetings": new}])
        assert tables["meetings"]["body"].tolist() == ["試験会議", "試験会議", "他 会議"]
        said = tables["sources"][tables["sources"]["field"] == "body"]
        assert said[["id", "value"]].values.tolist() == [["m", "試験 会議"], ["y", "試験 会議"]]
        assert conflicts.empty


class TestSameItem:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("新戦略", "新　戦略"),
            ("新戦略", "新戦略について"),
            ("新戦略(案)について", "資料1-1：「新戦略（案）」"),
            ("ｅ−Ｊａｐａｎ戦略Ⅱ", "e-Japan戦略II"),
        ],
    )
    def test_joined(self, first, second):
        assert len(self.items([first], [second])) == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("新戦略(案)", "新戦略"),  # a draft is another state of the document
            ("新戦略(案)", "新戦略(素案)"),
            ("「新戦略」等について", "「新戦略」について"),
            ("新戦略", "新戦略の改定"),
        ],
    )
    def test_not_joined(self, first, second):
        assert self.items([first], [second]) == ["a0", "b0"]

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (["開会", "甲", "甲", "閉会"], ["甲", "甲", "甲"], ["a0", "a1", "a2", "a3", "b2"]),
            (["甲"], ["乙", "甲", "丙"], ["a0", "b0", "b2"]),
            ([], ["乙", "甲"], ["b0", "b1"]),
        ],
    )
    def test_repeated_titles_in_order_and_new_ones_behind(self, first, second, expected):
        assert self.items(first, second) == expected

    @staticmethod
    def items(*titles):
        parts = [
            {
                "meetings": [meeting(name, number="1")],
                "items": [
                    item(f"{name}{i}", title, name, position=str(i + 1))
                    for i, title in enumerate(t)
                ],
            }
            for name, t in zip("ab", titles, strict=True)
        ]
        tables, conflicts = merge_many(parts)
        assert conflicts.empty
        places = tables["items"]["position"].tolist()
        assert places == [str(place + 1) for place in range(len(places))]
        return ids(tables, "items")

    def test_a_position_that_changes_is_kept_beside(self):
        parts = [
            {
                "meetings": [meeting(n, number="1")],
                "items": [item(n + t, t, n, position=str(p)) for p, t in rows],
            }
            for n, rows in (("a", [(1, "甲"), (2, "乙")]), ("b", [(1, "丙"), (2, "甲")]))
        ]
        tables, _ = merge_many(parts)
        assert tables["items"][["item_id", "position"]].values.tolist() == [
            ["a甲", "1"],
            ["a乙", "2"],
            ["b丙", "3"],
        ]
        said = tables["sources"][tables["sources"]["field"] == "position"]
        assert said[["id", "value"]].values.tolist() == [["b丙", "1"], ["a甲", "2"]]

    def test_without_positions_the_order_of_rows_stands(self):
        parts = [
            {"meetings": [meeting(number="1")], "items": [item(n, n, position=p)]}
            for n, p in (("甲", ""), ("乙", "1"))
        ]
        tables, _ = merge_many(parts)
        assert tables["items"]["position"].tolist() == ["", ""]
        assert Corpus(tables).items["position"].tolist() == [1, 2]

    def test_an_id_that_is_taken_is_replaced_and_listed(self):
        first = {
            "meetings": [meeting("m", number="1")],
            "items": [item("i", "甲"), item("i-2", "乙")],
        }
        second = {
            "meetings": [meeting("m", number="2")],
            "items": [item("i", "丙"), item("i-3", "丁")],
            "theme_labels": [{"item_id": "i", "themes": "x"}],
        }
        tables, conflicts = merge_many([first, second])
        assert ids(tables) == ["m", "m-2"]
        assert ids(tables, "items") == ["i", "i-2", "i-4", "i-3"]
        assert tables["items"]["meeting_id"].tolist() == ["m", "m", "m-2", "m-2"]
        assert tables["theme_labels"]["item_id"].tolist() == ["i-4"]
        listed = conflicts[["table", "kept", "other", "why"]].values.tolist()
        assert listed == [["meetings", "m-2", "m", "id_taken"], ["items", "i-4", "i", "id_taken"]]

    def test_ids_of_the_second_are_found_again(self):
        parts = [
            {"meetings": [meeting(n, number="1")], "items": [item("i" + n, "甲", n)]} for n in "ab"
        ]
        said = merge_many(parts)[0]["sources"]
        assert said[["table", "id", "field", "value"]].values.tolist() == [
            ["meetings", "a", "meeting_id", "b"],
            ["items", "ia", "item_id", "ib"],
        ]


def joined(field, *values, table="meetings", also=()):
    """Join rows that differ in one field and their source: ``(value, kind, confidence)`` each."""
    parts = []
    for place, (value, kind, confidence) in enumerate(values):
        origin = {"source_kind": kind, "confidence": confidence, URL[table]: f"http://{place}"}
        held = {"meetings": [meeting(number="1")]}
        if table == "meetings":
            held["meetings"][0] |= {field: value, **origin}
        else:
            row = item("i", "甲") if table == "items" else document("i", title="甲", meeting_id="m")
            held[table] = [{**row, field: value, **origin}]
        parts.append(held)
    tables, conflicts = merge_many(parts)
    said = tables["sources"][tables["sources"]["field"] == field]
    listed = said[["value", "source_url"]].values.tolist()
    return tables[table][field].tolist(), listed, conflicts


VERBATIM, PARAPHRASE = "verbatim", "paraphrase_of_source"


class TestFields:
    @pytest.mark.parametrize(("better", "worse"), list(itertools.pairwise(KINDS)))
    def test_order_of_sources(self, better, worse):
        for values in (
            (("甲", better, ""), ("乙", worse, VERBATIM)),
            (("乙", worse, VERBATIM), ("甲", better, "")),
        ):
            kept, listed, conflicts = joined("place", *values)
            assert kept == ["甲"]
            assert [value for value, _ in listed] == ["乙"]
            assert conflicts[["kept", "other", "why"]].values.tolist() == [
                ["甲", "乙", "more_reliable"]
            ]

    def test_verbatim_goes_before_paraphrase_before_unknown(self):
        sayings = [("甲", "news", VERBATIM), ("乙", "news", PARAPHRASE), ("丙", "news", "")]
        for better, worse in itertools.pairwise(sayings):
            assert (
                joined("place", better, worse)[0]
                == joined("place", worse, better)[0]
                == [better[0]]
            )

    def test_the_first_of_equals_stays(self):
        kept, listed, conflicts = joined(
            "status", ("決定", "news", ""), ("報告", "news", ""), table="items"
        )
        assert kept == ["決定"]
        assert listed == [["報告", "http://1"]]
        assert conflicts.values.tolist() == [
            ["items", "i", "status", "決定", "http://0", "報告", "http://1", "first"]
        ]

    @pytest.mark.parametrize("empty", [("place", ""), ("format", "unknown"), ("date", "")])
    def test_empty_never_wins_and_is_no_conflict(self, empty):
        field, nothing = empty
        value = {"place": "官邸", "format": "online", "date": "2009"}[field]
        filled, lacking = (
            meeting(number="1", source_kind="blog"),
            meeting(number="1", source_kind="official"),
        )
        filled |= {field: value, "date_precision": "year" if field == "date" else "unknown"}
        lacking[field] = nothing
        for parts in ([filled, lacking], [lacking, filled]):
            tables, conflicts = merge_many([{"meetings": [row]} for row in parts])
            assert tables["meetings"][field].tolist() == [value]
            assert tables["meetings"]["source_kind"].tolist() == ["official"]
            assert conflicts.empty
            said = tables["sources"][tables["sources"]["field"] == field]  # who says it stays known
            assert said[["value", "source_kind"]].values.tolist() == [[value, "blog"]]

    def test_a_filled_gap_is_no_more_reliable_than_its_source(self):
        values = [("", "official", VERBATIM), ("甲", "blog", VERBATIM), ("乙", "news", VERBATIM)]
        kept, listed, conflicts = joined("place", *values)
        assert kept == ["乙"]
        assert listed == [["甲", "http://1"], ["乙", "http://2"]]
        assert conflicts[["kept_source", "other_source", "why"]].values.tolist() == [
            ["http://2", "http://1", "more_reliable"]
        ]
        # What two say counts as the better of them says it.
        assert joined("place", *values[:2], ("甲", "archive_copy", ""), ("乙", "news", VERBATIM))[
            0
        ] == ["甲"]

    def test_a_value_that_the_other_lists_does_not_lose_its_own_source(self):
        first = meeting("m", number="1", place="甲", source="http://a", source_kind="official")
        second = {**first, "place": "乙", "source": "http://b", "source_kind": "news"}
        said = {
            "table": "meetings",
            "id": "m",
            "field": "place",
            "value": "甲",
            "source_kind": "blog",
        }
        parts = [
            {"meetings": [first]},
            {"meetings": [second], "sources": [said]},
            {"meetings": [second]},
        ]
        tables, _ = merge_many(parts)
        assert tables["meetings"]["place"].tolist() == ["甲"]
        listed = tables["sources"][tables["sources"]["value"] == "甲"]
        assert sorted(listed["source_kind"]) == ["blog", "official"]

    def test_names_stay_those_of_the_first_whatever_the_source(self):
        first = {"meetings": [meeting("m", "試験会議", "1")], "decisions": [{"title": "甲"}]}
        better = {"source_kind": "official"}
        second = {
            "meetings": [meeting("m", "試験 会議", "1", **better)],
            "decisions": [{"title": "「甲」", **better}],
        }
        tables, _ = merge_many([first, second])
        assert tables["meetings"]["body"].tolist() == ["試験会議"]
        assert tables["decisions"]["title"].tolist() == ["甲"]
        said = tables["sources"][["table", "id", "value"]].values.tolist()
        assert ["meetings", "m", "試験 会議"] in said
        assert ["decisions", "甲", "「甲」"] in said

    @pytest.mark.parametrize(
        ("one", "other", "kept", "conflict"),
        [
            ("2009", "2009-07-01", "2009-07-01", False),  # the more exact, whatever its source
            ("2009-07", "2009-07-01", "2009-07-01", False),
            ("2009", "2009-07", "2009-07", False),
            ("2009-08", "2009-07-01", "2009-08", True),
            ("2009-08-01", "2009-07-01", "2009-08-01", True),
        ],
    )
    def test_dates(self, one, other, kept, conflict):
        rows = [
            meeting(number="1", date=one, source_kind="official"),
            meeting(number="1", date=other, source_kind="blog"),
        ]
        for parts in (rows, rows[::-1]):
            tables, conflicts = merge_many([{"meetings": [row]} for row in parts])
            assert tables["meetings"]["date"].tolist() == [kept]
            assert tables["meetings"]["date_precision"].tolist() == [PRECISION[len(kept)]]
            assert (conflicts["field"] == "date").any() == conflict
            lost = other if kept == one else one
            assert lost in tables["sources"]["value"][tables["sources"]["field"] == "date"].tolist()

    def test_a_refined_date_keeps_what_supports_it(self):
        dates = [("2009-07", "official"), ("2009-07-01", "blog"), ("2009-08-01", "news")]
        rows = [meeting(number="1", date=date, source_kind=kind) for date, kind in dates]
        tables, conflicts = merge_many([{"meetings": [row]} for row in rows])
        assert tables["meetings"]["date"].tolist() == ["2009-07-01"]  # the official page says July
        assert conflicts[["kept", "other", "why"]].values.tolist() == [
            ["2009-07-01", "2009-08-01", "more_reliable"]
        ]

    @pytest.mark.parametrize(
        ("first", "second", "kept", "fields"),
        [
            (("10:00", ""), ("", "11:00"), ("10:00", "11:00"), []),
            (("10:00", ""), ("10:00", "11:00"), ("10:00", "11:00"), []),
            (("10:00", ""), ("09:00", "11:00"), ("10:00", ""), ["start"]),  # not one of each
            (("10:00", "11:00"), ("09:00", "11:00"), ("10:00", "11:00"), ["start"]),
            (("10:00", ""), ("", "09:00"), ("10:00", ""), []),  # an end before the start
        ],
    )
    def test_start_and_end_go_together(self, first, second, kept, fields):
        parts = [{"meetings": [meeting(number="1", start=s, end=e)]} for s, e in (first, second)]
        tables, conflicts = merge_many(parts)
        assert tuple(tables["meetings"].loc[0, ["start", "end"]]) == kept
        assert conflicts["field"].tolist() == fields
        lost = {v for v in second if v and v not in kept}
        assert set(tables["sources"]["value"]) == lost
        Corpus({**tables, "items": table("items", [])})

    @pytest.mark.parametrize(
        ("field", "table_name", "first", "second", "kept"),
        [
            ("title", "items", "甲", "甲 について", "甲"),
            ("place", "meetings", "官邸（大）", "官邸 (大)", "官邸（大）"),
            ("note", "items", "x", "y", "x"),
            ("label", "items", "(1)", "資料1", "(1)"),
            ("level", "items", "1", "2", "1"),
            ("position", "items", "1", "2", "1"),
            (
                "kind",
                "items",
                "handout",
                "agenda",
                "agenda",
            ),  # a handout of a page without an agenda
            ("document_url", "documents", "http://a", "http://b", "http://a"),
        ],
    )
    def test_kept_beside_but_no_conflict(self, field, table_name, first, second, kept):
        values = (first, "news", ""), (second, "news", "")
        held, listed, conflicts = joined(field, *values, table=table_name)
        assert held == [kept]
        assert [first, "http://0"] in listed or [second, "http://1"] in listed
        assert conflicts.empty

    @pytest.mark.parametrize(
        ("field", "table_name", "first", "second"),
        [
            ("kind", "items", "ceremony", "agenda"),
            ("status", "items", "決定", "報告"),
            ("n_handouts", "meetings", "3", "4"),
            ("text", "documents", "一" * 300, "二" * 300),
            ("format", "meetings", "circulated", "in_person"),
            ("extra", "items", "一", "二"),  # a column of the user's own
        ],
    )
    def test_contradictions(self, field, table_name, first, second):
        held, listed, conflicts = joined(field, (first, "", ""), (second, "", ""), table=table_name)
        assert held == [first]
        assert listed == [[second, "http://1"]]
        assert conflicts["field"].tolist() == [field]
        assert conflicts["other"].str.len().max() <= 200

    def test_what_is_kept_in_the_end_is_listed_as_kept(self):
        kinds = ("blog", "news", "official")
        conflicts = joined("place", *zip("甲乙丙", kinds, ("",) * 3, strict=True))[2]
        assert conflicts[["kept", "other"]].values.tolist() == [["丙", "乙"], ["丙", "甲"]]

    def test_the_better_source_stands_first_and_the_other_is_listed(self):
        rows = [
            meeting(number="1", source=f"http://{k}", source_kind=k, parser=k)
            for k in ("blog", "official")
        ]
        tables, _ = merge_many([{"meetings": [row]} for row in rows])
        held = tables["meetings"].loc[0, ["source", "source_kind", "parser"]].tolist()
        assert held == ["http://official ; http://blog", "official", "official"]
        said = tables["sources"][["field", "value", "source_url", "source_kind"]].values.tolist()
        assert said == [
            ["source", "http://blog", "http://blog", "blog"],
            ["parser", "blog", "http://blog", "blog"],
        ]

    def test_another_page_that_agrees_is_listed_too(self):
        parts = [
            {
                "meetings": [meeting(number="1")],
                "items": [item("i", "甲", source_url=url, source_kind="official")],
            }
            for url in ("http://a", "http://b")
        ]
        said = merge_many(parts)[0]["sources"]
        assert said.values.tolist() == [
            ["items", "i", "source_url", "http://b", "http://b", "official", ""]
        ]


class TestOtherTables:
    @pytest.mark.parametrize(
        ("first", "second", "n"),
        [
            ({"document_url": "http://a"}, {"document_url": "http://a", "title": "甲"}, 1),
            ({"document_url": "http://a"}, {"document_url": "http://b"}, 2),
            ({"meeting_id": "m", "title": "甲"}, {"meeting_id": "m", "title": "甲について"}, 1),
            (
                {"meeting_id": "m", "title": "甲", "label": "資料１"},
                {"meeting_id": "m", "title": "甲", "label": "資料1"},
                1,
            ),
            (
                {"meeting_id": "m", "title": "甲", "label": "資料1"},
                {"meeting_id": "m", "title": "甲", "label": "資料2"},
                2,
            ),
            ({"meeting_id": "m"}, {"meeting_id": "m"}, 2),
            ({"title": "甲"}, {"title": "甲"}, 2),
            # One handout put to two meetings is two rows.
            (
                {"document_url": "http://a", "meeting_id": "m"},
                {"document_url": "http://a", "meeting_id": "n"},
                2,
            ),
            ({"document_url": "http://a", "meeting_id": "m"}, {"document_url": "http://a"}, 1),
        ],
    )
    def test_documents(self, first, second, n):
        meetings = [meeting("m", number="1"), meeting("n", number="2")]
        parts = [
            {"meetings": meetings, "documents": [document(d, **row)]}
            for d, row in (("d", first), ("e", second))
        ]
        tables, conflicts = merge_many(parts)
        assert ids(tables, "documents") == ["d", "e"][:n]
        assert conflicts.empty

    def test_keys_of_documents_follow_their_rows(self):
        first = {"meetings": [meeting("m", number="1")], "items": [item("i", "甲")]}
        second = {
            "meetings": [meeting("x", number="1")],
            "items": [item("y", "甲", "x")],
            "documents": [document("d", meeting_id="x", item_id="y", document_url="http://a")],
            "decisions": [{"title": "甲", "document_id": "d"}],
            "sources": [{"table": "documents", "id": "d", "field": "item_id", "value": "y"}],
        }
        tables, _ = merge_many([first, second])
        assert tables["documents"].loc[0, ["meeting_id", "item_id"]].tolist() == ["m", "i"]
        said = tables["sources"][tables["sources"]["table"] == "documents"]
        assert said["value"].tolist() == ["i"]
        Corpus(tables)

    @pytest.mark.parametrize(
        ("first", "second", "days"),
        [
            ("2004-02-10", "2004-02-10", ["2004-02-10"]),
            ("2004-02", "2004-02-10", ["2004-02-10"]),
            ("", "2004", ["2004"]),
            ("2004", "2005", ["2004", "2005"]),
        ],
    )
    def test_decisions(self, first, second, days):
        rows = [
            {"title": t, "decided_on": d} for t, d in (("新戦略", first), ("「新戦略」", second))
        ]
        tables, conflicts = merge_many([{"decisions": [row]} for row in rows])
        assert tables["decisions"]["decided_on"].tolist() == days
        assert tables["decisions"]["title"].tolist() == ["新戦略", "「新戦略」"][: len(days)]
        assert conflicts.empty

    def test_decisions_that_stand_twice_are_joined_once_each(self):
        row = {"title": "甲", "decided_on": "2004"}
        tables, _ = merge_many([{"decisions": [row]}, {"decisions": [row, row]}])
        assert len(tables["decisions"]) == 2

    def test_the_longer_list_of_revisions_is_kept(self):
        rows = [
            {"title": "甲", "revised_on": r, "source_url": u}
            for r, u in (("2004", "a;b"), ("2004;2007", "b;c"))
        ]
        tables, conflicts = merge_many([{"decisions": [row]} for row in rows])
        assert tables["decisions"].loc[0, ["revised_on", "source_url"]].tolist() == [
            "2004;2007",
            "a;b;c",
        ]
        assert conflicts.empty

    def test_the_first_coding_stays_whole(self):
        parts = [
            {
                "meetings": [meeting(number="1")],
                "items": [item("i", "甲"), item("j", "乙")],
                "theme_labels": [
                    {"item_id": i, "themes": themes, "coder_a": themes} for i, themes in labels
                ],
            }
            for labels in ([("i", "x;y")], [("i", "y;x"), ("j", "z")], [("i", "z")])
        ]
        tables, conflicts = merge_many(parts)
        assert tables["theme_labels"][["item_id", "themes"]].values.tolist() == [
            ["i", "x;y"],
            ["j", "z"],
        ]
        assert conflicts[["table", "id", "kept", "other", "why"]].values.tolist() == [
            ["theme_labels", "i", "x;y", "z", "coding"]
        ]
        assert "z" in tables["sources"]["value"][tables["sources"]["field"] == "themes"].tolist()

    def test_administrations_are_those_of_the_first_that_has_them(self):
        cabinet = {
            "prime_minister": "甲",
            "government": "x",
            "start": "2001-01-01",
            "end": "2002-01-01",
        }
        parts = [{"administrations": [{"administration": n, **cabinet}]} for n in ("一", "二")]
        assert merge_many([{}, *parts])[0]["administrations"]["administration"].tolist() == ["一"]
        assert "administrations" not in merge_many([{}, {}])[0]

    def test_statements_of_both_are_kept_under_the_new_ids(self):
        def part(name, value):
            said = {
                "table": "meetings",
                "id": name,
                "field": "place",
                "value": value,
                "mark": value,
            }
            return {"meetings": [meeting(name, number="1")], "sources": [said]}

        tables, _ = merge_many([part("a", "甲"), part("b", "乙")])
        said = tables["sources"][tables["sources"]["field"] == "place"]
        assert said[["id", "value", "mark"]].values.tolist() == [
            ["a", "甲", "甲"],
            ["a", "乙", "乙"],
        ]


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
        # Four meetings are told by both; three have a number or a day, the fourth only a month.
        assert len(corpus.meetings) == len(official.meetings) + len(others.meetings) - 3
        # The fourth is listed, and another pair of which only the month is known.
        assert conflicts["why"].tolist() == ["inexact"] * 2

    def test_a_copy_under_other_ids_joins_all_that_has_a_number_or_a_day(self, example):
        corpus, conflicts = merge(example, Corpus(renamed(example.tables, "x")))
        meetings = example.meetings
        vague = meetings["number"].isna() & (meetings["date_precision"] != "day")
        assert len(corpus.meetings) == len(meetings) + vague.sum()
        n_vague = example.items["meeting_id"].isin(meetings["meeting_id"][vague]).sum()
        assert len(corpus.items) == len(example.items) + n_vague
        assert set(conflicts["why"]) == {"inexact"}
        assert len(conflicts) == vague.sum()
