import csv
import multiprocessing
import pickle
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer, dictionary_version

LONG, SHORT, BOTH = (Tokenizer(compounds=name) for name in ("long", "short", "both"))
KEPT = tuple(read_lexicon().names)
TITLES = read_example().items.set_index("item_id")["title"]

with (Path(__file__).parent / "gold_terms.csv").open(encoding="utf-8", newline="") as file:
    EVERY_GOLD = list(csv.DictReader(file))
GOLD = [row for row in EVERY_GOLD if row["split"] == "tuned"]

KANJI = re.compile(r"[\u3400-\u9fff々]+")

SHORT_TERMS = {
    "a8d30d3751e": "電子政府 構築 計画 策定",
    "a12000a1489": "内部 管理 業務 業務 見直し 方針",
    "a189889492f": "人事 給与 業務・システム 最適化 計画",
    "a13b0b28eb8": "独立行政法人 業務・システム 最適化 実現 方策",
    "acb9f96c7db": "電子政府 ユーザビリティ ガイドライン 策定",
    "a1af341f651": "情報 セキュリティ 基本 計画",
    "a7c6efffa3a": "府省 CIO CIO 連絡 会議",
    "a383f46c49e": "日本 オープンデータ 憲章 アクションプラン",
    "a457564dce3": "世界 最先端 IT 国家 創造 宣言",
    "aed0c11c3f8": "デジタル・ガバメント 推進 標準 ガイドライン",
    "a6c35175f1c": "政府 CIO 法案 概要",
    "a9a51e34664": "公共 相互 連携 分野 分野 連携 基盤 検討 状況",
    "a0c886e37a8": "DFFT 具体化 取組",
    "a6667b52511": "マイナポータル API マイナンバーカード 普及 利活用 検討",
    "a38e6738e40": "地方自治体 事例 紹介 提案",
    "a62f03de398": "e-Japan 戦略 II",
}

# Any Unicode, with what Japanese text is made of drawn more often.
ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from('電子政府計画のをア゛ーｱｶﾞＡa1第二 \t\0\u200b\u3000😀👨‍👩‍👧🇯🇵",・等'),
    ),
    max_size=60,
)


def written(title):
    """Terms as the gold table has them: as written, without the printer's spaces."""
    terms = Tokenizer(compounds="long", form="surface")(title)
    return [term.replace(" ", "") for term in terms]


class TestGold:
    def test_rows_are_items_of_the_corpus(self):
        assert len(EVERY_GOLD) >= 150
        assert len({row["item_id"] for row in EVERY_GOLD}) == len(EVERY_GOLD)
        assert {row["item_id"]: row["title"] for row in EVERY_GOLD} == TITLES[
            [row["item_id"] for row in EVERY_GOLD]
        ].to_dict()

    def test_no_meeting_and_no_title_is_on_both_sides(self):
        meetings = read_example().items.set_index("item_id")["meeting_id"]
        tuned, held_out = (
            {
                text
                for row in EVERY_GOLD
                if row["split"] == split
                for text in (meetings[row["item_id"]], row["title"])
            }
            for split in ("tuned", "held-out")
        )
        assert tuned
        assert held_out
        assert not tuned & held_out

    def test_every_body_is_there(self):
        corpus = read_example()
        bodies = corpus.agenda().set_index("item_id")["body"]
        assert {bodies[row["item_id"]] for row in EVERY_GOLD} == set(bodies)
        assert set(SHORT_TERMS) <= {row["item_id"] for row in GOLD}

    @pytest.mark.parametrize("row", GOLD, ids=lambda row: row["item_id"])
    def test_long(self, row):
        assert written(row["title"]) == row["terms"].split()

    def test_long_on_titles_that_were_held_out(self):
        rows = [row for row in EVERY_GOLD if row["split"] == "held-out"]
        found = [Counter(written(row["title"])) for row in rows]
        coded = [Counter(row["terms"].split()) for row in rows]
        right = sum((f & c).total() for f, c in zip(found, coded, strict=True))
        assert 2 * right / sum(c.total() for c in [*found, *coded]) >= 0.95

    @pytest.mark.parametrize(("item", "terms"), SHORT_TERMS.items())
    def test_short(self, item, terms):
        assert SHORT(TITLES[item]) == terms.split()

    @pytest.mark.parametrize("title", TITLES[::9])
    def test_both_is_long_and_the_parts(self, title):
        both = BOTH(title)
        assert set(both) == set(LONG(title)) | set(SHORT(title))
        assert len(both) >= max(len(LONG(title)), len(SHORT(title)))


def assert_whole(tokens, normal):
    """Assert that tokens lie in the normalized text, in order, and leave out only spaces."""
    at = 0
    for token in tokens:
        assert token.surface == normal[token.start : token.end]
        assert at <= token.start < token.end
        assert normal[at : token.start].strip() == ""
        at = token.end
    assert normal[at:].strip() == ""


class TestPlaces:
    @given(ANY)
    @example("a\u3000ｶﾞ「電子 政府」😀 第２回")
    @example('"電子,政府"')  # quoted fields of the dictionary
    @example("Ð電子Ð")  # white space to some dictionaries
    @example("")
    def test_tokens_are_the_text(self, text):
        for tokenizer in (LONG, SHORT):
            assert_whole(tokenizer.tokens(text), normalize(text))

    @given(ANY)
    def test_compounds_are_their_parts(self, text):
        joined = LONG.tokens(text)
        assert [part for token in joined for part in token.parts or (token,)] == SHORT.tokens(text)
        for token in joined:
            assert "".join(part.surface for part in token.parts) in (
                "",
                token.surface.replace(" ", ""),
            )

    @pytest.mark.parametrize(
        "piece", ["電子政府構築計画と", "あ", "漢", "ｱ", "😀", "第2回 ", "マイナンバー"]
    )
    def test_twenty_thousand_characters(self, piece):
        text = piece * (20_000 // len(piece))
        assert_whole(LONG.tokens(text), normalize(text))

    def test_tokens_of_one_text_survive_the_next(self):
        first = SHORT.tokens("東京の電子政府")
        before = [tuple(token) for token in first]
        for text in ("機動的で柔軟な評価", "進め方", "😀"):
            SHORT.tokens(text)
        assert [tuple(token) for token in first] == before
        assert [token.surface for token in first] == ["東京", "の", "電子政府"]
        assert (first[0].lemma, first[0].pos2) == ("トウキョウ", "固有名詞")

    def test_unknown_words_have_their_surface_as_lemma(self):
        (token,) = SHORT.tokens("ヌルポガッ")
        assert token.lemma == token.display == token.surface


# No letters or digits of ASCII (eガバメント does not start inside 2e…), no part of a kept term.
AROUND = st.text("のをは、。「」😀第 一二あ", max_size=6)


class TestKeptTerms:
    # A term of kanji alone may be no word between other kanji (法案 in 方法案).
    @pytest.mark.parametrize("term", sorted(t for t in KEPT if not KANJI.fullmatch(t)))
    @settings(max_examples=8)
    @given(before=AROUND, after=AROUND)
    def test_never_split(self, term, before, after):
        text = before + term + after
        start = len(normalize(before + "|")) - 1 if before.strip() else 0
        end = start + len(term)
        assert normalize(text)[start:end] == term
        tokens = SHORT.tokens(text)
        inner = {token.start for token in tokens} | {token.end for token in tokens}
        assert not inner & set(range(start + 1, end))

    @given(st.sampled_from(KEPT), st.sampled_from(TITLES.tolist()))
    def test_is_one_token_beside_a_title(self, term, title):
        assert term in [token.surface for token in SHORT.tokens(f"{title}。{term}。{title}")]

    def test_own_terms_replace_the_embedded_ones(self):
        text = "電子政府構築計画"
        own = Tokenizer(compounds="short", lexicon=Lexicon(never_split=("構築計画",)))
        assert own(text) == ["電子", "政府", "構築計画"]
        assert Tokenizer(compounds="short", lexicon=Lexicon())(text) == [
            "電子",
            "政府",
            "構築",
            "計画",
        ]

    def test_a_span_across_the_dictionarys_words_is_kept_too(self):
        tokenizer = Tokenizer(compounds="short", lexicon=Lexicon(never_split=("子政", "ンライ")))
        # Of kanji alone it is no word; MeCab knows better.
        assert [token.surface for token in tokenizer.tokens("電子政府")] == ["電子", "政府"]
        assert [token.surface for token in tokenizer.tokens("オンライン")] == ["オ", "ンライ", "ン"]

    @pytest.mark.parametrize("text", ["実施方法案の検討", "司法案件の管理"])  # invented titles
    def test_a_kept_term_is_no_part_of_other_words(self, text):
        assert "法案" not in [token.surface for token in SHORT.tokens(text)]

    def test_a_list_does_as_well(self):
        assert Tokenizer(lexicon=Lexicon(never_split=["構築計画"]))("構築計画") == ["構築計画"]

    @pytest.mark.parametrize("word", ["5G", "IPv6", "Web3"])
    def test_a_latin_word_with_a_digit_is_one_term(self, word):
        assert LONG(f"{word}の普及") == [word, "普及"]  # invented titles


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "text", "terms"),
        [
            ({}, "電子政府構築計画", ["電子政府構築計画", "電子政府", "構築", "計画"]),
            ({"compounds": "long"}, "電子政府構築計画", ["電子政府構築計画"]),
            ({"compounds": "short"}, "計画の計画", ["計画", "計画"]),  # as often as they occur
            ({"pos": ("動詞",)}, "着実に進めた", ["進める"]),
            ({"pos": ("動詞",), "form": "surface"}, "着実に進めた", ["進め"]),
            ({"pos": ("動詞",), "form": "lemma"}, "着実に進めた", ["進める"]),
            ({"form": "lemma"}, "東京", ["トウキョウ"]),
            ({"form": "lemma"}, "東京会議", ["東京会議", "トウキョウ", "会議"]),
            ({"pos": ("名詞", "形状詞")}, "柔軟な評価", ["柔軟", "評価"]),
            ({"pos": ()}, "電子政府", []),
            ({"min_length": 1}, "国の計画", ["国", "計画"]),
            ({"min_length": 2}, "国の計画", ["計画"]),
            ({"min_length": 3}, "電子政府構築計画", ["電子政府構築計画", "電子政府"]),
            ({"min_length": 99}, "電子政府構築計画", []),
            ({"stop_words": ("計画",)}, "電子政府計画", ["電子政府"]),  # trimmed and left out
            ({"stop_words": ("構築",)}, "電子政府構築計画", ["電子政府構築計画", "電子政府", "計画"]),
            ({"stop_words": ()}, "検討事項", ["検討事項", "検討", "事項"]),
            ({}, "検討事項", ["検討"]),
            ({"stop_words": ("取組",)}, "DX取り組みの推進", ["DX", "推進"]),  # in its preferred form
            ({"stop_words": ("ＤＸ",)}, "DXの推進", ["推進"]),  # need not be normal
            ({"compounds": "long"}, "令和元年度補正予算", ["補正予算"]),
            ({"compounds": "long"}, "平成20年度末", []),
            ({"compounds": "long"}, "第三者委員会と三位一体改革", ["第三者委員会", "三位一体改革"]),
            ({}, "資料1-1:新戦略(決定)について", ["新戦略", "戦略"]),
            ({"core_only": False}, "資料1:戦略(決定)", ["資料", "戦略", "決定"]),
            ({}, "", []),
            ({}, "、。・", []),
        ],
    )  # fmt: skip
    def test_each_does_what_it_says(self, settings, text, terms):
        assert Tokenizer(**settings)(text) == terms

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"compounds": "none"}, "compounds is 'none'; expected one of: .*both"),
            ({"compounds": None}, "compounds is 'None'"),
            ({"form": "reading"}, "form is 'reading'; expected one of: surface, lemma, display"),
            (
                {"pos": ("名詞", "noun")},
                "unknown part of speech 'noun'; expected some of: 名詞, 動詞",
            ),
            ({"stop_words": "計画"}, "stop_words is the text '計画'; expected a tuple of texts"),
            ({"pos": "動詞"}, "pos is the text '動詞'; expected a tuple of texts"),
            ({"min_length": -1}, "min_length is '-1'; expected a whole number from 0"),
            ({"min_length": "x"}, "min_length is 'x'"),
            ({"lexicon": "my.toml"}, "lexicon is 'my.toml'; expected a Lexicon"),
            ({"dictionary": None}, "dictionary is 'None'; expected a name or a folder"),
        ],
    )
    @pytest.mark.parametrize("method", ["__call__", "tokens"])
    def test_unknown_ones_are_refused_when_used(self, settings, message, method):
        tokenizer = Tokenizer(**settings)  # the constructor only stores
        with pytest.raises(SettingsError, match=message):
            getattr(tokenizer, method)("電子政府")

    @pytest.mark.parametrize("method", ["stream", "term_batches", "columns"])
    def test_one_text_is_no_list_of_texts(self, method):
        with pytest.raises(SettingsError, match="got the text '電子政府'; expected an iterable"):
            list(getattr(Tokenizer(), method)("電子政府"))

    def test_the_manifest_names_the_embedded_lists(self):
        settings = Tokenizer(stop_words=("計画",)).settings()
        assert settings["lexicon"] == "embedded 2"
        assert settings["stop_words"] == ("計画",)
        assert set(settings) == set(Tokenizer().get_params()) - {"cache"}  # changes no result

    def test_dictionary_version(self):
        name, version = dictionary_version().split()
        assert name == "unidic-lite"
        assert version[0].isdigit()


TEXTS = TITLES.tolist()[:40]


def terms_of(tokenizer, texts):
    return [tokenizer(text) for text in texts]


class TestEstimator:
    def test_clone_and_parameters(self):
        tokenizer = Tokenizer(compounds="short", min_length=3, stop_words=("計画",))
        copy = clone(tokenizer)
        assert copy is not tokenizer
        assert copy.get_params() == tokenizer.get_params()
        assert copy.set_params(compounds="long") is copy
        assert (copy.compounds, tokenizer.compounds) == ("long", "short")
        with pytest.raises(ValueError, match="Invalid parameter 'compound'"):
            tokenizer.set_params(compound="long")

    def test_pickle_before_and_after_use(self):
        tokenizer = Tokenizer(compounds="short")
        fresh = pickle.dumps(tokenizer)
        expected = terms_of(tokenizer, TEXTS)
        used = pickle.dumps(tokenizer)
        assert used == fresh  # settings only
        assert terms_of(pickle.loads(fresh), TEXTS) == expected

    def test_threads(self):
        expected = [BOTH(text) for text in TEXTS * 5]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(BOTH, TEXTS * 5)) == expected

    def test_processes(self):
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            assert pool.map(BOTH, TEXTS[:6], chunksize=3) == terms_of(BOTH, TEXTS[:6])

    def test_grid_search_over_compounds(self):
        titles, labels = TITLES.tolist()[:60], [0, 1] * 30
        pipeline = Pipeline(
            [
                (
                    "vectorizer",
                    CountVectorizer(tokenizer=Tokenizer(), token_pattern=None, lowercase=False),
                ),
                ("model", LogisticRegression()),
            ]
        )
        grid = {"vectorizer__tokenizer__compounds": ["long", "short", "both"]}
        search = GridSearchCV(pipeline, grid, cv=2).fit(titles, labels)
        assert search.cv_results_["param_vectorizer__tokenizer__compounds"].tolist() == [
            *("long", "short", "both")
        ]
        assert np.isfinite(search.cv_results_["mean_test_score"]).all()
        best = search.best_estimator_.named_steps["vectorizer"]
        expected = {t for title in titles for t in clone(best.tokenizer)(title)}
        assert expected == set(best.get_feature_names_out())

    @pytest.mark.parametrize("kind", [CountVectorizer, TfidfVectorizer])
    def test_a_pickled_vectorizer_says_the_same(self, kind):
        vectorizer = kind(tokenizer=Tokenizer(), token_pattern=None, lowercase=False)
        vectorizer.fit(TEXTS)
        copy = pickle.loads(pickle.dumps(vectorizer))
        assert (copy.transform(TEXTS) != vectorizer.transform(TEXTS)).nnz == 0
        assert copy.transform(TEXTS).nnz > len(TEXTS)
        assert "電子政府構築計画" in copy.vocabulary_
