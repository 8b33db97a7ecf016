import numpy as np
import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.themes import theme_table
from cio_topics.topics import (
    describe_topics,
    fit_topics,
    make_topic_model,
    rank_terms,
    topic_weights,
)

CORPUS = read_example()
AGENDA = CORPUS.agenda()
TABLE = theme_table(CORPUS)
THEMES = read_codebook().ids


@pytest.fixture(
    scope="module", params=[("nmf", "meeting"), ("lda", "body_year"), ("mixture", "item")]
)
def found(request):
    kind, pool = request.param
    return describe_topics(
        AGENDA, TABLE, THEMES, kind=kind, pool=pool, n_topics=6, fallback="other", n_runs=4
    )


class TestDescribeTopics:
    @pytest.mark.parametrize(("pool", "kind"), [("item", "mixture"), ("meeting", "nmf")])
    def test_the_kind_is_chosen_by_the_length_of_the_texts(self, pool, kind):
        few = {"n_topics": 3, "pool": pool, "n_runs": 2}
        chosen = describe_topics(AGENDA[:80], TABLE, THEMES, **few)
        named = describe_topics(AGENDA[:80], TABLE, THEMES, kind=kind, **few)
        assert chosen["kind"] == kind
        pd.testing.assert_frame_equal(chosen["weights"], named["weights"])

    def test_terms_come_in_two_rankings(self, found):
        model = found["model"]
        counts = model.named_steps["vectorizer"].transform(list(AGENDA["title"]))
        ranked = rank_terms(
            model.named_steps["topics"].components_, by="association", counts=counts
        )
        names = model.named_steps["vectorizer"].get_feature_names_out()
        table = found["associated_terms"]
        for topic, columns in zip(found["measures"]["topic"], ranked, strict=True):
            own = table[table["topic"] == topic]
            assert own["term"].tolist() == names[columns].tolist()
            assert own["rank"].tolist() == list(range(1, len(columns) + 1))
        both = found["terms"].merge(table, on=["topic", "term"], suffixes=("", "_of_other"))
        assert len(both)
        assert (both["weight"] == both["weight_of_other"]).all()

    def test_measures_fit_the_other_tables(self, found):
        measures, items = found["measures"], found["items"]
        assert measures.columns.tolist() == [
            *("topic", "name", "share", "share_low", "share_high", "n_items"),
            *("n_runs", "stability", "stability_low", "stability_high", "coherence"),
            *("theme", "theme_share", "theme_share_low", "theme_share_high"),
            *("matched_theme", "f1", "f1_low", "f1_high"),
        ]
        assert measures["share"].sum() == pytest.approx(1)
        assert items["item_id"].tolist() == AGENDA["item_id"].tolist()
        counted = items["topic"].value_counts()
        assert measures.set_index("topic")["n_items"].to_dict() == {
            topic: counted.get(topic, 0) for topic in measures["topic"]
        }
        assert measures["n_items"].sum() + (items["topic"] == "").sum() == len(AGENDA)
        assert set(found["terms"]["topic"]) == set(measures["topic"])
        assert set(found["top_items"]["item_id"]) <= set(AGENDA["item_id"])

    def test_theme_is_the_one_most_of_the_weight_falls_on(self, found):
        aligned = found["alignment"]
        assert aligned.columns.tolist() == list(THEMES)
        for _, row in found["measures"].iterrows():
            assert row["theme_share"] == aligned.loc[row["topic"]].max()
            assert aligned.loc[row["topic"], row["theme"]] == row["theme_share"] > 0

    def test_bounds_hold_the_values(self, found):
        measures = found["measures"]
        for name in ("share", "stability", "theme_share", "f1"):
            low, high = measures[f"{name}_low"], measures[f"{name}_high"]
            known = low.notna()
            assert known.any(), name
            assert (low[known] <= measures.loc[known, name] + 1e-9).all(), name
            assert (high[known] >= measures.loc[known, name] - 1e-9).all(), name

    def test_names_are_made_of_the_topics_own_terms(self, found):
        terms = set(found["vocabulary"]["term"])
        names = found["measures"]["name"]
        assert not names.duplicated().any()
        assert all(set(name.split(" / ")) <= terms for name in names)

    def test_the_vocabulary_counts_items(self, found):
        counts = found["model"].named_steps["vectorizer"].transform(AGENDA["title"])
        expected = np.asarray((counts > 0).sum(axis=0)).ravel()
        assert found["vocabulary"]["n_items"].tolist() == expected.tolist()

    def test_shares_of_a_year_are_mean_weights(self, found):
        shares, weights = found["shares"], found["weights"]
        assert set(shares["topic"]) == set(weights.columns)
        rows = AGENDA["year"].to_numpy() == "2014"
        expected = weights[rows].mean()
        given = shares[shares["period"] == "2014"].set_index("topic")["share"]
        assert given.to_numpy() == pytest.approx(expected[given.index].to_numpy())

    def test_the_matched_theme_is_that_of_the_pairs(self, found):
        matches = found["matches"]
        by_topic = matches[matches["is_match"]].set_index("topic")["theme"].to_dict()
        given = found["measures"].set_index("topic")["matched_theme"]
        assert given[given != ""].to_dict() == by_topic
        assert "other" not in set(given)

    def test_uncovered_are_those_of_the_pairs(self, found):
        matches = found["matches"]
        best = matches[matches["theme"] != "other"].groupby("theme")["f1"].max()
        assert set(found["uncovered_themes"]["theme"]) == set(best.index[~(best >= 0.3)])
        best = matches[matches["theme"] != "other"].groupby("topic")["share_of_topic"].max()
        assert set(found["uncovered_topics"]["topic"]) == set(best.index[~(best >= 0.5)])

    def test_the_model_is_the_fitted_pipeline(self, found):
        titles = AGENDA.set_index("item_id")["title"]
        pd.testing.assert_frame_equal(topic_weights(found["model"], titles), found["weights"])

    def test_the_dominant_topic_weighs_most(self):
        found = describe_topics(
            *(AGENDA, TABLE, THEMES), kind="nmf", n_topics=4, pool="item", random_state=3
        )
        titles = AGENDA.set_index("item_id")["title"]
        model = fit_topics(make_topic_model(n_topics=4, random_state=3), titles)
        weights = topic_weights(model, titles)
        topics = found["items"].set_index("item_id")["topic"]
        known = weights.sum(axis=1) > 0
        assert (topics[known] == weights[known].idxmax(axis=1)).all()
        assert (topics[~known] == "").all()
        assert found["n_texts"] == len(titles)
        assert found["n_terms"] == len(model.named_steps["vectorizer"].vocabulary_)

    def test_the_same_every_time(self):
        one, other = (describe_topics(AGENDA, TABLE, THEMES, n_topics=3) for _ in range(2))
        assert one.keys() == other.keys()
        for name, value in one.items():
            if isinstance(value, pd.DataFrame):
                pd.testing.assert_frame_equal(value, other[name], check_exact=True)
            elif name == "model":
                pairs = [f[name].named_steps["topics"].components_ for f in (one, other)]
                assert np.array_equal(*pairs)
            else:
                assert value == other[name]

    @pytest.mark.parametrize("pool", ["item", "meeting", "body_year"])
    @pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
    def test_too_small_an_agenda_has_a_reason(self, n, pool):
        found = describe_topics(AGENDA.head(n), TABLE, THEMES, pool=pool)
        assert list(found) == ["reason"]
        ja, en = found["reason"]
        assert "文書" in ja
        assert "texts" in en

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"kind": "lsa"}, "unknown topic model 'lsa'"),
            ({"pool": "year"}, "unknown pool 'year'"),
            ({"n_topics": 1}, "n_topics is 1"),
        ],
    )
    def test_wrong_settings_are_no_reason_but_refused(self, settings, message):
        with pytest.raises(SettingsError, match=message):
            describe_topics(AGENDA, TABLE, THEMES, **settings)

    def test_a_topic_on_no_themes_items_has_no_theme(self):
        found = describe_topics(AGENDA, TABLE.head(0), THEMES, n_topics=3)
        assert np.allclose(found["measures"]["theme_share"], 0)
        assert found["measures"]["theme"].tolist() == ["", "", ""]

    def test_texts_too_few_to_be_drawn_again_have_no_stability(self):
        # Invented titles: two meetings, two topics; a sample of one meeting has too few texts.
        agenda = pd.DataFrame(
            {
                "item_id": ["i1", "i2", "i3", "i4"],
                "meeting_id": ["m1", "m1", "m1", "m1"],
                "body": "会議",
                "date": "2010-01-01",
                "date_precision": "day",
                "year": "2010",
                "title": ["電子政府の構築計画", "電子政府の構築計画", "防災訓練", "防災訓練"],
            }
        )
        found = describe_topics(agenda, TABLE.head(0), ["a"], n_topics=2, pool="item", n_runs=3)
        assert found["measures"]["stability"].isna().all()
        assert found["seed_stability"] == {}
        assert found["measures"]["share_low"].isna().all()  # one meeting
        assert found["uncovered_themes"]["reason"].tolist() == ["no_items"]

    def test_other_seeds_are_other_fits(self, found):
        seeds = found["seed_stability"]
        assert seeds["n_runs"] == 4
        assert 0 <= seeds["low"] <= seeds["value"] <= seeds["high"] <= 1
        if found["kind"] == "nmf":  # its start is computed from the texts
            assert (seeds["n_same"], round(seeds["value"], 2)) == (4, 1.0)
        else:
            assert seeds["value"] < 1
