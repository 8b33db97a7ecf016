"""Correspondence analysis against R: smoke (Greenacre 1984), caith, HairEyeColor."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tracking.sequence import correspondence

SMOKE = pd.DataFrame(
    {
        "none": [4, 4, 25, 18, 10],
        "light": [2, 3, 10, 24, 6],
        "medium": [3, 7, 12, 33, 7],
        "heavy": [2, 4, 4, 13, 2],
    },
    index=["SM", "JM", "SE", "JE", "SC"],
)
HAIR_EYE = pd.DataFrame(
    [[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]],
    index=["Black", "Brown", "Red", "Blond"],
    columns=["Brown", "Blue", "Hazel", "Green"],
)
CAITH = pd.DataFrame(
    [
        [326, 38, 241, 110, 3],
        [688, 116, 584, 188, 4],
        [343, 84, 909, 412, 26],
        [98, 48, 403, 681, 85],
    ],
    index=["blue", "light", "medium", "dark"],
    columns=["fair", "red", "medium", "dark", "black"],
)


def parts(points, part, n=2):
    return points[[f"{part}_{axis}" for axis in range(1, n + 1)]].to_numpy()


def signed(found, expected):
    """Turn the axes of R so that they have our signs; the sign of an axis is a convention."""
    return expected * np.sign((found * expected).sum(axis=0))


def test_smoke_is_what_r_gives():
    # R 4.2.2, package FactoMineR 2.7, CA(smoke, ncp = 3)
    found = correspondence(SMOKE, n_axes=3)
    eigenvalues = [0.0747591058858, 0.0100171805122, 0.0004135740799]
    np.testing.assert_allclose(found.inertia["inertia"], eigenvalues, rtol=1e-9)
    np.testing.assert_allclose(100 * found.inertia["share"][0], 87.7558731361, rtol=1e-9)
    rows = np.array(
        [
            [-0.06576838388, 0.19373700362],
            [0.25895842143, 0.24330457490],
            [-0.38059488705, 0.01065990720],
            [0.23295190822, -0.05774390775],
            [-0.20108912188, -0.07891123093],
        ]
    )
    ours = parts(found.rows, "principal")
    np.testing.assert_allclose(ours, signed(ours, rows), rtol=1e-8)
    columns = np.array(
        [
            [-0.39330844858, 0.030492071109],
            [0.09945592079, -0.141064289200],
            [0.19632095640, -0.007359108587],
            [0.29377598524, 0.197765656349],
        ]
    )
    ours = parts(found.columns, "principal")
    np.testing.assert_allclose(ours, signed(ours, columns), rtol=1e-8)
    np.testing.assert_allclose(
        100 * parts(found.rows, "contribution")[:2],
        [[0.3297658036, 21.3557600882], [8.3658712302, 55.1150551610]],
        rtol=1e-8,
    )
    np.testing.assert_allclose(
        parts(found.columns, "cos2")[:2],
        [[0.9940203905, 0.005974514095], [0.3267261631, 0.657289655379]],
        rtol=1e-8,
    )
    np.testing.assert_allclose(found.rows["inertia"][:2], [0.002672932363, 0.011881176996])


def test_hair_and_eyes_are_what_r_gives():
    # R 4.2.2, package FactoMineR 2.7, CA(apply(HairEyeColor, 1:2, sum))
    found = correspondence(HAIR_EYE)
    np.testing.assert_allclose(found.inertia["inertia"][:2], [0.208772651651, 0.022226614574])
    expected = np.array(
        [
            [0.5045624301, -0.21482045508],
            [0.1482527016, 0.03266634545],
            [0.1295232615, 0.31964239603],
            [-0.8353477691, -0.06957933677],
        ]
    )
    ours = parts(found.rows, "principal")
    np.testing.assert_allclose(ours, signed(ours, expected), rtol=1e-8)
    np.testing.assert_allclose(100 * found.rows["contribution_1"][3], 71.7039434954, rtol=1e-9)


def test_standard_coordinates_of_caith_are_what_r_gives():
    # R 4.2.2, package MASS 7.3.58.2, corresp(caith, nf = 3)
    found = correspondence(CAITH)
    np.testing.assert_allclose(found.inertia["inertia"][:2], [0.1992447520282, 0.0300867741004])
    rows = np.array(
        [
            [0.89679251827, 0.9536226808],
            [0.98731818416, 0.5100044964],
            [-0.07530626669, -1.4124778190],
            [-1.57434710417, 0.7720360925],
        ]
    )
    ours = parts(found.rows, "standard")
    np.testing.assert_allclose(ours, signed(ours, rows), rtol=1e-8)
    columns = [1.2187137929, 0.5225750048, 0.0941467097, -1.3188848585, -2.4517601733]
    np.testing.assert_allclose(np.abs(found.columns["standard_1"]), np.abs(columns), rtol=1e-8)


def test_supplementary_points_are_what_r_gives():
    # R 4.2.2, package FactoMineR 2.7, CA(smoke with row "nat" and columns "drink" and "nod")
    nation = pd.DataFrame([[42, 29, 20, 9]], index=["nat"], columns=SMOKE.columns)
    drinkers = pd.DataFrame(
        {"drink": [0, 1, 5, 10, 7], "nod": [11, 17, 46, 78, 18]}, index=SMOKE.index
    )
    found = correspondence(SMOKE, supplementary_rows=nation, supplementary_columns=drinkers)
    row = found.rows[found.rows["is_supplementary"]].iloc[0]
    assert abs(row["principal_1"]) == pytest.approx(0.2583681276)
    assert row["cos2_1"] == pytest.approx(0.6305781828)
    assert np.isnan(row["contribution_1"])
    columns = found.columns[found.columns["is_supplementary"]]
    np.testing.assert_allclose(columns["principal_2"].abs(), [0.36195597924, 0.04897051484])
    np.testing.assert_allclose(columns["cos2_2"], [0.3984713143, 0.3984713143])


@settings(max_examples=60, deadline=None)
@given(arrays(np.int64, (4, 5), elements=st.integers(0, 30)))
def test_laws(values):
    """Inertia is chi-square over n; contributions sum to 1; rows and columns change places."""
    table = pd.DataFrame(values, index=list("abcd"), columns=list("vwxyz"))
    try:
        found = correspondence(table, n_axes=4)
    except TooSmallError:
        return
    kept = table.loc[table.sum(axis=1) > 0, table.sum() > 0].to_numpy(float)
    expected = kept.sum(axis=1, keepdims=True) * kept.sum(axis=0) / kept.sum()
    chi2 = ((kept - expected) ** 2 / expected).sum()
    assert found.inertia["inertia"].sum() == pytest.approx(chi2 / kept.sum())
    assert found.rows["inertia"].sum() == pytest.approx(chi2 / kept.sum())
    assert found.rows["contribution_1"].sum() == pytest.approx(1)
    mean = (found.columns["mass"] * found.columns["principal_1"]).sum()
    assert mean == pytest.approx(0, abs=1e-9)
    turned = correspondence(table.T, n_axes=4)
    np.testing.assert_allclose(turned.inertia["inertia"], found.inertia["inertia"], atol=1e-12)


def test_rows_without_counts_are_left_out():
    table = pd.concat([SMOKE, pd.DataFrame(0, index=["none"], columns=SMOKE.columns)])
    assert "none" not in set(correspondence(table).rows["name"])


@pytest.mark.parametrize(
    ("table", "error", "words"),
    [
        (SMOKE.iloc[:1], TooSmallError, "1 row and 4 columns have counts"),
        (SMOKE * 0, TooSmallError, "0 rows and 0 columns"),
        (pd.DataFrame([[1, 2], [2, 4]]), TooSmallError, "the same profile"),
        (-SMOKE, SettingsError, "negative or missing"),
        (SMOKE.astype(float).replace(4, np.nan), SettingsError, "negative or missing"),
    ],
)
def test_what_cannot_be_analysed(table, error, words):
    with pytest.raises(error, match=words):
        correspondence(table)


def test_supplementary_points_of_another_table():
    with pytest.raises(SettingsError, match="lack 'heavy'"):
        correspondence(SMOKE, supplementary_rows=SMOKE.drop(columns="heavy"))
