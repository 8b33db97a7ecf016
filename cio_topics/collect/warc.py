"""One WARC file an address, so that what was collected can be cited."""

from __future__ import annotations

import io
import uuid
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from cio_topics.collect.fetch import Answer
from cio_topics.errors import MissingPartError

__all__ = ["check_warc", "write_records"]

# Headers that describe the body as it was on the wire; the record holds it decoded.
_WIRE = ("content-encoding", "content-length", "transfer-encoding")


def check_warc() -> None:
    """Raise if warcio is not installed.

    Raises
    ------
    MissingPartError
        It names the extra.

    Examples
    --------
    >>> check_warc()
    """
    if find_spec("warcio") is None:
        raise MissingPartError(
            "WARC files were asked for; the package warcio is not installed.",
            'Install it with: pip install "cio-topics[warc]".',
            'pip install "cio-topics[warc]" で入れてください。',
        )


def _record_id(kind: str, url: str, time: str) -> str:
    """Return an identifier that depends on nothing but what was asked and when."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {time} {url}')}>"


def _stored_headers(answer: Answer) -> list[tuple[str, str]]:
    """Rename what described the wire, as web archives do; say how long the record's body is."""
    renamed = [(f"X-Archive-Orig-{k}" if k.lower() in _WIRE else k, v) for k, v in answer.headers]
    return [*renamed, ("Content-Length", str(answer.n_bytes))]


def write_records(out: BinaryIO, answer: Answer, body: Path, time: str) -> None:
    """Write the response and the request of one address, each its own gzip member.

    Parameters
    ----------
    out : binary file
    answer : Answer
    body : path
        File of the decoded body.
    time : str
        ISO 8601, UTC: when it was answered.
    """
    from urllib.parse import urlsplit

    from warcio.statusandheaders import (  # type: ignore[import-untyped]
        StatusAndHeaders,
    )
    from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

    parts = urlsplit(answer.url)
    target = parts._replace(scheme="", netloc="").geturl() or "/"
    status = f"{answer.status} {answer.phrase}".rstrip()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")

    def record(kind: str, line: str, headers: list[tuple[str, str]], payload: BinaryIO) -> Any:
        named = {"WARC-Record-ID": _record_id(kind, answer.url, time), "WARC-Date": time}
        if answer.address:
            named["WARC-IP-Address"] = answer.address
        length = answer.n_bytes if kind == "response" else 0
        return writer.create_warc_record(
            answer.url,
            kind,
            payload=payload,
            length=length,
            warc_headers_dict=named,
            http_headers=StatusAndHeaders(
                line, headers, protocol="HTTP/1.1", is_http_request=kind == "request"
            ),
        )

    with body.open("rb") as payload:
        response = record("response", status, _stored_headers(answer), payload)
        request = record("request", f"GET {target} HTTP/1.1", list(answer.asked), io.BytesIO())
        writer.write_request_response_pair(request, response)
