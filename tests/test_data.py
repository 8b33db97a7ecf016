import tomllib
from pathlib import Path

import pytest

from cio_topics import data
from cio_topics.data import embedded_folder, embedded_text
from cio_topics.errors import MissingPartError

PROJECT = Path(__file__).resolve().parent.parent


def package_at(monkeypatch, folder):
    monkeypatch.setattr(data, "files", lambda name: folder / name)


def make_items(folder):
    folder.mkdir(parents=True)
    (folder / "items.csv").write_text("item_id\n")
    return folder


def test_a_wheel_carries_the_corpus_inside(monkeypatch, tmp_path):
    inside = make_items(tmp_path / "cio_topics" / "data")
    make_items(tmp_path / "corpus")  # some other folder of that name in site-packages
    package_at(monkeypatch, tmp_path)
    assert embedded_folder() == inside


def test_a_checkout_has_it_beside_the_package(monkeypatch, tmp_path):
    beside = make_items(tmp_path / "corpus")
    package_at(monkeypatch, tmp_path)
    assert embedded_folder() == beside


def test_neither_place_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    package_at(monkeypatch, tmp_path)
    with pytest.raises(MissingPartError, match=r"embedded corpus is missing.*pip install"):
        embedded_folder()


def test_texts_are_utf8():
    assert "電子政府" in embedded_text("codebook.toml")


def test_the_wheel_gets_every_file_of_the_corpus():
    config = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    included = config["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {
        f"corpus/{Path(k).name}": f"cio_topics/data/{Path(k).name}" for k in included
    }
    only_for_building = {"build.py", "rules.toml"}
    present = {p.name for p in (PROJECT / "corpus").iterdir() if p.is_file()}
    assert {Path(k).name for k in included} == present - only_for_building
