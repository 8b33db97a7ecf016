"""PDFs made for the tests. Every text in them is invented."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import matplotlib_fontja
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import CIDFont, UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)
#: Fonts that are not in the file: a reader must know Adobe-Japan1.
CID_FONTS = ("HeiseiMin-W3", "HeiseiKakuGo-W5")
#: The same with the codes of older programs, and how Python calls these.
CODED_FONTS = {
    "HeiseiMin-W3-90ms-RKSJ-H": "cp932",
    "HeiseiMin-W3-EUC-H": "euc_jp",
    "HeiseiMin-W3-UniJIS-UCS2-H": "utf-16-be",
    "HeiseiMin-W3-UniJIS-UCS2-HW-H": "utf-16-be",
    "HeiseiMin-W3-UniJIS-UCS2-V": "utf-16-be",
}

#: (x, height of the base line from below, text[, size])
Put = tuple[float, float, str] | tuple[float, float, str, float]


@cache
def _register() -> None:
    fonts = Path(matplotlib_fontja.__file__).parent
    pdfmetrics.registerFont(TTFont("IPAexGothic", str(next(fonts.rglob("ipaexg.ttf")))))
    for name in CID_FONTS:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    for name in CODED_FONTS:
        pdfmetrics.registerFont(CIDFont("HeiseiMin-W3", name.removeprefix("HeiseiMin-W3-")))


def drawn(
    *pages: Callable[[Canvas], None],
    title: str = "",
    password: str = "",
    size: tuple[float, float] = A4,
    copying: bool = True,
    compressed: bool = False,
) -> bytes:
    """Return a PDF whose pages are drawn by functions."""
    _register()
    lock = StandardEncryption(password, "owner", canCopy=copying)
    stream = io.BytesIO()
    canvas = Canvas(
        stream,
        size,
        invariant=1,
        pageCompression=compressed,
        encrypt=lock if password or not copying else None,
    )
    canvas.setTitle(title or "untitled")
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def puts(texts: Iterable[Put], font: str = "IPAexGothic") -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for x, y, text, *size in texts:
            canvas.setFont(font, size[0] if size else 10.5)
            coded = (
                text.encode(CODED_FONTS[font]).decode("latin-1") if font in CODED_FONTS else text
            )
            canvas.drawString(x, y, coded)

    return draw


def pdf(*pages: Iterable[Put], font: str = "IPAexGothic", **kwargs: object) -> bytes:
    return drawn(*(puts(page, font) for page in pages), **kwargs)


def column(x: float, top: float, lines: Iterable[str], *, pitch: float = 18) -> list[Put]:
    return [(x, top - pitch * place, line) for place, line in enumerate(lines)]


SENTENCE = (
    "申請の手引きを各課で共有し、来年度から順に見直すこととした。窓口の混雑は前の年より減った。"
)


def body(n_lines: int, width: int, start: int = 0) -> list[str]:
    """Return justified lines of a text; each begins with its number, so that all differ."""
    endless = SENTENCE * (width // len(SENTENCE) + 2)
    return [f"〔{start + i:02}〕" + endless[i : i + width - 3] for i in range(n_lines)]


def scanned(n_pages: int = 1) -> bytes:
    from reportlab.lib.utils import ImageReader

    picture = b"P5 8 8 255 " + bytes(range(0, 256, 4))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, 595, 842)

    return drawn(*[draw] * n_pages)


def objects(entries: dict[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of objects written by hand."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, entry in entries.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    start, last = len(out), max(entries, default=0)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (last + 1)
    for number in range(1, last + 1):
        used = number in places
        out += b"%010d %05d %s \n" % (places.get(number, 0), 0 if used else 65535, b"fn"[used:][:1])
    return bytes(
        out + b"trailer <</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (last + 1, trailer, start)
    )


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(content), entries, content)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def by_hand(content: bytes, page: bytes = b"/MediaBox[0 0 595 842]", **more: bytes) -> bytes:
    """Return a PDF of one page whose content stream, page and other objects (o9=…) are given."""
    return objects(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>"
            b"/XObject<</X 9 0 R>>>>%s>>" % page,
            4: content if content.startswith(b"<<") else stream(content),
            5: FONT,
            **{int(name[1:]): entry for name, entry in more.items()},
        }
    )


def bomb(megabytes: int) -> bytes:
    """Return a page whose content is white space, a thousand times smaller when packed."""
    packed = zlib.compress(b" " * (megabytes << 20), 9)
    return by_hand(stream(packed, b"/Filter/FlateDecode"))


def endless() -> bytes:
    """Return a page whose font makes pdfminer count to 2**32: for tests of limits outside."""
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/Z/Encoding/Identity-H/ToUnicode 7 0 R"
        b"/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/Z>>]>>"
    )
    codes = b"begincmap 1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap"
    return by_hand(b"BT /F 9 Tf 9 700 Td <00010002> Tj ET", o5=font, o7=stream(codes))


def linked(draw: Callable[[Canvas], None], *links: tuple[str, tuple[float, ...]]) -> bytes:
    def both(canvas: Canvas) -> None:
        draw(canvas)
        for href, rect in links:
            canvas.linkURL(href, rect, relative=0)

    return drawn(both)


AGENDA: list[Put] = [
    (200, 780, "第３回 情報共有推進会議 議事次第", 16),
    (380, 745, "2 0 0 7 年 ( 平 成 1 9 年 ) 4 月 1 3 日"),
    (72, 710, "１　開会"),
    (72, 690, "２　窓口の手引きの改定について"),
    (72, 650, "資料1　　窓口の手引き(案)"),
    (72, 630, "資料2　　利用者の声"),
]


def seeds() -> dict[str, bytes]:
    """Return small PDFs of every kind, for fuzzing."""
    halves = column(72, 700, body(8, 18)) + column(320, 700, body(8, 18, 20))
    return {
        "agenda": pdf(AGENDA, title="第３回 議事次第"),
        "cid": pdf(AGENDA, font="HeiseiMin-W3"),
        "rksj": pdf(AGENDA, font="HeiseiMin-W3-90ms-RKSJ-H"),
        "vertical": pdf([(500, 780, "縦書きの本文。")], font="HeiseiMin-W3-UniJIS-UCS2-V"),
        "columns": pdf([(150, 760, "二段組みの見出し"), *halves], [(290, 30, "- 2 -")]),
        "links": linked(puts(AGENDA), ("https://example.jp/1.pdf", (72, 645, 300, 665))),
        "scanned": scanned(),
        "locked": pdf(AGENDA, password="secret"),
        "no_copying": pdf(AGENDA, copying=False),
        "by_hand": by_hand(b"BT /F 12 Tf 72 700 Td (plain text) Tj ET"),
        "form": by_hand(b"/X Do", o9=stream(b"BT /F 9 Tf (in a form) Tj ET",
                        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")),
    }  # fmt: skip
