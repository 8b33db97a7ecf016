from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.topics.quality.association import association, normalized_pmi

COUNTS = arrays(
    np.int64, st.tuples(st.integers(1, 8), st.integers(1, 5)), elements=st.integers(0, 2)
)


def share(counts, *columns):
    return (counts[:, columns] > 0).all(axis=1).mean()


class TestAssociation:
    @pytest.mark.parametrize("measure", ["npmi", "pmi"])
    @given(counts=COUNTS)
    def test_is_the_definition_where_terms_co_occur(self, measure, counts):
        found = association(csr_matrix(counts), measure)
        rows = np.repeat(np.arange(found.shape[0]), np.diff(found.indptr))
        stored = set(zip(rows.tolist(), found.indices.tolist(), strict=True))
        n_terms = counts.shape[1]
        for one in range(n_terms):
            for other in range(n_terms):
                both = share(counts, one, other)
                undefined = measure == "npmi" and both == 1
                if one == other or both == 0 or undefined:
                    assert (one, other) not in stored
                    continue
                pmi = log(both / (share(counts, one) * share(counts, other)))
                expected = pmi if measure == "pmi" else pmi / -log(both)
                assert (one, other) in stored
                assert found[one, other] == pytest.approx(expected, abs=1e-12)

    @given(counts=COUNTS)
    def test_is_symmetric_and_finite(self, counts):
        found = association(csr_matrix(counts))
        assert np.isfinite(found.data).all()
        assert (found != found.T).nnz == 0
        assert found.has_sorted_indices
        assert (np.abs(found.data) <= 1).all()

    def test_a_value_of_zero_is_stored(self):
        # Independent terms: together in a quarter of the texts, each in half.
        found = association(csr_matrix([[1, 1], [1, 0], [0, 1], [0, 0]]))
        assert found.nnz == 2
        assert found.data.tolist() == [0.0, 0.0]

    def test_zeros_that_a_matrix_stores_are_no_terms(self):
        stored = csr_matrix(([0, 1, 1, 1], [0, 1, 0, 1], [0, 2, 4]), shape=(2, 2))
        dense = csr_matrix([[0, 1], [1, 1]])
        np.testing.assert_array_equal(association(stored).toarray(), association(dense).toarray())

    def test_unknown_measure_refused(self):
        with pytest.raises(SettingsError, match=r"measure is 'lift'; expected one of: npmi, pmi"):
            association(csr_matrix([[1]]), "lift")


class TestNormalizedPmi:
    @pytest.mark.parametrize(
        ("both", "one", "other", "value", "defined"),
        [
            (2, 2, 2, 1.0, True),  # always together
            (0, 2, 2, -1.0, True),  # never: the limit
            (1, 2, 2, 0.0, True),  # as by chance
            (2, 4, 2, 0.0, True),  # one is everywhere: it tells nothing
            (4, 4, 4, 0.0, False),  # both are everywhere: 0/0
            (0, 0, 2, 0.0, False),  # one is nowhere: 0/0
        ],
    )
    def test_ends_of_the_scale(self, both, one, other, value, defined):
        values, exists = normalized_pmi([both], [one], [other], 4)
        assert (values.tolist(), exists.tolist()) == ([value], [defined])
