"""Meetings in order as far as their dates tell. All rows are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tracking.sequence import dated_meetings
from cio_topics.tracking.sequence.order import next_pairs, shuffled, windows
from tests.tracking.sequence.invented import table_of

DATES = st.sampled_from(
    ["2004", "2004-02", "2004-02-10", "2004-02-11", "2004-03", "2005-01-01", "2005", ""]
)


def pairs_of(rows, numbers=None, **bodies):
    meetings = dated_meetings(table_of(rows), numbers)
    ids = meetings["meeting_id"].to_numpy()
    found = next_pairs(meetings, **bodies)
    return {(ids[row.meeting], ids[row.next]): bool(row.is_sure) for row in found.itertuples()}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2004-02-10", "2004-03-01", "2004-03-05"], {"01": True, "12": True}),
        (["2004-02-10", "2004-02-10", "2004-03-05"], {"02": False, "12": False}),  # one day
        (["2004-02", "2004-02-10", "2004-03"], {"02": False, "12": False}),  # overlap
        (["2004-02-10", "2004", "2004-03-05"], {"02": False}),  # 2004 may lie between
        (["2004-02-10", "2005", "2004-03-05"], {"02": True}),  # 2005 may not
        (["2004-02-10", "", "2004-03-05"], {"02": False}),  # an unknown date may
        (["2004", "2005", ""], {}),  # no place
    ],
)
def test_pairs(dates, expected):
    rows = [(str(place), "甲", date, "a") for place, date in enumerate(dates)]
    assert pairs_of(rows) == {tuple(key): sure for key, sure in expected.items()}


def test_numbers_order_what_dates_do_not():
    rows = [("0", "甲", "2004-02", "a"), ("1", "甲", "2004-02", "a")]
    assert pairs_of(rows) == {}
    assert pairs_of(rows, pd.Series({"0": 8, "1": 7})) == {("1", "0"): True}


def test_from_one_body_to_another():
    rows = [
        ("a1", "甲", "2004-01-01", "x"),
        ("b1", "乙", "2004-01-01", "x"),  # the same day: order unknown
        ("a2", "甲", "2004-02-01", "x"),
        ("b2", "乙", "2004-03-01", "x"),
    ]
    found = pairs_of(rows, from_body="甲", to_body="乙")
    assert found == {("a1", "b2"): False, ("a2", "b2"): True}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("甲乙"), DATES), min_size=1, max_size=9))
def test_pairs_by_brute_force(drawn):
    rows = [(f"m{place}", body, date, "a") for place, (body, date) in enumerate(drawn)]
    meetings = dated_meetings(table_of(rows))

    def before(i, j):
        return meetings["last"][i] < meetings["first"][j]

    expected = {}
    for i in range(len(meetings)):
        own = [j for j in range(len(meetings)) if meetings["body"][j] == meetings["body"][i]]
        later = [
            j for j in own if before(i, j) and meetings["date_precision"][j] in ("day", "month")
        ]
        if later and meetings["date_precision"][i] in ("day", "month"):
            j = later[0]
            between = [k for k in own if k not in (i, j) and not before(k, i) and not before(j, k)]
            expected[i, j] = not between
    found = next_pairs(meetings)
    assert {(r.meeting, r.next): r.is_sure for r in found.itertuples()} == expected


def test_windows():
    dates = ["2004-01-01", "2007-12-31", "2008-01-01", "2007", "2011-12", "", ""]
    meetings = dated_meetings(table_of([(f"m{i}", "甲", d, "a") for i, d in enumerate(dates)]))
    places = dict(zip(meetings["meeting_id"], windows(meetings, 4), strict=True))
    assert places["m0"] == places["m1"] == places["m3"]
    assert places["m2"] == places["m4"] != places["m0"]
    assert len({places["m5"], places["m6"], places["m0"], places["m2"]}) == 4  # no date: alone
    whole = windows(meetings, 0)
    assert len(set(whole)) == 3
    with pytest.raises(SettingsError, match="-1 years"):
        windows(meetings, -1)


@pytest.mark.parametrize("shuffle", ["windows", "shift"])
@given(groups=st.lists(st.integers(0, 3), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_themes_stay_in_their_group(shuffle, groups):
    groups = np.array(groups)
    for taken in shuffled(groups, shuffle, 5):
        for row in taken:
            assert sorted(row) == list(range(len(groups)))
            assert (groups[row] == groups).all()


def test_a_shift_keeps_the_order():
    row = next(shuffled(np.zeros(6, dtype=int), "shift", 1, random_state=3))[0]
    assert (np.diff(row) % 6 == 1).all()


def test_refusals():
    meetings = dated_meetings(table_of([("m", "甲", "2004", "a")]))
    with pytest.raises(SettingsError, match="one body is given"):
        next_pairs(meetings, "甲")
    with pytest.raises(SettingsError, match="no meeting of the body '丙'; expected one of: 甲"):
        next_pairs(meetings, "甲", "丙")
    with pytest.raises(SettingsError, match="given twice"):
        next_pairs(meetings, "甲", "甲")
    with pytest.raises(SettingsError, match="unknown shuffle 'x'"):
        next(shuffled(np.zeros(2, dtype=int), "x", 1))
    with pytest.raises(SettingsError, match="n_draws is 0"):
        next(shuffled(np.zeros(2, dtype=int), "shift", 0))
