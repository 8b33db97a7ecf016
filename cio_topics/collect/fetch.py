"""One request and its answer, whole or stopped; and how often it is tried.

Imports httpx; import this module only where a request is about to be made.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

import httpcore
import httpx

from cio_topics.collect.network import Clock, PrivateAddressError

__all__ = ["MAX_WAIT", "Answer", "StoppedError", "ask", "ask_again", "retry_after"]

#: Longest time in seconds that a server's Retry-After is waited for.
MAX_WAIT = 120.0

_CHUNK = 64 * 1024
_DRAINED = 64 * 1024  # of an answer that is not kept, so that its connection can be used again
_BODY = (200, 203)
_AGAIN = frozenset({429, *range(500, 600)})


class Answer(NamedTuple):
    """What a server answered. `headers` are as sent; `n_bytes` and `sha256` are of the body."""

    url: str
    status: int
    phrase: str
    headers: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    address: str
    n_bytes: int = 0
    sha256: str = ""

    def header(self, name: str) -> str:
        """Return the last header of this name, or an empty text."""
        return next((v for k, v in reversed(self.headers) if k.lower() == name), "")


class StoppedError(Exception):
    """A request that gave no whole answer.

    `again` tells whether it may be tried again; `n_bytes` how much of the body had come.
    """

    def __init__(
        self,
        outcome: str,
        reason: str,
        *,
        again: bool = False,
        n_bytes: int = 0,
        answer: Answer | None = None,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.again = again
        self.n_bytes = n_bytes
        self.answer = answer


def _unzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decode gzip in small pieces, so that a little cannot become very much at once."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begun = False
    for chunk in chunks:
        data = chunk
        while data:
            begun = True
            piece = inflate.decompress(data, _CHUNK)
            data = inflate.unconsumed_tail
            yield piece
            while len(piece) == _CHUNK and not data:
                piece = inflate.decompress(b"", _CHUNK)
                yield piece
            if inflate.unused_data and not inflate.unused_data.startswith(b"\x1f"):
                return  # what follows the stream is no part of it
            if inflate.unused_data:  # another member
                data = inflate.unused_data
                inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    if begun and not inflate.eof:
        raise StoppedError("cut", "the gzip stream ends in the middle", again=True)


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    n_bytes = 0
    for chunk in chunks:
        n_bytes += len(chunk)
        if n_bytes > limit:
            raise StoppedError("too_large", f"more than {limit:,} bytes", n_bytes=limit)
        yield chunk


def _decoded(response: httpx.Response, limit: int) -> Iterator[bytes]:
    """Give the body piece by piece; what is sent may be as long as what is decoded."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    sent = _counted(response.iter_raw(), limit)
    if coding in ("identity", ""):
        return sent
    if coding in ("gzip", "x-gzip"):
        return _unzipped(sent)
    raise StoppedError("failed", f"content coding {coding!r} was not asked for")


def _check_length(response: httpx.Response, limit: int) -> None:
    length = response.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length) > limit:
        raise StoppedError("too_large", f"{int(length):,} bytes, more than {limit:,}")


def _keep(response: httpx.Response, sink: BinaryIO, limit: int) -> tuple[int, str]:
    """Write the whole body to `sink`; return its length and SHA-256."""
    _check_length(response, limit)
    digest = hashlib.sha256()
    for piece in _counted(_decoded(response, limit), limit):
        digest.update(piece)
        sink.write(piece)
    return sink.tell(), digest.hexdigest()


def _keep_part(response: httpx.Response, sink: BinaryIO, limit: int) -> tuple[int, str]:
    """Write no more than `limit` bytes of the body."""
    for piece in _decoded(response, sys.maxsize):
        sink.write(piece[: limit - sink.tell()])
        if sink.tell() >= limit:
            break
    return sink.tell(), ""


def _drain(response: httpx.Response) -> None:
    n_bytes = 0
    for chunk in response.iter_raw():
        n_bytes += len(chunk)
        if n_bytes > _DRAINED:
            return


def _pairs(headers: httpx.Headers) -> tuple[tuple[str, str], ...]:
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in headers.raw)


def _answer(response: httpx.Response) -> Answer:
    phrase = response.extensions.get("reason_phrase", b"").decode("latin-1")
    stream = response.extensions.get("network_stream")
    place = stream.get_extra_info("server_addr") if stream else None
    return Answer(
        str(response.request.url),
        response.status_code,
        phrase,
        _pairs(response.headers),
        _pairs(response.request.headers),
        str(place[0]) if place else "",
    )


def ask(
    client: httpx.Client,
    clock: Clock,
    url: str,
    sink: BinaryIO,
    *,
    limit: int,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    whole: bool = True,
) -> Answer:
    """Ask once; write the body of a good answer to `sink`, decoded.

    Parameters
    ----------
    client : httpx.Client
    clock : Clock
        The client's.
    url : str
        Normalized.
    sink : binary file
        Emptied first.
    limit : int
        Most bytes of the body, as sent and as decoded.
    timeout : float
        Seconds for the whole request.
    headers : mapping, optional
        More headers, as If-None-Match.
    whole : bool, default True
        A longer body is an error; otherwise its first `limit` bytes are taken.

    Raises
    ------
    StoppedError
        There is no whole answer.
    """
    sink.seek(0)
    sink.truncate()
    clock.start(timeout)
    answer = None
    try:
        request = client.build_request("GET", url, headers=dict(headers or {}))
        response = client.send(request, stream=True)
        try:
            answer = _answer(response)
            if response.status_code in _BODY:
                n_bytes, sha256 = (_keep if whole else _keep_part)(response, sink, limit)
                return answer._replace(n_bytes=n_bytes, sha256=sha256)
            _drain(response)
            return answer
        finally:
            response.close()
    except StoppedError as error:
        error.answer = answer
        error.n_bytes = sink.tell() if error.outcome == "cut" else error.n_bytes
        raise
    except PrivateAddressError as error:
        raise StoppedError("refused_address", str(error)) from error
    except httpcore.TimeoutException as error:
        reason = f"no whole answer within {timeout:g} s"
        raise StoppedError("timed_out", reason, answer=answer) from error
    except zlib.error as error:
        raise StoppedError("failed", f"damaged gzip: {error}", answer=answer) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        begun = answer is not None and answer.status in _BODY
        outcome = "cut" if begun else "failed"
        n_bytes = sink.tell() if begun else 0
        raise StoppedError(
            outcome, str(error), again=True, n_bytes=n_bytes, answer=answer
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
        raise StoppedError("failed", str(error), answer=answer) from error


def retry_after(text: str, now: dt.datetime) -> float:
    """Return the seconds that a Retry-After asks for, at most 120; 0 if it says nothing.

    Examples
    --------
    >>> now = dt.datetime(2025, 1, 1, tzinfo=dt.timezone.utc)
    >>> [retry_after(text, now) for text in ("7", "86400", "soon")]
    [7.0, 120.0, 0.0]
    >>> retry_after("Wed, 01 Jan 2025 00:00:30 GMT", now)
    30.0
    """
    if text.isascii() and text.isdigit():
        return min(MAX_WAIT, float(text))
    try:
        when = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=dt.UTC)
    return min(MAX_WAIT, max(0.0, (when - now).total_seconds()))


def ask_again(
    ask_once: Callable[[], Answer], pause: Callable[[float], None], *, retries: int, delay: float
) -> Answer:
    """Ask until there is an answer, at most `retries` times more.

    Only connections that failed, bodies that were cut, and the statuses 429 and 5xx are tried
    again: after `delay`, twice, four times `delay`, or as long as Retry-After says.

    Parameters
    ----------
    ask_once : function
        Returns an answer or raises.
    pause : function
        Waits for so many seconds.
    retries : int
    delay : float
        Seconds.

    Returns
    -------
    Answer
        The last one; of status 429 or 5xx if all were.

    Raises
    ------
    StoppedError
        The last one.
    """
    for attempt in range(retries + 1):
        wait = min(MAX_WAIT, delay * 2**attempt)
        last = attempt == retries
        try:
            answer = ask_once()
        except StoppedError as error:
            if last or not error.again:
                raise
        else:
            if last or answer.status not in _AGAIN:
                return answer
            asked = retry_after(answer.header("retry-after"), dt.datetime.now(dt.UTC))
            wait = max(wait, asked)
        pause(wait)
    raise AssertionError("not reached")  # pragma: no cover
