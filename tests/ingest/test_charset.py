"""Bytes of a page → its text, whatever header and page say of them."""

from __future__ import annotations

import codecs
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cio_topics.ingest.charset import decode_page

CHARSETS = {"utf-8": "utf-8", "cp932": "Shift_JIS", "euc_jp": "EUC-JP", "iso2022_jp": "ISO-2022-JP"}
NAMES = [
    "UTF-8",
    "utf8",
    "Shift_JIS",
    "shift-jis",
    "x-sjis",
    "Windows-31J",
    "EUC-JP",
    "x-euc-jp",
    "ISO-2022-JP",
]
OTHERS = ["", "ISO-8859-1", "us-ascii", "none", "unicode", "\x00", "windows-1252", *NAMES]

# Sentences as minutes have them; invented.
SENTENCES = [
    "第30回試験戦略本部の議事次第を御覧ください。",
    "本日は、お忙しい中お集まりいただき、ありがとうございます。",
    "それでは、議題の１に入ります。資料１について事務局から説明をお願いします。",
    "平成17年5月30日（月）17時30分から18時30分まで",
    "場所：総理大臣官邸大会議室",
    "オンライン利用促進のための行動計画（案）について、御異議ありませんか。",
    "（「異議なし」と呼ぶ者あり）",
    "行政手続のデジタル化を進めるため、各府省において取組を進めてまいりたい。",
    "次回の日程については、追って事務局から連絡いたします。",
]
PROSE = st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=12).map("\r\n".join)


@st.composite
def pages(draw):
    """Draw a text, its charset, and its bytes with right, wrong or no declarations."""
    charset = draw(st.sampled_from(sorted(CHARSETS)))
    said = draw(st.sampled_from(["", CHARSETS[charset], *OTHERS]))
    meta = draw(
        st.sampled_from(
            [
                "",
                f'<meta charset="{said}">',
                f'<META HTTP-EQUIV="Content-Type" CONTENT="text/html; CHARSET={said}">',
                f"<meta content='text/html;charset={said}' http-equiv=Content-Type />",
            ]
        )
    ).replace("\x00", "")
    text = f"<html><head>{meta}<title>議事次第</title></head>{draw(PROSE)}</html>"
    return text, charset, text.encode(charset)


class TestDecodePage:
    @given(pages(), st.sampled_from(OTHERS))
    @example(("議事次第です。" * 4, "euc_jp", ("議事次第です。" * 4).encode("euc_jp")), "Shift_JIS")
    def test_the_text_comes_back_whatever_is_declared(self, drawn, header):
        text, charset, content = drawn
        decoded = decode_page(content, header)
        assert (decoded.text, decoded.charset) == (text, charset)

    @given(PROSE, st.sampled_from(sorted(CHARSETS)))
    def test_a_right_declaration_gives_no_doubt(self, text, charset):
        assert decode_page(text.encode(charset), CHARSETS[charset]).remark == ""

    def test_a_wrong_declaration_is_told(self):
        decoded = decode_page("".join(SENTENCES).encode("euc_jp"), "Shift_JIS")
        assert decoded.remark == "the page says cp932 but is euc_jp"

    @given(
        PROSE,
        st.sampled_from(
            [
                (codecs.BOM_UTF8, "utf-8"),
                (codecs.BOM_UTF16_LE, "utf-16-le"),
                (codecs.BOM_UTF16_BE, "utf-16-be"),
            ]
        ),
        st.sampled_from(OTHERS),
    )
    def test_a_byte_order_mark_decides(self, text, mark, header):
        assert decode_page(mark[0] + text.encode(mark[1]), header).text == text

    @given(PROSE, st.sampled_from(["utf-8", "cp932", "euc_jp"]), st.integers(1, 2), st.booleans())
    def test_a_page_cut_within_a_character_keeps_the_rest(self, text, charset, lost, declared):
        content = text.encode(charset)[:-lost]
        decoded = decode_page(content, CHARSETS[charset] if declared else "")
        assert decoded.charset == charset
        assert decoded.text[:-2].startswith(text[:-4])

    @pytest.mark.parametrize("lost", [4, 6])  # bytes; the last escape sequence has three
    def test_a_cut_page_of_escape_sequences_keeps_the_rest(self, lost):
        text = "".join(SENTENCES[:3])
        decoded = decode_page(text.encode("iso2022_jp")[:-lost], "ISO-2022-JP")
        assert decoded.charset == "iso2022_jp"
        assert decoded.text.startswith(text[:-3])

    def test_one_foreign_byte_among_escape_sequences(self):
        content = (
            "議事次第について\n".encode("iso2022_jp") + b"\xa0" + "資料です".encode("iso2022_jp")
        )
        assert decode_page(content).charset == "iso2022_jp"

    @pytest.mark.parametrize(
        ("text", "charset"),
        [
            ("①②③ Ⅱ ㈱ 髙﨑", "cp932"),  # characters of Windows that Shift_JIS lacks
            ("カタカナだけのデータ", "cp932"),
            ("カタカナだけのデータ", "euc_jp"),
            ("議事次第", "euc_jp"),
            ("議事次第", "utf-8"),
            ("会議", "cp932"),
            ("第1回", "euc_jp"),
            ("plain ascii", "utf-8"),
            ("", "utf-8"),
        ],
    )
    def test_short_texts_without_a_declaration(self, text, charset):
        content = text.encode(charset)
        assert decode_page(content)[:2] == (text, charset)

    @pytest.mark.parametrize(
        "text",
        [
            "２～３年、１－１、∥",  # waves and dashes that Shift_JIS and cp932 name differently
            "髙橋・﨑山・①",
            "㍻２０年",
        ],
    )
    def test_characters_of_windows_are_read(self, text):
        assert decode_page(("議題について、" + text).encode("cp932"), "Shift_JIS").text.endswith(
            text
        )

    def test_unreadable_bytes_are_counted(self):
        decoded = decode_page("議事次第について".encode() + b"\xff" + "開催しました。".encode())
        assert (decoded.text, decoded.charset) == ("議事次第について\ufffd開催しました。", "utf-8")
        assert decoded.remark == "1 unreadable bytes as utf-8"

    def test_half_width_kana_beside_prose(self):
        text = "第1回ﾃﾞｼﾞﾀﾙ会議の議事について、資料を御覧ください。"
        assert decode_page(text.encode("cp932"))[:2] == (text, "cp932")

    @given(st.binary(max_size=300), st.text(max_size=20) | st.sampled_from(OTHERS))
    @example(b"\x1b$B\x1b(B\xff", "")
    @example(b"\x1b(J" + "議事次第".encode(), "")
    @example(b"\xff\xfe\x00", "")
    @example(b"<meta charset=utf-16le>\x00", "")
    @example(b"<meta charset=" + b"a" * 40, "")
    def test_never_raises_on_any_bytes(self, content, header):
        decoded = decode_page(content, header)
        assert not any("\ud800" <= c <= "\udfff" for c in decoded.text)

    @given(st.binary(max_size=100), st.sampled_from(OTHERS))
    def test_same_bytes_same_text(self, content, header):
        assert decode_page(content, header) == decode_page(content, header)


HOSTILE = [
    b"<meta ",
    b"<meta charset",
    b"<meta charset=",
    b"<",
    b" ",
    b"\x1b$B",
    b"\x1b(J",
    b"\x1b",
    b"\x80",
    b"\x81",
    b"\xff",
    b"\x8f\xa1",
    b"\xe3",
    b"\xe3\x81",
    b"\x00",
    b"\xff\xfe",
    b"\xa4",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_bytes_take_no_time(piece):
    content = (piece * 100_000)[:100_000]
    began = time.process_time()
    decode_page(content)
    decode_page(content, "Shift_JIS")
    assert time.process_time() - began < 2  # about 0.05 s
