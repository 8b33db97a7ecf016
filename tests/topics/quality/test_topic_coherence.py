import random
import sys
import warnings
from itertools import chain, combinations
from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.stats import t

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tokens import Tokenizer
from cio_topics.topics.quality.topic_coherence import coherence, mean_coherence
from cio_topics.topics.quality.windows import make_reference

from .test_windows import windows_of

MEASURES = ("u_mass", "c_uci", "c_npmi", "c_v")
EPSILON = 1e-12
SIZES = {"c_uci": 10, "c_npmi": 10, "c_v": 110}
TEXTS = st.lists(st.lists(st.sampled_from("abcdefx"), max_size=14), min_size=1, max_size=6)
TOPICS = st.lists(
    st.lists(st.sampled_from([*"abcdef", "nowhere", "never"]), max_size=6, unique=True), max_size=4
)


def generated(seed, n_texts=40, longest=60):
    """Return texts about subjects of their own, with repeated words, short and empty texts."""
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(30)]
    texts = [[], ["w0"], ["w1"] * 5]
    for _ in range(n_texts):
        own = draw.sample(words, 8)
        texts.append(draw.choices(own * 3 + words, k=draw.randrange(longest)))
    topics = [draw.sample(words, 6) for _ in range(7)]
    return texts, topics


def titles():
    """Return tokens of real titles, put together so that windows of ten have room to slide."""
    tokens = Tokenizer().columns(list(read_example().items["title"][:120]))
    texts = [[token.surface for token in tokens.tokens(place)] for place in range(120)]
    joined = [list(chain(*texts[start : start + 4])) for start in range(0, 120, 4)]
    common = pd.Series(list(chain(*joined))).value_counts(sort=True).index[:40]
    topics = [list(common[start : start + 8]) for start in range(0, 40, 8)]
    return joined + texts[:10], topics


def by_gensim(topics, texts, measure, window=None):
    model = CoherenceModel(
        topics=topics,
        texts=texts,
        dictionary=Dictionary(texts),
        coherence=measure,
        window_size=window,
        topn=max(map(len, topics)),
        processes=1,
    )
    return model.get_coherence_per_topic()


def npmi(both, one, other):
    """Return the value of a pair, or None where it does not exist."""
    if not one or not other or both == 1:
        return None
    return log(both / (one * other)) / -log(both) if both else -1.0


def cosine(one, other):
    length = sqrt(sum(x * x for x in one)) * sqrt(sum(y * y for y in other))
    return sum(x * y for x, y in zip(one, other, strict=True)) / length if length > 1e-9 else 0.0


def brute(topic, windows, measure):
    """Return coherence and number of undefined pairs from the definitions, pair by pair."""

    def share(*terms):
        return sum(set(terms) <= window for window in windows) / len(windows)

    values = []
    for earlier, later in combinations(topic, 2):
        both, one, other = share(earlier, later), share(later), share(earlier)
        if measure in ("c_npmi", "c_v"):
            values.append(npmi(both, one, other))
        elif not one or not other:
            values.append(None)
        elif measure == "u_mass":
            values.append(log((both + EPSILON) / other))
        else:
            values.append(log((both + EPSILON) / (one * other)))
    defined = [value for value in values if value is not None]
    undefined = len(values) - len(defined)
    if not defined:
        return (log(EPSILON) if measure == "u_mass" else 0.0), undefined
    if measure != "c_v":
        return sum(defined) / len(defined), undefined
    known = [term for term in topic if share(term)]
    vectors = [
        [1.0 if a == b else npmi(share(a, b), share(a), share(b)) or 0.0 for b in known]
        for a in known
    ]
    total = [sum(column) for column in zip(*vectors, strict=True)]
    return sum(cosine(vector, total) for vector in vectors) / len(known), undefined


class TestAsGensim:
    @pytest.mark.parametrize("measure", MEASURES)
    @pytest.mark.parametrize("seed", [0, 1, 2])
    def test_equal_on_generated_texts(self, measure, seed):
        texts, topics = generated(seed)
        found = coherence(topics, texts, measure=measure, counting="gensim")
        expected = by_gensim(topics, texts, measure)
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)
        assert found["n_undefined"].sum() == 0

    @pytest.mark.parametrize("measure", MEASURES)
    def test_equal_on_titles(self, measure):
        texts, topics = titles()
        found = coherence(topics, texts, measure=measure, counting="gensim")
        expected = by_gensim(topics, texts, measure)
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)

    @pytest.mark.parametrize("measure", SIZES)
    @pytest.mark.parametrize("window", [1, 2, 5, 59, 1000])
    def test_equal_with_any_window(self, measure, window):
        texts, topics = generated(3)
        found = coherence(topics, texts, measure=measure, window=window, counting="gensim")
        expected = by_gensim(topics, texts, measure, window)
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)

    @pytest.mark.parametrize("measure", MEASURES)
    @pytest.mark.parametrize(
        "topics",
        [
            [["w1", "nowhere", "w2", "w3"]],  # gensim leaves unknown terms out
            [["w1", "w2"], ["w1", "w2", "w3", "w4"][:2]],  # two terms
            [["w1", "w2", "w1", "w3"], ["w4", "w5", "w4", "w4"]],  # repeated terms
        ],
    )
    def test_equal_for_odd_topics(self, measure, topics):
        texts, _ = generated(4)
        found = coherence(topics, texts, measure=measure, counting="gensim")
        expected = by_gensim(topics, texts, measure)
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)

    @pytest.mark.parametrize("measure", MEASURES)
    def test_equal_where_terms_are_in_every_text(self, measure):
        texts = [["a", "b", "c"], ["b", "a"], ["a", "d", "b"]]
        topics = [["a", "b", "c"], ["a", "b", "d"]]
        found = coherence(topics, texts, measure=measure, counting="gensim")
        expected = by_gensim(topics, texts, measure)
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)

    @pytest.mark.parametrize("measure", MEASURES)
    @given(texts=TEXTS, topics=TOPICS)
    def test_equal_wherever_gensim_has_a_number(self, measure, texts, topics):
        known = {term for text in texts for term in text}
        topics = [topic for topic in topics if known & set(topic)]  # gensim refuses the others
        if not topics:
            return
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)  # the mean of no pair
            expected = np.array(by_gensim(topics, texts, measure))
        found = coherence(topics, texts, measure=measure, counting="gensim")["coherence"]
        assert np.isfinite(found).all()
        exists = np.isfinite(expected)
        np.testing.assert_allclose(found[exists], expected[exists], rtol=0, atol=1e-6)

    def test_u_mass_of_counts_whose_dictionary_has_more(self):
        # The term c is in the dictionary and in no text: gensim gives 0 to a pair it conditions.
        counts = csr_matrix([[1, 1, 0], [1, 0, 0], [0, 1, 0]])
        dictionary = Dictionary([["a", "b", "c"]])
        corpus = [
            [(int(column), 1) for column in row.indices]
            for row in (counts[place] for place in range(3))
        ]
        topics = [["a", "b"], ["c", "a"], ["a", "c", "b"]]
        model = CoherenceModel(
            topics=topics, corpus=corpus, dictionary=dictionary, coherence="u_mass", topn=3
        )
        found = coherence(
            topics, counts=counts, terms=["a", "b", "c"], measure="u_mass", counting="gensim"
        )
        expected = model.get_coherence_per_topic()
        np.testing.assert_allclose(found["coherence"], expected, rtol=0, atol=1e-6)


class TestTrueCounts:
    @pytest.mark.parametrize("measure", SIZES)
    @given(texts=TEXTS, topics=TOPICS, window=st.integers(1, 16))
    def test_are_the_definitions_over_windows(self, measure, texts, topics, window):
        found = coherence(topics, texts, measure=measure, window=window)
        windows = windows_of(texts, window)
        expected = [brute(topic, windows, measure) for topic in topics]
        assert found["coherence"].tolist() == pytest.approx([v for v, _ in expected], abs=1e-6)
        assert found["n_undefined"].tolist() == [n for _, n in expected]
        assert found["n_pairs"].tolist() == [len(x) * (len(x) - 1) // 2 for x in topics]

    @pytest.mark.parametrize("measure", MEASURES)
    @given(texts=TEXTS, topics=TOPICS)
    def test_are_the_definitions_over_documents(self, measure, texts, topics):
        documents = [set(text) for text in texts]
        expected = [brute(topic, documents, measure) for topic in topics]
        found = coherence(topics, texts, measure=measure, counting="documents")
        assert found["coherence"].tolist() == pytest.approx([v for v, _ in expected], abs=1e-6)
        assert found["n_undefined"].tolist() == [n for _, n in expected]

    def test_differ_from_gensim_where_a_window_repeats_a_term(self):
        # Windows of three: a b a, b a c, x y z. Truly a is in two of them and once with c.
        texts, topics = [["a", "b", "a", "c"], ["x", "y", "z"]], [["a", "c"]]
        true = coherence(topics, texts, window=3)["coherence"].item()
        assert true == pytest.approx(log((1 / 3) / (2 / 3 * 1 / 3)) / -log(1 / 3))
        assert true == pytest.approx(brute(topics[0], windows_of(texts, 3), "c_npmi")[0])
        wrong = by_gensim(topics, texts, "c_npmi", 3)[0]  # a in one of them, never with c
        assert wrong == pytest.approx(log(EPSILON / (1 / 9)) / -log(EPSILON))
        repeated = coherence(topics, texts, window=3, counting="gensim")["coherence"].item()
        assert repeated == pytest.approx(wrong, abs=1e-6)

    @pytest.mark.parametrize("measure", MEASURES)
    def test_counts_texts_and_a_reference_agree(self, measure):
        texts, topics = generated(5)
        terms = [f"w{number}" for number in range(30)]
        counts = csr_matrix([[text.count(term) for term in terms] for text in texts])
        from_counts = coherence(topics, counts=counts, terms=terms, measure=measure)
        reference = make_reference(texts)
        from_reference = coherence(topics, reference, measure=measure, counting="documents")
        from_texts = coherence(topics, texts, measure=measure, counting="documents")
        pd.testing.assert_frame_equal(from_counts, from_texts)
        pd.testing.assert_frame_equal(from_reference, from_texts)

    @pytest.mark.parametrize("measure", MEASURES)
    @pytest.mark.parametrize("counting", ["documents", "gensim"])
    def test_many_topics_are_scored_in_parts(self, measure, counting, monkeypatch):
        texts, topics = generated(6)
        topics = [*topics, ["w1"], [], ["w2", "w3", "nowhere"]]
        at_once = coherence(topics, texts, measure=measure, counting=counting)
        monkeypatch.setattr(sys.modules[coherence.__module__], "TERMS_AT_ONCE", 13)
        in_parts = coherence(topics, texts, measure=measure, counting=counting)
        pd.testing.assert_frame_equal(at_once, in_parts, check_exact=True)


class TestUndefined:
    @pytest.mark.parametrize("measure", MEASURES)
    @pytest.mark.parametrize("counting", [None, "documents", "gensim"])
    @given(texts=TEXTS, topics=TOPICS)
    def test_the_value_is_always_a_number(self, measure, counting, texts, topics):
        with np.errstate(all="raise", under="ignore"):
            found = coherence(topics, texts, measure=measure, counting=counting)
        assert np.isfinite(found["coherence"]).all()
        assert (found["n_undefined"] <= found["n_pairs"]).all()
        assert (found["n_undefined"] >= 0).all()
        assert len(found) == len(topics)

    @pytest.mark.parametrize(
        ("topic", "measure", "value", "n_pairs", "n_undefined"),
        [
            (["a", "b"], "c_npmi", -1.0, 1, 0),  # never together
            (["b", "nowhere"], "c_npmi", 0.0, 1, 1),
            (["b", "nowhere"], "c_v", 0.0, 1, 1),
            (["b", "nowhere"], "u_mass", log(EPSILON), 1, 1),  # 0 would be the best
            (["every", "all"], "c_npmi", 0.0, 1, 1),  # 0/0
            (["every", "all"], "c_uci", 0.0, 1, 0),  # log 1
            (["every", "all"], "u_mass", 0.0, 1, 0),  # log 1
            (["every", "b"], "c_npmi", 0.0, 1, 0),  # what is everywhere tells nothing
            (["b", "c", "nowhere"], "c_npmi", 1.0, 3, 2),  # the mean is over what is defined
            (["b"], "c_npmi", 0.0, 0, 0),
            ([], "c_npmi", 0.0, 0, 0),
        ],
    )
    def test_is_counted_and_left_out(self, topic, measure, value, n_pairs, n_undefined):
        texts = [["every", "all", "a"], ["every", "all", "b", "c"], ["every", "all", "x"]]
        found = coherence([topic], texts, measure=measure, counting="documents").iloc[0]
        assert found["coherence"] == pytest.approx(value, abs=1e-9)
        assert (found["n_pairs"], found["n_undefined"]) == (n_pairs, n_undefined)

    def test_gensim_gives_the_lowest_value_to_terms_that_are_everywhere(self):
        texts, topics = [["a", "b"], ["b", "a"]], [["a", "b"]]
        found = coherence(topics, texts, counting="gensim")
        assert found["coherence"].tolist() == pytest.approx([-1.0])
        assert coherence(topics, texts)[["coherence", "n_undefined"]].values.tolist() == [[0, 1]]

    def test_no_topics_are_an_empty_table(self):
        found = coherence([], [["a"]])
        assert list(found.columns) == ["topic", "coherence", "n_pairs", "n_undefined"]
        assert found.empty
        assert found["n_pairs"].dtype == int


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "match"),
        [
            ({"measure": "npmi"}, r"measure is 'npmi'; expected one of: u_mass, c_uci, c_npmi"),
            ({"counting": "true"}, r"counting is 'true'; expected one of: windows, documents"),
            ({"window": 0}, r"window is 0; expected at least 1"),
            ({"window": 5, "counting": "documents"}, r"window is 5, but whole texts are counted"),
            ({"window": 5, "measure": "u_mass"}, r"window is 5, but whole texts are counted"),
            ({"measure": "u_mass", "counting": "windows"}, r"u_mass counts whole texts"),
        ],
    )
    def test_settings_that_do_not_fit(self, settings, match):
        with pytest.raises(SettingsError, match=match):
            coherence([["a", "b"]], [["a", "b"]], **settings)

    @pytest.mark.parametrize("counting", ["windows", "gensim"])
    def test_windows_of_counts(self, counting):
        with pytest.raises(SettingsError, match="which know no order"):
            coherence([["a"]], counts=csr_matrix([[1]]), terms=["a"], counting=counting)

    def test_a_topic_that_is_a_string(self):
        with pytest.raises(SettingsError, match="topic 2 is '防災'; expected a list of terms"):
            coherence([["電子"], "防災"], [["電子"]])

    def test_a_topic_with_a_term_twice(self):
        with pytest.raises(SettingsError, match="topic 1 has 'a' twice"):
            coherence([["a", "b", "a"]], [["a", "b"]])

    @pytest.mark.parametrize(
        "given", [{}, {"texts": [["a"]], "counts": csr_matrix([[1]]), "terms": ["a"]}]
    )
    def test_other_than_one_reference(self, given):
        with pytest.raises(SettingsError, match="expected either texts, or counts and terms"):
            coherence([["a"]], **given)

    def test_a_reference_beside_counts(self):
        with pytest.raises(SettingsError, match="expected either texts, or counts and terms"):
            coherence([["a"]], make_reference([["a"]]), counts=csr_matrix([[1]]), terms=["a"])

    def test_no_texts(self):
        with pytest.raises(TooSmallError, match="the reference has no text"):
            coherence([["a"]], [])


class TestMeanCoherence:
    def table(self, values, n_undefined=0):
        return pd.DataFrame({"coherence": values, "n_pairs": 3, "n_undefined": n_undefined})

    def test_is_the_mean_with_students_interval(self):
        values = [0.1, 0.4, -0.2, 0.3]
        found = mean_coherence(self.table(values), level=0.9)
        low, high = t.interval(0.9, 3, np.mean(values), np.std(values, ddof=1) / 2)
        assert found["coherence"] == pytest.approx(0.15)
        assert (found["coherence_low"], found["coherence_high"]) == pytest.approx((low, high))
        assert (found["n_topics"], found["n_left_out"], found["n_pairs"]) == (4, 0, 12)

    def test_topics_without_a_defined_pair_are_left_out_and_counted(self):
        found = mean_coherence(self.table([0.2, 0.4, 0.0], [0, 2, 3]))
        assert found["coherence"] == pytest.approx(0.3)
        assert (found["n_topics"], found["n_left_out"], found["n_undefined"]) == (2, 1, 5)

    @pytest.mark.parametrize("n_undefined", [0, 3])
    def test_one_topic_cannot_tell_an_interval(self, n_undefined):
        found = mean_coherence(self.table([0.2], n_undefined))
        assert found["coherence"] == 0.2
        assert np.isnan([found["coherence_low"], found["coherence_high"]]).all()
        assert found["n_topics"] == (n_undefined == 0)

    def test_no_topic_refused(self):
        with pytest.raises(TooSmallError, match="the table has no topic"):
            mean_coherence(coherence([], [["a"]]))

    @pytest.mark.parametrize("level", [0, 1, 95])
    def test_a_level_out_of_range_refused(self, level):
        with pytest.raises(SettingsError, match=f"level is {level}; expected a number between"):
            mean_coherence(self.table([0.1, 0.2]), level=level)
