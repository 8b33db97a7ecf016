import numpy as np
import pytest

from cio_topics.topics.components import said_terms


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([5.1, 0.1, 0.1, 3.1], [1, 0, 0, 1]),  # 0.1 is the prior
        ([0.1, 0.1, 0.1, 0.1], [0, 0, 0, 0]),
        ([0.0, 0.0, 0.0, 0.0], [0, 0, 0, 0]),
        ([0.4, 0.3, 0.2, 0.1], [1, 1, 1, 1]),  # nothing is shared: all were said
        ([0.4, 0.3, 0.2, 0.0], [1, 1, 1, 0]),
        ([5.05, 3.05, 0.05, 0.05 + 1e-15], [1, 1, 0, 0]),  # rests of sums of fractions
        ([1.0, 1e-13, 0.0, 5e-324], [1, 0, 0, 0]),
        ([2.0], [1]),
    ],
)
def test_by_hand(row, expected):
    assert said_terms([row]).astype(int).tolist() == [expected]


def test_topics_do_not_know_of_each_other():
    components = np.array([[5.1, 0.1, 0.1], [0.2, 0.1, 0.3]])
    alone = [said_terms(components[[row]])[0].tolist() for row in (0, 1)]
    assert said_terms(components).tolist() == alone
    assert said_terms(np.zeros((0, 3))).shape == (0, 3)
