"""Shares of topics hold what seeds, posterior and meetings leave open. Rows are invented."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.topics import fit_topics, make_topic_model, pool_titles
from cio_topics.tracking import (
    COMPOSED_INTERVALS,
    composed_shares,
    draw_weights,
    make_periods,
    posterior_of,
    seed_agreement,
    topic_draws,
)
from cio_topics.tracking.topic_draws import POSTERIORS

AGENDA = pd.DataFrame(
    {
        "item_id": ["i1", "i2", "i3", "i4"],
        "meeting_id": ["m1", "m1", "m2", "m3"],
        "year": ["2004", "2004", "2004", "2005"],
    }
)
ITEMS = pd.Index(AGENDA["item_id"])


def weights(*first):
    """Two topics; the weights of the first are given."""
    values = np.array(first, float)
    return pd.DataFrame({"a": values, "b": 1 - values}, index=ITEMS)


def of(shares, period="2004", topic="a"):
    return shares[(shares["period"] == period) & (shares["topic"] == topic)].iloc[0]


# R 4.2.2, summary(aov(x ~ factor(rep(1:3, each = 4)))): mean squares 0.0172 and 0.000666666667
SHARES = [0.30, 0.34, 0.32, 0.36, 0.40, 0.38, 0.44, 0.42, 0.25, 0.29, 0.31, 0.27]
WITHIN, BETWEEN = 0.0006666667, 0.0041333333


def test_variances_are_those_of_an_analysis_of_variance():
    draws = [weights(x, x, x, x) for x in SHARES]
    row = of(composed_shares(draws, AGENDA, seeds=np.repeat([7, 8, 9], 4)))
    assert row["variance_posterior"] == pytest.approx(WITHIN, abs=1e-9)
    assert row["variance_seeds"] == pytest.approx(BETWEEN, abs=1e-9)
    assert row["variance_meetings"] == pytest.approx(0, abs=1e-12)  # every item is alike
    assert row["composed"] == pytest.approx(np.mean(SHARES))
    assert (row["seeds_low"], row["seeds_high"]) == (pytest.approx(0.28), pytest.approx(0.41))
    assert (row["n_seeds"], row["n_draws"]) == (3, 12)


def test_one_draw_is_the_ratio_and_its_jackknife():
    row = of(composed_shares([weights(0.9, 0.5, 0.1, 1.0)], AGENDA))
    # Meetings hold 1.4 of 2 items and 0.1 of 1: the share is 0.5, and 0.1 or 0.7 without one.
    assert row["share"] == row["composed"] == pytest.approx(0.5)
    assert row["variance_meetings"] == pytest.approx(0.5 * (0.4**2 + 0.2**2))
    assert np.isnan(row[["variance_posterior", "variance_seeds"]].astype(float)).all()
    assert row[["n", "n_items", "n_meetings"]].tolist() == [pytest.approx(1.5), 3, 2]


def test_more_disagreement_widens_the_interval_and_agreement_does_not():
    agenda = pd.DataFrame({"item_id": [f"i{n}" for n in range(30)], "year": "2004"})
    agenda["meeting_id"] = agenda["item_id"]
    first = np.tile([0.9, 0.5, 0.1], 10)
    table = pd.DataFrame({"a": first, "b": 1 - first}, index=agenda["item_id"])
    others = [table.assign(a=first * k, b=1 - first * k) for k in (1, 0.8, 0.6, 0.4)]
    one, other = of(composed_shares([table] * 4, agenda)), of(composed_shares(others, agenda))
    assert one["composed_low"] == pytest.approx(one["share_low"], abs=1e-3)
    assert (one["n_agree"], one["variance_seeds"]) == (3, pytest.approx(0, abs=1e-15))
    widths = [row["composed_high"] - row["composed_low"] for row in (one, other)]
    assert widths[1] > 2 * widths[0]
    assert other["n_agree"] == 1  # 0.5 and 0.4 of 0.5; 0.3 and 0.2 lie outside


def test_one_meeting_has_no_interval_and_is_counted():
    row = of(composed_shares([weights(0.9, 0.5, 0.1, 0.8)] * 2, AGENDA), "2005")
    assert (row["n_meetings"], row["n_items"], row["share"]) == (1, 1, pytest.approx(0.8))
    assert np.isnan(
        row[["share_low", "share_high", "composed_low", "variance_meetings"]].tolist()
    ).all()
    assert row["n_agree"] == 0


def test_items_without_known_terms_are_counted_and_left_out():
    given = weights(0.9, 0.5, 0.1, 0.8)
    given.loc["i2"] = 0.0
    given.loc["i4"] = 0.0
    found = composed_shares([given], AGENDA)
    row = of(found)
    assert (row["n_items"], row["n_without"], row["share"]) == (2, 1, pytest.approx(0.5))
    empty = of(found, "2005")
    assert (empty["n_items"], empty["n_without"], empty["n_meetings"]) == (0, 1, 0)
    assert np.isnan(empty["share"])


def test_periods_of_ones_own():
    agenda = AGENDA.assign(date=["2004-05-01"] * 3 + [""], date_precision=["day"] * 3 + ["unknown"])
    found = composed_shares(
        [weights(0.9, 0.5, 0.1, 0.8)], agenda, make_periods(["x=2004..", "w=1999..1999"])
    )
    assert found["period"].unique().tolist() == ["w", "x", "unknown"]
    assert of(found, "w")["n_items"] == 0


def test_bootstrap_draws_meetings_within_draws():
    one = composed_shares([weights(1, 1, 0, 1)], AGENDA, interval="bootstrap", n_resamples=4000)
    # Two meetings: (1,1), (0): both twice, or one of each; the percentiles are those of one alone.
    assert of(one)[["composed_low", "composed_high"]].tolist() == [0.0, 1.0]
    again = composed_shares([weights(1, 1, 0, 1)], AGENDA, interval="bootstrap", n_resamples=4000)
    pd.testing.assert_frame_equal(one, again)


@pytest.mark.parametrize(
    ("draws", "settings", "message"),
    [
        ([], {}, "no draw of weights"),
        ([weights(0.5, 0.5, 0.5, 0.5) * 2], {}, "weights of item 'i1' sum to 2 in draw 1"),
        (
            [weights(0.5, 0.5, 0.5, 0.5), weights(0.5, -0.5, 0.5, 0.5)],
            {},
            "item 'i2' sum to 1 in draw 2",
        ),
        ([weights(0.5, np.nan, 0.5, 0.5)], {}, "item 'i2' sum to nan"),
        (
            [weights(0.5, 0.5, 0.5, 0.5)[::-1]] * 2,
            {"weights": weights(1, 1, 1, 1)},
            "the model has item",
        ),
        ([weights(1, 1, 1, 1), weights(1, 1, 1, 1)[["a"]]], {}, "draw 2 has 4 items and 1 topics"),
        ([weights(1, 1, 1, 1).rename({"i4": "x"})], {}, "item 'x' is not in the agenda"),
        ([weights(1, 1, 1, 1)], {"seeds": [1, 2]}, "2 seeds for 1 draws"),
        ([weights(1, 1, 1, 1)], {"interval": "hdi"}, "unknown interval 'hdi'"),
        ([weights(1, 1, 1, 1)], {"by": "era"}, "'era'"),
        ([weights(1, 1, 1, 1)], {"level": 95}, "level is 95"),
    ],
)
def test_bad_draws_are_refused(draws, settings, message):
    with pytest.raises(SettingsError, match=message):
        composed_shares(draws, AGENDA, **settings)


def test_posterior_draws_have_the_means_and_variances_of_their_distribution():
    means = pd.DataFrame([[0.6, 0.3, 0.1]] * 20_000)
    rng = np.random.default_rng(0)
    drawn = draw_weights(means, np.full(len(means), 4.0), "dirichlet", 1.0, rng)
    np.testing.assert_allclose(drawn.mean(), [0.6, 0.3, 0.1], atol=0.01)
    # Variance of a Dirichlet distribution with the concentration 1 + 4: m (1 - m) / 6
    np.testing.assert_allclose(
        drawn.var(), [0.6 * 0.4 / 6, 0.3 * 0.7 / 6, 0.1 * 0.9 / 6], rtol=0.05
    )
    ones = draw_weights(means, np.full(len(means), 4.0), "one_topic", 1.0, rng)
    assert set(np.unique(ones)) == {0.0, 1.0}
    np.testing.assert_allclose(ones.mean(), [0.6, 0.3, 0.1], atol=0.01)


@pytest.fixture(scope="module")
def example():
    agenda = read_example().agenda()
    return agenda, pool_titles(agenda, "meeting"), agenda.set_index("item_id")["title"]


@pytest.mark.parametrize(
    ("kind", "posterior"), [("nmf", "none"), ("mixture", "one_topic"), ("lda", "dirichlet")]
)
def test_draws_of_real_models(example, kind, posterior):
    agenda, texts, titles = example
    model = fit_topics(make_topic_model(kind, n_topics=4), texts)
    drawn = topic_draws(model, texts, titles, n_seeds=3, n_draws=2)
    assert drawn.posterior == posterior == posterior_of(model.named_steps["topics"])
    assert posterior in POSTERIORS
    assert len(drawn.draws) == len(drawn.seeds) == (3 if posterior == "none" else 6)
    assert drawn.seeds[0] == 0
    assert len(set(drawn.seeds)) == 3
    shares = composed_shares(
        drawn.draws, agenda, "government", seeds=drawn.seeds, weights=drawn.weights
    )
    assert shares.groupby("period")["share"].sum().tolist() == pytest.approx([1] * 3)
    assert shares.groupby("period")["composed"].sum().tolist() == pytest.approx([1] * 3)
    agreed = seed_agreement(shares, drawn.cosines)
    assert sorted(agreed["topic"]) == list(drawn.weights.columns)
    assert agreed["n_shares"].tolist() == [3 * 2] * 4
    if kind == "nmf":  # its start is computed from the texts
        assert (agreed["n_found"] == 2).all()


def test_topics_of_other_seeds_are_put_in_the_order_of_the_model(example):
    _, texts, titles = example
    model = fit_topics(make_topic_model("mixture", n_topics=3), texts)
    drawn = topic_draws(model, texts, titles, n_seeds=4, n_draws=0)
    for table, cosine in zip(drawn.draws[1:], drawn.cosines.to_numpy(), strict=True):
        sure = [name for name, value in zip(table.columns, cosine, strict=True) if value > 0.95]
        for name in sure:  # a topic that was found again weighs in the same items
            assert np.corrcoef(drawn.weights[name], table[name])[0, 1] > 0.7


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_seeds": 0}, "n_seeds is 0"),
        ({"n_draws": -1}, "n_draws is -1"),
        ({"n_jobs": 0}, "n_jobs is 0"),
    ],
)
def test_bad_numbers_are_refused(example, settings, message):
    _, texts, titles = example
    model = fit_topics(make_topic_model("nmf", n_topics=3), texts)
    with pytest.raises(SettingsError, match=message):
        topic_draws(model, texts, titles, **settings)


def test_a_model_that_finds_its_own_number_of_topics_is_refused(example):
    _, texts, titles = example
    with pytest.raises(SettingsError, match="its own number of topics"):
        topic_draws(make_topic_model("gensim_hdp", n_topics=5), texts, titles)


@pytest.mark.parametrize("interval", COMPOSED_INTERVALS)
def test_intervals_hold_the_share_that_seeds_vary_around(interval):
    """Every seed moves the share by chance; the model alone does not know of it."""
    rng, held, alone = np.random.default_rng(1), [], []
    agenda = pd.DataFrame({"item_id": [f"i{n}" for n in range(60)], "year": "2004"})
    agenda["meeting_id"] = [f"m{n:02d}" for n in np.repeat(np.arange(20), 3)]
    for _ in range(40):
        own = np.clip(0.4 + np.repeat(rng.normal(0, 0.1, 20), 3), 0, 1)
        moved = np.clip(own[None] + rng.normal(0, 0.08, 8)[:, None], 0, 1)
        draws = [pd.DataFrame({"a": row, "b": 1 - row}, index=agenda["item_id"]) for row in moved]
        row = composed_shares(draws, agenda, interval=interval, n_resamples=200).iloc[0]
        held.append(row["composed_low"] <= 0.4 <= row["composed_high"])
        alone.append(row["share_low"] <= 0.4 <= row["share_high"])
    assert np.mean(held) >= 0.9
    assert np.mean(alone) < 0.75
