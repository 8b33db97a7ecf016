"""``cio-topics evaluate``: tables, files, refusals. The cheap predictors stand for all."""

import json

import pytest

from cio_topics.cli import evaluate as command
from cio_topics.themes import evaluate, held_out

CHEAP = ("--predictor", "rules", "--predictor", "majority", "--repeats", "1")


def test_lists_are_those_of_the_rooms():
    assert command.PREDICTORS == held_out.PREDICTORS
    assert command.DESIGNS == held_out.DESIGNS
    assert command.DEFAULT_PREDICTORS == evaluate.DEFAULT_PREDICTORS


def test_tables_are_printed_and_written(run, tmp_path):
    shown = run("evaluate", *CHEAP, "-o", tmp_path / "found")
    assert shown.code == 0, shown.err
    names = {path.name for path in (tmp_path / "found").iterdir()}
    tables = {f"{name}.csv" for name in evaluate.Evaluation._fields}
    assert names == tables | {"evaluation.txt", "manifest.json"}
    assert (tmp_path / "found" / "evaluation.txt").read_text("utf-8") == shown.out
    assert "Ceiling: agreement of the two codings" in shown.out
    assert "a floor: always the most frequent theme" in shown.out


def test_json_has_every_table(run):
    found = json.loads(run("evaluate", *CHEAP, "--design", "bodies", "--format", "json").out)
    assert set(evaluate.Evaluation._fields) <= set(found)
    [ceiling] = [row for row in found["ceiling"] if row["measure"] == "micro_f1"]
    assert ceiling["value"] == pytest.approx(0.948, abs=0.001)
    by_rules, majority = found["overall"]
    assert by_rules["micro_f1"] > majority["micro_f1"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--predictor", "forest"], "'forest'"),
        (["--design", "weather"], "'weather'"),
        (["--no-own-labels"], "no item of this corpus is labelled"),
        (["--jobs", "0"], "0"),
    ],
)
def test_bad_options(run, words, message):
    shown = run("evaluate", *words)
    assert shown.code == 2
    assert message in shown.err
