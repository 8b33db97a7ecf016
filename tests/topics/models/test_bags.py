import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix

from cio_topics.errors import TooSmallError
from cio_topics.topics.models.bags import rows_with_terms, term_bags, term_lists

MATRICES = arrays(np.int64, (4, 3), elements=st.integers(0, 3))


class TestRowsWithTerms:
    @pytest.mark.parametrize(
        ("rows", "expected"),
        [
            ([[1, 0], [0, 2]], [0, 1]),
            ([[0, 0], [0, 2], [0, 0]], [1]),
            ([[0.0, 1e-9]], [0]),
        ],
    )
    def test_positions(self, rows, expected):
        assert rows_with_terms(csr_matrix(rows)).tolist() == expected

    @pytest.mark.parametrize("shape", [(1, 1), (5, 3)])
    def test_refuses_texts_without_terms(self, shape):
        with pytest.raises(TooSmallError, match=f"none of {shape[0]} texts has a term"):
            rows_with_terms(csr_matrix(shape))


class TestTermBags:
    @given(MATRICES)
    def test_give_the_matrix_back(self, matrix):
        back = np.zeros(matrix.shape)
        for row, bag in enumerate(term_bags(csr_matrix(matrix))):
            assert bag == sorted(bag)
            for column, count in bag:
                back[row, column] = count
        assert (back == matrix).all()


class TestTermLists:
    @given(MATRICES)
    def test_say_each_term_as_often_as_it_is_counted(self, matrix):
        texts = term_lists(csr_matrix(matrix))
        assert len(texts) == len(matrix)
        for text, row in zip(texts, matrix, strict=True):
            assert [text.count(str(column)) for column in range(3)] == row.tolist()
            assert len(text) == row.sum()

    def test_whole_numbers_do_not_warn(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert term_lists(csr_matrix([[2.0, 0.0]])) == [["0", "0"]]

    def test_fractions_are_rounded_up_with_a_warning(self):
        with pytest.warns(UserWarning, match=r"rounded up.*make_vectorizer\(\"count\"\)"):
            assert term_lists(csr_matrix([[0.2, 1.0, 1.5]])) == [["0", "1", "2", "2"]]
