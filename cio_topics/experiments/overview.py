"""The experiments of a folder, and how far each has come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from cio_topics.errors import CioTopicsError, SettingsError, shorten
from cio_topics.experiments.answer import differences, written_results
from cio_topics.experiments.design import read_design
from cio_topics.experiments.experiment import open_experiment, state_of

__all__ = ["experiments_table"]


def experiments_table(folder: Path) -> pd.DataFrame:
    """Return the experiments of a folder: what is done, failed and left.

    Returns
    -------
    DataFrame
        ``name, cells, done, failed, left, results, question``, by name. `results` is ``current`` if
        tables were written by these settings, corpus and versions, ``other`` if by others, else
        ``none``. Of a file that cannot be read or run the `question` is what is wrong with it, and
        counts are missing.

    Raises
    ------
    SettingsError
        No such folder.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"there is no folder {str(folder)!r}.",
            "Give the folder of the experiments' files.",
            "実験のファイルがあるフォルダを指定してください。",
        )
    rows = [_overview(file) for file in sorted(folder.glob("*.toml"))]
    names = ["name", "cells", "done", "failed", "left", "results", "question"]
    table = pd.DataFrame(rows, columns=names)
    return table.astype(dict.fromkeys(["cells", "done", "failed", "left"], "Int64"))


def _overview(file: Path) -> tuple[Any, ...]:
    try:
        design = read_design(file)
        experiment = open_experiment(design)
        state = state_of(experiment)
    except CioTopicsError as error:
        said = " ".join(error.message.split())
        return file.stem, None, None, None, None, "", shorten(said, 100)
    table = written_results(experiment)
    results = "none" if table is None else "other" if differences(experiment) else "current"
    done, failed = state.n_done, state.n_failed
    if table is not None and results == "current" and not done + failed:
        failed = int((table["status"] == "failed").sum())
        done = len(table) - failed
    counts = (design.n_cells, done, failed, design.n_cells - done - failed)
    return design.name, *counts, results, " ".join(design.question.split())
