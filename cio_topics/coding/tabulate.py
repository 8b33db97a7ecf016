"""Codes of units → frequencies, and frequencies by an outside variable."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from cio_topics.coding.words import Integers
from cio_topics.errors import SettingsError
from cio_topics.intervals import wilson_interval

__all__ = ["CrossTable", "cross_tabulation", "simple_tabulation"]

_NO_CODE = "＃コード無し"
_ALL = "合計"


def simple_tabulation(codes: pd.DataFrame, no_code: str = _NO_CODE) -> pd.DataFrame:
    """Count the units each code holds for, and those no code holds for.

    Parameters
    ----------
    codes : DataFrame of bool, shape (n_units, n_codes)
    no_code : str, default "＃コード無し"
        What the last row is called.

    Returns
    -------
    DataFrame, columns ``code, frequency, n_units, percent, percent_low, percent_high``
        A row a code in their order, then one for the units without any; 95 % Wilson intervals.

    Examples
    --------
    >>> codes = pd.DataFrame({"父": [True, False, False, False], "海": [True, True, False, False]})
    >>> simple_tabulation(codes)[["code", "frequency", "n_units", "percent"]].values.tolist()
    [['父', 1, 4, 25.0], ['海', 2, 4, 50.0], ['＃コード無し', 2, 4, 50.0]]
    """
    frequency = [*codes.sum(), int((~codes.any(axis=1)).sum())]
    table = pd.DataFrame({"code": [*codes.columns, no_code], "frequency": frequency})
    return _with_percent(table.assign(n_units=len(codes)))


def _with_percent(table: pd.DataFrame) -> pd.DataFrame:
    low, high = wilson_interval(table["frequency"], table["n_units"])
    share = table["frequency"] / table["n_units"]
    return table.assign(percent=100 * share, percent_low=100 * low, percent_high=100 * high)


class CrossTable(NamedTuple):
    """Frequencies of codes by value; their tests; how many units have no value."""

    rows: pd.DataFrame
    tests: pd.DataFrame
    n_without: int


def cross_tabulation(codes: pd.DataFrame, values: pd.Series[str], total: str = _ALL) -> CrossTable:
    """Count the units each code holds for, by the value of a variable.

    Parameters
    ----------
    codes : DataFrame of bool, shape (n_units, n_codes)
    values : Series of str, shape (n_units,)
        Units without a value (empty) are left out.
    total : str, default "合計"
        What the rows over all values are called.

    Returns
    -------
    CrossTable
        `rows` has the columns ``value, code, frequency, n_units, percent, percent_low,
        percent_high``; values in the order in which they first occur, then the total; in each the
        codes in their order. `tests` has ``code, chi_squared, degrees_of_freedom, p``: Pearson's
        test of independence, with Yates' correction where there are two values; not a number where
        there is one value, or where a code holds for all or none.

    Raises
    ------
    SettingsError
        No unit has a value.

    References
    ----------
    Yates, F. (1934). Contingency tables involving small numbers and the χ² test. Supplement to the
    Journal of the Royal Statistical Society 1, 217-235. doi:10.2307/2983604

    Examples
    --------
    >>> codes = pd.DataFrame({"父": [True, True, False, False]})
    >>> table = cross_tabulation(codes, pd.Series(["上", "上", "中", ""]))
    >>> table.rows[["value", "frequency", "n_units"]].values.tolist()
    [['上', 2, 2], ['中', 0, 1], ['合計', 2, 3]]
    >>> table.n_without
    1
    """
    known = (values != "").to_numpy()
    if not known.any():
        raise SettingsError(
            "no unit has a value of this variable.",
            "Choose another variable or a smaller unit.",
            "別の変数か、より小さい集計単位を選んでください。",
        )
    kept, groups = codes[known], values[known].to_numpy()
    counts = kept.groupby(groups, sort=False).sum()
    sizes = np.asarray(pd.Series(groups).value_counts(sort=False)[counts.index], dtype=np.int64)
    frequencies = np.vstack([counts.to_numpy(), kept.sum().to_numpy()])
    labels = [*counts.index, total]
    n_codes = codes.shape[1]
    rows = pd.DataFrame(
        {
            "value": np.repeat(np.array(labels, dtype=object), n_codes),
            "code": np.tile(np.array(codes.columns, dtype=object), len(labels)),
            "frequency": frequencies.ravel(),
            "n_units": np.repeat([*sizes, len(kept)], n_codes),
        }
    ).astype({"value": "str", "code": "str"})
    tests = [
        (code, *_independence(np.asarray(counts[code], dtype=np.int64), sizes))
        for code in codes.columns
    ]
    columns = ["code", "chi_squared", "degrees_of_freedom", "p"]
    return CrossTable(
        _with_percent(rows), pd.DataFrame(tests, columns=columns), int((~known).sum())
    )


def _independence(counts: Integers, sizes: Integers) -> tuple[float, int, float]:
    """Return chi squared, its degrees of freedom and p."""
    from scipy.stats import chi2_contingency

    if len(counts) < 2 or counts.sum() in (0, sizes.sum()):
        return np.nan, len(counts) - 1, np.nan
    result = chi2_contingency(np.vstack([counts, sizes - counts]), correction=True)
    return float(result.statistic), int(result.dof), float(result.pvalue)
