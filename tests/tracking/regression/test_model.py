"""Formulas, designs, marginal means and contrasts. Small corpora here are invented."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.themes import theme_table
from cio_topics.tracking.regression import METHODS, Regression, parse_formula, theme_model
from cio_topics.tracking.regression.clustered import clustered_fit
from cio_topics.tracking.regression.design import make_design, seen_with, usable_columns
from cio_topics.tracking.regression.margins import (
    Fitted,
    adjusted_contrasts,
    contrasts,
    marginal_means,
)

HERE = Path(__file__).parent
TABLE = theme_table(read_example())
COLUMNS = usable_columns(TABLE)
THEMES = TABLE.attrs["themes"]


def items(rows: pd.DataFrame, has: pd.Series, themes: tuple[str, ...] = ("yes", "no")):
    """A theme table of items that have the theme ``yes``, or else ``no``."""
    table = rows.assign(item_id=[f"i{row}" for row in range(len(rows))])
    table = table.assign(theme=np.where(has, "yes", "no"))
    table.attrs["themes"] = list(themes)
    return table


def infert():
    """Infertility after abortion, Trichopoulos et al. (1976): R's `infert`, parity cut at 3."""
    data = pd.read_csv(HERE / "infert.csv").astype("str")
    rows = data.rename(columns={"stratum": "meeting_id"})[["meeting_id", "parity", "spontaneous"]]
    return items(rows, data["case"] == "1")


INFERT = infert()


def test_formulas():
    found = parse_formula(
        "open_data ~ government*scale(year) - 1 + C(year):format", COLUMNS, THEMES
    )
    assert found.right == "v0 * v1 - 1 + v2 : v3"
    assert [each.label for each in found.variables] == [
        *("government", "scale(year)", "C(year)", "format")
    ]
    assert parse_formula(" theme~year+year ", COLUMNS, THEMES).right == "v0 + v0"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("open_data", "is no formula; expected a theme, ~"),
        ("open_data ~ ", "is no formula"),
        ("open_data ~ year ~ year", "is no formula"),
        ("open_data ~ " + "year + " * 60 + "year", "at most 300 characters"),
        (
            "data ~ year",
            "unknown theme 'data' left of ~; expected 'theme' for all, or one of: egov",
        ),
        ("open_data ~ date", "unknown column 'date'; expected one of: body, format, year"),
        ("open_data ~ exec(year)", r"unknown function 'exec'; expected one of: C, center, scale"),
        ("open_data ~ scale(exec(year))", r"scale\( takes the name of one column"),
        ("open_data ~ scale(year", r"scale\( takes the name of one column"),
        ("open_data ~ year.__class__", r"'\.' at place 17 of the formula is not allowed"),
        ("open_data ~ [x for x in year]", r"'\[' at place 13"),
        ("open_data ~ year ** 2", "the number '2' is not allowed; expected 0 or 1"),
        ("open_data ~ year*year*year*year*year*year", r"5 products \(\*\); expected at most 4"),
        ("open_data ~ 1", "no column right of ~"),
        ("open_data ~ (year", "is no formula: "),
        ("open_data ~ year format", "no sign between 'year' and 'format'"),
        ("open_data ~ scale(government)", "'government' holds names; expected numbers"),
        ("open_data ~ government + administration", "cannot be told from the other terms"),
        ("open_data ~ government * format", "government=democratic_led : format=joint cannot be"),
    ],
)
def test_formulas_refused(formula, message):
    with pytest.raises(SettingsError, match=message):
        theme_model(formula, TABLE)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(list("year()+:*-01 ~_.'\"[]{}@lambda=import,")), max_size=40))
def test_no_text_becomes_a_program(text):
    try:
        found = parse_formula(f"open_data ~ {text}", COLUMNS, THEMES)
    except SettingsError:
        return
    assert set(found.right) <= set("v0123456789+:*-() ")
    assert {each.column for each in found.variables} <= set(COLUMNS)


def test_coefficients_are_those_of_r():
    # R 4.2.2, glm(case ~ parity + spontaneous, binomial, infert), both as factors
    found = theme_model("yes ~ parity + spontaneous", INFERT, method="glm").coefficients
    assert found["term"].tolist() == [
        *("Intercept", "parity=2", "parity=3", "spontaneous=1", "spontaneous=2")
    ]
    np.testing.assert_allclose(
        found["estimate"], [-1.14929548, -0.36270220, -0.81055539, 1.22438844, 2.46236194], 1e-7
    )
    np.testing.assert_allclose(
        # clubSandwich 0.5.8 vcovCR(fit, infert$stratum, "CR2"), but for another square root
        found["standard_error"],
        [0.15512673, 0.16853438, 0.22234882, 0.34062821, 0.51364325],
        rtol=0.01,
    )


def plain_infert() -> tuple:
    formula = parse_formula("yes ~ parity + spontaneous", usable_columns(INFERT), ["yes"])
    design = make_design(INFERT, formula)
    estimate = clustered_fit(design.cells("yes"), exchangeable=False, robust=1)
    return design, Fitted(estimate.solved.beta, estimate.covariance, lambda _: np.inf)


def test_marginal_means_are_those_of_emmeans():
    # R 4.2.2, emmeans 1.8.4.1 emmeans(fit, ~ parity, vcov. = CR3, weights = "proportional",
    # regrid = "response") and pairs(reverse = TRUE, adjust = "none")
    design, fitted = plain_infert()
    means = marginal_means(design, fitted, "yes", 0.95).set_index("variable").loc["parity"]
    np.testing.assert_allclose(means["share"], [0.3997109, 0.3300938, 0.2534061], rtol=1e-6)
    assert means["n_items"].tolist() == [99, 81, 68]
    table, _ = contrasts(design, fitted, "yes", 0.95)
    table = table[table["variable"] == "parity"]
    np.testing.assert_allclose(
        table["difference"], [-0.06961709, -0.14630488, -0.07668779], rtol=1e-6
    )
    errors = (table["difference_high"] - table["difference"]) / 1.959963984540054
    np.testing.assert_allclose(errors, [0.03085628, 0.03202227, 0.03281803], rtol=1e-6)
    np.testing.assert_allclose(
        np.log(table["odds_ratio"]), [-0.3627022, -0.8105554, -0.4478532], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("how", "expected", "tolerance"),
    [
        # R 4.2.2, emmeans 1.8.4.1 pairs(emmeans(fit, ~ parity, vcov. = CR3), adjust)
        ("none", [0.034986810, 0.000348170, 0.029480913], 1e-7),
        ("holm", [0.058961825, 0.001044510, 0.058961825], 1e-7),
        ("sidak", [0.101331026, 0.001044146, 0.085860988], 1e-7),
        ("mvt", [0.0866471, 0.0009325, 0.0738275], 5e-3),  # by draws, here and there
    ],
)
def test_adjustments_are_those_of_emmeans(how, expected, tolerance):
    design, fitted = plain_infert()
    table, lines = contrasts(design, fitted, "yes", 0.95)
    chosen = (table["variable"] == "parity").to_numpy()
    p = table["p"].to_numpy()[chosen]
    found = adjusted_contrasts(p, how, [(fitted, lines[chosen])], random_state=0)
    np.testing.assert_allclose(found, expected, atol=tolerance)
    again = adjusted_contrasts(p, how, [(fitted, lines[chosen])], random_state=0)
    assert found.tolist() == again.tolist()


def test_one_variable_gives_its_shares_back():
    for variable in ("government", "format"):
        means = theme_model(f"egov_plan ~ {variable}", TABLE, method="firth").means
        added = (means["n"] + 0.5) / (means["n_items"] + 1)  # of equal weights; near for others
        np.testing.assert_allclose(means["share"], added, atol=0.03)
        assert (means["seen"] == 1).all()
        inside = means["share"].between(means["share_low"], means["share_high"])
        assert inside.all()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_gives_the_same_tables(method):
    found = theme_model("governance ~ government + scale(year)", TABLE, method=method)
    assert isinstance(found, Regression)
    told = found.diagnostics.iloc[0]
    assert told["converged"]
    assert told[["n_items", "n_unknown"]].sum() == 307
    assert found.coefficients["term"].tolist() == [
        *("Intercept", "government=democratic_led", "scale(year)")
    ]
    for table, name in ((found.coefficients, "estimate"), (found.contrasts, "difference")):
        assert (table[f"{name}_low"] < table[name]).all()
        assert (table[name] < table[f"{name}_high"]).all()
    other = theme_model("governance ~ government + scale(year)", TABLE, method=method)
    pd.testing.assert_frame_equal(found.contrasts, other.contrasts)
    centred = theme_model("governance ~ government + year", TABLE, method="glm").means
    scaled = theme_model("governance ~ government + scale(year)", TABLE, method="glm").means
    np.testing.assert_allclose(centred["share"], scaled["share"], rtol=1e-6)


def invented(*cells: tuple, each: int = 3):
    """A theme table: (format, year, items with, items without), items in meetings of `each`."""
    rows, has = [], []
    for place, (sitting, year, n, without) in enumerate(cells):
        for item in range(n + without):
            rows.append((f"m{place}-{item // each}", sitting, year))
            has.append(item < n)
    table = pd.DataFrame(rows, columns=["meeting_id", "format", "year"])
    return items(table, pd.Series(has), ("yes", "no", "never"))


# "joint" never has the theme; "online" is rare, and of one meeting
SPARSE = invented(
    ("in_person", "2010", 12, 30),
    ("circulated", "2011", 4, 20),
    ("joint", "2012", 0, 18),
    ("online", "2012", 1, 1),
    ("in_person", "unknown", 3, 4),
)


def test_separation_is_detected_and_said():
    found = theme_model("yes ~ format", SPARSE)
    told = found.diagnostics.iloc[0]
    assert told[["method", "reason", "separated"]].tolist() == [
        "firth",
        "separated",
        "format=joint",
    ]
    assert told["rare"] == "format=online"
    assert np.isfinite(found.coefficients["estimate"]).all()
    joint = found.means.set_index("level").loc["joint"]
    assert joint["n"] == joint["observed"] == 0
    assert 0 < joint["share"] < 0.1 < joint["share_high"]
    compared = found.contrasts.set_index(["level", "reference"]).loc[("joint", "in_person")]
    assert 0 < compared["odds_ratio_low"] < compared["odds_ratio"] < 0.3 < told["icc"]
    assert np.isfinite(compared["odds_ratio_high"])
    for method in ("gee", "glm"):
        with pytest.raises(
            SettingsError, match="has no answer: the theme is separated by format=j"
        ):
            theme_model("yes ~ format", SPARSE, method=method)


def test_why_a_method_was_chosen():
    many = invented(("in_person", "2010", 40, 60), ("circulated", "2011", 50, 70))
    assert theme_model("yes ~ format", many).diagnostics["reason"].tolist() == ["enough"]
    few = invented(("in_person", "2010", 4, 60), ("circulated", "2011", 5, 70))
    assert theme_model("yes ~ format", few).diagnostics["reason"].tolist() == ["few_events"]
    once = invented(("in_person", "2010", 40, 60), ("circulated", "2011", 50, 70), each=60)
    assert theme_model("yes ~ format", once).diagnostics["reason"].tolist() == ["few_meetings"]
    one = invented(("in_person", "2010", 40, 60), ("circulated", "2011", 50, 70), each=200)
    with pytest.raises(SettingsError, match="a level has one meeting"):
        theme_model("yes ~ format", one, method="gee")


def test_unknown_values_are_left_out_and_counted():
    told = theme_model("yes ~ C(year)", SPARSE).diagnostics.iloc[0]
    assert told[["n_items", "n_unknown"]].tolist() == [86, 7]


def test_a_theme_without_items_has_no_model():
    found = theme_model("theme ~ format", SPARSE)
    told = found.diagnostics.set_index("theme")
    assert told.loc["never", ["n", "n_items", "method", "reason"]].tolist() == [
        *(0, 93, "none", "no_item")
    ]
    assert set(found.means["theme"]) == {"yes", "no"}
    alone = theme_model("never ~ format", SPARSE)
    assert [len(alone.coefficients), len(alone.means), len(alone.contrasts)] == [0, 0, 0]
    # what is adjusted covers both themes
    assert (found.contrasts["p_adjusted"] >= found.contrasts["p"]).all()
    one = theme_model("yes ~ format", SPARSE).contrasts
    both = found.contrasts[found.contrasts["theme"] == "yes"]
    assert (both["p_adjusted"].to_numpy() >= one["p_adjusted"].to_numpy() - 1e-12).all()


def test_rare_levels_are_pooled_if_asked():
    rare = invented(
        ("in_person", "2010", 12, 30), ("joint", "2010", 1, 2), ("online", "2011", 1, 3),
    )  # fmt: skip
    assert theme_model("yes ~ format", rare).means["level"].tolist() == [
        *("in_person", "online", "joint")
    ]
    pooled = theme_model("yes ~ format", rare, pool_rare=True)
    assert pooled.means[["level", "n_items"]].values.tolist() == [["in_person", 42], ["other", 7]]
    assert pooled.diagnostics["rare"].tolist() == ["format=online; format=joint"]


def test_what_was_never_seen_together_is_said():
    apart = invented(("in_person", "2010", 8, 20), ("in_person", "2012", 8, 20),
                     ("joint", "2012", 9, 11), ("joint", "2014", 9, 11))  # fmt: skip
    means = theme_model("yes ~ format + year", apart).means.set_index("level")
    # 28 + 28 + 20 of 96 items lie in 2010 to 2012, 28 + 20 + 20 in 2012 to 2014
    assert means["seen"].round(4).to_dict() == {"in_person": 0.7917, "joint": 0.7083}
    named = theme_model("yes ~ format + C(year)", apart).means.set_index(["variable", "level"])
    assert named.loc[("format", "joint"), "seen"] == pytest.approx(68 / 96)
    frame = pd.DataFrame({"v0": ["0", "1"]}, dtype="str")
    assert seen_with(frame, "v0", "1") == 1  # nothing else to be seen with


@pytest.mark.parametrize(
    ("table", "formula", "message"),
    [
        (invented(("joint", "2010", 1, 3)), "yes ~ format", "format has one value only among 4"),
        (invented(("unknown", "2010", 1, 3)), "yes ~ format", "no item has a known format"),
    ],
)
def test_values_that_cannot_tell(table, formula, message):
    with pytest.raises(SettingsError, match=message):
        theme_model(formula, table)


def test_items_with_two_values():
    table = pd.concat([SPARSE, SPARSE.head(1).assign(format="joint", theme="no")])
    with pytest.raises(SettingsError, match="format differs within an item"):
        theme_model("yes ~ format", table)


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"method": "ols"}, "unknown method 'ols'; expected one of: auto, gee, glm, firth, mixed"),
        ({"adjust": "fdr"}, "unknown adjustment 'fdr'; expected one of: holm, sidak, mvt, none"),
        ({"level": 95}, "level is 95"),
    ],
)
def test_settings_refused(settings_, message):
    with pytest.raises(SettingsError, match=message):
        theme_model("yes ~ format", SPARSE, **settings_)


def test_tables_of_two_fits_do_not_mix():
    one, other = (theme_model(f"{theme} ~ format", SPARSE) for theme in ("yes", "no"))
    with pytest.raises(SettingsError, match="table of means belongs to another fit"):
        Regression("yes ~ format", one.coefficients, other.means, one.contrasts, one.diagnostics)


def test_products():
    many = invented(
        ("in_person", "2010", 30, 10), ("joint", "2010", 10, 30),
        ("in_person", "2012", 10, 30), ("joint", "2012", 30, 10),
    )  # fmt: skip
    found = theme_model("yes ~ format * C(year)", many)
    assert found.coefficients["term"].iloc[-1] == "format=joint : C(year)=2012"
    # the effects are opposite: each alone averages out
    np.testing.assert_allclose(found.contrasts["odds_ratio"], 1, atol=1e-6)


def test_progress_counts_themes():
    seen = []
    table = TABLE[TABLE["theme"].isin(["open_data", "security"])].copy()
    table.attrs["themes"] = ["open_data", "security"]
    theme_model("theme ~ year", table, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]
