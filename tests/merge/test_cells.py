"""Which value a cell has, and what is kept of the others."""

import itertools

import pytest

from cio_topics.corpus import Corpus
from cio_topics.merge import merge_many
from tests.merge.corpora import KINDS, PRECISION, URL, document, item, meeting, table


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
