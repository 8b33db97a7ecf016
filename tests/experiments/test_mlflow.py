"""Export to MLflow, into a folder."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from cio_topics.errors import MissingPartError, OutputError
from cio_topics.experiments.answer import tables_of
from cio_topics.experiments.experiment import open_experiment, run_experiment
from cio_topics.experiments.mlflow import export_to_mlflow
from tests.experiments.conftest import HEAD

pytest.importorskip("mlflow")


@pytest.fixture
def ran(write_design):
    """Two cells, one of which failed."""
    opened = open_experiment(write_design(HEAD + "seeds = 2\n[model]\nn_topics = [4, 400]\n"))
    return opened.design, tables_of(opened, run_experiment(opened))[0]


def runs_of(uri, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("how_many")
    return client.search_runs([experiment.experiment_id])


@pytest.mark.parametrize("prefix", ["file://", ""])
def test_cells_are_runs(ran, tmp_path, monkeypatch, prefix):
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE", raising=False)
    design, results = ran
    uri = f"{prefix}{tmp_path / 'store'}"
    assert export_to_mlflow(design, results, uri) == 2
    assert "MLFLOW_ALLOW_FILE_STORE" not in os.environ  # the user's environment is as it was
    runs = runs_of(uri, monkeypatch)
    done = results[results["status"] == "done"].set_index("cell")
    assert {run.data.tags["cell"] for run in runs} == set(done.index)
    for run in runs:
        row = done.loc[run.data.tags["cell"]]
        assert run.data.metrics == {name: pytest.approx(row[name]) for name in design.metrics}
        assert run.data.params["model.n_topics"] == "4"
        assert run.data.params["seed"] == str(row["seed"])
        assert run.info.status == "FINISHED"


def test_nothing_is_written_twice(ran, tmp_path, monkeypatch):
    design, results = ran
    uri = str(tmp_path / "store")
    assert [export_to_mlflow(design, results, uri) for _ in range(2)] == [2, 0]
    assert len(runs_of(uri, monkeypatch)) == 2


def test_metrics_that_were_added_are_added(ran, tmp_path, monkeypatch):
    design, results = ran
    uri = str(tmp_path / "store")
    fewer = replace(design, metrics=("diversity",))
    assert export_to_mlflow(fewer, results, uri) == 2
    assert [export_to_mlflow(design, results, uri) for _ in range(2)] == [2, 0]
    runs = runs_of(uri, monkeypatch)
    assert len(runs) == 2
    assert all(set(run.data.metrics) == {"diversity", "nmi"} for run in runs)


def test_a_server_that_does_not_answer(ran, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(OutputError, match="MLflow cannot write to 'http"):
        export_to_mlflow(*ran, "http://127.0.0.1:9")


def test_a_folder_that_cannot_be_written(ran, tmp_path):
    (tmp_path / "store").write_text("a file")
    with pytest.raises(OutputError, match="MLflow cannot write to"):
        export_to_mlflow(*ran, str(tmp_path / "store" / "x"))


def test_without_mlflow(ran, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(MissingPartError, match=r"cio-topics\[mlflow\]"):
        export_to_mlflow(*ran, str(tmp_path))
