import copy
import pickle
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cio_topics.errors import LexiconError
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer


def kept(text, *terms):
    return [text[span.start : span.end] for span in Lexicon(terms).spans(text)]


TEXTS = st.text("電子政府aB-1 \n", max_size=30)
TERMS = st.lists(st.text("電子政aB1- ", min_size=1, max_size=4).filter(str.strip), max_size=5)


class TestEmbedded:
    def test_hand_written_lists_are_sound(self):
        lexicon = read_lexicon()
        for words in (lexicon.never_split, lexicon.stop_words, tuple(lexicon.variants)):
            assert len(words) > 10
            assert len(set(words)) == len(words)
            assert [word for word in words if normalize(word) != word or not word] == []
        # These are whole in order to be stopped.
        assert set(lexicon.names) & set(lexicon.stop_words) == {"元年", "元年度"}
        assert lexicon.version

    def test_every_form_leads_to_its_name(self):
        names = read_lexicon().names
        assert names["個人番号"] == names["マイナンバー"] == "マイナンバー"
        assert names["EA"] == "エンタープライズ・アーキテクチャ"
        assert all(names[name] == name for name in names.values())
        assert names["電子政府"] == "電子政府"


class TestSpans:
    @pytest.mark.parametrize(
        ("text", "terms", "places"),
        [
            ("", ["電子政府"], []),
            ("電子政府と電子政府", ["電子政府"], ["電子政府", "電子政府"]),
            ("マイナンバーカード", ["マイナンバー", "マイナンバーカード"], ["マイナンバーカード"]),
            ("マイナンバー", ["マイナンバーカード", "マイナンバー"], ["マイナンバー"]),
            ("個人情報銀行", ["情報銀行", "個人情報"], ["個人情報"]),  # the first place wins
            ("甲乙丙丁", ["乙丙", "甲乙丙", "丙丁"], ["甲乙丙"]),  # and its longest term
            ("甲乙丙丁", ["甲乙", "乙丙丁", "丙丁"], ["甲乙", "丙丁"]),
            ("e-Japan戦略", [], ["e-Japan"]),
            ("e-Japan2002プログラム", [], ["e-Japan"]),  # digits are no part
            ("5GとIPv6、Web3と2021e", [], ["5G", "IPv6", "Web3", "e"]),  # but for one
            ("12C4", [], ["C4"]),
            ("A-1B", [], ["A", "1B"]),
            ("EA、CIO補佐官", ["補佐官"], ["EA", "CIO", "補佐官"]),
            ("-a- b--c", [], ["a", "b", "c"]),  # hyphens join only between letters
            ("eガバメント", ["eガバメント"], ["eガバメント"]),
            ("e-Japan", ["e", "e-J", "Japan"], ["e-Japan"]),  # the longest, listed or not
            ("Webガバメント", ["bガバメント"], ["Web"]),  # no term starts inside an ASCII word
            ("政府IT化", ["政府I"], ["IT"]),  # nor ends inside one
            ("政府I", ["政府I"], ["政府I"]),
            ("3C対応", ["C対応"], ["3C"]),
            ("対応33", ["対応3"], []),  # nor inside a number
            ("33対応", ["3対応"], []),
            ("新e-Japan戦略", ["新e", "新e-", "-Japan戦略"], ["e-Japan"]),  # a hyphen is inside
            ("C+戦略", ["C+"], ["C+"]),  # marks of regular expressions mean themselves
            ("業務システム", ["業務.システム"], []),
            ("ﾏｲﾅﾝﾊﾞｰ", ["マイナンバー"], []),  # the text must be normal
            ("マイナンバー", ["ﾏｲﾅﾝﾊﾞｰ"], ["マイナンバー"]),  # the list need not be
            ("電子\n政府", ["電子政府"], []),  # texts joined by newlines stay apart
            ("IT\n戦略", ["IT 戦略"], ["IT"]),
            ("IT 戦略", ["IT 戦略"], ["IT 戦略"]),
            ("𠮷野😀家", ["野😀", "家"], ["野😀", "家"]),  # places count characters
        ],
    )
    def test_what_is_kept(self, text, terms, places):
        assert kept(text, *terms) == places

    def test_names(self):
        lexicon = Lexicon(("IT",), {"個人番号": "マイナンバー"})
        assert lexicon.spans("CIOとITの個人番号とマイナンバー") == [
            (0, 3, ""),
            (4, 6, "IT"),  # a listed term that is an ASCII word
            (7, 11, "マイナンバー"),
            (12, 18, "マイナンバー"),
        ]
        assert list(zip(*lexicon.places("ITの個人番号"), strict=True)) == lexicon.spans(
            "ITの個人番号"
        )

    @given(TEXTS, TERMS)
    @example("電子政府", ["電子", "子政府", "府"])
    @example("33電子a-B", ["3電", "電子a", "子a-", "3電子"])
    def test_equal_to_brute_force(self, text, terms):
        """The first place, there the longest; no ASCII word and no number is cut."""
        latin = r"(?:(?<![0-9])[0-9])?[A-Za-z]+(?:-[A-Za-z]+)*(?:[0-9](?![0-9]))?"
        words = {match.start(): match.end() for match in re.finditer(latin, text)}
        uncut = {place for start, end in words.items() for place in range(start + 1, end)}
        uncut |= {m.start() for m in re.finditer(r"(?<=[A-Za-z0-9])(?=[A-Za-z0-9])", text)}
        expected, at = [], 0
        while at < len(text):
            places = [at + len(term) for term in map(normalize, terms) if text.startswith(term, at)]
            ends = [end for end in places if not {at, end} & uncut]
            end = max([*ends, words.get(at, 0)])
            if end:
                expected.append((at, end))
            at = end or at + 1
        assert [(start, end) for start, end, _ in Lexicon(terms).spans(text)] == expected

    @given(TEXTS, TERMS)
    def test_every_letter_is_kept(self, text, terms):
        inside = {place for span in Lexicon(terms).spans(text) for place in range(*span[:2])}
        assert {match.start() for match in re.finditer("[A-Za-z]", text)} <= inside


class TestLexicon:
    def test_forms_are_normal(self):
        lexicon = Lexicon(("ﾏｲﾅﾝﾊﾞｰ",), {"ＩＣＴ": "ＩＴ"}, ("　等",))
        assert dict(lexicon.names) == {"マイナンバー": "マイナンバー", "ICT": "IT", "IT": "IT"}
        assert lexicon.stop_words == ("等",)

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"never_split": ("",)}, "an empty term.*削除してください"),
            ({"never_split": ("\u3000",)}, "an empty term"),
            ({"variants": {"": "IT"}}, "an empty term"),
            ({"variants": {"ICT": "\u200b"}}, "an empty term"),
            ({"stop_words": ("等", " ")}, "an empty stop word"),
            ({"variants": {"ICT": "IT", "ＩＣＴ": "EA"}}, "'ICT' stands for 'IT' and for 'EA'"),
            ({"variants": {"b": "c", "a": "b"}}, "stands for 'b'"),  # b is no preferred form
            ({"variants": {"a": "b", "b": "a"}}, "stands for"),
        ],
    )
    def test_refused(self, given, message):
        with pytest.raises(LexiconError, match=message):
            Lexicon(**given)

    def test_a_preferred_form_is_no_variant(self):
        with pytest.raises(LexiconError, match="'b' stands for"):
            Lexicon(variants={"a": "b", "b": "c"})

    @pytest.mark.parametrize("name", ["never_split", "stop_words"])
    def test_a_text_is_no_list(self, name):
        with pytest.raises(LexiconError):
            Lexicon(**{name: "電子政府"})

    @pytest.mark.parametrize(
        "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
    )
    @pytest.mark.parametrize(
        "lexicon", [Lexicon(), read_lexicon(), Lexicon(["A"], {"b": "c"}, ["d"], "1")]
    )
    def test_copies_are_equal(self, lexicon, copied):
        other = copied(lexicon)
        assert other == lexicon
        assert hash(other) == hash(lexicon)
        assert (other.version, dict(other.names)) == (lexicon.version, dict(lexicon.names))
        assert other.spans("b個人番号") == lexicon.spans("b個人番号")

    def test_different_ones_are_not_equal(self):
        every = [
            Lexicon(), Lexicon(("A",)), Lexicon((), {"A": "B"}), Lexicon((), {"A": "C"}),
            Lexicon((), {}, ("A",)), Lexicon(version="2"),
        ]  # fmt: skip
        assert len(set(every)) == len(every)

    def test_equal_ones_have_equal_hashes(self):
        one, other = Lexicon((), {"a": "x", "b": "x"}), Lexicon((), {"b": "x", "a": "x"})
        assert one != other or hash(one) == hash(other)

    def test_nobody_alters_it(self):
        terms, variants = ["A"], {"b": "c"}
        lexicon = Lexicon(terms, variants)
        terms.append("D")
        variants["e"] = "f"
        assert set(lexicon.names) == {"A", "b", "c"}
        with pytest.raises(AttributeError):
            lexicon.version = "3"
        with pytest.raises(TypeError):
            lexicon.names["x"] = "y"
        with pytest.raises(TypeError):
            lexicon.variants["x"] = "y"


class TestVariants:
    @given(
        st.lists(
            st.sampled_from(["個人番号", "マイナンバー", "EA", "情報通信技術", "の", "、", " "]),
            max_size=8,
        )
    )
    def test_a_variant_is_traced_to_where_it_is_printed(self, words):
        text = normalize("".join(words))
        names = read_lexicon().names
        tokens = [part for token in Tokenizer().tokens(text) for part in token.parts or (token,)]
        traced = [token for token in tokens if token.source == "lexicon"]
        assert [token.surface for token in traced] == [
            text[span.start : span.end] for span in read_lexicon().spans(text) if span.name
        ]
        for token in traced:
            assert text[token.start : token.end] == token.surface == token.lemma
            assert token.display == names[token.surface]

    def test_forms_of_a_term(self):
        text = "個人番号カード及びマイナンバー"
        for form, terms in {
            "display": ["マイナンバーカード", "マイナンバー"],
            "surface": ["個人番号カード", "マイナンバー"],
            "lemma": ["個人番号カード", "マイナンバー"],
        }.items():
            assert Tokenizer(compounds="long", form=form)(text) == terms
