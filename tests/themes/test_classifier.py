"""The rule classifier is a scikit-learn estimator whose numbers can be checked by hand."""

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score

from cio_topics.codebook import Codebook, Rule, Theme
from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.text import normalize
from cio_topics.themes import CodebookClassifier, theme_indicator


def book(*themes: tuple[str, tuple[Rule, ...]], fallback: str = "rest") -> Codebook:
    """An invented codebook."""
    made = [Theme(name, name, name, rules=rules) for name, rules in themes]
    if fallback:
        made.append(Theme(fallback, fallback, fallback))
    return Codebook("1", "1", "試験", "invented", tuple(made), fallback)


TWO = book(
    ("a", (Rule("a1", any=("甲",)), Rule("a2", any=("乙",)))),
    ("b", (Rule("b1", any=("丙", "丁")),)),
)
CORPUS = read_example()


@pytest.fixture(scope="module")
def coded():
    """The embedded items that people coded, and their themes as a matrix."""
    table = CORPUS.agenda().merge(CORPUS.theme_labels, on="item_id")
    return table, theme_indicator(table["themes"], CodebookClassifier().fit([]).codebook_.ids)


class TestIndicator:
    def test_columns_follow_the_ids_and_doubles_count_once(self):
        themes = ["b;a", "", "c;c", "a;"]
        assert theme_indicator(themes, ("a", "b", "c")).tolist() == [
            [1, 1, 0],
            [0, 0, 0],
            [0, 0, 1],
            [1, 0, 0],
        ]
        assert theme_indicator([], ("a",)).shape == (0, 1)

    def test_an_unknown_theme_is_refused_with_its_row(self):
        with pytest.raises(SettingsError, match=r"label 2 has the unknown theme 'z'.* a, b"):
            theme_indicator(["a", "b;z"], ("a", "b"))


class TestEstimator:
    def test_parameters(self):
        model = CodebookClassifier(TWO, threshold=0.4, prior=0.7, strength=2.0, seen_only=True)
        assert model.get_params() == {
            "codebook": TWO,
            "threshold": 0.4,
            "prior": 0.7,
            "strength": 2.0,
            "seen_only": True,
        }
        assert clone(model).get_params() == model.get_params()
        assert model.set_params(prior=0.6) is model
        assert model.prior == 0.6
        with pytest.raises(ValueError, match="nonsense"):
            model.set_params(nonsense=1)

    def test_a_clone_is_not_fitted(self):
        with pytest.raises(NotFittedError):
            clone(CodebookClassifier(TWO).fit([])).predict(["甲"])

    @pytest.mark.parametrize(
        "method", ["predict", "predict_proba", "themes", "explain", "find_hits"]
    )
    def test_unfitted(self, method):
        with pytest.raises(NotFittedError):
            getattr(CodebookClassifier(TWO), method)(["甲"])

    def test_fit_returns_itself_and_leaves_the_parameters(self):
        model = CodebookClassifier()
        assert model.fit(["甲"]) is model
        assert model.codebook is None
        assert model.classes_.tolist() == list(model.codebook_.ids)

    def test_pickle(self):
        titles = ["甲乙", "丙", "ほか"]
        model = CodebookClassifier(TWO).fit(titles, [[1, 0, 0], [0, 0, 1], [0, 0, 1]])
        again = pickle.loads(pickle.dumps(model))
        assert again.reliability_ == model.reliability_
        assert (again.predict_proba(titles) == model.predict_proba(titles)).all()

    def test_cross_validation_with_a_scorer(self, coded):
        table, truth = coded
        micro = make_scorer(f1_score, average="micro", zero_division=0)
        scores = cross_val_score(
            CodebookClassifier(),
            table,
            truth,
            groups=table["meeting_id"],
            cv=GroupKFold(3),
            scoring=micro,
        )
        assert scores.shape == (3,)
        assert (scores > 0.7).all()  # rules written for these titles; far above chance

    def test_grid_search_on_plain_titles(self, coded):
        table, truth = coded
        micro = make_scorer(f1_score, average="micro", zero_division=0)
        search = GridSearchCV(CodebookClassifier(), {"threshold": [0.5, 1.0]}, cv=2, scoring=micro)
        search.fit(table["title"].tolist(), truth)
        # no rule is certain, so that a threshold of 1 gives every item the fallback
        assert search.best_params_ == {"threshold": 0.5}
        assert search.cv_results_["mean_test_score"][1] == 0

    @pytest.mark.parametrize(
        "parameters",
        [
            {"threshold": -0.1},
            {"threshold": 1.1},
            {"prior": 0.0},
            {"prior": 1.0},
            {"strength": 0.0},
            {"strength": -1.0},
        ],
    )
    def test_bad_parameters_are_refused_by_fit(self, parameters):
        with pytest.raises(SettingsError, match="threshold, prior, strength are"):
            CodebookClassifier(TWO, **parameters).fit(["甲"])

    @pytest.mark.parametrize(
        ("y", "shape"),
        [
            ([[1, 0, 0]], r"\(1, 3\); expected \(2, 3\)"),  # a row is missing
            ([[1, 0], [0, 1]], r"\(2, 2\); expected \(2, 3\)"),  # the fallback's column is missing
            (["a", "b"], r"\(2,\); expected \(2, 3\)"),  # names are no indicator
        ],
    )
    def test_labels_of_another_shape_are_refused(self, y, shape):
        with pytest.raises(SettingsError, match=f"y has shape {shape}"):
            CodebookClassifier(TWO).fit(["甲", "丙"], y)

    def test_one_text_is_no_list_of_titles(self):
        model = CodebookClassifier(TWO).fit([])
        for method in (model.predict, model.predict_proba, model.themes, model.explain):
            with pytest.raises(SettingsError, match="X is one text; expected a list"):
                method("甲乙丙")
        with pytest.raises(SettingsError, match="X is one text"):
            model.fit("甲乙", np.zeros((2, 3)))

    @pytest.mark.parametrize(
        "form",
        [list, tuple, iter, np.array, pd.Series, lambda titles: pd.DataFrame({"title": titles})],
        ids=["list", "tuple", "iterator", "array", "Series", "table"],
    )
    def test_titles_may_come_in_any_form(self, form):
        titles = ["甲", "丙丁", "ほか"]
        labels = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        model = CodebookClassifier(TWO).fit(form(titles), labels)
        assert model.themes(form(titles)) == ["a", "b", "rest"]


class TestReliability:
    def test_without_labels_it_is_the_prior(self):
        model = CodebookClassifier(TWO, prior=0.7).fit(["甲", "乙"])
        assert model.reliability_ == pytest.approx({"a1": 0.7, "a2": 0.7, "b1": 0.7})

    def test_by_hand(self):
        # a1 holds three times, twice rightly; a2 once, wrongly; b1 once an item, not once a match
        titles = ["甲", "甲", "甲乙", "丙丁丙"]
        labels = [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
        model = CodebookClassifier(TWO, prior=0.8, strength=4).fit(titles, labels)
        expected = {"a1": (2 + 3.2) / (3 + 4), "a2": (0 + 3.2) / (1 + 4), "b1": (1 + 3.2) / (1 + 4)}
        assert model.reliability_ == pytest.approx(expected)

    @pytest.mark.parametrize(("wrong", "given"), [(0, "a"), (2, "a"), (3, "rest"), (9, "rest")])
    def test_a_rule_that_is_wrong_most_of_the_time_is_dropped(self, wrong, given):
        # 3.2 / (4 + wrong) falls below one half at the third mistake
        labels = np.tile([0, 0, 1], (wrong, 1))
        model = CodebookClassifier(TWO).fit(["甲"] * wrong, labels)
        assert model.themes(["甲"]) == [given]

    def test_a_theme_has_the_weight_of_its_most_reliable_rule(self):
        model = CodebookClassifier(TWO).fit(["甲"] * 6, [[1, 0, 0]] * 6)
        both = model.predict_proba(["甲乙"])[0]
        assert both[0] == model.reliability_["a1"] > model.reliability_["a2"]

    def test_a_rule_exactly_at_the_threshold_is_kept(self):
        model = CodebookClassifier(TWO, threshold=0.8, prior=0.8, strength=1.0).fit([])
        assert model.themes(["甲"]) == ["a"]

    def test_fitting_again_forgets(self):
        model = CodebookClassifier(TWO, seen_only=True).fit(["甲"] * 9, [[0, 0, 1]] * 9)
        model.fit(["丙"], [[0, 1, 0]])
        assert model.seen_ == {("b1", "丙")}
        assert model.reliability_["a1"] == pytest.approx(0.8)

    def test_unless_looks_at_rules_that_hold_reliable_or_not(self):
        giving = book(
            ("a", (Rule("a1", any=("甲",)),)), ("b", (Rule("b1", any=("甲",), unless=("a",)),))
        )
        model = CodebookClassifier(giving).fit(["甲"] * 9, [[0, 1, 0]] * 9)
        assert model.themes(["甲"]) == ["rest"]


class TestSeenOnly:
    def test_only_matches_that_labelled_items_had(self):
        model = CodebookClassifier(TWO, seen_only=True)
        model.fit(["甲", "丙のこと"], [[1, 0, 0], [0, 1, 0]])
        assert model.seen_ == {("a1", "甲"), ("b1", "丙")}
        # the rule b1 is known, but no labelled item had its match 丁; a2 was never seen
        assert model.themes(["甲", "丙", "丁", "乙", "丙丁"]) == ["a", "b", "rest", "rest", "b"]
        assert set(model.explain(["甲乙丁"])["rule"]) == {"a1"}

    def test_every_match_of_a_labelled_item_was_seen(self):
        model = CodebookClassifier(TWO, seen_only=True).fit(["丙と丁"], [[0, 1, 0]])
        assert model.themes(["丙", "丁"]) == ["b", "b"]

    def test_the_same_text_under_another_rule_was_not_seen(self):
        same = book(("a", (Rule("a1", any=("甲",)),)), ("b", (Rule("b1", all=("甲", "乙")),)))
        model = CodebookClassifier(same, seen_only=True).fit(["甲"], [[1, 0, 0]])
        assert model.themes(["甲丙乙"]) == ["a"]

    def test_without_labels_nothing_was_seen(self):
        model = CodebookClassifier(TWO, seen_only=True).fit(["甲"])
        assert model.themes(["甲"]) == ["rest"]

    def test_it_finds_no_more_than_all_matches(self, coded):
        table, truth = coded
        half = len(table) // 2
        seen, every = (
            CodebookClassifier(seen_only=flag).fit(table[:half], truth[:half]).predict(table[half:])
            for flag in (True, False)
        )
        assert (seen[:, :-1] <= every[:, :-1]).all()  # all themes but the fallback
        assert seen[:, :-1].sum() < every[:, :-1].sum()


class TestFallback:
    TITLES = ("甲", "甲丙", "ほか", "", "甲乙丙丁")

    def test_alone_and_only_alone(self):
        found = CodebookClassifier(TWO).fit([]).predict(self.TITLES)
        assert found.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 1], [1, 1, 0]]

    @pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.8, 0.9, 1.0])
    def test_every_item_has_a_theme_at_any_threshold(self, threshold):
        found = CodebookClassifier(TWO, threshold=threshold).fit([]).predict(self.TITLES)
        assert (found[:, 2] == (found[:, :2].sum(axis=1) == 0)).all()

    def test_its_weight_is_what_the_best_theme_lacks(self):
        model = CodebookClassifier(TWO).fit(["甲"] * 4, [[0, 0, 1]] * 4)  # a1: 3.2 / 8
        assert model.predict_proba(["甲", "ほか"]).tolist() == [
            pytest.approx([0.4, 0, 0.6]),
            [0, 0, 1],
        ]

    def test_an_item_without_a_hit_has_the_fallback_for_certain_at_threshold_zero(self):
        model = CodebookClassifier(TWO, threshold=0.0).fit([])
        assert model.predict_proba(["ほか"])[0].tolist() == [0, 0, 1]

    def test_without_one_an_item_may_have_no_theme(self):
        model = CodebookClassifier(book(("a", (Rule("a1", any=("甲",)),)), fallback="")).fit([])
        assert model.predict(["甲", "ほか"]).tolist() == [[1], [0]]
        assert model.themes(["甲", "ほか"]) == ["a", ""]


class TestResults:
    def test_themes_come_with_the_weightiest_first(self):
        model = CodebookClassifier(TWO).fit(["丙"] * 5, [[0, 1, 0]] * 5)
        assert model.themes(["甲丙", "甲"]) == ["b;a", "a"]

    def test_explain_slices_the_normalized_title(self):
        titles = ["ｅ−Ｊａｐａｎ重点計画", "ほか", "「ﾏｲﾅﾝﾊﾞｰ」と　住基"]
        table = CodebookClassifier().fit([]).explain(titles)
        assert list(table) == ["row", "theme", "rule", "weight", "start", "end", "text"]
        assert set(table["row"]) == {0, 2}
        for row in table.itertuples():
            assert normalize(titles[row.row])[row.start : row.end] == row.text
        assert {"e-Japan", "マイナンバー", "住基"} <= set(table["text"])

    def test_explain_shows_dropped_rules_with_their_weight(self):
        model = CodebookClassifier(TWO).fit(["甲"] * 4, [[0, 0, 1]] * 4)
        assert model.explain(["甲"])[["rule", "weight"]].values.tolist() == [["a1", 0.4]]

    def test_no_input(self):
        model = CodebookClassifier(TWO).fit([])
        assert model.predict([]).shape == model.predict_proba([]).shape == (0, 3)
        assert model.themes([]) == []
        assert model.explain([]).empty
        assert "row" in model.explain([])
        assert model.predict(pd.DataFrame({"title": pd.Series([], dtype="str")})).shape == (0, 3)

    @given(st.lists(st.text("甲乙丙丁ア", max_size=4), min_size=1, max_size=8), st.randoms())
    def test_order_and_company_change_nothing(self, titles, random):
        """Law: an item's themes depend on the item alone; the same text has the same answer."""
        model = CodebookClassifier(TWO).fit(["甲", "乙"], [[1, 0, 0], [0, 0, 1]])
        together = model.predict_proba(titles)
        assert ((together >= 0) & (together <= 1)).all()
        shuffled = random.sample(range(len(titles)), len(titles))
        assert (model.predict_proba([titles[i] for i in shuffled]) == together[shuffled]).all()
        for title, weights in zip(titles, together, strict=True):
            assert (model.predict_proba([title])[0] == weights).all()

    def test_on_the_embedded_corpus(self):
        agenda = CORPUS.agenda()
        model = CodebookClassifier().fit(agenda)
        weights, found = model.predict_proba(agenda), model.predict(agenda)
        assert ((weights >= 0) & (weights <= 1)).all()
        assert set(np.unique(found)) == {0, 1}
        assert (found.sum(axis=1) >= 1).all()
        named = theme_indicator(model.themes(agenda), tuple(model.classes_))
        assert (named == found).all()

    def test_hits_found_before_give_the_same_as_the_table(self, coded):
        from cio_topics.codebook import match_items

        table, truth = coded
        whole = CodebookClassifier().fit(table, truth)
        hits = match_items(table, whole.codebook_)
        parts = CodebookClassifier().fit_hits(hits, truth)
        assert parts.reliability_ == whole.reliability_
        assert parts.seen_ == whole.seen_
        assert (parts.predict_hits(len(table), hits) == whole.predict(table)).all()
