import pickle

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.topic_coherence.probability_estimation import p_boolean_sliding_window
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.topics.quality.windows import make_reference, pair_counts

# Few terms, so that windows repeat them.
TEXTS = st.lists(st.lists(st.sampled_from("abcdx"), max_size=12), min_size=1, max_size=6)
SIZES = st.integers(1, 14)
TERMS = ["a", "b", "c", "d", "nowhere"]


def windows_of(texts, size):
    """Return the set of terms of every window, from the definition."""
    return [
        set(text[start : start + size])
        for text in texts
        for start in range(max(1, len(text) - size + 1))
    ]


def brute(texts, terms, size):
    windows = windows_of(texts, size)
    return len(windows), [
        [sum({one, other} <= window for window in windows) for other in terms] for one in terms
    ]


class TestPairCounts:
    @given(TEXTS, SIZES)
    def test_are_those_of_a_count_window_by_window(self, texts, size):
        n, expected = brute(texts, TERMS, size)
        found = pair_counts(make_reference(texts), TERMS, window=size)
        assert (found.n, found.pairs.tolist()) == (n, expected)

    @given(TEXTS, SIZES)
    def test_as_gensim_are_those_of_gensim(self, texts, size):
        terms = sorted({term for text in texts for term in text} - {"x"})
        dictionary = Dictionary(texts)
        ids = [dictionary.token2id[term] for term in terms]
        segments = [[(one, other) for one in ids for other in ids]]
        counted = p_boolean_sliding_window(texts, segments, dictionary, size) if ids else None
        found = pair_counts(make_reference(texts), terms, window=size, as_gensim=True)
        expected = [[int(counted[one, other]) for other in ids] for one in ids]
        assert found.pairs.tolist() == expected
        assert counted is None or found.n == counted.num_docs

    def test_a_term_repeated_in_the_window_is_where_gensim_miscounts(self):
        texts, terms = [["a", "b", "a", "c"]], ["a", "c"]
        reference = make_reference(texts)
        assert brute(texts, terms, 3) == (2, [[2, 1], [1, 1]])
        true = pair_counts(reference, terms, window=3)
        assert (true.n, true.pairs.tolist()) == (2, [[2, 1], [1, 1]])
        dictionary = Dictionary(texts)
        a, c = dictionary.token2id["a"], dictionary.token2id["c"]
        counted = p_boolean_sliding_window(texts, [[(a, c)]], dictionary, 3)
        assert (counted[a], counted[a, c]) == (1, 0)  # gensim itself
        repeated = pair_counts(reference, terms, window=3, as_gensim=True)
        assert repeated.pairs.tolist() == [[1, 0], [0, 1]]

    @given(st.lists(st.permutations("abcdx"), min_size=1, max_size=4), SIZES)
    def test_without_repetitions_gensim_counts_truly(self, texts, size):
        reference = make_reference(texts)
        true = pair_counts(reference, TERMS, window=size)
        repeated = pair_counts(reference, TERMS, window=size, as_gensim=True)
        np.testing.assert_array_equal(true.pairs, repeated.pairs)

    @given(TEXTS)
    def test_a_window_longer_than_all_texts_is_the_whole_text(self, texts):
        reference = make_reference(texts)
        whole = pair_counts(reference, TERMS)
        longer = pair_counts(reference, TERMS, window=10**12)
        assert whole.n == longer.n == len(texts)
        np.testing.assert_array_equal(whole.pairs, longer.pairs)

    @given(TEXTS)
    def test_whole_texts_are_those_of_a_matrix_of_counts(self, texts):
        matrix = csr_matrix([[text.count(term) for term in TERMS] for text in texts])
        from_counts = pair_counts(make_reference(counts=matrix, terms=TERMS), TERMS)
        from_texts = pair_counts(make_reference(texts), TERMS)
        assert from_counts.n == from_texts.n
        np.testing.assert_array_equal(from_counts.pairs, from_texts.pairs)
        present = matrix > 0
        np.testing.assert_array_equal(
            from_counts.pairs, (present.T.astype(int) @ present.astype(int)).toarray()
        )

    @given(TEXTS, SIZES, st.permutations(TERMS))
    def test_the_order_of_terms_only_orders_the_counts(self, texts, size, terms):
        reference = make_reference(texts)
        found = pair_counts(reference, terms, window=size).pairs
        places = [terms.index(term) for term in TERMS]
        np.testing.assert_array_equal(
            found[np.ix_(places, places)], pair_counts(reference, TERMS, window=size).pairs
        )

    def test_windows_do_not_cross_texts(self):
        reference = make_reference([["a", "b"], ["c", "a"]])
        assert pair_counts(reference, ["b", "c"], window=2).pairs[0, 1] == 0

    def test_a_text_without_tokens_is_a_window_without_terms(self):
        found = pair_counts(make_reference([[], ["a"]]), ["a"], window=3)
        assert (found.n, found.pairs.tolist()) == (2, [[1]])

    def test_no_terms_have_no_counts(self):
        found = pair_counts(make_reference([["a"]]), [], window=3)
        assert (found.n, found.pairs.shape) == (1, (0, 0))

    def test_a_pickled_reference_counts_the_same(self):
        reference = make_reference([["a", "b", "a", "c"]])
        again = pickle.loads(pickle.dumps(reference))
        assert pair_counts(again, ["a"], window=3).pairs.tolist() == [[2]]

    @pytest.mark.parametrize("window", [0, -3])
    def test_a_window_without_tokens_refused(self, window):
        with pytest.raises(SettingsError, match=f"window is {window}; expected at least 1"):
            pair_counts(make_reference([["a"]]), ["a"], window=window)

    def test_windows_of_counts_refused(self):
        reference = make_reference(counts=csr_matrix([[1]]), terms=["a"])
        with pytest.raises(SettingsError, match="made from counts, which know no order"):
            pair_counts(reference, ["a"], window=10)

    def test_a_term_twice_refused(self):
        with pytest.raises(SettingsError, match="terms has a term twice"):
            pair_counts(make_reference([["a"]]), ["a", "a"])


class TestMakeReference:
    def test_reads_any_iterable_once(self):
        reference = make_reference(text for text in (["a", "b"], (), ("a",)))
        assert reference.codes.tolist() == [0, 1, 0]
        assert reference.starts.tolist() == [0, 2, 2, 3]
        assert dict(reference.columns) == {"a": 0, "b": 1}
        assert (reference.n_texts, reference.in_order) == (3, True)

    def test_an_entry_that_is_not_positive_is_no_term(self):
        stored = csr_matrix(([0.0, 2.0, 1.0], [0, 1, 0], [0, 2, 3]), shape=(2, 2))  # a zero stored
        reference = make_reference(counts=stored, terms=np.array(["a", "b"]))
        assert reference.codes.tolist() == [1, 0]
        assert not reference.in_order

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"texts": [["a"]], "counts": csr_matrix([[1]]), "terms": ["a"]},
            {"counts": csr_matrix([[1]])},
            {"texts": [["a"]], "terms": ["a"]},
        ],
    )
    def test_other_than_one_source_refused(self, given):
        with pytest.raises(SettingsError, match="expected either texts, or counts and terms"):
            make_reference(**given)

    @pytest.mark.parametrize(
        ("terms", "match"),
        [
            (["a"], r"1 terms \(1 distinct\) name 2 columns"),
            (["a", "a"], r"2 terms \(1 distinct\) name 2 columns"),
        ],
    )
    def test_terms_that_do_not_name_the_columns_refused(self, terms, match):
        with pytest.raises(SettingsError, match=match):
            make_reference(counts=csr_matrix([[1, 1]]), terms=terms)

    def test_a_string_for_a_text_refused(self):
        with pytest.raises(SettingsError, match="text 2 is '電子政府'; expected a list of tokens"):
            make_reference([["電子"], "電子政府"])

    @pytest.mark.parametrize(
        "given", [{"texts": []}, {"counts": csr_matrix((0, 1)), "terms": ["a"]}]
    )
    def test_no_text_refused(self, given):
        with pytest.raises(TooSmallError, match="the reference has no text"):
            make_reference(**given)
