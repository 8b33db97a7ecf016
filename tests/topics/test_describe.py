import numpy as np
import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.themes import theme_table
from cio_topics.topics import describe_topics, fit_topics, make_topic_model, topic_weights

CORPUS = read_example()
AGENDA = CORPUS.agenda()
TABLE = theme_table(CORPUS)
THEMES = read_codebook().ids


@pytest.fixture(scope="module", params=[("nmf", "meeting"), ("lda", "body_year")])
def found(request):
    kind, pool = request.param
    return describe_topics(AGENDA, TABLE, THEMES, kind=kind, pool=pool, n_topics=6)


class TestDescribeTopics:
    def test_measures_fit_the_other_tables(self, found):
        measures, items = found["measures"], found["items"]
        assert measures.columns.tolist() == [
            *("topic", "n_runs", "stability", "stability_low", "stability_high"),
            *("coherence", "share", "n_items", "theme", "theme_share"),
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

    def test_the_dominant_topic_weighs_most(self):
        found = describe_topics(AGENDA, TABLE, THEMES, n_topics=4, pool="item", random_state=3)
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
                pd.testing.assert_frame_equal(value, other[name])
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
