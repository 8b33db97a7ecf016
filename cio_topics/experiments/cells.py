"""A design → its cells: one setting, seed and draw each, named by what it was made from."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from cio_topics import __version__
from cio_topics.data import embedded_folder
from cio_topics.errors import MissingPartError, SettingsError
from cio_topics.experiments.design import Design
from cio_topics.experiments.keys import TABLES
from cio_topics.experiments.material import Material
from cio_topics.tokens import dictionary_version

__all__ = ["MAX_CELLS", "Cell", "basis_of", "cell_of", "check_number", "code_hash", "make_cells"]

MAX_CELLS = 1_000_000
#: Rooms whose code makes the numbers.
_ROOMS = (
    *("corpus", "intervals", "lexicon", "periods", "terms"),
    *("text", "tokens", "topics", "vectors"),
)
_OWN = ("fit", "material", "measures", "pipelines")
_PACKAGES = (
    *("ahocorasick_rs", "fugashi", "gensim", "numba"),
    *("numpy", "pandas", "scikit-learn", "scipy"),
)


class Cell(NamedTuple):
    """One fit: columns with one value each, a seed, a draw (0: all items), and its address."""

    settings: Mapping[str, Any]
    seed: int
    draw: int
    address: str


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return a hash of the code that makes the numbers; comments and docstrings do not count."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    files = [package / "experiments" / f"{name}.py" for name in _OWN]
    for room in _ROOMS:
        place = package / room
        files += sorted(place.rglob("*.py")) if place.is_dir() else [package / f"{room}.py"]
    for file in files:
        digest.update(file.relative_to(package).as_posix().encode())
        digest.update(_statements(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def _statements(source: str) -> str:
    """Return what a module does, without its docstrings.

    >>> _statements("def f(): 'One.'; return 1") == _statements("def f(): return 1  # one")
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            value = body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                body[0] = ast.Expr(ast.Constant(""))
                if len(body) > 1:
                    del body[0]
    return ast.dump(tree)


def basis_of(design: Design, material: Material) -> dict[str, Any]:
    """Return what all cells were made from: corpus, code, versions, and what metrics count.

    A change of any of these makes other cells.
    """
    lexicon = (embedded_folder() / "lexicon.toml").read_bytes()
    return {
        "cio_topics": __version__,
        "code": code_hash(),
        "corpus": material.corpus_hash,
        "lexicon": hashlib.sha256(lexicon).hexdigest(),
        "n_terms": design.n_terms,
        "python": ".".join(platform.python_version_tuple()[:2]),
        **{name: _version(name) for name in _PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def make_cells(design: Design, basis: Mapping[str, Any]) -> list[Cell]:
    """Return all cells of a grid, in its order: the first column changes slowest, seeds fastest.

    Parameters
    ----------
    design : Design
        Without a search.
    basis : mapping
        From :func:`basis_of`.

    Raises
    ------
    SettingsError
        More than a million cells.
    """
    check_number(design)
    return [
        cell_of(design, basis, settings, seed, draw)
        for settings in _settings(design)
        for draw in design.draws
        for seed in design.seeds
    ]


def check_number(design: Design) -> None:
    """Refuse more than a million cells.

    Raises
    ------
    SettingsError
    """
    if design.n_cells > MAX_CELLS:
        raise SettingsError(
            f"{design.path.name} asks for {design.n_cells:,} cells; expected at most "
            f"{MAX_CELLS:,}.",
            "Take values away, or search with a table [search] and fewer trials.",
            "値を減らすか、[search] の試行を少なくして探索してください。",
        )


def _settings(design: Design) -> Iterator[dict[str, Any]]:
    for grid in design.grids:
        columns = [column for column, _ in grid]
        for values in product(*(values for _, values in grid)):
            yield dict(zip(columns, values, strict=True))


def cell_of(
    design: Design, basis: Mapping[str, Any], settings: Mapping[str, Any], seed: int, draw: int
) -> Cell:
    """Return the cell of one setting, with its address."""
    resample = design.resample
    about = {
        "basis": basis,
        "settings": settings,
        "seed": seed,
        "draw": [draw, resample.by, resample.share] if resample and draw else [],
        "dictionary": _dictionary(settings.get("tokens.dictionary", "unidic-lite")),
        "library": _version("tomotopy") if "tomotopy" in str(settings["model.kind"]) else "",
        "files": {
            name: _file_hash(str(design.resolve(value).resolve()))
            for name, value in settings.items()
            if is_file(name)
        },
    }
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return Cell(settings, seed, draw, hashlib.sha256(text.encode()).hexdigest()[:20])


def is_file(column: str) -> bool:
    """Tell whether the values of a column are paths of files."""
    table, _, name = column.partition(".")
    return table in TABLES and TABLES[table][name].is_file


@lru_cache(maxsize=256)
def _file_hash(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


@lru_cache(maxsize=16)
def _dictionary(name: str) -> str:
    try:
        return dictionary_version(name)
    except (MissingPartError, SettingsError):
        return ""  # the cell will say what is missing
