"""A coder's session: what comes next, what is written, what may be seen, two tabs, two programs."""

from __future__ import annotations

import pandas as pd
import pytest

from cio_topics.codebook import Codebook, Theme
from cio_topics.errors import CodebookError, LabelsError, OutputError, SettingsError
from cio_topics.label_page import ConflictError, make_session, make_suggestions
from cio_topics.labels import LabelLog, read_labels
from cio_topics.themes import CodebookClassifier
from tests.label_page.conftest import BOOK, TITLES, corpus

N = len(TITLES)


def answer_all(session, themes=("rest",)) -> list[str]:
    """Answer what comes until nothing comes; return the items in their order."""
    order = []
    while (item := session.next_item()) is not None:
        session.answer(item, list(themes), seen=0)
        order.append(item)
    return order


def written(session) -> list[list[str]]:
    rows = session._log.read()
    return rows[["item_id", "themes", "chosen_by", "mode"]].values.tolist()


class TestOrder:
    def test_a_new_session_goes_on_with_the_same_queue(self, session):
        whole = answer_all(session("鈴木"))
        first = session("青木")
        begun = [first.next_item()]
        first.answer(begun[0], ["rest"], seen=0)
        begun.append(first.next_item())
        first.answer(begun[1], ["money"], seen=0)
        assert begun + answer_all(session("青木")) == whole  # also the same for both coders
        assert len(set(whole)) == N

    def test_the_doubtful_come_first(self, session):
        made = session(share=0)
        assert set(answer_all(made)[:3]) == {"i3", "i5", "i8"}  # no rule holds for them

    def test_skipped_items_come_again_at_the_end(self, session):
        made = session()
        skipped = made.next_item()
        second = made.next_item(skipped)
        assert second != skipped
        made.answer(second, ["rest"], seen=0)
        seen = [second]
        while (item := made.next_item(seen[-1])) != skipped:
            made.answer(item, ["rest"], seen=0)
            seen.append(item)
        assert len(seen) == N - 1
        assert made.next_item(skipped) == skipped  # the only one left
        made.answer(skipped, ["rest"], seen=0)
        assert made.next_item(skipped) is None

    def test_all_items_in_their_order_answered_or_not(self, session):
        done = answer_all(session())
        review = session(only="all")
        assert review.next_item() == done[0]
        walked = [review.next_item()]
        while (item := review.next_item(walked[-1])) is not None:
            walked.append(item)
        assert walked == done

    def test_all_items_begin_with_the_first_that_is_not_answered(self, session):
        made = session()
        first = made.next_item()
        made.answer(first, ["rest"], seen=0)
        assert session(only="all").next_item() == made.next_item()

    def test_disputed_items_with_what_the_others_said(self, session):
        one, other = session("青木"), session("鈴木")
        for item in ("i1", "i2", "i3"):
            one.answer(item, ["number", "online"], "一", seen=0)
        other.answer("i1", ["online", "number"], seen=0)
        other.answer("i2", ["online"], seen=0)
        judge = session("佐藤", only="disputed", shown="assist")
        assert judge.next_item() == "i2"
        assert judge.item("i2")["others"] == [
            {"coder": "青木", "themes": ["number", "online"], "note": "一"},
            {"coder": "鈴木", "themes": ["online"], "note": ""},
        ]
        judge.answer("i2", ["online"], seen=0)
        assert judge.next_item("i2") is None
        assert session("田中", only="disputed").item("i2")["others"] is None  # blind
        assert session("田中").item("i1")["others"] is None

    @pytest.mark.parametrize(
        ("theme", "expected"),
        [
            ("online", {"i2", "i4", "i6"}),
            ("money", {"i7", "i5", "i1"}),  # suggested, labelled, and coded in the corpus
        ],
    )
    def test_one_theme(self, session, theme, expected):
        session("鈴木").answer("i5", ["number", "money"], seen=0)
        coded = corpus().theme_labels.reindex(columns=["item_id", "themes"])
        coded.loc[0] = ["i1", "money"]
        made = session(theme=theme, coded=coded)
        assert set(answer_all(made)) == expected

    def test_picked_items_are_not_noted_as_random(self, session):
        made = session(order="random", theme="online")
        answer_all(made)
        assert [row[2] for row in written(made)] == ["", "", ""]
        assert made.progress()["n_random"] == 0

    def test_an_item_drawn_by_chance_stays_so_when_it_is_answered_again(self, session):
        first = session(order="random")
        first.answer("i2", ["online"], seen=0)
        session(theme="online").answer("i2", ["number"], seen=1)
        assert [row[2] for row in written(first)] == ["random", "random"]


class TestAnswers:
    def test_what_is_written_is_what_was_typed(self, session):
        made = session(share=1)
        made.answer("i4", ["online", "number"], " =要  確認 ", seen=0)
        row = made._log.read().iloc[0].to_dict()
        assert row == {
            "item_id": "i4",
            "themes": "online;number",
            "coder": "青木",
            "date": "2026-01-05T10:00:00+09:00",
            "codebook_version": "1",
            "note": "=要 確認",
            "chosen_by": "random",
            "mode": "blind",
        }
        assert read_labels(made._log.path, BOOK, corpus())["themes"].tolist() == ["online;number"]

    def test_suggestions_are_hidden_until_a_blind_answer_is_written(self, session):
        made = session()
        assert made.item("i7")["suggestions"] is None
        shown = made.answer("i7", ["money"], seen=0)["suggestions"]
        assert [one["theme"] for one in shown] == ["number", "money"]
        assert shown[0] == {"theme": "number", "weight": 0.8, "evidence": ["番号"]}

    def test_an_answer_after_the_suggestions_were_seen_is_not_blind(self, session):
        made = session()
        made.answer("i1", ["number"], seen=0)
        made.answer("i1", ["money"], seen=1)
        made.undo(n_rows=2)
        made.undo(n_rows=3)
        assert made.item("i1")["answer"] is None
        made.answer("i1", ["rest"], seen=4)
        assert [row[3] for row in written(made)] == ["blind", "assist", "blind", "blind", "assist"]

    def test_assist_shows_and_notes_it(self, session):
        made = session(shown="assist")
        assert made.item("i1")["suggestions"][0]["theme"] == "number"
        made.answer("i1", ["number"], seen=0)
        assert written(made) == [["i1", "number", "uncertain", "assist"]]

    def test_the_same_answer_is_not_written_twice(self, session):
        made = session()
        made.answer("i1", ["number"], "一", seen=0)
        made.answer("i1", ["number"], "一", seen=0)  # a reply that was lost, sent again
        assert len(written(made)) == 1
        made.answer("i1", ["number"], "二", seen=1)
        assert len(written(made)) == 2

    def test_two_tabs_cannot_lose_an_answer(self, session):
        made = session()
        made.answer("i1", ["number"], seen=0)
        with pytest.raises(ConflictError, match="'i1' was answered elsewhere") as refused:
            made.answer("i1", ["money"], seen=0)
        now = made.item(refused.value.item_id)
        assert now["answer"] == {"themes": ["number"], "note": ""}
        made.answer("i1", ["money"], seen=now["seen"])
        assert [row[1] for row in written(made)] == ["number", "money"]

    def test_two_programs_see_each_other(self, session):
        one, other = session(), session()
        one.answer("i1", ["number"], seen=0)
        with pytest.raises(ConflictError):
            other.answer("i1", ["money"], seen=0)
        with pytest.raises(ConflictError, match="newer answers"):
            other.undo(n_rows=0)
        other.undo(n_rows=1)
        assert other.item("i1")["answer"] is None

    def test_another_coder_is_no_conflict(self, session):
        session("鈴木").answer("i1", ["number"], seen=0)
        made = session("青木")
        assert made.item("i1")["answer"] is None
        assert made.answer("i1", ["money"], seen=0)["answer"]["themes"] == ["money"]

    @pytest.mark.parametrize(
        ("themes", "note", "message"),
        [
            ([], "", "no theme; expected one or more of: number, online, money, rest"),
            (["numbers"], "", "unknown theme 'numbers'"),
            (["number", "number"], "", "a theme stands twice in 'number;number'"),
            (["rest", "number"], "", "'rest' stands beside other themes"),
            ([["number"]], "", "unknown theme"),
            (["number;online"], "", "unknown theme 'number;online'"),
            (["number"], "字" * 2_001, "expected at most 2,000 characters"),
            (["number"], "a\x00b", r"the note is 'a\\x00b'"),
        ],
    )
    def test_answers_that_are_refused(self, session, themes, note, message):
        made = session()
        with pytest.raises(SettingsError, match=message):
            made.answer("i1", themes, note, seen=0)
        assert written(made) == []

    def test_an_unknown_item(self, session):
        with pytest.raises(SettingsError, match="no item 'i99'"):
            session().answer("i99", ["number"], seen=0)

    def test_what_cannot_be_written_has_not_happened(self, session, monkeypatch):
        made = session()
        monkeypatch.setattr(
            LabelLog, "append", lambda self, row: (_ for _ in ()).throw(OutputError("disk full"))
        )
        with pytest.raises(OutputError, match="disk full"):
            made.answer("i1", ["number"], seen=0)
        assert made.item("i1")["answer"] is None
        assert made.item("i1")["suggestions"] is None
        assert made.progress()["n_done"] == 0


class TestUndo:
    def test_it_goes_back_answer_by_answer(self, session):
        made = session()
        made.answer("i1", ["number"], "一", seen=0)
        made.answer("i2", ["online"], seen=0)
        made.answer("i1", ["money"], seen=1)
        undone = [made.undo(n_rows=made.progress()["n_rows"]) for _ in range(3)]
        assert [(item["item_id"], item["undone"]["themes"]) for item in undone] == [
            ("i1", ["money"]),
            ("i2", ["online"]),
            ("i1", ["number"]),
        ]
        assert undone[0]["answer"] == {"themes": ["number"], "note": "一"}  # as it was before
        assert made.progress()["n_done"] == 0
        with pytest.raises(
            SettingsError, match=r"no answer to take back.*取り消す回答がありません"
        ):
            made.undo(n_rows=made.progress()["n_rows"])

    def test_it_reaches_back_beyond_a_restart(self, session):
        session().answer("i1", ["number"], seen=0)
        assert session().undo(n_rows=1)["undone"]["themes"] == ["number"]

    def test_nothing_is_ever_deleted(self, session):
        made = session()
        made.answer("i1", ["number"], seen=0)
        made.undo(n_rows=1)
        assert [row[1] for row in written(made)] == ["number", ""]


class TestShown:
    def test_the_context_of_an_item(self, session):
        shown = session().item("i1")
        assert shown["body"], shown["number"] == ("試験会議", "1")
        assert (shown["date"], shown["status"]) == ("2009-07-01", "決定")
        assert (shown["before"], shown["after"]) == ([], list(TITLES[1:3]))
        assert shown["neighbours"]["meeting"] == ("", "i2")
        assert shown["source_url"] == "https://example.org/1"

    def test_at_most_three_titles_on_either_side(self, session):
        assert session().item("i8")["before"] == list(TITLES[4:7])

    def test_an_address_that_is_no_page_is_no_link(self, session):
        assert session().item("i2")["source_url"] == ""  # javascript:

    def test_coders_are_those_whose_answers_count(self, session):
        one, other = session("青木"), session("鈴木")
        assert one.coders() == []
        other.answer("i1", ["rest"], seen=0)
        one.answer("i1", ["rest"], seen=0)
        assert one.coders() == ["鈴木", "青木"]
        other.undo(n_rows=1)
        assert one.coders() == ["青木"]

    def test_progress(self, session):
        made = session(share=0.5)
        assert made.progress() == {
            "n_items": N,
            "n_done": 0,
            "n_random": 4,
            "n_random_done": 0,
            "n_compared": 0,
            "n_agreed": 0,
            "seconds_left": None,
            "n_rows": 0,
        }
        for item in ("i1", "i2", "i7", "i8"):
            made.answer(item, ["number"] if item != "i7" else ["money", "number"], seen=0)
        told = made.progress()
        assert (told["n_done"], told["n_compared"], told["n_agreed"]) == (4, 4, 2)  # i1, i7
        assert told["seconds_left"] == 4.0  # one a second
        assert session(shown="assist").progress()["n_compared"] == 0  # those were blind


class TestRefusals:
    def test_a_name_in_another_width(self, session):
        session("Aoki").answer("i1", ["number"], seen=0)
        with pytest.raises(SettingsError, match="'ａｏｋｉ'; the labels have a coder 'Aoki'"):
            session("ａｏｋｉ")

    def test_another_version_of_the_codebook(self, session):
        session().answer("i1", ["number"], seen=0)
        log = session()._log
        newer = Codebook("2", "1", "題", "t", BOOK.themes, "rest")
        agenda = corpus().agenda()
        suggestions = make_suggestions(CodebookClassifier(newer).fit([]), agenda, newer)
        queue = agenda[["item_id"]].assign(chosen_by="random")
        with pytest.raises(LabelsError, match="by version '1' of the codebook"):
            make_session(agenda, newer, log, "青木", suggestions, queue)

    def test_a_model_of_other_themes(self):
        model = CodebookClassifier().fit([])
        with pytest.raises(
            SettingsError, match=r"the model has the themes egov_plan.*学習し直して"
        ):
            make_suggestions(model, corpus().agenda(), BOOK)

    def test_an_unknown_theme(self, session):
        with pytest.raises(CodebookError, match="unknown theme 'onlin'"):
            session(theme="onlin")

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"only": "disputed"}, "none with coders who differ"),
            ({"only": "disputed", "theme": "money"}, "theme 'money' and coders who differ"),
        ],
    )
    def test_nothing_to_label(self, session, more, message):
        with pytest.raises(SettingsError, match=message):
            session(**more)


class Half:
    """An invented classifier without `decide` and `explain`."""

    def __init__(self, *ids):
        self.classes_ = ids

    def predict_proba(self, X):
        return [[0.2, 0.7, 0.5, 0.9]] + [[0.1, 0.1, 0.1, 0.0]] * (len(X) - 1)


def test_evidence_names_no_part_of_what_it_names():
    class Explained(Half):
        def explain(self, X):
            texts = ["申請", "電子申請", "電子申請", "推進"]
            return pd.DataFrame({"theme": ["online"] * 4, "text": texts})

    made = make_suggestions(Explained(*BOOK.ids), corpus().agenda(), BOOK)
    assert made.explained(0)[0]["evidence"] == ["電子申請", "推進"]
    assert made.explained(0)[1]["evidence"] == []


def test_any_classifier_with_weights_can_suggest():
    made = make_suggestions(Half(*BOOK.ids), corpus().agenda(), BOOK)
    assert made.themes_of(0) == ["online", "money"]  # the fallback never beside others
    assert made.themes_of(1) == ["rest"]
    assert made.explained(1) == [{"theme": "rest", "weight": 0.0, "evidence": []}]
    assert [theme.id for theme in BOOK.themes if made.row_with(theme.id)[0]] == ["online", "money"]
    without = Codebook("1", "1", "題", "t", (Theme("a", "a", "a"), Theme("b", "b", "b")))
    narrow = make_suggestions(
        type(
            "Two", (), {"classes_": ("a", "b"), "predict_proba": lambda s, X: [[0.4, 0.3]] * len(X)}
        )(),
        corpus().agenda(),
        without,
    )
    assert narrow.themes_of(0) == []
