"""Correspondence analysis: a table of counts → points of its rows and columns on few axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from cio_topics.errors import SettingsError, TooSmallError, shorten

__all__ = ["Correspondence", "correspondence", "singular_parts"]

FloatArray = npt.NDArray[np.float64]


class Correspondence(NamedTuple):
    """What a correspondence analysis found; rows of a table without counts are left out.

    Attributes
    ----------
    inertia : DataFrame
        ``axis`` (from 1), ``inertia`` (principal inertia), ``share`` of the total,
        ``share_cumulative``; all axes.
    rows, columns : DataFrame
        One row a point: ``name, n, mass, inertia`` (of the point), and for each axis ``j`` kept
        ``principal_j, standard_j, contribution_j, cos2_j``, then ``quality``, the sum of cos².
        Supplementary points follow, with ``is_supplementary`` true and no contribution.
    """

    inertia: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame


def correspondence(
    table: pd.DataFrame,
    *,
    n_axes: int = 2,
    supplementary_rows: pd.DataFrame | None = None,
    supplementary_columns: pd.DataFrame | None = None,
) -> Correspondence:
    """Place the rows and columns of a table of counts by a singular value decomposition.

    Standardized residuals ``(p - r c) / sqrt(r c)`` are decomposed. The sign of an axis is fixed:
    the column that contributes most to it has a positive coordinate.

    Parameters
    ----------
    table : DataFrame of numbers, shape (n_rows, n_columns)
        Counts, none negative; index and columns name the points. Rows and columns of zeros are left
        out: they have no profile.
    n_axes : int, default 2
        Axes kept for the points; fewer if the table has fewer.
    supplementary_rows : DataFrame, optional
        Rows with the same columns that are placed but do not shape the axes.
    supplementary_columns : DataFrame, optional
        Columns with the same index, likewise.

    Returns
    -------
    Correspondence

    Raises
    ------
    SettingsError
        Negative counts or numbers that are missing; supplementary points of another shape.
    TooSmallError
        Fewer than two rows or columns with counts, or rows that are all alike.

    References
    ----------
    Greenacre, M. J. (1984). Theory and Applications of Correspondence Analysis. Academic Press
    (the decomposition, contributions, squared cosines and supplementary points).

    Examples
    --------
    >>> smoke = pd.DataFrame({"none": [4, 4, 25, 18, 10], "light": [2, 3, 10, 24, 6],
    ...     "medium": [3, 7, 12, 33, 7], "heavy": [2, 4, 4, 13, 2]},
    ...     index=["SM", "JM", "SE", "JE", "SC"])
    >>> found = correspondence(smoke)
    >>> found.inertia["inertia"].round(6).tolist()
    [0.074759, 0.010017, 0.000414]
    >>> found.columns["principal_1"].round(4).tolist()
    [0.3933, -0.0995, -0.1963, -0.2938]
    >>> correspondence(smoke.iloc[:1])
    Traceback (most recent call last):
    ...
    cio_topics.errors.TooSmallError: 1 row and 4 columns have counts; expected at least two ...
    """
    counts = _checked(table)
    values = counts.to_numpy(float)
    mass = values / values.sum()
    row_mass, column_mass = mass.sum(axis=1), mass.sum(axis=0)
    left, singular, right = singular_parts(mass)
    n_known = int((singular > 1e-10).sum())
    if n_known == 0:
        raise TooSmallError(
            "all rows have the same profile; expected rows that differ.",
            "Choose other rows or columns.",
            "行どうしに違いのある表を選んでください。",
        )
    kept = min(n_axes, n_known)
    sign = _signs(right[:, :kept])
    standard_rows = left[:, :kept] / np.sqrt(row_mass)[:, None] * sign
    standard_columns = right[:, :kept] / np.sqrt(column_mass)[:, None] * sign
    roots = singular[:kept]
    rows = _points(counts.index, values.sum(axis=1), row_mass, standard_rows, roots, mass, 0)
    columns = _points(
        counts.columns, values.sum(axis=0), column_mass, standard_columns, roots, mass, 1
    )
    if supplementary_rows is not None:
        extra = _profiles(supplementary_rows, counts.columns, "columns")
        rows = pd.concat([rows, _placed(extra, standard_columns, roots, column_mass)])
    if supplementary_columns is not None:
        extra = _profiles(supplementary_columns.T, counts.index, "rows")
        columns = pd.concat([columns, _placed(extra, standard_rows, roots, row_mass)])
    return Correspondence(
        _inertia(singular[:n_known]), rows.reset_index(drop=True), columns.reset_index(drop=True)
    )


def singular_parts(mass: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return left vectors, singular values and right vectors of standardized residuals.

    Parameters
    ----------
    mass : ndarray of float, shape (..., n_rows, n_columns)
        Shares of the grand total. Rows and columns without mass get zeros.

    Returns
    -------
    left : ndarray, shape (..., n_rows, k)
    singular : ndarray, shape (..., k)
    right : ndarray, shape (..., n_columns, k)
    """
    expected = mass.sum(axis=-1, keepdims=True) * mass.sum(axis=-2, keepdims=True)
    root = np.sqrt(np.where(expected > 0, expected, 1.0))
    left, singular, right = np.linalg.svd((mass - expected) / root, full_matrices=False)
    return left, singular, np.swapaxes(right, -1, -2)


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    values = table.to_numpy(float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise SettingsError("the table has negative or missing counts; expected none.")
    counts: pd.DataFrame = table.loc[values.sum(axis=1) > 0, values.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        n_rows, n_columns = counts.shape
        raise TooSmallError(
            f"{n_rows} row{'s' * (n_rows != 1)} and {n_columns} column{'s' * (n_columns != 1)} "
            "have counts; expected at least two of each.",
            "Choose more items, themes or periods.",
            "項目・テーマ・期間を増やしてください。",
        )
    return counts


def _signs(vectors: FloatArray) -> FloatArray:
    """Return for each axis the sign that makes its largest entry positive."""
    top = np.abs(vectors).round(12).argmax(axis=0)
    return np.where(vectors[top, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)


def _inertia(singular: FloatArray) -> pd.DataFrame:
    inertia = singular**2
    share = inertia / inertia.sum()
    return pd.DataFrame(
        {
            "axis": np.arange(1, len(inertia) + 1),
            "inertia": inertia,
            "share": share,
            "share_cumulative": share.cumsum(),
        }
    )


def _points(
    names: pd.Index,
    n: FloatArray,
    mass: FloatArray,
    standard: FloatArray,
    roots: FloatArray,
    cells: FloatArray,
    axis: int,
) -> pd.DataFrame:
    expected = cells.sum(axis=1, keepdims=True) * cells.sum(axis=0, keepdims=True)
    inertia = ((cells - expected) ** 2 / expected).sum(axis=1 - axis)
    principal = standard * roots
    contribution = mass[:, None] * standard**2
    cos2 = mass[:, None] * principal**2 / np.where(inertia > 1e-15, inertia, np.nan)[:, None]
    head = {"name": names.astype(str), "n": n, "mass": mass, "inertia": inertia}
    return _frame(head, principal, standard, contribution, cos2, is_supplementary=False)


def _frame(
    head: dict[str, object],
    principal: FloatArray,
    standard: FloatArray,
    contribution: FloatArray,
    cos2: FloatArray,
    *,
    is_supplementary: bool,
) -> pd.DataFrame:
    parts = {}
    for place in range(principal.shape[1]):
        axis = place + 1
        parts[f"principal_{axis}"] = principal[:, place]
        parts[f"standard_{axis}"] = standard[:, place]
        parts[f"contribution_{axis}"] = contribution[:, place]
        parts[f"cos2_{axis}"] = cos2[:, place]
    quality = cos2.sum(axis=1)
    return pd.DataFrame({**head, **parts, "quality": quality, "is_supplementary": is_supplementary})


def _profiles(extra: pd.DataFrame, expected: pd.Index, what: str) -> pd.DataFrame:
    missing = [name for name in expected if name not in extra.columns]
    if missing:
        raise SettingsError(
            f"the supplementary points lack {shorten(missing[0])}; expected the {what} of the "
            "table."
        )
    known = extra[list(expected)].astype(float)
    filled: pd.DataFrame = known[known.sum(axis=1) > 0]
    return filled


def _placed(
    extra: pd.DataFrame, standard: FloatArray, roots: FloatArray, mass: FloatArray
) -> pd.DataFrame:
    n = extra.to_numpy().sum(axis=1)
    profiles = extra.to_numpy() / n[:, None]
    principal = profiles @ standard
    distance = ((profiles - mass) ** 2 / mass).sum(axis=1)
    cos2 = principal**2 / np.where(distance > 1e-15, distance, np.nan)[:, None]
    none = np.full(principal.shape, np.nan)
    nothing = np.full(len(extra), np.nan)
    head = {"name": extra.index.astype(str), "n": n, "mass": nothing, "inertia": nothing}
    return _frame(head, principal, principal / roots, none, cos2, is_supplementary=True)
