"""PDFs → lines in reading order: columns, ruby, page numbers, running headers, letter-spacing.

pdfminer.six, the parser under pdfplumber, says where each character is set; what is a line is
decided here. No file and no address named in a PDF is opened.
"""

from __future__ import annotations

import logging
import math
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import accumulate, groupby, islice, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cio_topics.errors import shorten
from cio_topics.ingest.records import Line, Link

if TYPE_CHECKING:
    from pdfminer.pdfcolor import PDFColorSpace
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdffont import PDFFont
    from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import PDFStream
    from pdfminer.utils import Matrix, Rect

__all__ = ["PdfText", "UnreadableFile", "close_spaced", "read_pdf_lines"]

T = TypeVar("T")

#: More characters than this on one page are an attack or an accident.
MAX_GLYPHS = 200_000
_FIGURE = 20  # a form or picture is counted like so many characters
#: Links of a page that are looked at, and messages of the parser that are passed on.
MAX_LINKS, MAX_MESSAGES = 2_000, 5


class UnreadableFile(Exception):  # noqa: N818
    """A file that cannot be read; the message is the reason, in English and Japanese."""


class PdfText(NamedTuple):
    """The lines of each page, the title of the metadata, and doubts a person should look at."""

    pages: tuple[tuple[Line, ...], ...]
    title: str
    remarks: tuple[str, ...]


def read_pdf_lines(content: bytes, *, max_pages: int = 500) -> PdfText:
    """Read the lines of a PDF in the order in which a person reads them.

    Columns are read one after the other, vertical lines (縦書き) from the right. Ruby and page
    numbers are left out; a line repeated in the margin of every page stays on the first page that
    has it. Letter-spaced text is closed (:func:`close_spaced`); Kangxi radicals become ideographs.
    A gap within a line is a space, from 1.5 characters an ideographic space, from 4 two of them.

    Parameters
    ----------
    content : bytes
        The whole file.
    max_pages : int, default 500
        Pages after these are not read, and a remark says so.

    Returns
    -------
    PdfText
        `pages` has a tuple of :class:`~cio_topics.ingest.records.Line` for each page. `heading`
        tells that a line is set at least 1.2 times as large as most of the text. `links` are the
        web addresses on the page with the characters they lie on. `cells`, `marker` and `depth`
        are never filled. A page that cannot be read has no lines and a remark; so has a file
        without text.

    Raises
    ------
    UnreadableFile
        The file is no PDF, is broken, asks for a password, has no pages or none that can be read.

    Examples
    --------
    >>> read_pdf_lines(b"<!DOCTYPE html><title>404</title>")
    Traceback (most recent call last):
    cio_topics.ingest.pdf.UnreadableFile: not a PDF but an HTML page / PDF ではなく HTML です
    """
    with _messages_of_parser() as messages:
        document = _attempt(lambda: _open(content))
        pages, more = _read_pages(document, max_pages)
        title = _attempt(lambda: _title(document))
    if not pages:
        raise UnreadableFile("the PDF has no pages / ページがありません")
    if all(page.failed for page in pages):
        raise UnreadableFile(pages[0].failed)
    lines, repeated = _without_repeated([page.lines for page in pages])
    size = _text_size(lines)
    remarks = [
        *_file_remarks(content, document),
        *([f"pages after {max_pages} were not read / {max_pages}頁より後は未読"] if more else []),
        *_page_remarks(pages),
        *(f"in the margin of every page, kept once / 柱は一度だけ: {text}" for text in repeated),
        *(f"message of the parser / 解析器の通知: {text}" for text in messages),
    ]
    return PdfText(
        tuple(tuple(_line(one, size) for one in page) for page in lines), title, tuple(remarks)
    )


# --- Letter-spacing and radicals -----------------------------------------------------------------

_HAN = (
    "々〆〇\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "ぁ-ゖゝゞァ-ヺー-ヿｦ-ﾟ"
)
_MARKS = "\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
# One character (a bar stands between cells), or a number as it is set in 平 成 19 年.
_ONE = rf"(?:\d{{1,4}}|[^\s|│┃][{_MARKS}]*)(?!\S)"
_RUN = re.compile(rf"(?<!\S){_ONE}(?P<gap>[ \u3000]){_ONE}(?:(?P=gap){_ONE})+")
_JAPANESE = re.compile(f"[{_HAN}]")
_LEADING_NUMBER = re.compile(r"(?:\d{1,4}[ \u3000])+")
_COUNTED = re.compile(r"[ \u3000]?[年月日時分回次号条項章節版件期]")


def close_spaced(text: str) -> str:
    """Take the spaces out of letter-spaced Japanese text.

    A run is three or more single characters (or numbers of up to four digits), each after the
    same single space, ordinary or ideographic, with two or more Japanese characters among them. A
    number before a run that counts nothing (``1 議 事 次 第``) keeps its space. So do Latin words,
    ``IT 戦略``, ``日 時`` and rows of bare numbers.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Without the spaces within runs; ``close_spaced(close_spaced(text)) == close_spaced(text)``.

    Examples
    --------
    >>> close_spaced("2 0 0 7 年 ( 平 成 1 9 年 ) 4 月 1 3 日 改 定")
    '2007年(平成19年)4月13日改定'
    >>> close_spaced("議　事　次　第  IT 戦略と e-Japan 2002 Program")
    '議事次第  IT 戦略と e-Japan 2002 Program'
    >>> close_spaced("1 日 時")
    '1 日 時'
    """
    return _RUN.sub(_closed, text)


def _closed(found: re.Match[str]) -> str:
    run = found[0]
    number = _LEADING_NUMBER.match(run)
    n_units = run.count(found["gap"]) + 1
    kept = ""
    if number and not (n_units > 3 and _COUNTED.match(run, number.end() - 1)):
        kept, run = number[0], run[number.end() :]
        n_units = run.count(found["gap"]) + 1
    if n_units < 3 or len(_JAPANESE.findall(run)) < 2:
        return found[0]
    return kept + run.replace(found["gap"], "")


_RADICAL = re.compile("[\u2e80-\u2fdf]")
_VERTICAL_FORM = re.compile("[\ufe10-\ufe19\ufe30-\ufe44\ufe47\ufe48]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@lru_cache(maxsize=1)
def _radicals() -> dict[int, str]:
    """Map radicals to the ideograph that Adobe-Japan1 prints with the same glyph, or to NFKC."""
    from pdfminer.cmapdb import CMapDB

    cmap = CMapDB.get_cmap("UniJIS-UTF32-H")
    glyphs = {
        tuple(cmap.decode(chr(code).encode("utf-32-be"))): chr(code)
        for code in [*range(0x3400, 0x4DC0), *range(0x9FFF, 0x4DFF, -1)]
    }
    glyphs.pop((), None)
    same = {}
    for code in range(0x2E80, 0x2FE0):
        glyph = tuple(cmap.decode(chr(code).encode("utf-32-be")))
        same[code] = glyphs.get(glyph, unicodedata.normalize("NFKC", chr(code)))
    return same


def _clean(text: str) -> str:
    text = _CONTROL.sub("", text)
    if _RADICAL.search(text):
        text = text.translate(_radicals())
    return _VERTICAL_FORM.sub(lambda form: unicodedata.normalize("NFKC", form[0]), text)


# --- What is set on a page -----------------------------------------------------------------------


class _Glyph(NamedTuple):
    """A character: where it begins and ends along its line, its base line (down), its size."""

    start: float
    end: float
    base: float
    size: float
    text: str


class _Sheet:
    """The characters of one page by the angle of their lines; never more than MAX_GLYPHS."""

    def __init__(self, height: float, ctm: Matrix) -> None:
        self.height, self.ctm = height, ctm
        self.glyphs: dict[int, list[_Glyph]] = {}
        self.n_glyphs = self.n_pictures = self.n_unplaced = 0

    def count(self, n: int = 1) -> None:
        self.n_glyphs += n
        if self.n_glyphs > MAX_GLYPHS:
            raise UnreadableFile(
                f"more than {MAX_GLYPHS:,} characters on a page / 1頁の文字数が多すぎます"
            )

    def add(
        self, text: str, origin: tuple[float, float], along: tuple[float, float], size: float
    ) -> None:
        """Keep a character; `along` leads from its origin on the base line to its end."""
        (x, y), (dx, dy) = origin, along
        length = math.hypot(dx, dy)
        if not (math.isfinite(x + y + length) and 0.1 <= size < math.inf):
            self.n_unplaced += 1
            return
        angle = 0 if dy == 0 <= dx else round(math.degrees(math.atan2(dy, dx))) % 360
        ux, uy = _unit(angle)
        start = ux * x + uy * y
        glyph = _Glyph(start, start + length, uy * x - ux * y, size, text)
        self.glyphs.setdefault(angle, []).append(glyph)


@lru_cache(maxsize=360)
def _unit(angle: int) -> tuple[float, float]:
    if angle % 90 == 0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[angle // 90]
    return math.cos(math.radians(angle)), math.sin(math.radians(angle))


def _make_device(sheets: list[_Sheet]) -> PDFTextDevice:
    """Return what pdfminer draws on: it appends a sheet for each page."""
    from pdfminer.pdfdevice import PDFTextDevice
    from pdfminer.pdffont import PDFUnicodeNotDefined
    from pdfminer.pdfinterp import PDFResourceManager
    from pdfminer.utils import apply_matrix_pt, apply_matrix_rect

    class Fonts(PDFResourceManager):
        """Leaves out widths of codes that cannot be: pdfminer would count up to them."""

        def get_font(self, objid: object, spec: Mapping[str, object]) -> PDFFont:
            known = {key: spec[key] for key in spec if key not in ("W", "W2") or _codes(spec[key])}
            return super().get_font(objid, known)

    class Device(PDFTextDevice):
        def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
            _, low, _, high = apply_matrix_rect(ctm, page.mediabox)
            sheets.append(_Sheet(high - low, ctm))

        def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:
            sheets[-1].count(_FIGURE)

        def render_image(self, name: str, stream: PDFStream) -> None:
            sheets[-1].n_pictures += 1

        def render_char(
            self,
            matrix: Matrix,
            font: PDFFont,
            fontsize: float,
            scaling: float,
            rise: float,
            cid: int,
            ncs: PDFColorSpace,
            graphicstate: PDFGraphicState,
        ) -> float:
            sheet = sheets[-1]
            sheet.count()
            try:
                text = str(font.to_unichr(cid))
            except PDFUnicodeNotDefined:
                text = "\ufffd"
            advance = font.char_width(cid) * fontsize * scaling
            a, b, c, d, _, _ = matrix
            shift = font.char_disp(cid)
            if isinstance(shift, tuple):
                # Set downwards: the left side of the character stands for its base line.
                left = 0.12 - (0.5 if shift[0] is None else shift[0] * 0.001)
                place = (left * fontsize, (1 - shift[1] * 0.001) * fontsize + rise)
                along, size = (c * advance, d * advance), math.hypot(a, b)
            else:
                place, along, size = (0, rise), (a * advance, b * advance), math.hypot(c, d)
            sheet.add(text, apply_matrix_pt(matrix, place), along, size * abs(fontsize))
            return advance

    return Device(Fonts())


def _codes(widths: object) -> bool:
    """Tell whether no number of a list, but those of lists in it, is larger than a code."""
    from pdfminer.pdftypes import resolve1

    given = resolve1(widths)
    numbers = [resolve1(one) for one in given] if isinstance(given, list) else []
    return not any(isinstance(one, int | float) and abs(one) > 0xFFFF for one in numbers)


# --- Rows, ruby and columns ----------------------------------------------------------------------


class _Row(NamedTuple):
    """Characters on one base line, by their place along it; spaces among them."""

    base: float
    size: float
    glyphs: list[_Glyph]


def _visible(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    return [glyph for glyph in glyphs if not glyph.text.isspace()]


def _row(glyphs: list[_Glyph]) -> _Row:
    """Return a row whose size is the median, and whose base line is that of the largest."""
    seen = _visible(glyphs)
    sizes = sorted(glyph.size for glyph in seen)
    return _Row(max(seen, key=lambda one: one.size).base, sizes[len(sizes) // 2], sorted(glyphs))


def _rows(glyphs: list[_Glyph]) -> list[_Row]:
    """Group characters whose base lines differ by less than 0.3 of their size."""
    groups: list[list[_Glyph]] = []
    for glyph in sorted(glyphs, key=lambda one: one.base):
        first = groups[-1][0] if groups else glyph
        if groups and glyph.base - first.base <= 0.3 * min(glyph.size, first.size):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
    return _with_raised([_row(group) for group in groups if _visible(group)])


def _with_raised(rows: list[_Row]) -> list[_Row]:
    """Join small characters set within the height of a line (super- and subscripts) to it."""
    joined: list[_Row] = []
    for row in rows:
        small, large = sorted((joined[-1] if joined else row, row), key=lambda one: one.size)
        middle = small.base - 0.38 * small.size
        inside = large.base - 0.88 * large.size <= middle <= large.base + 0.12 * large.size
        if joined and small.size < 0.8 * large.size and inside:
            joined[-1] = _row(joined[-1].glyphs + row.glyphs)
        else:
            joined.append(row)
    return joined


_KANA = re.compile("[ぁ-ゖァ-ヺー・ｦ-ﾟ]+")
_RUBY_SIZE = 0.62


def _without_ruby(rows: list[_Row]) -> list[_Row]:
    """Take away kana of at most 0.62 of the size of the characters right below them."""
    kept = []
    for place, row in enumerate(rows):
        below = [one for one in rows[place + 1 : place + 4] if row.base - one.base > -2 * one.size]
        if not any(_smallest(row) <= _RUBY_SIZE * one.size for one in below):
            kept.append(row)
            continue
        pieces = [piece for piece in _pieces(row) if not _is_ruby(piece, below)]
        if pieces:
            kept.append(_row([glyph for piece in pieces for glyph in piece]))
    return kept


def _smallest(row: _Row) -> float:
    return min(glyph.size for glyph in row.glyphs)


def _pieces(row: _Row) -> list[list[_Glyph]]:
    """Cut a row where nothing is seen for a character's width; spaces stay with what follows."""
    pieces: list[list[_Glyph]] = [[]]
    end = -math.inf
    for glyph in row.glyphs:
        if not glyph.text.isspace():
            if glyph.start - end > row.size and _visible(pieces[-1]):
                pieces.append([])
            end = max(end, glyph.end)
        pieces[-1].append(glyph)
    return pieces


def _is_ruby(piece: list[_Glyph], below: list[_Row]) -> bool:
    seen = _visible(piece)
    if not _KANA.fullmatch("".join(glyph.text for glyph in seen)):
        return False
    low, high, base = seen[0].start, max(one.end for one in seen), seen[0].base
    size = max(glyph.size for glyph in seen)
    return any(
        glyph.start < high
        and glyph.end > low
        and size <= _RUBY_SIZE * glyph.size
        and 0.6 * glyph.size < glyph.base - base < 1.5 * glyph.size
        for row in below
        for glyph in _visible(_near(row, low, high))
    )


def _near(row: _Row, low: float, high: float) -> list[_Glyph]:
    """Return the characters that begin between two places, and those just before."""
    first = bisect_left(row.glyphs, low - 2 * row.size, key=_start)
    return row.glyphs[first : bisect_left(row.glyphs, high, lo=first, key=_start)]


def _start(glyph: _Glyph) -> float:
    return glyph.start


Span = tuple[float, float]


def _spans(row: _Row) -> list[Span]:
    pieces = [_visible(piece) for piece in _pieces(row)]
    return [(piece[0].start, max(one.end for one in piece)) for piece in pieces]


def _in_reading_order(rows: list[_Row], depth: int = 0) -> list[_Row]:
    """Put the left column of a part set in two before the right one, and so within each."""
    found = _two_columns(rows) if depth < 8 else None
    if found is None:
        return rows
    first, last, middle = found
    halves = [_half(rows[first:last], middle, left) for left in (True, False)]
    parts = [rows[:first], *halves, rows[last:]]
    return [row for part in parts for row in _in_reading_order(part, depth + 1)]


def _half(rows: list[_Row], middle: float, left: bool) -> list[_Row]:
    halves = []
    for row in rows:
        glyphs = [one for one in row.glyphs if (one.start < middle) == left]
        if _visible(glyphs):
            halves.append(_row(glyphs)._replace(base=row.base))
    return halves


def _two_columns(rows: list[_Row]) -> tuple[int, int, float] | None:
    """Find consecutive rows set in two columns: first, last + 1, and the middle of the gutter."""
    if len(rows) < 3:
        return None
    spans = [_spans(row) for row in rows]
    size = sorted(row.size for row in rows)[len(rows) // 2]
    for low, high in _gutters(spans, size):
        last = 0
        for crossed, part in groupby(spans, key=partial(_crosses, low=low, high=high)):
            place, last = last, last + len(list(part))
            first = None if crossed else _first_row(spans[place:last], low, size)
            if first is not None:
                top = rows[place + first].base - 0.9 * size
                head = sum(row.base < top for row in rows[place : place + first])
                return place + head, last, (low + high) / 2
    return None


def _crosses(spans: list[Span], low: float, high: float) -> bool:
    return any(start < high and end > low for start, end in spans)


def _gutters(spans: list[list[Span]], size: float) -> list[Span]:
    """Return the upright stripes over which the fewest rows are set, at most four."""
    left = min(row[0][0] for row in spans)
    width = max(row[-1][1] for row in spans) - left
    if width < 16 * size:
        return []
    n_bins = min(600, int(width / (size / 2)))
    stripes = _stripes(spans, n_bins, lambda place: int((place - left) / width * n_bins))
    valleys = [
        here
        for before, here, after in zip(stripes, stripes[1:], stripes[2:], strict=False)
        if before[0] > here[0] < after[0] and here[2] - here[1] >= 2
    ]
    valleys.sort(key=lambda one: (one[0], one[1] - one[2]))
    step = width / n_bins
    return [(left + low * step, left + high * step) for _, low, high in valleys[:4]]


def _stripes(
    spans: list[list[Span]], n_bins: int, bin_of: Callable[[float], int]
) -> list[tuple[int, int, int]]:
    """Count the rows over each part of the width: how many, first bin, last bin + 1."""
    change = [0] * (n_bins + 1)
    for start, end in (span for row in spans for span in row):
        change[min(n_bins - 1, bin_of(start))] += 1
        change[min(n_bins, bin_of(end) + 1)] -= 1
    stripes, place = [], 0
    for count, group in groupby(accumulate(change[:-1])):
        stripes.append((count, place, place := place + len(list(group))))
    return stripes


def _first_row(spans: list[list[Span]], middle: float, size: float) -> int | None:
    """Return the row from which on both sides are set as columns, if they are."""
    sides: list[list[tuple[int, float, float]]] = [[], []]
    for place, row in enumerate(spans):
        for side, part in enumerate(
            ([one for one in row if one[1] <= middle], [one for one in row if one[0] >= middle])
        ):
            if part:
                sides[side].append((place, part[0][0], part[-1][1]))
    if not all(_is_column(side, size) for side in sides):
        return None
    gutter = min(start for _, start, _ in sides[1]) - max(end for _, _, end in sides[0])
    return max(side[0][0] for side in sides) if gutter <= 6 * size else None


def _is_column(rows: list[tuple[int, float, float]], size: float) -> bool:
    """Tell whether at least three rows are set as wide as a column, most of them to its end."""
    if len(rows) < 3:
        return False
    width = max(end for *_, end in rows) - min(start for _, start, _ in rows)
    full = sum(end - start >= 0.85 * width for _, start, end in rows)
    return width >= 8 * size and full * 2 >= len(rows)


# --- Rows → text ---------------------------------------------------------------------------------

_WIDE = "\u3000\u3000"
_GAPS = ("", " ", "\u3000", _WIDE)


def _text(glyphs: Sequence[_Glyph]) -> str:
    """Return the text of characters sorted by place, with spaces where one is seen."""
    spacing = _letter_spacing(_visible(glyphs))
    parts, printed = [], ""
    before: _Glyph | None = None
    for glyph in glyphs:
        if glyph.text.isspace():
            printed += glyph.text
            continue
        if before is not None:
            if glyph.text == before.text and glyph.start - before.start < 0.12 * glyph.size:
                continue  # struck twice to look bold
            parts.append(_GAPS[max(_seen_gap(before, glyph, spacing), _printed_gap(printed))])
        parts.append(glyph.text)
        before, printed = glyph, ""
    return _clean("".join(parts))


def _gap(before: _Glyph, after: _Glyph) -> float:
    return (after.start - before.end) / max(before.size, after.size)


def _letter_spacing(seen: list[_Glyph]) -> float:
    """Return the usual gap between characters, as a part of their size; 0 for short texts."""
    if len(seen) < 4:
        return 0.0
    gaps = sorted(_gap(one, two) for one, two in pairwise(seen))
    return min(max(gaps[len(gaps) // 2], 0.0), 1.5)


def _seen_gap(before: _Glyph, after: _Glyph, spacing: float) -> int:
    gap = _gap(before, after) - spacing
    narrow = before.text.isascii() and after.text.isascii()
    return sum(gap >= least for least in (0.15 if narrow else 0.6, 1.5, 4))


def _printed_gap(printed: str) -> int:
    width = sum(2 if one == "\u3000" else 1 for one in printed)
    return sum(width >= least for least in (1, 2, 8))


# --- Pages ---------------------------------------------------------------------------------------


class _SetLine(NamedTuple):
    """A line and how it is set; `pieces` are its texts between the widest gaps."""

    pieces: tuple[str, ...]
    size: float
    links: tuple[Link, ...] = ()
    margin: bool = False


class _PageRead(NamedTuple):
    """The lines of a page and what was left out of it, or why it could not be read."""

    lines: tuple[_SetLine, ...]
    counts: Counter[str]
    failed: str = ""


_NUMBER = r"(?:\d{1,4}|[ivxl]{1,7})"
_PAGE_NUMBER = re.compile(
    rf"[-‐‑–—―−－ー─~〜～\s(\[〔（<・]*(?:p\.?|page|ページ|頁|第)?\s*{_NUMBER}"
    rf"\s*(?:(?:/|／|of)\s*{_NUMBER})?\s*(?:p\.?|ページ|頁)?[-‐‑–—―−－ー─~〜～\s)\]〕）>・]*",
    re.IGNORECASE,
)
_Box = tuple[float, float, float, float, str]
_Boxes = list[_Box]


def _read_page(sheet: _Sheet, boxes: _Boxes) -> _PageRead:
    """Lay out the characters of a page, the angle with the most of them first."""
    counts = Counter(pictures=sheet.n_pictures, unplaced=sheet.n_unplaced)
    lines: list[_SetLine] = []
    for angle, glyphs in sorted(sheet.glyphs.items(), key=lambda one: (-len(one[1]), one[0])):
        every = _rows(glyphs)
        rows = _without_ruby(every)
        counts["ruby"] += _n_glyphs(every) - _n_glyphs(rows)
        counts["slanted"] += _n_glyphs(rows) if angle not in (0, 270) else 0
        counts["unknown"] += sum(one.text.count("\ufffd") for one in glyphs)
        outer = _outer_bases(rows, sheet.height) if angle == 0 else set()
        turned = [_turned(box, angle) for box in boxes]
        for row in _in_reading_order(rows):
            line = _set_line(row, turned, row.base in outer)
            pieces = tuple(one for one in line.pieces if not _is_page_number(line, one))
            counts["numbers"] += len(line.pieces) - len(pieces)
            if any(pieces):
                lines.append(line._replace(pieces=pieces))
    return _PageRead(tuple(lines), counts)


def _n_glyphs(rows: list[_Row]) -> int:
    return sum(len(_visible(row.glyphs)) for row in rows)


def _is_page_number(line: _SetLine, piece: str) -> bool:
    return line.margin and len(piece) < 40 and _PAGE_NUMBER.fullmatch(piece) is not None


def _outer_bases(rows: list[_Row], height: float) -> set[float]:
    """Return the base lines of the outer two rows that lie in the outer tenths of the page."""
    return {row.base for row in rows[:2] if row.base < -0.9 * height} | {
        row.base for row in rows[-2:] if row.base > -0.1 * height
    }


def _set_line(row: _Row, boxes: _Boxes, margin: bool) -> _SetLine:
    pieces = tuple(close_spaced(piece).strip() for piece in _text(row.glyphs).split(_WIDE))
    return _SetLine(pieces, row.size, tuple(_links_on(row, boxes)), margin)


def _turned(box: _Box, angle: int) -> _Box:
    """Return a rectangle as seen along lines of an angle: begin, end, top, bottom, address."""
    ux, uy = _unit(angle)
    corners = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    along = [ux * x + uy * y for x, y in corners]
    down = [uy * x - ux * y for x, y in corners]
    return min(along), max(along), min(down), max(down), box[4]


def _links_on(row: _Row, boxes: _Boxes) -> Iterator[Link]:
    middle = row.base - 0.38 * row.size
    for begin, end, top, bottom, href in boxes:
        if top <= middle <= bottom:
            near = _near(row, begin, end)
            inside = [one for one in near if begin <= (one.start + one.end) / 2 <= end]
            text = close_spaced(_text(inside)).strip()
            if text:
                yield Link(text, href)


def _boxes(page: PDFPage, ctm: Matrix) -> _Boxes:
    """Return the rectangles of the web addresses on a page, in the places of the characters."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import apply_matrix_rect

    notes = resolve1(page.annots)
    boxes: _Boxes = []
    for note in islice(notes if isinstance(notes, list) else [], MAX_LINKS):
        given = _entries(note)
        href = resolve1(_entries(given.get("A")).get("URI"))
        rect = resolve1(given.get("Rect"))
        corners = [resolve1(one) for one in rect] if isinstance(rect, list) else []
        if isinstance(href, bytes) and [isinstance(one, int | float) for one in corners] == [1] * 4:
            x0, y0, x1, y1 = apply_matrix_rect(ctm, (corners[0], corners[1], *corners[2:]))
            boxes.append((x0, y0, x1, y1, _CONTROL.sub("", _decoded(href)).strip()))
    return boxes


def _entries(given: object) -> dict[str, object]:
    """Return a dictionary of the PDF, also behind a reference; an empty one for anything else."""
    from pdfminer.pdftypes import resolve1

    found = resolve1(given)
    return found if isinstance(found, dict) else {}


def _without_repeated(
    pages: list[tuple[_SetLine, ...]],
) -> tuple[list[tuple[_SetLine, ...]], list[str]]:
    """Keep texts that stand in the margin of every page (but perhaps the first) only once."""
    margins = [
        {text for one in page if one.margin for text in one.pieces} for page in pages if page
    ]
    if len(margins) < 2:
        return pages, []
    repeated = set.intersection(*(margins[1:] if len(margins) > 2 else margins)) - {""}
    met: set[str] = set()
    kept = []
    for page in pages:
        lines = [
            line._replace(pieces=tuple(one for one in line.pieces if one not in met & repeated))
            if line.margin
            else line
            for line in page
        ]
        met |= {text for line in page if line.margin for text in line.pieces}
        kept.append(tuple(line for line in lines if any(line.pieces)))
    return kept, sorted(repeated)


def _text_size(pages: list[tuple[_SetLine, ...]]) -> float:
    """Return the size in which most characters are set, in half points."""
    sizes: Counter[float] = Counter()
    for line in (line for page in pages for line in page):
        sizes[round(line.size * 2) / 2] += sum(map(len, line.pieces))
    return min(sizes, key=lambda size: (-sizes[size], size), default=0.0)


def _line(line: _SetLine, size: float) -> Line:
    text = _WIDE.join(line.pieces).strip()
    return Line(text, line.links, heading=round(line.size * 2) / 2 >= 1.2 * size > 0)


# --- Files ---------------------------------------------------------------------------------------


def _attempt(step: Callable[[], T]) -> T:
    """Do a step with the parser; whatever it raises becomes an UnreadableFile."""
    try:
        return step()
    except UnreadableFile:
        raise
    except Exception as error:  # the parser promises no exceptions of its own
        kind = type(error).__name__
        reason = f"{kind}: {_CONTROL.sub(' ', str(error))[:200]}" if str(error) else kind
        if "Password" in kind:
            reason = "the PDF asks for a password / パスワードが必要です"
        else:
            reason = f"broken PDF ({reason}) / PDF が壊れています"
        raise UnreadableFile(reason) from error


@contextmanager
def _messages_of_parser() -> Iterator[list[str]]:
    """Collect what pdfminer logs; without a handler it would be printed."""
    messages: dict[str, None] = {}

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if len(messages) < MAX_MESSAGES:
                messages[shorten(record.getMessage(), 120)] = None

    kept: list[str] = []
    handler, logger = Kept(logging.WARNING), logging.getLogger("pdfminer")
    logger.addHandler(handler)
    try:
        yield kept
    finally:
        logger.removeHandler(handler)
        kept.extend(messages)


def _open(content: bytes) -> PDFDocument:
    from io import BytesIO

    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import PDFObjRef

    if b"%PDF-" not in content[:1024]:
        html = re.match(
            rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|\?xml)", content, re.IGNORECASE
        )
        kind = "but an HTML page / PDF ではなく HTML です" if html else "/ PDF ではありません"
        raise UnreadableFile(f"not a PDF {kind}" if content else "the file is empty / 空です")
    _complete_cmaps()

    class Document(PDFDocument):
        """Never gives a reference for an object: pdfminer would follow a ring of them for ever."""

        def getobj(self, objid: int) -> object:
            found, met = super().getobj(objid), {objid}
            while isinstance(found, PDFObjRef):
                if found.objid in met:
                    raise UnreadableFile("broken PDF (objects in a ring) / PDF が壊れています")
                met.add(found.objid)
                found = super().getobj(found.objid)
            return found

    return Document(PDFParser(BytesIO(content)))


@lru_cache(maxsize=1)
def _complete_cmaps() -> None:
    """Give UniJIS-UCS2-HW, of which pdfminer has the half-width part only, its other codes."""
    from pdfminer.cmapdb import CMap, CMapDB

    for way in "HV":
        half = CMapDB.get_cmap(f"UniJIS-UCS2-HW-{way}")
        whole = CMapDB.get_cmap(f"UniJIS-UCS2-{way}")
        if isinstance(half, CMap) and isinstance(whole, CMap):
            for lead, codes in whole.code2cid.items():
                own = half.code2cid.get(lead)
                if isinstance(codes, dict):
                    half.code2cid[lead] = codes | (own if isinstance(own, dict) else {})


def _read_pages(document: PDFDocument, max_pages: int) -> tuple[list[_PageRead], bool]:
    """Read at most `max_pages` pages, and tell whether there are more."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdfpage import PDFPage

    sheets: list[_Sheet] = []
    device = _make_device(sheets)
    interpreter = PDFPageInterpreter(device.rsrcmgr, device)
    found = PDFPage.create_pages(document)
    pages: list[_PageRead] = []
    while True:
        try:
            page = _attempt(partial(next, found, None))
            if page is None or len(pages) == max_pages:
                return pages, page is not None
            pages.append(_attempt(partial(_interpreted, page, interpreter, sheets)))
        except UnreadableFile as error:
            if isinstance(error.__cause__, MemoryError):
                raise
            pages.append(_PageRead((), Counter(), str(error)))
        sheets.clear()


def _interpreted(page: PDFPage, interpreter: PDFPageInterpreter, sheets: list[_Sheet]) -> _PageRead:
    interpreter.process_page(page)
    sheet = sheets[-1]
    return _read_page(sheet, _boxes(page, sheet.ctm))


def _decoded(text: bytes) -> str:
    """Decode a text of a PDF: marked Unicode, else UTF-8, cp932 (some programs) or Latin."""
    for mark, charset in ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")):
        if text.startswith(mark):
            return text[2:].decode(charset, "replace")
    for charset in ("utf-8-sig", "cp932"):
        try:
            return text.decode(charset)
        except UnicodeDecodeError:
            continue
    return text.decode("latin-1")


# Titles that programs make up: file names, and what stands there before anyone writes one.
_MADE_UP = re.compile(
    r"(?:Microsoft (?:Word|PowerPoint|Excel) - |Taro-).*"
    r"|.*\.(?:docx?|pptx?|xlsx?|jtdc?|jsd|pdf|html?)"
    r"|untitled.*|無題.*|タイトルなし|(?:PowerPoint )?プレゼンテーション.*|PowerPoint Presentation"
    r"|スライド ?\d+|slide ?\d+|名称未設定.*|文書 ?\d*|Document ?\d*|[\W\d_]*",
    re.IGNORECASE,
)


def _title(document: PDFDocument) -> str:
    """Return the title of the metadata if a person may have written it."""
    from pdfminer.pdftypes import resolve1

    for info in document.info:
        given = resolve1(info.get("Title")) if isinstance(info, dict) else None
        if isinstance(given, bytes):
            title = " ".join(_clean(_decoded(given)).split())
            if len(title) <= 200 and "\ufffd" not in title and not _MADE_UP.fullmatch(title):
                return close_spaced(title)
    return ""


def _file_remarks(content: bytes, document: PDFDocument) -> Iterator[str]:
    if b"%%EOF" not in content[-2048:]:
        yield "the file has no end mark; its end may be missing / 末尾が欠けているかもしれません"
    if not document.is_extractable:
        yield "its owner asks not to copy text from it / 作成者がコピーを禁じています"


_COUNTED_REMARKS = {
    "ruby": "ruby left out / ルビを除いた文字数",
    "numbers": "page numbers left out / 除いた頁番号",
    "slanted": "characters set at a slant, read apart / 傾いた文字(別に読む)",
    "unknown": "characters without a code, shown as U+FFFD / 文字コードのない文字",
    "unplaced": "characters without a place or size, left out / 位置のない文字(除く)",
}


def _page_remarks(pages: list[_PageRead]) -> Iterator[str]:
    total: Counter[str] = sum((page.counts for page in pages), Counter())
    bare = [number for number, page in enumerate(pages, 1) if not page.lines and not page.failed]
    for number, page in enumerate(pages, 1):
        if page.failed:
            yield f"page {number} was not read / {number}頁は読めません: {page.failed}"
    if len(bare) == len(pages) and total["pictures"]:
        yield (
            "no text: the pages are pictures (scanned); run OCR first"
            " / 文字がありません: 頁は画像です。先に OCR をかけてください"
        )
    elif len(bare) == len(pages):
        yield "no text: the pages are empty or drawn / 文字がありません: 白紙か図です"
    elif bare:
        shown = ", ".join(map(str, bare[:20])) + (", …" if len(bare) > 20 else "")
        yield f"pages without text / 文字のない頁: {shown}"
    for name, meaning in _COUNTED_REMARKS.items():
        if total[name]:
            yield f"{meaning}: {total[name]}"
