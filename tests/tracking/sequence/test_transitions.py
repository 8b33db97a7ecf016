"""Themes from meeting to meeting. All rows are invented."""

import numpy as np
import pytest

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.intervals import wilson_interval
from cio_topics.tracking.sequence import theme_transitions
from tests.tracking.sequence.invented import table_of

ROWS = [
    ("m1", "甲", "2004-01-01", "a;b"),
    ("m2", "甲", "2004-02-01", "b"),
    ("m3", "甲", "2004-03-01", "a|a"),  # a theme counts once a meeting
    ("m4", "甲", "2004-04-01", "c"),
    ("n1", "乙", "2004-03-15", "b"),
    ("n2", "乙", "2004-05-01", "a"),
    ("n3", "乙", "2004", "a"),  # no place in time
]
TABLE = table_of(ROWS)


def cells(found):
    return {(row.theme, row.next_theme): (row.n, row.n_from) for row in found.itertuples() if row.n}


def test_by_hand():
    found = theme_transitions(TABLE, themes=["a", "b", "c", "d"], n_draws=50)
    assert cells(found) == {
        ("a", "b"): (1, 2),  # m1 → m2
        ("a", "c"): (1, 2),  # m3 → m4
        ("b", "b"): (1, 3),
        ("b", "a"): (2, 3),  # m2 → m3, n1 → n2
    }
    row = found.iloc[0]
    assert (row["n_pairs"], row["n_sure"], row["n_meetings"]) == (4, 3, 6)
    assert (row["n_items"], row["n_left_out"]) == (7, 1)
    never = found[found["theme"] == "d"]
    assert (never["n_from"] == 0).all()
    assert never[["share", "share_low", "p"]].isna().all(axis=None)
    low, high = wilson_interval([2], [3])
    own = found[(found["theme"] == "b") & (found["next_theme"] == "a")].iloc[0]
    assert (own["share_low"], own["share_high"]) == (low[0], high[0])


def test_from_body_to_body():
    found = theme_transitions(TABLE, themes=["a", "b", "c"], from_body="甲", to_body="乙")
    # m1, m2, m3 → n1; m4 → n2
    assert cells(found) == {("a", "b"): (2, 2), ("b", "b"): (2, 2), ("c", "a"): (1, 1)}


def test_only_sure():
    sure = theme_transitions(TABLE, only_sure=True, n_draws=10)
    assert sure["n_pairs"].iloc[0] == 3  # n3 may lie between n1 and n2


def test_expected_counts_are_those_of_all_orders():
    """Three meetings, one with a, one with b: b directly after a in 2 of 6 orders."""
    table = table_of([(f"m{i}", "甲", f"2004-0{i + 1}-01", theme) for i, theme in enumerate("abc")])
    found = theme_transitions(table, themes=["a", "b"], n_draws=6000)
    own = found[(found["theme"] == "a") & (found["next_theme"] == "b")].iloc[0]
    assert own["expected"] == pytest.approx(2 / 6, abs=0.02)
    assert own["ratio"] == pytest.approx(3, abs=0.2)
    # |n − expected| ≥ 2/3 in those 2 of 6 orders
    assert own["p"] == pytest.approx(2 / 6, abs=0.02)


def test_what_alternates_is_found():
    rows = [
        (f"m{i}", "甲", f"{2004 + i // 12}-{i % 12 + 1:02d}-01", "ab"[i % 2]) for i in range(36)
    ]
    found = theme_transitions(table_of(rows), n_draws=500).set_index(["theme", "next_theme"])
    assert found.loc[("a", "b"), "p_adjusted"] < 0.01
    assert found.loc[("a", "b"), "z"] > 3
    assert found.loc[("a", "a"), "n"] == 0


def test_a_drift_alone_is_not_found_within_windows():
    rng = np.random.default_rng(1)
    themes = ["b" if rng.random() < i / 60 else "a" for i in range(60)]
    rows = [
        (f"m{i:02d}", "甲", f"{2004 + i // 6}-{i % 6 * 2 + 1:02d}-01", theme)
        for i, theme in enumerate(themes)
    ]
    table = table_of(rows)
    whole = theme_transitions(table, window_years=0, n_draws=500)
    within = theme_transitions(table, window_years=4, n_draws=500)
    assert whole["p"].min() < 0.02 < 0.05 < within["p"].min()


def test_the_same_seed_gives_the_same_table():
    one, other = (theme_transitions(TABLE, n_draws=20, random_state=4) for _ in range(2))
    assert one.equals(other)


def test_refusals():
    with pytest.raises(TooSmallError, match="of 1 meetings no two are in a known order"):
        theme_transitions(table_of(ROWS[:1]))
    with pytest.raises(SettingsError, match="no meeting of the body '丙'"):
        theme_transitions(TABLE, from_body="甲", to_body="丙")
    with pytest.raises(SettingsError, match="n_draws is 0"):
        theme_transitions(TABLE, n_draws=0)
