"""Counts and rates of meetings against R, and by hand. Rows of the corpora here are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import Corpus, read_case_study, read_example
from cio_topics.errors import SettingsError
from cio_topics.tracking import (
    CASE_STUDY_BODY,
    GROUPINGS,
    MEETING_KINDS,
    activity,
    activity_ratio,
    case_study_activity,
    make_periods,
    meeting_minutes,
    meetings_by_year,
    observed_span,
    poisson_interval,
    rate_ratio,
)

EXAMPLE = read_example()
COLUMNS = ["body", "date", "date_precision", "format", "start", "end", "n_handouts"]


def corpus(*meetings: tuple, n_items: tuple[int, ...]) -> Corpus:
    table = pd.DataFrame(meetings, columns=COLUMNS)
    table.insert(0, "meeting_id", [f"m{row}" for row in range(len(table))])
    owners = [f"m{row}" for row, count in enumerate(n_items) for _ in range(count)]
    ids = [f"i{row}" for row in range(len(owners))]
    items = pd.DataFrame({"item_id": ids, "meeting_id": owners, "title": "試験"}, dtype="str")
    return Corpus({"meetings": table, "items": items})


INVENTED = corpus(
    ("甲", "2009-07-01", "day", "in_person", "10:00", "10:30", 2),
    ("甲", "2009-12", "month", "circulated", "", "", None),
    ("甲", "2009", "year", "joint", "10:00", "11:30", 4),  # either government
    ("乙", "2012-04-01", "day", "unknown", "09:00", "", None),  # no end: no minutes
    ("乙", "", "unknown", "online", "13:00", "14:00", None),
    n_items=(2, 1, 0, 3, 1),
)


def test_intervals_of_counts_are_those_of_r():
    # R 4.2.2, stats poisson.test(x)$conf.int
    low, high = poisson_interval([0, 1, 10, 137])
    np.testing.assert_allclose(low, [0, 0.02531781, 4.795389, 115.0206], rtol=1e-5)
    np.testing.assert_allclose(high, [3.688879, 5.571643, 18.39036, 161.9561], rtol=1e-5)
    with pytest.raises(SettingsError, match="a count is -1"):
        poisson_interval([-1])


@pytest.mark.parametrize(
    ("events", "exposure", "expected"),
    [
        # R 4.2.2, stats poisson.test(c(later, reference), c(exposures)): estimate, interval, p
        ([14, 10], [4, 2], [1.428571, 0.5677135, 3.4580588, 0.39208838]),
        ([4, 10], [4, 2], [5, 1.442132, 21.840938, 0.0040395411]),
        ([10, 0], [4, 2], [0, 0, 0.8922511, 0.037003167]),
        # the textbook example of poisson.test: breast cancer and X-rays (Rothman)
        ([15, 41], [19017, 28010], [1.8557587, 1.0056841, 3.6093003, 0.040852026]),
    ],
)
def test_exact_ratios_are_those_of_r(events, exposure, expected):
    found = rate_ratio(events, exposure)
    np.testing.assert_allclose(
        found[["ratio", "ratio_low", "ratio_high", "p"]].to_numpy()[0], expected, rtol=3e-5
    )


def test_the_dispersion_is_that_of_a_quasi_poisson_model():
    # R 4.2.2, stats glm(n ~ later + offset(log(e)), quasipoisson, epsilon 1e-15): dispersion 19.550979,
    # estimate 0.6407792, standard error 1.4237891, p 0.67598586 with 4 degrees of freedom
    later = np.repeat([False, True], 3)
    found = rate_ratio([11, 0, 3, 20, 2, 9], [1, 1, 1, 0.5, 1, 2], later).iloc[0]
    assert found["n_cells"] == 6
    assert found["dispersion"] == pytest.approx(19.550979, rel=1e-6)
    assert found["quasi_p"] == pytest.approx(0.67598586, rel=1e-6)
    t_quantile = 2.7764451
    bounds = np.exp(0.6407792 + np.array([-1, 1]) * t_quantile * 1.4237891)
    np.testing.assert_allclose(found[["quasi_low", "quasi_high"]].astype(float), bounds, rtol=1e-5)


def test_less_scatter_than_poisson_narrows_nothing():
    even = rate_ratio([5, 5, 5, 8, 8, 8], np.ones(6), [0, 0, 0, 1, 1, 1]).iloc[0]
    assert even["dispersion"] == 0
    error = np.sqrt(1 / 15 + 1 / 24)  # of Poisson counts
    assert even["quasi_high"] == pytest.approx(1.6 * np.exp(2.7764451 * error))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=2, max_size=2),
    st.lists(st.floats(0.1, 9), min_size=2, max_size=2),
)
def test_laws_of_ratios(events, exposure):
    here = rate_ratio(events, exposure).iloc[0]
    back = rate_ratio(events[::-1], exposure[::-1]).iloc[0]
    assert here["p"] == pytest.approx(back["p"])
    assert here["ratio_low"] == pytest.approx(
        1 / back["ratio_high"] if back["ratio_high"] else np.inf
    )
    if sum(events):
        assert here["ratio_low"] <= here["ratio"] <= here["ratio_high"]


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (([1, 2, 3], [1, 1]), "3 events, 2 exposures, 2 sides"),
        (([1, 2], [1, 0]), "exposures above 0"),
        (([-1, 2], [1, 1]), "events of 0 or more"),
        (([1, 2], [1, 1], [True, True]), "at least one cell on either side"),
    ],
)
def test_ratios_refused(given_, message):
    with pytest.raises(SettingsError, match=message):
        rate_ratio(*given_)


def test_the_case_study_in_numbers():
    table = case_study_activity().set_index("kind")
    assert tuple(table.index) == MEETING_KINDS
    assert table["n_reference"].tolist() == [14, 10, 4]
    assert table["n"].tolist() == [10, 0, 10]
    # of all meetings table 1 does not tell; of those that were not circulated it does
    assert table.loc["all", "ratio_low"] < 1 < table.loc["all", "ratio_high"]
    assert table.loc["not_circulated", "ratio"] == 5
    assert table.loc["not_circulated", "p_adjusted"] == pytest.approx(3 * 0.0040395411, rel=1e-5)
    assert table.loc["circulated", "p_adjusted"] == pytest.approx(2 * 0.037003167, rel=1e-5)


def test_the_first_year_of_table_1_has_two_months():
    table = case_study_activity((2002, 2003), (2004, 2018)).iloc[0]
    assert table["years_reference"] == pytest.approx(1 + 2 / 12)
    assert table["n_reference"] + table["n"] == read_case_study("table1")["meetings"].sum() == 81


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (((2009, 2012), (2012, 2014)), "overlap"),
        (((2012, 2009), (2013, 2014)), "years 2012 to 2009; expected .* from 2002 to 2018"),
        (((2009, 2012), (2013, 2019)), "years 2013 to 2019"),
    ],
)
def test_spans_refused(spans, message):
    with pytest.raises(SettingsError, match=message):
        case_study_activity(*spans)


def test_counts_by_hand():
    table = activity(INVENTED, "government").set_index("period")
    assert list(table.index) == ["ldp_led", "democratic_led", "unknown"]
    assert table["n_meetings"].tolist() == [1, 2, 2]
    assert table["n_bodies"].tolist() == [1, 2, 2]
    # the span: 2009-01-01 (a year stands for all its days) to 2012-04-01
    assert table["days"].tolist() == [258, 929, 0]
    assert table.loc["ldp_led", ["since", "until"]].tolist() == ["2009-01-01", "2009-09-15"]
    assert table.loc["ldp_led", "rate"] == pytest.approx(365.25 / 258)
    assert table.loc["democratic_led", ["n_circulated", "n_format_known"]].tolist() == [1, 1]
    assert table["n_joint"].tolist() == [0, 0, 1]
    assert table["n_items"].tolist() == [2, 4, 1]
    assert table["n_with_items"].tolist() == [1, 2, 1]  # the meeting without items: not known
    assert table.loc["democratic_led", "items"] == 2
    # R 4.2.2, stats t.test(c(1, 3))$conf.int: -10.7062, 14.7062; no mean is below 0
    assert table.loc["democratic_led", "items_low"] == 0
    assert table.loc["democratic_led", "items_high"] == pytest.approx(14.7062, abs=1e-4)
    assert table["n_minutes"].tolist() == [30, 0, 150]
    assert table["n_with_minutes"].tolist() == [1, 0, 2]
    assert table["n_handouts"].tolist() == [2, 0, 4]
    assert np.isnan(table.loc["ldp_led", "items_low"])  # one meeting cannot tell
    assert table.loc["unknown", ["rate", "n_meetings_low"]].isna().all()


def test_each_body_has_its_own_span():
    table = activity(INVENTED, "body").set_index("period")
    assert table["days"].to_dict() == {"乙": 1, "甲": 365}
    assert activity(INVENTED, "format").set_index("period")["days"].nunique() == 2  # and unknown


def test_a_span_that_is_given():
    table = activity(INVENTED, "year", since="2009-07-01", until="2010-12-31")
    # outside: the meeting of 2012, the one without a date, and the one known to the year 2009
    assert table[["period", "n_meetings", "days"]].values.tolist() == [["2009", 2, 184]]
    assert observed_span(INVENTED, since="2009-07-01") == ("2009-07-01", "2012-04-01")
    with pytest.raises(SettingsError, match="after until"):
        activity(INVENTED, since="2010-01-01", until="2009-01-01")


def test_periods_of_ones_own():
    periods = make_periods(["a=2009..2009-11", "b=2010..2011", "c=2030.."])
    table = activity(INVENTED, periods).set_index("period")
    assert table["n_meetings"].to_dict() == {"a": 1, "b": 0, "c": 0, "unknown": 4}
    assert table.loc["b", "n_meetings_high"] == pytest.approx(3.688879)
    assert table.loc["c", "days"] == 0  # not seen: no interval, rather than one around 0
    assert table.loc["c", ["n_meetings_low", "n_meetings_high", "rate"]].isna().all()
    ratio = activity_ratio(INVENTED, periods, "a", "b")
    assert ratio["ratio"].tolist()[0] == 0
    with pytest.raises(SettingsError, match="no day of 'c' lies in the span"):
        activity_ratio(INVENTED, periods, "a", "c")


@pytest.mark.parametrize("by", GROUPINGS)
def test_nothing_gets_lost(by):
    table = activity(EXAMPLE, by)
    assert table["n_meetings"].sum() == len(EXAMPLE.meetings)
    assert table["n_items"].sum() == len(EXAMPLE)
    known = table["rate"].notna()
    assert (table["rate_low"] <= table["rate"])[known].all()
    assert (table["rate_high"] >= table["rate"])[known].all()


def test_years_are_those_of_meetings_by_year():
    columns = ["n_meetings", "n_circulated", "n_joint", "n_items"]
    other = meetings_by_year(EXAMPLE)
    pd.testing.assert_frame_equal(
        activity(EXAMPLE)[columns], other[columns], check_dtype=False, check_names=False
    )


def test_no_meeting_at_all():
    empty = EXAMPLE.filter(until="1990-01-01")
    for by in ("year", "body", "format"):
        assert len(activity(empty, by=by)) == 0
    assert observed_span(empty) == ("", "")


def test_ratios_of_a_corpus_are_ratios_of_its_rates():
    body = EXAMPLE.filter(bodies=[CASE_STUDY_BODY])
    rates = activity(body, "government").set_index("period")
    ratio = activity_ratio(body, "government", "ldp_led", "democratic_led").set_index("kind")
    assert ratio.loc["all", "ratio"] == pytest.approx(
        rates.loc["democratic_led", "rate"] / rates.loc["ldp_led", "rate"]
    )
    known = rates["n_format_known"].drop("unknown").sum()
    assert ratio["n_format_unknown"].unique().tolist() == [59 - known]
    assert (ratio["p_adjusted"] >= ratio["p"]).all()


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        (("government", "ldp_led", "ldp"), "unknown period 'ldp'; expected one of: ldp_led, "),
        (("government", "ldp_led", "ldp_led"), "compared with itself"),
        (("body", "甲", "乙"), "unknown period 'body'"),
        (("government", "ldp_led", "unknown"), "unknown period 'unknown'"),
    ],
)
def test_comparisons_refused(settings_, message):
    with pytest.raises(SettingsError, match=message):
        activity_ratio(INVENTED, *settings_)


def test_minutes():
    times = pd.DataFrame(
        {
            "start": ["9:00", "23:50", "", "10:00", "10:00"],
            "end": ["10:15", "00:20", "11:00", "", "10:00"],
        }
    )
    assert meeting_minutes(times).fillna(-1).tolist() == [75, 30, -1, -1, 0]
