"""The best columns are those a full sort finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.topics.dynamic.ranks import highest_columns, ranked_terms


@given(
    arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 8)), elements=st.integers(0, 3)),
    st.integers(1, 9),
)
def test_as_a_full_sort(scores, n_columns):
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :n_columns]
    assert highest_columns(scores, n_columns).tolist() == expected.tolist()


def test_rows_that_are_left_out_and_kept():
    scores = [np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 0.0]]), np.array([[0, 0, 1.0], [3, 3, 3.0]])]
    table = ranked_terms(scores, ["p", "q"], ["a", "b"], list("xyz"), n_terms=2, value="score")
    rows = table.fillna(-1).itertuples(index=False)
    assert [tuple(row) for row in rows] == [
        ("p", "a", 1, "y", 2.0),
        ("p", "a", 2, "z", 1.0),
        ("p", "b", 0, "", -1.0),  # no term: one row, so that the period is not lost
        ("q", "a", 1, "z", 1.0),  # x and y have nothing
        ("q", "b", 1, "x", 3.0),
        ("q", "b", 2, "y", 3.0),
    ]


@pytest.mark.parametrize("n_all", [0, 3])
def test_no_periods_no_rows(n_all):
    table = ranked_terms([], [], ["a"], ["x"] * n_all, n_terms=2, value="score")
    assert table.dtypes.astype(str).to_dict() == {
        "period": "str",
        "topic": "str",
        "rank": "int64",
        "term": "str",
        "score": "float64",
    }
    assert table.empty


def test_no_terms():
    table = ranked_terms([np.zeros((2, 0))], ["p"], ["a", "b"], [], n_terms=2, value="score")
    assert table["rank"].tolist() == [0, 0]
