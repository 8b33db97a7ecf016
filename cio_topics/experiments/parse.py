"""The tables of an experiment's file → settings, and everything that is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

from cio_topics.errors import Problem, choices
from cio_topics.experiments.design import (
    CorpusChoice,
    Grid,
    Resample,
    Search,
    columns_of,
    path_beside,
    varied_columns,
)
from cio_topics.experiments.keys import (
    CORPUS,
    RESAMPLE,
    SEARCH,
    TABLES,
    TOP,
    Key,
    Range,
    close_name,
    is_scalar,
    is_whole,
    make_range,
    whole_from,
)
from cio_topics.experiments.lines import KeyLines
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.pipelines import estimator_problem, model_keys
from cio_topics.topics import KINDS

__all__ = ["DesignParser"]

_TABLES = ("corpus", *TABLES, "model", "resample", "search")
# A grid names its model; the number is that of the package's commands.
_DEFAULTS: dict[str, Any] = {"pool.by": "meeting", "model.kind": "nmf", "model.n_topics": 12}
_KIND = Key(lambda value: value in tuple(KINDS), f"one of: {choices(KINDS)}")
_N_TOPICS = whole_from(2)
_SCALAR = Key(is_scalar, "a text, a number of at most 15 digits, true or false")


class DesignParser:
    """Reads one file; `problems` is what was found wrong so far."""

    def __init__(self, file: Path, content: dict[str, Any], lines: KeyLines) -> None:
        self.file = file
        self.content = content
        self.lines = lines
        self.problems: list[Problem] = []

    def parse(self) -> dict[str, Any]:
        """Return the fields of a design; they mean nothing if there are problems."""
        top = {name: value for name, value in self.content.items() if name not in _TABLES}
        given = self._values((), top, TOP, more=_TABLES)
        for name in ("question", "metrics"):
            if name not in top:
                self._problem((name,), "", f"{TOP[name].expected}; this key is missing")
        grids = self._grids()
        search = self._search()
        if search is None:
            self._check_ranges(grids)
        metrics = tuple(given.get("metrics", ()))
        self._known(("metrics",), metrics, tuple(METRICS), "metric")
        groupings = tuple(given.get("groupings", ()))
        self._known(("groupings",), groupings, columns_of(grids), "column of this file")
        seeds = given.get("seeds", 1)
        resample = self._values(("resample",), self._table("resample"), RESAMPLE)
        return {
            "question": given.get("question", "").strip(),
            "question_en": given.get("question_en", "").strip(),
            "corpus": self._corpus(),
            "grids": grids,
            "seeds": tuple(seeds if isinstance(seeds, list) else range(seeds)),
            "metrics": metrics,
            "groupings": groupings or tuple(varied_columns(grids)) or ("model.kind",),
            "n_terms": given.get("n_terms", 10),
            "resample": Resample(**resample) if "resample" in self.content else None,
            "search": search,
        }

    def _problem(self, path: tuple[str | int, ...], value: object, expected: str) -> None:
        name = ".".join(str(part) for part in path if isinstance(part, str))
        if not isinstance(path[-1], str):
            name = f"{name}[{path[-1]}]"
        line = self.lines.line(*path)
        self.problems.append(Problem(self.file.name, line, name, str(value), expected))

    def _table(self, name: str) -> dict[str, Any]:
        table = self.content.get(name, {})
        if isinstance(table, dict):
            return table
        self._problem((name,), table, f"a table headed [{name}]")
        return {}

    def _values(
        self,
        path: tuple[str | int, ...],
        table: dict[str, Any],
        keys: dict[str, Key],
        more: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Return the values of a table that are as expected."""
        good = {}
        for name, value in table.items():
            if name not in keys:
                known = (*keys, *more)
                expected = f"one of: {choices(known)}{close_name(name, known)}"
                self._problem((*path, name), name, expected)
            elif self._is_good((*path, name), value, keys[name]):
                good[name] = value
        return good

    def _is_good(self, path: tuple[str | int, ...], value: Any, key: Key) -> bool:
        if not key.check(value):
            self._problem(path, value, key.expected)
        elif key.is_file and not _is_there(self.file, value, Path.is_file):
            self._problem(path, value, f"{key.expected}; there is no such file")
        else:
            return True
        return False

    def _known(
        self, path: tuple[str], names: tuple[str, ...], known: tuple[str, ...], what: str
    ) -> None:
        for name in names:
            if name not in known:
                expected = f"a {what}: {choices(known)}{close_name(name, known)}"
                self._problem(path, name, expected)
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._problem(path, name, "each name once")

    def _corpus(self) -> CorpusChoice:
        found = self._values(("corpus",), self._table("corpus"), CORPUS)
        for name in ("since", "until"):
            if isinstance(found.get(name), dt.date):
                found[name] = found[name].isoformat()
        if "path" in found and not _is_there(self.file, found["path"], Path.exists):
            self._problem(("corpus", "path"), found["path"], "a corpus that is there")
        found["bodies"] = tuple(found.get("bodies", ()))
        return CorpusChoice(**found)

    def _search(self) -> Search | None:
        if "search" not in self.content:
            return None
        table = self._table("search")
        if table is not self.content["search"]:  # no table
            return None
        found = self._values(("search",), table, SEARCH)
        for name in ("metric", "n_trials"):
            if name not in table:
                expected = f"{SEARCH[name].expected}; this key is missing"
                self._problem(("search", name), "", expected)
        metrics = self.content.get("metrics", [])
        metric = found.get("metric", "")
        if metric and isinstance(metrics, list) and metric not in metrics:
            self._problem(("search", "metric"), metric, f"one of the metrics: {choices(metrics)}")
        better = METRICS[metric].better if metric in METRICS else ""
        direction = {"high": "maximize", "low": "minimize"}.get(better)
        if "direction" not in found and metric in METRICS and direction is None:
            self._problem(("search", "direction"), "", SEARCH["direction"].expected)
        chosen = found.get("direction", direction or "maximize")
        return Search(metric, chosen, found.get("n_trials", 1), found.get("seed", 0))

    def _grids(self) -> tuple[Grid, ...]:
        """Return one grid for each table [[model]]."""
        shared: dict[str, Any] = {"pool.by": (_DEFAULTS["pool.by"],)}
        for name, keys in TABLES.items():
            shared |= self._axes((name,), self._table(name), keys)
        models = self.content.get("model", {})
        if isinstance(models, dict):
            return (_ordered(shared | self._model(("model",), models)),)
        tables = isinstance(models, list) and all(isinstance(one, dict) for one in models)
        if not models or not tables:
            self._problem(("model",), models, "a table headed [model], or several headed [[model]]")
            models = []
        grids = tuple(
            _ordered(shared | self._model(("model", place), model))
            for place, model in enumerate(models)
        )
        if not self.problems:
            self._check_overlap(grids)
        return grids

    def _check_overlap(self, grids: tuple[Grid, ...]) -> None:
        """Refuse cells that two tables [[model]] ask for."""
        for (i, one), (k, other) in combinations(enumerate(grids), 2):
            tables = dict(one), dict(other)
            if tables[0].keys() == tables[1].keys() and all(
                _overlap(tables[0][column], tables[1][column]) for column in tables[0]
            ):
                said = f"settings that no other [[model]] has; number {i + 1} has some of these"
                self._problem(("model", k), f"[[model]] number {k + 1}", said)

    def _model(self, path: tuple[str | int, ...], table: dict[str, Any]) -> dict[str, Any]:
        own = {name: value for name, value in table.items() if name in ("kind", "n_topics")}
        axes = {name: (_DEFAULTS[name],) for name in ("model.kind", "model.n_topics")}
        axes |= self._axes(path, own, {"kind": _KIND, "n_topics": _N_TOPICS})
        rest = {name: value for name, value in table.items() if name not in own}
        for kind in axes["model.kind"] if rest else ():
            known = model_keys(kind)
            for name in rest:
                if name not in known:
                    where = ("kind", "n_topics", *known)
                    expected = f"a setting of {kind!r}: {choices(where)}{close_name(name, where)}"
                    self._problem((*path, name), name, expected)
        found = self._axes(path, rest, dict.fromkeys(rest, _SCALAR))
        self._check_estimator(path, axes["model.kind"], found)
        return axes | found

    def _check_estimator(
        self, path: tuple[str | int, ...], kinds: tuple[str, ...], axes: dict[str, Any]
    ) -> None:
        """Ask the estimators about values of their own settings."""
        for column, values in axes.items():
            name = column.partition(".")[2]
            ends = (values.low, values.high) if isinstance(values, Range) else values
            for value in ends:
                for kind in kinds:
                    said = estimator_problem(kind, name, value)
                    if said:
                        self._problem((*path, name), value, said)

    def _axes(
        self, path: tuple[str | int, ...], table: dict[str, Any], keys: dict[str, Key]
    ) -> dict[str, Any]:
        """Return columns such as ``tokens.compounds`` with their values."""
        axes = {}
        for name, value in table.items():
            if name not in keys:
                self._values(path, {name: value}, keys)
                continue
            values = self._axis((*path, name), value, keys[name])
            if values:
                axes[f"{path[0]}.{name}"] = values
        return axes

    def _axis(self, path: tuple[str | int, ...], value: Any, key: Key) -> tuple[Any, ...] | None:
        if isinstance(value, dict):
            return self._range(path, value, key)
        several = isinstance(value, list) and (
            not key.whole or any(isinstance(part, list) for part in value)
        )
        values = value if several else [value]
        if not values:
            self._problem(path, value, "at least one value")
        good = [one for one in values if self._is_good(path, one, key)]
        plain = tuple(tuple(one) if isinstance(one, list) else one for one in good)
        different = {(type(one).__name__, one) for one in plain}
        if len(different) < len(plain):
            self._problem(path, value, "each value once")
        return plain if len(good) == len(values) and good else None

    def _range(self, path: tuple[str | int, ...], table: dict[str, Any], key: Key) -> Range | None:
        expected = "a range such as {low = 4, high = 40}, with log = true or a step that meets high"
        found = make_range(table)
        if found is None or not all(map(key.check, _tried(found))):
            self._problem(path, table, expected)
            return None
        return found

    def _check_ranges(self, grids: tuple[Grid, ...]) -> None:
        """Refuse ranges where nothing is searched: a grid needs lists."""
        several = isinstance(self.content.get("model"), list)
        for place, grid in enumerate(grids):
            for column, values in grid:
                if isinstance(values, Range):
                    table, _, name = column.partition(".")
                    at = (table, place, name) if several and table == "model" else (table, name)
                    self._problem(at, values, "a value or a list; ranges need a table [search]")


def _overlap(one: Any, other: Any) -> bool:
    """Tell whether two axes have a value in common; ranges do if they are the same."""
    if isinstance(one, Range) or isinstance(other, Range):
        return bool(one == other)
    return any(value in other for value in one)


def _tried(values: Range) -> tuple[int | float, ...]:
    """Return the ends of a range and, unless it has whole numbers only, its middle."""
    ends = (values.low, values.high)
    return ends if all(map(is_whole, ends)) else (*ends, sum(ends) / 2)


def _is_there(file: Path, value: str, check: Callable[[Path], bool]) -> bool:
    """Look for a path, which counts from the folder of a file."""
    try:
        return check(path_beside(file, value))
    except (OSError, RuntimeError, ValueError):  # a name that cannot be one
        return False


def _ordered(axes: dict[str, Any]) -> Grid:
    """Return a grid whose columns are in the order of the rooms."""
    columns = columns_of((tuple(axes.items()),))
    return tuple((column, axes[column]) for column in columns)
