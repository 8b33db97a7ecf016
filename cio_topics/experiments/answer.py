"""What an experiment found → tables, figure and README in its folder, and back."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pandas as pd

from cio_topics.errors import OutputError, TooSmallError
from cio_topics.experiments.experiment import Experiment, State, state_of
from cio_topics.experiments.figures import draw_search, draw_summary
from cio_topics.experiments.readme import readme_text
from cio_topics.experiments.results import results_table, summarize, topics_table
from cio_topics.experiments.search import trials_table
from cio_topics.experiments.store import stopped
from cio_topics.files import replace_folder, table_csv

__all__ = ["differences", "known_results", "tables_of", "write_answer", "written_results"]


def tables_of(experiment: Experiment, state: State) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return results and summary of the cells that have a record."""
    known = [place for place, record in enumerate(state.records) if record is not None]
    records = [state.records[place] for place in known]
    trials = None if state.trials is None else [state.trials[place] for place in known]
    results = results_table(experiment.design, [r for r in records if r is not None], trials)
    return results, summarize(experiment.design, results)


def write_answer(experiment: Experiment, state: State) -> Path:
    """Write tables, figure and README into the experiment's folder, all of them or none.

    The same cells give the same bytes. Cells that are not done are left out.

    Returns
    -------
    pathlib.Path
        The README.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    design, folder = experiment.design, experiment.folder
    results, summary = tables_of(experiment, state)
    if design.search is not None:
        figure = draw_search(design, trials_table(design, results))
    else:
        figure = draw_summary(design, summary)
    records = [record for record in state.records if record is not None]
    parquet = io.BytesIO()
    results.to_parquet(parquet, index=False)
    topics = topics_table(records)
    about = experiment.basis
    page = readme_text(design, results, summary, topics, about, figure=figure is not None)
    made_from = json.dumps(_made_from(experiment), ensure_ascii=False, indent=1)
    files: dict[str, bytes] = {
        "made_from.json": f"{made_from}\n".encode(),
        "results.csv": table_csv(results).encode(),
        "results.parquet": parquet.getvalue(),
        "summary.csv": table_csv(summary).encode(),
        "topics.csv": table_csv(topics).encode(),
        "README.md": page.encode(),
    }
    if figure is not None:
        files |= {"figure.svg": figure[0].encode(), "figure.png": figure[1]}
    try:
        with replace_folder(folder) as temporary:
            for name, content in files.items():
                (temporary / name).write_bytes(content)
    except OutputError as error:
        raise stopped(error) from error
    if figure is None:  # one of an earlier run would not be this one's
        for name in ("figure.svg", "figure.png"):
            (folder / name).unlink(missing_ok=True)
    return folder / "README.md"


def _made_from(experiment: Experiment) -> dict[str, str]:
    """Return what results are made from; `settings` is all of the file that changes cells."""
    design = experiment.design
    settings = (design.corpus, design.grids, design.seeds, design.resample, design.search)
    digest = hashlib.sha256(repr(settings).encode()).hexdigest()[:16]
    return {**{name: str(value) for name, value in experiment.basis.items()}, "settings": digest}


def known_results(experiment: Experiment) -> tuple[pd.DataFrame, str]:
    """Return results as far as they are known, and a remark about them.

    Cells on disk come first. Where there is none, the table that an earlier run wrote is read:
    shipped experiments have one.

    Raises
    ------
    TooSmallError
        Nothing was run yet.
    """
    state = state_of(experiment)
    n_known = state.n_done + state.n_failed
    if n_known:
        left = experiment.design.n_cells - n_known
        remark = f"{left:,} of {experiment.design.n_cells:,} cells are not done." if left else ""
        return tables_of(experiment, state)[0], remark
    table = written_results(experiment)
    if table is None:
        raise TooSmallError(
            f"{experiment.design.path.name} was not run yet.",
            f"Run: cio-topics experiment run {experiment.design.path}",
            f"次を実行してください: cio-topics experiment run {experiment.design.path}",
        )
    differ = differences(experiment)
    if not differ:
        return table, ""
    return table, f"these results were made with {differ}; run the experiment to renew them."


def differences(experiment: Experiment) -> str:
    """Say what was other when results were written; an empty text if nothing was."""
    try:
        text = (experiment.folder / "made_from.json").read_text(encoding="utf-8")
        before = dict(json.loads(text))
    except (OSError, ValueError):
        return "unknown settings and versions"
    now = _made_from(experiment)
    said = []
    for name, value in before.items():
        if value != now.get(name):
            values = (
                "" if name == "settings" else f" ({_short(value)}, now {_short(now.get(name))})"
            )
            said.append(f"{_WORDS.get(name, name)}{values}")
    return ", ".join(said)


_WORDS = {
    "code": "another version of the code",
    "corpus": "another corpus",
    "settings": "other settings",
}


def _short(value: object) -> str:
    return str(value)[:8] or "none"


def written_results(experiment: Experiment) -> pd.DataFrame | None:
    """Return the table of an earlier run, if it has the columns that the design asks for."""
    try:
        table = pd.read_parquet(experiment.folder / "results.parquet")
    except (OSError, ValueError):
        return None
    design = experiment.design
    wanted = {"cell", "status", *design.columns, "seed", "draw", *design.metrics}
    return table if wanted <= set(table.columns) else None
