"""One request: limits of size and time, damaged answers, and when it is tried again."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cio_topics.collect import fetch
from cio_topics.collect.fetch import StoppedError, ask, ask_again, retry_after
from cio_topics.collect.network import Clock, make_client
from tests.collect.site import Handler, Page, cut, dripping, flaky, gzipped, huge

MIB = 1024 * 1024


@pytest.fixture
def get(site):
    clock = Clock()
    with make_client("cio-topics", clock, allow_private=True) as client:

        def get_page(answer, *, limit=10 * MIB, timeout=5.0):
            site.pages["/x"] = answer
            sink = io.BytesIO(b"left over from before")
            found = ask(client, clock, f"{site.root}/x", sink, limit=limit, timeout=timeout)
            return found, sink.getvalue()

        yield get_page


def stopped(get, answer, **limits) -> StoppedError:
    with pytest.raises(StoppedError) as error:
        get(answer, **limits)
    return error.value


def test_a_body_is_kept_as_sent(get):
    answer, body = get(Page(b"\x00\xff\r\n", "application/octet-stream"))
    assert body == b"\x00\xff\r\n"
    assert (answer.status, answer.n_bytes) == (200, 4)
    assert answer.sha256 == hashlib.sha256(body).hexdigest()
    assert answer.address == "127.0.0.1"
    assert answer.header("content-type") == "application/octet-stream"


@pytest.mark.parametrize(
    "sent",
    [
        gzip.compress(b"agenda" * 100_000),
        gzip.compress(b"agenda" * 50_000) + gzip.compress(b"agenda" * 50_000),  # two members
        gzip.compress(b"agenda" * 100_000) + b"\x00\x00",  # some servers fill up
    ],
    ids=["one", "two", "filled"],
)
def test_gzip_is_decoded(get, sent):
    _, body = get(Page(sent, "text/plain", 200, (("Content-Encoding", "gzip"),)))
    assert body == b"agenda" * 100_000


@given(st.binary(max_size=300_000), st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_gzip_in_any_pieces_is_the_same(content, cuts):
    sent, pieces = gzip.compress(content), []
    for length in cuts:
        pieces.append(sent[:length])
        sent = sent[length:]
    assert b"".join(fetch._unzipped([*pieces, sent])) == content


def test_an_empty_gzip_body_is_empty(get):
    assert get(Page(b"", "text/plain", 200, (("Content-Encoding", "gzip"),)))[1] == b""


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (huge(200 * MIB), "too_large"),
        (huge(200 * MIB, told=False), "too_large"),
        (gzipped(b"0" * (30 * MIB)), "too_large"),
        (Page(b"0" * (10 * MIB + 1)), "too_large"),
        (cut(), "cut"),
        (Page(gzip.compress(b"a" * 1000)[:-20], headers=(("Content-Encoding", "gzip"),)), "cut"),
        (Page(b"no gzip at all", headers=(("Content-Encoding", "gzip"),)), "failed"),
        (Page(b"x", headers=(("Content-Encoding", "br"),)), "failed"),
    ],
    ids=["told", "untold", "gzip bomb", "one over", "cut", "cut gzip", "no gzip", "brotli"],
)
def test_no_whole_answer(get, answer, outcome):
    assert stopped(get, answer).outcome == outcome


def test_a_body_of_just_the_limit_is_kept(get):
    assert get(Page(b"0" * 1000), limit=1000)[0].n_bytes == 1000


def test_a_file_that_is_too_large_is_not_read_to_its_end(site, get):
    stopped(get, huge(200 * MIB, told=False))
    assert site.n_sent < 40 * MIB  # ten of ours, and what lies in the sockets


def test_a_gzip_bomb_takes_no_memory():
    """64 MiB of zeros in 64 KiB are stopped at the limit, in pieces of 64 KiB."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(deflate.compress(bytes(MIB)) for _ in range(64)) + deflate.flush()
    longest = total = 0
    for piece in fetch._unzipped([bomb]):
        longest, total = max(longest, len(piece)), total + len(piece)
        if total > 10 * MIB:
            break
    assert longest <= 64 * 1024


def slow_head(handler: Handler) -> None:
    import time

    for letter in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        handler.wfile.write(bytes([letter]))
        time.sleep(0.02)


@pytest.mark.parametrize("answer", [dripping(10), slow_head], ids=["body", "headers"])
def test_bytes_that_drip_are_stopped_by_the_time_for_the_whole(get, answer):
    import time

    begun = time.monotonic()
    assert stopped(get, answer, timeout=0.3).outcome == "timed_out"
    assert time.monotonic() - begun < 2


def broken(handler: Handler) -> None:
    handler.wfile.write(b"\x00\x01 this is no HTTP\r\n\r\n")
    handler.close_connection = True


def test_an_answer_that_is_no_http_is_told(get):
    assert stopped(get, broken).outcome == "failed"


@pytest.mark.parametrize(
    ("answer", "n_asked", "outcome"),
    [
        (flaky(1), 2, "fetched"),
        (flaky(2, 503), 3, "fetched"),
        (flaky(1, 429, "0"), 2, "fetched"),
        (flaky(9), 4, "failed"),
        (flaky(9, 403), 1, "failed"),
        (flaky(9, 404), 1, "not_found"),
        (flaky(9, 410), 1, "not_found"),
        (cut(), 4, "cut"),
        (huge(told=True), 1, "too_large"),
    ],
)
def test_what_is_tried_again(site, gather, noted, answer, n_asked, outcome):
    site.link("x.html")
    site.pages["/council/x.html"] = answer
    gather(max_file=MIB)
    assert site.paths.count("/council/x.html") == n_asked
    assert noted()["/council/x.html"]["outcome"] == outcome


def test_what_was_cut_is_not_kept(site, gather, noted, tmp_path):
    site.link("cut.pdf")
    gather(retries=1)
    assert "received" in noted()["/council/cut.pdf"]["reason"]
    assert "file" not in noted()["/council/cut.pdf"]
    assert not list(tmp_path.rglob("cut*"))


def answers(*statuses: tuple[int, str]):
    left = list(statuses)

    def ask_once() -> fetch.Answer:
        status, wait = left.pop(0)
        return fetch.Answer("", status, "", (("Retry-After", wait),) if wait else (), (), "")

    return ask_once


@pytest.mark.parametrize(
    ("statuses", "waits"),
    [
        ([(500, ""), (500, ""), (500, ""), (200, "")], [1.0, 2.0, 4.0]),
        ([(429, "7"), (200, "")], [7.0]),
        ([(503, "0"), (200, "")], [1.0]),  # never less than the delay
        ([(503, "99999"), (200, "")], [120.0]),
        ([(503, "soon"), (200, "")], [1.0]),
        ([(404, "9")], []),
    ],
)
def test_waits_grow_and_keep_to_retry_after(statuses, waits):
    waited: list[float] = []
    ask_again(answers(*statuses), waited.append, retries=3, delay=1.0)
    assert waited == waits


@given(st.text())
def test_any_retry_after_gives_a_short_time(text):
    assert 0 <= retry_after(text, dt.datetime(2025, 1, 1, tzinfo=dt.UTC)) <= fetch.MAX_WAIT
