"""Chunks in several processes come back in order; an error ends all of them."""

import time

import pytest

from cio_topics.cli.parallel import in_order


def late(number):
    """The first chunks take longest, so that later ones are ready before them."""
    time.sleep(0.2 if number == 1 else 0)
    return number * number


def broken(number):
    if number == 3:
        raise ValueError("three")
    return number


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_answers_are_in_the_order_of_the_chunks(n_jobs, n):
    assert list(in_order(late, iter(range(n)), n_jobs)) == [k * k for k in range(n)]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_in_a_process_is_raised(n_jobs):
    with pytest.raises(ValueError, match="three"):
        list(in_order(broken, iter(range(9)), n_jobs))


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_while_a_chunk_is_read_is_raised(n_jobs):
    def chunks():
        yield from range(4)
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(in_order(late, chunks(), n_jobs))


def test_few_chunks_are_read_ahead():
    read = []

    def chunks():
        for k in range(50):
            read.append(k)
            yield k

    answers = in_order(late, chunks(), 2)
    assert [next(answers) for _ in range(4)] == [0, 1, 4, 9]
    assert len(read) <= 10
    answers.close()
