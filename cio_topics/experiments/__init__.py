"""Experiments: a question in a small file → cells, a table that answers it, and its evidence."""

from cio_topics.experiments.answer import known_results, write_answer
from cio_topics.experiments.compare import compare_sides, make_side
from cio_topics.experiments.design import Design, DesignError, read_design
from cio_topics.experiments.experiment import (
    Experiment,
    State,
    open_experiment,
    run_experiment,
    state_of,
)
from cio_topics.experiments.measures import METRICS
from cio_topics.experiments.mlflow import export_to_mlflow
from cio_topics.experiments.overview import experiments_table
from cio_topics.experiments.results import results_table, summarize
from cio_topics.experiments.run import RunSettings

__all__ = [
    "METRICS",
    "Design",
    "DesignError",
    "Experiment",
    "RunSettings",
    "State",
    "compare_sides",
    "experiments_table",
    "export_to_mlflow",
    "known_results",
    "make_side",
    "open_experiment",
    "read_design",
    "results_table",
    "run_experiment",
    "state_of",
    "summarize",
    "write_answer",
]
