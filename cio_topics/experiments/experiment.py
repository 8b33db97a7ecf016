"""An experiment with its folder: what is done, how long the rest takes, running it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from cio_topics.errors import OutputError
from cio_topics.experiments.cells import Cell, basis_of, make_cells
from cio_topics.experiments.design import Design
from cio_topics.experiments.material import Material, read_material
from cio_topics.experiments.run import (
    Clock,
    RunSettings,
    Work,
    cells_left,
    is_done,
    n_processes,
    run_cells,
    workers,
)
from cio_topics.experiments.search import iterate_trials
from cio_topics.experiments.store import CellStore
from cio_topics.files import table_csv, write_bytes

__all__ = [
    "Experiment",
    "State",
    "estimate_seconds",
    "open_experiment",
    "run_experiment",
    "state_of",
]

Record = dict[str, Any]


class Experiment(NamedTuple):
    """A design with its corpus, its folder, and what its cells are made from."""

    design: Design
    folder: Path
    material: Material
    basis: Mapping[str, Any]
    store: CellStore


class State(NamedTuple):
    """Cells in order with their records (None: not done), and of a search their trials."""

    cells: list[Cell]
    records: list[Record | None]
    trials: list[int] | None

    @property
    def n_failed(self) -> int:
        """Cells that ended with an error."""
        return sum(r is not None and r["status"] == "failed" for r in self.records)

    @property
    def n_done(self) -> int:
        """Cells that were measured."""
        return sum(r is not None and r["status"] == "done" for r in self.records)


def open_experiment(design: Design, folder: Path | None = None) -> Experiment:
    """Read the corpus of a design.

    Parameters
    ----------
    design : Design
    folder : Path, optional
        Where results stand; :attr:`Design.folder` if left out.
    """
    material = read_material(design)
    place = design.folder if folder is None else folder
    return Experiment(design, place, material, basis_of(design, material), CellStore(place))


def state_of(experiment: Experiment) -> State:
    """Return what is done so far; of a search the trials up to the first that is not."""
    design, store = experiment.design, experiment.store

    def known(cells: Sequence[Cell]) -> list[Record | None]:
        found = [store.read(cell.address) for cell in cells]
        return [record if _is_known(record, design) else None for record in found]

    if design.search is None:
        cells = make_cells(design, experiment.basis)
        return State(cells, known(cells), None)

    def whole(cells: Sequence[Cell]) -> list[Record] | None:
        records = [record for record in known(cells) if record is not None]
        return records if len(records) == len(cells) else None

    trials = list(iterate_trials(design, experiment.basis, whole))
    return _state_of_trials(trials)


def _is_known(record: Record | None, design: Design) -> bool:
    failed = record is not None and record["status"] == "failed"
    return failed or is_done(record, design.metrics)


def _state_of_trials(trials: Sequence[tuple[Any, Sequence[Record]]]) -> State:
    return State(
        [cell for trial, _ in trials for cell in trial.cells],
        [record for _, records in trials for record in records],
        [trial.number for trial, _ in trials for _ in trial.cells],
    )


def run_experiment(experiment: Experiment, settings: RunSettings | None = None) -> State:
    """Run what is not done yet and return the state; nothing is written but cells and timings.

    Parameters
    ----------
    experiment : Experiment
    settings : RunSettings, optional
        The same results for any of them.

    Raises
    ------
    OutputError
        The disk is full, or the folder cannot be written; cells that are done stay.
    MissingPartError
        A search without Optuna.
    """
    chosen = settings or RunSettings()
    clock = Clock(chosen)
    design = experiment.design
    try:
        if design.search is None:
            cells = make_cells(design, experiment.basis)
            left = cells_left(experiment.store, design, cells, retry=chosen.retry)
            clock.n_cells = len(left)
            with workers(design, experiment.material, chosen, len(left)) as work:
                run_cells(left, experiment.store, work, clock)
            return state_of(experiment)
        each = len(design.seeds) * len(design.draws)
        with workers(design, experiment.material, chosen, each) as work:
            return _run_search(experiment, work, clock)
    finally:
        _write_timings(experiment.folder, clock.seconds)


def estimate_seconds(
    experiment: Experiment, settings: RunSettings, *, least: int, n_timed: int
) -> tuple[int, float | None]:
    """Return how many cells are not done, and how long they may take if they are many.

    Parameters
    ----------
    experiment : Experiment
    settings : RunSettings
    least : int
        Where no more cells are left, nothing is run and the time is None.
    n_timed : int
        Cells that are run to tell the time, at even distances in the grid; they are kept. Of a
        search those of the first trial that is not done.
    """
    design, store = experiment.design, experiment.store
    n_jobs = n_processes(settings.n_jobs)
    if design.search is not None:
        n_left = design.n_cells - len(state_of(experiment).cells)
        sample = [] if n_left <= least else _next_trial(experiment)
    else:
        left = cells_left(store, design, make_cells(design, experiment.basis), retry=settings.retry)
        n_left = len(left)
        sample = left[:: max(1, n_left // n_timed)][:n_timed]
    if n_left <= least:
        return n_left, None
    clock = Clock(settings._replace(progress=lambda progress: None))
    with workers(design, experiment.material, settings._replace(n_jobs=1), len(sample)) as work:
        run_cells(sample, store, work, clock)
    _write_timings(experiment.folder, clock.seconds)
    each = sum(clock.seconds.values()) / max(1, len(clock.seconds))
    return n_left - len(sample), each * (n_left - len(sample)) / n_jobs


def _next_trial(experiment: Experiment) -> list[Cell]:
    """Return the cells of the first trial of a search that are not done."""
    design, store = experiment.design, experiment.store
    asked: list[Cell] = []

    def answer(cells: Sequence[Cell]) -> list[Record] | None:
        asked[:] = cells_left(store, design, cells)
        return None if asked else [store.read(cell.address) or {} for cell in cells]

    list(iterate_trials(design, experiment.basis, answer))
    return asked


def _run_search(experiment: Experiment, work: Work, clock: Clock) -> State:
    design, store = experiment.design, experiment.store
    clock.n_cells = design.n_cells
    tried: set[str] = set()  # a trial may ask again for what failed in this run

    def answer(cells: Sequence[Cell]) -> list[Record]:
        fresh = [cell for cell in cells if cell.address not in tried]
        left = cells_left(store, design, fresh, retry=clock.settings.retry)
        clock.n_cells -= len(cells) - len(left)
        run_cells(left, store, work, clock)
        tried.update(cell.address for cell in cells)
        return [store.read(cell.address) or {} for cell in cells]

    return _state_of_trials(list(iterate_trials(design, experiment.basis, answer)))


def _write_timings(folder: Path, seconds: Mapping[str, float]) -> None:
    """Add the seconds of new cells to ``timings.csv``; a broken file is begun anew."""
    if not seconds:
        return
    place = folder / "timings.csv"
    rows: dict[str, float] = {}
    with contextlib.suppress(OSError, ValueError, KeyError):
        before = pd.read_csv(place, dtype={"cell": "str"})
        rows = dict(zip(before["cell"], before["seconds"], strict=True))
    rows |= {cell: round(value, 3) for cell, value in seconds.items()}
    table = pd.DataFrame({"cell": list(rows), "seconds": list(rows.values())})
    # A full disk is said by what is written before and after; it must not be hidden by this file.
    with contextlib.suppress(OutputError):
        write_bytes(place, table_csv(table).encode())
