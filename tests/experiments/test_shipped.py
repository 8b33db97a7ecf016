"""The shipped experiments can be read, and the page about experiments is complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from cio_topics.cli.experiment import _MANY
from cio_topics.experiments.design import read_design
from cio_topics.experiments.keys import CORPUS, RESAMPLE, SEARCH, TABLES, TOP
from cio_topics.experiments.measures import METRICS

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "experiments").glob("*.toml"))
PAGE = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_there_are_some():
    assert len(FILES) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_experiment(file):
    design = read_design(file)
    assert design.question_en
    assert design.n_cells <= _MANY  # runs without --yes
    assert len(design.seeds) * len(design.draws) >= 5  # else there are no intervals to speak of
    assert f"| `{file.name}` |" in PAGE


def test_the_page_names_every_key_and_metric():
    keys = [*TOP, *CORPUS, *RESAMPLE, *SEARCH, *(key for table in TABLES.values() for key in table)]
    missing = [name for name in (*keys, *METRICS) if f"`{name}`" not in PAGE]
    assert missing == []
