"""Printed tables in the formats of papers: no name breaks out of its cell."""

import csv
import io
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.errors import SettingsError
from cio_topics.tables import PRINT_FORMATS, Printed, printed_text

TEXTS = tuple(name for name in PRINT_FORMATS if name != "xlsx")


def written(table, file_format, *, caption="", notes=()):
    return printed_text(Printed(caption, table, notes), file_format)


@pytest.mark.parametrize("file_format", ["pdf", "xlsx"])  # a workbook is no text
def test_unknown_formats(file_format):
    with pytest.raises(SettingsError, match=r"unknown format .*; .* csv, markdown, latex, html"):
        written(pd.DataFrame({"Theme": ["a"]}, dtype="str"), file_format)


SMALL = pd.DataFrame({"Theme": ["甲", "b"], "2004 (n=7)": ["42.9", "0.0"]}, dtype="str")


@pytest.mark.parametrize(
    ("file_format", "expected"),
    [
        ("csv", "Theme,2004 (n=7)\n甲,42.9\nb,0.0\n"),  # the notes are not part of the data
        (
            "markdown",
            "**表 1**\n\n| Theme | 2004 (n=7) |\n|---|---:|\n| 甲 | 42.9 |\n| b | 0.0 |\n\n注 1  \n注 2  \n",
        ),
        (
            "latex",
            "\\begin{table}\n\\centering\n\\caption{表 1}\n\\begin{tabular}{lr}\n\\toprule\n"
            "Theme & 2004 (n=7) \\\\\n\\midrule\n甲 & 42.9 \\\\\nb & 0.0 \\\\\n\\bottomrule\n"
            "\\end{tabular}\n\\par\\raggedright\\footnotesize 注 1\n\\par\\raggedright\\footnotesize 注 2\n\\end{table}\n",
        ),
        (
            "html",
            '<table><caption>表 1</caption><thead><tr><th scope="col">Theme</th>'
            '<th scope="col" class="number">2004 (n=7)</th></tr></thead>'
            '<tbody><tr><th scope="row">甲</th><td class="number">42.9</td></tr>'
            '<tr><th scope="row">b</th><td class="number">0.0</td></tr></tbody>'
            '<tfoot><tr><td colspan="2">注 1</td></tr><tr><td colspan="2">注 2</td></tr></tfoot>'
            "</table>\n",
        ),
    ],
)
def test_each_format_of_one_small_table(file_format, expected):
    assert written(SMALL, file_format, caption="表 1", notes=("注 1", "注 2")) == expected


@pytest.mark.parametrize("file_format", TEXTS)
def test_without_caption_and_notes(file_format):
    text = written(SMALL, file_format)
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
    assert escaped in written(table, file_format)
    if file_format != "csv":  # names in captions, notes and headers are escaped alike
        assert escaped.strip("| ") in written(SMALL, file_format, caption=name)
        assert escaped.strip("| ") in written(SMALL, file_format, notes=(name,))
        headed = SMALL.rename(columns={"2004 (n=7)": name})
        assert escaped.strip("| ") in written(headed, file_format)


@pytest.mark.parametrize("name", ["[x]", "*"])
def test_no_latex_row_begins_with_what_a_line_break_takes(name):
    table = pd.DataFrame({"Theme": ["a", name], "2004 (n=7)": ["1", "2"]}, dtype="str")
    assert not re.search(r"\\\\\s*[\[*]", written(table, "latex"))


def test_a_hostile_header_is_no_formula():
    table = pd.DataFrame({"Theme": ["a"], "=HYPERLINK(1) (n=7)": ["1"]}, dtype="str")
    header = next(csv.reader(io.StringIO(written(table, "csv"))))
    assert header[1].startswith("'=")


def test_two_columns_of_one_name_can_be_written():
    table = pd.DataFrame([["a", "1", "2"]], columns=["Theme", "x (n=7)", "x (n=7)"], dtype="str")
    assert written(table, "csv") == "Theme,x (n=7),x (n=7)\na,1,2\n"


def test_word_has_its_style_in_every_cell():
    page = written(SMALL, "word", caption="表 1", notes=("注 1",))
    assert page.startswith('<!DOCTYPE html><html><head><meta charset="utf-8"><title>表 1</title>')
    cells = re.findall(r"<t[hd] [^>]*>", page)
    assert len(cells) == 6
    assert sum("text-align:right" in cell for cell in cells) == 3
    assert all("style=" in cell for cell in cells)
    assert page.index("</table>") < page.index("注 1")  # a note is no row of the table


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
    parser.feed(written(table, "html").removesuffix("\n"))
    parser.close()
    assert parser.cells == ["Theme", header, themes[0], "1", themes[1], "2"]
    assert parser.tags == {"table", "thead", "tbody", "tr", "th", "td"}


@given(st.lists(names, min_size=2, max_size=2), names)
def test_markdown_and_latex_keep_their_columns(themes, header):
    """Law: whatever the names, each row has exactly one separator between its two cells."""
    table = pd.DataFrame({"Theme": themes, header: ["1", "2"]}, dtype="str")
    lines = written(table, "markdown").split("\n")[:-1]
    assert len(lines) == 4
    plain = [re.sub(r"\\.", "", line) for line in lines]
    assert [line.count("|") for line in plain] == [3, 3, 3, 3]
    assert all(line.endswith("|") for line in plain)
    latex = written(table, "latex")
    assert len(re.findall(r"(?<!\\)&", latex)) == 3
    assert re.search(r"(?<!\\)[%#$^~]", latex) is None
