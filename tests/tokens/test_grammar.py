import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.tokens import grammar
from cio_topics.tokens.columns import Batch
from cio_topics.tokens.grammar import (
    Phrases,
    attach_suffixes,
    drop_counters,
    join_compound,
    mark_adjectives,
    read_phrase,
)
from cio_topics.tokens.schemes import TokenType
from cio_topics.tokens.token import Token

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


def batch_of(*texts):
    """Return a batch of texts, each a row of tokens."""
    rows, starts, ends, counts, origins = [], [], [], [0], [0]
    for tokens in texts:
        done = 0
        for token in tokens:
            rows.append(TokenType(*token[:6], token.source, " " * (token.start - done)))
            starts.append(origins[-1] + token.start)
            ends.append(origins[-1] + token.end)
            done = token.end
        counts.append(len(rows))
        origins.append(origins[-1] + done + 1)
    codes = np.arange(len(rows), dtype=np.int32)
    places = [np.array(places, dtype=np.int64) for places in (starts, ends, counts, origins)]
    return Batch(codes, *places, rows)


def phrases_of(*texts, pos=("名詞",)):
    """Return the phrases of texts, tokens joined by +."""
    batch = batch_of(*texts)
    places = Phrases(batch.rows, pos, lambda tokens: ()).places(batch)
    return ["+".join(row.surface for row in batch.rows[start:end]) for start, end in places]


class TestMarkAdjectives:
    @pytest.mark.parametrize(
        ("tokens", "kinds"),
        [
            (row("必要/名詞/普通名詞/サ変形状詞可能", "な/助動詞"), "形状詞 助動詞"),
            (row("オープン/名詞/普通名詞/形状詞可能", "な/助動詞"), "形状詞 助動詞"),
            (row("必要/名詞/普通名詞/サ変形状詞可能", "の/助詞"), "名詞 助詞"),
            (row("必要/名詞/普通名詞/サ変形状詞可能", " ", "な/助動詞"), "名詞 助動詞"),
            (row("計画/名詞/普通名詞/サ変可能", "な/助動詞"), "名詞 助動詞"),  # 計画なのだ
            (row("必要/名詞/普通名詞/サ変形状詞可能"), "名詞"),
            ([], ""),
        ],
    )
    def test_before_na(self, tokens, kinds):
        marked = mark_adjectives(tokens)
        assert [token.pos1 for token in marked] == kinds.split()
        assert [t._replace(pos1="") for t in marked] == [t._replace(pos1="") for t in tokens]


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
        assert [t._replace(pos1="") for t in marked] == [t._replace(pos1="") for t in tokens]


class TestAttachSuffixes:
    @pytest.mark.parametrize(
        ("tokens", "joined"),
        [
            (row("責任/名詞", "者/接尾辞"), ["責任者/名詞"]),
            (row("電子/名詞", "化/接尾辞", "率/接尾辞"), ["電子化率/名詞"]),
            (row("安全/形状詞", "性/接尾辞/名詞的"), ["安全性/名詞"]),
            (row("戦略/名詞", "的/接尾辞/形状詞的"), ["戦略的/形状詞"]),
            (row("進め/動詞", "方/接尾辞"), ["進め/動詞", "方/接尾辞"]),  # only nouns
            (row("よう/形状詞/助動詞語幹", "さ/接尾辞"), ["よう/形状詞", "さ/接尾辞"]),
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


class TestJoinCompound:
    @pytest.mark.parametrize(
        ("tokens", "stop_words", "joined"),
        [
            ([], NONE, []),
            (row("電子/名詞"), NONE, ["電子"]),
            (row("電子/名詞", "政府/名詞"), NONE, ["電子政府"]),
            (row("IT/名詞", " ", "戦略/名詞"), NONE, ["IT 戦略"]),  # as printed
            (row("各/接頭辞", "府/名詞", "省/名詞"), NONE, ["各", "府省"]),
            (row("各/接頭辞", "府省/名詞"), NONE, ["各", "府省"]),
            (row("新/接頭辞", "戦略/名詞"), NONE, ["新戦略"]),
            (row("戦略/名詞", "的/接尾辞"), NONE, ["戦略", "的"]),
            (row("分野/名詞", "間/接尾辞", "連携/名詞"), NONE, ["分野間連携"]),  # inside it stays
            (row("検討/名詞", "事項/名詞"), frozenset({"事項"}), ["検討", "事項"]),
            (row("甲/名詞", "事項/名詞", "乙/名詞"), frozenset({"事項"}), ["甲事項乙"]),
            (row("各/接頭辞", "事項/名詞"), frozenset({"事項"}), ["各", "事項"]),  # all trimmed
        ],
    )
    def test_runs(self, tokens, stop_words, joined):
        assert surfaces(join_compound(tokens, stop_words)) == joined

    def test_a_compound_holds_its_parts_and_place(self):
        tokens = row("各/接頭辞", "電子/名詞", "政府/名詞")
        whole = join_compound(tokens, NONE)[1]
        assert whole.parts == tuple(tokens[1:])
        assert whole[:6] == ("電子政府", "電子政府", "電子政府", "名詞", "複合", "")
        assert (whole.start, whole.end, whole.source) == (1, 5, "compound")

    def test_the_printers_space_is_in_the_surface_alone(self):
        (whole,) = join_compound(row("e-Japan/名詞", " ", "戦略/名詞"), NONE)
        assert whole[:3] == ("e-Japan 戦略", "e-Japan戦略", "e-Japan戦略")
        assert whole.end - whole.start == len(whole.surface)

    def test_only_variants_show_another_form(self):
        # A verb's dictionary form would make nonsense of a compound (取り組み → 取り組む計画).
        verbal = Token("取組み", "トリクム", "取り組む", "名詞", "普通名詞", "一般", 0, 3)
        variant = Token("個人番号", "個人番号", "マイナンバー", "名詞", "普通名詞", "一般", 3, 7)
        (whole,) = join_compound([verbal, variant._replace(source="lexicon")], NONE)
        assert whole.display == "取組みマイナンバー"
        assert whole.lemma == whole.surface == "取組み個人番号"


class TestReadPhrase:
    @pytest.mark.parametrize(
        ("tokens", "words"),
        [
            (row("電子/名詞", "化/接尾辞", "率/接尾辞", "目標/名詞"), ["電子化率目標"]),
            (row("必要/名詞/普通名詞/形状詞可能", "な/助動詞"), ["必要", "な"]),
            (row("今後/名詞", "必要/名詞/*/形状詞可能", "な/助動詞"), ["今後必要", "な"]),
            (row("な/名詞"), ["な"]),  # a noun of that form is part of the run
            (row("名/名詞", "な/名詞"), ["名な"]),
            (row("2/名詞/数詞", "次/接尾辞"), ["2", "次"]),
            (row("は/助詞"), ["は"]),
            ([], []),
        ],
    )
    def test_words(self, tokens, words):
        assert surfaces(read_phrase(tokens, NONE)) == words

    def test_units_without_compounds(self):
        tokens = row("電子/名詞", "化/接尾辞", "目標/名詞")
        assert surfaces(read_phrase(tokens, None)) == ["電子化", "目標"]

    @given(
        st.lists(
            st.sampled_from(["各/接頭辞", "電子/名詞", "的/接尾辞", "な/助動詞", "ー/補助記号"]),
            min_size=1,
        )
    )
    def test_no_token_is_lost_or_moved(self, words):
        tokens = row(*words)
        joined = read_phrase(tokens, frozenset({"電子"}))
        parts = [part for token in joined for part in token.parts or (token,)]
        assert parts == read_phrase(tokens, None)
        assert "".join(surfaces(parts)) == "".join(surfaces(tokens))


class TestPhrases:
    @pytest.mark.parametrize(
        ("words", "phrases"),
        [
            ([], []),
            (["電子/名詞", "政府/名詞"], ["電子+政府"]),
            (["電子/名詞", "の/助詞", "政府/名詞"], ["電子", "政府"]),
            (["電子/名詞", " ", "政府/名詞"], ["電子", "政府"]),
            (["電子/名詞", "2/名詞/数詞", "政府/名詞"], ["電子", "2", "政府"]),
            (["2/名詞/数詞", "回/接尾辞", "目/接尾辞", "会議/名詞"], ["2+回+目", "会議"]),
            (["2/名詞/数詞", "0/名詞/数詞", "年/名詞/*/助数詞可能"], ["2", "0+年"]),
            (["2/名詞/数詞", " ", "年/名詞/*/助数詞可能"], ["2", "年"]),
            (["府省/名詞", "等/接尾辞", "業務/名詞"], ["府省", "業務"]),
            (["第/接頭辞", "電子/名詞", "政府/名詞"], ["電子+政府"]),
            (["よう/形状詞/助動詞語幹", "計画/名詞"], ["計画"]),
            (["必要/名詞", "な/助動詞", "知識/名詞"], ["必要+な", "知識"]),
            (["必要/名詞", " ", "な/助動詞"], ["必要"]),
            (["2/名詞/数詞", "な/助動詞"], ["2"]),
            # ・ joins words in katakana, and only right between them.
            (["アクション/名詞", "・/補助記号", "プラン/名詞"], ["アクション+・+プラン"]),
            (["電子/名詞", "・/補助記号", "プラン/名詞"], ["電子", "プラン"]),
            (["アクション/名詞", "・/補助記号", "計画/名詞"], ["アクション", "計画"]),
            (["アクション/名詞", " ", "・/補助記号", "プラン/名詞"], ["アクション", "プラン"]),
            (["アクション/名詞", "・/補助記号", " ", "プラン/名詞"], ["アクション", "プラン"]),
            (["アクション/名詞", "・/補助記号"], ["アクション"]),
            (["・/補助記号", "プラン/名詞"], ["プラン"]),
            (["アクション/動詞", "・/補助記号", "プラン/名詞"], ["プラン"]),
            (["ア/名詞", "・/補助記号", "・/補助記号", "プ/名詞"], ["ア", "プ"]),
            # A stray ー belongs to the word in katakana before it.
            (["サーバ/名詞", "ー/補助記号", "室/名詞"], ["サーバ+ー+室"]),
            (["サーバ/名詞", "ー/補助記号"], ["サーバ+ー"]),
            (["サーバ/名詞", " ", "ー/補助記号"], ["サーバ"]),
            (["電子/名詞", "ー/補助記号"], ["電子"]),
            (["サーバ/名詞", "ー/補助記号", "ー/補助記号"], ["サーバ+ー"]),
            (["サーバ/名詞", "ー/補助記号", "な/助動詞"], ["サーバ+ー+な"]),
            # The space after an ASCII word is the printer's, but not before a name.
            (["e-Japan/名詞", " ", "重点/名詞", "計画/名詞"], ["e-Japan+重点+計画"]),
            (["CIO/名詞", " ", "山田/名詞/固有名詞"], ["CIO", "山田"]),
            (["Web3/名詞", " ", "会議/名詞"], ["Web3", "会議"]),  # the space may be the number's
            (["IT/名詞", " ", " ", "戦略/名詞"], ["IT", "戦略"]),
            (["IT/名詞", " ", "の/助詞"], ["IT"]),
            (["IT/名詞", " ", "2/名詞/数詞"], ["IT", "2"]),
            (["é/名詞", " ", "戦略/名詞"], ["é", "戦略"]),
            (["政府IT/名詞", " ", "戦略/名詞"], ["政府IT+戦略"]),
        ],
    )
    def test_places(self, words, phrases):
        assert phrases_of(row(*words)) == phrases

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (["電子/名詞"], ["政府/名詞"]),
            (["2/名詞/数詞"], ["回/接尾辞"]),
            (["必要/名詞"], ["な/助動詞"]),
            (["サーバ/名詞"], ["ー/補助記号"]),
            (["アクション/名詞", "・/補助記号"], ["プラン/名詞"]),
            (["アクション/名詞"], ["・/補助記号", "プラン/名詞"]),
            (["IT/名詞"], [" ", "戦略/名詞"]),  # no normal text starts so
        ],
    )
    @pytest.mark.parametrize("between", [[], [[]], [[], []]])
    def test_no_phrase_crosses_texts(self, first, second, between):
        texts = [row(*first), *between, row(*second)]
        apart = [*phrases_of(texts[0]), *phrases_of(texts[-1])]
        assert phrases_of(*texts) == apart

    def test_words_of_other_parts_of_speech_are_phrases_of_their_own(self):
        tokens = row("進め/動詞", "方/接尾辞", "を/助詞", "考える/動詞")
        assert phrases_of(tokens) == ["方"]
        assert phrases_of(tokens, pos=("動詞",)) == ["進め", "方", "考える"]

    def test_equal_phrases_are_read_once(self, monkeypatch):
        seen = []

        def read(tokens):
            seen.append("+".join(surfaces(tokens)))
            return tuple(surfaces(tokens))

        batch = batch_of(row("電子/名詞", "の/助詞"), [], row("政府/名詞"))
        batch.codes[2] = 0  # 電子 again
        phrases = Phrases(batch.rows, ("名詞",), read)
        found, counts = phrases.read(batch)
        assert (found, counts.tolist(), seen) == (["電子", "電子"], [1, 0, 1], ["電子"])
        monkeypatch.setattr(grammar, "KNOWN", 0)
        assert phrases.read(batch)[0] == found
        assert seen == ["電子", "電子"]  # forgotten in between
