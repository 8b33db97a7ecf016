"""How values are written: signs, intervals, what is missing, what has no end."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tables.columns import STYLES, Column, cells

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("style", "value", "expected"),
    [
        ("text", "a", "a"),
        ("text", None, ""),
        ("count", 1234567, "1,234,567"),
        ("count", 2.5, "2.5"),  # an item that is counted in parts
        ("count", -3, "−3"),
        ("number", 2.345, "2.35"),  # as Python rounds the binary number
        ("number", -0.001, "0.00"),  # no minus before a zero
        ("number", INF, "∞"),
        ("number", -INF, "−∞"),
        ("percent", 3 / 7, "42.9"),
        ("percent", 0.0, "0.0"),
        ("percent", INF, "∞"),
        ("points", 0.125, "+12.5"),
        ("points", -0.125, "−12.5"),
        ("points", 0.0, "0.0"),
        ("points", -0.0001, "0.0"),
        ("p", 0.0004, "<0.001"),
        ("p", 0.001, "0.001"),
        ("p", 1.0, "1.000"),
        ("date", pd.Timestamp("2009-09-16"), "2009-09-16"),
        ("date", "2009-09", "2009-09"),  # of a month: no day is invented
        *[(style, NAN, "") for style in STYLES],
    ],
)
def test_values(style, value, expected):
    assert cells(pd.DataFrame({"x": [value]}), Column("x", "", "", style), {}) == [expected]


@pytest.mark.parametrize(
    ("style", "row", "expected"),
    [
        ("percent", (0.5, 0.25, 0.75), "50.0 [25.0–75.0]"),
        ("points", (-0.1, -0.2, 0.05), "−10.0 [−20.0, +5.0]"),  # a dash would be read as a minus
        ("number", (2.0, 0.5, INF), "2.00 [0.50, ∞]"),
        ("percent", (0.5, NAN, NAN), "50.0 [–]"),  # the data cannot tell
        ("percent", (NAN, 0.1, 0.2), ""),  # no estimate, no interval
        ("count", (3, 1, 9), "3 [1–9]"),
    ],
)
def test_intervals_stand_in_the_same_cell(style, row, expected):
    table = pd.DataFrame([row], columns=["x", "low", "high"])
    assert cells(table, Column("x", "", "", style, "low", "high"), {}) == [expected]


def test_names_stand_for_ids():
    column = Column("theme", "", "", names="theme")
    table = pd.DataFrame({"theme": ["a", "b"]})
    assert cells(table, column, {"a": "計画"}) == ["計画", "b"]


def test_a_missing_column():
    with pytest.raises(SettingsError, match=r"no column 'low'; found: x, high"):
        cells(
            pd.DataFrame({"x": [1], "high": [2]}), Column("x", "", "", "count", "low", "high"), {}
        )


@given(st.floats(-10, 10), st.sampled_from(["number", "points", "percent", "count"]))
def test_numbers_keep_their_value(value, style):
    """Law: read back, a number is the one that was written, up to its last place."""
    (text,) = cells(pd.DataFrame({"x": [value]}), Column("x", "", "", style), {})
    scale = 100 if style in ("points", "percent") else 1
    read = float(text.replace("−", "-").replace(",", "")) / scale
    assert (
        abs(read - value)
        <= (0.005 if style == "number" else 0.0005 if scale == 100 else 0.05) + 1e-9
    )
    assert "-" not in text  # print has a minus sign of its own
