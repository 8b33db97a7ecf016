import pandas as pd
import pytest

from cio_topics.errors import SettingsError
from cio_topics.topics.alignment import match_themes
from cio_topics.topics.uncovered import uncovered_themes, uncovered_topics


def matches(topics: str, themes: str, *, meetings: str = "", fallback: str = "o") -> pd.DataFrame:
    """A letter an item: its topic (A–C, or -), its theme (a–c, o for the fallback, or -)."""
    ids = [f"i{n}" for n in range(len(topics))]
    table = pd.DataFrame(
        {"item_id": ids, "meeting_id": list(meetings) or ids, "topic": list(topics)}
    ).replace("-", "")
    given = pd.DataFrame({"item_id": ids, "theme": list(themes)})
    given = given[given["theme"] != "-"]
    return match_themes(table, given, list("ABC"), list("abco"), fallback=fallback)


class TestUncoveredThemes:
    @pytest.mark.parametrize(
        ("topics", "themes", "expected"),
        [
            ("AABBCC", "aabbcc", {}),
            ("AAAAAAAAAAAAAAA", "abbbbbbbbbbbbbb", {"a": ("absorbed", 1, "A"), "c": ("no_items", 0, "")}),
            # Each topic has one of six items of a, and nine others.
            ("A" * 10 + "B" * 10 + "C" * 10 + "---", "a" + "o" * 9 + "a" + "o" * 9 + "a" + "o" * 9 + "aaa",
             {"a": ("spread", 6, "A"), "b": ("no_items", 0, ""), "c": ("no_items", 0, "")}),
            # Six of seven items of a are in the large A; the best F1 is with the small B.
            ("A" * 100 + "B", "a" * 6 + "o" * 94 + "a",
             {"a": ("absorbed", 7, "A"), "b": ("no_items", 0, ""), "c": ("no_items", 0, "")}),
            # All items of c are in no topic.
            ("AABB--", "aabbcc", {"c": ("spread", 2, "")}),
        ],
    )  # fmt: skip
    def test_reasons(self, topics, themes, expected):
        found = uncovered_themes(matches(topics, themes), fallback="o")
        rows = {row.theme: (row.reason, row.n_items, row.topic) for row in found.itertuples()}
        assert rows == expected

    def test_the_bound_itself_is_found(self):
        # F1 of a with A: 2 * 3 / (10 + 10) = 0.3.
        given = matches("A" * 10 + "-" * 7, "aaa" + "o" * 7 + "a" * 7)
        assert "a" not in set(uncovered_themes(given, fallback="o")["theme"])
        assert "a" in set(uncovered_themes(given, fallback="o", least_f1=0.31)["theme"])

    def test_sure_if_the_whole_interval_is_below(self):
        given = matches("A" * 40 + "B" * 40, ("a" + "b" * 19) * 4)
        found = uncovered_themes(given, fallback="o").set_index("theme")
        assert found.at["a", "f1_high"] < 0.3
        assert found.at["a", "is_sure"]
        few = matches("A" * 6, "abbbbb", meetings="112233")
        found = uncovered_themes(few, fallback="o").set_index("theme")
        assert found.at["a", "f1_high"] > 0.3
        assert not found.at["a", "is_sure"]

    @pytest.mark.parametrize("least", [-0.1, 1.1, float("nan")])
    def test_bounds_are_shares(self, least):
        with pytest.raises(SettingsError, match="expected a number from 0 to 1"):
            uncovered_themes(matches("A", "a"), least_f1=least)
        with pytest.raises(SettingsError, match="expected a number from 0 to 1"):
            uncovered_topics(matches("A", "a"), least_share=least)


class TestUncoveredTopics:
    @pytest.mark.parametrize(
        ("topics", "themes", "expected"),
        [
            ("AABBCC", "aabbcc", {}),
            # Two topics divide one theme: both are covered.
            ("AABBCC", "aaaacc", {}),
            ("AAAABBC", "abcoaab", {"A": ("mixed", 4, "a")}),
            ("AAABBC", "aooaac", {"A": ("no_theme", 3, "a")}),
            ("AAABB", "---aa", {"A": ("no_theme", 3, ""), "C": ("no_items", 0, "")}),
            ("AAAABBC", "aaooabb", {}),  # half of the items are enough
        ],
    )
    def test_reasons(self, topics, themes, expected):
        found = uncovered_topics(matches(topics, themes), fallback="o")
        rows = {row.topic: (row.reason, row.n_items, row.theme) for row in found.itertuples()}
        assert rows == expected

    def test_without_a_fallback_every_theme_covers(self):
        given = matches("AAABBC", "oooaac", fallback="")
        assert uncovered_topics(given)["topic"].tolist() == []

    def test_no_items_at_all(self):
        found = uncovered_topics(matches("---", "abc"), fallback="o")
        assert found["reason"].tolist() == ["no_items"] * 3
        assert not found["is_sure"].any()
