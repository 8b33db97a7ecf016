"""An experiment's file → a design that was checked: question, corpus, grid, seeds, metrics."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from cio_topics.errors import Problem, ProblemsError
from cio_topics.files import read_toml

__all__ = ["CorpusChoice", "Design", "DesignError", "Resample", "Search", "read_design"]

#: Columns, each with its axis: a tuple of values, or a Range that a search may try.
Grid = tuple[tuple[str, Any], ...]


class DesignError(ProblemsError):
    """An experiment's file cannot be read or asks for what does not exist."""

    what = "experiment"


class CorpusChoice(NamedTuple):
    """Which items are asked about; the embedded corpus if `path` is empty."""

    path: str = ""
    bodies: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


class Resample(NamedTuple):
    """Each draw fits on a share of the meetings, items or bodies, without replacement."""

    by: str = "meeting"
    draws: int = 10
    share: float = 0.8


class Search(NamedTuple):
    """A search instead of a grid: which metric, which way, how many trials."""

    metric: str
    direction: str
    n_trials: int
    seed: int = 0


@dataclass(frozen=True)
class Design:
    """A question and the settings that are tried to answer it.

    Guards that every key is known, every value is allowed, and every grid has a cell.

    Parameters
    ----------
    path : Path
        The file.
    source : str
        Its text.
    question, question_en : str
    corpus : CorpusChoice
    grids : tuple of Grid
        One for each ``[[model]]``: columns such as ``model.n_topics`` with their values.
    seeds : tuple of int
    metrics, groupings : tuple of str
    n_terms : int
        Top terms of a topic that metrics look at.
    resample : Resample, optional
    search : Search, optional
    """

    path: Path
    source: str
    question: str
    question_en: str
    corpus: CorpusChoice
    grids: tuple[Grid, ...]
    seeds: tuple[int, ...]
    metrics: tuple[str, ...]
    groupings: tuple[str, ...]
    n_terms: int = 10
    resample: Resample | None = None
    search: Search | None = None

    @property
    def name(self) -> str:
        """The name of the file without its ending."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """Where the results stand: a folder beside the file, of the same name."""
        return self.path.with_suffix("")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of the settings, in the order of the grid."""
        return columns_of(self.grids)

    @property
    def main_metric(self) -> str:
        """What the best is the best by: the metric of the search, else the first one."""
        return self.search.metric if self.search else self.metrics[0]

    @property
    def draws(self) -> range:
        """Numbers of the draws; 0 stands for all items."""
        return range(1, self.resample.draws + 1) if self.resample else range(1)

    @property
    def n_cells(self) -> int:
        """How many cells the grid has, or the search may ask for."""
        each = len(self.seeds) * len(self.draws)
        if self.search:
            return self.search.n_trials * each
        return each * sum(math.prod(len(values) for _, values in grid) for grid in self.grids)

    def resolve(self, path: str) -> Path:
        """Return a path of the file, which counts from the file's folder."""
        return path_beside(self.path, path)


def path_beside(file: Path, path: str) -> Path:
    """Return a path that counts from the folder of a file; RuntimeError for ``~name`` of nobody."""
    return file.parent / Path(path).expanduser()


def columns_of(grids: tuple[Grid, ...]) -> tuple[str, ...]:
    """Return the columns of all grids, each once, in the order of the rooms."""
    seen = dict.fromkeys(column for grid in grids for column, _ in grid)
    rooms = ("tokens", "vectors", "pool", "model")
    return tuple(sorted(seen, key=lambda column: rooms.index(column.partition(".")[0])))


def varied_columns(grids: tuple[Grid, ...]) -> Iterator[str]:
    """Yield the columns that differ between cells."""
    tables = [dict(grid) for grid in grids]
    for column in columns_of(grids):
        given = [table.get(column) for table in tables]
        several = any(values is not None and len(values) > 1 for values in given)
        if several or any(values != given[0] for values in given):
            yield column


def read_design(path: str | os.PathLike[str]) -> Design:
    r"""Read an experiment's file and check all of it.

    Parameters
    ----------
    path : path
        A TOML file as described in ``docs/experiments.md``.

    Returns
    -------
    Design

    Raises
    ------
    DesignError
        No TOML, an unknown key, a value that is not allowed, a file that is not there; with lines.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "how_many.toml")
    ...     text = 'question = "いくつ?"\nmetrics = ["diversity"]\n'
    ...     _ = file.write_text(text + 'seeds = 3\n[model]\nn_topics = [4, 8]\n', "utf-8")
    ...     design = read_design(file)
    ...     _ = file.write_text(text + 'seed = 3\n', "utf-8")
    ...     read_design(file)
    Traceback (most recent call last):
    ...
    cio_topics.experiments.design.DesignError: 1 bad value in the experiment:
      how_many.toml:3: seed: got 'seed', expected one of: ...; did you mean 'seeds'?
    ...
    >>> design.n_cells, design.groupings
    (6, ('model.n_topics',))
    """
    from cio_topics.experiments.lines import KeyLines
    from cio_topics.experiments.parse import DesignParser

    file = Path(path)
    content, source = read_toml(file, "experiment", DesignError)
    if not file.suffix:
        raise DesignError(
            f"{str(file)!r} has no ending, and its results stand in a folder without one.",
            f"Name the file as {file.name}.toml.",
            f"{file.name}.toml のような名前にしてください。",
        )
    parser = DesignParser(file, content, KeyLines(source))
    settings: dict[str, Any] = parser.parse()
    if parser.problems:
        ordered: list[Problem] = sorted(parser.problems, key=lambda p: (p.line, p.column))
        raise DesignError.from_problems(ordered)
    return Design(path=file, source=source, **settings)
