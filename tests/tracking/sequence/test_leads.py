"""Which body has a theme first. All rows are invented."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.tracking.sequence import (
    first_appearances,
    lag_correlations,
    lead_scores,
    theme_leads,
)
from cio_topics.tracking.sequence.clustered import clustered_interval
from tests.tracking.sequence.invented import table_of

ROWS = [
    ("a1", "甲", "2004-01-10", "x"),
    ("a2", "甲", "2005-03", "y"),
    ("a3", "甲", "2007-01-10", "z|w"),
    ("a4", "甲", "", "v"),
    ("b1", "乙", "2004-06-01", "x"),
    ("b2", "乙", "2005-03-20", "y"),
    ("b3", "乙", "2006-01-01", "z"),
    ("b4", "乙", "2006-02-01", "only_b"),
    ("b5", "乙", "2007-02-01", "w"),
    ("c1", "丙", "2006-06-01", "z"),
]
TABLE = table_of(ROWS)


@pytest.mark.parametrize(
    ("theme", "expected"),
    [
        ("x", {"甲": "alone", "乙": "began_later"}),  # nobody else is observed in January 2004
        ("y", {"甲": "tied", "乙": "tied"}),  # some day of March, and the 20th
        ("z", {"乙": "first", "丙": "began_later", "甲": "later"}),
        ("w", {"甲": "first", "乙": "later"}),
        ("only_b", {"乙": "first"}),
        ("v", {"甲": "undated"}),
    ],
)
def test_first_appearances(theme, expected):
    found = first_appearances(TABLE)
    own = found[found["theme"] == theme]
    assert dict(zip(own["body"], own["status"], strict=True)) == expected


def test_first_appearances_name_their_item():
    found = first_appearances(TABLE, themes=["w"]).iloc[0]
    assert (found["item_id"], found["meeting_id"], found["date"]) == ("a3-1", "a3", "2007-01-10")
    assert (found["n"], found["n_items"], found["n_meetings"]) == (1, 5, 4)
    assert found["n_observed"] == 1
    assert found["observed_from"] == pd.Timestamp("2004-01-10")
    assert found["observed_until"] == pd.Timestamp("2007-01-10")


def test_a_theme_that_never_occurs_has_no_row():
    assert first_appearances(TABLE, themes=["x", "never"])["theme"].tolist() == ["x", "x"]
    assert first_appearances(TABLE, themes=["never"]).empty


def verdicts(table=TABLE):
    found = theme_leads(table)
    return {
        (row.body, row.other_body, row.theme): (row.verdict, row.days_low, row.days_high)
        for row in found.itertuples()
    }


def test_pairs_of_bodies():
    found = verdicts()
    # both observed from 2004-06-01 to 2007-01-10; bodies in the order of the table
    assert found["丙", "乙", "z"][0] == "before"  # 乙 had it before 丙 met
    assert found["乙", "甲", "x"][0] == "before"
    assert found["乙", "甲", "z"] == ("body_first", 374, 374)
    assert found["乙", "甲", "y"] == ("tied", -19, 11)
    assert found["乙", "甲", "w"][0] == "only_other"  # 2007-02-01 is after 甲's last meeting
    assert found["乙", "甲", "only_b"][0] == "only_body"
    assert ("丙", "甲", "z") in found


def test_bodies_that_never_meet_at_one_time_are_not_compared():
    table = table_of([("a", "甲", "2004-01-01", "x"), ("b", "乙", "2005-01-01", "x")])
    assert theme_leads(table).empty
    scores = lead_scores(table, n_draws=10)
    assert scores[["score", "p"]].isna().all(axis=None)
    assert scores["n_led"].tolist() == [0, 0]


def test_scores_by_hand():
    found = lead_scores(TABLE, n_draws=50).set_index("body")
    assert found.loc["乙", ["n_led", "n_followed", "n_tied"]].tolist() == [1, 0, 1]
    assert found.loc["甲", ["n_led", "n_followed"]].tolist() == [0, 1]
    assert (found.loc["乙", "score"], found.loc["甲", "score"]) == (1, -1)
    assert np.isnan(found.loc["乙", "score_low"])  # one theme cannot tell


def test_a_body_that_always_leads():
    days = pd.date_range("2004-01-01", periods=24, freq="60D")
    rows = [("a0", "甲", "2003-12-01", "r"), ("b0", "乙", "2003-12-01", "r")]
    for place, day in enumerate(days):
        body, at = ("甲", place // 2) if place % 2 == 0 else ("乙", place // 2)
        rows.append((f"m{place:02d}", body, f"{day:%Y-%m-%d}", f"t{at:02d}"))
    found = lead_scores(table_of(rows), n_draws=300, window_years=0).set_index("body")
    assert found.loc["甲", "n_led"] == 11  # the last is after the time in which both are seen
    assert found.loc["甲", "score"] == 1
    assert 0.3 < found.loc["甲", "score_low"] < 1
    assert found.loc["甲", "p"] < 0.05
    assert abs(found.loc["甲", "expected"]) < 0.2


def test_a_body_that_meets_more_often_leads_by_chance():
    rng = np.random.default_rng(0)
    rows = []
    for body, n in (("甲", 60), ("乙", 12)):
        for m in range(n):
            day = pd.Timestamp("2004-01-01") + pd.Timedelta(days=round(m * 1080 / n))
            themes = [f"t{k}" for k in np.flatnonzero(rng.random(12) < 0.03)] or ["r"]
            rows.append((f"{body}{m}", body, f"{day:%Y-%m-%d}", ";".join(themes)))
    found = lead_scores(table_of(rows), n_draws=200).set_index("body")
    assert found.loc["甲", "expected"] > 0.2
    assert found.loc["甲", "p"] > 0.05


def quarters(n, lag=0, seed=0):
    rng = np.random.default_rng(seed)
    has = rng.random(n) < 0.5
    rows = []
    for place in range(n):
        day = pd.Timestamp("2004-01-10") + pd.DateOffset(months=3 * place)
        for body, own in (("甲", has[place]), ("乙", has[place - lag] if place >= lag else False)):
            theme = "x" if own else "r"
            rows.append((f"{body}{place:02d}", body, f"{day:%Y-%m-%d}", theme))
    return rows


def test_a_lag_is_found():
    found = lag_correlations(table_of(quarters(40, lag=2)), "甲", "乙", themes=["x"], n_draws=500)
    best = found.loc[found["r"].idxmax()]
    assert best["lag"] == 2
    assert best["r"] == pytest.approx(1)
    assert best["p"] < 0.01
    assert best["r"] > best["band_high"]
    assert found["n"].tolist() == [36, 37, 38, 39, 40, 39, 38, 37, 36]
    back = lag_correlations(table_of(quarters(40, lag=2)), "乙", "甲", themes=["x"], n_draws=100)
    assert back.loc[back["r"].idxmax(), "lag"] == -2


def test_correlations_are_those_of_numpy():
    found = lag_correlations(
        table_of(quarters(20, seed=4)), "甲", "乙", themes=["x"], max_lag=0, n_draws=10
    )
    assert found["r"].tolist() == [pytest.approx(1)]
    rows = quarters(20, lag=1, seed=4)
    own = np.array([theme == "x" for _, body, _, theme in rows if body == "甲"], dtype=float)
    other = np.array([theme == "x" for _, body, _, theme in rows if body == "乙"], dtype=float)
    at_zero = lag_correlations(table_of(rows), "甲", "乙", themes=["x"], max_lag=0, n_draws=10)
    assert at_zero["r"].iloc[0] == pytest.approx(np.corrcoef(own, other)[0, 1])


def test_few_quarters_have_no_correlation():
    found = lag_correlations(table_of(quarters(7)), "甲", "乙", themes=["x"], n_draws=10)
    assert found["r"].isna().all()
    assert found["p_adjusted"].isna().all()
    assert (found["n"] <= 7).all()


def test_dates_that_are_too_rough_are_counted():
    rows = [*quarters(12), ("y", "甲", "2005", "x"), ("u", "乙", "", "x")]
    found = lag_correlations(table_of(rows), "甲", "乙", themes=["x"], n_draws=10)
    assert (found["n_left_out"] == 2).all()
    assert (found["n_meetings"] == 24).all()


@pytest.mark.parametrize("n_draws", [10, 19, 20, 99])
def test_outside_the_band_is_where_p_says_so(n_draws):
    """Also with few draws: with ten, no p is as small as 0.05, and the band is all of [-1, 1]."""
    n_outside = 0
    for seed in range(5):
        found = lag_correlations(
            table_of(quarters(40, lag=2, seed=seed)), "甲", "乙", themes=["x"], n_draws=n_draws
        )
        outside = (found["r"] < found["band_low"]) | (found["r"] > found["band_high"])
        assert (outside == (found["p"] <= 0.05 + 1e-12)).all()
        n_outside += int(outside.sum())
    assert (n_outside > 0) == (n_draws >= 19)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"step": "week"}, "unknown step 'week'"),
        ({"unit": "handouts"}, "unknown unit 'handouts'"),
        ({"max_lag": -1}, "max_lag is -1"),
        ({"level": 1}, "level is 1"),
        ({"themes": ["q"]}, None),  # a theme that never occurs has no correlation
    ],
)
def test_lag_settings(given, words):
    table = table_of(quarters(10))
    if words is None:
        assert lag_correlations(table, "甲", "乙", n_draws=5, **given)["r"].isna().all()
        return
    with pytest.raises(SettingsError, match=words):
        lag_correlations(table, "甲", "乙", **given)


def test_bodies_that_are_not_observed_at_one_time():
    table = table_of([("a", "甲", "2004-01-01", "x"), ("b", "乙", "2009-01-01", "x")])
    with pytest.raises(TooSmallError, match="no quarter in which both '甲' and '乙'"):
        lag_correlations(table, "甲", "乙")
    undated = table_of([("a", "甲", "2004", "x"), ("b", "乙", "2009-01-01", "x")])
    with pytest.raises(TooSmallError, match="no meeting dated to a quarter"):
        lag_correlations(undated, "甲", "乙")


def test_an_interval_of_clusters_of_one_case_is_wilsons_with_t():
    """Worth at most the real number of cases; wider where clusters agree within."""
    alone = clustered_interval([1, 1, 0, 0, 1, 0], np.ones(6))
    together = clustered_interval([2, 0, 2, 0], [2, 2, 2, 2])
    loose = clustered_interval([1, 1, 1, 1], [2, 2, 2, 2])
    assert together[1] - together[0] > alone[1] - alone[0]
    assert together[1] - together[0] > loose[1] - loose[0]
    low, high = clustered_interval([0, 0, 0], [4, 4, 4])
    assert low == 0
    assert 0.5 < high < 1
