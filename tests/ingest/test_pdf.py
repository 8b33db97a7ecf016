import re
import subprocess
import sys
import textwrap
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.ingest.pdf import UnreadableFile, close_spaced, read_pdf_lines
from cio_topics.ingest.records import Link
from tests.ingest import pdfs

FOUND_BY_FUZZING = sorted((Path(__file__).parent / "fuzz").glob("*.pdf"))


def texts(content: bytes, page: int = 0) -> list[str]:
    return [line.text for line in read_pdf_lines(content).pages[page]]


def one_line(*puts: pdfs.Put, **kwargs: object) -> str:
    (line,) = texts(pdfs.pdf(puts, **kwargs))
    return line


class TestCloseSpaced:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2 0 0 7 年 ( 平 成 1 9 年 ) 4 月 1 3 日", "2007年(平成19年)4月13日"),
            ("2 0 0 8 年 2 月 1 3 日 改 定", "2008年2月13日改定"),
            ("各 課 合 同 連 絡 会 議 決 定", "各課合同連絡会議決定"),
            ("責 任 者 ( C I O ) 連 絡 会", "責任者(CIO)連絡会"),
            ("e - J a p a n 重 点 計 画", "e-Japan重点計画"),
            ("議　事　次　第", "議事次第"),
            ("平 成 19 年 4 月 13 日", "平成19年4月13日"),  # numbers set as one
            ("平成 30 年 1 月 17 日", "平成 30年1月17日"),  # 平成 is a word already
            ("第 3 回", "第3回"),
            ("資 料 １", "資料１"),
            ("窓 口 か\u3099 混 む", "窓口か\u3099混む"),  # a decomposed が is one character
            ("議 事 次 第  平 成 元 年", "議事次第  平成元年"),  # a wider gap divides
            ("一 二 三\n四 五 六", "一二三\n四五六"),
            ("1 議 事 次 第", "1 議事次第"),  # the number of a line
            ("4 月 1 日", "4月1日"),
        ],
    )
    def test_closed(self, text, expected):
        assert close_spaced(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "e-Japan 2002 Program",
            "IT 戦略",
            "各課 CIO 連絡会議",
            "日 時",  # two characters may be two words
            "1 日 時",
            "2 場 所",
            "1 3 日",
            "1 2 3 4",  # a row of numbers
            "A B C D",
            "○ ○ × ○",
            "有 | 無 | 有",
            "甲　乙 丙",  # not the same space
            "甲  乙  丙",  # two spaces may be cells
            "甲\t乙\t丙",
            "甲\n乙\n丙",
            "Plan A 案",
            "12345 年 月",
        ],
    )
    def test_left_alone(self, text):
        assert close_spaced(text) == text

    pieces = st.sampled_from(
        [
            *" 　\n\t1年月日甲乙(か・Aａ|１ー",
            "  ",
            "2007",
            "12345",
            "IT",
            "戦略",
            "か\u3099",
            "\u3099",
        ]
    )
    anything = st.one_of(st.text(), st.lists(pieces, max_size=30).map("".join))

    @given(anything)
    @example("1 2 3 日 月 年")
    def test_twice_is_once(self, text):
        assert close_spaced(close_spaced(text)) == close_spaced(text)

    @given(anything)
    def test_only_spaces_go(self, text):
        closed = close_spaced(text)
        assert re.sub("[ 　]", "", closed) == re.sub("[ 　]", "", text)
        kept = iter(text)
        assert all(character in kept for character in closed)  # a subsequence

    @given(anything)
    def test_without_a_run_nothing_changes(self, text):
        # A run needs three neighbours that are one character or a number, two of them Japanese.
        words = re.split(r"\s", text)
        short = [len(w) <= 4 and w != "" for w in words]
        japanese = [any("CJK" in unicodedata.name(c, "") or "\u3041" <= c <= "\u30ff" or "\uff66" <= c <= "\uff9f" or c in "々〆〇" for c in w) for w in words]  # fmt: skip
        if not any(all(short[i : i + 3]) for i in range(len(words) - 2)) or sum(japanese) < 2:
            assert close_spaced(text) == text

    def test_long_texts_are_quick(self):
        began = time.perf_counter()
        close_spaced("甲 乙 " * 50_000 + "丙丁 " * 50_000 + "1 " * 100_000 + "甲  " * 50_000)
        assert time.perf_counter() - began < 3


class TestFonts:
    TEXT = "第３回 情報共有推進会議〜①Ⅱ−(案)"

    @pytest.mark.parametrize("font", ["IPAexGothic", *pdfs.CID_FONTS])
    def test_embedded_or_not(self, font):
        assert one_line((72, 700, self.TEXT), font=font) == self.TEXT

    @pytest.mark.parametrize("font", [name for name in pdfs.CODED_FONTS if name.endswith("H")])
    def test_older_codes(self, font):
        text = "第３回 情報共有推進会議 2007年(平成19年)"
        assert one_line((72, 700, text), font=font) == text

    def test_radicals_become_ideographs(self):
        # 戸 and 黒 as Japanese write them (NFKC has 戶 and 黑); 民, 長 and 西 have no NFKC.
        assert (
            one_line((72, 700, "⼾籍・⿊⽥・⽇本国⺠・⻑野・⻄部"))
            == "戸籍・黒田・日本国民・長野・西部"
        )

    def test_characters_without_a_code_are_shown(self):
        font = b"<</Type/Font/Subtype/Type0/BaseFont/Z/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
        own = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Z/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>"
        read = read_pdf_lines(
            pdfs.by_hand(b"BT /F 9 Tf 9 700 Td <00010002> Tj ET", o5=font, o6=own)
        )
        assert read.pages[0][0].text == "\ufffd\ufffd"
        assert any("U+FFFD" in remark and remark.endswith(": 2") for remark in read.remarks)


class TestSpaces:
    @pytest.mark.parametrize(
        "text",
        ["IT 戦略 e-Japan 2002 Program", "IT戦略とe-Japan", "１　開会", "平成19年4月13日(金)"],
    )
    def test_as_printed(self, text):
        assert one_line((72, 700, text)) == text

    def test_letter_spaced_head(self):
        assert one_line(pdfs.AGENDA[1]) == "2007年(平成19年)4月13日"

    @pytest.mark.parametrize("space", [2, 6, 12])
    def test_letter_spaced_without_space_characters(self, space):
        def draw(canvas):
            canvas.setFont("IPAexGothic", 12)
            canvas.drawString(72, 700, "平成19年4月13日 連絡会議決定", charSpace=space)

        assert texts(pdfs.drawn(draw))[0].replace(" ", "") == "平成19年4月13日連絡会議決定"

    def test_words_without_space_characters(self):
        assert one_line((72, 700, "public"), (109, 700, "services")) == "public services"

    @pytest.mark.parametrize(
        ("gap", "shown"),
        [(0.3, ""), (1.0, " "), (2.0, "\u3000"), (9.0, "\u3000\u3000")],  # in characters
    )
    def test_gaps_between_parts(self, gap, shown):
        line = one_line((72, 700, "資料の一", 10), (72 + 40 + gap * 10, 700, "窓口の手引き", 10))
        assert line == f"資料の一{shown}窓口の手引き"

    def test_cells_of_one_character_stay_apart(self):
        assert one_line(*((72 + 80 * i, 700, cell) for i, cell in enumerate("有無有有"))) == (
            "有\u3000\u3000無\u3000\u3000有\u3000\u3000有"
        )

    def test_struck_twice_to_look_bold(self):
        twice = (72, 700, "窓口の手引き"), (72.4, 700, "窓口の手引き")
        assert one_line(*twice) == "窓口の手引き"

    def test_doubled_letters_stay(self):
        assert one_line((72, 700, "Illinois 2001 ああ")) == "Illinois 2001 ああ"

    def test_superscript_stays_in_its_line(self):
        assert (
            one_line((72, 700, "窓口", 12), (96, 705, "注1", 6), (106, 700, "の数", 12))
            == "窓口注1の数"
        )


class TestOrder:
    def test_head_then_left_then_right(self):
        left, right = pdfs.body(12, 20), pdfs.body(12, 20, 50)
        page = [
            (400, 790, "平成19年4月13日"),
            (150, 760, "窓口の混雑を減らす取り組みについての報告", 14),
            *pdfs.column(72, 700, left),
            *pdfs.column(310, 700, right),
            (
                72,
                450,
                "この報告は次の会議で確かめ、来年の春に各課へ配ることとされた。また、窓口にも置く。",
            ),
        ]
        read = texts(pdfs.pdf(page))
        assert read[:2] == ["平成19年4月13日", "窓口の混雑を減らす取り組みについての報告"]
        assert read[2:14] == left
        assert read[14:26] == right
        assert read[26].startswith("この報告は")

    def test_columns_whose_lines_are_not_level(self):
        left, right = pdfs.body(10, 20), pdfs.body(9, 20, 50)
        page = pdfs.column(72, 700, left) + pdfs.column(310, 692, right)
        assert texts(pdfs.pdf(page)) == left + right

    def test_three_columns(self):
        columns = [pdfs.body(8, 13, start) for start in (10, 30, 50)]
        page = [
            put for i, lines in enumerate(columns) for put in pdfs.column(50 + 170 * i, 700, lines)
        ]
        assert texts(pdfs.pdf(page)) == [line for column in columns for line in column]

    def test_columns_drawn_in_another_order(self):
        left, right = pdfs.body(8, 20), pdfs.body(8, 20, 50)
        page = pdfs.column(310, 700, right)[::-1] + pdfs.column(72, 700, left)[::-1]
        assert texts(pdfs.pdf(page)) == left + right

    def test_labels_and_titles_are_no_columns(self):
        titles = ["窓口の手引き", "利用者から寄せられた声のまとめ", "来年度の予定", "名簿"]
        rows = [
            (x, 700 - 18 * i, text)
            for i, title in enumerate(titles)
            for x, text in [(72, f"資料{i + 1}"), (140, title), (400, "総務課提出")]
        ]
        read = texts(pdfs.pdf(rows))
        assert read == [f"資料{i + 1}\u3000{t}\u3000\u3000総務課提出" for i, t in enumerate(titles)]

    def test_vertical_lines_from_the_right(self):
        lines = ["窓口の手引きを改めた。", "来年の春から用いる。", "（総務課）"]
        page = [(500 - 24 * i, 780, line, 12) for i, line in enumerate(lines)]
        assert texts(pdfs.pdf(page, font="HeiseiMin-W3-UniJIS-UCS2-V"))[:2] == lines[:2]

    def test_vertical_brackets_are_plain(self):
        (line,) = texts(pdfs.pdf([(500, 780, "（案）、")], font="HeiseiMin-W3-UniJIS-UCS2-V"))
        assert unicodedata.normalize("NFKC", line) == "(案)、", line

    @pytest.mark.parametrize("turn", [90, 180, 270])
    def test_turned_pages(self, turn):
        def draw(canvas):
            pdfs.puts(pdfs.AGENDA)(canvas)
            canvas.setPageRotation(turn)

        assert texts(pdfs.drawn(draw)) == texts(pdfs.pdf(pdfs.AGENDA))

    def test_a_stamp_at_a_slant_is_read_apart(self):
        def draw(canvas):
            pdfs.puts(pdfs.AGENDA)(canvas)
            canvas.rotate(45)
            canvas.drawString(300, 300, "取扱注意")

        read = read_pdf_lines(pdfs.drawn(draw))
        assert [line.text for line in read.pages[0]] == [*texts(pdfs.pdf(pdfs.AGENDA)), "取扱注意"]
        assert any("slant" in remark and remark.endswith(": 4") for remark in read.remarks)


class TestLeftOut:
    def test_ruby(self):
        page = [
            (72, 720, "前の行", 12),
            (72, 700, "窓口の混雑", 12),
            (72, 711.5, "まど", 6),
            (84, 711.5, "ぐち", 6),
        ]
        read = read_pdf_lines(pdfs.pdf(page))
        assert [line.text for line in read.pages[0]] == ["前の行", "窓口の混雑"]
        assert any("ruby" in remark and remark.endswith(": 4") for remark in read.remarks)

    def test_ruby_beside_vertical_lines(self):
        def draw(canvas):
            for x, size, text in [(500, 12, "窓口の混雑"), (509, 6, "まどぐち")]:
                pdfs.puts([(x, 780, text, size)], "HeiseiMin-W3-UniJIS-UCS2-V")(canvas)

        assert texts(pdfs.drawn(draw)) == ["窓口の混雑"]

    @pytest.mark.parametrize(
        ("height", "size", "text"),
        [
            (711.5, 6, "資料1"),  # no kana
            (711.5, 9, "まど"),  # hardly smaller
            (730, 6, "まど"),  # not close to the line
        ],
    )
    def test_no_ruby(self, height, size, text):
        page = [(72, 700, "窓口の混雑", 12), (72, height, text, size)]
        assert texts(pdfs.pdf(page)) == [text, "窓口の混雑"]

    @pytest.mark.parametrize(
        "number", ["3", "- 3 -", "－３－", "3/12", "3 / 12", "(3)", "3 ページ", "P. 3", "p3", "iii",
                   "Page 3 of 12", "3頁", "― 3 ―"]
    )  # fmt: skip
    @pytest.mark.parametrize("height", [25, 815])
    def test_page_numbers(self, number, height):
        read = read_pdf_lines(pdfs.pdf([(72, 500, "本文"), (290, height, number)]))
        assert [line.text for line in read.pages[0]] == ["本文"]
        assert any("page number" in remark and remark.endswith(": 1") for remark in read.remarks)

    @pytest.mark.parametrize(
        "text", ["第3回", "資料3", "3月", "3.5", "(案)", "平成19年", "A-3", "mix 3"]
    )
    def test_no_page_numbers(self, text):
        assert texts(pdfs.pdf([(72, 500, "本文"), (290, 815, text)])) == [text, "本文"]

    def test_a_number_in_the_text_stays(self):
        assert texts(pdfs.pdf([(72, 500, "3"), (72, 480, "本文")])) == ["3", "本文"]

    def test_a_number_beside_other_text_in_the_margin(self):
        assert texts(pdfs.pdf([(72, 500, "本文"), (72, 25, "窓口の手引き"), (500, 25, "12")])) == [
            "本文", "窓口の手引き",
        ]  # fmt: skip

    @pytest.mark.parametrize("cover", [False, True])
    def test_running_headers_once(self, cover):
        pages = [
            [(72, 815, "窓口の手引き"), (72, 600, f"本文の{n}"), (290, 25, n)] for n in "甲乙丙"
        ]
        read = read_pdf_lines(pdfs.pdf(*([[(72, 600, "表紙")]] if cover else []), *pages))
        shown = [[line.text for line in page] for page in read.pages][cover:]
        assert shown == [["窓口の手引き", "本文の甲", "甲"], ["本文の乙", "乙"], ["本文の丙", "丙"]]
        assert any("margin" in remark and "窓口の手引き" in remark for remark in read.remarks)

    def test_headers_that_differ_stay(self):
        pages = [[(72, 815, f"第{n}回"), (72, 600, "本文")] for n in "123"]
        assert [p[0].text for p in read_pdf_lines(pdfs.pdf(*pages)).pages] == [
            "第1回",
            "第2回",
            "第3回",
        ]


class TestLinesKnow:
    def test_headings(self):
        read = read_pdf_lines(pdfs.pdf(pdfs.AGENDA))
        assert [line.heading for line in read.pages[0]] == [True, False, False, False, False, False]

    def test_links(self):
        content = pdfs.linked(
            pdfs.puts(pdfs.AGENDA),
            ("https://example.jp/1.pdf", (72, 645, 105, 662)),
            ("https://example.jp/2.pdf", (72, 625, 400, 642)),
            ("https://example.jp/nowhere", (10, 10, 20, 20)),
        )
        lines = read_pdf_lines(content).pages[0]
        assert lines[-2].links == (Link("資料1", "https://example.jp/1.pdf"),)
        assert lines[-1].links == (Link(lines[-1].text, "https://example.jp/2.pdf"),)
        assert not any(line.links for line in lines[:-2])

    def test_links_of_turned_pages(self):
        def draw(canvas):
            pdfs.puts(pdfs.AGENDA)(canvas)
            canvas.linkURL("https://example.jp/", (72, 645, 105, 662), relative=0)
            canvas.setPageRotation(90)

        assert read_pdf_lines(pdfs.drawn(draw)).pages[0][-2].links[0].text == "資料1"

    @pytest.mark.parametrize(
        "note",
        [b"null", b"[9 9]", b"<</Rect[0 0 1]/A<</URI(x)>>>>", b"<</Rect[0 0 /a 1]/A<</URI(x)>>>>",
         b"<</A<</URI 5>>/Rect[0 0 999 999]>>", b"<</A 3 0 R/Rect 3 0 R>>", b"8 0 R"],
    )  # fmt: skip
    def test_broken_links_are_passed_over(self, note):
        page = b"/MediaBox[0 0 595 842]/Annots[%s]" % note
        read = read_pdf_lines(pdfs.by_hand(b"BT /F 9 Tf 9 700 Td (text) Tj ET", page))
        assert [line[:2] for line in read.pages[0]] == [("text", ())]

    @pytest.mark.parametrize(
        ("title", "expected"),
        [
            ("窓口の手引き", "窓口の手引き"),
            ("窓 口 の 手 引 き", "窓口の手引き"),
            ("Report 2007", "Report 2007"),
            ("", ""),
            ("untitled", ""),
            ("無題", ""),
            ("Microsoft Word - 手引き", ""),  # a file name
            ("手引き.docx", ""),
            ("Taro-手引き", ""),
            ("PowerPoint プレゼンテーション", ""),
            ("20070413", ""),
            ("あ" * 201, ""),
        ],
    )
    def test_titles(self, title, expected):
        assert read_pdf_lines(pdfs.pdf([(72, 700, "本文")], title=title)).title == expected

    @pytest.mark.parametrize(
        "title",
        [b"\xfe\xff" + "手引き".encode("utf-16-be"), "手引き".encode("cp932"), "手引き".encode()],
    )
    def test_titles_in_other_codes(self, title):
        content = pdfs.by_hand(b"").replace(
            b"/Root 1 0 R", b"/Root 1 0 R/Info<</Title<%s>>>" % title.hex().encode()
        )
        assert read_pdf_lines(content).title == "手引き"

    def test_a_good_file_has_no_remarks(self):
        assert read_pdf_lines(pdfs.pdf(pdfs.AGENDA)).remarks == ()

    def test_same_bytes_same_lines(self):
        assert read_pdf_lines(pdfs.pdf(pdfs.AGENDA)) == read_pdf_lines(pdfs.pdf(pdfs.AGENDA))


class TestFiles:
    def test_scanned(self):
        read = read_pdf_lines(pdfs.scanned(2))
        assert read.pages == ((), ())
        assert read.remarks[0].startswith(
            "no text: the pages are pictures (scanned); run OCR first /"
        )

    def test_scanned_with_stamped_page_numbers(self):
        def draw(canvas):
            pdfs.puts([(290, 25, "- 1 -")])(canvas)

        read = read_pdf_lines(pdfs.drawn(draw))
        assert any(remark.startswith("no text") for remark in read.remarks)

    def test_some_pages_without_text(self):
        read = read_pdf_lines(pdfs.pdf([(72, 700, "本文")], [], [(72, 700, "本文の続き")], []))
        assert any("pages without text" in one and one.endswith(": 2, 4") for one in read.remarks)

    def test_more_pages_than_asked_for(self):
        read = read_pdf_lines(pdfs.pdf(*[[(72, 700, "本文")]] * 4), max_pages=3)
        assert len(read.pages) == 3
        assert any("after 3 " in remark for remark in read.remarks)
        assert len(read_pdf_lines(pdfs.pdf(*[[(72, 700, "本文")]] * 3), max_pages=3).remarks) == 0

    def test_locked_against_copying_is_read_with_a_remark(self):
        read = read_pdf_lines(pdfs.pdf(pdfs.AGENDA, copying=False))
        assert len(read.pages[0]) == 6
        assert any("not to copy" in remark for remark in read.remarks)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"plain text", "not a PDF"),
            (b"\n <!DOCTYPE html><p>404", "HTML page"),
            (b"<HTML>", "HTML page"),
            (b"%PDF-1.4 and nothing else", "broken PDF"),
            (pdfs.pdf(pdfs.AGENDA, password="secret"), "password"),
            (pdfs.objects({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]>>"}), "no pages"),
            (pdfs.objects({1: b"<</Type/Catalog>>"}), "no pages"),
        ],
    )  # fmt: skip
    def test_unreadable(self, content, reason):
        with pytest.raises(UnreadableFile, match=reason):
            read_pdf_lines(content)

    def test_cut_in_the_middle(self):
        content = pdfs.pdf(*[pdfs.AGENDA] * 5)
        for length in range(0, len(content), len(content) // 23):
            try:
                read = read_pdf_lines(content[:length])
            except UnreadableFile:
                continue
            assert any("end mark" in remark for remark in read.remarks)

    def test_one_bad_page_does_not_lose_the_others(self, monkeypatch):
        monkeypatch.setattr("cio_topics.ingest.pdf.MAX_GLYPHS", 2_000)
        good = b"BT /F 9 Tf 9 700 Td (text) Tj ET"
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents %d 0 R/Resources<</Font<</F 7 0 R>>>>>>"
        bad = pdfs.stream(b"BT /F 9 Tf (x) Tj ET " * 2_001)
        read = read_pdf_lines(
            pdfs.objects(
                {
                    1: b"<</Type/Catalog/Pages 2 0 R>>",
                    2: b"<</Type/Pages/Kids[3 0 R 4 0 R]>>",
                    3: page % 5,
                    4: page % 6,
                    5: pdfs.stream(good),
                    6: bad,
                    7: pdfs.FONT,
                }
            )
        )
        assert [len(page) for page in read.pages] == [1, 0]
        assert any(re.match("page 2 was not read.*more than 2,000", one) for one in read.remarks)


TEXT = b"BT /F 9 Tf 9 700 Td (text) Tj ET"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"


class TestHostile:
    """Each returns or raises UnreadableFile, soon."""

    @pytest.mark.parametrize(
        ("content", "shown"),
        [
            pytest.param(pdfs.by_hand(TEXT, b"/MediaBox[0 0 1e300 -1e300]"), ["text"], id="huge"),
            pytest.param(pdfs.by_hand(TEXT, b"/MediaBox[5 5 5 5]"), ["text"], id="no area"),
            pytest.param(pdfs.by_hand(TEXT, b"/MediaBox[(a) null 5]"), ["text"], id="no box"),
            pytest.param(pdfs.by_hand(TEXT, b"/Rotate 17"), ["text"], id="odd turn"),
            pytest.param(
                pdfs.by_hand(b"BT /F 9 Tf 1" + b"0" * 320 + b".0 700 Td (lost) Tj ET " + TEXT),
                ["text"],
                id="infinity",
            ),
            pytest.param(
                pdfs.by_hand(b"BT /F 0 Tf 9 700 Td (lost) Tj ET " + TEXT), ["text"], id="size 0"
            ),
            pytest.param(
                pdfs.by_hand(b"BT 0 0 0 0 0 0 Tm /F 9 Tf (lost) Tj ET " + TEXT), ["text"], id="flat"
            ),
            pytest.param(
                pdfs.by_hand(b"/X Do " + TEXT, o9=pdfs.stream(b"/X Do", FORM)), ["text"], id="loop"
            ),
            pytest.param(pdfs.by_hand(b"q " * 20_000 + TEXT), ["text"], id="deep states"),
            pytest.param(pdfs.bomb(20), [], id="bomb"),
        ],
    )
    def test_pages(self, content, shown):
        assert texts(content) == shown

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(pdfs.by_hand(b"[" * 50_000), id="deep arrays"),
            pytest.param(pdfs.by_hand(b"BT /F 9 Tf (" + b"x" * 30_000 + b") Tj ET"), id="many"),
            pytest.param(pdfs.by_hand(TEXT, b"/MediaBox 3 0 R"), id="box is the page"),
            pytest.param(
                pdfs.by_hand(
                    b"BT /F 9 Tf 9 700 Td <0001> Tj ET",
                    o5=b"<</Type/Font/Subtype/Type0/BaseFont/Z/Encoding/Identity-H/DescendantFonts"
                    b"[<</Type/Font/Subtype/CIDFontType2/BaseFont/Z/W[0 99999999999 500]>>]>>",
                ),
                id="widths without end",
            ),
            pytest.param(pdfs.by_hand(TEXT, b"/Contents 3 0 R"), id="content is the page"),
            pytest.param(
                pdfs.by_hand(b"/X Do", o9=pdfs.stream(b"/X Do " * 30_000, FORM)), id="many forms"
            ),
            pytest.param(
                pdfs.objects({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 1 0 R]>>"}),
                id="tree with a loop",
            ),
            pytest.param(
                pdfs.objects(
                    {1: b"<</Type/Catalog/Pages 2 0 R>>"}
                    | {n: b"<</Type/Pages/Kids[%d 0 R]>>" % (n + 1) for n in range(2, 3000)}
                ),
                id="deep tree",
            ),
            pytest.param(pdfs.objects({1: b"1 0 R"}), id="root is itself"),
            pytest.param(pdfs.objects({1: b"2 0 R", 2: b"1 0 R"}), id="references in a ring"),
            pytest.param(pdfs.objects({1: b"<</Type/Catalog>>"}, b"/Root 1 0 R/Prev 9"), id="prev"),
            pytest.param(pdfs.objects({1: b"[" * 20_000}), id="deep object"),
        ],
    )  # fmt: skip
    def test_no_other_exception(self, content, monkeypatch):
        monkeypatch.setattr("cio_topics.ingest.pdf.MAX_GLYPHS", 20_000)
        try:
            read_pdf_lines(content)
        except UnreadableFile as error:
            assert str(error)  # noqa: PT017 - either outcome is right

    def test_nothing_is_opened(self, tmp_path):
        """Names of files and addresses in every place where a PDF can have one open nothing."""
        bait = tmp_path / "bait"
        bait.write_text("secret", encoding="utf-8")
        name = str(bait).replace("\\", "/").encode()
        spec = b"<</Type/Filespec/FS/URL/F(%s)/UF(%s)>>" % (name, name)
        content = pdfs.by_hand(
            b"/X Do " + TEXT,
            b"/MediaBox[0 0 9 9]/AA<</O<</S/GoToR/F %s>>>>/Annots[<</Subtype/Link/Rect[0 0 9 9]"
            b"/A<</S/Launch/F %s/URI(file://%s)>>>>]" % (spec, spec, name),
            o5=b"<</Type/Font/Subtype/Type0/BaseFont/Z/Encoding/..#2f..#2fbait/ToUnicode/%s"
            b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Z>>]>>"
            % name.replace(b"/", b"#2f"),
            o9=pdfs.stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/F %s" % spec),
        )
        program = """
            import sys
            from cio_topics.ingest.pdf import read_pdf_lines, UnreadableFile
            from tests.ingest import pdfs
            content = open(sys.argv[1], "rb").read()
            read_pdf_lines(pdfs.pdf(pdfs.AGENDA, font="HeiseiMin-W3"))  # imports and CMaps
            def watch(event, given):
                if event == "open" and "cmap" not in str(given[0]):
                    raise SystemExit(f"opened {given[0]}")
                if event.startswith(("socket.", "subprocess.", "os.system", "urllib.")):
                    raise SystemExit(event)
            sys.addaudithook(watch)
            try:
                read_pdf_lines(content)
            except UnreadableFile:
                pass
            """
        (tmp_path / "hostile.pdf").write_bytes(content)
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "hostile.pdf")],
            check=True,
            timeout=60,
        )

    def test_messages_of_the_parser_become_remarks(self, caplog, capfd):
        read = read_pdf_lines(pdfs.by_hand(b"BT /F 9 Tf [(text) /a] TJ ET"))
        assert any(remark.startswith("message of the parser") for remark in read.remarks)
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize("path", FOUND_BY_FUZZING, ids=lambda path: path.name)
    def test_found_by_fuzzing(self, path):
        try:
            read_pdf_lines(path.read_bytes())
        except UnreadableFile as error:
            assert str(error)  # noqa: PT017 - either outcome is right


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_broken_bytes_return_or_are_refused(data):
    content = bytearray(data.draw(st.sampled_from(sorted(SEEDS.values()))))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_pdf_lines(bytes(content))
    except UnreadableFile as error:
        assert str(error)  # noqa: PT017 - either outcome is right


SEEDS = pdfs.seeds()
