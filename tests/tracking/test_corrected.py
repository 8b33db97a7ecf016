"""Corrections find the share that labels would give, and say how sure they are. Rows are invented."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tracking import (
    corrected_shares,
    effective_interval,
    make_periods,
    prediction_powered,
    rogan_gladen,
    simulate_labels,
)
from cio_topics.tracking.corrected import STATES, _estimate, _sums_by_meeting
from cio_topics.tracking.corrections import LabelSums, best_power, correction_rule
from cio_topics.tracking.counts import theme_counts


def drawn_up(y, f, n_labelled, meetings=None, years="2004"):
    """A table of one theme "a", the first items labelled; each item is a meeting if none is given."""
    items = [f"i{number:04d}" for number in range(len(f))]
    meetings = items if meetings is None else meetings
    table = pd.DataFrame({"item_id": items, "meeting_id": meetings, "year": years})
    table["theme"] = np.where(np.asarray(f) == 1, "a", "none")
    table.attrs["themes"] = ["a"]
    labels = pd.DataFrame({"a": np.asarray(y)[:n_labelled]}, index=items[:n_labelled])
    return table, labels, pd.DataFrame({"a": np.asarray(f, float)}, index=items)


# 60 labelled items and 240 others; predictions are wrong in 2 of 11.
NUMBERS = np.arange(300)
Y = ((NUMBERS * 7) % 10 < 3).astype(float)
F = np.where((NUMBERS * 13) % 11 < 2, 1 - Y, Y)


@pytest.mark.parametrize(
    ("power", "known", "width"),
    [
        # ppi-python 0.2.3, ppi_mean_pointestimate and ppi_mean_ci(alpha=0.05) with lam = 0.8 * power
        # on Y[:60], F[:60], F[60:]: here labelled items count as labelled, so that 0.8 of all are
        # predicted.
        (0.625, 0.3125, 0.4115348 - 0.2134652),
        # lam=None there: 0.31097431. It takes the variance of predictions over all items.
        (None, 0.31097431, 0.40977275 - 0.21217587),
    ],
)
def test_ppi_is_that_of_ppi_python(power, known, width):
    row = corrected_shares(*drawn_up(Y, F, 60), power=power).iloc[0]
    assert row["corrected"] == pytest.approx(known, abs=1e-3 if power is None else 1e-9)
    # Ours is wider by Student's quantile and by errors that may not have been seen.
    assert width <= row["corrected_high"] - row["corrected_low"] <= 1.1 * width


def test_best_power_is_the_slope_of_labels_on_predictions():
    y, f = Y[:60], F[:60]
    one = np.ones(1)
    sums = LabelSums(
        60 * one, y.sum() * one, f.sum() * one, f.sum() * one, (y * f).sum() * one, 0, 0
    )
    # R 4.2.2, coef(lm(y ~ f)) on the same 60 items
    assert best_power(sums)[0] == pytest.approx(0.564102564103, abs=1e-12)
    assert prediction_powered(sums, 0.5, power=0.0)[0] == pytest.approx(0.3)


def test_rogan_gladen_finds_the_share_behind_a_test():
    # 23 of 150 found, sensitivity 0.96, specificity 0.89: (23/150 + 0.89 - 1) / (0.96 + 0.89 - 1)
    assert rogan_gladen(23 / 150, 0.96, 0.89) == pytest.approx(0.0509803922, abs=1e-9)


def test_rogan_gladen_has_the_variance_of_its_authors():
    # 2004: 100 items with the theme, 96 of them found; 100 without, 11 found. 2005: 23 of 150 found.
    y = np.r_[np.ones(100), np.zeros(100), np.zeros(150)]
    f = np.r_[np.ones(96), np.zeros(4), np.ones(11), np.zeros(89), np.ones(23), np.zeros(127)]
    given = drawn_up(y, f, 200, years=["2004"] * 200 + ["2005"] * 150)
    found = corrected_shares(*given, method="rogan_gladen", errors_from="all").iloc[1]
    p, se, sp, share = 23 / 150, 0.96, 0.89, 0.0509803922
    # Rogan and Gladen (1978): the variance when sensitivity and specificity are estimated
    variance = (
        p * (1 - p) / 150 + share**2 * se * (1 - se) / 100 + (1 - share) ** 2 * sp * (1 - sp) / 100
    )
    low, high = effective_interval(share, variance / (se + sp - 1) ** 2, np.inf)
    assert found["corrected"] == pytest.approx(share, abs=1e-9)
    assert found["corrected_high"] - found["corrected_low"] == pytest.approx(high - low, rel=0.06)
    assert (found["sensitivity"], found["specificity"]) == (0.96, pytest.approx(0.89))


@pytest.mark.parametrize("method", ["ppi", "rogan_gladen"])
def test_variance_is_that_of_leaving_out_every_meeting(method):
    drawn = simulate_labels(
        [0.4, 0.3], [0.8, 0.7], [0.9, 0.8], n_meetings=9, n_periods=2, random_state=3
    )
    counts, rule = theme_counts(drawn.table, "year"), correction_rule(method)
    sums = _sums_by_meeting(*drawn, counts)
    inside, reference = counts.places == 1, sums[0].any(axis=1)
    found = _estimate(sums, inside, reference, rule)
    settings = {"method": method, "errors_from": "all"}
    share = corrected_shares(*drawn, **settings).query("period == '1'")["corrected"].to_numpy()
    without = []
    used = [
        meeting for meeting, use in zip(counts.meetings, inside | reference, strict=True) if use
    ]
    for meeting in used:
        table = drawn.table[drawn.table["meeting_id"] != meeting]
        table.attrs["themes"] = ["t0", "t1"]
        left = corrected_shares(table, *drawn[1:], **settings).query("period == '1'")
        without.append(left["corrected"].to_numpy())
    jackknife = (len(used) - 1) / len(used) * ((np.array(without) - share) ** 2).sum(axis=0)
    assert (found.variance > jackknife).all()  # one more wrong item either way is added
    np.testing.assert_allclose(
        found.variance, jackknife + _unseen(drawn, share, settings), rtol=1e-9
    )


def _unseen(drawn, share, settings):
    """What one more labelled item that was missed, or found in vain, changes in the period 1."""
    added = 0.0
    for label in (1, 0):
        # A labelled item in a period of its own, with all themes wrong.
        rows = pd.DataFrame({"item_id": ["new"], "theme": "none", "meeting_id": "new", "year": "9"})
        table = pd.concat([drawn.table, rows], ignore_index=True)
        table.attrs["themes"] = ["t0", "t1"]
        labels = pd.concat([drawn.labels, pd.DataFrame({"t0": label, "t1": label}, index=["new"])])
        wrong = pd.DataFrame({"t0": 1.0 - label, "t1": 1.0 - label}, index=["new"])
        moved = corrected_shares(table, labels, pd.concat([drawn.predictions, wrong]), **settings)
        added = added + (moved.query("period == '1'")["corrected"].to_numpy() - share) ** 2
    return added


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=6, max_size=40), st.data())
def test_laws(pairs, data):
    y, f = (np.array(values, float) for values in zip(*pairs, strict=True))
    n_labelled = data.draw(st.integers(3, len(y)))
    meetings = [f"m{place % 4}" for place in range(len(y))]
    for method in ("ppi", "rogan_gladen"):
        row = corrected_shares(*drawn_up(y, f, n_labelled, meetings), method=method).iloc[0]
        assert row["state"] in STATES
        if not np.isnan(row["corrected_low"]):
            assert 0 <= row["corrected_low"] <= row["corrected"] + 1e-9
            assert row["corrected"] <= row["corrected_high"] + 1e-9 <= 1 + 2e-9
        if n_labelled == len(y):  # nothing to correct
            assert row["corrected"] == pytest.approx(y.mean())
        right = corrected_shares(*drawn_up(y, y, n_labelled, meetings), method=method).iloc[0]
        if y[:n_labelled].any() and not y[:n_labelled].all():  # no error was made, and it is seen
            assert right["corrected"] == pytest.approx(y.mean())


def test_cross_products_of_a_hand_made_case():
    # 8 items, 4 labelled: 2 have the theme, 3 are found, one of them in vain. Of 4 others 2 are found.
    y, f = np.array([1, 1, 0, 0, 0, 0, 0, 0]), np.array([1, 1, 1, 0, 1, 1, 0, 0])
    row = corrected_shares(*drawn_up(y, f, 4), power=1.0).iloc[0]
    assert row["corrected"] == pytest.approx((2 + 4 * (2 / 4 - 1 / 4)) / 8)
    row = corrected_shares(*drawn_up(y, f, 4), method="rogan_gladen").iloc[0]
    assert row["corrected"] == pytest.approx((2 + 4 * (2 / 4 + 0.5 - 1) / (1 + 0.5 - 1)) / 8)


@pytest.mark.parametrize(
    ("y", "f", "n_labelled", "meetings", "method", "state", "has_share"),
    [
        ([0, 0, 0, 0], [1, 1, 1, 1], 2, None, "ppi", "", True),
        ([0, 0, 0, 0], [1, 1, 1, 1], 2, None, "rogan_gladen", "no_theme", False),
        ([1, 0, 1, 0], [0, 1, 1, 0], 4, None, "rogan_gladen", "", True),  # all labelled: no matter
        ([1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 1, 0], 4, None, "rogan_gladen", "weak", False),
        ([1, 0, 0, 0], [1, 0, 1, 0], 2, ["m"] * 4, "ppi", "one_meeting", True),
        ([1, 0, 0, 0], [1, 0, 1, 0], 2, ["m", "m", "k", "k"], "ppi", "few_labelled", True),
        ([1, 0, 0, 0], [1, 0, 1, 0], 0, None, "ppi", "no_labels", False),
        # four of eight found in vain where labelled, none of the others found: below 0
        (
            [0] * 8 + [0] * 4,
            [1] * 4 + [0] * 4 + [0] * 4,
            8,
            None,
            "rogan_gladen",
            "no_theme",
            False,
        ),
        (
            [1] + [0] * 7 + [0] * 8,
            [1] * 5 + [0] * 11,
            8,
            None,
            "rogan_gladen",
            "few_labelled",
            True,
        ),
    ],
)
def test_what_cannot_be_said_is_said(y, f, n_labelled, meetings, method, state, has_share):
    row = corrected_shares(*drawn_up(y, f, n_labelled, meetings), method=method).iloc[0]
    assert (row["state"], not np.isnan(row["corrected"])) == (state, has_share)
    assert row["n_items"] == len(y)
    assert np.isnan(row["corrected_low"]) == (state in STATES[2:])


def test_a_share_below_zero_is_cut_and_said():
    y, f = [1, 1, 0, 0, 0, 0] + [0] * 6, [1, 1, 1, 1, 0, 0] + [0] * 6
    years = ["2004"] * 6 + ["2005"] * 6
    row = corrected_shares(*drawn_up(y, f, 6, years=years), method="rogan_gladen").iloc[1]
    assert (row["state"], row["corrected"], row["corrected_low"]) == ("truncated", 0.0, 0.0)
    assert row["corrected_high"] > 0


def test_a_period_learns_from_its_own_meetings_if_it_has_enough():
    drawn = simulate_labels([0.3], [0.7], [0.9], n_periods=2, n_meetings=20, random_state=1)
    found = {
        (least, asked): corrected_shares(*drawn, errors_from=asked, least_meetings=least)
        for least, asked in ((10, "auto"), (11, "auto"), (11, "period"), (10, "all"))
    }
    assert found[10, "auto"]["errors_from"].tolist() == ["period"] * 2
    assert found[11, "auto"]["errors_from"].tolist() == ["all"] * 2
    pd.testing.assert_frame_equal(found[10, "auto"], found[11, "period"])
    pd.testing.assert_frame_equal(found[11, "auto"], found[10, "all"])
    assert found[10, "all"]["n_reference_meetings"].tolist() == [20, 20]


def test_a_theme_that_its_own_period_cannot_tell_of_is_corrected_by_all():
    # Ten meetings a period; in the second no labelled item has the theme.
    y = np.r_[np.tile([1, 0], 10), np.zeros(20)]
    f = np.r_[np.tile([1, 0, 1, 1], 5), np.tile([1, 0, 0, 0], 5)]
    years = ["2004"] * 20 + ["2005"] * 20
    table, labels, predictions = drawn_up(y, f, 40, [f"m{n // 2}" for n in range(40)], years)
    labels = labels.drop(labels.index[38:])  # one meeting of the second period is not labelled
    settings = {"method": "rogan_gladen", "least_meetings": 9}
    found = corrected_shares(table, labels, predictions, **settings)
    assert found["errors_from"].tolist() == ["period", "all"]
    assert found["state"].iloc[1] in ("", "truncated")
    alone = corrected_shares(table, labels, predictions, errors_from="period", **settings)
    assert alone["state"].tolist() == ["", "no_theme"]


def test_periods_of_ones_own_and_unknown_dates_are_kept():
    table, labels, predictions = drawn_up(Y[:40], F[:40], 20)
    table = table.assign(date=["2004-05-01"] * 20 + [""] * 20)
    table["date_precision"] = np.where(table["date"] == "", "unknown", "day")
    table.attrs["themes"] = ["a"]
    found = corrected_shares(table, labels, predictions, make_periods(["x=2004..", "w=1999..1999"]))
    assert found["period"].tolist() == ["w", "x", "unknown"]
    assert found["n_items"].tolist() == [0, 20, 20]
    assert found["state"].tolist() == ["empty", "", ""]
    assert found["errors_from"].tolist()[2] == "all"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "em"}, "unknown correction 'em'; expected one of: ppi, rogan_gladen"),
        ({"power": 2.0}, "power is 2.0"),
        ({"power": 0.5, "method": "rogan_gladen"}, "expected a number from 0 to 1, with ppi"),
        ({"errors_from": "year"}, "unknown errors_from 'year'"),
        ({"least_meetings": 1}, "least_meetings is 1; expected at least 2"),
        ({"themes": ["b"]}, "unknown theme 'b'"),
        ({"by": "era"}, "'era'"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_bad_settings_are_refused(changes, message):
    with pytest.raises(SettingsError, match=message):
        corrected_shares(*drawn_up(Y, F, 60), **changes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, f: (y * 2, f), "label of item 'i0000' is 2.0; expected 0 or 1"),
        (lambda y, f: (y, f - 0.5), "prediction of item 'i0000' is -0.5"),
        (lambda y, f: (y, f.iloc[1:]), "item 'i0000' has no prediction"),
        (lambda y, f: (y.rename(columns={"a": "b"}), f), "the labels have no column 'a'"),
        (lambda y, f: (y, pd.concat([f, f])), "item 'i0000' is twice in the predictions"),
    ],
)
def test_bad_labels_and_predictions_are_refused(change, message):
    table, labels, predictions = drawn_up(Y, F, 60)
    with pytest.raises(SettingsError, match=message):
        corrected_shares(table, *change(labels, predictions))


def test_effective_interval_is_wilsons_for_independent_items():
    # R 4.2.2, prop.test(12, 40, correct = FALSE)
    low, high = effective_interval(0.3, 0.3 * 0.7 / 40, np.inf)
    assert (low, high) == (pytest.approx(0.1807484523), pytest.approx(0.4543001882))


def test_effective_interval_at_the_ends_and_without_variance():
    low, high = effective_interval(
        [0.0, 1.2, 0.5, np.nan], [0.0, 0.0, np.nan, 0.1], 5.0, largest=10
    )
    assert low[0] == 0.0
    assert high[1] == 1.0
    assert 0.2 < high[0] < 0.5
    assert np.isnan(low[2:]).all()
    assert np.isnan(high[2:]).all()


def test_corrected_intervals_hold_the_share_and_raw_ones_do_not():
    """A small run of benchmarks/simulate_corrections.py: 10 in 100 of each kind are found in vain."""
    rng, has = np.random.default_rng(4), {"share": [], "corrected": []}
    for _ in range(40):
        drawn = simulate_labels([0.1] * 12, [0.9] * 12, [0.9] * 12, n_meetings=40, random_state=rng)
        found = corrected_shares(*drawn)
        for name, held in has.items():
            held += ((found[f"{name}_low"] <= 0.1) & (found[f"{name}_high"] >= 0.1)).tolist()
    assert np.mean(has["share"]) < 0.5
    assert 0.925 <= np.mean(has["corrected"]) <= 0.985
