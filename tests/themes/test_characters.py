"""Runs of characters are those that scikit-learn counts. All texts are drawn by chance."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from cio_topics.errors import SettingsError
from cio_topics.themes.characters import count_grams, learn_grams
from cio_topics.themes.features import inverse_frequencies, weigh

# scikit-learn makes one space of several; titles are in normal form, where there are none.
texts = st.text(
    st.one_of(st.sampled_from("ab電子化 \n𠮷😀"), st.characters(exclude_categories=["Cs"])),
    max_size=12,
).map(lambda text: re.sub(r"(\s)\s+", r"\1", text))
collections = st.lists(texts, max_size=6)
lengths = st.sampled_from([(1, 1), (1, 2), (1, 3), (2, 3), (1, 4), (4, 4)])


def reference(kind, low: int, high: int, **settings):
    return kind(
        analyzer="char",
        ngram_range=(low, high),
        preprocessor=lambda text: text.replace("\n", " "),
        **settings,
    )


def has_runs(texts: list[str], low: int) -> bool:
    return any(len(text) >= low for text in texts)


@settings(max_examples=80)
@given(collections, collections, lengths)
@example([""], ["電子"], (1, 2))
@example(["𠮷野家\n😀"], ["😀\n𠮷", ""], (1, 4))
def test_counts_are_those_of_scikit_learn(known, new, lengths):
    grams = learn_grams(known, *lengths)
    if not has_runs(known, lengths[0]):
        assert grams.n_columns == 0
        assert count_grams(new, grams).shape == (len(new), 0)
        return
    other = reference(CountVectorizer, *lengths).fit(known)
    columns = [other.vocabulary_[name] for name in grams.names()]
    assert sorted(columns) == list(range(grams.n_columns))
    assert len(set(grams.names())) == len(other.vocabulary_)
    if new:
        expected = other.transform(new).toarray()[:, columns]
        np.testing.assert_array_equal(count_grams(new, grams).toarray(), expected)


@settings(max_examples=60)
@given(collections, collections, lengths)
def test_weights_are_those_of_scikit_learn(known, new, lengths):
    if not new or not has_runs(known, lengths[0]):
        return
    grams = learn_grams(known, *lengths)
    idf = inverse_frequencies(count_grams(known, grams))
    other = reference(TfidfVectorizer, *lengths, sublinear_tf=True, lowercase=False).fit(known)
    columns = [other.vocabulary_[name] for name in grams.names()]
    weights = weigh(count_grams(new, grams), idf).toarray()
    np.testing.assert_allclose(weights, other.transform(new).toarray()[:, columns], atol=1e-12)
    lengths_of_rows = np.linalg.norm(weights, axis=1)
    assert np.all((lengths_of_rows == 0) | (np.abs(lengths_of_rows - 1) < 1e-12))


@given(collections, collections, lengths)
def test_counts_of_one_text_do_not_depend_on_the_others(known, new, lengths):
    grams = learn_grams(known, *lengths)
    together = count_grams(new, grams).toarray()
    alone = [count_grams([text], grams).toarray()[0] for text in new]
    np.testing.assert_array_equal(together, np.array(alone).reshape(together.shape))


@given(texts, texts)
def test_counts_of_single_characters_add_up(one, other):
    """Law: a text twice as long has the counts of both parts; longer runs gain the seam alone."""
    grams = learn_grams([one, other, one + other], 1, 2)
    both = count_grams([one + other], grams).toarray()[0]
    parts = count_grams([one, other], grams).toarray().sum(axis=0)
    single = np.array([len(name) == 1 for name in grams.names()], dtype=bool)
    np.testing.assert_array_equal(both[single], parts[single])
    assert (both - parts)[~single].sum() == bool(one and other)


def test_the_order_of_texts_and_their_repetition_do_not_matter():
    one, other = learn_grams(["電子", "化"], 1, 2), learn_grams(["化", "電子", "電子"], 1, 2)
    assert one.names() == other.names()


def test_runs_end_with_their_text():
    grams = learn_grams(["電子", "化学"], 1, 2)
    assert "子化" not in grams.names()
    assert count_grams(["電子化学"], grams).sum() == 4 + 2  # the seam was never seen


@pytest.mark.parametrize("lengths", [(0, 1), (2, 1), (1, 5), (-1, 3)])
def test_lengths_that_no_number_can_hold_are_refused(lengths):
    with pytest.raises(SettingsError, match="expected 1 to 4"):
        learn_grams(["電子"], *lengths)
