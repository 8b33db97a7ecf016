"""Addresses: one written form, what may be asked for, and the file each is kept in."""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from cio_topics.errors import SettingsError, shorten
from cio_topics.ingest.ledger import LEDGER_NAME

__all__ = [
    "DOCUMENTS",
    "Prefix",
    "file_name",
    "is_document",
    "is_inside",
    "is_public",
    "may_ask",
    "normalize_address",
    "origin",
    "prefix_of",
    "safe_part",
]

#: Endings of handouts, which may lie outside the prefix on a host that is allowed.
DOCUMENTS = (
    *("pdf", "xls", "xlsx", "xlsm", "csv", "tsv", "doc", "docx", "ppt", "pptx"),
    *("odt", "ods", "odp", "rtf", "txt", "jtd", "zip"),
)
MAX_ADDRESS = 2000
MAX_PART = 60
MAX_FOLDERS = 120  # characters; with the host and the name a path stays short enough for Windows

_PORTS = {"http": 80, "https": 443}
_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_KEPT = frozenset(_UNRESERVED + "!$&'()*+,;=:@/")
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")
_NOT_SAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.I)
_LIKE_FILE = re.compile(r"-[0-9a-f]{8}(\.[a-z0-9]{1,8})?(\.warc\.gz)?$", re.I)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Prefix(NamedTuple):
    """A folder of a host. `port` is 0 for the usual ones, so http and https are one place."""

    host: str
    port: int
    path: str


def _bad_address(url: object, reason: str) -> SettingsError:
    return SettingsError(
        f"{shorten(url, 200)} is no address to collect: {reason}.",
        "Give an address as https://www.example.jp/council/.",
        "https://www.example.jp/council/ のようなアドレスを指定してください。",
    )


def _part(text: str, kept: frozenset[str]) -> str:
    """Escape what must be; leave what is escaped, in capitals, but not letters and digits."""
    pieces = []
    for place, piece in enumerate(_ESCAPED.split(text)):
        if place % 2:
            letter = chr(int(piece, 16))
            pieces.append(letter if letter in _UNRESERVED else f"%{piece.upper()}")
        else:
            pieces += [c if c in kept else _percent(c) for c in piece]
    return "".join(pieces)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "replace"))


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..``; never above the root."""
    parts: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            parts = parts[:-1]
        elif segment != ".":
            parts.append(segment)
    slash = "/" if segments and segments[-1] in (".", "..") and parts else ""
    return "/" + "/".join(parts) + slash


def _host(name: str) -> str:
    """Return a host in lower-case ASCII; IPv6 in its short form."""
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name)}]"
    ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    host = ascii_name.lower().removesuffix(".")
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise ValueError("the host has letters that no host has")
    return host


def normalize_address(url: str) -> str:
    """Return the one written form of an address.

    Scheme and host in lower case, no default port, no fragment, no dot segments, escapes only
    where they are needed. The query string is kept.

    Parameters
    ----------
    url : str
        Absolute, ``http`` or ``https``.

    Returns
    -------
    str
        ``normalize_address(normalize_address(url)) == normalize_address(url)``.

    Raises
    ------
    SettingsError
        No such address; one with a user name is none either.

    Examples
    --------
    >>> normalize_address("HTTP://Council.Example.JP:80/dai1/../資料.pdf?a=1#page=2")
    'http://council.example.jp/%E8%B3%87%E6%96%99.pdf?a=1'
    >>> normalize_address("ftp://council.example.jp/")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: 'ftp://council.example.jp/' is no address to collect: ...
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("expected http or https and a host")
        if "@" in parts.netloc:
            raise ValueError("it holds a user name")
        port = parts.port
        host = _host(parts.hostname)
    except ValueError as error:  # also UnicodeError
        raise _bad_address(url, str(error)) from error
    if port == 0:
        raise _bad_address(url, "port 0 is no port")
    where = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    path = _without_dots(_part(parts.path.replace("\\", "/") or "/", _KEPT))
    query = f"?{_part(parts.query, _KEPT | {'?'})}" if parts.query else ""
    address = f"{parts.scheme}://{where}{path}{query}"
    if len(address) > MAX_ADDRESS:
        raise _bad_address(url, f"it is longer than {MAX_ADDRESS} characters")
    return address


def origin(url: str) -> str:
    """Return scheme, host and port of a normalized address.

    Examples
    --------
    >>> origin("https://council.example.jp:8443/dai1/")
    'https://council.example.jp:8443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def prefix_of(url: str) -> Prefix:
    """Return the folder that a normalized address lies in.

    Examples
    --------
    >>> prefix_of("https://council.example.jp/cio/index.html")
    Prefix(host='council.example.jp', port=0, path='/cio/')
    """
    parts = urlsplit(url)
    return Prefix(parts.hostname or "", parts.port or 0, parts.path.rpartition("/")[0] + "/")


def is_inside(url: str, prefixes: Iterable[Prefix]) -> bool:
    """Tell whether a normalized address lies in one of these folders.

    Examples
    --------
    >>> prefix = prefix_of("https://council.example.jp/cio/index.html")
    >>> is_inside("https://council.example.jp/cio/dai1/a.html", [prefix])
    True
    >>> is_inside("https://council.example.jp/other/", [prefix])
    False
    """
    here = prefix_of(url)
    return any(here[:2] == p[:2] and here.path.startswith(p.path) for p in prefixes)


def is_document(url: str) -> bool:
    """Tell whether an address ends like a handout.

    Examples
    --------
    >>> is_document("https://council.example.jp/content/000123.PDF"), is_document("https://a.jp/x")
    (True, False)
    """
    return urlsplit(url).path.rpartition("/")[2].rpartition(".")[2].lower() in DOCUMENTS


def may_ask(url: str, prefixes: Sequence[Prefix]) -> bool:
    """Tell whether an address is in a prefix, or a document on a host of one.

    Examples
    --------
    >>> prefix = prefix_of("https://council.example.jp/cio/")
    >>> may_ask("https://council.example.jp/content/000123.pdf", [prefix])
    True
    >>> may_ask("https://elsewhere.example.jp/000123.pdf", [prefix])
    False
    """
    allowed = prefix_of(url)[:2] in {prefix[:2] for prefix in prefixes}
    return is_inside(url, prefixes) or (allowed and is_document(url))


def is_public(address: str) -> bool:
    """Tell whether an IP address may be reached by everyone.

    Not so: private, loopback, link-local, multicast and reserved addresses, also where an IPv6
    address carries one of IPv4.

    Examples
    --------
    >>> [is_public(a) for a in ("192.0.43.8", "10.0.0.1", "::ffff:127.0.0.1", "fe80::1")]
    [True, False, False, False]
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip.is_site_local
        if inner:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def safe_part(text: str, width: int = MAX_PART) -> str:
    """Return one part of a path that every system takes: ``[A-Za-z0-9._-]``, not empty.

    ``safe_part(safe_part(text)) == safe_part(text)``.

    Examples
    --------
    >>> [safe_part(text) for text in ("資料 1", "..", "nul.txt", "dai1.")]
    ['_1', '_', '_nul.txt', 'dai1']
    """
    safe = _NOT_SAFE.sub("_", text)
    safe = "_" + safe.lstrip(".-") if safe.startswith((".", "-")) else safe
    if _RESERVED.match(safe) or safe.lower() == LEDGER_NAME:
        safe = f"_{safe}"
    return safe[:width].rstrip(".") or "_"


def _folder_part(text: str) -> str:
    """Return a folder's name, never like that of a file."""
    part = safe_part(unquote(text), MAX_PART - 1)
    return f"{part}_" if _LIKE_FILE.search(part) else part


def file_name(url: str) -> str:
    """Return where the body of a normalized address is kept, relative, with forward slashes.

    Host, folders and name, made safe, and 8 hex digits of the address's SHA-256, so that two
    addresses have two names even where case does not count.

    Examples
    --------
    >>> file_name("https://council.example.jp/cio/dai1/gijisidai.html")
    'council.example.jp/cio/dai1/gijisidai-d04c003f.html'
    >>> file_name("https://council.example.jp/etc/passwd?x=/CON")
    'council.example.jp/etc/passwd-8b6f46de'
    >>> file_name("https://council.example.jp/cio/")
    'council.example.jp/cio/index-19fd2d23.html'
    """
    parts = urlsplit(url)
    digest = hashlib.sha256(url.encode("utf-8")).hexdigest()[:8]
    *folders, last = parts.path.split("/")[1:]
    stem, dot, ending = unquote(last).rpartition(".")
    if not (stem and dot and re.fullmatch("[A-Za-z0-9]{1,8}", ending)):
        stem, ending = unquote(last), ""
    if not last:
        stem, ending = "index", "html"
    suffix = f".{ending.lower()}" if ending else ""
    name = safe_part(stem, MAX_PART - 9 - len(suffix))
    kept: list[str] = []
    for folder in filter(None, folders):
        part = _folder_part(folder)
        if len("/".join([*kept, part])) > MAX_FOLDERS:
            break
        kept.append(part)
    return "/".join([_folder_part(parts.netloc), *kept, f"{name}-{digest}{suffix}"])
