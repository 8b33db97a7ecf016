"""What one body has and the other takes up. All rows but the last are invented."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.tracking.sequence import passed_themes, shared_titles, title_table
from tests.tracking.sequence.invented import table_of

ROWS = [
    ("b0", "乙", "2003-06-01", "r"),
    ("a1", "甲", "2004-01-01", "x"),  # taken up by b1
    ("b1", "乙", "2004-03-01", "x"),
    ("a2", "甲", "2005-01-01", "x"),  # b2 follows without it
    ("b2", "乙", "2005-02-01", "y"),
    ("a3", "甲", "2006-01-01", "x"),  # nobody follows within six months
    ("b3", "乙", "2007-01-01", "x"),
    ("a4", "甲", "2007-06-01", "x"),  # after 乙's last meeting: not counted
]
TABLE = table_of(ROWS)


def test_by_hand():
    found = passed_themes(TABLE, "甲", "乙", themes=["x", "y"], months=6, n_draws=20)
    row = found.iloc[0]
    assert (row["theme"], row["n"], row["n_from"], row["n_meetings"]) == ("x", 1, 2, 2)
    assert row["share"] == 0.5
    down = found[(found["from_body"] == "乙") & (found["theme"] == "x")].iloc[0]
    assert (down["n"], down["n_from"]) == (0, 0)  # no meeting of 甲 within six months after b1
    assert np.isnan(down["share"])
    assert found["theme"].tolist() == ["x", "y", "x", "y"]


def test_themes_together():
    found = passed_themes(TABLE, "甲", "乙", together=True, months=12, n_draws=20)
    assert len(found) == 2
    assert found["theme"].tolist() == ["", ""]
    # within twelve months: a1 by b1; a2 by no x; a3 by b3
    assert found.loc[0, ["n", "n_from"]].tolist() == [2, 3]


def echo(n, seed, follows):
    rng = np.random.default_rng(seed)
    rows = [("b_", "乙", "2003-12-01", "r"), ("b~", "乙", "2016-12-01", "r")]
    for place in range(n):
        day = pd.Timestamp("2004-01-01") + pd.Timedelta(days=100 * place)
        own = rng.random() < 0.4
        other = own if follows else rng.random() < 0.4
        rows.append((f"a{place:02d}", "甲", f"{day:%Y-%m-%d}", "x" if own else "r"))
        later = day + pd.Timedelta(days=30)
        rows.append((f"b{place:02d}", "乙", f"{later:%Y-%m-%d}", "x" if other else "r"))
    return table_of(rows)


def test_what_is_always_taken_up_is_found():
    found = passed_themes(echo(40, 0, True), "甲", "乙", themes=["x"], months=2, n_draws=500)
    assert found["share"][0] == 1
    assert found["p"][0] < 0.01
    assert found["expected"][0] < found["n"][0]
    assert found["share_low"][0] > 0.6


def test_titles_that_both_have():
    table = table_of(
        [
            ("a1", "甲", "2004-01-01", "電子政府構築計画"),
            ("b1", "乙", "2004-05-01", "電子政府構築計画"),
            ("b2", "乙", "2004-01", "電子政府構築計画"),  # January: the order is unknown
            ("b3", "乙", "2006-01-01", "電子政府構築計画"),  # too late
            ("a2", "甲", "2004-06-01", "意見交換"),  # too short
            ("b4", "乙", "2004-06-02", "意見交換"),
            ("b5", "乙", "", "電子政府構築計画"),
        ]
    )
    found = shared_titles(table, "甲", "乙")
    rows = found[["from_item_id", "to_item_id", "days_low", "days_high"]].values.tolist()
    assert rows == [["a1-0", "b2-0", 0, 30], ["a1-0", "b1-0", 121, 121]]
    turned = shared_titles(table, "乙", "甲")
    assert {(r.from_body, r.from_item_id) for r in turned.itertuples()} == {
        ("乙", "b2-0"),  # where dates overlap, the body that was named first
        ("甲", "a1-0"),
    }
    assert found["n_other_items"].tolist() == [4, 4]


def test_titles_of_the_corpus():
    titles = title_table(read_example())
    found = shared_titles(
        titles, "eガバメント閣僚会議", "各府省情報化統括責任者(CIO)連絡会議", months=2
    )
    assert set(found["title"]) == {"デジタル・ガバメント実行計画"}
    dates = found[["from_date", "to_date", "days_low"]].values.tolist()
    assert dates == [["2017-12", "2018-01-16", 16], ["2018-01-16", "2018", -15]]


def test_refusals():
    with pytest.raises(SettingsError, match="months is 0"):
        passed_themes(TABLE, "甲", "乙", months=0)
    with pytest.raises(SettingsError, match="given twice"):
        passed_themes(TABLE, "甲", "甲")
    with pytest.raises(SettingsError, match="min_length 0"):
        shared_titles(TABLE, "甲", "乙", min_length=0)
    with pytest.raises(SettingsError, match="no meeting of the body '丙'"):
        shared_titles(TABLE, "甲", "丙")
