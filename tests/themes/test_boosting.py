"""Trees learn from the columns of the linear model. All items are invented."""

import numpy as np
import pytest

from cio_topics.themes.boosting import BoostedThemes


@pytest.fixture(scope="module")
def boosted(book, invented):
    table, labels = invented
    return BoostedThemes(book, n_components=500).fit(
        table.loc[table.index.repeat(4)], np.repeat(labels, 4, axis=0)
    )


def test_what_rules_say_is_learned(boosted, book):
    found = boosted.decision_function(["花", "猫", "星座"])
    assert found.argmax(axis=1).tolist() == [0, 1, 2]


def test_a_theme_that_no_row_has_is_never_likely(boosted):
    assert (boosted.decision_function(["花", "その他", ""])[:, 3] == -20).all()


def test_columns_are_directions_then_rules(boosted, book):
    n_rules = boosted._scorer.features.sizes[3]
    assert n_rules == len(book.ids)
    columns = boosted._columns(boosted._scorer.labelled.matrix)
    n = len(boosted.svd_.components_)
    assert n == len(columns) - 1  # not 500: there are fewer rows
    assert columns.shape[1] == n + n_rules
    n_text = sum(boosted._scorer.features.sizes[:3])
    rules = boosted._scorer.labelled.matrix[:, n_text:].toarray()
    np.testing.assert_array_equal(columns[:, n:], rules)
