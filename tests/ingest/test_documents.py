"""Heads of decided documents: title, days, deciding body; and pages that are none."""

from __future__ import annotations

import time

import pytest

from cio_topics.ingest.documents import read_document
from cio_topics.ingest.records import Line

CIO = "各府省情報化統括責任者(CIO)連絡会議"


def head(*texts: str, title: str = ""):
    page = read_document(title, [Line(text) for text in texts])
    return None if page is None else tuple(page.head)


class TestReadDocument:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (
                [
                    "試験計画",
                    "2006年（平成18年）8月31日",
                    "2007年（平成19年）8月24日一部改定",
                    "各府省情報化統括責任者（CIO）連絡会議決定",
                ],
                ("試験計画", "2006-08-31", ("2007-08-24",), CIO),
            ),
            (
                ["試験計画", "平成18年8月31日", "試験情報化会議決定"],
                ("試験計画", "2006-08-31", (), "試験情報化会議"),
            ),
            (
                ["試験計画", "平成十五年七月十七日", "試験情報化会議決定"],
                ("試験計画", "2003-07-17", (), "試験情報化会議"),
            ),
            (
                ["試験計画", "平成18年8月31日 試験情報化会議決定"],
                ("試験計画", "2006-08-31", (), "試験情報化会議"),
            ),
            (
                ["試験計画", "（平成18年8月31日試験情報化会議決定）"],
                ("試験計画", "2006-08-31", (), "試験情報化会議"),
            ),
            (
                [
                    "試験計画",
                    "平成18年8月31日",
                    "平成19年8月24日改定",
                    "平成20年2月13日改訂",
                    "試験本部決定",
                ],
                ("試験計画", "2006-08-31", ("2007-08-24", "2008-02-13"), "試験本部"),
            ),
            (
                ["試験計画", "平成18年8月31日試験本部決定", "平成19年8月24日一部改正"],
                ("試験計画", "2006-08-31", ("2007-08-24",), "試験本部"),
            ),
            # 閣議 is a body by itself.
            (["試験計画", "平成18年8月31日", "閣議決定"], ("試験計画", "2006-08-31", (), "閣議")),
            (
                ["試験計画", "令和元年6月14日", "閣　議　決　定"],
                ("試験計画", "2019-06-14", (), "閣議"),
            ),
            (
                ["試験計画", "平成18年8月31日", "試験連絡会議申合せ"],
                ("試験計画", "2006-08-31", (), "試験連絡会議"),
            ),
            (
                ["試験計画", "2 0 0 7 年 ( 平 成 1 9 年 ) 4 月 1 3 日", "試 験 本 部 決 定"],
                ("試験計画", "2007-04-13", (), "試験本部"),
            ),
            (
                ["2007年(平成19年)3月30日", "試験会議事務局", "「試験計画」の改定について"],
                ("「試験計画」の改定について", "2007-03-30", (), ""),
            ),
            (
                ["試験計画", "2006年（平成19年）8月31日", "試験会議決定"],
                ("試験計画", "", (), "試験会議"),
            ),  # calendars at odds
            (
                ["試験計画", "平成18年8月31日", "総務大臣決定"],
                ("試験計画", "2006-08-31", (), "総務大臣"),
            ),
            (
                ["平成18年8月31日", "試験会議決定", "試験計画について"],
                ("試験計画について", "2006-08-31", (), "試験会議"),
            ),
            # A title may stand below the days.
            (
                ["平成18年8月31日", "試験会議決定", "試験計画"],
                ("試験計画", "2006-08-31", (), "試験会議"),
            ),
        ],
    )
    def test_table(self, lines, expected):
        assert head(*lines) == expected

    def test_a_date_with_a_bracketed_title_of_two_lines(self):
        found = head("「試験業務の", "最適化計画」", "平成18年8月31日", "試験会議決定")
        assert found[0] == "「試験業務の最適化計画」"

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["試験計画"],
            ["試験計画", "平成18年8月31日"],  # nobody decided
            ["試験計画", "試験会議決定"],  # never
            ["第1回試験会議", "日時：平成18年8月31日", "試験会議決定"],  # a meeting
            ["第1回試験会議", "平成18年8月31日", "議事次第", "試験会議決定"],
            ["本計画は、平成18年8月31日に試験会議が決定した。"],  # a sentence
        ],
    )
    def test_what_is_no_document(self, lines):
        assert head(*lines) is None

    def test_doubts_are_told(self):
        lines = [Line("試験計画"), Line("2006年（平成19年）8月31日"), Line("試験会議決定")]
        assert any("calendar" in remark for remark in read_document("", lines).remarks)

    def test_used_lines_are_title_days_and_body(self):
        lines = [Line("試験計画"), Line("平成18年8月31日"), Line("試験会議決定"), Line("1 目的")]
        assert read_document("", lines).used == {0, 1, 2}


HOSTILE = [
    "第",
    "会議",
    "会議決定",
    "会議(議)",
    "(",
    "「",
    "平成18年8月31日",
    "平成18年8月31日改定",
    "大臣",
    "閣議",
    " ",
    "省",
    "あ",
    "1",
    "・",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_take_no_time(piece):
    long, short = (piece * 100_000)[:100_000], (piece * 120)[:120]
    began = time.process_time()
    read_document(long, [Line(long), *[Line(short)] * 40, Line("平成18年8月31日")])
    read_document("", [Line("試験計画"), Line("平成18年8月31日"), *[Line(short)] * 38])
    assert time.process_time() - began < 3
