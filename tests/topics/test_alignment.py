import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.topics.alignment import align_topics, closest_themes, match_themes

WEIGHTS = pd.DataFrame(
    {"topic_01": [0.6, 0.2, 0.0], "topic_02": [0.4, 0.8, 0.0], "topic_03": [0.0, 0.0, 0.0]},
    index=pd.Index(["i1", "i2", "i3"], name="item_id"),
)
# i1 has two themes, one of them noted twice; i9 is not among the items.
TABLE = pd.DataFrame(
    {
        "item_id": ["i1", "i1", "i1", "i2", "i9"],
        "theme": ["security", "egov_plan", "security", "egov_plan", "security"],
    }
)
MEETINGS = pd.Series({"i1": "m1", "i2": "m1", "i3": "m2"})


class TestAlignTopics:
    def test_by_hand(self):
        found = align_topics(WEIGHTS, TABLE, ["egov_plan", "security", "other"])
        assert (found.index.name, found.columns.name) == ("topic", "theme")
        assert found.columns.tolist() == ["egov_plan", "security", "other"]
        assert found.loc["topic_01"].tolist() == pytest.approx([1.0, 0.6 / 0.8, 0.0])
        assert found.loc["topic_02"].tolist() == pytest.approx([1.0, 0.4 / 1.2, 0.0])
        assert found.loc["topic_03"].isna().all()  # no weight, no share

    def test_rows_of_the_table_may_come_in_any_order(self):
        pd.testing.assert_frame_equal(
            align_topics(WEIGHTS, TABLE[::-1], ["egov_plan", "security"]),
            align_topics(WEIGHTS, TABLE, ["egov_plan", "security"]),
        )

    def test_no_themes_given_to_any_item(self):
        found = align_topics(WEIGHTS, TABLE.head(0), ["security"])
        assert found["security"].tolist()[:2] == [0.0, 0.0]


class TestClosestThemes:
    def test_is_the_greatest_of_the_alignment(self):
        found = closest_themes(WEIGHTS, TABLE, MEETINGS, ["security", "egov_plan"])
        assert found["topic"].tolist() == WEIGHTS.columns.tolist()
        assert found["theme"].tolist() == ["egov_plan", "egov_plan", ""]
        assert found["theme_share"].tolist() == [1.0, 1.0, 0.0]
        # Every draw gives all of the weight, or none: nothing to learn from.
        assert found["theme_share_low"].isna().all()

    def test_no_theme_and_no_meeting_are_refused(self):
        with pytest.raises(SettingsError, match="there is no theme to compare with"):
            closest_themes(WEIGHTS, TABLE, MEETINGS, [])
        with pytest.raises(SettingsError, match=r"1 items have no meeting, such as 'i3'"):
            closest_themes(WEIGHTS, TABLE, MEETINGS[:2], ["security"])

    def test_ties_go_to_the_first_theme(self):
        table = pd.DataFrame({"item_id": ["i1", "i1"], "theme": ["b", "a"]})
        for themes in (["a", "b"], ["b", "a"]):
            found = closest_themes(WEIGHTS, table, MEETINGS, themes)
            assert found["theme"].tolist() == [themes[0], themes[0], ""]

    def test_intervals_hold_the_share(self):
        rng = np.random.default_rng(3)
        ids = [f"i{n}" for n in range(60)]
        weights = pd.DataFrame(rng.dirichlet([0.3] * 3, 60), index=ids, columns=["x", "y", "z"])
        table = pd.DataFrame({"item_id": ids, "theme": rng.choice(["a", "b"], 60)})
        meetings = pd.Series([f"m{n // 3}" for n in range(60)], index=ids)
        found = closest_themes(weights, table, meetings, ["a", "b"])
        assert (found["theme_share_low"] < found["theme_share"]).all()
        assert (found["theme_share"] < found["theme_share_high"]).all()


# Invented: i1–i4 in topic_01, i5–i6 in topic_02, i7 has no topic.
TOPICS = pd.DataFrame(
    {
        "item_id": [f"i{n}" for n in range(1, 8)],
        "meeting_id": ["m1", "m1", "m2", "m3", "m3", "m4", "m5"],
        "topic": ["topic_01"] * 4 + ["topic_02"] * 2 + [""],
    }
)
THEMED = pd.DataFrame(
    {
        "item_id": ["i1", "i2", "i2", "i3", "i5", "i6", "i7", "i7"],
        "theme": ["a", "a", "b", "a", "other", "other", "b", "b"],
    }
)
NAMES, THEMES = ["topic_01", "topic_02", "topic_03"], ["a", "b", "c", "other"]


def pair(found, topic, theme):
    return found[(found["topic"] == topic) & (found["theme"] == theme)].iloc[0]


class TestMatchThemes:
    def test_by_hand(self):
        found = match_themes(TOPICS, THEMED, NAMES, THEMES, fallback="other")
        assert len(found) == len(NAMES) * len(THEMES)
        assert found["topic"].tolist()[:5] == ["topic_01"] * 4 + ["topic_02"]
        assert found["theme"].tolist()[:4] == THEMES
        row = pair(found, "topic_01", "a")
        assert (row["n_topic"], row["n_theme"], row["n_both"]) == (4, 3, 3)
        assert (row["share_of_topic"], row["share_of_theme"]) == (0.75, 1.0)
        assert row["f1"] == pytest.approx(6 / 7)
        assert row["lift"] == pytest.approx(3 / (4 * 3 / 7))
        assert row["is_match"]
        row = pair(found, "topic_02", "other")  # all of it, but the fallback is never matched
        assert (row["n_both"], row["f1"], row["is_match"]) == (2, 1.0, False)
        row = pair(found, "topic_03", "c")  # neither has an item
        assert (row["n_topic"], row["n_theme"], row["n_both"], row["is_match"]) == (0, 0, 0, False)
        assert row[["share_of_topic", "share_of_theme", "f1", "lift"]].isna().all()

    def test_where_every_draw_is_the_same_the_units_are_meetings(self):
        from cio_topics.intervals import wilson_interval

        found = match_themes(TOPICS, THEMED, NAMES, THEMES)
        row = pair(found, "topic_02", "other")  # 2 of 2 items, in 2 meetings
        low, high = wilson_interval(np.array([2.0]), np.array([2.0]))
        assert row["share_of_topic_low"] == pytest.approx(low[0])
        assert row["share_of_topic_high"] == pytest.approx(high[0])
        assert np.isnan(row["f1_low"])
        row = pair(found, "topic_01", "c")  # 0 of 4, in 3 meetings
        low, high = wilson_interval(np.array([0.0]), np.array([3.0]))
        assert row["share_of_topic_high"] == pytest.approx(high[0])

    def test_where_every_draw_is_the_same_the_interval_holds_the_share(self):
        """Six meetings of ten items, one item in each with the theme: the share is always 0.1."""
        rows = [(f"i{m}{n}", f"m{m}", "A") for m in range(6) for n in range(10)]
        topics = pd.DataFrame(rows, columns=["item_id", "meeting_id", "topic"])
        table = pd.DataFrame({"item_id": [f"i{m}0" for m in range(6)], "theme": "a"})
        (row,) = match_themes(topics, table, ["A"], ["a"]).to_dict("records")
        assert row["share_of_topic"] == pytest.approx(0.1)
        assert row["share_of_topic_low"] <= 0.1 <= row["share_of_topic_high"] < 1

    def test_one_meeting_has_no_interval(self):
        alone = TOPICS.assign(meeting_id="m1")
        found = match_themes(alone, THEMED, NAMES, THEMES)
        bounds = [column for column in found if column.endswith(("_low", "_high"))]
        assert len(bounds) == 6
        assert found[bounds].isna().all(axis=None)

    def test_no_theme_at_all(self):
        found = match_themes(TOPICS, THEMED.head(0), NAMES, THEMES)
        assert (found["n_both"] == 0).all()
        assert not found["is_match"].any()

    def test_unknown_fallback(self):
        with pytest.raises(SettingsError, match="the fallback 'misc' is none of the themes"):
            match_themes(TOPICS, THEMED, NAMES, THEMES, fallback="misc")

    def test_the_order_of_rows_changes_nothing(self):
        found = match_themes(TOPICS, THEMED, NAMES, THEMES)
        again = match_themes(TOPICS[::-1], THEMED[::-1], NAMES, THEMES)
        pd.testing.assert_frame_equal(found, again)

    @given(seed=st.integers(0, 2**16))
    def test_against_sets_and_every_assignment(self, seed):
        from itertools import permutations

        rng = np.random.default_rng(seed)
        ids = [f"i{n}" for n in range(12)]
        topics = pd.DataFrame(
            {
                "item_id": ids,
                "meeting_id": rng.choice(["m1", "m2", "m3", "m4"], 12),
                "topic": rng.choice([*NAMES, ""], 12),
            }
        )
        rows = rng.integers(0, 2, (12, 3)).nonzero()
        table = pd.DataFrame(
            {"item_id": np.array(ids)[rows[0]], "theme": np.array(["a", "b", "c"])[rows[1]]}
        )
        found = match_themes(topics, table, NAMES, ["a", "b", "c"], n_resamples=20)
        own = {name: set(topics["item_id"][topics["topic"] == name]) for name in NAMES}
        other = {name: set(table["item_id"][table["theme"] == name]) for name in "abc"}
        scores = {}
        for row in found.itertuples():
            one, two = own[row.topic], other[row.theme]
            assert (row.n_topic, row.n_theme, row.n_both) == (len(one), len(two), len(one & two))
            scores[row.topic, row.theme] = (
                2 * len(one & two) / (len(one) + len(two)) if one or two else 0.0
            )
            assert np.nan_to_num(row.f1) == pytest.approx(scores[row.topic, row.theme])
            for name in ("share_of_topic", "share_of_theme"):
                low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
                assert np.isnan(low) or 0 <= low <= high <= 1
        matched = found[found["is_match"]]
        assert not matched["topic"].duplicated().any()
        assert not matched["theme"].duplicated().any()
        best = max(
            sum(scores[pair] for pair in zip(NAMES, themes, strict=True))
            for themes in permutations("abc")
        )
        assert matched["f1"].sum() == pytest.approx(best)
