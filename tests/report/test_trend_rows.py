"""The section on themes that rose or fell. Its rows are invented."""

import numpy as np
import pandas as pd
import pytest

from cio_topics.corpus import Corpus, read_example
from cio_topics.report.trend_rows import report_trends, trend_rows
from cio_topics.themes import theme_table


@pytest.fixture(scope="module")
def trends():
    return report_trends(
        theme_table(read_example()), ("digital_gov", "it_strategy", "e_records"), 0
    )


def test_a_rise_and_a_fall_are_told_from_what_is_unclear(trends):
    assert trends.set_index("theme")["trend"].to_dict() == {
        "digital_gov": "rose",
        "it_strategy": "fell",
        "e_records": "unclear",
    }


def test_rows_have_their_numbers_and_items(trends):
    shown = trend_rows(trends)
    row = shown["rows"][1]
    assert (row["link"], row["trend"]) == ("#items?theme=it_strategy", "trend_fell")
    assert row["rise"]["text"] == f"−{abs(trends['rise'][1] * 100):.2f}"
    assert row["rise"]["interval"].startswith("[−")
    assert shown["facts"] == {"n_items": 307, "n_meetings": 163, "n_undated": 0}


def test_a_theme_that_never_occurs_has_no_row(trends):
    never = pd.concat([trends, trends.iloc[:1].assign(theme="never", n=0)])
    assert [row["theme"] for row in trend_rows(never)["rows"]] == list(trends["theme"])


def test_what_is_no_number_is_a_dash(trends):
    unknown = trends.assign(rise=np.nan, p_adjusted=np.nan, p_within=0.0004)
    row = trend_rows(unknown)["rows"][0]
    assert (row["rise"], row["p"], row["p_within"]) == (
        {"text": "–", "interval": ""},
        "–",
        "<0.001",
    )


def test_without_dates_there_is_no_trend():
    corpus = Corpus(
        {
            "meetings": pd.DataFrame(
                {"meeting_id": ["m"], "body": "試験会議", "date": "", "date_precision": "unknown"}
            ),
            "items": pd.DataFrame({"item_id": ["i"], "meeting_id": "m", "title": "試験"}),
        }
    )
    assert report_trends(theme_table(corpus, source="rules"), ("other",), 0) is None
    assert trend_rows(None) is None
