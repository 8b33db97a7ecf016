"""HTML → lines as a reader sees them, and links. No script runs, nothing is fetched.

The tree is made by lexbor (through selectolax), which follows the HTML standard, so that cut and
badly nested pages are read as a browser reads them. Marks (Unicode noncharacters, which no text may
hold) are set before rows, cells, list items, headings and links; then the text is taken out in one
step and cut at the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from cio_topics.ingest.charset import decode_page
from cio_topics.ingest.records import Line, Link

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["HtmlText", "looks_like_html", "page_links", "read_html_lines"]


class HtmlText(NamedTuple):
    """What a page shows and says of itself.

    `base` is its ``<base href>``; `address` where a browser noted it was saved from, or what it
    names as canonical; `whole` is False where it ends in the middle.
    """

    title: str
    lines: tuple[Line, ...]
    base: str = ""
    address: str = ""
    whole: bool = True


_BREAK, _ROW, _END, _CELL, _ITEM, _OUT, _HEADING, _LINK, _OVER = (chr(0xFDD0 + n) for n in range(9))
_MARKS = re.compile(
    "[\ufdd0-\ufdef]|&#(?:x0*fd[de][0-9a-f]|0*(?:6497[6-9]|649[89][0-9]|6500[0-7]));?", re.I
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>", re.I)
_DEEPEST = 300  # open elements; a tree that is deeper takes the parser quadratic time
_DROPPED = ["script", "style", "noscript", "template", "rt", "rp", "svg", "select", "textarea"]
_INLINE = re.findall(
    r"\w+",
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb"
    " ruby s samp small span strike strong sub sup time tt u var wbr",
)
_PRE = re.compile(r"(<pre\b[^>]*>)(.*?)(</pre\s*>|\Z)", re.I | re.S)
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-龥]")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|table|div|p|br|ul|ol|li|a\s|meta|h[1-6])\b", re.I
)
_SHORT = 3  # lines a cell of a row may have


def looks_like_html(text: str) -> bool:
    """Tell whether a text begins like a page of HTML.

    Examples
    --------
    >>> looks_like_html("<p>議事次第"), looks_like_html("議事次第 1 < 2")
    (True, False)
    """
    return _HTML.search(text[:4096]) is not None


def read_html_lines(text: str) -> HtmlText:
    """Return what a reader sees, line by line.

    A line ends where a browser ends it: at ``<br>``, at the edges of blocks, at newlines in
    ``<pre>``. A table row with short cells is one line with `cells`; the cells of other rows are
    read one after the other. Ruby is left out; pictures are read by their Japanese ``alt``.

    Parameters
    ----------
    text : str

    Returns
    -------
    HtmlText

    Examples
    --------
    >>> page = read_html_lines("<title>議事次第</title><h1>第1回</h1><ol><li>開会<li>報告</ol>")
    >>> [(line.marker, line.text) for line in page.lines]
    [('', '第1回'), ('1.', '開会'), ('2.', '報告')]
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_prepared(text))
    title = _title(tree)
    base = _first_href(tree, "base[href]")
    address = _address(tree, text)
    if tree.body is None:
        return HtmlText(title, (), base, address)
    tree.strip_tags(_DROPPED)
    for picture in tree.css("img[alt]"):
        alt = picture.attributes.get("alt") or ""
        picture.replace_with(alt if _JAPANESE.search(alt) else "")
    links = _mark_links(tree)
    _mark_items(tree)
    _mark(tree, "h1,h2,h3,h4,h5,h6", _HEADING, "")
    _mark(tree, "tr", _ROW, _END)
    _mark(tree, "td,th", _CELL, "")
    tree.unwrap_tags(_INLINE)
    tree.merge_text_nodes()
    marked = tree.body.text(separator=_BREAK)
    return HtmlText(title, tuple(_lines(marked, links)), base, address, _is_whole(text))


_SAVED = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>\"']{3,2000}?)\s*-->")


def _address(tree: LexborHTMLParser, text: str) -> str:
    """Return where the page was saved from, or its canonical address, if it is a whole one."""
    saved = _SAVED.search(text[:4096])
    found = saved[1] if saved else _first_href(tree, "link[rel=canonical]")
    return found if found.startswith(("http://", "https://")) else ""


def _first_href(tree: LexborHTMLParser, selector: str) -> str:
    return next((node.attributes.get("href") or "" for node in tree.css(selector)), "")


def _is_whole(text: str) -> bool:
    end = text[-2000:].lower()
    return "<html" not in text[:2000].lower() or "</html" in end or "</body" in end


def _prepared(text: str) -> str:
    if _MARKS.search(text):
        text = _MARKS.sub("", text)
    if "<!--" in text:
        head, end, tail = text.rpartition("-->")
        text = _COMMENT.sub("", head + end) + tail
    text = _shallow(text)
    if "<pre" in text or "<PRE" in text:
        text = _PRE.sub(lambda m: m[1] + m[2].replace("\n", "<br>") + m[3], text)
    # A label and its value in two spans are set apart by the style sheet only.
    return text.replace("\x00", "").replace("</span><span class", "</span> <span class")


_NEVER_CLOSED = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr p li td tr th dt dd"
        " option tbody thead tfoot colgroup",
    )
)


def _shallow(text: str) -> str:
    """Leave out elements that are opened within hundreds of others, as no honest page has them."""
    if text.count("<") < _DEEPEST:
        return text
    depth = 0
    cuts = []
    for tag in _ELEMENT.finditer(text):
        if tag[2].lower() in _NEVER_CLOSED:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > _DEEPEST and not tag[1]:
            cuts.append(tag.span())
    if not cuts:
        return text
    ends = [0, *(end for _, end in cuts)]
    starts = [*(start for start, _ in cuts), len(text)]
    return "".join(text[a:b] for a, b in zip(ends, starts, strict=True))


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    return " ".join(node.text().split()) if node else ""


def _mark(tree: LexborHTMLParser, selector: str, before: str, after: str) -> None:
    for node in tree.css(selector):
        _put_first(node, before)
        if after:
            node.insert_child(after)


def _put_first(node: LexborNode, text: str) -> None:
    first = node.first_child
    if first is None:
        node.insert_child(text)
    else:
        first.insert_before(text)


def _mark_links(tree: LexborHTMLParser) -> list[Link]:
    links: list[Link] = []
    for node in tree.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()
        if href and not href.startswith("#"):
            _put_first(node, f"{_LINK}{len(links)}{_OVER}")
            links.append(Link(" ".join(node.text().split()).partition(_OVER)[2], href))
    return links


def _mark_items(tree: LexborHTMLParser) -> None:
    counts: dict[int, int] = {}
    depths: dict[int, int] = {}
    for node in tree.css("li"):
        parent = node.parent
        if parent is None:
            continue
        key = parent.mem_id
        if key not in depths:
            depths[key] = _depth(parent)
        marker = "•"
        if parent.tag == "ol":
            count = _whole(node.attributes.get("value"))
            if count is None:
                start = _whole(parent.attributes.get("start")) or 1
                count = counts.get(key, start - 1) + 1
            counts[key] = count
            marker = f"{count}."
        _put_first(node, f"{_ITEM}{depths[key]}:{marker}{_OVER}")
        node.insert_child(_OUT)


def _depth(node: LexborNode) -> int:
    depth = 0
    above: LexborNode | None = node
    while above is not None and depth < 20:
        depth += above.tag in ("ol", "ul", "menu", "dir")
        above = above.parent
    return depth


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def _lines(marked: str, links: list[Link]) -> Iterator[Line]:
    """Cut marked text into lines; rows within rows are read before the rest of the outer row."""
    rows: list[list[list[Line]]] = []
    state = _State(links)
    for piece in marked.split(_BREAK):
        for part in _pieces(piece):
            if part == _ROW:
                rows.append([])
            elif part == _CELL and rows:
                rows[-1].append([])
            elif part == _END and rows:
                done = list(_row_lines(rows.pop()))
                if rows and rows[-1]:
                    rows[-1][-1].extend(done)
                else:
                    yield from done
            else:
                line = state.line(part)
                if line is None:
                    continue
                if rows and rows[-1]:
                    rows[-1][-1].append(line)
                else:
                    yield line
    for row in rows:  # a page cut in the middle of a table
        yield from _row_lines(row)


_TABLE_MARK = re.compile(f"([{_ROW}{_END}{_CELL}])")


def _pieces(piece: str) -> list[str]:
    if _ROW in piece or _END in piece or _CELL in piece:
        return [part for part in _TABLE_MARK.split(piece) if part]
    return [piece]


def _row_lines(cells: list[list[Line]]) -> Iterator[Line]:
    filled = [cell for cell in cells if cell]
    plain = all(
        len(cell) <= _SHORT and not any(x.marker or x.heading or x.cells for x in cell)
        for cell in filled
    )
    if len(filled) < 2 or not plain:
        for cell in filled:
            yield from cell
        return
    yield Line(
        " ".join(line.text for cell in filled for line in cell),
        tuple(link for cell in filled for line in cell for link in line.links),
        tuple("\n".join(line.text for line in cell) for cell in cells),
    )


_ITEM_MARK = re.compile(f"{_ITEM}([0-9]+):([^{_OVER}]*){_OVER}")
_LINK_MARK = re.compile(f"{_LINK}([0-9]+){_OVER}")


class _State:
    """Lists that are open, and marks whose line has not begun (a marker may stand alone)."""

    def __init__(self, links: list[Link]) -> None:
        self._links = links
        self._depths: list[int] = []
        self._marker, self._heading = "", False

    def line(self, text: str) -> Line | None:
        """Return a line of the text, or None if it has nothing but marks and space."""
        found: tuple[Link, ...] = ()
        if _LINK in text:
            found = tuple(self._links[int(m[1])] for m in _LINK_MARK.finditer(text))
            text = _LINK_MARK.sub("", text)
        if _ITEM in text:
            for m in _ITEM_MARK.finditer(text):
                self._depths.append(int(m[1]))
                self._marker = m[2]
            text = _ITEM_MARK.sub("", text)
        depth = self._depths[-1] if self._depths else 0
        if _OUT in text:
            del self._depths[len(self._depths) - text.count(_OUT) :]
            text = text.replace(_OUT, "")
        if _HEADING in text:
            self._heading = True
            text = text.replace(_HEADING, "")
        words = " ".join(text.split())
        if not words:
            return None
        line = Line(words, found, (), self._marker, depth, self._heading)
        self._marker, self._heading = "", False
        return line


def page_links(content: bytes, charset: str = "", base: str = "") -> list[str]:
    """Return the addresses that a page links to, absolute, in order, each once.

    Parameters
    ----------
    content : bytes
    charset : str, default ""
        What an HTTP header declared.
    base : str, default ""
        The page's own address; a ``<base href>`` goes before it.

    Returns
    -------
    list of str
        Only ``http`` and ``https``, without fragments.

    Examples
    --------
    >>> page_links(b'<a href="dai1/gijisidai.html#top">x</a><a href="javascript:x()">', "",
    ...            "https://council.example.jp/")
    ['https://council.example.jp/dai1/gijisidai.html']
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_shallow(decode_page(content, charset).text))
    start = resolve(_first_href(tree, "base[href]"), base) or base
    nodes = tree.css("a[href],area[href],frame[src],iframe[src]")
    found = (
        resolve(n.attributes.get("href") or n.attributes.get("src") or "", start) for n in nodes
    )
    return list(dict.fromkeys(address for address in found if address.startswith("http")))


def resolve(href: str, base: str) -> str:
    """Return where a link leads, without its fragment; empty if that is no page or file.

    Of a page whose own address is not known, the base is its file name, and the result a name
    beside it.

    Examples
    --------
    >>> resolve("../a.pdf", "https://council.example.jp/dai1/x.html"), resolve("mailto:a@b", "")
    ('https://council.example.jp/a.pdf', '')
    >>> resolve("a.pdf#page=2", "saved/dai1.html"), resolve("a.pdf", "")
    ('saved/a.pdf', 'a.pdf')
    """
    try:
        parts = urlsplit(urljoin(base, href.strip()))
    except ValueError:
        return ""
    known = parts.scheme in ("http", "https") and parts.netloc
    if not known and (parts.scheme or parts.netloc):
        return ""
    return parts._replace(fragment="").geturl()
