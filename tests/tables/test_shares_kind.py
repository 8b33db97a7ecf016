"""What a printed table of shares says of itself. Counts are invented."""

import numpy as np
import pytest

from cio_topics.tables import printed_result
from cio_topics.tables.kinds.shares import share_facts
from cio_topics.tracking import INTERVALS, shares_of, simulate_counts

COUNTS = simulate_counts([[0.3, 0.1]] * 4, [[2, 3, 4], [1, 2], [3], [2, 2]], random_state=2)


def printed(lang="en", **settings):
    shares = shares_of(COUNTS, **settings)
    kind = "pooled_shares" if "pooled_share" in shares else "shares"
    return printed_result(shares, kind, lang=lang, facts=share_facts(shares, lang))


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_level_unit_and_numbers_are_always_said(lang, interval):
    notes = printed(lang, interval=interval, level=0.9).notes
    assert "90%" in notes[0]
    assert {"ja": "項目", "en": "items"}[lang] in notes[0]
    assert "19" in notes[1]
    assert "8" in notes[1]


def test_cells():
    table = printed().table
    assert list(table) == [
        *("Period", "Theme", "n", "Of", "Items", "Meetings", "Share [interval] %")
    ]
    first = shares_of(COUNTS).iloc[0]
    bounds = f"[{100 * first['share_low']:.1f}–{100 * first['share_high']:.1f}]"
    assert table.iloc[0].tolist()[3:] == ["9", "9", "3", f"{100 * first['share']:.1f} {bounds}"]


def test_pooled_shares_have_the_interval():
    table = printed(interval="pooled").table
    assert list(table)[-3:] == ["Share %", "Pooled [interval] %", "Own weight %"]
    assert "[" not in "".join(table["Share %"])
    assert all("[" in cell for cell in table["Pooled [interval] %"])


def test_periods_without_an_interval_are_named_with_their_meetings():
    assert "[–]: too few meetings for an interval (2: 1 meeting)." in printed(interval="bca").notes
    assert not any("too few" in note for note in printed(interval="clustered").notes)


def test_nothing_to_say_of_no_rows():
    assert share_facts(shares_of(COUNTS).iloc[:0]) == {}


def test_simultaneous():
    notes = printed(interval="clustered", simultaneous=True).notes
    assert any("The 8 intervals" in note for note in notes)
    assert np.isfinite(
        shares_of(COUNTS, interval="clustered", simultaneous=True)["share_low"]
    ).all()
