"""The core of the models against R and statsmodels on textbook data, and by laws."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tracking.regression.clustered import clustered_fit, design_weights
from cio_topics.tracking.regression.logistic import (
    Cells,
    penalized_fit,
    profile_interval,
    separated_columns,
)
from cio_topics.tracking.regression.mixed import mean_shares, mixed_fit

HERE = Path(__file__).parent
CHI2 = 3.841458820694124


def endometrial() -> Cells:
    """The grades of 79 endometrial cancers, data of Heinze and Schemper (2002)."""
    data = pd.read_csv(HERE / "endometrial.csv")
    columns = np.column_stack([np.ones(79), data[["NV", "PI", "EH"]]])
    return Cells(columns, data["HG"].to_numpy(float), np.ones(79), np.arange(79))


# How many children of mothers who do not, and do, smoke wheezed at which of four ages (0000, 0001,
# …, 1111): Ware, Dockery, Spiro, Speizer and Ferris (1984); `ohio` of R's geepack.
WHEEZE = {
    0: [237, 10, 15, 4, 16, 2, 7, 3, 24, 3, 3, 2, 6, 2, 5, 11],
    1: [118, 6, 8, 2, 11, 1, 6, 4, 7, 3, 3, 1, 4, 2, 4, 7],
}


def ohio(*, age: bool) -> Cells:
    rows = [
        (1.0, *([year - 2] if age else []), smoke, wheezed)
        for smoke, counts in WHEEZE.items()
        for pattern, n in zip(product((0, 1), repeat=4), counts, strict=True)
        for _ in range(n)
        for year, wheezed in enumerate(pattern)
    ]
    table = np.array(rows, dtype=float)
    child = np.arange(len(table)) // 4
    return Cells(table[:, :-1], table[:, -1], np.ones(len(table)), child)


ENDOMETRIAL = endometrial()
OHIO, OHIO_AGE = ohio(age=False), ohio(age=True)


def test_firth_is_that_of_brglm2():
    # R 4.2.2, brglm2 0.9 glm(HG ~ NV + PI + EH, binomial, method = "brglmFit", type = "AS_mean")
    found = penalized_fit(ENDOMETRIAL)
    expected = [3.7745597136, 2.9292733532, -0.0347517599, -2.6041639253]
    errors = [1.4886916634, 1.5507637295, 0.0395781473, 0.7760176425]
    np.testing.assert_allclose(found.beta, expected, rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(np.linalg.inv(found.information))), errors, 1e-6)
    # the same with prior weights 1, 0.5, 0.8, 1, …
    weighted = penalized_fit(ENDOMETRIAL, np.resize([1, 0.5, 0.8], 79))
    expected = [4.2763867142, 2.8355237374, -0.0519907428, -2.7084389458]
    np.testing.assert_allclose(weighted.beta, expected, rtol=1e-7)


def test_profiles_of_the_penalized_likelihood():
    # R 4.2.2, uniroot over optim of the penalized log-likelihood; Heinze and Schemper (2002)
    # print 0.61 to 7.85 for NV, whose estimate of largest likelihood is infinite
    expected = [
        (1.082537, 7.20928, 8.198014),
        (0.6097244, 7.854632, 6.798457),
        (-0.1244587, 0.04045548, 0.7468285),
        (-4.365183, -1.232721, 17.75932),
    ]
    best = penalized_fit(ENDOMETRIAL)
    for line, values in zip(np.eye(4), expected, strict=True):
        found = profile_interval(ENDOMETRIAL, np.ones(79), line, best, drop=CHI2)
        np.testing.assert_allclose(found, values, rtol=2e-5)
    assert separated_columns(ENDOMETRIAL).tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("power", "errors", "free"),
    [
        # R 4.2.2, clubSandwich 0.5.8 coef_test(glm(resp ~ age + smoke, binomial), vcov,
        # cluster = id, test = "Satterthwaite"): CR0, CR3
        (0, [0.114240202, 0.043877667, 0.177981845], [391.42597, 531.57125, 412.02635]),
        (1, [0.114560352, 0.043959683, 0.178767740], [391.37277, 531.53677, 411.15870]),
    ],
)
def test_errors_by_cluster_are_those_of_clubsandwich(power, errors, free):
    found = clustered_fit(OHIO_AGE, exchangeable=False, robust=power)
    np.testing.assert_allclose(found.solved.beta, [-1.883734729, -0.113412767, 0.272138565], 1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), errors, rtol=1e-6)
    np.testing.assert_allclose([found.free(line) for line in np.eye(3)], free, rtol=1e-6)


def test_the_correction_of_few_meetings_is_that_of_clubsandwich():
    # R 4.2.2, clubSandwich 0.5.8 coef_test(glm(resp ~ smoke, binomial), "CR2", cluster = id); where
    # values differ within a cluster, CR2 takes another square root than Kauermann and Carroll
    found = clustered_fit(OHIO, exchangeable=False, robust=0.5)
    errors = np.sqrt(np.diag(found.covariance))
    np.testing.assert_allclose(errors, [0.110076629, 0.177994589], rtol=1e-6)
    np.testing.assert_allclose([found.free(x) for x in np.eye(2)], [349, 411.657717], rtol=1e-6)


def test_the_working_correlation_is_that_of_gee():
    from statsmodels.api import GEE, families
    from statsmodels.genmod.cov_struct import Exchangeable

    found = clustered_fit(OHIO, robust=0)
    # R 4.2.2, geepack 1.3.9 geeglm(resp ~ smoke, id, binomial, corstr = "exchangeable",
    # scale.fix = TRUE); its correlation takes off no degrees of freedom: 0.35132929
    np.testing.assert_allclose(found.solved.beta, [-1.82123529, 0.27156359], rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), [0.10991926, 0.17760301], 1e-6)
    assert found.icc == pytest.approx(0.35132929, abs=2e-4)
    model = GEE(
        OHIO.counts, OHIO.columns, OHIO.meetings, family=families.Binomial(),
        cov_struct=Exchangeable(),
    )  # fmt: skip
    fitted = model.fit(cov_type="bias_reduced")  # Mancl and DeRouen
    assert found.icc == pytest.approx(fitted.cov_struct.dep_params, rel=1e-6)
    corrected = clustered_fit(OHIO, robust=1)
    np.testing.assert_allclose(np.sqrt(np.diag(corrected.covariance)), fitted.bse, rtol=1e-6)


def test_the_random_intercept_is_that_of_lme4():
    # R 4.2.2, lme4 glmer(resp ~ age + smoke + (1 | id), binomial, nAGQ = 40)
    found = mixed_fit(OHIO_AGE, prior=1e3)
    assert found.converged
    np.testing.assert_allclose(found.beta, [-3.10144285, -0.17562603, 0.39856680], rtol=1e-4)
    errors = np.sqrt(np.diag(found.covariance))
    np.testing.assert_allclose(errors, [0.219007946, 0.067677358, 0.273082734], rtol=2e-4)
    assert found.deviation == pytest.approx(2.1648, abs=1e-4)


def groups(first: tuple[int, int], second: tuple[int, int]) -> Cells:
    columns = np.array([[1.0, 0.0], [1.0, 1.0]])
    counts, totals = np.array([first, second], dtype=float).T
    return Cells(columns, counts, totals, np.arange(2))


TOTALS = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=60, deadline=None)
@given(TOTALS, TOTALS)
def test_two_groups_by_hand(first, second):
    cells = groups(first, second)
    found = penalized_fit(cells)
    # Firth's penalty adds half an item with, and half without the theme, to each group
    by_hand = [(n + 0.5) / (total + 1) for n, total in (first, second)]
    np.testing.assert_allclose(found.shares, by_hand, rtol=1e-6)
    empty = [n in (0, total) for n, total in (first, second)]
    # with an empty reference group the constant runs away, and the difference with it
    assert separated_columns(cells).any() == any(empty)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_merging_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    columns = np.column_stack([np.ones(12), rng.integers(0, 2, 12), rng.integers(0, 3, 12)])
    totals = rng.integers(1, 6, 12).astype(float)
    if np.linalg.matrix_rank(columns) < 3:
        return
    cells = Cells(
        columns, rng.binomial(totals.astype(int), 0.4).astype(float), totals, np.arange(12)
    )
    weights = design_weights(cells, 0.3)
    whole, merged = penalized_fit(cells, weights), penalized_fit(cells.merged(weights))
    np.testing.assert_allclose(whole.beta, merged.beta, atol=1e-6)
    assert whole.value == pytest.approx(merged.value)


def test_cells_guard_their_rank_and_bounds():
    with pytest.raises(SettingsError, match="2 columns of the model depend"):
        Cells(np.ones((2, 2)), np.zeros(2), np.ones(2), np.arange(2))
    with pytest.raises(SettingsError, match="outside 0 and their totals"):
        Cells(np.ones((1, 1)), np.array([2.0]), np.ones(1), np.arange(1))
    with pytest.raises(SettingsError, match="differ in length"):
        Cells(np.ones((1, 1)), np.ones(2), np.ones(1), np.arange(1))


def test_means_over_meetings_by_brute_force():
    from scipy.integrate import quad
    from scipy.special import expit
    from scipy.stats import norm

    for eta, deviation in ((0.3, 0.7), (-2.0, 1.5), (3.0, 2.5)):
        wanted = quad(lambda u: expit(eta + deviation * u) * norm.pdf(u), -12, 12)[0]  # noqa: B023
        assert mean_shares(np.array([eta]), deviation)[0][0] == pytest.approx(wanted, abs=1e-5)


# As (meetings in two periods, most items a meeting, share, correlation); invented.
def draws(n: int, meetings: int, share: float, icc: float, seed: int) -> list[Cells]:
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        sizes = rng.integers(1, 13, 2 * meetings).astype(float)
        own = rng.beta(share * (1 - icc) / icc, (1 - share) * (1 - icc) / icc, len(sizes))
        later = np.repeat([0.0, 1.0], meetings)
        counts = rng.binomial(sizes.astype(int), own).astype(float)
        columns = np.column_stack([np.ones(len(sizes)), later])
        found.append(Cells(columns, counts, sizes, np.arange(len(sizes))))
    return found


def test_errors_of_the_first_kind_with_few_meetings():
    from scipy.stats import t

    wrong = {"items": 0, "gee": 0, "firth": 0}
    cells = draws(200, 10, 0.3, 0.3, seed=3)
    line = np.array([0.0, 1.0])
    for one in cells:
        gee = clustered_fit(one)
        z = abs(gee.solved.beta[1]) / np.sqrt(gee.covariance[1, 1])
        wrong["gee"] += z > t.ppf(0.975, gee.free(line))
        plain = penalized_fit(one, penalty=0)
        error = np.sqrt(np.linalg.inv(plain.information)[1, 1])
        wrong["items"] += abs(plain.beta[1]) / error > 1.96
        firth = clustered_fit(one, penalty=0.5, robust=None)
        drop = t.ppf(0.975, 18) ** 2
        low, high, _ = profile_interval(one, firth.weights, line, firth.solved, drop=drop)
        wrong["firth"] += not low <= 0 <= high
    # 200 draws: a level of 0.05 lies below 0.10 with a chance of 0.999
    assert wrong["items"] > 40  # taking items as independent is what is to be avoided
    assert wrong["gee"] <= 19
    assert wrong["firth"] <= 19
