"""Lines of one meeting's page: fields, agenda, handouts, and what is left unread."""

from __future__ import annotations

import time

import pytest

from cio_topics.ingest.html import read_html_lines
from cio_topics.ingest.meeting import read_meeting
from cio_topics.ingest.records import Line, Link

BASE = "https://council.example.jp/test/dai7/gijisidai.html"
HEAD = ("第7回試験会議", "日時：令和3年9月6日（月）10:00〜11:00", "場所：官邸")


def read(*texts: str):
    return read_meeting("", [Line(text) for text in texts], BASE)


def items(page):
    return [item.title for item in page.meeting.items]


def unread(page):
    return [line.text for line in page.unread]


class TestFields:
    @pytest.mark.parametrize(
        "lines",
        [
            ("日時：令和3年9月6日（月）10時〜11時", "場所：官邸"),
            ("１．日　時：令和３年９月６日（月）１０：００～１１：００", "２．場　所：官邸"),
            ("1 開催日時 令和3年9月6日(月)10:00~11:00", "2 開催場所 官邸"),
            ("日時", "令和3年9月6日（月）", "10:00〜11:00", "場所", "官邸"),
            ("【日時】令和3年9月6日（月）10:00〜11:00", "【場所】官邸"),
            ("■日時：令和3年9月6日 10時から11時まで", "■場所：官邸"),
            ("令和3年9月6日（月）10:00〜11:00", "場所：官邸"),
        ],
    )
    def test_date_times_and_place(self, lines):
        meeting = read("第7回試験会議", *lines, "議題", "1.体制について").meeting
        assert (meeting.date, meeting.start, meeting.end) == ("2021-09-06", "10:00", "11:00")
        assert meeting.place == "官邸"
        assert [item.title for item in meeting.items] == ["体制について"]

    def test_the_number_of_last_resort_is_that_of_the_address(self):
        assert read("試験会議", *HEAD[1:], "議題", "1.体制について").meeting.number == 7
        assert read("試験会議（第8回）", *HEAD[1:], "議題", "1.体制について").meeting.number == 8

    def test_doubts_are_told(self):
        page = read("第7回試験会議", "日時：令和3年9月6日（火）", "議題", "1.体制について")
        assert page.meeting.date == "2021-09-06"
        assert any("weekday" in remark for remark in page.remarks)

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            ["本日は晴れ"],
            ["第7回試験会議"],
            ["日時：令和3年9月6日"],
            ["議題", "1.体制について"],
        ],
    )
    def test_what_is_no_meeting(self, lines):
        assert read(*lines) is None


class TestAgenda:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["議事次第", "1.開会", "2.体制について", "3.閉会"], ["開会", "体制について", "閉会"]),
            (["議題：体制について"], ["体制について"]),
            (["議事次第", "1.開会 2.体制について 3.閉会"], ["開会", "体制について", "閉会"]),
            (
                ["議事次第", "1.開会", "2.議事", "(1)体制について", "(2)運営について", "3.閉会"],
                ["開会", "体制について", "運営について", "閉会"],
            ),
            (["議事", "①体制について", "②運営について"], ["体制について", "運営について"]),
            (["議事", "・体制について", "・運営について"], ["体制について", "運営について"]),
            (["1.開会", "2.体制について"], ["開会", "体制について"]),  # no heading above
            (["議題", "１体制について", "２運営について"], ["体制について", "運営について"]),
            (["議題1 体制について", "議題2 運営について"], ["体制について", "運営について"]),
            (["次第", "1.体制について", "2.", "3.運営について"], ["体制について", "運営について"]),
            # A label before each.
            (["議題：体制について", "議題：運営について"], ["体制について", "運営について"]),
            # A bullet without a title is no item.
            (["次第", "1.体制について", "・", "●"], ["体制について"]),
        ],
    )
    def test_items(self, lines, expected):
        assert items(read(*HEAD, *lines)) == expected

    def test_levels_and_kinds(self):
        page = read(
            *HEAD,
            "議事次第",
            "1.開会",
            "2.議事",
            "(1)体制について",
            "①細目",
            "(2)運営について",
            "3.閉会",
        )
        assert [(i.title, i.kind, i.level) for i in page.meeting.items] == [
            ("開会", "ceremony", 1),
            ("体制について", "agenda", 2),
            ("細目", "agenda", 3),
            ("運営について", "agenda", 2),
            ("閉会", "ceremony", 1),
        ]

    def test_lists_of_one_line_each_are_on_one_level(self):
        page = read_html_lines(
            "<h1>第7回試験会議</h1><p>日時：令和3年9月6日<p>議題<ol><li>体制について</ol><ol><li>運営について</ol>"
        )
        assert [i.level for i in read_meeting("", page.lines).meeting.items] == [1, 1]

    def test_very_many_lines_take_no_time(self):
        began = time.process_time()
        read(*HEAD, "議題", *["1.体制"] * 16_000)
        assert time.process_time() - began < 4  # about 0.4 s

    def test_attendance_and_minutes_give_no_items(self):
        page = read(
            *HEAD,
            "出席者",
            "1.議長 甲野太郎",
            "2.委員 乙野花子",
            "議題",
            "1.体制について",
            "議事要旨",
            "○甲野議長 始めます。",
            "乙野委員より説明があった。",
        )
        assert items(page) == ["体制について"]
        assert (
            unread(page)
            == [
                "出席者",
                "1.議長 甲野太郎",
                "2.委員 乙野花子",
                "○甲野議長 始めます。",
                "乙野委員より説明があった。",
            ][1:]
        )


class TestHandouts:
    def test_labels_titles_and_addresses(self):
        lines = [
            *map(Line, HEAD),
            *map(Line, ["議題", "1.体制について", "配布資料"]),
            Line(
                "資料１　体制図（案）（PDF/25KB）",
                (Link("資料１　体制図（案）（PDF/25KB）", "siryou1.pdf"),),
            ),
            Line("参考資料：経緯"),
            Line("議事次第（PDF）", (Link("議事次第（PDF）", "a.pdf"),)),
        ]
        page = read_meeting("", lines, BASE)
        assert [(h.label, h.title, h.url) for h in page.meeting.handouts] == [
            ("資料1", "体制図（案）", "https://council.example.jp/test/dai7/siryou1.pdf"),
            ("参考資料", "経緯", ""),
        ]

    def test_without_an_agenda_handouts_are_the_items(self):
        page = read(*HEAD, "配布資料", "資料1 体制図", "資料2 予定表")
        assert [(i.title, i.kind) for i in page.meeting.items] == [
            ("体制図", "handout"),
            ("予定表", "handout"),
        ]
        assert [h.item for h in page.meeting.handouts] == [0, 1]

    def test_several_on_a_line(self):
        page = read(*HEAD, "議題", "1.体制について", "資料1：体制図 資料2：予定表")
        assert [h.title for h in page.meeting.handouts] == ["体制図", "予定表"]


class TestNothingVanishes:
    @pytest.mark.parametrize(
        "line",
        [
            *(
                "お知らせの言葉",
                "傍聴：できません",
                "備考：駐車場はありません",
                "問い合わせ先：事務局",
                "定員：50名",
                "出席者：甲野太郎",
                "議事要旨：別途",
            ),
            "第9回別会議",  # another meeting's heading
            "令和3年9月10日 更新",  # another date
            "日時：未定",  # no date
            "日時：令和3年9月13日（月）予備日",  # a second date
        ],
    )
    @pytest.mark.parametrize("place", [1, 3])
    def test_a_line_is_read_or_left_with_a_reason(self, line, place):
        lines = [*HEAD]
        lines.insert(place, line)
        page = read(*lines, "議題", "1.体制について")
        value = line.rpartition("：")[2]
        meeting = page.meeting
        told = [*unread(page), meeting.body, meeting.place, meeting.note, *items(page)]
        assert any(value in text for text in told)
        assert all(left.reason for left in page.unread)

    def test_a_number_without_a_title(self):
        assert "2." in unread(read(*HEAD, "次第", "1.体制について", "2.", "3.運営について"))

    def test_rows_with_a_label(self):
        page = read_html_lines(
            "<h1>第7回試験会議</h1><table><tr><th>日時<td>令和3年9月6日<tr><th>場所<td>官邸<tr><th>議題<td>体制について<br>運営について<tr><th>連絡先<td>甲係</table>"
        )
        found = read_meeting("", page.lines, BASE)
        assert items(found) == ["体制について", "運営について"]
        assert found.meeting.place == "官邸"
        assert any("甲係" in text for text in unread(found))


HOSTILE = [
    "第",
    "(",
    "資料",
    "資料1",
    "資料1: ",
    "資料 ",
    " ",
    "・",
    "議題",
    "議題:",
    "議題1 ",
    "日時:",
    "出席者:",
    "「",
    "あ い ",
    "会議",
    "●",
    "○委員 ",
    "①",
    "[",
    "1月1日",
    "一",
    "Ａ",
]
SLOW = ["1.", "0"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_lines_take_no_time(piece):
    long, short = (piece * 100_000)[:100_000], (piece * 150)[:150]
    began = time.process_time()
    read_meeting(
        long,
        [Line(text) for text in (*HEAD, "議題", short, long, "1." + short, "資料1 " + short)],
        BASE,
    )
    assert time.process_time() - began < 8  # about 1 s at most


@pytest.mark.parametrize("piece", SLOW)
def test_long_handouts_take_no_time(piece):
    began = time.process_time()
    read(*HEAD, "資料1 " + (piece * 20_000)[:12_000])
    assert time.process_time() - began < 1.2
