from itertools import combinations, pairwise
from math import log, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.terms.scores import SCORES, score_terms
from cio_topics.text import normalize
from cio_topics.tokens import Token, Tokenizer

AGENDA = read_example().agenda()
COLUMNS = ["term", "score", "n", "n_items", "length", "units", "examples"]
MARKS = {"pre": "接頭辞", "suf": "接尾辞", "adj": "形状詞", "・": "補助記号"}


class Spelled(Tokenizer):
    """Texts of made-up units: spaces between units, commas between compounds, _ is a space."""

    def stream(self, texts):
        for text in texts:
            yield [self._token(run.split(" ")) for run in text.split(",") if run]

    @staticmethod
    def _token(surfaces):
        parts = tuple(
            Token(s.replace("_", " "), s, s, MARKS.get(s, "名詞"), "普通名詞", "", 0, len(s))
            for s in surfaces
        )
        if len(parts) == 1:
            return parts[0]
        whole = "".join(surfaces)
        return Token(whole, whole, whole, "名詞", "複合", "", 0, len(whole), parts, "compound")


def spelled(texts, method, **settings):
    tokenizer = Spelled(core_only=False, min_length=1)
    return score_terms(texts, method, tokenizer=tokenizer, **settings)


def by_units(table):
    return dict(zip(table["units"], table["score"], strict=True))


TEXTS = st.lists(
    st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), max_size=3).map(
        lambda runs: ",".join(map(" ".join, runs))
    ),
    max_size=12,
)
MIN_COUNTS = st.integers(1, 3)


def runs_of(texts):
    return [tuple(run.split()) for text in texts for run in text.split(",") if run]


def parts_of(run, least=2):
    return [run[a:b] for a, b in combinations(range(len(run) + 1), 2) if b - a >= least]


def counted(texts, wanted):
    """Count sequences of units over all compounds, place by place."""
    return sum(part == wanted for run in runs_of(texts) for part in parts_of(run))


def holds(longer, shorter):
    return len(longer) > len(shorter) and shorter in parts_of(longer)


class TestFLR:
    def test_by_hand(self):
        # The example's words follow Nakagawa and Mori (2003); the numbers are worked out here.
        texts = ["trigram statistics", "word trigram", "class trigram", "word trigram"]
        texts += ["trigram acquisition", "word trigram statistics", "character trigram", "trigram"]
        table = spelled(texts, "flr", min_count=1)
        scores, n = by_units(table), dict(zip(table["units"], table["n"], strict=True))
        # Before trigram stand 5 units (3 types), after it 3 (2 types); after word 3.
        assert scores["trigram"] == pytest.approx((6 * 4) ** (1 / 2))
        assert n["word trigram"] == 2  # not in word trigram statistics
        assert scores["word trigram"] == pytest.approx(2 * (1 * 4 * 6 * 4) ** (1 / 4))
        assert scores["word trigram statistics"] == pytest.approx(
            (1 * 4 * 6 * 4 * 3 * 1) ** (1 / 6)
        )
        assert "word" not in scores  # never outside of a compound

    @given(TEXTS, MIN_COUNTS)
    def test_brute_force(self, texts, min_count):
        runs = runs_of(texts)
        pairs = [pair for run in runs for pair in pairwise(run)]
        expected = {}
        for run in set(runs):
            product = 1
            for unit in run:
                before = sum(second == unit for _, second in pairs)
                after = sum(first == unit for first, _ in pairs)
                product *= (before + 1) * (after + 1)
            expected[" ".join(run)] = runs.count(run) * product ** (1 / (2 * len(run)))
        frequent = {t: s for t, s in expected.items() if runs.count(tuple(t.split())) >= min_count}
        assert by_units(spelled(texts, "flr", min_count=min_count)) == pytest.approx(frequent)

    def test_counts_of_neighbours_take_rare_compounds_in(self):
        table = spelled(["a", "a", "a b"], "flr", min_count=2)
        assert by_units(table) == pytest.approx({"a": 2 * 2**0.5})

    def test_an_endless_compound_does_not_overflow(self):
        run = " ".join(["a", "b"] * 2000)
        scores = by_units(spelled([run, run], "flr"))
        assert scores[run] == pytest.approx(2 * 4000, rel=1e-3)


# Compounds with their counts as whole compounds, and scores worked out by the formula. The terms
# are of the family that is the example of Frantzi, Ananiadou and Mima (2000).
CARCINOMA = [
    ("adenoid cystic basal cell carcinoma", 5, log2(5) * 5),
    ("cystic basal cell carcinoma", 6, log2(4) * (11 - 5)),
    ("ulcerated basal cell carcinoma", 7, log2(4) * 7),
    ("recurrent basal cell carcinoma", 5, log2(4) * 5),
    ("circumscribed basal cell carcinoma", 3, log2(4) * 3),
    ("basal cell carcinoma", 958, log2(3) * (984 - (5 + 11 + 7 + 5 + 3) / 5)),
]


class TestCValue:
    def test_worked_example(self):
        texts = [term for term, count, _ in CARCINOMA for _ in range(count)]
        scores = by_units(spelled(texts, "c_value"))
        assert scores == pytest.approx({term: score for term, _, score in CARCINOMA})

    @given(TEXTS, MIN_COUNTS)
    def test_brute_force(self, texts, min_count):
        every = {part for run in runs_of(texts) for part in parts_of(run)}
        f = {part: counted(texts, part) for part in every}
        f = {part: count for part, count in f.items() if count >= min_count}
        expected = {}
        for part in f:
            longer = [f[other] for other in f if holds(other, part)]
            if f[part] not in longer:
                mean = sum(longer) / len(longer) if longer else 0
                expected[" ".join(part)] = log2(len(part)) * (f[part] - mean)
        table = spelled(texts, "c_value", min_count=min_count)
        assert by_units(table) == pytest.approx(expected)
        assert (table["score"] > 0).all()

    @pytest.mark.parametrize(
        ("runs", "units"),
        [
            (["a pre b", "a pre c"], ["a pre b", "a pre c"]),  # not a pre: no head
            (["a adj b", "a adj c"], ["a adj b", "a adj c"]),  # an adjective is no head
            (["a suf b", "c suf b"], ["a suf b", "c suf b"]),  # suf b hangs on nothing
            (["a suf", "a suf b"], ["a suf", "a suf b"]),
            (["pre a", "pre a b"], ["pre a", "pre a b"]),
            # b・c is one name, so no multi-word term.
            (["a b ・ c", "b ・ c d"], ["a b・c", "b・c d"]),
            (["a b ・"], ["a b・"]),
            (["a b_c"], ["a bc"]),  # a space inside of a unit
        ],
    )
    def test_what_can_be_a_term(self, runs, units):
        assert sorted(spelled(runs, "c_value", min_count=1)["units"]) == units

    def test_at_most_12_units(self):
        run = " ".join("abcdefghijklmnop")
        table = spelled([run], "c_value", min_count=1)
        assert table["length"].max() == 12


class TestNPMI:
    @given(TEXTS, MIN_COUNTS)
    def test_pairs_by_brute_force(self, texts, min_count):
        units = [unit for run in runs_of(texts) for unit in run]
        expected = {}
        for pair in {p for run in runs_of(texts) for p in pairwise(run)}:
            both = counted(texts, pair) / len(units)
            alone = units.count(pair[0]) * units.count(pair[1]) / len(units) ** 2
            score = log(both / alone) / -log(both)
            if counted(texts, pair) >= min_count and score > 0.5 + 1e-9:
                expected[" ".join(pair)] = score
        table = spelled(texts, "npmi", min_count=min_count)
        n = {tuple(u.split()): count for u, count in zip(table["units"], table["n"], strict=True)}
        assert (table["score"] > 0.5 - 1e-9).all()
        pairs = by_units(table[(table["length"] == 2) & (table["score"] > 0.5 + 1e-9)])
        assert pairs == pytest.approx({pair: expected[pair] for pair in pairs})
        for pair in expected.keys() - pairs.keys():  # always in the same longer phrase
            inner = tuple(pair.split())
            assert any(holds(p, inner) and n[p] == counted(texts, inner) for p in n)

    def test_phrases_grow(self):
        texts = ["a b c d e f", "a b c d", "a b", "x", "y", "z"] * 5
        table = spelled(texts, "npmi")
        assert sorted(table["units"]) == ["a b", "a b c d", "a b c d e f"]
        scores = by_units(table)
        # 75 units; 55 once pairs are joined: a b 15 times, c d 10 times, together 10 times.
        units = 6 * 5 + 4 * 5 + 2 * 5 + 15
        assert scores["a b"] == pytest.approx(1.0)
        assert scores["a b c d"] == pytest.approx(
            log(10 / (units - 30) / (15 * 10 / (units - 30) ** 2)) / -log(10 / (units - 30))
        )
        # The third pass: abcd 10 times, ef and both 5 times, of 35 units.
        assert scores["a b c d e f"] == pytest.approx(log(5 / 35 / (50 / 35**2)) / -log(5 / 35))

    @pytest.mark.parametrize("rest", range(1, 30))
    def test_units_that_never_part_score_1_and_tie(self, rest):
        table = spelled(["a b"] * 3 + ["c d"] * 2 + ["x"] * rest, "npmi")
        assert table["units"].tolist() == ["a b", "c d"]
        assert table["score"].tolist() == [1.0, 1.0]

    def test_at_most_8_units(self):
        texts = [" ".join("abcdefghijkl")] * 3 + [*"uvwxyz"] * 3
        assert spelled(texts, "npmi")["length"].max() == 8

    def test_compounds_are_not_joined_across_particles(self):
        # Invented titles.
        titles = ["電子政府の構築", "電子政府の構築", "防災", "訓練", "地図"]
        assert len(score_terms(titles, "npmi")) == 0
        joined = [title.replace("の", "") for title in titles]
        assert score_terms(joined, "npmi")["term"].tolist() == ["電子政府構築"]


@pytest.mark.parametrize("method", SCORES)
class TestTable:
    def test_columns(self, method):
        table = score_terms(AGENDA["title"], method)
        assert list(table) == COLUMNS
        assert table.dtypes.map(str).tolist() == ["str", "float64", *["int64"] * 3, "str", "str"]
        assert table.index.tolist() == list(range(len(table)))

    @pytest.mark.parametrize("texts", [[], [""], ["その他", "について"]])
    def test_nothing_found(self, method, texts):
        table = score_terms(texts, method, min_count=1)
        assert list(table) == COLUMNS
        assert table.empty
        full = score_terms(AGENDA["title"], method)
        assert table.dtypes.tolist() == full.dtypes.tolist()

    def test_traced_to_items(self, method):
        titles = AGENDA.set_index("item_id")["title"].map(lambda t: normalize(t).replace(" ", ""))
        table = score_terms(AGENDA["title"], method, ids=AGENDA["item_id"])
        assert len(table) > 50
        for row in table.itertuples():
            items = row.examples.split(";")
            assert len(set(items)) == len(items) == min(3, row.n_items)
            assert all(row.term in titles[item] for item in items)
            assert row.units.replace(" ", "") == row.term
            assert len(row.units.split(" ")) == row.length
            assert row.n_items <= row.n

    def test_order(self, method):
        table = score_terms(AGENDA["title"], method, min_count=1)
        keys = list(zip(-table["score"], -table["n"], table["term"], table["units"], strict=True))
        assert keys == sorted(keys)
        assert table["score"].duplicated().any()  # ties were seen

    def test_order_and_number_of_texts(self, method):
        titles = AGENDA["title"].tolist()
        columns = ["term", "score", "n", "n_items", "units"]
        table = score_terms(titles, method)[columns]
        assert score_terms(titles[::-1], method)[columns].equals(table)
        assert score_terms((title for title in titles), method)[columns].equals(table)

    def test_limits(self, method):
        table = score_terms(AGENDA["title"], method)
        assert table["n"].min() == 2
        assert score_terms(AGENDA["title"], method, min_count=4)["n"].min() == 4
        assert score_terms(AGENDA["title"], method, n=7).equals(table.head(7))
        assert score_terms(AGENDA["title"], method, n=10**6).equals(table)

    def test_other_settings_of_the_tokenizer_are_kept(self, method):
        table = score_terms(AGENDA["title"], method)
        for compounds in ("short", "both"):
            tokenizer = Tokenizer(compounds=compounds, form="lemma")
            assert score_terms(AGENDA["title"], method, tokenizer=tokenizer).equals(table)
            assert tokenizer.compounds == compounds

    def test_core_of_titles(self, method):
        titles = ["電子政府構築計画(中間報告)"] * 2 + ["防災", "訓練", "地図"]  # invented
        for core_only in (True, False):
            tokenizer = Tokenizer(core_only=core_only)
            found = score_terms(titles, method, tokenizer=tokenizer)
            assert ("中間報告" in set(found["term"])) != core_only

    def test_positions_and_ids(self, method):
        texts = ["a b,c", "c", "a b", "a b,a b", "x", "y", "a b"]
        row = spelled(texts, method).set_index("units").loc["a b"]
        assert (row["n"], row["n_items"], row["examples"]) == (5, 4, "0;2;3")
        row = spelled(texts, method, ids=range(10, 17)).set_index("units").loc["a b"]
        assert row["examples"] == "10;12;13"

    def test_two_splits_of_one_term_are_two_rows(self, method):
        table = spelled(["ab c", "a bc", "x", "y", "z"] * 2, method)
        found = table[table["term"] == "abc"]
        assert found["units"].tolist() == ["a bc", "ab c"]
        assert found["n"].tolist() == [2, 2]


class TestSpace:
    def test_a_space_inside_a_term_is_removed(self):
        titles = ["e-Japan 重点計画について", "「e-Japan 重点計画」の決定"]  # invented
        row = score_terms(titles, "flr").set_index("term").loc["e-Japan重点計画"]
        assert row["units"] == "e-Japan 重点 計画"


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"method": "tfidf"}, "unknown method 'tfidf'; expected one of: flr, c_value, npmi"),
            ({"texts": "電子政府"}, "got one text, '電子政府'; expected a list"),
            ({"texts": ["電子政府", None]}, "got 'None' .NoneType.; expected a text"),
            ({"min_count": 0}, "min_count is 0; expected at least 1"),
            ({"n": 0}, "n is 0; expected at least 1"),
            ({"ids": ["a1"]}, "fewer ids than texts; expected one for each"),
            ({"ids": ["a1", "a2", "a3"]}, "more ids than texts; expected one for each"),
        ],
    )
    def test_refused(self, settings, message):
        with pytest.raises(SettingsError, match=message):
            score_terms(**({"texts": ["電子政府", "電子政府"]} | settings))


class TestCorpus:
    """What a reader of the agenda knows as names comes out high."""

    @pytest.mark.parametrize(
        ("method", "n", "names"),
        [
            (
                "flr",
                15,
                [
                    "情報セキュリティ政策",
                    "重点計画",
                    "業務・システム最適化計画",
                    "政府情報システム",
                ],
            ),
            (
                "c_value",
                20,
                [
                    *["情報セキュリティ政策", "重点計画", "業務・システム最適化計画"],
                    *["IT新改革戦略評価専門調査会", "デジタル臨時行政調査会", "IT戦略本部"],
                    "デジタル・ガバメント推進標準ガイドライン",
                ],
            ),
            (
                "npmi",
                20,
                [
                    *["デジタル臨時行政調査会", "世界最先端IT国家創造宣言", "意見交換"],
                    *["政府標準利用規約", "政府情報システム刷新有識者会議"],
                ],
            ),
        ],
    )
    def test_known_names(self, method, n, names):
        found = score_terms(AGENDA["title"], method, n=n)["term"].tolist()
        assert [name for name in names if name not in found] == []

    @pytest.mark.parametrize("method", ["c_value", "npmi"])
    def test_fragments_stay_out(self, method):
        found = set(score_terms(AGENDA["title"], method)["term"])
        assert found.isdisjoint({"政府情報", "専門調査", "国家創造", "政府標準", "臨時行政"})
        assert (score_terms(AGENDA["title"], method)["length"] > 1).all()
