"""What a file is by its first bytes, whatever a header says."""

from __future__ import annotations

import re

__all__ = ["HEAD", "sniff_kind"]

#: Bytes that are looked at.
HEAD = 64 * 1024

_TAG = re.compile(
    rb"<(!doctype\s+html|html|head|title|meta|body|frameset|table|div|h[1-6]|p|ul|ol|a\s)[\s>/]?",
    re.I,
)
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"\x1f\x8b",
)


def sniff_kind(head: bytes, content_type: str = "") -> str:
    """Return ``pdf``, ``xlsx``, ``html``, ``text`` or ``other``.

    Parameters
    ----------
    head : bytes
        The first 64 KiB of a file.
    content_type : str, default ""
        What the header says; it decides only between a page and a text.

    Examples
    --------
    >>> sniff_kind(b"%PDF-1.7 ...", "text/html")
    'pdf'
    >>> sniff_kind("第1回 議事次第".encode(), "text/html"), sniff_kind(b"number,date")
    ('html', 'text')
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04") and b"xl/" in head:
        return "xlsx"
    if head.startswith(_BINARY) or (b"\x00" in head and not head.startswith(_BOMS)):
        return "other"
    if _TAG.search(head[:4096]) or "html" in content_type.lower():
        return "html"
    return "text"
