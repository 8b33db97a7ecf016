import unicodedata

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.text import normalize, split_title, split_titles

TITLES = list(read_example().items["title"])

# Characters whose neighbours matter: marks that compose, joiners, fillers, white space, controls.
AWKWARD = "\u0300\u0308\u0338\u3099\u309a\u200b\u200d\u00ad\u034f\ufe0f\u3164\uffa0\u115f\u1160\t\n\0\x1c\x85\u3000<>〈〉~-–ｶﾞか㍻㋿Ⅱ½¨¯️"
ANY = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(AWKWARD)))

# What titles are made of; many draws have labels, marks and quotes in strange places.
PIECES = [
    *("資料1-1:", "資料２－１ ", "参考資料1:", "別紙", "(案)", "（素案）", "(決定)", "案", "法案"),
    *(
        "について",
        "等について",
        "に関する件",
        "「",
        "」",
        "『",
        "』",
        "(",
        ")",
        "[",
        "]",
        " ",
        "。",
    ),
    *("新戦略", "電子政府", "の", "平成２１年", "e-Japan", "・", "〜"),
]
TITLE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


class TestNormalize:
    @given(ANY)
    @example("〈\u0338")  # < and a slash compose to ≮ only after the bracket is folded
    @example("か\u200b\u3099")  # か and ゛ meet once the joiner is gone
    @example("\uffa0\u3164")
    @example("か\0\u3099")
    @example(" \u0308¨")
    def test_twice_is_once(self, text):
        once = normalize(text)
        assert normalize(once) == once
        assert once == once.strip()
        assert unicodedata.is_normalized("NFKC", once)
        assert not any(
            unicodedata.category(c) == "Cc" or c in "\u200b\u3164〈〉【】~" for c in once
        )

    @given(st.text(st.characters(max_codepoint=126)))
    @example("a\tb")
    @example("\x1fa\x7f")
    @example("~ - <>")
    def test_the_fast_path_says_what_the_slow_one_says(self, text):
        slow = normalize("漢" + text)[1:].strip()
        assert normalize(text) == slow

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ""),
            ("\0\u200b\u3164", ""),
            *((f"e{dash}Japan", "e-Japan") for dash in "-‐‑‒–—―−⁃－﹣﹘─━"),
            ("サーバー", "サーバー"),  # ー lengthens a vowel
            ("一覧", "一覧"),  # the numeral 一 is no dash
            ("ｻｰﾊﾞｰ", "サーバー"),
            *((f"5{wave}7", "5〜7") for wave in "~〜～∼∾〰"),
            *((f"{a}案{b}", "[案]") for a, b in ["[]", "［］", "〔〕", "【】", "〖〗", "〚〛"]),
            *((f"{a}案{b}", "<案>") for a, b in ["<>", "＜＞", "〈〉", "⟨⟩"]),
            ("（案）", "(案)"),
            ("「案」『案』《案》", "「案」『案』《案》"),
            ("ＣＩＯ Cio", "CIO Cio"),  # letter case stays
            ("１２３①", "1231"),
            ("戦略Ⅱ", "戦略II"),
            ("平成２１年", "平成21年"),
            ("㍻21年 ㋿元年", "平成21年 令和元年"),
            ("昭和五十八年", "昭和五十八年"),
            ("R3.4", "R3.4"),
            ("か\u3099", "が"),
            ("カ゛", "カ ゙"),  # NFKC of the free-standing mark has a space
            ("葛\U000e0100飾", "葛飾"),  # variation selector
            ("神\ufa19", "神神"),  # compatibility ideograph
            ("国\u00ad・\u200b民\ufeff", "国・民"),
            (" 一\u3000\u3000二\t\n三\x85四\u2028 ", "一 二 三 四"),
            ("髙橋・﨑", "髙橋・﨑"),  # no compatibility forms: people's names stay
        ],
    )
    def test_one_form(self, text, expected):
        assert normalize(text) == expected

    @pytest.mark.parametrize(
        ("text", "place"), [("\ud800", 0), ("電子\udcff政府", 2), ("\ud83d\ude00", 0)]
    )
    def test_lone_surrogate_refused(self, text, place):
        with pytest.raises(
            SettingsError, match=rf"lone surrogate .* at {place} in .*encoding"
        ) as e:
            normalize(text)
        str(e.value).encode()  # the message itself can be printed


class TestSplitTitle:
    @given(st.one_of(ANY, TITLE))
    @example("資料1: (案)")
    @example("「」について")
    @example("「(案)」")
    @example(") (案)")
    def test_nothing_is_lost(self, text):
        parts, title = split_title(text), normalize(text)
        assert parts.head + parts.core + parts.tail == title
        assert bool(parts.core.strip()) == bool(title)
        assert not parts.label or parts.label in parts.head.replace(" ", "")

    @given(TITLE)
    def test_written_wide_or_narrow_is_the_same(self, text):
        wide = text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789-:()"})
        assert split_title(wide) == split_title(text)

    @pytest.mark.parametrize("title", TITLES[::7])
    def test_a_core_holds_no_more_marks(self, title):
        core = split_title(title).core
        assert split_title(core) == ("", core, "", "", ())

    @pytest.mark.parametrize(
        ("text", "label", "core"),
        [
            ("資料1-1:新戦略", "資料1-1", "新戦略"),
            ("資料２−１　新戦略", "資料2-1", "新戦略"),
            ("資料3.新戦略", "資料3", "新戦略"),
            ("資料3.1 新戦略", "資料3.1", "新戦略"),
            ("資料1の2、新戦略", "資料1の2", "新戦略"),
            ("参考資料1:新戦略", "参考資料1", "新戦略"),
            ("別添2 新戦略", "別添2", "新戦略"),
            ("別紙:新戦略", "別紙", "新戦略"),
            ("参考 新戦略", "参考", "新戦略"),
            ("【資料1】 新戦略", "資料1", "新戦略"),
            ("(参考資料 4): 新戦略", "参考資料4", "新戦略"),
            ("資料1:", "", "資料1:"),  # nothing after it: the label is the subject
            ("資料室の整備", "", "資料室の整備"),  # no number, no separator
            ("参考人の招致", "", "参考人の招致"),
            ("添付書類の削減", "", "添付書類の削減"),
            ("新戦略 資料1", "", "新戦略 資料1"),  # a label leads
        ],
    )
    def test_labels(self, text, label, core):
        parts = split_title(text)
        assert (parts.label, parts.core, parts.tail) == (label, core, "")

    @pytest.mark.parametrize(
        ("text", "core", "marks"),
        [
            ("新戦略(案)", "新戦略", "案"),
            ("新戦略（素案）について", "新戦略", "素案"),
            ("新戦略【案】", "新戦略", "案"),
            ("新戦略 ( 案 ) ", "新戦略", "案"),
            ("新戦略(案)(概要)", "新戦略", "案;概要"),  # as printed, from left to right
            ("新戦略について(結果報告)", "新戦略", "結果報告"),
            ("新戦略に関する件(報告)", "新戦略", "報告"),
            (
                "新戦略等について",
                "新戦略等",
                "",
            ),  # 等 may end a word (平等); the tokenizer breaks there
            ("新戦略(仮称)(案)等に関して", "新戦略", "仮称;案"),
            ("新戦略(第2版)", "新戦略(第2版)", ""),  # a version is no mark
            ("新戦略(ガイドライン)", "新戦略(ガイドライン)", ""),
            ("新戦略(骨子案)の策定", "新戦略(骨子案)の策定", ""),  # marks end a title
            ("政府CIO法案", "政府CIO法案", ""),  # a bill, no draft
            ("新戦略案", "新戦略案", ""),
            ("新戦略(法案)", "新戦略(法案)", ""),
            ("中間報告", "中間報告", ""),  # no brackets: the subject
            ("について", "について", ""),
            ("について(案)", "について", "案"),
        ],
    )
    def test_marks(self, text, core, marks):
        parts = split_title(text)
        assert (parts.core, ";".join(parts.marks)) == (core, marks)

    @pytest.mark.parametrize(
        ("text", "head", "core"),
        [
            ("「新戦略」", "「", "新戦略"),
            ("『「新戦略」(案)』について", "『「", "新戦略"),
            ("「「新戦略」の改定について」(案)", "「", "「新戦略」の改定"),
            ("「甲」と「乙」について", "", "「甲」と「乙」"),  # two pairs do not enclose
            ("「甲」及び乙", "", "「甲」及び乙"),
            ("「甲", "", "「甲"),
            ("「甲』", "", "「甲』"),
            ("「」", "", "「」"),
            ("「」「」」", "", "「」「」」"),
            ("(甲)", "", "(甲)"),  # brackets are no quotation marks
            ("資料1:「新戦略」", "資料1:「", "新戦略"),
        ],
    )
    def test_quotation_marks(self, text, head, core):
        parts = split_title(text)
        assert (parts.head, parts.core) == (head, core)

    @pytest.mark.parametrize(
        ("text", "core"),
        [
            ("(案)", "(案)"),
            ("（決定）", "(決定)"),
            ("「(案)」", "(案)"),
            ("資料1: (案)", "(案)"),
            ("(案)について", "(案)"),
        ],
    )
    def test_nothing_but_marks_has_a_core(self, text, core):
        assert split_title(text).core == core

    @given(TITLE)
    @example("(案)")
    def test_a_mark_is_in_the_tail(self, text):
        parts = split_title(text)
        assert all(mark in parts.tail for mark in parts.marks)

    @pytest.mark.parametrize("word", ["男女平等", "雇用均等", "同等", "高等", "対等"])
    def test_a_word_with_the_list_ending_inside_stays_whole(self, word):
        assert split_title(f"{word}について").core == word


class TestSplitTitles:
    def test_table_in_the_order_given(self):
        titles = pd.Series(["新戦略(案)(概要)", "", "資料1:甲について"], index=["a3", "a1", "a2"])
        table = split_titles(titles)
        assert list(table.index) == ["a3", "a1", "a2"]
        assert list(table.columns) == ["head", "core", "tail", "label", "marks"]
        assert table.loc["a3"].tolist() == ["", "新戦略", "(案)(概要)", "", "案;概要"]
        assert table.loc["a2"].tolist() == ["資料1:", "甲", "について", "資料1", ""]
        assert set(map(str, table.dtypes)) == {"str"}

    def test_no_titles(self):
        assert split_titles([]).shape == (0, 5)
        assert set(map(str, split_titles([]).dtypes)) == {"str"}
