"""Agenda lines: their numbers, handouts' labels, ceremonies, sizes, formats."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.ingest.dates import normal_form
from cio_topics.ingest.wording import (
    as_printed,
    format_of,
    handout_mark,
    is_ceremony,
    is_not_a_handout,
    line_mark,
    split_run,
    without_size,
)

ANY = st.text(
    st.sampled_from(
        "1２（(）).．、：: 　①•-・資料参考別紙議題案一二アIVの年月第回開会閉PDFKB「」〜"
    ),
    max_size=40,
)


class TestLineMark:
    @pytest.mark.parametrize(
        ("text", "label", "number", "rest"),
        [
            ("1.開会", "1.", 1, "開会"),
            ("１．開会", "1.", 1, "開会"),
            ("１　開会", "1", 1, "開会"),
            ("１、開会", "1、", 1, "開会"),
            ("10. 閉会", "10.", 10, "閉会"),
            ("(1)報告", "(1)", 1, "報告"),
            ("（２）　報告", "(2)", 2, "報告"),
            ("⑴報告", "(1)", 1, "報告"),
            ("3) 報告", "3)", 3, "報告"),
            ("①工程表", "1", 1, "工程表"),
            ("⑳工程表", "20", 20, "工程表"),
            ("一　開会", "一", 1, "開会"),
            ("一、開会", "一、", 1, "開会"),
            ("（二）報告", "(二)", 2, "報告"),
            ("十二、報告", "十二、", 12, "報告"),
            ("ア　報告", "ア", None, "報告"),
            ("ア．報告", "ア.", None, "報告"),
            ("（ア）報告", "(ア)", None, "報告"),
            ("Ⅱ．報告", "II.", None, "報告"),
            ("・報告", "・", None, "報告"),
            ("• 報告", "•", None, "報告"),
            ("●報告", "●", None, "報告"),
            ("－ 報告", "-", None, "報告"),
            ("- 報告", "-", None, "報告"),
            ("議題１　報告", "議題1", 1, "報告"),
            ("議題（２）：報告", "議題(2)", 2, "報告"),
            ("1-2 報告", "1-2", 2, "報告"),
            # what only looks like a number
            ("2005年度予算について", "", None, "2005年度予算について"),
            ("3か年計画について", "", None, "3か年計画について"),
            ("１０月の予定", "", None, "10月の予定"),
            ("2.0への対応", "", None, "2.0への対応"),
            ("1 月の予定", "", None, "1 月の予定"),
            ("5Gの活用", "", None, "5Gの活用"),
            ("一般会計について", "", None, "一般会計について"),
            ("二国間の連携", "", None, "二国間の連携"),
            ("アジアとの連携", "", None, "アジアとの連携"),
            ("ITの活用", "", None, "ITの活用"),
            ("IV区の報告", "", None, "IV区の報告"),
            ("報告について", "", None, "報告について"),
            ("議題について", "", None, "議題について"),
            ("", "", None, ""),
        ],
    )
    def test_table(self, text, label, number, rest):
        mark = line_mark(text)
        assert (mark.label, mark.number, mark.rest) == (label, number, rest)

    @pytest.mark.parametrize(
        ("text", "expected", "label", "rest"),
        [
            ("２報告について", 2, "2", "報告について"),
            ("２報告について", 3, "", "2報告について"),  # not the next
            ("２　３か年計画", 2, "2", "3か年計画"),
            ("2年後の見直し", 2, "", "2年後の見直し"),  # a counter follows
            ("3か国の連携", 3, "", "3か国の連携"),
        ],
    )
    def test_a_touching_digit_counts_only_if_expected(self, text, expected, label, rest):
        mark = line_mark(text, expected=expected)
        assert (mark.label, mark.rest) == (label, rest)

    @given(
        st.integers(1, 20),
        st.sampled_from(
            ["{n}.", "（{n}）", "({n})", "{n}) ", "{n}　", "{n}．", "{c}", "{n}、", "議題{n} "]
        ),
        st.sampled_from(
            [
                "開会",
                "行動計画（案）について",
                "「計画」の決定",
                "IT戦略",
                "令和3年度予算",
                "〜今後〜",
                "（案）",
            ]
        ),
    )
    def test_number_and_title_come_back(self, number, form, title):
        mark = line_mark(form.format(n=number, c=chr(0x245F + number)) + title)
        assert (mark.number, mark.rest) == (number, normal_form(title))

    @given(ANY)
    def test_label_and_rest_lose_nothing_but_signs(self, text):
        mark = line_mark(text)
        kept, normal = mark.label + mark.rest, normal_form(text)
        assert normal.endswith(mark.rest)
        lost = normal.replace(" ", "").removesuffix(mark.rest.replace(" ", ""))
        assert not lost.replace(mark.label, "", 1).strip(".、．:・)") or kept == ""

    @given(st.text(max_size=60))
    def test_never_raises(self, text):
        mark = line_mark(text, expected=1)
        assert normal_form(text).endswith(mark.rest)


class TestSplitRun:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("1.開会 2.法案について 3.閉会", ["1.開会", "2.法案について", "3.閉会"]),
            ("(1) 甲について (2) 乙について", ["(1) 甲について", "(2) 乙について"]),
            ("1.開会 (1)甲 2.閉会", ["1.開会 (1)甲", "2.閉会"]),  # one style a run
            ("1.開会", ["1.開会"]),
            ("1.開会 3.閉会", ["1.開会 3.閉会"]),  # the run breaks off
            ("Web 2.0 と 3.0 の活用", ["Web 2.0 と 3.0 の活用"]),
            ("2.議事 3.閉会", ["2.議事 3.閉会"]),  # begins with no 1
            ("", [""]),
        ],
    )
    def test_table(self, text, parts):
        assert split_run(text) == parts

    @given(
        st.lists(
            st.sampled_from(["開会", "甲について", "「乙」の決定", "IT戦略の見直し"]),
            min_size=2,
            max_size=12,
        ),
        st.booleans(),
    )
    def test_a_run_comes_apart(self, titles, brackets):
        parts = [f"({n}){t}" if brackets else f"{n}.{t}" for n, t in enumerate(titles, start=1)]
        assert split_run(" ".join(parts)) == parts

    @given(ANY)
    def test_loses_nothing(self, text):
        assert "".join("".join(split_run(text)).split()) == "".join(text.split())


class TestAsPrinted:
    @given(
        st.text(st.sampled_from("（）「」案計画ＩＴ１－～ ①ｶﾞ㍻"), max_size=20),
        st.sampled_from(["", "（１）", "2. ", "資料１："]),
        st.sampled_from(["", "（PDF）", " ［PDF/2KB］"]),
    )
    def test_gives_a_part_of_the_line_with_that_normal_form(self, title, before, after):
        normal = normal_form(title)
        found = as_printed(before + title + after, normal)
        assert normal_form(found) == normal

    @given(st.text(max_size=30), st.text(max_size=20))
    def test_never_raises(self, raw, title):
        as_printed(raw, title)


CEREMONIES = [
    *(
        "開会",
        "閉会",
        "散会",
        "休憩",
        "開会の辞",
        "閉会宣言",
        "開 会",
        "開　　会",
        "開会。",
        "閉会（17:30）",
    ),
    *(
        "内閣総理大臣挨拶",
        "議長挨拶",
        "大臣ご挨拶",
        "大臣御挨拶",
        "開会挨拶",
        "閉会あいさつ",
        "平井デジタル大臣挨拶",
        "IT担当大臣あいさつ",
    ),
    *(
        "自由討議",
        "意見交換",
        "質疑",
        "質疑応答",
        "質疑応答・意見交換",
        "討議",
        "自由討議・意見交換",
        "意見交換（自由討議）",
    ),
    *(
        "委員紹介",
        "構成員紹介",
        "構成員の紹介",
        "出席者紹介",
        "委員の御紹介",
        "本部員紹介",
        "デモンストレーション",
    ),
    *(
        "その他",
        "事務連絡",
        "事務局連絡",
        "事務局からの連絡",
        "写真撮影",
        "プレス退室",
        "プレス入室",
        "報道関係者退室",
        "カメラ退室",
    ),
]
SUBJECTS = [
    *(
        "その他の施策について",
        "意見交換の結果について",
        "開会時刻の変更について",
        "閉会中審査について",
        "議長の選出について",
    ),
    *(
        "委員の選任について",
        "写真撮影に関する規程について",
        "質疑応答システムの調達",
        "自由討議の進め方について",
        "挨拶運動の推進",
    ),
    *(
        "電子政府の推進について",
        "「IT戦略」の決定",
        "会議の運営について",
        "デモンストレーション環境の整備",
        "構成員の変更",
        "議長代理の指名",
    ),
    *("有識者からのヒアリング", "関係府省からの報告", "今後の進め方", "事務連絡用端末の更改", ""),
]


class TestIsCeremony:
    @pytest.mark.parametrize("title", CEREMONIES)
    def test_no_subject(self, title):
        assert is_ceremony(title)

    @pytest.mark.parametrize("title", SUBJECTS)
    def test_a_subject(self, title):
        assert not is_ceremony(title)

    @pytest.mark.parametrize(
        "title",
        [
            "開会・議長挨拶",
            "質疑応答及び意見交換",
            "質疑・討議",
            "意見交換、質疑応答",
            "その他（事務連絡等）",
            "開会及び挨拶",
            "政務官挨拶及び写真撮影",
            "自由討論",
            "全体討議",
            "意見交換・質疑",
        ],
    )
    def test_two_on_one_line(self, title):
        assert is_ceremony(title)


class TestHandoutMark:
    @pytest.mark.parametrize(
        ("text", "label", "number", "rest"),
        [
            ("資料１　行動計画（案）", "資料1", 1, "行動計画(案)"),
            ("資料1：行動計画", "資料1", 1, "行動計画"),
            ("資料２−１：行動計画", "資料2-1", 2, "行動計画"),
            ("資料 2 - 1 行動計画", "資料2-1", 2, "行動計画"),
            ("資料2の1 行動計画", "資料2の1", 2, "行動計画"),
            ("資料1-2-3 行動計画", "資料1-2-3", 1, "行動計画"),
            ("【資料３】行動計画", "資料3", 3, "行動計画"),
            ("（資料４）行動計画", "資料4", 4, "行動計画"),
            ("［資料５］ 行動計画", "資料5", 5, "行動計画"),
            ("＜資料６＞行動計画", "資料6", 6, "行動計画"),
            ("資料No.7 行動計画", "資料7", 7, "行動計画"),
            ("資料A 行動計画", "資料A", None, "行動計画"),
            ("資料一　行動計画", "資料一", None, "行動計画"),
            ("参考資料１：提出資料", "参考資料1", 1, "提出資料"),
            ("参考資料　提出資料", "参考資料", None, "提出資料"),
            ("参考１　提出資料", "参考1", 1, "提出資料"),
            ("別紙１ 様式", "別紙1", 1, "様式"),
            ("別添資料2 様式", "別添資料2", 2, "様式"),
            ("配布資料1 行動計画", "配布資料1", 1, "行動計画"),
            ("席上配布資料 行動計画", "席上配布資料", None, "行動計画"),
            ("当日配布資料1 行動計画", "当日配布資料1", 1, "行動計画"),
            ("机上配布資料2 行動計画", "机上配布資料2", 2, "行動計画"),
            ("資料1", "資料1", 1, ""),
            ("資料１「計画」について", "資料1", 1, "「計画」について"),
        ],
    )
    def test_labels(self, text, label, number, rest):
        mark = handout_mark(text)
        assert mark is not None
        assert (mark.label, mark.number, mark.rest) == (label, number, rest)

    @pytest.mark.parametrize(
        "text",
        [
            "資料の公開について",
            "資料1の説明があった",
            "資料１については、事務局から説明する。",
            "資料",
            "資料一覧",
            "資料等の公開について",
            "参考になる事例",
            "参考人からのヒアリング",
            "別紙のとおり",
            "別紙様式の改定",
            "別添のとおり",
            "資料2を御覧ください。",
            "資料館の整備について",
            "行動計画（資料1）",
            "",
        ],
    )
    def test_prose(self, text):
        assert handout_mark(text) is None

    @given(
        st.sampled_from(["資料", "参考資料", "参考", "別紙", "配布資料"]),
        st.lists(st.integers(1, 99), min_size=1, max_size=3),
        st.sampled_from(["-", "−", "－", "―"]),
        st.sampled_from(["：", ":", "　", " ", "　：　", ". "]),
        st.sampled_from(["行動計画（案）", "「計画」について", "電子政府の推進", "IT戦略"]),
        st.booleans(),
    )
    def test_label_and_title_come_back(self, word, numbers, dash, sign, title, wide):
        printed = dash.join(map(str, numbers))
        if wide:
            printed = printed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        mark = handout_mark(f"{word}{printed}{sign}{title}")
        assert mark is not None
        assert (mark.label, mark.number) == (word + "-".join(map(str, numbers)), numbers[0])
        assert mark.rest == normal_form(title)

    @given(ANY)
    def test_never_raises_and_keeps_the_end(self, text):
        mark = handout_mark(text)
        assert mark is None or normal_form(text).endswith(mark.rest)


class TestWithoutSize:
    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("行動計画(案)(PDF/289KB)", "行動計画(案)"),
            ("行動計画（PDF形式：1.2MB）", "行動計画"),
            ("行動計画［PDF］", "行動計画"),
            ("行動計画 【PDF：289KB】", "行動計画"),
            ("行動計画 PDF", "行動計画"),
            ("行動計画（PDF：1,234KB）", "行動計画"),
            ("行動計画（Excel形式／25KB）", "行動計画"),
            ("行動計画（ＰＤＦ／２８９ＫＢ）", "行動計画"),
            ("行動計画 289KB", "行動計画"),
            ("行動計画（PDF）（別ウィンドウで開きます）", "行動計画"),
            ("行動計画（案）", "行動計画(案)"),
            ("PDFの利用について", "PDFの利用について"),
            ("行政文書のPDF化", "行政文書のPDF化"),
            ("CSV形式の公開", "CSV形式の公開"),
            ("統一書式（様式）", "統一書式(様式)"),
            # A part of the title, no note on the file.
            ("オープンデータの形式（推奨形式）", "オープンデータの形式(推奨形式)"),
            ("帳票の見直し（新形式）", "帳票の見直し(新形式)"),
            ("", ""),
        ],
    )
    def test_table(self, text, title):
        assert without_size(text) == title

    @given(ANY)
    def test_twice_is_once(self, text):
        once = without_size(text)
        assert without_size(once) == once


class TestIsNotAHandout:
    @pytest.mark.parametrize(
        "title",
        [
            "議事次第",
            "議事次第(PDF/25KB)",
            "議事録（PDF）",
            "議事要旨",
            "議事概要",
            "座席表",
            "出席者名簿",
            "委員名簿",
            "構成員名簿",
            "第7回議事録",
            "配布資料一覧",
            "議　事　次　第",
        ],
    )
    def test_papers_of_the_meeting_itself(self, title):
        assert is_not_a_handout(title)

    @pytest.mark.parametrize(
        "title",
        [
            "行動計画",
            "議事録の公開について",
            "座席表システム",
            "会見要領の改定",
            "次第書の見直し",
            "",
        ],
    )
    def test_handouts(self, title):
        assert not is_not_a_handout(title)


class TestFormatOf:
    @pytest.mark.parametrize(
        ("head", "place", "start", "expected"),
        [
            ("試験会議（第7回）・持ち回り開催", "", "", "circulated"),
            ("試験会議（持回り）", "", "", "circulated"),
            ("試験会議 書面開催", "", "", "circulated"),
            ("試験会議（書面による開催）", "", "", "circulated"),
            ("試験会議（書面審議）", "", "10:00", "circulated"),
            ("合同会議（持ち回り開催）", "", "", "circulated"),  # circulated goes before joint
            ("甲会議・乙会議 合同会議", "官邸", "10:00", "joint"),
            ("甲会議・乙会議（合同開催）", "", "", "joint"),
            ("試験会議（オンライン開催）", "", "", "online"),
            ("試験会議", "Web会議", "", "online"),
            ("試験会議", "ウェブ会議", "10:00", "online"),
            ("試験会議", "総理大臣官邸（オンライン会議）", "", "online"),
            ("試験会議", "テレビ会議", "", "online"),
            ("試験会議", "ＷＥＢ会議", "", "online"),
            ("試験会議", "中央合同庁舎第4号館", "", "in_person"),  # a building, no joint meeting
            ("試験会議", "", "10:00", "in_person"),
            ("試験会議", "", "", "unknown"),
            # A word of the body's name.
            ("オンライン利用促進会議（第2回）", "官邸", "10:00", "in_person"),
            ("試験会議 中央合同庁舎第4号館", "", "", "unknown"),
            ("リモートセンシング研究会", "官邸", "", "in_person"),  # a word of the body's name
        ],
    )
    def test_table(self, head, place, start, expected):
        assert format_of(head, place, start) == expected


HOSTILE = [
    *(
        "第",
        "(",
        "（",
        ")",
        "1.",
        "1. ",
        "(1)",
        " (1)",
        "資料",
        "資料1",
        "資料1-",
        "1-",
        "・",
        " ",
        "　",
        "0",
        "「",
        "「「」",
        "一",
        "ア",
        "V",
        "I",
    ),
    *(
        "挨拶",
        "ご",
        "PDF",
        "(PDF",
        "PDF ",
        "1,",
        "KB",
        "(1KB)",
        "[",
        "議題",
        "議題 ",
        "合同",
        "持ち回り",
        "書面により",
        "WEB",
        "●",
        "①",
        "議事録",
        "ｶﾞ",
        "\u3099",
        "意見交換・",
        "参考",
        "a",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_no_time(piece):
    began = time.process_time()
    for before in ("", "1.", "資料1", "("):
        text = before + (piece * 25_000)[:25_000]
        line_mark(text, expected=1)
        split_run(text)
        is_ceremony(text)
        handout_mark(text)
        format_of(text, text, "")
    assert time.process_time() - began < 5  # about 0.2 s; twenty passes


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_for_sizes_grows_with_the_length(piece):
    text = (piece * 8_000)[:8_000]
    began = time.process_time()
    for before in ("", "計画("):
        without_size(before + text)
        is_not_a_handout(before + text)
    assert time.process_time() - began < 1.6  # about 0.02 s


def test_the_time_to_find_what_was_printed_grows_with_the_length():
    began = time.process_time()
    as_printed("Ａ" * 40_000 + "（PDF）" * 1_200, "A" * 40_000)
    assert time.process_time() - began < 1.2
