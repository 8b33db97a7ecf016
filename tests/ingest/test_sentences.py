"""Meetings told in sentences, and lists of handouts in blogs."""

from __future__ import annotations

import time

import pytest

from cio_topics.ingest.records import Line
from cio_topics.ingest.sentences import read_blog, read_sentences


def told(*texts: str):
    found = read_sentences([Line(text) for text in texts])
    return None if found is None else found.meeting


class TestReadSentences:
    @pytest.mark.parametrize(
        ("text", "body", "number", "date", "place"),
        [
            (
                "平成25年12月20日、甲野総理は総理大臣官邸で、平成25年第4回（通算第63回）となる試験戦略本部を開催しました。",
                "試験戦略本部",
                63,
                "2013-12-20",
                "総理大臣官邸",
            ),
            (
                "平成25年12月20日、総理大臣官邸において、第63回試験戦略本部を開催しました。",
                "試験戦略本部",
                63,
                "2013-12-20",
                "総理大臣官邸",
            ),
            (
                "令和3年9月6日、総理は、総理大臣官邸で第1回試験推進会議を開催しました。",
                "試験推進会議",
                1,
                "2021-09-06",
                "総理大臣官邸",
            ),
            (
                "平成25年12月20日、第63回試験戦略本部が開催されました。",
                "試験戦略本部",
                63,
                "2013-12-20",
                "",
            ),
            (
                "平成25年12月20日（金）、第六十三回試験戦略本部が開かれました。",
                "試験戦略本部",
                63,
                "2013-12-20",
                "",
            ),
            (
                "平成25年12月20日、総理は総理大臣官邸で、第5回となる試験・実験会議を開催しました。",
                "試験・実験会議",
                5,
                "2013-12-20",
                "総理大臣官邸",
            ),
        ],
    )
    def test_table(self, text, body, number, date, place):
        meeting = told(text)
        assert (meeting.body, meeting.number, meeting.date, meeting.place) == (
            body,
            number,
            date,
            place,
        )

    def test_joint_meetings_name_the_other(self):
        meeting = told(
            "平成30年12月19日、総理は総理大臣官邸で、第75回試験戦略本部及び第6回推進戦略会議を合同で開催しました。"
        )
        assert (meeting.body, meeting.number, meeting.format) == ("試験戦略本部", 75, "joint")
        assert "第6回推進戦略会議" in meeting.note

    @pytest.mark.parametrize(
        ("text", "titles"),
        [
            ("本日の本部では、「計画A」、「計画B」について議論されました。", ["計画A", "計画B"]),
            (
                "会議では、「計画（案）」及び「指針」について審議を行いました。",
                ["計画(案)", "指針"],
            ),
            # A title may quote another.
            ("本日は、「「甲」の改定」について報告がありました。", ["「甲」の改定"]),
            ("総理は、「頑張ろう」と述べました。", []),
        ],
    )
    def test_quoted_subjects(self, text, titles):
        meeting = told("平成25年12月20日、第63回試験戦略本部を開催しました。", text)
        assert [item.title for item in meeting.items] == titles

    @pytest.mark.parametrize(
        "texts",
        [
            [],
            ["本日は晴れ。"],
            ["第63回試験戦略本部を開催しました。"],  # no day
            ["平成25年12月20日、試験戦略本部を開催しました。"],  # no number
            ["平成25年12月20日、第63回の花見を開催しました。"],  # no body
            ["平成25年12月20日 第63回試験戦略本部を開催"],  # no sentence
        ],
    )
    def test_what_tells_no_meeting(self, texts):
        assert told(*texts) is None

    def test_every_other_line_is_left_unread(self):
        lines = [
            "トップ",
            "平成25年12月20日、第63回試験戦略本部を開催しました。",
            "総理は次のように述べました。",
        ]
        found = read_sentences([Line(text) for text in lines])
        assert [u.text for u in found.unread] == [lines[0], lines[2]]


class TestReadBlog:
    @pytest.mark.parametrize(
        ("lines", "handouts"),
        [
            (
                ["1 計画（案）", "2 指針", "参考1 経緯"],
                [("1", "計画(案)"), ("2", "指針"), ("参考1", "経緯")],
            ),
            (["資料1 計画", "資料2-1 指針（PDF/20KB）"], [("資料1", "計画"), ("資料2-1", "指針")]),
            (["・計画", "・指針"], [("・", "計画"), ("・", "指針")]),
            (["前置き", "1 計画", "後書き", "2 これは別の話"], [("1", "計画")]),
            ([], []),
        ],
    )
    def test_table(self, lines, handouts):
        first = "第39回試験情報化（CIO）連絡会議資料として、下記が公開されています。"
        found = read_blog([Line(first), *map(Line, lines)])
        meeting = found.meeting
        assert meeting.number == 39
        assert meeting.body == "試験情報化(CIO)連絡会議"
        assert [(h.label, h.title) for h in meeting.handouts] == handouts
        assert [(i.kind, i.title) for i in meeting.items] == [
            ("handout", title) for _, title in handouts
        ]
        assert [h.item for h in meeting.handouts] == list(range(len(handouts)))
        assert len(found.unread) + len(handouts) == len(lines)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "第39回試験会議を開催しました。",
            "資料が公開されています。",
            "第39回花見資料が公開されています。",
        ],
    )
    def test_what_is_no_list(self, text):
        assert read_blog([Line(text), Line("1 計画")]) is None


HOSTILE = [
    "第",
    "第1回",
    "第1回会議",
    "第1回会議を",
    "「",
    "「「」",
    "「あ」",
    "「あ」、",
    "「あ」について",
    "をつ",
    "開催",
    "、は",
    "は",
    "で、",
    "通算第1回",
    "年",
    "一",
    "(",
    " ",
    "資料",
    "会議資料",
    "及び第1回会議",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "平成20年1月1日、総理は、第1回試験会議を開催しました。"])
def test_hostile_lines_take_no_time(piece, before):
    lines = [Line(before + (piece * 100_000)[:100_000] + "。")]
    began = time.process_time()
    read_sentences(lines)
    read_blog(lines)
    assert time.process_time() - began < 6  # about 1 s at most


def test_a_long_line_of_a_blog_takes_no_time():
    began = time.process_time()
    read_blog([Line(("第1回会議の資料" * 40_000)[:100_000])])
    assert time.process_time() - began < 1
