"""What every dictionary must do."""

import csv
import pickle
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.lexicon import Lexicon, read_lexicon
from cio_topics.text import normalize
from cio_topics.tokens import DICTIONARIES, Tokenizer, analyzers
from cio_topics.tokens.analyzers import open_analyzer
from cio_topics.tokens.dictionaries import dictionary_version, find_dictionary
from tests.tokens.naive import tagger, words_with_equal_numbers

TITLES = read_example().items["title"].tolist()
DEBIAN = Path("/var/lib/mecab/dic")

# Dictionaries that may be missing, and whether they are here.
OPTIONAL = {
    "unidic": find_spec("unidic") is not None
    and Path(find_spec("unidic").origin).with_name("dicdir").joinpath("sys.dic").is_file(),
    str(DEBIAN / "unidic"): (DEBIAN / "unidic" / "sys.dic").is_file(),
    str(DEBIAN / "ipadic-utf8"): (DEBIAN / "ipadic-utf8" / "sys.dic").is_file(),
}
EVERY = [
    pytest.param(name, id=Path(name).name if name in DICTIONARIES else f"debian-{Path(name).name}",
                 marks=pytest.mark.skipif(not OPTIONAL.get(name, True), reason=f"{name} is not installed"))
    for name in dict.fromkeys((*DICTIONARIES, *OPTIONAL))
]  # fmt: skip
MECAB = [case for case in EVERY if not case.values[0].startswith("sudachi")]

# Measured F1 of `long` on the gold table's tuned split: 1.000, 0.989, 0.998, 0.989, 0.989, 0.987.
FLOORS = {"unidic-lite": 0.999, "sudachi-a": 0.99}
FLOOR = 0.98

KANJI = re.compile(r"[\u3400-\u9fff々]+")
ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from('電子政府計画のをア゛ーｱｶﾞＡa1第二(（\t\0\u3000\u0301\ue000𠮷😀",・等Ð'),
    ),
    max_size=50,
)
ODD = ["", " ", "\0", "、。・", "🇯🇵👨‍👩‍👧", '"a,b"', "Ð電子Ð", "\ue000\uf8ff", "が\u0301", "𠮷野家", "ーー",
       "徳島(とくしま)に", "1,234.5%", "http://a.example/?b=c", "ﾊﾟﾋﾟﾌﾟ", "a\tb\nc", "㍻㏾", "\U000e0100"]  # fmt: skip


@pytest.fixture(scope="module", params=EVERY)
def dictionary(request):
    return request.param


def assert_whole(tokens, normal):
    """Assert that tokens lie in the text in order and leave out nothing but spaces."""
    at = 0
    for token in tokens:
        assert token.surface == normal[token.start : token.end] != ""
        assert normal[at : token.start].strip() == ""
        assert all(isinstance(value, str) and value for value in token[:6] if token.parts == ())
        at = token.end
    assert normal[at:].strip() == ""


class TestTexts:
    @settings(max_examples=60)
    @given(text=ANY)
    @example(text="a\u3000ｶﾞ「電子 政府」😀 第２回")
    def test_offsets(self, dictionary, text):
        short = Tokenizer(compounds="short", dictionary=dictionary).tokens(text)
        long = Tokenizer(compounds="long", dictionary=dictionary).tokens(text)
        assert_whole(short, normalize(text))
        assert_whole(long, normalize(text))
        assert [part for token in long for part in token.parts or (token,)] == short

    @pytest.mark.parametrize("text", ODD)
    def test_odd_texts(self, dictionary, text):
        tokenizer = Tokenizer(compounds="short", dictionary=dictionary)
        assert_whole(tokenizer.tokens(text), normalize(text))
        assert list(tokenizer.stream(["電子", text, "政府"]))[::2] == [
            tokenizer.tokens("電子"),
            tokenizer.tokens("政府"),
        ]

    def test_titles(self, dictionary):
        tokenizer = Tokenizer(compounds="short", dictionary=dictionary)
        columns = tokenizer.columns(TITLES)
        streamed = list(tokenizer.stream(TITLES))
        assert [tokenizer.tokens(title) for title in TITLES] == streamed
        for place, (title, tokens) in enumerate(zip(TITLES, streamed, strict=True)):
            assert_whole(tokens, normalize(title))
            assert_whole(columns.tokens(place), normalize(title))
        table = columns.table()
        assert table["source"].isin(["dictionary", "unknown", "lexicon", "latin"]).all()
        assert {"dictionary", "lexicon", "latin"} <= set(table["source"])

    @pytest.mark.parametrize("piece", ["「電子政府」の構築計画 ", "第2回😀"])
    def test_thirty_thousand_characters(self, dictionary, piece):
        text = normalize(piece * (30_000 // len(piece)))
        tokens = Tokenizer(dictionary=dictionary).columns([text]).tokens(0)
        assert_whole(tokens, text)


class TestPieces:
    """Long texts are read in pieces that overlap."""

    @pytest.mark.parametrize(("size", "overlap"), [(300, 100), (1000, 50)])
    def test_pieces_say_what_the_whole_says(self, dictionary, size, overlap, monkeypatch):
        text = normalize("。".join(TITLES))
        whole = open_analyzer(dictionary, None)
        assert len(text) < 10_000  # read at once
        monkeypatch.setattr(analyzers, "_OVERLAP", overlap)
        pieces = analyzers._in_pieces(whole, size)
        assert pieces.analyze(text) == whole.analyze(text)
        assert pieces.features(text) == whole.features(text)

    @settings(max_examples=40)
    @given(text=ANY, size=st.integers(3, 12), overlap=st.integers(0, 2))
    def test_no_piece_is_too_small(self, dictionary, text, size, overlap):
        text = normalize(text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(analyzers, "_OVERLAP", overlap)
            pieces = analyzers._in_pieces(open_analyzer(dictionary, None), size)
            output = pieces.analyze(text)
            lines = [line.split("\t") for line in output.split("\n")] if output else []
            assert "".join(line[1] + line[0] for line in lines) == text
            assert len(pieces.features(text)) == len(lines)


class TestTerms:
    def test_kept_terms_are_whole(self, dictionary):
        terms = [term for term in read_lexicon().names if not KANJI.fullmatch(term)]
        contexts = ["{}", "の{}を", "新{}案", "第2回{}、{}"]
        texts = [(term, context.format(term, term)) for term in terms for context in contexts]
        columns = Tokenizer(dictionary=dictionary).columns(text for _, text in texts)
        for place, (term, text) in enumerate(texts):
            sources = [token.source for token in columns.tokens(place) if token.surface == term]
            assert sources == ["lexicon"] * text.count(term)

    def test_kept_terms_of_kanji_are_whole_between_other_words(self, dictionary):
        tokenizer = Tokenizer(compounds="short", dictionary=dictionary)
        for term in read_lexicon().names:
            assert term in [token.surface for token in tokenizer.tokens(f"「{term}」の")]

    def test_a_term_across_words_is_cut_out(self, dictionary):
        lexicon = Lexicon(never_split=("ンライ", "子政"))
        tokenizer = Tokenizer(compounds="short", dictionary=dictionary, lexicon=lexicon)
        assert "ンライ" in [token.surface for token in tokenizer.tokens("オンライン手続")]
        assert "子政" not in [token.surface for token in tokenizer.tokens("電子政府")]  # no word

    def test_variants_show_their_preferred_form(self, dictionary):
        tokenizer = Tokenizer(compounds="long", dictionary=dictionary)
        assert tokenizer("個人番号の普及") == ["マイナンバー", "普及"]

    @pytest.mark.parametrize(
        "text", ["第2回", "平成21年度", "72分野", "1.0版", "三か年", "二〇二五年", "3億円", "第十三条", "50%"]
    )  # fmt: skip
    def test_numbers_are_no_terms(self, dictionary, text):
        for compounds in ("long", "short"):
            tokenizer = Tokenizer(compounds=compounds, dictionary=dictionary, min_length=1)
            terms = tokenizer(f"{text}の電子")
            assert not [term for term in terms if re.search(r"[0-9一二三〇十]", term)]
            assert "電子" in terms

    def test_compounds(self, dictionary):
        tokenizer = Tokenizer(compounds="long", form="surface", dictionary=dictionary)
        text = "「電子政府構築計画」の策定及び情報化推進体制の見直し"  # an invented title
        assert tokenizer(text) == ["電子政府構築計画", "策定", "情報化推進体制", "見直し"]

    def test_gold(self, dictionary):
        path = Path(__file__).parent / "gold_terms.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["split"] == "tuned"]
        tokenizer = Tokenizer(compounds="long", form="surface", dictionary=dictionary)
        hits = n_gold = n_found = 0
        for row in rows:
            gold = Counter(row["terms"].split())
            found = Counter(term.replace(" ", "") for term in tokenizer(row["title"]))
            hits += (gold & found).total()
            n_gold, n_found = n_gold + gold.total(), n_found + found.total()
        assert 2 * hits / (n_gold + n_found) >= FLOORS.get(dictionary, FLOOR)


class TestSettings:
    def test_pickles(self, dictionary):
        tokenizer = Tokenizer(dictionary=dictionary)
        expected = list(tokenizer.stream(TITLES[:40]))
        other = pickle.loads(pickle.dumps(tokenizer))
        assert len(pickle.dumps(tokenizer)) < 500  # settings only
        assert list(other.stream(TITLES[:40])) == expected

    def test_other_dictionaries_in_between_change_nothing(self, dictionary):
        tokenizer = Tokenizer(dictionary=dictionary)
        stream = tokenizer.stream(TITLES)
        first = [next(stream)]
        others = [Tokenizer(dictionary=name) for name in ("unidic-lite", "ipadic", "sudachi-c")]
        for other in others:
            list(other.stream(TITLES))
        assert [*first, *stream] == [tokenizer.tokens(title) for title in TITLES]

    def test_version(self, dictionary):
        assert re.search(r"\d", dictionary_version(dictionary))
        assert dictionary_version(dictionary) == find_dictionary(dictionary).version


class TestNumbersNameAWord:
    """A line of MeCab names a word by surface, identifiers and cost.

    Words that share all of these (あせぼ is アセビ or アセモ) tie wherever they stand, and MeCab takes
    the first in its dictionary: so these numbers are enough.
    """

    @pytest.mark.parametrize("mecab", MECAB)
    def test_equal_lines_have_equal_features(self, mecab):
        folder = find_dictionary(mecab).folder
        doubtful = words_with_equal_numbers(folder)
        assert len(doubtful) > 1000
        analyzer = open_analyzer(mecab, None)
        known = {}
        reached = set()
        contexts = ["{}", "の{}を", "第1回{}{}な (1)"]
        for text in [c.format(w, w) for w in doubtful for c in contexts] + TITLES:
            nodes = tagger(folder).parseToNodeList(text)
            raws = [node.feature_raw for node in nodes]
            lines = analyzer.analyze(text).split("\n")
            assert analyzer.features(text) == raws
            for line, raw in zip(lines, raws, strict=True):
                surface, _, numbers = line.split("\t")
                assert known.setdefault((surface, numbers), raw) == raw
                reached.add(surface)
        assert len(reached.intersection(doubtful)) > 0.5 * len(doubtful)
