"""Small experiments on the embedded corpus, written to a folder of the test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cio_topics.experiments.design import Design, read_design

HEAD = 'question = "いくつのトピックがよいか。"\nmetrics = ["diversity", "nmi"]\n'


@pytest.fixture
def write_design(tmp_path: Path) -> Callable[..., Design]:
    """Write an experiment's file and read it."""

    def written(text: str, name: str = "how_many.toml") -> Design:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return read_design(file)

    return written
