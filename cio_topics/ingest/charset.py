"""Bytes of a page → text, by what the header, the page and the bytes themselves say."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

__all__ = ["Decoded", "decode_page"]


class Decoded(NamedTuple):
    """The text of a page, its charset (Python's name), and a doubt, if there is one."""

    text: str
    charset: str
    remark: str = ""


# What old pages call them; each is read as the superset that Windows wrote.
_NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms932": "cp932",
    "cp932": "cp932",
    "euc-jp": "euc_jp",
    "euc_jp": "euc_jp",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "iso2022_jp": "iso2022_jp",
    "csiso2022jp": "iso2022_jp",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
}
_CANDIDATES = ("utf-8", "cp932", "euc_jp")
_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,40})", re.I)
_HEAD = 4096  # bytes in which a page declares its charset
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\(J)")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes of another charset read as kanji give rare ones; Japanese prose is a third kana or more.
_COMMON = re.compile("[ぁ-んァ-ヶー、。・「」年月日回会議第]")
_ODD = re.compile("[\uff61-\uff9f\ufffd\x80-\x9f\ue000-\uf8ff]")
_SAMPLE = 6_000  # characters that are weighed


def decode_page(content: bytes, declared: str = "") -> Decoded:
    """Decode a page.

    A byte order mark decides; then escape sequences of ISO-2022-JP; then the header's charset and
    the page's own, each only if the bytes fit it; then whichever of UTF-8, cp932 and EUC-JP fits
    best. A page that fits none (cut within a character, say) is read with what fits longest, and
    the unreadable bytes become U+FFFD.

    Parameters
    ----------
    content : bytes
    declared : str, default ""
        Charset that an HTTP header gave.

    Returns
    -------
    Decoded

    Examples
    --------
    >>> decode_page("議事次第".encode("euc_jp"))
    Decoded(text='議事次第', charset='euc_jp', remark='')
    >>> decode_page("第1回".encode("cp932"), "UTF-8").charset
    'cp932'
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _with_losses(content, name)
    if _ESCAPE.search(content):
        decoded = _with_losses(content, "iso2022_jp")
        if _plausible(decoded.text):
            return decoded
    found = _META.search(content[:_HEAD])
    said = [_NAMES.get(name.strip().lower(), "") for name in (declared, _ascii(found))]
    for name in dict.fromkeys(name for name in said if name):
        text = _strictly(content, name)
        if text is not None and (name == "utf-8" or _plausible(text)):
            return Decoded(text, name)
    fitting = [(n, t) for n in _CANDIDATES if (t := _strictly(content, n)) is not None]
    if any(_plausible(text) for _, text in fitting):
        name, text = max(fitting, key=lambda pair: (_score(pair[1]), -_CANDIDATES.index(pair[0])))
        other = next((s for s in said if s), "")
        wrong = f"the page says {other} but is {name}" if other not in ("", name) else ""
        return Decoded(text, name, "" if text.isascii() else wrong)
    return max(
        (_with_losses(content, name) for name in (*_CANDIDATES, *filter(None, said))),
        key=lambda decoded: _score(decoded.text),
    )


def _ascii(found: re.Match[bytes] | None) -> str:
    return found[1].decode("ascii") if found else ""


def _strictly(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeError:
        return None


def _plausible(text: str) -> bool:
    """Tell whether a text does not look like bytes read in a wrong charset."""
    sample = text[:_SAMPLE]
    return len(_ODD.findall(sample)) <= len(_COMMON.findall(sample))


def _score(text: str) -> float:
    sample = text[:_SAMPLE]
    foreign = sum(character > "\x7f" for character in sample) or 1
    return (len(_COMMON.findall(sample)) - 2 * len(_ODD.findall(sample))) / foreign


def _with_losses(content: bytes, name: str) -> Decoded:
    text = content.decode(name, "replace").removeprefix("\ufeff")
    lost = text.count("\ufffd")
    return Decoded(text, name, f"{lost} unreadable bytes as {name}" if lost else "")
