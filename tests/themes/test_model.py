"""What a learned classifier says of titles: one answer, whoever asks and however."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_matrix

from cio_topics.errors import SettingsError
from cio_topics.themes.conformal import misses
from cio_topics.themes.decisions import MOST_THEMES
from cio_topics.themes.model import N_NEAREST, as_titles, most_similar, nearest_rows

TITLES = ["オープンデータの推進", "鯨の観察", "", "Open Data Charter", "電子政府構築計画の改定"]


@pytest.fixture(scope="module")
def model(fitted):
    return fitted.estimator.model_


def test_all_ways_to_ask_give_one_answer(model, fitted):
    answers = model.answer(as_titles(TITLES))
    np.testing.assert_array_equal(answers.probabilities, model.predict_proba(TITLES))
    np.testing.assert_array_equal(answers.chosen, model.predict(TITLES))
    np.testing.assert_array_equal(answers.probabilities, fitted.estimator.predict_proba(TITLES))
    np.testing.assert_array_equal(answers.chosen, fitted.estimator.predict(TITLES))
    np.testing.assert_array_equal(
        fitted.estimator.decision_function(TITLES),
        model.calibration.log_odds(answers.scores),
    )
    found = [model.classes_[row == 1].tolist() for row in answers.chosen]
    assert found[0] == ["open_data"]
    assert found[4] == ["egov_plan"]


def test_answers_do_not_depend_on_the_other_titles(model, fitted):
    items = fitted.items.iloc[:30]
    together = model.answer(items)
    order = np.random.default_rng(0).permutation(30)
    shuffled = model.answer(items.iloc[order])
    np.testing.assert_allclose(shuffled.scores, together.scores[order], atol=1e-12)
    np.testing.assert_array_equal(shuffled.chosen, together.chosen[order])
    np.testing.assert_array_equal(shuffled.nearest, together.nearest[order])
    np.testing.assert_array_equal(shuffled.novel, together.novel[order])
    np.testing.assert_allclose(model.answer(items.iloc[7:8]).scores, together.scores[7:8])


def test_every_part_has_a_row_a_title_and_a_column_a_theme(model):
    for titles in ([], ["鯨"], TITLES):
        answers, n = model.answer(as_titles(titles)), len(titles)
        for part in (answers.scores, answers.probabilities, answers.chosen):
            assert part.shape == (n, 15)
        assert answers.matrix.shape == (n, len(model.column_names))
        for part in (answers.similarity, answers.unknown, answers.novel):
            assert part.shape == (n,)
        assert answers.nearest.shape == answers.nearest_similarity.shape == (n, N_NEAREST)
        assert model.weights(answers).shape == model.sets(answers.probabilities, 0.9).shape


def test_labelled_items_are_their_own_nearest_and_not_new(model, fitted):
    answers = model.answer(fitted.items)
    np.testing.assert_allclose(answers.similarity, 1.0)
    found = model.labelled["title"].iloc[answers.nearest[:, 0]]
    normal = fitted.items["title"].str.normalize("NFKC")
    assert (found.str.normalize("NFKC").to_numpy() == normal.to_numpy()).mean() > 0.95
    assert answers.unknown.max() == pytest.approx(0, abs=1e-12)
    assert not answers.novel.any()


def test_what_is_like_nothing_is_new(model):
    answers = model.answer(as_titles(["ѯѱ", "", "茶室の炉縁"]))
    assert answers.novel.tolist() == [True, True, True]
    assert answers.nearest[0].tolist() == [-1] * N_NEAREST
    assert answers.nearest_similarity[0].tolist() == [0] * N_NEAREST


def test_every_item_has_one_to_three_themes_and_the_fallback_alone(model, fitted):
    answers = model.answer(pd.concat([fitted.items[["title"]], as_titles(TITLES)]))
    n = answers.chosen.sum(axis=1)
    assert n.min() == 1
    assert n.max() <= MOST_THEMES
    assert (n[answers.chosen[:, model.decision.fallback] == 1] == 1).all()


def test_the_weight_of_the_fallback_is_what_the_best_theme_lacks(model):
    answers = model.answer(as_titles(TITLES))
    weights, fallback = model.weights(answers), model.decision.fallback
    others = np.delete(weights, fallback, axis=1)
    np.testing.assert_array_equal(others, np.delete(answers.probabilities, fallback, axis=1))
    np.testing.assert_allclose(weights[:, fallback], 1 - others.max(axis=1))


@settings(max_examples=60)
@given(
    arrays(float, st.tuples(st.integers(1, 6), st.just(15)), elements=st.floats(0, 1)),
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
)
def test_sets_are_never_empty_and_grow_with_what_is_asked(model, probabilities, one, other):
    low, high = (model.sets(probabilities, coverage) for coverage in sorted((one, other)))
    assert (low.sum(axis=1) >= 1).all()
    assert (high >= low).all()
    fallback = model.decision.fallback
    given_ = model.decision.decide(probabilities)[:, fallback]
    np.testing.assert_array_equal(low[:, fallback], given_)  # nobody labelled items with it


def test_sets_hold_what_was_held_out_as_often_as_was_asked(model):
    known = model.held_out
    for coverage in (0.5, 0.8, 0.9):
        held = (model.sets(known.probabilities, coverage) >= known.labels).all(axis=1)
        by_meeting = pd.Series(held).groupby(known.groups).mean()
        assert by_meeting.mean() >= coverage


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.floats(0.05, 0.95))
def test_ties_at_the_bound_belong_to_the_set(model, values, coverage):
    """Law: an item's own probabilities, held out, reach the bound that its miss set."""
    n = len(values)
    probabilities, labels = np.zeros((n, 15)), np.zeros((n, 15), dtype=int)
    probabilities[:, 0], labels[:, 0] = values, 1
    probabilities[:, 1] = 1.0  # so that the set has a theme in any case
    known = model.held_out._replace(
        groups=np.arange(n),
        probabilities=probabilities,
        labels=labels,
        misses=misses(probabilities, labels),
    )
    own = dataclasses.replace(model, held_out=known)
    held = (own.sets(probabilities, coverage) >= labels).all(axis=1)
    assert held.sum() >= min(n, coverage * (n + 1) - 1e-9)


def test_labelled_items_are_without_texts_of_the_codebook(model, fitted):
    assert model.labelled["item_id"].tolist() == fitted.items["item_id"].tolist()
    assert model.labelled["themes"].str.split(";").map(set).tolist() == (
        fitted.items["themes"].str.split(";").map(set).tolist()
    )


def test_explanations_show_places_in_the_title(model):
    found = model.explain(["マイナンバー制度とオープンデータ", "ѯѱ"])
    assert set(found["row"]) == {0}
    assert {"my_number", "open_data"} == set(found["theme"])
    title = "マイナンバー制度とオープンデータ"
    for part in found.itertuples():
        assert part.text == title[part.start : part.end] != ""
        assert part.weight > 0


@pytest.mark.parametrize(
    "given_", [["a", "b"], iter(["a", "b"]), pd.Series(["a", "b"], index=[5, 5])]
)
def test_titles_become_a_table(given_):
    table = as_titles(given_)
    assert table["title"].tolist() == ["a", "b"]
    assert table.index.tolist() == [0, 1]


def test_a_table_stays_as_it_is():
    table = pd.DataFrame({"title": ["a"], "body": ["b"]}, index=[3])
    assert as_titles(table) is table
    assert as_titles([]).columns.tolist() == ["title"]


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ("電子政府", "X is one text; expected a list of titles or a table"),
        (pd.DataFrame({"名称": ["a"]}), "the table has no column 'title'"),
    ],
)
def test_what_is_no_list_of_titles(model, given_, message):
    with pytest.raises(SettingsError, match=message):
        model.predict(given_)


similarities = arrays(
    float,
    st.tuples(st.integers(1, 5), st.integers(1, 6)),
    elements=st.sampled_from([0, 0, 0.25, 0.5, 1]),
)


@given(similarities, st.integers(1, 4))
def test_the_nearest_rows_are_those_of_a_sort(dense, n):
    """Law: as a stable sort of the whole table finds them, without those like nothing."""
    nearest, values = nearest_rows(csr_matrix(dense), n)
    for row, (places, found) in enumerate(zip(nearest, values, strict=True)):
        order = [c for c in np.argsort(-dense[row], kind="stable") if dense[row, c] > 0][:n]
        assert places.tolist() == order + [-1] * (n - len(order))
        assert found.tolist() == [*dense[row, order], *[0.0] * (n - len(order))]
    best, place = most_similar(csr_matrix(dense))
    np.testing.assert_array_equal(best, values[:, 0])
    np.testing.assert_array_equal(place, nearest[:, 0])
