"""Printed tables carry their n, and no name breaks out of its cell."""

import csv
import io
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tracking import PRINT_FORMATS, print_table, printed_table


def shares() -> pd.DataFrame:
    """Invented shares: two themes, a period with items, one without, one of a single meeting."""
    rows = [
        ("2004", "b", 3, 7, 3 / 7, 0.158, 0.750),
        ("2004", "a", 0, 7, 0.0, 0.0, 0.3543),
        ("2005", "b", 0, 0, np.nan, np.nan, np.nan),
        ("2005", "a", 0, 0, np.nan, np.nan, np.nan),
        ("unknown", "b", 2, 2, 1.0, np.nan, np.nan),  # no bootstrap interval
        ("unknown", "a", 1, 2, 0.5, np.nan, np.nan),
    ]
    columns = ["period", "theme", "n", "n_items", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("share", [["b", "42.9", "", "100.0"], ["a", "0.0", "", "50.0"]]),
        (
            "interval",
            [["b", "42.9 [15.8–75.0]", "", "100.0 [–]"], ["a", "0.0 [0.0–35.4]", "", "50.0 [–]"]],
        ),
        ("count", [["b", "3", "", "2"], ["a", "0", "", "1"]]),
    ],
)
def test_cells(cells, expected):
    table = printed_table(shares(), theme_names={}, period_names={}, cells=cells)
    assert table.values.tolist() == expected
    assert list(table) == ["Theme", "2004 (n=7)", "2005 (n=0)", "unknown (n=2)"]
    assert (table.dtypes == "str").all()


def test_names_are_printed_where_they_are_known():
    table = printed_table(
        shares(),
        theme_names={"a": "甲"},
        period_names={"2004": "2004年", "unknown": "不明"},
        theme_header="テーマ",
    )
    assert list(table) == ["テーマ", "2004年 (n=7)", "2005 (n=0)", "不明 (n=2)"]
    assert table["テーマ"].tolist() == ["b", "甲"]


def test_two_periods_of_the_same_name_keep_their_columns():
    table = printed_table(shares()[:4], theme_names={}, period_names={"2004": "x", "2005": "x"})
    assert list(table) == ["Theme", "x (n=7)", "x (n=0)"]


def test_unknown_settings():
    with pytest.raises(SettingsError, match=r"unknown cells 'percent'; .* share, interval, count"):
        printed_table(shares(), theme_names={}, period_names={}, cells="percent")
    with pytest.raises(SettingsError, match=r"unknown format 'pdf'; .* csv, markdown, latex, html"):
        print_table(pd.DataFrame({"Theme": ["a"]}), "pdf")


SMALL = pd.DataFrame({"Theme": ["甲", "b"], "2004 (n=7)": ["42.9", "0.0"]}, dtype="str")


@pytest.mark.parametrize(
    ("file_format", "expected"),
    [
        ("csv", "Theme,2004 (n=7)\n甲,42.9\nb,0.0\n"),  # the notes are not part of the data
        (
            "markdown",
            "**表 1**\n\n| Theme | 2004 (n=7) |\n|---|---:|\n| 甲 | 42.9 |\n| b | 0.0 |\n\n注 1\n注 2\n",
        ),
        (
            "latex",
            "\\begin{table}\n\\centering\n\\caption{表 1}\n\\begin{tabular}{lr}\n\\toprule\n"
            "Theme & 2004 (n=7) \\\\\n\\midrule\n甲 & 42.9 \\\\\nb & 0.0 \\\\\n\\bottomrule\n"
            "\\end{tabular}\n\\par\\footnotesize 注 1\n\\par\\footnotesize 注 2\n\\end{table}\n",
        ),
        (
            "html",
            "<table><caption>表 1</caption><thead><tr><th>Theme</th><th>2004 (n=7)</th></tr></thead>"
            '<tbody><tr><th scope="row">甲</th><td>42.9</td></tr>'
            '<tr><th scope="row">b</th><td>0.0</td></tr></tbody>'
            '<tfoot><tr><td colspan="2">注 1</td></tr><tr><td colspan="2">注 2</td></tr></tfoot>'
            "</table>\n",
        ),
    ],
)
def test_each_format_of_one_small_table(file_format, expected):
    assert print_table(SMALL, file_format, caption="表 1", notes=("注 1", "注 2")) == expected


@pytest.mark.parametrize("file_format", PRINT_FORMATS)
def test_without_caption_and_notes(file_format):
    text = print_table(SMALL, file_format)
    for trace in ("caption", "**", "footnotesize", "tfoot"):
        assert trace not in text


@pytest.mark.parametrize(
    ("name", "file_format", "escaped"),
    [
        ("a|b", "markdown", r"| a\|b |"),
        ("_a_*b*", "markdown", r"| \_a\_\*b\* |"),
        ("<script>alert(1)</script>", "markdown", r"\<script\>"),
        ("[x](javascript:y)", "markdown", r"\[x\](javascript:y)"),
        ("a\nb", "markdown", "| a b |"),
        ("a\\|b", "markdown", r"| a\\\|b |"),  # a backslash of its own must not undo the escape
        ("50 %_&#$", "latex", r"50 \%\_\&\#\$"),
        (r"\input{/etc/passwd}", "latex", r"\textbackslash{}input\{/etc/passwd\}"),
        ("~^", "latex", r"\textasciitilde{}\textasciicircum{}"),
        ("<script>alert(1)</script>", "html", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('"><img src=x>', "html", "&quot;&gt;&lt;img src=x&gt;"),
        ("a&amp;b", "html", "a&amp;amp;b"),
        ("=cmd|' /C calc'!A0", "csv", "'=cmd"),
        ("@SUM(1)", "csv", "'@SUM"),
        ('a,"b"', "csv", '"a,""b"""'),
    ],
)
def test_hostile_names_stay_in_their_cell(name, file_format, escaped):
    table = pd.DataFrame({"Theme": ["a", name], "2004 (n=7)": ["1", "2"]}, dtype="str")
    assert escaped in print_table(table, file_format)
    if file_format != "csv":  # names in captions, notes and headers are escaped alike
        assert escaped.strip("| ") in print_table(SMALL, file_format, caption=name)
        assert escaped.strip("| ") in print_table(SMALL, file_format, notes=(name,))
        headed = SMALL.rename(columns={"2004 (n=7)": name})
        assert escaped.strip("| ") in print_table(headed, file_format)


@pytest.mark.parametrize("name", ["[x]", "*"])
def test_no_latex_row_begins_with_what_a_line_break_takes(name):
    table = pd.DataFrame({"Theme": ["a", name], "2004 (n=7)": ["1", "2"]}, dtype="str")
    assert not re.search(r"\\\\\s*[\[*]", print_table(table, "latex"))


def test_a_hostile_period_name_is_no_formula_in_the_header():
    """With by="body" the periods are names from the user's data."""
    table = printed_table(
        shares()[:2], theme_names={}, period_names={"2004": "=HYPERLINK(1)"}, theme_header="Theme"
    )
    header = next(csv.reader(io.StringIO(print_table(table, "csv"))))
    assert header[1].startswith("'=")


def test_two_columns_of_one_name_can_be_written():
    same = shares().assign(n_items=7)[:4]
    table = printed_table(same, theme_names={}, period_names={"2004": "x", "2005": "x"})
    assert print_table(table, "csv").startswith("Theme,x (n=7),x (n=7)\n")


names = st.text(st.sampled_from("甲aB1|_*%&<>[]{}\\`$#~^=+-@\"', \n"), min_size=1, max_size=12)


class _Cells(HTMLParser):
    """Collect the texts of cells and every tag."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.cells, self.tags = [], set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data


@given(st.lists(names, min_size=2, max_size=2), names)
def test_html_gives_back_every_name(themes, header):
    """Law: parsed again, the table has the same texts and no tag of their own."""
    table = pd.DataFrame({"Theme": themes, header: ["1", "2"]}, dtype="str")
    parser = _Cells()
    parser.feed(print_table(table, "html").removesuffix("\n"))
    parser.close()
    assert parser.cells == ["Theme", header, themes[0], "1", themes[1], "2"]
    assert parser.tags == {"table", "thead", "tbody", "tr", "th", "td"}


@given(st.lists(names, min_size=2, max_size=2), names)
def test_markdown_and_latex_keep_their_columns(themes, header):
    """Law: whatever the names, each row has exactly one separator between its two cells."""
    table = pd.DataFrame({"Theme": themes, header: ["1", "2"]}, dtype="str")
    lines = print_table(table, "markdown").split("\n")[:-1]
    assert len(lines) == 4
    plain = [re.sub(r"\\.", "", line) for line in lines]
    assert [line.count("|") for line in plain] == [3, 3, 3, 3]
    assert all(line.endswith("|") for line in plain)
    latex = print_table(table, "latex")
    assert len(re.findall(r"(?<!\\)&", latex)) == 3
    assert re.search(r"(?<!\\)[%#$^~]", latex) is None
