"""https: certificates are checked, the time limit holds, and HTTP/2 is spoken where it can be."""

from __future__ import annotations

import contextlib
import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path

import pytest

from cio_topics.collect import collect, network
from cio_topics.ingest.ledger import read_events
from tests.collect.site import Server, Site, dripping

SETTINGS = {
    "contact": "test@council.example.jp",
    "delay": 0.0,
    "allow_private": True,
    "retries": 0,
    "timeout": 5.0,
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """Make a certificate of this machine, for this run."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def secure(site: Site, certificate: Path) -> Site:
    """Serve the site through TLS."""
    site.server.socket = server_context(certificate).wrap_socket(
        site.server.socket, server_side=True, do_handshake_on_connect=False
    )
    site.link()
    return site


@pytest.fixture
def trusted(monkeypatch, certificate: Path) -> None:
    made = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(network, "_certificates", lambda: made)


def https(site: Site, host: str = "localhost") -> str:
    return f"https://{host}:{site.server.server_port}/council/"


def test_a_site_through_tls(secure, trusted, tmp_path):
    assert collect(https(secure), tmp_path, **SETTINGS).fetched == 1
    assert secure.asked[0][2]["Host"] == f"localhost:{secure.server.server_port}"


def test_a_certificate_that_is_not_trusted_is_refused(secure, tmp_path):
    result = collect(https(secure), tmp_path, **SETTINGS)
    assert (result.fetched, result.refused, secure.asked) == (0, 1, [])
    assert "certificate" in result.failures[0].reason.lower()


def test_a_certificate_of_another_name_is_refused(secure, trusted, tmp_path):
    result = collect(https(secure, "127.0.0.1"), tmp_path, **SETTINGS)
    assert (result.fetched, secure.asked) == (0, [])


def test_the_time_for_the_whole_holds_through_tls(secure, trusted, tmp_path):
    secure.pages["/council/"] = dripping(10)
    result = collect(https(secure), tmp_path, **{**SETTINGS, "timeout": 0.4})
    assert result.failures[0].outcome == "timed_out"


@contextlib.contextmanager
def http2_server(certificate: Path) -> Iterator[int]:
    """Answer every request with a short page, in HTTP/2 only."""
    from socketserver import BaseRequestHandler

    from h2.config import H2Configuration
    from h2.connection import H2Connection
    from h2.events import RequestReceived

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            talk = H2Connection(H2Configuration(client_side=False))
            talk.initiate_connection()
            self.request.sendall(talk.data_to_send())
            while received := self.request.recv(65536):
                for event in talk.receive_data(received):
                    if isinstance(event, RequestReceived):
                        head = [(":status", "200"), ("content-type", "text/html")]
                        talk.send_headers(event.stream_id, head)
                        talk.send_data(event.stream_id, b"<p>h2", end_stream=True)
                self.request.sendall(talk.data_to_send())

    context = server_context(certificate)
    context.set_alpn_protocols(["h2"])
    server: HTTPServer = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_http2(certificate, trusted, tmp_path):
    pytest.importorskip("h2")
    with http2_server(certificate) as port:
        result = collect(f"https://localhost:{port}/council/", tmp_path, **SETTINGS, http2=True)
    assert result.fetched == 1
    events, _ = read_events(tmp_path)
    kept = next(event for event in events if event.get("outcome") == "fetched")
    assert (tmp_path / kept["file"]).read_bytes() == b"<p>h2"
