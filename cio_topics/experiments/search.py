"""A search instead of a grid: Optuna asks for settings, cells answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from cio_topics.errors import MissingPartError
from cio_topics.experiments.cells import Cell, cell_of, check_number
from cio_topics.experiments.design import Design
from cio_topics.experiments.keys import Range

__all__ = ["Trial", "iterate_trials", "trials_table"]

Record = dict[str, Any]


class Trial(NamedTuple):
    """One proposal: its cells, one for each seed and draw."""

    number: int
    cells: list[Cell]


def iterate_trials(
    design: Design,
    basis: Mapping[str, Any],
    answer: Callable[[Sequence[Cell]], Sequence[Record] | None],
) -> Iterator[tuple[Trial, Sequence[Record]]]:
    """Yield trials with the records of their cells.

    The sampler is the tree-structured Parzen estimator with the design's seed, and it is told every
    value in order: the same file asks for the same trials, so a search that was interrupted goes on
    by asking again for what it knows.

    Parameters
    ----------
    design : Design
        With a search.
    basis : mapping
        From :func:`cio_topics.experiments.cells.basis_of`.
    answer : callable
        From cells to their records; None ends the search.

    Raises
    ------
    MissingPartError
        Optuna is not installed.

    References
    ----------
    Bergstra, J., Bardenet, R., Bengio, Y. and Kégl, B. (2011). Algorithms for hyper-parameter
    optimization. NeurIPS 24, 2546-2554.
    Akiba, T., Sano, S., Yanase, T., Ohta, T. and Koyama, M. (2019). Optuna: a next-generation
    hyperparameter optimization framework. KDD, 2623-2631. doi:10.1145/3292500.3330701.
    """
    search = design.search
    assert search is not None
    check_number(design)
    with _quiet() as optuna:
        sampler = optuna.samplers.TPESampler(seed=search.seed)
        study = optuna.create_study(sampler=sampler, direction=search.direction)
        for number in range(search.n_trials):
            asked = study.ask()
            settings = _suggest(asked, design)
            cells = [
                cell_of(design, basis, settings, seed, draw)
                for draw in design.draws
                for seed in design.seeds
            ]
            records = answer(cells)
            if records is None:
                return
            value = value_of(records, search.metric)
            if value is None:
                study.tell(asked, state=optuna.trial.TrialState.FAIL)
            else:
                study.tell(asked, value)
            yield Trial(number, cells), records


@contextmanager
def _quiet() -> Iterator[Any]:
    """Give Optuna, which else says on standard error that it begins."""
    try:
        import optuna
    except ImportError as error:
        raise MissingPartError(
            "a search needs Optuna, which is not installed.",
            'Run: python -m pip install "cio-topics[optuna]"',
            '次を実行してください: python -m pip install "cio-topics[optuna]"',
        ) from error
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        yield optuna
    finally:
        optuna.logging.set_verbosity(before)


def _suggest(trial: Any, design: Design) -> dict[str, Any]:
    """Return one value a column; of several [[model]] tables one is chosen first."""
    several = len(design.grids) > 1
    place = trial.suggest_categorical("model", list(range(len(design.grids)))) if several else 0
    settings = {}
    for column, values in design.grids[place]:
        name = f"{column}@{place}" if several else column
        if isinstance(values, Range):
            settings[column] = _number(trial, name, values)
        elif len(values) == 1:
            settings[column] = values[0]
        else:
            settings[column] = values[trial.suggest_categorical(name, list(range(len(values))))]
    return settings


def _number(trial: Any, name: str, values: Range) -> int | float:
    low, high, step, log = values
    if isinstance(low, int) and isinstance(high, int) and not isinstance(step, float):
        return int(trial.suggest_int(name, low, high, step=step or 1, log=log))
    return float(trial.suggest_float(name, float(low), float(high), step=step, log=log))


def value_of(records: Sequence[Record], metric: str) -> float | None:
    """Return the mean of a metric over the cells of a trial that have it; None if none has.

    >>> value_of([{"measures": {"nmi": 0.5}}, {"measures": {"nmi": None}}, {"measures": {}}], "nmi")
    0.5
    """
    values = [record["measures"].get(metric) for record in records]
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def trials_table(design: Design, results: pd.DataFrame) -> pd.DataFrame:
    """Return ``trial, value, best``: the mean of the metric by trial, and the best so far."""
    assert design.search is not None
    means = results.groupby("trial", sort=False)[design.search.metric].mean()
    maximize = design.search.direction == "maximize"
    best = means.cummax() if maximize else means.cummin()
    return pd.DataFrame(
        {
            "trial": means.index.astype(int),
            "value": means.to_numpy(),
            "best": best.ffill().to_numpy(),
        }
    )
