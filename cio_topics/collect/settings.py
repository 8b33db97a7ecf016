"""The settings of a collection, checked before anything is asked for."""

from __future__ import annotations

import ipaddress
import math
import re
from dataclasses import dataclass
from typing import Any

from cio_topics import __version__
from cio_topics.collect.addresses import Prefix, normalize_address, prefix_of
from cio_topics.errors import SettingsError, shorten

__all__ = ["MIN_DELAY", "Settings", "check_contact", "make_settings"]

#: Fewest seconds between two requests to a host.
MIN_DELAY = 1.0

_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
_PAGE = re.compile(r"https?://[^\s<>()]+\.[^\s<>()]+")


@dataclass(frozen=True)
class Settings:
    """What to collect and how; made by :func:`make_settings`, which checks it."""

    url: str
    agent: str
    prefixes: tuple[Prefix, ...]
    also: tuple[str, ...]
    delay: float
    depth: int
    max_pages: int
    max_bytes: int
    max_file: int
    timeout: float
    retries: int
    allow_private: bool
    warc: bool
    http2: bool

    def recorded(self) -> dict[str, Any]:
        """Return what decides which files there are at the end."""
        names = ("url", "depth", "max_pages", "max_bytes", "max_file", "allow_private", "warc")
        return {name: getattr(self, name) for name in names} | {"prefixes": list(self.also)}


def check_contact(contact: str) -> str:
    """Return a mail address or the address of a page, or raise.

    Examples
    --------
    >>> check_contact("mail@university.example.jp")
    'mail@university.example.jp'
    >>> check_contact("me")
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: contact: got 'me', expected a mail address or ...
    """
    known = isinstance(contact, str) and contact.isascii() and contact.isprintable()
    if not (known and (_MAIL.fullmatch(contact) or _PAGE.fullmatch(contact))):
        raise SettingsError(
            f"contact: got {shorten(contact)}, expected a mail address or the address of a page, "
            "so that the owner of the site can reach you.",
            "Give it with --contact you@example.jp.",
            "--contact に連絡先(メールアドレスまたはページのアドレス)を指定してください。",
        )
    return contact


def _number(name: str, value: float, least: float) -> None:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    if not (known and math.isfinite(value) and value >= least):
        raise SettingsError(
            f"{name}: got {shorten(value)}, expected a number of {least:g} or more."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_delay(delay: float, prefixes: tuple[Prefix, ...], allow_private: bool) -> None:
    own = allow_private and all(_is_loopback(prefix.host) for prefix in prefixes)
    _number("delay", delay, 0)
    if delay < MIN_DELAY and not own:
        raise SettingsError(
            f"delay: got {delay:g} s, expected {MIN_DELAY:g} s or more between requests.",
            "Shorter delays are for a server on this machine only (--allow-private).",
            "1秒未満は、この計算機上のサーバー(--allow-private)に限ります。",
        )


def make_settings(
    url: str,
    *,
    contact: str,
    delay: float,
    depth: int,
    max_pages: int,
    max_bytes: int,
    max_file: int,
    prefixes: tuple[str, ...],
    timeout: float,
    retries: int,
    allow_private: bool,
    warc: bool,
    http2: bool,
) -> Settings:
    """Return checked settings.

    Raises
    ------
    SettingsError
        One is not allowed.

    Examples
    --------
    >>> limits = {"depth": 3, "max_pages": 10, "max_bytes": 10, "max_file": 10, "timeout": 60.0,
    ...           "retries": 3, "allow_private": False, "warc": False, "http2": False}
    >>> make_settings("https://council.example.jp/cio/", contact="a@example.jp", delay=1.0,
    ...               prefixes=(), **limits).agent
    'cio-topics/... (+a@example.jp)'
    >>> make_settings("https://council.example.jp/cio/", contact="a@example.jp", delay=0.1,
    ...               prefixes=(), **limits)
    Traceback (most recent call last):
    ...
    cio_topics.errors.SettingsError: delay: got 0.1 s, expected 1 s or more between requests. ...
    """
    agent = f"cio-topics/{__version__} (+{check_contact(contact)})"
    start = normalize_address(url)
    also = tuple(sorted({normalize_address(prefix) for prefix in prefixes}))
    folders = tuple(prefix_of(address) for address in (start, *also))
    _check_delay(delay, folders, allow_private)
    limits = {"max_pages": max_pages, "max_bytes": max_bytes, "max_file": max_file}
    for name, value in limits.items():
        _number(name, value, 1)
    _number("depth", depth, 0)
    _number("retries", retries, 0)
    _number("timeout", timeout, 0.001)
    return Settings(
        start,
        agent,
        folders,
        also,
        delay,
        depth,
        max_pages,
        max_bytes,
        max_file,
        timeout,
        retries,
        allow_private,
        warc,
        http2,
    )
