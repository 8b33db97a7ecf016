"""Connections to addresses that were checked, ended when their time is up.

Imports httpx; import this module only where a request is about to be made.
"""

from __future__ import annotations

import functools
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from math import inf
from typing import Any

import httpcore
import httpx

from cio_topics.collect.addresses import is_public
from cio_topics.errors import MissingPartError

__all__ = ["Clock", "PrivateAddressError", "make_client", "public_addresses"]


class PrivateAddressError(Exception):
    """A host has an address that is not for everyone."""


class Clock:
    """The time that a request may still take: never more than was given at its start."""

    def __init__(self) -> None:
        self._end = inf

    def start(self, seconds: float) -> None:
        """Begin a request that may take this long."""
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, or raise if there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("the time for the whole request is over")
        return seconds


def public_addresses(host: str, port: int, allow_private: bool = False) -> list[str]:
    """Return the IP addresses of a host, all of them public unless private ones are allowed.

    Examples
    --------
    >>> public_addresses("127.0.0.1", 80, allow_private=True)
    ['127.0.0.1']
    >>> public_addresses("127.0.0.1", 80)
    Traceback (most recent call last):
    ...
    cio_topics.collect.network.PrivateAddressError: 127.0.0.1 is 127.0.0.1, ...
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"no address is known for {host}: {error}") from error
    addresses = list(dict.fromkeys(str(place[0]) for *_, place in found))
    for address in addresses:
        if not (allow_private or is_public(address)):
            raise PrivateAddressError(f"{host} is {address}, which is not a public address")
    return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection that keeps to the clock, however slowly bytes come."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._clock.left())
        return _TimedStream(secured, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _CheckedBackend(httpcore.NetworkBackend):
    """Connects to the very address that was checked, so that no name can change in between."""

    def __init__(self, clock: Clock, allow_private: bool) -> None:
        self._clock = clock
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"no address is known for {host}")
        for address in public_addresses(host, port, self._allow_private):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._clock.left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._clock)
        raise failure


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Read the certificates once: it takes longer than many a request."""
    return httpx.create_ssl_context(trust_env=False)


class _CheckedTransport(httpx.BaseTransport):
    """httpx's transport with our own connections; errors are those of httpcore."""

    def __init__(self, clock: Clock, allow_private: bool, http2: bool) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(),
            max_connections=4,
            keepalive_expiry=30.0,
            http2=http2,
            network_backend=_CheckedBackend(clock, allow_private),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


def make_client(
    agent: str, clock: Clock, *, allow_private: bool = False, http2: bool = False
) -> httpx.Client:
    """Return a client that keeps no cookies, follows no redirects and reads no environment.

    Raises
    ------
    MissingPartError
        `http2` without the package h2.

    Examples
    --------
    >>> with make_client("cio-topics/0.1.0 (+https://example.jp/)", Clock()) as client:
    ...     client.headers["accept-encoding"]
    'gzip'
    """
    if http2 and find_spec("h2") is None:
        raise MissingPartError(
            "HTTP/2 was asked for; the package h2 is not installed.",
            'Install it with: pip install "cio-topics[http2]".',
            'pip install "cio-topics[http2]" で入れてください。',
        )
    return httpx.Client(
        transport=_CheckedTransport(clock, allow_private, http2),
        headers={
            "User-Agent": agent,
            "Accept": "text/html,application/pdf,*/*;q=0.5",
            "Accept-Encoding": "gzip",
            "Accept-Language": "ja,en;q=0.5",
        },
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        timeout=None,
        trust_env=False,
    )
