"""The experiments of a folder."""

from __future__ import annotations

import pandas as pd
import pytest

from cio_topics.errors import SettingsError
from cio_topics.experiments.answer import write_answer
from cio_topics.experiments.experiment import open_experiment, run_experiment
from cio_topics.experiments.overview import experiments_table
from tests.experiments.conftest import HEAD


def test_states(write_design, tmp_path):
    write_design(HEAD, "b_new.toml")
    opened = open_experiment(write_design(HEAD + "[model]\nn_topics = [4, 400]\n", "a_ran.toml"))
    write_answer(opened, run_experiment(opened))
    (tmp_path / "c_broken.toml").write_text("seeds = [")
    write_design(HEAD + '[corpus]\nuntil = "1990-01-01"\n', "d_empty.toml")
    table = experiments_table(tmp_path)
    assert table.drop(columns="question").to_numpy().tolist() == [
        ["a_ran", 2, 1, 1, 0, "current"],
        ["b_new", 1, 0, 0, 1, "none"],
        ["c_broken", pd.NA, pd.NA, pd.NA, pd.NA, ""],
        ["d_empty", pd.NA, pd.NA, pd.NA, pd.NA, ""],
    ]
    assert table["question"][1] == "いくつのトピックがよいか。"
    assert "is no TOML in UTF-8" in table["question"][2]
    assert "no item is left" in table["question"][3]


def test_results_without_cells_count_if_they_are_of_now(write_design, tmp_path, monkeypatch):
    """As of shipped experiments, whose cells are not shipped."""
    opened = open_experiment(write_design(HEAD + "[model]\nn_topics = [4, 400]\n"))
    write_answer(opened, run_experiment(opened))
    opened.store.remove(opened.store.strangers([]))
    row = experiments_table(tmp_path).drop(columns=["name", "question"]).to_numpy().tolist()
    assert row == [[2, 1, 1, 0, "current"]]
    monkeypatch.setattr("cio_topics.experiments.cells.code_hash", lambda: "other")
    row = experiments_table(tmp_path).drop(columns=["name", "question"]).to_numpy().tolist()
    assert row == [[2, 0, 0, 2, "other"]]


def test_no_experiment(tmp_path):
    assert experiments_table(tmp_path).empty


def test_no_folder(tmp_path):
    with pytest.raises(SettingsError, match="there is no folder"):
        experiments_table(tmp_path / "nothing")
