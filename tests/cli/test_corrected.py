"""The commands corrected and topic-shares: what they print, and what they refuse."""

import csv
import io
import json

import pytest

from cio_topics.cli import corrected as command
from cio_topics.tables.kinds.corrected import ERRORS_FROM_NAMES, STATE_NAMES
from cio_topics.themes.held_out import PREDICTORS
from cio_topics.tracking.corrected import ERRORS_FROM, STATES


def test_choices_are_those_of_the_rooms_that_own_them():
    assert set(command.PREDICTORS) - {"auto"} <= set(PREDICTORS)
    assert set(STATE_NAMES) == set(STATES) - {""}
    assert set(ERRORS_FROM_NAMES) == set(ERRORS_FROM) - {"auto"}


@pytest.mark.parametrize(
    ("lang", "pieces"),
    [
        ("ja", ["数えたまま", "補正後", "191項目・101会議", "無作為", "全期間"]),
        (
            "en",
            [
                "As counted",
                "Corrected",
                "191 labelled items of 101 meetings",
                "at random",
                "all periods",
            ],
        ),
    ],
)
def test_raw_and_corrected_stand_side_by_side(run, lang, pieces):
    shown = run("corrected", "--theme", "open_data", "--lang", lang)
    assert shown.code == 0
    for piece in pieces:
        assert piece in shown.out


def test_data_have_both_shares_and_their_denominators(run):
    shown = run("corrected", "--theme", "open_data", "--method", "rogan_gladen", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(shown.out)))
    assert [row["period"] for row in rows] == ["ldp_led", "democratic_led", "unknown"]
    assert [row["n_items"] for row in rows] == ["269", "22", "16"]
    assert sum(int(row["n_labelled"]) for row in rows) == 191
    for row in rows:
        assert (
            0
            <= float(row["corrected_low"])
            <= float(row["corrected"])
            <= float(row["corrected_high"])
        )


def test_periods_of_ones_own_and_the_manifest(run, tmp_path):
    own = ("--period", "a=2002..2012", "--period", "b=2013..")
    assert run("corrected", *own, "--format", "markdown", "-o", tmp_path / "t.md").code == 0
    settings = json.loads((tmp_path / "t.md.manifest.json").read_text("utf-8"))["settings"]
    assert settings["predictor"] == "rules-seen"
    assert settings["by"] == ["a=2002..2012", "b=2013.."]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["corrected", "--theme", "opendata"], "unknown theme 'opendata'"),
        (["corrected", "--format", "xlsx"], "-o FILE.xlsx"),
        (["corrected", "--until", "2001-05-01"], "labelled"),
        (["topic-shares", "--format", "xlsx"], "-o FILE.xlsx"),
        (["topic-shares", "--seeds", "1"], "--seeds"),
        (["topic-shares", "--model", "gensim_hdp"], "its own number of topics"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(run, words, message):
    shown = run(*words)
    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    ("lang", "pieces"),
    [
        (
            "ja",
            ["別のシードでも同じ結果か", "ほかの2個のシード", "3のうち", "一つのトピックの確率"],
        ),
        ("en", ["Would another seed say the same?", "of 3 topics", "the one topic of each item"]),
    ],
)
def test_topic_shares_answer_whether_another_seed_would_say_the_same(run, lang, pieces):
    small = ("--model", "mixture", "--topics", "3", "--seeds", "3", "--draws", "2")
    shown = run("topic-shares", *small, "--lang", lang)
    assert shown.code == 0
    for piece in pieces:
        assert piece in shown.out


def test_topic_shares_as_data(run):
    small = ("--model", "mixture", "--topics", "3", "--seeds", "2", "--draws", "2")
    one, other = (run("topic-shares", *small, "--format", "csv").out for _ in range(2))
    assert one == other
    rows = list(csv.DictReader(io.StringIO(one)))
    assert len(rows) == 3 * 3
    assert {"composed_low", "variance_seeds", "n_agree", "n_without"} <= set(rows[0])


def test_a_model_that_does_not_depend_on_its_seed_says_so(run):
    small = ("--model", "nmf", "--topics", "3", "--seeds", "2")
    assert "hardly depends on its seed" in run("topic-shares", *small, "--lang", "en").out
