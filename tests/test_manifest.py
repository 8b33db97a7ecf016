"""A manifest says what a result was made from, and nothing about where and when."""

import getpass
import json
import re
import socket
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import cio_topics
from cio_topics import manifest as room
from cio_topics.codebook import read_codebook
from cio_topics.corpus import Corpus, read_corpus, read_example, write_corpus
from cio_topics.manifest import (
    PACKAGES,
    codebook_hash,
    make_manifest,
    manifest_text,
    package_versions,
)

ROOT = Path(__file__).parents[1]
BOOK = read_codebook()
CORPUS = read_example()


def manifest(corpus=CORPUS, codebook=BOOK, **settings):
    return make_manifest(corpus, codebook, command="cio-topics report", settings=settings)


def test_contents():
    made = manifest(random_state=0, by="year")
    assert made["cio_topics"] == cio_topics.__version__
    assert made["command"] == "cio-topics report"
    assert made["settings"] == {"random_state": 0, "by": "year"}
    assert made["corpus"] == {
        "sha256": CORPUS.hash,
        "n_items": len(CORPUS),
        "n_meetings": len(CORPUS.meetings),
    }
    assert made["codebook"]["sha256"] == codebook_hash(BOOK)
    assert (made["codebook"]["version"], made["codebook"]["rules_version"]) == ("1", "1")
    assert "unidic" in made["dictionary"].lower()
    assert set(made["versions"]) == {"python", *PACKAGES}


def test_the_same_inputs_give_the_same_text(tmp_path):
    write_corpus(CORPUS, tmp_path / "copy", "jsonl")
    again = read_corpus(tmp_path / "copy")  # another place and another format
    assert manifest_text(manifest(again, read_codebook())) == manifest_text(manifest())


def test_no_time_no_path_no_machine():
    text = manifest_text(manifest())
    for trace in (socket.gethostname(), getpass.getuser(), str(Path.home()), str(ROOT)):
        assert f'"{trace}' not in text
    assert not re.search(r"\d{4}-\d{2}-\d{2}|\d{2}:\d{2}", text)
    assert not re.search(r'"/[a-z]|[A-Z]:\\\\', text)


def test_the_text_is_readable_json_in_the_given_order():
    made = manifest(会議="試験会議", by="year")
    text = manifest_text(made)
    assert json.loads(text) == made
    assert list(json.loads(text)) == list(made)
    assert "試験会議" in text  # not as \\u escapes
    assert text.endswith("}\n")


def changed_rule(**change):
    theme = BOOK.themes[0]
    rules = (replace(theme.rules[0], **change), *theme.rules[1:])
    return replace(BOOK, themes=(replace(theme, rules=rules), *BOOK.themes[1:]))


@pytest.mark.parametrize(
    "other",
    [
        replace(BOOK, version="2"),
        replace(BOOK, fallback=""),
        replace(BOOK, themes=BOOK.themes[::-1]),
        replace(BOOK, themes=(replace(BOOK.themes[0], name_en="x"), *BOOK.themes[1:])),
        replace(BOOK, themes=(replace(BOOK.themes[0], include="x"), *BOOK.themes[1:])),
        changed_rule(any=("試験",)),
        changed_rule(not_=()),
        changed_rule(since="2001-01-01"),
        changed_rule(status=("案",)),
        changed_rule(note="試験"),
    ],
    ids=lambda book: None,
)
def test_whatever_a_codebook_says_changes_its_hash(other):
    assert codebook_hash(other) != codebook_hash(BOOK)


def test_using_a_codebook_leaves_its_hash():
    fresh = read_codebook()
    before = codebook_hash(fresh)
    assert fresh.order  # computed once and kept
    assert codebook_hash(fresh) == before == codebook_hash(BOOK)


def test_a_changed_corpus_changes_the_manifest():
    tables = CORPUS.tables
    tables["theme_labels"] = tables["theme_labels"][1:]
    other = manifest(Corpus(tables))
    assert other["corpus"]["sha256"] != manifest()["corpus"]["sha256"]
    assert other["corpus"]["n_items"] == len(CORPUS)


def test_a_missing_package_has_an_empty_version(monkeypatch):
    monkeypatch.setattr(room, "PACKAGES", ("numpy", "no-such-package"))
    versions = package_versions()
    assert versions["no-such-package"] == ""
    assert re.match(r"\d+\.\d+", versions["numpy"])
    assert re.fullmatch(r"3\.\d+\.\d+.*", versions["python"])


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="not a checkout")
def test_packages_are_the_declared_ones():
    """Only the command line's and the workbook reader's packages cannot change a number."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
    names = {re.match(r"[\w.-]+", line)[0] for line in declared}
    assert names - set(PACKAGES) == {
        "click",
        "httpx",
        "joblib",
        "markupsafe",
        "openpyxl",
        "platformdirs",
        "protego",
        "pyyaml",
        "starlette",
        "threadpoolctl",
        "uvicorn",
    }
    assert set(PACKAGES) - names == {"tomotopy"}  # an extra
