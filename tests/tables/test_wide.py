"""Tables wider or longer than a page, and what they look like in print."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.tables import Printed, printed_text
from cio_topics.tables.wide import columns_of, page_parts, text_width


def table(n_rows: int, n_columns: int, cell: str = "42.9 [15.8–75.0]") -> Printed:
    # Invented cells.
    columns = {f"{2000 + place} (n=7)": [cell] * n_rows for place in range(n_columns)}
    frame = pd.DataFrame({"テーマ": [f"t{row}" for row in range(n_rows)], **columns}, dtype="str")
    return Printed("Shares", frame, ("n: items.",), (False, *[True] * n_columns))


def test_what_fits_is_one_table():
    small = table(3, 2)
    assert page_parts(small, 80, 40) == [small]


@given(st.integers(1, 60), st.integers(1, 12), st.integers(20, 120), st.integers(5, 40))
def test_parts_hold_every_cell_once(n_rows, n_columns, width, rows):
    """Law: each cell stands in one part; no part is too long, or too wide but for one column."""
    whole = table(n_rows, n_columns)
    parts = page_parts(whole, width, rows)
    seen = [
        (name, row)
        for part in parts
        for name in part.table.columns[1:]
        for row in part.table["テーマ"]
    ]
    wanted = [(name, row) for name in whole.table.columns[1:] for row in whole.table["テーマ"]]
    assert sorted(seen) == sorted(wanted)
    for part in parts:
        assert len(part.table) <= rows
        assert sum(columns_of(part)) <= width or part.table.shape[1] == 2
        assert len(part.numeric) == part.table.shape[1]
    assert [part.notes for part in parts] == [()] * (len(parts) - 1) + [whole.notes]


@pytest.mark.parametrize(
    ("n_columns", "n_tables", "made_narrow"),
    [(2, 1, False), (5, 1, True), (26, 5, True)],  # 26 years with intervals: five tables
)
def test_latex_is_made_narrow_or_cut(n_columns, n_tables, made_narrow):
    text = printed_text(table(15, n_columns), "latex")
    assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == n_tables
    assert (r"\resizebox" in text) == made_narrow
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    if n_tables > 1:
        assert r"\caption{Shares (1/5)}" in text
        assert text.count("n: items.") == 1


def test_every_row_of_a_latex_table_has_its_columns():
    for body in re.findall(
        r"\\toprule\n(.*?)\\bottomrule", printed_text(table(50, 26), "latex"), re.S
    ):
        lines = [line for line in body.split("\n") if line.endswith(r"\\")]
        assert len({line.count("&") for line in lines}) == 1
        assert len(lines) <= 41


class _Tables(HTMLParser):
    """Collect tables as rows of texts, and every style."""

    def __init__(self):
        super().__init__()
        self.tables, self.styles, self.open = [], [], False

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self.styles.append(dict(attrs)["style"])
        self.open = tag in ("td", "th")

    def handle_endtag(self, tag):
        self.open = self.open and tag not in ("td", "th")

    def handle_data(self, data):
        if self.open:
            self.tables[-1][-1][-1] += data


def test_word_processors_get_style_in_every_cell_and_pages_that_hold_it():
    text = printed_text(table(15, 26), "word")
    parsed = _Tables()
    parsed.feed(text)
    assert len(parsed.tables) == 4
    assert all(len(rows) == 16 and len({*map(len, rows)}) == 1 for rows in parsed.tables)
    assert all("text-align" in style for style in parsed.styles)
    assert "mso-page-orientation:landscape" in text
    assert "mso-page-orientation" not in printed_text(table(15, 2), "word")


def test_a_japanese_character_takes_two_columns():
    assert text_width("電子gov") == 7
