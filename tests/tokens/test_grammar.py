import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.tokens.grammar import (
    Token,
    attach_suffixes,
    default_kept_terms,
    default_stop_words,
    drop_counters,
    join_compounds,
    kept_spans,
)
from cio_topics.text import normalize

NONE = frozenset()


def row(*words):
    """Tokens side by side, each written surface/pos1[/pos2[/pos3]]; ` ` leaves a gap."""
    tokens, at = [], 0
    for word in words:
        if word == " ":
            at += 1
            continue
        surface, *pos = word.split("/")
        pos1, pos2, pos3 = (*pos, "*", "*", "*")[:3]
        tokens.append(Token(surface, surface, surface, pos1, pos2, pos3, at, at + len(surface)))
        at += len(surface)
    return tokens


def surfaces(tokens):
    return [token.surface for token in tokens]


class TestLexicon:
    @pytest.mark.parametrize("words", [default_kept_terms(), default_stop_words()])
    def test_hand_written_lists_are_sound(self, words):
        assert len(words) > 10
        assert len(set(words)) == len(words)
        assert [word for word in words if normalize(word) != word or not word] == []

    def test_no_word_is_kept_and_stopped(self):
        assert not set(default_kept_terms()) & set(default_stop_words())


class TestKeptSpans:
    @pytest.mark.parametrize(
        ("text", "terms", "kept"),
        [
            ("", ("電子政府",), []),
            ("電子政府と電子政府", ("電子政府",), ["電子政府", "電子政府"]),
            ("マイナンバーカード", ("マイナンバー", "マイナンバーカード"), ["マイナンバーカード"]),
            ("マイナンバー", ("マイナンバーカード", "マイナンバー"), ["マイナンバー"]),
            ("個人情報銀行", ("情報銀行", "個人情報"), ["個人情報"]),  # the first place wins
            ("e-Japan戦略", (), ["e-Japan"]),
            ("e-Japan2002プログラム", (), ["e-Japan"]),  # digits are no part
            ("EA、CIO補佐官", ("補佐官",), ["EA", "CIO", "補佐官"]),
            ("-a- b--c", (), ["a", "b", "c"]),  # hyphens join only between letters
            ("eガバメント", ("eガバメント",), ["eガバメント"]),
            ("Webガバメント", ("bガバメント",), ["Web"]),  # no term starts inside an ASCII word
            ("政府IT化", ("政府I",), ["IT"]),  # nor ends inside one
            ("政府I", ("政府I",), ["政府I"]),
            ("3C対応", ("C対応",), ["3C"]),
            ("C+戦略", ("C+",), ["C+"]),  # marks of regular expressions mean themselves
            ("業務システム", ("業務.システム",), []),
            ("ﾏｲﾅﾝﾊﾞｰ", ("マイナンバー",), []),  # the text must be normal
            ("マイナンバー", ("ﾏｲﾅﾝﾊﾞｰ",), ["マイナンバー"]),  # the list need not be
            ("電子政府", ("", " "), []),
        ],
    )
    def test_spans(self, text, terms, kept):
        assert [text[start:end] for start, end in kept_spans(text, terms)] == kept

    @given(
        st.text("電子政府aB-1 ", max_size=30),
        st.lists(st.text("電子政aB1", max_size=4), max_size=4),
    )
    def test_spans_never_overlap_and_hold_every_letter(self, text, terms):
        spans = list(kept_spans(text, tuple(terms)))
        assert [place for span in spans for place in span] == sorted(
            place for span in spans for place in span
        )
        assert all(start < end for start, end in spans)
        inside = {place for start, end in spans for place in range(start, end)}
        assert {match.start() for match in re.finditer("[A-Za-z]", text)} <= inside


class TestDropCounters:
    @pytest.mark.parametrize(
        ("tokens", "numbers"),
        [
            (row("第/接頭辞", "2/名詞/数詞", "回/名詞/普通名詞/助数詞可能"), ["2", "回"]),
            (row("三/名詞/数詞", "か/接尾辞/名詞的/助数詞", "年/接尾辞"), ["三", "か", "年"]),
            (row("72/名詞/数詞", "分野/名詞/普通名詞/一般"), ["72"]),
            (row("二/名詞/数詞", "次/接尾辞", "利用/名詞/普通名詞"), ["二", "次"]),
            (row("回/名詞/普通名詞/助数詞可能"), []),  # a counter needs a number
            (row("2/名詞/数詞", " ", "回/名詞/普通名詞/助数詞可能"), ["2"]),  # right before it
            (row("2/名詞/数詞", "等/接尾辞"), ["2"]),  # 等 closes lists of numbers too
        ],
    )
    def test_numbers_and_their_counters(self, tokens, numbers):
        marked = drop_counters(tokens)
        assert [token.surface for token in marked if token.pos1 == "数"] == numbers
        assert [token._replace(pos1="") for token in marked] == [
            token._replace(pos1="") for token in tokens
        ]


class TestAttachSuffixes:
    @pytest.mark.parametrize(
        ("tokens", "joined"),
        [
            (row("責任/名詞", "者/接尾辞"), ["責任者/名詞"]),
            (row("電子/名詞", "化/接尾辞", "率/接尾辞"), ["電子化率/名詞"]),
            (row("安全/形状詞", "性/接尾辞/名詞的"), ["安全性/名詞"]),
            (row("戦略/名詞", "的/接尾辞/形状詞的"), ["戦略的/形状詞"]),
            (row("進め/動詞", "方/接尾辞"), ["進め/動詞", "方/接尾辞"]),  # only nouns
            (row("府省/名詞", "等/接尾辞"), ["府省/名詞", "等/接尾辞"]),
            (row("テーマ/名詞", "別/接尾辞"), ["テーマ/名詞", "別/接尾辞"]),
            (row("責任/名詞", " ", "者/接尾辞"), ["責任/名詞", "者/接尾辞"]),
            (row("者/接尾辞"), ["者/接尾辞"]),
        ],
    )
    def test_suffixes(self, tokens, joined):
        found = attach_suffixes(tokens)
        assert [f"{token.surface}/{token.pos1}" for token in found] == joined
        assert "".join(surfaces(found)) == "".join(surfaces(tokens))
        assert found[-1].end == tokens[-1].end

    def test_every_form_grows(self):
        noun = Token("進み", "ススミ", "進む", "名詞", "普通名詞", "一般", 0, 2)
        suffix = Token("具合", "グアイ", "具合", "接尾辞", "名詞的", "一般", 2, 4)
        expected = Token("進み具合", "ススミ具合", "進む具合", "名詞", "普通名詞", "一般", 0, 4)
        assert attach_suffixes([noun, suffix]) == [expected]


class TestJoinCompounds:
    @pytest.mark.parametrize(
        ("tokens", "stop_words", "joined"),
        [
            ([], NONE, []),
            (row("電子/名詞"), NONE, ["電子"]),
            (row("電子/名詞", "政府/名詞"), NONE, ["電子政府"]),
            (row("電子/名詞", "の/助詞", "政府/名詞"), NONE, ["電子", "の", "政府"]),
            (row("電子/名詞", " ", "政府/名詞"), NONE, ["電子", "政府"]),
            (row("電子/名詞", "2/数", "政府/名詞"), NONE, ["電子", "2", "政府"]),
            (row("府省/名詞", "等/接尾辞", "業務/名詞"), NONE, ["府省", "等", "業務"]),
            (row("第/接頭辞", "電子/名詞", "政府/名詞"), NONE, ["第", "電子政府"]),
            (row("各/接頭辞", "府/名詞", "省/名詞"), NONE, ["各", "府省"]),
            (row("各/接頭辞", "府省/名詞"), NONE, ["各", "府省"]),
            (row("新/接頭辞", "戦略/名詞"), NONE, ["新戦略"]),
            (row("戦略/名詞", "的/接尾辞"), NONE, ["戦略", "的"]),
            (row("分野/名詞", "間/接尾辞", "連携/名詞"), NONE, ["分野間連携"]),  # inside it stays
            (row("検討/名詞", "事項/名詞"), frozenset({"事項"}), ["検討", "事項"]),
            (row("甲/名詞", "事項/名詞", "乙/名詞"), frozenset({"事項"}), ["甲事項乙"]),
            (row("各/接頭辞", "事項/名詞"), frozenset({"事項"}), ["各", "事項"]),  # all trimmed
            (row("よう/形状詞/助動詞語幹", "計画/名詞"), NONE, ["よう", "計画"]),
        ],
    )
    def test_runs(self, tokens, stop_words, joined):
        assert surfaces(join_compounds(tokens, stop_words)) == joined

    def test_a_compound_holds_its_parts_and_place(self):
        tokens = row("各/接頭辞", "電子/名詞", "政府/名詞", "の/助詞")
        whole = join_compounds(tokens, NONE)[1]
        assert whole.parts == tuple(tokens[1:3])
        assert (whole.lemma, whole.display, whole.pos1, whole.pos2) == (
            *("電子政府", "電子政府"),
            *("名詞", "複合"),
        )
        assert (whole.start, whole.end) == (1, 5)

    @given(
        st.lists(
            st.sampled_from(
                ["各/接頭辞", "電子/名詞", "等/接尾辞", "的/接尾辞", "の/助詞", "2/数", " "]
            )
        )
    )
    def test_no_token_is_lost_or_moved(self, words):
        tokens = row(*words)
        joined = join_compounds(tokens, frozenset({"電子"}))
        assert [part for token in joined for part in token.parts or (token,)] == tokens
