from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.text import split_title, split_titles
from cio_topics.themes import theme_table
from cio_topics.tokens import Tokenizer
from cio_topics.topics import POOLS, make_topic_model, pool_titles
from cio_topics.topics.pooling import POOLINGS, TitlePooler, pool_counts
from cio_topics.vectors import make_vectorizer

CORPUS = read_example()

# Invented rows.
AGENDA = pd.DataFrame(
    {
        "item_id": ["a1", "a2", "a3", "a4", "a5"],
        "meeting_id": ["m2", "m1", "m2", "m3", "m1"],
        "body": ["乙", "甲", "乙", "乙", "甲"],
        "year": ["2010", "2009", "2010", "2010", "2009"],
        "title": ["電子", "政府", "計画", "電子", "評価"],
    }
)
# Invented themes: a1 has two, a4 and a5 have none, zz is not in the agenda.
THEMES = pd.DataFrame(
    {
        "item_id": ["a3", "a1", "a1", "a2", "a1", "zz", "a4", "a5"],
        "theme": ["plan", "plan", "egov", "egov", "plan", "plan", "", None],
        "weight": 0.5,
    }
)


class TestPoolTitles:
    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            ("item", {"a1": "電子", "a2": "政府", "a3": "計画", "a4": "電子", "a5": "評価"}),
            ("meeting", {"m2": "電子。計画", "m1": "政府。評価", "m3": "電子"}),
            ("body_year", {"乙 2010": "電子。計画。電子", "甲 2009": "政府。評価"}),
        ],
    )
    def test_pools_in_order_of_first_appearance(self, by, expected):
        pooled = pool_titles(AGENDA, by)
        assert list(pooled.items()) == list(expected.items())

    def test_unknown_pool_refused(self):
        with pytest.raises(
            SettingsError, match=r"unknown pool 'year'; .* item, meeting, body_year, theme"
        ):
            pool_titles(AGENDA, "year")

    @pytest.mark.parametrize("by", POOLS)
    def test_the_agenda_is_left_as_it_was(self, by):
        agenda = AGENDA.copy()
        pool_titles(agenda, by)
        pd.testing.assert_frame_equal(agenda, AGENDA)

    @pytest.mark.parametrize("by", POOLS)
    def test_no_title_is_lost_in_the_corpus(self, by):
        agenda = read_example().agenda()
        pooled = pool_titles(agenda, by)
        titles = agenda["title"] if by == "item" else split_titles(agenda["title"])["core"]
        assert Counter("。".join(pooled).split("。")) == Counter("。".join(titles).split("。"))
        assert pooled.index.is_unique

    def test_no_compound_spans_two_titles(self):
        (text,) = pool_titles(AGENDA.iloc[[0, 2]], "meeting")
        assert Tokenizer()(text) == ["電子", "計画"]

    @pytest.mark.parametrize("by", ["meeting", "body_year"])
    def test_a_pool_has_the_terms_of_its_titles(self, by):
        agenda, tokenizer = read_example().agenda(), Tokenizer()
        pooled = Counter(t for text in pool_titles(agenda, by) for t in tokenizer(text))
        assert pooled == Counter(t for title in agenda["title"] for t in tokenizer(title))


class TestThemes:
    def test_several_themes_several_pools_and_none_alone(self):
        pooled = pool_titles(AGENDA, "theme", THEMES)
        assert list(pooled.items()) == [
            ("plan", "電子。計画"),
            ("egov", "電子。政府"),
            ("a4", "電子"),
            ("a5", "評価"),
        ]
        assert pooled.index.name == "theme"

    def test_every_item_of_the_corpus_is_where_its_themes_are(self):
        agenda, table = CORPUS.agenda(), theme_table(CORPUS)
        pooler = TitlePooler("theme").fit(agenda, table)
        found = {
            (pooler.item_ids_[item], pooler.pools_[pool])
            for item, pool in zip(*pooler.items_.nonzero(), strict=True)
        }
        assert found == set(zip(table["item_id"], table["theme"], strict=True))

    @pytest.mark.parametrize("table", [None, pd.DataFrame({"item_id": ["a1"]}), "themes"])
    def test_no_theme_table(self, table):
        with pytest.raises(SettingsError, match=r"no theme table; .* item_id and theme. Give"):
            TitlePooler("theme").fit(AGENDA, table)

    def test_a_theme_that_is_called_as_an_item(self):
        table = pd.DataFrame({"item_id": ["a1"], "theme": ["a5"]})
        with pytest.raises(SettingsError, match="'a5' is both a theme and an item without theme"):
            TitlePooler("theme").fit(AGENDA, table)

    def test_without_any_theme_all_are_alone(self):
        pooled = pool_titles(AGENDA, "theme", THEMES[:0])
        assert pooled.index.tolist() == AGENDA["item_id"].tolist()


class TestTitlePooler:
    @pytest.mark.parametrize("by", POOLINGS)
    def test_says_which_item_is_where(self, by):
        pooler = TitlePooler(by).fit(AGENDA, THEMES)
        assert pooler.item_ids_.tolist() == AGENDA["item_id"].tolist()
        assert pooler.items_.shape == (5, len(pooler.pools_))
        assert (np.diff(pooler.items_.indptr) >= 1).all()
        assert set(pooler.items_.data) == {1.0}
        texts = pooler.transform(AGENDA)
        assert texts.index.equals(pooler.pools_)
        for pool, text in enumerate(texts):
            rows = pooler.items_[:, [pool]].nonzero()[0]
            assert text == "。".join(AGENDA["title"][row] for row in sorted(rows))

    @pytest.mark.parametrize("by", POOLINGS)
    def test_an_empty_agenda_has_no_pools(self, by):
        pooler = TitlePooler(by).fit(AGENDA[:0], THEMES)
        texts = pooler.transform(AGENDA[:0])
        assert (len(texts), pooler.items_.shape) == (0, (0, 0))
        assert pooler.to_items(np.zeros((0, 3))).shape == (0, 3)
        assert pool_counts(csr_matrix((0, 4)), pooler.items_).shape == (0, 4)

    @pytest.mark.parametrize(
        ("titles", "text"),
        [
            (["", "乙", ""], "乙"),
            (["", "", ""], ""),
            (["甲", "", "丙"], "甲。丙"),
            (["資料1 甲(案)", "「乙」について", "について"], "甲。乙。について"),
        ],
    )
    def test_empty_titles_keep_their_row_and_their_pool(self, titles, text):
        agenda = pd.DataFrame({"item_id": list("xyz"), "meeting_id": "m", "title": titles})
        pooler = TitlePooler("meeting").fit(agenda)
        assert pooler.transform(agenda).to_dict() == {"m": text}
        assert pooler.to_items([[0.25, 0.75]]).index.tolist() == list("xyz")

    def test_undated_meetings_of_a_body_are_one_pool(self):
        pooled = pool_titles(
            AGENDA.assign(year=["unknown", "2009", "2010", "unknown", "2009"]), "body_year"
        )
        assert pooled.to_dict() == {
            "乙 unknown": "電子。電子",
            "甲 2009": "政府。評価",
            "乙 2010": "計画",
        }

    def test_another_agenda_has_its_own_pools(self):
        pooler = TitlePooler("meeting").fit(AGENDA)
        assert pooler.transform(AGENDA[3:]).to_dict() == {"m3": "電子", "m1": "評価"}
        assert pooler.pools_.tolist() == ["m2", "m1", "m3"]  # fitted ones stay

    def test_weights_come_back_to_the_items(self):
        pooler = TitlePooler("meeting").fit(AGENDA)
        table = pd.DataFrame({"topic_01": [0.1, 0.2, 0.3]}, index=["m1", "m2", "m3"])
        by_item = pooler.to_items(table)  # another order of the rows
        assert by_item["topic_01"].to_dict() == {
            "a1": 0.2,
            "a2": 0.1,
            "a3": 0.2,
            "a4": 0.3,
            "a5": 0.1,
        }
        assert by_item.index.name == "item_id"

    def test_an_item_of_several_pools_has_their_mean(self):
        pooler = TitlePooler("theme").fit(AGENDA, THEMES)
        by_item = pooler.to_items([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.25, 0.75]])
        assert by_item.to_numpy().tolist() == [[0.5, 0.5], [0, 1], [1, 0], [0.5, 0.5], [0.25, 0.75]]

    @pytest.mark.parametrize(
        ("weights", "message"),
        [
            (np.zeros((2, 2)), "have shape 2 x 2; expected a row for each of 3 pools"),
            (np.zeros(3), "have shape 3; expected"),
            (
                pd.DataFrame({"t": [0, 0, 0]}, index=["m1", "m2", "m9"]),
                r"rows m1, m2, m9, …; .* m2, m1, m3",
            ),
            (pd.DataFrame({"t": [0, 0, 0]}, index=["m1", "m2", "m2"]), "expected one of each pool"),
        ],
    )
    def test_rows_of_other_pools_refused(self, weights, message):
        with pytest.raises(SettingsError, match=message):
            TitlePooler("meeting").fit(AGENDA).to_items(weights)

    @pytest.mark.parametrize(
        ("agenda", "by", "message"),
        [
            (
                AGENDA.drop(columns="meeting_id"),
                "meeting",
                "no column meeting_id; expected item_id,",
            ),
            (AGENDA.drop(columns=["body", "title"]), "body_year", "no column body, title"),
            (AGENDA.assign(item_id="a1"), "item", "item 'a1' is twice"),
        ],
    )
    def test_agendas_that_cannot_be_pooled(self, agenda, by, message):
        with pytest.raises(SettingsError, match=message):
            TitlePooler(by).fit(agenda)

    def test_it_is_an_estimator(self):
        pooler = TitlePooler("body_year")
        assert clone(pooler).get_params() == {"by": "body_year"}
        with pytest.raises(SettingsError, match="unknown pool"):
            pooler.set_params(by="x").fit(AGENDA)

    @pytest.mark.parametrize("by", POOLINGS)
    def test_it_stands_before_a_vectorizer_in_a_pipeline(self, by):
        agenda, table = CORPUS.agenda(), theme_table(CORPUS)
        steps = [("pooler", TitlePooler(by)), *make_topic_model("nmf", n_topics=4).steps]
        weights = Pipeline(steps).fit(agenda, table).transform(agenda)
        by_item = steps[0][1].to_items(weights)
        assert by_item.shape == (len(agenda), 4)
        assert by_item.index.tolist() == agenda["item_id"].tolist()


class TestPoolCounts:
    @pytest.mark.parametrize("by", POOLINGS)
    @pytest.mark.parametrize("compounds", ["both", "short"])
    def test_joined_titles_have_the_terms_of_the_sums_in_the_corpus(self, by, compounds):
        agenda, table = CORPUS.agenda(), theme_table(CORPUS)
        tokenizer = Tokenizer(compounds=compounds)
        vectorizer = make_vectorizer("count", tokenizer=tokenizer, min_df=1, max_df=1.0)
        by_item = vectorizer.fit_transform(agenda["title"])
        pooler = TitlePooler(by).fit(agenda, table)
        joined = vectorizer.transform(pooler.transform(agenda))
        summed = pool_counts(by_item, pooler.items_)
        assert summed.has_sorted_indices
        assert summed.dtype == by_item.dtype
        assert (joined != summed).nnz == 0

    @pytest.mark.parametrize(
        ("titles", "lost"),
        [
            # A title that is nothing but a mark ends the pool, and is the mark of the whole.
            (["計画", "(報告)"], "報告"),
            # A second label begins the pool, and is the label of the whole.
            (["資料1 資料2 計画", "評価"], "資料"),
        ],
    )
    def test_sums_have_terms_that_joined_titles_may_lose(self, titles, lost):
        agenda = pd.DataFrame({"item_id": ["x", "y"], "meeting_id": "m", "title": titles})
        vectorizer = make_vectorizer("count", min_df=1, max_df=1.0)
        by_item = vectorizer.fit_transform(titles)
        pooler = TitlePooler("meeting").fit(agenda)
        joined = vectorizer.transform(pooler.transform(agenda))
        column = vectorizer.vocabulary_[lost]
        assert pool_counts(by_item, pooler.items_)[0, column] == 1
        assert joined[0, column] == 0

    @pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
    def test_the_type_of_counts_is_kept(self, dtype):
        counts = csr_matrix(np.array([[1, 0], [2, 3]], dtype=dtype))
        pooled = pool_counts(counts, csr_matrix([[1.0], [1.0]]))
        assert pooled.dtype == dtype
        assert pooled.toarray().tolist() == [[3, 3]]

    def test_other_numbers_of_items_refused(self):
        with pytest.raises(SettingsError, match="counts have 2 rows and items 3"):
            pool_counts(csr_matrix((2, 2)), csr_matrix((3, 1)))


AGENDAS = st.lists(
    st.tuples(
        st.sampled_from(["m1", "m2", "m3"]),
        st.sampled_from(["甲", "乙"]),
        st.sampled_from(["2009", "2010", "unknown"]),
        st.sampled_from(["電子", "政府の計画", "", "資料1 評価(案)", "について"]),
        st.sets(st.sampled_from(["t1", "t2"])),
    ),
    max_size=12,
)


def tables(rows):
    """Return an agenda and a theme table."""
    columns = ["meeting_id", "body", "year", "title", "themes"]
    agenda = pd.DataFrame(rows, columns=columns)
    agenda.insert(0, "item_id", [f"i{n}" for n in range(len(agenda))])
    named = zip(agenda["item_id"], agenda["themes"], strict=True)
    themes = [(item, theme) for item, own in named for theme in sorted(own)]
    return agenda, pd.DataFrame(themes, columns=["item_id", "theme"])


class TestLaws:
    @given(AGENDAS, st.sampled_from(POOLINGS), st.integers(0, 2**32 - 1))
    def test_no_count_is_lost_or_made(self, rows, by, seed):
        agenda, table = tables(rows)
        pooler = TitlePooler(by).fit(agenda, table)
        counts = np.random.default_rng(seed).integers(0, 4, (len(agenda), 5))
        pooled = pool_counts(csr_matrix(counts), pooler.items_).toarray()
        n_pools = np.diff(pooler.items_.indptr)
        assert (pooled.sum(axis=0) == (counts * n_pools[:, None]).sum(axis=0)).all()
        if by != "theme":
            assert (n_pools == 1).all()

    @given(AGENDAS, st.sampled_from(POOLINGS))
    def test_every_core_is_in_its_pools(self, rows, by):
        agenda, table = tables(rows)
        pooler = TitlePooler(by).fit(agenda, table)
        texts = pooler.transform(agenda)
        cores = [split_title(title).core for title in agenda["title"]]
        own = agenda["title"].tolist() if by == "item" else cores
        for row, pool in zip(*pooler.items_.nonzero(), strict=True):
            assert own[row] in texts.iloc[pool].split("。") or not own[row]

    @given(AGENDAS, st.sampled_from(POOLINGS), st.randoms(use_true_random=False))
    def test_another_order_of_items_changes_nothing_but_the_order(self, rows, by, random):
        agenda, table = tables(rows)
        order = list(range(len(agenda)))
        random.shuffle(order)
        shuffled = agenda.iloc[order]
        one, other = (TitlePooler(by).fit(a, table) for a in (agenda, shuffled))
        texts, again = one.transform(agenda), other.transform(shuffled)
        assert set(texts.index) == set(again.index)
        for pool in texts.index:
            assert Counter(texts[pool].split("。")) == Counter(again[pool].split("。"))
        weights = pd.DataFrame({"w": np.arange(len(texts), dtype=float)}, index=texts.index)
        before, after = one.to_items(weights), other.to_items(weights)
        pd.testing.assert_frame_equal(before.loc[after.index], after)
        assert after.index.tolist() == shuffled["item_id"].tolist()

    @given(AGENDAS, st.sampled_from(POOLINGS))
    def test_rows_that_sum_to_one_still_do(self, rows, by):
        agenda, table = tables(rows)
        pooler = TitlePooler(by).fit(agenda, table)
        weights = np.random.default_rng(0).dirichlet(np.ones(3), len(pooler.pools_))
        sums = pooler.to_items(weights.reshape(-1, 3)).sum(axis=1)
        assert np.allclose(sums, 1.0)
