"""The section on topics: every number with what it counts, and words for what is missing."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from cio_topics.codebook import read_codebook
from cio_topics.corpus import read_example
from cio_topics.report import ReportSettings, summarize
from cio_topics.report.page import bounds, percent
from cio_topics.report.render import render
from cio_topics.report.topic_labels import TOPIC_LABELS
from cio_topics.report.topic_rows import shade, topic_numbers, topic_section


@pytest.fixture(scope="module")
def summary() -> dict:
    settings = ReportSettings(n_topics=5)
    return summarize(read_example(), read_codebook(), settings)


@pytest.fixture(scope="module")
def section(summary) -> dict:
    return topic_section(summary)


def test_a_row_a_topic(summary, section):
    measures = summary["topics"]["measures"]
    assert [row["id"] for row in section["rows"]] == measures["topic"].tolist()
    assert [row["n_items"] for row in section["rows"]] == measures["n_items"].tolist()
    for row, given in zip(section["rows"], measures.itertuples(), strict=True):
        assert row["share"] == f"{100 * given.share:.0f}"
        assert row["share_bounds"] == f"[{100 * given.share_low:.0f}–{100 * given.share_high:.0f}]"
        assert row["link"] == f"#items?topic={given.topic}"
        assert len(row["titles"]) == 5


def test_the_note_says_what_other_seeds_do(summary, section):
    assert "In 10 fits that differ by their seed alone, stability is 1.00 [" in section["note"]
    assert "重みまで同じだったのは10回です。" in section["note"]
    alone = {**summary, "topics": {**summary["topics"], "seed_stability": {}}}
    assert "seed" not in topic_section(alone)["note"]


def test_shares_by_year_link_where_there_are_items(summary, section):
    n_items = summary["items"].groupby(["year", "topic"]).size()
    shares = summary["topics"]["shares"].set_index(["topic", "period"])
    periods = [period["period"] for period in section["year"]["periods"]]
    for topic, row in zip(shares.index.unique("topic"), section["year"]["rows"], strict=True):
        for period, cell in zip(periods, row["cells"], strict=True):
            assert bool(cell["link"]) == ((period, topic) in n_items.index)
            share = shares.at[(topic, period), "share"]
            assert cell["percent"] == ("" if pd.isna(share) else f"{100 * share:.0f}")


def test_framed_cells_are_the_pairs_that_agree(summary):
    matches = summary["topics"]["matches"].copy()
    weak = matches["is_match"].idxmax()
    matches.loc[weak, "f1"] = 0.29
    section = topic_section(without(summary, matches=matches))
    found = {
        (row["topic"], theme)
        for row in section["alignment"]
        for theme, cell in zip(section["themes"], row["cells"], strict=True)
        if cell["matched"]
    }
    wanted = matches[matches["is_match"] & (matches["f1"] >= 0.3)]
    assert weak not in wanted.index
    assert found == set(zip(wanted["topic"], wanted["theme"], strict=True))


def test_uncovered_rows_count_the_items_they_open(summary, section):
    items = summary["items"]
    themes = items["themes"].str.split(";")
    for row in section["themes_without"] + section["topics_without"]:
        has_theme = themes.map(lambda given, theme=row["theme"]: theme in given)
        assert row["n_both"] == (has_theme & (items["topic"] == row["topic"])).sum()
        assert bool(row["link"]) == (row["n_items"] > 0)
    for row in section["topics_without"]:
        assert row["n_items"] == (items["topic"] == row["topic"]).sum()


def test_every_reason_has_words():
    reasons = {key for key in TOPIC_LABELS if key.startswith("reason_")}
    assert reasons == {
        f"reason_{name}" for name in ("no_items", "absorbed", "spread", "no_theme", "mixed")
    }


def test_numbers_are_those_of_the_order():
    measures = pd.DataFrame({"topic": ["topic_01", "topic_02"], "name": ["甲", "乙"]})
    assert topic_numbers(measures) == {"topic_01": "1 甲", "topic_02": "2 乙"}


def test_without_topics_only_the_reason():
    reason = ("理由", "why")
    assert topic_section({"topics": {"reason": reason}}) == {"reason": reason}


@pytest.mark.parametrize(
    ("share", "expected"),
    [(np.nan, 0), (0.0, 0), (0.01, 1), (0.1, 1), (0.11, 2), (0.36, 4), (0.71, 6), (1.0, 6)],
)
def test_shades(share, expected):
    assert shade(share) == expected


def test_what_is_no_number_is_empty():
    assert percent(np.nan) == ""
    assert percent(0.125, 1) == "12.5"
    assert bounds(np.nan, 0.5) == bounds(0.5, np.nan) == ""
    assert bounds(0.05, 0.5) == "[5–50]"


MANIFEST = {
    "command": "",
    "corpus": {"sha256": ""},
    "codebook": {"version": "1", "rules_version": "1", "sha256": ""},
    "settings": {},
    "dictionary": "",
    "font": "",
    "cio_topics": "",
    "versions": {},
}


def rendered(summary: dict) -> str:
    manifest = {**MANIFEST, "settings": summary["settings"]}
    names = ("themes_by_year", "themes_by_administration", "meetings")
    figures = {name: {"ja": "<svg></svg>", "en": "<svg></svg>"} for name in names}
    page = render(summary, {**figures, "topics_by_year": {"": "<svg></svg>"}}, manifest)
    return re.search(r'<section id="topics">.*?</section>', page, re.DOTALL)[0]


def without(summary: dict, **tables: pd.DataFrame) -> dict:
    return {**summary, "topics": {**summary["topics"], **tables}}


def test_all_parts_are_on_the_page(summary):
    page = rendered(summary)
    for name in ("topics-table", "topic-map", "topics-year", "topics-themes"):
        assert f'id="{name}"' in page
    assert not re.search(r"\bnan\b", page)


def test_everything_covered_is_said(summary):
    topics = summary["topics"]
    page = rendered(
        without(
            summary,
            uncovered_themes=topics["uncovered_themes"].head(0),
            uncovered_topics=topics["uncovered_topics"].head(0),
        )
    )
    assert TOPIC_LABELS["no_uncovered_themes"][0].format(least=0.3) in page
    assert TOPIC_LABELS["no_uncovered_topics"][0].format(least=50) in page
    assert 'id="themes-without"' not in page


def test_themes_without_items_take_one_line(summary, section):
    known = summary["topics"]["uncovered_themes"].set_index("theme")["n_items"]
    assert section["themes_absent"] == list(known.index[known == 0])
    assert [row["theme"] for row in section["themes_without"]] == list(known.index[known > 0])
    bare = without(
        summary, uncovered_themes=summary["topics"]["uncovered_themes"].assign(n_items=0)
    )
    page = rendered(bare)
    assert TOPIC_LABELS["themes_absent"][0] in page
    assert 'id="themes-without"' not in page


def test_a_topic_without_items_and_measures_that_are_missing(summary):
    names = ["stability", "stability_low", "stability_high", "coherence", "share_low", "share_high"]
    measures = summary["topics"]["measures"].copy()
    measures[names] = np.nan
    measures["n_items"] = 0
    measures["theme"] = ""
    page = rendered(without(summary, measures=measures))
    assert not re.search(r"\bnan\b", page)
    table = page[: page.index("</table>")]
    assert table.count('<span class="zero">0</span>') == len(measures)
    assert "None" not in page
