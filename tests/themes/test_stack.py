"""A stack is one linear scorer: the text's, then the rules'. All items are invented."""

import numpy as np
import pytest

from cio_topics.errors import SettingsError
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.model import as_titles
from cio_topics.themes.stack import StackedThemes

TITLES = ["花と鯨", "犬と猫の星座", "木の葉", ""]


@pytest.fixture(scope="module")
def stack(book, invented):
    return StackedThemes(book, n_splits=3).fit(*invented)


def test_a_score_is_the_sum_over_labelled_rows_and_rules(stack):
    """Law: labelled rows give the score of the text; the rules add the rest."""
    scorer = stack.scorer_
    matrix = scorer.matrix(as_titles(TITLES))
    by_rows = np.asarray(matrix @ scorer.labelled.matrix.T @ scorer.labelled.dual)
    n_text = sum(scorer.features.sizes[:3])
    rules = np.asarray(matrix[:, n_text:] @ scorer.weights[n_text:])
    scores = scorer.scores(matrix)
    np.testing.assert_allclose(by_rows + rules + scorer.intercept, scores, atol=1e-9)
    np.testing.assert_array_equal(scores, stack.decision_function(TITLES))
    assert scorer.labelled.matrix[:, n_text:].count_nonzero() == 0
    assert rules[0].argmax() == 0
    assert not rules[3].any()


def test_the_text_weighs_as_it_does_alone(stack, book, invented):
    """Law: scores of titles without a rule are those of the text, on another scale."""
    titles = ["植物の観察", "星の写真", "散歩", "世話の計画"]
    alone = LinearThemes(book, rules=False).fit(*invented).decision_function(titles)
    joined = stack.decision_function(titles)
    slope = np.ptp(joined) / np.ptp(alone)
    assert slope > 0
    np.testing.assert_allclose(joined - joined[0, 0], slope * (alone - alone[0, 0]), atol=1e-9)


def test_a_rule_of_one_set_weighs_the_same_for_all_themes(stack, book):
    n_text = sum(stack.scorer_.features.sizes[:3])
    weights = stack.scorer_.weights[n_text:]
    assert weights.shape == (4, 4)  # an own codebook has one set
    np.testing.assert_array_equal(weights, np.eye(4) * weights[0, 0])
    assert weights[0, 0] > 0


def test_seen_only_reaches_the_rules(book, invented):
    table, labels = invented
    without = ~table["title"].str.contains("木の葉").to_numpy()
    model = StackedThemes(book, n_splits=3, seen_only=True).fit(table[without], labels[without])
    n_text = sum(model.scorer_.features.sizes[:3])
    assert model.scorer_.matrix(as_titles(["木の葉"]))[:, n_text:].nnz == 0
    assert model.scorer_.matrix(as_titles(["花"]))[:, n_text:].nnz == 1


def test_the_seed_decides_alone(stack, book, invented):
    again = StackedThemes(book, n_splits=3).fit(*invented)
    np.testing.assert_array_equal(again.decision_function(TITLES), stack.decision_function(TITLES))
    other = StackedThemes(book, n_splits=3, random_state=7).fit(*invented)
    assert (other.decision_function(TITLES) != stack.decision_function(TITLES)).any()


def test_one_group_is_too_few(book, invented):
    with pytest.raises(SettingsError, match="expected at least two of both"):
        StackedThemes(book).fit(*invented, groups=np.zeros(12))
