"""Cells of an experiment → runs of MLflow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from cio_topics.errors import MissingPartError, OutputError
from cio_topics.experiments.design import Design

__all__ = ["export_to_mlflow"]

_PAGE = 1000


def export_to_mlflow(design: Design, results: pd.DataFrame, uri: str) -> int:
    """Write one run for each cell that is done and not there yet.

    A run has the settings, seed and draw as parameters, the metrics that have a value, and the
    cell's address as tag ``cell``; by that it is known again, and never written twice. Metrics that
    were added to the file since are added to the run.

    Parameters
    ----------
    design : Design
        The MLflow experiment has its name.
    results : DataFrame
        From :func:`cio_topics.experiments.results.results_table`.
    uri : str
        A folder, ``file:…`` or the address of a server. MLflow asks for
        ``MLFLOW_ALLOW_FILE_STORE=true`` with folders; here that is set for the export alone.

    Returns
    -------
    int
        How many runs were written or got metrics.

    Raises
    ------
    MissingPartError
        MLflow is not installed.
    OutputError
        MLflow cannot write there.
    """
    with _mlflow_settings(uri):
        try:
            from mlflow.exceptions import MlflowException
            from mlflow.tracking import MlflowClient
        except ImportError as error:
            raise MissingPartError(
                "the export needs MLflow, which is not installed.",
                'Run: python -m pip install "cio-topics[mlflow]"',
                '次を実行してください: python -m pip install "cio-topics[mlflow]"',
            ) from error
        try:
            return _export(design, results, MlflowClient(tracking_uri=uri))
        except (MlflowException, OSError) as error:
            raise OutputError(
                f"MLflow cannot write to {uri!r}: {str(error).splitlines()[0]}",
                "The results are in the experiment's folder. Give another --mlflow URI.",
                "結果は実験のフォルダにあります。--mlflow を確かめてください。",
            ) from error


@contextmanager
def _mlflow_settings(uri: str) -> Iterator[None]:
    """Allow a folder as store, send no usage data, and give up on a server that does not answer.

    What the user has set stays; the environment is put back.
    """
    wanted = {"MLFLOW_DISABLE_TELEMETRY": "true"}
    limits = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "30"}
    wanted |= {name: value for name, value in limits.items() if name not in os.environ}
    if uri.startswith("file:") or "://" not in uri:
        wanted["MLFLOW_ALLOW_FILE_STORE"] = "true"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _export(design: Design, results: pd.DataFrame, client: Any) -> int:
    from mlflow.entities import Metric, Param

    found = client.get_experiment_by_name(design.name)
    experiment = found.experiment_id if found else client.create_experiment(design.name)
    done = results[results["status"] == "done"].drop_duplicates("cell")
    known = _known_runs(client, experiment)
    n_written = 0
    for _, row in done.iterrows():
        run = known.get(row["cell"])
        there = () if run is None else run.data.metrics
        metrics = [
            Metric(name, float(row[name]), 0, 0)
            for name in design.metrics
            if pd.notna(row[name]) and name not in there
        ]
        if run is None:
            names = [*design.columns, "seed", "draw"]
            params = [Param(name, str(row[name])) for name in names if pd.notna(row[name])]
            tags = {"cell": row["cell"], "question": design.question}
            run = client.create_run(experiment, tags=tags, run_name=row["cell"])
            client.log_batch(run.info.run_id, metrics=metrics, params=params)
            client.set_terminated(run.info.run_id)
        elif metrics:
            client.log_batch(run.info.run_id, metrics=metrics)
        else:
            continue
        n_written += 1
    return n_written


def _known_runs(client: Any, experiment: str) -> dict[str, Any]:
    """Return the runs that were finished by cell; one that was cut off is written again."""
    runs: dict[str, Any] = {}
    token = None
    while True:
        page = client.search_runs(
            [experiment],
            filter_string="attributes.status = 'FINISHED'",
            max_results=_PAGE,
            page_token=token,
        )
        runs |= {run.data.tags.get("cell", ""): run for run in page}
        token = page.token
        if not token:
            return runs
