"""Frequencies agree with counting by hand, tests of independence with scipy and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from cio_topics.coding import cross_tabulation, simple_tabulation
from cio_topics.errors import SettingsError

CODES = pd.DataFrame(
    {"父": [True, True, False, False, False], "海": [True, False, False, True, False]}
)


def test_simple_tabulation():
    table = simple_tabulation(CODES, "#none")
    assert table["code"].tolist() == ["父", "海", "#none"]
    assert table["frequency"].tolist() == [2, 2, 2]
    assert table["percent"].tolist() == [40.0, 40.0, 40.0]
    assert (table["n_units"] == 5).all()
    assert (table["percent_low"] < table["percent"]).all()


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_every_unit_has_a_code_or_none(rows):
    codes = pd.DataFrame(rows, columns=["a", "b"])
    table = simple_tabulation(codes).set_index("code")["frequency"]
    n_any = sum(any(row) for row in rows)
    assert table["＃コード無し"] == len(rows) - n_any
    assert n_any <= table["a"] + table["b"]


def test_cross_tabulation():
    values = pd.Series(["上", "中", "上", "中", ""])
    table = cross_tabulation(CODES, values)
    wide = table.rows.pivot_table(index="value", columns="code", values="frequency", sort=False)
    assert wide.loc[["上", "中", "合計"], ["父", "海"]].values.tolist() == [[1, 1], [1, 1], [2, 2]]
    assert table.rows["n_units"].tolist() == [2, 2, 2, 2, 4, 4]
    assert table.n_without == 1


def test_a_value_may_have_the_name_of_the_total():
    table = cross_tabulation(CODES, pd.Series(["合計", "中", "合計", "中", "中"]))
    assert table.rows["value"].tolist() == ["合計", "合計", "中", "中", "合計", "合計"]
    assert table.rows["frequency"].tolist() == [1, 1, 1, 1, 2, 2]


def test_independence_of_two_values_has_yates_correction():
    codes = pd.DataFrame({"x": [True] * 12 + [False] * 8 + [True] * 5 + [False] * 15})
    values = pd.Series(["上"] * 20 + ["中"] * 20)
    test = cross_tabulation(codes, values).tests.iloc[0]
    # n (|ad - bc| - n/2)² / ((a+b)(c+d)(a+c)(b+d)) of 12, 8, 5, 15
    by_hand = 40 * (abs(12 * 15 - 8 * 5) - 20) ** 2 / (20 * 20 * 17 * 23)
    assert test["chi_squared"] == pytest.approx(by_hand)
    assert test["degrees_of_freedom"] == 1
    assert test["p"] == pytest.approx(chi2.sf(by_hand, 1))


def test_independence_of_three_values_has_none():
    codes = pd.DataFrame({"x": [True, False] * 15})
    codes.loc[:9, "x"] = True
    values = pd.Series(np.repeat(["上", "中", "下"], 10))
    test = cross_tabulation(codes, values).tests.iloc[0]
    expected = np.array([20 / 3, 20 / 3, 20 / 3])
    observed = np.array([10, 5, 5])
    by_hand = ((observed - expected) ** 2 / expected).sum() * (1 + 20 / 10)
    assert test["chi_squared"] == pytest.approx(by_hand)
    assert test["degrees_of_freedom"] == 2


@pytest.mark.parametrize(
    ("codes", "values"),
    [
        ([True, False], ["上", "上"]),  # one value
        ([True, True], ["上", "中"]),  # all units
        ([False, False], ["上", "中"]),  # none
    ],
)
def test_where_nothing_can_be_tested(codes, values):
    test = cross_tabulation(pd.DataFrame({"x": codes}), pd.Series(values)).tests.iloc[0]
    assert np.isnan(test["chi_squared"])
    assert np.isnan(test["p"])


def test_a_variable_without_values():
    with pytest.raises(SettingsError, match="no unit has a value"):
        cross_tabulation(CODES, pd.Series([""] * 5))
