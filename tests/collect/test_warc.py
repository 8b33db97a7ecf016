"""WARC files: they hold what was asked and answered, and other readers take them."""

from __future__ import annotations

import pytest

from tests.collect.site import gzipped, page, pages

warcio = pytest.importorskip("warcio")


def records(path):
    with path.open("rb") as file:
        return [
            (r.rec_type, dict(r.rec_headers.headers), r.http_headers, r.content_stream().read())
            for r in warcio.ArchiveIterator(file, check_digests="raise")
        ]


def test_response_and_request_are_kept(site, gather, noted, tmp_path):
    site.link("dai1/gijisidai.html")
    gather(warc=True, depth=1)
    event = noted()["/council/dai1/gijisidai.html"]
    assert event["warc"] == f"{event['file']}.warc.gz"
    response, request = records(tmp_path / "raw" / event["warc"])
    assert (response[0], request[0]) == ("response", "request")
    assert response[1]["WARC-Target-URI"] == event["url"]
    assert response[1]["WARC-Date"] == event["time"]
    assert response[1]["WARC-IP-Address"] == "127.0.0.1"
    assert response[3] == pages()["/council/dai1/gijisidai.html"].body
    assert response[2].get_statuscode() == "200"
    assert response[2].get_header("ETag") == event["etag"]
    assert request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert request[2].statusline == "/council/dai1/gijisidai.html HTTP/1.1"
    assert request[2].get_header("User-Agent").startswith("cio-topics/")


def test_headers_of_the_wire_are_renamed(site, gather, noted, tmp_path):
    body = page("compressed", "compressed")
    site.pages["/council/"] = gzipped(body)
    gather(warc=True)
    response, _ = records(tmp_path / "raw" / noted()["/council/"]["warc"])
    assert response[3] == body
    assert response[2].get_header("Content-Encoding") is None
    assert response[2].get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert response[2].get_header("Content-Length") == str(len(body))


def test_a_refresh_keeps_the_archive_and_adds_one_where_it_is_missing(
    site, gather, noted, tmp_path
):
    site.link()
    gather()
    assert "warc" not in noted()["/council/"]
    gather(warc=True)
    archive = tmp_path / "raw" / noted()["/council/"]["warc"]
    content = archive.read_bytes()
    assert gather(warc=True).unchanged == 1
    assert noted()["/council/"]["status"] == 304
    assert archive.read_bytes() == content
