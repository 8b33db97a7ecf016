"""The figure: what is drawn, and that it is the same twice."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from PIL import Image

from cio_topics.experiments import figures
from cio_topics.experiments.figures import MAX_SERIES, draw_search, draw_summary, series_shown
from tests.experiments.conftest import HEAD


def summary_of(design, rows):
    """Rows of groupings; means fall from row to row."""
    parts = [
        (*row, metric, 0.9 - 0.01 * place, 0.5, 1.0, 3, 0, 0)
        for place, row in enumerate(rows)
        for metric in design.metrics
    ]
    names = ["metric", "mean", "low", "high", "n", "n_undefined", "n_failed"]
    table = pd.DataFrame(parts, columns=[*design.groupings, *names])
    return table.convert_dtypes()


@pytest.fixture
def design(write_design):
    return write_design(HEAD + '[model]\nkind = ["nmf", "lda"]\nn_topics = [4, 8]\n')


ROWS = [("nmf", 4), ("nmf", 8), ("lda", 4), ("lda", 8)]


def test_is_drawn_the_same_twice_and_in_japanese(design):
    drawn = [draw_summary(design, summary_of(design, ROWS)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    svg, png = drawn[0]
    assert "多様性 diversity ↑" in svg
    assert "テーマとの一致 NMI nmi ↑" in svg
    assert "model.kind" in svg  # what the colours are
    assert Image.open(io.BytesIO(png)).size[0] > 600


def test_numbers_are_the_axis_and_the_rest_the_series(design):
    shown, axis = series_shown(design, summary_of(design, ROWS))
    assert axis == "model.n_topics"
    assert list(dict.fromkeys(shown["series"])) == ["nmf", "lda"]


def test_without_numbers_the_first_grouping_is_the_axis(write_design):
    design = write_design(
        HEAD + '[tokens]\ncompounds = ["short", "long"]\n[pool]\nby = ["item", "meeting"]\n'
    )
    rows = [(c, p) for c in ("short", "long") for p in ("item", "meeting")]
    shown, axis = series_shown(design, summary_of(design, rows))
    assert axis == "tokens.compounds"
    assert set(shown["series"]) == {"item", "meeting"}
    assert draw_summary(design, summary_of(design, rows)) is not None


def test_one_grouping_has_no_legend(write_design):
    design = write_design(HEAD + "[model]\nn_topics = [4, 8]\n")
    svg, _ = draw_summary(design, summary_of(design, [(4,), (8,)]))
    assert "model.n_topics" in svg


def test_the_best_series_are_drawn_if_there_are_too_many(write_design):
    numbers = list(range(2, 2 + MAX_SERIES + 4))
    design = write_design(
        HEAD + f"[vectors]\nmin_df = {numbers}\n[model]\nn_topics = {list(range(2, 40))}\n"
    )
    rows = [(df, n) for df in numbers for n in (2, 3)]
    table = summary_of(design, rows).astype({"vectors.min_df": "str"})
    shown, axis = series_shown(design, table)
    assert axis == "model.n_topics"
    assert list(dict.fromkeys(shown["series"])) == [str(n) for n in numbers[:MAX_SERIES]]
    assert draw_summary(design, table) is not None


def test_many_numbers_are_a_scale(write_design):
    design = write_design(HEAD + f"[model]\nn_topics = {list(range(2, 40))}\n")
    assert draw_summary(design, summary_of(design, [(n,) for n in range(2, 40)])) is not None


def test_no_value_no_figure(design):
    assert draw_summary(design, summary_of(design, ROWS).assign(mean=float("nan"))) is None


def test_undefined_means_leave_a_gap(design):
    table = summary_of(design, ROWS)
    table.loc[0, ["mean", "low", "high"]] = pd.NA
    assert draw_summary(design, table) is not None


def test_english_without_the_font(design, monkeypatch):
    monkeypatch.setattr(figures, "register_font", lambda: False)
    svg, _ = draw_summary(design, summary_of(design, ROWS))
    assert "NMI with themes nmi" in svg
    assert "多様性" not in svg


def test_a_search_shows_trials_and_the_best(write_design):
    design = write_design(HEAD + '[search]\nmetric = "nmi"\nn_trials = 3\n')
    trials = pd.DataFrame({"trial": [0, 1, 2], "value": [0.2, 0.5, 0.3], "best": [0.2, 0.5, 0.5]})
    svg, _ = draw_search(design, trials)
    assert "試行 trial" in svg
    assert draw_search(design, trials.assign(value=float("nan"))) is None
