"""Every printed form of a date, a time and a number reads back; what is no date gives none."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.ingest.dates import (
    PrintedDate,
    PrintedTimes,
    find_dates,
    kanji_number,
    normal_form,
    read_date,
    read_number,
    read_times,
    without_spaces,
)
from cio_topics.text import normalize

WIDE = str.maketrans("0123456789:/.-()", "０１２３４５６７８９：／．－（）")
POSITIONAL = str.maketrans("0123456789", "〇一二三四五六七八九")
ERAS = (
    ("令和", dt.date(2019, 5, 1)),
    ("平成", dt.date(1989, 1, 8)),
    ("昭和", dt.date(1926, 12, 25)),
)
DAYS = st.dates(dt.date(1927, 1, 1), dt.date(2099, 12, 31))


def kanji(number: int) -> str:
    """Write 23 as 二十三."""
    digits = "〇一二三四五六七八九"
    parts = []
    for value, unit in ((1000, "千"), (100, "百"), (10, "十")):
        count, number = divmod(number, value)
        if count:
            parts.append(("" if count == 1 else digits[count]) + unit)
    return "".join(parts) + (digits[number] if number else "") or "〇"


WRITERS = {
    "half": str,
    "full": lambda n: str(n).translate(WIDE),
    "kanji": kanji,
    "one by one": lambda n: str(n).translate(POSITIONAL),
}


@st.composite
def printed_dates(draw):
    """Draw a day and one way to print it, with or without its weekday and stray spaces."""
    day = draw(DAYS)
    write = WRITERS[draw(st.sampled_from(sorted(WRITERS)))]
    name, first = next((name, first) for name, first in ERAS if day >= first)
    count = day.year - first.year + 1
    era = name + ("元" if count == 1 and draw(st.booleans()) else write(count))
    opening, closing = draw(st.sampled_from(["()", "（）"]))
    western = write(day.year)
    if write is kanji and day.year < 2000:  # nobody writes 千九百九十九年
        western = str(day.year).translate(POSITIONAL)
    year = draw(
        st.sampled_from(
            [
                f"{era}年",
                f"{western}年",
                f"{western}年{opening}{era}年{closing}",
                f"{era}年{opening}{western}年{closing}",
                f"{era}{opening}{western}{closing}年",
            ]
        )
    )
    gap = draw(st.sampled_from(["", " ", "　", " 　"]))
    text = gap.join([year, f"{write(day.month)}月", f"{write(day.day)}日"])
    if gap and draw(st.booleans()):  # as PDF copies are: 平成 30 年1月 17 日
        text = text.replace("年", f"{gap}年").replace("日", f"{gap}日")
    weekday = "月火水木金土日"[day.weekday()]
    form = draw(
        st.sampled_from(["", "({})", "（{}）", "（{}曜日）", "({}曜)", "（ {} ）", "（{}・祝）"])
    )
    return day, text + form.format(weekday)


class TestReadDate:
    @given(
        printed_dates(),
        st.sampled_from(["", "日時：", "開催日 ", "第3回 "]),
        st.sampled_from(["", " 10時〜", "開催"]),
    )
    @settings(max_examples=400)
    def test_every_printed_form_reads_back(self, drawn, before, after):
        day, text = drawn
        found = read_date(before + text + after)
        assert (found.date, found.precision, found.remark) == (day.isoformat(), "day", "")

    @given(DAYS, st.sampled_from("/.-"), st.booleans(), st.booleans())
    def test_numbers_with_a_separator_read_back(self, day, sign, padded, wide):
        numbers = (day.year, day.month, day.day)
        text = sign.join(f"{n:02}" if padded else str(n) for n in numbers)
        assert read_date(text.translate(WIDE) if wide else text).date == day.isoformat()

    @given(printed_dates(), st.integers(1, 6))
    def test_a_wrong_weekday_leaves_the_date_and_is_told(self, drawn, off):
        day, text = drawn
        bare = text.partition("日")[0]
        wrong = "月火水木金土日"[(day.weekday() + off) % 7]
        found = read_date(f"{bare}日（{wrong}）")
        assert (found.date, found.weekday) == (day.isoformat(), wrong)
        assert found.remark.startswith("weekday")

    @given(DAYS.filter(lambda day: day >= dt.date(1990, 1, 1)), st.integers(1, 5))
    def test_calendars_at_odds_are_not_guessed(self, day, off):
        name, first = next((name, first) for name, first in ERAS if day >= first)
        era = f"{name}{day.year - first.year + 1}年"
        for text in (f"{day.year + off}年（{era}）", f"{era}（{day.year + off}年）"):
            found = read_date(f"{text}{day.month}月{day.day}日")
            assert (found.date, found.precision) == ("", "unknown")
            assert "calendar" in found.remark

    @pytest.mark.parametrize(
        ("text", "date", "precision"),
        [
            ("平成 30 年１月 17 日（水）", "2018-01-17", "day"),
            ("2 0 0 7 年 ( 平 成 1 9 年 ) 4 月 1 3 日", "2007-04-13", "day"),  # letter-spaced
            ("平成十五年七月十七日", "2003-07-17", "day"),
            ("平成二十五年十二月二十日", "2013-12-20", "day"),
            ("令和元年5月1日", "2019-05-01", "day"),
            ("令和元年（2019年）9月20日（金）", "2019-09-20", "day"),
            ("平成31年4月30日", "2019-04-30", "day"),
            ("㍻２０年１２月１９日", "2008-12-19", "day"),
            ("二〇〇六年八月三十一日", "2006-08-31", "day"),
            ("2006.8.31", "2006-08-31", "day"),
            ("2006/08/31（木）", "2006-08-31", "day"),
            ("令和4年(2022年)9月6日(火) 11時から", "2022-09-06", "day"),
            ("平成１７年度 平成17年5月30日", "2005-05-30", "day"),  # a fiscal year is no year
            ("平成25年6月", "2013-06", "month"),
            ("2004年(平成16年)11月", "2004-11", "month"),
            ("平成25年", "2013", "year"),
            ("平成25年度", "", "unknown"),
            ("2005年度予算", "", "unknown"),
            ("12月19日", "", "unknown"),  # no year is printed
            ("100-2006-1-2", "", "unknown"),  # part of a longer number
            ("03-3581-0101", "", "unknown"),
            ("バージョン2006.1.222", "", "unknown"),
            ("3か年計画", "", "unknown"),
            ("", "", "unknown"),
        ],
    )
    def test_table(self, text, date, precision):
        found = read_date(text)
        assert (found.date, found.precision) == (date, precision)

    @pytest.mark.parametrize(
        ("text", "remark"),
        [
            ("平成20年2月30日", "does not exist"),
            ("2006年13月1日", "does not exist"),
            ("昭和65年1月1日", "date: "),  # an era year that never was
            ("平成0年1月1日", "date: "),
            ("0000年1月1日", "does not exist"),
        ],
    )
    def test_days_that_never_were_are_told(self, text, remark):
        found = read_date(text)
        assert (found.date, found.precision) == ("", "unknown")
        assert remark in found.remark

    @pytest.mark.parametrize(
        "text",
        [
            "昭和64年1月8日",  # 平成 had begun
            "平成31年5月1日",  # 令和 had begun; printed in advance
        ],
    )
    def test_a_day_after_the_end_of_its_era_stands(self, text):
        assert read_date(text).precision == "day"


class TestFindDates:
    def test_all_in_order_with_places_in_the_text_without_spaces(self):
        text = "平成 18 年 8 月 31 日決定　2007年8月24日改定"
        found = list(find_dates(text))
        assert [d.date for d in found] == ["2006-08-31", "2007-08-24"]
        bare = without_spaces(text)
        assert [bare[d.start : d.end] for d in found] == ["平成18年8月31日", "2007年8月24日"]

    @given(st.lists(printed_dates(), max_size=4))
    def test_each_of_several(self, drawn):
        text = "、".join(text for _, text in drawn)
        assert [d.date for d in find_dates(text)] == [day.isoformat() for day, _ in drawn]

    @given(
        st.text(st.sampled_from("平成令和元年月日度0159一二十千（）() /.-〜:時第回"), max_size=40)
    )
    def test_never_raises_and_gives_real_dates(self, text):
        for found in find_dates(text):
            assert found.precision in ("day", "month", "year", "unknown")
            assert bool(found.date) == (found.precision != "unknown")
            assert found.date or found.remark
            if found.precision == "day":
                assert dt.date.fromisoformat(found.date).isoformat() == found.date


MINUTES = st.integers(0, 24 * 60 - 1)
MARKS = ["〜", "～", "~", "-", "−", "―", "から", " 〜 ", "～　", "より", "–"]


@st.composite
def printed_spans(draw):
    """Draw start and end and one way to print both."""
    start, end = sorted((draw(MINUTES), draw(MINUTES)))
    write = WRITERS[draw(st.sampled_from(["half", "full", "kanji"]))]
    form = draw(st.sampled_from(["colon", "kanji", "noon", "noons"]))
    gap = draw(st.sampled_from(["", " ", "　"]))

    def clock(minutes: int, *, noon: bool) -> str:
        hour, minute = divmod(minutes, 60)
        half = "午後" if hour >= 12 else "午前"
        shown = hour % 12 if noon else hour
        if form == "colon":
            return f"{shown}:{minute:02}".translate(WIDE if write is WRITERS["full"] else {})
        if minute == 30 and draw(st.booleans()):
            tail = "半"
        else:
            tail = f"{write(minute)}{gap}分" if minute or draw(st.booleans()) else ""
        return f"{half if noon else ''}{gap}{write(shown)}{gap}時{gap}{tail}"

    if form == "noon" and (start < 720) != (end < 720):
        form = "noons"
    first = clock(start, noon=form in ("noon", "noons"))
    second = clock(end, noon=form == "noons")
    if form == "noon":
        second = clock(end, noon=True).replace("午前", "").replace("午後", "")
    mark = draw(st.sampled_from(MARKS))
    tail = draw(st.sampled_from(["", "まで", "頃"]))
    return start, end, f"{first}{mark}{second}{tail}"


class TestReadTimes:
    @given(printed_spans(), st.sampled_from(["", "平成17年5月30日（月）", "日時："]))
    @settings(max_examples=400)
    @example((870, 890, "14時30分から14時50分まで"), "令和3年9月6日(月) ")
    def test_every_printed_form_reads_back(self, drawn, before):
        start, end, text = drawn
        assert read_times(before + text) == PrintedTimes(
            f"{start // 60:02}:{start % 60:02}", f"{end // 60:02}:{end % 60:02}"
        )

    @pytest.mark.parametrize(
        ("text", "start", "end"),
        [
            ("17時30分〜18時30分", "17:30", "18:30"),
            ("17:20~18:20", "17:20", "18:20"),
            (" 8:30〜9:15", "08:30", "09:15"),
            ("16 時 00 分~ 19 時 30 分", "16:00", "19:30"),
            ("午後2時〜3時30分", "14:00", "15:30"),
            ("午前11時〜午後1時", "11:00", "13:00"),
            ("午前11時〜12時30分", "11:00", "12:30"),
            ("10時〜11時半", "10:00", "11:30"),
            ("１０：００―１２：００", "10:00", "12:00"),
            ("正午から13時", "12:00", "13:00"),
            ("平成17年5月30日（月）17時30分〜", "17:30", ""),
            ("17時30分", "17:30", ""),
            ("17時頃～18時頃", "17:00", "18:00"),
            ("(※閣議終了後に開催)", "", ""),
            ("約2時間", "", ""),  # how long, not when
            ("25:00", "", ""),
            ("24時間365日", "", ""),
            ("10:00:00", "10:00", ""),
            ("", "", ""),
        ],
    )
    def test_table(self, text, start, end):
        assert read_times(text) == PrintedTimes(start, end)

    @given(st.text(st.sampled_from("0129一十時分半午前後:〜から正午間頃 "), max_size=30))
    def test_never_raises_and_gives_times_of_day(self, text):
        for found in read_times(text):
            assert found == "" or dt.time.fromisoformat(found)


class TestNumbers:
    @given(st.integers(1, 9999), st.sampled_from(sorted(WRITERS)))
    def test_kanji_number_reads_back(self, number, writer):
        assert kanji_number(normalize(WRITERS[writer](number))) == number

    @given(st.text(st.sampled_from("〇零一二三九十百千0189回 ａ¹²①"), max_size=20))
    def test_kanji_number_never_raises(self, text):
        found = kanji_number(text)
        assert found is None or found >= 0

    @pytest.mark.parametrize(
        "text",
        [
            "9" * 5000,
            "九" * 5000,  # more digits than int() takes
        ],
    )
    def test_kanji_number_of_very_many_digits_is_none(self, text):
        assert kanji_number(text) is None

    @given(st.integers(1, 9999), st.sampled_from(sorted(WRITERS)), st.sampled_from(["", " ", "　"]))
    def test_a_meeting_number_reads_back(self, number, writer, gap):
        text = f"試験会議（第{gap}{WRITERS[writer](number)}{gap}回）"
        assert read_number(text) == number

    @given(st.integers(1, 99), st.integers(1, 999))
    def test_the_number_counted_through_wins(self, year, through):
        assert read_number(f"平成25年第{year}回（通算第{through}回）試験会議") == through

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("第 3 0 回", 30),  # letter-spaced
            ("第百二十回", 120),
            ("通算で第63回", 63),
            ("第0回", None),  # no meeting is counted from 0
            ("今回", None),
            ("第2次計画", None),
            ("第12345回", None),
            ("第一〇回", 10),
        ],
    )
    def test_table(self, text, number):
        assert read_number(text) == number


class TestWithoutSpaces:
    @given(st.text())
    def test_loses_nothing_but_spaces(self, text):
        assert without_spaces(text).replace(" ", "") == normalize(text).replace(" ", "")

    @given(st.text(st.sampled_from("平成30年 　aZ9〜"), max_size=30))
    def test_twice_is_once(self, text):
        once = without_spaces(text)
        assert without_spaces(once) == once

    @given(st.text())
    def test_normal_form_is_normalize(self, text):
        assert normal_form(text) == normalize(text)


def test_empty_fields_of_no_date():
    assert read_date("晴れ") == PrintedDate("", "unknown", "", "", 0, 0)


HOSTILE = [
    *(
        "0",
        "9",
        "一",
        "十",
        "第",
        "第1",
        "年",
        "平成",
        "平成1年",
        "平成1年1月",
        "2006年",
        "2006年(平成",
    ),
    *(
        "(",
        "〜",
        "1:",
        "10:00",
        "10時",
        "10時〜",
        "午後",
        "から",
        "1 ",
        "1 2 ",
        "あ ",
        " ",
        "　",
        "通算",
    ),
    *("2006/", "2006.1.", "1月1日", "(月", "元"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_no_time(piece):
    text = (piece * 100_000)[:100_000]
    began = time.process_time()
    for _ in find_dates(text):
        pass
    read_times(text)
    read_number(text)
    without_spaces(text + "x")
    assert time.process_time() - began < 5  # about 0.3 s; four passes
