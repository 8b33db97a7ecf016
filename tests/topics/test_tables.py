import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.topics import (
    fit_topics,
    make_topic_model,
    top_items,
    top_terms,
    topic_names,
    topic_weights,
)
from cio_topics.topics.components import said_terms
from cio_topics.topics.tables import dominant_topics, mean_shares
from cio_topics.vectors import make_vectorizer

# One of each family; what every kind keeps to is tested with the models.
KINDS = ("nmf", "lda", "mixture")
TITLES = read_example().items.set_index("item_id")["title"]


@pytest.fixture(scope="module", params=KINDS)
def fitted(request):
    return fit_topics(make_topic_model(request.param, n_topics=6), TITLES)


class Known:
    """Stands for a fitted pipeline whose topics are written down."""

    def __init__(self, components, terms=()):
        self.named_steps = {"topics": self, "vectorizer": self}
        self.components_ = np.array(components, dtype=float)
        self.n_components = len(components)
        self._terms = terms

    def get_feature_names_out(self):
        return np.array(self._terms, dtype=object)


@pytest.mark.parametrize(
    ("n", "first", "last"),
    [(2, "topic_01", "topic_02"), (12, "topic_01", "topic_12"), (100, "topic_001", "topic_100")],
)
def test_topic_names_sort_as_they_count(n, first, last):
    names = topic_names(Known([[0]] * n))
    assert (names[0], names[-1], len(names)) == (first, last, n)
    assert sorted(names) == names


class TestTopicWeights:
    def test_rows_sum_to_one_or_have_no_known_term(self, fitted):
        weights = topic_weights(fitted, TITLES)
        known = np.diff(fitted.named_steps["vectorizer"].transform(TITLES).indptr) > 0
        assert weights.index.tolist() == TITLES.index.tolist()
        assert weights.index.name == "item_id"
        assert weights.columns.tolist() == topic_names(fitted)
        assert (weights >= 0).all(axis=None)
        assert weights[known].sum(axis=1).to_numpy() == pytest.approx(1)
        assert (weights[~known] == 0).all(axis=None)
        assert 0 < (~known).sum() < len(TITLES) / 10  # 「その他」 among them

    def test_unknown_items_keep_their_ids_and_order(self, fitted):
        titles = pd.Series(["その他", "マイナンバー制度", ""], index=["z", "a", "m"])
        weights = topic_weights(fitted, titles)
        assert weights.index.tolist() == ["z", "a", "m"]
        assert weights.sum(axis=1).tolist() == pytest.approx([0, 1, 0])

    def test_counts_made_before_change_nothing(self, fitted):
        counts = fitted.named_steps["vectorizer"].transform(TITLES)
        pd.testing.assert_frame_equal(
            topic_weights(fitted, TITLES, counts), topic_weights(fitted, TITLES)
        )

    def test_weights_are_the_models_own_made_to_sum_to_one(self, fitted):
        raw = fitted.transform(TITLES)
        weights = topic_weights(fitted, TITLES)
        known = weights.sum(axis=1).to_numpy() > 0
        assert weights[known].to_numpy() == pytest.approx(
            raw[known] / raw[known].sum(axis=1, keepdims=True)
        )

    def test_same_title_same_weights(self, fitted):
        weights = topic_weights(fitted, TITLES).assign(title=TITLES)
        assert TITLES.duplicated().sum() > 10
        assert (weights.groupby("title").nunique() == 1).all(axis=None)

    def test_order_and_company_change_nothing(self, fitted):
        weights = topic_weights(fitted, TITLES)
        shuffled = TITLES.sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(topic_weights(fitted, shuffled).loc[TITLES.index], weights)
        one = TITLES.index[5]
        # Fitting weights of one row alone may stop some steps sooner.
        assert topic_weights(fitted, TITLES[[one]]).to_numpy() == pytest.approx(
            weights.loc[[one]].to_numpy(), abs=1e-3
        )


class TestOrderOfItems:
    @pytest.mark.parametrize("kind", KINDS)
    def test_topics_do_not_hang_on_it(self, kind):
        # Invented titles of two subjects that share no term.
        titles = pd.Series(["電子政府 計画 評価", "防災 訓練 地図"] * 10)
        vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
        pipeline = make_topic_model(kind, n_topics=2, vectorizer=vectorizer)
        found = set()
        for order in (titles, titles[::-1], titles.sample(frac=1, random_state=2)):
            table = top_terms(fit_topics(pipeline, order), 3)
            found.add(frozenset(frozenset(rows["term"]) for _, rows in table.groupby("topic")))
        assert found == {
            frozenset(
                {
                    frozenset({"電子政府", "計画", "評価"}),
                    frozenset({"防災", "訓練", "地図"}),
                }
            )
        }


class TestTopTerms:
    def test_ranks_ties_and_zeros_by_hand(self):
        known = Known([[1, 2, 1, 0], [0, 0, 0, 4], [0, 0, 0, 0]], ["甲", "乙", "丙", "丁"])
        assert top_terms(known).to_numpy().tolist() == [
            ["topic_01", 1, "乙", 0.5],
            ["topic_01", 2, "甲", 0.25],  # ties in the order of the terms
            ["topic_01", 3, "丙", 0.25],
            ["topic_02", 1, "丁", 1.0],
        ]
        assert top_terms(known, 2)["term"].tolist() == ["乙", "甲", "丁"]
        assert top_terms(known, 0).columns.tolist() == ["topic", "rank", "term", "weight"]

    def test_shares_of_the_topic(self, fitted):
        n_terms = len(fitted.named_steps["vectorizer"].vocabulary_)
        table = top_terms(fitted, n_terms)
        components = fitted.named_steps["topics"].components_
        said = np.where(said_terms(components), components, 0).sum(axis=1)
        found = table.groupby("topic")["weight"].sum().to_numpy()
        assert found == pytest.approx(said / components.sum(axis=1))
        assert (found > 0.8).all()  # what is left is smoothing
        for _, rows in table.groupby("topic"):
            assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
            assert rows["weight"].is_monotonic_decreasing


class TestTopItems:
    WEIGHTS = pd.DataFrame(
        {"topic_01": [0.5, 0.9, 0.5, 0.9, 0.0], "topic_02": [0.0, 0.1, 0.0, 0.1, 0.0]},
        index=pd.Index(["i1", "i2", "i3", "i4", "i5"], name="item_id"),
    )
    NAMES = pd.Series(["甲", "乙", "丙", "乙", "丁"], index=["i1", "i2", "i3", "i4", "i5"])

    def test_ranks_ties_zeros_and_same_titles(self):
        table = top_items(self.WEIGHTS, self.NAMES)
        assert table.to_numpy().tolist() == [
            ["topic_01", 1, "i2", "乙", 0.9],  # i4 has the same title
            ["topic_01", 2, "i1", "甲", 0.5],  # ties in the order of the items
            ["topic_01", 3, "i3", "丙", 0.5],
            ["topic_02", 1, "i2", "乙", 0.1],
        ]
        assert top_items(self.WEIGHTS, self.NAMES, 1)["item_id"].tolist() == ["i2", "i2"]

    def test_titles_are_found_by_id(self):
        pd.testing.assert_frame_equal(
            top_items(self.WEIGHTS, self.NAMES[::-1]), top_items(self.WEIGHTS, self.NAMES)
        )

    def test_many_ties_keep_the_order(self):
        ids = [f"i{n:03d}" for n in range(200)]
        weights = pd.DataFrame({"topic_01": [0.2, 0.4, 0.6, 0.8] * 50}, index=ids)
        found = top_items(weights, pd.Series(ids, index=ids), 200)["item_id"].tolist()
        assert found == [*ids[3::4], *ids[2::4], *ids[1::4], *ids[::4]]


class TestDominantTopics:
    @pytest.mark.parametrize(
        ("weights", "expected"),
        [
            ([0.2, 0.8], "y"),
            ([0.5, 0.5], "x"),  # ties go to the first
            ([0.0, 0.0], ""),
        ],
    )
    def test_by_hand(self, weights, expected):
        table = pd.DataFrame([weights], columns=["x", "y"], index=pd.Index(["i1"], name="item_id"))
        found = dominant_topics(table)
        assert (found.name, found.index.name, found.dtype) == ("topic", "item_id", "str")
        assert found["i1"] == expected

    def test_no_items(self):
        assert dominant_topics(pd.DataFrame(columns=["x", "y"], dtype=float)).tolist() == []


class TestMeanShares:
    WEIGHTS = pd.DataFrame(
        {"x": [1.0, 0.5, 0.0, 0.0], "y": [0.0, 0.5, 1.0, 0.0]}, index=["i1", "i2", "i3", "i4"]
    )
    MEETINGS = pd.Series({"i4": "m3", "i3": "m2", "i2": "m1", "i1": "m1"})

    def test_by_hand(self):
        found = mean_shares(self.WEIGHTS, self.MEETINGS)
        assert found["topic"].tolist() == ["x", "y"]
        assert found["share"].tolist() == [0.5, 0.5]  # i4 has no weight and does not count
        assert (found["share_low"] < 0.5).all()
        assert (found["share_high"] > 0.5).all()

    def test_an_item_without_meeting_is_refused(self):
        with pytest.raises(SettingsError, match="1 items have no meeting, such as 'i4'"):
            mean_shares(self.WEIGHTS, self.MEETINGS.drop("i4"))

    def test_one_meeting_and_no_weight(self):
        found = mean_shares(self.WEIGHTS, self.MEETINGS.replace({"m2": "m1", "m3": "m1"}))
        assert found[["share_low", "share_high"]].isna().all(axis=None)
        nothing = mean_shares(self.WEIGHTS * 0, self.MEETINGS)
        assert nothing["share"].tolist() == [0.0, 0.0]
