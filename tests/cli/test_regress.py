"""The command ``cio-topics regress``."""

from __future__ import annotations

import json

import pytest

from cio_topics.cli import regress
from cio_topics.tracking.regression import ADJUSTMENTS, METHODS


def test_choices_are_those_of_the_room():
    assert regress.METHODS == METHODS
    assert regress.ADJUSTMENTS == ADJUSTMENTS


def test_means_in_japanese(run):
    shown = run("regress", "open_data ~ government")
    assert (shown.code, shown.err) == (0, "")
    assert "民主党中心の政権" in shown.out
    assert "Firth の罰則付き尤度" in shown.out
    assert "16項目は除いた" in shown.out


def test_contrasts_of_all_themes_as_data(run, tmp_path):
    target = tmp_path / "pairs.json"
    words = ["theme ~ government", "--what", "contrasts", "--format", "json", "-o", target]
    assert run("regress", *words).code == 0
    found = json.loads(target.read_text(encoding="utf-8"))
    assert len(found["rows"]) == 15
    assert found["manifest"]["settings"]["formula"] == "theme ~ government"
    assert all(row["p_adjusted"] >= row["p"] for row in found["rows"])


def test_diagnostics_say_why(run):
    shown = run("regress", "my_number ~ government", "--what", "diagnostics", "--lang", "en")
    assert shown.code == 0
    assert "firth" in shown.out
    assert "separated" in shown.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["open_data ~ __import__(os)"], "unknown function '__import__'"),
        (["open_data ~ cabinet"], "unknown column 'cabinet'; expected one of: body, format, year"),
        (["open_data"], "is no formula"),
        ([], "Missing argument 'FORMULA'"),
        (["my_number ~ government", "--method", "gee"], "the theme is separated by government=dem"),
        (["open_data ~ government", "--format", "xlsx"], "xlsx cannot be printed"),
    ],
)
def test_refused(run, words, message):
    shown = run("regress", *words)
    assert shown.code == 2
    assert message in shown.err


def test_numbers_alone_have_coefficients(run):
    shown = run("regress", "open_data ~ year", "--lang", "en")
    assert shown.code == 0
    assert "coefficients" in shown.out
    assert "(no rows)" not in shown.out
    refused = run("regress", "open_data ~ year", "--what", "means")
    assert refused.code == 2
    assert "--what coefficients" in refused.err
