"""``cio-topics experiment``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cio_topics.cli.options import format_option, plain_output_option
from cio_topics.cli.output import (
    duration,
    show_count,
    show_line,
    table_text,
    write_output,
    write_table,
)

if TYPE_CHECKING:
    import pandas as pd

    from cio_topics.experiments.experiment import Experiment, State
    from cio_topics.experiments.run import Progress, RunSettings

__all__ = ["experiment"]

# More cells than this are not run by mistake.
_MANY = 1000
_TIMED = 3
_FORMATS = ("table", "csv", "json", "jsonl")


@click.group(short_help="State a question in a file, run it, get a table.")
def experiment() -> None:
    """State a question in a small file, run it, and get a table that answers it.

    小さなファイルに問いを書いて実行すると、答えの表と図ができます。
    """


_folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="The experiment's folder, if it is not beside the file.",
)


@experiment.command(short_help="Run what is not done yet.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-j",
    "--jobs",
    default=1,
    show_default=True,
    metavar="N",
    help="Processes; -1: one a processor.",
)
@click.option("--yes", is_flag=True, help=f"Run more than {_MANY:,} cells without being asked.")
@click.option("--retry", is_flag=True, help="Run cells again that failed before.")
@click.option("--cache", is_flag=True, help="Keep the tokens for the next cell.")
@click.option("--mlflow", "uri", metavar="URI", help="Export the cells to MLflow as well.")
@_folder_option
def run(
    file: Path, jobs: int, yes: bool, retry: bool, cache: bool, uri: str | None, folder: Path | None
) -> None:
    """Run the cells of FILE that are not done and write table, figure and README.

    まだ終わっていない設定を実行し、表・図・README を書きます。中断しても続きから始まります。

    Cells that are done are kept: the same settings, corpus and versions are never run twice. What
    failed is recorded and does not stop the others.
    """
    from cio_topics.experiments.answer import write_answer
    from cio_topics.experiments.design import read_design
    from cio_topics.experiments.experiment import open_experiment, run_experiment
    from cio_topics.experiments.run import RunSettings

    if uri is not None and not uri.strip():
        raise click.UsageError("--mlflow is empty; expected a folder or the address of a server.")
    opened = open_experiment(read_design(file), folder)
    settings = RunSettings(jobs, retry, _cache() if cache else None, _show_progress)
    try:
        if not yes:
            _ask(opened, settings)
        state = run_experiment(opened, settings)
    finally:
        show_count(0, "")
    readme = write_answer(opened, state)
    click.echo(_summary_text(opened, state), nl=False)
    click.echo(f"{readme}")
    if uri:
        _export(opened, state, uri)
    _say_failures(state, file)


def _cache() -> str:
    from cio_topics.tokens.cache import default_cache

    return default_cache()


def _show_progress(progress: Progress) -> None:
    failed = " (failed)" if progress.record["status"] == "failed" else ""
    left = f"about {duration(progress.seconds_left)} left"
    show_count(progress.n_done, f"of {progress.n_cells:,} cells{failed}, {left}")


def _ask(opened: Experiment, settings: RunSettings) -> None:
    """Refuse very many cells, after a few were run to say how long all would take."""
    from cio_topics.errors import SettingsError
    from cio_topics.experiments.experiment import estimate_seconds

    n_left, seconds = estimate_seconds(opened, settings, least=_MANY, n_timed=_TIMED)
    if seconds is not None:
        each = f" with {settings.n_jobs} processes" if settings.n_jobs > 1 else ""
        raise SettingsError(
            f"{opened.design.path.name} asks for {n_left:,} cells that are not done: about "
            f"{duration(seconds)}{each}.",
            "Run it with --yes, or take values away.",
            "実行するには --yes を付けてください。",
        )


def _summary_text(opened: Experiment, state: State) -> str:
    from cio_topics.experiments.answer import tables_of
    from cio_topics.experiments.readme import wide_table

    table = wide_table(opened.design, tables_of(opened, state)[1])
    return f"{opened.design.question}\n\n{_cut(table)}\n"


def _cut(table: pd.DataFrame, most: int = 40) -> str:
    more = f"… {len(table) - most:,} more rows in summary.csv\n" if len(table) > most else ""
    return table_text(table.head(most)) + more


def _export(opened: Experiment, state: State, uri: str) -> None:
    from cio_topics.experiments.answer import tables_of
    from cio_topics.experiments.mlflow import export_to_mlflow

    n_runs = export_to_mlflow(opened.design, tables_of(opened, state)[0], uri)
    show_line(f"{n_runs} runs written to {uri} or completed there.")


def _say_failures(state: State, file: Path) -> None:
    """Say on standard error what failed; if nothing was measured, that is an error."""
    from cio_topics.errors import CioTopicsError

    errors = [r["error"] for r in state.records if r is not None and r["status"] == "failed"]
    if not errors:
        return
    said = f"{len(errors):,} of {len(state.records):,} cells failed. The first: {errors[0]}"
    remedy = f"Correct the cause and run: cio-topics experiment run {file} --retry"
    if len(errors) == len(state.records):
        raise CioTopicsError(said, remedy, "原因を直し、--retry を付けて実行してください。")
    click.echo(f"cio-topics: {said} {remedy}", err=True)


@experiment.command("list", short_help="List the experiments of a folder.")
@click.argument("folder", default="experiments", type=click.Path(path_type=Path))
@format_option(_FORMATS)
@plain_output_option
def list_experiments(folder: Path, output_format: str, output: Path) -> None:
    """List the experiments of FOLDER with what is done, failed and left.

    フォルダにある実験と、その進み具合を一覧にします。
    """
    from cio_topics.experiments.overview import experiments_table

    write_table(experiments_table(folder), output_format, output)


@experiment.command(short_help="Show the answer of an experiment.")
@click.argument("file", type=click.Path(path_type=Path))
@_folder_option
@format_option(_FORMATS)
@plain_output_option
def show(file: Path, folder: Path | None, output_format: str, output: Path) -> None:
    """Show the summary of FILE as far as it was run.

    実験の表を示します。途中まででも示します。

    csv, json and jsonl have one row a group and metric, with mean, low, high and n.
    """
    from cio_topics.experiments.answer import known_results
    from cio_topics.experiments.design import read_design
    from cio_topics.experiments.experiment import open_experiment
    from cio_topics.experiments.readme import wide_table
    from cio_topics.experiments.results import summarize

    design = read_design(file)
    results, remark = known_results(open_experiment(design, folder))
    summary = summarize(design, results)
    if output_format != "table":
        write_table(summary, output_format, output)
    else:
        note = f"{remark}\n" if remark else ""
        text = f"{design.question}\n\n{_cut(wide_table(design, summary))}{note}"
        write_output(text, output)


@experiment.command(short_help="Compare two experiments, or two settings of one.")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("other", required=False, type=click.Path(path_type=Path))
@click.option("--a", multiple=True, metavar="COLUMN=VALUE", help="Settings of side A. Repeatable.")
@click.option("--b", multiple=True, metavar="COLUMN=VALUE", help="Settings of side B. Repeatable.")
@format_option(_FORMATS)
@plain_output_option
def compare(
    file: Path,
    other: Path | None,
    a: tuple[str, ...],
    b: tuple[str, ...],
    output_format: str,
    output: Path,
) -> None:
    """Say how much higher side B is than side A, by metric, with 95 % intervals.

    二つの実験、または一つの実験の二つの設定を比べます(差は B − A)。

    \b
    cio-topics experiment compare one.toml other.toml
    cio-topics experiment compare one.toml --a model.kind=nmf --b model.kind=lda
    """  # noqa: D301
    from cio_topics.errors import SettingsError
    from cio_topics.experiments.answer import known_results
    from cio_topics.experiments.compare import compare_sides, make_side, unlike_columns
    from cio_topics.experiments.design import read_design
    from cio_topics.experiments.experiment import open_experiment

    if other is None and not (a and b):
        raise SettingsError(
            "one file, and nothing to compare in it.",
            "Give a second file, or --a and --b, such as --a model.kind=nmf --b model.kind=lda.",
            "もう一つのファイルか、--a と --b を指定してください。",
        )
    sides, corpora, remarks = [], [], []
    for path, given in ((file, a), (other or file, b)):
        design = read_design(path)
        opened = open_experiment(design)
        results, remark = known_results(opened)
        corpora.append(opened.material.agenda["item_id"].tolist())
        remarks += [f"{path.name}: {remark}"] if remark else []
        where = dict(_condition(text) for text in given)
        sides.append(make_side(design, results, where, corpus_hash=opened.material.corpus_hash))
    if corpora[0] != corpora[1]:
        remarks.append("the two sides ask about other items.")
    unlike = unlike_columns(*sides)
    if unlike:
        remarks.append(f"the two sides have other values of {', '.join(unlike)}.")
    for remark in dict.fromkeys(remarks):
        click.echo(f"cio-topics: {remark}", err=True)
    write_table(compare_sides(*sides), output_format, output)


def _condition(text: str) -> tuple[str, str]:
    from cio_topics.errors import SettingsError, shorten

    column, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(
            f"got {shorten(text)}; expected COLUMN=VALUE.",
            "Write it as model.kind=nmf.",
            "model.kind=nmf のように書いてください。",
        )
    return column.strip(), value.strip()


@experiment.command(short_help="Remove cells that no longer belong.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Remove them without being asked.")
@_folder_option
def clean(file: Path, yes: bool, folder: Path | None) -> None:
    """Remove the cells of settings, corpora and versions that FILE no longer asks for.

    もう使わない設定・コーパス・版のセルを消します。
    """
    from cio_topics.experiments.design import read_design
    from cio_topics.experiments.experiment import open_experiment, state_of

    opened = open_experiment(read_design(file), folder)
    files = opened.store.strangers(cell.address for cell in state_of(opened).cells)
    if not files:
        click.echo("nothing to remove.")
        return
    question = f"Remove {len(files):,} files of {opened.store.folder}?"
    if yes or click.confirm(question, err=True):
        opened.store.remove(files)
        click.echo(f"{len(files):,} files removed.")
