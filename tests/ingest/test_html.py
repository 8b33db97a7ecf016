"""HTML → lines as a reader sees them; no visible character is lost, nothing raises."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cio_topics.ingest.html import looks_like_html, page_links, read_html_lines, resolve

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥ー、。・（）「」]")
WORDS = [
    "第1回会議",
    "議事次第",
    "開会",
    "資料１",
    "計画（案）",
    "について",
    "「戦略」",
    "①報告",
    "・連絡",
    "日時：",
    "閉会",
]
WORD = st.sampled_from(WORDS)
BLOCKS = ["p", "div", "h1", "h3", "section", "blockquote", "center", "article", "address"]
INLINE = ["b", "span", "font", "em", "strong", "small", "u", "i", "sup"]


def one_line(nodes: tuple[str, list[str]]) -> tuple[str, list[str]]:
    """Join the words of inline markup, which stand on one line."""
    return nodes[0], ["".join(nodes[1])]


def wrap(tag: str, inner: tuple[str, list[str]]) -> tuple[str, list[str]]:
    return f"<{tag}>{inner[0]}</{tag}>", inner[1]


def join(parts: list[tuple[str, list[str]]]) -> tuple[str, list[str]]:
    return "".join(p[0] for p in parts), [word for p in parts for word in p[1]]


text = WORD.map(lambda word: (word, [word]))
inline = st.recursive(
    text,
    lambda inner: st.one_of(
        st.builds(wrap, st.sampled_from(INLINE), inner),
        inner.map(lambda i: (f'<a href="x.html">{i[0]}</a>', i[1])),
        st.lists(inner, min_size=2, max_size=3).map(join),
    ),
    max_leaves=4,
).map(one_line)
item = st.builds(
    lambda i, end: (f"<li>{i[0]}{'</li>' if end else ''}", i[1]), inline, st.booleans()
)
block = st.recursive(
    st.builds(wrap, st.sampled_from(BLOCKS), inline),
    lambda inner: st.one_of(
        st.builds(
            wrap,
            st.sampled_from(["div", "section", "blockquote", "center"]),
            st.lists(inner, max_size=3).map(join),
        ),
        st.builds(
            wrap, st.sampled_from(["ul", "ol"]), st.lists(item, min_size=1, max_size=4).map(join)
        ),
        st.lists(inline, min_size=1, max_size=3).map(
            lambda cells: (
                "<table><tr>" + "".join(f"<td>{c[0]}</td>" for c in cells) + "</tr></table>",
                [w for c in cells for w in c[1]],
            )
        ),
        st.lists(inline, min_size=1, max_size=3).map(
            lambda lines: (
                "<p>" + "<br>".join(x[0] for x in lines) + "</p>",
                [w for x in lines for w in x[1]],
            )
        ),
        st.builds(lambda a, b: (f"<ol><li>{a[0]}{b[0]}</ol>", [*a[1], *b[1]]), inline, inner),
    ),
    max_leaves=8,
)
PAGES = st.lists(block, max_size=6).map(join)
ANY = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "/",
            "=",
            '"',
            " ",
            "\n",
            "p",
            "tr",
            "td",
            "li",
            "ol",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<ul>",
            "<li value=",
            "<a href=",
            "<!--",
            "<pre>",
            "<base ",
            "&#x",
            "議",
            "事",
            "\x00",
            "\ufdd0",
            "\ufdd4",
            "\ufdd7",
            "\ufdd8",
            "<ruby>",
            "<rt>",
            "<svg>",
            "<h1>",
            "<img alt='題'>",
        ]
    ),
    max_size=40,
).map("".join)


def lines_of(markup: str) -> list[str]:
    return [line.text for line in read_html_lines(markup).lines]


class TestReadHtmlLines:
    @given(PAGES, st.booleans())
    @settings(max_examples=300)
    def test_lines_of_nested_markup_hold_the_words_in_order(self, page, whole):
        markup, words = page
        found = lines_of(f"<html><body>{markup}</body></html>" if whole else f"<body>{markup}")
        assert "".join(found).replace(" ", "") == "".join(words).replace(" ", "")

    @given(PAGES)
    def test_no_line_holds_the_words_of_two_blocks(self, page):
        markup, words = page
        for line in read_html_lines(f"<body>{markup}").lines:
            assert line.cells or line.text.replace(" ", "") in [w.replace(" ", "") for w in words]

    @given(st.text())
    def test_loses_no_visible_japanese_character(self, text):
        found = "".join(lines_of(f"<body><p>{html.escape(text)}</p>"))
        assert JAPANESE.findall(found) == JAPANESE.findall(text)

    @given(ANY | st.text())
    @example("\ufdd70\ufdd8")  # marks that the page itself holds
    @example("\ufdd4x:y\ufdd8")
    @example("<li>\ufdd4</li>")
    @settings(max_examples=300)
    def test_never_raises(self, markup):
        page = read_html_lines(markup)
        assert all(line.text == " ".join(line.text.split()) and line.text for line in page.lines)
        assert not re.search("[\ufdd0-\ufdef]", "".join(line.text for line in page.lines))

    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("<p>&#xFDD7;9&#xFDD8;議", "9議"),
            ("<p>&#64982;議", "議"),
            ("<p>&#xFDD4;7:9.&#xFDD8;議", "7:9.議"),
        ],
    )
    def test_references_to_marks_are_no_marks(self, markup, text):
        [line] = read_html_lines(markup).lines
        assert (line.text, line.marker, line.heading, line.links) == (text, "", False, ())

    @pytest.mark.parametrize(
        ("markup", "lines"),
        [
            ("<p>1<br>2<BR/>3", ["1", "2", "3"]),
            ("<p>a\n  b", ["a b"]),
            ("<pre>a\nb\r\nc</pre>", ["a", "b", "c"]),
            ("<PRE>a\nb", ["a", "b"]),
            ("<p>会<b>議</b>の<font size=2>資料</font>", ["会議の資料"]),
            ("<ruby>閣議<rp>(</rp><rt>かくぎ</rt><rp>)</rp></ruby>決定", ["閣議決定"]),
            ("<script>議</script><style>事</style><p>題<noscript>x</noscript>", ["題"]),
            ("<p><img alt='議事次第' src=x><img alt='line' src=y>", ["議事次第"]),
            ("<p>&#12288;&nbsp;開&#x4F1A;&amp;", ["開会&"]),
            ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
            ("<dl><dt>日時<dd>10時<dt>場所<dd>官邸</dl>", ["日時", "10時", "場所", "官邸"]),
            ("<p>a</p><!-- 議事 --><p>b", ["a", "b"]),
            ("<p>a<!-- 議事 -->b", ["ab"]),  # a comment does not end a line
            ("<title>t</title>", []),
            ("<p>議事</p><p> </p><p>&nbsp;</p>", ["議事"]),
            ("<p>議</b></i></td>事", ["議事"]),  # stray ends
            ("<body><p>第1回会議 <p", ["第1回会議"]),  # cut within a tag
            ("<details><summary>資料</summary>計画</details>", ["資料", "計画"]),
            ("", []),
        ],
    )
    def test_table(self, markup, lines):
        assert lines_of(markup) == lines

    def test_items_have_markers_and_depths(self):
        page = read_html_lines("<ol start=3><li>a<ul><li>b</ul><li>c<li value=9>d<li>e</ol><p>f")
        found = [(line.text, line.marker, line.depth) for line in page.lines]
        assert found == [
            ("a", "3.", 1),
            ("b", "•", 2),
            ("c", "4.", 1),
            ("d", "9.", 1),
            ("e", "10.", 1),
            ("f", "", 0),
        ]

    def test_a_marker_waits_for_its_text(self):
        page = read_html_lines("<ol><li><p>a</p><p>b</p><li><div><a href=x>c</a></div></ol>")
        assert [(line.text, line.marker) for line in page.lines] == [
            ("a", "1."),
            ("b", ""),
            ("c", "2."),
        ]

    def test_rows_have_cells_and_links(self):
        [line] = read_html_lines(
            "<table><tr><td>第1回<td><br><td>平成20年<td><a href=a.pdf>議事<b>次第</b></a></table>"
        ).lines
        assert line.cells == ("第1回", "", "平成20年", "議事次第")
        assert line.links == (("議事次第", "a.pdf"),)

    def test_rows_within_rows_lose_nothing(self):
        markup = "<table><tr><td>外<table><tr><td>甲<td>乙<tr><td>丙<td>丁</table>内<td>端</table>"
        assert "".join(lines_of(markup)).replace(" ", "") == "外甲乙丙丁内端"

    def test_headings_are_told(self):
        page = read_html_lines("<h1>甲</h1><p>乙<h4><span>丙</span></h4>")
        assert [line.heading for line in page.lines] == [True, False, True]

    def test_title_base_and_address(self):
        page = read_html_lines(
            "<!-- saved from url=(0014)https://council.example.jp/dai1/ --><html><head>"
            "<title> 議事\n次第 </title><base href='https://council.example.jp/x/'></head></html>"
        )
        assert (page.title, page.base, page.address) == (
            "議事 次第",
            "https://council.example.jp/x/",
            "https://council.example.jp/dai1/",
        )

    @pytest.mark.parametrize(
        ("markup", "whole"),
        [
            ("<html><p>議</html>", True),
            ("<HTML><p>議", False),
            ("<p>議", True),
            ("<html><p>議</body>", True),
        ],
    )
    def test_a_cut_page_is_told(self, markup, whole):
        assert read_html_lines(markup).whole is whole


class TestLooksLikeHtml:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("<!DOCTYPE HTML PUBLIC>", True),
            ("\n\n<P>議事", True),
            ("<a name=top>", True),
            ("第1回会議\n1 < 2 > 0", False),
            ("<資料> <議事>", False),
            ("<abbr>", False),
            ("", False),
        ],
    )
    def test_table(self, text, expected):
        assert looks_like_html(text) is expected


HREF = st.one_of(
    st.sampled_from(
        [
            "a.html",
            "../b.pdf",
            "//host.example.jp/x",
            "javascript:x()",
            "mailto:a@b",
            "http://[",
            "https://",
            "HTTP://council.example.jp/",
            "#top",
            "",
            " a b ",
            "file:///etc",
            "data:text/html,x",
            "ftp://a/",
            "http:a",
            "http:///x",
            "\x00http://a/",
            "?q=1",
        ]
    ),
    st.text(max_size=30),
)


class TestPageLinks:
    @given(
        st.lists(HREF, max_size=5),
        HREF,
        st.sampled_from(
            ["", "https://council.example.jp/dai1/x.html", "saved/x.html", "file:///x"]
        ),
    )
    @settings(max_examples=300)
    def test_only_whole_http_addresses(self, hrefs, declared, base):
        anchors = "".join(f'<a href="{html.escape(h)}">x</a>' for h in hrefs)
        page = f'<base href="{html.escape(declared)}">{anchors}'.encode("utf-8", "replace")
        for address in page_links(page, "utf-8", base):
            assert re.match(r"https?://[^/]", address, re.I), address
            assert "#" not in address

    def test_in_order_each_once(self):
        page = b"<a href=b.html#1>x</a><a href=a.html>x</a><area href=b.html><frame src=c.html><iframe src=d.html></iframe>"
        assert page_links(page, "", "https://council.example.jp/x/") == [
            f"https://council.example.jp/x/{name}.html" for name in "bad"
        ]

    @given(st.binary(max_size=200), st.text(max_size=30))
    def test_never_raises(self, content, base):
        page_links(content, "", base)

    @pytest.mark.parametrize(
        ("href", "base", "expected"),
        [
            (
                "a.pdf",
                "https://council.example.jp/dai1/x.html",
                "https://council.example.jp/dai1/a.pdf",
            ),
            ("/a.pdf", "https://council.example.jp/dai1/", "https://council.example.jp/a.pdf"),
            ("//h.example.jp/a", "https://council.example.jp/", "https://h.example.jp/a"),
            ("javascript:void(0)", "https://council.example.jp/", ""),
            ("data:text/html,x", "", ""),
            ("http://[", "", ""),
            ("C:\\x.html", "", ""),
            ("資料.pdf", "saved/dai1.html", "saved/資料.pdf"),
        ],
    )
    def test_resolve(self, href, base, expected):
        assert resolve(href, base) == expected

    @given(st.text(), st.text())
    def test_resolve_never_raises(self, href, base):
        resolve(href, base)


HOSTILE = [
    "<",
    "<a>",
    "<a href=x>",
    "<p>",
    "<tr>",
    "<td>",
    "<td>x",
    "<li>",
    "<h1>",
    "<meta ",
    "<!--",
    "<!-- saved from url=(1)",
    "&",
    "&amp;",
    "<pre",
    "<pre>x</pre>",
    "<ruby>",
    "<table>",
    "<table><tr><td>",
    "<title>",
    "<base href=x>",
    "<img alt='題'>",
    "</p>",
    "\n",
    " ",
    "議",
    "\ufdd4",
    "<svg>",
    "<select><option>",
]
DEEP = {
    "<ol>": 500_000,
    "<ul><li>": 500_000,
    "<b>": 120_000,
    "<font>": 240_000,
    "<i><div>": 180_000,
}


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_pages_take_no_time(piece):
    markup = (piece * 50_000)[:50_000]
    began = time.process_time()
    read_html_lines(markup)
    page_links(markup.encode())
    assert time.process_time() - began < 5  # about 1 s at most


@pytest.mark.parametrize("piece", DEEP)
def test_deep_pages_take_no_time(piece):
    began = time.process_time()
    read_html_lines((piece * DEEP[piece])[: DEEP[piece]])
    assert time.process_time() - began < 3  # about 0.5 s at most
