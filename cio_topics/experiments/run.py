"""Run what is not done yet: cells in order, in one process or in several."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from threading import Thread
from typing import Any, NamedTuple

from cio_topics.errors import CioTopicsError, check_jobs
from cio_topics.experiments.cells import Cell
from cio_topics.experiments.design import Design
from cio_topics.experiments.fit import Record, fit_cell
from cio_topics.experiments.material import Material
from cio_topics.experiments.store import CellStore

__all__ = [
    "Clock",
    "Progress",
    "RunSettings",
    "cells_left",
    "is_done",
    "n_processes",
    "run_cells",
    "workers",
]

Task = tuple[Cell, Record | None]
Work = Callable[[Sequence[Task]], Iterator[tuple[Record, float]]]


class Progress(NamedTuple):
    """A cell that ended: how far the run has come, and how long the rest may take."""

    n_done: int
    n_cells: int
    seconds_left: float
    record: Record


class RunSettings(NamedTuple):
    """How cells are run; nothing of it changes a result."""

    n_jobs: int = 1
    retry: bool = False  # cells that failed before are tried again
    cache: str | None = None
    progress: Callable[[Progress], None] = lambda progress: None


class Clock:
    """Counts the cells of a run as they end, and tells how long the rest may take."""

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self.n_cells = 0
        self.seconds: dict[str, float] = {}
        self._began = time.monotonic()

    def __call__(self, record: Record, seconds: float) -> None:
        """Note one cell."""
        self.seconds[record["cell"]] = seconds
        n_done = len(self.seconds)
        each = (time.monotonic() - self._began) / n_done
        left = each * max(0, self.n_cells - n_done)
        self.settings.progress(Progress(n_done, self.n_cells, left, record))


def is_done(record: Record | None, metrics: Sequence[str], *, retry: bool = False) -> bool:
    """Tell whether a record says all that is asked of it.

    A cell that failed is run again if that is wished, or if the machine failed.

    Examples
    --------
    >>> record = {"status": "done", "measures": {"nmi": None}}
    >>> is_done(record, ["nmi"]), is_done(record, ["nmi", "ari"]), is_done(None, [])
    (True, False, False)
    """
    if record is None:
        return False
    if record["status"] == "failed":
        return not (retry or record.get("again", False))
    return all(name in record["measures"] for name in metrics)


def cells_left(
    store: CellStore, design: Design, cells: Sequence[Cell], *, retry: bool = False
) -> list[Cell]:
    """Return the cells whose records are missing, or lack a metric; each address once."""
    distinct = {cell.address: cell for cell in cells}
    return [
        cell
        for address, cell in distinct.items()
        if not is_done(store.read(address), design.metrics, retry=retry)
    ]


def run_cells(
    cells: Sequence[Cell], store: CellStore, work: Work, said: Callable[[Record, float], None]
) -> None:
    """Fit cells and write a record of each as soon as it is there.

    An interrupt or a full disk loses the cells that are being fitted, and no other.

    Parameters
    ----------
    cells : sequence of Cell
        From :func:`cells_left`.
    store : CellStore
    work : callable
        From :func:`workers`.
    said : callable
        Called with each record and the seconds it took.

    Raises
    ------
    OutputError
        A record cannot be written.
    CioTopicsError
        A process died.
    """
    for record, seconds in work([(cell, store.read(cell.address)) for cell in cells]):
        store.write(record)
        said(record, seconds)


def n_processes(n_jobs: int) -> int:
    """Return how many processes a setting asks for; below zero, one a processor.

    Raises
    ------
    SettingsError
        It is none.
    """
    from joblib import cpu_count

    check_jobs(n_jobs)
    return n_jobs if n_jobs > 0 else int(cpu_count())


@contextmanager
def workers(
    design: Design, material: Material, settings: RunSettings, n_tasks: int
) -> Iterator[Work]:
    """Give a function from tasks (cells, and what is known of them) to records as they come.

    No more processes than tasks at a time. Leaves none behind, also after an error or an interrupt.

    Raises
    ------
    SettingsError
        The number of processes is none.
    """
    n_jobs = min(n_processes(settings.n_jobs), n_tasks)
    if n_jobs <= 1:
        yield lambda tasks: (_fit(design, material, *task, settings.cache) for task in tasks)
        return
    from joblib.externals.loky import ProcessPoolExecutor

    pool = ProcessPoolExecutor(
        n_jobs,
        initializer=_begin,
        initargs=(design, material, settings.cache),
    )
    try:
        yield lambda tasks: _gather(pool, tasks, n_jobs)
        pool.shutdown(wait=True)
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise


def _gather(pool: Any, tasks: Sequence[Task], n_jobs: int) -> Iterator[tuple[Record, float]]:
    """Yield records as they come; few tasks wait at a time, so that an interrupt leaves none."""
    from concurrent.futures import FIRST_COMPLETED, wait
    from concurrent.futures.process import BrokenProcessPool

    waiting = iter(tasks)
    running = {pool.submit(_fit_there, *task) for task in islice(waiting, 2 * n_jobs)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(_fit_there, *task) for task in islice(waiting, len(done))}
            yield from (future.result() for future in done)
    except BrokenProcessPool as error:
        raise CioTopicsError(
            "a process of the run died (out of memory?). Cells that are done stay.",
            "Run the experiment again with -j 1: it goes on from there.",
            "-j 1 でもう一度実行してください。続きから始まります。",
        ) from error


def _fit(
    design: Design, material: Material, cell: Cell, before: Record | None, cache: str | None
) -> tuple[Record, float]:
    """Fit a cell; of one that was done before only the metrics it lacks are measured.

    What was measured before is never lost: if the cell fails now, the metrics it lacks are
    undefined, or missing still if the machine failed.
    """
    began = time.perf_counter()
    old = before if before and before["status"] == "done" else None
    missing = [name for name in design.metrics if not old or name not in old["measures"]]
    record = fit_cell(design, material, cell, missing, cache)
    if old and record["status"] == "failed":
        lost = [] if record["again"] else missing
        reasons = dict.fromkeys(lost, record["error"])
        record = old | {"measures": dict.fromkeys(lost), "undefined": reasons}
    if old:
        for part in ("measures", "undefined"):
            record[part] = old[part] | record[part]
    return record, time.perf_counter() - began


_here: tuple[Design, Material, str | None] | None = None


def _begin(design: Design, material: Material, cache: str | None) -> None:
    """Keep in a process what all its cells share; an interrupt is the parent's to answer."""
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _here = design, material, cache


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: one that was killed could not say so."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _fit_there(cell: Cell, before: Record | None) -> tuple[Record, float]:
    assert _here is not None
    design, material, cache = _here
    return _fit(design, material, cell, before, cache)
