"""What the cells work on."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.corpus import read_example, write_corpus
from cio_topics.errors import SettingsError, TooSmallError
from cio_topics.experiments.design import Resample
from cio_topics.experiments.material import draw_items, read_material
from tests.experiments.conftest import HEAD


class TestRead:
    def test_the_embedded_corpus(self, write_design):
        material = read_material(write_design(HEAD))
        corpus = read_example()
        assert list(material.agenda["item_id"]) == list(corpus.agenda()["item_id"])
        assert material.corpus_hash == corpus.hash
        labels = corpus.theme_labels
        assert material.labels["item_id"].nunique() == len(labels)
        # every coded theme, the first one first
        for item, themes in labels[["item_id", "themes"]].head(20).to_numpy():
            rows = material.labels[material.labels["item_id"] == item]
            assert list(rows["theme"]) == themes.split(";")

    def test_a_corpus_of_the_users(self, write_design, tmp_path):
        write_corpus(read_example().filter(bodies=["IT戦略本部"]), tmp_path / "own")
        material = read_material(write_design(HEAD + '[corpus]\npath = "own"\n'))
        assert set(material.agenda["body"]) == {"IT戦略本部"}

    def test_filters(self, write_design):
        text = '[corpus]\nbodies = ["IT戦略本部"]\nsince = "2003-01-01"\nuntil = "2003-12-31"\n'
        material = read_material(write_design(HEAD + text))
        assert set(material.agenda["year"]) == {"2003"}

    def test_nothing_left(self, write_design):
        with pytest.raises(TooSmallError, match=r"no item is left of the corpus of how_many\.toml"):
            read_material(write_design(HEAD + '[corpus]\nuntil = "1990-01-01"\n'))

    def test_one_group_cannot_be_drawn_from(self, write_design):
        text = '[corpus]\nbodies = ["IT戦略本部"]\n[resample]\nby = "body"\n'
        with pytest.raises(TooSmallError, match="draws from each body, and there is only one"):
            read_material(write_design(HEAD + text))
        assert read_material(write_design(HEAD + '[resample]\nby = "body"\n')).n_groups > 1

    def test_no_such_body(self, write_design):
        with pytest.raises(SettingsError, match="no item has body '会議'; the corpus has: "):
            read_material(write_design(HEAD + '[corpus]\nbodies = ["会議"]\n'))


AGENDA = pd.DataFrame(
    {
        "item_id": [f"i{n:02d}" for n in range(40)],
        "meeting_id": [f"m{n // 4}" for n in range(40)],
        "body": [f"b{n // 20}" for n in range(40)],
    }
)


class TestDraw:
    @given(
        st.sampled_from(["meeting", "item", "body"]),
        st.integers(1, 50),
        st.floats(0.01, 0.99),
    )
    def test_draws_whole_groups_once_and_in_order(self, by, draw, share):
        column = {"meeting": "meeting_id", "item": "item_id", "body": "body"}[by]
        found = draw_items(AGENDA, Resample(by, 50, share), draw)
        assert found.index.is_monotonic_increasing
        assert not found["item_id"].duplicated().any()
        chosen = set(found[column])
        assert len(found) == AGENDA[column].isin(chosen).sum()
        n_groups = AGENDA[column].nunique()
        expected = max(1, round(share * n_groups))
        assert len(chosen) == min(expected, n_groups - 1)  # one is left out, or draws are alike

    def test_draws_differ_and_come_back(self):
        resample = Resample("meeting", 5, 0.5)
        sets = [frozenset(draw_items(AGENDA, resample, n)["item_id"]) for n in (1, 2, 3, 1)]
        assert len(set(sets)) == 3
        assert sets[0] == sets[3]

    def test_no_draw_is_all(self):
        assert draw_items(AGENDA, None, 0) is AGENDA
        assert draw_items(AGENDA, Resample(), 0) is AGENDA
