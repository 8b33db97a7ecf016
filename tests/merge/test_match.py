"""Which rows are one, rule by rule."""

import pytest

from cio_topics.corpus import Corpus
from cio_topics.merge import merge_many
from tests.merge.corpora import document, ids, item, meeting, same


def told(row, titles):
    """Return a meeting and its items; 開会 and 閉会 are ceremonies."""
    name = row["meeting_id"]
    items = [
        item(f"{name}{i}", title, name, kind="ceremony" if title in ("開会", "閉会") else "agenda")
        for i, title in enumerate(titles.split())
    ]
    return {"meetings": [row], "items": items}


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
            # A month or a year has many meetings; without items nothing tells them apart.
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

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("甲", "甲"),
            ("甲", "甲について"),  # titles are compared as those of items
            ("甲 乙 丙", "乙"),  # half of the shorter agenda, not of the longer
            ("甲 乙", "乙 丙 丁"),
            ("甲 甲 乙 丙", "甲 甲 丁 戊"),  # a title that stands twice in both counts twice
        ],
    )
    @pytest.mark.parametrize(
        "more",
        [
            {"date": "2009-07"},
            {"date": "2009"},
            {"date": "2009-07", "number": "3"},  # the other has none
            {"date": "2009-07", "format": "online"},
        ],
    )
    def test_the_same_month_and_items_are_joined(self, first, second, more):
        for one, other in ((first, second), (second, first)):
            held = told(meeting("a", **more), one)
            new = told(meeting("x", date=more["date"]), other)
            tables, conflicts = merge_many([held, new])
            assert ids(tables) == ["a"]
            assert conflicts.empty
            same(tables, merge_many([tables, new])[0])
            assert ids(merge_many([new, held])[0]) == ["x"]

    @pytest.mark.parametrize(
        ("first", "second", "more"),
        [
            ("甲", "乙", {}),
            ("甲", "", {}),
            ("", "", {}),
            ("甲 乙 丙", "丙 丁 戊", {}),  # one of three
            ("甲 乙 丙", "甲 甲 甲", {}),  # once is once
            ("開会 甲 閉会", "開会 乙 閉会", {}),  # ceremonies stand in every agenda
            ("開会 閉会", "開会 閉会", {}),
            ("甲", "甲", {"date": "2009"}),  # another precision
            ("甲", "甲", {"date": "2009-08"}),
            ("甲", "甲", {"date": ""}),
            ("甲", "甲", {"date": "2009-07-01"}),
            ("甲", "甲", {"number": "4"}),
            ("甲", "甲", {"format": "circulated"}),
            ("甲", "甲", {"body": "試験部会"}),
        ],
    )
    def test_the_same_month_without_the_same_items_is_not_joined(self, first, second, more):
        held = told(meeting("a", number="3", date="2009-07", format="online"), first)
        parts = [held, told(meeting("x", **{"date": "2009-07", **more}), second)]
        assert ids(merge_many(parts)[0]) == ["a", "x"]
        assert ids(merge_many(parts[::-1])[0]) == ["x", "a"]

    @pytest.mark.parametrize(("held", "new"), [("ab", "x"), ("a", "xy")])
    def test_the_same_items_at_two_meetings_of_a_month(self, held, new):
        parts = [
            {"meetings": [], "items": []},
            {"meetings": [], "items": []},
        ]
        for part, names in zip(parts, (held, new), strict=True):
            for name in names:
                for table, rows in told(meeting(name, date="2009-07"), "甲 乙").items():
                    part[table] += rows
        tables, conflicts = merge_many(parts)
        assert ids(tables) == [*held, *new]
        assert conflicts[["id", "other", "why"]].values.tolist() == [
            [name, " ; ".join(held), "ambiguous"] for name in new
        ]

    def test_items_are_the_weakest_proof(self):
        held = [told(meeting("a", number="3", date="2009-07"), "甲")]
        new = told(meeting("x", number="3", date="2009-07"), "乙")
        also = told(meeting("y", date="2009-07"), "甲")
        both = {table: new[table] + also[table] for table in new}
        assert ids(merge_many([*held, both])[0]) == ["a", "y"]

    def test_what_items_joined_is_found_again_by_its_id(self):
        """The first took in a format, so that it says no more what it said."""
        held = [told(meeting(n, date="2009-07"), t) for n, t in (("a", "甲 乙"), ("b", "乙 丙"))]
        first = {table: held[0][table] + held[1][table] for table in held[0]}
        online = {"date": "2009-07", "format": "online"}
        new = [told(meeting(n, **online), t) for n, t in (("x", "甲"), ("y", "丙"))]
        second = {table: new[0][table] + new[1][table] for table in new[0]}
        once, _ = merge_many([first, second])
        assert ids(once) == ["a", "b"]
        for part in (first, second):
            again, conflicts = merge_many([once, part])
            same(once, again)
            assert conflicts.empty

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
