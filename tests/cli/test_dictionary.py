"""The command ``cio-topics dictionary``."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess

import pytest

from cio_topics.cli.dictionary import dictionary
from cio_topics.cli.main import cli
from cio_topics.lexicon import read_lexicon
from cio_topics.tokens.dictionaries import find_dictionary
from cio_topics.tokens.user_dictionary import check_user_dictionary

# Invented.
LEXICON = """\
version = "7"
never_split = ["電子申請"]
stop_words = ["等"]

[[term]]
name = "マイナンバー"
variants = ["個人番号"]
"""


@pytest.fixture
def run_build(run, monkeypatch, tmp_path):
    monkeypatch.setitem(cli.commands, "dictionary", dictionary)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lexicon.toml").write_text(LEXICON, "utf-8")
    return lambda *words: run("dictionary", "build", *words)


def test_it_compiles_a_lexicon_and_says_how_to_use_it(run_build, tmp_path):
    shown = run_build("lexicon.toml", "-o", "terms.dic")
    assert (shown.code, shown.err) == (0, "")
    first, second = shown.out.splitlines()
    assert first == "3 entries for unidic-lite 1.0.8 / 3語: terms.dic"
    check_user_dictionary("terms.dic", find_dictionary("unidic-lite"))
    said = json.loads((tmp_path / "terms.dic.json").read_text("utf-8"))
    assert (said["entries"], said["lexicon"]["version"]) == (3, "7")
    assert second.startswith("Use it / 使い方: mecab ")


@pytest.mark.skipif(shutil.which("mecab") is None, reason="needs the mecab program")
def test_the_command_it_shows_runs(run_build):
    shown = run_build("lexicon.toml", "-o", "my terms.dic")
    command = shlex.split(shown.out.partition("使い方: ")[2])
    text = "個人番号で電子申請\n".encode()
    done = subprocess.run([*command, "-Owakati"], input=text, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["個人番号", "で", "電子申請"]


def test_without_a_lexicon_it_is_the_embedded_one(run_build):
    shown = run_build("-o", "terms.dic")
    assert shown.out.startswith(f"{len(read_lexicon().names)} entries for unidic-lite ")


def test_another_dictionary(run_build):
    pytest.importorskip("ipadic")
    shown = run_build("lexicon.toml", "-o", "terms.dic", "--dictionary", "ipadic")
    assert shown.out.startswith("3 entries for ipadic 1.0.0")
    check_user_dictionary("terms.dic", find_dictionary("ipadic"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Missing option '-o' / '--output'"),
        (("nothing.toml", "-o", "t.dic"), 3, "cannot read the lexicon 'nothing.toml'"),
        (("empty.toml", "-o", "t.dic"), 3, "the lexicon has no term; expected at least one."),
        (("-o", "a,b.dic"), 2, "the path of a user dictionary is 'a,b.dic'"),
        (("-o", "lexicon.toml/t.dic"), 4, "cannot write 'lexicon.toml/t.dic'"),
        (("-o", "t.dic", "--dictionary", "unidick"), 2, "unknown dictionary 'unidick'"),
        (("-o", "t.dic", "--dictionary", "sudachi-c"), 2, "expected a dictionary of MeCab."),
    ],
)
def test_refusals_leave_nothing(run_build, tmp_path, words, code, said):
    (tmp_path / "empty.toml").touch()
    shown = run_build(*words)
    assert (shown.code, shown.out) == (code, "")
    assert said in shown.err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty.toml", "lexicon.toml"]


def test_the_lexicon_is_not_overwritten(run, tmp_path):
    lexicon = tmp_path / "own.toml"
    lexicon.write_text('never_split = ["電子政府"]\n', encoding="utf-8")
    done = run("dictionary", "build", lexicon, "-o", tmp_path / "." / "own.toml")
    assert done.code == 2
    assert "is the lexicon" in done.err
    assert lexicon.read_text("utf-8") == 'never_split = ["電子政府"]\n'


def test_no_other_file_is_named_as_the_place_of_a_dictionary(run, tmp_path):
    lexicon = tmp_path / "own.toml"
    lexicon.write_text("", encoding="utf-8")
    done = run("tokens", "--user-dictionary", lexicon, "電子政府")
    assert done.code == 2
    assert "is no user dictionary of MeCab" in done.err
    assert "-o terms.dic" in done.err
