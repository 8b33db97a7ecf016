"""Reading in columns gives what reading plainly gives, whatever was read before."""

import functools
import random
from concurrent.futures import ThreadPoolExecutor

import ipadic
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.lexicon import Lexicon
from cio_topics.text import normalize
from cio_topics.tokens import Tokenizer, columns, grammar, tokenizer
from cio_topics.tokens.analyzers import open_analyzer
from tests.tokens.naive import Naive, read_ipadic

TITLES = read_example().items["title"].tolist()
OWN = Lexicon(("構築計画", "ンライ", "の電"), {"政府": "お上", "計画の": "計画"}, ("評価",))
IPADIC = (ipadic.DICDIR, read_ipadic)

# Tokenizer and oracle of every kind.
KINDS = {
    "both": (Tokenizer(), Naive()),
    "long": (Tokenizer(compounds="long"), Naive(compounds="long")),
    "short": (
        Tokenizer(compounds="short", core_only=False),
        Naive(compounds="short", core_only=False),
    ),
    "own": (Tokenizer(lexicon=OWN, min_length=1), Naive(lexicon=OWN, min_length=1)),
    "verbs": (
        Tokenizer(pos=("動詞", "接尾辞"), form="lemma"),
        Naive(pos=("動詞", "接尾辞"), form="lemma"),
    ),
    "ipadic": (Tokenizer(dictionary="ipadic"), Naive(*IPADIC)),
}

# Any Unicode, with what Japanese text and MeCab are made of drawn more often.
ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(
            "電子政府計画の進めをなア゛ーｱｶﾞＡa1第二回 \t\r\n\0\u0301\u200b\u3000\ue000𠮷😀\"',・等Ð"
        ),
    ),
    max_size=40,
)
# Texts that a neighbour could change: empty, of spaces, with kept terms and phrases at their ends.
NEIGHBOURS = st.sampled_from(
    ["", " ", "\u3000\n", "マイナンバー", "番号", "制度", "IT", "IT ", " 戦略", "2", "回", "必要", "な",
     "アクション", "・", "ー", "・プラン", "電子", "政府", "の電子政府", "e-", "Japan", "業務・", "システム"]
)  # fmt: skip
WORDS = [
    *("電子/名詞", "ア/名詞", "IT/名詞", "CIO/名詞/固有名詞", "必要/名詞/*/形状詞可能", "な/名詞"),
    *(
        "第/接頭辞",
        "各/接頭辞",
        "2/名詞/数詞",
        "回/名詞/*/助数詞可能",
        "化/接尾辞",
        "的/接尾辞/形状詞的",
    ),
    *(
        "等/接尾辞",
        "よう/形状詞/助動詞語幹",
        "な/助動詞",
        "・/補助記号",
        "ー/補助記号",
        "は/助詞",
        "見/動詞",
    ),
]
TEXTS = st.lists(ANY | NEIGHBOURS | st.sampled_from(TITLES), max_size=8)


def terms_of(tokenizer, texts):
    """Return the terms of each text, read in batches."""
    texts_terms = []
    for terms, counts in tokenizer.term_batches(texts):
        assert len(terms) == counts.sum()
        ends = counts.cumsum().tolist()
        texts_terms += [terms[i:j] for i, j in zip([0, *ends], ends, strict=False)]
    return texts_terms


def assert_equal(kind, texts):
    reader, naive = KINDS[kind]
    normal = [normalize(text) for text in texts]
    units = [naive.units(text) for text in texts]
    tokens = [naive.words(row, text) for row, text in zip(units, normal, strict=True)]
    found = reader.columns(iter(texts))
    assert [found.tokens(i) for i in range(len(found))] == units
    assert list(reader.stream(iter(texts))) == tokens
    assert terms_of(reader, iter(texts)) == [naive(text) for text in texts]
    for text, row, words in zip(normal, units, tokens, strict=True):
        assert "".join(token.surface for token in row).replace(" ", "") == text.replace(" ", "")
        assert all(text[token.start : token.end] == token.surface for token in [*row, *words])
        assert [token.start for token in row] == sorted(token.start for token in row)


def small(patch, types, known, batch):
    """Let memories be small and batches short."""
    patch.setattr(columns, "TYPES", types)
    patch.setattr(grammar, "KNOWN", known)
    patch.setattr(tokenizer, "read_batches", functools.partial(columns.read_batches, size=batch))


class TestOracle:
    @pytest.mark.parametrize("kind", KINDS)
    def test_titles(self, kind):
        assert_equal(kind, TITLES)

    @pytest.mark.parametrize(("kind", "times"), [("both", 16), ("own", 4), ("ipadic", 4)])
    def test_lines_of_49_characters(self, kind, times):
        titles = TITLES * times
        random.Random(0).shuffle(titles)
        text = "".join(titles)
        lines = [text[start : start + 49] for start in range(0, len(text), 49)]
        assert len(lines) > 130 * times
        assert_equal(kind, lines)

    @pytest.mark.parametrize("kind", KINDS)
    @settings(max_examples=60)
    @given(texts=TEXTS)
    @example(texts=["マイナンバ", "ーカード"])
    @example(texts=["CIO ", " 山田"])  # a printer's space is inside a text
    @example(texts=['"電子,政府"', "", "Ð電子Ð", "\t\0", "が\u3099ー"])
    @example(texts=["電子政府計画の計画", "オンライン", "方法案と法案"])
    @example(texts=["オンライン" + "a" * 300 + "電子", "後"])  # a long word in a text that is cut
    def test_lists_of_any_texts(self, kind, texts):
        assert_equal(kind, texts)

    @given(ANY)
    def test_any_text(self, text):
        tokenizer, naive = KINDS["both"]
        assert tokenizer.tokens(text) == naive.tokens(text)
        assert tokenizer(text) == naive(text)

    @pytest.mark.parametrize("piece", ["「電子政府」の構築計画(案) ", "e-Japan 戦略・", "な😀"])
    def test_a_hundred_thousand_characters(self, piece):
        text = (piece * (100_000 // len(piece) + 1))[:100_000]
        reader, naive = KINDS["both"]
        units = naive.units(text)
        found = reader.columns(["前", text, "後"])
        assert found.tokens(1) == units
        assert [token.surface for token in found.tokens(2)] == ["後"]
        assert reader.tokens(text) == naive.words(units, normalize(text))

    def test_a_long_run_without_a_boundary(self):
        # Prefix and suffix take turns from end to end: a piece may say what the whole does not.
        tokens = KINDS["short"][0].tokens("漢" * 50_000)
        assert "".join(token.surface for token in tokens) == "漢" * 50_000

    @given(st.lists(st.tuples(st.sampled_from(["", "", "", " "]), st.sampled_from(WORDS))))
    def test_phrases_of_any_tokens(self, words):
        tokens, rows, text = [], [], ""
        for space, word in words:
            surface, *pos = word.split("/")
            start = len(text + space)
            text += space + surface
            tokens.append(columns.Token(*[surface] * 3, *(*pos, "*", "*")[:3], start, len(text)))
            rows.append(columns.TokenType(*tokens[-1][:6], "dictionary", space))
        places = [np.array(x, dtype=np.int64) for x in (
            [t.start for t in tokens], [t.end for t in tokens], [0, len(tokens)], [0, len(text) + 1]
        )]  # fmt: skip
        batch = columns.Batch(np.arange(len(tokens), dtype=np.int32), *places, rows)
        rules = KINDS["both"][0].rules()
        phrases = grammar.Phrases(rows, rules.pos, rules.terms)
        assert next(tokenizer._tokens(batch, phrases, rules)) == Naive().words(tokens, text)


class TestRefused:
    @pytest.mark.parametrize("lone", ["\ud800", "電子\udfff", "\udcff政府"])
    @pytest.mark.parametrize("kind", KINDS)
    def test_lone_surrogates(self, kind, lone):
        reader = KINDS[kind][0]
        for read in (reader, reader.tokens, lambda t: list(reader.stream(["a", t])),
                     lambda t: reader.columns(["a", t]), lambda t: terms_of(reader, ["a", t])):  # fmt: skip
            with pytest.raises(SettingsError, match="lone surrogate"):
                read(lone)

    @pytest.mark.parametrize("value", [None, b"a", 1, float("nan"), ["a"]])
    def test_what_is_no_text(self, value):
        reader = KINDS["both"][0]
        for read in (reader, reader.tokens, lambda v: reader.columns([v])):
            with pytest.raises(SettingsError, match="expected a text"):
                read(value)


class TestBatches:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("sizes", [(1, 0, 1), (30, 5, 7), (1, 1 << 18, 100), (1 << 18, 0, 3)])
    def test_small_memories_change_nothing(self, kind, sizes, monkeypatch):
        small(monkeypatch, *sizes)
        assert_equal(kind, [*TITLES[::3], "", " ", "マイナンバー", ""])

    def test_types_are_forgotten(self, monkeypatch):
        def n_types():
            Tokenizer().columns(TITLES)
            return len(open_analyzer("unidic-lite", None).types)

        with ThreadPoolExecutor(1) as pool:
            every = pool.submit(n_types).result()
        small(monkeypatch, 10, 0, 5)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(n_types).result() < every / 3

    def test_batches_end_where_they_should(self, monkeypatch):
        small(monkeypatch, 1 << 18, 1 << 18, 3)
        counts = [len(c) for _, c in Tokenizer().term_batches(iter(TITLES[:7]))]
        assert counts == [3, 3, 1]

    def test_a_stream_reads_no_further_than_it_must(self, monkeypatch):
        small(monkeypatch, 1 << 18, 1 << 18, 2)
        texts = iter(TITLES)
        stream = Tokenizer().stream(texts)
        next(stream)
        assert next(texts) == TITLES[2]


class History(RuleBasedStateMachine):
    """Read in any order, with errors in the middle: nothing that was read before matters."""

    kinds = st.sampled_from(sorted(KINDS))
    sizes = st.sampled_from([1, 2, 20, 1 << 18])

    @initialize(types=sizes, known=sizes, batch=st.sampled_from([1, 2, 5, 4096]))
    def start(self, types, known, batch):
        self.patch = pytest.MonkeyPatch()
        small(self.patch, types, known, batch)
        self.open = []
        self.changing = Tokenizer()

    def teardown(self):
        self.patch.undo()

    @rule(kind=kinds, texts=TEXTS)
    def read(self, kind, texts):
        assert_equal(kind, texts)

    @rule(kind=kinds, texts=st.lists(st.sampled_from(TITLES) | NEIGHBOURS, min_size=1))
    def begin(self, kind, texts):
        reader, naive = KINDS[kind]
        expected = [naive.tokens(text) for text in texts]
        self.open.append((reader.stream(iter(texts)), iter(expected)))

    @rule(data=st.data(), steps=st.integers(1, 4))
    def go_on(self, data, steps):
        if self.open:
            stream, expected = data.draw(st.sampled_from(self.open))
            for _ in range(steps):
                assert next(stream, None) == next(expected, None)

    @rule(kind=kinds, texts=TEXTS, bad=st.sampled_from([None, 1, "\ud800"]))
    def fail(self, kind, texts, bad):
        reader = KINDS[kind][0]
        for read in (
            reader.columns,
            lambda t: list(reader.stream(t)),
            lambda t: terms_of(reader, t),
        ):
            with pytest.raises(SettingsError):
                read([*texts, bad, *texts])

    @rule(
        kind=kinds, text=ANY, after=st.integers(0, 3), what=st.sampled_from(["features", "place"])
    )
    def interrupt(self, kind, text, after, what):
        calls = iter(range(after))
        name = {"features": "read_features", "place": "_place"}[what]
        whole = getattr(columns, name)

        def interrupted(*given):
            if next(calls, None) is None:
                raise KeyboardInterrupt
            return whole(*given)

        self.patch.setattr(columns, name, interrupted)
        try:
            KINDS[kind][0].tokens(text)
        except KeyboardInterrupt:
            pass
        finally:
            self.patch.setattr(columns, name, whole)

    @rule(compounds=st.sampled_from(["both", "long", "short"]), own=st.booleans(),
          form=st.sampled_from(["display", "surface"]), text=ANY | st.sampled_from(TITLES))  # fmt: skip
    def change(self, compounds, own, form, text):
        lexicon = OWN if own else None
        self.changing.set_params(compounds=compounds, lexicon=lexicon, form=form)
        assert self.changing(text) == Naive(compounds=compounds, lexicon=lexicon, form=form)(text)


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=50, stateful_step_count=15, deadline=None)
