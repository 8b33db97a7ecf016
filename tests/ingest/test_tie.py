"""Handouts → their agenda lines: wording before number, and nothing where they disagree."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.ingest.records import AgendaLine, Handout
from cio_topics.ingest.tie import tie_handouts

AGENDA = [
    AgendaLine("開会", "ceremony"),
    AgendaLine("行動計画（案）について"),
    AgendaLine("「最適化指針」の改定"),
    AgendaLine("閉会", "ceremony"),
]


def tied(items, handouts):
    return [handout.item for handout in tie_handouts(items, handouts)]


class TestTieHandouts:
    @pytest.mark.parametrize(
        ("handouts", "expected"),
        [
            ([("資料1", "行動計画（案）"), ("資料2", "最適化指針の改定")], [1, 2]),
            ([("資料1", "甲の図"), ("資料2", "乙の図")], [1, 2]),  # by number
            ([("資料1-1", "甲の図"), ("資料1-2", "乙の図"), ("資料2", "丙の図")], [1, 1, 2]),
            ([("資料2", "行動計画（案）"), ("資料1", "乙の図")], [1, None]),  # wording contradicts
            ([("資料1", "甲の図"), ("資料3", "乙の図")], [None, None]),  # no third subject
            ([("参考資料1", "甲の図"), ("参考資料2", "乙の図")], [None, None]),  # never by number
            ([("参考資料1", "「行動計画」について")], [1]),
            ([("資料1", "甲の図"), ("参考資料1", "乙の図")], [1, None]),
            ([("", "行動計画")], [1]),
            ([("", "計画")], [None]),  # too short to say anything
            ([], []),
        ],
    )
    def test_table(self, handouts, expected):
        assert tied(AGENDA, [Handout(title, label) for label, title in handouts]) == expected

    def test_a_wording_that_fits_two_lines_ties_to_none(self):
        items = [AgendaLine("行動計画の策定"), AgendaLine("行動計画の評価")]
        assert tied(items, [Handout("行動計画")]) == [None]

    def test_equal_goes_before_holding(self):
        items = [AgendaLine("行動計画の評価について"), AgendaLine("行動計画について")]
        assert tied(items, [Handout("行動計画（案）")]) == [1]

    def test_numbers_count_outermost_subjects(self):
        items = [AgendaLine("甲の事項"), AgendaLine("甲の細目", level=2), AgendaLine("乙の事項")]
        assert tied(items, [Handout("図", "資料1"), Handout("表", "資料2")]) == [0, 2]

    def test_a_wording_below_the_numbered_line_is_no_contradiction(self):
        items = [AgendaLine("甲の事項"), AgendaLine("細目の計画", level=2), AgendaLine("乙の事項")]
        assert tied(items, [Handout("細目の計画", "資料1"), Handout("表", "資料2")]) == [1, 2]

    @given(
        st.lists(
            st.builds(
                AgendaLine,
                st.text(st.sampled_from("計画案の「」()改定について評価"), max_size=12),
                st.sampled_from(["agenda", "ceremony"]),
                st.just(""),
                st.integers(1, 3),
            ),
            max_size=6,
        ),
        st.lists(
            st.builds(
                Handout,
                st.text(st.sampled_from("計画案の「」()改定について評価"), max_size=12),
                st.sampled_from(["", "資料1", "資料2-1", "資料0", "資料99", "参考資料1"]),
                item=st.none(),
            ),
            max_size=6,
        ),
    )
    def test_nothing_is_lost_and_only_subjects_are_tied(self, items, handouts):
        found = tie_handouts(items, handouts)
        assert [handout._replace(item=None) for handout in found] == handouts
        assert all(h.item is None or items[h.item].kind == "agenda" for h in found)


@pytest.mark.parametrize(
    "piece",
    [
        *("「", "(", "第", "資料1", " ", "案"),
        "について",
    ],
)
def test_hostile_titles_take_no_time(piece):
    title = (piece * 20_000)[:20_000]
    began = time.process_time()
    tie_handouts([AgendaLine(title), AgendaLine("計画の改定")], [Handout(title, "資料1")])
    assert time.process_time() - began < 4
