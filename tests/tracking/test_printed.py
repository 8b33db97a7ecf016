"""Printed tables of shares carry their n."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.errors import SettingsError
from cio_topics.tracking import printed_table


def shares() -> pd.DataFrame:
    """Invented shares: two themes, a period with items, one without, one of a single meeting."""
    rows = [
        ("2004", "b", 3, 7, 3 / 7, 0.158, 0.750),
        ("2004", "a", 0, 7, 0.0, 0.0, 0.3543),
        ("2005", "b", 0, 0, np.nan, np.nan, np.nan),
        ("2005", "a", 0, 0, np.nan, np.nan, np.nan),
        ("unknown", "b", 2, 2, 1.0, np.nan, np.nan),  # no bootstrap interval
        ("unknown", "a", 1, 2, 0.5, np.nan, np.nan),
    ]
    columns = ["period", "theme", "n", "n_items", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("share", [["b", "42.9", "", "100.0"], ["a", "0.0", "", "50.0"]]),
        (
            "interval",
            [["b", "42.9 [15.8–75.0]", "", "100.0 [–]"], ["a", "0.0 [0.0–35.4]", "", "50.0 [–]"]],
        ),
        ("count", [["b", "3", "", "2"], ["a", "0", "", "1"]]),
    ],
)
def test_cells(cells, expected):
    table = printed_table(shares(), theme_names={}, period_names={}, cells=cells)
    assert table.values.tolist() == expected
    assert list(table) == ["Theme", "2004 (n=7)", "2005 (n=0)", "unknown (n=2)"]
    assert (table.dtypes == "str").all()


def test_names_are_printed_where_they_are_known():
    table = printed_table(
        shares(),
        theme_names={"a": "甲"},
        period_names={"2004": "2004年", "unknown": "不明"},
        theme_header="テーマ",
    )
    assert list(table) == ["テーマ", "2004年 (n=7)", "2005 (n=0)", "不明 (n=2)"]
    assert table["テーマ"].tolist() == ["b", "甲"]


def test_two_periods_of_the_same_name_keep_their_columns():
    table = printed_table(shares()[:4], theme_names={}, period_names={"2004": "x", "2005": "x"})
    assert list(table) == ["Theme", "x (n=7)", "x (n=0)"]


def test_unknown_settings():
    with pytest.raises(SettingsError, match=r"unknown cells 'percent'; .* share, interval, count"):
        printed_table(shares(), theme_names={}, period_names={}, cells="percent")


def test_pooled_shares_stand_beside_the_shares_themselves():
    pooled = shares()[:2].assign(pooled_share=[0.31, np.nan])  # the second could not be pooled
    table = printed_table(pooled, cells="interval")
    assert table["2004 (n=7)"].tolist() == ["42.9 → 31.0 [15.8–75.0]", "0.0 [0.0–35.4]"]


def test_the_header_counts_what_was_counted():
    meetings = shares()[:2].assign(n_units=4, n=[1.5, 2.0])
    table = printed_table(meetings, cells="count")
    assert table.to_dict("list") == {"Theme": ["b", "a"], "2004 (n=4)": ["1.5", "2"]}
