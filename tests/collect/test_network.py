"""No request to a private address, and none that says more than it must."""

from __future__ import annotations

import socket

import httpcore
import pytest

from cio_topics.collect import collect, network
from cio_topics.collect.network import Clock, PrivateAddressError, make_client, public_addresses
from cio_topics.errors import MissingPartError

CONTACT = "test@council.example.jp"


def resolving(*answers: list[str]):
    """Stand in for the resolver; each call gives the next answer, the last one for ever."""
    left = list(answers)

    def getaddrinfo(host, port, *_, **__):
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
        ]

    return getaddrinfo


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "localhost",
        "::1",
        "::ffff:7f00:1",
    ],
)
def test_this_machine_under_any_name_is_refused(host):
    # Where the system does not read such a number, there is no address at all.
    with pytest.raises((PrivateAddressError, httpcore.ConnectError)):
        public_addresses(host, 80)


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving(["192.0.43.8", "10.0.0.1"]))
    with pytest.raises(PrivateAddressError, match=r"council.example.jp is 10\.0\.0\.1"):
        public_addresses("council.example.jp", 80)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_a_private_start_is_not_asked(site, tmp_path, host):
    port = site.server.server_port
    result = collect(f"http://{host}:{port}/council/", tmp_path, contact=CONTACT, retries=0)
    assert (result.fetched, result.refused, site.asked) == (0, 1, [])
    assert result.failures[0].outcome == "refused_address"


def test_the_address_that_was_checked_is_the_one_connected_to(site, tmp_path, monkeypatch):
    """A name that changes after the check cannot lead the connection elsewhere."""
    connected = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        connected.append(host)
        raise httpcore.ConnectError("not in a test")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
    monkeypatch.setattr(socket, "getaddrinfo", resolving(["192.0.43.8"], ["127.0.0.1"]))
    url = f"http://council.example.jp:{site.server.server_port}/council/"
    result = collect(url, tmp_path, contact=CONTACT, retries=0)
    assert connected == ["192.0.43.8"]  # a number, not the name
    assert site.asked == []
    assert result.refused == 1  # robots.txt was not reached, so nothing is allowed


def test_a_name_that_turns_private_is_refused(site, tmp_path, monkeypatch):
    monkeypatch.setattr(
        network.httpcore.SyncBackend,
        "connect_tcp",
        lambda *_, **__: pytest.fail("a connection was made"),
    )
    monkeypatch.setattr(socket, "getaddrinfo", resolving(["127.0.0.1"]))
    result = collect("http://council.example.jp/", tmp_path, contact=CONTACT)
    assert result.failures[0].reason == (
        "council.example.jp is 127.0.0.1, which is not a public address"
    )


def test_the_second_address_is_tried(site, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolving(["127.0.0.9", "127.0.0.1"]))
    clock = Clock()
    with make_client("cio-topics", clock, allow_private=True) as client:
        clock.start(5)
        assert client.get(
            f"http://council.example.jp:{site.server.server_port}/council/"
        ).is_success


def test_the_environment_is_not_asked(site, gather, monkeypatch):
    site.link()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("NO_PROXY", "")
    assert gather().fetched == 1


def test_http2_without_its_package_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(network, "find_spec", lambda name: None)
    with pytest.raises(MissingPartError, match=r"cio-topics\[http2\]"):
        collect("https://council.example.jp/", tmp_path / "raw", contact=CONTACT, http2=True)
    assert not (tmp_path / "raw").exists()


def test_http2_falls_back_to_http1(site, gather):
    pytest.importorskip("h2")
    site.link()
    assert gather(http2=True).fetched == 1
