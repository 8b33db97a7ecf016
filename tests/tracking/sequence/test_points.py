"""Points of a map and their intervals, on the embedded corpus and on invented cells."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.themes import theme_table
from cio_topics.tracking.sequence import (
    correspondence,
    correspondence_points,
    period_cells,
    term_names,
    term_theme_cells,
    theme_names,
)
from tests.tracking.sequence.invented import table_of

CORPUS = read_example()
TABLE = theme_table(CORPUS)
CELLS = period_cells(theme_names(TABLE), TABLE, "administration")
POINTS, INERTIA = correspondence_points(CELLS, n_draws=200)


def test_points_are_those_of_the_table_of_counts():
    wide = CELLS.pivot_table(index="row", columns="column", values="n", aggfunc="sum").fillna(0)
    found = correspondence(wide)
    own = POINTS[POINTS["kind"] == "theme"].set_index("name")
    expected = found.rows.set_index("name")
    np.testing.assert_allclose(own["x"], expected["principal_1"].loc[own.index], atol=1e-12)
    assert INERTIA["share"].sum() == pytest.approx(1)
    assert own["n"].sum() == len(theme_names(TABLE)) - _undated()


def _undated():
    return int((TABLE["administration"] == "unknown").sum())


def test_columns_that_figures_stand_on():
    assert list(POINTS)[:12] == [
        *("kind", "name", "x", "y", "x_low", "x_high", "y_low", "y_high", "n", "n_meetings"),
        *("contribution_x", "contribution_y"),
    ]
    assert set(POINTS["kind"]) == {"theme", "period"}
    assert not INERTIA.attrs
    assert not POINTS.attrs


def test_periods_stand_in_order_of_time():
    periods = POINTS.loc[POINTS["kind"] == "period", "name"].tolist()
    assert periods[0] == "第1次小泉内閣"
    assert periods[-1] == "第2次石破内閣"
    assert "unknown" not in periods


def test_one_meeting_has_no_interval():
    single = POINTS["n_meetings"] == 1
    assert single.any()
    assert POINTS.loc[single, "x_low"].isna().all()
    assert POINTS.loc[~single, "x_low"].notna().all()


def test_the_same_input_gives_the_same_points():
    again, _ = correspondence_points(CELLS, n_draws=200)
    pd.testing.assert_frame_equal(again, POINTS)


def test_two_periods_have_one_axis():
    cells = period_cells(theme_names(TABLE), TABLE, "government")
    points, inertia = correspondence_points(cells, n_draws=20)
    assert len(inertia) == 1
    assert (points["y"] == 0).all()
    assert points[["y_low", "y_high"]].isna().all(axis=None)


def test_terms_and_themes():
    terms = term_names(CORPUS.agenda(), max_terms=20)
    points, _ = correspondence_points(
        term_theme_cells(terms, theme_names(TABLE)), ("term", "theme"), n_draws=20
    )
    assert points["kind"].value_counts()["term"] == 20


def test_more_meetings_make_narrower_intervals():
    def width(n):
        rows = [
            (f"{period}{m}", "甲", f"{2004 + period}-01-{m % 28 + 1:02d}", "a" if m % 3 else other)
            for period, other in enumerate(("b", "c", "b;c"))
            for m in range(n)
        ]
        table = table_of(rows)
        cells = period_cells(theme_names(table), table.assign(year=table["date"].str[:4]), "year")
        points, _ = correspondence_points(cells, n_draws=200)
        own = points[points["kind"] == "period"]
        return (own["x_high"] - own["x_low"]).mean()

    assert width(60) < 0.7 * width(12)


def test_refusals():
    with pytest.raises(SettingsError, match="n_draws is 0"):
        correspondence_points(CELLS, n_draws=0)
    with pytest.raises(SettingsError, match="level is 95"):
        correspondence_points(CELLS, level=95)
    with pytest.raises(TooSmallError, match="1 column have counts"):
        correspondence_points(CELLS[CELLS["column"] == "麻生内閣"])
    with pytest.raises(TooSmallError, match="no term stands in 400 items"):
        term_names(CORPUS.agenda(), min_items=400)
    with pytest.raises(SettingsError, match="max_terms 1"):
        term_names(CORPUS.agenda(), max_terms=1)
