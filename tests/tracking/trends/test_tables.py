"""Tables of trends, curves and breaks: their columns, what is left out, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.themes import theme_table
from cio_topics.tracking.trends import (
    handovers,
    handovers_by_chance,
    theme_breaks,
    theme_curves,
    theme_trends,
    timeline,
)
from tests.tracking.trends.invented import COARSE, step_table, table_of

STEP = step_table()
EXAMPLE = theme_table(read_example())


@pytest.mark.parametrize(
    ("precision", "n_meetings", "n_undated", "days"),
    [
        ("day", 1, 3, [13879]),
        ("month", 2, 2, [13588, 13879]),  # 2007-03-16
        ("year", 3, 1, [13331, 13588, 13879]),  # 2006-07-02
    ],
)
def test_coarse_dates(precision, n_meetings, n_undated, days):
    table = table_of([*COARSE, ("2008-01-01", "day", "x", 0, 2)])
    dated = timeline(table, precision=precision)
    assert dated.days.tolist() == days
    row = dated.columns().iloc[0]
    assert (row["n_meetings"], row["n_meetings_undated"]) == (n_meetings, n_undated)
    assert row["n_items"] + row["n_items_undated"] == 6
    assert row["n"] + row["n_undated"] == 2


def test_meetings_as_units():
    dated = timeline(STEP, unit="meetings")
    assert dated.totals.tolist() == [1.0] * 60
    assert dated.counts.max() == 1
    assert dated.items.sum() == 240  # items stay items
    found = theme_breaks(STEP, unit="meetings", themes=["a"], n_draws=99).iloc[0]
    assert found["n_items_before"] + found["n_items_after"] == 240
    assert found["n"] <= found["n_meetings"] == 60


@pytest.mark.parametrize("function", [timeline, theme_trends, theme_curves, theme_breaks])
def test_nothing_dated(function):
    with pytest.raises(TooSmallError, match="none of 1 meetings has a date"):
        function(table_of(COARSE[:1]))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"precision": "week"}, "unknown precision 'week'; expected one of: day, month, year"),
        ({"unit": "handouts"}, "unknown unit 'handouts'; expected items or meetings"),
        ({"themes": ["c"]}, "unknown theme 'c'"),
        ({"themes": []}, "no theme was asked for"),
    ],
)
@pytest.mark.parametrize("function", [theme_trends, theme_curves, theme_breaks])
def test_refused(function, settings, message):
    with pytest.raises(SettingsError, match=message):
        function(STEP, **settings)


def test_trends_of_a_step():
    found = theme_trends(STEP, n_draws=199).set_index("theme")
    assert found.loc["a", "p"] == 1 / 200
    assert found.loc["a", "rise_low"] > 0.05  # from 5 % to 80 % in five years
    assert found.loc["a", "tau"] == pytest.approx(-found.loc["b", "tau"])
    assert found.loc["a", "n_years"] == 6
    assert found.loc["never", ["n", "n_items", "n_meetings"]].tolist() == [0, 240, 60]
    assert found.loc["never", ["tau", "p", "p_adjusted", "rise", "p_years"]].isna().all()
    # Two of three themes were tested: Holm's p is twice the smaller p.
    assert found.loc["a", "p_adjusted"] == pytest.approx(2 / 200)


def test_years_must_be_years():
    with pytest.raises(SettingsError, match="unknown years 'government'"):
        theme_trends(STEP, "government")


def test_same_seed_same_table():
    for function in (theme_trends, theme_breaks):
        one, other = (function(STEP, n_draws=49) for _ in range(2))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("meetings", "methods"),
    [
        ([("2008-01-01", "day", "x", 1, 1)], {"none"}),  # one meeting
        ([("2008-01-01", "day", "x", 1, 1)] * 9, {"none"}),  # one day
        ([(f"2008-0{k}-01", "day", "x", k % 2, 1) for k in range(1, 10)], {"line", "none"}),
        ([(f"20{k + 10}-01-01", "day", "x", k % 2, 1) for k in range(40)], {"spline", "none"}),
    ],
)
def test_thin_data_have_no_curve(meetings, methods):
    curves = theme_curves(table_of(meetings), themes=["a", "never"], n_points=5, n_draws=100)
    assert set(curves["method"]) == methods
    nothing = curves[curves["method"] == "none"]
    assert nothing["share"].isna().all()
    assert nothing["date"].isna().all()
    assert nothing["theme"].is_unique  # one row says so
    assert (nothing["n_meetings"] == len(meetings)).all()


def test_curve_of_a_step():
    curves = theme_curves(STEP, themes=["a"], n_points=10, n_draws=500)
    assert (curves["band_low"] < curves["share"]).all()
    assert (curves["share"] < curves["band_high"]).all()
    assert curves["date"].iloc[[0, -1]].astype(str).tolist() == ["2005-02-01", "2010-01-01"]
    assert curves["band_high"].iloc[0] < curves["band_low"].iloc[-1]
    with pytest.raises(SettingsError, match="expected at least 2 points"):
        theme_curves(STEP, n_points=1)


def test_break_of_a_step():
    found = theme_breaks(STEP, handovers(), n_draws=99).set_index("theme")
    row = found.loc["a"]
    assert (row["result"], row["n_changes"], row["change"]) == ("change", 1, 1)
    assert row["date_low"] <= pd.Timestamp("2007-08-01") <= row["date_high"]
    assert row["share_before_high"] < 0.2 < 0.6 < row["share_after_low"]
    assert row["n_meetings_before"] + row["n_meetings_after"] == 60
    assert row["n_items_before"] + row["n_items_after"] == 240
    assert row["step_over_line"] > 0  # a step, no slope
    inside = [name for name in row["handovers"].split(";") if name]
    assert row["n_handovers"] == len(inside)
    assert found.loc["never", "result"] == "too_few"
    assert found.loc["never", ["p", "probability"]].isna().all()


def test_slope_is_told_from_a_step():
    rng = np.random.default_rng(0)
    days = pd.date_range("2005-01-15", periods=120, freq="MS")
    counts = rng.binomial(6, np.linspace(0.02, 0.98, 120))
    rows = [
        (f"{day:%Y-%m-%d}", "day", "x", int(k), 6 - int(k))
        for day, k in zip(days, counts, strict=True)
    ]
    found = theme_breaks(table_of(rows), themes=["a"], n_draws=99)
    assert (found["step_over_line"] < 0).all()


@pytest.mark.parametrize(
    "meetings",
    [
        [("2008-01-01", "day", "x", 1, 1)],
        [("2008-01-01", "day", "x", 1, 1)] * 30,  # one day has no before and after
        [(f"2008-0{k}-01", "day", "x", k > 4, 1) for k in range(1, 10)],  # nine meetings
    ],
)
def test_breaks_that_nobody_can_tell(meetings):
    found = theme_breaks(table_of(meetings), handovers(), n_draws=19)
    assert set(found["result"]) <= {"none", "too_few"}
    assert found["date"].isna().all()
    assert (found["n_changes"] == 0).all()


def test_stretch_of_no_meeting():
    with pytest.raises(SettingsError, match="fewest is 0"):
        theme_breaks(STEP, fewest=0)


def test_example_changes_are_claimed_sparingly():
    found = theme_breaks(EXAMPLE, handovers(), themes=["digital_gov", "other"], n_draws=199)
    assert found["result"].tolist() == ["change", "none"]
    assert found["n_meetings"].tolist() == [149, 149]
    assert found["n_meetings_undated"].tolist() == [14, 14]
    assert found["date"].iloc[0].year in (2015, 2016, 2017)


def test_handovers():
    every = handovers()
    assert len(every) == 17
    assert every["change"].value_counts().to_dict() == {
        "prime_minister": 9,
        "administration": 6,
        "government": 2,
    }
    assert len(handovers(of="prime_minister")) == 11  # a change of government is one, too
    assert handovers(pd.DataFrame(columns=["start", *every.columns[2::2][:3]])).empty
    with pytest.raises(SettingsError, match="unknown change 'party'"):
        handovers(of="party")


def test_handovers_by_chance_is_a_count():
    days, first, last, length = [10, 12, 70], 0, 99, 20
    starts = range(first, last - length + 2)
    inside = [sum(start <= day < start + length for day in days) for start in starts]
    found = handovers_by_chance(days, length, first, last)
    assert found.expected == pytest.approx(np.mean(inside))
    assert found.any == pytest.approx(np.mean(np.array(inside) > 0))
    assert handovers_by_chance(days, 500, first, last).expected == 3  # longer than the time
