"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import click
import pytest

from cio_topics.cli.main import cli

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_python_example_runs_and_prints_the_shares():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(code.strip().splitlines()) == 5
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec"), {})
    assert "democratic_led   2       22  0.091" in printed.getvalue()


@pytest.mark.parametrize("line", re.findall(r"^cio-topics .*$", README, re.MULTILINE))
def test_commands_of_the_readme_exist_with_their_options(line):
    words = shlex.split(line, comments=True)
    command = cli.commands[words[1]]
    if isinstance(command, click.Group):
        command = command.commands[words[2]]
    known = {opt for parameter in command.params for opt in parameter.opts}
    assert {word for word in words[2:] if word.startswith("-")} <= known


def test_numbers_of_the_readme_are_those_of_the_corpus():
    from cio_topics import read_example

    corpus = read_example()
    cio = corpus.filter(bodies=["各府省情報化統括責任者(CIO)連絡会議"])
    assert f"{len(corpus)} real items" in README
    assert f"and {corpus.meetings['body'].nunique() - 1} bodies around it" in README
    assert f"knows {cio.meetings['number'].nunique()} of the conference's 81" in README
