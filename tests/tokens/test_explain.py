"""Every word of a title, and why it is a term or none. Titles here are invented."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer
from cio_topics.tokens.explain import PARTS_OF_SPEECH, SOURCES, Explained, explain
from tests.tokens.test_tokenizer import ANY, assert_whole

TITLES = list(read_example().items["title"])
TOKENIZERS = st.builds(
    Tokenizer,
    compounds=st.sampled_from(["both", "long", "short"]),
    form=st.sampled_from(["display", "surface", "lemma"]),
    pos=st.sampled_from([("名詞",), ("名詞", "動詞", "接頭辞"), ("形状詞",), ()]),
    min_length=st.integers(0, 4),
    core_only=st.booleans(),
    stop_words=st.sampled_from([None, (), ("電子", "計画", "電子政府計画")]),
)


def units(rows: list[Explained]) -> list[Explained]:
    return [row for row in rows if row.source != "compound"]


class TestLaws:
    """A false explanation is worse than none: it must be what the tokenizer does."""

    @given(ANY, TOKENIZERS)
    @example("「 電子政府」", Tokenizer())  # the core begins with a space
    @example("資料1 計画 (案) について", Tokenizer())  # the tail does
    @example("(案)", Tokenizer())  # nothing but a mark
    def test_terms_are_those_of_the_tokenizer(self, text, tokenizer):
        rows = explain(text, tokenizer)
        assert [row.term for row in rows if row.term] == tokenizer(text)

    @given(ANY, TOKENIZERS)
    @example("「 電子政府」", Tokenizer())
    @example("資料1 計画 (案) について", Tokenizer())
    @example("電子計画", Tokenizer(compounds="short"))
    def test_units_are_the_whole_title(self, text, tokenizer):
        assert_whole(units(explain(text, tokenizer)), normalize(text))

    @given(ANY, TOKENIZERS)
    def test_a_word_is_a_term_or_has_a_reason_in_both_languages(self, text, tokenizer):
        for row in explain(text, tokenizer):
            assert bool(row.term) != bool(row.reason)
            assert bool(row.reason) == bool(row.reason_ja)

    @given(ANY, TOKENIZERS)
    def test_a_compound_stands_before_its_units(self, text, tokenizer):
        whole, at = None, 0
        for row in explain(text, tokenizer):
            if row.source == "compound":
                assert whole is None or at == whole.end
                assert row.surface == normalize(text)[row.start : row.end]
                whole, at = row, row.start
            elif row.compound:
                assert row.compound == whole.surface
                assert row.start >= at
                at = row.end
                assert at <= whole.end
            else:
                assert whole is None or row.start >= whole.end

    @pytest.mark.parametrize("dictionary", ["unidic-lite", "ipadic", "sudachi-c"])
    def test_every_dictionary_and_the_whole_corpus(self, dictionary):
        for compounds in ("both", "long", "short"):
            tokenizer = Tokenizer(compounds=compounds, dictionary=dictionary)
            for title in TITLES[::3]:
                rows = explain(title, tokenizer)
                assert [row.term for row in rows if row.term] == tokenizer(title)
                assert {row.source for row in rows} <= set(SOURCES)
                for row in rows:
                    assert row.pos1_en == PARTS_OF_SPEECH[row.pos1]


REASONS = [
    # title, settings, surface, reason, reason in Japanese
    ("資料1-1:「計画」について", {}, "資料", "label 資料1-1", "資料番号「資料1-1」"),
    ("資料1-1:「計画」について", {}, ":", "label 資料1-1", "資料番号「資料1-1」"),
    ("資料1-1:「計画」について", {}, "「", "quotation mark around the title", "題名全体を囲む括弧"),
    ("資料1-1:「計画」について", {}, "」", "quotation mark around the title", "題名全体を囲む括弧"),
    ("計画(案)の策定(案)", {}, "(", "punctuation or symbol", "記号"),  # the first is inside the core
    ("計画(報告書案)(案)について", {}, "報告書", "mark 報告書案", "表記「報告書案」"),
    ("計画(案)について", {}, "に", "ending such as について", "「について」などの文末"),
    ("計画の策定に関する件", {}, "関する", "ending such as について", "「について」などの文末"),
    ("計画の策定に関する件", {"core_only": False}, "関する", "part of speech not wanted", "対象外の品詞"),
    ("計画の策定に関する件", {"core_only": False}, "件", "stop word; shorter than 2 characters", "不要語、2文字未満"),
    ("計画の策定に関する件", {"core_only": False, "min_length": 1}, "件", "stop word", "不要語"),
    ("計画2010の評価", {}, "2010", "number", "数"),
    ("72分野の連携", {}, "72", "number", "数"),
    ("第2回電子政府会議", {}, "回", "counter after a number", "数の後の助数詞"),
    ("必要な施策", {}, "必要", "adjective before な", "「な」の前の形容動詞"),
    ("オープンな施策", {}, "オープン", "adjective before な", "「な」の前の形容動詞"),
    ("電子化可能な施策", {}, "可能", "adjective before な", "「な」の前の形容動詞"),  # in a compound
    ("総合的施策", {"min_length": 6}, "施策", "shorter than 6 characters", "6文字未満"),
    ("計画の策定", {}, "の", "part of speech not wanted", "対象外の品詞"),
    ("計画の策定", {"pos": ("動詞",)}, "計画", "part of speech not wanted", "対象外の品詞"),
    ("計画・策定", {}, "・", "punctuation or symbol", "記号"),
    ("平成の計画", {}, "平成", "stop word", "不要語"),
    ("平成の計画", {"lexicon": Lexicon()}, "平成", "", ""),
    ("電子行政計画", {"compounds": "long"}, "計画", "part of a compound (compounds: long)", "複合語の一部(compounds: long)"),
    ("電子行政計画", {"compounds": "short"}, "電子行政計画", "compound (compounds: short)", "複合語(compounds: short)"),
    ("電子行政計画", {"stop_words": ("電子行政計画",)}, "電子行政計画", "stop word", "不要語"),
    ("電子行政計画", {"pos": ("動詞",)}, "電子行政計画", "part of speech not wanted", "対象外の品詞"),
    (
        "今後電子行政計画",
        {},
        "今後",
        "stop word; cut off the compound 電子行政計画",
        "不要語、複合語「電子行政計画」の端から除外",
    ),
    # Both of two words are left out.
    (
        "両各電子行政計画",
        {},
        "両",
        "part of speech not wanted; cut off the compound 電子行政計画",
        "対象外の品詞、複合語「電子行政計画」の端から除外",
    ),
    (
        "電子行政計画別",
        {},
        "別",
        "shorter than 2 characters; cut off the compound 電子行政計画",
        "2文字未満、複合語「電子行政計画」の端から除外",
    ),
    # Nothing is cut off where no compound is wanted, or none is left.
    ("今後電子行政計画", {"compounds": "short"}, "今後", "stop word", "不要語"),
    ("各計画", {}, "各", "part of speech not wanted", "対象外の品詞"),
    # Neither の nor 第 was ever a part.
    ("今後の電子行政計画", {}, "今後", "stop word", "不要語"),
    ("第電子行政計画", {}, "第", "part of speech not wanted", "対象外の品詞"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "settings", "surface", "reason", "reason_ja"), REASONS)
def test_reasons(title, settings, surface, reason, reason_ja):
    (row, *_) = [row for row in explain(title, Tokenizer(**settings)) if row.surface == surface]
    assert (row.reason, row.reason_ja) == (reason, reason_ja)


def test_columns_of_a_variant_in_a_compound():
    card, number, plain = explain("個人番号カード", Tokenizer())
    assert card == Explained(
        start=0,
        end=7,
        surface="個人番号カード",
        display="マイナンバーカード",
        lemma="個人番号カード",
        pos1="名詞",
        pos1_en="noun",
        source="compound",
        compound="",
        term="マイナンバーカード",
        reason="",
        reason_ja="",
    )
    assert (number.surface, number.source, number.term) == ("個人番号", "lexicon", "マイナンバー")
    assert (plain.lemma, plain.source, plain.compound) == (
        "カード-card",
        "dictionary",
        card.surface,
    )


@pytest.mark.parametrize(
    ("title", "surface", "source"),
    [
        ("e-Japan 戦略", "e-Japan", "latin"),
        ("CIO の会議", "CIO", "lexicon"),  # listed, and an ASCII word
        ("ゔぇにゅ", "ゔぇにゅ", "unknown"),
    ],
)
def test_sources(title, surface, source):
    assert {row.surface: row.source for row in explain(title, Tokenizer())}[surface] == source


def test_a_title_without_characters_has_no_rows():
    assert explain(" \u200b", Tokenizer()) == []


def test_a_setting_that_is_not_allowed_is_refused():
    with pytest.raises(SettingsError, match="expected one of: long, short, both"):
        explain("計画", Tokenizer(compounds="none"))
