"""The shipped experiments can be read, and the page about experiments is complete."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cio_topics.experiments.cells import make_cells
from cio_topics.experiments.design import read_design
from cio_topics.experiments.experiment import open_experiment
from cio_topics.experiments.fit import fit_cell
from cio_topics.experiments.keys import CORPUS, RESAMPLE, SEARCH, TABLES, TOP
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.results import summarize

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "experiments").glob("*.toml"))
PAGE = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")


def test_there_are_some():
    assert len(FILES) >= 5


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_shipped_experiment(file):
    design = read_design(file)
    assert design.question_en
    assert design.n_cells <= 3000  # minutes on two cores, not hours
    assert len(design.seeds) * len(design.draws) >= 5  # else there are no intervals to speak of
    assert f"| `{file.name}` |" in PAGE


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_its_answer_is_there_and_whole(file):
    design = read_design(file)
    results = pd.read_parquet(design.folder / "results.parquet")
    assert len(results) == results["cell"].nunique() == design.n_cells
    assert (results["status"] == "done").all()
    assert (design.folder / "figure.png").exists()
    assert design.source.strip() in (design.folder / "README.md").read_text(encoding="utf-8")
    written = pd.read_csv(design.folder / "summary.csv")
    made = summarize(design, results)
    assert made["metric"].tolist() == written["metric"].tolist()
    for name in ("mean", "low", "high", "n"):
        assert made[name].tolist() == pytest.approx(written[name].tolist(), abs=1e-6, nan_ok=True)


@pytest.mark.road
def test_a_cell_comes_out_again():
    """Another version may move a number a little; another answer would be noticed."""
    design = read_design(ROOT / "experiments" / "pooling.toml")
    opened = open_experiment(design)
    wanted = {"model.kind": "nmf", "model.n_topics": 12, "pool.by": "meeting"}
    (cell,) = [
        cell
        for cell in make_cells(design, opened.basis)
        if (cell.draw, cell.seed) == (1, 0) and dict(cell.settings) == wanted
    ]
    found = fit_cell(design, opened.material, cell, design.metrics)
    results = pd.read_parquet(design.folder / "results.parquet")
    at = pd.Series({**wanted, "draw": 1, "seed": 0})
    (before,) = results[(results[list(at.index)] == at).all(axis=1)].to_dict("records")
    for name in design.metrics:
        assert found["measures"][name] == pytest.approx(before[name], abs=0.05), name


def test_the_page_names_every_key_and_metric():
    keys = [*TOP, *CORPUS, *RESAMPLE, *SEARCH, *(key for table in TABLES.values() for key in table)]
    missing = [name for name in (*keys, *METRICS) if f"`{name}`" not in PAGE]
    assert missing == []
