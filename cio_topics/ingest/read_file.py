"""One file, by what its bytes are, → what it tells. Runs in a process of its own (see workers)."""

from __future__ import annotations

import re

from cio_topics.ingest.page import read_lines, read_page
from cio_topics.ingest.pdf import UnreadableFile, read_pdf_lines
from cio_topics.ingest.records import FileRecord, Unread

__all__ = ["UnreadableFile", "kind_of", "read_file"]

_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a]")
_FIRST_PAGES = 3  # pages of a PDF among which an agenda or a head is looked for
_TAG = re.compile(
    rb"<(?:!doctype|html|head|body|title|table|div|p|br|ul|ol|li|h[1-6]|meta)\b", re.I
)


def kind_of(content: bytes) -> str:
    r"""Return what a file is by its first bytes: pdf, zip, office, html, text or binary.

    Examples
    --------
    >>> kind_of(b"%PDF-1.4"), kind_of(b"<HTML>"), kind_of(b"\x89PNG\x00")
    ('pdf', 'html', 'binary')
    """
    head = content[:4096].rstrip(b"\x1a")  # DOS ended a text with it
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "office"
    if _TAG.search(head):
        return "html"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "binary" if _BINARY.search(head) and not utf16 else "text"


def read_file(content: bytes, source: str = "", charset: str = "") -> FileRecord:
    r"""Read a page or a PDF, whatever its name or a server said it is.

    Parameters
    ----------
    content : bytes
    source : str, default ""
        Its address or, if none is known, its name.
    charset : str, default ""
        What an HTTP header declared.

    Raises
    ------
    UnreadableFile
        It is neither a page, nor text, nor a PDF that can be read.

    Examples
    --------
    >>> read_file("第1回試験会議\n日時：2009年7月1日\n議題\n1. 計画".encode(), "a.txt").medium
    'text'
    >>> read_file(b"\x89PNG\x00", "a.png")
    Traceback (most recent call last):
    ...
    cio_topics.ingest.pdf.UnreadableFile: neither a page nor a PDF nor text / ...
    """
    kind = kind_of(content)
    if kind == "pdf":
        return _read_pdf(content, source)
    if kind in ("html", "text"):
        return read_page(content, source=source, charset=charset)
    raise UnreadableFile(
        "neither a page nor a PDF nor text / ページでも PDF でもテキストでもありません"
    )


def _read_pdf(content: bytes, source: str) -> FileRecord:
    pdf = read_pdf_lines(content)
    lines = [line for page in pdf.pages for line in page]
    first = [line for page in pdf.pages[:_FIRST_PAGES] for line in page]
    record = read_lines(pdf.title, first, source, wrapped=True)
    rest = tuple(Unread(line.text, "text of the document") for line in lines[len(first) :])
    return record._replace(
        unread=record.unread + rest,
        source=source,
        medium="pdf",
        title=pdf.title or (lines[0].text if lines else ""),
        text="\n".join(line.text for line in lines),
        remarks=(*pdf.remarks, *record.remarks),
    )
