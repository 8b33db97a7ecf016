"""The rules one by one: against truth that is known, against R, and by laws they must keep."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.case_study.bases import item_origin
from cio_topics.case_study.claims import STUDY, Span, read_claims
from cio_topics.case_study.comparison import comparison_judgement, ratio_verdict, sitting_ratios
from cio_topics.case_study.counts import count_judgement, mean_interval
from cio_topics.case_study.internal import internal_rows
from cio_topics.case_study.judgement import range_text, verdict_of_bounds
from cio_topics.case_study.largest import compare_with_others, sign_flip_p
from cio_topics.case_study.process import exact_interval, pairs_needed
from cio_topics.case_study.sittings import coverage_of, sittings_of
from cio_topics.case_study.table1 import number_ranges, reproduced_table1
from cio_topics.corpus import CASE_STUDY_SOURCE, read_case_study
from cio_topics.periods import date_spans
from tests.case_study.complete import complete_tables

COMPLETE = complete_tables().meetings
CLAIMS = {claim.claim_id: claim for claim in read_claims()}
COUNTED = ["meetings_total", "circulated_total", "joint_2015", "joint_2016", "joint_2018"]
NO_HANDOUTS = pd.Series(dtype=int)


def sittings(meetings: pd.DataFrame, claimed: int = 81):
    meetings = meetings.reset_index(drop=True)
    spans = date_spans(meetings["date"], meetings["date_precision"])
    return sittings_of(meetings.join(spans), NO_HANDOUTS, claimed)


def vague(meetings: pd.DataFrame, lengths: list[int]) -> pd.DataFrame:
    """Shorten dates to months and years."""
    named = {10: "day", 7: "month", 4: "year"}
    dates = [date[:n] for date, n in zip(meetings["date"], lengths, strict=True)]
    return meetings.assign(date=dates, date_precision=[named[n] for n in lengths])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_part_of_a_true_corpus_contradicts_a_count(data):
    """Whatever is missing, dated vaguely or of unknown format: the bounds hold the truth."""
    n = len(COMPLETE)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    lengths = data.draw(st.lists(st.sampled_from([10, 7, 4]), min_size=n, max_size=n))
    known = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    part = vague(COMPLETE, lengths)
    part = part.assign(format=part["format"].where(known, "unknown"))[kept]
    some = sittings(part)
    for name in COUNTED:
        claim = CLAIMS[name]
        found = count_judgement(claim, None, some, 81)
        assert found.found_low <= float(claim.value) <= found.found_high, name
        assert found.verdict != "contradicted"
    assert "contradicted" not in set(reproduced_table1(some, some)["verdict"])


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(1, 81)), st.integers(2002, 2018), st.integers(0, 6))
def test_bounds_grow_narrower_with_every_meeting(numbers, year, more):
    span = Span(f"{year}-01-01", f"{min(year + more, 2018)}-12-31")
    few = sittings(COMPLETE[COMPLETE["number"].isin(numbers)])
    many = sittings(COMPLETE[COMPLETE["number"].isin([*numbers, 1, 40, 81])])
    wide, narrow = coverage_of(few, span), coverage_of(many, span)
    assert wide.low <= narrow.low <= narrow.high <= wide.high


# number, date, format, start: a row, and whether it proves a sitting of its own
ROWS = [
    ((7, "2004", "unknown", ""), True),  # a number is enough
    ((None, "2004-03-01", "in_person", ""), True),
    ((None, "2004-03-01", "unknown", "10:00"), True),  # it began: it was held
    ((None, "2004-03-01", "unknown", ""), False),  # may be the day of a decision only
    ((None, "2004-03", "in_person", ""), False),  # may be another row's sitting
]


@pytest.mark.parametrize(("row", "proves"), ROWS)
def test_what_proves_a_sitting(row, proves):
    number, date, held, start = row
    table = pd.DataFrame(
        {
            "meeting_id": ["m"],
            "number": pd.array([number], dtype="Int64"),
            "date": [date],
            "date_precision": [{10: "day", 7: "month", 4: "year"}[len(date)]],
            "format": [held],
            "start": [start],
            "end": [""],
            "n_handouts": pd.array([None], dtype="Int64"),
        }
    )
    some = sittings(table)
    assert (len(some.table), some.n_unsure) == (int(proves), int(not proves))


def test_rows_with_one_number_or_on_the_day_of_a_number_are_one_sitting():
    twice = pd.concat([COMPLETE.iloc[:1]] * 2).assign(meeting_id=["a", "b"])
    same_day = COMPLETE.iloc[:1].assign(meeting_id="c", number=None)
    assert len(sittings(pd.concat([twice, same_day])).table) == 1


def test_the_first_three_meetings_are_no_complete_corpus():
    """1, 2, 3 without a gap do not say that there were only three."""
    coverage = coverage_of(sittings(COMPLETE.iloc[:3]), STUDY)
    assert (coverage.low, coverage.high, coverage.complete) == (3, math.inf, False)


def test_numbers_before_and_after_a_year_bound_it():
    part = COMPLETE[COMPLETE["number"].isin([34, 37, 40])]  # 2008, 2009, 2010
    assert coverage_of(sittings(part), Span("2009-01-01", "2009-12-31")) == (1, 5.0, 1)


def test_two_numbers_alone_can_tell_how_many_meetings_there_were():
    later = COMPLETE.iloc[[-1]].assign(meeting_id="m82", number=82, date="2019-01-20")
    both = sittings(pd.concat([COMPLETE.iloc[[-1]], later]))
    found = count_judgement(CLAIMS["meetings_total"], None, both, 81)
    assert (found.found_low, found.found_high, found.verdict) == (81, 81, "confirmed")


def test_a_number_after_the_study_that_is_too_small_contradicts():
    later = COMPLETE.iloc[[-1]].assign(number=80, date="2019-01-20")
    found = count_judgement(CLAIMS["meetings_total"], None, sittings(later), 81)
    assert (found.found_high, found.verdict) == (79, "contradicted")


def test_a_number_outside_the_range_of_its_year_contradicts_table_1():
    wrong = COMPLETE[COMPLETE["number"] == 40].assign(date="2009-05-05")
    some = sittings(wrong)
    row = reproduced_table1(some, some).set_index("year").loc["2009"]
    assert (row["numbers_outside"], row["verdict"]) == ("40", "contradicted")


def test_ranges_are_the_sums_of_table_1():
    ranges = number_ranges(read_case_study("table1")).set_index("year")
    assert ranges.loc[2002].tolist() == [1, 1]
    assert ranges.loc[2018].tolist() == [74, 81]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (81, 81, "confirmed"),
        (77, math.inf, "not_decidable"),
        (82, math.inf, "contradicted"),
        (0, 80, "contradicted"),
        (80, 80, "contradicted"),
    ],
)
def test_bounds_decide(low, high, verdict):
    assert verdict_of_bounds(81, low, high) == verdict


@pytest.mark.parametrize(
    ("low", "high", "ja", "en"),
    [
        (2, 2, "2回", "2"),
        (0, 24, "0〜24回", "0 to 24"),
        (77, math.inf, "77回以上", "at least 77"),
    ],
)
def test_bounds_in_words(low, high, ja, en):
    assert (range_text(low, high, "ja"), range_text(low, high, "en")) == (ja, en)


# The largest theme ------------------------------------------------------------------------------

# Darwin's maize: heights of crossed less self-fertilized plants, in eighths of an inch; Fisher,
# R. A. (1935), The Design of Experiments, section 21: 863 of 32,768 signs give as much or more on
# one side, p = 0.05267 on both.
DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def test_signs_of_darwins_maize():
    exact = sign_flip_p(np.array(DARWIN[:14], dtype=float)[:, None])[0]
    # R 4.2.2, all 16,384 signs by expand.grid: 0.01611328125
    assert exact == pytest.approx(0.01611328125, abs=1e-12)
    drawn = sign_flip_p(np.array(DARWIN, dtype=float)[:, None])[0]
    assert drawn == pytest.approx(2 * 863 / 2**15, abs=0.007)  # 3 standard errors of 9,999 draws


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=8))
def test_signs_are_all_tried(ahead):
    signs = itertools.product([-1, 1], repeat=len(ahead))
    sums = [abs(sum(s * a for s, a in zip(each, ahead, strict=True))) for each in signs]
    oracle = np.mean([total >= abs(sum(ahead)) for total in sums])
    assert sign_flip_p(np.array(ahead, dtype=float)[:, None])[0] == oracle


def test_themes_that_are_alike_are_seldom_called_the_largest():
    """Small simulation: two largest themes tied, 20 meetings, 400 corpora; p of either side."""
    rng = np.random.default_rng(5)
    counts = rng.multinomial(2, [0.4, 0.4, 0.2], size=(400, 20)).astype(float)
    ahead = (counts[:, :, 0] - counts[:, :, 1]).T
    p = sign_flip_p(ahead)
    assert 0.02 <= (p <= 0.05).mean() <= 0.075  # 0.05 and 2.3 standard errors
    assert ((p <= 0.05) & (ahead.sum(axis=0) > 0)).mean() <= 0.045  # called the largest


def test_intervals_of_differences_hold_together():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(100):
        counts = rng.multinomial(3, [0.4, 0.3, 0.2, 0.1], size=10).astype(float)
        table = compare_with_others(counts, np.full(10, 3.0), 0).sort_values("place")
        true = np.array([0.1, 0.2, 0.3])
        inside = (table["difference_low"] <= true) & (true <= table["difference_high"])
        held.append(inside.all())
    assert np.mean(held) >= 0.9  # 0.95 less 2.3 standard errors


def test_one_meeting_has_no_interval_and_no_p_below_one():
    table = compare_with_others(np.array([[2.0, 0.0, 1.0]]), np.array([3.0]), 0)
    assert table["difference_low"].isna().all()
    assert table["p"].tolist() == [1.0, 1.0]


# Means, the process, the comparison -----------------------------------------------------------


def test_a_mean_of_some_meetings():
    # R 4.2.2: m <- mean(x); qt(.975, 4) * sd(x) / sqrt(5) * sqrt(1 - 5 / 39)
    found = mean_interval(np.array([12.0, 7, 9, 14, 11]), 39)
    assert found == pytest.approx((10.6, 7.467632754, 13.732367246), abs=1e-8)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=30), st.integers(0, 60))
def test_the_interval_closes_when_all_are_known(values, missing):
    array = np.array(values, dtype=float)
    mean, low, high = mean_interval(array, len(values) + missing)
    assert low <= mean <= high
    if missing == 0:
        assert low == mean == high


@pytest.mark.parametrize(
    ("n", "n_pairs", "low", "high"),
    [  # R 4.2.2, binom.test(n, n_pairs)$conf.int
        (8, 8, 0.6305833524, 1.0),
        (3, 11, 0.06021773417, 0.60974255957),
        (0, 0, 0.0, 1.0),  # nothing is known: anything is possible
    ],
)
def test_the_exact_interval(n, n_pairs, low, high):
    assert exact_interval(n, n_pairs) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize(("n", "n_pairs"), [(0, 0), (0, 1), (1, 1), (1, 2), (3, 4), (5, 5)])
def test_as_many_pairs_as_are_said_to_be_needed_decide_and_one_less_does_not(n, n_pairs):
    size = pairs_needed(n, n_pairs)
    share = 1.0 if n_pairs == 0 else n / n_pairs
    share = (n + 1) / (n_pairs + 1) if share == 0.5 else share

    def decides(pairs: int) -> bool:
        low, high = exact_interval(round(share * pairs), pairs)
        return low > 0.5 or high < 0.5

    assert decides(size)
    assert not any(decides(fewer) for fewer in range(max(n_pairs, 1), size))


def test_years_compared_as_table_1_has_them():
    some = sittings(COMPLETE)
    found = comparison_judgement(some)
    # R 4.2.2, poisson.test(c(10, 14), c(2, 4)): estimate and conf.int
    bounds = (found.found, found.found_low, found.found_high)
    assert bounds == pytest.approx((1.4285714, 0.56771351, 3.45805877), abs=1e-6)
    assert found.verdict == "not_decidable"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (3, 15, "confirmed"),  # meetings of each year before and after
        (15, 3, "contradicted"),
        (5, 5, "not_decidable"),
    ],
)
def test_rates_compared(before, after, verdict):
    per_year = {year: before if year < 2013 else after for year in range(2009, 2015)}
    days = [f"{year}-06-{day + 1:02d}" for year, n in per_year.items() for day in range(n)]
    held = pd.DataFrame(
        {
            "first": pd.to_datetime(days),
            "circulated": pd.array([False] * len(days), dtype="boolean"),
        }
    )
    assert ratio_verdict(sitting_ratios(held)) == verdict


# Where rows come from, and what the case study says of itself -----------------------------------


@pytest.mark.parametrize(
    ("url", "kind", "note", "origin"),
    [
        ("https://example.org", "official", "", "independent"),
        (CASE_STUDY_SOURCE, "official", "", "case_study"),  # named, whatever the kind
        ("https://example.org", "paper", "", "case_study"),
        ("https://example.org", "blog", "meeting not named in the handout", "unnamed"),
        (CASE_STUDY_SOURCE, "paper", "meeting not named in the handout", "case_study"),
    ],
)
def test_origin(url, kind, note, origin):
    rows = pd.DataFrame({"source_url": [url], "source_kind": [kind], "note": [note]})
    assert item_origin(rows).tolist() == [origin]


VALUES = {claim.claim_id: claim.value for claim in CLAIMS.values()}
TABLE1 = read_case_study("table1")


def failed(values: dict[str, str], table1: pd.DataFrame) -> list[str]:
    return [row.check for row in internal_rows(values, table1) if not row.agrees]


def test_the_one_conflict_of_the_counts_is_found_and_goes_away_with_40():
    assert failed(VALUES, TABLE1) == ["timed_is_rest"]
    assert failed(VALUES | {"timed_meetings": "40"}, TABLE1) == []


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"meetings_total": "80"}, "table1_meetings"),
        ({"circulated_total": "40"}, "table1_circulated"),
        ({"joint_2016": "2"}, "joint_2016"),
        ({"duration_mean": "61"}, "durations"),
        ({"summaries_published": "1;99"}, "summaries"),
        ({"decisions_2009_2012": "37"}, "decisions"),
    ],
)
def test_other_conflicts_would_be_found(changes, check):
    assert check in failed(VALUES | changes, TABLE1)


def test_a_table_that_does_not_add_up_would_be_found():
    moved = TABLE1.assign(meetings=TABLE1["meetings"].where(TABLE1["year"] != 2003, 9))
    assert {"table1_meetings", "number_46", "number_73"} <= set(failed(VALUES, moved))
    short = TABLE1[TABLE1["year"] != 2010]
    assert "table1_years" in failed(VALUES, short)
    more = TABLE1.assign(circulated=TABLE1["circulated"].where(TABLE1["year"] != 2010, 3))
    assert "circulated_within_meetings" in failed(VALUES, more)
