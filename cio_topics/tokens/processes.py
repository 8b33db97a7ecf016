"""The same reading in several processes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from cio_topics.errors import check_jobs
from cio_topics.lexicon import Lexicon
from cio_topics.tokens.columns import TokenColumns, join_columns, read_batches, to_columns

__all__ = ["read_in_processes"]

_CHUNK = 1024  # texts; small, so that processes end together


def read_in_processes(
    texts: Iterable[str],
    dictionary: str,
    user_dictionary: str | None,
    lexicon: Lexicon,
    *,
    n_jobs: int,
) -> TokenColumns:
    """Return the tokens of normalized texts; the processes stay open for the next call."""
    from joblib import Parallel, delayed

    check_jobs(n_jobs)

    source = iter(texts)
    chunks = iter(lambda: list(islice(source, _CHUNK)), [])
    parts = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_read)(chunk, dictionary, user_dictionary, lexicon) for chunk in chunks
    )
    return join_columns(parts)


def _read(
    chunk: list[str], dictionary: str, user_dictionary: str | None, lexicon: Lexicon
) -> TokenColumns:
    return to_columns(read_batches(chunk, dictionary, user_dictionary, lexicon))
