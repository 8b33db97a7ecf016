"""The public face: every name resolves, and nothing heavy is imported before it is used."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import cio_topics

NAMES = [name for name in cio_topics.__all__ if name != "__version__"]


def _type_checking_imports() -> dict[str, set[str]]:
    """Names by room, as type checkers and editors see them."""
    tree = ast.parse(Path(cio_topics.__file__).read_text(encoding="utf-8"))
    blocks = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    imports = [node for block in blocks for node in block.body]
    return {
        node.module.removeprefix("cio_topics."): {alias.name for alias in node.names}
        for node in imports
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_resolves_to_what_its_room_offers(name):
    room = next(room for room, names in cio_topics._ROOMS.items() if name in names)
    module = import_module(f"cio_topics.{room}")
    assert getattr(cio_topics, name) is getattr(module, name)
    assert name in module.__all__


def test_the_three_lists_agree():
    rooms = {room: set(names) for room, names in cio_topics._ROOMS.items()}
    assert rooms == _type_checking_imports()
    listed = [name for names in cio_topics._ROOMS.values() for name in names]
    assert sorted(listed) == sorted(NAMES)  # none missing, none twice
    assert list(cio_topics.__all__) == sorted(cio_topics.__all__)


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'cio_topics' has no attribute 'theme_tables'"):
        _ = cio_topics.theme_tables
    with pytest.raises(ImportError, match="theme_tables"):
        exec("from cio_topics import theme_tables")


def test_dir_lists_what_can_be_used():
    assert set(cio_topics.__all__) <= set(dir(cio_topics))


def test_star_gives_the_public_names():
    space: dict[str, object] = {}
    exec("from cio_topics import *", space)
    assert set(space) - {"__builtins__"} == set(cio_topics.__all__)


def _loaded_after(code: str) -> set[str]:
    """Top-level modules a fresh interpreter has loaded after `code`."""
    script = f"import sys; {code}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


HEAVY = {
    "pandas",
    "numpy",
    "sklearn",
    "scipy",
    "gensim",
    "fugashi",
    "altair",
    "jinja2",
    "statsmodels",
}


def test_importing_the_package_imports_nothing_heavy():
    assert _loaded_after("import cio_topics; dir(cio_topics); cio_topics.__version__").isdisjoint(
        HEAVY
    )


def test_a_name_loads_its_room_and_no_more():
    loaded = _loaded_after("from cio_topics import normalize, read_codebook")
    assert "cio_topics" in loaded
    assert loaded.isdisjoint({"sklearn", "gensim", "altair", "jinja2"})
