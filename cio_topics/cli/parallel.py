"""Chunks worked on in several processes, answered in their order, few of them in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TypeVar

Chunk = TypeVar("Chunk")
Answer = TypeVar("Answer")

__all__ = ["in_order"]

# To start processes takes as long as one or two chunks.
_ALONE = 2


def in_order(
    ask: Callable[[Chunk], Answer], chunks: Iterator[Chunk], n_jobs: int
) -> Iterator[Answer]:
    """Yield the answer to each chunk; processes are started only if there are more than two.

    At most two chunks a process wait. `ask` and what it says must pickle. An error, in a process or
    while a chunk is read, and an interrupt end all of them.
    """
    yield from map(ask, chunks if n_jobs == 1 else islice(chunks, _ALONE))
    next_one = next(chunks, None)
    if next_one is None:
        return
    from concurrent.futures import Future, ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(n_jobs, mp_context=get_context("spawn"))
    try:
        waiting: deque[Future[Answer]] = deque()
        for chunk in chain([next_one], chunks):
            waiting.append(pool.submit(ask, chunk))
            if len(waiting) > 2 * n_jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
