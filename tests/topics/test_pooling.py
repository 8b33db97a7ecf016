from collections import Counter

import pandas as pd
import pytest

from cio_topics.corpus import read_example
from cio_topics.errors import SettingsError
from cio_topics.text import split_titles
from cio_topics.tokens import Tokenizer
from cio_topics.topics import POOLS, pool_titles

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
            SettingsError, match=r"unknown pool 'year'; .* item, meeting, body_year"
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
