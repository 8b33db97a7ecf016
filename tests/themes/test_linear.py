"""Regressions on titles and rules: what they learn, what is credited, what is refused."""

import dataclasses
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from cio_topics.codebook import Rule, read_codebook
from cio_topics.errors import SettingsError
from cio_topics.themes.boosting import BoostedThemes
from cio_topics.themes.calibrated import CalibratedThemes
from cio_topics.themes.features import FeatureSettings
from cio_topics.themes.floors import MajorityThemes, PlainThemes
from cio_topics.themes.linear import LinearThemes
from cio_topics.themes.nearest import NearestThemes
from cio_topics.themes.stack import StackedThemes

LEARNERS = [LinearThemes, StackedThemes, NearestThemes, BoostedThemes, PlainThemes, MajorityThemes]


def test_an_own_codebook_works_without_a_second_set_of_rules(book, invented):
    model = LinearThemes(book).fit(*invented)
    assert [b.ids for b in model.scorer_.features.rule_books] == [book.ids]
    assert model.classes_.tolist() == list(book.ids)
    found = model.decision_function(["猫の写真", "花", "星座"]).argmax(axis=1)
    assert model.classes_[found].tolist() == ["animals", "plants", "stars"]


@pytest.mark.parametrize(
    ("settings", "n_books"),
    [
        ({}, 2),
        ({"rules": False}, 0),
        ({"author_rules": False}, 1),
        ({"definition_rules": False}, 1),
        ({"author_rules": False, "definition_rules": False}, 0),
    ],
)
def test_which_rules_are_columns(fitted, settings, n_books):
    few = slice(0, 12)
    model = LinearThemes(**settings).fit(fitted.items[few], fitted.labels[few])
    assert len(model.scorer_.features.rule_books) == n_books
    assert model.scorer_.features.sizes[3] == n_books * 15


def rule_columns(model: LinearThemes, n_items: int) -> np.ndarray:
    n_text = sum(model.scorer_.features.sizes[:3])
    return model.scorer_.labelled.matrix[:n_items, n_text:].toarray()


def test_a_match_is_credited_only_if_another_group_has_it(book):
    titles = ["犬", "猫", "猫", "花", "木の葉と花"]
    labels = np.array([[0, 1, 0, 0]] * 3 + [[1, 0, 0, 0]] * 2)
    table = pd.DataFrame({"title": titles})
    model = LinearThemes(book).fit(table, labels, groups=[0, 1, 2, 3, 4])
    found = rule_columns(model, 5)
    assert found[:, 1].tolist() == [0, 1, 1, 0, 0]  # 犬 stands in one group alone
    assert found[:, 0].tolist() == [0, 0, 0, 1, 1]  # 花 in two; 木の葉 need not
    model = LinearThemes(book).fit(table, labels, groups=[0, 1, 1, 2, 2])
    assert rule_columns(model, 5)[:, :2].sum() == 0
    # asked of new titles, every match counts
    assert model.scorer_.features.rules(
        1, model.scorer_.hits(pd.DataFrame({"title": ["犬"]}))
    ).sum()


def test_support_means_the_same_rule(book):
    """Another rule with the same text is no support."""
    two = dataclasses.replace(
        book.themes[2], rules=(Rule("s", any=("月",)), Rule("t", all=("月",)))
    )
    own = dataclasses.replace(book, themes=(*book.themes[:2], two, book.themes[3]))
    labels = np.array([[0, 0, 1, 0], [1, 0, 0, 0]])
    model = LinearThemes(own).fit(pd.DataFrame({"title": ["月", "花"]}), labels, groups=[0, 1])
    assert rule_columns(model, 2).sum() == 0


def test_groups_are_those_of_meetings_and_titles_if_none_are_given(book):
    table = pd.DataFrame({"title": ["犬", "犬の絵", "犬"], "meeting_id": ["1", "1", "2"]})
    labels = np.array([[0, 1, 0, 0]] * 3)
    together = LinearThemes(book).fit(table, labels)
    assert rule_columns(together, 3).sum() == 0  # one group: the title repeats
    apart = LinearThemes(book).fit(table, labels, groups=[1, 2, 3])
    assert rule_columns(apart, 3)[:, 1].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("C", "importance"), [(3.0, 3.0), (0.5, 0.25)])
def test_weights_are_those_of_scikit_learn(C, importance, book, invented):
    """Items weigh one, texts of the codebook as asked; rows with a theme as much as those without."""
    model = LinearThemes(book, C=C, definition_weight=importance).fit(*invented)
    rows, of_items = model.scorer_.labelled, len(invented[0])
    weigh = np.where(np.arange(len(rows.table)) < of_items, 1.0, importance)
    for theme in range(3):
        target = model.targets_[:, theme]
        halves = np.where(target == 1, weigh[target == 1].sum(), weigh[target == 0].sum())
        weight = weigh * weigh.sum() / (2 * halves)
        other = LogisticRegression(C=C, tol=1e-8, max_iter=5000)
        other.fit(rows.matrix, target, sample_weight=weight)
        np.testing.assert_allclose(model.scorer_.weights[:, theme], other.coef_[0], atol=1e-4)
        assert model.scorer_.intercept[theme] == pytest.approx(other.intercept_[0], abs=1e-4)


def test_rows_learned_from_are_items_then_texts(book, invented):
    table, labels = invented
    model = LinearThemes(book).fit(table, labels)
    known = model.scorer_.labelled.table
    assert known.columns.tolist() == ["item_id", "title", "themes", "body", "date"]
    assert known["item_id"][:12].tolist() == table["item_id"].tolist()
    assert known["themes"][6] == "plants;animals"
    assert (known["item_id"][12:] == "").all()
    assert known.loc[12, ["title", "themes"]].tolist() == ["植物", "plants"]
    assert len(model.targets_) == len(known) == model.scorer_.labelled.matrix.shape[0]
    np.testing.assert_array_equal(model.targets_[:12], labels)


def test_titles_alone_are_numbered(book, invented):
    table, labels = invented
    model = LinearThemes(book).fit(table["title"].tolist(), labels)
    assert model.scorer_.labelled.table["item_id"][:2].tolist() == ["row 1", "row 2"]


def test_without_definitions_only_items_are_learned_from(book, invented):
    model = LinearThemes(book, definition_weight=0).fit(*invented)
    assert len(model.scorer_.labelled.table) == 12


def test_definitions_alone_know_the_themes(book):
    """No item at all: a zero-shot classifier of the codebook's own words."""
    model = LinearThemes(book).fit([], np.zeros((0, 4), dtype=int))
    assert model.decision_function(["花と木", "犬と猫"]).argmax(axis=1).tolist() == [0, 1]


@pytest.mark.parametrize(("labels", "sign"), [([0, 0], -1), ([1, 1], 1)])
def test_a_theme_that_no_item_or_every_item_has(book, labels, sign):
    y = np.array([[1, 0, 0, 0], [0, 1, 0, 0]])
    y[:, 3] = labels  # the fallback has no texts
    model = LinearThemes(book, definition_weight=0).fit(["花", "犬"], y)
    scores = model.decision_function(["花", "その他", ""])[:, 3]
    assert (np.sign(scores) == sign).all()
    assert np.isfinite(scores).all()
    assert model.predict(["花"])[0, 3] == labels[0]


def test_the_index_of_the_table_and_further_columns_do_not_matter(book, invented):
    table, labels = invented
    new = ["花と鯨", "星座"]
    expected = LinearThemes(book).fit(table, labels).decision_function(new)
    moved = table.set_axis(range(50, 62)).assign(note="x")
    found = LinearThemes(book).fit(moved, labels)
    np.testing.assert_array_equal(found.decision_function(new), expected)
    repeated = table.set_axis([3] * 12)
    found = LinearThemes(book).fit(repeated, labels)
    np.testing.assert_array_equal(found.decision_function(new), expected)
    asked = pd.DataFrame({"title": new}, index=[9, 9])
    np.testing.assert_array_equal(found.decision_function(asked), expected)


def test_the_order_of_items_does_not_matter(book, invented):
    table, labels = invented
    order = np.random.default_rng(0).permutation(12)
    one = LinearThemes(book).fit(table, labels)
    other = LinearThemes(book).fit(table.iloc[order], labels[order])
    new = ["花と鯨", "星座", "犬"]
    np.testing.assert_allclose(one.decision_function(new), other.decision_function(new), atol=1e-4)


@settings(max_examples=15)
@given(st.lists(st.text(max_size=30).filter(lambda t: t.isprintable()), max_size=4))
def test_any_title_has_finite_scores(fitted, titles):
    scores = fitted.estimator.decision_function(titles)
    assert scores.shape == (len(titles), 15)
    assert np.isfinite(scores).all()


def test_a_very_long_title_an_english_one_and_none(fitted):
    long = "オープンデータの推進" * 10_000
    scores = fitted.estimator.estimator_.decision_function([long, "Open Data Charter", ""])
    assert scores.shape == (3, 15)
    assert np.isfinite(scores).all()
    assert fitted.estimator.classes_[scores[0].argmax()] == "open_data"


@pytest.mark.parametrize(
    "settings", [{"C": 0}, {"C": -1}, {"definition_weight": -0.1}, {"C": float("nan")}]
)
def test_settings_that_cannot_be(settings, book, invented):
    with pytest.raises(SettingsError, match="expected more than 0, and not less than 0"):
        LinearThemes(book, **settings).fit(*invented)


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize(
    "shape",
    [(12,), (12, 3), (11, 4), (13, 4), (12, 4, 1)],
    ids=["a row", "a theme too few", "an item too few", "an item too many", "three axes"],
)
def test_labels_of_another_shape(learner, shape, book, invented):
    with pytest.raises(SettingsError, match=r"y has shape .*; expected \(12, 4\)"):
        learner(book).fit(invented[0], np.zeros(shape, dtype=int))


@pytest.mark.parametrize("learner", LEARNERS)
def test_one_text_instead_of_a_list(learner, book, invented):
    with pytest.raises(SettingsError, match="X is one text; expected a list of titles"):
        learner(book).fit("花の観察", invented[1])


@pytest.mark.parametrize("learner", LEARNERS)
def test_a_table_without_titles(learner, book, invented):
    with pytest.raises(SettingsError, match="the table has no column 'title'"):
        learner(book).fit(invented[0].rename(columns={"title": "名称"}), invented[1])


@pytest.mark.parametrize("learner", LEARNERS)
def test_learners_are_estimators(learner, book, invented):
    """get_params, set_params, clone and pickle; the same data, the same answers."""
    table, labels = invented
    model = learner(book)
    for name, value in model.get_params(deep=False).items():
        assert model.set_params(**{name: value}) is model
    other = clone(model)
    assert other is not model
    assert other.get_params(deep=False) == model.get_params(deep=False)
    ask = "predict_proba" if hasattr(model, "predict_proba") else "decision_function"
    new = ["花と鯨", "犬", ""]
    scores = getattr(model.fit(table, labels), ask)(new)
    assert scores.shape == (3, 4)
    assert np.isfinite(scores).all()
    np.testing.assert_array_equal(getattr(other.fit(table, labels), ask)(new), scores)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(getattr(again, ask)(new), scores)
    assert again.classes_.tolist() == list(book.ids)


def test_settings_are_kept_and_used(book, invented):
    chosen = FeatureSettings(characters=(2, 2), body_weight=0.0)
    model = LinearThemes(book, features=chosen).set_params(C=0.1)
    scores = model.fit(*invented).decision_function(invented[0])
    assert all(
        len(text) == 2 for kind, text in model.scorer_.features.names() if kind == "characters"
    )
    strict = LinearThemes(book, C=0.001).fit(*invented).decision_function(invented[0])
    assert np.ptp(strict) < np.ptp(scores)


def test_the_embedded_codebook_is_the_default(fitted):
    assert fitted.estimator.classes_.tolist() == list(read_codebook().ids)
    nested = CalibratedThemes(LinearThemes()).set_params(estimator__C=1.5)
    assert nested.get_params()["estimator__C"] == 1.5
