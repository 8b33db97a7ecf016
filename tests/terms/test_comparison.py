"""G², log ratio and q-values against hand-worked numbers and brute force. Titles are invented."""

from __future__ import annotations

from collections import Counter
from math import erfc, log, log2, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.terms.comparison import keyness, log_likelihood, log_ratio
from cio_topics.tokens import Token, Tokenizer


class Words(Tokenizer):
    """Words between spaces."""

    def stream(self, texts):
        for text in texts:
            yield [Token(w, w, w, "名詞", "普通名詞", "", 0, 1) for w in text.split()]


WORDS = Words(core_only=False, min_length=1, stop_words=())


def group(name: str, titles: list[str], per_meeting: int = 1) -> pd.DataFrame:
    ids = [f"{name}{n}" for n in range(len(titles))]
    meetings = [f"{name}-m{n // per_meeting}" for n in range(len(titles))]
    return pd.DataFrame({"item_id": ids, "meeting_id": meetings, "title": titles}, dtype="str")


def compared(titles_a, titles_b, min_count=1):
    a, b = group("a", titles_a), group("b", titles_b)
    return keyness(a, b, tokenizer=WORDS, min_count=min_count)


# --- the measures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "g2", "ratio"),
    [
        ((20, 20, 1000, 1000), 0.0, 0.0),
        ((3, 1, 30, 10), 0.0, 0.0),  # equal rates in groups of unequal size
        ((10, 20, 1000, 1000), 3.3980, -1.0),  # 2(10 ln 10/15 + 20 ln 20/15)
        ((10, 10, 1000, 3000), 5.7536, log2(3)),  # expected 5 and 15: 2(10 ln 2 + 10 ln 2/3)
        ((10, 0, 500, 500), 13.8629, log2(20)),  # 20 ln 2; 0 is taken as 0.5
        ((0, 4, 1000, 1000), 5.5452, -3.0),  # 8 ln 2
        ((0, 1, 100, 900), 0.2107, 0.0),  # 2 ln 10/9; 0.111 are expected, so less than 0.5
    ],
)
def test_hand_worked_numbers(counts, g2, ratio):
    assert log_likelihood(*counts) == pytest.approx(g2, abs=5e-5)
    assert log_ratio(*counts) == pytest.approx(ratio, abs=1e-12)


COUNTS = st.tuples(st.integers(0, 50), st.integers(0, 50)).filter(any)
TOTALS = st.tuples(st.integers(50, 10**6), st.integers(50, 10**6))


@given(COUNTS, TOTALS)
def test_swapped_groups_have_the_same_g2_and_the_opposite_ratio(counts, totals):
    here, there = (*counts, *totals), (*counts[::-1], *totals[::-1])
    assert log_likelihood(*here) == pytest.approx(log_likelihood(*there), abs=1e-9)
    assert log_ratio(*here) == pytest.approx(-log_ratio(*there), abs=1e-9)


@given(COUNTS, TOTALS)
def test_the_ratio_points_to_the_greater_rate(counts, totals):
    ratio = log_ratio(*counts, *totals)
    assert np.isfinite(ratio)
    assert ratio * (counts[0] * totals[1] - counts[1] * totals[0]) >= 0
    assert log_likelihood(*counts, *totals) >= 0


# Dunning (1993), table 1: "the swiss", "can be", "previous year", "mineral water", "at the". His
# ratio has four cells: the word and every other word, each after the first word and elsewhere.
@pytest.mark.parametrize(
    ("cells", "published"),
    [
        ((110, 2442, 111, 29114), 270.72),
        ((29, 13, 123, 31612), 263.90),
        ((31, 23, 139, 31584), 256.84),
        ((10, 0, 3, 31764), 167.23),
        ((76, 104, 2476, 29121), 157.21),
    ],
)
def test_words_and_their_complement_give_dunnings_published_ratios(cells, published):
    both, first, second, neither = cells
    totals = both + first, second + neither
    g2 = log_likelihood([both, first], [second, neither], *totals)
    assert g2.sum() == pytest.approx(published, abs=0.005)


# Rounding must not turn the sign: 5 · (11 / 198) / (11 / 198) > 5 in floating point.
@pytest.mark.parametrize("counts", [(0, 5, 11, 198), (0, 1, 249, 6309)])
def test_the_ratio_never_points_to_the_group_without_the_term(counts):
    swapped = [counts[place] for place in (1, 0, 3, 2)]
    assert log_ratio(*counts) <= 0 <= log_ratio(*swapped)


@given(st.integers(1, 50), st.integers(1, 50), TOTALS)
def test_g2_is_the_likelihood_ratio_of_two_poisson_rates(n_a, n_b, totals):
    # Dunning's ratio itself: each group its own rate, against one rate for both.
    one = (n_a + n_b) / sum(totals)
    pairs = ((n_a, totals[0]), (n_b, totals[1]))
    own = sum(n * log(n / size) - n for n, size in pairs)
    both = sum(n * log(one) - one * size for n, size in pairs)
    assert log_likelihood(n_a, n_b, *totals) == pytest.approx(2 * (own - both), abs=1e-6)


# --- the table ------------------------------------------------------------------------------

TITLES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6).map(" ".join), min_size=1)


@settings(max_examples=30)
@given(TITLES, TITLES, st.integers(1, 4))
def test_the_table_is_that_of_brute_force(titles_a, titles_b, min_count):
    assume(any(titles_a) and any(titles_b))
    table = compared(titles_a, titles_b, min_count)
    a, b = (Counter(" ".join(titles).split()) for titles in (titles_a, titles_b))
    size_a, size_b = a.total(), b.total()
    assert set(table["term"]) == {t for t in a | b if a[t] + b[t] >= min_count}
    for row in table.itertuples():
        n_a, n_b = a[row.term], b[row.term]
        assert (row.n_a, row.n_b, row.n_terms_a, row.n_terms_b) == (n_a, n_b, size_a, size_b)
        assert row.n_meetings_a == sum(row.term in title for title in titles_a)
        assert row.rate_a == pytest.approx(1000 * n_a / size_a)
        share = size_a / (size_a + size_b)
        expected = share * (n_a + n_b), (1 - share) * (n_a + n_b)
        assert row.expected_low == pytest.approx(min(expected))
        parts = [n * log(n / e) for n, e in zip((n_a, n_b), expected, strict=True) if n]
        assert row.g2 == pytest.approx(2 * sum(parts), abs=1e-9)
        assert row.p_value == pytest.approx(erfc(sqrt(row.g2 / 2)))
        sign = (n_a * size_b > n_b * size_a) - (n_a * size_b < n_b * size_a)
        assert row.direction == {1: "a", 0: "none", -1: "b"}[sign]


@settings(max_examples=30)
@given(TITLES, TITLES)
def test_q_values_are_benjamini_and_hochbergs(titles_a, titles_b):
    assume(any(titles_a) and any(titles_b))
    table = compared(titles_a, titles_b)
    p = table["p_value"].to_numpy()
    # The least level at which the step-up procedure, run as it is written, rejects the row.
    for q, own in zip(table["q_value"], p, strict=True):
        levels = [len(p) * other / int((p <= other).sum()) for other in p if other >= own]
        assert q == pytest.approx(min([*levels, 1.0]))


@settings(max_examples=30)
@given(TITLES, TITLES)
def test_swapping_the_groups_swaps_the_table(titles_a, titles_b):
    assume(any(titles_a) and any(titles_b))
    here, there = compared(titles_a, titles_b), compared(titles_b, titles_a)
    assert here["term"].tolist() == there["term"].tolist()
    turned = here["direction"].map({"a": "b", "b": "a", "none": "none"})
    assert turned.tolist() == there["direction"].tolist()
    np.testing.assert_allclose(here["log_ratio"], -there["log_ratio"], atol=1e-9)
    np.testing.assert_allclose(here["g2"], there["g2"], atol=1e-9)
    assert here["n_meetings_a"].tolist() == there["n_meetings_b"].tolist()


def test_equal_g2_is_ordered_by_term():
    assert compared(["c a", "b"], ["f", "e d"])["term"].tolist() == list("abcdef")


def test_rare_terms_are_in_the_totals_but_have_no_row():
    table = compared(["a a a x"], ["a a y"], min_count=5)
    assert table[["term", "n_terms_a", "n_terms_b"]].values.tolist() == [["a", 4, 3]]


def test_repeated_titles_of_one_meeting_are_one_meeting():
    a = group("a", ["k"] * 8 + ["x"], per_meeting=9)
    table = keyness(a, group("b", ["x"] * 9), tokenizer=WORDS, min_count=1).set_index("term")
    assert table.loc["k", ["n_a", "n_meetings_a", "n_meetings_b"]].tolist() == [8, 1, 0]
    assert table.loc["k", "q_value"] < 0.01  # what the docs warn of


def test_one_item_against_one_tells_nothing_sure():
    assert (compared(["a"], ["b"])["q_value"] > 0.2).all()


def test_no_frequent_term_gives_an_empty_table():
    full, empty = compared(["a b"], ["a c"]), compared(["a b"], ["a c"], min_count=9)
    assert empty.empty
    assert list(empty.columns) == list(full.columns)


# --- refusals -------------------------------------------------------------------------------

SOME = group("s", ["a b", "b"])


@pytest.mark.parametrize(
    ("a", "b", "chosen", "error", "message"),
    [
        (SOME, group("b", []), {}, TooSmallError, "group b has no item"),
        (group("a", [""]), SOME, {}, TooSmallError, "group a has no term"),
        (SOME, SOME[1:], {}, SettingsError, "1 items stand in both groups"),
        (SOME, group("b", ["a"]), {"min_count": 0}, SettingsError, "min_count is 0"),
        (SOME.drop(columns="title"), SOME, {}, SettingsError, "lack title"),
        (pd.concat([SOME, SOME]), group("b", ["a"]), {}, SettingsError, "2 item_id stand twice"),
    ],
)
def test_what_cannot_be_compared_is_refused(a, b, chosen, error, message):
    with pytest.raises(error, match=message):
        keyness(a, b, tokenizer=WORDS, **chosen)


def test_a_random_half_against_the_other_sets_almost_nothing_apart():
    agenda = read_example().agenda().sort_values("item_id", ignore_index=True)  # ids are hashes
    assert (keyness(agenda[::2], agenda[1::2])["q_value"] < 0.01).mean() < 0.02
