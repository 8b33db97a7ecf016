"""Lists of meetings: rows, headings of years, columns, several bodies, links."""

from __future__ import annotations

import time

import pytest

from cio_topics.ingest.html import read_html_lines
from cio_topics.ingest.lists import read_list
from cio_topics.ingest.records import Line

BASE = "https://council.example.jp/test/index.html"


def rows(*texts: str):
    return read_list("", [Line(text) for text in texts], BASE)


def table(markup: str):
    page = read_html_lines(f"<h1>試験会議 開催状況</h1><table>{markup}</table>")
    return read_list(page.title, page.lines, BASE)


class TestRows:
    @pytest.mark.parametrize(
        ("row", "number", "date", "format_"),
        [
            ("第3回 平成20年12月19日 議事次第", 3, "2008-12-19", "unknown"),
            ("第３回（平成２０年１２月１９日）", 3, "2008-12-19", "unknown"),
            ("平成20年12月19日（金） 第3回試験会議", 3, "2008-12-19", "unknown"),
            ("第三回　平成二十年十二月十九日", 3, "2008-12-19", "unknown"),
            ("第3回（持ち回り開催） 平成20年12月19日", 3, "2008-12-19", "circulated"),
            ("持ち回り開催 平成20年12月19日", None, "2008-12-19", "circulated"),  # has no number
            ("第3回 2008.12.19", 3, "2008-12-19", "unknown"),
            ("第3回 2008年12月19日（オンライン開催）", 3, "2008-12-19", "online"),
            ("第3回（書面開催） 平成20年12月19日", 3, "2008-12-19", "circulated"),
            ("第3回 平成20年12月", 3, "2008-12", "unknown"),
            ("第3回 平成20年12月19日 10:00〜11:00", 3, "2008-12-19", "in_person"),
        ],
    )
    def test_table(self, row, number, date, format_):
        found = rows("試験会議 開催状況", row, "第2回 平成19年1月5日", "第1回 平成18年1月5日")
        first = found.meetings[0]
        assert (first.body, first.number, first.date, first.format) == (
            "試験会議",
            number,
            date,
            format_,
        )
        assert len(found.meetings) == 3

    def test_months_and_days_take_the_year_above_them(self):
        found = rows(
            "試験会議",
            "【平成20年】",
            "第3回 12月19日",
            "第2回 5月30日",
            "平成19年",
            "第1回 10月1日",
        )
        assert [m.date for m in found.meetings] == ["2008-12-19", "2008-05-30", "2007-10-01"]

    @pytest.mark.parametrize(
        "heading",
        [
            "平成20年",
            "＜平成20年＞",
            "■平成20年",
            "2008年",
            "平成20年（2008年）",
            "２００８年",
            "2008年（平成20年）",
            "平成20年開催分",
        ],
    )
    def test_headings_of_years(self, heading):
        found = rows("試験会議", heading, "第3回 12月19日", "第2回 5月30日")
        assert [m.date for m in found.meetings] == ["2008-12-19", "2008-05-30"]

    def test_months_of_a_fiscal_year_lie_in_two_years(self):
        found = rows(
            "試験会議", "平成20年度", "第3回 2月19日", "第2回 5月30日", "第1回 平成20年4月1日"
        )
        assert [m.date for m in found.meetings][2] == "2008-04-01"
        assert found.meetings[0].date in ("2009-02-19", "")  # never 2008

    def test_no_year_is_guessed(self):
        found = rows("試験会議", "第3回 12月19日", "第2回 平成20年5月30日", "第1回 平成19年5月30日")
        assert found.meetings[0].date == ""
        assert any("no year" in remark for remark in found.remarks)

    def test_several_bodies(self):
        found = rows(
            "開催状況",
            "第3回試験会議 平成20年12月19日",
            "第7回実験委員会 平成20年12月20日",
            "実験委員会（第6回） 平成19年12月20日",
        )
        assert [(m.body, m.number) for m in found.meetings] == [
            ("試験会議", 3),
            ("実験委員会", 7),
            ("実験委員会", 6),
        ]

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["試験会議"],
            ["第1回 平成20年12月19日"],
            ["第1回 平成20年12月19日", "第2回 平成20年12月20日"],
            ["試験会議", "第1回", "第2回"],
        ],
    )
    def test_what_is_no_list(self, lines):
        assert rows(*lines) is None  # fewer than two dated rows, or no body

    def test_every_other_line_is_left_unread(self):
        lines = [
            "試験会議 開催状況",
            "お知らせ",
            "平成20年",
            "第2回 12月19日",
            "第1回 5月30日",
            "問い合わせ先",
        ]
        found = rows(*lines)
        assert [u.text for u in found.unread] == [
            "試験会議 開催状況",
            "お知らせ",
            "平成20年",
            "問い合わせ先",
        ]
        assert all(u.reason for u in found.unread)

    def test_a_wrong_weekday_and_calendars_at_odds_are_told(self):
        found = rows(
            "試験会議",
            "第3回 平成20年12月19日（月）",
            "第2回 2006年（平成19年）8月31日",
            "第1回 平成18年1月5日",
        )
        assert [m.date for m in found.meetings] == ["2008-12-19", "", "2006-01-05"]
        assert [r.partition(":")[0] for r in found.remarks] == ["weekday", "calendar"]


class TestTables:
    def test_links_are_resolved_in_order(self):
        found = table(
            "<tr><td>第2回<td>平成20年12月19日<td><a href=dai2/gijisidai.html>議事次第</a> <a href=dai2/a.pdf>資料</a>"
            "<tr><td>第1回<td>平成20年5月30日<td><a href=dai1/gijisidai.html>議事次第</a>"
        )
        names = [link.href.removeprefix("https://council.example.jp/test/") for link in found.links]
        assert names == ["dai2/gijisidai.html", "dai2/a.pdf", "dai1/gijisidai.html"]

    @pytest.mark.parametrize("head", ["議題", "議　題", "主な議題", "議事", "案件"])
    def test_a_column_of_subjects_gives_items(self, head):
        found = table(
            f"<tr><th>回<th>開催日<th>{head}<th>資料"
            "<tr><td>第2回<td>平成20年12月19日<td>(1)計画（案）について<br>(2)その他<td><a href=a.pdf>資料</a>"
            "<tr><td>第1回<td>平成20年5月30日<td>運営について<td><a href=b.pdf>資料</a>"
        )
        second, first = found.meetings
        assert [(i.title, i.kind, i.label) for i in second.items] == [
            ("計画(案)について", "agenda", "(1)"),
            ("その他", "ceremony", "(2)"),
        ]
        assert [i.title for i in first.items] == ["運営について"]

    def test_cells_without_links_are_no_items(self):
        found = table(
            "<tr><th>回<th>開催日<th>議事"
            "<tr><td>第2回<td>平成20年12月19日<td><a href=a.html>議事次第</a><tr><td>第1回<td>平成20年5月30日<td><a href=b.html>議事次第</a>"
        )
        assert [m.items for m in found.meetings] == [(), ()]

    def test_a_row_without_number_takes_it_from_its_links(self):
        found = table(
            "<tr><td>平成20年12月19日<td><a href=dai2/gijisidai.html>議事次第</a><tr><td>平成20年5月30日<td><a href=dai1/gijisidai.html>議事次第</a>"
        )
        assert [m.number for m in found.meetings] == [2, 1]

    def test_a_column_of_bare_numbers(self):
        found = table(
            "<tr><th>回<th>開催日<th>議題<tr><td>2<td>平成20年12月19日<td>計画について<tr><td>1<td>平成20年5月30日<td>運営について"
        )
        assert found is not None
        assert [m.number for m in found.meetings] == [2, 1]

    def test_subjects_beside_a_spanned_year_are_not_lost(self):
        found = table(
            "<tr><th>年<th>回<th>開催日<th>議題<tr><td rowspan=2>平成20年<td>第2回<td>平成20年12月19日<td>計画について"
            "<tr><td>第1回<td>平成20年5月30日<td>運営について"
        )
        told = [i.title for m in found.meetings for i in m.items] + [u.text for u in found.unread]
        assert any("運営について" in text for text in told)


HOSTILE = [
    "第",
    "第1回",
    "第1回 平成20年1月1日 ",
    "持ち回り",
    "1月1日",
    "平成20年",
    "(",
    "一",
    " ",
    "合同",
    "1",
    "議題",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_take_no_time(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    read_list(
        text,
        [
            Line(text),
            Line(text, cells=(text, text)),
            Line("第1回試験会議 平成20年1月1日 " + text[:500]),
        ],
    )
    assert time.process_time() - began < 5
